"""What mkosi is told of an appliance."""

from __future__ import annotations

import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest
from definitions import DEBIAN, TOP

from condor_elastic.builder import BuildFailed, write
from condor_elastic.builder.recipe import key, recipe

SHIPPED = TOP / "share/appliances"


def settings(text):
    """Read mkosi's configuration: indented lines go on."""
    parser = RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read_string(text)
    return {name: value for section in parser for name, value in parser[section].items()}


def packages(text):
    return settings(text)["Packages"].split()


def test_debian_13_batch_has_kernel_loaders_htcondor_and_the_workers_files(ordered, installed, tmp_path):
    order = ordered(SHIPPED / "debian-13-batch.appl", root=installed)
    made = recipe(order)
    said = settings(made.texts["mkosi.conf"].text)
    assert (said["Distribution"], said["Release"], said["Architecture"]) == ("debian", "trixie", "x86-64")
    assert (said["Bootloader"], said["BiosBootloader"], said["WithDocs"]) == ("grub", "grub", "no")
    names = said["Packages"].split()
    assert {"linux-image-cloud-amd64", "condor", "cloud-init", "cloud-guest-utils"} <= {*names}
    assert {"grub-pc-bin", "grub-efi-amd64-bin"} <= {*names}
    assert len(names) == len(set(names))
    write(made, tmp_path / "recipe")
    for file in installed.rglob("*"):
        inside = tmp_path / "recipe/mkosi.extra" / file.relative_to(installed)
        assert inside.is_dir() == file.is_dir()
        assert file.is_dir() or inside.read_bytes() == file.read_bytes()
        assert file.is_dir() or inside.stat().st_mode == file.stat().st_mode
    assert "mkosi.rootpw" not in made.texts, "root has no password unless the definition says one"


def test_an_el9_worker_is_configured_as_the_chain_of_its_definitions_says(ordered, tmp_path):
    rpms = tmp_path / "rpms"
    rpms.mkdir()
    (rpms / "condor-elastic-worker-1.noarch.rpm").write_bytes(b"rpm")
    for file in SHIPPED.rglob("*"):
        if file.is_file():
            target = tmp_path / "appliances" / file.relative_to(SHIPPED)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    child = tmp_path / "appliances/ours.appl"
    child.write_text(f'name: ours\nappliances:\n  - wn-atlas\nvariables:\n  WORKER_RPMS: "{rpms}"\n')
    made = recipe(ordered(child))
    said = settings(made.texts["mkosi.conf"].text)
    assert (said["Distribution"], said["Release"]) == ("alma", "9")
    names = said["Packages"].split()
    assert {"kernel", "grub2-pc-modules", "condor", "condor-elastic-worker", "cvmfs", "osg-wn-client"} <= {*names}
    assert [copy.path for copy in made.copies if copy.source.parent == rpms] == [
        "mkosi.packages/condor-elastic-worker-1.noarch.rpm"
    ]
    repos = {path for path in made.texts if path.startswith("mkosi.sandbox")}
    assert "mkosi.sandbox/etc/yum.repos.d/htcondor.repo" in repos
    assert "mkosi.sandbox/etc/yum.repos.d/condor-elastic.repo" not in repos, "it is one of files"
    script = made.texts["mkosi.postinst.chroot"].text
    in_order = ["sshd.service", "fetch-crl", "cvmfs_config"]
    assert sorted(in_order, key=script.index) == in_order


@pytest.mark.parametrize(
    ("platform", "kernel"),
    [("", "cloud-amd64"), ("ec2", "cloud-amd64"), ("openstack", "cloud-amd64"), ("libvirt", "cloud-amd64"),
     ("virtualbox", "amd64"), ("vmware", "amd64")],
)  # fmt: skip
def test_the_cloud_kernel_is_for_clouds(texts, platform, kernel):
    assert f"linux-image-{kernel}" in packages(texts(DEBIAN, platform)["mkosi.conf"])


def test_post_of_the_platform_follows_that_of_the_base_and_no_other_is_run(texts):
    text = DEBIAN + "post:\n  base: [one]\n  ec2: [two]\n  vmware: [three]\n  libvirt: [four]\n  kvm: [five]\n"

    def run(platform):
        lines = texts(text, platform)["mkosi.postinst.chroot"].splitlines()
        return [line.split()[-1] for line in lines if line.startswith("run post.")]

    assert run("") == ["one"]
    assert run("ec2") == ["one", "two"]
    assert run("openstack") == ["one"]
    assert run("libvirt") == run("kvm") == ["one", "five", "four"]


