//! `audit`: what was invoiced against what lists prove, as intervals; no collector, nothing written.

use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use clap::Args;
use serde_json::Value;

use super::{Context, Failed, read_file, show};
use crate::admin::audit::audit;
use crate::admin::compare::File;
use crate::clock::{Clock, SystemClock};
use crate::present::text::{self, Language};
use crate::views::audit::{Audit, AuditMonth, Excess};

/// What to audit.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Issued invoices (CSV or XLSX): month, category or label, quantity, unit price or amount.
    #[arg(long, value_name = "FILE")]
    invoices: PathBuf,
    /// Dated lists (CSV or XLSX), with first and last seen where the console tells them; the day stands in the file's name.
    #[arg(long = "list", value_name = "FILE", required = true, num_args = 1..)]
    lists: Vec<PathBuf>,
    /// Every list names all the devices of its day: what is billed beyond it was billed for nobody.
    #[arg(long)]
    complete: bool,
}

pub(super) async fn run(context: &Context, args: &AuditArgs) -> Result<(), Failed> {
    let lists = args.lists.iter().map(|list| file(list)).collect::<Result<Vec<_>, _>>()?;
    let told = audit(&file(&args.invoices)?, &lists, args.complete, SystemClock.now()).await?;
    if context.json {
        let document: Value =
            serde_json::to_value(&told).map_err(|error| Refusal::new("internal").with("reason", error))?;
        show::document(&document);
        return Ok(());
    }
    say(context.language, &told);
    Ok(())
}

fn file(path: &Path) -> Result<File, Refusal> {
    Ok(File { name: path.display().to_string(), bytes: read_file(path)? })
}

fn say(language: Language, told: &Audit) {
    let columns = ["month", "category", "billed", "amount", "proved", "known", "over_billed", "under_billed"];
    let rows: Vec<Vec<String>> = told.months.iter().map(|row| cells(language, told, row)).collect();
    show::table(language, &columns, &rows);
    show::line("");
    let line = |code: &str, args: &[(&str, &str)]| show::line(&text::cli::done(code, args, language));
    for (code, span) in [("audit_over", &told.over), ("audit_under", &told.under)] {
        let amount = |text: &str| text::number::amount(text, &told.currency, language);
        line(code, &[("proved", &amount(&span.proved)), ("possible", &amount(&span.possible))]);
    }
    if !told.aside.is_empty() {
        let lines: Vec<String> = told.aside.iter().map(|row| row.line.to_string()).collect();
        line("audit_aside", &[("rows", &lines.len().to_string()), ("lines", &lines.join(", "))]);
    }
    line("audit_silence", &[]);
}

fn cells(language: Language, told: &Audit, row: &AuditMonth) -> Vec<String> {
    let interval = |excess: &Excess| {
        let amount = |text: &Option<String>| {
            text.as_deref().map_or_else(|| "?".to_owned(), |text| text::number::amount(text, &told.currency, language))
        };
        let (proved, possible) = (amount(&excess.amount_proved), amount(&excess.amount_possible));
        if proved == possible { proved } else { format!("{proved} – {possible}") }
    };
    vec![
        row.month.clone(),
        text::label::name(text::label::CATEGORIES, &row.category, language).to_owned(),
        text::number::decimal(&row.billed, language),
        text::number::amount(&row.amount, &told.currency, language),
        row.proved.to_string(),
        row.bound.map_or_else(|| row.known.to_string(), |bound| format!("{} (≤ {bound})", row.known)),
        interval(&row.over),
        interval(&row.under),
    ]
}
