from build import fleet, settings

from condor_elastic.act.vm_text import vm_text
from condor_elastic.knobs.hash import submit_hash

POOL = settings().pool
EC2 = "grid_resource = ec2 ec2://us-east-1\n"


def lines(submit):
    return vm_text(POOL, fleet(submit=submit)).splitlines()


def test_price_and_hash_are_those_of_the_launch():
    made = lines("My.ElasticPrice = 0\n")
    assert made.index("My.ElasticPrice = 0") < made.index("My.ElasticPrice = 0.0")
    (hash_line,) = [line for line in made if line.startswith("My.ElasticHash = ")]
    assert hash_line == f'My.ElasticHash = "{submit_hash(fleet(submit="My.ElasticPrice = 0"))}"'


def test_tags_are_named_in_parameters_too_so_that_they_are_there_at_launch():
    made = lines(EC2 + "ec2_tag_Site = BNL\nec2_parameter_names = Placement.Tenancy, EbsOptimized")
    assert "ec2_tag_names = ElasticPool ElasticFleet ElasticVM Name Site" in made
    ours = " ".join(f"ElasticTag.{name}" for name in ("ElasticPool", "ElasticFleet", "ElasticVM", "Name", "Site"))
    assert f"ec2_parameter_names = Placement.Tenancy EbsOptimized {ours}" in made
    assert "My.EC2Param_ElasticTag_ElasticVM = EC2TagElasticVM" in made
    assert "My.EC2Param_ElasticTag_Site = EC2TagSite" in made


def test_a_spot_price_becomes_a_parameter():
    made = lines(EC2 + "ec2_spot_price = 0.5\n ec2_spot_price = 0.156  ")
    assert made[-1] == "ec2_spot_price ="
    assert 'My.EC2Param_ElasticSpotPrice = "0.156"' in made
    assert made[-2 - 5].startswith("ec2_parameter_names = ElasticTag.ElasticPool")


def test_other_clouds_get_no_parameters_of_ours():
    for url in ("http://ec2.us-east-1.localhost:5000/", "https://ec2.amazonaws.com", "local:///x", "x509://y"):
        made = "\n".join(lines(f"grid_resource = ec2 {url}\nec2_spot_price = 0.1\n"))
        assert "ElasticTag" not in made
        assert made.count("ec2_spot_price") == 1


def test_a_tag_is_named_once_in_the_capitals_that_come_first():
    made = lines(EC2 + "ec2_tag_names = Site\nec2_tag_site = BNL\nec2_tag_name = mine")
    assert "ec2_tag_names = ElasticPool ElasticFleet ElasticVM Name Site" in made


def test_a_job_held_because_its_gahp_did_not_start_is_released():
    ours = '(HoldReason =?= "Failed to start GAHP" && NumHolds < 20)'
    assert f"periodic_release = {ours}" in lines("")
    assert f"periodic_release = {ours} || (NumHolds < 3)" in lines("periodic_release = NumHolds < 3\n")


def test_a_vm_job_carries_the_hash_of_what_it_was_launched_with():
    (one,) = [line for line in lines("a = b") if line.startswith("My.ElasticHash")]
    assert one in lines("\n  a = b  \n\n")
    assert one not in lines("a = c")
