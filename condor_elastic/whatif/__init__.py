"""What-if matchmaking: which idle jobs could run on a fleet's machine or on a free slot, by ClassAds; no I/O.

Two engines with one answer, groups of idle jobs.  Match evaluates both sides' Requirements here; Negotiator publishes
the machine as an offline ad and reads what the pool's own negotiator makes of it.
"""

from condor_elastic.whatif.engine import Autocluster, Engine
from condor_elastic.whatif.kinds import Kinds
from condor_elastic.whatif.machine import machine
from condor_elastic.whatif.references import looked_at

__all__ = ["Autocluster", "Engine", "Kinds", "looked_at", "machine"]
