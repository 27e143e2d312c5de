"""The driver itself against a cloud that loses answers, is busy, or takes a credential away."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from live.pool import wait_for

from condor_elastic.gahp.driver import CloudError, Credentials, Launch
from condor_elastic.gahp.openstack import OpenStackDriver
from condor_elastic.gahp.openstack_request import Ids, creation

CLOUDS = Path("/out/clouds.yaml")
LAUNCH = Launch("token-1", "tiny", "small", subnet="net0", user_data=b"#cloud-config\n")
CREATE = {"service": "nova", "method": "POST", "path": "/servers$", "count": 1}


def test_a_creation_whose_answer_is_lost_is_found_again(nova):
    nova.break_calls({**CREATE, "status": "504 Gateway Timeout", "after": True})
    driver = nova.driver()
    started = driver.start(LAUNCH)
    assert [server.id for server in nova.servers()] == [started]
    assert nova.driver().start(LAUNCH) == started
    driver.stop(started)
    driver.stop(started)
    nova.gone()


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_busy_cloud_is_asked_again(nova, status):
    nova.break_calls({**CREATE, "status": status, "headers": {"Retry-After": "1"}, "count": 2})
    started = nova.driver().start(LAUNCH)
    assert [server.id for server in nova.servers()] == [started]


def test_eight_starts_with_one_token_from_two_processes_make_one_server(nova):
    drivers = [nova.driver("application"), nova.driver("demo")]
    answers = []
    threads = [
        threading.Thread(target=lambda driver=driver: answers.append(driver.start(LAUNCH))) for driver in drivers * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for driver in drivers:
        wait_for("one instance", lambda driver=driver: len(driver.list()) == 1, 30)
    wait_for("one server", lambda: len(nova.servers()) == 1, 60)
    assert len(answers) == 8
    assert nova.servers()[0].id in answers


def test_the_younger_twin_is_deleted_and_the_one_that_was_answered_stays(nova):
    driver = nova.driver()
    started = driver.start(LAUNCH)
    find = nova.demo
    ids = Ids(
        find.image.find_image("tiny").id, find.compute.find_flavor("small").id, find.network.find_network("net0").id
    )
    twin = nova.demo.compute.create_server(**creation(LAUNCH, ids, driver._owner))
    assert [one.id for one in nova.driver().list()] == [started]
    wait_for("the twin's end", lambda: [one.id for one in nova.servers()] == [started], 60)
    assert twin.id != started


def test_a_list_of_several_pages_is_complete(nova):
    driver = nova.driver()
    threads = [
        threading.Thread(target=driver.start, args=(replace(LAUNCH, token=f"t-{number}"),))
        for number in range(22)  # a page has 20: settings.py of the cloud
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # At the seam of two pages Nova leaves out what waits for the scheduler, if the last entry has just been scheduled.
    wait_for("no server that is built", lambda: {server.status for server in nova.servers()} == {"ACTIVE"})
    assert {one.token for one in nova.driver().list()} == {f"t-{number}" for number in range(22)}


def test_a_token_that_has_been_revoked_is_renewed(nova):
    driver = nova.driver()
    driver.list()
    session = driver._account.connection.session
    before = session.get_token()
    nova.admin.identity.delete("/auth/tokens", headers={"X-Subject-Token": before}).raise_for_status()

    def renewed():
        driver.list()
        return session.get_token() != before

    wait_for("another token", renewed, 30)


def test_a_credential_that_is_refused_is_told_so_that_jobs_are_held(nova, tmp_path):
    file = tmp_path / "clouds.yaml"
    file.write_text(CLOUDS.read_text().replace("password: secret", "password: wrong"))
    driver = OpenStackDriver.at("openstack://demo", Credentials(str(file), str(file)))
    with pytest.raises(CloudError) as refused:
        driver.server_type()
    assert refused.value.code == "Unauthorized (401)"
    file.write_text(CLOUDS.read_text())
    assert driver.server_type() == "Amazon"
