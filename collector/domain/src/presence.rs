//! Whether a device is there: seen, quiet, missing, or unknown because what would have seen it was silent itself.
//!
//! Ages run in hours from the first instant of the contact's hour; a day is 24 of them. It refuses to call missing what a
//! silent site, a stopped collector or a stale list explains. **Invariant**: pure; presence alone never changes a bill (the
//! contract's `missing_policy` and `admission` do).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::Serialize;

use crate::category::Category;
use crate::fact::HouseFacts;

#[cfg(test)]
mod tests;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;
/// A site's devices that fell silent within this of its last contact fell silent with it.
const SITE_WINDOW_SECONDS: i64 = 72 * HOUR_SECONDS;
/// Those heard within this of the site's last contact are the ones it is counted on.
const SITE_HEARD_SECONDS: i64 = 7 * DAY_SECONDS;
/// A silent site excuses a device this long past its threshold.
const SITE_EXCUSE_SECONDS: i64 = 30 * DAY_SECONDS;
/// How many devices it takes to say that a site is silent.
const SITE_DEVICES_MIN: usize = 2;

/// What is known of one device, at the instant that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard<'a> {
    /// Its category.
    pub category: Category,
    /// Its site; devices without one stand together.
    pub site: Option<&'a str>,
    /// Whether its state is `active`: only such a device can be missing.
    pub active: bool,
    /// Who knows it.
    pub known_by: KnownBy,
    /// Its last contact at or before the instant: a call of the agent, or a row's own "last seen".
    pub last_contact: Option<Timestamp>,
    /// The line's own number of days, in place of the category's.
    pub missing_days: Option<u32>,
}

/// Who knows a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// An agent on it, whatever else does.
    Agent,
    /// Lists only. `complete`: the instant the newest complete one of them speaks of, if any is complete.
    Lists {
        /// That instant.
        complete: Option<Timestamp>,
    },
    /// The annex only.
    Annex,
}

/// Whether a device is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "presence", content = "reason", rename_all = "snake_case")]
pub enum Presence {
    /// Heard lately.
    Seen,
    /// Silent, within its threshold, or in a state that nobody misses.
    Quiet,
    /// Silent past its threshold.
    Missing,
    /// Silent past its threshold, but nothing that would have heard it was there: `site_silent`, `collector_stopped`,
    /// `list_stale` or `no_complete_list`.
    Unknown(&'static str),
    /// Never heard.
    NeverSeen,
    /// A seat without hardware: presence does not judge it.
    NotJudged,
}

impl Presence {
    /// The reason code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Quiet => "quiet",
            Self::Missing => "silent",
            Self::Unknown(reason) => reason,
            Self::NeverSeen => "never_seen",
            Self::NotJudged => "seat",
        }
    }
}

/// How long after its last contact a device of this category counts as seen, in days.
pub fn seen_days(category: Category) -> u32 {
    match category {
        Category::Server | Category::VirtualServer => 1,
        _ => 7,
    }
}

/// How long after its last contact a device of this category is missing, in days, where the line says nothing.
pub fn missing_days(category: Category) -> u32 {
    match category {
        Category::Server | Category::VirtualServer => 3,
        Category::Desktop => 30,
        Category::Laptop => 45,
        _ => 60,
    }
}

