//! Sections `host` and `os` under macOS.
//!
//! The name is the one of the network settings, else that of the call `sysinfo`; the zone is the target of
//! `/etc/localtime`. The platform's UUID is the machine's own and stands in `firmware`.

use cadastre_proto::inventory::{Host, Os};
use plist::Dictionary;

use super::{list, string};
use crate::privacy::Privacy;
use crate::probe::{Reading, host};
use crate::source::{ReadError, Source};

const SETTINGS: &str = "/Library/Preferences/SystemConfiguration/preferences.plist";
const VERSION: &str = "/System/Library/CoreServices/SystemVersion.plist";

/// Section `host`.
pub(crate) fn host(source: &dyn Source, privacy: Privacy) -> Reading<Host> {
    let settings = list(source, SETTINGS);
    let sysinfo = source.sysinfo();
    let named = settings.as_ref().ok().and_then(name);
    let named = named.or_else(|| sysinfo.as_ref().ok()?.hostname.clone());
    let (hostname, domain) = host::split(named.as_deref());
    let boot = sysinfo.as_ref().ok().and_then(|sysinfo| sysinfo.boot_time_s);
    let host = Host {
        hostname,
        // `.local` is every machine's.
        domain: domain.filter(|domain| domain != "local" && privacy >= Privacy::Contract),
        machine_id: None,
        directory_ids: Vec::new(),
        boot_time: boot.and_then(host::to_the_minute),
        timezone: host::timezone(source),
    };
    match host == Host::default() {
        true => Reading::failed(&settings.err().unwrap_or(ReadError::NotFound)),
        false => Reading::ok(host),
    }
}

fn name(settings: &Dictionary) -> Option<String> {
    let system = settings.get("System")?.as_dictionary()?;
    let of_system = system.get("System").and_then(plist::Value::as_dictionary);
    let network = system.get("Network").and_then(plist::Value::as_dictionary);
    let names = network.and_then(|network| network.get("HostNames")?.as_dictionary());
    of_system
        .and_then(|system| string(system, "HostName"))
        .or_else(|| names.and_then(|names| string(names, "LocalHostName")))
        .or_else(|| of_system.and_then(|system| string(system, "ComputerName")))
}

/// Section `os`.
pub(crate) fn os(source: &dyn Source) -> Reading<Os> {
    let version = match list(source, VERSION) {
        Ok(version) => version,
        Err(error) => return Reading::failed(&error),
    };
    let sysinfo = source.sysinfo().unwrap_or_default();
    let number = string(&version, "ProductVersion");
    let name = string(&version, "ProductName");
    Reading::ok(Os {
        family: Some(source.system().name().to_owned()),
        name: match (name, &number) {
            (Some(name), Some(number)) => Some(format!("{name} {number}")),
            (name, _) => name,
        },
        version: number,
        build: string(&version, "ProductBuildVersion"),
        edition: None,
        arch: sysinfo.arch,
        kernel: sysinfo.kernel,
        product_type: Some("workstation".to_owned()),
        support_end: None,
    })
}
