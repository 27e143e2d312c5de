"""Carries out one request with a driver: request in, words of the result out."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Optional

from condor_elastic.gahp import commands, key_pairs
from condor_elastic.gahp.driver import Attachments, CloudError, Driver, Instance, KeyPairs, Launch
from condor_elastic.gahp.marks import with_marks
from condor_elastic.gahp.newborns import Newborns

Words = tuple[Optional[str], ...]
_BELONGINGS = (
    commands.CreateKeypair, commands.DestroyKeypair, commands.AssociateAddress, commands.AttachVolume
)  # fmt: skip


def perform(request: commands.Request, driver: Driver, newborns: Newborns) -> Words:
    """Return what follows "<request id> 0" in the result; raises CloudError."""
    if isinstance(request, (commands.Start, commands.StartSpot)):
        return _start(request, driver, newborns)
    if isinstance(request, commands.Stop):
        return _stop(request.instance_ids, driver, newborns)
    if isinstance(request, commands.StopSpot):
        return _stop((request.spot_id,), driver, newborns)
    if isinstance(request, commands.CreateTags):
        driver.create_tags(request.instance_id, dict(_name_and_value(tag) for tag in request.tags))
        return ()
    if isinstance(request, _BELONGINGS):
        _give(request, driver)
        return ()
    return _look(request, driver, newborns)


def _give(request: commands.Request, driver: Driver) -> None:
    if isinstance(request, commands.CreateKeypair) and isinstance(driver, KeyPairs):
        key_pairs.create(driver, request.key_name, request.output_file)
    elif isinstance(request, commands.DestroyKeypair) and isinstance(driver, KeyPairs):
        driver.delete_key_pair(request.key_name)
    elif isinstance(request, commands.AssociateAddress) and isinstance(driver, Attachments):
        driver.associate_address(request.instance_id, request.address)
    elif isinstance(request, commands.AttachVolume) and isinstance(driver, Attachments):
        driver.attach_volume(request.volume_id, request.instance_id, request.device)
    else:
        raise CloudError("Unsupported", f"{commands.NAMES[type(request)]} is not offered for {request.url}")


def _look(request: commands.Request, driver: Driver, newborns: Newborns) -> Words:
    if isinstance(request, commands.ServerType):
        return (driver.server_type(),)
    if isinstance(request, commands.StatusAll):
        return tuple(word for instance in newborns.complete(driver.list) for word in _eight(instance))
    if isinstance(request, commands.StatusAllSpot):
        return tuple(word for instance in newborns.complete(driver.list) for word in _spot(instance))
    if isinstance(request, commands.Status):
        instance = _find(request.instance_id, driver, newborns)
        return instance.id, instance.state, None, instance.address
    if isinstance(request, commands.StatusSpot):
        return _spot(_find(request.spot_id, driver, newborns))
    raise CloudError("Unsupported", f"{commands.NAMES[type(request)]} is not offered for {request.url}")


def _start(request: commands.Start | commands.StartSpot, driver: Driver, newborns: Newborns) -> Words:
    launch = wanted(request)
    instance_id = driver.start(launch)
    newborns.add(instance_id, launch.token)
    return (instance_id,)


def _stop(instance_ids: tuple[str, ...], driver: Driver, newborns: Newborns) -> Words:
    newborns.forget(instance_ids)
    for instance_id in instance_ids:
        driver.stop(instance_id)
        newborns.end((instance_id,))
    return ()


def wanted(request: commands.Start | commands.StartSpot) -> Launch:
    """Return the launch that a request asks for, with the user data file read.

    Raises CloudError with the stock GAHP's code E_FILE_IO when that file cannot be read.
    """
    launch = _common(request)
    if isinstance(request, commands.StartSpot):
        return replace(launch, spot_price=request.spot_price)
    if request.max_count != 1:
        raise CloudError("InvalidParameterValue", f"one instance a request, not {request.max_count}")
    return with_marks(replace(launch, block_devices=request.block_devices), request.parameters)


def _common(request: commands.Start | commands.StartSpot) -> Launch:
    return Launch(
        token=request.token or str(uuid.uuid4()),
        image=request.image,
        instance_type=request.instance_type,
        user_data=_user_data(request.user_data, request.user_data_file),
        key_name=request.key_name,
        zone=request.zone,
        subnet=request.subnet,
        private_address=request.private_address,
        profile_arn=request.profile_arn,
        profile_name=request.profile_name,
        groups=request.groups,
        group_ids=request.group_ids,
    )


def _user_data(text: str | None, file: str | None) -> bytes:
    data = (text or "").encode("utf-8", "surrogateescape")
    if file is None:
        return data
    try:
        return data + Path(file).read_bytes()
    except OSError as error:
        raise CloudError("E_FILE_IO", f"Failed to read userdata file {file}: {error.strerror}.") from None


def _find(instance_id: str, driver: Driver, newborns: Newborns) -> Instance:
    for instance in newborns.complete(driver.list):
        if instance.id == instance_id:
            return instance
    raise CloudError("InvalidInstanceID.NotFound", f"InvalidInstanceID.NotFound: there is no {instance_id}")


def _eight(instance: Instance) -> Words:
    """Return what EC2_VM_STATUS_ALL says; spot fleet and annex are not ours, but the gridmanager asserts eight."""
    return (
        instance.id,
        instance.state,
        instance.token,
        instance.key_name,
        instance.reason,
        instance.address,
        None,
        None,
    )


def _spot(instance: Instance) -> Words:
    """Return what EC2_VM_STATUS_ALL_SPOT says: a request is the instance itself, fulfilled from the start.

    A status code would become the job's reason code (StatusUpdate in ec2job.cpp), so a living instance has none.
    """
    state = "closed" if instance.state == "terminated" else "active"
    return instance.id, state, instance.token, instance.id, instance.reason


def _name_and_value(tag: str) -> tuple[str, str]:
    name, _, value = tag.partition("=")
    return name, value
