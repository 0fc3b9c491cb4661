//! Which sightings are one device: a pure function of the set of a client's sightings and decisions.
//!
//! ```text
//! sightings ─▶ profiles ─▶ ambiguous values ─▶ rules 0 … 95, in order ─▶ devices, tasks, suggestions
//! ```
//!
//! It refuses to guess: what the rules cannot settle is a task for a person, never a link. **Invariant**: the order in which
//! sightings are given, and giving one twice, change nothing; no device holds a vetoed pair but one that a pin joined.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use jiff::Timestamp;

use crate::evidence::Sighting;
use crate::fact::Decision;
use crate::identifier::placeholders;

mod ambiguity;
mod decision;
mod group;
mod id;
mod link;
mod medium;
mod profile;
mod related;
mod strong;
mod suggest;
mod task;
#[cfg(test)]
mod tests;
mod value;
mod veto;

use decision::{Decided, Owned};
use group::Groups;
use link::Linker;
use profile::Profile;
pub use suggest::{Candidate, Dissent, Veto};
pub use task::{TASKS, Task};
use value::Texts;
pub use veto::VETOES;

/// Rules without a match: the sighting founds a device.
pub const NEW_DEVICE: u16 = 150;

/// Version of the rules; with the placeholder list's it names the engine.
const RULES_VERSION: &str = "1";

/// The engine that decided: version of the rules and of the placeholder list.
pub fn engine() -> String {
    format!("identity-{RULES_VERSION}+placeholders-{}", placeholders::VERSION)
}

/// One rule that links.
struct Rule {
    number: u16,
    name: &'static str,
    link: fn(&mut Linker<'_>),
}

/// The rules that link, in the order in which they are taken. Suggestions (100 to 140) stand in [`suggest`].
const RULES: [Rule; 11] = [
    Rule { number: 0, name: "pins", link: strong::pins },
    Rule { number: 10, name: "agent_id", link: strong::agent_id },
    Rule { number: 20, name: "native_id", link: strong::native_id },
    Rule { number: 30, name: "serial_and_uuid", link: strong::serial_and_uuid },
    Rule { number: 40, name: "serial_and_maker", link: strong::serial_and_maker },
    Rule { number: 50, name: "uuid", link: strong::uuid },
    Rule { number: 60, name: "directory", link: strong::directory },
    Rule { number: 70, name: "serial", link: medium::serial },
    Rule { number: 80, name: "two_parts", link: medium::two_parts },
    Rule { number: 90, name: "name_and_one", link: medium::name_and_one },
    Rule { number: 95, name: "name_only_rows", link: medium::name_only_rows },
];

/// Number and name of every rule that links or suggests, and of "nothing".
pub fn rules() -> impl Iterator<Item = (u16, &'static str)> {
    let linking = RULES.iter().map(|rule| (rule.number, rule.name));
    linking.chain(suggest::RULES.iter().map(|rule| (rule.number, rule.name))).chain([(NEW_DEVICE, "new_device")])
}

/// The devices of one client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// In the order of their founding sightings.
    pub devices: Vec<Device>,
    /// Open questions.
    pub tasks: Vec<Task>,
    /// One a sighting, in the order given.
    pub verdicts: Vec<Verdict>,
    /// Every id that stands for a device, its own included, to the device's id. Ids of forks and splits stand here when
    /// a device has them or a decision names them.
    pub aliases: BTreeMap<String, String>,
    /// Values that have no power, with the devices that carry them.
    pub listed: Vec<Listed>,
    /// Pairs of devices, places in [`Identity::devices`], that share an identifier: on an earlier day they may have been
    /// one.
    pub related: Vec<(usize, usize)>,
}

