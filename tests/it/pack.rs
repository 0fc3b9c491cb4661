//! The dispute pack: one folder that proves a closed month on a machine without a collector.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cadastre_kit::collector::alone;
use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;
use cadastre_kit::{Collector, Locale, Said};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

/// A collector with March 2026 closed, and its pack.
fn closed() -> (Collector, TempDir) {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    collector.cli(&["bill", "close", "--client", CLIENT, "--period", "2026-03"]).done();
    let folder = tempfile::tempdir().unwrap();
    let args = ["bill", "pack", "--client", CLIENT, "--period", "2026-03", "--out", arg(folder.path())];
    collector.cli(&args).done();
    (collector, folder)
}

fn verify(folder: &Path) -> Said {
    alone(Locale::English, &["bill", "verify", "--pack", arg(folder), "--json"])
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn a_pack_verifies_without_a_collector_and_names_any_file_that_changed() {
    let (_collector, folder) = closed();
    let said = verify(folder.path());
    let document: Value = serde_json::from_str(&said.clone().done()).unwrap();
    assert_eq!((&document["holds"], &document["bills"][0]["recomputed"]), (&true.into(), &"311.23".into()));
    let files = files(folder.path());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "bill.csv",
            "bill.json",
            "contract-C-2026-014.toml",
            "facts.jsonl",
            "index-en.html",
            "index-fr.html",
            "observations.csv",
            "pack.json",
            "slot-days.csv",
            "statement-en.html",
            "statement-fr.html"
        ]
    );
    assert_eq!(files["contract-C-2026-014.toml"], march_contract(CLIENT).text().into_bytes());

    for (name, bytes) in &files {
        let file = folder.path().join(name);
        // One bit in the middle; one more byte at the end; gone.
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        let longer = [bytes.as_slice(), b"\n"].concat();
        for altered in [flipped, longer] {
            fs::write(&file, altered).unwrap();
            let error = verify(folder.path()).error();
            assert!(error["file"].as_str().unwrap().ends_with(name.as_str()), "{name}: {error}");
            let code = error["code"].as_str().unwrap();
            assert!(["pack_file_altered", "pack_unreadable"].contains(&code), "{name}: {error}");
        }
        fs::remove_file(&file).unwrap();
        let error = verify(folder.path()).error();
        assert_eq!(error["code"], "pack_file_missing", "{name}");
        fs::write(&file, bytes).unwrap();
    }
    fs::write(folder.path().join("more.csv"), "x").unwrap();
    let error = verify(folder.path()).error();
    assert_eq!(
        (&error["code"], error["file"].as_str().unwrap().ends_with("more.csv")),
        (&"pack_file_unlisted".into(), true)
    );
    fs::remove_file(folder.path().join("more.csv")).unwrap();
    verify(folder.path()).done();
}

