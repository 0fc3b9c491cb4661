//! `cadastre/reconciliation/1`: the perimeter of one client on one day, and `cadastre/assets/1`, its list of assets.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// What is contracted, seen, covered and billed on a day, asset by asset, with what is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reconciliation {
    /// `cadastre/reconciliation/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// The day.
    pub as_of: Date,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// Currency of every amount.
    pub currency: String,
    /// One row per contract line in force that day.
    pub lines: Vec<LineRow>,
    /// One row per asset.
    pub assets: Vec<AssetRow>,
    /// What needs a decision.
    pub findings: Vec<FindingRow>,
    /// Groups of consoles that belong to no client yet.
    pub unmapped: Vec<UnmappedRow>,
}

/// A contract line on the day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineRow {
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Category.
    pub category: String,
    /// `count` in force.
    pub contracted: u32,
    /// Assets of the category seen in the last 90 days, active, not excluded, not pending.
    pub observed: u32,
    /// Slots held by an asset.
    pub covered: u32,
    /// Slots billed that day (`fixed`: the count).
    pub billable: u32,
    /// `observed` − `contracted`.
    pub gap: i64,
    /// Price of a whole month, with the contract's decimals; `null` with tiers.
    pub unit_price: Option<String>,
}

/// An asset on the day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetRow {
    /// Asset id.
    pub asset: String,
    /// Host name, else annex label, else id.
    pub name: String,
    /// Category.
    pub category: String,
    /// `covered`, `uncovered`, `missing`, `unknown` or `pending`.
    pub status: String,
    /// `active`, `stock`, `spare`, `loan`, `byod`, `reversibility` or `retired`.
    pub state: String,
    /// Contract of its slot.
    pub contract: Option<String>,
    /// Line of its slot.
    pub line: Option<String>,
    /// Its slot.
    pub slot: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// Last contact or last seen of a list.
    pub last_seen: Option<Timestamp>,
    /// Who speaks of it.
    pub sources: Vec<SourceRow>,
    /// Why it has this status: reason codes.
    pub reasons: Vec<String>,
}

/// A source that speaks of an asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceRow {
    /// `agent`, `annex` or a list's name.
    pub source: String,
    /// When it last saw the asset.
    pub last_seen: Option<Timestamp>,
    /// Whether its newest word has the asset.
    pub present: bool,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingRow {
    /// H(client, code, asset or slot, line).
    pub id: String,
    /// Reason code.
    pub code: String,
    /// Asset, when it concerns one.
    pub asset: Option<String>,
    /// Name of that asset, or of the slot.
    pub name: Option<String>,
    /// Contract, when it concerns one.
    pub contract: Option<String>,
    /// Line, when it concerns one.
    pub line: Option<String>,
    /// Since this day.
    pub since: Date,
    /// To be settled by this day: `since` + the line's grace.
    pub due: Date,
    /// References to facts: `fact:SEQ`, `contact:AGENT:HOUR`.
    pub evidence: Vec<String>,
    /// At stake in a whole month, signed.
    pub amount_month: String,
    /// Twelve times that.
    pub amount_year: String,
    /// Proposed action, a code.
    pub action: String,
}

/// A group of a console that belongs to no client yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmappedRow {
    /// Source name.
    pub source: String,
    /// The console's word.
    pub group: String,
    /// Rows in it.
    pub rows: u32,
}

/// `cadastre/assets/1`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assets {
    /// `cadastre/assets/1`.
    pub schema: &'static str,
    /// The assets, all clients asked for, sorted by client, name and id.
    pub assets: Vec<AssetLine>,
    /// Where the next page begins, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A row of that list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetLine {
    /// Asset id.
    pub asset: String,
    /// Name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Status.
    pub status: String,
    /// Last seen.
    pub last_seen: Option<Timestamp>,
    /// Client code.
    pub client: String,
}

/// `cadastre/findings/1`: the findings of a reconciliation by themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// `cadastre/findings/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// The day.
    pub as_of: Date,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// Currency of every amount.
    pub currency: String,
    /// What needs a decision.
    pub findings: Vec<FindingRow>,
}
