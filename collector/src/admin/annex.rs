//! `annex import`: rows of a contract's annex from a table, the whole file or nothing.

mod preview;

use std::collections::BTreeMap;

use cadastre_domain::contract::{Contract, OWNERS};
use cadastre_domain::fact::{AnnexRow, Fact};
use cadastre_domain::identifier::mac_number;
use cadastre_domain::money::Amount;
use cadastre_domain::perimeter::Agreement;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::admin::cell::{columns, date, plain};
use crate::admin::contract::Imported;
use crate::admin::table::Table;
use crate::register::Registers;

pub use preview::{AnnexPreview, RowChange, inventory, preview};

/// An annex to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportAnnex {
    /// Client code.
    pub client: String,
    /// Contract id.
    pub contract: String,
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The file's bytes, base64.
    pub bytes: String,
}

/// A column of an annex: the key, and how headers spell it, folded.
const COLUMNS: [(&str, &[&str]); 17] = [
    ("label", &["label", "libelle", "nom", "name", "poste", "emplacement", "slot"]),
    ("line", &["line", "ligne", "contractline", "lignedecontrat"]),
    (
        "serial",
        &["serial", "serialnumber", "serie", "ndeserie", "noserie", "numerodeserie", "nserie", "sn", "servicetag"],
    ),
    ("hostname", &["hostname", "host", "computername", "nomdhote", "nomdemachine", "machine", "ordinateur"]),
    ("mac", &["mac", "macaddress", "adressemac"]),
    ("asset_tag", &["assettag", "tag", "inventaire", "numeroinventaire", "etiquette"]),
    ("native_id", &["nativeid", "id", "identifiant"]),
    ("manufacturer", &["manufacturer", "maker", "vendor", "fabricant", "marque", "constructeur"]),
    ("model", &["model", "modele", "product", "produit"]),
    ("site", &["site", "agence", "location", "lieu"]),
    ("from", &["from", "du", "debut", "depuis", "datedebut", "premierjour", "firstday", "start", "startdate"]),
    ("to", &["to", "au", "fin", "jusquau", "datefin", "dernierjour", "lastday", "end", "enddate"]),
    ("owner", &["owner", "proprietaire"]),
    ("supplied_on", &["suppliedon", "fournile", "datefourniture"]),
    ("value", &["value", "valeur"]),
    ("months", &["months", "mois", "duree"]),
    ("buy_out", &["buyout", "rachat", "valeurderachat"]),
];

/// Records the rows that change the annex; the same file twice changes nothing.
///
/// # Errors
/// A refusal that names file, line and column, and nothing is recorded.
pub async fn import(registers: &Registers, args: ImportAnnex) -> Result<Imported, Refusal> {
    let record = registers.record();
    let head = record.head(&args.client).await.map_err(|error| error.refusal())?;
    let register = registers.of(&args.client, None, None).await?;
    let (_, rows) = judged(&register, &args)?;
    let imported = Imported { id: args.contract.clone(), changed: !rows.is_empty(), rows: rows.len() };
    if imported.changed {
        let fact = Fact::Annex { contract: args.contract, rows };
        record.append(&args.client, vec![fact], Some(head)).await.map_err(|error| error.refusal())?;
    }
    Ok(imported)
}

/// The contract that an import names, and the rows that would change.
fn judged<'r>(register: &'r Register, args: &ImportAnnex) -> Result<(&'r Agreement, Vec<AnnexRow>), Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &args.bytes)
        .map_err(|_| place(Refusal::new("not_base64").on("bytes")))?;
    let Some(agreement) = register.agreements.iter().find(|agreement| agreement.contract.id == args.contract) else {
        return Err(Refusal::new("contract_unknown").with("contract", &args.contract).with("client", &args.client));
    };
    let table = Table::read(&bytes).map_err(place)?;
    let rows = changed_rows(agreement, &table).map_err(place)?;
    Ok((agreement, rows))
}

/// The rows of the table that differ from the annex as it stands, checked as a whole.
fn changed_rows(agreement: &Agreement, table: &Table) -> Result<Vec<AnnexRow>, Refusal> {
    let columns = columns(table, &COLUMNS)?;
    let label = *columns.get("label").ok_or_else(|| Refusal::new("column_missing").at_line(1).on("label"))?;
    let mut standing: BTreeMap<&str, &AnnexRow> =
        agreement.annex.iter().map(|entry| (entry.row.label.as_str(), &entry.row)).collect();
    let first_annex = standing.is_empty();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut changed = Vec::new();
    for (line, cells) in &table.rows {
        let name = cells.get(label).map(String::as_str).unwrap_or_default();
        if name.is_empty() {
            return Err(Refusal::new("cell_empty").at_line(*line).on("label"));
        }
        if let Some(earlier) = lines.insert(name.to_owned(), *line) {
            return Err(Refusal::new("label_twice")
                .with("label", name)
                .with("earlier", earlier)
                .at_line(*line)
                .on("label"));
        }
        let known = standing.remove(name);
        let row = row(known, &columns, cells).map_err(|refusal| refusal.at_line(*line))?;
        check(&agreement.contract, &row, known.is_none() && !first_annex).map_err(|refusal| refusal.at_line(*line))?;
        if known != Some(&row) {
            changed.push(row);
        }
    }
    check_serials(agreement, &changed, &lines)?;
    Ok(changed)
}

