//! Section `backup`: products that are there, and the last success that their own traces tell.
//!
//! Sources: the event logs of Veeam and of Windows Server Backup; Veeam's list of sessions; the snapshots that restic keeps
//! in its cache; the day that Borg wrote its repository's manifest; the settings of Time Machine. Refuses to take a program
//! for a proof: without such a trace a backup is `unknown`. Whether a success is old is the collector's to judge.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::known::{BORG, RESTIC, VEEAM};
use super::software::{Found, Products};
use super::windows::events::{self, Events};
use super::{Reading, host, macos};
use crate::source::{self, Source, System};

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
    let rows = products.of(&[Category::Backup]).map(|found| {
        let row = macos::safeguards::time_machine(source, row(found));
        match trace(source, found) {
            Some(trace) => with(row, trace),
            None => row,
        }
    });
    products.section_of_machine(rows.collect())
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
}
