//! `doctor`: what is wrong and what to do about it, in one screen.
//!
//! Refuses to repair anything. Each check has a code, a verdict and the arguments of its sentence; more checks are appended
//! by whoever knows more.

pub mod connection;

use std::path::Path;

use cadastre_proto::inventory::{Outcome, SECTIONS};
use serde::Serialize;

use crate::agent::collect;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::privacy::Privacy;
use crate::probe::macos::safeguards::TIME_MACHINE;
use crate::refusal::{Refusal, io_code};
use crate::source::{ReadError, Source, System};
use crate::spool;
use crate::text::Text;

/// The first second that a right clock can show: 2026-01-01.
const EARLIEST_SECOND: i64 = 1_767_225_600;

/// Free space below which a state may no longer be kept: a few states of the greatest length.
const FREE_BYTES_MIN: u64 = 32 << 20;

/// What is examined.
pub struct Patient<'a> {
    /// The configuration, or why there is none.
    pub config: Result<Config, Refusal>,
    /// The folder of the agent's state.
    pub state: &'a Path,
    /// The configuration's file.
    pub file: &'a Path,
    /// Bytes that are free where the state lies; `None` when the system does not say.
    pub free_bytes: Option<u64>,
    /// The machine.
    pub source: &'a dyn Source,
    /// Its clocks.
    pub clock: &'a dyn Clock,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it is.
    pub verdict: Verdict,
    /// What was found; `doctor_…`.
    pub finding: Refusal,
}

impl Check {
    /// A check and what it found.
    #[must_use]
    pub fn new(verdict: Verdict, finding: Refusal) -> Self {
        Check { verdict, finding }
    }
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Works, but says or sees less than it could.
    Weak,
    /// Stops the agent from reporting.
    Bad,
}

/// Looks at everything that can be seen from here.
#[must_use]
pub fn examine(patient: &Patient<'_>) -> Vec<Check> {
    let mut checks = vec![about(patient), config(patient), state(patient.state), clock(patient.clock)];
    checks.extend(patient.free_bytes.map(disk));
    checks.extend(sections(patient));
    checks.extend(full_disk(patient.source));
    checks
}

/// Whether nothing stops the agent.
#[must_use]
pub fn is_well(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.verdict != Verdict::Bad)
}

/// The checks as a page of text.
#[must_use]
pub fn page(checks: &[Check], text: Text) -> String {
    let mut page = String::new();
    for check in checks {
        let mark = match check.verdict {
            Verdict::Good => "doctor_mark_good",
            Verdict::Weak => "doctor_mark_weak",
            Verdict::Bad => "doctor_mark_bad",
        };
        page.push_str(&format!("{:<10} {}\n", text.word(mark), text.refusal(&check.finding)));
    }
    page
}

/// The checks as a document, schema `cadastre/doctor/1`.
#[must_use]
pub fn document(checks: &[Check], text: Text) -> serde_json::Value {
    let rows: Vec<serde_json::Value> = checks
        .iter()
        .map(|check| {
            serde_json::json!({
                "code": check.finding.code,
                "verdict": check.verdict,
                "message": text.refusal(&check.finding),
            })
        })
        .collect();
    serde_json::json!({ "schema": "cadastre/doctor/1", "version": crate::agent::VERSION, "checks": rows })
}

/// What a person who helps from afar asks first.
fn about(patient: &Patient<'_>) -> Check {
    let found = Refusal::new("doctor_about")
        .with("version", crate::agent::VERSION)
        .with("system", patient.source.system().name())
        .with("config", patient.file.display())
        .with("state", patient.state.display())
        .with("catalogue", spool::catalogue(patient.state).revision());
    Check::new(Verdict::Good, found)
}

fn disk(free_bytes: u64) -> Check {
    let (verdict, code) = if free_bytes < FREE_BYTES_MIN {
        (Verdict::Bad, "doctor_disk_full")
    } else {
        (Verdict::Good, "doctor_disk_ok")
    };
    Check::new(verdict, Refusal::new(code).with("free", free_bytes))
}

fn config(patient: &Patient<'_>) -> Check {
    match &patient.config {
        Ok(config) => {
            Check::new(Verdict::Good, Refusal::new("doctor_config_ok").with("privacy", config.privacy.name()))
        }
        Err(refusal) => Check::new(Verdict::Bad, refusal.clone()),
    }
}

fn state(folder: &Path) -> Check {
    let probe = folder.join(".doctor");
    let written = std::fs::write(&probe, b"cadastre").and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => Check::new(Verdict::Good, Refusal::new("doctor_state_ok").in_file(folder)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Check::new(Verdict::Weak, Refusal::new("doctor_state_missing").in_file(folder))
        }
        Err(error) => Check::new(
            Verdict::Bad,
            Refusal::new("doctor_state_not_writable").with("cause", io_code(&error)).in_file(folder),
        ),
    }
}

