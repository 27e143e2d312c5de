"""Grow an HTCondor pool into clouds and give the machines back, from inside HTCondor.

The one road of a cycle; nothing flows back, the next cycle re-reads the ads:

    knobs ─► observe ─► associate ─► decide ─► act ─► publish
             Snapshot   Worker       Plan      Outcome  schedd ad, generic ads ─► condor_status
"""

__version__ = "0.1.0"
