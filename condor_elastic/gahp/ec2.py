"""The ec2:// driver: Amazon EC2, and servers that speak as it does, by boto3.

What is ours carries the tag ElasticToken, the client token of its job, from the moment of its launch.  Nothing else is
listed, and nothing is remembered that the cloud could not tell again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from condor_elastic.gahp.driver import LIVING, CloudError, Credentials, Instance, Launch, Marked
from condor_elastic.gahp.ec2_belongings import Belongings
from condor_elastic.gahp.ec2_catalogue import unknown
from condor_elastic.gahp.ec2_census import Census
from condor_elastic.gahp.ec2_client import Place, open_client
from condor_elastic.gahp.ec2_errors import ELSEWHERE, THROTTLED, UNDECIDED
from condor_elastic.gahp.ec2_gather import Gather
from condor_elastic.gahp.ec2_list import Listing, read, tags
from condor_elastic.gahp.ec2_prices import dearest, history, product
from condor_elastic.gahp.ec2_request import TOKEN, describe_place, requests
from condor_elastic.gahp.ec2_retry import Patience, patient
from condor_elastic.gahp.journal import LOG


class Ec2Driver(Belongings):
    """One account in one region."""

    def __init__(self, client: Any, patience: Patience) -> None:
        """Use this client from all threads."""
        self._client = client
        self._patience = patience
        self._model = client.meta.service_model.operation_model("RunInstances").input_shape
        self._terminate = Gather(self._terminate_all)
        self._census = Census()
        self._listing = Listing(client, patience, self._census)
        self._lock = threading.Lock()
        self._first_look = threading.Lock()
        self._earlier: dict[str, str] | None = None
        self._told: dict[str, str] = {}
        self._tags: dict[str, dict[str, str]] = {}

    @classmethod
    def at(cls, url: str, credentials: Credentials) -> Ec2Driver:
        """Return the driver for a URL.  Raises CloudError."""
        return cls(open_client(Place.of(url), credentials), patient())

    def server_type(self) -> str:
        """Return "Amazon" if anything answers, were it a refusal: then each job is to learn the reason (DoPing)."""
        try:
            self._call("describe_availability_zones")
        except CloudError as error:
            if error.code == "E_CURL_IO":
                raise
            LOG.warning("the cloud refuses: %s", error.code)
        return "Amazon"

    def start(self, launch: Launch) -> str:
        """Start a VM, trying each type and place in turn.

        Throttling that outlasts our patience, and a silence after which there may be an instance or not, are told as
        InstanceLimitExceeded: then the gridmanager keeps the job idle and tries again with the same token.
        """
        attempts = requests(launch, self._model)
        found = self._find_earlier(launch.token) if len(attempts) > 1 else None
        if found:
            return found
        try:
            return self._try_each(launch, attempts)
        except CloudError as error:
            if error.code in THROTTLED | UNDECIDED:
                raise CloudError("InstanceLimitExceeded", f"{error}") from None
            raise

    def _try_each(self, launch: Launch, attempts: tuple[dict[str, Any], ...]) -> str:
        for arguments in attempts[:-1]:
            try:
                return self._run(launch, arguments)
            except CloudError as error:  # noqa: PERF203 - each try is a call over the network
                if error.code not in ELSEWHERE or self._patience.is_over:
                    raise
                LOG.info("%s for %s: trying the next", error.code, describe_place(arguments))
        try:
            return self._run(launch, attempts[-1])
        except CloudError as error:
            if len(attempts) == 1 or error.code not in ELSEWHERE:
                raise
            places = ", ".join(map(describe_place, attempts))
            raise CloudError(error.code, f"none of {places}; the last answer: {error.message}") from None

    def _run(self, launch: Launch, arguments: dict[str, Any]) -> str:
        try:
            instance = self._call("run_instances", **arguments)["Instances"][0]
        except CloudError as error:
            if error.code != "IdempotentInstanceTerminated":
                raise
            found = self._listing.describe(f"tag:{TOKEN}", [launch.token])
            ended = [one for one in found if not _is_living(read(one))]
            if not ended:
                raise
            instance = ended[0]
        with self._lock:
            self._told[launch.token] = instance["InstanceId"]
            self._tags[instance["InstanceId"]] = dict(launch.tags)
        self._census.start(instance["InstanceId"], launch.token)
        return str(instance["InstanceId"])

    def _find_earlier(self, token: str) -> str | None:
        """Return what a process before this one has started for a token, perhaps at another attempt than the first."""
        with self._first_look:
            if self._earlier is None:
                self.list()
        with self._lock:
            found = self._told.get(token) or (self._earlier or {}).get(token)
            if found:
                self._told[token] = found
            return found

    def stop(self, instance_id: str) -> None:
        """End a VM; calls that come together go to the cloud together."""
        self._terminate.ask(instance_id)

    def _terminate_all(self, instance_ids: Sequence[str]) -> None:
        try:
            self._call("terminate_instances", InstanceIds=[*instance_ids])
        except CloudError as error:
            if len(instance_ids) == 1 and error.code.startswith("InvalidInstanceID"):
                return
            if len(instance_ids) == 1 or error.code == "E_CURL_IO":
                raise
            self._terminate_singly(instance_ids)
        else:
            self._census.stop(instance_ids)

    def _terminate_singly(self, instance_ids: Sequence[str]) -> None:
        """One unknown instance makes EC2 refuse them all."""
        failed = []
        for instance_id in instance_ids:
            try:
                self._terminate_all([instance_id])
            except CloudError as error:  # noqa: PERF203 - the others are to be ended all the same
                failed.append(error)
        if failed:
            raise failed[0]

    def list(self) -> tuple[Instance, ...]:
        """Return every instance that carries our tag; those that have ended as ec2_census.py says."""
        look = self._listing.take()
        instances = [read(one) for one in look.found]
        with self._lock:
            if self._earlier is None:
                self._earlier = {str(one.token): one.id for one in sorted(instances, key=_is_living)}
            for described in look.found:
                self._tags[described["InstanceId"]] = tags(described)
            spare = [one.id for one in instances if self._is_spare(one)]
        for instance_id in spare:
            LOG.warning("%s is a second instance of its job: ending it", instance_id)
            self.stop(instance_id)
        reported = self._census.report([one for one in instances if one.id not in spare], look.states, look.asked)
        self._forget_tags(reported)
        return tuple(one for one in reported if one.id not in spare)

    def _forget_tags(self, reported: Iterable[Instance]) -> None:
        with self._lock:
            for one in reported:
                if not _is_living(one):
                    self._tags.pop(one.id, None)

    def _is_spare(self, instance: Instance) -> bool:
        """Tell whether this process has told the gridmanager another instance for the same token.

        A process that died between two attempts may have left one; its job would never know of it.
        """
        told = self._told.get(str(instance.token))
        return told not in (None, instance.id) and _is_living(instance)

    def marked(self, pool: str) -> tuple[Marked, ...]:
        """Return the instances tagged ElasticPool = pool that have not ended."""
        return self._listing.marked(pool)

    def spot_price(self, types: Sequence[str], zones: Sequence[str], image: str) -> float:
        """Return the dearest price of now of these types, for the system that the image has."""
        system = product(self._patience, self._client, image)
        return dearest(history(self._patience, self._client, types, system), types, zones)

    def create_tags(self, instance_id: str, tags: Mapping[str, str]) -> None:
        """Set tags, unless the instance has them from its launch."""
        with self._lock:
            known = self._tags.get(instance_id, {})
        missing = [{"Key": key, "Value": value} for key, value in tags.items() if known.get(key) != value]
        if missing:
            self._call("create_tags", Resources=[instance_id], Tags=missing)

    def hurry(self) -> None:
        """Try no further type or place, and wait for nothing."""
        self._patience.hurry()

    def close(self) -> None:
        """Do nothing: what there is is in the cloud."""

    def unknown(self, launch: Launch) -> tuple[tuple[str, str], ...]:
        """Return which of a launch's image, types and subnets there are not."""
        return unknown(self._client, launch)

    def _call(self, operation: str, **arguments: Any) -> Any:
        return self._patience.call(lambda: getattr(self._client, operation)(**arguments))


def _is_living(instance: Instance) -> bool:
    return instance.state in LIVING
