//! A comparison kept: its files become a client, with a contract whose lines are the categories of the annex.
//!
//! **Invariant**: client, contract, annex and lists are recorded in one batch, or none of them.

use std::collections::BTreeMap;

use cadastre_domain::calendar::{Month, day_of, zone};
use cadastre_domain::contract::{self, Severity};
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use jiff::tz::TimeZone;

use super::{File, ZONE, annex_rows, lines, lists};
use crate::admin::check_code;
use crate::register::Registers;

/// Who the files belong to.
#[derive(Debug, Clone)]
pub struct Keep {
    /// Code of the new client.
    pub client: String,
    /// Its display name.
    pub name: Option<String>,
    /// A month's price by category.
    pub prices: BTreeMap<String, String>,
}

/// Records the client. The contract begins on the first of this month and counts what the annex names.
///
/// # Errors
/// `client_code_invalid`, `client_exists`, and what the files are refused for.
pub async fn keep(registers: &Registers, annex: &File, seen: &[File], args: Keep) -> Result<(), Refusal> {
    check_code(&args.client)?;
    let record = registers.record();
    if record.head(&args.client).await.map_err(|error| error.refusal())? > 0 {
        return Err(Refusal::new("client_exists").with("client", &args.client).on("client"));
    }
    let now = registers.now();
    let zone = zone(ZONE).unwrap_or(TimeZone::UTC);
    let first = Month::of(day_of(now, &zone)).first();
    let rows = annex_rows(annex, now, &zone)?;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for line in rows.iter().filter_map(|row| row.line.as_deref()) {
        *counts.entry(line).or_insert(0) += 1;
    }
    let id = format!("C-{}", args.client.to_uppercase());
    let text = lines((&id, &args.client), &first.to_string(), &args.prices, |category| {
        if counts.is_empty() { Some(0) } else { counts.get(category).copied() }
    });
    if let Some(error) = contract::lint(&text).into_iter().find(|remark| remark.severity == Severity::Error) {
        return Err(error.refusal);
    }
    let mut facts = vec![
        Fact::Client { name: args.name, siren: None, example: false },
        Fact::Contract { contract: id.clone(), text },
        Fact::Annex { contract: id, rows },
    ];
    facts.extend(lists(seen, now, &zone)?);
    record.append(&args.client, facts, Some(0)).await.map_err(|error| error.refusal())?;
    Ok(())
}
