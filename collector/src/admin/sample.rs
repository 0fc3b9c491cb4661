//! The sample contracts, filled in: a person's few answers put into the text of one of them.
//!
//! **Invariant**: what comes out is the sample's own text but for the keys that were answered, without what is dated by the
//! sample's own story (annex, amendments, first day, index); it is for the linter to judge.

use std::collections::BTreeMap;

use cadastre_domain::contract::{self, Contract};

/// The samples: name and text.
const SAMPLES: [(&str, &str); 3] = [
    ("office-forfait", include_str!("../../../packaging/samples/office-forfait.toml")),
    ("condominium", include_str!("../../../packaging/samples/condominium.toml")),
    ("mixed", include_str!("../../../packaging/samples/mixed.toml")),
];

/// What a person answered. An empty answer leaves the sample's own; a line without a price is left out.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Keys of the root, as TOML values: `id`, `client`, `signed_on`, `effective_on`, `initial_months`, `notice_months`.
    pub root: BTreeMap<&'static str, String>,
    /// Name and SIREN of the client.
    pub client: (String, String),
    /// Name and SIREN of the provider.
    pub provider: (String, String),
    /// Price and count of each line, by its place; `None` leaves the line out.
    pub lines: Vec<Option<(String, String)>>,
}

/// Names of the samples.
pub fn names() -> impl Iterator<Item = &'static str> {
    SAMPLES.iter().map(|(name, _)| *name)
}

/// A sample's text.
pub fn text(name: &str) -> Option<&'static str> {
    SAMPLES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A sample, read: samples have no error, a test says so.
pub fn read(name: &str) -> Option<Contract> {
    contract::read(text(name)?).ok()
}

/// A TOML string.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The sample with the answers in it.
pub fn fill(name: &str, answers: &Answers) -> Option<String> {
    let mut filled = String::new();
    let mut line = 0;
    for (n, block) in blocks(text(name)?).into_iter().enumerate() {
        let head = block.first().copied().unwrap_or_default();
        match head {
            _ if n == 0 => {
                let own = block.into_iter().skip_while(|text| text.starts_with('#')).collect::<Vec<_>>();
                let keys: Vec<(&str, &str)> = answers.root.iter().map(|(key, value)| (*key, value.as_str())).collect();
                put(&mut filled, &own, &keys);
            }
            // Of the sample's own story: its named devices, its amendment, its first day, its index, whom to call.
            "[[annex]]" | "[[amendments]]" | "[[one_off]]" | "[price_review]" | "[support]" => {}
            _ if head.starts_with("[amendments.") => {}
            "[[parties]]" => {
                let is_client = block.iter().any(|text| text.starts_with("role = \"client\""));
                let (name, siren) = if is_client { &answers.client } else { &answers.provider };
                let keys = [("name", quoted(name)), ("siren", quoted(siren))];
                let (told, untold): (Vec<_>, Vec<_>) = keys.iter().partition(|(_, value)| value.len() > 2);
                // The sample's own people sign nothing.
                let is_untold = |text: &&str| untold.iter().any(|(key, _)| text.starts_with(&format!("{key} = ")));
                let block: Vec<&str> = block.into_iter().filter(|text| !is_untold(text)).collect();
                let told: Vec<(&str, &str)> = told.into_iter().map(|(key, value)| (*key, value.as_str())).collect();
                put(&mut filled, &block, &told);
            }
            "[[lines]]" => {
                let answer = answers.lines.get(line);
                line += 1;
                match answer {
                    Some(None) => {}
                    Some(Some((price, count))) => {
                        let price = quoted(price);
                        let mut keys = Vec::new();
                        if price.len() > 2 {
                            keys.push(("unit_price", price.as_str()));
                        }
                        if !count.is_empty() {
                            keys.push(("count", count));
                        }
                        put(&mut filled, &block, &keys);
                    }
                    None => put(&mut filled, &block, &[]),
                }
            }
            _ => put(&mut filled, &block, &[]),
        }
    }
    Some(filled)
}

/// The text cut before each table.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines() {
        if line.starts_with('[') {
            blocks.push(Vec::new());
        }
        if let Some(last) = blocks.last_mut() {
            last.push(line);
        }
    }
    blocks
}

/// Appends lines, with other values of keys that stand there.
fn put(filled: &mut String, lines: &[&str], keys: &[(&str, &str)]) {
    for line in lines {
        let key = line.split_once(" = ").map(|(key, _)| key);
        match keys.iter().find(|(known, _)| Some(*known) == key) {
            Some((key, value)) => filled.push_str(&format!("{key} = {value}\n")),
            None => {
                filled.push_str(line);
                filled.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_takes_the_answers_and_reads_without_its_annex() {
        for name in names() {
            let lines = read(name).unwrap().segments[0].lines.len();
            let mut answers = Answers {
                root: BTreeMap::from([
                    ("id", quoted("C-1")),
                    ("client", quoted("acme")),
                    ("signed_on", "2026-10-20".to_owned()),
                    ("effective_on", "2026-11-01".to_owned()),
                ]),
                client: ("Acme « Fils »".to_owned(), "732829320".to_owned()),
                lines: vec![Some(("17.50".to_owned(), "3".to_owned()))],
                ..Answers::default()
            };
            let text = fill(name, &answers).unwrap();
            for invented in ["Prestataire Exemple", "123456782", "prestataire.example"] {
                assert!(!text.contains(invented), "{name}: {invented}");
            }
            let contract = contract::read(&text).unwrap();
            assert_eq!((contract.id.as_str(), contract.client.as_str()), ("C-1", "acme"));
            assert!(contract.annex.is_empty(), "{name}");
            assert_eq!(contract.segments[0].lines.len(), lines);
            answers.lines = vec![None];
            let shorter = contract::read(&fill(name, &answers).unwrap()).unwrap();
            assert_eq!(shorter.segments[0].lines.len(), lines - 1, "{name}");
        }
    }
}
