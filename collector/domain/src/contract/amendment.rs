//! Amendments: dated patches of lines and conditions, and the segments they cut the contract into.
//!
//! **Invariant**: on day d the patches with `effective_on` ≤ d hold, applied in order of `effective_on`, then number.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::conditions::{self, Conditions};
use super::fields::{Fields, Reader, is_id};
use super::line::{Agreed, Line};
use super::{line_reading, rules};
use crate::refusal::Refusal;

/// A dated change of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Its number, unique in the contract.
    pub number: u32,
    /// When it was signed; for a notice, the day that counts.
    pub signed_on: Option<Date>,
    /// First day on which it holds.
    pub effective_on: Date,
    /// What it is.
    pub kind: AmendmentKind,
    /// Last day in force that a notice or an early exit states.
    pub ends_on: Option<Date>,
    /// Lines that it changes or adds.
    pub lines: Vec<String>,
}

/// What an amendment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendmentKind {
    /// A change of lines or conditions.
    Change,
    /// One party gives notice.
    Notice,
    /// Both agree to end early.
    EarlyExit,
}

/// What holds from a day on, until the next segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// First day.
    pub from: Date,
    /// Conditions.
    pub conditions: Conditions,
    /// Lines in the order of the file, those added by amendments after.
    pub lines: Vec<Line>,
}

/// An amendment as read, with its patches.
pub(super) struct Patch<'a> {
    pub(super) amendment: Amendment,
    pub(super) fields: Fields<'a>,
    lines: Vec<(String, Fields<'a>)>,
    contract: Option<Fields<'a>>,
}

/// Keys of the contract that no amendment may change.
const FIXED: [&str; 14] = [
    "id",
    "client",
    "entity",
    "signed_on",
    "effective_on",
    "currency",
    "time_zone",
    "lines",
    "annex",
    "scope_rules",
    "one_off",
    "amendments",
    "billing.timing",
    "billing.period",
];

/// Reads `[[amendments]]`, in the order in which they hold.
pub(super) fn read<'a>(root: &Fields<'a>, effective_on: Option<Date>, reader: &mut Reader) -> Vec<Patch<'a>> {
    let mut patches: Vec<Patch<'a>> = Vec::new();
    for table in root.tables(reader, "amendments") {
        let Some(patch) = read_one(table, reader) else { continue };
        if patches.iter().any(|other| other.amendment.number == patch.amendment.number) {
            patch.fields.error(reader, "number", Refusal::new("duplicate_id").with("id", patch.amendment.number));
        }
        if effective_on.is_some_and(|first| patch.amendment.effective_on < first) {
            patch.fields.error(reader, "effective_on", Refusal::new("amendment_before_contract"));
        }
        patches.push(patch);
    }
    patches.sort_by_key(|patch| (patch.amendment.effective_on, patch.amendment.number));
    patches
}

fn read_one<'a>(fields: Fields<'a>, reader: &mut Reader) -> Option<Patch<'a>> {
    fields.only(reader, &["number", "signed_on", "effective_on", "kind", "ends_on", "lines", "contract"]);
    fields.require(reader, &["number", "effective_on"]);
    let kinds = [
        ("change", AmendmentKind::Change),
        ("notice", AmendmentKind::Notice),
        ("early_exit", AmendmentKind::EarlyExit),
    ];
    let number = fields.count(reader, "number", 0, 100_000);
    let signed_on = fields.date(reader, "signed_on");
    let effective_on = fields.date(reader, "effective_on");
    let kind = fields.choice(reader, "kind", &kinds).unwrap_or(AmendmentKind::Change);
    let contract = fields.table(reader, "contract");
    let ends_on = read_end(&fields, contract.as_ref(), kind, reader);
    if let Some(contract) = &contract {
        check_contract_patch(contract, reader);
    }
    let lines = read_lines(&fields, reader);
    let names = lines.iter().map(|(id, _)| id.clone()).collect();
    let amendment = Amendment { number: number?, signed_on, effective_on: effective_on?, kind, ends_on, lines: names };
    Some(Patch { amendment, fields, lines, contract })
}

/// The last day that a notice or an early exit states, on the amendment or in its contract patch.
fn read_end(
    fields: &Fields<'_>,
    contract: Option<&Fields<'_>>,
    kind: AmendmentKind,
    reader: &mut Reader,
) -> Option<Date> {
    let own = fields.date(reader, "ends_on");
    if kind == AmendmentKind::Change {
        if fields.has("ends_on") {
            fields.error(reader, "ends_on", Refusal::new("ends_on_without_notice"));
        }
        return None;
    }
    let end = own.or_else(|| contract?.date(reader, "ends_on"));
    if kind == AmendmentKind::EarlyExit && end.is_none() {
        fields.require(reader, &["ends_on"]);
    }
    if kind == AmendmentKind::Notice {
        fields.require(reader, &["signed_on"]);
    }
    end
}

fn check_contract_patch(contract: &Fields<'_>, reader: &mut Reader) {
    for key in contract.keys().filter(|key| FIXED.contains(key)) {
        let code = if key == "currency" { "amendment_changes_currency" } else { "amendment_key_fixed" };
        contract.error(reader, key, Refusal::new(code).with("key", key));
    }
    contract.without(&FIXED).only(reader, &conditions::KEYS);
    if let Some(billing) = contract.table(reader, "billing") {
        for key in ["timing", "period"].into_iter().filter(|key| billing.has(key)) {
            billing.error(reader, key, Refusal::new("amendment_key_fixed").with("key", key));
        }
    }
}

