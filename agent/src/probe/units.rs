//! Which systemd units start with the machine, from the links that `systemctl enable` makes, and which are at work, from
//! those that systemd keeps of each active one.

use crate::source::{ReadError, Source};

/// Targets that pull services in.
const TARGETS: [&str; 5] = ["multi-user", "graphical", "basic", "sysinit", "network-pre"];
/// Where systemd keeps a link for each unit that it has started and not seen end.
const ACTIVE: &str = "/run/systemd/units";

/// The link that enables a service, if there is one.
pub(crate) fn enabled(source: &dyn Source, unit: &str) -> Option<String> {
    TARGETS
        .into_iter()
        .map(|target| format!("/etc/systemd/system/{target}.target.wants/{unit}.service"))
        .find(|path| source.link(path).is_ok() || source.metadata(path).is_ok())
}

/// Whether a service is at work; `None` where no systemd runs, as in a tree that was copied from a disk.
pub(crate) fn is_active(source: &dyn Source, unit: &str) -> Option<bool> {
    source.metadata(ACTIVE).ok()?;
    let path = format!("{ACTIVE}/invocation:{unit}.service");
    // The link leads to a number, not to a file.
    match source.link(&path).or_else(|_| source.metadata(&path).map(|_| String::new())) {
        Ok(_) => Some(true),
        Err(ReadError::NotFound) => Some(false),
        Err(_) => None,
    }
}
