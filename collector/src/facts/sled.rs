//! The embedded store: sled behind the seam. No other file names it.
//!
//! [`SledStore`] hands what is written to the one writer thread (`writer`) and reads beside it. Reads answer with
//! durable data only: one that saw a group under way waits for it. [`Database`] is sled itself: small values, one tree,
//! and a flush that is followed by a real fsync of the kept-open file (a flush of sled is none).
//!
//! Refuses: a folder in use, more waiting batches than [`WAITING_MAX`].

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::Duration;

use ::sled::{Config, Db, Mode};
use tokio::sync::oneshot;

use super::chunk;
use super::disk::{self, Probe};
use super::folder::Folder;
use super::journal::{Journal, Tail};
use super::store::{Batch, Pair, Reply, Space, SpaceKey, Store, StoreError};
use super::writer::{Job, Reason, Shared, Writer, closed, tail_row};

/// Batches that wait for the disk before more are refused.
const WAITING_MAX: usize = 4096;
/// Memory for pages.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// How long a handle of ours that was dropped may keep the database's lock: so many tries, each after a wait.
const LOCK_TRIES: u32 = 500;
const LOCK_WAIT: Duration = Duration::from_millis(10);
/// Bytes of one batch of a copy.
const COPY_BYTES: usize = 256 * 1024;

/// The store in one folder, for one process.
pub struct SledStore {
    shared: Arc<Shared>,
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
}

impl SledStore {
    /// Opens or makes the store in a folder. Blocks.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, disk::room)
    }

    pub(super) fn open_with(folder: &Path, probe: Probe) -> Result<Self, StoreError> {
        let failed = |doing: &'static str| move |error| StoreError::failed(doing, error);
        let folder = Folder::take(folder)?;
        folder.mend().map_err(failed("mend the data folder"))?;
        if disk::release(folder.path(), probe).map_err(failed("release the ballast"))? {
            tracing::warn!(folder = %folder.path().display(), "the disk is full: ballast released");
        }
        let database = Database::at(&folder.database())?;
        disk::sync_folder(folder.path()).map_err(failed("fsync the data folder"))?;
        let tail = database.value(&tail_row())?.and_then(|bytes| Tail::decode(&bytes));
        let journal = Journal::open(folder.path(), tail.as_ref()).map_err(failed("open the journal"))?;
        disk::take(folder.path(), probe).map_err(failed("take the ballast"))?;

        let (jobs, queue) = mpsc::sync_channel(WAITING_MAX);
        let (writer, shared) = Writer::new(database, folder, journal, probe);
        let writer = std::thread::Builder::new()
            .name("facts-writer".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(failed("start the writer"))?;
        Ok(Self { shared, jobs: Some(jobs), writer: Some(writer) })
    }

    /// Writes the database anew if it has grown to four times its rows; says nothing when there was no need.
    pub async fn compact(&self) -> Result<(), StoreError> {
        self.queue(|reply| Job::Rewrite(Reason::Waste, reply)).await
    }

    fn queue(&self, job: impl FnOnce(oneshot::Sender<Result<(), StoreError>>) -> Job) -> Reply<()> {
        let (reply, done) = oneshot::channel();
        let sent = match &self.jobs {
            Some(jobs) => jobs.try_send(job(reply)).map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => closed(),
            }),
            None => Err(closed()),
        };
        Box::pin(async move {
            sent?;
            done.await.unwrap_or_else(|_| Err(closed()))
        })
    }

    /// Looks, then waits until what was seen is durable; `look` also says which group that is.
    fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Database, &Shared) -> Result<(T, u64), StoreError> + Send + 'static,
    ) -> Reply<T> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let of = Arc::clone(&shared);
            let looked = tokio::task::spawn_blocking(move || look(&of.database(), &of)).await;
            let (found, group) = looked.map_err(|error| StoreError::failed("read", error))??;
            shared.durable(group).await?;
            Ok(found)
        })
    }
}

