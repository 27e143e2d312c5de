"""The simulator against a real pool: the same jobs, the same knobs, and the times measured there.

A plain run plays two short bursts, ``scripts/test --full`` ten minutes each of a wobble, bursts and droughts.
"""

import json
import os

import pytest
from live.pool import run
from lived import RECORD, Scenario, lived, simulated

KNOBS = """\
ELASTIC_WAVE_MAX_VMS = 12
ELASTIC_WAVE_MAX_PER_CYCLE = 12
ELASTIC_WAVE_RETIRE = Soft
"""
SHORT = Scenario("bursts", 6, KNOBS + "ELASTIC_WAVE_IDLE_TIMEOUT = 6\n", ((0, 16, (15,)), (None, 16, (15,))))
LONG = (
    Scenario(
        "wobble", 10, KNOBS + "ELASTIC_WAVE_IDLE_TIMEOUT = 20\n",
        tuple((at, 20, (90, 30, 30, 30)) for at in range(0, 600, 100)),
    ),
    Scenario(
        "burst", 12, KNOBS + "ELASTIC_WAVE_IDLE_TIMEOUT = 20\n",
        ((5, 60, (40,)), (215, 30, (40, 60)), (400, 45, (40,))),
    ),
    Scenario(
        "drought", 12,
        KNOBS + "ELASTIC_WAVE_IDLE_TIMEOUT = 20\nELASTIC_WAVE_BACKOFF = 15\nELASTIC_WAVE_BACKOFF_MAX = 30\n",
        ((0, 20, (40,)), (120, 20, (40,)), (240, 20, (40,)), (380, 20, (40,)), (520, 20, (40,))),
        ((100, 190), (370, 450)),
    ),
)  # fmt: skip
MANY = 5
"""Workers taken back, so many that a simulation without any is wrong."""
CLOSE = 0.2
"""The bound of the issue: launches and retirements within 20 % of what the pool did."""


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("scenario", LONG if os.environ.get("ELASTIC_FULL") else [SHORT], ids=lambda one: one.name)
def test_the_simulator_launches_and_retires_as_the_pool_did(pool, scenario, tmp_path):
    told = lived(pool, scenario)
    done = simulated(told, scenario, tmp_path / "knobs.conf")
    launches, acts = sum(vm.began is not None for vm in done.vms), done.acts
    print(f"\n{scenario.name}: {told.finished} jobs in {told.seconds} s, {told.cycles} cycles; launch {told.launch} s, "
          f"boot {told.boot} s, leave {told.leave} s, negotiator {told.negotiator} s\n"
          f"  launches {told.launches}, simulated {launches}; refused {told.refused}, {len(done.vms) - launches}\n"
          f"  retired {told.retired}, {acts['Retire']}; un-retired {told.unretired}, {acts['Unretire']}")  # fmt: skip
    assert len(told.recorded) == pytest.approx(told.finished, rel=0.1)
    assert told.finished == sum(count for _, count, _ in scenario.waves) == len(done.started)
    assert min(told.launches, told.retired) >= 10
    assert launches == pytest.approx(told.launches, rel=CLOSE)
    assert acts["Retire"] == pytest.approx(told.retired, rel=CLOSE)
    assert acts["Unretire"] > 0 or told.unretired < MANY
    for source in (["--history"], ["--recorded", str(RECORD)]):
        said = run("condor_elastic", "simulate", *source, "--period", str(scenario.period), "--json").stdout
        (row,) = json.loads(said)["rows"]
        assert row["launches"] > 0, source
        assert row["unstarted"] == 0, source
