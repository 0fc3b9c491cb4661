//! The canonical CSV of a bill: one row a line, `;`, decimal point, no thousands separator.
//!
//! **Invariant**: a text that a spreadsheet would take for a formula is guarded by an apostrophe; a number never is.

use cadastre_domain::refusal::Refusal;

use crate::views::bill::{Bill, BillLine};
use crate::views::cell::guarded;

pub(super) const HEADER: [&str; 22] = [
    "type",
    "reference",
    "client_code",
    "client_siren",
    "date_facture",
    "date_echeance",
    "periode_debut",
    "periode_fin",
    "contrat",
    "ligne",
    "code_article",
    "designation",
    "quantite",
    "unite",
    "prix_unitaire_ht",
    "base_prix",
    "remise",
    "montant_ht",
    "taux_tva",
    "compte",
    "analytique",
    "preuve",
];

/// The rows of these bills, after their header.
///
/// # Errors
/// Only what the writer refuses, which a memory buffer does not.
pub(crate) fn bills(bills: &[Bill]) -> Result<String, Refusal> {
    let unwritable = |reason: String| Refusal::new("internal").with("reason", reason);
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(HEADER).map_err(|error| unwritable(error.to_string()))?;
    for bill in bills {
        for line in &bill.lines {
            writer.write_record(row(bill, line)).map_err(|error| unwritable(error.to_string()))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unwritable(error.to_string()))
}

pub(super) fn row(bill: &Bill, line: &BillLine) -> [String; 22] {
    let text = |value: &str| guarded(value);
    let optional = |value: &Option<String>| value.as_deref().map(guarded).unwrap_or_default();
    [
        text(&line.kind),
        text(&bill.reference),
        text(&bill.client),
        optional(&bill.client_siren),
        bill.date.to_string(),
        bill.due.to_string(),
        line.from.to_string(),
        line.to.to_string(),
        text(&line.contract),
        optional(&line.line),
        optional(&line.article),
        text(&line.label),
        line.quantity.to_string(),
        text(&line.unit),
        line.unit_price.clone(),
        line.price_base.to_string(),
        line.discount.clone().unwrap_or_default(),
        line.amount.clone(),
        line.vat_rate.clone(),
        optional(&line.account),
        optional(&line.analytic),
        text(&line.evidence),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("@SUM"), "'@SUM");
        assert_eq!(guarded("-x"), "'-x");
        assert_eq!(guarded("laptops"), "laptops");
        assert_eq!(HEADER.len(), 22);
    }
}
