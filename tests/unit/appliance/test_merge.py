"""The rule of every key, and where each value is said to come from."""


def values(them):
    return [each.value for each in them]


def test_name_summary_version_and_release_are_never_inherited(reading):
    made = reading(base="summary: b\nversion: 5\nrelease: 6", a="appliances: [base]").appliance
    assert (made.name.value, made.summary, made.version.value, made.release.value) == ("a", None, 1, 0)


def test_of_the_system_the_last_word_counts_for_each_key(reading):
    base = 'os: {name: dummy, version: 0, password: "secret"}'
    other, child = "os: {name: rocky, version: 9}", "appliances: [base, other]"
    made = reading(base=base, other=other, a=child).appliance
    assert (made.os.name.value, made.os.version.value, made.os.password.value) == ("rocky", "9", "secret")
    made = reading(base=base, other=other, a=f"{child}\nos: {{name: rhel, version: 10}}").appliance
    assert (made.os.name.value, str(made.os.version.place.line)) == ("rhel", "3")


def test_a_version_keeps_its_form(reading):
    assert reading(a="os: {name: ubuntu, version: 24.10}").appliance.os.version.value == "24.10"


def test_cpus_and_memory_are_the_largest_and_the_defaults_count(reading, said):
    base = "hardware: {cpus: 4, memory: 1024}"
    made = reading(base=base, a="appliances: [base]\nhardware: {cpus: 2, memory: 64}")
    hardware = made.appliance.hardware
    assert (hardware.cpus.value, hardware.memory.value) == (4, 1024)
    assert said(place.place for place in (hardware.cpus, hardware.memory)) == ["base.appl:2:18", "base.appl:2:29"]
    assert "a.appl:3:18: hardware.cpus = 2 has no effect: the largest counts, 4 of " in said(made.warnings)[-2]
    alone = reading(a="hardware: {memory: 64}").appliance.hardware
    assert (alone.cpus.value, alone.memory.value) == (1, 64)
    below = reading(base="", a="appliances: [base]\nhardware: {memory: 64}")
    assert below.appliance.hardware.memory.value == 256  # each file has its defaults, base too
    told = "a.appl:3:20: hardware.memory = 64 has no effect: the largest counts, 256 of the defaults"
    assert told in said(below.warnings)


def test_partitions_are_united_each_with_the_larger_size(reading, said):
    base = 'hardware: {partitions: {"/": {size: 5}, "/home": {size: 1}, "/var": {size: 2.5}}}'
    child = 'appliances: [base]\nhardware: {partitions: {"/": {size: 3}, "/home": {size: 4}}}'
    made = reading(base=base, a=child)
    sizes = {name: one.size.value for name, one in made.appliance.hardware.partitions.items()}
    assert sizes == {"/": 5, "/home": 4, "/var": 2.5}
    assert "a.appl:3:37: the size of / = 3 has no effect: the largest counts, 5 of " in said(made.warnings)[-1]


def test_a_type_is_the_last_that_is_stated(reading):
    base = 'hardware: {partitions: {"/": {size: 1, type: ext3}, "/home": {size: 1, type: ext4}}}'
    child = 'hardware: {partitions: {"/": {size: 1, type: ext4}, "/home": {size: 1, type: ext3}}}'
    made = reading(base=base, a=f"appliances: [base]\n{child}").appliance.hardware.partitions
    assert {name: one.type.value for name, one in made.items()} == {"/": "ext4", "/home": "ext3"}


def test_a_later_file_that_names_the_partition_without_a_type_resets_it(reading, said):
    base = 'hardware: {partitions: {"/data": {size: 1, type: ext3}}}'
    made = reading(base=base, a='appliances: [base]\nhardware: {partitions: {"/data": {size: 2}}}')
    assert made.appliance.hardware.partitions["/data"].type.value == "ext4"
    assert said(made.warnings)[-1].startswith("base.appl:2:50: the type of /data is ext4 and not ext3: ")


