//! `contract import`: a version of a contract, verbatim.

use cadastre_domain::contract::{self, Severity};
use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::facts::Record;

/// A contract to import.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportContract {
    /// Client code.
    pub client: String,
    /// The file's name, for messages.
    #[serde(default)]
    pub file: Option<String>,
    /// The TOML text.
    pub text: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Contract id, or the list's name.
    pub id: String,
    /// Whether anything was recorded: an identical file changes nothing.
    pub changed: bool,
    /// How many rows were recorded, for an annex.
    pub rows: usize,
}

/// Records a version of a contract; an identical file changes nothing.
///
/// # Errors
/// The first error of the linter, `contract_other_client`, `client_unknown`, and what the record refuses.
pub async fn import(record: &Record, args: ImportContract) -> Result<Imported, Refusal> {
    let place = |refusal: Refusal| match &args.file {
        Some(file) => refusal.in_file(file),
        None => refusal,
    };
    let contract = contract::read(&args.text).map_err(|remarks| {
        let first = remarks.into_iter().find(|remark| remark.severity == Severity::Error);
        place(first.map_or_else(|| Refusal::new("contract_unreadable"), |remark| remark.refusal))
    })?;
    if contract.client != args.client {
        let refusal = Refusal::new("contract_other_client").with("contract", &contract.id);
        return Err(place(refusal.with("named", &contract.client).with("client", &args.client).on("client")));
    }
    let loaded = record.load(&args.client).await.map_err(|error| error.refusal())?;
    if loaded.head == 0 {
        return Err(Refusal::new("client_unknown").with("client", &args.client));
    }
    let newest = loaded.recorded.iter().rev().find_map(|recorded| match &recorded.fact {
        Fact::Contract { contract: id, text } if *id == contract.id => Some(text),
        _ => None,
    });
    let changed = newest != Some(&args.text);
    if changed {
        let fact = Fact::Contract { contract: contract.id.clone(), text: args.text };
        record.append(&args.client, vec![fact], Some(loaded.head)).await.map_err(|error| error.refusal())?;
    }
    Ok(Imported { id: contract.id, changed, rows: contract.annex.len() })
}
