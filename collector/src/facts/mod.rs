//! The append-only record: what anyone said, under one client's sequence and the instant it was recorded.
//!
//! ```text
//! record ── append, append_report, contact ─┐            ┌ memory   maps, gone with the process
//! read ──── load, agents, tokens, head ─────┼─▶ store ───┤
//! export ── a client as lines, and back ────┘  (seam)    └ sled     one folder, one process, fsync before the ack
//!     rows   present state of agents and tokens, folded from facts
//!     tip    sequences given out before the disk has them
//!     house  the collector's own life
//! ```
//!
//! Refuses meaning: which fact should be said is decided above. Invariants: client first in every key; sequences
//! without gaps; instants strictly increasing within a client; durable when it returns; never edited.

mod append;
mod certificates;
mod chunk;
mod codec;
#[cfg(test)]
mod conformance;
mod disk;
mod error;
mod export;
mod folder;
mod group;
mod house;
mod import;
mod journal;
mod lines;
mod memory;
mod read;
mod record;
mod rows;
mod sled;
mod store;
#[cfg(test)]
mod tests;
mod tip;
mod writer;

use self::sled::Database;
pub use self::sled::SledStore;
pub use codec::HOUSE;
pub use error::FactsError;
pub use memory::MemoryStore;
pub use read::Loaded;
pub use record::Record;
pub use rows::{AgentRow, Certificate, Cursor, TokenRow};
pub use store::{Batch, Expect, Pair, Reply, Space, SpaceKey, Store, StoreError, Write};
