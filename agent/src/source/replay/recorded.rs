//! A recorded machine: a folder with `capture.json` and the raw inputs it names.
//!
//! Look-up: what `capture.json` says of a path, then the file stored under `files/`. Three answers are never mixed: content,
//! an error as it was met, *not captured*. Refuses paths that leave the folder, stored links, and more reads than
//! [`READS_MAX`]. Unknown keys are ignored.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use crate::source::reading::{self, Budget};
use crate::source::walk::{self, Last};
use crate::source::{FileKind, Metadata, ReadError, Source, Sysinfo, System};

/// The file that makes a folder a capture.
pub const FILE: &str = "capture.json";
/// Schema of that file.
pub const SCHEMA: &str = "cadastre/capture/1";
/// Most reads of one capture.
pub const READS_MAX: usize = 1_000_000;

/// A capture.
#[derive(Debug)]
pub struct Recorded {
    root: PathBuf,
    system: System,
    arch: Option<String>,
    captured_at: Timestamp,
    files: BTreeMap<String, FileRead>,
    calls: BTreeMap<String, CallRead>,
    budget: Budget,
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
        let mut capture = Recorded {
            root,
            system: system(&document.os).ok_or_else(invalid)?,
            arch: document.arch,
            captured_at: document.captured_at,
            files: BTreeMap::new(),
            calls: BTreeMap::new(),
            budget,
        };
        for read in document.reads {
            capture.keep(read)?;
        }
        Ok(capture)
    }

    fn keep(&mut self, read: Read) -> Result<(), ReadError> {
        if let Some(at) = &read.at {
            let is_inside = Path::new(at).components().all(|part| matches!(part, Component::Normal(_)));
            if !is_inside || at.contains('\\') {
                return Err(ReadError::Failed("capture_path".to_owned()));
            }
        }
        let error = read.error.as_deref().map(error);
        if let Some(call) = read.call {
            self.calls.insert(call, CallRead { at: read.at, error });
        } else if let Some(path) = read.file {
            let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
            let kept = FileRead { error, is: read.is, size: read.size, to: read.to, at: read.at };
            self.files.insert(names.join("/"), kept);
        }
        Ok(())
    }

    fn walk(&self, path: &str, last: Last) -> Result<String, ReadError> {
        let names = walk::walk(path, last, |names| match self.files.get(&names.join("/")) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Link), to, .. }) => Ok(to.clone()),
            _ => Ok(None),
        })?;
        Ok(names.join("/"))
    }

    /// Where the content of a path is stored.
    fn stored(&self, path: &str) -> Result<PathBuf, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        match self.files.get(&name) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { at: Some(at), .. }) => real(&self.root.join(at)),
            _ => real(&self.encoded(&name)),
        }
    }

    fn encoded(&self, name: &str) -> PathBuf {
        let mut path = self.root.join("files");
        path.extend(name.split('/').filter(|name| !name.is_empty()).map(encode));
        path
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
        let name = self.walk(path, Last::Followed)?;
        let known = self.files.get(&name);
        if let Some(FileRead { error: Some(error), .. }) = known {
            return Err(error.clone());
        }
        let beginning = if name.is_empty() { name.clone() } else { format!("{name}/") };
        let recorded = self.files.range(beginning.clone()..).map_while(|(path, read)| {
            let rest = path.strip_prefix(&beginning)?;
            Some((rest.split('/').next().unwrap_or(rest).to_owned(), rest.contains('/') || exists(read)))
        });
        let mut names: Vec<String> = recorded.filter(|(_, exists)| *exists).map(|(name, _)| name).collect();
        let stored = real(&self.encoded(&name)).and_then(|folder| reading::list(&folder));
        let is_empty_folder = known.is_some_and(|read| read.is == Some(Is::Dir));
        match stored {
            Ok(stored) => names.extend(stored.iter().map(|name| decode(name))),
            Err(_) if names.is_empty() && !is_empty_folder => return Err(ReadError::NotCaptured),
            Err(_) => {}
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        match self.files.get(&self.walk(path, Last::Kept)?) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Link), to: Some(to), .. }) => Ok(to.clone()),
            Some(_) => Err(ReadError::NotFound),
            None => Err(ReadError::NotCaptured),
        }
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        Ok(format!("/{name}"))
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        let name = self.walk(path, Last::Followed)?;
        match self.files.get(&name) {
            Some(FileRead { error: Some(error), .. }) => Err(error.clone()),
            Some(FileRead { is: Some(Is::Dir), .. }) => Ok(Metadata { kind: FileKind::Folder, bytes: 0 }),
            Some(FileRead { is: Some(Is::File), size: Some(bytes), .. }) => {
                Ok(Metadata { kind: FileKind::File, bytes: *bytes })
            }
            Some(FileRead { is: Some(Is::File), .. }) => Ok(Metadata { kind: FileKind::File, bytes: 0 }),
            Some(FileRead { at: Some(at), .. }) => reading::metadata(&real(&self.root.join(at))?),
            _ => match reading::metadata(&real(&self.encoded(&name))?) {
                Err(_) if self.list(&format!("/{name}")).is_ok() => Ok(Metadata { kind: FileKind::Folder, bytes: 0 }),
                answer => answer,
            },
        }
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        let arch = self.arch.clone();
        match self.calls.get("sysinfo") {
            Some(CallRead { error: Some(error), .. }) => Err(error.clone()),
            Some(CallRead { at: Some(at), .. }) => {
                let answer: SysinfoAnswer =
                    serde_json::from_slice(&self.budget.file(&real(&self.root.join(at))?)?).map_err(|_| invalid())?;
                let pairs = answer
                    .networks
                    .into_iter()
                    .flat_map(|network| network.ipv4.into_iter().map(move |address| (network.name.clone(), address)));
                Ok(Sysinfo { arch, ipv4: pairs.collect() })
            }
            _ => arch.map(|arch| Sysinfo { arch: Some(arch), ipv4: Vec::new() }).ok_or(ReadError::NotCaptured),
        }
    }
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    os: String,
    #[serde(default)]
    arch: Option<String>,
    captured_at: Timestamp,
    #[serde(default)]
    reads: Vec<Read>,
}

