//! Tokens made in the browser a moment ago, so that the page they lead to can show them: in memory, for an hour.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How long a token is shown, seconds.
const SHOWN_SECONDS: i64 = 3600;
/// How many are held.
const HELD_MAX: usize = 64;

/// The tokens.
#[derive(Default)]
pub(crate) struct FreshTokens(Mutex<VecDeque<Fresh>>);

struct Fresh {
    id: String,
    token: String,
    made: Timestamp,
}

impl FreshTokens {
    /// Holds a token; the oldest goes when there are too many.
    pub(super) fn keep(&self, id: String, token: String, made: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_MAX {
            held.pop_front();
        }
        held.push_back(Fresh { id, token, made });
    }

    /// The token of this id, within its hour.
    pub(super) fn of(&self, id: &str, now: Timestamp) -> Option<String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|fresh| now.as_second().saturating_sub(fresh.made.as_second()) < SHOWN_SECONDS);
        held.iter().find(|fresh| fresh.id == id).map(|fresh| fresh.token.clone())
    }
}
