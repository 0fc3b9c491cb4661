//! How a rule links: keys, buckets, components.
//!
//! A rule gives each group keys, each with a class; two groups satisfy the rule when they share a key and their classes
//! fit. Components without a veto merge at once; in the others each pair is looked at, groups between two that veto each
//! other stay apart, and what is left merges whole or not at all. **Invariant**: the result depends on the set of groups
//! only; work is near linear but for components that hold a veto.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::decision::Decided;
use super::group::Groups;
use super::profile::Profile;
use super::task::Draft;
use super::value::{Kind, Value};
use super::veto::Also;
use crate::evidence::Sighting;

/// Members of a bucket in a component that holds a veto, beyond which the component merges nothing and is one task.
const CONFLICT_GROUPS_MAX: usize = 1_000;
/// Vetoed pairs kept for display, a bucket.
const BLOCKED_PAIRS_MAX: usize = 64;
/// Refusals kept of one group that founds a fork.
const FORK_REASONS_MAX: usize = 4;

/// Everything a rule sees and changes.
pub(super) struct Linker<'a> {
    pub(super) sightings: Vec<&'a Sighting>,
    pub(super) profiles: Vec<Profile>,
    pub(super) decided: Decided,
    pub(super) groups: Groups,
    /// Values without power from rule 40 on, sorted.
    pub(super) ambiguous: Vec<Value>,
    /// Machine-ids that two agents show at once, sorted: they link nothing.
    pub(super) doubled: Vec<Value>,
    /// Rule that joined each sighting to an older one; 150 while none did.
    pub(super) joined_by: Vec<u16>,
    pub(super) drafts: Vec<Draft>,
    pub(super) blocked: Vec<Blocked>,
}

/// A pair that a rule would have linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Blocked {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) rule: u16,
    pub(super) reason: &'static str,
}

/// How one rule's keys are read.
#[derive(Clone, Copy)]
pub(super) struct Spec {
    pub(super) rule: u16,
    /// Whether groups of two classes fit.
    pub(super) fits: fn(u8, u8) -> bool,
    /// Classes of which a bucket may hold one group only.
    pub(super) single: fn(u8) -> bool,
    /// What vetoes at this rule beside what always does.
    pub(super) also: Also,
}

impl Spec {
    /// A rule in which any two groups that share a key fit.
    pub(super) fn plain(rule: u16) -> Self {
        Self { rule, fits: |_, _| true, single: |_| false, also: Also::Nothing }
    }
}

/// Values that together make a group satisfy a rule; the first names the task.
pub(super) type Key = [Value; 3];

/// One key of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) class: u8,
    pub(super) group: u32,
}

