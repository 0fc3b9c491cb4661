//! Reasons: why an asset has its status or its category, why an identifier does not count, what a bill's reader must know.

use jiff::civil::Date;

use super::table::{Row, say};
use super::{Language, date};

/// A reason as part of a sentence, without a capital and a full stop. An unknown code is shown as it is.
///
/// A reason may carry values after its code: `admission_waits:days=2`.
pub fn words(reason: &str, language: Language) -> String {
    let (code, values) = reason.split_once(':').unwrap_or((reason, ""));
    let args: Vec<(&str, &str)> = values.split(',').filter_map(|value| value.split_once('=')).collect();
    if args.is_empty() && !values.is_empty() {
        return String::from(reason);
    }
    let day = |value: &str| value.parse::<Date>().map_or_else(|_| String::from(value), |day| date::day(day, language));
    let said: Vec<(&str, String)> = args.iter().map(|(name, value)| (*name, day(value))).collect();
    let args: Vec<(&str, &str)> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
    say(REASONS, code, &args, language)
}

/// Several reasons, one after the other.
pub fn list(reasons: &[String], language: Language) -> String {
    let said: Vec<String> = reasons.iter().map(|reason| words(reason, language)).collect();
    said.join(language.pick("; ", "\u{202f}; "))
}

/// Every reason, sorted by code.
#[rustfmt::skip]
pub const REASONS: &[Row] = &[
    ("admitted", "its line admits what is seen", "sa ligne admet ce qui est vu"),
    ("ambiguous_match", "it may be one of several that exclude one another", "il peut être l’un de plusieurs qui s’excluent entre eux"),
    ("ambiguous_value", "carried by devices that exclude one another", "porté par des appareils qui s’excluent entre eux"),
    ("annex_entry", "an annex entry names it", "une entrée d’annexe le nomme"),
    ("apple_battery", "an Apple with a battery", "un Apple doté d’une batterie"),
    ("apple_model", "its Apple model says so", "son modèle Apple l’indique"),
    ("battery", "it has a battery", "il a une batterie"),
    ("battery_record", "its firmware lists a battery", "son micrologiciel déclare une batterie"),
    ("board_swap", "a board may have been replaced", "une carte mère a peut-être été remplacée"),
    ("byod", "it is the user’s own", "il appartient à l’utilisateur"),
    ("chassis", "its chassis type says so", "le type de châssis l’indique"),
    ("choose", "the same device, or never", "le même appareil, ou jamais"),
    ("chromebook", "a Chromebook", "un Chromebook"),
    ("chromebox", "a Chromebox", "une Chromebox"),
    ("claimed", "a list or an annex says so", "une liste ou une annexe l’indique"),
    ("collector_stopped", "the collector was stopped meanwhile", "le collecteur était arrêté entre-temps"),
    ("conflicting_match", "they would be one, but two of them exclude each other", "ils n’en feraient qu’un, mais deux d’entre eux s’excluent"),
    ("container", "a container", "un conteneur"),
    ("counting_run", "digits that merely count up", "une simple suite croissante"),
    ("decided", "a decision put it there", "une décision l’y a placé"),
    ("derived_from_uuid", "derived from the UUID: no second evidence", "tiré de l’UUID : pas une seconde preuve"),
    ("desktop_model", "its model is a desktop", "son modèle est un poste fixe"),
    ("detachable", "its keyboard comes off", "son clavier se détache"),
    ("equals_model", "the model or maker instead of a number", "le modèle ou le fabricant au lieu d’un numéro"),
    ("excluded", "a decision excludes it", "une décision l’exclut"),
    ("family_differs", "a machine of another family", "une machine d’une autre famille"),
    ("generic_name", "a name that many machines bear", "un nom que portent beaucoup de machines"),
    ("hardware_differs", "network adapters and disks have nothing in common", "les cartes réseau et les disques n’ont rien en commun"),
    ("hypervisor_bit", "its processor reports a hypervisor, its firmware does not: it may be virtual", "son processeur signale un hyperviseur, son micrologiciel non : la machine est peut-être virtuelle"),
    ("identity_moved", "one agent or list id now speaks of another machine", "un identifiant d’agent ou de liste parle désormais d’une autre machine"),
    ("identity_task", "it waits for a decision on which machine it is", "il attend qu’on tranche de quelle machine il s’agit"),
    ("index_missing", "contract {contract}: the index of the price revision of {date} is not known; the old price stands", "contrat {contract} : l’indice de la révision de prix du {date} n’est pas connu ; l’ancien prix est maintenu"),
    ("kept_out", "a rule of the contract keeps it out", "une règle du contrat l’écarte"),
    ("laptop_model", "its model is a laptop", "son modèle est un portable"),
    ("line_full", "the line has reached its count", "la ligne a atteint son nombre"),
    ("list_old", "the newest complete list is too old", "la dernière liste complète est trop ancienne"),
    ("list_stale", "the newest complete list is too old to tell", "la dernière liste complète est trop ancienne pour le dire"),
    ("locally_administered", "a random or software address", "une adresse aléatoire ou logicielle"),
    ("malformed", "not written as it should be", "mal formé"),
    ("memory_modules", "its memory modules suggest it", "ses barrettes mémoire le suggèrent"),
    ("mobile_parts", "its parts are those of a laptop", "ses composants sont ceux d’un portable"),
    ("month_unfinished", "the month is not over: all its days are counted as things stand now", "le mois n’est pas terminé : tous ses jours sont comptés en l’état actuel"),
    ("multicast", "an address of a group", "une adresse de groupe"),
    ("name_and_cards_differ", "host name and network adapters have nothing in common", "le nom et les cartes réseau n’ont rien en commun"),
    ("never_seen", "never seen", "jamais vu"),
    ("no_complete_list", "no complete list speaks of it", "aucune liste complète n’en parle"),
    ("no_contract", "no contract is in force", "aucun contrat n’est en vigueur"),
    ("no_line", "no line has its category", "aucune ligne n’a sa catégorie"),
    ("no_sign", "no sign says more", "aucun indice n’en dit plus"),
    ("not_in_annex", "its line counts only what the annex names", "sa ligne ne compte que ce que l’annexe nomme"),
    ("not_judged", "a seat without hardware", "un poste sans matériel"),
    ("not_yet_admitted", "not seen on enough days yet", "pas encore vu assez de jours"),
    ("part_moved", "one disk or TPM was seen in two machines", "un même disque ou TPM a été vu dans deux machines"),
    ("placeholder", "a placeholder of the maker", "une valeur de remplissage du fabricant"),
    ("quiet", "silent for a while", "silencieux depuis peu"),
    ("re_key", "a clone: one of the two agents needs a new key", "un clone : l’un des deux agents doit recevoir une nouvelle clé"),
    ("repeated_character", "one character repeated", "un seul caractère répété"),
    ("retired", "retired by decision", "retiré par décision"),
    ("running_together", "both machines ran at the same time", "les deux machines fonctionnaient en même temps"),
    ("scope_rule", "a rule of the contract puts it there", "une règle du contrat l’y place"),
    ("seat", "a seat without a device", "un accès sans appareil"),
    ("seen", "seen lately", "vu récemment"),
    ("serial_differs", "the system serials differ", "les numéros de série diffèrent"),
    ("serial_under_two_uuids", "one serial and maker under two UUIDs", "un même numéro de série et fabricant sous deux UUID"),
    ("server_board", "its board is a server’s", "sa carte mère est celle d’un serveur"),
    ("server_model", "its model is a server", "son modèle est un serveur"),
    ("server_parts", "its parts are those of a server", "ses composants sont ceux d’un serveur"),
    ("server_system", "its system is a server’s", "son système est celui d’un serveur"),
    ("silent", "silent past its threshold", "silencieux au-delà de son seuil"),
    ("site_silent", "its whole site is silent", "tout son site est muet"),
    ("storage_maker", "its maker builds storage", "son fabricant produit du stockage"),
    ("surface_model", "its Surface model says so", "son modèle Surface l’indique"),
    ("tablet_model", "its model is a tablet", "son modèle est une tablette"),
    ("too_short", "too short", "trop court"),
    ("uuid_differs", "the UUIDs differ", "les UUID diffèrent"),
    ("vetoed_match", "one value points to the same device, another forbids it", "une valeur désigne le même appareil, une autre l’interdit"),
    ("virtual_adapter", "a virtual adapter", "une carte réseau virtuelle"),
    ("virtual_disk", "a virtual disk", "un disque virtuel"),
    ("virtual_machine", "a virtual machine", "une machine virtuelle"),
    ("weak_removable", "removable: too weak to link", "amovible : trop faible pour rattacher"),
    ("weak_uuid", "a weak UUID: it cannot link, but it can tell apart", "un UUID faible : il ne rattache pas, mais il distingue"),
    ("workstation_system", "its system is a workstation’s", "son système est celui d’un poste de travail"),
];