/// Sightings that are one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// H(client, source, native id of the founding sighting), with its report id for a second device under that id.
    pub id: String,
    /// The founding sighting: smallest (recorded instant, id). A place in the sightings given.
    pub founding: usize,
    /// All its sightings, by (recorded instant, id). Places in the sightings given; a repeated one stands once.
    pub sightings: Vec<usize>,
    /// Open tasks that name it: places in [`Identity::tasks`].
    pub tasks: Vec<usize>,
    /// Devices that it may be, by falling evidence. They never link.
    pub candidates: Vec<Candidate>,
    /// Links that were tried and refused.
    pub vetoes: Vec<Veto>,
    /// Weaker rules that point elsewhere.
    pub dissent: Vec<Dissent>,
}

/// What became of one sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The device, a place in [`Identity::devices`].
    pub device: usize,
    /// The rule that joined it to an older sighting; 150 for the founding one.
    pub rule: u16,
}

/// A value that two sightings separated by a veto both carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Kind of identifier.
    pub kind: &'static str,
    /// The value.
    pub value: String,
    /// Devices that carry it: places in [`Identity::devices`].
    pub devices: Vec<usize>,
}

impl Identity {
    /// The device that an id stands for.
    pub fn resolve(&self, id: &str) -> Option<usize> {
        let own = self.aliases.get(id)?;
        self.devices.iter().position(|device| device.id == *own)
    }
}

/// Which of a client's `sightings` are one device, with what was `decided` about them. `now` judges retirements.
pub fn identify(client: &str, sightings: &[Sighting], decided: &[Decision], now: Timestamp) -> Identity {
    let (order, place) = ordered(sightings);
    let unique: Vec<&Sighting> = order.iter().filter_map(|at| sightings.get(*at)).collect();
    let mut texts = Texts::default();
    let (mut linker, owned) = prepare(client, unique, decided, now, &mut texts);
    ambiguity::find(&mut linker);
    for rule in &RULES {
        (rule.link)(&mut linker);
    }
    conclude(client, &linker, &owned, &texts.by_number(), &order, &place)
}

/// Everything read and nothing linked: each of `sightings`, which are ordered and distinct, is a group of its own.
fn prepare<'a>(
    client: &str,
    sightings: Vec<&'a Sighting>,
    decided: &[Decision],
    now: Timestamp,
    texts: &mut Texts,
) -> (Linker<'a>, Owned) {
    let mut profiles: Vec<Profile> = sightings.iter().map(|sighting| Profile::new(sighting, texts)).collect();
    let owned = Owned::new(client, &sightings, &profiles);
    let decided = Decided::new(client, &sightings, &mut profiles, &owned, decided, now);
    let rows: Vec<bool> = profiles.iter().map(|profile| profile.list.is_some()).collect();
    let linker = Linker {
        joined_by: vec![NEW_DEVICE; sightings.len()],
        groups: Groups::new(&profiles, &rows, &decided.never),
        sightings,
        profiles,
        decided,
        ambiguous: Vec::new(),
        doubled: Vec::new(),
        drafts: Vec::new(),
        blocked: Vec::new(),
    };
    (linker, owned)
}

/// Places of the distinct sightings by (recorded instant, id), and for each sighting given its place among them.
fn ordered(sightings: &[Sighting]) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..sightings.len()).collect();
    let compare = |a: &usize, b: &usize| match (sightings.get(*a), sightings.get(*b)) {
        (Some(a), Some(b)) => before(a, b),
        _ => Ordering::Equal,
    };
    order.sort_by(compare);
    let mut place = vec![0; sightings.len()];
    let mut distinct: Vec<usize> = Vec::with_capacity(order.len());
    for at in order {
        if distinct.last().is_none_or(|last| sightings.get(*last) != sightings.get(at)) {
            distinct.push(at);
        }
        if let Some(place) = place.get_mut(at) {
            *place = distinct.len().saturating_sub(1);
        }
    }
    (distinct, place)
}

/// (recorded instant, id), then everything else, so that no two different sightings are level.
fn before(a: &Sighting, b: &Sighting) -> Ordering {
    let key = |s: &Sighting| (s.recorded, s.kind, s.last_contact);
    (a.recorded, &a.id, &a.source, &a.native_id)
        .cmp(&(b.recorded, &b.id, &b.source, &b.native_id))
        .then_with(|| key(a).cmp(&key(b)))
        .then_with(|| if a.evidence == b.evidence { Ordering::Equal } else { written(a).cmp(&written(b)) })
}

