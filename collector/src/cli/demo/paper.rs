//! The contracts of the sample, as the files that a person would write.
//!
//! **Invariant**: each is a contract that the linter takes, but for what its oddity wants wrong.

use std::fmt::Write as _;

use cadastre_domain::calendar::add_months;
use jiff::civil::Date;

use super::cast::{Cast, Days};
use super::dice::Dice;
use super::machine::{Kind, Machine};
use super::plan::{Oddity, Plan};

/// Clauses, support and duties: those of the first sample, without its prices.
const OFFICE: &str = include_str!("../../../../packaging/samples/office-forfait.toml");

/// The console whose list the contracts require.
pub(super) const CONSOLE: &str = "sophos";
/// The console that nobody imports any more, where a contract requires it.
pub(super) const FORGOTTEN: &str = "veeam-portail";
/// The list of mailboxes.
pub(super) const SEATS: &str = "microsoft-365";

/// A line: its id, category and price.
const LINES: [(&str, &str, Kind, &str); 4] = [
    ("portables", "Maintenance d’un portable", Kind::Laptop, "32.00"),
    ("fixes", "Maintenance d’un poste fixe", Kind::Desktop, "28.00"),
    ("serveurs", "Infogérance d’un serveur", Kind::Server, "140.00"),
    ("serveurs-virtuels", "Infogérance d’un serveur virtuel", Kind::Virtual, "60.00"),
];

/// The line of a kind of machine.
pub(super) fn line_of(kind: Kind) -> &'static str {
    LINES.iter().find(|(_, _, of, _)| *of == kind).map_or("portables", |(id, ..)| id)
}

/// The id of a client's contract.
pub(super) fn contract_id(plan: &Plan) -> String {
    format!("EX-{}", plan.code.to_uppercase())
}

/// The client's contract. `annexed` counts the machines that its annex names today.
pub(super) fn contract(plan: &Plan, cast: &Cast, days: Days, annexed: impl Fn(Kind) -> usize) -> String {
    let mut dice = Dice::of(&format!("contract {}", plan.code));
    let mut text = head(plan, &contract_id(plan), days, &mut dice);
    for (id, label, kind, price) in LINES {
        let count = annexed(kind);
        if count == 0 {
            continue;
        }
        let contracted = match plan.oddity {
            Oddity::OverCount if kind == Kind::Laptop => count.saturating_sub(2),
            Oddity::UnderCount if kind == Kind::Laptop => count + 3,
            _ => count,
        };
        let _ = write!(
            text,
            "\n[[lines]]\nid = \"{id}\"\nlabel = \"{label}\"\nformula = \"forfait\"\ncategory = \"{}\"\nmode = \"prorata\"\n\
             unit_price = \"{price}\"\ncount = {contracted}\narticle = \"MNT-{}\"\naccount = \"706100\"\n\
             services = [\"preventive\", \"corrective\", \"assistance\"]\nrequires = [ {} ]\n\
             sla = {{ hours = \"lun-ven 08:30-18:00\", response = \"PT4H\", resolution = \"PT8H\" }}\n",
            Machine::category_of(kind),
            id.to_uppercase(),
            requires(plan, kind),
        );
    }
    for (id, label, category, price) in [
        ("imprimantes", "Imprimante suivie", "printer", "6.00"),
        ("commutateurs", "Commutateur supervisé", "switch", "9.00"),
        ("pare-feu", "Pare-feu supervisé", "firewall", "25.00"),
        ("boites", "Boîte mail gérée", "mailbox", "4.00"),
    ] {
        let count = match category {
            "mailbox" => cast.mailboxes.len(),
            _ => cast.network.iter().filter(|(_, of, _)| *of == category).count(),
        };
        if count > 0 {
            let _ = write!(
                text,
                "\n[[lines]]\nid = \"{id}\"\nlabel = \"{label}\"\nformula = \"forfait\"\ncategory = \"{category}\"\n\
                 mode = \"prorata\"\nadmission = \"auto\"\nunit_price = \"{price}\"\ncount = {count}\narticle = \"MNT-{}\"\n\
                 account = \"706100\"\nservices = [\"preventive\", \"corrective\"]\n\
                 sla = {{ hours = \"lun-ven 08:30-18:00\", response = \"PT4H\", resolution = \"PT8H\" }}\n",
                id.to_uppercase(),
            );
        }
    }
    amendment(plan, days, &mut text, &mut dice);
    text + "\n" + clauses()
}

