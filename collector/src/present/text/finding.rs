//! Findings: what is wrong, in a word and in a sentence, and the action that is proposed.

use cadastre_domain::calendar::Month;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::label::{self, name};
use super::table::{Row, fill, find, say};
use super::{Language, date};

/// What a finding is, in a word: « hors périmètre ».
pub fn title(code: &str, language: Language) -> &str {
    name(TITLES, code, language)
}

/// What a finding says; `args` holds `name`, `line` and `since` where they are known. A code without a sentence gives `None`.
pub fn sentence(code: &str, args: &[(&str, &str)], language: Language) -> Option<String> {
    find(SENTENCES, code, language).map(|_| say(SENTENCES, code, args, language))
}

/// What a finding is about, as people call it: a site, a duty and a console without the kind in front, a line with the
/// month of its late fact in words.
pub fn subject(code: &str, name: &str, language: Language) -> String {
    let month = |text: &str| text.parse::<Month>().ok().map(|month| date::month(month.first(), language));
    let late = name.rsplit_once(' ').filter(|_| code == "late_fact");
    if let Some((line, month)) = late.and_then(|(line, end)| Some((line, month(end)?))) {
        return format!("{line}, {month}");
    }
    match name.strip_prefix("source:") {
        Some(source) => String::from(label::name(label::SOURCES, source, language)),
        None => String::from(["site:", "duty:"].iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name)),
    }
}

/// A proof in words: `contact:ASSET:INSTANT`, `fact:NUMBER`; another stays as it is.
pub fn proof(reference: &str, language: Language) -> String {
    let contact = reference.strip_prefix("contact:").and_then(|rest| rest.split_once(':'));
    if let Some(at) = contact.and_then(|(_, at)| at.parse::<Timestamp>().ok()) {
        let at = date::instant(at, &TimeZone::UTC, language);
        return fill(language.pick("contact on {at} UTC", "contact du {at} UTC"), &[("at", &at)], language);
    }
    match reference.strip_prefix("fact:") {
        Some(number) => {
            fill(language.pick("fact no. {n} of the record", "fait n° {n} du registre"), &[("n", number)], language)
        }
        None => reference.to_owned(),
    }
}

/// The action that is proposed; an action without a name is shown as its code.
pub fn action(code: &str, language: Language) -> &str {
    name(ACTIONS, code, language)
}

/// Findings in a word.
#[rustfmt::skip]
pub const TITLES: &[Row] = &[
    ("absent_from_source", "absent from a list", "absent d’une liste"),
    ("annex_empty", "empty annex", "annexe vide"),
    ("antivirus_absent", "no antivirus", "antivirus absent"),
    ("antivirus_inactive", "antivirus off", "antivirus inactif"),
    ("antivirus_outdated", "antivirus out of date", "antivirus périmé"),
    ("backup_absent", "no backup", "sauvegarde absente"),
    ("backup_late", "backup late", "sauvegarde en retard"),
    ("category_mismatch", "another category", "catégorie différente"),
    ("clock_skew", "clock wrong", "horloge décalée"),
    ("clone", "clone", "clone"),
    ("collection_partial", "partial collection", "collecte partielle"),
    ("detection_absent", "no detection", "détection absente"),
    ("double_coverage", "covered twice", "double couverture"),
    ("duplicate_suspected", "possible duplicate", "doublon possible"),
    ("duty_overdue", "duty overdue", "obligation en retard"),
    ("encryption_off", "not encrypted", "chiffrement inactif"),
    ("firewall_off", "firewall off", "pare-feu inactif"),
    ("late_fact", "late fact", "fait tardif"),
    ("lease_over", "lease over", "location échue"),
    ("mail_absent", "no mail program", "messagerie absente"),
    ("missing", "missing", "manquant"),
    ("never_seen", "never seen", "jamais vu"),
    ("only_in_source", "licence for nobody", "licence sans appareil"),
    ("os_unsupported", "system out of support", "système non maintenu"),
    ("out_of_term", "contract ended", "contrat échu"),
    ("over_count", "beyond the count", "au-delà du nombre"),
    ("palliative_open", "palliative repair open", "palliatif en attente"),
    ("retired_but_alive", "retired but alive", "retiré mais actif"),
    ("sla_missed", "delay missed", "délai dépassé"),
    ("source_stale", "list too old", "liste trop ancienne"),
    ("stale_in_source", "stale in a list", "périmé dans une liste"),
    ("uncovered", "uncovered", "hors périmètre"),
    ("under_count", "under the count", "en deçà du nombre"),
    ("unknown_site_silent", "silent site", "site muet"),
    ("warning_missed", "warning missed", "avertissement manqué"),
];

