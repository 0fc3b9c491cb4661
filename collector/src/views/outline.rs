//! What the pages over all clients need of each: its work, and what its assets are found by. As old as its summary, and
//! made of the same register.
//!
//! **Invariant**: an outline may be dropped at any time; one that is older than its summary is made again before it is read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;

use crate::register::{Follower, Registers, Summary};
use crate::views::search::Searched;
use crate::views::worklist::Worklist;

/// What is kept of a client.
#[derive(Debug)]
pub struct Outline {
    /// The instant it speaks of.
    known_at: Timestamp,
    /// What waits for a decision.
    pub work: Worklist,
    /// What its assets are found by.
    pub searched: Searched,
}

impl Outline {
    /// The outline of a register.
    ///
    /// # Errors
    /// `amount_overflow`.
    pub fn of(register: &Register) -> Result<Self, Refusal> {
        Ok(Self { known_at: register.known_at, work: Worklist::of(register)?, searched: Searched::of(register) })
    }
}

/// The outlines of all clients.
#[derive(Debug, Default)]
pub struct Outlines {
    kept: Mutex<BTreeMap<String, Arc<Outline>>>,
    /// What was read last, with the summaries that it stands beside.
    listed: Mutex<Option<Listed>>,
}

type Listed = (Arc<Vec<Arc<Summary>>>, Outlined);

/// Summaries with their outlines, by client.
pub type Outlined = Arc<Vec<(Arc<Summary>, Arc<Outline>)>>;

impl Outlines {
    /// Those of all clients, by code, each with its summary.
    ///
    /// # Errors
    /// What the register room refuses.
    pub async fn all(&self, registers: &Registers) -> Result<Outlined, Refusal> {
        let summaries = registers.portfolio().await?;
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, listed)) = listed
            && Arc::ptr_eq(&of, &summaries)
        {
            return Ok(listed);
        }
        let mut all = Vec::with_capacity(summaries.len());
        for summary in summaries.iter() {
            let kept = self.kept().get(&summary.client).cloned();
            let outline = match kept.filter(|outline| outline.known_at >= summary.known_at) {
                Some(outline) => outline,
                None => match registers.of(&summary.client, None, None).await {
                    Ok(register) => self.keep(&register)?,
                    Err(refusal) if refusal.code == "client_unknown" => continue,
                    Err(refusal) => return Err(refusal),
                },
            };
            all.push((Arc::clone(summary), outline));
        }
        let all = Arc::new(all);
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = Some((summaries, Arc::clone(&all)));
        Ok(all)
    }

    /// Keeps the outline of a register, unless a later one is there.
    fn keep(&self, register: &Register) -> Result<Arc<Outline>, Refusal> {
        let made = Arc::new(Outline::of(register)?);
        let mut kept = self.kept();
        let newer = |old: &Arc<Outline>| old.known_at > made.known_at;
        if !kept.get(&register.client).is_some_and(newer) {
            kept.insert(register.client.clone(), Arc::clone(&made));
        }
        Ok(made)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Outline>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower for Outlines {
    fn made(&self, register: &Register) {
        // One that cannot be made is asked for, and refused, by whoever reads it.
        let _ = self.keep(register);
    }

    fn gone(&self, client: &str) {
        self.kept().remove(client);
    }
}
