//! `decide`: a dated decision about assets, checked against the register, previewed on the bill.

use cadastre_domain::calendar::Month;
use cadastre_domain::contract::{Contract, WARNING_DUTY};
use cadastre_domain::fact::{Decision, DecisionMore, Fact, Verb};
use cadastre_domain::finding;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::{Decided, Register};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::admin::arrival::Arrival;
use crate::admin::contract;
use crate::register::Registers;

mod batch;

pub use batch::{DayEffect, MonthEffect, Weighed, record_all, weigh};

/// A decision to record, or to preview.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// What.
    pub verb: Verb,
    /// Assets, by id.
    #[serde(default)]
    pub assets: Vec<String>,
    /// Client code.
    pub client: String,
    /// The day it is about.
    pub effective: Date,
    /// Why.
    pub reason: String,
    /// Contract, when several could be meant.
    #[serde(default)]
    pub contract: Option<String>,
    /// Line, for `include`.
    #[serde(default)]
    pub line: Option<String>,
    /// Slot, for `include` and `replace`.
    #[serde(default)]
    pub slot: Option<String>,
    /// What only `move`, `snooze` and `attest` take.
    #[serde(default)]
    pub more: DecisionMore,
    /// Writes nothing, only shows what the bill becomes.
    #[serde(default)]
    pub preview: bool,
}

/// What a decision does to the bill of its month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionMade {
    /// `cadastre/decision/1`.
    pub schema: String,
    /// Whether it was recorded.
    pub recorded: bool,
    /// The month of the effective day.
    pub month: Month,
    /// One entry a currency: net before and after.
    pub bills: Vec<BillChange>,
    /// Closed months that it would change and that no bill regularises any more.
    #[serde(default)]
    pub beyond: Vec<contract::MonthEffect>,
}

/// A bill before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillChange {
    /// Billed entity.
    pub entity: String,
    /// Currency.
    pub currency: String,
    /// Net total before.
    pub before: String,
    /// Net total after.
    pub after: String,
}

/// Checks a decision, shows what it changes, and records it unless it is a preview.
///
/// # Errors
/// A refusal that names the option; nothing is recorded then.
pub async fn decide(registers: &Registers, by: &str, args: Decide) -> Result<DecisionMade, Refusal> {
    let record = registers.record();
    let head = record.head(&args.client).await.map_err(|error| error.refusal())?;
    let before = registers.of(&args.client, None, None).await?;
    let fact = Fact::Decision(check(&before, by, &args)?);
    let arrival = match &args.more.to_client {
        Some(to) => Some((to.clone(), Arrival::new(registers, &before, to, &args).await?)),
        None => None,
    };
    let after = registers.with(&args.client, vec![fact.clone()]).await?;
    let month = first_open(&before, Month::of(args.effective));
    let beyond = beyond(&before, &after, &args)?;
    let mut bills = changes(&before, &after, month)?;
    if let Some((_, arrival)) = &arrival {
        bills.extend(arrival.changes(registers, month).await?);
    }
    if !args.preview {
        record.append(&args.client, vec![fact], Some(head)).await.map_err(|error| error.refusal())?;
        if let Some((to, arrival)) = arrival {
            record.append(&to, vec![arrival.list], Some(arrival.head)).await.map_err(|error| error.refusal())?;
        }
    }
    Ok(DecisionMade { schema: "cadastre/decision/1".to_owned(), recorded: !args.preview, month, bills, beyond })
}

/// The closed months that change and that no bill regularises any more.
fn beyond(before: &Register, after: &Register, args: &Decide) -> Result<Vec<contract::MonthEffect>, Refusal> {
    let reaches = before.closed.last().is_some_and(|last| Month::of(args.effective) <= last.closed.month);
    if !reaches {
        return Ok(Vec::new());
    }
    let currency = before.agreements.first().map_or("EUR", |agreement| agreement.contract.currency.as_str());
    let months = contract::months(before, after, currency)?;
    Ok(months.into_iter().filter(|month| month.closed && !month.regularised).collect())
}

/// The month whose bill shows a change about `month`: the first open one, where a closed month is corrected.
fn first_open(register: &Register, month: Month) -> Month {
    register.closed.last().map_or(month, |last| last.closed.month.plus(1).max(month))
}

