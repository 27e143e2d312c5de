"""All kinds of findings: what each is called, whether it is a mistake or may be meant, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

WRONG, WARNING = "wrong", "warning"


@dataclass(frozen=True)
class Kind:
    """A kind of finding; docs/check.md has a row for each."""

    severity: str
    meaning: str


KINDS = {
    "knob": Kind(WRONG, "A knob is unknown, misspelt, missing, or its value cannot be used: no cycle does anything."),
    "knob-prefix": Kind(WRONG, "A macro looks like a knob of ours but does not begin with ELASTIC_: nobody reads it."),
    "comment-in-value": Kind(WARNING, "A value holds a # after a blank: a comment behind a value is part of it."),
    "defaults-not-read": Kind(WRONG, "HTCondor does not read 50-elastic-defaults.conf."),
    "max-vms-zero": Kind(WARNING, "A fleet may have no VM: MAX_VMS is 0, its default, which also drains a fleet."),
    "submit-incomplete": Kind(WRONG, "SUBMIT lacks a command without which no VM can be asked for."),
    "schedd-silent": Kind(WRONG, "The schedd of this machine does not answer: it runs the cycles."),
    "collector-silent": Kind(WRONG, "The collector does not answer: no worker is seen."),
    "cron-not-listed": Kind(WRONG, "The running schedd's SCHEDD_CRON_JOBLIST lacks ELASTIC: no cycle runs."),
    "cron-silent": Kind(WRONG, "The schedd's cron should run cycles, and the last one is too long ago, or never was."),
    "cycle-executable": Kind(WRONG, "The program of the cycle is missing, or not executable."),
    "cycle-error": Kind(WARNING, "The last cycle said an error."),
    "ec2-limit": Kind(WRONG, "The gridmanager lets fewer VM jobs run at one cloud than fleets may have VMs there."),
    "gahp": Kind(WRONG, "EC2_GAHP is not condor_elastic_gahp, or not executable: URLs of ours reach no cloud."),
    "stock-gahp": Kind(WRONG, "ELASTIC_STOCK_EC2_GAHP is not executable, and a fleet's URL is not one of ours."),
    "library": Kind(WRONG, "A Python library that a fleet's cloud needs is not installed."),
    "idtokens-off": Kind(WRONG, "A daemon does not take IDTOKENS, by which workers and the elastic user come."),
    "advertise-refused": Kind(WRONG, "The collector refuses the elastic identity, and with it all workers."),
    "submit-refused": Kind(WRONG, "The schedd refuses the elastic identity: no pilot and no VM job is submitted."),
    "trust-domain": Kind(WRONG, "ELASTIC_TRUST_DOMAIN is not the collector's, which signs for its own."),
    "issued-token": Kind(WRONG, "The schedd signs tokens for a shorter time than TOKEN_LIFETIME: no VM is launched."),
    "worker-tokens": Kind(WRONG, "The schedd takes workers' tokens: a stolen one can have copies of itself signed."),
    "user-missing": Kind(WRONG, "The operating system has no such user as ELASTIC_USER."),
    "directory": Kind(WRONG, "A directory of condor_elastic setup is missing, or has another owner or mode."),
    "retire-key": Kind(WRONG, "The retire key is missing or empty, or others than condor can read it."),
    "token-missing": Kind(WRONG, "There is no token of the elastic identity, or something that is none."),
    "token-readable": Kind(WRONG, "The token's file is not condor's alone: HTCondor takes none that others may read."),
    "token-identity": Kind(WRONG, "The token is another identity's, or of another trust domain."),
    "token-scope": Kind(WRONG, "The token lacks a scope that it is used for."),
    "token-wide": Kind(WARNING, "The token is good for more than it is used for."),
    "token-expired": Kind(WRONG, "The token has ended."),
    "token-expires": Kind(WARNING, "The token ends within a week."),
    "credential-missing": Kind(WRONG, "A file with a credential, or a file that goes with one, does not exist."),
    "credential-unreadable": Kind(WRONG, "Who needs a credential cannot read its file."),
    "credential-open": Kind(WRONG, "Users who have no business with it can read a credential."),
    "worker-drop-in": Kind(WRONG, "elastic-worker.conf is missing, of which the VMs of local:// are made."),
    "retirement-time": Kind(WRONG, "A worker that is told to leave gives its jobs no time: MAXJOBRETIREMENTTIME is 0."),
    "site-evicts": Kind(WARNING, "The site's own policy evicts jobs; a worker that reads the same file does, too."),
    "template-differs": Kind(WARNING, "A worker that has joined has less than its fleet's TEMPLATE promises to jobs."),
    "collector-loopback": Kind(WRONG, "The collector's address is of this machine alone, and VMs are elsewhere."),
    "told-loopback": Kind(WRONG, "ELASTIC_COLLECTOR, which workers are told, leads them to themselves."),
    "ccb-off": Kind(WRONG, "The collector does no CCB, so nobody can call a worker."),
    "shared-port-off": Kind(WARNING, "The daemons have a port each; workers behind NAT need more than one way out."),
    "pre-job-rank": Kind(WRONG, "The negotiator may prefer an offline ad of ours to a slot that is there."),
    "cloud-refuses": Kind(WRONG, "The cloud refuses the credentials, or the URL makes no sense."),
    "cloud-lacks": Kind(WRONG, "The cloud has no such image, instance type or network as SUBMIT names."),
    "pilot-executable": Kind(WRONG, "The pilots' executable cannot be run, or not be read by the elastic user."),
    "panda-silent": Kind(WRONG, "A PanDA server gives no answer that can be used: no pilot is submitted."),
    "panda-queue-data": Kind(WARNING, "A queue's status, cores and memory cannot be had from PanDA."),
    "panda-warning": Kind(WARNING, "What the queue's ad warns of: a credential that ends soon, data that are old."),
}  # fmt: skip
