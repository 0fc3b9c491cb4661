//! A collector as a child process on a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::http;
use crate::program::{self, Locale, Said, arg, command, wait_until};

const PROGRAM: &str = "cadastre-collector";

/// A collector, running or not; killed when dropped.
pub struct Collector {
    folder: TempDir,
    child: Option<Child>,
    endpoints: Value,
}

impl Collector {
    /// Starts a collector on an empty folder and free ports, and waits until it serves.
    pub fn start() -> Self {
        let mut collector = Self::prepare();
        collector.restart();
        collector
    }

    /// A folder with a configuration, and nothing that runs.
    pub fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let config = format!(
            "data_dir = \"{}\"\n[listen]\nagents = \"127.0.0.1:0\"\nenrolment = \"127.0.0.1:0\"\ndashboard = \"127.0.0.1:0\"\n\
             metrics = \"127.0.0.1:0\"\n",
            data.display()
        );
        fs::write(folder.path().join("collector.toml"), config).unwrap();
        Self { folder, child: None, endpoints: Value::Null }
    }

    /// Starts the process without waiting for it.
    pub fn launch(&mut self) {
        assert!(self.child.is_none(), "one collector at a time");
        // A killed collector leaves its file: what is read below is the new one's.
        let _ = fs::remove_file(self.endpoints_file());
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let child = self.command(Locale::English).arg("serve").stdout(Stdio::null()).stderr(log).spawn().unwrap();
        self.child = Some(child);
    }

    /// Starts the process and waits until it serves.
    pub fn restart(&mut self) {
        self.launch();
        self.ready();
    }

    /// Waits until the launched process serves.
    pub fn ready(&mut self) {
        let file = self.endpoints_file();
        let child = self.child.as_mut().expect("a collector was launched");
        let mut ended = false;
        let ready = wait_until(|| {
            ended = child.try_wait().unwrap().is_some();
            ended || file.exists()
        });
        assert!(ready && !ended, "the collector does not serve: {}", self.log());
        self.endpoints = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    }

    /// Ends it as a power cut would: SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Ends it in good order: SIGTERM, and waits.
    pub fn stop(&mut self) {
        let mut child = self.child.take().expect("a collector runs");
        let pid = child.id().to_string();
        assert!(Command::new("/bin/kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(wait_until(|| child.try_wait().unwrap().is_some()), "the collector does not stop");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{}", self.log());
    }

    /// The process that runs.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a collector runs").id()
    }

    /// `endpoints.json` as it stands.
    pub fn endpoints(&self) -> &Value {
        &self.endpoints
    }

    /// Where agents enrol.
    pub fn enrolment(&self) -> &str {
        self.endpoints["enrolment"].as_str().unwrap()
    }

    /// The folder of the data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file of the test, beside the data.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// What it wrote on standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A command of its program with its configuration.
    pub fn command(&self, locale: Locale) -> Command {
        let mut command = command(PROGRAM, locale);
        command.arg("--config").arg(self.folder.path().join("collector.toml"));
        command
    }

    /// Runs a command in English.
    pub fn cli(&self, args: &[&str]) -> Said {
        self.cli_in(Locale::English, args)
    }

    /// Runs a command.
    pub fn cli_in(&self, locale: Locale, args: &[&str]) -> Said {
        Said::of(&self.command(locale).args(args).output().unwrap())
    }

    /// Runs a command with `--json`, which must succeed with one document.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        self.cli(&args).json()
    }

    /// Adds a client.
    #[track_caller]
    pub fn add_client(&self, client: &str) {
        self.cli(&["client", "add", client]).done();
    }

    /// Imports a contract from its text.
    #[track_caller]
    pub fn import_contract(&self, client: &str, text: &str) {
        let file = self.file("contract.toml", text);
        self.cli(&["contract", "import", arg(&file), "--client", client]).done();
    }

    /// Imports annex rows from a CSV text.
    #[track_caller]
    pub fn import_annex(&self, client: &str, contract: &str, csv: &str) {
        let file = self.file("annex.csv", csv);
        self.cli(&["annex", "import", arg(&file), "--client", client, "--contract", contract]).done();
    }

    /// Makes an enrolment token.
    #[track_caller]
    pub fn token(&self, client: &str, more: &[&str]) -> String {
        let args: Vec<&str> = ["token", "create", "--client", client].iter().chain(more).copied().collect();
        self.json(&args)["token"].as_str().unwrap().to_owned()
    }

    /// The facts of a client, as `export client` writes them.
    #[track_caller]
    pub fn export(&self, client: &str) -> String {
        let out = tempfile::tempdir().unwrap();
        self.cli(&["export", "client", client, "--out", arg(out.path())]).done();
        fs::read_to_string(out.path().join("facts.jsonl")).unwrap()
    }

    /// GET over HTTP, of the dashboard's address.
    pub fn get(&self, path: &str) -> http::Answer {
        let base = self.endpoints["dashboard"].as_str().unwrap();
        http::get(base.strip_prefix("http://").unwrap(), path)
    }

    /// A request over the admin socket; an error when the collector is not there to the end.
    pub fn admin(&self, method: &str, path: &str, body: &str) -> std::io::Result<http::Answer> {
        http::over_socket(&self.data().join("admin.sock"), method, path, body)
    }

    fn endpoints_file(&self) -> PathBuf {
        self.data().join("endpoints.json")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a command that needs no collector.
pub fn alone(locale: Locale, args: &[&str]) -> Said {
    program::run(PROGRAM, locale, args)
}

/// Runs a command that needs no collector, with text on its standard input.
pub fn alone_with_input(locale: Locale, args: &[&str], input: &str) -> Said {
    program::run_with_input(PROGRAM, locale, args, input)
}

/// Copies a client's export folder into a collector by `import client`.
#[track_caller]
pub fn import_client(into: &Collector, facts: &str) -> Said {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("facts.jsonl"), facts).unwrap();
    let path: &Path = folder.path();
    into.cli(&["import", "client", arg(path)])
}
