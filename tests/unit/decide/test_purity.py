import ast
import subprocess
import sys
from pathlib import Path

import pytest

import condor_elastic

PACKAGE = Path(condor_elastic.__file__).parent
FOLDERS = [PACKAGE / "model", PACKAGE / "decide"]
PURE = [PACKAGE / "associate.py", *sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))]
ALLOWED = {"__future__", "bisect", "collections", "dataclasses", "functools", "math", "typing", "condor_elastic"}


@pytest.mark.parametrize("path", PURE, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_thought_imports_nothing_that_looks_at_the_world(path):
    tree = ast.parse(path.read_text())
    found = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    found |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert found <= ALLOWED
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"open", "print", "input", "eval", "exec", "__import__"}


def test_deciding_loads_neither_bindings_nor_clock_users():
    code = (
        "import sys, condor_elastic.decide, condor_elastic.associate\n"
        "bad = {'htcondor2', 'classad2', 'requests', 'boto3', 'subprocess', 'socket', 'logging'} & set(sys.modules)\n"
        "sys.exit(f'loaded {bad}' if bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
