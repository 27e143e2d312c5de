"""A cloud as a sweep looks at it: whose account, which instances, with which of our tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

POOL_TAG, FLEET_TAG, VM_TAG = "ElasticPool", "ElasticFleet", "ElasticVM"
COUNT_TAG = "ElasticOrphan"
"""Tag on what is left over: in how many sweeps in a row it was so.  The cloud remembers, so we need not."""


@dataclass(frozen=True)
class Account:
    """A cloud as a submit text names it: the URL in grid_resource, and the files with the credentials."""

    url: str
    access_key_file: str = ""
    secret_key_file: str = ""


class OurTags:
    """What our tags say of something in a cloud."""

    tags: Mapping[str, str]

    @property
    def vm(self) -> str:
        """The id that we made for the VM that it is, or belongs to; empty if it has none."""
        return self.tags.get(VM_TAG, "")

    @property
    def fleet(self) -> str:
        """The fleet of that VM."""
        return self.tags.get(FLEET_TAG, "")

    @property
    def counted(self) -> int:
        """In how many sweeps in a row it was left over; 0 if it has no count."""
        text = self.tags.get(COUNT_TAG, "")
        return int(text) if text.isascii() and text.isdigit() else 0


@dataclass(frozen=True)
class Tagged(OurTags):
    """An instance that is there; created is in seconds since 1970, by the cloud's clock; tags as the cloud has them."""

    id: str
    created: int
    tags: Mapping[str, str] = field(default_factory=dict)
