"""PRICE = Spot beside moto's EC2: a VM counts as its spot price history says, and as the bid where nobody answers."""

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(1, str(Path(__file__).parents[1] / "ec2"))

from cloud import MOTO, client, image, reset
from live.pool import run, wait_for

KEYS = Path("/tmp/money-ec2")
BID = 0.25
TYPES, ZONES = ["m5.large", "m5.xlarge"], ["us-east-1a", "us-east-1b"]
LOOKS = "ElasticPriceLook isnt undefined"
FLEET = """\
ELASTIC_{name}_TEMPLATE = Cpus = 2; Memory = 2048
ELASTIC_{name}_MAX_VMS = 1
ELASTIC_{name}_LAUNCH_TIMEOUT = 0
ELASTIC_{name}_PRICE = Spot
{more}
ELASTIC_{name}_SUBMIT @=end
  grid_resource = ec2 ec2://us-east-1?endpoint={endpoint}
  ec2_access_key_id = {keys}/access
  ec2_secret_access_key = {keys}/secret
  ec2_ami_id = {image}
  ec2_instance_type = {types}
  ec2_availability_zone = {zones}
  ec2_spot_price = {bid}
@end
"""


@pytest.fixture
def cloud(pool):
    KEYS.mkdir(exist_ok=True)
    for name in ("access", "secret"):
        (KEYS / name).write_text(f"{name}-key\n")
    yield pool
    run("condor_rm", "-all", check=False)
    run("condor_rm", "-all", "-forcex", check=False)  # what never reached its cloud is never told gone by it
    reset()


def fleets(more=""):
    """Give two fleets that differ in whether anybody answers; the one that does not is named first."""
    text = "ELASTIC_FLEET_NAMES = silent market\nELASTIC_FLEET_ORDER = Price\nELASTIC_QUERY_TIMEOUT = 3\n"
    for name, endpoint in (("SILENT", "http://127.0.0.1:9"), ("MARKET", MOTO)):
        text += FLEET.format(name=name, endpoint=endpoint, keys=KEYS, image=image(), bid=BID,
                             types=", ".join(TYPES), zones=" ".join(ZONES), more=more.format(name=name))  # fmt: skip
    return text


def fleet_ads(pool):
    done = pool.cycle()
    assert done.returncode == 0, done.stderr
    ads = pool.ads("-any", "-constraint", 'MyType == "ElasticFleet"')
    return {str(ad["Name"]).partition("@")[0]: ad for ad in ads}


def test_the_history_gives_the_price_and_silence_costs_the_bid(cloud):
    told = client().describe_spot_price_history(InstanceTypes=TYPES)["SpotPriceHistory"]
    market = max(float(one["SpotPrice"]) for one in told if one["AvailabilityZone"] in ZONES)
    assert 0 < market < BID
    cloud.submit(2, request_cpus=2)
    cloud.knobs(fleets("ELASTIC_{name}_MAX_COST_PER_DAY = 0.1"))
    ads = wait_for("a cycle beside which none runs", lambda: fleet_ads(cloud), 60, 1)
    for ad in ads.values():  # as long as nothing is known the caps take the bid
        assert (ad["Price"], ad["PriceFrom"]) == (BID, "ec2_spot_price")
        assert "Submitting none of " in ad["Verdict"]
        assert "A VM counts as ec2_spot_price=0.25 an hour, because the spot price history has not" in ad["Verdict"]
    (look,) = wait_for("the look's end", lambda: cloud.jobs(f"{LOOKS} && JobStatus == 4"), 120)
    assert look["Owner"] == "elastic"

    ads = fleet_ads(cloud)
    assert ads["market"]["Price"] == market
    assert ads["market"]["PriceFrom"].startswith("spot history at ")
    assert "Submitting 1 " in ads["market"]["Verdict"]
    assert (ads["silent"]["Price"], ads["silent"]["PriceFrom"]) == (BID, "ec2_spot_price")
    assert "Submitting none of " in ads["silent"]["Verdict"]
    assert "an hour, because E_CURL_IO: " in ads["silent"]["Verdict"]
    assert [(vm["ElasticFleet"], vm["ElasticPrice"]) for vm in cloud.vms()] == [("market", market)]

    cloud.knobs(fleets())
    fleet_ads(cloud)
    assert {vm["ElasticFleet"]: vm["ElasticPrice"] for vm in cloud.vms()} == {"market": market, "silent": BID}
    assert len(cloud.jobs(LOOKS)) == 1  # none is due before its time
    by_hand = run("runuser", "-u", "elastic", "--", "python3", "-m", "condor_elastic.cli", "prices").stdout
    assert by_hand.startswith("silent: E_CURL_IO: ")
    assert by_hand.endswith(f"\nmarket: {market:g} an hour\n")
    wait_for("a VM that costs", lambda: fleet_ads(cloud)["market"]["Rate"] == market, 90, 1)
    shown = run("condor_status", "-any", "-print-format", "/usr/share/condor/elastic-fleets.cpf").stdout
    assert "RATE/H" in shown
    assert "undefined" not in shown
    assert "error" not in shown


def test_a_stranger_cannot_make_a_price(cloud):
    cloud.knobs(fleets())
    fleet_ads(cloud)
    (look,) = wait_for("the look's end", lambda: cloud.jobs(f"{LOOKS} && JobStatus == 4"), 120)
    (said,) = [line for line in look["ElasticPrices"] if line.startswith("silent ")]
    forged = f"{' '.join(said.split()[:2])} 0.001"
    cloud.submit(1, **{"hold": "true", "My.ElasticPriceLook": "true", "My.ElasticPool": f'"{look["ElasticPool"]}"',
                       "My.ElasticLooked": int(time.time()), "My.ElasticPrices": f'{{"{forged}"}}'})  # fmt: skip
    assert fleet_ads(cloud)["silent"]["Price"] == BID
