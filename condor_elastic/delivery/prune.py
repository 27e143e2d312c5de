"""Prune: delete the images of ours that are old and not used, in every account of this pool's fleets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from condor_elastic.delivery.accounts import open_clients
from condor_elastic.delivery.shelf import Shelf, Verdict, choose
from condor_elastic.delivery.shelf_ec2 import Ec2Shelf
from condor_elastic.delivery.used import used_images
from condor_elastic.gahp.driver import Credentials
from condor_elastic.gahp.ec2_client import Place, read_keys
from condor_elastic.model import Account


@dataclass(frozen=True)
class Pruned:
    """What became of an image, or, where nothing is known of images, of an account.

    done: deleted, kept, failed, or would be deleted.
    """

    place: str
    image: str
    name: str
    done: str
    why: str


def prune(keep: int, *, dry_run: bool) -> Iterator[Pruned]:
    """Delete what may go, oldest first; what fails is told, and the rest goes on.

    Raises BadKnobs, Undelivered, and what the bindings raise when the schedd does not answer: then nothing is deleted.
    """
    import htcondor2

    from condor_elastic.act.elastic_user import INHERITED
    from condor_elastic.knobs.macros import configured
    from condor_elastic.observe.instances import accounts, vm_jobs

    for name in INHERITED:  # the schedd's own session is not ours
        os.environ.pop(name, None)
    settings = configured()
    query = htcondor2.Schedd().query
    places = accounts((fleet.submit for fleet in settings.fleets), vm_jobs(query))
    told: set[str] = set()  # two URLs may lead to one account
    for account in places:
        if not account.url.startswith(("ec2://", "openstack://")):
            continue
        # Looked up for each account anew, and after its list: what was delivered and put to use meanwhile stays.
        for one in _pruned(account, settings.pool.pool, keep, lambda: used_images(configured().fleets, query),
                           dry_run=dry_run):  # fmt: skip
            if not one.image or one.image not in told:
                told.add(one.image)
                yield one


def _pruned(
    account: Account, pool: str, keep: int, used: Callable[[], dict[str, str]], *, dry_run: bool
) -> Iterator[Pruned]:
    try:
        shelf = open_shelf(account)
        images = shelf.images(pool)
    except Exception as error:  # the other accounts are none the worse for it
        yield Pruned(account.url, "", "", "failed", _line(error))
        return
    for verdict in choose(images, keep, used()):
        yield _act(shelf, verdict, dry_run=dry_run)


def open_shelf(account: Account) -> Shelf:
    """Open an account with the credentials of its fleet.  Raises CloudError."""
    keys = Credentials(account.access_key_file, account.secret_key_file)
    if account.url.startswith("ec2://"):
        place = Place.of(account.url)
        said = {} if place.profile else read_keys(keys)
        return Ec2Shelf(open_clients(place, said, services=("ec2",)).ec2, account.url)
    from condor_elastic.delivery.shelf_glance import GlanceShelf
    from condor_elastic.gahp.openstack_account import Account as Cloud
    from condor_elastic.gahp.openstack_url import parse

    return GlanceShelf(Cloud(parse(account.url), keys).connection, account.url)


def _act(shelf: Shelf, verdict: Verdict, *, dry_run: bool) -> Pruned:
    done, why = "deleted" if verdict.goes else "kept", verdict.why
    if verdict.goes and dry_run:
        done = "would be deleted"
    elif verdict.goes:
        try:
            shelf.delete(verdict.image)
        except Exception as error:  # the next prune finds it again
            done, why = "failed", _line(error)
    return Pruned(shelf.label, verdict.image.id, verdict.image.name, done, why)


def _line(error: Exception) -> str:
    return " ".join(f"{error}".split())[:300] or type(error).__name__
