//! Words of contracts: what their dates ask for, drafts.

use super::table::{Row, say};
use super::{Language, words};
use crate::views::agenda::Event;

/// What a date asks for, in a sentence without a full stop.
pub(crate) fn event(event: &Event, language: Language) -> String {
    let subject = event.subject.as_deref().unwrap_or_default();
    let args = [("contract", event.contract.as_str()), ("client", event.client.as_str()), ("subject", subject)];
    say(EVENTS, &event.kind, &args, language)
}

/// Dates of contracts.
#[rustfmt::skip]
pub(crate) const EVENTS: &[Row] = &[
    ("duty", "Contract {contract} ({client}): {subject} is due", "Contrat {contract} ({client}) : {subject} à réaliser"),
    ("end", "Contract {contract} ({client}): last day of the term", "Contrat {contract} ({client}) : dernier jour du terme"),
    ("lease", "Contract {contract} ({client}): the lease of {subject} is over", "Contrat {contract} ({client}) : fin de location de {subject}"),
    ("notice", "Contract {contract} ({client}): last day to give notice", "Contrat {contract} ({client}) : dernier jour pour donner préavis"),
    ("revision", "Contract {contract} ({client}): prices are revised", "Contrat {contract} ({client}) : révision des prix"),
    ("warning", "Contract {contract} ({client}): warn the client of the renewal", "Contrat {contract} ({client}) : avertir le client de la reconduction"),
    ("warning_missed", "Contract {contract} ({client}): the client was not warned, it may leave at any time", "Contrat {contract} ({client}) : client non averti, il peut partir à tout moment"),
];

words! {
    /// The quote of a draft.
    QuoteWords {
        title: "Draft quote", "Projet de devis";
        about: "For contract {contract}, from {day}. Nothing is binding until it is signed.", "Pour le contrat {contract}, à compter du {day}. Sans valeur d’engagement avant signature.";
        provider: "Provider", "Prestataire";
        client: "Client", "Client";
        line: "Line", "Ligne";
        now: "Today", "Aujourd’hui";
        then: "Then", "Ensuite";
        devices: "Devices added", "Appareils ajoutés";
        month: "A month, net", "Par mois, HT";
        year: "A year, net", "Par an, HT";
        accept: "Accepted", "Bon pour accord";
        about_first: "Contract {contract}, from {day}, drafted from the inventory. Nothing is binding until it is signed.", "Contrat {contract}, à compter du {day}, établi d’après l’inventaire. Sans valeur d’engagement avant signature.";
        accept_first: "The signed quote becomes the contract.", "Le devis signé devient le contrat.";
        unpriced: "Without a price, and not in the total: {devices}.", "Sans prix, et hors du total : {devices}.";
        accept_about: "The signed quote becomes amendment {number} of the contract.", "Le devis signé devient l’avenant {number} au contrat.";
        sign_name: "Name", "Nom";
        sign_role: "Role", "Qualité";
        sign_date: "Date", "Date";
        sign_here: "Signature", "Signature";
    }
}
