//! Instants as people and consoles write them: ISO, French or American order, with or without a time of day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::admin::profile::DateOrder;

/// Reads the instants of one column.
pub(super) struct Moments {
    order: DateOrder,
    zone: TimeZone,
}

/// Whether a cell says that nothing ever happened.
pub(super) fn is_never(cell: &str) -> bool {
    let word = cell.trim().to_lowercase();
    matches!(
        word.as_str(),
        "" | "-"
            | "—"
            | "never"
            | "jamais"
            | "n/a"
            | "na"
            | "none"
            | "null"
            | "aucun"
            | "aucune"
            | "inconnu"
            | "unknown"
    )
}

impl Moments {
    /// A reader for a column whose values are these: one of them may tell the order of day and month; the French one
    /// holds where none does.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>, order: Option<DateOrder>, zone: &TimeZone) -> Self {
        let order = order.unwrap_or_else(|| {
            let slashed = values.filter_map(|value| numbers(value.split_whitespace().next()?));
            let mut american = slashed.map(|(first, second, _)| (first <= 12 && second > 12, first > 12));
            let told = american.find(|(american, french)| american != french);
            if told.is_some_and(|(american, _)| american) { DateOrder::Mdy } else { DateOrder::Dmy }
        });
        Self { order, zone: zone.clone() }
    }

    /// The instant of a cell.
    pub(super) fn read(&self, cell: &str) -> Option<Timestamp> {
        let cell = cell.trim();
        if let Ok(instant) = cell.parse::<Timestamp>() {
            return Some(instant);
        }
        let (cell, zone) = match cell.strip_suffix("UTC") {
            Some(rest) => (rest.trim_end(), &TimeZone::UTC),
            None => (cell, &self.zone),
        };
        if let Ok(at) = cell.parse::<DateTime>() {
            return zone.to_timestamp(at).ok();
        }
        let at = self.in_numbers(cell).or_else(|| in_words(cell))?;
        zone.to_timestamp(at).ok()
    }

    fn in_numbers(&self, cell: &str) -> Option<DateTime> {
        let (day, rest) = cell.split_once([' ', 'T']).unwrap_or((cell, ""));
        let day = self.date(day.trim_end_matches(','))?;
        Some(day.to_datetime(time(rest.trim_start_matches('à').trim())?))
    }

    fn date(&self, text: &str) -> Option<Date> {
        if let Ok(day) = text.parse::<Date>() {
            return Some(day);
        }
        let (first, second, year) = numbers(text)?;
        let (day, month) = match self.order {
            DateOrder::Dmy => (first, second),
            DateOrder::Mdy => (second, first),
        };
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// `Nov 24, 2026 10:00 AM`, `24 November 2026 10:00`, with or without a time.
fn in_words(text: &str) -> Option<DateTime> {
    let read = |day: &str, time: &str| DateTime::strptime(format!("{day}{time}"), text).ok();
    let days = ["%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y"];
    let times = [" %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M"];
    days.iter().find_map(|day| {
        let alone = || Date::strptime(day, text).ok().map(|day| day.at(0, 0, 0, 0));
        times.iter().find_map(|time| read(day, time)).or_else(alone)
    })
}

/// `31/12/2026`, `31-12-2026`, `31.12.26`: the three numbers.
fn numbers(text: &str) -> Option<(i16, i16, i16)> {
    let parts: Vec<&str> = text.trim_end_matches(',').split(['/', '.', '-']).collect();
    let [first, second, year] = parts[..] else { return None };
    if first.len() > 2 {
        return None;
    }
    Some((first.parse().ok()?, second.parse().ok()?, year.parse().ok()?))
}

/// `08:30`, `08:30:12`, `8:30 PM`; nothing is midnight.
fn time(text: &str) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let upper = text.to_uppercase().replace('.', "");
    let (clock, half) = match (upper.strip_suffix("PM"), upper.strip_suffix("AM")) {
        (Some(clock), _) => (clock.trim().to_owned(), Some(12)),
        (_, Some(clock)) => (clock.trim().to_owned(), Some(0)),
        _ => (text.trim().to_owned(), None),
    };
    let mut parts = clock.split(':').map(|part| part.parse::<i8>());
    let hour = parts.next()?.ok()?;
    let minute = parts.next()?.ok()?;
    let second = match parts.next() {
        Some(second) => second.ok()?,
        None => 0,
    };
    let hour = match half {
        Some(half) => hour % 12 + half,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str], cell: &str) -> Option<String> {
        let zone = cadastre_domain::calendar::zone("Europe/Paris").unwrap();
        Moments::of(values.iter().copied(), None, &zone).read(cell).map(|instant| instant.to_string())
    }

    #[test]
    fn instants_are_read_as_they_are_written() {
        for (cell, wanted) in [
            ("2026-11-19T08:30:00Z", "2026-11-19T08:30:00Z"),
            ("2026-11-19", "2026-11-18T23:00:00Z"),
            ("2026-11-19 08:30:00", "2026-11-19T07:30:00Z"),
            ("19/11/2026 08:30", "2026-11-19T07:30:00Z"),
            ("19/11/26", "2026-11-18T23:00:00Z"),
            ("Nov 24, 2026 10:00 AM", "2026-11-24T09:00:00Z"),
            ("24 November 2026", "2026-11-23T23:00:00Z"),
        ] {
            assert_eq!(read(&[], cell).as_deref(), Some(wanted), "{cell}");
        }
        assert_eq!(read(&["11/19/2026"], "11/2/2026 8:30:05 PM").as_deref(), Some("2026-11-02T19:30:05Z"));
        assert_eq!(read(&["19/11/2026", "02/11/2026"], "02/11/2026").as_deref(), Some("2026-11-01T23:00:00Z"));
        assert_eq!(read(&[], "soon"), None);
        assert!(is_never("Jamais") && is_never(" - ") && !is_never("2026"));
    }
}
