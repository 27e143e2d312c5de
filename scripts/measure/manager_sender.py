"""Sends what many workers would send: manager_sender.py JSON, one of several such processes.

A worker's startd sends the ads of its slot and of itself at each interval, its master its own at a quarter of it
(config.d/elastic-worker.conf), each at a moment of its own.  The ads are copies of real ones.  A real daemon keeps one
session and one connection; this process keeps one session with each collector, and sends what is due in one second to
one collector through one connection.

On start all ads are sent at once, as after a restart of the central manager; then a line is printed, and from a line on
standard input on they are sent at their intervals.  The last line is what was sent, and by how many seconds the worst
second was late, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

MASTERS = 4  # ads of a master in one interval
BATCH = 200
COMMANDS = {"slot": "UPDATE_STARTD_AD", "startd": "UPDATE_STARTD_AD", "master": "UPDATE_MASTER_AD"}


class Sender:
    """The ads of some workers, by kind and number, and the collector of each worker."""

    def __init__(self, asked: dict[str, Any]) -> None:
        import classad2
        import htcondor2

        self.interval, self.use_tcp = int(asked["interval"]), bool(asked["use_tcp"])
        self.numbers = {int(number): host for number, host in asked["hosts"].items()}
        self.collectors = {host: htcondor2.Collector(host) for host in set(self.numbers.values())}
        texts = {kind: Path(path).read_text() for kind, path in asked["patterns"].items()}
        start = int(time.time())
        self.ads: dict[tuple[str, int], Any] = {}
        for number in self.numbers:
            machine = f"worker-{number:05d}.elastic.test"
            for kind, text in texts.items():
                ad = classad2.ClassAd(text)
                ad.update({"Name": f"slot1@{machine}" if kind == "slot" else machine, "Machine": machine,
                           "DaemonStartTime": start, "UpdateSequenceNumber": 0})  # fmt: skip
                if kind != "master":
                    ad["ElasticVM"] = f"{asked['fleet']}-{number:08x}"
                self.ads[kind, number] = ad
        self.sent: Counter[str] = Counter()

    def send(self, due: list[tuple[str, int]]) -> None:
        """Send these ads, each with the next number of its sequence."""
        groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
        now = int(time.time())
        for kind, number in due:
            ad = self.ads[kind, number]
            ad.update({"UpdateSequenceNumber": ad["UpdateSequenceNumber"] + 1, "MyCurrentTime": now})
            groups[self.numbers[number], COMMANDS[kind]].append(ad)
            self.sent[kind] += 1
        for (host, command), ads in groups.items():
            self.collectors[host].advertise(ads, command, self.use_tcp)

    def all(self) -> None:
        """Send everything once."""
        names = list(self.ads)
        for first in range(0, len(names), BATCH):
            self.send(names[first : first + BATCH])

    def pace(self, seconds: int) -> float:
        """Send what is due in each second; give by how much the worst was late."""
        schedule = self._schedule()
        start, worst = time.monotonic(), 0.0
        for second in range(seconds):
            early = start + second - time.monotonic()
            time.sleep(max(0.0, early))
            self.send(schedule[second % self.interval])
            worst = max(worst, time.monotonic() - start - second - 1)
        return worst

    def _schedule(self) -> list[list[tuple[str, int]]]:
        due: list[list[tuple[str, int]]] = [[] for _ in range(self.interval)]
        quarter = self.interval // MASTERS
        for number in self.numbers:
            due[number % self.interval] += [("slot", number), ("startd", number)]
            for turn in range(MASTERS):
                due[(number + turn * quarter) % self.interval].append(("master", number))
        return due


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text())
    sender = Sender(asked)
    start = time.monotonic()
    sender.all()
    print(json.dumps({"joined_s": round(time.monotonic() - start, 2)}), flush=True)
    sys.stdin.readline()
    first = sender.sent.total()
    late = sender.pace(int(asked["seconds"]))
    print(json.dumps({"sent": sender.sent, "first": first, "late_s": round(late, 2)}), flush=True)


if __name__ == "__main__":
    main()
