//! This machine, read live: one file per system, and the only place that asks which system it is compiled for.
//!
//! Refuses to decide anything. Invariant: every read ends, within a limit of bytes or of time.

mod command;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(target_os = "windows"))]
mod unix;
#[cfg(target_os = "windows")]
mod windows;

use std::path::Path;

use sysinfo::{Disks, Networks};

#[cfg(target_os = "linux")]
use linux::sysinfo;
#[cfg(target_os = "linux")]
pub use linux::{is_elevated, service};
#[cfg(target_os = "macos")]
use macos::sysinfo;
#[cfg(target_os = "macos")]
pub use macos::{is_elevated, service};
#[cfg(not(target_os = "windows"))]
pub use unix::{Live, answer_wmi};
#[cfg(target_os = "windows")]
pub use windows::{Live, answer_wmi, is_elevated, service};

use super::{ReadError, System};

/// The system this agent is compiled for.
pub const SYSTEM: System = if cfg!(target_os = "linux") {
    System::Linux
} else if cfg!(target_os = "windows") {
    System::Windows
} else {
    System::Macos
};

/// IPv4 addresses by interface, in order.
fn addresses() -> Result<Vec<(String, String)>, ReadError> {
    let networks = Networks::new_with_refreshed_list().map_err(|_| ReadError::Failed("sysinfo".to_owned()))?;
    let mut ipv4 = Vec::new();
    for (name, network) in networks.iter() {
        for address in network.ip_networks().iter().filter(|address| address.addr.is_ipv4()) {
            ipv4.push((name.to_string_lossy().into_owned(), address.addr.to_string()));
        }
    }
    ipv4.sort_unstable();
    Ok(ipv4)
}

/// Bytes that are free on the disk that holds a folder; `None` when the system does not say.
#[must_use]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disks = Disks::new_with_refreshed_list().ok()?;
    let folder = folder.ancestors().find_map(|folder| folder.canonicalize().ok())?;
    let holding = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
    holding.max_by_key(|disk| disk.mount_point().as_os_str().len()).map(|disk| disk.available_space())
}
