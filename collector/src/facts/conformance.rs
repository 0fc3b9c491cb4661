//! One suite for every store: what the seam promises, run on each adapter.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::MemoryStore;
use super::store::{Batch, Expect, Space, SpaceKey, Store, StoreError, Write};
use super::tests::open_small;

/// A store, and the folder that lives as long.
struct Subject {
    store: Arc<dyn Store>,
    _folder: Option<tempfile::TempDir>,
}

fn memory() -> Subject {
    Subject { store: Arc::new(MemoryStore::new()), _folder: None }
}

fn sled() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    Subject { store: Arc::new(open_small(folder.path())), _folder: Some(folder) }
}

fn fact(key: &str) -> SpaceKey {
    (Space::Fact, key.as_bytes().to_vec())
}

fn put(client: &str, key: &str, value: &str) -> Batch {
    Batch { client: client.to_owned(), writes: vec![Write::Put(fact(key), value.into())], ..Batch::default() }
}

async fn get(store: &Arc<dyn Store>, client: &str, key: &str) -> Option<Vec<u8>> {
    store.get(client, vec![fact(key)]).await.unwrap().remove(0)
}

async fn a_batch_is_written_whole_or_not_at_all(store: Arc<dyn Store>) {
    let mut batch = put("acme", "a", "1");
    batch.writes.push(Write::Put((Space::Agent, b"x".to_vec()), b"row".to_vec()));
    batch.expect.push(Expect { key: fact("a"), value: None });
    store.append(batch.clone()).await.unwrap();
    assert_eq!(get(&store, "acme", "a").await, Some(b"1".to_vec()));

    batch.writes[0] = Write::Put(fact("a"), b"2".to_vec());
    batch.writes.push(Write::Put(fact("b"), b"2".to_vec()));
    assert_eq!(store.append(batch.clone()).await, Err(StoreError::Conflict), "it was absent, it is not");
    assert_eq!(get(&store, "acme", "a").await, Some(b"1".to_vec()));
    assert_eq!(get(&store, "acme", "b").await, None);

    batch.expect = vec![Expect { key: fact("a"), value: Some(b"1".to_vec()) }];
    store.append(batch).await.unwrap();
    let values = store.get("acme", vec![fact("b"), fact("none"), fact("a")]).await.unwrap();
    assert_eq!(values, [Some(b"2".to_vec()), None, Some(b"2".to_vec())], "in the order asked");
}

async fn preconditions_see_batches_queued_before(store: Arc<dyn Store>) {
    let mut next = put("acme", "a", "2");
    next.expect.push(Expect { key: fact("a"), value: Some(b"1".to_vec()) });
    let replies = [store.append(put("acme", "a", "1")), store.append(next.clone()), store.append(next)];
    let mut results = Vec::new();
    for reply in replies {
        results.push(reply.await);
    }
    assert_eq!(results, [Ok(()), Ok(()), Err(StoreError::Conflict)]);
    assert_eq!(get(&store, "acme", "a").await, Some(b"2".to_vec()));
}

async fn ranges_are_ordered_bounded_and_within_their_space(store: Arc<dyn Store>) {
    let keys: [&[u8]; 6] = [b"", b"\0", b"\0\0", b"\0\x01", b"\x01", b"\xff\xff"];
    let mut batch = Batch { client: "acme".to_owned(), ..Batch::default() };
    for key in keys.iter().rev() {
        batch.writes.push(Write::Put((Space::Fact, key.to_vec()), key.to_vec()));
    }
    batch.writes.push(Write::Put((Space::Section, b"s".to_vec()), b"s".to_vec()));
    batch.writes.push(Write::Put((Space::Head, Vec::new()), b"h".to_vec()));
    store.append(batch).await.unwrap();
    store.append(put("acme-2", "z", "other client")).await.unwrap();

    let all = store.range("acme", Space::Fact, None, 100).await.unwrap();
    assert_eq!(all.iter().map(|(key, _)| key.as_slice()).collect::<Vec<_>>(), keys);
    assert!(all.iter().all(|(key, value)| key == value));
    let two = store.range("acme", Space::Fact, Some(b"\0".to_vec()), 2).await.unwrap();
    assert_eq!(two.iter().map(|(key, _)| key.as_slice()).collect::<Vec<_>>(), keys[2..4]);
    assert_eq!(store.range("acme", Space::Fact, None, 0).await.unwrap(), []);
    assert_eq!(store.range("acme", Space::Fact, Some(b"\xff\xff".to_vec()), 9).await.unwrap(), []);
    assert_eq!(store.range("acm", Space::Fact, None, 9).await.unwrap(), []);
}

