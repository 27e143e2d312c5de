"""Where the packages of an image come from, in the build and in the image."""

from __future__ import annotations

from definitions import DEBIAN

SOURCES = ("http://a.example/debian", "http://s.example/debian-security")


def below(texts, directory):
    return {path.removeprefix(f"{directory}/"): text for path, text in texts.items() if path.startswith(directory)}


def test_debians_archive_is_that_of_the_tools_without_its_debug_archive(texts):
    (text,) = below(texts(DEBIAN, sources=SOURCES), "mkosi.sandbox").values()
    stanzas = [dict(line.split(": ", 1) for line in stanza.splitlines()) for stanza in text.split("\n\n")]
    assert [(each["URIs"], each["Suites"]) for each in stanzas] == [
        ("http://a.example/debian", "trixie trixie-updates"),
        ("http://s.example/debian-security", "trixie-security"),
    ]
    assert all(each["Signed-By"] == "/usr/share/keyrings/debian-archive-keyring.gpg" for each in stanzas)


def test_a_mirror_that_is_asked_for_is_the_only_one(texts):
    (text,) = below(texts(DEBIAN, sources=SOURCES, mirror="http://m.example/debian"), "mkosi.sandbox").values()
    assert [line for line in text.splitlines() if line.startswith("URIs")] == ["URIs: http://m.example/debian"]


def test_an_ephemeral_repository_is_not_in_the_image(texts):
    repos = """\
repos:
  - name: kept
    baseurl: "http://k.example/debian trixie main contrib"
  - name: gone
    baseurl: "http://g.example/flat"
    ephemeral: true
"""
    said = texts(DEBIAN + repos)
    assert {*below(said, "mkosi.sandbox/etc/apt/sources.list.d")} == {"kept.sources", "gone.sources"}
    image = below(said, "mkosi.extra/etc/apt/sources.list.d")
    assert image == {"kept.sources": "Types: deb\nURIs: http://k.example/debian\nSuites: trixie\n"
                                     "Components: main contrib\nTrusted: yes\n"}  # fmt: skip
    assert "Suites: ./\nTrusted" in said["mkosi.sandbox/etc/apt/sources.list.d/gone.sources"]


def test_yums_repositories_are_boxgrinders(texts):
    el9 = 'os: {name: almalinux, version: 9}\nrepos:\n  - {name: a, baseurl: "http://a.example/el9"}\n'
    said = texts(el9 + '  - {name: b, mirrorlist: "http://b.example", ephemeral: true}\n')
    assert below(said, "mkosi.extra/etc/yum.repos.d") == {
        "a.repo": "[a]\nname=a\nbaseurl=http://a.example/el9\nenabled=1\ngpgcheck=0\n"
    }
    assert "mirrorlist=http://b.example\n" in said["mkosi.sandbox/etc/yum.repos.d/b.repo"]


def test_without_default_repos_the_list_of_mkosis_own_is_empty(texts):
    more = 'default_repos: false\nrepos:\n  - {name: a, baseurl: "http://a.example/x"}\n'
    debian = texts(DEBIAN + more, sources=SOURCES)["mkosi.sandbox/etc/apt/sources.list.d/mkosi.sources"]
    el9 = texts("os: {name: rocky, version: 9}\n" + more)["mkosi.sandbox/etc/yum.repos.d/mkosi.repo"]
    assert debian == el9 == "# default_repos is false.\n"
