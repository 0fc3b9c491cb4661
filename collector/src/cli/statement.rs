//! Commands about the monthly statement: print it, record that it was signed, say what was signed and whether it holds.
//!
//! What is signed is a file: its bytes give the hash, and it bears the head of the ledger that it rests on.

use std::path::{Path, PathBuf};

use cadastre_domain::calendar::Month;
use cadastre_domain::price::sha256_hex;
use cadastre_domain::refusal::Refusal;
use clap::Subcommand;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::reads::{self, encode};
use super::remote::{self, Failed};
use super::{Context, local, read_file, show};

/// The monthly statement.
#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    /// Write it: a page to print and sign, in the language of the command.
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
    /// Record that the client signed it.
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
        /// In which role that person signed.
        #[arg(long)]
        role: String,
        /// When it was signed.
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// The page that was signed, as `statement show` wrote it; the page as it stands now when absent.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Say what was signed, and whether the ledger still has the heads that were written down.
    Verify {
        /// Client code.
        #[arg(long)]
        client: String,
        /// A signed page to look for.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

pub(super) async fn run(context: &Context, command: StatementCommand) -> Result<(), Failed> {
    match command {
        StatementCommand::Show { client, period, out } => {
            let month = reads::month(context, &client, period).await?;
            let document = page(context, &client, month).await?;
            if context.json {
                show::document(&document["statement"]);
            }
            let page = document["page"].as_str().unwrap_or_default();
            match out {
                Some(out) => {
                    write(&out, page)?;
                    show::say(context, "file_written", &[("file", &out.display().to_string())]);
                }
                None if !context.json => show::raw(page.as_bytes()),
                None => {}
            }
            Ok(())
        }
        StatementCommand::Sign { client, period, name, role, on, file } => {
            let (hash, head, known_at) = match file {
                Some(file) => signed_file(&file, &client, period)?,
                None => {
                    let document = page(context, &client, period).await?;
                    let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
                    let known_at = document["statement"]["known_at"].as_str().map(str::to_owned);
                    (text("sha256"), text("head"), known_at)
                }
            };
            let body = json!({
                "client": client, "period": period, "name": name, "role": role, "signed_on": on,
                "statement": hash, "head": head, "known_at": known_at,
            });
            let answer = remote::post(context, "statement-sign", &body).await?;
            let said = [("month", period.to_string()), ("name", name), ("hash", hash)];
            show::done(
                context,
                &answer,
                "statement_signed",
                &said.each_ref().map(|(key, value)| (*key, value.as_str())),
            );
            Ok(())
        }
        StatementCommand::Verify { client, file } => verify(context, &client, file.as_deref()).await,
    }
}

fn write(out: &Path, page: &str) -> Result<(), Refusal> {
    std::fs::write(out, page)
        .map_err(|error| Refusal::new("file_unwritable").with("reason", error).in_file(out.display()))
}

async fn page(context: &Context, client: &str, month: Month) -> Result<Value, Failed> {
    remote::get(context, &format!("/api/v1/admin/statement/{}/{month}", encode(client))).await
}

/// The hash of a signed page, the head and the instant that it bears; a page of another client or month is refused.
fn signed_file(file: &Path, client: &str, month: Month) -> Result<(String, String, Option<String>), Refusal> {
    let text = local::read_text(file)?;
    let [named, of, head] = marks(&text).ok_or_else(|| not_a_statement(file))?;
    if named != client || of != month.to_string() {
        let refusal = Refusal::new("statement_of_another").with("named", named).with("of", of);
        return Err(refusal.with("client", client).with("month", month).in_file(file.display()));
    }
    Ok((sha256_hex(&read_file(file)?), head, mark(&text, "known-at")))
}

/// The head of the ledger that a page bears.
pub(super) fn head_of(file: &Path) -> Result<String, Refusal> {
    let [_, _, head] = marks(&local::read_text(file)?).ok_or_else(|| not_a_statement(file))?;
    Ok(head)
}

fn not_a_statement(file: &Path) -> Refusal {
    Refusal::new("statement_unreadable").in_file(file.display())
}

/// What a page says of itself: client, month and head of the ledger.
fn marks(text: &str) -> Option<[String; 3]> {
    Some([mark(text, "client")?, mark(text, "month")?, mark(text, "ledger")?])
}

fn mark(text: &str, name: &str) -> Option<String> {
    let after = text.split_once(&format!("<meta name=\"cadastre-{name}\" content=\""))?.1;
    after.split_once('"').map(|(value, _)| value.to_owned())
}

async fn verify(context: &Context, client: &str, file: Option<&Path>) -> Result<(), Failed> {
    let document = remote::get(context, &format!("/api/v1/admin/signatures/{}", encode(client))).await?;
    let signatures = document["signatures"].as_array().cloned().unwrap_or_default();
    if context.json {
        show::document(&document);
    } else {
        reads::rows(
            context,
            &document["signatures"],
            &["month", "name", "role", "signed_on", "statement"],
            "no_signatures",
        );
    }
    if let Some(month) = document["broken_at"].as_str() {
        return Err(Refusal::new("ledger_broken").with("month", month).into());
    }
    if let Some(file) = file {
        let hash = sha256_hex(&read_file(file)?);
        let Some(found) = signatures.iter().find(|row| row["statement"] == hash.as_str()) else {
            return Err(Refusal::new("statement_not_signed").with("hash", hash).in_file(file.display()).into());
        };
        let text = |key: &str| found[key].as_str().unwrap_or_default();
        let args =
            [("month", text("month")), ("name", text("name")), ("role", text("role")), ("day", text("signed_on"))];
        show::say(context, "statement_found", &args);
    }
    show::say(context, "ledger_intact", &[("head", document["head"].as_str().unwrap_or_default())]);
    Ok(())
}
