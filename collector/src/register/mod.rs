//! The register room: loads one client's facts, calls `derive`, and keeps the result as long as its facts stand.
//!
//! Refuses: rules. **Invariant**: a register is a function of (facts, as_of, known_at) and may be dropped at any time;
//! what is read after a fact was committed has seen that fact.

mod evidence;
mod portfolio;
mod protection;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cadastre_domain::evidence::Evidence;
use cadastre_domain::fact::{Fact, Facts, HouseFacts, Recorded};
use cadastre_domain::protection::Protection;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::{Register, derive};
use cadastre_proto::inventory::Section;
use cadastre_proto::{digest, pack};
use jiff::Timestamp;
use jiff::civil::Date;

pub use evidence::evidence;
use portfolio::Summaries;
use protection::protection;
pub use summary::{Closing, Notice, Summary};

use crate::clock::Clock;
use crate::facts::{HOUSE, Loaded, Record};

/// How far the clock of who asks may be ahead of ours, seconds.
const CLOCKS_APART_S: i64 = 60;
/// How many registers are kept at most; one client under one date each.
const KEPT_MAX: usize = 64;

/// Who is told each register of today that is made for the portfolio, and of each client that is gone.
pub trait Follower: Send + Sync {
    /// A client stands so.
    fn made(&self, register: &Register);
    /// A client is no more.
    fn gone(&self, client: &str);
}

/// The registers of all clients.
#[derive(Clone)]
pub struct Registers {
    record: Record,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<HashMap<Key, Arc<Register>>>>,
    house: Arc<Mutex<Option<KeptHouse>>>,
    summaries: Arc<Summaries>,
    follower: Arc<OnceLock<Arc<dyn Follower>>>,
}

/// The house's facts, with the head and the hours they were made of.
type KeptHouse = ((u64, u64), Arc<HouseFacts>);

/// What a kept register was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    client: String,
    /// Head of the client's facts and how many contact hours they hold; the same of the house.
    stamp: ((u64, u64), (u64, u64)),
    as_of: Option<Date>,
    /// The instant asked for, or the current UTC hour for "now".
    known_at: Result<Timestamp, i64>,
}

impl Registers {
    /// The registers over a record.
    pub fn new(record: Record, clock: Arc<dyn Clock>) -> Self {
        Self {
            record,
            clock,
            kept: Arc::default(),
            house: Arc::default(),
            summaries: Arc::default(),
            follower: Arc::default(),
        }
    }

    /// Tells `follower` what the portfolio is made of from now on: the first that asks, and nobody else.
    pub fn follow(&self, follower: Arc<dyn Follower>) {
        let _ = self.follower.set(follower);
    }

