//! Sections `protection`, `firewall`, `encryption` and `backup` under macOS.
//!
//! XProtect is the system's baseline, never protection by itself. The firewall's state is that of its property list, and
//! from macOS 15, which has none, the number that its command prints.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::{Antivirus, Protection, Safeguard};
use jiff::Timestamp;

use super::{list, string};
use crate::probe::protection::presence;
use crate::probe::software::{Found, Products};
use crate::probe::{Reading, known, mdatp};
use crate::source::{ReadError, Source};

const XPROTECT: &str = "/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info.plist";
const FIREWALL_LIST: &str = "/Library/Preferences/com.apple.alf.plist";
const FIREWALL_PROGRAM: &str = "/usr/libexec/ApplicationFirewall/socketfilterfw";
/// Where Time Machine keeps its settings, barred without full access to the disk.
pub(crate) const TIME_MACHINE: &str = "/Library/Preferences/com.apple.TimeMachine.plist";
const OWN_FIREWALL: &str = "macOS Application Firewall";
const OWN_ENCRYPTION: &str = "FileVault";

/// Section `protection`.
pub(crate) fn protection(source: &dyn Source, products: &Products<'_>) -> Reading<Protection> {
    let rows = products.of(&[Category::Antivirus, Category::Edr]).map(|found| match found.product.name.as_str() {
        known::DEFENDER_FOR_ENDPOINT => mdatp::examine(source, found),
        known::XPROTECT => xprotect(source, found),
        _ => presence(found),
    });
    products.section(Protection { antivirus: rows.collect() })
}

fn xprotect(source: &dyn Source, found: &Found<'_>) -> Antivirus {
    let version = list(source, XPROTECT).ok().and_then(|list| string(&list, "CFBundleShortVersionString"));
    Antivirus { role: "baseline".to_owned(), signature_version: version, ..presence(found) }
}

/// Section `firewall`.
pub(crate) fn firewall(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let (state, evidence) = match global_state(source) {
        Ok((state, evidence)) => (state, vec![evidence]),
        Err(_) => ("unknown", Vec::new()),
    };
    let own = Safeguard {
        product: OWN_FIREWALL.to_owned(),
        kind: Some("application".to_owned()),
        state: state.to_owned(),
        evidence,
        ..Safeguard::default()
    };
    let rows = std::iter::once(own).chain(others(products, Category::Firewall, OWN_FIREWALL)).collect();
    match global_state(source) {
        Err(error) if error != ReadError::NotFound => Reading::partial(rows, &error),
        _ => products.section(rows),
    }
}

fn global_state(source: &dyn Source) -> Result<(&'static str, String), ReadError> {
    if let Ok(settings) = list(source, FIREWALL_LIST)
        && let Some(state) = settings.get("globalstate").and_then(plist::Value::as_signed_integer)
    {
        return Ok((word(state), format!("file:{FIREWALL_LIST}")));
    }
    let output = source.command(&[FIREWALL_PROGRAM, "--getglobalstate"])?;
    let text = String::from_utf8_lossy(&output.stdout);
    let number = text.split_once("State = ").and_then(|(_, rest)| rest.split(')').next()?.trim().parse().ok());
    Ok((number.map_or("unknown", word), "command:socketfilterfw".to_owned()))
}

fn word(state: i64) -> &'static str {
    match state {
        0 => "off",
        1 | 2 => "on",
        _ => "unknown",
    }
}

fn others<'a>(products: &'a Products<'_>, category: Category, own: &'a str) -> impl Iterator<Item = Safeguard> {
    let found: Vec<&Found<'_>> =
        products.found.iter().filter(|found| found.product.category == category && found.product.name != own).collect();
    found.into_iter().map(|found| Safeguard {
        product: found.product.name.clone(),
        state: "unknown".to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    })
}

/// Section `encryption`.
pub(crate) fn encryption(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let output = source.command(&["/usr/bin/fdesetup", "status"]);
    let state = output.as_ref().map(|output| file_vault(&String::from_utf8_lossy(&output.stdout)));
    let own = Safeguard {
        product: OWN_ENCRYPTION.to_owned(),
        kind: Some("system".to_owned()),
        state: state.unwrap_or("unknown").to_owned(),
        evidence: state.iter().map(|_| "command:fdesetup".to_owned()).collect(),
        ..Safeguard::default()
    };
    let rows = std::iter::once(own).chain(others(products, Category::Encryption, OWN_ENCRYPTION)).collect();
    match output.err() {
        Some(error) => Reading::partial(rows, &error),
        None => Reading::ok(rows),
    }
}

/// What `fdesetup status` says; it speaks English alone.
fn file_vault(text: &str) -> &'static str {
    if text.contains("in progress") {
        "converting"
    } else if text.contains("FileVault is On.") {
        "protected"
    } else if text.contains("FileVault is Off.") {
        "off"
    } else {
        "unknown"
    }
}

/// The row of Time Machine: the last backup that its own settings record.
pub(crate) fn time_machine(source: &dyn Source, row: Safeguard) -> Safeguard {
    if row.product != known::TIME_MACHINE {
        return row;
    }
    let Ok(settings) = list(source, TIME_MACHINE) else { return row };
    let destinations = settings.get("Destinations").and_then(plist::Value::as_array);
    let Some(destinations) = destinations.filter(|destinations| !destinations.is_empty()) else {
        return Safeguard { state: "never".to_owned(), ..row };
    };
    let dates =
        destinations.iter().filter_map(|destination| destination.as_dictionary()?.get("SnapshotDates")?.as_array());
    let instants = dates.flatten().filter_map(|date| date.as_date()?.to_xml_format().parse::<Timestamp>().ok());
    match instants.max() {
        Some(last) => Safeguard {
            state: "recent_success".to_owned(),
            last_success: Some(last.to_string()),
            evidence: row.evidence.into_iter().chain([format!("file:{TIME_MACHINE}")]).collect(),
            ..row
        },
        None => row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_vault_states() {
        assert_eq!(file_vault("FileVault is On.\n"), "protected");
        assert_eq!(file_vault("FileVault is Off.\n"), "off");
        assert_eq!(file_vault("FileVault is On.\nEncryption in progress: Percent completed = 12\n"), "converting");
        assert_eq!(file_vault(""), "unknown");
    }

    #[test]
    fn one_and_two_are_both_on() {
        assert_eq!([0, 1, 2, 7].map(word), ["off", "on", "on", "unknown"]);
    }
}
