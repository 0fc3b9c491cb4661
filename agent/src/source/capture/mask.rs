//! Swapping what identifies a machine for values of the same shape: same length, digits for digits, letters for letters,
//! the maker's half of a MAC kept.
//!
//! Refuses placeholders, which identify nothing and must be seen as they are. Invariant: one value has one mask everywhere
//! in a capture, in every encoding and byte order it stands in.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Seen;
use super::entries::Known;
use super::redact::each_text;
use crate::source::registry;

/// What is swapped, as a capture names it.
pub const KINDS: [&str; 4] = ["serial", "uuid", "mac", "name"];

/// How else a value is written: capitals, and the pairs of an address with dashes or with nothing between.
const FORMS: [fn(&str) -> String; 6] = [
    str::to_owned,
    str::to_uppercase,
    |text| text.replace(':', "-"),
    |text| text.replace(':', "-").to_uppercase(),
    |text| text.replace(':', ""),
    |text| text.replace(':', "").to_uppercase(),
];

/// Values and their masks.
#[derive(Debug, Default)]
pub struct Masks(BTreeMap<String, String>);

impl Masks {
    /// The masks of everything that identifies the machine in an inventory; `salt` makes them of this capture alone.
    #[must_use]
    pub fn of(inventory: &Value, salt: &[u8]) -> Masks {
        let mut masks = Masks::default();
        masks.find(inventory, salt);
        masks
    }

    /// Adds what identifies parts that no inventory tells of.
    pub fn add(&mut self, serials: Vec<String>, salt: &[u8]) {
        for text in serials.into_iter().filter(|text| is_identity(text)) {
            let masked = mask(&text, 0, salt);
            self.0.entry(text).or_insert(masked);
        }
    }

    fn find(&mut self, value: &Value, salt: &[u8]) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    let kept = match name.as_str() {
                        "mac" => 8,
                        "serial" | "uuid" | "hostname" | "machine_id" | "tpm" | "asset_tag" | "domain" => 0,
                        _ => {
                            self.find(value, salt);
                            continue;
                        }
                    };
                    match value.as_str() {
                        Some(text) if is_identity(text) || (name == "hostname" && !text.is_empty()) => {
                            self.0.insert(text.to_owned(), mask(text, kept, salt));
                        }
                        _ => {}
                    }
                }
                if let Some(Value::String(text)) = map.get("value").filter(|_| map.contains_key("kind")) {
                    self.0.insert(text.clone(), mask(text, 0, salt));
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.find(value, salt)),
            _ => {}
        }
    }

    /// Swaps every value of what was seen.
    pub fn apply(&self, seen: &mut Seen) {
        let pairs = self.bytes();
        for known in seen.files.values_mut() {
            if let Known::File { content: Some(content), .. } = known {
                swap(content, &pairs);
            }
        }
        for output in seen.commands.values_mut().flatten() {
            swap(&mut output.stdout, &pairs);
        }
        for row in seen.wmi.values_mut().flatten().flatten() {
            for value in row.0.values_mut() {
                each_text(value, &mut |text| self.text(text));
                swap_numbers(value, &pairs);
            }
        }
        seen.registry.values_mut().flatten().for_each(|key| swap_key(key, &pairs));
        if let Some(Ok(sysinfo)) = &mut seen.sysinfo
            && let Some(name) = &mut sysinfo.hostname
        {
            *name = self.text(name).unwrap_or_else(|| name.clone());
        }
    }

    fn text(&self, text: &str) -> Option<String> {
        let mut bytes = text.as_bytes().to_vec();
        swap(&mut bytes, &self.bytes());
        String::from_utf8(bytes).ok().filter(|changed| changed != text)
    }

    /// Every form a value stands in, longest first.
    fn bytes(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut pairs = Vec::new();
        for (value, mask) in &self.0 {
            let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
            for form in FORMS {
                let (value, mask) = (form(value), form(mask));
                pairs.push((utf16(&value), utf16(&mask)));
                pairs.push((value.into_bytes(), mask.into_bytes()));
            }
            if let (Ok(value), Ok(mask)) = (uuid::Uuid::parse_str(value), uuid::Uuid::parse_str(mask)) {
                pairs.push((value.to_bytes_le().to_vec(), mask.to_bytes_le().to_vec()));
                pairs.push((value.as_bytes().to_vec(), mask.as_bytes().to_vec()));
            }
        }
        pairs.sort_unstable_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        pairs.dedup();
        pairs
    }
}

