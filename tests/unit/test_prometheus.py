"""The file for node_exporter, read as Prometheus would read it."""

import os
import re
from dataclasses import replace

import pytest
from build import NOW, booting, busy, fleet, idle, jobs, pool, queue, queue_seen, seen, settings, vm
from prometheus_client.parser import text_string_to_metric_families

from condor_elastic import publish
from condor_elastic.decide import plan
from condor_elastic.knobs import BadKnobs, read
from condor_elastic.model import (
    HELD,
    Hold,
    Outcome,
    PilotJob,
    QueueSpec,
    Retire,
    SubmitPilots,
    SubmitVms,
    Unknown,
    Worker,
)
from condor_elastic.publish import metrics
from condor_elastic.publish.prometheus import exposition, read_counters
from condor_elastic.publish.samples import counted

FAILED = Worker(vm("f", HELD, since=NOW - 9, hold_code=40, hold_subcode=12, hold_reason="AuthFailure: no", joined=None))
WORKERS = pool(idle("a"), busy("b"), booting("c"), FAILED)
LOOK = seen(
    jobs(3), jobs(2, fleets=()), queues={"BNL": queue_seen(4, 2, spec=QueueSpec("brokeroff", read=NOW - 5))},
    pilots=(PilotJob("7.0", "BNL", 1), PilotJob("7.1", "BNL", 2)),
)  # fmt: skip
OUTCOMES = (
    Outcome(SubmitVms("cloud", 3), ok=True), Outcome(SubmitVms("cloud", 2), ok=False),
    Outcome(SubmitPilots("BNL", 5), ok=True), Outcome(Retire(idle("a"), "x"), ok=True),
    Outcome(Hold(vm("b"), 72, "x"), ok=True),
)  # fmt: skip


def write(path, look=LOOK, outcomes=OUTCOMES, **changes):
    knobs = settings(fleet(price=0.5), queues=(queue(),))
    knobs = replace(knobs, pool=replace(knobs.pool, **{"prometheus_file": str(path), **changes}))
    plans = plan(knobs, look, WORKERS)
    summary = {**publish.summary(knobs, look, WORKERS, plans, outcomes), "CycleSeconds": 0.25}
    return publish.write_metrics(knobs, summary, publish.ads(knobs, look, WORKERS, plans), outcomes)


