//! Tells a scenario's end in words.

use std::fmt::Write as _;

use cadastre_domain::calendar::Month;
use cadastre_domain::finding::requirements;
use cadastre_domain::identify;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Standing;
use jiff::civil::Date;

use super::story::{Story, What};

impl Story {
    /// Its title, then the answer to each question; and the claims that do not hold.
    pub(super) fn tell(&self) -> (String, Vec<String>) {
        let mut out = format!("{}\n", self.title);
        let mut wrong = Vec::new();
        for question in &self.questions {
            out.push('\n');
            let (as_of, known) = match question.what {
                What::Show(day, known) => (day, known),
                What::Identity(day) => (day, day),
                What::Bill(month, known) => (known.min(month.last()), known),
            };
            let registers = match self.registers(as_of, known) {
                Ok(registers) => registers,
                Err(error) => {
                    out.push_str(&format!("refused: {error}\n"));
                    continue;
                }
            };
            let false_claims = question.claims.iter().filter(|claim| !claim.holds(&registers));
            wrong.extend(false_claims.map(|claim| format!("on {as_of}: {}", claim.told())));
            for register in &registers {
                if registers.len() > 1 {
                    let _ = writeln!(out, "client {}", register.client);
                }
                out.push_str(&match question.what {
                    What::Show(day, known) => show(register, day, known),
                    What::Identity(day) => identity(register, day),
                    What::Bill(month, known) => bill(register, month, known),
                });
            }
        }
        (out, wrong)
    }
}

fn bill(register: &Register, month: Month, known: Date) -> String {
    let mut out = format!("bill of {month}{}\n", known_on(month.last(), known));
    let bills = match register.bills(month) {
        Ok(bills) => bills,
        Err(refusal) => return format!("refused: {refusal:?}\n"),
    };
    for line in bills.iter().flat_map(|bill| &bill.lines) {
        let _ = writeln!(
            out,
            "  {} {} {}: {} × {} / {} = {}",
            line.contract,
            line.line.as_deref().unwrap_or("-"),
            line.label,
            line.quantity,
            line.unit_price,
            line.price_base,
            line.amount
        );
    }
    for bill in &bills {
        let _ = writeln!(out, "  total {}", bill.total_net);
    }
    out
}

fn known_on(day: Date, known: Date) -> String {
    if day == known { String::new() } else { format!(", as known on {known}") }
}

/// Which sightings are one device and why; which devices are kept apart, and which may be one.
fn identity(register: &Register, day: Date) -> String {
    let mut out = format!("devices on {day}\n");
    let named = |device: usize| {
        let id = register.identity.devices.get(device).map(|device| device.id.as_str());
        let index = id.and_then(|id| register.asset(id));
        index.and_then(|index| register.assets.get(index)).map_or("?", |asset| asset.name.as_str()).to_owned()
    };
    let rule = |number: u16| identify::rules().find(|(known, _)| *known == number).map_or("?", |(_, name)| name);
    let mut told = Vec::new();
    for (index, device) in register.identity.devices.iter().enumerate() {
        let mut rules: Vec<u16> = device
            .sightings
            .iter()
            .filter_map(|at| register.identity.verdicts.get(*at))
            .map(|verdict| verdict.rule)
            .filter(|rule| *rule != identify::NEW_DEVICE)
            .collect();
        rules.sort_unstable();
        rules.dedup();
        let names: Vec<&str> = rules.into_iter().map(rule).collect();
        let count = device.sightings.len();
        let by = if names.is_empty() { String::new() } else { format!(", one by {}", names.join(", ")) };
        told.push(format!("  {}: seen {count} time{}{by}\n", named(index), if count == 1 { "" } else { "s" }));
        let later = |other: usize| other > index;
        for veto in device.vetoes.iter().filter(|veto| later(veto.device)) {
            let (one, two) = (named(index), named(veto.device));
            told.push(format!("  {one} and {two} kept apart by {}, against {}\n", veto.code, rule(veto.rule)));
        }
        for may in device.candidates.iter().filter(|may| later(may.device)) {
            let (one, two) = (named(index), named(may.device));
            told.push(format!("  {one} may be {two}: {}, {} bits\n", rule(may.rule), may.bits));
        }
    }
    told.sort();
    told.dedup();
    told.iter().for_each(|line| out.push_str(line));
    out.push_str(&tasks(register));
    out
}

fn show(register: &Register, day: Date, known: Date) -> String {
    let mut out = format!("on {day}{}\n", known_on(day, known));
    for line in &register.lines {
        let _ = writeln!(
            out,
            "  line {}: contracted {}, seen {}, covered {}, billed {}",
            line.line, line.contracted, line.observed, line.covered, line.billable
        );
    }
    let mut assets: Vec<String> = register.standings.iter().map(|standing| asset(register, standing)).collect();
    assets.sort();
    assets.iter().for_each(|line| out.push_str(line));
    let mut findings: Vec<String> = register
        .findings
        .iter()
        .map(|finding| {
            let name = finding.asset.and_then(|asset| register.assets.get(asset)).map(|asset| asset.name.clone());
            let name = name.or_else(|| finding.slot.clone()).unwrap_or_default();
            let line = finding.line.as_deref().unwrap_or("-");
            format!(
                "  finding {} {name} (line {line}) since {}, due {}, {} a month: {}\n",
                finding.code, finding.since, finding.due, finding.amount_month, finding.action
            )
        })
        .collect();
    findings.sort();
    findings.iter().for_each(|line| out.push_str(line));
    out.push_str(&tasks(register));
    out
}

fn tasks(register: &Register) -> String {
    let mut out = String::new();
    for task in &register.identity.tasks {
        let mut names: Vec<String> = task
            .devices
            .iter()
            .filter_map(|device| {
                let id = &register.identity.devices.get(*device)?.id;
                Some(register.assets.get(register.asset(id)?)?.name.clone())
            })
            .collect();
        names.sort();
        let _ = writeln!(out, "  task {} ({}), {}: {}", task.code, task.kind, task.proposal, names.join(", "));
    }
    out
}

fn asset(register: &Register, standing: &Standing) -> String {
    let Some(asset) = register.assets.get(standing.asset) else { return String::new() };
    let category = asset.category_at(register.at).map_or("", |verdict| verdict.category.as_str());
    let mut slots: Vec<String> = standing
        .stays
        .iter()
        .filter_map(|stay| register.perimeter.stays.get(*stay))
        .map(|stay| format!("{}/{}", stay.line, stay.slot))
        .collect();
    slots.sort();
    let slots = if slots.is_empty() { String::new() } else { format!(" in {}", slots.join(" and ")) };
    let state = standing.state.word();
    let state = if state == "active" { String::new() } else { format!(", {state}") };
    let required = requirements(register, standing);
    let required: Vec<String> = required.iter().map(|(kind, verdict)| format!("{kind} {verdict}")).collect();
    let required = if required.is_empty() { String::new() } else { format!("; {}", required.join(", ")) };
    format!(
        "  {} ({category}) {}{slots}{state}: {}{required}\n",
        asset.name,
        standing.status.word(),
        standing.reasons.join(", ")
    )
}
