//! Section `firmware`: maker, model, serials, chassis, what the board carries.
//!
//! Sources, first one that answers wins: the SMBIOS table of `/sys/firmware/dmi/tables`, `/sys/class/dmi/id`, the device
//! tree. Refuses to judge a value: placeholders go out as they are, and the collector knows them.
//! Several chassis: the first that is no docking station; several boards: the first motherboard.

use cadastre_proto::hex;
use cadastre_proto::inventory::{Bios, Board, Chassis, Firmware, System};

use sha2::{Digest as _, Sha256};

use super::smbios::{self, Structure, Table};
use super::{Reading, macos, windows};
use crate::source::{self, ReadError, Source};

/// The program that shows a TPM's public keys, and where the endorsement key is kept.
const TPM_PROGRAM: &str = "/usr/bin/tpm2_readpublic";
const TPM_HANDLE: &str = "0x81010001";
/// Fewer bytes are no modulus.
const MODULUS_BYTES_MIN: usize = 128;
/// The chassis type of a docking station.
const DOCKING_STATION: u8 = 12;
/// The board type of a motherboard.
const MOTHERBOARD: u8 = 10;

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Firmware> {
    let mut reading = identified(source);
    if let Some(firmware) = &mut reading.data {
        firmware.tpm = tpm(source);
    }
    reading
}

/// SHA-256 of the TPM's endorsement key: what a file or the registry tells of it, else the TPM's own tools.
fn tpm(source: &dyn Source) -> Option<String> {
    match source.system() {
        source::System::Windows => windows::identity::tpm(source),
        source::System::Linux => {
            let names = source.list("/sys/class/tpm").ok().filter(|names| !names.is_empty())?;
            let old = names.iter().find_map(|name| source::text(source, &format!("/sys/class/tpm/{name}/pubek")).ok());
            let modulus = old.and_then(|text| of_hex(text.split_once("Modulus:")?.1)).or_else(|| {
                let output = source.command(&[TPM_PROGRAM, "-c", TPM_HANDLE]).ok()?;
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                of_hex(text.split_once("\nrsa:")?.1)
            })?;
            Some(hex::encode(&Sha256::digest(modulus)))
        }
        source::System::Macos => None,
    }
}

/// The hexadecimal digits that a text begins with, blanks between them.
fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_hexdigit() || c.is_ascii_whitespace())
        .filter(char::is_ascii_hexdigit)
        .collect();
    let even = digits.get(..digits.len() / 2 * 2)?.to_lowercase();
    hex::decode(&even).filter(|bytes| bytes.len() >= MODULUS_BYTES_MIN)
}

fn identified(source: &dyn Source) -> Reading<Firmware> {
    if source.system() == source::System::Macos {
        return macos::hardware::firmware(source);
    }
    let error = match table(source) {
        Ok(Raw { bytes, version }) => {
            let table = Table::parse(&bytes);
            let firmware = of_table(&table, version.is_none_or(|version| version >= (2, 6)));
            return match table.is_whole {
                true => Reading::ok(firmware),
                false => Reading::partial(firmware, &damaged()),
            };
        }
        Err(error) => error,
    };
    if source.system() == source::System::Windows {
        return match windows::firmware::of_classes(source) {
            Ok(firmware) => Reading::ok(firmware),
            Err(of_classes) if error == ReadError::NotCaptured => Reading::failed(&of_classes),
            Err(_) => Reading::failed(&error),
        };
    }
    let (of_files, denied) = of_files(source);
    if of_files != Firmware::default() {
        // Serials are for the administrator only; a model without them is not the whole answer.
        return match denied || error == ReadError::Denied {
            true => Reading::partial(of_files, &ReadError::Denied),
            false => Reading::ok(of_files),
        };
    }
    match of_device_tree(source) {
        Some(firmware) => Reading::ok(firmware),
        None => Reading::failed(&error),
    }
}

/// The structure table as the firmware left it.
#[derive(Debug)]
pub(crate) struct Raw {
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The version of SMBIOS it is of, major and minor.
    pub(crate) version: Option<(u8, u8)>,
}

