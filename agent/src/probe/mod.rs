//! What a machine is, one file a subject: each asks the source, parses and says what became of it.
//!
//! Refuses a clock, a process and any question about the system it is compiled for: every probe runs on every system.
//! Invariant: a source that cannot answer is never reported as a machine that lacks the thing.

pub(crate) mod adapters;
pub(crate) mod backup;
pub(crate) mod battery;
pub(crate) mod boot;
pub(crate) mod disks;
pub(crate) mod encryption;
pub(crate) mod firewall;
pub(crate) mod firmware;
pub(crate) mod host;
pub(crate) mod macos;
pub(crate) mod memory;
pub(crate) mod os;
pub(crate) mod processor;
pub(crate) mod protection;
pub(crate) mod services;
pub(crate) mod software;
pub(crate) mod virtualisation;
pub(crate) mod windows;

mod clamav;
mod known;
mod mdatp;
mod packages;
mod release;
mod rpm;
pub(crate) mod smbios;
mod sqlite;
mod units;

use cadastre_proto::inventory::{Outcome, Section};
use serde::Serialize;

use crate::source::ReadError;

/// What a probe found, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading<T> {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) data: Option<T>,
}

impl<T> Reading<T> {
    /// Everything asked was answered.
    pub(crate) fn ok(data: T) -> Self {
        Reading { outcome: Outcome::Ok, reason: None, data: Some(data) }
    }

    /// Nothing could be read.
    pub(crate) fn failed(error: &ReadError) -> Self {
        let (outcome, reason) = outcome_of(error);
        Reading { outcome, reason: Some(reason), data: None }
    }

    /// Some of it could not be read; the rest stands as evidence.
    pub(crate) fn partial(data: T, error: &ReadError) -> Self {
        Reading { data: Some(data), ..Reading::failed(error) }
    }

    /// This system has no way to tell, for a reason of the probe's own; what is known stands as evidence.
    pub(crate) fn unsupported(reason: &str, data: Option<T>) -> Self {
        Reading { outcome: Outcome::Unsupported, reason: Some(reason.to_owned()), data }
    }
}

impl<T: Serialize> Reading<T> {
    /// The section that says so.
    pub(crate) fn section(&self, duration_ms: u64) -> Section {
        match self.data.as_ref().map(serde_json::to_value).transpose() {
            Ok(data) => Section { outcome: self.outcome, reason: self.reason.clone(), duration_ms, data },
            Err(_) => Section {
                outcome: Outcome::Failed,
                reason: Some("not_representable".to_owned()),
                duration_ms,
                data: None,
            },
        }
    }
}

/// The file is there and does not say what its kind of file says.
fn not_understood() -> ReadError {
    ReadError::Failed("not_understood".to_owned())
}

/// The outcome and reason code of a read that failed.
fn outcome_of(error: &ReadError) -> (Outcome, String) {
    match error {
        ReadError::NotFound => (Outcome::Absent, "not_found".to_owned()),
        ReadError::NotCaptured => (Outcome::Absent, "not_captured".to_owned()),
        ReadError::Denied => (Outcome::Denied, "denied".to_owned()),
        ReadError::TimedOut => (Outcome::TimedOut, "timed_out".to_owned()),
        ReadError::NotLoaded => (Outcome::Unsupported, "not_loaded".to_owned()),
        ReadError::Unsupported => (Outcome::Unsupported, "unsupported".to_owned()),
        ReadError::TooLarge => (Outcome::Failed, "too_large".to_owned()),
        ReadError::Failed(code) => (Outcome::Failed, code.clone()),
    }
}
