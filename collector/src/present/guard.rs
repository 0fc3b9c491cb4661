//! What stands before and behind every page: who may ask, and the headers of each answer.
//!
//! Before: on a loopback listener the `Host` must be a loopback name or address (so that no foreign name that resolves
//! here can read the pages), and a form must come from these pages. Behind: a policy that lets a page load nothing but
//! this stylesheet and these images. **Invariant**: no answer leaves without the headers, a refusal neither.

use std::net::IpAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use cadastre_domain::refusal::Refusal;

use super::Shared;
use super::query::Asker;

/// `routes` with the guard around them.
pub(crate) fn around(routes: Router<Shared>, loopback: bool, shared: Shared) -> Router<Shared> {
    routes.layer(from_fn_with_state((loopback, shared), watch))
}

async fn watch(State((loopback, shared)): State<(bool, Shared)>, request: Request, next: Next) -> Response {
    let mut response = match refusal(request.method(), request.headers(), request.uri(), loopback) {
        Some(refusal) => Asker::new(request.headers(), request.uri(), shared.settings.locale).refuse(&refusal),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        // The statement brings a policy of its own, as strict.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn refusal(method: &Method, headers: &HeaderMap, uri: &Uri, loopback: bool) -> Option<Refusal> {
    let host = uri.authority().map(|authority| authority.as_str()).or_else(|| header(headers, &HOST));
    if loopback && !host.is_some_and(is_loopback) {
        return Some(Refusal::new("host_refused"));
    }
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
    if !reads && !is_same_origin(headers, host) {
        return Some(Refusal::new("origin_refused"));
    }
    None
}

/// A browser names the origin of a form, or at least its relation to this site. A client that names neither is no
/// browser, and holds no cookie that another site could abuse.
fn is_same_origin(headers: &HeaderMap, host: Option<&str>) -> bool {
    if let Some(origin) = header(headers, &ORIGIN) {
        return origin.split_once("://").is_some_and(|(scheme, rest)| {
            ["http", "https"].contains(&scheme) && host.is_some_and(|host| host.eq_ignore_ascii_case(rest))
        });
    }
    header(headers, &SEC_FETCH_SITE).is_none_or(|site| ["same-origin", "none"].contains(&site))
}

/// Whether a `Host` is a loopback name or address, with or without a port.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
            _ => return false,
        },
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The referrer policy keeps `Origin` on our own forms: under `no-referrer` browsers send `Origin: null`.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (VARY, "Accept-Language, Cookie"),
];

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_pass() {
        for ours in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:8080"] {
            assert!(is_loopback(ours), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "10.0.0.1",
            "127.0.0.1.evil",
            "[::2]",
            "[::1",
            "::1]",
            "[::1]x",
        ] {
            assert!(!is_loopback(foreign), "{foreign}");
        }
    }
}
