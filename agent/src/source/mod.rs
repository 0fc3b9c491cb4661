//! The one seam to the machine: everything a probe learns comes through [`Source`].
//!
//! Live, it reads this machine; in replay, a file tree stands for a machine and nothing is ever read from the live one.
//! Refuses to decide anything: it hands over bytes, names and links, or says why it cannot.
//! Invariant: three answers are never mixed: content (which may be empty), an error, and *not captured*.

pub mod capture;
pub mod live;
pub mod registry;
pub mod replay;
pub mod wmi;

mod reading;
mod record;
mod walk;

use serde::{Deserialize, Serialize};

/// Most bytes of one file.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Most bytes of all files of one collection.
pub const TOTAL_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most entries of one folder.
pub const ENTRIES_MAX: usize = 100_000;
/// Most symbolic links on the way to one file.
pub const LINK_HOPS_MAX: usize = 40;

/// A machine to read, live or recorded. Paths are absolute, with `/`.
pub trait Source {
    /// The family of the machine's system.
    fn system(&self) -> System;

    /// When the machine was recorded, which is then "now"; `None` for a live machine and for a bare tree.
    fn captured_at(&self) -> Option<jiff::Timestamp> {
        None
    }

    /// The bytes of a file, links followed.
    ///
    /// # Errors
    /// Why it could not be read; more than [`FILE_BYTES_MAX`] is [`ReadError::TooLarge`].
    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// The first bytes of a file of any size, links followed.
    ///
    /// # Errors
    /// Why it could not be read.
    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError>;

    /// The names in a folder, sorted; names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// Why it could not be listed.
    fn list(&self, path: &str) -> Result<Vec<String>, ReadError>;

    /// The target of a symbolic link, as the system gives it.
    ///
    /// # Errors
    /// Why it could not be read; something else than a link is [`ReadError::NotFound`].
    fn link(&self, path: &str) -> Result<String, ReadError>;

    /// The path with every link followed.
    ///
    /// # Errors
    /// Why it could not be followed.
    fn resolve(&self, path: &str) -> Result<String, ReadError>;

    /// What stands at a path, links followed.
    ///
    /// # Errors
    /// Why it could not be looked at.
    fn metadata(&self, path: &str) -> Result<Metadata, ReadError>;

    /// The call `sysinfo`: what no file gives.
    ///
    /// # Errors
    /// Always an error in replay of a bare tree.
    fn sysinfo(&self) -> Result<Sysinfo, ReadError>;

    /// Every instance of a WMI class, with the properties it names.
    ///
    /// # Errors
    /// Why they could not be read, never an empty list in place of an error.
    fn wmi(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError>;

    /// A registry key and what stands below it.
    ///
    /// # Errors
    /// Why it could not be read; a hive that is not loaded is [`ReadError::NotLoaded`].
    fn registry(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError>;

    /// What a program says: its file name and its arguments.
    ///
    /// # Errors
    /// Why there is no answer; a program that is not there is [`ReadError::NotFound`].
    fn command(&self, argv: &[&str]) -> Result<Output, ReadError>;

    /// Every service of the machine.
    ///
    /// # Errors
    /// Why they could not be listed.
    fn services(&self) -> Result<Vec<Service>, ReadError>;

    /// Between two collections: budgets are full again, helping processes are ended.
    fn rest(&self);
}

/// What a program said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Its exit code; `None` when it was ended.
    pub exit: Option<i32>,
    /// What it printed, as it printed it.
    pub stdout: Vec<u8>,
}

/// A service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its short name.
    pub name: String,
    /// Whether it runs; `None` when the system did not say.
    #[serde(default)]
    pub running: Option<bool>,
    /// `boot`, `system`, `automatic`, `manual` or `disabled`.
    #[serde(default)]
    pub start: Option<String>,
}

/// Family of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    Macos,
}

impl System {
    /// Its name in the documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            System::Linux => "linux",
            System::Windows => "windows",
            System::Macos => "macos",
        }
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// File, folder or something else.
    pub kind: FileKind,
    /// Size in bytes; means nothing in `/proc` and `/sys`.
    pub bytes: u64,
    /// When its content was last changed, to the second.
    pub modified: Option<jiff::Timestamp>,
}

/// Kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A socket, a device, a pipe.
    Other,
}

/// What the call `sysinfo` answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sysinfo {
    /// Native architecture, as the kernel names it.
    pub arch: Option<String>,
    /// IPv4 addresses by interface.
    pub ipv4: Vec<(String, String)>,
    /// The machine's name, where no file gives it.
    pub hostname: Option<String>,
    /// The kernel's version, where no file gives it.
    pub kernel: Option<String>,
    /// The boot instant in seconds, where no file gives it.
    pub boot_time_s: Option<i64>,
    /// The memory in bytes, where no file gives it.
    pub memory_bytes: Option<u64>,
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The machine has no such thing.
    #[error("not found")]
    NotFound,
    /// The tree that stands for the machine does not hold it: says nothing about the machine.
    #[error("not captured")]
    NotCaptured,
    /// Not allowed.
    #[error("denied")]
    Denied,
    /// Too slow.
    #[error("timed out")]
    TimedOut,
    /// Beyond a limit of this module.
    #[error("too large")]
    TooLarge,
    /// The hive of a user who is not signed in.
    #[error("not loaded")]
    NotLoaded,
    /// This system has no way to tell.
    #[error("unsupported")]
    Unsupported,
    /// Something else, by the system's own code in lower case.
    #[error("failed: {0}")]
    Failed(String),
}

impl ReadError {
    /// Whether it only says that there is nothing to read.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, ReadError::NotFound | ReadError::NotCaptured)
    }
}

/// A file as text: bytes that are not UTF-8 become U+FFFD.
pub(crate) fn text(source: &dyn Source, path: &str) -> Result<String, ReadError> {
    let bytes = source.file(path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// A one-value file: trimmed, without control characters, `None` when empty or unreadable.
pub(crate) fn value(source: &dyn Source, path: &str) -> Option<String> {
    clean(&text(source, path).ok()?)
}

/// Trims a value and drops control characters; `None` when nothing is left.
pub(crate) fn clean(raw: &str) -> Option<String> {
    let kept: String = raw.chars().filter(|c| !c.is_control()).collect();
    let trimmed = kept.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
