//! Contract hours: in which minutes of the week the promised delays run.
//!
//! The text of `sla.hours` is days, then ranges: `mon-fri 08:00-12:00 14:00-18:00; sat 09:00-12:00`, days in English or
//! French, or `24/7`. A public holiday counts as its weekday. It refuses what it cannot read whole: then no delay is judged.
//! **Invariant**: minutes are counted between instants, so a change of clock within a range neither adds nor loses one.

use alloc::vec::Vec;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::calendar::{day_of, first_instant};

/// Delays longer than this are not counted further.
const DAYS_MAX: u32 = 3_700;
/// Minutes of a day.
const DAY_MINUTES: u16 = 1_440;

/// Days by name, Monday first: short and long in English, then in French.
pub const DAYS: [[&str; 4]; 7] = [
    ["mon", "monday", "lun", "lundi"],
    ["tue", "tuesday", "mar", "mardi"],
    ["wed", "wednesday", "mer", "mercredi"],
    ["thu", "thursday", "jeu", "jeudi"],
    ["fri", "friday", "ven", "vendredi"],
    ["sat", "saturday", "sam", "samedi"],
    ["sun", "sunday", "dim", "dimanche"],
];

/// The hours of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractHours {
    /// Ranges of minutes of the day, by weekday, Monday first.
    week: [Vec<(u16, u16)>; 7],
}

impl ContractHours {
    /// Every minute of every day.
    pub fn always() -> Self {
        Self { week: core::array::from_fn(|_| alloc::vec![(0, DAY_MINUTES)]) }
    }

