//! Which of today's assets must be looked at together, and which were always what they are.
//!
//! **Invariant**: two assets that any earlier day may have taken for one are in one cluster.

use alloc::collections::{BTreeMap, BTreeSet};

use super::Observed;
use crate::evidence::{Evidence, Sighting, SourceKind};

/// Assets that one task names, or that share an identifier, or several of either in a row, by each of them.
pub(super) fn clusters(observed: &Observed<'_>) -> BTreeMap<usize, BTreeSet<usize>> {
    let assets = observed.assets.iter().enumerate();
    let by_id: BTreeMap<&str, usize> = assets.map(|(index, asset)| (asset.id.as_str(), index)).collect();
    let device = |device: usize| {
        let id = &observed.identity.devices.get(device)?.id;
        by_id.get(id.as_str()).copied()
    };
    let mut clusters: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for task in &observed.identity.tasks {
        join(&mut clusters, task.devices.iter().filter_map(|place| device(*place)).collect());
    }
    for (one, other) in &observed.identity.related {
        join(&mut clusters, [*one, *other].into_iter().filter_map(device).collect());
    }
    clusters
}

fn join(clusters: &mut BTreeMap<usize, BTreeSet<usize>>, mut named: BTreeSet<usize>) {
    let met = |clusters: &BTreeMap<usize, BTreeSet<usize>>, asset: &usize| clusters.get(asset).cloned();
    if let Some(first) = named.first().and_then(|first| clusters.get(first))
        && named.is_subset(first)
    {
        return;
    }
    let around: alloc::vec::Vec<BTreeSet<usize>> = named.iter().filter_map(|asset| met(clusters, asset)).collect();
    named.extend(around.into_iter().flatten());
    for asset in &named {
        clusters.insert(*asset, named.clone());
    }
}

/// Whether one agent or one row is all there is beside annex entries, and nothing it said later could have tied the
/// entries to it: no later sighting changed what the device was.
pub(super) fn is_simple(of_cluster: &BTreeSet<usize>, sightings: &[Sighting]) -> bool {
    let own = || of_cluster.iter().filter_map(|index| sightings.get(*index));
    let named: BTreeSet<_> = own().filter(|s| s.kind != SourceKind::Annex).map(|s| (&s.source, &s.native_id)).collect();
    if named.len() > 1 || named.iter().any(|(_, native_id)| native_id.is_none()) {
        return false;
    }
    let mut told = own().filter(|s| s.kind != SourceKind::Annex).map(|sighting| &sighting.evidence);
    let entries = own().any(|sighting| sighting.kind == SourceKind::Annex);
    !entries || told.next().is_none_or(|first| told.all(|other| same_identity(first, other)))
}

/// Whether two states of one machine differ by their clock and boot alone.
pub(super) fn same_identity(one: &Evidence, other: &Evidence) -> bool {
    one == &Evidence { collected_at: one.collected_at, boot_time: one.boot_time, ..other.clone() }
}
