//! Every word the agent says, in French and in English: the only place with prose.
//!
//! Refuses nothing: a code without a sentence is shown as it is, and a test finds it.

use cadastre_proto::inventory::Outcome;

use crate::refusal::Refusal;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// The language of a POSIX locale such as `fr_FR.UTF-8`; English for every other.
    #[must_use]
    pub fn of_locale(locale: Option<&str>) -> Language {
        let is_french = locale.is_some_and(|locale| {
            let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
            language.eq_ignore_ascii_case("fr")
        });
        if is_french { Language::Fr } else { Language::En }
    }
}

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Text(pub Language);

impl Text {
    /// The word or sentence of a code, placeholders left in.
    #[must_use]
    pub fn word(self, code: &str) -> &str {
        let Some((_, english, french)) = SENTENCES.iter().find(|(known, _, _)| *known == code) else { return code };
        match self.0 {
            Language::Fr => french,
            Language::En => english,
        }
    }

    /// The sentence of a refusal.
    #[must_use]
    pub fn refusal(self, refusal: &Refusal) -> String {
        let mut sentence = self.word(refusal.code).to_owned();
        for (name, value) in &refusal.args {
            let value = if *name == "cause" { self.word(value) } else { value };
            sentence = sentence.replace(&format!("{{{name}}}"), value);
        }
        sentence
    }

    /// The word of an outcome.
    #[must_use]
    pub fn outcome(self, outcome: Outcome) -> &'static str {
        let code = match outcome {
            Outcome::Ok => "outcome_ok",
            Outcome::Absent => "outcome_absent",
            Outcome::Denied => "outcome_denied",
            Outcome::Unsupported => "outcome_unsupported",
            Outcome::TimedOut => "outcome_timed_out",
            Outcome::Failed => "outcome_failed",
        };
        let row = SENTENCES.iter().find(|(known, _, _)| *known == code);
        row.map_or(code, |(_, english, french)| if self.0 == Language::Fr { french } else { english })
    }
}