/// The structure table.
pub(crate) fn table(source: &dyn Source) -> Result<Raw, ReadError> {
    let raw = match source.system() {
        source::System::Windows => windows::firmware::table(source)?,
        _ => {
            let bytes = source.file("/sys/firmware/dmi/tables/DMI")?;
            let entry = source.file("/sys/firmware/dmi/tables/smbios_entry_point").ok();
            Raw { bytes, version: entry.and_then(|entry| smbios::version(&entry)) }
        }
    };
    if Table::parse(&raw.bytes).structures.is_empty() { Err(damaged()) } else { Ok(raw) }
}

/// Every serial and asset tag of the structure table, also of what no section tells: processors, modules of memory,
/// batteries, power supplies.
pub(crate) fn serials(source: &dyn Source) -> Vec<String> {
    const PLACES: [(u8, [usize; 2]); 7] = [
        (1, [0x07, 0x07]),
        (2, [0x07, 0x08]),
        (3, [0x07, 0x08]),
        (4, [0x20, 0x21]),
        (17, [0x18, 0x19]),
        (22, [0x07, 0x07]),
        (39, [0x08, 0x09]),
    ];
    let Ok(raw) = table(source) else { return Vec::new() };
    let table = Table::parse(&raw.bytes);
    let of = |(kind, places): (u8, [usize; 2])| -> Vec<String> {
        table.of(kind).flat_map(|structure| places.into_iter().filter_map(|at| structure.string(at))).collect()
    };
    PLACES.into_iter().flat_map(of).collect()
}

/// Reads whatever bytes as a structure table.
#[cfg(test)]
pub(crate) fn any_table(bytes: &[u8]) -> Firmware {
    of_table(&Table::parse(bytes), true)
}

fn damaged() -> ReadError {
    ReadError::Failed("smbios_damaged".to_owned())
}

fn of_table(table: &Table<'_>, little_endian: bool) -> Firmware {
    let all = |kind: u8| table.of(kind);
    // A record that a damaged table does not show may have been there.
    let is = |kind: u8| (all(kind).next().is_some() || table.is_whole).then(|| all(kind).next().is_some());
    let board = all(2).find(|board| board.byte(0x0d) == Some(MOTHERBOARD)).or_else(|| all(2).next());
    let chassis = all(3).find(|chassis| chassis_type(chassis) != Some(DOCKING_STATION)).or_else(|| all(3).next());
    Firmware {
        system: all(1).next().map(|system| of_system(system, little_endian)).unwrap_or_default(),
        board: board.map(of_board).unwrap_or_default(),
        chassis: chassis.map(of_chassis).unwrap_or_default(),
        bios: all(0).next().map(of_bios).unwrap_or_default(),
        bmc: is(38),
        memory_ecc: memory_ecc(all(16)),
        portable_battery: is(22),
        tpm: None,
    }
}

fn of_system(system: &Structure<'_>, little_endian: bool) -> System {
    System {
        manufacturer: system.string(0x04),
        product: system.string(0x05),
        version: system.string(0x06),
        serial: system.string(0x07),
        uuid: system.bytes(0x08, 16).and_then(|bytes| smbios::uuid(bytes, little_endian)),
        sku: system.string(0x19),
        family: system.string(0x1a),
    }
}

fn of_board(board: &Structure<'_>) -> Board {
    Board {
        manufacturer: board.string(0x04),
        product: board.string(0x05),
        serial: board.string(0x07),
        asset_tag: board.string(0x08),
    }
}

fn of_chassis(chassis: &Structure<'_>) -> Chassis {
    Chassis {
        r#type: chassis_type(chassis),
        manufacturer: chassis.string(0x04),
        serial: chassis.string(0x07),
        asset_tag: chassis.string(0x08),
    }
}

/// The chassis type without the bit that says it has a lock.
fn chassis_type(chassis: &Structure<'_>) -> Option<u8> {
    chassis.byte(0x05).map(|byte| byte & 0x7f).filter(|kind| (1..=36).contains(kind))
}

fn of_bios(bios: &Structure<'_>) -> Bios {
    Bios {
        vendor: bios.string(0x04),
        version: bios.string(0x05),
        date: bios.string(0x08).and_then(|text| smbios::date(&text)),
    }
}

