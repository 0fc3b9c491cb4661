//! Rules that join several keys: what a mode needs, what may not stand together, when a change may take effect.

use jiff::civil::Date;

use super::amendment::{Patch, Segment};
use super::fields::{Fields, Reader};
use super::line::{Admission, Formula, Line, Mode, Tier};
use crate::refusal::Refusal;

/// Remarks what makes a line impossible to price as written.
pub(super) fn line(fields: &Fields<'_>, line: &Line, reader: &mut Reader) {
    needed_keys(fields, line, reader);
    forbidden_keys(fields, line, reader);
    tiers(fields, line, reader);
    if line.formula == Formula::Demande && line.sla.is_some() {
        fields.warn(reader, "sla", Refusal::new("demande_with_sla").with("line", &line.id));
    }
}

fn needed_keys(fields: &Fields<'_>, line: &Line, reader: &mut Reader) {
    match line.mode {
        Some(Mode::Fixed) => fields.require(reader, &["unit_price", "count"]),
        Some(Mode::Prorata | Mode::Peak) => fields.require(reader, &["unit_price"]),
        Some(Mode::Snapshot) => fields.require(reader, &["unit_price", "snapshot_day"]),
        Some(Mode::Threshold) => fields.require(reader, &["unit_price", "threshold_days"]),
        Some(Mode::Graduated | Mode::Volume) => fields.require(reader, &["tiers"]),
        None if line.formula == Formula::Ticket && line.pack.is_some() => {}
        None => fields.require(reader, &["unit_price"]),
    }
    if line.admission == Admission::Auto {
        fields.require(reader, &["count"]);
    }
}

fn forbidden_keys(fields: &Fields<'_>, line: &Line, reader: &mut Reader) {
    if line.commitment > 0 && line.mode != Some(Mode::Prorata) {
        fields.error(reader, "commitment", Refusal::new("commitment_not_prorata").with("line", &line.id));
    }
    if line.minimum_amount.is_some() && line.formula == Formula::Demande {
        fields.error(reader, "minimum_amount", Refusal::new("demande_with_minimum").with("line", &line.id));
    }
    if line.formula != Formula::Ticket {
        for key in ["included", "pack"].into_iter().filter(|key| fields.has(key)) {
            fields.error(reader, key, Refusal::new("key_of_tickets").with("key", key).with("line", &line.id));
        }
    }
    if !line.mode.is_some_and(Mode::has_tiers) && fields.has("tiers") {
        fields.error(reader, "tiers", Refusal::new("tiers_without_tier_mode").with("line", &line.id));
    }
    let unused = [
        ("mode", line.mode.is_none()),
        ("snapshot_day", line.mode != Some(Mode::Snapshot)),
        ("threshold_days", line.mode != Some(Mode::Threshold)),
        ("increment_minutes", !matches!(line.formula, Formula::Temps | Formula::Demande)),
    ];
    for (key, _) in unused.into_iter().filter(|(key, unused)| *unused && fields.has(key)) {
        fields.warn(reader, key, Refusal::new("key_unused").with("key", key).with("line", &line.id));
    }
}

fn tiers(fields: &Fields<'_>, line: &Line, reader: &mut Reader) {
    if !line.mode.is_some_and(Mode::has_tiers) || !fields.has("tiers") {
        return;
    }
    let Some((last, before)) = line.tiers.split_last() else {
        fields.error(reader, "tiers", Refusal::new("tiers_empty").with("line", &line.id));
        return;
    };
    if before.iter().any(|tier| tier.up_to.is_none()) {
        fields.error(reader, "tiers", Refusal::new("tiers_open_inside").with("line", &line.id));
    }
    let ordered = |pair: &[Tier]| match pair {
        [one, next] => one.up_to.zip(next.up_to).is_none_or(|(one, next)| one < next),
        _ => true,
    };
    if !line.tiers.windows(2).all(ordered) {
        fields.error(reader, "tiers", Refusal::new("tiers_unordered").with("line", &line.id));
    }
    if last.up_to.is_some() {
        fields.warn(reader, "tiers", Refusal::new("tiers_bounded").with("line", &line.id));
    }
}

/// Remarks a change of formula, or to or from a one-line mode, that does not take effect on a first of month.
pub(super) fn change(before: &Segment, after: &Segment, patches: &[Patch<'_>], reader: &mut Reader) {
    if after.from.day() == 1 || after.from == before.from {
        return;
    }
    for line in &after.lines {
        let Some(old) = before.lines.iter().find(|old| old.id == line.id) else { continue };
        let one_line = |line: &Line| line.mode.is_some_and(Mode::is_one_line);
        let mode_changed = old.mode != line.mode && (one_line(old) || one_line(line));
        if old.formula != line.formula || mode_changed {
            report_change(after.from, &line.id, patches, reader);
        }
    }
}

fn report_change(day: Date, line: &str, patches: &[Patch<'_>], reader: &mut Reader) {
    let patch = patches
        .iter()
        .rev()
        .find(|patch| patch.amendment.effective_on == day && patch.amendment.lines.iter().any(|id| id == line));
    if let Some(patch) = patch {
        let refusal = Refusal::new("change_off_first_of_month").with("line", line).with("day", day);
        patch.fields.error(reader, "effective_on", refusal);
    }
}
