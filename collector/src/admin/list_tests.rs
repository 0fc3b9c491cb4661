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

/// A contract that admits what is seen.
fn admitting(client: &str) -> Fact {
    let text = format!(
        "id = \"C-1\"\nclient = \"{client}\"\neffective_on = 2026-01-01\ninitial_months = 12\n\
         renewal = {{ kind = \"none\" }}\n\n[billing]\ntiming = \"arrears\"\nperiod = \"month\"\nvat_rate = \"20.00\"\n\n\
         [[lines]]\nid = \"laptops\"\nlabel = \"Laptops\"\nformula = \"forfait\"\ncategory = \"laptop\"\n\
         mode = \"prorata\"\nunit_price = \"12.00\"\ncount = 5\nadmission = \"unlimited\"\n"
    );
    Fact::Contract { contract: "C-1".to_owned(), text }
}

#[tokio::test]
async fn a_group_changes_hands_when_the_old_client_has_let_go_of_it_and_the_next_list_says_so() {
    let office = office().await;
    office.record().append("acme", vec![admitting("acme")], None).await.unwrap();
    let text = "hostname;serial;category;group;last seen\npc-1;PF2A0001;laptop;Shared;2026-11-23\n";
    import(&office, text, None).await.unwrap();
    map(&office, "Shared", "acme").await;
    let acme = seen(&office, "acme").await;
    assert_eq!(acme.assets[0].status, "covered");

    let again =
        || MapGroup { source: "rmm".to_owned(), group: "Shared".to_owned(), client: "bolt".to_owned(), site: None };
    let later = Arc::new(FixedClock("2026-11-25T11:00:00Z".parse().unwrap()));
    let office = Registers::new(office.record().clone(), later);
    let refusal = source::map(&office, again()).await.unwrap_err();
    assert_eq!(refusal.code, "group_still_held");
    let args = |name: &str| refusal.args.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
    assert_eq!((args("owner").as_deref(), args("held").as_deref()), (Some("acme"), Some("1")));

    let retire = Fact::Decision(cadastre_domain::fact::Decision {
        verb: cadastre_domain::fact::Verb::Retire,
        assets: vec![acme.assets[0].asset.clone()],
        effective: "2026-11-24".parse().unwrap(),
        reason: "handed over".to_owned(),
        by: "test".to_owned(),
        contract: None,
        line: None,
        slot: None,
        more: Default::default(),
    });
    office.record().append("acme", vec![retire], None).await.unwrap();
    source::map(&office, again()).await.unwrap();
    let mut next = file(text, None);
    next.as_of = None;
    let imported = list::import(&office, next.clone()).await.unwrap();
    assert_eq!((imported.clients.get("acme"), imported.clients.get("bolt")), (Some(&0), Some(&1)));
    let listed = |client: &str| {
        let asset = client.to_owned();
        let office = &office;
        async move {
            let now = Reconciliation::of(&office.of(&asset, None, None).await.unwrap());
            now.assets.iter().filter(|a| a.sources.iter().any(|s| s.present)).count()
        }
    };
    assert_eq!((listed("acme").await, listed("bolt").await), (0, 1));
    next.as_of = Some("2026-11-25T09:00:00Z".to_owned());
    assert_eq!(
        list::import(&office, next).await.unwrap().clients.len(),
        2,
        "told of an earlier instant, acme had rows"
    );
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
