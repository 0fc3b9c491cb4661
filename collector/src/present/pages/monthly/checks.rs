//! The checklist before a close: what closing waits for, and what a person should look at first.

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::closing;
use cadastre_domain::finding;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::tz::TimeZone;

use crate::present::text::monthly::MonthlyWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date, number, refusal};
use crate::views::worklist::{Tab, Worklist};

/// One line of the checklist.
pub(super) struct Check {
    /// `done`, `stop` or `warn`.
    pub(super) kind: &'static str,
    /// What the sign says.
    pub(super) said: &'static str,
    pub(super) text: String,
    pub(super) href: Option<String>,
}

/// The checklist of a month; its last line is what closing itself says.
///
/// # Errors
/// `amount_overflow`.
pub(super) fn checks(
    register: &Register,
    month: Month,
    (client_href, zone): (&str, &TimeZone),
    language: Language,
) -> Result<Vec<Check>, Refusal> {
    let words = MonthlyWords::of(language);
    let name = date::capital(&date::month(month.first(), language));
    let check = |kind: &'static str, text: String, href: Option<String>| Check {
        kind,
        said: match kind {
            "done" => words.check_done,
            "stop" => words.check_stop,
            _ => words.check_warn,
        },
        text,
        href,
    };
    if register.closed_month(month).is_some() {
        return Ok(Vec::new());
    }
    let counted = |text: &str, n: usize| fill(text, &[("n", &number::count(n as u64, language))], language);
    let dated = |text: &str| fill(text, &[("month", &name), ("day", &month.last().to_string())], language);
    let today = day_of(register.known_at, zone);
    let mut checks = vec![match today > month.last() {
        true => check("done", dated(words.check_over), None),
        false => check("warn", dated(words.check_not_over), None),
    }];
    let unknown = register.standings.iter().filter(|standing| standing.status.word() == "unknown").count();
    checks.push(match unknown {
        0 => check("done", counted(words.check_collection, register.standings.len()), None),
        n => {
            let href = Some(format!("{client_href}?status=unknown#assets"));
            check("warn", counted(words.check_unknown, n), href)
        }
    });
    let blocking = register.unmapped.iter().filter(|group| group.blocks).count();
    checks.push(match (blocking, register.unmapped.len()) {
        (_, 0) => check("done", words.check_mapped.to_owned(), None),
        (0, n) => check("warn", counted(words.check_unmapped, n), None),
        (n, _) => check("stop", counted(words.check_unmapped, n), None),
    });
    let tasks = register.identity.tasks.iter().filter(|task| !finding::sleeps(register, &task.id)).count();
    let verdict = closing::close(register, month);
    let by_tasks = verdict.as_ref().is_err_and(|refusal| refusal.code == "close_open_task");
    let tab = |tab: &str| Some(format!("{client_href}/findings?tab={tab}"));
    checks.push(match tasks {
        0 => check("done", words.check_tasks.to_owned(), None),
        n if by_tasks => check("stop", counted(words.check_open_tasks, n), tab("identity")),
        n => check("warn", counted(words.check_open_tasks, n), tab("identity")),
    });
    let (open, _) = Worklist::of(register)?.count(Tab::Bill);
    checks.push(match open {
        0 => check("done", words.check_findings.to_owned(), None),
        n => check("warn", counted(words.check_open_findings, n), tab("bill")),
    });
    checks.push(match verdict {
        Err(why) => check("stop", refusal::sentence(&why, language), None),
        Ok(_) if blocking > 0 => check("stop", counted(words.check_unmapped, blocking), None),
        Ok(_) => check("done", words.check_ready.to_owned(), None),
    });
    Ok(checks)
}
