//! Perimeter, services, delays, assistance, backups, duties, quality, equipment.

use super::super::clauses::DutyKind;
use super::super::fields::Reader;
use super::super::line::{Formula, Line};
use super::{Subject, joined};
use crate::hours::ContractHours;
use crate::refusal::Refusal;

pub(super) fn remark(subject: &Subject<'_, '_>, reader: &mut Reader) {
    subject.expect(reader, !subject.lines.is_empty(), "perimeter_missing");
    for line in subject.lines.iter().filter(|line| line.formula == Formula::Forfait) {
        of_line(subject, line, reader);
    }
    support(subject, reader);
    duties(subject, reader);
    quality(subject, reader);
    equipment(subject, reader);
}

/// What a flat-rate line should say beside its price.
fn of_line(subject: &Subject<'_, '_>, line: &Line, reader: &mut Reader) {
    if line.services.is_empty() {
        subject.about_line(reader, line, Refusal::new("services_missing").with("line", &line.id));
    }
    if line.requires.is_empty() && is_watched(&line.category) {
        subject.about_line(reader, line, Refusal::new("requires_missing").with("line", &line.id));
    }
    let Some(sla) = &line.sla else {
        subject.about_line(reader, line, Refusal::new("sla_missing").with("line", &line.id));
        return;
    };
    if let Some(hours) = sla.hours.as_deref().filter(|hours| ContractHours::parse(hours).is_none()) {
        let refusal = Refusal::new("sla_hours_unreadable").with("line", &line.id).with("value", hours);
        subject.about_line(reader, line, refusal);
    }
    let keys = [("hours", &sla.hours), ("response", &sla.response), ("resolution", &sla.resolution)];
    let lacking: alloc::vec::Vec<&str> =
        keys.into_iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect();
    if !lacking.is_empty() {
        let refusal = Refusal::new("sla_incomplete").with("line", &line.id);
        subject.about_line(reader, line, refusal.with("keys", joined(&lacking)));
    }
}

/// Whether assets of the category can carry the software that lines require.
fn is_watched(category: &str) -> bool {
    ["desktop", "laptop", "server", "virtual-server"].contains(&category)
}

fn support(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let Some(support) = &subject.conditions.support else {
        subject.absent(reader, "support_missing");
        return;
    };
    if support.hours.is_none() || (support.phone.is_none() && support.email.is_none()) {
        subject.root.warn(reader, "support", Refusal::new("support_incomplete"));
    }
}

fn duties(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let duties = &subject.conditions.duties;
    subject.expect(reader, !duties.is_empty(), "duties_missing");
    let backed_up = subject.lines.iter().any(|line| line.requires.iter().any(|required| required.kind == "backup"))
        || subject.conditions.clauses.iter().any(|clause| clause.name == "backup");
    let tested = duties.iter().any(|duty| duty.kind == DutyKind::RestoreTest);
    subject.expect(reader, tested || !backed_up || duties.is_empty(), "restore_test_missing");
}

fn quality(subject: &Subject<'_, '_>, reader: &mut Reader) {
    subject.expect(reader, !subject.conditions.quality.is_empty(), "quality_missing");
    let tables = subject.root.tables(&mut Reader::new(""), "quality");
    for (quality, table) in subject.conditions.quality.iter().zip(&tables) {
        if quality.target.is_none() || quality.obligation.is_none() {
            let refusal = Refusal::new("quality_incomplete").with("indicator", &quality.indicator);
            reader.warn(&table.place, refusal.on("quality"));
        }
    }
}

/// Equipment that someone else than the client owns must say what becomes of it.
fn equipment(subject: &Subject<'_, '_>, reader: &mut Reader) {
    let tables = subject.root.tables(&mut Reader::new(""), "annex");
    for (row, table) in subject.contract.annex.iter().zip(&tables) {
        let lent = row.owner.as_deref().is_some_and(|owner| owner != "client");
        if lent && (row.supplied_on.is_none() || row.value.is_none() || row.months.is_none()) {
            let refusal = Refusal::new("equipment_incomplete").with("label", &row.label);
            reader.warn(&table.place, refusal.on("annex"));
        }
    }
}
