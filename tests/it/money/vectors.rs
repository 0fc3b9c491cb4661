//! Vectors worked out by hand, in tables that a person can read: `golden/money/*.md`, one file a mode or a rule.
//!
//! A vector is a heading with blocks and tables below it, in the order in which things became known. A block `toml` is the
//! contract, what no amount of the vector depends on left out (see [`with_defaults`]); a block `facts` tells what happened
//! in the language of the scenarios, `seats N` being annex rows in force from the contract's first day. A table asks; the
//! head of its first column says what for. Each amount of a bill is the rounding of the exact value of its last column, so
//! the table is proved without the program, and the program by the table.

use cadastre_domain::calendar::{Month, last_instant};
use cadastre_domain::price::{Bill, BillLine};
use cadastre_kit::source;
use jiff::civil::Date;

use super::hand;
use crate::scenarios::story::{Story, Told, date};

/// How many vectors each table must hold at least.
const AT_LEAST: usize = 5;

#[test]
fn every_table_is_what_the_rules_say_and_what_cadastre_bills() {
    let mut wrong = Vec::new();
    let mut held = Vec::new();
    for file in source::files("tests/golden/money", ".md") {
        let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
        let vectors = file.text.split("\n## ").skip(1);
        let mut count = 0;
        for vector in vectors {
            let (title, body) = vector.split_once('\n').unwrap_or((vector, ""));
            count += 1;
            if let Err(error) = play(body) {
                wrong.push(format!("{name}, {title}:\n{error}"));
            }
        }
        held.push((name, count));
    }
    let all: usize = held.iter().map(|(_, count)| count).sum();
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(held.len() >= 20 && held.iter().all(|(_, count)| *count >= AT_LEAST), "{held:?}");
}

fn play(body: &str) -> Told<()> {
    let mut story = Story::empty()?;
    let mut asked = false;
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let mut rest = || -> Vec<&str> { lines.by_ref().take_while(|line| *line != "```").collect() };
        match line {
            "```toml" => story.contract_text(&with_defaults(&rest().join("\n"))?)?,
            "```facts" => {
                for line in rest() {
                    fact(&mut story, line).map_err(|error| format!("{line}: {error}"))?;
                }
            }
            line if line.starts_with('|') => {
                let mut table = vec![cells(line)];
                while let Some(row) = lines.next_if(|next| next.starts_with('|')) {
                    table.push(cells(row));
                }
                answer(&story, &table)?;
                asked = true;
            }
            _ => {}
        }
    }
    if asked { Ok(()) } else { Err("nothing is asked".to_owned()) }
}

fn cells(row: &str) -> Vec<String> {
    row.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The contract with what the vector leaves out: contract `C` of the client from 2026-01-01, VAT 20 %; a line `l` that is a
/// *forfait* of laptops.
fn with_defaults(text: &str) -> Told<String> {
    let mut contract: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut put = |key: &str, value: toml::Value| {
        contract.entry(key).or_insert(value);
    };
    put("id", "C".into());
    put("client", crate::scenarios::story::CLIENT.into());
    put("effective_on", toml::Value::Datetime("2026-01-01".parse().map_err(|_| "date")?));
    put("billing", toml::Table::new().into());
    if let Some(billing) = contract["billing"].as_table_mut() {
        billing.entry("vat_rate").or_insert("20.00".into());
    }
    for line in contract.get_mut("lines").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        let line = line.as_table_mut().ok_or("a line is a table")?;
        for (key, value) in [("id", "l"), ("formula", "forfait"), ("category", "laptop")] {
            line.entry(key).or_insert(value.into());
        }
    }
    toml::to_string(&contract).map_err(|error| error.to_string())
}

