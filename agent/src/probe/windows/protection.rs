//! Section `protection` under Windows.
//!
//! Sources: registrations of Security Center, `MSFT_MpComputerStatus` of Defender, ESET's own class, the state that the
//! sensor of Defender for Endpoint keeps, then presence. One row a product, the best proof wins. That sensor is part of
//! Windows: without enrolment it protects nothing. Defender's role comes from its running mode first: a passive one still
//! says that it is enabled.
//! A namespace that is not there is *unsupported*, never *no antivirus*.

use cadastre_proto::catalogue::{Category, FactKind, System};
use cadastre_proto::inventory::{Antivirus, Protection};

use super::security_center::{self, Activity, Registration};
use super::{classes, first, key, vendors};
use crate::probe::Reading;
use crate::probe::known::DEFENDER;
use crate::probe::protection::presence;
use crate::probe::software::Products;
use crate::source::wmi::Row;
use crate::source::{ReadError, Source};

const DEFENDER_POLICY: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows Advanced Threat Protection";

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Protection> {
    let found = products.of(&[Category::Antivirus, Category::Edr]);
    let mut rows: Vec<Antivirus> = found.map(presence).collect();
    let registered = security_center::registrations(source, &classes::SECURITY_CENTER_ANTIVIRUS);
    for registration in registered.iter().flatten() {
        let name = product_of(products, &registration.name);
        merge(&mut rows, &name, registration);
    }
    vendors::eset(source, &mut rows);
    vendors::sensor(source, &mut rows);
    vendors::signatures(source, &mut rows);
    let defender = first(source, &classes::DEFENDER);
    let has_other = rows.iter().any(|row| row.product != DEFENDER && row.state == "protected");
    if let Ok(status) = &defender {
        let row = row_of(&mut rows, DEFENDER, "antivirus");
        examine(row, status, is_forced_passive(source));
        if has_other && row.state != "protected" {
            row.role = "passive".to_owned();
        }
    } else if has_other && let Some(row) = rows.iter_mut().find(|row| row.product == DEFENDER) {
        row.role = "passive".to_owned();
    }
    let protection = Protection { antivirus: rows };
    let is_silent =
        |error: &ReadError| matches!(error, ReadError::Unsupported | ReadError::NotCaptured | ReadError::NotFound);
    match (registered.err(), defender.err()) {
        (Some(first), Some(second)) => {
            Reading::partial(protection, if is_silent(&first) && !is_silent(&second) { &second } else { &first })
        }
        (Some(error), None) | (None, Some(error)) if !is_silent(&error) => Reading::partial(protection, &error),
        _ => products.section_of_machine(protection),
    }
}

/// The catalogue's name behind a registered one; the registered one where the catalogue has none.
fn product_of(products: &Products<'_>, name: &str) -> String {
    let is_defender = ["windows defender", "microsoft defender antivirus", "microsoft defender"];
    if is_defender.contains(&name.to_lowercase().as_str()) {
        return DEFENDER.to_owned();
    }
    let matched = products.catalogue.matches(System::Windows, FactKind::DisplayName, name);
    let of_kind =
        matched.iter().find(|matched| matches!(matched.product.category, Category::Antivirus | Category::Edr));
    of_kind.map_or_else(|| name.to_owned(), |matched| matched.product.name.clone())
}

fn row_of<'a>(rows: &'a mut Vec<Antivirus>, product: &str, category: &str) -> &'a mut Antivirus {
    let at = rows.iter().position(|row| row.product == product).unwrap_or_else(|| {
        rows.push(Antivirus {
            product: product.to_owned(),
            category: category.to_owned(),
            role: "active".to_owned(),
            state: "unknown".to_owned(),
            ..Antivirus::default()
        });
        rows.len().saturating_sub(1)
    });
    &mut rows[at]
}

fn merge(rows: &mut Vec<Antivirus>, product: &str, registration: &Registration) {
    let is_known = rows.iter().any(|row| row.product == product);
    let row = row_of(rows, product, "antivirus");
    if registration.is_stale {
        row.evidence.push("security_center:program_gone".to_owned());
        // Another proof of the same product outweighs a registration that was left behind.
        if !is_known {
            row.role = "stale".to_owned();
        }
        return;
    }
    if row.role == "stale" {
        row.role = "active".to_owned();
    }
    let (word, state) = match registration.state.map(|state| state.activity) {
        Some(Activity::On) => ("on", "protected"),
        Some(Activity::Off) => ("off", "not_protected"),
        Some(Activity::Snoozed) => ("snoozed", "not_protected"),
        Some(Activity::Expired) => ("expired", "not_protected"),
        None => ("unknown", "unknown"),
    };
    row.evidence.push(format!("security_center:{word}"));
    if registration.state.is_some_and(|state| state.is_outdated) {
        row.evidence.push("security_center:signatures_out_of_date".to_owned());
    }
    // Of two registrations of one product, the one that protects is the one in use.
    if row.state != "protected" {
        row.state = state.to_owned();
    }
}

