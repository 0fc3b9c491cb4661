//! Machines written by hand, each a file tree in `fixtures/`, with the inventory expected of it beside the tree.
//!
//! `UPDATE=1` rewrites the expectations and the SMBIOS tables, which stand here as source and there as bytes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cadastre_proto::catalogue::Catalogue;
use jiff::Timestamp;
use serde_json::Value;

use super::collect;
use crate::clock::{Clock, Random};
use crate::privacy::Privacy;
use crate::probe::smbios::build::structure;
use crate::source::replay::{self, Tree};

pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_793_700_000).unwrap()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

pub(crate) struct Sevens;

impl Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// The table of products that this agent was built with.
pub(crate) fn embedded() -> Catalogue {
    Catalogue::embedded().unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

#[expect(clippy::disallowed_methods, reason = "UPDATE=1 rewrites the expectations")]
fn is_update() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

fn inventory(name: &str, privacy: Privacy) -> Value {
    let machine = replay::open(&fixture(name)).unwrap();
    serde_json::to_value(collect(machine.as_ref(), &Still, &mut Sevens, privacy, &embedded())).unwrap()
}

/// Compares a machine's inventory with the one expected of it.
fn check(name: &str, privacy: Privacy, expected: &str) {
    let found = format!("{}\n", serde_json::to_string_pretty(&inventory(name, privacy)).unwrap());
    let file = fixture(expected);
    if is_update() {
        std::fs::write(&file, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap();
    assert!(found == expected, "{name} is not as expected in {}:\n{found}", file.display());
}

/// Compares a machine's SMBIOS table with its source.
fn check_table(name: &str, structures: &[Vec<u8>]) {
    let file = fixture(name).join("sys/firmware/dmi/tables/DMI");
    let table = structures.concat();
    if is_update() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &table).unwrap();
    }
    assert!(std::fs::read(&file).unwrap() == table, "{} is not what its source says", file.display());
}

fn bios(vendor: &str, version: &str, date: &str) -> Vec<u8> {
    structure(0, &[1, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[vendor, version, date])
}

fn system(uuid: u128, strings: [&str; 6]) -> Vec<u8> {
    let mut body = vec![1, 2, 3, 4];
    body.extend(uuid::Uuid::from_u128(uuid).to_bytes_le());
    body.extend([6, 5, 6]);
    structure(1, &body, &strings)
}

fn board(kind: u8, strings: [&str; 4]) -> Vec<u8> {
    structure(2, &[1, 2, 0, 3, 4, 9, 0, 0, 0, kind, 0], &strings)
}

fn chassis(kind: u8, strings: [&str; 3]) -> Vec<u8> {
    structure(3, &[1, kind | 0x80, 0, 2, 3, 3, 3, 3, 3], &strings)
}

fn memory_array(correction: u8) -> Vec<u8> {
    structure(16, &[3, 3, correction, 0, 0, 0, 2, 0, 0, 2, 0], &[])
}

fn module(megabytes: u32, form_factor: u8, kind: u8, speed: u16, slot: &str) -> Vec<u8> {
    let mut body = vec![0; 0x1c];
    let size = u16::try_from(megabytes).ok().filter(|size| *size < 0x7fff).unwrap_or(0x7fff);
    body[0x08..0x0a].copy_from_slice(&size.to_le_bytes());
    body[0x18..0x1c].copy_from_slice(&megabytes.to_le_bytes());
    body[0x0a] = form_factor;
    body[0x0c] = 1;
    body[0x0e] = kind;
    body[0x11..0x13].copy_from_slice(&speed.to_le_bytes());
    structure(17, &body, &[slot])
}

fn end() -> Vec<u8> {
    structure(127, &[], &[])
}

#[test]
fn a_laptop_with_a_dock() {
    check_table(
        "laptop",
        &[
            bios("LENOVO", "N3MET14W (1.13 )", "11/28/2023"),
            system(
                0x3f25_04e0_4f89_11d3_9a0c_0305_e82c_3301,
                [
                    "LENOVO",
                    "21AH00BCFR",
                    "ThinkPad T14 Gen 3",
                    "PF3ABCDE",
                    "LENOVO_MT_21AH_BU_Think",
                    "ThinkPad T14 Gen 3",
                ],
            ),
            board(10, ["LENOVO", "21AH00BCFR", "L1HF2560012", "Not Available"]),
            chassis(12, ["LENOVO", "DOCK0001", "No Asset Information"]),
            chassis(10, ["LENOVO", "PF3ABCDE", "No Asset Information"]),
            memory_array(3),
            module(8_192, 0x0d, 0x1a, 3_200, "DIMM 0"),
            module(8_192, 0x0d, 0x1a, 3_200, "DIMM 1"),
            structure(22, &[1, 2, 0, 0, 3], &["Front", "SMP", "5B10W51828"]),
            end(),
        ],
    );
    check("laptop", Privacy::Minimal, "laptop.minimal.json");
    check("laptop", Privacy::Full, "laptop.full.json");
}

#[test]
fn a_server_with_a_management_controller() {
    check_table(
        "server",
        &[
            bios("Dell Inc.", "1.13.2", "12/19/2023"),
            system(
                0x4c4c_4544_0042_3510_8052_b8c0_4f4a_3533,
                [
                    "Dell Inc.",
                    "PowerEdge R650",
                    "Not Specified",
                    "8B5RJ53",
                    "SKU=0912;ModelName=PowerEdge R650",
                    "PowerEdge",
                ],
            ),
            board(10, ["Dell Inc.", "0PYXKY", ".8B5RJ53.MXWSJ0033100AB.", "A-0042"]),
            chassis(23, ["Dell Inc.", "8B5RJ53", "A-0042"]),
            memory_array(6),
            module(65_536, 0x09, 0x1a, 3_200, "A1"),
            module(0, 0x09, 0x02, 0, "A2"),
            structure(38, &[1, 0x20, 0xff, 0, 0, 0], &[]),
            end(),
        ],
    );
    check("server", Privacy::Minimal, "server.minimal.json");
}

#[test]
fn a_guest_whose_packages_cannot_be_read() {
    check_table(
        "guest",
        &[
            bios("SeaBIOS", "1.16.3-2.el9", "04/01/2014"),
            system(
                0x11fd_0a31_2c5e_4b8e_9d34_6a7b_8c9d_0e1f,
                [
                    "OpenStack Foundation",
                    "OpenStack Nova",
                    "27.4.1",
                    "11fd0a31-2c5e-4b8e-9d34-6a7b8c9d0e1f",
                    " ",
                    "Virtual Machine",
                ],
            ),
            chassis(1, ["Red Hat", " ", " "]),
            end(),
        ],
    );
    check("guest", Privacy::Minimal, "guest.minimal.json");
}

#[test]
fn a_container_on_somebody_elses_hardware() {
    check("container", Privacy::Minimal, "container.minimal.json");
}

#[test]
fn a_board_with_a_device_tree() {
    check("board", Privacy::Minimal, "board.minimal.json");
}

#[test]
fn a_damaged_tree_still_answers() {
    check("damaged", Privacy::Full, "damaged.full.json");
}

#[test]
fn a_windows_client_with_another_antivirus() {
    check("windows-client", Privacy::Full, "windows-client.full.json");
}

#[test]
fn a_windows_server_without_security_center() {
    check("windows-server", Privacy::Contract, "windows-server.contract.json");
}

#[test]
fn a_windows_that_bars_and_hangs() {
    check("windows-barred", Privacy::Minimal, "windows-barred.minimal.json");
}

#[test]
fn a_mac_with_defender_and_a_backup() {
    check("mac-laptop", Privacy::Full, "mac-laptop.full.json");
}

#[test]
fn a_mac_without_the_firewalls_list() {
    check("mac-desktop", Privacy::Minimal, "mac-desktop.minimal.json");
}

#[test]
fn packages_of_rpm() {
    check("rpm", Privacy::Full, "rpm.full.json");
}

#[test]
fn packages_of_pacman() {
    check("arch", Privacy::Minimal, "arch.minimal.json");
}

#[test]
fn wine_as_it_was_captured() {
    check("wine", Privacy::Full, "wine.full.json");
}

#[test]
fn a_linux_machine_as_it_was_captured() {
    check("linux", Privacy::Minimal, "linux.minimal.json");
}

#[test]
fn an_empty_tree_says_that_nothing_was_captured() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::open(folder.path()).unwrap();
    let inventory = collect(&tree, &Still, &mut Sevens, Privacy::Full, &embedded());
    for (id, section) in &inventory.sections {
        let is_silent = section
            .data
            .as_ref()
            .is_none_or(|data| !data.to_string().contains("true") && !data.to_string().contains("protected"));
        assert_eq!(section.reason.as_deref(), Some("not_captured"), "{id}");
        assert!(is_silent, "{id}");
    }
    assert_eq!(inventory.sections.len(), cadastre_proto::inventory::SECTIONS.len());
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    assert_eq!(inventory("laptop", Privacy::Full), inventory("laptop", Privacy::Full));
}

#[test]
fn a_lower_level_says_less() {
    let minimal = inventory("laptop", Privacy::Minimal).to_string();
    let contract = inventory("laptop", Privacy::Contract).to_string();
    let full = inventory("laptop", Privacy::Full).to_string();
    assert!(!minimal.contains("atelier-martin.lan") && contract.contains("atelier-martin.lan"));
    assert!(!contract.contains("base-files") && full.contains("base-files"));
    assert!(!minimal.contains("\"packages\":[{\"name\":"));
}

#[test]
fn report_ids_are_version_7() {
    let inventory = inventory("board", Privacy::Minimal);
    let id: uuid::Uuid = inventory["report_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.get_version_num(), 7);
}

/// A machine of which every fact of the catalogue can be seen, and nothing of its health.
fn with_everything(os: &str, system: cadastre_proto::catalogue::System) -> tempfile::TempDir {
    use cadastre_proto::catalogue::{FactKind, Matching};
    let catalogue = embedded();
    let values = |kind| -> Vec<String> {
        let facts = catalogue.facts(system, kind).filter(|matched| matched.fact.matching == Matching::Exact);
        facts.map(|matched| matched.fact.value.clone()).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |path: String| serde_json::json!({ "file": path, "is": "file", "size": 1 });
    let mut reads: Vec<Value> = values(FactKind::Path).into_iter().map(file).collect();
    reads.push(serde_json::json!({ "file": "/run/systemd/units", "is": "dir" }));
    reads.extend(values(FactKind::Unit).into_iter().map(|unit| {
        let path = format!("/run/systemd/units/invocation:{unit}.service");
        serde_json::json!({ "file": path, "is": "link", "to": "0a" })
    }));
    reads.push(serde_json::json!({ "file": "/var/lib/dpkg/status", "at": "status" }));
    reads.push(serde_json::json!({ "call": "services", "at": "services" }));
    let status = |name: String| format!("Package: {name}\nStatus: install ok installed\nVersion: 1\n\n");
    let packages: String = values(FactKind::Package).into_iter().map(status).collect();
    let services = values(FactKind::Service).into_iter();
    let services: Vec<Value> = services.map(|name| serde_json::json!({ "name": name, "running": true })).collect();
    let document = serde_json::json!({
        "schema": "cadastre/capture/1", "os": os, "captured_at": "2026-11-20T22:00:00Z", "reads": reads,
    });
    std::fs::write(folder.path().join("status"), packages).unwrap();
    std::fs::write(folder.path().join("services"), Value::from(services).to_string()).unwrap();
    std::fs::write(folder.path().join("capture.json"), document.to_string()).unwrap();
    folder
}

#[test]
fn no_fact_of_the_catalogue_decides_that_a_machine_is_protected() {
    use cadastre_proto::catalogue::System;
    for (os, system, least) in
        [("linux", System::Linux, 30), ("windows", System::Windows, 40), ("macos", System::Macos, 10)]
    {
        let folder = with_everything(os, system);
        let machine = replay::open(folder.path()).unwrap();
        let report =
            serde_json::to_value(collect(machine.as_ref(), &Still, &mut Sevens, Privacy::Full, &embedded())).unwrap();
        let antivirus = report["sections"]["protection"]["data"]["antivirus"].as_array().unwrap();
        assert!(antivirus.len() >= least, "{os}: {}", antivirus.len());
        for row in antivirus {
            assert_ne!(row["state"], "protected", "{row}");
        }
        for row in report["sections"]["backup"]["data"].as_array().unwrap() {
            assert_ne!(row["state"], "recent_success", "{row}");
        }
    }
}
