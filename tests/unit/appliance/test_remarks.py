"""What is said of an appliance that no schema refuses."""

import pytest

ROCKY = "os: {name: rocky, version: 9}\n"


def test_an_appliance_of_today_gets_no_remark(reading):
    made = reading(a=f"{ROCKY}packages: [x, x]\npost: {{base: [ls], ec2: [ls], kvm: []}}\nhardware: {{memory: 512}}")
    assert (made.faults, made.warnings) == ((), ())


def test_an_old_file_is_reminded_of_the_password_that_it_had(reading, said):
    old = reading(a="os: {name: fedora, version: 14}")
    assert said(old.warnings)[1] == (
        "a.appl:2:12: os.password is not said: root can log in with none (BoxGrinder's was the same for all)"
    )
    with_one = reading(a="os: {name: fedora, version: 14, password: x}")
    begun = [line.partition(": ")[2][:17] for line in said(with_one.warnings)]
    assert begun == ["fedora 14 IS DEAD", "the root password"]


@pytest.mark.parametrize(
    ("name", "hint"), [("kmv", "; did you mean kvm?"), ("rackspace", "; known: base, ec2, openstack, ")]
)
def test_lines_for_a_platform_that_is_none_are_told(reading, said, name, hint):
    (warning,) = said(reading(a=f"{ROCKY}post: {{{name}: [ls]}}").warnings)
    assert warning.startswith(f"a.appl:3:{len(name) + 11}: post.{name} is never run: there is no such platform{hint}")
    assert reading(a=f"{ROCKY}post: {{{name}: []}}").warnings == ()


def test_a_repository_that_two_parents_bring_alike_is_told_as_that(reading, said):
    repo = 'repos: [{name: r, baseurl: "http://x"}]'
    made = reading(b1=repo, b2=repo, a=f"appliances: [b1, b2]\n{ROCKY}")
    assert said(made.warnings) == ["b2.appl:2:16: the repository r is said 2 times, with the same address"]


def test_a_child_that_wants_more_than_its_parent_gets_it_without_a_word(reading):
    base = f'{ROCKY}hardware: {{cpus: 1, memory: 512, partitions: {{"/": {{size: 1}}}}}}'
    child = 'appliances: [base]\nhardware: {cpus: 2, memory: 1024, partitions: {"/": {size: 2}}}'
    made = reading(base=base, a=child)
    assert (made.appliance.hardware.cpus.value, made.warnings) == (2, ())


def test_a_value_that_ends_at_a_hash_is_told_of_a_parent_too(reading, said):
    made = reading(base=f"{ROCKY}repos:\n  - name: r\n    baseurl: http://x/#ARCH#/y", a="appliances: [base]")
    assert said(made.warnings) == [
        "base.appl:5:14: the value ends at the #, as BoxGrinder's did; quote it if the # is meant"
    ]
    assert made.appliance.repos[0].address.value == "http://x/"
