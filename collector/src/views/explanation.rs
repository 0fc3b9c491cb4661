//! `cadastre/explanation/1`: which device each inventory speaks of, and why, for inventories handed over as lines.
//!
//! All lines belong to one client and no agent id exists; `collected_at` stands for the recorded instant. It refuses a
//! line by its number and goes on with the rest. **Invariant**: the order of the lines changes nothing but the order of
//! the answers.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;

use cadastre_domain::category::categorise;
use cadastre_domain::evidence::{Evidence, Sighting, SourceKind};
use cadastre_domain::identifier::{Identifier, identifiers};
use cadastre_domain::identify::{self, Candidate, Dissent, Identity, Veto};
use cadastre_domain::refusal::Refusal;
use cadastre_proto::inventory::Section;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::register::evidence;

/// Lines that are worked out together.
const AT_ONCE: usize = 1 << 15;

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

/// Lines that were read, and what they are.
pub struct Explained {
    sightings: Vec<Sighting>,
    /// The sighting of each line that is answered, in order.
    answered: Vec<usize>,
    identity: Identity,
    /// Per device, the sighting with the smallest report id.
    named: Vec<usize>,
    engine: String,
}

/// Reads every line of `text` and decides which are one device; wrong lines come back as refusals with their number, from
/// 1. Empty lines are passed over.
pub fn explain(text: &[u8]) -> (Explained, Vec<Refusal>) {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let mut refusals = Vec::new();
    let mut first: HashMap<String, (usize, usize)> = HashMap::with_capacity(lines.len());
    let mut sightings: Vec<Sighting> = Vec::with_capacity(lines.len());
    let mut answered: Vec<usize> = Vec::with_capacity(lines.len());
    let read_ones = lines.chunks(AT_ONCE).flat_map(|part| side_by_side(part, |line| told(line)));
    for (index, told) in read_ones.enumerate() {
        match told {
            None => {}
            Some(Err(refusal)) => refusals.push(refusal.at_line(index + 1)),
            Some(Ok(sighting)) => match first.get(&sighting.id) {
                // A repeated identical line counts once, and is answered each time.
                Some((known, line)) if same(&lines, *line, index) => answered.push(*known),
                Some(_) => {
                    let refusal = Refusal::new("report_id_twice").with("report_id", &sighting.id).on("report_id");
                    refusals.push(refusal.at_line(index + 1));
                }
                None => {
                    first.insert(sighting.id.clone(), (sightings.len(), index));
                    answered.push(sightings.len());
                    sightings.push(sighting);
                }
            },
        }
    }
    drop(first);
    let now = sightings.iter().map(|sighting| sighting.recorded).max().unwrap_or_default();
    let identity = identify::identify("-", &sightings, &[], now);
    let named = identity.devices.iter().map(|device| smallest(device, &sightings)).collect();
    (Explained { sightings, answered, identity, named, engine: identify::engine() }, refusals)
}

/// What one line says; `None` for an empty one.
fn told(bytes: &[u8]) -> Option<Result<Sighting, Refusal>> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    Some(read(bytes).and_then(sighting))
}

/// Whether two lines that were read say the same, key by key.
fn same(lines: &[&[u8]], one: usize, other: usize) -> bool {
    let line = |index: usize| lines.get(index).copied().unwrap_or_default();
    line(one) == line(other) || read(line(one)).ok().zip(read(line(other)).ok()).is_some_and(|(a, b)| a == b)
}

/// `make` of each item, in order, worked out on every processor.
fn side_by_side<T: Sync, U: Send>(items: &[T], make: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let make = &make;
        let started: Vec<_> =
            items.chunks(share).map(|part| scope.spawn(move || part.iter().map(make).collect::<Vec<U>>())).collect();
        let joined = started.into_iter().map(|part| match part.join() {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    })
}

impl Explained {
    /// Writes the answers, one JSON document a line, in the order of the lines.
    ///
    /// # Errors
    /// What `write` refuses.
    pub fn write(&self, mut write: impl FnMut(&[u8]) -> std::io::Result<()>) -> std::io::Result<()> {
        for part in self.answered.chunks(AT_ONCE) {
            for answer in side_by_side(part, |index| self.answer(*index)) {
                write(&answer?)?;
            }
        }
        Ok(())
    }

