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
use crate::contract::{Admission, Line, RemovalEffect};
use crate::fact::{Decision, Verb};
use crate::perimeter::{Agreement, AnnexEntry, Origin, Perimeter, State, Stay};
use crate::register::Decided;

/// Lays the perimeter of a client.
///
/// `assets` are sorted by id, `decisions` come with their recorded instant, `resolve` turns an asset id or alias into an
/// index of `assets`. Agreements are in order of precedence (priority, then first day).
pub fn lay(
    agreements: &[Agreement],
    assets: &[Asset],
    decisions: &[Decided],
    resolve: &dyn Fn(&str) -> Option<usize>,
) -> Perimeter {
    let mut timeline = Timeline {
        agreements,
        zones: agreements.iter().map(|agreement| agreement.contract.zone()).collect(),
        assets,
        open: BTreeMap::new(),
        held: BTreeMap::new(),
        queue: BinaryHeap::new(),
        perimeter: Perimeter {
            states: vec![Vec::new(); assets.len()],
            exclusions: vec![Vec::new(); assets.len()],
            ..Perimeter::default()
        },
    };
    let mut moves = timeline.scheduled(decisions, resolve);
    for asset in 0..assets.len() {
        timeline.queue_from(asset, Date::MIN);
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
            Self::CloseAnnex { .. } => (1, Timestamp::MIN),
            Self::Out { .. } => (2, Timestamp::MIN),
            Self::OpenAnnex { .. } => (3, Timestamp::MIN),
            Self::Decide { at, .. } => (4, *at),
        }
    }
}

