//! `compare`: what is billed against what is seen, from files alone: the same rules on a memory store, no contract file.
//!
//! The annex gives one slot a row, on the line of its category; every list is complete and speaks of the day in its file's name,
//! else of its newest sighting, else of now. Each difference comes with what explains it: who saw it and when, or what it may be on the other side. **Invariant**: nothing is written
//! anywhere, and the answer is the reconciliation that a collector with these facts would give.

mod columns;
mod keep;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use cadastre_domain::calendar::last_instant;
use cadastre_domain::category::Category;
use cadastre_domain::fact::{AnnexRow, Fact, ListRow};
use cadastre_domain::presence::Presence;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::standing::Standing;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::admin::audit::named as dated;
use crate::admin::list_columns::Columns;
use crate::admin::list_rows;
use crate::admin::profile;
use crate::admin::table::Table;
use crate::clock::FixedClock;
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::reconciliation::{Reconciliation, asset_row};

pub use columns::{FileColumns, columns, keys, named};
pub use keep::{Keep, keep};

/// The only client there is.
const CLIENT: &str = "compare";
/// Zone of dates without one, and of the day.
const ZONE: &str = "Europe/Paris";

/// A file: its name, for messages and as the source, and its bytes.
#[derive(Debug, Clone)]
pub struct File {
    /// As the command line names it.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Compared {
    /// As a collector with these facts would give it.
    pub document: Reconciliation,
    /// Billed and unseen, then seen and unbilled; each by amount, then name.
    pub differences: Vec<Difference>,
    /// Billed seats (mailboxes, users…) that no list speaks of: nobody could have seen them.
    pub unjudged: usize,
}

/// One thing billed and unseen, or seen and unbilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whether it is billed (and unseen), or seen (and unbilled).
    pub billed: bool,
    /// Its name.
    pub name: String,
    /// Its serial, where one is known.
    pub serial: Option<String>,
    /// Its category.
    pub category: String,
    /// What settling it changes a month.
    pub amount_month: String,
    /// What explains it.
    pub why: Why,
}

/// What explains a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No list names it.
    Unheard,
    /// It may be this one of the other side, by this rule.
    Perhaps {
        /// Name of the other.
        name: String,
        /// Number of the rule that suggests it.
        rule: u16,
    },
    /// These lists know it, and saw it last on that day.
    Seen {
        /// Names of the lists.
        sources: String,
        /// The day.
        day: Date,
    },
}

