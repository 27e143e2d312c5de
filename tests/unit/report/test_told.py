"""What a report tells is what was there: of a cycle, of a record, of a simulation, undisturbed."""

from dataclasses import asdict, replace

import pytest
from build import NOW, booting, busy, fleet, idle, jobs, requested, retiring, seen, settings, vm

from condor_elastic.associate import associate
from condor_elastic.decide import plan
from condor_elastic.model import Ledger, Spell, Template, Unknown
from condor_elastic.record import keep
from condor_elastic.report.billing import so_far
from condor_elastic.report.moment import moment
from condor_elastic.report.recorded import NoRecord, earliest, recorded
from condor_elastic.report.simulated import MUTE, simulated
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.compare import World, compare
from condor_elastic.simulate.course import EPOCH, Course
from condor_elastic.simulate.generate import generate

WORKERS = [idle("a"), busy("b", used=5), retiring("c", used=1), booting("d"), requested("e")]
FLEET = fleet(template=Template(8, 16000))


def look(now=NOW, workers=WORKERS, **more):
    return seen(jobs(24), jobs(3, cpus=2, fleets=("other",)), now=now, vms=tuple(w.vm for w in workers),
                startds=tuple(w.startd for w in workers if w.startd), **more)  # fmt: skip


def test_a_cycle_is_told_in_cores():
    one = look()
    found = moment((FLEET, fleet("other", template=Template(2, 4000))), one, associate(one.vms, one.startds))
    assert {phase: cores for phase, cores in found.supply["cloud"].items() if cores} == {
        "idle": 8, "busy": 8, "retiring": 8, "booting": 8, "requested": 8,
    }  # fmt: skip
    assert found.used == {"cloud": 6}
    assert found.waiting == {"cloud": 24, "other": 6}


@pytest.mark.parametrize("source", ["vms", "startds", "idle"])
def test_what_was_not_seen_is_not_told(source):
    one = replace(look(), **{source: Unknown("the schedd", "it does not answer")})
    assert moment((FLEET,), one, associate((), ())) == replace(
        moment((FLEET,), one, associate((), ())), supply={}, unknown="the schedd is unknown (it does not answer)"
    )


@pytest.fixture
def record(tmp_path):
    known = settings(replace(FLEET, price=0.5))
    known = replace(known, pool=replace(known.pool, record=100, record_directory=str(tmp_path)))
    gone = vm("gone", began=NOW - 600, price=2.0)
    for i in range(5):
        one = look(NOW + 60 * i)
        one = replace(one, vms=(*one.vms, *([gone] if i < 3 else [])),
                      ledger=Ledger(NOW, NOW, (Spell("late", "cloud", 1.0, NOW - 100, NOW + 60),) if i == 4 else ()))
        assert keep(known, one, plan(known, one, associate(one.vms, one.startds))) == ""
    return tmp_path


def test_a_record_is_told(record):
    told = recorded(str(record))
    (story,) = told.stories
    assert told.live
    assert (story.name, story.fleets, story.begin, story.end) == ("test", ("cloud",), NOW, NOW + 240)
    assert [one.now for one in story.moments] == [NOW + 60 * i for i in range(5)]
    assert {one.of for one in story.sayings} == {"fleet cloud"}
    assert all(one.verdict.endswith(".") for one in story.sayings)
    assert story.waits == ()
    spells = {spell.vm: spell for spell in story.spells}
    assert spells["gone"] == Spell("gone", "cloud", 2.0, NOW - 600, NOW + 120), "until a cycle last saw it"
    assert spells["late"].end == NOW + 60, "as the history says"


@pytest.mark.parametrize(("since", "cycles"), [("", 5), ("2m", 3), ("1d", 5)])
def test_since_is_so_long_before_the_last_cycle(record, since, cycles):
    assert len(recorded(str(record), since).stories[0].moments) == cycles


def test_since_is_a_time_in_utc():
    assert earliest("2026-11-23 06:00", 0) == earliest("2026-11-23T07:00+01:00", 0) == 1795413600
    with pytest.raises(ValueError, match=r"--since=yesterday is neither a date .* nor so long before"):
        earliest("yesterday", 0)


def test_what_is_missing_is_said_with_what_to_do(tmp_path, record):
    with pytest.raises(NoRecord, match=r"--since=2100-01-01: the last cycle in .* is of 1970"):
        recorded(str(record), "2100-01-01")
    (tmp_path / "none").mkdir()
    with pytest.raises(NoRecord, match=r"no cycle is recorded in .*: ELASTIC_RECORD = 1440 keeps those of a day"):
        recorded(str(tmp_path / "none"))
    with pytest.raises(NoRecord, match="ELASTIC_RECORD_DIRECTORY=/nowhere cannot be read: No such file"):
        recorded("/nowhere")


def test_a_file_that_is_broken_is_named(record):
    path = sorted(record.iterdir())[2]
    path.write_text("{}")
    with pytest.raises(ValueError, match=f"{path.name}: it is not a record"):
        recorded(str(record))


def evaluate(text, figures):
    return 0.0


WORLD = World(settings(replace(FLEET, price=0.5)), Cloud(boot=120, failures=0.1), Course(), evaluate)


def test_a_simulation_is_told_and_nobody_disturbs_it():
    def workload(seed):
        return generate("mixed", seed, 4 * 3600)

    told = simulated(WORLD, ("ours", "google"), workload, (1, 2, 3), "mixed")
    undisturbed = {(name, seed): judged for name, seed, judged in compare(WORLD, ("ours", "google"), workload, (1,))}
    alone = simulated(WORLD, ("ours", "google"), workload, (1,), "mixed")
    for story in alone.stories:
        judged = undisturbed[story.name, 1]
        assert asdict(story.score) == asdict(judged)
        assert [len(story.waits), sum(wait is None for wait in story.waits)] == [len(workload(1)), judged.unstarted]
        assert so_far(story.spells, [story.begin, story.end], money=True)[-1] == pytest.approx(judged.cost)
        assert so_far(story.spells, [story.begin, story.end], money=False)[-1] == pytest.approx(judged.vm_hours)
        assert [one.now for one in story.moments] == list(range(EPOCH, story.moments[-1].now + 1, 60))
        assert sum(len(one.acts) for one in story.sayings) > 10
    ours, google = told.stories
    assert all(one.verdict.endswith(".") for one in ours.sayings)
    assert {one.verdict for one in google.sayings} == {MUTE}
    assert (told.seeds, told.live) == (3, False)
    assert (ours.moments, ours.waits) == (alone.stories[0].moments, alone.stories[0].waits)
