use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use cadastre_domain::refusal::Refusal;
use jiff::ToSpan;
use tower::ServiceExt;

use super::sent::FILES_BYTES_MAX;
use super::{Desk, Form, Sent};
use crate::admin::client::{AddClient, add};
use crate::admin::token::{CreateToken, create};
use crate::present::sample::{Samples, office};
use crate::present::text::Language;
use crate::present::{Settings, Shared};

fn shared() -> Shared {
    let settings =
        Settings { locale: Language::En, loopback: true, enrolment: "https://collector.example:8444".into() };
    Shared::new(Arc::new(Samples), office(), settings)
}

async fn client(shared: &Shared, code: &str) {
    let args = AddClient { client: code.into(), name: None, siren: None };
    add(shared.office.registers.record(), args).await.unwrap();
}

fn sent(token: &str) -> Sent {
    Sent { fields: vec![("token".into(), token.into())], files: Vec::new() }
}

/// Counts how often the work was done.
async fn submit(desk: &Desk<'_>, token: &str, done: &Arc<AtomicU32>) -> Result<StatusCode, Refusal> {
    let done = Arc::clone(done);
    let work = async move {
        tokio::task::yield_now().await;
        done.fetch_add(1, Ordering::SeqCst);
        Ok("/there".to_owned())
    };
    desk.submit(&sent(token), work).await.map(|response| {
        assert_eq!(response.headers()["location"], "/there");
        response.status()
    })
}

