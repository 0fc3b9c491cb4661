//! Presence: what an asset's silence says at an instant. Pure; ages in whole hours from the first instant of the
//! contact's hour (a day is 24 hours).
//!
//! A device is *seen*, then *quiet*, then *missing* past the threshold of its category or line. Past it, it is *unknown*
//! instead when something else explains the silence: its site fell silent, the collector stood still, or the list that
//! alone knows it is too old to tell. **Invariant**: a device that nobody ever saw is never missing.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::Timestamp;

use crate::category::Category;
use crate::fact::HouseFacts;

/// Hours of a day.
const DAY: i64 = 24;
/// A device that spoke in this time before its site's last word fell silent with the site.
const SITE_LAST_WORD_HOURS: i64 = 72;
/// Devices heard in this time before the site's last word are those that could have spoken.
const SITE_HEARD_HOURS: i64 = 7 * DAY;
/// So long past its threshold a device of a silent site is unknown; after that it is missing.
const SITE_PATIENCE_HOURS: i64 = 30 * DAY;

/// What is known of one asset's contacts.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// Its category.
    pub category: Category,
    /// Its last contact at the instant.
    pub last_contact: Option<Timestamp>,
    /// Whether an agent speaks of it.
    pub by_agent: bool,
    /// Whether a list speaks of it.
    pub by_list: bool,
    /// The date of the newest complete list that knows it.
    pub newest_list: Option<Timestamp>,
    /// Its site; devices without one are together at the client's.
    pub site: Option<&'a str>,
    /// Days of silence after which its line calls it missing.
    pub missing_days: Option<u32>,
}

/// What an asset's silence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Heard lately.
    Seen,
    /// Silent for a while.
    Quiet,
    /// Silent past its threshold.
    Missing,
    /// The same, but something else explains it: `site_silent`, `collector_stopped`, `list_old`.
    Unknown(&'static str),
    /// Nobody ever saw it.
    NeverSeen,
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
        }
    }
}

/// The presence of each asset at `at`, in the order given.
pub fn presence(heard: &[Heard<'_>], house: &HouseFacts, at: Timestamp) -> Vec<Presence> {
    let sites = Sites::new(heard);
    heard.iter().map(|asset| one(asset, &sites, house, at)).collect()
}

/// Hours of silence after which a device of this category, or of a line that says so, is missing.
pub fn threshold_hours(category: Category, missing_days: Option<u32>) -> i64 {
    let days = missing_days.map_or(
        match category {
            Category::Server | Category::VirtualServer => 3,
            Category::Desktop => 30,
            Category::Laptop => 45,
            _ => 60,
        },
        i64::from,
    );
    days.saturating_mul(DAY)
}

fn one(asset: &Heard<'_>, sites: &Sites<'_>, house: &HouseFacts, at: Timestamp) -> Presence {
    let Some(last) = asset.last_contact else { return Presence::NeverSeen };
    let silence = hours(last, at);
    let threshold = threshold_hours(asset.category, asset.missing_days);
    let lately = match asset.category {
        Category::Server | Category::VirtualServer => DAY,
        _ => 7 * DAY,
    };
    if silence <= threshold {
        return if silence <= lately.min(threshold) { Presence::Seen } else { Presence::Quiet };
    }
    if silence <= threshold.saturating_add(SITE_PATIENCE_HOURS) && sites.fell_silent_with(asset.site, last) {
        return Presence::Unknown("site_silent");
    }
    if asset.by_agent && silence.saturating_sub(stopped_hours(house, last, at)) <= threshold {
        return Presence::Unknown("collector_stopped");
    }
    if !asset.by_agent && asset.by_list && asset.newest_list.is_some_and(|list| hours(last, list) <= threshold) {
        return Presence::Unknown("list_old");
    }
    Presence::Missing
}

/// Whole hours from the first instant of the contact's hour.
fn hours(contact: Timestamp, at: Timestamp) -> i64 {
    let hour = contact.as_second().div_euclid(3600).saturating_mul(3600);
    at.as_second().saturating_sub(hour).div_euclid(3600)
}

/// Hours in (`last`, `at`) in which the collector did not run, counted from its first start.
fn stopped_hours(house: &HouseFacts, last: Timestamp, at: Timestamp) -> i64 {
    let ends = house.running.iter().map(|(_, end)| *end);
    let starts = house.running.iter().skip(1).map(|(start, _)| *start).chain([at]);
    let seconds: i64 = ends
        .zip(starts)
        .map(|(end, start)| {
            let (from, to) = (end.max(last).as_second(), start.min(at).as_second());
            to.saturating_sub(from).max(0)
        })
        .fold(0, i64::saturating_add);
    seconds.div_euclid(3600)
}

/// Sites, with the last word of each that fell silent as a whole.
struct Sites<'a> {
    silent_since: BTreeMap<Option<&'a str>, Timestamp>,
}

