//! From the wire to what the record understands. Every field is named: a new one breaks the build until someone decides.
//!
//! Refuses lengths, ids and instants that are not what they must be; judges no content but the form of a section.

use std::collections::BTreeMap;

use cadastre_domain::fact::Fact;
use cadastre_proto::inventory::SECTIONS;
use cadastre_proto::limits::{PUSH_RAW_BYTES_MAX, SECTION_SCHEMA};
use cadastre_proto::pack::{self, UnpackError};
use cadastre_proto::wire::{self, CheckInRequest, Encoding, PushRequest, SectionId, Speaker};
use cadastre_proto::{digest, hex};
use jiff::Timestamp;
use uuid::Uuid;

use super::answer::Refused;

/// Who a body says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) client: String,
    pub(super) agent: String,
}

/// A state in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summary {
    /// Spool epoch, hex.
    pub(super) epoch: String,
    /// Last change within the epoch.
    pub(super) seq: u64,
    /// Digest of the state, hex.
    pub(super) state: String,
    /// First 16 hex digits of each section's digest.
    pub(super) sections: BTreeMap<&'static str, String>,
    /// Whether a section was named that this collector does not know.
    pub(super) unknown_section: bool,
    /// Id of the running boot; empty when the system has none.
    pub(super) boot: Vec<u8>,
    /// Version of the policy the agent follows.
    pub(super) policy: u64,
    /// Revision of the table of products it matches with.
    pub(super) catalogue: u32,
}

/// A change of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) report_id: String,
    /// Spool epoch, hex.
    pub(super) epoch: String,
    /// Number within the epoch.
    pub(super) seq: u64,
    /// Digest of the state it changes, hex; none for a whole state.
    pub(super) base: Option<String>,
    /// Digest of the state after it, hex.
    pub(super) state: String,
    pub(super) collected_at: Timestamp,
    pub(super) sections: Vec<Incoming>,
}

/// A section as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incoming {
    /// Number of the section on the wire.
    pub(super) number: i32,
    /// Its name; none when this collector does not know it.
    pub(super) name: Option<&'static str>,
    /// Digest it claims, hex.
    pub(super) digest: String,
    raw_len: u64,
    packed: Vec<u8>,
    readable: bool,
}

/// Why a section is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// More came out than it told or than is allowed.
    TooLong,
    /// It is not the section it says it is.
    Rejected,
}

pub(super) fn speaker(speaker: Option<Speaker>) -> Result<Named, Refused> {
    let Speaker { client, agent } = speaker.ok_or(Refused::Malformed)?;
    Ok(Named { client, agent: uuid(&agent)? })
}

pub(super) fn check_in(request: CheckInRequest) -> Result<Summary, Refused> {
    let CheckInRequest {
        speaker: _,
        boot_id,
        uptime_s: _,
        wall_clock_ms: _,
        epoch,
        seq,
        state_digest,
        sections,
        section_digests,
        agent_version: _,
        policy_version,
        bundle_version: _,
        spool_pending: _,
        catalogue_revision,
    } = request;
    if sections.len() != section_digests.len() {
        return Err(Refused::Malformed);
    }
    let mut known = BTreeMap::new();
    let mut unknown_section = false;
    for (number, first) in sections.into_iter().zip(section_digests) {
        match name(number) {
            Some(name) => {
                known.insert(name, format!("{first:016x}"));
            }
            None => unknown_section = true,
        }
    }
    Ok(Summary {
        epoch: fixed::<16>(&epoch)?,
        seq,
        state: fixed::<32>(&state_digest)?,
        sections: known,
        unknown_section,
        boot: boot_id,
        policy: policy_version,
        catalogue: catalogue_revision,
    })
}