#[test]
fn a_forger_who_lists_the_files_anew_is_caught_by_what_they_say() {
    let (_collector, folder) = closed();
    let whole = files(folder.path());
    let forge = |name: &str, from: &str, to: &str| {
        let text = String::from_utf8(whole[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}: {text}");
        let mut forged = whole.clone();
        forged.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
        listed_anew(&mut forged);
        forged.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
        verify(folder.path())
    };
    let refused = |said: &Said, code: &str, file: &str| {
        let error = said.error();
        assert_eq!(error["code"], code, "{error}");
        assert!(error["file"].as_str().unwrap_or_default().ends_with(file), "{error}");
    };
    let slots = forge("slot-days.csv", ";laptop-026;20;", ";laptop-026;31;");
    refused(&slots, "pack_file_contradicts", "slot-days.csv");
    let bill = forge("bill.json", "\"amount\":\"311.23\"", "\"amount\":\"411.23\"");
    refused(&bill, "pack_file_contradicts", "bill.json");

    // A day less of one slot in the frozen facts: the bill made again is another one, and the line is named with both amounts.
    let text = String::from_utf8(whole["facts.jsonl"].clone()).unwrap();
    let place = text.find("\"slot\":\"laptop-026\"").unwrap();
    let days = text[place..].split_once("\"days\":").unwrap().1.split_once(',').unwrap().0.to_owned();
    let fewer = (days.parse::<u32>().unwrap() & !(1 << 30)).to_string();
    let around = |days: &str| format!("\"slot\":\"laptop-026\",\"days\":{days},");
    let mut forged = whole.clone();
    forged.insert("facts.jsonl".to_owned(), text.replacen(&around(&days), &around(&fewer), 1).into_bytes());
    let slots = String::from_utf8(whole["slot-days.csv"].clone()).unwrap();
    let slots = slots.replacen(";laptop-026;20;2026-03-12..2026-03-31;", ";laptop-026;19;2026-03-12..2026-03-30;", 1);
    forged.insert("slot-days.csv".to_owned(), slots.into_bytes());
    listed_anew(&mut forged);
    forged.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    let said = alone(Locale::English, &["bill", "verify", "--pack", arg(folder.path())]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("line laptops: €311.23 was issued, its slot-days give €310.84"), "{said:?}");
}

#[test]
fn the_pack_answers_to_the_statement_that_the_client_signed() {
    let (collector, folder) = closed();
    let page = collector.file("signed.html", "");
    collector.cli(&["statement", "show", "--client", CLIENT, "--period", "2026-03", "--out", arg(&page)]).done();
    let with = |page: &Path| {
        alone(Locale::English, &["bill", "verify", "--pack", arg(folder.path()), "--statement", arg(page), "--json"])
    };
    let said = with(&page);
    assert!(said.code == Some(0) && said.err.contains("signed statement"), "{said:?}");
    // A collector whose history was another one wrote a pack that is whole in itself, and not the one of this statement.
    let other = Collector::start();
    other.add_client(CLIENT);
    other.import_contract(CLIENT, &march_contract(CLIENT).text().replace("12.00", "12.01"));
    other.import_annex(CLIENT, CONTRACT, &march_annex());
    let page = collector.file("other.html", "");
    other.cli(&["statement", "show", "--client", CLIENT, "--period", "2026-03", "--out", arg(&page)]).done();
    assert_eq!(with(&page).error()["code"], "statement_head_absent");
}

#[test]
fn an_open_month_has_no_pack_and_a_full_folder_takes_none() {
    let (collector, folder) = closed();
    let pack = |period: &str, out: &Path| {
        collector.cli(&["bill", "pack", "--client", CLIENT, "--period", period, "--out", arg(out), "--json"])
    };
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(pack("2026-04", empty.path()).error()["code"], "month_not_closed");
    assert_eq!(pack("2026-03", folder.path()).error()["code"], "folder_not_empty");
    let nothing = alone(Locale::French, &["bill", "verify", "--pack", arg(empty.path())]);
    assert!(nothing.code == Some(1) && nothing.err.contains("pack.json"), "{nothing:?}");
}

#[test]
fn its_pages_speak_both_languages_and_load_nothing() {
    let (_collector, folder) = closed();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let (french, english) = (read("index-fr.html"), read("index-en.html"));
    for text in [
        "Dossier de preuve",
        "mars 2026",
        "804 jours-poste",
        "311,23\u{202f}€",
        "du 01/03/2026",
        "identique, ligne à ligne",
    ] {
        assert!(french.contains(text), "{text}");
    }
    for text in
        ["Proof of the bill of March 2026", "€311.23", "804 slot-days", "identical, line by line", "the whole month"]
    {
        assert!(english.contains(text), "{text}");
    }
    for page in [french, english] {
        assert!(!page.contains("http") && !page.contains("<script") && !page.contains("<link"));
    }
}

/// The manifest as a forger would make it right again: every hash, and the seal.
fn listed_anew(files: &mut BTreeMap<String, Vec<u8>>) {
    let sha256 = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut manifest = String::from_utf8(files["pack.json"].clone()).unwrap();
    let old: Value = serde_json::from_str(&manifest).unwrap();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "pack.json") {
        manifest = manifest.replace(old["files"][name].as_str().unwrap(), &sha256(bytes));
    }
    let seal = old["seal"].as_str().unwrap();
    let open = manifest.replace(seal, "");
    files.insert("pack.json".to_owned(), manifest.replace(seal, &sha256(open.as_bytes())).into_bytes());
}
