//! What macOS tells in no file: the machine's name, its kernel, its boot instant, IPv4 addresses.

pub mod service;

use sysinfo::System as Info;

use super::addresses;
use crate::source::{ReadError, Sysinfo};

/// The call `sysinfo`.
pub(super) fn sysinfo() -> Result<Sysinfo, ReadError> {
    Ok(Sysinfo {
        arch: Some(Info::cpu_arch()),
        ipv4: addresses()?,
        hostname: Info::host_name().ok(),
        kernel: Info::kernel_version().ok(),
        boot_time_s: Info::boot_time().ok().and_then(|seconds| i64::try_from(seconds).ok()),
        memory_bytes: None,
    })
}

/// Whether this process is the administrator's: nobody else may look into that home.
#[must_use]
pub fn is_elevated() -> bool {
    std::fs::read_dir("/private/var/root").is_ok()
}
