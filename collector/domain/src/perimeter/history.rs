//! What was known of a few sightings, instant by instant: the devices there were, and who each of them had been before.
//!
//! **Invariant**: an instant is told from the sightings about it and those before, and from the decisions in effect by then.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Observed;
use super::applicant::{Applicant, Known, about};
use super::cluster::same_identity;
use crate::asset::{agent_contacts, category_of};
use crate::calendar::{day_of, first_instant};
use crate::category::Category;
use crate::evidence::{Sighting, SourceKind};
use crate::fact::{Decision, Verb};
use crate::identify;
use crate::register::Decided;

/// What is needed to tell what was known of a cluster.
pub(super) struct History<'a> {
    observed: &'a Observed<'a>,
    decisions: &'a [Decided],
    zone: &'a TimeZone,
    /// Today's asset of each sighting.
    asset_of: BTreeMap<usize, usize>,
    /// Contacts of each agent, in order.
    hours: BTreeMap<&'a str, Vec<Timestamp>>,
}

/// The applicants of one cluster.
#[derive(Default)]
pub(super) struct Told {
    pub(super) applicants: Vec<Applicant>,
    pub(super) by_row: BTreeMap<String, (usize, Timestamp)>,
    pub(super) by_id: BTreeMap<String, usize>,
    /// How many applicants there were before.
    offset: usize,
    /// The applicants that each sighting was part of: (since, applicant), in order.
    belongs: BTreeMap<usize, Vec<(Timestamp, usize)>>,
}

/// One device at one instant.
struct Device {
    id: String,
    /// Its sightings, oldest first.
    members: Vec<usize>,
    pending: bool,
    category: Option<Category>,
    /// A decision parted it from what it was.
    parted: bool,
}

impl<'a> History<'a> {
    pub(super) fn new(observed: &'a Observed<'a>, decisions: &'a [Decided], zone: &'a TimeZone) -> Self {
        let assets = observed.assets.iter().enumerate();
        let asset_of = assets.flat_map(|(index, asset)| asset.sightings.iter().map(move |s| (*s, index))).collect();
        Self { observed, decisions, zone, asset_of, hours: agent_contacts(&observed.facts.contacts) }
    }

    /// The applicants of a cluster, numbered from `offset`: whenever a sighting or a decision about identity came, its
    /// devices as they were then.
    pub(super) fn tell(&self, of_cluster: &BTreeSet<usize>, offset: usize) -> Told {
        let telling = self.telling(of_cluster);
        let about = |sighting: &Sighting| about(sighting, self.observed.lists);
        let mut moments: BTreeSet<Timestamp> = telling.iter().map(|(_, sighting)| about(sighting)).collect();
        let first = moments.first().copied().unwrap_or(Timestamp::MAX);
        let about_identity = |decided: &&Decided| matches!(decided.decision.verb, Verb::Merge | Verb::NeverTogether);
        let decided = self.decisions.iter().filter(about_identity);
        let decided = decided.map(|decided| first_instant(decided.decision.effective, self.zone));
        moments.extend(decided.filter(|at| *at > first));
        let mut told = Told { offset, ..Told::default() };
        for at in moments {
            let known: Vec<usize> =
                telling.iter().filter(|(_, sighting)| about(sighting) <= at).map(|(index, _)| *index).collect();
            for device in self.devices(&known, at) {
                self.settle(&device, at, &mut told);
            }
        }
        self.see(of_cluster, &mut told);
        told
    }

