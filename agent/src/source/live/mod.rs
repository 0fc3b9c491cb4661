//! This machine, read live: one file per system, and the only place that asks which system it is compiled for.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub use linux::Live;
#[cfg(not(target_os = "linux"))]
pub use other::Live;

use super::System;

/// The system this agent is compiled for.
pub const SYSTEM: System = if cfg!(target_os = "linux") {
    System::Linux
} else if cfg!(target_os = "windows") {
    System::Windows
} else {
    System::Macos
};
