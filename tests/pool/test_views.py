"""What people and monitors see: the print formats on terminals, what gangliad sends, what node_exporter would read."""

import json
import re
import time
from pathlib import Path

import pytest
from ganglia import gangliad
from live.panda import StandIn
from live.pool import run, wait_for
from real import FLEET, QUEUE
from screen import on_terminal

from condor_elastic.publish import literal
from condor_elastic.publish.metrics import PHASES

FORMATS = Path("/usr/share/condor")
METRICS = "/var/lib/condor/elastic/elastic.prom"
DASHBOARD = Path("/usr/share/condor/elastic/grafana/condor-elastic.json")
VIEWS = f"ELASTIC_PERIOD = 2\nELASTIC_PROMETHEUS_FILE = {METRICS}\nELASTIC_TRY_PRICE = 0.25\n"
LAST = {"elastic-workers": "WHY", "elastic-vms": "STARTD"}
STATUS = ("elastic", "elastic-queues", "elastic-fleets", "elastic-workers")


def table(name, columns=0, *more):
    path = str(FORMATS / f"{name}.cpf")
    kind = ["condor_q", "-allusers"] if name == "elastic-vms" else ["condor_status", "-any"]
    kind = ["condor_status", "-schedd"] if name == "elastic-schedd" else kind
    command = (*kind, *more, "-pr", path)
    text = on_terminal(columns, *command) if columns else run(*command).stdout
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def summary(pool):
    return (pool.ads("-schedd") or [{}])[0]


@pytest.fixture(scope="module")
def seen(central_manager):
    """One queue with a pilot and one fleet with a VM that works, seen by the schedd's own cycles."""
    pool = central_manager
    Path(METRICS).parent.mkdir(parents=True, exist_ok=True)
    run("chown", "condor:", str(Path(METRICS).parent))
    with StandIn() as panda:
        panda.add_jobs("BNL", 1, 1)
        pool.submit(2)
        pool.knobs(VIEWS + FLEET + QUEUE.format(url=panda.url) + "ELASTIC_TRY_MAX_VMS = 1\n")
        again(pool)
        wait_for("a worker that is full", lambda: summary(pool).get("ElasticWorkersBusy") == 1 and full(pool), 90)
        yield pool
    pool.knobs(FLEET)
    again(pool)
    pool.empty()


def full(pool):
    """Of the three jobs, the pilot's included, two run and one waits."""
    fleets = pool.ads("-any", "-constraint", 'MyType == "ElasticFleet" && CpusFree == 0 && JobsIdle == 1')
    return fleets and summary(pool)["ElasticJobsIdle"] == 1


def is_new(schedd):
    return (schedd.get("ElasticCycleTime") or 0) >= schedd.get("DaemonStartTime", time.time())


def again(pool):
    """Start the schedd anew, as it reads its cron's period only then; condor_restart would bide its time."""
    before = pool.pid("schedd")
    run("condor_off", "-fast", "-daemon", "schedd")
    wait_for("the schedd's end", lambda: not Path(f"/proc/{before}").exists())
    run("condor_on", "-daemon", "schedd")
    wait_for("its first cycle", lambda: is_new(summary(pool)))


def counted():
    return int(re.search(r"^condor_elastic_cycles_total\S* (\d+)$", Path(METRICS).read_text(), re.MULTILINE)[1])


def row(name):
    """Give the words of the last line of a table."""
    return table(name)[-1].split()


class Expression(str):
    """What stands in an ad as it is."""

    __slots__ = ()


def advertise(command, *ads):
    """Send ads as any tool may, one after the other."""
    for ad in ads:
        lines = [
            f"{name} = {value if isinstance(value, Expression) else literal(value)}\n" for name, value in ad.items()
        ]
        run("condor_advertise", command, "-", input="".join(lines))


def columns_of(line, last):
    """Give what stands before the last column, without how long ago things were, and that column."""
    return [re.sub(r"^\d+(\.\d)?[smh]$", "time", word) for word in line[:last].split()], line[last:]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", [*STATUS, "elastic-schedd", "elastic-vms"])
def test_a_table_fits_on_a_terminal_and_only_its_last_column_is_cut(seen, name, columns):
    whole, shown = table(name), table(name, columns)
    last = LAST.get(name, "VERDICT")
    assert len(shown) == len(whole) > 1
    assert max(map(len, shown)) < columns
    for line, wide in zip(shown, whole):
        before, cut = columns_of(line, shown[0].rindex(last))
        everything, end = columns_of(wide, whole[0].rindex(last))
        assert before == everything
        assert end.startswith(cut)
        assert len(cut) >= min(len(end), 10)
    assert not re.search("undefined|error", "\n".join(whole), re.IGNORECASE)


def test_the_tables_say_what_the_ads_say(seen):
    (vm,), (worker,) = seen.vms(), seen.ads("-any", "-constraint", 'MyType == "ElasticWorker"')
    (queue,) = seen.ads("-any", "-constraint", 'MyType == "ElasticPilotQueue"')
    pilots = [str(queue[name]) for name in ("PilotsIdle", "PilotsRunning")]
    assert row("elastic-queues")[:6] == ["BNL", "online", "1", "0", *pilots]
    assert row("elastic-fleets")[:9] == ["try", "1", "1", "0", "0", "1", "0", "0", "0.25"]
    shown = row("elastic-workers")
    assert re.fullmatch(r"\d+[sm]", shown.pop(2))
    assert shown == [worker["ElasticVM"], "busy", worker["VMJob"], "2", "0", vm["EC2InstanceName"], "-"]
    assert row("elastic-vms")[-2:] == [vm["EC2InstanceName"], f"{vm['ElasticVM']}@cm.elastic.test"]
    schedd = row("elastic-schedd")
    assert re.fullmatch(r"cm.elastic.test \d+s \d+\.\ds", " ".join(schedd[:3]))
    assert schedd[3:9] == ["/".join(pilots), "1", "0", "1", "0", "0.25"]


