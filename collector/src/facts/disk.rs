//! Room on the disk: the floor below which nothing is written, and the ballast that is given up when a full disk would
//! keep the store from opening.
//!
//! Invariant: writes are refused while the disk still has room to open, read and rewrite what is there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::store::StoreError;

/// The ballast, unless an eighth of the file system is less.
const BALLAST_BYTES: u64 = 64 * MIB;
/// The least that stays free on a file system so small that its 5 % would not hold one group of batches.
const FLOOR_BYTES: u64 = 2 * MIB;
/// The most that must stay free: on a large disk 5 % would refuse a collector that has room for years.
const FLOOR_BYTES_MAX: u64 = 512 * MIB;
const MIB: u64 = 1024 * 1024;

/// How large a file system is and what is free for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) total: u64,
    pub(super) free: u64,
}

/// Asks for the room at a path. A parameter, so that tests can fill a disk.
pub(super) type Probe = fn(&Path) -> io::Result<Room>;

/// The room of the file system that holds `path`.
pub(super) fn room(path: &Path) -> io::Result<Room> {
    let vfs = rustix::fs::statvfs(path)?;
    let block = vfs.f_frsize;
    Ok(Room { total: vfs.f_blocks.saturating_mul(block), free: vfs.f_bavail.saturating_mul(block) })
}

impl Room {
    /// What must stay free: 5 %, at most [`FLOOR_BYTES_MAX`].
    pub(super) fn floor(self) -> u64 {
        (self.total / 20).clamp(FLOOR_BYTES, FLOOR_BYTES_MAX)
    }

    fn ballast(self) -> u64 {
        BALLAST_BYTES.min(self.total / 8)
    }

    /// Refuses when less than the floor is free.
    pub(super) fn check(self, path: &Path) -> Result<(), StoreError> {
        if self.free >= self.floor() {
            return Ok(());
        }
        let (free_mib, needed_mib) = (self.free / MIB, self.floor().div_ceil(MIB));
        Err(StoreError::DiskFull { path: path.to_owned(), free_mib, needed_mib })
    }
}

/// Gives the ballast up when the disk is too full to open the store safely; says whether it did.
pub(super) fn release(folder: &Path, probe: Probe) -> io::Result<bool> {
    let (room, ballast) = (probe(folder)?, ballast(folder));
    if room.free >= room.floor() || !ballast.exists() {
        return Ok(false);
    }
    fs::remove_file(ballast)?;
    Ok(true)
}

/// Takes the ballast (again) when there is room for it above the floor.
pub(super) fn take(folder: &Path, probe: Probe) -> io::Result<()> {
    let (room, path) = (probe(folder)?, ballast(folder));
    if path.exists() || room.free < room.floor().saturating_add(room.ballast()) {
        return Ok(());
    }
    let filled = File::create(&path).and_then(|file| fill(&file, room.ballast()));
    if filled.is_err() {
        fs::remove_file(&path)?;
    }
    filled
}

fn ballast(folder: &Path) -> PathBuf {
    folder.join("ballast")
}

fn fill(mut file: &File, bytes: u64) -> io::Result<()> {
    if rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, bytes).is_ok() {
        return Ok(());
    }
    let block = [0u8; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let part = left.min(64 * 1024);
        file.write_all(block.get(..usize::try_from(part).unwrap_or(block.len())).unwrap_or(&block))?;
        left -= part;
    }
    Ok(())
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1024 * MIB;

    #[test]
    fn writes_stop_below_five_per_cent() {
        let path = Path::new("/data");
        assert_eq!(Room { total: 5 * GIB, free: 256 * MIB }.check(path), Ok(()));
        let refused = Room { total: 5 * GIB, free: 256 * MIB - 1 }.check(path).unwrap_err();
        assert_eq!(refused, StoreError::DiskFull { path: path.to_owned(), free_mib: 255, needed_mib: 256 });
        // Of a large disk, half a GiB is enough.
        assert_eq!(Room { total: 100 * GIB, free: 512 * MIB }.check(path), Ok(()));
        assert!(Room { total: 100 * GIB, free: 512 * MIB - 1 }.check(path).is_err());
    }

    #[test]
    fn the_ballast_is_small_on_a_small_disk_and_goes_when_it_is_full() {
        let small: Probe = |_| Ok(Room { total: 24 * MIB, free: 20 * MIB });
        let full: Probe = |_| Ok(Room { total: 24 * MIB, free: MIB });
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ballast");
        take(folder.path(), small).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 3 * MIB);
        assert!(!release(folder.path(), small).unwrap());
        assert!(release(folder.path(), full).unwrap());
        assert!(!file.exists());
        take(folder.path(), full).unwrap();
        assert!(!file.exists(), "no room to take it again");
    }

    #[test]
    fn the_real_disk_answers() {
        let folder = tempfile::tempdir().unwrap();
        let room = room(folder.path()).unwrap();
        assert!(room.total >= room.free && room.total > 0);
    }
}
