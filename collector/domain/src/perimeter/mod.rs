//! The perimeter: which asset holds which slot of which contract line, on every civil day.
//!
//! Dated decisions come before the named annex, the annex before the contract's scope rules, those before what a line
//! admits by itself; what none of them covers is uncovered. The result is a list of stays; a day's coverage and a month's slot-days are read off it.
//!
//! **Invariant**: what happens on a day is decided on that day's facts and those before it; a fact about a later day
//! never changes it.

mod admission;
mod annex;
mod applicant;
mod cluster;
mod days;
mod decide;
mod history;
mod moves;
mod scope;
mod slots;
mod subject;
mod timeline;

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) use days::billed_once;
pub use days::slot_days;
pub use timeline::lay;

use crate::asset::Asset;
use crate::contract::{Contract, MissingPolicy};
use crate::evidence::Sighting;
use crate::fact::{AnnexRow, Facts};
use crate::identify::Identity;
use crate::source::Lists;

/// What was seen of a client, and what identity made of it.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// Sightings, by (recorded, id).
    pub sightings: &'a [Sighting],
    /// What lists told, edition by edition.
    pub lists: &'a Lists,
    /// Which sightings are one device.
    pub identity: &'a Identity,
    /// The assets, by id.
    pub assets: &'a [Asset],
}

/// A contract with the annex rows in force for it.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// The contract, in its newest version.
    pub contract: Contract,
    /// The sequence of the fact that holds that version.
    pub seq: u64,
    /// Its annex: the file's rows and the imported ones, one per label, by label.
    pub annex: Vec<AnnexEntry>,
}

impl Agreement {
    /// The days on which its lines or conditions change, its first day included.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.contract.segments.iter().map(|segment| segment.from)
    }

    /// Whether a line ever leaves the days of a missing asset unbilled.
    pub fn suspends(&self) -> bool {
        let mut lines = self.contract.segments.iter().flat_map(|segment| &segment.lines);
        lines.any(|line| line.missing_policy == MissingPolicy::Suspend)
    }
}

/// An annex row, and the asset it names.
#[derive(Debug, Clone)]
pub struct AnnexEntry {
    /// The row.
    pub row: AnnexRow,
    /// Index of the asset, in the register's order.
    pub asset: usize,
    /// The sequence of the fact that told it last.
    pub seq: u64,
}

/// A slot held by an asset, from a day to a day, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Index of the agreement.
    pub agreement: usize,
    /// Line id.
    pub line: String,
    /// Slot name: the annex label, or `LINE-001`…
    pub slot: String,
    /// Index of the asset.
    pub asset: usize,
    /// First day.
    pub from: Date,
    /// Last day; `None` while open.
    pub to: Option<Date>,
    /// Last day billed, when a removal effect moves it past `to`.
    pub billed_to: Option<Date>,
    /// What opened it.
    pub origin: Origin,
    /// The stay that this one continues without a gap: both are one run of the slot.
    pub continues: Option<usize>,
}

impl Stay {
    /// Whether the asset holds the slot on `day`.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// What opened a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A row of the annex.
    Annex,
    /// A person.
    Decision,
    /// A scope rule of the contract.
    Scope,
    /// The line's own admission.
    Admission,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 4] = [Self::Annex, Self::Decision, Self::Scope, Self::Admission];

    /// Whether the slot was given for being seen: an annex entry that names the asset takes it over.
    pub(crate) fn is_automatic(self) -> bool {
        matches!(self, Self::Scope | Self::Admission)
    }
}

/// The state of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In use.
    Active,
    /// On a shelf.
    Stock,
    /// Kept to replace another.
    Spare,
    /// Lent.
    Loan,
    /// The user's own.
    Byod,
    /// Watched during the exit plan.
    Reversibility,
    /// Gone.
    Retired,
}

impl State {
    /// Its word in the interfaces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stock => "stock",
            Self::Spare => "spare",
            Self::Loan => "loan",
            Self::Byod => "byod",
            Self::Reversibility => "reversibility",
            Self::Retired => "retired",
        }
    }
}

/// Everything that happened to the perimeter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Perimeter {
    /// Stays, in the order they opened.
    pub stays: Vec<Stay>,
    /// Per asset, its states: (first day, state), in order. Without one it is active.
    pub states: Vec<Vec<(Date, State)>>,
    /// Per asset, whether decisions keep it out: (first day, excluded), in order.
    pub exclusions: Vec<Vec<(Date, bool)>>,
    /// Assets that a full `auto` line turned away: (day, asset, agreement, line).
    pub turned_away: Vec<(Date, usize, usize, String)>,
    /// Assets that a contract's scope rule keeps out, and that no contract took: (day, asset).
    pub kept_out: Vec<(Date, usize)>,
}

impl Perimeter {
    /// The stays that hold on `day`, with their index.
    pub fn on(&self, day: Date) -> impl Iterator<Item = (usize, &Stay)> {
        self.stays.iter().enumerate().filter(move |(_, stay)| stay.holds(day))
    }

    /// The state of an asset on `day`.
    pub fn state(&self, asset: usize, day: Date) -> State {
        last_before(self.states.get(asset), day).unwrap_or(State::Active)
    }

    /// Whether a decision keeps the asset out on `day`.
    pub fn excluded(&self, asset: usize, day: Date) -> bool {
        last_before(self.exclusions.get(asset), day).unwrap_or(false)
    }
}

fn last_before<T: Copy>(changes: Option<&Vec<(Date, T)>>, day: Date) -> Option<T> {
    changes?.iter().rev().find(|(from, _)| *from <= day).map(|(_, value)| *value)
}
