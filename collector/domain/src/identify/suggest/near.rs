//! Suggestions from what people type: a serial with one wrong character, a label that is the host name.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::link::Linker;
use super::super::value::{Kind, of_kind};
use super::{SHARED_MAX, each, plain};
use crate::identifier::within_one;

/// Shorter serials are near too many others.
const LENGTH_MIN: usize = 7;

/// 130: a serial typed by hand that is an agent's but for one character, or for letters that look like digits.
pub(super) fn serials(linker: &Linker<'_>, found: &mut Vec<(u32, u32)>) {
    let mut typed: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    each(linker, |name, group| {
        if !group.rows_only || !group.has(Kind::Untyped) {
            return;
        }
        for serial in texts(linker, name, Kind::Untyped) {
            let folded = fold(&serial);
            for variant in variants(&folded) {
                typed.entry(variant).or_default().push((name, folded.clone()));
            }
        }
    });
    if typed.is_empty() {
        return;
    }
    each(linker, |name, group| {
        if group.rows_only {
            return;
        }
        for serial in texts(linker, name, Kind::System) {
            let folded = fold(&serial);
            for variant in variants(&folded) {
                let near = typed.get(&variant).filter(|near| near.len() <= SHARED_MAX).into_iter().flatten();
                found.extend(near.filter(|(_, other)| within_one(&folded, other)).map(|(row, _)| (*row, name)));
            }
        }
    });
}

/// 140: the annex calls it by the name it gives itself.
pub(super) fn labels(linker: &Linker<'_>, found: &mut Vec<(u32, u32)>) {
    let mut labels: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    each(linker, |name, group| {
        if group.has(Kind::Label) {
            for label in texts(linker, name, Kind::Label) {
                labels.entry(label).or_default().push(name);
            }
        }
    });
    if labels.is_empty() {
        return;
    }
    each(linker, |name, group| {
        if group.has(Kind::Label) {
            return;
        }
        for host in texts(linker, name, Kind::Hostname) {
            let rows = labels.get(&plain(&host)).filter(|rows| rows.len() <= SHARED_MAX);
            found.extend(rows.into_iter().flatten().map(|row| (*row, name)));
        }
    });
}

/// The texts of a group's values of one kind, read again from its sightings.
fn texts(linker: &Linker<'_>, name: u32, kind: Kind) -> Vec<String> {
    let members = linker.groups.get(name).map(|group| group.members.as_slice()).unwrap_or_default();
    let mut texts: Vec<String> = Vec::new();
    for number in members {
        let (Some(sighting), Some(profile)) =
            (linker.sightings.get(*number as usize), linker.profiles.get(*number as usize))
        else {
            continue;
        };
        if of_kind(&profile.values, kind).is_empty() {
            continue;
        }
        let evidence = &sighting.evidence;
        let raw = match kind {
            Kind::Untyped => &evidence.untyped_serial,
            Kind::System => &evidence.system_serial,
            Kind::Label => &evidence.label,
            _ => &evidence.hostname,
        };
        let raw = raw.as_deref().unwrap_or_default();
        let first_label = raw.trim().split('.').next().unwrap_or_default();
        texts.push(plain(if kind == Kind::Hostname { first_label } else { raw }));
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Letters that people read as digits, as those digits.
fn fold(serial: &str) -> String {
    let digit = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'B' => '8',
        'Z' => '2',
        'G' => '6',
        c => c,
    };
    serial.chars().map(digit).collect()
}

/// The serial, and it without each of its characters: two serials within one edit share one of these.
fn variants(serial: &str) -> Vec<String> {
    if serial.len() < LENGTH_MIN {
        return Vec::new();
    }
    let without = |at: usize| serial.chars().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| c).collect();
    let mut all: Vec<String> = (0..serial.len()).map(without).collect();
    all.push(String::from(serial));
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_near() {
        for (a, b, near) in [
            ("PF2ABCDE", "PF2ABCDE", true),
            ("PF2ABCDE", "PF2ABXDE", true),
            ("PF2ABCDE", "PF2ABCDEX", true),
            ("PF2ABCDE", "F2ABCDE", true),
            ("PF2ABCDE", "PF2BACDE", false),
            ("PF2ABCDE", "PF2A", false),
        ] {
            assert_eq!(within_one(a, b), near, "{a} {b}");
            let shared = variants(a).iter().any(|v| variants(b).contains(v));
            assert!(!near || shared, "{a} {b}");
        }
        assert_eq!(fold("O1LSBZG"), "0115826");
        assert!(variants("ABC123").is_empty());
    }
}