pub(super) fn push(request: PushRequest) -> Result<Change, Refused> {
    let PushRequest { speaker: _, report_id, epoch, seq, base_digest, new_digest, sections, collected_at_ms } = request;
    let sections: Vec<Incoming> = sections.into_iter().map(incoming).collect::<Result<_, _>>()?;
    let mut numbers: Vec<i32> = sections.iter().map(|section| section.number).collect();
    numbers.sort_unstable();
    if seq == 0 || sections.is_empty() || numbers.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refused::Malformed);
    }
    let raw: u64 = sections.iter().fold(0, |sum, section| sum.saturating_add(section.raw_len));
    if raw > PUSH_RAW_BYTES_MAX {
        return Err(Refused::SectionTooLong);
    }
    Ok(Change {
        report_id: uuid(&report_id)?,
        epoch: fixed::<16>(&epoch)?,
        seq,
        base: if base_digest.is_empty() { None } else { Some(fixed::<32>(&base_digest)?) },
        state: fixed::<32>(&new_digest)?,
        collected_at: Timestamp::from_millisecond(collected_at_ms).map_err(|_| Refused::Malformed)?,
        sections,
    })
}

fn incoming(section: wire::Section) -> Result<Incoming, Refused> {
    // The duration is for whoever watches the agent on its machine; the record keeps none.
    let wire::Section { id, schema, encoding, raw_len, sha256, duration_ms: _, bytes } = section;
    Ok(Incoming {
        number: id,
        name: name(id),
        digest: fixed::<32>(&sha256)?,
        raw_len,
        packed: bytes,
        readable: schema == SECTION_SCHEMA && encoding == i32::from(Encoding::Zstd),
    })
}

impl Incoming {
    /// Checks that the section is what it says; nothing of it is kept unpacked.
    pub(super) fn check(&self) -> Result<(), Unfit> {
        if !self.readable || self.name.is_none() {
            return Err(Unfit::Rejected);
        }
        let raw = pack::unpack(&self.packed, self.raw_len).map_err(|error| match error {
            UnpackError::TooLong => Unfit::TooLong,
            UnpackError::Damaged => Unfit::Rejected,
        })?;
        let same = hex::encode(&digest::section_digest(&raw)) == self.digest;
        if same && digest::section_from_bytes(&raw, 0).is_ok() { Ok(()) } else { Err(Unfit::Rejected) }
    }

    /// Unpacked length it claims, bytes.
    pub(super) fn raw_len(&self) -> u64 {
        self.raw_len
    }
}

impl Change {
    /// Every section of the state after the change, by digest.
    pub(super) fn applied_to(&self, base: Option<&BTreeMap<String, String>>) -> BTreeMap<String, String> {
        let mut state = base.cloned().unwrap_or_default();
        state.extend(
            self.sections.iter().filter_map(|section| Some((section.name?.to_owned(), section.digest.clone()))),
        );
        state
    }

    /// The fact, and the bytes it brings.
    pub(super) fn into_fact(self, agent: String, sections: BTreeMap<String, String>) -> (Fact, Vec<(String, Vec<u8>)>) {
        let Self { report_id, epoch, seq, base: _, state, collected_at, sections: brought } = self;
        let fact = Fact::Report { agent, epoch, report_seq: seq, report_id, collected_at, state, sections };
        (fact, brought.into_iter().map(|section| (section.digest, section.packed)).collect())
    }
}

/// The digest of a state, hex.
pub(super) fn state_digest(sections: &BTreeMap<String, String>) -> Option<String> {
    let mut digests = Vec::with_capacity(sections.len());
    for name in SECTIONS {
        if let Some(digest) = sections.get(name) {
            digests.push(<[u8; 32]>::try_from(hex::decode(digest)?).ok()?);
        }
    }
    Some(hex::encode(&digest::state_digest(&digests)))
}

/// The number of a section on the wire.
pub(super) fn number(name: &str) -> Option<i32> {
    SectionId::of_name(name).map(i32::from)
}

fn name(number: i32) -> Option<&'static str> {
    SectionId::try_from(number).ok()?.name()
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<String, Refused> {
    if bytes.len() == N { Ok(hex::encode(bytes)) } else { Err(Refused::Malformed) }
}

