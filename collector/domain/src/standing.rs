//! How each asset stands on the register's day, and the count of each contract line.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::asset::Asset;
use crate::calendar::{Days, Month, last_instant};
use crate::category::Category;
use crate::contract::{Admission, Mode};
use crate::evidence::SourceKind;
use crate::perimeter::{Agreement, Origin, State};
use crate::presence::{self, Heard, KnownBy, Presence};
use crate::register::Register;

/// An asset unseen for this long is neither observed nor uncovered.
const FORGOTTEN_HOURS: i64 = 90 * 24;

/// An asset's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It holds a slot, and is not known to be gone.
    Covered,
    /// It holds no slot.
    Uncovered,
    /// It holds a slot and has been silent past its threshold.
    Missing,
    /// The same, but something else explains the silence.
    Unknown,
    /// An open identity task names it and it holds no slot.
    Pending,
}

impl Status {
    /// Its word in the interfaces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Uncovered => "uncovered",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
        }
    }
}

/// How an asset stands on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Index of the asset.
    pub asset: usize,
    /// Its status.
    pub status: Status,
    /// Its state.
    pub state: State,
    /// What its silence says.
    pub presence: Presence,
    /// Last contact by then.
    pub last_seen: Option<Timestamp>,
    /// Indices of the stays that hold that day, in order of precedence of their contracts.
    pub stays: Vec<usize>,
    /// Why: closed codes, the deciding one first.
    pub reasons: Vec<&'static str>,
}

/// A contract line on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCount {
    /// Index of the agreement.
    pub agreement: usize,
    /// Line id.
    pub line: String,
    /// `count` in force.
    pub contracted: u32,
    /// Assets of the category, active, not excluded, not pending, seen in the last 90 days.
    pub observed: u32,
    /// Slots held.
    pub covered: u32,
    /// Slots billed that day.
    pub billable: u32,
}

/// The assets that exist on the day, by asset: those that held a slot by then, whenever that was told, and those that were
/// known by then.
pub fn standings(register: &Register) -> Vec<Standing> {
    let mut stays: Vec<Vec<usize>> = vec![Vec::new(); register.assets.len()];
    for (index, stay) in register.perimeter.on(register.as_of) {
        if let Some(own) = stays.get_mut(stay.asset) {
            own.push(index);
        }
    }
    for own in &mut stays {
        own.sort_by_key(|index| register.perimeter.stays.get(*index).map(|stay| stay.agreement));
    }
    let presences = presences(register, register.as_of, register.at, &stays);
    let mut held = vec![false; register.assets.len()];
    for stay in register.perimeter.stays.iter().filter(|stay| stay.from <= register.as_of) {
        held.get_mut(stay.asset).into_iter().for_each(|held| *held = true);
    }
    stays
        .into_iter()
        .zip(presences)
        .enumerate()
        .filter(|(asset, _)| held.get(*asset) == Some(&true) || told_by(register, *asset))
        .filter_map(|(asset, (stays, presence))| standing(register, asset, stays, presence))
        .collect()
}

/// Whether anything of the asset was recorded or seen by the register's day.
fn told_by(register: &Register, asset: usize) -> bool {
    let Some(asset) = register.assets.get(asset) else { return false };
    let day_end = last_instant(register.as_of, &register.zone);
    asset.last_seen(register.at).is_some()
        || asset.sightings.iter().filter_map(|i| register.sightings.get(*i)).any(|s| s.recorded <= day_end)
}

fn standing(register: &Register, index: usize, stays: Vec<usize>, presence: Presence) -> Option<Standing> {
    let asset = register.assets.get(index)?;
    let state = register.perimeter.state(index, register.as_of);
    let last_seen = asset.last_seen(register.at);
    // A retired asset is listed only when it was seen after its last day.
    if state == State::Retired && stays.is_empty() && !seen_since_retired(register, index, last_seen) {
        return None;
    }
    let mut reasons = Vec::new();
    let status = if let Some(first) = stays.first().and_then(|stay| register.perimeter.stays.get(*stay)) {
        reasons.push(match first.origin {
            Origin::Annex => "annex_entry",
            Origin::Decision => "decided",
            Origin::Scope => "scope_rule",
            Origin::Admission => "admitted",
        });
        match presence {
            Presence::Missing if state == State::Active => Status::Missing,
            Presence::Unknown(_) if state == State::Active => Status::Unknown,
            _ => Status::Covered,
        }
    } else if asset.in_task {
        reasons.push("identity_task");
        Status::Pending
    } else {
        reasons.push(uncovered_reason(register, index, state));
        Status::Uncovered
    };
    reasons.push(presence.code());
    Some(Standing { asset: index, status, state, presence, last_seen, stays, reasons })
}

