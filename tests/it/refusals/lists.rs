//! Lists of other consoles and spreadsheets that cannot be meant; and old encodings, which are read and not refused.

use cadastre_kit::program::arg;
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::*;

const HEADER: &str = "Nom;N° de série;Type;Vu le\n";

/// A list of so many laptops.
fn laptops(count: u32) -> String {
    (1..=count).fold(HEADER.to_owned(), |text, n| text + &format!("pc-{n};PF9000{n:02}K;portable;2026-03-02\n"))
}

fn import<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["import", "csv", file, "--source", "rmm", "--client", CLIENT, "--complete"], more].concat()
}

#[test]
fn a_list_without_a_key_column_or_with_a_date_that_nobody_reads_is_refused() {
    let collector = collector();
    let colours = collector.file("colours.csv", "Couleur;Prix\nbleu;1\n");
    let key = Expected { line: Some(1), ..because("list_key_missing", &["colours.csv", "Couleur", "serial"]) };
    refused_whole(&collector, &import(arg(&colours), &[]), &key);
    let dated = collector.file("dated.csv", &format!("{HEADER}pc-1;PF900001K;portable;bientôt\n"));
    let date = Expected { line: Some(2), field: Some("last_seen"), ..because("instant_unreadable", &["bientôt"]) };
    refused_whole(&collector, &import(arg(&dated), &[]), &date);
    let alone = collector.file("groups.csv", &laptops(1));
    let groups = ["import", "csv", arg(&alone), "--source", "rmm"];
    let group = Expected { field: Some("group"), ..because("list_group_needed", &["--client"]) };
    refused_whole(&collector, &groups, &group);
    let source = ["import", "csv", arg(&alone), "--source", "annex", "--client", CLIENT];
    let name = Expected { field: Some("source"), ..because("source_name_invalid", &["annex"]) };
    refused_whole(&collector, &source, &name);
}

#[test]
fn a_list_that_lost_many_rows_waits_for_a_person_to_say_yes() {
    let collector = collector();
    let whole = collector.file("whole.csv", &laptops(10));
    collector.cli(&import(arg(&whole), &[])).done();
    let most = collector.file("most.csv", &laptops(7));
    collector.cli(&import(arg(&most), &[])).done();
    let few = collector.file("few.csv", &laptops(4));
    let lost = because("list_lost_rows", &["few.csv", "7", "4", "--yes"]);
    refused_whole(&collector, &import(arg(&few), &[]), &lost);
    collector.cli(&import(arg(&few), &["--yes"])).done();
}

#[test]
fn text_of_windows_1252_is_read_as_what_it_says() {
    let collector = collector();
    let file = collector.file("latin.csv", "");
    std::fs::write(&file, b"Nom;N\xb0 de s\xe9rie;Type\natelier-\xe9t\xe9;PF900001K;portable\n").unwrap();
    collector.cli(&import(arg(&file), &[])).done();
    let assets = collector.json(&["assets", "--client", CLIENT]).to_string();
    assert!(assets.contains("atelier-été"), "{assets}");
    let annex = collector.file("annexe.csv", "");
    std::fs::write(&annex, b"libell\xe9;ligne;n\xb0 de s\xe9rie;du\nsi\xe8ge-1;laptops;PF900002K;2026-04-01\n")
        .unwrap();
    let args = ["annex", "import", arg(&annex), "--client", CLIENT, "--contract", CONTRACT];
    collector.cli(&args).done();
    assert!(collector.export(CLIENT).contains("siège-1"));
}

#[test]
fn merged_cells_and_formulas_without_a_value_are_named_by_their_row() {
    let collector = collector();
    let book = |name: &str, fill: &dyn Fn(&mut rust_xlsxwriter::Worksheet)| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Hostname", "Serial", "Type"]).unwrap();
        sheet.write_row(1, 0, ["pc-1", "PF900001K", "laptop"]).unwrap();
        fill(sheet);
        let file = collector.file(name, "");
        book.save(&file).unwrap();
        file
    };
    let across = book("across.xlsx", &|sheet| {
        sheet.merge_range(2, 0, 2, 1, "pc-2", &Format::new()).unwrap();
    });
    let merged = Expected { line: Some(3), ..because("cells_merged", &["across.xlsx"]) };
    refused_whole(&collector, &import(arg(&across), &[]), &merged);
    let empty = book("formula.xlsx", &|sheet| {
        sheet.write_formula(2, 0, Formula::new("=VLOOKUP(B3,D1:E9,2)").set_result("#N/A")).unwrap();
    });
    let formula = Expected { line: Some(3), ..because("formula_without_value", &["formula.xlsx", "A3"]) };
    refused_whole(&collector, &import(arg(&empty), &[]), &formula);
    let broken = collector.file("broken.xlsx", "PK\u{3}\u{4} and nothing more");
    refused_whole(&collector, &import(arg(&broken), &[]), &because("sheet_unreadable", &["broken.xlsx"]));
    let good = book("good.xlsx", &|sheet| {
        sheet.write_formula(2, 0, Formula::new("=\"pc-\"&2").set_result("pc-2")).unwrap();
        sheet.merge_range(1, 3, 2, 3, "", &Format::new()).unwrap();
    });
    collector.cli(&import(arg(&good), &[])).done();
    let assets = collector.json(&["assets", "--client", CLIENT]).to_string();
    assert!(assets.contains("pc-1") && assets.contains("pc-2"), "{assets}");
}