/// A second contract, of security alone, that names one machine of the first.
pub(super) fn second_contract(plan: &Plan, days: Days) -> String {
    let mut dice = Dice::of(&format!("second {}", plan.code));
    let text = head(plan, &format!("{}-SECURITE", contract_id(plan)), days, &mut dice);
    text + "\n[[lines]]\nid = \"securite\"\nlabel = \"Sécurité d’un poste\"\nformula = \"forfait\"\ncategory = \"laptop\"\n\
            mode = \"prorata\"\nunit_price = \"9.00\"\ncount = 1\nservices = [\"preventive\"]\n\
            sla = { hours = \"lun-ven 08:30-18:00\", response = \"PT4H\", resolution = \"PT8H\" }\n\n"
        + clauses()
}

fn head(plan: &Plan, id: &str, days: Days, dice: &mut Dice) -> String {
    let kind = if plan.oddity == Oddity::NonProfessional { "non_professional" } else { "professional" };
    let months = dice.pick(&[12, 24, 36], 12);
    let (months, notice) = match plan.oddity {
        // Renews in two months: the window to warn the client closed a month ago.
        Oddity::NonProfessional => (16, 2),
        _ => (months, dice.pick(&[1, 2, 3], 3)),
    };
    let ends = match plan.oddity {
        Oddity::OutOfTerm => format!("ends_on = {}\n", days.ago(44)),
        _ => String::new(),
    };
    format!(
        "id = \"{id}\"\nclient = \"{}\"\nsigned_on = {}\neffective_on = {}\ninitial_months = {months}\n{ends}\
         time_zone = \"Europe/Paris\"\nrenewal = {{ kind = \"tacit\", months = 12 }}\nnotice_months = {notice}\n\
         exit_fee = {{ months = 3 }}\nliability_cap = \"20000.00\"\n\n\
         [[parties]]\nrole = \"client\"\nname = \"{}\"\nsiren = \"732829320\"\nclient_kind = \"{kind}\"\n\n\
         [[parties]]\nrole = \"provider\"\nname = \"Prestataire Exemple SAS\"\nsiren = \"123456782\"\n\n\
         [billing]\ntiming = \"arrears\"\nperiod = \"month\"\nvat_rate = \"20.00\"\npayment = {{ means = \"virement\" }}\n\
         payment_terms = {{ days = 30, end_of_month = \"none\" }}\n",
        plan.client(),
        days.start.saturating_sub(jiff::ToSpan::days(20_i64)),
        days.start,
        plan.display_name(),
    )
}

fn requires(plan: &Plan, kind: Kind) -> String {
    let mut kinds = match kind {
        Kind::Virtual => vec![("backup", 7)],
        Kind::Server => vec![("antivirus", 7), ("backup", 7)],
        Kind::Desktop => vec![("antivirus", 7), ("firewall", 0), ("mail", 0)],
        Kind::Laptop => {
            vec![("antivirus", 7), ("detection", 0), ("mail", 0), ("backup", 7), ("firewall", 0), ("encryption", 0)]
        }
    };
    let mut told: Vec<String> = kinds
        .drain(..)
        .map(|(kind, days)| match days {
            0 => format!("{{ kind = \"{kind}\" }}"),
            days => format!("{{ kind = \"{kind}\", max_age_days = {days} }}"),
        })
        .collect();
    if kind == Kind::Laptop {
        told.push(format!("{{ kind = \"source\", source = \"{CONSOLE}\", max_age_days = 7 }}"));
    }
    if plan.oddity == Oddity::StaleSource && kind == Kind::Laptop {
        told.push(format!("{{ kind = \"source\", source = \"{FORGOTTEN}\", max_age_days = 7 }}"));
    }
    told.join(", ")
}

/// A price that rose in the course of the story, for one client in three.
fn amendment(plan: &Plan, days: Days, text: &mut String, dice: &mut Dice) {
    if !dice.one_in(3) || plan.oddity == Oddity::OutOfTerm || !text.contains("\nid = \"portables\"") {
        return;
    }
    let from: Date = add_months(days.start, 6 + i32::try_from(dice.below(5)).unwrap_or(0));
    let signed = from.saturating_sub(jiff::ToSpan::days(12_i64));
    let price = dice.pick(&["33.50", "34.00", "31.00"], "33.00");
    let _ = write!(
        text,
        "\n[[amendments]]\nnumber = 1\nsigned_on = {signed}\neffective_on = {from}\n[amendments.lines.portables]\n\
         unit_price = \"{price}\"\n"
    );
}

fn clauses() -> &'static str {
    OFFICE.find("[support]").and_then(|at| OFFICE.get(at..)).unwrap_or_default()
}
