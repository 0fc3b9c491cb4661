//! Closing a month: the questions that hold it up, then everything it was made of.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;

use super::{ClosedMonth, ClosedSlot, Link};
use crate::calendar::{Month, day_of, first_instant, last_instant};
use crate::finding::sleeps;
use crate::identify;
use crate::price::{self, Bill, Inputs, SlotDays, Usage};
use crate::refusal::Refusal;
use crate::register::Register;
use crate::usage::IndexRow;

/// Freezes a bill month on the facts of this register, which must be of today.
///
/// # Errors
/// `month_closed`, `close_out_of_order`, `close_too_early`, `close_open_task`, `close_index_missing`, and what pricing
/// refuses.
pub fn close(register: &Register, month: Month) -> Result<ClosedMonth, Refusal> {
    in_order(register, month)?;
    let contracts = register.contracts();
    let issued = register.issued();
    let needed = price::months_needed(&contracts, &issued, month);
    let slot_days: Vec<SlotDays> = needed.iter().map(|month| register.slot_days(*month)).collect();
    let all: Vec<Usage> = register.usage.iter().map(crate::usage::UsageRow::priced).collect();
    let usage: Vec<Usage> = price::usage_needed(&contracts, &all, &needed).into_iter().cloned().collect();
    let inputs = Inputs { slot_days: &slot_days, usage: &usage, indexes: &register.indexes, issued: &issued };
    let bills = price::bill(&register.client, &contracts, inputs, month)?;
    not_early(register, month, &bills)?;
    no_open_task(register, month, &slot_days)?;
    if let Some(remark) = bills.iter().flat_map(|bill| &bill.remarks).find(|remark| remark.code == "index_missing") {
        return Err(Refusal { code: "close_index_missing", ..remark.clone() }.with("month", month));
    }
    let reviewed = contracts.iter().any(|c| c.segments.iter().any(|segment| segment.conditions.price_review.is_some()));
    Ok(ClosedMonth {
        month,
        engine: price::ENGINE.to_string(),
        identity: identify::engine(),
        contracts: contracts.iter().map(|contract| (contract.id.clone(), contract.version.clone())).collect(),
        months: needed.iter().copied().collect(),
        slots: slot_days.iter().flat_map(|days| slots(register, days)).collect(),
        usage,
        indexes: if reviewed { register.indexes.rows().map(IndexRow::from).collect() } else { Vec::new() },
        bills: bills.into_iter().map(Into::into).collect(),
        ledger: crate::ledger::head_at(&register.client, &register.ledger, u64::MAX),
    })
}

/// Once, and in consecutive months from whichever was closed first.
fn in_order(register: &Register, month: Month) -> Result<(), Refusal> {
    if register.closed_month(month).is_some() {
        return Err(Refusal::new("month_closed").with("client", &register.client).with("month", month));
    }
    match register.closed.last() {
        Some(last) if last.closed.month.plus(1) != month => {
            let expected = last.closed.month.plus(1);
            Err(Refusal::new("close_out_of_order").with("month", month).with("expected", expected))
        }
        _ => Ok(()),
    }
}

/// In arrears after the last day of the month, in advance from its first.
fn not_early(register: &Register, month: Month, bills: &[Bill]) -> Result<(), Refusal> {
    let today = day_of(register.known_at, &register.zone);
    let in_advance = !bills.is_empty() && bills.iter().all(|bill| bill.date == month.first());
    let from = if in_advance { month.first() } else { month.plus(1).first() };
    if today < from {
        return Err(Refusal::new("close_too_early").with("month", month).with("from", from).with("today", today));
    }
    Ok(())
}

/// No open identity task names an asset that holds a slot counted here, unless a decision lets it sleep.
fn no_open_task(register: &Register, month: Month, slot_days: &[SlotDays]) -> Result<(), Refusal> {
    let first = slot_days.iter().map(|days| days.month.first()).min().unwrap_or(month.first());
    let mut touching = Vec::new();
    for task in register.identity.tasks.iter().filter(|task| !sleeps(register, &task.id)) {
        let of_task = |asset: usize| {
            let id = register.assets.get(asset).map(|asset| asset.id.as_str());
            task.devices.iter().any(|d| register.identity.devices.get(*d).map(|device| device.id.as_str()) == id)
        };
        let touches = register.perimeter.stays.iter().any(|stay| {
            let within = stay.from <= month.last() && stay.billed_to.or(stay.to).is_none_or(|to| first <= to);
            within && of_task(stay.asset)
        });
        if touches {
            touching.push(task);
        }
    }
    let Some(task) = touching.first() else { return Ok(()) };
    let refusal = Refusal::new("close_open_task").with("month", month).with("tasks", touching.len());
    Err(refusal.with("task", &task.id).with("code", task.code))
}

fn slots(register: &Register, days: &SlotDays) -> Vec<ClosedSlot> {
    let mut slots = Vec::new();
    for ((contract, line), by_slot) in &days.lines {
        for (slot, of_slot) in by_slot {
            slots.push(ClosedSlot {
                month: days.month,
                contract: contract.clone(),
                line: line.clone(),
                slot: slot.clone(),
                days: *of_slot,
                links: links(register, days.month, contract, line, slot),
            });
        }
    }
    slots
}

/// The assets that held a slot in a month, in the order of their first day.
fn links(register: &Register, month: Month, contract: &str, line: &str, slot: &str) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for stay in register.stays_of(contract, line, slot, month) {
        let Some(asset) = register.assets.get(stay.asset) else { continue };
        let (first_seen, last_seen) = seen(register, month, &asset.contacts);
        links.push(Link {
            asset: String::from(&asset.id),
            from: stay.from,
            to: stay.to,
            origin: stay.origin,
            first_seen,
            last_seen,
        });
    }
    links
}

/// The first and the last contact within a month.
fn seen(register: &Register, month: Month, contacts: &[Timestamp]) -> (Option<Timestamp>, Option<Timestamp>) {
    let from = first_instant(month.first(), &register.zone);
    let to = last_instant(month.last(), &register.zone);
    let mut within = contacts.iter().copied().filter(|at| from <= *at && *at <= to);
    let first = within.next();
    (first, within.next_back().or(first))
}
