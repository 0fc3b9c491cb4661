use axum::http::StatusCode;

use crate::present::kit::{House, field};

#[tokio::test]
async fn a_token_is_made_once_and_its_secret_stands_on_its_page_alone() {
    let house = House::new().await;
    let page = house.get("/clients/acme/machines").await;
    assert!(page.text.contains("No token has been made"), "{}", page.text);
    let token = field(&page.text, "token");
    let form = [("token", token.as_str()), ("site", "Lyon"), ("uses", "3"), ("ttl_days", "2")];
    let (one, two) =
        tokio::join!(house.post("/clients/acme/machines", &form), house.post("/clients/acme/machines", &form));
    assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(one.location(), two.location(), "a double click leads to the same token");
    let tokens = house.shared.office.registers.record().tokens("acme").await.unwrap();
    assert_eq!(tokens.len(), 1);
    assert_eq!((tokens[0].site.as_deref(), tokens[0].uses), (Some("Lyon"), 3));
    let live = house.get(one.location()).await;
    let command = "cadastre-agent enroll --collector https://collector.example:8444 --token ";
    assert_eq!(live.text.matches(command).count(), 2, "{}", live.text);
    assert!(live.text.contains("No machine has joined") && live.text.contains("port 8444"));
    let list = house.get("/clients/acme/machines").await.text;
    assert!(list.contains("0 of 3") && !list.contains(&live.text.split(command).nth(1).unwrap()[..20]));
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_makes_nothing() {
    let house = House::new().await;
    let page = house.get("/clients/acme/machines").await;
    let token = field(&page.text, "token");
    for (uses, ttl, at) in [("many", "7", "uses"), ("0", "7", "uses"), ("1", "4000", "ttl_days"), ("-1", "7", "uses")] {
        let form = [("token", token.as_str()), ("site", "<b>Lyon"), ("uses", uses), ("ttl_days", ttl)];
        let said = house.post("/clients/acme/machines", &form).await;
        assert_eq!(said.status, StatusCode::BAD_REQUEST, "{uses} {ttl}");
        assert!(said.text.contains(&format!("id=\"{at}-refused\"")), "{uses} {ttl}: {}", said.text);
        assert!(said.text.contains("value=\"&#60;b&#62;Lyon\"") && said.text.contains(&format!("value=\"{uses}\"")));
    }
    let said = house.post("/clients/acme/machines", &[("token", "x"), ("uses", "1"), ("ttl_days", "7")]).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    assert!(said.text.contains("was not made by this page"));
    assert!(house.shared.office.registers.record().tokens("acme").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_is_withdrawn_by_its_own_form() {
    let house = House::new().await;
    let token = field(&house.get("/clients/acme/machines").await.text, "token");
    let form = [("token", token.as_str()), ("uses", "1"), ("ttl_days", "7")];
    let made = house.post("/clients/acme/machines", &form).await;
    let page = house.get("/clients/acme/machines").await.text;
    let row = page.split("/revoke\"").nth(1).unwrap();
    let revoke = format!("{}/revoke", made.location());
    let said = house.post(&revoke, &[("token", &field(row, "token"))]).await;
    assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, "/clients/acme/machines"));
    assert!(house.shared.office.registers.record().tokens("acme").await.unwrap()[0].revoked);
    assert!(house.get(made.location()).await.text.contains("withdrawn"));
    for unknown in ["/clients/acme/machines/nothing", "/clients/nobody/machines"] {
        assert_eq!(house.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}
