//! Whom a decision speaks of: the device that its id stood for, not all that today's asset has become.
//!
//! **Invariant**: a later merge by rule carries no decision over to a device that was another one when it was made.

use jiff::Timestamp;
use jiff::civil::Date;

use super::State;
use super::timeline::Timeline;

/// Whom a decision speaks of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    /// Today's asset.
    pub(super) asset: usize,
    /// The applicant that its id stood for; `None` = the whole asset.
    pub(super) applicant: Option<usize>,
    /// When it was recorded.
    at: Timestamp,
}

/// What a decision opens or bars, from a day on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Barred {
    from: Date,
    subject: Subject,
    change: Change,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    State(State),
    Excluded(bool),
}

impl Timeline<'_> {
    /// Whom a decision means that names an asset by this id and was recorded at this instant.
    pub(super) fn subject(&self, named: &str, asset: usize, at: Timestamp) -> Subject {
        Subject { asset, applicant: self.applicants.of_id(named, asset), at }
    }

    /// Whether a decision speaks of an applicant: they were one device at `moment`, or when it was decided.
    pub(super) fn speaks_of(&self, subject: Subject, applicant: Option<usize>, moment: Timestamp) -> bool {
        let Some((named, applicant)) = subject.applicant.zip(applicant) else { return true };
        let one = |at: Timestamp| self.applicants.leader(named, at) == self.applicants.leader(applicant, at);
        one(moment) || one(subject.at)
    }

    /// Whether an applicant of the asset is in use on `day`, by what was known at `moment`.
    pub(super) fn in_use(&self, asset: usize, applicant: usize, day: Date, moment: Timestamp) -> bool {
        let state = self.last_said(asset, Some(applicant), day, moment, |change| match change {
            Change::State(state) => Some(state),
            Change::Excluded(_) => None,
        });
        state.is_none_or(|state| state == State::Active)
    }

    /// Whether a decision keeps an applicant of the asset out on `day`, by what was known at `moment`; `None` = the asset.
    pub(super) fn keeps_out(&self, asset: usize, applicant: Option<usize>, day: Date, moment: Timestamp) -> bool {
        let excluded = self.last_said(asset, applicant, day, moment, |change| match change {
            Change::Excluded(excluded) => Some(excluded),
            Change::State(_) => None,
        });
        excluded.unwrap_or(false)
    }

    fn last_said<T>(
        &self,
        asset: usize,
        applicant: Option<usize>,
        day: Date,
        moment: Timestamp,
        of: impl Fn(Change) -> Option<T>,
    ) -> Option<T> {
        let said = self.barred.get(&asset)?.iter().rev().filter(|said| said.from <= day);
        said.filter_map(|said| Some((said.subject, of(said.change)?)))
            .find(|(subject, _)| self.speaks_of(*subject, applicant, moment))
            .map(|(_, change)| change)
    }

    pub(super) fn set_state(&mut self, subject: Subject, day: Date, state: State) {
        let change = Change::State(state);
        self.barred.entry(subject.asset).or_default().push(Barred { from: day, subject, change });
        self.perimeter.states.get_mut(subject.asset).into_iter().for_each(|changes| changes.push((day, state)));
    }

    pub(super) fn set_excluded(&mut self, subject: Subject, day: Date, excluded: bool) {
        let change = Change::Excluded(excluded);
        self.barred.entry(subject.asset).or_default().push(Barred { from: day, subject, change });
        self.perimeter.exclusions.get_mut(subject.asset).into_iter().for_each(|changes| changes.push((day, excluded)));
    }
}
