//! For tests of pages that write: a collector's pages over a store in memory, with a clock that stands still.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use std::sync::Arc;
use tower::ServiceExt;

use super::sample::office;
use super::text::Language;
use super::{Settings, Shared, routed};
use crate::admin::client::{AddClient, add};
use crate::views::Reader;

/// The pages of one collector, with the client `acme`.
pub(crate) struct House {
    pub(crate) shared: Shared,
    routes: Router,
}

/// An answer.
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    location: Option<String>,
}

impl Said {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.location.as_deref().unwrap_or_default()
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        let settings =
            Settings { locale: Language::En, loopback: true, enrolment: "https://collector.example:8444".into() };
        let office = office();
        let reads = Arc::new(Reader::new(office.registers.clone()));
        let shared = Shared::new(reads, office, settings);
        let args = AddClient { client: "acme".into(), name: Some("Acme & Fils".into()), siren: None };
        add(shared.office.registers.record(), args).await.unwrap();
        Self { routes: routed(shared.clone()), shared }
    }

    pub(crate) async fn get(&self, uri: &str) -> Said {
        self.ask(Request::get(uri), String::new()).await
    }

    /// Sends a form as a browser does from a page of ours.
    pub(crate) async fn post(&self, uri: &str, fields: &[(&str, &str)]) -> Said {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(uri).header("origin", "http://127.0.0.1:8080");
        self.ask(request.header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    pub(crate) async fn ask(&self, request: axum::http::request::Builder, body: String) -> Said {
        let request = request.header("host", "127.0.0.1:8080").body(Body::from(body)).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let location = parts.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Said { status: parts.status, text, location }
    }
}

/// The value of the first hidden field of this name in a page.
pub(crate) fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}
