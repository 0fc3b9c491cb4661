//! Who applies for the slots that a line opens by itself: devices as they were known apart on each day.
//!
//! Today's identity may join two devices that were two when each took its slot, part one that was one, or question one
//! that was in no doubt then. What happened on a day is decided on what was known by the end of it, so each day's devices
//! are asked for again ([`super::history`]) where later sightings may have changed them. **Invariant**: a sighting
//! recorded after a day changes no applicant of that day.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::cluster;
use super::history::History;
use super::{Agreement, Observed};
use crate::asset::{Asset, annex_native_id, next_seen, nth_seen};
use crate::calendar::{day_of, last_instant};
use crate::category::Category;
use crate::contract::Admission;
use crate::evidence::{Sighting, SourceKind};
use crate::register::Decided;

/// A cluster of more sightings than this is judged as it stands today: its history would cost too much.
const CLUSTER_MAX: usize = 256;

/// One device, as it was known apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applicant {
    /// Index of today's asset that has its founding sighting.
    pub(super) asset: usize,
    /// Its founding sighting; what no longer holds it speaks for another applicant.
    pub(super) founder: usize,
    /// When it was seen; `None` = all contacts of the asset.
    pub(super) contacts: Option<Vec<Timestamp>>,
    /// What was known of it: (first day, what, category), in order. The last that began holds.
    pub(super) known: Vec<(Date, Known, Option<Category>)>,
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
    /// The half that a split by rule left without the founding sighting: it takes no slot until a decision.
    SplitOff,
}

impl Applicant {
    /// What was known of it by the end of `day`; `None` before its first sighting.
    pub(super) fn on(&self, day: Date) -> Option<Known> {
        self.at(day).map(|(_, known, _)| *known)
    }

    /// Its category by what was known then; the asset's where that was always the same device.
    pub(super) fn category(&self, assets: &[Asset], day: Date, zone: &TimeZone) -> Option<Category> {
        let told = self.at(day).and_then(|(.., category)| *category);
        told.or_else(|| {
            let verdict = assets.get(self.asset)?.category_at(last_instant(day, zone));
            verdict.map(|verdict| verdict.category)
        })
    }

    /// The next day on which something else was known of it.
    pub(super) fn next_change(&self, day: Date) -> Option<Date> {
        self.known.iter().map(|(from, ..)| *from).find(|from| *from > day)
    }

