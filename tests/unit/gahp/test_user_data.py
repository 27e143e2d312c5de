from __future__ import annotations

import base64
import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.gahp import user_data
from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.local_image import Size, configuration, lay_down, parse_size

SECRET = "eyJhbGciOiJIUzI1NiJ9"


def one(entry: str) -> bytes:
    return f"#cloud-config\nwrite_files:\n- {entry}\n".encode()


def test_files_are_written_below_the_root(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    packed = base64.b64encode(gzip.compress(b"packed")).decode()
    data = f"""#cloud-config
manage_etc_hosts: true
write_files:
- path: /etc/condor/config.d/60-x.conf
  content: "ElasticVM = x"
- {{path: /etc/condor/tokens.d/elastic, content: {SECRET}, permissions: '0644'}}
- {{path: /etc/packed, content: {packed}, encoding: gz+b64, permissions: 0755}}
- {{path: /etc/packed, content: -more, append: true}}
"""
    with caplog.at_level("DEBUG"):
        lay_down(tmp_path, "config", user_data.parse(data.encode()))
    assert (tmp_path / "etc/condor/config.d/60-x.conf").read_text() == "ElasticVM = x"
    token = tmp_path / "etc/condor/tokens.d/elastic"
    assert (token.read_text(), token.stat().st_mode & 0o777) == (SECRET, 0o600)
    assert (tmp_path / "etc/packed").read_bytes() == b"packed-more"
    assert "manage_etc_hosts is ignored" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/bin/sh\n",
        b"#cloud-config\n\xff",
        b"#cloud-config\n- list",
        f"#cloud-config\nwrite_files: [{SECRET}".encode(),
        f"#cloud-config\nwrite_files: {SECRET}".encode(),
        one("content: x"),
        one("path: relative"),
        one("path: /"),
        one("path: /../etc/passwd"),
        one("path: /etc/../../passwd"),
        one(f"{{path: /x, content: {SECRET}, encoding: rot13}}"),
        one(f"{{path: /x, content: {SECRET}!, encoding: gzip}}"),
        one("{path: /x, permissions: rwx}"),
    ],
)
def test_bad_user_data_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(CloudError) as refusal:
        user_data.parse(data)
    assert refusal.value.code == "InvalidParameterValue"
    assert SECRET not in str(refusal.value)


@given(st.binary() | st.text().map(lambda text: ("#cloud-config\n" + text).encode("utf-8", "surrogatepass")))
def test_any_user_data_is_files_or_a_cloud_error(data: bytes) -> None:
    with contextlib.suppress(CloudError):
        user_data.parse(data)


@given(st.integers(1, 99999), st.integers(1, 10**9 - 1))
def test_sizes(cpus: int, memory: int) -> None:
    assert parse_size(f"{cpus}x{memory}") == Size(cpus, memory)


@given(st.text())
def test_any_text_is_a_size_or_a_cloud_error(text: str) -> None:
    with contextlib.suppress(CloudError):
        parse_size(text)


def test_the_users_configuration_comes_last() -> None:
    text = configuration(Path("/vms/i-1"), "i-1", Size(2, 2048), Path("/image"), {"SBIN": "/sbin"})
    assert "SBIN = /sbin\n" in text
    assert "LOCAL_CONFIG_DIR = /image, /vms/i-1/etc/condor/config.d\n" in text
    assert "NUM_CPUS = 2\nMEMORY = 2048\n" in text
    assert "STARTD_NAME = i-1\n" in text
