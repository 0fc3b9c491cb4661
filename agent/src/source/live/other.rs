//! This machine under a system whose live reader is not compiled in: every read answers *unsupported*.

use crate::source::{Metadata, ReadError, Source, Sysinfo, System};

/// The live machine.
#[derive(Debug, Default)]
pub struct Live;

impl Live {
    /// A reader.
    #[must_use]
    pub fn new() -> Self {
        Live
    }
}

impl Source for Live {
    fn system(&self) -> System {
        super::SYSTEM
    }

    fn file(&self, _path: &str) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn file_start(&self, _path: &str, _bytes: u64) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn list(&self, _path: &str) -> Result<Vec<String>, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn link(&self, _path: &str) -> Result<String, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn resolve(&self, _path: &str) -> Result<String, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn metadata(&self, _path: &str) -> Result<Metadata, ReadError> {
        Err(ReadError::Unsupported)
    }

    fn sysinfo(&self) -> Result<Sysinfo, ReadError> {
        Err(ReadError::Unsupported)
    }
}