fn seen_since_retired(register: &Register, asset: usize, last_seen: Option<Timestamp>) -> bool {
    let changes = register.perimeter.states.get(asset).map_or(&[][..], Vec::as_slice);
    let retired = changes.iter().rev().find(|(from, state)| *state == State::Retired && *from <= register.as_of);
    retired
        .zip(last_seen)
        .is_some_and(|((from, _), seen)| crate::calendar::first_instant(*from, &register.zone) <= seen)
}

fn uncovered_reason(register: &Register, index: usize, state: State) -> &'static str {
    let day = register.as_of;
    if register.perimeter.excluded(index, day) {
        return "excluded";
    }
    if state == State::Retired {
        return "retired";
    }
    if state == State::Byod {
        return "byod";
    }
    if register.perimeter.kept_out.iter().any(|(on, asset)| *asset == index && *on <= day) {
        return "kept_out";
    }
    let in_force: Vec<_> = register.agreements.iter().filter(|a| a.contract.in_force(day)).collect();
    if in_force.is_empty() {
        return "no_contract";
    }
    let category =
        register.assets.get(index).and_then(|asset| asset.category_at(register.at)).map(|v| v.category.as_str());
    let lines: Vec<_> = in_force
        .iter()
        .flat_map(|a| a.contract.lines_on(day))
        .filter(|l| Some(l.category.as_str()) == category)
        .collect();
    match lines.iter().map(|line| line.admission).max() {
        None => "no_line",
        Some(Admission::Annex) => "not_in_annex",
        Some(_) if register.perimeter.turned_away.iter().any(|(on, asset, ..)| *asset == index && *on <= day) => {
            "line_full"
        }
        Some(_) => "not_yet_admitted",
    }
}

/// The presence of every asset at an instant. `stays` are those of the day, for the thresholds of their lines.
fn presences(register: &Register, day: Date, at: Timestamp, stays: &[Vec<usize>]) -> Vec<Presence> {
    let heard: Vec<Heard<'_>> = register
        .assets
        .iter()
        .enumerate()
        .map(|(index, asset)| {
            let line = stays.get(index).and_then(|own| own.first()).and_then(|stay| {
                let stay = register.perimeter.stays.get(*stay)?;
                register.agreements.get(stay.agreement)?.contract.line_on(&stay.line, day)
            });
            Heard {
                category: asset.category_at(at).map_or(Category::Other, |v| v.category),
                site: asset.site.as_deref(),
                active: register.perimeter.state(index, day) == State::Active,
                known_by: known_by(register, asset, at),
                last_contact: asset.last_seen(at),
                missing_days: line.and_then(|line| line.missing_days),
            }
        })
        .collect();
    presence::presence(&heard, &register.house, at)
}

/// Who knows an asset: an agent, else lists, else the annex alone.
fn known_by(register: &Register, asset: &Asset, at: Timestamp) -> KnownBy {
    let own = asset.sightings.iter().filter_map(|index| register.sightings.get(*index));
    match own.map(|sighting| sighting.kind).min() {
        Some(SourceKind::Agent) => KnownBy::Agent,
        Some(SourceKind::List) => KnownBy::Lists { complete: newest_list(register, asset, at) },
        Some(SourceKind::Annex) | None => KnownBy::Annex,
    }
}

/// The date of the newest complete list, of those that name the asset, by `at`.
fn newest_list(register: &Register, asset: &Asset, at: Timestamp) -> Option<Timestamp> {
    let tracks = asset
        .sightings
        .iter()
        .filter_map(|i| register.sightings.get(*i))
        .filter_map(|s| register.lists.tracks.get(&s.id));
    let sources = tracks.filter_map(|track| register.lists.sources.get(track.source));
    sources.filter_map(|source| source.complete_at(at)).map(|(_, edition)| edition.as_of).max()
}

