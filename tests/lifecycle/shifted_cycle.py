"""A cycle whose clock was stepped by so many seconds; fed to python3 on stdin."""

import sys
import time

from condor_elastic import cycle

STEP = int(sys.argv[1])
right = time.time
time.time = lambda: right() + STEP
sys.exit(cycle.main())
