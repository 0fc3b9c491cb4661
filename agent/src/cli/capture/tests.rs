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

#[test]
fn a_masked_capture_names_nobody() {
    let machine = fixture("laptop");
    let before = shown(machine.as_ref(), Privacy::Full);
    let (folder, recorded) = again(machine.as_ref(), Privacy::Full, true);
    let after = shown(recorded.as_ref(), Privacy::Full);
    let serial = before["sections"]["firmware"]["data"]["system"]["serial"].as_str().unwrap();
    let masked = after["sections"]["firmware"]["data"]["system"]["serial"].as_str().unwrap();
    assert_ne!(serial, masked);
    assert_eq!(serial.len(), masked.len());
    let hostname = before["sections"]["host"]["data"]["hostname"].as_str().unwrap();
    let mut ahead = vec![folder.path().to_path_buf()];
    while let Some(path) = ahead.pop() {
        if path.is_dir() {
            ahead.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in [serial, hostname] {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{secret} in {}", path.display());
        }
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
