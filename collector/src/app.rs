//! The running collector: opens the store, the authority and the listeners, and serves until it is told to stop.
//!
//! The only file that sees every room. `endpoints.json` appears when everything listens and goes on a clean stop.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cadastre_domain::refusal::Refusal;
use cadastre_proto::catalogue::{Catalogue, TableError};
use serde::Serialize;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;

use crate::clock::{Clock, Random};
use crate::config::{Config, StoreKind};
use crate::facts::{Record, SledStore, Store};
use crate::ingest::{self, ca::Ca};
use crate::present::socket::Office;
use crate::present::text::Language;
use crate::present::{self, Settings};
use crate::register::Registers;
use crate::views::Reader;

/// How often the house notes that the collector is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(600);
/// How long calls under way may go on after a stop was asked for.
const DRAIN_MAX: Duration = Duration::from_secs(15);

/// `endpoints.json`: where the collector listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoints {
    schema: &'static str,
    /// For agents.
    pub agents: String,
    /// For enrolment.
    pub enrolment: String,
    /// Pages and API.
    pub dashboard: String,
    /// Metrics.
    pub metrics: String,
}

/// Serves until `stop` ends. `ready` is called once, when everything listens.
///
/// # Errors
/// A refusal that says what could not be opened.
pub async fn serve(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    stop: impl Future<Output = ()>,
    ready: impl FnOnce(&Endpoints),
) -> Result<(), Refusal> {
    private_folder(&config.data_dir)?;
    let record = Record::new(open_store(config)?, Arc::clone(&clock));
    let ca = Ca::open(&config.data_dir.join("ca"), clock.now(), &*random)
        .map_err(|error| Refusal::new("authority_unusable").with("reason", error))?;
    let ca = Arc::new(ca);
    let agents = listen(config.listen.agents, "listen.agents").await?;
    let enrolment = listen(config.listen.enrolment, "listen.enrolment").await?;
    if !config.listen.dashboard.ip().is_loopback() {
        return Err(Refusal::new("dashboard_not_loopback")
            .with("address", config.listen.dashboard)
            .on("listen.dashboard"));
    }
    let dashboard = listen(config.listen.dashboard, "listen.dashboard").await?;
    let measures = listen(config.listen.metrics, "listen.metrics").await?;
    let endpoints = endpoints(&agents, &enrolment, &dashboard, &measures)?;
    let socket = admin_socket(config)?;
    record.started(env!("CARGO_PKG_VERSION")).await.map_err(|error| error.refusal())?;

    let registers = Registers::new(record.clone(), Arc::clone(&clock));
    let locale = Language::of_tag(&config.locale).unwrap_or_default();
    let settings = Settings { locale, loopback: true, enrolment: endpoints.enrolment.clone() };
    let portfolio = registers.clone();
    let office = Office { registers, pin: ca.pin(), random: Arc::clone(&random) };
    let reader = Reader::new(office.registers.clone()).following();
    let pages = present::router(office.clone(), reader.clone(), settings.clone());
    let verbs = present::socket::router(office, reader, settings);

    let (stopping, stopped) = watch::channel(false);
    let on_stop = || {
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }
    };
    let agents_settings = agents_settings(config)?;
    let served = tokio::spawn(ingest::serve(
        ingest::Listeners { agents, enrolment },
        record.clone(),
        ca,
        clock,
        random,
        agents_settings,
        on_stop(),
    ));
    let pages = tokio::spawn(axum::serve(dashboard, pages).with_graceful_shutdown(on_stop()).into_future());
    let verbs = tokio::spawn(axum::serve(socket, verbs).with_graceful_shutdown(on_stop()).into_future());
    let measures = axum::serve(measures, crate::metrics::router()).with_graceful_shutdown(on_stop());
    let measures = tokio::spawn(measures.into_future());
    let alive = tokio::spawn(note_alive(record.clone(), on_stop()));
    let portfolio = tokio::spawn({
        let stop = on_stop();
        async move { portfolio.keep_portfolio(stop).await }
    });

    let published = config.data_dir.join("endpoints.json");
    publish(&published, &endpoints)?;
    ready(&endpoints);
    stop.await;

    let _ = fs::remove_file(&published);
    let _ = fs::remove_file(config.admin_socket());
    let _ = stopping.send(true);
    let drained = async {
        let _ = tokio::join!(served, pages, verbs, measures, alive, portfolio);
    };
    let _ = tokio::time::timeout(DRAIN_MAX, drained).await;
    record.stopped().await.map_err(|error| error.refusal())
}

