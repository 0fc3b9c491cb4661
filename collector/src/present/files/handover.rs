//! What a month is handed over as: the statement's page, and the pack that proves a closed month without a collector.

use cadastre_domain::calendar::Month;
use cadastre_domain::fact::{Fact, Recorded};
use cadastre_domain::refusal::Refusal;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{File, Files, export, statement};
use crate::present::text::Language;
use crate::register::Registers;
use crate::views::statement::Statement;

/// A statement as it is shown and signed.
pub(crate) struct Page {
    pub(crate) statement: Statement,
    pub(crate) html: String,
    /// SHA-256 of the page, hex: what a client signs.
    pub(crate) sha256: String,
}

/// The statement of a month, of the register on the day that it tells of.
///
/// # Errors
/// `client_unknown`, and what pricing refuses.
pub(crate) async fn page(
    registers: &Registers,
    client: &str,
    month: Month,
    language: Language,
) -> Result<Page, Refusal> {
    let today = registers.of(client, None, None).await?;
    let day = Statement::day(month, registers.now(), &today.zone);
    let register = registers.of(client, Some(day), None).await?;
    let statement = Statement::of(&register, month)?;
    let html = statement::page(&statement, language)?;
    let sha256 = Sha256::digest(html.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Page { statement, html, sha256 })
}

/// Everything that proves a closed month, for a machine without a collector.
///
/// # Errors
/// `month_not_closed`, `client_unknown`.
pub(crate) async fn pack(registers: &Registers, client: &str, month: Month) -> Result<Files, Refusal> {
    let loaded = registers.record().load(client).await.map_err(|error| error.refusal())?;
    let found = cadastre_domain::closing::verify(client, &loaded.recorded, month)?;
    let register = registers.of(client, None, None).await?;
    let bills = register.bills(month)?;
    let several = bills.len() > 1;
    let mut files = export(&register, bills.clone(), several, "csv")?.files;
    files.extend(export(&register, bills, several, "json")?.files);
    for language in [Language::Fr, Language::En] {
        let page = page(registers, client, month, language).await?;
        files.push(File::new(format!("statement-{}.html", language.code()), page.html.as_bytes()));
    }
    files.push(File::new("facts.jsonl".to_owned(), facts(&loaded.recorded)?.as_bytes()));
    let about = json!({"schema": "cadastre/pack/1", "client": client, "period": month, "head": found.head});
    files.push(File::new("pack.json".to_owned(), about.to_string().as_bytes()));
    Ok(Files::new(files))
}

/// The facts that the ledger chains, one a line.
fn facts(recorded: &[Recorded]) -> Result<String, Refusal> {
    let mut text = String::new();
    let chained = |fact: &Fact| {
        let money = matches!(fact, Fact::Contract { .. } | Fact::Annex { .. } | Fact::Decision(_) | Fact::Usage { .. });
        money || matches!(fact, Fact::ClosedMonth(_) | Fact::Signature(_))
    };
    for recorded in recorded.iter().filter(|recorded| chained(&recorded.fact)) {
        text += &serde_json::to_string(recorded).map_err(|error| Refusal::new("internal").with("reason", error))?;
        text.push('\n');
    }
    Ok(text)
}
