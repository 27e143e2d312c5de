"""The appliances of the talk of 2013, as its slides show them, are what the talk says of them."""

import json
import shutil
from pathlib import Path

import pytest

from condor_elastic.cli import main

TALK = Path(__file__).parent / "talk"
FILES = ["authorized_keys", "ntp/step-tickers", "ssh/sshd_config", "profile.d/osg.sh", "init.d/condorconfig",
         "condor/config.d/50cloud_condor.config", "condor/password_file"]  # fmt: skip
BASE = ["bind-utils", "curl", "ntp", "openssh-clients", "openssh-server", "subversion", "telnet", "vim-enhanced",
        "wget", "yum"]  # fmt: skip
BASE_POST = ["chown -R root:root /root/.ssh", "chmod -R go-rwx /root/.ssh", "chmod +x /etc/rc.local",
             "/sbin/chkconfig sshd on", "/sbin/chkconfig ntpd on"]  # fmt: skip


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The definitions with the files they name, as after the talk's svn checkout; nothing at home."""
    shutil.copytree(TALK, tmp_path / "boxgrinder")
    for name in FILES:
        (tmp_path / "boxgrinder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "boxgrinder" / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("BG_CONFIG_FILE", raising=False)


@pytest.fixture
def shown(checkout, capsys):
    def shown(name):
        assert main(["image", "show", f"boxgrinder/sl5-x86_64-{name}.appl", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return shown


def values(them):
    return [each["value"] for each in them]


def origin(each):
    return Path(each["from"]["file"]).stem.removeprefix("sl5-x86_64-")


def test_wn_osg_inherits_from_base(shown):
    made = shown("wn-osg")
    assert made["appliances"] == ["sl5-x86_64-base"]
    assert made["summary"]["value"] == "OSG worker node client."
    assert values(made["packages"]) == [*BASE, "osg-ca-certs", "osg-wn-client", "yum-priorities"]
    assert [origin(each) for each in made["packages"]] == 10 * ["base"] + 3 * ["wn-osg"]
    repos = [repo["name"]["value"] for repo in made["repos"]]
    assert repos == ["sl58-x86_64-os", "osg-release-x86_64", "osg-epel-deps"]
    assert values(made["post"]["base"]) == [
        *BASE_POST, "/sbin/chkconfig fetch-crl-boot on", "/sbin/chkconfig fetch-crl-cron on"
    ]  # fmt: skip
    assert [each["target"] for each in made["files"]] == [
        "/root/.ssh/authorized_keys", "/etc/ntp/step-tickers", "/etc/ssh/sshd_config", "/etc/profile.d/osg.sh"
    ]  # fmt: skip
    (root,) = made["hardware"]["partitions"]
    assert (root["mountpoint"], root["size"]["value"], origin(root["size"])) == ("/", 5, "base")


def test_batch_inherits_from_base(shown):
    made = shown("batch")
    assert values(made["packages"]) == [*BASE, "condor"]
    assert values(made["post"]["base"])[:6] == [*BASE_POST, "/usr/sbin/useradd slot1"]
    assert [each["target"] for each in made["files"]][3:] == [
        "/etc/condor/config.d/50cloud_condor.config", "/etc/condor/password_file", "/etc/init.d/condorconfig"
    ]  # fmt: skip


def test_scientific_linux_5_is_taken_for_a_living_system(shown):
    made = shown("base")
    assert (made["os"]["name"]["value"], made["os"]["version"]["value"]) == ("sl", "5")
    assert made["built_as"] == {"name": "almalinux", "version": "9"}
    assert "sl 5 IS DEAD" in made["warnings"][0]["said"]


def test_the_talks_recipe_is_checked(checkout, capsys):
    """boxgrinder-build -f FILE -p ec2 -d ami --delivery-config region:us-west-2,bucket:racf-cloud-2."""
    line = ["boxgrinder/sl5-x86_64-wn-osg.appl", "-p", "ec2", "-d", "ami"]
    more = ["--delivery-config", "region:us-west-2,bucket:racf-cloud-2"]
    assert main(["image", "check", *line, "--delivery-config", "bukket:racf-cloud-2"]) == 1
    assert "error: ami has no setting bukket; did you mean bucket?" in capsys.readouterr().err
    config = Path(".boxgrinder/config")
    config.parent.mkdir()
    config.write_text("plugins:\n  s3:\n    access_key: AKIA-EXAMPLE-KEY\n    secret_access_key: XXXXXXXXXXX\n")
    config.chmod(0o600)
    assert main(["image", "check", *line, *more]) == 0
    said = capsys.readouterr()
    assert said.out == "sl5-x86_64-wn-osg (almalinux 9, 2 files): 0 errors, 2 warnings.\n"
    assert "XXXX" not in said.err


def test_what_the_checkout_lacks_is_said(checkout, capsys):
    Path("boxgrinder/condor/password_file").unlink()
    assert main(["image", "check", "boxgrinder/sl5-x86_64-batch.appl"]) == 1
    assert capsys.readouterr().err.startswith(
        "error: boxgrinder/sl5-x86_64-batch.appl:12:7: there is no file boxgrinder/condor/password_file, "
        "which is to go to /etc/condor/password_file\n"
    )
