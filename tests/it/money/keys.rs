//! Every key that a contract may have, in one file that is read without an error; each of them misspelt is refused.

use cadastre_domain::contract::{self, Severity};

/// The largest contract: each key of the interfaces once at least.
const MAXIMAL: &str = include_str!("maximal.toml");

fn errors(text: &str) -> Vec<String> {
    let errors = contract::lint(text).into_iter().filter(|remark| remark.severity == Severity::Error);
    errors
        .map(|remark| format!("{} {:?} {:?}", remark.refusal.code, remark.refusal.line, remark.refusal.field))
        .collect()
}

#[test]
fn every_key_is_read() {
    assert_eq!(errors(MAXIMAL), Vec::<String>::new());
    contract::read(MAXIMAL).unwrap();
}

#[test]
fn every_key_misspelt_is_refused_on_its_line() {
    let mut tried = 0;
    for (at, line) in MAXIMAL.lines().enumerate() {
        let Some((key, _)) = line.split_once(" = ") else { continue };
        let mut lines: Vec<String> = MAXIMAL.lines().map(str::to_owned).collect();
        lines[at] = line.replacen(key, &format!("{key}x"), 1);
        let told = errors(&lines.join("\n"));
        let wanted = format!("unknown_key Some({})", at + 1);
        assert!(told.iter().any(|error| error.starts_with(&wanted)), "{line}: {told:?}");
        tried += 1;
    }
    assert!(tried > 120, "{tried}");
}
