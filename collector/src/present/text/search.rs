//! Words of the page of results: clients and assets that a search found.

use super::table::Row;
use super::words;

words! {
    /// The results of a search.
    SearchWords {
        title: "Search", "Recherche";
        found: "“{sought}”: {clients} {clients:client|clients}, {assets} {assets:asset|assets}", "« {sought} » : {clients} {clients:client|clients}, {assets} {assets:appareil|appareils}";
        within: "Among the assets of {name}.", "Parmi les appareils de {name}.";
        everywhere: "Search all clients", "Chercher chez tous les clients";
        nothing: "Nothing bears “{sought}”.", "Rien ne correspond à « {sought} ».";
        nothing_hint: "A part is enough: of a name, a host name, a serial number, a MAC address (with or without separators) or a slot.", "Une partie suffit : d’un nom, d’un nom d’hôte, d’un numéro de série, d’une adresse MAC (avec ou sans séparateurs) ou d’un emplacement.";
        blank: "What do you look for?", "Que cherchez-vous ?";
        clients: "Clients", "Clients";
        assets: "Assets", "Appareils";
        client: "Client", "Client";
        device: "Device", "Appareil";
        status: "Status", "État";
        bears: "Found by", "Trouvé par";
        last_seen: "Last seen", "Vu";
        never: "never", "jamais";
        more: "Only the first {n} are shown: search for more of it.", "Seuls les {n} premiers sont affichés : précisez la recherche.";
    }
}

/// By what an asset was found.
#[rustfmt::skip]
pub(crate) const FIELDS: &[Row] = &[
    ("asset", "asset id", "identifiant"),
    ("mac", "MAC address", "adresse MAC"),
    ("name", "name", "nom"),
    ("serial", "serial number", "numéro de série"),
    ("slot", "slot", "emplacement"),
];
