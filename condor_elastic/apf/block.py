"""What becomes of one section: knobs, submit commands, and a note for all that is neither."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from condor_elastic.apf.ini import UNSET, BadFile, Option, Section

FILL_IN = "FILL IN"


class Block:
    """The knobs of one queue or fleet as they are found; an option is taken once, what nobody takes gets a note."""

    def __init__(self, section: Section, name: str) -> None:
        """Start with nothing taken; name is that of the queue or fleet in our knobs."""
        self.section = section
        self.name = name
        self.knobs: dict[str, str] = {}
        self.submit: dict[str, str] = {}
        self.notes: list[str] = []
        self._left: dict[str, Option] = {}
        for option in section.options:
            key = option.name.lower()
            while key in self._left:  # of names that differ in capitals only, the first is meant, and all are noted
                key += "'"
            self._left[key] = option

    def take(self, *names: str) -> Option | None:
        """Take the first of these options that has a value."""
        for name in names:
            option = self._left.get(name)
            if option and option.value not in UNSET:
                return self._left.pop(name)
        return None

    def number(self, kind: Callable[[str], Any], option: Option) -> str:
        """Give the value of an option that must be a number of this kind; raises BadFile."""
        try:
            kind(option.value)
        except ValueError as error:
            raise BadFile(f"{option.place}: {option.name} = {option.value} is not {error}") from None
        return option.value

    def starting(self, prefix: str) -> list[Option]:
        """Take all options that start so."""
        return [self._left.pop(name) for name in list(self._left) if name.startswith(prefix)]

    def note(self, option: Option, why: str) -> None:
        """Keep an option as a comment, with its place and what to know about it."""
        self.notes.append(f"{option.place}: {option.name} = {option.value}: {why}")

    def say(self, text: str) -> None:
        """Add a comment that belongs to no single option."""
        self.notes.append(text)

    def left(self) -> list[Option]:
        """Give what nobody has taken."""
        return list(self._left.values())

    def lines(self) -> list[str]:
        """Make the lines of the configuration."""
        prefix = f"ELASTIC_{self.name}_"
        made = [f"# {note}" for note in self.notes]
        made += [f"{prefix}{knob} = {literal(value)}" for knob, value in self.knobs.items()]
        if self.submit:
            made.append(f"{prefix}SUBMIT @=end")
            made += [f"  {command} = {literal(value)}" for command, value in self.submit.items()]
            made.append("@end")
        return made


def literal(value: str) -> str:
    """Write a value so that the configuration leaves submit's own $(Cluster) alone."""
    return re.sub(r"(?<!\$)\$\(", "$(DOLLAR)(", value)
