"""The parser of files, and expressions, against HTCondor's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from condor_elastic.apf.importer import knobs_of
from condor_elastic.knobs.expressions import evaluate, wrong_expressions
from condor_elastic.knobs.file import CONSTANTS, Macro, assignments, expand, settings_of

APF = Path(__file__).parents[1] / "unit" / "apf"
FLEET = "ELASTIC_FLEET_NAMES = spot\nELASTIC_SPOT_TEMPLATE = Cpus = 4; Memory = 15000\nELASTIC_SPOT_SUBMIT = a = b\n"
ASK = """
import json, htcondor2
ours = [name for name in htcondor2.param if name.upper().startswith("ELASTIC_")]
print(json.dumps({name.upper(): htcondor2.param[name] for name in ours}))
"""
SYNTAX = r"""
# a comment \
ELASTIC_A = one \
  # in between \
   two
ELASTIC_B = $(ELASTIC_A)/$(NOSUCH:$(ELASTIC_A))
ELASTIC_B = $(ELASTIC_B) again
ELASTIC_C @=end
  # comment
  output = $(DOLLAR)(Cluster).$$(Name) \
  next = 1

  last = $(elastic_a)
@end
ELASTIC_D = 2 * $(MINUTE) + $(HOUR)
  elastic_e=  x # no comment
ELASTIC_F = $(ELASTIC_F)f
"""


@pytest.fixture(params=["syntax", "talk.conf", "factory.conf", "clouds.conf"])
def configuration(request, tmp_path):
    path = tmp_path / "50-elastic.conf"
    text = SYNTAX if request.param == "syntax" else knobs_of([str(APF / request.param)])
    path.write_text(text + "\n")
    return path


def test_a_file_means_what_it_means_to_htcondor(configuration):
    environment = {**os.environ, "CONDOR_CONFIG": str(configuration)}
    asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    macros = {name: Macro(value, "") for name, value in CONSTANTS.items()} | assignments(str(configuration))
    ours = {name: expand(macro.value, macros) for name, macro in macros.items() if name.startswith("ELASTIC_")}
    assert {name: str(value) for name, value in json.loads(asked.stdout).items()} == ours


@pytest.mark.parametrize(
    ("text", "made"),
    [("0.5 * Running", 15.0), ("n > 3 ? 3 : N", 3.0), ("Runing", "undefined"), ("1/0", "error"), ("true", "true")],
)
def test_expressions_give_numbers_or_say_what_else(text, made):
    assert evaluate(text, {"N": 5, "Running": 30}) == made


def test_expressions_name_figures_only(tmp_path):
    path = tmp_path / "50-elastic.conf"
    path.write_text(FLEET + "ELASTIC_SPOT_HEADROOM = 0.1 * Runing\nELASTIC_SPOT_EXPR = N +\n")
    assert [what for _, what in wrong_expressions(settings_of(str(path)))] == [
        'ELASTIC_SPOT_EXPR = "N +" is not a ClassAd expression',
        'ELASTIC_SPOT_HEADROOM = "0.1 * Runing" names Runing; it may name '
        "N, Jobs, Ready, Pending, Running, Retiring, Total, Spare, Free, Cores, Memory",
    ]
