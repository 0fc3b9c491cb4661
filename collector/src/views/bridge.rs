//! `cadastre/bridge/1`: why a bill differs from the one before it; `cadastre/replay/1`: past months under another contract.

use cadastre_domain::bridge::{self, Step};
use cadastre_domain::calendar::Month;
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde::Serialize;

/// The bridges of a month, one a currency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bridges {
    /// `cadastre/bridge/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// The month.
    pub month: String,
    /// The month before.
    pub previous: String,
    /// One a currency.
    pub bridges: Vec<BridgeRow>,
}

/// From one net to the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeRow {
    /// Currency.
    pub currency: String,
    /// Net of the month before.
    pub before: String,
    /// Net of the month.
    pub after: String,
    /// `before` + Σ steps = `after`, exactly.
    pub steps: Vec<StepRow>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRow {
    /// Closed code.
    pub code: &'static str,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: Option<String>,
    /// Slot, for a movement.
    pub slot: Option<String>,
    /// The day.
    pub day: Option<Date>,
    /// Net.
    pub amount: String,
    /// What proves it.
    pub evidence: Option<String>,
}

impl Bridges {
    /// The document.
    ///
    /// # Errors
    /// What pricing refuses.
    pub fn of(register: &Register, month: Month) -> Result<Self, Refusal> {
        let step = |step: Step| StepRow {
            code: step.code,
            contract: step.contract,
            line: step.line,
            slot: step.slot,
            day: step.day,
            amount: step.amount.to_string(),
            evidence: step.evidence,
        };
        let row = |bridge: bridge::Bridge| BridgeRow {
            currency: bridge.currency,
            before: bridge.before.to_string(),
            after: bridge.after.to_string(),
            steps: bridge.steps.into_iter().map(step).collect(),
        };
        Ok(Self {
            schema: "cadastre/bridge/1",
            client: register.client.clone(),
            month: month.to_string(),
            previous: month.plus(-1).to_string(),
            bridges: bridge::bridges(register, month)?.into_iter().map(row).collect(),
        })
    }
}

/// Past months under another contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// `cadastre/replay/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// Contract id.
    pub contract: String,
    /// Currency.
    pub currency: String,
    /// Months, in order.
    pub months: Vec<ReplayMonth>,
    /// Σ of the months as they are.
    pub actual: String,
    /// Σ of the months replayed.
    pub replayed: String,
    /// What the other contract would have changed.
    pub difference: String,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayMonth {
    /// The month.
    pub month: String,
    /// Net of the contract as it is: what was issued for a closed month, else priced in arrears.
    pub actual: String,
    /// Net under the other one.
    pub replayed: String,
    /// Replayed less actual.
    pub difference: String,
}

impl Replay {
    /// The months from `from` to `to` of one contract in two registers: as it is, and under another file.
    ///
    /// # Errors
    /// What pricing refuses.
    pub fn of(now: &Register, other: &Register, contract: &str, from: Month, to: Month) -> Result<Self, Refusal> {
        let of_month = |register: &Register, month: Month| {
            let lines = register.month_in_arrears(month)?;
            Amount::total(lines.iter().filter(|line| line.contract == contract).map(|line| line.amount))
        };
        let mut months = Vec::new();
        let (mut actual, mut replayed) = (Amount::ZERO, Amount::ZERO);
        let mut month = from;
        while month <= to {
            let (issued, two) = (now.issued_of(month, Some(contract))?, of_month(other, month)?);
            let one = issued.map_or_else(|| of_month(now, month), Ok)?;
            (actual, replayed) = (actual.plus(one)?, replayed.plus(two)?);
            months.push(ReplayMonth {
                month: month.to_string(),
                actual: one.to_string(),
                replayed: two.to_string(),
                difference: two.minus(one)?.to_string(),
            });
            month = month.plus(1);
        }
        let own = other.contracts().into_iter().find(|candidate| candidate.id == contract);
        Ok(Self {
            schema: "cadastre/replay/1",
            client: now.client.clone(),
            contract: contract.to_owned(),
            currency: own.map_or_else(|| "EUR".to_owned(), |contract| contract.currency.clone()),
            months,
            actual: actual.to_string(),
            replayed: replayed.to_string(),
            difference: replayed.minus(actual)?.to_string(),
        })
    }
}
