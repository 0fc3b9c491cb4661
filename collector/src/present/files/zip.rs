//! Several files as one ZIP archive, the same bytes for the same files.

use std::io::{Cursor, Write};

use cadastre_domain::refusal::Refusal;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Files;

/// The archive.
///
/// # Errors
/// `internal` when a file cannot be written into it.
pub(crate) fn archive(files: &Files) -> Result<Vec<u8>, Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal::new("internal").with("reason", error);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for file in &files.files {
        archive.start_file(file.name.as_str(), options).map_err(|error| failed(&error))?;
        archive.write_all(&file.decoded()?).map_err(|error| failed(&error))?;
    }
    Ok(archive.finish().map_err(|error| failed(&error))?.into_inner())
}
