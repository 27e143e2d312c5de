from condor_elastic.history import ended


def record(number):
    return {"ClusterId": number, "ProcId": 0, "JobStatus": 4, "ElasticVM": f"cloud-{number}", "ElasticFleet": "cloud",
            "JobStartDate": 1000, "EnteredCurrentStatus": 4600, "RemoteWallClockTime": 3600.0}  # fmt: skip


def test_what_the_schedd_wrote_twice_is_told_once_newest_first():
    told = [record(9), record(8), record(8), record(7)]
    assert [one.vm for one in ended(lambda *_: told, "pool", 10)] == ["cloud-9", "cloud-8", "cloud-7"]
