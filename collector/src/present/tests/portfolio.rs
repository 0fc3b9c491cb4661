//! The portfolio, the search and the days of the perimeter and of an asset.

use std::sync::Arc;

use super::{FRENCH, ask_of, asset_of, get};
use crate::present::sample::Broken;

#[tokio::test]
async fn the_portfolio_tells_what_is_at_stake() {
    let french = get("/", &FRENCH).await.text;
    for expected in [
        "4 clients",
        "1\u{202f}270,50\u{202f}€/mois en jeu",
        "non facturés",
        "1 site muet",
        "Non rattachés\u{a0}: 14 appareils, 1 groupe de console",
        "Clôture d’octobre 2026",
        "site muet (Lyon)",
        "href=\"/clients/atelier-martin?status=missing#assets\"",
        "12/12/2026",
        "septembre 2026",
        "<th scope=\"row\">Total</th>",
    ] {
        assert!(french.contains(expected), "{expected}: {french}");
    }
    let first = french.find("class=\"lost\"").unwrap();
    assert!(first < french.find("atelier-martin").unwrap_or(usize::MAX) || french.contains("class=\"squares\""));
    assert_eq!(ask_of(Arc::new(Broken), ("GET", "/"), &[], "").await.status, 500);
    assert_eq!(get("/?page=0", &[]).await.status, 400);
    assert_eq!(get("/?colour=red", &[]).await.status, 400);
}

#[tokio::test]
async fn a_search_finds_clients_and_assets() {
    let found = get("/search?q=accueil", &FRENCH).await.text;
    assert!(found.contains("pc-accueil-3") && found.contains("1 appareil"), "{found}");
    let nothing = get("/search?q=zzz", &[]).await.text;
    assert!(nothing.contains("Nothing bears “zzz”."), "{nothing}");
    let picked = get("/search?kind=client&q=Sorel", &[]).await;
    assert_eq!((picked.status.as_u16(), picked.header("location")), (303, "/clients/no-contract"));
    assert_eq!(get("/search?q=a&client=nobody", &[]).await.status, 404);
    assert_eq!(get("/search?q=a&kind=odd", &[]).await.status, 400);
    let long = format!("/search?q={}", "a".repeat(300));
    assert_eq!(get(&long, &[]).await.status, 400);
    let hostile = get("/search?q=%3Cscript%3E", &[]).await.text;
    assert!(!hostile.contains("<script"), "{hostile}");
}

#[tokio::test]
async fn twelve_months_are_drawn_and_told() {
    let page = get("/clients/atelier-martin", &FRENCH).await.text;
    assert!(page.contains("laptops sur douze mois") && page.contains("class=\"m-step\""), "{page}");
    assert!(page.contains("?as_of=2026-08-10\" tabindex=\"-1\""), "a day leads to itself");
    assert!(page.contains("<th scope=\"row\">août 2026</th>"));
    assert!(page.contains("30/30") && page.contains("19/30"), "the days of each asset");
    let month = get("/clients/atelier-martin/months?as_of=2026-10-31", &[]).await;
    assert!(month.header("location").contains("2026-10"), "{}", month.header("location"));
}

#[tokio::test]
async fn an_asset_tells_its_days_and_what_protects_it() {
    let asset = asset_of("atelier-martin", 4).await;
    let page = get(&format!("/clients/atelier-martin/assets/{asset}"), &FRENCH).await.text;
    for expected in
        ["Sophos Endpoint", "protège", "Processeur", "novembre 2026", "01/02/2028", "Son système est maintenu"]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("<script"), "a product's name stays text");
}