fn written(sighting: &Sighting) -> String {
    serde_json::to_string(&sighting.evidence).unwrap_or_default()
}

fn conclude(
    client: &str,
    linker: &Linker<'_>,
    owned: &Owned,
    texts: &[&str],
    order: &[usize],
    place: &[usize],
) -> Identity {
    let alive = &linker.groups.alive;
    let device_of = |sighting: u32| alive.binary_search(&linker.groups.find(sighting)).ok();
    let given = |number: &u32| order.get(*number as usize).copied().unwrap_or_default();
    let mut devices: Vec<Device> = Vec::with_capacity(alive.len());
    for name in alive {
        let members = linker.groups.get(*name).map(|group| group.members.as_slice()).unwrap_or_default();
        devices.push(Device {
            id: device_id(client, linker, owned, *name),
            founding: given(name),
            sightings: members.iter().map(given).collect(),
            tasks: Vec::new(),
            candidates: Vec::new(),
            vetoes: Vec::new(),
            dissent: Vec::new(),
        });
    }
    let tasks = task::open(client, linker, texts, device_of);
    for (number, task) in tasks.iter().enumerate() {
        for device in &task.devices {
            devices.get_mut(*device).into_iter().for_each(|device| device.tasks.push(number));
        }
    }
    suggest::fill(linker, &tasks, &mut devices, device_of);
    let verdict = |at: &usize| {
        let number = u32::try_from(*at).unwrap_or(u32::MAX);
        let rule = linker.joined_by.get(*at).copied().unwrap_or(NEW_DEVICE);
        Verdict { device: device_of(number).unwrap_or_default(), rule }
    };
    let mut aliases = BTreeMap::new();
    let named = owned.ids.iter().chain(&linker.decided.named);
    for (id, number) in named {
        let device = device_of(*number).and_then(|device| devices.get(device));
        aliases.extend(device.map(|device| (id.clone(), device.id.clone())));
    }
    aliases.extend(devices.iter().map(|device| (device.id.clone(), device.id.clone())));
    let listed = listed(linker, texts, device_of);
    let related = related::related(linker, device_of);
    Identity { verdicts: place.iter().map(verdict).collect(), devices, tasks, aliases, listed, related }
}

/// The thing's own id for the device that holds its first sighting as founder; its report id too for any other.
fn device_id(client: &str, linker: &Linker<'_>, owned: &Owned, founder: u32) -> String {
    let Some(sighting) = linker.sightings.get(founder as usize) else { return String::new() };
    let native = linker.profiles.get(founder as usize).map(|profile| profile.native);
    let first = native.and_then(|native| owned.first.get(&native));
    if first == Some(&founder) { id::own(client, sighting) } else { id::of_report(client, sighting) }
}

fn listed(linker: &Linker<'_>, texts: &[&str], device_of: impl Fn(u32) -> Option<usize>) -> Vec<Listed> {
    let mut carriers: BTreeMap<value::Value, Vec<usize>> = BTreeMap::new();
    if linker.ambiguous.is_empty() {
        return Vec::new();
    }
    for (number, profile) in (0u32..).zip(&linker.profiles) {
        for value in profile.values.iter().filter(|value| !linker.has_power(**value)) {
            carriers.entry(*value).or_default().extend(device_of(number));
        }
    }
    let text = |value: &value::Value| String::from(texts.get(value.text() as usize).copied().unwrap_or_default());
    let mut listed: Vec<Listed> = Vec::new();
    for (value, mut devices) in carriers {
        devices.sort_unstable();
        devices.dedup();
        listed.push(Listed { kind: value.kind_name(), value: text(&value), devices });
    }
    listed.sort_by(|a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value)));
    listed
}
