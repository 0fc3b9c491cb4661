//! Refusals on the wire: one code of gRPC and one reason, a closed word, never a sentence.

use std::time::Duration;

use cadastre_proto::limits::REASON_DOMAIN;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::facts::FactsError;

/// Why a call was refused. The reason travels as an `ErrorInfo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// No certificate reached the call.
    #[error("no certificate")]
    NoCertificate,
    /// The certificate is not valid now.
    #[error("certificate expired")]
    Expired,
    /// The certificate was replaced, or is not one of the agent's.
    #[error("certificate replaced")]
    StaleSerial,
    /// The agent may no longer speak.
    #[error("agent revoked")]
    Revoked,
    /// The client has no such agent.
    #[error("unknown agent")]
    UnknownAgent,
    /// The body names another agent than the certificate.
    #[error("the body names another agent")]
    IdentityMismatch,
    /// A field is not what it must be.
    #[error("malformed request")]
    Malformed,
    /// The change needs a state of an epoch that the collector does not know.
    #[error("unknown epoch")]
    EpochUnknown,
    /// Another machine speaks with this identity at the same time.
    #[error("another machine has this identity")]
    CloneSuspected,
    /// The message is longer than allowed.
    #[error("message too long")]
    TooLong,
    /// More came out of a section than it told or than is allowed.
    #[error("section too long")]
    SectionTooLong,
    /// The token does not exist or its secret is wrong.
    #[error("token unknown")]
    TokenUnknown,
    /// The token's time is over.
    #[error("token expired")]
    TokenExpired,
    /// The token has made all its agents.
    #[error("token spent")]
    TokenSpent,
    /// The token was withdrawn.
    #[error("token revoked")]
    TokenRevoked,
    /// The store cannot take more now.
    #[error("store unavailable")]
    StoreUnavailable,
}

impl Refused {
    fn code(self) -> (Code, &'static str) {
        match self {
            Self::NoCertificate => (Code::Unauthenticated, "NO_CERTIFICATE"),
            Self::Expired => (Code::Unauthenticated, "EXPIRED"),
            Self::StaleSerial => (Code::Unauthenticated, "STALE_SERIAL"),
            Self::Revoked => (Code::PermissionDenied, "REVOKED"),
            Self::UnknownAgent => (Code::PermissionDenied, "UNKNOWN_AGENT"),
            Self::IdentityMismatch => (Code::PermissionDenied, "IDENTITY_MISMATCH"),
            Self::Malformed => (Code::InvalidArgument, "MALFORMED"),
            Self::EpochUnknown => (Code::FailedPrecondition, "EPOCH_UNKNOWN"),
            Self::CloneSuspected => (Code::FailedPrecondition, "CLONE_SUSPECTED"),
            Self::TooLong => (Code::OutOfRange, "TOO_LONG"),
            Self::SectionTooLong => (Code::ResourceExhausted, "SECTION_TOO_LONG"),
            Self::TokenUnknown => (Code::PermissionDenied, "TOKEN_UNKNOWN"),
            Self::TokenExpired => (Code::PermissionDenied, "TOKEN_EXPIRED"),
            Self::TokenSpent => (Code::PermissionDenied, "TOKEN_SPENT"),
            Self::TokenRevoked => (Code::PermissionDenied, "TOKEN_REVOKED"),
            Self::StoreUnavailable => (Code::Unavailable, "STORE_UNAVAILABLE"),
        }
    }
}

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        let (code, reason) = refused.code();
        let details = ErrorDetails::with_error_info(reason, REASON_DOMAIN, std::collections::HashMap::new());
        Self::with_error_details(code, refused.to_string(), details)
    }
}

/// Come back after this wait: a place is kept.
pub(super) fn later(wait: Duration) -> Status {
    Status::with_error_details(Code::ResourceExhausted, "come back later", ErrorDetails::with_retry_info(Some(wait)))
}

/// What the record's failure is to a machine: it may try again.
pub(super) fn of_record(error: &FactsError) -> Status {
    tracing::error!(%error, "the record refused");
    Refused::StoreUnavailable.into()
}
