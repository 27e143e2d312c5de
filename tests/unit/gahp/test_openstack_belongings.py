"""Ports and volumes as Neutron, Cinder and Nova tell of them; the SDK's answers are made here."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.openstack_belongings import delete, list_all, mark

MARKS = {"ElasticPool": "p", "ElasticVM": "f-1", "ElasticServer": "dead"}
TAGS = [f"{name}={value}" for name, value in MARKS.items()]
WHEN = "2026-01-02T03:04:05Z"


class NotFound(Exception):
    pass


class Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status_code = status


@pytest.fixture(autouse=True)
def _sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The development tools do without the SDK: of it the code needs these two names."""
    errors = ModuleType("openstack.exceptions")
    errors.NotFoundException = NotFound  # type: ignore[attr-defined]
    errors.HttpException = Refused  # type: ignore[attr-defined]
    errors.raise_from_response = lambda answer: answer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "openstack", ModuleType("openstack"))
    monkeypatch.setitem(sys.modules, "openstack.exceptions", errors)


def port(**changes: Any) -> Any:
    values = {"id": "p-1", "name": "", "description": "", "device_owner": "compute:nova", "device_id": "dead",
              "created_at": WHEN, "tags": TAGS, **changes}  # fmt: skip
    return SimpleNamespace(**values)


def volume(*servers: str, **changes: Any) -> Any:
    attached = [{"server_id": one, "attachment_id": f"a-{one}"} for one in servers]
    values = {"id": "v-1", "name": "", "description": None, "is_bootable": True, "status": "in-use", "metadata": MARKS,
              "attachments": attached, "created_at": "2026-01-02T03:04:05.000000", **changes}  # fmt: skip
    return SimpleNamespace(**values)


class Cloud:
    """An account whose services answer from lists, and write down what they are told to do."""

    def __init__(
        self, ports: Any = (), volumes: Any = (), servers: Any = (), hidden: Any = (), lacks: str = ""
    ) -> None:
        self.done: list[Any] = []
        self._lacks = lacks
        there = {server.id: server for server in (*servers, *hidden)}

        def find(found: dict[str, Any]) -> Any:
            def get(one_id: str) -> Any:
                if one_id not in found:
                    raise NotFound(one_id)
                return found[one_id]

            return get

        def write(*words: Any, **named: Any) -> None:
            self.done.append((*words, *named.values()))

        self.compute = SimpleNamespace(servers=lambda **_: list(servers), get_server=find(there))
        network = SimpleNamespace(
            ports=lambda **_: list(ports), get_port=find({one.id: one for one in ports}), put=write, delete_port=write
        )
        storage = SimpleNamespace(
            volumes=lambda **_: list(volumes),
            get_volume=find({one.id: one for one in volumes}),
            post=write, delete=write, delete_volume=write,
        )  # fmt: skip
        self.connection = SimpleNamespace(network=network, block_storage=storage, current_project_id="mine")

    def has(self, service: str) -> bool:
        if service == self._lacks:
            setattr(self.connection, service.replace("-", "_"), None)  # who asks it nevertheless, fails
        return service != self._lacks


def server(one_id: str, *going: str, staying: tuple[str, ...] = ()) -> Any:
    attached = [SimpleNamespace(id=one, delete_on_termination=one in going) for one in (*going, *staying)]
    return SimpleNamespace(id=one_id, attached_volumes=attached)


def seen(pool: str = "p", **lists: Any) -> dict[str, Any]:
    return {one.id: one for one in list_all(Cloud(**lists), pool)}  # type: ignore[arg-type]


def test_a_server_is_gone_when_it_is_neither_listed_nor_found() -> None:
    assert seen(ports=[port()])["p-1"].gone == {"dead"}
    assert seen(ports=[port()], servers=[server("dead")])["p-1"].gone == set()
    assert seen(ports=[port()], hidden=[server("dead")])["p-1"].gone == set()
    assert seen(volumes=[volume()])["v-1"].gone == {"dead"}
    assert seen(volumes=[volume("dead", "other")], servers=[server("other")])["v-1"].gone == {"dead"}


