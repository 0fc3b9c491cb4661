//! The sentences of `doctor`: what was found, and what to do about it.

use super::Row;

/// Code, English, French.
pub(super) const DOCTOR: &[Row] = &[
    (
        "doctor_acked",
        "The collector last acknowledged this machine on {at}.",
        "Dernier accusé de réception du collecteur : {at}.",
    ),
    (
        "doctor_certificate_expired",
        "The certificate ended on {until}: the next report asks for a new one, which the collector gives up to 180 days after that end.",
        "Le certificat a expiré le {until} : le prochain rapport en demandera un nouveau, que le collecteur délivre jusqu’à 180 jours après cette date.",
    ),
    (
        "doctor_clock_early",
        "The clock says {now}, which is in the past: set it, certificates are refused until then.",
        "L’horloge indique {now}, une date passée : réglez-la, les certificats seront refusés d’ici là.",
    ),
    ("doctor_clock_ok", "The clock says {now}.", "L’horloge indique {now}."),
    (
        "doctor_collector_ok",
        "The collector answers at {collector} and is the right one.",
        "Le collecteur répond à l’adresse {collector} et c’est le bon.",
    ),
    (
        "doctor_config_ok",
        "The configuration is right; privacy level: {privacy}.",
        "La configuration est correcte ; niveau de confidentialité : {privacy}.",
    ),
    (
        "doctor_denied",
        "Access is denied to: {sections}. Run the agent as the administrator to report them.",
        "Accès refusé pour : {sections}. Lancez l’agent en administrateur pour les déclarer.",
    ),
    (
        "doctor_enrolled",
        "Enrolled: client {client}, agent {agent}, certificate until {until}.",
        "Enrôlé : client {client}, agent {agent}, certificat valable jusqu’au {until}.",
    ),
    (
        "doctor_failed",
        "These could not be read: {sections}. “show --json” gives the reason of each.",
        "La lecture a échoué pour : {sections}. « show --json » donne la cause de chacune.",
    ),
    (
        "doctor_full_disk",
        "macOS bars some settings from the agent: allow it under Privacy & Security, Full Disk Access, or by a profile of your device management.",
        "macOS refuse certains réglages à l’agent : autorisez-le dans Confidentialité et sécurité, Accès complet au disque, ou par un profil de votre gestion d’appareils.",
    ),
    ("doctor_mark_bad", "[bad]", "[bloquant]"),
    ("doctor_mark_good", "[good]", "[bon]"),
    ("doctor_mark_weak", "[weak]", "[partiel]"),
    (
        "doctor_never_acked",
        "The collector has not acknowledged a report yet.",
        "Le collecteur n’a encore accusé réception d’aucun rapport.",
    ),
    ("doctor_pending", "A change of {at} waits to be sent.", "Un changement du {at} attend d’être envoyé."),
    (
        "doctor_refused",
        "The collector does not take {count} section(s) of this machine.",
        "Le collecteur n’accepte pas {count} section(s) de cette machine.",
    ),
    (
        "doctor_sections_ok",
        "Everything that this system offers can be read.",
        "Tout ce que ce système expose peut être lu.",
    ),
    (
        "doctor_state_missing",
        "The state folder {file} does not exist yet: “enroll” creates it.",
        "Le dossier d’état {file} n’existe pas encore : « enroll » le crée.",
    ),
    (
        "doctor_state_not_writable",
        "Nothing can be written to the state folder {file}: {cause}. Run the agent as the administrator or name another folder with --state.",
        "Impossible d’écrire dans le dossier d’état {file} : {cause}. Lancez l’agent en administrateur ou désignez un autre dossier avec --state.",
    ),
    ("doctor_state_ok", "The state folder {file} is writable.", "Le dossier d’état {file} est accessible en écriture."),
    (
        "doctor_about",
        "Agent {version} for {system}; configuration {config}; state {state}; table of products {catalogue}.",
        "Agent {version} pour {system} ; configuration {config} ; état {state} ; table de produits {catalogue}.",
    ),
    (
        "doctor_clock_behind",
        "The clock says {now}, yet the collector showed {since}: set the clock, and the time service with it.",
        "L’horloge indique {now}, or le collecteur a indiqué {since} : réglez l’horloge et son service de temps.",
    ),
    (
        "doctor_closed",
        "Nobody answers at {door}: check the address, the collector and the firewalls on the way.",
        "Personne ne répond à {door} : vérifiez l’adresse, le collecteur et les pare-feu sur le trajet.",
    ),
    (
        "doctor_disk_full",
        "Only {free} bytes are free where the state folder lies: make room, or reports cannot be kept.",
        "Il ne reste que {free} octets libres là où se trouve le dossier d’état : libérez de la place, sinon les rapports ne peuvent être conservés.",
    ),
    (
        "doctor_disk_ok",
        "There is room for the state folder: {free} bytes.",
        "Il y a de la place pour le dossier d’état : {free} octets.",
    ),
    (
        "doctor_intercepted",
        "Somebody on the way opens the connection and shows a certificate of “{issuer}”: have that device let the collector’s address pass unopened.",
        "Un équipement sur le trajet ouvre la connexion et présente un certificat de « {issuer} » : faites-lui laisser passer l’adresse du collecteur sans l’ouvrir.",
    ),
    (
        "doctor_no_name",
        "The name {host} leads nowhere: check its spelling and the machine’s name servers (DNS).",
        "Le nom {host} ne mène nulle part : vérifiez son orthographe et les serveurs de noms (DNS) de la machine.",
    ),
    (
        "doctor_proxy_closed",
        "The proxy does not answer at {door}: check “proxy” in the configuration.",
        "Le serveur mandataire ne répond pas à {door} : vérifiez « proxy » dans la configuration.",
    ),
    (
        "doctor_proxy_refuses",
        "The proxy at {door} lets no connection through: check its name and password in “proxy”, and that it allows the collector’s port.",
        "Le serveur mandataire {door} ne laisse passer aucune connexion : vérifiez le nom et le mot de passe dans « proxy », et qu’il autorise le port du collecteur.",
    ),
    (
        "doctor_token_waits",
        "An enrolment with the token {token} was begun and not answered: run “enroll” again with the same token.",
        "Un enrôlement avec le jeton {token} a été commencé et reste sans réponse : relancez « enroll » avec le même jeton.",
    ),
];
