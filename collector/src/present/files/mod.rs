//! Files for other tools: the bill as canonical CSV, JSON, workbook, UBL drafts, or through a mapping profile.

pub(crate) mod csv;
pub(crate) mod handover;
pub(crate) mod ics;
pub(crate) mod pack;
pub(crate) mod profile;
pub(crate) mod quote;
pub(crate) mod statement;
pub(crate) mod ubl;
pub(crate) mod xlsx;
mod xml;
pub(crate) mod zip;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::price;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use serde::Serialize;

use crate::present::text::bill::UNNAMED_PROVIDER;
use crate::views::bill::Bill;
use crate::views::parties::Parties;

/// `cadastre/files/1`: files that the caller writes where its user says.
#[derive(Debug, Serialize)]
pub(crate) struct Files {
    pub(crate) schema: &'static str,
    pub(crate) files: Vec<File>,
    /// What the reader of the bills must know, as reasons: the canonical rows have no place for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) remarks: Vec<String>,
    /// The profile that formed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<profile::About>,
}

/// A file.
#[derive(Debug, Serialize)]
pub(crate) struct File {
    pub(crate) name: String,
    /// Its bytes, base64.
    pub(crate) bytes: String,
}

impl File {
    pub(crate) fn new(name: String, bytes: &[u8]) -> Self {
        Self { name, bytes: STANDARD.encode(bytes) }
    }

    /// Its bytes as they are.
    pub(crate) fn decoded(&self) -> Result<Vec<u8>, Refusal> {
        STANDARD.decode(&self.bytes).map_err(|error| Refusal::new("internal").with("reason", error))
    }
}

impl Files {
    pub(crate) fn new(files: Vec<File>) -> Self {
        Self { schema: "cadastre/files/1", files, remarks: Vec::new(), profile: None }
    }
}

/// The bills of a month in a form: `csv`, `json`, `xlsx`, `ubl`, or a profile's name.
///
/// # Errors
/// `profile_unknown`, `amount_overflow`.
pub(crate) fn export(
    register: &Register,
    bills: Vec<price::Bill>,
    several: bool,
    form: &str,
) -> Result<Files, Refusal> {
    let documents: Vec<Bill> = bills.iter().map(|bill| Bill::of(register, bill.clone(), several)).collect();
    let month = bills.first().map(|bill| bill.period.start.to_string()).unwrap_or_default();
    let stem = format!("{}-{}", register.client, month.get(..7).unwrap_or_default());
    let one = |ending: &str, bytes: &[u8]| vec![File::new(format!("{stem}{ending}"), bytes)];
    let mut remarks: Vec<String> = documents.iter().flat_map(|bill| bill.remarks.iter().cloned()).collect();
    remarks.dedup();
    let files = match form {
        "csv" => one(".csv", csv::bills(&documents)?.as_bytes()),
        "xlsx" => one(".xlsx", &xlsx::bills(&documents)?),
        "json" => {
            let mut text = String::new();
            for document in &documents {
                text +=
                    &serde_json::to_string(document).map_err(|error| Refusal::new("internal").with("reason", error))?;
                text.push('\n');
            }
            one(".json", text.as_bytes())
        }
        "ubl" => {
            let mut files = Vec::new();
            for (bill, document) in bills.iter().zip(&documents) {
                for draft in ubl::drafts(bill, &document.reference, &Parties::of(register, bill, UNNAMED_PROVIDER))? {
                    files.push(File::new(format!("{}{}.xml", document.reference, draft.ending), draft.text.as_bytes()));
                }
            }
            files
        }
        name => {
            let (bytes, about) = profile::bills(&documents, name)?;
            return Ok(Files { profile: Some(about), remarks, ..Files::new(one(&format!("-{name}.csv"), &bytes)) });
        }
    };
    Ok(Files { remarks, ..Files::new(files) })
}
