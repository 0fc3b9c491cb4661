//! Words of clients and contracts made in the browser: terms, editor, annex.

use super::table::Row;
use super::words;

words! {
    /// Contracts of a client, and how they are made.
    ContractsWords {
        title: "Contracts", "Contrats";
        none_title: "No contract yet", "Aucun contrat";
        none: "Without a contract, everything that is seen is uncovered.", "Sans contrat, tout ce qui est vu est hors périmètre.";
        from: "in force since {day}", "en vigueur depuis le {day}";
        ends: "term ends on {day}", "échéance le {day}";
        open_ended: "without a term", "sans échéance";
        notice: "notice in time until {day}", "préavis possible jusqu’au {day}";
        warn: "client to be warned between {from} and {to}", "client à avertir entre le {from} et le {to}";
        annex_rows: "{rows} {rows:device|devices} named", "{rows} {rows:appareil nommé|appareils nommés}";
        amendments: "Amendments", "Avenants";
        no_amendment: "No amendment.", "Aucun avenant.";
        amendment: "Amendment {n}, signed on {signed}, from {from}: {lines}", "Avenant n° {n}, signé le {signed}, au {from} : {lines}";
        given_notice: "Notice, signed on {signed}", "Préavis donné le {signed}";
        early_exit: "Early exit agreed on {signed}, from {from}", "Sortie anticipée convenue le {signed}, au {from}";
        edit: "Change", "Modifier";
        download: "TOML file", "Fichier TOML";
        annex_send: "Send an annex", "Envoyer une annexe";
        annex_today: "Take today’s inventory as the annex", "Prendre l’inventaire d’aujourd’hui comme annexe";
        new_contract: "New contract", "Nouveau contrat";
        new_client: "New client", "Nouveau client";
        name: "Name", "Nom";
        code: "Code", "Code";
        code_hint: "Lower-case letters, digits and hyphens: the code names the client in addresses and files, for ever.", "Minuscules, chiffres et traits d’union : le code désigne le client dans les adresses et les fichiers, pour toujours.";
        siren: "SIREN", "SIREN";
        then: "Then its contract, from", "Puis son contrat, d’après";
        no_contract_yet: "No contract for now", "Pas de contrat pour l’instant";
        make_client: "Make the client", "Créer le client";
        choose_sample: "Begin with the sample that comes nearest; everything in it can be changed.", "Partez du modèle le plus proche ; tout peut y être changé.";
        other_sample: "another sample", "un autre modèle";
        agreement: "Agreement", "Accord";
        id: "Contract number", "Numéro du contrat";
        signed_on: "Signed on", "Signé le";
        effective_on: "In force from", "En vigueur au";
        initial_months: "Initial months", "Durée initiale, en mois";
        notice_months: "Months of notice", "Préavis, en mois";
        parties: "Parties", "Parties";
        client_name: "Client", "Client";
        client_siren: "Client’s SIREN", "SIREN du client";
        provider_name: "Provider", "Prestataire";
        provider_siren: "Provider’s SIREN", "SIREN du prestataire";
        lines: "Lines", "Lignes";
        lines_hint: "A line without a price is left out.", "Une ligne sans prix est écartée.";
        line: "Line", "Ligne";
        price: "Price a month", "Prix par mois";
        count: "Count", "Nombre";
        tiers: "by tiers", "par paliers";
        look: "See the contract", "Voir le contrat";
        look_hint: "Nothing is recorded yet: you see the text, its remarks and its effect first.", "Rien n’est encore enregistré : vous voyez d’abord le texte, les remarques et l’effet.";
        text_title: "Contract", "Contrat";
        text: "The contract’s file (TOML)", "Le fichier du contrat (TOML)";
        sound: "The contract can be recorded: {warnings} {warnings:remark|remarks}.", "Le contrat peut être enregistré : {warnings} {warnings:remarque|remarques}.";
        unsound: "{errors} {errors:error|errors} to mend before it can be recorded, {warnings} {warnings:remark|remarks}.", "{errors} {errors:erreur|erreurs} à corriger avant l’enregistrement, {warnings} {warnings:remarque|remarques}.";
        errors: "Errors", "Erreurs";
        warnings: "Remarks", "Remarques";
        line_word: "line", "ligne";
        effects: "What changes", "Ce qui change";
        effect: "{month}: {before} → {after}", "{month} : {before} → {after}";
        effect_beyond: "{month} (closed): {before} issued → {after}; no bill regularises it any more", "{month} (clos) : {before} émis → {after} ; plus aucune facture ne le régularise";
        effect_closed: "{month} (closed): {before} issued → {after}, regularised on the next bill", "{month} (clos) : {before} émis → {after}, régularisé sur la prochaine facture";
        yes_closed: "Record it although closed months change or amendments go", "L’enregistrer bien que des mois clos changent ou que des avenants disparaissent";
        check: "Check again", "Vérifier à nouveau";
        save: "Record the contract", "Enregistrer le contrat";
        annex_title: "Annex", "Annexe";
        annex_about: "A list of named devices, CSV or XLSX: label, line, serial or host name, first day. Rows that are not in the file stay as they are.", "Une liste d’appareils nommés, CSV ou XLSX : libellé, ligne, numéro de série ou nom de machine, premier jour. Les lignes absentes du fichier restent inchangées.";
        annex_file: "File", "Fichier";
        annex_look: "See what changes", "Voir ce qui change";
        annex_changes: "{new} {new:new device|new devices}, {changed} changed", "{new} {new:nouvel appareil|nouveaux appareils}, {changed} {changed:modifié|modifiés}";
        annex_same: "The annex says this already.", "L’annexe dit déjà cela.";
        annex_confirm: "Record the annex", "Enregistrer l’annexe";
        cancel: "Cancel", "Annuler";
        slot: "Slot", "Emplacement";
        changes: "Changes", "Changements";
        new: "new", "nouveau";
        cell_new: "{name}: {after}", "{name} : {after}";
        cell_gone: "{name}: {before} removed", "{name} : {before} retiré";
        cell_changed: "{name}: {before} → {after}", "{name} : {before} → {after}";
    }
}

/// Names of the sample contracts, sorted by file.
#[rustfmt::skip]
pub(crate) const SAMPLES: &[Row] = &[
    ("condominium", "A condominium, warned before each renewal", "Une copropriété, avertie avant chaque reconduction"),
    ("mixed", "Tiers, hours with a minimum, tickets and work on demand", "Paliers, heures avec minimum, tickets et travaux à la demande"),
    ("office-forfait", "An office at a flat rate: laptops, desktops, a server", "Un bureau au forfait : portables, postes fixes, serveur"),
];

/// Names of an annex's columns, sorted by key.
#[rustfmt::skip]
pub(crate) const ANNEX_KEYS: &[Row] = &[
    ("asset_tag", "asset tag", "étiquette"),
    ("buy_out", "buy-out", "rachat"),
    ("from", "from", "du"),
    ("hostname", "host name", "nom de machine"),
    ("line", "line", "ligne"),
    ("mac", "MAC", "MAC"),
    ("manufacturer", "maker", "fabricant"),
    ("model", "model", "modèle"),
    ("months", "months", "mois"),
    ("native_id", "id", "identifiant"),
    ("owner", "owner", "propriétaire"),
    ("serial", "serial", "n° de série"),
    ("site", "site", "site"),
    ("supplied_on", "supplied on", "fourni le"),
    ("to", "to", "au"),
    ("value", "value", "valeur"),
];
