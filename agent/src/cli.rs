//! The commands: one variant and one function each.
//!
//! Data goes to the given output, everything else to standard error. Refusals keep their code until [`sentence`] makes the
//! words. Exit code 0 done, 1 refused or failed, 2 usage.

mod capture;
mod service;
mod usage;
mod wire;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

pub use self::usage::parse;
use crate::agent::collect;
use crate::clock::{SystemClock, SystemRandom};
use crate::config::{self, Config};
use crate::privacy::Privacy;
use crate::refusal::Refusal;
use crate::source::live::{self, Live, SYSTEM};
use crate::source::replay;
use crate::source::{ReadError, Source};
use crate::text::{Language, Text};
use crate::{doctor, show, spool};

/// Reports what this machine is and what protects it.
#[derive(Debug, Clone, Parser)]
#[command(name = "cadastre-agent", version)]
pub struct Cli {
    /// Folder of the agent's state.
    #[arg(long, global = true, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The agent's configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Language of messages (default: that of the system).
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<Language>,
    /// Machine-readable output, refusals included.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print exactly what would be sent, and send nothing.
    Show(ShowArgs),
    /// Make this machine an agent of the collector; sends no fact about it.
    Enroll(wire::EnrollArgs),
    /// Report once and end: 0 only when the collector has acknowledged.
    Once(wire::OnceArgs),
    /// Report for as long as the process runs (the service).
    Run(service::RunArgs),
    /// Record the raw inputs of this machine in a new folder; sends nothing.
    Capture(capture::CaptureArgs),
    /// Make the agent start with the machine, or take it away.
    #[command(subcommand)]
    Service(service::ServiceCommand),
    /// Say what is wrong and what to do.
    Doctor,
    /// Answer questions of WMI for the process that started this one.
    #[command(hide = true)]
    AnswerWmi,
}

/// Arguments of `show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Read this file tree in place of the machine.
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// How much to say (default: the level of the configuration file).
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub privacy: Option<Privacy>,
}

/// What the process was started in.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set.
    pub locale: Option<String>,
    /// Windows' folder of programs' data.
    pub program_data: Option<PathBuf>,
}

/// Runs one command.
///
/// # Errors
/// A [`Refusal`], or what the output refused to take.
pub fn run(cli: &Cli, environment: &Environment, out: &mut dyn Write) -> Result<ExitCode> {
    match &cli.command {
        Command::Show(args) => run_show(cli, environment, args, out),
        Command::Enroll(args) => wire::enroll(cli, environment, args, out),
        Command::Once(args) => wire::once(cli, environment, args, out),
        Command::Run(args) => service::run(cli, environment, args),
        Command::Capture(args) => capture::run(cli, environment, args, out),
        Command::Service(command) => service::change(cli, environment, command, out),
        Command::AnswerWmi => {
            live::answer_wmi(&mut std::io::stdin().lock(), out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => run_doctor(cli, environment, out),
    }
}

fn run_show(cli: &Cli, environment: &Environment, args: &ShowArgs, out: &mut dyn Write) -> Result<ExitCode> {
    let config = load_config(cli, environment)?;
    let source = source(args.root.as_deref())?;
    let privacy = args.privacy.unwrap_or(config.privacy);
    let catalogue = spool::catalogue(&state_folder(cli, environment));
    let inventory = collect(source.as_ref(), &SystemClock::new(), &mut SystemRandom, privacy, &catalogue);
    if cli.json {
        serde_json::to_writer(&mut *out, &inventory)?;
        out.write_all(b"\n")?;
    } else {
        let text = text(cli, environment);
        out.write_all(show::summary(&inventory, text).as_bytes())?;
        if args.root.is_none() {
            let code = if live::is_elevated() { "show_elevated" } else { "show_not_elevated" };
            writeln!(out, "{}", text.word(code))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_doctor(cli: &Cli, environment: &Environment, out: &mut dyn Write) -> Result<ExitCode> {
    let config = load_config(cli, environment);
    let state = state_folder(cli, environment);
    let mut checks = doctor::examine(&doctor::Patient {
        config: config.clone(),
        state: &state,
        file: &config_file(cli, environment),
        free_bytes: live::free_bytes(&state),
        source: &Live::new(None),
        clock: &SystemClock::new(),
    });
    if let Ok(config) = &config {
        checks.extend(wire::checks(cli, environment, config));
    }
    if cli.json {
        serde_json::to_writer(&mut *out, &doctor::document(&checks, text(cli, environment)))?;
        out.write_all(b"\n")?;
    } else {
        out.write_all(doctor::page(&checks, text(cli, environment)).as_bytes())?;
    }
    Ok(if doctor::is_well(&checks) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The configuration that the command line points at.
///
/// # Errors
/// As [`Config::load`].
pub fn load_config(cli: &Cli, environment: &Environment) -> Result<Config, Refusal> {
    Config::load(cli.config.as_deref(), SYSTEM, environment.program_data.as_deref())
}

/// The configuration's file.
#[must_use]
pub fn config_file(cli: &Cli, environment: &Environment) -> PathBuf {
    cli.config.clone().unwrap_or_else(|| config::default_file(SYSTEM, environment.program_data.as_deref()))
}

/// The folder of the agent's state.
#[must_use]
pub fn state_folder(cli: &Cli, environment: &Environment) -> PathBuf {
    cli.state.clone().unwrap_or_else(|| config::default_state(SYSTEM, environment.program_data.as_deref()))
}

/// The machine, or the tree that stands for it.
///
/// # Errors
/// `root_unreadable`.
pub fn source(root: Option<&Path>) -> Result<Box<dyn Source>, Refusal> {
    let Some(root) = root else { return Ok(Box::new(Live::new(None))) };
    replay::open(root).map_err(|error| Refusal::new("root_unreadable").with("cause", cause(&error)).in_file(root))
}

fn cause(error: &ReadError) -> String {
    match error {
        ReadError::NotFound | ReadError::NotCaptured => "not_found".to_owned(),
        ReadError::Denied => "denied".to_owned(),
        ReadError::TooLarge => "too_large".to_owned(),
        ReadError::Failed(code) => code.clone(),
        ReadError::TimedOut | ReadError::NotLoaded | ReadError::Unsupported => "io_failed".to_owned(),
    }
}

/// The language of messages.
#[must_use]
pub fn text(cli: &Cli, environment: &Environment) -> Text {
    Text(cli.lang.unwrap_or_else(|| Language::of_locale(environment.locale.as_deref())))
}

/// What to tell the user about an error, one line, in the form asked for.
#[must_use]
pub fn sentence(cli: &Cli, environment: &Environment, error: &anyhow::Error) -> String {
    let text = text(cli, environment);
    let fallback = Refusal::new("failed").with("cause", format!("{error:#}"));
    let refusal = error.downcast_ref::<Refusal>().unwrap_or(&fallback);
    refused(refusal, cli.json, text)
}

/// A refusal as one line: `cadastre/error/1`, or its sentence.
fn refused(refusal: &Refusal, json: bool, text: Text) -> String {
    if json {
        let document = serde_json::json!({
            "schema": "cadastre/error/1",
            "code": refusal.code,
            "message": text.refusal(refusal),
            "file": refusal.file,
            "line": refusal.line,
            "field": refusal.field,
        });
        format!("{document}\n")
    } else {
        format!("{}\n", text.refusal(refusal))
    }
}
