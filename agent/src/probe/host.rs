//! Section `host`: the name, the installed system's id, the boot instant, the time zone.
//!
//! Sources, first recorded one wins: `/proc/sys/kernel/hostname`, `/etc/hostname`; `/etc/machine-id`,
//! `/var/lib/dbus/machine-id`; `btime` of `/proc/stat`; the link `/etc/localtime`, `/etc/timezone`.
//! The name is its first label; the rest is the domain, said only from level `contract` on.

use cadastre_proto::inventory::Host;
use jiff::Timestamp;

use super::{Reading, macos, windows};
use crate::privacy::Privacy;
use crate::source::{self, ReadError, Source, System};

/// Reads the section.
pub(crate) fn read(source: &dyn Source, privacy: Privacy) -> Reading<Host> {
    match source.system() {
        System::Linux => linux(source, privacy),
        System::Windows => windows::host::host(source, privacy),
        System::Macos => macos::host::host(source, privacy),
    }
}

fn linux(source: &dyn Source, privacy: Privacy) -> Reading<Host> {
    let name = source::value(source, "/proc/sys/kernel/hostname").or_else(|| first_line(source, "/etc/hostname"));
    let (hostname, domain) = split(name.as_deref());
    let host = Host {
        hostname,
        domain: domain.filter(|_| privacy >= Privacy::Contract),
        machine_id: machine_id(source),
        directory_ids: Vec::new(),
        boot_time: source::text(source, "/proc/stat").ok().and_then(|stat| boot_time(&stat)),
        timezone: timezone(source),
    };
    if host == Host::default() {
        return Reading::failed(&source.file("/etc/hostname").err().unwrap_or(ReadError::NotFound));
    }
    Reading::ok(host)
}

fn first_line(source: &dyn Source, path: &str) -> Option<String> {
    let text = source::text(source, path).ok()?;
    text.lines().find(|line| !line.starts_with('#')).and_then(source::clean)
}

/// The first label of a name, and the rest.
pub(crate) fn split(name: Option<&str>) -> (Option<String>, Option<String>) {
    let Some(name) = name else { return (None, None) };
    let (host, domain) = name.split_once('.').unwrap_or((name, ""));
    (source::clean(host), source::clean(domain))
}

fn machine_id(source: &dyn Source) -> Option<String> {
    let id = source::value(source, "/etc/machine-id").or_else(|| source::value(source, "/var/lib/dbus/machine-id"))?;
    // systemd writes this word before the first boot of an image.
    (id != "uninitialized").then_some(id)
}

/// The boot instant of `/proc/stat`, rounded to the minute: the kernel's own value wobbles by a second.
fn boot_time(stat: &str) -> Option<String> {
    let seconds: i64 = stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    to_the_minute(seconds)
}

/// An instant in seconds, to the nearest minute.
pub(crate) fn to_the_minute(seconds: i64) -> Option<String> {
    let minute = seconds.checked_add(30)?.div_euclid(60).checked_mul(60)?;
    Some(Timestamp::from_second(minute).ok()?.to_string())
}

/// The zone that `/etc/localtime` points at, else the one that `/etc/timezone` names.
pub(crate) fn timezone(source: &dyn Source) -> Option<String> {
    let of_link = source.link("/etc/localtime").ok().and_then(|target| {
        let (_, zone) = target.split_once("zoneinfo/")?;
        source::clean(zone.trim_start_matches("posix/").trim_start_matches("right/"))
    });
    of_link.or_else(|| first_line(source, "/etc/timezone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_time_is_rounded_to_the_nearest_minute() {
        assert_eq!(boot_time("cpu 1 2\nbtime 1767254429\n").unwrap(), "2026-01-01T08:00:00Z");
        assert_eq!(boot_time("btime 1767254430").unwrap(), "2026-01-01T08:01:00Z");
        assert_eq!(boot_time("btime x"), None);
        assert_eq!(boot_time("btime 9223372036854775807"), None);
    }

    #[test]
    fn the_name_is_the_first_label() {
        let host = |name: &str| split(Some(name));
        assert_eq!(host("pc-1"), (Some("pc-1".into()), None));
        assert_eq!(host("pc-1.corp.example"), (Some("pc-1".into()), Some("corp.example".into())));
        assert_eq!(split(None), (None, None));
    }
}
