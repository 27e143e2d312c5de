"""Whether EC2 has what a launch names; each kind is asked for once, and nothing is started.

Rights: DescribeImages, DescribeInstanceTypeOfferings, DescribeSubnets; of what may not be asked nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from condor_elastic.gahp.driver import Launch
from condor_elastic.gahp.ec2_errors import translate
from condor_elastic.knobs.commands import split

FORBIDDEN = "UnauthorizedOperation"


def unknown(client: Any, launch: Launch) -> tuple[tuple[str, str], ...]:
    """Give the submit command of each name that EC2 does not have, and its words.  Raises CloudError."""
    return (*_image(client, launch.image), *_types(client, launch.instance_type), *_subnets(client, launch.subnet))


def _ask(client: Any, operation: str, lacking: str, **arguments: Any) -> Any:
    """Return the answer; a sentence where the cloud says that it has none; None where it may not be asked."""
    try:
        return getattr(client, operation)(**arguments)
    except Exception as error:
        told = translate(error)
        if told.code.startswith(lacking):
            return told.message
        if told.code.startswith(FORBIDDEN):
            return None
        raise told from None


def _image(client: Any, image: str) -> Iterator[tuple[str, str]]:
    answer = _ask(client, "describe_images", "InvalidAMIID", ImageIds=[image]) if image else None
    if isinstance(answer, str):
        yield "ec2_ami_id", answer
    elif answer is not None and not answer["Images"]:
        yield "ec2_ami_id", f"there is no image {image}, or it is not ours to use"


def _types(client: Any, text: str | None) -> Iterator[tuple[str, str]]:
    names = split(text or "")
    wanted = [{"Name": "instance-type", "Values": names}]
    answer = _ask(client, "describe_instance_type_offerings", "Invalid", Filters=wanted) if names else None
    if answer is None or isinstance(answer, str):
        return
    lacking = sorted(set(names) - {str(one["InstanceType"]) for one in answer["InstanceTypeOfferings"]})
    if lacking:
        yield "ec2_instance_type", f"the region has no {', '.join(lacking)}"


def _subnets(client: Any, text: str | None) -> Iterator[tuple[str, str]]:
    names = split(text or "")
    answer = _ask(client, "describe_subnets", "InvalidSubnetID", SubnetIds=names) if names else None
    if isinstance(answer, str):
        yield "ec2_vpc_subnet", answer