    /// Reads the text of a contract; `None` when any part of it has no reading.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if ["24/7", "24x7", "24h/24", "7j/7", "24/24 7/7", "24h/24 7j/7", "24h/24, 7j/7"].contains(&text.as_str()) {
            return Some(Self::always());
        }
        let plain = text.replace([',', ';'], " ");
        let mut week: [Vec<(u16, u16)>; 7] = Default::default();
        let mut days: Vec<usize> = Vec::new();
        let mut closed = false;
        for word in plain.split_whitespace() {
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                let range = range(word)?;
                if days.is_empty() {
                    return None;
                }
                for day in &days {
                    push(week.get_mut(*day)?, range);
                }
                closed = true;
            } else {
                if closed {
                    days.clear();
                    closed = false;
                }
                days.extend(named(word)?);
            }
        }
        let empty = week.iter().all(Vec::is_empty);
        (closed && !empty).then_some(Self { week })
    }

    /// Whole minutes of these hours from one instant to another, as the clocks of `zone` show them.
    pub fn minutes_between(&self, from: Timestamp, to: Timestamp, zone: &TimeZone) -> i64 {
        let mut seconds: i64 = 0;
        let (mut day, last) = (day_of(from, zone), day_of(to, zone));
        for _ in 0..DAYS_MAX {
            if day > last {
                break;
            }
            for (start, end) in self.on(day) {
                let opens = instant(day, *start, zone).max(from);
                let closes = instant(day, *end, zone).min(to);
                seconds = seconds.saturating_add(closes.as_second().saturating_sub(opens.as_second()).max(0));
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        seconds.checked_div(60).unwrap_or(0)
    }

    /// When a promised delay (`PT4H`) that began at `opened` ends, as the clocks of `zone` show these hours.
    pub fn end_of(&self, delay: &str, opened: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut left = self.promised(delay)?.checked_mul(60)?;
        let mut day = day_of(opened, zone);
        for _ in 0..DAYS_MAX {
            for (start, end) in self.on(day) {
                let opens = instant(day, *start, zone).max(opened).as_second();
                let open = instant(day, *end, zone).as_second().saturating_sub(opens).max(0);
                if open >= left {
                    return Timestamp::from_second(opens.saturating_add(left)).ok();
                }
                left = left.saturating_sub(open);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// Minutes of a promised delay (`PT4H`); a day of it is the longest day of these hours. `None` with months or years.
    pub fn promised(&self, delay: &str) -> Option<i64> {
        let span: Span = delay.parse().ok()?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return None;
        }
        let longest = self.week.iter().map(|ranges| length(ranges)).max().unwrap_or(0);
        let days = i64::from(span.get_weeks()).checked_mul(7)?.checked_add(i64::from(span.get_days()))?;
        let minutes = i64::from(span.get_hours()).checked_mul(60)?.checked_add(span.get_minutes())?;
        days.checked_mul(longest)?.checked_add(minutes)?.checked_add(span.get_seconds().checked_div(60)?)
    }

    fn on(&self, day: Date) -> &[(u16, u16)] {
        let index = day.weekday().to_monday_zero_offset();
        usize::try_from(index).ok().and_then(|index| self.week.get(index)).map_or(&[], Vec::as_slice)
    }
}

fn length(ranges: &[(u16, u16)]) -> i64 {
    ranges.iter().map(|(start, end)| i64::from(end.saturating_sub(*start))).fold(0, i64::saturating_add)
}

/// The instant of a minute of the day; its last minute ends with the day.
fn instant(day: Date, minute: u16, zone: &TimeZone) -> Timestamp {
    if minute >= DAY_MINUTES {
        return day.tomorrow().map_or(Timestamp::MAX, |next| first_instant(next, zone));
    }
    let part = |value: u16| i8::try_from(value).unwrap_or(0);
    let (hour, rest) = (minute.checked_div(60).unwrap_or(0), minute.checked_rem(60).unwrap_or(0));
    zone.to_timestamp(day.at(part(hour), part(rest), 0, 0)).unwrap_or_else(|_| first_instant(day, zone))
}

/// Ranges in order, those that touch or overlap made one.
fn push(ranges: &mut Vec<(u16, u16)>, range: (u16, u16)) {
    ranges.push(range);
    ranges.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::new();
    for (start, end) in ranges.drain(..) {
        match joined.last_mut() {
            Some((_, last)) if start <= *last => *last = (*last).max(end),
            _ => joined.push((start, end)),
        }
    }
    *ranges = joined;
}

/// `08:00-18:00`, `8h-12h30`.
fn range(word: &str) -> Option<(u16, u16)> {
    let (start, end) = word.split_once(['-', '–'])?;
    let (start, end) = (minute(start)?, minute(end)?);
    (start < end && end <= DAY_MINUTES).then_some((start, end))
}

fn minute(text: &str) -> Option<u16> {
    let (hour, rest) = text.split_once([':', 'h']).unwrap_or((text, ""));
    let hour: u16 = hour.parse().ok()?;
    let rest: u16 = if rest.is_empty() { 0 } else { rest.parse().ok()? };
    (rest < 60).then_some(hour.checked_mul(60)?.checked_add(rest)?)
}

/// `mon`, `lun-ven`.
fn named(word: &str) -> Option<Vec<usize>> {
    let place = |name: &str| DAYS.iter().position(|names| names.contains(&name.trim_end_matches('.')));
    let Some((first, last)) = word.split_once(['-', '–']) else { return Some(alloc::vec![place(word)?]) };
    let (first, last) = (place(first)?, place(last)?);
    (first <= last).then(|| (first..=last).collect())
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;
    use crate::calendar::zone;

    fn minutes(hours: &str, from: &str, to: &str) -> i64 {
        let hours = ContractHours::parse(hours).unwrap();
        hours.minutes_between(from.parse().unwrap(), to.parse().unwrap(), &zone("Europe/Paris").unwrap())
    }

    #[test]
    fn a_delay_runs_in_the_hours_of_the_contract() {
        // Friday 6 March 2026, 17:30 to Monday 09:15, Paris: 30 minutes, then 75.
        let weekend = ("2026-03-06T16:30:00Z", "2026-03-09T08:15:00Z");
        assert_eq!(minutes("mon-fri 08:00-18:00", weekend.0, weekend.1), 105);
        assert_eq!(minutes("lun-ven 8h-12h 14h-18h; sam 9h-12h", weekend.0, weekend.1), 30 + 180 + 75);
        assert_eq!(minutes("24/7", weekend.0, weekend.1), 63 * 60 + 45);
        assert_eq!(minutes("mon-fri 08:00-18:00", weekend.1, weekend.0), 0);
        // Overlapping ranges count once.
        assert_eq!(minutes("fri 08:00-18:00, 17:00-19:00", weekend.0, weekend.1), 90);
    }

    #[test]
    fn a_change_of_clock_neither_adds_nor_loses_a_minute() {
        // 29 March 2026: Paris skips 02:00 to 03:00.
        assert_eq!(minutes("24/7", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23 * 60);
        assert_eq!(minutes("sun 00:00-24:00", "2026-03-28T20:00:00Z", "2026-03-30T20:00:00Z"), 23 * 60);
    }

    #[test]
    fn promised_delays_are_minutes_and_a_day_is_a_day_of_the_contract() {
        let hours = ContractHours::parse("mon-fri 08:00-12:00 14:00-18:00; sat 09:00-12:00").unwrap();
        assert_eq!(hours.promised("PT4H"), Some(240));
        assert_eq!(hours.promised("PT1H30M"), Some(90));
        assert_eq!(hours.promised("P2D"), Some(960));
        assert_eq!(hours.promised("P1M"), None);
    }

    #[test]
    fn what_has_no_reading_is_not_half_read() {
        for text in
            ["", "office hours", "mon-fri", "08:00-18:00", "mon-fri 18:00-08:00", "mon-fri 08:00-25:00", "fri-mon 8-18"]
        {
            assert_eq!(ContractHours::parse(text), None, "{text}");
        }
    }

    fn end(hours: &str, promise: &str, opened: &str) -> Option<String> {
        let zone = zone("Europe/Paris").unwrap();
        let end = ContractHours::parse(hours)?.end_of(promise, opened.parse().unwrap(), &zone)?;
        Some(end.to_string())
    }

    #[test]
    fn a_delay_ends_in_the_hours_of_the_contract() {
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
    fn the_clock_that_is_put_forward_takes_no_hour_of_work() {
        assert_eq!(
            end("mon-sun 08:00-18:00", "PT12H", "2026-03-28T07:00:00Z").as_deref(),
            Some("2026-03-29T08:00:00Z")
        );
    }
}
