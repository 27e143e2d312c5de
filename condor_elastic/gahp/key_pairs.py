"""The ssh key pair of one job: the gridmanager has it made before the VM and deleted after it (ec2_keypair_file).

The key's file must be there in the end, though a GAHP may be killed between the cloud's answer and the file.
"""

from __future__ import annotations

import os
from pathlib import Path

from condor_elastic.gahp.driver import CloudError, KeyPairs

DUPLICATE = "InvalidKeyPair.Duplicate"
"""In the text of a refusal the gridmanager takes this for success (GM_CREATE_KEY_PAIR in ec2job.cpp)."""
NOWHERE = os.devnull
"""What the gridmanager names when the job names no file."""


def create(keys: KeyPairs, name: str, file: str | None) -> None:
    """Make a key pair and write its private key, for its owner's eyes only; one that is there with its file stays.

    Raises CloudError: DUPLICATE, E_FILE_IO as the stock GAHP says, or what the cloud says.
    """
    if file in (None, NOWHERE):
        keys.create_key_pair(name)
        return
    target = Path(str(file))
    new = target.with_name(target.name + ".new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(_make(keys, name, target))
        new.replace(target)
    except OSError as error:
        raise CloudError("E_FILE_IO", f"Failed to write private key to {file}: {error.strerror}.") from None
    finally:
        new.unlink(missing_ok=True)


def _make(keys: KeyPairs, name: str, target: Path) -> str:
    """Return a private key; a pair whose key was never written is made once more: no VM can have it yet."""
    try:
        return keys.create_key_pair(name)
    except CloudError as error:
        if error.code != DUPLICATE or (target.exists() and target.stat().st_size):
            raise
        keys.delete_key_pair(name)
        return keys.create_key_pair(name)