/// What the arrays of system memory say of error correction; `None` when none says.
fn memory_ecc<'a, 'b: 'a>(arrays: impl Iterator<Item = &'a Structure<'b>>) -> Option<bool> {
    let said = arrays.filter(|array| array.byte(0x05) == Some(3)).filter_map(|array| match array.byte(0x06)? {
        3 | 4 => Some(false),
        5 | 6 => Some(true),
        _ => None,
    });
    said.reduce(|one, other| one || other)
}

/// What single files of sysfs tell, and whether some were barred.
fn of_files(source: &dyn Source) -> (Firmware, bool) {
    let denied = std::cell::Cell::new(false);
    let value = |name: &str| {
        let read = source::text(source, &format!("/sys/class/dmi/id/{name}"));
        denied.set(denied.get() || read == Err(ReadError::Denied));
        source::clean(&read.ok()?)
    };
    let firmware = Firmware {
        system: System {
            manufacturer: value("sys_vendor"),
            product: value("product_name"),
            version: value("product_version"),
            serial: value("product_serial"),
            uuid: value("product_uuid").map(|uuid| uuid.to_lowercase()),
            sku: value("product_sku"),
            family: value("product_family"),
        },
        board: Board {
            manufacturer: value("board_vendor"),
            product: value("board_name"),
            serial: value("board_serial"),
            asset_tag: value("board_asset_tag"),
        },
        chassis: Chassis {
            r#type: value("chassis_type").and_then(|kind| kind.parse().ok()).filter(|kind| (1..=36).contains(kind)),
            manufacturer: value("chassis_vendor"),
            serial: value("chassis_serial"),
            asset_tag: value("chassis_asset_tag"),
        },
        bios: Bios {
            vendor: value("bios_vendor"),
            version: value("bios_version"),
            date: value("bios_date").and_then(|text| smbios::date(&text)),
        },
        ..Firmware::default()
    };
    (firmware, denied.get())
}

/// Boards without SMBIOS describe themselves in the device tree; its strings end with a zero byte.
fn of_device_tree(source: &dyn Source) -> Option<Firmware> {
    let value = |name: &str| source::value(source, &format!("/sys/firmware/devicetree/base/{name}"));
    let (model, serial) = (value("model"), value("serial-number"));
    if model.is_none() && serial.is_none() {
        return None;
    }
    Some(Firmware { system: System { product: model, serial, ..System::default() }, ..Firmware::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::smbios::build::structure;

    fn array(location: u8, correction: u8) -> Vec<u8> {
        structure(16, &[location, 3, correction], &[])
    }

    fn ecc(tables: &[Vec<u8>]) -> Option<bool> {
        let bytes = tables.concat();
        of_table(&Table::parse(&bytes), true).memory_ecc
    }

    #[test]
    fn ecc_comes_from_system_memory_only() {
        assert_eq!(ecc(&[array(3, 3)]), Some(false));
        assert_eq!(ecc(&[array(3, 6)]), Some(true));
        assert_eq!(ecc(&[array(3, 2)]), None);
        assert_eq!(ecc(&[]), None);
    }

    #[test]
    fn ecc_of_a_flash_array_says_nothing() {
        let flash = structure(16, &[3, 5, 6], &[]);
        assert_eq!(ecc(&[flash]), None);
    }

    #[test]
    fn a_dock_is_not_the_chassis() {
        let mut bytes = structure(3, &[0, 0x8c], &[]);
        bytes.extend(structure(3, &[0, 0x8a], &[]));
        assert_eq!(of_table(&Table::parse(&bytes), true).chassis.r#type, Some(10));
        let dock = structure(3, &[0, 12], &[]);
        assert_eq!(of_table(&Table::parse(&dock), true).chassis.r#type, Some(12));
    }

    #[test]
    fn the_digits_of_a_modulus() {
        let line = "AB CD\n".repeat(64);
        let bytes = of_hex(&format!("\n{line}Key length")).unwrap();
        assert_eq!((bytes.len(), bytes[0], bytes[1]), (128, 0xab, 0xcd));
        assert_eq!(of_hex("AB CD"), None);
    }

    #[test]
    fn a_record_that_is_missing_is_said() {
        let bytes = structure(38, &[1], &[]);
        let firmware = of_table(&Table::parse(&bytes), true);
        assert_eq!((firmware.bmc, firmware.portable_battery), (Some(true), Some(false)));
        assert_eq!(firmware.system, System::default());
    }
}
