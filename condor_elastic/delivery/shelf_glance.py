"""Images of ours in Glance, of one project."""

from __future__ import annotations

import time
from typing import Any

from condor_elastic.delivery.glance import HALF, listed
from condor_elastic.delivery.origin import called_in_glance
from condor_elastic.delivery.shelf import Image
from condor_elastic.gahp.openstack_faults import translated

_YOUNG = 86400
"""Seconds: an image without its data that is younger may belong to a delivery under way."""


class GlanceShelf:
    """The project of one connection."""

    def __init__(self, connection: Any, label: str) -> None:
        """Take openstacksdk's connection, and what the place is called in a log."""
        self._connection, self.label = connection, label

    def images(self, pool: str) -> list[Image]:
        """List images of this project with the pool's mark; those that never got their data are left over."""
        with translated():
            mine = {called_in_glance("ElasticPool"): pool, "owner": self._connection.current_project_id}
            found = list(listed(self._connection.image, mine))
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - _YOUNG))
        return [_image(one) for one in found if one["status"] == "active" or _is_left(one, since)]

    def delete(self, image: Image) -> None:
        """Delete one; Glance refuses where volumes hang on it."""
        with translated():
            self._connection.image.delete_image(image.id, ignore_missing=True)


def _is_left(one: dict[str, Any], since: str) -> bool:
    return one["status"] in HALF and str(one["created_at"]) < since


def _image(one: dict[str, Any]) -> Image:
    appliance, arch, built = (str(one.get(called_in_glance(tag), "")) for tag in
                              ("ElasticAppliance", "ElasticArch", "ElasticBuilt"))  # fmt: skip
    left = one["status"] != "active"
    return Image(one["id"], one["name"], appliance, arch, one["created_at"], built, leftover=left)
