"""The knobs of a fleet."""

from __future__ import annotations

from dataclasses import dataclass

from condor_elastic.knobs import kinds
from condor_elastic.knobs.row import EXPR, REQUIRED, RETIRE_RANK, knob
from condor_elastic.knobs.template import template as machine
from condor_elastic.model import Template


@dataclass(frozen=True)
class FleetKnobs:
    """Knobs of one fleet, ``ELASTIC_<NAME>_<KNOB>``."""

    name: str
    template: Template = knob(
        machine,
        REQUIRED,
        "Machine that one VM is, as a ClassAd: Cpus = 8; Memory = 16384 (MB); Disk (KiB), GPUs, Start and whatever "
        "else its workers advertise and jobs may ask for.",
    )
    job_requirements: str = knob(kinds.text, "True", "ClassAd expression over a job: which idle jobs may start VMs.")
    policies: tuple[str, ...] = knob(
        kinds.words, ("Ready", "Headroom", "MaxPerCycle", "MaxToRun"), "Policy chain, left to right."
    )
    ready_offset: int = knob(kinds.whole_number, 0, "Ready: so many VMs fewer than are wanted.")
    scale_factor: float = knob(kinds.number, 1.0, "Scale: so many times the number, rounded up.")
    fixed: int | None = knob(kinds.whole_number, None, "Fixed: so many VMs each cycle, whatever is wanted.")
    keep_running: int | None = knob(kinds.whole_number, None, "KeepNRunning: so many VMs, no more and no fewer.")
    expr: str = knob(kinds.text, "", EXPR)
    headroom: str = knob(
        kinds.text,
        "floor(0.03 * Running - Free)",
        "Headroom: so many empty VMs besides, as a ClassAd expression like EXPR's. The default keeps 3 % of a large "
        "fleet free, counting what is free on workers with jobs, and nothing of less than 34 workers; 0: none.",
    )
    min_vms: int = knob(kinds.whole_number, 0, "MinVms: at least so many VMs.")
    max_per_cycle: int = knob(kinds.whole_number, 250, "MaxPerCycle: at most so many VMs in one cycle.")
    max_pending: int = knob(kinds.whole_number, 50, "MaxPending: at most so many VMs on their way.")
    ramp_factor: float = knob(kinds.number, 1.0, "RampLimit: in one cycle at most so many times the VMs there (or 1).")
    max_vms: int = knob(kinds.whole_number, 0, "MaxToRun: at most so many VMs, all that bill; 0 drains the fleet.")
    max_cores: int | None = knob(kinds.whole_number, None, "MaxCores: at most so many cores, of all that bills.")
    max_memory: int | None = knob(kinds.whole_number, None, "MaxMemory: at most so many MB, of all that bills.")
    max_price_per_hour: float | None = knob(
        kinds.number, None, "MaxPricePerHour: at most so much money an hour, at the PRICE of each VM's launch."
    )
    price: float = knob(
        kinds.price,
        0.0,
        "Price of one VM, money an hour; or Spot: what EC2's spot price history says, of all types and zones in SUBMIT "
        "the dearest, and never more than ec2_spot_price.",
    )
    max_cost_per_day: float | None = knob(
        kinds.number, None, "Launch nothing by which the fleet would cost more on one day (UTC)."
    )
    max_cost_per_month: float | None = knob(
        kinds.number, None, "Launch nothing by which the fleet would cost more in one month (UTC)."
    )
    over_budget: str = knob(
        kinds.one_of("Stop", "Shrink"),
        "Stop",
        "When a cap on cost, of the fleet or of all, is reached: Stop growing, or Shrink too, the dearest first; "
        "running jobs end by themselves.",
    )
    idle_timeout: int = knob(kinds.seconds, 600, "Seconds a worker may be empty before it is retired.")
    launch_timeout: int = knob(
        kinds.seconds, 1800, "Seconds a VM job may wait for its instance before it is put on hold; 0 for ever."
    )
    register_timeout: int = knob(
        kinds.seconds,
        1200,
        "Seconds an instance may run before its startd joins the pool; then its VM job is put on hold, which ends it; "
        "0 for ever.",
    )
    first_job_timeout: int = knob(
        kinds.seconds,
        0,
        "Seconds a worker that has joined may be without its first job before it leaves; 0 for ever. 1800 suits a "
        "fleet that starts VMs for waiting jobs: a worker that gets none is one on which none can run.",
    )
    worker_idle: int | None = knob(
        kinds.seconds,
        None,
        "Seconds after which an empty worker leaves by itself, also when no cycle runs; 0 for never. None: six times "
        "IDLE_TIMEOUT and an hour at least, six hours where HEADROOM may keep empty ones, and never where MIN_VMS, "
        "KEEP_RUNNING or FIXED do.",
    )
    lifetime: int = knob(
        kinds.seconds,
        0,
        "Seconds after its submission from which a worker takes no job, and leaves when it is empty; 0 for as long as "
        "its token allows.",
    )
    lifetime_jitter: float = knob(
        kinds.number, 0.1, "Part of LIFETIME by which a VM's own may be longer or shorter, by its id."
    )
    max_job_retirement_time: int = knob(
        kinds.seconds,
        259200,
        "Seconds a job may run on while its worker leaves (the startd's MaxJobRetirementTime); a VM job whose LIFETIME "
        "ended an hour longer ago is removed.",
    )
    deadman: int = knob(
        kinds.seconds,
        21600,
        "Seconds for which the collector has not answered a worker, after which it powers itself off once no job runs; "
        "0 for never.",
    )
    spot_tries: int = knob(
        kinds.whole_number,
        0,
        "A job that has been started so often (NumJobStarts), as one whose spot VMs were reclaimed, is not taken by "
        "this fleet any more, so that another takes it; 0: whatever its starts.",
    )
    spot: bool | None = knob(
        kinds.boolean,
        None,
        "Whether the cloud may take a VM back at two minutes' notice: a job that is evicted has 105 seconds, not 600, "
        "and ElasticSpot in the machine's ad is True. None: if SUBMIT says ec2_spot_price.",
    )
    retire: str = knob(
        kinds.one_of("Empty", "Soft"),
        "Empty",
        "Which workers may be retired: Empty ones, or (Soft) also the least loaded when the others have room.",
    )
    retire_rank: str = knob(kinds.text, "", RETIRE_RANK)
    max_retire_per_cycle: int = knob(
        kinds.whole_number, 50, "At most so many VMs are retired or removed in one cycle; 0: none is."
    )
    max_drift: int = knob(
        kinds.whole_number,
        1,
        "At most so many workers at a time leave because SUBMIT, TEMPLATE or USER_DATA has changed since their launch; "
        "0: none.",
    )
    unretire: bool = knob(
        kinds.boolean, True, "Take workers that are retiring back when demand is; False: who is told to leave, leaves."
    )
    backoff: int = knob(
        kinds.seconds,
        300,
        "Seconds in which nothing is launched after a VM has failed; doubled with each attempt in a row that fails.",
    )
    backoff_max: int = knob(kinds.seconds, 3600, "Seconds to which BACKOFF is doubled at most.")
    quota_backoff: int = knob(
        kinds.seconds, 1800, "Seconds in which nothing is launched after the cloud said that a quota is used up."
    )
    alarm_hold: int = knob(
        kinds.seconds,
        86400,
        "Seconds in which nothing is launched after a failure that an administrator must mend (auth, image), unless "
        "SUBMIT is edited or the failed VM job removed.",
    )
    breaker: int = knob(
        kinds.whole_number,
        3,
        "So many VMs in a row that ran and never joined, or never got a job, open the breaker: only canaries are "
        "launched. 0: never.",
    )
    canary_interval: int = knob(
        kinds.seconds, 1800, "Seconds between two canaries, one VM each, while the breaker is open."
    )
    token_lifetime: int = knob(
        kinds.seconds,
        1814400,
        "Lifetime of a worker's token, seconds. No worker outlives it: its LIFETIME, MAX_JOB_RETIREMENT_TIME and an "
        "hour must fit in.",
    )
    user_data: str = knob(
        kinds.path,
        "",
        "File of the site's own user-data (#cloud-config, script or MIME multipart), put before ours; it may name "
        "$(ElasticVM), $(ElasticFleet), $(ElasticPool), $(ElasticCollector), $(ElasticDeadline). "
        "Empty: ELASTIC_USER_DATA's.",
    )
    submit: str = knob(kinds.submit_text, REQUIRED, "Submit commands of a VM job, without queue.")
