//! The words of a scenario: what a line, a row of a list, and a phrase about a machine mean.

use cadastre_domain::evidence::{Adapter, DirectoryId, Disk, Evidence};
use cadastre_domain::fact::ListRow;
use cadastre_domain::protection::{Product, Protection, Safeguard, State};

use super::story::{Told, date, day, instant};

/// `laptop, prorata 12.00, annex, count 25, requires antivirus 7 days`: the category and the line's other keys.
pub(super) fn line_keys(text: &str) -> Told<(String, String)> {
    let mut phrases = text.split(", ");
    let category = phrases.next().ok_or("category")?.to_owned();
    let (mut keys, mut requires) = (Vec::new(), Vec::new());
    for phrase in phrases {
        let words: Vec<&str> = phrase.split_whitespace().collect();
        match words[..] {
            [mode @ ("prorata" | "fixed"), price] => keys.push(format!("mode = \"{mode}\"\nunit_price = \"{price}\"")),
            [admission @ ("annex" | "auto" | "unlimited")] => keys.push(format!("admission = \"{admission}\"")),
            ["count", count] => keys.push(format!("count = {count}")),
            ["admission", "after", days, "days"] => keys.push(format!("admission_days = {days}")),
            ["missing", "after", days, "days"] => keys.push(format!("presence = {{ missing_days = {days} }}")),
            ["answer", answer, "solve", solve, ref hours @ ..] => keys.push(format!(
                "sla = {{ hours = \"{}\", response = \"{answer}\", resolution = \"{solve}\" }}",
                hours.join(" ")
            )),
            ["suspend"] => keys.push("missing_policy = \"suspend\"".to_owned()),
            ["grace", code, days] => keys.push(format!("grace_days = {{ {code} = {days} }}")),
            ["requires", "source", source, days, "days"] => {
                requires.push(format!("{{ kind = \"source\", source = \"{source}\", max_age_days = {days} }}"));
            }
            ["requires", kind, days, "days"] => {
                requires.push(format!("{{ kind = \"{kind}\", max_age_days = {days} }}"))
            }
            ["requires", kind] => requires.push(format!("{{ kind = \"{kind}\" }}")),
            _ => return Err(format!("line: what is “{phrase}”?")),
        }
    }
    if !requires.is_empty() {
        keys.push(format!("requires = [ {} ]", requires.join(", ")));
    }
    Ok((category, keys.join("\n")))
}

pub(super) fn list_row(text: &str) -> Told<ListRow> {
    let mut words = text.split_whitespace();
    let mut row = ListRow::default();
    let name = words.next().ok_or("name")?.to_owned();
    // A row without a name is written “-”.
    let mut told = Evidence { hostname: Some(name.clone()).filter(|name| name != "-"), ..Evidence::default() };
    let mut protection = Protection::default();
    while let Some(word) = words.next() {
        match word {
            "seen" => row.last_seen = Some(day(words.next().unwrap_or_default())?),
            "unseen" => row.unseen = true,
            "user" | "mailbox" | "licence" | "service" => {
                told = Evidence {
                    label: Some(name.clone()),
                    claimed_category: Some(word.to_owned()),
                    ..Evidence::default()
                };
                row.native_id = Some(name.clone());
            }
            "laptop" | "desktop" | "server" | "printer" => told.claimed_category = Some(word.to_owned()),
            "id" => row.native_id = words.next().map(str::to_owned),
            "group" => row.group = words.next().map(str::to_owned),
            "antivirus" | "backup" => {
                let value = words.next().unwrap_or_default();
                let more = words.next().unwrap_or_default();
                protects(&mut protection, (word, &format!("{value} {more}")))?;
            }
            key => evidence(&mut told, (key, words.next().unwrap_or_default()))?,
        }
    }
    row.evidence = told;
    row.protection = (protection != Protection::default()).then_some(protection);
    Ok(row)
}

/// A word of identity or category.
pub(super) fn evidence(told: &mut Evidence, (key, value): (&str, &str)) -> Told<()> {
    let text = Some(value.to_owned());
    match key {
        "laptop" => told.chassis_type = Some(10),
        "desktop" => told.chassis_type = Some(3),
        "server" => {
            told.chassis_type = Some(23);
            told.product_type = Some("server".to_owned());
        }
        "vm" => {
            told.role = Some("guest".to_owned());
            told.virtualisation = Some("kvm".to_owned());
            told.manufacturer = Some("QEMU".to_owned());
            told.chassis_type = Some(1);
        }
        "server-os" => told.product_type = Some("server".to_owned()),
        "workstation" => told.product_type = Some("workstation".to_owned()),
        "container" => told.role = Some("container".to_owned()),
        "serial" => {
            if told.collected_at.is_some() {
                told.system_serial = text;
            } else {
                told.untyped_serial = text;
            }
        }
        "chassis" => told.chassis_serial = text,
        "board" => told.board_serial = text,
        "account" => told.directory_ids.push(DirectoryId { kind: "ad_sid".to_owned(), value: value.to_owned() }),
        "tpm" => told.tpm = text,
        "clock" => told.collected_at = Some(instant(value)?),
        "address" => told.adapters.push(Adapter {
            addresses: vec![value.to_owned()],
            bus: Some("pci".to_owned()),
            ..Adapter::default()
        }),
        "uuid" => told.uuid = text,
        "maker" => told.manufacturer = text,
        "model" => told.product = text,
        "machine-id" => told.machine_id = text,
        "disk" => told.disks.push(Disk { serial: text, bus: Some("nvme".to_owned()), ..Disk::default() }),
        "mac" => told.adapters.push(Adapter { mac: text, bus: Some("pci".to_owned()), ..Adapter::default() }),
        "dock" => told.adapters.push(Adapter {
            mac: text,
            bus: Some("usb".to_owned()),
            removable: true,
            ..Adapter::default()
        }),
        "boot" => told.boot_time = Some(instant(value)?),
        other => return Err(format!("what is “{other}”?")),
    }
    Ok(())
}

/// A word of protection: `antivirus protected 2026-03-01`, `antivirus unread`, `backup ok 2026-03-01`, `firewall off`.
pub(super) fn protects(told: &mut Protection, (key, value): (&str, &str)) -> Told<()> {
    let (word, more) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let state = match word {
        "protected" | "on" | "ok" => State::Protected,
        "unknown" => State::Unknown,
        _ => State::NotProtected,
    };
    let instant = if more.is_empty() { None } else { Some(day(more)?) };
    let safeguard = || Some(vec![Safeguard { product: key.to_owned(), state, last_success: instant }]);
    match (key, word) {
        ("antivirus", "unread") => drop(told.unread.insert("protection".to_owned(), "denied".to_owned())),
        ("antivirus", "none") => told.antivirus = Some(Vec::new()),
        ("antivirus" | "detection", _) => {
            let product = Product {
                product: key.to_owned(),
                detects: key == "detection",
                protects: true,
                state,
                signature_date: instant,
            };
            told.antivirus.get_or_insert_default().push(product);
        }
        ("backup", "none") => told.backup = Some(Vec::new()),
        ("backup", _) => told.backup = safeguard(),
        ("mail", "none") => told.mail = Some(Vec::new()),
        ("mail", _) => told.mail = safeguard(),
        ("firewall", _) => told.firewall = safeguard(),
        ("encryption", _) => told.encryption = safeguard(),
        ("supported", _) => told.support_end = Some(date(value)?),
        (other, _) => return Err(format!("what is “{other}”?")),
    }
    Ok(())
}
