"""BoxGrinder's own configuration file."""

import pytest

from condor_elastic.appliance import BadAppliance, read_settings

TALK = """#~/.boxgrinder/config
plugins:
  openstack:
    username: jhover
    password: XXXXXXXXX
    tenant: bnlcloud
    host: cldext03.usatlas.bnl.gov
    port: 9292
    overwrite: true
  s3:
    access_key: AKIA-EXAMPLE-KEY
    secret_access_key: XXXXXXXXXXX
    bucket: racf-cloud-1
    account_number: 4159-7441-3739
    region: us-east-1
    snapshot: false
"""


@pytest.fixture
def config(tmp_path):
    def config(text, mode=0o600):
        path = tmp_path / "config"
        path.write_text(text)
        path.chmod(mode)
        return {"BG_CONFIG_FILE": str(path)}

    return config


def test_the_talks_file_is_read_and_nothing_is_said_of_it(config):
    made = read_settings(config(TALK))
    assert made.warnings == ()
    assert made.plugins["openstack"]["port"] == 9292
    assert made.plugins["s3"] == {
        "access_key": "AKIA-EXAMPLE-KEY", "secret_access_key": "XXXXXXXXXXX", "bucket": "racf-cloud-1",
        "account_number": "4159-7441-3739", "region": "us-east-1", "snapshot": False,
    }  # fmt: skip


def test_all_keys_are_read(config):
    text = """platform: ec2
delivery: local
force: true
dir: {build: out}
os_config: {format: qcow2}
platform_config: {type: personal}
delivery_config: {path: /x}
plugins: {local: , fedora: {format: raw}}
"""
    made = read_settings(config(text))
    assert (made.platform, made.delivery, made.force, made.dir) == ("ec2", "local", True, {"build": "out"})
    assert (made.os_config, made.platform_config, made.delivery_config) == (
        {"format": "qcow2"}, {"type": "personal"}, {"path": "/x"}
    )  # fmt: skip
    assert (made.plugins, made.warnings) == ({"local": {}, "fedora": {"format": "raw"}}, ())


def test_it_is_yaml_and_not_the_dialect(config):
    assert read_settings(config("force: on\nplatform: none\ndelivery: 'lo''cal'\n")).force is True
    assert read_settings(config("delivery: a#b")).delivery == "a#b"


def test_the_file_at_home_may_be_missing_or_empty(tmp_path):
    assert read_settings({"HOME": str(tmp_path)}).file == ""
    (tmp_path / ".boxgrinder").mkdir()
    (tmp_path / ".boxgrinder/config").write_text("# nothing yet\n")
    assert read_settings({"HOME": str(tmp_path)}).file == str(tmp_path / ".boxgrinder/config")
    (tmp_path / ".boxgrinder/config").write_text("force: true\n")
    assert read_settings({"HOME": str(tmp_path)}).force is True


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- a", ":1:1: the configuration is a list; a map of name, force, "),
        ("plugins: [a]", ":1:10: plugins is a list; a map would be right"),
        ("os_config: raw", ":1:12: os_config is a text; a map would be right"),
        ("plugins:\n  s3: x", ":2:7: plugins.s3 is a text; a map of its settings would be right"),
        ("a: b: c", ":1:5: a ': ' inside a value; quote the value"),
        ("a: [", ":1:5: "),
    ],
)
def test_what_is_wrong_is_said_with_its_place(config, text, what):
    environ = config(text)
    with pytest.raises(BadAppliance) as error:
        read_settings(environ)
    assert str(error.value).startswith(environ["BG_CONFIG_FILE"] + what)


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("", "BG_CONFIG_FILE is empty; the path of a configuration file would be right, or no such variable"),
        ("/nowhere", "BG_CONFIG_FILE = /nowhere: there is no such file"),
        ("/", "/: it cannot be read: Is a directory"),
    ],
)
def test_a_file_that_is_named_must_be_there(named, what):
    with pytest.raises(BadAppliance) as error:
        read_settings({"BG_CONFIG_FILE": named})
    assert str(error.value) == what


def test_credentials_that_others_may_read_are_told(config):
    (warning,) = read_settings(config(TALK, 0o644)).warnings
    assert warning.said == "it has credentials, and others may read it (mode 644): 600 is right"
    assert read_settings(config("force: true", 0o644)).warnings == ()


def test_what_means_nothing_is_told(config):
    text = "platfrom: ec2\nlog_level: debug\nplugins:\n  openstck: {}\n  s3: {buckets: x}\n"
    said = [str(each).partition("/config:")[2] for each in read_settings(config(text)).warnings]
    assert said == [
        "1:1: platfrom is unknown; did you mean platform or platform_config?",
        "2:1: log_level means nothing here",
        "4:3: plugins.openstck is unknown; did you mean openstack?",
        "5:8: plugins.s3.buckets is unknown; did you mean bucket?",
    ]
