"""For python3 -m condor_elastic.cli."""

import sys

from condor_elastic.cli import main

sys.exit(main())
