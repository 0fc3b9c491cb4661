//! The one thread that writes the embedded store.
//!
//! It takes what waits as one group: judges the batches, writes them in one atomic batch, flushes, fsyncs, and only then
//! answers. It also writes the store anew, to forget a client or to give space back. Refuses writes on a full disk.
//! Invariant: a failed write or fsync ends the process, for what the disk holds is not known any more; the next
//! opening finds out.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{oneshot, watch};

use super::Database;
use super::chunk;
use super::disk::Probe;
use super::folder::Folder;
use super::group::Group;
use super::journal::{Journal, Tail};
use super::store::{Batch, Space, StoreError};

/// Batches of one group.
const GROUP_BATCHES: usize = 64;
/// Bytes of one group (it may exceed them by its last batch).
const GROUP_BYTES: usize = 256 * 1024;
/// A database this much larger than its rows is written anew.
const WASTE_FACTOR: u64 = 4;
/// A database smaller than this is never written anew for its size.
const WASTE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// What readers need of the writer.
pub(super) struct Shared {
    database: RwLock<Arc<Database>>,
    /// The number of the group last begun; its data may be seen.
    begun: AtomicU64,
    /// The rows of the group under way: seen perhaps, and not durable yet.
    under_way: RwLock<HashSet<Vec<u8>>>,
    /// The number of the group last made durable.
    durable: watch::Receiver<u64>,
}

/// What the writer is asked for, with where to answer.
pub(super) enum Job {
    /// Write a batch.
    Append(Batch, oneshot::Sender<Result<(), StoreError>>),
    /// Write the whole store anew.
    Rewrite(Reason, oneshot::Sender<Result<(), StoreError>>),
}

/// Why the store is written anew.
pub(super) enum Reason {
    /// To forget a client.
    Erase(String),
    /// Because it has grown much larger than its rows, if it has.
    Waste,
}

impl Shared {
    /// The database, until a rewrite puts another in its place.
    pub(super) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The number of the group last begun: whoever read before this call saw no later one.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// The group to wait for after rows were read: none when what was read is durable already.
    pub(super) fn begun_with(&self, rows: &[Vec<u8>]) -> u64 {
        let under_way = self.under_way.read().unwrap_or_else(PoisonError::into_inner);
        if rows.iter().any(|row| under_way.contains(row)) { self.begun() } else { 0 }
    }

    fn set_under_way(&self, rows: HashSet<Vec<u8>>) {
        *self.under_way.write().unwrap_or_else(PoisonError::into_inner) = rows;
    }

    /// Waits until a group is durable.
    pub(super) async fn durable(&self, group: u64) -> Result<(), StoreError> {
        let mut durable = self.durable.clone();
        durable.wait_for(|done| *done >= group).await.map(drop).map_err(|_| closed())
    }
}

/// The one thread that writes.
pub(super) struct Writer {
    shared: Arc<Shared>,
    folder: Folder,
    journal: Journal,
    probe: Probe,
    durable: watch::Sender<u64>,
}

impl Writer {
    /// A writer over a database, and what readers share with it.
    pub(super) fn new(database: Database, folder: Folder, journal: Journal, probe: Probe) -> (Self, Arc<Shared>) {
        let (durable, seen) = watch::channel(0);
        let database = RwLock::new(Arc::new(database));
        let shared =
            Arc::new(Shared { database, begun: AtomicU64::new(0), under_way: RwLock::default(), durable: seen });
        (Self { shared: Arc::clone(&shared), folder, journal, probe, durable }, shared)
    }

