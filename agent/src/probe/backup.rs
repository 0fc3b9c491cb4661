//! Section `backup`: products that are there, and the last success that their own traces tell.
//!
//! Sources: the event logs of Veeam and of Windows Server Backup; Veeam's list of sessions; the snapshots that restic keeps
//! in its cache; the day that Borg wrote its repository's manifest; the settings of Time Machine. Refuses to take a program
//! for a proof: without such a trace a backup is `unknown`, and where the trace is barred the section says so. Whether a
//! success is old is the collector's to judge.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::known::{BORG, RESTIC, TIME_MACHINE, VEEAM};
use super::software::{Found, Products};
use super::windows::events::{self, Events};
use super::{Reading, host, macos};
use crate::source::{self, ReadError, Source, System};

const VEEAM_PROGRAM: &str = "/usr/bin/veeamconfig";
/// Caches of whoever runs the system's backups.
const RESTIC_CACHES: [&str; 2] = ["/root/.cache/restic", "/var/cache/restic"];
const BORG_SECURITY: &str = "/root/.config/borg/security";
/// Most folders and files looked at in one cache.
const LOOKS_MAX: usize = 20_000;

/// When a backup last succeeded, whether one failed since, and what told so.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trace {
    success: Option<Timestamp>,
    has_failed_since: bool,
    evidence: String,
}

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let mut is_barred = false;
    let rows = products.of(&[Category::Backup]).map(|found| {
        let row = macos::safeguards::time_machine(source, row(found));
        let row = match trace(source, found) {
            Some(trace) => with(row, trace),
            None => row,
        };
        is_barred |= row.state == "unknown" && is_trace_barred(source, found);
        row
    });
    let rows = rows.collect();
    if is_barred { Reading::partial(rows, &ReadError::Denied) } else { products.section_of_machine(rows) }
}

fn row(found: &Found<'_>) -> Safeguard {
    Safeguard {
        product: found.product.name.clone(),
        state: "unknown".to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    }
}

fn with(mut row: Safeguard, trace: Trace) -> Safeguard {
    row.state = match (trace.has_failed_since, trace.success) {
        (true, _) => "failed",
        (false, Some(_)) => "recent_success",
        (false, None) => "unknown",
    }
    .to_owned();
    row.last_success = trace.success.map(|at| at.to_string());
    row.evidence.push(trace.evidence);
    row
}

fn trace(source: &dyn Source, found: &Found<'_>) -> Option<Trace> {
    match (source.system(), found.product.name.as_str()) {
        (System::Windows, name) => of_events(source, events::of_backup(name)?),
        (System::Linux, VEEAM) => {
            let output = source.command(&[VEEAM_PROGRAM, "session", "list"]).ok()?;
            let zone = host::timezone(source).and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
            sessions(&String::from_utf8_lossy(&output.stdout), &zone)
        }
        (System::Linux | System::Macos, RESTIC) => RESTIC_CACHES.into_iter().find_map(|cache| snapshots(source, cache)),
        (System::Linux | System::Macos, BORG) => manifests(source),
        _ => None,
    }
}

/// Whether what would tell is there and not for this agent's eyes.
fn is_trace_barred(source: &dyn Source, found: &Found<'_>) -> bool {
    let error = match (source.system(), found.product.name.as_str()) {
        (System::Windows, name) => events::of_backup(name).and_then(|log| events::read(source, log).err()),
        (System::Linux | System::Macos, RESTIC) => {
            RESTIC_CACHES.into_iter().find_map(|cache| source.list(cache).err().filter(|e| *e == ReadError::Denied))
        }
        (System::Linux | System::Macos, BORG) => source.list(BORG_SECURITY).err(),
        (System::Macos, TIME_MACHINE) => source.file(macos::safeguards::TIME_MACHINE).err(),
        _ => None,
    };
    error == Some(ReadError::Denied)
}

fn of_events(source: &dyn Source, log: &Events) -> Option<Trace> {
    let found = events::read(source, log).ok()?;
    let success = found.iter().filter(|event| !event.is_failure).map(|event| event.at).max();
    let failure = found.iter().filter(|event| event.is_failure).map(|event| event.at).max();
    Some(Trace { success, has_failed_since: failure > success, evidence: format!("events:{}", log.log) })
        .filter(|_| !found.is_empty())
}

/// The sessions that Veeam lists, its words in English whatever the language: state, then instants of the machine's zone.
fn sessions(text: &str, zone: &TimeZone) -> Option<Trace> {
    let mut ended: Vec<(Timestamp, bool)> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_success = words.iter().any(|word| matches!(*word, "Success" | "Warning"));
        if !is_success && !words.contains(&"Failed") {
            continue;
        }
        let instants = words.windows(2).filter_map(|pair| {
            let local: DateTime = format!("{}T{}", pair.first()?, pair.get(1)?).parse().ok()?;
            zone.to_ambiguous_timestamp(local).compatible().ok()
        });
        ended.extend(instants.max().map(|at| (at, is_success)));
    }
    let success = ended.iter().filter(|(_, is_success)| *is_success).map(|(at, _)| *at).max();
    let failure = ended.iter().filter(|(_, is_success)| !*is_success).map(|(at, _)| *at).max();
    (!ended.is_empty()).then(|| Trace {
        success,
        has_failed_since: failure > success,
        evidence: "command:veeamconfig".to_owned(),
    })
}

