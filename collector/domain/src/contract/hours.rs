//! Contract hours: the hours in which promised delays run, and the instant at which one of them ends.
//!
//! `mon-fri 08:00-12:00 14:00-18:00, sat 09:00-12:00` or `24/7`, days in English or French, in the contract's zone; public
//! holidays are hours like others, since the contract does not name them. A promised day is a whole contract day: the
//! longest of the week. **Invariant**: hours that cannot be read judge nothing, and no delay ends before it began.

use alloc::vec::Vec;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::calendar::{day_of, first_instant};

const DAYS: [[&str; 2]; 7] =
    [["mon", "lun"], ["tue", "mar"], ["wed", "mer"], ["thu", "jeu"], ["fri", "ven"], ["sat", "sam"], ["sun", "dim"]];
const DAY_SECONDS: i64 = 86_400;
/// A delay that has not ended after so many days is taken as never ending.
const DAYS_MAX: usize = 3_660;

/// The windows of each day of the week, Monday first, in seconds from midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    week: [Vec<(i64, i64)>; 7],
}

impl Hours {
    /// Reads hours as contracts write them; `None` when they are written another way.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if ["24/7", "24x7", "24h/24", "7j/7", "24/24 7/7"].contains(&text.as_str()) {
            return Some(Self::always());
        }
        let mut week: [Vec<(i64, i64)>; 7] = Default::default();
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let mut words = part.split_whitespace();
            let days = days(words.next()?)?;
            let windows = words.map(window).collect::<Option<Vec<(i64, i64)>>>()?;
            if windows.is_empty() {
                return None;
            }
            for day in days {
                week.get_mut(day)?.extend(windows.iter().copied());
            }
        }
        week.iter_mut().for_each(|windows| windows.sort_unstable());
        week.iter().any(|windows| !windows.is_empty()).then_some(Self { week })
    }

    /// Around the clock.
    pub fn always() -> Self {
        Self { week: core::array::from_fn(|_| Vec::from([(0, DAY_SECONDS)])) }
    }

    /// When a delay promised as an ISO 8601 duration ends, for a demand of `opened`.
    pub fn end_of(&self, promise: &str, opened: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut left = self.seconds(promise)?;
        let mut day = day_of(opened, zone);
        for _ in 0..DAYS_MAX {
            for (from, to) in self.windows(day) {
                let (from, to) = (instant(day, *from, zone)?, instant(day, *to, zone)?);
                let from = from.max(opened);
                let open = to.as_second().saturating_sub(from.as_second());
                if open >= left {
                    return Timestamp::from_second(from.as_second().saturating_add(left)).ok();
                }
                left = left.saturating_sub(open.max(0));
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn windows(&self, day: Date) -> &[(i64, i64)] {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
        self.week.get(weekday).map_or(&[], Vec::as_slice)
    }

    /// The length of a promise, in seconds of contract hours; months and years promise no delay.
    fn seconds(&self, promise: &str) -> Option<i64> {
        let span: Span = promise.parse().ok()?;
        if span.get_years() != 0 || span.get_months() != 0 || span.get_weeks() != 0 {
            return None;
        }
        let length = |windows: &Vec<(i64, i64)>| windows.iter().map(|(from, to)| to.saturating_sub(*from)).sum::<i64>();
        let day = self.week.iter().map(length).max().unwrap_or(DAY_SECONDS);
        let parts = [
            i64::from(span.get_days()).saturating_mul(day),
            i64::from(span.get_hours()).saturating_mul(3_600),
            span.get_minutes().saturating_mul(60),
            span.get_seconds(),
        ];
        Some(parts.into_iter().fold(0, i64::saturating_add))
    }
}

fn days(text: &str) -> Option<Vec<usize>> {
    let day = |word: &str| DAYS.iter().position(|names| names.iter().any(|name| word.starts_with(name)));
    match text.split_once('-') {
        None => Some(Vec::from([day(text)?])),
        Some((from, to)) => {
            let (from, to) = (day(from)?, day(to)?);
            (from <= to).then(|| (from..=to).collect())
        }
    }
}

fn window(text: &str) -> Option<(i64, i64)> {
    let second = |text: &str| {
        if text == "24:00" {
            return Some(DAY_SECONDS);
        }
        let text = text.replace('h', ":");
        let padded = if text.ends_with(':') { text + "00" } else { text };
        let time: Time = Time::strptime("%H:%M", &padded).ok()?;
        Some(i64::from(time.hour()).saturating_mul(3_600).saturating_add(i64::from(time.minute()).saturating_mul(60)))
    };
    let (from, to) = text.split_once('-')?;
    let (from, to) = (second(from)?, second(to)?);
    (from < to).then_some((from, to))
}

fn instant(day: Date, second: i64, zone: &TimeZone) -> Option<Timestamp> {
    if second >= DAY_SECONDS {
        return Some(first_instant(day.tomorrow().ok()?, zone));
    }
    let hour = i8::try_from(second.checked_div(3_600)?).ok()?;
    let minute = i8::try_from(second.checked_rem(3_600)?.checked_div(60)?).ok()?;
    zone.to_timestamp(day.at(hour, minute, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;

    fn end(hours: &str, promise: &str, opened: &str) -> Option<String> {
        let zone = crate::calendar::zone("Europe/Paris").unwrap();
        let end = Hours::read(hours)?.end_of(promise, opened.parse().unwrap(), &zone)?;
        Some(end.to_string())
    }

    #[test]
    fn a_delay_runs_in_contract_hours_only() {
        let week = "mon-fri 08:00-18:00";
        // 2026-03-06 is a Friday; Paris is at +01:00.
        assert_eq!(end(week, "PT4H", "2026-03-06T08:00:00Z").as_deref(), Some("2026-03-06T12:00:00Z"));
        assert_eq!(end(week, "PT4H", "2026-03-06T15:30:00Z").as_deref(), Some("2026-03-09T09:30:00Z"));
        assert_eq!(end(week, "PT4H", "2026-03-07T09:00:00Z").as_deref(), Some("2026-03-09T11:00:00Z"));
        assert_eq!(end(week, "P1D", "2026-03-05T08:00:00Z").as_deref(), Some("2026-03-06T08:00:00Z"));
        assert_eq!(end("24/7", "PT4H", "2026-03-07T23:00:00Z").as_deref(), Some("2026-03-08T03:00:00Z"));
        let split = "lun-ven 08h00-12h00 14h00-18h00, sam 9h00-12h00";
        assert_eq!(end(split, "PT4H", "2026-03-06T16:00:00Z").as_deref(), Some("2026-03-07T11:00:00Z"));
    }

    #[test]
    fn hours_that_cannot_be_read_judge_nothing() {
        for hours in ["", "office hours", "fri-mon 08:00-18:00", "mon-fri", "mon-fri 18:00-08:00"] {
            assert_eq!(end(hours, "PT4H", "2026-03-06T08:00:00Z"), None, "{hours}");
        }
        assert_eq!(end("24/7", "P1M", "2026-03-06T08:00:00Z"), None);
    }

    #[test]
    fn the_clock_that_is_put_forward_takes_no_hour_of_work() {
        assert_eq!(
            end("mon-sun 08:00-18:00", "PT12H", "2026-03-28T07:00:00Z").as_deref(),
            Some("2026-03-29T08:00:00Z")
        );
    }
}
