//! A program of the workspace, run to its end: its exit code, its streams, its language.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// The language that a user's environment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// `LC_ALL=fr_FR.UTF-8`.
    French,
    /// `LC_ALL=en_GB.UTF-8`.
    English,
}

impl Locale {
    /// The value of `LC_ALL`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr_FR.UTF-8",
            Self::English => "en_GB.UTF-8",
        }
    }
}

/// What a program said when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// What came out of a process.
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("programs speak UTF-8");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Its standard output, when it succeeded.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// The one JSON document on its standard output, when it succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.done();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// The `cadastre/error/1` on the last line of its standard error, when it was refused.
    #[track_caller]
    pub fn error(&self) -> Value {
        assert_eq!(self.code, Some(1), "{self:?}");
        let last = self.err.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_eq!(error["schema"], "cadastre/error/1", "{self:?}");
        error
    }
}

/// Where a program of the workspace was built: beside the folder of the running test.
pub fn path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let folder = test.ancestors().nth(2).expect("a test lies in deps/ of its target folder");
    let program = folder.join(name);
    assert!(program.exists(), "{} is not built: run cargo build --workspace first", program.display());
    program
}

/// A command of a program, with nothing of this process's environment that could change what it says.
pub fn command(name: &str, locale: Locale) -> Command {
    let mut command = Command::new(path(name));
    command.env_clear().env("LC_ALL", locale.tag()).env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
    command
}

/// Runs a program to its end.
pub fn run(name: &str, locale: Locale, args: &[&str]) -> Said {
    Said::of(&command(name, locale).args(args).output().expect("the program starts"))
}

/// Runs a program to its end, with text on its standard input.
pub fn run_with_input(name: &str, locale: Locale, args: &[&str], input: &str) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("input");
    std::fs::write(&file, input).expect("the input is written");
    let stdin = std::fs::File::open(&file).expect("the input is read");
    Said::of(&command(name, locale).args(args).stdin(stdin).output().expect("the program starts"))
}

/// Waits until `done` holds, for 20 seconds at most; says whether it did.
pub fn wait_until(mut done: impl FnMut() -> bool) -> bool {
    const STEP: Duration = Duration::from_millis(2);
    (0..10_000).any(|_| {
        let held = done();
        if !held {
            std::thread::sleep(STEP);
        }
        held
    })
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// A number that the environment sets for a long run.
#[expect(clippy::disallowed_methods, reason = "the length of a run comes from the environment")]
pub fn setting(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")),
        Err(_) => default,
    }
}
