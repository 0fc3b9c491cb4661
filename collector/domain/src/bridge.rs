//! The month bridge: why a bill differs from the one before it, as an exact sum of steps.
//!
//! For each prorata line the previous bill is taken to a whole month of its last slots, then to this month's price, then
//! slot by slot to what this month counts; another line is one step of its price and one of what it counts.
//! **Invariant**: previous net + Σ steps = this net, to the cent; what single roundings leave is a step of its own.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use num_rational::Ratio;

use crate::calendar::{Days, Month};
use crate::contract::{Contract, Mode};
use crate::money::{Amount, charge, r2};
use crate::price::{BillLine, Kind, Revision, SlotDays, revised, revisions};
use crate::refusal::Refusal;
use crate::register::Register;

const MILLION: i128 = 1_000_000;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `slot_added`, `slot_left`, `swap`, `full_month`, `price`, `line_new`, `line_ended`, `billed`, `unbilled` (a line in force
    /// that only one of both bills carries), `amount`, `regularisation`, `one_off`, `before` (what only the previous bill
    /// carried) or `rounding`.
    pub code: &'static str,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: Option<String>,
    /// Slot, for a movement.
    pub slot: Option<String>,
    /// The day, for a movement.
    pub day: Option<Date>,
    /// What it changes, net.
    pub amount: Amount,
    /// What proves it: the evidence of the bill's line.
    pub evidence: Option<String>,
}

/// A bridge between two months of a client, one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// ISO 4217 code.
    pub currency: String,
    /// Net of the month before.
    pub before: Amount,
    /// Net of this month.
    pub after: Amount,
    /// Why, in the order of the bill.
    pub steps: Vec<Step>,
}

/// The bridges from the month before to `month`, one a currency.
///
/// # Errors
/// What pricing refuses.
pub fn bridges(register: &Register, month: Month) -> Result<Vec<Bridge>, Refusal> {
    let (old, new) = (register.bills(month.plus(-1))?, register.bills(month)?);
    let currencies: BTreeSet<&String> = old.iter().chain(&new).map(|bill| &bill.currency).collect();
    let mut bridges = Vec::new();
    for currency in currencies {
        let of = |bills: &'_ [crate::price::Bill]| -> Vec<BillLine> {
            let own = bills.iter().filter(|bill| bill.currency == *currency);
            own.flat_map(|bill| bill.lines.iter().cloned()).collect()
        };
        let (before, after) = (of(&old), of(&new));
        bridges.push(Bridge {
            currency: currency.clone(),
            before: net(&before)?,
            after: net(&after)?,
            steps: steps(register, month, &before, &after)?,
        });
    }
    Ok(bridges)
}

fn net(lines: &[BillLine]) -> Result<Amount, Refusal> {
    Amount::total(lines.iter().map(|line| line.amount))
}

