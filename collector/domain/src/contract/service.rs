//! What a line watches: required software and lists, promised delays, the days of grace of each finding.

use alloc::string::String;

use jiff::Span;

use super::fields::{Fields, Reader};
use super::line::{Requirement, Sla};
use crate::refusal::Refusal;

/// What a line can require.
pub const REQUIREMENTS: [&str; 7] = ["antivirus", "detection", "mail", "backup", "firewall", "encryption", "source"];

/// One entry of `requires`.
pub(super) fn requirement(fields: &Fields<'_>, reader: &mut Reader) -> Option<Requirement> {
    fields.only(reader, &["kind", "max_age_days", "source"]);
    fields.require(reader, &["kind"]);
    let max_age_days = fields.count(reader, "max_age_days", 1, 3_660);
    let source = fields.text(reader, "source");
    let kind = fields.text(reader, "kind")?;
    if !REQUIREMENTS.contains(&kind.as_str()) {
        fields.unknown_value(reader, "kind", &kind, &REQUIREMENTS);
        return None;
    }
    match (kind == "source", source.is_some()) {
        (true, false) => fields.require(reader, &["source"]),
        (false, true) => fields.error(reader, "source", Refusal::new("source_without_source_kind")),
        _ => {}
    }
    Some(Requirement { kind, max_age_days, source })
}

/// The promised delays of a line.
pub(super) fn sla(fields: &Fields<'_>, reader: &mut Reader) -> Sla {
    fields.only(reader, &["hours", "response", "resolution", "urgent"]);
    Sla {
        hours: fields.text(reader, "hours"),
        response: duration(fields, "response", reader),
        resolution: duration(fields, "resolution", reader),
        urgent: duration(fields, "urgent", reader),
    }
}

fn duration(fields: &Fields<'_>, key: &str, reader: &mut Reader) -> Option<String> {
    let text = fields.text(reader, key)?;
    let read = if text.starts_with('P') { text.parse::<Span>().ok() } else { None };
    if read.is_none_or(|span| span.is_negative() || span.is_zero()) {
        fields.error(reader, key, Refusal::new("duration_form").with("key", key).with("value", &text));
        return None;
    }
    Some(text)
}
