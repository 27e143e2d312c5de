"""Other systems' formulas as they have published them, on one fleet, so that they can be compared with ours.

They are formulas, not those systems: how a system starts and ends VMs, and what it does when something breaks, is the
simulation's for all alike.  A number that is a default of theirs is named where it stands; what they count in jobs is
counted in cores, as a VM takes one job for each.
"""

from condor_elastic.simulate.peers.table import PEERS, peer

__all__ = ["PEERS", "peer"]
