//! The portfolio's summaries: what a read sees, what a start finds again, what a past month keeps.

use std::sync::{Arc, Mutex};

use cadastre_domain::fact::{Decision, Fact, Verb};
use jiff::Timestamp;

use super::Registers;
use crate::clock::Clock;
use crate::facts::{MemoryStore, Record, Store};
use crate::views::Reader;
use crate::views::portfolio::PortfolioRow;

const CONTRACT: &str = r#"
id = "C-1"
client = "acme"
effective_on = 2026-01-01
initial_months = 12
notice_months = 3
renewal = { kind = "tacit", months = 12 }

[billing]
timing = "arrears"
period = "month"
vat_rate = "20.00"

[[lines]]
id = "laptops"
formula = "forfait"
category = "laptop"
mode = "prorata"
unit_price = "12.00"
count = 2

[[annex]]
label = "laptop-001"
line = "laptops"
serial = "PF2ABCDE"
"#;

/// A clock that tests set, and that moves by a millisecond with each look.
#[derive(Clone)]
struct Hand(Arc<Mutex<Timestamp>>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now += jiff::SignedDuration::from_millis(1);
        *now
    }
}

fn registers(store: &Arc<dyn Store>, now: &str) -> (Registers, Hand) {
    let hand = Hand(Arc::new(Mutex::new(now.parse().unwrap())));
    let clock: Arc<dyn Clock> = Arc::new(hand.clone());
    (Registers::new(Record::new(Arc::clone(store), Arc::clone(&clock)), clock), hand)
}

fn client(name: &str) -> Fact {
    Fact::Client { name: Some(name.to_owned()), siren: None, example: false }
}

fn contract() -> Fact {
    Fact::Contract { contract: "C-1".to_owned(), text: CONTRACT.to_owned() }
}

async fn say(registers: &Registers, facts: Vec<Fact>) {
    registers.record().append("acme", facts, None).await.unwrap();
}

#[tokio::test]
async fn a_read_sees_what_people_said_before_it() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (registers, _) = registers(&store, "2026-03-20T08:00:00Z");
    assert_eq!(registers.portfolio().await.unwrap().len(), 0);
    say(&registers, vec![client("Acme SARL")]).await;
    let before = registers.portfolio().await.unwrap();
    assert_eq!((before[0].name.as_str(), before[0].contracted), ("Acme SARL", 0));
    say(&registers, vec![contract()]).await;
    let after = registers.portfolio().await.unwrap();
    assert_eq!((after[0].contracted, after[0].billable), (2, 1));
    let notice = after[0].notice.as_ref().unwrap();
    assert_eq!((notice.contract.as_str(), notice.until.to_string().as_str()), ("C-1", "2026-09-30"));
    let closing = after[0].closing.as_ref().unwrap();
    assert_eq!((closing.month.to_string().as_str(), closing.closed, &closing.blocked_by), ("2026-02", false, &None));
    registers.record().erase("acme").await.unwrap();
    assert_eq!(registers.portfolio().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_summary_counts_what_the_register_says() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (registers, _) = registers(&store, "2026-03-20T08:00:00Z");
    say(&registers, vec![client("Acme SARL"), contract()]).await;
    let portfolio = Reader::new(registers.clone()).portfolio().await.unwrap();
    let register = registers.of("acme", None, None).await.unwrap();
    let at_stake: i64 = register.findings.iter().map(|finding| finding.amount_month.abs().cents()).sum();
    let (row, total) = (PortfolioRow::of(&portfolio.clients[0]), &portfolio.totals[0]);
    assert_eq!(row.findings as usize, register.findings.len());
    assert!(at_stake > 0);
    assert_eq!(row.at_stake, format!("{}.{:02}", at_stake / 100, at_stake % 100));
    assert_eq!((&total.at_stake, total.clients, total.contracted), (&row.at_stake, 1, 2));
    assert_eq!(portfolio.closing.unwrap().ready, 1);
}

#[tokio::test]
async fn a_start_finds_the_stored_summaries_and_makes_the_others_again() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (first, _) = registers(&store, "2026-03-20T08:00:00Z");
    say(&first, vec![client("Acme SARL"), contract()]).await;
    let known = first.portfolio().await.unwrap();
    let (second, _) = registers(&store, "2026-03-25T08:00:00Z");
    let found = second.portfolio().await.unwrap();
    assert_eq!(found[0], known[0], "the stored one, with its own instant");
    say(&first, vec![exclude(&first).await]).await;
    let (third, _) = registers(&store, "2026-03-26T08:00:00Z");
    let made = third.portfolio().await.unwrap();
    assert_eq!((made[0].seq, made[0].billable), (3, 0));
    third.rebuild();
    assert_eq!(third.portfolio().await.unwrap()[0], made[0]);
}

#[tokio::test]
async fn a_past_month_keeps_what_was_known_then() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (registers, hand) = registers(&store, "2026-02-10T08:00:00Z");
    say(&registers, vec![client("Acme SARL"), contract()]).await;
    *hand.0.lock().unwrap() = "2026-03-20T08:00:00Z".parse().unwrap();
    registers.round().await.unwrap();
    let before = registers.portfolio().await.unwrap()[0].clone();
    let month = |text: &str| text.parse().unwrap();
    assert_eq!(before.trend.len(), 11);
    assert_eq!(before.trend[&month("2026-01")], None, "the client was not there yet");
    assert_eq!(before.trend[&month("2026-02")], Some(before.at_stake));
    say(&registers, vec![exclude(&registers).await]).await;
    let after = registers.portfolio().await.unwrap()[0].clone();
    assert_eq!(after.trend, before.trend);
    assert_ne!(after.at_stake, before.at_stake);
}

/// Takes the named laptop out, from before anybody knew it.
async fn exclude(registers: &Registers) -> Fact {
    let register = registers.of("acme", None, None).await.unwrap();
    Fact::Decision(Decision {
        verb: Verb::Exclude,
        assets: vec![register.assets[0].id.clone()],
        effective: "2026-01-01".parse().unwrap(),
        reason: "sold".to_owned(),
        by: "local".to_owned(),
        contract: None,
        line: None,
        slot: None,
        more: Default::default(),
    })
}
