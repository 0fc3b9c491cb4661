//! Who applies for the slots that a line opens by itself: devices as they were known apart on each day.
//!
//! Today's identity may join two devices that were two when each took its slot, part one that was one, or question one
//! that was in no doubt then. A slot is given on what was known when the device was seen, so the devices of each instant are
//! asked for again ([`super::history`]) where later sightings may have changed them. **Invariant**: what is said after an
//! instant changes no applicant of that instant.

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
use crate::calendar::{day_of, first_instant, last_instant};
use crate::category::Category;
use crate::contract::Admission;
use crate::evidence::{Sighting, SourceKind};
use crate::register::Decided;
use crate::source::Lists;

/// A cluster of more sightings than this is judged as it stands today: its history would cost too much.
const CLUSTER_MAX: usize = 256;

/// One device, as it was known apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applicant {
    /// The device's id when it was founded.
    pub(super) id: String,
    /// Index of today's asset that has its founding sighting.
    pub(super) asset: usize,
    /// Its founding sighting; what no longer holds it speaks for another applicant.
    pub(super) founder: usize,
    /// When it was seen; `None` = all contacts of the asset.
    pub(super) contacts: Option<Vec<Timestamp>>,
    /// What was known of it: (since, what, category), in order.
    pub(super) known: Vec<(Timestamp, Known, Option<Category>)>,
}

