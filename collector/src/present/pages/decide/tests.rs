use axum::http::{Request, StatusCode};

use crate::present::kit::{House, Said, field};
use crate::views::reconciliation::Reconciliation;

const EXTRA: &str = "pc-3;SNAA0003;laptop;2026-11-12T09:00:00Z\npc-4;SNAA0004;laptop;2026-11-20T09:00:00Z\n";
const DECIDE: &str = "/clients/acme/decide";

async fn day(house: &House) -> Reconciliation {
    Reconciliation::of(&house.shared.office.registers.of("acme", None, None).await.unwrap())
}

async fn finding(house: &House, name: &str) -> String {
    let day = day(house).await;
    day.findings.iter().find(|found| found.name.as_deref() == Some(name)).unwrap().id.clone()
}

async fn net(house: &House, month: &str) -> String {
    let register = house.shared.office.registers.of("acme", None, None).await.unwrap();
    register.bills(month.parse().unwrap()).unwrap()[0].total_net.to_string()
}

/// The form of a page, sent as it stands with these fields changed.
async fn send(house: &House, page: &str, changed: &[(&str, &str)]) -> Said {
    let mut fields: Vec<(String, String)> = vec![("token".into(), field(page, "token"))];
    for name in ["verb", "finding", "asset", "undo"] {
        let start = format!("name=\"{name}\" value=\"");
        let values = page.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        fields.extend(values.map(|value| (name.to_owned(), value.to_owned())));
    }
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    house.post(DECIDE, &fields).await
}

const CONFIRM: [(&str, &str); 3] = [("date", "first"), ("reason", "bought by us"), ("step", "confirm")];

#[tokio::test]
async fn what_is_previewed_is_what_is_written() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    let page = house.get(&format!("{DECIDE}?finding={id}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for expected in [
        "first day seen, 12 Nov",
        "November 2026: 24.00 → €31.60 (+7.60: 19 days × 12.00 / 30)",
        "December 2026: +12.00: 31 days × 12.00 / 31",
        "amendment 1 of contract C-1",
    ] {
        assert!(page.text.contains(expected), "{expected}: {}", page.text);
    }
    assert_eq!(net(&house, "2026-11").await, "24.00", "a preview writes nothing");
    let done = send(&house, &page.text, &CONFIRM).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!((net(&house, "2026-11").await, net(&house, "2026-12").await), ("31.60".into(), "36.00".into()));
    let list = house.get(done.location()).await.text;
    assert!(list.contains("Decided: include in a line, pc-3, from 12 Nov 2026."), "{list}");
    assert!(list.contains("decide?undo="));
}

#[tokio::test]
async fn another_date_is_previewed_before_it_is_written() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    let page = house.get(&format!("{DECIDE}?finding={id}")).await.text;
    let other = [("date", "other"), ("effective", "2026-11-20"), ("reason", "late"), ("step", "confirm")];
    let again = send(&house, &page, &other).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.text.contains("Check it, then confirm") && again.text.contains("11 days × 12.00 / 30"));
    assert!(again.text.contains("value=\"late\""), "what was typed stays");
    assert_eq!(net(&house, "2026-11").await, "24.00");
    assert_eq!(send(&house, &again.text, &other).await.status, StatusCode::SEE_OTHER);
    assert_eq!(net(&house, "2026-11").await, "28.40");
}

#[tokio::test]
async fn a_double_click_a_second_tab_and_a_stale_page_do_nothing_twice() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    let uri = format!("{DECIDE}?finding={id}");
    let (page, tab) = (house.get(&uri).await.text, house.get(&uri).await.text);
    let (one, two) = tokio::join!(send(&house, &page, &CONFIRM), send(&house, &page, &CONFIRM));
    assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(one.location(), two.location());
    let decided = |house: &House| {
        let registers = house.shared.office.registers.clone();
        async move { registers.of("acme", None, None).await.unwrap().decisions.len() }
    };
    assert_eq!(decided(&house).await, 1);
    let stale = send(&house, &tab, &CONFIRM).await;
    assert_eq!(stale.status, StatusCode::NOT_FOUND, "the finding is settled: {}", stale.text);
    let other = finding(&house, "pc-4").await;
    let page = house.get(&format!("{DECIDE}?finding={other}&verb=exclude")).await.text;
    house.list("pc-1;SNAA0001;laptop;2026-11-24T09:30:00Z\npc-4;SNAA0004;laptop;2026-11-20T09:00:00Z\n").await;
    let stale = send(&house, &page, &CONFIRM).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    assert!(stale.text.contains("Something changed for this client") && stale.text.contains("value=\"bought by us\""));
    assert_eq!(decided(&house).await, 1);
    assert_eq!(send(&house, &stale.text, &CONFIRM).await.status, StatusCode::SEE_OTHER, "sent again it is done");
}

