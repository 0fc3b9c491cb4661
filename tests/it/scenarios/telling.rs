//! Tells a scenario's end in words.

use std::fmt::Write as _;

use cadastre_domain::finding::requirements;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Standing;
use jiff::civil::Date;

use super::story::{Question, Story};

impl Story {
    /// Its title, then the answer to each question.
    pub(super) fn tell(&self) -> String {
        let mut out = format!("{}\n", self.title);
        for question in &self.questions {
            out.push('\n');
            let told = match question {
                Question::Show(day) => self.register(Some(*day)).map(|register| show(&register, *day)),
                Question::Bill(month) => self.register(Some(month.last())).and_then(|register| {
                    let bills = register.bills(*month).map_err(|refusal| format!("{refusal:?}"))?;
                    let mut out = format!("bill of {month}\n");
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
                    Ok(out)
                }),
            };
            out.push_str(&told.unwrap_or_else(|error| format!("refused: {error}\n")));
        }
        out
    }
}

fn show(register: &Register, day: Date) -> String {
    let mut out = format!("on {day}\n");
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
        let _ = writeln!(out, "  task {} ({}): {}", task.code, task.kind, names.join(", "));
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
