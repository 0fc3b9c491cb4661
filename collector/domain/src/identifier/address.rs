//! UUIDs, MAC addresses and host names in the form in which they are compared.

use alloc::format;
use alloc::string::String;

use unicode_normalization::UnicodeNormalization;

use super::placeholders;

/// A system UUID as compared: 32 hexadecimal digits, the smaller of its two byte orders.
pub(crate) enum Uuid {
    /// It identifies.
    Strong(String),
    /// Firmware made it of a MAC address: it links nothing, but two of them that differ are two machines.
    Weak(String),
}

/// The canonical UUID, or why it is none.
pub(crate) fn uuid(raw: &str) -> Result<Uuid, &'static str> {
    let digits: String = raw.trim().trim_start_matches("urn:uuid:").chars().filter(char::is_ascii_hexdigit).collect();
    let stray = raw.trim().trim_start_matches("urn:uuid:").chars();
    if digits.len() != 32 || stray.into_iter().any(|c| !c.is_ascii_hexdigit() && !matches!(c, '-' | '{' | '}' | ' ')) {
        return Err("malformed");
    }
    let value = u128::from_str_radix(&digits, 16).map_err(|_| "malformed")?;
    let swapped = swap(value);
    let bytes = value.to_be_bytes();
    if bytes.windows(2).all(|pair| pair.first() == pair.last()) {
        return Err("placeholder");
    }
    let unset = |v: &u128| placeholders::UUIDS.binary_search(v).is_ok();
    if value & u128::MAX >> 32 == u128::MAX >> 32 || unset(&value) || unset(&swapped) {
        return Err("placeholder");
    }
    let canonical = format!("{:032x}", value.min(swapped));
    Ok(if value >> 48 == 0 { Uuid::Weak(canonical) } else { Uuid::Strong(canonical) })
}

/// The other byte order of the first three groups.
fn swap(value: u128) -> u128 {
    let mut bytes = value.to_be_bytes();
    for range in [0..4, 4..6, 6..8] {
        if let Some(group) = bytes.get_mut(range) {
            group.reverse();
        }
    }
    u128::from_be_bytes(bytes)
}

/// Where a MAC address was seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// On a machine that is known to be physical.
    Physical,
    /// On a virtual machine.
    Virtual,
    /// In a list that does not tell.
    Untold,
}

/// The address of a network adapter as a number, however it is written; `None` when it is none.
pub fn mac_number(raw: &str) -> Option<u64> {
    let digits: String = raw.chars().filter(char::is_ascii_hexdigit).collect();
    let stray = raw.trim().chars().any(|c| !c.is_ascii_hexdigit() && !matches!(c, ':' | '-' | '.' | ' '));
    if stray || digits.len() != 12 { None } else { u64::from_str_radix(&digits, 16).ok() }
}

/// The address written `aa:bb:cc:dd:ee:ff`, or why it identifies nothing.
pub(crate) fn mac(raw: &str, host: Host) -> Result<String, &'static str> {
    let value = mac_number(raw).ok_or("malformed")?;
    if placeholders::MACS.binary_search(&value).is_ok() || within(value, placeholders::HOST_NETWORK_MACS) {
        return Err("placeholder");
    }
    if value >> 40 & 1 == 1 {
        return Err("multicast");
    }
    let adapter_is_virtual = placeholders::VIRTUAL_MACS.iter().any(|range| within(value, *range));
    if adapter_is_virtual && host == Host::Physical {
        return Err("virtual_adapter");
    }
    if value >> 41 & 1 == 1 && !(adapter_is_virtual && host == Host::Virtual) {
        return Err("locally_administered");
    }
    let b = value.to_be_bytes();
    let [_, _, b0, b1, b2, b3, b4, b5] = b;
    Ok(format!("{b0:02x}:{b1:02x}:{b2:02x}:{b3:02x}:{b4:02x}:{b5:02x}"))
}

/// Whether an address is one that docks and USB adapters bear: it travels unless its bus says otherwise.
pub(crate) fn is_of_docks(mac: &str) -> bool {
    mac_number(mac).is_some_and(|value| within(value, placeholders::DOCK_MACS))
}

fn within(value: u64, (range, bits): (u64, u32)) -> bool {
    let shift = 48u32.saturating_sub(bits);
    value >> shift == range >> shift
}

/// The first label in lower case, or why it names no one machine.
pub(crate) fn hostname(raw: &str) -> Result<String, &'static str> {
    let raw = raw.trim();
    let label = raw.trim_end_matches('$').split('.').next().unwrap_or("").trim();
    let label: String = label.nfkc().flat_map(char::to_lowercase).collect();
    let numbered =
        label.rsplit_once('-').filter(|(_, tail)| !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit()));
    let stem = numbered.map_or(label.as_str(), |(stem, _)| stem);
    let generic = |name: &str| placeholders::HOSTNAMES.binary_search(&name).is_ok();
    // A number behind an Apple model is the network's, not the owner's.
    if label.is_empty() || generic(&label) || (generic(stem) && (stem.starts_with("mac") || stem.starts_with("imac"))) {
        return Err("generic_name");
    }
    let address = raw.bytes().all(|b| b.is_ascii_digit() || b == b'.') && raw.contains('.');
    if address || raw.contains(':') {
        return Err("generic_name");
    }
    Ok(label)
}

