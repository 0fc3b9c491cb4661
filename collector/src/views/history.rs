//! Twelve months of a client's lines, as steps: contracted, billed and seen on each day, and when a category was silent.
//!
//! **Invariant**: the steps of a line follow one another without a gap, from the first day to the last, and two that
//! touch differ.

use cadastre_domain::asset::Asset;
use cadastre_domain::calendar::{Days, Month, day_of, first_instant};
use cadastre_domain::contract::{Contract, Mode};
use cadastre_domain::perimeter::State;
use cadastre_domain::price;
use cadastre_domain::register::Register;
use jiff::ToSpan;
use jiff::civil::Date;

/// The lines of a client over twelve months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// First day, a first of month.
    pub first: Date,
    /// Last day: the day that is looked at.
    pub last: Date,
    /// The lines that are in force on one of these days, by contract and in the file's order.
    pub lines: Vec<LineHistory>,
}

/// A line over the months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHistory {
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Category.
    pub category: String,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Amendments of its contract: day and number.
    pub amendments: Vec<(Date, u32)>,
}

/// Days on which nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// What holds on them.
    pub level: Level,
}

/// What holds of a line on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Level {
    /// `count` in force.
    pub contracted: u32,
    /// Slots billed.
    pub billable: u32,
    /// Assets of the category seen in the 90 days before, active and not excluded.
    pub seen: u32,
    /// Whether nothing of the category was heard for a week around the day.
    pub silent: bool,
}

/// How many months are told.
const MONTHS: i32 = 12;
/// An asset counts as seen for this long after a contact, as on the register's day.
const SEEN_DAYS: i64 = 90;
/// Nothing heard for this many days is a silence; weekends and holidays are none.
const SILENCE_DAYS: usize = 7;

impl History {
    /// The months up to the register's day.
    pub fn of(register: &Register) -> Self {
        let last = register.as_of;
        let first = Month::of(last).plus(1 - MONTHS).first();
        let months: Vec<price::SlotDays> = (0..MONTHS).map(|n| register.slot_days(Month::of(first).plus(n))).collect();
        let days: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).collect();
        let mut lines = Vec::new();
        for agreement in &register.agreements {
            let contract = &agreement.contract;
            for id in contract.line_ids() {
                let Some(line) = days.iter().rev().find_map(|day| contract.line_on(id, *day)) else { continue };
                let seen = Seen::of(register, &line.category, &days);
                let level = |(place, day): (usize, &Date)| level(contract, id, *day, &months, seen.on(place));
                lines.push(LineHistory {
                    contract: contract.id.clone(),
                    line: id.to_owned(),
                    category: line.category.clone(),
                    steps: steps(&days, days.iter().enumerate().map(level)),
                    amendments: contract
                        .amendments
                        .iter()
                        .filter(|amendment| (first..=last).contains(&amendment.effective_on))
                        .map(|amendment| (amendment.effective_on, amendment.number))
                        .collect(),
                });
            }
        }
        Self { first, last, lines }
    }
}

fn level(contract: &Contract, id: &str, day: Date, months: &[price::SlotDays], seen: (u32, bool)) -> Level {
    let line = contract.line_on(id, day);
    let contracted = line.map_or(0, |line| line.count);
    let key = (contract.id.clone(), id.to_owned());
    let month = months.iter().find(|month| month.month == Month::of(day));
    let slots = month.and_then(|month| month.lines.get(&key));
    let counted = slots.map_or(0, |slots| slots.values().filter(|days: &&Days| days.contains(day.day())).count());
    let billable = match line.and_then(|line| line.mode) {
        Some(Mode::Fixed) => contracted,
        _ => u32::try_from(counted).unwrap_or(u32::MAX),
    };
    Level { contracted, billable, seen: seen.0, silent: seen.1 }
}

fn steps(days: &[Date], levels: impl Iterator<Item = Level>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (day, level) in days.iter().zip(levels) {
        match steps.last_mut() {
            Some(step) if step.level == level => step.end = *day,
            _ => steps.push(Step { start: *day, end: *day, level }),
        }
    }
    steps
}

/// What was seen of a category on each day.
struct Seen {
    counts: Vec<u32>,
    silent: Vec<bool>,
}

