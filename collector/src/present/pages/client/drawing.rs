//! The drawing of twelve months: per line the contract as steps, what is billed filled, what was seen as a line,
//! amendments as marks, silence hatched; and its table. A day is two units wide and leads to that day.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::present::query::Asked;
use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number};
use crate::views::history::{History, Level, LineHistory, Step};

/// The drawings, the days that can be clicked, and the months of the table.
pub(super) struct Drawing {
    pub(super) width: i32,
    pub(super) lines: Vec<Line>,
    /// Each month: its name and where it begins.
    pub(super) months: Vec<(String, i32)>,
    /// Each day: where it begins, its address and its date.
    pub(super) days: Vec<(i32, String, String)>,
    pub(super) rows: Vec<Row>,
}

/// A line's drawing.
pub(super) struct Line {
    pub(super) line: String,
    pub(super) said: String,
    pub(super) most: String,
    /// Billed: x, y, width and height.
    pub(super) billed: Vec<(i32, i64, i32, i64)>,
    /// Silent: x and width.
    pub(super) silent: Vec<(i32, i32)>,
    pub(super) contracted: String,
    pub(super) seen: String,
    /// Amendments: x and number.
    pub(super) amendments: Vec<(i32, u32)>,
}

/// A month of the table: its name, and contracted, seen and billed of each line at its end.
pub(super) struct Row {
    pub(super) month: String,
    pub(super) levels: Vec<[String; 3]>,
}

const DAY: i32 = 2;
/// Height of a drawing without its margin.
const HEIGHT: i64 = 44;
/// Room above the highest level.
const MARGIN: i64 = 4;
/// More lines than these are told by the table alone.
const LINES_MAX: usize = 12;

/// The drawing, when a line was ever in force.
pub(super) fn of(history: &History, asked: &Asked, path: &str, language: Language) -> Option<Drawing> {
    if history.lines.is_empty() {
        return None;
    }
    let place = |day: Date| DAY * day.since(history.first).map_or(0, |span| span.get_days());
    let days: Vec<Date> = history.first.series(1.day()).take_while(|day| *day <= history.last).collect();
    let firsts: Vec<Date> = days.iter().copied().filter(|day| day.day() == 1).collect();
    let href = |day: &Date| Asked { as_of: Some(*day), page: None, ..asked.clone() }.href(path);
    Some(Drawing {
        width: place(history.last) + DAY,
        lines: history.lines.iter().take(LINES_MAX).map(|line| draw(line, &place, language)).collect(),
        months: firsts.iter().map(|day| (date::month_short(*day, language), place(*day))).collect(),
        days: days.iter().map(|day| (place(*day), href(day), date::day(*day, language))).collect(),
        rows: firsts.iter().map(|first| row(history, *first, language)).collect(),
    })
}

fn draw(line: &LineHistory, place: &dyn Fn(Date) -> i32, language: Language) -> Line {
    let words = ClientWords::of(language);
    let highest = |step: &Step| step.level.contracted.max(step.level.billable).max(step.level.seen);
    let most = i64::from(line.steps.iter().map(highest).max().unwrap_or(0).max(1));
    let height = |n: u32| i64::from(n) * HEIGHT / most;
    let y = |n: u32| MARGIN + HEIGHT - height(n);
    let span = |step: &Step| (place(step.start), place(step.end) - place(step.start) + DAY);
    let path = |pick: fn(&Level) -> u32| {
        let points = line.steps.iter().map(|step| {
            let ((x, width), y) = (span(step), y(pick(&step.level)));
            format!("{x},{y} {},{y}", x + width)
        });
        points.collect::<Vec<_>>().join(" ")
    };
    let last = line.steps.last().map(|step| step.level).unwrap_or_default();
    let count = |n: u32| number::count(n, language);
    let values = [
        ("line", line.line.clone()),
        ("contracted", count(last.contracted)),
        ("seen", count(last.seen)),
        ("billable", count(last.billable)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Line {
        line: line.line.clone(),
        said: fill(words.drawn, &values, language),
        most: number::count(most, language),
        billed: line
            .steps
            .iter()
            .filter(|step| step.level.billable > 0)
            .map(|step| {
                let (x, width) = span(step);
                (x, y(step.level.billable), width, height(step.level.billable))
            })
            .collect(),
        silent: line.steps.iter().filter(|step| step.level.silent).map(span).collect(),
        contracted: path(|level| level.contracted),
        seen: path(|level| level.seen),
        amendments: line.amendments.iter().map(|(day, number)| (place(*day), *number)).collect(),
    }
}

fn row(history: &History, first: Date, language: Language) -> Row {
    let end = first.last_of_month().min(history.last);
    let level = |line: &LineHistory| {
        let step = line.steps.iter().find(|step| (step.start..=step.end).contains(&end));
        let level = step.map(|step| step.level).unwrap_or_default();
        [level.contracted, level.seen, level.billable].map(|n| number::count(n, language))
    };
    Row { month: date::month(first, language), levels: history.lines.iter().take(LINES_MAX).map(level).collect() }
}
