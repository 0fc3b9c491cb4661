//! Following symbolic links inside a tree, whatever holds the tree.
//!
//! Invariant: absolute links start at the tree's root, `..` stops there, and [`LINK_HOPS_MAX`] hops are the most.

use std::collections::VecDeque;

use super::{LINK_HOPS_MAX, ReadError};

/// What to do with a link in the last place of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Follow it as any other.
    Followed,
    /// Stop at it.
    Kept,
}

/// The names from the root to what a path leads to. `link_at` gives the target of a link, `None` for anything else.
pub(super) fn walk(
    path: &str,
    last: Last,
    link_at: impl Fn(&[String]) -> Result<Option<String>, ReadError>,
) -> Result<Vec<String>, ReadError> {
    let mut ahead: VecDeque<String> = names(path).map(str::to_owned).collect();
    let mut behind: Vec<String> = Vec::new();
    let mut hops = 0;
    while let Some(name) = ahead.pop_front() {
        if name == ".." {
            behind.pop();
            continue;
        }
        behind.push(name);
        if ahead.is_empty() && last == Last::Kept {
            break;
        }
        let Some(target) = link_at(&behind)? else { continue };
        hops += 1;
        if hops > LINK_HOPS_MAX {
            return Err(ReadError::Failed("eloop".to_owned()));
        }
        if target.starts_with('/') {
            behind.clear();
        } else {
            behind.pop();
        }
        for name in names(&target).rev() {
            ahead.push_front(name.to_owned());
        }
    }
    Ok(behind)
}

fn names(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty() && *name != ".")
}
