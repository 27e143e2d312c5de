"""HTCondor's own condor_gangliad, with a gmetric that writes down what it is told to send."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

GMETRIC = """\
#!/bin/sh
if [ "$1" = -h ]; then echo "--desc= --title= --group= --cluster= --slope= derivative"; exit; fi
printf '%s\\n' "$(printf '%s\\037' "$@")" >>{sent}
"""


@contextmanager
def gangliad():
    """Let it look once a second; gives a function that tells what it has sent so far, by name."""
    with TemporaryDirectory(prefix="ganglia-") as name:
        shutil.chown(name, "condor")
        gmetric, config, sent = Path(name, "gmetric"), Path(name, "gmond.conf"), Path(name, "sent")
        gmetric.write_text(GMETRIC.format(sent=sent))
        gmetric.chmod(0o755)
        config.touch()
        knobs = {
            "GANGLIA_GMETRIC": gmetric,
            "GANGLIA_CONFIG": config,
            "GANGLIA_SEND_DATA_FOR_ALL_HOSTS": "True",
            "GANGLIAD_INTERVAL": 1,
            "SEC_USE_FAMILY_SESSION": "False",
        }  # fmt: skip  (that is for what the master has started)
        environment = {**os.environ, **{f"_CONDOR_{knob}": str(value) for knob, value in knobs.items()}}
        daemon = subprocess.Popen(["/usr/libexec/condor/condor_gangliad", "-f"], env=environment, cwd="/tmp")

        def told():
            assert daemon.poll() is None, Path("/var/log/condor/GangliadLog").read_text()[-2000:]
            return _by_name(sent.read_text()) if sent.exists() else {}

        try:
            yield told
        finally:
            daemon.terminate()
            daemon.wait()


def _by_name(text):
    lines = (line.rstrip("\037").split("\037") for line in text.splitlines())
    told = [dict(zip(words[::2], words[1::2])) for words in lines if "--name" in words]
    return {one["--name"]: one for one in told}
