"""The directories that setup makes, and the package brings: path, owner, group, mode."""

from __future__ import annotations

import os

from condor_elastic.knobs.table import GlobalKnobs

Directory = tuple[str, str, str, int]
SCOPES = ("READ", "WRITE", "ADVERTISE_STARTD", "ADVERTISE_MASTER")
"""What the token of the elastic identity is good for."""


def directories(knobs: GlobalKnobs) -> tuple[Directory, ...]:
    """Give them in the order in which they are made.

    The first is passed through by the elastic user, too, on his way to the clouds' credentials.
    """
    data = knobs.user_data_directory
    return (
        (os.path.dirname(knobs.retire_key), "root", "condor", 0o751),
        (knobs.token_directory, "condor", "condor", 0o700),
        (os.path.dirname(data), "root", "root", 0o755),
        (data, "condor", knobs.user, 0o2750),
        (os.path.join(os.path.dirname(data), "vms"), knobs.user, knobs.user, 0o700),
        (knobs.order_directory, "condor", "condor", 0o755),
        (knobs.panda_directory, "condor", "condor", 0o755),
        (os.path.dirname(knobs.spent_file), "condor", "condor", 0o755),
        (knobs.record_directory, "condor", "condor", 0o750),
    )