/// The newest snapshot in a cache of restic, which writes one there when a backup has ended.
fn snapshots(source: &dyn Source, cache: &str) -> Option<Trace> {
    let mut looks = LOOKS_MAX;
    let mut newest: Option<Timestamp> = None;
    for repository in source.list(cache).ok()? {
        let mut ahead = vec![(format!("{cache}/{repository}/snapshots"), 2_u8)];
        while let Some((folder, deeper)) = ahead.pop() {
            for name in source.list(&folder).unwrap_or_default() {
                looks = looks.checked_sub(1)?;
                let path = format!("{folder}/{name}");
                match source.metadata(&path) {
                    Ok(metadata) if metadata.kind == source::FileKind::File => newest = newest.max(metadata.modified),
                    Ok(_) if deeper > 0 => ahead.push((path, deeper.saturating_sub(1))),
                    _ => {}
                }
            }
        }
    }
    let evidence = format!("file:{cache}");
    newest.map(|newest| Trace { success: Some(newest), has_failed_since: false, evidence })
}

/// The last manifest that Borg wrote to one of its repositories, an instant in UTC without saying so.
fn manifests(source: &dyn Source) -> Option<Trace> {
    let written = source.list(BORG_SECURITY).ok()?.into_iter().filter_map(|repository| {
        let text = source::value(source, &format!("{BORG_SECURITY}/{repository}/manifest-timestamp"))?;
        let at: DateTime = text.trim_end_matches(['Z', '+', '0', ':']).parse().or_else(|_| text.parse()).ok()?;
        TimeZone::UTC.to_timestamp(at).ok()
    });
    let evidence = format!("file:{BORG_SECURITY}");
    written.max().map(|last| Trace { success: Some(last), has_failed_since: false, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::replay::Tree;

    #[test]
    fn the_last_session_of_veeam_counts() {
        let text = "Job name    Type    ID                                      State    Created at        Started at        Finished at\n\
                    Daily       Backup  {4f75bb20-a6b6-4323-9287-1c6c8ceccb4a}  Success  2026-11-20 21:00  2026-11-20 21:00  2026-11-20 21:42\n\
                    Daily       Backup  {4f75bb20-a6b6-4323-9287-1c6c8ceccb4b}  Failed   2026-11-21 21:00  2026-11-21 21:00  2026-11-21 21:01\n";
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let trace = sessions(text, &zone).unwrap();
        assert_eq!(trace.success.unwrap().to_string(), "2026-11-20T20:42:00Z");
        assert!(trace.has_failed_since);
        let better = format!("{text}Daily  Backup  x  Warning  2026-11-22 21:00  2026-11-22 21:00  2026-11-22 22:00\n");
        assert!(!sessions(&better, &zone).unwrap().has_failed_since);
        assert_eq!(sessions("Total amount: 0\n", &zone), None);
    }

    #[test]
    fn restic_and_borg_leave_their_last_run() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            std::fs::File::open(&file).unwrap()
        };
        let at = Timestamp::from_second(1_795_143_600).unwrap();
        write("root/.cache/restic/5f1c/snapshots/ab/abcd", "x")
            .set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_143_600))
            .unwrap();
        write("root/.cache/restic/5f1c/index/00/0011", "x");
        write("root/.config/borg/security/77aa/manifest-timestamp", "2026-11-19T02:15:08.123456");
        let tree = Tree::open(folder.path()).unwrap();
        assert_eq!(snapshots(&tree, RESTIC_CACHES[0]).unwrap().success, Some(at));
        assert_eq!(manifests(&tree).unwrap().success.unwrap().as_second(), 1_795_054_508);
        assert_eq!(snapshots(&tree, RESTIC_CACHES[1]), None);
    }

    #[test]
    fn a_barred_trace_is_denied() {
        let outcome = |os: &str, reads: serde_json::Value| {
            let folder = tempfile::tempdir().unwrap();
            let document = serde_json::json!({
                "schema": "cadastre/capture/1", "os": os, "captured_at": "2026-11-20T22:00:00Z", "reads": reads,
            });
            std::fs::write(folder.path().join("capture.json"), document.to_string()).unwrap();
            let machine = crate::source::replay::open(folder.path()).unwrap();
            let catalogue = cadastre_proto::catalogue::Catalogue::embedded().unwrap();
            let reading = read(machine.as_ref(), &Products::read(machine.as_ref(), &catalogue));
            let rows = reading.data.unwrap();
            (reading.outcome, rows.into_iter().map(|row| (row.product, row.state)).collect::<Vec<_>>())
        };
        let denied = cadastre_proto::inventory::Outcome::Denied;
        let unknown = |product: &str| vec![(product.to_owned(), "unknown".to_owned())];
        let restic = serde_json::json!([
            { "file": "/usr/bin/restic", "is": "file", "size": 1 },
            { "file": RESTIC_CACHES[0], "error": "denied" },
        ]);
        assert_eq!(outcome("linux", restic), (denied, unknown(RESTIC)));
        let time_machine = serde_json::json!([
            { "file": "/usr/bin/tmutil", "is": "file", "size": 1 },
            { "file": macos::safeguards::TIME_MACHINE, "error": "denied" },
        ]);
        assert_eq!(outcome("macos", time_machine), (denied, unknown(TIME_MACHINE)));
    }
}