/// The row as it will stand: an empty cell clears, an absent column keeps.
fn row(
    known: Option<&AnnexRow>,
    columns: &BTreeMap<&'static str, usize>,
    cells: &[String],
) -> Result<AnnexRow, Refusal> {
    let mut row = known.cloned().unwrap_or_default();
    let cell = |key: &str| columns.get(key).and_then(|index| cells.get(*index));
    let text = |key: &str, slot: &mut Option<String>| {
        if let Some(cell) = cell(key) {
            *slot = Some(cell.clone()).filter(|cell| !cell.is_empty());
        }
    };
    row.label = cell("label").cloned().unwrap_or_default();
    text("line", &mut row.line);
    text("serial", &mut row.serial);
    text("hostname", &mut row.hostname);
    text("mac", &mut row.mac);
    text("asset_tag", &mut row.asset_tag);
    text("native_id", &mut row.native_id);
    text("manufacturer", &mut row.manufacturer);
    text("model", &mut row.model);
    text("site", &mut row.site);
    text("owner", &mut row.owner);
    for (key, slot) in [("value", &mut row.value), ("buy_out", &mut row.buy_out)] {
        if let Some(cell) = cell(key) {
            *slot = amount(cell).map_err(|refusal| refusal.on(key))?;
        }
    }
    for (key, slot) in [("from", &mut row.from), ("to", &mut row.to), ("supplied_on", &mut row.supplied_on)] {
        if let Some(cell) = cell(key) {
            *slot = date(cell).map_err(|refusal| refusal.on(key))?;
        }
    }
    if let Some(cell) = cell("months") {
        row.months = match cell.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| Refusal::new("number_invalid").with("value", text).on("months"))?),
        };
    }
    Ok(row)
}

/// `1200.00` or `1 200,00`; empty is none.
fn amount(cell: &str) -> Result<Option<String>, Refusal> {
    if cell.is_empty() {
        return Ok(None);
    }
    let amount = plain(cell).parse::<Amount>().map_err(|_| Refusal::new("money_form").with("value", cell))?;
    Ok(Some(amount.to_string()))
}

/// What one row must fulfil in its contract.
fn check(contract: &Contract, row: &AnnexRow, needs_from: bool) -> Result<(), Refusal> {
    if let Some(owner) = row.owner.as_deref().filter(|owner| !OWNERS.contains(owner)) {
        let refusal = Refusal::new("unknown_value").with("key", "owner").with("value", owner);
        return Err(refusal.with("allowed", OWNERS.join(", ")).on("owner"));
    }
    if let Some(mac) = row.mac.as_deref().filter(|mac| mac_number(mac).is_none()) {
        return Err(Refusal::new("mac_invalid").with("value", mac).on("mac"));
    }
    if needs_from && row.from.is_none() {
        return Err(Refusal::new("annex_from_needed").with("label", &row.label).on("from"));
    }
    let from = row.from.unwrap_or_else(|| contract.first_day());
    if from < contract.first_day() {
        return Err(Refusal::new("annex_before_contract")
            .with("from", from)
            .with("first", contract.first_day())
            .on("from"));
    }
    if let Some(to) = row.to.filter(|to| *to < from) {
        return Err(Refusal::new("annex_ends_before").with("from", from).with("to", to).on("to"));
    }
    match &row.line {
        Some(line) if !contract.line_ids().iter().any(|id| id == line) => {
            let known = contract.line_ids().join(", ");
            Err(Refusal::new("line_not_in_contract").with("line", line).with("known", known).on("line"))
        }
        None if contract.line_ids().len() > 1 => Err(Refusal::new("cell_empty").on("line")),
        _ => Ok(()),
    }
}

/// One serial in two rows of one annex on one day is refused.
fn check_serials(agreement: &Agreement, changed: &[AnnexRow], lines: &BTreeMap<String, usize>) -> Result<(), Refusal> {
    let mut all: BTreeMap<&str, &AnnexRow> =
        agreement.annex.iter().map(|entry| (entry.row.label.as_str(), &entry.row)).collect();
    all.extend(changed.iter().map(|row| (row.label.as_str(), row)));
    let mut by_serial: BTreeMap<String, Vec<&AnnexRow>> = BTreeMap::new();
    for row in all.values() {
        let serial: String = row.serial.iter().flat_map(|s| s.chars()).filter(char::is_ascii_alphanumeric).collect();
        if !serial.is_empty() {
            by_serial.entry(serial.to_ascii_uppercase()).or_default().push(row);
        }
    }
    let overlap = |a: &AnnexRow, b: &AnnexRow| {
        let starts_by = |x: &AnnexRow, end: Option<Date>| end.is_none_or(|end| x.from.is_none_or(|from| from <= end));
        starts_by(a, b.to) && starts_by(b, a.to)
    };
    for rows in by_serial.values() {
        for (index, row) in rows.iter().enumerate() {
            if let Some(other) = rows.iter().take(index).find(|other| overlap(row, other)) {
                let (row, other) = if lines.contains_key(&row.label) { (row, other) } else { (other, row) };
                let refusal =
                    Refusal::new("serial_twice").with("label", &row.label).with("other", &other.label).on("serial");
                return Err(lines.get(&row.label).map_or(refusal.clone(), |line| refusal.at_line(*line)));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::table::fold;
    use crate::present::text::Language;
    use crate::present::text::contracts::ContractsWords;

    #[test]
    fn the_headings_that_the_page_names_are_taken() {
        let known = |heading: &str| COLUMNS.iter().any(|(_, names)| names.contains(&fold(heading).as_str()));
        for (language, or) in [(Language::En, " or "), (Language::Fr, " ou ")] {
            let about = ContractsWords::of(language).annex_about;
            let list = about.split_once(": ").or(about.split_once(" :")).unwrap().1.split_once('.').unwrap().0;
            for heading in list.split(", ").flat_map(|part| part.split(or)) {
                assert!(known(heading), "{heading}");
            }
        }
    }
}
