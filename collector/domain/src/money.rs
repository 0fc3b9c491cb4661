//! Money: integer cents, unit prices in millionths, percentages; one rounding, half away from zero.
//!
//! It refuses what is not written as digits with at most six decimals, prices from 10^9 and amounts from 10^13 on.
//! **Invariant**: nothing here wraps or passes through a float; what does not fit is an error.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use num_rational::Ratio;
use serde::{Deserialize, Serialize, Serializer};

use crate::refusal::Refusal;

const MILLION: i64 = 1_000_000;
/// First price that is refused, in millionths: 10^9 units.
const PRICE_LIMIT: i64 = 1_000_000_000 * MILLION;
/// First amount that is refused, in cents: 10^13 units.
const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000;

/// Why a text is not a price, an amount or a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// Not digits with at most six decimals (two for an amount) after a point.
    #[error("not a decimal number with a point")]
    Form,
    /// Below zero.
    #[error("negative")]
    Negative,
    /// At or above the limit.
    #[error("too large")]
    TooLarge,
}

/// A unit price: millionths of the currency unit, below 10^9 units, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price {
    millionths: i64,
    decimals: u8,
}

impl Price {
    /// Nothing to pay.
    pub const ZERO: Self = Self { millionths: 0, decimals: 2 };

    /// A price of so many millionths, printed with so many decimals.
    ///
    /// # Errors
    /// When it is negative or from 10^9 on.
    pub fn new(millionths: i64, decimals: u8) -> Result<Self, InvalidMoney> {
        if millionths < 0 {
            return Err(InvalidMoney::Negative);
        }
        if millionths >= PRICE_LIMIT {
            return Err(InvalidMoney::TooLarge);
        }
        Ok(Self { millionths, decimals: decimals.min(6) })
    }

    /// Its value in millionths.
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// How many decimals it is written with, at least two.
    pub fn decimals(self) -> u8 {
        self.decimals.max(2)
    }

    /// An amount, without its sign, as the price of one piece.
    ///
    /// # Errors
    /// `amount_overflow` when it does not fit.
    pub fn of(amount: Amount) -> Result<Self, Refusal> {
        let millionths = amount.0.saturating_abs().checked_mul(10_000).ok_or_else(overflow)?;
        Ok(Self { millionths, decimals: 2 })
    }
}

impl FromStr for Price {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (millionths, decimals) = decimal(text)?;
        Self::new(millionths, decimals)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.millionths, self.decimals)
    }
}

/// A percentage, in millionths of a per cent; below zero only where the contract allows it (`floor`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    millionths: i64,
    decimals: u8,
}

impl Percent {
    /// Its value in millionths of a per cent.
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// Whether it is nil.
    pub fn is_zero(self) -> bool {
        self.millionths == 0
    }
}

impl FromStr for Percent {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (millionths, decimals) = decimal(text)?;
        if millionths.unsigned_abs() > 1_000 * MILLION.unsigned_abs() {
            return Err(InvalidMoney::TooLarge);
        }
        Ok(Self { millionths, decimals })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_decimal(f, self.millionths, self.decimals)
    }
}

