use axum::http::StatusCode;

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
    assert_eq!(house.get("/clients/acme/findings?done=x").await.status, StatusCode::OK);
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
