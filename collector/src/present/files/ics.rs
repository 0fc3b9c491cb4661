//! The calendar of terms: notice, warning window and end of each contract, as iCalendar (RFC 5545).
//!
//! **Invariant**: the same contracts give the same bytes: ids and time stamps come from the contracts' dates.

use jiff::civil::Date;

use crate::present::text::Language;
use crate::present::text::contract::ContractWords;
use crate::present::text::table::fill;
use crate::views::clients::Contracts;

/// The calendar of these contracts.
pub(crate) fn calendar(contracts: &Contracts, language: Language) -> String {
    let words = ContractWords::of(language);
    let mut out = Vec::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cadastre//Contracts//FR", "CALSCALE:GREGORIAN"] {
        out.push(line.to_owned());
    }
    for row in &contracts.contracts {
        let args = [("contract", row.contract.as_str()), ("client", contracts.client.as_str())];
        let events = [
            ("notice", row.notice_until, row.notice_until, words.notice_event),
            (
                "end",
                row.end.and_then(|end| end.yesterday().ok()),
                row.end.and_then(|end| end.yesterday().ok()),
                words.end_event,
            ),
            ("warn", row.warn_from, row.warn_until, words.warn_event),
        ];
        for (kind, from, to, title) in events {
            let (Some(from), Some(to)) = (from, to) else { continue };
            out.push("BEGIN:VEVENT".to_owned());
            out.push(format!("UID:{kind}-{}-{}-{from}@cadastre", contracts.client, row.contract));
            out.push(format!("DTSTAMP:{}T000000Z", day(row.first_day)));
            out.push(format!("DTSTART;VALUE=DATE:{}", day(from)));
            out.push(format!("DTEND;VALUE=DATE:{}", day(to.tomorrow().unwrap_or(to))));
            out.push(format!("SUMMARY:{}", escaped(&fill(title, &args, language))));
            out.push("TRANSP:TRANSPARENT".to_owned());
            for before in ["-P30D", "-P7D"] {
                out.push("BEGIN:VALARM".to_owned());
                out.push("ACTION:DISPLAY".to_owned());
                out.push(format!("DESCRIPTION:{}", escaped(&fill(title, &args, language))));
                out.push(format!("TRIGGER:{before}"));
                out.push("END:VALARM".to_owned());
            }
            out.push("END:VEVENT".to_owned());
        }
    }
    out.push("END:VCALENDAR".to_owned());
    out.iter().flat_map(|line| folded(line)).collect::<Vec<_>>().join("\r\n") + "\r\n"
}

fn day(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Lines of 75 bytes at most; a line that goes on begins with a space.
fn folded(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in line.chars() {
        let full = lines.last().is_some_and(|last| last.len() + c.len_utf8() > LINE_BYTES_MAX);
        if full {
            lines.push(" ".to_owned());
        }
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
    }
    lines
}

const LINE_BYTES_MAX: usize = 75;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::clients::ContractRow;

    #[test]
    fn each_date_is_an_event_and_lines_are_folded() {
        let date = |text: &str| Some(text.parse().unwrap());
        let row = ContractRow {
            contract: "C;1".to_owned(),
            first_day: "2026-01-01".parse().unwrap(),
            end: date("2027-01-01"),
            deadline: date("2026-11-01"),
            notice_until: date("2026-10-31"),
            warn_from: date("2026-08-01"),
            warn_until: date("2026-10-01"),
            lines: Vec::new(),
            amendment: None,
        };
        let contracts = Contracts { schema: "cadastre/contracts/1", client: "acme".to_owned(), contracts: vec![row] };
        for language in [Language::Fr, Language::En] {
            let text = calendar(&contracts, language);
            assert_eq!(text.matches("BEGIN:VEVENT").count(), 3, "{text}");
            assert!(text.contains("DTSTART;VALUE=DATE:20261031\r\nDTEND;VALUE=DATE:20261101\r\n"), "{text}");
            assert!(text.contains("DTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20261002\r\n"), "{text}");
            assert!(text.contains("C\\;1"), "{text}");
            assert!(text.lines().all(|line| line.len() <= LINE_BYTES_MAX), "{text}");
            assert_eq!(text, calendar(&contracts, language));
        }
    }
}
