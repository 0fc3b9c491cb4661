//! A machine that keeps everything in files, under Linux and macOS: its files as they are, and vendors' programs.
//!
//! Refuses WMI, a registry and a list of services: no such machine has them. What differs between the two systems stands in
//! their own files.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Duration;

use super::command::Commands;
use super::{SYSTEM, sysinfo};
use crate::source::reading::{self, Budget};
use crate::source::{Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};

/// The live machine.
#[derive(Debug)]
pub struct Live {
    budget: Budget,
    commands: Commands,
}

impl Live {
    /// Another time between two runs of a vendor's program, from now on.
    pub fn every(&self, command_interval: Option<Duration>) {
        self.commands.every(command_interval);
    }

    /// A reader with a full budget, which runs a vendor's program at most once an interval.
    #[must_use]
    pub fn new(command_interval: Option<Duration>) -> Self {
        Live { budget: Budget::new(), commands: Commands::new(command_interval) }
    }
}

/// Answers questions of WMI for a parent process: this system has none.
///
/// # Errors
/// Always.
pub fn answer_wmi(_questions: &mut dyn BufRead, _answers: &mut dyn Write) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

impl Source for Live {
    fn system(&self) -> System {
        SYSTEM
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.budget.file(Path::new(path))
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.budget.file_start(Path::new(path), bytes)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        reading::list(Path::new(path))
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        reading::link(Path::new(path))
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        let real = std::fs::canonicalize(path).map_err(|error| reading::from_io(&error))?;
        Ok(real.to_string_lossy().into_owned())
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        reading::metadata(Path::new(path))
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        sysinfo()
    }

    fn wmi(&self, _class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn registry(&self, _query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn command(&self, argv: &[&str]) -> Result<Output, ReadError> {
        self.commands.run(argv)
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn rest(&self) {
        self.budget.fill();
    }
}
