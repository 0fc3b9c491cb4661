//! This machine under Windows: files, the registry's 64-bit view, services, and WMI through a process that can be ended.
//!
//! Paths come as `/C/Windows/x`. Refuses to mount a hive that is not loaded and to run a program for what the system itself
//! tells.

pub mod service;

mod hive;
mod questions;

use std::path::PathBuf;
use std::time::Duration;

use sysinfo::System as Info;
use windows_service::service::{ServiceAccess, ServiceState};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};

use super::addresses;
use super::command::Commands;
use crate::source::reading::{self, Budget};
use crate::source::{Metadata, Output, ReadError, Service, Source, Sysinfo, System, registry, wmi};
pub use questions::answer as answer_wmi;

/// The live machine.
#[derive(Debug)]
pub struct Live {
    budget: Budget,
    commands: Commands,
    questions: questions::Questions,
}

impl Live {
    /// Another time between two runs of a vendor's program, from now on.
    pub fn every(&self, command_interval: Option<Duration>) {
        self.commands.every(command_interval);
    }

    /// A reader with a full budget, which runs a vendor's program at most once an interval.
    #[must_use]
    pub fn new(command_interval: Option<Duration>) -> Self {
        Live {
            budget: Budget::new(),
            commands: Commands::new(command_interval),
            questions: questions::Questions::new(),
        }
    }
}

/// Whether this process has an administrator's rights.
#[must_use]
pub fn is_elevated() -> bool {
    hive::is_elevated()
}

/// `/C/Windows/x` as `C:\Windows\x`.
fn real(path: &str) -> PathBuf {
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let drive = names.next().unwrap_or_default();
    PathBuf::from(format!("{drive}:\\{}", names.collect::<Vec<_>>().join("\\")))
}

impl Source for Live {
    fn system(&self) -> System {
        System::Windows
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.budget.file(&real(path))
    }

    fn file_start(&self, path: &str, bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.budget.file_start(&real(path), bytes)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, ReadError> {
        reading::list(&real(path))
    }

    fn link(&self, path: &str) -> Result<String, ReadError> {
        reading::link(&real(path))
    }

    fn resolve(&self, path: &str) -> Result<String, ReadError> {
        reading::metadata(&real(path)).map(|_| path.to_owned())
    }

    fn metadata(&self, path: &str) -> Result<Metadata, ReadError> {
        reading::metadata(&real(path))
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        Ok(Sysinfo {
            arch: Some(Info::cpu_arch()),
            ipv4: addresses()?,
            hostname: Info::host_name().ok(),
            kernel: None,
            boot_time_s: Info::boot_time().ok().and_then(|seconds| i64::try_from(seconds).ok()),
            memory_bytes: None,
        })
    }

    fn wmi(&self, class: &wmi::Class) -> Result<Vec<wmi::Row>, ReadError> {
        self.questions.ask(class)
    }

    fn registry(&self, query: &registry::Query<'_>) -> Result<registry::Key, ReadError> {
        hive::read(query)
    }

    fn command(&self, argv: &[&str]) -> Result<Output, ReadError> {
        self.commands.run(argv)
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        services()
    }

    fn rest(&self) {
        self.budget.fill();
        self.questions.end();
    }
}

/// Services and drivers as the registry names them, with the state that the manager tells.
fn services() -> Result<Vec<Service>, ReadError> {
    let query = registry::Query {
        path: "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services",
        depth: 1,
        values: &["Start", "Type"],
    };
    let manager = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT).ok();
    let running = |name: &str| {
        let service = manager.as_ref()?.open_service(name, ServiceAccess::QUERY_STATUS).ok()?;
        Some(service.query_status().ok()?.current_state == ServiceState::Running)
    };
    let keys = hive::read(&query)?.keys.into_iter().filter(|key| key.value("Type").is_some());
    let mut services: Vec<Service> = keys
        .map(|key| Service {
            running: running(&key.name),
            start: key.number("Start").and_then(start).map(str::to_owned),
            name: key.name,
        })
        .collect();
    services.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

fn start(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "boot",
        1 => "system",
        2 => "automatic",
        3 => "manual",
        4 => "disabled",
        _ => return None,
    })
}
