//! What an agent keeps between check-ins: who it is, how far its reports have come, and one pending change.
//!
//! Small files in the state folder, each replaced whole (write, fsync, rename) and readable by their owner only:
//! `identity.json`, `enrolment.json` (a key that waits for its answer), `spool.json` (epoch, count, last ack) and
//! `pending.json` (the newest state that no ack has covered); `catalogue.tsv` where the collector's table of products is
//! newer. Opening reads two files of a few hundred bytes.
//!
//! Refuses a log of changes: what counts is the present state, so the newest wins and a machine that was long cut off
//! owes one report. Refuses to drop a change without an ack for exactly its digest.
//!
//! **Invariant**: within an epoch the count never goes back, and no two different states share a number.

mod file;
mod identity;
mod state;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use cadastre_proto::catalogue::Catalogue;
use cadastre_proto::hex;
use serde::{Deserialize, Serialize};

pub use self::identity::{Identity, Waiting};
pub use self::state::{Document, State};
use crate::clock::Random;

const IDENTITY: &str = "identity.json";
const WAITING: &str = "enrolment.json";
const SPOOL: &str = "spool.json";
const PENDING: &str = "pending.json";
const CATALOGUE: &str = "catalogue.tsv";
const LOCK: &str = "lock";
/// Digests remembered of sections that the collector refuses.
const REFUSED_MAX: usize = 64;

/// The state folder, held by one process at a time.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    progress: Progress,
    pending: Option<Pending>,
    _lock: File,
}

/// How far the reports have come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Random 16 bytes, hex; new when this file was lost.
    pub epoch: String,
    /// Number of the last change.
    pub seq: u64,
    /// Digest of the state last acknowledged, hex.
    pub acked: Option<String>,
    /// When it was acknowledged, by the collector's clock, milliseconds since 1970.
    pub acked_at_ms: Option<i64>,
    /// Version of the policy last received.
    pub policy_version: u64,
    /// Time between check-ins that the policy asks for, milliseconds.
    pub interval_ms: Option<u64>,
    /// From when on one more report is the last, by the collector's clock, milliseconds since 1970.
    pub retire_on_ms: Option<i64>,
    /// Whether the collector had it stop.
    pub retired: bool,
    /// Digests of sections that the collector refused, hex.
    pub refused: Vec<String>,
}

/// A state that no ack has covered yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pending {
    seq: u64,
    state: State,
}

impl Spool {
    /// Opens the state folder, making it when it does not exist; waits while another process holds it.
    ///
    /// # Errors
    /// What the file system refused. A damaged file counts as lost: the epoch is then a new one.
    pub fn open(folder: &Path, random: &mut dyn Random) -> io::Result<Self> {
        file::make_folder(folder)?;
        let lock = file::open_private(&folder.join(LOCK))?;
        lock.lock()?;
        let progress: Option<Progress> = read(&folder.join(SPOOL))?;
        let pending = read::<Pending>(&folder.join(PENDING))?;
        let mut spool = Self { folder: folder.to_owned(), progress: Progress::default(), pending, _lock: lock };
        match progress.filter(|progress| hex::decode(&progress.epoch).is_some_and(|epoch| epoch.len() == 16)) {
            Some(progress) => spool.progress = progress,
            None => spool.new_epoch(random)?,
        }
        if let Some(pending) = &spool.pending {
            // The count is written before the change it counts, but a folder may have been put back in parts.
            spool.progress.seq = spool.progress.seq.max(pending.seq);
        }
        Ok(spool)
    }

    /// How far the reports have come.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The state that waits for an ack, if any.
    #[must_use]
    pub fn pending(&self) -> Option<&State> {
        self.pending.as_ref().map(|pending| &pending.state)
    }

