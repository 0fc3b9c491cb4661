//! What Linux tells in no file: IPv4 addresses, and the architecture on kernels before 6.1.

pub mod service;

use std::os::unix::fs::MetadataExt as _;

use sysinfo::System as Info;

use super::addresses;
use crate::source::{ReadError, Sysinfo};

/// The call `sysinfo`.
pub(super) fn sysinfo() -> Result<Sysinfo, ReadError> {
    Ok(Sysinfo { arch: Some(Info::cpu_arch()), ipv4: addresses()?, ..Sysinfo::default() })
}

/// Whether this process is the administrator's.
#[must_use]
pub fn is_elevated() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
