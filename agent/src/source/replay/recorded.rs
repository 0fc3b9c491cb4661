//! A recorded machine: a folder with `capture.json` and the raw inputs it names.
//!
//! Look-up: what `capture.json` says of a read, then, for files, the one stored under `files/`. Three answers are never
//! mixed: content, an error as it was met, *not captured*. The case of paths counts on Linux alone.
//! Refuses paths that leave the folder, stored links, and more reads than [`READS_MAX`]. Unknown keys are ignored.

mod files;
mod tables;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;

use crate::source::reading::{self, Budget};
use crate::source::record::{self, Document, Is, Read, SCHEMA};
use crate::source::{Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};

/// The file that makes a folder a capture.
pub const FILE: &str = "capture.json";
/// Most reads of one capture.
pub const READS_MAX: usize = 1_000_000;

/// A capture.
#[derive(Debug)]
pub struct Recorded {
    root: PathBuf,
    system: System,
    arch: Option<String>,
    captured_at: Timestamp,
    /// By path, folded where the case does not count.
    files: BTreeMap<String, FileRead>,
    /// By namespace and class in lower case.
    wmi: HashMap<(String, String), Answer>,
    /// By path in lower case.
    registry: BTreeMap<String, Answer>,
    commands: HashMap<Vec<String>, CommandRead>,
    calls: HashMap<String, Answer>,
    parsed: RefCell<HashMap<String, Rc<registry::file::Keys>>>,
    budget: Budget,
}

/// Where an answer is, or why there is none; both: the rows before it broke.
#[derive(Debug, Default)]
struct Answer {
    at: Option<String>,
    error: Option<ReadError>,
}

#[derive(Debug)]
struct FileRead {
    /// The path as it was written.
    written: String,
    error: Option<ReadError>,
    is: Option<Is>,
    size: Option<u64>,
    mtime: Option<Timestamp>,
    to: Option<String>,
    at: Option<String>,
}

#[derive(Debug)]
struct CommandRead {
    exit: Option<i32>,
    stdout: Option<String>,
    error: Option<ReadError>,
}

impl Recorded {
    /// Opens the capture in a folder.
    ///
    /// # Errors
    /// A folder without [`FILE`], a file that is no capture (`capture_invalid`), an unknown system, a path that leaves the
    /// folder (`capture_path`).
    pub fn open(folder: &Path) -> Result<Recorded, ReadError> {
        let root = std::fs::canonicalize(folder).map_err(|error| reading::from_io(&error))?;
        let budget = Budget::new();
        let text = budget.file(&root.join(FILE))?;
        let document: Document = serde_json::from_slice(&text).map_err(|_| invalid())?;
        if document.schema != SCHEMA || document.reads.len() > READS_MAX {
            return Err(invalid());
        }
        let mut recorded = Recorded {
            root,
            system: system(&document.os).ok_or_else(invalid)?,
            arch: document.arch,
            captured_at: document.captured_at,
            files: BTreeMap::new(),
            wmi: HashMap::new(),
            registry: BTreeMap::new(),
            commands: HashMap::new(),
            calls: HashMap::new(),
            parsed: RefCell::default(),
            budget,
        };
        for read in document.reads {
            recorded.keep(read)?;
        }
        Ok(recorded)
    }

    fn keep(&mut self, read: Read) -> Result<(), ReadError> {
        for at in [&read.at, &read.stdout].into_iter().flatten() {
            let is_inside = Path::new(at).components().all(|part| matches!(part, Component::Normal(_)));
            if !is_inside || at.contains('\\') {
                return Err(ReadError::Failed("capture_path".to_owned()));
            }
        }
        let error = read.error.as_deref().map(record::error);
        if let (Some(namespace), Some(class)) = (read.wmi, read.class) {
            self.wmi.insert((namespace.to_lowercase(), class.to_lowercase()), Answer { at: read.at, error });
        } else if let Some(path) = read.registry {
            self.registry.insert(registry::canonical(&path).to_lowercase(), Answer { at: read.at, error });
        } else if let Some(argv) = read.command {
            let kept = CommandRead { exit: read.exit, stdout: read.stdout, error };
            self.commands.insert(record::command(&argv), kept);
        } else if let Some(call) = read.call {
            self.calls.insert(call, Answer { at: read.at, error });
        } else if let Some(path) = read.file {
            let path = path.replace('\\', if self.system == System::Windows { "/" } else { "\\" });
            let names: Vec<&str> = path
                .split('/')
                .map(|name| name.trim_end_matches(self.drive()))
                .filter(|name| !name.is_empty())
                .collect();
            let written = names.join("/");
            let kept = FileRead {
                written: written.clone(),
                error,
                is: read.is,
                size: read.size,
                mtime: read.mtime,
                to: read.to,
                at: read.at,
            };
            self.files.insert(self.folded(&written), kept);
        }
        Ok(())
    }

    /// What ends the name of a drive.
    fn drive(&self) -> &'static [char] {
        if self.system == System::Windows { &[':'] } else { &[] }
    }

    /// A path as it is compared.
    fn folded(&self, path: &str) -> String {
        if self.system == System::Linux { path.to_owned() } else { path.to_lowercase() }
    }

    /// The bytes at a stored path.
    fn bytes(&self, at: &str) -> Result<Vec<u8>, ReadError> {
        self.budget.file(&real(&self.root.join(at))?)
    }
}

impl Source for Recorded {
    fn system(&self) -> System {
        self.system
    }

    fn captured_at(&self) -> Option<Timestamp> {
        Some(self.captured_at)
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.budget.file(&self.stored(path)?)
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.budget.file_start(&self.stored(path)?, bytes)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        self.names(path)
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        self.target(path)
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        self.resolved(path)
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        self.known(path)
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        self.recorded_sysinfo()
    }

    fn wmi(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        self.rows(class)
    }

    fn registry(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        self.key(query)
    }

    fn command(&self, argv: &[&str]) -> Result<Output, ReadError> {
        match self.commands.get(&record::command(argv)) {
            None => Err(ReadError::NotCaptured),
            Some(CommandRead { error: Some(error), .. }) => Err(error.clone()),
            Some(CommandRead { exit, stdout, .. }) => {
                let stdout = stdout.as_deref().map(|at| self.bytes(at)).transpose()?.unwrap_or_default();
                Ok(Output { exit: *exit, stdout })
            }
        }
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        serde_json::from_slice(&self.answer(self.calls.get("services"))?).map_err(|_| invalid())
    }

    fn rest(&self) {
        self.budget.fill();
    }
}

fn invalid() -> ReadError {
    ReadError::Failed("capture_invalid".to_owned())
}

fn system(name: &str) -> Option<System> {
    [System::Linux, System::Windows, System::Macos].into_iter().find(|system| system.name() == name)
}

/// A stored path, unless a stored link stands on the way to it.
fn real(path: &Path) -> Result<PathBuf, ReadError> {
    match std::fs::canonicalize(path) {
        Ok(real) if real == path => Ok(real),
        Ok(_) => Err(ReadError::Failed("capture_link".to_owned())),
        Err(error) => Err(match reading::from_io(&error) {
            ReadError::NotFound => ReadError::NotCaptured,
            other => other,
        }),
    }
}

#[cfg(test)]
mod tests;
