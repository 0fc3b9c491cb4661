//! The decision that undoes another from a later day on. Some leave nothing to undo: an identity that was settled, a
//! duty that was done, a device that went to another client.

use cadastre_domain::fact::{Decision, DecisionMore, Verb};
use cadastre_domain::perimeter::Stay;
use cadastre_domain::register::{Decided, Register};
use jiff::ToSpan;
use jiff::civil::Date;

use super::choice::Anchor;
use super::plan::{Subject, verb_name};
use crate::admin::decide::Decide;
use crate::present::query::encode;
use crate::present::text::Language;
use crate::present::text::decide::DecideWords;
use crate::present::text::table::fill;

/// How a decision is undone.
pub(super) struct Undo {
    decided: Decided,
    steps: Vec<Step>,
    /// The first day that may undo it.
    pub(super) anchor: (Anchor, Date),
}

/// One decision of it.
#[derive(Default)]
struct Step {
    verb: Option<Verb>,
    assets: Vec<String>,
    place: Option<(String, String, String)>,
    more: DecisionMore,
}

/// The address of the page that undoes a decision, when there is something to undo.
pub(crate) fn link(register: &Register, seq: u64) -> Option<String> {
    of(register, seq).map(|_| format!("/clients/{}/decide?undo={seq}", encode(&register.client)))
}

/// How the decision of this sequence is undone.
pub(super) fn of(register: &Register, seq: u64) -> Option<Undo> {
    let decided = register.decisions.iter().find(|decided| decided.seq == seq)?;
    let steps = steps(register, &decided.decision);
    let (effective, today) = (decided.decision.effective, register.as_of);
    let out = matches!(decided.decision.verb, Verb::Exclude | Verb::Retire);
    let next = effective.tomorrow().ok()?;
    let anchor = match (out, today > effective) {
        (false, true) => (Anchor::Today, today),
        _ => (Anchor::NextDay, next),
    };
    let steps: Vec<Step> = steps.into_iter().flatten().collect();
    (!steps.is_empty()).then(|| Undo { decided: decided.clone(), steps, anchor })
}

fn steps(register: &Register, decision: &Decision) -> Vec<Option<Step>> {
    let each = decision.assets.iter().filter_map(|id| register.asset(id));
    match decision.verb {
        Verb::Include | Verb::Replace => each.map(|asset| way_out(register, decision, asset)).collect(),
        Verb::Exclude => each.map(|asset| back(register, decision, asset)).collect(),
        Verb::Retire => each
            .flat_map(|asset| {
                let active = step(Verb::Active, register, asset);
                let held = stay_until(register, asset, decision.effective);
                [active, held.and_then(|stay| include(register, asset, stay))]
            })
            .collect(),
        Verb::Active | Verb::Stock | Verb::Spare | Verb::Loan | Verb::Byod | Verb::Reversibility => {
            each.map(|asset| former_state(register, decision, asset)).collect()
        }
        Verb::Snooze => vec![Some(Step {
            verb: Some(Verb::Snooze),
            more: DecisionMore { finding: decision.more.finding.clone(), ..DecisionMore::default() },
            ..Step::default()
        })],
        Verb::Merge | Verb::NeverTogether | Verb::Move | Verb::Attest => Vec::new(),
    }
}

fn step(verb: Verb, register: &Register, asset: usize) -> Option<Step> {
    let id = register.assets.get(asset)?.id.clone();
    Some(Step { verb: Some(verb), assets: vec![id], ..Step::default() })
}

/// A slot that was given: back to the one held before, or to whoever held it, or out.
fn way_out(register: &Register, decision: &Decision, asset: usize) -> Option<Step> {
    let eve = decision.effective.yesterday().ok()?;
    if let Some(stay) = stay_until(register, asset, eve) {
        return include(register, asset, stay);
    }
    let given = register.perimeter.stays.iter().find(|stay| stay.asset == asset && stay.from == decision.effective)?;
    let before = given.continues.and_then(|before| register.perimeter.stays.get(before));
    if let Some(before) = before.filter(|before| before.asset != asset) {
        let mut back = include(register, before.asset, before)?;
        back.verb = Some(Verb::Replace);
        return Some(back);
    }
    step(Verb::Exclude, register, asset)
}

/// Excluded: back into the slot it held, or merely no longer excluded.
fn back(register: &Register, decision: &Decision, asset: usize) -> Option<Step> {
    match stay_until(register, asset, decision.effective) {
        Some(stay) => include(register, asset, stay),
        None => step(Verb::Active, register, asset),
    }
}

fn former_state(register: &Register, decision: &Decision, asset: usize) -> Option<Step> {
    let eve = decision.effective.yesterday().ok()?;
    let before = register.perimeter.state(asset, eve).word();
    let verb = super::choice::verb_of(before)?;
    (verb != decision.verb).then(|| step(verb, register, asset))?
}

/// The stay of an asset that ended on a day.
fn stay_until(register: &Register, asset: usize, last: Date) -> Option<&Stay> {
    register.perimeter.stays.iter().find(|stay| stay.asset == asset && stay.to == Some(last))
}

fn include(register: &Register, asset: usize, stay: &Stay) -> Option<Step> {
    let contract = register.agreements.get(stay.agreement)?.contract.id.clone();
    let place = Some((contract, stay.line.clone(), stay.slot.clone()));
    Some(Step { place, ..step(Verb::Include, register, asset)? })
}

impl Undo {
    /// The verb that its page shows.
    pub(super) fn verb(&self) -> Verb {
        self.steps.iter().filter_map(|step| step.verb).next_back().unwrap_or(Verb::Active)
    }

    /// What it is about.
    pub(super) fn subjects(&self, register: &Register) -> Vec<Subject<'static>> {
        let name = |id: &String| {
            let asset = register.asset(id).and_then(|index| register.assets.get(index));
            asset.map_or_else(|| id.clone(), |asset| asset.name.clone())
        };
        let assets = &self.decided.decision.assets;
        if assets.is_empty() {
            return vec![Subject { row: None, assets: Vec::new(), name: self.decided.decision.reason.clone() }];
        }
        assets.iter().map(|id| Subject { row: None, assets: vec![id.clone()], name: name(id) }).collect()
    }

    /// The decisions, from a day on (a way out: with that last day).
    pub(super) fn decisions(&self, client: &str, day: Date) -> Vec<Decide> {
        let decision = |step: &Step| {
            let (contract, line, slot) = match &step.place {
                Some((contract, line, slot)) => (Some(contract.clone()), Some(line.clone()), Some(slot.clone())),
                None => (None, None, None),
            };
            let verb = step.verb.unwrap_or(Verb::Active);
            let mut more = step.more.clone();
            if verb == Verb::Snooze {
                // Awake from the day on.
                more.until = day.checked_sub(1.day()).ok();
            }
            Decide {
                verb,
                assets: step.assets.clone(),
                client: client.to_owned(),
                effective: day,
                reason: String::new(),
                contract,
                line,
                slot,
                more,
                preview: false,
            }
        };
        self.steps.iter().map(decision).collect()
    }

    /// The motive that the form proposes.
    pub(super) fn reason(&self, language: Language) -> String {
        self.said(language)
    }

    /// What is undone, in a sentence.
    pub(super) fn said(&self, language: Language) -> String {
        let decision = &self.decided.decision;
        let values = [
            ("day", decision.effective.to_string()),
            ("what", verb_name(decision.verb, language).to_lowercase()),
            ("reason", decision.reason.clone()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(DecideWords::of(language).undoing, &values, language)
    }
}