/// An amount in cents, below 10^13 units either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many cents.
    ///
    /// # Errors
    /// `amount_overflow` from 10^13 units on.
    pub fn of_cents(cents: i64) -> Result<Self, Refusal> {
        if cents.unsigned_abs() >= AMOUNT_LIMIT.unsigned_abs() { Err(overflow()) } else { Ok(Self(cents)) }
    }

    /// Its value in cents.
    pub fn cents(self) -> i64 {
        self.0
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether it is nil.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// `amount_overflow` when it passes the limit.
    pub fn plus(self, other: Self) -> Result<Self, Refusal> {
        self.0.checked_add(other.0).ok_or_else(overflow).and_then(Self::of_cents)
    }

    /// The difference.
    ///
    /// # Errors
    /// `amount_overflow` when it passes the limit.
    pub fn minus(self, other: Self) -> Result<Self, Refusal> {
        self.0.checked_sub(other.0).ok_or_else(overflow).and_then(Self::of_cents)
    }

    /// The sum of many.
    ///
    /// # Errors
    /// `amount_overflow` when it passes the limit.
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Refusal> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

impl FromStr for Amount {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (millionths, decimals) = decimal(text)?;
        if decimals > 2 {
            return Err(InvalidMoney::Form);
        }
        Self::of_cents(millionths / 10_000).map_err(|_| InvalidMoney::TooLarge)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

macro_rules! as_text {
    ($($kind:ty),+) => {$(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
as_text!(Price, Percent, Amount);

/// Rounds to cents, half away from zero: `sign(x)·floor(|x|·100 + 1/2)/100`.
///
/// # Errors
/// `amount_overflow` when the result passes the limit.
pub fn r2(exact: Ratio<i128>) -> Result<Amount, Refusal> {
    let scaled = exact.numer().unsigned_abs().checked_mul(200).ok_or_else(overflow)?;
    let denominator = exact.denom().unsigned_abs();
    let twice = denominator.checked_mul(2).ok_or_else(overflow)?;
    let cents = scaled.checked_add(denominator).ok_or_else(overflow)?.checked_div(twice).ok_or_else(overflow)?;
    let cents = i64::try_from(cents).map_err(|_| overflow())?;
    Amount::of_cents(if *exact.numer() < 0 { cents.saturating_neg() } else { cents })
}

/// `quantity · price / base`, less the discount, rounded once.
///
/// # Errors
/// `amount_overflow` when the result passes the limit.
pub fn charge(quantity: i64, price: Price, base: u32, discount: Option<Percent>) -> Result<Amount, Refusal> {
    let exact = i128::from(quantity).checked_mul(i128::from(price.millionths)).ok_or_else(overflow)?;
    rounded(exact, base, discount)
}

/// `millionths / 10^6 / base`, less the discount, rounded once.
///
/// # Errors
/// `amount_overflow` when the result passes the limit.
pub fn rounded(millionths: i128, base: u32, discount: Option<Percent>) -> Result<Amount, Refusal> {
    let full = 100 * i128::from(MILLION);
    let kept = full.checked_sub(discount.map_or(0, |d| i128::from(d.millionths))).ok_or_else(overflow)?;
    let numerator = millionths.checked_mul(kept).ok_or_else(overflow)?;
    let denominator = i128::from(base.max(1)).checked_mul(full * i128::from(MILLION)).ok_or_else(overflow)?;
    r2(Ratio::new(numerator, denominator))
}

/// `base · rate / 100`, rounded once: the VAT of a base.
///
/// # Errors
/// `amount_overflow` when the result passes the limit.
pub fn share(base: Amount, rate: Percent) -> Result<Amount, Refusal> {
    let numerator = i128::from(base.0).checked_mul(i128::from(rate.millionths)).ok_or_else(overflow)?;
    r2(Ratio::new(numerator, 100 * 100 * i128::from(MILLION)))
}

fn overflow() -> Refusal {
    Refusal::new("amount_overflow")
}

fn decimal(text: &str) -> Result<(i64, u8), InvalidMoney> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let part_length = part.map_or(0, str::len);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || part.is_some_and(|part| !all_digits(part)) || part_length > 6 {
        return Err(InvalidMoney::Form);
    }
    let whole: i64 = whole.parse().map_err(|_| InvalidMoney::TooLarge)?;
    let mut fraction: i64 = part.unwrap_or("0").parse().map_err(|_| InvalidMoney::Form)?;
    for _ in part_length.max(1)..6 {
        fraction = fraction.saturating_mul(10);
    }
    let value =
        whole.checked_mul(MILLION).and_then(|value| value.checked_add(fraction)).ok_or(InvalidMoney::TooLarge)?;
    let decimals = u8::try_from(part_length).unwrap_or(6);
    Ok((if negative { value.saturating_neg() } else { value }, decimals))
}

fn write_decimal(f: &mut fmt::Formatter<'_>, millionths: i64, decimals: u8) -> fmt::Result {
    let sign = if millionths < 0 { "-" } else { "" };
    let value = millionths.unsigned_abs();
    let text = alloc::format!("{:06}", value % MILLION.unsigned_abs());
    let part = text.get(..usize::from(decimals.clamp(2, 6))).unwrap_or(&text);
    write!(f, "{sign}{}.{part}", value / MILLION.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn prices_keep_their_decimals_and_refuse_other_forms() {
        for (text, millionths, printed) in [
            ("12.00", 12_000_000, "12.00"),
            ("12", 12_000_000, "12.00"),
            ("0.5", 500_000, "0.50"),
            ("0.012345", 12_345, "0.012345"),
            ("999999999.999999", 999_999_999_999_999, "999999999.999999"),
            ("10.000", 10_000_000, "10.000"),
        ] {
            let price: Price = text.parse().unwrap();
            assert_eq!((price.millionths(), price.to_string().as_str()), (millionths, printed), "{text}");
        }
        for (text, why) in [
            ("", InvalidMoney::Form),
            ("12,00", InvalidMoney::Form),
            ("12.", InvalidMoney::Form),
            (".5", InvalidMoney::Form),
            ("+1", InvalidMoney::Form),
            (" 1", InvalidMoney::Form),
            ("1e3", InvalidMoney::Form),
            ("0.1234567", InvalidMoney::Form),
            ("--1", InvalidMoney::Form),
            ("-0.01", InvalidMoney::Negative),
            ("1000000000", InvalidMoney::TooLarge),
            ("99999999999999999999", InvalidMoney::TooLarge),
        ] {
            assert_eq!(text.parse::<Price>(), Err(why), "{text}");
        }
    }

    #[test]
    fn half_a_cent_goes_away_from_zero() {
        for (numerator, denominator, cents) in [
            (5, 1000, 1),
            (-5, 1000, -1),
            (4999, 1_000_000, 0),
            (15, 1000, 2),
            (25, 1000, 3),
            (-15, 1000, -2),
            (0, 7, 0),
        ] {
            assert_eq!(r2(Ratio::new(numerator, denominator)).unwrap().cents(), cents, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn charges_are_exact_until_the_one_rounding() {
        let charged = |quantity, price: &str, base, discount: Option<&str>| {
            let discount = discount.map(|text| text.parse().unwrap());
            charge(quantity, price.parse().unwrap(), base, discount).unwrap().to_string()
        };
        assert_eq!(charged(804, "12.00", 31, None), "311.23");
        assert_eq!(charged(1, "0.005", 1, None), "0.01");
        assert_eq!(charged(-1, "0.005", 1, None), "-0.01");
        assert_eq!(charged(1, "0.004999", 1, None), "0.00");
        assert_eq!(charged(1_000_000, "0.000001", 1, None), "1.00");
        assert_eq!(charged(31, "10.00", 31, Some("33.333333")), "6.67");
        assert_eq!(charged(31, "10.00", 31, Some("100")), "0.00");
    }

    #[test]
    fn what_passes_the_limit_is_an_error() {
        let dear: Price = "999999999.999999".parse().unwrap();
        assert_eq!(charge(1_000_000 * 31, dear, 1, None).unwrap_err().code, "amount_overflow");
        assert!(charge(10_000, dear, 1, None).is_ok());
        let most = Amount::of_cents(AMOUNT_LIMIT - 1).unwrap();
        assert!(most.plus(Amount::of_cents(1).unwrap()).is_err());
        assert!(Amount::of_cents(-AMOUNT_LIMIT).is_err());
        assert_eq!(most.minus(most).unwrap(), Amount::ZERO);
        assert!(r2(Ratio::new(i128::MAX, 3)).is_err());
        assert!(charge(i64::MAX, dear, u32::MAX, None).is_err());
    }

    #[test]
    fn vat_of_a_base() {
        let vat = |base: &str, rate: &str| share(base.parse().unwrap(), rate.parse().unwrap()).unwrap().to_string();
        assert_eq!(vat("311.23", "20.00"), "62.25");
        assert_eq!(vat("0.26", "20.00"), "0.05");
        assert_eq!(vat("-0.13", "20.00"), "-0.03");
        assert_eq!(vat("100.00", "5.5"), "5.50");
        assert_eq!(vat("0.50", "2.1"), "0.01");
    }

    #[test]
    fn amounts_travel_as_text() {
        let amount: Amount = serde_json::from_str("\"-8.52\"").unwrap();
        assert_eq!((amount.cents(), serde_json::to_string(&amount).unwrap().as_str()), (-852, "\"-8.52\""));
        assert!(serde_json::from_str::<Amount>("8.52").is_err());
        assert!("1.005".parse::<Amount>().is_err());
    }
}
