//! `run` and `service`: reporting for as long as the process runs, by hand or under the system's keeper of services.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Cli, Environment, text, wire};
use crate::refusal::Refusal;
use crate::source::live::service;

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// The service control manager of Windows started this process.
    #[arg(long, hide = true)]
    pub hosted: bool,
}

/// What to do with the service.
#[derive(Debug, Clone, Subcommand)]
pub enum ServiceCommand {
    /// The agent starts with the machine, from now on.
    Install,
    /// The agent stops, and starts no more.
    Uninstall,
}

pub(super) fn run(cli: &Cli, environment: &Environment, args: &RunArgs) -> Result<ExitCode> {
    if !args.hosted {
        return wire::run(cli, environment, None);
    }
    let (cli, environment) = (cli.clone(), environment.clone());
    service::host(Box::new(move |stop| {
        if let Err(error) = wire::run(&cli, &environment, Some(stop)) {
            tracing::error!(%error, "the service ends");
        }
    }))
    .map_err(|error| refused(&error))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn change(
    cli: &Cli,
    environment: &Environment,
    command: &ServiceCommand,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let done = match command {
        ServiceCommand::Install => {
            let program = std::env::current_exe()?;
            service::install(&program, &arguments(cli)?).map(|()| "service_installed")
        }
        ServiceCommand::Uninstall => service::uninstall().map(|()| "service_uninstalled"),
    };
    let code = done.map_err(|error| refused(&error))?;
    if cli.json {
        writeln!(out, "{}", serde_json::json!({ "schema": "cadastre/service/1", "state": code }))?;
    } else {
        writeln!(out, "{}", text(cli, environment).word(code))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The arguments that the service is to start with: the same files as this command, by their whole path.
fn arguments(cli: &Cli) -> Result<Vec<String>> {
    let mut arguments = Vec::new();
    for (name, path) in [("--state", &cli.state), ("--config", &cli.config)] {
        if let Some(path) = path {
            arguments.extend([name.to_owned(), std::path::absolute(path)?.display().to_string()]);
        }
    }
    arguments.push("run".to_owned());
    Ok(arguments)
}

fn refused(error: &std::io::Error) -> Refusal {
    let cause = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "denied".to_owned(),
        std::io::ErrorKind::Unsupported => "unsupported".to_owned(),
        _ => error.to_string(),
    };
    Refusal::new("service_refused").with("cause", cause)
}