def families(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def samples(path):
    found = families(path.read_text()).values()
    return {(one.name.removeprefix("condor_elastic_"), *list(one.labels.values())[1:]): one.value
            for family in found for one in family.samples}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "elastic.prom"


def test_the_numbers_are_those_of_the_ads(path):
    assert write(path) == ""
    told = samples(path)
    assert told["last_cycle_timestamp_seconds",] == NOW
    assert told["cycle_duration_seconds",] == 0.25
    assert (told["jobs_idle",], told["fleet_jobs_idle", "cloud"]) == (5, 3)
    assert (told["queue_jobs", "BNL", "activated"], told["queue_jobs", "BNL", "running"]) == (4, 2)
    assert (told["queue_pilots", "BNL", "idle"], told["queue_pilots", "BNL", "running"]) == (1, 1)
    assert (told["queue_online", "BNL"], told["queue_status_timestamp_seconds", "BNL"]) == (0, NOW - 5)
    phases = {phase: told["fleet_vms", "cloud", phase] for phase in metrics.PHASES}
    assert {phase: count for phase, count in phases.items() if count} == {
        "idle": 1,
        "busy": 1,
        "booting": 1,
        "failed": 1,
    }
    assert (told["fleet_cpus", "cloud"], told["fleet_cpus_free", "cloud"]) == (16, 8)
    assert told["fleet_phase_age_seconds", "cloud", "booting"] == 5000
    assert told["fleet_vms_failed", "cloud", "auth"] == 1
    assert (told["fleet_alarm", "cloud"], told["fleet_breaker_open", "cloud"]) == (1, 0)
    assert told["fleet_price_per_hour", "cloud"] == 0.5


def test_prometheus_own_parser_knows_type_and_help_of_each(path):
    write(path)
    found = families(path.read_text())
    totals = {
        "condor_elastic_" + one.name.removesuffix("_total") for one in (metrics.CYCLES, metrics.PILOTS, metrics.VMS)
    }
    gauges = {"condor_elastic_" + one.name for one in (metrics.INFO, *metrics.GAUGES, metrics.AGE, metrics.FAILED)}
    assert {name for name, one in found.items() if one.type == "counter"} == totals
    assert {name for name, one in found.items() if one.type == "gauge"} == gauges
    assert found.keys() == totals | gauges
    for one in found.values():
        assert one.documentation.endswith(".") or one.name.endswith("build_info")
        assert all(next(iter(sample.labels)) == "pool" for sample in one.samples)
        assert all(sample.timestamp is None for sample in one.samples), "node_exporter refuses them"


def test_what_is_unknown_is_no_sample_and_never_zero(path):
    away = Unknown("a source", "gone")
    write(path, replace(LOOK, idle=away, pilots=away, startds=away, queues={"BNL": queue_seen(stats=away, spec=away)}))
    names = {name for name, *_ in samples(path)}
    silent = {"jobs_idle", "jobs_hopeless", "fleet_jobs_idle", "queue_jobs", "queue_pilots", "queue_online",
              "fleet_vms", "fleet_cpus", "fleet_phase_age_seconds"}  # fmt: skip
    assert names & silent == set()
    assert {"last_cycle_timestamp_seconds", "fleet_vms_wanted", "cycles_total"} <= names


def test_counters_go_on_from_what_the_file_says(path):
    for _ in range(3):
        write(path)
    told = samples(path)
    assert told["cycles_total",] == 3
    assert told["fleet_vm_actions_total", "cloud", "submit", "done"] == 9
    assert told["fleet_vm_actions_total", "cloud", "submit", "failed"] == 6
    assert (
        told["fleet_vm_actions_total", "cloud", "retire", "done"]
        == told["fleet_vm_actions_total", "cloud", "hold", "done"]
        == 3
    )
    assert told["queue_pilot_actions_total", "BNL", "submit", "done"] == 15
    write(path, outcomes=())
    assert samples(path)["fleet_vm_actions_total", "cloud", "submit", "done"] == 9
    write(path, dry_run=True)
    assert samples(path)["fleet_vm_actions_total", "cloud", "submit", "done"] == 9
    write(path, pool="another")
    assert samples(path)["cycles_total",] == 1


def test_counters_that_have_counted_nothing_are_there(path):
    write(path, outcomes=())
    told = samples(path)
    for action in ("submit", "retire", "unretire", "remove", "hold", "join"):
        assert told["fleet_vm_actions_total", "cloud", action, "done"] == 0
        assert told["fleet_vm_actions_total", "cloud", action, "failed"] == 0
    assert told["queue_pilot_actions_total", "BNL", "remove", "failed"] == 0


@pytest.mark.parametrize("garbage", [b"", b"\xff\xfe", b"condor_elastic_cycles_total{} x\n", b"{" * 1000])
def test_a_file_that_is_not_ours_is_replaced_and_counters_begin_anew(path, garbage):
    path.write_bytes(garbage)
    assert write(path) == ""
    assert samples(path)["cycles_total",] == 1


def test_labels_are_escaped_so_that_prometheus_reads_them_as_they_are():
    name = 'a "pool"\\of\nmany} 7'
    text = exposition(name, [], counted(OUTCOMES))
    (cycles,) = families(text)["condor_elastic_cycles"].samples
    assert cycles.labels == {"pool": name}


def test_counters_of_a_name_that_is_escaped_go_on(path):
    for _ in range(2):
        write(path, pool='a "pool"\\of\nmany} 7')
    assert samples(path)["cycles_total",] == 2


def test_the_file_may_be_read_by_all_and_nothing_else_stays(path):
    before = os.umask(0o077)
    try:
        write(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["elastic.prom"]


def test_what_a_crash_left_behind_is_in_nobodys_way(path):
    (path.parent / ".elastic.prom.new").write_text("half")
    assert write(path) == ""
    assert [one.name for one in path.parent.iterdir()] == ["elastic.prom"]


def test_a_link_in_place_of_the_new_file_is_not_followed(path):
    precious = path.parent / "precious"
    precious.write_text("mine")
    (path.parent / ".elastic.prom.new").symlink_to(precious)
    assert write(path) == ""
    assert precious.read_text() == "mine"


@pytest.mark.parametrize(("where", "why"), [
    ("nowhere/elastic.prom", "No such file or directory"), ("there", "Is a directory")])  # fmt: skip
def test_a_file_that_cannot_be_written_is_said_with_knob_and_value(tmp_path, where, why):
    (tmp_path / "there").mkdir()
    assert write(tmp_path / where) == f'ELASTIC_PROMETHEUS_FILE = "{tmp_path / where}" cannot be written: {why}'
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


def test_a_queue_that_nobody_can_read_as_a_file_is_not_waited_for(path):
    os.mkfifo(path)
    assert read_counters(str(path)) == {}


def test_without_the_knob_nothing_is_written(path):
    assert write(path, prometheus_file="") == ""
    assert not path.exists()


@pytest.mark.parametrize("value", ["elastic.prom", "/var/lib/elastic.txt", "/var/lib/.prom"])
def test_a_path_that_node_exporter_would_not_read_is_refused(value):
    with pytest.raises(BadKnobs, match=r"is not an absolute path that ends in \.prom") as error:
        read({**dict.fromkeys(("ELASTIC_POOL", "ELASTIC_TRUST_DOMAIN", "ELASTIC_COLLECTOR"), "x"),
              "ELASTIC_PROMETHEUS_FILE": value})  # fmt: skip
    assert f'ELASTIC_PROMETHEUS_FILE = "{value}"' in str(error.value)


def test_names_are_as_prometheus_wants_them():
    gauges = [metrics.INFO, *metrics.GAUGES, metrics.AGE, metrics.FAILED]
    names = [one.name for one in (*gauges, metrics.CYCLES, metrics.PILOTS, metrics.VMS)]
    assert len(set(names)) == len(names)
    for gauge in gauges:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", gauge.name)
        assert not re.search("_(total|count|sum|bucket)$", gauge.name)
        for told in [gauge.attributes] if isinstance(gauge.attributes, str) else gauge.attributes.values():
            timed = told == "Age" or told.endswith(("Seconds", "Time", "Expires"))
            assert gauge.name.endswith("_seconds") == timed
