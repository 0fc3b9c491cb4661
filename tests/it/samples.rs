//! The sample contracts pass the linter without a remark, and each way to spoil one is named: its code, its line, its
//! clause. Nothing here needs a collector.

use std::path::{Path, PathBuf};

use cadastre_kit::Locale;
use cadastre_kit::collector::alone;
use cadastre_kit::program::arg;
use serde_json::Value;

const SAMPLES: [&str; 3] = ["office-forfait", "mixed", "condominium"];

/// A sample, what is cut out of it, what stands there instead, the remark, and a text of the line that it must name; none
/// where the remark is about something that stands nowhere.
type Spoilt = (usize, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const SPOILT: &[Spoilt] = &[
    (0, "unit_price = \"32.00\"", "unit_price = 32.00", "money_not_text", "unit_price = 32.00"),
    (0, "unit_price = \"32.00\"", "unit_price = \"-32.00\"", "money_negative", "-32.00"),
    (0, "unit_price = \"32.00\"", "prize = \"32.00\"", "unknown_key", "prize"),
    (0, "category = \"desktop\"", "category = \"desk\"", "unknown_value", "\"desk\""),
    (0, "mode = \"fixed\"", "mode = \"flat\"", "unknown_value", "\"flat\""),
    (0, "id = \"fixes\"", "id = \"portables\"", "duplicate_id", "id = \"portables\""),
    (0, "line = \"serveur\"", "line = \"serveurs\"", "unknown_line", "\"serveurs\""),
    (0, "vat_rate = \"20.00\"", "vat_rate = \"0.00\"", "vat_zero_without_category", "vat_rate"),
    (0, "renewal = { kind = \"tacit\", months = 12 }", "renewal = { kind = \"tacit\" }", "tacit_without_months", "renewal"),
    (0, "time_zone = \"Europe/Paris\"", "time_zone = \"Europe/Pariz\"", "unknown_time_zone", "Pariz"),
    (0, "effective_on = 2026-02-01", "effective_on = 2026-02-30", "toml_syntax", "2026-02-30"),
    (0, "signed_on = 2026-01-12", "signed_on = 2026-03-12", "signed_after_effective", "signed_on"),
    (0, "siren = \"732829320\"", "siren = \"732829321\"", "siren_checksum", "732829321"),
    (0, "a = \"0.15\"", "a = \"0.25\"", "review_parts_not_one", "b = \"0.85\""),
    (0, "lag_months = 3\nevery_months = 12", "lag_months = 3\nevery_months = 12\nlag = 1", "unknown_key", "lag = 1"),
    (0, "[support]\nphone = \"+33 1 00 00 00 00\"\nemail = \"support@prestataire.example\"\n", "[support]\n", "support_incomplete", "[support]"),
    (0, "restore = \"sur demande, dans les quatre heures ouvrées; essai deux fois par an\"\n", "", "clause_incomplete", "[clauses.backup]"),
    (0, "[[parties]]\nrole = \"provider\"\nname = \"Prestataire Exemple SAS\"\nsiren = \"123456782\"\n", "", "provider_party_missing", ""),
    (0, "payment = { means = \"virement\" }\n", "", "payment_missing", ""),
    (0, "exit_fee = { months = 3 }\n", "", "exit_fee_missing", ""),
    (0, "liability_cap = \"20000.00\"\n", "", "liability_cap_missing", ""),
    (0, "kind = \"restore_test\"", "kind = \"training\"", "restore_test_missing", ""),
    (0, "sla = { hours = \"mon-fri 08:30-18:00\", response = \"PT2H\", resolution = \"PT4H\" }\n", "", "sla_missing", "[[lines]]"),
    (1, "{ up_to = 20, unit_price = \"30.00\" }", "{ up_to = 20, unit_price = \"30.00\" }, { up_to = 10, unit_price = \"28.00\" }", "tiers_unordered", "tiers"),
    (1, "{ unit_price = \"26.50\" }", "{ unit_price = \"26.50\" }, { up_to = 60, unit_price = \"25.00\" }", "tiers_open_inside", "tiers"),
    (1, "effective_on = 2026-06-01\n", "effective_on = 2026-01-01\n", "amendment_before_contract", "effective_on = 2026-01-01"),
    (1, "signed_on = 2026-05-18\n", "", "amendment_unsigned", "[[amendments]]"),
    (1, "unit_price = \"95.00\"\n", "unit_price = \"95.00\"\nsla = { hours = \"mon-fri 08:00-19:00\", response = \"PT4H\", resolution = \"PT8H\" }\n", "demande_with_sla", "sla"),
    (1, "value = \"1150.00\"\n", "", "equipment_incomplete", "[[annex]]"),
    (1, "count = 40", "count = 4000000", "number_out_of_range", "4000000"),
    (1, "[amendments.lines.postes]\ncount = 40\n", "[amendments.contract]\ncurrency = \"USD\"\n", "amendment_changes_currency", "USD"),
    (2, "initial_months = 12", "initial_months = 2", "notice_longer_than_term", "notice_months"),
    (2, "[clauses.transfer]\ntext = \"Aucune cession sans l'accord écrit de l'autre partie.\"\n", "", "transfer_missing", ""),
    (2, "serial = \"EXC0002FX\"", "serial = \"EXC0001FX\"", "serial_twice", "EXC0001FX"),
];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../packaging/samples/{name}.toml"))
}

fn remarks(file: &Path) -> Vec<Value> {
    let said = alone(Locale::English, &["contract", "check", arg(file), "--json"]);
    let document: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    document["remarks"].as_array().unwrap().clone()
}

#[test]
fn the_samples_pass_without_a_remark() {
    for name in SAMPLES {
        let file = sample(name);
        assert_eq!(remarks(&file), Vec::<Value>::new(), "{name}");
        for locale in [Locale::English, Locale::French] {
            let said = alone(locale, &["contract", "check", arg(&file)]);
            assert_eq!(said.code, Some(0), "{said:?}");
        }
    }
}

#[test]
fn each_way_to_spoil_a_sample_is_named_with_its_line() {
    assert!(SPOILT.len() >= 30);
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (number, (of, from, to, code, line)) in SPOILT.iter().enumerate() {
        let text = std::fs::read_to_string(sample(SAMPLES[*of])).unwrap();
        let spoilt = text.replacen(from, to, 1);
        assert_ne!(text, spoilt, "{number}: {from}");
        let file = folder.path().join(format!("{number}.toml"));
        std::fs::write(&file, &spoilt).unwrap();
        let remarks = remarks(&file);
        let named = remarks.iter().find(|remark| remark["code"] == *code);
        let told = named.map(|remark| remark["line"].as_u64().and_then(|at| spoilt.lines().nth(at as usize - 1)));
        let right = match told {
            None => false,
            Some(told) if line.is_empty() => told.is_none(),
            Some(told) => told.is_some_and(|told| told.contains(line)),
        };
        if !right {
            wrong.push(format!("{number} {code} on {line:?}: {told:?} of {remarks:?}"));
        }
        // The sentence is there in both languages, not the bare code.
        for locale in [Locale::English, Locale::French] {
            let said = alone(locale, &["contract", "check", arg(&file)]);
            assert!(!said.err.is_empty() && !said.err.contains(&format!("{code} (")), "{number}: {said:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
