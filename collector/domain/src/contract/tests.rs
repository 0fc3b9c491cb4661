//! The reader on small files: what is accepted, what is refused, on which line.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::civil::date;

use super::*;

/// A complete small contract; `more` follows `[billing]` and its line.
pub(crate) fn contract_text(head: &str, line: &str, more: &str) -> String {
    format!(
        "id = \"C-1\"\nclient = \"acme\"\neffective_on = 2026-01-01\n{head}\n[billing]\nvat_rate = \"20.00\"\n\n\
         [[lines]]\nid = \"laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n{line}\n{more}\n"
    )
}

const PRORATA: &str = "mode = \"prorata\"\nunit_price = \"12.00\"\ncount = 25";

fn errors(text: &str) -> Vec<(&'static str, usize)> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(remarks) => remarks.iter().map(|remark| (remark.refusal.code, remark.refusal.line.unwrap())).collect(),
    }
}

#[test]
fn the_sample_of_the_interface_is_read_whole() {
    let text = include_str!("sample.toml");
    let contract = read(text).unwrap();
    assert_eq!((contract.id.as_str(), contract.client.as_str()), ("C-2026-014", "atelier-martin"));
    assert_eq!(contract.zone().iana_name(), Some("Europe/Paris"));
    assert_eq!(contract.line_ids(), ["laptops", "tablets"]);
    let line = contract.line_on("laptops", date(2026, 5, 31)).unwrap();
    assert_eq!((line.unit_price.unwrap().to_string().as_str(), line.count), ("12.00", 25));
    assert_eq!((line.requires.len(), line.requires[2].source.as_deref()), (3, Some("sophos")));
    let amended = contract.line_on("laptops", date(2026, 6, 1)).unwrap();
    assert_eq!((amended.unit_price.unwrap().to_string().as_str(), amended.count), ("12.50", 30));
    assert_eq!(amended.agreed.unit_price, date(2026, 6, 1));
    assert!(contract.line_on("tablets", date(2026, 5, 31)).is_none());
    assert!(contract.line_on("tablets", date(2026, 6, 1)).is_some());
    assert_eq!(contract.annex[0].label, "laptop-001");
    let conditions = contract.conditions_on(date(2026, 6, 1));
    assert_eq!(conditions.billing.vat.rate.unwrap().to_string(), "20.00");
    assert_eq!(conditions.billing.timing, Timing::Arrears);
    assert_eq!(conditions.price_review.unwrap().b, 850_000);
    assert_eq!(conditions.duties[0].kind, DutyKind::RestoreTest);
    assert_eq!(conditions.clauses[0].points["frequency"], "daily");
}

/// What is wrong, the file, and each error with its line.
type Case<'a> = (&'a str, String, &'a [(&'a str, usize)]);

fn check(cases: Vec<Case<'_>>) {
    for (what, text, expected) in cases {
        assert_eq!(errors(&text), expected, "{what}");
    }
}

#[test]
fn errors_name_their_line() {
    let priced = |line: &str| contract_text("", line, "");
    check(alloc::vec![
        ("not TOML", "id = \n".to_string(), &[("toml_syntax", 1)]),
        ("empty", String::new(), &[("key_missing", 1), ("key_missing", 1), ("key_missing", 1)]),
        ("unknown key", contract_text("prize = 3", PRORATA, ""), &[("unknown_key", 4)]),
        ("unknown key of a line", priced("mode = \"prorata\"\nunit_price = \"1\"\nprice = 2"), &[("unknown_key", 14)]),
        ("a float for money", priced("mode = \"prorata\"\nunit_price = 12.5"), &[("money_not_text", 13)]),
        ("a number for money", priced("mode = \"prorata\"\nunit_price = 12"), &[("money_not_text", 13)]),
        ("negative price", priced("mode = \"prorata\"\nunit_price = \"-1.00\""), &[("money_negative", 13)]),
        ("too many decimals", priced("mode = \"prorata\"\nunit_price = \"0.1234567\""), &[("money_form", 13)]),
        ("price limit", priced("mode = \"prorata\"\nunit_price = \"1000000000\""), &[("money_too_large", 13)]),
        (
            "count limit",
            priced("mode = \"prorata\"\nunit_price = \"1\"\ncount = 1000001"),
            &[("number_out_of_range", 14)]
        ),
        ("impossible date", contract_text("signed_on = 2026-02-30", PRORATA, ""), &[("toml_syntax", 4)]),
        ("a date as text", contract_text("signed_on = \"2026-02-01\"", PRORATA, ""), &[("expected_date", 4)]),
        ("a date with hours", contract_text("signed_on = 2026-02-01T10:00:00", PRORATA, ""), &[("expected_date", 4)]),
        ("an unknown word", priced("mode = \"daily\"\nunit_price = \"1\""), &[("unknown_value", 12)]),
    ]);
}