/// Code, English, French.
const SENTENCES: &[(&str, &str, &str)] = &[
    ("failed", "The command failed: {cause}.", "La commande a échoué : {cause}."),
    (
        "config_unreadable",
        "The configuration file {file} cannot be read: {cause}.",
        "Le fichier de configuration {file} ne peut pas être lu : {cause}.",
    ),
    (
        "config_invalid",
        "The configuration file {file} is wrong at line {line}: {cause}.",
        "Le fichier de configuration {file} est incorrect à la ligne {line} : {cause}.",
    ),
    (
        "root_unreadable",
        "The folder {file} cannot stand for a machine: {cause}.",
        "Le dossier {file} ne peut pas tenir lieu de machine : {cause}.",
    ),
    (
        "captured",
        "Recorded in {file} at privacy level {privacy}; nothing was sent. Read it before you send it.",
        "Enregistré dans {file} au niveau de confidentialité {privacy} ; rien n’a été envoyé. Relisez-le avant de l’envoyer.",
    ),
    (
        "capture_not_written",
        "The capture cannot be written to {file}: {cause}. Name a folder that does not exist yet.",
        "La capture ne peut pas être écrite dans {file} : {cause}. Indiquez un dossier qui n’existe pas encore.",
    ),
    (
        "service_installed",
        "The agent is a service of this machine and is running.",
        "L’agent est un service de cette machine et il est démarré.",
    ),
    (
        "service_uninstalled",
        "The agent is no longer a service of this machine.",
        "L’agent n’est plus un service de cette machine.",
    ),
    (
        "service_refused",
        "The system refused to change the service: {cause}.",
        "Le système a refusé de modifier le service : {cause}.",
    ),
    ("unsupported", "this system does not offer it", "ce système ne le permet pas"),
    (
        "not_loaded",
        "a user who is not signed in cannot be read",
        "un utilisateur dont la session est fermée ne peut pas être lu",
    ),
    ("exists", "it exists already", "il existe déjà"),
    ("io_failed", "reading or writing failed", "échec de lecture ou d’écriture"),
    ("not_found", "it is not there", "il n’existe pas"),
    ("denied", "access is denied", "l’accès est refusé"),
    ("disk_full", "the disk is full", "le disque est plein"),
    ("not_a_folder", "it is not a folder", "ce n’est pas un dossier"),
    ("read_only", "the file system is read-only", "le système de fichiers est en lecture seule"),
    ("doctor_mark_good", "[good]", "[bon]"),
    ("doctor_mark_weak", "[weak]", "[partiel]"),
    ("doctor_mark_bad", "[bad]", "[bloquant]"),
    (
        "doctor_config_ok",
        "The configuration is right; privacy level: {privacy}.",
        "La configuration est correcte ; niveau de confidentialité : {privacy}.",
    ),
    ("doctor_state_ok", "The state folder {file} is writable.", "Le dossier d’état {file} est accessible en écriture."),
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
    ("doctor_clock_ok", "The clock says {now}.", "L’horloge indique {now}."),
    (
        "doctor_clock_early",
        "The clock says {now}, which is in the past: set it, certificates are refused until then.",
        "L’horloge indique {now}, une date passée : réglez-la, les certificats seront refusés d’ici là.",
    ),
    (
        "doctor_sections_ok",
        "Everything that this system offers can be read.",
        "Tout ce que ce système expose peut être lu.",
    ),
    (
        "doctor_denied",
        "Access is denied to: {sections}. Run the agent as the administrator to report them.",
        "Accès refusé pour : {sections}. Lancez l’agent en administrateur pour les déclarer.",
    ),
    (
        "doctor_failed",
        "These could not be read: {sections}. “show --json” gives the reason of each.",
        "La lecture a échoué pour : {sections}. « show --json » donne la cause de chacune.",
    ),
    (
        "token_invalid",
        "That is not an enrolment token: copy the whole line that the collector printed.",
        "Ce n’est pas un jeton d’enrôlement : copiez toute la ligne affichée par le collecteur.",
    ),
    ("token_unknown", "The collector does not know this token.", "Le collecteur ne connaît pas ce jeton."),
    ("token_expired", "This token has expired: ask for a new one.", "Ce jeton a expiré : demandez-en un nouveau."),
    (
        "token_spent",
        "This token has enrolled as many machines as it may: ask for a new one.",
        "Ce jeton a déjà enrôlé toutes les machines prévues : demandez-en un nouveau.",
    ),
    (
        "token_revoked",
        "This token has been withdrawn: ask for a new one.",
        "Ce jeton a été révoqué : demandez-en un nouveau.",
    ),
    (
        "enrolled",
        "This machine is enrolled: client {client}, agent {agent}, reports to {collector}.",
        "Cette machine est enrôlée : client {client}, agent {agent}, rapports vers {collector}.",
    ),
    (
        "enrolled_before",
        "This machine was enrolled with this token before: client {client}, agent {agent}, reports to {collector}.",
        "Cette machine était déjà enrôlée avec ce jeton : client {client}, agent {agent}, rapports vers {collector}.",
    ),
    (
        "enrolled_already",
        "This machine is enrolled already (client {client}, agent {agent}); to enrol it anew, first have the agent revoked and name an empty state folder with --state.",
        "Cette machine est déjà enrôlée (client {client}, agent {agent}) ; pour l’enrôler à nouveau, faites d’abord révoquer l’agent et désignez un dossier d’état vide avec --state.",
    ),
    (
        "not_enrolled",
        "This machine is not enrolled: run “enroll --collector https://HOST:8444 --token TOKEN”.",
        "Cette machine n’est pas enrôlée : lancez « enroll --collector https://HÔTE:8444 --token JETON ».",
    ),
    ("key_not_made", "No key could be made on this machine.", "Impossible de créer une clé sur cette machine."),
    (
        "state_not_writable",
        "The agent’s state folder cannot be used: {cause}.",
        "Le dossier d’état de l’agent est inutilisable : {cause}.",
    ),
    (
        "identity_unreadable",
        "The agent’s identity cannot be read: {cause}.",
        "L’identité de l’agent est illisible : {cause}.",
    ),
    (
        "identity_damaged",
        "The agent’s identity in the state folder is damaged.",
        "L’identité de l’agent, dans le dossier d’état, est endommagée.",
    ),
    (
        "answer_not_understood",
        "The collector’s answer was not understood; the change is kept and will be sent again.",
        "La réponse du collecteur n’a pas été comprise ; le changement est conservé et sera renvoyé.",
    ),
    (
        "agent_retired",
        "The collector has had this agent retire; to report again it needs a new token.",
        "Le collecteur a retiré cet agent du service ; pour reprendre, il lui faut un nouveau jeton.",
    ),
    ("agent_revoked", "The collector has revoked this agent.", "Le collecteur a révoqué cet agent."),
    (
        "certificate_refused",
        "The collector no longer takes this agent’s certificate; key and pending change are kept.",
        "Le collecteur n’accepte plus le certificat de cet agent ; la clé et le changement en attente sont conservés.",
    ),
    (
        "collector_busy",
        "The collector cannot take the report now; the change is kept and will be sent again.",
        "Le collecteur ne peut pas recevoir le rapport pour l’instant ; le changement est conservé et sera renvoyé.",
    ),
    ("collector_refused", "The collector refused: {word}.", "Le collecteur a refusé : {word}."),
    (
        "collector_address_invalid",
        "“{collector}” is not a collector’s address: write https://HOST:PORT.",
        "« {collector} » n’est pas une adresse de collecteur : écrivez https://HÔTE:PORT.",
    ),
    (
        "proxy_invalid",
        "The key “proxy” of the configuration is not an address such as http://HOST:PORT or socks5://HOST:PORT.",
        "La clé « proxy » de la configuration n’est pas une adresse du type http://HÔTE:PORT ou socks5://HÔTE:PORT.",
    ),
    (
        "ca_bundle_unreadable",
        "The file that “ca_bundle” names cannot be read: {cause}.",
        "Le fichier désigné par « ca_bundle » est illisible : {cause}.",
    ),
    ("collector_unreachable", "The collector cannot be reached.", "Le collecteur est injoignable."),
    (
        "collector_not_trusted",
        "Whoever answers at the collector’s address is not the collector this machine trusts.",
        "Le serveur qui répond à l’adresse du collecteur n’est pas le collecteur de confiance de cette machine.",
    ),
    (
        "collector_not_now",
        "The collector’s certificate is not valid at this machine’s date: check the clock here, then the collector’s.",
        "Le certificat du collecteur n’est pas valable à la date de cette machine : vérifiez l’horloge ici, puis celle du collecteur.",
    ),
    (
        "collector_not_the_tokens",
        "Whoever answers at {collector} is not the collector that made this token.",
        "Le serveur qui répond à l’adresse {collector} n’est pas le collecteur qui a créé ce jeton.",
    ),
    ("acked_change", "The collector has acknowledged the report.", "Le collecteur a accusé réception du rapport."),
    (
        "acked_unchanged",
        "Nothing has changed; the collector has noted that the machine is there.",
        "Rien n’a changé ; le collecteur a noté que la machine est présente.",
    ),
    (
        "doctor_enrolled",
        "Enrolled: client {client}, agent {agent}, certificate until {until}.",
        "Enrôlé : client {client}, agent {agent}, certificat valable jusqu’au {until}.",
    ),
    (
        "doctor_certificate_expired",
        "The certificate ended on {until}: the collector refuses reports until it gives a new one.",
        "Le certificat a expiré le {until} : le collecteur refuse les rapports tant qu’il n’en a pas délivré un nouveau.",
    ),
    (
        "doctor_acked",
        "The collector last acknowledged this machine on {at}.",
        "Dernier accusé de réception du collecteur : {at}.",
    ),
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
        "doctor_collector_ok",
        "The collector answers at {collector} and is the right one.",
        "Le collecteur répond à l’adresse {collector} et c’est le bon.",
    ),
    ("outcome_ok", "read", "lu"),
    ("outcome_absent", "none found", "rien trouvé"),
    ("outcome_denied", "access denied", "accès refusé"),
    ("outcome_unsupported", "this system cannot tell", "ce système ne permet pas de le savoir"),
    ("outcome_timed_out", "took too long", "délai dépassé"),
    ("outcome_failed", "reading failed", "lecture en échec"),
    ("not_captured", "not in this tree", "absent de cette arborescence"),
    ("too_large", "the file is too large", "le fichier est trop volumineux"),
    ("not_understood", "the file is not as expected", "le contenu du fichier n’est pas celui attendu"),
    ("capture_invalid", "its capture.json is not that of a capture", "son capture.json n’est pas celui d’une capture"),
    ("capture_path", "a path in its capture.json leaves the folder", "un chemin de son capture.json sort du dossier"),
    ("rpm_database", "RPM’s database cannot be read as text", "la base RPM n’est pas lisible en texte"),
    ("smbios_damaged", "the SMBIOS table is damaged", "la table SMBIOS est endommagée"),
    ("container", "container", "conteneur"),
    ("system", "system disk", "disque système"),
    ("volume", "volume", "volume"),
    ("rmm", "remote management", "télégestion"),
    ("section_host", "Machine", "Machine"),
    ("section_os", "System", "Système"),
    ("section_firmware", "Hardware", "Matériel"),
    ("section_processor", "Processor", "Processeur"),
    ("section_memory", "Memory", "Mémoire"),
    ("section_disks", "Disks", "Disques"),
    ("section_adapters", "Network", "Réseau"),
    ("section_battery", "Battery", "Batterie"),
    ("section_virtualisation", "Virtualisation", "Virtualisation"),
    ("section_software", "Software", "Logiciels"),
    ("section_protection", "Protection", "Protection"),
    ("section_firewall", "Firewall", "Pare-feu"),
    ("section_encryption", "Encryption", "Chiffrement"),
    ("section_backup", "Backup", "Sauvegarde"),
    ("section_mail", "Mail", "Messagerie"),
    ("section_remote_access", "Remote access", "Prise en main"),
    ("none", "none", "néant"),
    ("outcome_with_reason", "({outcome}: {reason})", "({outcome} : {reason})"),
    ("decimal_point", ".", ","),
    ("unit_byte", "B", "o"),
    ("unit_kib", "KiB", "Kio"),
    ("unit_mib", "MiB", "Mio"),
    ("unit_gib", "GiB", "Gio"),
    ("unit_tib", "TiB", "Tio"),
    ("workstation", "workstation", "poste de travail"),
    ("serial", "serial number", "numéro de série"),
    ("role_none", "physical machine", "machine physique"),
    ("role_guest", "virtual machine", "machine virtuelle"),
    ("role_host", "virtualisation host", "hôte de virtualisation"),
    ("role_container", "container", "conteneur"),
    ("protected", "protected", "protégé"),
    ("not_protected", "not protected", "non protégé"),
    ("unknown", "unknown", "inconnu"),
    ("on", "on", "activé"),
    ("off", "off", "désactivé"),
    ("suspended", "suspended", "suspendu"),
    ("converting", "converting", "en cours de conversion"),
    ("recent_success", "recent success", "réussite récente"),
    ("never", "never", "jamais"),
    ("installed", "installed", "installé"),
    ("running", "running", "en service"),
    ("client", "client", "client"),
    ("server", "server", "serveur"),
    ("relay", "relay", "relais"),
    (
        "show_note",
        "This is a summary. “show --json” prints exactly what would be sent; nothing was sent.",
        "Ceci est un résumé. « show --json » affiche exactement ce qui serait envoyé ; rien n’a été envoyé.",
    ),
];

#[cfg(test)]
mod tests;
