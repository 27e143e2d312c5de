"""Names of ours that are no attributes of ads: marks in clouds, macros of the workers, items of submit text, files."""

from __future__ import annotations

from condor_elastic.attributes.row import Kind, table

TAGS = Kind(
    "Marks in the clouds",
    "Tags on EC2; on OpenStack metadata of servers and volumes, tags of ports. What has no ElasticPool, or another, is "
    "never touched.",
    table("""
ElasticPool | string | Whose it is: ELASTIC_POOL.
ElasticFleet | string | Its fleet.
ElasticVM | string | The VM's id; the instance's Name too.
ElasticToken | string | The VM job's client token, by which an instance is found again after a crash.
ElasticOwner | string | OpenStack: ELASTIC_POOL of the host whose GAHP made the server.
ElasticOrphan | integer | Sweeps in a row that saw no use for it.
ElasticServer | string | OpenStack, on ports and volumes: the server that they were made with.
"""),
)
IMAGE_TAGS = Kind(
    "Marks of an image",
    "What it was built of (docs/delivery.md): tags of image and snapshot on EC2, properties in Glance, where they are "
    "written `elastic_appliance_hash`.",
    table("""
ElasticAppliance | string | Name of the appliance.
ElasticApplianceVersion | string | Its version and release.
ElasticApplianceFile | string | The definition's file.
ElasticApplianceHash | string | SHA256 of the merged definition.
ElasticArch | string | The machine that it is for.
ElasticDisk | string | SHA256 of the disk.
ElasticSnapshot | string | EC2: the snapshot that it was registered from.
ElasticRecipe | string | Key of all that the build was made of.
ElasticBuilt | string | When it was built, UTC.
ElasticSoftware | string | The version of condor-elastic that delivered it.
"""),
)
WORKER_MACROS = Kind(
    "Macros of a worker's configuration",
    "The first are set by the VM's user-data from the fleet's knobs; the next may be set in the image; the others are "
    "parts of expressions in `elastic-worker.conf`. `condor_config_val -v NAME` on the worker",
    table("""
ElasticUpdateInterval | integer | ELASTIC_UPDATE_INTERVAL.
ElasticFirstJobTimeout | integer | FIRST_JOB_TIMEOUT.
ElasticWorkerIdle | integer | WORKER_IDLE, or what stands for it.
ElasticMaxJobRetirementTime | integer | MAX_JOB_RETIREMENT_TIME.
ElasticDeadman | integer | DEADMAN.
ElasticContactPeriod | integer | Seconds between two questions whether the collector is there.
ElasticSpotGuard | expression | SPOT_TRIES, as a clause of START.
ElasticMetadataUrl | string | The cloud's metadata service.
ElasticConfigDrive | string | Where a config drive is mounted.
ElasticVacateTime | integer | Seconds a job has to end before the cloud ends the VM, if it says nothing itself.
ElasticKillTime | integer | Seconds before the cloud's end at which it is killed.
ElasticMasterGrace | integer | Seconds that the master waits for its startd to start.
ElasticJobSeconds | expression | How long a job says that it runs.
ElasticVacateSeconds | expression | How long a job has to end before the cloud ends the VM.
ElasticEmptySlot | expression | A slot that is the only one is empty.
ElasticEmptyStartd | expression | Nothing is in use in all slots.
ElasticEmpty | expression | One of the two.
ElasticPastLifetime | expression | Its deadline is over.
ElasticNoFirstJob | expression | No job came within FIRST_JOB_TIMEOUT.
ElasticUnused | expression | It was empty for WORKER_IDLE.
ElasticForsaken | expression | The collector was silent for DEADMAN.
"""),
)
MANAGER_MACROS = Kind(
    "Macros of the central manager's files",
    "How many collectors and connections follow from `ELASTIC_WORKERS`: docs/central-manager.md; tokens: "
    "docs/security.md.",
    table("""
ElasticWorkersGood | expression | ELASTIC_WORKERS is a whole number.
ElasticWanted | expression | Child collectors for so many workers.
ElasticBounded | expression | The same, ten at most.
ElasticChildren | integer | The same, evaluated.
ElasticInterval | expression | ELASTIC_UPDATE_INTERVAL that follows.
ElasticDescriptors | expression | File descriptors that each collector needs.
ElasticCollectorDescriptors | expression | The same, at least HTCondor's own number.
ElasticChild<N> | expression | There is a child of this number.
ElasticWorkerToken | expression | A token is a worker's, which nobody but collectors takes.
"""),
)
ITEMS = Kind(
    "Items and files",
    "Items stand in our own submit text, and some may stand in a site's USER_DATA (docs/user-data.md).",
    table("""
ElasticUserData | string | Item of a VM job: the file with its user-data.
ElasticItem | string | Item of a pilot, a sweep or a look, as a submission needs one.
ElasticCollector | string | Item of USER_DATA: the collector that the VM reports to.
ElasticTag | string | ElasticTag.TAG: parameter of a VM job that makes a tag, EC2Param_ElasticTag_TAG in its ad.
ElasticSpotPrice | string | Parameter of a VM job that makes it a spot launch, EC2Param_ElasticSpotPrice in its ad.
ElasticLog | string | File: the log of the cycles, ELASTIC_LOG.
ElasticLock | string | File: the lock of the cycles, ELASTIC_LOCK.
"""),
)
