import pytest

from condor_elastic.explain.sides import AGAINST, SIGNS, sides


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("TARGET.Memory >= RequestMemory", ("TARGET.Memory", ">=", "RequestMemory")),
        ('Site == "a == b"', ("Site", "==", '"a == b"')),
        ("Owner isnt undefined", ("Owner", "isnt", "undefined")),
        ("a =?= 1", ("a", "=?=", "1")),
        ("a =!= b", ("a", "=!=", "b")),
        ("f(a > 1) < 2 + c", ("f(a > 1)", "<", "2 + c")),
        ("a < 3", ("a", "<", "3")),
        ("TARGET.HasSingularity", None),
        ("a == 1 || b == 2", None),
        ("a == 1 ? b : c", None),
        ("a < b == c", None),
        ("isnt", None),
        (" == 3", None),
        ('"it is', None),
    ],
)
def test_a_comparison_falls_into_its_sides(text, parts):
    assert sides(text) == parts


def test_for_each_sign_it_is_known_what_holds_when_it_does_not():
    assert {sign.strip() for sign in SIGNS} == AGAINST.keys()
    assert all(AGAINST[AGAINST[sign]] == sign for sign in AGAINST)
