//! `audit`: months of issued invoices against dated lists, from files alone: the rules of identity on a memory store, the
//! intervals of the domain, nothing written anywhere.
//!
//! A list speaks of the day in its file's name, else of its newest sighting. Editions of one console (names that differ by
//! their day only) know their things by one id. A row of an invoice that names no category is left aside and told.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadastre_domain::audit::{Bound, Invoiced, Seen, audit as audited};
use cadastre_domain::calendar::{Month, day_of, last_instant};
use cadastre_domain::fact::{Fact, ListRow};
use cadastre_domain::money::{Amount, Price, rounded};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::admin::cell::{Row, date, plain};
use crate::admin::compare::{File, stem};
use crate::admin::list_words::category;
use crate::admin::table::Table;
use crate::admin::{list_rows, profile};
use crate::clock::FixedClock;
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::audit::{Aside, Audit, AuditDevice, AuditList};

/// The only client there is.
const CLIENT: &str = "audit";
/// Zone of dates without one.
const ZONE: &str = "Europe/Paris";
/// Currency of invoices that name none.
const CURRENCY: &str = "EUR";

/// Columns of invoices, and how headers spell them, folded. Others are passed over.
const COLUMNS: [(&str, &[&str]); 7] = [
    (
        "month",
        &["month", "mois", "period", "periode", "date", "datefacture", "datedefacture", "invoicedate", "periodedebut"],
    ),
    ("category", &["category", "categorie", "typedappareil", "devicetype"]),
    ("label", &["label", "libelle", "designation", "description", "article", "produit", "product", "item"]),
    ("quantity", &["quantity", "quantite", "qte", "qty", "nombre", "count"]),
    ("unit_price", &["unitprice", "price", "prix", "prixunitaire", "prixunitaireht", "pu", "puht"]),
    ("base", &["base", "baseprix", "pricebase"]),
    ("amount", &["amount", "montant", "montantht", "totalht", "total", "net"]),
];

/// Audits invoices with lists. With `complete`, each list bounds its month from above.
///
/// # Errors
/// A refusal that names the file, the line and the column.
pub async fn audit(invoices: &File, lists: &[File], complete: bool, now: Timestamp) -> Result<Audit, Refusal> {
    let zone = cadastre_domain::calendar::zone(ZONE).unwrap_or(TimeZone::UTC);
    let (invoiced, aside) = read_invoices(invoices).map_err(|refusal| refusal.in_file(&invoices.name))?;
    let mut editions = Vec::new();
    for file in lists {
        editions.push(edition(file, now, &zone).map_err(|refusal| refusal.in_file(&file.name))?);
    }
    editions.sort_by(|one, other| (one.as_of, &one.file).cmp(&(other.as_of, &other.file)));
    let register = register(&editions, now).await?;
    let (seen, devices) = seen(&register, &zone);
    let bounds = if complete { bounds(&editions, &zone) } else { Vec::new() };
    let told = audited(&invoiced, &seen, &bounds)?;
    let list = |edition: Edition| AuditList {
        rows: u32::try_from(edition.rows.len()).unwrap_or(u32::MAX),
        file: edition.file,
        as_of: edition.as_of,
        complete,
    };
    Audit::of(CURRENCY, editions.into_iter().map(list).collect(), aside, &told, devices)
}

