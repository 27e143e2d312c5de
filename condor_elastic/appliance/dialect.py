"""A scanner for PyYAML that reads the dialect of BoxGrinder's parser, Kwalify::Yaml::Parser 0.7.

It differs from YAML 1.1 in unquoted values, comments, tabs, keys and quotes; docs/images.md has the list.
"""

from __future__ import annotations

import re
from typing import NoReturn

from yaml.composer import Composer
from yaml.error import Mark
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from condor_elastic.appliance.quoted import BadEscape, escape

BREAKS = "\0\r\n\x85\u2028\u2029"
KEY = re.compile(r"([\w.][-\w.:]*\*?|:\w+|=|<<)[ \t]*:(?=[ \t]|$)", re.ASCII)
"""What may be a key without quotes."""
IN_FLOW = re.compile(r"[^,\]}#]*(?:,(?=\S)[^,\]}#]*)*")
QUOTE_IT = "quote the value"


class DialectScanner(Reader, Scanner):
    """Makes PyYAML's tokens; cuts keeps the place of each # that ends an unquoted value without a blank before it."""

    def __init__(self, text: str) -> None:
        """Take the whole text; raises yaml.reader.ReaderError for characters that are none of a text."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        self.cuts: list[Mark] = []

    def scan_to_next_token(self) -> None:
        """Skip blanks, tabs among them, line ends and comments."""
        if self.index == 0 and self.peek() == "\ufeff":
            self.forward()
        while True:
            while self.peek() in " \t":
                self.forward()
            if self.peek() == "#":
                self.forward(len(self._line()))
            if not self.scan_line_break():  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it out
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def check_directive(self) -> bool:
        """Tell that there are none."""
        return False

    def check_key(self) -> bool:
        """Tell that a question mark is text."""
        return False

    def check_value(self) -> bool:
        """Tell a colon after a key from one that begins a text."""
        return bool(super().check_value() and (self.flow_level or self.flow_level in self.possible_simple_keys))

    def check_plain(self) -> bool:
        """Take whatever is nothing else for text: @group, `command`, %macro."""
        return True

    def fetch_flow_sequence_end(self) -> None:
        """Close what is open, else it is text."""
        super().fetch_flow_sequence_end() if self.flow_level else self.fetch_plain()

    def fetch_flow_mapping_end(self) -> None:
        """Close what is open, else it is text."""
        super().fetch_flow_mapping_end() if self.flow_level else self.fetch_plain()

    def fetch_flow_entry(self) -> None:
        """Separate what is in brackets, else it is text."""
        super().fetch_flow_entry() if self.flow_level else self.fetch_plain()

    def fetch_alias(self) -> None:
        """Read *name; *.rpm is text."""
        super().fetch_alias() if self._name_follows() else self.fetch_plain()

    def fetch_anchor(self) -> None:
        """Read &name; && is text."""
        super().fetch_anchor() if self._name_follows() else self.fetch_plain()

    def fetch_tag(self) -> None:
        """Read !name and !!name, which say nothing; a ! before anything else is text."""
        super().fetch_tag() if re.match(r"!!?\w", self._line()) else self.fetch_plain()

    def scan_plain(self) -> ScalarToken:
        """Read an unquoted text: a key up to its colon, else the rest of the line up to a #."""
        start, line = self.get_mark(), self._line()
        key = KEY.match(line)
        if key:
            self._allow_key(start, key[1])
            text = key[1]
        elif self.flow_level:
            text = IN_FLOW.match(line)[0].rstrip()  # type: ignore[index]  # it matches always, if only nothing
        else:
            text = self._up_to_comment(line, start)
        if not text:
            self._fail(start, f"{line[:1]!r} is not expected here")
        self.forward(len(text))
        return ScalarToken(text, True, start, self.get_mark())

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        """Read a text in quotes; two single quotes in it are one, as in YAML."""
        start, quote = self.get_mark(), self.peek()
        self.forward()
        text = ""
        while self.peek() != quote or self._doubled(quote, text):
            if self.peek() == "\0":
                self._fail(start, f"nothing closes the quote {quote} that begins here")
            text += self._character(quote)
        self.forward()
        return ScalarToken(text, False, start, self.get_mark(), style)

    def _doubled(self, quote: str, text: str) -> bool:
        return quote == "'" and self.peek(1) == "'" and bool(text)

    def _character(self, quote: str) -> str:
        if self.peek() != "\\":
            if self.peek() == quote:
                self.forward()
            text, taken = str(self.peek()), 1
        else:
            self.forward()
            try:
                text, taken = escape(quote, self.peek)
            except BadEscape as error:
                self._fail(self.get_mark(), str(error))
        if text[-1:] != "\0":  # the end of the file; the caller says so
            self.forward(taken)
        return text

    def _up_to_comment(self, line: str, start: Mark) -> str:
        text, comment, _ = line.partition("#")
        if comment and text[-1:] not in " \t":
            self.cuts.append(start)
        return text.rstrip(" \t")

    def _allow_key(self, start: Mark, key: str) -> None:
        open_key = self.possible_simple_keys.get(self.flow_level)
        if open_key is None or open_key.index != start.index:
            self._fail(start, f"{key}: would be a key inside a value; {QUOTE_IT}")

    def _name_follows(self) -> bool:
        return re.match(r".[-\w]", self._line(), re.ASCII) is not None

    def _line(self) -> str:
        length = 0
        while self.peek(length) not in BREAKS:
            length += 1
        return str(self.prefix(length))

    def _fail(self, mark: Mark, said: str) -> NoReturn:
        raise ScannerError(None, None, said, mark)


class Dialect(DialectScanner, Parser, Composer, BaseResolver):
    """Composes PyYAML's nodes of a text; all scalars are left as text."""

    def __init__(self, text: str) -> None:
        """Take the whole text; raises as DialectScanner."""
        DialectScanner.__init__(self, text)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
