use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use super::sample::{Broken, HOSTILE, Samples, office};
use super::text::Language;
use super::{Reads, Settings, Shared, api, fixed, routed};

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

async fn pages() -> Vec<String> {
    let mut pages: Vec<String> = ["/", "/nothing-here", "/clients/unknown-client"].map(String::from).to_vec();
    for client in ["atelier-martin", "empty", "hostile", "no-contract"] {
        pages.push(format!("/clients/{client}"));
        pages.push(format!(
            "/clients/{client}?as_of=2026-10-31&known_at=2026-11-02T08:00:00Z&month=2026-03&status=missing"
        ));
    }
    pages.push(format!("/clients/atelier-martin/assets/{}", asset_of("atelier-martin", 25).await));
    pages.push(format!("/clients/atelier-martin/assets/{}?as_of=2026-10-31", asset_of("atelier-martin", 4).await));
    pages.push("/clients/hostile/assets/..%2F..%2Fetc%2Fpasswd%3F%23".into());
    pages
}

#[tokio::test]
async fn every_page_stands_in_both_languages() {
    for page in pages().await {
        for (language, accept) in [("en", "en-GB"), ("fr", "fr-FR,fr;q=0.9,en;q=0.5")] {
            let said = get(&page, &[("accept-language", accept)]).await;
            let expected = if page.contains("nothing") || page.contains("unknown") { 404 } else { 200 };
            assert_eq!(said.status.as_u16(), expected, "{page}: {}", said.text);
            assert!(said.text.contains(&format!("<html lang=\"{language}\">")), "{page}");
            assert!(said.text.contains("<main id=\"content\""), "{page}");
            assert_eq!(said.text.matches("<h1>").count(), 1, "{page}");
            assert_eq!(said.header("content-type"), "text/html; charset=utf-8");
            check_html(&page, &said.text);
        }
    }
}

/// No script, no style in place, nothing of another site, links root-relative, each element closed.
fn check_html(page: &str, html: &str) {
    for banned in ["<script", "style=\"", "javascript:", "onclick", "http://", "src=\"//", "{{", "{%"] {
        let found =
            html.replace("&#123;", "").find(banned).map(|at| String::from(&html[at.saturating_sub(60)..at + 20]));
        if banned == "{{" {
            // A hostile name holds these braces as text.
            continue;
        }
        assert!(found.is_none(), "{page}: {banned}: {found:?}");
    }
    for attribute in ["href=\"", "action=\"", "src=\""] {
        for link in html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(link.starts_with('/') && !link.starts_with("//"), "{page}: {attribute}{link}");
        }
    }
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        let is_void = ["!doctype", "meta", "link", "img", "input", "br"].contains(&name);
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{page}: </{name}> closes another element");
        } else if !is_void {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{page}: left open: {open:?}");
}