fn steps(register: &Register, month: Month, before: &[BillLine], after: &[BillLine]) -> Result<Vec<Step>, Refusal> {
    let is_own = |line: &BillLine| matches!(line.kind, Kind::Regularisation | Kind::Credit | Kind::OneOff);
    let mut keys: Vec<(String, Option<String>)> = Vec::new();
    for line in after.iter().chain(before) {
        let key = (line.contract.clone(), line.line.clone());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut steps = Vec::new();
    for (contract, line) in keys {
        let of = |lines: &[BillLine]| -> Vec<BillLine> {
            let own = lines.iter().filter(|l| l.contract == contract && l.line == line && !is_own(l));
            own.cloned().collect()
        };
        let (old, new) = (of(before), of(after));
        steps.extend(line_steps(register, month, &old, &new)?);
        for own in after.iter().filter(|l| l.contract == contract && l.line == line && is_own(l)) {
            let code = if own.kind == Kind::OneOff { "one_off" } else { "regularisation" };
            steps.push(step(code, own, own.amount));
        }
        for own in before.iter().filter(|l| l.contract == contract && l.line == line && is_own(l)) {
            steps.push(step("before", own, Amount::ZERO.minus(own.amount)?));
        }
    }
    Ok(steps)
}

fn step(code: &'static str, line: &BillLine, amount: Amount) -> Step {
    Step {
        code,
        contract: line.contract.clone(),
        line: line.line.clone(),
        slot: None,
        day: Some(line.from),
        amount,
        evidence: Some(line.evidence.clone()),
    }
}

/// The steps of one contract line.
fn line_steps(register: &Register, month: Month, old: &[BillLine], new: &[BillLine]) -> Result<Vec<Step>, Refusal> {
    let total = net(new)?.minus(net(old)?)?;
    let Some(like) = new.first().or(old.first()) else { return Ok(Vec::new()) };
    let contract = register.contracts().into_iter().find(|contract| contract.id == like.contract);
    let line = like.line.as_deref().unwrap_or_default();
    let prorata = |contract: &&Contract| {
        let mode = |day| contract.line_on(line, day).and_then(|line| line.mode);
        let monthly = contract.conditions_on(month.first()).billing.period.months() == 1;
        let advance = old.iter().chain(new).any(|l| l.kind != Kind::Recurring);
        monthly
            && !advance
            && mode(month.last()) == Some(Mode::Prorata)
            && mode(month.plus(-1).last()) == Some(Mode::Prorata)
    };
    let by_slot = contract.filter(prorata);
    if (old.is_empty() || new.is_empty()) && by_slot.is_none() {
        let stands = |day: Date| contract.is_some_and(|contract| contract.line_on(line, day).is_some());
        let code = match old.is_empty() {
            true if stands(month.plus(-1).last()) => "billed",
            true => "line_new",
            false if stands(month.first()) => "unbilled",
            false => "line_ended",
        };
        return Ok(alloc::vec![step(code, like, total)]);
    }
    let mut steps = match by_slot {
        Some(contract) => slot_steps(register, contract, line, month, like, net(old)?)?,
        None => {
            let priced = repriced(old, new)?.unwrap_or(Amount::ZERO);
            alloc::vec![step("price", like, priced), step("amount", like, total.minus(priced)?)]
        }
    };
    steps.retain(|step| !step.amount.is_zero() || step.code == "swap");
    let told = Amount::total(steps.iter().map(|step| step.amount))?;
    let left = total.minus(told)?;
    if !left.is_zero() {
        steps.push(Step { day: None, evidence: None, ..step("rounding", like, left) });
    }
    Ok(steps)
}

/// What the price of the last bill makes on this one: its amounts less what its counts come to at the last price. `None`
/// where several prices stand side by side, as tiers do.
fn repriced(old: &[BillLine], new: &[BillLine]) -> Result<Option<Amount>, Refusal> {
    let plain = |line: &BillLine| matches!(line.kind, Kind::Recurring | Kind::Time | Kind::OnDemand);
    let one_by_one = |lines: &[BillLine]| {
        lines.iter().all(plain) && lines.windows(2).all(|pair| matches!(pair, [one, other] if one.to < other.from))
    };
    let Some(last) = old.last().filter(|_| one_by_one(old) && one_by_one(new)) else { return Ok(None) };
    let mut at_last = Amount::ZERO;
    for line in new {
        at_last = at_last.plus(charge(line.quantity, last.unit_price, line.price_base, last.discount)?)?;
    }
    net(new)?.minus(at_last).map(Some)
}

/// What exact prices are fractions of: a millionth, of which a millionth of a per cent is kept.
const PARTS: i128 = MILLION * 100 * MILLION;

/// The price of a seat on a day after its discount, in `PARTS`.
fn price_on(contract: &Contract, line: &str, day: Date, revisions: &[Revision]) -> Result<i128, Refusal> {
    let Some(line) = contract.line_on(line, day) else { return Ok(0) };
    let line = revised(line, day, revisions)?;
    let price = line.unit_price.map_or(0, |price| i128::from(price.millionths()));
    let discount = line.discount.map_or(0, |percent| i128::from(percent.millionths()));
    Ok(price.saturating_mul((100 * MILLION).saturating_sub(discount)))
}

/// From the previous bill to a whole month of its last slots, to this month's price, to this month's days.
fn slot_steps(
    register: &Register,
    contract: &Contract,
    line: &str,
    month: Month,
    like: &BillLine,
    before: Amount,
) -> Result<Vec<Step>, Refusal> {
    let overflow = || Refusal::new("amount_overflow");
    let previous = month.plus(-1);
    let (old, new) = (days(register, previous, contract, line), days(register, month, contract, line));
    let last: BTreeSet<&String> =
        old.iter().filter(|(_, days)| days.contains(previous.last().day())).map(|(slot, _)| slot).collect();
    let seats = i128::try_from(last.len()).map_err(|_| overflow())?;
    let revisions = revisions(contract, &register.indexes, month.last());
    let price = |day: Date| price_on(contract, line, day, &revisions);
    let (then, now) = (price(previous.last())?, price(month.first())?);
    let prices = month.each_day().map(|day| Ok((day, price(day)?))).collect::<Result<Vec<_>, Refusal>>()?;
    let times = |price: i128| Ok(Ratio::new(price.checked_mul(seats).ok_or_else(overflow)?, PARTS));
    let whole = r2(times(then)?)?;
    let priced = r2(times(now)?)?;
    let mut steps =
        alloc::vec![step("full_month", like, whole.minus(before)?), step("price", like, priced.minus(whole)?),];
    let slots: BTreeSet<&String> = last.iter().copied().chain(new.keys()).collect();
    for slot in slots {
        let counted = new.get(slot).copied().unwrap_or_default();
        let mut exact = 0i128;
        for (_, price) in prices.iter().filter(|(day, _)| counted.contains(day.day())) {
            exact = exact.checked_add(*price).ok_or_else(overflow)?;
        }
        let whole = if last.contains(slot) { r2(Ratio::new(now, PARTS))? } else { Amount::ZERO };
        let amount = r2(Ratio::new(exact, PARTS.saturating_mul(i128::from(month.days()))))?.minus(whole)?;
        let runs = counted.runs(month);
        let (code, day) = match (last.contains(slot), runs.first(), runs.last()) {
            (false, Some((first, _)), _) => ("slot_added", Some(*first)),
            (true, _, Some((_, end))) if *end < month.last() => {
                ("slot_left", left(register, contract, line, slot, month).or(Some(*end)))
            }
            (true, None, _) => ("slot_left", left(register, contract, line, slot, month).or(Some(previous.last()))),
            _ => ("price", Some(month.first())),
        };
        steps.push(Step { slot: Some(slot.clone()), day, ..step(code, like, amount) });
        for swapped in swaps(register, contract, line, slot, month) {
            steps.push(Step { slot: Some(slot.clone()), day: Some(swapped), ..step("swap", like, Amount::ZERO) });
        }
    }
    Ok(steps)
}

/// The slot-days of a line as they were billed: frozen when the month is closed.
fn days(register: &Register, month: Month, contract: &Contract, line: &str) -> BTreeMap<String, Days> {
    let key = (contract.id.clone(), String::from(line));
    match register.closed_month(month) {
        Some(closed) => {
            let own = |slot: &&crate::closing::ClosedSlot| {
                slot.month == month && slot.contract == contract.id && slot.line == line
            };
            closed.closed.slots.iter().filter(own).map(|slot| (slot.slot.clone(), slot.days)).collect()
        }
        None => {
            let counted: SlotDays = register.slot_days(month);
            counted.lines.get(&key).cloned().unwrap_or_default()
        }
    }
}

/// The last day on which the slot was held, however much longer its removal is billed.
fn left(register: &Register, contract: &Contract, line: &str, slot: &str, month: Month) -> Option<Date> {
    let stays = [month, month.plus(-1)].map(|month| register.stays_of(&contract.id, line, slot, month));
    stays.into_iter().flatten().max_by_key(|stay| stay.from)?.to
}

/// The days of the month on which another asset took the slot over.
fn swaps(register: &Register, contract: &Contract, line: &str, slot: &str, month: Month) -> Vec<Date> {
    let stays: Vec<_> = register.stays_of(&contract.id, line, slot, month).collect();
    let pairs = stays.windows(2).filter_map(|pair| match pair {
        [one, other] if one.asset != other.asset && Month::of(other.from) == month => Some(other.from),
        _ => None,
    });
    pairs.collect()
}
