"""From AutoPyFactory: what its queues.conf says, said in knobs of ours."""

from condor_elastic.apf.importer import import_apf

__all__ = ["import_apf"]
