//! Names of the closed codes that documents carry: categories, statuses, states, sources, kinds, units, rules, verbs.

use super::Language;
use super::table::{Row, find, say};

/// The name of `code` in `table`; a code without a name is shown as it is.
pub fn name<'t>(table: &[Row], code: &'t str, language: Language) -> &'t str {
    find(table, code, language).unwrap_or(code)
}

/// `26 portables vus`, `26 laptops seen`.
pub fn seen(category: &str, n: u32, language: Language) -> String {
    let known = if find(SEEN, category, language).is_some() { category } else { "other" };
    format!("{} {}", super::number::count(n, language), say(SEEN, known, &[("n", &n.to_string())], language))
}

/// A category of asset.
#[rustfmt::skip]
pub const CATEGORIES: &[Row] = &[
    ("access-point", "access point", "point d’accès"),
    ("desktop", "desktop", "poste fixe"),
    ("firewall", "firewall", "pare-feu"),
    ("laptop", "laptop", "portable"),
    ("licence", "licence", "licence"),
    ("mailbox", "mailbox", "boîte mail"),
    ("nas", "NAS", "NAS"),
    ("other", "other device", "autre appareil"),
    ("printer", "printer", "imprimante"),
    ("router", "router", "routeur"),
    ("server", "server", "serveur"),
    ("service", "service", "service"),
    ("smartphone", "smartphone", "smartphone"),
    ("switch", "switch", "commutateur"),
    ("tablet", "tablet", "tablette"),
    ("user", "user", "utilisateur"),
    ("virtual-server", "virtual server", "serveur virtuel"),
];

/// A category with what was seen of it, in agreement with `{n}`.
#[rustfmt::skip]
pub const SEEN: &[Row] = &[
    ("access-point", "{n:access point|access points} seen", "{n:point d’accès vu|points d’accès vus}"),
    ("desktop", "{n:desktop|desktops} seen", "{n:poste fixe vu|postes fixes vus}"),
    ("firewall", "{n:firewall|firewalls} seen", "{n:pare-feu vu|pare-feu vus}"),
    ("laptop", "{n:laptop|laptops} seen", "{n:portable vu|portables vus}"),
    ("licence", "{n:licence|licences} seen", "{n:licence vue|licences vues}"),
    ("mailbox", "{n:mailbox|mailboxes} seen", "{n:boîte mail vue|boîtes mail vues}"),
    ("nas", "NAS seen", "{n:NAS vu|NAS vus}"),
    ("other", "other {n:device|devices} seen", "{n:autre appareil vu|autres appareils vus}"),
    ("printer", "{n:printer|printers} seen", "{n:imprimante vue|imprimantes vues}"),
    ("router", "{n:router|routers} seen", "{n:routeur vu|routeurs vus}"),
    ("server", "{n:server|servers} seen", "{n:serveur vu|serveurs vus}"),
    ("service", "{n:service|services} seen", "{n:service vu|services vus}"),
    ("smartphone", "{n:smartphone|smartphones} seen", "{n:smartphone vu|smartphones vus}"),
    ("switch", "{n:switch|switches} seen", "{n:commutateur vu|commutateurs vus}"),
    ("tablet", "{n:tablet|tablets} seen", "{n:tablette vue|tablettes vues}"),
    ("user", "{n:user|users} seen", "{n:utilisateur vu|utilisateurs vus}"),
    ("virtual-server", "{n:virtual server|virtual servers} seen", "{n:serveur virtuel vu|serveurs virtuels vus}"),
];

/// A status of an asset on a day.
#[rustfmt::skip]
pub const STATUSES: &[Row] = &[
    ("covered", "covered", "couvert"),
    ("missing", "missing", "manquant"),
    ("pending", "pending", "en attente"),
    ("uncovered", "uncovered", "hors périmètre"),
    ("unknown", "unknown", "inconnu"),
];

/// A status in agreement with the number `{n}` before it.
#[rustfmt::skip]
pub const STATUS_COUNTS: &[Row] = &[
    ("covered", "covered", "{n:couvert|couverts}"),
    ("missing", "missing", "{n:manquant|manquants}"),
    ("pending", "pending", "en attente"),
    ("uncovered", "uncovered", "hors périmètre"),
    ("unknown", "unknown", "{n:inconnu|inconnus}"),
];

/// A state set by a dated decision.
#[rustfmt::skip]
pub const STATES: &[Row] = &[
    ("active", "active", "en service"),
    ("byod", "the user’s own", "personnel (BYOD)"),
    ("loan", "on loan", "en prêt"),
    ("retired", "retired", "retiré"),
    ("reversibility", "in reversibility", "en réversibilité"),
    ("spare", "spare", "de secours"),
    ("stock", "in stock", "en stock"),
];

/// A source that is not a console's list.
#[rustfmt::skip]
pub const SOURCES: &[Row] = &[
    ("agent", "Agent", "Agent"),
    ("annex", "Annex", "Annexe"),
];

/// How sure a category is.
#[rustfmt::skip]
pub const CONFIDENCES: &[Row] = &[
    ("high", "high", "forte"),
    ("low", "low", "faible"),
    ("medium", "medium", "moyenne"),
];

