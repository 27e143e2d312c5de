"""scripts/bench policy: one line of JSON, the same for the same seeds, however many processes share the runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MEASURE = Path(__file__).parents[3] / "scripts/measure/policy.py"
KEYS = {"policy", "utilisation", "mean_wait_s", "p95_wait_s", "launches", "vm_hours", "evictions"}


def bench(*options):
    return subprocess.run([sys.executable, MEASURE, *options], capture_output=True, text=True, check=False)


def test_a_trace_ends_with_one_line_of_rows_which_is_the_same_again(tmp_path):
    trace = tmp_path / "t.swf"
    trace.write_text("".join(f"{n} {n * 40} -1 {300 + n % 7 * 90} {1 + n % 5} {'-1 ' * 13}\n" for n in range(90)))
    options = ("--trace", str(trace), "--seeds", "3", "--policy", "ours", "--policy", "google", "--policy", "bound")
    ran = bench(*options, "--json")
    *before, line = ran.stdout.splitlines()
    rows = json.loads(line)["rows"]
    assert (before, ran.returncode) == ([], 0)
    assert [row["policy"] for row in rows] == ["ours", "google", "bound"]
    assert all(set(row) >= KEYS for row in rows)
    assert all(0 < row["utilisation"] <= 1 and row["vm_hours"] <= row["worst_vm_hours"] for row in rows)
    assert rows[2]["mean_wait_s"] == 0 < rows[0]["mean_wait_s"]
    assert "ours: dominated by" in ran.stderr
    assert "of processor time" in ran.stderr
    written = tmp_path / "rows.json"
    assert bench(*options, "--json", str(written)).stdout == ""
    assert written.read_text() == line + "\n"


def test_what_is_no_trace_is_said_in_one_line(tmp_path):
    (tmp_path / "t").write_text("1 2 3\n")
    ran = bench("--trace", str(tmp_path / "t"))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "line 1: '1 2 3' is not 18 numbers" in ran.stderr