fn fact(story: &mut Story, line: &str) -> Told<()> {
    match line.trim().strip_prefix("seats ") {
        Some(rest) => {
            let (count, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            story.seats(count.parse().map_err(|_| "seats N")?, rest)
        }
        None => story.line(line.trim(), &[]),
    }
}

fn answer(story: &Story, table: &[Vec<String>]) -> Told<()> {
    let (Some(head), rows) = (table.first(), table.get(2..).unwrap_or_default()) else {
        return Err("a table has a head".to_owned());
    };
    match head.first().map(String::as_str) {
        Some("bill") => bills(story, rows),
        Some("asked on") => terms(story, rows),
        Some("bill of") => dates(story, rows),
        other => Err(format!("no table asks for {other:?}")),
    }
}

/// `| bill | line | days | quantity | price | amount | by hand |`, a bill a group of rows; the months in one cell.
fn bills(story: &Story, rows: &[Vec<String>]) -> Told<()> {
    let mut groups: Vec<(&str, Vec<&Vec<String>>)> = Vec::new();
    for row in rows {
        match row.first().map(String::as_str) {
            Some("") => groups.last_mut().ok_or("which bill?")?.1.push(row),
            Some(month) => groups.push((month, vec![row])),
            None => return Err("an empty row".to_owned()),
        }
    }
    for (month, rows) in groups {
        let (month, known) = month.split_once(" known ").map_or((month, None), |(month, day)| (month, Some(day)));
        bill(story, month.parse().map_err(|_| format!("“{month}” is not a month"))?, known, &rows)?;
    }
    Ok(())
}

fn bill(story: &Story, month: Month, known: Option<&str>, rows: &[&Vec<String>]) -> Told<()> {
    let known = known.map(date).transpose()?;
    let told = match story.bills(month, known) {
        Ok(bills) => bills.iter().flat_map(told).collect::<Vec<_>>(),
        Err(code) => vec![format!("refused {code}")],
    };
    let mut wanted = Vec::new();
    let mut net = 0;
    for row in rows {
        let [_, line, days, quantity, price, amount, by_hand] = row.as_slice() else {
            return Err(format!("a bill has seven columns: {row:?}"));
        };
        if !by_hand.is_empty() {
            let exact = hand::value(by_hand)?;
            if hand::amount(hand::cents(exact)) != *amount {
                return Err(format!("{month} {line}: {by_hand} is {exact}, not {amount}"));
            }
        }
        let plain = matches!(line.as_str(), "net" | "gross" | "empty")
            || ["vat ", "refused ", "remark "].iter().any(|word| line.starts_with(word));
        if line == "net" {
            if amount != &hand::amount(net) {
                return Err(format!("{month}: the lines make {}, not {amount}", hand::amount(net)));
            }
            net = 0;
        } else if !plain {
            if by_hand.is_empty() {
                return Err(format!("{month} {line}: how is {amount} worked out?"));
            }
            net += hand::cents(hand::value(amount)?);
        }
        let days = if days.is_empty() { String::new() } else { format!(" {}", span(month, days)?) };
        let words = [line.as_str(), quantity, price, amount].into_iter().filter(|word| !word.is_empty());
        wanted.push(format!("{}{days}", words.collect::<Vec<_>>().join(" ")));
    }
    // A row without days, and a bill without totals, ask for none.
    let totals = wanted.iter().any(|row| row.starts_with("gross"));
    let told: Vec<String> = told.into_iter().filter(|row| totals || !is_total(row)).collect();
    let same = told.len() == wanted.len() && told.iter().zip(&wanted).all(|(told, wanted)| agrees(told, wanted));
    if same {
        Ok(())
    } else {
        Err(format!("{month}\n  by hand\n    {}\n  billed\n    {}", wanted.join("\n    "), told.join("\n    ")))
    }
}

fn is_total(row: &str) -> bool {
    ["net ", "vat ", "gross ", "remark "].iter().any(|word| row.starts_with(word))
}

fn agrees(told: &str, wanted: &str) -> bool {
    told == wanted
        || !wanted.contains("..")
            && told.split_once(" 2").is_some()
            && told.rsplit_once(' ').is_some_and(|(start, days)| days.contains("..") && start == wanted)
}

/// `1..31` within the month, or whole dates.
fn span(month: Month, days: &str) -> Told<String> {
    let (from, to) = days.split_once("..").unwrap_or((days, days));
    let whole = |day: &str| if day.contains('-') { day.to_owned() } else { format!("{month}-{day:0>2}") };
    Ok(format!("{}..{}", whole(from), whole(to)))
}

fn told(bill: &Bill) -> Vec<String> {
    let mut told: Vec<String> = bill.lines.iter().map(line).collect();
    if told.is_empty() {
        told.push("empty".to_owned());
    }
    told.extend(bill.remarks.iter().map(|remark| format!("remark {}", remark.code)));
    told.push(format!("net {}", bill.total_net));
    for row in &bill.vat {
        let category = row.category.map_or_else(String::new, |category| format!(" {}", category.code()));
        told.push(format!("vat {}{category} {}", row.rate, row.amount));
    }
    told.push(format!("gross {}", bill.total_gross));
    told
}

fn line(line: &BillLine) -> String {
    let name = line.line.as_deref().unwrap_or(&line.label);
    let slot = line.slot.as_ref().map_or_else(String::new, |slot| format!(" {slot}"));
    let off = line.discount.map_or_else(String::new, |off| format!(" -{off}%"));
    let (kind, unit) = (line.kind.word(), line.unit.code());
    let quantity = format!("{} {unit} {}{off} / {}", line.quantity, line.unit_price, line.price_base);
    format!("{kind} {name}{slot} {quantity} {} {}..{}", line.amount, line.from, line.to)
}

/// `| asked on | last day | end | deadline | notice until | warn |`.
fn terms(story: &Story, rows: &[Vec<String>]) -> Told<()> {
    for row in rows {
        let day = date(row.first().ok_or("a row has a day")?)?;
        let register = story.register_at(last_instant(day, &story.zone()?))?;
        let contract = *register.contracts().first().ok_or("no contract")?;
        let text = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let found = contract.deadline_on(day);
        let window = found.and_then(|found| found.warn_from.zip(found.warn_until));
        let told = [
            day.to_string(),
            text(contract.last_day()),
            text(found.map(|found| found.end)),
            text(found.map(|found| found.deadline)),
            text(found.map(|found| found.notice_until)),
            window.map_or_else(|| "-".to_owned(), |(from, until)| format!("{from}..{until}")),
        ];
        if row.as_slice() != told {
            return Err(format!("by hand {row:?}\n  read {told:?}"));
        }
    }
    Ok(())
}

/// `| bill of | dated | due |`.
fn dates(story: &Story, rows: &[Vec<String>]) -> Told<()> {
    for row in rows {
        let month: Month = row.first().and_then(|month| month.parse().ok()).ok_or("a row has a month")?;
        for bill in story.bills(month, None)? {
            let told = [month.to_string(), bill.date.to_string(), bill.due.to_string()];
            if row.as_slice() != told {
                return Err(format!("by hand {row:?}\n  billed {told:?}"));
            }
        }
    }
    Ok(())
}
