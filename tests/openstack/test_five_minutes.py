"""The README's five minutes to OpenStack, word for word, beside a real Nova."""

import pytest
from live.starts import SUBMITTER, machine
from nova import OUT, Nova

YOURS = {"CLOUDS": str(OUT / "clouds.yaml"), "CLOUD": "application", "REGION": "RegionOne", "IMAGE": "tiny",
         "FLAVOR": "small", "NETWORK": "net0", "SUBMITTER": SUBMITTER}  # fmt: skip


@pytest.mark.timeout(500)
def test_the_start_is_run_as_it_stands():
    with machine() as new:
        said = new.follow("openstack", YOURS)
        nova = Nova(new)
        (vm,) = new.jobs("ElasticVM isnt undefined")
        (job,) = new.jobs(f'Owner == "{SUBMITTER}"')
        (server,) = nova.servers()
        assert (vm["JobStatus"], vm["EC2InstanceName"], job["JobStatus"]) == (2, server.id, 1)
        assert (server.status, server.metadata["ElasticVM"]) == ("ACTIVE", vm["ElasticVM"])
        shown = next(line for line in said.splitlines() if line.startswith(vm["ElasticVM"]))
        assert shown.split()[:3] == [vm["ElasticVM"], "nova", f"{vm['ClusterId']}.0"]
    nova.gone()
