//! Composes what a machine says: every probe over one source, in the order of the document.
//!
//! Refuses nothing: a section that cannot be read says so and the rest of the report stands.
//! Invariant: apart from `report_id`, `collected_at` and the durations, the same source gives the same bytes.

pub mod service;

use std::collections::BTreeMap;

use cadastre_proto::inventory::{AgentInfo, Inventory, SCHEMA, Section};
use serde::Serialize;

use crate::clock::{Clock, Random};
use crate::privacy::Privacy;
use crate::probe::{self, Reading};
use crate::source::Source;

/// This agent's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads every section of a machine.
#[must_use]
pub fn collect(source: &dyn Source, clock: &dyn Clock, random: &mut dyn Random, privacy: Privacy) -> Inventory {
    let now = clock.now();
    let mut sections = Sections { clock, by_id: BTreeMap::new() };
    sections.add("host", || probe::host::read(source, privacy));
    Inventory {
        schema: SCHEMA.to_owned(),
        report_id: report_id(now, random),
        collected_at: now.to_string(),
        agent: AgentInfo { version: VERSION.to_owned(), os: source.system().name().to_owned() },
        sections: sections.by_id,
    }
}

/// A new UUID version 7.
fn report_id(now: jiff::Timestamp, random: &mut dyn Random) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
}

struct Sections<'a> {
    clock: &'a dyn Clock,
    by_id: BTreeMap<String, Section>,
}

impl Sections<'_> {
    fn add<T: Serialize>(&mut self, id: &str, read: impl FnOnce() -> Reading<T>) {
        let start = self.clock.elapsed();
        let reading = read();
        let took = self.clock.elapsed().saturating_sub(start);
        self.by_id.insert(id.to_owned(), reading.section(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)));
    }
}
