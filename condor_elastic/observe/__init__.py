"""Looking: PanDA, the schedd's queue and the collector become one Snapshot; a source that fails becomes Unknown."""

from condor_elastic.observe.snapshot import look

__all__ = ["look"]