def of_ours(sent):
    """Give what was sent of our fleet and our queue."""
    return {name.rsplit("_", 1)[1] for name in sent if name.startswith(("Elastic_try_", "Elastic_BNL_"))}


def test_gangliad_sends_the_numbers_of_schedd_fleets_and_queues(seen):
    defined = set(re.findall(r'_(\w+)"\);', Path("/etc/condor/ganglia.d/10_elastic_metrics").read_text()))
    with gangliad() as sent:
        wait_for("all of them", lambda: defined - of_ours(sent()) <= {"BootSeconds", "CredentialSeconds"}, 60)
        told = sent()
    wanted = ("ElasticWorkersBusy", "Elastic_try_VMsBusy", "Elastic_BNL_Activated")
    assert {name: told[name]["--value"] for name in wanted} == dict.fromkeys(wanted, "1")
    assert {told[name]["--spoof"] for name in wanted} == {"127.0.0.1:cm.elastic.test"}
    assert told["Elastic_try_Rate"]["--units"] == "money/hour"
    assert told["Elastic_try_VMsBusy"]["--desc"] == "try: workers with jobs"
    assert told["ElasticRate"]["--value"] == "0.25"


def test_node_exporter_would_find_the_metrics_of_the_dashboard(seen):
    text = Path(METRICS).read_text()
    assert Path(METRICS).stat().st_mode & 0o777 == 0o644
    assert [one.name for one in Path(METRICS).parent.glob(".elastic*")] == []
    labels = '{pool="cm.elastic.test",fleet="try",phase="busy"}'
    assert f"condor_elastic_fleet_vms{labels} 1\n" in text
    cycles = counted()
    wait_for("another cycle in the file", lambda: counted() > cycles)
    used = set(re.findall(r"condor_elastic_\w+", json.dumps(json.loads(DASHBOARD.read_text())["panels"])))
    assert len(used) > 15
    assert used - set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)) == set()


def test_a_file_that_cannot_be_written_stops_no_cycle(seen):
    since = int(time.time())
    seen.knobs(VIEWS + FLEET + "ELASTIC_TRY_MAX_VMS = 1\nELASTIC_PROMETHEUS_FILE = /proc/elastic.prom\n")
    said = 'ELASTIC_PROMETHEUS_FILE = "/proc/elastic.prom" cannot be written: '
    wait_for("a word of it", lambda: said in Path("/var/log/condor/ElasticLog").read_text(), 60)
    (fleet,) = seen.ads("-any", "-constraint", 'MyType == "ElasticFleet"')
    assert fleet["ElasticCycle"] >= since


def test_what_is_unknown_large_or_alarming_is_shown_as_that(seen):
    """Ads as a cycle would send them, of a pool that is larger, and less well, than ours can be."""
    phases = dict.fromkeys(("VMs", *(f"VMs{phase.capitalize()}" for phase in PHASES), "JobsIdle"), 123456)
    fleet, queue = {"MyType": "ElasticFleet", "Verdict": "No."}, {"MyType": "ElasticPilotQueue", "Verdict": "No."}
    ads = [{**fleet, "Name": "quiet@vast"}, {**queue, "Name": "Q@vast", "Warning": "Old"},
           {**fleet, "Name": "x" * 30 + "@vast", "Alarm": "Look", "Rate": 12345.678, **phases}]  # fmt: skip
    advertise("UPDATE_AD_GENERIC", *({**ad, "ElasticPool": "vast", "ClassAdLifetime": 600} for ad in ads))
    ours = ("-constraint", 'ElasticPool == "vast"')
    wait_for("them all", lambda: len(seen.ads("-any", *ours)) == len(ads))
    quiet, large = (line.split() for line in table("elastic-fleets", 0, *ours)[1:])
    assert quiet == ["quiet", *"???????", "-", "No."]
    n = "123456"
    assert large == ["x" * 30, n, n, "370368", n, n, "370368", n, "12345.68", "ALARM:", "Look.", "No."]
    assert table("elastic-queues", 0, *ours)[1].split() == ["Q", *"?????", "WARNING:", "Old.", "No."]
    rows = [line.split() for line in table("elastic", 0, *ours)[1:]]
    assert rows[0] == ["Q", "pilots", *"????", "ALARM:", "Old.", "No."]
    assert [row[:2] + row[-1:] for row in rows[1:]] == [["quiet", "fleet", "No."], ["x" * 30, "fleet", "No."]]
    gone = {"MyType": "Query", "Requirements": Expression('ElasticPool == "vast"')}
    advertise("INVALIDATE_ADS_GENERIC", *({**gone, "TargetType": ad["MyType"]} for ad in ads[:2]))
    wait_for("none of them", lambda: not seen.ads("-any", *ours))


def test_a_cycle_that_refuses_its_knobs_says_so_in_place_of_the_verdict(seen):
    seen.knobs(VIEWS + FLEET + "ELASTIC_TRY_MAX_VM = 1\n")
    wait_for("its error", lambda: "TRY_MAX_VM " in str(summary(seen).get("ElasticError")), 60)
    shown = table("elastic-schedd")[-1]
    assert re.match(r"cm.elastic.test \d+s +-( +\?){5} +- +ERROR: ELASTIC_TRY_MAX_VM = ", shown)