/// One read of any kind; kinds that no probe asks for are skipped.
#[derive(Deserialize)]
struct Read {
    file: Option<String>,
    call: Option<String>,
    error: Option<String>,
    is: Option<Is>,
    size: Option<u64>,
    to: Option<String>,
    at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Is {
    File,
    Dir,
    Link,
}

#[derive(Debug)]
struct FileRead {
    error: Option<ReadError>,
    is: Option<Is>,
    size: Option<u64>,
    to: Option<String>,
    at: Option<String>,
}

#[derive(Debug)]
struct CallRead {
    at: Option<String>,
    error: Option<ReadError>,
}

#[derive(Deserialize)]
struct SysinfoAnswer {
    #[serde(default)]
    networks: Vec<NetworkAnswer>,
}

#[derive(Deserialize)]
struct NetworkAnswer {
    name: String,
    #[serde(default)]
    ipv4: Vec<String>,
}

fn invalid() -> ReadError {
    ReadError::Failed("capture_invalid".to_owned())
}

fn system(name: &str) -> Option<System> {
    [System::Linux, System::Windows, System::Macos].into_iter().find(|system| system.name() == name)
}

/// An error as a capture writes it: a word, an errno's name, or an HRESULT.
fn error(code: &str) -> ReadError {
    match code {
        "not_found" => ReadError::NotFound,
        "denied" | "EACCES" | "EPERM" | "0x80041003" | "0x80070005" => ReadError::Denied,
        "timed_out" | "0x00040004" => ReadError::TimedOut,
        "too_large" => ReadError::TooLarge,
        "unsupported" | "0x8004100E" | "0x80041010" => ReadError::Unsupported,
        code => ReadError::Failed(code.to_lowercase()),
    }
}

fn exists(read: &FileRead) -> bool {
    read.error.as_ref() != Some(&ReadError::NotFound)
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

/// A name as it is stored: characters that some system refuses are `%XX`.
fn encode(name: &str) -> String {
    let mut stored = String::with_capacity(name.len());
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let is_bad_end = characters.peek().is_none() && (c == '.' || c == ' ');
        if is_bad_end || c.is_ascii_control() || "<>:\"|?*\\%".contains(c) {
            stored.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            stored.push(c);
        }
    }
    stored
}

/// The name behind a stored one; `%` without two hexadecimal digits stays.
fn decode(stored: &str) -> String {
    let mut parts = stored.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
