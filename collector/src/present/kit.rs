//! For tests of pages that write: a collector's pages over a store in memory, with a clock that moves a millisecond at each look.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, ToSpan};
use tower::ServiceExt;

use super::form::Desk;
use super::sample::{now, office_on};
use super::text::Language;
use super::{Settings, Shared, routed};
use crate::admin::annex::{self, ImportAnnex};
use crate::admin::client::{AddClient, add};
use crate::admin::contract::{self, ImportContract};
use crate::admin::list::{self, ImportList};
use crate::clock::Clock;
use crate::views::Reader;

/// The pages of one collector, with the client `acme`.
pub(crate) struct House {
    pub(crate) shared: Shared,
    routes: Router,
}

/// Later by a millisecond at each look: a record dates its facts a little after the clock.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        now() + self.0.fetch_add(1, Ordering::SeqCst).milliseconds()
    }
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
        let office = office_on(Arc::new(Ticking(AtomicI64::new(0))));
        let reads = Arc::new(Reader::new(office.registers.clone()));
        let shared = Shared::new(reads, office, settings);
        let args = AddClient { client: "acme".into(), name: Some("Acme & Fils".into()), siren: None };
        add(shared.office.registers.record(), args).await.unwrap();
        Self { routes: routed(shared.clone()), shared }
    }

    /// The token that a form with this action carries.
    pub(crate) async fn token(&self, action: &str) -> String {
        Desk { shared: &self.shared, action, client: Some("acme") }.token().await.unwrap()
    }

    /// With a contract since 1 November, two laptops in its annex, and a list that sees those and `extra`: rows of
    /// `name;serial;category;last_seen`.
    pub(crate) async fn with_laptops(extra: &str) -> Self {
        Self::made("2026-11-01", extra).await
    }

    /// The same without other machines, under a contract since another day.
    pub(crate) async fn with_laptops_since(first: &str) -> Self {
        Self::made(first, "").await
    }

    async fn made(first: &str, extra: &str) -> Self {
        let house = Self::new().await;
        let registers = &house.shared.office.registers;
        let text = CONTRACT.replace("2026-11-01", first);
        let args = ImportContract { client: "acme".into(), file: None, text, yes: false };
        contract::import(registers, args).await.unwrap();
        let bytes =
            STANDARD.encode("label;line;serial;hostname\npc-1;laptops;SNAA0001;pc-1\npc-2;laptops;SNAA0002;pc-2\n");
        let args = ImportAnnex { client: "acme".into(), contract: "C-1".into(), file: None, bytes };
        annex::import(registers, args).await.unwrap();
        let rows = "pc-1;SNAA0001;laptop;2026-11-24T09:00:00Z\npc-2;SNAA0002;laptop;2026-11-24T09:00:00Z\n";
        house.list(&format!("{rows}{extra}")).await;
        house
    }

    /// Imports a complete list of the source `rmm`.
    pub(crate) async fn list(&self, rows: &str) {
        let args = ImportList {
            source: "rmm".into(),
            client: Some("acme".into()),
            complete: true,
            as_of: Some("2026-11-24T10:00:00Z".into()),
            profile: None,
            yes: true,
            file: None,
            bytes: STANDARD.encode(format!("name;serial;category;last_seen\n{rows}")),
        };
        list::import(&self.shared.office.registers, args).await.unwrap();
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
        self.ask_as_it_is(request.header("host", "127.0.0.1:8080"), body).await
    }

    /// A file.
    pub(crate) async fn bytes(&self, request: axum::http::request::Builder) -> (StatusCode, Vec<u8>) {
        let request = request.header("host", "127.0.0.1:8080").body(Body::empty()).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    /// Asks with no header but those given.
    pub(crate) async fn ask_as_it_is(&self, request: axum::http::request::Builder, body: String) -> Said {
        let request = request.body(Body::from(body)).unwrap();
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

const CONTRACT: &str = r#"
id = "C-1"
client = "acme"
signed_on = 2026-09-20
effective_on = 2026-11-01
initial_months = 12
renewal = { kind = "tacit", months = 12 }
notice_months = 3

[[parties]]
role = "client"
name = "Acme & Fils"
client_kind = "professional"

[billing]
vat_rate = "20.00"

[[lines]]
id = "laptops"
formula = "forfait"
category = "laptop"
mode = "prorata"
unit_price = "12.00"
count = 2
sla = { hours = "mon-fri 08:00-18:00", response = "PT4H" }
"#;
