import pytest

from condor_elastic.delivery.settings import METHODS, NEEDED, read_config, settings_of
from condor_elastic.delivery.wrong import Undelivered


def test_the_talk_s_command_line_and_configuration():
    """boxgrinder-build -d ami --delivery-config region:us-west-2,bucket:racf-cloud-2, and its ~/.boxgrinder/config."""
    by_file = {"access_key": "AKIA", "secret_access_key": "S", "bucket": "racf-cloud-1", "region": "us-east-1",
               "account_number": "4159-7441-3739", "snapshot": "false", "overwrite": "true"}  # fmt: skip
    settings, remarks = settings_of("ami", by_file, read_config(["region:us-west-2,bucket:racf-cloud-2"]))
    assert (settings["region"], settings["bucket"], settings["via"]) == ("us-west-2", "racf-cloud-2", "ebs")
    assert (settings["access_key"], settings["secret_access_key"]) == ("AKIA", "S")
    assert len(remarks) == 3
    assert any("account_number means nothing" in one for one in remarks)


def test_the_talk_s_openstack_stands_in_clouds_yaml_today():
    by_file = {"username": "jhover", "password": "X", "tenant": "bnlcloud", "host": "h", "port": "9292"}
    by_hand = {"cloud": "bnl", "hw_disk_bus": "scsi", "trait:X": "required"}
    settings, remarks = settings_of("openstack", by_file, by_hand)
    assert (settings["cloud"], settings["hw_disk_bus"], settings["trait:X"]) == ("bnl", "scsi", "required")
    assert "host stands in clouds.yaml today; say cloud:NAME" in remarks


@pytest.mark.parametrize(
    ("method", "said", "wrong"),
    [
        ("ami", {"regoin": "x"}, "ami has no setting regoin; did you mean region"),
        ("ami", {"parallel": "many"}, "ami's parallel:many is not a whole number"),
        ("ami", {"via": "ftp"}, "ami's via:ftp is not one of ebs, s3"),
        ("ami", {"secret_access_key": "X"}, "any user of this machine can read it there"),
        ("local", {"overwrite": "perhaps"}, "local's overwrite:perhaps is not true or false"),
        ("sftp", {"default_permissions": "rwx"}, "sftp's default_permissions:rwx is not permissions in octal"),
        ("local", {"hw_disk_bus": "scsi"}, "local has no setting hw_disk_bus"),
    ],
)
def test_a_wrong_setting_is_told_with_what_would_be_right(method, said, wrong):
    with pytest.raises(Undelivered, match=wrong):
        settings_of(method, {}, said)


def test_values_keep_their_text():
    said = read_config(["url:ec2://us-east-1?endpoint=http://127.0.0.1:5000,version:1.10", "version:1.20,os:"])
    assert said == {"url": "ec2://us-east-1?endpoint=http://127.0.0.1:5000", "version": "1.20", "os": ""}
    assert read_config([]) == {}
    with pytest.raises(Undelivered, match="'region' is not key:value"):
        read_config(["region"])


def test_every_setting_has_a_default_that_is_right():
    for method, known in METHODS.items():
        settings, remarks = settings_of(method, {}, dict.fromkeys(NEEDED.get(method, ()), "x"))
        assert (set(settings), remarks) == (set(known), ())