def test_old_names_of_packages_are_mapped_and_said(ordered):
    text = DEBIAN + "packages: [bind-utils, openssh-clients, ntp, vim-enhanced, wget, wget, grub]\n"
    made = recipe(ordered(text))
    names = packages(made.texts["mkosi.conf"].text)
    assert names[-5:] == ["bind9-dnsutils", "openssh-client", "chrony", "vim", "wget"]
    assert [remark.partition(": ")[2] for remark in made.remarks] == [
        "bind-utils is now bind9-dnsutils", "openssh-clients is now openssh-client", "ntp is now chrony",
        "vim-enhanced is now vim", "grub is not needed any more",
    ]  # fmt: skip


def test_a_group_is_known_to_el_and_refused_for_debian(ordered, texts):
    el9 = "os: {name: rocky, version: 9}\npackages:\n  - @core\n  - @development\n"
    assert packages(texts(el9)["mkosi.conf"])[-2:] == ["@core", "@development"]
    assert "@core" not in texts(DEBIAN + "packages:\n  - @core\n")["mkosi.conf"]
    with pytest.raises(BuildFailed, match=r"try.appl:4:5: @development is a group, and Debian has none"):
        recipe(ordered(DEBIAN + "packages:\n  - @development\n"))


def test_a_password_is_given_to_root_and_is_for_mkosi_alone(ordered, tmp_path):
    made = recipe(ordered("os: {name: debian, version: 13, password: secret}\n"))
    write(made, tmp_path / "recipe")
    file = tmp_path / "recipe/mkosi.rootpw"
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("secret", 0o600)
    assert "--password" in made.texts["mkosi.finalize"].text
    others = [each.text for path, each in made.texts.items() if path not in ("mkosi.rootpw", "search.py")]
    assert not any("secret" in text for text in others)


def test_files_that_are_fetched_are_fetched_in_the_image_by_its_own_curl(texts):
    said = texts(DEBIAN + 'files:\n  "/opt/x y":\n    - "https://a.example/b.tgz"\n')
    assert "curl" in packages(said["mkosi.conf"])
    (line,) = (line for line in said["mkosi.postinst.chroot"].splitlines() if "curl" in line)
    assert shlex.split(line)[-1] == "mkdir -p '/opt/x y' && cd '/opt/x y' && curl -fsSLO https://a.example/b.tgz"


def test_the_key_changes_with_all_that_is_in_an_image(ordered, tmp_path):
    (tmp_path / "f").write_text("1")
    text = DEBIAN + 'files:\n  "/etc": [f]\n'
    first = key(recipe(ordered(text)))
    assert key(recipe(ordered(text))) == first
    assert key(recipe(ordered(text), ["http://a.example/debian"])) != first
    assert key(recipe(ordered(text + "post: {base: [x]}\n"))) != first
    (tmp_path / "f").write_text("2")
    second = key(recipe(ordered(text)))
    (tmp_path / "f").chmod(0o755)
    assert len({first, second, key(recipe(ordered(text)))}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [("os: {name: debian, version: 13}\ndefault_repos: false\n", "default_repos is false, and there are no repos"),
     ('os: {name: rocky, version: 9}\nrepos:\n  - {name: a, baseurl: "file:///nowhere/at/all"}\n',
      r"file:///nowhere/at/all has no packages: files \*.rpm would be right"),
     (DEBIAN + 'repos:\n  - {name: a, mirrorlist: "http://a.example"}\n', "Debian's apt has no mirrorlist")],
)  # fmt: skip
def test_what_cannot_be_built_is_said(ordered, text, said):
    with pytest.raises(BuildFailed, match=said):
        recipe(ordered(text))


def test_another_machine_than_those_that_are_built_is_refused(ordered):
    from dataclasses import replace

    with pytest.raises(BuildFailed, match="--arch i686: images are built for x86_64 and aarch64"):
        recipe(replace(ordered(DEBIAN), arch="i686"))
    arm = recipe(replace(ordered(DEBIAN), arch="aarch64")).texts["mkosi.conf"].text
    assert "BiosBootloader" not in arm
    assert "linux-image-cloud-arm64" in packages(arm)


def test_local_packages_take_the_place_of_those_that_an_address_of_files_has_not(ordered, tmp_path):
    repo = 'os: {name: rocky, version: 9}\nrepos:\n  - {name: a, baseurl: "file:///nowhere/at/all"}\n'
    (tmp_path / "worker.rpm").write_bytes(b"")
    made = recipe(ordered(repo, local_packages=tmp_path))
    assert [copy.path for copy in made.copies] == ["mkosi.packages/worker.rpm"]
    (tmp_path / "worker.rpm").unlink()
    with pytest.raises(BuildFailed, match=r"--os-config packages:.* has no packages"):
        recipe(ordered(repo, local_packages=tmp_path))


def test_names_of_local_packages_are_taken(ordered, tmp_path):
    (tmp_path / "debs").mkdir()
    (tmp_path / "debs/condor_1_amd64.deb").write_bytes(b"")
    made = recipe(ordered(DEBIAN, local_packages=Path(tmp_path / "debs")))
    assert [copy.path for copy in made.copies] == ["mkosi.packages/condor_1_amd64.deb"]