impl Store for SledStore {
    fn get(&self, client: &str, keys: Vec<SpaceKey>) -> Reply<Vec<Option<Vec<u8>>>> {
        let rows: Vec<Vec<u8>> = keys.iter().map(|key| chunk::row_key(client, key)).collect();
        self.read(move |database, shared| {
            let values = rows.iter().map(|row| database.value(row)).collect::<Result<_, _>>()?;
            Ok((values, shared.begun_with(&rows)))
        })
    }

    fn range(&self, client: &str, space: Space, after: Option<Vec<u8>>, limit: usize) -> Reply<Vec<Pair>> {
        let first = match after {
            Some(key) => chunk::after_row(&chunk::row_key(client, &(space, key))),
            None => chunk::space_key(client, space),
        };
        let prefix = chunk::space_key(client, space);
        self.read(move |database, shared| Ok((database.rows(first, &prefix, limit)?, shared.begun())))
    }

    fn clients(&self) -> Reply<Vec<String>> {
        self.read(|database, shared| Ok((database.clients()?, shared.begun())))
    }

    fn append(&self, batch: Batch) -> Reply<()> {
        self.queue(|reply| Job::Append(batch, reply))
    }

    fn erase(&self, client: &str) -> Reply<()> {
        let client = client.to_owned();
        self.queue(|reply| Job::Rewrite(Reason::Erase(client), reply))
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // The writer finishes what waits, then gives the folder back.
        self.jobs = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

/// The database and the handle that is fsynced.
pub(super) struct Database {
    db: Db,
    file: File,
}

impl Database {
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        let db = open_sled(path)?;
        let file = File::options()
            .read(true)
            .write(true)
            .open(path.join("db"))
            .map_err(|error| StoreError::failed("open the database file", error))?;
        let database = Self { db, file };
        database.sync()?;
        disk::sync_folder(path).map_err(|error| StoreError::failed("fsync the database folder", error))?;
        Ok(database)
    }

    /// Everything written so far is on the disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(|error| StoreError::failed("flush", error))?;
        self.file.sync_all().map_err(|error| StoreError::failed("fsync", error))
    }

    pub(super) fn value(&self, row: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(first) = self.db.get(chunk::piece_key(row, 0)).map_err(unread)? else { return Ok(None) };
        if chunk::count(&first) == Some(1) {
            return chunk::join(row, &[first]).map(Some);
        }
        let pieces = self.db.range(row.to_vec()..chunk::after_row(row)).values();
        let pieces: Vec<_> = pieces.collect::<Result<_, _>>().map_err(unread)?;
        chunk::join(row, &pieces).map(Some)
    }

    /// Up to `limit` rows from a stored key on, within a prefix.
    pub(super) fn rows(&self, first: Vec<u8>, prefix: &[u8], limit: usize) -> Result<Vec<Pair>, StoreError> {
        let mut found = Vec::new();
        let mut row = Vec::new();
        let mut pieces = Vec::new();
        let mut finish = |row: &[u8], pieces: &mut Vec<::sled::IVec>| -> Result<(), StoreError> {
            if pieces.is_empty() {
                return Ok(());
            }
            let place = chunk::place(&chunk::piece_key(row, 0));
            let key = place.ok_or_else(|| StoreError::Damaged("key".to_owned()))?.key;
            found.push((key, chunk::join(row, pieces)?));
            pieces.clear();
            Ok(())
        };
        let mut count = 0;
        for pair in self.db.range(first..) {
            let (stored, piece) = pair.map_err(unread)?;
            if !stored.starts_with(prefix) {
                break;
            }
            let (of, _) = stored.split_last_chunk::<4>().ok_or_else(|| StoreError::Damaged("key".to_owned()))?;
            if of != row {
                finish(&row, &mut pieces)?;
                if count == limit {
                    break;
                }
                count += 1;
                row = of.to_vec();
            }
            pieces.push(piece);
        }
        finish(&row, &mut pieces)?;
        Ok(found)
    }

