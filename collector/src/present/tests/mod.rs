//! The pages and the API over sample documents, as a browser and a script would ask for them.

mod api;
mod guard;
mod pages;
mod portfolio;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use super::sample::{Samples, office};
use super::text::Language;
use super::{Reads, Settings, Shared, routed};

fn settings(locale: Language) -> Settings {
    Settings { locale, loopback: true, enrolment: "https://collector.example:8444".into() }
}

/// Asks with these headers; `Host` is ours unless it is among them.
async fn ask_of(reads: Arc<dyn Reads>, request: (&str, &str), headers: &[(&str, &str)], body: &str) -> Said {
    let mut request = Request::builder().method(request.0).uri(request.1);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(String::from(body))).unwrap();
    let shared = Shared::new(reads, office(), settings(Language::En));
    let response = routed(shared).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    Said { status: parts.status, headers: parts.headers, text }
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Said {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

async fn get(uri: &str, headers: &[(&str, &str)]) -> Said {
    ask_of(Arc::new(Samples), ("GET", uri), headers, "").await
}

const FRENCH: [(&str, &str); 1] = [("accept-language", "fr")];

async fn asset_of(client: &str, place: usize) -> String {
    let day = get(&format!("/api/v1/clients/{client}/reconciliation"), &[]).await.json();
    day["assets"][place]["asset"].as_str().unwrap().into()
}

/// Serves the samples on <http://127.0.0.1:8099> until it is interrupted, to look at the pages.
#[tokio::test]
#[ignore = "serves the sample pages until interrupted"]
async fn look() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await.unwrap();
    let shared = Shared::new(Arc::new(Samples), office(), settings(Language::En));
    axum::serve(listener, routed(shared)).await.unwrap();
}
