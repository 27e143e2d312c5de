import pytest

from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.read import read

GIVEN = {
    "ELASTIC_POOL": "p", "ELASTIC_TRUST_DOMAIN": "t", "ELASTIC_COLLECTOR": "c", "ELASTIC_FLEET_NAMES": "try",
    "ELASTIC_TRY_TEMPLATE": "Cpus = 1; Memory = 1", "ELASTIC_TRY_SUBMIT": "x = y",
}  # fmt: skip


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"TOKEN_LIFETIME": "3600"}, "ELASTIC_TRY_TOKEN_LIFETIME = 3600 is too short: a worker's token must outlive "
         "its last job; say more than 262800, which is ELASTIC_TRY_MAX_JOB_RETIREMENT_TIME = 259200 and 3600 s"),
        ({"LIFETIME": "1500000"}, "ELASTIC_TRY_LIFETIME = 1500000 with ELASTIC_TRY_LIFETIME_JITTER = 0.1 is too long: "
         "at most 1551600 s, ELASTIC_TRY_TOKEN_LIFETIME = 1814400 less"),
        ({"USER_DATA": "site.yaml"}, 'ELASTIC_TRY_USER_DATA = "site.yaml" is not an absolute path'),
    ],
)  # fmt: skip
def test_a_worker_that_could_outlive_its_token_is_a_wrong_knob(knobs, said):
    with pytest.raises(BadKnobs) as wrong:
        read({**GIVEN, **{f"ELASTIC_TRY_{name}": value for name, value in knobs.items()}})
    assert str(wrong.value).startswith(said)


def test_what_fits_is_right_and_the_user_data_of_all_is_that_of_each_that_names_none():
    given = {**GIVEN, "ELASTIC_TRY_LIFETIME": "310000", "ELASTIC_USER_DATA": "/a"}
    assert read(given).fleets[0].user_data == "/a"
    assert read({**given, "ELASTIC_TRY_USER_DATA": "/b"}).fleets[0].user_data == "/b"
