import os

import pytest

from condor_elastic.appliance import Asked, BadAppliance, read


@pytest.fixture
def write(tmp_path):
    """Write definitions by name, with a line name: unless the text has one; gives the path of the last."""

    def write(**texts):
        for name, text in texts.items():
            whole = text if text.startswith("name:") else f"name: {name}\n{text}"
            (tmp_path / f"{name}.appl").write_text(whole)
        return str(tmp_path / f"{name}.appl")

    return write


@pytest.fixture
def reading(write):
    """Read the last of some definitions with all it inherits; environ and what is asked come by name, with a _."""

    def reading(_environ=None, _asked=None, **texts):
        return read(write(**texts), _asked or Asked(arch="x86_64"), {} if _environ is None else _environ)

    return reading


@pytest.fixture
def refused(reading, tmp_path):
    """Give what is said of definitions that are not read, in lines, with paths from the directory of the files."""

    def refused(**texts):
        with pytest.raises(BadAppliance) as error:
            reading(**texts)
        return str(error.value).replace(str(tmp_path) + os.sep, "").splitlines()

    return refused


@pytest.fixture
def said(tmp_path):
    """Give remarks as texts, with paths from the directory of the files."""

    def said(remarks):
        return [str(each).replace(str(tmp_path) + os.sep, "") for each in remarks]

    return said


