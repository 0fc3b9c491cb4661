//! Serials, makers and models: `[A-Z0-9]` in upper case, and the values that identify nothing.

use alloc::string::String;

use unicode_normalization::UnicodeNormalization;

use super::placeholders;

/// Shorter serials are no identity.
const SERIAL_LENGTH_MIN: usize = 4;
/// From this length on, a value one keystroke away from a placeholder is that placeholder, mistyped; a shorter one is when
/// it has letters only.
const MISTYPED_LENGTH_MIN: usize = 7;

/// NFKC, upper case, letters and digits of ASCII only.
pub(crate) fn alphanumeric(raw: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric().then(|| c.to_ascii_uppercase());
    if raw.is_ascii() {
        return raw.chars().filter_map(keep).collect();
    }
    raw.nfkc().flat_map(char::to_uppercase).filter_map(keep).collect()
}

/// The normal form of a serial, or why it identifies nothing. `others` are the raw model and maker of the same thing.
pub(crate) fn serial(raw: &str, others: &[Option<&str>]) -> Result<String, &'static str> {
    let value = alphanumeric(raw);
    refuse(&value)?;
    if value.starts_with("VMWARE") || value.starts_with("PARALLELS") {
        return Err("derived_from_uuid");
    }
    if others.iter().flatten().any(|other| alphanumeric(other) == value) {
        return Err("equals_model");
    }
    Ok(value)
}

/// The normal form of a disk's serial, or why it identifies nothing.
pub(crate) fn disk(raw: &str) -> Result<String, &'static str> {
    let value = alphanumeric(raw);
    let qemu = value.strip_prefix("QM").is_some_and(|rest| rest.len() == 5 && rest.bytes().all(|b| b.is_ascii_digit()));
    let virtual_prefix = ["DRIVE", "VB", "6000C29"].iter().any(|prefix| value.starts_with(prefix));
    if qemu || virtual_prefix || value == "0123456789ABCDEF" {
        return Err("virtual_disk");
    }
    refuse(&value)?;
    Ok(value)
}

fn refuse(value: &str) -> Result<(), &'static str> {
    if value.len() < SERIAL_LENGTH_MIN {
        return Err("too_short");
    }
    if placeholders::SERIALS.binary_search(&value).is_ok() || value.bytes().all(|b| matches!(b, b'0' | b'1')) {
        return Err("placeholder");
    }
    let is_word = value.bytes().all(|b| b.is_ascii_alphabetic());
    let stands = |placeholder: &&&str| is_word || placeholder.len() >= MISTYPED_LENGTH_MIN;
    if placeholders::SERIALS.iter().filter(stands).any(|near| within_one(value, near) || exchanged(value, near)) {
        return Err("placeholder");
    }
    if repeated(value) {
        return Err("repeated_character");
    }
    if ascends(value) || counts(value) {
        return Err("counting_run");
    }
    Ok(())
}

/// Edit distance of one at most: one character more, less or other.
pub(crate) fn within_one(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let next = same.saturating_add(1);
    match long.len().saturating_sub(short.len()) {
        0 => rest(short, next) == rest(long, next),
        1 => rest(short, same) == rest(long, next),
        _ => false,
    }
}

/// Whether two neighbours of one are exchanged in the other.
fn exchanged(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    match (rest(a, same), rest(b, same)) {
        ([x, y, a @ ..], [z, w, b @ ..]) => (x, y) == (w, z) && a == b,
        _ => false,
    }
}

fn rest(of: &[u8], from: usize) -> &[u8] {
    of.get(from..).unwrap_or_default()
}

fn repeated(value: &str) -> bool {
    let mut bytes = value.bytes();
    bytes.next().is_some_and(|first| bytes.all(|b| b == first))
}

/// Each character follows the one before: digits wrap 9→0, hexadecimal goes 9→A and wraps F→0.
fn ascends(value: &str) -> bool {
    value.as_bytes().windows(2).all(|pair| match pair {
        [b'9', next] => matches!(next, b'0' | b'A'),
        [b'F', next] => matches!(next, b'0' | b'G'),
        [one, next] => next.checked_sub(*one) == Some(1),
        _ => false,
    })
}

