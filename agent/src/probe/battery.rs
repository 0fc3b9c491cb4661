//! Section `battery`: batteries that feed the machine, from `/sys/class/power_supply`, sorted by name.
//!
//! Refuses batteries of mice and headsets (scope `Device`), chargers and uninterruptible supplies, and the charge, which
//! moves by itself.

use cadastre_proto::inventory::Battery;

use super::{Reading, macos, windows};
use crate::source::{self, Source, System};

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Vec<Battery>> {
    match source.system() {
        System::Linux => linux(source),
        System::Windows => windows::hardware::battery(source),
        System::Macos => macos::hardware::battery(source),
    }
}

fn linux(source: &dyn Source) -> Reading<Vec<Battery>> {
    match source.list("/sys/class/power_supply") {
        Ok(names) => Reading::ok(names.iter().filter_map(|name| battery(source, name)).collect()),
        Err(error) => Reading::failed(&error),
    }
}

fn battery(source: &dyn Source, name: &str) -> Option<Battery> {
    let value = |file: &str| source::value(source, &format!("/sys/class/power_supply/{name}/{file}"));
    if value("type").as_deref() != Some("Battery") || value("scope").as_deref() == Some("Device") {
        return None;
    }
    let number = |file: &str| value(file).and_then(|text| text.parse::<u64>().ok());
    Some(Battery {
        name: Some(name.to_owned()),
        technology: value("technology").filter(|technology| technology != "Unknown"),
        design_wh: design_wh(number("energy_full_design"), number("charge_full_design"), number("voltage_min_design")),
        cycles: number("cycle_count").filter(|cycles| *cycles > 0).and_then(|cycles| u32::try_from(cycles).ok()),
    })
}

/// Watt-hours from microwatt-hours, or from microampere-hours and microvolts; rounded.
fn design_wh(energy: Option<u64>, charge: Option<u64>, voltage: Option<u64>) -> Option<u32> {
    let micro = match (energy, charge, voltage) {
        (Some(energy), _, _) => energy,
        (None, Some(charge), Some(voltage)) => charge.checked_mul(voltage)?.checked_div(1_000_000)?,
        _ => return None,
    };
    u32::try_from(micro.checked_add(500_000)? / 1_000_000).ok().filter(|wh| *wh > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn design_capacity() {
        assert_eq!(design_wh(Some(57_000_000), None, None), Some(57));
        assert_eq!(design_wh(None, Some(5_000_000), Some(11_400_000)), Some(57));
        assert_eq!(design_wh(None, Some(u64::MAX), Some(u64::MAX)), None);
        assert_eq!(design_wh(None, None, Some(1)), None);
        assert_eq!(design_wh(Some(0), None, None), None);
    }
}
