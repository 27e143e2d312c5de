"""What BoxGrinder's parser read otherwise than YAML, and what it refused."""

import contextlib
import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from condor_elastic.appliance import BadAppliance
from condor_elastic.appliance.grow import read_definition
from condor_elastic.appliance.settings import plain

OTHERWISE = [  # as it is written, and what it is
    ("- @core", ["@core"]),
    ("- `date`", ["`date`"]),
    ("- %post", ["%post"]),
    ("- *.rpm", ["*.rpm"]),
    ("- && true", ["&& true"]),
    ("- ! test -e /x", ["! test -e /x"]),
    ("- ] or }, too", ["] or }, too"]),
    ("- ? what", ["? what"]),
    ("- : colon", [": colon"]),
    ("- echo a: b", ["echo a: b"]),
    ("- /sbin/x: y", ["/sbin/x: y"]),
    ("a: 14\t", {"a": 14}),
    ("a:\tb", {"a": "b"}),
    ("a:\n\tb: 1", {"a": {"b": 1}}),
    ("-\ta", ["a"]),
    ("a: b\t# c", {"a": "b"}),
    ("a: x#y", {"a": "x"}),
    ("a: x #y", {"a": "x"}),
    ("a: #y", {"a": None}),
    ("a: 'x#y' #z", {"a": "x#y"}),
    ("# all\n\n  # of it\na: 1\n# end", {"a": 1}),
    (r'a: "\" \\ \n\r\t\b"', {"a": '" \\ \n\r\t\b'}),
    (r'a: "\x41\u00e9 \u41"', {"a": "A\u00e9 A"}),
    (r"""a: "sed 's/a\{9\}//' \s \/ \a" """, {"a": r"sed 's/a\{9\}//' \s \/ \a"}),
    (r"a: 'it\'s \\ \n'", {"a": "it's \\ \\n"}),
    ("a: 'it''s'", {"a": "it's"}),
    ("a: ''\nb: \"\"", {"a": "", "b": ""}),
    ('a: "x\n  y"', {"a": "x\n  y"}),
    ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
    ("a: >\n  x\n  y\n", {"a": "x y\n"}),
    ("[1, -2, 010, 1.5, -0.5]", [1, -2, 10, 1.5, -0.5]),
    ("[true, yes, false, no]", [True, True, False, False]),
    ("[on, off, Yes, TRUE, No, n, y]", ["on", "off", "Yes", "TRUE", "No", "n", "y"]),
    ("[null, ~, Null, NULL]", [None, None, "Null", "NULL"]),
    ("[0x10, 0o7, 1_000, 1e3, .5, 1., .inf, 1:30]", ["0x10", "0o7", "1_000", "1e3", ".5", "1.", ".inf", "1:30"]),
    ("a:\nb:\n", {"a": None, "b": None}),
    ("'a': 1\n\"/\": 2", {"a": 1, "/": 2}),
    ("a.b-c*: 1", {"a.b-c*": 1}),
    ("a:\n- 1\n- 2", {"a": [1, 2]}),
    ("a:\n  - b: 1\n    c: 2\n  -\n    d", {"a": [{"b": 1, "c": 2}, "d"]}),
    ("{a: {b: [c, d e], f: 'g, h'}, i: 1}", {"a": {"b": ["c", "d e"], "f": "g, h"}, "i": 1}),
    ("[a,b, c]", ["a,b", "c"]),
    ("{u: http://x/y, v: 1}", {"u": "http://x/y", "v": 1}),
    ("a: !str 5\nb: !!int 6", {"a": 5, "b": 6}),
    ("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2", {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}),
    ("a: &x {b: 1}\nd:\n  <<: *x\n  b: 2", {"a": {"b": 1}, "d": {"b": 2}}),
    ("---\na: 1\n...\n", {"a": 1}),
    ("\ufeffa: 1", {"a": 1}),
    ("a: 1\r\nb: x y\r\n", {"a": 1, "b": "x y"}),
]  # fmt: skip
WRONG = [  # as it is written, where, and what is said of it
    ("a: 1\na: 2", "2:1", "a is said already, in line 1"),
    ("a: b: c", "1:4", "b: would be a key inside a value; quote the value"),
    ("a:\n  b: 1\n  /home: 2\n", "3:3", 'this is no key; a mount point or directory that is one is quoted: "/home":'),
    ("a: 'b' c", "1:8", "this continues nothing: check the indentation, and quote a value that has quotes, brackets"),
    ("a: [ -f x ] && y", "1:13", "this continues nothing"),
    ("a: b\n  c", "2:3", "this continues nothing"),
    ("a:\n   - b\n  - c", "3:3", "this continues nothing"),
    ("- x: 1\n  y: 2\n z", "3:2", "this continues nothing"),
    ('a: "b', "1:4", 'nothing closes the quote " that begins here'),
    ("a: 'b\\", "1:4", "nothing closes the quote ' that begins here"),
    (r'a: "\u"', "1:6", r"\u wants the hexadecimal digits of a character, as \u00e9 or \x41"),
    (r'a: "\xg0"', "1:6", r"\x wants"),
    (r'a: "\uffffffff"', "1:6", r"\u wants"),
    ("- *devel", "1:3", "no &anchor of this name comes before; a value that begins with * is quoted"),
    ("- >/etc/x", "1:4", "a value that begins with | or > and is no block of text is quoted"),
    ("- | grep x", "1:5", "the text of a block begins on the next line; a value that begins with | or > and is no "),
    ("a: - b", "1:4", "a list begins on a line of its own"),
    ("a: &x [*x]", "1:4", "this contains itself"),
    ("a: 1\n---\nb: 2", "2:1", "a file has one definition; nothing may follow a line of ---"),
    ("[a, [b]: 1]", "1:5", "a list cannot be a key"),
    ("a:\n  <<: b", "2:7", "<< takes a map, or a list of maps; this is a text"),
    ("a: \x07", "1:4", "the character 7 is none of a text"),
    ("", "", "there is nothing in it"),
    ("# nothing\n", "", "there is nothing in it"),
]  # fmt: skip


