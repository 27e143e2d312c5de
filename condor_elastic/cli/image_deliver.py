"""image deliver, image prune: where the images of workers go, and when they go away again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from condor_elastic.cli import show as screen
from condor_elastic.cli.image import PLUGINS, READING, options, read_as
from condor_elastic.cli.progress import drawn

if TYPE_CHECKING:
    from condor_elastic.delivery.result import Delivered

DEFINITIONS = (".appl", ".yml", ".yaml")


@click.command(epilog="METHOD is ami, openstack, libvirt, local or sftp; the settings of each: docs/delivery.md.")
@click.argument("file", metavar="FILE")
@options(*READING, *PLUGINS)
@screen.json_option
def deliver(file: str, as_json: bool, **words: Any) -> int:  # noqa: FBT001  a flag of click's
    """Deliver the disk that was built of a definition, or any disk, to a cloud, libvirt or a directory."""
    from condor_elastic.appliance import read_settings
    from condor_elastic.delivery.deliver import deliver as act
    from condor_elastic.delivery.settings import read_config, settings_of
    from condor_elastic.delivery.wrong import Undelivered

    kept = read_settings(os.environ)
    method = method_of(words["delivery"] or kept.delivery)
    settings, remarks = settings_of(method, said_in_file(kept, method), read_config(words["delivery_config"]))
    known = {"pool": _pool()}
    path = Path(file)
    if path.suffix in DEFINITIONS:
        from condor_elastic.appliance.describe import document
        from condor_elastic.delivery.build import built_disk, known_of

        # What is to be said of a build's options, image build has said.
        reading, _ = read_as(file, {**words, "platform": "none"})
        if reading.faults:
            raise Undelivered("; ".join(map(str, reading.faults)))
        known.update(known_of(document(reading), path, words["arch"]))
        platform = words["platform"] or kept.platform
        path = built_disk(kept.dir, method, "" if platform == "none" else platform, known)
    with _ended_softly(), drawn() as progress:
        done = act(method, path, settings, known, progress)
    if as_json:
        screen.say_json({**asdict(done), "remarks": [*remarks, *done.remarks]})
    else:
        _say(done, remarks)
    return 0


def method_of(name: str) -> str:
    """Give the method of a name; raises Undelivered."""
    from condor_elastic.delivery.settings import METHODS
    from condor_elastic.delivery.wrong import Undelivered

    method = {"ebs": "ami", "": ""}.get(name, name)
    if method not in METHODS:
        said = f"--delivery {name} is unknown" if name else "no --delivery METHOD is said"
        raise Undelivered(f"{said}; it may be {', '.join(METHODS)}")
    return method


def said_in_file(kept: Any, method: str) -> dict[str, str]:
    """Give what BoxGrinder's configuration file says of a method, as text."""
    from condor_elastic.delivery.settings import SECTIONS

    said: dict[str, Any] = {}
    for section in SECTIONS.get(method, (method,)):
        said.update(kept.of_plugin(section, "delivery"))
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()
            if value is not None}  # fmt: skip


def _pool() -> str:
    """Give ELASTIC_POOL of this host, if it has HTCondor at all: a desk has not."""
    with suppress(Exception):
        import htcondor2

        return str(htcondor2.param.get("ELASTIC_POOL") or "")
    return ""


def _say(done: Delivered, remarks: Sequence[str]) -> None:
    how = "was there already" if done.existed else "is delivered"
    screen.say(f"{done.name}: {done.id} {how}.", "bold")
    for remark in (*remarks, *done.remarks):
        print(f"  {remark}")
    if done.line:
        print(f"\nIn a fleet's SUBMIT:\n  {done.line}")


@contextmanager
def _ended_softly() -> Iterator[None]:
    """Take a SIGTERM for Ctrl-C, so that what is half done is cleared away."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command()
@click.option("--keep", default=3, type=click.IntRange(0), metavar="N", help="So many of each appliance stay (3).")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@screen.json_option
def prune(keep: int, dry_run: bool, as_json: bool) -> int:  # noqa: FBT001  as above
    """Delete old images of this pool's, with their snapshots, in the accounts of its fleets; what is used stays."""
    from condor_elastic.delivery.prune import prune as act

    with screen.waiting("looking at the images"):
        done = list(act(keep, dry_run=dry_run))
    if as_json:
        screen.say_json({"images": [asdict(one) for one in done]})
    elif done:
        titles = ("ACCOUNT", "IMAGE", "NAME", "DONE", "WHY")
        screen.show(screen.Table(titles, [[screen.cell(value) for value in asdict(one).values()] for one in done]))
    else:
        print("There are no images of this pool's.")
    return 1 if any(one.done == "failed" for one in done) else 0