/// The text of a UUID's 16 bytes.
fn uuid(bytes: &[u8]) -> Result<String, Refused> {
    Uuid::from_slice(bytes).map(|id| id.to_string()).map_err(|_| Refused::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(raw: &[u8], raw_len: u64) -> wire::Section {
        wire::Section {
            id: SectionId::Host.into(),
            schema: SECTION_SCHEMA,
            encoding: Encoding::Zstd.into(),
            raw_len,
            sha256: digest::section_digest(raw).to_vec(),
            duration_ms: 3,
            bytes: pack::pack(raw).unwrap(),
        }
    }

    fn request(sections: Vec<wire::Section>) -> PushRequest {
        PushRequest {
            speaker: None,
            report_id: vec![1; 16],
            epoch: vec![2; 16],
            seq: 1,
            base_digest: Vec::new(),
            new_digest: vec![3; 32],
            sections,
            collected_at_ms: 1_700_000_000_000,
        }
    }

    #[test]
    fn a_good_section_is_fit_and_its_bytes_stay_verbatim() {
        let raw = br#"{"outcome":"ok","reason":null,"data":{}}"#;
        let good = section(raw, raw.len() as u64);
        let change = push(request(vec![good.clone()])).unwrap();
        assert_eq!(change.sections[0].check(), Ok(()));
        let sections = change.applied_to(None);
        let (fact, brought) = change.into_fact("a".to_owned(), sections);
        assert_eq!(brought, [(hex::encode(&good.sha256), good.bytes)]);
        assert!(matches!(fact, Fact::Report { report_seq: 1, .. }));
    }

    #[test]
    fn sections_that_lie_are_unfit() {
        let raw = br#"{"outcome":"ok","reason":null,"data":{}}"#;
        let long = raw.len() as u64;
        let fit = |change: &dyn Fn(&mut wire::Section)| {
            let mut told = section(raw, long);
            change(&mut told);
            push(request(vec![told])).unwrap().sections[0].check()
        };
        assert_eq!(fit(&|_| ()), Ok(()));
        assert_eq!(fit(&|told| told.raw_len -= 1), Err(Unfit::TooLong));
        assert_eq!(fit(&|told| told.raw_len += 1), Err(Unfit::Rejected));
        assert_eq!(fit(&|told| told.raw_len = 5 << 20), Err(Unfit::TooLong));
        assert_eq!(fit(&|told| told.sha256[0] ^= 1), Err(Unfit::Rejected));
        assert_eq!(fit(&|told| told.encoding = 0), Err(Unfit::Rejected));
        assert_eq!(fit(&|told| told.schema = 2), Err(Unfit::Rejected));
        assert_eq!(fit(&|told| told.id = 99), Err(Unfit::Rejected));
        let text = br#"{"outcome":"splendid","data":{}}"#;
        let odd = push(request(vec![section(text, text.len() as u64)])).unwrap();
        assert_eq!(odd.sections[0].check(), Err(Unfit::Rejected));
    }

    #[test]
    fn malformed_pushes_are_refused() {
        let raw = br#"{"outcome":"ok"}"#;
        let good = || section(raw, raw.len() as u64);
        let refused = |change: &dyn Fn(&mut PushRequest)| {
            let mut asked = request(vec![good()]);
            change(&mut asked);
            push(asked).err()
        };
        assert_eq!(refused(&|_| ()), None);
        for change in [
            (&|r: &mut PushRequest| r.seq = 0) as &dyn Fn(&mut PushRequest),
            &|r| r.sections.clear(),
            &|r| r.sections.push(r.sections[0].clone()),
            &|r| r.epoch.truncate(15),
            &|r| r.report_id.clear(),
            &|r| r.new_digest.push(0),
            &|r| r.base_digest.push(0),
            &|r| r.collected_at_ms = i64::MAX,
        ] {
            assert_eq!(refused(change), Some(Refused::Malformed));
        }
        assert_eq!(refused(&|r| r.sections[0].raw_len = u64::MAX), Some(Refused::SectionTooLong));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_from_a_peer_break_the_conversion(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            use prost::Message as _;
            if let Ok(request) = PushRequest::decode(&bytes[..]) {
                let _ = push(request);
            }
            if let Ok(request) = CheckInRequest::decode(&bytes[..]) {
                let _ = check_in(request);
            }
            let told = wire::Section { bytes: bytes.clone(), ..section(&bytes, bytes.len() as u64) };
            if let Ok(change) = push(request(vec![told])) {
                let _ = change.sections[0].check();
            }
            let _ = super::super::ca::ProvenKey::of_request(&bytes);
        }
    }
}
