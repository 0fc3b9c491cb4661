//! Price revision by an index: `P1 = P0·(a + b·S1/S0)` on `effective_on` + n·`every_months`.
//!
//! S1 is the last index published on the revision's day, of the `lag_months`-th month before or earlier, and at most
//! `every_months` after S0's month. After a revision P0 and S0 are those of that revision; a price that an amendment sets
//! is the new P0 and S0 stays. A revision without S1 leaves the price as it is, and is said.
//! A value of the old series is compared with the revised one by the official link; a coefficient never mixes the two.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;
use num_rational::Ratio;

use crate::calendar::{Month, add_months};
use crate::contract::{Contract, Line, PriceReview, Reference, Series};
use crate::money::Price;
use crate::refusal::Refusal;

/// Link from the old Syntec series to the revised one: revised = old × 0.97975.
const LINK: (i128, i128) = (97_975, 100_000);
const MILLION: i128 = 1_000_000;

/// A published index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexValue {
    /// The value.
    pub value: Price,
    /// When it was published; `None`: as if always known.
    pub published_on: Option<Date>,
}

/// The index table of the house; one value a series and month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexes {
    values: BTreeMap<(Series, Month), IndexValue>,
}

impl Indexes {
    /// Puts a value in its place; the last one told wins.
    pub fn put(&mut self, series: Series, month: Month, value: IndexValue) {
        self.values.insert((series, month), value);
    }

    /// All rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = (Series, Month, IndexValue)> + use<'_> {
        self.values.iter().map(|((series, month), value)| (*series, *month, *value))
    }

    /// The last value of a series published on `day`, of a month from `from` to `to`.
    fn last_published(&self, series: Series, from: Month, to: Month, day: Date) -> Option<Reference> {
        if from > to {
            return None;
        }
        let published = |value: &IndexValue| value.published_on.is_none_or(|published| published <= day);
        let mut values = self.values.range((series, from)..=(series, to)).rev();
        values.find(|(_, value)| published(value)).map(|((series, month), value)| Reference {
            series: *series,
            month: *month,
            value: value.value,
        })
    }
}

/// One revision of a contract's prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// First day of the new prices.
    pub on: Date,
    /// S0.
    pub s0: Reference,
    /// S1; `None` when no index was published in time.
    pub s1: Option<Reference>,
    /// What prices are multiplied by; `None` without S1.
    pub coefficient: Option<Ratio<i128>>,
    price_decimals: Option<u32>,
}

/// The revisions of a contract up to `until`, in order.
pub fn revisions(contract: &Contract, indexes: &Indexes, until: Date) -> Vec<Revision> {
    let mut found = Vec::new();
    if contract.segments.iter().all(|segment| segment.conditions.price_review.is_none()) {
        return found;
    }
    let mut chained: Option<(Reference, Reference)> = None;
    for month in 1i32.. {
        let on = add_months(contract.effective_on, month);
        if on > until || on == Date::MAX || contract.last_day().is_some_and(|last| on > last) {
            break;
        }
        let Some(review) = contract.conditions_on(on).price_review else { continue };
        if month.rem_euclid(i32::try_from(review.every_months).unwrap_or(i32::MAX)) != 0 {
            continue;
        }
        let s0 = chained.filter(|(agreed, _)| *agreed == review.s0).map_or(review.s0, |(_, last)| last);
        let s1 = find_s1(&review, s0, on, indexes);
        let coefficient = s1.and_then(|s1| coefficient(&review, s0, s1));
        if let (Some(s1), Some(_)) = (s1, coefficient) {
            chained = Some((review.s0, s1));
        }
        found.push(Revision { on, s0, s1, coefficient, price_decimals: review.price_decimals });
    }
    found
}

fn find_s1(review: &PriceReview, s0: Reference, on: Date, indexes: &Indexes) -> Option<Reference> {
    let months = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let wanted = Month::of(add_months(on.first_of_month(), months(review.lag_months).saturating_neg()));
    let furthest = s0.month.plus(months(review.every_months));
    indexes.last_published(review.series, s0.month, wanted.min(furthest), on)
}

