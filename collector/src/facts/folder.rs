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
    current: u64,
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
            Ok(()) => Ok(Self { path: path.to_owned(), current: current(path)?, _lock: lock }),
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
        self.generation(self.current)
    }

    /// Where a rewrite grows: a name that was never used, for the old database's threads may still write to theirs.
    pub(super) fn next(&self) -> PathBuf {
        self.generation(self.current + 1)
    }

    fn generation(&self, n: u64) -> PathBuf {
        self.path.join(format!("{PREFIX}{n:06}"))
    }

    /// Puts right what a crash left: a rewrite under way or an old database, and half-made snapshots (with one the
    /// database would call itself damaged for ever).
    pub(super) fn mend(&self) -> io::Result<()> {
        self.remove_others()?;
        remove_half_snapshots(&self.database())
    }

    /// Removes every database but the present one.
    pub(super) fn remove_others(&self) -> io::Result<()> {
        let present = self.database();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.path() != present {
                fs::remove_dir_all(entry.path())?;
            }
        }
        sync_folder(&self.path)
    }

    /// Makes a finished, durable rewrite the database; the old one is gone when it returns.
    pub(super) fn advance(&mut self) -> io::Result<()> {
        sync_folder(&self.path)?;
        let (file, new) = (self.path.join(CURRENT), self.path.join("current.new"));
        fs::write(&new, format!("{}\n", self.current + 1))?;
        File::open(&new)?.sync_all()?;
        fs::rename(&new, file)?;
        sync_folder(&self.path)?;
        self.current += 1;
        self.remove_others()
    }
}

/// The file that says which generation is the database; absent, it is the first.
const CURRENT: &str = "current";
/// Databases are this and a number.
const PREFIX: &str = "facts.";

fn current(path: &Path) -> Result<u64, StoreError> {
    match fs::read_to_string(path.join(CURRENT)) {
        Ok(text) => text.trim().parse().map_err(|_| StoreError::Damaged(CURRENT.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(1),
        Err(error) => Err(StoreError::failed("read the file `current`", error)),
    }
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

    fn databases(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.starts_with(PREFIX)).collect();
        names.sort();
        names
    }

    #[test]
    fn a_crash_at_any_step_of_a_rewrite_leaves_one_database() {
        // What `current` says, and which database is left of 1 and 2.
        for (current, kept) in [(None, "facts.000001"), (Some("1\n"), "facts.000001"), (Some("2\n"), "facts.000002")] {
            let dir = tempfile::tempdir().unwrap();
            for name in ["facts.000001", "facts.000002"] {
                fs::create_dir(dir.path().join(name)).unwrap();
                fs::write(dir.path().join(name).join("snap.01.generating"), "x").unwrap();
                fs::write(dir.path().join(name).join("snap.01"), "x").unwrap();
            }
            if let Some(current) = current {
                fs::write(dir.path().join(CURRENT), current).unwrap();
            }
            let folder = Folder::take(dir.path()).unwrap();
            folder.mend().unwrap();
            assert_eq!(databases(dir.path()), [kept]);
            assert_eq!(folder.database(), dir.path().join(kept));
            assert!(!folder.database().join("snap.01.generating").exists());
            assert!(folder.database().join("snap.01").exists());
        }
    }

    #[test]
    fn a_rewrite_advances_to_a_new_name() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::take(dir.path()).unwrap();
        fs::create_dir(folder.database()).unwrap();
        for n in 2..4 {
            fs::create_dir(folder.next()).unwrap();
            folder.advance().unwrap();
            assert_eq!(databases(dir.path()), [format!("facts.{n:06}")]);
        }
        drop(folder);
        assert_eq!(Folder::take(dir.path()).unwrap().database(), dir.path().join("facts.000003"));
    }
}
