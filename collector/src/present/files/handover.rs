//! What a month is handed over as: the statement's page, and the pack that proves a closed month without a collector.

use cadastre_domain::calendar::{Month, first_instant};
use cadastre_domain::closing;
use cadastre_domain::price::sha256_hex;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;

use super::{File, Files, statement};
use crate::facts::HOUSE;
use crate::present::text::Language;
use crate::register::Registers;
use crate::views::pack::Proof;
use crate::views::statement::Statement;
use crate::views::verification::Verification;

/// A statement as it is shown and signed.
pub(crate) struct Page {
    pub(crate) statement: Statement,
    pub(crate) html: String,
    /// SHA-256 of the page, hex: what a client signs.
    pub(crate) sha256: String,
}

/// The statement of a month, of the register on the day that it tells of.
///
/// Once the month is over the page bears the instant of the last fact that it rests on, so that [`page_at`] writes it again.
///
/// # Errors
/// `client_unknown`, and what pricing refuses.
pub(crate) async fn page(
    registers: &Registers,
    client: &str,
    month: Month,
    language: Language,
) -> Result<Page, Refusal> {
    let zone = registers.of(client, None, None).await?.zone.clone();
    let over = first_instant(month.plus(1).first(), &zone);
    if registers.now() < over {
        return page_at(registers, client, month, language, None).await;
    }
    let mut last = over;
    for record in [client, HOUSE] {
        let recorded = registers.record().facts_after(record, 0).await.map_err(|error| error.refusal())?;
        last = recorded.last().map_or(last, |recorded| recorded.at.max(last));
    }
    page_at(registers, client, month, language, Some(last)).await
}

/// The statement of a month as the record stood at an instant.
///
/// # Errors
/// As [`page`].
pub(crate) async fn page_at(
    registers: &Registers,
    client: &str,
    month: Month,
    language: Language,
    known_at: Option<Timestamp>,
) -> Result<Page, Refusal> {
    let today = registers.of(client, None, None).await?;
    let day = Statement::day(month, registers.now(), &today.zone);
    let register = registers.of(client, Some(day), known_at).await?;
    let statement = Statement::of(&register, month)?;
    let html = statement::page(&statement, language)?;
    let sha256 = sha256_hex(html.as_bytes());
    Ok(Page { statement, html, sha256 })
}

/// Everything that proves a closed month, for a machine without a collector.
///
/// # Errors
/// `month_not_closed`, `client_unknown`.
pub(crate) async fn pack(registers: &Registers, client: &str, month: Month) -> Result<Files, Refusal> {
    let loaded = registers.record().load(client).await.map_err(|error| error.refusal())?;
    let found = closing::verify(client, &loaded.recorded, month)?;
    let register = registers.of(client, None, None).await?;
    let Some(closed) = register.closed_month(month) else {
        return Err(Refusal::new("month_not_closed").with("client", client).with("month", month));
    };
    let proof = Proof::of(&register, closed, Verification::of(client, found));
    let page = page(registers, client, month, Language::Fr).await?;
    let files = super::pack::files(&register, closed, &proof, &page.statement, &loaded.recorded)?;
    Ok(Files::new(files.into_iter().map(|(name, bytes)| File::new(name, &bytes)).collect()))
}
