//! `import csv`: a dated list of another console, of one client or of many.
//!
//! With a client named, every row is its own. Without, the group column says whose each row is: mapped groups go to their
//! clients, the others wait as facts of the house until `source map` names their client. Everything is checked before anything
//! is recorded. **Invariant**: a client that the source maps gets a list of every complete file, also when it has no row in it;
//! one that it mapped before gets one more, without rows, so that what it had is told to be gone.

use std::collections::{BTreeMap, BTreeSet};

use cadastre_domain::fact::{Fact, ListRow, Recorded};
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::admin::table::Table;
use crate::admin::{list_rows, profile};
use crate::facts::HOUSE;
use crate::register::Registers;

/// A list may lose this part of its rows, in per cent, before a person must say yes.
const LOSS_MAX_PERCENT: usize = 30;
/// The group of a row whose cell is empty.
const NO_GROUP: &str = "-";
/// The zone of instants that name none, for a file of many clients.
const ZONE: &str = "Europe/Paris";

/// A list to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportList {
    /// Name of the source.
    pub source: String,
    /// The client all rows belong to; without it, the group column says.
    #[serde(default)]
    pub client: Option<String>,
    /// Whether what the list lacks is absent.
    #[serde(default)]
    pub complete: bool,
    /// The instant, or the day, that it speaks of; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The profile of its columns.
    #[serde(default)]
    pub profile: Option<String>,
    /// Also when it lost many rows.
    #[serde(default)]
    pub yes: bool,
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The file's bytes, base64.
    pub bytes: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListImported {
    /// `cadastre/list/1`.
    pub schema: &'static str,
    /// Name of the source.
    pub source: String,
    /// The instant it speaks of.
    pub as_of: Timestamp,
    /// Whether anything was recorded.
    pub changed: bool,
    /// Rows of the file.
    pub rows: usize,
    /// Rows by client.
    pub clients: BTreeMap<String, usize>,
    /// Rows by group without a client.
    pub unmapped: BTreeMap<String, usize>,
}

/// Records a list.
///
/// # Errors
/// A refusal that names file, line and column; nothing is recorded then.
pub async fn import(registers: &Registers, args: ImportList) -> Result<ListImported, Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &args.bytes)
        .map_err(|_| place(Refusal::new("not_base64").on("bytes")))?;
    check_name(&args.source)?;
    let zone = zone(registers, args.client.as_deref()).await?;
    let as_of = as_of(args.as_of.as_deref(), &zone, registers.now())?;
    let table = Table::read(&bytes).map_err(place)?;
    let profile = profile::find(args.profile.as_deref(), &args.source)?;
    let rows = list_rows::read(&table, profile, as_of, &zone).map_err(place)?;
    let rows: Vec<ListRow> = rows.into_iter().map(|(_, row)| row).collect();
    let mut imported = ListImported {
        schema: "cadastre/list/1",
        source: args.source.clone(),
        as_of,
        changed: false,
        rows: rows.len(),
        clients: BTreeMap::new(),
        unmapped: BTreeMap::new(),
    };
    let (parts, former) = match &args.client {
        Some(client) => (BTreeMap::from([(client.clone(), rows)]), BTreeSet::new()),
        None => routed(registers, &args.source, rows, args.complete, &mut imported).await.map_err(place)?,
    };
    let mut batches = Vec::new();
    let (mut before, mut known) = (0, false);
    for (client, rows) in parts {
        let recorded = registers.record().facts_after(&client, 0).await.map_err(|error| error.refusal())?;
        let head = recorded.last().map_or(0, |last| last.seq);
        let newest = newest(&recorded, &args.source, as_of);
        if rows.is_empty() && former.contains(&client) && newest.is_none_or(|(_, had)| had.is_empty()) {
            continue;
        }
        if head == 0 && client != HOUSE {
            return Err(Refusal::new("client_unknown").with("client", &client).on("client"));
        }
        known |= newest.is_some();
        before += newest.map_or(0, |(_, rows)| {
            // Rows that waited in the house and were mapped since are counted at their client.
            let mapped = if client == HOUSE { routes(&recorded, &args.source) } else { BTreeMap::new() };
            rows.iter().filter(|row| row.group.as_ref().is_none_or(|group| !mapped.contains_key(group))).count()
        });
        if client != HOUSE {
            imported.clients.insert(client.clone(), rows.len());
        }
        if newest.is_some_and(|(of, old)| of == as_of && *old == rows) {
            continue;
        }
        let fact = Fact::List { source: args.source.clone(), as_of, complete: args.complete, rows };
        batches.push((client, head, fact));
    }
    let lost = before.saturating_sub(imported.rows);
    if args.complete && known && !args.yes && lost * 100 > before * LOSS_MAX_PERCENT {
        let refusal = Refusal::new("list_lost_rows").with("source", &args.source).with("before", before);
        return Err(place(refusal.with("after", imported.rows)));
    }
    imported.changed = !batches.is_empty();
    for (client, head, fact) in batches {
        // The house's record moves by itself; a client's must be the one that was judged.
        let expect = (client != HOUSE).then_some(head);
        registers.record().append(&client, vec![fact], expect).await.map_err(|error| error.refusal())?;
    }
    Ok(imported)
}

