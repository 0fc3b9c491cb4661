//! The sample as a whole: every finding, the count, the same twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadastre_domain::finding::CODES;

use super::*;
use crate::clock::FixedClock;
use crate::facts::{MemoryStore, Record};
use crate::register::Registers;

/// The clients that have at most so many assets show everything that the large ones do.
const SMALL: u32 = 64;

#[tokio::test]
async fn every_kind_of_finding_is_there_and_a_plain_client_has_its_size() {
    let now: Timestamp = "2026-11-25T09:40:00Z".parse().unwrap();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let (mut closed, mut snoozed) = (0, 0);
    let small = PLANS.iter().enumerate().filter(|(_, plan)| (1..=SMALL).contains(&plan.size));
    for (turn, plan) in small {
        let (lines, count) = client(plan, plan.size, turn * 3, now).await.unwrap();
        if plan.oddity == plan::Oddity::Plain {
            assert_eq!(count, plan.size, "{}", plan.code);
        }
        let clock = Arc::new(FixedClock(now));
        let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
        record.import(lines).await.unwrap();
        let register = Registers::new(record, clock).of(&plan.client(), None, None).await.unwrap();
        assert!(register.example && register.name.as_ref().unwrap().contains("exemple"));
        for finding in &register.findings {
            *found.entry(finding.code.to_owned()).or_default() += 1;
        }
        closed += register.closed.len();
        snoozed += register.snoozed.len();
    }
    let missing: BTreeSet<&str> = CODES.iter().copied().filter(|code| !found.contains_key(*code)).collect();
    assert!(missing.is_empty(), "{missing:?} of {found:?}");
    assert!(closed > 40 && snoozed > 0, "{closed} closed, {snoozed} snoozed");
}

#[tokio::test]
async fn the_same_day_gives_the_same_client() {
    let now: Timestamp = "2026-11-25T09:40:00Z".parse().unwrap();
    let one = client(&PLANS[12], PLANS[12].size, 36, now).await.unwrap();
    let again = client(&PLANS[12], PLANS[12].size, 36, now).await.unwrap();
    assert_eq!(one, again);
}