/// A kind of bill line.
#[rustfmt::skip]
pub const BILL_KINDS: &[Row] = &[
    ("commitment", "commitment", "engagement"),
    ("credit", "credit note", "avoir"),
    ("minimum", "minimum amount", "minimum de facturation"),
    ("on_demand", "on demand", "à la demande"),
    ("one_off", "one-off", "ponctuel"),
    ("recurring", "recurring", "récurrent"),
    ("regularisation", "true-up", "régularisation"),
    ("ticket", "tickets", "tickets"),
    ("time", "time spent", "temps passé"),
];

/// A unit of quantity, in agreement with `{n}`.
#[rustfmt::skip]
pub const UNITS: &[Row] = &[
    ("C62", "", ""),
    ("DAY", "{n:slot-day|slot-days}", "{n:jour-poste|jours-poste}"),
    ("MIN", "min", "min"),
];

/// A kind of identifier.
#[rustfmt::skip]
pub const IDENTIFIER_KINDS: &[Row] = &[
    ("ad_sid", "directory account (AD)", "compte d’annuaire (AD)"),
    ("disk", "disk serial", "numéro de série du disque"),
    ("entra_device_id", "Entra device id", "identifiant Entra"),
    ("hostname", "host name", "nom d’hôte"),
    ("mac", "MAC address", "adresse MAC"),
    ("machine_id", "machine id", "machine-id"),
    ("serial", "serial number", "numéro de série"),
    ("tpm", "TPM key", "clé du TPM"),
    ("uuid", "system UUID", "UUID du système"),
];

/// Where a serial number stands.
#[rustfmt::skip]
pub const SCOPES: &[Row] = &[
    ("baseboard", "board", "carte mère"),
    ("bios", "BIOS", "BIOS"),
    ("chassis", "chassis", "châssis"),
    ("system", "system", "système"),
];

/// A rule of identity, by number.
#[rustfmt::skip]
pub const RULES: &[Row] = &[
    ("0", "a decision", "une décision"),
    ("10", "the agent’s certificate", "le certificat de l’agent"),
    ("100", "a suggestion: host name with model or disk", "une suggestion : nom d’hôte avec modèle ou disque"),
    ("110", "a suggestion: host name", "une suggestion : nom d’hôte"),
    ("120", "a suggestion: one MAC address", "une suggestion : une adresse MAC"),
    ("130", "a suggestion: a serial number nearly the same", "une suggestion : un numéro de série presque identique"),
    ("140", "a suggestion: the annex label resembles the host name", "une suggestion : le libellé d’annexe ressemble au nom d’hôte"),
    ("150", "nothing: it founded this asset", "rien : il fonde cet appareil"),
    ("20", "the source’s own id", "l’identifiant propre à la source"),
    ("30", "the same serial number and system UUID", "les mêmes numéro de série et UUID du système"),
    ("40", "the same serial number and maker", "les mêmes numéro de série et fabricant"),
    ("50", "the same system UUID", "le même UUID du système"),
    ("60", "the same directory account", "le même compte d’annuaire"),
    ("70", "the same serial number", "le même numéro de série"),
    ("80", "two agreeing parts: board, network card or disk", "deux pièces concordantes : carte mère, carte réseau ou disque"),
    ("90", "the same host name with a MAC address or the machine id", "le même nom d’hôte avec une adresse MAC ou le machine-id"),
    ("95", "the only asset of that host name", "le seul appareil de ce nom d’hôte"),
];

/// A verb of decision.
#[rustfmt::skip]
pub const VERBS: &[Row] = &[
    ("active", "back in service", "remise en service"),
    ("attest", "duty attested", "obligation attestée"),
    ("byod", "the user’s own", "appareil personnel (BYOD)"),
    ("exclude", "exclude", "exclusion"),
    ("include", "include in a line", "ajout à une ligne"),
    ("loan", "on loan", "mise en prêt"),
    ("merge", "merge", "fusion"),
    ("move", "move", "déplacement"),
    ("never-together", "never the same", "jamais le même appareil"),
    ("replace", "replace in the slot", "remplacement dans l’emplacement"),
    ("retire", "retire", "retrait"),
    ("reversibility", "reversibility", "réversibilité"),
    ("snooze", "snooze", "report"),
    ("spare", "spare", "mise en secours"),
    ("stock", "into stock", "mise en stock"),
];

/// What a line may require, short.
#[rustfmt::skip]
pub const REQUIREMENTS: &[Row] = &[
    ("antivirus", "AV", "AV"),
    ("backup", "Backup", "Sauvegarde"),
    ("detection", "EDR", "EDR"),
    ("encryption", "Encryption", "Chiffrement"),
    ("firewall", "Firewall", "Pare-feu"),
    ("mail", "Mail", "Messagerie"),
];

/// What a requirement that fails is.
#[rustfmt::skip]
pub const VERDICTS: &[Row] = &[
    ("absent", "absent", "absent"),
    ("good", "as required", "conforme"),
    ("inactive", "inactive", "inactif"),
    ("outdated", "out of date", "périmé"),
    ("unknown", "unknown", "inconnu"),
];
