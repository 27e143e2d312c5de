"""The thought: from what was seen to what shall be done.  Data in, data out; no clock, no I/O, no HTCondor."""

from condor_elastic.decide.plan import plan

__all__ = ["plan"]
