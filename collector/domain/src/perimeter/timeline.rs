//! Lays the perimeter day by day: closings, then annex entries, then decisions, then what lines admit by themselves.

use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::asset::Asset;
use crate::calendar::{add_months, last_instant};
use crate::category::Category;
use crate::contract::{Line, RemovalEffect};
use crate::evidence::Sighting;
use crate::fact::{Decision, Facts, Verb};
use crate::identify::Identity;
use crate::perimeter::applicant::{Applicant, applicants};
use crate::perimeter::{Agreement, AnnexEntry, Origin, Perimeter, State, Stay};
use crate::register::Decided;

/// Lays the perimeter of a client.
///
/// `assets` are sorted by id, `decisions` come with their recorded instant, `resolve` turns an asset id or alias into an
/// index of `assets`. Agreements are in order of precedence (priority, then first day).
pub fn lay(
    facts: &Facts,
    sightings: &[Sighting],
    identity: &Identity,
    agreements: &[Agreement],
    assets: &[Asset],
    decisions: &[Decided],
    resolve: &dyn Fn(&str) -> Option<usize>,
) -> Perimeter {
    let zones: Vec<TimeZone> = agreements.iter().map(|agreement| agreement.contract.zone()).collect();
    let applicants = match zones.first() {
        Some(zone) => applicants(facts, sightings, identity, assets, zone),
        None => Vec::new(),
    };
    let mut timeline = Timeline {
        agreements,
        zones,
        assets,
        sightings,
        scope: BTreeMap::new(),
        by_asset: by_asset(&applicants),
        applicants,
        admitted: BTreeMap::new(),
        open: BTreeMap::new(),
        latest: BTreeMap::new(),
        in_force: BTreeMap::new(),
        freed: BTreeMap::new(),
        held: BTreeMap::new(),
        queue: BinaryHeap::new(),
        perimeter: Perimeter {
            states: vec![Vec::new(); assets.len()],
            exclusions: vec![Vec::new(); assets.len()],
            ..Perimeter::default()
        },
    };
    let mut moves = timeline.scheduled(decisions, resolve);
    for applicant in 0..timeline.applicants.len() {
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

/// What happens at the beginning of a day.
enum Move<'a> {
    /// The contract ended the day before.
    End { agreement: usize },
    /// The annex row's last day was the day before.
    CloseAnnex { agreement: usize, entry: usize },
    /// The scope rule's last day was the day before; or, of one that keeps out, it is its first.
    TurnScope { agreement: usize, rule: usize },
    /// `exclude` or `retire`: the day before was the last.
    Out { asset: usize, state: Option<State> },
    /// The annex row's first day.
    OpenAnnex { agreement: usize, entry: usize },
    /// A decision whose first day it is.
    Decide { at: Timestamp, decision: &'a Decision, asset: usize },
}

impl Move<'_> {
    fn rank(&self) -> (u8, Timestamp) {
        match self {
            Self::End { .. } => (0, Timestamp::MIN),
            Self::CloseAnnex { .. } | Self::TurnScope { .. } => (1, Timestamp::MIN),
            Self::Out { .. } => (2, Timestamp::MIN),
            Self::OpenAnnex { .. } => (3, Timestamp::MIN),
            Self::Decide { at, .. } => (4, *at),
        }
    }
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
    pub(super) applicants: Vec<Applicant>,
    /// Applicants by asset.
    pub(super) by_asset: BTreeMap<usize, Vec<usize>>,
    /// The applicant that each admission's stay was given to.
    pub(super) admitted: BTreeMap<usize, usize>,
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
    /// Days on which an asset may be admitted.
    pub(super) queue: BinaryHeap<Reverse<(Date, usize)>>,
    pub(super) perimeter: Perimeter,
}

impl<'a> Timeline<'a> {
    fn scheduled(
        &self,
        decisions: &'a [Decided],
        resolve: &dyn Fn(&str) -> Option<usize>,
    ) -> BTreeMap<Date, Vec<Move<'a>>> {
        let mut moves: BTreeMap<Date, Vec<Move<'a>>> = BTreeMap::new();
        for (agreement, Agreement { contract, annex, .. }) in self.agreements.iter().enumerate() {
            if let Some(next) = contract.last_day().and_then(|last| last.tomorrow().ok()) {
                moves.entry(next).or_default().push(Move::End { agreement });
            }
            for (entry, AnnexEntry { row, .. }) in annex.iter().enumerate() {
                let from = row.from.unwrap_or_else(|| contract.first_day()).max(contract.first_day());
                moves.entry(from).or_default().push(Move::OpenAnnex { agreement, entry });
                if let Some(next) = row.to.and_then(|to| to.tomorrow().ok()) {
                    moves.entry(next).or_default().push(Move::CloseAnnex { agreement, entry });
                }
            }
        }
        for (day, agreement, rule) in super::scope::turns(self.agreements) {
            moves.entry(day).or_default().push(Move::TurnScope { agreement, rule });
        }
        for Decided { at, decision, .. } in decisions {
            for asset in decision.assets.iter().filter_map(|id| resolve(id)) {
                let out = match decision.verb {
                    Verb::Exclude => Some(None),
                    Verb::Retire => Some(Some(State::Retired)),
                    // To another client: gone from here.
                    Verb::Move if decision.more.to_client.is_some() => Some(Some(State::Retired)),
                    _ => None,
                };
                match (out, decision.effective.tomorrow()) {
                    (Some(state), Ok(next)) => moves.entry(next).or_default().push(Move::Out { asset, state }),
                    (Some(_), Err(_)) => {}
                    (None, _) => {
                        let step = Move::Decide { at: *at, decision, asset };
                        moves.entry(decision.effective).or_default().push(step);
                    }
                }
            }
        }
        moves
    }

    fn next_day(&self, moves: &BTreeMap<Date, Vec<Move<'a>>>) -> Option<Date> {
        let scheduled = moves.first_key_value().map(|(day, _)| *day);
        let queued = self.queue.peek().map(|Reverse((day, _))| *day);
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
            Move::Out { asset, state } => {
                self.leave(asset, yesterday);
                match state {
                    Some(state) => push(&mut self.perimeter.states, asset, (day, state)),
                    None => push(&mut self.perimeter.exclusions, asset, (day, true)),
                }
            }
            Move::OpenAnnex { agreement, entry } => self.open_annex(agreement, entry, day),
            Move::Decide { decision, asset, .. } => self.decide(decision, asset, day),
        }
    }

    fn close_annex(&mut self, agreement: usize, entry: usize, last: Date) {
        let Some(entry) = self.agreements.get(agreement).and_then(|a| a.annex.get(entry)) else { return };
        let Some(stay) = self.open.get(&(agreement, entry.row.label.clone())).copied() else { return };
        let billed = self.removal(stay, last);
        self.close(stay, last, billed);
    }

    fn open_annex(&mut self, agreement: usize, entry: usize, day: Date) {
        let Some(Agreement { contract, annex, .. }) = self.agreements.get(agreement) else { return };
        let Some(entry) = annex.get(entry) else { return };
        let slot = entry.row.label.clone();
        if !contract.in_force(day)
            || self.open.contains_key(&(agreement, slot.clone()))
            || self.perimeter.excluded(entry.asset, day)
        {
            return;
        }
        let Some(line) = annex_line(contract.lines_on(day), entry.row.line.as_deref(), self.category(entry.asset, day))
        else {
            return;
        };
        let taken = self.automatic_stay(agreement, entry.asset);
        self.open_stay(agreement, line, slot, entry.asset, day, Origin::Annex, taken);
    }

    /// The stay that the line's own admission gave the asset in this agreement.
    fn automatic_stay(&self, agreement: usize, asset: usize) -> Option<usize> {
        let stays = self.held.get(&asset)?;
        stays.iter().copied().find(|stay| {
            self.perimeter
                .stays
                .get(*stay)
                .is_some_and(|stay| stay.agreement == agreement && stay.origin.is_automatic())
        })
    }

    fn decide(&mut self, decision: &Decision, asset: usize, day: Date) {
        let state = match decision.verb {
            Verb::Active => State::Active,
            Verb::Stock => State::Stock,
            Verb::Spare => State::Spare,
            Verb::Loan => State::Loan,
            Verb::Byod => State::Byod,
            Verb::Reversibility => State::Reversibility,
            Verb::Include | Verb::Replace => return self.take(decision, asset, day),
            Verb::Merge => return self.merge(asset, day),
            Verb::Exclude | Verb::Retire | Verb::NeverTogether | Verb::Move | Verb::Snooze | Verb::Attest => return,
        };
        push(&mut self.perimeter.states, asset, (day, state));
        self.queue_asset(asset, day);
    }

    /// `merge`: of two slots of one contract the one with the later first day ends the day before; nobody removed a seat, so
    /// no removal effect carries it on.
    fn merge(&mut self, asset: usize, day: Date) {
        let yesterday = day.yesterday().unwrap_or(day);
        let mut held: Vec<(usize, Date, String, usize)> = Vec::new();
        for index in self.held.get(&asset).into_iter().flatten() {
            let stay = self.perimeter.stays.get(*index);
            held.extend(stay.map(|stay| (stay.agreement, stay.from, stay.slot.clone(), *index)));
        }
        held.sort();
        for of_contract in held.chunk_by(|a, b| a.0 == b.0) {
            for (.., stay) in of_contract.iter().skip(1) {
                self.close(*stay, yesterday, yesterday);
            }
        }
    }

    /// `include` and `replace`: the asset takes a slot, and leaves the one it held in that contract.
    fn take(&mut self, decision: &Decision, asset: usize, day: Date) {
        let Some((agreement, line)) = self.target(decision, asset, day) else { return };
        if self.perimeter.excluded(asset, day) {
            push(&mut self.perimeter.exclusions, asset, (day, false));
        }
        let own = self.held.get(&asset).and_then(|stays| {
            stays.iter().copied().find(|stay| self.perimeter.stays.get(*stay).is_some_and(|s| s.agreement == agreement))
        });
        let slot = match (&decision.slot, own.and_then(|stay| self.perimeter.stays.get(stay))) {
            (Some(slot), _) => slot.clone(),
            (None, Some(stay)) => stay.slot.clone(),
            (None, None) => self.free_slot(agreement, &line),
        };
        let holder = self.open.get(&(agreement, slot.clone())).copied();
        let yesterday = day.yesterday().unwrap_or(day);
        for stay in holder.into_iter().chain(own).collect::<BTreeSet<usize>>() {
            self.close(stay, yesterday, yesterday);
        }
        let before = holder.or(own);
        self.open_stay(agreement, line, slot, asset, day, Origin::Decision, before);
    }

    /// The agreement and line that an `include` or a `replace` means on `day`.
    fn target(&self, decision: &Decision, asset: usize, day: Date) -> Option<(usize, String)> {
        let named = |contract: &str| decision.contract.as_deref().is_none_or(|named| named == contract);
        let candidates: Vec<usize> = self
            .agreements
            .iter()
            .enumerate()
            .filter(|(_, a)| named(&a.contract.id) && a.contract.in_force(day))
            .map(|(index, _)| index)
            .collect();
        if let Some(line) = &decision.line {
            let has = |index: &usize| self.lines(*index, day).iter().any(|l| l.id == *line);
            return candidates.into_iter().find(has).map(|index| (index, line.clone()));
        }
        if let Some(slot) = &decision.slot {
            let last = |index: &usize| {
                self.perimeter.stays.iter().rev().find(|s| s.agreement == *index && s.slot == *slot).map(|s| &s.line)
            };
            if let Some((index, line)) =
                candidates.iter().find_map(|index| last(index).map(|line| (*index, line.clone())))
            {
                return Some((index, line));
            }
        }
        let category = self.category(asset, day)?;
        candidates.into_iter().find_map(|index| {
            self.lines(index, day)
                .iter()
                .find(|line| line.category == category.as_str())
                .map(|line| (index, line.id.clone()))
        })
    }

    pub(super) fn lines(&self, agreement: usize, day: Date) -> &[Line] {
        self.agreements.get(agreement).map_or(&[], |agreement| agreement.contract.lines_on(day))
    }

    pub(super) fn category(&self, asset: usize, day: Date) -> Option<Category> {
        let end = last_instant(day, self.zones.first().unwrap_or(&TimeZone::UTC));
        self.assets.get(asset)?.category_at(end).map(|verdict| verdict.category)
    }

    /// The lowest number not in force on the line: numbers are used again.
    pub(super) fn free_slot(&mut self, agreement: usize, line: &str) -> String {
        let (freed, next) = self.freed.entry((agreement, line.to_string())).or_insert_with(|| (BTreeSet::new(), 1));
        loop {
            let number = freed.pop_first().unwrap_or_else(|| {
                *next = next.saturating_add(1);
                next.saturating_sub(1)
            });
            let slot = numbered(line, number);
            // An annex label or a person may have taken the name.
            if !self.open.contains_key(&(agreement, slot.clone())) {
                return slot;
            }
        }
    }

    /// The last day billed of a stay that leaves on `last`, by the removal effect of its line.
    fn removal(&self, stay: usize, last: Date) -> Date {
        let Some(stay) = self.perimeter.stays.get(stay) else { return last };
        let lines = self.lines(stay.agreement, last);
        let billed = match lines.iter().find(|line| line.id == stay.line).map(|line| line.removal_effect) {
            Some(RemovalEffect::EndOfMonth) => last.last_of_month(),
            Some(RemovalEffect::Months(n)) => add_months(last, i32::try_from(n).unwrap_or(i32::MAX)),
            Some(RemovalEffect::SameDay) | None => last,
        };
        let end = self.agreements.get(stay.agreement).and_then(|agreement| agreement.contract.last_day());
        end.map_or(billed, |end| billed.min(end))
    }

    /// The asset leaves every slot it holds; `last` is its last day.
    fn leave(&mut self, asset: usize, last: Date) {
        for stay in self.held.get(&asset).cloned().unwrap_or_default() {
            let billed = self.removal(stay, last);
            self.close(stay, last, billed);
        }
    }

    fn close(&mut self, index: usize, last: Date, billed: Date) {
        let Some(stay) = self.perimeter.stays.get_mut(index) else { return };
        stay.to = Some(last);
        stay.billed_to = Some(billed);
        let (key, line, asset) = ((stay.agreement, stay.slot.clone()), (stay.agreement, stay.line.clone()), stay.asset);
        if self.open.get(&key) == Some(&index) {
            self.open.remove(&key);
            if let Some(in_force) = self.in_force.get_mut(&line) {
                *in_force = in_force.saturating_sub(1);
            }
            let number = key.1.strip_prefix(line.1.as_str()).and_then(|rest| rest.strip_prefix('-')?.parse().ok());
            if let (Some(number), Some((freed, next))) = (number, self.freed.get_mut(&line))
                && number < *next
                && numbered(&line.1, number) == key.1
            {
                freed.insert(number);
            }
        }
        if let Some(stays) = self.held.get_mut(&asset) {
            stays.remove(&index);
        }
        if let Ok(next) = last.tomorrow() {
            self.queue_asset(asset, next);
        }
    }

    /// Opens a stay. `before` is a stay that it takes over, or the slot's own last one when that ended the day before.
    #[expect(clippy::too_many_arguments, reason = "the fields of one stay")]
    pub(super) fn open_stay(
        &mut self,
        agreement: usize,
        line: String,
        slot: String,
        asset: usize,
        day: Date,
        origin: Origin,
        before: Option<usize>,
    ) -> usize {
        let yesterday = day.yesterday().ok();
        if let Some(before) = before
            && self.perimeter.stays.get(before).is_some_and(|stay| stay.to.is_none())
            && let Some(yesterday) = yesterday
        {
            self.close(before, yesterday, yesterday);
        }
        let key = (agreement, slot.clone());
        let ended = |index: &usize| self.perimeter.stays.get(*index).is_some_and(|stay| stay.to == yesterday);
        let continues = before.or_else(|| self.latest.get(&key).copied().filter(ended));
        let index = self.perimeter.stays.len();
        self.perimeter.stays.push(Stay {
            agreement,
            line: line.clone(),
            slot,
            asset,
            from: day,
            to: None,
            billed_to: None,
            origin,
            continues,
        });
        self.open.insert(key.clone(), index);
        self.latest.insert(key, index);
        *self.in_force.entry((agreement, line)).or_default() += 1;
        self.held.entry(asset).or_default().insert(index);
        index
    }
}

fn by_asset(applicants: &[Applicant]) -> BTreeMap<usize, Vec<usize>> {
    let mut by_asset: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, applicant) in applicants.iter().enumerate() {
        by_asset.entry(applicant.asset).or_default().push(index);
    }
    by_asset
}

/// The name of a numbered slot.
fn numbered(line: &str, number: u32) -> String {
    format!("{line}-{number:03}")
}

/// The line of an annex row: the one it names, else the first of the asset's category, else the only one.
fn annex_line(lines: &[Line], named: Option<&str>, category: Option<Category>) -> Option<String> {
    let line = match named {
        Some(named) => lines.iter().find(|line| line.id == named),
        None => lines.iter().find(|line| category.is_some_and(|category| line.category == category.as_str())).or(
            match lines {
                [only] => Some(only),
                _ => None,
            },
        ),
    };
    line.map(|line| line.id.clone())
}

fn push<T>(changes: &mut [Vec<T>], asset: usize, change: T) {
    if let Some(changes) = changes.get_mut(asset) {
        changes.push(change);
    }
}
