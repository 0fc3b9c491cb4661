//! Lists of other consoles, from a file to the register: what is read, refused, mapped and found.

use std::sync::Arc;

use base64::Engine as _;
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;

use super::list::{self, ImportList, ListImported};
use super::source::{self, MapGroup};
use crate::clock::FixedClock;
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;
use crate::views::reconciliation::Reconciliation;

const NOW: &str = "2026-11-25T10:00:00Z";

async fn office() -> Registers {
    let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
    let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
    for client in ["acme", "bolt"] {
        record.append(client, vec![Fact::Client { name: None, siren: None, example: false }], Some(0)).await.unwrap();
    }
    Registers::new(record, clock)
}

fn file(text: &str, client: Option<&str>) -> ImportList {
    ImportList {
        source: "rmm".to_owned(),
        client: client.map(str::to_owned),
        complete: true,
        as_of: Some("2026-11-24T10:00:00Z".to_owned()),
        profile: None,
        yes: false,
        file: Some("rmm.csv".to_owned()),
        bytes: base64::engine::general_purpose::STANDARD.encode(text),
    }
}

async fn import(office: &Registers, text: &str, client: Option<&str>) -> Result<ListImported, Refusal> {
    list::import(office, file(text, client)).await
}

async fn map(office: &Registers, group: &str, client: &str) -> usize {
    let args = MapGroup {
        source: "rmm".to_owned(),
        group: group.to_owned(),
        client: client.to_owned(),
        site: Some("lyon".to_owned()),
    };
    source::map(office, args).await.unwrap().rows
}

async fn seen(office: &Registers, client: &str) -> Reconciliation {
    // The record dates each fact a little after the clock: what it last said is known then.
    let known_at = office.record().load(client).await.unwrap().recorded.last().map(|last| last.at);
    let known_at = known_at.map(|at| at + jiff::SignedDuration::from_secs(1));
    Reconciliation::of(&office.of(client, None, known_at).await.unwrap())
}

const TWO: &str = "hostname;serial;group;last seen\npc-1;PF2A0001;Acme;2026-11-23\npc-2;PF2A0002;Bolt;2026-11-23\n";

#[tokio::test]
async fn one_file_serves_many_clients_and_what_has_no_client_waits() {
    let office = office().await;
    let imported = import(&office, TWO, None).await.unwrap();
    assert_eq!((imported.rows, imported.unmapped.len(), imported.clients.len()), (2, 2, 0));
    assert_eq!(seen(&office, "acme").await.unmapped.len(), 2, "nobody is mapped yet: shown to all");

    assert_eq!(map(&office, "Acme", "acme").await, 1);
    let acme = seen(&office, "acme").await;
    assert_eq!(acme.assets.len(), 1);
    assert_eq!((acme.assets[0].name.as_str(), acme.assets[0].site.as_deref()), ("pc-1", Some("lyon")));
    let waiting: Vec<(&str, u32)> = acme.unmapped.iter().map(|group| (group.group.as_str(), group.rows)).collect();
    assert_eq!(waiting, [("Bolt", 1)]);
    assert_eq!(seen(&office, "bolt").await.unmapped, [], "the source maps others, not this client");

    assert_eq!(map(&office, "Bolt", "bolt").await, 1);
    assert_eq!(seen(&office, "acme").await.unmapped, []);
    assert_eq!(seen(&office, "bolt").await.assets[0].name, "pc-2");
    let again = import(&office, TWO, None).await.unwrap();
    assert_eq!((again.clients.len(), again.unmapped.len()), (2, 0));
    let rows = source::list(&office, None).await.unwrap().sources;
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[tokio::test]
async fn the_same_list_twice_changes_nothing_and_half_a_list_needs_a_yes() {
    let office = office().await;
    let ten: String = (0..10).map(|n| format!("pc-{n};PF2A000{n}\n")).collect();
    assert!(import(&office, &format!("hostname;serial\n{ten}"), Some("acme")).await.unwrap().changed);
    assert!(!import(&office, &format!("hostname;serial\n{ten}"), Some("acme")).await.unwrap().changed);
    let six: String = ten.lines().take(6).map(|line| format!("{line}\n")).collect();
    let mut half = file(&format!("hostname;serial\n{six}"), Some("acme"));
    half.as_of = None;
    let refusal = list::import(&office, half.clone()).await.unwrap_err();
    assert_eq!((refusal.code, refusal.file.as_deref()), ("list_lost_rows", Some("rmm.csv")));
    half.yes = true;
    list::import(&office, half).await.unwrap();
    let rows = seen(&office, "acme").await.assets;
    let present = rows.iter().filter(|asset| asset.sources.iter().any(|source| source.present)).count();
    assert_eq!((rows.len(), present), (10, 6));
}

#[tokio::test]
async fn a_list_that_says_nothing_clear_is_refused_whole() {
    let office = office().await;
    let code = |refused: Result<ListImported, Refusal>| refused.unwrap_err().code;
    assert_eq!(code(import(&office, "hostname;serial\na;b\n", None).await), "list_group_needed");
    assert_eq!(code(import(&office, "colour\nred\n", Some("acme")).await), "list_key_missing");
    assert_eq!(code(import(&office, TWO, Some("nobody")).await), "client_unknown");
    let mut later = file(TWO, Some("acme"));
    later.as_of = Some("2027-01-01".to_owned());
    assert_eq!(code(list::import(&office, later).await), "list_in_future");
    let mut named = file(TWO, Some("acme"));
    named.source = "agent".to_owned();
    assert_eq!(code(list::import(&office, named).await), "source_name_invalid");
    assert_eq!(seen(&office, "acme").await.assets, []);
}
