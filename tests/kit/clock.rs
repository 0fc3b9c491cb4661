//! A clock that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cadastre_collector::clock::{Clock, SystemClock};
use jiff::Timestamp;

/// A collector's clock: starts at the present, stands still, and moves when it is told to.
#[derive(Debug, Clone)]
pub struct MovableClock(Arc<AtomicI64>);

impl Default for MovableClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(SystemClock.now().as_microsecond())))
    }
}

impl MovableClock {
    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::Relaxed);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap_or_default()
    }
}
