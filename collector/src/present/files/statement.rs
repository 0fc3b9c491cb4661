//! The monthly statement as one printable page, in the language of its reader.
//!
//! **Invariant**: the same statement gives the same bytes, so its SHA-256 is what a client signs.

use askama::Template;
use cadastre_domain::refusal::Refusal;

use crate::present::text::paper::{self, StatementWords};
use crate::present::text::table::{fill, say};
use crate::present::text::{Language, date, finding, label, number};
use crate::views::bill::Bill;
use crate::views::reconciliation::{FindingRow, LineRow};
use crate::views::statement::{
    AGE_YEARS_MAX, DelayRow, DutyRow, Equipment, Intervention, MEMORY_GIB_MIN, Movement, PromiseRow, Statement, Sum,
};

#[derive(Template)]
#[template(path = "statement.html")]
struct Page<'a> {
    language: &'static str,
    w: &'static StatementWords,
    s: &'a Statement,
    month_id: String,
    title: String,
    span: String,
    running: Option<String>,
    provider: Option<(String, String)>,
    client_siren: String,
    perimeter: String,
    lines: Vec<[String; 7]>,
    movements: Vec<[String; 5]>,
    totals: String,
    sums: Vec<(&'static str, Vec<[String; 4]>)>,
    interventions: Vec<InterventionRow>,
    promises: Vec<[String; 6]>,
    duties: Vec<([String; 4], bool)>,
    equipment_about: String,
    equipment: Vec<[String; 4]>,
    findings: Vec<[String; 6]>,
    has_tickets: bool,
    bills: Vec<[String; 5]>,
}

struct InterventionRow {
    date: String,
    what: String,
    device: String,
    nature: String,
    means: String,
    minutes: String,
    tickets: String,
    /// Each delay, its verdict, and the verdict's class.
    delays: [(String, &'static str, &'static str); 2],
}

/// A finding that concerns more devices than these names the first of them.
const NAMES_MAX: usize = 8;

/// A page's words and language.
#[derive(Clone, Copy)]
struct Writer {
    w: &'static StatementWords,
    language: Language,
}

/// The page of a statement.
///
/// # Errors
/// `internal` when the template does not render.
pub(crate) fn page(statement: &Statement, language: Language) -> Result<String, Refusal> {
    let w = StatementWords::of(language);
    let to = Writer { w, language };
    let (from, end) = (date::day(statement.start, language), date::day(statement.end, language));
    let last = cadastre_domain::calendar::Month::of(statement.start).last();
    let (years, memory) = (AGE_YEARS_MAX.to_string(), MEMORY_GIB_MIN.to_string());
    let siren = statement.bills.iter().find_map(|bill| bill.client_siren.as_deref());
    let page = Page {
        language: language.code(),
        w,
        s: statement,
        month_id: statement.start.strftime("%Y-%m").to_string(),
        title: to.fill(w.title, &[("month", &date::month(statement.start, language))]),
        span: to.fill(w.span, &[("from", &from), ("to", &end)]),
        running: (statement.end < last).then(|| to.fill(w.running, &[("to", &end)])),
        provider: statement.provider.as_ref().map(|party| (party.name.clone(), paper::siren(party.siren.as_deref()))),
        client_siren: paper::siren(siren),
        perimeter: to.fill(w.perimeter, &[("day", &end)]),
        lines: statement.lines.iter().filter(|row| counts(row)).map(|row| to.line(row)).collect(),
        movements: statement.movements.iter().map(|row| to.movement(row)).collect(),
        totals: to.totals(&statement.interventions),
        sums: vec![
            (w.nature, to.sums(&statement.by_nature, |word| paper::nature(word, language).to_owned())),
            (w.means, to.sums(&statement.by_means, str::to_owned)),
        ],
        interventions: statement.interventions.iter().map(|row| to.intervention(row)).collect(),
        promises: statement.promises.iter().map(|row| to.promise(row)).collect(),
        duties: statement.duties.iter().map(|row| (to.duty(row), row.overdue)).collect(),
        equipment_about: to.fill(w.equipment_about, &[("years", &years), ("memory", &memory)]),
        equipment: statement.equipment.iter().map(|row| to.equipment(row)).collect(),
        findings: to.findings(&statement.findings),
        has_tickets: statement.interventions.iter().any(|row| row.tickets > 0),
        bills: statement.bills.iter().map(|bill| to.bill(bill)).collect(),
    };
    page.render().map_err(|error| Refusal::new("internal").with("reason", error))
}

