import pytest

from condor_elastic.model import Shape
from condor_elastic.whatif.clauses import conjuncts, too_large
from condor_elastic.whatif.limits import Limits, asked


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("a && b", ["a", "b"]),
        ("(a && (b || c)) && d", ["a", "b || c", "d"]),
        ("((a))", ["a"]),
        ("a || b && c", ["a || b && c"]),
        ('x == "a && b)" && y', ['x == "a && b)"', "y"]),
        ("(a) && (b)", ["a", "b"]),
        ("f(a && b) && g", ["f(a && b)", "g"]),
        ("a ? b && c : d", ["a ? b && c : d"]),
        ("a =?= 1 && b", ["a =?= 1", "b"]),
        ("TARGET.x =?= undefined && b", ["TARGET.x =?= undefined", "b"]),
    ],
)
def test_an_expression_falls_into_its_clauses(text, clauses):
    assert [clause.strip() for clause in conjuncts(text)] == clauses


def test_more_than_the_machine_has_is_named():
    assert too_large(Shape(1, 99, 5, 1), Shape(8, 100, 10)) == "RequestGPUs = 1 > GPUs = 0"
    assert too_large(Shape(1, 101), Shape(8, 100)) == "RequestMemory = 101 > Memory = 100"
    assert too_large(Shape(8, 100), Shape(8, 100)) == ""


class Ad(dict):
    def eval(self, name):
        return self[name]


def test_limits_are_shared_by_all_who_name_them_and_have_their_defaults():
    knobs = {"DB_LIMIT": "4", "SW_LIMIT_DEFAULT": "10"}
    limits = Limits(knobs.get, {"db": 1, "sw.a": 2})
    assert limits.grant(Ad(ConcurrencyLimits="DB"), 2) == 2
    assert limits.grant(Ad(ConcurrencyLimits="db, sw.a:3"), 9) == 1
    assert limits.grant(Ad(ConcurrencyLimits="sw.a:3"), 9) == 1
    assert limits.grant(Ad(ConcurrencyLimits="other"), 9) == 9
    assert limits.grant(Ad(), 9) == 9


def test_what_a_job_asks_of_its_limits():
    assert asked(Ad(ConcurrencyLimits="a:2, b  C:0.5")) == {"a": 2, "b": 1, "c": 0.5}
