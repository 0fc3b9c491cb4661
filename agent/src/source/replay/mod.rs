//! Machines that are not this one: a bare file tree, or a capture with its `capture.json`.
//!
//! Refuses to ask the live machine. Invariant: content, error and *not captured* are never mixed.

pub mod recorded;
pub mod tree;

use std::path::Path;

use super::{ReadError, Source};
use recorded::Recorded;
pub use tree::Tree;

/// Opens the machine in a folder.
///
/// # Errors
/// A folder that cannot be entered, or whose `capture.json` is none.
pub fn open(folder: &Path) -> Result<Box<dyn Source>, ReadError> {
    match folder.join(recorded::FILE).exists() {
        true => Recorded::open(folder).map(|recorded| Box::new(recorded) as Box<dyn Source>),
        false => Tree::open(folder).map(|tree| Box::new(tree) as Box<dyn Source>),
    }
}
