//! The calendar of a client's contracts as iCalendar (RFC 5545): one event a date of the agenda, with reminders.
//!
//! **Invariant**: the same dates give the same bytes: ids come from what the event is about, time stamps from its day.

use jiff::civil::Date;

use crate::present::text::Language;
use crate::present::text::contract::event;
use crate::views::agenda::{Agenda, Event};

/// The calendar of an agenda.
pub(crate) fn calendar(agenda: &Agenda, language: Language) -> String {
    let mut out: Vec<String> =
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cadastre//Contracts//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
            .map(str::to_owned)
            .to_vec();
    agenda.events.iter().for_each(|of| out.extend(lines(of, language)));
    out.push("END:VCALENDAR".to_owned());
    out.iter().flat_map(|line| folded(line)).collect::<Vec<_>>().join("\r\n") + "\r\n"
}

fn lines(of: &Event, language: Language) -> Vec<String> {
    let title = escaped(&event(of, language));
    let subject = of.subject.as_deref().unwrap_or_default();
    let id = format!("{}-{}-{}-{subject}-{}", of.kind, of.client, of.contract, of.until);
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{plain}@cadastre"),
        format!("DTSTAMP:{}T000000Z", day(of.from)),
        format!("DTSTART;VALUE=DATE:{}", day(of.from)),
        format!("DTEND;VALUE=DATE:{}", day(of.until.tomorrow().unwrap_or(of.until))),
        format!("SUMMARY:{title}"),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    for before in ["-P30D", "-P7D"] {
        lines.push("BEGIN:VALARM".to_owned());
        lines.push("ACTION:DISPLAY".to_owned());
        lines.push(format!("DESCRIPTION:{title}"));
        lines.push(format!("TRIGGER:{before}"));
        lines.push("END:VALARM".to_owned());
    }
    lines.push("END:VEVENT".to_owned());
    lines
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

    #[test]
    fn each_date_is_an_event_and_lines_are_folded() {
        let date = |text: &str| text.parse().unwrap();
        let one = |kind: &str, subject: Option<&str>, from, until| Event {
            kind: kind.to_owned(),
            client: "acme".to_owned(),
            contract: "C;1".to_owned(),
            subject: subject.map(str::to_owned),
            from: date(from),
            until: date(until),
            days_left: 1,
        };
        let long = "Test de restauration des sauvegardes du siège, de l’atelier et du dépôt";
        let events = vec![
            one("warning", None, "2026-08-01", "2026-10-01"),
            one("notice", None, "2026-10-31", "2026-10-31"),
            one("duty", Some(long), "2026-11-01", "2026-11-01"),
        ];
        let agenda = Agenda { schema: "cadastre/agenda/1".to_owned(), events };
        for language in [Language::Fr, Language::En] {
            let text = calendar(&agenda, language);
            assert_eq!(text.matches("BEGIN:VEVENT").count(), 3, "{text}");
            assert!(text.contains("DTSTART;VALUE=DATE:20261031\r\nDTEND;VALUE=DATE:20261101\r\n"), "{text}");
            assert!(text.contains("DTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20261002\r\n"), "{text}");
            assert!(text.contains("C\\;1"), "{text}");
            assert!(text.lines().all(|line| line.len() <= LINE_BYTES_MAX), "{text}");
            assert!(text.replace("\r\n ", "").contains("siège\\, de l’atelier"), "unfolded it is whole: {text}");
            assert_eq!(text, calendar(&agenda, language));
        }
    }
}
