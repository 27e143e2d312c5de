"""A cycle that kills itself at the n-th of the moments before and after its side effects; fed to python3 on stdin."""

import os
import signal
import sys

from condor_elastic import cycle, publish
from condor_elastic.act import contextualise, retire, submit

perform = sys.modules["condor_elastic.act.perform"]  # the package gives the function of this name

LIMIT = int(sys.argv[1])
passed = 0


def moment():
    global passed  # noqa: PLW0603  a counter of moments, for one short process
    passed += 1
    if passed == LIMIT:
        os.kill(os.getpid(), signal.SIGKILL)


def around(effect):
    def wrapped(*args, **kwargs):
        moment()
        result = effect(*args, **kwargs)
        moment()
        return result

    return wrapped


submit.run_as_elastic = perform.run_as_elastic = around(submit.run_as_elastic)
submit.write_user_data = around(submit.write_user_data)
contextualise.fetch_token = around(contextualise.fetch_token)
perform.mark = around(retire.mark)
perform.note = around(perform.note)
cycle.sweep_user_data = around(cycle.sweep_user_data)
publish.advertise = around(publish.advertise)
sys.exit(cycle.main())
