//! Both languages of every sentence.

use super::*;

#[test]
fn the_language_is_that_of_the_locale() {
    assert_eq!(Language::of_locale(Some("fr_FR.UTF-8")), Language::Fr);
    assert_eq!(Language::of_locale(Some("fr")), Language::Fr);
    assert_eq!(Language::of_locale(Some("en_GB.UTF-8")), Language::En);
    assert_eq!(Language::of_locale(Some("C")), Language::En);
    assert_eq!(Language::of_locale(None), Language::En);
}

#[test]
fn every_code_has_both_languages_once_and_the_same_placeholders() {
    let rows = || SENTENCES.iter().chain(DOCTOR);
    for (at, (code, english, french)) in rows().enumerate() {
        assert!(!english.is_empty() && !french.is_empty(), "{code}");
        assert!(rows().skip(at + 1).all(|(other, _, _)| other != code), "{code} twice");
        assert_eq!(placeholders(english), placeholders(french), "{code}");
    }
}

#[test]
fn arguments_take_their_places() {
    let refusal = Refusal::new("doctor_denied").with("sections", "firmware");
    assert_eq!(
        Text(Language::Fr).refusal(&refusal),
        "Accès refusé pour : firmware. Lancez l’agent en administrateur pour les déclarer."
    );
}

fn placeholders(sentence: &str) -> Vec<&str> {
    let mut found: Vec<&str> = sentence.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    found.sort_unstable();
    found
}