/// Findings in a sentence.
#[rustfmt::skip]
pub const SENTENCES: &[Row] = &[
    ("absent_from_source", "{name} is absent from a list that line {line} requires.", "{name} est absent d’une liste exigée par la ligne {line}."),
    ("annex_empty", "The contract counts assets and names none: today’s inventory can become its annex.", "Le contrat compte des appareils et n’en nomme aucun : l’inventaire d’aujourd’hui peut lui servir d’annexe."),
    ("antivirus_absent", "{name} reports no antivirus, which line {line} requires.", "{name} ne déclare aucun antivirus, exigé par la ligne {line}."),
    ("antivirus_inactive", "The antivirus of {name} is installed but does not protect.", "L’antivirus de {name} est installé mais ne protège pas."),
    ("antivirus_outdated", "The antivirus signatures of {name} are older than line {line} allows.", "Les signatures antivirus de {name} sont plus anciennes que la ligne {line} ne l’admet."),
    ("backup_absent", "{name} reports no backup, which line {line} requires.", "{name} ne déclare aucune sauvegarde, exigée par la ligne {line}."),
    ("backup_late", "The last successful backup of {name} is older than line {line} allows.", "La dernière sauvegarde réussie de {name} est plus ancienne que la ligne {line} ne l’admet."),
    ("category_mismatch", "{name} is not of the category of line {line}.", "{name} n’est pas de la catégorie de la ligne {line}."),
    ("clock_skew", "The clock of {name} is wrong.", "L’horloge de {name} est décalée."),
    ("clone", "Two running machines share the identity of {name}.", "Deux machines en marche portent l’identité de {name}."),
    ("collection_partial", "The agent of {name} could not read everything.", "L’agent de {name} n’a pas pu tout lire."),
    ("detection_absent", "{name} reports no detection (EDR), which line {line} requires.", "{name} ne déclare aucune détection (EDR), exigée par la ligne {line}."),
    ("double_coverage", "{name} is covered by two contracts.", "{name} est couvert par deux contrats."),
    ("duplicate_suspected", "{name} holds two slots: two assets were found to be one.", "{name} occupe deux emplacements : deux appareils se sont révélés n’en faire qu’un."),
    ("duty_overdue", "The duty {name} of line {line} is overdue.", "L’obligation {name} de la ligne {line} est en retard."),
    ("encryption_off", "The disk of {name} is not encrypted, which line {line} requires.", "Le disque de {name} n’est pas chiffré, ce qu’exige la ligne {line}."),
    ("firewall_off", "The firewall of {name} is off, which line {line} requires.", "Le pare-feu de {name} est inactif, alors que la ligne {line} l’exige."),
    ("late_fact", "A fact recorded late concerns a month older than the two that are still corrected.", "Un fait enregistré tardivement concerne un mois antérieur aux deux qui se régularisent encore."),
    ("lease_over", "The lease of {name} is over: return it or buy it.", "La location de {name} est échue : à restituer ou à racheter."),
    ("mail_absent", "{name} reports no mail program, which line {line} requires.", "{name} ne déclare aucune messagerie, exigée par la ligne {line}."),
    ("missing", "{name} holds a slot of line {line} but has gone silent: find it or retire it.", "{name} occupe un emplacement de la ligne {line} mais ne donne plus signe : à retrouver ou à retirer."),
    ("never_seen", "The annex names {name} in line {line}; no machine has ever shown itself under that name.", "L’annexe nomme {name} à la ligne {line} ; aucune machine ne s’est jamais présentée."),
    ("only_in_source", "A list names {name}, which no machine answers to: a licence for nobody.", "Une liste nomme {name}, auquel ne répond aucune machine : une licence pour personne."),
    ("os_unsupported", "The operating system of {name} is no longer supported by its maker.", "Le système de {name} n’est plus maintenu par son éditeur."),
    ("out_of_term", "The contract has ended and its assets still report.", "Le contrat est échu et ses appareils se déclarent encore."),
    ("over_count", "{name} is beyond the count of line {line}.", "{name} dépasse le nombre prévu à la ligne {line}."),
    ("over_count", "Line {line} covers more than its count: they are all billed until an amendment says otherwise.", "La ligne {line} couvre plus que son nombre : tout est facturé jusqu’à ce qu’un avenant en décide."),
    ("palliative_open", "A palliative repair on {name} waits for its corrective one.", "Une intervention palliative sur {name} attend son intervention corrective."),
    ("retired_but_alive", "{name} was retired and still reports.", "{name} a été retiré et se déclare encore."),
    ("sla_missed", "A contractual delay was missed on {name}.", "Un délai contractuel a été dépassé sur {name}."),
    ("source_stale", "The newest complete list is too old: what line {line} requires cannot be judged.", "La dernière liste complète est trop ancienne : les exigences de la ligne {line} ne peuvent être jugées."),
    ("stale_in_source", "A list knows {name} but has not seen it for too long.", "Une liste connaît {name} mais ne l’a pas vu depuis trop longtemps."),
    ("uncovered", "{name} has been seen and line {line} does not cover it: bill it or exclude it.", "{name} est vu et la ligne {line} ne le couvre pas : à facturer ou à exclure."),
    ("uncovered", "{name} has been seen and no line covers it: bill it or exclude it.", "{name} est vu sans qu’aucune ligne le couvre : à facturer ou à exclure."),
    ("under_count", "Line {line} has fewer assets than its count.", "La ligne {line} a moins d’appareils que son nombre."),
    ("unknown_site_silent", "The site {name} has fallen silent: its assets are unknown and not judged.", "Le site {name} est muet : ses appareils sont inconnus et ne sont pas jugés."),
    ("unknown_site_silent", "The machines without a site have fallen silent together: they are unknown and not judged.", "Les machines sans site se sont tues ensemble : elles sont inconnues et ne sont pas jugées."),
    ("warning_missed", "The client was not warned in time: it may leave at any moment.", "Le client n’a pas été prévenu à temps : il peut partir à tout moment."),
];