    /// Takes in the machine's present state. A state that differs from the acknowledged one becomes the pending
    /// change, in place of an older one; one that has come back to it leaves nothing pending.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn offer(&mut self, state: &State) -> io::Result<()> {
        if self.pending.as_ref().is_some_and(|pending| pending.state.digest == state.digest) {
            return Ok(());
        }
        if self.pending.is_none() && self.progress.acked.as_ref() == Some(&state.digest) {
            return Ok(());
        }
        // Also on the way back to the acknowledged state: a push whose ack was lost may have moved the collector.
        self.store_pending(self.progress.seq.saturating_add(1), state.clone())
    }

    /// An ack for a state: drops the pending change if it is the very same.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn acknowledge(&mut self, digest: &str, at_ms: i64) -> io::Result<()> {
        self.progress.acked = Some(digest.to_owned());
        self.progress.acked_at_ms = Some(at_ms);
        self.write_progress()?;
        if self.pending.as_ref().is_some_and(|pending| pending.state.digest == digest) {
            self.pending = None;
            file::remove(&self.folder.join(PENDING))?;
        }
        Ok(())
    }

    /// A number for the next message of this epoch: above the collector's and above every one before.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn next_seq(&mut self, committed: u64) -> io::Result<u64> {
        self.progress.seq = self.progress.seq.max(committed).saturating_add(1);
        self.write_progress()?;
        Ok(self.progress.seq)
    }

    /// The number of the pending change, raised above what the collector holds of this epoch.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn pending_seq(&mut self, committed: u64) -> io::Result<u64> {
        match &self.pending {
            Some(pending) if pending.seq > committed => Ok(pending.seq),
            Some(pending) => {
                let state = pending.state.clone();
                let seq = self.progress.seq.max(committed).saturating_add(1);
                self.store_pending(seq, state)?;
                Ok(seq)
            }
            None => self.next_seq(committed),
        }
    }

    /// Starts a new epoch, as after a lost spool: the collector will ask for everything.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn new_epoch(&mut self, random: &mut dyn Random) -> io::Result<()> {
        let mut epoch = [0; 16];
        random.fill(&mut epoch);
        self.progress.epoch = hex::encode(&epoch);
        self.progress.acked = None;
        self.write_progress()
    }

    /// Remembers the policy last received.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn follow(&mut self, version: u64, interval_ms: u64, retire_on_ms: i64) -> io::Result<()> {
        self.progress.policy_version = version;
        self.progress.retire_on_ms = (retire_on_ms > 0).then_some(retire_on_ms);
        self.progress.interval_ms = (interval_ms > 0).then_some(interval_ms);
        self.write_progress()
    }

    /// Remembers that the collector refuses a section of this digest (hex), for good.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn refuse(&mut self, digest: String) -> io::Result<()> {
        if !self.progress.refused.contains(&digest) {
            self.progress.refused.push(digest);
        }
        let old = self.progress.refused.len().saturating_sub(REFUSED_MAX);
        self.progress.refused.drain(..old);
        self.write_progress()
    }

    /// Keeps a newer table of products than the one this agent was built with.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn store_catalogue(&self, table: &str) -> io::Result<()> {
        file::replace(&self.folder, CATALOGUE, table.as_bytes())
    }

    /// Forgets who the agent is and all that waits: what the collector ordered, after the last ack. The old key's bytes
    /// are written over before they go.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn retire(&mut self) -> io::Result<()> {
        file::wipe(&self.folder.join(IDENTITY))?;
        file::wipe(&self.folder.join(WAITING))?;
        file::remove(&self.folder.join(PENDING))?;
        self.pending = None;
        self.progress = Progress { epoch: self.progress.epoch.clone(), retired: true, ..Progress::default() };
        self.write_progress()
    }

    /// Who the agent is, once it is enrolled.
    ///
    /// # Errors
    /// What the file system refused; a damaged file is an error, for it is never made anew by itself.
    pub fn identity(&self) -> io::Result<Option<Identity>> {
        let bytes = file::read(&self.folder.join(IDENTITY))?;
        bytes.map(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::from)).transpose()
    }

    /// Stores who the agent is; the key that waited for its answer is no longer needed.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn store_identity(&self, identity: &Identity) -> io::Result<()> {
        self.write(IDENTITY, identity)?;
        file::remove(&self.folder.join(WAITING))
    }

    /// Stores who the agent is after an enrolment: an agent that had retired is one again.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn enrolled(&mut self, identity: &Identity) -> io::Result<()> {
        self.progress.retired = false;
        self.write_progress()?;
        self.store_identity(identity)
    }

    /// The key that waits for the answer to its enrolment.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn waiting(&self) -> io::Result<Option<Waiting>> {
        read(&self.folder.join(WAITING))
    }

    /// Stores a key before it is used to enrol, so that asking again is asking the same.
    ///
    /// # Errors
    /// What the file system refused.
    pub fn store_waiting(&self, waiting: &Waiting) -> io::Result<()> {
        self.write(WAITING, waiting)
    }

    fn store_pending(&mut self, seq: u64, state: State) -> io::Result<()> {
        self.progress.seq = seq;
        self.write_progress()?;
        let pending = Pending { seq, state };
        self.write(PENDING, &pending)?;
        self.pending = Some(pending);
        Ok(())
    }

    fn write_progress(&self) -> io::Result<()> {
        self.write(SPOOL, &self.progress)
    }

    fn write<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        file::replace(&self.folder, name, &serde_json::to_vec(value)?)
    }
}

/// The table of products to match with: the one of the state folder where it is newer than the one this agent was built
/// with.
#[must_use]
pub fn catalogue(folder: &Path) -> Catalogue {
    let embedded = Catalogue::embedded().unwrap_or_default();
    let stored = file::read(&folder.join(CATALOGUE)).ok().flatten().and_then(|bytes| String::from_utf8(bytes).ok());
    let stored = stored.and_then(|table| Catalogue::parse(&table).ok());
    stored.filter(|stored| stored.revision() > embedded.revision()).unwrap_or(embedded)
}

/// A file's value; none when there is no file or it is not what this agent wrote.
fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<Option<T>> {
    Ok(file::read(path)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

#[cfg(test)]
mod tests;