#[tokio::test]
async fn several_rows_are_one_decision_with_the_sum_previewed() {
    let house = House::with_laptops(EXTRA).await;
    let (one, two) = (finding(&house, "pc-3").await, finding(&house, "pc-4").await);
    let uri = format!("{DECIDE}?finding={one}&finding={two}&verb=include");
    let page = house.get(&uri).await.text;
    assert!(page.contains("for each row its own first day") && page.contains("30 days × 12.00 / 30"), "{page}");
    let choice = [("date", "other"), ("effective", "2026-10-01"), ("reason", "x"), ("step", "confirm")];
    let refused = send(&house, &page, &choice).await;
    assert!(refused.text.contains("None of the rows can be decided so") && refused.text.contains(" disabled"));
    assert_eq!(refused.text.matches("class=\"refused\">Refused").count(), 2);
    let done = send(&house, &page, &CONFIRM).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(net(&house, "2026-11").await, "36.00");
    assert_eq!(house.get(done.location()).await.text.matches("Decided:").count(), 2);
}

#[tokio::test]
async fn a_refused_row_is_named_and_the_others_go_on() {
    let house = House::with_laptops(EXTRA).await;
    let one = finding(&house, "pc-3").await;
    let page = house.get(&format!("{DECIDE}?finding={one}&verb=stock")).await.text;
    let choice = [("date", "other"), ("effective", "2026-11-22"), ("reason", "x")];
    let again = send(&house, &page, &choice).await.text;
    let fields = [&choice[..], &[("step", "confirm")]].concat();
    assert_eq!(send(&house, &again, &fields).await.status, StatusCode::SEE_OTHER);
    let (three, four) = (asset(&house, "pc-3").await, asset(&house, "pc-4").await);
    let page = house.get(&format!("{DECIDE}?asset={three}&asset={four}&verb=spare")).await.text;
    let again = send(&house, &page, &choice).await.text;
    assert!(again.contains("1 row is refused") && again.contains("already decided otherwise"), "{again}");
    assert_eq!(send(&house, &again, &fields).await.status, StatusCode::SEE_OTHER);
    let states: Vec<_> = day(&house).await.assets.into_iter().map(|asset| (asset.name, asset.state)).collect();
    assert!(states.contains(&("pc-3".into(), "stock".into())) && states.contains(&("pc-4".into(), "spare".into())));
}

async fn asset(house: &House, name: &str) -> String {
    day(house).await.assets.iter().find(|asset| asset.name == name).unwrap().asset.clone()
}

