"""Read queues.conf as AutoPyFactory does, and remember the line of each option."""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

UNSET = ("", "None")


class BadFile(ValueError):
    """A queues.conf that cannot be read; the message says file and line."""


@dataclass(frozen=True)
class Option:
    """One option as a section sees it: its value with %(name)s filled in, and where it stands."""

    name: str
    value: str
    file: str
    line: int
    variable: bool = False

    @property
    def place(self) -> str:
        """Say where the option stands, as ``queues.conf, line 3``."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Section:
    """One queue: its own options, and those of [DEFAULT] that it leaves as they are."""

    name: str
    place: str
    options: tuple[Option, ...]


class _Lines(configparser.ConfigParser):
    """A parser that knows the line it reads: it asks for the form of an option's name as it reads that line."""

    def __init__(self) -> None:
        super().__init__(inline_comment_prefixes=(";",), empty_lines_in_values=False)
        self.found: dict[tuple[str, str], tuple[str, int]] = {}
        self._now: tuple[str, str, int] | None = None

    def optionxform(self, optionstr: str) -> str:
        if self._now is not None:
            section, file, line = self._now
            self.found[section, optionstr] = (file, line)
        return optionstr  # AutoPyFactory keeps capitals apart

    def read_numbered(self, lines: Iterable[str], file: str) -> None:
        self.read_file(self._counted(lines, file), file)
        self._now = None

    def _counted(self, lines: Iterable[str], file: str) -> Iterator[str]:
        section = ""
        for number, line in enumerate(lines, 1):
            if line.startswith("["):
                section = line[1:].partition("]")[0]
                self.found[section, ""] = (file, number)
            self._now = (section, file, number)
            yield line


def sections(paths: Sequence[str]) -> list[Section]:
    """Read the files as one; raises BadFile."""
    parser = _Lines()
    for path in paths:
        _read(parser, path)
    made = [_section(parser, name) for name in parser.sections()]
    if not made:
        raise BadFile(f"{', '.join(paths)}: there is no section, so no queue")
    return made


def _read(parser: _Lines, path: str) -> None:
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_numbered(file, path)
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path} is no text in UTF-8") from None
    except configparser.DuplicateSectionError as error:
        raise BadFile(f"{path}, line {error.lineno}: there is a section [{error.section}] already") from None
    except configparser.DuplicateOptionError as error:
        raise BadFile(f"{path}, line {error.lineno}: {error.option} is in [{error.section}] already") from None
    except configparser.MissingSectionHeaderError as error:
        raise BadFile(f"{path}, line {error.lineno}: a [section] must come before the first option") from None
    except configparser.ParsingError as error:
        number, line = error.errors[0]
        shown = line.replace("\\n", "").strip().strip("'\"")
        raise BadFile(f"{path}, line {number}: {shown} is neither a section nor an option") from None


def _section(parser: _Lines, name: str) -> Section:
    file, line = parser.found.get((name, ""), ("?", 0))
    raw = [parser.get(name, option, raw=True) for option in parser.options(name)]
    options = tuple(_option(parser, name, option, raw) for option in parser.options(name))
    return Section(name, f"{file}, line {line}", options)


def _option(parser: _Lines, section: str, name: str, raw: Sequence[str]) -> Option:
    file, line = parser.found.get((section, name)) or parser.found.get(("DEFAULT", name), ("?", 0))
    try:
        value = parser.get(section, name)
    except configparser.InterpolationError as error:
        why = " ".join(error.message.split())
        raise BadFile(f"{file}, line {line}: {name} in [{section}] cannot be filled in: {why}") from None
    return Option(name, value.replace("\n", " ").strip(), file, line, any(f"%({name})s" in text for text in raw))
