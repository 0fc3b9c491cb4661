//! Firmware under Windows: the raw SMBIOS table, then what single classes say.

use cadastre_proto::inventory::{Bios, Board, Chassis, Firmware, System};

use super::{classes, first};
use crate::probe::firmware::Raw;
use crate::source::{ReadError, Source};

/// The structure table.
pub(crate) fn table(source: &dyn Source) -> Result<Raw, ReadError> {
    let row = first(source, &classes::RAW_SMBIOS)?;
    let bytes = row.numbers("SMBiosData").into_iter().map(u8::try_from).collect::<Result<Vec<u8>, _>>();
    let version = |name: &str| row.number(name).and_then(|number| u8::try_from(number).ok());
    let bytes = bytes.map_err(|_| ReadError::Failed("smbios_damaged".to_owned()))?;
    Ok(Raw { bytes, version: version("SmbiosMajorVersion").zip(version("SmbiosMinorVersion")) })
}

/// What the classes say; the error of the first one when none answers.
pub(crate) fn of_classes(source: &dyn Source) -> Result<Firmware, ReadError> {
    let computer = first(source, &classes::COMPUTER_SYSTEM);
    let product = first(source, &classes::PRODUCT);
    let bios = first(source, &classes::BIOS);
    let enclosure = first(source, &classes::ENCLOSURE);
    let board = first(source, &classes::BOARD);
    if let (Err(error), Err(_), Err(_), Err(_)) = (&computer, &product, &bios, &enclosure) {
        return Err(error.clone());
    }
    let text = |row: &Result<crate::source::wmi::Row, ReadError>, name: &str| row.as_ref().ok()?.text(name);
    let chassis_type = enclosure.as_ref().ok().and_then(|row| row.numbers("ChassisTypes").first().copied());
    let chassis_type =
        chassis_type.and_then(|kind| u8::try_from(kind & 0x7f).ok()).filter(|kind| (1..=36).contains(kind));
    let day = bios.as_ref().ok().and_then(|row| row.value("ReleaseDate")?.as_str().map(str::to_owned));
    Ok(Firmware {
        system: System {
            manufacturer: text(&computer, "Manufacturer").or_else(|| text(&product, "Vendor")),
            product: text(&computer, "Model").or_else(|| text(&product, "Name")),
            version: text(&product, "Version"),
            // The BIOS class shows the serial of the system, not one of its own.
            serial: text(&product, "IdentifyingNumber").or_else(|| text(&bios, "SerialNumber")),
            uuid: text(&product, "UUID").map(|uuid| uuid.to_lowercase()),
            sku: text(&computer, "SystemSKUNumber"),
            family: text(&computer, "SystemFamily"),
        },
        board: Board {
            manufacturer: text(&board, "Manufacturer"),
            product: text(&board, "Product"),
            serial: text(&board, "SerialNumber"),
            asset_tag: None,
        },
        chassis: Chassis {
            r#type: chassis_type,
            manufacturer: text(&enclosure, "Manufacturer"),
            serial: text(&enclosure, "SerialNumber"),
            asset_tag: text(&enclosure, "SMBIOSAssetTag"),
        },
        bios: Bios {
            vendor: text(&bios, "Manufacturer"),
            version: text(&bios, "SMBIOSBIOSVersion"),
            date: day.and_then(|day| civil(&day)),
        },
        ..Firmware::default()
    })
}

/// The day of a CIM instant as it is written, whatever its offset.
fn civil(text: &str) -> Option<String> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let (month, day) = (i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?);
    let date = jiff::civil::Date::new(part(0, 4).filter(|year| *year > 1601)?, month, day).ok()?;
    Some(date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_bios_is_not_moved_by_its_offset() {
        assert_eq!(civil("20140401000000.000000+060").as_deref(), Some("2014-04-01"));
        assert_eq!(civil("16010101000000.000000+000"), None);
        assert_eq!(civil("2014é401"), None);
    }
}
