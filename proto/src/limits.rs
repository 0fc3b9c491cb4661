//! The limits of the wire, the same at both ends.

/// Greatest message, bytes after decoding from HTTP/2: a push.
pub const MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Greatest check-in, bytes.
pub const CHECKIN_BYTES_MAX: usize = 4 << 10;

/// Greatest section when unpacked, bytes. Three thousand packages take about 400 KiB.
pub const SECTION_RAW_BYTES_MAX: u64 = 4 << 20;

/// Greatest sum of the sections of one push when unpacked, bytes: the work one call can ask for.
pub const PUSH_RAW_BYTES_MAX: u64 = 16 << 20;

/// Greatest sum of the packed sections of one push, bytes: leaves room for the rest of the message.
pub const PUSH_PACKED_BYTES_MAX: usize = MESSAGE_BYTES_MAX - (16 << 10);

/// Window of Zstandard, as a power of two: no section needs more than its own length.
pub const ZSTD_WINDOW_LOG_MAX: u32 = 22;

/// Level of Zstandard.
pub const ZSTD_LEVEL: i32 = 3;

/// Form of a section's document.
pub const SECTION_SCHEMA: u32 = 1;

/// Greatest certificate request, bytes.
pub const CSR_BYTES_MAX: usize = 4 << 10;

/// Greatest list of headers, bytes.
pub const HEADER_LIST_BYTES_MAX: u32 = 8 << 10;

/// Calls in flight on one connection.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 8;

/// How long a certificate of an agent lives, seconds: 14 days.
pub const CERTIFICATE_LIFE_S: i64 = 14 * 86_400;

/// How long after its end a certificate can still be exchanged for a new one, seconds: 180 days.
pub const CERTIFICATE_RECOVERY_S: i64 = 180 * 86_400;

/// How far before its issue a certificate begins, seconds, for clocks that lag.
pub const CERTIFICATE_BACKDATE_S: i64 = 3_600;

/// The one DNS name of every collector's certificate. Agents trust it under the authority they pinned, wherever it is.
pub const COLLECTOR_DNS_NAME: &str = "collector.cadastre.internal";

/// The application protocol of both listeners.
pub const ALPN: &[u8] = b"h2";

/// Domain of the reasons carried by refusals of the wire.
pub const REASON_DOMAIN: &str = "cadastre";