def test_the_root_that_every_file_has_resets_its_type_too(reading, said):
    base = 'hardware: {partitions: {"/": {size: 1, type: ext3}}}'
    made = reading(base=base, a="appliances: [base]")
    assert made.appliance.hardware.partitions["/"].type.value == "ext4"
    assert said(made.warnings)[-1].startswith("base.appl:2:46: the type of / is ext4 and not ext3: ")
    kept = reading(base=base, a='appliances: [base]\nhardware: {partitions: {"/home": {size: 1}}}')
    assert kept.appliance.hardware.partitions["/"].type.value == "ext3"
    assert not any("the type of" in line for line in said(kept.warnings))


def test_without_a_word_the_root_has_a_gigabyte(reading):
    (root,) = reading(a="").appliance.hardware.partitions.values()
    assert (root.mountpoint, root.size.value, root.type.value, root.size.place) == ("/", 1, "ext4", None)


def test_partitions_come_in_an_order_that_can_be_mounted(reading):
    sizes = ", ".join(f'"{name}": {{size: 1}}' for name in ("swap", "/var/log", "/home", "/", "/b", "/var", "/a/b"))
    made = reading(a=f"hardware: {{partitions: {{{sizes}}}}}").appliance.hardware.in_order()
    assert [one.mountpoint for one in made] == ["/", "/b", "/var", "/home", "/a/b", "/var/log", "swap"]


def test_packages_are_put_together_with_duplicates(reading, said):
    made = reading(base='packages: ["@core", curl]', a="appliances: [base]\npackages: [vim, curl]").appliance
    assert values(made.packages) == ["@core", "curl", "vim", "curl"]
    assert said(each.place for each in made.packages)[1:3] == ["base.appl:2:21", "a.appl:3:12"]


def test_repositories_are_put_together_and_a_name_that_comes_twice_is_told(reading, said):
    base = 'repos: [{name: r, baseurl: "http://x"}, {name: e, mirrorlist: "http://m", ephemeral: true}]'
    made = reading(base=base, a='appliances: [base]\nrepos: [{name: r, baseurl: "http://y"}]')
    repos = made.appliance.repos
    assert [(one.name.value, one.kind, one.address.value, one.ephemeral.value) for one in repos] == [
        ("r", "baseurl", "http://x", False), ("e", "mirrorlist", "http://m", True), ("r", "baseurl", "http://y", False),
    ]  # fmt: skip
    told = "a.appl:3:16: the repository r is said 2 times, with other addresses, of which the last is written"
    assert told in said(made.warnings)


def test_default_repos_are_off_if_anybody_says_so(reading):
    made = reading(base="default_repos: false", a="appliances: [base]\ndefault_repos: true").appliance
    assert (made.default_repos.value, made.default_repos.place.line) == (False, 2)
    assert reading(base="default_repos: true", a="appliances: [base]").appliance.default_repos.value is True


def test_files_and_post_are_put_together_under_each_key(reading, tmp_path):
    for name in ("x", "y", "z"):
        (tmp_path / name).touch()
    base = 'files: {"/etc": [x], "/opt": [y]}\npost: {base: [one], ec2: [two]}'
    made = reading(base=base, a='appliances: [base]\nfiles: {"/etc": [z]}\npost: {base: [three], kvm: [four]}')
    assert {key: values(them) for key, them in made.appliance.files.items()} == {"/etc": ["x", "z"], "/opt": ["y"]}
    assert {key: values(them) for key, them in made.appliance.post.items()} == {
        "base": ["one", "three"], "ec2": ["two"], "kvm": ["four"],
    }  # fmt: skip


def test_of_variables_the_last_counts(reading):
    made = reading(base="variables: {A: a, B: b}", a="appliances: [base]\nvariables: {B: c}").appliance
    assert {name: said.value for name, said in made.variables.items()} == {"A": "a", "B": "c"}


def test_the_form_of_0_8_is_merged_with_the_newer(reading, said):
    made = reading(base="packages: {includes: [a, b], excludes: [c, d]}", z="appliances: [base]\npackages: [e]")
    assert values(made.appliance.packages) == ["a", "b", "e"]
    told = "packages are no longer excluded: c, d; nothing keeps a dependency from bringing them"
    assert f"base.appl:2:41: {told}" in said(made.warnings)


def test_the_root_partition_must_be_there(reading, said):
    made = reading(a='os: {name: debian, version: 13}\nhardware: {partitions: {"/home": {size: 1}}}')
    assert said(made.faults) == ['a.appl:3:41: hardware.partitions has no "/"']
