//! `compare`: what is billed against what is seen, from files alone: the same rules on a memory store, no contract file.
//!
//! The annex gives one slot a row, on the line of its category; every list is complete and speaks of now. **Invariant**: nothing
//! is written anywhere, and the answer is the reconciliation that a collector with these facts would give.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use cadastre_domain::category::Category;
use cadastre_domain::fact::{AnnexRow, Fact, ListRow};
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::admin::list_columns::Columns;
use crate::admin::list_rows;
use crate::admin::profile;
use crate::admin::table::Table;
use crate::clock::FixedClock;
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::reconciliation::Reconciliation;

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

/// Compares an annex, or any list of what is billed, with lists of what is seen. `prices` are a month's, by category.
///
/// # Errors
/// A refusal that names the file, the line and the column.
pub async fn compare(
    annex: &File,
    lists: &[File],
    prices: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<Reconciliation, Refusal> {
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
        Fact::Contract { contract: CLIENT.to_owned(), text: contract(&day.to_string(), prices) },
        Fact::Annex { contract: CLIENT.to_owned(), rows: annex_rows(annex, now, &zone)? },
    ];
    let mut names = BTreeSet::new();
    for file in lists {
        let source = source_name(&file.name, &mut names);
        let table = Table::read(&file.bytes).map_err(|refusal| refusal.in_file(&file.name))?;
        let rows = list_rows::read(&table, profile::find(None, &source)?, now, &zone);
        let rows: Vec<ListRow> =
            rows.map_err(|refusal| refusal.in_file(&file.name))?.into_iter().map(|(_, row)| row).collect();
        facts.push(Fact::List { source, as_of: now, complete: true, rows });
    }
    let clock = Arc::new(FixedClock(now));
    let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
    record.append(CLIENT, facts, Some(0)).await.map_err(|error| error.refusal())?;
    // The record gives each fact an instant of its own, a little after the clock's.
    let known_at = record.load(CLIENT).await.map_err(|error| error.refusal())?.recorded.last().map(|last| last.at);
    let register = Registers::new(record, clock).of(CLIENT, None, known_at).await?;
    Ok(Reconciliation::of(&register))
}

/// One line a category, each device named by the annex.
fn contract(day: &str, prices: &BTreeMap<String, String>) -> String {
    let mut text = format!(
        "id = \"{CLIENT}\"\nclient = \"{CLIENT}\"\nsigned_on = {day}\neffective_on = {day}\ninitial_months = 12\n\
         time_zone = \"{ZONE}\"\nrenewal = {{ kind = \"none\" }}\n\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\n\
         vat_rate = \"20.00\"\n"
    );
    for category in Category::ALL.map(Category::as_str) {
        let price = prices.get(category).map_or("0.00", String::as_str);
        let _ = write!(
            text,
            "\n[[lines]]\nid = \"{category}\"\nformula = \"forfait\"\ncategory = \"{category}\"\nmode = \"prorata\"\n\
             admission = \"annex\"\nunit_price = \"{price}\"\n"
        );
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

/// A file's name without folder and ending, as a word of its own.
fn source_name(file: &str, taken: &mut BTreeSet<String>) -> String {
    let stem =
        std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
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
        let told: Vec<(&str, Option<&str>, &str)> =
            found.findings.iter().map(|f| (f.code.as_str(), f.name.as_deref(), f.amount_month.as_str())).collect();
        assert_eq!(told, [("never_seen", Some("pc-2"), "-12.00"), ("uncovered", Some("PC-3"), "12.00")]);
        let covered =
            found.assets.iter().filter(|asset| asset.status == "covered" && asset.last_seen.is_some()).count();
        assert_eq!(covered, 1);
    }

    #[tokio::test]
    async fn a_file_without_a_key_is_named() {
        let annex = file("annexe.csv", "Couleur\nbleu\n");
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let refusal = compare(&annex, &[], &BTreeMap::new(), now).await.unwrap_err();
        assert_eq!((refusal.code, refusal.file.as_deref()), ("list_key_missing", Some("annexe.csv")));
    }
}
