//! `compare`: two files in, a readable answer out; no collector, nothing written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cadastre_domain::refusal::Refusal;
use clap::Args;

use super::{Context, Failed, read_file, show};
use crate::admin::compare::{Compared, Difference, File, Why, compare};
use crate::clock::{Clock, SystemClock};
use crate::present::text::{self, Language};

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
        let document =
            serde_json::to_value(&found.document).map_err(|error| Refusal::new("internal").with("reason", error))?;
        show::document(&document);
        return Ok(());
    }
    say(context.language, &found, prices.is_empty());
    Ok(())
}

fn file(path: &Path) -> Result<File, Refusal> {
    Ok(File { name: path.display().to_string(), bytes: read_file(path)? })
}

/// The answer: who is billed and unseen, who is seen and unbilled, why, and what it makes a month.
fn say(language: Language, found: &Compared, unpriced: bool) {
    let line = |code: &str, args: &[(&str, &str)]| show::line(&text::cli::done(code, args, language));
    let assets = &found.document.assets;
    let billed = assets.iter().filter(|asset| asset.slot.is_some()).count().to_string();
    let seen = assets.iter().filter(|asset| asset.last_seen.is_some()).count().to_string();
    let both = assets.iter().filter(|asset| asset.status == "covered" && asset.last_seen.is_some()).count().to_string();
    line("compare_counts", &[("billed", &billed), ("seen", &seen), ("both", &both)]);
    for (title, billed) in [("compare_unseen", true), ("compare_unbilled", false)] {
        let rows: Vec<&Difference> = found.differences.iter().filter(|row| row.billed == billed).collect();
        let total = text::number::total(rows.iter().map(|row| row.amount_month.as_str())).unwrap_or_default();
        let amount = text::number::amount(&total, &found.document.currency, language);
        show::line("");
        line(title, &[("count", &rows.len().to_string()), ("amount", &amount)]);
        let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(language, found, row)).collect();
        if !cells.is_empty() {
            show::table(language, &["name", "serial", "category", "amount_month", "why"], &cells);
        }
    }
    let perhaps = found.differences.iter().filter(|row| row.billed && matches!(row.why, Why::Perhaps { .. })).count();
    let doubtful = assets.iter().filter(|asset| ["unknown", "pending"].contains(&asset.status.as_str())).count();
    let notes = [
        ("compare_perhaps", perhaps),
        ("compare_unjudged", found.unjudged),
        ("compare_doubtful", doubtful),
        ("compare_unpriced", usize::from(unpriced)),
    ];
    for (code, count) in notes.into_iter().filter(|(_, count)| *count > 0) {
        show::line("");
        line(code, &[("count", &count.to_string())]);
    }
}

fn cells(language: Language, found: &Compared, row: &Difference) -> Vec<String> {
    let why = |code: &str, args: &[(&str, &str)]| text::cli::done(code, args, language);
    let why = match &row.why {
        Why::Unheard => why("compare_why_unheard", &[]),
        Why::Perhaps { name, rule } => {
            let rule = text::label::name(text::label::RULES, &rule.to_string(), language).to_owned();
            why("compare_why_perhaps", &[("name", name), ("rule", &rule)])
        }
        Why::Seen { sources, day } => {
            let code = if row.billed { "compare_why_silent" } else { "compare_why_unbilled" };
            why(code, &[("sources", sources), ("day", &text::date::day(*day, language))])
        }
    };
    vec![
        row.name.clone(),
        row.serial.clone().unwrap_or_default(),
        text::label::name(text::label::CATEGORIES, &row.category, language).to_owned(),
        text::number::amount(&row.amount_month, &found.document.currency, language),
        why,
    ]
}
