//! `contract import`: a version of a contract, verbatim; and what a version would change in bills, before it is recorded.
//!
//! Refuses a version whose price effect reaches closed months, or that loses an amendment, unless the operator says yes to it.

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::contract::{self, Amendment, Contract, Severity};
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
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
    /// Record it even when closed months change or amendments go.
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
    /// Months whose amount changes: the closed ones, the present one, and the first open one.
    pub months: Vec<MonthEffect>,
    /// Amendments of the recorded version that this one has no more.
    #[serde(default)]
    pub removed: Vec<RemovedAmendment>,
}

/// An amendment that a version has no more, or has for another day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedAmendment {
    /// Its number.
    pub number: u32,
    /// The day on which it took effect.
    pub effective_on: Date,
}

/// A month's net amount before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthEffect {
    /// The month.
    pub month: Month,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether the next bill regularises it; `false` for open months and for closed ones that no bill regularises any more.
    #[serde(default)]
    pub regularised: bool,
    /// Net that was issued for a closed month; of an open one, on today's facts.
    pub before: String,
    /// Net with this version.
    pub after: String,
    /// Currency.
    pub currency: String,
}

/// The newest version of a contract: when it was recorded, and its text.
pub(crate) fn newest<'r>(recorded: &'r [Recorded], id: &str) -> Option<(Timestamp, &'r String)> {
    recorded.iter().rev().find_map(|recorded| match &recorded.fact {
        Fact::Contract { contract, text } if contract == id => Some((recorded.at, text)),
        _ => None,
    })
}

/// Records a version of a contract; an identical file changes nothing.
///
/// # Errors
/// The first error of the linter, `contract_other_client`, `client_unknown`, `contract_drops_amendments`,
/// `contract_reaches_closed`, and what the record refuses.
pub async fn import(registers: &Registers, args: ImportContract) -> Result<Imported, Refusal> {
    let contract = read(&args)?;
    let record = registers.record();
    let loaded = record.load(&args.client).await.map_err(|error| error.refusal())?;
    if loaded.head == 0 {
        return Err(Refusal::new("client_unknown").with("client", &args.client));
    }
    let changed = newest(&loaded.recorded, &contract.id).is_none_or(|(_, text)| *text != args.text);
    if changed {
        if !args.yes {
            let effect = effect(registers, &args).await?;
            if !effect.removed.is_empty() {
                let removed = effect.removed.iter();
                let removed: Vec<String> =
                    removed.map(|gone| format!("{} ({})", gone.number, gone.effective_on)).collect();
                let refusal = Refusal::new("contract_drops_amendments").with("contract", &contract.id);
                return Err(place(&args, refusal.with("amendments", removed.join(", ")).on("--yes")));
            }
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

/// What a version would change: closed months priced anew, the bills of the present month and of the first open month
/// that changes; and the amendments that it loses.
///
/// # Errors
/// As [`import`], but for `contract_reaches_closed` and `contract_drops_amendments`.
pub async fn effect(registers: &Registers, args: &ImportContract) -> Result<Effect, Refusal> {
    let contract = read(args)?;
    let before = registers.of(&args.client, None, None).await?;
    let fact = Fact::Contract { contract: contract.id.clone(), text: args.text.clone() };
    let after = registers.with(&args.client, vec![fact]).await?;
    let months = months(&before, &after, &contract.currency)?;
    let recorded = before.contracts().into_iter().find(|known| known.id == contract.id);
    let removed = recorded.map(|recorded| removed(recorded, &contract)).unwrap_or_default();
    Ok(Effect { schema: "cadastre/contract-effect/1".to_owned(), contract: contract.id, months, removed })
}

fn removed(recorded: &Contract, version: &Contract) -> Vec<RemovedAmendment> {
    let kept = |old: &Amendment| {
        version.amendments.iter().any(|new| (new.number, new.effective_on) == (old.number, old.effective_on))
    };
    let gone = recorded.amendments.iter().filter(|old| !kept(old));
    gone.map(|old| RemovedAmendment { number: old.number, effective_on: old.effective_on }).collect()
}

/// The months whose amount differs between two registers of a client: the closed ones priced anew, the present one, and the
/// first open one.
pub(super) fn months(before: &Register, after: &Register, currency: &str) -> Result<Vec<MonthEffect>, Refusal> {
    let mut months = Vec::new();
    let beyond = after.beyond(LOOKED_AT);
    for closed in before.closed.iter().rev().take(LOOKED_AT) {
        let month = closed.closed.month;
        let (was, will) = (fresh(before, month)?, fresh(after, month)?);
        if was != will {
            let issued = before.issued_of(month, None)?.unwrap_or(was);
            let (before, after) = (issued.to_string(), will.to_string());
            let regularised = !beyond.contains(&month);
            months.push(MonthEffect { month, closed: true, regularised, before, after, currency: currency.to_owned() });
        }
    }
    let present = Month::of(day_of(before.known_at, &before.zone));
    let open = |month: Month| -> Result<Option<MonthEffect>, Refusal> {
        let of_month = |register: &Register| Amount::total(register.draft(month)?.iter().map(|bill| bill.total_net));
        let (was, will) = (of_month(before)?, of_month(after)?);
        Ok((was != will).then(|| MonthEffect {
            month,
            closed: false,
            regularised: false,
            before: was.to_string(),
            after: will.to_string(),
            currency: currency.to_owned(),
        }))
    };
    let next = before.closed.iter().map(|closed| closed.closed.month.plus(1)).max();
    let mut month = next.unwrap_or(present);
    let last = present.max(month).plus(LOOKED_AHEAD);
    while month <= last {
        if let Some(effect) = open(month)? {
            months.push(effect);
            break;
        }
        month = month.plus(1);
    }
    if present > month && before.closed_month(present).is_none() {
        months.extend(open(present)?);
    }
    months.sort_by_key(|effect| effect.month);
    Ok(months)
}

/// How many closed months are priced anew.
const LOOKED_AT: usize = 24;
/// How many months after the present one are looked at for the first that changes.
const LOOKED_AHEAD: i32 = 24;

/// A calendar month's net on the facts of a register.
fn fresh(register: &Register, month: Month) -> Result<Amount, Refusal> {
    Amount::total(register.month_in_arrears(month)?.iter().map(|line| line.amount))
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
