"""The queries that no cycle can do without, and nothing else: what they cost is the measure of a cycle.

Run by its text, python3 -c TEXT JSON, with vm_jobs and vm_attrs (constraint and projection for the schedd), slots and
slot_attrs (for the collector).  Prints as JSON how much came: autoclusters and idle_jobs (vanilla), vm_jobs, slots.
"""

from __future__ import annotations

import json
import sys

import htcondor2

IDLE, VANILLA = 1, 5
TIMEOUTS = ("Q_QUERY_TIMEOUT", "QUERY_TIMEOUT", "SEC_TCP_SESSION_TIMEOUT")


def main() -> None:
    asked = json.loads(sys.argv[1])
    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = "120"
    schedd, opts = htcondor2.Schedd(), htcondor2.QueryOpts
    kinds = schedd.query(opts=opts.AutoCluster)
    counts = schedd.query(projection=["JobStatus", "JobUniverse", "AutoClusterId"], opts=opts.GroupBy)
    vm_jobs = schedd.query(asked["vm_jobs"], asked["vm_attrs"])
    slots = htcondor2.Collector().query(htcondor2.AdTypes.Startd, asked["slots"], asked["slot_attrs"])
    idle = [ad for ad in counts if ad.get("JobStatus") == IDLE and ad.get("JobUniverse") == VANILLA]
    known = {ad["AutoClusterId"] for ad in kinds}
    found = {
        "autoclusters": len({ad["AutoClusterId"] for ad in idle} & known),
        "idle_jobs": sum(int(ad["JobCount"]) for ad in idle),
        "vm_jobs": len(vm_jobs),
        "slots": len(slots),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