#[tokio::test]
async fn an_undo_is_a_second_dated_decision() {
    for verb in ["exclude", "include", "stock"] {
        let house = House::with_laptops(EXTRA).await;
        let id = finding(&house, "pc-3").await;
        let page = house.get(&format!("{DECIDE}?finding={id}&verb={verb}")).await.text;
        let done = send(&house, &page, &CONFIRM).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{verb}: {}", done.text);
        let list = house.get(done.location()).await.text;
        let undo = list.split("href=\"").find(|link| link.contains("decide?undo=")).unwrap().split('"').next().unwrap();
        let page = house.get(undo).await;
        assert!(page.text.contains("Undoes the decision of 12 Nov 2026"), "{verb}: {}", page.text);
        let confirm = [("date", "first"), ("step", "confirm"), ("reason", "a mistake")];
        let done = send(&house, &page.text, &confirm).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{verb}: {}", done.text);
        let decisions = house.shared.office.registers.of("acme", None, None).await.unwrap().decisions.len();
        assert_eq!(decisions, 2, "{verb}: nothing was taken back, something was added");
        if verb == "include" {
            // Billed from the 12th to today, its last day.
            assert_eq!(net(&house, "2026-11").await, "29.20");
        }
        let row = day(&house).await.assets.into_iter().find(|asset| asset.name == "pc-3").unwrap();
        assert_eq!(row.state, "active", "{verb}");
        let open = day(&house).await.findings.iter().any(|found| found.name.as_deref() == Some("pc-3"));
        // The include is undone with today as its last day.
        assert_eq!(open, verb != "include", "{verb}");
        assert_eq!(house.get(&format!("{DECIDE}?undo=1")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn refusals_stand_beside_their_field() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    let page = house.get(&format!("{DECIDE}?finding={id}")).await.text;
    let silent = send(&house, &page, &[("date", "first"), ("reason", " "), ("step", "confirm")]).await;
    assert_eq!(silent.status, StatusCode::BAD_REQUEST);
    assert!(silent.text.contains("id=\"reason-refused\""), "{}", silent.text);
    let odd = [("date", "other"), ("effective", "2026-13-01"), ("reason", "x"), ("step", "confirm")];
    let odd = send(&house, &page, &odd).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    for token in ["", "spoiled", &field(&page, "token").replace(|c: char| c.is_ascii_digit(), "_")] {
        let spoiled = [("token", token), ("verb", "include"), ("finding", &id), CONFIRM[0], CONFIRM[1], CONFIRM[2]];
        let spoiled = house.post(DECIDE, &spoiled).await;
        assert_eq!(spoiled.status, StatusCode::CONFLICT, "{token}");
        assert!(spoiled.text.contains("was not made by this page"), "{}", spoiled.text);
    }
    assert!(odd.text.contains("id=\"effective-refused\"") && odd.text.contains("value=\"2026-13-01\""), "{}", odd.text);
    for (query, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("finding=none", StatusCode::NOT_FOUND),
        ("asset=none", StatusCode::NOT_FOUND),
        (&format!("finding={id}&verb=odd"), StatusCode::BAD_REQUEST),
        ("undo=x", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(house.get(&format!("{DECIDE}?{query}")).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn every_verb_has_its_page() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    for verb in super::choice::VERBS {
        let said = house.get(&format!("{DECIDE}?finding={id}&verb={}", verb.word())).await;
        assert_eq!(said.status, StatusCode::OK, "{}: {}", verb.word(), said.text);
    }
    let page = house.get(&format!("{DECIDE}?finding={id}&verb=snooze")).await.text;
    let done = send(&house, &page, &[("date", "first"), ("until", "2026-12-31"), ("reason", "x"), ("step", "confirm")]);
    let done = done.await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(house.get("/clients/acme/findings?tab=snoozed").await.text.contains("until 31 Dec 2026"));
    let undo = house.get(done.location()).await.text;
    let undo = undo.split("href=\"").find(|link| link.contains("decide?undo=")).unwrap().split('"').next().unwrap();
    let page = house.get(undo).await.text;
    let undone = send(&house, &page, &[("date", "first"), ("reason", "y"), ("step", "confirm")]);
    assert_eq!(undone.await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_site_and_another_host_decide_nothing() {
    let house = House::with_laptops(EXTRA).await;
    let id = finding(&house, "pc-3").await;
    let page = house.get(&format!("{DECIDE}?finding={id}")).await.text;
    let body = format!("token={}&verb=include&finding={id}&date=first&reason=x&step=confirm", field(&page, "token"));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for (name, value, status) in [
        ("origin", "http://evil.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
    ] {
        let request = Request::post(DECIDE).header(kind.0, kind.1).header(name, value);
        assert_eq!(house.ask(request, body.clone()).await.status, status, "{value}");
    }
    let foreign = Request::post(DECIDE).header(kind.0, kind.1).header("host", "evil.example");
    assert_eq!(house.ask_as_it_is(foreign, body).await.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(net(&house, "2026-11").await, "24.00");
}
