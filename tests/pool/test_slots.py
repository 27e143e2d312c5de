"""What slot ads and jobs' ads make of each other, by HTCondor's own ClassAds."""

import classad2

from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.template import template
from condor_elastic.model import Hopeless, JobGroup, Shape, SiteRoom
from condor_elastic.observe.startds import slots
from condor_elastic.whatif import Autocluster, Engine, machine
from condor_elastic.whatif.limits import Limits

PSLOT = {
    "Name": "slot1@try-1@host", "State": "Unclaimed", "SlotType": "Partitionable", "Cpus": 1, "Memory": 500, "Disk": 70,
    "TotalSlotCpus": 4, "TotalSlotMemory": 4000, "TotalSlotDisk": 700, "NumDynamicSlots": 2, "ElasticPool": "p",
    "NumDynamicSlotsTime": 200, "EnteredCurrentState": 100, "ElasticVM": "try-1", "ElasticFleet": "try",
    "ElasticRetire": False, "Arch": "X86_64", "OpSys": "LINUX", "HasFileTransfer": True,
}  # fmt: skip
JOB = ('(TARGET.Arch == "X86_64") && (TARGET.OpSys == "LINUX") && (TARGET.Disk >= RequestDisk) && '
       "(TARGET.Memory >= RequestMemory) && (TARGET.HasFileTransfer)")  # fmt: skip
LOOKED_AT = ["Arch", "OpSys", "HasFileTransfer"]
NOBODY = Limits({}.get, {})


def ad(values=(), /, **more):
    made = classad2.ClassAd()
    for name, value in {**dict(values), **more}.items():
        made[name] = value
    return made


def expr(text):
    return classad2.ExprTree(text)


def static(name, state, since):
    return ad({"Name": name, "State": state, "SlotType": "Static", "Cpus": 2, "Memory": 1000, "TotalSlotCpus": 2,
               "TotalSlotMemory": 1000, "EnteredCurrentState": since, "ElasticVM": "try-2", "ElasticPool": "p",
               "ElasticRetire": True})  # fmt: skip


def read(*ads, looked_at=(), fleets=()):
    return slots(lambda mark, attrs: ads, "p", looked_at, fleets)


def fleet(text="Cpus = 8; Memory = 16000; Disk = 1000", **more):
    return FleetKnobs("try", template=template(text), submit="x = y", **more)


def cluster(count=5, requirements=JOB, **more):
    values = {"RequestDisk": 10, "RequestMemory": 100, "Requirements": expr(requirements), **more}
    return Autocluster(ad(values), count, "autocluster 1")


def test_a_partitionable_slot_tells_room_jobs_and_the_last_change():
    asked = []
    (startd,), site, _ = slots(lambda mark, attrs: asked.append(mark) or [ad(PSLOT)], "p", ())
    assert (startd.name, startd.free, startd.whole) == ("try-1@host", Shape(1, 500, 70), Shape(4, 4000, 700))
    assert (startd.claimed, startd.since, startd.retiring, startd.ends) == (2, 200, False, None)
    assert 'ElasticPool == "p"' in asked[0]
    assert site == ()


def test_static_slots_are_one_worker():
    (startd,), _, _ = read(static("slot1@try-2@h", "Claimed", 5), static("slot2@try-2@h", "Unclaimed", 9))
    assert (startd.whole, startd.free, startd.claimed) == (Shape(4, 2000), Shape(2, 1000), 1)
    assert (startd.since, startd.retiring) == (9, True)


def test_slots_that_are_alike_are_one_kind_whatever_is_free():
    start = expr("TARGET.Site == Site && ElasticRetire =!= True")
    slot = {**PSLOT, "Start": start, "Site": "a"}
    others = [{"ElasticVM": "2", "Cpus": 3}, {"ElasticVM": "3", "ElasticRetire": True}, {"ElasticVM": "4", "Site": "b"}]
    startds, _, kinds = read(ad(slot), *(ad({**slot, **other}) for other in others), looked_at=LOOKED_AT)
    one, two, three, four = (startd.kind for startd in startds)
    assert one == two == three != four
    job = cluster(Site="a").ad
    assert job.symmetricMatch(kinds.ads[one])
    assert not job.symmetricMatch(kinds.ads[four])


