//! What an annex would change, before it is recorded; and an annex made of what is seen today.

use cadastre_domain::contract::Admission;
use cadastre_domain::fact::{AnnexRow, Fact};
use cadastre_domain::perimeter::Agreement;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::standing::{Status, seen_lately};

use super::{ImportAnnex, judged};
use crate::admin::contract::{MonthEffect, months};
use crate::register::Registers;

/// What an annex changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexPreview {
    /// Rows that are new or change, in the file's order.
    pub rows: Vec<RowChange>,
    /// What becomes of bills.
    pub months: Vec<MonthEffect>,
}

/// A row that is new or changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its label.
    pub label: String,
    /// Whether the annex has no such label yet.
    pub new: bool,
    /// Key, before and after of each cell that changes; empty is absent.
    pub changes: Vec<(&'static str, String, String)>,
}

/// What an import would change.
///
/// # Errors
/// As [`super::import`].
pub async fn preview(registers: &Registers, args: &ImportAnnex) -> Result<AnnexPreview, Refusal> {
    let before = registers.of(&args.client, None, None).await?;
    let (agreement, rows) = judged(&before, args)?;
    let changes = rows.iter().map(|row| change(agreement, row)).collect();
    let currency = agreement.contract.currency.clone();
    let fact = Fact::Annex { contract: args.contract.clone(), rows };
    let after = registers.with(&args.client, vec![fact]).await?;
    Ok(AnnexPreview { rows: changes, months: months(&before, &after, &currency)? })
}

fn change(agreement: &Agreement, row: &AnnexRow) -> RowChange {
    let known = agreement.annex.iter().map(|entry| &entry.row).find(|known| known.label == row.label);
    let (before, after) = (known.map(cells).unwrap_or_default(), cells(row));
    let changes = after.into_iter().enumerate().filter_map(|(at, (key, after))| {
        let before = before.get(at).map(|(_, before)| before.clone()).unwrap_or_default();
        (before != after).then_some((key, before, after))
    });
    RowChange { label: row.label.clone(), new: known.is_none(), changes: changes.collect() }
}

/// The cells of a row in the order of an annex's columns.
fn cells(row: &AnnexRow) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let day = |value: Option<jiff::civil::Date>| value.map(|day| day.to_string()).unwrap_or_default();
    vec![
        ("line", text(&row.line)),
        ("serial", text(&row.serial)),
        ("hostname", text(&row.hostname)),
        ("mac", text(&row.mac)),
        ("asset_tag", text(&row.asset_tag)),
        ("native_id", text(&row.native_id)),
        ("manufacturer", text(&row.manufacturer)),
        ("model", text(&row.model)),
        ("site", text(&row.site)),
        ("from", day(row.from)),
        ("to", day(row.to)),
        ("owner", text(&row.owner)),
        ("supplied_on", day(row.supplied_on)),
        ("value", text(&row.value)),
        ("months", row.months.map(|months| months.to_string()).unwrap_or_default()),
        ("buy_out", text(&row.buy_out)),
    ]
}

/// The devices that are seen today, hold no slot, and have a line of this contract that names its devices: as an annex.
///
/// # Errors
/// `contract_unknown`, `inventory_empty`.
pub async fn inventory(registers: &Registers, client: &str, contract: &str) -> Result<String, Refusal> {
    let register = registers.of(client, None, None).await?;
    let agreement = register.agreements.iter().find(|agreement| agreement.contract.id == contract);
    let agreement =
        agreement.ok_or_else(|| Refusal::new("contract_unknown").with("contract", contract).with("client", client))?;
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let internal = |error: String| Refusal::new("internal").with("reason", error);
    let mut rows = vec![["label", "line", "serial", "hostname", "mac", "site", "from"].map(str::to_owned)];
    for standing in register.standings.iter().filter(|standing| {
        standing.status == Status::Uncovered
            && seen_lately(&register, standing.last_seen)
            && !register.perimeter.excluded(standing.asset, register.as_of)
    }) {
        rows.extend(row(&register, agreement, standing.asset));
    }
    if rows.len() == 1 {
        return Err(Refusal::new("inventory_empty").with("contract", contract));
    }
    for row in rows {
        writer.write_record(row).map_err(|error| internal(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| internal(error.to_string()))
}

fn row(register: &Register, agreement: &Agreement, index: usize) -> Option<[String; 7]> {
    let asset = register.assets.get(index)?;
    let category = asset.category_at(register.at)?.category;
    let lines = agreement.contract.lines_on(register.as_of);
    let line = lines.iter().find(|line| line.category == category.as_str() && line.admission == Admission::Annex)?;
    let told =
        || asset.sightings.iter().filter_map(|at| register.sightings.get(*at)).map(|sighting| &sighting.evidence);
    let serial = told().find_map(|told| told.system_serial.clone().or_else(|| told.untyped_serial.clone()));
    let mac = told().flat_map(|told| &told.adapters).filter(|adapter| !adapter.removable).find_map(|a| a.mac.clone());
    let hostname = told().find_map(|told| told.hostname.clone());
    let from = if agreement.annex.is_empty() { String::new() } else { register.as_of.to_string() };
    // A serial says all; without one, the name alone says which device it is.
    let named = serial.is_none() && hostname.is_some();
    Some([
        asset.name.clone(),
        line.id.clone(),
        serial.clone().unwrap_or_default(),
        if named { hostname.unwrap_or_default() } else { String::new() },
        if serial.is_none() && !named { mac.unwrap_or_default() } else { String::new() },
        asset.site.clone().unwrap_or_default(),
        from,
    ])
}
