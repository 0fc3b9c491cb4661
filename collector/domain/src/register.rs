//! The register of one client on one day: what [`derive()`] makes of its facts, stage by stage.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::asset::{Asset, annex_native_id, assets, move_sites};
use crate::calendar::{self, Month, day_of, last_instant};
use crate::closing::{self, Closed, Signature};
use crate::contract::{self, Contract, Severity};
use crate::evidence::{Sighting, SourceKind};
use crate::fact::{AnnexRow, Decision, Fact, Facts, HouseFacts, Recorded};
use crate::finding::{self, Finding};
use crate::identify::{self, Identity};
use crate::ledger::{self, Entry};
use crate::perimeter::{self, Agreement, AnnexEntry, Observed, Perimeter, Stay};
use crate::price::{self, Bill, BillLine, Indexes, Inputs, Issued, SlotDays, Usage};
use crate::refusal::Refusal;
use crate::report::{Report, reports};
use crate::sighting::{StandingRow, sightings};
use crate::source::{self, Lists, Unmapped};
use crate::standing::{self, LineCount, Standing};
use crate::usage::{self, UsageRow};

/// The zone of a client without a contract.
const DEFAULT_ZONE: &str = "Europe/Paris";

/// Everything the register says of a client on a day, as known at an instant.
#[derive(Debug, Clone)]
pub struct Register {
    /// Client code.
    pub client: String,
    /// Its display name, as told last.
    pub name: Option<String>,
    /// Its French company number.
    pub siren: Option<String>,
    /// Whether it is a made-up one, which `demo` adds and removes.
    pub example: bool,
    /// When it was added.
    pub since: Timestamp,
    /// The day.
    pub as_of: Date,
    /// What was known at this instant.
    pub known_at: Timestamp,
    /// The instant at which the day is judged: its last one, or `known_at` if that is earlier.
    pub at: Timestamp,
    /// The zone that cuts days.
    pub zone: TimeZone,
    /// Contracts with their annexes, in order of precedence.
    pub agreements: Vec<Agreement>,
    /// Sightings, by (recorded, id).
    pub sightings: Vec<Sighting>,
    /// Which sightings are one device, and why.
    pub identity: Identity,
    /// Assets, by id.
    pub assets: Vec<Asset>,
    /// Who holds which slot, on every day.
    pub perimeter: Perimeter,
    /// The assets of the day, by asset.
    pub standings: Vec<Standing>,
    /// The contract lines of the day.
    pub lines: Vec<LineCount>,
    /// What needs a decision.
    pub findings: Vec<Finding>,
    /// What a decision lets sleep.
    pub snoozed: Vec<Finding>,
    /// Decisions of people, in the order they were recorded.
    pub decisions: Vec<Decided>,
    /// Hours and tickets used, by key.
    pub usage: Vec<UsageRow>,
    /// The sequence of the fact that told each row of usage last, by key.
    pub usage_seqs: BTreeMap<String, u64>,
    /// The index table.
    pub indexes: Indexes,
    /// Closed months, in order.
    pub closed: Vec<Closed>,
    /// Statements that clients agreed to, in the order they were recorded.
    pub signatures: Vec<Signature>,
    /// The chain of the facts that touch money.
    pub ledger: Vec<Entry>,
    /// Dated lists of other consoles.
    pub lists: Lists,
    /// Groups of consoles that belong to no client.
    pub unmapped: Vec<Unmapped>,
    /// What each agent's reports say of protection, in order.
    pub reports: BTreeMap<String, Vec<Report>>,
    /// When the collector ran.
    pub house: HouseFacts,
}

/// A decision with its place in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Sequence of its fact.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What was decided.
    pub decision: Decision,
}