    /// The register of a client. `as_of` `None` is today, `known_at` `None` is now.
    ///
    /// # Errors
    /// `client_unknown`, what `derive` refuses, and what the record refuses.
    pub async fn of(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Arc<Register>, Refusal> {
        let now = self.clock.now();
        let key = self.key(client, as_of, known_at, now).await?;
        if let Some(kept) = self.kept().get(&key) {
            return Ok(Arc::clone(kept));
        }
        let facts = self.load(client, Vec::new(), now).await?;
        let register = Arc::new(self.derive(facts, as_of, known_at.unwrap_or(now)).await?);
        let mut kept = self.kept();
        kept.retain(|other, _| other.client != key.client || other.stamp == key.stamp);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&register));
        Ok(register)
    }

    /// The register that somebody asks to look at: as [`Registers::of`], but an instant that is still to come is refused.
    ///
    /// # Errors
    /// As [`Registers::of`], and `instant_in_future`.
    pub async fn looked_at(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Arc<Register>, Refusal> {
        let latest = self.clock.now().as_second().saturating_add(CLOCKS_APART_S);
        if let Some(instant) = known_at.filter(|instant| instant.as_second() > latest) {
            return Err(Refusal::new("instant_in_future").with("instant", instant).on("known_at"));
        }
        self.of(client, as_of, known_at).await
    }

    /// The register of a client today with the sequence of its last fact. It is not kept: a walk through all clients
    /// would push out those that people look at.
    async fn fresh(&self, client: &str) -> Result<(u64, Arc<Register>), Refusal> {
        let now = self.clock.now();
        let key = self.key(client, None, None, now).await?;
        if let Some(kept) = self.kept().get(&key) {
            return Ok((key.stamp.0.0, Arc::clone(kept)));
        }
        let facts = self.load(client, Vec::new(), now).await?;
        let seq = facts.recorded.last().map_or(0, |last| last.seq);
        Ok((seq, Arc::new(self.derive(facts, None, now).await?)))
    }

    async fn key(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Key, Refusal> {
        Ok(Key {
            client: client.to_owned(),
            stamp: (self.stamp(client).await?, self.stamp(HOUSE).await?),
            as_of,
            known_at: known_at.ok_or(now.as_second().div_euclid(3600)),
        })
    }

    /// The register of a client today, had these facts been recorded too: for previews.
    ///
    /// # Errors
    /// As [`Registers::of`].
    pub async fn with(&self, client: &str, more: Vec<Fact>) -> Result<Register, Refusal> {
        let now = self.clock.now();
        let facts = self.load(client, more, now).await?;
        let known_at = facts.recorded.last().map_or(now, |last| last.at.max(now));
        self.derive(facts, None, known_at).await
    }

    /// The codes of all clients.
    ///
    /// # Errors
    /// What the record refuses.
    pub async fn clients(&self) -> Result<Vec<String>, Refusal> {
        self.record.clients().await.map_err(|error| error.refusal())
    }

    /// Drops what is kept, so that the next read makes it anew.
    pub fn rebuild(&self) {
        self.kept().clear();
        self.summaries.clear();
    }

    /// The present instant, by the collector's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The record under the registers.
    pub fn record(&self) -> &Record {
        &self.record
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Register>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn stamp(&self, client: &str) -> Result<(u64, u64), Refusal> {
        self.record.stamp(client).await.map_err(|error| error.refusal())
    }

    /// The house's facts, read again only when there are new ones.
    ///
    /// # Errors
    /// What the record refuses.
    pub async fn house(&self) -> Result<Arc<HouseFacts>, Refusal> {
        let stamp = self.stamp(HOUSE).await?;
        let kept = self.house.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, house)) = kept
            && of == stamp
        {
            return Ok(house);
        }
        let house = Arc::new(self.record.house().await.map_err(|error| error.refusal())?);
        *self.house.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, Arc::clone(&house)));
        Ok(house)
    }

    async fn load(&self, client: &str, more: Vec<Fact>, now: Timestamp) -> Result<Facts, Refusal> {
        let mut loaded = self.record.load(client).await.map_err(|error| error.refusal())?;
        if loaded.head == 0 {
            return Err(Refusal::new("client_unknown").with("client", client));
        }
        let at = loaded.recorded.last().map_or(now, |last| last.at.max(now));
        let next = loaded.head;
        loaded.recorded.extend((next + 1..).zip(more).map(|(seq, fact)| Recorded { seq, at, fact }));
        Ok(facts(client, loaded))
    }

    /// Derives off the runtime's threads: a large client takes a while.
    async fn derive(&self, facts: Facts, as_of: Option<Date>, known_at: Timestamp) -> Result<Register, Refusal> {
        metrics::counter!(crate::metrics::DERIVED).increment(1);
        let house = self.house().await?;
        tokio::task::spawn_blocking(move || derive(facts, &house, as_of, known_at))
            .await
            .map_err(|error| Refusal::new("internal").with("reason", error))?
    }
}

/// A client's facts as `derive` takes them: the sections of each report decoded, each distinct state once.
fn facts(client: &str, loaded: Loaded) -> Facts {
    let mut sections: BTreeMap<&str, Section> = BTreeMap::new();
    for (digest, bytes) in &loaded.sections {
        let unpacked = pack::unpack_stored(bytes).ok();
        if let Some(section) = unpacked.and_then(|bytes| digest::section_from_bytes(&bytes, 0).ok()) {
            sections.insert(digest, section);
        }
    }
    let mut states: HashMap<&str, (Evidence, Arc<Protection>)> = HashMap::new();
    let mut by_seq = BTreeMap::new();
    let mut protections = BTreeMap::new();
    for recorded in &loaded.recorded {
        let Fact::Report { state, sections: digests, collected_at, .. } = &recorded.fact else { continue };
        let told = states.entry(state).or_insert_with(|| {
            let own =
                digests.iter().filter_map(|(id, digest)| Some((id.clone(), sections.get(digest.as_str())?.clone())));
            let own = own.collect();
            (evidence(&own), Arc::new(protection(&own)))
        });
        let (told, protects) = told;
        protections.insert(recorded.seq, Arc::clone(protects));
        by_seq.insert(recorded.seq, Evidence { collected_at: Some(*collected_at), ..told.clone() });
    }
    Facts {
        client: client.to_owned(),
        recorded: loaded.recorded,
        evidence: by_seq,
        protection: protections,
        contacts: loaded.contacts,
    }
}
