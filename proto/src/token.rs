//! Enrolment tokens: one line of text that carries all a machine needs to enrol and to know the collector.
//!
//! `cadastre1.CLIENT.ID.SECRET.PIN`: client code (`-` is the waiting room), public id, secret and pin, the last two in
//! base64 for URLs. The pin is SHA-256 of the public key of the authority. The collector stores only the hash of the secret.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "cadastre1";
const ID_CHARS_MAX: usize = 32;
const CLIENT_CHARS_MAX: usize = 63;

/// A token, as the person who enrols machines holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Client code; `-` is the waiting room.
    pub client: String,
    /// Public id, for lists and revocation: lower-case letters and digits.
    pub id: String,
    /// The secret.
    pub secret: [u8; 32],
    /// SHA-256 of the authority's SubjectPublicKeyInfo.
    pub pin: [u8; 32],
}

/// The text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enrolment token")]
pub struct InvalidToken;

impl Token {
    /// A token made of 40 random bytes: 8 for its id, 32 for its secret.
    #[must_use]
    pub fn make(client: &str, pin: [u8; 32], random: &[u8; 40]) -> Self {
        let (id, secret) = random.split_at(8);
        let mut token = Self { client: client.to_owned(), id: crate::hex::encode(id), secret: [0; 32], pin };
        token.secret.copy_from_slice(secret);
        token
    }

    /// What the collector stores of the secret: SHA-256, hex.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(&self.secret)
    }
}

/// What the collector stores of a secret: SHA-256, hex.
#[must_use]
pub fn hash(secret: &[u8]) -> String {
    crate::hex::encode(&Sha256::digest(secret))
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secret, pin) = (URL_SAFE_NO_PAD.encode(self.secret), URL_SAFE_NO_PAD.encode(self.pin));
        write!(f, "{PREFIX}.{}.{}.{secret}.{pin}", self.client, self.id)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("client", &self.client).field("id", &self.id).finish_non_exhaustive()
    }
}

impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let parts: Vec<&str> = text.trim().split('.').collect();
        let [PREFIX, client, id, secret, pin] = parts[..] else { return Err(InvalidToken) };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let client_ok = (1..=CLIENT_CHARS_MAX).contains(&client.len()) && client.chars().all(|c| plain(c) || c == '-');
        let id_ok = (1..=ID_CHARS_MAX).contains(&id.len()) && id.chars().all(plain);
        if !client_ok || !id_ok {
            return Err(InvalidToken);
        }
        Ok(Self { client: client.to_owned(), id: id.to_owned(), secret: bytes(secret)?, pin: bytes(pin)? })
    }
}

fn bytes(text: &str) -> Result<[u8; 32], InvalidToken> {
    URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(InvalidToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        let mut random = [7; 40];
        random[0] = 0xa1;
        Token::make("atelier-martin", [9; 32], &random)
    }

    #[test]
    fn a_token_survives_its_text() {
        let text = token().to_string();
        assert!(text.starts_with("cadastre1.atelier-martin.a107070707070707."), "{text}");
        assert_eq!(format!(" {text}\n").parse(), Ok(token()));
        let room = Token::make("-", [1; 32], &[2; 40]);
        assert_eq!(room.to_string().parse(), Ok(room));
    }

    #[test]
    fn a_damaged_token_is_refused() {
        let text = token().to_string();
        for end in 0..text.len() {
            assert_eq!(text[..end].parse::<Token>(), Err(InvalidToken), "{}", &text[..end]);
        }
        for bad in [
            text.to_uppercase(),
            text.replace("cadastre1", "cadastre2"),
            format!("{text}.x"),
            text.replace("martin", "m/n"),
        ] {
            assert_eq!(bad.parse::<Token>(), Err(InvalidToken), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_not_printed_for_debugging() {
        let shown = format!("{:?}", token());
        assert!(!shown.contains("secret") && !shown.contains("7, 7"), "{shown}");
    }
}
