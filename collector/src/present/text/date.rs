//! Dates, months, instants and ages as each language writes them: `24/11/2026`, `24 Nov 2026`.

use cadastre_domain::hours::{ContractHours, DAYS};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Language;
use super::number::agree;

/// A day with its year.
pub fn day(day: Date, language: Language) -> String {
    match language {
        Language::Fr => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Language::En => format!("{} {} {:04}", day.day(), abbreviation(day.month()), day.year()),
    }
}

/// A day without its year.
pub fn short(day: Date, language: Language) -> String {
    match language {
        Language::Fr => format!("{:02}/{:02}", day.day(), day.month()),
        Language::En => format!("{} {}", day.day(), abbreviation(day.month())),
    }
}

/// A day as it is read today: without its year when that is the present one.
pub fn near(day: Date, today: Date, language: Language) -> String {
    if day.year() == today.year() { short(day, language) } else { self::day(day, language) }
}

/// A month: `novembre 2026`, `November 2026`.
pub fn month(first: Date, language: Language) -> String {
    let place = usize::from(first.month().unsigned_abs()).saturating_sub(1);
    let names = match language {
        Language::En => MONTHS_EN,
        Language::Fr => MONTHS_FR,
    };
    format!("{} {:04}", names.get(place).copied().unwrap_or_default(), first.year())
}

/// A month behind a noun: `d’octobre 2026`, `de mars 2026`, `of October 2026`.
pub fn of_month(first: Date, language: Language) -> String {
    let name = month(first, language);
    match language {
        Language::En => format!("of {name}"),
        Language::Fr if name.starts_with(['a', 'o']) => format!("d’{name}"),
        Language::Fr => format!("de {name}"),
    }
}

/// A month without its year, short: `nov.`, `Nov`; January with its year.
pub fn month_short(first: Date, language: Language) -> String {
    let name = match language {
        Language::En => String::from(abbreviation(first.month())),
        Language::Fr => {
            let place = usize::from(first.month().unsigned_abs()).saturating_sub(1);
            String::from(SHORT_FR.get(place).copied().unwrap_or_default())
        }
    };
    if first.month() == 1 { format!("{name} {}", first.year()) } else { name }
}

/// An instant in `zone`, to the minute: `24/11/2026 10:42`, `24 Nov 2026 10:42`.
pub fn instant(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = zone.to_datetime(at);
    format!("{} {:02}:{:02}", day(local.date(), language), local.hour(), local.minute())
}

/// How long before `now` something was: `12 min`, `5 h`, `33 j`. What lies ahead counts as just now.
pub fn age(at: Timestamp, now: Timestamp, language: Language) -> String {
    let minutes = now.as_second().saturating_sub(at.as_second()).max(0) / 60;
    match minutes {
        0..60 => format!("{minutes}\u{a0}min"),
        60..2880 => format!("{}\u{a0}h", minutes / 60),
        _ => format!("{}\u{a0}{}", minutes / 1440, language.pick("d", "j")),
    }
}

/// The same in words: `5 hours ago`, `il y a 5 heures`.
pub fn age_in_words(at: Timestamp, now: Timestamp, language: Language) -> String {
    let minutes = now.as_second().saturating_sub(at.as_second()).max(0) / 60;
    let (n, one, many) = match minutes {
        0 => return String::from(language.pick("just now", "à l’instant")),
        1..60 => (minutes, language.pick("minute", "minute"), language.pick("minutes", "minutes")),
        60..2880 => (minutes / 60, language.pick("hour", "heure"), language.pick("hours", "heures")),
        _ => (minutes / 1440, language.pick("day", "jour"), language.pick("days", "jours")),
    };
    let unit = agree(n, one, many, language);
    match language {
        Language::En => format!("{n}\u{a0}{unit} ago"),
        Language::Fr => format!("il y a {n}\u{a0}{unit}"),
    }
}

/// The hours of a contract with the days of the reader's language: `lun-ven 08:30-18:00`; a text that cannot be read as
/// hours stays as it is.
pub fn hours(text: &str, language: Language) -> String {
    let Some(hours) = ContractHours::parse(text) else { return text.to_owned() };
    if hours == ContractHours::always() {
        return String::from(language.pick("24/7", "24\u{a0}h/24, 7\u{a0}j/7"));
    }
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            let day = DAYS.iter().find(|names| names.contains(&word.as_str()));
            out.push_str(day.map_or(word.as_str(), |names| language.pick(names[0], names[2])));
            word.clear();
        }
        out.push(c);
    }
    out.trim_end().to_owned()
}

/// A text that begins a line or a sentence: « Novembre 2026 ».
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn abbreviation(month: i8) -> &'static str {
    let place = usize::from(month.unsigned_abs()).saturating_sub(1);
    MONTHS_EN.get(place).and_then(|name| name.get(..3)).unwrap_or_default()
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_FR: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
