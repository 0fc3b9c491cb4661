//! Section `firewall` under Windows: the state in force of each profile, and firewalls of others.
//!
//! Sources of a profile, first recorded one wins: `MSFT_NetFirewallProfile` from the active store; the policy's key, then
//! the machine's own. A value that is missing is *unknown*, never off.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::security_center::{self, Activity};
use super::{classes, key};
use crate::probe::Reading;
use crate::probe::software::Products;
use crate::source::{ReadError, Source};

const OWN: &str = "Windows Defender Firewall";
const POLICY: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall";
const SETTINGS: &str =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy";
/// Name in WMI, key of the policy, key of the settings.
const PROFILES: [(&str, &str, &str); 3] = [
    ("Domain", "DomainProfile", "DomainProfile"),
    ("Private", "PrivateProfile", "StandardProfile"),
    ("Public", "PublicProfile", "PublicProfile"),
];

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let active = source.wmi(&classes::FIREWALL_PROFILE);
    let mut rows = Vec::new();
    for (name, policy, settings) in PROFILES {
        let of_wmi = active.as_ref().ok().and_then(|rows| {
            let row = rows.iter().find(|row| row.text("Name").is_some_and(|text| text.eq_ignore_ascii_case(name)))?;
            row.number("Enabled").filter(|enabled| *enabled <= 1)
        });
        let of_key = |root: &str, profile: &str| {
            key(source, &format!("{root}\\{profile}"), &["EnableFirewall"]).ok()?.number("EnableFirewall")
        };
        let (state, evidence) = if let Some(enabled) = of_wmi {
            (word(enabled), "wmi:MSFT_NetFirewallProfile")
        } else if let Some(enabled) = of_key(POLICY, policy) {
            (word(enabled), "registry:policy")
        } else if let Some(enabled) = of_key(SETTINGS, settings) {
            (word(enabled), "registry:settings")
        } else {
            ("unknown", "none")
        };
        rows.push(Safeguard {
            product: OWN.to_owned(),
            kind: Some(name.to_lowercase()),
            state: state.to_owned(),
            evidence: if state == "unknown" { Vec::new() } else { vec![evidence.to_owned()] },
            ..Safeguard::default()
        });
    }
    if rows.iter().all(|row| row.state == "unknown") {
        rows.clear();
    }
    if rows.is_empty() && products.of(&[Category::Firewall]).any(|found| found.product.name == OWN) {
        rows.push(Safeguard { product: OWN.to_owned(), state: "unknown".to_owned(), ..Safeguard::default() });
    }
    let is_known = rows.iter().any(|row| row.state != "unknown");
    rows.extend(others(source, products));
    match active.err() {
        Some(error) if !is_known && error != ReadError::NotFound => Reading::partial(rows, &error),
        _ => products.section_of_machine(rows),
    }
}

fn word(enabled: u64) -> &'static str {
    if enabled == 0 { "off" } else { "on" }
}

/// Firewalls of other makers: those that registered, then those that are only there.
fn others(source: &dyn Source, products: &Products<'_>) -> Vec<Safeguard> {
    let registered = security_center::registrations(source, &classes::SECURITY_CENTER_FIREWALL).unwrap_or_default();
    let mut rows: Vec<Safeguard> = registered
        .into_iter()
        .filter(|registration| !registration.is_stale && registration.state.is_none_or(|state| !state.is_windows))
        .map(|registration| {
            let state = match registration.state.map(|state| state.activity) {
                Some(Activity::On) => "on",
                Some(_) => "off",
                None => "unknown",
            };
            Safeguard {
                product: registration.name,
                state: state.to_owned(),
                evidence: vec!["security_center:firewall".to_owned()],
                ..Safeguard::default()
            }
        })
        .collect();
    let present = products.of(&[Category::Firewall]).filter(|found| found.product.name != OWN);
    let silent = present.filter(|found| !rows.iter().any(|row| row.product == found.product.name));
    let silent: Vec<Safeguard> = silent
        .map(|found| Safeguard {
            product: found.product.name.clone(),
            state: "unknown".to_owned(),
            evidence: found.evidence.clone(),
            ..Safeguard::default()
        })
        .collect();
    rows.extend(silent);
    rows
}