async fn large_values_come_back_and_shrink(store: Arc<dyn Store>) {
    for len in [0, 1, 4086, 4087, 4088, 8182, 8183, 2_000_000, 3, 0] {
        let value: Vec<u8> = (0..len).map(|n: usize| (n % 251) as u8).collect();
        let writes = vec![Write::Put(fact("big"), value.clone()), Write::Put(fact("bigger"), b"after".to_vec())];
        store.append(Batch { client: "acme".to_owned(), writes, ..Batch::default() }).await.unwrap();
        assert_eq!(get(&store, "acme", "big").await, Some(value.clone()), "{len} bytes");
        let all = store.range("acme", Space::Fact, None, 10).await.unwrap();
        assert_eq!(all, [(b"big".to_vec(), value), (b"bigger".to_vec(), b"after".to_vec())], "{len} bytes");
    }
}

async fn once_keeps_the_first_and_bits_add_up(store: Arc<dyn Store>) {
    let of = |writes| Batch { client: "acme".to_owned(), writes, ..Batch::default() };
    let bits = (Space::Contact, b"agent".to_vec());
    let first = of(vec![Write::Once(fact("s"), b"first".to_vec()), Write::SetBit(bits.clone(), 0)]);
    let second = of(vec![Write::Once(fact("s"), b"second".to_vec()), Write::SetBit(bits.clone(), 9)]);
    let third = of(vec![Write::SetBit(bits.clone(), 9), Write::SetBit(bits.clone(), 7)]);
    let replies = [store.append(first), store.append(second), store.append(third)];
    for reply in replies {
        reply.await.unwrap();
    }
    assert_eq!(get(&store, "acme", "s").await, Some(b"first".to_vec()));
    assert_eq!(store.get("acme", vec![bits]).await.unwrap(), [Some(vec![0b1000_0001, 0b10])]);
}

async fn clients_are_those_with_a_head(store: Arc<dyn Store>) {
    let head = |client: &str| Batch {
        client: client.to_owned(),
        writes: vec![Write::Put((Space::Head, Vec::new()), b"h".to_vec())],
        ..Batch::default()
    };
    let mut names: Vec<String> = (0..300).map(|n| format!("client-{n:03}")).collect();
    names.extend(["-", "a", "a-", "ab", "z"].map(str::to_owned));
    for name in &names {
        store.append(head(name)).await.unwrap();
    }
    store.append(put("headless", "a", "1")).await.unwrap();
    names.sort();
    assert_eq!(store.clients().await.unwrap(), names);
}

