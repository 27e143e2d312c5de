"""The whole look; only what the configuration needs is asked for."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from condor_elastic.check.finding import Macro
from condor_elastic.check.look import clouds, configuration, daemons, files, panda
from condor_elastic.check.needed import CONDOR, credentials, executable
from condor_elastic.check.rules.gahp import LIBRARIES
from condor_elastic.check.rules.network import hosts
from condor_elastic.check.rules.workers import DROP_IN
from condor_elastic.check.site import Site, TokenSeen
from condor_elastic.knobs import Settings
from condor_elastic.knobs.directories import directories
from condor_elastic.model import Unknown


def site(settings: Settings, macros: Mapping[str, Macro]) -> Site:
    """Look at everything."""
    knobs, now = settings.pool, int(time.time())
    if not settings.fleets and not settings.queues:
        return Site(settings, now, macros)
    daemons.wait_for_no_daemon_longer_than(knobs.query_timeout)
    collector, schedd = (configuration.running(name, knobs.query_timeout) for name in ("collector", "schedd"))
    token = files.token(knobs.token_directory, f"{knobs.user}@{knobs.trust_domain}")
    are_there = not isinstance(collector, Unknown) and not isinstance(schedd, Unknown)
    is_waited_for = Unknown("what the daemons do was", "the collector or the schedd does not answer")
    users = {name: found for name in (CONDOR, knobs.user, "root") if (found := files.user(name))}
    return Site(
        settings,
        now,
        macros,
        collector,
        schedd,
        configuration.running("negotiator", knobs.query_timeout)
        if knobs.whatif == "Negotiator" and are_there
        else Site(settings, now).negotiator,
        daemons.collector_ad() if are_there else is_waited_for,
        daemons.schedd_ad() if are_there else is_waited_for,
        users,
        {path: files.file(path) for path in paths(settings, macros, token)},
        files.text(DROP_IN),
        token,
        daemons.pings(knobs) if are_there and isinstance(token, TokenSeen) else Site(settings, now).pings,
        daemons.workers(settings) if are_there and settings.fleets else (),
        daemons.retirements(settings) if are_there and settings.fleets else (),
        clouds.clouds(settings),
        panda.queues(settings, now),
        {host: addresses(host) for host in hosts(knobs.collector)},
        frozenset(name for name, _ in LIBRARIES.values() if find_spec(name) is None),
    )


def paths(settings: Settings, macros: Mapping[str, Macro], token: TokenSeen | None | Unknown) -> Iterable[str]:
    """List the files that rules look at."""
    programs = [macros[name].value.strip() for name in ("SCHEDD_CRON_ELASTIC_EXECUTABLE", "EC2_GAHP") if name in macros]
    named = [*programs, settings.pool.stock_ec2_gahp, settings.pool.retire_key]
    named += [path for path, *_ in directories(settings.pool)]
    named += [needed.path for needed in credentials(settings)]
    named += [executable(queue) for queue in settings.queues]
    named += [token.path] if isinstance(token, TokenSeen) else []
    return dict.fromkeys(path for path in named if path)


def addresses(host: str) -> tuple[str, ...]:
    """Look a host's addresses up; none if this machine cannot tell."""
    try:
        return tuple(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None)))
    except OSError:
        return ()
