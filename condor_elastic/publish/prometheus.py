"""Metrics as a text file for node_exporter's textfile collector, written by each cycle where a knob names one.

The format is https://prometheus.io/docs/instrumenting/exposition_formats/.  Counters need what they were before: that
stands in the file.  Where the file is lost they begin at 0 again, which Prometheus takes for what it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from condor_elastic.knobs import Settings
from condor_elastic.model import Outcome
from condor_elastic.publish import metrics
from condor_elastic.publish.form import Ad
from condor_elastic.publish.samples import Sample, counted, gauged

MODE = 0o644
MAX_BYTES = 10_000_000
"""More than we ever write: what is larger is not ours, and is not read."""


def write_metrics(settings: Settings, summary: Ad, found: Sequence[Ad], outcomes: Sequence[Outcome]) -> str:
    """Write ELASTIC_PROMETHEUS_FILE in one step, if it is set; give the reason if that cannot be done."""
    path = settings.pool.prometheus_file
    if not path:
        return ""
    try:
        done = () if settings.pool.dry_run else outcomes
        counters = counted(done, [one.name for one in settings.queues], [one.name for one in settings.fleets])
        _write(Path(path), exposition(settings.pool.pool, gauged(summary, found), counters, read_counters(path)))
    except Exception as error:  # the numbers are for people; what was done stays done
        return f'ELASTIC_PROMETHEUS_FILE = "{path}" cannot be written: {getattr(error, "strerror", None) or error}'
    return ""


def exposition(
    pool: str, gauges: Sequence[Sample], counters: Sequence[Sample], before: Mapping[str, float] | None = None
) -> str:
    """Make the text: HELP and TYPE of every metric there is, also where it has no sample just now."""
    ours = f'{{pool="{_escaped(pool)}"'
    before = {series: value for series, value in (before or {}).items() if ours in series}
    totals = {_series(pool, one.of.name, one.labels): one.value for one in counters}
    totals = {series: before.get(series, 0) + totals.get(series, 0) for series in {**before, **totals}}
    made = []
    for gauge in (metrics.INFO, *metrics.GAUGES, metrics.AGE, metrics.FAILED):
        made += _head(gauge.name, gauge.help, "gauge")
        made += [f"{_series(pool, gauge.name, one.labels)} {_number(one.value)}" for one in gauges if one.of is gauge]
    for counter in (metrics.CYCLES, metrics.PILOTS, metrics.VMS):
        made += _head(counter.name, counter.help, "counter")
        start = metrics.PREFIX + counter.name + "{"
        made += [f"{series} {_number(value)}" for series, value in sorted(totals.items()) if series.startswith(start)]
    return "\n".join(made) + "\n"


def read_counters(path: str) -> dict[str, float]:
    """Give what the counters were; none where there is no such file or it is not one of ours."""
    found: dict[str, float] = {}
    with suppress(OSError, ValueError):
        if not os.path.isfile(path) or os.path.getsize(path) > MAX_BYTES:
            return {}
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            told = re.fullmatch(rf"({metrics.PREFIX}\w+_total\{{.*\}}) (\d+)", line)
            if told:
                found[told[1]] = int(told[2])
    return found


def _head(name: str, told: str, kind: str) -> list[str]:
    text = told.replace("\\", "\\\\").replace("\n", "\\n")
    return [f"# HELP {metrics.PREFIX}{name} {text}", f"# TYPE {metrics.PREFIX}{name} {kind}"]


def _series(pool: str, name: str, labels: Mapping[str, str]) -> str:
    told = ",".join(f'{label}="{_escaped(value)}"' for label, value in {"pool": pool, **labels}.items())
    return f"{metrics.PREFIX}{name}{{{told}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _write(path: Path, text: str) -> None:
    # node_exporter reads what ends in .prom, so never this; a name of its own would stay behind after a crash.
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as out:
            os.fchmod(file, MODE)  # whatever the umask
            out.write(text)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
