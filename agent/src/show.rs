//! `show` without `--json`: the report in the reader's language, a few lines a section.
//!
//! Refuses to add anything that is not in the report.

use cadastre_proto::inventory::{
    Adapter, Battery, Disk, Firmware, Host, Inventory, Memory, Os, Outcome, Processor, Protection, SECTIONS, Safeguard,
    Section, Software, Virtualisation,
};
use serde::de::DeserializeOwned;

use crate::text::Text;

/// Width of the first column.
const LABEL_WIDTH: usize = 16;

/// The report as a page of text.
#[must_use]
pub(crate) fn summary(inventory: &Inventory, text: Text) -> String {
    let mut page = String::new();
    for id in SECTIONS {
        let Some(section) = inventory.sections.get(id) else { continue };
        let mut lines = lines(id, section, text);
        if section.outcome != Outcome::Ok {
            lines.push(outcome(section, text));
        }
        if lines.is_empty() {
            lines.push(text.word("none").to_owned());
        }
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { text.word(&format!("section_{id}")).to_owned() } else { String::new() };
            page.push_str(&format!("{label:<LABEL_WIDTH$} {line}\n"));
        }
    }
    page.push_str(&format!("\n{}\n", text.word("show_note")));
    page
}

fn outcome(section: &Section, text: Text) -> String {
    let outcome = text.outcome(section.outcome);
    match section.reason.as_deref().map(|reason| text.word(reason)) {
        Some(reason) if section.reason.as_deref() != Some("not_found") => {
            text.word("outcome_with_reason").replace("{outcome}", outcome).replace("{reason}", reason)
        }
        _ => format!("({outcome})"),
    }
}

fn lines(id: &str, section: &Section, text: Text) -> Vec<String> {
    match id {
        "host" => data(section).map(host).unwrap_or_default(),
        "os" => data(section).map(|data| os(data, text)).unwrap_or_default(),
        "firmware" => data(section).map(|data| firmware(data, text)).unwrap_or_default(),
        "processor" => data(section).map(processor).unwrap_or_default(),
        "memory" => data(section).map(|data| memory(data, text)).unwrap_or_default(),
        "disks" => data::<Vec<Disk>>(section).unwrap_or_default().iter().map(|row| disk(row, text)).collect(),
        "adapters" => data::<Vec<Adapter>>(section).unwrap_or_default().iter().map(adapter).collect(),
        "battery" => data::<Vec<Battery>>(section).unwrap_or_default().iter().map(battery).collect(),
        "virtualisation" => data(section).map(|data| virtualisation(data, text)).unwrap_or_default(),
        "software" => data(section).map(software).unwrap_or_default(),
        "protection" => data(section).map(|data| protection(data, text)).unwrap_or_default(),
        _ => {
            let rows = data::<Vec<Safeguard>>(section).unwrap_or_default();
            rows.iter().map(|row| safeguard(row, text)).collect()
        }
    }
}

fn data<T: DeserializeOwned>(section: &Section) -> Option<T> {
    serde_json::from_value(section.data.clone()?).ok()
}

/// The words that are there, with a separator; no line when none is.
fn joined(separator: &str, words: &[Option<String>]) -> Vec<String> {
    let words: Vec<&str> = words.iter().filter_map(Option::as_deref).collect();
    if words.is_empty() { Vec::new() } else { vec![words.join(separator)] }
}

fn host(host: Host) -> Vec<String> {
    joined(", ", &[host.hostname, host.domain, host.timezone])
}

fn os(os: Os, text: Text) -> Vec<String> {
    let product_type = os.product_type.map(|word| text.word(&word).to_owned());
    joined(", ", &[os.name, os.kernel, os.arch, product_type])
}

fn firmware(firmware: Firmware, text: Text) -> Vec<String> {
    let serial = firmware.system.serial.map(|serial| format!("{} {serial}", text.word("serial")));
    joined(", ", &[firmware.system.manufacturer, firmware.system.product, firmware.system.version, serial])
}

fn processor(processor: Processor) -> Vec<String> {
    processor
        .packages
        .into_iter()
        .flat_map(|package| {
            let threads = package.threads.map(|threads| format!("{threads} ×"));
            joined(" ", &[threads, package.model.or(package.manufacturer)])
        })
        .collect()
}

fn memory(memory: Memory, text: Text) -> Vec<String> {
    let modules = memory.modules.iter().map(|module| {
        let size = module.size_bytes.map(|bytes| size(bytes, text));
        joined(" ", &[size, module.kind.clone(), module.form_factor.clone()]).concat()
    });
    memory.total_bytes.map(|bytes| size(bytes, text)).into_iter().chain(modules).collect()
}

fn disk(disk: &Disk, text: Text) -> String {
    let size = disk.size_bytes.map(|bytes| size(bytes, text));
    joined(", ", &[disk.name.clone(), disk.model.clone(), size, disk.bus.clone(), disk.serial.clone()]).concat()
}

fn adapter(adapter: &Adapter) -> String {
    let addresses = (!adapter.addresses.is_empty()).then(|| adapter.addresses.join(" "));
    joined(", ", &[adapter.name.clone(), adapter.mac.clone(), adapter.bus.clone(), addresses]).concat()
}

fn battery(battery: &Battery) -> String {
    let capacity = battery.design_wh.map(|wh| format!("{wh} Wh"));
    joined(", ", &[battery.name.clone(), battery.technology.clone(), capacity]).concat()
}

fn virtualisation(data: Virtualisation, text: Text) -> Vec<String> {
    let role = data.role.map(|role| text.word(&format!("role_{role}")).to_owned());
    joined(", ", &[role, data.kind])
}

fn software(software: Software) -> Vec<String> {
    software.products.into_iter().flat_map(|row| joined(" ", &[Some(row.product), row.version])).collect()
}

fn protection(protection: Protection, text: Text) -> Vec<String> {
    let rows = protection.antivirus.into_iter().flat_map(|row| {
        let state = text.word(&row.state).to_owned();
        joined(", ", &[Some(row.product), Some(state), row.signature_date])
    });
    rows.collect()
}

fn safeguard(row: &Safeguard, text: Text) -> String {
    let kind = row.kind.as_deref().map(|kind| text.word(kind).to_owned());
    let state = text.word(&row.state).to_owned();
    joined(", ", &[Some(row.product.clone()), kind, Some(state), row.last_success.clone()]).concat()
}

/// A size in the largest binary unit that leaves a whole part, with one decimal.
fn size(bytes: u64, text: Text) -> String {
    const UNITS: [(&str, u32); 4] = [("unit_tib", 40), ("unit_gib", 30), ("unit_mib", 20), ("unit_kib", 10)];
    let Some((unit, shift)) = UNITS.into_iter().find(|(_, shift)| bytes >> shift > 0) else {
        return format!("{bytes} {}", text.word("unit_byte"));
    };
    let tenths = (bytes >> (shift - 10)).saturating_mul(10) >> 10;
    format!("{}{}{} {}", tenths / 10, text.word("decimal_point"), tenths % 10, text.word(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::text::Language;

    #[test]
    fn sizes() {
        let english = |bytes| size(bytes, Text(Language::En));
        assert_eq!(english(17), "17 B");
        assert_eq!(english(16 << 30), "16.0 GiB");
        assert_eq!(english(512_110_190_592), "476.9 GiB");
        assert_eq!(english(u64::MAX), "16777215.9 TiB");
        assert_eq!(size(16 << 30, Text(Language::Fr)), "16,0 Gio");
    }
}
