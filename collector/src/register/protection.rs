//! From the sections that an agent sent to what protects the machine. No verdict: what was not read stays untold.

use std::collections::BTreeMap;

use cadastre_domain::protection::{Product, Protection, Safeguard, State};
use cadastre_proto::inventory::{self as doc, Outcome, Section};
use serde::de::DeserializeOwned;

/// What a report's sections, by id, say of protection.
pub(super) fn protection(sections: &BTreeMap<String, Section>) -> Protection {
    let products = told::<doc::Protection>(sections, "protection").map(|told| told.antivirus);
    let support_end = told::<doc::Os>(sections, "os").and_then(|os| os.support_end?.parse().ok());
    Protection {
        antivirus: products.map(|products| products.into_iter().map(product).collect()),
        firewall: safeguards(sections, "firewall", &["on"], &["off"]),
        encryption: safeguards(sections, "encryption", &["protected"], &["off", "suspended", "converting"]),
        backup: safeguards(sections, "backup", &["recent_success"], &["failed", "never"]),
        mail: safeguards(sections, "mail", &["installed", "running"], &[]),
        support_end,
        memory_bytes: told::<doc::Memory>(sections, "memory").and_then(memory),
        firmware_on: told::<doc::Firmware>(sections, "firmware").and_then(|told| told.bios.date?.parse().ok()),
        unread: sections
            .iter()
            .filter_map(|(id, section)| Some((id.clone(), unread(section.outcome)?.to_owned())))
            .collect(),
    }
}

/// The modules together, else what the system says it has.
fn memory(told: doc::Memory) -> Option<u64> {
    let modules: u64 = told.modules.iter().filter_map(|module| module.size_bytes).sum();
    Some(modules).filter(|bytes| *bytes > 0).or(told.total_bytes)
}

/// The outcome's word when the section could have been read and was not.
fn unread(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Ok | Outcome::Absent | Outcome::Unsupported => None,
        Outcome::Denied => Some("denied"),
        Outcome::TimedOut => Some("timed_out"),
        Outcome::Failed => Some("failed"),
    }
}

/// A section that was read; one whose outcome is `absent` was read and is empty.
fn told<T: DeserializeOwned + Default>(sections: &BTreeMap<String, Section>, id: &str) -> Option<T> {
    let section = sections.get(id)?;
    match section.outcome {
        Outcome::Ok => serde_json::from_value(section.data.clone()?).ok(),
        Outcome::Absent => Some(T::default()),
        _ => None,
    }
}

fn product(told: doc::Antivirus) -> Product {
    let state = match told.state.as_str() {
        "protected" => State::Protected,
        "not_protected" => State::NotProtected,
        _ => State::Unknown,
    };
    Product {
        detects: told.category == "edr",
        protects: matches!(told.role.as_str(), "active" | "passive"),
        state,
        signature_date: told.signature_date.and_then(|instant| instant.parse().ok()),
        product: told.product,
    }
}

fn safeguards(sections: &BTreeMap<String, Section>, id: &str, good: &[&str], bad: &[&str]) -> Option<Vec<Safeguard>> {
    let state = |word: &str| {
        if good.contains(&word) {
            State::Protected
        } else if bad.contains(&word) {
            State::NotProtected
        } else {
            State::Unknown
        }
    };
    let rows: Vec<doc::Safeguard> = told(sections, id)?;
    let safeguard = |row: doc::Safeguard| Safeguard {
        state: state(&row.state),
        last_success: row.last_success.and_then(|instant| instant.parse().ok()),
        product: row.product,
    };
    Some(rows.into_iter().map(safeguard).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sections(value: serde_json::Value) -> BTreeMap<String, Section> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_was_not_read_is_not_absent() {
        let told = protection(&sections(json!({
            "protection": {"outcome": "timed_out", "reason": "wmi"},
            "firewall": {"outcome": "absent"},
            "backup": {"outcome": "ok", "data": [{"product": "restic", "state": "recent_success", "last_success": "2026-11-20T02:00:00Z"}]},
            "encryption": {"outcome": "unsupported"},
            "os": {"outcome": "ok", "data": {"support_end": "2025-10-14"}},
        })));
        assert_eq!(told.antivirus, None);
        assert_eq!(told.firewall, Some(vec![]));
        assert_eq!(told.encryption, None);
        assert_eq!(told.mail, None);
        assert_eq!(told.backup.unwrap()[0].state, State::Protected);
        assert_eq!(told.support_end.unwrap().to_string(), "2025-10-14");
        assert_eq!(told.unread, BTreeMap::from([("protection".to_owned(), "timed_out".to_owned())]));
    }
}
