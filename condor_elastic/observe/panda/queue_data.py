"""What a queue is like, and which resource types there are: as the server or CRIC says now, or said last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import quote

from condor_elastic.model import QueueSpec, ResourceType, Unknown
from condor_elastic.observe.panda.as_json import specs_from_json, specs_to_json, types_from_json, types_to_json
from condor_elastic.observe.panda.asked import Asked, Question
from condor_elastic.observe.panda.specs import (
    RESOURCE_TYPES,
    SCHEDCONFIG,
    SITE_SPECS,
    Specs,
    cric,
    resource_types,
    schedconfig,
    site_specs,
)

Get = Callable[[str, Mapping[str, str]], bytes]
"""A server's GET of a path or an URL with parameters; raises ValueError with the reason."""
Call = tuple[str, Callable[[], Specs]]


def queue_data(source: str, url: str, panda_queue: str, get: Get, asked: Asked) -> QueueSpec | Unknown:
    """Give what PanDA's configuration says of a queue; source is SiteSpecs, Schedconfig or CRIC, url where that is."""
    address, ask = SOURCES[source](url, panda_queue, get, asked.now)
    said = asked.said(
        Question(f"{source} {address}", lambda last: _over(ask(), last or Specs()), specs_to_json, specs_from_json)
    )
    spec = said.good.found.get(panda_queue) if said.good else None
    if spec:
        return replace(spec, why=said.why) if said.why else spec
    reasons = (said.why, _missing(panda_queue, said.good) if said.good else "")
    return Unknown(f"the data of queue {panda_queue}", "; ".join(filter(None, reasons)))


def types(url: str, get: Get, asked: Asked) -> tuple[ResourceType, ...] | None:
    """Give the resource types of the server at url, None if it never told them; it wants credentials for that."""
    question = Question(
        f"types {url}{RESOURCE_TYPES}",
        lambda _: resource_types(get(RESOURCE_TYPES, {})),
        types_to_json,
        types_from_json,
    )
    return asked.said(question).good


def _over(new: Specs, last: Specs) -> Specs:
    """Put what was last read of a queue in the place of what cannot be read."""
    older = {name: replace(last.found[name], why=why) for name, why in new.wrong.items() if name in last.found}
    wrong = {name: why for name, why in new.wrong.items() if name not in older}
    return Specs({**older, **new.found}, wrong)


def _missing(panda_queue: str, specs: Specs) -> str:
    if panda_queue in specs.wrong:
        return specs.wrong[panda_queue]
    similar = get_close_matches(panda_queue, specs.found, 1)
    hint = f"; did you mean {similar[0]}?" if similar else ""
    return f"PanDA tells of {len(specs.found)} queues, and of none with this name{hint}"


def _site_specs(url: str, _: str, get: Get, now: int) -> Call:
    return f"{url}{SITE_SPECS}", lambda: site_specs(get(SITE_SPECS, {"type": "all"}), now)


def _schedconfig(url: str, panda_queue: str, get: Get, now: int) -> Call:
    address = url + SCHEDCONFIG.format(quote(panda_queue, safe=""))
    return address, lambda: Specs({panda_queue: schedconfig(get(address, {}), now)})


def _cric(url: str, _: str, get: Get, now: int) -> Call:
    return url, lambda: cric(get(url, {}), now)


SOURCES: Mapping[str, Callable[[str, str, Get, int], Call]] = {
    "SiteSpecs": _site_specs,
    "Schedconfig": _schedconfig,
    "CRIC": _cric,
}
