"""The two calls of a pilot, answered as panda-server's api/v1/pilot_api.py and jobdispatcher/Protocol.py do."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standin.wire import done, refused

if TYPE_CHECKING:
    from standin.jobs import Job, JobTable

SUCCESS, INVALID = 0, 50  # SC_Success, SC_Invalid of Protocol.py
REPORTED = ("running", "failed", "finished", "holding", "starting", "transferring")  # VALID_JOB_STATES
LABELS = (None, "managed", "unified")  # those that fetch managed jobs, the only kind in here
FILES = (
    "inFiles", "dispatchDblock", "dispatchDBlockToken", "dispatchDBlockTokenForOut", "outFiles", "destinationDblock",
    "destinationDBlockToken", "prodDBlocks", "prodDBlockToken", "realDatasets", "realDatasetsIn", "fileDestinationSE",
    "logFile", "logGUID")
MORE_FILES = ("GUID", "checksum", "fsize", "scopeIn", "scopeOut", "scopeLog", "ddmEndPointIn", "ddmEndPointOut")



def acquire_jobs(table: JobTable, given: dict[str, Any]) -> dict[str, Any]:
    """Hands out jobs; without one it is success:false, the real v1 call no longer uses StatusCode 20."""
    if given["prod_source_label"] not in LABELS:
        return refused("No jobs in PanDA")
    jobs, sent = table.acquire(given["site_name"], given["resource_type"], given["n_jobs"], given["node"] or "")
    if not jobs:
        return refused("No jobs in PanDA")
    return done({"StatusCode": SUCCESS, "jobs": [document(job, sent) for job in jobs]})


def update_job(table: JobTable, given: dict[str, Any]) -> dict[str, Any]:
    """Moves a job on.

    The real one sets `holding` for finished and failed, and a daemon (the adder) archives the job later; here it is
    archived at once: one process, no daemon to wait for.
    """
    status = given["job_status"]
    if status not in REPORTED:
        return refused(f"Invalid job status: {status}", {"StatusCode": INVALID})
    if given["attempt_nr"] not in (None, 0):  # every job here is in its first attempt
        return done({"StatusCode": SUCCESS, "command": "tobekilled"})
    return done({"StatusCode": SUCCESS, "command": table.update(given["job_id"], status)})


def document(job: Job, sent: int) -> dict[str, Any]:
    """A job as the pilot sees it: the keys of a recorded answer of 1.0.4, in its order."""
    return {
        "StatusCode": SUCCESS, "PandaID": job.panda_id, "prodSourceLabel": "managed",
        **_null("swRelease homepackage transformation"), "jobName": f"job{job.panda_id}", "jobDefinitionID": 1,
        "cloud": "US", **dict.fromkeys(FILES, ""), "jobPars": f"--seconds {_decimal(job.seconds)}", "attemptNr": 0,
        **dict.fromkeys(MORE_FILES, ""), **_null("destinationSE prodUserID"), "maxCpuCount": 0, "minRamCount": 2000,
        "maxDiskCount": 0, **_null("cmtConfig"), "processingType": "simul", **_null("transferType sourceSite"),
        "currentPriority": 900, **_null("taskID"), "coreCount": job.core_count,
        **_null("jobsetID reqID nucleus maxWalltime"), "resource_type": job.resource_type,
        "ioIntensity": None, "ioIntensityUnit": None, "nSent": sent,
    }


def _decimal(seconds: float) -> str:
    """Milliseconds at most, and never an exponent, which a pilot would have to know of."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def _null(names: str) -> dict[str, str]:
    """Unset attributes, which a JobSpec shows as this word."""
    return dict.fromkeys(names.split(), "NULL")