fn check(register: &Register, by: &str, args: &Decide) -> Result<Decision, Refusal> {
    if args.reason.trim().is_empty() {
        return Err(Refusal::new("cell_empty").on("reason"));
    }
    let needed = match args.verb {
        Verb::Merge | Verb::NeverTogether => 2,
        Verb::Snooze | Verb::Attest => 0,
        _ => 1,
    };
    let mut assets: Vec<String> = Vec::new();
    for id in &args.assets {
        if !assets.contains(id) {
            assets.push(id.clone());
        }
    }
    if assets.len() < needed {
        let refusal = Refusal::new("assets_needed").with("needed", needed);
        return Err(if needed > 1 { refusal.with("different", needed) } else { refusal }.on("assets"));
    }
    if let Some(unknown) = args.assets.iter().find(|id| register.asset(id).is_none()) {
        return Err(Refusal::new("asset_unknown").with("asset", unknown).with("client", &args.client).on("assets"));
    }
    let first = register.agreements.iter().map(|agreement| agreement.contract.first_day()).min();
    if let Some(first) = first.filter(|first| args.effective < *first) {
        let refusal = Refusal::new("before_contract").with("day", args.effective).with("first", first);
        return Err(refusal.on("effective"));
    }
    check_target(register, args)?;
    check_more(register, args)?;
    let decision = Decision {
        verb: args.verb,
        assets,
        effective: args.effective,
        reason: args.reason.trim().to_owned(),
        by: by.to_owned(),
        contract: args.contract.clone(),
        line: args.line.clone(),
        slot: args.slot.clone(),
        more: args.more.clone(),
    };
    check_contradiction(register, &decision)?;
    check_identity(register, &decision)?;
    Ok(decision)
}

/// What `move`, `snooze` and `attest` need.
fn check_more(register: &Register, args: &Decide) -> Result<(), Refusal> {
    let more = &args.more;
    let needed = |option: &str, field: &str| Err(Refusal::new("option_needed").with("option", option).on(field));
    match args.verb {
        Verb::Move if more.to_client.is_none() && more.site.is_none() => needed("--to-client", "to_client"),
        Verb::Move if more.to_client.as_ref() == Some(&args.client) => {
            Err(Refusal::new("move_to_itself").with("client", &args.client).on("to_client"))
        }
        Verb::Snooze => {
            let Some(finding) = &more.finding else { return needed("--finding", "finding") };
            let Some(until) = more.until else { return needed("--until", "until") };
            let known = |id: &str| {
                register.findings.iter().chain(&register.snoozed).any(|open| open.id == id)
                    || register.identity.tasks.iter().any(|task| task.id == id)
            };
            // The day before: awake again from the effective day.
            let wakes = until.tomorrow().is_ok_and(|next| next == args.effective) && finding::sleeps(register, finding);
            if until < args.effective && !wakes {
                let refusal = Refusal::new("snooze_ends_before").with("until", until).with("day", args.effective);
                return Err(refusal.on("until"));
            }
            if !known(finding) {
                return Err(Refusal::new("finding_unknown").with("finding", finding).on("finding"));
            }
            Ok(())
        }
        Verb::Attest => {
            let Some(duty) = &more.duty else { return needed("--duty", "duty") };
            if args.effective > register.as_of {
                let refusal = Refusal::new("attest_in_future").with("day", args.effective);
                return Err(refusal.with("today", register.as_of).on("effective"));
            }
            let known = |contract: &Contract| {
                let conditions = contract.conditions_on(args.effective);
                let warns = duty == WARNING_DUTY && conditions.warns_client();
                warns || conditions.duties.iter().any(|d| d.id == *duty)
            };
            if !register.agreements.iter().any(|agreement| known(&agreement.contract)) {
                return Err(Refusal::new("duty_unknown").with("duty", duty).on("duty"));
            }
            match more.result.as_deref() {
                Some("passed" | "failed") => Ok(()),
                Some(other) => {
                    let refusal = Refusal::new("unknown_value").with("key", "result").with("value", other);
                    Err(refusal.with("allowed", "passed, failed").on("result"))
                }
                None => needed("--result", "result"),
            }
        }
        _ => Ok(()),
    }
}

/// A merge and a never-together of the same two assets contradict, whatever their days.
fn check_identity(register: &Register, decision: &Decision) -> Result<(), Refusal> {
    let other = match decision.verb {
        Verb::Merge => Verb::NeverTogether,
        Verb::NeverTogether => Verb::Merge,
        _ => return Ok(()),
    };
    let opposed = register.decisions.iter().map(|decided| &decided.decision).filter(|earlier| earlier.verb == other);
    for earlier in opposed {
        if decision.assets.iter().filter(|id| earlier.assets.contains(id)).count() >= 2 {
            let refusal = Refusal::new("decision_contradicts").with("day", earlier.effective);
            return Err(refusal.with("by", &earlier.by).with("why", &earlier.reason).on("assets"));
        }
    }
    Ok(())
}

