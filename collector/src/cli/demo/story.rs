//! What was said, in the order in which it was recorded: facts with their instants, and the hours in which agents spoke.
//!
//! Refuses to judge: the import does. **Invariant**: instants are strictly increasing and none lies after now.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Contact, Fact};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::dice::{hex, uuid};
use super::machine::{Kind, Machine};
use crate::clock::FixedClock;
use crate::facts::{self, MemoryStore, Record, Told};
use crate::register::Registers;

/// One client's story.
pub(super) struct Story {
    pub(super) client: String,
    pub(super) now: Timestamp,
    told: Vec<Told>,
    contacts: BTreeMap<(String, Month), Contact>,
    reports: u64,
}

impl Story {
    pub(super) fn new(client: String, now: Timestamp) -> Self {
        Self { client, now, told: Vec::new(), contacts: BTreeMap::new(), reports: 0 }
    }

    /// A fact, recorded on a day at an hour of UTC.
    pub(super) fn tell(&mut self, day: Date, hour: i8, fact: Fact) {
        self.tell_at(instant(day, hour), fact);
    }

    /// A fact, recorded at an instant.
    pub(super) fn tell_at(&mut self, at: Timestamp, fact: Fact) {
        self.told.push(Told { at: at.min(self.now), fact, sections: BTreeMap::new() });
    }

    /// A machine's whole report. `skew` is how far its clock is ahead, in minutes.
    ///
    /// # Errors
    /// What cannot be packed.
    pub(super) fn report(
        &mut self,
        machine: &Machine,
        at: Timestamp,
        boot: Timestamp,
        skew: i64,
    ) -> std::io::Result<()> {
        let packed = machine.report(at, boot)?;
        self.reports += 1;
        let fact = Fact::Report {
            agent: machine.agent.clone(),
            epoch: hex(&format!("epoch {}", machine.agent)).chars().take(32).collect(),
            report_seq: self.reports,
            report_id: uuid(&format!("report {} {} {}", self.client, machine.agent, self.reports)),
            collected_at: at.checked_add(skew.minutes()).unwrap_or(at),
            state: packed.state,
            sections: packed.named,
        };
        self.told.push(Told { at: at.min(self.now), fact, sections: packed.bytes });
        self.heard(&machine.agent, at);
        Ok(())
    }

    /// An agent spoke in this hour.
    pub(super) fn heard(&mut self, agent: &str, at: Timestamp) {
        let at = at.min(self.now);
        let month = Month::of(TimeZone::UTC.to_datetime(at).date());
        let contact = self.contacts.entry((agent.to_owned(), month));
        contact.or_insert_with(|| Contact { agent: agent.to_owned(), month, hours: Vec::new() }).set(at);
    }

    /// An agent spoke from a day to another, as such a machine does: servers round the clock, others in office hours.
    pub(super) fn heard_between(&mut self, machine: &Machine, from: Date, to: Date) {
        let mut day = from;
        while day <= to {
            let office = !matches!(machine.kind, Kind::Server | Kind::Virtual);
            let closed = office && matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let hours: &[i8] = if office { &[8] } else { &[1, 13] };
            for hour in hours.iter().filter(|_| !closed) {
                let at = instant(day, *hour);
                if at <= self.now {
                    self.heard(&machine.agent, at);
                }
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
    }

    /// The lines of the export.
    ///
    /// # Errors
    /// What the facts room refuses to write.
    pub(super) fn lines(&self) -> Result<Vec<String>, Refusal> {
        self.lines_until(self.now)
    }

    /// What the register says at an instant, of what was recorded by then.
    ///
    /// # Errors
    /// What the import and the register refuse.
    pub(super) async fn register(&self, at: Timestamp) -> Result<Arc<Register>, Refusal> {
        let clock = Arc::new(FixedClock(at));
        let record = Record::new(Arc::new(MemoryStore::default()), clock.clone());
        record.import(self.lines_until(at)?).await.map_err(|error| error.refusal())?;
        Registers::new(record, clock).of(&self.client, None, Some(at)).await
    }

    fn lines_until(&self, at: Timestamp) -> Result<Vec<String>, Refusal> {
        let mut told: Vec<Told> = self.told.iter().filter(|told| told.at <= at).cloned().collect();
        told.sort_by_key(|told| told.at);
        // Facts of one instant follow each other, counted back so that the last one is not after it.
        let mut latest = Timestamp::MAX;
        for fact in told.iter_mut().rev() {
            if fact.at >= latest {
                fact.at = latest.checked_sub(1.microsecond()).unwrap_or(latest);
            }
            latest = fact.at;
        }
        let contacts = self.contacts.values().cloned().collect();
        facts::written(&self.client, &told, contacts).map_err(|error| error.refusal())
    }
}

/// A day's hour of UTC.
pub(super) fn instant(day: Date, hour: i8) -> Timestamp {
    TimeZone::UTC.to_timestamp(day.at(hour, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}
