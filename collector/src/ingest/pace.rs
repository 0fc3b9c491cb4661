//! Pushback: each client has a steady rate of exchanges and a burst; who comes beyond it is given a place in time.
//!
//! A place once given is kept: who comes back at it is let in, so that a herd is flattened by its first refusal.
//!
//! **Invariant**: a client's flood delays that client only, and what is remembered is bounded by places still to come.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// Exchanges a second of one client, in the long run.
const PER_SECOND: i64 = 500;
/// Exchanges of one client at once.
const BURST: i64 = 1_000;
/// How long a place is kept for who does not come.
const KEPT_MS: i64 = 120_000;
/// Places kept for one client; beyond it the wait is told and the place is not.
const PLACES_MAX: usize = 1 << 20;

const MICROSECONDS: i64 = 1_000_000;
const STEP_US: i64 = MICROSECONDS / PER_SECOND;

/// The places of all clients.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<String, Places>>);

#[derive(Debug, Default)]
struct Places {
    /// Before this instant (microseconds) every place is taken.
    next_us: i64,
    /// Places given, by agent.
    given: HashMap<String, i64>,
    /// The same in time, to forget them.
    in_time: BTreeMap<i64, String>,
}

impl Pace {
    /// Lets an agent in, or says how long to wait for its place.
    pub(super) fn admit(&self, client: &str, agent: &str, now: Timestamp) -> Result<(), Duration> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !clients.contains_key(client) {
            clients.insert(client.to_owned(), Places::default());
        }
        let Some(places) = clients.get_mut(client) else { return Ok(()) };
        places.admit(agent, now.as_microsecond())
    }
}

impl Places {
    fn admit(&mut self, agent: &str, now_us: i64) -> Result<(), Duration> {
        self.forget(now_us);
        if let Some(place) = self.given.get(agent).copied() {
            if place > now_us {
                return Err(wait(place - now_us));
            }
            self.given.remove(agent);
            self.in_time.remove(&place);
            return Ok(());
        }
        let next = self.next_us.max(now_us - BURST * STEP_US);
        self.next_us = next + STEP_US;
        if next <= now_us {
            return Ok(());
        }
        if self.given.len() < PLACES_MAX {
            self.given.insert(agent.to_owned(), next);
            self.in_time.insert(next, agent.to_owned());
        }
        Err(wait(next - now_us))
    }

    fn forget(&mut self, now_us: i64) {
        while let Some(first) = self.in_time.first_entry() {
            if *first.key() + KEPT_MS * 1_000 > now_us {
                return;
            }
            self.given.remove(&first.remove());
        }
    }
}

/// Told in whole milliseconds, rounded up: who waits exactly that long is not too early.
fn wait(us: i64) -> Duration {
    Duration::from_millis(u64::try_from(us).unwrap_or_default().div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(us: i64) -> Timestamp {
        Timestamp::from_microsecond(1_764_000_000_000_000 + us).unwrap()
    }

    #[test]
    fn a_herd_is_flattened_by_its_first_refusal() {
        let pace = Pace::default();
        let mut waits = Vec::new();
        for agent in 0..50_000 {
            if let Err(wait) = pace.admit("acme", &agent.to_string(), at(0)) {
                waits.push((wait, agent));
            }
        }
        assert_eq!(waits.len(), 50_000 - 1_001);
        waits.sort();
        let longest = waits.last().unwrap().0;
        assert!(longest <= Duration::from_secs(98), "{longest:?}: 50,000 at 500 a second");
        for (wait, agent) in &waits {
            let then = at(i64::try_from(wait.as_micros()).unwrap());
            assert_eq!(pace.admit("acme", &agent.to_string(), then), Ok(()), "{agent} came back at its place");
        }
        assert!(pace.0.lock().unwrap()["acme"].given.is_empty());
    }

    #[test]
    fn one_clients_flood_delays_nobody_else() {
        let pace = Pace::default();
        for agent in 0..5_000 {
            let _ = pace.admit("flood", &agent.to_string(), at(0));
        }
        assert!(pace.admit("flood", "late", at(0)).is_err());
        assert_eq!(pace.admit("quiet", "a", at(0)), Ok(()));
    }

    #[test]
    fn asking_early_keeps_the_place_and_not_coming_frees_the_memory() {
        let pace = Pace::default();
        for agent in 0..2_000 {
            let _ = pace.admit("acme", &agent.to_string(), at(0));
        }
        let wait = pace.admit("acme", "1999", at(0)).unwrap_err();
        let early = pace.admit("acme", "1999", at(1_000)).unwrap_err();
        assert_eq!(early, wait.saturating_sub(Duration::from_millis(1)));
        assert_eq!(pace.admit("acme", "other", at(200 * MICROSECONDS)), Ok(()));
        assert!(pace.0.lock().unwrap()["acme"].given.is_empty());
    }
}
