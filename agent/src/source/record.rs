//! The shape of `capture.json`, for who writes it and who reads it.
//!
//! Unknown keys are ignored. Names of stored files are those of the machine, with what some system refuses as `%XX`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ReadError;

/// Schema of the document.
pub(super) const SCHEMA: &str = "cadastre/capture/1";

/// The document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) schema: String,
    pub(super) os: String,
    #[serde(default)]
    pub(super) arch: Option<String>,
    pub(super) captured_at: Timestamp,
    #[serde(default)]
    pub(super) time_zone: Option<String>,
    #[serde(default)]
    pub(super) elevated: Option<bool>,
    #[serde(default)]
    pub(super) privacy: Option<String>,
    #[serde(default)]
    pub(super) masked: Vec<String>,
    #[serde(default)]
    pub(super) agent: Option<String>,
    #[serde(default)]
    pub(super) origin: Option<String>,
    #[serde(default)]
    pub(super) dropped: BTreeMap<String, u64>,
    #[serde(default)]
    pub(super) reads: Vec<Read>,
}

/// One read of any kind: which of `file`, `wmi`, `registry`, `command` and `call` is there says which.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Read {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wmi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) registry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) command: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is: Option<Is>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mtime: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<String>,
}

/// What is known of a file whose content was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Is {
    File,
    Dir,
    Link,
}

/// The call `sysinfo`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SysinfoAnswer {
    pub(super) hostname: Option<String>,
    pub(super) kernel: Option<String>,
    pub(super) boot_time: Option<Timestamp>,
    pub(super) memory_bytes: Option<u64>,
    pub(super) networks: Vec<NetworkAnswer>,
}

/// A network of the call `sysinfo`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NetworkAnswer {
    pub(super) name: String,
    pub(super) ipv4: Vec<String>,
}

/// An error as a capture writes it: a word, an errno's name, or an HRESULT.
pub(super) fn error(code: &str) -> ReadError {
    match code.to_ascii_lowercase().as_str() {
        "not_found" => ReadError::NotFound,
        "denied" | "eacces" | "eperm" | "0x80041003" | "0x80070005" => ReadError::Denied,
        "timed_out" | "0x00040004" => ReadError::TimedOut,
        "too_large" => ReadError::TooLarge,
        "not_loaded" => ReadError::NotLoaded,
        "unsupported" | "0x8004100e" | "0x80041010" => ReadError::Unsupported,
        other => ReadError::Failed(other.to_owned()),
    }
}

/// The code of an error; `None` for what says nothing of the machine.
pub(super) fn code(error: &ReadError) -> Option<String> {
    Some(match error {
        ReadError::NotCaptured => return None,
        ReadError::NotFound => "not_found".to_owned(),
        ReadError::Denied => "denied".to_owned(),
        ReadError::TimedOut => "timed_out".to_owned(),
        ReadError::TooLarge => "too_large".to_owned(),
        ReadError::NotLoaded => "not_loaded".to_owned(),
        ReadError::Unsupported => "unsupported".to_owned(),
        ReadError::Failed(code) => code.clone(),
    })
}

/// A name as it is stored: characters that some system refuses are `%XX`.
pub(super) fn encode(name: &str) -> String {
    let mut stored = String::with_capacity(name.len());
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let is_bad_end = characters.peek().is_none() && (c == '.' || c == ' ');
        if is_bad_end || c.is_ascii_control() || "<>:\"|?*\\%".contains(c) {
            stored.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            stored.push(c);
        }
    }
    stored
}

/// The name behind a stored one; `%` without two hexadecimal digits stays.
pub(super) fn decode(stored: &str) -> String {
    let mut parts = stored.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A command as it is matched: the program's file name without folder and `.exe`, then every argument.
pub(super) fn command(argv: &[impl AsRef<str>]) -> Vec<String> {
    let mut words: Vec<String> = argv.iter().map(|word| word.as_ref().to_owned()).collect();
    if let Some(program) = words.first_mut() {
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_exe = name.len() > 4
            && name.get(name.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(".exe"));
        *program =
            if is_exe { name.get(..name.len().saturating_sub(4)).unwrap_or(name).to_owned() } else { name.to_owned() };
    }
    words
}
