//! `cadastre/asset/1`: one asset with everything that explains it.

use cadastre_domain::identifier::identifiers;
use cadastre_domain::register::{Decided, Register};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::views::reconciliation::{AssetRow, FindingRow, asset_row, currency, finding_row};

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

impl AssetDetail {
    /// The document of one asset; `None` when the register has none with this id or alias.
    pub fn of(register: &Register, id: &str) -> Option<Self> {
        let index = register.asset(id)?;
        let asset = register.assets.get(index)?;
        let standing = register.standing(index)?;
        let verdict = asset.category_at(register.at)?;
        let aliases = register.identity.aliases.iter().filter(|(alias, of)| **of == asset.id && **alias != asset.id);
        Some(Self {
            schema: "cadastre/asset/1",
            client: register.client.clone(),
            as_of: register.as_of,
            known_at: register.known_at,
            currency: currency(register),
            row: asset_row(register, standing)?,
            aliases: aliases.map(|(alias, _)| alias.clone()).collect(),
            category_confidence: verdict.confidence.as_str().to_owned(),
            category_reasons: verdict.reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            sightings: asset.sightings.iter().filter_map(|index| sighting_row(register, *index)).collect(),
            stays: stays(register, index),
            decisions: decisions(register, index),
            findings: register
                .findings
                .iter()
                .filter(|finding| finding.asset == Some(index))
                .map(|finding| finding_row(register, finding))
                .collect(),
        })
    }
}

fn sighting_row(register: &Register, index: usize) -> Option<SightingRow> {
    let sighting = register.sightings.get(index)?;
    let verdict = register.identity.verdicts.get(index)?;
    Some(SightingRow {
        id: sighting.id.clone(),
        source: sighting.source.clone(),
        native_id: sighting.native_id.clone(),
        recorded: sighting.recorded,
        rule: verdict.rule,
        identifiers: serde_json::to_value(identifiers(&sighting.evidence)).unwrap_or_default(),
    })
}

fn stays(register: &Register, asset: usize) -> Vec<StayRow> {
    let own = register.perimeter.stays.iter().filter(|stay| stay.asset == asset);
    let mut rows: Vec<StayRow> = own
        .filter_map(|stay| {
            let contract = register.agreements.get(stay.agreement)?.contract.id.clone();
            Some(StayRow { contract, line: stay.line.clone(), slot: stay.slot.clone(), from: stay.from, to: stay.to })
        })
        .collect();
    rows.sort_by(|a, b| (a.from, &a.contract, &a.slot).cmp(&(b.from, &b.contract, &b.slot)));
    rows
}

fn decisions(register: &Register, asset: usize) -> Vec<DecisionRow> {
    register
        .decisions
        .iter()
        .filter(|decided| decided.decision.assets.iter().any(|id| register.asset(id) == Some(asset)))
        .map(|Decided { seq, at, decision }| DecisionRow {
            verb: decision.verb.word().to_owned(),
            effective: decision.effective,
            recorded: *at,
            by: decision.by.clone(),
            reason: decision.reason.clone(),
            evidence: format!("fact:{seq}"),
        })
        .collect()
}
