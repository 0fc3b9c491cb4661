//! Prices, amounts and percentages of a table: text with a point, never a float.

use alloc::string::{String, ToString};

use toml::de::DeValue;

use super::{Fields, Reader};
use crate::money::{Amount, InvalidMoney, Percent, Price};
use crate::refusal::Refusal;

impl Fields<'_> {
    /// A unit price.
    pub(in crate::contract) fn price(&self, reader: &mut Reader, key: &str) -> Option<Price> {
        let text = self.decimal_text(reader, key, false)?;
        self.parsed(reader, key, &text)
    }

    pub(in crate::contract) fn amount(&self, reader: &mut Reader, key: &str) -> Option<Amount> {
        let text = self.decimal_text(reader, key, false)?;
        let amount: Amount = self.parsed(reader, key, &text)?;
        if amount.cents() < 0 {
            self.error(reader, key, Refusal::new("money_negative").with("key", key).with("value", text));
            return None;
        }
        Some(amount)
    }

    /// A per cent from `least` to `most`, as text or whole number.
    pub(in crate::contract) fn percent(
        &self,
        reader: &mut Reader,
        key: &str,
        least: i64,
        most: i64,
    ) -> Option<Percent> {
        let text = self.decimal_text(reader, key, true)?;
        let percent: Percent = self.parsed(reader, key, &text)?;
        let (low, high) = (least.saturating_mul(1_000_000), most.saturating_mul(1_000_000));
        if !(low..=high).contains(&percent.millionths()) {
            let refusal = Refusal::new("number_out_of_range").with("key", key).with("least", least).with("most", most);
            self.error(reader, key, refusal);
            return None;
        }
        Some(percent)
    }

    fn decimal_text(&self, reader: &mut Reader, key: &str, whole_number: bool) -> Option<String> {
        match self.value(key)? {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) if whole_number && number.radix() == 10 => Some(number.as_str().to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => {
                self.wrong(reader, key, "money_not_text");
                None
            }
            _ => {
                self.wrong(reader, key, "expected_text");
                None
            }
        }
    }

    fn parsed<T: core::str::FromStr<Err = InvalidMoney>>(
        &self,
        reader: &mut Reader,
        key: &str,
        text: &str,
    ) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(why) => {
                let code = match why {
                    InvalidMoney::Form => "money_form",
                    InvalidMoney::Negative => "money_negative",
                    InvalidMoney::TooLarge => "money_too_large",
                };
                self.error(reader, key, Refusal::new(code).with("key", key).with("value", text));
                None
            }
        }
    }
}
