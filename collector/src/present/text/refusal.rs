//! Why something was refused: one sentence a code, with the place in front, and the JSON document of a refusal.

use cadastre_domain::refusal::Refusal;
use serde::Serialize;

use super::table::{Row, fill, say};
use super::{Language, frame::PLACE};

/// The sentence of a refusal or of a remark: « annexe.csv, ligne 3, champ serial : … ».
///
/// A code that no table knows is shown with its arguments.
pub fn sentence(refusal: &Refusal, language: Language) -> String {
    let args: Vec<(&str, &str)> = refusal.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let said = say(REFUSALS, refusal.code, &args, language);
    match place(refusal, language) {
        Some(place) => format!("{place}{} {said}", language.pick(":", "\u{a0}:")),
        None => said,
    }
}

/// `cadastre/error/1`: a refusal as JSON, for the API and for `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorDocument {
    /// `cadastre/error/1`.
    pub schema: &'static str,
    /// The refusal's code.
    pub code: &'static str,
    /// Its sentence, without the place.
    pub message: String,
    /// File, as the caller named it.
    pub file: Option<String>,
    /// Line of it, from 1.
    pub line: Option<usize>,
    /// Key, column or option.
    pub field: Option<String>,
}

/// A refusal as `cadastre/error/1`, its message in `language`.
pub fn document(refusal: &Refusal, language: Language) -> ErrorDocument {
    let args: Vec<(&str, &str)> = refusal.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ErrorDocument {
        schema: "cadastre/error/1",
        code: refusal.code,
        message: say(REFUSALS, refusal.code, &args, language),
        file: refusal.file.clone(),
        line: refusal.line,
        field: refusal.field.clone(),
    }
}

fn place(refusal: &Refusal, language: Language) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(file) = &refusal.file {
        parts.push(file.clone());
    }
    if let Some(line) = refusal.line {
        parts.push(fill(language.pick(PLACE.0, PLACE.1), &[("n", &line.to_string())], language));
    }
    if let Some(field) = &refusal.field {
        parts.push(fill(language.pick(PLACE.2, PLACE.3), &[("name", field)], language));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Every refusal, sorted by code.
#[rustfmt::skip]
pub const REFUSALS: &[Row] = &[
    ("amount_overflow", "An amount is too large to be computed.", "Un montant est trop grand pour être calculé."),
    ("asset_unknown", "No asset “{asset}” is known here.", "Aucun appareil « {asset} » n’est connu ici."),
    ("bill_unknown", "Client “{client}” has no such bill in {month}.", "Le client « {client} » n’a pas de telle facture en {month}."),
    ("client_unknown", "No client “{client}” is registered.", "Aucun client « {client} » n’est enregistré."),
    ("cursor_invalid", "“{value}” is not a cursor that this list gave.", "« {value} » n’est pas un curseur donné par cette liste."),
    ("date_invalid", "“{value}” is not a date written YYYY-MM-DD.", "« {value} » n’est pas une date écrite AAAA-MM-JJ."),
    ("day_in_future", "{day} is still to come: a reading can be as of {today} at the latest.", "Le {day} est à venir : une lecture ne peut dépasser le {today}."),
    ("host_refused", "This address is served on this machine only: the request names another host.", "Cette adresse n’est servie que sur cette machine : la requête nomme un autre hôte."),
    ("instant_invalid", "“{value}” is not an instant written as 2026-11-24T10:00:00Z.", "« {value} » n’est pas un instant écrit comme 2026-11-24T10:00:00Z."),
    ("internal", "The collector failed at this; its log says why.", "Le collecteur n’a pas abouti ; son journal dit pourquoi."),
    ("language_invalid", "“{value}” is not a language of these pages: en or fr.", "« {value} » n’est pas une langue de ces pages : fr ou en."),
    ("limit_invalid", "“{value}” is not a number of rows from 1 to {most}.", "« {value} » n’est pas un nombre de lignes de 1 à {most}."),
    ("line_unknown", "No line “{line}” is in the contracts of this client on that day.", "Aucune ligne « {line} » ne figure ce jour-là aux contrats de ce client."),
    ("method_refused", "This address does not take that kind of request.", "Cette adresse n’accepte pas ce type de requête."),
    ("month_invalid", "“{value}” is not a month written YYYY-MM.", "« {value} » n’est pas un mois écrit AAAA-MM."),
    ("origin_refused", "The form was sent from another site and is refused.", "Le formulaire vient d’un autre site : il est refusé."),
    ("page_number_invalid", "“{value}” is not the number of a page.", "« {value} » n’est pas un numéro de page."),
    ("page_unknown", "Nothing is at this address.", "Il n’y a rien à cette adresse."),
    ("query_key_twice", "“{key}” is given twice in the address.", "« {key} » est donné deux fois dans l’adresse."),
    ("query_key_unknown", "“{key}” is not a filter of this page.", "« {key} » n’est pas un filtre de cette page."),
    ("schema_unknown", "No document has a schema named “{name}”.", "Aucun document n’a de schéma nommé « {name} »."),
    ("status_unknown", "“{value}” is not a status: covered, uncovered, missing, unknown or pending.", "« {value} » n’est pas un état : covered, uncovered, missing, unknown ou pending."),
];
