//! Who may ask, the headers of every answer, the cookie of the language.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use super::{ask_of, get, settings};
use crate::present::sample::{Samples, office};
use crate::present::text::Language;
use crate::present::{Settings, Shared, fixed, routed};

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let style = fixed::STYLE.clone();
    for page in ["/", "/clients/nobody", "/api/v1/clients", "/api/v1/nothing", "/assets/icon.svg", &style] {
        let said = get(page, &[]).await;
        assert_eq!(
            said.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(said.header("x-content-type-options"), "nosniff", "{page}");
        assert_eq!(said.header("referrer-policy"), "same-origin", "{page}");
    }
    assert_eq!(get(&style, &[]).await.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_foreign_host_is_refused_on_loopback() {
    for host in ["evil.example", "127.0.0.1.evil.example:8080", "192.168.1.4:8080"] {
        for page in ["/", "/api/v1/clients", "/assets/icon.svg"] {
            let said = get(page, &[("host", host)]).await;
            assert_eq!(said.status, 421, "{host} {page}");
            assert!(!said.text.contains("atelier-martin"), "nothing leaks");
            assert!(!said.header("content-security-policy").is_empty());
        }
    }
    assert_eq!(get("/", &[("host", "localhost:8080")]).await.status, 200);
    let open = Settings { loopback: false, ..settings(Language::En) };
    let request = Request::builder().uri("/").header("host", "cadastre.example").body(Body::empty()).unwrap();
    let shared = Shared::new(Arc::new(Samples), office(), open);
    let response = routed(shared).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "beyond loopback the host is the operator's affair");
}

#[tokio::test]
async fn a_page_is_packed_for_whoever_takes_it_so() {
    let shared = Shared::new(Arc::new(Samples), office(), settings(Language::En));
    let packed = |encoding: &'static str| {
        let routes = routed(shared.clone());
        let request = Request::builder().uri("/").header("host", "localhost").header("accept-encoding", encoding);
        async move {
            let answer = routes.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let vary: Vec<String> =
                answer.headers().get_all("vary").iter().map(|value| value.to_str().unwrap().to_lowercase()).collect();
            assert!(vary.join(",").contains("accept-encoding") && vary.join(",").contains("cookie"), "{vary:?}");
            answer.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned())
        }
    };
    assert_eq!(packed("gzip").await.as_deref(), Some("gzip"));
    assert_eq!(packed("identity").await, None);
}

#[tokio::test]
async fn the_language_is_kept_in_a_cookie_and_never_in_the_address() {
    let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", "http://127.0.0.1:8080")];
    let post = |headers: Vec<(&'static str, &'static str)>, body: &'static str| async move {
        ask_of(Arc::new(Samples), ("POST", "/language"), &headers, body).await
    };
    let said = post(form.to_vec(), "language=fr&back=%2Fclients%2Fempty%3Fas_of%3D2026-11-01").await;
    assert_eq!((said.status.as_u16(), said.header("location")), (303, "/clients/empty?as_of=2026-11-01"));
    let cookie = said.header("set-cookie");
    assert!(cookie.starts_with("cadastre_language=fr;") && cookie.contains("SameSite=Strict"), "{cookie}");
    let said = get("/", &[("accept-language", "en"), ("cookie", "other=1; cadastre_language=fr")]).await;
    assert!(said.text.contains("<html lang=\"fr\">") && said.text.contains("value=\"en\" lang=\"en\">English"));
    for back in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let body = format!("language=en&back={back}");
        let said = ask_of(Arc::new(Samples), ("POST", "/language"), &form, &body).await;
        assert_eq!(said.header("location"), "/", "{back}");
    }
    assert_eq!(post(form.to_vec(), "language=xx").await.status, 400);
    assert_eq!(post(form.to_vec(), "").await.status, 400);
    let kind = form[0];
    for origin in ["http://evil.example", "null", "http://127.0.0.1:9999", "ftp://127.0.0.1:8080"] {
        let said = post(vec![kind, ("origin", origin)], "language=fr").await;
        assert_eq!(said.status, 403, "{origin}");
        assert!(said.header("set-cookie").is_empty());
    }
    assert_eq!(post(vec![kind, ("sec-fetch-site", "cross-site")], "language=fr").await.status, 403);
    assert_eq!(post(vec![kind, ("sec-fetch-site", "same-origin")], "language=fr").await.status, 303);
    assert_eq!(get("/language", &[]).await.status, 405);
}
