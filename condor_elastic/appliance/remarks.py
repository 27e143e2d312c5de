"""What to look at before an image is built, beyond what no schema lets through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from condor_elastic.appliance.parts import Appliance
from condor_elastic.appliance.plugins import BASE, PLATFORMS
from condor_elastic.appliance.stated import Fault, Stated, Warn
from condor_elastic.appliance.variables import marked
from condor_elastic.knobs.near import near


def remarks(chain: Sequence[Appliance], whole: Appliance, environment: Mapping[str, str]) -> list[Fault | Warn]:
    """Give faults and warnings; chain is what was merged, whole the result, with variables filled in.

    environment is the process's, to say of a name which BoxGrinder would have found there.
    """
    found: list[Fault | Warn] = [*whole.warnings]
    for each in (_root, _repos, _platforms, _password):
        found += each(whole)
    found += _smaller(chain)
    found += _reset(chain)
    found += _left(whole, environment)
    return found


def _root(whole: Appliance) -> Iterator[Fault]:
    if "/" not in whole.hardware.partitions:
        first = next(iter(whole.hardware.partitions.values()), None)
        yield Fault(first.size.place if first else whole.place, 'hardware.partitions has no "/"')


def _repos(whole: Appliance) -> Iterator[Warn]:
    names = Counter(repo.name.value for repo in whole.repos)
    addresses = {(repo.name.value, repo.address.value) for repo in whole.repos}
    for name, times in names.items():
        if times > 1:
            last = [repo for repo in whole.repos if repo.name.value == name][-1]
            many = len([1 for each, _ in addresses if each == name])
            where = "with the same address" if many == 1 else "with other addresses, of which the last is written"
            yield Warn(last.name.place, f"the repository {name} is said {times} times, {where}")


def _platforms(whole: Appliance) -> Iterator[Warn]:
    for name, lines in whole.post.items():
        if lines and name not in (BASE, *PLATFORMS):
            known = ", ".join((BASE, *PLATFORMS))
            hint = near(name, PLATFORMS) or f"; known: {known}"
            yield Warn(lines[0].place, f"post.{name} is never run: there is no such platform{hint}")


def _password(whole: Appliance) -> Iterator[Warn]:
    if whole.os.password is not None:
        yield Warn(whole.os.password.place, "the root password stands in the definition: whoever reads it has all VMs "
                                            "of the image")  # fmt: skip


def _smaller(chain: Sequence[Appliance]) -> Iterator[Warn]:
    """Say where a file wants less than an ancestor, which it cannot have."""
    largest: dict[str, Stated[int] | Stated[float]] = {}
    for each in chain:
        said: dict[str, Stated[int] | Stated[float]] = {
            "hardware.cpus": each.hardware.cpus,
            "hardware.memory": each.hardware.memory,
            **{f"the size of {name}": one.size for name, one in each.hardware.partitions.items()},
        }
        for name, one in said.items():
            most = largest.setdefault(name, one)
            if one.place and one.value < most.value:
                counts = f"{most.value:g} of {most.place or 'the defaults'}"
                yield Warn(one.place, f"{name} = {one.value:g} has no effect: the largest counts, {counts}")
            largest[name] = max(most, one, key=lambda either: either.value)


def _reset(chain: Sequence[Appliance]) -> Iterator[Warn]:
    """Say where a file that names no type, or only has the / of every definition, undoes what another has said."""
    last: dict[str, tuple[str, Appliance]] = {}
    stated: dict[str, Stated[str]] = {}
    for each in chain:
        for name, one in each.hardware.partitions.items():
            last[name] = (one.type.value, each)
            if one.type.place:
                stated[name] = one.type
    for name, said in stated.items():
        value, by = last[name]
        if value != said.value:
            yield Warn(said.place, f"the type of {name} is {value} and not {said.value}: {by.place}, which comes "
                                   f"later, says none, and that is {value}, as it was with BoxGrinder")  # fmt: skip


def _left(whole: Appliance, environment: Mapping[str, str]) -> Iterator[Warn]:
    for name in marked(whole):
        if name.value in environment:
            yield Warn(name.place, f"#{name.value}# stays: no variable has this name. BoxGrinder would have taken "
                                   f"it from the environment; --env {name.value} does")  # fmt: skip
        elif name.value.isupper():
            hint = near(name.value, whole.variables)
            yield Warn(name.place, f"#{name.value}# stays: no variable has this name{hint}")