fn is_forced_passive(source: &dyn Source) -> bool {
    let policy = key(source, DEFENDER_POLICY, &["ForceDefenderPassiveMode"]);
    policy.is_ok_and(|key| key.number("ForceDefenderPassiveMode") == Some(1))
}

/// What Defender says of itself.
fn examine(row: &mut Antivirus, status: &Row, is_forced_passive: bool) {
    let mode = status.text("AMRunningMode").map(|mode| mode.to_lowercase());
    let on = match (status.flag("AntivirusEnabled"), status.flag("RealTimeProtectionEnabled")) {
        (Some(true), Some(true)) => "protected",
        (Some(false), _) | (_, Some(false)) => "not_protected",
        _ => "unknown",
    };
    let (role, state) = match mode.as_deref() {
        Some("normal") => ("active", on),
        Some("passive mode" | "sxs passive mode") => ("passive", "not_protected"),
        Some("edr block mode") if is_forced_passive => ("passive", "not_protected"),
        Some("edr block mode") => ("passive", "unknown"),
        Some("not running") => ("active", "not_protected"),
        Some(_) => ("active", "unknown"),
        None => ("active", on),
    };
    row.role = role.to_owned();
    row.state = state.to_owned();
    row.product_version =
        status.text("AMProductVersion").filter(|version| version != "0.0.0.0").or(row.product_version.take());
    row.engine_version = status.text("AMEngineVersion").filter(|version| version != "0.0.0.0");
    row.signature_version = status.text("AntivirusSignatureVersion").filter(|version| version != "0.0.0.0");
    row.signature_date = status.instant("AntivirusSignatureLastUpdated").map(|at| at.to_string());
    let mode = mode.unwrap_or_else(|| "no_mode".to_owned()).replace(' ', "_");
    row.evidence.push(format!("defender:{mode}"));
    if status.flag("DefenderSignaturesOutOfDate") == Some(true) {
        row.evidence.push("defender:signatures_out_of_date".to_owned());
    }
    if status.flag("IsTamperProtected") == Some(true) {
        row.evidence.push("defender:tamper_protected".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn defender(status: serde_json::Value, forced: bool) -> (String, String) {
        let serde_json::Value::Object(map) = status else { panic!("no object") };
        let mut row = Antivirus::default();
        examine(&mut row, &Row(map), forced);
        (row.role, row.state)
    }

    #[test]
    fn the_role_comes_from_the_running_mode() {
        let said = |mode: &str, forced| {
            defender(
                json!({ "AMRunningMode": mode, "AntivirusEnabled": true, "RealTimeProtectionEnabled": true }),
                forced,
            )
        };
        let pair = |role: &str, state: &str| (role.to_owned(), state.to_owned());
        assert_eq!(said("Normal", false), pair("active", "protected"));
        assert_eq!(said("Passive Mode", false), pair("passive", "not_protected"));
        assert_eq!(said("SxS Passive Mode", false), pair("passive", "not_protected"));
        assert_eq!(said("EDR Block Mode", false), pair("passive", "unknown"));
        assert_eq!(said("EDR Block Mode", true), pair("passive", "not_protected"));
        assert_eq!(said("Not running", false), pair("active", "not_protected"));
        assert_eq!(
            defender(
                json!({ "AMRunningMode": "Normal", "AntivirusEnabled": true, "RealTimeProtectionEnabled": false }),
                false
            ),
            pair("active", "not_protected")
        );
        assert_eq!(defender(json!({ "AMRunningMode": "Normal" }), false), pair("active", "unknown"));
    }

    #[test]
    fn of_two_registrations_the_one_in_use_counts() {
        let registration = |bits, is_stale| Registration {
            name: "X".to_owned(),
            state: security_center::ProductState::of(bits),
            is_stale,
        };
        let mut rows = Vec::new();
        merge(&mut rows, "X", &registration(266_240, true));
        assert_eq!((rows[0].role.as_str(), rows[0].state.as_str()), ("stale", "unknown"));
        merge(&mut rows, "X", &registration(266_240, false));
        merge(&mut rows, "X", &registration(262_144, false));
        assert_eq!((rows.len(), rows[0].role.as_str(), rows[0].state.as_str()), (1, "active", "protected"));
    }
}
