//! The pages: one file a page, each a handler that reads documents and a struct that a template of `templates/` prints.
//!
//! Handlers ask [`super::Reads`] and nothing else; templates hold no text and no rule. **Invariant**: each control is a
//! real link or form; every link is root-relative.

mod asset;
mod client;
mod clients;
mod compare;
mod contracts;
mod decide;
mod finding;
mod findings;
mod frame;
mod health;
mod language;
mod machines;
mod month;
mod monthly;
mod names;
mod portfolio;
mod search;
mod sources;
mod turn;

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
        .route("/compare", get(compare::show).post(compare::send))
        .route("/compare/{id}", get(compare::result))
        .route("/compare/{id}/columns", get(compare::result).post(compare::columns))
        .route("/compare/{id}/keep", get(compare::result).post(compare::keep))
        .route("/compare/{id}/discard", post(compare::discard))
        .route("/sources", get(sources::show))
        .route("/sources/map", post(sources::map))
        .route("/sources/import", post(sources::import))
        .route("/health", get(health::all))
        .route("/clients/{client}/health", get(health::one))
        .merge(contract_routes())
        .route("/language", post(language::choose))
}

/// The routes by which clients and contracts are made.
fn contract_routes() -> Router<Shared> {
    Router::new()
        .route("/new/client", get(contracts::new_client).post(contracts::make_client))
        .route("/clients/{client}/contracts", get(contracts::list))
        .route("/clients/{client}/contracts/new", get(contracts::new).post(contracts::fill_sample))
        .route("/clients/{client}/contracts/text", post(contracts::save))
        .route("/clients/{client}/contracts/{contract}/text", get(contracts::edit))
        .route("/clients/{client}/contracts/{contract}/toml", get(contracts::file))
        .route("/clients/{client}/contracts/{contract}/annex", get(contracts::show_annex).post(contracts::send_annex))
        .route("/clients/{client}/contracts/{contract}/annex/today", post(contracts::annex_of_today))
        .route(
            "/clients/{client}/contracts/{contract}/annex/{upload}",
            get(contracts::preview_annex).post(contracts::confirm_annex),
        )
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