    fn answer(&self, index: usize) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        if let Some(answer) = self.explanation(index) {
            serde_json::to_writer(&mut line, &answer)?;
            line.push(b'\n');
        }
        Ok(line)
    }

    /// Smallest report id of a device.
    fn name(&self, device: usize) -> &str {
        let named = self.named.get(device).and_then(|index| self.sightings.get(*index));
        named.map_or("", |sighting| sighting.id.as_str())
    }

    fn explanation(&self, index: usize) -> Option<Explanation> {
        let sighting = self.sightings.get(index)?;
        let verdict = self.identity.verdicts.get(index)?;
        let device = self.identity.devices.get(verdict.device)?;
        let asset = self.name(verdict.device);
        let (in_task, founds) = (!device.tasks.is_empty(), asset == sighting.id);
        let category = categorise(&sighting.evidence);
        let name = |device: usize| self.name(device).to_owned();
        let candidate = |candidate: &Candidate| CandidateRow {
            asset: name(candidate.device),
            rule: candidate.rule,
            bits: candidate.bits,
        };
        let veto = |veto: &Veto| VetoRow { asset: name(veto.device), rule: veto.rule, code: veto.code };
        let dissent = |dissent: &Dissent| DissentRow { asset: name(dissent.device), rule: dissent.rule };
        Some(Explanation {
            schema: "cadastre/explanation/1",
            report_id: sighting.id.clone(),
            decision: match (in_task, founds) {
                (true, _) => "task",
                (false, true) => "new",
                (false, false) => "link",
            },
            asset: asset.to_owned(),
            rule: if in_task || founds { identify::NEW_DEVICE } else { verdict.rule },
            category: category.category.as_str().to_owned(),
            category_confidence: category.confidence.as_str().to_owned(),
            category_reasons: category.reasons,
            identifiers: identifiers(&sighting.evidence),
            vetoes: device.vetoes.iter().map(veto).collect(),
            candidates: device.candidates.iter().map(candidate).collect(),
            dissent: device.dissent.iter().map(dissent).collect(),
            engine: self.engine.clone(),
        })
    }
}

fn smallest(device: &identify::Device, sightings: &[Sighting]) -> usize {
    let id = |index: &usize| sightings.get(*index).map(|sighting| sighting.id.as_str());
    device.sightings.iter().copied().min_by(|a, b| id(a).cmp(&id(b))).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Result<Line, Refusal> {
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let line: Line = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let field = error.path().to_string();
        let refusal = Refusal::new("line_invalid").with("reason", error.inner());
        if field == "." { refusal } else { refusal.on(field) }
    })?;
    text.end().map_err(|error| Refusal::new("line_invalid").with("reason", error))?;
    if line.report_id.is_empty() {
        return Err(Refusal::new("cell_empty").on("report_id"));
    }
    if let Some(schema) = line.schema.as_deref().filter(|schema| *schema != cadastre_proto::inventory::SCHEMA) {
        let refusal = Refusal::new("unknown_value").with("key", "schema").with("value", schema);
        return Err(refusal.with("allowed", cadastre_proto::inventory::SCHEMA).on("schema"));
    }
    Ok(line)
}

fn sighting(line: Line) -> Result<Sighting, Refusal> {
    let collected_at: Option<Timestamp> = match &line.collected_at {
        Some(text) => {
            let parsed = text.parse();
            Some(parsed.map_err(|_| Refusal::new("instant_invalid").with("value", text).on("collected_at"))?)
        }
        None => None,
    };
    let sections = line.sections.into_iter().flatten().filter_map(|(id, section)| Some((id, section?)));
    let told = evidence(&sections.collect());
    // Without its own clock or its boot instant a line has no session.
    let session = collected_at.filter(|_| told.boot_time.is_some());
    Ok(Sighting {
        id: line.report_id,
        source: line.source.unwrap_or_else(|| "agent".to_owned()),
        kind: line.kind.unwrap_or(SourceKind::Agent),
        native_id: line.native_id,
        recorded: collected_at.unwrap_or_default(),
        last_contact: session,
        evidence: Evidence { collected_at, boot_time: session.and(told.boot_time), ..told },
    })
}
