"""What tests of the builder share."""

from pathlib import Path

TOP = Path(__file__).parents[2]
DEBIAN = "os: {name: debian, version: 13}\n"
