//! Everything anyone says: facts of one client, appended and never edited.
//!
//! A fact is stored as this module's serde form (one JSON object), under the client's sequence and the instant the
//! collector recorded it. Three spaces hold what is not a line of its own: `section` (bytes, once per digest),
//! `contact` (hours, the one fact that grows in place) and `fact` (all the rest).

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::closing::{ClosedMonth, Signature};
use crate::evidence::Evidence;
use crate::usage::{IndexRow, UsageRow};

/// One fact with its place in the client's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Position in the client's record, from 1, without gaps.
    pub seq: u64,
    /// The collector's clock when it was recorded, to the microsecond; strictly increasing within a client.
    pub at: Timestamp,
    /// What was said.
    pub fact: Fact,
}

/// What was said, by whom it concerns. Stored as JSON with the tag `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The client exists under this name. The first fact of every client.
    Client {
        /// Display name.
        name: Option<String>,
        /// French company number, nine digits.
        siren: Option<String>,
    },
    /// An enrolment token was made.
    Token {
        /// Short public id, for lists and revocation.
        token: String,
        /// SHA-256 of the secret, hex.
        hash: String,
        /// Site that its agents join.
        site: Option<String>,
        /// How many agents it may create.
        uses: u32,
        /// After this instant it creates none.
        expires_at: Timestamp,
    },
    /// A token was withdrawn.
    TokenRevoked {
        /// Its public id.
        token: String,
    },
    /// An agent was created with a token and this key.
    Enrolled {
        /// Agent id (UUIDv7 made by the collector).
        agent: String,
        /// The token's public id.
        token: String,
        /// SHA-256 of the public key (SubjectPublicKeyInfo), hex.
        key: String,
        /// Serial of the certificate issued, hex.
        serial: String,
        /// When that certificate ends.
        not_after: Timestamp,
        /// Site, from the token.
        site: Option<String>,
    },
    /// An agent got a new certificate.
    Renewed {
        /// Agent id.
        agent: String,
        /// SHA-256 of the new public key, hex.
        key: String,
        /// Serial of the new certificate, hex.
        serial: String,
        /// When it ends.
        not_after: Timestamp,
    },
    /// An agent may no longer speak.
    Revoked {
        /// Agent id.
        agent: String,
    },
    /// An agent reported its whole state; sections lie in the `section` space, once per digest.
    Report {
        /// Agent id.
        agent: String,
        /// Spool epoch, hex.
        epoch: String,
        /// Sequence within the epoch.
        report_seq: u64,
        /// The agent's id of the report (UUIDv7).
        report_id: String,
        /// The agent's wall clock.
        collected_at: Timestamp,
        /// Digest of the whole state, hex.
        state: String,
        /// Section id to digest (hex), the whole state and not only what changed.
        sections: BTreeMap<String, String>,
    },
    /// A dated list of another console.
    List {
        /// Name of the source.
        source: String,
        /// The instant it speaks of.
        as_of: Timestamp,
        /// Whether an absent row means an absent device.
        complete: bool,
        /// Its rows.
        rows: Vec<ListRow>,
    },
    /// A version of a contract: the TOML text, verbatim.
    Contract {
        /// Contract id.
        contract: String,
        /// The file.
        text: String,
    },
    /// Annex rows of a contract, as one import changed them: whole rows, keyed by label; rows not named stay.
    Annex {
        /// Contract id.
        contract: String,
        /// The rows.
        rows: Vec<AnnexRow>,
    },
    /// Hours and tickets used, as one import told them: whole rows, keyed; rows not named stay.
    Usage {
        /// The rows.
        rows: Vec<UsageRow>,
    },
    /// A person decided.
    Decision(Decision),
    /// A bill month was closed: slot-days, links, amounts and engine, frozen.
    ClosedMonth(Box<ClosedMonth>),
    /// The client agreed to a statement.
    Signature(Signature),
    /// House (client `-`): published price indexes.
    Index {
        /// The rows.
        rows: Vec<IndexRow>,
    },
    /// House (client `-`): the collector started. Its hours alive are the contacts of the agent `collector` there.
    Started {
        /// Version of the collector.
        version: String,
    },
    /// House (client `-`): the collector stopped in good order.
    Stopped,
}

/// A row of a dated list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListRow {
    /// Id that the console gives the row.
    pub native_id: Option<String>,
    /// Group of the console (its own word for a client or a site).
    pub group: Option<String>,
    /// When the console last saw it.
    pub last_seen: Option<Timestamp>,
    /// Identity values.
    pub evidence: Evidence,
}

/// A row of a contract's annex: a named device, and its slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnnexRow {
    /// Label: the slot's name, unique in the contract.
    pub label: String,
    /// Contract line.
    pub line: Option<String>,
    /// Serial.
    pub serial: Option<String>,
    /// Host name.
    pub hostname: Option<String>,
    /// MAC address.
    pub mac: Option<String>,
    /// Asset tag.
    pub asset_tag: Option<String>,
    /// Id in another console.
    pub native_id: Option<String>,
    /// Maker, when the annex tells it.
    pub manufacturer: Option<String>,
    /// Model, when the annex tells it.
    pub model: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// First covered day; default: the contract's first.
    pub from: Option<Date>,
    /// Last covered day.
    pub to: Option<Date>,
    /// Who owns the equipment: `client`, `provider` or `lessor`.
    pub owner: Option<String>,
    /// When it was supplied.
    pub supplied_on: Option<Date>,
    /// Value when new, in the contract's currency.
    pub value: Option<String>,
    /// Months over which it is written off or leased.
    pub months: Option<u32>,
    /// Price to buy it at the end.
    pub buy_out: Option<String>,
}

