//! The command line: what each command is called and takes. Data goes to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 refused or failed with one clear sentence, 2 usage. Files named on a command line are read and
//! written here, never by the collector; everything else is asked of the running collector over its admin socket.

mod agents;
mod bill;
mod compare;
mod demo;
mod local;
mod people;
mod reads;
mod remote;
mod show;
mod sources;
mod start;
mod terms;

use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use clap::{Args, Parser, Subcommand};

use jiff::Timestamp;
use jiff::civil::Date;

use self::agents::AgentCommand;
use self::bill::{BillCommand, IndexCommand, UsageCommand};
pub(crate) use self::compare::CompareArgs;
pub(crate) use self::remote::Failed;
pub(crate) use self::sources::{ListArgs, SourceCommand};
pub use self::start::main;
use self::terms::{DraftCommand, StatementCommand};
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

/// Clients.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Add a client.
    Add {
        /// Client code.
        client: String,
        /// Display name.
        #[arg(long)]
        name: Option<String>,
        /// French company number.
        #[arg(long)]
        siren: Option<String>,
    },
    /// List clients.
    List,
}

/// Contracts.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Read a contract file and say what is wrong with it; needs no collector.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Record a version of a contract.
    Import {
        /// The file.
        file: PathBuf,
        /// Client code.
        #[arg(long)]
        client: String,
        /// Record it even when it changes what closed months come to.
        #[arg(long)]
        yes: bool,
    },
    /// The calendar of a client's terms, as iCalendar.
    Calendar {
        /// Client code.
        #[arg(long)]
        client: String,
        /// A folder to write into; standard output when absent.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// What leaving with a day as last day would cost.
    ExitFee {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
        /// The last day.
        #[arg(long, value_name = "DATE")]
        on: Date,
    },
    /// A client's contracts and their dates.
    Show {
        /// Client code.
        #[arg(long)]
        client: String,
    },
}

/// Annexes.
#[derive(Debug, Subcommand)]
pub(crate) enum AnnexCommand {
    /// Record rows of a contract's annex from a CSV file.
    Import {
        /// The file.
        file: PathBuf,
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
    },
}

/// Enrolment tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token.
    Create {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Site that its agents join.
        #[arg(long)]
        site: Option<String>,
        /// How many agents it may create.
        #[arg(long)]
        uses: Option<u32>,
        /// Days that it lives.
        #[arg(long, value_name = "DAYS")]
        ttl: Option<u32>,
    },
    /// Revoke a token.
    Revoke {
        /// Its public id.
        token: String,
        /// Client code.
        #[arg(long)]
        client: String,
    },
}

/// One asset.
#[derive(Debug, Subcommand)]
pub(crate) enum AssetCommand {
    /// Everything that explains it.
    Show {
        /// Asset id.
        asset: String,
        /// Client code.
        #[arg(long)]
        client: Option<String>,
        #[command(flatten)]
        when: When,
    },
}

/// A decision.
#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// include, exclude, active, stock, spare, loan, byod, reversibility, retire, replace, merge, never-together, move,
    /// snooze or attest.
    pub(crate) verb: String,
    /// Asset ids; none for snooze and attest.
    pub(crate) assets: Vec<String>,
    /// Client code.
    #[arg(long)]
    pub(crate) client: String,
    /// The day it is about.
    #[arg(long, value_name = "DATE")]
    pub(crate) effective: Date,
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
    /// Contract, when several could be meant.
    #[arg(long)]
    pub(crate) contract: Option<String>,
    /// Line, for include.
    #[arg(long)]
    pub(crate) line: Option<String>,
    /// Slot, for include and replace.
    #[arg(long)]
    pub(crate) slot: Option<String>,
    #[command(flatten)]
    pub(crate) more: sources::MoreArgs,
    /// Write nothing, only show what the bill becomes.
    #[arg(long)]
    pub(crate) preview: bool,
}

/// What to export.
#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// A client.
    Client {
        /// Client code.
        client: String,
        /// A new or empty folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// What to import.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// A client that `export client` wrote.
    Client {
        /// The folder.
        folder: PathBuf,
    },
    /// A dated list of another console: CSV or XLSX.
    Csv(ListArgs),
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
        Command::Statement(command) => terms::statement(context, command).await,
        Command::Draft(command) => terms::draft(context, command).await,
        Command::Contract(ContractCommand::Calendar { client, out }) => {
            terms::calendar(context, &client, out.as_deref()).await
        }
        Command::Contract(ContractCommand::ExitFee { client, contract, on }) => {
            terms::exit_fee(context, &client, &contract, on).await
        }
        Command::Export(ExportCommand::Client { client, out }) => people::export_client(context, &client, &out).await,
        Command::Import(ImportCommand::Client { folder }) => people::import_client(context, &folder).await,
        Command::Import(ImportCommand::Csv(args)) => sources::import(context, args).await,
        Command::Source(command) => sources::run(context, command).await,
        Command::Compare(args) => compare::run(context, &args).await,
        Command::Demo(args) => demo::run(context, &args).await,
        Command::Rebuild => people::rebuild(context).await,
    }
}

/// Reads a file named on the command line.
fn read_file(file: &Path) -> Result<Vec<u8>, Refusal> {
    std::fs::read(file).map_err(|error| Refusal::new("file_unreadable").with("reason", error).in_file(file.display()))
}
