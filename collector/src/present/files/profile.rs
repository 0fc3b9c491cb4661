//! Mapping profiles: the canonical rows renamed, reordered and reformatted for a billing tool. The tools are data.
//!
//! Refuses a tool that no profile knows. **Invariant**: a profile changes form only: no amount is computed here. A tool
//! without a column for the base of the price multiplies quantity by price: where that would not give the line's amount, the
//! line is one piece at its amount, and its wording says the count, the price and the base.

use std::collections::BTreeMap;

use cadastre_domain::money::{Percent, Price, charge};
use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::csv;
use crate::present::text::bill::worked_out;
use crate::views::bill::{Bill, BillLine};
use crate::views::cell::guarded;

/// How a tool reads a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// The tool's name.
    title: String,
    /// Whether an import into the tool was seen to work.
    verified: bool,
    /// When its columns were written down.
    read_on: toml::value::Datetime,
    /// Where they come from.
    source: String,
    separator: char,
    decimal: char,
    encoding: Encoding,
    date: String,
    columns: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-8-bom")]
    Utf8Bom,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What a user must know of a profile.
#[derive(Debug, Serialize)]
pub(crate) struct About {
    title: String,
    verified: bool,
    read_on: String,
    source: String,
}

/// Columns of the canonical CSV that hold numbers, and those that hold days.
const NUMBERS: [&str; 6] = ["quantite", "prix_unitaire_ht", "base_prix", "remise", "montant_ht", "taux_tva"];
const DAYS: [&str; 4] = ["date_facture", "date_echeance", "periode_debut", "periode_fin"];

/// All profiles, by name.
///
/// # Errors
/// `internal` when the data does not read, which a test excludes.
pub(crate) fn all() -> Result<BTreeMap<String, Profile>, Refusal> {
    toml::from_str(include_str!("profiles.toml")).map_err(|error| Refusal::new("internal").with("reason", error))
}

/// Names of the profiles, for a choice.
pub(crate) fn names() -> Vec<String> {
    all().map(|profiles| profiles.into_keys().collect()).unwrap_or_default()
}

