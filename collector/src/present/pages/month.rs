//! The month of a client: each bill's lines, below each line its slot-days, the totals.

use std::collections::BTreeMap;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;

use super::finding::asset_href;
use crate::present::query::Asked;
use crate::present::text::bill::BillWords;
use crate::present::text::table::{fill, say};
use crate::present::text::{Language, date, label, number, reason, refusal};
use crate::views::bill::{Bill, BillLine, Period, SlotDays, SlotDaysRow};

/// What the template prints of the month.
pub(super) struct MonthView {
    pub(super) words: &'static BillWords,
    pub(super) title: String,
    pub(super) previous: String,
    pub(super) next: String,
    pub(super) bills: Vec<BillView>,
    /// Why there is no bill.
    pub(super) refused: Option<String>,
    pub(super) empty: String,
}

pub(super) struct BillView {
    pub(super) entity: Option<String>,
    pub(super) closed: bool,
    pub(super) dated: String,
    pub(super) run: String,
    pub(super) lines: Vec<LineView>,
    pub(super) remarks: Vec<String>,
    pub(super) net: String,
    pub(super) vat: Vec<(String, String)>,
    pub(super) gross: String,
}

pub(super) struct LineView {
    pub(super) label: String,
    pub(super) line: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) contract: String,
    pub(super) period: String,
    pub(super) quantity: String,
    pub(super) price: String,
    pub(super) base: Option<u32>,
    pub(super) discount: Option<String>,
    pub(super) vat: String,
    pub(super) amount: String,
    pub(super) evidence: String,
    pub(super) slots: Option<SlotsView>,
}

pub(super) struct SlotsView {
    pub(super) summary: String,
    pub(super) note: Option<&'static str>,
    pub(super) rows: Vec<SlotView>,
    pub(super) more: Option<String>,
}

pub(super) struct SlotView {
    pub(super) slot: String,
    pub(super) days: String,
    pub(super) ranges: String,
    /// Name and address of each holder.
    pub(super) held_by: Vec<(String, String)>,
    /// Runs drawn in the month: x and width, in units of [`DAY_WIDTH`].
    pub(super) runs: Vec<(u32, u32)>,
    pub(super) width: u32,
    pub(super) drawn: String,
}

/// What the month is printed for.
pub(super) struct Place<'p> {
    pub(super) path: &'p str,
    pub(super) client: &'p str,
    pub(super) month: Month,
    pub(super) asked: &'p Asked,
    /// Names of the assets, by id.
    pub(super) names: &'p BTreeMap<&'p str, &'p str>,
    pub(super) language: Language,
}

/// The month out of its two documents.
pub(super) fn view(
    bills: Result<Vec<Bill>, Refusal>,
    slot_days: Result<SlotDays, Refusal>,
    place: &Place<'_>,
) -> MonthView {
    let language = place.language;
    let words = BillWords::of(language);
    let month = date::month(place.month.first(), language);
    let other = |by: i32| {
        let asked = Asked { month: Some(place.month.plus(by)), ..place.asked.unfiltered() };
        format!("{}#bill", asked.href(place.path))
    };
    let (bills, refused) = match bills.and_then(|bills| Ok((bills, slot_days?))) {
        Ok((bills, days)) => (bills.iter().map(|bill| bill_view(bill, &days, place)).collect(), None),
        Err(refusal) => (Vec::new(), Some(refusal::sentence(&refusal, language))),
    };
    MonthView {
        title: fill(words.title, &[("month", &month)], language),
        previous: other(-1),
        next: other(1),
        empty: fill(words.empty, &[("month", &month)], language),
        bills,
        refused,
        words,
    }
}

fn bill_view(bill: &Bill, days: &SlotDays, place: &Place<'_>) -> BillView {
    let language = place.language;
    let words = BillWords::of(language);
    let money = |text: &str| number::amount(text, &bill.currency, language);
    let vat = bill.vat.iter().map(|row| {
        let rate = number::percent(&row.rate, language);
        (fill(words.vat_of, &[("rate", &rate), ("base", &money(&row.base))], language), money(&row.amount))
    });
    let (dated, due) = (bill.date.to_string(), bill.due.to_string());
    let run: String = bill.run_id.chars().take(RUN_SHOWN).collect();
    let mut told: Vec<(&str, Option<&str>, Date)> = Vec::new();
    let mut lines = Vec::new();
    for line in &bill.lines {
        let key = (line.contract.as_str(), line.line.as_deref(), line.from);
        let first = line.unit == "DAY" && !told.contains(&key);
        if first {
            told.push(key);
        }
        lines.push(line_view(line, first.then_some(days), &bill.currency, place));
    }
    BillView {
        entity: (bill.entity != bill.client).then(|| fill(words.entity, &[("entity", &bill.entity)], language)),
        closed: bill.status == "closed",
        dated: fill(words.dated, &[("date", &dated), ("due", &due)], language),
        run: fill(words.run, &[("id", &run)], language),
        lines,
        remarks: bill.remarks.iter().map(|remark| reason::words(remark, language)).collect(),
        net: money(&bill.total_net),
        vat: vat.collect(),
        gross: money(&bill.total_gross),
    }
}

