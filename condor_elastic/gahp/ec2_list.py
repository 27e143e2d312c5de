"""Which instances there are: DescribeInstances and DescribeInstanceStatus, by boto3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from condor_elastic.gahp.driver import LIVING, CloudError, Instance, Marked
from condor_elastic.gahp.ec2_census import Census
from condor_elastic.gahp.ec2_errors import THROTTLED, UNDECIDED
from condor_elastic.gahp.ec2_request import TOKEN
from condor_elastic.gahp.ec2_retry import Patience
from condor_elastic.gahp.journal import LOG

Descriptions = Sequence[Mapping[str, Any]]
"""As DescribeInstances gives them."""
PAGE = 1000
"""Instances in one answer: the most that EC2 gives."""
_NOT_ENDED = (*LIVING, "shutting-down", "stopping", "stopped")
_VALUES = 200
"""Values of one filter: the most that EC2 takes."""


@dataclass(frozen=True)
class Look:
    """What was described, the state of each instance by its id, and the ids that were asked for one by one."""

    found: Descriptions
    states: Mapping[str, str]
    asked: Sequence[str] = ()


class Listing:
    """Asks the cloud; used from several threads."""

    def __init__(self, client: Any, patience: Patience, census: Census) -> None:
        """Ask for as little as the census needs."""
        self._client = client
        self._patience = patience
        self._census = census
        self._has_states = True

    def take(self) -> Look:
        """Describe all that is ours the first time; then the states of all, and what these leave open."""
        if not self._census.is_begun:
            found = self.describe("tag-key", [TOKEN])
            return Look(found, _states(found))
        states, found = self._states(), []
        if states is None:
            found = self.describe("tag-key", [TOKEN], {"Name": "instance-state-name", "Values": [*_NOT_ENDED]})
            states = _states(found)
        seen = {one["InstanceId"] for one in found}
        asked = [key for key in self._census.unsettled(states) if key not in seen]
        return Look([*found, *self._describe_each(asked)], states, asked)

    def describe(self, name: str, values: Sequence[str], *more: Mapping[str, Any]) -> Descriptions:
        """Describe the instances with our tag that a filter lets through.  Raises CloudError."""
        filters = [{"Name": name, "Values": [*values]}, *more]
        pages = self._pages("describe_instances", Filters=filters)
        found = [one for page in pages for group in page["Reservations"] for one in group["Instances"]]
        return [one for one in found if TOKEN in tags(one)]

    def marked(self, pool: str) -> tuple[Marked, ...]:
        """Return the instances that have not ended and are tagged ElasticPool = pool.  Raises CloudError."""
        states = [state for state in _NOT_ENDED if state != "shutting-down"]
        filters = [{"Name": "tag:ElasticPool", "Values": [pool]}, {"Name": "instance-state-name", "Values": states}]
        pages = self._pages("describe_instances", Filters=filters)
        found = [one for page in pages for group in page["Reservations"] for one in group["Instances"]]
        return tuple(Marked(one["InstanceId"], one["LaunchTime"].timestamp(), tags(one)) for one in found)

    def _describe_each(self, ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """Ask by a filter, which, unlike InstanceIds, takes an unknown id for none."""
        parts = (ids[start : start + _VALUES] for start in range(0, len(ids), _VALUES))
        return [one for part in parts for one in self.describe("instance-id", part)]

    def _states(self) -> Mapping[str, str] | None:
        """Return the states of all instances of the account; None where descriptions of ours do better."""
        if not self._has_states or self._census.is_crowded:
            return None
        try:
            pages = self._pages("describe_instance_status", IncludeAllInstances=True)
        except CloudError as error:
            if error.code in THROTTLED | UNDECIDED:
                raise
            LOG.info("describing each instance every time, because DescribeInstanceStatus is refused: %s", error.code)
            self._has_states = False
            return None
        return {one["InstanceId"]: one["InstanceState"]["Name"] for page in pages for one in page["InstanceStatuses"]}

    def _pages(self, operation: str, **arguments: Any) -> list[Mapping[str, Any]]:
        asked = self._client.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": PAGE})
        return list(self._patience.call(lambda: list(asked)))


def tags(described: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of an instance by their names."""
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}


def read(described: Mapping[str, Any]) -> Instance:
    """Read a description; a living one may have the reason "pending", which would put its job on hold."""
    state = described["State"]["Name"]
    reason = None if state in LIVING else described.get("StateReason", {}).get("Code")
    address = described.get("PublicDnsName") or described.get("PrivateDnsName") or None
    return Instance(
        described["InstanceId"], state, tags(described)[TOKEN], described.get("KeyName"), reason or None, address
    )


def _states(found: Descriptions) -> dict[str, str]:
    return {one["InstanceId"]: one["State"]["Name"] for one in found}
