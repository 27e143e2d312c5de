"""From what is said of a bad knob to the line that would be right."""

import pytest

from condor_elastic.check.finding import Macro
from condor_elastic.check.rules.knobs import known_knobs, misspelt, wrong_knobs
from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.read import read

RIGHT = {
    "ELASTIC_POOL": "cm", "ELASTIC_TRUST_DOMAIN": "dom", "ELASTIC_COLLECTOR": "cm", "ELASTIC_FLEET_NAMES": "try",
    "ELASTIC_TRY_TEMPLATE": "Cpus = 2; Memory = 2000", "ELASTIC_TRY_SUBMIT": "a = b", "ELASTIC_PILOT_NAMES": "BNL",
    "ELASTIC_BNL_PANDA_URL": "https://panda:1", "ELASTIC_BNL_SUBMIT": "a = b",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"ELASTIC_TRY_MAX_VM": "7"}, "ELASTIC_TRY_MAX_VMS = 7"),
        ({"ELASTIC_TYR_MAX_VMS": "7"}, "ELASTIC_TRY_MAX_VMS = 7"),
        ({"ELASTIC_PEROID": "30"}, "ELASTIC_PERIOD = 30"),
        ({"ELASTIC_NOVA_MAX_VMS": "7"}, "ELASTIC_FLEET_NAMES = $(ELASTIC_FLEET_NAMES) nova"),
        ({"ELASTIC_CERN_PANDA_LAG": "7"}, "ELASTIC_PILOT_NAMES = $(ELASTIC_PILOT_NAMES) CERN"),
        ({"ELASTIC_QXZ": "7"}, "# ELASTIC_QXZ = 7"),
        ({"ELASTIC_POOL": ""}, "ELASTIC_POOL = $(FULL_HOSTNAME)"),
        ({"ELASTIC_TRY_TEMPLATE": ""}, "ELASTIC_TRY_TEMPLATE = Cpus = 8; Memory = 16000"),
        ({"ELASTIC_TRY_MAX_VMS": "many"}, "ELASTIC_TRY_MAX_VMS = 10"),
        ({"ELASTIC_TRY_IDLE_TIMEOUT": "-1"}, "ELASTIC_TRY_IDLE_TIMEOUT = 600"),
        ({"ELASTIC_WHATIF": "Mtch"}, "ELASTIC_WHATIF = Match"),
        ({"ELASTIC_TRY_POLICIES": "Redy, MaxToRun"}, "ELASTIC_TRY_POLICIES = Ready, MaxToRun"),
        ({"ELASTIC_TRY_POLICIES": "Ready KeepNRunning"}, "ELASTIC_TRY_KEEP_RUNNING = 1"),
        ({"ELASTIC_BNL_PANDA_AUTH": "OIDC"}, "ELASTIC_BNL_PANDA_TOKEN_FILE = /etc/condor/elastic.d/panda.token"),
        ({"ELASTIC_TRY_MAX_PRICE_PER_HOUR": "5"}, "ELASTIC_TRY_PRICE = 0.2"),
        ({"ELASTIC_TRY_SUBMIT": ""}, "ELASTIC_TRY_SUBMIT @=end\n  grid_resource = ec2 ec2://us-east-1\n@end"),
    ],
)
def test_the_line_is_one_that_is_read(changes, line):
    given = {**RIGHT, **changes}
    with pytest.raises(BadKnobs) as error:
        read(given)
    macros = {name: Macro(value) for name, value in given.items()}
    (found,) = wrong_knobs(str(error.value), macros, ["try"], ["BNL"])
    assert (found.kind, found.add) == ("knob", line)
    assert next(iter(changes)) in found.what + found.seen


def test_what_no_line_can_mend_is_shown_where_it_stands():
    with pytest.raises(BadKnobs) as error:
        read({**RIGHT, "ELASTIC_PILOT_NAMES": "try"})
    found = wrong_knobs(str(error.value), {}, ["try"], ["try"])
    assert all(one.add or one.run for one in found)


def test_a_knob_without_its_prefix_is_found():
    known = known_knobs(["try"], ["BNL"])
    macros = {"ELATIC_TRY_MAX_VMS": Macro("5"), "ELASTICS_POOL": Macro("cm"), "ELSE_POOL": Macro("x"),
              "ELASTIC_POOL": Macro("cm"), "ELASTIC_NONSENSE": Macro("1")}  # fmt: skip
    assert [(one.kind, one.add) for one in misspelt(macros, known)] == [
        ("knob-prefix", "ELASTIC_TRY_MAX_VMS = 5"), ("knob-prefix", "ELASTIC_POOL = cm")
    ]  # fmt: skip
