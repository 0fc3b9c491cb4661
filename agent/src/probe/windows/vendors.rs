//! What products of protection tell of themselves beyond Security Center: ESET in a class of its own, the sensor of Defender
//! for Endpoint in its key, others the age of their signatures in a key or a file.
//!
//! Asked only where the product is there. Refuses the organisation's id that stands beside. The last contact is told by
//! the day, for it moves all the time.

use cadastre_proto::inventory::Antivirus;
use jiff::Timestamp;

use super::{classes, filetime, first, key};
use crate::probe::known::{DEFENDER_FOR_ENDPOINT, ESET, KASPERSKY, SYMANTEC, WITHSECURE};
use crate::source::wmi::Row;
use crate::source::{self, ReadError, Source, registry};

const SENSOR: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows Advanced Threat Protection\\Status";

const KASPERSKY_KEYS: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\KasperskyLab\\protected";
const WITHSECURE_KEYS: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\F-Secure\\Ultralight\\Updates\\aquarius";
const SYMANTEC_FOLDER: &str = "/C/ProgramData/Symantec/Symantec Endpoint Protection/CurrentVersion/Data/Definitions";

/// Adds the day of the signatures of those that tell it.
pub(super) fn signatures(source: &dyn Source, rows: &mut [Antivirus]) {
    for row in rows.iter_mut().filter(|row| row.signature_date.is_none()) {
        row.signature_date = match row.product.as_str() {
            KASPERSKY => kaspersky(source),
            WITHSECURE => withsecure(source),
            SYMANTEC => ["SDSDefs", "VirusDefs"].into_iter().filter_map(|kind| symantec(source, kind)).max(),
            _ => None,
        };
    }
}

/// Seconds since 1970, in each version's key; all ones before the first update.
fn kaspersky(source: &dyn Source) -> Option<String> {
    const UPDATE: &str = "LastSuccessfulUpdate";
    let versions = source.registry(&registry::Query { path: KASPERSKY_KEYS, depth: 2, values: &[UPDATE] }).ok()?;
    let seconds = versions.keys.iter().filter_map(|version| version.key("Data")?.number(UPDATE));
    let last = seconds.filter(|seconds| *seconds > 0 && *seconds != u64::from(u32::MAX)).max()?;
    Some(Timestamp::from_second(i64::try_from(last).ok()?).ok()?.to_string())
}

/// A day and a number, such as `2026-11-20_03`.
fn withsecure(source: &dyn Source) -> Option<String> {
    const VERSION: &str = "file_set_visible_version";
    let sets = source.registry(&registry::Query { path: WITHSECURE_KEYS, depth: 1, values: &[VERSION] }).ok()?;
    let days = sets.keys.iter().filter_map(|set| day(set.text(VERSION)?.split('_').next()?, "%Y-%m-%d"));
    days.max()
}

/// A line such as `CurDefs=20261120.021`.
fn symantec(source: &dyn Source, kind: &str) -> Option<String> {
    let text = source::text(source, &format!("{SYMANTEC_FOLDER}/{kind}/definfo.dat")).ok()?;
    let current = text.lines().find_map(|line| line.trim().strip_prefix("CurDefs="))?;
    day(current.split('.').next()?, "%Y%m%d")
}

/// The first instant of a day, in UTC for want of better.
fn day(text: &str, form: &str) -> Option<String> {
    let day = jiff::civil::Date::strptime(form, text.trim()).ok()?;
    Some(format!("{day}T00:00:00Z"))
}

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
    fn the_day_of_signatures() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let head = "Windows Registry Editor Version 5.00\r\n\r\n";
        write(
            "1.reg",
            &format!(
                "{head}[{KASPERSKY_KEYS}]\r\n\r\n[{KASPERSKY_KEYS}\\KES12]\r\n\r\n[{KASPERSKY_KEYS}\\KES12\\Data]\r\n\
                 \"LastSuccessfulUpdate\"=dword:6b007410\r\n\r\n[{KASPERSKY_KEYS}\\KES11]\r\n\r\n[{KASPERSKY_KEYS}\\KES11\\Data]\r\n\
                 \"LastSuccessfulUpdate\"=dword:ffffffff\r\n"
            ),
        );
        write(
            "2.reg",
            &format!(
                "{head}[{WITHSECURE_KEYS}]\r\n\r\n[{WITHSECURE_KEYS}\\1763]\r\n\"file_set_visible_version\"=\"2026-11-20_03\"\r\n"
            ),
        );
        write(&format!("files{SYMANTEC_FOLDER}/SDSDefs/definfo.dat"), "[DefDates]\r\nCurDefs=20261119.021\r\n");
        let document = json!({
            "schema": "cadastre/capture/1", "os": "windows", "captured_at": "2026-11-20T22:00:00Z", "reads": [
                { "registry": KASPERSKY_KEYS, "at": "1.reg" }, { "registry": WITHSECURE_KEYS, "at": "2.reg" },
            ],
        });
        write("capture.json", &document.to_string());
        let machine = crate::source::replay::open(folder.path()).unwrap();
        let row = |product: &str| Antivirus { product: product.to_owned(), ..Antivirus::default() };
        let mut rows = [row(KASPERSKY), row(WITHSECURE), row(SYMANTEC), row("Another")];
        signatures(machine.as_ref(), &mut rows);
        let days: Vec<_> = rows.iter().map(|row| row.signature_date.as_deref()).collect();
        let kaspersky = Timestamp::from_second(0x6b00_7410).unwrap().to_string();
        let expected = [Some(kaspersky.as_str()), Some("2026-11-20T00:00:00Z"), Some("2026-11-19T00:00:00Z"), None];
        assert_eq!(days, expected);
        assert_eq!(day("2026-13-01", "%Y-%m-%d"), None);
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
