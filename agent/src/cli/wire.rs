//! The commands that speak to the collector: `enroll`, `once`, `run`, and what `doctor` sees of the connection.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use tokio::sync::oneshot;

use super::{Cli, Environment, load_config, source, state_folder, text};
use crate::agent::service::{Ended, Station, addresses, network};
use crate::clock::{SystemClock, SystemRandom};
use crate::config::Config;
use crate::doctor::Check;
use crate::doctor::connection;
use crate::refusal::{Refusal, io_code};
use crate::send::{self, Link, Way};
use crate::source::live::{Live, service};
use crate::spool::Spool;

/// Arguments of `enroll`.
#[derive(Debug, Clone, Args)]
pub struct EnrollArgs {
    /// Enrolment address of the collector, https://HOST:8444.
    #[arg(long, value_name = "URL")]
    pub collector: String,
    /// Token that the collector made.
    #[arg(long, value_name = "TOKEN")]
    pub token: String,
}

/// Arguments of `once`.
#[derive(Debug, Clone, Args)]
pub struct OnceArgs {
    /// Report this file tree as the machine.
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

pub(super) fn enroll(cli: &Cli, environment: &Environment, args: &EnrollArgs, out: &mut dyn Write) -> Result<ExitCode> {
    let config = load_config(cli, environment)?;
    let mut spool = open(cli, environment)?;
    let enrolled = runtime()?.block_on(send::enrol(&mut spool, &args.collector, &args.token, &network(&config)))?;
    if cli.json {
        let document = serde_json::json!({
            "schema": "cadastre/enrolment/1",
            "client": enrolled.client,
            "agent": enrolled.agent,
            "agents": enrolled.agents,
        });
        writeln!(out, "{document}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let code = if enrolled.before { "enrolled_before" } else { "enrolled" };
    let said = Refusal::new(code)
        .with("client", enrolled.client)
        .with("agent", enrolled.agent)
        .with("collector", enrolled.agents);
    writeln!(out, "{}", text(cli, environment).refusal(&said))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn once(cli: &Cli, environment: &Environment, args: &OnceArgs, out: &mut dyn Write) -> Result<ExitCode> {
    let config = load_config(cli, environment)?;
    let source = source(args.root.as_deref())?;
    let (state, clock) = (state_folder(cli, environment), SystemClock::new());
    let mut random = SystemRandom;
    let mut station = Station::new(&state, &config, source.as_ref(), &clock, &mut random);
    let done = runtime()?.block_on(station.report()).map_err(|error| error.refusal())?;
    if cli.json {
        let document = serde_json::json!({
            "schema": "cadastre/ack/1",
            "pushed": done.pushed,
            "renewed": done.renewed,
            "retired": done.retired,
            "payload_bytes": done.payload_bytes,
        });
        writeln!(out, "{document}")?;
    } else {
        let code = if done.pushed { "acked_change" } else { "acked_unchanged" };
        writeln!(out, "{}", text(cli, environment).word(code))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports until the process, or the service that hosts it, is told to stop.
pub(super) fn run(cli: &Cli, environment: &Environment, hosted: Option<oneshot::Receiver<()>>) -> Result<ExitCode> {
    let config = load_config(cli, environment)?;
    let spool = open(cli, environment)?;
    if spool.identity().map_err(identity_unreadable)?.is_none() {
        let code = if spool.progress().retired { "agent_retired" } else { "not_enrolled" };
        return Err(Refusal::new(code).into());
    }
    drop(spool);
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::stderr);
    let _ = log.with_ansi(false).try_init();
    let source = Live::new(config.command_interval);
    let (state, clock) = (state_folder(cli, environment), SystemClock::new());
    let mut random = SystemRandom;
    let reload = || {
        let config = load_config(cli, environment).ok()?;
        source.every(config.command_interval);
        Some(config)
    };
    let mut station = Station::new(&state, &config, &source, &clock, &mut random);
    station.reload = Some(&reload);
    let ended = runtime()?.block_on(async {
        anyhow::Ok(match hosted {
            Some(stop) => station.run(async move { stop.await.unwrap_or_default() }).await,
            None => station.run(stop_signal()?).await,
        })
    })?;
    if ended == Ended::Retired {
        // Started again it would only end again: whoever keeps it running is told that there is nothing to keep.
        if let Err(error) = service::uninstall() {
            tracing::warn!(%error, "the service could not be taken away");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What can be told of the connection: who the agent is, what waits, whether the collector answers. No fact leaves.
pub(super) fn checks(cli: &Cli, environment: &Environment, config: &Config) -> Vec<Check> {
    let folder = state_folder(cli, environment);
    if !folder.exists() {
        return vec![connection::not_enrolled()];
    }
    let spool = match open(cli, environment) {
        Ok(spool) => spool,
        Err(refusal) => return vec![connection::bad(refusal)],
    };
    let identity = match spool.identity() {
        Ok(Some(identity)) => identity,
        Ok(None) => return vec![connection::enrolling(&spool)],
        Err(error) => return vec![connection::bad(identity_unreadable(error))],
    };
    let mut checks = connection::stored(&spool, &identity, &SystemClock::new());
    let gone = runtime().map(|runtime| {
        runtime.block_on(async {
            let address = addresses(config, &identity)?.pop().ok_or(send::LinkError::Identity)?;
            let network = network(config);
            Ok(send::examine(&Link::of_agent(&identity, &network)?, &network, &address).await)
        })
    });
    match gone {
        Ok(way) => checks.push(connection::way(&way.unwrap_or_else(Way::Stopped))),
        Err(error) => checks.push(connection::bad(Refusal::new("failed").with("cause", error))),
    }
    checks
}

fn open(cli: &Cli, environment: &Environment) -> Result<Spool, Refusal> {
    let folder = state_folder(cli, environment);
    Spool::open(&folder, &mut SystemRandom)
        .map_err(|error| Refusal::new("state_not_writable").with("cause", io_code(&error)).in_file(&folder))
}

fn identity_unreadable(error: std::io::Error) -> Refusal {
    Refusal::new("identity_unreadable").with("cause", io_code(&error))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Ends when the service is told to stop.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