/// Whether the newest list that names the asset still has it.
pub fn listed_at(register: &Register, asset: &Asset, at: Timestamp) -> bool {
    let tracks = asset
        .sightings
        .iter()
        .filter_map(|i| register.sightings.get(*i))
        .filter_map(|s| register.lists.tracks.get(&s.id));
    tracks.into_iter().any(|track| register.lists.told_at(track, at).is_some())
}

/// Hours of silence after which the asset is missing on the register's day.
pub fn threshold_hours(register: &Register, standing: &Standing) -> i64 {
    let line = standing.stays.first().and_then(|stay| {
        let stay = register.perimeter.stays.get(*stay)?;
        register.agreements.get(stay.agreement)?.contract.line_on(&stay.line, register.as_of)
    });
    let verdict = register.assets.get(standing.asset).and_then(|asset| asset.category_at(register.at));
    let category = verdict.map_or(Category::Other, |verdict| verdict.category);
    let days = line.and_then(|line| line.missing_days).unwrap_or_else(|| presence::missing_days(category));
    i64::from(days).saturating_mul(24)
}

/// Per asset, the days of a month on which it is missing; days after `known_at` keep its status.
pub fn missing_days(register: &Register, month: Month) -> Vec<Days> {
    let mut missing = vec![Days::default(); register.assets.len()];
    for day in month.each_day() {
        let at = last_instant(day, &register.zone).min(register.known_at);
        let mut stays: Vec<Vec<usize>> = vec![Vec::new(); register.assets.len()];
        for (index, stay) in register.perimeter.on(day) {
            if let Some(own) = stays.get_mut(stay.asset) {
                own.push(index);
            }
        }
        for (asset, presence) in presences(register, day, at, &stays).into_iter().enumerate() {
            if presence == Presence::Missing
                && register.perimeter.state(asset, day) == State::Active
                && let Some(days) = missing.get_mut(asset)
            {
                *days = days.or(Days::between(month, day, Some(day)));
            }
        }
    }
    missing
}

/// The lines in force on the day, in order of precedence and of the file.
pub fn lines(register: &Register) -> Vec<LineCount> {
    let day = register.as_of;
    let slot_days = register.slot_days(Month::of(day));
    let mut counts = Vec::new();
    for (agreement, Agreement { contract, .. }) in register.agreements.iter().enumerate() {
        if !contract.in_force(day) {
            continue;
        }
        for line in contract.lines_on(day) {
            let key = (contract.id.clone(), line.id.clone());
            let billed = slot_days
                .lines
                .get(&key)
                .map_or(0, |slots| slots.values().filter(|days| days.contains(day.day())).count());
            let held =
                register.perimeter.on(day).filter(|(_, s)| s.agreement == agreement && s.line == line.id).count();
            counts.push(LineCount {
                agreement,
                line: line.id.clone(),
                contracted: line.count,
                observed: observed(register, Some(&line.category)),
                covered: u32::try_from(held).unwrap_or(u32::MAX),
                billable: match line.mode {
                    Some(Mode::Fixed) => line.count,
                    _ => u32::try_from(billed).unwrap_or(u32::MAX),
                },
            });
        }
    }
    counts
}

/// Whether the asset was seen in the 90 days before the register's instant.
pub fn seen_lately(register: &Register, last_seen: Option<Timestamp>) -> bool {
    let oldest = register.at.checked_sub(FORGOTTEN_HOURS.hours()).unwrap_or(Timestamp::MIN);
    last_seen.is_some_and(|seen| seen >= oldest)
}

/// Assets of a category, or of any: active, not excluded, not pending, seen in the last 90 days.
pub fn observed(register: &Register, category: Option<&str>) -> u32 {
    let counted = register.standings.iter().filter(|standing| {
        standing.state == State::Active
            && standing.status != Status::Pending
            && !register.perimeter.excluded(standing.asset, register.as_of)
            && seen_lately(register, standing.last_seen)
            && register.assets.get(standing.asset).is_some_and(|asset| {
                let verdict = asset.category_at(register.at);
                verdict.is_some_and(|v| {
                    // A seat without hardware is there as long as its list has it.
                    category.is_none_or(|category| v.category.as_str() == category)
                        && (!v.category.is_seat() || listed_at(register, asset, register.at))
                })
            })
    });
    u32::try_from(counted.count()).unwrap_or(u32::MAX)
}
