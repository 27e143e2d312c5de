"""For python3 -m condor_elastic.apf FILE...: the import where nothing but Python is installed."""

import sys

from condor_elastic.apf import import_apf

if len(sys.argv) == 1 or sys.argv[1].startswith("-"):
    sys.exit("usage: python3 -m condor_elastic.apf FILE...")
sys.exit(import_apf(sys.argv[1:]))
