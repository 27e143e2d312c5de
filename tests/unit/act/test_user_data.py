from dataclasses import replace
from email import message_from_bytes

import pytest
import yaml
from build import fleet, settings

from condor_elastic.act import user_data, worker_token
from condor_elastic.act.user_data import render, wrong_user_data
from condor_elastic.gahp.user_data import parse

POOL = settings().pool
CONFIG = "#cloud-config\nwrite_files:\n- {path: /etc/site, content: $(ElasticVM) of $(elasticfleet)}\nruncmd: [ls]\n"
SCRIPT = "#!/bin/sh\necho $(date) $(ElasticPool)\n"
MULTIPART = f"""\
Content-Type: multipart/mixed; boundary="=="
MIME-Version: 1.0

--==
Content-Type: text/cloud-config

{CONFIG}
--==
Content-Type: text/x-shellscript

{SCRIPT}
--==--
"""


@pytest.fixture
def made(tmp_path):
    def made(text, **changes):
        site = tmp_path / "site"
        site.write_bytes(text if isinstance(text, bytes) else text.encode())
        return render(POOL, fleet(user_data=str(site), **changes), "cloud-1", "TOKEN", "PASSWORD", 99)

    return made


def leaves(data):
    return [(p.get_content_type(), p.get_payload(decode=True).decode()) for p in message_from_bytes(data).get_payload()]


def test_without_a_file_of_the_site_it_is_plain_cloud_config(made):
    plain = render(POOL, fleet(), "cloud-1", "TOKEN", "PASSWORD", 99)
    assert plain.startswith(b"#cloud-config\n")
    assert made("") == made(" \n") == plain


@pytest.mark.parametrize(
    ("text", "kinds"),
    [(CONFIG, ["text/cloud-config"]), (SCRIPT, ["text/x-shellscript"]),
     (MULTIPART, ["text/cloud-config", "text/x-shellscript"])],
)  # fmt: skip
def test_the_sites_parts_stand_before_ours(made, text, kinds):
    found = leaves(made(text))
    assert [kind for kind, _ in found] == [*kinds, "text/cloud-config"]
    assert "60-elastic-vm.conf" in found[-1][1]
    last = message_from_bytes(made(text)).get_payload()[-1]
    assert last["Merge-Type"] == "list(append)+dict(no_replace,recurse_list)+str()"


def test_names_of_ours_are_filled_in_and_the_shells_are_left_alone(made):
    assert "{path: /etc/site, content: cloud-1 of cloud}" in leaves(made(CONFIG))[0][1]
    assert leaves(made(SCRIPT))[0][1] == "#!/bin/sh\necho $(date) test\n"


def test_local_vms_understand_it(made):
    names = [str(file.path) for file in parse(made(MULTIPART))]
    assert names == ["etc/site", "etc/condor/config.d/60-elastic-vm.conf", "etc/condor/tokens.d/elastic",
                     "etc/condor/passwords.d/POOL"]  # fmt: skip
    assert [str(file.path) for file in parse(made("#!/bin/sh\n" + "é"))] == names[1:]


@pytest.mark.parametrize(
    ("text", "said"),
    [("hello", "is neither a #cloud-config, a script (#!) or a MIME multipart"),
     ("#cloud-config\na: [SECRET\n", "is no YAML, line 3"), ("#cloud-config\n- SECRET\n", "not a table"),
     (b"#!/bin/sh\n\xff", "is not UTF-8"), ("#!/bin/sh\n\n$(ElasticToken)", "names $(ElasticToken) in line 3; it may"),
     ("Content-Type: text/plain\n\nSECRET", "no multipart"),
     (MULTIPART.replace("--==--", "").replace("--==", "--"), "no multipart"),
     (MULTIPART.replace("runcmd: [ls]", "runcmd: ["), "is no YAML"),
     ("#!/bin/sh\n" + "#" * 17000, "bytes; EC2 takes at most 16384")],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_knob_and_never_quoted(made, tmp_path, text, said):
    with pytest.raises(RuntimeError) as refused:
        made(text)
    assert str(refused.value).startswith(f'ELASTIC_CLOUD_USER_DATA = "{tmp_path}/site" ')
    assert said in str(refused.value)
    assert "SECRET" not in str(refused.value)


def test_openstack_takes_more(made):
    text, nova = "#!/bin/sh\n" + "#" * 40_000, "grid_resource = ec2 openstack://site"
    assert len(made(text, submit=nova)) > 40_000
    with pytest.raises(RuntimeError, match="OpenStack takes at most 49149"):
        made(text + "#" * 10_000, submit=nova)


def test_a_fleet_whose_file_is_not_there_is_named(tmp_path):
    knobs = settings(fleet(), fleet("bad", user_data=str(tmp_path / "none")))
    assert wrong_user_data(knobs) == {
        "bad": f'ELASTIC_BAD_USER_DATA = "{tmp_path}/none" cannot be read: No such file or directory'}  # fmt: skip
    everywhere = replace(knobs, pool=replace(knobs.pool, user_data=str(tmp_path / "none")))
    assert wrong_user_data(everywhere)["bad"].startswith("ELASTIC_USER_DATA = ")


def test_the_room_kept_for_a_token_is_enough():
    real = 36 + 1 + (60 + 10 + 10 + 32 + 50 + 2 * len(POOL.trust_domain) + 40) * 4 // 3 + 1 + 43
    assert real < user_data.TOKEN_BYTES + 3 * len(POOL.trust_domain)


def test_ours_is_yaml_whatever_the_password_looks_like():
    data = render(POOL, fleet(), "cloud-1", "TOKEN", "0" * 64, 99)
    assert yaml.safe_load(data)["write_files"][2]["content"] == "0" * 64


@pytest.mark.parametrize("text", ["", "a.b.c", "x", "a.e30.c"])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(RuntimeError, match="no token with jti, iat and exp"):
        worker_token.claims(text)
