//! Contracts as TOML text and annexes as CSV text.

use std::fmt::Write as _;

/// A contract with one professional client, in arrears by the month, VAT 20 %.
#[derive(Debug, Clone)]
pub struct Contract {
    id: String,
    client: String,
    effective_on: String,
    billing: String,
    lines: Vec<String>,
    tail: String,
}

impl Contract {
    /// A tacit contract without lines, in force from a day on.
    pub fn new(id: &str, client: &str, effective_on: &str) -> Self {
        Self {
            id: id.to_owned(),
            client: client.to_owned(),
            effective_on: effective_on.to_owned(),
            billing: String::new(),
            lines: Vec::new(),
            tail: String::new(),
        }
    }

    /// With one more key of `[billing]`.
    #[must_use]
    pub fn billing(mut self, key: &str) -> Self {
        let _ = writeln!(self.billing, "{key}");
        self
    }

    /// With a line: its id, its category, and the keys that it needs beside `formula`.
    #[must_use]
    pub fn line(mut self, id: &str, category: &str, keys: &str) -> Self {
        let line = format!("[[lines]]\nid = \"{id}\"\nformula = \"forfait\"\ncategory = \"{category}\"\n{keys}\n");
        self.lines.push(line);
        self
    }

    /// With text at the end of the file.
    #[must_use]
    pub fn tail(mut self, text: &str) -> Self {
        let _ = writeln!(self.tail, "{text}");
        self
    }

    /// The file.
    pub fn text(&self) -> String {
        let Self { id, client, effective_on, billing, lines, tail } = self;
        let lines = lines.join("\n");
        format!(
            "id = \"{id}\"\nclient = \"{client}\"\nsigned_on = {effective_on}\neffective_on = {effective_on}\n\
             initial_months = 12\ntime_zone = \"Europe/Paris\"\nrenewal = {{ kind = \"tacit\", months = 12 }}\n\
             notice_months = 3\n\n\
             [[parties]]\nrole = \"client\"\nname = \"{client}\"\nclient_kind = \"professional\"\n\n\
             [billing]\ntiming = \"arrears\"\nperiod = \"month\"\nvat_rate = \"20.00\"\n{billing}\n{lines}\n{tail}"
        )
    }
}

/// The contract of the March vector: 25 laptops at 12.00 a month, by the day.
pub fn march_contract(client: &str) -> Contract {
    let keys = "mode = \"prorata\"\nadmission = \"annex\"\nunit_price = \"12.00\"\ncount = 25";
    Contract::new("C-2026-014", client, "2026-02-01").line("laptops", "laptop", keys)
}

/// The annex of the March vector: 25 rows for the whole month, one from the 12th on, one until the 9th.
pub fn march_annex() -> String {
    let mut csv = String::from("label;line;serial;from;to\n");
    for number in 1..=25 {
        let _ = writeln!(csv, "laptop-{number:03};laptops;PF2{number:05}K;;");
    }
    csv.push_str("laptop-026;laptops;PF200026K;2026-03-12;\n");
    csv.push_str("laptop-027;laptops;PF200027K;;2026-03-09\n");
    csv
}
