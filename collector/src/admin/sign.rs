//! `statement sign`: the client agreed to a month's statement; its hash and the ledger's head are kept with the name.

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::closing::Signature;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::register::Registers;

/// A signature to record.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignStatement {
    /// Client code.
    pub client: String,
    /// The month.
    pub period: Month,
    /// Who signed.
    pub name: String,
    /// In which role.
    pub role: String,
    /// When.
    pub signed_on: Date,
    /// SHA-256 of the statement that was signed, hex.
    pub statement: String,
    /// Head of the ledger that it shows.
    pub head: String,
    /// Instant as of which the page says that it was written; the page of now when absent.
    #[serde(default)]
    pub known_at: Option<Timestamp>,
}

/// Records a signature. `written` are the hashes of the month's page as each language writes it at that instant.
///
/// # Errors
/// `cell_empty`, `statement_hash_invalid`, `statement_month_running`, `signature_in_future`, `signature_too_early`, `head_unknown` when
/// the ledger never had that head, `statement_altered` when the page is none of those written, and what the record refuses.
pub async fn sign(registers: &Registers, args: SignStatement, written: &[String]) -> Result<(), Refusal> {
    for (field, text) in [("--name", &args.name), ("--role", &args.role)] {
        if text.trim().is_empty() {
            return Err(Refusal::new("cell_empty").on(field));
        }
    }
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash(&args.statement) {
        return Err(Refusal::new("statement_hash_invalid").with("value", &args.statement));
    }
    let record = registers.record();
    let head = record.head(&args.client).await.map_err(|error| error.refusal())?;
    let register = registers.of(&args.client, None, None).await?;
    let today = day_of(register.known_at, &register.zone);
    let last = args.period.last();
    if last >= today {
        let from = args.period.plus(1).first();
        return Err(Refusal::new("statement_month_running")
            .with("month", args.period)
            .with("from", from)
            .on("--period"));
    }
    if args.signed_on > today {
        return Err(Refusal::new("signature_in_future").with("day", args.signed_on).with("today", today).on("--on"));
    }
    if args.signed_on < last {
        let refusal = Refusal::new("signature_too_early").with("day", args.signed_on).with("last", last);
        return Err(refusal.with("month", args.period).on("--on"));
    }
    let first = cadastre_domain::ledger::first_head(&args.client);
    if args.head != first && !register.ledger.iter().any(|entry| entry.head == args.head) {
        return Err(Refusal::new("head_unknown").with("head", &args.head));
    }
    if !written.iter().any(|hash| hash.eq_ignore_ascii_case(&args.statement)) {
        return Err(Refusal::new("statement_altered").with("month", args.period));
    }
    let SignStatement { client, period: month, name, role, signed_on, statement, head: sealed, known_at: _ } = args;
    let statement = statement.to_ascii_lowercase();
    let fact = Fact::Signature(Signature { month, name, role, signed_on, statement, head: sealed });
    record.append(&client, vec![fact], Some(head)).await.map_err(|error| error.refusal())?;
    Ok(())
}
