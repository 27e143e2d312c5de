"""What the demonstration has shown, counted from the schedd, PanDA and the disk; never from what was intended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from live.panda import StandIn
from live.pool import CentralManager

VMS = Path("/var/lib/condor/elastic/vms")
USER_DATA = Path("/var/lib/condor/elastic/user-data")
COMPLETED = 4


@dataclass(frozen=True)
class Figures:
    """The figures of one run; jobs_killed counts pilots that were evicted, removed or failed, and failed PanDA jobs."""

    panda_jobs: int
    panda_jobs_finished: int
    pilots_submitted: int
    vms_launched: int
    vms_ended: int
    unretired: int
    jobs_killed: int
    left: int
    seconds: float

    def as_json(self) -> dict[str, float]:
        """Give the figures under their public names."""
        figures = asdict(self)
        figures["left_over"] = figures.pop("left")
        return figures

    def good(self) -> bool:
        """Tell whether all that was promised has been seen."""
        done = self.panda_jobs > 0 and self.panda_jobs_finished == self.panda_jobs
        return done and self.unretired > 0 and not self.jobs_killed and not self.left

    def in_words(self) -> str:
        """Say the figures as sentences."""
        back = "All of it was given back" if not self.left else f"{self.left} things were LEFT OVER"
        killed = "no job was killed" if not self.jobs_killed else f"{self.jobs_killed} jobs were KILLED"
        return (
            f"PanDA had {self.panda_jobs} jobs; {self.panda_jobs_finished} finished, run by "
            f"{self.pilots_submitted} pilots on {self.vms_launched} VMs.\n"
            f"Workers un-retired because demand came back while they drained: {self.unretired}; {killed}.\n"
            f"{back}: {self.vms_ended} of {self.vms_launched} VMs ended by themselves.\n"
            f"{self.seconds:.0f} seconds in all."
        )

    @staticmethod
    def left_over(manager: CentralManager) -> int:
        """Count VM jobs, directories, user-data files and processes of VMs that still exist."""
        files = [entry for place in (VMS, USER_DATA) if place.is_dir() for entry in place.iterdir()]
        return len(manager.jobs("ElasticVM isnt undefined")) + len(files) + len(processes())


def processes() -> list[int]:
    """List the processes that run with a VM's configuration, or supervise one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                ours = f"CONDOR_CONFIG={VMS}".encode() in (entry / "environ").read_bytes()
            except OSError:
                continue
            if ours:
                found.append(int(entry.name))
    return found


def measure(manager: CentralManager, panda: StandIn, seconds: float) -> Figures:
    """Count everything, from the history of the schedd and from PanDA."""
    vms = manager.jobs("ElasticVM isnt undefined", history=True)
    pilots = manager.jobs("ElasticPilotQueue isnt undefined", history=True)
    failed = sum(job["status"] == "failed" for job in panda.jobs())
    return Figures(
        panda_jobs=panda.total,
        panda_jobs_finished=panda.finished(),
        pilots_submitted=len(pilots) + len(manager.jobs("ElasticPilotQueue isnt undefined")),
        vms_launched=len(vms) + len(manager.jobs("ElasticVM isnt undefined")),
        vms_ended=sum(vm["JobStatus"] == COMPLETED for vm in vms),
        unretired=sum(vm.get("ElasticUnretired", 0) for vm in vms),
        jobs_killed=sum(map(killed, pilots)) + failed,
        left=Figures.left_over(manager),
        seconds=round(seconds, 1),
    )


def killed(pilot: dict[str, object]) -> bool:
    """Tell whether a pilot did anything but start once and end well."""
    return pilot["JobStatus"] != COMPLETED or pilot.get("ExitCode") != 0 or pilot.get("NumJobStarts") != 1
