//! What a request asks: its language and where it stands ([`Asker`]), and the day, month and filters of its address
//! ([`Asked`]).
//!
//! **Invariant**: an unknown key, a key given twice and a value of the wrong form are refused, never ignored; an empty
//! value is an absent one (an empty form field).

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts, OriginalUri};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::text::Language;
use super::{Shared, api, pages};

/// Name of the cookie that keeps the user's language.
pub(crate) const LANGUAGE_COOKIE: &str = "cadastre_language";

/// Who asks: in which language, and at which address.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// The language of the answer.
    pub(crate) language: Language,
    /// Path and query, as they were asked.
    pub(crate) here: String,
}

impl Asker {
    /// Reads the language out of the headers and the place out of the address.
    pub(crate) fn new(headers: &HeaderMap, uri: &Uri, locale: Language) -> Self {
        let header = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
        let stored = header(COOKIE).and_then(stored_language);
        let here = uri.path_and_query().map_or("/", |here| here.as_str());
        Self { language: Language::choose(stored, header(ACCEPT_LANGUAGE), locale), here: String::from(here) }
    }

    /// A refusal in the form of the place: JSON below `/api/`, else a page.
    pub(crate) fn refuse(&self, refusal: &Refusal) -> Response {
        if self.here.starts_with("/api/") {
            api::refused(refusal, self.language)
        } else {
            pages::refused(refusal, self)
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker
where
    Shared: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let shared = Shared::from_ref(state);
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Self::new(&parts.headers, uri, shared.settings.locale))
    }
}

fn stored_language(cookies: &str) -> Option<&str> {
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == LANGUAGE_COOKIE).then_some(value))
}

/// An address that asks nothing beside its path: with a query it is refused.
pub(crate) struct Unasked;

impl<S: Send + Sync> FromRequestParts<S> for Unasked
where
    Shared: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Ok(asker) = Asker::from_request_parts(parts, state).await;
        Asked::read(parts.uri.query(), &[]).map(|_| Self).map_err(|refusal| asker.refuse(&refusal))
    }
}

/// What an address asks beside its path. Every part is absent when it was not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The day.
    pub(crate) as_of: Option<Date>,
    /// What was known at this instant.
    pub(crate) known_at: Option<Timestamp>,
    /// The month of the bill.
    pub(crate) month: Option<Month>,
    /// Only assets of this status.
    pub(crate) status: Option<String>,
    /// Only assets of this category.
    pub(crate) category: Option<String>,
    /// Only assets in a slot of this line.
    pub(crate) line: Option<String>,
    /// Only assets that lack this requirement.
    pub(crate) lacking: Option<String>,
    /// Which page of the assets, from 1.
    pub(crate) page: Option<usize>,
    /// Which kind of decisions a list of findings shows.
    pub(crate) tab: Option<String>,
    /// What was done a moment ago.
    pub(crate) done: Option<String>,
    /// The language of a document.
    pub(crate) language: Option<Language>,
    /// Client of an asset.
    pub(crate) client: Option<String>,
    /// Billed entity.
    pub(crate) entity: Option<String>,
    /// Currency of the bill.
    pub(crate) currency: Option<String>,
    /// Where a page of a list begins.
    pub(crate) cursor: Option<String>,
    /// How many rows of a list.
    pub(crate) limit: Option<usize>,
    /// What is searched for.
    pub(crate) sought: Option<String>,
    /// What kind of thing is searched for: `client`.
    pub(crate) kind: Option<String>,
}

