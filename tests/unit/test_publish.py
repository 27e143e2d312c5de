from build import NOW, booting, busy, fleet, idle, jobs, pool, queue, queue_seen, retiring, seen, settings, vm

from condor_elastic import publish
from condor_elastic.decide import plan
from condor_elastic.model import HELD, Outcome, Pool, Price, SubmitVms, Unknown, Worker


def test_every_summary_line_is_printed_and_what_has_gone_is_undefined():
    text = publish.lines({"Verdict": "Fine.", "VMs": 3})
    assert 'Verdict = "Fine."\n' in text
    assert "VMs = 3\n" in text
    assert "Error = undefined\n" in text
    assert text.count("\n") == len(publish.SUMMARY) + 1
    assert text.endswith("-\n")


def test_no_string_can_split_the_ad():
    assert publish.literal('a "quoted"\nline \\ of text') == '"a \\"quoted\\" line \\\\ of text"'


def test_one_ad_for_each_queue_fleet_and_worker():
    knobs = settings(fleet(), queues=(queue(),))
    look = seen(queues={"BNL": queue_seen(4, 2)})
    workers = pool(idle("a"), busy("b"), booting("c"), retiring("d"))
    plans = plan(knobs, look, workers)
    ads = publish.ads(knobs, look, workers, plans)
    assert [ad["MyType"] for ad in ads] == ["ElasticPilotQueue", "ElasticFleet"] + ["ElasticWorker"] * 4
    assert (ads[0]["Activated"], ads[1]["VMs"], ads[1]["VMsBusy"], ads[1]["Cpus"]) == (4, 4, 1, 16)
    assert len({ad["Name"] for ad in ads}) == 6
    assert all(ad["ElasticPool"] == "test" for ad in ads)
    assert ads[2]["Phase"] == "idle"


def test_unknown_demand_is_not_shown_as_zero():
    knobs = settings(queues=(queue(),))
    look = seen(queues={"BNL": queue_seen(stats=Unknown("PanDA", "gone"))})
    ads = publish.ads(knobs, look, pool(), plan(knobs, look, pool()))
    assert ads[0]["Activated"] is None


def test_the_summary_counts_phases_and_failures():
    knobs = settings(fleet())
    workers = pool(idle("a"), busy("b"))
    plans = plan(knobs, seen(), workers)
    outcomes = [Outcome(SubmitVms("cloud", 1), ok=False, detail="no token")]
    summary = publish.summary(knobs, seen(), workers, plans, outcomes)
    assert (summary["VMs"], summary["WorkersIdle"], summary["WorkersBusy"]) == (2, 1, 1)
    assert summary["Error"] == "1 failed, the first: no token"


def test_a_fleet_shows_its_price_and_where_that_is_from():
    knobs = settings(fleet(price=0.1), fleet("fixed", price=2.0), fleet("free"))
    look = seen(prices={"cloud": Price(0.1, "spot history at noon")})
    ads = publish.ads(knobs, look, pool(), plan(knobs, look, pool()))
    assert [(ad.get("Price"), ad.get("PriceFrom")) for ad in ads] == [
        (0.1, "spot history at noon"), (2.0, "PRICE"), (None, None)]  # fmt: skip


def test_a_fleet_shows_its_alarm_and_its_breaker():
    knobs = settings(fleet())
    dead = Worker(
        vm("a", HELD, since=NOW - 9, hold_code=40, hold_subcode=12, hold_reason="AuthFailure: no", joined=None)
    )
    for workers, alarmed in ((pool(), False), (pool(dead), True)):
        (ad, *_) = publish.ads(knobs, seen(jobs(1)), workers, plan(knobs, seen(jobs(1)), workers))
        assert ad["Breaker"] == "closed"
        assert bool(ad["Alarm"]) == alarmed


def test_supply_that_is_unknown_is_not_shown_as_zero():
    knobs, away = settings(fleet(), queues=(queue(),)), Unknown("the schedd", "gone")
    for look, known in ((seen(vms=away), set()), (seen(startds=away), {"VMs"}), (seen(pilots=away), None)):
        workers = pool(idle("a"))
        plans = plan(knobs, look, workers)
        pilots, vms = publish.ads(knobs, look, workers, plans)[:2]
        summary = publish.summary(knobs, look, workers, plans, [])
        assert (pilots["PilotsIdle"] is None) == (known is None) == (summary["PilotsIdle"] is None)
        counted = {name for name, value in vms.items() if name in ("VMs", "VMsIdle", "Cpus") and value is not None}
        assert counted == ({"VMs", "VMsIdle", "Cpus"} if known is None else known)
        assert (summary["VMs"] is None) == (known == set())
        assert (summary["WorkersIdle"] is None) == (known is not None)


def test_no_startd_is_called_a_stray_while_the_schedd_is_silent():
    knobs, look = settings(fleet()), seen(vms=Unknown("the schedd", "gone"))
    alone = Pool((), (busy("a").startd,))
    plans = plan(knobs, look, alone)
    assert [ad["MyType"] for ad in publish.ads(knobs, look, alone, plans)] == ["ElasticFleet"]
    assert publish.summary(knobs, look, alone, plans, [])["Strays"] is None


def test_idle_jobs_are_counted_for_each_fleet_that_could_run_them():
    knobs = settings(fleet(), fleet("other"))
    look = seen(jobs(3), jobs(2, fleets=("cloud", "other")), jobs(1, fleets=()))
    plans = plan(knobs, look, pool())
    found = {str(ad["Name"]): ad["JobsIdle"] for ad in publish.ads(knobs, look, pool(), plans)}
    assert found == {"cloud@test": 5, "other@test": 2}
    assert publish.summary(knobs, look, pool(), plans, [])["JobsIdle"] == 6
