"""The acts: submit, retire and un-retire, remove, note; each small, each safe to repeat."""

from condor_elastic.act.perform import perform

__all__ = ["perform"]
