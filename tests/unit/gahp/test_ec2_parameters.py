from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
from botocore.validate import ParamValidator
from gahp.ec2_model import model
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.ec2_parameters import OURS, parse_parameters

VALUES = {
    "string": ("dedicated", "dedicated"), "boolean": ("true", True), "integer": ("7", 7), "long": ("8", 8),
    "double": ("0.5", 0.5), "float": ("0.5", 0.5), "timestamp": ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Placement.Tenancy": "dedicated"}, {"Placement": {"Tenancy": "dedicated"}}),
        ({"placement_tenancy": "dedicated"}, {"Placement": {"Tenancy": "dedicated"}}),
        ({"EbsOptimized": "True"}, {"EbsOptimized": True}),
        ({"CpuOptions.CoreCount": "4", "CpuOptions.ThreadsPerCore": "1"},
         {"CpuOptions": {"CoreCount": 4, "ThreadsPerCore": 1}}),
        ({"BlockDeviceMapping.2.Ebs.VolumeSize": "100", "BlockDeviceMapping.2.DeviceName": "/dev/sdb",
          "BlockDeviceMappings.1.DeviceName": "/dev/sda"},
         {"BlockDeviceMappings": [{"DeviceName": "/dev/sda"}, {"Ebs": {"VolumeSize": 100}, "DeviceName": "/dev/sdb"}]}),
        ({"SecurityGroupId.1": "sg-1", "SecurityGroupId.2": "sg-2"}, {"SecurityGroupIds": ["sg-1", "sg-2"]}),
        ({"SecurityGroupIds": "sg-1, sg-2"}, {"SecurityGroupIds": ["sg-1", "sg-2"]}),
        ({"TagSpecification.1.ResourceType": "volume", "TagSpecification.1.Tag.1.Key": "a",
          "TagSpecification.1.Tag.1.Value": "b"},
         {"TagSpecifications": [{"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}]}),
        ({"IamInstanceProfile_Name": "worker"}, {"IamInstanceProfile": {"Name": "worker"}}),
    ],
)  # fmt: skip
def test_parameters(said: dict[str, str], expected: dict[str, Any]) -> None:
    assert parse_parameters(model(), said.items()) == expected


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({"Placement.Tenency": "x"}, "UnknownParameter", "did you mean Tenancy?"),
        ({"Nonsense": "x"}, "UnknownParameter", "RunInstances has no 'Nonsense'"),
        ({"Placement": "x"}, "InvalidParameterValue", "is a structure"),
        ({"Placement.Tenancy.More": "x"}, "UnknownParameter", "does not fit"),
        ({"SecurityGroupId.first": "x"}, "UnknownParameter", "does not fit"),
        ({"CpuOptions.CoreCount": "four"}, "InvalidParameterValue", "'four' is not a integer"),
        ({"EbsOptimized": "perhaps"}, "InvalidParameterValue", "is not a boolean"),
        ({"ClientToken": "x"}, "InvalidParameterCombination", "cannot be set"),
        ({"MaxCount": "2"}, "InvalidParameterCombination", "cannot be set"),
        ({"EbsOptimized": "true", "ebsoptimized": "false"}, "InvalidParameterCombination", "twice"),
        ({"SecurityGroupIds": "a", "SecurityGroupId.1": "b"}, "InvalidParameterCombination", "twice"),
    ],
)
def test_what_makes_no_sense_is_told(said: dict[str, str], code: str, words: str) -> None:
    with pytest.raises(CloudError, match=re.escape(words)) as told:
        parse_parameters(model(), said.items())
    assert told.value.code == code


def _leaves(shape: Any, path: tuple[Any, ...] = ()) -> Any:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if path or name not in OURS:
                yield from _leaves(member, (*path, name))
    elif shape.type_name == "list":
        for index in (1, 2):
            yield from _leaves(shape.member, (*path, index))
    else:
        yield path, shape.type_name


LEAVES = sorted(_leaves(model()), key=str)


def _put(tree: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if all(isinstance(key, int) for key in value):
        return [_lists(value[key]) for key in sorted(value)]
    return {key: _lists(inner) for key, inner in value.items()}


@given(st.lists(st.sampled_from(LEAVES), max_size=12, unique=True))
def test_whatever_the_model_knows_nests_and_has_its_type(leaves: list[tuple[tuple[Any, ...], str]]) -> None:
    expected: dict[Any, Any] = {}
    for path, kind in leaves:
        _put(expected, path, VALUES[kind][1])
    said = [(".".join(map(str, path)), VALUES[kind][0]) for path, kind in leaves]
    made = parse_parameters(model(), said)
    assert made == {key: _lists(value) for key, value in expected.items()}
    report = ParamValidator().validate({"MinCount": 1, "MaxCount": 1, **made}, model())
    assert "Invalid type" not in report.generate_report()


@given(st.lists(st.tuples(st.text(), st.text()), max_size=3))
def test_any_other_text_is_refused_or_read(said: list[tuple[str, str]]) -> None:
    with contextlib.suppress(CloudError):
        assert isinstance(parse_parameters(model(), said), dict)
