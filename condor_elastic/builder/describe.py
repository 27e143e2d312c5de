"""Machines that have an image: libvirt's domain and OVF's envelope, with the hardware of the definition."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from condor_elastic.builder.parts import Order

MACHINES = {"x86_64": "q35", "aarch64": "virt"}
DOMAIN = """\
<domain type='kvm'>
  <name>{name}</name>
  <title>{summary}</title>
  <memory unit='MiB'>{memory}</memory>
  <vcpu>{cpus}</vcpu>
  <os>
    <type arch='{arch}' machine='{machine}'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features><acpi/></features>
  <cpu mode='host-model'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file={disk}/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <serial type='pty'/>
    <console type='pty'/>
  </devices>
</domain>
"""
OVF = """\
<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
  <References><File ovf:id="file1" ovf:href={disk}/></References>
  <DiskSection>
    <Info>Disks</Info>
    <Disk ovf:diskId="disk1" ovf:fileRef="file1" ovf:capacity="{size}"
     ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>
  </DiskSection>
  <NetworkSection>
    <Info>Networks</Info>
    <Network ovf:name="NAT"><Description>NAT</Description></Network>
  </NetworkSection>
  <VirtualSystem ovf:id={id}>
    <Info>{summary}</Info>
    <OperatingSystemSection ovf:id="101"><Info>Linux, 64 bits</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <System>
        <vssd:ElementName>Virtual hardware</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemType>{machine}</vssd:VirtualSystemType>
      </System>
{items}    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
"""
SYSTEMS = {"vmware": "vmx-13", "virtualbox": "virtualbox-2.2"}
NETWORK = {"vmware": "VmxNet3", "virtualbox": "E1000"}
ITEM = "      <Item>\n{lines}      </Item>\n"
PROCESSORS, MEMORY, SCSI, ETHERNET, DISK = 3, 4, 6, 10, 17
"""ResourceType of CIM_ResourceAllocationSettingData (DSP1041)."""


def domain(order: Order, disk: str, size: int) -> str:  # noqa: ARG001  as ovf
    """Write libvirt's domain; the disk is looked for where libvirt keeps images, until a delivery says where it is."""
    hardware = order.appliance.hardware
    return DOMAIN.format(
        name=escape(order.name),
        summary=escape(_summary(order)),
        memory=hardware.memory.value,
        cpus=hardware.cpus.value,
        arch=order.arch,
        machine=MACHINES.get(order.arch, "q35"),
        disk=quoteattr(f"/var/lib/libvirt/images/{disk}"),
    )


def ovf(order: Order, disk: str, size: int) -> str:
    """Write OVF 1.1's envelope, which VirtualBox and VMware import; size is the disk's as a guest sees it, in bytes."""
    hardware = order.appliance.hardware
    items: list[dict[str, str | int]] = [
        {"Caption": "cpus", "ResourceType": PROCESSORS, "VirtualQuantity": hardware.cpus.value},
        {"AllocationUnits": "byte * 2^20", "Caption": "memory", "ResourceType": MEMORY,
         "VirtualQuantity": hardware.memory.value},
        {"Address": "0", "Caption": "SCSI", "ResourceSubType": "lsilogic", "ResourceType": SCSI},
        {"AddressOnParent": "0", "Caption": "disk", "HostResource": "ovf:/disk/disk1", "Parent": 3,
         "ResourceType": DISK},
        {"AutomaticAllocation": "true", "Caption": "network", "Connection": "NAT",
         "ResourceSubType": NETWORK[order.platform], "ResourceType": ETHERNET},
    ]  # fmt: skip
    return OVF.format(
        disk=quoteattr(disk),
        size=size,
        id=quoteattr(order.name),
        summary=escape(_summary(order)),
        machine=SYSTEMS[order.platform],
        items="".join(_item(number, item) for number, item in enumerate(items, 1)),
    )


def _item(number: int, said: dict[str, str | int]) -> str:
    """Write an item; its elements are in the order of their names, as the schema wants them."""
    named = said | {"ElementName": said["Caption"], "InstanceID": number}
    lines = (f"        <rasd:{name}>{escape(str(named[name]))}</rasd:{name}>\n" for name in sorted(named))
    return ITEM.format(lines="".join(lines))


def _summary(order: Order) -> str:
    said = order.appliance.summary
    return said.value if said else f"{order.name} {order.version}"