    /// The sightings that can tell devices apart: of one agent's states that differ by clock and boot only, the first,
    /// where there is but one agent; with several, sessions that overlap count too.
    fn telling(&self, of_cluster: &BTreeSet<usize>) -> Vec<(usize, &'a Sighting)> {
        let all: Vec<(usize, &Sighting)> =
            of_cluster.iter().filter_map(|index| Some((*index, self.observed.sightings.get(*index)?))).collect();
        let agents: BTreeSet<_> =
            all.iter().filter(|(_, s)| s.kind == SourceKind::Agent).map(|(_, s)| &s.native_id).collect();
        let clone = of_cluster.iter().filter_map(|index| self.asset_of.get(index));
        let in_task = clone.filter_map(|asset| self.observed.assets.get(*asset)).any(|asset| asset.in_task);
        if agents.len() > 1 || in_task {
            return all;
        }
        let mut telling: Vec<(usize, &Sighting)> = Vec::new();
        let mut last: Option<&Sighting> = None;
        for (index, sighting) in all {
            if sighting.kind == SourceKind::Agent {
                if last.is_some_and(|last| same_identity(&last.evidence, &sighting.evidence)) {
                    continue;
                }
                last = Some(sighting);
            }
            telling.push((index, sighting));
        }
        telling
    }

    /// The devices of these sightings, by what was known at an instant.
    fn devices(&self, known: &[usize], at: Timestamp) -> Vec<Device> {
        let day = day_of(at, self.zone);
        let then: Vec<Sighting> = known
            .iter()
            .filter_map(|index| self.observed.sightings.get(*index))
            .map(|sighting| Sighting {
                last_contact: sighting.last_contact.map(|last| last.min(at)),
                ..sighting.clone()
            })
            .collect();
        let said: Vec<Decision> = self
            .decisions
            .iter()
            .filter(|decided| decided.decision.effective <= day)
            .map(|decided| decided.decision.clone())
            .collect();
        let identity = identify::identify(&self.observed.facts.client, &then, &said, at);
        let device = |device: &identify::Device| {
            let own: Vec<&Sighting> = device.sightings.iter().filter_map(|place| then.get(*place)).collect();
            let parts = |said: &Decision| said.verb == Verb::NeverTogether && said.assets.contains(&device.id);
            Device {
                members: device.sightings.iter().filter_map(|place| known.get(*place).copied()).collect(),
                pending: !device.tasks.is_empty(),
                category: category_of(&own),
                parted: said.iter().any(parts),
                id: device.id.clone(),
            }
        };
        identity.devices.iter().map(device).collect()
    }

    /// Notes what one device says of applicants at an instant: the one whose founding sighting it holds leads, the oldest
    /// first; others that it holds have joined it. A device without any founding sighting is new, or was split off.
    fn settle(&self, device: &Device, at: Timestamp, told: &mut Told) {
        let Some(oldest) = device.members.first().copied() else { return };
        let was: Vec<usize> = device.members.iter().filter_map(|member| told.now(*member)).collect();
        let founded = |applicant: &usize| told.get(*applicant).is_some_and(|a| device.members.contains(&a.founder));
        let leader = was.iter().copied().find(founded);
        let split = leader.map_or(!was.is_empty(), |leader| told.is_split(leader)) && !device.parted;
        let leader = leader.unwrap_or_else(|| {
            let asset = self.asset_of.get(&oldest).copied().unwrap_or_default();
            told.found(device.id.clone(), asset, oldest)
        });
        let own = match (split, device.pending) {
            (true, _) => Known::SplitOff,
            (false, true) => Known::Pending,
            (false, false) => Known::Apart,
        };
        told.note(leader, at, own, device.category);
        for member in &device.members {
            match told.now(*member) {
                Some(of) if of == leader => {}
                Some(of) if told.get(of).is_some_and(|a| device.members.contains(&a.founder)) => {
                    told.note(of, at, Known::Joined(leader), None);
                }
                _ => told.belongs.entry(*member).or_default().push((at, leader)),
            }
        }
        told.by_id.entry(device.id.clone()).or_insert(leader);
        for sighting in device.members.iter().filter_map(|member| self.observed.sightings.get(*member)) {
            if let (SourceKind::Annex, Some(native)) = (sighting.kind, &sighting.native_id) {
                told.by_row.entry(native.clone()).or_insert((leader, at));
            }
        }
    }