/// Derives the register of a client from its facts.
///
/// `as_of` `None` is today in the client's zone. Facts later than `known_at` are left out here.
///
/// # Errors
/// `day_in_future` when `as_of` lies after today; `contract_unreadable` when a stored contract does not read.
pub fn derive(facts: Facts, house: &HouseFacts, as_of: Option<Date>, known_at: Timestamp) -> Result<Register, Refusal> {
    let facts = facts.known_at(known_at);
    let contracts = contracts(&facts)?;
    let zone = contracts
        .first()
        .map(|(_, contract)| contract.zone())
        .or_else(|| calendar::zone(DEFAULT_ZONE))
        .unwrap_or(TimeZone::UTC);
    let today = day_of(known_at, &zone);
    let as_of = as_of.unwrap_or(today);
    if as_of > today {
        return Err(Refusal::new("day_in_future").with("day", as_of).with("today", today).on("as_of"));
    }
    let annexes = annexes(&facts, &contracts);
    let (lists, listed) = source::read(&facts);
    let sightings = sightings(&facts, &annexes, listed);
    let decisions = decided(&facts);
    let said: Vec<Decision> = decisions.iter().map(|decided| decided.decision.clone()).collect();
    let identity = identify::identify(&facts.client, &sightings, &said, known_at);
    let mut assets = assets(&facts, &sightings, &lists, &identity);
    move_sites(&mut assets, &identity, &said, as_of);
    let agreements = agreements(contracts, annexes, &assets, &identity, &sightings);
    let index: BTreeMap<&str, usize> = assets.iter().enumerate().map(|(i, asset)| (asset.id.as_str(), i)).collect();
    let resolve = |id: &str| {
        let id = identity.aliases.get(id).map_or(id, String::as_str);
        index.get(id).copied()
    };
    let observed =
        Observed { facts: &facts, sightings: &sightings, lists: &lists, identity: &identity, assets: &assets };
    let perimeter = perimeter::lay(&observed, &agreements, &decisions, &resolve);
    let about = facts.recorded.iter().find_map(|recorded| match &recorded.fact {
        Fact::Client { name, siren, example } => Some((name.clone(), siren.clone(), *example, recorded.at)),
        _ => None,
    });
    let (name, siren, example, since) = about.unwrap_or((None, None, false, known_at));
    let mut register = Register {
        client: facts.client.clone(),
        name,
        siren,
        example,
        since,
        as_of,
        known_at,
        at: last_instant(as_of, &zone).min(known_at),
        zone,
        agreements,
        sightings,
        identity,
        assets,
        perimeter,
        standings: Vec::new(),
        lines: Vec::new(),
        findings: Vec::new(),
        snoozed: Vec::new(),
        decisions,
        usage: usage::standing(&facts.recorded),
        usage_seqs: usage::sequences(&facts.recorded),
        indexes: usage::indexes(house, known_at),
        closed: closing::closed_months(&facts.recorded),
        signatures: signatures(&facts),
        ledger: ledger::ledger(&facts.client, &facts.recorded),
        unmapped: source::unmapped(&facts, house, known_at),
        reports: reports(&facts),
        lists,
        house: house.clone(),
    };
    register.standings = standing::standings(&register);
    register.lines = standing::lines(&register);
    (register.findings, register.snoozed) = finding::findings(&register)?;
    Ok(register)
}

impl Register {
    /// The billable days of a month.
    pub fn slot_days(&self, month: Month) -> SlotDays {
        let suspends = self.agreements.iter().any(|agreement| agreement.suspends());
        let missing = if suspends { standing::missing_days(self, month) } else { Vec::new() };
        perimeter::slot_days(&self.agreements, &self.perimeter, month, &missing)
    }

    /// The bills of a month, one per entity and currency: those that were closed, else as the facts stand.
    ///
    /// # Errors
    /// What [`price::bill`] refuses.
    pub fn bills(&self, month: Month) -> Result<Vec<Bill>, Refusal> {
        match self.closed_month(month) {
            Some(closed) => Ok(closed.closed.bills(&self.client)),
            None => self.draft(month),
        }
    }

    /// The bills of a month as the facts stand, closed or not.
    ///
    /// # Errors
    /// What [`price::bill`] refuses.
    pub fn draft(&self, month: Month) -> Result<Vec<Bill>, Refusal> {
        let contracts = self.contracts();
        let issued = self.issued();
        let months = price::months_needed(&contracts, &issued, month);
        let slot_days: Vec<SlotDays> = months.into_iter().map(|month| self.slot_days(month)).collect();
        let usage: Vec<Usage> = self.usage.iter().map(UsageRow::priced).collect();
        let inputs = Inputs { slot_days: &slot_days, usage: &usage, indexes: &self.indexes, issued: &issued };
        price::bill(&self.client, &contracts, inputs, month)
    }

