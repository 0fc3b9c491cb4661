//! Why a command is refused or failed: a code, what it speaks of, where it stands. The sentence is made in `text`.

use std::fmt;
use std::path::Path;

/// A refusal: no prose, only a code and its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Closed `snake_case` code.
    pub code: &'static str,
    /// What it speaks of, by placeholder name.
    pub args: Vec<(&'static str, String)>,
    /// The file it is about.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<usize>,
    /// The key it is about.
    pub field: Option<String>,
}

impl Refusal {
    /// A refusal without arguments.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Refusal { code, ..Refusal::default() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Says which file; `{file}` in the sentence.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.display().to_string());
        self.with("file", file.display())
    }

    /// Says which line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self.with("line", line)
    }

    /// Says which key.
    #[must_use]
    pub fn on(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self.with("field", field)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)
    }
}

impl std::error::Error for Refusal {}

/// The code of an error of the file system.
#[must_use]
pub fn io_code(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not_found",
        std::io::ErrorKind::AlreadyExists => "exists",
        std::io::ErrorKind::PermissionDenied => "denied",
        std::io::ErrorKind::StorageFull => "disk_full",
        std::io::ErrorKind::NotADirectory => "not_a_folder",
        std::io::ErrorKind::ReadOnlyFilesystem => "read_only",
        _ => "io_failed",
    }
}
