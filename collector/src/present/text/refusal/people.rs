//! Refusals of what people say: clients, annexes, tables, decisions, tokens, lines of `explain`.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("annex_before_contract", "The annex entry begins on {from}, before the contract does on {first}.", "L’entrée d’annexe commence le {from}, avant le contrat, en vigueur le {first}."),
    ("annex_ends_before", "The annex entry ends on {to}, before it begins on {from}.", "L’entrée d’annexe finit le {to}, avant de commencer le {from}."),
    ("annex_from_needed", "“{label}” is new in an annex that exists already: give its first covered day in the column “from”.", "« {label} » est nouveau dans une annexe existante : indiquez son premier jour couvert dans la colonne « from »."),
    ("assets_needed", "This decision needs {different} different assets.", "Cette décision demande {different} appareils différents."),
    ("assets_needed", "This decision needs at least {needed} {needed:asset|assets}.", "Cette décision demande au moins {needed} {needed:appareil|appareils}."),
    ("attest_in_future", "{day} is still to come ({today} today): a duty is attested once it is done.", "Le {day} est à venir (nous sommes le {today}) : une obligation s’atteste une fois réalisée."),
    ("cell_empty", "A value is needed here.", "Une valeur est nécessaire ici."),
    ("client_code_invalid", "“{client}” is not a client code: lower-case letters, digits and hyphens, 63 at most, the first no hyphen.", "« {client} » n’est pas un code client : minuscules, chiffres et traits d’union, 63 au plus, sans trait d’union en tête."),
    ("client_exists", "Client “{client}” is registered already.", "Le client « {client} » est déjà enregistré."),
    ("column_key_twice", "Two columns cannot both be “{value}”.", "Deux colonnes ne peuvent pas être toutes deux « {value} »."),
    ("column_key_unknown", "A column cannot be “{value}”.", "Une colonne ne peut pas être « {value} »."),
    ("column_missing", "The table lacks this column.", "Cette colonne manque au tableau."),
    ("column_twice", "This column stands twice.", "Cette colonne figure deux fois."),
    ("column_unknown", "This column is not one of this table, which are: {known}.", "Cette colonne n’est pas de celles de ce tableau : {known}."),
    ("decision_contradicts", "On {day} {by} already decided otherwise about this asset (“{why}”).", "Le {day}, {by} a déjà décidé autrement de cet appareil (« {why} »)."),
    ("demo_exists", "The sample is there already ({client}): remove it first with “demo --remove”.", "L’exemple est déjà là ({client}) : retirez-le d’abord avec « demo --remove »."),
    ("folder_not_empty", "The folder is not empty: name a new one.", "Le dossier n’est pas vide : indiquez-en un nouveau."),
    ("inventory_empty", "Nothing is to be named: no device seen today is uncovered and fits a line of {contract} that names its devices.", "Rien à nommer : aucun appareil vu aujourd’hui n’est hors périmètre tout en relevant d’une ligne nominative de {contract}."),
    ("label_twice", "“{label}” stands already on line {earlier}.", "« {label} » figure déjà à la ligne {earlier}."),
    ("line_invalid", "The line is not an inventory: {reason}.", "La ligne n’est pas un inventaire : {reason}."),
    ("line_not_in_contract", "The contract has no line “{line}”; it has: {known}.", "Le contrat n’a pas de ligne « {line} » ; il a : {known}."),
    ("lines_refused", "{lines} {lines:line was|lines were} refused; all others are explained.", "{lines} {lines:ligne refusée|lignes refusées} ; toutes les autres sont expliquées."),
    ("mac_invalid", "“{value}” is not a network adapter’s address: twelve hexadecimal digits, as 00:1a:2b:3c:4d:5e.", "« {value} » n’est pas l’adresse d’une carte réseau : douze chiffres hexadécimaux, comme 00:1a:2b:3c:4d:5e."),
    ("no_contract_on", "No contract of this client is in force on {day}.", "Aucun contrat de ce client n’est en vigueur le {day}."),
    ("not_base64", "The bytes are not base64.", "Les octets ne sont pas en base64."),
    ("not_utf8", "The text is not UTF-8.", "Le texte n’est pas en UTF-8."),
    ("number_invalid", "“{value}” is not a whole number.", "« {value} » n’est pas un nombre entier."),
    ("option_needed", "This decision needs {option}.", "Cette décision demande {option}."),
    ("report_id_twice", "Another line with the report_id “{report_id}” says something else.", "Une autre ligne de report_id « {report_id} » dit autre chose."),
    ("siren_invalid", "“{siren}” is not a SIREN: nine digits with a check digit.", "« {siren} » n’est pas un SIREN : neuf chiffres dont une clé."),
    ("slot_unknown", "No slot “{slot}” has been opened by that day.", "Aucun emplacement « {slot} » n’est ouvert à cette date."),
    ("table_empty", "The table has no header.", "Le tableau n’a pas d’en-tête."),
    ("table_row_invalid", "The row cannot be read ({reason}).", "La ligne est illisible ({reason})."),
    ("table_row_length", "The row has {cells} {cells:cell|cells} for {columns} {columns:column|columns}.", "La ligne a {cells} {cells:cellule|cellules} pour {columns} {columns:colonne|colonnes}."),
    ("table_too_large", "The table has {bytes} bytes; at most {limit} are read.", "Le tableau fait {bytes} octets ; {limit} au plus sont lus."),
];
