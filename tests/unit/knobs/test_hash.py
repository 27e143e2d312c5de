from build import fleet

from condor_elastic.knobs.hash import VERSION, has_drifted, submit_hash
from condor_elastic.model import Template


def test_the_hash_is_of_what_a_vm_is_and_not_of_how_many_there_may_be():
    machine = Template(8, 16, text="Cpus = 8; Memory = 16")
    before = fleet(submit="ec2_ami_id = a\nec2_instance_type = b", template=machine)
    same = submit_hash(before)
    assert same == submit_hash(fleet(submit="\n ec2_ami_id = a  \n\nec2_instance_type = b\n", template=before.template,
                                     max_vms=3, price=2.0, policies=("Ready",), idle_timeout=1))  # fmt: skip
    assert same != submit_hash(fleet(submit="ec2_ami_id = b\nec2_instance_type = b", template=before.template))
    assert same != submit_hash(fleet(submit=before.submit, template=Template(8, 16, text="Cpus = 8; Memory = 32")))
    assert same.startswith(VERSION + "-")


def test_it_stays_the_same_from_version_to_version():
    assert submit_hash(fleet(submit="x = y", template=Template(1, 1, text="Cpus = 1; Memory = 1"))) == "1-c79c814e2c6b"


def test_workers_of_an_older_version_have_not_drifted():
    assert has_drifted("1-a", "1-b")
    assert not has_drifted("1-a", "1-a")
    assert not has_drifted("", "1-b")
    assert not has_drifted("0-a", "1-b")
    assert not has_drifted("1-a", "")


def test_the_sites_user_data_is_part_of_what_a_vm_is(tmp_path):
    site = tmp_path / "site"
    assert submit_hash(fleet(user_data=str(site))) == ""
    site.write_text("#!/bin/sh\n")
    one = submit_hash(fleet(user_data=str(site)))
    site.write_text("#!/bin/bash\n")
    assert len({one, submit_hash(fleet(user_data=str(site))), submit_hash(fleet())}) == 3
