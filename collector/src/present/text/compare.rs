//! Words of the comparison of two files.

use super::table::Row;
use super::words;

words! {
    /// Two files compared.
    CompareWords {
        title: "Compare lists", "Comparer des listes";
        about: "What you bill against what is there: the annex or the list behind an invoice, and the export of a console. No contract, no agent, nothing to set up.", "Ce que vous facturez face à ce qui existe : l’annexe ou la liste d’une facture, et l’export d’une console. Sans contrat, sans agent, sans préparation.";
        annex: "What is billed", "Ce qui est facturé";
        annex_hint: "Annex or list of the invoice, CSV or XLSX", "Annexe ou liste de la facture, CSV ou XLSX";
        lists: "What is seen", "Ce qui est vu";
        lists_hint: "Exports of consoles, one or more", "Exports de consoles, un ou plusieurs";
        prices: "Price a month, if you want amounts", "Prix par mois, pour obtenir des montants";
        compare: "Compare", "Comparer";
        nothing_written: "Nothing is recorded: the files stay in memory for an hour.", "Rien n’est enregistré : les fichiers restent en mémoire une heure.";
        result_title: "Comparison", "Comparaison";
        counts: "{billed} billed, {seen} seen, {both} both billed and seen.", "{billed} facturés, {seen} vus, {both} à la fois facturés et vus.";
        unbilled: "Seen and not billed: {count} ({amount} a month)", "Vus et non facturés : {count} ({amount} par mois)";
        unseen: "Billed and not seen: {count} ({amount} a month)", "Facturés et non vus : {count} ({amount} par mois)";
        no_unbilled: "Everything that is seen is billed.", "Tout ce qui est vu est facturé.";
        no_unseen: "Everything that is billed is seen.", "Tout ce qui est facturé est vu.";
        unpriced: "Amounts need the prices of the first page.", "Les montants demandent les prix de la première page.";
        correct_below: "Say below what the columns are, or choose other files.", "Indiquez ci-dessous ce que sont les colonnes, ou choisissez d’autres fichiers.";
        device: "Device", "Appareil";
        seen: "Last seen", "Vu pour la dernière fois";
        never: "never", "jamais";
        month: "A month", "Par mois";
        keep_title: "Keep it as a client", "En faire un client";
        keep_about: "A client is made with a contract that begins this month and names the devices of the first file; the other files become its lists.", "Un client est créé avec un contrat qui commence ce mois-ci et nomme les appareils du premier fichier ; les autres fichiers deviennent ses listes.";
        name: "Name", "Nom";
        code: "Code", "Code";
        code_hint: "Lower-case letters, digits and hyphens: it names the client in addresses and files.", "Minuscules, chiffres et traits d’union : il désigne le client dans les adresses et les fichiers.";
        keep: "Make the client", "Créer le client";
        discard: "Throw it away", "Tout oublier";
        columns_title: "Columns", "Colonnes";
        columns_about: "What each column was taken for. Correct it where it is wrong.", "Ce pour quoi chaque colonne a été prise. Corrigez si besoin.";
        annex_role: "billed, {rows} {rows:row|rows}", "facturé, {rows} {rows:ligne|lignes}";
        list_role: "seen, {rows} {rows:row|rows}", "vu, {rows} {rows:ligne|lignes}";
        pass_over: "pass over", "ignorer";
        read_again: "Read again with these columns", "Relire avec ces colonnes";
    }
}

/// Names of the keys that a column can have, sorted by key.
#[rustfmt::skip]
pub(crate) const COLUMN_KEYS: &[Row] = &[
    ("ad_sid", "directory SID", "SID d’annuaire"),
    ("asset_tag", "asset tag", "étiquette d’inventaire"),
    ("category", "category", "catégorie"),
    ("encryption_state", "encryption", "chiffrement"),
    ("entra_device_id", "Entra device id", "identifiant Entra"),
    ("firewall_state", "firewall", "pare-feu"),
    ("first_seen", "first seen", "premier contact"),
    ("group", "group or client", "groupe ou client"),
    ("hostname", "host name", "nom de machine"),
    ("kind", "kind of seat", "nature du poste"),
    ("label", "label or address", "libellé ou adresse"),
    ("last_backup", "last backup", "dernière sauvegarde"),
    ("last_seen", "last seen", "dernier contact"),
    ("line", "contract line", "ligne de contrat"),
    ("mac", "MAC address", "adresse MAC"),
    ("manufacturer", "maker", "fabricant"),
    ("model", "model", "modèle"),
    ("native_id", "id in the console", "identifiant de la console"),
    ("os", "operating system", "système d’exploitation"),
    ("ou", "organisational unit", "unité d’organisation"),
    ("protection_state", "protection", "protection"),
    ("serial", "serial number", "numéro de série"),
    ("signature_date", "signatures of", "signatures du"),
    ("tags", "tags", "étiquettes"),
    ("uuid", "UUID", "UUID"),
];
