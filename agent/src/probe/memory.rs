//! Section `memory`: the total that the system manages, the modules of SMBIOS type 17.
//!
//! Refuses free memory, which moves by itself. A module that the firmware declares empty is no module.

use cadastre_proto::inventory::{Memory, MemoryModule};

use super::smbios::{Structure, Table};
use super::{Reading, firmware, macos, not_understood, windows};
use crate::source::{self, Source, System};

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Memory> {
    let total = match source.system() {
        System::Linux => source::text(source, "/proc/meminfo").map(|text| total(&text)),
        System::Windows => windows::hardware::memory_bytes(source),
        System::Macos => return macos::hardware::memory(source),
    };
    let modules = firmware::table(source).map(|raw| modules(&Table::parse(&raw.bytes))).unwrap_or_default();
    match total {
        Ok(total) => match total {
            Some(total) => Reading::ok(Memory { total_bytes: Some(total), modules }),
            None => Reading::partial(Memory { total_bytes: None, modules }, &not_understood()),
        },
        Err(_) if !modules.is_empty() => Reading::ok(Memory { total_bytes: None, modules }),
        Err(error) => Reading::failed(&error),
    }
}

fn total(meminfo: &str) -> Option<u64> {
    let value = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

fn modules(table: &Table<'_>) -> Vec<MemoryModule> {
    table.of(17).filter_map(module).collect()
}

fn module(structure: &Structure<'_>) -> Option<MemoryModule> {
    let size_bytes = match structure.word(0x0c)? {
        0 => return None,
        0xffff => None,
        // The size stands in megabytes in a longer field.
        0x7fff => structure.double_word(0x1c).map(|megabytes| u64::from(megabytes & 0x7fff_ffff) << 20),
        kilobytes if kilobytes & 0x8000 != 0 => Some(u64::from(kilobytes & 0x7fff) << 10),
        megabytes => Some(u64::from(megabytes) << 20),
    };
    let speed = match structure.word(0x15) {
        Some(0xffff) => structure.double_word(0x54).filter(|speed| *speed != 0),
        Some(0) | None => None,
        Some(speed) => Some(u32::from(speed)),
    };
    Some(MemoryModule {
        size_bytes,
        kind: structure.byte(0x12).and_then(kind).map(str::to_owned),
        speed_mts: speed,
        form_factor: structure.byte(0x0e).and_then(form_factor).map(str::to_owned),
        slot: structure.string(0x10),
    })
}

fn kind(code: u8) -> Option<&'static str> {
    Some(match code {
        0x03 => "DRAM",
        0x07 => "RAM",
        0x0f => "SDRAM",
        0x12 => "DDR",
        0x13 => "DDR2",
        0x14 => "DDR2 FB-DIMM",
        0x18 => "DDR3",
        0x1a => "DDR4",
        0x1b => "LPDDR",
        0x1c => "LPDDR2",
        0x1d => "LPDDR3",
        0x1e => "LPDDR4",
        0x1f => "NVDIMM",
        0x20 => "HBM",
        0x21 => "HBM2",
        0x22 => "DDR5",
        0x23 => "LPDDR5",
        0x24 => "HBM3",
        _ => return None,
    })
}

fn form_factor(code: u8) -> Option<&'static str> {
    Some(match code {
        0x03 => "SIMM",
        0x05 => "Chip",
        0x06 => "DIP",
        0x08 => "Proprietary Card",
        0x09 => "DIMM",
        0x0a => "TSOP",
        0x0b => "Row Of Chips",
        0x0c => "RIMM",
        0x0d => "SODIMM",
        0x0f => "FB-DIMM",
        0x10 => "Die",
        0x11 => "CAMM",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::smbios::build::structure;

    fn read_module(size: u16, extended: u32) -> Option<MemoryModule> {
        let mut body = vec![0; 0x24];
        body[0x08..0x0a].copy_from_slice(&size.to_le_bytes());
        body[0x0a] = 0x0d;
        body[0x0c] = 1;
        body[0x0e] = 0x22;
        body[0x11..0x13].copy_from_slice(&5_600_u16.to_le_bytes());
        body[0x18..0x1c].copy_from_slice(&extended.to_le_bytes());
        let bytes = structure(17, &body, &["DIMM A"]);
        modules(&Table::parse(&bytes)).into_iter().next()
    }

    #[test]
    fn sizes() {
        let bytes = |size, extended| read_module(size, extended).unwrap().size_bytes;
        assert_eq!(bytes(8_192, 0), Some(8 << 30));
        assert_eq!(bytes(0x7fff, 32_768), Some(32 << 30));
        assert_eq!(bytes(0x8000 | 512, 0), Some(512 << 10));
        assert_eq!(bytes(0xffff, 0), None);
        assert_eq!(read_module(0, 0), None);
    }

    #[test]
    fn what_a_module_is() {
        let module = read_module(16_384, 0).unwrap();
        assert_eq!(module.kind.as_deref(), Some("DDR5"));
        assert_eq!(module.form_factor.as_deref(), Some("SODIMM"));
        assert_eq!(module.speed_mts, Some(5_600));
        assert_eq!(module.slot.as_deref(), Some("DIMM A"));
    }

    #[test]
    fn the_total() {
        assert_eq!(total("MemTotal:       16384000 kB\nMemFree: 1 kB\n"), Some(16_777_216_000));
        assert_eq!(total("MemTotal: x kB"), None);
        assert_eq!(total("MemTotal: 18446744073709551615 kB"), None);
    }
}