    pub(super) fn clients(&self) -> Result<Vec<String>, StoreError> {
        let mut clients = Vec::new();
        // The store's own rows lie under the empty client, before all others.
        let mut from = chunk::after_client("");
        while let Some(next) = self.db.range(from.clone()..).next() {
            let (stored, _) = next.map_err(unread)?;
            let place = chunk::place(&stored).ok_or_else(|| StoreError::Damaged("key".to_owned()))?;
            from = chunk::after_client(&place.client);
            if place.space == chunk::code(Space::Head) {
                clients.push(place.client);
            }
        }
        Ok(clients)
    }

    /// Copies every row but those under a prefix into a new database at `path`, durably. Ours stays as it is.
    pub(super) fn copy(&self, path: &Path, but: Option<&[u8]>) -> Result<Self, StoreError> {
        let next = Self::at(path)?;
        let (mut batch, mut bytes) = (::sled::Batch::default(), 0);
        for pair in self.db.iter() {
            let (key, value) = pair.map_err(unread)?;
            if but.is_some_and(|prefix| key.starts_with(prefix)) {
                continue;
            }
            bytes += key.len() + value.len();
            batch.insert(key, value);
            if bytes >= COPY_BYTES {
                next.db.apply_batch(std::mem::take(&mut batch)).map_err(unread)?;
                bytes = 0;
            }
        }
        next.db.apply_batch(batch).map_err(unread)?;
        next.sync()?;
        Ok(next)
    }

    /// Bytes on the disk.
    pub(super) fn disk_bytes(&self) -> Result<u64, StoreError> {
        self.db.size_on_disk().map_err(unread)
    }

    /// Bytes of keys and values: reads everything.
    pub(super) fn row_bytes(&self) -> Result<u64, StoreError> {
        self.db.iter().try_fold(0u64, |sum, pair| {
            let (key, value) = pair.map_err(unread)?;
            Ok(sum.saturating_add(u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX)))
        })
    }

    /// Forgets a row, durably.
    pub(super) fn forget(&self, row: &[u8]) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for key in self.db.range(row.to_vec()..chunk::after_row(row)).keys() {
            batch.remove(key.map_err(unread)?);
        }
        self.db.apply_batch(batch).map_err(|error| StoreError::failed("write", error))?;
        self.sync()
    }

    /// Writes rows in one atomic batch, not durable yet.
    pub(super) fn write(&self, values: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for (row, value) in values {
            let first = self.db.get(chunk::piece_key(&row, 0)).map_err(unread)?;
            let before = first.and_then(|first| chunk::count(&first)).unwrap_or(0);
            let mut piece = 0;
            for bytes in chunk::split(&row, &value) {
                batch.insert(chunk::piece_key(&row, piece), bytes);
                piece += 1;
            }
            for gone in piece..before {
                batch.remove(chunk::piece_key(&row, gone));
            }
        }
        self.db.apply_batch(batch).map_err(|error| StoreError::failed("write", error))
    }
}

/// Opens sled. The folder is ours already, so a lock that stands is that of a handle of this process: sled's threads let
/// go of one a moment after it is dropped.
fn open_sled(path: &Path) -> Result<Db, StoreError> {
    let config = Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .mode(Mode::LowSpace)
        .use_compression(false)
        .flush_every_ms(None);
    for _ in 0..LOCK_TRIES {
        match config.open() {
            Ok(db) => return Ok(db),
            Err(error) if is_locked(&error) => std::thread::sleep(LOCK_WAIT),
            Err(error) => return Err(StoreError::failed("open the database", error)),
        }
    }
    Err(StoreError::InUse(path.to_owned()))
}

fn is_locked(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(error) if error.to_string().contains("could not acquire lock"))
}

fn unread(error: ::sled::Error) -> StoreError {
    match error {
        ::sled::Error::Corruption { .. } => StoreError::Damaged(error.to_string()),
        error => StoreError::failed("read", error),
    }
}
