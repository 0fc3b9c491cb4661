//! Section `os`: which system runs, and whether somebody sits in front of it.
//!
//! Sources: `/etc/os-release` or `/usr/lib/os-release`; `/proc/sys/kernel/{osrelease,arch}`; for the architecture also the
//! call `sysinfo`, then the header of the program `/bin/sh`.
//! `product_type`, first rule that fits: the release names its variant (`server`, `workstation`, `desktop`…); the default
//! target is `multi-user` → server; a display manager is enabled or a graphical session is installed → workstation;
//! otherwise server. `null` when nothing of this can be read.

use cadastre_proto::inventory::Os;

use super::{Reading, macos, release, windows};
use crate::source::{self, ReadError, Source, System};

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Os> {
    match source.system() {
        System::Linux => linux(source),
        System::Windows => windows::host::os(source),
        System::Macos => macos::host::os(source),
    }
}

fn linux(source: &dyn Source) -> Reading<Os> {
    let text = source::text(source, "/etc/os-release").or_else(|_| source::text(source, "/usr/lib/os-release"));
    let kernel = source::value(source, "/proc/sys/kernel/osrelease");
    let text = match text {
        Ok(text) => text,
        Err(error) if kernel.is_none() => return Reading::failed(&error),
        Err(_) => String::new(),
    };
    let fields = release::parse(&text);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let variant = field("VARIANT_ID").or_else(|| field("VARIANT")).map(|variant| variant.to_lowercase());
    Reading::ok(Os {
        family: Some(source.system().name().to_owned()),
        name: field("PRETTY_NAME").or_else(|| field("NAME")),
        version: field("VERSION_ID"),
        build: field("BUILD_ID"),
        edition: field("VARIANT"),
        arch: arch(source),
        kernel,
        product_type: product_type(source, variant.as_deref()).map(str::to_owned),
        support_end: field("SUPPORT_END").filter(|day| day.parse::<jiff::civil::Date>().is_ok()),
    })
}

fn arch(source: &dyn Source) -> Option<String> {
    source::value(source, "/proc/sys/kernel/arch")
        .or_else(|| source.sysinfo().ok()?.arch)
        .or_else(|| machine_of_program(&source.file_start("/bin/sh", 20).ok()?).map(str::to_owned))
}

/// The machine in the header of an ELF program.
fn machine_of_program(bytes: &[u8]) -> Option<&'static str> {
    if !bytes.starts_with(b"\x7fELF") {
        return None;
    }
    let machine = match (bytes.get(5)?, bytes.get(18..20)?) {
        (1, [low, high]) => u16::from_le_bytes([*low, *high]),
        (2, [high, low]) => u16::from_be_bytes([*high, *low]),
        _ => return None,
    };
    match machine {
        3 => Some("i686"),
        40 => Some("armv7l"),
        62 => Some("x86_64"),
        183 => Some("aarch64"),
        243 => Some("riscv64"),
        _ => None,
    }
}

fn product_type(source: &dyn Source, variant: Option<&str>) -> Option<&'static str> {
    match variant {
        Some("server" | "coreos" | "cloud" | "iot" | "container") => return Some("server"),
        Some("workstation" | "desktop" | "kde" | "silverblue" | "kinoite" | "budgie" | "xfce" | "cinnamon") => {
            return Some("workstation");
        }
        _ => {}
    }
    let default_target = source.link("/etc/systemd/system/default.target").unwrap_or_default();
    if default_target.ends_with("/multi-user.target") {
        return Some("server");
    }
    if source.link("/etc/systemd/system/display-manager.service").is_ok() || has_session(source) {
        return Some("workstation");
    }
    let looked = source.metadata("/etc/systemd/system").is_ok() || source.metadata("/usr/share").is_ok();
    looked.then_some("server")
}

fn has_session(source: &dyn Source) -> bool {
    ["/usr/share/wayland-sessions", "/usr/share/xsessions"].into_iter().any(|folder| {
        let names: Result<Vec<String>, ReadError> = source.list(folder);
        names.is_ok_and(|names| names.iter().any(|name| name.ends_with(".desktop")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_of_a_program() {
        let mut header = b"\x7fELF\x02\x01\x01".to_vec();
        header.resize(18, 0);
        header.extend([0x3e, 0x00]);
        assert_eq!(machine_of_program(&header), Some("x86_64"));
        header[18] = 0xb7;
        assert_eq!(machine_of_program(&header), Some("aarch64"));
        assert_eq!(machine_of_program(&header[..19]), None);
        assert_eq!(machine_of_program(b"#!/bin/bash\nexec sh -c"), None);
    }
}
