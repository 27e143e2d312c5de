"""BoxGrinder's own configuration: the file that BG_CONFIG_FILE names, or ~/.boxgrinder/config."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from condor_elastic.appliance.options import Option
from condor_elastic.appliance.plugins import DELIVERIES, OS_PLUGINS, PLATFORM_PLUGINS, PLATFORMS, SECRETS, Plugin
from condor_elastic.appliance.stated import BadAppliance, Fault, Place, Warn, bad
from condor_elastic.appliance.tree import Items, Scalar, Table, Tree
from condor_elastic.knobs.near import near

KEYS = ("name", "force", "log_level", "backtrace", "platform", "delivery", "additional_plugins", "dir", "os_config",
        "platform_config", "delivery_config", "plugins")  # fmt: skip
MAPS = ("dir", "os_config", "platform_config", "delivery_config", "plugins")
OF_BOXGRINDER = ("name", "log_level", "backtrace", "additional_plugins")
"""What only BoxGrinder itself could use."""


@dataclass(frozen=True)
class Settings:
    """What the file says; the command line's word is stronger, key by key."""

    file: str = ""
    platform: str = ""
    delivery: str = ""
    force: bool = False
    dir: Mapping[str, str] = field(default_factory=dict)
    os_config: Mapping[str, Option] = field(default_factory=dict)
    platform_config: Mapping[str, Option] = field(default_factory=dict)
    delivery_config: Mapping[str, Option] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Option]] = field(default_factory=dict)
    warnings: tuple[Warn, ...] = ()

    def of_plugin(self, name: str, kind: str) -> dict[str, Option]:
        """Give the settings of a plugin; kind is platform or delivery, whose own map is the stronger."""
        return {**self.plugins.get(name, {}), **(self.platform_config if kind == "platform" else self.delivery_config)}


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the file, where there is one; raises BadAppliance, also if BG_CONFIG_FILE names none."""
    named = environ.get("BG_CONFIG_FILE")
    path = Path(named if named is not None else Path(environ.get("HOME", "/"), ".boxgrinder", "config"))
    if named is not None and not named.strip():
        raise bad(None, "BG_CONFIG_FILE is empty; the path of a configuration file would be right, or no such variable")
    try:
        text, mode = path.read_text(encoding="utf-8"), path.stat().st_mode
    except FileNotFoundError:
        if named is not None:
            raise bad(None, f"BG_CONFIG_FILE = {named}: there is no such file") from None
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise bad(Place(str(path)), f"it cannot be read: {why}") from None
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return Settings(str(path))
    from condor_elastic.appliance.grow import read_yaml

    tree = read_yaml(text, str(path))
    return _settings(tree, str(path), _open_secrets(tree, str(path), mode))


def _settings(tree: Tree, file: str, warnings: tuple[Warn, ...]) -> Settings:
    if not isinstance(tree, Table):
        raise bad(tree.place, f"the configuration is {tree.kind}; a map of {', '.join(KEYS)} would be right")
    faults = [*_wrong_maps(tree), *_wrong_plugins(tree)]
    if faults:
        raise BadAppliance(faults)
    said = {key.text: plain(value) for key, value in tree.entries}
    said.update({key: said.get(key) or {} for key in MAPS})
    warnings += tuple(_remarks(tree))
    return Settings(
        file, _word(said.get("platform")), _word(said.get("delivery")), said.get("force") is True, said["dir"],
        said["os_config"], said["platform_config"], said["delivery_config"],
        {name: values or {} for name, values in said["plugins"].items()}, warnings,
    )  # fmt: skip


def _word(value: Any) -> str:
    return "" if value in (None, "none", ":none") else str(value)


def _wrong_maps(tree: Table) -> list[Fault]:
    wrong = [(name, value) for name in MAPS if not isinstance(value := tree.get(name), (Table, type(None)))]
    return [Fault(value.place, f"{name} is {value.kind}; a map would be right") for name, value in wrong if value]


def _wrong_plugins(tree: Table) -> list[Fault]:
    plugins = tree.get("plugins")
    wrong = [(key, value) for key, value in (plugins.entries if isinstance(plugins, Table) else ())
             if not isinstance(value, Table) and not (isinstance(value, Scalar) and value.value is None)]  # fmt: skip
    return [Fault(value.place, f"plugins.{key.text} is {value.kind}; a map of its settings would be right")
            for key, value in wrong]  # fmt: skip


def _remarks(tree: Table) -> list[Warn]:
    made = [Warn(key.place, f"{key.text} is unknown{near(key.text, KEYS)}") for key, _ in tree.entries
            if key.text not in KEYS]  # fmt: skip
    made += [Warn(key.place, f"{key.text} means nothing here") for key, _ in tree.entries if key.text in OF_BOXGRINDER]
    known: dict[str, Plugin] = {each.name: each for each in (*PLATFORM_PLUGINS.values(), *DELIVERIES.values())}
    plugins = tree.get("plugins")
    for key, values in plugins.entries if isinstance(plugins, Table) else ():
        if key.text not in (*known, *PLATFORMS, *OS_PLUGINS):
            made.append(Warn(key.place, f"plugins.{key.text} is unknown{near(key.text, known)}"))
        for setting, _ in values.entries if isinstance(values, Table) and key.text in known else ():
            if setting.text not in known[key.text].settings:
                said = f"plugins.{key.text}.{setting.text} is unknown{near(setting.text, known[key.text].settings)}"
                made.append(Warn(setting.place, said))
    return made


def plain(tree: Tree) -> Any:
    """Give the values of a tree without their places."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Items):
        return [plain(item) for item in tree.items]
    return {key.text: plain(value) for key, value in tree.entries}


def _open_secrets(tree: Tree, file: str, mode: int) -> tuple[Warn, ...]:
    if not mode & (stat.S_IRGRP | stat.S_IROTH) or not _secret(tree):
        return ()
    return (Warn(Place(file), f"it has credentials, and others may read it (mode {mode & 0o777:o}): 600 is right"),)


def _secret(tree: Tree) -> bool:
    """Tell whether it says a password or a key anywhere."""
    if not isinstance(tree, Table):
        return False
    return any(_secret(value) or (key.text in SECRETS and plain(value) is not None) for key, value in tree.entries)
