//! What an asset's page tells beside its document: its days, what protects it, what it is made of, who owns it.

use cadastre_domain::calendar::{Days, Month, day_of, first_instant, last_instant};
use cadastre_domain::evidence::{Evidence, SourceKind};
use cadastre_domain::protection::{Protection, State};
use cadastre_domain::register::Register;
use cadastre_domain::standing::threshold_hours;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// The story of one asset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AssetStory {
    /// Twelve months, oldest first.
    pub calendar: Vec<CalendarMonth>,
    /// What protects it, as its newest report says.
    pub safeguards: Vec<Safeguard>,
    /// When that report was collected.
    pub reported: Option<Timestamp>,
    /// Last day of its system's support.
    pub support_end: Option<Date>,
    /// What it is made of: (code, value).
    pub parts: Vec<(&'static str, String)>,
    /// What the annex says of it: (code, value).
    pub papers: Vec<(&'static str, String)>,
}

/// The days of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarMonth {
    /// The month.
    pub month: Month,
    /// Days that are told: from the asset's first to the day looked at.
    pub told: Days,
    /// Days on which it was seen.
    pub seen: Days,
    /// Days on which it held a slot.
    pub covered: Days,
    /// Days billed.
    pub billed: Days,
    /// Days on which it held a slot and had been silent past its threshold.
    pub silent: Days,
}

/// Something that protects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safeguard {
    /// `antivirus`, `detection`, `firewall`, `encryption`, `backup` or `mail`.
    pub kind: &'static str,
    /// The product.
    pub product: String,
    /// `protected`, `not_protected` or `unknown`.
    pub state: &'static str,
    /// Date of its signatures, or of its last success.
    pub at: Option<Timestamp>,
}

const MONTHS: i32 = 12;

impl AssetStory {
    /// The story of an asset that [`crate::views::asset::AssetDetail`] tells.
    pub fn of(register: &Register, id: &str) -> Option<Self> {
        let index = register.asset(id)?;
        let asset = register.assets.get(index)?;
        let own = || asset.sightings.iter().rev().filter_map(|index| register.sightings.get(*index));
        let agents: Vec<&str> = own()
            .filter(|sighting| sighting.kind == SourceKind::Agent)
            .filter_map(|sighting| sighting.native_id.as_deref())
            .collect();
        let newest = agents
            .iter()
            .filter_map(|agent| register.reports.get(*agent))
            .flatten()
            .filter(|report| report.at <= register.at)
            .max_by_key(|report| report.at);
        Some(Self {
            calendar: calendar(register, index),
            safeguards: newest.map(|report| safeguards(&report.protection)).unwrap_or_default(),
            reported: newest.map(|report| report.collected_at),
            support_end: newest.and_then(|report| report.protection.support_end),
            parts: own().find_map(|sighting| parts(&sighting.evidence)).unwrap_or_default(),
            papers: papers(register, index),
        })
    }
}

fn calendar(register: &Register, index: usize) -> Vec<CalendarMonth> {
    let Some(asset) = register.assets.get(index) else { return Vec::new() };
    let threshold = register
        .standings
        .iter()
        .find(|standing| standing.asset == index)
        .map_or(i64::MAX, |standing| threshold_hours(register, standing).saturating_mul(3600));
    let stays: Vec<_> = register.perimeter.stays.iter().filter(|stay| stay.asset == index).collect();
    let known = asset.contacts.partition_point(|contact| *contact <= register.at);
    let contacts = asset.contacts.get(..known).unwrap_or_default();
    let first = contacts.first().map(|contact| day_of(*contact, &register.zone));
    let begins = first.into_iter().chain(stays.iter().map(|stay| stay.from)).min().unwrap_or(register.as_of);
    let month = |n: i32| {
        let month = Month::of(register.as_of).plus(n + 1 - MONTHS);
        let counted = register.slot_days(month);
        let mut told = CalendarMonth {
            month,
            told: Days::between(month, begins, Some(register.as_of)),
            seen: Days::default(),
            covered: Days::default(),
            billed: Days::default(),
            silent: Days::default(),
        };
        for stay in &stays {
            told.covered = told.covered.or(Days::between(month, stay.from, stay.to));
            let Some(agreement) = register.agreements.get(stay.agreement) else { continue };
            let key = (agreement.contract.id.clone(), stay.line.clone());
            let slot = counted.lines.get(&key).and_then(|slots| slots.get(&stay.slot)).copied();
            let held = Days::between(month, stay.from, stay.billed_to.or(stay.to));
            told.billed = told.billed.or(slot.unwrap_or_default().and(held));
        }
        for day in month.each_day().filter(|day| told.told.contains(day.day())) {
            let one = Days::between(month, day, Some(day));
            let end = last_instant(day, &register.zone);
            let before = contacts.partition_point(|contact| *contact <= end);
            let Some(last) = before.checked_sub(1).and_then(|place| contacts.get(place)) else { continue };
            if *last >= first_instant(day, &register.zone) {
                told.seen = told.seen.or(one);
            } else if end.as_second().saturating_sub(last.as_second()) > threshold {
                told.silent = told.silent.or(one.and(told.covered));
            }
        }
        told.covered = told.covered.and(told.told);
        told.billed = told.billed.and(Days::between(month, month.first(), Some(register.as_of)));
        told
    };
    (0..MONTHS).map(month).collect()
}

