//! The collector's own life, recorded in the house: started, stopped, and the hours between in which it was alive.
//!
//! Invariant: a span never reaches beyond what was written; an hour in which the collector started anew counts for
//! the later run only.

use std::collections::BTreeMap;

use cadastre_domain::fact::{Contact, Fact, Grouped, HouseFacts, ListRow, Recorded};
use jiff::Timestamp;

use super::codec::HOUSE;
use super::error::FactsError;
use super::record::Record;

/// The agent whose contacts in the house are the collector's hours alive.
const COLLECTOR: &str = "collector";

impl Record {
    /// The collector started.
    pub async fn started(&self, version: &str) -> Result<(), FactsError> {
        self.append(HOUSE, vec![Fact::Started { version: version.to_owned() }], None).await.map(drop)
    }

    /// The collector is alive: one durable write an hour. Says whether this call wrote.
    pub async fn alive(&self) -> Result<bool, FactsError> {
        self.contact(HOUSE, COLLECTOR, self.clock().now()).await
    }

    /// The collector stops in good order.
    pub async fn stopped(&self) -> Result<(), FactsError> {
        self.append(HOUSE, vec![Fact::Stopped], None).await.map(drop)
    }
}

/// The spans in which the collector ran, in order, and what lists left without a client.
pub(super) fn facts(recorded: &[Recorded], contacts: &[Contact]) -> HouseFacts {
    let mut hours: Vec<Timestamp> =
        contacts.iter().filter(|contact| contact.agent == COLLECTOR).flat_map(Contact::each).collect();
    hours.sort();
    let life: Vec<&Recorded> =
        recorded.iter().filter(|recorded| matches!(recorded.fact, Fact::Started { .. } | Fact::Stopped)).collect();
    let mut running = Vec::new();
    for (n, started) in life.iter().enumerate() {
        if !matches!(started.fact, Fact::Started { .. }) {
            continue;
        }
        let next = life.get(n + 1);
        let end = match next {
            Some(stopped) if matches!(stopped.fact, Fact::Stopped) => stopped.at,
            _ => last_alive(&hours, started.at, next.map(|next| next.at)),
        };
        running.push((started.at, end));
    }
    let mut house = HouseFacts { running, ..HouseFacts::default() };
    for told in recorded {
        match &told.fact {
            Fact::SourceMap { source, group, .. } => house.mapped.push((told.at, source.clone(), group.clone())),
            Fact::List { source, as_of, rows, .. } => house.grouped.push(grouped(told.at, source, *as_of, rows)),
            Fact::Index { rows } => house.indexes.extend(rows.iter().map(|row| (told.at, row.clone()))),
            _ => {}
        }
    }
    house
}

fn grouped(at: Timestamp, source: &str, as_of: Timestamp, rows: &[ListRow]) -> Grouped {
    let mut groups: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows {
        let count = groups.entry(row.group.clone().unwrap_or_default()).or_insert(0);
        *count = count.saturating_add(1);
    }
    Grouped { at, source: source.to_owned(), as_of, groups }
}

/// The last hour alive after `from` that ended before the next start; `from` itself when there is none.
fn last_alive(hours: &[Timestamp], from: Timestamp, next: Option<Timestamp>) -> Timestamp {
    let ended = |hour: &Timestamp| next.is_none_or(|next| hour.as_second() + 3600 <= next.as_second());
    hours.iter().copied().rfind(|hour| *hour > from && ended(hour)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn life(seq: u64, instant: &str, fact: Fact) -> Recorded {
        Recorded { seq, at: at(instant), fact }
    }

    fn start() -> Fact {
        Fact::Started { version: "1".to_owned() }
    }

    #[test]
    fn a_span_ends_at_its_stop_or_at_the_last_hour_alive_before_the_next_start() {
        let recorded = [
            life(1, "2026-03-01T08:30:00Z", start()),
            life(2, "2026-03-01T10:15:00Z", Fact::Stopped),
            life(3, "2026-03-01T12:30:00Z", start()),
            life(4, "2026-03-01T16:40:00Z", start()),
        ];
        let mut contact = Contact { agent: COLLECTOR.to_owned(), month: "2026-03".parse().unwrap(), hours: vec![] };
        for hour in ["08", "09", "10", "12", "13", "14", "16", "17"] {
            contact.set(at(&format!("2026-03-01T{hour}:45:00Z")));
        }
        let spans = facts(&recorded, &[contact]).running;
        let wanted = [
            ("2026-03-01T08:30:00Z", "2026-03-01T10:15:00Z"),
            ("2026-03-01T12:30:00Z", "2026-03-01T14:00:00Z"),
            ("2026-03-01T16:40:00Z", "2026-03-01T17:00:00Z"),
        ];
        assert_eq!(spans, wanted.map(|(from, to)| (at(from), at(to))));
    }

    #[test]
    fn a_run_without_an_hour_alive_is_known_at_its_start_only() {
        let recorded = [life(1, "2026-03-01T08:30:00Z", start()), life(2, "2026-03-01T08:50:00Z", start())];
        let mut contact = Contact { agent: COLLECTOR.to_owned(), month: "2026-03".parse().unwrap(), hours: vec![] };
        contact.set(at("2026-03-01T08:31:00Z"));
        let spans = facts(&recorded, &[contact]).running;
        assert_eq!(spans, [recorded[0].at, recorded[1].at].map(|start| (start, start)));
    }
}