#[test]
fn what_a_line_needs_is_named_on_its_line() {
    let priced = |line: &str| contract_text("", line, "");
    check(alloc::vec![
        ("no mode", priced("unit_price = \"1\""), &[("key_missing", 8)]),
        ("fixed without count", priced("mode = \"fixed\"\nunit_price = \"1\""), &[("key_missing", 8)]),
        ("snapshot without day", priced("mode = \"snapshot\"\nunit_price = \"1\""), &[("key_missing", 8)]),
        ("threshold without days", priced("mode = \"threshold\"\nunit_price = \"1\""), &[("key_missing", 8)]),
        ("graduated without tiers", priced("mode = \"graduated\"\nunit_price = \"1\""), &[("key_missing", 8)]),
        (
            "tiers out of order",
            priced("mode = \"volume\"\ntiers = [{up_to = 20, unit_price = \"2\"}, {up_to = 10, unit_price = \"1\"}]"),
            &[("tiers_unordered", 13)],
        ),
        (
            "an open tier inside",
            priced("mode = \"volume\"\ntiers = [{unit_price = \"2\"}, {unit_price = \"1\"}]"),
            &[("tiers_open_inside", 13)],
        ),
        (
            "commitment out of prorata",
            priced("mode = \"fixed\"\nunit_price = \"1\"\ncount = 2\ncommitment = 1"),
            &[("commitment_not_prorata", 15)],
        ),
        (
            "a nil rate",
            priced("mode = \"prorata\"\nunit_price = \"1\"\nvat_rate = \"0\""),
            &[("vat_zero_without_category", 14)]
        ),
    ]);
}

#[test]
fn dates_and_references_name_their_line() {
    let annex = |rows: &str| contract_text("", PRORATA, rows);
    check(alloc::vec![
        (
            "tacit without months",
            contract_text("renewal = { kind = \"tacit\" }", PRORATA, ""),
            &[("tacit_without_months", 4)]
        ),
        ("unknown currency", contract_text("currency = \"XXX\"", PRORATA, ""), &[("unknown_currency", 4)]),
        ("unknown zone", contract_text("time_zone = \"Europe/Pari\"", PRORATA, ""), &[("unknown_time_zone", 4)]),
        ("end before start", contract_text("ends_on = 2025-12-31", PRORATA, ""), &[("ends_before_start", 4)]),
        (
            "a line twice",
            annex("[[lines]]\nid = \"laptops\"\nformula = \"temps\"\nunit_price = \"1\""),
            &[("duplicate_id", 16)]
        ),
        ("an unknown line", annex("[[annex]]\nlabel = \"a\"\nline = \"desktops\""), &[("unknown_line", 17)]),
        ("a label twice", annex("[[annex]]\nlabel = \"a\"\n[[annex]]\nlabel = \"a\""), &[("duplicate_id", 18)]),
        (
            "a serial twice on one day",
            annex(
                "[[annex]]\nlabel = \"a\"\nserial = \"S1\"\nto = 2026-03-09\n[[annex]]\nlabel = \"b\"\nserial = \"s1\"\nfrom = 2026-03-09"
            ),
            &[("serial_twice", 21)],
        ),
        (
            "a serial one day after the other",
            annex(
                "[[annex]]\nlabel = \"a\"\nserial = \"S1\"\nto = 2026-03-09\n[[annex]]\nlabel = \"b\"\nserial = \"S1\"\nfrom = 2026-03-10"
            ),
            &[],
        ),
        ("before the contract", annex("[[annex]]\nlabel = \"a\"\nfrom = 2025-12-31"), &[("from_before_contract", 17)]),
        (
            "to before from",
            annex("[[annex]]\nlabel = \"a\"\nfrom = 2026-02-02\nto = 2026-02-01"),
            &[("to_before_from", 18)]
        ),
    ]);
}

