//! What the file names: annex rows, scope rules, one-off amounts. Every date and reference is checked here.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::amendment::Segment;
use super::billing::{self, Vat};
use super::fields::{Fields, Reader};
use super::line::CATEGORIES;
use crate::fact::AnnexRow;
use crate::money::Amount;
use crate::refusal::Refusal;

/// Who may own equipment.
pub const OWNERS: [&str; 3] = ["client", "provider", "lessor"];

/// A rule that puts assets on a line, or keeps them out, by what is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeRule {
    /// The line; `None` with `exclude`.
    pub line: Option<String>,
    /// The asset is not covered by this contract.
    pub exclude: bool,
    /// Serial, asset tag or native id of one device.
    pub device: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Tag of a console.
    pub tag: Option<String>,
    /// Organisational unit.
    pub ou: Option<String>,
    /// Host name, `*` standing for any characters.
    pub hostname: Option<String>,
    /// Address range, written `10.1.0.0/16`.
    pub ip_range: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// A one-off amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOff {
    /// Its day; it stands on that month's bill.
    pub date: Date,
    /// What the bill calls it.
    pub label: String,
    /// The amount.
    pub amount: Amount,
    /// Its VAT: its own, else the billing's.
    pub vat: Vat,
    /// Article code of the billing tool.
    pub article: Option<String>,
    /// Ledger account.
    pub account: Option<String>,
    /// Analytic code.
    pub analytic: Option<String>,
}

