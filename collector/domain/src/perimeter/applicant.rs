//! Who applies for the slots that a line opens by itself: devices as they were known apart on each day.
//!
//! Today's identity may join two devices that were two when each took its slot, or question one that was in no doubt then.
//! An admission is decided on what was known by the end of its day, so each day's devices are asked for again where
//! later sightings may have changed them. **Invariant**: a sighting recorded after a day changes no applicant of that day.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::asset::{Asset, next_seen, nth_seen};
use crate::calendar::{day_of, last_instant};
use crate::evidence::{Sighting, SourceKind};
use crate::fact::{Contact, Decision, Facts};
use crate::identify::{self, Identity};

/// A cluster of more sightings than this is judged as it stands today: its history would cost too much.
const CLUSTER_MAX: usize = 256;

/// One device, as it was known apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applicant {
    /// Index of today's asset.
    pub(super) asset: usize,
    /// When it was seen; `None` = all contacts of the asset.
    contacts: Option<Vec<Timestamp>>,
    /// What was known of it: (first day, what), in order. The last that began holds.
    known: Vec<(Date, Known)>,
}

/// What was known of an applicant on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// A device by itself.
    Apart,
    /// An open task named it.
    Pending,
    /// Part of this applicant.
    Joined(usize),
}

impl Applicant {
    /// What was known of it by the end of `day`; `None` before its first sighting.
    pub(super) fn on(&self, day: Date) -> Option<Known> {
        self.known.iter().rev().find(|(from, _)| *from <= day).map(|(_, known)| *known)
    }

    /// The first day from `day` on, in `zone`, on which it was seen.
    pub(super) fn next_seen(&self, assets: &[Asset], day: Date, zone: &TimeZone) -> Option<Date> {
        next_seen(self.contacts(assets), day, zone)
    }

    /// The day on which the number of distinct days seen reaches `number` (from 1).
    pub(super) fn nth_seen(&self, assets: &[Asset], number: u32, zone: &TimeZone) -> Option<Date> {
        nth_seen(self.contacts(assets), number, zone)
    }

    fn contacts<'a>(&'a self, assets: &'a [Asset]) -> &'a [Timestamp] {
        let all = || assets.get(self.asset).map_or(&[][..], |asset| &asset.contacts);
        self.contacts.as_deref().unwrap_or_else(all)
    }
}

/// The applicants of a client.
pub(super) fn applicants(
    facts: &Facts,
    sightings: &[Sighting],
    identity: &Identity,
    assets: &[Asset],
    zone: &TimeZone,
) -> Vec<Applicant> {
    let decisions = crate::register::decided(facts);
    let mut applicants = Vec::new();
    let mut done = vec![false; assets.len()];
    let clusters = clusters(identity, assets);
    for (index, asset) in assets.iter().enumerate() {
        if core::mem::replace(done.get_mut(index).unwrap_or(&mut false), true) {
            continue;
        }
        let cluster = clusters.get(&index).cloned().unwrap_or_else(|| BTreeSet::from([index]));
        for member in &cluster {
            if let Some(done) = done.get_mut(*member) {
                *done = true;
            }
        }
        let of_cluster: BTreeSet<usize> =
            cluster.iter().filter_map(|member| assets.get(*member)).flat_map(|asset| asset.sightings.clone()).collect();
        if is_simple(&of_cluster, sightings) && !asset.in_task || of_cluster.len() > CLUSTER_MAX {
            applicants.extend(cluster.iter().filter_map(|member| as_today(*member, assets, sightings, zone)));
        } else {
            let history = History { facts, sightings, decisions: &decisions, assets, zone };
            history.add(&of_cluster, &mut applicants);
        }
    }
    applicants
}

/// Assets that one task names, or several tasks in a row, by each of them.
fn clusters(identity: &Identity, assets: &[Asset]) -> BTreeMap<usize, BTreeSet<usize>> {
    let by_id: BTreeMap<&str, usize> = assets.iter().enumerate().map(|(i, asset)| (asset.id.as_str(), i)).collect();
    let mut clusters: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for task in &identity.tasks {
        let devices = task.devices.iter().filter_map(|device| identity.devices.get(*device));
        let mut named: BTreeSet<usize> = devices.filter_map(|device| by_id.get(device.id.as_str()).copied()).collect();
        let met: Vec<BTreeSet<usize>> = named.iter().filter_map(|asset| clusters.get(asset).cloned()).collect();
        named.extend(met.into_iter().flatten());
        for asset in &named {
            clusters.insert(*asset, named.clone());
        }
    }
    clusters
}

/// Whether one agent or one row, and annex entries, are all there is: no later sighting changed what the device was.
fn is_simple(of_cluster: &BTreeSet<usize>, sightings: &[Sighting]) -> bool {
    let own = of_cluster.iter().filter_map(|index| sightings.get(*index));
    let named: BTreeSet<_> = own.filter(|s| s.kind != SourceKind::Annex).map(|s| (&s.source, &s.native_id)).collect();
    named.len() <= 1 && named.iter().all(|(_, native_id)| native_id.is_some())
}

