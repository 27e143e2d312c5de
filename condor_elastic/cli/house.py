"""setup, cycle, sweep, prices: what the controller itself needs or does."""

from __future__ import annotations

import click

from condor_elastic.cli.show import captured, json_option, lines_or_json, say_json


@click.command()
@json_option
def setup(as_json: bool) -> int:  # noqa: FBT001  a flag of click's
    """Make what the controller needs on this central manager, and say what was made."""
    from condor_elastic.setup import setup

    return lines_or_json(setup, as_json=as_json)


@click.command()
@json_option
def cycle(as_json: bool) -> int:  # noqa: FBT001  as above
    """Run one cycle now, as the schedd's cron does: as user condor."""
    from condor_elastic import cycle

    if not as_json:
        return cycle.main()
    status, out, err = captured(cycle.main)
    say_json({"ok": status == 0, "ad": _ad(out), "errors": err.splitlines()})
    return status


def _ad(lines: str) -> dict[str, object]:
    import classad2

    from condor_elastic.observe.values import values_of

    text = "\n".join(line for line in lines.splitlines() if line != "-")
    return dict(values_of(classad2.parseOne(text)))


@click.command()
@click.option("--job", metavar="ID", help="Sweep, as the job that the controller submits for it.")
@json_option
def sweep(job: str | None, as_json: bool) -> int:  # noqa: FBT001  as above
    """Say, as the user elastic, what the next sweep for orphans would end, and do nothing."""
    from condor_elastic import sweep

    return lines_or_json(lambda: sweep.main(job), as_json=as_json)


@click.command()
@click.option("--job", metavar="ID", help="Keep it in the ad of this job, which the controller submits for it.")
@json_option
def prices(job: str | None, as_json: bool) -> int:  # noqa: FBT001  as above
    """Say, as the user elastic, what EC2's spot price history tells."""
    from condor_elastic import prices

    return lines_or_json(lambda: prices.main(job), as_json=as_json)
