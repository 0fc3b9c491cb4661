//! Commands that ask for a document and print it: the JSON as it is, or a table in the operator's language.

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use serde_json::Value;

use super::bill::BillFormat;
use super::remote::{self, Failed};
use super::{Context, When, show};
use crate::present::text::date::capital;
use crate::present::text::reason;

/// Which of several bills.
pub(super) struct Pick {
    pub(super) entity: Option<String>,
    pub(super) currency: Option<String>,
}

/// A path with its query.
pub(super) fn path(path: &str, when: When, more: &[(&str, Option<&str>)]) -> String {
    let as_of = when.as_of.map(|day| day.to_string());
    let known_at = when.known_at.map(|instant| instant.to_string());
    let pairs = [("as_of", as_of.as_deref()), ("known_at", known_at.as_deref())];
    let pairs =
        pairs.iter().chain(more).filter_map(|(key, value)| value.map(|value| format!("{key}={}", encode(value))));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A value of a query or a segment of a path.
pub(super) fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub(super) async fn clients(context: &Context) -> Result<(), Failed> {
    let document = remote::get(context, "/api/v1/clients").await?;
    list(context, &document, "clients", &["client", "name", "assets", "findings"], "no_clients");
    Ok(())
}

pub(super) async fn contracts(context: &Context, client: &str) -> Result<(), Failed> {
    let document = remote::get(context, &format!("/api/v1/clients/{}/contracts", encode(client))).await?;
    let columns = ["contract", "first_day", "end", "notice_until", "lines"];
    list(context, &document, "contracts", &columns, "no_contracts");
    Ok(())
}

pub(super) async fn assets(context: &Context, client: Option<&str>, when: When) -> Result<(), Failed> {
    let at = match client {
        Some(client) => path(&format!("/api/v1/clients/{}/assets", encode(client)), when, &[("limit", Some("10000"))]),
        None => path("/api/v1/admin/assets", when, &[]),
    };
    let mut document = remote::get(context, &at).await?;
    while let Some(cursor) = document["next"].as_str().map(str::to_owned) {
        let mut page = remote::get(context, &format!("{at}&cursor={}", encode(&cursor))).await?;
        let more = page["assets"].take();
        if let (Some(all), Value::Array(more)) = (document["assets"].as_array_mut(), more) {
            all.extend(more);
        }
        document["next"] = page["next"].take();
    }
    if let Some(object) = document.as_object_mut() {
        object.remove("next");
    }
    list(context, &document, "assets", &["client", "name", "category", "status", "last_seen", "asset"], "no_assets");
    Ok(())
}

/// One list of a document: its JSON, or its table.
pub(super) fn list(context: &Context, document: &Value, key: &str, columns: &[&str], empty: &str) {
    if context.json {
        return show::document(document);
    }
    rows(context, &document[key], columns, empty);
}

pub(super) fn rows(context: &Context, list: &Value, columns: &[&str], empty: &str) {
    let rows: Vec<Vec<String>> = list.as_array().into_iter().flatten().map(|row| show::cells(row, columns)).collect();
    if rows.is_empty() {
        show::say(context, empty, &[]);
    } else {
        show::table(context.language, columns, &rows);
    }
}

pub(super) async fn asset(context: &Context, asset: &str, client: Option<&str>, when: When) -> Result<(), Failed> {
    let at = path(&format!("/api/v1/assets/{}", encode(asset)), when, &[("client", client)]);
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    let columns = ["asset", "name", "category", "status", "state", "contract", "line", "slot", "last_seen", "reasons"];
    show::table(context.language, &columns, &[show::cells(&document, &columns)]);
    show::line("");
    rows(context, &document["sightings"], &["source", "native_id", "recorded", "rule"], "no_sightings");
    show::line("");
    rows(context, &document["stays"], &["contract", "line", "slot", "from", "to"], "no_stays");
    Ok(())
}

pub(super) async fn reconcile(context: &Context, client: &str, when: When) -> Result<(), Failed> {
    let at = path(&format!("/api/v1/clients/{}/reconciliation", encode(client)), when, &[]);
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    if document["unmapped"].as_array().is_some_and(|groups| !groups.is_empty()) {
        rows(context, &document["unmapped"], &["source", "group", "rows"], "no_sources");
        show::line("");
    }
    let lines = ["contract", "line", "category", "contracted", "observed", "covered", "billable", "gap"];
    rows(context, &document["lines"], &lines, "no_lines");
    show::line("");
    let assets = ["name", "category", "status", "state", "line", "slot", "last_seen", "reasons"];
    rows(context, &document["assets"], &assets, "no_assets");
    show::line("");
    let findings = ["code", "name", "line", "since", "due", "amount_month", "action"];
    rows(context, &document["findings"], &findings, "no_findings");
    Ok(())
}

pub(super) async fn bill(
    context: &Context,
    client: &str,
    period: Option<Month>,
    when: When,
    format: Option<BillFormat>,
    pick: &Pick,
) -> Result<(), Failed> {
    let month = month(context, client, period).await?;
    let bills = format!("/api/v1/clients/{}/bill/{month}", encode(client));
    let more = [("entity", pick.entity.as_deref()), ("currency", pick.currency.as_deref())];
    let documents = remote::get_bytes(context, &path(&bills, when, &more)).await?;
    let read = |document: &[u8]| -> Result<Value, Refusal> {
        serde_json::from_slice(document).map_err(|error| Refusal::new("answer_unreadable").with("reason", error))
    };
    let each = || documents.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    if format == Some(BillFormat::Csv) {
        let at = path(&format!("/api/v1/admin/csv/{}/{month}", encode(client)), when, &more);
        show::raw(&remote::get_bytes(context, &at).await?);
        for document in each() {
            remarks(context, &read(document)?);
        }
        return Ok(());
    }
    if context.json || format == Some(BillFormat::Json) {
        show::raw(&documents);
        if !documents.ends_with(b"\n") {
            show::line("");
        }
        return Ok(());
    }
    for document in each() {
        let bill = read(document)?;
        let columns =
            ["contract", "line", "label", "from", "to", "quantity", "unit", "unit_price", "price_base", "amount"];
        rows(context, &bill["lines"], &columns, "nothing_billed");
        show::line("");
        let totals = ["total_net", "total_gross"];
        let amounts = totals.map(|key| show::amount(context, &bill, key));
        show::table(context.language, &totals, &[amounts.to_vec()]);
        remarks(context, &bill);
    }
    Ok(())
}

/// What the reader of a bill must know, on standard error: the rows themselves have no place for it.
pub(super) fn remarks(context: &Context, document: &Value) {
    for remark in document["remarks"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        show::note(&capital(&reason::words(remark, context.language)));
    }
}

pub(super) async fn slot_days(
    context: &Context,
    client: &str,
    period: Option<Month>,
    when: When,
) -> Result<(), Failed> {
    let month = month(context, client, period).await?;
    let at = path(&format!("/api/v1/clients/{}/slot-days/{month}", encode(client)), when, &[]);
    let document = remote::get(context, &at).await?;
    if context.json {
        show::document(&document);
        return Ok(());
    }
    let columns = ["contract", "line", "slot", "days", "runs", "assets"];
    let rows: Vec<Vec<String>> = document["slots"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            let mut cells = show::cells(row, &["contract", "line", "slot", "days"]);
            let runs = row["runs"].as_array().into_iter().flatten();
            let run =
                |run: &Value| format!("{}..{}", run["start"].as_str().unwrap_or(""), run["end"].as_str().unwrap_or(""));
            cells.push(runs.map(run).collect::<Vec<_>>().join(", "));
            cells.extend(show::cells(row, &["assets"]));
            cells
        })
        .collect();
    if rows.is_empty() {
        show::say(context, "no_slot_days", &[]);
    } else {
        show::table(context.language, &columns, &rows);
    }
    Ok(())
}

/// The month asked for, else today's in the client's zone, by the collector's clock.
pub(super) async fn month(context: &Context, client: &str, period: Option<Month>) -> Result<Month, Failed> {
    if let Some(period) = period {
        return Ok(period);
    }
    let today = remote::get(context, &format!("/api/v1/admin/today/{}", encode(client))).await?;
    let month = today["month"].as_str().and_then(|month| month.parse().ok());
    Ok(month.ok_or_else(|| Refusal::new("answer_unreadable").with("reason", "month"))?)
}
