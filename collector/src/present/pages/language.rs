//! `POST /language`: keeps the choice of language in a cookie and returns to the page it was made on.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use cadastre_domain::refusal::Refusal;
use serde::Deserialize;

use crate::present::query::{Asker, LANGUAGE_COOKIE};
use crate::present::text::Language;

#[derive(Deserialize)]
pub(super) struct Choice {
    language: String,
    #[serde(default)]
    back: String,
}

pub(super) async fn choose(asker: Asker, form: Result<Form<Choice>, FormRejection>) -> Response {
    let (language, back) = form.map_or_else(|_| Default::default(), |Form(choice)| (choice.language, choice.back));
    let Some(chosen) = [Language::En, Language::Fr].into_iter().find(|known| known.code() == language) else {
        return asker.refuse(&Refusal::new("language_invalid").with("value", language));
    };
    let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age={A_YEAR}; SameSite=Strict; HttpOnly", chosen.code());
    let back = if is_ours(&back) { back } else { String::from("/") };
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, back)]).into_response()
}

/// Whether an address is a page of ours: root-relative, no other host (`//host`, `/\host`), printable ASCII.
fn is_ours(back: &str) -> bool {
    let mut bytes = back.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

const A_YEAR: u32 = 31_536_000;

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_pages_of_ours_are_returned_to() {
        assert!(is_ours("/") && is_ours("/clients/acme?as_of=2026-11-01"));
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "x", "/é"]
        {
            assert!(!is_ours(foreign), "{foreign:?}");
        }
    }
}
