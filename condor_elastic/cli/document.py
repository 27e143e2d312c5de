"""Write the man page and bash's completion from the commands themselves: python3 -m condor_elastic.cli.document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from condor_elastic import __version__
from condor_elastic.cli.group import condor_elastic

HERE = Path(__file__).parents[2] / "share"
MAN, COMPLETION = HERE / "condor_elastic.1", HERE / "completions" / "condor_elastic"
MORE = r"""
.SH ENVIRONMENT
.TP
.B NO_COLOR
If it is set, nothing is coloured. Colours and tables are drawn on a terminal only; elsewhere the output is plain text.
.SH EXIT STATUS
0 for success, 1 for failure, with the reason on stderr, 2 for wrong usage.
.SH FILES
.TP
.I /etc/condor/config.d/50-elastic.conf
Fleets and pilot queues.
.TP
.I /usr/share/condor/elastic.cpf, elastic-queues.cpf, elastic-fleets.cpf, elastic-workers.cpf, elastic-schedd.cpf
Print formats of condor_status.
.TP
.I /usr/share/condor/elastic-vms.cpf
Print format of condor_q.
.TP
.I /etc/condor/ganglia.d/10_elastic_metrics
What condor_gangliad sends to Ganglia.
.SH SEE ALSO
.BR condor_status (1),
.BR condor_q (1),
.BR condor_history (1),
.BR condor_config_val (1)
"""
ABOUT = "grow an HTCondor pool into clouds, and see and steer what it does"
NAMES = {"VM": "vms", "VM...": "vms", "FLEET": "fleets", "QUEUE": "queues", "[FILE]": "files"}
"""What is completed where such a word is wanted."""
SCRIPT = """\
# bash completion of condor_elastic; made by  python3 -m condor_elastic.cli.document
_condor_elastic() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]-}} options= names=
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 2 ]; then case $command in {groups}) command="$command ${{COMP_WORDS[2]}}" ;; esac; fi
  if [ "$COMP_CWORD" -le 1 ]; then
    COMPREPLY=($(compgen -W "{commands}" -- "$cur"))
    return
  fi
  case $command in
{cases}
  esac
  case $prev in
{values}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur")); return; fi
  case $names in
    files) COMPREPLY=($(compgen -f -- "$cur")) ;;
    vms|fleets|queues) COMPREPLY=($(compgen -W "$(condor_elastic names "$names" 2>/dev/null)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$names" -- "$cur")) ;;
  esac
}}
complete -F _condor_elastic condor_elastic
"""


def man() -> str:
    """Write the man page; no date, so that it changes with the commands alone."""
    lines = [
        '.\\" Made by  python3 -m condor_elastic.cli.document',
        f'.TH CONDOR_ELASTIC 1 "" "condor_elastic {__version__}" "HTCondor plugins"',
        f".SH NAME\ncondor_elastic \\- {ABOUT}",
        ".SH SYNOPSIS\n.B condor_elastic\n.RI COMMAND\\ [ OPTION ...]\\ [ ARGUMENT ...]",
        ".SH COMMANDS",
    ]
    for name, command in _commands():
        usage = " ".join(metavar for metavar, _ in _arguments(command))
        lines += [f".SS {_roff(name)} [OPTION...] {_roff(usage)}".rstrip(), _roff(_plain(command))]
        lines += [".PP", _roff(command.epilog)] if command.epilog else []
        for option in _options(command):
            flags = ", ".join(option.opts) + (f" {option.metavar}" if option.metavar else "")
            lines += [f".TP\n.B {_roff(flags)}\n{_roff(option.help or '')}"]
    return "\n".join(lines) + MORE


def completion() -> str:
    """Write bash's completion: commands, options, and what stands in the pool where a name of it is wanted."""
    cases, values = [], {}
    for name, command in _commands():
        options = [flag for option in _options(command) for flag in option.opts]
        names = next((NAMES.get(metavar, "files") for metavar, _ in _arguments(command) if metavar != "ID"), "")
        cases.append(f'    "{name}") options="{" ".join([*options, "--help"])}" names={names} ;;')
        values.update({flag: NAMES.get(str(option.metavar), "")
                       for option in _options(command) if option.metavar for flag in option.opts})  # fmt: skip
    groups = {name: group for name, group in condor_elastic.commands.items() if isinstance(group, click.Group)}
    cases += [f'    {name}) names="{" ".join(group.commands)}" ;;' for name, group in groups.items()]
    kinds = [f"    {flag}) names={kind} ;;" for flag, kind in sorted(values.items())]
    top = [name for name, command in condor_elastic.commands.items() if not command.hidden]
    return SCRIPT.format(commands=" ".join([*top, "--help", "--version"]), groups="|".join(groups),
                         cases="\n".join(cases), values="\n".join(kinds))  # fmt: skip


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in condor_elastic.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        elif not command.hidden:
            yield name, command


def _arguments(command: click.Command) -> list[tuple[str, click.Argument]]:
    return [(str(one.metavar), one) for one in command.params if isinstance(one, click.Argument)]


def _options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option)]


def _plain(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _roff(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def main() -> int:
    """Write both files."""
    for path, text in ((MAN, man()), (COMPLETION, completion())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
