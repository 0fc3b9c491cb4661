//! Section `disks`: whole disks of `/sys/block`, sorted by name.
//!
//! Refuses what is no disk: loop, ram, zram, device-mapper, md, network block, optical and floppy drives, boot areas of
//! memory cards, hidden paths of a multipath disk, and drives without a medium.
//! Serial, first recorded one: the disk's own file, page 80 of SCSI, udev's record. Bus: by the name, then by the path.

use cadastre_proto::inventory::Disk;

use super::{Reading, macos, windows};
use crate::source::{self, Source, System};

const SECTOR_BYTES: u64 = 512;
/// Beginnings of names that are no disks.
const NOT_DISKS: [&str; 11] = ["loop", "ram", "zram", "dm-", "md", "ifb", "nbd", "sr", "fd", "mtdblock", "drbd"];

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Vec<Disk>> {
    match source.system() {
        System::Linux => linux(source),
        System::Windows => windows::hardware::disks(source),
        System::Macos => macos::hardware::disks(source),
    }
}

fn linux(source: &dyn Source) -> Reading<Vec<Disk>> {
    match source.list("/sys/block") {
        Ok(names) => {
            Reading::ok(names.iter().filter(|name| is_disk(name)).filter_map(|name| disk(source, name)).collect())
        }
        Err(error) => Reading::failed(&error),
    }
}

fn is_disk(name: &str) -> bool {
    let is_boot_area = name.starts_with("mmcblk") && (name.contains("boot") || name.contains("rpmb"));
    !is_boot_area && !NOT_DISKS.iter().any(|other| name.starts_with(other))
}

fn disk(source: &dyn Source, name: &str) -> Option<Disk> {
    let value = |file: &str| source::value(source, &format!("/sys/block/{name}/{file}"));
    let flag = |file: &str| value(file).and_then(|flag| (flag == "0" || flag == "1").then(|| flag == "1"));
    if flag("hidden") == Some(true) {
        return None;
    }
    let size_bytes = value("size").and_then(|sectors| sectors.parse::<u64>().ok()?.checked_mul(SECTOR_BYTES));
    if size_bytes == Some(0) {
        return None;
    }
    let path = source.resolve(&format!("/sys/block/{name}")).unwrap_or_default();
    Some(Disk {
        name: Some(name.to_owned()),
        model: value("device/model").or_else(|| value("device/name")),
        serial: serial(source, name),
        size_bytes,
        bus: bus(name, &path).map(str::to_owned),
        rotational: flag("queue/rotational"),
        removable: flag("removable"),
    })
}

fn serial(source: &dyn Source, name: &str) -> Option<String> {
    let value = |file: &str| source::value(source, &format!("/sys/block/{name}/{file}"));
    value("device/serial")
        .or_else(|| value("serial"))
        .or_else(|| page_80(&source.file(&format!("/sys/block/{name}/device/vpd_pg80")).ok()?))
        .or_else(|| {
            let record = source::text(source, &format!("/run/udev/data/b{}", value("dev")?)).ok()?;
            record.lines().find_map(|line| line.strip_prefix("E:ID_SERIAL_SHORT=")).and_then(source::clean)
        })
}

/// The serial in SCSI's page 80: a header of four bytes, the length in the last two.
fn page_80(page: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_be_bytes([*page.get(2)?, *page.get(3)?]));
    let serial = page.get(4..)?;
    source::clean(&String::from_utf8_lossy(serial.get(..length).unwrap_or(serial)))
}

fn bus(name: &str, path: &str) -> Option<&'static str> {
    let has = |part: &str| path.split('/').any(|component| component.starts_with(part));
    Some(match name {
        _ if has("usb") => "usb",
        _ if name.starts_with("nvme") => "nvme",
        _ if name.starts_with("mmcblk") => "mmc",
        _ if has("virtio") => "virtio",
        _ if has("ata") => "sata",
        _ if name.starts_with("xvd") || has("xen") || has("vbd") => "xen",
        _ if has("VMBUS") || has("vmbus") => "vmbus",
        _ if has("target") || name.starts_with("sd") => "scsi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buses() {
        let sata = "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda";
        let usb = "/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
        let virtio = "/sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda";
        let raid = "/sys/devices/pci0000:00/0000:02:00.0/host0/target0:2:0/0:2:0:0/block/sda";
        assert_eq!(bus("sda", sata), Some("sata"));
        assert_eq!(bus("sdb", usb), Some("usb"));
        assert_eq!(bus("vda", virtio), Some("virtio"));
        assert_eq!(bus("sda", raid), Some("scsi"));
        assert_eq!(bus("nvme0n1", ""), Some("nvme"));
        assert_eq!(bus("weird", ""), None);
    }

    #[test]
    fn what_is_no_disk() {
        for name in ["loop0", "zram0", "dm-1", "md127", "sr0", "mmcblk0boot0", "mmcblk0rpmb"] {
            assert!(!is_disk(name), "{name}");
        }
        for name in ["sda", "nvme0n1", "vda", "mmcblk0", "xvda"] {
            assert!(is_disk(name), "{name}");
        }
    }

    #[test]
    fn page_80_with_a_wrong_length() {
        assert_eq!(page_80(b"\x00\x80\x00\x08  ABC123").as_deref(), Some("ABC123"));
        assert_eq!(page_80(b"\x00\x80\x00\xffABC").as_deref(), Some("ABC"));
        assert_eq!(page_80(b"\x00\x80"), None);
    }
}
