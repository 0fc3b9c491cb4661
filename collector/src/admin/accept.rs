//! `contract accept`: the client accepted a drafted amendment; it becomes part of the contract as a new version, signed on
//! its day. The draft is the file of `draft amendment`, changed or not: amendments and annex rows, nothing else.
//!
//! Refuses a draft with other keys, one that is signed on another day already, and whatever the contract with it would be
//! refused for; nothing is recorded then.

use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::admin::contract::{Effect, ImportContract, Imported, effect, import, newest};
use crate::register::Registers;

/// An accepted draft.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptDraft {
    /// Client code.
    pub client: String,
    /// Contract id.
    pub contract: String,
    /// The draft's file, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// Its text.
    pub text: String,
    /// When the client signed.
    pub signed_on: Date,
    /// Record it even when closed months change.
    #[serde(default)]
    pub yes: bool,
}

/// Records the contract with the accepted amendment.
///
/// # Errors
/// `draft_foreign_key`, `draft_without_amendment`, `draft_signed_otherwise`, `contract_unknown`, and what an import refuses.
pub async fn accept(registers: &Registers, args: AcceptDraft) -> Result<(Effect, Imported), Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let draft = signed(&args.text, args.signed_on).map_err(place)?;
    let loaded = registers.record().load(&args.client).await.map_err(|error| error.refusal())?;
    let Some((_, base)) = newest(&loaded.recorded, &args.contract) else {
        return Err(Refusal::new("contract_unknown").with("contract", &args.contract).with("client", &args.client));
    };
    let text = format!("{}\n{draft}", base.trim_end_matches('\n').to_owned() + "\n");
    let whole = ImportContract { client: args.client.clone(), file: args.file.clone(), text, yes: args.yes };
    let effect = effect(registers, &whole).await?;
    let imported = import(registers, whole).await?;
    Ok((effect, imported))
}

/// The draft with its day of signature in each amendment.
fn signed(text: &str, day: Date) -> Result<String, Refusal> {
    let unreadable = |error: toml::de::Error| Refusal::new("toml_syntax").with("detail", error.message());
    let table: toml::Table = text.parse().map_err(unreadable)?;
    if let Some(key) = table.keys().find(|key| !["amendments", "annex"].contains(&key.as_str())) {
        return Err(Refusal::new("draft_foreign_key").with("key", key).on(key));
    }
    let amendments = table.get("amendments").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    if amendments.is_empty() {
        return Err(Refusal::new("draft_without_amendment"));
    }
    for amendment in &amendments {
        let told = amendment.get("signed_on").map(ToString::to_string);
        if let Some(told) = told.filter(|told| *told != day.to_string()) {
            return Err(Refusal::new("draft_signed_otherwise").with("told", told).with("day", day).on("signed_on"));
        }
    }
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("# signed_on")) {
        if line.trim_start().starts_with("signed_on") {
            continue;
        }
        out += line;
        out.push('\n');
        if line.trim() == "[[amendments]]" {
            out += &format!("signed_on = {day}\n");
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_gets_its_day_and_nothing_foreign_gets_in() {
        let day: Date = "2026-05-20".parse().unwrap();
        let draft = "[[amendments]]\nnumber = 1\n# signed_on = \neffective_on = 2026-06-01\n";
        let text = signed(draft, day).unwrap();
        assert_eq!(text, "[[amendments]]\nsigned_on = 2026-05-20\nnumber = 1\neffective_on = 2026-06-01\n");
        assert_eq!(signed(&text, day).unwrap(), text, "signing twice on one day is signing once");
        assert_eq!(signed(&text, day.tomorrow().unwrap()).unwrap_err().code, "draft_signed_otherwise");
        assert_eq!(signed("client = \"x\"\n", day).unwrap_err().code, "draft_foreign_key");
        assert_eq!(signed("[[annex]]\nlabel = \"a\"\n", day).unwrap_err().code, "draft_without_amendment");
        assert_eq!(signed("[[amendments", day).unwrap_err().code, "toml_syntax");
    }
}
