"""A real cloud-init applies our user-data, alone and beside a site's; the HTCondor it leaves behind joins the pool."""

from __future__ import annotations

import re
from email import message_from_bytes
from pathlib import Path

import pytest
from live.pool import run, wait_for
from machine import HERE, Machine
from real import FLEET

from condor_elastic.act.retire import mark
from condor_elastic.knobs.macros import configured
from condor_elastic.model import Shape, Startd, VmJob, Worker

NOWHERE = FLEET.replace("local:///var/lib/condor/elastic/vms", "http://127.0.0.1:9/")
"""A fleet whose VM job waits for a cloud that is not there, so that its user-data is there for a machine of ours."""
SITE = """\
Content-Type: multipart/mixed; boundary="site"
MIME-Version: 1.0

--site
Content-Type: text/cloud-config

#cloud-config
timezone: Europe/Zurich
write_files:
- path: /etc/condor/config.d/70-site.conf
  content: |
    SiteVM = "$(ElasticVM)"
    STARTD_ATTRS = $(STARTD_ATTRS) SiteVM
runcmd:
- [sh, -c, 'echo command > /etc/site-command']
--site
Content-Type: text/x-shellscript

#!/bin/sh
echo "$(id -un) $(ElasticFleet)" > /etc/site-script
--site--
"""
OPEN = "SEC_CLIENT_AUTHENTICATION_METHODS = IDTOKENS, FS, CLAIMTOBE, ANONYMOUS\n"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site"
    path.write_text(SITE)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)  # the cycle reads it as user condor
    return path


@pytest.fixture
def machine(tmp_path):
    base = tmp_path / "machine"
    base.mkdir()
    with Machine(base) as made:
        yield made


def ordered(pool, more=""):
    """Have a cycle submit one VM job; give it and its user-data."""
    pool.knobs(NOWHERE + f"ELASTIC_COLLECTOR = {HERE}\n" + more)
    pool.submit(1)
    (vm,) = wait_for("the VM job", lambda: pool.verdict() and pool.vms(), 30)
    return vm, Path(vm["EC2UserDataFile"]).read_bytes()


def joined(pool, vm):
    return [ad for ad in pool.slots() if ad.get("ElasticVM") == vm["ElasticVM"]]


def valid(machine, name, config):
    """Have cloud-init check one #cloud-config; it reads no multipart here."""
    (machine.root / "tmp" / name).write_bytes(config)
    return machine.do("cloud-init", "schema", "--config-file", f"/tmp/{name}").stdout


def test_cloud_init_makes_a_worker_of_our_user_data_and_the_sites(pool, machine, site, monkeypatch):
    vm, plain = ordered(pool)
    assert plain.startswith(b"#cloud-config\n")
    assert valid(machine, "plain", plain).startswith("Valid schema")
    run("condor_rm", "-constraint", "ElasticVM isnt undefined")
    wait_for("an empty queue of VM jobs", lambda: not pool.vms(), 30)

    vm, data = ordered(pool, f"ELASTIC_TRY_USER_DATA = {site}\n")
    parts = [part.get_payload(decode=True) for part in message_from_bytes(data).walk()
             if part.get_content_type() == "text/cloud-config"]  # fmt: skip
    assert [valid(machine, f"part{n}", part)[:12] for n, part in enumerate(parts)] == ["Valid schema"] * 2
    assert '"errors": []' in "".join(machine.boot(data))
    assert machine.do("cloud-init", "schema", "--system").stdout.startswith("Valid schema")

    assert (machine.root / "etc/site-command").read_text() == "command\n"
    assert (machine.root / "etc/site-script").read_text() == "root try\n"
    assert (machine.root / "etc/timezone").read_text() == "Europe/Zurich\n"
    modes = machine.do("stat", "-c", "%a %U", "/etc/condor/config.d/60-elastic-vm.conf", "/etc/condor/tokens.d/elastic",
                       "/etc/condor/passwords.d/POOL").stdout.splitlines()  # fmt: skip
    assert modes == ["644 root", "600 root", "600 root"]

    machine.start()
    (slot,) = wait_for("its slot in the pool", lambda: joined(pool, vm), 60)
    assert slot["SiteVM"] == slot["ElasticVM"] == vm["ElasticVM"]
    assert slot["ElasticDeadline"] == vm["ElasticDeadline"]
    owners = machine.do("sh", "-c", "ps -o euser= -o ruser= -C condor_startd").stdout.split()
    assert owners == ["condor", "root"], "the startd is condor and reads token and password as root"

    name = slot["Name"].partition("@")[2]
    shape = Shape(1, 1)
    startd = Startd(name, vm["ElasticVM"], "try", shape, shape, 0, 0, retiring=False)
    worker = Worker(VmJob("1.0", vm["ElasticVM"], "try", 1, 0), startd)
    for name, value in (("NETWORK_INTERFACE", HERE), ("USE_SHARED_PORT", "False")):
        monkeypatch.setenv(f"_CONDOR_{name}", value)  # where the startd can call back: it is not on our loopback
    mark(configured().pool, worker, retire=True)
    wait_for("its retirement", lambda: all(ad["ElasticRetire"] for ad in joined(pool, vm)), 60)
    machine.off()


