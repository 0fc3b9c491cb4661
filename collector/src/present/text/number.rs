//! Numbers, amounts and plurals as each language writes them: `1 234,56 €` (narrow no-break spaces), `€1,234.56`.
//!
//! Amounts arrive as text with a point and leave as text: digits are grouped, never computed. **Invariant**: a text that
//! is no number is returned as it is.

use super::Language;

/// Narrow no-break space, between thousands and before a unit in French.
pub const NARROW: char = '\u{202f}';
/// The minus sign.
pub const MINUS: char = '\u{2212}';

/// A whole number.
pub fn count(n: impl Into<i128>, language: Language) -> String {
    decimal(&n.into().to_string(), language)
}

/// A company number in groups of three: `732 829 320`.
pub fn siren(digits: &str) -> String {
    let grouped = |(place, digit): (usize, char)| {
        let gap = (place > 0 && place % 3 == 0).then_some('\u{a0}');
        gap.into_iter().chain(std::iter::once(digit))
    };
    digits.chars().enumerate().flat_map(grouped).collect()
}

/// A decimal text: `-1234.50` → `−1 234,50` or `−1,234.50`.
pub fn decimal(text: &str, language: Language) -> String {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !part.is_none_or(is_number) {
        return String::from(text);
    }
    let mut out = String::new();
    if negative {
        out.push(MINUS);
    }
    let (separator, point) = match language {
        Language::En => (',', '.'),
        Language::Fr => (NARROW, ','),
    };
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push(point);
        out.push_str(part);
    }
    out
}

/// An amount of `currency` (ISO code): `1 234,56 €`, `€1,234.56`, `−€12.00`, `CHF 12.00`.
pub fn amount(text: &str, currency: &str, language: Language) -> String {
    let number = decimal(text, language);
    let symbol = symbol(currency);
    match language {
        Language::Fr => format!("{number}{NARROW}{symbol}"),
        Language::En => {
            let (sign, number) = match number.strip_prefix(MINUS) {
                Some(number) => ("\u{2212}", number),
                None => ("", number.as_str()),
            };
            let space = if symbol.len() == currency.len() && symbol == currency { "\u{a0}" } else { "" };
            format!("{sign}{symbol}{space}{number}")
        }
    }
}

/// A percentage: `20.00` → `20 %` or `20%`; zeros after the point are left out.
pub fn percent(text: &str, language: Language) -> String {
    let short = match text.split_once('.') {
        Some((whole, part)) if part.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let number = decimal(short, language);
    match language {
        Language::En => format!("{number}%"),
        Language::Fr => format!("{number}{NARROW}%"),
    }
}

/// A gap with its sign: `+1`, `−2`, `0`.
pub fn signed(n: i64, language: Language) -> String {
    if n > 0 { format!("+{}", count(n, language)) } else { count(n, language) }
}

/// A change of an amount, always with its sign: `+7,60 €`, `−€12.00`; nothing has none.
pub fn signed_amount(text: &str, currency: &str, language: Language) -> String {
    format!("{}{}", plus(text), amount(text, currency, language))
}

/// The same without the currency: `+7,60`.
pub fn signed_decimal(text: &str, language: Language) -> String {
    format!("{}{}", plus(text), decimal(text, language))
}

fn plus(text: &str) -> &'static str {
    let changes = text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if changes && !text.starts_with('-') { "+" } else { "" }
}

/// The form that agrees with `n`: English is singular for 1 only, French for 0 and 1 (and their negatives).
pub fn agree<'t>(n: i64, one: &'t str, many: &'t str, language: Language) -> &'t str {
    let singular = match language {
        Language::En => n.unsigned_abs() == 1,
        Language::Fr => n.unsigned_abs() < 2,
    };
    if singular { one } else { many }
}

/// The sum of decimal texts, with as many decimals as the longest, at least two. `None` when one is no number.
pub fn total<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<String> {
    let mut sum: i128 = 0;
    let mut decimals = 2;
    for text in texts {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let scaled: i128 = format!("{whole}{part:0<width$}", width = DECIMALS_MAX).parse().ok()?;
        if part.len() > DECIMALS_MAX {
            return None;
        }
        decimals = decimals.max(part.len());
        sum = sum.checked_add(scaled)?;
    }
    let digits = format!("{:0>width$}", sum.unsigned_abs(), width = DECIMALS_MAX + 1);
    let (whole, part) = digits.split_at(digits.len() - DECIMALS_MAX);
    let sign = if sum < 0 { "-" } else { "" };
    Some(format!("{sign}{whole}.{}", part.get(..decimals)?))
}

/// Unit prices have at most six decimals.
const DECIMALS_MAX: usize = 6;

fn symbol(currency: &str) -> &str {
    match currency {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        other => other,
    }
}
