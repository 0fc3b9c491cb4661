//! A price list: what a device of each category costs a month, as a table of categories and unit prices.

use std::collections::BTreeMap;

use cadastre_domain::category::Category;
use cadastre_domain::money::Price;
use cadastre_domain::refusal::Refusal;

use crate::admin::cell::{Column, Row, columns, plain};
use crate::admin::list_words::category;
use crate::admin::table::Table;

/// Columns, and how headers spell them, folded.
const COLUMNS: [Column; 2] = [
    ("category", &["category", "categorie", "typedappareil", "devicetype"]),
    ("unit_price", &["unitprice", "price", "prix", "prixunitaire", "prixunitaireht", "pu", "puht"]),
];

/// Reads a price list: CSV or XLSX.
///
/// # Errors
/// A refusal that names the line and the column.
pub fn read(bytes: &[u8]) -> Result<BTreeMap<Category, Price>, Refusal> {
    let table = Table::read(bytes)?;
    let columns = columns(&table, &COLUMNS)?;
    let mut prices = BTreeMap::new();
    for (line, cells) in &table.rows {
        let (category, price) = priced(&Row::new(&columns, cells)).map_err(|refusal| refusal.at_line(*line))?;
        if prices.insert(category, price).is_some() {
            return Err(Refusal::new("price_twice").with("category", category).at_line(*line).on("category"));
        }
    }
    Ok(prices)
}

fn priced(row: &Row<'_>) -> Result<(Category, Price), Refusal> {
    let word = row.needed("category")?;
    let known = word.parse().ok().or_else(|| category(Some(word), None).and_then(|word| word.parse().ok()));
    let category = known.ok_or_else(|| Refusal::new("invoice_category_unknown").with("value", word).on("category"))?;
    let text = row.needed("unit_price")?;
    let price = plain(&text.replace('€', "")).parse();
    let invalid = |_| Refusal::new("invoice_number_invalid").with("value", text).on("unit_price");
    Ok((category, price.map_err(invalid)?))
}
