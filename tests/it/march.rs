//! The March vector through the command line: 27 rows of a CSV become 804 days, 311.23 net, 62.25 VAT, 373.48 in all;
//! also in a second collector that got the client's export, and after everything derived was made anew.

use cadastre_kit::Collector;
use cadastre_kit::collector::import_client;
use cadastre_kit::paper::{march_annex, march_contract};
use cadastre_kit::program::arg;
use serde_json::Value;

const CLIENT: &str = "atelier-martin";
const CONTRACT: &str = "C-2026-014";

fn with_march_annex() -> Collector {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    collector
}

/// An instant at which everything told so far is known.
fn known_now(collector: &Collector) -> String {
    let document = collector.json(&["reconcile", "--client", CLIENT]);
    document["known_at"].as_str().unwrap().to_owned()
}

fn reconciliation(collector: &Collector, known_at: &str) -> String {
    let when = ["--as-of", "2026-03-31", "--known-at", known_at, "--json"];
    let args: Vec<&str> = ["reconcile", "--client", CLIENT].into_iter().chain(when).collect();
    collector.cli(&args).done()
}

fn bill(collector: &Collector, known_at: &str, format: &str) -> String {
    let when = ["--period", "2026-03", "--known-at", known_at, "--format", format];
    let args: Vec<&str> = ["bill", "preview", "--client", CLIENT].into_iter().chain(when).collect();
    collector.cli(&args).done()
}

/// Everything that is read of the client at one instant.
fn documents(collector: &Collector, known_at: &str) -> [String; 4] {
    let days = ["bill", "days", "--client", CLIENT, "--period", "2026-03", "--known-at", known_at, "--json"];
    [
        reconciliation(collector, known_at),
        bill(collector, known_at, "json"),
        bill(collector, known_at, "csv"),
        collector.cli(&days).done(),
    ]
}

fn assert_march(bill: &str) {
    let bill: Value = serde_json::from_str(bill).unwrap();
    assert_eq!(bill["lines"].as_array().unwrap().len(), 1, "{bill}");
    let line = &bill["lines"][0];
    assert_eq!((&line["quantity"], &line["unit"], &line["price_base"]), (&804.into(), &"DAY".into(), &31.into()));
    assert_eq!((&line["from"], &line["to"]), (&"2026-03-01".into(), &"2026-03-31".into()));
    assert_eq!((&line["unit_price"], &line["amount"]), (&"12.00".into(), &"311.23".into()));
    assert_eq!(bill["total_net"], "311.23");
    assert_eq!(bill["vat"], serde_json::json!([{"rate": "20.00", "base": "311.23", "amount": "62.25"}]));
    assert_eq!((&bill["total_gross"], &bill["currency"]), (&"373.48".into(), &"EUR".into()));
}

#[test]
fn the_march_annex_gives_804_days_and_the_same_in_a_second_collector() {
    let first = with_march_annex();
    let known_at = known_now(&first);
    let documents_of_first = documents(&first, &known_at);
    assert_march(&documents_of_first[1]);

    let days: Value = serde_json::from_str(&documents_of_first[3]).unwrap();
    let slots = days["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 27);
    assert_eq!(slots.iter().map(|slot| slot["days"].as_u64().unwrap()).sum::<u64>(), 804);
    let days_of = |label: &str| slots.iter().find(|slot| slot["slot"] == label).unwrap()["days"].as_u64().unwrap();
    assert_eq!([days_of("laptop-001"), days_of("laptop-026"), days_of("laptop-027")], [31, 20, 9]);

    let facts = first.export(CLIENT);
    let second = Collector::start();
    import_client(&second, &facts).done();
    assert_eq!(documents(&second, &known_at), documents_of_first);
    assert_eq!(second.export(CLIENT), facts);

    // A client that is there is not replaced.
    let again = import_client(&second, &facts);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert_eq!(second.export(CLIENT), facts);
}

#[test]
fn rebuilding_and_starting_again_change_nothing() {
    let mut collector = with_march_annex();
    let known_at = known_now(&collector);
    let before = documents(&collector, &known_at);
    collector.cli(&["rebuild"]).done();
    assert_eq!(documents(&collector, &known_at), before);
    collector.stop();
    collector.restart();
    assert_eq!(documents(&collector, &known_at), before);
}

#[test]
fn the_same_files_twice_change_nothing() {
    let collector = with_march_annex();
    let facts = collector.export(CLIENT);
    let contract = collector.file("again.toml", &march_contract(CLIENT).text());
    let annex = collector.file("again.csv", &march_annex());
    let said = collector.json(&["contract", "import", arg(&contract), "--client", CLIENT]);
    assert_eq!(said["changed"], false);
    let said = collector.json(&["annex", "import", arg(&annex), "--client", CLIENT, "--contract", CONTRACT]);
    assert_eq!(said["changed"], false);
    assert_eq!(collector.export(CLIENT), facts);
}

#[test]
fn rows_that_are_not_in_the_file_stay_and_an_absent_column_keeps() {
    let collector = with_march_annex();
    // The last day of one row is corrected; its serial and its line are not in the file.
    collector.import_annex(CLIENT, CONTRACT, "label;to\nlaptop-027;2026-03-10\n");
    let known_at = known_now(&collector);
    let bill: Value = serde_json::from_str(&bill(&collector, &known_at, "json")).unwrap();
    assert_eq!(bill["lines"][0]["quantity"], 805);
    let on_the_10th = collector.json(&["reconcile", "--client", CLIENT, "--as-of", "2026-03-10"]);
    let assets = on_the_10th["assets"].as_array().unwrap();
    assert_eq!(assets.iter().filter(|asset| asset["status"] == "covered").count(), 26);
    let row = assets.iter().find(|asset| asset["slot"] == "laptop-027").unwrap();
    let detail = collector.json(&["asset", "show", row["asset"].as_str().unwrap()]);
    assert_eq!(detail["sightings"][0]["identifiers"][0]["normalised"], "PF200027K");
}

#[test]
fn by_movement_each_slot_that_moved_is_a_line_rounded_by_itself() {
    let collector = Collector::start();
    collector.add_client(CLIENT);
    collector.import_contract(CLIENT, &march_contract(CLIENT).billing("presentation = \"movement\"").text());
    collector.import_annex(CLIENT, CONTRACT, &march_annex());
    let known_at = known_now(&collector);
    let bill: Value = serde_json::from_str(&bill(&collector, &known_at, "json")).unwrap();
    let amounts: Vec<&str> =
        bill["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["300.00", "7.74", "3.48"]);
    assert_eq!(bill["total_net"], "311.22");
}

#[test]
fn the_csv_recomputes_by_hand() {
    let collector = with_march_annex();
    let known_at = known_now(&collector);
    let csv = bill(&collector, &known_at, "csv");
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().unwrap().trim_start_matches('\u{feff}').split(';').collect();
    assert_eq!(
        header.join(";"),
        "type;reference;client_code;client_siren;date_facture;date_echeance;periode_debut;periode_fin;contrat;ligne;\
         code_article;designation;quantite;unite;prix_unitaire_ht;base_prix;remise;montant_ht;taux_tva;compte;\
         analytique;preuve"
    );
    let row: Vec<&str> = lines.next().unwrap().split(';').collect();
    let cell = |name: &str| row[header.iter().position(|known| *known == name).unwrap()];
    assert_eq!((cell("quantite"), cell("prix_unitaire_ht"), cell("base_prix")), ("804", "12.00", "31"));
    assert_eq!((cell("montant_ht"), cell("taux_tva"), cell("date_facture")), ("311.23", "20.00", "2026-03-31"));
    assert_eq!(lines.next(), None);
}
