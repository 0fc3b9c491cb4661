//! One sighting as the rules see it: values as numbers, its boot session, its family.
//!
//! **Invariant**: a profile is made of its sighting alone; what decisions change (classes of values that a pin joined)
//! is laid over it once, before any rule.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::value::{Kind, Texts, Value, of_kind};
use crate::category::{self, Family};
use crate::evidence::{Sighting, SourceKind};
use crate::identifier::{self, Identifier, IdentifierKind, SerialScope};

/// A span in which a machine ran, in seconds of the collector's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Boot instant by the machine's own clock.
    pub(super) boot: i64,
}

/// What the rules know of one sighting.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    /// Sorted, without doubles.
    pub(super) values: Vec<Value>,
    /// Class of the system serial, for vetoes.
    pub(super) serial: Option<u32>,
    /// Class of the UUID, strong or weak, for vetoes.
    pub(super) uuid: Option<u32>,
    pub(super) session: Option<Session>,
    pub(super) family: Option<Family>,
    /// Agent id, where there is one.
    pub(super) agent: Option<Value>,
    /// Which thing of which source.
    pub(super) native: u32,
    /// Class of things that pins joined.
    pub(super) pinned: Option<u32>,
    /// Which list it is a row of.
    pub(super) list: Option<u32>,
    pub(super) container: bool,
    pub(super) retired: bool,
}

impl Profile {
    /// Reads `sighting`.
    pub(super) fn new(sighting: &Sighting, texts: &mut Texts) -> Self {
        let evidence = &sighting.evidence;
        let mut values: Vec<Value> = Vec::new();
        let mut macs: Vec<String> = Vec::new();
        for found in identifier::identifiers(evidence) {
            if let Some(kind) = kind_of(&found) {
                let text = found.normalised.unwrap_or_default();
                values.push(Value::new(kind, texts.intern(&text)));
                if kind == Kind::Mac {
                    macs.push(text);
                }
            }
        }
        cards(&mut macs, texts, &mut values);
        let row = sighting.kind != SourceKind::Agent;
        let annex = sighting.kind == SourceKind::Annex;
        let label = evidence.label.as_deref().filter(|_| annex).map(identifier::alphanumeric);
        let plain = [
            (Kind::Maker, evidence.manufacturer.as_deref().and_then(identifier::maker)),
            (Kind::Model, evidence.product.as_deref().and_then(identifier::model)),
            (Kind::Os, evidence.os_family.clone()),
            (Kind::Label, label.filter(|label| !label.is_empty())),
        ];
        for (kind, text) in plain {
            values.extend(text.map(|text| Value::new(kind, texts.intern(&text))));
        }
        let native = texts.intern(&native_key(sighting));
        let agent = (!row && sighting.native_id.is_some()).then(|| Value::new(Kind::Agent, native));
        if sighting.native_id.is_some() {
            values.push(Value::new(if row { Kind::Native } else { Kind::Agent }, native));
        }
        values.sort_unstable();
        values.dedup();
        let first = |kind| of_kind(&values, kind).first().map(|v| v.text());
        let verdict = category::categorise(evidence);
        Self {
            serial: first(Kind::System),
            uuid: first(Kind::Uuid).or(first(Kind::WeakUuid)),
            session: session(sighting),
            family: verdict.sure_family(),
            agent,
            native,
            pinned: None,
            list: row.then(|| texts.intern(&list_key(sighting))),
            container: evidence.role.as_deref() == Some("container"),
            retired: false,
            values,
        }
    }

    pub(super) fn macs(&self) -> &[Value] {
        of_kind(&self.values, Kind::Mac)
    }
}

/// Which thing of which source a sighting is about; a sighting without native id is a thing of its own.
pub(super) fn native_key(sighting: &Sighting) -> String {
    let native = sighting.native_id.as_deref().unwrap_or(&sighting.id);
    let mark = if sighting.native_id.is_some() { 'n' } else { 's' };
    format!("{}\u{1f}{mark}{native}", sighting.source)
}

/// Which list a row stands in: its source's, or its own contract's annex.
fn list_key(row: &Sighting) -> String {
    let label = row.evidence.label.as_deref().unwrap_or_default();
    let native = row.native_id.as_deref().filter(|_| row.kind == SourceKind::Annex);
    let contract = native.and_then(|native| native.strip_suffix(label)).unwrap_or_default();
    format!("{}\u{1f}{contract}", row.source)
}

/// The kind under which an identifier links or vetoes; refused and travelling ones have none.
fn kind_of(found: &Identifier) -> Option<Kind> {
    found.normalised.as_ref()?;
    if let Some(reason) = found.refused {
        return (reason == identifier::WEAK_UUID).then_some(Kind::WeakUuid);
    }
    Some(match (found.kind, found.scope) {
        (IdentifierKind::Serial, Some(SerialScope::System | SerialScope::Bios)) => Kind::System,
        (IdentifierKind::Serial, Some(SerialScope::Chassis)) => Kind::Chassis,
        (IdentifierKind::Serial, Some(SerialScope::Baseboard)) => Kind::Board,
        (IdentifierKind::Serial, None) => Kind::Untyped,
        (IdentifierKind::Uuid, _) => Kind::Uuid,
        (IdentifierKind::Mac, _) => Kind::Mac,
        (IdentifierKind::Disk, _) => Kind::Disk,
        (IdentifierKind::Tpm, _) => Kind::Tpm,
        (IdentifierKind::MachineId, _) => Kind::MachineId,
        (IdentifierKind::AdSid, _) => Kind::AdSid,
        (IdentifierKind::EntraDeviceId, _) => Kind::EntraDeviceId,
        (IdentifierKind::Hostname, _) => Kind::Hostname,
    })
}

/// Marks addresses that follow one another: ports of one card, which may move to another machine together.
fn cards(macs: &mut Vec<String>, texts: &mut Texts, values: &mut Vec<Value>) {
    macs.sort_unstable();
    macs.dedup();
    for pair in macs.windows(2) {
        let [one, next] = pair else { continue };
        let numbers = identifier::mac_number(next).zip(identifier::mac_number(one));
        if numbers.is_some_and(|(next, one)| next.checked_sub(one) == Some(1)) {
            values.push(Value::new(Kind::CardMac, texts.intern(one)));
            values.push(Value::new(Kind::CardMac, texts.intern(next)));
        }
    }
}

/// The boot session an agent's sighting speaks of: from the collector's instant less the uptime, to its last contact.
fn session(sighting: &Sighting) -> Option<Session> {
    if sighting.kind != SourceKind::Agent {
        return None;
    }
    let boot = sighting.evidence.boot_time?.as_second();
    let uptime = sighting.evidence.collected_at?.as_second().checked_sub(boot).filter(|uptime| *uptime >= 0)?;
    let recorded = sighting.recorded.as_second();
    let start = recorded.checked_sub(uptime)?;
    let end = sighting.last_contact.map_or(recorded, |contact| contact.as_second());
    (start <= end).then_some(Session { start, end, boot })
}

/// A text for tasks: the last part of a native key.
pub(super) fn native_name(key: &str) -> String {
    key.rsplit('\u{1f}').next().and_then(|name| name.get(1..)).unwrap_or(key).to_string()
}
