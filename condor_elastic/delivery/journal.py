"""How far a delivery has come, in a small file beside the disk: what was interrupted goes on from there."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from condor_elastic.delivery.wrong import Undelivered


@dataclass
class Journal:
    """Lines of JSON, the first with what they are about; a line that a crash has cut short does not count.

    token is made once and kept, so that a cloud that was asked for something twice makes it once.  blocks has the
    SHA256, in base64, of each block that the cloud has said to have.
    """

    path: Path
    about: dict[str, Any]
    token: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, path: Path, about: dict[str, Any]) -> Journal:
        """Go on with a file that is about the same, or begin a new one.  Raises Undelivered."""
        journal = cls(path, about)
        try:
            lines = list(_lines(path))
            if lines and lines[0].get("about") == about and lines[0].get("token"):
                journal.token = str(lines[0]["token"])
                for line in lines[1:]:
                    journal._take(line)
                if not path.read_bytes().endswith(b"\n"):  # the next line must not stand behind half of one
                    journal._append("\n")
            else:
                journal.renew()
        except OSError as error:
            raise Undelivered(f"{path}, which keeps how far a delivery is, cannot be used: {error.strerror}") from None
        return journal

    def renew(self) -> None:
        """Forget everything and begin with a new token."""
        self.token, self.facts, self.blocks = str(uuid.uuid4()), {}, {}
        new = self.path.with_name(self.path.name + ".new")
        new.write_text(json.dumps({"about": self.about, "token": self.token}) + "\n")
        os.replace(new, self.path)

    def note(self, **facts: Any) -> None:
        """Keep a fact, such as the id of a snapshot."""
        self._write(facts)

    def sent(self, number: int, checksum: str) -> None:
        """Keep that the cloud has a block."""
        self._write({"block": number, "sha256": checksum})

    def forget(self) -> None:
        """Delete the file: the delivery is done."""
        self.path.unlink(missing_ok=True)

    def _write(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._append(json.dumps(line) + "\n")
            self._take(line)

    def _append(self, text: str) -> None:
        with self.path.open("a") as file:
            file.write(text)

    def _take(self, line: dict[str, Any]) -> None:
        if "block" in line:
            self.blocks[int(line["block"])] = str(line["sha256"])
        else:
            self.facts.update(line)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for text in path.read_text(errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line
