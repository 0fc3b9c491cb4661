//! The second file: what agents cannot re-create, as lines of the export's form that also name their client.
//!
//! Append-only between rewrites, fsynced before the ack. The store keeps the lines of its last group and where they
//! begin, written with the group itself, so that a crash between the two files is mended at the next opening.
//! Invariant: after opening, the file ends with the lines of the last durable group.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::sync_folder;

/// Its name in the data folder.
const NAME: &str = "journal.jsonl";

/// The open file.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    len: u64,
}

/// The lines of the last group and where they begin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) offset: u64,
    pub(super) text: Vec<u8>,
}

impl Tail {
    /// As the store keeps it.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.offset.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.text);
        bytes
    }

    /// As the store gave it back.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (offset, text) = bytes.split_first_chunk::<8>()?;
        Some(Self { offset: u64::from_be_bytes(*offset), text: text.to_vec() })
    }
}

impl Journal {
    /// Opens the file of a data folder and mends its end.
    pub(super) fn open(folder: &Path, tail: Option<&Tail>) -> io::Result<Self> {
        let path = folder.join(NAME);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        let len = file.metadata()?.len();
        let mut journal = Self { path, file, len };
        if let Some(tail) = tail {
            journal.mend(tail)?;
        }
        sync_folder(folder)?;
        Ok(journal)
    }

    fn mend(&mut self, tail: &Tail) -> io::Result<()> {
        // A file shorter than the offset was cut by someone else: what is left stays, the group's lines follow.
        let start = self.len.min(tail.offset);
        let mut found = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_to_end(&mut found)?;
        if found == tail.text {
            return Ok(());
        }
        self.file.set_len(start)?;
        self.len = start;
        self.append(&tail.text)
    }

    /// Where the next group's lines begin.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Appends lines, durably.
    pub(super) fn append(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.len))?;
        self.file.write_all(text)?;
        self.file.sync_all()?;
        self.len += u64::try_from(text.len()).unwrap_or_default();
        Ok(())
    }

    /// Writes the file anew without a client's lines; the old file is gone when it returns.
    pub(super) fn rewrite_without(&mut self, client: &str) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut from = BufReader::new(File::open(&self.path)?);
        let mut to = BufWriter::new(File::create(&new)?);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line)? > 0 {
            if !is_of(&line, client) {
                to.write_all(&line)?;
            }
            line.clear();
        }
        to.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&new, &self.path)?;
        self.path.parent().map_or(Ok(()), sync_folder)?;
        self.file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        self.len = self.file.metadata()?.len();
        Ok(())
    }
}

fn is_of(line: &[u8], client: &str) -> bool {
    #[derive(Deserialize)]
    struct Of {
        client: String,
    }
    serde_json::from_slice::<Of>(line).is_ok_and(|of| of.client == client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(folder: &Path) -> String {
        fs::read_to_string(folder.join(NAME)).unwrap()
    }

    #[test]
    fn the_end_is_mended_after_a_crash_between_the_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), None).unwrap();
        journal.append(b"one\n").unwrap();
        let tail = Tail { offset: journal.len(), text: b"two\nthree\n".to_vec() };
        drop(journal);
        for torn in ["", "tw", "two\nthree\n", "two\nxxxxxxxxxx"] {
            fs::write(folder.path().join(NAME), format!("one\n{torn}")).unwrap();
            let kept = Tail::decode(&tail.encode()).unwrap();
            let mut journal = Journal::open(folder.path(), Some(&kept)).unwrap();
            assert_eq!(text(folder.path()), "one\ntwo\nthree\n", "after {torn:?}");
            journal.append(b"four\n").unwrap();
            assert_eq!(text(folder.path()), "one\ntwo\nthree\nfour\n");
        }
    }

    #[test]
    fn a_client_is_written_out_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), None).unwrap();
        journal
            .append(b"{\"client\":\"a\",\"seq\":1}\n{\"client\":\"ab\",\"seq\":1}\n{\"client\":\"a\",\"seq\":2}\n")
            .unwrap();
        journal.rewrite_without("a").unwrap();
        journal.append(b"{\"client\":\"c\",\"seq\":1}\n").unwrap();
        assert_eq!(text(folder.path()), "{\"client\":\"ab\",\"seq\":1}\n{\"client\":\"c\",\"seq\":1}\n");
    }
}
