//! `contract import`: a version of a contract, verbatim; and what a version would change in bills, before it is recorded.
//!
//! Refuses a version whose price effect reaches closed months, unless the operator says yes to it.

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::contract::{self, Contract, Severity};
use cadastre_domain::fact::Fact;
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use serde::{Deserialize, Serialize};

use crate::register::Registers;

/// A contract to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportContract {
    /// Client code.
    pub client: String,
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The TOML text.
    pub text: String,
    /// Record it even when closed months change.
    #[serde(default)]
    pub yes: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Contract id, or the list's name.
    pub id: String,
    /// Whether anything was recorded: an identical file changes nothing.
    pub changed: bool,
    /// How many rows were recorded, for an annex.
    pub rows: usize,
}

/// What a version of a contract changes in bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// `cadastre/contract-effect/1`.
    pub schema: String,
    /// Contract id.
    pub contract: String,
    /// Months whose amount changes: the closed ones, and the present one.
    pub months: Vec<MonthEffect>,
}

/// A month's net amount before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthEffect {
    /// The month.
    pub month: Month,
    /// Whether it is closed.
    pub closed: bool,
    /// Net on today's facts.
    pub before: String,
    /// Net with this version.
    pub after: String,
    /// Currency.
    pub currency: String,
}

/// Records a version of a contract; an identical file changes nothing.
///
/// # Errors
/// The first error of the linter, `contract_other_client`, `client_unknown`, `contract_reaches_closed`, and what the
/// record refuses.
pub async fn import(registers: &Registers, args: ImportContract) -> Result<Imported, Refusal> {
    let contract = read(&args)?;
    let record = registers.record();
    let loaded = record.load(&args.client).await.map_err(|error| error.refusal())?;
    if loaded.head == 0 {
        return Err(Refusal::new("client_unknown").with("client", &args.client));
    }
    let newest = loaded.recorded.iter().rev().find_map(|recorded| match &recorded.fact {
        Fact::Contract { contract: id, text } if *id == contract.id => Some(text),
        _ => None,
    });
    let changed = newest != Some(&args.text);
    if changed {
        if !args.yes {
            let effect = effect(registers, &args).await?;
            let reached: Vec<&MonthEffect> = effect.months.iter().filter(|month| month.closed).collect();
            if let Some(first) = reached.last() {
                let refusal = Refusal::new("contract_reaches_closed").with("contract", &contract.id);
                let months = reached.iter().map(|month| month.month.to_string()).collect::<Vec<_>>().join(", ");
                let refusal = refusal.with("months", months).with("before", &first.before).with("after", &first.after);
                return Err(place(&args, refusal.on("--yes")));
            }
        }
        let fact = Fact::Contract { contract: contract.id.clone(), text: args.text };
        record.append(&args.client, vec![fact], Some(loaded.head)).await.map_err(|error| error.refusal())?;
    }
    Ok(Imported { id: contract.id, changed, rows: contract.annex.len() })
}

/// What a version would change: closed months priced anew, and the bill of the present month.
///
/// # Errors
/// As [`import`], but for `contract_reaches_closed`.
pub async fn effect(registers: &Registers, args: &ImportContract) -> Result<Effect, Refusal> {
    let contract = read(args)?;
    let before = registers.of(&args.client, None, None).await?;
    let fact = Fact::Contract { contract: contract.id.clone(), text: args.text.clone() };
    let after = registers.with(&args.client, vec![fact]).await?;
    let months = months(&before, &after, &contract.currency)?;
    Ok(Effect { schema: "cadastre/contract-effect/1".to_owned(), contract: contract.id, months })
}

/// The months whose amount differs between two registers of a client: the closed ones priced anew, and the present one.
pub(super) fn months(before: &Register, after: &Register, currency: &str) -> Result<Vec<MonthEffect>, Refusal> {
    let mut months = Vec::new();
    for closed in before.closed.iter().rev().take(LOOKED_AT) {
        let month = closed.closed.month;
        months.extend(month_effect(month, true, currency, fresh(before, month)?, fresh(after, month)?));
    }
    let present = Month::of(day_of(before.known_at, &before.zone));
    if before.closed_month(present).is_none() {
        let of_month = |register: &Register| Amount::total(register.draft(present)?.iter().map(|bill| bill.total_net));
        months.extend(month_effect(present, false, currency, of_month(before)?, of_month(after)?));
    }
    months.sort_by_key(|effect| effect.month);
    Ok(months)
}

/// How many closed months are priced anew.
const LOOKED_AT: usize = 24;

/// A calendar month's net on the facts of a register.
fn fresh(register: &Register, month: Month) -> Result<Amount, Refusal> {
    Amount::total(register.month_in_arrears(month)?.iter().map(|line| line.amount))
}

fn month_effect(month: Month, closed: bool, currency: &str, before: Amount, after: Amount) -> Option<MonthEffect> {
    (before != after).then(|| MonthEffect {
        month,
        closed,
        before: before.to_string(),
        after: after.to_string(),
        currency: currency.to_owned(),
    })
}

fn place(args: &ImportContract, refusal: Refusal) -> Refusal {
    match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    }
}

/// Reads the file of an import, which must name the client.
///
/// # Errors
/// The first error of the linter, `contract_other_client`.
pub fn read(args: &ImportContract) -> Result<Contract, Refusal> {
    let contract = contract::read(&args.text).map_err(|remarks| {
        let first = remarks.into_iter().find(|remark| remark.severity == Severity::Error);
        place(args, first.map_or_else(|| Refusal::new("contract_unreadable"), |remark| remark.refusal))
    })?;
    if contract.client != args.client {
        let refusal = Refusal::new("contract_other_client").with("contract", &contract.id);
        let refusal = refusal.with("named", &contract.client).with("client", &args.client);
        return Err(place(args, refusal.on("client")));
    }
    Ok(contract)
}
