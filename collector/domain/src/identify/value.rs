//! Normalised values as small numbers: equal text of one kind is one number, whoever wrote it.
//!
//! **Invariant**: numbers follow the order in which sightings are met, and sightings are met in the order of their
//! recorded instants; nothing outside this run ever sees them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// What a value is; the order is the order of storage within a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    System,
    Chassis,
    Board,
    Untyped,
    Uuid,
    WeakUuid,
    Mac,
    /// The same addresses as `Mac`, those with a neighbour on the same machine: ports of one card.
    CardMac,
    /// One number for a whole set of stable addresses.
    MacSet,
    Disk,
    MachineId,
    AdSid,
    EntraDeviceId,
    Hostname,
    Label,
    Maker,
    Model,
    Os,
    Tpm,
    Agent,
    Native,
}

const KINDS: [(Kind, &str); 21] = [
    (Kind::System, "serial"),
    (Kind::Chassis, "chassis_serial"),
    (Kind::Board, "baseboard_serial"),
    (Kind::Untyped, "serial"),
    (Kind::Uuid, "uuid"),
    (Kind::WeakUuid, "uuid"),
    (Kind::Mac, "mac"),
    (Kind::CardMac, "mac"),
    (Kind::MacSet, "mac"),
    (Kind::Disk, "disk"),
    (Kind::MachineId, "machine_id"),
    (Kind::AdSid, "ad_sid"),
    (Kind::EntraDeviceId, "entra_device_id"),
    (Kind::Hostname, "hostname"),
    (Kind::Label, "label"),
    (Kind::Maker, "maker"),
    (Kind::Model, "model"),
    (Kind::Os, "os"),
    (Kind::Tpm, "tpm"),
    (Kind::Agent, "agent"),
    (Kind::Native, "native_id"),
];

const TEXT_BITS: u32 = 27;
const TEXT_MASK: u32 = (1 << TEXT_BITS) - 1;

/// A kind and a text, in one number. Zero bits of text beyond 2^27 texts are refused by [`Texts::intern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value(u32);

impl Value {
    /// No value: fills the rest of a key.
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) fn new(kind: Kind, text: u32) -> Self {
        Self((kind as u32) << TEXT_BITS | text & TEXT_MASK)
    }

    pub(super) fn text(self) -> u32 {
        self.0 & TEXT_MASK
    }

    /// The same text as another kind.
    pub(super) fn cast(self, kind: Kind) -> Self {
        Self::new(kind, self.text())
    }

    /// The kind's name in documents.
    pub(super) fn kind_name(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| self.is(*kind)).map_or("", |(_, name)| name)
    }

    pub(super) fn is(self, kind: Kind) -> bool {
        self.0 >> TEXT_BITS == kind as u32
    }
}

/// The values of one kind in a sorted slice.
pub(super) fn of_kind(values: &[Value], kind: Kind) -> &[Value] {
    let from = values.partition_point(|v| *v < Value::new(kind, 0));
    let rest = values.get(from..).unwrap_or_default();
    let to = rest.partition_point(|v| *v <= Value::new(kind, TEXT_MASK));
    rest.get(..to).unwrap_or_default()
}

/// Whether two sorted slices share a value.
pub(super) fn share(a: &[Value], b: &[Value]) -> bool {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().any(|v| many.binary_search(v).is_ok())
}

/// Both non-empty, nothing in common.
pub(super) fn disjoint(a: &[Value], b: &[Value]) -> bool {
    !a.is_empty() && !b.is_empty() && !share(a, b)
}

/// Texts and their numbers.
#[derive(Default)]
pub(super) struct Texts {
    texts: Vec<String>,
    /// By the text's hash: numbers compare faster than texts.
    numbers: BTreeMap<u64, u32>,
    /// Texts whose hash another has.
    others: BTreeMap<String, u32>,
}

impl Texts {
    /// The number of `text`.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        // Beyond 2^27 texts of one client the last number stands for all: the limit of a run, far above its memory.
        let next = u32::try_from(self.texts.len()).unwrap_or(TEXT_MASK).min(TEXT_MASK);
        let number = *self.numbers.entry(hash(text)).or_insert(next);
        if number == next {
            self.texts.push(String::from(text));
            return next;
        }
        if self.texts.get(number as usize).is_some_and(|known| known == text) {
            return number;
        }
        if let Some(known) = self.others.get(text) {
            return *known;
        }
        self.texts.push(String::from(text));
        self.others.insert(String::from(text), next);
        next
    }

    /// The texts by their numbers.
    pub(super) fn by_number(&self) -> Vec<&str> {
        self.texts.iter().map(String::as_str).collect()
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_kind_and_text() {
        let mut texts = Texts::default();
        let number = texts.intern("5CG1");
        let value = Value::new(Kind::Chassis, number);
        assert!(value.is(Kind::Chassis) && !value.is(Kind::System));
        assert_eq!((value.text(), value.kind_name()), (number, "chassis_serial"));
        assert_eq!(value.cast(Kind::System), Value::new(Kind::System, number));
        assert_eq!(texts.by_number(), ["5CG1"]);
        assert_eq!(texts.intern("5CG1"), number);
    }

    #[test]
    fn values_of_a_kind_are_a_slice() {
        let mut values: Vec<Value> = [(Kind::Mac, 4), (Kind::System, 9), (Kind::Mac, 1), (Kind::Native, 0)]
            .map(|(k, t)| Value::new(k, t))
            .into();
        values.sort_unstable();
        assert_eq!(of_kind(&values, Kind::Mac), [Value::new(Kind::Mac, 1), Value::new(Kind::Mac, 4)]);
        assert!(of_kind(&values, Kind::Disk).is_empty());
        assert!(disjoint(of_kind(&values, Kind::Mac), of_kind(&values, Kind::System)));
        assert!(
            !disjoint(of_kind(&values, Kind::Mac), of_kind(&values, Kind::Disk)),
            "an empty side separates nothing"
        );
    }
}
