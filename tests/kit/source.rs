//! The project's own source text, for the tests that hold the house rules.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path below the project's root, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
}

/// The project's root.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// A file of the project.
#[track_caller]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files below a folder of the project whose name ends so, in order of their paths; hidden and built ones left out.
pub fn files(folder: &str, ending: &str) -> Vec<SourceFile> {
    let root = root();
    let mut ahead = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(place) = ahead.pop() {
        for entry in fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if path.is_dir() {
                ahead.push(path);
            } else if name.ends_with(ending) {
                let below = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                found.push(SourceFile { path: below, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