/// A line that counts nothing has no place in a perimeter.
fn counts(row: &LineRow) -> bool {
    [row.contracted, row.observed, row.covered, row.billable].iter().any(|count| *count > 0)
}

impl Writer {
    fn fill(self, text: &str, args: &[(&str, &str)]) -> String {
        fill(text, args, self.language)
    }

    fn count(self, number: impl Into<i128>) -> String {
        number::count(number, self.language)
    }

    fn line(self, row: &LineRow) -> [String; 7] {
        [
            row.contract.clone(),
            row.line.clone(),
            label::name(label::CATEGORIES, &row.category, self.language).to_owned(),
            self.count(row.contracted),
            self.count(row.observed),
            self.count(row.covered),
            self.count(row.billable),
        ]
    }

    fn movement(self, row: &Movement) -> [String; 5] {
        let text = match row.kind {
            "in" => self.w.entered,
            "out" => self.w.left,
            _ => self.w.swapped,
        };
        [date::day(row.day, self.language), text.to_owned(), row.line.clone(), row.slot.clone(), row.name.clone()]
    }

    fn totals(self, rows: &[Intervention]) -> String {
        let sum = |of: fn(&Intervention) -> u32| self.count(rows.iter().map(|row| u64::from(of(row))).sum::<u64>());
        let count = self.count(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        let (minutes, tickets) = (sum(|row| row.minutes), sum(|row| row.tickets));
        let text = if rows.iter().any(|row| row.tickets > 0) { self.w.totals } else { self.w.totals_minutes };
        self.fill(text, &[("count", &count), ("minutes", &minutes), ("tickets", &tickets)])
    }

    fn sums(self, rows: &[Sum], word: impl Fn(&str) -> String) -> Vec<[String; 4]> {
        let row = |row: &Sum| {
            let word = row.word.as_deref().map_or_else(|| self.w.unnamed.to_owned(), &word);
            [word, self.count(row.count), self.count(row.minutes), self.count(row.tickets)]
        };
        rows.iter().map(row).collect()
    }

    fn intervention(self, row: &Intervention) -> InterventionRow {
        let nature = row.nature.as_deref().map(|word| paper::nature(word, self.language).to_owned());
        let several = row.label.is_some() && row.asset.is_some();
        InterventionRow {
            date: date::day(row.date, self.language),
            what: row.label.clone().or_else(|| row.asset.clone()).unwrap_or_default(),
            device: row.asset.clone().filter(|_| several).unwrap_or_default(),
            nature: nature.unwrap_or_default(),
            means: row.means.clone().unwrap_or_default(),
            minutes: self.count(row.minutes),
            tickets: self.count(row.tickets),
            delays: [row.answer, row.solution].map(|delay| self.delay(delay)),
        }
    }

    fn delay(self, delay: DelayRow) -> (String, &'static str, &'static str) {
        let (word, class) = match delay.kept {
            Some(true) => (self.w.kept, "good"),
            Some(false) => (self.w.missed, "bad"),
            None => ("", ""),
        };
        (delay.minutes.map(|minutes| self.minutes(minutes)).unwrap_or_default(), word, class)
    }

    fn minutes(self, minutes: i64) -> String {
        let (hours, rest) = (minutes.div_euclid(60), minutes.rem_euclid(60));
        let text = match (hours, rest) {
            (0, _) => self.w.delay_minutes,
            (_, 0) => self.w.delay_hours,
            _ => self.w.delay,
        };
        self.fill(text, &[("hours", &self.count(hours)), ("minutes", &self.count(rest))])
    }

    fn promise(self, row: &PromiseRow) -> [String; 6] {
        let minutes = |minutes: Option<i64>| minutes.map(|minutes| self.minutes(minutes)).unwrap_or_default();
        let ratio = |promised: Option<i64>, (kept, judged): (u32, u32)| match (promised, judged) {
            (None, _) => String::new(),
            (_, 0) => self.w.nothing_judged.to_owned(),
            _ => self.fill(self.w.ratio, &[("kept", &self.count(kept)), ("judged", &self.count(judged))]),
        };
        [
            row.line.clone(),
            row.hours
                .as_deref()
                .map_or_else(|| self.w.hours_always.to_owned(), |hours| date::hours(hours, self.language)),
            minutes(row.response),
            ratio(row.response, row.answered),
            minutes(row.resolution),
            ratio(row.resolution, row.solved),
        ]
    }

    fn duty(self, row: &DutyRow) -> [String; 4] {
        let kind = paper::duty_kind(row.kind, self.language);
        let says_it = row.label.to_lowercase() == kind || row.label == row.duty;
        let named = (!says_it && row.kind != "other").then_some(kind);
        let label = if row.label == row.duty && row.kind != "other" { kind } else { &row.label };
        let last = match (row.last, &row.result) {
            (Some(day), Some(result)) => {
                format!("{} ({})", date::day(day, self.language), paper::result(result, self.language))
            }
            (Some(day), None) => date::day(day, self.language),
            (None, _) => self.w.never.to_owned(),
        };
        [
            named.map_or_else(|| label.to_owned(), |kind| format!("{label} ({kind})")),
            self.fill(self.w.every_months, &[("months", &row.every_months.to_string())]),
            last,
            date::day(row.due, self.language),
        ]
    }

    fn equipment(self, row: &Equipment) -> [String; 4] {
        let reasons = row.reasons.iter().map(|reason| {
            let day = reason.day.map(|day| day.to_string()).unwrap_or_default();
            let tenths = reason.memory_tenths_gib.unwrap_or(0);
            let memory = number::decimal(&format!("{}.{}", tenths / 10, tenths % 10), self.language);
            say(paper::EQUIPMENT, reason.code, &[("day", &day), ("memory", &memory)], self.language)
        });
        [
            row.name.clone(),
            label::name(label::CATEGORIES, &row.category, self.language).to_owned(),
            row.line.clone(),
            reasons.collect::<Vec<_>>().join(", "),
        ]
    }

    /// One row a code and line, in the order of the first that is due.
    fn findings(self, rows: &[FindingRow]) -> Vec<[String; 6]> {
        let mut groups: Vec<Vec<&FindingRow>> = Vec::new();
        for row in rows {
            let same = |own: &&mut Vec<&FindingRow>| {
                own.first().is_some_and(|first| (&first.code, &first.line) == (&row.code, &row.line))
            };
            match groups.iter_mut().find(same) {
                Some(own) => own.push(row),
                None => groups.push(vec![row]),
            }
        }
        groups.into_iter().map(|group| self.finding(&group)).collect()
    }

    fn finding(self, group: &[&FindingRow]) -> [String; 6] {
        let name = |row: &&FindingRow| Some(finding::subject(&row.code, row.name.as_deref()?, self.language));
        let mut names: Vec<String> = group.iter().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        let more = names.len().saturating_sub(NAMES_MAX);
        let mut about = names.get(..NAMES_MAX.min(names.len())).unwrap_or_default().join(", ");
        if more > 0 {
            about += &self.fill(self.w.and_more, &[("count", &more.to_string())]);
        }
        let day = |day: Option<jiff::civil::Date>| day.map(|day| date::day(day, self.language)).unwrap_or_default();
        [
            group.first().map(|row| finding::title(&row.code, self.language).to_owned()).unwrap_or_default(),
            group.len().to_string(),
            about,
            group.first().and_then(|row| row.line.clone()).unwrap_or_default(),
            day(group.iter().map(|row| row.since).min()),
            day(group.iter().map(|row| row.due).min()),
        ]
    }

    fn bill(self, bill: &Bill) -> [String; 5] {
        let status = if bill.status == "closed" { self.w.status_closed } else { self.w.status_draft };
        let amount = |text: &str| number::amount(text, &bill.currency, self.language);
        let vat = number::total(bill.vat.iter().map(|row| row.amount.as_str())).unwrap_or_default();
        [bill.reference.clone(), status.to_owned(), amount(&bill.total_net), amount(&vat), amount(&bill.total_gross)]
    }
}