/// Whether a value tells one machine from another; placeholders do not.
fn is_identity(text: &str) -> bool {
    let text = text.trim();
    let first = text.chars().next();
    text.chars().count() >= 4
        && text.contains(|c: char| c.is_ascii_digit())
        && !text.chars().all(|c| Some(c) == first || !c.is_alphanumeric())
        && !"0123456789abcdef".contains(&text.to_lowercase())
        && !"12345678901234567890".contains(text)
}

/// A value of the same shape; the first characters stay.
fn mask(text: &str, kept: usize, salt: &[u8]) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(text.to_lowercase()).finalize();
    let is_hex = text.chars().all(|c| c.is_ascii_hexdigit() || !c.is_alphanumeric());
    let pick = |from: &[u8], at: usize| -> char {
        let byte = digest.get(at % digest.len()).copied().unwrap_or_default();
        char::from(from.get(usize::from(byte) % from.len()).copied().unwrap_or(b'0'))
    };
    let swapped = text.chars().enumerate().map(|(at, c)| match c {
        c if at < kept => c,
        '0'..='9' => pick(b"0123456789", at),
        'a'..='f' if is_hex => pick(b"abcdef", at),
        'A'..='F' if is_hex => pick(b"ABCDEF", at),
        'a'..='z' => pick(b"abcdefghijklmnopqrstuvwxyz", at),
        'A'..='Z' => pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", at),
        c => c,
    });
    swapped.collect()
}

fn swap(content: &mut [u8], pairs: &[(Vec<u8>, Vec<u8>)]) {
    let mut at = 0;
    while at < content.len() {
        let rest = content.get_mut(at..).unwrap_or_default();
        let found = pairs
            .iter()
            .find(|(value, mask)| !value.is_empty() && value.len() == mask.len() && rest.starts_with(value));
        match found {
            Some((value, mask)) => {
                if let Some(place) = rest.get_mut(..value.len()) {
                    place.copy_from_slice(mask);
                }
                at = at.saturating_add(value.len());
            }
            None => at = at.saturating_add(1),
        }
    }
}

/// Bytes that came as an array of numbers, as WMI gives the firmware's table.
fn swap_numbers(value: &mut Value, pairs: &[(Vec<u8>, Vec<u8>)]) {
    let Some(numbers) = value.as_array_mut() else { return };
    let byte = |number: &Value| u8::try_from(number.as_u64()?).ok();
    let Some(mut bytes) = numbers.iter().map(byte).collect::<Option<Vec<u8>>>() else { return };
    swap(&mut bytes, pairs);
    *numbers = bytes.into_iter().map(Value::from).collect();
}

fn swap_key(key: &mut registry::Key, pairs: &[(Vec<u8>, Vec<u8>)]) {
    key.values.iter_mut().for_each(|(_, data)| swap(&mut data.bytes, pairs));
    key.keys.iter_mut().for_each(|key| swap_key(key, pairs));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn placeholders_stay() {
        for text in ["None", "To be filled by O.E.M.", "0000000000", "123456789", "Not Specified", "00:00:00:00:00:00"]
        {
            assert!(!is_identity(text), "{text}");
        }
        assert!(is_identity("PF3ABCD1"));
    }

    #[test]
    fn a_value_is_swapped_in_every_form() {
        let uuid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
        let masks = Masks::of(
            &json!({ "system": { "uuid": uuid, "serial": "PF3ABCD1" }, "mac": "aa:bb:cc:00:11:22" }),
            b"salt",
        );
        let mut bytes = uuid::Uuid::parse_str(uuid).unwrap().to_bytes_le().to_vec();
        bytes.extend(b"pf PF3ABCD1 AA-BB-CC-00-11-22 aa:bb:cc:00:11:22 AABBCC001122");
        let before = bytes.clone();
        swap(&mut bytes, &masks.bytes());
        let text = String::from_utf8_lossy(&bytes[16..]).into_owned();
        assert_ne!(bytes[..16], before[..16]);
        assert!(!text.contains("PF3ABCD1") && text.contains("aa:bb:cc:"), "{text}");
        assert!(!["00:11:22", "00-11-22", "001122"].iter().any(|half| text.contains(half)), "{text}");
        assert_eq!(bytes.len(), before.len());
    }

    proptest! {
        #[test]
        fn a_mask_has_the_shape_of_its_value(text in "[A-Za-z0-9:. -]{0,20}", kept in 0..9_usize) {
            let masked = mask(&text, kept, b"salt");
            let shape = |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '9' } else if c.is_ascii_lowercase() { 'a' } else if c.is_ascii_uppercase() { 'A' } else { c }).collect::<String>();
            prop_assert_eq!(shape(&masked), shape(&text));
        }
    }
}