def values(text):
    return plain(read_definition(text, "x.appl")[0])


@pytest.mark.parametrize(("text", "value"), OTHERWISE)
def test_it_is_read_as_boxgrinder_did(text, value):
    assert values(text) == value


@pytest.mark.parametrize(("text", "place", "what"), WRONG)
def test_what_cannot_be_read_is_said_with_its_place(text, place, what):
    with pytest.raises(BadAppliance) as error:
        values(text)
    assert str(error.value).startswith(f"x.appl{':' if place else ''}{place}: {what}")


def test_what_is_nested_too_deep_is_refused():
    with pytest.raises(BadAppliance, match=r"x\.appl: it is nested too deep"):
        values("[" * 550 + "]" * 550)


def test_a_hash_that_ends_a_value_without_a_blank_is_told():
    _, warnings = read_definition("a: http://x/#ARCH#/\nb: x # y\nc: '#'\n", "x.appl")
    assert [str(each) for each in warnings] == [
        "x.appl:1:4: the value ends at the #, as BoxGrinder's did; quote it if the # is meant"
    ]


@pytest.mark.parametrize("text", ["a: 2013-03-13", "a: 2013-03-13 10:00:00", "a: :word", "a: 2013-02-31"])
def test_dates_and_symbols_are_no_texts(text):
    tree = read_definition(text, "x.appl")[0]
    assert tree.get("a").kind in ("a date", "a symbol")


PLAIN = st.text(string.ascii_letters, max_size=6).map("x{}".format)
TREES = st.recursive(
    PLAIN | st.integers(-99, 99) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(PLAIN, inner, min_size=1, max_size=4),
    max_leaves=10,
)


@settings(max_examples=40)
@given(st.dictionaries(PLAIN, TREES, min_size=1, max_size=4), st.booleans())
def test_where_yaml_is_the_same_nothing_differs(tree, flow):
    text = yaml.safe_dump(tree, default_flow_style=flow, width=10**6)
    assert values(text) == yaml.safe_load(text)


@given(st.text(st.sampled_from("ab0 \t\n\"'\\#:-@&*!|>%?,[]{}<=~.ux\r\0\x07é"), max_size=60))
def test_whatever_stands_there_it_is_read_or_refused(text):
    with contextlib.suppress(BadAppliance):  # and no other error
        read_definition(text, "x.appl")
