"""What stands in the ads of our jobs: VM jobs, pilots, sweeps and looks at prices."""

from __future__ import annotations

from condor_elastic.attributes.row import Kind, table

VM_JOB = Kind(
    "VM jobs",
    "Grid-universe jobs of the user `elastic`; all that is remembered of a VM. "
    "`condor_q -allusers -constraint 'ElasticVM isnt undefined' -long | grep Elastic`; `condor_history` in its place "
    "for those that have ended",
    table("""
ElasticVM | string | The VM's id, FLEET-xxxxxxxxxxxx: the same in the job, the cloud's tag and the machine.
ElasticFleet | string | Its fleet.
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticHash | string | Hash of SUBMIT, TEMPLATE and USER_DATA at its launch, by which drift is seen.
ElasticDeadline | time | When its lifetime ends: from then on it takes no job.
ElasticTokenId | string | The jti of its token, with which that can be revoked: docs/security.md.
ElasticTokenIssued | time | When its token was signed.
ElasticTokenExpires | time | When its token ends.
ElasticPrice | real | Money an hour, as of its launch.
ElasticHours | expression | Hours that its instance has run, evaluated by whoever asks.
ElasticCost | expression | ElasticHours times ElasticPrice; where there is a PRICE.
ElasticTimer | expression | Subcode of the timer that holds it (71 LAUNCH_TIMEOUT, 72 REGISTER_TIMEOUT), or 0.
ElasticPhase | string | Phase of its worker, as the last cycle saw it: docs/lifecycle.md.
ElasticStartd | string | Name of its startd; stays when that is gone.
ElasticStartdState | string | State of its slot; stays too.
ElasticJobs | integer | Jobs that have begun on it, as of the last change of phase.
ElasticJoined | time | When a cycle first saw its startd.
ElasticFirstJob | time | When a cycle first saw a job on it.
ElasticReclaimed | time | When a cycle first saw that its cloud takes it back.
ElasticRetired | integer | How often it was told to leave.
ElasticUnretired | integer | How often that was taken back.
ElasticRetireAsked | time | When somebody asked for it to leave (condor_elastic retire); undefined again after unretire.
ElasticPinned | boolean | It is kept whatever a cycle wants (condor_elastic pin).
ElasticMissing | integer | Sweeps in a row that did not find its instance.
ElasticAudited | time | Up to which change of its state a sweep has found that no instance is left.
EC2TagElasticPool | string | Tag: ELASTIC_POOL.
EC2TagElasticFleet | string | Tag: the fleet.
EC2TagElasticVM | string | Tag: the VM's id.
EC2Param_ElasticTag_<TAG> | expression | The tag again, for our GAHP, which sets it at the launch; no cloud sees it.
EC2Param_ElasticSpotPrice | string | ec2_spot_price, for our GAHP; no cloud sees it.
"""),
)
PILOT = Kind(
    "Pilots",
    "Vanilla or grid-universe jobs of the user `elastic`. "
    "`condor_q -allusers -constraint 'ElasticPilotQueue isnt undefined'`",
    table("""
ElasticPilotQueue | string | Its pilot queue.
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticResourceType | string | PanDA's resource type that it was submitted for.
"""),
)
SWEEP = Kind(
    "Sweeps and looks at prices",
    "Scheduler-universe jobs of the user `elastic`, which stay in the queue, Completed, until the next has ended.",
    table("""
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticSweep | boolean | True: it is a sweep.
ElasticSwept | time | When it looked.
ElasticOrphans | string | Orphans by fleet, as ec2=2 nova=1.
ElasticAlarm | string | What an administrator must decide.
ElasticSaid | list | What it found and did, a line each; 50 at most.
ElasticTold | boolean | ElasticLog has these lines.
ElasticPriceLook | boolean | True: it is a look at EC2's spot price history.
ElasticLooked | time | When it looked.
ElasticPrices | list | A line for each fleet: the fleet, a hash of what was asked, the price or why there is none.
"""),
)
