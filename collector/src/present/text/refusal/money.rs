//! Refusals of usage, indexes, bills and their closing.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("bill_does_not_hold", "The bill of {month} is not what its own slot-days give: {lines} {lines:line differs|lines differ}. Somebody changed the record.", "La facture de {month} ne correspond pas à ses propres jours-poste : {lines} {lines:ligne diffère|lignes diffèrent}. L’enregistrement a été modifié."),
    ("close_index_missing", "{month} cannot be closed: contract {contract} revises its prices on {date} and no index was published in time. Import it first.", "{month} ne peut être clos : le contrat {contract} révise ses prix le {date} et aucun indice n’est encore publié. Importez-le d’abord."),
    ("close_open_task", "{month} cannot be closed: {tasks} {tasks:question|questions} about devices that hold a slot of the month {tasks:is|are} open (first: {task}, {code}). Decide or snooze first.", "{month} ne peut être clos : {tasks} {tasks:question|questions} sur des appareils qui occupent un emplacement du mois {tasks:reste ouverte|restent ouvertes} (la première : {task}, {code}). Décidez ou mettez en sommeil."),
    ("close_out_of_order", "Months are closed one after the other: {expected} comes next, not {month}.", "Les mois se clôturent l’un après l’autre : le prochain est {expected}, non {month}."),
    ("close_too_early", "{month} can be closed from {from} on; today is {today}.", "{month} pourra être clos à partir du {from} ; nous sommes le {today}."),
    ("contract_changed_since", "A contract priced in {month} is no longer the version that was priced.", "Un contrat facturé en {month} n’est plus dans la version qui a été facturée."),
    ("contract_reaches_closed", "Contract {contract} would change months that are closed ({months}; the last from {before} to {after}). Add --yes to record it and regularise.", "Le contrat {contract} modifierait des mois déjà clos ({months} ; le dernier de {before} à {after}). Ajoutez --yes pour l’enregistrer et régulariser."),
    ("head_unknown", "The ledger never had the head {head}.", "Le journal n’a jamais eu l’empreinte {head}."),
    ("index_twice", "The index of {month} already stands on line {earlier}.", "L’indice de {month} figure déjà à la ligne {earlier}."),
    ("index_value_invalid", "“{value}” is not an index value: a decimal number above zero.", "« {value} » n’est pas une valeur d’indice : un nombre décimal supérieur à zéro."),
    ("ledger_broken", "The ledger up to {month} does not have the head that was frozen: a fact was changed, removed or added.", "Le journal jusqu’à {month} n’a plus l’empreinte qui avait été figée : un fait a été modifié, retiré ou ajouté."),
    ("month_closed", "{month} is closed already for {client}; later bills carry its corrections.", "{month} est déjà clos pour {client} ; les factures suivantes portent ses corrections."),
    ("month_not_closed", "{month} is not closed for {client}.", "{month} n’est pas clos pour {client}."),
    ("nothing_to_draft", "Contract {contract} has nothing to add: no device is uncovered on its lines.", "Le contrat {contract} n’a rien à ajouter : aucun appareil n’est hors périmètre sur ses lignes."),
    ("nothing_to_write", "There is nothing to write: the bill has no line.", "Il n’y a rien à écrire : la facture n’a pas de ligne."),
    ("pack_unreadable", "The pack does not read: {reason}.", "Le dossier de preuve est illisible : {reason}."),
    ("profile_unknown", "No profile is named “{value}”: {known}.", "Aucun profil ne se nomme « {value} » : {known}."),
    ("replay_span", "Months from {from} to {to} cannot be replayed: name them in order, ten years at most.", "Les mois de {from} à {to} ne peuvent être rejoués : nommez-les dans l’ordre, dix ans au plus."),
    ("series_unknown", "“{value}” is not a known index series: {known}.", "« {value} » n’est pas une série d’indices connue : {known}."),
    ("several_files", "There are {files} {files:file|files}: name a folder with --out.", "Il y a {files} {files:fichier|fichiers} : indiquez un dossier avec --out."),
    ("statement_hash_invalid", "“{value}” is not the SHA-256 of a statement.", "« {value} » n’est pas l’empreinte SHA-256 d’un relevé."),
    ("usage_key_twice", "The key “{key}” already stands on line {earlier}.", "La clé « {key} » figure déjà à la ligne {earlier}."),
    ("usage_nature_unknown", "“{value}” is not the nature of an intervention: {known}.", "« {value} » n’est pas une nature d’intervention : {known}."),
    ("usage_out_of_force", "Line “{line}” of contract {contract} is not in force on {day}: this row would never be billed.", "La ligne « {line} » du contrat {contract} n’est pas en vigueur le {day} : cette intervention ne serait jamais facturée."),
];
