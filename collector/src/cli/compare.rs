//! `compare`: two files in, a readable answer out; no collector, nothing written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use clap::Args;

use super::{Context, Failed, read_file, show};
use crate::admin::compare::{File, compare};
use crate::clock::{Clock, SystemClock};
use crate::present::text::{self, Language};
use crate::views::reconciliation::{FindingRow, Reconciliation};

/// What to compare.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// What is billed: an annex, an invoice's list (CSV or XLSX).
    #[arg(long, value_name = "FILE")]
    annex: PathBuf,
    /// What is seen: exports of consoles (CSV or XLSX), as many as there are.
    #[arg(long = "list", value_name = "FILE", required = true, num_args = 1..)]
    lists: Vec<PathBuf>,
    /// A month's price of a category: laptop=12.00.
    #[arg(long = "price", value_name = "CATEGORY=PRICE")]
    prices: Vec<String>,
}

pub(super) async fn run(context: &Context, args: &CompareArgs) -> Result<(), Failed> {
    let mut prices = BTreeMap::new();
    for price in &args.prices {
        let Some((category, amount)) = price.split_once('=') else {
            return Err(Refusal::new("price_invalid").with("value", price).on("price").into());
        };
        prices.insert(category.trim().to_owned(), amount.trim().replace(',', "."));
    }
    let lists = args.lists.iter().map(|list| file(list)).collect::<Result<Vec<_>, _>>()?;
    let found = compare(&file(&args.annex)?, &lists, &prices, SystemClock.now()).await?;
    if context.json {
        let document = serde_json::to_value(&found).map_err(|error| Refusal::new("internal").with("reason", error))?;
        show::document(&document);
        return Ok(());
    }
    say(context.language, &found, prices.is_empty());
    Ok(())
}

fn file(path: &Path) -> Result<File, Refusal> {
    Ok(File { name: path.display().to_string(), bytes: read_file(path)? })
}

/// The answer: who is billed and unseen, who is seen and unbilled, what it makes a month.
fn say(language: Language, found: &Reconciliation, unpriced: bool) {
    let line = |code: &str, args: &[(&str, &str)]| show::line(&text::cli::done(code, args, language));
    let billed = found.assets.iter().filter(|asset| asset.slot.is_some()).count().to_string();
    let seen = found.assets.iter().filter(|asset| asset.last_seen.is_some()).count().to_string();
    let both =
        found.assets.iter().filter(|asset| asset.status == "covered" && asset.last_seen.is_some()).count().to_string();
    line("compare_counts", &[("billed", &billed), ("seen", &seen), ("both", &both)]);
    for (title, codes) in
        [("compare_unseen", &["never_seen", "missing"][..]), ("compare_unbilled", &["uncovered", "over_count"][..])]
    {
        let rows: Vec<&FindingRow> = found.findings.iter().filter(|row| codes.contains(&row.code.as_str())).collect();
        let total = text::number::total(rows.iter().map(|row| row.amount_month.as_str())).unwrap_or_default();
        let amount = text::number::amount(&total, &found.currency, language);
        show::line("");
        line(title, &[("count", &rows.len().to_string()), ("amount", &amount)]);
        let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(language, found, row)).collect();
        if !cells.is_empty() {
            show::table(language, &["name", "category", "code", "last_seen", "amount_month"], &cells);
        }
    }
    let doubtful = found.assets.iter().filter(|asset| ["unknown", "pending"].contains(&asset.status.as_str())).count();
    if doubtful > 0 {
        show::line("");
        line("compare_doubtful", &[("count", &doubtful.to_string())]);
    }
    if unpriced {
        show::line("");
        line("compare_unpriced", &[]);
    }
}

fn cells(language: Language, found: &Reconciliation, row: &FindingRow) -> Vec<String> {
    let asset = found.assets.iter().find(|asset| Some(&asset.asset) == row.asset.as_ref());
    let category = asset.map(|asset| text::label::name(text::label::CATEGORIES, &asset.category, language).to_owned());
    let seen =
        asset.and_then(|asset| asset.last_seen).map(|seen| seen.to_string().chars().take(10).collect::<String>());
    vec![
        row.name.clone().unwrap_or_default(),
        category.unwrap_or_default(),
        text::finding::title(&row.code, language).to_owned(),
        seen.unwrap_or_default(),
        text::number::amount(&row.amount_month, &found.currency, language),
    ]
}
