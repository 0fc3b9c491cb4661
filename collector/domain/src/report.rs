//! Reports of agents, beside identity: what each says of protection, and the machine's own clock. No rule.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use jiff::Timestamp;

use crate::fact::{Fact, Facts};
use crate::protection::Protection;

/// What one report of an agent says beside identity.
#[derive(Debug, Clone)]
pub struct Report {
    /// The sequence of its fact.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The machine's own clock when it collected.
    pub collected_at: Timestamp,
    /// What protects the machine.
    pub protection: Arc<Protection>,
}

/// The reports of each agent, in order.
pub(crate) fn reports(facts: &Facts) -> BTreeMap<String, Vec<Report>> {
    let mut reports: BTreeMap<String, Vec<Report>> = BTreeMap::new();
    for recorded in &facts.recorded {
        let Fact::Report { agent, collected_at, .. } = &recorded.fact else { continue };
        let Some(protection) = facts.protection.get(&recorded.seq).cloned() else { continue };
        let report = Report { seq: recorded.seq, at: recorded.at, collected_at: *collected_at, protection };
        reports.entry(agent.clone()).or_default().push(report);
    }
    reports
}
