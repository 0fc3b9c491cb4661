//! What a form sent: its fields, and the files of a multipart form.
//!
//! **Invariant**: nothing above the limits is kept in memory; a body that is too large is read to its end and thrown
//! away, up to a limit, so that the browser sees the page that refuses it.

use std::convert::Infallible;
use std::str::FromStr;

use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use futures_util::StreamExt;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::present::Shared;
use crate::present::query::{self, Asker};

/// Largest body of a form without files, bytes.
pub(crate) const FIELDS_BYTES_MAX: usize = 2 << 20;
/// Largest body of a form with files, bytes.
pub(crate) const FILES_BYTES_MAX: usize = 32 << 20;
/// How much of a body that is too large is read and thrown away before the connection is cut, bytes.
const THROWN_BYTES_MAX: usize = 256 << 20;
/// Most fields that one form may have.
const FIELDS_MAX: usize = 10_000;

/// The fields and files of a form, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<SentFile>,
}

/// A file that was chosen in a form.
#[derive(Debug, Clone)]
pub(crate) struct SentFile {
    field: String,
    /// Its name on the sender's machine; never used as a path.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Sent {
    /// What an address asks, read as a form that was sent by `get`.
    pub(crate) fn of_query(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let pairs = pairs.map(|(name, value)| (name.into_owned(), lines(&value)));
        Self { fields: pairs.take(FIELDS_MAX).collect(), files: Vec::new() }
    }

    /// SHA-256 of all that was sent but the token.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut put = |part: &[u8]| {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        };
        for (name, value) in self.fields.iter().filter(|(name, _)| name != "token") {
            put(name.as_bytes());
            put(value.as_bytes());
        }
        for file in &self.files {
            put(file.field.as_bytes());
            put(file.name.as_bytes());
            put(&file.bytes);
        }
        digest.finalize().into()
    }

    /// The field's text without blanks around it; empty when it is absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The field's text as it was sent, with the blanks around it.
    pub(crate) fn whole(&self, name: &str) -> Option<&str> {
        self.fields().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Every field and its text, in the order they were sent.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The field's text, `None` when absent or empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every text of a field that may be given several times.
    pub(crate) fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
    }

    /// The day of a date field, `None` when it is empty.
    pub(crate) fn day(&self, name: &str) -> Result<Option<Date>, Refusal> {
        self.given(name).map(|text| query::day(text).map_err(|refusal| refusal.on(name))).transpose()
    }

    /// The month of a month field, `None` when it is empty.
    pub(crate) fn month(&self, name: &str) -> Result<Option<Month>, Refusal> {
        self.given(name).map(|text| query::month(text).map_err(|refusal| refusal.on(name))).transpose()
    }

    /// The whole number of a field, `None` when it is empty.
    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Refusal> {
        let read = |text: &str| text.parse().map_err(|_| Refusal::new("number_invalid").with("value", text).on(name));
        self.given(name).map(read).transpose()
    }

    /// The file of a field, `None` when none was chosen.
    pub(crate) fn file(&self, field: &str) -> Option<&SentFile> {
        self.files.iter().find(|file| file.field == field)
    }

    /// Every file of a field that takes several.
    pub(crate) fn files<'s>(&'s self, field: &str) -> impl Iterator<Item = &'s SentFile> {
        self.files.iter().filter(move |file| file.field == field)
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent
where
    Shared: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let asker: Result<Asker, Infallible> = Asker::from_request_parts(&mut parts, state).await;
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let length = header(CONTENT_LENGTH).parse().ok();
        match read(header(CONTENT_TYPE), length, body).await {
            Ok(sent) => Ok(sent),
            Err(refusal) => Err(asker.map_or_else(|never| match never {}, |asker| asker.refuse(&refusal))),
        }
    }
}

async fn read(kind: &str, length: Option<usize>, body: Body) -> Result<Sent, Refusal> {
    let invalid = || Refusal::new("form_invalid");
    if kind.starts_with("application/x-www-form-urlencoded") {
        let bytes = whole(body, length, FIELDS_BYTES_MAX).await?;
        let pairs = form_urlencoded::parse(&bytes).map(|(name, value)| (name.into_owned(), lines(&value)));
        let sent = Sent { fields: pairs.take(FIELDS_MAX + 1).collect(), files: Vec::new() };
        return if sent.fields.len() > FIELDS_MAX { Err(invalid()) } else { Ok(sent) };
    }
    let boundary = multer::parse_boundary(kind).map_err(|_| invalid())?;
    let bytes = whole(body, length, FILES_BYTES_MAX).await?;
    let mut parts = multer::Multipart::new(futures_util::stream::iter([Ok::<Bytes, Infallible>(bytes)]), boundary);
    let mut sent = Sent::default();
    while let Some(part) = parts.next_field().await.map_err(|_| invalid())? {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| invalid())?;
        match file {
            // What a browser sends for a file field that was left empty.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(name) => sent.files.push(SentFile { field, name, bytes: bytes.to_vec() }),
            None => sent.fields.push((field, lines(&String::from_utf8_lossy(&bytes)))),
        }
        if sent.fields.len() + sent.files.len() > FIELDS_MAX {
            return Err(invalid());
        }
    }
    Ok(sent)
}

/// A browser ends the lines of a text area with CR LF.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The whole body, or the refusal of one that is larger than `most`.
async fn whole(body: Body, length: Option<usize>, most: usize) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::new("body_too_large").with("limit", most >> 20);
    if length.is_some_and(|length| length > THROWN_BYTES_MAX) {
        return Err(too_large());
    }
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    let mut body = body.into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| Refusal::new("form_invalid"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= most {
            kept.extend_from_slice(&chunk);
        } else if seen > THROWN_BYTES_MAX {
            break;
        } else {
            kept = Vec::new();
        }
    }
    if seen > most { Err(too_large()) } else { Ok(Bytes::from(kept)) }
}