    /// Works until no one can send any more.
    pub(super) fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(job) = queue.recv() {
            match job {
                Job::Rewrite(reason, reply) => self.rewrite(reason, reply),
                Job::Append(batch, reply) => self.group(batch, reply, queue),
            }
        }
    }

    /// Takes what waits, up to a group, and answers once it is durable. It never waits for more: while one group is
    /// on its way to the disk, the next one gathers by itself.
    fn group(&mut self, batch: Batch, reply: oneshot::Sender<Result<(), StoreError>>, queue: &Receiver<Job>) {
        let room = self.room_for(0);
        let database = self.shared.database();
        let mut group = Group::default();
        let mut answers = Vec::new();
        let mut rewrite = None;
        let mut next = Ok(Job::Append(batch, reply));
        loop {
            match next {
                Ok(Job::Append(batch, reply)) => {
                    let judged = room.clone().and_then(|()| group.add(&batch, |row| database.value(row)));
                    answers.push((reply, judged));
                }
                Ok(Job::Rewrite(reason, reply)) => {
                    rewrite = Some((reason, reply));
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
            if answers.len() >= GROUP_BATCHES || group.bytes >= GROUP_BYTES {
                break;
            }
            next = queue.try_recv();
        }
        self.commit(&database, group);
        for (reply, judged) in answers {
            // Who no longer waits finds it by reading.
            let _ = reply.send(judged);
        }
        if let Some((reason, reply)) = rewrite {
            self.rewrite(reason, reply);
        }
    }

    fn commit(&mut self, database: &Database, mut group: Group) {
        if group.values.is_empty() {
            return;
        }
        let number = self.shared.begun.load(Ordering::SeqCst) + 1;
        self.shared.begun.store(number, Ordering::SeqCst);
        self.shared.set_under_way(group.values.keys().cloned().collect());
        let lines = std::mem::take(&mut group.journal);
        if !lines.is_empty() {
            let tail = Tail { offset: self.journal.len(), text: lines.clone() };
            group.values.insert(tail_row(), tail.encode());
        }
        let written = database.write(group.values).and_then(|()| database.sync());
        let written = written.and_then(|()| match lines.as_slice() {
            [] => Ok(()),
            lines => self.journal.append(lines).map_err(|error| StoreError::failed("write the journal", error)),
        });
        if let Err(error) = written {
            end(&error);
        }
        self.shared.set_under_way(HashSet::new());
        self.durable.send_replace(number);
    }

    fn rewrite(&mut self, reason: Reason, reply: oneshot::Sender<Result<(), StoreError>>) {
        let database = self.shared.database();
        let done = match &reason {
            Reason::Erase(client) => self.copy(&database, Some(client)),
            Reason::Waste => {
                is_wasteful(&database).and_then(|yes| if yes { self.copy(&database, None) } else { Ok(()) })
            }
        };
        let _ = reply.send(done);
    }

    /// Writes the store anew, without a client when one is given; nothing of the old files is left.
    fn copy(&mut self, database: &Database, without: Option<&String>) -> Result<(), StoreError> {
        let failed = |doing: &'static str| move |error| StoreError::failed(doing, error);
        self.room_for(database.disk_bytes()?)?;
        if let Some(client) = without {
            // The note on the file's end goes first, or a crash would mend the new file with the old one's end.
            database.forget(&tail_row())?;
            self.journal.rewrite_without(client).map_err(failed("rewrite the journal"))?;
        }
        self.folder.remove_others().map_err(failed("clear the way of a rewrite"))?;
        let gone = without.map(|client| chunk::client_key(client));
        let new = database.copy(&self.folder.next(), gone.as_deref())?;
        if let Err(error) = self.folder.advance() {
            end(&StoreError::failed("change to the new database", error));
        }
        *self.shared.database.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        Ok(())
    }

    fn room_for(&self, bytes: u64) -> Result<(), StoreError> {
        let folder = self.folder.path();
        let mut room = (self.probe)(folder).map_err(|error| StoreError::failed("ask for free space", error))?;
        room.free = room.free.saturating_sub(bytes);
        room.check(folder)
    }
}

fn is_wasteful(database: &Database) -> Result<bool, StoreError> {
    let size = database.disk_bytes()?;
    Ok(size >= WASTE_BYTES_MIN && size / WASTE_FACTOR > database.row_bytes()?)
}

/// Ends the process: after a failed fsync the kernel may have dropped the pages, and only a new start tells what is
/// there.
fn end(error: &StoreError) -> ! {
    tracing::error!(%error, "the disk failed under the record; the process ends");
    std::process::abort()
}

/// Where the store keeps the end of its second file: under no client.
pub(super) fn tail_row() -> Vec<u8> {
    chunk::row_key("", &(Space::Head, b"journal".to_vec()))
}

/// The writer is gone.
pub(super) fn closed() -> StoreError {
    StoreError::Failed("the store is closed".to_owned())
}