fn read_invoices(file: &File) -> Result<(Vec<Invoiced>, Vec<Aside>), Refusal> {
    let table = Table::read(&file.bytes)?;
    let found = |(key, names): &(&'static str, &[&str])| table.column(names).map(|at| (*key, at));
    let columns: BTreeMap<&'static str, usize> = COLUMNS.iter().filter_map(found).collect();
    for (key, one_of) in [
        ("month", &["month"][..]),
        ("category", &["category", "label"]),
        ("quantity", &["quantity"]),
        ("amount", &["amount", "unit_price"]),
    ] {
        if !one_of.iter().any(|key| columns.contains_key(key)) {
            let refusal = Refusal::new("invoice_column_missing").with("found", table.headers.join(", "));
            return Err(refusal.with("column", one_of.join(", ")).at_line(1).on(key));
        }
    }
    let (mut invoiced, mut aside) = (Vec::new(), Vec::new());
    for (line, cells) in &table.rows {
        let row = Row::new(&columns, cells);
        let told = invoice(&row).map_err(|refusal| refusal.at_line(*line))?;
        match told {
            (Some(row), _) => invoiced.push(row),
            (None, (label, amount)) => aside.push(Aside { line: *line, label, amount: amount.to_string() }),
        }
    }
    Ok((invoiced, aside))
}

/// A row of an invoice; one without a category as its label and amount.
fn invoice(row: &Row<'_>) -> Result<(Option<Invoiced>, (String, Amount)), Refusal> {
    let month = month(row.needed("month")?)?;
    let quantity = number(row.needed("quantity")?, "quantity")?;
    let price = row.text("unit_price").map(|text| number(text, "unit_price")).transpose()?;
    let base: u32 = row.value("base", "invoice_number_invalid")?.unwrap_or(1);
    if base == 0 {
        return Err(Refusal::new("invoice_number_invalid").with("value", "0").on("base"));
    }
    let amount = match (row.text("amount"), price) {
        (Some(text), _) => number(text, "amount").and_then(|amount| rounded(amount, 1, None))?,
        (None, Some(price)) => {
            let overflow = || Refusal::new("amount_overflow");
            let exact = quantity.checked_mul(price).ok_or_else(overflow)?;
            rounded(exact.div_euclid(1_000_000), base, None)?
        }
        (None, None) => return Err(Refusal::new("cell_empty").on("amount")),
    };
    let label = row.text("label").unwrap_or_default().to_owned();
    let named = match row.text("category") {
        Some(word) => Some(
            category(Some(word), None)
                .ok_or_else(|| Refusal::new("invoice_category_unknown").with("value", word).on("category"))?,
        ),
        None => in_words(&label),
    };
    let hundredths = rounded(quantity, base, None)?.cents();
    let invoiced = named.map(|category| Invoiced { month, category: category.to_owned(), hundredths, amount });
    Ok((invoiced, (label, amount)))
}

/// `2026-03`, `03/2026`, or the month of a date.
fn month(text: &str) -> Result<Month, Refusal> {
    let turned = text.split_once('/').filter(|(_, year)| year.len() == 4 && !year.contains('/'));
    let turned = turned.map(|(month, year)| format!("{year}-{month:0>2}"));
    let read = turned.as_deref().unwrap_or(text).parse::<Month>().ok();
    let day = || date(text).ok().flatten().map(Month::of);
    read.or_else(day).ok_or_else(|| Refusal::new("invoice_month_invalid").with("value", text).on("month"))
}

/// A number as people write it: spaces between thousands, a comma or a point before decimals, a currency sign after.
/// In millionths.
fn number(text: &str, key: &'static str) -> Result<i128, Refusal> {
    let plain = plain(&text.replace('€', "").replace('\u{2212}', "-"));
    let (sign, digits) = plain.strip_prefix('-').map_or((1, plain.as_str()), |digits| (-1, digits));
    let invalid = |_| Refusal::new("invoice_number_invalid").with("value", text).on(key);
    let number: Price = digits.parse().map_err(invalid)?;
    Ok(sign * i128::from(number.millionths()))
}

/// The category that a label names: two words together first, plurals too.
fn in_words(label: &str) -> Option<&'static str> {
    let words: Vec<&str> = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let singular = |word: &str| word.strip_suffix(['s', 'S']).unwrap_or(word).to_owned();
    let pairs = words.windows(2).map(|pair| pair.iter().map(|word| singular(word)).collect::<Vec<_>>().join(" "));
    let single = words.iter().flat_map(|word| [(*word).to_owned(), singular(word)]);
    pairs.chain(single).find_map(|word| category(Some(&word), None))
}

/// A list as it stood on its day.
struct Edition {
    file: String,
    source: String,
    as_of: Timestamp,
    rows: Vec<ListRow>,
    first: Vec<Option<Timestamp>>,
}

fn edition(file: &File, now: Timestamp, zone: &TimeZone) -> Result<Edition, Refusal> {
    let table = Table::read(&file.bytes)?;
    let (source, day) = named(&file.name);
    let profile = profile::find(None, &source)?;
    let told = day.map(|day| last_instant(day, zone).min(now));
    let rows: Vec<ListRow> =
        list_rows::read(&table, profile, told.unwrap_or(now), zone)?.into_iter().map(|(_, row)| row).collect();
    let newest = || rows.iter().filter_map(|row| row.last_seen).max();
    let as_of = told.or_else(newest).ok_or_else(|| Refusal::new("audit_list_undated"))?;
    let first = list_rows::first_seen(&table, profile, zone)?;
    Ok(Edition { file: file.name.clone(), source, as_of, rows, first })
}

