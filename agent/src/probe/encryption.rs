//! Section `encryption`: LUKS volumes from `/sys/block/dm-*`, and other encryption products that are installed.
//!
//! Refuses to read keys or headers. One row a volume: `system` when the root file system lies on it, `volume` otherwise. A
//! machine with disks whose root lies on no such volume has a row of its own for it: `off`, or `unknown` where the file
//! system may encrypt by itself (ZFS). A container sees its host's volumes and says nothing.

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
    let mounts = source::text(source, "/proc/1/mounts").or_else(|_| source::text(source, "/proc/mounts"));
    let root = mounts.ok().and_then(|mounts| root(&mounts));
    let device = root.as_ref().and_then(|(device, _)| device.strip_prefix("/dev/"));
    let system = device.map(|device| layers(source, device)).unwrap_or_default();
    let mut rows: Vec<Safeguard> = names.iter().filter_map(|name| volume(source, name, &system)).collect();
    let has_disk = names.iter().any(|name| !name.starts_with("dm-") && !name.starts_with("loop"));
    let is_told = rows.iter().any(|row| row.kind.as_deref() == Some("system"));
    if has_disk && !is_told && (root.is_some() || rows.is_empty()) {
        let is_open = root.as_ref().is_none_or(|(_, kind)| kind != "zfs");
        let state = if is_open { "off" } else { "unknown" };
        rows.push(Safeguard {
            product: LUKS.to_owned(),
            kind: Some("system".to_owned()),
            state: state.to_owned(),
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
fn layers(source: &dyn Source, device: &str) -> Vec<String> {
    let mut ahead = vec![kernel_name(source, device)];
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

/// What is mounted as root, and the kind of its file system.
fn root(mounts: &str) -> Option<(String, String)> {
    mounts.lines().find_map(|line| {
        let mut columns = line.split(' ');
        let (device, place, kind) = (columns.next()?, columns.next()?, columns.next()?);
        (place == "/").then(|| (device.to_owned(), kind.to_owned()))
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
    fn what_is_mounted_as_root() {
        let mounts = "proc /proc proc rw 0 0\n/dev/mapper/vg-root / ext4 rw 0 0\n/dev/sda1 /boot ext4 rw 0 0\n";
        assert_eq!(root(mounts), Some(("/dev/mapper/vg-root".to_owned(), "ext4".to_owned())));
        assert_eq!(root("proc /proc proc rw 0 0\n/\n"), None);
    }

    #[test]
    fn encrypted_swap_does_not_encrypt_the_system() {
        let said = |mounts: &str| {
            let folder = tempfile::tempdir().unwrap();
            let write = |path: &str, text: &str| {
                let file = folder.path().join(path);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file, text).unwrap();
            };
            write("proc/mounts", mounts);
            write("sys/block/sda/size", "1000\n");
            write("sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-swap\n");
            let tree = crate::source::replay::Tree::open(folder.path()).unwrap();
            let catalogue = cadastre_proto::catalogue::Catalogue::embedded().unwrap();
            let rows = read(&tree, &Products::read(&tree, &catalogue), false).data.unwrap();
            rows.into_iter().map(|row| (row.kind.unwrap_or_default(), row.state)).collect::<Vec<_>>()
        };
        let pair = |kind: &str, state: &str| (kind.to_owned(), state.to_owned());
        let swap = pair("volume", "protected");
        assert_eq!(said("/dev/sda2 / ext4 rw 0 0\n"), [swap.clone(), pair("system", "off")]);
        assert_eq!(said("rpool/ROOT / zfs rw 0 0\n"), [swap.clone(), pair("system", "unknown")]);
        assert_eq!(said("/dev/dm-0 / ext4 rw 0 0\n"), [pair("system", "protected")]);
        assert_eq!(said(""), [swap]);
    }
}
