import sys
from pathlib import Path

import hypothesis

sys.path.insert(0, str(Path(__file__).parent))
# A busy machine is no failure: other groups of tests run beside this one.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")
