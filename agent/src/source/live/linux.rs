//! This machine under Linux: files of `/proc`, `/sys`, `/etc` and the package databases.
//!
//! Refuses to start a program. Invariant: `sysinfo` is asked only for what no file tells (IPv4 addresses, and the
//! architecture on kernels before 6.1).

use std::path::Path;

use sysinfo::{Networks, System as Info};

use crate::source::reading::{self, Budget};
use crate::source::{Metadata, ReadError, Source, Sysinfo, System};

/// The live machine.
#[derive(Debug)]
pub struct Live(Budget);

impl Live {
    /// A reader with a full budget.
    #[must_use]
    pub fn new() -> Self {
        Live(Budget::new())
    }
}

impl Default for Live {
    fn default() -> Self {
        Live::new()
    }
}

impl Source for Live {
    fn system(&self) -> System {
        System::Linux
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.file(Path::new(path))
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.0.file_start(Path::new(path), bytes)
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
        Ok(Sysinfo { arch: Some(Info::cpu_arch()), ipv4 })
    }
}
