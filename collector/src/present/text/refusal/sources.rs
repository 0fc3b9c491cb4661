//! Refusals about lists of other consoles, spreadsheets, `compare`, and the verbs move, snooze and attest.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("before_contract", "{day} lies before the client’s first contract, which begins on {first}.", "Le {day} précède le premier contrat du client, qui commence le {first}."),
    ("cells_merged", "This row has cells merged over several columns: separate them.", "Cette ligne a des cellules fusionnées sur plusieurs colonnes : séparez-les."),
    ("duty_unknown", "No contract has a duty “{duty}” on that day.", "Aucun contrat n’a d’obligation « {duty} » ce jour-là."),
    ("finding_unknown", "No open finding has the id “{finding}”.", "Aucun écart ouvert n’a l’identifiant « {finding} »."),
    ("formula_without_value", "Cell {cell} holds a formula whose value the file does not keep: paste its value.", "La cellule {cell} contient une formule dont le fichier ne garde pas la valeur : collez la valeur."),
    ("group_blocks_close", "Group “{group}” of {source} belongs to no client: {rows} {rows:row waits|rows wait}. Map it before the month is closed.", "Le groupe « {group} » de {source} n’appartient à aucun client : {rows} {rows:ligne attend|lignes attendent}. Rattachez-le avant de clore le mois."),
    ("group_still_held", "Group “{group}” of {source} belongs to {owner}, where {held} {held:device of it holds|devices of it hold} a slot. End {held:it|them} first (“decide move --to-client {client}” or “decide retire”), then map the group.", "Le groupe « {group} » de {source} appartient à {owner}, où {held} {held:de ses appareils occupe|de ses appareils occupent} un emplacement. Mettez-y d’abord fin (« decide move --to-client {client} » ou « decide retire »), puis rattachez le groupe."),
    ("instant_unreadable", "“{value}” is not a date that can be read here: write 2026-11-24, 24/11/2026 or 2026-11-24T10:00:00Z.", "« {value} » n’est pas une date lisible ici : écrivez 2026-11-24, 24/11/2026 ou 2026-11-24T10:00:00Z."),
    ("list_group_needed", "The list has no group column: say whose it is with --client.", "La liste n’a pas de colonne de groupe : indiquez son client avec --client."),
    ("list_in_future", "A list cannot speak of {as_of}, which is still to come.", "Une liste ne peut pas parler du {as_of}, qui est à venir."),
    ("list_key_missing", "No column identifies a device: one of {known} is needed; the file has: {found}.", "Aucune colonne n’identifie un appareil : il faut l’une de {known} ; le fichier a : {found}."),
    ("list_lost_rows", "The list of {source} falls from {before} to {after} {after:row|rows}: an incomplete export? Add --yes if it is right.", "La liste de {source} passe de {before} à {after} {after:ligne|lignes} : export incomplet ? Ajoutez --yes si elle est juste."),
    ("move_to_itself", "The assets are at client “{client}” already.", "Les appareils sont déjà chez le client « {client} »."),
    ("price_invalid", "“{value}” is not a price written laptop=12.00.", "« {value} » n’est pas un prix écrit laptop=12.00."),
    ("price_twice", "The category “{category}” has a price already.", "La catégorie « {category} » a déjà un prix."),
    ("sheet_unreadable", "The spreadsheet cannot be read ({reason}).", "Le classeur est illisible ({reason})."),
    ("snooze_ends_before", "The snooze ends on {until}, before it begins on {day}.", "Le report finit le {until}, avant de commencer le {day}."),
    ("source_name_invalid", "“{source}” cannot name a source: letters, digits, hyphens and points, and none of agent, annex, moved.", "« {source} » ne peut pas nommer une source : lettres, chiffres, tirets et points, sauf agent, annex, moved."),
];
