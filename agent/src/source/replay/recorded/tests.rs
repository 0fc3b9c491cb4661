//! What a capture answers, and what it refuses.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::source::FileKind;

fn capture(reads: serde_json::Value, stored: &[(&str, &str)]) -> (tempfile::TempDir, Result<Recorded, ReadError>) {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({
        "schema": SCHEMA, "os": "linux", "arch": "x86_64", "captured_at": "2026-11-02T08:00:00Z", "novelty": 1, "reads": reads,
    });
    std::fs::write(folder.path().join(FILE), document.to_string()).unwrap();
    for (path, content) in stored {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let opened = Recorded::open(folder.path());
    (folder, opened)
}

#[test]
fn the_three_answers() {
    let reads = json!([
        { "file": "/sys/firmware/dmi/tables/DMI", "error": "denied" },
        { "file": "/etc/hostname", "at": "files/17" },
        { "file": "/opt/agent", "is": "file", "size": 12 },
        { "wmi": "root\\cimv2", "class": "Win32_BIOS", "at": "wmi/bios.json" },
    ]);
    let (_folder, opened) = capture(reads, &[("files/17", "pc-1\n"), ("files/etc/empty", "")]);
    let capture = opened.unwrap();
    assert_eq!(capture.file("/etc/hostname").unwrap(), b"pc-1\n");
    assert_eq!(capture.file("/etc/empty").unwrap(), b"");
    assert_eq!(capture.file("/sys/firmware/dmi/tables/DMI"), Err(ReadError::Denied));
    assert_eq!(capture.file("/etc/machine-id"), Err(ReadError::NotCaptured));
    assert_eq!(capture.file("/opt/agent"), Err(ReadError::NotCaptured));
    assert_eq!(capture.metadata("/opt/agent").unwrap(), Metadata { kind: FileKind::File, bytes: 12, modified: None });
    assert_eq!(capture.captured_at().unwrap().to_string(), "2026-11-02T08:00:00Z");
}

#[test]
fn more_than_a_million_reads_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let head =
        format!("{{\"schema\":\"{SCHEMA}\",\"os\":\"linux\",\"captured_at\":\"2026-11-02T08:00:00Z\",\"reads\":[");
    let text = format!("{head}{}{{}}]}}", "{},".repeat(READS_MAX));
    std::fs::write(folder.path().join(FILE), text).unwrap();
    assert_eq!(Recorded::open(folder.path()).err(), Some(invalid()));
}

#[test]
fn links_and_folders() {
    let reads = json!([
        { "file": "/sys/class/net/eth0", "is": "link", "to": "../../devices/pci0000:00/net/eth0" },
        { "file": "/sys/class/net/lo", "is": "link", "to": "../../devices/virtual/net/lo" },
        { "file": "/loop", "is": "link", "to": "loop" },
        { "file": "/empty", "is": "dir" },
        { "file": "/gone/file", "error": "not_found" },
    ]);
    let (_folder, opened) = capture(reads, &[("files/sys/devices/pci0000%3A00/net/eth0/address", "aa\n")]);
    let capture = opened.unwrap();
    assert_eq!(capture.list("/sys/class/net").unwrap(), ["eth0", "lo"]);
    assert_eq!(capture.file("/sys/class/net/eth0/address").unwrap(), b"aa\n");
    assert_eq!(capture.resolve("/sys/class/net/eth0").unwrap(), "/sys/devices/pci0000:00/net/eth0");
    assert_eq!(capture.list("/sys/devices").unwrap(), ["pci0000:00"]);
    assert_eq!(capture.link("/sys/class/net/lo").unwrap(), "../../devices/virtual/net/lo");
    assert_eq!(capture.file("/loop"), Err(ReadError::Failed("eloop".to_owned())));
    assert_eq!(capture.list("/empty").unwrap(), [""; 0]);
    assert_eq!(capture.list("/nowhere"), Err(ReadError::NotCaptured));
    assert_eq!(capture.list("/gone"), Err(ReadError::NotCaptured));
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for at in ["../secret", "/etc/passwd", "files/../../secret", "", "files\\..\\x", "./x"] {
        let (_folder, opened) = capture(json!([{ "file": "/a", "at": at }]), &[]);
        let refused = match opened {
            Err(error) => error == ReadError::Failed("capture_path".to_owned()),
            Ok(capture) => capture.file("/a").is_err(),
        };
        assert!(refused, "{at}");
    }
}

#[cfg(unix)]
#[test]
fn a_stored_link_is_not_followed() {
    let (folder, opened) = capture(json!([]), &[("files/etc/x", "x"), ("secret", "outside")]);
    std::os::unix::fs::symlink("../../secret", folder.path().join("files/etc/link")).unwrap();
    let capture = opened.unwrap();
    assert_eq!(capture.file("/etc/link"), Err(ReadError::Failed("capture_link".to_owned())));
}

#[test]
fn a_file_that_is_no_capture_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["", "{}", "[]", r#"{"schema":"cadastre/capture/2","os":"linux","captured_at":"2026-11-02T08:00:00Z"}"#]
    {
        std::fs::write(folder.path().join(FILE), text).unwrap();
        assert_eq!(Recorded::open(folder.path()).map(|_| ()), Err(invalid()), "{text}");
    }
}

#[test]
fn names_as_they_are_stored() {
    for (name, stored) in [("0000:00:1f.6", "0000%3A00%3A1f.6"), ("a.", "a%2E"), ("100%", "100%25"), ("é", "é")] {
        assert_eq!(record::encode(name), stored);
        assert_eq!(record::decode(stored), name);
    }
    assert_eq!(record::decode("50%zz%"), "50%zz%");
}

proptest! {
    #[test]
    fn any_name_comes_back(name in "[^/]{0,20}") {
        prop_assert_eq!(record::decode(&record::encode(&name)), name);
    }

    #[test]
    fn any_reads_are_refused_or_answered(
        reads in proptest::collection::vec(
            ("(file|wmi|registry|command|call|class|x)", "[a-z/\\\\.:%]{0,12}", "[a-z/.]{0,12}", "(is|error|to|at)"), 0..8
        ),
        path in "/?[a-z/.]{0,12}",
    ) {
        let reads: Vec<serde_json::Value> =
            reads.iter().map(|(kind, name, value, key)| json!({ kind: name, "class": name, key: value })).collect();
        let (_folder, opened) = capture(json!(reads), &[("files/a/b", "x")]);
        if let Ok(recorded) = opened {
            let _ = (recorded.file(&path), recorded.list(&path), recorded.link(&path), recorded.metadata(&path));
            let _ = (recorded.resolve(&path), recorded.services(), recorded.sysinfo(), recorded.command(&[&path]));
            let _ = recorded.registry(&registry::Query { path: &path, depth: 1, values: &["a"] });
        }
    }

    #[test]
    fn any_bytes_are_a_capture_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), &bytes).unwrap();
        prop_assert!(Recorded::open(folder.path()).is_err());
    }
}
