//! What the collector asks of its agents over the years: a newer table of products, an end, another configuration, and to
//! go on as a copy; and clocks that jump meanwhile.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use cadastre_agent::agent::service::{Ended, Station};
use cadastre_agent::clock::{Clock, SystemRandom};
use cadastre_agent::config::Config;
use cadastre_agent::source::replay;
use cadastre_agent::spool;
use cadastre_collector::admin::agent::{RetireAgent, retire};
use cadastre_collector::clock::Clock as _;
use cadastre_collector::ingest::Settings;
use cadastre_domain::fact::Fact;
use cadastre_kit::wire::{Agent, CLIENT, Collector};
use cadastre_proto::catalogue;
use jiff::Timestamp;
use tokio::sync::oneshot;

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_retires_reports_once_more_and_forgets_its_key() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let id = agent.identity().agent;
    let today = jiff::tz::TimeZone::UTC.to_datetime(collector.clock.now()).date();
    let order = |on| RetireAgent { agent: id.clone(), on };
    retire(&collector.record, order(Some(today.tomorrow().unwrap()))).await.unwrap();
    assert!(!agent.report().await.unwrap().retired, "its day has not come");
    assert!(!agent.report().await.unwrap().retired);
    collector.clock.advance(Duration::from_secs(86_400));
    agent.name("pc-last");
    let done = agent.report().await.unwrap();
    assert!(done.pushed && done.retired);
    assert_eq!(agent.spool().identity().unwrap(), None);
    assert!(!agent.state().join("identity.json").exists() && !agent.state().join("pending.json").exists());
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "agent_retired");
    agent.enrol(&collector, &collector.token(1).await).await.unwrap();
    assert!(agent.report().await.unwrap().pushed, "a new token makes a new agent of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_to_retire_can_be_taken_back() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let id = agent.identity().agent;
    let tomorrow = jiff::tz::TimeZone::UTC.to_datetime(collector.clock.now()).date().tomorrow().unwrap();
    retire(&collector.record, RetireAgent { agent: id.clone(), on: Some(tomorrow) }).await.unwrap();
    agent.report().await.unwrap();
    retire(&collector.record, RetireAgent { agent: id.clone(), on: None }).await.unwrap();
    collector.clock.advance(Duration::from_secs(2 * 86_400));
    assert!(!agent.report().await.unwrap().retired);
    let unknown = RetireAgent { agent: "nobody".to_owned(), on: None };
    assert_eq!(retire(&collector.record, unknown).await.unwrap_err().code, "agent_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_ends_when_the_agent_retires() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let on = jiff::tz::TimeZone::UTC.to_datetime(collector.clock.now()).date();
    retire(&collector.record, RetireAgent { agent: agent.identity().agent, on: Some(on) }).await.unwrap();
    let tree = replay::open(&agent.tree()).unwrap();
    let (clock, mut random, state) = (Jumping::default(), SystemRandom, agent.state());
    let mut service = Station::new(&state, &agent.config, tree.as_ref(), &clock, &mut random);
    assert_eq!(service.run(std::future::pending()).await, Ended::Retired);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_collectors_newer_table_of_products_is_taken_over() {
    let mut collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    assert!(!agent.state().join("catalogue.tsv").exists(), "both have the same one");
    let newer = catalogue::EMBEDDED.replacen("revision\t1\n", "revision\t2\n", 1)
        + "Wonderful Shield\tWonder\tantivirus\tlinux\tpath\t/opt/wonder\texact\tyes\t\n";
    collector.close().await;
    collector.listen(Settings { catalogue: newer.into(), ..Settings::default() }).await;
    agent.write("opt/wonder", "");
    assert!(!agent.report().await.unwrap().pushed, "read with the old table");
    assert!(spool::catalogue(&agent.state()).product("Wonderful Shield").is_some());
    assert!(agent.report().await.unwrap().pushed, "read with the new one");
    assert!(!agent.report().await.unwrap().pushed);

    std::fs::write(agent.state().join("catalogue.tsv"), "revision\t3\nnonsense").unwrap();
    assert!(spool::catalogue(&agent.state()).product("ClamAV").is_some(), "a damaged one is no table");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_takes_an_epoch_of_its_own_and_goes_on() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let boot = |id: &str| agent.write("proc/sys/kernel/random/boot_id", id);
    let (one, two) = ("0b0e2f1c-0000-4000-8000-000000000001\n", "0b0e2f1c-0000-4000-8000-000000000002\n");
    boot(one);
    agent.report().await.unwrap();
    let first = agent.spool().progress().epoch.clone();
    // One state folder stands for both: what matters is that both boots speak in turn with one identity and epoch.
    boot(two);
    agent.report().await.unwrap();
    boot(one);
    agent.report().await.unwrap();
    assert_eq!(agent.spool().progress().epoch, first);
    boot(two);
    agent.report().await.unwrap();
    assert_ne!(agent.spool().progress().epoch, first, "the copy has a new epoch, and an ack");
    let epochs = epochs(&collector).await;
    assert_eq!(epochs.len(), 2, "{epochs:?}");
}

async fn epochs(collector: &Collector) -> std::collections::BTreeSet<String> {
    let recorded = collector.record.facts_after(CLIENT, 0).await.unwrap();
    let epoch = |fact| if let Fact::Report { epoch, .. } = fact { Some(epoch) } else { None };
    recorded.into_iter().filter_map(|recorded| epoch(recorded.fact)).collect()
}

/// A machine's clocks that jump by days, back and forth, at every look.
#[derive(Debug, Default)]
struct Jumping(Cell<i64>);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        let looks = self.0.get() + 1;
        self.0.set(looks);
        let days = if looks % 2 == 0 { looks * 11 } else { -looks * 7 };
        Timestamp::from_second(1_790_000_000 + days * 86_400).unwrap()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_changes_nothing_that_is_recorded() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    let tree = replay::open(&agent.tree()).unwrap();
    let (clock, mut random, state) = (Jumping::default(), SystemRandom, agent.state());
    let mut service = Station::new(&state, &agent.config, tree.as_ref(), &clock, &mut random);
    assert!(service.report().await.unwrap().pushed);
    for _ in 0..4 {
        let done = service.report().await.unwrap();
        assert!(!done.pushed, "the state is the same whatever the clock says");
        assert_eq!(done.server_time_ms, collector.clock.now().as_millisecond());
    }
    let recorded = collector.record.facts_after(CLIENT, 0).await.unwrap();
    let report = recorded.iter().find(|recorded| matches!(recorded.fact, Fact::Report { .. })).unwrap();
    assert_eq!(
        report.at.as_millisecond(),
        collector.clock.now().as_millisecond(),
        "the collector's clock alone counts"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_takes_a_configuration_that_changed() {
    let collector = Collector::start().await;
    let agent: Agent = collector.agent().await;
    let tree = replay::open(&agent.tree()).unwrap();
    let (clock, mut random, state) = (Jumping::default(), SystemRandom, agent.state());
    let nowhere = Config { collector: Some("https://127.0.0.1:1".to_owned()), ..Config::default() };
    let read = RefCell::new(0);
    let (told, stop) = oneshot::channel::<()>();
    let told = RefCell::new(Some(told));
    let reload = || {
        *read.borrow_mut() += 1;
        // Read before each report; once the second has begun, there is nothing more to wait for.
        if *read.borrow() > 1 {
            drop(told.borrow_mut().take());
        }
        Some(Config { interval: Some(Duration::from_millis(1)), ..Config::default() })
    };
    let mut service = Station::new(&state, &nowhere, tree.as_ref(), &clock, &mut random);
    service.reload = Some(&reload);
    let ended = service.run(async move { stop.await.unwrap_or_default() }).await;
    assert_eq!(ended, Ended::Stopped);
    assert!(collector.row(&agent.identity().agent).await.cursor.is_some(), "it reported to the address of enrolment");
}