impl Seen {
    fn of(register: &Register, category: &str, days: &[Date]) -> Self {
        let mut counts = vec![0u32; days.len()];
        let mut heard = vec![false; days.len()];
        let own = register.assets.iter().enumerate().filter(|(_, asset)| {
            asset.category_at(register.at).is_some_and(|verdict| verdict.category.as_str() == category)
        });
        for (index, asset) in own {
            for place in seen_places(register, asset, days) {
                let Some((day, count)) = days.get(place).zip(counts.get_mut(place)) else { continue };
                let active = register.perimeter.state(index, *day) == State::Active;
                if active && !register.perimeter.excluded(index, *day) {
                    *count = count.saturating_add(1);
                }
            }
            listen(register, asset, days, &mut heard);
        }
        Self { silent: silences(&heard), counts }
    }

    fn on(&self, place: usize) -> (u32, bool) {
        (self.counts.get(place).copied().unwrap_or(0), self.silent.get(place).copied().unwrap_or(false))
    }
}

/// The places of the days on which the asset counts as seen.
fn seen_places(register: &Register, asset: &Asset, days: &[Date]) -> Vec<usize> {
    let mut places = Vec::new();
    let known = asset.contacts.partition_point(|contact| *contact <= register.at);
    let contacts = asset.contacts.get(..known).unwrap_or_default();
    let Some(first) = days.first() else { return places };
    let mut next = 0;
    let mut from =
        contacts.partition_point(|at| *at < first_instant(first.saturating_sub(SEEN_DAYS.days()), &register.zone));
    while let Some(contact) = contacts.get(from) {
        let begins = day_of(*contact, &register.zone);
        let ends = begins.saturating_add(SEEN_DAYS.days());
        let start = days.partition_point(|day| *day < begins).max(next);
        next = days.partition_point(|day| *day < ends).max(start);
        places.extend(start..next);
        let until = first_instant(ends, &register.zone);
        let within = contacts.partition_point(|at| *at < until);
        from = if within > from + 1 { within - 1 } else { within };
    }
    places
}

/// Marks the days on which the asset was heard.
fn listen(register: &Register, asset: &Asset, days: &[Date], heard: &mut [bool]) {
    let mut from = 0;
    for (place, day) in
        days.iter().enumerate().filter(|(place, _)| heard.get(*place) == Some(&false)).collect::<Vec<_>>()
    {
        let begins = first_instant(*day, &register.zone);
        let rest = asset.contacts.get(from..).unwrap_or_default();
        from += rest.partition_point(|at| *at < begins);
        let Some(contact) = asset.contacts.get(from) else { return };
        if day_of(*contact, &register.zone) == *day
            && let Some(mark) = heard.get_mut(place)
        {
            *mark = true;
        }
    }
}

/// The days of long silences, from the first day that was heard on.
fn silences(heard: &[bool]) -> Vec<bool> {
    let begins = heard.iter().position(|heard| *heard).unwrap_or(heard.len());
    let mut silent = vec![false; heard.len()];
    let mut place = begins;
    for run in heard.get(begins..).unwrap_or_default().chunk_by(|left, right| left == right) {
        if run.first() == Some(&false) && run.len() >= SILENCE_DAYS {
            silent.iter_mut().skip(place).take(run.len()).for_each(|silent| *silent = true);
        }
        place += run.len();
    }
    silent
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_weekend_is_no_silence_and_nothing_before_the_first_word_either() {
        let mut heard = vec![false; 10];
        heard.extend([true, false, false, true]);
        heard.extend([false; 7]);
        let silent = silences(&heard);
        assert_eq!(silent.iter().filter(|silent| **silent).count(), 7);
        assert!(!silent[0] && !silent[11] && silent[14] && silent[20]);
    }

    #[test]
    fn equal_days_are_one_step() {
        let days: Vec<Date> = date(2026, 3, 1).series(1.day()).take(5).collect();
        let level = |billable| Level { billable, ..Level::default() };
        let steps = steps(&days, [1, 1, 2, 2, 2].into_iter().map(level));
        let told: Vec<(i8, i8, u32)> =
            steps.iter().map(|step| (step.start.day(), step.end.day(), step.level.billable)).collect();
        assert_eq!(told, [(1, 2, 1), (3, 5, 2)]);
    }
}
