//! The pages: one file a page, each a handler that reads documents and a struct that a template of `templates/` prints.
//!
//! Handlers ask [`super::Reads`] and nothing else; templates hold no text and no rule. **Invariant**: each control is a
//! real link or form; every link is root-relative.

mod asset;
mod client;
mod clients;
mod decide;
mod finding;
mod findings;
mod frame;
mod language;
mod machines;
mod month;
mod monthly;
mod portfolio;
mod search;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cadastre_domain::refusal::Refusal;

use super::query::Asker;
use super::text::refusal::sentence;
use super::{Shared, status};
use frame::Frame;
pub(crate) use machines::FreshTokens;

/// The routes of the pages.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(portfolio::show))
        .route("/clients", get(clients::show))
        .route("/search", get(search::show))
        .route("/clients/{client}", get(client::show))
        .route("/clients/{client}/months", get(client::month_of_today))
        .route("/clients/{client}/assets/{asset}", get(asset::show))
        .route("/findings", get(findings::everywhere))
        .route("/clients/{client}/findings", get(findings::show))
        .route("/clients/{client}/decide", get(decide::show).post(decide::settle))
        .route("/clients/{client}/months/{month}", get(monthly::show))
        .route("/clients/{client}/months/{month}/close", post(monthly::settle))
        .route("/clients/{client}/months/{month}/sign", post(monthly::signed))
        .route("/clients/{client}/months/{month}/statement", get(monthly::statement))
        .route("/clients/{client}/months/{month}/files/{form}", get(monthly::file))
        .route("/clients/{client}/months/{month}/pack", get(monthly::pack))
        .route("/clients/{client}/machines", get(machines::show).post(machines::make))
        .route("/clients/{client}/machines/{token}", get(machines::live))
        .route("/clients/{client}/machines/{token}/revoke", post(machines::withdraw))
        .route("/language", post(language::choose))
}

/// A refusal as a page.
pub(crate) fn refused(refusal: &Refusal, asker: &Asker) -> Response {
    let frame = Frame::of(asker, |words| String::from(words.error_title));
    let frame = if refusal.code == "client_unknown" { frame.without_client() } else { frame };
    let page = ErrorPage { sentence: sentence(refusal, asker.language), frame };
    render(&page, status::of(refusal.code))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    sentence: String,
}

/// A page as an answer.
fn render(page: &impl Template, status: StatusCode) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "private, no-cache")];
            (status, headers, html).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page, or the refusal as a page.
fn answer<P: Template>(page: Result<P, Refusal>, asker: &Asker) -> Response {
    match page {
        Ok(page) => render(&page, StatusCode::OK),
        Err(refusal) => refused(&refusal, asker),
    }
}
