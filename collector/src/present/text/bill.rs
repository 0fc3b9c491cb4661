//! Words of the month: the lines of a bill, their slot-days, the totals.

use super::table::{Row, fill, say};
use super::{Language, date, label, number, words};
use crate::views::bill::BillLine;

/// What stands in a billing draft for a provider that no contract names; the draft is French by its form.
pub(crate) const UNNAMED_PROVIDER: &str = "(prestataire à compléter)";

words! {
    /// The month of a client.
    BillWords {
        title: "Bill of {month}", "Facturation de {month}";
        draft: "draft", "brouillon";
        closed: "closed", "clos";
        about: "Billing input, not an invoice: its number belongs to the accounts", "Éléments de facturation, non une facture : le numéro appartient à la comptabilité";
        previous: "Previous month", "Mois précédent";
        next: "Next month", "Mois suivant";
        entity: "Billed to {entity}", "Facturé à {entity}";
        dated: "dated {date}, due {due}", "datée du {date}, échéance {due}";
        line: "Line", "Ligne";
        period: "Period", "Période";
        computation: "Quantity × price ÷ base", "Quantité × prix ÷ base";
        computation_short: "Computation", "Calcul";
        vat: "VAT", "TVA";
        amount: "Net", "HT";
        discount: "discount {percent}", "remise {percent}";
        total_net: "Total net", "Total HT";
        vat_of: "VAT {rate} on {base}", "TVA {rate} sur {base}";
        total_gross: "Total gross", "Total TTC";
        slot_days: "{days} {days:slot-day|slot-days} over {slots} {slots:slot|slots}", "{days} {days:jour-poste|jours-poste} sur {slots} {slots:emplacement|emplacements}";
        slot: "Slot", "Emplacement";
        days: "Days", "Jours";
        which: "Which days", "Quels jours";
        held_by: "Held by", "Occupé par";
        held_by_none: "no asset seen", "aucun appareil vu";
        fixed: "The flat rate counts the contract’s number, not the slots.", "Le forfait facture le nombre écrit au contrat, non les emplacements.";
        more_slots: "{n} more {n:slot is|slots are} in the JSON document.", "{n} {n:autre emplacement est|autres emplacements sont} dans le document JSON.";
        evidence: "Evidence", "Preuve";
        empty: "Nothing to bill in {month}.", "Rien à facturer en {month}.";
        no_slots: "no slot-day counted", "aucun jour-poste compté";
        run: "computation {id}", "calcul {id}";
        range: "{from} to {to}", "du {from} au {to}";
        days_drawn: "{days} days of {month}", "{days} jours de {month}";
    }
}

/// A step of the month bridge: what made the bill differ from the one before.
pub fn step(code: &str, args: &[(&str, &str)], language: Language) -> String {
    // What belongs to no line of a contract is named by the contract.
    let named = |key: &str| args.iter().find(|(own, _)| *own == key).map_or("", |(_, value)| *value);
    let line = if named("line").is_empty() { named("contract") } else { named("line") };
    let month = named("day").parse().ok().map(|day| date::month(day, language));
    let args = args.iter().map(|(key, value)| if *key == "line" { (*key, line) } else { (*key, *value) });
    let args: Vec<(&str, &str)> = args.chain(month.as_deref().map(|month| ("month", month))).collect();
    say(STEPS, code, &args, language)
}

/// Steps of the month bridge.
#[rustfmt::skip]
pub const STEPS: &[Row] = &[
    ("amount", "{line}: the month’s amount", "{line} : montant du mois"),
    ("before", "{line}: regularisation or one-off of the month before", "{line} : régularisation ou montant ponctuel du mois précédent"),
    ("billed", "{line}: billed this month, not the month before", "{line} : facturé ce mois-ci, non le mois précédent"),
    ("full_month", "{line}: last month’s movements over a whole month", "{line} : mouvements du mois précédent comptés sur un mois entier"),
    ("line_ended", "{line}: the line has ended", "{line} : fin de la ligne"),
    ("line_new", "{line}: new line", "{line} : nouvelle ligne"),
    ("one_off", "{contract}: one-off amount of {day}", "{contract} : montant ponctuel du {day}"),
    ("price", "{line}: price change", "{line} : changement de prix"),
    ("regularisation", "{line}: regularisation of {month}", "{line} : régularisation de {month}"),
    ("rounding", "{line}: rounding", "{line} : arrondi"),
    ("slot_added", "{line}: {slot} added on {day}", "{line} : {slot} ajouté le {day}"),
    ("slot_left", "{line}: {slot} left on {day}", "{line} : {slot} sorti le {day}"),
    ("swap", "{line}: another device in {slot} on {day}", "{line} : appareil remplacé dans {slot} le {day}"),
    ("unbilled", "{line}: billed the month before, not this month", "{line} : facturé le mois précédent, non ce mois-ci"),
];

/// The reason of a discount in an invoice draft, which is French.
pub(crate) const DISCOUNT_REASON: &str = "Remise";

/// How the amount of a line came about, for a billing draft, which is French and may have to go into Windows-1252.
pub(crate) fn worked_out(line: &BillLine) -> String {
    let language = Language::Fr;
    let unit = say(label::UNITS, &line.unit, &[("n", &line.quantity.to_string())], language);
    let mut text = number::count(line.quantity, language);
    if !unit.is_empty() {
        text = format!("{text}\u{a0}{unit}");
    }
    text = format!("{text} × {}", number::decimal(&line.unit_price, language));
    if line.price_base != 1 {
        text = format!("{text} ÷ {}", line.price_base);
    }
    if let Some(discount) = &line.discount {
        let words = BillWords::of(language).discount;
        text = format!("{text}, {}", fill(words, &[("percent", &number::percent(discount, language))], language));
    }
    text.replace(number::NARROW, "\u{a0}").replace(number::MINUS, "-")
}

/// The note of an invoice draft, in both languages: whoever receives the file reads it, and no operator chose one.
pub(crate) const DRAFT_NOTE: &str =
    "Brouillon : le numéro appartient à la comptabilité. Draft: the number belongs to the accounts.";
