//! Causes: what the system or a library says went wrong, in both languages.
//!
//! A refusal's `reason` is a code of this table, an error of the system by its number, or the place in a JSON text; a library's own
//! words, which are English, are given as the technical detail that they are. **Invariant**: nothing here decides anything.

use super::Language;
use super::table::{Row, find, say};

/// A cause as part of a sentence.
pub fn words(reason: &str, language: Language) -> String {
    if let Some(number) = between(reason, "(os error ", ")") {
        let code = format!("os_{number}");
        let known = find(CAUSES, &code, language).is_some();
        return say(CAUSES, if known { &code } else { "os_other" }, &[("number", number)], language);
    }
    if let Some((text, place)) = reason.split_once(" at line ")
        && let Some((line, column)) = place.split_once(" column ")
        && [line, column].iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return say(CAUSES, "json_place", &[("line", line), ("column", column), ("text", text)], language);
    }
    if find(CAUSES, reason, language).is_some() {
        return say(CAUSES, reason, &[], language);
    }
    say(CAUSES, "other", &[("text", reason)], language)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(inside, _)| inside)
}

/// Every cause.
#[rustfmt::skip]
pub const CAUSES: &[Row] = &[
    ("bytes", "its bytes are damaged", "ses octets sont altérés"),
    ("json_place", "not the expected JSON at line {line}, column {column}: {text}", "JSON inattendu à la ligne {line}, colonne {column} (détail technique : « {text} »)"),
    ("month", "it names no month", "il ne désigne aucun mois"),
    ("os_111", "nobody answers there", "personne n’y répond"),
    ("os_13", "access is denied", "l’accès est refusé"),
    ("os_17", "it is there already", "il existe déjà"),
    ("os_2", "there is no such file or folder", "aucun fichier ni dossier de ce nom"),
    ("os_20", "a part of the path is no folder", "une partie du chemin n’est pas un dossier"),
    ("os_21", "it is a folder", "c’est un dossier"),
    ("os_28", "the disk is full", "le disque est plein"),
    ("os_30", "the disk can only be read", "le disque est en lecture seule"),
    ("os_98", "the address is in use", "l’adresse est déjà utilisée"),
    ("os_99", "this machine does not have that address", "cette machine n’a pas cette adresse"),
    ("os_other", "error {number} of the system", "erreur {number} du système"),
    ("other", "{text}", "détail technique : « {text} »"),
    ("period", "its period is missing", "sa période manque"),
    ("quotes", "a quotation mark is not closed", "un guillemet n’est pas refermé"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_said_in_both_languages() {
        let both = |reason: &str| [Language::En, Language::Fr].map(|language| words(reason, language));
        let missing = std::io::Error::from_raw_os_error(2).to_string();
        assert_eq!(both(&missing), ["there is no such file or folder", "aucun fichier ni dossier de ce nom"]);
        let odd = std::io::Error::from_raw_os_error(75).to_string();
        assert_eq!(both(&odd), ["error 75 of the system", "erreur 75 du système"]);
        let json = serde_json::from_str::<u8>("{").unwrap_err().to_string();
        let french = both(&json)[1].clone();
        assert!(french.starts_with("JSON inattendu à la ligne 1, colonne "), "{french}");
        assert!(french.contains("invalid type"), "{french}");
        assert_eq!(both("quotes")[1], "un guillemet n’est pas refermé");
        assert_eq!(
            both("zip end not found"),
            ["zip end not found", "détail technique\u{a0}: «\u{a0}zip end not found\u{a0}»"]
        );
    }
}
