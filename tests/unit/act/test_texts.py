import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from build import fleet, queue, settings

from condor_elastic.act import contextualise
from condor_elastic.act.collector import collector_of
from condor_elastic.act.elastic_user import environment
from condor_elastic.act.pilot_text import pilot_text
from condor_elastic.act.user_data import render
from condor_elastic.act.vm_text import vm_text
from condor_elastic.act.worker_token import Token, retire_password
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import PilotShape

POOL = settings().pool


def test_a_vm_job_carries_its_id_as_attribute_and_tag():
    text = vm_text(POOL, fleet(submit="grid_resource = ec2 local:///x\nec2_tag_names = Site,Owner\nec2_tag_Site = BNL"))
    assert 'My.ElasticVM = "$(ElasticVM)"' in text
    assert "ec2_tag_names = ElasticPool ElasticFleet ElasticVM Name Site Owner\n" in text
    assert text.index("grid_resource") < text.index("My.ElasticPool")


def test_a_pilot_carries_our_mark():
    text = pilot_text(POOL, queue("BNL_CLOUD"), PilotShape())
    assert 'My.ElasticPilotQueue = "BNL_CLOUD"' in text
    assert 'My.ElasticPool = "test"' in text


def lines(text):
    return dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)  # a later line wins


def test_a_pilot_asks_for_its_shape_unless_the_site_says_otherwise():
    shape = PilotShape("MCORE", 8, 16000, 1024)
    said = lines(pilot_text(POOL, queue(submit="executable = w\nrequest_disk = 5"), shape))
    assert (said["request_cpus"], said["request_memory"], said["request_disk"]) == ("8", "16000", "5")
    assert (said["ResourceType"], said["Cores"], said["PandaQueue"]) == ("MCORE", "8", "BNL")
    assert said["My.ElasticResourceType"] == '"MCORE"'
    bare = lines(pilot_text(POOL, queue(), PilotShape("SCORE", 1, 2000)))
    assert "request_disk" not in bare


@pytest.mark.parametrize(
    ("site", "ours"),
    [
        ("", '"PANDA_JSID=test APFFID=test APFCID=$(Cluster).$(Process) FACTORYQUEUE=BNL"'),
        (
            'environment = "A=1 PANDA_JSID=mine"',
            '"PANDA_JSID=test APFFID=test APFCID=$(Cluster).$(Process) FACTORYQUEUE=BNL A=1 PANDA_JSID=mine"',
        ),
        ("environment = A=1;B=2",
         "PANDA_JSID=test;APFFID=test;APFCID=$(Cluster).$(Process);FACTORYQUEUE=BNL;A=1;B=2"),
    ],
)  # fmt: skip
def test_the_environment_has_the_names_that_pandas_monitors_know(site, ours):
    assert lines(pilot_text(POOL, queue(submit=site or "x = y"), PilotShape()))["environment"] == ours


def test_a_token_goes_with_the_pilot_as_a_file_and_a_proxy_is_delegated():
    knobs = queue(
        submit="transfer_input_files = a, b", pilot_token_file="/etc/panda/robot.token", panda_origin="atlas:pilot",
        pilot_proxy="/etc/panda/proxy", log_url="https://cm/logs",
    )  # fmt: skip
    said = lines(pilot_text(POOL, knobs, PilotShape()))
    assert said["transfer_input_files"] == "a, b, /etc/panda/robot.token"
    assert said["x509userproxy"] == "/etc/panda/proxy"
    assert "PANDA_AUTH_TOKEN=robot.token PANDA_AUTH_ORIGIN=atlas:pilot" in said["environment"]
    assert "GTAG=https://cm/logs/$(Cluster).$(Process).out" in said["environment"]


def test_user_data_is_cloud_config_with_the_vms_own_secrets():
    data = render(POOL, fleet(), "cloud-abc", "TOKEN", "PASSWORD", 99).decode()
    assert data.startswith("#cloud-config\n")
    files = {f["path"]: f for f in yaml.safe_load(data)["write_files"]}
    assert files["/etc/condor/tokens.d/elastic"] == {
        "path": "/etc/condor/tokens.d/elastic", "permissions": "0600", "content": "TOKEN\n"}  # fmt: skip
    assert files["/etc/condor/passwords.d/POOL"]["content"] == "PASSWORD"
    config = files["/etc/condor/config.d/60-elastic-vm.conf"]["content"]
    assert 'ElasticVM = "cloud-abc"\n' in config
    assert "TOKEN" not in config
    assert len(data) < 16384


def test_a_worker_reports_to_one_child_of_the_tree_at_the_interval_that_is_said():
    pool = replace(POOL, collector="cm", child_collectors=5, update_interval=300)
    data = yaml.safe_load(render(pool, fleet(), "cloud-abc", "TOKEN", "PASSWORD", 99))
    said = lines(data["write_files"][0]["content"])
    assert said["COLLECTOR_HOST"] == collector_of(pool, "cloud-abc")
    assert (said["CONDOR_HOST"], said["ElasticUpdateInterval"]) == ("cm", "300")


def test_each_vm_has_its_own_retire_password():
    a, b = (retire_password(b"secret", vm) for vm in ("a", "b"))
    assert a != b
    assert a == retire_password(b"secret", "a")
    assert a != retire_password(b"other", "a")


@pytest.fixture
def knobs(tmp_path, monkeypatch):
    monkeypatch.setattr(contextualise, "fetch_token", lambda knobs, lifetime: Token(f"token-{lifetime}", "jti", 9, 99))
    (tmp_path / "key").write_text("k")
    (tmp_path / "data").mkdir()
    return GlobalKnobs(pool="p", trust_domain="t", collector="c", retire_key=str(tmp_path / "key"),
                       user_data_directory=str(tmp_path / "data"))  # fmt: skip


def test_user_data_files_are_for_nobody_else(knobs):
    (its,) = contextualise.write_user_data(knobs, fleet(), ["cloud-1"], [99])
    assert os.stat(its.path).st_mode & 0o777 & ~0o640 == 0
    assert "token-1814400" in Path(its.path).read_text()
    assert its.token.id == "jti"


def test_user_data_without_a_job_is_swept(knobs):
    old, wanted = contextualise.write_user_data(knobs, fleet(), ["old", "wanted"], [99, 99])
    assert contextualise.sweep_user_data(knobs, frozenset({"wanted"})) == ["old"]
    assert not os.path.exists(old.path)
    assert os.path.exists(wanted.path)


def test_the_elastic_identity_inherits_no_session_of_the_daemons(monkeypatch):
    monkeypatch.setenv("CONDOR_PRIVATE_INHERIT", "FamilySessionKey:secret")
    made = environment(POOL)
    assert "CONDOR_PRIVATE_INHERIT" not in made
    assert made["_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS"] == "IDTOKENS"
