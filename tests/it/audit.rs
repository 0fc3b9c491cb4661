//! The retroactive audit, from files alone: the example of `golden/audit`, worked out by hand in its README.

use std::path::{Path, PathBuf};

use cadastre_kit::collector::alone;
use cadastre_kit::program::arg;
use cadastre_kit::{Locale, Said};
use serde_json::Value;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/audit").join(name)
}

fn audit(locale: Locale, invoices: &Path, more: &[&str]) -> Said {
    let (rmm, antivirus) = (golden("rmm-2026-03-31.csv"), golden("antivirus-2026-01-31.csv"));
    let args = ["audit", "--invoices", arg(invoices), "--list", arg(&rmm), arg(&antivirus)];
    alone(locale, &[&args[..], more].concat())
}

/// month, category, billed, proved, known, over, under
fn told(document: &Value) -> Vec<[String; 7]> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let span = |side: &Value| format!("{} – {}", text(&side["amount_proved"]), text(&side["amount_possible"]));
    let row = |row: &Value| {
        let [month, category, billed, proved, known] =
            ["month", "category", "billed", "proved", "known"].map(|key| text(&row[key]));
        [month, category, billed, proved, known, span(&row["over"]), span(&row["under"])]
    };
    document["months"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn the_worked_out_example_gives_its_intervals() {
    let document = audit(Locale::English, &golden("factures.csv"), &["--json"]).json();
    let expected = [
        ["2026-01", "laptop", "4", "3", "4", "0.00 – 12.00", "0.00 – 0.00"],
        ["2026-01", "server", "1", "1", "2", "0.00 – 0.00", "0.00 – 95.00"],
        ["2026-02", "laptop", "4", "2", "4", "0.00 – 24.00", "0.00 – 0.00"],
        ["2026-02", "server", "1", "2", "2", "0.00 – 0.00", "95.00 – 95.00"],
        ["2026-03", "laptop", "4", "3", "4", "0.00 – 12.50", "0.00 – 0.00"],
        ["2026-03", "server", "1", "2", "2", "0.00 – 0.00", "95.00 – 95.00"],
    ];
    assert_eq!(told(&document), expected, "{document:#}");
    assert_eq!((&document["over"]["proved"], &document["over"]["possible"]), (&"0.00".into(), &"48.50".into()));
    assert_eq!((&document["under"]["proved"], &document["under"]["possible"]), (&"190.00".into(), &"285.00".into()));
    assert_eq!((&document["aside"][0]["line"], &document["aside"][0]["amount"]), (&6.into(), &"60.00".into()));
    assert_eq!(document["devices"].as_array().unwrap().len(), 6, "two lists speak of the same laptops");

    let document = audit(Locale::English, &golden("factures.csv"), &["--complete", "--json"]).json();
    assert_eq!((&document["over"]["proved"], &document["over"]["possible"]), (&"12.00".into(), &"48.50".into()));
    assert_eq!((&document["under"]["proved"], &document["under"]["possible"]), (&"190.00".into(), &"190.00".into()));
    assert_eq!(told(&document)[0][5], "12.00 – 12.00");
}

#[test]
fn the_table_speaks_both_languages() {
    let french = audit(Locale::French, &golden("factures.csv"), &[]).done();
    assert!(french.contains("facturé en moins"), "{french}");
    assert!(
        french.contains(
            "Facturé en moins : 190,00\u{202f}€ prouvé, 285,00\u{202f}€ possible.".replace(" :", "\u{a0}:").as_str()
        ),
        "{french}"
    );
    let english = audit(Locale::English, &golden("factures.csv"), &[]).done();
    assert!(english.contains("€0.00 – €12.00") && english.contains("silence proves nothing"), "{english}");
}

#[test]
fn what_cannot_be_read_is_named_by_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        let file = folder.path().join("invoices.csv");
        std::fs::write(&file, text).unwrap();
        let error = audit(Locale::English, &file, &["--json"]).error();
        (error["code"].as_str().unwrap().to_owned(), error["line"].as_u64(), error["field"].as_str().map(str::to_owned))
    };
    let place = |code: &str, line: u64, field: &str| (code.to_owned(), Some(line), Some(field.to_owned()));
    assert_eq!(refused("mois;quantité;montant\n"), place("invoice_column_missing", 1, "category"));
    let head = "month;category;quantity;amount\n";
    assert_eq!(refused(&format!("{head}2026-13;laptop;1;1\n")), place("invoice_month_invalid", 2, "month"));
    assert_eq!(refused(&format!("{head}2026-01;spaceship;1;1\n")), place("invoice_category_unknown", 2, "category"));
    assert_eq!(refused(&format!("{head}2026-01;laptop;four;1\n")), place("invoice_number_invalid", 2, "quantity"));
    assert_eq!(refused(&format!("{head}2026-01;laptop;4;\n")), place("cell_empty", 2, "amount"));

    let undated = folder.path().join("list.csv");
    std::fs::write(&undated, "name,serial\npc-1,PF2AAAA1\n").unwrap();
    let invoices = golden("factures.csv");
    let args = ["audit", "--invoices", arg(&invoices), "--list", arg(&undated), "--json"];
    let error = alone(Locale::English, &args).error();
    assert_eq!((&error["code"], error["file"].as_str()), (&"audit_list_undated".into(), Some(arg(&undated))));
}

#[test]
fn a_credit_counts_below_zero() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credit.csv");
    std::fs::write(&file, "month;category;quantity;amount\n2026-03;laptop;-4;-48.00\n").unwrap();
    let row = &audit(Locale::English, &file, &["--json"]).json()["months"][0];
    assert_eq!((&row["billed"], &row["amount"]), (&"-4".into(), &"-48.00".into()), "{row:#}");
    // Three laptops are proved and four were taken back: seven at 12.00.
    assert_eq!(row["under"]["amount_proved"], "84.00", "{row:#}");
    let said = audit(Locale::French, &file, &[]).done();
    assert!(said.contains("\u{2212}48,00\u{202f}€") && said.contains("\u{2212}4 "), "{said}");
    let laptops = said.lines().find(|line| line.contains("portable")).unwrap();
    assert!(!laptops.contains('?'), "a month that was only credited has a price: {said}");
}
