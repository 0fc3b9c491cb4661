//! `cadastre/explanation/1`: which device each inventory speaks of, and why, for inventories handed over as lines.
//!
//! All lines belong to one client and no agent id exists; `collected_at` stands for the recorded instant. It refuses a
//! line by its number and goes on with the rest. **Invariant**: the order of the lines changes nothing but the order of
//! the answers.

use std::collections::BTreeMap;

use cadastre_domain::category::categorise;
use cadastre_domain::evidence::{Evidence, Sighting, SourceKind};
use cadastre_domain::identifier::{Identifier, identifiers};
use cadastre_domain::identify::{self, Candidate, Identity};
use cadastre_domain::refusal::Refusal;
use cadastre_proto::inventory::Section;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::register::evidence;

/// The answer to one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// `cadastre/explanation/1`.
    pub schema: &'static str,
    /// Id of the report.
    pub report_id: String,
    /// `link`, `new` or `task`.
    pub decision: &'static str,
    /// Smallest `report_id` of its group.
    pub asset: String,
    /// The rule that joined the line to its group; 150 for `new` and `task`.
    pub rule: u16,
    /// Category, judged on the line alone.
    pub category: String,
    /// `high`, `medium` or `low`.
    pub category_confidence: String,
    /// Reason codes.
    pub category_reasons: Vec<&'static str>,
    /// Identifiers, raw and normalised, with what was refused.
    pub identifiers: Vec<Identifier>,
    /// Links that were tried and refused.
    pub vetoes: Vec<VetoRow>,
    /// Groups that it may be.
    pub candidates: Vec<CandidateRow>,
    /// Weaker rules that point elsewhere.
    pub dissent: Vec<DissentRow>,
    /// Version of the rules and of the placeholder list.
    pub engine: String,
}

/// A group that a line may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateRow {
    /// Smallest `report_id` of that group.
    pub asset: String,
    /// The strongest rule that points there.
    pub rule: u16,
    /// Evidence, bits.
    pub bits: i32,
}

/// A link that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VetoRow {
    /// Smallest `report_id` of the group it would have linked to.
    pub asset: String,
    /// The rule that would have linked.
    pub rule: u16,
    /// Why not: a closed code.
    pub code: &'static str,
}

/// A weaker rule that points elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DissentRow {
    /// Smallest `report_id` of the group it points to.
    pub asset: String,
    /// The weaker rule.
    pub rule: u16,
}

/// One line in: an inventory in which only `report_id` must be there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Line {
    report_id: String,
    #[serde(default)]
    schema: Option<String>,
    #[serde(default)]
    collected_at: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    kind: Option<SourceKind>,
    #[serde(default)]
    native_id: Option<String>,
    #[serde(default)]
    sections: Option<BTreeMap<String, Option<Section>>>,
}

/// Explains every line; wrong ones come back as refusals with their number, from 1. Empty lines are passed over.
pub fn explain(lines: &[Vec<u8>]) -> (Vec<Explanation>, Vec<Refusal>) {
    let mut refusals = Vec::new();
    let mut first: BTreeMap<String, (usize, Line)> = BTreeMap::new();
    let mut sightings: Vec<Sighting> = Vec::new();
    let mut answered: Vec<usize> = Vec::new();
    for (index, bytes) in lines.iter().enumerate() {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line = match read(bytes) {
            Ok(line) => line,
            Err(refusal) => {
                refusals.push(refusal.at_line(index + 1));
                continue;
            }
        };
        match first.get(&line.report_id) {
            // A repeated identical line counts once, and is answered each time.
            Some((known, earlier)) if *earlier == line => answered.push(*known),
            Some(_) => {
                let refusal = Refusal::new("report_id_twice").with("report_id", &line.report_id).on("report_id");
                refusals.push(refusal.at_line(index + 1));
            }
            None => match sighting(&line) {
                Ok(sighting) => {
                    first.insert(line.report_id.clone(), (sightings.len(), line));
                    answered.push(sightings.len());
                    sightings.push(sighting);
                }
                Err(refusal) => refusals.push(refusal.at_line(index + 1)),
            },
        }
    }
    let now = sightings.iter().map(|sighting| sighting.recorded).max().unwrap_or_default();
    let identity = identify::identify("-", &sightings, &[], now);
    let names = names(&identity, &sightings);
    let engine = identify::engine();
    let explained = |index: &usize| explanation(&identity, &sightings, &names, *index, &engine);
    (answered.iter().filter_map(explained).collect(), refusals)
}

