//! What each answer of the collector means for the agent. One table, pure.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Wait exactly this long: the collector keeps a place.
    Wait(Duration),
    /// Once more at once on a new connection, then back off.
    Again,
    /// These bytes will never be taken: split them, then drop and report.
    Permanent,
    /// The whole state is wanted.
    Full,
    /// The whole state is wanted, under a new epoch: another machine speaks with this identity.
    FullAsFork,
    /// The certificate is not taken: renew, at most every 15 minutes. Key and spool stay.
    Renew,
    /// The agent may not speak: ask once a day.
    Stop,
}

/// Reads a refusal.
#[must_use]
pub fn meaning(status: &Status) -> Meaning {
    let details = status.get_error_details();
    let wait = details.retry_info().and_then(|info| info.retry_delay);
    match (status.code(), wait) {
        (Code::ResourceExhausted | Code::Unavailable, Some(wait)) => Meaning::Wait(wait),
        (Code::ResourceExhausted | Code::OutOfRange | Code::InvalidArgument, _) => Meaning::Permanent,
        (Code::FailedPrecondition, _) => match reason(status).as_deref() {
            Some("CLONE_SUSPECTED") => Meaning::FullAsFork,
            _ => Meaning::Full,
        },
        (Code::Unauthenticated, _) => Meaning::Renew,
        (Code::PermissionDenied, _) => Meaning::Stop,
        _ => Meaning::Again,
    }
}

/// The collector's word for a refusal, such as `REVOKED`.
#[must_use]
pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::ErrorDetails;

    use super::*;

    fn with_reason(code: Code, reason: &str) -> Status {
        Status::with_error_details(code, "", ErrorDetails::with_error_info(reason, "cadastre", HashMap::new()))
    }

    fn with_wait(code: Code) -> Status {
        let wait = Duration::from_millis(61_500);
        Status::with_error_details(code, "", ErrorDetails::with_retry_info(Some(wait)))
    }

    #[test]
    fn the_table_of_answers() {
        let wait = Meaning::Wait(Duration::from_millis(61_500));
        let table = [
            (with_wait(Code::ResourceExhausted), wait),
            (with_wait(Code::Unavailable), wait),
            (Status::cancelled(""), Meaning::Again),
            (Status::unknown("transport"), Meaning::Again),
            (Status::unavailable(""), Meaning::Again),
            (Status::deadline_exceeded(""), Meaning::Again),
            (Status::internal(""), Meaning::Again),
            (Status::resource_exhausted(""), Meaning::Permanent),
            (Status::out_of_range(""), Meaning::Permanent),
            (Status::invalid_argument(""), Meaning::Permanent),
            (with_reason(Code::FailedPrecondition, "EPOCH_UNKNOWN"), Meaning::Full),
            (with_reason(Code::FailedPrecondition, "CLONE_SUSPECTED"), Meaning::FullAsFork),
            (with_reason(Code::Unauthenticated, "EXPIRED"), Meaning::Renew),
            (with_reason(Code::PermissionDenied, "REVOKED"), Meaning::Stop),
        ];
        for (status, expected) in table {
            assert_eq!(meaning(&status), expected, "{status:?}");
        }
        assert_eq!(reason(&with_reason(Code::PermissionDenied, "REVOKED")).as_deref(), Some("REVOKED"));
    }
}
