//! What people and scripts see: pages (axum and askama), the JSON API, and all prose in French and English.
//!
//! It reads documents of [`crate::views`] and shows them. It refuses to compute anything that a document does not say,
//! and to write but through a verb of `admin`. **Invariant**: every page works without script, loads nothing from
//! elsewhere, and is sent with the strict headers of `guard`; on a loopback listener nobody but this machine is
//! answered.
//!
//! ```text
//! guard.rs   host, origin, headers of every answer       query.rs   what an address asks: day, month, filters
//! form.rs    forms: tokens, bodies, what was refused     uploads.rs files between a preview and its doing
//! reads.rs   the documents that are asked for            status.rs  refusal → HTTP status
//! pages/     HTML     api.rs  JSON     text/  prose      fixed.rs   stylesheet, icon, schemas, OpenAPI document
//! ```

mod api;
mod files;
mod fixed;
mod form;
mod guard;
#[cfg(test)]
mod kit;
mod pages;
mod query;
mod reads;
#[cfg(test)]
mod sample;
pub mod socket;
mod status;
#[cfg(test)]
mod tests;
pub mod text;
mod uploads;

use std::sync::Arc;

use axum::Router;

pub use reads::{Answer, Reads};
use socket::Office;
use text::Language;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::views::Reader;

/// How the pages are served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Language where neither the user nor the browser asks for one.
    pub locale: Language,
    /// Whether the listener is on a loopback address: then a request that names another host is refused.
    pub loopback: bool,
    /// Address that new machines enrol at, as the pages print it: `https://HOST:8444`.
    pub enrolment: String,
}

/// What every handler holds.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) reads: Arc<dyn Reads>,
    pub(crate) settings: Arc<Settings>,
    /// What forms write with.
    pub(crate) office: Office,
    pub(crate) forms: Arc<form::Forms>,
    /// Files sent a moment ago.
    pub(crate) uploads: Arc<uploads::Uploads>,
    pub(crate) fresh_tokens: Arc<pages::FreshTokens>,
}

impl Shared {
    pub(crate) fn new(reads: Arc<dyn Reads>, office: Office, settings: Settings) -> Self {
        let forms = Arc::new(form::Forms::new(Arc::clone(&office.random)));
        let uploads = Arc::new(uploads::Uploads::new(Arc::clone(&office.random)));
        Self { reads, uploads, settings: Arc::new(settings), office, forms, fresh_tokens: Arc::default() }
    }
}

/// The dashboard: pages, fixed files and the API, behind the guard.
pub fn router(office: Office, reader: Reader, settings: Settings) -> Router {
    routed(Shared::new(Arc::new(reader), office, settings))
}

fn routed(shared: Shared) -> Router {
    let loopback = shared.settings.loopback;
    let routes = pages::routes().merge(api::routes()).merge(fixed::routes());
    let routes = routes.fallback(nothing_here).method_not_allowed_fallback(not_that_way);
    let packed = CompressionLayer::new().quality(CompressionLevel::Fastest);
    guard::around(routes, loopback, shared.clone()).layer(packed).with_state(shared)
}

async fn nothing_here(asker: query::Asker) -> axum::response::Response {
    asker.refuse(&cadastre_domain::refusal::Refusal::new("page_unknown"))
}

async fn not_that_way(asker: query::Asker) -> axum::response::Response {
    asker.refuse(&cadastre_domain::refusal::Refusal::new("method_refused"))
}
