//! `client add`.

use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::admin::check_code;
use crate::facts::Record;

/// A client to add.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AddClient {
    /// Code: `[a-z0-9][a-z0-9-]{0,62}`.
    pub client: String,
    /// Display name.
    #[serde(default)]
    pub name: Option<String>,
    /// French company number.
    #[serde(default)]
    pub siren: Option<String>,
}

/// Adds a client.
///
/// # Errors
/// `client_code_invalid`, `siren_invalid`, `client_exists`, and what the record refuses.
pub async fn add(record: &Record, args: AddClient) -> Result<(), Refusal> {
    check_code(&args.client)?;
    if let Some(siren) = &args.siren
        && !is_siren(siren)
    {
        return Err(Refusal::new("siren_invalid").with("siren", siren).on("siren"));
    }
    if record.head(&args.client).await.map_err(|error| error.refusal())? > 0 {
        return Err(Refusal::new("client_exists").with("client", &args.client));
    }
    let fact = Fact::Client { name: args.name, siren: args.siren, example: false };
    record.append(&args.client, vec![fact], Some(0)).await.map_err(|error| error.refusal())?;
    Ok(())
}

/// The clients that say of themselves that they are examples.
///
/// # Errors
/// What the record refuses.
pub async fn examples(record: &Record) -> Result<Vec<String>, Refusal> {
    let mut examples = Vec::new();
    for client in record.clients().await.map_err(|error| error.refusal())? {
        let first = record.first(&client).await.map_err(|error| error.refusal())?;
        if matches!(first, Some(Fact::Client { example: true, .. })) {
            examples.push(client);
        }
    }
    Ok(examples)
}

/// Erases every example, and says how many there were.
///
/// # Errors
/// What the record refuses.
pub async fn remove_examples(record: &Record) -> Result<usize, Refusal> {
    let examples = examples(record).await?;
    for client in &examples {
        record.erase(client).await.map_err(|error| error.refusal())?;
    }
    Ok(examples.len())
}

/// Nine digits whose Luhn sum is a multiple of ten.
fn is_siren(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 9) else { return false };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siren_has_nine_digits_and_a_check_sum() {
        assert!(is_siren("732829320"));
        assert!(!is_siren("732829321"));
        assert!(!is_siren("73282932"));
        assert!(!is_siren("7328293200"));
        assert!(!is_siren("73282932a"));
    }

    #[test]
    fn client_codes_are_checked() {
        for good in ["a", "0", "atelier-martin", &"x".repeat(63)] {
            assert!(check_code(good).is_ok(), "{good}");
        }
        for bad in ["", "-", "-a", "A", "é", "a_b", "a b", &"x".repeat(64)] {
            assert!(check_code(bad).is_err(), "{bad}");
        }
    }
}