/// Compares an annex, or any list of what is billed, with lists of what is seen. `prices` are a month's, by category.
///
/// # Errors
/// A refusal that names the file, the line and the column.
pub async fn compare(
    annex: &File,
    lists: &[File],
    prices: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<Compared, Refusal> {
    for (category, price) in prices {
        if category.parse::<Category>().is_err() {
            let known = Category::ALL.map(Category::as_str).join(", ");
            return Err(Refusal::new("unknown_value")
                .with("key", "price")
                .with("value", category)
                .with("allowed", known)
                .on("price"));
        }
        if price.parse::<cadastre_domain::money::Price>().is_err() {
            return Err(Refusal::new("price_invalid").with("value", price).on("price"));
        }
    }
    let zone = cadastre_domain::calendar::zone(ZONE).unwrap_or(TimeZone::UTC);
    let day = cadastre_domain::calendar::day_of(now, &zone);
    let mut facts = vec![
        Fact::Client { name: None, siren: None, example: false },
        Fact::Contract {
            contract: CLIENT.to_owned(),
            text: self::lines((CLIENT, CLIENT), &day.to_string(), prices, |_| Some(0)),
        },
        Fact::Annex { contract: CLIENT.to_owned(), rows: annex_rows(annex, now, &zone)? },
    ];
    facts.extend(self::lists(lists, now, &zone)?);
    let clock = Arc::new(FixedClock(now));
    let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
    record.append(CLIENT, facts, Some(0)).await.map_err(|error| error.refusal())?;
    // The record gives each fact an instant of its own, a little after the clock's.
    let known_at = record.load(CLIENT).await.map_err(|error| error.refusal())?.recorded.last().map(|last| last.at);
    let register = Registers::new(record, clock).of(CLIENT, None, known_at).await?;
    Ok(explained(&register, Reconciliation::of(&register)))
}

/// The differences, with what explains each.
fn explained(register: &Register, document: Reconciliation) -> Compared {
    let mut differences = Vec::new();
    for finding in &register.findings {
        let billed = match finding.code {
            "never_seen" | "missing" => true,
            "uncovered" | "over_count" => false,
            _ => continue,
        };
        let Some((index, asset)) = finding.asset.and_then(|index| Some((index, register.assets.get(index)?))) else {
            continue;
        };
        let mut told = asset.sightings.iter().filter_map(|at| register.sightings.get(*at)).map(|s| &s.evidence);
        let serial = told.find_map(|told| told.untyped_serial.clone());
        differences.push(Difference {
            billed,
            name: asset.name.clone(),
            serial,
            category: asset.category_at(register.at).map_or("", |verdict| verdict.category.as_str()).to_owned(),
            amount_month: finding.amount_month.to_string(),
            why: why(register, index, billed),
        });
    }
    let cents = |difference: &Difference| {
        let plain: String = difference.amount_month.chars().filter(char::is_ascii_digit).collect();
        plain.parse::<u128>().unwrap_or(0)
    };
    differences.sort_by_key(|one| (!one.billed, Reverse(cents(one)), one.name.to_lowercase()));
    let seat = |standing: &&Standing| {
        standing.last_seen.is_none() && standing.presence == Presence::NotJudged && !standing.stays.is_empty()
    };
    let told: BTreeSet<usize> = register.findings.iter().filter_map(|finding| finding.asset).collect();
    let unjudged = register.standings.iter().filter(seat).filter(|standing| !told.contains(&standing.asset)).count();
    Compared { document, differences, unjudged }
}

fn why(register: &Register, index: usize, billed: bool) -> Why {
    let Some(asset) = register.assets.get(index) else { return Why::Unheard };
    let other_side = |other: usize| {
        register
            .standing(other)
            .is_some_and(|standing| standing.last_seen.is_some() == billed && standing.stays.is_empty() == billed)
    };
    let device = register.identity.resolve(&asset.id).and_then(|at| register.identity.devices.get(at));
    for candidate in device.iter().flat_map(|device| &device.candidates) {
        let other = register.identity.devices.get(candidate.device).and_then(|device| register.asset(&device.id));
        if let Some(other) = other.filter(|other| other_side(*other)).and_then(|other| register.assets.get(other)) {
            return Why::Perhaps { name: other.name.clone(), rule: candidate.rule };
        }
    }
    let row = register.standing(index).and_then(|standing| asset_row(register, standing));
    let lists = row.iter().flat_map(|row| &row.sources).filter(|source| source.last_seen.is_some());
    let sources: Vec<&str> = lists.map(|source| source.source.as_str()).collect();
    match asset.last_seen(register.at) {
        Some(seen) if !sources.is_empty() => {
            let day = cadastre_domain::calendar::day_of(seen, &register.zone);
            Why::Seen { sources: sources.join(", "), day }
        }
        _ => Why::Unheard,
    }
}

/// A complete list a file, each of its own day: a console's silence after its export accuses nobody.
fn lists(files: &[File], now: Timestamp, zone: &TimeZone) -> Result<Vec<Fact>, Refusal> {
    let mut names = BTreeSet::new();
    let mut facts = Vec::new();
    for file in files {
        let source = source_name(&file.name, &mut names);
        let table = Table::read(&file.bytes).map_err(|refusal| refusal.in_file(&file.name))?;
        let (console, day) = dated(&file.name);
        let told = day.map(|day| last_instant(day, zone).min(now));
        let rows = list_rows::read(&table, profile::find(None, &console)?, told.unwrap_or(now), zone);
        let rows: Vec<ListRow> =
            rows.map_err(|refusal| refusal.in_file(&file.name))?.into_iter().map(|(_, row)| row).collect();
        let newest = || rows.iter().filter_map(|row| row.last_seen).max();
        let as_of = told.or_else(newest).unwrap_or(now);
        facts.push(Fact::List { source, as_of, complete: true, rows });
    }
    Ok(facts)
}

/// A contract with one line a category that has a count, each device named by the annex.
fn lines(
    (id, client): (&str, &str),
    day: &str,
    prices: &BTreeMap<String, String>,
    count: impl Fn(&str) -> Option<u32>,
) -> String {
    let mut text = format!(
        "id = \"{id}\"\nclient = \"{client}\"\nsigned_on = {day}\neffective_on = {day}\ninitial_months = 12\n\
         time_zone = \"{ZONE}\"\nrenewal = {{ kind = \"none\" }}\n\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\n\
         vat_rate = \"20.00\"\n"
    );
    for category in Category::ALL.map(Category::as_str) {
        let Some(count) = count(category) else { continue };
        let price = prices.get(category).map_or("0.00", String::as_str);
        let _ = write!(
            text,
            "\n[[lines]]\nid = \"{category}\"\nformula = \"forfait\"\ncategory = \"{category}\"\nmode = \"prorata\"\n\
             admission = \"annex\"\nunit_price = \"{price}\"\n"
        );
        if count > 0 {
            let _ = writeln!(text, "count = {count}");
        }
    }
    text
}

/// The rows of the annex: the label is the first that is there of label, name, serial and id.
fn annex_rows(annex: &File, now: Timestamp, zone: &TimeZone) -> Result<Vec<AnnexRow>, Refusal> {
    let place = |refusal: Refusal| refusal.in_file(&annex.name);
    let table = Table::read(&annex.bytes).map_err(place)?;
    let columns = Columns::find(&table, None).map_err(place)?;
    let rows = list_rows::read(&table, None, now, zone).map_err(place)?;
    let mut labels: BTreeMap<String, u32> = BTreeMap::new();
    let mut annexed = Vec::new();
    for ((line, row), (_, cells)) in rows.into_iter().zip(&table.rows) {
        let text = |key: &str| columns.cell(cells, key).map(str::to_owned);
        let told = row.evidence;
        let label = text("label").or_else(|| told.hostname.clone()).or_else(|| told.untyped_serial.clone());
        let Some(label) = label.or(row.native_id) else {
            return Err(place(Refusal::new("cell_empty").at_line(line).on("hostname")));
        };
        let count = labels.entry(label.clone()).or_insert(0);
        *count += 1;
        let label = if *count == 1 { label } else { format!("{label} ({count})") };
        // A seat has no host name: what the annex calls it stands for it.
        let named = told.label.is_some();
        annexed.push(AnnexRow {
            hostname: told.hostname.or_else(|| (!named).then(|| text("label")).flatten()),
            serial: told.untyped_serial,
            mac: told.adapters.into_iter().find_map(|adapter| adapter.mac),
            line: told.claimed_category,
            manufacturer: told.manufacturer,
            model: told.product,
            label,
            ..AnnexRow::default()
        });
    }
    Ok(annexed)
}

/// A file's name without folder and ending, in lower case.
pub(super) fn stem(file: &str) -> String {
    std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// A file's name without folder and ending, as a word of its own.
fn source_name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = stem(file).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = if ["", "agent", "annex"].contains(&plain.as_str()) { "list".to_owned() } else { plain };
    let name = (1u32..)
        .map(|n| if n == 1 { plain.clone() } else { format!("{plain}-{n}") })
        .find(|name| !taken.contains(name));
    let name = name.unwrap_or(plain);
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[tokio::test]
    async fn two_files_say_who_is_billed_and_unseen_and_who_is_seen_and_unbilled() {
        let annex = file("annexe.csv", "Nom;N° de série;Catégorie\npc-1;PF2AAAA1;portable\npc-2;PF2AAAA2;portable\n");
        let list = file(
            "rmm.csv",
            "Hostname,Serial,Type,Last seen\nPC-1,PF2AAAA1,laptop,2026-11-24\nPC-3,PF2AAAA3,laptop,2026-11-24\n",
        );
        let prices = BTreeMap::from([("laptop".to_owned(), "12.00".to_owned())]);
        let found = compare(&annex, &[list], &prices, "2026-11-25T10:00:00Z".parse().unwrap()).await.unwrap();
        let told: Vec<(bool, &str, &str, &Why)> = found
            .differences
            .iter()
            .map(|one| (one.billed, one.name.as_str(), one.amount_month.as_str(), &one.why))
            .collect();
        let seen = Why::Seen { sources: "rmm".to_owned(), day: "2026-11-24".parse().unwrap() };
        assert_eq!(told, [(true, "pc-2", "-12.00", &Why::Unheard), (false, "PC-3", "12.00", &seen)]);
        let covered =
            found.document.assets.iter().filter(|asset| asset.status == "covered" && asset.last_seen.is_some()).count();
        assert_eq!(covered, 1);
    }

    #[tokio::test]
    async fn a_typing_error_and_a_seat_that_no_list_speaks_of_are_told() {
        let annex = file("annexe.csv", "Nom;Série;Catégorie\npc-dir;PF20BCD9;portable\ncontact@acme.fr;;boîte mail\n");
        let list = file("rmm.csv", "Hostname,Serial,Type\nPC-DIR,PF2OBCD9,laptop\n");
        let found = compare(&annex, &[list], &BTreeMap::new(), "2026-11-25T10:00:00Z".parse().unwrap()).await.unwrap();
        let perhaps = |name: &str| Why::Perhaps { name: name.to_owned(), rule: 110 };
        let told: Vec<(bool, &Why)> = found.differences.iter().map(|one| (one.billed, &one.why)).collect();
        assert_eq!(told, [(true, &perhaps("PC-DIR")), (false, &perhaps("pc-dir"))]);
        assert_eq!(found.unjudged, 1, "nobody could have seen a mailbox");
    }

    #[tokio::test]
    async fn a_list_speaks_of_its_own_day() {
        let annex = file("annexe.csv", "Nom;N° de série;Catégorie\nsrv-1;PF2AAAA1;serveur\nsrv-2;PF2AAAA2;serveur\n");
        let text =
            "Hostname,Serial,Type,Last seen\nSRV-1,PF2AAAA1,server,2026-11-20\nSRV-2,PF2AAAA2,server,2026-11-02\n";
        for name in ["rmm.csv", "rmm-2026-11-20.csv"] {
            let now = "2026-11-25T10:00:00Z".parse().unwrap();
            let found = compare(&annex, &[file(name, text)], &BTreeMap::new(), now).await.unwrap();
            let told: Vec<&str> = found.differences.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(told, ["SRV-2"], "{name}: silent for eighteen days when the list was written");
        }
    }

    #[tokio::test]
    async fn a_label_names_what_nothing_else_names() {
        let annex = file("annexe.csv", "Libellé;Catégorie\npc-1;portable\n");
        let list = file("parc.csv", "Libellé;Catégorie\npc-1;portable\npc-2;portable\n");
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let found = compare(&annex, &[list], &BTreeMap::new(), now).await.unwrap();
        let told: Vec<(bool, &str)> = found.differences.iter().map(|one| (one.billed, one.name.as_str())).collect();
        assert_eq!(told, [(false, "pc-2")]);
    }

    #[tokio::test]
    async fn a_file_without_a_key_is_named() {
        let annex = file("annexe.csv", "Couleur\nbleu\n");
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let refusal = compare(&annex, &[], &BTreeMap::new(), now).await.unwrap_err();
        assert_eq!((refusal.code, refusal.file.as_deref()), ("list_key_missing", Some("annexe.csv")));
    }
}