#[tokio::test]
async fn the_sentence_of_the_day_and_the_month_are_written_out() {
    let french = get("/clients/atelier-martin?month=2026-10", &FRENCH).await.text;
    for expected in [
        "Au 24/11&nbsp;: 26 portables vus pour 25 au contrat",
        "1 hors périmètre</a> <strong>(12,00\u{202f}€/mois)</strong>",
        "1 manquant</a>",
        "1 inconnu</a>",
        "804\u{a0}jours-poste × 12,00\u{202f}€ ÷ 31",
        "804 jours-poste sur 27 emplacements",
        "311,23\u{202f}€",
        "139,25\u{202f}€",
        "du 12/10 au 31/10",
        "préavis jusqu’au 31/10/2026",
    ] {
        assert!(french.contains(expected), "{expected}");
    }
    let english = get("/clients/atelier-martin?month=2026-10", &[]).await.text;
    for expected in [
        "On 24 Nov: 26 laptops seen for 25 contracted",
        "1 uncovered</a> <strong>(€12.00 a month)</strong>",
        "804\u{a0}slot-days × €12.00 ÷ 31",
        "code_of_tomorrow",
        "action_of_tomorrow",
        "cadastre-collector decide include",
        "pc-accueil-3",
    ] {
        assert!(english.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn hostile_data_stays_text() {
    for page in ["/", "/clients/hostile", "/clients/hostile/assets/..%2F..%2Fetc%2Fpasswd%3F%23"] {
        let html = get(page, &FRENCH).await.text;
        assert!(!html.contains(HOSTILE) && !html.contains("<script>"), "{page}");
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{page}");
    }
    let html = get("/clients/hostile", &[]).await.text;
    assert!(html.contains("/clients/hostile/assets/..%2F..%2Fetc%2Fpasswd%3F%23"), "the id is one segment");
    assert!(!html.contains("decide include ../"), "an odd id never stands in a command");
    assert!(html.contains("An amount "), "the month says why it is not there");
}

#[tokio::test]
async fn empty_states_say_what_to_do() {
    let html = get("/clients/empty", &FRENCH).await.text;
    for expected in [
        "Aucun contrat en vigueur",
        "cadastre-collector contract import contract.toml --client empty",
        "cadastre-collector token create --client empty",
        "cadastre-agent enroll --collector https://collector.example:8444 --token …",
        "rien n’a encore été vu",
        "Rien à facturer en novembre 2026.",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    let html = ask_of(Arc::new(Broken), ("GET", "/"), &FRENCH, "").await.text;
    assert!(html.contains("Aucun client") && html.contains("cadastre-collector client add"));
    let html = get("/clients/atelier-martin?status=pending", &FRENCH).await.text;
    assert!(html.contains("Aucun appareil n’est dans cet état ce jour-là."));
    let html = get("/clients/no-contract", &[]).await.text;
    assert!(html.contains("2 assets seen, no contract in force"), "{html}");
}

#[tokio::test]
async fn another_day_shows_the_band() {
    let french = get("/clients/atelier-martin?as_of=2026-10-31&known_at=2026-11-24T09:42:00Z", &FRENCH).await.text;
    assert!(french.contains("Vous regardez le 31/10/2026, tel que connu le 24/11/2026 10:42"));
    assert!(french.contains("Revenir à aujourd’hui"));
    assert!(french.contains("name=\"known_at\" value=\"2026-11-24T09:42:00Z\""), "the form keeps what was known");
    assert!(french.contains("/assets/") && french.contains("?as_of=2026-10-31&#38;known_at="), "links keep the day");
    assert!(!get("/clients/atelier-martin", &FRENCH).await.text.contains("class=\"band\""));
}

#[tokio::test]
async fn filters_keep_what_they_say() {
    let html = get("/clients/atelier-martin?status=missing", &[]).await.text;
    assert!(html.contains("1 of 33 assets shown.") && !html.contains("pc-martin-02</a><span"), "{html}");
    let html = get("/clients/atelier-martin?line=servers", &[]).await.text;
    assert!(html.contains("2 of 33 assets shown."));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused_in_words() {
    for (query, code, words) in [
        ("as_of=2026-13-01", 400, "date"),
        ("as_of=20261101", 400, "date"),
        ("as_of=2027-01-01", 400, "01/01/2027"),
        ("known_at=yesterday", 400, "instant"),
        ("month=2026-1", 400, "mois"),
        ("status=odd", 400, "état"),
        ("page=0", 400, "page"),
        ("colour=red", 400, "colour"),
        ("as_of=2026-11-01&as_of=2026-11-02", 400, "deux fois"),
        ("as_of=%3Cscript%3E", 400, "date"),
    ] {
        let said = get(&format!("/clients/atelier-martin?{query}"), &FRENCH).await;
        assert_eq!(said.status.as_u16(), code, "{query}");
        assert!(said.text.contains(words), "{query}: {}", said.text);
        assert!(!said.text.contains("<script>"), "{query}");
    }
    assert_eq!(get("/clients/atelier-martin?as_of=", &[]).await.status, 200, "an empty field is an absent one");
    for path in ["/clients/-", "/clients/UPPER", "/clients/nobody", "/clients/atelier-martin/assets/nothing"] {
        assert_eq!(get(path, &[]).await.status, 404, "{path}");
    }
    let said = ask_of(Arc::new(Broken), ("GET", "/clients/acme"), &[], "").await;
    assert_eq!(said.status, 500);
}

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

#[tokio::test]
async fn the_api_gives_documents_of_its_schemas() {
    let asset = asset_of("atelier-martin", 4).await;
    for (uri, name) in [
        ("/api/v1/clients", "clients"),
        ("/api/v1/clients/atelier-martin/reconciliation", "reconciliation"),
        ("/api/v1/clients/empty/reconciliation?as_of=2026-10-31", "reconciliation"),
        ("/api/v1/clients/atelier-martin/bill/2026-03", "bill"),
        ("/api/v1/clients/empty/bill/2026-03", "bill"),
        ("/api/v1/clients/atelier-martin/slot-days/2026-03", "slot_days"),
        ("/api/v1/clients/atelier-martin/assets?limit=5", "assets"),
        ("/api/v1/clients/atelier-martin/findings", "findings"),
        ("/api/v1/clients/atelier-martin/contracts", "contracts"),
        (&format!("/api/v1/assets/{asset}?client=atelier-martin"), "asset"),
        (&format!("/api/v1/assets/{asset}"), "asset"),
    ] {
        let said = get(uri, &[]).await;
        assert_eq!(said.status, 200, "{uri}: {}", said.text);
        assert_eq!(said.header("content-type"), "application/json");
        validate(&said, name).await;
        assert!(said.text.starts_with(&format!("{{\"schema\":\"cadastre/{name}/1\"")), "{uri}: the first key");
    }
}

async fn validate(said: &Said, name: &str) {
    let schema = get(&format!("/api/v1/schemas/{name}"), &[]).await;
    assert_eq!(schema.header("content-type"), "application/schema+json");
    let schema = jsonschema::validator_for(&schema.json()).unwrap();
    let document = said.json();
    let errors: Vec<String> =
        schema.iter_errors(&document).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[tokio::test]
async fn the_api_refuses_with_a_document() {
    for (uri, status, code) in [
        ("/api/v1/clients/nobody/reconciliation", 404, "client_unknown"),
        ("/api/v1/clients/-/reconciliation", 404, "client_unknown"),
        ("/api/v1/clients/atelier-martin/reconciliation?as_of=2026-02-30", 400, "date_invalid"),
        ("/api/v1/clients/atelier-martin/reconciliation?as_of=2030-01-01", 400, "day_in_future"),
        ("/api/v1/clients/atelier-martin/bill/2026", 400, "month_invalid"),
        ("/api/v1/clients/atelier-martin/bill/2026-03?entity=nobody", 404, "bill_unknown"),
        ("/api/v1/clients/atelier-martin/assets?limit=0", 400, "limit_invalid"),
        ("/api/v1/clients/atelier-martin/assets?cursor=!!", 400, "cursor_invalid"),
        ("/api/v1/clients/atelier-martin/assets?colour=red", 400, "query_key_unknown"),
        ("/api/v1/assets/nothing?client=atelier-martin", 404, "asset_unknown"),
        ("/api/v1/schemas/nothing", 404, "schema_unknown"),
        ("/api/v1/nothing", 404, "page_unknown"),
        ("/api/v1/clients/hostile/bill/2026-03", 500, "amount_overflow"),
    ] {
        let said = get(uri, &FRENCH).await;
        assert_eq!(said.status.as_u16(), status, "{uri}: {}", said.text);
        assert_eq!(said.json()["code"], code, "{uri}");
        assert_ne!(said.json()["message"], code, "{uri}: a sentence");
        validate(&said, "error").await;
    }
    let said = ask_of(Arc::new(Samples), ("DELETE", "/api/v1/clients"), &[], "").await;
    assert_eq!((said.status.as_u16(), &said.json()["code"]), (405, &Value::from("method_refused")));
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let mut names = Vec::new();
    let mut cursor = String::new();
    for _ in 0..20 {
        let said = get(&format!("/api/v1/clients/atelier-martin/assets?limit=7&cursor={cursor}"), &[]).await;
        let document = said.json();
        let rows = document["assets"].as_array().unwrap();
        assert!((1..=7).contains(&rows.len()));
        names.extend(rows.iter().map(|row| row["asset"].as_str().unwrap().to_owned()));
        match document["next"].as_str() {
            Some(next) => cursor = next.into(),
            None => break,
        }
    }
    let all = get("/api/v1/clients/atelier-martin/assets", &[]).await.json();
    let all: Vec<&str> = all["assets"].as_array().unwrap().iter().map(|row| row["asset"].as_str().unwrap()).collect();
    assert_eq!(names, all);
    for list in ["clients", "clients/atelier-martin/findings"] {
        let first = get(&format!("/api/v1/{list}?limit=1"), &[]).await.json();
        let next = first["next"].as_str().unwrap();
        assert_eq!(get(&format!("/api/v1/{list}?limit=1&cursor={next}"), &[]).await.status, 200);
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_address() {
    let document = get("/api/v1/openapi.json", &[]).await.json();
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut named: Vec<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut served = api::path::ALL.to_vec();
    named.sort_unstable();
    served.sort_unstable();
    assert_eq!(named, served);
    for reference in document.to_string().split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        match reference.strip_prefix('#') {
            Some(pointer) => assert!(document.pointer(pointer).is_some(), "{reference}"),
            None => assert_eq!(get(reference, &[]).await.status, 200, "{reference}"),
        }
    }
    for (name, schema) in fixed::SCHEMAS {
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["properties"]["schema"]["const"], format!("cadastre/{name}/1"));
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

#[test]
fn the_schemas_accept_the_shapes_of_the_interfaces() {
    for (name, document) in [
        (
            "token",
            serde_json::json!({"schema": "cadastre/token/1", "token": "t", "expires_at": "2026-11-25T10:00:00Z"}),
        ),
        (
            "endpoints",
            serde_json::json!({"schema": "cadastre/endpoints/1", "agents": "https://127.0.0.1:8443",
                "enrolment": "https://127.0.0.1:8444", "dashboard": "http://127.0.0.1:8080", "metrics": "http://127.0.0.1:9090"}),
        ),
        (
            "explanation",
            serde_json::json!({"schema": "cadastre/explanation/1", "report_id": "a", "decision": "new", "asset": "a",
                "rule": 150, "category": "laptop", "category_confidence": "high", "category_reasons": [],
                "identifiers": [{"kind": "serial", "scope": "system", "raw": "x", "normalised": null, "refused": "too_short"}],
                "vetoes": [], "candidates": [{"asset": "b", "rule": 80, "bits": 20}], "dissent": [], "engine": "1"}),
        ),
        (
            "inventory",
            serde_json::json!({"schema": "cadastre/inventory/1", "report_id": "a", "collected_at": "2026-10-05T08:00:00Z",
                "agent": {"version": "0.1.0", "os": "linux"},
                "sections": {"battery": {"outcome": "absent", "reason": null, "duration_ms": 1, "data": null}}}),
        ),
    ] {
        let schema = fixed::SCHEMAS.iter().find(|(known, _)| *known == name).unwrap().1;
        let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        assert!(schema.is_valid(&document), "{name}: {:?}", schema.validate(&document));
        assert!(!schema.is_valid(&serde_json::json!({"schema": "cadastre/other/1"})), "{name}");
    }
}

/// Serves the samples on <http://127.0.0.1:8099> until it is interrupted, to look at the pages.
#[tokio::test]
#[ignore = "serves the sample pages until interrupted"]
async fn look() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await.unwrap();
    let shared = Shared::new(Arc::new(Samples), office(), settings(Language::En));
    axum::serve(listener, routed(shared)).await.unwrap();
}
