//! Every page in both languages, well-formed, with what it must say.

use std::sync::Arc;

use super::{FRENCH, ask_of, asset_of, get};
use crate::present::sample::{Broken, HOSTILE};

async fn pages() -> Vec<String> {
    let mut pages: Vec<String> =
        ["/", "/clients", "/search?q=martin", "/search", "/nothing-here", "/clients/unknown-client"]
            .map(String::from)
            .to_vec();
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
    let html = ask_of(Arc::new(Broken), ("GET", "/clients"), &FRENCH, "").await.text;
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
