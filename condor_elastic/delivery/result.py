"""What came of a delivery."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivered:
    """Where the image is.

    existed: nothing had to be sent; id: the cloud's, or a path or URL; line: what a fleet's SUBMIT says then, empty
    where no fleet starts VMs; remarks: what else is to be known, in sentences.
    """

    method: str
    id: str
    name: str
    sha256: str
    existed: bool
    line: str = ""
    remarks: tuple[str, ...] = ()
