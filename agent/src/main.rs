//! The program: reads the command line and the environment, runs one command, answers with its exit code.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use cadastre_agent::cli::{self, Environment};

fn main() -> ExitCode {
    // Two providers in one program would stop it at run time: this one is named first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let environment = Environment { locale: locale(), program_data: variable("ProgramData").map(PathBuf::from) };
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match cli::parse(&arguments, &environment, &mut std::io::stderr().lock()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    match cli::run(&cli, &environment, &mut std::io::stdout().lock()) {
        Ok(code) => code,
        Err(error) => {
            let _ = std::io::stderr().lock().write_all(cli::sentence(&cli, &environment, &error).as_bytes());
            ExitCode::from(1)
        }
    }
}

fn locale() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
