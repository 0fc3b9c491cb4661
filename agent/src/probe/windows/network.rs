//! Section `adapters` under Windows: `MSFT_NetAdapter`, which tells the address burnt in, else `Win32_NetworkAdapter`.
//!
//! Refuses hidden interfaces and the virtual ones of tunnels, filters and hypervisors' switches.

use std::collections::HashMap;

use cadastre_proto::inventory::Adapter;

use super::classes;
use crate::privacy::Privacy;
use crate::probe::{Reading, adapters};
use crate::source::wmi::Row;
use crate::source::{ReadError, Source};

/// The section.
pub(crate) fn read(source: &dyn Source, privacy: Privacy) -> Reading<Vec<Adapter>> {
    let addresses = if privacy >= Privacy::Full { addresses(source) } else { HashMap::new() };
    let (rows, of): (_, fn(&Row) -> Option<Adapter>) = match source.wmi(&classes::NET_ADAPTER) {
        Ok(rows) if !rows.is_empty() => (rows, modern),
        answer => match source.wmi(&classes::NETWORK_ADAPTER) {
            Ok(rows) => (rows, classic),
            Err(error) => {
                let first = answer.err().filter(|_| error == ReadError::NotCaptured);
                return Reading::failed(&first.unwrap_or(error));
            }
        },
    };
    let mut adapters: Vec<Adapter> = rows
        .iter()
        .filter_map(|row| {
            let own = row.number("InterfaceIndex").and_then(|index| addresses.get(&index)).cloned();
            Some(Adapter { addresses: own.unwrap_or_default(), ..of(row)? })
        })
        .collect();
    adapters.sort_by(|a, b| a.name.cmp(&b.name));
    Reading::ok(adapters)
}

fn modern(row: &Row) -> Option<Adapter> {
    if row.flag("Hidden") == Some(true) || row.flag("Virtual") == Some(true) {
        return None;
    }
    let mac = row.text("PermanentAddress").and_then(|mac| adapters::normal(&colons(&mac)))?;
    let bus = bus(&row.text("PnPDeviceID").unwrap_or_default());
    Some(adapter(row.text("Name"), mac, bus, row.number("MediaConnectState").map(|state| state == 1)))
}

fn classic(row: &Row) -> Option<Adapter> {
    if row.flag("PhysicalAdapter") == Some(false) {
        return None;
    }
    let mac = row.text("MACAddress").and_then(|mac| adapters::normal(&colons(&mac)))?;
    let device = row.text("PNPDeviceID").unwrap_or_default();
    if device.to_ascii_uppercase().starts_with("ROOT\\") {
        return None;
    }
    let name = row.text("NetConnectionID").or_else(|| row.text("Name"));
    Some(adapter(name, mac, bus(&device), row.number("NetConnectionStatus").map(|status| status == 2)))
}

fn adapter(name: Option<String>, mac: String, bus: &str, up: Option<bool>) -> Adapter {
    let (bus, removable) = (Some(bus.to_owned()), Some(bus == "usb"));
    Adapter { name, mac: Some(mac), bus, removable, up, addresses: Vec::new() }
}

/// Twelve digits, with or without dashes or colons, as six pairs with colons.
fn colons(mac: &str) -> String {
    let digits: Vec<char> = mac.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(":")
}

/// What the card hangs on, from the enumerator in its device id.
fn bus(device: &str) -> &'static str {
    let device = device.to_ascii_uppercase();
    match device.split('\\').next().unwrap_or_default() {
        "PCI" => "pci",
        "USB" => "usb",
        "BTH" | "BTHENUM" => "bluetooth",
        "ACPI" => "soc",
        _ => "virtual",
    }
}

fn addresses(source: &dyn Source) -> HashMap<u64, Vec<String>> {
    let rows = source.wmi(&classes::NETWORK_CONFIGURATION).unwrap_or_default();
    let pairs = rows.iter().filter_map(|row| {
        let addresses = row.texts("IPAddress").into_iter();
        let kept = addresses
            .filter(|address| !address.to_lowercase().starts_with("fe80:") && !address.starts_with("169.254."));
        Some((row.number("InterfaceIndex")?, kept.collect()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_any_form() {
        assert_eq!(colons("AABBCC001122"), "AA:BB:CC:00:11:22");
        assert_eq!(colons("AA-BB-CC-00-11-22"), "AA:BB:CC:00:11:22");
        assert_eq!(colons("é"), "é");
    }

    #[test]
    fn buses() {
        assert_eq!(bus("PCI\\VEN_8086&DEV_15FB"), "pci");
        assert_eq!(bus("usb\\VID_0BDA"), "usb");
        assert_eq!(bus("VMBUS\\{1}"), "virtual");
        assert_eq!(bus("BTH\\MS_BTHPAN"), "bluetooth");
    }
}
