"""Laws of back-off windows: bursts count once, nothing that is forgotten was needed, and the longest is not passed."""

from build import NOW
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide.windows import Rule, windows
from condor_elastic.model import HELD, VmJob

RULE = Rule(300, 3600)


def failure(number, since, launched):
    return VmJob(f"{number}.0", f"vm{number}", "cloud", HELD, since, launched=launched)


def row(*times):
    """Failures, each launched after the one before: (since, seconds it took to fail)."""
    return [failure(n, NOW + since, NOW + since - took) for n, (since, took) in enumerate(times)]


def lengths(failures, joins=(), now=NOW, rule=RULE):
    return [window.length for window in windows(failures, joins, rule, now)]


def test_each_attempt_that_fails_doubles_the_window_up_to_the_longest():
    times = [(0, 10), (400, 10), (1100, 10), (2400, 10), (4900, 10), (8600, 10), (12300, 10)]
    for number, length in enumerate([300, 600, 1200, 2400, 3600, 3600, 3600], 1):
        assert lengths(row(*times[:number]), now=NOW + times[number - 1][0])[-1] in (length, RULE.longest)
    assert len(lengths(row(*times), now=NOW + 12300)) == RULE.enough == 5


def test_a_burst_counts_once_and_stragglers_of_it_too():
    burst = [failure(n, NOW + n, NOW - 900) for n in range(50)]
    late = [failure(99, NOW + 400, NOW - 900)]
    assert lengths(burst) == [300]
    assert lengths(burst + late, now=NOW + 400) == [300]


def test_a_vm_that_joined_after_the_last_failure_makes_the_next_the_first():
    failures = row((0, 10), (400, 10), (1100, 10))
    assert lengths(failures, now=NOW + 1150) == [300, 600, 1200]
    assert lengths(failures, (NOW + 1120,), now=NOW + 1150) == [300]
    assert lengths(failures, (NOW + 1120,), now=NOW + 1400) == []
    assert lengths(failures, (NOW + 500,), now=NOW + 1150) == [300]


def test_what_failed_long_ago_is_forgotten():
    assert lengths(row((0, 10)), now=NOW + 7199) == [300]
    assert lengths(row((0, 10)), now=NOW + 7200) == []


def test_windows_that_do_not_grow_are_forgotten_when_they_are_over():
    quota = Rule(1800, 1800)
    assert lengths(row((0, 10), (1900, 10)), now=NOW + 1900, rule=quota) == [1800]
    assert lengths(row((0, 10)), now=NOW + 1800, rule=quota) == []


def test_a_window_of_nothing_is_none():
    assert lengths(row((0, 10), (5, 2)), rule=Rule(0, 3600)) == []


FAILURES = st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 4000)), max_size=25).map(
    lambda drawn: [failure(n, NOW + since, NOW + since - took) for n, (since, took) in enumerate(drawn)]
)
JOINS = st.lists(st.integers(NOW, NOW + 30_000), max_size=3)
RULES = st.builds(Rule, st.integers(1, 900), st.integers(900, 5000))
END = NOW + 30_000


@given(FAILURES, JOINS, RULES, st.integers(0, 9000))
def test_the_others_may_be_removed_and_nothing_changes_now_or_later(failures, joins, rule, later):
    before = windows(failures, joins, rule, END)
    kept = [window.vm for window in before]
    assert [w.vm for w in windows(kept, joins, rule, END)] == kept
    assert [w.length for w in before[-1:]] == [w.length for w in windows(kept, joins, rule, END)[-1:]]
    after, thinned = (windows(some, joins, rule, END + later) for some in (failures, kept))
    assert [(w.vm, w.length) for w in after[-1:]] == [(w.vm, w.length) for w in thinned[-1:]]


@given(FAILURES, JOINS, RULES, st.integers(1, 40))
def test_how_many_fail_at_the_same_time_changes_nothing(failures, joins, rule, times):
    more = [failure(1000 + 50 * n + k, vm.since, vm.launched) for n, vm in enumerate(failures) for k in range(times)]
    one, many = windows(failures, joins, rule, END), windows(failures + more, joins, rule, END)
    assert [(w.vm.since, w.length) for w in one] == [(w.vm.since, w.length) for w in many]


@given(FAILURES, JOINS, RULES)
def test_a_window_is_between_the_first_and_the_longest_and_begins_with_a_failure(failures, joins, rule):
    for window in windows(failures, joins, rule, END):
        assert rule.first <= window.length <= rule.longest
        assert window.vm in failures


@given(FAILURES, RULES)
def test_what_is_kept_is_as_many_as_the_doublings_need(failures, rule):
    fresh = [failure(n, vm.since, vm.since - 1) for n, vm in enumerate(failures)]
    assert len(windows(fresh, (), rule, END)) <= rule.enough
