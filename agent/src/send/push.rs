//! Sends the sections that the collector wants, in as many messages as their size needs, until it acknowledges the
//! whole state.
//!
//! A section that the collector will never take is replaced by one that says so, and remembered, so that one odd
//! section does not silence the machine.

use std::collections::BTreeSet;

use cadastre_proto::hex;
use cadastre_proto::limits::{PUSH_PACKED_BYTES_MAX, PUSH_RAW_BYTES_MAX, SECTION_RAW_BYTES_MAX, SECTION_SCHEMA};
use cadastre_proto::pack;
use cadastre_proto::wire::{self, Encoding, PushReply, PushRequest, PushResult, SectionId};

use super::answer::{self, Meaning};
use super::exchange::{Calls, Failure};
use crate::clock::Random;
use crate::spool::{Spool, State};

/// Rounds before an exchange gives up: each follows an answer that changed what is sent.
const ROUNDS_MAX: u32 = 40;

/// What the collector wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Sections that differ from the state of this digest.
    Sections {
        /// Digest of the state that the collector holds.
        base: Vec<u8>,
        /// Section ids.
        ids: BTreeSet<String>,
    },
    /// Everything.
    Full,
}

/// A message in the making.
#[derive(Debug, Default)]
struct Parcel {
    ids: Vec<&'static str>,
    sections: Vec<wire::Section>,
    packed: usize,
    raw: u64,
}

/// How a round ended.
enum Round {
    Acked,
    /// The whole state is wanted; the last number the collector holds.
    Full(u64),
    /// The sections that are refused for good.
    Unfit(Vec<String>),
    /// The message is refused for good and holds several sections.
    Split,
}

/// Pushes until the state is acknowledged; says the digest that was.
pub(super) async fn push(
    calls: &mut Calls,
    spool: &mut Spool,
    mut state: State,
    (mut wanted, mut committed): (Wanted, u64),
    random: &mut dyn Random,
) -> Result<String, Failure> {
    let mut single = false;
    for _ in 0..ROUNDS_MAX {
        let parcels = match parcels(&state, &wanted, single)? {
            Ok(parcels) => parcels,
            Err(too_long) => {
                refuse(spool, &mut state, &[too_long.to_owned()])?;
                wanted = Wanted::Full;
                continue;
            }
        };
        if parcels.is_empty() {
            // Sections that this agent does not know were asked for, or there is nothing at all to say.
            if wanted == Wanted::Full {
                return Err(Failure::Lost);
            }
            wanted = Wanted::Full;
            continue;
        }
        if parcels.len() > 1 {
            // What lies between two messages can be told only when the collector's state is known whole.
            wanted = Wanted::Full;
        }
        match round(calls, spool, &state, (&wanted, committed), parcels, random).await? {
            Round::Acked => return Ok(state.digest),
            Round::Full(seq) => {
                committed = seq;
                wanted = Wanted::Full;
            }
            Round::Split => {
                single = true;
                wanted = Wanted::Full;
            }
            Round::Unfit(ids) => {
                refuse(spool, &mut state, &ids)?;
                wanted = Wanted::Full;
            }
        }
    }
    Err(Failure::Lost)
}

