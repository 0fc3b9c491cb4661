//! The append-only record: what anyone said, under one client's sequence and the instant it was recorded.
//!
//! ```text
//! append  certificates  house ─┐            ┌ memory     maps, gone with the process
//! read    export    import ────┼▶ store ────┤
//!   over record                ┘  (seam)    └ sled       one folder, one process, a real fsync before the ack
//!     rows    present state of agents and tokens,          writer   group commit, and the rewrite that forgets
//!             folded from facts                            group    batches judged together
//!     tip     sequences given out before the disk          chunk    keys and values in small pieces, with CRC
//!             has them                                     journal  the second file
//!     codec   keys and values of the spaces                folder   lock, generations, what a crash left
//!     changes which clients changed since they were summed
//!     summary a client's stored summary, which is no fact
//!     lines   the export's lines                           disk     free space and the ballast
//! ```
//!
//! Refuses meaning: which fact should be said is decided above. Invariants: client first in every key; sequences
//! without gaps; instants strictly increasing within a client; durable when it returns; never edited.

mod append;
mod certificates;
mod changes;
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
mod summary;
#[cfg(test)]
mod tests;
mod tip;
mod writer;

use self::sled::Database;
pub use self::sled::SledStore;
pub use codec::HOUSE;
pub use error::FactsError;
pub use export::{Told, written};
pub use memory::MemoryStore;
pub use read::Loaded;
pub use record::Record;
pub use rows::{AgentRow, Certificate, Cursor, TokenRow};
pub use store::{Batch, Expect, Pair, Reply, Space, SpaceKey, Store, StoreError, Write};
