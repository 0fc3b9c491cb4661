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
use super::{Context, When, pack, read_file, show};

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
    /// Write a month's bill as a file: canonical CSV, JSON, workbook, UBL drafts, or the form of a billing tool.
    Export {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        when: When,
        /// Form of the file.
        #[arg(long, default_value = "csv")]
        format: FileFormat,
        /// Form of a billing tool, over the CSV: dolibarr, odoo, pennylane, sage or ebp.
        #[arg(long)]
        profile: Option<String>,
        #[command(flatten)]
        pick: PickArgs,
        /// A folder to write into, or the file itself by its ending; standard output when absent.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Say why a month's bill differs from the one before.
    Bridge {
        #[command(flatten)]
        of: Of,
    },
    /// Price past months under another version of a contract.
    Replay {
        /// Client code.
        #[arg(long)]
        client: String,
        /// The contract's file.
        #[arg(long, value_name = "FILE")]
        contract: PathBuf,
        /// First month.
        #[arg(long, value_name = "YYYY-MM")]
        from: Month,
        /// Last month.
        #[arg(long, value_name = "YYYY-MM")]
        to: Month,
    },
    /// Make a closed month again from what it froze.
    Verify {
        /// Client code.
        #[arg(long, required_unless_present = "pack", conflicts_with = "pack")]
        client: Option<String>,
        /// Month.
        #[arg(long, value_name = "YYYY-MM", required_unless_present = "pack", conflicts_with = "pack")]
        period: Option<Month>,
        /// A dispute pack; needs no collector.
        #[arg(long, value_name = "DIR")]
        pack: Option<PathBuf>,
        /// A statement that was signed: the pack's ledger must have the head that it bears.
        #[arg(long, value_name = "FILE", requires = "pack")]
        statement: Option<PathBuf>,
    },
    /// Write everything that proves a closed month into one folder.
    Pack {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Month.
        #[arg(long, value_name = "YYYY-MM")]
        period: Month,
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
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

/// Form of a bill's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// The canonical CSV.
    Csv,
    /// The JSON document.
    Json,
    /// A workbook.
    Xlsx,
    /// UBL 2.1 drafts.
    Ubl,
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
        BillCommand::Export { of, when, format, profile, pick, out } => {
            let form = match (profile, format) {
                (Some(profile), _) => profile,
                (None, FileFormat::Csv) => "csv".to_owned(),
                (None, FileFormat::Json) => "json".to_owned(),
                (None, FileFormat::Xlsx) => "xlsx".to_owned(),
                (None, FileFormat::Ubl) => "ubl".to_owned(),
            };
            let month = reads::month(context, &of.client, of.period).await?;
            let at = format!("/api/v1/admin/bill-files/{}/{month}/{}", encode(&of.client), encode(&form));
            let more = [("entity", pick.entity.as_deref()), ("currency", pick.currency.as_deref())];
            let document = remote::get(context, &reads::path(&at, when, &more)).await?;
            if document["profile"]["verified"] == Value::Bool(false) {
                let [title, read_on] =
                    ["title", "read_on"].map(|key| document["profile"][key].as_str().unwrap_or_default());
                show::say(context, "profile_unverified", &[("title", title), ("day", read_on)]);
            }
            files(context, &document, out.as_deref())?;
            reads::remarks(context, &document);
            Ok(())
        }
        BillCommand::Bridge { of } => bridge(context, &of).await,
        BillCommand::Replay { client, contract, from, to } => replay(context, &client, &contract, from, to).await,
        BillCommand::Verify { pack: Some(folder), statement, .. } => {
            pack::verify(context, &folder, statement.as_deref())
        }
        BillCommand::Verify { client: Some(client), period: Some(period), .. } => {
            verify(context, &client, period).await
        }
        BillCommand::Verify { .. } => Err(Refusal::new("option_needed").with("option", "--client").on("client").into()),
        BillCommand::Pack { client, period, out } => pack::write(context, &client, period, &out).await,
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

/// Writes files into a folder; the only one to standard output, or to the file that `out` names by its ending.
pub(super) fn files(context: &Context, document: &Value, out: Option<&Path>) -> Result<(), Failed> {
    let unreadable = |_| Refusal::new("answer_unreadable").with("reason", "bytes");
    let mut files = Vec::new();
    for file in document["files"].as_array().into_iter().flatten() {
        let bytes = STANDARD.decode(file["bytes"].as_str().unwrap_or_default()).map_err(unreadable)?;
        files.push((file["name"].as_str().unwrap_or_default().to_owned(), bytes));
    }
    let Some(folder) = out else {
        return match files.as_slice() {
            [(_, bytes)] => {
                show::raw(bytes);
                Ok(())
            }
            [] => Err(Refusal::new("nothing_to_write").into()),
            several => Err(Refusal::new("several_files").with("files", several.len()).on("--out").into()),
        };
    };
    let is_file = match files.as_slice() {
        [(name, _)] => {
            !folder.is_dir() && folder.extension().is_some_and(|own| Some(own) == Path::new(name).extension())
        }
        _ => false,
    };
    for (name, bytes) in &files {
        // A name from the collector stays within the folder that the user chose.
        let named = folder.join(Path::new(name).file_name().unwrap_or_default());
        let file = if is_file { folder.to_path_buf() } else { named };
        let place =
            |error: std::io::Error| Refusal::new("file_unwritable").with("reason", error).in_file(file.display());
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).map_err(place)?;
        }
        std::fs::write(&file, bytes).map_err(place)?;
        show::say(context, "file_written", &[("file", &file.display().to_string())]);
    }
    Ok(())
}

