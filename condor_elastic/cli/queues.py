"""pause, drain, resume: orders for pilot queues."""

from __future__ import annotations

import click

from condor_elastic.cli.show import json_option, say_json

MEANS = {
    "pause": "Submit no more pilots for a queue.",
    "drain": "Submit no more pilots for a queue, and remove its idle ones; those that run go on.",
    "resume": "Take back that a queue is paused or drained.",
}


def _order(name: str, means: str) -> click.Command:
    @click.command(name, help=means)
    @click.argument("queue", metavar="QUEUE")
    @click.option("--why", default="", metavar="TEXT", help="What the queue's verdict is to say.")
    @json_option
    def order(queue: str, why: str, as_json: bool) -> int:  # noqa: FBT001  a flag of click's
        from condor_elastic.order import order

        spelled, said = order(name, queue, why)
        if as_json:
            say_json({"queue": spelled, "order": name, "said": said})
        else:
            print(said)
        return 0

    return order


ORDERS = tuple(_order(name, means) for name, means in MEANS.items())
