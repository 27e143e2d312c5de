"""The knobs of a pilot queue."""

from __future__ import annotations

from dataclasses import dataclass

from condor_elastic.knobs import kinds
from condor_elastic.knobs.row import EXPR, REQUIRED, knob

PILOT_ITEMS = ("PandaQueue", "PandaUrl", "ResourceType", "Cores", "MemoryMB", "DiskKB", "Label")
"""What SUBMIT may name as $(...): known for each submission."""


@dataclass(frozen=True)
class QueueKnobs:
    """Knobs of one pilot queue, ``ELASTIC_<NAME>_<KNOB>``."""

    name: str
    panda_url: str = knob(kinds.url, REQUIRED, "PanDA server, as https://host:port.")
    panda_queue: str = knob(kinds.text, "", "Name of the queue in PanDA; the pilot queue's own name if empty.")
    panda_lag: int = knob(
        kinds.seconds, 120, "Seconds by which PanDA's numbers lag: pilots started since then still answer for a job."
    )
    panda_auth: str = knob(
        kinds.one_of("None", "OIDC", "X509"), "None", "Who asks: a token, a proxy certificate, nobody."
    )
    panda_token_file: str = knob(kinds.text, "", "OIDC: file of the token, read each cycle; another tool renews it.")
    panda_origin: str = knob(kinds.text, "", "OIDC: VO or VO:role, which the server wants beside a token.")
    panda_retry_without_token: bool = knob(
        kinds.boolean, False, "OIDC: ask again without the token, once, when the server refuses it for a public call."
    )
    panda_proxy: str = knob(kinds.text, "", "X509: file of the proxy certificate and its key.")
    panda_ca_directory: str = knob(
        kinds.text, "", "Directory of the authorities whom https servers are to have their certificate from. Empty: "
        "the system's; with X509 /etc/grid-security/certificates."
    )  # fmt: skip
    panda_expiry_warning: int = knob(
        kinds.seconds, 3600, "Seconds before a token or a proxy ends from which on the queue's ad warns of it."
    )
    panda_labels: tuple[str, ...] = knob(
        kinds.words, (), "Count the jobs of these prodSourceLabels (managed, user) only. Empty: of all."
    )
    queue_data: str = knob(
        kinds.one_of("SiteSpecs", "Schedconfig", "CRIC", "None"),
        "SiteSpecs",
        "Where the queue's status, cores, memory and disk come from: the server itself, its schedconfig cache, CRIC.",
    )
    queue_data_url: str = knob(
        kinds.url, "", "Schedconfig: server whose /cache/schedconfig/QUEUE.all.json is read, PANDA_URL's if empty. "
        "CRIC: URL of the answer with all queues."
    )  # fmt: skip
    corecount: int = knob(
        kinds.whole_number, 0, "Cores of a slot of the queue; 0: as PanDA's data say, or 8 if they do not."
    )
    maxrss: int = knob(kinds.whole_number, 0, "Memory of a slot of CORECOUNT cores, MB; 0: as PanDA's data say.")
    maxwdir: int = knob(kinds.whole_number, 0, "Disk of a slot of CORECOUNT cores, MB; 0: as PanDA's data say.")
    default_type: str = knob(
        kinds.text, "SCORE", "Resource type of jobs that PanDA gives none, and of pilots that no job asked for."
    )
    test_pilots: int = knob(kinds.whole_number, 1, "StatusTest: at most so many pilots, idle and running, in test.")
    offline_pilots: int = knob(
        kinds.whole_number, 0, "StatusOffline: at most so many pilots, idle and running, for a queue not to run jobs."
    )
    policies: tuple[str, ...] = knob(
        kinds.words, ("Activated", "StatusTest", "StatusOffline", "MaxPerCycle", "MaxPending"),
        "Policy chain, left to right."
    )
    ready_offset: int = knob(kinds.whole_number, 0, "Activated, Ready: so many pilots fewer than are wanted.")
    scale_factor: float = knob(kinds.number, 1.0, "Scale: so many times the number, rounded up.")
    fixed: int | None = knob(kinds.whole_number, None, "Fixed: so many pilots each cycle, whatever is wanted.")
    keep_running: int | None = knob(kinds.whole_number, None, "KeepNRunning: so many pilots, idle and running.")
    expr: str = knob(kinds.text, "", EXPR)
    min_per_cycle: int = knob(kinds.whole_number, 0, "MinPerCycle: at least so many pilots in one cycle.")
    min_pending: int = knob(kinds.whole_number, 0, "MinPending: at least so many idle pilots.")
    max_per_cycle: int = knob(kinds.whole_number, 80, "MaxPerCycle: at most so many pilots in one cycle.")
    max_pending: int = knob(kinds.whole_number, 100, "MaxPending: at most so many idle pilots.")
    max_to_run: int = knob(kinds.whole_number, 5000, "MaxToRun: at most so many pilots, idle and running.")
    throttle_seconds: int = knob(kinds.seconds, 60, "Throttle: a pilot that ended within so many seconds was in vain.")
    throttle_pilots: int = knob(kinds.whole_number, 10, "Throttle: so many of the last pilots are looked at.")
    throttle_window: int = knob(kinds.seconds, 3600, "Throttle: pilots that started longer ago are forgotten.")
    label: str = knob(kinds.text, "unified", "Kind of job that a pilot asks for, $(Label) in SUBMIT.")
    log_url: str = knob(
        kinds.url, "", "URL under which the pilots' logs can be read; GTAG in their environment is a file below it."
    )
    pilot_proxy: str = knob(kinds.text, "", "Proxy certificate that goes with each pilot; HTCondor keeps it fresh.")
    pilot_token_file: str = knob(kinds.text, "", "Token file that goes with each pilot, its PANDA_AUTH_TOKEN.")
    submit: str = knob(
        kinds.submit_text,
        REQUIRED,
        "Submit commands of a pilot, without queue; they may name "
        + ", ".join(f"$({item})" for item in PILOT_ITEMS)
        + ".",
    )
