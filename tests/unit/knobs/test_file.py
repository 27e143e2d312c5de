"""A configuration file without a pool, and the check command."""

import pytest

from condor_elastic.cli import main
from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.file import settings_of

FLEET = """\
ELASTIC_FLEET_NAMES = spot
ELASTIC_SPOT_TEMPLATE = Cpus = 4; Memory = 15000
ELASTIC_SPOT_SUBMIT @=end
  grid_resource = ec2 ec2://us-east-1
  # a comment of submit's
  output = $(DOLLAR)(Cluster).out
@end
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "50-elastic.conf"
        path.write_text(text)
        return str(path)

    return write


def test_a_fleet_is_read_with_the_defaults_as_they_ship(write):
    settings = settings_of(write(FLEET))
    (fleet,) = settings.fleets
    assert (fleet.name, fleet.template.cpus, settings.pool.pool) == ("spot", 4, "$(FULL_HOSTNAME)")
    assert fleet.submit.splitlines() == ["grid_resource = ec2 ec2://us-east-1", "output = $(Cluster).out"]


def test_the_syntax_of_the_manual(write):
    text = """
      # a comment whose backslash continues nothing \\
    use ROLE : CentralManager
    ELASTIC_FLEET_NAMES = spot \\
      # in between
      nova
    limit : 3
    Elastic_Spot_Max_Vms = $(LIMIT) * 2
    ELASTIC_SPOT_BACKOFF = 2 * $(MINUTE) + $(EXTRA:$(NONE:5))
    ELASTIC_SPOT_POLICIES = Ready
    ELASTIC_SPOT_POLICIES = $(ELASTIC_SPOT_POLICIES), MaxToRun
    ELASTIC_SPOT_TEMPLATE=Cpus = 4; Memory = 15000
    ELASTIC_NOVA_TEMPLATE = $(ELASTIC_SPOT_TEMPLATE)
    ELASTIC_SPOT_SUBMIT = a = b
    ELASTIC_NOVA_SUBMIT = a = b
    """
    spot, nova = settings_of(write(text)).fleets
    assert (spot.max_vms, spot.backoff, spot.policies) == (6, 125, ("Ready", "MaxToRun"))
    assert nova.template == spot.template


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FLEET + "ELASTIC_SPOT_MAX_VM = 5\n", "is unknown (set in {}, line 8); did you mean ELASTIC_SPOT_MAX_VMS?"),
        (FLEET + "ELASTIC_SPOT_MAX_VMS = x\n", 'MAX_VMS = "x" is not a whole number, 0 or more (set in {}, line 8)'),
        (FLEET + "ELASTIC_SPOT_MAX_VMS = $(SITE)\n", 'MAX_VMS = "$(SITE)" is not a whole number'),
        (FLEET + "ELASTIC_SPOT_MAX_VMS\n", '"ELASTIC_SPOT_MAX_VMS" is no assignment ({}, line 8)'),
        ("if version > 23\n", '"if version > 23" can be read with a pool only ({}, line 1)'),
        ("ELASTIC_A @=end\nb\n", "@=end has no line @end that ends it ({}, line 1)"),
        ("A = $(B)\nB = $(A)\nELASTIC_LOG = $(A)\n", "ELASTIC_LOG = $(A) names itself (set in {}, line 3)"),
        (
            FLEET + "ELASTIC_SPOT_POLICIES = Ready, KeepNRunning\n",
            "ELASTIC_SPOT_POLICIES names KeepNRunning (set in {}, line 8), which needs ELASTIC_SPOT_KEEP_RUNNING",
        ),
        (
            FLEET + "ELASTIC_SPOT_POLICIES = KeepNRunning Headroom\nELASTIC_SPOT_KEEP_RUNNING = 1\n",
            "names both KeepNRunning and Headroom",
        ),
        (FLEET + "ELASTIC_SPOT_MAX_PRICE_PER_HOUR = 5\n", "needs ELASTIC_SPOT_PRICE"),
        (FLEET + "ELASTIC_SPOT_PRICE = 1e999\n", "is not a number, 0 or more"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(write, text, said):
    path = write(text)
    with pytest.raises(BadKnobs) as error:
        settings_of(path)
    assert said.format(path) in str(error.value)


def test_check_says_what_is_right(write, capsys):
    assert main(["check", write(FLEET)]) == 0
    assert "3 knobs are right: fleets spot, pilot queues (none)." in capsys.readouterr().out


def test_check_says_all_that_is_wrong(write, capsys):
    assert main(["check", write(FLEET + "ELASTIC_SPOT_MAX_VMS = x\nELASTIC_SPOT_RETIRE = y\n")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_file_that_is_not_there_is_an_error(capsys):
    assert main(["check", "/nowhere/50-elastic.conf"]) == 1
    assert capsys.readouterr().err == "/nowhere/50-elastic.conf cannot be read: No such file or directory\n"