/// `a + b·S1/S0`, rounded and limited as the clause says.
fn coefficient(review: &PriceReview, s0: Reference, s1: Reference) -> Option<Ratio<i128>> {
    let (mut above, mut below) = (i128::from(s1.value.millionths()), i128::from(s0.value.millionths()));
    if s0.series != s1.series {
        (above, below) = (above.checked_mul(LINK.1)?, below.checked_mul(LINK.0)?);
    }
    let fixed = i128::from(review.a).checked_mul(below)?;
    let indexed = i128::from(review.b).checked_mul(above)?;
    let denominator = below.checked_mul(MILLION)?;
    if denominator == 0 {
        return None;
    }
    let mut coefficient = Ratio::new(fixed.checked_add(indexed)?, denominator);
    if let Some(decimals) = review.coefficient_decimals {
        let scale = 10i128.checked_pow(decimals)?;
        coefficient = Ratio::new(half_away(coefficient, scale)?, scale);
    }
    let limit = |percent: crate::money::Percent| {
        Ratio::new(i128::from(percent.millionths()).saturating_add(100 * MILLION), 100 * MILLION)
    };
    if let Some(cap) = review.cap {
        coefficient = coefficient.min(limit(cap));
    }
    if let Some(floor) = review.floor {
        coefficient = coefficient.max(limit(floor));
    }
    Some(coefficient)
}

/// `value · scale`, rounded half away from zero; for values from zero on.
fn half_away(value: Ratio<i128>, scale: i128) -> Option<i128> {
    let doubled = value.numer().checked_mul(scale)?.checked_mul(2)?.checked_add(*value.denom())?;
    doubled.checked_div(value.denom().checked_mul(2)?)
}

/// The line with the prices that the revisions give it on `day`.
///
/// # Errors
/// `amount_overflow` when a price passes the limit.
pub(crate) fn revised<'a>(line: &'a Line, day: Date, revisions: &[Revision]) -> Result<Cow<'a, Line>, Refusal> {
    let mut revised = Cow::Borrowed(line);
    for revision in revisions.iter().filter(|revision| revision.on <= day) {
        let Some(coefficient) = revision.coefficient else { continue };
        let overflow = || Refusal::new("amount_overflow");
        let new = |price| new_price(price, coefficient, revision.price_decimals).ok_or_else(overflow);
        if line.agreed.unit_price < revision.on
            && let Some(price) = revised.unit_price
        {
            revised.to_mut().unit_price = Some(new(price)?);
        }
        if line.agreed.minimum_amount < revision.on
            && let Some(price) = revised.minimum_amount
        {
            revised.to_mut().minimum_amount = Some(new(price)?);
        }
        if line.agreed.tiers < revision.on && !line.tiers.is_empty() {
            for tier in &mut revised.to_mut().tiers {
                tier.unit_price = new(tier.unit_price)?;
            }
        }
    }
    Ok(revised)
}

/// The old price times the coefficient, with the old one's decimals (at least two) or those of the clause.
fn new_price(price: Price, coefficient: Ratio<i128>, decimals: Option<u32>) -> Option<Price> {
    let decimals = decimals.unwrap_or_else(|| u32::from(price.decimals()));
    let above = i128::from(price.millionths()).checked_mul(*coefficient.numer())?;
    let exact = Ratio::new(above, coefficient.denom().checked_mul(MILLION)?);
    let scale = 10i128.checked_pow(decimals)?;
    let millionths = half_away(exact, scale)?.checked_mul(MILLION.checked_div(scale)?)?;
    Price::new(i64::try_from(millionths).ok()?, u8::try_from(decimals).ok()?).ok()
}

/// What a reader must know: the revisions due by the end of the period that have no index.
pub(super) fn remarks(contracts: &[&Contract], indexes: &Indexes, period: Month) -> Vec<Refusal> {
    let mut remarks = Vec::new();
    for contract in contracts {
        for revision in revisions(contract, indexes, billed_until(contract, period)) {
            if revision.coefficient.is_none() {
                remarks.push(Refusal::new("index_missing").with("contract", &contract.id).with("date", revision.on));
            }
        }
    }
    remarks
}

/// The last day that the bill of the period prices.
fn billed_until(contract: &Contract, period: Month) -> Date {
    super::carried(contract, period).iter().map(|carried| carried.month.last()).max().unwrap_or_else(|| period.last())
}
