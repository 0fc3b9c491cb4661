//! Why something was refused: one sentence a code, with the place in front, and the JSON document of a refusal.

use cadastre_domain::refusal::Refusal;
use serde::Serialize;

use super::contract::REMARKS;
use super::table::{Row, fill, say};
use super::{Language, frame::PLACE};

/// The sentence of a refusal or of a remark: « annexe.csv, ligne 3, champ serial : … ».
///
/// A code that no table knows is shown with its arguments.
pub fn sentence(refusal: &Refusal, language: Language) -> String {
    let args: Vec<(&str, &str)> = refusal.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let said = say(table(refusal.code), refusal.code, &args, language);
    match place(refusal, language) {
        Some(place) => format!("{place}{} {said}", language.pick(":", "\u{a0}:")),
        None => said,
    }
}

/// The table that has the code's sentence.
fn table(code: &str) -> &'static [Row] {
    let of_contract = REMARKS.binary_search_by(|row| row.0.cmp(code)).is_ok();
    if of_contract { REMARKS } else { REFUSALS }
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
        message: say(table(refusal.code), refusal.code, &args, language),
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
    ("address_in_use", "Another program listens on {address}: stop it or choose another port.", "Un autre programme écoute sur {address} : arrêtez-le ou choisissez un autre port."),
    ("address_refused", "The collector cannot listen on {address} ({reason}).", "Le collecteur ne peut pas écouter sur {address} ({reason})."),
    ("agent_exists", "Agent “{agent}” exists already.", "L’agent « {agent} » existe déjà."),
    ("agent_unknown", "No agent “{agent}” is enrolled.", "Aucun agent « {agent} » n’est enrôlé."),
    ("amount_overflow", "An amount is too large to be computed.", "Un montant est trop grand pour être calculé."),
    ("annex_before_contract", "The annex entry begins on {from}, before the contract does on {first}.", "L’entrée d’annexe commence le {from}, avant le contrat, en vigueur le {first}."),
    ("annex_ends_before", "The annex entry ends on {to}, before it begins on {from}.", "L’entrée d’annexe finit le {to}, avant de commencer le {from}."),
    ("annex_from_needed", "“{label}” is new in an annex that exists already: give its first covered day in the column “from”.", "« {label} » est nouveau dans une annexe existante : indiquez son premier jour couvert dans la colonne « from »."),
    ("answer_unreadable", "The collector’s answer cannot be read ({reason}).", "La réponse du collecteur est illisible ({reason})."),
    ("asset_unknown", "No asset “{asset}” is known here.", "Aucun appareil « {asset} » n’est connu ici."),
    ("assets_needed", "This decision needs at least {needed} {needed:asset|assets}.", "Cette décision demande au moins {needed} {needed:appareil|appareils}."),
    ("authority_unusable", "The collector’s certificate authority cannot be used ({reason}).", "L’autorité de certification du collecteur est inutilisable ({reason})."),
    ("bill_unknown", "Client “{client}” has no such bill in {month}.", "Le client « {client} » n’a pas de telle facture en {month}."),
    ("cell_empty", "A value is needed here.", "Une valeur est nécessaire ici."),
    ("client_code_invalid", "“{client}” is not a client code: lower-case letters, digits and hyphens, 63 at most, the first no hyphen.", "« {client} » n’est pas un code client : minuscules, chiffres et traits d’union, 63 au plus, sans trait d’union en tête."),
    ("client_exists", "Client “{client}” is registered already.", "Le client « {client} » est déjà enregistré."),
    ("client_unknown", "No client “{client}” is registered.", "Aucun client « {client} » n’est enregistré."),
    ("collector_gone", "The collector broke off before it answered ({reason}).", "Le collecteur s’est interrompu avant de répondre ({reason})."),
    ("collector_not_running", "No collector answers on {socket}: start it with “cadastre-collector serve”, or name its configuration with --config.", "Aucun collecteur ne répond sur {socket} : lancez-le par « cadastre-collector serve », ou désignez sa configuration par --config."),
    ("column_missing", "The table lacks this column.", "Cette colonne manque au tableau."),
    ("column_twice", "This column stands twice.", "Cette colonne figure deux fois."),
    ("column_unknown", "This column is not one of an annex, which are: {known}.", "Cette colonne n’est pas de celles d’une annexe : {known}."),
    ("config_invalid", "The configuration is wrong here: {reason}.", "La configuration est erronée ici : {reason}."),
    ("config_unreadable", "The configuration cannot be read ({reason}).", "La configuration est illisible ({reason})."),
    ("contract_has_errors", "The contract has {errors} {errors:error|errors}: nothing was recorded.", "Le contrat a {errors} {errors:erreur|erreurs} : rien n’a été enregistré."),
    ("contract_other_client", "Contract “{contract}” names client “{named}”, not “{client}”.", "Le contrat « {contract} » désigne le client « {named} », non « {client} »."),
    ("contract_unknown", "Client “{client}” has no contract “{contract}”.", "Le client « {client} » n’a pas de contrat « {contract} »."),
    ("contract_unreadable", "The stored contract “{contract}” can no longer be read ({reason}).", "Le contrat enregistré « {contract} » n’est plus lisible ({reason})."),
    ("cursor_invalid", "“{value}” is not a cursor that this list gave.", "« {value} » n’est pas un curseur donné par cette liste."),
    ("dashboard_not_loopback", "The pages can only be served on a loopback address while no user exists: {address} is open to the network.", "Tant qu’aucun utilisateur n’existe, les pages ne sont servies que sur une adresse de bouclage : {address} est ouverte au réseau."),
    ("data_dir_in_use", "Another collector is running on {path}.", "Un autre collecteur tourne déjà sur {path}."),
    ("date_invalid", "“{value}” is not a date written YYYY-MM-DD.", "« {value} » n’est pas une date écrite AAAA-MM-JJ."),
    ("day_in_future", "{day} is still to come: a reading can be as of {today} at the latest.", "Le {day} est à venir : une lecture ne peut dépasser le {today}."),
    ("decision_contradicts", "On {day} {by} already decided otherwise about this asset (“{reason}”).", "Le {day}, {by} a déjà décidé autrement de cet appareil (« {reason} »)."),
    ("disk_full", "The disk of {path} is nearly full: nothing is written until space is free again.", "Le disque de {path} est presque plein : rien n’est écrit tant que la place manque."),
    ("export_altered", "The export is not as it was written: its check sum differs.", "L’export n’est plus tel qu’il a été écrit : sa somme de contrôle diffère."),
    ("export_fact_contradicts", "This fact contradicts an earlier one of the export.", "Ce fait contredit un fait précédent de l’export."),
    ("export_format_unknown", "The export is of a format that this version does not read.", "L’export est d’un format que cette version ne lit pas."),
    ("export_line_malformed", "This line is not one that an export has.", "Cette ligne n’est pas une ligne d’export."),
    ("export_not_an_export", "This is not an export of a client.", "Ceci n’est pas un export de client."),
    ("export_out_of_order", "This line does not follow the one before it.", "Cette ligne ne suit pas la précédente."),
    ("export_section_missing", "A report names a section that the export does not hold.", "Un rapport désigne une section que l’export ne contient pas."),
    ("export_truncated", "The export ends too early.", "L’export s’arrête trop tôt."),
    ("fact_misplaced", "A fact of kind “{kind}” has no place in the record of “{client}”.", "Un fait de type « {kind} » n’a pas sa place dans le registre de « {client} »."),
    ("file_unreadable", "The file cannot be read ({reason}).", "Le fichier est illisible ({reason})."),
    ("file_unwritable", "The file cannot be written ({reason}).", "Le fichier ne peut pas être écrit ({reason})."),
    ("folder_not_empty", "The folder is not empty: name a new one.", "Le dossier n’est pas vide : indiquez-en un nouveau."),
    ("host_refused", "This address is served on this machine only: the request names another host.", "Cette adresse n’est servie que sur cette machine : la requête nomme un autre hôte."),
    ("instant_invalid", "“{value}” is not an instant written as 2026-11-24T10:00:00Z.", "« {value} » n’est pas un instant écrit comme 2026-11-24T10:00:00Z."),
    ("internal", "The collector failed at this; its log says why.", "Le collecteur n’a pas abouti ; son journal dit pourquoi."),
    ("label_twice", "“{label}” stands already on line {earlier}.", "« {label} » figure déjà à la ligne {earlier}."),
    ("language_invalid", "“{value}” is not a language of these pages: en or fr.", "« {value} » n’est pas une langue de ces pages : fr ou en."),
    ("limit_invalid", "“{value}” is not a number of rows from 1 to {most}.", "« {value} » n’est pas un nombre de lignes de 1 à {most}."),
    ("line_invalid", "The line is not an inventory: {reason}.", "La ligne n’est pas un inventaire : {reason}."),
    ("line_not_in_contract", "The contract has no line “{line}”; it has: {known}.", "Le contrat n’a pas de ligne « {line} » ; il a : {known}."),
    ("line_unknown", "No line “{line}” is in the contracts of this client on that day.", "Aucune ligne « {line} » ne figure ce jour-là aux contrats de ce client."),
    ("lines_refused", "{lines} {lines:line was|lines were} refused; all others are explained.", "{lines} {lines:ligne refusée|lignes refusées} ; toutes les autres sont expliquées."),
    ("method_refused", "This address does not take that kind of request.", "Cette adresse n’accepte pas ce type de requête."),
    ("month_invalid", "“{value}” is not a month written YYYY-MM.", "« {value} » n’est pas un mois écrit AAAA-MM."),
    ("no_contract_on", "No contract of this client is in force on {day}.", "Aucun contrat de ce client n’est en vigueur le {day}."),
    ("not_base64", "The bytes are not base64.", "Les octets ne sont pas en base64."),
    ("not_utf8", "The text is not UTF-8.", "Le texte n’est pas en UTF-8."),
    ("number_invalid", "“{value}” is not a whole number.", "« {value} » n’est pas un nombre entier."),
    ("option_needed", "This decision needs {option}.", "Cette décision demande {option}."),
    ("origin_refused", "The form was sent from another site and is refused.", "Le formulaire vient d’un autre site : il est refusé."),
    ("page_number_invalid", "“{value}” is not the number of a page.", "« {value} » n’est pas un numéro de page."),
    ("page_unknown", "Nothing is at this address.", "Il n’y a rien à cette adresse."),
    ("query_key_twice", "“{key}” is given twice in the address.", "« {key} » est donné deux fois dans l’adresse."),
    ("query_key_unknown", "“{key}” is not a filter of this page.", "« {key} » n’est pas un filtre de cette page."),
    ("record_contended", "Too many others write to this record at once: try again.", "Trop d’écritures simultanées dans ce registre : réessayez."),
    ("record_moved", "The record of “{client}” changed meanwhile: look again, then decide.", "Le registre de « {client} » a changé entre-temps : relisez, puis décidez."),
    ("report_id_twice", "Another line with the report_id “{report_id}” says something else.", "Une autre ligne de report_id « {report_id} » dit autre chose."),
    ("request_invalid", "The request is not of the expected form: {reason}.", "La requête n’a pas la forme attendue : {reason}."),
    ("schema_unknown", "No document has a schema named “{name}”.", "Aucun document n’a de schéma nommé « {name} »."),
    ("section_missing", "Section {digest} was never sent.", "La section {digest} n’a jamais été envoyée."),
    ("siren_invalid", "“{siren}” is not a SIREN: nine digits with a check digit.", "« {siren} » n’est pas un SIREN : neuf chiffres dont une clé."),
    ("slot_unknown", "No slot “{slot}” has been opened by that day.", "Aucun emplacement « {slot} » n’est ouvert à cette date."),
    ("status_unknown", "“{value}” is not a status: covered, uncovered, missing, unknown or pending.", "« {value} » n’est pas un état : covered, uncovered, missing, unknown ou pending."),
    ("store_busy", "The store has too much to write: try again.", "Le magasin a trop à écrire : réessayez."),
    ("store_damaged", "The store holds a row that cannot be read ({what}).", "Le magasin contient une ligne illisible ({what})."),
    ("store_failed", "The store failed ({what}).", "Le magasin a échoué ({what})."),
    ("table_empty", "The table has no header.", "Le tableau n’a pas d’en-tête."),
    ("table_row_invalid", "The row cannot be read ({reason}).", "La ligne est illisible ({reason})."),
    ("table_row_length", "The row has {cells} {cells:cell|cells} for {columns} {columns:column|columns}.", "La ligne a {cells} {cells:cellule|cellules} pour {columns} {columns:colonne|colonnes}."),
    ("table_too_large", "The table has {bytes} bytes; at most {limit} are read.", "Le tableau fait {bytes} octets ; {limit} au plus sont lus."),
    ("token_exists", "Token “{token}” exists already.", "Le jeton « {token} » existe déjà."),
    ("token_revoked", "Token “{token}” is revoked.", "Le jeton « {token} » est révoqué."),
    ("token_spent", "Token “{token}” is used up.", "Le jeton « {token} » est épuisé."),
    ("token_unknown", "This client has no token “{token}”.", "Ce client n’a pas de jeton « {token} »."),
];
