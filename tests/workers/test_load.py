"""A central manager with a tree of collectors, under the reports of more workers than this machine could run."""

from __future__ import annotations

import os
import re
import time
from types import SimpleNamespace

import pytest
from live.pool import run, wait_for
from measure.manager_pool import BusyPool, ways

from condor_elastic.act import retire
from condor_elastic.observe.freshness import started

pytestmark = pytest.mark.timeout(900)
FULL = bool(os.environ.get("ELASTIC_FULL"))
REAL, WORKERS, SECONDS = (150, 5000, 300) if FULL else (10, 500, 20)
QUICK = "ELASTIC_UPDATE_INTERVAL = 20\nCOLLECTOR_UPDATE_INTERVAL = 5\n"
AT_THE_TOP = ("slot", "startd")
CHILD = re.compile(r"CCBID=[^&>]*sock%3dcollector([0-9]+)#", re.IGNORECASE)


@pytest.fixture(scope="module")
def pool():
    way = ways(5000)["tree"]
    busy = BusyPool(way, *([] if FULL else [QUICK, "CCB_RECONNECT_TIME = 5\n"]))
    try:
        busy.start(REAL)
        yield busy
    finally:
        busy.stop()


def slot_of(pool, vm):
    return next(iter(pool.ads("slot", (), f'ElasticVM == "{vm}"')), None)


def worker_of(pool, vm):
    name = str(slot_of(pool, vm)["Name"]).split("@", 1)[1]
    return SimpleNamespace(startd=SimpleNamespace(name=name), vm=SimpleNamespace(vm=vm))


def test_the_central_manager_is_sized_for_its_workers(pool):
    assert run("condor_config_val", "ELASTIC_CHILD_COLLECTORS").stdout.strip() == "5"
    assert {f"collector{n}" for n in range(1, 6)} < pool.daemons().keys()


def test_each_worker_is_called_back_through_the_child_it_reports_to(pool):
    for vm in pool.real:
        ad = slot_of(pool, vm)
        told = re.search(r"sock=collector([0-9]+)", str(ad["COLLECTOR_HOST_STRING"]))
        called = CHILD.search(str(ad["MyAddress"]))
        assert told is not None, ad["COLLECTOR_HOST_STRING"]
        assert called is not None, ad["MyAddress"]
        assert told.group(1) == called.group(1)


def test_none_is_dropped(pool):
    pool.send(WORKERS, SECONDS)
    for kind in AT_THE_TOP:
        wait_for(f"all {kind} ads at the top", lambda kind=kind: pool.count(kind) == WORKERS + REAL, 60, 1)
    wait_for("all masters' ads at the children", lambda: masters(pool) == WORKERS, 60, 1)
    pool.go()
    sent = pool.sent()
    time.sleep(2)  # what the children have not forwarded yet
    assert sum(sum(one["sent"].values()) for one in sent) >= WORKERS * 4 + WORKERS  # the first time, and some
    assert masters(pool) == WORKERS
    for kind in AT_THE_TOP:
        assert pool.count(kind) == WORKERS + REAL
        last = pool.ads(kind, ["UpdateSequenceNumber"], 'regexp("worker-", Name)')
        assert sum(ad["UpdateSequenceNumber"] for ad in last) == sum(one["sent"][kind] for one in sent)
    assert pool.lost() == 0


def masters(pool):
    """How many masters the children know; those of the workers stay with them."""
    return sum(len(pool.ads("master", ["Name"], child=child)) for child in range(1, 6))


def test_the_daemons_say_how_busy_they_are(pool):
    wait_for("all collectors", lambda: len(pool.collectors()) == 6, 30)
    for ad in [*pool.collectors(), pool.schedd()]:
        assert 0 <= ad["RecentDaemonCoreDutyCycle"] <= 1


def test_a_worker_is_retired_through_its_childs_ccb_and_leaves(pool):
    vm = pool.real[0]
    child = "Collector" + CHILD.search(str(slot_of(pool, vm)["MyAddress"])).group(1)
    before = calls(pool, child)
    retire.mark(pool.knobs, worker_of(pool, vm), retire=True)
    wait_for("the startd's end", lambda: pool.startds.processes[vm].poll() is not None, 60)
    wait_for("no ad of it at the top", lambda: slot_of(pool, vm) is None, 60)
    wait_for("the call in the child's ad", lambda: calls(pool, child) > before, 60)


def calls(pool, child):
    """How often a collector's CCB has reached its target, as its ad says."""
    return next(ad.get("CCBRequestsSucceeded", 0) for ad in pool.collectors() if str(ad["Name"]).startswith(child))


def test_a_child_that_crashes_takes_no_ad_from_the_top_and_calls_its_workers_again(pool):
    vm = pool.real[1]
    child = f"collector{CHILD.search(str(slot_of(pool, vm)['MyAddress'])).group(1)}"
    seen = pool.count("slot")
    pid, killed = pool.daemons()[child], int(time.time())
    assert started(pool.collectors()) < killed
    os.kill(pid, 9)
    wait_for("another child", lambda: pool.daemons().get(child, pid) != pid, 60)
    assert pool.count("slot") == seen
    wait_for("a collector that counts as new", lambda: started(pool.collectors()) >= killed, 30)
    wait_for("a retirement", lambda: retired(pool, vm), 400 if FULL else 60, 2)
    # Its ad may stay until it expires: the first that a startd sends after the crash goes into the dead connection.
    wait_for("the startd's end", lambda: pool.startds.processes[vm].poll() is not None, 60)


def retired(pool, vm):
    try:
        retire.mark(pool.knobs, worker_of(pool, vm), retire=True)
    except RuntimeError:
        return False
    return True
