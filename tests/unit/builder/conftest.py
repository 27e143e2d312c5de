import os
import subprocess
from pathlib import Path

import pytest
from definitions import TOP

from condor_elastic.appliance import Asked, read
from condor_elastic.builder import Order
from condor_elastic.builder.recipe import recipe


@pytest.fixture
def ordered(tmp_path):
    """Give the order of a definition's text, or of a path; platform and the like come by name."""

    def ordered(definition, platform="", root="/", **more):
        path = definition
        if not isinstance(definition, Path):
            path = tmp_path / "try.appl"
            path.write_text(definition if definition.startswith("name:") else f"name: try\n{definition}")
        found = read(str(path), Asked(arch="x86_64", root=str(root)), os.environ)
        assert found.faults == (), found.faults
        return Order(found.appliance, found.system, "x86_64", found.files, platform, **more)

    return ordered


@pytest.fixture
def texts(ordered):
    """Give the texts of a definition's recipe by their paths."""

    def texts(definition, platform="", sources=(), **more):
        made = recipe(ordered(definition, platform, **more), sources)
        return {path: each.text for path, each in made.texts.items()}

    return texts


@pytest.fixture
def installed(tmp_path):
    """Give all files of the worker package, as scripts/install lays them down, below a directory."""
    subprocess.run([TOP / "scripts/install", tmp_path / "worker", "worker"], check=True)
    return tmp_path / "worker"
