//! Words of an asset's page: what it is, why it has its status, who speaks of it, where it stands.

use super::table::Row;
use super::words;

words! {
    /// An asset's page.
    AssetWords {
        explanation: "In short", "En bref";
        is_a: "{name} is a {category}; how sure: {confidence}.", "{name} : {category} ; certitude : {confidence}.";
        because: "Why this category: {reasons}.", "Pourquoi cette catégorie : {reasons}.";
        held: "On {day} it holds slot {slot} of line {line}, contract {contract}.", "Au {day}, il occupe l’emplacement {slot} de la ligne {line}, contrat {contract}.";
        not_held: "On {day} it holds no slot of a contract.", "Au {day}, il n’occupe aucun emplacement d’un contrat.";
        status_is: "Status: {status}.", "État : {status}.";
        status_why: "Status: {status} ({reasons}).", "État : {status} ({reasons}).";
        state_is: "By decision its state is “{state}”.", "Par décision, sa situation est « {state} ».";
        last_seen: "Last seen on {instant}, {age}.", "Vu pour la dernière fois le {instant}, {age}.";
        never_seen: "No machine and no list has shown it yet.", "Aucune machine ni aucune liste ne l’a encore montré.";
        seen_by: "{n} {n:source speaks|sources speak} of it: {sources}.", "{n} {n:source en parle|sources en parlent} : {sources}.";
        aliases: "These ids also stand for it: {ids}.", "Ces identifiants le désignent aussi : {ids}.";
        sightings: "Who speaks of it", "Qui en parle";
        sightings_about: "What each source said, and the rule that joined it to this asset", "Ce que chaque source a dit, et la règle qui l’a rattaché à cet appareil";
        sightings_more: "The {n} latest are shown; all are in the JSON document.", "Les {n} dernières sont affichées ; toutes sont dans le document JSON.";
        native_id: "Its id there", "Son identifiant là-bas";
        recorded: "Recorded", "Enregistré";
        rule: "Joined by", "Rattaché par";
        identifiers: "Identifiers", "Identifiants";
        identifiers_none: "no identifier", "aucun identifiant";
        kind: "Kind", "Nature";
        raw: "As read", "Tel que lu";
        normalised: "As compared", "Tel que comparé";
        verdict: "Verdict", "Verdict";
        accepted: "counts", "retenu";
        refused: "does not count: {reason}", "écarté : {reason}";
        stays: "Slots it has held", "Emplacements occupés";
        stays_none: "It has never held a slot.", "Il n’a jamais occupé d’emplacement.";
        contract: "Contract", "Contrat";
        line: "Line", "Ligne";
        slot: "Slot", "Emplacement";
        from: "First day", "Premier jour";
        to: "Last day", "Dernier jour";
        open: "still", "en cours";
        decisions: "Decisions", "Décisions";
        decisions_none: "No decision names it.", "Aucune décision ne le nomme.";
        verb: "Decision", "Décision";
        effective: "Effective", "Date d’effet";
        by: "By", "Par";
        reason: "Reason", "Motif";
        findings: "To settle", "À traiter";
        findings_none: "Nothing to settle on this asset.", "Rien à traiter sur cet appareil.";
        calendar: "Presence", "Présence";
        calendar_about: "A square a day, twelve months", "Un carré par jour, douze mois";
        month: "Month", "Mois";
        days: "Days", "Jours";
        seen: "Seen", "Vu";
        covered: "Covered", "Couvert";
        billed: "Billed", "Facturé";
        silent: "Silent beyond its threshold", "Muet au-delà de son seuil";
        not_covered: "No slot", "Sans emplacement";
        protection: "Protection", "Protection";
        protection_none: "No report of an agent tells what protects it.", "Aucun rapport d’agent ne dit ce qui le protège.";
        reported: "As its report of {age} says.", "D’après son rapport, {age}.";
        support: "Its system is supported until {day}.", "Son système est maintenu jusqu’au {day}.";
        product: "Product", "Produit";
        protects: "State", "État";
        age: "Signatures, last success", "Signatures, dernier succès";
        no_age: "not told", "non dit";
        parts: "Hardware and system", "Matériel et système";
        parts_none: "No source tells its parts.", "Aucune source ne décrit son matériel.";
        papers: "In the annex", "Dans l’annexe";
        id: "Asset id", "Identifiant";
    }
}

/// What an asset is made of.
#[rustfmt::skip]
pub(crate) const PARTS: &[Row] = &[
    ("adapter", "Network adapter", "Carte réseau"),
    ("asset_tag", "Asset tag", "Étiquette"),
    ("disk", "Disk", "Disque"),
    ("manufacturer", "Maker", "Fabricant"),
    ("processor", "Processor", "Processeur"),
    ("product", "Model", "Modèle"),
    ("product_version", "Version", "Version"),
    ("serial", "Serial number", "Numéro de série"),
    ("system", "System", "Système"),
    ("virtualisation", "Virtualisation", "Virtualisation"),
];

/// What the annex says of an asset.
#[rustfmt::skip]
pub(crate) const PAPERS: &[Row] = &[
    ("buy_out", "Buy-out", "Valeur de rachat"),
    ("label", "Label", "Libellé"),
    ("lease_end", "End of the lease", "Fin de location"),
    ("owner", "Owner", "Propriétaire"),
    ("supplied_on", "Supplied on", "Fourni le"),
    ("value", "Value", "Valeur"),
];

/// Whether something protects.
#[rustfmt::skip]
pub(crate) const PROTECTION_STATES: &[Row] = &[
    ("not_protected", "does not protect", "ne protège pas"),
    ("protected", "protects", "protège"),
    ("unknown", "unknown", "inconnu"),
];
