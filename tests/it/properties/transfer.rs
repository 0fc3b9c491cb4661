//! Export and import on the memory store: a client reads the same, byte for byte, wherever its facts lie.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cadastre_collector::facts::{MemoryStore, Record};
use cadastre_collector::register::Registers;
use cadastre_collector::views::Reader;
use cadastre_domain::fact::Fact;
use cadastre_kit::clock::MovableClock;
use cadastre_proto::inventory::{Outcome, Section};
use cadastre_proto::{digest, hex, pack};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::config;
use super::world::{CLIENT, Said, Step, World, agent_id, everything, serial};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn exported_and_imported_a_client_reads_the_same(steps in everything(10)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let clock = MovableClock::default();
            let first = Record::new(Arc::new(MemoryStore::new()), Arc::new(clock.clone()));
            tell(&first, &clock, &steps).await;
            let known_at = {
                use cadastre_collector::clock::Clock as _;
                clock.advance(Duration::from_secs(1));
                clock.now()
            };
            let lines = first.export(CLIENT).await.unwrap();
            let second = Record::new(Arc::new(MemoryStore::new()), Arc::new(clock.clone()));
            assert_eq!(second.import(lines.clone()).await.unwrap(), CLIENT);
            assert_eq!(second.export(CLIENT).await.unwrap(), lines);
            let [there, here] = [read(&second, &clock, known_at).await, read(&first, &clock, known_at).await];
            assert_eq!(there, here);
        });
    }
}

/// What is read of the client.
async fn read(record: &Record, clock: &MovableClock, known_at: Timestamp) -> Vec<String> {
    let reader = Reader::new(Registers::new(record.clone(), Arc::new(clock.clone())));
    let mut all =
        vec![serde_json::to_string(&reader.reconciliation(CLIENT, None, Some(known_at)).await.unwrap()).unwrap()];
    for month in ["2026-02", "2026-12"] {
        let bills = reader.bills(CLIENT, month.parse().unwrap(), Some(known_at), None).await.unwrap();
        all.extend(bills.iter().map(|bill| serde_json::to_string(bill).unwrap()));
    }
    all
}

/// Says the steps of a toy world to a record, reports with their sections.
async fn tell(record: &Record, clock: &MovableClock, steps: &[Step]) {
    use cadastre_collector::clock::Clock as _;
    let now = clock.now();
    let mut facts = World::new().facts.recorded.into_iter().map(|recorded| recorded.fact).collect::<Vec<_>>();
    facts.push(Fact::Token {
        token: "t".to_owned(),
        hash: "00".to_owned(),
        site: None,
        uses: 9,
        expires_at: Timestamp::MAX,
    });
    for agent in 0..4 {
        let (key, serial) = (format!("{agent:064x}"), format!("{agent:032x}"));
        let (agent, token, not_after) = (agent_id(agent), "t".to_owned(), now);
        facts.push(Fact::Enrolled { agent, token, key, serial, not_after, site: None });
    }
    record.append(CLIENT, facts, None).await.unwrap();
    let mut seqs: BTreeMap<String, u64> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        clock.advance(Duration::from_secs(step.minutes.unsigned_abs() * 60));
        match &step.said {
            Said::Report { agent, machine, variant } => {
                let (agent, seq) = (agent_id(*agent), seqs.entry(agent_id(*agent)).or_default());
                *seq += 1;
                report(record, clock.now(), (agent, *seq), index, (*machine, *variant)).await;
            }
            Said::CheckIn { agent } => {
                record.contact(CLIENT, &agent_id(*agent), clock.now()).await.unwrap();
            }
            // Rows as the toy world writes them; decisions need an asset that reading would find.
            Said::Row { .. } => {
                let mut world = World::new();
                world.say(step);
                let row = world.facts.recorded.pop().unwrap().fact;
                record.append(CLIENT, vec![row], None).await.unwrap();
            }
            Said::Decide { .. } => {}
        }
    }
}

async fn report(
    record: &Record,
    now: Timestamp,
    (agent, report_seq): (String, u64),
    index: usize,
    (machine, variant): (u8, u8),
) {
    let section = |data: Value| Section { outcome: Outcome::Ok, reason: None, duration_ms: 0, data: Some(data) };
    let system = json!({"manufacturer": "LENOVO", "product": "21HM", "serial": serial(machine)});
    let sections = [
        (
            "host",
            section(json!({"hostname": format!("host-{machine}-{variant}"), "boot_time": "2026-10-01T06:00:00Z"})),
        ),
        ("firmware", section(json!({"system": system, "chassis": {"type": 10 + 13 * (machine % 2)}}))),
    ];
    let mut named = BTreeMap::new();
    let mut brought = Vec::new();
    for (id, section) in &sections {
        let bytes = digest::section_bytes(section).unwrap();
        let sum = hex::encode(&digest::section_digest(&bytes));
        named.insert((*id).to_owned(), sum.clone());
        brought.push((sum, pack::pack(&bytes).unwrap()));
    }
    let report = Fact::Report {
        agent,
        epoch: "00".to_owned(),
        report_seq,
        report_id: format!("report-{index}"),
        collected_at: now,
        state: format!("{machine}-{variant}"),
        sections: named,
    };
    record.append_report(CLIENT, report, brought, now).await.unwrap();
}
