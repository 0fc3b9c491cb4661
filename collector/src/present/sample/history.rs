//! The sample's twelve months: a line that grows by an amendment, with a silence in August.

use cadastre_domain::calendar::Month;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::HOSTILE;
use super::money::slots;
use crate::views::asset_months::{AssetMonth, AssetMonths};
use crate::views::history::{History, Level, LineHistory, Step};

pub(super) fn of(client: &str, last: Date) -> History {
    let first = Month::of(last).plus(-11).first();
    let lines = match client {
        "atelier-martin" => vec![("laptops", "laptop", 25), ("desktops", "desktop", 6), ("servers", "server", 2)],
        "hostile" => vec![(HOSTILE, HOSTILE, 3)],
        _ => Vec::new(),
    };
    let line = |(line, category, count): (&str, &str, u32)| LineHistory {
        contract: "C-2026-014".into(),
        line: line.into(),
        category: category.into(),
        steps: steps(first, last, count),
        amendments: vec![(date(2026, 6, 1), 1)],
    };
    History { first, last, lines: lines.into_iter().map(line).collect() }
}

fn steps(first: Date, last: Date, count: u32) -> Vec<Step> {
    let starts = [first, date(2026, 2, 1), date(2026, 6, 1), date(2026, 8, 3), date(2026, 8, 20), date(2026, 11, 12)];
    let level = |day: Date| match day {
        _ if day < date(2026, 2, 1) => Level::default(),
        _ if day < date(2026, 6, 1) => {
            Level { contracted: count - 1, billable: count - 1, seen: count - 1, silent: false }
        }
        _ => Level {
            contracted: count,
            billable: count,
            seen: if day < date(2026, 11, 12) { count } else { count + 1 },
            silent: (date(2026, 8, 3)..date(2026, 8, 20)).contains(&day),
        },
    };
    let mut starts: Vec<Date> = starts.into_iter().filter(|start| (first..=last).contains(start)).collect();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next.saturating_sub(1.day())).chain([last]);
    starts.iter().zip(ends).map(|(start, end)| Step { start: *start, end, level: level(*start) }).collect()
}

pub(super) fn months(client: &str, month: Month) -> AssetMonths {
    let rows = if client == "atelier-martin" { slots(month) } else { Vec::new() };
    let assets = rows.into_iter().filter_map(|row| {
        let amount = Some("7.60".into()).filter(|_| row.line == "laptops");
        Some((row.assets.first()?.clone(), AssetMonth { days: row.days, runs: row.runs, amount }))
    });
    AssetMonths { month, assets: assets.collect() }
}