def test_free_slots_of_the_sites_own_are_counted_by_kind_and_room():
    own = {name: value for name, value in PSLOT.items() if not name.startswith("Elastic")}
    other = {**PSLOT, "ElasticPool": "another"}
    _, site, _ = read(ad(own), ad(own), ad({**own, "Cpus": 2}), ad(other))
    assert sorted((room.shape.cpus, room.count) for room in site) == [(1, 3), (2, 1)]
    assert all(isinstance(room, SiteRoom) for room in site)


def test_a_worker_that_is_less_than_its_template_is_noticed():
    stated = fleet('Cpus = 4; Memory = 4096; Disk = 700; Site = "CERN"; HasX = true')
    (startd,), _, _ = read(ad({**PSLOT, "Site": "BNL"}), fleets=[stated])
    assert startd.differs == "Memory = 4000, not 4096; HasX = undefined, not True; Site = BNL, not CERN"
    (same,), _, _ = read(ad({**PSLOT, "Site": "CERN", "HasX": True, "TotalSlotMemory": 5000}), fleets=[stated])
    assert same.differs == ""


def test_a_worker_says_when_it_leaves():
    (startd,), _, _ = read(ad({**PSLOT, "ElasticDeadline": 777}))
    assert startd.ends == 777


def test_jobs_are_grouped_by_where_they_could_run():
    _, _, kinds = read(ad(PSLOT), looked_at=LOOKED_AT)
    groups, hopeless = Engine([fleet()]).groups([cluster(5), cluster(2), cluster(3, RequestCpus=2)], kinds.ads, NOBODY)
    assert set(groups) == {
        JobGroup(Shape(1, 100, 10), 7, frozenset({"try"}), frozenset(kinds.ads)),
        JobGroup(Shape(2, 100, 10), 3, frozenset({"try"}), frozenset(kinds.ads)),
    }
    assert hopeless == ()


def test_a_hopeless_job_is_named_with_the_clause_that_fails():
    site = fleet('Cpus = 8; Memory = 16000; Disk = 1000; Start = TARGET.Owner =!= "eve" && TARGET.Owner =!= "mallory"',
                 job_requirements='Group =!= "x"')  # fmt: skip

    def why(**more):
        groups, hopeless = Engine([site]).groups([cluster(**more)], {}, NOBODY)
        assert groups == ()
        (one,) = hopeless
        assert isinstance(one, Hopeless)
        ((name, clause),) = one.clauses
        assert name == "try"
        return clause

    assert why(RequestMemory=99000) == "TARGET.Memory >= RequestMemory is false"
    assert why(RequestCpus=9) == "RequestCpus = 9 > Cpus = 8"
    assert why(requirements=JOB + " && TARGET.HasSingularity") == "TARGET.HasSingularity is undefined"
    assert why(Owner="mallory") == 'the machine\'s TARGET.Owner isnt "mallory" is false'
    assert why(Group="x") == 'ELASTIC_TRY_JOB_REQUIREMENTS=Group =!= "x"'
    assert why(RequestGPUs=1) == "RequestGPUs = 1 > GPUs = 0"


def test_a_template_states_what_jobs_may_ask_for():
    gpu = fleet('Cpus = 8; Memory = 16000; GPUs = 2; Site = "CERN"')
    asks = JOB + ' && TARGET.Site == "CERN" && TARGET.GPUs >= RequestGPUs'
    groups, _ = Engine([gpu]).groups([cluster(requirements=asks, RequestGPUs=1, AllowedJobDuration=60)], {}, NOBODY)
    assert groups == (JobGroup(Shape(1, 100, 10, 1), 5, frozenset({"try"}), frozenset(), 60),)
    assert machine(gpu.template)["GPUs"] == 2


def test_a_machine_of_a_fleet_says_of_which():
    assert machine(fleet().template, "gpu")["ElasticFleet"] == "gpu"
    assert "ElasticFleet" not in machine(fleet().template)