fn read(bytes: &[u8]) -> Result<Line, Refusal> {
    let line: Line =
        serde_json::from_slice(bytes).map_err(|error| Refusal::new("line_invalid").with("reason", error))?;
    if line.report_id.is_empty() {
        return Err(Refusal::new("cell_empty").on("report_id"));
    }
    if let Some(schema) = line.schema.as_deref().filter(|schema| *schema != cadastre_proto::inventory::SCHEMA) {
        let refusal = Refusal::new("unknown_value").with("key", "schema").with("value", schema);
        return Err(refusal.with("allowed", cadastre_proto::inventory::SCHEMA).on("schema"));
    }
    Ok(line)
}

fn sighting(line: &Line) -> Result<Sighting, Refusal> {
    let collected_at: Option<Timestamp> = match &line.collected_at {
        Some(text) => {
            let parsed = text.parse();
            Some(parsed.map_err(|_| Refusal::new("instant_invalid").with("value", text).on("collected_at"))?)
        }
        None => None,
    };
    let sections = line.sections.iter().flatten().filter_map(|(id, section)| Some((id.clone(), section.clone()?)));
    let told = evidence(&sections.collect());
    // Without its own clock or its boot instant a line has no session.
    let session = collected_at.filter(|_| told.boot_time.is_some());
    Ok(Sighting {
        id: line.report_id.clone(),
        source: line.source.clone().unwrap_or_else(|| "agent".to_owned()),
        kind: line.kind.unwrap_or(SourceKind::Agent),
        native_id: line.native_id.clone(),
        recorded: collected_at.unwrap_or_default(),
        last_contact: session,
        evidence: Evidence { collected_at, boot_time: session.and(told.boot_time), ..told },
    })
}

/// Per device, the smallest report id of its group.
fn names<'a>(identity: &Identity, sightings: &'a [Sighting]) -> Vec<&'a str> {
    let smallest = |device: &identify::Device| {
        let ids =
            device.sightings.iter().filter_map(|index| sightings.get(*index)).map(|sighting| sighting.id.as_str());
        ids.min().unwrap_or_default()
    };
    identity.devices.iter().map(smallest).collect()
}

fn explanation(
    identity: &Identity,
    sightings: &[Sighting],
    names: &[&str],
    index: usize,
    engine: &str,
) -> Option<Explanation> {
    let sighting = sightings.get(index)?;
    let verdict = identity.verdicts.get(index)?;
    let device = identity.devices.get(verdict.device)?;
    let asset = (*names.get(verdict.device)?).to_owned();
    let in_task = !device.tasks.is_empty();
    let founds = asset == sighting.id;
    let category = categorise(&sighting.evidence);
    let name = |device: usize| names.get(device).copied().unwrap_or_default().to_owned();
    let candidate = |candidate: &Candidate| CandidateRow {
        asset: name(candidate.device),
        rule: candidate.rule,
        bits: candidate.bits,
    };
    Some(Explanation {
        schema: "cadastre/explanation/1",
        report_id: sighting.id.clone(),
        decision: if in_task {
            "task"
        } else if founds {
            "new"
        } else {
            "link"
        },
        asset,
        rule: if in_task || founds { identify::NEW_DEVICE } else { verdict.rule },
        category: category.category.as_str().to_owned(),
        category_confidence: category.confidence.as_str().to_owned(),
        category_reasons: category.reasons,
        identifiers: identifiers(&sighting.evidence),
        vetoes: device.vetoes.iter().map(|v| VetoRow { asset: name(v.device), rule: v.rule, code: v.code }).collect(),
        candidates: device.candidates.iter().map(candidate).collect(),
        dissent: device.dissent.iter().map(|d| DissentRow { asset: name(d.device), rule: d.rule }).collect(),
        engine: engine.to_owned(),
    })
}
