//! Refusals of the record: facts, exports, agents, tokens and the store under them.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("agent_exists", "Agent “{agent}” exists already.", "L’agent « {agent} » existe déjà."),
    ("agent_unknown", "No agent “{agent}” is enrolled.", "Aucun agent « {agent} » n’est enrôlé."),
    ("data_dir_in_use", "Another collector is running on {path}.", "Un autre collecteur tourne déjà sur {path}."),
    ("disk_full", "{path} has {free} MiB left; {needed} MiB are needed. Nothing was written.", "Il reste {free} Mio dans {path} ; il en faut {needed}. Rien n’a été écrit."),
    ("disk_full", "The disk of {path} is nearly full: nothing is written until space is free again.", "Le disque de {path} est presque plein : rien n’est écrit tant que la place manque."),
    ("erase_needs_yes", "Erasing {client} cannot be undone: export it first, then add --yes.", "Effacer {client} est sans retour : exportez-le d’abord, puis ajoutez --yes."),
    ("export_altered", "The export is not as it was written: its check sum differs.", "L’export n’est plus tel qu’il a été écrit : sa somme de contrôle diffère."),
    ("export_fact_contradicts", "This fact contradicts an earlier one of the export.", "Ce fait contredit un fait précédent de l’export."),
    ("export_format_unknown", "The export is of a format that this version does not read.", "L’export est d’un format que cette version ne lit pas."),
    ("export_line_malformed", "This line is not one that an export has.", "Cette ligne n’est pas une ligne d’export."),
    ("export_not_an_export", "This is not an export of a client.", "Ceci n’est pas un export de client."),
    ("export_out_of_order", "This line does not follow the one before it.", "Cette ligne ne suit pas la précédente."),
    ("export_section_missing", "A report names a section that the export does not hold.", "Un rapport désigne une section que l’export ne contient pas."),
    ("export_truncated", "The export ends too early.", "L’export s’arrête trop tôt."),
    ("fact_misplaced", "A fact of kind “{kind}” has no place in the record of “{client}”.", "Un fait de type « {kind} » n’a pas sa place dans le registre de « {client} »."),
    ("record_contended", "Too many others write to this record at once: try again.", "Trop d’écritures simultanées dans ce registre : réessayez."),
    ("record_moved", "The record of “{client}” changed meanwhile: look again, then decide.", "Le registre de « {client} » a changé entre-temps : relisez, puis décidez."),
    ("section_missing", "Section {digest} was never sent.", "La section {digest} n’a jamais été envoyée."),
    ("store_busy", "The store has too much to write: try again.", "Le magasin a trop à écrire : réessayez."),
    ("store_damaged", "The store holds a row that cannot be read ({what}).", "Le magasin contient une ligne illisible ({what})."),
    ("store_failed", "The store failed ({what}).", "Le magasin a échoué ({what})."),
    ("token_exists", "Token “{token}” exists already.", "Le jeton « {token} » existe déjà."),
    ("token_revoked", "Token “{token}” is revoked.", "Le jeton « {token} » est révoqué."),
    ("token_spent", "Token “{token}” is used up.", "Le jeton « {token} » est épuisé."),
    ("token_unknown", "This client has no token “{token}”.", "Ce client n’a pas de jeton « {token} »."),
];