/// The bills as a tool reads them.
///
/// # Errors
/// `profile_unknown`.
pub(crate) fn bills(bills: &[Bill], name: &str) -> Result<(Vec<u8>, About), Refusal> {
    let profiles = all()?;
    let Some(profile) = profiles.get(name) else {
        let known = profiles.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(Refusal::new("profile_unknown").with("value", name).with("known", known).on("--profile"));
    };
    let unwritable = |reason: String| Refusal::new("internal").with("reason", reason);
    let separator = u8::try_from(profile.separator).unwrap_or(b';');
    let mut writer = ::csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    let headers = profile.columns.iter().map(|(header, _)| header.as_str());
    writer.write_record(headers).map_err(|error| unwritable(error.to_string()))?;
    for bill in bills {
        for line in &bill.lines {
            let row = profile.row(bill, line);
            let cells = profile.columns.iter().map(|(_, from)| profile.cell(from, &row));
            writer.write_record(cells).map_err(|error| unwritable(error.to_string()))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| unwritable(error.to_string()))?;
    let bytes = match profile.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8Bom => [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
    };
    Ok((bytes, profile.about()))
}

impl Profile {
    fn about(&self) -> About {
        let (title, source, read_on) = (self.title.clone(), self.source.clone(), self.read_on.to_string());
        About { title, verified: self.verified, read_on, source }
    }

    /// The canonical row of a line, as one piece where quantity × price would not give its amount.
    fn row(&self, bill: &Bill, line: &BillLine) -> [String; 22] {
        let mut row = csv::row(bill, line);
        if self.has("base_prix") || self.multiplies_out(line) {
            return row;
        }
        let (sign, price) = line.amount.strip_prefix('-').map_or(("1", line.amount.as_str()), |price| ("-1", price));
        let label = format!("{} ({})", line.label, worked_out(line));
        let whole = [
            ("designation", guarded(&label)),
            ("quantite", sign.to_owned()),
            ("unite", "C62".to_owned()),
            ("prix_unitaire_ht", price.to_owned()),
            ("remise", String::new()),
        ];
        for (key, text) in whole {
            if let Some(cell) = csv::HEADER.iter().position(|header| *header == key).and_then(|at| row.get_mut(at)) {
                *cell = text;
            }
        }
        row
    }

    /// Whether a tool that has the columns of this profile only comes to the amount of the line.
    fn multiplies_out(&self, line: &BillLine) -> bool {
        let discount = line.discount.as_ref().filter(|_| self.has("remise"));
        let discount = discount.and_then(|percent| percent.parse::<Percent>().ok());
        let product = line.unit_price.parse::<Price>().ok().map(|price| charge(line.quantity, price, 1, discount));
        product.and_then(Result::ok).is_some_and(|product| product.to_string() == line.amount)
    }

    fn has(&self, key: &str) -> bool {
        self.columns.iter().any(|(_, from)| from == key)
    }

    fn cell(&self, from: &str, row: &[String; 22]) -> String {
        let value = csv::HEADER.iter().position(|header| *header == from).and_then(|index| row.get(index));
        let value = value.cloned().unwrap_or_default();
        if NUMBERS.contains(&from) {
            return value.replace('.', &self.decimal.to_string());
        }
        if DAYS.contains(&from)
            && let Ok(day) = value.parse::<Date>()
        {
            return day.strftime(&self.date).to_string();
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_and_names_columns_that_exist() {
        let profiles = all().unwrap();
        assert_eq!(profiles.keys().collect::<Vec<_>>(), ["dolibarr", "ebp", "odoo", "pennylane", "sage"]);
        for (name, profile) in &profiles {
            assert!(!profile.source.is_empty() && !profile.title.is_empty(), "{name}");
            assert!(profile.read_on.date.is_some() && !profile.verified, "{name}: say how it was verified first");
            for (header, from) in &profile.columns {
                assert!(csv::HEADER.contains(&from.as_str()), "{name}: {header} reads {from}");
            }
        }
        assert_eq!(bills(&[], "word").unwrap_err().code, "profile_unknown");
    }

    #[test]
    fn numbers_and_days_take_the_form_of_the_tool() {
        let profiles = all().unwrap();
        let mut row = core::array::from_fn(|_| String::new());
        row[4] = "2026-03-31".to_owned();
        row[17] = "-1311.23".to_owned();
        let [sage, odoo] = ["sage", "odoo"].map(|name| &profiles[name]);
        assert_eq!([sage.cell("date_facture", &row), sage.cell("montant_ht", &row)], ["310326", "-1311,23"]);
        assert_eq!([odoo.cell("date_facture", &row), odoo.cell("montant_ht", &row)], ["2026-03-31", "-1311.23"]);
    }
    #[test]
    fn a_tool_that_multiplies_comes_to_the_amount() {
        let mut march = crate::present::files::xlsx::march();
        march.lines[0].label = "Portables".to_owned();
        let discounted = BillLine {
            quantity: 25,
            price_base: 1,
            discount: Some("10.00".to_owned()),
            amount: "270.00".to_owned(),
            ..march.lines[0].clone()
        };
        let credit = BillLine {
            quantity: -1,
            price_base: 1,
            unit: "C62".to_owned(),
            amount: "-12.00".to_owned(),
            ..march.lines[0].clone()
        };
        let hours = BillLine {
            quantity: 95,
            unit: "MIN".to_owned(),
            unit_price: "60.00".to_owned(),
            price_base: 60,
            amount: "95.00".to_owned(),
            ..march.lines[0].clone()
        };
        march.lines.extend([discounted, credit, hours]);
        let profiles = all().unwrap();
        let told = |name: &str| -> Vec<[String; 5]> {
            let rows = march.lines.iter().map(|line| profiles[name].row(&march, line));
            rows.map(|row| [11, 12, 14, 16, 17].map(|at: usize| row[at].clone())).collect()
        };
        let slots = "Portables (804\u{a0}jours-poste × 12,00 ÷ 31)";
        let minutes = "Portables (95\u{a0}min × 60,00 ÷ 60)";
        for name in ["odoo", "sage", "ebp"] {
            let expected = [
                [slots, "1", "311.23", "", "311.23"],
                ["Portables", "25", "12.00", "10.00", "270.00"],
                ["Portables", "-1", "12.00", "", "-12.00"],
                [minutes, "1", "95.00", "", "95.00"],
            ];
            assert_eq!(told(name), expected, "{name}");
        }
        let reduced = "Portables (25\u{a0}jours-poste × 12,00, remise 10\u{a0}%)";
        assert_eq!(told("pennylane")[1], [reduced, "1", "270.00", "", "270.00"], "no column for a discount");
        assert_eq!(told("dolibarr")[0], ["Portables", "804", "12.00", "", "311.23"], "the base has its own column");
        let (sage, _) = bills(&[march], "sage").unwrap();
        let text = encoding_rs::WINDOWS_1252.decode(&sage).0.into_owned();
        assert!(text.contains(slots) && !text.contains("&#"), "{text}");
    }
}
