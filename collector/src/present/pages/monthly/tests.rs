use axum::http::{Request, StatusCode};

use crate::present::kit::{House, field};

const OCTOBER: &str = "/clients/acme/months/2026-10";

/// The token of a form of the page.
fn token(page: &str, form: &str) -> String {
    let at = page.find(&format!("{form}\"")).unwrap_or_else(|| panic!("no form {form}: {page}"));
    field(&page[at..], "token")
}

#[tokio::test]
async fn the_month_that_runs_cannot_be_closed_yet() {
    let house = House::with_laptops("pc-3;SNAA0003;laptop;2026-11-12T09:00:00Z\n").await;
    let page = house.get("/clients/acme/months/2026-11").await.text;
    for expected in [
        "November 2026 runs until 30 Nov 2026",
        "Collection healthy: 3 assets",
        "No unmapped group",
        "findings?tab=bill\">1 asset to bill or exclude",
        "class=\"stop\"",
        "60\u{a0}slot-days × €12.00 ÷ 30",
        "Why this bill differs from October 2026",
        "files/xlsx",
        "The list above says what the close waits for.",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("/close\""), "what cannot be done is not offered");
    // A page that was opened when it could be done.
    let action = "/clients/acme/months/2026-11/close";
    let form = [("token", &*house.token(action).await), ("sure", "yes")];
    let said = house.post(action, &form).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
    assert!(said.text.contains("role=\"alert\""), "{}", said.text);
    for (page, status) in [("2026-13", 400), ("x", 400), ("2026-10", 200), ("2031-01", 200)] {
        assert_eq!(house.get(&format!("/clients/acme/months/{page}")).await.status.as_u16(), status, "{page}");
    }
    assert_eq!(house.get("/clients/nobody/months/2026-10").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_month_is_closed_once_signed_and_handed_over() {
    let house = House::with_laptops_since("2026-10-01").await;
    let page = house.get(OCTOBER).await.text;
    assert!(page.contains("Ready to close"), "{page}");
    let token_of_close = token(&page, "/close");
    let unsure = house.post(&format!("{OCTOBER}/close"), &[("token", &*token_of_close)]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    assert!(unsure.text.contains("id=\"sure-refused\""));
    let form = [("token", &*token_of_close), ("sure", "yes")];
    let uri = format!("{OCTOBER}/close");
    let (one, two) = tokio::join!(house.post(&uri, &form), house.post(&uri, &form));
    assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", one.text);
    let page = house.get(one.location()).await.text;
    assert!(page.contains("October 2026 is closed") && page.contains("Closed on 24 Nov 2026"), "{page}");
    assert!(!page.contains("/close\""), "there is nothing left to close");

    let statement = house.get(&format!("{OCTOBER}/statement?language=fr")).await;
    assert!(statement.text.contains("<html lang=\"fr\">") && statement.text.contains("24,00"), "{}", statement.text);
    let sign = token(&page, "/sign");
    let nameless = [("token", &*sign), ("role", "gérante"), ("signed_on", "2026-11-20"), ("language", "fr")];
    let refused = house.post(&format!("{OCTOBER}/sign"), &nameless).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("id=\"name-refused\"") && refused.text.contains("value=\"gérante\""));
    let form = [&nameless[..], &[("name", "<b>Martin")]].concat();
    let signed = house.post(&format!("{OCTOBER}/sign"), &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    let page = house.get(signed.location()).await.text;
    assert!(page.contains("Signed by &#60;b&#62;Martin, gérante, on 20 Nov 2026"), "{page}");

    for (file, start) in
        [("files/csv", &b"type;reference"[..]), ("files/xlsx", b"PK"), ("files/json", b"{\""), ("pack", b"PK")]
    {
        let (status, bytes) = house.bytes(Request::get(format!("{OCTOBER}/{file}"))).await;
        assert_eq!(status, StatusCode::OK, "{file}");
        assert!(bytes.starts_with(start), "{file}: {:?}", &bytes[..20.min(bytes.len())]);
    }
    assert_eq!(house.get(&format!("{OCTOBER}/files/odd")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_stale_page_closes_nothing() {
    let house = House::with_laptops_since("2026-10-01").await;
    let page = house.get(OCTOBER).await.text;
    house.list("pc-1;SNAA0001;laptop;2026-11-24T09:30:00Z\n").await;
    let form = [("token", &*token(&page, "/close")), ("sure", "yes")];
    let stale = house.post(&format!("{OCTOBER}/close"), &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("Something changed for this client"), "{}", stale.text);
    assert!(house.shared.office.registers.of("acme", None, None).await.unwrap().closed.is_empty());
}
