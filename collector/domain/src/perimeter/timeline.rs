//! Lays the perimeter day by day: closings, then annex entries, then decisions, then what lines admit by themselves.

use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::applicant::Applicants;
use super::moves::{Move, scheduled};
use super::subject::Barred;
use super::{Agreement, Observed, Perimeter};
use crate::asset::Asset;
use crate::calendar::last_instant;
use crate::category::Category;
use crate::contract::Line;
use crate::evidence::Sighting;
use crate::register::Decided;

/// Lays the perimeter of a client.
///
/// `decisions` come with their recorded instant, `resolve` turns an asset id or alias into an index of the assets.
/// Agreements are in order of precedence (priority, then first day).
pub fn lay(
    observed: &Observed<'_>,
    agreements: &[Agreement],
    decisions: &[Decided],
    resolve: &dyn Fn(&str) -> Option<usize>,
) -> Perimeter {
    let zones: Vec<TimeZone> = agreements.iter().map(|agreement| agreement.contract.zone()).collect();
    let applicants = match zones.first() {
        Some(zone) => Applicants::new(observed, agreements, decisions, zone),
        None => Applicants::default(),
    };
    let mut timeline = Timeline {
        agreements,
        zones,
        assets: observed.assets,
        sightings: observed.sightings,
        scope: BTreeMap::new(),
        applicants,
        holders: BTreeMap::new(),
        open: BTreeMap::new(),
        latest: BTreeMap::new(),
        in_force: BTreeMap::new(),
        freed: BTreeMap::new(),
        held: BTreeMap::new(),
        queue: BinaryHeap::new(),
        barred: BTreeMap::new(),
        perimeter: Perimeter {
            states: vec![Vec::new(); observed.assets.len()],
            exclusions: vec![Vec::new(); observed.assets.len()],
            ..Perimeter::default()
        },
    };
    let mut moves = scheduled(agreements, decisions, resolve);
    for applicant in 0..timeline.applicants.all.len() {
        timeline.queue_from(applicant, Date::MIN);
    }
    while let Some(day) = timeline.next_day(&moves) {
        let mut today = moves.remove(&day).unwrap_or_default();
        today.sort_by_key(Move::rank);
        for step in today {
            timeline.apply(day, step);
        }
        timeline.admit(day);
    }
    timeline.perimeter
}

/// The perimeter as it is being laid, one day after another.
pub(super) struct Timeline<'a> {
    pub(super) agreements: &'a [Agreement],
    pub(super) zones: Vec<TimeZone>,
    pub(super) assets: &'a [Asset],
    pub(super) sightings: &'a [Sighting],
    /// The scope rule that each stay was given by.
    pub(super) scope: BTreeMap<usize, usize>,
    /// Who applies for slots.
    pub(super) applicants: Applicants,
    /// The applicant that each stay was given to, where one is known; else the whole asset holds it.
    pub(super) holders: BTreeMap<usize, usize>,
    /// Open slots: (agreement, slot) to the stay.
    pub(super) open: BTreeMap<(usize, String), usize>,
    /// The latest stay of each slot, open or not.
    pub(super) latest: BTreeMap<(usize, String), usize>,
    /// Open slots by (agreement, line).
    pub(super) in_force: BTreeMap<(usize, String), usize>,
    /// Numbers of (agreement, line) that were used and are free again, and the next one never used.
    pub(super) freed: BTreeMap<(usize, String), (BTreeSet<u32>, u32)>,
    /// Open stays by asset.
    pub(super) held: BTreeMap<usize, BTreeSet<usize>>,
    /// Days on which an applicant may be admitted, by its place in the order of ids.
    pub(super) queue: BinaryHeap<Reverse<(Date, usize, usize)>>,
    /// What people decided that opens or bars the way to slots, per asset, in order.
    pub(super) barred: BTreeMap<usize, Vec<Barred>>,
    pub(super) perimeter: Perimeter,
}

impl<'a> Timeline<'a> {
    fn next_day(&self, moves: &BTreeMap<Date, Vec<Move<'a>>>) -> Option<Date> {
        let scheduled = moves.first_key_value().map(|(day, _)| *day);
        let queued = self.queue.peek().map(|Reverse((day, ..))| *day);
        match (scheduled, queued) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn apply(&mut self, day: Date, step: Move<'_>) {
        let yesterday = day.yesterday().unwrap_or(day);
        match step {
            Move::End { agreement } => {
                let ending: Vec<usize> =
                    self.open.iter().filter(|((of, _), _)| *of == agreement).map(|(_, stay)| *stay).collect();
                for stay in ending {
                    self.close(stay, yesterday, yesterday);
                }
            }
            Move::CloseAnnex { agreement, entry } => self.close_annex(agreement, entry, yesterday),
            Move::TurnScope { agreement, rule } => {
                for stay in self.ended_by_scope(agreement, rule, day) {
                    let billed = self.removal(stay, yesterday);
                    self.close(stay, yesterday, billed);
                }
            }
            Move::Out { at, named, asset, state } => {
                let subject = self.subject(named, asset, at);
                self.leave(subject, yesterday);
                match state {
                    Some(state) => self.set_state(subject, day, state),
                    None => self.set_excluded(subject, day, true),
                }
            }
            Move::OpenAnnex { agreement, entry } => self.open_annex(agreement, entry, day),
            Move::Decide { at, decision, named, asset } => {
                let subject = self.subject(named, asset, at);
                self.decide(decision, subject, day);
            }
        }
    }

    pub(super) fn lines(&self, agreement: usize, day: Date) -> &[Line] {
        self.agreements.get(agreement).map_or(&[], |agreement| agreement.contract.lines_on(day))
    }

    pub(super) fn category(&self, asset: usize, day: Date) -> Option<Category> {
        let end = last_instant(day, self.zones.first().unwrap_or(&TimeZone::UTC));
        self.assets.get(asset)?.category_at(end).map(|verdict| verdict.category)
    }

    /// Whether an open stay of the asset is this applicant's, by what was known at an instant; one that was given to the
    /// asset as a whole is everybody's.
    pub(super) fn is_of(&self, stay: usize, applicant: usize, at: Timestamp) -> bool {
        self.holders.get(&stay).is_none_or(|holder| self.applicants.leader(*holder, at) == applicant)
    }
}
