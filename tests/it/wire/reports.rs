//! Reports: what changed is sent once, kept verbatim, and acknowledged only when it is recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use cadastre_agent::agent::collect;
use cadastre_agent::clock::{SystemClock, SystemRandom};
use cadastre_agent::privacy::Privacy;
use cadastre_agent::source::replay::tree::Tree;
use cadastre_collector::ingest::Settings;
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_kit::wire::{Agent, CLIENT, Collector};
use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::{digest, hex, pack};

async fn reports(collector: &Collector) -> Vec<BTreeMap<String, String>> {
    let recorded: Vec<Recorded> = collector.record.facts_after(CLIENT, 0).await.unwrap();
    let sections = |recorded: Recorded| match recorded.fact {
        Fact::Report { sections, .. } => Some(sections),
        _ => None,
    };
    recorded.into_iter().filter_map(sections).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_machine_only_checks_in() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(agent.spool().pending(), None);
    let head = collector.record.head(CLIENT).await.unwrap();
    assert!(!agent.report().await.unwrap().pushed);
    assert_eq!(collector.record.head(CLIENT).await.unwrap(), head, "no fact but the contact");
    let contacts = collector.record.contacts(CLIENT).await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.each().count()).sum::<usize>(), 1);
    collector.clock.advance(Duration::from_secs(3_600));
    assert!(!agent.report().await.unwrap().pushed);
    let contacts = collector.record.contacts(CLIENT).await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.each().count()).sum::<usize>(), 2, "another hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_sends_the_changed_section_and_records_the_whole_state() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    agent.name("pc-2");
    assert!(agent.report().await.unwrap().pushed);
    let reports = reports(&collector).await;
    let [first, second] = &reports[..] else { panic!("{} reports", reports.len()) };
    let changed: Vec<&str> =
        second.iter().filter(|(id, digest)| first.get(*id) != Some(*digest)).map(|(id, _)| id.as_str()).collect();
    assert_eq!(changed, ["host"]);
    assert_eq!(first.len(), second.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_show_prints_is_what_is_kept_byte_for_byte() {
    let collector = Collector::start().await;
    let mut agent = collector.agent().await;
    agent.write("etc/hostname", "pc-1.atelier-martin.lan\n");
    agent.write("proc/sys/kernel/hostname", "pc-1.atelier-martin.lan\n");
    agent.write("var/lib/dpkg/status", "Package: hello\nStatus: install ok installed\nVersion: 2.10\n\n");
    let mut sizes = Vec::new();
    for privacy in [Privacy::Minimal, Privacy::Contract, Privacy::Full] {
        agent.config.privacy = privacy;
        agent.report().await.unwrap();
        let tree = Tree::open(&agent.tree()).unwrap();
        let catalogue = Catalogue::embedded().unwrap();
        let shown = collect(&tree, &SystemClock::new(), &mut SystemRandom, privacy, &catalogue);
        let kept = reports(&collector).await.pop().unwrap();
        let encoded = digest::sections(&shown).unwrap();
        assert_eq!(encoded.len(), kept.len());
        for section in &encoded {
            let name = hex::encode(&section.digest);
            assert_eq!(kept.get(section.id), Some(&name), "{} at {privacy:?}", section.id);
            let stored = collector.record.sections(CLIENT, &[name]).await.unwrap().remove(0).unwrap();
            assert_eq!(stored, pack::pack(&section.bytes).unwrap(), "{} verbatim", section.id);
            assert_eq!(pack::unpack_stored(&stored).unwrap(), section.bytes);
        }
        sizes.push(encoded.iter().map(|section| section.bytes.len()).sum::<usize>());
    }
    assert!(sizes.is_sorted_by(|less, more| less < more), "each level says more: {sizes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_collector_the_newest_change_waits() {
    let mut collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    collector.close().await;
    for name in ["pc-2", "pc-3"] {
        agent.name(name);
        assert_eq!(agent.report().await.unwrap_err().refusal().code, "collector_unreachable");
    }
    let waiting = agent.spool().pending().cloned().unwrap();
    assert!(waiting.sections["host"].text.contains("pc-3"));
    collector.listen(Settings::default()).await;
    assert!(agent.report().await.unwrap().pushed);
    assert_eq!(agent.spool().pending(), None);
    assert_eq!(reports(&collector).await.len(), 2, "the one in between was never sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_spool_tells_its_whole_state_under_a_new_epoch() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    let first = collector.row(&agent.identity().agent).await.cursor.unwrap();
    std::fs::remove_file(agent.state().join("spool.json")).unwrap();
    assert!(agent.report().await.unwrap().pushed);
    let second = collector.row(&agent.identity().agent).await.cursor.unwrap();
    assert_ne!(first.epoch, second.epoch);
    assert_eq!(first.state, second.state);
    assert!(!agent.report().await.unwrap().pushed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_put_back_from_a_backup_catches_up() {
    let collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    let old = std::fs::read(agent.state().join("spool.json")).unwrap();
    for name in ["pc-2", "pc-3", "pc-4"] {
        agent.name(name);
        agent.report().await.unwrap();
    }
    std::fs::write(agent.state().join("spool.json"), old).unwrap();
    agent.name("pc-1");
    assert!(agent.report().await.unwrap().pushed);
    let cursor = collector.row(&agent.identity().agent).await.cursor.unwrap();
    assert_eq!(cursor.report_seq, 5);
    assert_eq!(agent.spool().progress().acked, Some(cursor.state));
    assert!(!agent.report().await.unwrap().pushed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policys_address_is_taken_over_once_it_has_acknowledged() {
    let mut collector = Collector::start().await;
    let agent = collector.agent().await;
    agent.report().await.unwrap();
    let old = agent.identity().agents;
    let policy = |address: String| Settings { public_agents: Some(address), ..Settings::default() };

    collector.close().await;
    collector.listen(policy("127.0.0.1:1".to_owned())).await;
    agent.report().await.unwrap();
    assert_eq!(agent.identity().next_agents.as_deref(), Some("https://127.0.0.1:1"));
    agent.report().await.unwrap();
    assert_eq!(agent.identity().agents, old, "the new one does not answer: the old one stays in force");

    collector.close().await;
    collector.listen(policy(format!("localhost:{}", collector.agents.port))).await;
    agent.report().await.unwrap();
    agent.report().await.unwrap();
    let identity = agent.identity();
    assert_eq!(identity.agents, format!("https://localhost:{}", collector.agents.port));
    assert_eq!(identity.next_agents, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_not_enrolled_says_so() {
    let agent = Agent::new();
    assert_eq!(agent.report().await.unwrap_err().refusal().code, "not_enrolled");
}
