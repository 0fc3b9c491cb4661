//! Several decisions of one client at once: weighed together, then recorded together.
//!
//! **Invariant**: what [`weigh`] shows is what [`record_all`] does, on the same facts: both check and derive alike; the
//! writing refuses all when it refuses one.

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::Fact;
use cadastre_domain::money::Amount;
use cadastre_domain::price::{BillLine, Kind, Unit};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;

use super::{BillChange, Decide, changes, check, first_open};
use crate::admin::arrival::Arrival;
use crate::register::Registers;

/// Most months that one preview tells of.
const MONTHS_MAX: usize = 6;

/// What decisions would do, and which of them would be refused.
#[derive(Debug, Clone, Default)]
pub struct Weighed {
    /// The months whose bills change, from the first open one on; then one month more, whole.
    pub months: Vec<MonthEffect>,
    /// Place of each refused decision, and why.
    pub refused: Vec<(usize, Refusal)>,
}

/// What the bills of a month become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthEffect {
    /// The month.
    pub month: Month,
    /// One entry an entity and currency, those of the other client of a move too.
    pub bills: Vec<BillChange>,
    /// The days that it counts more or less, when they and the regularisations say it all.
    pub days: Option<DayEffect>,
    /// The change of regularisations and credits in it, signed: what closed months would have been.
    pub regularised: String,
}

/// `19 days × 12.00 ÷ 30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEffect {
    /// Slot-days, signed.
    pub days: i64,
    /// Price of a whole month.
    pub unit_price: String,
    /// Days of the month.
    pub price_base: u32,
}

/// Weighs decisions of one client; writes nothing.
///
/// # Errors
/// `client_unknown`, and what pricing or the record refuses.
pub async fn weigh(registers: &Registers, by: &str, asked: &[Decide]) -> Result<Weighed, Refusal> {
    let Some(first) = asked.first() else { return Ok(Weighed::default()) };
    let before = registers.of(&first.client, None, None).await?;
    let (mut facts, mut arrivals, mut weighed) = (Vec::new(), Vec::new(), Weighed::default());
    for (place, args) in asked.iter().enumerate() {
        match prepared(registers, &before, by, args).await {
            Ok((fact, arrival)) => {
                facts.push(fact);
                arrivals.extend(arrival);
            }
            Err(refusal) => weighed.refused.push((place, refusal)),
        }
    }
    if facts.is_empty() {
        return Ok(weighed);
    }
    let after = registers.with(&first.client, facts).await?;
    let earliest = asked.iter().map(|args| Month::of(args.effective)).min().unwrap_or(Month::of(before.as_of));
    let mut month = first_open(&before, earliest);
    let last = Month::of(before.as_of).max(month).plus(1);
    while month <= last && weighed.months.len() < MONTHS_MAX {
        let mut bills = changes(&before, &after, month)?;
        for (_, arrival) in &arrivals {
            bills.extend(arrival.changes(registers, month).await?);
        }
        let (days, regularised) = days(&before, &after, month)?;
        weighed.months.push(MonthEffect { month, bills, days, regularised });
        month = month.plus(1);
    }
    Ok(weighed)
}

/// Records decisions of one client, all or none; gives the sequences of the first and the last.
///
/// # Errors
/// The refusal of the first decision that is refused, `assets_needed` when there is none, and what the record refuses.
pub async fn record_all(registers: &Registers, by: &str, asked: Vec<Decide>) -> Result<(u64, u64), Refusal> {
    let Some(first) = asked.first() else { return Err(Refusal::new("assets_needed").with("needed", 1)) };
    let (record, client) = (registers.record(), first.client.clone());
    let head = record.head(&client).await.map_err(|error| error.refusal())?;
    let before = registers.of(&client, None, None).await?;
    let (mut facts, mut arrivals) = (Vec::new(), Vec::new());
    for args in &asked {
        let (fact, arrival) = prepared(registers, &before, by, args).await?;
        facts.push(fact);
        arrivals.extend(arrival);
    }
    let recorded = record.append(&client, facts, Some(head)).await.map_err(|error| error.refusal())?;
    let mut gone = None;
    for (to, arrival) in arrivals {
        // Those that go to one client were all decided on the same head of it.
        let expect = (gone.as_ref() != Some(&to)).then_some(arrival.head);
        record.append(&to, vec![arrival.list], expect).await.map_err(|error| error.refusal())?;
        gone = Some(to);
    }
    let seq = |recorded: Option<&cadastre_domain::fact::Recorded>| recorded.map_or(0, |recorded| recorded.seq);
    Ok((seq(recorded.first()), seq(recorded.last())))
}

async fn prepared(
    registers: &Registers,
    before: &Register,
    by: &str,
    args: &Decide,
) -> Result<(Fact, Option<(String, Arrival)>), Refusal> {
    let fact = Fact::Decision(check(before, by, args)?);
    let arrival = match &args.more.to_client {
        Some(to) => Some((to.clone(), Arrival::new(registers, before, to, args).await?)),
        None => None,
    };
    Ok((fact, arrival))
}

/// The change of slot-days, when it is one line's at one price and nothing but regularisations changes beside it; and the
/// change of those.
fn days(before: &Register, after: &Register, month: Month) -> Result<(Option<DayEffect>, String), Refusal> {
    let mut sums: Vec<(BillLine, i64, Amount)> = Vec::new();
    let (mut regularised, mut others) = (Amount::ZERO, Amount::ZERO);
    for (register, sign) in [(before, -1_i64), (after, 1)] {
        let bills = register.bills(month)?;
        let add = |sum: Amount, amount: Amount| if sign < 0 { sum.minus(amount) } else { sum.plus(amount) };
        for line in bills.iter().flat_map(|bill| &bill.lines) {
            match (line.kind, line.unit) {
                (Kind::Regularisation | Kind::Credit, _) => regularised = add(regularised, line.amount)?,
                (Kind::Recurring, Unit::Day) => {
                    let place = sums.iter().position(|(known, ..)| same_price(known, line));
                    let quantity = line.quantity.saturating_mul(sign);
                    match place.and_then(|place| sums.get_mut(place)) {
                        Some((_, days, amount)) => {
                            *days = days.saturating_add(quantity);
                            *amount = add(*amount, line.amount)?;
                        }
                        None => sums.push((line.clone(), quantity, add(Amount::ZERO, line.amount)?)),
                    }
                }
                _ => others = add(others, line.amount)?,
            }
        }
    }
    sums.retain(|(_, days, amount)| *days != 0 || *amount != Amount::ZERO);
    let day = match sums.as_slice() {
        [(line, days, _)] if others == Amount::ZERO && line.discount.is_none() => {
            Some(DayEffect { days: *days, unit_price: line.unit_price.to_string(), price_base: line.price_base })
        }
        _ => None,
    };
    Ok((day, regularised.to_string()))
}

fn same_price(one: &BillLine, other: &BillLine) -> bool {
    (&one.contract, &one.line, one.unit_price, one.price_base, one.discount)
        == (&other.contract, &other.line, other.unit_price, other.price_base, other.discount)
}
