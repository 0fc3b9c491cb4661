//! A small writer of XML: elements opened and closed in order, every text escaped.

/// A document under way.
pub(super) struct Xml {
    text: String,
    open: Vec<String>,
}

impl Xml {
    /// A UBL document whose root is `name` of `namespace`.
    pub(super) fn new(name: &str, namespace: &str) -> Self {
        let common = "urn:oasis:names:specification:ubl:schema:xsd";
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"{namespace}\" \
             xmlns:cac=\"{common}:CommonAggregateComponents-2\" xmlns:cbc=\"{common}:CommonBasicComponents-2\">\n"
        );
        Self { text, open: vec![name.to_owned()] }
    }

    pub(super) fn open(&mut self, name: &'static str) {
        self.indent();
        self.text.push_str(&format!("<{name}>\n"));
        self.open.push(name.to_owned());
    }

    pub(super) fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        self.indent();
        self.text.push_str(&format!("</{name}>\n"));
    }

    pub(super) fn leaf(&mut self, name: &str, value: &str) {
        self.leaf_with(name, &[], value);
    }

    pub(super) fn leaf_with(&mut self, name: &str, attributes: &[(&str, &str)], value: &str) {
        self.indent();
        let attributes: String =
            attributes.iter().map(|(key, value)| format!(" {key}=\"{}\"", escaped(value))).collect();
        self.text.push_str(&format!("<{name}{attributes}>{}</{name}>\n", escaped(value)));
    }

    /// The text, with whatever was left open closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }
}

/// Text for an element or an attribute; characters that XML cannot hold are dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_elements_closed() {
        let mut xml = Xml::new("Invoice", "urn:x");
        xml.open("cac:Item");
        xml.leaf_with("cbc:Name", &[("a", "\"1\"")], "A & B <c>\u{7}");
        let text = xml.finish();
        assert!(text.contains("<cbc:Name a=\"&quot;1&quot;\">A &amp; B &lt;c&gt;</cbc:Name>"), "{text}");
        assert!(text.ends_with("  </cac:Item>\n</Invoice>\n"), "{text}");
    }
}
