"""check, replay, import-apf: they read files; only check looks at a pool, too."""

from __future__ import annotations

from collections.abc import Sequence

import click

from condor_elastic.cli.show import json_option, lines_or_json, waiting


@click.command()
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--strict", is_flag=True, help="Status 1 for warnings, too.")
@click.option("-v", "--verbose", is_flag=True, help="Say of a pool in order that it is.")
@json_option
def check(file: str | None, strict: bool, verbose: bool, as_json: bool) -> int:  # noqa: FBT001  flags of click's
    """Say all that is wrong with this pool, with the line to add; or with the knobs of one file, without a pool."""
    from condor_elastic.check import check

    if file:
        return lines_or_json(lambda: check(file), as_json=as_json)
    look = "looking at configuration, daemons, files and clouds"
    return check(as_json=as_json, strict=strict, verbose=verbose, around=lambda: waiting(look))


@click.command()
@click.argument("file", nargs=-1, required=True, metavar="FILE...")
@json_option
def replay(file: Sequence[str], as_json: bool) -> int:  # noqa: FBT001  as above
    """Decide again on what cycles saw, from files of ELASTIC_RECORD_DIRECTORY, and say what differs."""
    from condor_elastic.replay import replay

    return lines_or_json(lambda: replay(file), as_json=as_json)


@click.command("import-apf")
@click.argument("file", nargs=-1, required=True, metavar="FILE...")
@json_option
def import_apf(file: Sequence[str], as_json: bool) -> int:  # noqa: FBT001  as above
    """Print the knobs that mean what AutoPyFactory's queues.conf says, in one file or several."""
    from condor_elastic.apf import import_apf

    return lines_or_json(lambda: import_apf(file), as_json=as_json)
