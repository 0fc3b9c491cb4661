//! A contract line: what is counted, how it is priced, what it requires.
//!
//! **Invariant**: the values are those in force from one amendment to the next; `line_reading.rs` reads them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::billing::VatCategory;
use crate::money::{Percent, Price};

/// Most seats a line may count, tiers included (10^6).
pub const COUNT_MAX: u32 = 1_000_000;
/// What a line can count, as domain words.
pub const CATEGORIES: [&str; 17] = [
    "desktop",
    "laptop",
    "server",
    "virtual-server",
    "tablet",
    "smartphone",
    "printer",
    "router",
    "switch",
    "firewall",
    "access-point",
    "nas",
    "other",
    "user",
    "mailbox",
    "licence",
    "service",
];

/// How a line is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Formula {
    /// A flat rate per counted thing.
    Forfait,
    /// Time on request, without minimum.
    Demande,
    /// Time spent.
    Temps,
    /// Tickets, single or in packs.
    Ticket,
}

/// How a flat rate becomes an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The contracted count, whatever is observed.
    Fixed,
    /// Slot-days.
    Prorata,
    /// The count of one day.
    Snapshot,
    /// The dearest day.
    Peak,
    /// Slots with enough days.
    Threshold,
    /// Tiers, each part at its own price.
    Graduated,
    /// Tiers, all at the price reached.
    Volume,
}

impl Mode {
    /// Whether the mode gives one line that is never prorated, always in arrears.
    pub fn is_one_line(self) -> bool {
        matches!(self, Self::Snapshot | Self::Peak | Self::Threshold)
    }

    /// Whether the mode prices by tiers.
    pub fn has_tiers(self) -> bool {
        matches!(self, Self::Graduated | Self::Volume)
    }
}

/// Who may take a slot of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Admission {
    /// Annex entries, decisions and scope rules only.
    Annex,
    /// Any asset of the category, up to the count.
    Auto,
    /// Any asset of the category.
    Unlimited,
}

/// What a slot costs while its asset is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingPolicy {
    /// Billed all the same.
    Bill,
    /// Out of the slot-days on each day the asset is missing.
    Suspend,
}

/// Which states are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatePolicy {
    /// In stock: billed by default.
    pub stock: bool,
    /// A spare: billed by default.
    pub spare: bool,
    /// Lent: billed by default.
    pub loan: bool,
    /// The person's own: free by default.
    pub byod: bool,
    /// After the term: free by default.
    pub reversibility: bool,
}

/// Until when a removed slot is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalEffect {
    /// To its last day.
    SameDay,
    /// To the end of that month.
    EndOfMonth,
    /// So many months more.
    Months(u32),
}

/// One tier: a price up to a number of seats, that number included; without `up_to` it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// Last seat of the tier.
    pub up_to: Option<u32>,
    /// Price of a whole month.
    pub unit_price: Price,
}

/// A pack of tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    /// Tickets in it.
    pub size: u32,
    /// Price of the pack.
    pub price: Price,
    /// Months after which what is left expires; without it, never.
    pub months: Option<u32>,
}

/// Software or a list that each covered asset must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// `antivirus`, `detection`, `mail`, `backup`, `firewall`, `encryption` or `source`.
    pub kind: String,
    /// Oldest evidence accepted, in days.
    pub max_age_days: Option<u32>,
    /// The console's name, for `source`.
    pub source: Option<String>,
}

/// Promised delays, as ISO 8601 durations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sla {
    /// Hours in which delays run, as the contract writes them.
    pub hours: Option<String>,
    /// Delay to answer.
    pub response: Option<String>,
    /// Delay to solve.
    pub resolution: Option<String>,
    /// Delay to answer when urgent.
    pub urgent: Option<String>,
}

/// The day each revisable value was agreed: the contract's first, or an amendment's effective day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// Of `unit_price`.
    pub unit_price: Date,
    /// Of `tiers`.
    pub tiers: Date,
    /// Of `minimum_amount`.
    pub minimum_amount: Date,
}

/// A contract line with the values in force on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id, unique in the contract.
    pub id: String,
    /// What the bill calls it; default: its id.
    pub label: String,
    /// What it counts, one of [`CATEGORIES`].
    pub category: String,
    /// How it is sold.
    pub formula: Formula,
    /// How a flat rate becomes an amount; `None` out of `forfait`.
    pub mode: Option<Mode>,
    /// Who may take a slot.
    pub admission: Admission,
    /// Price of one for a whole month, an hour or a ticket.
    pub unit_price: Option<Price>,
    /// Tiers, in order, for graduated and volume.
    pub tiers: Vec<Tier>,
    /// Contracted count; 0 when the line states none ([`Line::counted`]).
    pub count: u32,
    /// Whether the line states a count.
    pub counted: bool,
    /// Seats paid at least.
    pub commitment: u32,
    /// Per cent off.
    pub discount: Option<Percent>,
    /// VAT rate in per cent.
    pub vat_rate: Percent,
    /// VAT category of a nil rate.
    pub vat_category: Option<VatCategory>,
    /// Why no VAT is due.
    pub vat_reason: Option<String>,
    /// Least amount of a month.
    pub minimum_amount: Option<Price>,
    /// Free tickets a month.
    pub included: u32,
    /// Step to which each time row is rounded up.
    pub increment_minutes: u32,
    /// Pack of tickets.
    pub pack: Option<Pack>,
    /// Day of month that is counted, 1 to 31, clamped to the month.
    pub snapshot_day: Option<u32>,
    /// Days in the month from which a slot is billed.
    pub threshold_days: Option<u32>,
    /// What each covered asset must have.
    pub requires: Vec<Requirement>,
    /// Promised delays.
    pub sla: Option<Sla>,
    /// Services included, in the contract's words.
    pub services: Vec<String>,
    /// Article code of the billing tool.
    pub article: Option<String>,
    /// Ledger account.
    pub account: Option<String>,
    /// Analytic code.
    pub analytic: Option<String>,
    /// Distinct days seen before automatic admission.
    pub admission_days: u32,
    /// Days between `since` and `due` of a finding, by finding code.
    pub grace_days: BTreeMap<String, u32>,
    /// Days of silence after which a device is missing, when not the default of its category.
    pub missing_days: Option<u32>,
    /// What a missing asset's slot costs.
    pub missing_policy: MissingPolicy,
    /// Which states are billed.
    pub state_policy: StatePolicy,
    /// Until when a removed slot is billed.
    pub removal_effect: RemovalEffect,
    /// Whether the first day of a run is billed (of the contract's billing).
    pub addition_day_counts: bool,
    /// Whether the last day of a run is billed (of the contract's billing).
    pub removal_day_counts: bool,
    /// When its revisable values were agreed.
    pub agreed: Agreed,
}
