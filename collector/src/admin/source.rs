//! `source map` and `source list`: whose a group of a console is, and what lists there are.

use std::collections::{BTreeMap, BTreeSet};

use cadastre_domain::evidence::{Sighting, SourceKind};
use cadastre_domain::fact::{Fact, ListRow, Recorded};
use cadastre_domain::perimeter::Origin;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::admin::list::{check_name, newest, routes};
use crate::facts::HOUSE;
use crate::register::Registers;

/// A group to map.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MapGroup {
    /// Name of the source.
    pub source: String,
    /// Group, as the console writes it.
    pub group: String,
    /// Client code.
    pub client: String,
    /// Site of the client.
    #[serde(default)]
    pub site: Option<String>,
}

/// `cadastre/sources/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// `cadastre/sources/1`.
    pub schema: &'static str,
    /// One row a source, client and group.
    pub sources: Vec<SourceRow>,
}

/// A group of a source, or a client's list that has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// Name of the source.
    pub source: String,
    /// Group; `null` for a list of one client without groups.
    pub group: Option<String>,
    /// Client; `null` while nobody has said.
    pub client: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// The instant that the newest list speaks of.
    pub as_of: Option<Timestamp>,
    /// Whether it is complete.
    pub complete: Option<bool>,
    /// Rows in it.
    pub rows: usize,
}

/// Maps a group to a client and a site; its rows of the newest file, when they wait, become the client's.
///
/// # Errors
/// `client_unknown`, `source_name_invalid`, `group_still_held`, and what the record refuses.
pub async fn map(registers: &Registers, args: MapGroup) -> Result<SourceRow, Refusal> {
    check_name(&args.source)?;
    if args.group.trim().is_empty() {
        return Err(Refusal::new("cell_empty").on("group"));
    }
    let record = registers.record();
    let own = record.facts_after(&args.client, 0).await.map_err(|error| error.refusal())?;
    if own.is_empty() {
        return Err(Refusal::new("client_unknown").with("client", &args.client).on("client"));
    }
    let house = record.facts_after(HOUSE, 0).await.map_err(|error| error.refusal())?;
    let fact = Fact::SourceMap {
        source: args.source.clone(),
        group: args.group.clone(),
        client: args.client.clone(),
        site: args.site.clone(),
    };
    let route = routes(&house, &args.source).remove(&args.group);
    if let Some((owner, _)) = route.as_ref().filter(|(owner, _)| *owner != args.client) {
        check_left(registers, &args, owner).await?;
    }
    let known = route == Some((args.client.clone(), args.site.clone()));
    let mut facts = Vec::new();
    if !known {
        facts.push(fact.clone());
    }
    // What another client was given stays there until the next list.
    let arrived = waiting(&house, &args)
        .filter(|(_, _, rows)| !rows.is_empty() && route.as_ref().is_none_or(|(owner, _)| *owner == args.client));
    let (mut as_of, mut complete, mut rows) = (None, None, 0);
    if let Some((instant, whole, waiting)) = arrived {
        (as_of, complete, rows) = (Some(instant), Some(whole), waiting.len());
        facts.extend(joined(&own, &args, instant, whole, waiting));
    }
    if !facts.is_empty() {
        let head = own.last().map_or(0, |last| last.seq);
        record.append(&args.client, facts, Some(head)).await.map_err(|error| error.refusal())?;
    }
    if !known {
        record.append(HOUSE, vec![fact], None).await.map_err(|error| error.refusal())?;
    }
    let MapGroup { source, group, client, site } = args;
    Ok(SourceRow { source, group: Some(group), client: Some(client), site, as_of, complete, rows })
}

/// A group leaves its client once none of its devices holds a slot there beyond today: another client's rows would
/// not end it. What an annex names, or an agent reports, is the client's by itself.
async fn check_left(registers: &Registers, args: &MapGroup, owner: &str) -> Result<(), Refusal> {
    let head = registers.record().head(owner).await.map_err(|error| error.refusal())?;
    if head == 0 {
        return Ok(());
    }
    let register = registers.of(owner, None, None).await?;
    let lasts = |to: Date| to > register.as_of;
    let stays = register.perimeter.stays.iter().filter(|stay| stay.origin != Origin::Annex);
    let open = stays.filter(|stay| stay.to.is_none_or(lasts));
    let held: BTreeSet<usize> =
        open.map(|stay| stay.asset).filter(|asset| is_of_group(&register, *asset, args)).collect();
    if held.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::new("group_still_held").with("source", &args.source).with("group", &args.group);
    let refusal = refusal.with("owner", owner).with("client", &args.client).with("held", held.len());
    Err(refusal.on("client"))
}