impl<'a> Sites<'a> {
    fn new(heard: &[Heard<'a>]) -> Self {
        let mut by_site: BTreeMap<Option<&str>, Vec<&Heard<'a>>> = BTreeMap::new();
        for asset in heard.iter().filter(|asset| asset.last_contact.is_some()) {
            by_site.entry(asset.site).or_default().push(asset);
        }
        let silent = by_site.into_iter().filter_map(|(site, assets)| Some((site, last_word(&assets)?)));
        Self { silent_since: silent.collect() }
    }

    /// Whether a device whose last contact was then fell silent together with its site.
    fn fell_silent_with(&self, site: Option<&str>, last: Timestamp) -> bool {
        self.silent_since.get(&site).is_some_and(|word| last <= *word && hours(last, *word) <= SITE_LAST_WORD_HOURS)
    }
}

/// The last word of a site, when so many of its devices fell silent together that it is the site's silence: at least two,
/// and at least half of those heard in the week before. Devices that travel are counted only where all do.
fn last_word(assets: &[&Heard<'_>]) -> Option<Timestamp> {
    let stays = |asset: &&&Heard<'_>| !asset.category.travels();
    let fixed: Vec<Timestamp> = assets.iter().filter(stays).filter_map(|asset| asset.last_contact).collect();
    let counted = if fixed.is_empty() { assets.iter().filter_map(|asset| asset.last_contact).collect() } else { fixed };
    let word = counted.iter().copied().max()?;
    let within = |span: i64| counted.iter().filter(|last| hours(**last, word) <= span).count();
    let (together, heard) = (within(SITE_LAST_WORD_HOURS), within(SITE_HEARD_HOURS));
    (together >= 2 && together.saturating_mul(2) >= heard).then_some(word)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn heard(category: Category, last: &str) -> Heard<'static> {
        Heard {
            category,
            last_contact: Some(at(last)),
            by_agent: true,
            by_list: false,
            newest_list: None,
            site: Some("lyon"),
            missing_days: None,
        }
    }

    fn alone(asset: Heard<'_>, now: &str) -> Presence {
        let house = HouseFacts { running: vec![(at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"))] };
        presence(&[asset], &house, at(now))[0]
    }

    #[test]
    fn ages_run_in_hours_from_the_contacts_hour() {
        let server = heard(Category::Server, "2026-11-01T10:40:00Z");
        for (now, expected) in [
            ("2026-11-02T10:59:59Z", Presence::Seen),
            ("2026-11-02T11:00:00Z", Presence::Quiet),
            ("2026-11-04T10:59:59Z", Presence::Quiet),
            ("2026-11-04T11:00:00Z", Presence::Missing),
        ] {
            assert_eq!(alone(server, now), expected, "{now}");
        }
        let laptop = heard(Category::Laptop, "2026-11-01T00:00:00Z");
        assert_eq!(alone(laptop, "2026-11-08T00:00:00Z"), Presence::Seen);
        assert_eq!(alone(laptop, "2026-12-16T00:00:00Z"), Presence::Quiet);
        assert_eq!(alone(laptop, "2026-12-16T01:00:00Z"), Presence::Missing);
        assert_eq!(alone(Heard { missing_days: Some(2), ..laptop }, "2026-11-03T01:00:00Z"), Presence::Missing);
        assert_eq!(alone(Heard { last_contact: None, ..laptop }, "2027-01-01T00:00:00Z"), Presence::NeverSeen);
    }

    #[test]
    fn a_site_that_fell_silent_makes_its_devices_unknown_for_thirty_days() {
        let house = HouseFacts { running: vec![(at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z"))] };
        let site = [
            heard(Category::Server, "2026-11-01T10:00:00Z"),
            heard(Category::Server, "2026-11-01T09:00:00Z"),
            heard(Category::Laptop, "2026-10-30T09:00:00Z"),
        ];
        let silent = Presence::Unknown("site_silent");
        assert_eq!(presence(&site, &house, at("2026-11-05T00:00:00Z"))[..2], [silent, silent]);
        // A laptop does not count, but falls silent with its site; thirty days past the threshold patience ends.
        assert_eq!(presence(&site, &house, at("2026-12-20T00:00:00Z"))[2], silent);
        assert_eq!(presence(&site, &house, at("2026-12-05T00:00:00Z"))[0], Presence::Missing);
        // One device that stopped alone while another goes on is missing.
        let one = [heard(Category::Server, "2026-11-01T10:00:00Z"), heard(Category::Server, "2026-11-09T10:00:00Z")];
        assert_eq!(presence(&one, &house, at("2026-11-09T11:00:00Z"))[0], Presence::Missing);
    }

    #[test]
    fn the_collectors_own_stops_do_not_count_against_agents() {
        let house = HouseFacts {
            running: vec![
                (at("2026-10-01T00:00:00Z"), at("2026-11-01T12:00:00Z")),
                (at("2026-11-04T12:00:00Z"), at("2026-11-05T00:00:00Z")),
            ],
        };
        let server = heard(Category::Server, "2026-11-01T10:00:00Z");
        assert_eq!(presence(&[server], &house, at("2026-11-05T00:00:00Z"))[0], Presence::Unknown("collector_stopped"));
        let listed = Heard { by_agent: false, by_list: true, ..server };
        assert_eq!(presence(&[listed], &house, at("2026-11-05T00:00:00Z"))[0], Presence::Missing);
        let old = Heard { newest_list: Some(at("2026-11-02T00:00:00Z")), ..listed };
        assert_eq!(presence(&[old], &house, at("2026-11-09T00:00:00Z"))[0], Presence::Unknown("list_old"));
    }
}
