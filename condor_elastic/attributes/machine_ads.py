"""What a worker's own ads say."""

from __future__ import annotations

from condor_elastic.attributes.row import Kind, table

MACHINE = Kind(
    "Workers' machine ads",
    "In each slot of a worker and in its startd's own ad, by `elastic-worker.conf` and the hooks of docs/hooks.md. "
    "`condor_status -constraint 'ElasticVM isnt undefined' -long | grep Elastic`",
    table("""
ElasticVM | string | The VM's id.
ElasticFleet | string | Its fleet.
ElasticPool | string | Whose it is: ELASTIC_POOL of the central manager that launched it.
ElasticRetire | boolean | True: it takes no job, and leaves when it is empty. Set by the central manager alone.
ElasticDeadline | time | When its lifetime ends.
ElasticSpot | boolean | Its cloud may take it back at two minutes' notice.
ElasticRan | expression | 1 once a job has run on it, else 0.
ElasticRanValue | integer | The same, as the startd has latched it.
ElasticRanTime | time | When that last changed.
ElasticInstance | string | Its id in the cloud.
ElasticInstanceType | string | Its type; EC2 tells it, OpenStack does not.
ElasticImage | string | Its image; EC2 tells it.
ElasticZone | string | Its availability zone.
ElasticRegion | string | Its region.
ElasticLifecycle | string | spot or on-demand; EC2 tells it.
ElasticNotice | string | What its cloud announces: terminate, stop, hibernate, rebalance.
ElasticNoticeDeadline | time | When its cloud ends it.
ElasticLastUpdate | time | When one of the hooks last said something; HTCondor's own.
ElasticContact | time | When the collector last answered it.
ElasticSilence | integer | Seconds for which the collector has not answered it.
"""),
)
