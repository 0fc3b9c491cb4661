//! Profiles: what the columns of another console's export say. They are data, `consoles.toml` beside this file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cadastre_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The data, embedded.
const CONSOLES: &str = include_str!("consoles.toml");

/// A console's export.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name, for `--profile`; a source of that name has it without.
    pub name: String,
    /// Where its columns were read.
    pub read_in: String,
    /// When.
    pub read_on: jiff::civil::Date,
    /// Whether that was the vendor's own document.
    pub verified: bool,
    /// Order of day and month in dates with slashes.
    #[serde(default)]
    pub dates: Option<DateOrder>,
    /// What a row proves of its machine.
    #[serde(default)]
    pub provides: Vec<Provides>,
    /// Headers, folded, of each key.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 31/12.
    Dmy,
    /// 12/31.
    Mdy,
}

/// What a row proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provides {
    /// An antivirus is installed.
    Antivirus,
    /// A detection product is installed.
    Detection,
    /// A backup is set up.
    Backup,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consoles {
    profiles: Vec<Profile>,
}

/// All profiles. A test reads the data; what does not read has none.
static PROFILES: LazyLock<Vec<Profile>> =
    LazyLock::new(|| toml::from_str::<Consoles>(CONSOLES).map(|consoles| consoles.profiles).unwrap_or_default());

/// The profile asked for, else the one that bears the source's name.
///
/// # Errors
/// `profile_unknown`.
pub(super) fn find(asked: Option<&str>, source: &str) -> Result<Option<&'static Profile>, Refusal> {
    let by_name = |name: &str| PROFILES.iter().find(|profile| profile.name == name);
    match asked {
        Some(name) => by_name(name).map(Some).ok_or_else(|| {
            let known: Vec<&str> = PROFILES.iter().map(|profile| profile.name.as_str()).collect();
            Refusal::new("profile_unknown").with("value", name).with("known", known.join(", ")).on("profile")
        }),
        None => Ok(by_name(source)),
    }
}

/// All profiles, for display.
pub fn all() -> &'static [Profile] {
    &PROFILES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::list_columns::COLUMNS;
    use crate::admin::table::fold;

    #[test]
    fn the_data_reads_names_only_known_keys_and_has_at_least_ten_consoles() {
        let consoles: Consoles = toml::from_str(CONSOLES).unwrap();
        assert!(consoles.profiles.len() >= 10);
        for profile in &consoles.profiles {
            assert!(!profile.read_in.is_empty());
            assert_eq!(profile.verified, !profile.read_in.starts_with("not read"), "{}", profile.name);
            for (key, headers) in &profile.columns {
                assert!(COLUMNS.iter().any(|(known, _)| known == key), "{}: {key}", profile.name);
                assert!(headers.iter().all(|header| fold(header) == *header), "{}: {headers:?}", profile.name);
            }
        }
    }
}
