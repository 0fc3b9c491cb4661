//! Forms: what a page needs to ask something of a person and to do it once.
//!
//! A form carries a token of its own: a MAC, under a key that lives as long as the process, over what it would do,
//! within another over the address it is sent to; it tells the sequence of the client's facts that its page was made
//! from, and a number used once. [`Desk::submit`] refuses a token that it did not make, one too old, and one whose
//! facts have moved since; then it does the work and leads on with `303`. **Invariant**: what a token was made for
//! happens once at most; whoever sends the same again, by a double click or from another tab, is led to where the first
//! one was led, and whoever sends something else with it is told so.

#[expect(dead_code, reason = "pages with files and with several choices use the rest")]
mod sent;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use ring::hmac;

pub(crate) use sent::Sent;
pub(crate) use state::Form;

use super::Shared;
use crate::clock::Random;

/// How long a form may lie open, seconds: a working day.
const OPEN_SECONDS_MAX: i64 = 12 * 3600;
/// How many tokens that were used are remembered before the expired ones are dropped.
const USED_KEPT: usize = 4096;

/// Makes and checks the tokens of forms.
pub(crate) struct Forms {
    key: hmac::Key,
    random: Arc<dyn Random>,
    used: Mutex<HashMap<[u8; 16], Used>>,
}

/// A token that was sent: when it was made, and what came of it once the work was done.
type Used = (i64, Arc<tokio::sync::Mutex<Option<Done>>>);

/// What was done for a token.
struct Done {
    /// Digest of what was sent with it.
    content: [u8; 32],
    /// Where its sender was led.
    led_to: String,
}

/// What a token says once it was found to be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    once: [u8; 16],
    issued: i64,
    basis: u64,
}

impl Forms {
    /// With a key of this process alone.
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), random, used: Mutex::default() }
    }

    /// A token for a form that is sent to `action`, on a page made of the facts up to `basis`.
    fn token(&self, action: &str, basis: u64, now: Timestamp) -> String {
        let mut once = [0; 16];
        self.random.fill(&mut once);
        let mut bytes = [&once[..], &now.as_second().to_be_bytes(), &basis.to_be_bytes()].concat();
        for told in [action, address(action)] {
            let mac = hmac::sign(&self.key, &[&bytes, told.as_bytes()].concat());
            bytes.extend(mac.as_ref());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token back; refuses one that was not made here for this address, one that was made for something else to be
    /// done there, and one that lay open too long.
    fn read(&self, text: &str, action: &str, now: Timestamp) -> Result<Token, Refusal> {
        let refused = || Refusal::new("form_token_invalid");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let (within, outer) = bytes.split_at_checked(64).ok_or_else(refused)?;
        hmac::verify(&self.key, &[within, address(action).as_bytes()].concat(), outer).map_err(|_| refused())?;
        let (told, inner) = within.split_at_checked(32).ok_or_else(refused)?;
        let other = |_| Refusal::new("form_changed");
        hmac::verify(&self.key, &[told, action.as_bytes()].concat(), inner).map_err(other)?;
        let (once, rest) = told.split_first_chunk::<16>().ok_or_else(refused)?;
        let (issued, basis) = rest.split_first_chunk::<8>().ok_or_else(refused)?;
        let basis = basis.first_chunk::<8>().ok_or_else(refused)?;
        let token = Token { once: *once, issued: i64::from_be_bytes(*issued), basis: u64::from_be_bytes(*basis) };
        if now.as_second().saturating_sub(token.issued) > OPEN_SECONDS_MAX {
            return Err(Refusal::new("form_expired"));
        }
        Ok(token)
    }

    /// Does `work` unless it was done for this token already. It goes on even when whoever asked hangs up: a double click
    /// breaks the first request off.
    async fn once<F>(&self, (token, content): (Token, [u8; 32]), now: Timestamp, work: F) -> Result<String, Refusal>
    where
        F: Future<Output = Result<String, Refusal>> + Send + 'static,
    {
        let done = self.used(token, now);
        let worked = tokio::spawn(async move {
            let mut done = done.lock_owned().await;
            if let Some(done) = &*done {
                return if done.content == content { Ok(done.led_to.clone()) } else { Err(Refusal::new("form_used")) };
            }
            let led_to = work.await?;
            *done = Some(Done { content, led_to: led_to.clone() });
            Ok(led_to)
        });
        worked.await.map_err(|error| Refusal::new("internal").with("reason", error))?
    }

    /// Where the sender of this very form was led, when its work is done: what the form spoke of may be gone since.
    pub(crate) fn led_to(&self, sent: &Sent) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sent.text("token")).ok()?;
        let once = bytes.first_chunk::<16>()?;
        let used =
            self.used.lock().unwrap_or_else(PoisonError::into_inner).get(once).map(|(_, done)| Arc::clone(done))?;
        let done = used.try_lock().ok()?;
        done.as_ref().filter(|done| done.content == sent.digest()).map(|done| done.led_to.clone())
    }

    fn used(&self, token: Token, now: Timestamp) -> Arc<tokio::sync::Mutex<Option<Done>>> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= USED_KEPT {
            let oldest = now.as_second().saturating_sub(OPEN_SECONDS_MAX);
            used.retain(|_, (issued, _)| *issued >= oldest);
        }
        Arc::clone(&used.entry(token.once).or_insert_with(|| (token.issued, Arc::default())).1)
    }
}

/// The first line of an action; what else must not change between page and sending follows it.
fn address(action: &str) -> &str {
    action.lines().next().unwrap_or_default()
}

/// The part of a page's handler that deals in forms: where a form is sent, and about which client it is.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) shared: &'a Shared,
    /// The root-relative address that the form is sent to, and whatever else must not change between page and sending.
    pub(crate) action: &'a str,
    /// The client whose facts may not move between page and sending; `None` where staleness has no meaning.
    pub(crate) client: Option<&'a str>,
}

impl Desk<'_> {
    /// A token for a form of the page that is being made.
    pub(crate) async fn token(&self) -> Result<String, Refusal> {
        let basis = basis(self.shared, self.client).await?;
        Ok(self.shared.forms.token(self.action, basis, self.shared.office.registers.now()))
    }

    /// Does `work` once for the form that was sent, and leads to the address that it gives.
    ///
    /// # Errors
    /// `form_token_invalid`, `form_changed`, `form_expired`, `form_stale`, `form_used`, and what `work` refuses: the page
    /// shows the form again, with what was typed and a token of its own.
    pub(crate) async fn submit<F>(&self, sent: &Sent, work: F) -> Result<Response, Refusal>
    where
        F: Future<Output = Result<String, Refusal>> + Send + 'static,
    {
        let now = self.shared.office.registers.now();
        let token = self.shared.forms.read(sent.text("token"), self.action, now)?;
        let (shared, client) = (self.shared.clone(), self.client.map(str::to_owned));
        let fresh = async move {
            if basis(&shared, client.as_deref()).await? != token.basis {
                return Err(Refusal::new("form_stale"));
            }
            work.await
        };
        Ok(see_other(&self.shared.forms.once((token, sent.digest()), now, fresh).await?))
    }
}

/// `303` to a root-relative address.
pub(crate) fn see_other(location: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

async fn basis(shared: &Shared, client: Option<&str>) -> Result<u64, Refusal> {
    match client {
        Some(client) => shared.office.registers.record().head(client).await.map_err(|error| error.refusal()),
        None => Ok(0),
    }
}
