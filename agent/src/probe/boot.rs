//! The running boot, for check-ins: an id that no other boot shares, and how long it has lasted. No part of the document.
//!
//! Sources: `/proc/sys/kernel/random/boot_id` and `/proc/uptime`; under macOS `kern.bootsessionuuid`; under Windows the
//! count of boots that its prefetcher keeps, else the boot instant, in a digest with the installed system's id. Refuses an
//! id of a clock alone: one that can be moved would make two boots of one.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::windows;
use crate::source::{self, Source, System};

const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The running boot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Boot {
    /// 16 bytes, or empty when the system has none.
    pub(crate) id: Vec<u8>,
    /// Seconds since it began.
    pub(crate) uptime_s: u64,
}

/// Reads what the machine tells of its boot.
pub(crate) fn read(source: &dyn Source, now: Timestamp) -> Boot {
    match source.system() {
        System::Linux => Boot {
            id: source::text(source, BOOT_ID).map(|text| of_uuid(&text)).unwrap_or_default(),
            uptime_s: source::text(source, "/proc/uptime").ok().and_then(|text| seconds(&text)).unwrap_or_default(),
        },
        System::Macos => {
            let said = source.command(&["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]);
            let id = said.map(|output| of_uuid(&String::from_utf8_lossy(&output.stdout))).unwrap_or_default();
            let began = source.sysinfo().ok().and_then(|sysinfo| sysinfo.boot_time_s);
            Boot { id, uptime_s: since(began, now) }
        }
        System::Windows => {
            let (machine, count, began) = windows::host::boot(source);
            let id = match (machine, count, began) {
                (Some(machine), Some(count), _) => digest(&format!("{machine} count {count}")),
                (Some(machine), None, Some(began)) => digest(&format!("{machine} began {}", began.div_euclid(600))),
                _ => Vec::new(),
            };
            Boot { id, uptime_s: since(began, now) }
        }
    }
}

fn of_uuid(text: &str) -> Vec<u8> {
    uuid::Uuid::parse_str(text.trim()).map(|id| id.into_bytes().to_vec()).unwrap_or_default()
}

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text).iter().take(16).copied().collect()
}

fn seconds(uptime: &str) -> Option<u64> {
    uptime.split('.').next()?.trim().parse().ok()
}

fn since(began: Option<i64>, now: Timestamp) -> u64 {
    began.and_then(|began| u64::try_from(now.as_second().checked_sub(began)?).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::replay;

    fn of(fixture: &str) -> Boot {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
        let machine = replay::open(&root).unwrap();
        read(machine.as_ref(), machine.captured_at().unwrap_or(Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn every_system_names_its_boot() {
        for machine in ["windows-client", "mac-laptop"] {
            let boot = of(machine);
            assert_eq!(boot.id.len(), 16, "{machine}");
            assert!(boot.uptime_s > 0, "{machine}");
        }
        assert_eq!(of("mac-laptop").id, of_uuid("7C9E6679-7425-40DE-944B-E07FC1F90AE7"));
        assert_eq!(of("board"), Boot::default(), "a tree without one has none");
    }

    #[test]
    fn the_uptime_of_proc() {
        assert_eq!(seconds("350735.47 234388.90\n"), Some(350_735));
        assert_eq!(seconds(""), None);
    }
}
