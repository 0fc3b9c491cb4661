//! An agent with a state folder and a machine of its own.

use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::collector::Collector;
use crate::machine::Machine;
use crate::program::{self, Locale, Said, arg};

const PROGRAM: &str = "cadastre-agent";

/// An agent: its state, and the tree that stands for its machine.
pub struct Agent {
    folder: TempDir,
}

impl Agent {
    /// An agent of a machine that has not enrolled yet.
    pub fn of(machine: &Machine) -> Self {
        let agent = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(agent.config(), "").unwrap();
        agent.becomes(machine);
        agent
    }

    /// An agent of a machine, enrolled with a new token of a client.
    #[track_caller]
    pub fn enrolled(machine: &Machine, collector: &Collector, client: &str) -> Self {
        let agent = Self::of(machine);
        agent.enroll(collector, &collector.token(client, &[])).done();
        agent
    }

    /// The machine is another one from now on.
    pub fn becomes(&self, machine: &Machine) {
        let root = self.root();
        if root.exists() {
            std::fs::remove_dir_all(&root).unwrap();
        }
        machine.write(&root);
    }

    /// A collector that was started again listens on other ports: the agent is told, as an operator would.
    pub fn follow(&self, collector: &Collector) {
        let address = collector.endpoints()["agents"].as_str().unwrap();
        std::fs::write(self.config(), format!("collector = \"{address}\"\n")).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("agent.toml")
    }

    /// The tree of the machine.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The state folder.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Runs a command with its state, in English.
    pub fn cli(&self, args: &[&str]) -> Said {
        self.cli_in(Locale::English, args)
    }

    /// Runs a command with its state.
    pub fn cli_in(&self, locale: Locale, args: &[&str]) -> Said {
        let (state, config) = (self.state(), self.config());
        let own = ["--state", arg(&state), "--config", arg(&config)];
        let args: Vec<&str> = own.iter().chain(args).copied().collect();
        program::run(PROGRAM, locale, &args)
    }

    /// `enroll`.
    pub fn enroll(&self, collector: &Collector, token: &str) -> Said {
        self.cli(&["enroll", "--collector", collector.enrolment(), "--token", token])
    }

    /// `once`, of its machine.
    pub fn once(&self) -> Said {
        self.cli(&["once", "--json", "--root", arg(&self.root())])
    }

    /// Starts `once` and does not wait for its end.
    pub fn start_once(&self) -> Child {
        let mut command = program::command(PROGRAM, Locale::English);
        command.arg("--state").arg(self.state()).arg("--config").arg(self.config());
        command.args(["once", "--json", "--root"]).arg(self.root());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// `show --json`, of its machine.
    #[track_caller]
    pub fn show(&self) -> Value {
        self.cli(&["show", "--json", "--root", arg(&self.root())]).json()
    }
}
