"""A key pair's file is there in the end, whatever happens in between."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.key_pairs import DUPLICATE, NOWHERE, create


class Keys:
    """A cloud's key pairs."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.made = 0

    def create_key_pair(self, name: str) -> str:
        if name in self.names:
            raise CloudError(DUPLICATE, "there is one")
        self.names.add(name)
        self.made += 1
        return f"KEY {self.made}"

    def delete_key_pair(self, name: str) -> None:
        self.names.discard(name)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "key"
    create(Keys(), "k", str(file))
    assert file.read_text() == "KEY 1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("file", [None, NOWHERE])
def test_no_file_is_written_when_none_is_named(file: str | None) -> None:
    keys = Keys()
    create(keys, "k", file)
    assert keys.names == {"k"}


def test_a_pair_with_its_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("KEY 0")
    with pytest.raises(CloudError, match=DUPLICATE):
        create(Keys("k"), "k", str(file))
    assert file.read_text() == "KEY 0"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pair_whose_key_was_never_written_is_made_anew(tmp_path: Path) -> None:
    keys = Keys("k")
    create(keys, "k", str(tmp_path / "key"))
    assert (tmp_path / "key").read_text() == "KEY 1"
    assert keys.names == {"k"}


def test_a_file_that_cannot_be_written_is_told_before_the_cloud_is_asked(tmp_path: Path) -> None:
    keys = Keys()
    with pytest.raises(CloudError, match=r"E_FILE_IO: Failed to write private key to .*: No such file or directory"):
        create(keys, "k", str(tmp_path / "nowhere" / "key"))
    assert not keys.names
