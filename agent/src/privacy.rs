//! How much of a machine may leave it.
//!
//! Invariant: the level in the agent's own file is a ceiling; nothing raises it.

use serde::Deserialize;

/// A privacy level; a greater one says more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Products of the catalogue; no addresses, no domain.
    #[default]
    Minimal,
    /// Also what the contract's lines require.
    Contract,
    /// Also every package and the addresses.
    Full,
}

impl Privacy {
    /// Its name in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Privacy::Minimal => "minimal",
            Privacy::Contract => "contract",
            Privacy::Full => "full",
        }
    }
}
