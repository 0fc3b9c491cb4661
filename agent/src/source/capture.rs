//! Recording a machine: what every probe asks, and what it was answered.
//!
//! Refuses to ask more than the probes do: a read that a privacy level does not make is not recorded. Links are recorded on
//! the way and content at the end of them, so that replay finds both. Invariant: the recorder hands on the machine's own
//! answers, unchanged; what leaves is made less afterwards, by `redact` and `mask`.

mod entries;
pub mod mask;
pub mod redact;
pub mod write;

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::walk::{self, Last};
use super::{FileKind, Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};
use entries::Known;

/// Everything that was asked.
#[derive(Debug, Default)]
pub struct Seen {
    /// By path without its first `/`.
    files: BTreeMap<String, Known>,
    /// By namespace and class.
    wmi: BTreeMap<(String, String), Result<Vec<wmi::Row>, ReadError>>,
    /// By path.
    registry: BTreeMap<String, Result<registry::Key, ReadError>>,
    commands: BTreeMap<Vec<String>, Result<Output, ReadError>>,
    services: Option<Result<Vec<Service>, ReadError>>,
    sysinfo: Option<Result<Sysinfo, ReadError>>,
}

/// A machine whose answers are kept.
#[derive(Debug)]
pub struct Recorder<'a, S: Source + ?Sized> {
    machine: &'a S,
    seen: RefCell<Seen>,
}

impl<'a, S: Source + ?Sized> Recorder<'a, S> {
    /// Begins to record a machine.
    pub fn new(machine: &'a S) -> Self {
        Recorder { machine, seen: RefCell::default() }
    }

    /// What was asked so far.
    #[must_use]
    pub fn seen(self) -> Seen {
        self.seen.into_inner()
    }

    fn keep(&self, path: &str, known: Known) {
        entries::keep(&mut self.seen.borrow_mut().files, path, known);
    }

    /// The path behind the links, which are recorded on the way.
    fn followed(&self, path: &str, last: Last) -> String {
        let walked = walk::walk(path, last, |names| {
            let at = format!("/{}", names.join("/"));
            let target = self.machine.link(&at).ok();
            if let Some(target) = &target {
                self.keep(&names.join("/"), Known::Link(target.clone()));
            }
            Ok(target)
        });
        match walked {
            Ok(names) if self.machine.system() != System::Windows => names.join("/"),
            _ => path.trim_start_matches('/').to_owned(),
        }
    }

    /// Records what stands at a path without its content.
    fn look(&self, at: &str) -> Result<Metadata, ReadError> {
        let metadata = self.machine.metadata(&format!("/{at}"));
        let known = match &metadata {
            Ok(metadata) if metadata.kind == FileKind::Folder => Known::Folder { is_listed_only: false },
            Ok(metadata) => {
                Known::File { bytes: metadata.bytes, modified: metadata.modified, content: None, is_listed_only: false }
            }
            Err(error) => Known::Error(error.clone()),
        };
        self.keep(at, known);
        metadata
    }

    fn content(&self, path: &str, read: impl Fn() -> Result<Vec<u8>, ReadError>) -> Result<Vec<u8>, ReadError> {
        let at = self.followed(path, Last::Followed);
        let answer = read();
        match &answer {
            Ok(content) => {
                let (bytes, modified) =
                    self.machine.metadata(path).map_or((0, None), |metadata| (metadata.bytes, metadata.modified));
                self.keep(&at, Known::File { bytes, modified, content: Some(content.clone()), is_listed_only: false });
            }
            // A folder or a device is known as what it is.
            Err(ReadError::Unsupported) => {
                let _ = self.look(&at);
            }
            Err(error) => self.keep(&at, Known::Error(error.clone())),
        }
        answer
    }
}

impl<S: Source + ?Sized> Source for Recorder<'_, S> {
    fn system(&self) -> System {
        self.machine.system()
    }

    fn captured_at(&self) -> Option<Timestamp> {
        self.machine.captured_at()
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.content(path, || self.machine.file(path))
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.content(path, || self.machine.file_start(path, bytes))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        let at = self.followed(path, Last::Followed);
        let names = self.machine.list(path);
        match &names {
            Ok(names) => {
                self.keep(&at, Known::Folder { is_listed_only: false });
                for name in names {
                    let child = format!("{at}/{name}");
                    let known = match self.machine.link(&format!("/{child}")) {
                        Ok(target) => Known::Link(target),
                        Err(_) => match self.machine.metadata(&format!("/{child}")) {
                            Ok(metadata) if metadata.kind == FileKind::Folder => Known::Folder { is_listed_only: true },
                            Ok(metadata) => Known::File {
                                bytes: metadata.bytes,
                                modified: metadata.modified,
                                content: None,
                                is_listed_only: true,
                            },
                            Err(error) => Known::Error(error),
                        },
                    };
                    self.keep(&child, known);
                }
            }
            Err(error) => match self.machine.metadata(path) {
                Ok(metadata) if metadata.kind != FileKind::Folder => {
                    let _ = self.look(&at);
                }
                _ => self.keep(&at, Known::Error(error.clone())),
            },
        }
        names
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        let at = self.followed(path, Last::Kept);
        let target = self.machine.link(path);
        match &target {
            Ok(target) => self.keep(&at, Known::Link(target.clone())),
            Err(_) => {
                let _ = self.look(&at);
            }
        }
        target
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        let _ = self.look(&self.followed(path, Last::Followed));
        self.machine.resolve(path)
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        let _ = self.look(&self.followed(path, Last::Followed));
        self.machine.metadata(path)
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        let answer = self.machine.sysinfo();
        self.seen.borrow_mut().sysinfo = Some(answer.clone());
        answer
    }

    fn wmi(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        let answer = self.machine.wmi(class);
        let key = (class.namespace.to_owned(), class.name.to_owned());
        self.seen.borrow_mut().wmi.insert(key, answer.clone());
        answer
    }

    fn registry(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        let answer = self.machine.registry(query);
        entries::keep_key(&mut self.seen.borrow_mut().registry, query.path, answer.clone());
        answer
    }

    fn command(&self, argv: &[&str]) -> Result<Output, ReadError> {
        let answer = self.machine.command(argv);
        let key = argv.iter().map(|word| (*word).to_owned()).collect();
        self.seen.borrow_mut().commands.insert(key, answer.clone());
        answer
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        let answer = self.machine.services();
        self.seen.borrow_mut().services = Some(answer.clone());
        answer
    }

    fn rest(&self) {
        self.machine.rest();
    }
}
