//! The price review clause: which index, how often, with which limits.
//!
//! Refuses a formula whose parts do not make one, and an index window longer than the time between two revisions
//! (article L112-1 of the French monetary and financial code deems it unwritten).

use jiff::civil::Date;

use super::fields::{Fields, Reader};
use crate::calendar::{Month, add_months};
use crate::money::{Percent, Price};
use crate::refusal::Refusal;

const MILLION: i64 = 1_000_000;

/// An index series; a coefficient never mixes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Series {
    /// The first Syntec index, calculated until 2022-07.
    SyntecOld,
    /// The revised Syntec index.
    Syntec,
}

impl Series {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::SyntecOld => "syntec-old",
            Self::Syntec => "syntec",
        }
    }
}

/// The words of the series in files.
pub const SERIES: [(&str, Series); 2] = [("syntec-old", Series::SyntecOld), ("syntec", Series::Syntec)];

/// The reference index of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Series of the value.
    pub series: Series,
    /// Its month.
    pub month: Month,
    /// The value.
    pub value: Price,
}

/// The price review clause: `P1 = P0·(a + b·S1/S0)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceReview {
    /// Series that S1 is read in.
    pub series: Series,
    /// Fixed part, in millionths; 0 by default.
    pub a: i64,
    /// Indexed part, in millionths; `1 − a`.
    pub b: i64,
    /// S0 of the first revision.
    pub s0: Reference,
    /// Months before the revision whose index is S1.
    pub lag_months: u32,
    /// Months between two revisions.
    pub every_months: u32,
    /// Most per cent of one revision.
    pub cap: Option<Percent>,
    /// Least per cent of one revision.
    pub floor: Option<Percent>,
    /// Decimals of the coefficient; exact without.
    pub coefficient_decimals: Option<u32>,
    /// Decimals of the new price; those of the old one, at least two, without.
    pub price_decimals: Option<u32>,
}

/// Reads `[price_review]`.
pub(super) fn read(fields: &Fields<'_>, effective_on: Option<Date>, reader: &mut Reader) -> Option<PriceReview> {
    fields.only(reader, &["series", "a", "b", "s0", "lag_months", "every_months", "cap", "floor", "rounding"]);
    fields.require(reader, &["series", "s0", "lag_months", "every_months"]);
    let series = fields.choice(reader, "series", &SERIES);
    let (a, b) = read_parts(fields, reader);
    let s0 = fields.table(reader, "s0").and_then(|s0| read_reference(&s0, reader));
    let lag_months = fields.count(reader, "lag_months", 0, 120);
    let every_months = fields.count(reader, "every_months", 1, 120);
    let cap = fields.percent(reader, "cap", 0, 1_000);
    let floor = fields.percent(reader, "floor", -100, 1_000);
    let rounding = fields.table(reader, "rounding");
    let (coefficient_decimals, price_decimals) = rounding.map_or((None, None), |rounding| {
        rounding.only(reader, &["coefficient", "price"]);
        (rounding.count(reader, "coefficient", 1, 6), rounding.count(reader, "price", 0, 6))
    });
    let (series, s0, lag_months, every_months) = (series?, s0?, lag_months?, every_months?);
    let review =
        PriceReview { series, a, b, s0, lag_months, every_months, cap, floor, coefficient_decimals, price_decimals };
    check(fields, &review, effective_on, reader);
    Some(review)
}

/// `a` and `b` in millionths; what is absent makes the sum 1.
fn read_parts(fields: &Fields<'_>, reader: &mut Reader) -> (i64, i64) {
    let a = fields.price(reader, "a").map(Price::millionths);
    let b = fields.price(reader, "b").map(Price::millionths);
    let (a, b) = match (a, b) {
        (None, None) => (0, MILLION),
        (Some(a), None) => (a, MILLION.saturating_sub(a)),
        (None, Some(b)) => (MILLION.saturating_sub(b), b),
        (Some(a), Some(b)) => (a, b),
    };
    if a.saturating_add(b) != MILLION || a < 0 || b < 0 {
        fields.error(reader, if fields.has("b") { "b" } else { "a" }, Refusal::new("review_parts_not_one"));
    }
    (a, b)
}

fn read_reference(fields: &Fields<'_>, reader: &mut Reader) -> Option<Reference> {
    fields.only(reader, &["series", "month", "value"]);
    fields.require(reader, &["series", "month", "value"]);
    let series = fields.choice(reader, "series", &SERIES);
    let month = fields.month(reader, "month");
    let value = fields.price(reader, "value")?;
    if value.millionths() == 0 {
        fields.error(reader, "value", Refusal::new("index_not_positive"));
        return None;
    }
    Some(Reference { series: series?, month: month?, value })
}

fn check(fields: &Fields<'_>, review: &PriceReview, effective_on: Option<Date>, reader: &mut Reader) {
    if let (Some(cap), Some(floor)) = (review.cap, review.floor)
        && floor.millionths() > cap.millionths()
    {
        fields.error(reader, "floor", Refusal::new("review_floor_above_cap"));
    }
    if let Some(floor) = review.floor
        && floor.millionths() >= 0
    {
        fields.warn(reader, "floor", Refusal::new("review_floor_not_negative"));
    }
    if review.series == Series::SyntecOld && review.s0.series == Series::Syntec {
        fields.error(reader, "s0", Refusal::new("review_series_backwards"));
    }
    // The first S1 is `lag` months before `effective + every`; from S0's month to it there may be at most `every`.
    let Some(effective_on) = effective_on else { return };
    let lag = i32::try_from(review.lag_months).unwrap_or(i32::MAX);
    let oldest = Month::of(add_months(effective_on.first_of_month(), lag.saturating_neg()));
    if review.s0.month < oldest {
        let refusal = Refusal::new("review_window_too_long").with("month", review.s0.month).with("oldest", oldest);
        fields.error(reader, "s0", refusal);
    }
}
