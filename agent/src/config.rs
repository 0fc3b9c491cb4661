//! The agent's own file, `agent.toml`: every key optional, unknown keys refused with their line.
//!
//! Invariant: a file that is there and cannot be read or understood is an error; one that is not there means the defaults,
//! unless the command line named it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::privacy::Privacy;
use crate::refusal::{Refusal, io_code};
use crate::source::System;

/// Longest time between two check-ins that a file may ask for.
pub const INTERVAL_MAX: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Shortest one.
pub const INTERVAL_MIN: Duration = Duration::from_secs(60);

/// The keys of `agent.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address of the collector, in place of the one stored at enrolment.
    pub collector: Option<String>,
    /// Proxy to reach it through, `http://…` or `socks5://…`.
    pub proxy: Option<String>,
    /// PEM file of certificates that the proxy's or the collector's own may come from.
    pub ca_bundle: Option<PathBuf>,
    /// Ceiling of what leaves the machine.
    pub privacy: Privacy,
    /// Time between check-ins, in place of the collector's.
    #[serde(deserialize_with = "duration")]
    pub interval: Option<Duration>,
    /// Time between two runs of vendors' command lines.
    #[serde(deserialize_with = "duration")]
    pub command_interval: Option<Duration>,
}

impl Config {
    /// Reads the file that the command line named, or the default one of the system.
    ///
    /// # Errors
    /// `config_unreadable` and `config_invalid`.
    pub fn load(named: Option<&Path>, system: System, program_data: Option<&Path>) -> Result<Config, Refusal> {
        let default = default_file(system, program_data);
        let file = named.unwrap_or(&default);
        match std::fs::read_to_string(file) {
            Ok(text) => Config::parse(&text).map_err(|refusal| refusal.in_file(file)),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => Err(Refusal::new("config_unreadable").with("cause", io_code(&error)).in_file(file)),
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// `config_invalid`, with the line.
    pub fn parse(text: &str) -> Result<Config, Refusal> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            Refusal::new("config_invalid").with("cause", error.message()).at_line(line)
        })
    }
}

/// Where the agent's file stands when nobody says otherwise.
#[must_use]
pub fn default_file(system: System, program_data: Option<&Path>) -> PathBuf {
    match system {
        System::Linux => PathBuf::from("/etc/cadastre/agent.toml"),
        System::Windows => program_data_folder(program_data).join("agent.toml"),
        System::Macos => PathBuf::from("/Library/Application Support/Cadastre/agent.toml"),
    }
}

/// Where the agent keeps its state when nobody says otherwise.
#[must_use]
pub fn default_state(system: System, program_data: Option<&Path>) -> PathBuf {
    match system {
        System::Linux => PathBuf::from("/var/lib/cadastre-agent"),
        System::Windows => program_data_folder(program_data).join("agent"),
        System::Macos => PathBuf::from("/Library/Application Support/Cadastre/agent"),
    }
}

fn program_data_folder(program_data: Option<&Path>) -> PathBuf {
    program_data.unwrap_or(Path::new("C:\\ProgramData")).join("Cadastre")
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count().saturating_add(1)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Clone, Copy)]
    struct Seconds;
    impl Visitor<'_> for Seconds {
        type Value = Duration;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("seconds, or a number with s, m, h or d, between 60s and 7d")
        }

        fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
            let duration = u64::try_from(seconds).ok().map(Duration::from_secs);
            duration
                .filter(|duration| (INTERVAL_MIN..=INTERVAL_MAX).contains(duration))
                .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(seconds), &self))
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
            let refused = || E::invalid_value(de::Unexpected::Str(text), &Seconds);
            let (number, unit) = match text.trim().char_indices().last() {
                Some((at, 's')) => (text.trim().get(..at), 1),
                Some((at, 'm')) => (text.trim().get(..at), 60),
                Some((at, 'h')) => (text.trim().get(..at), 3_600),
                Some((at, 'd')) => (text.trim().get(..at), 86_400),
                _ => return Err(refused()),
            };
            let number: i64 = number.and_then(|number| number.trim().parse().ok()).ok_or_else(refused)?;
            self.visit_i64(number.checked_mul(unit).ok_or_else(refused)?)
        }
    }
    deserializer.deserialize_any(Seconds).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_optional() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        assert_eq!(Config::default().privacy, Privacy::Minimal);
    }

    #[test]
    fn every_key_is_read() {
        let text = "collector = \"https://c.example:8443\"\nproxy = \"http://p:3128\"\nca_bundle = \"/etc/ca.pem\"\n\
                    privacy = \"contract\"\ninterval = \"30m\"\ncommand_interval = 86400\n";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.collector.as_deref(), Some("https://c.example:8443"));
        assert_eq!(config.privacy, Privacy::Contract);
        assert_eq!(config.interval, Some(Duration::from_secs(1_800)));
        assert_eq!(config.command_interval, Some(Duration::from_secs(86_400)));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let refusal = Config::parse("privacy = \"full\"\n\ncolector = \"x\"\n").unwrap_err();
        assert_eq!((refusal.code, refusal.line), ("config_invalid", Some(3)));
        assert!(refusal.args.iter().any(|(_, value)| value.contains("colector")));
    }

    #[test]
    fn an_interval_out_of_bounds_is_refused() {
        for text in ["interval = 5", "interval = \"8d\"", "interval = \"m\"", "interval = -60", "interval = \"é\""] {
            assert_eq!(Config::parse(text).unwrap_err().code, "config_invalid", "{text}");
        }
    }

    #[test]
    fn a_named_file_must_be_there() {
        let refusal = Config::load(Some(Path::new("/nowhere/agent.toml")), System::Linux, None).unwrap_err();
        assert_eq!(refusal.code, "config_unreadable");
    }
}
