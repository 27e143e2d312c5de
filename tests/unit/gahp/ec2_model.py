"""botocore's own description of RunInstances, and launches."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session

from condor_elastic.gahp.driver import Launch


@cache
def model() -> Any:
    return botocore.session.get_session().get_service_model("ec2").operation_model("RunInstances").input_shape


def launch(**more: Any) -> Launch:
    return Launch("11111111-2222-3333-4444-555555555555", "ami-1", **more)
