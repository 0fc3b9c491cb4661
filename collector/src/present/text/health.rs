//! Words of the health of collection: what is wrong with an agent, and what to do about it.

use super::table::Row;
use super::words;

words! {
    /// How collection does.
    HealthWords {
        title: "Collection health", "Santé de la collecte";
        sentence: "{agents} {agents:agent|agents}, {heard} heard within a day · {silent} {silent:silent site|silent sites} · {troubled} {troubled:agent needs|agents need} something", "{agents} {agents:agent|agents}, {heard} {heard:entendu|entendus} depuis hier · {silent} {silent:site muet|sites muets} · {troubled} {troubled:agent demande|agents demandent} une action";
        counts: "{agents} {agents:agent|agents}, {heard} heard within a day", "{agents} {agents:agent|agents}, {heard} {heard:entendu|entendus} depuis hier";
        sites: "Sites", "Sites";
        no_site: "Without a site", "Sans site";
        site_heard: "{heard} of {devices} heard within a day", "{heard} sur {devices} entendus depuis hier";
        site_silent: "silent, last heard {age}: check its line and its firewall", "muet, entendu {age} : vérifiez son accès et son pare-feu";
        device: "Device", "Appareil";
        last: "Last heard", "Dernier contact";
        never: "never", "jamais";
        problem: "What is wrong", "Constat";
        todo: "What to do", "À faire";
        skew: "{minutes} min ahead", "en avance de {minutes} min";
        well: "Nothing to do", "Rien à faire";
        no_trouble: "Every agent does what it should.", "Chaque agent fait ce qu’il doit.";
        no_agent: "No agent here yet: add machines.", "Aucun agent pour l’instant : ajoutez des postes.";
        unrecorded: "Versions of agents and reports that were refused are not recorded yet: the collector’s log tells why a report was refused.", "Les versions des agents et les rapports refusés ne sont pas encore enregistrés : le journal du collecteur dit pourquoi un rapport a été refusé.";
        no_client: "No client yet.", "Aucun client.";
        previous: "Previous clients", "Clients précédents";
        next: "Next clients", "Clients suivants";
    }
}

/// Names of what is wrong, sorted by code.
#[rustfmt::skip]
pub(crate) const PROBLEMS: &[Row] = &[
    ("certificate_ending", "certificate ending", "certificat bientôt échu"),
    ("clock_skew", "clock ahead", "horloge en avance"),
    ("collection_partial", "partly unreadable", "lecture partielle"),
    ("never_reported", "never reported", "aucun rapport"),
    ("silent", "silent", "silencieux"),
    ("silent_site", "silent with its site", "silencieux avec son site"),
];

/// Parts of a report, sorted by code.
#[rustfmt::skip]
pub(crate) const SECTIONS: &[Row] = &[
    ("adapters", "network adapters", "cartes réseau"),
    ("backup", "backup", "sauvegarde"),
    ("battery", "battery", "batterie"),
    ("disks", "disks", "disques"),
    ("encryption", "encryption", "chiffrement"),
    ("firewall", "firewall", "pare-feu"),
    ("firmware", "firmware", "micrologiciel"),
    ("host", "host", "hôte"),
    ("mail", "mail", "messagerie"),
    ("memory", "memory", "mémoire"),
    ("os", "system", "système"),
    ("processor", "processor", "processeur"),
    ("protection", "protection", "protection"),
    ("remote_access", "remote access", "accès à distance"),
    ("software", "software", "logiciels"),
    ("virtualisation", "virtualisation", "virtualisation"),
];

/// Why a part was not read, sorted by code.
#[rustfmt::skip]
pub(crate) const OUTCOMES: &[Row] = &[
    ("denied", "access denied", "accès refusé"),
    ("failed", "failed", "échec"),
    ("timed_out", "no answer in time", "délai dépassé"),
];

/// What to do about each, sorted by code.
#[rustfmt::skip]
pub(crate) const ADVICE: &[Row] = &[
    ("certificate_ending", "It should have renewed by itself: run cadastre-agent doctor on it.", "Il aurait dû se renouveler seul : lancez cadastre-agent doctor sur le poste."),
    ("clock_skew", "Set its clock, or its time server.", "Réglez son horloge ou son serveur de temps."),
    ("collection_partial", "The agent may not read everything: run it as an administrator, then cadastre-agent doctor.", "L’agent ne peut pas tout lire : lancez-le en administrateur, puis cadastre-agent doctor."),
    ("never_reported", "Enrolled and never heard: check that port 8443 is open and that its service runs.", "Enrôlé et jamais entendu : vérifiez le port 8443 et le service de l’agent."),
    ("silent", "Find it, or retire it.", "À retrouver, ou à retirer."),
    ("silent_site", "Its whole site is silent: see the site first.", "Tout son site est muet : voyez d’abord le site."),
];
