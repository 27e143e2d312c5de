import pytest
from live.pool import wait_for
from real import FLEET

PLACE = "/etc/condor/config.d/90-live.conf, line"


def test_with_nothing_named_nothing_happens(pool):
    pool.submit(3)
    done = pool.cycle()
    assert done.returncode == 0
    assert 'Verdict = "Doing nothing, because ELASTIC_FLEET_NAMES and ELASTIC_PILOT_NAMES are empty."' in done.stdout
    assert pool.vms() == []


@pytest.mark.parametrize(
    ("knob", "said"),
    [
        ("ELASTIC_TRY_MAX_VM = 5", 'ELASTIC_TRY_MAX_VM = "5" is unknown'),
        ("ELASTIC_TRY_MAX_VMS = fifty", 'ELASTIC_TRY_MAX_VMS = "fifty" is not a whole number, 0 or more'),
        ("ELASTIC_TRY_POLICIES = Ready, MaxToFly", "ELASTIC_TRY_POLICIES names an unknown policy, MaxToFly"),
        ("ELASTIC_TRY_SUBMIT =", "ELASTIC_TRY_SUBMIT is not set; it is needed"),
        ("ELASTIC_TRY_JOB_REQUIREMENTS = RequestCpus <", "ELASTIC_TRY_JOB_REQUIREMENTS"),
        ("ELASTIC_TRY_TEMPLATE = Cpus = 2; Memory = 2048; Site = (", "ELASTIC_TRY_TEMPLATE"),
    ],
)
def test_a_wrong_knob_stops_everything_and_is_named_with_its_place(pool, knob, said):
    pool.knobs(f"{FLEET}{knob}\n")
    pool.submit(3)
    done = pool.cycle()
    assert done.returncode != 0
    assert said in done.stdout.replace('\\"', '"')
    assert PLACE in done.stdout or "is not set" in said
    assert said in done.stderr
    assert pool.vms() == []


def test_an_unlucky_configuration_is_seen_in_the_schedds_ad(pool):
    """The schedd's cron itself runs the cycle here: the reason must reach condor_status."""
    pool.config("ELASTIC_PERIOD = 2\n" + FLEET + "ELASTIC_TRY_MAX_VMS = many\n")
    pool.restart("schedd")

    def said():
        return [ad["ElasticError"] for ad in pool.ads("-schedd") if "many" in str(ad.get("ElasticError"))]

    (error,) = wait_for("the reason in the schedd's ad", said, 60)
    assert error.startswith('ELASTIC_TRY_MAX_VMS = "many" is not a whole number, 0 or more (set in ' + PLACE)
    pool.knobs("")
    pool.restart("schedd")
