"""A connection to one cloud of a clouds.yaml, and the ids of what is called by name there."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from condor_elastic.gahp.driver import CloudError, Credentials
from condor_elastic.gahp.openstack_faults import failure, translated
from condor_elastic.gahp.openstack_url import Address

TIMEOUT = 60
"""Seconds for one call."""
_PATIENCE = 300.0
"""Seconds for which an id is remembered: images are replaced by others of the same name."""


class Account:
    """One cloud, from several threads; the connection is made when it is first needed."""

    def __init__(self, address: Address, credentials: Credentials) -> None:
        """Remember which cloud, and in which files it is described."""
        self._address = address
        self._credentials = credentials
        self._lock = threading.Lock()
        self._connection: Any = None
        self._ids: dict[tuple[str, str], tuple[float, str]] = {}

    @property
    def compute(self) -> Any:
        """openstack.compute.v2._proxy.Proxy.  Raises CloudError."""
        return self.connection.compute

    @property
    def connection(self) -> Any:
        """openstack.connection.Connection, whose session renews its token.  Raises CloudError."""
        with self._lock:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection

    def has(self, service: str) -> bool:
        """Tell whether the cloud has a service, such as "block-storage".  Raises CloudError."""
        config = self.connection.config
        with translated():
            return bool(config.get_endpoint(service) or config.get_endpoint_from_catalog(service))

    def disconnect(self) -> None:
        """Read the files anew at the next call: a credential may have been replaced."""
        with self._lock:
            self._connection = None
            self._ids.clear()

    def find(self, kind: str, name: str) -> str:
        """Return the id of an image, a flavor or a network by its name or id.  Raises CloudError."""
        connection = self.connection
        proxy = {"image": connection.image, "flavor": connection.compute, "network": connection.network}[kind]
        with self._lock:
            since, known = self._ids.get((kind, name), (0.0, ""))
            if known and time.monotonic() - since < _PATIENCE:
                return known
            with translated():
                found = getattr(proxy, f"find_{kind}")(name, ignore_missing=True)
            if found is None:
                code = f"{kind.capitalize()}NotFound" if kind != "network" else "InvalidRequest"
                raise failure(code, f"no {kind} {name} is found in {self._address.cloud}")
            self._ids[kind, name] = time.monotonic(), str(found.id)
            return str(found.id)

    def forget_ids(self) -> None:
        """Look every name up again."""
        with self._lock:
            self._ids.clear()

    def _connect(self) -> Any:
        from openstack.config import OpenStackConfig
        from openstack.connection import Connection
        from yaml import YAMLError

        files = self._credentials
        for file in (files.access_key_file, files.secret_key_file):
            _must_be_readable(file)
        with translated():
            try:
                config = OpenStackConfig(
                    config_files=[files.access_key_file], secure_files=[files.secret_key_file], load_envvars=False
                )
            except (YAMLError, AttributeError, TypeError):  # and what the SDK makes of YAML that is no clouds.yaml
                raise failure("InvalidCredentials", f"{files.access_key_file} is no clouds.yaml") from None
            if self._address.cloud not in config.get_cloud_names():
                raise failure("InvalidCredentials", f"{files.access_key_file} has no cloud {self._address.cloud}")
            cloud = config.get_one(
                self._address.cloud,
                **({"region_name": self._address.region} if self._address.region else {}),
                api_timeout=TIMEOUT,
                # Nothing has been done yet after 429, so that even a creation may be repeated.
                compute_status_code_retries=5,
                compute_retriable_status_codes=[429],
            )
            connection = Connection(config=cloud)
            # Made now, once: the SDK makes each proxy at its first use, and several threads would make several.
            _ = connection.compute, connection.image, connection.network
        return connection


def _must_be_readable(file: str) -> None:
    try:
        with Path(file).open("rb"):
            return
    except OSError as error:
        raise CloudError("InvalidCredentials", f"InvalidCredentials: {file}: {error.strerror}") from None
