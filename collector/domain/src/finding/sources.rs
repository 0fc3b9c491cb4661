//! What the sources themselves say or fail to say: `unknown_site_silent`, `absent_from_source`, `stale_in_source`,
//! `source_stale`, `only_in_source`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jiff::{Timestamp, ToSpan};

use super::judge::{self, Verdict, absent_since, is_old};
use super::{Draft, fact_evidence, protection};
use crate::calendar::day_of;
use crate::contract::Requirement;
use crate::evidence::SourceKind;
use crate::perimeter::State;
use crate::presence::Presence;
use crate::register::Register;
use crate::source::{Source, Told, Track};
use crate::standing::{Standing, Status, listed_at};

/// All of the family.
pub(super) fn findings(register: &Register) -> Vec<Draft> {
    let mut drafts = silent_sites(register);
    let mut stale: BTreeSet<(usize, String, String)> = BTreeSet::new();
    for standing in &register.standings {
        if let Some((stay, line)) = protection::held(register, standing) {
            for requirement in line.requires.iter().filter(|requirement| requirement.kind == "source") {
                let Some(name) = &requirement.source else { continue };
                match in_source(register, standing.asset, name, judge::age_days(requirement)) {
                    Verdict::Unknown => {
                        if stale.insert((stay.agreement, line.id.clone(), name.clone())) {
                            drafts.push(source_stale(register, stay.agreement, &line.id, name, requirement));
                        }
                    }
                    verdict => drafts.extend(required(register, standing, name, &verdict, requirement)),
                }
            }
        }
        drafts.extend(gone_seat(register, standing));
        drafts.extend(only_in_source(register, standing));
    }
    drafts
}

/// Whether the asset is in the named console's list: good, absent, outdated (there, last seen then), or unknown when the
/// newest complete list is too old.
pub(super) fn in_source(register: &Register, asset: usize, name: &str, days: u32) -> Verdict {
    let Some((number, source)) = find(register, name) else { return Verdict::Unknown };
    let fresh = source.complete_at(register.at).is_some_and(|(_, edition)| !is_old(register, edition.as_of, days));
    match told(register, asset, number) {
        Some(told) => match told.seen {
            Some(seen) if is_old(register, seen, days) && fresh => Verdict::Outdated(seen),
            None if fresh => Verdict::Outdated(Timestamp::MIN),
            Some(_) if fresh => Verdict::Good,
            Some(seen) if !is_old(register, seen, days) => Verdict::Good,
            _ => Verdict::Unknown,
        },
        None if fresh => Verdict::Absent,
        None => Verdict::Unknown,
    }
}

fn find<'a>(register: &'a Register, name: &str) -> Option<(usize, &'a Source)> {
    register.lists.sources.iter().enumerate().find(|(_, source)| source.name == name)
}

fn tracks(register: &Register, asset: usize) -> impl Iterator<Item = &Track> {
    let sightings = register.assets.get(asset).map_or(&[][..], |asset| asset.sightings.as_slice());
    sightings.iter().filter_map(|i| register.sightings.get(*i)).filter_map(|s| register.lists.tracks.get(&s.id))
}

fn told(register: &Register, asset: usize, source: usize) -> Option<&Told> {
    tracks(register, asset)
        .filter(|track| track.source == source)
        .find_map(|track| register.lists.told_at(track, register.at))
}

fn required(
    register: &Register,
    standing: &Standing,
    name: &str,
    verdict: &Verdict,
    requirement: &Requirement,
) -> Option<Draft> {
    let (stay, _) = protection::held(register, standing)?;
    let (number, source) = find(register, name)?;
    let (_, edition) = source.complete_at(register.at)?;
    let (code, action, since) = match verdict {
        Verdict::Absent => {
            let editions: Vec<usize> = tracks(register, standing.asset)
                .filter(|track| track.source == number)
                .flat_map(|track| &track.told)
                .map(|told| told.edition)
                .collect();
            ("absent_from_source", "add_to_console", absent_since(source, &editions, register.at))
        }
        Verdict::Outdated(seen) => {
            let hours = i64::from(judge::age_days(requirement)).saturating_mul(24);
            let passed = (*seen > Timestamp::MIN).then(|| seen.checked_add(hours.hours()).ok()).flatten();
            ("stale_in_source", "check_console", passed.or(Some(edition.as_of)))
        }
        _ => return None,
    };
    Some(protection::draft(register, standing, stay, code, action, since, vec![fact_evidence(edition.seq)]))
}

