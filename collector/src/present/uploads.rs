//! Files that were sent a moment ago, so that a person can look at what they would do before they do it: in memory, for an
//! hour.
//!
//! **Invariant**: no more than [`HELD_MAX`] sets and [`BYTES_MAX`] bytes are held; the oldest go first, and whoever comes back
//! for one of those is told to choose the files again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;

use crate::clock::Random;

/// How long files are held, seconds.
const HELD_SECONDS: i64 = 3600;
/// How many sets of files are held.
const HELD_MAX: usize = 32;
/// How many bytes all of them may have.
const BYTES_MAX: usize = 96 << 20;

/// What was sent together: fields, and files by field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Upload {
    /// Fields as they were typed.
    pub(crate) fields: Vec<(String, String)>,
    /// Field, name and bytes of each file.
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
}

impl Upload {
    /// What stands in a field.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    fn bytes(&self) -> usize {
        self.files.iter().map(|(_, _, bytes)| bytes.len()).sum()
    }
}

/// The sets that are held.
pub(crate) struct Uploads {
    random: Arc<dyn Random>,
    held: Mutex<VecDeque<(String, Timestamp, Arc<Upload>)>>,
}

impl Uploads {
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, held: Mutex::default() }
    }

    /// Holds files; gives the id under which they are found again.
    pub(crate) fn keep(&self, upload: Upload, now: Timestamp) -> String {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        let id = cadastre_proto::hex::encode(&bytes);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let size = |held: &VecDeque<(String, Timestamp, Arc<Upload>)>| -> usize {
            held.iter().map(|(.., upload)| upload.bytes()).sum()
        };
        while held.len() >= HELD_MAX || (!held.is_empty() && size(&held) + upload.bytes() > BYTES_MAX) {
            held.pop_front();
        }
        held.push_back((id.clone(), now, Arc::new(upload)));
        id
    }

    /// The files of an id.
    ///
    /// # Errors
    /// `upload_gone`.
    pub(crate) fn of(&self, id: &str, now: Timestamp) -> Result<Arc<Upload>, Refusal> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|(_, since, _)| now.as_second().saturating_sub(since.as_second()) < HELD_SECONDS);
        let found = held.iter().find(|(held, ..)| held == id).map(|(.., upload)| Arc::clone(upload));
        found.ok_or_else(|| Refusal::new("upload_gone"))
    }

    /// Puts other fields to held files.
    pub(crate) fn replace(&self, id: &str, upload: Upload) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., known)) = held.iter_mut().find(|(held, ..)| held == id) {
            *known = Arc::new(upload);
        }
    }

    /// Lets files go.
    pub(crate) fn forget(&self, id: &str) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).retain(|(held, ..)| held != id);
    }
}
