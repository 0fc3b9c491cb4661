use axum::http::{Request, StatusCode};

use crate::present::kit::House;

#[tokio::test]
async fn rows_stand_under_the_decision_that_settles_them() {
    let house = House::with_laptops("pc-3;SNAA0003;laptop;2026-11-12T09:00:00Z\n").await;
    for page in ["/clients/acme/findings", "/findings"] {
        let said = house.get(page).await;
        assert_eq!(said.status, StatusCode::OK);
        for expected in [
            "To bill or exclude <b>1</b> <span class=\"stake\">€12.00</span>",
            "To find or retire <b class=\"zero\">0</b>",
            "pc-3</a>",
            "+€12.00/month",
            "+€144.00/year",
            "answer within 4\u{a0}h",
            "verb=include\">Add</a>",
            "since 12 Nov",
        ] {
            assert!(said.text.contains(expected), "{page}: {expected}: {}", said.text);
        }
    }
}

#[tokio::test]
async fn empty_pages_say_so() {
    let house = House::with_laptops("").await;
    let said = house.get("/clients/acme/findings").await.text;
    assert!(said.contains("Nothing to decide: 2 assets checked"), "{said}");
    assert!(house.get("/clients/acme/findings?tab=find").await.text.contains("Nothing to decide"));
    assert_eq!(house.get("/clients/acme/findings?tab=odd").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.get("/clients/nobody/findings").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_no_filter_knows_is_refused() {
    let house = House::with_laptops("").await;
    for (client, queries) in [
        ("", &["/findings?foo=1", "/findings?page=x", "/new/client?foo=1", "/compare?foo=1"][..]),
        (
            "/clients/acme",
            &["/findings?foo=1", "/findings?done=zz", "/months/2026-10?foo=1", "/months/2026-10?done=zz"],
        ),
        ("/clients/acme", &["/months/2026-10/statement?foo=1", "/months/2026-10/pack?foo=1", "/contracts?foo=1"]),
        ("/clients/acme", &["/contracts/C-1/text?foo=1", "/contracts/C-1/annex?foo=1", "/contracts/C-1/toml?foo=1"]),
        ("/clients/acme", &["/machines?foo=1", "/health?foo=1", "?line=zz", "?category=zz", "?lacking=zz"]),
        ("/clients/acme", &["/findings?as_of=2026-02-31", "/contracts?as_of=2026-02-31", "/months?as_of=2026-02-31"]),
        ("/clients/acme", &["/findings?as_of=2030-01-01", "/contracts?as_of=2030-01-01", "/months?as_of=2030-01-01"]),
        (
            "/clients/acme",
            &["/machines?as_of=2030-01-01", "/health?as_of=2030-01-01", "?known_at=2030-01-01T00:00:00Z"],
        ),
        ("/clients/acme", &["/findings?known_at=2030-01-01T00:00:00Z", "/contracts?known_at=2030-01-01T00:00:00Z"]),
    ] {
        for query in queries {
            let said = house.get(&format!("{client}{query}")).await;
            assert_eq!(said.status, StatusCode::BAD_REQUEST, "{client}{query}");
        }
    }
    for query in ["?line=laptops", "?category=server", "?lacking=antivirus", "/months/2026-10?done=", "/health"] {
        assert_ne!(house.get(&format!("/clients/acme{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn another_day_is_shown_as_it_was_and_cannot_be_decided() {
    let house = House::with_laptops("pc-3;SNAA0003;laptop;2026-11-12T09:00:00Z\n").await;
    let now = house.get("/clients/acme/findings?tab=bill").await.text;
    assert!(now.contains("pc-3</a>") && now.contains("/decide?finding=") && !now.contains("class=\"band\""));
    let then = house.get("/clients/acme/findings?tab=bill&as_of=2026-11-20").await.text;
    assert!(then.contains("class=\"band\"") && then.contains("pc-3</a>") && !then.contains("/decide?"), "{then}");
    assert!(then.contains("findings?as_of=2026-11-20&#38;tab=find"), "tabs keep the day: {then}");
    assert!(then.contains("name=\"tab\" value=\"bill\""), "{then}");
    let before = house.get("/clients/acme/findings?as_of=2026-11-05").await.text;
    assert!(before.contains("class=\"band\"") && !before.contains("pc-3</a>"), "{before}");
    let contracts = house.get("/clients/acme/contracts?as_of=2026-11-20").await.text;
    assert!(contracts.contains("class=\"band\"") && !contracts.contains("/annex/today"), "{contracts}");
    assert!(house.get("/clients/acme/contracts").await.text.contains("/annex/today"));
}

#[tokio::test]
async fn a_device_may_call_itself_anything() {
    let house = House::with_laptops("<script>alert(1)</script>;SNAA0003;laptop;2026-11-12T09:00:00Z\n").await;
    let list = house.get("/clients/acme/findings").await.text;
    assert!(!list.contains("<script>") && list.contains("&#60;script&#62;alert(1)"), "{list}");
    let decide = list.split("href=\"").find(|link| link.contains("/decide?finding=")).unwrap();
    let decide = decide.split('"').next().unwrap().replace("&#38;", "&");
    let page = house.get(&decide).await.text;
    assert!(!page.contains("<script>") && page.contains("&#60;script&#62;alert(1)"), "{page}");
}

#[tokio::test]
async fn what_is_refused_says_so_by_its_status_too() {
    let house = House::with_laptops("").await;
    assert_eq!(house.get("/clients/acme/contracts/C-1/annex").await.status, StatusCode::OK);
    assert_eq!(house.get("/clients/acme/contracts/XX/annex").await.status, StatusCode::NOT_FOUND);
    let said = house.post("/sources/map", &[("source", "rmm"), ("group", "Acme")]).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
    let said = house.get("/clients/acme/months/2026-11/files/zz").await;
    assert!(said.status.is_client_error() && !said.text.contains("--profile"), "{}", said.text);
    let part = |head: &str, text: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
    let body = part("name=\"annex\"; filename=\"a.csv\"", "name;serial\npc-1;SN1")
        + &part("name=\"lists\"; filename=\"b.csv\"", "name;serial\npc-1;SN1")
        + &part("name=\"price-laptop\"", "dear")
        + "--x--\r\n";
    let request = Request::post("/compare").header("origin", "http://127.0.0.1:8080");
    let said = house.ask(request.header("content-type", "multipart/form-data; boundary=x"), body).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
    assert!(said.text.contains("id=\"price-laptop-refused\"") && said.text.contains("value=\"dear\""), "{}", said.text);
}

#[tokio::test]
async fn a_finding_of_the_perimeter_leads_to_its_decision() {
    let house = House::with_laptops("pc-3;SNAA0003;laptop;2026-11-12T09:00:00Z\n").await;
    let page = house.get("/clients/acme").await.text;
    let href = page.split("href=\"").find(|link| link.contains("/decide?finding=")).unwrap();
    let href = href.split('"').next().unwrap().replace("&#38;", "&");
    assert_eq!(house.get(&href).await.status, StatusCode::OK);
    assert!(page.contains("<summary>As a command</summary>"), "{page}");
    let then = house.get("/clients/acme?as_of=2026-11-20").await.text;
    assert!(then.contains("pc-3") && !then.contains("/decide?finding="));
}

#[tokio::test]
async fn a_client_without_agents_is_told_so() {
    let house = House::with_laptops("").await;
    let page = house.get("/clients/acme/health").await.text;
    assert!(page.contains("No agent here yet") && !page.contains("Every agent does what it should"), "{page}");
    assert!(page.contains("are not recorded yet"), "{page}");
}