/// The contract, line and slot that the verb needs exist on the effective day.
fn check_target(register: &Register, args: &Decide) -> Result<(), Refusal> {
    let named = |id: &str| args.contract.as_deref().is_none_or(|named| named == id);
    if let Some(contract) = &args.contract
        && !register.agreements.iter().any(|agreement| agreement.contract.id == *contract)
    {
        return Err(Refusal::new("contract_unknown")
            .with("contract", contract)
            .with("client", &args.client)
            .on("contract"));
    }
    if !matches!(args.verb, Verb::Include | Verb::Replace) {
        return Ok(());
    }
    let in_force: Vec<_> = register
        .agreements
        .iter()
        .filter(|agreement| named(&agreement.contract.id) && agreement.contract.in_force(args.effective))
        .collect();
    if in_force.is_empty() {
        return Err(Refusal::new("no_contract_on").with("day", args.effective).on("effective"));
    }
    if let Some(line) = &args.line {
        let lines: Vec<_> =
            in_force.iter().flat_map(|a| a.contract.lines_on(args.effective)).map(|line| line.id.as_str()).collect();
        if !lines.contains(&line.as_str()) {
            return Err(Refusal::new("line_not_in_contract")
                .with("line", line)
                .with("known", lines.join(", "))
                .on("line"));
        }
    } else if args.verb == Verb::Include && args.slot.is_none() {
        return Err(Refusal::new("option_needed").with("option", "--line").on("line"));
    }
    if args.verb == Verb::Replace {
        let Some(slot) = &args.slot else {
            return Err(Refusal::new("option_needed").with("option", "--slot").on("slot"));
        };
        if !register.perimeter.stays.iter().any(|stay| stay.slot == *slot && stay.from <= args.effective) {
            return Err(Refusal::new("slot_unknown").with("slot", slot).on("slot"));
        }
    }
    Ok(())
}

/// Two decisions of one kind (line or state) on one asset and day contradict, unless they say the same.
fn check_contradiction(register: &Register, decision: &Decision) -> Result<(), Refusal> {
    let named: Vec<usize> = decision.assets.iter().filter_map(|id| register.asset(id)).collect();
    for Decided { decision: earlier, .. } in &register.decisions {
        let same_asset = earlier.assets.iter().filter_map(|id| register.asset(id)).any(|asset| named.contains(&asset));
        let same_kind = kind(earlier.verb) == kind(decision.verb) && kind(decision.verb) != Kind::Identity;
        let says_other = (earlier.verb, &earlier.line, &earlier.slot, &earlier.more)
            != (decision.verb, &decision.line, &decision.slot, &decision.more);
        if same_asset && same_kind && says_other && earlier.effective == decision.effective {
            let refusal = Refusal::new("decision_contradicts").with("day", decision.effective);
            return Err(refusal.with("by", &earlier.by).with("why", &earlier.reason).on("effective"));
        }
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Kind {
    Line,
    State,
    Place,
    /// Two of these never contradict by their day.
    Identity,
}

fn kind(verb: Verb) -> Kind {
    match verb {
        Verb::Include | Verb::Exclude | Verb::Replace => Kind::Line,
        Verb::Active | Verb::Stock | Verb::Spare | Verb::Loan | Verb::Byod | Verb::Reversibility | Verb::Retire => {
            Kind::State
        }
        Verb::Merge | Verb::NeverTogether | Verb::Snooze | Verb::Attest => Kind::Identity,
        Verb::Move => Kind::Place,
    }
}

pub(super) fn changes(before: &Register, after: &Register, month: Month) -> Result<Vec<BillChange>, Refusal> {
    let old = before.bills(month)?;
    let new = after.bills(month)?;
    Ok(new
        .iter()
        .map(|bill| {
            let same = old.iter().find(|old| (&old.entity, &old.currency) == (&bill.entity, &bill.currency));
            BillChange {
                entity: bill.entity.clone(),
                currency: bill.currency.clone(),
                before: same.map_or_else(|| "0.00".to_owned(), |old| old.total_net.to_string()),
                after: bill.total_net.to_string(),
            }
        })
        .collect())
}
