//! `usage import`: hours and tickets used, from a table; the whole file or nothing.
//!
//! A key told before with other values is a correction. Refuses a line that no contract of the client has, a day on which
//! its contract is not in force (such a row would never be billed) or that is still to come, and instants out of their order.

use std::collections::BTreeMap;

use cadastre_domain::calendar::day_of;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::usage::{NATURES, UsageRow};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::admin::cell::{Column, Row, columns};
use crate::admin::table::{Table, fold};
use crate::register::Registers;

/// Usage to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportUsage {
    /// Client code.
    pub client: String,
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The file's bytes, base64.
    pub bytes: String,
}

/// What became of a table of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Rows of the file.
    pub rows: usize,
    /// Of these, rows that were not known.
    pub new: usize,
    /// Rows that correct an earlier one.
    pub corrected: usize,
}

const COLUMNS: [Column; 13] = [
    ("key", &["key", "cle", "id", "numero", "reference", "ref"]),
    ("contract", &["contract", "contrat"]),
    ("line", &["line", "ligne"]),
    ("date", &["date", "jour", "day"]),
    ("minutes", &["minutes", "duree", "dureeminutes", "duration"]),
    ("tickets", &["tickets", "nombretickets"]),
    ("nature", &["nature", "type"]),
    ("asset", &["asset", "appareil", "poste", "materiel"]),
    ("means", &["means", "moyen", "moyens"]),
    ("opened_at", &["openedat", "ouvertle", "ouverture"]),
    ("answered_at", &["answeredat", "reponduele", "prisenchargele", "prisencharge"]),
    ("solved_at", &["solvedat", "resolule", "resolution"]),
    ("label", &["label", "libelle", "objet", "designation"]),
];

/// Records the rows that are new or changed; the same file twice changes nothing.
///
/// # Errors
/// A refusal that names file, line and column, and nothing is recorded.
pub async fn import(registers: &Registers, args: ImportUsage) -> Result<Counted, Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &args.bytes)
        .map_err(|_| place(Refusal::new("not_base64").on("bytes")))?;
    let record = registers.record();
    let head = record.head(&args.client).await.map_err(|error| error.refusal())?;
    let register = registers.of(&args.client, None, None).await?;
    let told = read(&register, &bytes).map_err(place)?;
    let standing: BTreeMap<&str, &UsageRow> = register.usage.iter().map(|row| (row.key.as_str(), row)).collect();
    let mut counted = Counted { rows: told.len(), new: 0, corrected: 0 };
    let mut rows = Vec::new();
    for row in told {
        match standing.get(row.key.as_str()) {
            Some(known) if **known == row => continue,
            Some(_) => counted.corrected += 1,
            None => counted.new += 1,
        }
        rows.push(row);
    }
    if !rows.is_empty() {
        record.append(&args.client, vec![Fact::Usage { rows }], Some(head)).await.map_err(|error| error.refusal())?;
    }
    Ok(counted)
}

fn read(register: &Register, bytes: &[u8]) -> Result<Vec<UsageRow>, Refusal> {
    let table = Table::read(bytes)?;
    let columns = columns(&table, &COLUMNS)?;
    for key in ["key", "contract", "line", "date"] {
        if !columns.contains_key(key) {
            return Err(Refusal::new("column_missing").at_line(1).on(key));
        }
    }
    let mut keys: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for (line, cells) in &table.rows {
        let row = read_row(register, &Row::new(&columns, cells)).map_err(|refusal| refusal.at_line(*line))?;
        if let Some(earlier) = keys.insert(row.key.clone(), *line) {
            let refusal = Refusal::new("usage_key_twice").with("key", &row.key).with("earlier", earlier);
            return Err(refusal.at_line(*line).on("key"));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn read_row(register: &Register, row: &Row<'_>) -> Result<UsageRow, Refusal> {
    let id = row.needed("contract")?;
    let found = register.agreements.iter().map(|agreement| &agreement.contract).find(|contract| contract.id == id);
    let Some(contract) = found else {
        let refusal = Refusal::new("contract_unknown").with("contract", id).with("client", &register.client);
        return Err(refusal.on("contract"));
    };
    let line = row.needed("line")?;
    if !contract.line_ids().contains(&line) {
        let known = contract.line_ids().join(", ");
        return Err(Refusal::new("line_not_in_contract").with("line", line).with("known", known).on("line"));
    }
    row.needed("date")?;
    let date = row.date("date")?.unwrap_or_default();
    if contract.line_on(line, date).is_none() {
        let refusal = Refusal::new("usage_out_of_force").with("contract", id).with("line", line).with("day", date);
        return Err(refusal.on("date"));
    }
    let today = day_of(register.known_at, &register.zone);
    if date > today {
        return Err(Refusal::new("usage_in_future").with("day", date).with("today", today).on("date"));
    }
    let zone = contract.zone();
    let [opened_at, answered_at, solved_at] =
        ["opened_at", "answered_at", "solved_at"].map(|key| row.instant(key, &zone));
    let (opened_at, answered_at, solved_at) = (opened_at?, answered_at?, solved_at?);
    in_order(("opened_at", opened_at), ("answered_at", answered_at))?;
    in_order(("opened_at", opened_at), ("solved_at", solved_at))?;
    in_order(("answered_at", answered_at), ("solved_at", solved_at))?;
    Ok(UsageRow {
        key: row.needed("key")?.to_owned(),
        contract: id.to_owned(),
        line: line.to_owned(),
        date,
        minutes: row.value("minutes", "number_invalid")?.unwrap_or(0),
        tickets: row.value("tickets", "number_invalid")?.unwrap_or(0),
        nature: nature(row.text("nature"))?,
        asset: row.text("asset").map(|text| asset(register, text)),
        means: row.text("means").map(str::to_owned),
        opened_at,
        answered_at,
        solved_at,
        label: row.text("label").map(str::to_owned),
    })
}

/// Refuses an instant before the one that it follows, by its own column.
fn in_order(before: (&str, Option<Timestamp>), after: (&'static str, Option<Timestamp>)) -> Result<(), Refusal> {
    match (before.1, after.1) {
        (Some(earlier), Some(later)) if later < earlier => {
            Err(Refusal::new("usage_instants_crossed").with("before", before.0).with("after", after.0).on(after.0))
        }
        _ => Ok(()),
    }
}

fn nature(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let nature = fold(text);
    if NATURES.contains(&nature.as_str()) {
        return Ok(Some(nature));
    }
    Err(Refusal::new("usage_nature_unknown").with("value", text).with("known", NATURES.join(", ")).on("nature"))
}

/// The id of the asset that a row names by id, alias or name; a word that names none is kept as it is.
fn asset(register: &Register, text: &str) -> String {
    let by_id = register.asset(text).and_then(|index| register.assets.get(index));
    let by_name = || {
        let mut named = register.assets.iter().filter(|asset| asset.name.eq_ignore_ascii_case(text));
        named.next().filter(|_| named.next().is_none())
    };
    by_id.or_else(by_name).map_or_else(|| text.to_owned(), |asset| asset.id.clone())
}
