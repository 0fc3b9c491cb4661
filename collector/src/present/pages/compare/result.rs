//! `/compare/{id}`: what two files say of each other.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;

use super::{PATH, PRICED};
use crate::admin::compare::{self, File, compare};
use crate::present::form::{Desk, Form, Sent};
use crate::present::pages::frame::Frame;
use crate::present::pages::{answer, refused, render};
use crate::present::query::{Asker, Unasked};
use crate::present::text::compare::{COLUMN_KEYS, CompareWords};
use crate::present::text::refusal::sentence;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::present::uploads::Upload;
use crate::present::{Shared, status};
use crate::views::reconciliation::{AssetRow, FindingRow, Reconciliation};

#[derive(Template)]
#[template(path = "compared.html")]
struct ResultPage {
    frame: Frame,
    words: &'static CompareWords,
    path: String,
    /// The counts, or why the files cannot be compared yet.
    counts: Option<String>,
    unread: Option<String>,
    parts: Vec<Part>,
    priced: bool,
    files: Vec<Columns>,
    columns: Form,
    keep: Form,
    discard: Form,
}

/// Billed and unseen, or seen and unbilled.
struct Part {
    title: String,
    rows: Vec<Row>,
    none: &'static str,
}

struct Row {
    name: String,
    category: String,
    seen: String,
    amount: Option<String>,
}

/// A file and what its columns were taken for.
struct Columns {
    name: String,
    about: String,
    columns: Vec<Column>,
}

struct Column {
    field: String,
    header: String,
    cells: String,
    /// Value, name, whether it is chosen.
    choices: Vec<(&'static str, &'static str, bool)>,
}

pub(crate) async fn show(State(shared): State<Shared>, Path(id): Path<String>, _: Unasked, asker: Asker) -> Response {
    answer(page(&shared, &id, None, &asker).await, &asker)
}

/// The page again after a refusal.
pub(super) async fn again(shared: &Shared, id: &str, sent: &Sent, refusal: &Refusal, asker: &Asker) -> Response {
    match page(shared, id, Some((sent, refusal)), asker).await {
        Ok(page) => render(&page, status::of(refusal.code)),
        Err(refusal) => refused(&refusal, asker),
    }
}

/// The files with their columns named, the annex first.
pub(super) fn files(upload: &Upload) -> Result<Vec<File>, Refusal> {
    let file = |(number, (_, name, bytes)): (usize, &(String, String, Vec<u8>))| {
        let file = File { name: name.clone(), bytes: bytes.clone() };
        let prefix = format!("column-{number}-");
        let mut said: BTreeMap<usize, Option<String>> = BTreeMap::new();
        for (field, key) in &upload.fields {
            if let Some(at) = field.strip_prefix(&prefix).and_then(|at| at.parse().ok()) {
                said.insert(at, Some(key.clone()).filter(|key| !key.is_empty()));
            }
        }
        if said.is_empty() {
            return Ok(file);
        }
        let last = said.keys().next_back().copied().unwrap_or(0);
        let keys: Vec<Option<String>> = (0..=last).map(|at| said.get(&at).cloned().flatten()).collect();
        compare::named(&file, &keys)
    };
    upload.files.iter().enumerate().map(file).collect()
}

/// Prices by category.
pub(super) fn prices(upload: &Upload) -> BTreeMap<String, String> {
    let priced = PRICED.iter().map(|category| (*category, upload.text(&format!("price-{category}"))));
    priced
        .filter(|(_, price)| !price.is_empty())
        .map(|(category, price)| (category.to_owned(), price.to_owned()))
        .collect()
}

async fn page(
    shared: &Shared,
    id: &str,
    again: Option<(&Sent, &Refusal)>,
    asker: &Asker,
) -> Result<ResultPage, Refusal> {
    let language = asker.language;
    let words = CompareWords::of(language);
    let now = shared.office.registers.now();
    let upload = shared.uploads.of(id, now)?;
    let path = format!("{PATH}/{id}");
    let form = async |verb: &str, fields: &[&str]| -> Result<Form, Refusal> {
        let action = format!("{path}/{verb}");
        let form = Form::new(Desk { shared, action: &action, client: None }.token().await?);
        Ok(match again {
            Some((sent, refusal)) if asker.here.ends_with(verb) => {
                form.holding(sent).refused(refusal, fields, language)
            }
            _ => form,
        })
    };
    let (columns, keep, discard) =
        (form("columns", &[]).await?, form("keep", &["client", "name"]).await?, form("discard", &[]).await?);
    let prices = prices(&upload);
    let compared = match files(&upload) {
        Ok(files) => match files.as_slice() {
            [annex, lists @ ..] => compare(annex, lists, &prices, now).await.map(|found| found.document),
            [] => Err(Refusal::new("upload_gone")),
        },
        Err(refusal) => Err(refusal),
    };
    let (counts, unread, parts) = match &compared {
        Ok(found) => (Some(counts(found, words, language)), None, parts(found, words, language)),
        Err(refusal) => (None, Some(sentence(refusal, language)), Vec::new()),
    };
    Ok(ResultPage {
        frame: Frame::of(asker, |_| String::from(words.result_title)),
        priced: !prices.is_empty(),
        files: tables(&upload, words, language),
        words,
        path,
        counts,
        unread,
        parts,
        columns,
        keep,
        discard,
    })
}

