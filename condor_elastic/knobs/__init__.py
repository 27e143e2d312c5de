"""The knobs: what an administrator may say, typed, with its default and its meaning, and how it is read."""

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.knobs.read import BadKnobs, read
from condor_elastic.knobs.table import GlobalKnobs, Settings

__all__ = ["BadKnobs", "FleetKnobs", "GlobalKnobs", "QueueKnobs", "Settings", "read"]
