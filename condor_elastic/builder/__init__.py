"""Builds images of worker VMs from appliances: a disk for the system, and its conversion for each platform."""

from __future__ import annotations

from condor_elastic.builder.mkosi import Mkosi
from condor_elastic.builder.parts import Builder, BuildFailed, Order
from condor_elastic.builder.recipe import write
from condor_elastic.builder.steps import Built, build

__all__ = ["BuildFailed", "Builder", "Built", "Mkosi", "Order", "build", "write"]
