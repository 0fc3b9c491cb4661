//! Retroactive audit: months of issued invoices against the devices that dated lists prove, as intervals.
//!
//! A device is **proved** in every month from the first to the last time that a list saw it; in any other month it is
//! **possible**, for silence proves nothing. So under-billing lies between what is proved and what is known beyond the
//! invoice, and over-billing between nothing and what is billed beyond the proof. Only a complete list bounds a month from
//! above: what exceeds it was proved to be billed for nobody. Devices are counted by whole months, as most invoices do.
//! **Invariant**: proved ≤ possible on either side, and no month is under- and over-billed for sure at once.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use num_rational::Ratio;

use crate::calendar::Month;
use crate::money::{Amount, r2};
use crate::refusal::Refusal;

/// A row of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoiced {
    /// The month that it bills.
    pub month: Month,
    /// What it counts.
    pub category: String,
    /// How many, in hundredths.
    pub hundredths: i64,
    /// Net.
    pub amount: Amount,
}

/// A device that lists saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its category.
    pub category: String,
    /// Month of its first sighting.
    pub first: Month,
    /// Month of its last.
    pub last: Month,
}

/// What a complete list bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The month it speaks of.
    pub month: Month,
    /// The category.
    pub category: String,
    /// How many devices it knows.
    pub devices: u32,
}

/// An interval of devices, in hundredths, and of money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interval {
    /// Proved, at least.
    pub proved: i64,
    /// Possible, at most.
    pub possible: i64,
    /// What the proved ones come to; `None` without a price.
    pub amount_proved: Option<Amount>,
    /// What the possible ones come to.
    pub amount_possible: Option<Amount>,
}

/// A month of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The month.
    pub month: Month,
    /// The category.
    pub category: String,
    /// Billed, in hundredths.
    pub billed: i64,
    /// Net of these rows.
    pub amount: Amount,
    /// Devices proved.
    pub proved: u32,
    /// Devices known from any list, of this month or another.
    pub known: u32,
    /// The most that complete lists of the month allow.
    pub bound: Option<u32>,
    /// Billed too much.
    pub over: Interval,
    /// Billed too little.
    pub under: Interval,
}

/// A price: so much for so many hundredths.
type Price = (i128, i128);

/// Audits the months from the first to the last invoice, by month and category.
///
/// # Errors
/// `amount_overflow`.
pub fn audit(invoiced: &[Invoiced], seen: &[Seen], bounds: &[Bound]) -> Result<Vec<Audited>, Refusal> {
    let (Some(first), Some(last)) =
        (invoiced.iter().map(|row| row.month).min(), invoiced.iter().map(|row| row.month).max())
    else {
        return Ok(Vec::new());
    };
    let named = invoiced.iter().map(|row| &row.category).chain(seen.iter().map(|device| &device.category));
    let categories: BTreeSet<&String> = named.collect();
    let mut audited = Vec::new();
    let mut month = first;
    while month <= last {
        for category in &categories {
            audited.extend(one(month, category, invoiced, seen, bounds)?);
        }
        month = month.plus(1);
    }
    Ok(audited)
}

/// One month of one category; nothing when it was neither billed nor could be there.
fn one(
    month: Month,
    category: &str,
    invoiced: &[Invoiced],
    seen: &[Seen],
    bounds: &[Bound],
) -> Result<Option<Audited>, Refusal> {
    let own = || invoiced.iter().filter(|row| row.category == category);
    let rows = || own().filter(|row| row.month == month);
    let billed = rows().map(|row| row.hundredths).fold(0, i64::saturating_add);
    let amount = Amount::total(rows().map(|row| row.amount))?;
    let devices = || seen.iter().filter(|device| device.category == category);
    let proved = count(devices().filter(|device| device.first <= month && month <= device.last).count());
    let known = count(devices().count());
    if rows().next().is_none() && known == 0 {
        return Ok(None);
    }
    let bound = bounds.iter().filter(|bound| bound.month == month && bound.category == category);
    let bound = bound.map(|bound| bound.devices).max().map(|devices| devices.max(proved));
    let possible = bound.map_or(known, |bound| bound.min(known)).max(proved);
    let price = price(own(), month);
    let excess = |of: i64, over: i64| of.saturating_sub(over).max(0);
    let interval = |proved: i64, possible: i64| -> Result<Interval, Refusal> {
        let cost = |hundredths: i64| price.map(|price| cost(hundredths, price)).transpose();
        Ok(Interval { proved, possible, amount_proved: cost(proved)?, amount_possible: cost(possible)? })
    };
    Ok(Some(Audited {
        month,
        category: String::from(category),
        billed,
        amount,
        proved,
        known,
        bound,
        over: interval(bound.map_or(0, |bound| excess(billed, whole(bound))), excess(billed, whole(proved)))?,
        under: interval(excess(whole(proved), billed), excess(whole(possible), billed))?,
    }))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn whole(devices: u32) -> i64 {
    i64::from(devices).saturating_mul(100)
}

/// The average price of a month; of the nearest billed month before it, else after it, where the month has none.
fn price<'r>(rows: impl Iterator<Item = &'r Invoiced>, month: Month) -> Option<Price> {
    let mut months: BTreeMap<Month, Price> = BTreeMap::new();
    for row in rows {
        let (cents, hundredths) = months.entry(row.month).or_insert((0, 0));
        *cents = cents.saturating_add(i128::from(row.amount.cents()));
        *hundredths = hundredths.saturating_add(i128::from(row.hundredths));
    }
    // A month that was only credited has a price too.
    for (cents, hundredths) in months.values_mut().filter(|(_, hundredths)| *hundredths < 0) {
        (*cents, *hundredths) = (cents.saturating_neg(), hundredths.saturating_neg());
    }
    months.retain(|_, (cents, hundredths)| *cents >= 0 && *hundredths > 0);
    let before = months.range(..=month).next_back();
    before.or_else(|| months.range(month..).next()).map(|(_, price)| *price)
}

