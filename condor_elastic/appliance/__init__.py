"""Appliances: images of workers, defined in files that BoxGrinder could read; docs/images.md."""

from condor_elastic.appliance.build_options import BuildOptions, Given, build_options
from condor_elastic.appliance.parts import Appliance, Hardware, OperatingSystem, Partition, Repo
from condor_elastic.appliance.read import Asked, Reading, read
from condor_elastic.appliance.settings import Settings, read_settings
from condor_elastic.appliance.stated import BadAppliance, Fault, Place, Stated, Warn
from condor_elastic.appliance.systems import System

__all__ = [
    "Appliance", "Asked", "BadAppliance", "BuildOptions", "Fault", "Given", "Hardware", "OperatingSystem",
    "Partition", "Place", "Reading", "Repo", "Settings", "Stated", "System", "Warn", "build_options", "read",
    "read_settings",
]  # fmt: skip
