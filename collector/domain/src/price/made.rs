//! What a bill was made from, as one hash: the same inputs give the same `run_id`, on every machine.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::Serialize;

use super::document::{Bill, BillPeriod};
use super::{Inputs, Usage};
use crate::calendar::Month;
use crate::contract::Contract;
use crate::money::{Amount, Percent, Price};

/// A line issued before: month of its bill, contract, line, first day, VAT rate, amount.
type IssuedRow<'a> = (Month, &'a str, Option<&'a str>, Date, Percent, Amount);

/// What a bill was made from, in a form that is written one way only.
#[derive(Serialize)]
struct Made<'a> {
    engine: &'static str,
    client: &'a str,
    entity: &'a str,
    currency: &'a str,
    period: BillPeriod,
    contracts: Vec<(&'a str, &'a str)>,
    slot_days: Vec<(Month, &'a str, &'a str, &'a str, u32)>,
    usage: Vec<&'a Usage>,
    indexes: Vec<(&'static str, Month, Price, Option<Date>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    uncounted: Vec<(Month, &'a str, &'a str, &'a str, u32)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issued: Vec<IssuedRow<'a>>,
}

/// SHA-256 in hex of the canonical JSON of what the bill was made from.
pub(super) fn run_id(bill: &Bill, contracts: &[&Contract], inputs: &Inputs<'_>) -> String {
    let is_ours = |id: &str| contracts.iter().any(|contract| contract.id == id);
    let period = Month::of(bill.period.start);
    let needed = super::months_needed(contracts, inputs.issued, period);
    let (mut slot_days, mut uncounted) = (Vec::new(), Vec::new());
    for month in inputs.slot_days.iter().filter(|given| needed.contains(&given.month)) {
        for (lines, all) in [(&month.lines, &mut slot_days), (&month.uncounted, &mut uncounted)] {
            for ((contract, line), slots) in lines.iter().filter(|((contract, _), _)| is_ours(contract)) {
                let rows = slots.iter().filter(|(_, days)| days.count() > 0);
                all.extend(rows.map(|(slot, days)| (month.month, &**contract, &**line, &**slot, days.0)));
            }
        }
    }
    slot_days.sort_unstable();
    uncounted.sort_unstable();
    let mut usage = super::usage_needed(contracts, inputs.usage, &needed);
    usage.sort_by(|one, other| one.key.cmp(&other.key));
    let reviewed = contracts
        .iter()
        .any(|contract| contract.segments.iter().any(|segment| segment.conditions.price_review.is_some()));
    let made = Made {
        engine: super::ENGINE,
        client: &bill.client,
        entity: &bill.entity,
        currency: &bill.currency,
        period: bill.period,
        contracts: contracts.iter().map(|contract| (contract.id.as_str(), contract.version.as_str())).collect(),
        slot_days,
        uncounted,
        usage,
        indexes: if reviewed { indexes(inputs) } else { Vec::new() },
        issued: issued(inputs, &needed, period, is_ours),
    };
    super::sha256_hex(&serde_json::to_vec(&made).unwrap_or_default())
}

/// What was issued before for the months that the bill needs.
fn issued<'a>(
    inputs: &Inputs<'a>,
    needed: &BTreeSet<Month>,
    period: Month,
    is_ours: impl Fn(&str) -> bool,
) -> Vec<IssuedRow<'a>> {
    let mut rows = Vec::new();
    for bill in inputs.issued.iter().filter(|bill| bill.period < period) {
        for &line in bill.lines.iter().filter(|line| is_ours(&line.contract) && needed.contains(&Month::of(line.from)))
        {
            rows.push((bill.period, &*line.contract, line.line.as_deref(), line.from, line.vat_rate, line.amount));
        }
    }
    rows
}

fn indexes(inputs: &Inputs<'_>) -> Vec<(&'static str, Month, Price, Option<Date>)> {
    inputs.indexes.rows().map(|(series, month, row)| (series.word(), month, row.value, row.published_on)).collect()
}