#[test]
fn amendments_name_their_line() {
    let annex = |rows: &str| contract_text("", PRORATA, rows);
    check(alloc::vec![
        (
            "an amendment's currency",
            annex("[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.contract]\ncurrency = \"USD\""),
            &[("amendment_changes_currency", 19)],
        ),
        (
            "an amendment's number twice",
            annex(
                "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[[amendments]]\nnumber = 1\neffective_on = 2026-03-01"
            ),
            &[("duplicate_id", 19)],
        ),
        (
            "an unknown key in a patch, once",
            annex(
                "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.lines.laptops]\nprize = 1\n[[amendments]]\nnumber = 2\neffective_on = 2026-03-01"
            ),
            &[("unknown_key", 19)],
        ),
        (
            "a new line by amendment lacks its formula",
            annex(
                "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.lines.tablets]\nunit_price = \"1\""
            ),
            &[("amendment_line_unknown", 18), ("key_missing", 18), ("key_missing", 18)],
        ),
        (
            "to peak off a first of month",
            annex("[[amendments]]\nnumber = 1\neffective_on = 2026-02-02\n[amendments.lines.laptops]\nmode = \"peak\""),
            &[("change_off_first_of_month", 17)],
        ),
        (
            "to peak on a first of month",
            annex("[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.lines.laptops]\nmode = \"peak\""),
            &[],
        ),
        (
            "to fixed within the month",
            annex(
                "[[amendments]]\nnumber = 1\neffective_on = 2026-02-12\n[amendments.lines.laptops]\nmode = \"fixed\""
            ),
            &[],
        ),
        ("no VAT rate", contract_text("", PRORATA, "").replace("vat_rate = \"20.00\"", ""), &[("vat_rate_missing", 8)]),
    ]);
}

#[test]
fn price_review_is_checked() {
    let review = |text: &str| {
        contract_text(
            "",
            PRORATA,
            &format!("[price_review]\nseries = \"syntec\"\nlag_months = 1\nevery_months = 12\n{text}"),
        )
    };
    let s0 = |month: &str| format!("s0 = {{ series = \"syntec\", month = \"{month}\", value = \"242.60\" }}");
    for (text, expected) in [
        (s0("2025-12"), &[][..]),
        (s0("2026-01"), &[]),
        (s0("2025-11"), &["review_window_too_long"]),
        (format!("a = \"0.15\"\nb = \"0.80\"\n{}", s0("2025-12")), &["review_parts_not_one"]),
        (format!("a = \"0.15\"\nb = \"0.85\"\n{}", s0("2025-12")), &[]),
        (String::new(), &["key_missing"]),
        (s0("2025-13"), &["expected_month"]),
        (s0("2025-12").replace("syntec", "insee"), &["unknown_value"]),
    ] {
        let codes: Vec<&str> = errors(&review(&text)).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, expected, "{text}");
    }
}

#[test]
fn the_patches_of_one_day_apply_in_the_order_of_their_numbers() {
    let patch = |number: u32, day: &str, price: &str| {
        format!(
            "[[amendments]]\nnumber = {number}\neffective_on = {day}\n[amendments.lines.laptops]\nunit_price = \"{price}\"\n"
        )
    };
    let more = [patch(3, "2026-02-01", "13"), patch(2, "2026-02-01", "14"), patch(1, "2026-03-01", "15")].concat();
    let contract = read(&contract_text("", PRORATA, &more)).unwrap();
    let price =
        |month, day| contract.line_on("laptops", date(2026, month, day)).unwrap().unit_price.unwrap().to_string();
    assert_eq!(price(1, 31), "12.00");
    assert_eq!(price(2, 1), "13.00");
    assert_eq!(price(3, 1), "15.00");
}

#[test]
fn an_amendment_of_billing_keeps_its_other_keys() {
    let more =
        "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.contract.billing]\nvat_rate = \"21.00\"\n";
    let text = contract_text("", PRORATA, more).replace("[billing]", "[billing]\npresentation = \"movement\"");
    let contract = read(&text).unwrap();
    let billing = &contract.conditions_on(date(2026, 2, 1)).billing;
    assert_eq!(
        (billing.vat.rate.unwrap().to_string().as_str(), billing.presentation),
        ("21.00", Presentation::Movement)
    );
    assert_eq!(contract.line_on("laptops", date(2026, 2, 1)).unwrap().vat_rate.to_string(), "21.00");
    assert_eq!(contract.line_on("laptops", date(2026, 1, 31)).unwrap().vat_rate.to_string(), "20.00");
}

/// Codes and lines of the warnings; 0 for one that has no line.
fn warnings(text: &str) -> Vec<(&'static str, usize)> {
    let remarks = lint(text).into_iter().filter(|remark| remark.severity == Severity::Warning);
    remarks.map(|remark| (remark.refusal.code, remark.refusal.line.unwrap_or(0))).collect()
}

#[test]
fn a_bare_contract_is_warned_about_every_clause() {
    let codes: Vec<&str> = warnings(&contract_text("", PRORATA, "")).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        [
            "access_missing",
            "backup_missing",
            "client_party_missing",
            "confidentiality_missing",
            "cybersecurity_missing",
            "definitions_missing",
            "duties_missing",
            "exit_fee_missing",
            "liability_cap_missing",
            "liability_missing",
            "object_missing",
            "obligations_missing",
            "payment_missing",
            "payment_terms_missing",
            "price_review_missing",
            "provider_party_missing",
            "quality_missing",
            "renewal_missing",
            "reversibility_missing",
            "signature_date_missing",
            "support_missing",
            "term_missing",
            "transfer_missing",
            "requires_missing",
            "services_missing",
            "sla_missing",
        ]
    );
}

