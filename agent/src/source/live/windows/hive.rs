//! The registry, read in its 64-bit view.
//!
//! Refuses to load a hive. Invariant: a key below a user's hive that is not there because the hive is not loaded is
//! *not loaded*, never *not found*.

use std::io::ErrorKind;

use winreg::RegKey;
use winreg::enums::{HKEY_LOCAL_MACHINE, HKEY_USERS, KEY_READ, KEY_WOW64_64KEY};

use crate::source::registry::{DEPTH_MAX, Data, KEYS_MAX, Key, Query, canonical};
use crate::source::{ReadError, reading};

pub(super) fn read(query: &Query<'_>) -> Result<Key, ReadError> {
    let path = canonical(query.path);
    let (root, below) = path.split_once('\\').unwrap_or((&path, ""));
    let (hive, is_users) = match root {
        "HKEY_LOCAL_MACHINE" => (RegKey::predef(HKEY_LOCAL_MACHINE), false),
        "HKEY_USERS" => (RegKey::predef(HKEY_USERS), true),
        _ => return Err(ReadError::Unsupported),
    };
    let user = below.split('\\').next().unwrap_or_default();
    if is_users && !user.is_empty() && open(&hive, user) == Err(ReadError::NotFound) {
        return Err(ReadError::NotLoaded);
    }
    let mut left = KEYS_MAX;
    let name = path.rsplit('\\').next().unwrap_or_default();
    walk(name, &open_key(&hive, below)?, query, query.depth.min(DEPTH_MAX), &mut left)
}

/// Whether this process has an administrator's rights: the hive of the local service opens to nobody else.
pub(super) fn is_elevated() -> bool {
    open(&RegKey::predef(HKEY_USERS), "S-1-5-19").is_ok()
}

fn open(hive: &RegKey, path: &str) -> Result<(), ReadError> {
    open_key(hive, path).map(|_| ())
}

fn open_key(above: &RegKey, path: &str) -> Result<RegKey, ReadError> {
    above.open_subkey_with_flags(path, KEY_READ | KEY_WOW64_64KEY).map_err(|error| reading::from_io(&error))
}

fn walk(name: &str, key: &RegKey, query: &Query<'_>, depth: u8, left: &mut usize) -> Result<Key, ReadError> {
    *left = left.checked_sub(1).ok_or(ReadError::TooLarge)?;
    let mut read = Key { name: name.to_owned(), ..Key::default() };
    for value in query.values {
        match key.get_raw_value(value) {
            Ok(raw) => {
                let data = Data { kind: number(&raw.vtype), bytes: raw.bytes.into_owned() };
                read.values.push(((*value).to_owned(), data));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(reading::from_io(&error)),
        }
    }
    if depth > 0 {
        for below in key.enum_keys() {
            let below = below.map_err(|error| reading::from_io(&error))?;
            // One key that is barred does not hide its neighbours.
            if let Ok(opened) = open_key(key, &below) {
                read.keys.push(walk(&below, &opened, query, depth.saturating_sub(1), left)?);
            }
        }
    }
    Ok(read)
}

/// The number of a value's type.
fn number(kind: &winreg::enums::RegType) -> u32 {
    use winreg::enums::RegType;
    match kind {
        RegType::REG_NONE => 0,
        RegType::REG_SZ => 1,
        RegType::REG_EXPAND_SZ => 2,
        RegType::REG_BINARY => 3,
        RegType::REG_DWORD => 4,
        RegType::REG_DWORD_BIG_ENDIAN => 5,
        RegType::REG_LINK => 6,
        RegType::REG_MULTI_SZ => 7,
        RegType::REG_RESOURCE_LIST => 8,
        RegType::REG_FULL_RESOURCE_DESCRIPTOR => 9,
        RegType::REG_RESOURCE_REQUIREMENTS_LIST => 10,
        RegType::REG_QWORD => 11,
    }
}
