"""moto's server, which lists all instances where EC2 does.

moto gives a hundred at a time to a caller that asks for no paging; EC2 gives all, and HTCondor's own ec2_gahp, which
knows no paging, relies on it.
"""

from __future__ import annotations

import sys
from typing import Any

from moto.ec2.responses.instances import InstanceResponse
from moto.server import main

ALL = 1_000_000
_get_param = InstanceResponse._get_param  # noqa: SLF001 - moto has no setting for it


def get_param(self: InstanceResponse, name: str, if_none: Any = None) -> Any:
    """Answer for the number of results that was not asked for."""
    found = _get_param(self, name, if_none)
    return ALL if name == "MaxResults" and found == if_none else found


if __name__ == "__main__":
    InstanceResponse._get_param = get_param  # noqa: SLF001
    main(sys.argv[1:])
