//! A section's bytes on the wire: Zstandard of its document.
//!
//! **Invariant**: unpacking never holds more than `raw_len` + 1 bytes of output, nor a window beyond the limit.

use std::io::Read as _;

use crate::limits::{SECTION_RAW_BYTES_MAX, ZSTD_LEVEL, ZSTD_WINDOW_LOG_MAX};

/// Why bytes could not be unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// The length told is over the limit, or more came out than was told.
    #[error("the section is longer than allowed or told")]
    TooLong,
    /// Less came out than was told, or the bytes are not what they say.
    #[error("the section is damaged")]
    Damaged,
}

/// Packs a document.
///
/// # Errors
/// Only when memory is short.
pub fn pack(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(raw, ZSTD_LEVEL)
}

/// Unpacks a document of `raw_len` bytes.
///
/// # Errors
/// See [`UnpackError`].
pub fn unpack(packed: &[u8], raw_len: u64) -> Result<Vec<u8>, UnpackError> {
    if raw_len > SECTION_RAW_BYTES_MAX {
        return Err(UnpackError::TooLong);
    }
    let raw = unpack_at_most(packed, raw_len)?;
    if (raw.len() as u64) < raw_len { Err(UnpackError::Damaged) } else { Ok(raw) }
}

/// Unpacks a document whose length was checked when it came in.
///
/// # Errors
/// See [`UnpackError`].
pub fn unpack_stored(packed: &[u8]) -> Result<Vec<u8>, UnpackError> {
    unpack_at_most(packed, SECTION_RAW_BYTES_MAX)
}

fn unpack_at_most(packed: &[u8], bytes_max: u64) -> Result<Vec<u8>, UnpackError> {
    let mut decoder = zstd::Decoder::with_buffer(packed).map_err(|_| UnpackError::Damaged)?.single_frame();
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(|_| UnpackError::Damaged)?;
    let mut raw = Vec::with_capacity(usize::try_from(bytes_max.min(64 << 10)).unwrap_or_default());
    let mut limited = decoder.take(bytes_max + 1);
    limited.read_to_end(&mut raw).map_err(|_| UnpackError::Damaged)?;
    if raw.len() as u64 > bytes_max {
        return Err(UnpackError::TooLong);
    }
    if limited.into_inner().finish().is_empty() { Ok(raw) } else { Err(UnpackError::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for raw in [&b""[..], br#"{"outcome":"ok","reason":null,"data":{}}"#] {
            assert_eq!(unpack(&pack(raw).unwrap(), raw.len() as u64).unwrap(), raw);
        }
    }

    #[test]
    fn lengths_that_lie_and_damaged_bytes_are_refused() {
        let packed = pack(&vec![0; 3 << 20]).unwrap();
        assert!(packed.len() < 1000);
        assert_eq!(unpack(&packed, 10), Err(UnpackError::TooLong), "a bomb");
        assert_eq!(unpack(&packed, SECTION_RAW_BYTES_MAX + 1), Err(UnpackError::TooLong));
        assert_eq!(unpack(&packed, (3 << 20) + 1), Err(UnpackError::Damaged), "less than told");
        assert_eq!(unpack(&packed[..packed.len() - 2], 3 << 20), Err(UnpackError::Damaged));
        assert_eq!(unpack(b"{}", 2), Err(UnpackError::Damaged));
        let two = [packed.clone(), b"x".to_vec()].concat();
        assert_eq!(unpack(&two, 3 << 20), Err(UnpackError::Damaged), "a tail");
    }

    #[test]
    fn a_window_over_the_limit_is_refused() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(25).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![0; 3 << 20]).unwrap();
        assert_eq!(unpack(&encoder.finish().unwrap(), 3 << 20), Err(UnpackError::Damaged));
    }
}