    fn at(&self, day: Date) -> Option<&(Date, Known, Option<Category>)> {
        self.known.iter().rev().find(|(from, ..)| *from <= day)
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
#[derive(Debug, Default)]
pub(super) struct Applicants {
    pub(super) all: Vec<Applicant>,
    /// The applicants of each of today's assets.
    by_asset: BTreeMap<usize, Vec<usize>>,
    /// The applicant that each annex row was part of when it was first known, by native id, with the day of that.
    by_row: BTreeMap<String, (usize, Date)>,
    /// The applicant that each device id stood for.
    by_id: BTreeMap<String, usize>,
}

impl Applicants {
    /// The applicants of a client; nobody applies where no line ever admits.
    pub(super) fn new(
        observed: &Observed<'_>,
        agreements: &[Agreement],
        decisions: &[Decided],
        zone: &TimeZone,
    ) -> Self {
        let mut applicants = Self::default();
        let mut lines = agreements.iter().flat_map(|a| &a.contract.segments).flat_map(|segment| &segment.lines);
        let scoped = agreements.iter().any(|agreement| !agreement.contract.scope_rules.is_empty());
        if !scoped && lines.all(|line| line.admission == Admission::Annex) {
            return applicants;
        }
        let history = History::new(observed, decisions, zone);
        let mut done = vec![false; observed.assets.len()];
        let clusters = cluster::clusters(observed);
        for index in 0..observed.assets.len() {
            if done.get(index).copied().unwrap_or(true) {
                continue;
            }
            let cluster = clusters.get(&index).cloned().unwrap_or_else(|| BTreeSet::from([index]));
            for member in &cluster {
                done.get_mut(*member).into_iter().for_each(|done| *done = true);
            }
            applicants.add(observed, &history, &cluster, zone);
        }
        for (index, applicant) in applicants.all.iter().enumerate() {
            applicants.by_asset.entry(applicant.asset).or_default().push(index);
        }
        applicants
    }

    fn add(&mut self, observed: &Observed<'_>, history: &History<'_>, cluster: &BTreeSet<usize>, zone: &TimeZone) {
        let assets = || cluster.iter().filter_map(|member| observed.assets.get(*member));
        let sightings: BTreeSet<usize> = assets().flat_map(|asset| asset.sightings.iter().copied()).collect();
        let in_task = assets().any(|asset| asset.in_task);
        let simple = cluster.len() == 1 && !in_task && cluster::is_simple(&sightings, observed.sightings);
        if !simple && sightings.len() <= CLUSTER_MAX {
            let told = history.tell(&sightings, self.all.len());
            self.all.extend(told.applicants);
            self.by_row.extend(told.by_row);
            self.by_id.extend(told.by_id);
            return;
        }
        for member in cluster {
            let Some(applicant) = as_today(*member, observed, zone) else { continue };
            let index = self.all.len();
            let own = observed.assets.get(*member).into_iter().flat_map(|asset| &asset.sightings);
            for sighting in own.filter_map(|index| observed.sightings.get(*index)) {
                if let (SourceKind::Annex, Some(native)) = (sighting.kind, &sighting.native_id) {
                    self.by_row.insert(native.clone(), (index, day_of(sighting.recorded, zone)));
                }
            }
            self.all.push(applicant);
        }
    }

    /// The applicants of one of today's assets.
    pub(super) fn of_asset(&self, asset: usize) -> &[usize] {
        self.by_asset.get(&asset).map_or(&[], Vec::as_slice)
    }

    /// The applicant that an annex row speaks of on `day`, by what was known then or when the row was first told.
    pub(super) fn of_row(&self, contract: &str, label: &str, day: Date) -> Option<usize> {
        let (applicant, told) = self.by_row.get(&annex_native_id(contract, label))?;
        Some(self.leader(*applicant, day.max(*told)))
    }

    /// The applicant that a decision's id names; the asset's only one where that id was never a device's.
    pub(super) fn of_id(&self, id: &str, asset: usize) -> Option<usize> {
        self.by_id.get(id).copied().or(match self.of_asset(asset) {
            [only] => Some(*only),
            _ => None,
        })
    }

    /// The applicant that this one was part of on `day`; itself where it was apart.
    pub(super) fn leader(&self, applicant: usize, day: Date) -> usize {
        let mut at = applicant;
        // A chain is no longer than there are applicants.
        for _ in 0..self.all.len() {
            match self.all.get(at).and_then(|of| of.on(day)) {
                Some(Known::Joined(leader)) if leader != at => at = leader,
                _ => break,
            }
        }
        at
    }
}

/// An asset that was always what it is today.
fn as_today(asset: usize, observed: &Observed<'_>, zone: &TimeZone) -> Option<Applicant> {
    let today = observed.assets.get(asset)?;
    let own = || today.sightings.iter().filter_map(|index| observed.sightings.get(*index));
    let known = if today.in_task { Known::Pending } else { Known::Apart };
    let from = own().map(about).min()?;
    Some(Applicant {
        asset,
        founder: today.sightings.first().copied().unwrap_or_default(),
        contacts: None,
        known: vec![(day_of(from, zone), known, None)],
    })
}

/// The instant that a sighting is about: a list tells of the day on which it last saw the thing.
pub(super) fn about(sighting: &Sighting) -> Timestamp {
    match (sighting.kind, sighting.last_contact) {
        (SourceKind::List, Some(seen)) => seen.min(sighting.recorded),
        _ => sighting.recorded,
    }
}