/// The console of a file, and the day in its name: `rmm-2026-03-31.csv`.
pub(super) fn named(file: &str) -> (String, Option<Date>) {
    let stem = stem(file);
    let at = (0..stem.len()).find(|at| stem.get(*at..*at + 10).is_some_and(|text| text.parse::<Date>().is_ok()));
    let day = at.and_then(|at| stem.get(at..at + 10)).and_then(|text| text.parse().ok());
    let rest = at.map_or(stem.clone(), |at| {
        format!("{}{}", stem.get(..at).unwrap_or_default(), stem.get(at + 10..).unwrap_or_default())
    });
    let plain: String = rest.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    let reserved = ["", "agent", "annex"].contains(&plain);
    (if reserved { "list".to_owned() } else { plain.to_owned() }, day)
}

/// The register of these lists: each row as of its last sighting, and before it as of its first.
async fn register(editions: &[Edition], now: Timestamp) -> Result<Arc<Register>, Refusal> {
    let mut facts = vec![Fact::Client { name: None, siren: None, example: false }];
    for edition in editions {
        let early = edition.rows.iter().zip(&edition.first).filter_map(|(row, first)| {
            let first = first.filter(|first| *first <= edition.as_of)?;
            Some(ListRow { last_seen: Some(first), unseen: false, ..row.clone() })
        });
        for rows in [early.collect(), edition.rows.clone()] {
            let list = Fact::List { source: edition.source.clone(), as_of: edition.as_of, complete: false, rows };
            facts.push(list);
        }
    }
    let clock = Arc::new(FixedClock(now));
    let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
    record.append(CLIENT, facts, Some(0)).await.map_err(|error| error.refusal())?;
    let known_at = record.load(CLIENT).await.map_err(|error| error.refusal())?.recorded.last().map(|last| last.at);
    Registers::new(record, clock).of(CLIENT, None, known_at).await
}

/// The devices that were ever seen, for the rule and for the reader.
fn seen(register: &Register, zone: &TimeZone) -> (Vec<Seen>, Vec<AuditDevice>) {
    let mut devices = Vec::new();
    for asset in &register.assets {
        let category = asset.category_at(register.at).map(|verdict| verdict.category.to_string());
        let (Some(first), Some(last)) = (asset.contacts.first(), asset.contacts.last()) else { continue };
        devices.push(AuditDevice {
            name: asset.name.clone(),
            category: category.unwrap_or_else(|| "other".to_owned()),
            first_seen: day_of(*first, zone),
            last_seen: day_of(*last, zone),
        });
    }
    devices.sort_by(|a, b| (&a.category, &a.name, a.first_seen).cmp(&(&b.category, &b.name, b.first_seen)));
    let of = |device: &AuditDevice| Seen {
        category: device.category.clone(),
        first: Month::of(device.first_seen),
        last: Month::of(device.last_seen),
    };
    (devices.iter().map(of).collect(), devices)
}

/// What complete lists allow in their month: the rows of each console's largest edition, consoles added, for two may
/// know other devices. A row without a category may be of any.
fn bounds(editions: &[Edition], zone: &TimeZone) -> Vec<Bound> {
    let mut by_source: BTreeMap<(Month, &str, &str), u32> = BTreeMap::new();
    let categories: Vec<&str> =
        editions.iter().flat_map(|e| &e.rows).filter_map(|row| row.evidence.claimed_category.as_deref()).collect();
    for edition in editions {
        let month = Month::of(day_of(edition.as_of, zone));
        for category in &categories {
            let own = edition
                .rows
                .iter()
                .filter(|row| row.evidence.claimed_category.as_deref().is_none_or(|c| c == *category));
            let rows = u32::try_from(own.count()).unwrap_or(u32::MAX);
            let most = by_source.entry((month, *category, &edition.source)).or_insert(0);
            *most = (*most).max(rows);
        }
    }
    let mut bounds: BTreeMap<(Month, &str), u32> = BTreeMap::new();
    for ((month, category, _), devices) in by_source {
        let sum = bounds.entry((month, category)).or_insert(0);
        *sum = sum.saturating_add(devices);
    }
    let bound =
        |((month, category), devices): ((Month, &str), u32)| Bound { month, category: category.to_owned(), devices };
    bounds.into_iter().map(bound).collect()
}
