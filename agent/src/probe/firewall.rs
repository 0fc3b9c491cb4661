//! Section `firewall`: UFW, firewalld, nftables and others, from their files.
//!
//! Refuses to start a program. UFW: `ENABLED` of its own file; firewalld and the loaders of rules: enabled at start or not,
//! which for the loaders alone is said only when they are; anything else that is installed is `unknown`.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::software::{Found, Products};
use super::{Reading, macos, release, units, windows};
use crate::source::{self, Source, System};

const UFW_FILE: &str = "/etc/ufw/ufw.conf";

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    match source.system() {
        System::Linux => {}
        System::Windows => return windows::firewall::read(source, products),
        System::Macos => return macos::safeguards::firewall(source, products),
    }
    let rows = products.of(&[Category::Firewall]).filter_map(|found| match found.product.name.as_str() {
        "UFW" => Some(ufw(source, found)),
        "firewalld" => Some(by_unit(source, found, &["firewalld"]).unwrap_or_else(|| row(found, "off"))),
        "nftables / iptables" => by_unit(source, found, &["nftables", "netfilter-persistent", "iptables"]),
        _ => Some(row(found, "unknown")),
    });
    products.section(rows.collect())
}

fn row(found: &Found<'_>, state: &str) -> Safeguard {
    Safeguard {
        product: found.product.name.clone(),
        state: state.to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    }
}

fn with_evidence(mut row: Safeguard, path: &str) -> Safeguard {
    row.evidence.push(format!("file:{path}"));
    row
}

fn ufw(source: &dyn Source, found: &Found<'_>) -> Safeguard {
    let Ok(text) = source::text(source, UFW_FILE) else { return row(found, "unknown") };
    let enabled = release::parse(&text).into_iter().find(|(key, _)| key == "ENABLED").map(|(_, value)| value);
    let state = match enabled.map(|value| value.to_lowercase()).as_deref() {
        Some("yes") => "on",
        Some("no") => "off",
        _ => "unknown",
    };
    with_evidence(row(found, state), UFW_FILE)
}

fn by_unit(source: &dyn Source, found: &Found<'_>, names: &[&str]) -> Option<Safeguard> {
    let path = names.iter().find_map(|unit| units::enabled(source, unit))?;
    Some(with_evidence(row(found, "on"), &path))
}
