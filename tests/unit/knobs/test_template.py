import pytest

from condor_elastic.knobs.template import BOUNDLESS, template
from condor_elastic.model import Shape


def shape(machine):
    return Shape(machine.cpus, machine.memory, machine.disk, machine.gpus)


def test_a_machine_is_a_classad_with_or_without_brackets():
    text = 'Cpus = 4; Memory = 16 * 1024; Disk = 100 * 1024 * 1024; GPUs = 2; Site = "CERN;1"; Start = TARGET.x =!= 3'
    machine = template(text + ";")
    assert shape(machine) == Shape(4, 16384, 104857600, 2)
    assert template(f"[ {text} ]") == machine
    assert machine.text == text


def test_a_disk_that_is_not_stated_refuses_no_job():
    assert template("cpus = 1; MEMORY = 1").disk == BOUNDLESS


@pytest.mark.parametrize(
    ("text", "why"),
    [("Cpus = 8", "such as"), ("Cpus = 8; Memory = big", "Memory = big is no number"),
     ("Cpus = 8; Memory = 1; Cpus = 2", "stands twice"), ("Cpus = 8; Memory = 1; Site", "'Site' assigns nothing"),
     ("Cpus == 8; Memory = 1", "assigns nothing"), ("", "such as")],
)  # fmt: skip
def test_what_is_no_machine_is_said(text, why):
    with pytest.raises(ValueError, match=why):
        template(text)
