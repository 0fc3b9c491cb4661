//! `cadastre/signatures/1`: what a client signed, and whether the ledger still has the heads that were written down.

use cadastre_domain::closing::{Seal, seals};
use cadastre_domain::fact::Recorded;
use cadastre_domain::ledger;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// The signatures of a client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signatures {
    /// `cadastre/signatures/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Whether every head that a closed month or a signature carries is still the chain's.
    pub ledger_intact: bool,
    /// The first month whose seal no longer holds.
    pub broken_at: Option<String>,
    /// Head of the ledger today.
    pub head: String,
    /// In the order in which they were recorded.
    pub signatures: Vec<SignatureRow>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignatureRow {
    /// The month of the statement.
    pub month: String,
    /// Who signed; `null` once erased.
    pub name: Option<String>,
    /// In which role.
    pub role: String,
    /// When.
    pub signed_on: Date,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// SHA-256 of the statement.
    pub statement: String,
    /// Head of the ledger that the statement shows.
    pub head: String,
    /// Whether the ledger still has that head.
    pub holds: bool,
}

impl Signatures {
    /// The signatures among a client's facts.
    pub fn of(client: &str, recorded: &[Recorded]) -> Self {
        let seals = seals(client, recorded);
        let broken = seals.iter().find(|seal| !seal.holds);
        let entries = ledger::ledger(client, recorded);
        Self {
            schema: "cadastre/signatures/1",
            client: client.to_owned(),
            ledger_intact: broken.is_none(),
            broken_at: broken.map(|seal| seal.month.to_string()),
            head: ledger::head_at(client, &entries, u64::MAX),
            signatures: seals.into_iter().filter_map(|seal| row(seal, recorded)).collect(),
        }
    }
}

fn row(seal: Seal, recorded: &[Recorded]) -> Option<SignatureRow> {
    let signature = seal.signature?;
    Some(SignatureRow {
        month: seal.month.to_string(),
        name: Some(signature.name).filter(|name| !name.is_empty()),
        role: signature.role,
        signed_on: signature.signed_on,
        recorded: recorded.iter().find(|recorded| recorded.seq == seal.seq)?.at,
        statement: signature.statement,
        head: seal.head,
        holds: seal.holds,
    })
}
