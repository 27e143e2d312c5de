"""The child that submits jobs and removes VM jobs as the elastic user; request and answer are JSON.

{"submit": text, "items": [{...}, ...]} → {"cluster": n}; {"remove": [job ids], "why": text} → {"removed": n}.
One submission is one transaction of the schedd: all of its jobs are there, or none.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def submit(text: str, items: list[dict[str, str]]) -> dict[str, Any]:
    """Submit one job for each item."""
    import htcondor2

    description = htcondor2.Submit(text)
    result = htcondor2.Schedd().submit(description, count=1, itemdata=iter(items))
    return {"cluster": result.cluster()}


def remove(ids: list[str], why: str) -> dict[str, Any]:
    """Remove jobs; the gridmanager ends their instances first."""
    import htcondor2

    result = htcondor2.Schedd().act(htcondor2.JobAction.Remove, ids, (why, None))  # they drop a bare text
    return {"removed": int(result["TotalSuccess"])}


def main() -> int:
    """Serve the one request on stdin."""
    request = json.load(sys.stdin)
    try:
        answer = submit(request["submit"], request["items"]) if "submit" in request else remove(**request)
    except Exception as error:  # told in one line to the cycle, which says it in its verdict
        print(" ".join(f"{type(error).__name__}: {error}".split()), file=sys.stderr)
        return 1
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