fn line_view(line: &BillLine, days: Option<&SlotDays>, currency: &str, place: &Place<'_>) -> LineView {
    let language = place.language;
    let words = BillWords::of(language);
    let unit = say(label::UNITS, &line.unit, &[("n", &line.quantity.to_string())], language);
    let quantity = number::count(line.quantity, language);
    LineView {
        label: line.label.clone(),
        line: line.line.clone().filter(|id| *id != line.label),
        kind: (line.kind != "recurring").then(|| String::from(label::name(label::BILL_KINDS, &line.kind, language))),
        contract: line.contract.clone(),
        period: range(line.from, line.to, language),
        quantity: if unit.is_empty() { quantity } else { format!("{quantity}\u{a0}{unit}") },
        price: number::amount(&line.unit_price, currency, language),
        base: (line.price_base != 1).then_some(line.price_base),
        discount: line
            .discount
            .as_ref()
            .map(|discount| fill(words.discount, &[("percent", &number::percent(discount, language))], language)),
        vat: number::percent(&line.vat_rate, language),
        amount: number::amount(&line.amount, currency, language),
        evidence: line.evidence.clone(),
        slots: days.and_then(|days| slots_view(line, days, place)),
    }
}

/// The slot-days of a bill line: the runs of its contract line, within its days.
fn slots_view(line: &BillLine, days: &SlotDays, place: &Place<'_>) -> Option<SlotsView> {
    let language = place.language;
    let words = BillWords::of(language);
    let id = line.line.as_deref()?;
    let mut rows = Vec::new();
    let mut total: i64 = 0;
    for row in days.slots.iter().filter(|row| row.contract == line.contract && row.line == id) {
        let runs: Vec<Period> = row.runs.iter().filter_map(|run| within(*run, line)).collect();
        let count: i64 = runs.iter().map(|run| length(*run)).sum();
        if count > 0 {
            total = total.saturating_add(count);
            rows.push((row, runs, count));
        }
    }
    let (counted, held) = (number::count(total, language), number::count(rows.len() as u64, language));
    let beyond = rows.len().saturating_sub(SLOTS_SHOWN);
    Some(SlotsView {
        summary: if rows.is_empty() {
            String::from(words.no_slots)
        } else {
            fill(words.slot_days, &[("days", &counted), ("slots", &held)], language)
        },
        note: (total != line.quantity).then_some(words.fixed),
        rows: rows.iter().take(SLOTS_SHOWN).map(|(row, runs, count)| slot_view(row, runs, *count, place)).collect(),
        more: (beyond > 0).then(|| fill(words.more_slots, &[("n", &number::count(beyond as u64, language))], language)),
    })
}

fn slot_view(row: &SlotDaysRow, runs: &[Period], count: i64, place: &Place<'_>) -> SlotView {
    let language = place.language;
    let words = BillWords::of(language);
    let name_of = |asset: &String| {
        let name = place.names.get(asset.as_str()).copied().unwrap_or(asset);
        (String::from(name), asset_href(place.client, asset, place.asked))
    };
    let bar = |run: &Period| {
        let first = u32::from(run.start.day().unsigned_abs()).saturating_sub(1);
        (first * DAY_WIDTH, u32::try_from(length(*run)).unwrap_or(0) * DAY_WIDTH)
    };
    let ranges: Vec<String> = runs.iter().map(|run| range(run.start, run.end, language)).collect();
    let (days, month) = (number::count(count, language), date::month(place.month.first(), language));
    SlotView {
        slot: row.slot.clone(),
        days: days.clone(),
        ranges: ranges.join(", "),
        held_by: row.assets.iter().map(name_of).collect(),
        runs: runs.iter().map(bar).collect(),
        width: place.month.days() * DAY_WIDTH,
        drawn: fill(words.days_drawn, &[("days", &days), ("month", &month)], language),
    }
}

fn within(run: Period, line: &BillLine) -> Option<Period> {
    let clipped = Period { start: run.start.max(line.from), end: run.end.min(line.to) };
    (clipped.start <= clipped.end).then_some(clipped)
}

fn length(run: Period) -> i64 {
    let days = run.end.since(run.start).map_or(0, |span| i64::from(span.get_days()));
    days.saturating_add(1)
}

fn range(from: Date, to: Date, language: Language) -> String {
    if from == to {
        return date::short(from, language);
    }
    let (from, to) = (date::short(from, language), date::short(to, language));
    fill(BillWords::of(language).range, &[("from", &from), ("to", &to)], language)
}

const DAY_WIDTH: u32 = 4;
const RUN_SHOWN: usize = 12;
const SLOTS_SHOWN: usize = 200;