    /// What one calendar month gives on these facts, priced in arrears, by contract.
    ///
    /// # Errors
    /// What pricing refuses.
    pub fn month_in_arrears(&self, month: Month) -> Result<Vec<BillLine>, Refusal> {
        let slot_days = [self.slot_days(month)];
        let usage: Vec<Usage> = self.usage.iter().map(UsageRow::priced).collect();
        let inputs = Inputs { slot_days: &slot_days, usage: &usage, indexes: &self.indexes, issued: &[] };
        let mut lines = Vec::new();
        for contract in self.contracts() {
            lines.extend(price::month_in_arrears(contract, inputs, month)?);
        }
        Ok(lines)
    }

    /// The contracts, in order of precedence.
    pub fn contracts(&self) -> Vec<&Contract> {
        self.agreements.iter().map(|agreement| &agreement.contract).collect()
    }

    /// What closed months issued.
    pub fn issued(&self) -> Vec<Issued<'_>> {
        self.closed.iter().map(|closed| closed.closed.issued()).collect()
    }

    /// The closed month of this name.
    pub fn closed_month(&self, month: Month) -> Option<&Closed> {
        self.closed.iter().find(|closed| closed.closed.month == month)
    }

    /// The stays of a slot on a line that touch a month, in the order they opened.
    pub fn stays_of(&self, contract: &str, line: &str, slot: &str, month: Month) -> impl Iterator<Item = &Stay> {
        self.perimeter.stays.iter().filter(move |stay| {
            let within = stay.from <= month.last() && stay.billed_to.or(stay.to).is_none_or(|to| month.first() <= to);
            let of_contract = self.agreements.get(stay.agreement).is_some_and(|a| a.contract.id == contract);
            within && of_contract && stay.line == line && stay.slot == slot
        })
    }

    /// The index of the asset with this id or alias.
    pub fn asset(&self, id: &str) -> Option<usize> {
        let id = self.identity.aliases.get(id).map_or(id, String::as_str);
        self.assets.binary_search_by(|asset| asset.id.as_str().cmp(id)).ok()
    }

    /// How an asset stands on the day; `None` when it does not exist then.
    pub fn standing(&self, asset: usize) -> Option<&Standing> {
        let at = self.standings.binary_search_by_key(&asset, |standing| standing.asset).ok()?;
        self.standings.get(at)
    }
}

/// The newest version of each contract, in order of precedence: priority (highest first), first day, id.
fn contracts(facts: &Facts) -> Result<Vec<(u64, Contract)>, Refusal> {
    let mut newest: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for recorded in &facts.recorded {
        if let Fact::Contract { contract, text } = &recorded.fact {
            newest.insert(contract, (recorded.seq, text));
        }
    }
    let mut contracts = Vec::new();
    for (id, (seq, text)) in newest {
        let contract = contract::read(text).map_err(|remarks| {
            let first = remarks.into_iter().find(|remark| remark.severity == Severity::Error);
            let code = first.as_ref().map_or("", |remark| remark.refusal.code);
            Refusal::new("contract_unreadable").with("contract", id).with("reason", code)
        })?;
        contracts.push((seq, contract));
    }
    let priority = |contract: &Contract| contract.conditions_on(contract.first_day()).priority;
    contracts.sort_by(|(_, a), (_, b)| {
        (Reverse(priority(a)), a.first_day(), &a.id).cmp(&(Reverse(priority(b)), b.first_day(), &b.id))
    });
    Ok(contracts)
}