fn safeguards(protection: &Protection) -> Vec<Safeguard> {
    let state = |state: State| match state {
        State::Protected => "protected",
        State::NotProtected => "not_protected",
        State::Unknown => "unknown",
    };
    let mut rows: Vec<Safeguard> = Vec::new();
    for product in protection.antivirus.iter().flatten() {
        rows.push(Safeguard {
            kind: if product.detects { "detection" } else { "antivirus" },
            product: product.product.clone(),
            state: state(product.state),
            at: product.signature_date,
        });
    }
    for (kind, told) in [
        ("firewall", &protection.firewall),
        ("encryption", &protection.encryption),
        ("backup", &protection.backup),
        ("mail", &protection.mail),
    ] {
        rows.extend(told.iter().flatten().map(|guard| Safeguard {
            kind,
            product: guard.product.clone(),
            state: state(guard.state),
            at: guard.last_success,
        }));
    }
    rows
}

/// What a sighting says of the hardware; `None` when it says nothing.
fn parts(evidence: &Evidence) -> Option<Vec<(&'static str, String)>> {
    let text = |code, value: &Option<String>| Some((code, value.clone().filter(|value| !value.is_empty())?));
    let mut parts: Vec<(&'static str, String)> = [
        text("manufacturer", &evidence.manufacturer),
        text("product", &evidence.product),
        text("product_version", &evidence.product_version),
        text("serial", &evidence.system_serial),
        text("asset_tag", &evidence.asset_tag),
        text("system", &evidence.os_name),
        text("virtualisation", &evidence.virtualisation),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut processors = evidence.processors.clone();
    processors.dedup();
    parts.extend(processors.into_iter().map(|model| ("processor", model)));
    for disk in &evidence.disks {
        let told: Vec<&str> = [&disk.model, &disk.bus].into_iter().flatten().map(String::as_str).collect();
        if !told.is_empty() {
            parts.push(("disk", told.join(" · ")));
        }
    }
    for adapter in &evidence.adapters {
        let told: Vec<&str> = [&adapter.name, &adapter.mac].into_iter().flatten().map(String::as_str).collect();
        if !told.is_empty() {
            parts.push(("adapter", told.join(" · ")));
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// What the newest annex row that names the asset says of its owner and its lease.
fn papers(register: &Register, index: usize) -> Vec<(&'static str, String)> {
    let rows = register.agreements.iter().flat_map(|agreement| &agreement.annex);
    let Some(entry) = rows.filter(|entry| entry.asset == index).max_by_key(|entry| entry.seq) else {
        return Vec::new();
    };
    let row = &entry.row;
    let ends = row
        .supplied_on
        .zip(row.months)
        .and_then(|(supplied, months)| supplied.checked_add(i64::from(months).months()).ok());
    [
        ("label", Some(row.label.clone())),
        ("owner", row.owner.clone()),
        ("supplied_on", row.supplied_on.map(|day| day.to_string())),
        ("lease_end", ends.map(|day| day.to_string())),
        ("value", row.value.clone()),
        ("buy_out", row.buy_out.clone()),
    ]
    .into_iter()
    .filter_map(|(code, value)| Some((code, value?)))
    .collect()
}
