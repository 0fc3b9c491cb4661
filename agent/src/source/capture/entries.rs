//! What a recorder knows of files and keys, and how a second answer joins a first one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::source::{ReadError, registry};

/// What is known of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// It could not be read.
    Error(ReadError),
    /// A symbolic link and its target.
    Link(String),
    /// A folder; one that was only met in the list of its parent may be dropped with its name.
    Folder {
        /// Whether nothing else was asked of it.
        is_listed_only: bool,
    },
    /// A file, its size, and what was read of it.
    File {
        /// Size in bytes.
        bytes: u64,
        /// When its content was last changed.
        modified: Option<Timestamp>,
        /// What was read.
        content: Option<Vec<u8>>,
        /// Whether nothing else was asked of it.
        is_listed_only: bool,
    },
}

/// Adds an answer; the one that says more stays.
pub(super) fn keep(files: &mut BTreeMap<String, Known>, path: &str, known: Known) {
    let stays = match (files.get(path), &known) {
        (None | Some(Known::Error(_)), _) => false,
        (Some(_), Known::Error(_)) => true,
        (Some(Known::File { content: Some(old), .. }), Known::File { content: Some(new), .. }) => old.len() > new.len(),
        (Some(Known::File { content: Some(_), .. }), _) => true,
        (Some(Known::Folder { is_listed_only: false }), Known::Folder { .. }) => true,
        (Some(Known::File { is_listed_only: false, .. }), Known::File { content: None, .. }) => true,
        (Some(_), _) => false,
    };
    if !stays {
        files.insert(path.to_owned(), known);
    }
}

/// Adds the answer of the registry; a key asked twice has the values of both.
pub(super) fn keep_key(
    keys: &mut BTreeMap<String, Result<registry::Key, ReadError>>,
    path: &str,
    answer: Result<registry::Key, ReadError>,
) {
    let path = registry::canonical(path);
    match (keys.get_mut(&path), answer) {
        (Some(Ok(known)), Ok(more)) => join(known, more),
        (Some(Ok(_)), Err(_)) => {}
        (_, answer) => {
            keys.insert(path, answer);
        }
    }
}

fn join(known: &mut registry::Key, more: registry::Key) {
    for (name, data) in more.values {
        if known.value(&name).is_none() {
            known.values.push((name, data));
        }
    }
    for key in more.keys {
        match known.keys.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&key.name)) {
            Some(known) => join(known, key),
            None => known.keys.push(key),
        }
    }
}