struct Timeline<'a> {
    agreements: &'a [Agreement],
    zones: Vec<TimeZone>,
    assets: &'a [Asset],
    /// Open slots: (agreement, slot) to the stay.
    open: BTreeMap<(usize, String), usize>,
    /// Open stays by asset.
    held: BTreeMap<usize, BTreeSet<usize>>,
    /// Days on which an asset may be admitted.
    queue: BinaryHeap<Reverse<(Date, usize)>>,
    perimeter: Perimeter,
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
        for Decided { at, decision, .. } in decisions {
            for asset in decision.assets.iter().filter_map(|id| resolve(id)) {
                let out = match decision.verb {
                    Verb::Exclude => Some(None),
                    Verb::Retire => Some(Some(State::Retired)),
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
                .is_some_and(|stay| stay.agreement == agreement && stay.origin == Origin::Admission)
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
            Verb::Exclude | Verb::Retire | Verb::Merge | Verb::NeverTogether => return,
        };
        push(&mut self.perimeter.states, asset, (day, state));
        self.queue_from(asset, day);
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

    fn admit(&mut self, day: Date) {
        while let Some(Reverse((due, asset))) = self.queue.peek().copied() {
            if due > day {
                break;
            }
            self.queue.pop();
            self.admit_asset(day, asset);
        }
    }

    fn admit_asset(&mut self, day: Date, asset: usize) {
        let Some(subject) = self.assets.get(asset) else { return };
        let holds = self.held.get(&asset).is_some_and(|stays| !stays.is_empty());
        if subject.in_task
            || holds
            || self.perimeter.excluded(asset, day)
            || self.perimeter.state(asset, day) != State::Active
        {
            return;
        }
        let Some(category) = self.category(asset, day) else { return };
        let mut retry: Option<Date> = None;
        for (index, agreement) in self.agreements.iter().enumerate() {
            let Some(zone) = self.zones.get(index) else { continue };
            if !agreement.contract.in_force(day) {
                // Not yet in force: its first day is a day to try.
                if agreement.contract.first_day() > day {
                    retry = earlier(retry, subject.next_seen(agreement.contract.first_day(), zone));
                }
                continue;
            }
            let Some(line) = agreement
                .contract
                .lines_on(day)
                .iter()
                .find(|line| line.category == category.as_str() && line.admission != Admission::Annex)
            else {
                retry = earlier(retry, self.next_change(index, day).and_then(|next| subject.next_seen(next, zone)));
                continue;
            };
            let Some(reached) = subject.nth_seen(line.admission_days, zone) else { continue };
            if subject.next_seen(day, zone) != Some(day) || reached > day {
                retry = earlier(retry, subject.next_seen(day.max(reached), zone));
                continue;
            }
            let in_force =
                self.open.iter().filter(|((of, _), stay)| *of == index && self.on_line(**stay, &line.id)).count();
            let full = usize::try_from(line.count).is_ok_and(|count| in_force >= count);
            if line.admission == Admission::Auto && full {
                self.perimeter.turned_away.push((day, asset, index, line.id.clone()));
                retry = earlier(retry, day.tomorrow().ok().and_then(|next| subject.next_seen(next, zone)));
                continue;
            }
            let (line, slot) = (line.id.clone(), self.free_slot(index, &line.id));
            self.open_stay(index, line, slot, asset, day, Origin::Admission, None);
            return;
        }
        if let Some(retry) = retry {
            self.queue.push(Reverse((retry, asset)));
        }
    }

    /// The next day on which the agreement's lines change.
    fn next_change(&self, agreement: usize, day: Date) -> Option<Date> {
        self.agreements.get(agreement)?.changes().find(|change| *change > day)
    }

    fn on_line(&self, stay: usize, line: &str) -> bool {
        self.perimeter.stays.get(stay).is_some_and(|stay| stay.line == line)
    }

    fn lines(&self, agreement: usize, day: Date) -> &[Line] {
        self.agreements.get(agreement).map_or(&[], |agreement| agreement.contract.lines_on(day))
    }

    fn category(&self, asset: usize, day: Date) -> Option<Category> {
        let end = last_instant(day, self.zones.first().unwrap_or(&TimeZone::UTC));
        self.assets.get(asset)?.category_at(end).map(|verdict| verdict.category)
    }

    /// The lowest number not in force on the line: numbers are used again.
    fn free_slot(&self, agreement: usize, line: &str) -> String {
        (1u32..)
            .map(|number| format!("{line}-{number:03}"))
            .find(|slot| !self.open.contains_key(&(agreement, slot.clone())))
            .unwrap_or_else(|| line.to_string())
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
        let (key, asset) = ((stay.agreement, stay.slot.clone()), stay.asset);
        if self.open.get(&key) == Some(&index) {
            self.open.remove(&key);
        }
        if let Some(stays) = self.held.get_mut(&asset) {
            stays.remove(&index);
        }
        if let Ok(next) = last.tomorrow() {
            self.queue_from(asset, next);
        }
    }

    /// Opens a stay. `before` is a stay that it takes over, or the slot's own last one when that ended the day before.
    #[expect(clippy::too_many_arguments, reason = "the fields of one stay")]
    fn open_stay(
        &mut self,
        agreement: usize,
        line: String,
        slot: String,
        asset: usize,
        day: Date,
        origin: Origin,
        before: Option<usize>,
    ) {
        let yesterday = day.yesterday().ok();
        if let Some(before) = before
            && self.perimeter.stays.get(before).is_some_and(|stay| stay.to.is_none())
            && let Some(yesterday) = yesterday
        {
            self.close(before, yesterday, yesterday);
        }
        let continues = before.or_else(|| {
            self.perimeter
                .stays
                .iter()
                .rposition(|stay| stay.agreement == agreement && stay.slot == slot)
                .filter(|index| self.perimeter.stays.get(*index).is_some_and(|stay| stay.to == yesterday))
        });
        let index = self.perimeter.stays.len();
        self.perimeter.stays.push(Stay {
            agreement,
            line,
            slot: slot.clone(),
            asset,
            from: day,
            to: None,
            billed_to: None,
            origin,
            continues,
        });
        self.open.insert((agreement, slot), index);
        self.held.entry(asset).or_default().insert(index);
    }

    fn queue_from(&mut self, asset: usize, day: Date) {
        let zone = self.zones.first().cloned().unwrap_or(TimeZone::UTC);
        if let Some(next) = self.assets.get(asset).and_then(|subject| subject.next_seen(day, &zone)) {
            self.queue.push(Reverse((next, asset)));
        }
    }
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

fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn push<T>(changes: &mut [Vec<T>], asset: usize, change: T) {
    if let Some(changes) = changes.get_mut(asset) {
        changes.push(change);
    }
}
