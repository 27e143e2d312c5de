"""AutoPyFactory's queues.conf becomes knobs, and nothing is dropped."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from condor_elastic.apf.importer import knobs_of
from condor_elastic.apf.ini import BadFile
from condor_elastic.cli import main
from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.file import settings_of

HERE = Path(__file__).parent
FILES = [HERE / "talk.conf", HERE / "factory.conf", HERE / "clouds.conf"]


@pytest.fixture
def imported(tmp_path):
    def imported(*files, **changes):
        text = knobs_of([str(file) for file in files])
        for old, new in changes.pop("replace", {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "50-elastic.conf"
        path.write_text(text + "\n")
        return settings_of(str(path))

    return imported


def test_the_talk_of_2013_passes_the_check(tmp_path, capsys):
    assert main(["import-apf", str(FILES[0])]) == 0
    path = tmp_path / "50-elastic.conf"
    path.write_text(capsys.readouterr().out)
    assert main(["check", str(path)]) == 0
    assert "fleets BNL_CLOUD_EC2_SPOT, pilot queues BNL_CLOUD." in capsys.readouterr().out


def test_the_talk_means_what_it_meant(imported):
    settings = imported(FILES[0])
    (queue,), (fleet,) = settings.queues, settings.fleets
    assert queue.policies == ("Activated", "MaxPerCycle", "MaxPending")
    assert (queue.max_per_cycle, queue.max_pending, queue.panda_queue) == (80, 100, "")
    assert queue.submit == "executable = /usr/libexec/wrapper.sh"
    assert fleet.policies == ("Ready", "MaxPerCycle", "MaxToRun")
    assert (fleet.max_per_cycle, fleet.max_vms, fleet.price) == (100, 5000, 0.156)
    assert (fleet.template.cpus, fleet.template.memory) == (4, 15000)
    assert fleet.job_requirements == 'ElasticPilotQueue == "BNL_CLOUD"'
    assert {line.strip() for line in fleet.submit.splitlines()} == {
        "grid_resource = ec2 ec2://us-east-1",
        "ec2_ami_id = ami-7a21bd13",
        "ec2_instance_type = m1.xlarge",
        "ec2_spot_price = 0.156",
        "ec2_access_key_id = /home/apf/ec2-racf-cloud/access.key",
        "ec2_secret_access_key = /home/apf/ec2-racf-cloud/secret.key",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_option_is_a_knob_or_a_note(path):
    text = knobs_of([str(path)])
    notes = [line for line in text.splitlines() if line.startswith("# ")]
    knobs = [line for line in text.splitlines() if not line.startswith("#")]
    options = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    options.optionxform = str
    options.read(path)
    for section in options.sections():
        for name in options.options(section):
            value = options.get(section, name).split("\n")[0].strip()
            noted = any(f": {name} = " in line for line in notes)
            made = value in ("True", "None") or any(value in line for line in knobs) or _is_made(name, text)
            assert noted or made, name


def _is_made(name, text):
    """Tell of options that are written otherwise: lists, quoted, or with other options filled in."""
    made = {
        "schedplugin": "_POLICIES = ",
        "executable.arguments": "  arguments = ",
        "environ": "  environment = ",
        "condor_attributes": "  Requirements = ",
        "gridresource": "  grid_resource = ",
        "port": ":9620",
    }
    return made.get(name, made.get(name.rpartition(".")[2], "nothing")) in text


def test_a_pilot_queue_with_the_whole_chain(imported):
    queue, gate = imported(FILES[1]).queues
    assert queue.name == "ANALY_BNL_CLOUD_SL6"
    assert queue.policies == (
        "Ready", "Scale", "MinPerCycle", "MaxPerCycle", "StatusTest", "StatusOffline", "MaxPending", "MinPending",
        "Throttle", "KeepNRunning",
    )  # fmt: skip
    assert (queue.ready_offset, queue.scale_factor, queue.min_pending, queue.keep_running) == (2, 0.5, 3, 40)
    assert (queue.test_pilots, queue.offline_pilots) == (1, 0)
    assert (queue.throttle_window, queue.throttle_seconds) == (3600, 10)
    assert queue.panda_queue == "ANALY_BNL_CLOUD"
    assert {line.strip() for line in queue.submit.splitlines()} == {
        "executable = /usr/libexec/wrapper.sh",
        "arguments = --wrappervo=ATLAS --wrapperwmsqueue=ANALY_BNL_CLOUD --wrapperloglevel=debug "
        "--script=pilot.py --user user",
        'environment = "APFTEST=1 OUT=$(Cluster).$(Process)"',
        'Requirements = ( Arch == "X86_64" && regexp("a,b", Machine) )',
        "request_memory = 1699",
        '+AccountingGroup = "group_analy.apf"',
        "request_cpus = 1",
    }
    assert gate.policies == ("Activated", "MinPending", "MaxToRun")
    assert (gate.min_pending, gate.max_to_run) == (10, 9999)
    assert "grid_resource = condor ce01.example.org ce01.example.org:9620" in gate.submit


def test_what_has_no_equivalent_is_told_with_its_place():
    text = knobs_of([str(FILES[1])]).replace(str(FILES[1]), FILES[1].name)
    for told in (
        "line 38: sched.throttle.ratio = 0.5: it is so here without a knob",
        "line 13: sched.statusoffline.allowed = True: it is so here without a knob",
        "line 9: sched.maxtorun.maximum = 9999: schedplugin does not name maxtorun",
        "line 55: globusrsl.gram2.queue = short: its section is not imported",
        "line 8: apfqueue.sleep = 360: all queues and fleets have one cycle, every ELASTIC_PERIOD seconds",
        "proxy = atlas-production, atlas-usatlas: FILL IN x509userproxy",
        "(factory.conf, line 51): not imported: CondorGT2 with Panda is neither a pilot queue nor a fleet here",
        "# ELASTIC_BNL_OFF_SUBMIT @=end",
    ):
        assert told in text
    assert text.count("apfqueue.sleep = 360: all queues") == 1


def test_fleets_of_many_kinds(imported):
    with pytest.raises(BadKnobs) as error:
        imported(FILES[2])
    assert "ELASTIC_VC3_NODES_TEMPLATE" in str(error.value)
    whole = {"FILL IN cores and MB of z9.gigantic: Cpus = ?; Memory = ?": "Cpus = 9; Memory = 9"}
    vc3, private, nova = imported(FILES[2], replace=whole).fleets
    assert (vc3.policies, vc3.keep_running, vc3.max_vms) == (("KeepNRunning", "MaxPerCycle", "MaxPending"), 12, 12)
    assert "grid_resource = ec2 ec2://us-west-2\n" in vc3.submit
    assert "ec2_keypair = apf" in vc3.submit
    assert private.policies == ("Ready", "Scale", "MaxToRun")
    assert "ec2 http://cldext03.usatlas.bnl.gov:8773/services/Cloud" in private.submit
    assert (nova.policies, nova.max_vms, nova.max_per_cycle) == (("Ready", "MaxToRun", "MaxPerCycle"), 20, 5)
    assert "grid_resource = ec2 openstack://FILL-IN" in nova.submit
    assert "ec2_vpc_subnet = private" in nova.submit


def test_several_files_make_one(tmp_path):
    second = tmp_path / "more.conf"
    second.write_text("[BNL_CLOUD]\nsched.activated.max_jobs_torun = 7\n")
    text = knobs_of([str(FILES[0]), str(second)])
    assert "ELASTIC_BNL_CLOUD_POLICIES = Activated, MaxToRun, MaxPerCycle, MaxPending" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no section, so no queue"),
        ("a = b\n", "line 1: a [section] must come before the first option"),
        ("[A]\nb = 1\nb = 2\n", "line 3: b is in [A] already"),
        ("[A]\n[A]\n", "line 2: there is a section [A] already"),
        ("[A]\nb = 1\nnonsense\n", "line 3: nonsense is neither a section nor an option"),
        ("[A]\nb = %(c)s\n", "line 2: b in [A] cannot be filled in"),
        ("[A-b]\nx = 1\n[A_b]\n", "line 3: [A_b] would be called A_B, as another section is already"),
        (
            "[A]\nwmsstatusplugin = Panda\nbatchsubmitplugin = CondorLocal\nschedplugin = MaxPerCycle\n"
            "sched.maxpercycle.maximum = many\n",
            "line 5: sched.maxpercycle.maximum = many is not a whole number, 0 or more",
        ),
    ],
)
def test_bad_input_is_refused_with_file_and_line(tmp_path, text, said):
    path = tmp_path / "queues.conf"
    path.write_text(text)
    with pytest.raises(BadFile) as error:
        knobs_of([str(path)])
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)


def test_it_needs_nothing_but_the_standard_library():
    command = [sys.executable, "-S", "-m", "condor_elastic.apf", str(FILES[0])]
    done = subprocess.run(command, cwd=HERE.parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Made by  condor_elastic import-apf")