async fn round(
    calls: &mut Calls,
    spool: &mut Spool,
    state: &State,
    (wanted, committed): (&Wanted, u64),
    parcels: Vec<Parcel>,
    random: &mut dyn Random,
) -> Result<Round, Failure> {
    let (mut committed, mut sent) = (committed, Vec::new());
    let mut base = match wanted {
        Wanted::Sections { base, .. } => base.clone(),
        Wanted::Full => Vec::new(),
    };
    let last = parcels.len().saturating_sub(1);
    for (index, parcel) in parcels.into_iter().enumerate() {
        sent.extend(parcel.ids.iter().copied());
        let (seq, new) = if index == last {
            (spool.pending_seq(committed)?, hex::decode(&state.digest).unwrap_or_default())
        } else {
            (spool.next_seq(committed)?, state.digest_of(sent.iter().copied()).to_vec())
        };
        let ids: Vec<String> = parcel.ids.iter().map(|id| (*id).to_owned()).collect();
        let request = PushRequest {
            speaker: Some(calls.speaker.clone()),
            report_id: uuid::Uuid::parse_str(&state.report_id).unwrap_or_default().into_bytes().to_vec(),
            epoch: hex::decode(&spool.progress().epoch).unwrap_or_default(),
            seq,
            base_digest: std::mem::replace(&mut base, new.clone()),
            new_digest: new.clone(),
            sections: parcel.sections,
            collected_at_ms: state.collected_at.parse().map_or(0, jiff::Timestamp::as_millisecond),
        };
        calls.count(&request);
        let reply = match calls.client.push(request).await {
            Ok(reply) => reply.into_inner(),
            Err(status) => match answer::meaning(&status) {
                Meaning::Permanent if ids.len() > 1 => return Ok(Round::Split),
                Meaning::Permanent => return Ok(Round::Unfit(ids)),
                Meaning::Full => return Ok(Round::Full(committed)),
                Meaning::FullAsFork => {
                    spool.new_epoch(random)?;
                    return Ok(Round::Full(0));
                }
                Meaning::Wait(_) | Meaning::Again | Meaning::Renew | Meaning::Stop => return Err(status.into()),
            },
        };
        calls.count(&reply);
        committed = reply.committed_seq;
        if let Some(ended) = judge(&reply, &new) {
            return Ok(ended);
        }
    }
    Ok(Round::Acked)
}

/// What an answer ends; none when it acknowledges the message.
fn judge(reply: &PushReply, sent: &[u8]) -> Option<Round> {
    match reply.result() {
        PushResult::Stored | PushResult::Duplicate if reply.committed_digest == sent => None,
        PushResult::SectionRejected => {
            let ids: Vec<String> = reply.rejected().filter_map(SectionId::name).map(str::to_owned).collect();
            Some(if ids.is_empty() { Round::Split } else { Round::Unfit(ids) })
        }
        PushResult::Stored | PushResult::Duplicate | PushResult::NeedFull | PushResult::Unspecified => {
            Some(Round::Full(reply.committed_seq))
        }
    }
}

/// The messages of what is wanted, or the id of a section that no message can hold.
fn parcels(state: &State, wanted: &Wanted, single: bool) -> Result<Result<Vec<Parcel>, &'static str>, Failure> {
    let mut parcels: Vec<Parcel> = Vec::new();
    for id in state.ids() {
        if let Wanted::Sections { ids, .. } = wanted
            && !ids.contains(id)
        {
            continue;
        }
        let (Some(document), Some(number)) = (state.sections.get(id), SectionId::of_name(id)) else { continue };
        let bytes = pack::pack(document.text.as_bytes())?;
        let raw = document.text.len() as u64;
        if raw > SECTION_RAW_BYTES_MAX || bytes.len() > PUSH_PACKED_BYTES_MAX {
            return Ok(Err(id));
        }
        let fits = |parcel: &&mut Parcel| {
            !single && parcel.packed + bytes.len() <= PUSH_PACKED_BYTES_MAX && parcel.raw + raw <= PUSH_RAW_BYTES_MAX
        };
        let place = match parcels.last_mut().filter(fits) {
            Some(_) => parcels.len() - 1,
            None => {
                parcels.push(Parcel::default());
                parcels.len() - 1
            }
        };
        let Some(parcel) = parcels.get_mut(place) else { continue };
        parcel.ids.push(id);
        parcel.packed += bytes.len();
        parcel.raw += raw;
        parcel.sections.push(wire::Section {
            id: number.into(),
            schema: SECTION_SCHEMA,
            encoding: Encoding::Zstd.into(),
            raw_len: raw,
            sha256: hex::decode(&document.digest).unwrap_or_default(),
            duration_ms: document.duration_ms,
            bytes,
        });
    }
    Ok(Ok(parcels))
}

/// Puts sections that are refused for good out of the state, and remembers them.
fn refuse(spool: &mut Spool, state: &mut State, ids: &[String]) -> Result<(), Failure> {
    for id in ids {
        if let Some(document) = state.sections.get(id) {
            tracing::warn!(section = %id, "the collector does not take this section");
            spool.refuse(document.digest.clone())?;
            state.fail(id)?;
        }
    }
    spool.offer(state)?;
    Ok(())
}
