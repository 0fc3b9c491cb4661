//! A capture shows what the machine shows, and no more than its level allows.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::*;
use crate::agent::tests::embedded;
use crate::source::replay;

/// Machines of `fixtures/`.
const MACHINES: [&str; 12] = [
    "laptop",
    "server",
    "guest",
    "container",
    "board",
    "damaged",
    "windows-client",
    "windows-server",
    "windows-barred",
    "mac-laptop",
    "mac-desktop",
    "arch",
];

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_793_700_000).unwrap()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

struct Sevens;

impl Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn shown(source: &dyn Source, privacy: Privacy) -> Value {
    serde_json::to_value(collect(source, &Still, &mut Sevens, privacy, &embedded())).unwrap()
}

/// Captures a machine and reads the capture again.
fn again(machine: &dyn Source, privacy: Privacy, mask: bool) -> (tempfile::TempDir, Box<dyn Source>) {
    let folder = tempfile::tempdir().unwrap();
    let args = CaptureArgs { out: folder.path().join("capture"), privacy: None, mask };
    capture(machine, &Still, &mut Sevens, (privacy, &embedded()), &args).unwrap();
    let opened = replay::open(&args.out).unwrap();
    (folder, opened)
}

fn fixture(name: &str) -> Box<dyn Source> {
    replay::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

#[test]
fn this_machine_and_its_capture_show_the_same() {
    for privacy in [Privacy::Minimal, Privacy::Contract, Privacy::Full] {
        let live = Live::new(None);
        let (_folder, recorded) = again(&live, privacy, false);
        let (here, there) = (shown(&live, privacy), shown(recorded.as_ref(), privacy));
        assert_eq!(there, here, "{privacy:?}");
    }
}

#[test]
fn every_fixture_and_its_capture_show_the_same() {
    for name in MACHINES {
        for privacy in [Privacy::Minimal, Privacy::Full] {
            let machine = fixture(name);
            let (_folder, recorded) = again(machine.as_ref(), privacy, false);
            assert_eq!(shown(recorded.as_ref(), privacy), shown(machine.as_ref(), privacy), "{name} {privacy:?}");
        }
    }
}

/// Every place below a folder where one of the texts stands, in UTF-8 or UTF-16, whatever the case.
fn places(folder: &Path, secrets: &[String]) -> Vec<String> {
    let (mut ahead, mut found) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(path) = ahead.pop() {
        if path.is_dir() {
            ahead.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        for secret in secrets {
            let text = secret.to_lowercase();
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let stands = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
            if stands(text.as_bytes()) || stands(&utf16) {
                found.push(format!("{secret} in {}", path.display()));
            }
        }
    }
    found
}

#[test]
fn a_masked_capture_names_nobody() {
    for name in ["laptop", "server", "windows-client", "windows-server", "mac-laptop"] {
        let machine = fixture(name);
        let before = shown(machine.as_ref(), Privacy::Full);
        let identities = |report: &Value| -> Vec<String> {
            let firmware = ["serial", "uuid"].map(|name| format!("firmware/data/system/{name}"));
            let others = ["host/data/hostname", "host/data/machine_id", "adapters/data/0/mac", "disks/data/0/serial"];
            let paths = firmware.into_iter().chain(others.map(str::to_owned));
            paths.filter_map(|path| Some(report.pointer(&format!("/sections/{path}"))?.as_str()?.to_owned())).collect()
        };
        let secrets = identities(&before);
        assert!(secrets.len() >= 3, "{name}: {secrets:?}");
        let (folder, recorded) = again(machine.as_ref(), Privacy::Full, true);
        assert_eq!(places(folder.path(), &secrets), Vec::<String>::new(), "{name}");
        let after = shown(recorded.as_ref(), Privacy::Full);
        for (secret, masked) in secrets.iter().zip(identities(&after)) {
            assert_ne!(*secret, masked, "{name}");
            assert_eq!(secret.len(), masked.len(), "{name}");
        }
        for id in ["protection", "firewall", "encryption", "backup"] {
            assert_eq!(after["sections"][id], before["sections"][id], "{name}: masks change no verdict");
        }
    }
}

#[test]
fn a_masked_capture_hides_the_serials_of_parts_too() {
    use crate::probe::smbios::build::structure;
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("sys/firmware/dmi/tables");
    let mut module = vec![0; 0x18];
    (module[0x0c], module[0x14]) = (1, 2);
    let table = [structure(17, &module, &["DIMM 0", "4A8C03D7"]), structure(127, &[], &[])].concat();
    std::fs::create_dir_all(&tables).unwrap();
    std::fs::write(tables.join("DMI"), table).unwrap();
    let machine = replay::open(folder.path()).unwrap();
    let secret = ["4A8C03D7".to_owned()];
    let (plain, _) = again(machine.as_ref(), Privacy::Full, false);
    assert_eq!(places(plain.path(), &secret).len(), 1);
    let (masked, _) = again(machine.as_ref(), Privacy::Full, true);
    assert_eq!(places(masked.path(), &secret), Vec::<String>::new());
}

#[test]
fn a_capture_names_no_package_outside_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    for name in ["thunderbird", "private-tool"] {
        write(&format!("snap/{name}/current"), "");
        write(&format!("var/lib/pacman/local/{name}-1.0-1/desc"), "");
        write(&format!("var/lib/flatpak/app/org.{name}/x"), "");
    }
    write("var/lib/dpkg/status", "Package: private-tool\nStatus: install ok installed\nVersion: 1\n");
    names_by_level(folder.path());
}

#[test]
fn a_capture_names_no_application_outside_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write("System/Library/CoreServices/SystemVersion.plist", "");
    write("Library/LaunchDaemons/org.private-tool.plist", "");
    write("Library/LaunchDaemons/meshagent.plist", "");
    write("Applications/private-tool.app/Contents/x", "");
    let machine = replay::open(folder.path()).unwrap();
    let (captured, _) = again(machine.as_ref(), Privacy::Minimal, false);
    assert!(!places(captured.path(), &["meshagent".to_owned()]).is_empty(), "a product of the catalogue stays");
    names_by_level(folder.path());
}

/// A private tool of a machine is named at level `full` alone.
fn names_by_level(machine: &Path) {
    let machine = replay::open(machine).unwrap();
    let secret = ["private-tool".to_owned()];
    for (privacy, is_named) in [(Privacy::Minimal, false), (Privacy::Contract, false), (Privacy::Full, true)] {
        let (captured, _) = again(machine.as_ref(), privacy, false);
        let named = places(captured.path(), &secret);
        assert_eq!(!named.is_empty(), is_named, "{privacy:?}: {named:?}");
    }
}

#[test]
fn a_folder_that_exists_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let args = CaptureArgs { out: folder.path().to_path_buf(), privacy: None, mask: false };
    let machine = fixture("board");
    let refused = capture(machine.as_ref(), &Still, &mut Sevens, (Privacy::Minimal, &embedded()), &args).unwrap_err();
    assert_eq!(refused.downcast_ref::<Refusal>().unwrap().code, "capture_not_written");
}