impl Asked {
    /// Reads the query of `uri`; only the keys in `allowed` may stand there.
    pub(crate) fn read(query: Option<&str>, allowed: &[&str]) -> Result<Self, Refusal> {
        let mut asked = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !allowed.contains(&key.as_ref()) {
                return Err(Refusal::new("query_key_unknown").with("key", key));
            }
            if seen.iter().any(|earlier| *earlier == key) {
                return Err(Refusal::new("query_key_twice").with("key", key));
            }
            if !value.is_empty() {
                asked.set(&key, &value)?;
            }
            seen.push(key.into_owned());
        }
        Ok(asked)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Refusal> {
        let text = || Some(String::from(value));
        match key {
            "as_of" => self.as_of = Some(day(value)?),
            "known_at" => self.known_at = Some(instant(value)?),
            "month" => self.month = Some(month(value)?),
            "status" if STATUSES.contains(&value) => self.status = text(),
            "status" => return Err(Refusal::new("status_unknown").with("value", value)),
            "page" => {
                let page = value.parse().ok().filter(|page| *page > 0);
                self.page = Some(page.ok_or_else(|| Refusal::new("page_number_invalid").with("value", value))?);
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                let refusal = || Refusal::new("limit_invalid").with("value", value).with("most", LIMIT_MAX);
                self.limit = Some(limit.ok_or_else(refusal)?);
            }
            "q" if value.len() > SOUGHT_MAX => return Err(Refusal::new("search_too_long").with("most", SOUGHT_MAX)),
            "q" => self.sought = text(),
            "kind" if value == "client" => self.kind = text(),
            "kind" => return Err(Refusal::new("search_kind_unknown").with("value", value)),
            "language" => {
                let refusal = || Refusal::new("language_invalid").with("value", value);
                self.language = Some(Language::of_tag(value).ok_or_else(refusal)?);
            }
            "tab" => self.tab = text(),
            "done" => self.done = text(),
            "category" => self.category = text(),
            "line" => self.line = text(),
            "lacking" => self.lacking = text(),
            "client" => self.client = text(),
            "entity" => self.entity = text(),
            "currency" => self.currency = text(),
            "cursor" => self.cursor = text(),
            _ => return Err(Refusal::new("query_key_unknown").with("key", key)),
        }
        Ok(())
    }

    /// `path` with what this asks of a page, as a root-relative link.
    pub(crate) fn href(&self, path: &str) -> String {
        let mut pairs = Vec::new();
        if let Some(day) = self.as_of {
            pairs.push(format!("as_of={day}"));
        }
        if let Some(instant) = self.known_at {
            pairs.push(format!("known_at={instant}"));
        }
        if let Some(month) = self.month {
            pairs.push(format!("month={month}"));
        }
        if let Some(tab) = &self.tab {
            pairs.push(format!("tab={}", encode(tab)));
        }
        for (key, value) in
            [("status", &self.status), ("category", &self.category), ("line", &self.line), ("lacking", &self.lacking)]
        {
            if let Some(value) = value {
                pairs.push(format!("{key}={}", encode(value)));
            }
        }
        if let Some(page) = self.page {
            pairs.push(format!("page={page}"));
        }
        if pairs.is_empty() { String::from(path) } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// The same without filters and page.
    pub(crate) fn unfiltered(&self) -> Self {
        Self { status: None, category: None, line: None, lacking: None, page: None, ..self.clone() }
    }
}

/// Statuses that a filter may name.
pub(crate) const STATUSES: [&str; 5] = ["uncovered", "missing", "unknown", "pending", "covered"];

/// Longest text that a search takes, in bytes.
const SOUGHT_MAX: usize = 200;

/// Most rows that one page of an API list may have.
pub(crate) const LIMIT_MAX: usize = 10_000;

/// The refusal of a value that a filter of the page does not know.
pub(crate) fn no_such(key: &str, value: &str) -> Refusal {
    Refusal::new("filter_value_unknown").with("key", key).with("value", value)
}

/// A date written `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Result<Date, Refusal> {
    let exact = text.len() == "2026-11-24".len();
    let parsed = text.parse().ok().filter(|_| exact);
    parsed.ok_or_else(|| Refusal::new("date_invalid").with("value", text))
}

/// A month written `YYYY-MM`.
pub(crate) fn month(text: &str) -> Result<Month, Refusal> {
    text.parse().map_err(|_| Refusal::new("month_invalid").with("value", text))
}

/// An instant, RFC 3339.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::new("instant_invalid").with("value", text))
}

/// A client's code of an address: `[a-z0-9][a-z0-9-]{0,62}`; anything else is no client.
pub(crate) fn client_code(text: &str) -> Result<&str, Refusal> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let sound = text.len() <= 63
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|byte| plain(byte) || byte == b'-');
    if sound { Ok(text) } else { Err(Refusal::new("client_unknown").with("client", text)) }
}

/// `text` as one segment of a path or one value of a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, BEYOND_UNRESERVED).to_string()
}

const BEYOND_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