/// An asset that was always what it is today.
fn as_today(asset: usize, assets: &[Asset], sightings: &[Sighting], zone: &TimeZone) -> Option<Applicant> {
    let today = assets.get(asset)?;
    let first = today.sightings.iter().filter_map(|index| sightings.get(*index)).map(|s| s.recorded).min()?;
    // A list may tell of days before it was recorded; contacts bound what is seen anyway.
    let from = today.contacts.first().map_or(first, |seen| first.min(*seen));
    let known = if today.in_task { Known::Pending } else { Known::Apart };
    Some(Applicant { asset, contacts: None, known: vec![(day_of(from, zone), known)] })
}

/// What is needed to tell what was known of a cluster day by day.
struct History<'a> {
    facts: &'a Facts,
    sightings: &'a [Sighting],
    decisions: &'a [crate::register::Decided],
    assets: &'a [Asset],
    zone: &'a TimeZone,
}

impl History<'_> {
    /// Adds the applicants of a cluster: on each day that brought a sighting, its devices as they were then.
    fn add(&self, of_cluster: &BTreeSet<usize>, applicants: &mut Vec<Applicant>) {
        let mut days: BTreeMap<Date, Timestamp> = BTreeMap::new();
        for sighting in of_cluster.iter().filter_map(|index| self.sightings.get(*index)) {
            let day = day_of(sighting.recorded, self.zone);
            days.insert(day, last_instant(day, self.zone));
        }
        // The applicant that each sighting belongs to, for ever.
        let mut belongs: BTreeMap<usize, usize> = BTreeMap::new();
        for (day, end) in days {
            let known: Vec<usize> = of_cluster
                .iter()
                .copied()
                .filter(|index| self.sightings.get(*index).is_some_and(|sighting| sighting.recorded <= end))
                .collect();
            for (members, pending) in self.devices(&known, day, end) {
                self.settle(&members, pending, day, &mut belongs, applicants);
            }
        }
        self.see(&belongs, applicants);
    }

    /// The devices of these sightings, by what was known at `end`: members oldest first, and whether a task named each.
    fn devices(&self, known: &[usize], day: Date, end: Timestamp) -> Vec<(Vec<usize>, bool)> {
        let then: Vec<Sighting> = known
            .iter()
            .filter_map(|index| self.sightings.get(*index))
            .map(|sighting| Sighting { last_contact: sighting.last_contact.map(|at| at.min(end)), ..sighting.clone() })
            .collect();
        let said: Vec<Decision> = self
            .decisions
            .iter()
            .filter(|decided| decided.decision.effective <= day)
            .map(|decided| decided.decision.clone())
            .collect();
        let identity = identify::identify(&self.facts.client, &then, &said, end);
        let members = |device: &identify::Device| {
            device.sightings.iter().filter_map(|place| known.get(*place).copied()).collect::<Vec<usize>>()
        };
        identity.devices.iter().map(|device| (members(device), !device.tasks.is_empty())).collect()
    }

    /// Notes what one device of a day says of applicants: the oldest member's leads, others have joined it.
    fn settle(
        &self,
        members: &[usize],
        pending: bool,
        day: Date,
        belongs: &mut BTreeMap<usize, usize>,
        applicants: &mut Vec<Applicant>,
    ) {
        let Some(oldest) = members.first() else { return };
        let leader = members.iter().find_map(|member| belongs.get(member).copied()).unwrap_or_else(|| {
            let holds = |asset: &&Asset| asset.sightings.contains(oldest);
            let asset = self.assets.iter().position(|asset| holds(&asset)).unwrap_or_default();
            applicants.push(Applicant { asset, contacts: None, known: Vec::new() });
            applicants.len().saturating_sub(1)
        });
        for member in members {
            let applicant = *belongs.entry(*member).or_insert(leader);
            let known = match applicant == leader {
                true if pending => Known::Pending,
                true => Known::Apart,
                false => Known::Joined(leader),
            };
            note(applicants, applicant, day, known);
        }
    }

    /// Gives each applicant the contacts of its own agents and rows.
    fn see(&self, belongs: &BTreeMap<usize, usize>, applicants: &mut [Applicant]) {
        for (sighting, applicant) in belongs {
            let (Some(sighting), Some(applicant)) = (self.sightings.get(*sighting), applicants.get_mut(*applicant))
            else {
                continue;
            };
            let contacts = applicant.contacts.get_or_insert_with(Vec::new);
            match sighting.kind {
                SourceKind::Agent => contacts.extend(
                    self.facts
                        .contacts
                        .iter()
                        .filter(|contact| Some(&contact.agent) == sighting.native_id.as_ref())
                        .flat_map(Contact::each),
                ),
                SourceKind::List => contacts.extend(sighting.last_contact),
                SourceKind::Annex => {}
            }
        }
        for contacts in applicants.iter_mut().filter_map(|applicant| applicant.contacts.as_mut()) {
            contacts.sort_unstable();
            contacts.dedup();
        }
    }
}

/// Notes what was known from `day` on, when it is new.
fn note(applicants: &mut [Applicant], applicant: usize, day: Date, known: Known) {
    let Some(applicant) = applicants.get_mut(applicant) else { return };
    match applicant.known.last_mut() {
        Some((_, last)) if *last == known => {}
        Some((from, last)) if *from == day => *last = known,
        _ => applicant.known.push((day, known)),
    }
}