fn counts(found: &Reconciliation, words: &CompareWords, language: Language) -> String {
    let count = |n: usize| number::count(n as u64, language);
    let billed = count(found.assets.iter().filter(|asset| asset.slot.is_some()).count());
    let seen = count(found.assets.iter().filter(|asset| asset.last_seen.is_some()).count());
    let both = found.assets.iter().filter(|asset| asset.status == "covered" && asset.last_seen.is_some());
    let both = count(both.count());
    fill(words.counts, &[("billed", &billed), ("seen", &seen), ("both", &both)], language)
}

fn parts(found: &Reconciliation, words: &'static CompareWords, language: Language) -> Vec<Part> {
    let of = |codes: &[&str]| -> Vec<&FindingRow> {
        found.findings.iter().filter(|row| codes.contains(&row.code.as_str())).collect()
    };
    let assets: BTreeMap<&str, &AssetRow> = found.assets.iter().map(|asset| (asset.asset.as_str(), asset)).collect();
    let part = |sentence: &str, rows: Vec<&FindingRow>, none: &'static str| {
        let total = number::total(rows.iter().map(|row| row.amount_month.as_str())).unwrap_or_default();
        let total = total.trim_start_matches('-').to_owned();
        let args = [
            ("count", number::count(rows.len() as u64, language)),
            ("amount", number::amount(&total, &found.currency, language)),
        ];
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Part {
            title: fill(sentence, &args, language),
            rows: rows.into_iter().map(|row| self::row((found, &assets), row, words, language)).collect(),
            none,
        }
    };
    vec![
        part(words.unbilled, of(&["uncovered", "over_count"]), words.no_unbilled),
        part(words.unseen, of(&["never_seen", "missing"]), words.no_unseen),
    ]
}

fn row(
    (found, assets): (&Reconciliation, &BTreeMap<&str, &AssetRow>),
    row: &FindingRow,
    words: &CompareWords,
    language: Language,
) -> Row {
    let asset = row.asset.as_deref().and_then(|id| assets.get(id));
    let category = asset.map(|asset| label::name(label::CATEGORIES, &asset.category, language).to_owned());
    let seen = asset.and_then(|asset| asset.last_seen).map(|seen| date::age_in_words(seen, found.known_at, language));
    let nothing = row.amount_month.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    Row {
        name: row.name.clone().unwrap_or_default(),
        category: category.unwrap_or_default(),
        seen: seen.unwrap_or_else(|| words.never.to_owned()),
        amount: (!nothing).then(|| number::amount(&row.amount_month, &found.currency, language)),
    }
}

fn tables(upload: &Upload, words: &CompareWords, language: Language) -> Vec<Columns> {
    let mut tables = Vec::new();
    for (number, (field, name, bytes)) in upload.files.iter().enumerate() {
        let Ok(found) = compare::columns(&File { name: name.clone(), bytes: bytes.clone() }) else { continue };
        let role = if field == "annex" { words.annex_role } else { words.list_role };
        let columns = found.columns.into_iter().enumerate().map(|(at, (header, guessed, cells))| {
            let field = format!("column-{number}-{at}");
            let said = upload.fields.iter().find(|(known, _)| *known == field).map(|(_, key)| key.as_str());
            let chosen = said.unwrap_or(guessed.unwrap_or_default());
            let choices = std::iter::once(("", words.pass_over))
                .chain(compare::keys().map(|key| (key, label::name(COLUMN_KEYS, key, language))))
                .map(|(key, name)| (key, name, key == chosen));
            Column { header, cells: cells.join(", "), choices: choices.collect(), field }
        });
        tables.push(Columns {
            about: fill(role, &[("rows", &number::count(found.rows as u64, language))], language),
            columns: columns.collect(),
            name: name.clone(),
        });
    }
    tables
}
