"""key:value,key:value, and what platforms and deliveries take."""

import pytest

from condor_elastic.appliance import BadAppliance, Given, Settings, Warn, build_options
from condor_elastic.appliance.options import read_options, typed

TYPED = {
    "5": 5, "-7": -7, "+7": 7, "1_000": 1000, "0": 0, "007": "007", "1.5": 1.5, ".5": 0.5, "1.5e+3": 1500.0,
    "1.2.3": "1.2.3", "y": True, "Yes": True, "TRUE": True, "on": True, "n": False, "No": False, "OFF": False,
    "oN": "oN", "us-east-1": "us-east-1", "http://x:1/y": "http://x:1/y", "4159-7441": "4159-7441",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), TYPED.items())
def test_a_value_has_the_type_it_had(text, value):
    assert typed(text) == value
    assert type(typed(text)) is type(value)


def test_the_first_colon_ends_the_key_and_the_last_word_counts():
    assert read_options("--x", ["a:b:c,d:1", "d:2"]) == {"a": "b:c", "d": 2}


@pytest.mark.parametrize("wrong", ["a", "a:", ":b", "a:b,", "a b:c", ""])
def test_what_is_no_pair_is_said(wrong):
    with pytest.raises(BadAppliance, match=r"^--os-config .* is not key:value"):
        read_options("--os-config", [wrong])


def remarks(settings=None, **given):
    return [str(each) for each in build_options(settings or Settings(), Given(**given)).remarks()]


def test_the_command_line_is_stronger_than_the_file_key_by_key():
    file = Settings(platform="vmware", platform_config={"type": "personal"})
    told = build_options(file, Given(platform_config=["thin_disk:yes"]))
    assert (told.platform, told.of_platform) == ("vmware", {"type": "personal", "thin_disk": True})
    assert list(told.remarks()) == []
    assert build_options(file, Given(platform="none")).platform == ""


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"platform": "ec3"}, "the platform ec3 is unknown; did you mean ec2?"),
        ({"platform": "xen"}, "the platform xen is unknown; known: ec2, openstack, kvm, libvirt, vmware, "),
        ({"platform": "vmware"}, "vmware needs type: --platform-config type:VALUE, or type of plugins: vmware: in "),
        ({"os_config": ["format:qcow"]}, "--os-config format:qcow is not one of raw, qcow2, vmdk; did you mean qcow2?"),
        ({"os_config": ["fromat:raw"]}, "--os-config has no setting fromat; did you mean format?"),
    ],
)
def test_what_is_wrong_with_them_is_said(given, what):
    (said,) = remarks(**given)
    assert said.startswith(what)


def test_an_unknown_setting_is_a_warning_only():
    (one,) = build_options(Settings(), Given(platform="ec2", platform_config=["x:1"])).remarks()
    assert isinstance(one, Warn)