/// Digits that count from 1 to at least 6, once or again and again, with zeros around.
fn counts(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        rest = rest.strip_prefix('0').unwrap_or(rest);
        let Some(tail) = rest.strip_prefix("123456") else { return false };
        rest = tail;
        for next in ['7', '8', '9', '0'] {
            rest = rest.strip_prefix(next).unwrap_or(rest);
        }
    }
    true
}

/// The maker as compared; `None` when it names nobody.
pub(crate) fn maker(raw: &str) -> Option<String> {
    let value = alphanumeric(raw);
    if placeholders::MAKERS.binary_search(&value.as_str()).is_ok() {
        return None;
    }
    let alias = placeholders::MAKER_ALIASES.binary_search_by(|(written, _)| (*written).cmp(&value)).ok();
    let alias = alias.and_then(|at| placeholders::MAKER_ALIASES.get(at));
    Some(alias.map_or(value, |(_, compared)| String::from(*compared)))
}

/// The model as compared; `None` when it names nothing.
pub(crate) fn model(raw: &str) -> Option<String> {
    let value = alphanumeric(raw);
    placeholders::MODELS.binary_search(&value.as_str()).is_err().then_some(value)
}

/// The asset tag as compared; `None` when nobody wrote it.
pub fn asset_tag(raw: &str) -> Option<String> {
    let value = alphanumeric(raw);
    placeholders::ASSET_TAGS.binary_search(&value.as_str()).is_err().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_keeps_letters_and_digits() {
        assert_eq!(serial(" 5cg-1234 xyz\u{a0}", &[]).unwrap(), "5CG1234XYZ");
        assert_eq!(serial("５ＣＧ１２３４", &[]).unwrap(), "5CG1234");
        assert_eq!(serial("5CD1.2", &[]).unwrap(), "5CD12", "a real serial that a loose pattern would refuse");
        for far in ["0183456798", "Defulat strin", "12346", "NODE1"] {
            assert!(serial(far, &[]).is_ok(), "{far} is more than a keystroke from any placeholder");
        }
    }

    #[test]
    fn a_serial_that_identifies_nothing_is_refused_with_its_reason() {
        for (raw, reason) in [
            ("N/A", "too_short"),
            (".", "too_short"),
            ("To be filled by O.E.M.", "placeholder"),
            ("$(DEFAULT_STRING)", "placeholder"),
            ("0110", "placeholder"),
            ("0183456789", "placeholder"),
            ("System Serial Numbr", "placeholder"),
            ("T be filled by O.E.M.", "placeholder"),
            ("Defualt string", "placeholder"),
            ("nwne", "placeholder"),
            ("XXXXXXXX", "repeated_character"),
            ("ffffffffffffffff", "repeated_character"),
            ("456789012", "counting_run"),
            ("89ABCDEF01", "counting_run"),
            ("ABCDEFGH", "counting_run"),
            ("12345678123456", "counting_run"),
            ("VMware-56 4d 2f 00 11", "derived_from_uuid"),
            ("Parallels-1A 2B", "derived_from_uuid"),
            ("Latitude 5420", "equals_model"),
        ] {
            assert_eq!(serial(raw, &[Some("Latitude 5420"), None]), Err(reason), "{raw}");
        }
    }

    #[test]
    fn virtual_disks_have_no_serial() {
        for raw in ["QM00001", "drive-scsi0", "VB1234abcd-5678ef01", "6000c29f", "0123456789ABCDEF"] {
            assert_eq!(disk(raw), Err("virtual_disk"), "{raw}");
        }
        assert_eq!(disk("S5GX460001").unwrap(), "S5GX460001");
        assert_eq!(disk("QM000012").unwrap(), "QM000012");
    }

    #[test]
    fn makers_have_one_name() {
        for raw in ["Hewlett-Packard", "HP", "HPE", "HP Inc."] {
            assert_eq!(maker(raw).unwrap(), "HP", "{raw}");
        }
        assert_eq!(maker("Dell Inc.").unwrap(), "DELL");
        assert_eq!(maker("System manufacturer"), None);
        assert_eq!(model("All Series"), None);
        assert_eq!(asset_tag("No Asset Tag"), None);
        assert_eq!(asset_tag("pc-0042").unwrap(), "PC0042");
    }
}
