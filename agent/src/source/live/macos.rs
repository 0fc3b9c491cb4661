//! This machine under macOS: property lists, folders of programs, and what Apple's own tools print.
//!
//! Refuses to touch what belongs to a user: no read here can make the system ask somebody for leave. Invariant: `sysinfo`
//! is asked only for what no file tells.

pub mod service;

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Duration;

use sysinfo::{Networks, System as Info};

use super::command::Commands;
use crate::source::reading::{self, Budget};
use crate::source::{Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};

/// The live machine.
#[derive(Debug)]
pub struct Live {
    budget: Budget,
    commands: Commands,
}

impl Live {
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
        System::Macos
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
        match std::fs::read_link(path) {
            Ok(target) => Ok(target.to_string_lossy().into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Err(ReadError::NotFound),
            Err(error) => Err(reading::from_io(&error)),
        }
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        let real = std::fs::canonicalize(path).map_err(|error| reading::from_io(&error))?;
        Ok(real.to_string_lossy().into_owned())
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        reading::metadata(Path::new(path))
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        let networks = Networks::new_with_refreshed_list().map_err(|_| ReadError::Failed("sysinfo".to_owned()))?;
        let mut ipv4 = Vec::new();
        for (name, network) in networks.iter() {
            for address in network.ip_networks().iter().filter(|address| address.addr.is_ipv4()) {
                ipv4.push((name.to_string_lossy().into_owned(), address.addr.to_string()));
            }
        }
        ipv4.sort_unstable();
        Ok(Sysinfo {
            arch: Some(Info::cpu_arch()),
            ipv4,
            hostname: Info::host_name().ok(),
            kernel: Info::kernel_version().ok(),
            boot_time_s: Info::boot_time().ok().and_then(|seconds| i64::try_from(seconds).ok()),
            memory_bytes: None,
        })
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
