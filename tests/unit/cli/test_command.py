import json
import subprocess
import sys
from pathlib import Path

import pytest

from condor_elastic import __version__
from condor_elastic import explain as explained
from condor_elastic.cli import document, explaining, main
from condor_elastic.cli.group import condor_elastic

ROOT = Path(__file__).parents[3]
WRONG = [[], ["nonsense"], ["retire"], ["retire", "--nonsense", "x"], ["history", "-n", "0"], ["history", "-n", "many"]]


def python(*words, isolated=False):
    command = [sys.executable, *(["-S"] if isolated else []), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_man_page_and_completion_are_those_of_the_commands():
    again = "run: python3 -m condor_elastic.cli.document"
    assert document.MAN.read_text() == document.man(), again
    assert document.COMPLETION.read_text() == document.completion(), again


def test_the_man_page_names_every_command_and_the_readme_page_too():
    page, guide = document.man(), (ROOT / "docs/command.md").read_text()
    for name, command in condor_elastic.commands.items():
        if not command.hidden:
            assert f".SS {name}".replace("-", "\\-") in page
            assert f"`{name}" in guide


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_status_two_and_says_so_on_stderr(words, capsys):
    assert main(words) == (0 if not words and "Usage" in capsys.readouterr().out else 2)


def test_help_and_version_are_no_errors(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"condor_elastic {__version__}\n"
    assert main(["terminate", "--help"]) == 0
    assert "--yes" in capsys.readouterr().out


def test_what_goes_wrong_is_one_sentence(capsys, monkeypatch):
    for name in ("htcondor2", "classad2"):
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["status"]) == 1
    assert capsys.readouterr().err == "condor_elastic status: HTCondor's Python bindings are not here\n"


def test_names_for_the_shell_are_none_where_there_is_no_pool(capsys):
    assert main(["names", "vms"]) == 0
    assert capsys.readouterr() == ("", "")


def test_lines_become_one_document(capsys, tmp_path):
    assert main(["check", "/nowhere/x", "--json"]) == 1
    said = {"ok": False, "said": [], "errors": ["/nowhere/x cannot be read: No such file or directory"]}
    assert json.loads(capsys.readouterr().out) == said
    (tmp_path / "queues.conf").write_text("[A]\nenabled = True\n")
    assert main(["import-apf", "--json", str(tmp_path / "queues.conf")]) == 0
    assert json.loads(capsys.readouterr().out)["said"][0].startswith("# Made by  condor_elastic import-apf")


def test_a_reader_that_has_enough_is_no_traceback():
    shell = f"{sys.executable} -m condor_elastic.cli import-apf tests/unit/apf/talk.conf | head -n 1"
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("# Made by")
    assert "Traceback" not in done.stderr


def test_without_click_it_says_what_is_missing():
    done = python("-m", "condor_elastic.cli", "status", isolated=True)
    said = "condor_elastic: click is not installed (package python3-click)\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.parametrize("module", ["condor_elastic.cycle", "condor_elastic.gahp.server", "condor_elastic.byhand"])
def test_what_runs_often_imports_neither_click_nor_rich(module):
    done = python("-c", f"import sys, {module}; print(sorted({{'click', 'rich'}} & set(sys.modules)))")
    assert (done.stderr, done.stdout) == ("", "[]\n")


@pytest.mark.parametrize(("kind", "ident"), [("job", "12.0"), ("vm", "spot-1"), ("fleet", "spot")])
def test_explain_is_handed_on(monkeypatch, kind, ident):
    asked = []
    monkeypatch.setattr(explained, "explain", lambda *words: asked.append(words) or 7)
    status = explaining.explain.main([kind, ident, "--json"], prog_name="explain", standalone_mode=False)
    assert (asked, status) == ([(kind, ident, True)], 7)


@pytest.mark.parametrize("word", ["retire", "status", "import-apf"])
def test_bash_completes_commands(word):
    script = f". {document.COMPLETION}; COMP_WORDS=(condor_elastic {word[:4]}); COMP_CWORD=1; _condor_elastic"
    done = subprocess.run(["bash", "-c", script + "; echo ${COMPREPLY[@]}"], capture_output=True, text=True, check=True)
    assert done.stdout == word + "\n"


@pytest.mark.parametrize(("group", "names"), [("explain", "job vm fleet"), ("image", "show check build deliver prune")])
def test_bash_completes_the_commands_of_a_group(group, names):
    script = f". {document.COMPLETION}; COMP_WORDS=(condor_elastic {group} ''); COMP_CWORD=2; _condor_elastic"
    done = subprocess.run(["bash", "-c", script + "; echo ${COMPREPLY[@]}"], capture_output=True, text=True, check=True)
    assert done.stdout == names + "\n"
