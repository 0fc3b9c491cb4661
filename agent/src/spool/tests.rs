use std::os::unix::fs::PermissionsExt as _;

use cadastre_proto::inventory::{AgentInfo, Inventory, Outcome, SCHEMA, Section};
use proptest::prelude::*;

use super::*;

struct Count(u8);

impl Random for Count {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        bytes.fill(self.0);
    }
}

fn state(word: &str) -> State {
    let section = |data| Section { outcome: Outcome::Ok, reason: None, duration_ms: 1, data: Some(data) };
    let inventory = Inventory {
        schema: SCHEMA.to_owned(),
        report_id: format!("report-{word}"),
        collected_at: "2026-11-24T10:00:00Z".to_owned(),
        agent: AgentInfo { version: "1".to_owned(), os: "linux".to_owned() },
        sections: [
            ("host".to_owned(), section(serde_json::json!({ "hostname": word }))),
            ("os".to_owned(), section(serde_json::json!({}))),
        ]
        .into(),
    };
    State::of(&inventory, &[]).unwrap()
}

fn open(folder: &Path) -> Spool {
    Spool::open(folder, &mut Count(0)).unwrap()
}

#[test]
fn the_newest_change_waits_until_its_own_ack() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    spool.offer(&state("a")).unwrap();
    assert_eq!(spool.pending_seq(0).unwrap(), 1);
    spool.offer(&state("b")).unwrap();
    assert_eq!(spool.pending_seq(0).unwrap(), 2);
    spool.acknowledge(&state("a").digest, 5).unwrap();
    assert_eq!(spool.pending(), Some(&state("b")), "an ack for another state drops nothing");
    drop(spool);
    let mut spool = open(folder.path());
    assert_eq!((spool.pending(), spool.progress().seq), (Some(&state("b")), 2));
    spool.acknowledge(&state("b").digest, 6).unwrap();
    assert_eq!(spool.pending(), None);
    spool.offer(&state("b")).unwrap();
    assert_eq!(spool.pending(), None, "an unchanged machine has nothing to say");
    assert!(!folder.path().join(PENDING).exists());
}

#[test]
fn coming_back_to_the_acknowledged_state_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    spool.acknowledge(&state("a").digest, 5).unwrap();
    spool.offer(&state("b")).unwrap();
    spool.offer(&state("a")).unwrap();
    assert_eq!(spool.pending(), Some(&state("a")), "the collector may hold b, its ack lost");
}

#[test]
fn numbers_stay_above_the_collectors() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    spool.offer(&state("a")).unwrap();
    assert_eq!(spool.pending_seq(9).unwrap(), 10);
    assert_eq!(spool.pending_seq(9).unwrap(), 10, "the same change keeps its number");
    assert_eq!(open_again(spool, folder.path()).pending_seq(9).unwrap(), 10);
}

fn open_again(spool: Spool, folder: &Path) -> Spool {
    drop(spool);
    open(folder)
}

#[test]
fn a_lost_or_damaged_spool_begins_a_new_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    let epoch = spool.progress().epoch.clone();
    spool.acknowledge("x", 1).unwrap();
    let spool = open_again(spool, folder.path());
    assert_eq!(spool.progress().epoch, epoch);
    drop(spool);
    std::fs::write(folder.path().join(SPOOL), "{").unwrap();
    let spool = Spool::open(folder.path(), &mut Count(7)).unwrap();
    assert_ne!(spool.progress().epoch, epoch);
    assert_eq!(spool.progress().acked, None);
}

#[test]
fn files_are_private_and_a_damaged_identity_is_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("state");
    let spool = open(&folder);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(SPOOL))), (0o700, 0o600));
    assert_eq!(spool.identity().unwrap(), None);
    std::fs::write(folder.join(IDENTITY), "{}").unwrap();
    assert!(spool.identity().is_err());
}

#[test]
fn a_refused_section_says_so_and_is_left_out_the_second_time() {
    let mut state = state("a");
    let whole = state.digest.clone();
    state.fail("os").unwrap();
    assert_eq!(state.sections["os"].text, r#"{"outcome":"failed","reason":"rejected","data":null}"#);
    assert_ne!(state.digest, whole);
    state.fail("os").unwrap();
    assert_eq!(state.ids().collect::<Vec<_>>(), ["host"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Against the trivial spool: one state acknowledged, one current, a count that only grows.
    #[test]
    fn behaves_like_two_variables(steps in prop::collection::vec((0..4u8, 0..3usize, 0..20u64), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = open(folder.path());
        let states = [state("a"), state("b"), state("c")];
        let (mut pending, mut acked, mut seen): (Option<usize>, Option<usize>, u64) = (None, None, 0);
        for (step, which, committed) in steps {
            match step {
                0 => {
                    spool.offer(&states[which]).unwrap();
                    if pending.is_some() || acked != Some(which) {
                        pending = Some(which);
                    }
                }
                1 => {
                    spool.acknowledge(&states[which].digest, 1).unwrap();
                    acked = Some(which);
                    pending = pending.filter(|state| *state != which);
                }
                2 => {
                    let seq = spool.pending_seq(committed).unwrap();
                    prop_assert!(seq > committed);
                    seen = seen.max(seq);
                }
                _ => spool = open_again(spool, folder.path()),
            }
            prop_assert_eq!(spool.pending(), pending.map(|which| &states[which]));
            prop_assert!(spool.progress().seq >= seen);
        }
    }
}
