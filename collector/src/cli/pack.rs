//! The dispute pack: written by the collector's files into a folder, verified anywhere without a collector.

use std::collections::BTreeMap;
use std::path::Path;

use cadastre_domain::calendar::Month;
use cadastre_domain::ledger;
use cadastre_domain::refusal::Refusal;

use super::reads::encode;
use super::remote::{self, Failed};
use super::{Context, bill, read_file, show, statement};
use crate::views::pack;

/// Writes the dispute pack of a closed month into a new or empty folder.
pub(super) async fn write(context: &Context, client: &str, period: Month, out: &Path) -> Result<(), Failed> {
    if std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Refusal::new("folder_not_empty").in_file(out.display()).into());
    }
    let document = remote::get(context, &format!("/api/v1/admin/pack/{}/{period}", encode(client))).await?;
    bill::files(context, &document, Some(out))
}

/// Verifies a dispute pack: each file, what they say, the month; and that its ledger has a signed statement's head.
pub(super) fn verify(context: &Context, folder: &Path, signed: Option<&Path>) -> Result<(), Failed> {
    let files = read(folder)?;
    let place = |refusal: Refusal| match refusal.file.clone() {
        Some(name) => refusal.in_file(folder.join(name).display()),
        None => refusal,
    };
    let (verified, recorded) = pack::check(&files).map_err(place)?;
    show::say(context, "pack_checked", &[("files", &files.len().to_string())]);
    if let Some(file) = signed {
        let head = statement::head_of(file)?;
        let entries = ledger::ledger(&verified.client, &recorded);
        if head != ledger::first_head(&verified.client) && !entries.iter().any(|entry| entry.head == head) {
            return Err(Refusal::new("statement_head_absent").with("head", head).in_file(file.display()).into());
        }
        show::say(context, "statement_agrees", &[]);
    }
    let document = serde_json::to_value(verified).map_err(|error| Refusal::new("internal").with("reason", error))?;
    bill::verified(context, &document)
}

/// The files of a folder by name; what begins with a point is the machine's own.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Refusal> {
    let unreadable =
        |error: std::io::Error| Refusal::new("file_unreadable").with("reason", error).in_file(folder.display());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            files.insert(name, read_file(&entry.path())?);
        }
    }
    Ok(files)
}
