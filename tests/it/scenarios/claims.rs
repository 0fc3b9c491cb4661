//! What a scenario claims of its own answers: `with finding missing on PC-1`, `without veto serial_differs`.
//!
//! A claim stands under a question and is checked against it; claims together must cover every rule of identity, every veto,
//! every task, every finding and every requirement, once shown and once absent where it nearly applies.

use std::collections::BTreeSet;

use cadastre_domain::contract::REQUIREMENTS;
use cadastre_domain::finding::{self, requirements};
use cadastre_domain::identify::{self, Device};
use cadastre_domain::perimeter::Origin;
use cadastre_domain::register::Register;

use super::story::Told;

/// One thing that must, or must not, be so.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) with: bool,
    kind: Kind,
    code: String,
    /// For a requirement, its verdict.
    verdict: String,
    on: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Finding,
    Rule,
    Veto,
    Task,
    Requirement,
    Origin,
}

/// What must be shown and absent somewhere: kind and code.
pub(super) type Subject = (String, String);

impl Claim {
    pub(super) fn read(text: &str) -> Told<Self> {
        let (head, on) = match text.split_once(" on ") {
            Some((head, on)) => (head, Some(on.to_owned())),
            None => (text, None),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        let (with, kind, code, verdict) = match words[..] {
            [with, kind, code] => (with, kind, code, ""),
            [with, "requirement", code, verdict] => (with, "requirement", code, verdict),
            _ => return Err(format!("with|without KIND CODE [on NAME]: “{text}”")),
        };
        let kind = match kind {
            "finding" => Kind::Finding,
            "rule" => Kind::Rule,
            "veto" => Kind::Veto,
            "task" => Kind::Task,
            "requirement" => Kind::Requirement,
            "origin" => Kind::Origin,
            other => return Err(format!("what is “{other}”?")),
        };
        let known = subjects().iter().any(|(_, known)| known == code);
        if !known {
            return Err(format!("nothing is called “{code}”"));
        }
        let with = match with {
            "with" => true,
            "without" => false,
            other => return Err(format!("with or without, not “{other}”")),
        };
        Ok(Self { with, kind, code: code.to_owned(), verdict: verdict.to_owned(), on })
    }

    /// Whether it holds of the registers of a question.
    pub(super) fn holds(&self, registers: &[Register]) -> bool {
        registers.iter().any(|register| self.is_so(register)) == self.with
    }

    fn is_so(&self, register: &Register) -> bool {
        let named = |name: &str| self.on.as_deref().is_none_or(|on| name.eq_ignore_ascii_case(on));
        let asset = |asset: usize| register.assets.get(asset).is_some_and(|asset| named(&asset.name));
        let device = |device: &Device| {
            let index = register.asset(&device.id);
            index.is_some_and(asset)
        };
        let devices = || register.identity.devices.iter().filter(|one| device(one));
        match self.kind {
            Kind::Finding => register.findings.iter().any(|finding| {
                finding.code == self.code
                    && match (finding.asset, &finding.slot) {
                        (Some(index), _) => asset(index),
                        (None, Some(slot)) => named(slot),
                        (None, None) => self.on.is_none(),
                    }
            }),
            Kind::Rule => devices().any(|device| self.rule_on(register, device)),
            Kind::Veto => devices().any(|device| device.vetoes.iter().any(|veto| veto.code == self.code)),
            Kind::Task => register.identity.tasks.iter().any(|task| {
                let named = task.devices.iter().filter_map(|at| register.identity.devices.get(*at)).any(device);
                task.code == self.code && named
            }),
            Kind::Requirement => register.standings.iter().filter(|standing| asset(standing.asset)).any(|standing| {
                requirements(register, standing).iter().any(|(kind, verdict)| {
                    kind.split(':').next() == Some(self.code.as_str()) && *verdict == self.verdict
                })
            }),
            Kind::Origin => register
                .perimeter
                .on(register.as_of)
                .any(|(_, stay)| asset(stay.asset) && origin(stay.origin) == self.code),
        }
    }

    fn rule_on(&self, register: &Register, device: &Device) -> bool {
        let Some((number, _)) = identify::rules().find(|(_, name)| *name == self.code) else { return false };
        let joined = device.sightings.iter().filter_map(|at| register.identity.verdicts.get(*at));
        match number {
            identify::NEW_DEVICE => device.sightings.len() == 1,
            100.. => device.candidates.iter().any(|candidate| candidate.rule == number),
            _ => joined.into_iter().any(|verdict| verdict.rule == number),
        }
    }

    /// What the claim shows (`true`) or shows the absence of (`false`).
    pub(super) fn subject(&self) -> (bool, Subject) {
        let shows = match self.kind {
            // A requirement is shown where it is not met, and absent where it is.
            Kind::Requirement => self.with && self.verdict != "good" && self.verdict != "unknown",
            _ => self.with,
        };
        (shows, (format!("{:?}", self.kind).to_lowercase(), self.code.clone()))
    }

    /// Whether the claim counts: a requirement that nobody can judge shows nothing.
    pub(super) fn counts(&self) -> bool {
        self.kind != Kind::Requirement || (self.with && self.verdict != "unknown")
    }

    pub(super) fn told(&self) -> String {
        let with = if self.with { "with" } else { "without" };
        let on = self.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
        format!("{with} {:?} {} {}{on}", self.kind, self.code, self.verdict)
    }
}

fn origin(origin: Origin) -> String {
    format!("{origin:?}").to_lowercase()
}

/// Everything that the domain can say and that scenarios must cover, asked of the domain itself.
pub(super) fn subjects() -> BTreeSet<Subject> {
    let of = |kind: &str, code: &str| (kind.to_owned(), code.to_owned());
    let rules = identify::rules().map(|(_, name)| of("rule", name));
    let vetoes = identify::VETOES.iter().map(|code| of("veto", code));
    let tasks = identify::TASKS.iter().map(|code| of("task", code));
    let findings = finding::CODES.iter().map(|code| of("finding", code));
    let required = REQUIREMENTS.iter().map(|kind| of("requirement", kind));
    let origins = Origin::ALL.iter().map(|one| of("origin", &origin(*one)));
    rules.chain(vetoes).chain(tasks).chain(findings).chain(required).chain(origins).collect()
}