    /// Gives each applicant the contacts of its own agents and rows: an agent's, while it spoke of that applicant.
    fn see(&self, of_cluster: &BTreeSet<usize>, told: &mut Told) {
        let mut by_agent: BTreeMap<&str, Vec<(Timestamp, usize)>> = BTreeMap::new();
        let mut seen: Vec<(usize, Timestamp)> = Vec::new();
        for index in of_cluster {
            let Some(sighting) = self.observed.sightings.get(*index) else { continue };
            match (sighting.kind, sighting.native_id.as_deref()) {
                (SourceKind::Agent, Some(agent)) => {
                    by_agent.entry(agent).or_default().push((sighting.recorded, *index));
                }
                (SourceKind::List, _) => {
                    let track = self.observed.lists.tracks.get(&sighting.id);
                    let told = track.into_iter().flat_map(|track| &track.told).filter_map(|told| told.seen);
                    seen.extend(told.map(|at| (*index, at)));
                    if track.is_none() {
                        seen.extend(sighting.last_contact.map(|at| (*index, at)));
                    }
                }
                _ => {}
            }
        }
        for (agent, states) in &mut by_agent {
            states.sort_unstable();
            // A state that was not asked about stands for the one before it.
            states.retain(|(_, index)| told.belongs.contains_key(index));
            for hour in self.hours.get(agent).into_iter().flatten() {
                seen.extend(current(states, *hour).map(|(began, index)| (index, (*hour).max(began))));
            }
        }
        for applicant in &mut told.applicants {
            applicant.contacts = Some(Vec::new());
        }
        for (sighting, at) in seen {
            let of = told.belongs.get(&sighting).and_then(|of| {
                of.iter().rev().find(|(since, _)| *since <= at).or(of.first()).map(|(_, applicant)| *applicant)
            });
            let contacts = of.and_then(|of| told.get_mut(of)).and_then(|applicant| applicant.contacts.as_mut());
            contacts.into_iter().for_each(|contacts| contacts.push(at));
        }
        for contacts in told.applicants.iter_mut().filter_map(|applicant| applicant.contacts.as_mut()) {
            contacts.sort_unstable();
            contacts.dedup();
        }
    }
}

/// The states that an agent was in during an hour: the one it was in already, and those that began in it.
fn current(states: &[(Timestamp, usize)], hour: Timestamp) -> impl Iterator<Item = (Timestamp, usize)> {
    let end = hour.as_second().saturating_add(3_600);
    let began = states.partition_point(|(recorded, _)| recorded.as_second() < end);
    let before = states.partition_point(|(recorded, _)| *recorded <= hour);
    let within = states.get(before.saturating_sub(1)..began).unwrap_or_default();
    within.iter().copied()
}

impl Told {
    /// The applicant that a sighting is part of now.
    fn now(&self, sighting: usize) -> Option<usize> {
        self.belongs.get(&sighting)?.last().map(|(_, applicant)| *applicant)
    }

    fn get(&self, applicant: usize) -> Option<&Applicant> {
        self.applicants.get(applicant.checked_sub(self.offset)?)
    }

    fn get_mut(&mut self, applicant: usize) -> Option<&mut Applicant> {
        self.applicants.get_mut(applicant.checked_sub(self.offset)?)
    }

    fn is_split(&self, applicant: usize) -> bool {
        self.get(applicant).and_then(|of| of.known.last()).is_some_and(|(_, known, _)| *known == Known::SplitOff)
    }

    fn found(&mut self, id: String, asset: usize, founder: usize) -> usize {
        self.applicants.push(Applicant { id, asset, founder, contacts: None, known: Vec::new() });
        self.applicants.len().saturating_sub(1).saturating_add(self.offset)
    }

    /// Notes what was known from an instant on, when it is new.
    fn note(&mut self, applicant: usize, at: Timestamp, known: Known, category: Option<Category>) {
        let Some(applicant) = self.get_mut(applicant) else { return };
        match applicant.known.last_mut() {
            Some((_, last, of)) if (*last, *of) == (known, category) => {}
            Some((since, last, of)) if *since == at => (*last, *of) = (known, category),
            _ => applicant.known.push((at, known, category)),
        }
    }
}
