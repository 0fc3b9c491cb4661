//! What enrolled machines say: CheckIn, Push, Renew.
//!
//! **Invariants**: an ack leaves after the record's append returned. What a push brings is stored verbatim, once per
//! digest, in one batch with its report, or not at all. The state recorded is the whole state and its digest is right.

use std::sync::Arc;

use cadastre_proto::hex;
use cadastre_proto::limits::CHECKIN_BYTES_MAX;
use cadastre_proto::wire::inventory_server::Inventory;
use cadastre_proto::wire::{
    CheckInReply, CheckInRequest, Need, PushReply, PushRequest, PushResult, RenewReply, RenewRequest,
};
use prost::Message as _;
use tonic::{Request, Response, Status};

use super::Shared;
use super::answer::{self, Refused};
use super::ca::ProvenKey;
use super::caller::{self, Caller};
use super::convert::{self, Change, Summary, Unfit};
use crate::facts::{Cursor, FactsError};

/// Above this sum of unpacked lengths, sections are checked on a thread of their own.
const INLINE_RAW_BYTES_MAX: u64 = 256 << 10;

/// The service of the agents' listener.
pub(super) struct InventoryService(pub(super) Arc<Shared>);

#[tonic::async_trait]
impl Inventory for InventoryService {
    async fn check_in(&self, request: Request<CheckInRequest>) -> Result<Response<CheckInReply>, Status> {
        let presented = caller::presented(&request);
        let mut request = request.into_inner();
        if request.encoded_len() > CHECKIN_BYTES_MAX {
            return Err(Refused::TooLong.into());
        }
        let named = convert::speaker(request.speaker.take())?;
        let caller = caller::authenticate(&self.0, presented, &named).await?;
        let summary = convert::check_in(request)?;
        // A check-in begins an exchange: who is let in here may finish it.
        self.0.pace.admit(&caller.client, &caller.row.agent, caller.now).map_err(answer::later)?;
        if self.0.sessions.note(&caller.client, &caller.row.agent, &summary.boot, &summary.epoch) {
            return Err(Refused::CloneSuspected.into());
        }
        let (need, sections) = need(&summary, caller.row.cursor.as_ref());
        let (committed_seq, committed_digest) = committed(caller.row.cursor.as_ref(), &summary.epoch);
        Ok(Response::new(CheckInReply {
            server_time_ms: caller.now.as_millisecond(),
            need: need.into(),
            sections,
            next_checkin_ms: self.0.policies.interval_ms(),
            committed_digest,
            committed_seq,
            policy: self.0.policies.of(&caller.row, &summary),
            bundle: None,
        }))
    }

    async fn push(&self, request: Request<PushRequest>) -> Result<Response<PushReply>, Status> {
        let presented = caller::presented(&request);
        let mut request = request.into_inner();
        let named = convert::speaker(request.speaker.take())?;
        let caller = caller::authenticate(&self.0, presented, &named).await?;
        let change = convert::push(request)?;
        take(&self.0, caller, change).await.map(Response::new)
    }

    async fn renew(&self, request: Request<RenewRequest>) -> Result<Response<RenewReply>, Status> {
        let presented = caller::presented(&request);
        let RenewRequest { speaker, csr } = request.into_inner();
        let named = convert::speaker(speaker)?;
        let caller = caller::authenticate(&self.0, presented, &named).await?;
        let key = ProvenKey::of_request(&csr).map_err(|_| Refused::Malformed)?;
        let issued = self.0.renew(&key, &caller.client, named.agent).await?;
        Ok(Response::new(RenewReply {
            certificate: issued.certificate.to_vec(),
            authorities: vec![self.0.ca.root().to_vec()],
            not_after_ms: issued.not_after.as_millisecond(),
        }))
    }
}

/// What the collector wants to know, given what it holds.
fn need(summary: &Summary, cursor: Option<&Cursor>) -> (Need, Vec<i32>) {
    let Some(cursor) = cursor else { return (Need::Full, Vec::new()) };
    // A spool that was lost or put back speaks for itself again: its whole state, under its own count.
    if cursor.epoch != summary.epoch || summary.seq < cursor.report_seq {
        return (Need::Full, Vec::new());
    }
    if cursor.state == summary.state {
        return (Need::None, Vec::new());
    }
    let vanished = cursor.sections.keys().any(|name| !summary.sections.contains_key(name.as_str()));
    if vanished || summary.unknown_section {
        return (Need::Full, Vec::new());
    }
    let differs = |name: &str, first: &String| cursor.sections.get(name).is_none_or(|held| !held.starts_with(first));
    let changed: Vec<i32> = summary
        .sections
        .iter()
        .filter(|(name, first)| differs(name, first))
        .filter_map(|(name, _)| convert::number(name))
        .collect();
    if changed.is_empty() { (Need::Full, changed) } else { (Need::Sections, changed) }
}

/// The last number of this epoch and the digest held.
fn committed(cursor: Option<&Cursor>, epoch: &str) -> (u64, Vec<u8>) {
    let Some(cursor) = cursor else { return (0, Vec::new()) };
    let seq = if cursor.epoch == epoch { cursor.report_seq } else { 0 };
    (seq, hex::decode(&cursor.state).unwrap_or_default())
}

