//! Which systemd units start with the machine, from the links that `systemctl enable` makes.

use crate::source::Source;

/// Targets that pull services in.
const TARGETS: [&str; 5] = ["multi-user", "graphical", "basic", "sysinit", "network-pre"];

/// The link that enables a service, if there is one.
pub(crate) fn enabled(source: &dyn Source, unit: &str) -> Option<String> {
    TARGETS
        .into_iter()
        .map(|target| format!("/etc/systemd/system/{target}.target.wants/{unit}.service"))
        .find(|path| source.link(path).is_ok() || source.metadata(path).is_ok())
}
