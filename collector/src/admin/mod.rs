//! What people say: one file a verb. Each checks, then appends facts; the same for the command line and for forms.
//!
//! Refuses: reading for display. **Invariant**: a verb appends all its facts in one batch or none.

pub mod accept;
pub mod agent;
pub mod annex;
mod arrival;
pub mod audit;
mod cell;
pub mod client;
pub mod close;
pub mod compare;
pub mod contract;
pub mod decide;
pub mod index;
pub mod list;
mod list_columns;
mod list_rows;
#[cfg(test)]
mod list_tests;
mod list_words;
mod moment;
pub mod prices;
pub mod profile;
pub mod sample;
mod sheet;
pub mod sign;
pub mod source;
pub mod table;
pub mod token;
pub mod usage;

use cadastre_domain::refusal::Refusal;

/// Refuses a client code that does not match `[a-z0-9][a-z0-9-]{0,62}`.
fn check_code(code: &str) -> Result<(), Refusal> {
    let first = code.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let rest = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if first && rest && code.len() <= 63 {
        return Ok(());
    }
    Err(Refusal::new("client_code_invalid").with("client", code).on("client"))
}