/// Whether rows of the group, and no agent, speak of the asset.
fn is_of_group(register: &Register, asset: usize, args: &MapGroup) -> bool {
    let own = register.assets.get(asset).map_or(&[][..], |asset| &asset.sightings);
    let own = || own.iter().filter_map(|index| register.sightings.get(*index));
    let told = |sighting: &Sighting| {
        let track = register.lists.tracks.get(&sighting.id);
        sighting.source == args.source && track.is_some_and(|track| track.group.as_ref() == Some(&args.group))
    };
    own().any(told) && own().all(|sighting| sighting.kind != SourceKind::Agent)
}

/// The rows of the group in the newest file of the house: the instant, whether it is complete, the rows.
fn waiting(house: &[Recorded], args: &MapGroup) -> Option<(Timestamp, bool, Vec<ListRow>)> {
    let (as_of, rows) = newest(house, &args.source, Timestamp::MAX)?;
    let complete = house.iter().any(|recorded| {
        matches!(&recorded.fact, Fact::List { source, as_of: of, complete: true, .. } if *source == args.source && *of == as_of)
    });
    let own = rows.iter().filter(|row| row.group.as_ref() == Some(&args.group)).cloned().collect();
    Some((as_of, complete, own))
}

/// The client's list of that instant with the rows that waited, unless it has them.
fn joined(own: &[Recorded], args: &MapGroup, as_of: Timestamp, complete: bool, waiting: Vec<ListRow>) -> Option<Fact> {
    let known = newest(own, &args.source, as_of).filter(|(of, _)| *of == as_of);
    let mut rows = known.map(|(_, rows)| rows.clone()).unwrap_or_default();
    let before = rows.len();
    for row in waiting {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    (rows.len() > before).then(|| Fact::List { source: args.source.clone(), as_of, complete, rows })
}

/// All sources, or those of one client.
///
/// # Errors
/// `client_unknown`, and what the record refuses.
pub async fn list(registers: &Registers, client: Option<&str>) -> Result<Sources, Refusal> {
    let record = registers.record();
    let house = record.facts_after(HOUSE, 0).await.map_err(|error| error.refusal())?;
    let clients = match client {
        Some(client) => vec![client.to_owned()],
        None => registers.clients().await?,
    };
    let mut sources = Vec::new();
    for code in clients {
        let own = record.facts_after(&code, 0).await.map_err(|error| error.refusal())?;
        if own.is_empty() {
            return Err(Refusal::new("client_unknown").with("client", &code).on("client"));
        }
        rows_of(&own, Some(&code), &house, &mut sources);
    }
    if client.is_none() {
        rows_of(&house, None, &house, &mut sources);
    }
    sources.sort_by(|a, b| (&a.source, &a.client, &a.group).cmp(&(&b.source, &b.client, &b.group)));
    Ok(Sources { schema: "cadastre/sources/1", sources })
}

fn rows_of(recorded: &[Recorded], client: Option<&str>, house: &[Recorded], sources: &mut Vec<SourceRow>) {
    let mut newest: BTreeMap<&str, (Timestamp, u64, bool, &Vec<ListRow>)> = BTreeMap::new();
    for told in recorded {
        let Fact::List { source, as_of, complete, rows } = &told.fact else { continue };
        match newest.get(source.as_str()) {
            Some((of, seq, ..)) if (*of, *seq) > (*as_of, told.seq) => {}
            _ => drop(newest.insert(source, (*as_of, told.seq, *complete, rows))),
        }
    }
    for (source, (as_of, _, complete, rows)) in newest {
        let routes = routes(house, source);
        let mut groups: BTreeMap<Option<&String>, usize> = BTreeMap::new();
        for row in rows {
            *groups.entry(row.group.as_ref()).or_insert(0) += 1;
        }
        if rows.is_empty() && client.is_some() {
            groups.insert(None, 0);
        }
        for (group, rows) in groups {
            let route = group.and_then(|group| routes.get(group));
            if client.is_none() && route.is_some() {
                continue;
            }
            sources.push(SourceRow {
                source: source.to_owned(),
                group: group.cloned(),
                client: client.map(str::to_owned),
                site: route.filter(|(of, _)| Some(of.as_str()) == client).and_then(|(_, site)| site.clone()),
                as_of: Some(as_of),
                complete: Some(complete),
                rows,
            });
        }
    }
}
