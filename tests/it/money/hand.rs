//! Arithmetic as a person writes it: `(25 × 31 + 20) × 12 ÷ 31`, worked out exactly, so that a table proves itself.
//!
//! Whole numbers, decimals, `+ - × ÷` (also `*` and `/`), brackets, `R2(…)` and `max(…; …)`. Nothing is rounded but by
//! `R2`, half away from zero.

use num_rational::Ratio;

type Exact = Ratio<i128>;

/// The exact value of an expression; what follows a `=` is a comment.
pub(super) fn value(text: &str) -> Result<Exact, String> {
    let text = text.split('=').next().unwrap_or_default();
    let signs: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let mut reader = Reader { signs: &signs };
    let value = reader.sum()?;
    if reader.signs.is_empty() { Ok(value) } else { Err(format!("“{text}”: what is {:?}?", reader.signs)) }
}

/// Cents of an exact amount, half away from zero.
pub(super) fn cents(exact: Exact) -> i128 {
    let doubled = exact * 200;
    let away = if *doubled.numer() < 0 { doubled - 1 } else { doubled + 1 };
    (away / 2).to_integer()
}

/// Cents written as an amount.
pub(super) fn amount(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

struct Reader<'a> {
    signs: &'a [char],
}

impl Reader<'_> {
    fn next_is(&mut self, wanted: &[char]) -> Option<char> {
        let sign = *self.signs.first().filter(|sign| wanted.contains(sign))?;
        self.signs = &self.signs[1..];
        Some(sign)
    }

    fn sum(&mut self) -> Result<Exact, String> {
        let mut sum = self.product()?;
        while let Some(sign) = self.next_is(&['+', '-', '−']) {
            let next = self.product()?;
            sum = if sign == '+' { sum + next } else { sum - next };
        }
        Ok(sum)
    }

    fn product(&mut self) -> Result<Exact, String> {
        let mut product = self.factor()?;
        while let Some(sign) = self.next_is(&['×', '*', '÷', '/']) {
            let next = self.factor()?;
            product = if matches!(sign, '×' | '*') { product * next } else { product / next };
        }
        Ok(product)
    }

    fn factor(&mut self) -> Result<Exact, String> {
        if self.next_is(&['-', '−']).is_some() {
            return Ok(-self.factor()?);
        }
        let name: String = self.signs.iter().take_while(|sign| sign.is_alphanumeric() || **sign == '.').collect();
        self.signs = &self.signs[name.chars().count()..];
        if self.next_is(&['(']).is_none() {
            return number(&name);
        }
        let mut values = vec![self.sum()?];
        while self.next_is(&[';']).is_some() {
            values.push(self.sum()?);
        }
        self.next_is(&[')']).ok_or("a bracket is open")?;
        match (name.as_str(), values.as_slice()) {
            ("", [one]) => Ok(*one),
            ("R2", [one]) => Ok(Ratio::new(cents(*one), 100)),
            ("max", all) => all.iter().copied().max().ok_or_else(|| "max of nothing".to_owned()),
            _ => Err(format!("what is “{name}”?")),
        }
    }
}

fn number(text: &str) -> Result<Exact, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: i128 = format!("{whole}{part}").parse().map_err(|_| format!("“{text}” is not a number"))?;
    Ok(Ratio::new(digits, 10i128.pow(u32::try_from(part.len()).unwrap_or(0))))
}

#[test]
fn expressions_are_exact() {
    for (text, wanted) in [
        ("(25 × 31 + 20 + 9) × 12 ÷ 31", "311.23"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("1 - 2 - 3 × 4 ÷ 8", "-2.50"),
        ("R2(10 ÷ 3) × 3 = 9.99", "9.99"),
        ("max(0; 150 - 80)", "70.00"),
    ] {
        assert_eq!(amount(cents(value(text).unwrap())), wanted, "{text}");
    }
    assert!(value("2 +").is_err() && value("(1").is_err() && value("1 2 ×").is_err());
}
