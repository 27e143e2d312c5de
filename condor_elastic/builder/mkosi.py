"""The builder: mkosi makes the disk, qemu-img the other forms of it."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from condor_elastic.builder import recipe as recipes
from condor_elastic.builder.parts import BuildFailed, Order, Recipe, Say
from condor_elastic.builder.process import run
from condor_elastic.builder.scripts import FAILED, SECRET
from condor_elastic.builder.systems import DEB, RPM
from condor_elastic.builder.tools import Tools, cache, find_tools, remove

LOG = "build.log"


class Mkosi:
    """Builds by mkosi, as root or in a user namespace; its tools are looked for when they are needed."""

    def __init__(self, say: Say, scratch: str = "") -> None:
        """Take who is told of the making of tools, and the directory in which images grow (default: TMPDIR)."""
        self._say = say
        self._scratch = Path(scratch or tempfile.gettempdir())
        self._tools: dict[str, Tools] = {}

    def recipe(self, order: Order) -> Recipe:
        """Write down what would be built; raises BuildFailed."""
        return recipes.recipe(order, self._of(order).sources() if order.system.name == "debian" else ())

    def make(self, recipe: Recipe, order: Order, directory: Path, say: Say) -> Path:
        """Build a recipe in a directory, and give the raw disk there; raises BuildFailed."""
        tools = self._of(order)
        written, packages = directory / "recipe", cache() / f"image-packages-{os.geteuid()}"
        for place in (written, packages):
            place.mkdir(parents=True, exist_ok=True)
        recipes.write(recipe, written)
        # One build at a time has this directory: what lies there is of one that was killed.
        scratch = self._scratch / f"elastic-image-{os.geteuid()}-{sha256(os.fsencode(directory)).hexdigest()[:12]}"
        remove(scratch)
        scratch.mkdir(mode=0o700)
        try:
            words = ["mkosi", "--force", f"--output-directory={directory}", f"--workspace-directory={scratch}",
                     f"--package-cache-dir={packages}", "build"]  # fmt: skip
            run(tools.command(written, words, [directory, scratch, packages]), directory / LOG, say)
        except BuildFailed:
            raise BuildFailed(self._why(directory / LOG)) from None
        finally:
            remove(scratch)
            (written / recipes.ROOT_PASSWORD).unlink(missing_ok=True)
        remove(written)
        (directory / f"{order.name}-sda").unlink(missing_ok=True)  # a link to the disk
        return directory / f"{order.name}-sda.raw"

    def convert(self, disk: Path, made: Path, form: str, say: Say) -> None:
        """Write a raw disk in another form; raises BuildFailed."""
        say(f"writing {made.name}")
        tools = next(iter(self._tools.values()), None) or find_tools(DEB, self._say)
        words = ["qemu-img", "convert", "-W", "-f", "raw", *form.split(), str(disk), str(made)]
        run(tools.command(made.parent, words, [disk.parent]), made.parent / LOG, say)

    def _of(self, order: Order) -> Tools:
        family = DEB if order.system.name in ("debian", "ubuntu") else RPM
        if family not in self._tools:
            self._tools[family] = find_tools(family, self._say)
        return self._tools[family]

    @staticmethod
    def _why(log: Path) -> str:
        """Say why a build has failed: our own scripts' word, else the last of what was said."""
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        secrets = [line.removeprefix(SECRET) for line in lines if line.startswith(SECRET)]
        if secrets:
            return "\n".join(["what is secret must not be in an image:", *secrets])
        failed = [line.removeprefix(FAILED) for line in lines if line.startswith(FAILED)]
        if failed:
            return f"{failed[0]} (all it said: {log})"
        return "\n".join([f"mkosi has failed (all it said: {log}):", *lines[-8:]])
