"""The tables that panda-server's statistics, site list and job dispatch use: our own, smaller than PanDA's."""

from __future__ import annotations

import absent  # noqa: F401 - before any of panda-server
from pandaserver.taskbuffer.FileSpec import FileSpec
from pandaserver.taskbuffer.JobSpec import JobSpec
from rows import connect

# The wide tables' columns are the installed server's own; all are text but these.
TIMES = """
  creationTime modificationTime startTime endTime stateChangeTime prodDBUpdateTime
""".lower().split()
NUMBERS = """
  PandaID jobDefinitionID attemptNr maxAttempt assignedPriority currentPriority maxCpuCount maxDiskCount minRamCount
  coreCount jediTaskID taskID jobsetID workQueue_ID relocationFlag jobExecutionID parentID reqID actualCoreCount diskIO
  nEvents nInputFiles nInputDataFiles inputFileBytes nOutputDataFiles outputFileBytes maxWalltime eventService
  failedAttempt hs06 maxRSS maxVMEM maxSWAP maxPSS avgRSS avgVMEM avgSWAP avgPSS totRCHAR totWCHAR totRBYTES
  totWBYTES rateRCHAR rateWCHAR rateRBYTES rateWBYTES pilotErrorCode exeErrorCode supErrorCode ddmErrorCode
  brokerageErrorCode jobDispatcherErrorCode taskBufferErrorCode row_ID fsize datasetID fileID
""".lower().split()
FRACTIONS = """
  cpuConsumptionTime cpuConversion hs06sec memory_leak memory_leak_x2 gco2_regional gco2_global
""".lower().split()
OTHERS = """
CREATE TABLE mv_jobsactive4_stats (cur_date timestamp, cloud text, computingsite text, countrygroup text,
  workinggroup text, relocationflag bigint, jobstatus text, processingtype text, prodsourcelabel text,
  currentpriority bigint, vo text, workqueue_id bigint, num_of_jobs bigint, num_of_cores bigint, resource_type text);
CREATE TABLE jobs_share_stats (ts timestamp, gshare text, computingsite text, jobstatus text, maxpriority bigint,
  njobs bigint, hs bigint, vo text, workqueue_id bigint, resource_type text, nucleus text);
CREATE TABLE global_shares (name text PRIMARY KEY, value bigint, parent text, prodsourcelabel text, workinggroup text,
  campaign text, processingtype text, vo text, queue_id bigint, throttled char(1), transpath text, rtype text);
CREATE TABLE schedconfig_json (panda_queue text PRIMARY KEY, data json, last_update timestamp);
CREATE TABLE resource_types (resource_name text PRIMARY KEY, mincore bigint, maxcore bigint, minrampercore bigint,
  maxrampercore bigint);
CREATE TABLE harvester_worker_stats (harvester_id text, computingsite text, resourcetype text, status text,
  n_workers bigint, lastupdate timestamp, jobtype text);
CREATE TABLE harvester_slots (pandaqueuename text, gshare text, resourcetype text, numslots bigint,
  modificationtime timestamp, expirationtime timestamp);
CREATE TABLE panda_site (panda_site_name text, site_name text, storage_site_name text, default_ddm_endpoint text);
CREATE TABLE site (site_name text, role text, state text);
CREATE TABLE ddm_endpoint (ddm_endpoint_name text, site_name text, ddm_spacetoken_name text, type text, is_tape text,
  blacklisted text, blacklisted_read text, blacklisted_write text, space_free bigint, space_expired bigint,
  space_total bigint, detailed_status text);
CREATE TABLE panda_ddm_relation (panda_site_name text, ddm_endpoint_name text, roles text, default_read text,
  default_write text, is_local text, order_read bigint, order_write bigint, scope text);
CREATE TABLE config (app text, component text, key text, value text, type text, vo text, descr text, value_json text);
CREATE TABLE doma_pandameta.users (name text, status text, dn text);
CREATE TABLE pandadb_version (component text, major bigint, minor bigint, patch bigint);
CREATE TABLE jobparamstable (pandaid bigint, jobparameters text, modificationtime timestamp);
CREATE TABLE metatable (pandaid bigint, metadata text, modificationtime timestamp);
CREATE TABLE job_output_report (pandaid bigint, prodsourcelabel text, jobstatus text, attemptnr bigint, data text,
  timestamp timestamp, lockedby text, lockedtime timestamp);
CREATE TABLE doma_pandameta.sitedata (site text, flag text, hours bigint, getjob bigint, updatejob bigint,
  lastmod timestamp, nojob bigint, getjobabs bigint, updatejobabs bigint, nojobabs bigint, laststart timestamp);
CREATE TABLE harvester_rel_jobs_workers (harvesterid text, workerid bigint, pandaid bigint, lastupdate timestamp);
CREATE TABLE harvester_workers (harvesterid text, workerid bigint, computingelement text);
CREATE TABLE jedi_datasets (jeditaskid bigint, datasetid bigint, datasetname text);
CREATE TABLE carbon_region_emissions (timestamp timestamp, region text, value numeric);
CREATE TABLE retryactions (retryaction_id bigint, retry_action text, active char(1), retry_description text);
CREATE TABLE retryerrors (retryerror_id bigint, errorsource text, errorcode bigint, errordiag text, parameters text,
  architecture text, release text, workqueue_id bigint, retryaction bigint, active char(1), expiration_date timestamp);
CREATE TABLE error_classification (id bigint, error_source text, error_code bigint, error_diag text, error_class text,
  active char(1));
CREATE SEQUENCE job_ids START 6000000001;
INSERT INTO pandadb_version VALUES ('PanDA', 99, 0, 0);
INSERT INTO resource_types VALUES ('SCORE', 1, 1, NULL, 2000), ('SCORE_HIMEM', 1, 1, 2001, NULL),
  ('MCORE', 2, NULL, NULL, 2000), ('MCORE_HIMEM', 2, NULL, 2001, NULL);
INSERT INTO global_shares (name, value, prodsourcelabel) VALUES ('User Analysis', 45, 'user|panda'),
  ('MC Production', 50, 'managed'), ('Test', 5, 'ptest|rc_test.*');
"""


def _wide(table: str, columns: tuple[str, ...], key: str) -> str:
    kinds = {"timestamp": TIMES, "bigint": NUMBERS, "numeric": FRACTIONS}

    def kind(column: str) -> str:
        return next((name for name, members in kinds.items() if column in members), "text")

    rows = ", ".join(f"{name} {kind(name)}" for name in map(str.lower, columns))
    return f"CREATE TABLE {table} ({rows}, PRIMARY KEY ({key}))"


def make_tables() -> None:
    with connect() as cursor:
        for name in ("doma_panda", "doma_pandameta", "doma_pandaarch", "doma_deft"):
            cursor.execute(f"CREATE SCHEMA {name}")
        cursor.execute("ALTER ROLE panda SET search_path = doma_panda, public")
        cursor.execute("SET search_path = doma_panda, public")
        for table in ("jobsdefined4", "jobsactive4", "jobsarchived4"):
            cursor.execute(_wide(table, JobSpec._attributes, "pandaid"))  # noqa: SLF001 - the only place that knows them
        cursor.execute(_wide("filestable4", (*FileSpec._attributes, "modificationTime"), "row_id"))  # noqa: SLF001 - as above
        cursor.execute(OTHERS)


if __name__ == "__main__":
    make_tables()
