//! Commands about terms and drafts.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::refusal::Refusal;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::json;

use super::reads::{self, encode};
use super::remote::{self, Failed};
use super::{Context, bill, read_file, show};
use crate::present::text::{self, label};
use crate::views::agenda::{Agenda, Event};

/// Drafts from findings.
#[derive(Debug, Subcommand)]
pub(crate) enum DraftCommand {
    /// The amendment that would cover what is uncovered, as TOML.
    Amendment(DraftArgs),
    /// Its quote: a page to print and sign, with what it costs a month and a year.
    Quote(DraftArgs),
    /// A first contract: the inventory of a client, priced from a list of categories and unit prices.
    Contract {
        /// What to draft; the contract id is the new one.
        #[command(flatten)]
        args: DraftArgs,
        /// The price list: a table with the columns category and unit price.
        #[arg(long, value_name = "FILE")]
        prices: PathBuf,
        /// A file for the quote: a page to print and sign.
        #[arg(long, value_name = "FILE")]
        quote: Option<PathBuf>,
    },
}

/// Which draft.
#[derive(Debug, Args)]
pub(crate) struct DraftArgs {
    /// Client code.
    #[arg(long)]
    client: String,
    /// Contract id.
    #[arg(long)]
    contract: String,
    /// First day of the amendment; of next month when absent.
    #[arg(long, value_name = "DATE")]
    effective: Option<Date>,
    /// A file to write; standard output when absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What to forget.
#[derive(Debug, Subcommand)]
pub(crate) enum EraseCommand {
    /// A client: every fact, once it is exported or its contract is long over. There is no way back.
    Client {
        /// Client code.
        client: String,
        /// Erase it: without this nothing is erased.
        #[arg(long)]
        yes: bool,
    },
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
    let (args, kind) = match command {
        DraftCommand::Amendment(args) => (args, "draft"),
        DraftCommand::Quote(args) => (args, "quote"),
        DraftCommand::Contract { args, prices, quote } => {
            return first_contract(context, &args, &prices, quote.as_deref()).await;
        }
    };
    let at = format!("/api/v1/admin/{kind}/{}/{}", encode(&args.client), encode(&args.contract));
    let day = args.effective.map(|day| day.to_string());
    let when = super::When { as_of: None, known_at: None };
    let document = remote::get(context, &reads::path(&at, when, &[("as_of", day.as_deref())])).await?;
    let (draft, text) = match kind {
        "quote" => (&document["draft"], &document["page"]),
        _ => (&document, &document["text"]),
    };
    if context.json {
        show::document(draft);
    }
    hand_over(context, text.as_str().unwrap_or_default(), args.out.as_deref())
}

/// The inventory as a contract, and its quote.
async fn first_contract(
    context: &Context,
    args: &DraftArgs,
    prices: &Path,
    quote: Option<&Path>,
) -> Result<(), Failed> {
    let body = json!({
        "client": args.client, "contract": args.contract, "effective_on": args.effective,
        "file": prices.display().to_string(), "prices": STANDARD.encode(read_file(prices)?),
    });
    let document = remote::post(context, "draft-contract", &body).await?;
    let draft = &document["draft"];
    if context.json {
        show::document(draft);
    }
    for device in draft["unpriced"].as_array().into_iter().flatten() {
        let category = label::name(label::CATEGORIES, device[1].as_str().unwrap_or("other"), context.language);
        show::say(context, "unpriced", &[("device", device[0].as_str().unwrap_or_default()), ("category", category)]);
    }
    if quote.is_some() {
        hand_over(context, document["page"].as_str().unwrap_or_default(), quote)?;
    }
    hand_over(context, draft["text"].as_str().unwrap_or_default(), args.out.as_deref())
}

/// Writes a text into a file, or to standard output where no JSON went there.
fn hand_over(context: &Context, text: &str, out: Option<&Path>) -> Result<(), Failed> {
    let Some(out) = out else {
        if !context.json {
            show::raw(text.as_bytes());
        }
        return Ok(());
    };
    let place = |error| Refusal::new("file_unwritable").with("reason", error).in_file(out.display());
    std::fs::write(out, text).map_err(place)?;
    show::say(context, "file_written", &[("file", &out.display().to_string())]);
    Ok(())
}

/// What contracts ask for within so many days.
pub(super) async fn alerts(context: &Context, client: Option<&str>, days: u32) -> Result<(), Failed> {
    let days = days.to_string();
    let when = super::When { as_of: None, known_at: None };
    let at = reads::path("/api/v1/admin/agenda", when, &[("client", client), ("limit", Some(&days))]);
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    let agenda: Agenda =
        serde_json::from_value(document).map_err(|e| Refusal::new("answer_unreadable").with("reason", e))?;
    let row = |event: &Event| {
        vec![event.until.to_string(), event.days_left.to_string(), text::contract::event(event, context.language)]
    };
    let rows: Vec<Vec<String>> = agenda.events.iter().map(row).collect();
    if rows.is_empty() {
        show::say(context, "no_alerts", &[("days", &days)]);
    } else {
        show::table(context.language, &["until", "days_left", "what"], &rows);
    }
    Ok(())
}

/// A contract as it was recorded.
pub(super) async fn export(context: &Context, client: &str, contract: &str, out: Option<&Path>) -> Result<(), Failed> {
    let at = format!("/api/v1/admin/contract-text/{}/{}", encode(client), encode(contract));
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
    }
    hand_over(context, document["text"].as_str().unwrap_or_default(), out)
}

/// An accepted draft becomes part of its contract.
pub(super) async fn accept(
    context: &Context,
    file: &Path,
    client: &str,
    contract: &str,
    signed_on: Date,
    yes: bool,
) -> Result<(), Failed> {
    let text = super::local::read_text(file)?;
    let body = json!({
        "client": client, "contract": contract, "file": file.display().to_string(), "text": text, "signed_on": signed_on,
        "yes": yes,
    });
    let answer = remote::post(context, "contract-accept", &body).await?;
    super::people::say_effect(context, &answer["effect"]);
    show::done(context, &answer, "draft_accepted", &[("contract", contract), ("day", &signed_on.to_string())]);
    Ok(())
}

pub(super) async fn erase(context: &Context, command: EraseCommand) -> Result<(), Failed> {
    let EraseCommand::Client { client, yes } = command;
    if !yes {
        return Err(Refusal::new("erase_needs_yes").with("client", client).on("--yes").into());
    }
    let answer = remote::post(context, "erase", &json!({"client": client})).await?;
    show::done(context, &answer, "client_erased", &[("client", &client)]);
    Ok(())
}