/// The annex of each contract as it stands: the newest version's rows, and over them the imported ones.
fn annexes(facts: &Facts, contracts: &[(u64, Contract)]) -> BTreeMap<String, Vec<StandingRow>> {
    let mut first: BTreeMap<(String, String), (String, Timestamp)> = BTreeMap::new();
    let mut rows: BTreeMap<(String, String), (AnnexRow, u64)> = BTreeMap::new();
    let mut tell = |contract: &str, seq: u64, at: Timestamp, told: &[AnnexRow], stands: bool| {
        for (index, row) in told.iter().enumerate() {
            let key = (contract.to_string(), row.label.clone());
            first.entry(key.clone()).or_insert_with(|| (format!("{seq}:{index}"), at));
            if stands {
                rows.insert(key, (row.clone(), seq));
            }
        }
    };
    // The file's rows first, so that an imported row of the same label stands whatever came last.
    for recorded in &facts.recorded {
        if let Fact::Contract { contract, text } = &recorded.fact {
            let current = contracts.iter().any(|(seq, _)| *seq == recorded.seq);
            if let Ok(version) = contract::read(text) {
                tell(contract, recorded.seq, recorded.at, &version.annex, current);
            }
        }
    }
    for recorded in &facts.recorded {
        if let Fact::Annex { contract, rows } = &recorded.fact {
            tell(contract, recorded.seq, recorded.at, rows, true);
        }
    }
    let mut annexes: BTreeMap<String, Vec<StandingRow>> = BTreeMap::new();
    for ((contract, label), (row, seq)) in rows {
        let Some((id, recorded)) = first.remove(&(contract.clone(), label)) else { continue };
        let of_contract = contracts.iter().map(|(_, read)| read).find(|read| read.id == contract);
        let category = of_contract.and_then(|read| row_category(read, &row));
        annexes.entry(contract).or_default().push(StandingRow { row, id, recorded, seq, category });
    }
    annexes
}

/// The category of the line that an annex row names, or of the only line there is.
fn row_category(contract: &Contract, row: &AnnexRow) -> Option<String> {
    let lines = contract.lines_on(row.from.unwrap_or(contract.first_day()).max(contract.first_day()));
    let line = match (&row.line, lines) {
        (Some(named), lines) => lines.iter().find(|line| line.id == *named),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    line.map(|line| line.category.clone())
}

fn agreements(
    contracts: Vec<(u64, Contract)>,
    mut annexes: BTreeMap<String, Vec<StandingRow>>,
    assets: &[Asset],
    identity: &Identity,
    sightings: &[Sighting],
) -> Vec<Agreement> {
    let by_id: BTreeMap<&str, usize> = assets.iter().enumerate().map(|(i, asset)| (asset.id.as_str(), i)).collect();
    let mut holder: BTreeMap<&str, usize> = BTreeMap::new();
    for device in &identity.devices {
        let Some(asset) = by_id.get(device.id.as_str()) else { continue };
        for sighting in device.sightings.iter().filter_map(|index| sightings.get(*index)) {
            if let (SourceKind::Annex, Some(native)) = (sighting.kind, &sighting.native_id) {
                holder.insert(native, *asset);
            }
        }
    }
    contracts
        .into_iter()
        .map(|(seq, contract)| {
            let rows = annexes.remove(&contract.id).unwrap_or_default();
            let annex = rows
                .into_iter()
                .filter_map(|standing| {
                    let asset = *holder.get(annex_native_id(&contract.id, &standing.row.label).as_str())?;
                    Some(AnnexEntry { row: standing.row, asset, seq: standing.seq })
                })
                .collect();
            Agreement { contract, seq, annex }
        })
        .collect()
}

fn signatures(facts: &Facts) -> Vec<Signature> {
    let signature = |recorded: &Recorded| match &recorded.fact {
        Fact::Signature(signature) => Some(signature.clone()),
        _ => None,
    };
    facts.recorded.iter().filter_map(signature).collect()
}

/// The decisions of people, in the order they were recorded.
pub(crate) fn decided(facts: &Facts) -> Vec<Decided> {
    facts
        .recorded
        .iter()
        .filter_map(|recorded| match &recorded.fact {
            Fact::Decision(decision) => {
                Some(Decided { seq: recorded.seq, at: recorded.at, decision: decision.clone() })
            }
            _ => None,
        })
        .collect()
}
