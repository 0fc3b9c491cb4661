//! Civil days and months: the units that contracts count in.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A calendar month, written `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: Date,
}

/// A text that is not a month written `YYYY-MM`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a month written YYYY-MM: {0}")]
pub struct InvalidMonth(pub String);

impl Month {
    /// The month that holds `day`.
    pub fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// How many days it has: 28 to 31.
    pub fn days(self) -> u32 {
        u32::from(self.first.days_in_month().unsigned_abs())
    }

    /// The month `n` months later (earlier when negative).
    pub fn plus(self, n: i32) -> Self {
        Self::of(add_months(self.first, n))
    }

    /// Its days, in order.
    pub fn each_day(self) -> impl Iterator<Item = Date> {
        (0..self.days()).filter_map(move |n| self.first.checked_add(i64::from(n).days()).ok())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let invalid = || InvalidMonth(String::from(text));
        let (year, month) = text.split_once('-').ok_or_else(invalid)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(invalid());
        }
        let year = year.parse().map_err(|_| invalid())?;
        let month = month.parse().map_err(|_| invalid())?;
        Date::new(year, month, 1).map(Self::of).map_err(|_| invalid())
    }
}

impl TryFrom<String> for Month {
    type Error = InvalidMonth;

    fn try_from(text: String) -> Result<Self, InvalidMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        alloc::format!("{month}")
    }
}

/// The days of one month on which something holds: bit 0 is the first of the month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days(pub u32);

impl Days {
    /// The days of `month` from `from` to `to`, both included; `to` `None` is without end.
    pub fn between(month: Month, from: Date, to: Option<Date>) -> Self {
        let first = from.max(month.first());
        let last = to.map_or(month.last(), |to| to.min(month.last()));
        if first > last {
            return Self(0);
        }
        let mut bits = 0u32;
        for day in first.day()..=last.day() {
            bits |= Self::bit(day);
        }
        Self(bits)
    }

    fn bit(day_of_month: i8) -> u32 {
        1u32.checked_shl(u32::from(day_of_month.unsigned_abs().saturating_sub(1))).unwrap_or(0)
    }

    /// Whether there is no day.
    pub fn is_none(&self) -> bool {
        self.0 == 0
    }

    /// How many days.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the day with this number in the month (from 1) is one of them.
    pub fn contains(self, day_of_month: i8) -> bool {
        self.0 & Self::bit(day_of_month) != 0
    }

    /// The days in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The days in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The days here that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The runs of consecutive days, as (first, last) dates of `month`.
    pub fn runs(self, month: Month) -> alloc::vec::Vec<(Date, Date)> {
        let mut runs: alloc::vec::Vec<(Date, Date)> = alloc::vec::Vec::new();
        for day in month.each_day().filter(|day| self.contains(day.day())) {
            match runs.last_mut() {
                Some((_, last)) if last.tomorrow().is_ok_and(|next| next == day) => *last = day,
                _ => runs.push((day, day)),
            }
        }
        runs
    }
}

/// `day` plus `n` months, clamped to the end of the month (31 January + 1 = 28 or 29 February).
///
/// Saturates at the ends of the calendar (years −9999 and 9999).
pub fn add_months(day: Date, n: i32) -> Date {
    day.saturating_add(i64::from(n).months())
}

/// The first instant of `day` in `zone`.
pub fn first_instant(day: Date, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// The last instant of `day` in `zone`, to the microsecond (facts are recorded to the microsecond).
pub fn last_instant(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.tomorrow().map_or(Timestamp::MAX, |next| first_instant(next, zone));
    next.saturating_sub(1.microsecond()).unwrap_or(next)
}

/// The civil day of `instant` in `zone`.
pub fn day_of(instant: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant).date()
}

/// The time zone with this IANA name, from the table compiled in.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_reads_and_writes_itself() {
        let march: Month = "2026-03".parse().unwrap();
        assert_eq!((march.first(), march.last(), march.days()), (date(2026, 3, 1), date(2026, 3, 31), 31));
        assert_eq!(march.to_string(), "2026-03");
        assert_eq!(march.plus(-1).days(), 28);
        for wrong in ["2026-13", "2026-3", "26-03", "2026", "2026-03-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_within_the_month() {
        let march: Month = "2026-03".parse().unwrap();
        assert_eq!(Days::between(march, date(2026, 3, 12), None).count(), 20);
        assert_eq!(Days::between(march, date(2025, 1, 1), Some(date(2026, 3, 9))).count(), 9);
        assert_eq!(Days::between(march, date(2026, 4, 1), None).count(), 0);
        let two = Days::between(march, date(2026, 3, 1), Some(date(2026, 3, 2))).or(Days::between(
            march,
            date(2026, 3, 31),
            None,
        ));
        assert_eq!(two.runs(march), [(date(2026, 3, 1), date(2026, 3, 2)), (date(2026, 3, 31), date(2026, 3, 31))]);
    }

    #[test]
    fn paris_days_follow_daylight_saving() {
        let paris = zone("Europe/Paris").unwrap();
        let spring = date(2026, 3, 29);
        let length = last_instant(spring, &paris).duration_since(first_instant(spring, &paris));
        assert_eq!(length.as_secs(), 23 * 3600 - 1);
        assert_eq!(day_of("2026-03-31T22:30:00Z".parse().unwrap(), &paris), date(2026, 4, 1));
        assert_eq!(add_months(date(2026, 1, 31), 1), date(2026, 2, 28));
    }
}