/// Actions that a finding proposes.
#[rustfmt::skip]
pub const ACTIONS: &[Row] = &[
    ("add_to_console", "Install it and add it to the console", "Installer et ajouter à la console"),
    ("add_to_contract", "Add to the contract", "Ajouter au contrat"),
    ("amend_count", "Draft an amendment of the count", "Rédiger un avenant sur le nombre"),
    ("answer", "Answer, and tell the client", "Répondre et prévenir le client"),
    ("attest", "Attest the duty", "Attester l’obligation"),
    ("byod", "Mark as the user’s own", "Marquer comme personnel (BYOD)"),
    ("check_agent", "Check the agent", "Vérifier l’agent"),
    ("check_clock", "Set the clock right", "Régler l’horloge"),
    ("check_console", "See why the console lost sight of it", "Voir pourquoi la console l’a perdu de vue"),
    ("check_protection", "Repair the protection", "Rétablir la protection"),
    ("check_site", "Check the site", "Vérifier le site"),
    ("exclude", "Exclude", "Exclure"),
    ("import_list", "Import a newer list", "Importer une liste récente"),
    ("include", "Put back in a line", "Remettre dans une ligne"),
    ("install_protection", "Install what the contract requires", "Installer ce que le contrat exige"),
    ("locate", "Find it or take it off the annex", "Le retrouver ou le retirer de l’annexe"),
    ("lower_count", "Lower the count or find the missing ones", "Réduire le nombre ou retrouver les absents"),
    ("merge", "Say they are one", "Dire qu’ils ne font qu’un"),
    ("move", "Move to another client", "Passer à un autre client"),
    ("move_line", "Move to the line of its category", "Passer à la ligne de sa catégorie"),
    ("name_devices", "Name the devices: today’s inventory as the annex", "Nommer les appareils : l’inventaire d’aujourd’hui comme annexe"),
    ("never_together", "Say they are two", "Dire qu’ils sont deux"),
    ("quote", "Draft a quote", "Rédiger un devis"),
    ("re_key", "Give the copy a key of its own", "Donner une clé propre à la copie"),
    ("remove_licence", "Give the licence back", "Rendre la licence"),
    ("renew_or_reversibility", "Renew, or begin reversibility", "Renouveler ou engager la réversibilité"),
    ("repair", "Plan the corrective repair", "Planifier l’intervention corrective"),
    ("replace", "Replace in its slot", "Remplacer dans l’emplacement"),
    ("replace_system", "Upgrade or replace it", "Mettre à niveau ou remplacer"),
    ("retire", "Find it or retire it", "Retrouver ou retirer"),
    ("return_or_buy", "Return it or buy it", "Restituer ou racheter"),
    ("settle_apart", "Settle it apart", "Régler à part"),
    ("snooze", "Snooze", "Reporter"),
    ("stock", "Put into stock", "Mettre en stock"),
    ("warn_client", "Warn the client now, and the next time within the window", "Prévenir le client maintenant, et à temps la prochaine fois"),
];
