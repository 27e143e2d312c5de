"""Policies: each takes the number so far and a view, and gives a number and the reason when it changed it.

Names and meaning are those of AutoPyFactory's schedulers (its plugins/queue/sched), whose chain this is.
A number is what to ask for in addition; below zero it is how many are too many.
"""

from condor_elastic.decide.policies.chain import POLICIES, fold, lift, limit
from condor_elastic.decide.policies.view import Evaluate, View, cannot

__all__ = ["POLICIES", "Evaluate", "View", "cannot", "fold", "lift", "limit"]
