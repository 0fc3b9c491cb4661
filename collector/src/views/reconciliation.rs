//! `cadastre/reconciliation/1`: the perimeter of one client on one day, and `cadastre/assets/1`, its list of assets.

use std::collections::BTreeMap;

use cadastre_domain::asset::Asset;
use cadastre_domain::evidence::SourceKind;
use cadastre_domain::finding::{Finding, requirements};
use cadastre_domain::register::Register;
use cadastre_domain::source::Unmapped;
use cadastre_domain::standing::{LineCount, Standing};
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
    /// What its line requires, and whether it has it.
    pub requirements: Vec<RequirementRow>,
}

/// A requirement of an asset's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementRow {
    /// `antivirus`, `detection`, `mail`, `backup`, `firewall`, `encryption` or `source:NAME`.
    pub kind: String,
    /// `good`, `absent`, `inactive`, `outdated` or `unknown`.
    pub verdict: String,
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

impl Reconciliation {
    /// The document of a register.
    pub fn of(register: &Register) -> Self {
        Self {
            schema: "cadastre/reconciliation/1",
            client: register.client.clone(),
            as_of: register.as_of,
            known_at: register.known_at,
            currency: currency(register),
            lines: register.lines.iter().filter_map(|count| line_row(register, count)).collect(),
            assets: asset_rows(register),
            findings: register.findings.iter().map(|finding| finding_row(register, finding)).collect(),
            unmapped: register.unmapped.iter().map(UnmappedRow::of).collect(),
        }
    }
}

impl UnmappedRow {
    /// The row of a group.
    pub fn of(unmapped: &Unmapped) -> Self {
        Self { source: unmapped.source.clone(), group: unmapped.group.clone(), rows: unmapped.rows }
    }
}

/// The currency of the client's first contract in order of precedence; the euro without one.
pub fn currency(register: &Register) -> String {
    register.agreements.first().map_or_else(|| "EUR".to_owned(), |agreement| agreement.contract.currency.clone())
}

fn line_row(register: &Register, count: &LineCount) -> Option<LineRow> {
    let contract = &register.agreements.get(count.agreement)?.contract;
    let line = contract.line_on(&count.line, register.as_of)?;
    Some(LineRow {
        contract: contract.id.clone(),
        line: line.id.clone(),
        category: line.category.to_string(),
        contracted: count.contracted,
        observed: count.observed,
        covered: count.covered,
        billable: count.billable,
        gap: i64::from(count.observed) - i64::from(count.contracted),
        unit_price: line.unit_price.map(|price| price.to_string()),
    })
}

/// The rows of the day, by contract, line and slot; those without a slot first, by name.
fn asset_rows(register: &Register) -> Vec<AssetRow> {
    let mut rows: Vec<AssetRow> =
        register.standings.iter().filter_map(|standing| asset_row(register, standing)).collect();
    rows.sort_by(|a, b| {
        (&a.contract, &a.line, &a.slot, &a.name, &a.asset).cmp(&(&b.contract, &b.line, &b.slot, &b.name, &b.asset))
    });
    rows
}

/// The row of an asset that exists on the register's day.
pub fn asset_row(register: &Register, standing: &Standing) -> Option<AssetRow> {
    let asset = register.assets.get(standing.asset)?;
    let stay = standing.stays.first().and_then(|stay| register.perimeter.stays.get(*stay));
    let contract = stay.and_then(|stay| register.agreements.get(stay.agreement)).map(|a| a.contract.id.clone());
    Some(AssetRow {
        asset: asset.id.clone(),
        name: asset.name.clone(),
        category: asset.category_at(register.at)?.category.to_string(),
        status: standing.status.word().to_owned(),
        state: standing.state.word().to_owned(),
        contract,
        line: stay.map(|stay| stay.line.clone()),
        slot: stay.map(|stay| stay.slot.clone()),
        site: asset.site.clone(),
        last_seen: standing.last_seen,
        sources: sources(register, asset),
        requirements: requirements(register, standing)
            .into_iter()
            .map(|(kind, verdict)| RequirementRow { kind, verdict })
            .collect(),
        reasons: standing.reasons.iter().map(|reason| (*reason).to_owned()).collect(),
    })
}

/// One row a source, by name: those that ever named the asset, and for a device the lists whose newest complete edition
/// could have.
fn sources(register: &Register, asset: &Asset) -> Vec<SourceRow> {
    let mut rows: BTreeMap<&str, SourceRow> = BTreeMap::new();
    let put = |source: &str, last_seen: Option<Timestamp>, present: bool| SourceRow {
        source: source.to_owned(),
        last_seen,
        present,
    };
    let seat = asset.category_at(register.at).is_some_and(|verdict| verdict.category.is_seat());
    for source in register.lists.sources.iter().filter(|source| source.lists_devices && !seat) {
        if source.complete_at(register.at).is_some() {
            rows.insert(&source.name, put(&source.name, None, false));
        }
    }
    for sighting in asset.sightings.iter().filter_map(|index| register.sightings.get(*index)) {
        let (last_seen, present) = match sighting.kind {
            SourceKind::Agent => {
                (asset.agent_contacts.iter().rev().find(|contact| **contact <= register.at).copied(), true)
            }
            SourceKind::List => match register.lists.tracks.get(&sighting.id) {
                Some(track) => {
                    let seen = track.told.iter().filter_map(|told| told.seen).filter(|seen| *seen <= register.at).max();
                    (seen, register.lists.told_at(track, register.at).is_some())
                }
                None => (sighting.last_contact, true),
            },
            SourceKind::Annex => (None, true),
        };
        let row = rows.entry(&sighting.source).or_insert_with(|| put(&sighting.source, None, false));
        row.last_seen = row.last_seen.max(last_seen);
        row.present |= present;
    }
    rows.into_values().collect()
}

/// The row of a finding.
pub fn finding_row(register: &Register, finding: &Finding) -> FindingRow {
    let asset = finding.asset.and_then(|index| register.assets.get(index));
    let contract = finding.agreement.and_then(|index| register.agreements.get(index)).map(|a| a.contract.id.clone());
    FindingRow {
        id: finding.id.clone(),
        code: finding.code.to_owned(),
        asset: asset.map(|asset| asset.id.clone()),
        name: asset.map(|asset| asset.name.clone()).or_else(|| finding.slot.clone()),
        contract,
        line: finding.line.clone(),
        since: finding.since,
        due: finding.due,
        evidence: finding.evidence.clone(),
        amount_month: finding.amount_month.to_string(),
        amount_year: finding.amount_year.to_string(),
        action: finding.action.to_owned(),
    }
}

impl Assets {
    /// The rows of one register.
    pub fn rows(register: &Register) -> impl Iterator<Item = AssetLine> {
        register.standings.iter().filter_map(|standing| asset_row(register, standing)).map(|row| AssetLine {
            asset: row.asset,
            name: row.name,
            category: row.category,
            status: row.status,
            last_seen: row.last_seen,
            client: register.client.clone(),
        })
    }

    /// The list of these rows, sorted by client, name and id.
    pub fn of(mut assets: Vec<AssetLine>) -> Self {
        assets.sort_by(|a, b| (&a.client, &a.name, &a.asset).cmp(&(&b.client, &b.name, &b.asset)));
        Self { schema: "cadastre/assets/1", assets, next: None }
    }
}