fn cost(hundredths: i64, (cents, of): Price) -> Result<Amount, Refusal> {
    let overflow = || Refusal::new("amount_overflow");
    let above = i128::from(hundredths).checked_mul(cents).ok_or_else(overflow)?;
    r2(Ratio::new(above, of.checked_mul(100).ok_or_else(overflow)?))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    fn month(number: i32) -> Month {
        "2026-01".parse::<Month>().unwrap().plus(number)
    }

    fn billed(number: i32, devices: i64, amount: &str) -> Invoiced {
        Invoiced {
            month: month(number),
            category: "laptop".to_string(),
            hundredths: devices * 100,
            amount: amount.parse().unwrap(),
        }
    }

    fn device(first: i32, last: i32) -> Seen {
        Seen { category: "laptop".to_string(), first: month(first), last: month(last) }
    }

    fn money(interval: Interval) -> [String; 2] {
        [interval.amount_proved, interval.amount_possible].map(|amount| amount.unwrap().to_string())
    }

    #[test]
    fn silence_proves_nothing_and_a_complete_list_does() {
        // Three billed in January and February at 12.00. Two seen all along, one from February on, one only in March.
        let rows = [billed(0, 3, "36.00"), billed(1, 3, "36.00")];
        let seen = [device(0, 2), device(0, 2), device(1, 2), device(2, 2)];
        let told = audit(&rows, &seen, &[]).unwrap();
        assert_eq!((told[0].proved, told[0].known, told[1].proved), (2, 4, 3));
        // January: one may have been billed for nobody, one may have been missing; nothing is sure.
        assert_eq!(
            (money(told[0].over), money(told[0].under)),
            (["0.00", "12.00"].map(String::from), ["0.00", "12.00"].map(String::from))
        );
        let complete = Bound { month: month(0), category: "laptop".to_string(), devices: 2 };
        let told = audit(&rows, &seen, &[complete]).unwrap();
        assert_eq!(money(told[0].over), ["12.00", "12.00"]);
        assert_eq!(money(told[0].under), ["0.00", "0.00"]);
    }

    #[test]
    fn a_month_without_an_invoice_takes_the_price_of_the_one_before() {
        let rows = [billed(0, 2, "25.00"), billed(2, 1, "30.00")];
        let told = audit(&rows, &[device(0, 2), device(0, 2)], &[]).unwrap();
        assert_eq!(money(told[1].under), ["25.00", "25.00"]);
        assert_eq!(money(told[2].under), ["30.00", "30.00"]);
    }

    proptest! {
        #[test]
        fn proved_never_passes_possible_and_nothing_is_surely_both(
            rows in prop::collection::vec((0i32..4, 0i64..6, 0i64..10_000), 1..6),
            seen in prop::collection::vec((0i32..4, 0i32..4), 0..8),
            bound in prop::option::of((0i32..4, 0u32..8)),
        ) {
            let rows: Vec<Invoiced> = rows
                .into_iter()
                .map(|(m, devices, cents)| Invoiced { amount: Amount::of_cents(cents).unwrap(), ..billed(m, devices, "0.00") })
                .collect();
            let seen: Vec<Seen> = seen.into_iter().map(|(first, more)| device(first, first + more)).collect();
            let bound: Vec<Bound> = bound
                .into_iter()
                .map(|(m, devices)| Bound { month: month(m), category: "laptop".to_string(), devices })
                .collect();
            for row in audit(&rows, &seen, &bound).unwrap() {
                for side in [row.over, row.under] {
                    prop_assert!(0 <= side.proved && side.proved <= side.possible);
                    prop_assert!(side.amount_proved <= side.amount_possible);
                }
                prop_assert!(row.over.proved == 0 || row.under.proved == 0);
            }
        }
    }
}
