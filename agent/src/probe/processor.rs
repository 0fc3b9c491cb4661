//! Section `processor`: one row a socket, from `/proc/cpuinfo`; the highest clock from cpufreq, the first recorded one.
//!
//! Refuses the current clock, which moves by itself.

use std::collections::BTreeMap;

use cadastre_proto::inventory::{Processor, ProcessorPackage};

use super::{Reading, macos, not_understood, windows};
use crate::source::{self, Source, System};

/// Reads the section.
pub(crate) fn read(source: &dyn Source) -> Reading<Processor> {
    match source.system() {
        System::Linux => linux(source),
        System::Windows => windows::hardware::processor(source),
        System::Macos => macos::hardware::processor(source),
    }
}

fn linux(source: &dyn Source) -> Reading<Processor> {
    match source::text(source, "/proc/cpuinfo") {
        Ok(text) => {
            let max_khz = source::value(source, "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
            let max_mhz = max_khz.and_then(|khz| khz.parse::<u32>().ok()).map(|khz| khz / 1_000);
            let packages = packages(&text, max_mhz);
            match packages.is_empty() {
                true => Reading::failed(&not_understood()),
                false => Reading::ok(Processor { packages }),
            }
        }
        Err(error) => Reading::failed(&error),
    }
}

#[derive(Default)]
struct Socket {
    manufacturer: Option<String>,
    model: Option<String>,
    cores: Option<u32>,
    threads: u32,
}

fn packages(text: &str, max_mhz: Option<u32>) -> Vec<ProcessorPackage> {
    let mut sockets: BTreeMap<u32, Socket> = BTreeMap::new();
    for block in text.split("\n\n") {
        let field = |name: &str| {
            block
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find_map(|(key, value)| (key.trim() == name).then(|| source::clean(value)).flatten())
        };
        // On ARM and RISC-V the last block describes the board, not a processor.
        if field("processor").is_none() {
            continue;
        }
        let number = |name: &str| field(name).and_then(|value| value.parse::<u32>().ok());
        let socket = sockets.entry(number("physical id").unwrap_or(0)).or_default();
        socket.threads = socket.threads.saturating_add(1);
        socket.cores = socket.cores.or_else(|| number("cpu cores"));
        socket.manufacturer = socket
            .manufacturer
            .take()
            .or_else(|| field("vendor_id"))
            .or_else(|| implementer(&field("CPU implementer")?));
        socket.model = socket.model.take().or_else(|| field("model name")).or_else(|| field("uarch"));
    }
    sockets
        .into_values()
        .map(|socket| ProcessorPackage {
            manufacturer: socket.manufacturer,
            model: socket.model,
            cores: socket.cores,
            threads: Some(socket.threads),
            max_mhz,
        })
        .collect()
}

/// The maker behind ARM's number.
fn implementer(number: &str) -> Option<String> {
    let name = match number {
        "0x41" => "ARM",
        "0x42" => "Broadcom",
        "0x46" => "Fujitsu",
        "0x48" => "HiSilicon",
        "0x4e" => "NVIDIA",
        "0x51" => "Qualcomm",
        "0x61" => "Apple",
        "0xc0" => "Ampere",
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_counted_by_socket() {
        let block = |socket: u8| {
            format!(
                "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon  X\nphysical id\t: {socket}\ncpu cores\t: 1\ncpu MHz\t: 2100.1\n\n"
            )
        };
        let text = [block(0), block(0), block(1), block(1)].concat();
        let found = packages(&text, Some(3_200));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].cores, found[0].threads, found[0].max_mhz), (Some(1), Some(2), Some(3_200)));
    }

    #[test]
    fn an_arm_board_has_one_package() {
        let text = "processor\t: 0\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nCPU implementer\t: 0x41\n\nHardware\t: BCM2835\nSerial\t: 10\n";
        let found = packages(text, None);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].manufacturer.as_deref(), found[0].threads), (Some("ARM"), Some(2)));
    }

    #[test]
    fn an_empty_file_has_no_package() {
        assert!(packages("", None).is_empty());
    }
}