#[test]
fn what_is_there_is_not_missing() {
    let codes: Vec<&str> = warnings(include_str!("sample.toml")).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        [
            "access_missing",
            "confidentiality_missing",
            "cybersecurity_missing",
            "liability_missing",
            "object_missing",
            "obligations_missing",
            "reversibility_missing",
            "transfer_missing",
            "services_missing",
            "sla_missing",
        ]
    );
}

#[test]
fn warnings_name_the_line_of_what_is_written() {
    let warned = |head: &str, line: &str, more: &str| {
        warnings(&contract_text(head, line, more)).into_iter().filter(|(_, line)| *line > 0).collect::<Vec<_>>()
    };
    let has = |found: Vec<(&'static str, usize)>, code: &'static str, line: usize| {
        assert!(found.contains(&(code, line)), "{code} {line}: {found:?}");
    };
    has(warned("signed_on = 2026-01-02", PRORATA, ""), "signed_after_effective", 4);
    has(
        warned("", "mode = \"snapshot\"\nunit_price = \"1\"\nsnapshot_day = 1\nsla = { response = \"PT4H\" }", ""),
        "sla_incomplete",
        8,
    );
    has(warned("ends_on = 2026-03-15", "mode = \"peak\"\nunit_price = \"1\"", ""), "month_cut", 8);
    has(warned("notice_months = 12\ninitial_months = 12", PRORATA, ""), "notice_longer_than_term", 4);
    has(warned("", PRORATA, "[[parties]]\nrole = \"client\"\nsiren = \"123456789\""), "party_incomplete", 15);
    has(warned("", PRORATA, "[[parties]]\nrole = \"client\"\nsiren = \"123456789\""), "siren_checksum", 17);
    has(warned("", PRORATA, "[clauses.backup]\ntext = \"Tout est sauvegardé.\""), "clause_incomplete", 15);
    has(warned("", PRORATA, "[[annex]]\nlabel = \"a\"\nowner = \"lessor\""), "equipment_incomplete", 15);
    let demande = "[[lines]]\nid = \"d\"\nformula = \"demande\"\nunit_price = \"80\"\nsla = { response = \"PT2H\" }";
    has(warned("", PRORATA, demande), "demande_with_sla", 19);
    let unsigned = "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.lines.laptops]\ncount = 2";
    has(warned("", PRORATA, unsigned), "amendment_unsigned", 15);
    let late = "[[amendments]]\nnumber = 1\nkind = \"notice\"\nsigned_on = 2026-12-01\neffective_on = 2026-12-01\nends_on = 2026-12-31";
    let tacit = "initial_months = 12\nnotice_months = 3\nrenewal = { kind = \"tacit\", months = 12 }";
    has(warned(tacit, PRORATA, late), "notice_late", 20);
    let tiers: Vec<String> = (1..=7).map(|n| format!("{{ up_to = {n}, unit_price = \"1\" }}")).collect();
    let line = format!("mode = \"volume\"\ntiers = [ {} ]", tiers.join(", "));
    let hours = format!("{PRORATA}\nsla = {{ hours = \"25/8\", response = \"PT4H\", resolution = \"P1D\" }}");
    has(warned("", &hours, ""), "sla_hours_unreadable", 8);
    let one_off = |date: &str| format!("[[one_off]]\ndate = {date}\nlabel = \"Pose\"\namount = \"5.00\"");
    has(warned("", PRORATA, &one_off("2025-12-31")), "one_off_before_contract", 16);
    let ended = "initial_months = 12\nrenewal = { kind = \"none\" }";
    has(warned(ended, PRORATA, &one_off("2027-01-01")), "one_off_after_term", 17);
    let review = "[price_review]\nseries = \"syntec\"\nlag_months = 3\nevery_months = 12\n\
                  s0 = { series = \"syntec\", month = \"2026-02\", value = \"300.0\" }";
    has(warned("", PRORATA, review), "review_s0_after_start", 15);
    has(warned("", &line, ""), "complex_tiers", 8);
    has(warned("", &line, ""), "tiers_bounded", 13);
}

#[test]
fn an_amendment_of_a_line_that_nobody_knows_says_so() {
    let typed = "[[amendments]]\nnumber = 1\neffective_on = 2026-02-01\n[amendments.lines.laptop]\ncount = 2";
    let found = errors(&contract_text("", PRORATA, typed));
    assert!(found.contains(&("amendment_line_unknown", 18)), "{found:?}");
}

#[test]
fn a_warning_refuses_nothing() {
    assert!(read(&contract_text("signed_on = 2026-01-02", PRORATA, "")).is_ok());
}
