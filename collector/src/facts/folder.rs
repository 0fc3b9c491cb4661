//! The data folder as files: one process at a time, and what a crash may have left is put right before opening.
//!
//! Invariant: nothing in the folder is touched without its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::sync_folder;
use super::store::StoreError;

/// The data folder, ours while it lives.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be and takes it.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(|error| StoreError::failed("create the data folder", error))?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join("lock"))
            .map_err(|error| StoreError::failed("open the lock", error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(StoreError::failed("lock the data folder", error)),
        }
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the database lies.
    pub(super) fn database(&self) -> PathBuf {
        self.path.join("facts")
    }

    /// Where a rewrite grows.
    pub(super) fn next(&self) -> PathBuf {
        self.path.join("facts.new")
    }

    fn previous(&self) -> PathBuf {
        self.path.join("facts.old")
    }

    /// Puts right what a crash left: a rewrite under way, and half-made snapshots (with one the database would call
    /// itself damaged for ever).
    pub(super) fn mend(&self) -> io::Result<()> {
        if !self.database().exists() && self.next().exists() && self.previous().exists() {
            fs::rename(self.next(), self.database())?;
        }
        self.clear_next()?;
        if self.database().exists() {
            remove(&self.previous())?;
        }
        sync_folder(&self.path)?;
        remove_half_snapshots(&self.database())
    }

    /// Removes a rewrite that never ended.
    pub(super) fn clear_next(&self) -> io::Result<()> {
        remove(&self.next())
    }

    /// Puts a finished, durable rewrite in the database's place; the old one is gone when it returns.
    pub(super) fn swap(&self) -> io::Result<()> {
        fs::rename(self.database(), self.previous())?;
        fs::rename(self.next(), self.database())?;
        sync_folder(&self.path)?;
        remove(&self.previous())?;
        sync_folder(&self.path)
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) }
}

fn remove_half_snapshots(database: &Path) -> io::Result<()> {
    if !database.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(database)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::take(dir.path()).unwrap();
        assert_eq!(Folder::take(dir.path()).err(), Some(StoreError::InUse(dir.path().to_owned())));
        drop(first);
        assert!(Folder::take(dir.path()).is_ok());
    }

    #[test]
    fn a_crash_at_any_step_of_a_rewrite_leaves_one_database() {
        // (folders before, whose content is the database after)
        let cases: [(&[&str], &str); 4] = [
            (&["facts", "facts.new"], "facts"),
            (&["facts.new", "facts.old"], "facts.new"),
            (&["facts", "facts.old"], "facts"),
            (&["facts"], "facts"),
        ];
        for (before, kept) in cases {
            let dir = tempfile::tempdir().unwrap();
            let folder = Folder::take(dir.path()).unwrap();
            for name in before {
                fs::create_dir(dir.path().join(name)).unwrap();
                fs::write(dir.path().join(name).join("db"), name).unwrap();
                fs::write(dir.path().join(name).join("snap.01.generating"), "x").unwrap();
            }
            folder.mend().unwrap();
            assert_eq!(fs::read_to_string(folder.database().join("db")).unwrap(), kept, "{before:?}");
            assert!(!folder.next().exists() && !folder.previous().exists(), "{before:?}");
            assert!(!folder.database().join("snap.01.generating").exists(), "{before:?}");
        }
    }
}