fn read_lines<'a>(fields: &Fields<'a>, reader: &mut Reader) -> Vec<(String, Fields<'a>)> {
    let Some(table) = fields.table(reader, "lines") else { return Vec::new() };
    let mut lines = Vec::new();
    for id in table.keys_in_file_order() {
        let Some(patch) = table.table(reader, id) else { continue };
        if !is_id(id) {
            table.error(reader, id, Refusal::new("id_form").with("key", "lines").with("value", id));
            continue;
        }
        let patch = patch.named(&alloc::format!("lines.{id}"));
        if patch.has("id") {
            patch.error(reader, "id", Refusal::new("amendment_key_fixed").with("key", "id"));
        }
        lines.push((String::from(id), patch.without(&["id"])));
    }
    lines
}

/// A line's table as amended so far, with the days its revisable values were agreed.
#[derive(Clone)]
struct Drafted<'a> {
    id: String,
    fields: Fields<'a>,
    agreed: Agreed,
}

/// Cuts the contract into segments; each is read whole, so that a patch is judged with what it leaves in place.
pub(super) fn segments(
    root: &Fields<'_>,
    effective_on: Date,
    patches: &[Patch<'_>],
    reader: &mut Reader,
) -> Vec<Segment> {
    let mut conditions = root.clone();
    let mut drafts = base_lines(root, effective_on, reader);
    let mut segments = alloc::vec![read_segment(effective_on, effective_on, &conditions, &drafts, reader)];
    for day in distinct_days(patches) {
        let today = patches.iter().filter(|patch| patch.amendment.effective_on == day);
        for patch in today {
            if let Some(contract) = &patch.contract {
                let contract = if patch.amendment.kind == AmendmentKind::Change {
                    contract.without(&FIXED)
                } else {
                    contract.without(&FIXED).without(&["ends_on"])
                };
                conditions = conditions.patched(&contract, &conditions::MERGED, reader);
            }
            for (id, line) in &patch.lines {
                amend(&mut drafts, id, line, day, reader);
            }
        }
        let segment = read_segment(day.max(effective_on), effective_on, &conditions, &drafts, reader);
        if let Some(previous) = segments.last() {
            rules::change(previous, &segment, patches, reader);
        }
        segments.push(segment);
    }
    segments
}

fn distinct_days(patches: &[Patch<'_>]) -> Vec<Date> {
    let mut days: Vec<Date> = patches.iter().map(|patch| patch.amendment.effective_on).collect();
    days.dedup();
    days
}

fn base_lines<'a>(root: &Fields<'a>, day: Date, reader: &mut Reader) -> Vec<Drafted<'a>> {
    let agreed = Agreed { unit_price: day, tiers: day, minimum_amount: day };
    let mut drafts: Vec<Drafted<'a>> = Vec::new();
    for (number, fields) in root.tables(reader, "lines").into_iter().enumerate() {
        let silent = &mut Reader::new("");
        let id = fields.id(silent, "id").unwrap_or_else(|| alloc::format!("{}", number.saturating_add(1)));
        if drafts.iter().any(|other| other.id == id) {
            fields.error(reader, "id", Refusal::new("duplicate_id").with("id", &id));
        }
        fields.require(reader, &["id"]);
        drafts.push(Drafted { fields: fields.named(&alloc::format!("lines.{id}")), id, agreed });
    }
    drafts
}

fn amend<'a>(drafts: &mut Vec<Drafted<'a>>, id: &str, patch: &Fields<'a>, day: Date, reader: &mut Reader) {
    let Some(draft) = drafts.iter_mut().find(|draft| draft.id == id) else {
        if !patch.has("formula") || !patch.has("category") {
            let known = drafts.iter().map(|draft| draft.id.as_str()).collect::<Vec<_>>().join(", ");
            let refusal = Refusal::new("amendment_line_unknown").with("line", id).with("known", known);
            reader.error(&patch.place, refusal.on(alloc::format!("lines.{id}")));
        }
        let agreed = Agreed { unit_price: day, tiers: day, minimum_amount: day };
        drafts.push(Drafted { id: String::from(id), fields: patch.clone(), agreed });
        return;
    };
    draft.fields = draft.fields.patched(patch, &[], reader);
    for (key, agreed) in [
        ("unit_price", &mut draft.agreed.unit_price),
        ("tiers", &mut draft.agreed.tiers),
        ("minimum_amount", &mut draft.agreed.minimum_amount),
    ] {
        if patch.has(key) {
            *agreed = day;
        }
    }
}

fn read_segment(
    from: Date,
    effective_on: Date,
    root: &Fields<'_>,
    drafts: &[Drafted<'_>],
    reader: &mut Reader,
) -> Segment {
    let conditions = conditions::read(root, Some(effective_on), reader);
    let lines = drafts
        .iter()
        .filter_map(|draft| line_reading::read(&draft.fields, &draft.id, &conditions.billing, draft.agreed, reader))
        .collect();
    Segment { from, conditions, lines }
}
