//! The files of a capture: those that `capture.json` names, then those stored under `files/`.

use std::path::PathBuf;

use super::{FileRead, Recorded, real};
use crate::source::reading;
use crate::source::record::{self, Is};
use crate::source::walk::{self, Last};
use crate::source::{FileKind, Metadata, ReadError, System};

impl Recorded {
    /// The path that a path leads to, without its first `/`.
    fn walk(&self, path: &str, last: Last) -> Result<String, ReadError> {
        let names = walk::walk(path, last, |names| match self.files.get(&self.folded(&names.join("/"))) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Link), to, .. }) => Ok(to.clone()),
            _ => Ok(None),
        })?;
        Ok(names.join("/"))
    }

    /// Where the content of a path is stored.
    pub(super) fn stored(&self, path: &str) -> Result<PathBuf, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        match self.files.get(&self.folded(&name)) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { at: Some(at), .. }) => real(&self.root.join(at)),
            _ => real(&self.encoded(&name)),
        }
    }

    /// Where a file would be stored that nothing names; the case is that of the folder where it does not count.
    fn encoded(&self, name: &str) -> PathBuf {
        let mut path = self.root.join("files");
        for name in name.split('/').filter(|name| !name.is_empty()).map(record::encode) {
            let exact = path.join(&name);
            if self.system == System::Linux || exact.symlink_metadata().is_ok() {
                path = exact;
                continue;
            }
            let names = reading::list(&path).unwrap_or_default();
            let folded = names.into_iter().find(|other| other.to_lowercase() == name.to_lowercase());
            path.push(folded.unwrap_or(name));
        }
        path
    }

    pub(super) fn names(&self, path: &str) -> Result<Vec<String>, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        let folded = self.folded(&name);
        let known = self.files.get(&folded);
        if let Some(FileRead { error: Some(error), .. }) = known {
            return Err(error.clone());
        }
        let beginning = if folded.is_empty() { folded } else { format!("{folded}/") };
        let below = self.files.range(beginning.clone()..).take_while(|(path, _)| path.starts_with(&beginning));
        let level = beginning.matches('/').count();
        let recorded = below.filter_map(|(_, read)| {
            let mut names = read.written.split('/').skip(level);
            let name = names.next()?.to_owned();
            (names.next().is_some() || read.error != Some(ReadError::NotFound)).then_some(name)
        });
        let mut names: Vec<String> = recorded.collect();
        let stored = real(&self.encoded(&name)).and_then(|folder| reading::list(&folder));
        let is_empty_folder = known.is_some_and(|read| read.is == Some(Is::Dir));
        match stored {
            Ok(stored) => names.extend(stored.iter().map(|name| record::decode(name))),
            Err(_) if names.is_empty() && !is_empty_folder => return Err(ReadError::NotCaptured),
            Err(_) => {}
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    pub(super) fn target(&self, path: &str) -> Result<String, ReadError> {
        match self.files.get(&self.folded(&self.walk(path, Last::Kept)?)) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Link), to: Some(to), .. }) => Ok(to.clone()),
            Some(_) => Err(ReadError::NotFound),
            None => Err(ReadError::NotCaptured),
        }
    }

    pub(super) fn resolved(&self, path: &str) -> Result<String, ReadError> {
        self.known(path)?;
        Ok(format!("/{}", self.walk(path, Last::Followed)?))
    }

    pub(super) fn known(&self, path: &str) -> Result<Metadata, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        let said = |kind, bytes, modified| Ok(Metadata { kind, bytes, modified });
        match self.files.get(&self.folded(&name)) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Dir), .. }) => said(FileKind::Folder, 0, None),
            Some(FileRead { is: Some(Is::File), size, mtime, .. }) => said(FileKind::File, size.unwrap_or(0), *mtime),
            Some(FileRead { at: Some(at), .. }) => reading::metadata(&real(&self.root.join(at))?),
            _ => match reading::metadata(&real(&self.encoded(&name))?) {
                Err(_) if self.names(&format!("/{name}")).is_ok() => said(FileKind::Folder, 0, None),
                answer => answer,
            },
        }
    }
}
