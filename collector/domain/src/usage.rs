//! What is told beside devices: hours and tickets used, and published price indexes.
//!
//! A row of usage is known by its key: told again with other values it is a correction, and the newest one stands.
//! **Invariant**: what stands is a function of the facts, in the order of their keys.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::contract::Series;
use crate::fact::{Fact, HouseFacts, Recorded};
use crate::money::Price;
use crate::price::{IndexValue, Indexes, Usage};

/// What an intervention is, in the words of contracts.
pub const NATURES: [&str; 6] = ["preventive", "corrective", "palliative", "assistance", "installation", "demande"];

/// One intervention: its time or tickets, and when it was asked for, answered and solved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UsageRow {
    /// Key of the row, unique in the client.
    pub key: String,
    /// Contract id.
    pub contract: String,
    /// Line id.
    pub line: String,
    /// The day.
    pub date: Date,
    /// Minutes spent.
    pub minutes: u32,
    /// Tickets used.
    pub tickets: u32,
    /// One of [`NATURES`].
    pub nature: Option<String>,
    /// Asset id, or what the file called it.
    pub asset: Option<String>,
    /// By which means: on site, remote, telephone…
    pub means: Option<String>,
    /// When it was asked for.
    pub opened_at: Option<Timestamp>,
    /// When somebody answered.
    pub answered_at: Option<Timestamp>,
    /// When it was solved.
    pub solved_at: Option<Timestamp>,
    /// What it was about.
    pub label: Option<String>,
}

/// A published index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexRow {
    /// Series.
    pub series: Series,
    /// Its month.
    pub month: Month,
    /// The value.
    pub value: Price,
    /// When it was published; `None`: as if always known.
    pub published_on: Option<Date>,
}

impl From<(Series, Month, IndexValue)> for IndexRow {
    fn from((series, month, index): (Series, Month, IndexValue)) -> Self {
        Self { series, month, value: index.value, published_on: index.published_on }
    }
}

impl UsageRow {
    /// What pricing needs of it.
    pub fn priced(&self) -> Usage {
        Usage {
            key: self.key.clone(),
            contract: self.contract.clone(),
            line: self.line.clone(),
            date: self.date,
            minutes: self.minutes,
            tickets: self.tickets,
        }
    }
}

/// The rows of usage that stand, by key: the newest told of each.
pub fn standing(recorded: &[Recorded]) -> Vec<UsageRow> {
    let mut newest: BTreeMap<&str, &UsageRow> = BTreeMap::new();
    for fact in recorded {
        if let Fact::Usage { rows } = &fact.fact {
            newest.extend(rows.iter().map(|row| (row.key.as_str(), row)));
        }
    }
    newest.into_values().cloned().collect()
}

/// The sequence of the fact that told each row last, by key.
pub fn sequences(recorded: &[Recorded]) -> BTreeMap<String, u64> {
    let mut newest = BTreeMap::new();
    for fact in recorded {
        if let Fact::Usage { rows } = &fact.fact {
            newest.extend(rows.iter().map(|row| (row.key.clone(), fact.seq)));
        }
    }
    newest
}

/// The index table as it was known at `known_at`.
pub fn indexes(house: &HouseFacts, known_at: Timestamp) -> Indexes {
    let mut table = Indexes::default();
    for (_, row) in house.indexes.iter().filter(|(at, _)| *at <= known_at) {
        table.put(row.series, row.month, IndexValue { value: row.value, published_on: row.published_on });
    }
    table
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    fn told(seq: u64, rows: Vec<UsageRow>) -> Recorded {
        Recorded { seq, at: Timestamp::UNIX_EPOCH, fact: Fact::Usage { rows } }
    }

    fn row(key: &str, minutes: u32) -> UsageRow {
        UsageRow { key: key.into(), minutes, ..UsageRow::default() }
    }

    #[test]
    fn a_key_told_again_is_a_correction() {
        let rows = standing(&[told(1, vec![row("b", 10), row("a", 20)]), told(2, vec![row("b", 15)])]);
        assert_eq!(rows, [row("a", 20), row("b", 15)]);
    }

    #[test]
    fn an_index_recorded_later_does_not_exist_yet() {
        let index = |value: &str| IndexRow {
            series: Series::Syntec,
            month: "2026-02".parse().unwrap(),
            value: value.parse().unwrap(),
            published_on: None,
        };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let house = HouseFacts {
            indexes: vec![(at("2026-03-01T00:00:00Z"), index("242.60")), (at("2026-04-01T00:00:00Z"), index("242.70"))],
            ..HouseFacts::default()
        };
        assert_eq!(indexes(&house, at("2026-02-01T00:00:00Z")), Indexes::default());
        let value = |known_at: &str| indexes(&house, at(known_at)).rows().next().unwrap().2.value.to_string();
        assert_eq!(
            (value("2026-03-02T00:00:00Z").as_str(), value("2026-04-02T00:00:00Z").as_str()),
            ("242.60", "242.70")
        );
    }
}
