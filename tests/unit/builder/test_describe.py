"""The descriptions of machines that have an image."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from definitions import DEBIAN

from condor_elastic.builder.describe import domain, ovf

HARDWARE = 'summary: "A & B <worker>"\nhardware: {cpus: 4, memory: 4096}\n'
RASD = "{http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData}"
OVF = "{http://schemas.dmtf.org/ovf/envelope/1}"


def test_libvirts_domain_has_the_hardware_and_the_disk(ordered):
    tree = ET.fromstring(domain(ordered(DEBIAN + HARDWARE, "libvirt"), "try.qcow2", 1))  # noqa: S314  our own text
    assert (tree.findtext("name"), tree.findtext("title")) == ("try", "A & B <worker>")
    assert (tree.findtext("vcpu"), tree.findtext("memory"), tree.find("memory").get("unit")) == ("4", "4096", "MiB")
    assert tree.find("devices/disk/source").get("file") == "/var/lib/libvirt/images/try.qcow2"
    assert tree.findtext("on_poweroff") == "destroy", "a worker that powers off is gone"


def test_the_envelope_names_the_disk_its_size_and_the_hardware(ordered):
    for platform, card in (("vmware", "VmxNet3"), ("virtualbox", "E1000")):
        tree = ET.fromstring(ovf(ordered(DEBIAN + HARDWARE, platform), "try.vmdk", 3 << 30))  # noqa: S314  our own text
        assert tree.find(f"{OVF}References/{OVF}File").get(f"{OVF}href") == "try.vmdk"
        assert tree.find(f"{OVF}DiskSection/{OVF}Disk").get(f"{OVF}capacity") == str(3 << 30)
        items = {each.findtext(f"{RASD}Caption"): each for each in tree.iter(f"{OVF}Item")}
        assert items["cpus"].findtext(f"{RASD}VirtualQuantity") == "4"
        assert items["memory"].findtext(f"{RASD}VirtualQuantity") == "4096"
        assert items["disk"].findtext(f"{RASD}Parent") == items["SCSI"].findtext(f"{RASD}InstanceID")
        assert items["network"].findtext(f"{RASD}ResourceSubType") == card
        for item in items.values():
            names = [each.tag for each in item]
            assert names == sorted(names)
