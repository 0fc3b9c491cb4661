//! What products of protection tell of themselves beyond Security Center: ESET in a class of its own, the sensor of Defender
//! for Endpoint in its key.
//!
//! Asked only where the product is there. Refuses the organisation's id that stands beside. The last contact is told by
//! the day, for it moves all the time.

use cadastre_proto::inventory::Antivirus;

use super::{classes, filetime, first, key};
use crate::probe::known::{DEFENDER_FOR_ENDPOINT, ESET};
use crate::source::wmi::Row;
use crate::source::{ReadError, Source, registry};

const SENSOR: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection\\Status";

/// Adds what ESET says of itself, which is all there is on a server.
pub(super) fn eset(source: &dyn Source, rows: &mut [Antivirus]) {
    let Some(row) = rows.iter_mut().find(|row| ESET.contains(&row.product.as_str()) && row.role == "active") else {
        return;
    };
    if let Ok(status) = first(source, &classes::ESET) {
        of_eset(row, &status);
    }
}

fn of_eset(row: &mut Antivirus, status: &Row) {
    let (word, state) = match (status.flag("KernelRunning"), status.number("StatusCode")) {
        (Some(false), _) => ("stopped", "not_protected"),
        (_, Some(2)) => ("red", "not_protected"),
        (Some(true), Some(1)) => ("yellow", "protected"),
        (Some(true), Some(0)) => ("green", "protected"),
        _ => return,
    };
    row.state = state.to_owned();
    row.evidence.push(format!("eset:{word}"));
    row.product_version = status.text("Version").or(row.product_version.take());
    row.signature_version = status.text("VirusDBVersion");
    row.signature_date = status.instant("VirusDBLastUpdate").map(|at| at.to_string());
}

/// Adds whether the sensor of Defender for Endpoint is enrolled, and when it last met its console.
pub(super) fn sensor(source: &dyn Source, rows: &mut [Antivirus]) {
    let Some(row) = rows.iter_mut().find(|row| row.product == DEFENDER_FOR_ENDPOINT) else { return };
    match key(source, SENSOR, &["OnboardingState", "LastConnected"]) {
        Ok(status) => of_sensor(row, &status),
        // Every Windows has the sensor's service; the key comes with the enrolment.
        Err(ReadError::NotFound) => of_sensor(row, &registry::Key::default()),
        Err(_) => {}
    }
}

fn of_sensor(row: &mut Antivirus, status: &registry::Key) {
    let is_enrolled = status.number("OnboardingState") == Some(1);
    row.evidence.push(format!("sensor:{}", if is_enrolled { "enrolled" } else { "not_enrolled" }));
    if !is_enrolled {
        // It came with Windows and nobody uses it.
        row.role = "baseline".to_owned();
        row.state = "not_protected".to_owned();
    }
    let contact = status.number("LastConnected").and_then(filetime);
    row.last_contact = contact.map(|at| at.strftime("%Y-%m-%dT00:00:00Z").to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(status: serde_json::Value) -> (String, Option<String>) {
        let serde_json::Value::Object(map) = status else { panic!("no object") };
        let mut row = Antivirus { state: "unknown".to_owned(), ..Antivirus::default() };
        of_eset(&mut row, &Row(map));
        (row.state, row.signature_date)
    }

    #[test]
    fn the_colours_of_eset() {
        let date = json!("20251120081000.000000+060");
        let green = json!({ "KernelRunning": true, "StatusCode": 0, "VirusDBLastUpdate": date });
        assert_eq!(said(green), ("protected".into(), Some("2025-11-20T07:10:00Z".into())));
        assert_eq!(said(json!({ "KernelRunning": true, "StatusCode": 1 })).0, "protected");
        assert_eq!(said(json!({ "KernelRunning": true, "StatusCode": 2 })).0, "not_protected");
        assert_eq!(said(json!({ "KernelRunning": false, "StatusCode": 0 })).0, "not_protected");
        assert_eq!(said(json!({ "KernelRunning": true })).0, "unknown");
        assert_eq!(said(json!({})).0, "unknown");
    }

    #[test]
    fn a_sensor_that_is_not_enrolled_protects_nothing() {
        let status = |state: u32, ticks: u64| {
            let data = |kind, bytes: &[u8]| registry::Data { kind, bytes: bytes.to_vec() };
            let mut row = Antivirus { state: "unknown".to_owned(), ..Antivirus::default() };
            let values = vec![
                ("OnboardingState".to_owned(), data(registry::DWORD, &state.to_le_bytes())),
                ("LastConnected".to_owned(), data(registry::QWORD, &ticks.to_le_bytes())),
            ];
            of_sensor(&mut row, &registry::Key { values, ..registry::Key::default() });
            (row.state, row.last_contact)
        };
        assert_eq!(status(1, 134_080_998_000_000_000), ("unknown".into(), Some("2025-11-20T00:00:00Z".into())));
        assert_eq!(status(0, 0), ("not_protected".into(), None));
    }
}
