//! This machine, read live: one file per system, and the only place that asks which system it is compiled for.
//!
//! Refuses to decide anything. Invariant: every read ends, within a limit of bytes or of time.

mod command;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "windows")]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::{Live, answer_wmi, service};
#[cfg(target_os = "macos")]
pub use macos::{Live, answer_wmi, service};
#[cfg(target_os = "windows")]
pub use windows::{Live, answer_wmi, service};

use super::System;

/// The system this agent is compiled for.
pub const SYSTEM: System = if cfg!(target_os = "linux") {
    System::Linux
} else if cfg!(target_os = "windows") {
    System::Windows
} else {
    System::Macos
};
