//! The portfolio: one stored summary a client, made again at once after a decision and within a minute after reports.
//!
//! Refuses to serve what a decision made old: a read first makes those clients again. Reports, contacts and the passing
//! hours are followed in the background, and each summary says the instant it speaks of. **Invariant**: a summary may be
//! dropped at any time; the points of past months are made once, because what was known then never changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cadastre_domain::calendar::{Month, last_instant, zone};
use cadastre_domain::fact::Facts;
use cadastre_domain::money::Amount;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::derive;
use jiff::tz::TimeZone;

use super::Registers;
use super::summary::{Summary, at_stake};
use crate::facts::HOUSE;

/// How often the background looks for what changed.
const EVERY: Duration = Duration::from_secs(10);
/// Clients whose past months are filled in one round.
const FILLED_IN_ROUND: usize = 64;

/// The summaries that are kept.
#[derive(Default)]
pub(super) struct Summaries {
    kept: Mutex<Kept>,
    /// One reader at a time makes again what a decision changed.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    /// Whether the stored ones were read.
    opened: bool,
    rows: BTreeMap<String, Arc<Summary>>,
    /// Clients whose summary was read from the store: their register was not made yet.
    unmade: BTreeSet<String>,
    /// All of them, by client, as the last reader got them.
    listed: Option<Arc<Vec<Arc<Summary>>>>,
}

impl Registers {
    /// The summaries of all clients, by code. They hold every decision that was committed before the call.
    ///
    /// # Errors
    /// What the record refuses, and what makes a client unreadable.
    pub async fn portfolio(&self) -> Result<Arc<Vec<Arc<Summary>>>, Refusal> {
        self.open_summaries().await?;
        if !self.record.said().is_empty() {
            let _turn = self.summaries.turn.lock().await;
            self.settle().await?;
        }
        let mut kept = self.summaries.kept();
        let Kept { rows, listed, .. } = &mut *kept;
        Ok(Arc::clone(listed.get_or_insert_with(|| Arc::new(rows.values().cloned().collect()))))
    }

