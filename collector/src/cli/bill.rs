//! Commands about money: bills from preview to proof, usage and indexes.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::reads::{self, Pick, encode};
use super::remote::{self, Failed};
use super::{Context, When, read_file, show};

/// Bills.
#[derive(Debug, Subcommand)]
pub(crate) enum BillCommand {
    /// The month's bill as the facts stand; of a closed month, the closed bill.
    Preview {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        when: When,
        /// Form of the output.
        #[arg(long)]
        format: Option<BillFormat>,
        #[command(flatten)]
        pick: PickArgs,
    },
    /// The days that the month counts, slot by slot.
    Days {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        when: When,
    },
    /// Freeze a month: once, in consecutive months.
    Close {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Month.
        #[arg(long, value_name = "YYYY-MM")]
        period: Month,
        /// Form of the output.
        #[arg(long)]
        format: Option<BillFormat>,
    },
    /// Make a closed month again from what it froze.
    Verify {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Month.
        #[arg(long, value_name = "YYYY-MM")]
        period: Month,
    },
}

/// Whose bill, and of which month.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// Client code.
    #[arg(long)]
    client: String,
    /// Month; the present one when absent.
    #[arg(long, value_name = "YYYY-MM")]
    period: Option<Month>,
}

/// Which of several bills.
#[derive(Debug, Args)]
pub(crate) struct PickArgs {
    /// Only this entity's.
    #[arg(long)]
    entity: Option<String>,
    /// Only this currency's.
    #[arg(long)]
    currency: Option<String>,
}

impl From<PickArgs> for Pick {
    fn from(args: PickArgs) -> Self {
        Self { entity: args.entity, currency: args.currency }
    }
}

/// Form of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BillFormat {
    /// The canonical CSV.
    Csv,
    /// The JSON document.
    Json,
}

/// Hours and tickets used.
#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Record rows of usage from a CSV file.
    Import {
        /// The file.
        file: PathBuf,
        /// Client code.
        #[arg(long)]
        client: String,
    },
}

/// Price indexes.
#[derive(Debug, Subcommand)]
pub(crate) enum IndexCommand {
    /// Record published indexes from a CSV file; one table for the collector.
    Import {
        /// The file.
        file: PathBuf,
    },
}

pub(super) async fn run(context: &Context, command: BillCommand) -> Result<(), Failed> {
    match command {
        BillCommand::Preview { of, when, format, pick } => {
            reads::bill(context, &of.client, of.period, when, format, &pick.into()).await
        }
        BillCommand::Days { of, when } => reads::slot_days(context, &of.client, of.period, when).await,
        BillCommand::Close { client, period, format } => close(context, &client, period, format).await,
        BillCommand::Verify { client, period } => verify(context, &client, period).await,
    }
}

async fn close(context: &Context, client: &str, period: Month, format: Option<BillFormat>) -> Result<(), Failed> {
    let answer = remote::post(context, "bill-close", &json!({"client": client, "period": period})).await?;
    let when = When { as_of: None, known_at: None };
    reads::bill(context, client, Some(period), when, format, &Pick { entity: None, currency: None }).await?;
    let head = answer["head"].as_str().unwrap_or_default();
    show::say(context, "month_closed", &[("month", &period.to_string()), ("client", client), ("head", head)]);
    Ok(())
}

async fn verify(context: &Context, client: &str, period: Month) -> Result<(), Failed> {
    let document = remote::get(context, &format!("/api/v1/admin/verify/{}/{period}", encode(client))).await?;
    verified(context, &document)
}

/// Prints a verification; one that does not hold is a refusal.
pub(super) fn verified(context: &Context, document: &Value) -> Result<(), Failed> {
    let text = |key: &str| document[key].as_str().unwrap_or_default();
    let month = text("period");
    if context.json {
        show::document(document);
    } else {
        let columns = ["entity", "currency", "issued", "recomputed"];
        reads::rows(context, &document["bills"], &columns, "nothing_billed");
    }
    if document["ledger_intact"] == Value::Bool(false) {
        return Err(Refusal::new("ledger_broken").with("month", month).into());
    }
    if document["contracts_intact"] == Value::Bool(false) {
        return Err(Refusal::new("contract_changed_since").with("month", month).into());
    }
    if document["holds"] == Value::Bool(true) {
        show::say(context, "month_verified", &[("month", month), ("head", text("head"))]);
        return Ok(());
    }
    let bills = document["bills"].as_array().into_iter().flatten();
    let lines: usize = bills.map(|bill| bill["differences"].as_array().map_or(0, Vec::len)).sum();
    let (then, now) = (text("engine_then"), text("engine_now"));
    if then == now {
        return Err(Refusal::new("bill_does_not_hold").with("month", month).with("lines", lines).into());
    }
    show::say(
        context,
        "engine_differs",
        &[("month", month), ("lines", &lines.to_string()), ("then", then), ("now", now)],
    );
    Ok(())
}

pub(super) async fn usage(context: &Context, command: UsageCommand) -> Result<(), Failed> {
    let UsageCommand::Import { file, client } = command;
    let args = json!({"client": client, "file": name(&file), "bytes": STANDARD.encode(read_file(&file)?)});
    counted(context, &remote::post(context, "usage-import", &args).await?, "usage_imported");
    Ok(())
}

pub(super) async fn index(context: &Context, command: IndexCommand) -> Result<(), Failed> {
    let IndexCommand::Import { file } = command;
    let args = json!({"file": name(&file), "bytes": STANDARD.encode(read_file(&file)?)});
    counted(context, &remote::post(context, "index-import", &args).await?, "index_imported");
    Ok(())
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

/// Says how many rows of a table were new or corrected.
fn counted(context: &Context, answer: &Value, code: &str) {
    let [rows, new, corrected] = ["rows", "new", "corrected"].map(|key| answer[key].to_string());
    show::done(context, answer, code, &[("rows", &rows), ("new", &new), ("corrected", &corrected)]);
}