/// Rows by client, those of groups without one under the house; and the clients that the source mapped before.
async fn routed(
    registers: &Registers,
    source: &str,
    rows: Vec<ListRow>,
    complete: bool,
    imported: &mut ListImported,
) -> Result<(BTreeMap<String, Vec<ListRow>>, BTreeSet<String>), Refusal> {
    if rows.iter().all(|row| row.group.is_none()) {
        return Err(Refusal::new("list_group_needed").on("group"));
    }
    let house = registers.record().facts_after(HOUSE, 0).await.map_err(|error| error.refusal())?;
    let routes = routes(&house, source);
    let mut parts: BTreeMap<String, Vec<ListRow>> = BTreeMap::from([(HOUSE.to_owned(), Vec::new())]);
    let clients: BTreeSet<&String> = routes.values().map(|(client, _)| client).collect();
    let former: BTreeSet<String> =
        ever_mapped(&house, source).filter(|client| !clients.contains(client)).cloned().collect();
    if complete {
        parts.extend(clients.into_iter().chain(&former).map(|client| (client.clone(), Vec::new())));
    }
    for mut row in rows {
        let group = row.group.get_or_insert_with(|| NO_GROUP.to_owned()).clone();
        let client = match routes.get(&group) {
            Some((client, _)) => client.clone(),
            None => {
                *imported.unmapped.entry(group).or_insert(0) += 1;
                HOUSE.to_owned()
            }
        };
        parts.entry(client).or_default().push(row);
    }
    Ok((parts, former))
}

/// The clients that groups of a source were ever mapped to.
fn ever_mapped<'a>(house: &'a [Recorded], source: &'a str) -> impl Iterator<Item = &'a String> {
    house.iter().filter_map(move |recorded| match &recorded.fact {
        Fact::SourceMap { source: name, client, .. } if name == source => Some(client),
        _ => None,
    })
}

/// Client and site of each group of a source, as told last.
pub(super) fn routes(house: &[Recorded], source: &str) -> BTreeMap<String, (String, Option<String>)> {
    let mut routes = BTreeMap::new();
    for recorded in house {
        if let Fact::SourceMap { source: name, group, client, site } = &recorded.fact
            && name == source
        {
            routes.insert(group.clone(), (client.clone(), site.clone()));
        }
    }
    routes
}

/// The newest list of a source that speaks of no later instant: the instant, and its rows.
pub(super) fn newest<'a>(
    recorded: &'a [Recorded],
    source: &str,
    by: Timestamp,
) -> Option<(Timestamp, &'a Vec<ListRow>)> {
    let lists = recorded.iter().filter_map(|recorded| match &recorded.fact {
        Fact::List { source: name, as_of, rows, .. } if name == source && *as_of <= by => {
            Some((*as_of, recorded.seq, rows))
        }
        _ => None,
    });
    lists.max_by_key(|(as_of, seq, _)| (*as_of, *seq)).map(|(as_of, _, rows)| (as_of, rows))
}

/// A source's name is a word of its own: `agent`, `annex` and `moved` mean something else.
pub(super) fn check_name(source: &str) -> Result<(), Refusal> {
    let plain = !source.is_empty() && source.len() <= 63;
    let plain = plain && source.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if plain && !["agent", "annex", "moved", "collector"].contains(&source) {
        return Ok(());
    }
    Err(Refusal::new("source_name_invalid").with("source", source).on("source"))
}

async fn zone(registers: &Registers, client: Option<&str>) -> Result<TimeZone, Refusal> {
    match client {
        Some(client) => Ok(registers.of(client, None, None).await?.zone.clone()),
        None => Ok(cadastre_domain::calendar::zone(ZONE).unwrap_or(TimeZone::UTC)),
    }
}

/// The instant that the list speaks of: now, the instant given, or the end of the day given; never later than now.
fn as_of(text: Option<&str>, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, Refusal> {
    let Some(text) = text else { return Ok(now) };
    if let Ok(instant) = text.parse::<Timestamp>() {
        if instant > now {
            return Err(Refusal::new("list_in_future").with("as_of", text).on("as_of"));
        }
        return Ok(instant);
    }
    let invalid = |_| Refusal::new("instant_invalid").with("value", text).on("as_of");
    let day: Date = text.parse().map_err(invalid)?;
    if cadastre_domain::calendar::first_instant(day, zone) > now {
        return Err(Refusal::new("list_in_future").with("as_of", text).on("as_of"));
    }
    Ok(cadastre_domain::calendar::last_instant(day, zone).min(now))
}
