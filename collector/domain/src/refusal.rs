//! Why something was refused: a closed code, its arguments and the place, never a sentence.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

/// A refusal, or a remark of the contract linter.
///
/// `code` is a `snake_case` word that `present/text` of the collector turns into one sentence in French and English; a
/// sentence may name each of `args` in braces. `file`, `line` (from 1) and `field` say where, when there is a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    /// The closed code, for example `client_exists`.
    pub code: &'static str,
    /// Named values of the sentence, for example `("client", "acme")`.
    pub args: Vec<(&'static str, String)>,
    /// The file as the caller named it.
    pub file: Option<String>,
    /// The line of that file, from 1.
    pub line: Option<usize>,
    /// The key, column or option.
    pub field: Option<String>,
}

impl Refusal {
    /// A refusal without arguments and without a place.
    pub fn new(code: &'static str) -> Self {
        Self { code, args: Vec::new(), file: None, line: None, field: None }
    }

    /// Adds a named value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Names the file.
    #[must_use]
    pub fn in_file(mut self, file: impl ToString) -> Self {
        self.file = Some(file.to_string());
        self
    }

    /// Names the line, from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Names the key, column or option.
    #[must_use]
    pub fn on(mut self, field: impl ToString) -> Self {
        self.field = Some(field.to_string());
        self
    }
}
