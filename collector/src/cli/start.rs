//! The beginning and the end of the program: environment, runtime, logs, signals, exit code.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use cadastre_domain::refusal::Refusal;
use cadastre_proto::usage::value_of;
use tokio::signal::unix::{SignalKind, signal};

use super::{Cli, Command, Context, Failed, run, show, usage};
use crate::app;
use crate::clock::{SystemClock, SystemRandom};
use crate::config::Config;
use crate::present::text::Language;

/// Runs the program.
pub fn main() -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let asked = value_of(&arguments, "--lang").and_then(Language::of_tag);
    let language = asked.or_else(of_environment).unwrap_or_default();
    let cli = match usage::parse(&arguments, language) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let mut context = Context { config: Config::default(), json: cli.json, language };
    match configure(&cli, &mut context).and_then(|()| runtime()) {
        Ok(runtime) => finish(&context, runtime.block_on(command(&context, cli.command))),
        Err(refusal) => finish(&context, Err(refusal.into())),
    }
}

fn finish(context: &Context, done: Result<(), Failed>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            show::failed(context, &failed);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn of_environment() -> Option<Language> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| set(name)).and_then(|locale| Language::of_tag(&locale))
}

/// Whether this session can open no browser: the pages are then reached through a tunnel.
fn has_no_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()))
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn configure(cli: &Cli, context: &mut Context) -> Result<(), Refusal> {
    let named = cli.config.clone().or_else(|| std::env::var("CADASTRE_CONFIG").ok().map(Into::into));
    context.config = Config::find(named.as_deref())?;
    if let Some(data_dir) = &cli.data_dir {
        context.config.data_dir.clone_from(data_dir);
    }
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime, Refusal> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| Refusal::new("internal").with("reason", error))
}

async fn command(context: &Context, command: Command) -> Result<(), Failed> {
    match command {
        Command::Serve => Ok(serve(context).await?),
        other => run(context, other).await,
    }
}

async fn serve(context: &Context) -> Result<(), Refusal> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CADASTRE_LOG").unwrap_or_else(|_| "info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    let stop = stop_signal()?;
    let ready = |endpoints: &app::Endpoints| {
        let args = [
            ("dashboard", endpoints.dashboard.as_str()),
            ("agents", endpoints.agents.as_str()),
            ("enrolment", endpoints.enrolment.as_str()),
            ("metrics", endpoints.metrics.as_str()),
        ];
        show::say(context, "serving", &args);
        if has_no_screen() {
            let port = endpoints.dashboard.rsplit(':').next().unwrap_or_default();
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            show::say(context, "serving_without_screen", &[("port", port), ("host", &host)]);
        }
    };
    app::serve(&context.config, Arc::new(SystemClock), Arc::new(SystemRandom), stop, ready).await?;
    show::say(context, "stopped", &[]);
    Ok(())
}

/// Ends on SIGTERM or SIGINT.
fn stop_signal() -> Result<impl Future<Output = ()>, Refusal> {
    let listen = |kind| signal(kind).map_err(|error| Refusal::new("internal").with("reason", error));
    let (mut term, mut int) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