async fn an_erased_client_is_gone_and_its_neighbours_stay(store: Arc<dyn Store>) {
    let mut named = put("acme", "a", "1");
    named.journal.push(r#"{"client":"acme","seq":1}"#.to_owned());
    let mut other = put("acme-2", "a", "2");
    other.journal.push(r#"{"client":"acme-2","seq":1}"#.to_owned());
    store.append(named).await.unwrap();
    store.append(other).await.unwrap();
    store.append(put("acm", "a", "3")).await.unwrap();
    store.erase("acme").await.unwrap();
    store.erase("never-there").await.unwrap();
    assert_eq!(get(&store, "acme", "a").await, None);
    assert_eq!(get(&store, "acme-2", "a").await, Some(b"2".to_vec()));
    assert_eq!(get(&store, "acm", "a").await, Some(b"3".to_vec()));
    store.append(put("acme", "a", "again")).await.unwrap();
    assert_eq!(get(&store, "acme", "a").await, Some(b"again".to_vec()));
}

macro_rules! on_each_store {
    ($($name:ident),* $(,)?) => {
        mod in_memory { $(#[tokio::test] async fn $name() { super::$name(super::memory().store).await; })* }
        mod in_sled {
            $(#[tokio::test] async fn $name() {
                let subject = super::sled();
                super::$name(subject.store.clone()).await;
            })*
        }
    };
}

on_each_store!(
    a_batch_is_written_whole_or_not_at_all,
    preconditions_see_batches_queued_before,
    ranges_are_ordered_bounded_and_within_their_space,
    large_values_come_back_and_shrink,
    once_keeps_the_first_and_bits_add_up,
    clients_are_those_with_a_head,
    an_erased_client_is_gone_and_its_neighbours_stay,
);

/// A step of the state machine.
#[derive(Debug, Clone)]
enum Step {
    Put { client: u8, key: u8, len: u16 },
    PutIf { client: u8, key: u8, right: bool },
    Once { client: u8, key: u8 },
    Bit { client: u8, key: u8, n: u8 },
    Erase { client: u8 },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let (client, key) = (0u8..3, 0u8..4);
    prop_oneof![
        6 => (client.clone(), key.clone(), 0u16..9000).prop_map(|(client, key, len)| Step::Put { client, key, len }),
        4 => (client.clone(), key.clone(), any::<bool>())
            .prop_map(|(client, key, right)| Step::PutIf { client, key, right }),
        2 => (client.clone(), key.clone()).prop_map(|(client, key)| Step::Once { client, key }),
        2 => (client.clone(), key, 0u8..40).prop_map(|(client, key, n)| Step::Bit { client, key, n }),
        1 => client.prop_map(|client| Step::Erase { client }),
        1 => Just(Step::Reopen),
    ]
}

type Model = BTreeMap<(String, Vec<u8>), Vec<u8>>;

fn batch_of(step: &Step, n: usize, model: &Model) -> Option<(Batch, bool)> {
    let (client, key) = match step {
        Step::Put { client, key, .. }
        | Step::PutIf { client, key, .. }
        | Step::Once { client, key }
        | Step::Bit { client, key, .. } => (format!("c{client}"), vec![*key]),
        Step::Erase { .. } | Step::Reopen => return None,
    };
    let place = (Space::Fact, key.clone());
    let now = model.get(&(client.clone(), key)).cloned();
    let value = vec![
        n as u8;
        match step {
            Step::Put { len, .. } => usize::from(*len),
            _ => 3,
        }
    ];
    let mut batch = Batch { client, ..Batch::default() };
    let mut holds = true;
    batch.writes.push(match step {
        Step::Once { .. } => Write::Once(place.clone(), value),
        Step::Bit { n, .. } => Write::SetBit(place.clone(), u32::from(*n)),
        _ => Write::Put(place.clone(), value),
    });
    if let Step::PutIf { right, .. } = step {
        holds = *right;
        let wrong = Some(b"never this".to_vec());
        batch.expect.push(Expect { key: place, value: if *right { now } else { wrong } });
    }
    Some((batch, holds))
}

fn follow(model: &mut Model, batch: &Batch) {
    for write in &batch.writes {
        let place = (batch.client.clone(), write.key().1.clone());
        if let Some(value) = write.over(model.get(&place).map(Vec::as_slice)) {
            model.insert(place, value);
        }
    }
}

async fn run(steps: &[Step]) {
    let folder = tempfile::tempdir().unwrap();
    let mut store: Arc<dyn Store> = Arc::new(open_small(folder.path()));
    let mut model = Model::new();
    for (n, step) in steps.iter().enumerate() {
        match (step, batch_of(step, n, &model)) {
            (_, Some((batch, holds))) => {
                let wanted = if holds { Ok(()) } else { Err(StoreError::Conflict) };
                assert_eq!(store.append(batch.clone()).await, wanted);
                if holds {
                    follow(&mut model, &batch);
                }
            }
            (Step::Erase { client }, None) => {
                let client = format!("c{client}");
                store.erase(&client).await.unwrap();
                model.retain(|(of, _), _| *of != client);
            }
            (_, None) => {
                drop(store);
                store = Arc::new(open_small(folder.path()));
            }
        }
        for client in ["c0", "c1", "c2"] {
            let rows = store.range(client, Space::Fact, None, 10).await.unwrap();
            let wanted = model.iter().filter(|((of, _), _)| of == client);
            assert_eq!(rows, wanted.map(|((_, key), value)| (key.clone(), value.clone())).collect::<Vec<_>>());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_embedded_store_is_a_map(steps in proptest::collection::vec(step(), 1..40)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(&steps));
    }
}