/// What was known of an applicant at an instant.
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
    /// The instants of `day` at which it was seen while it was known for a device by itself and in no doubt, with its
    /// category by what was known then: the first of each. What is said later that day takes nothing of it back.
    pub(super) fn apart_on(&self, assets: &[Asset], day: Date, zone: &TimeZone) -> Vec<(Timestamp, Category)> {
        let (first, last) = (first_instant(day, zone), last_instant(day, zone));
        let ends = self.known.iter().skip(1).map(|(next, ..)| *next).chain([Timestamp::MAX]);
        let mut found: Vec<(Timestamp, Category)> = Vec::new();
        for ((since, _, category), end) in
            self.known.iter().zip(ends).filter(|((_, known, _), _)| *known == Known::Apart)
        {
            // An asset's contact stands for its whole hour.
            let from = if self.contacts.is_none() { hour_of(*since) } else { *since };
            let contacts = self.contacts(assets);
            let later = contacts.get(contacts.partition_point(|contact| *contact < from.max(first))..);
            let seen = later.unwrap_or_default().iter().take_while(|seen| **seen <= last && **seen < end);
            for seen in seen.map(|seen| (*seen).max(*since)) {
                let of_asset = || assets.get(self.asset)?.category_at(seen).map(|verdict| verdict.category);
                let category = category.or_else(of_asset);
                found.extend(category.filter(|own| found.iter().all(|(_, known)| known != own)).map(|own| (seen, own)));
            }
        }
        found
    }

    /// The first day after `day` on which it may have another category.
    pub(super) fn next_category(&self, assets: &[Asset], day: Date, zone: &TimeZone) -> Option<Date> {
        let of_asset = assets.get(self.asset).filter(|_| self.contacts.is_none());
        let told = of_asset.into_iter().flat_map(|asset| &asset.categories).map(|(recorded, _)| *recorded);
        let known = self.known.iter().map(|(since, ..)| *since);
        known.chain(told).map(|at| day_of(at, zone)).filter(|next| *next > day).min()
    }

    /// What was known of it at an instant; `None` before its first sighting.
    fn at(&self, at: Timestamp) -> Option<Known> {
        self.known.iter().rev().find(|(since, ..)| *since <= at).map(|(_, known, _)| *known)
    }

    /// The first day after `day` on which it may be a device by itself; none while nothing changes that.
    pub(super) fn next_apart(&self, day: Date, zone: &TimeZone) -> Option<Date> {
        match self.at(last_instant(day, zone)) {
            Some(Known::Joined(_) | Known::SplitOff) => {
                self.known.iter().map(|(since, ..)| day_of(*since, zone)).find(|next| *next > day)
            }
            _ => day.tomorrow().ok(),
        }
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
    /// Place of each applicant in the order of ids.
    ranks: Vec<usize>,
    /// The applicant that each annex row was part of when it was first known, by native id, with the instant of that.
    by_row: BTreeMap<String, (usize, Timestamp)>,
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
            applicants.add(observed, &history, &cluster);
        }
        for (index, applicant) in applicants.all.iter().enumerate() {
            applicants.by_asset.entry(applicant.asset).or_default().push(index);
        }
        let mut order: Vec<usize> = (0..applicants.all.len()).collect();
        order.sort_by_key(|index| applicants.all.get(*index).map(|applicant| &applicant.id));
        applicants.ranks = vec![0; order.len()];
        for (rank, index) in order.into_iter().enumerate() {
            applicants.ranks.get_mut(index).into_iter().for_each(|place| *place = rank);
        }
        applicants
    }

    fn add(&mut self, observed: &Observed<'_>, history: &History<'_>, cluster: &BTreeSet<usize>) {
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
            let Some(applicant) = as_today(*member, observed) else { continue };
            let index = self.all.len();
            let own = observed.assets.get(*member).into_iter().flat_map(|asset| &asset.sightings);
            for sighting in own.filter_map(|index| observed.sightings.get(*index)) {
                if let (SourceKind::Annex, Some(native)) = (sighting.kind, &sighting.native_id) {
                    self.by_row.insert(native.clone(), (index, sighting.recorded));
                }
            }
            self.all.push(applicant);
        }
    }

    /// The applicants of one of today's assets.
    pub(super) fn of_asset(&self, asset: usize) -> &[usize] {
        self.by_asset.get(&asset).map_or(&[], Vec::as_slice)
    }

    /// Its place in the order of ids.
    pub(super) fn rank(&self, applicant: usize) -> usize {
        self.ranks.get(applicant).copied().unwrap_or(usize::MAX)
    }

    /// The applicant that an annex row speaks of, and the instant from which that holds: `at`, or when it was first told.
    pub(super) fn of_row(&self, contract: &str, label: &str, at: Timestamp) -> Option<(usize, Timestamp)> {
        let (applicant, told) = self.by_row.get(&annex_native_id(contract, label))?;
        let at = at.max(*told);
        Some((self.leader(*applicant, at), at))
    }

    /// The applicant that a decision's id names; the asset's only one where that id was never a device's.
    pub(super) fn of_id(&self, id: &str, asset: usize) -> Option<usize> {
        self.by_id.get(id).copied().or(match self.of_asset(asset) {
            [only] => Some(*only),
            _ => None,
        })
    }

    /// The applicant that this one was part of at an instant; itself where it was apart.
    pub(super) fn leader(&self, applicant: usize, at: Timestamp) -> usize {
        let mut of = applicant;
        // A chain is no longer than there are applicants.
        for _ in 0..self.all.len() {
            match self.all.get(of).and_then(|applicant| applicant.at(at)) {
                Some(Known::Joined(leader)) if leader != of => of = leader,
                _ => break,
            }
        }
        of
    }
}

/// An asset that was always what it is today.
fn as_today(asset: usize, observed: &Observed<'_>) -> Option<Applicant> {
    let today = observed.assets.get(asset)?;
    let own = || today.sightings.iter().filter_map(|index| observed.sightings.get(*index));
    let known = if today.in_task { Known::Pending } else { Known::Apart };
    let from = own().map(|sighting| about(sighting, observed.lists)).min()?;
    Some(Applicant {
        id: today.id.clone(),
        asset,
        founder: today.sightings.first().copied().unwrap_or_default(),
        contacts: None,
        known: vec![(from, known, None)],
    })
}

/// The instant that a sighting is about: a list tells of the instant at which it first saw the thing.
pub(super) fn about(sighting: &Sighting, lists: &Lists) -> Timestamp {
    let told = lists.tracks.get(&sighting.id).into_iter().flat_map(|track| &track.told);
    let first = told.filter_map(|told| told.seen).min().filter(|_| sighting.kind == SourceKind::List);
    first.map_or(sighting.recorded, |first| first.min(sighting.recorded))
}

/// The first instant of the hour that holds `instant`.
fn hour_of(instant: Timestamp) -> Timestamp {
    let hour = instant.as_second().div_euclid(3_600).saturating_mul(3_600);
    Timestamp::from_second(hour).unwrap_or(instant)
}
