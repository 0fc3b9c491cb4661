//! Commands about terms, statements, proofs and drafts.

use std::path::{Path, PathBuf};

use cadastre_domain::calendar::Month;
use cadastre_domain::closing;
use cadastre_domain::fact::Recorded;
use cadastre_domain::refusal::Refusal;
use clap::Subcommand;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::reads::{self, encode};
use super::remote::{self, Failed};
use super::{Context, bill, read_file, show};
use crate::views::verification::Verification;

/// The monthly statement.
#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    /// Print it: a page to print and sign, in the language of the command.
    Show {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Month; the present one when absent.
        #[arg(long, value_name = "YYYY-MM")]
        period: Option<Month>,
        /// A file to write; standard output when absent.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Record that the client signed the page as it stands.
    Sign {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Month.
        #[arg(long, value_name = "YYYY-MM")]
        period: Month,
        /// Who signed.
        #[arg(long)]
        name: String,
        /// In which role.
        #[arg(long)]
        role: String,
        /// When.
        #[arg(long, value_name = "DATE")]
        on: Date,
    },
}

/// Drafts from findings.
#[derive(Debug, Subcommand)]
pub(crate) enum DraftCommand {
    /// The amendment that would cover what is uncovered, as TOML.
    Amendment {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
    },
    /// Its quote: what it would cost a month and a year.
    Quote {
        /// Client code.
        #[arg(long)]
        client: String,
        /// Contract id.
        #[arg(long)]
        contract: String,
    },
}

pub(super) async fn statement(context: &Context, command: StatementCommand) -> Result<(), Failed> {
    match command {
        StatementCommand::Show { client, period, out } => {
            let month = reads::month(context, &client, period).await?;
            let document = page(context, &client, month).await?;
            if context.json {
                show::document(&document["statement"]);
                return Ok(());
            }
            let page = document["page"].as_str().unwrap_or_default();
            let Some(out) = out else {
                show::raw(page.as_bytes());
                return Ok(());
            };
            let place = |error| Refusal::new("file_unwritable").with("reason", error).in_file(out.display());
            std::fs::write(&out, page).map_err(place)?;
            show::say(context, "file_written", &[("file", &out.display().to_string())]);
            Ok(())
        }
        StatementCommand::Sign { client, period, name, role, on } => {
            let document = page(context, &client, period).await?;
            let body = json!({
                "client": client, "period": period, "name": name, "role": role, "signed_on": on,
                "statement": document["sha256"], "head": document["head"],
            });
            let answer = remote::post(context, "statement-sign", &body).await?;
            let hash = document["sha256"].as_str().unwrap_or_default();
            show::done(
                context,
                &answer,
                "statement_signed",
                &[("month", &period.to_string()), ("name", &name), ("hash", hash)],
            );
            Ok(())
        }
    }
}

async fn page(context: &Context, client: &str, month: Month) -> Result<Value, Failed> {
    remote::get(context, &format!("/api/v1/admin/statement/{}/{month}", encode(client))).await
}

/// The calendar of a client's terms.
pub(super) async fn calendar(context: &Context, client: &str, out: Option<&Path>) -> Result<(), Failed> {
    let document = remote::get(context, &format!("/api/v1/admin/calendar/{}", encode(client))).await?;
    bill::files(context, &document, out)
}

/// What leaving on a day costs.
pub(super) async fn exit_fee(context: &Context, client: &str, contract: &str, on: Date) -> Result<(), Failed> {
    let at = format!("/api/v1/admin/exit-fee/{}/{}/{on}", encode(client), encode(contract));
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    let day = on.to_string();
    if document["exit_fee"].is_null() {
        show::say(context, "no_exit_fee", &[("contract", contract), ("day", &day)]);
        return Ok(());
    }
    let amount = show::amount(context, &document, "exit_fee");
    show::say(context, "exit_fee", &[("contract", contract), ("day", &day), ("amount", &amount)]);
    Ok(())
}

pub(super) async fn draft(context: &Context, command: DraftCommand) -> Result<(), Failed> {
    let (client, contract, is_quote) = match command {
        DraftCommand::Amendment { client, contract } => (client, contract, false),
        DraftCommand::Quote { client, contract } => (client, contract, true),
    };
    let document =
        remote::get(context, &format!("/api/v1/admin/draft/{}/{}", encode(&client), encode(&contract))).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    if !is_quote {
        show::raw(document["text"].as_str().unwrap_or_default().as_bytes());
        return Ok(());
    }
    reads::rows(
        context,
        &document["lines"],
        &["line", "count_now", "count_then", "devices", "amount_month"],
        "no_lines",
    );
    show::line("");
    let totals = ["amount_month", "amount_year"];
    show::table(context.language, &totals, &[totals.map(|key| show::amount(context, &document, key)).to_vec()]);
    Ok(())
}

/// Writes the dispute pack of a closed month into a folder.
pub(super) async fn pack(context: &Context, client: &str, period: Month, out: &Path) -> Result<(), Failed> {
    let document = remote::get(context, &format!("/api/v1/admin/pack/{}/{period}", encode(client))).await?;
    bill::files(context, &document, Some(out))
}

/// Verifies a dispute pack, without a collector.
pub(super) fn verify_pack(context: &Context, folder: &Path) -> Result<(), Failed> {
    let file = folder.join("pack.json");
    let unreadable = |what: &Path| {
        let what = what.display().to_string();
        move |error: serde_json::Error| Refusal::new("pack_unreadable").with("reason", error).in_file(what.clone())
    };
    let about: Value = serde_json::from_slice(&read_file(&file)?).map_err(unreadable(&file))?;
    let client = about["client"].as_str().unwrap_or_default();
    let Some(month) = about["period"].as_str().and_then(|text| text.parse::<Month>().ok()) else {
        return Err(Refusal::new("pack_unreadable").with("reason", "period").in_file(file.display()).into());
    };
    let facts = folder.join("facts.jsonl");
    let text = super::local::read_text(&facts)?;
    let lines = text.lines().filter(|line| !line.is_empty()).map(serde_json::from_str);
    let recorded: Vec<Recorded> = lines.collect::<Result<_, _>>().map_err(unreadable(&facts))?;
    let found = closing::verify(client, &recorded, month)?;
    if about["head"].as_str() != Some(&found.head) {
        return Err(Refusal::new("ledger_broken").with("month", month).into());
    }
    let document = serde_json::to_value(Verification::of(client, found));
    bill::verified(context, &document.map_err(|error| Refusal::new("internal").with("reason", error))?)
}
