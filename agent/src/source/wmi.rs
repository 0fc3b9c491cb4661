//! Rows of WMI: which properties of which class, and how a value is read.
//!
//! Refuses `SELECT *` (every class names its properties) and conditions (a whole class a read; what to keep is the probe's
//! to say). Names match whatever the case. A key that is missing was not asked or is not in this Windows; `null` is NULL.

use jiff::Timestamp;
use serde_json::Value;

/// A class and the properties asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Namespace, as `root\cimv2`.
    pub namespace: &'static str,
    /// Name of the class.
    pub name: &'static str,
    /// The properties asked, never all.
    pub properties: &'static [&'static str],
}

/// One instance.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row(pub serde_json::Map<String, Value>);

impl Row {
    /// A property, whatever the case of its name; `None` also for NULL.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        let found = self.0.get(name).or_else(|| {
            let mut others = self.0.iter();
            others.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        });
        found.filter(|value| !value.is_null())
    }

    /// A text: trimmed, `None` when empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => super::clean(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A whole number, written as a number or, beyond 2^53, as text.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Number(number) => number.as_u64().or_else(|| {
                // Signed readers show the upper half of an unsigned 32-bit value as negative.
                let signed = number.as_i64().and_then(|signed| i32::try_from(signed).ok())?;
                Some(u64::from(signed.cast_unsigned()))
            }),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A truth value.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => number.as_i64().map(|number| number != 0),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The numbers of an array; an array of one may have come as its element.
    #[must_use]
    pub fn numbers(&self, name: &str) -> Vec<u64> {
        match self.value(name) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_u64).collect(),
            Some(Value::Number(number)) => number.as_u64().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The texts of an array.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).filter_map(super::clean).collect(),
            Some(Value::String(text)) => super::clean(text).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A CIM instant.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        instant(self.value(name)?.as_str()?)
    }
}

/// The instant of a CIM text such as `20140401000000.000000+060`; the offset is in minutes, `*` stands for what is not
/// known. Years up to 1601 are the empty value of FILETIME.
#[must_use]
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let part = |from: usize, to: usize| text.get(from..to);
    let number = |from: usize, to: usize, unknown: i8| {
        let digits = part(from, to)?;
        if digits.bytes().all(|byte| byte == b'*') { Some(unknown) } else { digits.parse::<i8>().ok() }
    };
    let year: i16 = part(0, 4)?.parse().ok()?;
    if year <= 1601 {
        return None;
    }
    let day = jiff::civil::Date::new(year, number(4, 6, 1)?, number(6, 8, 1)?).ok()?;
    let time = jiff::civil::Time::new(number(8, 10, 0)?, number(10, 12, 0)?, number(12, 14, 0)?, 0).ok()?;
    let sign = match part(21, 22) {
        Some("-") => -1,
        _ => 1,
    };
    let minutes: i32 = part(22, 25).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let offset = jiff::tz::Offset::from_seconds(minutes.checked_mul(60)?.checked_mul(sign)?).ok()?;
    offset.to_timestamp(day.to_datetime(time)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn row(value: Value) -> Row {
        let Value::Object(map) = value else { panic!("no object") };
        Row(map)
    }

    #[test]
    fn instants() {
        let said = |text: &str| instant(text).map(|at| at.to_string());
        assert_eq!(said("20140401000000.000000+060").as_deref(), Some("2014-03-31T23:00:00Z"));
        assert_eq!(said("20261102093000.000000-300").as_deref(), Some("2026-11-02T14:30:00Z"));
        assert_eq!(said("20261102******.******+***").as_deref(), Some("2026-11-02T00:00:00Z"));
        for bad in ["", "16010101000000.000000+000", "2026", "20261302000000.000000+000", "é0261102000000.000000+000"]
        {
            assert_eq!(said(bad), None, "{bad}");
        }
    }

    #[test]
    fn values_in_every_form() {
        let row = row(json!({
            "Size": "18446744073709551615", "ProductState": -2147217392_i64, "On": 1, "Off": "False", "Null": null,
            "Types": [10], "One": 3, "Name": " a ", "Empty": "",
        }));
        assert_eq!(row.number("size"), Some(u64::MAX));
        assert_eq!(row.number("productstate"), Some(0x8004_1010));
        assert_eq!((row.flag("On"), row.flag("OFF"), row.flag("Null")), (Some(true), Some(false), None));
        assert_eq!((row.numbers("Types"), row.numbers("One"), row.numbers("None")), (vec![10], vec![3], vec![]));
        assert_eq!((row.text("Name").as_deref(), row.text("Empty"), row.text("Null")), (Some("a"), None, None));
    }

    proptest! {
        #[test]
        fn any_text_is_an_instant_or_not(text in "[0-9*.+\\-é]{0,30}") {
            let _ = instant(&text);
        }
    }
}