fn clock(clock: &dyn Clock) -> Check {
    let now = clock.now();
    let (verdict, code) = if now.as_second() < EARLIEST_SECOND {
        (Verdict::Bad, "doctor_clock_early")
    } else {
        (Verdict::Good, "doctor_clock_ok")
    };
    Check::new(verdict, Refusal::new(code).with("now", now.strftime("%Y-%m-%dT%H:%M:%SZ")))
}

/// What the agent can and cannot see, from a collection that goes nowhere.
fn sections(patient: &Patient<'_>) -> Vec<Check> {
    let inventory =
        collect(patient.source, patient.clock, &mut Nothing, Privacy::Minimal, &spool::catalogue(patient.state));
    let with = |wanted: &dyn Fn(Outcome) -> bool| -> Vec<&str> {
        let is = |id: &&str| inventory.sections.get(*id).is_some_and(|section| wanted(section.outcome));
        SECTIONS.into_iter().filter(is).collect()
    };
    let denied = with(&|outcome| outcome == Outcome::Denied);
    let broken = with(&|outcome| matches!(outcome, Outcome::Failed | Outcome::TimedOut));
    let mut checks = Vec::new();
    if !denied.is_empty() {
        checks.push(Check::new(Verdict::Weak, Refusal::new("doctor_denied").with("sections", denied.join(", "))));
    }
    if !broken.is_empty() {
        checks.push(Check::new(Verdict::Weak, Refusal::new("doctor_failed").with("sections", broken.join(", "))));
    }
    if checks.is_empty() {
        checks.push(Check::new(Verdict::Good, Refusal::new("doctor_sections_ok")));
    }
    checks
}

/// macOS bars some folders even from the administrator, until somebody allows the agent in.
fn full_disk(source: &dyn Source) -> Option<Check> {
    let is_barred = source.system() == System::Macos && source.file(TIME_MACHINE) == Err(ReadError::Denied);
    is_barred.then(|| Check::new(Verdict::Weak, Refusal::new("doctor_full_disk")))
}

/// The id of a report that goes nowhere needs no chance.
struct Nothing;

impl Random for Nothing {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_stops_the_agent() {
        assert_eq!((disk(1 << 20).verdict, disk(1 << 20).finding.code), (Verdict::Bad, "doctor_disk_full"));
        assert_eq!(disk(1 << 30).verdict, Verdict::Good);
    }

    /// The codes of what is found on a machine that a capture stands for, in this state folder.
    fn found(os: &str, reads: serde_json::Value, state: &Path) -> Vec<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        let document = serde_json::json!({
            "schema": "cadastre/capture/1", "os": os, "captured_at": "2026-11-20T22:00:00Z", "reads": reads,
        });
        std::fs::write(folder.path().join("capture.json"), document.to_string()).unwrap();
        let machine = crate::source::replay::open(folder.path()).unwrap();
        let patient = Patient {
            config: Ok(Config::default()),
            state,
            file: Path::new("/etc/cadastre/agent.toml"),
            free_bytes: None,
            source: machine.as_ref(),
            clock: &crate::agent::tests::Still,
        };
        examine(&patient).into_iter().map(|check| check.finding.code).collect()
    }

    #[test]
    fn what_may_not_be_read_or_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let barred = |path: &str| serde_json::json!([{ "file": path, "error": "denied" }]);
        let codes = found("macos", barred(TIME_MACHINE), folder.path());
        assert!(codes.contains(&"doctor_full_disk") && codes.contains(&"doctor_state_ok"), "{codes:?}");
        let codes = found("linux", barred("/sys/firmware/dmi/tables/DMI"), folder.path());
        assert!(codes.contains(&"doctor_denied") && !codes.contains(&"doctor_full_disk"), "{codes:?}");
        // A file stands where the folder should be: nothing can be written below it, whoever runs this.
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let codes = found("linux", serde_json::json!([]), &file.join("state"));
        assert!(codes.contains(&"doctor_state_not_writable"), "{codes:?}");
        let codes = found("linux", serde_json::json!([]), &folder.path().join("none"));
        assert!(codes.contains(&"doctor_state_missing"), "{codes:?}");
    }

    #[test]
    fn a_clock_of_the_past_stops_the_agent() {
        struct Reset;
        impl Clock for Reset {
            fn now(&self) -> jiff::Timestamp {
                jiff::Timestamp::UNIX_EPOCH
            }

            fn elapsed(&self) -> std::time::Duration {
                std::time::Duration::ZERO
            }
        }
        assert_eq!(clock(&Reset).finding.code, "doctor_clock_early");
    }
}
