//! How far the machines have come that join with one token: made, enrolled, first report, the asset it became.

use cadastre_domain::evidence::SourceKind;
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;

use crate::facts::TokenRow;
use crate::register::Registers;
use crate::views::reconciliation::{AssetRow, asset_row, currency};

/// A token, and the machines that joined with it, in the order they did.
#[derive(Debug, Clone, PartialEq)]
pub struct Joining {
    /// The token as its facts leave it.
    pub token: TokenRow,
    /// When it was made.
    pub made: Timestamp,
    /// Currency of the amounts.
    pub currency: String,
    /// Machines.
    pub machines: Vec<Joined>,
}

/// A machine that joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// Agent id.
    pub agent: String,
    /// When its certificate was issued.
    pub enrolled: Timestamp,
    /// Its first report.
    pub report: Option<FirstReport>,
    /// The asset that it is.
    pub asset: Option<AssetRow>,
    /// What its findings put at stake in a month, signed, when they do.
    pub amount_month: Option<String>,
}

/// The first report of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstReport {
    /// When it was recorded.
    pub at: Timestamp,
    /// How far the machine's clock was ahead then, seconds; negative behind.
    pub clock_ahead_s: i64,
}

impl Joining {
    /// What became of a token.
    ///
    /// # Errors
    /// `client_unknown`, `token_unknown`, and what the record refuses.
    pub async fn read(registers: &Registers, client: &str, token: &str) -> Result<Self, Refusal> {
        let record = registers.record();
        let register = registers.of(client, None, None).await?;
        let row = record.token(client, token).await.map_err(|error| error.refusal())?;
        let unknown = || Refusal::new("token_unknown").with("token", token);
        let row = row.ok_or_else(unknown)?;
        let recorded = record.facts_after(client, 0).await.map_err(|error| error.refusal())?;
        let of_token = |fact: &Fact| matches!(fact, Fact::Token { token: id, .. } if id == token);
        let made = recorded.iter().find(|recorded| of_token(&recorded.fact)).ok_or_else(unknown)?.at;
        let enrolled = recorded.iter().filter_map(|fact| match &fact.fact {
            Fact::Enrolled { agent, token: id, .. } if id == token => Some((agent, fact.at)),
            _ => None,
        });
        let machines = enrolled.map(|(agent, at)| joined(&register, &recorded, agent, at)).collect();
        Ok(Self { token: row, made, currency: currency(&register), machines })
    }
}

fn joined(register: &Register, recorded: &[Recorded], agent: &str, enrolled: Timestamp) -> Joined {
    let report = recorded.iter().find_map(|fact| match &fact.fact {
        Fact::Report { agent: of, collected_at, .. } if of == agent => {
            let clock_ahead_s = collected_at.as_second().saturating_sub(fact.at.as_second());
            Some(FirstReport { at: fact.at, clock_ahead_s })
        }
        _ => None,
    });
    let index = register.assets.iter().position(|asset| {
        let sightings = asset.sightings.iter().filter_map(|index| register.sightings.get(*index));
        sightings.into_iter().any(|s| s.kind == SourceKind::Agent && s.native_id.as_deref() == Some(agent))
    });
    let standing = index.and_then(|index| register.standing(index));
    let amount = index.and_then(|index| {
        let own = register.findings.iter().filter(|finding| finding.asset == Some(index));
        own.map(|finding| finding.amount_month).find(|amount| *amount != cadastre_domain::money::Amount::ZERO)
    });
    Joined {
        agent: agent.to_owned(),
        enrolled,
        report,
        asset: standing.and_then(|standing| asset_row(register, standing)),
        amount_month: amount.map(|amount| amount.to_string()),
    }
}