async fn take(shared: &Shared, caller: Caller, change: Change) -> Result<PushReply, Status> {
    let Caller { client, row, now, .. } = &caller;
    let epoch = change.epoch.clone();
    let held = row.cursor.as_ref().filter(|cursor| cursor.epoch == epoch);
    if held.is_some_and(|cursor| change.seq <= cursor.report_seq) {
        return Ok(reply(PushResult::Duplicate, row.cursor.as_ref(), &epoch));
    }
    if let Some(base) = &change.base {
        let cursor = held.ok_or(Refused::EpochUnknown)?;
        if cursor.state != *base {
            return Ok(reply(PushResult::NeedFull, Some(cursor), &epoch));
        }
    }
    let (change, unfit) = check(change).await?;
    if !unfit.is_empty() {
        let rejected = reply(PushResult::SectionRejected, row.cursor.as_ref(), &epoch);
        return Ok(PushReply { rejected: unfit, ..rejected });
    }
    let base = change.base.as_ref().and(held).map(|cursor| &cursor.sections);
    let sections = change.applied_to(base);
    if convert::state_digest(&sections).as_ref() != Some(&change.state) {
        return if base.is_some() {
            Ok(reply(PushResult::NeedFull, row.cursor.as_ref(), &epoch))
        } else {
            Err(Refused::Malformed.into())
        };
    }
    let (seq, state) = (change.seq, change.state.clone());
    let (fact, brought) = change.into_fact(row.agent.clone(), sections);
    match shared.record.append_report(client, fact, brought, *now).await {
        Ok(_) => Ok(PushReply {
            result: PushResult::Stored.into(),
            committed_seq: seq,
            committed_digest: hex::decode(&state).unwrap_or_default(),
            rejected: Vec::new(),
        }),
        Err(FactsError::Conflict { .. }) => {
            let row = shared.record.agent(client, &row.agent).await.map_err(|e| answer::of_record(&e))?;
            Ok(reply(PushResult::Duplicate, row.and_then(|row| row.cursor).as_ref(), &epoch))
        }
        Err(FactsError::SectionMissing(_)) => Ok(reply(PushResult::NeedFull, row.cursor.as_ref(), &epoch)),
        Err(error) => Err(answer::of_record(&error)),
    }
}

fn reply(result: PushResult, cursor: Option<&Cursor>, epoch: &str) -> PushReply {
    let (committed_seq, committed_digest) = committed(cursor, epoch);
    PushReply { result: result.into(), committed_seq, committed_digest, rejected: Vec::new() }
}

/// The change, and the sections of it that cannot be stored.
async fn check(change: Change) -> Result<(Change, Vec<i32>), Status> {
    let raw: u64 = change.sections.iter().map(|section| section.raw_len()).sum();
    if raw <= INLINE_RAW_BYTES_MAX {
        return Ok(unfit(change)?);
    }
    let checked = tokio::task::spawn_blocking(move || unfit(change)).await;
    Ok(checked.map_err(|_| Refused::StoreUnavailable)??)
}

fn unfit(change: Change) -> Result<(Change, Vec<i32>), Refused> {
    let mut rejected = Vec::new();
    for section in &change.sections {
        match section.check() {
            Ok(()) => {}
            Err(Unfit::TooLong) => return Err(Refused::SectionTooLong),
            Err(Unfit::Rejected) => rejected.push(section.number),
        }
    }
    Ok((change, rejected))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn cursor() -> Cursor {
        let sections = [("host", "aa".repeat(32)), ("os", "bb".repeat(32))];
        Cursor {
            seq: 3,
            at: "2026-11-24T10:00:00Z".parse().unwrap(),
            epoch: "e1".to_owned(),
            report_seq: 5,
            report_id: "r".to_owned(),
            state: "s1".to_owned(),
            sections: sections.into_iter().map(|(name, digest)| (name.to_owned(), digest)).collect(),
        }
    }

    fn summary(state: &str, sections: &[(&'static str, &str)]) -> Summary {
        let sections: BTreeMap<_, _> = sections.iter().map(|(name, first)| (*name, first.repeat(8))).collect();
        Summary {
            epoch: "e1".to_owned(),
            seq: 5,
            state: state.to_owned(),
            sections,
            unknown_section: false,
            boot: Vec::new(),
            policy: 0,
            catalogue: 0,
        }
    }

    #[test]
    fn only_what_differs_is_wanted() {
        let held = cursor();
        let same = summary("s1", &[("host", "aa"), ("os", "bb")]);
        assert_eq!(need(&same, Some(&held)), (Need::None, vec![]));
        let changed = summary("s2", &[("host", "aa"), ("os", "cc"), ("memory", "dd")]);
        assert_eq!(need(&changed, Some(&held)), (Need::Sections, vec![5, 2]));
        let vanished = summary("s2", &[("host", "aa")]);
        assert_eq!(need(&vanished, Some(&held)).0, Need::Full);
        let unknown = Summary { unknown_section: true, ..changed.clone() };
        assert_eq!(need(&unknown, Some(&held)).0, Need::Full);
        assert_eq!(need(&changed, None).0, Need::Full);
    }

    #[test]
    fn a_lost_or_restored_spool_tells_its_whole_state() {
        let held = cursor();
        let same = summary("s1", &[("host", "aa"), ("os", "bb")]);
        assert_eq!(need(&Summary { epoch: "e2".to_owned(), ..same.clone() }, Some(&held)).0, Need::Full);
        assert_eq!(need(&Summary { seq: 4, ..same }, Some(&held)).0, Need::Full);
        assert_eq!(committed(Some(&held), "e1").0, 5);
        assert_eq!(committed(Some(&held), "e2").0, 0);
    }
}
