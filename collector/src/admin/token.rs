//! `token create` and `token revoke`.

use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use cadastre_proto::token::Token;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::facts::Record;

/// Days that a token lives when nothing says otherwise.
const TTL_DAYS: u32 = 7;
/// The longest life of a token, days.
const TTL_DAYS_MAX: u32 = 366;
/// The most agents that one token may create.
const USES_MAX: u32 = 100_000;

/// A token to make.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// Client whose agents it creates.
    pub client: String,
    /// Site that they join.
    #[serde(default)]
    pub site: Option<String>,
    /// How many agents it may create; default 1.
    #[serde(default)]
    pub uses: Option<u32>,
    /// Days that it lives; default 7.
    #[serde(default)]
    pub ttl_days: Option<u32>,
}

/// `cadastre/token/1`: the only time the secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenMade {
    /// `cadastre/token/1`.
    pub schema: String,
    /// The token.
    pub token: String,
    /// Its public id, for lists and revocation.
    pub id: String,
    /// After this instant it creates none.
    pub expires_at: Timestamp,
}

/// Makes a token. `pin` is the authority's; `random` are 40 fresh random bytes.
///
/// # Errors
/// `client_unknown`, `number_out_of_range`, and what the record refuses.
pub async fn create(
    record: &Record,
    pin: [u8; 32],
    random: &[u8; 40],
    now: Timestamp,
    args: CreateToken,
) -> Result<TokenMade, Refusal> {
    if record.head(&args.client).await.map_err(|error| error.refusal())? == 0 {
        return Err(Refusal::new("client_unknown").with("client", &args.client));
    }
    let uses = within("uses", args.uses.unwrap_or(1), USES_MAX)?;
    let days = within("ttl", args.ttl_days.unwrap_or(TTL_DAYS), TTL_DAYS_MAX)?;
    let expires_at = now.checked_add((i64::from(days) * 24).hours()).unwrap_or(Timestamp::MAX);
    let token = Token::make(&args.client, pin, random);
    let fact = Fact::Token { token: token.id.clone(), hash: token.hash(), site: args.site, uses, expires_at };
    record.append(&args.client, vec![fact], None).await.map_err(|error| error.refusal())?;
    let schema = "cadastre/token/1".to_owned();
    Ok(TokenMade { schema, token: token.to_string(), id: token.id, expires_at })
}

fn within(field: &'static str, value: u32, max: u32) -> Result<u32, Refusal> {
    if (1..=max).contains(&value) {
        return Ok(value);
    }
    Err(Refusal::new("number_out_of_range").with("key", field).with("least", 1).with("most", max).on(field))
}

/// A token to revoke.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeToken {
    /// Client code.
    pub client: String,
    /// Public id of the token, or the token itself.
    pub token: String,
}

/// Revokes a token: it creates no agent any more; those it created go on.
///
/// # Errors
/// `token_unknown`, and what the record refuses.
pub async fn revoke(record: &Record, args: RevokeToken) -> Result<(), Refusal> {
    let id = args.token.parse::<Token>().map_or(args.token, |token| token.id);
    let known = record.token(&args.client, &id).await.map_err(|error| error.refusal())?;
    if known.is_none() {
        return Err(Refusal::new("token_unknown").with("token", id).on("token"));
    }
    let fact = Fact::TokenRevoked { token: id };
    record.append(&args.client, vec![fact], None).await.map_err(|error| error.refusal())?;
    Ok(())
}
