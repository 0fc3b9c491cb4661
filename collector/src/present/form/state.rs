//! A form as a template prints it: its token, what was typed, and what was refused about it.

use cadastre_domain::refusal::Refusal;

use super::Sent;
use crate::present::text::Language;
use crate::present::text::refusal::document;

/// What the template prints of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The value of the hidden field `token`.
    pub(crate) token: String,
    /// What stands in its fields.
    values: Vec<(String, String)>,
    /// The sentence, and the field that it stands beside.
    refused: Option<(Option<String>, String)>,
}

impl Form {
    /// A form that nobody has sent yet.
    pub(crate) fn new(token: String) -> Self {
        Self { token, ..Self::default() }
    }

    /// With a value in a field that holds none yet.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        if self.values.iter().all(|(field, _)| field != name) {
            self.values.push((name.to_owned(), value.to_string()));
        }
        self
    }

    /// With what was sent in its fields; the old token stays behind.
    pub(crate) fn holding(mut self, sent: &Sent) -> Self {
        self.values = sent.fields.iter().filter(|(name, _)| name != "token").cloned().collect();
        self
    }

    /// Refused: the sentence stands beside its field when that is one of `fields`, else above the form.
    pub(crate) fn refused(mut self, refusal: &Refusal, fields: &[&str], language: Language) -> Self {
        let document = document(refusal, language);
        let named = |field: &str| match fields.contains(&field) {
            true => field.to_owned(),
            false => field.trim_start_matches('-').replace('-', "_"),
        };
        let field = document.field.as_deref().map(named);
        self.refused = Some(match field.filter(|field| fields.contains(&field.as_str())) {
            Some(field) => (Some(field), document.message),
            None => (None, document.sentence(language)),
        });
        self
    }

    /// What stands in a field.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether a box or a choice of this name and value is ticked.
    pub(crate) fn holds(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(field, held)| field == name && held == value)
    }

    /// What was refused about a field.
    pub(crate) fn beside(&self, name: &str) -> Option<&str> {
        self.refused.as_ref().filter(|(field, _)| field.as_deref() == Some(name)).map(|(_, sentence)| sentence.as_str())
    }

    /// What was refused about the form as a whole.
    pub(crate) fn above(&self) -> Option<&str> {
        self.refused.as_ref().filter(|(field, _)| field.is_none()).map(|(_, sentence)| sentence.as_str())
    }
}