fn open_store(config: &Config) -> Result<Arc<dyn Store>, Refusal> {
    match config.store.kind {
        StoreKind::Sled => {
            let store = SledStore::open(&config.data_dir).map_err(|error| error.refusal())?;
            Ok(Arc::new(store))
        }
    }
}

async fn note_alive(record: Record, stop: impl Future<Output = ()>) {
    let mut every = tokio::time::interval(ALIVE_EVERY);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = every.tick() => {
                if let Err(error) = record.alive().await {
                    tracing::warn!(%error, "the house could not note that the collector is alive");
                }
            }
        }
    }
}

async fn listen(address: SocketAddr, field: &str) -> Result<TcpListener, Refusal> {
    let refused = |error: std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::AddrInUse => "address_in_use",
            _ => "address_refused",
        };
        Refusal::new(code).with("address", address).with("reason", error).on(field)
    };
    TcpListener::bind(address).await.map_err(refused)
}

/// What agents are asked, by the configuration.
fn agents_settings(config: &Config) -> Result<ingest::Settings, Refusal> {
    let mut settings = ingest::Settings { public_agents: config.public.agents.clone(), ..ingest::Settings::default() };
    if let Some(file) = &config.catalogue {
        let table = fs::read_to_string(file)
            .map_err(|error| Refusal::new("config_unreadable").with("reason", error).in_file(file.display()))?;
        Catalogue::parse(&table).map_err(|error| of_table(&error).in_file(file.display()))?;
        settings.catalogue = table.into();
    }
    Ok(settings)
}

fn of_table(error: &TableError) -> Refusal {
    match error {
        TableError::Header => Refusal::new("catalogue_header").at_line(1),
        TableError::Columns(line) => Refusal::new("catalogue_columns").at_line(*line),
        TableError::Word { line, word } => Refusal::new("catalogue_word").with("word", word).at_line(*line),
        TableError::Duplicate(line) => Refusal::new("catalogue_duplicate").at_line(*line),
        TableError::Product(line) => Refusal::new("catalogue_product").at_line(*line),
        TableError::TooLong => Refusal::new("catalogue_too_long"),
    }
}

fn endpoints(
    agents: &TcpListener,
    enrolment: &TcpListener,
    dashboard: &TcpListener,
    measures: &TcpListener,
) -> Result<Endpoints, Refusal> {
    let url = |scheme: &str, listener: &TcpListener| {
        let address = listener.local_addr().map_err(|error| Refusal::new("internal").with("reason", error))?;
        // An address that listens everywhere is reached from this machine by its loopback one.
        let host = match address.ip() {
            ip if ip.is_unspecified() && ip.is_ipv6() => "[::1]".to_owned(),
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            std::net::IpAddr::V4(ip) => ip.to_string(),
        };
        Ok::<String, Refusal>(format!("{scheme}://{host}:{}", address.port()))
    };
    Ok(Endpoints {
        schema: "cadastre/endpoints/1",
        agents: url("https", agents)?,
        enrolment: url("https", enrolment)?,
        dashboard: url("http", dashboard)?,
        metrics: url("http", measures)?,
    })
}

/// The admin socket, for its owner alone. A socket file that nobody answers on is a dead collector's: it is replaced.
fn admin_socket(config: &Config) -> Result<UnixListener, Refusal> {
    let path = config.admin_socket();
    let refused = |error: std::io::Error| Refusal::new("file_unwritable").with("reason", error).in_file(path.display());
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).map_err(refused)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(refused)?;
    Ok(listener)
}

fn private_folder(folder: &Path) -> Result<(), Refusal> {
    let refused =
        |error: std::io::Error| Refusal::new("file_unwritable").with("reason", error).in_file(folder.display());
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(refused)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(refused)?;
    }
    Ok(())
}

/// Writes a file so that a reader sees it whole or not at all.
fn publish(file: &Path, endpoints: &Endpoints) -> Result<(), Refusal> {
    let refused = |error: std::io::Error| Refusal::new("file_unwritable").with("reason", error).in_file(file.display());
    let mut draft = PathBuf::from(file);
    draft.set_extension("json.new");
    let mut text = serde_json::to_vec(endpoints).map_err(|error| Refusal::new("internal").with("reason", error))?;
    text.push(b'\n');
    let mut out = fs::File::create(&draft).map_err(refused)?;
    out.write_all(&text).and_then(|()| out.sync_all()).map_err(refused)?;
    fs::rename(&draft, file).map_err(refused)
}