impl Linker<'_> {
    /// Whether a value may link at rules 40 and above.
    pub(super) fn has_power(&self, value: Value) -> bool {
        self.ambiguous.binary_search(&value).is_err()
    }

    /// Keeps a draft of a task; rules above 90 only place rows and make none.
    fn draft(&mut self, draft: Draft) {
        if draft.rule <= 90 {
            self.drafts.push(draft);
        }
    }

    /// Makes one group of `names`.
    pub(super) fn merge(&mut self, rule: u16, names: &[u32]) {
        for founder in self.groups.merge(names, &self.profiles) {
            if let Some(place) = self.joined_by.get_mut(founder as usize) {
                *place = rule;
            }
        }
    }

    /// Takes groups under each key by recorded instant: each joins the earliest that it does not veto, else it founds.
    pub(super) fn fork(&mut self, rule: u16, kind: Kind) {
        let mut entries: Vec<(Value, u32)> = Vec::new();
        for name in &self.groups.alive {
            let values = self.groups.get(*name).map(|g| g.of(kind)).unwrap_or_default();
            entries.extend(values.iter().map(|value| (*value, *name)));
        }
        entries.sort_unstable();
        for bucket in entries.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
            self.fork_bucket(rule, bucket);
        }
        self.groups.settle();
    }

    fn fork_bucket(&mut self, rule: u16, bucket: &[(Value, u32)]) {
        let mut founders: Vec<u32> = Vec::new();
        let mut clone = false;
        for (_, name) in bucket {
            let name = self.groups.find(*name);
            if founders.contains(&name) {
                continue;
            }
            let mut reasons = Vec::new();
            let place = founders.iter().position(|founder| match self.veto(*founder, name, Also::Nothing) {
                Some(reason) => {
                    if reasons.len() < FORK_REASONS_MAX {
                        reasons.push(Blocked { a: *founder, b: name, rule, reason });
                    }
                    false
                }
                None => true,
            });
            match place.and_then(|place| founders.get_mut(place)) {
                Some(founder) => {
                    let joined = [*founder, name];
                    // An earlier key may have made the newcomer's group the older one.
                    *founder = name.min(*founder);
                    self.merge(rule, &joined);
                }
                None => {
                    clone |= reasons.iter().any(|blocked| blocked.reason == super::veto::CLONE);
                    founders.push(name);
                    self.blocked.extend(reasons);
                }
            }
        }
        if let Some((value, _)) = bucket.first().filter(|_| founders.len() > 1) {
            let code = if clone { "clone" } else { "identity_moved" };
            self.draft(Draft { code, rule, value: *value, groups: founders });
        }
    }

    /// Links by `entries`, as `spec` reads them.
    pub(super) fn link(&mut self, spec: Spec, mut entries: Vec<Entry>) {
        entries.sort_unstable();
        entries.dedup();
        let mut buckets: Vec<&[Entry]> = Vec::new();
        let mut drafts = Vec::new();
        for bucket in entries.chunk_by(|a, b| a.key == b.key).filter(|bucket| bucket.len() > 1) {
            let mut single: Vec<u32> = bucket.iter().filter(|e| (spec.single)(e.class)).map(|e| e.group).collect();
            single.sort_unstable();
            single.dedup();
            let powerless =
                spec.rule >= 40 && bucket.first().is_some_and(|e| !e.key.iter().all(|v| self.has_power(*v)));
            if powerless || single.len() > 1 {
                drafts.extend(self.draft_of(spec, bucket));
            } else {
                buckets.push(bucket);
            }
        }
        for (draft, pairs) in drafts {
            self.draft(draft);
            self.blocked.extend(pairs);
        }
        for component in components(spec, &buckets) {
            if self.any_veto(&component.groups, spec.also) {
                self.resolve(spec, &component);
            } else {
                self.merge(spec.rule, &component.groups);
            }
        }
        self.groups.settle();
    }

    /// The task of a bucket whose value may not link.
    fn draft_of(&self, spec: Spec, bucket: &[Entry]) -> Option<(Draft, Vec<Blocked>)> {
        let fits = |e: &Entry| bucket.iter().any(|o| o.group != e.group && (spec.fits)(e.class, o.class));
        let mut classes: Vec<u8> = bucket.iter().map(|e| e.class).collect();
        classes.dedup();
        // Entries of one class behave alike, so one of each tells; only a bucket's last group needs its own look.
        let of_class = |class: u8| bucket.iter().filter(move |e| e.class == class);
        let open: Vec<u8> = classes.into_iter().filter(|class| of_class(*class).take(2).any(fits)).collect();
        let mut groups: Vec<u32> = bucket.iter().filter(|e| open.contains(&e.class)).map(|e| e.group).collect();
        groups.sort_unstable();
        groups.dedup();
        let (first, value) = (groups.first().copied()?, bucket.first()?.key[0]);
        let pairs = groups.iter().skip(1).take(BLOCKED_PAIRS_MAX);
        let reason = |b: u32| self.veto(first, b, spec.also).unwrap_or("ambiguous_value");
        let pairs = pairs.map(|b| Blocked { a: first, b: *b, rule: spec.rule, reason: reason(*b) }).collect();
        (groups.len() > 1).then_some((Draft { code: "ambiguous_value", rule: spec.rule, value, groups }, pairs))
    }

    /// A component that holds a veto: pair by pair.
    fn resolve(&mut self, spec: Spec, component: &Component) {
        let value = component.buckets.first().and_then(|b| b.first()).map_or(Value::NONE, |e| e.key[0]);
        if component.buckets.iter().any(|bucket| bucket.len() > CONFLICT_GROUPS_MAX) {
            let groups = component.groups.clone();
            self.draft(Draft { code: "conflicting_match", rule: spec.rule, value, groups });
            return;
        }
        let mut edges: BTreeMap<u32, BTreeMap<u32, Value>> = BTreeMap::new();
        let inside = |e: &&Entry| component.groups.binary_search(&e.group).is_ok();
        for bucket in &component.buckets {
            let bucket: Vec<Entry> = bucket.iter().filter(inside).copied().collect();
            let mut vetoed = Vec::new();
            for (at, one) in bucket.iter().enumerate() {
                let later = bucket.iter().skip(at);
                for other in later.filter(|o| o.group != one.group && (spec.fits)(one.class, o.class)) {
                    match self.veto(one.group, other.group, spec.also) {
                        Some(reason) => vetoed.push(Blocked {
                            a: one.group.min(other.group),
                            b: one.group.max(other.group),
                            rule: spec.rule,
                            reason,
                        }),
                        None => {
                            edges.entry(one.group).or_default().entry(other.group).or_insert(one.key[0]);
                            edges.entry(other.group).or_default().entry(one.group).or_insert(one.key[0]);
                        }
                    }
                }
            }
            self.draft_vetoed(spec, &bucket, vetoed);
        }
        let apart = self.ambiguous_groups(spec, &edges);
        for part in parts(&edges, &apart) {
            if self.any_veto(&part, spec.also) {
                let value = edges.get(&part[0]).and_then(|e| e.values().next().copied()).unwrap_or(value);
                self.draft(Draft { code: "conflicting_match", rule: spec.rule, value, groups: part });
            } else {
                self.merge(spec.rule, &part);
            }
        }
    }

    fn draft_vetoed(&mut self, spec: Spec, bucket: &[Entry], mut vetoed: Vec<Blocked>) {
        vetoed.sort_unstable();
        vetoed.dedup();
        let open = vetoed.iter().filter(|pair| pair.reason != super::veto::NEVER);
        let mut groups: Vec<u32> = open.clone().flat_map(|pair| [pair.a, pair.b]).collect();
        groups.sort_unstable();
        groups.dedup();
        let clone = open.clone().any(|pair| pair.reason == super::veto::CLONE);
        if let Some(first) = bucket.first().filter(|_| !groups.is_empty()) {
            let code = if clone { "clone" } else { "vetoed_match" };
            self.draft(Draft { code, rule: spec.rule, value: first.key[0], groups });
        }
        self.blocked.extend(vetoed.into_iter().take(BLOCKED_PAIRS_MAX));
    }

    /// Groups between two that veto each other, each with a task.
    fn ambiguous_groups(&mut self, spec: Spec, edges: &BTreeMap<u32, BTreeMap<u32, Value>>) -> BTreeSet<u32> {
        let mut apart = BTreeSet::new();
        for (group, neighbours) in edges {
            let around: Vec<u32> = neighbours.keys().copied().collect();
            if self.any_veto(&around, spec.also) {
                apart.insert(*group);
                let value = neighbours.values().next().copied().unwrap_or(Value::NONE);
                let groups = [*group].into_iter().chain(around).collect();
                self.draft(Draft { code: "ambiguous_match", rule: spec.rule, value, groups });
            }
        }
        apart
    }
}

