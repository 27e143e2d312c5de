"""#NAME# in values: definitions' variables and the machine's, and the environment's where it is asked for."""

from condor_elastic.appliance import Asked


def post(made):
    return [line.value for line in made.appliance.post["base"]]


def with_post(line, more=""):
    return f"os: {{name: rocky, version: 9}}\n{more}\npost: {{base: ['{line}']}}"


def test_every_text_has_them_but_names_of_keys_and_variables_themselves(reading, tmp_path):
    (tmp_path / "x").touch()
    text = """name: "a-#V#"
summary: "s #V#"
os: {name: "#SYSTEM#", version: "#V#", password: "p#V#"}
packages: ["p#V#"]
repos: [{name: "r#V#", baseurl: "http://x/#V#"}]
files: {"/#V#": ["#X#"]}
post: {base: ["#V# #V#"], "#V#": [ls]}
variables: {V: "9", X: x, SYSTEM: rocky, "#V#": "#V#"}
"""
    one = reading(a=text).appliance
    assert [one.name.value, one.summary.value, one.os.name.value, one.os.version.value, one.os.password.value] == [
        "a-9", "s 9", "rocky", "9", "p9"
    ]  # fmt: skip
    assert (one.packages[0].value, one.repos[0].name.value, one.repos[0].address.value) == ("p9", "r9", "http://x/9")
    assert (list(one.files), one.files["/#V#"][0].value) == (["/#V#"], "x")
    lines = {key: [line.value for line in lines] for key, lines in one.post.items()}
    assert lines == {"base": ["9 9"], "#V#": ["ls"]}
    assert one.variables["#V#"].value == "#V#"


def test_a_child_gives_its_value_to_a_parents_text(reading):
    made = reading(base=with_post("#A#", "variables: {A: b}"), a="appliances: [base]\nvariables: {A: c}")
    assert post(made) == ["c"]


def test_values_lead_to_values(reading):
    assert post(reading(a=with_post("#A#", 'variables: {A: "x#B#", B: "y#C#", C: z}'))) == ["xyz"]


def test_the_machines_four_cannot_be_overwritten(reading):
    more = "variables: {OS_NAME: mine, OS_VERSION: '0', ARCH: mine, BASE_ARCH: mine}"
    made = reading(a=with_post("#OS_NAME# #OS_VERSION# #ARCH# #BASE_ARCH#", more))
    assert post(made) == ["rocky 9 x86_64 x86_64"]
    assert post(reading(_asked=Asked(arch="i686"), a=with_post("#ARCH# #BASE_ARCH#"))) == ["i686 i386"]


def test_they_name_the_system_that_is_built(reading):
    old = "os: {name: sl, version: 5}\npost: {base: ['#OS_NAME##OS_VERSION#']}"
    assert post(reading(a=old)) == ["almalinux9"]
    chosen = Asked({"name": "rocky", "version": 10}, arch="x86_64")
    assert post(reading(_asked=chosen, a=old)) == ["rocky10"]


def test_what_nobody_knows_stays(reading, said):
    made = reading(a=with_post("s/#ClientAlive 0/x/; ## #NONE# #x"))
    assert post(made) == ["s/#ClientAlive 0/x/; ## #NONE# #x"]
    assert made.warnings == ()  # the first # and the next are a pair, as they were for BoxGrinder
    told = said(reading(a=with_post("#ARHC# #none#")).warnings)
    assert told == ["a.appl:4:15: #ARHC# stays: no variable has this name"]


def test_the_environment_is_asked_only_for_what_is_named(reading, said, refused):
    text = with_post("#HOME# #USER#")
    environ = {"HOME": "/root", "USER": "#HOME#"}
    made = reading(_environ=environ, a=text)
    assert post(made) == ["#HOME# #USER#"]
    assert said(made.warnings)[0] == (
        "a.appl:4:15: #HOME# stays: no variable has this name. BoxGrinder would have taken it from the environment; "
        "--env HOME does"
    )
    asked = Asked(env=["HOME", "USER"], arch="x86_64")
    assert post(reading(_environ=environ, _asked=asked, a=text)) == ["/root /root"]
    over = with_post("#HOME#", "variables: {HOME: mine}")
    assert post(reading(_environ=environ, _asked=asked, a=over)) == ["mine"]
    assert refused(_asked=asked, a=text) == [
        "--env HOME: the environment has no such variable", "--env USER: the environment has no such variable"
    ]  # fmt: skip


def test_a_value_that_leads_to_itself_is_refused(refused):
    loop = with_post("x #A#", 'variables: {A: "#B#", B: "#C#", C: "#A#"}')
    assert refused(a=loop) == ["a.appl:4:15: #A# in x #A# leads to itself: it is not at its end after 20 rounds"]
    grows = with_post("#A#", 'variables: {A: "#A##A#"}')
    assert "leads to itself" in refused(a=grows)[0]


def test_twenty_rounds_are_enough_for_a_chain_of_twenty(reading):
    names = [f"V{number}" for number in range(20)]
    chain = ", ".join(f'{name}: "#{after}#"' for name, after in zip(names, names[1:]))
    assert post(reading(a=with_post("#V0#", f"variables: {{{chain}, V19: end}}"))) == ["end"]
