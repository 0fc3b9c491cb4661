//! Sequences, instants and what an append refuses.

use cadastre_domain::fact::Fact;

use super::*;
use crate::facts::{HOUSE, StoreError};

#[tokio::test]
async fn a_client_begins_with_its_own_fact_once() {
    let (record, _) = in_memory();
    let unknown = Err(FactsError::ClientUnknown("acme".to_owned()));
    assert_eq!(record.append("acme", vec![contract(1)], None).await, unknown);
    assert_eq!(record.head("acme").await, Ok(0));
    let first = record.append("acme", vec![client(), contract(1)], Some(0)).await.unwrap();
    gapless(&first);
    let exists = Err(FactsError::ClientExists("acme".to_owned()));
    assert_eq!(record.append("acme", vec![client()], None).await, exists);
    assert_eq!(record.append("acme", vec![contract(2), client()], None).await, exists, "all or none");
    assert_eq!(record.head("acme").await, Ok(2));
    assert_eq!(record.clients().await.unwrap(), ["acme"]);
}

#[tokio::test]
async fn codes_that_are_none_and_facts_out_of_place_are_refused() {
    let (record, _) = in_memory();
    let long = "a".repeat(64);
    for code in ["", "Acme", "-a", "a_b", "a\0b", "é", long.as_str()] {
        let refused = record.append(code, vec![client()], None).await;
        assert_eq!(refused, Err(FactsError::ClientCode(code.to_owned())));
    }
    let placed = |client: &str, kind| Err(FactsError::Misplaced { client: client.to_owned(), kind });
    assert_eq!(record.append("acme", vec![client(), Fact::Stopped], None).await, placed("acme", "stopped"));
    assert_eq!(record.append(HOUSE, vec![client()], None).await, placed(HOUSE, "client"));
    assert_eq!(record.append("acme", vec![report("a", 1, &[])], None).await, placed("acme", "report"));
    assert_eq!(record.clients().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn an_append_on_a_head_that_moved_is_a_conflict() {
    let (record, _) = in_memory();
    record.append("acme", vec![client()], Some(0)).await.unwrap();
    record.append("acme", vec![contract(1)], Some(1)).await.unwrap();
    assert_eq!(record.append("acme", vec![contract(2)], Some(1)).await, Err(conflict("acme")));
    assert_eq!(record.append("other", vec![client()], Some(7)).await, Err(conflict("other")));
    assert_eq!(record.head("acme").await, Ok(2));
}

#[tokio::test]
async fn instants_increase_though_the_clock_stands_or_goes_back() {
    let (record, hand) = in_memory();
    record.append("acme", vec![client(), contract(1)], None).await.unwrap();
    hand.set("2026-02-28T00:00:00Z");
    record.append("acme", vec![contract(2)], None).await.unwrap();
    hand.set("2026-03-01T09:00:00.5Z");
    record.append("acme", vec![contract(3)], None).await.unwrap();
    let loaded = record.load("acme").await.unwrap();
    let instants: Vec<String> = loaded.recorded.iter().map(|one| one.at.to_string()).collect();
    let wanted = [
        "2026-03-01T08:00:00.123456Z",
        "2026-03-01T08:00:00.123457Z",
        "2026-03-01T08:00:00.123458Z",
        "2026-03-01T09:00:00.5Z",
    ];
    assert_eq!(instants, wanted);
    assert_eq!(loaded.head, 4);
    assert_eq!(record.facts_after("acme", 2).await.unwrap(), loaded.recorded[2..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_once_take_distinct_sequences_and_survive() {
    let folder = tempfile::tempdir().unwrap();
    let (record, _) = in_folder(folder.path());
    record.append("acme", vec![client()], None).await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|n| {
            let record = record.clone();
            tokio::spawn(async move { record.append("acme", vec![contract(n)], None).await.unwrap().remove(0) })
        })
        .collect();
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.unwrap());
    }
    given.sort_by_key(|one| one.seq);
    drop(record);
    let (record, _) = in_folder(folder.path());
    let loaded = record.load("acme").await.unwrap();
    gapless(&loaded.recorded);
    assert_eq!(loaded.recorded[1..], given);
    assert_eq!(record.append("acme", vec![contract(64)], None).await.unwrap()[0].seq, 66);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_records_over_one_store_share_the_sequence() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (one, _) = record_over(store.clone());
    let (two, _) = record_over(store);
    one.append("acme", vec![client()], None).await.unwrap();
    for n in 0..40 {
        let (left, right) = tokio::join!(
            one.append("acme", vec![contract(n), contract(n)], None),
            two.append("acme", vec![contract(n)], None)
        );
        assert_eq!((left.unwrap().len(), right.unwrap().len()), (2, 1));
    }
    gapless(&one.load("acme").await.unwrap().recorded);
    assert_eq!(two.head("acme").await, Ok(121));
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_still_reads() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static FULL: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), |_| {
        let free = if FULL.load(Ordering::SeqCst) { 40 << 20 } else { 900 << 20 };
        Ok(Room { total: 1000 << 20, free })
    });
    let (record, _) = record_over(Arc::new(store.unwrap()));
    record.append("acme", vec![client()], None).await.unwrap();
    FULL.store(true, Ordering::SeqCst);
    let path = folder.path().to_owned();
    let full = FactsError::Store(StoreError::DiskFull { path, free_mib: 40, needed_mib: 50 });
    assert_eq!(record.append("acme", vec![contract(1)], None).await, Err(full.clone()));
    assert_eq!(full.refusal().code, "disk_full");
    assert_eq!(record.load("acme").await.unwrap().head, 1);
    FULL.store(false, Ordering::SeqCst);
    assert_eq!(record.append("acme", vec![contract(1)], None).await.unwrap()[0].seq, 2);
}

