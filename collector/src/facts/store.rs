//! The seam to a database: get, range, and `append(batch, preconditions)`, durable when it returns.
//!
//! It knows bytes under `(client, space, key)` and nothing of their meaning. Refuses: a batch over two clients, and a
//! batch whose preconditions do not hold. Invariant: a batch is wholly there or not at all, and what a read returns
//! is durable.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use cadastre_domain::refusal::Refusal;

/// What a store's call gives, later.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

/// A key within a client: its space, and bytes whose order is the order of [`Store::range`].
pub type SpaceKey = (Space, Vec<u8>);

/// A database of one or many clients.
pub trait Store: Send + Sync {
    /// The values under `keys`, in their order; `None` where there is none.
    fn get(&self, client: &str, keys: Vec<SpaceKey>) -> Reply<Vec<Option<Vec<u8>>>>;

    /// Up to `limit` pairs of a space with a key above `after` (from the first when `None`), by ascending key.
    fn range(&self, client: &str, space: Space, after: Option<Vec<u8>>, limit: usize) -> Reply<Vec<Pair>>;

    /// The clients that have a row in [`Space::Head`], in order.
    fn clients(&self) -> Reply<Vec<String>>;

    /// Writes the whole batch if every precondition holds, else nothing ([`StoreError::Conflict`]).
    ///
    /// The batch is queued by the call itself, before the reply is polled: two calls by one thread keep their order.
    fn append(&self, batch: Batch) -> Reply<()>;

    /// Forgets a client: when it returns, no file of the store holds a byte of it.
    fn erase(&self, client: &str) -> Reply<()>;
}

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// What lies under a key: the part of a client's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// One row with an empty key: the last sequence and its instant.
    Head,
    /// Facts by sequence.
    Fact,
    /// Section bytes by digest.
    Section,
    /// Contact hours by agent and month.
    Contact,
    /// The present state of an agent, made of its facts.
    Agent,
    /// The present state of a token, made of its facts.
    Token,
    /// The agent that a key became, by token and key.
    TokenUse,
    /// The summary of a client, made of its facts.
    Summary,
}

impl Space {
    /// Every space.
    pub const ALL: [Self; 8] =
        [Self::Head, Self::Fact, Self::Section, Self::Contact, Self::Agent, Self::Token, Self::TokenUse, Self::Summary];

    /// Its name in a database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Fact => "fact",
            Self::Section => "section",
            Self::Contact => "contact",
            Self::Agent => "agent",
            Self::Token => "token",
            Self::TokenUse => "token_use",
            Self::Summary => "summary",
        }
    }
}

/// What is written together, for one client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The client of every key.
    pub client: String,
    /// What must hold before.
    pub expect: Vec<Expect>,
    /// What is written, in order.
    pub writes: Vec<Write>,
    /// Lines of the export's form for the second file, where the store keeps one (no line ends).
    pub journal: Vec<String>,
}

/// A precondition: the value now under a key; `None` = there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// The key.
    pub key: SpaceKey,
    /// Its value.
    pub value: Option<Vec<u8>>,
}

/// One write of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The value, whatever was there.
    Put(SpaceKey, Vec<u8>),
    /// The value, unless one is there.
    Once(SpaceKey, Vec<u8>),
    /// Bit `n` of a growing string of bits: bit `n % 8`, lowest first, of byte `n / 8`.
    SetBit(SpaceKey, u32),
}

impl Write {
    /// The key written.
    pub fn key(&self) -> &SpaceKey {
        match self {
            Self::Put(key, _) | Self::Once(key, _) | Self::SetBit(key, _) => key,
        }
    }

    /// The value after the write, given the value before; `None` = the write changes nothing.
    pub fn over(&self, before: Option<&[u8]>) -> Option<Vec<u8>> {
        match self {
            Self::Put(_, value) => Some(value.clone()),
            Self::Once(_, value) => before.is_none().then(|| value.clone()),
            Self::SetBit(_, n) => {
                let mut bits = before.unwrap_or_default().to_vec();
                let at = usize::try_from(n / 8).ok()?;
                if bits.len() <= at {
                    bits.resize(at + 1, 0);
                }
                let byte = bits.get_mut(at)?;
                let mask = 1u8 << (n % 8);
                let new = *byte & mask == 0;
                *byte |= mask;
                new.then_some(bits)
            }
        }
    }
}

/// Why a store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A precondition does not hold.
    #[error("a precondition of the batch does not hold")]
    Conflict,
    /// Another process has the folder.
    #[error("another process uses {}", .0.display())]
    InUse(PathBuf),
    /// Less than the floor is free: 5 % of the file system, 512 MiB at most.
    #[error("{} has {free_mib} MiB free, {needed_mib} MiB are needed", .path.display())]
    DiskFull {
        /// The folder.
        path: PathBuf,
        /// Free space, in MiB.
        free_mib: u64,
        /// What must stay free, in MiB.
        needed_mib: u64,
    },
    /// Too many batches wait for the disk.
    #[error("too many batches wait")]
    Busy,
    /// A stored value is not what was written.
    #[error("stored value damaged: {0}")]
    Damaged(String),
    /// The database or the system refused.
    #[error("the store failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// An error of the system or of the database, with what was being done.
    pub(crate) fn failed(doing: &str, error: impl fmt::Display) -> Self {
        Self::Failed(format!("{doing}: {error}"))
    }

    /// The refusal that says it.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Conflict => Refusal::new("record_contended"),
            Self::InUse(path) => Refusal::new("data_dir_in_use").with("path", path.display()),
            Self::DiskFull { path, free_mib, needed_mib } => {
                Refusal::new("disk_full").with("path", path.display()).with("free", free_mib).with("needed", needed_mib)
            }
            Self::Busy => Refusal::new("store_busy"),
            Self::Damaged(what) => Refusal::new("store_damaged").with("what", what),
            Self::Failed(what) => Refusal::new("store_failed").with("what", what),
        }
    }
}