/// What a person decided about assets, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What.
    pub verb: Verb,
    /// Assets it names, by id; an alias stands for the device it was merged into.
    pub assets: Vec<String>,
    /// The day it is about: first day of a way in, last day of a way out, first day of a change.
    pub effective: Date,
    /// Why, in the person's words.
    pub reason: String,
    /// Who.
    pub by: String,
    /// Contract, when the verb needs one and the client has several.
    pub contract: Option<String>,
    /// Line, for `include`.
    pub line: Option<String>,
    /// Slot, for `include` and `replace`.
    pub slot: Option<String>,
}

/// The verbs of `decide`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// The asset is covered from the day on.
    Include,
    /// The asset is not covered after the day, and its gap is no finding.
    Exclude,
    /// State `active` from the day on.
    Active,
    /// State `stock` from the day on.
    Stock,
    /// State `spare` from the day on.
    Spare,
    /// State `loan` from the day on.
    Loan,
    /// State `byod` from the day on.
    Byod,
    /// State `reversibility` from the day on.
    Reversibility,
    /// The asset is gone; the day is its last.
    Retire,
    /// The asset takes the slot from the day on.
    Replace,
    /// The assets are one device.
    Merge,
    /// The assets are never one device.
    NeverTogether,
}

impl Verb {
    /// Its word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Exclude => "exclude",
            Self::Active => "active",
            Self::Stock => "stock",
            Self::Spare => "spare",
            Self::Loan => "loan",
            Self::Byod => "byod",
            Self::Reversibility => "reversibility",
            Self::Retire => "retire",
            Self::Replace => "replace",
            Self::Merge => "merge",
            Self::NeverTogether => "never-together",
        }
    }
}

/// The hours in which an agent spoke, in one month of UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Agent id.
    pub agent: String,
    /// Month, of UTC.
    pub month: Month,
    /// Bit `n` of byte `n / 8` (lowest first) is hour `n` of the month.
    pub hours: Vec<u8>,
}

/// One client's facts, as `derive` takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Client code.
    pub client: String,
    /// Facts in the order of their sequence.
    pub recorded: Vec<Recorded>,
    /// Evidence of each [`Fact::Report`], by its sequence: its sections, decoded.
    pub evidence: BTreeMap<u64, Evidence>,
    /// Contacts of the client's agents.
    pub contacts: Vec<Contact>,
}

/// Facts of the house that every client's register needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseFacts {
    /// Spans in which the collector ran, in order: (started, last known alive).
    pub running: Vec<(Timestamp, Timestamp)>,
    /// Published indexes, in the order they were recorded.
    pub indexes: Vec<(Timestamp, IndexRow)>,
}

impl Facts {
    /// What was known at `known_at`: later facts, and contact hours that begin later, do not exist.
    #[must_use]
    pub fn known_at(mut self, known_at: Timestamp) -> Self {
        self.recorded.retain(|recorded| recorded.at <= known_at);
        for contact in &mut self.contacts {
            contact.mask(known_at);
        }
        self.contacts.retain(|contact| contact.last().is_some());
        self
    }
}

impl Contact {
    fn first_hour(&self) -> i64 {
        let first = self.month.first().at(0, 0, 0, 0);
        jiff::tz::TimeZone::UTC.to_timestamp(first).map_or(0, |t| t.as_second().div_euclid(3600))
    }

    /// Sets the hour that holds `instant`, which must lie in the month; says whether the bit was new.
    pub fn set(&mut self, instant: Timestamp) -> bool {
        let offset = instant.as_second().div_euclid(3600).saturating_sub(self.first_hour());
        let Ok(hour) = usize::try_from(offset) else { return false };
        if self.hours.len() <= hour / 8 {
            self.hours.resize((hour / 8).saturating_add(1), 0);
        }
        let Some(byte) = self.hours.get_mut(hour / 8) else { return false };
        let bit = 1u8 << (hour % 8);
        let new = *byte & bit == 0;
        *byte |= bit;
        new
    }

    /// The first instants of the hours set, in order.
    pub fn each(&self) -> impl DoubleEndedIterator<Item = Timestamp> {
        let first = self.first_hour();
        let hours = self.hours.len().saturating_mul(8);
        (0..hours).filter(|n| self.hours.get(n / 8).is_some_and(|byte| byte & (1u8 << (n % 8)) != 0)).filter_map(
            move |n| {
                let hour = first.saturating_add(i64::try_from(n).ok()?);
                Timestamp::from_second(hour.saturating_mul(3600)).ok()
            },
        )
    }

    /// The first instant of the last hour set.
    pub fn last(&self) -> Option<Timestamp> {
        self.each().next_back()
    }

    fn mask(&mut self, known_at: Timestamp) {
        let mut kept = Self { agent: self.agent.clone(), month: self.month, hours: Vec::new() };
        for hour in self.each().filter(|hour| *hour <= known_at) {
            kept.set(hour);
        }
        *self = kept;
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    #[test]
    fn contact_hours_are_set_listed_and_masked() {
        let mut contact = Contact { agent: "a".to_string(), month: "2026-11".parse().unwrap(), hours: vec![] };
        assert!(contact.set("2026-11-01T00:59:59Z".parse().unwrap()));
        assert!(!contact.set("2026-11-01T00:00:00Z".parse().unwrap()));
        assert!(contact.set("2026-11-30T23:10:00Z".parse().unwrap()));
        let each: Vec<String> = contact.each().map(|hour| hour.to_string()).collect();
        assert_eq!(each, ["2026-11-01T00:00:00Z", "2026-11-30T23:00:00Z"]);
        contact.mask("2026-11-30T22:59:59Z".parse().unwrap());
        assert_eq!(contact.last().unwrap().to_string(), "2026-11-01T00:00:00Z");
    }
}