async fn bridge(context: &Context, of: &Of) -> Result<(), Failed> {
    let month = reads::month(context, &of.client, of.period).await?;
    let document = remote::get(context, &format!("/api/v1/admin/bridge/{}/{month}", encode(&of.client))).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    for bridge in document["bridges"].as_array().into_iter().flatten() {
        let [before, after] = ["before", "after"].map(|key| show::amount(context, bridge, key));
        let mut rows = vec![vec![document["previous"].as_str().unwrap_or_default().to_owned(), before]];
        for step in bridge["steps"].as_array().into_iter().flatten() {
            let cell = |key: &str| step[key].as_str().unwrap_or_default();
            let args =
                [("line", cell("line")), ("slot", cell("slot")), ("day", cell("day")), ("contract", cell("contract"))];
            let text = crate::present::text::bill::step(cell("code"), &args, context.language);
            let currency = json!({"currency": bridge["currency"], "amount": step["amount"]});
            rows.push(vec![text, show::amount(context, &currency, "amount")]);
        }
        rows.push(vec![month.to_string(), after]);
        show::table(context.language, &["step", "amount"], &rows);
    }
    Ok(())
}

async fn replay(context: &Context, client: &str, contract: &Path, from: Month, to: Month) -> Result<(), Failed> {
    let text = super::local::read_text(contract)?;
    let body = json!({"client": client, "file": name(contract), "text": text, "from": from, "to": to});
    let document = remote::post(context, "bill-replay", &body).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    reads::rows(context, &document["months"], &["month", "actual", "replayed", "difference"], "nothing_billed");
    show::line("");
    let totals = ["actual", "replayed", "difference"];
    show::table(context.language, &totals, &[totals.map(|key| show::amount(context, &document, key)).to_vec()]);
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
        differences(context, document);
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

/// Names each line that differs, with both amounts.
fn differences(context: &Context, document: &Value) {
    for bill in document["bills"].as_array().into_iter().flatten() {
        for row in bill["differences"].as_array().into_iter().flatten() {
            let told = if row["issued"].is_null() { &row["recomputed"] } else { &row["issued"] };
            let amount = |side: &str| {
                let of = json!({"currency": bill["currency"], "amount": row[side]["amount"]});
                if row[side].is_null() { "0".to_owned() } else { show::amount(context, &of, "amount") }
            };
            let line = told["line"].as_str().or(told["label"].as_str()).unwrap_or_default();
            let (issued, recomputed) = (amount("issued"), amount("recomputed"));
            let contract = told["contract"].as_str().unwrap_or_default();
            let args = [("contract", contract), ("line", line), ("issued", &issued), ("recomputed", &recomputed)];
            show::say(context, "line_differs", &args);
        }
    }
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
