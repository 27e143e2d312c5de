"""Serves one OpenStack service on loopback: serve.py keystone PORT."""

from __future__ import annotations

import importlib
import sys

import one_writer  # noqa: F401 - before any database is opened
import waitress
from faults import breakable

MODULES = {
    "keystone": "keystone.wsgi.api",
    "placement": "placement.wsgi.api",
    "glance": "glance.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "cinder": "cinder.wsgi.api",
}


def main(service: str, port: str) -> None:
    sys.argv = [service]  # the services parse it
    if service == "cinder":  # which alone knows no variable for it
        sys.argv += ["--config-file", "etc/cinder.conf"]
    app = importlib.import_module(MODULES[service]).application
    waitress.serve(breakable(app, service), host="127.0.0.1", port=int(port), threads=4)


if __name__ == "__main__":
    main(*sys.argv[1:])
