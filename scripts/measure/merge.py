#!/usr/bin/python3
"""Make one object of the results of several clouds: what one has not measured, another may have."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def merge(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Keep for each name the first value that holds a figure; lists of phases are joined."""
    out: dict[str, Any] = {}
    for result in results:
        for name, value in result.items():
            if name == "phases":
                out[name] = [*out.get(name, []), *value]
            elif out.get(name) in (None, [None, None]):
                out[name] = value
    return out


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:]]
    print(json.dumps(merge([json.loads(file.read_text()) for file in files if file.exists()])))
