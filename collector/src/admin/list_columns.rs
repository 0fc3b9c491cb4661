//! The columns of another console's list: which header says what, by a profile or by any usual spelling.
//!
//! Columns that no key spells are passed over, for exports have many; a list without a column that identifies things is
//! refused. **Invariant**: one column says one thing, and a profile's own headers come before the usual ones.

use std::collections::BTreeMap;

use cadastre_domain::refusal::Refusal;

use crate::admin::profile::Profile;
use crate::admin::table::Table;

/// A key, and how headers spell it, folded.
pub(super) const COLUMNS: [(&str, &[&str]); 25] = [
    ("native_id", &["nativeid", "id", "identifiant", "deviceid", "uid", "guid", "objectid", "agentid"]),
    (
        "hostname",
        &[
            "hostname",
            "name",
            "nom",
            "host",
            "computername",
            "devicename",
            "machinename",
            "nomdhote",
            "nomdemachine",
            "nomdelappareil",
            "machine",
            "ordinateur",
            "poste",
            "appareil",
            "device",
            "computer",
            "systemname",
            "displayname",
            "dnshostname",
        ],
    ),
    (
        "serial",
        &[
            "serial",
            "serialnumber",
            "serie",
            "ndeserie",
            "noserie",
            "numerodeserie",
            "nserie",
            "sn",
            "servicetag",
            "biosserialnumber",
        ],
    ),
    ("mac", &["mac", "macaddress", "macaddresses", "adressemac", "adressesmac", "ethernetmac", "wifimac"]),
    ("uuid", &["uuid", "smbiosuuid", "biosuuid", "systemuuid"]),
    ("ad_sid", &["adsid", "sid", "objectsid"]),
    ("entra_device_id", &["entradeviceid", "azureaddeviceid", "aaddeviceid", "microsoftentradeviceid"]),
    (
        "group",
        &[
            "group",
            "groupe",
            "client",
            "customer",
            "customername",
            "organization",
            "organisation",
            "company",
            "companyname",
            "societe",
            "tenant",
            "site",
            "sitename",
            "clientname",
        ],
    ),
    (
        "last_seen",
        &[
            "lastseen",
            "vule",
            "vu",
            "derniercontact",
            "dernierevue",
            "dernierevisite",
            "lastcontact",
            "lastactive",
            "lastconnected",
            "lastconnection",
            "derniereconnexion",
            "lastcheckin",
            "lastlogon",
            "lastlogondate",
            "lastsync",
            "lastsyncdatetime",
            "lastheartbeat",
            "derniereactivite",
        ],
    ),
    (
        "first_seen",
        &[
            "firstseen",
            "premierevue",
            "premiercontact",
            "vulapremierefois",
            "enrolledon",
            "enrolledat",
            "enrollmentdate",
            "enrolleddatetime",
            "dateadded",
            "addedon",
            "ajoutele",
            "createdon",
            "createdat",
            "creele",
            "installedon",
            "installdate",
            "datedinstallation",
        ],
    ),
    ("category", &["category", "categorie", "type", "devicetype", "typedappareil", "genre"]),
    ("kind", &["kind", "nature"]),
    ("manufacturer", &["manufacturer", "maker", "vendor", "fabricant", "marque", "constructeur", "make"]),
    ("model", &["model", "modele", "product", "produit", "productname"]),
    ("os", &["os", "operatingsystem", "systeme", "systemedexploitation", "osname", "platform"]),
    ("asset_tag", &["assettag", "tag", "inventaire", "numeroinventaire", "etiquette"]),
    (
        "label",
        &[
            "label",
            "libelle",
            "user",
            "utilisateur",
            "mailbox",
            "boite",
            "boitemail",
            "email",
            "mail",
            "adressemail",
            "upn",
            "userprincipalname",
            "emailaddress",
            "licence",
            "license",
        ],
    ),
    ("protection_state", &["protectionstate", "protection", "antivirus", "antivirusstatus", "etatantivirus"]),
    ("signature_date", &["signaturedate", "signatures", "datedessignatures", "definitionsdate", "definitionsupdated"]),
    ("last_backup", &["lastbackup", "dernieresauvegarde", "lastsuccessfulbackup", "lastsuccess"]),
    ("encryption_state", &["encryptionstate", "encryption", "chiffrement", "isencrypted", "encrypted", "bitlocker"]),
    ("firewall_state", &["firewallstate", "firewallstatus", "parefeu"]),
    ("line", &["line", "ligne"]),
    (
        "ou",
        &[
            "ou",
            "organizationalunit",
            "organisationalunit",
            "uniteorganisationnelle",
            "unitedorganisation",
            "distinguishedname",
            "onpremisesdistinguishedname",
        ],
    ),
    ("tags", &["tags", "etiquettes", "balises"]),
];

/// Any one of these identifies a thing.
const IDENTIFYING: [&str; 8] = ["native_id", "serial", "mac", "uuid", "hostname", "ad_sid", "entra_device_id", "label"];

/// The columns of a list, by key.
pub(super) struct Columns<'a> {
    table: &'a Table,
    by_key: BTreeMap<&'static str, usize>,
}

impl<'a> Columns<'a> {
    /// Finds them.
    ///
    /// # Errors
    /// `list_key_missing`.
    pub(super) fn find(table: &'a Table, profile: Option<&Profile>) -> Result<Self, Refusal> {
        let found = Self::guess(table, profile);
        if IDENTIFYING.iter().any(|key| found.by_key.contains_key(key)) {
            return Ok(found);
        }
        let refusal = Refusal::new("list_key_missing").with("found", table.headers.join(", "));
        Err(refusal.with("known", IDENTIFYING.join(", ")).at_line(1))
    }

    /// Those that the headers tell, whether they identify anything or not.
    pub(super) fn guess(table: &'a Table, profile: Option<&Profile>) -> Self {
        let mut by_key = BTreeMap::new();
        let mut taken = Vec::new();
        for own in [true, false] {
            for (key, usual) in COLUMNS {
                let named: Vec<&str> = match (own, profile.and_then(|profile| profile.columns.get(key))) {
                    (true, Some(headers)) => headers.iter().map(String::as_str).collect(),
                    (true, None) => Vec::new(),
                    (false, _) => usual.to_vec(),
                };
                let free = |name: &&str| {
                    table.columns.iter().position(|column| column == name).filter(|at| !taken.contains(at))
                };
                if by_key.contains_key(key) {
                    continue;
                }
                if let Some(at) = named.iter().find_map(free) {
                    taken.push(at);
                    by_key.insert(key, at);
                }
            }
        }
        Self { table, by_key }
    }

    /// What a column was taken for.
    pub(super) fn key_of(&self, at: usize) -> Option<&'static str> {
        self.by_key.iter().find(|(_, of)| **of == at).map(|(key, _)| *key)
    }

    /// Whether the list has the column.
    pub(super) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// Whether a label is all that identifies its things.
    pub(super) fn only_label(&self) -> bool {
        IDENTIFYING.iter().all(|key| self.has(key) == (*key == "label"))
    }

    /// A cell, when there is one and it is not empty.
    pub(super) fn cell<'r>(&self, row: &'r [String], key: &str) -> Option<&'r str> {
        let cell = row.get(*self.by_key.get(key)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// All cells of a column.
    pub(super) fn column(&self, key: &str) -> impl Iterator<Item = &'a str> {
        let at = self.by_key.get(key).copied();
        self.table.rows.iter().filter_map(move |(_, cells)| cells.get(at?).map(String::as_str))
    }
}