def test_a_file_that_cannot_be_used_is_said_and_nothing_is_launched(pool, tmp_path):
    large = tmp_path / "large"
    large.write_text("#!/bin/sh\n" + "#" * 16384)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    for path, said in (("/nowhere", "cannot be read: No such file or directory"), (large, "EC2 takes at most 16384")):
        pool.knobs(f"{FLEET}ELASTIC_USER_DATA = {path}\n")
        pool.submit(1)
        verdict = pool.verdict()
        assert verdict.startswith("Submitting none of ")
        assert f'because ELASTIC_USER_DATA = "{path}" ' in verdict
        assert said in verdict
        assert pool.vms() == []
        checked = run("python3", "-m", "condor_elastic.cli", "check", check=False)
        assert (checked.returncode, said in checked.stdout) == (1, True), checked


def test_a_stolen_image_holds_no_secret_and_cannot_join(pool, machine):
    vm, data = ordered(pool)
    text = data.decode()
    token = re.search(r"tokens.d/elastic.*?content: \|\s+(\S+)", text, re.DOTALL)[1]
    password = re.search(r"content: '(\w+)'", text)[1]
    secrets = {"token": token, "password": password}
    for name in ("elastic.d/tokens.d/elastic", "elastic.d/retire.key"):
        secrets[name] = (Path("/etc/condor") / name).read_text().strip()
    secrets["signing key"] = Path("/etc/condor/passwords.d/POOL").read_bytes().strip(b"\0").decode("latin-1")
    places = "/etc /var /home /root /opt /srv /usr/share/condor /usr/libexec/condor /usr/lib/python3/dist-packages"
    for what, secret in secrets.items():
        (machine.root / "tmp/secret").write_bytes(secret.encode("latin-1"))
        look = f"grep -rlF -D skip -f /tmp/secret {places}"
        assert machine.do("sh", "-c", look, check=False).stdout == "", what
    (machine.root / "etc/found").write_text(f"x {token} y")
    (machine.root / "tmp/secret").write_text(token)
    assert machine.do("sh", "-c", look, check=False).stdout == "/etc/found\n", "the search finds what is there"
    assert not list((machine.root / "etc/condor").glob("*.d/POOL"))

    # What a thief can write without user-data: pool, names, a key of his own and a token that it has signed.
    config = text.partition("content: |\n")[2].partition("  - path:")[0].replace("      ", "")
    (machine.root / "etc/condor/config.d/60-elastic-vm.conf").write_text(config + OPEN)
    for directory in ("passwords.d", "tokens.d"):
        (machine.root / "etc/condor" / directory).mkdir(mode=0o700)
    key = machine.root / "etc/condor/passwords.d/POOL"
    key.write_text("0" * 64)
    key.chmod(0o600)
    machine.do("condor_token_create", "-identity", "elastic@cm.elastic.test", "-token", "elastic")
    assert machine.do("ls", "/etc/condor/tokens.d").stdout == "elastic\n"
    machine.start()
    for daemon in ("Master", "Start"):
        wait_for("the refusal", lambda: re.search("Failed to authenticate|DENIED", machine.log(daemon)), 60)  # noqa: B023
    assert joined(pool, vm) == []
    assert not pool.ads("-master", "-constraint", f'Name == "{vm["ElasticVM"]}"')
