//! Composes what a machine says: every probe over one source, in the order of the document.
//!
//! Refuses nothing: a section that cannot be read says so and the rest of the report stands.
//! Invariant: apart from `report_id`, `collected_at` and the durations, the same source gives the same bytes.

pub mod service;

use std::collections::BTreeMap;
use std::time::Duration;

use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::inventory::{AgentInfo, Inventory, SCHEMA, Section};
use serde::Serialize;

use crate::clock::{Clock, Random};
use crate::privacy::Privacy;
use crate::probe::software::Products;
use crate::probe::{self, Reading};
use crate::source::Source;

/// This agent's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads every section of a machine, its products by this catalogue.
#[must_use]
pub fn collect(
    source: &dyn Source,
    clock: &dyn Clock,
    random: &mut dyn Random,
    privacy: Privacy,
    catalogue: &Catalogue,
) -> Inventory {
    source.rest();
    let now = source.captured_at().unwrap_or_else(|| clock.now());
    let mut sections = Sections { clock, by_id: BTreeMap::new() };
    sections.add("host", || probe::host::read(source, privacy));
    sections.add("os", || probe::os::read(source));
    let firmware = sections.add("firmware", || probe::firmware::read(source)).data;
    sections.add("processor", || probe::processor::read(source));
    sections.add("memory", || probe::memory::read(source));
    sections.add("disks", || probe::disks::read(source));
    sections.add("adapters", || probe::adapters::read(source, privacy));
    sections.add("battery", || probe::battery::read(source));
    let virtualisation = sections.add("virtualisation", || probe::virtualisation::read(source, firmware.as_ref()));
    sections.add_products(source, (privacy, catalogue), probe::virtualisation::is_container(&virtualisation));
    source.rest();
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
    /// The sections that build on the catalogue of products.
    fn add_products(&mut self, source: &dyn Source, (privacy, catalogue): (Privacy, &Catalogue), is_container: bool) {
        let start = self.clock.elapsed();
        let products = Products::read(source, catalogue);
        let searching = self.clock.elapsed().saturating_sub(start);
        self.add("software", || probe::software::read(&products, privacy));
        self.extend("software", searching);
        self.add("protection", || probe::protection::read(source, &products));
        self.add("firewall", || probe::firewall::read(source, &products));
        self.add("encryption", || probe::encryption::read(source, &products, is_container));
        self.add("backup", || probe::backup::read(source, &products));
        self.add("mail", || probe::services::mail(source, &products));
        self.add("remote_access", || probe::services::remote_access(source, &products));
    }

    /// Counts work that was done for a section before it was made.
    fn extend(&mut self, id: &str, took: Duration) {
        if let Some(section) = self.by_id.get_mut(id) {
            section.duration_ms = section.duration_ms.saturating_add(milliseconds(took));
        }
    }

    /// Adds what one probe found, and hands it on to the probes that build on it.
    fn add<T: Serialize>(&mut self, id: &str, read: impl FnOnce() -> Reading<T>) -> Reading<T> {
        let start = self.clock.elapsed();
        let reading = read();
        let took = self.clock.elapsed().saturating_sub(start);
        self.by_id.insert(id.to_owned(), reading.section(milliseconds(took)));
        reading
    }
}

fn milliseconds(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
pub(crate) mod tests;