/// `[[annex]]`.
pub(super) fn rows(root: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Vec<AnnexRow> {
    let first = segments.first().map(|segment| segment.from);
    let mut rows: Vec<AnnexRow> = Vec::new();
    let mut labels: BTreeSet<String> = BTreeSet::new();
    let mut serials: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for table in root.tables(reader, "annex") {
        let Some(row) = read_row(&table, segments, reader) else { continue };
        check_dates(&table, &row, first, reader);
        if !labels.insert(row.label.clone()) {
            table.error(reader, "label", Refusal::new("duplicate_id").with("id", &row.label));
        }
        if let Some(serial) = &row.serial {
            let same = serials.entry(serial.to_uppercase()).or_default();
            if let Some(other) = same.iter().filter_map(|at| rows.get(*at)).find(|other| overlap(other, &row)) {
                let refusal = Refusal::new("serial_twice").with("serial", serial);
                table.error(reader, "serial", refusal.with("label", &other.label));
            }
            same.push(rows.len());
        }
        rows.push(row);
    }
    rows
}

/// Whether two rows are in force on one day.
fn overlap(one: &AnnexRow, other: &AnnexRow) -> bool {
    let from = one.from.max(other.from);
    let to = [one.to, other.to].into_iter().flatten().min();
    to.is_none_or(|to| from.is_none_or(|from| from <= to))
}

fn read_row(fields: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Option<AnnexRow> {
    fields.only(
        reader,
        &[
            "label",
            "line",
            "serial",
            "hostname",
            "mac",
            "asset_tag",
            "native_id",
            "manufacturer",
            "model",
            "site",
            "from",
            "to",
            "owner",
            "supplied_on",
            "value",
            "months",
            "buy_out",
        ],
    );
    fields.require(reader, &["label"]);
    let owners = OWNERS.map(|owner| (owner, owner));
    let line = fields.text(reader, "line").or_else(|| only_line(fields, segments, reader));
    check_line(fields, line.as_deref(), segments, reader);
    let row = AnnexRow {
        label: String::new(),
        line,
        serial: fields.text(reader, "serial"),
        hostname: fields.text(reader, "hostname"),
        mac: fields.text(reader, "mac"),
        asset_tag: fields.text(reader, "asset_tag"),
        native_id: fields.text(reader, "native_id"),
        manufacturer: fields.text(reader, "manufacturer"),
        model: fields.text(reader, "model"),
        site: fields.text(reader, "site"),
        from: fields.date(reader, "from"),
        to: fields.date(reader, "to"),
        owner: fields.choice(reader, "owner", &owners).map(String::from),
        supplied_on: fields.date(reader, "supplied_on"),
        value: fields.amount(reader, "value").map(|value| alloc::format!("{value}")),
        months: fields.count(reader, "months", 1, 1_200),
        buy_out: fields.amount(reader, "buy_out").map(|value| alloc::format!("{value}")),
    };
    Some(AnnexRow { label: fields.text(reader, "label")?, ..row })
}

/// The contract's only line, for a row that names none.
fn only_line(fields: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Option<String> {
    if fields.has("line") {
        return None;
    }
    match segments.last().map(|segment| segment.lines.as_slice()) {
        Some([line]) => Some(line.id.clone()),
        _ => {
            fields.require(reader, &["line"]);
            None
        }
    }
}

/// Remarks a reference to a line that does not exist in any segment.
fn check_line(fields: &Fields<'_>, line: Option<&str>, segments: &[Segment], reader: &mut Reader) {
    let Some(line) = line else { return };
    if !exists(line, segments) {
        fields.error(reader, "line", Refusal::new("unknown_line").with("line", line));
    }
}

fn exists(line: &str, segments: &[Segment]) -> bool {
    segments.iter().any(|segment| segment.lines.iter().any(|known| known.id == line))
}

fn check_dates(fields: &Fields<'_>, row: &AnnexRow, first: Option<Date>, reader: &mut Reader) {
    if let (Some(from), Some(first)) = (row.from, first)
        && from < first
    {
        fields.error(reader, "from", Refusal::new("from_before_contract").with("from", from).with("first", first));
    }
    if let Some(to) = row.to
        && let Some(from) = row.from.or(first)
        && to < from
    {
        fields.error(reader, "to", Refusal::new("to_before_from").with("from", from).with("to", to));
    }
}

/// `[[scope_rules]]`, in the order of the file.
pub(super) fn scope_rules(root: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Vec<ScopeRule> {
    root.tables(reader, "scope_rules").iter().map(|table| read_rule(table, segments, reader)).collect()
}

fn read_rule(fields: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> ScopeRule {
    const CRITERIA: [&str; 7] = ["device", "site", "category", "tag", "ou", "hostname", "ip_range"];
    fields.only(
        reader,
        &["line", "exclude", "device", "site", "category", "tag", "ou", "hostname", "ip_range", "from", "to"],
    );
    let rule = ScopeRule {
        line: fields.text(reader, "line"),
        exclude: fields.boolean(reader, "exclude").unwrap_or(false),
        device: fields.text(reader, "device"),
        site: fields.text(reader, "site"),
        category: fields.text(reader, "category"),
        tag: fields.text(reader, "tag"),
        ou: fields.text(reader, "ou"),
        hostname: fields.text(reader, "hostname"),
        ip_range: fields.text(reader, "ip_range"),
        from: fields.date(reader, "from"),
        to: fields.date(reader, "to"),
    };
    if !rule.exclude {
        fields.require(reader, &["line"]);
    }
    if !CRITERIA.iter().any(|key| fields.has(key)) {
        reader.error(&fields.place, Refusal::new("scope_rule_empty").on(fields.name_of("device")));
    }
    if let Some(category) = &rule.category
        && !CATEGORIES.contains(&category.as_str())
    {
        fields.unknown_value(reader, "category", category, &CATEGORIES);
    }
    if let Some(range) = &rule.ip_range
        && !is_range(range)
    {
        fields.error(reader, "ip_range", Refusal::new("ip_range_form").with("value", range));
    }
    if let Some((from, to)) = rule.from.zip(rule.to)
        && to < from
    {
        fields.error(reader, "to", Refusal::new("to_before_from").with("from", from).with("to", to));
    }
    check_line(fields, rule.line.as_deref(), segments, reader);
    rule
}

fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let Ok(address) = address.parse::<core::net::IpAddr>() else { return false };
    bits.parse::<u8>().is_ok_and(|bits| bits <= if address.is_ipv4() { 32 } else { 128 })
}

/// `[[one_off]]`.
pub(super) fn one_offs(root: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Vec<OneOff> {
    root.tables(reader, "one_off").iter().filter_map(|table| read_one_off(table, segments, reader)).collect()
}

fn read_one_off(fields: &Fields<'_>, segments: &[Segment], reader: &mut Reader) -> Option<OneOff> {
    fields.only(
        reader,
        &["date", "label", "amount", "vat_rate", "vat_category", "vat_reason", "article", "account", "analytic"],
    );
    fields.require(reader, &["date", "label", "amount"]);
    let date = fields.date(reader, "date");
    let label = fields.text(reader, "label");
    let amount = fields.amount(reader, "amount");
    let (article, account, analytic) =
        (fields.text(reader, "article"), fields.text(reader, "account"), fields.text(reader, "analytic"));
    let in_force = segments.iter().rev().find(|segment| date.is_some_and(|date| segment.from <= date));
    let defaults = in_force.or(segments.first()).map(|segment| &segment.conditions.billing);
    let vat = billing::read_vat(fields, defaults, reader);
    Some(OneOff { date: date?, label: label?, amount: amount?, vat, article, account, analytic })
}

/// Remarks references of duties and support to lines that do not exist.
pub(super) fn check_references(root: &Fields<'_>, segments: &[Segment], reader: &mut Reader) {
    for duty in root.tables(&mut Reader::new(""), "duties") {
        let line = duty.text(&mut Reader::new(""), "line");
        check_line(&duty, line.as_deref(), segments, reader);
    }
    let support = root.table(&mut Reader::new(""), "support");
    for line in support.iter().flat_map(|support| support.texts(&mut Reader::new(""), "lines")) {
        if let Some(support) = &support
            && !exists(&line, segments)
        {
            support.error(reader, "lines", Refusal::new("unknown_line").with("line", line));
        }
    }
}
