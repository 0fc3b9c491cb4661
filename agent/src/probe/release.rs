//! Files of `KEY=value` lines as a shell would read them: `os-release` and its like.
//!
//! Refuses to run anything: quotes and back-slashes are undone, nothing is expanded.

/// The pairs of a file, in its order; lines that are no pair are skipped.
pub(crate) fn parse(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            let (key, value) = line.split_once('=')?;
            let key = key.trim();
            let is_name = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let value = unquote(value.trim());
            (is_name && !value.is_empty()).then(|| (key.to_owned(), value))
        })
        .collect()
}

fn unquote(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut quote = None;
    let mut characters = raw.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => value.extend(characters.next()),
            (None, '#') if value.ends_with(' ') => break,
            (_, c) if c.is_control() => {}
            (_, c) => value.push(c),
        }
    }
    value.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(line: &str) -> Option<String> {
        parse(line).into_iter().next().map(|(_, value)| value)
    }

    #[test]
    fn quotes_are_undone() {
        assert_eq!(value("NAME=Debian").as_deref(), Some("Debian"));
        assert_eq!(value("NAME=\"Debian GNU/Linux\"").as_deref(), Some("Debian GNU/Linux"));
        assert_eq!(value("NAME='it''s'").as_deref(), Some("its"));
        assert_eq!(value("NAME=\"a \\\"b\\\" \\$c\"").as_deref(), Some("a \"b\" $c"));
        assert_eq!(value("ENABLED=yes # comment").as_deref(), Some("yes"));
    }

    #[test]
    fn what_is_no_pair_is_skipped() {
        assert!(parse("# NAME\n\nnothing\n=x\nA B=c\nEMPTY=\"\"\n").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*\n?\\PC*") {
            let _ = parse(&text);
        }
    }
}
