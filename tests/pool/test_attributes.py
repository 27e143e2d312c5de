"""The ads of a real pool, with a queue, a pilot and a worker, have what is documented, and nothing else of ours.

The fixture pool looks again after each test, whatever that has done.
"""

import time

from live.pool import run, wait_for
from real import FLEET, QUEUE

from condor_elastic import attributes as of

KNOBS = FLEET + QUEUE + "ELASTIC_TRY_PRICE = 3.6\nELASTIC_TRY_IDLE_TIMEOUT = 900\n"
IN_TROUBLE = {"Alarm", "CredentialExpires", "Differs", "Drifted", "Failure", "Notice", "NoticeDeadline", "Order",
              "Orphans", "Pinned", "Warning", "Why", "ElasticUnretired"}  # fmt: skip
IN_A_CLOUD = {"EC2Param_ElasticSpotPrice", "EC2Param_ElasticTag_<TAG>", "ElasticAudited", "ElasticImage",
              "ElasticInstance", "ElasticInstanceType", "ElasticLifecycle", "ElasticMissing", "ElasticNotice",
              "ElasticNoticeDeadline", "ElasticReclaimed", "ElasticRegion", "ElasticZone"}  # fmt: skip


def test_nothing_of_ours_is_in_an_ad_that_is_not_documented(pool, panda, watch):
    panda.add_jobs("BNL", 1, 600)
    pool.knobs(KNOBS.format(url=panda.url))
    pool.verdict()
    pool.verdict()
    (vm,) = pool.vms()
    wait_for("the pilot on a worker", lambda: pool.jobs("ElasticPilotQueue isnt undefined && JobStatus == 2"), 120)
    pool.verdict()
    for command in (("pin",), ("pin", "--off"), ("retire",)):
        run("condor_elastic", *command, vm["ElasticVM"])
    pool.verdict()
    assert watch.escaped() == []
    # Some come late: a startd may join a minute before the gridmanager sees that its VM runs.
    for _ in range(60):
        if not missing(watch):
            break
        time.sleep(2)
        pool.verdict()
        assert watch.escaped() == []
    assert missing(watch) == {}, "they are documented, and not there"


def missing(watch):
    """Say what each kind of ad should have, and had never."""
    kinds = (of.SCHEDD, of.QUEUE, of.FLEET, of.WORKER, of.VM_JOB, of.PILOT, of.MACHINE)
    left = {kind.title: kind.names() - watch.seen[kind.title] - IN_TROUBLE - IN_A_CLOUD for kind in kinds}
    return {title: names for title, names in left.items() if names}
