//! The command line: what each command is called and takes. Data goes to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 refused or failed with one clear sentence, 2 usage. Files named on a command line are read and
//! written here, never by the collector; everything else is asked of the running collector over its admin socket.

mod agents;
mod arguments;
mod audit;
mod bill;
mod compare;
mod demo;
mod local;
mod pack;
mod people;
mod reads;
mod remote;
mod show;
mod sources;
mod start;
mod statement;
mod terms;
mod usage;

use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use clap::{Args, Parser, Subcommand};

use jiff::Timestamp;
use jiff::civil::Date;

use self::agents::AgentCommand;
pub(crate) use self::arguments::{
    AnnexCommand, AssetCommand, ClientCommand, ContractCommand, DecideArgs, ExportCommand, ImportCommand, TokenCommand,
};
use self::audit::AuditArgs;
use self::bill::{BillCommand, IndexCommand, UsageCommand};
pub(crate) use self::compare::CompareArgs;
pub(crate) use self::remote::Failed;
pub(crate) use self::sources::SourceCommand;
pub use self::start::main;
use self::statement::StatementCommand;
use self::terms::{DraftCommand, EraseCommand};
use crate::config::Config;
use crate::present::text::Language;

/// The register of what a maintenance contract covers.
#[derive(Debug, Parser)]
#[command(name = "cadastre-collector", version)]
pub struct Cli {
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the data, over the configuration's `data_dir`.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print JSON, refusals too.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language: fr or en.
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the collector.
    Serve,
    /// Clients.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Contracts.
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Annexes.
    #[command(subcommand)]
    Annex(AnnexCommand),
    /// Hours and tickets used.
    #[command(subcommand)]
    Usage(UsageCommand),
    /// Price indexes.
    #[command(subcommand)]
    Index(IndexCommand),
    /// Enrolment tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Agents.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// List assets.
    Assets {
        /// Only this client's.
        #[arg(long)]
        client: Option<String>,
        #[command(flatten)]
        when: When,
    },
    /// One asset.
    #[command(subcommand)]
    Asset(AssetCommand),
    /// Say of each report which device it is, and why.
    Explain {
        /// Inventories, one a line; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
    },
    /// A client's perimeter.
    Reconcile {
        /// Client code.
        #[arg(long)]
        client: String,
        #[command(flatten)]
        when: When,
    },
    /// Decide about assets.
    Decide(DecideArgs),
    /// Bills.
    #[command(subcommand)]
    Bill(BillCommand),
    /// Monthly statements, for the client to check and sign.
    #[command(subcommand)]
    Statement(StatementCommand),
    /// Drafts from findings.
    #[command(subcommand)]
    Draft(DraftCommand),
    /// Write a client's facts into a folder.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Take a client's facts from a folder.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Groups and lists of other consoles.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Who is billed and unseen, seen and unbilled, from two files; needs no collector.
    Compare(CompareArgs),
    /// Forty made-up clients with every kind of finding, marked as examples.
    Demo(demo::DemoArgs),
    /// What was invoiced against what dated lists prove, as intervals; needs no collector.
    Audit(AuditArgs),
    /// Forget what the register keeps, for good.
    #[command(subcommand)]
    Erase(EraseCommand),
    /// Drop everything that is derived, and make it anew.
    Rebuild,
}

/// The day and the knowledge that a read is about.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct When {
    /// The day; today when absent.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// What was known at this instant; now when absent.
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<Timestamp>,
}

/// What every command knows.
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) json: bool,
    pub(crate) language: Language,
}

/// Runs every command but `serve`, which [`start`] runs.
///
/// # Errors
/// The refusal that the command ends with.
pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failed> {
    match command {
        Command::Serve => Ok(()),
        Command::Contract(ContractCommand::Check { file }) => local::check(context, &file),
        Command::Explain { report } => local::explain(context, &report),
        Command::Client(ClientCommand::Add { client, name, siren }) => {
            people::add_client(context, client, name, siren).await
        }
        Command::Client(ClientCommand::List) => reads::clients(context).await,
        Command::Contract(ContractCommand::Import { file, client, yes }) => {
            people::import_contract(context, &file, client, yes).await
        }
        Command::Contract(ContractCommand::Show { client }) => reads::contracts(context, &client).await,
        Command::Annex(AnnexCommand::Import { file, client, contract }) => {
            people::import_annex(context, &file, client, contract).await
        }
        Command::Usage(command) => bill::usage(context, command).await,
        Command::Index(command) => bill::index(context, command).await,
        Command::Token(TokenCommand::Create { client, site, uses, ttl }) => {
            people::create_token(context, client, site, uses, ttl).await
        }
        Command::Token(TokenCommand::Revoke { token, client }) => people::revoke_token(context, client, token).await,
        Command::Agent(command) => agents::run(context, command).await,
        Command::Assets { client, when } => reads::assets(context, client.as_deref(), when).await,
        Command::Asset(AssetCommand::Show { asset, client, when }) => {
            reads::asset(context, &asset, client.as_deref(), when).await
        }
        Command::Reconcile { client, when } => reads::reconcile(context, &client, when).await,
        Command::Decide(args) => people::decide(context, args).await,
        Command::Bill(command) => bill::run(context, command).await,
        Command::Statement(command) => statement::run(context, command).await,
        Command::Draft(command) => terms::draft(context, command).await,
        Command::Contract(ContractCommand::Calendar { client, out }) => {
            terms::calendar(context, &client, out.as_deref()).await
        }
        Command::Contract(ContractCommand::ExitFee { client, contract, on }) => {
            terms::exit_fee(context, &client, &contract, on).await
        }
        Command::Contract(ContractCommand::Alerts { client, days }) => {
            terms::alerts(context, client.as_deref(), days).await
        }
        Command::Contract(ContractCommand::Export { client, contract, out }) => {
            terms::export(context, &client, &contract, out.as_deref()).await
        }
        Command::Contract(ContractCommand::Accept { file, client, contract, signed_on, yes }) => {
            terms::accept(context, &file, &client, &contract, signed_on, yes).await
        }
        Command::Erase(command) => terms::erase(context, command).await,
        Command::Export(ExportCommand::Client { client, out }) => people::export_client(context, &client, &out).await,
        Command::Import(ImportCommand::Client { folder }) => people::import_client(context, &folder).await,
        Command::Import(ImportCommand::Csv(args)) => sources::import(context, args).await,
        Command::Source(command) => sources::run(context, command).await,
        Command::Compare(args) => compare::run(context, &args).await,
        Command::Demo(args) => demo::run(context, &args).await,
        Command::Audit(args) => audit::run(context, &args).await,
        Command::Rebuild => people::rebuild(context).await,
    }
}

/// Reads a file named on the command line.
fn read_file(file: &Path) -> Result<Vec<u8>, Refusal> {
    std::fs::read(file).map_err(|error| Refusal::new("file_unreadable").with("reason", error).in_file(file.display()))
}
