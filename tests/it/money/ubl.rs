//! The UBL drafts of bills that have everything: discounts, tiers, several rates and categories, one-offs, credits.
//!
//! Checked here against a written list, without a network; `tests/ubl/validate` checks the same drafts against the public
//! schemas and rules, in the folder that `CADASTRE_DRAFTS` names.

use std::path::{Path, PathBuf};

use cadastre_kit::Collector;
use cadastre_kit::program::arg;

use super::hand;

const HEAD: &str = "signed_on = 2025-12-15
effective_on = 2026-01-01
initial_months = 36
renewal = { kind = \"tacit\", months = 12 }
notice_months = 3
[[parties]]
role = \"client\"
name = \"Acme & Fils SARL\"
siren = \"732829320\"
client_kind = \"professional\"
[[parties]]
role = \"provider\"
name = \"Prestataire Exemple SAS\"
siren = \"123456782\"
[billing]
payment = { means = \"virement\" }
payment_terms = { days = 30, end_of_month = \"after\" }
";

const RICH: &str = "vat_rate = \"20.00\"
[[lines]]
id = \"portables\"
formula = \"forfait\"
category = \"laptop\"
mode = \"prorata\"
unit_price = \"12.123456\"
discount = \"12.5\"
commitment = 30
article = \"FORF-1\"
account = \"706100\"
[[lines]]
id = \"fixes\"
formula = \"forfait\"
category = \"desktop\"
mode = \"fixed\"
count = 7
unit_price = \"31.00\"
vat_rate = \"10.00\"
[[lines]]
id = \"serveurs\"
formula = \"forfait\"
category = \"server\"
mode = \"graduated\"
tiers = [ { up_to = 1, unit_price = \"90.00\" }, { unit_price = \"80.00\" } ]
vat_rate = \"0\"
vat_category = \"E\"
vat_reason = \"Article 261 du CGI\"
[[lines]]
id = \"hors-champ\"
formula = \"forfait\"
category = \"other\"
mode = \"fixed\"
count = 2
unit_price = \"5.00\"
vat_rate = \"0\"
vat_category = \"O\"
vat_reason = \"Hors champ\"
[[lines]]
id = \"heures\"
formula = \"temps\"
unit_price = \"95.00\"
minimum_amount = \"150.00\"
[[one_off]]
date = 2026-03-10
label = \"Installation <b> & mise en service\"
amount = \"350.00\"
[[annex]]
label = \"a\"
line = \"portables\"
[[annex]]
label = \"b\"
line = \"portables\"
to = 2026-03-09
[[annex]]
label = \"s1\"
line = \"serveurs\"
[[annex]]
label = \"s2\"
line = \"serveurs\"
";

#[test]
fn drafts_keep_the_rules() {
    let collector = Collector::start();
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("CADASTRE_DRAFTS").map_or_else(|| own.path().to_owned(), PathBuf::from);
    contract(&collector, "riche", RICH, true);
    export(&collector, "riche", "2026-03", &folder);
    for category in ["AE", "O", "Z"] {
        let client = format!("c-{}", category.to_lowercase());
        contract(&collector, &client, &plain(category), true);
        export(&collector, &client, "2026-03", &folder);
    }
    // Nearly all of March is given back in April: a bill below zero, so credit notes too.
    collector.cli(&["bill", "close", "--client", "riche", "--period", "2026-03"]).done();
    let less = [
        ("count = 7", "count = 1"),
        ("commitment = 30\n", ""),
        ("\"350.00\"", "\"50.00\""),
        ("count = 2", "count = 0"),
    ];
    let less = less.into_iter().fold(RICH.to_owned(), |text, (from, to)| text.replace(from, to));
    contract(&collector, "riche", &less.replace("minimum_amount = \"150.00\"\n", ""), false);
    export(&collector, "riche", "2026-04", &folder);
    let drafts = files(&folder);
    let names: Vec<&str> = drafts.iter().map(|(name, _)| name.trim_end_matches(".xml")).collect();
    let wanted = ["c-ae-2026-03", "c-o-2026-03-hors-champ", "c-z-2026-03", "riche-2026-03", "riche-2026-03-hors-champ"];
    let wanted = wanted.into_iter().chain(["riche-2026-04", "riche-2026-04-avoir", "riche-2026-04-avoir-hors-champ"]);
    assert_eq!(names, wanted.collect::<Vec<_>>());
    let broken: Vec<String> = drafts.iter().flat_map(|(name, text)| broken(name, text)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn plain(category: &str) -> String {
    format!(
        "vat_rate = \"0\"\nvat_category = \"{category}\"\nvat_reason = \"Motif\"\n[[lines]]\nid = \"l\"\nformula = \"forfait\"\n\
         category = \"laptop\"\nmode = \"fixed\"\ncount = 3\nunit_price = \"10.00\"\n"
    )
}

fn contract(collector: &Collector, client: &str, text: &str, new: bool) {
    if new {
        collector.add_client(client);
    }
    let head = format!("id = \"C-{client}\"\nclient = \"{client}\"\n{HEAD}{text}");
    let file = collector.file("contract.toml", &head);
    collector.cli(&["contract", "import", arg(&file), "--client", client, "--yes"]).done();
}

fn export(collector: &Collector, client: &str, month: &str, folder: &Path) {
    let args = ["bill", "export", "--client", client, "--period", month, "--format", "ubl", "--out", arg(folder)];
    collector.cli(&args).done();
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut files: Vec<(String, String)> = paths.map(named).collect();
    files.sort();
    files
}

/// The rules of EN 16931 that a draft of ours could break, and the French limits on decimals: those it does break.
fn broken(name: &str, text: &str) -> Vec<String> {
    let is_credit = text.contains("<CreditNote ");
    let (first, quantity) = match is_credit {
        true => ("<cac:CreditNoteLine>", "cbc:CreditedQuantity"),
        false => ("<cac:InvoiceLine>", "cbc:InvoicedQuantity"),
    };
    let (heads, lines) = text.split_at(text.find(first).unwrap());
    let sum = |of: &str, tag: &str| values(of, tag).iter().map(|value| hand::value(value).unwrap()).sum();
    let one = |tag: &str| hand::value(values(heads, tag).last().unwrap()).unwrap();
    let tax: Vec<_> = values(heads, "cbc:TaxAmount").iter().map(|value| hand::value(value).unwrap()).collect();
    let (total, parts) = tax.split_first().unwrap();
    let net = sum(lines, "cbc:LineExtensionAmount");
    let decimals = |tag: &str| {
        let part = |value: &String| value.split_once('.').map_or(0, |(_, part)| part.len());
        values(lines, tag).iter().map(part).max().unwrap()
    };
    let outside = text.contains("<cbc:ID>O</cbc:ID>");
    let rules = [
        ("BR-CO-10 the net is the sum of the lines", one("cbc:LineExtensionAmount") == net),
        ("BR-CO-13 no charge or allowance of the document", one("cbc:TaxExclusiveAmount") == net),
        ("BR-CO-14 the tax is the sum of its breakdown", *total == parts.iter().sum()),
        ("BR-CO-15 gross = net + tax", one("cbc:TaxInclusiveAmount") == net + *total),
        ("BR-CO-16 what is due is the gross", one("cbc:PayableAmount") == net + *total),
        ("BR-S-08, BR-E-08 the breakdown covers the lines", sum(heads, "cbc:TaxableAmount") == net),
        ("BR-27 no price below zero", values(lines, "cbc:PriceAmount").iter().all(|price| !price.starts_with('-'))),
        ("BR-61 a transfer names its account", !text.contains(">30</cbc:PaymentMeansCode>")),
        (
            "BR-E-10, BR-AE-10, BR-O-10, BR-Z-10 reasons",
            text.matches("<cbc:TaxExemptionReason>").count() == reasons(heads),
        ),
        ("BR-O-02 out of scope without VAT numbers", !outside || !text.contains("<cac:PartyTaxScheme>")),
        ("BR-O-11 out of scope by itself", !outside || parts.len() == 1),
        ("BR-55 a credit names its bill", !is_credit || text.contains("<cac:InvoiceDocumentReference>")),
        ("at most four decimals on a quantity", decimals(quantity) <= 4),
        ("at most six decimals on a price", decimals("cbc:PriceAmount") <= 6),
    ];
    rules.into_iter().filter(|(_, holds)| !holds).map(|(rule, _)| format!("{name}: {rule}\n{text}")).collect()
}

/// How many categories of the breakdown need a reason: all but `S` and `Z`.
fn reasons(heads: &str) -> usize {
    let needs = |category: &&str| {
        let code = values(category, "cbc:ID").into_iter().next().unwrap_or_default();
        ["E", "AE", "O"].contains(&code.as_str())
    };
    heads.split("<cac:TaxCategory>").skip(1).filter(needs).count()
}

/// The texts of the elements of this name, in order.
fn values(text: &str, name: &str) -> Vec<String> {
    let begin = format!("<{name}");
    let open = text.split(&begin).skip(1).filter(|rest| rest.starts_with(['>', ' ']));
    open.filter_map(|rest| rest.split_once('>')?.1.split_once('<').map(|(value, _)| value.to_owned())).collect()
}
