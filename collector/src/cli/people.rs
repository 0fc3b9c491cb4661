//! Commands by which people say something: each is one call of the admin socket, then one sentence on stderr.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::contract::{self, Severity};
use cadastre_domain::fact::Verb;
use cadastre_domain::refusal::Refusal;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::remote::{self, Failed};
use super::{Context, DecideArgs, local, read_file, show};

pub(super) async fn add_client(
    context: &Context,
    client: String,
    name: Option<String>,
    siren: Option<String>,
) -> Result<(), Failed> {
    let args = json!({"client": client, "name": name, "siren": siren});
    let answer = remote::post(context, "client-add", &args).await?;
    show::done(context, &answer, "client_added", &[("client", &client)]);
    Ok(())
}

pub(super) async fn import_contract(context: &Context, file: &Path, client: String, yes: bool) -> Result<(), Failed> {
    let text = local::read_text(file)?;
    let remarks = contract::lint(&text);
    show::remarks(context, file, &remarks);
    if remarks.iter().any(|remark| remark.severity == Severity::Error) {
        return Err(local::refused(file, &remarks).into());
    }
    let args = json!({"client": client, "file": file.display().to_string(), "text": text, "yes": yes});
    let effect = remote::post(context, "contract-effect", &args).await?;
    say_effect(context, &effect);
    let answer = remote::post(context, "contract-import", &args).await?;
    let code = if answer["changed"] == Value::Bool(true) { "contract_imported" } else { "contract_unchanged" };
    let id = answer["id"].as_str().unwrap_or_default().to_owned();
    show::done(context, &answer, code, &[("contract", &id), ("client", &client)]);
    Ok(())
}

/// What a version of a contract changes in bills, a month a sentence.
pub(super) fn say_effect(context: &Context, effect: &Value) {
    for gone in effect["removed"].as_array().into_iter().flatten() {
        let (number, day) = (gone["number"].to_string(), gone["effective_on"].as_str().unwrap_or_default());
        show::say(context, "amendment_removed", &[("number", &number), ("day", day)]);
    }
    say_months(context, &effect["months"]);
}

/// What bills become, a month a sentence.
fn say_months(context: &Context, months: &Value) {
    for month in months.as_array().into_iter().flatten() {
        let (before, after) = (show::amount(context, month, "before"), show::amount(context, month, "after"));
        let code = match (month["closed"].as_bool(), month["regularised"].as_bool()) {
            (Some(true), Some(true)) => "closed_month_effect",
            (Some(true), _) => "closed_month_beyond",
            _ => "month_effect",
        };
        let name = month["month"].as_str().unwrap_or_default();
        show::say(context, code, &[("month", name), ("before", &before), ("after", &after)]);
    }
}

pub(super) async fn import_annex(
    context: &Context,
    file: &Path,
    client: String,
    contract: String,
) -> Result<(), Failed> {
    let bytes = STANDARD.encode(read_file(file)?);
    let args = json!({"client": client, "contract": contract, "file": file.display().to_string(), "bytes": bytes});
    let answer = remote::post(context, "annex-import", &args).await?;
    let rows = answer["rows"].to_string();
    let code = if answer["changed"] == Value::Bool(true) { "annex_imported" } else { "annex_unchanged" };
    show::done(context, &answer, code, &[("rows", &rows), ("contract", &contract)]);
    Ok(())
}

pub(super) async fn create_token(
    context: &Context,
    client: String,
    site: Option<String>,
    uses: Option<u32>,
    ttl: Option<u32>,
) -> Result<(), Failed> {
    let args = json!({"client": client, "site": site, "uses": uses, "ttl_days": ttl});
    let answer = remote::post(context, "token-create", &args).await?;
    let expires_at = answer["expires_at"].as_str().unwrap_or_default().to_owned();
    let uses = uses.unwrap_or(1).to_string();
    show::done(context, &answer, "token_created", &[("expires_at", &expires_at), ("uses", &uses)]);
    if !context.json {
        show::line(answer["token"].as_str().unwrap_or_default());
    }
    Ok(())
}

pub(super) async fn revoke_token(context: &Context, client: String, token: String) -> Result<(), Failed> {
    let answer = remote::post(context, "token-revoke", &json!({"client": client, "token": token})).await?;
    show::done(context, &answer, "token_revoked", &[]);
    Ok(())
}

pub(super) async fn decide(context: &Context, args: DecideArgs) -> Result<(), Failed> {
    if !Verb::ALL.iter().any(|verb| verb.word() == args.verb) {
        let refusal = Refusal::new("unknown_value").with("key", "VERB").with("value", &args.verb);
        return Err(refusal.with("allowed", Verb::ALL.map(Verb::word).join(", ")).on("VERB").into());
    }
    let body = json!({
        "verb": args.verb, "assets": args.assets, "client": args.client, "effective": args.effective,
        "reason": args.reason, "contract": args.contract, "line": args.line, "slot": args.slot, "preview": args.preview,
        "more": args.more.json(),
    });
    let answer = remote::post(context, "decide", &body).await?;
    if context.json {
        show::document(&answer);
        return Ok(());
    }
    let month = answer["month"].as_str().unwrap_or_default();
    for bill in answer["bills"].as_array().into_iter().flatten() {
        let cell = |key: &str| bill[key].as_str().unwrap_or_default().to_owned();
        let (before, after) = (show::amount(context, bill, "before"), show::amount(context, bill, "after"));
        show::say(
            context,
            "bill_change",
            &[("month", month), ("before", &before), ("after", &after), ("entity", &cell("entity"))],
        );
    }
    say_months(context, &answer["beyond"]);
    show::say(context, if args.preview { "nothing_written" } else { "decided" }, &[]);
    Ok(())
}

/// The file of an export folder that holds the facts.
const FACTS_FILE: &str = "facts.jsonl";

pub(super) async fn export_client(context: &Context, client: &str, out: &Path) -> Result<(), Failed> {
    let place = |error: std::io::Error| Refusal::new("file_unwritable").with("reason", error).in_file(out.display());
    if std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Refusal::new("folder_not_empty").in_file(out.display()).into());
    }
    let lines = remote::get_bytes(context, &format!("/api/v1/admin/export/{client}")).await?;
    std::fs::create_dir_all(out).map_err(place)?;
    std::fs::write(out.join(FACTS_FILE), &lines).map_err(place)?;
    let answer = json!({"schema": "cadastre/export/1", "client": client, "folder": out});
    show::done(context, &answer, "exported", &[("client", client), ("folder", &out.display().to_string())]);
    Ok(())
}

pub(super) async fn import_client(context: &Context, folder: &Path) -> Result<(), Failed> {
    let lines = read_file(&folder.join(FACTS_FILE))?;
    let answer = remote::post_bytes(context, "import", Bytes::from(lines)).await?;
    let client = answer["client"].as_str().unwrap_or_default().to_owned();
    let facts = answer["facts"].to_string();
    show::done(context, &answer, "imported", &[("client", &client), ("facts", &facts)]);
    if let Some(month) = answer["broken_at"].as_str() {
        show::say(context, "import_broken", &[("month", month)]);
    }
    Ok(())
}

pub(super) async fn rebuild(context: &Context) -> Result<(), Failed> {
    let answer = remote::post(context, "rebuild", &json!({})).await?;
    let clients = answer["clients"].to_string();
    show::done(context, &answer, "rebuilt", &[("clients", &clients)]);
    Ok(())
}