    /// Follows reports, contacts and the hours until `stop` ends.
    pub async fn keep_portfolio(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let round = async {
                if let Err(refusal) = self.round().await {
                    tracing::warn!(code = refusal.code, "the portfolio could not be followed");
                }
                tokio::time::sleep(EVERY).await;
            };
            tokio::select! {
                () = &mut stop => return,
                () = round => {}
            }
        }
    }

    /// One look at what changed.
    pub(super) async fn round(&self) -> Result<(), Refusal> {
        self.portfolio().await?;
        let heard = self.record.take_heard();
        let hour = self.clock.now().as_second().div_euclid(3600);
        let all = heard.contains(HOUSE);
        let (kept, unmade): (Vec<Arc<Summary>>, BTreeSet<String>) = {
            let kept = self.summaries.kept();
            (kept.rows.values().cloned().collect(), kept.unmade.clone())
        };
        let is_old = |summary: &Summary| {
            let other_hour = summary.known_at.as_second().div_euclid(3600) != hour;
            all || other_hour || heard.contains(&summary.client) || unmade.contains(&summary.client)
        };
        let mut due: Vec<String> =
            kept.iter().filter(|summary| is_old(summary)).map(|summary| summary.client.clone()).collect();
        // Those that were heard first, then the rest.
        due.sort_by_key(|client| !heard.contains(client));
        for client in due {
            self.portfolio().await?;
            self.remake(&client).await?;
        }
        let wanting: Vec<Arc<Summary>> = {
            let kept = self.summaries.kept();
            let lacking = kept.rows.values().filter(|summary| !summary.months_wanted().is_empty());
            lacking.take(FILLED_IN_ROUND).cloned().collect()
        };
        for summary in wanting {
            self.portfolio().await?;
            self.fill(&summary).await?;
        }
        Ok(())
    }

    /// Reads the stored summaries, once; a client without a usable one is made again.
    async fn open_summaries(&self) -> Result<(), Refusal> {
        if self.summaries.kept().opened {
            return Ok(());
        }
        let _turn = self.summaries.turn.lock().await;
        if self.summaries.kept().opened {
            return Ok(());
        }
        for client in self.clients().await? {
            let head = self.record.head(&client).await.map_err(|error| error.refusal())?;
            let stored = self.record.summary(&client).await.map_err(|error| error.refusal())?;
            let read = stored.and_then(|bytes| serde_json::from_slice::<Summary>(&bytes).ok());
            match read.filter(|summary| summary.engine == Summary::engine() && summary.seq == head) {
                Some(summary) => {
                    self.summaries.kept().unmade.insert(client);
                    self.summaries.put(summary);
                }
                None => self.record.note_said(&client, head),
            }
        }
        self.summaries.kept().opened = true;
        Ok(())
    }

    /// Makes again every client that people changed.
    async fn settle(&self) -> Result<(), Refusal> {
        for (client, _) in self.record.said() {
            self.remake(&client).await?;
        }
        Ok(())
    }

    /// Makes the summary of a client again; one that is gone loses its own.
    async fn remake(&self, client: &str) -> Result<(), Refusal> {
        let before = self.summaries.kept().rows.get(client).cloned();
        let register = match self.fresh(client).await {
            Ok(fresh) => fresh,
            Err(refusal) if refusal.code == "client_unknown" => {
                self.summaries.remove(client);
                if let Some(follower) = self.follower.get() {
                    follower.gone(client);
                }
                self.record.settled(client, 0);
                return Ok(());
            }
            Err(refusal) => return Err(refusal),
        };
        let (seq, register) = register;
        let trend = before.as_ref().map(|before| before.trend.clone()).unwrap_or_default();
        let follower = self.follower.get().cloned();
        let summary = tokio::task::spawn_blocking(move || {
            if let Some(follower) = follower {
                follower.made(&register);
            }
            Summary::of(&register, seq, &trend)
        });
        let summary = summary.await.map_err(|error| Refusal::new("internal").with("reason", error))??;
        let store = before.is_none_or(|before| before.seq != summary.seq);
        self.keep(summary, store).await?;
        self.summaries.kept().unmade.remove(client);
        self.record.settled(client, seq);
        Ok(())
    }

    /// Keeps a summary, and stores it when that spares work after a start.
    async fn keep(&self, summary: Summary, store: bool) -> Result<(), Refusal> {
        if store {
            let bytes = serde_json::to_vec(&summary).map_err(|error| Refusal::new("internal").with("reason", error))?;
            let stored = self.record.keep_summary(&summary.client, summary.seq, bytes).await;
            stored.map_err(|error| error.refusal())?;
        }
        self.summaries.put(summary);
        Ok(())
    }

    /// Makes the points of past months that a summary lacks.
    async fn fill(&self, summary: &Summary) -> Result<(), Refusal> {
        let months = summary.months_wanted();
        let facts = match self.load(&summary.client, Vec::new(), self.clock.now()).await {
            Ok(facts) => facts,
            Err(refusal) if refusal.code == "client_unknown" => return Ok(()),
            Err(refusal) => return Err(refusal),
        };
        let house = self.house().await?;
        let (since, time_zone) = (summary.since, summary.time_zone.clone());
        let points = tokio::task::spawn_blocking(move || {
            let zone = zone(&time_zone).unwrap_or(TimeZone::UTC);
            let point = |facts: &Facts, month: Month| -> Option<Amount> {
                let last = month.last();
                if last_instant(last, &zone) < since {
                    return None;
                }
                let register = derive(facts.clone(), &house, Some(last), last_instant(last, &zone)).ok()?;
                at_stake(&register.findings).ok()
            };
            months.into_iter().map(|month| (month, point(&facts, month))).collect::<Vec<_>>()
        });
        let points = points.await.map_err(|error| Refusal::new("internal").with("reason", error))?;
        let Some(now) = self.summaries.kept().rows.get(&summary.client).cloned() else { return Ok(()) };
        let mut filled = Summary::clone(&now);
        filled.trend.extend(points);
        self.keep(filled, true).await
    }
}

impl Summaries {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a summary unless a later one is there.
    fn put(&self, summary: Summary) {
        let mut kept = self.kept();
        let newer = |old: &Arc<Summary>| (old.seq, old.known_at) > (summary.seq, summary.known_at);
        if !kept.rows.get(&summary.client).is_some_and(newer) {
            kept.rows.insert(summary.client.clone(), Arc::new(summary));
            kept.listed = None;
        }
    }

    fn remove(&self, client: &str) {
        let mut kept = self.kept();
        kept.rows.remove(client);
        kept.listed = None;
    }

    /// Forgets all of them; the next reader makes them again.
    pub(super) fn clear(&self) {
        *self.kept() = Kept::default();
    }
}