/// Groups that keys tie together, vetoes left aside.
struct Component<'e> {
    groups: Vec<u32>,
    buckets: Vec<&'e [Entry]>,
}

fn components<'e>(spec: Spec, buckets: &[&'e [Entry]]) -> Vec<Component<'e>> {
    let mut touched: Vec<u32> = buckets.iter().flat_map(|b| b.iter().map(|e| e.group)).collect();
    touched.sort_unstable();
    touched.dedup();
    let place = |group: u32| touched.binary_search(&group).unwrap_or(0);
    let mut parent: Vec<usize> = (0..touched.len()).collect();
    for bucket in buckets {
        let mut classes: Vec<&[Entry]> = bucket.chunk_by(|a, b| a.class == b.class).collect();
        classes.retain(|part| !part.is_empty());
        for (at, part) in classes.iter().enumerate() {
            for other in classes.iter().skip(at) {
                let (one, two) = (part[0], other[0]);
                if !(spec.fits)(one.class, two.class) {
                    continue;
                }
                for entry in part.iter().chain(other.iter()) {
                    unite(&mut parent, place(one.group), place(entry.group));
                }
            }
        }
    }
    let mut by_root: BTreeMap<usize, Component<'e>> = BTreeMap::new();
    for (at, group) in touched.iter().enumerate() {
        let root = root_of(&mut parent, at);
        by_root
            .entry(root)
            .or_insert_with(|| Component { groups: Vec::new(), buckets: Vec::new() })
            .groups
            .push(*group);
    }
    for bucket in buckets {
        let mut roots: Vec<usize> = bucket.iter().map(|e| root_of(&mut parent, place(e.group))).collect();
        roots.sort_unstable();
        roots.dedup();
        for root in roots {
            if let Some(component) = by_root.get_mut(&root) {
                component.buckets.push(bucket);
            }
        }
    }
    by_root.into_values().filter(|component| component.groups.len() > 1).collect()
}

fn root_of(parent: &mut [usize], at: usize) -> usize {
    let mut root = at;
    while let Some(next) = parent.get(root).copied().filter(|next| *next != root) {
        root = next;
    }
    if let Some(place) = parent.get_mut(at) {
        *place = root;
    }
    root
}

fn unite(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root_of(parent, a), root_of(parent, b));
    if let Some(place) = parent.get_mut(a.max(b)) {
        *place = a.min(b);
    }
}

/// Connected parts of the groups that do not stay apart.
fn parts(edges: &BTreeMap<u32, BTreeMap<u32, Value>>, apart: &BTreeSet<u32>) -> Vec<Vec<u32>> {
    let mut seen: BTreeSet<u32> = apart.clone();
    let mut parts = Vec::new();
    for start in edges.keys() {
        if !seen.insert(*start) {
            continue;
        }
        let mut part = Vec::from([*start]);
        let mut at = 0;
        while let Some(group) = part.get(at).copied() {
            at = at.saturating_add(1);
            let next = edges.get(&group).into_iter().flat_map(BTreeMap::keys);
            part.extend(next.copied().filter(|n| seen.insert(*n)).collect::<Vec<u32>>());
        }
        part.sort_unstable();
        if part.len() > 1 {
            parts.push(part);
        }
    }
    parts
}
