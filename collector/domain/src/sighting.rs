//! From facts to sightings: what each source says of each thing, as identity takes it.
//!
//! An agent gives a new sighting when its evidence changes (its boot is part of it, its clock is not); an annex gives one
//! per row as the annex stands; a list gives one per thing it ever named ([`crate::source`]). A row keeps the instant at which it
//! was first told, so that correcting it does not make another device.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;

use crate::asset::annex_native_id;
use crate::evidence::{Adapter, Evidence, Sighting, SourceKind};
use crate::fact::{AnnexRow, Contact, Fact, Facts};

/// An annex row as it stands: the facts that told it first and last.
#[derive(Debug, Clone)]
pub struct StandingRow {
    /// The row.
    pub row: AnnexRow,
    /// `SEQ:ROW` of the first fact that named the label.
    pub id: String,
    /// When that was recorded.
    pub recorded: Timestamp,
    /// The sequence of the fact that told it last.
    pub seq: u64,
    /// Category of its contract line, where one is named or there is only one.
    pub category: Option<String>,
}

/// The sightings of a client, those of lists being `listed`, by (recorded, id).
pub fn sightings(facts: &Facts, annexes: &BTreeMap<String, Vec<StandingRow>>, listed: Vec<Sighting>) -> Vec<Sighting> {
    let mut all = agents(facts);
    for (contract, rows) in annexes {
        all.extend(rows.iter().map(|standing| annex(contract, standing)));
    }
    all.extend(listed);
    all.sort_by(|a, b| (a.recorded, &a.id).cmp(&(b.recorded, &b.id)));
    all
}

fn agents(facts: &Facts) -> Vec<Sighting> {
    let mut by_agent: BTreeMap<&str, Vec<Sighting>> = BTreeMap::new();
    for recorded in &facts.recorded {
        let Fact::Report { agent, report_id, .. } = &recorded.fact else { continue };
        let Some(evidence) = facts.evidence.get(&recorded.seq) else { continue };
        let own = by_agent.entry(agent).or_default();
        if own.last().is_some_and(|last| same_but_clock(&last.evidence, evidence)) {
            continue;
        }
        own.push(Sighting {
            id: report_id.clone(),
            source: "agent".to_string(),
            kind: SourceKind::Agent,
            native_id: Some(agent.clone()),
            recorded: recorded.at,
            last_contact: None,
            evidence: evidence.clone(),
        });
    }
    let mut hours: BTreeMap<&str, Vec<&Contact>> = BTreeMap::new();
    for contact in &facts.contacts {
        hours.entry(&contact.agent).or_default().push(contact);
    }
    for (agent, own) in &mut by_agent {
        end_sessions(own, hours.get(agent).map_or(&[][..], Vec::as_slice));
    }
    by_agent.into_values().flatten().collect()
}

/// A boot's session ends at the agent's last contact before its next boot began, and never before its own last report: two
/// copies of one agent report in turn, each from a boot of its own.
fn end_sessions(own: &mut [Sighting], contacts: &[&Contact]) {
    let mut later: Option<(Option<Timestamp>, Timestamp)> = None;
    let mut end: Option<Timestamp> = None;
    let mut reported: BTreeMap<Option<Timestamp>, Timestamp> = BTreeMap::new();
    for sighting in own.iter_mut().rev() {
        let boot = sighting.evidence.boot_time;
        if let Some((later_boot, began)) = later
            && later_boot != boot
        {
            end = Some(began);
        }
        later = Some((boot, began(sighting)));
        let within = |hour: &Timestamp| end.is_none_or(|end| *hour < end);
        let last = contacts.iter().flat_map(|contact| contact.each()).filter(within).max();
        let last = last.map_or(sighting.recorded, |last| last.max(sighting.recorded));
        // Reports without a boot instant make no session: nothing ties them together.
        let of_boot = reported.entry(boot).or_insert(last);
        *of_boot = last.max(*of_boot);
        sighting.last_contact = Some(if boot.is_some() { *of_boot } else { last });
    }
}

/// When the boot of a sighting began, by the collector's clock: recorded, less the uptime that the machine told.
fn began(sighting: &Sighting) -> Timestamp {
    let Evidence { collected_at: Some(collected), boot_time: Some(boot), .. } = sighting.evidence else {
        return sighting.recorded;
    };
    sighting.recorded.checked_sub(collected.duration_since(boot)).unwrap_or(sighting.recorded).min(sighting.recorded)
}

/// Whether two reports say the same of the machine: the clock goes on, and addresses identify nothing.
fn same_but_clock(a: &Evidence, b: &Evidence) -> bool {
    let bare = |adapter: &Adapter| Adapter { addresses: Vec::new(), ..adapter.clone() };
    let plain = |evidence: &Evidence| Evidence {
        collected_at: a.collected_at,
        adapters: evidence.adapters.iter().map(bare).collect(),
        ..evidence.clone()
    };
    plain(a) == plain(b)
}

fn annex(contract: &str, standing: &StandingRow) -> Sighting {
    let row = &standing.row;
    let mac = row.mac.clone().map(|mac| Adapter { mac: Some(mac), bus: Some("pci".to_string()), ..Adapter::default() });
    Sighting {
        id: standing.id.clone(),
        source: "annex".to_string(),
        kind: SourceKind::Annex,
        native_id: Some(annex_native_id(contract, &row.label)),
        recorded: standing.recorded,
        last_contact: None,
        evidence: Evidence {
            hostname: row.hostname.clone(),
            untyped_serial: row.serial.clone(),
            asset_tag: row.asset_tag.clone(),
            manufacturer: row.manufacturer.clone(),
            product: row.model.clone(),
            adapters: mac.into_iter().collect(),
            label: Some(row.label.clone()),
            claimed_category: standing.category.clone(),
            ..Evidence::default()
        },
    }
}
