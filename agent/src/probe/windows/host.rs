//! Sections `host` and `os` under Windows.
//!
//! Sources, first recorded one wins: the name of `Tcpip\Parameters`, of `Win32_ComputerSystem`, of the call `sysinfo`; the
//! boot instant of `Win32_OperatingSystem`, of `sysinfo`; the kind of system of `ProductOptions`, of WMI. The zone is named
//! as Windows names it. The architecture is the machine's, not that of an emulated agent.

use cadastre_proto::inventory::{Host, Os};
use jiff::Timestamp;

use super::{classes, first, identity, key};
use crate::privacy::Privacy;
use crate::probe::Reading;
use crate::source::{ReadError, Source};

const TCPIP: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
const CRYPTOGRAPHY: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography";
const PREFETCHER: &str =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters";
const ZONE: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation";
const VERSION: &str = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
const PRODUCT_OPTIONS: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions";
const ENVIRONMENT: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment";

/// Section `host`.
pub(crate) fn host(source: &dyn Source, privacy: Privacy) -> Reading<Host> {
    let tcpip = key(source, TCPIP, &["Hostname", "Domain"]);
    let computer = first(source, &classes::COMPUTER_SYSTEM);
    let sysinfo = source.sysinfo().unwrap_or_default();
    let of_key = |name: &str| tcpip.as_ref().ok()?.text(name);
    let of_row = |name: &str| computer.as_ref().ok()?.text(name);
    let name = of_key("Hostname").or_else(|| of_row("DNSHostName")).or_else(|| of_row("Name")).or(sysinfo.hostname);
    let in_domain = computer.as_ref().ok().and_then(|row| row.flag("PartOfDomain"));
    let domain = of_key("Domain").or_else(|| of_row("Domain").filter(|_| in_domain == Some(true)));
    let boot = began(source, sysinfo.boot_time_s);
    let host = Host {
        hostname: name,
        domain: domain.filter(|_| privacy >= Privacy::Contract),
        machine_id: key(source, CRYPTOGRAPHY, &["MachineGuid"]).ok().and_then(|key| key.text("MachineGuid")),
        directory_ids: identity::directory_ids(source),
        boot_time: boot.and_then(crate::probe::host::to_the_minute),
        timezone: key(source, ZONE, &["TimeZoneKeyName"]).ok().and_then(|key| key.text("TimeZoneKeyName")),
    };
    match (&computer, &tcpip) {
        _ if host == Host::default() => Reading::failed(&computer.err().unwrap_or(ReadError::NotFound)),
        (Err(error @ (ReadError::TimedOut | ReadError::Denied | ReadError::Failed(_))), Err(_)) => {
            Reading::partial(host, error)
        }
        _ => Reading::ok(host),
    }
}

/// The installed system's id, the count of boots, and the boot instant in seconds.
pub(crate) fn boot(source: &dyn Source) -> (Option<String>, Option<u64>, Option<i64>) {
    let machine = key(source, CRYPTOGRAPHY, &["MachineGuid"]).ok().and_then(|key| key.text("MachineGuid"));
    let count = key(source, PREFETCHER, &["BootId"]).ok().and_then(|key| key.number("BootId"));
    (machine, count, began(source, source.sysinfo().ok().and_then(|sysinfo| sysinfo.boot_time_s)))
}

/// The boot instant in seconds.
fn began(source: &dyn Source, of_sysinfo: Option<i64>) -> Option<i64> {
    let of_row = first(source, &classes::OPERATING_SYSTEM).ok().and_then(|row| row.instant("LastBootUpTime"));
    of_row.map(Timestamp::as_second).or(of_sysinfo)
}

/// Section `os`.
pub(crate) fn os(source: &dyn Source) -> Reading<Os> {
    let row = first(source, &classes::OPERATING_SYSTEM);
    let values = ["ProductName", "DisplayVersion", "ReleaseId", "CurrentBuildNumber", "UBR", "EditionID"];
    let version = key(source, VERSION, &values);
    let of_row = |name: &str| row.as_ref().ok()?.text(name);
    let of_key = |name: &str| version.as_ref().ok()?.text(name);
    if let (Err(error), Err(_)) = (&row, &version) {
        return Reading::failed(error);
    }
    let number = of_key("CurrentBuildNumber").or_else(|| of_row("BuildNumber"));
    let revision = version.as_ref().ok().and_then(|key| key.number("UBR"));
    let build = match (number, revision) {
        (Some(number), Some(revision)) => Some(format!("{number}.{revision}")),
        (number, _) => number,
    };
    Reading::ok(Os {
        family: Some(source.system().name().to_owned()),
        name: of_row("Caption").or_else(|| of_key("ProductName")),
        version: of_key("DisplayVersion").or_else(|| of_key("ReleaseId")),
        build,
        edition: of_key("EditionID"),
        arch: arch(source),
        kernel: of_row("Version"),
        product_type: product_type(source, row.as_ref().ok().and_then(|row| row.number("ProductType")))
            .map(str::to_owned),
        support_end: None,
    })
}

fn arch(source: &dyn Source) -> Option<String> {
    let named = key(source, ENVIRONMENT, &["PROCESSOR_ARCHITECTURE"]).ok()?.text("PROCESSOR_ARCHITECTURE");
    let arch = match named.as_deref().map(str::to_ascii_uppercase).as_deref() {
        Some("AMD64") => "x86_64",
        Some("ARM64") => "aarch64",
        Some("X86") => "x86",
        _ => return source.sysinfo().ok()?.arch,
    };
    Some(arch.to_owned())
}

fn product_type(source: &dyn Source, of_row: Option<u64>) -> Option<&'static str> {
    let of_key = key(source, PRODUCT_OPTIONS, &["ProductType"]).ok().and_then(|key| key.text("ProductType"));
    match (of_key.as_deref(), of_row) {
        (Some("WinNT"), _) | (None, Some(1)) => Some("workstation"),
        (Some("LanmanNT"), _) | (None, Some(2)) => Some("domain_controller"),
        (Some("ServerNT"), _) | (None, Some(3)) => Some("server"),
        _ => None,
    }
}