#[tokio::test]
async fn a_token_works_once_and_leads_everybody_to_the_same_place() {
    let shared = shared();
    let desk = Desk { shared: &shared, action: "/here", client: None };
    let done = Arc::new(AtomicU32::new(0));
    let token = desk.token().await.unwrap();
    let (one, two) = tokio::join!(submit(&desk, &token, &done), submit(&desk, &token, &done));
    assert_eq!((one.unwrap(), two.unwrap()), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(submit(&desk, &token, &done).await.unwrap(), StatusCode::SEE_OTHER);
    assert_eq!(done.load(Ordering::SeqCst), 1);
    assert_eq!(shared.forms.led_to(&sent(&token)).as_deref(), Some("/there"));
    let mut other = sent(&token);
    other.fields.push(("name".into(), "changed".into()));
    let refused = desk.submit(&other, async { Ok("/elsewhere".to_owned()) }).await.unwrap_err();
    assert_eq!((refused.code, shared.forms.led_to(&other)), ("form_used", None));
    assert!(submit(&desk, &desk.token().await.unwrap(), &done).await.is_ok());
    assert_eq!(done.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_foreign_or_spoiled_token_does_nothing() {
    let shared = shared();
    let desk = Desk { shared: &shared, action: "/here", client: None };
    let done = Arc::new(AtomicU32::new(0));
    let token = desk.token().await.unwrap();
    let elsewhere = Desk { action: "/there", ..desk }.token().await.unwrap();
    let mut spoiled = token.clone();
    spoiled.replace_range(3..4, if spoiled.as_bytes()[3] == b'A' { "B" } else { "A" });
    let other_process = Desk { shared: &self::shared(), ..desk }.token().await.unwrap();
    for bad in ["", "x", "é", &token[..20], &format!("{token}AA"), &elsewhere, &spoiled, &other_process] {
        assert_eq!(submit(&desk, bad, &done).await.unwrap_err().code, "form_token_invalid", "{bad}");
    }
    let old = shared.office.registers.now().checked_sub(13.hours()).unwrap();
    let old = shared.forms.token("/here", 0, old);
    assert_eq!(submit(&desk, &old, &done).await.unwrap_err().code, "form_expired");
    assert_eq!(done.load(Ordering::SeqCst), 0);
    assert!(submit(&desk, &token, &done).await.is_ok(), "what was refused spends nothing");
}

#[tokio::test]
async fn a_stale_page_is_told_and_does_nothing() {
    let shared = shared();
    client(&shared, "acme").await;
    client(&shared, "other").await;
    let desk = Desk { shared: &shared, action: "/here", client: Some("acme") };
    let done = Arc::new(AtomicU32::new(0));
    let (before, spent) = (desk.token().await.unwrap(), desk.token().await.unwrap());
    assert!(submit(&desk, &spent, &done).await.is_ok());
    let more = CreateToken { client: "acme".into(), site: None, uses: None, ttl_days: None };
    let now = shared.office.registers.now();
    create(shared.office.registers.record(), [0; 32], &[1; 40], now, more).await.unwrap();
    assert_eq!(submit(&desk, &before, &done).await.unwrap_err().code, "form_stale");
    assert!(submit(&desk, &spent, &done).await.is_ok(), "a double click is no stale page");
    assert_eq!(done.load(Ordering::SeqCst), 1);
    assert!(submit(&desk, &desk.token().await.unwrap(), &done).await.is_ok());
}

#[tokio::test]
async fn refused_work_may_be_sent_again() {
    let shared = shared();
    let desk = Desk { shared: &shared, action: "/here", client: None };
    let token = desk.token().await.unwrap();
    let refused = desk.submit(&sent(&token), async { Err(Refusal::new("cell_empty").on("reason")) }).await;
    assert_eq!(refused.unwrap_err().code, "cell_empty");
    assert!(submit(&desk, &token, &Arc::new(AtomicU32::new(0))).await.is_ok());
}

#[test]
fn what_was_typed_stays_and_the_sentence_stands_beside_its_field() {
    let mut typed = sent("spent");
    typed.fields.extend([("uses".into(), "many".into()), ("site".into(), "Lyon".into())]);
    let refusal = Refusal::new("number_invalid").with("value", "many").on("--uses");
    let form = Form::new("fresh".into()).holding(&typed).with("uses", 1).with("ttl", 7);
    assert_eq!((form.token.as_str(), form.value("token")), ("fresh", ""));
    let form = form.refused(&refusal, &["uses", "site"], Language::Fr);
    assert_eq!((form.value("uses"), form.value("site"), form.value("ttl")), ("many", "Lyon", "7"));
    assert!(form.beside("uses").unwrap().contains("many") && form.above().is_none() && form.beside("site").is_none());
    let form = form.refused(&refusal, &["site"], Language::Fr);
    assert!(form.above().unwrap().contains("uses") && form.beside("uses").is_none());
}

async fn told(State(_): State<Shared>, sent: Sent) -> Response {
    let file = sent.file("list").map(|file| format!("{}:{}", file.name, file.bytes.len())).unwrap_or_default();
    format!("{}|{}|{file}", sent.text("name"), sent.all("row").collect::<Vec<_>>().join(",")).into_response()
}

async fn ask(kind: &str, body: Body) -> (StatusCode, String) {
    let shared = shared();
    let routes = Router::new().route("/", post(told)).layer(DefaultBodyLimit::disable()).with_state(shared);
    let request = Request::post("/").header("content-type", kind).body(body).unwrap();
    let response = routes.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap())
}

const PLAIN: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=cut";

fn parts(file: &str) -> String {
    let text = "--cut\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n é \r\n--cut\r\n";
    format!(
        "{text}Content-Disposition: form-data; name=\"list\"; filename=\"../l.csv\"\r\n\r\n{file}\r\n--cut\r\n\
         Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n--cut--\r\n"
    )
}

#[tokio::test]
async fn fields_and_files_are_read() {
    let said = ask(PLAIN, Body::from("name=+a%C3%A9+&row=1&row=2")).await;
    assert_eq!(said, (StatusCode::OK, "aé|1,2|".into()));
    assert_eq!(ask(PARTS, Body::from(parts("a;b"))).await, (StatusCode::OK, "é||../l.csv:3".into()));
}

#[tokio::test]
async fn another_body_is_refused() {
    for (kind, body) in [("text/plain", "a"), ("", ""), (PARTS, "--cut\r\nnonsense"), ("multipart/form-data", "")] {
        let (status, page) = ask(kind, Body::from(body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{kind}: {page}");
        assert!(page.contains("not a form of these pages"), "{page}");
    }
    let many = "a=1&".repeat(20_000);
    assert_eq!(ask(PLAIN, Body::from(many)).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_upload_of_100_mb_is_refused_by_a_page() {
    let chunk = axum::body::Bytes::from(vec![b'a'; 1 << 20]);
    let stream = futures_util::stream::iter((0..100).map(move |_| Ok::<_, std::convert::Infallible>(chunk.clone())));
    let (status, page) = ask(PARTS, Body::from_stream(stream)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.contains("32 MB") && page.contains("<html"), "{page}");
    let just_over = parts(&"a".repeat(FILES_BYTES_MAX));
    assert_eq!(ask(PARTS, Body::from(just_over)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}
