"""Whatever options a section has, each is found again in what is imported."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from condor_elastic.apf.chain import INSIDE_ACTIVATED, OPTION_OF, OPTIONAL, TAKEN
from condor_elastic.apf.fleets import COMMANDS
from condor_elastic.apf.importer import knobs_of

PLUGINS = ["CondorLocal", "CondorEC2", "CondorNova", "CondorOSGCE", "CondorPBS", "CondorGT2", "None"]
NUMBERS = [*INSIDE_ACTIVATED, *(name for name, _ in OPTION_OF.values()), "sched.ready.offset"]
NUMBERS += [*(name for each in OPTIONAL.values() for name in each), *TAKEN]
WORDS = ["wmsqueue", "executable", "executable.arguments", "status", "sched.maxperfactory.x", "made.up", "Made.Up"]
OWN = [*COMMANDS, "gridresource", "port", "proxy", "environ", "peaceful", "spot_price", "access_key_id", "user_data"]
SCHEDULERS = ["Ready", "Activated", "Scale", "Fixed", "Null", "KeepNRunning", "MinPending", "MaxPerCycle", "MaxToRun",
              "Throttle", "StatusTest", "StatusOffline", "WeightedActivated"]  # fmt: skip
CHAINS = st.lists(st.sampled_from(SCHEDULERS), max_size=5)


def kept(text):
    """Give the knobs, and what a note says was kept of two."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#") or "kept" in line)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(PLUGINS),
    st.sampled_from(["Panda", "Condor", "CondorLocal"]),
    CHAINS,
    st.sets(st.sampled_from([*NUMBERS, *WORDS, *OWN]), max_size=25) | st.just({*NUMBERS, *WORDS, *OWN}),
)
def test_every_option_is_found_again(tmp_path, plugin, wms, chain, names):
    said = {"batchsubmitplugin": plugin, "wmsstatusplugin": wms, "schedplugin": ", ".join(chain)}
    for place, name in enumerate(sorted(names)):
        whole = f"batchsubmit.{plugin.lower()}.{name}" if name in OWN else name
        said[whole] = str(7000 + place)
    path = tmp_path / "queues.conf"
    path.write_text("[Q]\n" + "".join(f"{name} = {value}\n" for name, value in said.items()))
    text = knobs_of([str(path)])
    for line, (name, value) in enumerate(said.items(), 2):
        noted = f"# {path}, line {line}: {name} = {value}: " in text
        assert noted or value in kept(text) or name == "schedplugin", name
