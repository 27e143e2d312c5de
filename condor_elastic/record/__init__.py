"""The record: what the last cycles saw and said, one file each, so that they can be thought again elsewhere."""

from condor_elastic.record.files import Recorded, keep, load, said

__all__ = ["Recorded", "keep", "load", "said"]
