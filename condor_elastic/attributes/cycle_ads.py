"""What a cycle says of itself in the schedd's ad, and the ads of its own that it sends to the collector."""

from __future__ import annotations

from condor_elastic.attributes.row import Kind, table

SCHEDD = Kind(
    "The schedd's ad",
    "What the last cycle did, as a whole; what is not there has nothing to tell. "
    "`condor_status -schedd -long | grep ^Elastic`",
    table("""
ElasticVerdict | string | What the cycle decided, and why: one sentence for each queue and fleet.
ElasticError | string | What is wrong: a knob with its value and place, or the first action that failed.
ElasticVersion | string | Version of condor-elastic.
ElasticCycleTime | time | When the cycle looked.
ElasticLastUpdate | time | When the schedd took what the cycle said; HTCondor's own.
ElasticCycleSeconds | real | Seconds the cycle took.
ElasticPilotQueues | integer | Pilot queues that are named.
ElasticFleets | integer | Fleets that are named.
ElasticPilotsIdle | integer | Pilots that wait for a slot.
ElasticPilotsRunning | integer | Pilots that run.
ElasticVMs | integer | VM jobs in the queue.
ElasticVMsComing | integer | Those whose worker is not there yet: requested, starting, booting.
ElasticVMsFailed | integer | Those on hold.
ElasticWorkers | integer | VM jobs whose startd is in the pool.
ElasticWorkersIdle | integer | Workers that serve and have no job.
ElasticWorkersBusy | integer | Workers that serve and have jobs.
ElasticWorkersRetiring | integer | Workers that leave when they are empty.
ElasticStrays | integer | Startds of ours without a VM job.
ElasticOrphans | integer | Instances of ours without a VM job, as the last sweep saw it.
ElasticSweepTime | time | When the last sweep looked.
ElasticSweepAlarm | string | What the last sweep wants an administrator to decide, or why there was none.
ElasticJobsIdle | integer | Idle jobs that some fleet could run.
ElasticJobsHopeless | integer | Idle jobs that no fleet can ever run.
ElasticHopeless | string | The first kinds of them, with the clause that fails on each fleet.
ElasticActionsDone | integer | What was done: submissions, marks, removals.
ElasticActionsFailed | integer | What was tried and failed.
ElasticRate | real | Money an hour of all that has an instance now.
ElasticCostToday | real | Money spent since midnight, UTC; undefined where the history is not known.
ElasticCostMonth | real | Money spent since the first of the month, UTC; undefined as above.
"""),
)
COMMON = Kind(
    "In each ad of ours in the collector",
    "Ads of pilot queues, fleets, workers and strays are generic ads: `condor_status -any`. They expire by themselves "
    "after three missed cycles.",
    table("""
MyType | string | ElasticPilotQueue, ElasticFleet, ElasticWorker or ElasticStray.
Name | string | Name of the queue or fleet, or the worker's ElasticVM, and @ELASTIC_POOL.
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticCycle | time | The cycle that sent it.
Machine | string | Host of the schedd; of a worker and a stray too.
ClassAdLifetime | integer | Seconds after which the collector forgets it.
"""),
)
QUEUE = Kind(
    "ElasticPilotQueue",
    "One for each pilot queue. `condor_status -any -constraint 'MyType == \"ElasticPilotQueue\"' -long`",
    table("""
Status | string | What PanDA says of the queue, as online, test, offline.
StatusTime | time | When that was read.
Activated | integer | PanDA's jobs that wait for a pilot; undefined where PanDA is unknown, which is never 0.
PandaRunning | integer | Jobs that hold a slot: sent, starting, running.
PandaComing | integer | Jobs that are made and have no input yet.
PandaLeaving | integer | Jobs whose payload is done.
Jobs | ad | All numbers: resource type, then state, as in Jobs.MCORE.activated.
PilotsIdle | integer | Pilots in our queue that wait.
PilotsRunning | integer | Pilots that run.
Order | string | Order by hand, paused or drain.
CredentialExpires | time | When the token or proxy for PanDA ends.
Warning | string | What will be wrong soon, or is already: credentials, old data.
Verdict | string | What is done, and why.
"""),
    "ElasticPilotQueue",
)
FLEET = Kind(
    "ElasticFleet",
    "One for each fleet. `condor_status -any -constraint 'MyType == \"ElasticFleet\"' -long`",
    table("""
VMs | integer | VM jobs in the queue.
VMsRequested | integer | VM jobs that wait for an instance.
VMsStarting | integer | VM jobs whose instance is being made.
VMsBooting | integer | Instances that run and have not joined.
VMsIdle | integer | Workers that serve and have no job.
VMsBusy | integer | Workers that serve and have jobs.
VMsRetiring | integer | Workers that leave when they are empty.
VMsReclaimed | integer | VM jobs whose cloud has announced their end, or has ended them, that are still in the queue.
VMsDrained | integer | VM jobs whose worker has left.
VMsFailed | integer | VM jobs that are held.
VMsOrphan | integer | Startds of the fleet without a VM job.
BootSeconds | real | Seconds from running to joined, mean of those that joined within the hour.
VMHours | real | Hours that the VM jobs in the queue have run.
Cpus | integer | Cores of the workers that serve.
CpusFree | integer | Those of them that no job has.
JobsIdle | integer | Idle jobs that it could run; those that three fleets could run are counted by each.
Wanted | integer | VMs that the idle jobs need besides what is there and comes.
Alarm | string | What an administrator must mend before anything is launched.
Breaker | string | closed, or open: VMs failed in a row, and only canaries are launched.
Rate | real | Money an hour of what has an instance now.
CostToday | real | Money spent since midnight, UTC; undefined where the history is not known.
CostMonth | real | Money spent since the first of the month, UTC; undefined as above.
Price | real | Money an hour that a VM counts as which is launched now.
PriceFrom | string | From where that is known: PRICE, ec2_spot_price, or the spot history and when it was read.
Orphans | integer | Instances of the fleet without a VM job, as the last sweep saw it.
Reclaimed | integer | VMs that the spot market took back within the hour.
Verdict | string | What is done, and why.
"""),
    "ElasticFleet",
)
WORKER = Kind(
    "ElasticWorker",
    "One for each VM job, and for each startd of ours without one (phase orphan). `condor_status -any -constraint "
    "'MyType == \"ElasticWorker\"' -long`",
    table("""
ElasticVM | string | The VM's id.
ElasticFleet | string | Its fleet.
Phase | string | Where it is in its life: docs/lifecycle.md.
VMJob | string | Its VM job, as 12.0; - for an orphan.
Instance | string | Its id in the cloud.
StartdName | string | Name of its startd.
Jobs | integer | Jobs that run on it.
CpusFree | integer | Cores that no job has.
Since | time | Since when it is in this state: its slots' last change, or its VM job's.
Age | integer | Seconds since then.
Failure | string | Class of a failed VM: capacity, quota, auth, image, price, throttle, launch, boot, lost, unknown.
Why | string | HoldReason of a failed VM, or what its cloud announces.
Notice | string | What its cloud announces: terminate, stop, hibernate, rebalance.
NoticeDeadline | time | When its cloud ends it.
Price | real | Money an hour, as of its launch.
Drifted | boolean | SUBMIT, TEMPLATE or USER_DATA has changed since its launch.
Pinned | boolean | It is kept whatever a cycle wants (condor_elastic pin).
RetireAsked | time | Since when somebody wants it to leave (condor_elastic retire).
Differs | string | In what it is less than its fleet's TEMPLATE.
"""),
    "ElasticWorker",
)
STRAY = Kind(
    "ElasticStray",
    "The cycle's memory of a startd without a VM job, which is retired in the third cycle. `condor_status -any "
    "-constraint 'MyType == \"ElasticStray\"' -long`",
    table("""
ElasticVM | string | The VM's id.
ElasticFleet | string | Its fleet.
StartdName | string | Name of its startd.
Jobs | integer | Jobs that run on it.
Since | time | Since when it has no VM job.
Cycles | integer | Cycles in a row that saw it so.
"""),
    "ElasticStray",
)
OFFER = Kind(
    "Offline machine ads",
    "With `ELASTIC_WHATIF = Negotiator`, one for each fleet that has room: the question to the negotiator. The rest of "
    "the ad is the fleet's `TEMPLATE`. `condor_status -constraint 'ElasticGhost =?= True' -long`",
    table("""
ElasticGhost | boolean | True.
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticFleet | string | The fleet that could launch such machines.
ElasticPublished | time | When it was made.
GhostMultiplier | integer | VMs that the fleet has room for.
Name | string | elastic-FLEET@ELASTIC_POOL.
Machine | string | elastic-FLEET; there is no such host.
MyAddress | string | An address on which nobody answers, and which nobody calls.
StartdIpAddr | string | The same.
Offline | boolean | True: matched by the negotiator, never claimed.
WantAdRevaluate | boolean | True: the negotiator writes what it matched into the ad.
Requirements | expression | The machine's START and the fleet's JOB_REQUIREMENTS.
ClassAdLifetime | integer | Seconds after which the collector forgets it.
"""),
)
