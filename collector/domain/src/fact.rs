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

use crate::closing::{ClosedMonth, Signature};
use crate::usage::{IndexRow, UsageRow};

pub use crate::contact::Contact;
pub use crate::facts::{Facts, Grouped, HouseFacts};
pub use crate::source::ListRow;

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
        /// Whether it is a made-up one, which `demo` adds and removes.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        example: bool,
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
    /// An agent is to report once more on this day, then to forget its key; `None` takes it back.
    Retiring {
        /// Agent id.
        agent: String,
        /// The day, in UTC.
        on: Option<Date>,
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
    /// A group of a source belongs to a client: in the client's record, and in the house's, which routes by it.
    SourceMap {
        /// Name of the source.
        source: String,
        /// Group of the console.
        group: String,
        /// Client code.
        client: String,
        /// Site that the group's things are at.
        site: Option<String>,
    },
    /// House (client `-`): the collector started. Its hours alive are the contacts of the agent `collector` there.
    Started {
        /// Version of the collector.
        version: String,
    },
    /// House (client `-`): the collector stopped in good order.
    Stopped,
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
    /// What only some verbs tell.
    #[serde(flatten)]
    pub more: DecisionMore,
}

/// What `move`, `snooze` and `attest` tell beside the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionMore {
    /// Client that the assets move to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_client: Option<String>,
    /// Site that the assets move to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Finding that is snoozed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Last day on which it sleeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Duty that is attested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty: Option<String>,
    /// Its result: `passed` or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
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
    /// The assets go to another client, the day being their last here, or to another site from the day on.
    Move,
    /// A finding sleeps from the day until another.
    Snooze,
    /// A duty was done on the day.
    Attest,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 15] = [
        Self::Include,
        Self::Exclude,
        Self::Active,
        Self::Stock,
        Self::Spare,
        Self::Loan,
        Self::Byod,
        Self::Reversibility,
        Self::Retire,
        Self::Replace,
        Self::Merge,
        Self::NeverTogether,
        Self::Move,
        Self::Snooze,
        Self::Attest,
    ];

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
            Self::Move => "move",
            Self::Snooze => "snooze",
            Self::Attest => "attest",
        }
    }
}
