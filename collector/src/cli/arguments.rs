//! What the commands about clients, contracts, annexes, tokens, agents, assets, decisions and exports take.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::When;
use super::sources::{ListArgs, MoreArgs};

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
        /// A folder to write into, or the file itself by its ending; standard output when absent.
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
    /// What contracts ask for soon, or late already: notice, warning, end, revision, duties, leases.
    Alerts {
        /// Client code; every client when absent.
        #[arg(long)]
        client: Option<String>,
        /// How many days ahead.
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// Print a contract as it was recorded, verbatim.
    Export {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
        /// A file to write; standard output when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Record a drafted amendment that the client accepted, as a new version of the contract.
    Accept {
        /// The draft, as `draft amendment` wrote it, changed or not.
        file: PathBuf,
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
        /// When the client signed.
        #[arg(long, value_name = "DATE")]
        signed_on: Date,
        /// Record it even when it changes what closed months come to.
        #[arg(long)]
        yes: bool,
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
        #[arg(long, value_name = "N")]
        uses: Option<u32>,
        /// Days that it is valid.
        #[arg(long, value_name = "DAYS")]
        ttl: Option<u32>,
    },
    /// Revoke a token.
    Revoke {
        /// Public id of the token.
        token: String,
        /// Client code.
        #[arg(long)]
        client: String,
    },
}

/// One asset.
#[derive(Debug, Subcommand)]
pub(crate) enum AssetCommand {
    /// Everything that explains one asset.
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
    /// Why; kept with the decision.
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
    pub(crate) more: MoreArgs,
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
