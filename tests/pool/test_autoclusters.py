"""A negotiation while a schedd is asked: its jobs get an autocluster between two of the queries."""

import classad2
import htcondor2

from condor_elastic.observe.autoclusters import autoclusters

IDLE = {"JobStatus": 1, "JobUniverse": 5, "JobCount": 1, "JobIds": "2.0"}


class Schedd:
    """A schedd whose one idle job is given its autocluster before the query of that number."""

    def __init__(self, negotiation):
        self.asked, self.negotiation = 0, negotiation

    def query(self, projection=(), opts=None):
        self.asked += 1
        negotiated = self.asked >= self.negotiation
        if opts == htcondor2.QueryOpt.AutoCluster:
            return [classad2.ClassAd({"AutoClusterId": 1, "RequestCpus": 1})] if negotiated else []
        return [classad2.ClassAd({**IDLE, **({"AutoClusterId": 1} if negotiated else {})})]


def test_a_job_is_counted_once_whenever_it_gets_its_autocluster():
    for negotiation in range(1, 9):
        schedd = Schedd(negotiation)
        found = autoclusters(schedd, ())
        assert [one.count for one in found] == [1], negotiation
        assert schedd.asked <= 7