def test_what_is_read_of_them() -> None:
    found = seen(ports=[port(tags=[*TAGS, "blue"])], volumes=[volume("dead")])
    assert found["p-1"].created == found["v-1"].created == 1767323045.0
    assert (found["p-1"].tags, found["p-1"].servers) == (MARKS, ("dead",))
    assert (found["v-1"].tags, found["v-1"].servers) == (MARKS, ("dead",))
    assert seen(volumes=[volume(status="deleting")]) == {}


def test_without_a_mark_only_what_looks_made_by_nova_is_told_of() -> None:
    theirs: list[dict[str, Any]] = [
        {"name": "mine"}, {"description": "mine"}, {"device_owner": "network:dhcp"}, {"tags": ["ElasticPool=q"]},
    ]  # fmt: skip
    for strange in theirs:
        assert seen(ports=[port(**{"tags": [], **strange})]) == {}
    assert seen(ports=[port(tags=[])])["p-1"].is_made
    bare: dict[str, Any] = {"metadata": {}}
    assert seen(volumes=[volume("s", **bare)], servers=[server("s", "v-1")])["v-1"].is_made
    assert seen(volumes=[volume("s", **bare)], servers=[server("s", staying=("v-1",))]) == {}
    for strange in ({"name": "data"}, {"is_bootable": False}, {"metadata": {"ElasticPool": "q"}}):
        assert seen(volumes=[volume("s", **{**bare, **strange})], servers=[server("s", "v-1")]) == {}


def test_a_cloud_without_cinder_or_neutron_has_none() -> None:
    assert set(seen(ports=[port()], volumes=[volume()], lacks="block-storage")) == {"p-1"}
    assert set(seen(ports=[port()], volumes=[volume()], lacks="network")) == {"v-1"}


def test_marks_of_others_stay() -> None:
    cloud: Any = Cloud(ports=[port(tags=["blue", "ElasticOrphan=1"])])
    mark(cloud, "port", "p-1", {"ElasticOrphan": "2"})
    mark(cloud, "volume", "v-1", {"ElasticOrphan": "2"})
    assert cloud.done == [
        ("/ports/p-1/tags", {"tags": ["ElasticOrphan=2", "blue"]}),
        ("/volumes/v-1/metadata", {"metadata": {"ElasticOrphan": "2"}}),
    ]


def test_an_attachment_goes_before_its_volume() -> None:
    cloud: Any = Cloud(volumes=[volume("dead")], ports=[port()])
    delete(cloud, "volume", "v-1", "dead")
    assert cloud.done == [("/attachments/a-dead", "3.27"), ("v-1", True)]
    delete(cloud, "port", "p-1", "dead")
    assert cloud.done[2:] == [("p-1", True)]


def test_a_port_that_only_nova_may_delete_is_taken_off_its_server_first() -> None:
    cloud: Any = Cloud(ports=[port()])
    network, refusals = cloud.connection.network, [Refused(403)]
    write = network.delete_port

    def refuse_once(*words: Any, **named: Any) -> None:
        if refusals:
            raise refusals.pop()
        write(*words, **named)

    network.delete_port, network.update_port = refuse_once, write
    delete(cloud, "port", "p-1", "dead")
    assert cloud.done == [("p-1", "", ""), ("p-1", True)]
    refusals.append(Refused(409))
    with pytest.raises(Refused):
        delete(cloud, "port", "p-1", "dead")


def test_nothing_is_deleted_that_has_found_a_use_since() -> None:
    for cloud in (Cloud(volumes=[volume("dead", "other")]), Cloud(volumes=[volume()], servers=[server("dead")])):
        with pytest.raises(CloudError, match="Conflict: volume v-1 is in use by"):
            delete(cloud, "volume", "v-1", "dead")  # type: ignore[arg-type]
        assert cloud.done == []
    with pytest.raises(CloudError, match="Conflict: port p-1 is in use by other"):
        delete(Cloud(ports=[port(device_id="other")]), "port", "p-1", "dead")  # type: ignore[arg-type]


def test_what_is_gone_by_itself_is_a_success() -> None:
    cloud: Any = Cloud()
    delete(cloud, "port", "p-1", "dead")
    delete(cloud, "volume", "v-1", "dead")
    assert cloud.done == []
