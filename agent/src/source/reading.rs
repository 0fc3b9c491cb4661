//! Reading real files within limits, for the live machine and for a tree alike.
//!
//! Refuses what is not a regular file (a pipe would block) and what passes a limit.

use std::cell::Cell;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use jiff::Timestamp;

use super::{ENTRIES_MAX, FILE_BYTES_MAX, FileKind, Metadata, ReadError, TOTAL_BYTES_MAX};

/// Bytes that one collection may still read.
#[derive(Debug)]
pub(super) struct Budget(Cell<u64>);

impl Budget {
    pub(super) fn new() -> Self {
        Budget(Cell::new(TOTAL_BYTES_MAX))
    }

    /// Begins anew.
    pub(super) fn fill(&self) {
        self.0.set(TOTAL_BYTES_MAX);
    }

    /// A whole file.
    pub(super) fn file(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let bytes = self.take(path, FILE_BYTES_MAX.saturating_add(1))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
            return Err(ReadError::TooLarge);
        }
        Ok(bytes)
    }

    /// The first bytes of a file.
    pub(super) fn file_start(&self, path: &Path, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.take(path, bytes.min(FILE_BYTES_MAX))
    }

    fn take(&self, path: &Path, bytes_max: u64) -> Result<Vec<u8>, ReadError> {
        if metadata(path)?.kind != FileKind::File {
            return Err(ReadError::Unsupported);
        }
        let left = self.0.get();
        if left == 0 {
            return Err(ReadError::TooLarge);
        }
        let mut bytes = Vec::new();
        let mut reader = File::open(path).map_err(|error| from_io(&error))?.take(bytes_max.min(left));
        reader.read_to_end(&mut bytes).map_err(|error| from_io(&error))?;
        self.0.set(left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        if bytes_max > left && self.0.get() == 0 {
            return Err(ReadError::TooLarge);
        }
        Ok(bytes)
    }
}

/// The names in a folder, sorted.
pub(super) fn list(path: &Path) -> Result<Vec<String>, ReadError> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| from_io(&error))? {
        let entry = entry.map_err(|error| from_io(&error))?;
        if names.len() >= ENTRIES_MAX {
            return Err(ReadError::TooLarge);
        }
        if let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The target of a link.
pub(super) fn link(path: &Path) -> Result<String, ReadError> {
    match std::fs::read_link(path) {
        Ok(target) => Ok(target.to_string_lossy().into_owned()),
        Err(error) if error.kind() == ErrorKind::InvalidInput => Err(ReadError::NotFound),
        Err(error) => Err(from_io(&error)),
    }
}

/// What stands at a real path, links followed.
pub(super) fn metadata(path: &Path) -> Result<Metadata, ReadError> {
    let metadata = std::fs::metadata(path).map_err(|error| from_io(&error))?;
    let kind = if metadata.is_file() {
        FileKind::File
    } else if metadata.is_dir() {
        FileKind::Folder
    } else {
        FileKind::Other
    };
    let since = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let modified = since.and_then(|since| Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok());
    Ok(Metadata { kind, bytes: metadata.len(), modified })
}

/// The typed reason behind an error of the system.
pub(super) fn from_io(error: &std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::NotFound,
        ErrorKind::PermissionDenied => ReadError::Denied,
        ErrorKind::TimedOut => ReadError::TimedOut,
        ErrorKind::Unsupported => ReadError::Unsupported,
        _ => ReadError::Failed(match error.raw_os_error() {
            Some(5) => "eio".to_owned(),
            Some(6) => "enxio".to_owned(),
            Some(19) => "enodev".to_owned(),
            Some(22) => "einval".to_owned(),
            Some(40) => "eloop".to_owned(),
            Some(code) => format!("errno_{code}"),
            None => "read_error".to_owned(),
        }),
    }
}