#[tokio::test]
async fn a_second_process_is_told_that_the_folder_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open_small(folder.path());
    let refused = SledStore::open(folder.path()).err().unwrap();
    assert_eq!(refused, StoreError::InUse(folder.path().to_owned()));
    assert_eq!(refused.refusal().code, "data_dir_in_use");
}

#[tokio::test]
async fn what_agents_cannot_re_create_is_also_in_the_second_file() {
    let folder = tempfile::tempdir().unwrap();
    let (record, _) = in_folder(folder.path());
    fill(&record, "acme").await;
    record.append("other", vec![client()], None).await.unwrap();
    let journal = || std::fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    let seqs = |text: &str| -> Vec<(String, u64)> {
        let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        text.lines()
            .map(line)
            .map(|line| (line["client"].as_str().unwrap().to_owned(), line["seq"].as_u64().unwrap()))
            .collect()
    };
    let of = |client: &str, seqs: &[u64]| seqs.iter().map(|seq| (client.to_owned(), *seq)).collect::<Vec<_>>();
    assert_eq!(seqs(&journal()), [of("acme", &[1, 2, 3, 4, 7, 8]), of("other", &[1])].concat());
    record.erase("acme").await.unwrap();
    assert_eq!(seqs(&journal()), of("other", &[1]));
    record.append("other", vec![contract(1)], None).await.unwrap();
    drop(record);
    let (record, _) = in_folder(folder.path());
    assert_eq!(seqs(&journal()), of("other", &[1, 2]));
    assert_eq!(record.clients().await.unwrap(), ["other"]);
}

#[tokio::test]
async fn the_house_records_the_collector_s_life() {
    let (record, hand) = in_memory();
    record.started("1.0").await.unwrap();
    assert_eq!(record.alive().await, Ok(true));
    assert_eq!(record.alive().await, Ok(false), "one write an hour");
    hand.set("2026-03-01T11:20:00Z");
    assert_eq!(record.alive().await, Ok(true));
    let began = instant("2026-03-01T08:00:00.123456Z");
    assert_eq!(record.house().await.unwrap().running, [(began, instant("2026-03-01T11:00:00Z"))]);
    record.stopped().await.unwrap();
    assert_eq!(record.house().await.unwrap().running, [(began, instant("2026-03-01T11:20:00Z"))]);
    assert_eq!(record.clients().await.unwrap(), Vec::<String>::new());
}
