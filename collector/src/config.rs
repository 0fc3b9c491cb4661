//! The collector's configuration: TOML in which every key has a default and an unknown key is refused.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use serde::Deserialize;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Language when neither the user nor the browser says one: `fr` or `en`.
    pub locale: String,
    /// Addresses to listen on; port 0 takes a free one.
    pub listen: Listen,
    /// Which store keeps the facts.
    pub store: StoreConfig,
    /// Addresses told to agents.
    pub public: Public,
    /// A table of products for agents to match with, in place of the one this program was built with.
    pub catalogue: Option<PathBuf>,
}

/// Addresses to listen on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Agents, gRPC with client certificates.
    pub agents: SocketAddr,
    /// Enrolment, gRPC.
    pub enrolment: SocketAddr,
    /// Dashboard and API, HTTP.
    pub dashboard: SocketAddr,
    /// Metrics, HTTP in the format of Prometheus.
    pub metrics: SocketAddr,
}

/// Which store keeps the facts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// `sled`.
    pub kind: StoreKind,
}

/// The stores there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// Embedded, in `data_dir`.
    Sled,
}

/// Addresses told to agents, `host:port`; default: the host that the agent used, with the listening port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Public {
    /// For reports.
    pub agents: Option<String>,
    /// For enrolment.
    pub enrolment: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: default_data_dir(),
            locale: "fr".to_owned(),
            listen: Listen::default(),
            store: StoreConfig::default(),
            public: Public::default(),
            catalogue: None,
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        let any = |port| SocketAddr::from(([0, 0, 0, 0], port));
        let here = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self { agents: any(8443), enrolment: any(8444), dashboard: here(8080), metrics: here(9090) }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { kind: StoreKind::Sled }
    }
}

/// Where the configuration is looked for when nothing names it.
const DEFAULT_FILE: &str = "/etc/cadastre/collector.toml";

impl Config {
    /// Reads the file named on the command line or in `CADASTRE_CONFIG`, else the default file, else the defaults.
    ///
    /// # Errors
    /// `config_unreadable` when a named file cannot be read, `config_invalid` with line and column when it is wrong.
    pub fn find(named: Option<&Path>) -> Result<Self, Refusal> {
        match named {
            Some(file) => Self::read(file),
            None if Path::new(DEFAULT_FILE).exists() => Self::read(Path::new(DEFAULT_FILE)),
            None => Ok(Self::default()),
        }
    }

    fn read(file: &Path) -> Result<Self, Refusal> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Refusal::new("config_unreadable").with("reason", error).in_file(file.display()))?;
        Self::parse(&text).map_err(|refusal| refusal.in_file(file.display()))
    }

    /// Reads a configuration from its text.
    ///
    /// # Errors
    /// `config_invalid` with the line.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
            Refusal::new("config_invalid").with("reason", error.message()).at_line(line)
        })?;
        match config.locale.as_str() {
            "fr" | "en" => Ok(config),
            other => Err(Refusal::new("unknown_value")
                .with("key", "locale")
                .with("value", other)
                .with("allowed", "fr, en")
                .on("locale")),
        }
    }

    /// The socket on which the CLI speaks to the running collector.
    pub fn admin_socket(&self) -> PathBuf {
        self.data_dir.join("admin.sock")
    }
}

/// `/var/lib/cadastre` as root, the user's data folder otherwise.
#[expect(clippy::disallowed_methods, reason = "the defaults of the configuration come from the environment")]
fn default_data_dir() -> PathBuf {
    if std::env::var("USER").is_ok_and(|user| user == "root") || std::env::var("HOME").is_ok_and(|home| home == "/root")
    {
        return PathBuf::from("/var/lib/cadastre");
    }
    if let Ok(data) = std::env::var("XDG_DATA_HOME") {
        return PathBuf::from(data).join("cadastre");
    }
    let home = std::env::var("HOME").unwrap_or_else(|_| ".".to_owned());
    PathBuf::from(home).join(".local/share/cadastre")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_holds_the_defaults() {
        let sample = include_str!("../../packaging/collector.toml");
        let read = Config::parse(sample).unwrap();
        assert_eq!(Config { data_dir: default_data_dir(), ..read }, Config::default());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let refusal = Config::parse("locale = \"fr\"\n[listen]\nagnets = \"127.0.0.1:1\"\n").unwrap_err();
        assert_eq!((refusal.code, refusal.line), ("config_invalid", Some(3)));
        let refusal = Config::parse("locale = \"de\"\n").unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("locale"));
    }
}