/// An id that an operating system or a directory gives: lower case, without braces.
pub(crate) fn system_id(raw: &str) -> Result<String, &'static str> {
    let value = raw.trim().trim_matches(['{', '}']).to_ascii_lowercase();
    let bare = value.bytes().filter(|b| *b != b'-');
    let mut bare = bare.peekable();
    let first = bare.peek().copied();
    let single = bare.all(|b| Some(b) == first);
    if (single && value.len() > 1) || value == "uninitialized" {
        return Err("placeholder");
    }
    Ok(value)
}

/// A Windows security identifier, in upper case.
pub(crate) fn security_id(raw: &str) -> Result<String, &'static str> {
    system_id(raw).map(|value| value.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong(raw: &str) -> Option<String> {
        match uuid(raw) {
            Ok(Uuid::Strong(value)) => Some(value),
            _ => None,
        }
    }

    #[test]
    fn both_byte_orders_are_one_uuid() {
        let one = strong("3f2504e0-4f89-11d3-9a0c-0305e82c3301").unwrap();
        assert_eq!(one, strong("{E004253F-894F-D311-9A0C-0305E82C3301}").unwrap());
        assert_eq!(one.len(), 32);
    }

    #[test]
    fn unset_uuids_are_absent_in_both_orders() {
        for raw in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "fefefefe-fefe-fefe-fefe-fefefefefefe",
            "03000200-0400-0500-0006-000700080009",
            "00020003-0004-0005-0006-000700080009",
            "56f49712-ffff-ffff-ffff-ffffffffffff",
            "12345678-1234-5678-90AB-CDDEEFAABBCC",
            "78563412-3412-7856-90AB-CDDEEFAABBCC",
        ] {
            assert!(matches!(uuid(raw), Err("placeholder")), "{raw}");
        }
        for raw in ["2", "Not Settable", "zz"] {
            assert!(matches!(uuid(raw), Err("malformed")), "{raw}");
        }
        assert!(matches!(uuid("00000000-0000-0000-0000-0cc47a480001"), Ok(Uuid::Weak(_))));
        assert!(strong("f0900000-0000-1000-8000-0123456789ab").is_some(), "a class of the list is no refusal");
        assert!(strong("ec2f5d1a-0000-4c4c-8a8a-0123456789ab").is_some());
    }

    #[test]
    fn addresses_that_every_machine_has_are_dropped() {
        for (raw, host, reason) in [
            ("00:00:00:00:00:00", Host::Physical, "placeholder"),
            ("00-50-56-C0-00-08", Host::Virtual, "placeholder"),
            ("01:00:5e:00:00:01", Host::Physical, "multicast"),
            ("02:42:ac:11:00:02", Host::Virtual, "locally_administered"),
            ("da:a1:19:00:00:01", Host::Physical, "locally_administered"),
            ("00:15:5d:00:00:01", Host::Physical, "virtual_adapter"),
            ("hello", Host::Physical, "malformed"),
        ] {
            assert_eq!(mac(raw, host), Err(reason), "{raw}");
        }
        assert_eq!(mac("0015.5D00.0001", Host::Virtual).unwrap(), "00:15:5d:00:00:01");
        assert_eq!(mac("52:54:00:12:34:56", Host::Virtual).unwrap(), "52:54:00:12:34:56");
        assert_eq!(mac("00:15:5d:00:00:01", Host::Untold).unwrap(), "00:15:5d:00:00:01");
    }

    #[test]
    fn generic_names_are_empty() {
        for raw in ["localhost", "Ubuntu", "raspberrypi.local", "MacBook-Pro-3.local", "192.168.1.4", ""] {
            assert_eq!(hostname(raw), Err("generic_name"), "{raw}");
        }
        assert_eq!(hostname("PC-Compta.corp.example").unwrap(), "pc-compta");
        assert_eq!(hostname("DESKTOP-4F2K9QX").unwrap(), "desktop-4f2k9qx");
        assert_eq!(hostname("server-12").unwrap(), "server-12");
    }

    #[test]
    fn system_ids_are_compared_in_lower_case() {
        assert_eq!(
            system_id("{6F9619FF-8B86-D011-B42D-00C04FC964FF}").unwrap(),
            "6f9619ff-8b86-d011-b42d-00c04fc964ff"
        );
        assert_eq!(system_id("00000000000000000000000000000000"), Err("placeholder"));
        assert_eq!(system_id("k79").unwrap(), "k79");
    }
}
