//! `bill close`: freezes a month. Once, in consecutive months, when nothing about it is open any more.

use cadastre_domain::calendar::Month;
use cadastre_domain::closing;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::register::Registers;

/// A month to close.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CloseMonth {
    /// Client code.
    pub client: String,
    /// The month.
    pub period: Month,
}

/// A month that is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedNow {
    /// `cadastre/closed/1`.
    pub schema: String,
    /// Client code.
    pub client: String,
    /// The month.
    pub period: Month,
    /// How many bills it holds.
    pub bills: usize,
    /// Head of the ledger after it.
    pub head: String,
}

/// Closes a month of a client.
///
/// # Errors
/// What [`closing::close`] refuses, `client_unknown`, and what the record refuses.
pub async fn close(registers: &Registers, args: CloseMonth) -> Result<ClosedNow, Refusal> {
    let record = registers.record();
    let head = record.head(&args.client).await.map_err(|error| error.refusal())?;
    let register = registers.of(&args.client, None, None).await?;
    let closed = closing::close(&register, args.period)?;
    let bills = closed.bills.len();
    let fact = Fact::ClosedMonth(Box::new(closed));
    record.append(&args.client, vec![fact], Some(head)).await.map_err(|error| error.refusal())?;
    let after = registers.of(&args.client, None, None).await?;
    let head = after.ledger.last().map(|entry| entry.head.clone()).unwrap_or_default();
    Ok(ClosedNow { schema: "cadastre/closed/1".to_owned(), client: args.client, period: args.period, bills, head })
}
