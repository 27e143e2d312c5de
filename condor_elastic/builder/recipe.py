"""From an order to a directory of mkosi's configuration (mkosi(1), 25 and later); nothing is built here."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from condor_elastic.appliance.files import Copied, Fetched
from condor_elastic.appliance.stated import Stated
from condor_elastic.builder import search
from condor_elastic.builder.packages import todays
from condor_elastic.builder.parts import Copy, Order, Recipe, Text
from condor_elastic.builder.repart import partitions
from condor_elastic.builder.repart import remarks as partition_remarks
from condor_elastic.builder.repos import local_packages, repositories
from condor_elastic.builder.scripts import BUILD_ONLY, DHCP, WITHOUT_NAMES, finalize, post_install
from condor_elastic.builder.systems import DEB, Base, base_of, own_packages

CONF = """\
# From the appliance {name} {version}.
[Config]
MinimumVersion=25

[Distribution]
Distribution={distribution}
Release={release}
Architecture={architecture}

[Output]
Format=disk
ImageId={name}
ImageVersion={version}
Output={name}-sda
ManifestFormat=json
SplitArtifacts=

[Build]
WithNetwork=yes

[Content]
Bootable=yes
Bootloader=grub
{bios}KernelCommandLine={kernel}
WithDocs=no
WithRecommends=no
CleanPackageMetadata=no
Locale=C.UTF-8
Timezone=UTC
Packages=
{packages}"""
KERNEL = (
    "console=tty0 console={serial},115200n8 net.ifnames=0 systemd.firstboot=off audit=0 "
    "systemd.default_device_timeout_sec=300"
)
"""What clouds show of a VM is its serial line; audit floods it.  On a busy host a disk may take its time to be seen."""
PLATFORM_NAMES = {"kvm": ("kvm", "libvirt"), "libvirt": ("kvm", "libvirt")}
"""BoxGrinder called the platform kvm; who delivers to libvirt says libvirt."""
ROOT_PASSWORD = "mkosi.rootpw"  # noqa: S105  the name of a file


def recipe(order: Order, sources: Sequence[str] = ()) -> Recipe:
    """Write down an order; sources are addresses of the system's archive, if they are known.  Raises BuildFailed."""
    base = base_of(order.system, order.arch)
    asked, remarks = todays(order.appliance.packages, base.family)
    fetched = [file for file in order.files if isinstance(file, Fetched)]
    own = own_packages(base, order.platform, asked) + (["curl"] if fetched else [])
    packages = list(dict.fromkeys([*own, *asked]))
    texts = {
        "mkosi.conf": Text(_conf(order, base, packages)),
        "mkosi.postinst.chroot": Text(post_install(base, fetched, _post(order)), 0o755),
        "mkosi.finalize": Text(finalize(password=order.appliance.os.password is not None), 0o755),
        "search.py": Text(Path(search.__file__).read_text(encoding="utf-8")),
        **{f"mkosi.repart/{name}": Text(text) for name, text in partitions(order.appliance.hardware).items()},
        **repositories(order, base, sources),
    }
    if base.family == DEB:
        texts["mkosi.extra/usr/lib/systemd/network/99-ethernet.network"] = Text(DHCP)
    if {"condor", "htcondor", "minicondor"} & {*packages}:
        texts[f"mkosi.skeleton/{BUILD_ONLY}"] = Text(WITHOUT_NAMES)
    if order.appliance.os.password is not None:
        texts[ROOT_PASSWORD] = Text(order.appliance.os.password.value, 0o600)
    copies = [Copy(Path(file.source), f"mkosi.extra{file.target}") for file in order.files if isinstance(file, Copied)]
    copies += [Copy(file, f"mkosi.packages/{file.name}") for file in local_packages(order, base)]
    return Recipe(texts, copies, [*remarks, *partition_remarks(order.appliance.hardware)])


def write(recipe: Recipe, directory: Path) -> None:
    """Write a recipe into a directory that is there and empty; raises OSError."""
    for path, text in recipe.texts.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, text.mode), "w", encoding="utf-8") as file:
            file.write(text.text)
        target.chmod(text.mode)
    for copy in recipe.copies:
        target = directory / copy.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if copy.source.is_dir():
            shutil.copytree(copy.source, target, symlinks=True, dirs_exist_ok=True)
        else:
            target.unlink(missing_ok=True)
            shutil.copy2(copy.source, target, follow_symlinks=False)
    for made in _directories(recipe, directory):
        made.chmod(0o755)


def key(recipe: Recipe) -> str:
    """Give the hash of all that is in a recipe, SHA-256 in hexadecimal digits; raises OSError."""
    said = hashlib.sha256()
    for path, text in sorted(recipe.texts.items()):
        said.update(f"{path}\0{text.mode:o}\0{text.text}\0".encode())
    for copy in recipe.copies:
        for source in sorted([copy.source, *copy.source.rglob("*")] if copy.source.is_dir() else [copy.source]):
            mode = source.lstat().st_mode
            said.update(f"{copy.path}\0{source.relative_to(copy.source)}\0{mode:o}\0".encode())
            if source.is_symlink():
                said.update(os.readlink(source).encode())
            elif source.is_file():
                said.update(source.read_bytes())
    return said.hexdigest()


def _conf(order: Order, base: Base, packages: Sequence[str]) -> str:
    arm = base.architecture == "arm64"
    return CONF.format(
        name=order.name,
        version=order.version,
        distribution=base.distribution,
        release=base.release,
        architecture=base.architecture,
        bios="" if arm else "BiosBootloader=grub\n",
        kernel=KERNEL.format(serial="ttyAMA0" if arm else "ttyS0"),
        packages="".join(f"    {name}\n" for name in packages),
    )


def _post(order: Order) -> Iterable[tuple[str, Sequence[Stated[str]]]]:
    for name in ("base", *(PLATFORM_NAMES.get(order.platform, (order.platform,)) if order.platform else ())):
        yield name, order.appliance.post.get(name, ())


def _directories(recipe: Recipe, directory: Path) -> Iterable[Path]:
    """Give the directories that we made on the way to a text or copy: they are of the image, whatever our umask."""
    for path in [*recipe.texts, *(copy.path for copy in recipe.copies)]:
        for parent in Path(path).parents:
            if parent != Path() and not any(Path(copy.path) == parent for copy in recipe.copies):
                yield directory / parent
