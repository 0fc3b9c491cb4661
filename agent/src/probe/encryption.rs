//! Section `encryption`: LUKS volumes from `/sys/block/dm-*`, and other encryption products that are installed.
//!
//! Refuses to read keys or headers. One row a volume: `system` when the root file system lies on it, `volume` otherwise. A
//! machine with disks and no such volume has one row that says `off`. A container sees its host's volumes and says nothing.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::software::Products;
use super::{Reading, macos, windows};
use crate::source::{self, Source, System};

const LUKS: &str = "LUKS / dm-crypt";
/// Most layers between a file system and its disk.
const LAYERS_MAX: usize = 16;

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>, is_container: bool) -> Reading<Vec<Safeguard>> {
    match source.system() {
        System::Linux => {}
        System::Windows => return windows::encryption::read(source, products),
        System::Macos => return macos::safeguards::encryption(source, products),
    }
    if is_container {
        return Reading::unsupported("container", None);
    }
    let names = match source.list("/sys/block") {
        Ok(names) => names,
        Err(error) => return Reading::failed(&error),
    };
    let system = system_layers(source);
    let mut rows: Vec<Safeguard> = names.iter().filter_map(|name| volume(source, name, &system)).collect();
    let has_disk = names.iter().any(|name| !name.starts_with("dm-") && !name.starts_with("loop"));
    if rows.is_empty() && has_disk {
        rows.push(Safeguard {
            product: LUKS.to_owned(),
            kind: Some("system".to_owned()),
            state: "off".to_owned(),
            evidence: vec!["no_volume:/sys/block".to_owned()],
            ..Safeguard::default()
        });
    }
    let others = products.of(&[Category::Encryption]).filter(|found| found.product.name != LUKS);
    rows.extend(others.map(|found| Safeguard {
        product: found.product.name.clone(),
        state: "unknown".to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    }));
    Reading::ok(rows)
}

fn volume(source: &dyn Source, name: &str, system: &[String]) -> Option<Safeguard> {
    let path = format!("/sys/block/{name}/dm/uuid");
    let uuid = source::value(source, &path)?;
    let format = uuid.strip_prefix("CRYPT-")?.split('-').next()?;
    if !format.starts_with("LUKS") {
        return None;
    }
    let kind = if system.iter().any(|layer| layer == name) { "system" } else { "volume" };
    Some(Safeguard {
        product: LUKS.to_owned(),
        kind: Some(kind.to_owned()),
        state: "protected".to_owned(),
        evidence: vec![format!("file:{path}")],
        details: Some(format.to_owned()),
        ..Safeguard::default()
    })
}

/// The mapped devices between the root file system and its disk.
fn system_layers(source: &dyn Source) -> Vec<String> {
    let mounts = source::text(source, "/proc/1/mounts").or_else(|_| source::text(source, "/proc/mounts"));
    let Some(device) = mounts.ok().and_then(|mounts| root_device(&mounts)) else { return Vec::new() };
    let mut ahead = vec![kernel_name(source, &device)];
    let mut layers: Vec<String> = Vec::new();
    while let Some(name) = ahead.pop() {
        if layers.len() >= LAYERS_MAX || layers.contains(&name) {
            continue;
        }
        ahead.extend(source.list(&format!("/sys/block/{name}/slaves")).unwrap_or_default());
        layers.push(name);
    }
    layers
}

fn root_device(mounts: &str) -> Option<String> {
    mounts.lines().find_map(|line| {
        let mut columns = line.split(' ');
        let device = columns.next()?.strip_prefix("/dev/")?;
        (columns.next()? == "/").then(|| device.to_owned())
    })
}

/// `mapper/NAME` is `dm-N` in the kernel; other devices have one name.
fn kernel_name(source: &dyn Source, device: &str) -> String {
    let Some(name) = device.strip_prefix("mapper/") else { return device.to_owned() };
    let is_named = |dm: &String| source::value(source, &format!("/sys/block/{dm}/dm/name")).as_deref() == Some(name);
    source.list("/sys/block").unwrap_or_default().into_iter().find(is_named).unwrap_or_else(|| device.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_device() {
        let mounts = "proc /proc proc rw 0 0\n/dev/mapper/vg-root / ext4 rw 0 0\n/dev/sda1 /boot ext4 rw 0 0\n";
        assert_eq!(root_device(mounts).as_deref(), Some("mapper/vg-root"));
        assert_eq!(root_device("overlay / overlay rw 0 0\n"), None);
    }
}