/// One finding a line and source, whatever the number of its assets.
fn source_stale(register: &Register, agreement: usize, line: &str, name: &str, requirement: &Requirement) -> Draft {
    let newest =
        find(register, name).and_then(|(_, source)| source.complete_at(register.at)).map(|(_, edition)| *edition);
    let hours = i64::from(judge::age_days(requirement)).saturating_mul(24);
    let passed = newest.and_then(|edition| edition.as_of.checked_add(hours.hours()).ok());
    let start = register.agreements.get(agreement).map_or(register.as_of, |agreement| agreement.contract.first_day());
    let since = passed.map_or(start, |passed| day_of(passed, &register.zone));
    Draft {
        code: "source_stale",
        asset: None,
        slot: Some(format!("source:{name}")),
        agreement: Some(agreement),
        line: Some(line.into()),
        since: since.min(register.as_of),
        evidence: newest.map(|edition| fact_evidence(edition.seq)).into_iter().collect(),
        slots: 0,
        action: "import_list",
    }
}

/// A billed seat without hardware that no list has any more.
fn gone_seat(register: &Register, standing: &Standing) -> Option<Draft> {
    let asset = register.assets.get(standing.asset)?;
    let seat = asset.category_at(register.at)?.category.is_seat();
    let stay = register.perimeter.stays.get(*standing.stays.first()?)?;
    if !seat
        || standing.state != State::Active
        || standing.last_seen.is_none()
        || listed_at(register, asset, register.at)
    {
        return None;
    }
    let track = tracks(register, standing.asset).next()?;
    let source = register.lists.sources.get(track.source)?;
    let (_, edition) = source.complete_at(register.at)?;
    let editions: Vec<usize> = track.told.iter().map(|told| told.edition).collect();
    let since = absent_since(source, &editions, register.at);
    let mut draft = protection::draft(
        register,
        standing,
        stay,
        "absent_from_source",
        "retire",
        since,
        vec![fact_evidence(edition.seq)],
    );
    draft.slots = -1;
    Some(draft)
}

/// Whether one console alone knows the asset, has it in its newest complete list, and nothing shows it alive.
pub(super) fn is_only_in_source(register: &Register, standing: &Standing) -> bool {
    let Some(asset) = register.assets.get(standing.asset) else { return false };
    let mut sources = BTreeSet::new();
    for sighting in asset.sightings.iter().filter_map(|i| register.sightings.get(*i)) {
        if sighting.kind != SourceKind::List {
            return false;
        }
        sources.insert(&sighting.source);
    }
    let silent = matches!(standing.presence, Presence::Missing | Presence::Unknown(_) | Presence::NeverSeen);
    let seat = asset.category_at(register.at).is_some_and(|verdict| verdict.category.is_seat());
    let complete = tracks(register, standing.asset).any(|track| {
        let source = register.lists.sources.get(track.source);
        source.is_some_and(|source| source.complete_at(register.at).is_some())
            && register.lists.told_at(track, register.at).is_some()
    });
    sources.len() == 1 && !seat && silent && complete && standing.stays.is_empty() && standing.state == State::Active
}

fn only_in_source(register: &Register, standing: &Standing) -> Option<Draft> {
    if !is_only_in_source(register, standing) || register.perimeter.excluded(standing.asset, register.as_of) {
        return None;
    }
    let track = tracks(register, standing.asset).next()?;
    let first =
        track.told.first().and_then(|told| register.lists.sources.get(track.source)?.editions.get(told.edition));
    let (_, edition) = register.lists.sources.get(track.source)?.complete_at(register.at)?;
    Some(Draft {
        code: "only_in_source",
        asset: Some(standing.asset),
        slot: None,
        agreement: None,
        line: None,
        since: first.map_or(register.as_of, |first| day_of(first.as_of, &register.zone)).min(register.as_of),
        evidence: vec![fact_evidence(edition.seq)],
        slots: 0,
        action: "remove_licence",
    })
}

/// One finding a site that fell silent, whatever the number of its devices that are unknown for it.
fn silent_sites(register: &Register) -> Vec<Draft> {
    let mut sites: BTreeMap<Option<&str>, Timestamp> = BTreeMap::new();
    for standing in &register.standings {
        if standing.status != Status::Unknown || !matches!(standing.presence, Presence::Unknown("site_silent")) {
            continue;
        }
        let site = register.assets.get(standing.asset).and_then(|asset| asset.site.as_deref());
        if let Some(last) = standing.last_seen {
            let latest = sites.entry(site).or_insert(last);
            *latest = last.max(*latest);
        }
    }
    sites
        .into_iter()
        .map(|(site, last)| Draft {
            code: "unknown_site_silent",
            asset: None,
            slot: Some(format!("site:{}", site.unwrap_or_default())),
            agreement: None,
            line: None,
            since: day_of(last, &register.zone),
            evidence: Vec::new(),
            slots: 0,
            action: "check_site",
        })
        .collect()
}
