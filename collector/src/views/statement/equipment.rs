//! Of the statement: equipment to renew, of the devices that hold a slot.
//!
//! The age counts from the day it was supplied, as the annex tells it; else its firmware's date stands for it, and the row
//! says so. Memory is judged on personal computers only: servers are sized for what they do. The support of a system ends
//! on its maker's day.

use cadastre_domain::calendar::add_months;
use cadastre_domain::category::Category;
use cadastre_domain::evidence::SourceKind;
use cadastre_domain::protection::Protection;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Standing;
use jiff::civil::Date;
use serde::Serialize;

/// A device older than this is too old.
pub const AGE_YEARS_MAX: i32 = 5;
/// A personal computer with less memory than this is short of it.
pub const MEMORY_GIB_MIN: u64 = 8;
/// What the firmware and the screen take of the memory before the system counts it.
const RESERVED_BYTES: u64 = 1 << 30;

/// A device to renew or to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Equipment {
    /// Asset id.
    pub asset: String,
    /// Its name.
    pub name: String,
    /// Category.
    pub category: String,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Why a device is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// `too_old`, `too_old_firmware`, `short_of_memory` or `out_of_support`.
    pub code: &'static str,
    /// Supplied on, firmware of, or last day of support.
    pub day: Option<Date>,
    /// Memory, in tenths of GiB.
    pub memory_tenths_gib: Option<u64>,
}

/// The devices in slots that something is to be done about, by contract, line and name.
pub(super) fn equipment(register: &Register) -> Vec<Equipment> {
    let mut rows: Vec<Equipment> = register.standings.iter().filter_map(|standing| row(register, standing)).collect();
    rows.sort_by(|a, b| (&a.contract, &a.line, &a.name, &a.asset).cmp(&(&b.contract, &b.line, &b.name, &b.asset)));
    rows
}

fn row(register: &Register, standing: &Standing) -> Option<Equipment> {
    let asset = register.assets.get(standing.asset)?;
    let stay = register.perimeter.stays.get(*standing.stays.first()?)?;
    let agreement = register.agreements.get(stay.agreement)?;
    let category = asset.category_at(register.at)?.category;
    let told = newest(register, &asset.sightings);
    let supplied = agreement.annex.iter().filter(|entry| entry.asset == standing.asset).find_map(|e| e.row.supplied_on);
    let mut reasons = Vec::new();
    let plain = |code, day| Reason { code, day: Some(day), memory_tenths_gib: None };
    let is_old = |day: &Date| add_months(*day, AGE_YEARS_MAX.saturating_mul(12)) < register.as_of;
    let firmware = told.and_then(|told| told.firmware_on);
    match (supplied, firmware) {
        (Some(day), _) if is_old(&day) => reasons.push(plain("too_old", day)),
        (None, Some(day)) if is_old(&day) && category != Category::VirtualServer => {
            reasons.push(plain("too_old_firmware", day));
        }
        _ => {}
    }
    let personal = matches!(category, Category::Desktop | Category::Laptop);
    let memory = told.and_then(|told| told.memory_bytes).filter(|_| personal);
    if let Some(bytes) = memory.filter(|bytes| *bytes < (MEMORY_GIB_MIN << 30).saturating_sub(RESERVED_BYTES)) {
        let tenths = bytes.saturating_mul(10) >> 30;
        reasons.push(Reason { code: "short_of_memory", day: None, memory_tenths_gib: Some(tenths) });
    }
    if let Some(end) = told.and_then(|told| told.support_end).filter(|end| *end < register.as_of) {
        reasons.push(plain("out_of_support", end));
    }
    (!reasons.is_empty()).then(|| Equipment {
        asset: asset.id.clone(),
        name: asset.name.clone(),
        category: category.to_string(),
        contract: agreement.contract.id.clone(),
        line: stay.line.clone(),
        reasons,
    })
}

/// What the newest report of a device's agents says by the register's instant.
fn newest<'a>(register: &'a Register, sightings: &[usize]) -> Option<&'a Protection> {
    let own = sightings.iter().filter_map(|index| register.sightings.get(*index));
    let agents = own.filter(|sighting| sighting.kind == SourceKind::Agent).filter_map(|s| s.native_id.as_deref());
    let reports = agents.filter_map(|agent| register.reports.get(agent)).flatten();
    let known = reports.filter(|report| report.at <= register.at);
    known.max_by_key(|report| report.at).map(|report| &*report.protection)
}
