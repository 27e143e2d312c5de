"""ec2_parameter_* of a submit text as arguments of RunInstances: dots are nesting, types are the service model's.

Names may be those of boto3 (BlockDeviceMappings.1.Ebs.VolumeSize) or of EC2's query interface, which the stock GAHP
takes (BlockDeviceMapping.1.Ebs.VolumeSize).  Capitals do not matter, as HTCondor does not keep them everywhere, and _
may stand for a dot: condor_submit takes the name of what ec2_parameter_names does not list from its line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from condor_elastic.gahp.driver import CloudError

OURS = frozenset({"ClientToken", "MinCount", "MaxCount", "DryRun", "UserData"})
"""Arguments that would break what the gridmanager relies on, or that have a submit command of their own."""
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_parameters(model: Any, parameters: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return nested arguments; model is botocore's input shape of RunInstances.  Raises CloudError."""
    tree: dict[Any, Any] = {}
    for name, text in parameters:
        path, shape = _resolve(model, name)
        if path[0] in OURS:
            raise CloudError("InvalidParameterCombination", f"ec2_parameter {name}: {path[0]} cannot be set this way")
        _put(tree, path, _value(shape, name, text), name)
    return {key: _plain(value) for key, value in tree.items()}


def _resolve(model: Any, name: str) -> tuple[list[Any], Any]:
    """Return the keys that lead to a value (numbers in lists), and the shape of the value."""
    path: list[Any] = []
    shape = model
    for word in name.split(".") if "." in name else name.split("_"):
        if shape.type_name == "structure":
            path.append(_member(shape, word, name))
            shape = shape.members[path[-1]]
        elif shape.type_name == "list" and word.isascii() and word.isdigit():
            path.append(int(word))
            shape = shape.member
        else:
            raise CloudError("UnknownParameter", f"ec2_parameter {name}: {word!r} does not fit below a {shape.name}")
    return path, shape


def _member(shape: Any, word: str, name: str) -> str:
    names = {}
    for key, member in shape.members.items():
        for alias in (member.serialization.get("name"), member.serialization.get("queryName"), key):
            if alias:
                names[alias.lower()] = key
    if word.lower() not in names:
        close = difflib.get_close_matches(word, shape.members, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise CloudError("UnknownParameter", f"ec2_parameter {name}: RunInstances has no {word!r} there{hint}")
    return str(names[word.lower()])


def _value(shape: Any, name: str, text: str) -> Any:
    kind = shape.type_name
    try:
        if kind == "list":
            return [_value(shape.member, name, word.strip()) for word in text.split(",") if word.strip()]
        if kind == "boolean":
            return _BOOLEANS[text.strip().lower()]
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except (ValueError, KeyError):
        raise CloudError("InvalidParameterValue", f"ec2_parameter {name}: {text!r} is not a {kind}") from None
    if kind in ("structure", "map"):
        raise CloudError("InvalidParameterValue", f"ec2_parameter {name} is a {kind}: name what is in it, with dots")
    return text


def _put(tree: dict[Any, Any], path: list[Any], value: Any, name: str) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            break
    if not isinstance(tree, dict) or path[-1] in tree:
        raise CloudError("InvalidParameterCombination", f"ec2_parameter {name} is said twice")
    tree[path[-1]] = value


def _plain(value: Any) -> Any:
    """Return dictionaries with numbers for keys as lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if all(isinstance(key, int) for key in value):
        return [_plain(value[key]) for key in sorted(value)]
    return {key: _plain(inner) for key, inner in value.items()}
