//! `cadastre/asset/1`: one asset with everything that explains it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::views::reconciliation::{AssetRow, FindingRow};

/// One asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetDetail {
    /// `cadastre/asset/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// The day.
    pub as_of: Date,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// Currency of every amount.
    pub currency: String,
    /// The row of the reconciliation.
    #[serde(flatten)]
    pub row: AssetRow,
    /// Other ids that stand for it.
    pub aliases: Vec<String>,
    /// Confidence of its category: `high`, `medium` or `low`.
    pub category_confidence: String,
    /// Why this category: reason codes.
    pub category_reasons: Vec<String>,
    /// Each sighting, oldest first.
    pub sightings: Vec<SightingRow>,
    /// The slots it has held, oldest first.
    pub stays: Vec<StayRow>,
    /// Decisions that name it, oldest first.
    pub decisions: Vec<DecisionRow>,
    /// Its findings.
    pub findings: Vec<FindingRow>,
}

/// What one source said, and why it counts as this asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SightingRow {
    /// Report id, or `SEQ:ROW`.
    pub id: String,
    /// `agent`, `annex` or a list's name.
    pub source: String,
    /// The id that the source gives it.
    pub native_id: Option<String>,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// The rule that joined it; 150 = it founded the asset.
    pub rule: u16,
    /// Its identifiers, raw and normalised, with what was refused.
    pub identifiers: serde_json::Value,
}

/// A span in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StayRow {
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Slot name.
    pub slot: String,
    /// First day.
    pub from: Date,
    /// Last day; `null` while open.
    pub to: Option<Date>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionRow {
    /// Verb.
    pub verb: String,
    /// The day it is about.
    pub effective: Date,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Reference to the fact.
    pub evidence: String,
}
