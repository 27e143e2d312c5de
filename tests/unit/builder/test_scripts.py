"""The script that runs in an image while it is built, run here as it is written."""

from __future__ import annotations

import os
import subprocess

import pytest
from definitions import DEBIAN

from condor_elastic.builder.mkosi import Mkosi

POST = """\
post:
  base:
    - 'echo "it''s $((1+1))" > {0}/first'
    - 'cd {0} && exit_code=7; test -e first'
    - 'test -z "$exit_code"'
  ec2:
    - 'echo "a b"   >> {0}/first; false'
    - 'touch {0}/never'
"""


@pytest.fixture
def run(texts, tmp_path):
    """Run the script of a platform; systemctl is that of an image, which this is not, so it agrees to all."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/systemctl").write_text("#!/bin/sh\n")
    (tmp_path / "bin/systemctl").chmod(0o755)

    def run(platform):
        script = tmp_path / "post"
        script.write_text(texts(DEBIAN + POST.format(tmp_path), platform)["mkosi.postinst.chroot"])
        where = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        return subprocess.run(["sh", script], capture_output=True, text=True, check=False, env=where)

    return run


def test_each_line_has_a_shell_of_its_own_and_is_told(run, tmp_path):
    done = run("")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "first").read_text() == "it's 2\n"
    told = [line for line in done.stdout.splitlines() if line.startswith("‣  post.base: ")]
    assert len(told) == 3


def test_the_first_line_that_fails_fails_the_build_and_is_named(run, tmp_path):
    done = run("ec2")
    assert done.returncode == 1
    assert not (tmp_path / "never").exists()
    (tmp_path / "log").write_text(done.stdout)
    command = f'echo "a b"   >> {tmp_path}/first; false'
    assert Mkosi._why(tmp_path / "log") == f"post.ec2: {command}: exit status 1 (all it said: {tmp_path}/log)"


def test_all_secrets_of_a_failed_build_are_told(tmp_path):
    (tmp_path / "log").write_text("x\nSECRET /a: a token\n‣ failed\nSECRET /b: a private key\n")
    assert Mkosi._why(tmp_path / "log") == "what is secret must not be in an image:\n/a: a token\n/b: a private key"
    (tmp_path / "log").write_text("one\n\ntwo\n")
    assert Mkosi._why(tmp_path / "log") == f"mkosi has failed (all it said: {tmp_path}/log):\none\ntwo"