/// The presence of each of a client's `heard` devices at `at`, in the same order.
pub fn presence(heard: &[Heard<'_>], house: &HouseFacts, at: Timestamp) -> Vec<Presence> {
    let sites = Sites::new(heard);
    heard.iter().map(|device| judge(device, &sites, house, at)).collect()
}

fn judge(device: &Heard<'_>, sites: &Sites<'_>, house: &HouseFacts, at: Timestamp) -> Presence {
    if device.category.is_seat() {
        return Presence::NotJudged;
    }
    let Some(contact) = device.last_contact.filter(|_| device.known_by != KnownBy::Annex) else {
        return Presence::NeverSeen;
    };
    let last = hour_of(contact);
    let silence = at.as_second().saturating_sub(last);
    let days = |days: u32| i64::from(days).saturating_mul(DAY_SECONDS);
    let threshold = days(device.missing_days.unwrap_or_else(|| missing_days(device.category)));
    if silence <= days(seen_days(device.category)).min(threshold) {
        return Presence::Seen;
    }
    if silence <= threshold || !device.active {
        return Presence::Quiet;
    }
    match device.known_by {
        KnownBy::Agent if silence.saturating_sub(stopped(house, last, at)) <= threshold => {
            return Presence::Unknown("collector_stopped");
        }
        KnownBy::Lists { complete: None } => return Presence::Unknown("no_complete_list"),
        KnownBy::Lists { complete: Some(list) } if list.as_second().saturating_sub(last) <= threshold => {
            return Presence::Unknown("list_stale");
        }
        _ => {}
    }
    if silence.saturating_sub(threshold) <= SITE_EXCUSE_SECONDS && sites.fell_silent_with(device.site, last) {
        return Presence::Unknown("site_silent");
    }
    Presence::Missing
}

/// The first second of the hour that holds `instant`.
fn hour_of(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(HOUR_SECONDS).saturating_mul(HOUR_SECONDS)
}

/// Seconds between `from` and `at` in which the collector did not run, from its first start on.
fn stopped(house: &HouseFacts, from: i64, at: Timestamp) -> i64 {
    let mut stopped = 0i64;
    let mut alive_until: Option<i64> = None;
    let within = |start: i64, end: i64| end.min(at.as_second()).saturating_sub(start.max(from)).max(0);
    for (started, alive) in &house.running {
        if let Some(until) = alive_until {
            stopped = stopped.saturating_add(within(until, started.as_second()));
        }
        alive_until = Some(alive_until.map_or(alive.as_second(), |until| until.max(alive.as_second())));
    }
    let rest = alive_until.map_or(0, |until| within(until, at.as_second()));
    stopped.saturating_add(rest)
}

/// Last contacts of the devices on which each site is counted.
struct Sites<'a> {
    counted: BTreeMap<Option<&'a str>, Site>,
}

/// A site, by the last contact of its devices.
struct Site {
    last: i64,
    silent: bool,
}

impl<'a> Sites<'a> {
    fn new(heard: &[Heard<'a>]) -> Self {
        let mut settled: BTreeMap<Option<&str>, Vec<i64>> = BTreeMap::new();
        let mut travelling: BTreeMap<Option<&str>, Vec<i64>> = BTreeMap::new();
        for device in heard.iter().filter(|d| !d.category.is_seat() && d.known_by != KnownBy::Annex) {
            let contacts = if device.category.travels() { &mut travelling } else { &mut settled };
            let contacts = contacts.entry(device.site).or_default();
            contacts.extend(device.last_contact.map(hour_of));
        }
        for (site, contacts) in travelling {
            settled.entry(site).or_insert(contacts);
        }
        let judged = |(site, contacts): (Option<&'a str>, Vec<i64>)| Some((site, Site::new(&contacts)?));
        Self { counted: settled.into_iter().filter_map(judged).collect() }
    }

    /// Whether a device last heard at `last` fell silent together with its site.
    fn fell_silent_with(&self, site: Option<&str>, last: i64) -> bool {
        let Some(site) = self.counted.get(&site) else { return false };
        site.silent && last <= site.last && site.last.saturating_sub(last) <= SITE_WINDOW_SECONDS
    }
}

impl Site {
    fn new(contacts: &[i64]) -> Option<Self> {
        let last = contacts.iter().copied().max()?;
        let within = |seconds: i64| contacts.iter().filter(|c| last.saturating_sub(**c) <= seconds).count();
        let (together, heard) = (within(SITE_WINDOW_SECONDS), within(SITE_HEARD_SECONDS));
        Some(Self { last, silent: together >= SITE_DEVICES_MIN && together.saturating_mul(2) >= heard })
    }
}
