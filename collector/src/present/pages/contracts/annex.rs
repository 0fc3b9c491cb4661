//! `/clients/{client}/contracts/{contract}/annex`: an annex sent as a file, or today's inventory taken as one; what it changes is
//! shown, row by row and in the bill, before it is recorded.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::refusal::Refusal;

use super::{client_of, newest};
use crate::admin::annex::{ImportAnnex, RowChange, import, inventory, preview as changes};
use crate::present::form::{Desk, Form, Sent, see_other};
use crate::present::pages::frame::Frame;
use crate::present::pages::{answer, refused, render};
use crate::present::query::{Asker, Unasked, encode};
use crate::present::text::contracts::{ANNEX_KEYS, ContractsWords};
use crate::present::text::table::fill;
use crate::present::text::{Language, date, label, number};
use crate::present::uploads::Upload;
use crate::present::{Shared, status};

#[derive(Template)]
#[template(path = "annex.html")]
struct AnnexPage {
    frame: Frame,
    words: &'static ContractsWords,
    contract: String,
    path: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "annex_preview.html")]
struct PreviewPage {
    frame: Frame,
    words: &'static ContractsWords,
    client: (String, String),
    contract: String,
    path: String,
    sentence: String,
    rows: Vec<Row>,
    effects: Vec<String>,
    form: Form,
    nothing: bool,
}

struct Row {
    label: String,
    new: bool,
    changes: Vec<String>,
}

/// The address of a contract's annex.
fn path(client: &str, contract: &str) -> String {
    format!("/clients/{}/contracts/{}/annex", encode(client), encode(contract))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((client, contract)): Path<(String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    answer(page(&shared, (&client, &contract), None, &asker).await, &asker)
}

async fn page(
    shared: &Shared,
    (client, contract): (&str, &str),
    again: Option<&Refusal>,
    asker: &Asker,
) -> Result<AnnexPage, Refusal> {
    newest(shared, client, contract).await?;
    let words = ContractsWords::of(asker.language);
    let path = path(client, contract);
    let mut form = Form::new(Desk { shared, action: &path, client: None }.token().await?);
    if let Some(refusal) = again {
        form = form.refused(refusal, &["file"], asker.language);
    }
    let today = shared.reads.today(client).await?;
    Ok(AnnexPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.annex_title, today.name)).of_client(&today.name),
        words,
        contract: contract.to_owned(),
        path,
        form,
    })
}

/// Takes the file, and leads to what it would change.
pub(crate) async fn send(
    State(shared): State<Shared>,
    Path((client, contract)): Path<(String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let path = path(&client, &contract);
    let done = async {
        let file = sent.file("file").ok_or_else(|| Refusal::new("file_needed").on("file"))?;
        let upload =
            Upload { fields: Vec::new(), files: vec![("file".to_owned(), file.name.clone(), file.bytes.clone())] };
        changes(&shared.office.registers, &asked(&client, &contract, &upload)?).await?;
        hold(&shared, &path, &path, upload, &sent).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => match page(&shared, (&client, &contract), Some(&refusal), &asker).await {
            Ok(page) => render(&page, status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}

/// Takes what is seen today and not covered, and leads to what naming it would change.
pub(crate) async fn today(
    State(shared): State<Shared>,
    Path((client, contract)): Path<(String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let path = path(&client, &contract);
    let done = async {
        let csv = inventory(&shared.office.registers, &client, &contract).await?;
        let upload = Upload { fields: Vec::new(), files: vec![("file".to_owned(), String::new(), csv.into_bytes())] };
        hold(&shared, &path, &format!("{path}/today"), upload, &sent).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => refused(&refusal, &asker),
    }
}

async fn hold(shared: &Shared, path: &str, action: &str, upload: Upload, sent: &Sent) -> Result<Response, Refusal> {
    let (uploads, now, path) = (shared.uploads.clone(), shared.office.registers.now(), path.to_owned());
    let work = async move { Ok(format!("{path}/{}", uploads.keep(upload, now))) };
    Desk { shared, action, client: None }.submit(sent, work).await
}

fn asked(client: &str, contract: &str, upload: &Upload) -> Result<ImportAnnex, Refusal> {
    let (_, name, bytes) = upload.files.first().ok_or_else(|| Refusal::new("upload_gone"))?;
    Ok(ImportAnnex {
        client: client.to_owned(),
        contract: contract.to_owned(),
        file: Some(name.clone()).filter(|name| !name.is_empty()),
        bytes: STANDARD.encode(bytes),
    })
}

pub(crate) async fn preview(
    State(shared): State<Shared>,
    Path((client, contract, id)): Path<(String, String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    answer(previewed(&shared, (&client, &contract, &id), None, &asker).await, &asker)
}

async fn previewed(
    shared: &Shared,
    (client, contract, id): (&str, &str, &str),
    again: Option<&Refusal>,
    asker: &Asker,
) -> Result<PreviewPage, Refusal> {
    let language = asker.language;
    let words = ContractsWords::of(language);
    let upload = shared.uploads.of(id, shared.office.registers.now())?;
    let found = changes(&shared.office.registers, &asked(client, contract, &upload)?).await?;
    let path = format!("{}/{id}", path(client, contract));
    let mut form = Form::new(Desk { shared, action: &path, client: Some(client) }.token().await?);
    if let Some(refusal) = again {
        form = form.refused(refusal, &[], language);
    }
    let new = found.rows.iter().filter(|row| row.new).count();
    let counts = [
        ("new", number::count(new as u64, language)),
        ("changed", number::count((found.rows.len() - new) as u64, language)),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let effect = |month: &crate::admin::contract::MonthEffect| {
        let args = [
            ("month", date::month(month.month.first(), language)),
            ("before", number::amount(&month.before, &month.currency, language)),
            ("after", number::amount(&month.after, &month.currency, language)),
        ];
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(super::editor::effect_words(month, words), &args, language)
    };
    let today = shared.reads.today(client).await?;
    let client = client_of(shared, client).await?;
    Ok(PreviewPage {
        frame: Frame::of(asker, |_| format!("{} · {}", words.annex_title, client.0)).of_client(&today.name),
        sentence: fill(words.annex_changes, &counts, language),
        nothing: found.rows.is_empty(),
        rows: found.rows.iter().map(|row| self::row(row, words, language)).collect(),
        effects: found.months.iter().map(effect).collect(),
        contract: contract.to_owned(),
        words,
        client,
        path,
        form,
    })
}

fn row(row: &RowChange, words: &ContractsWords, language: Language) -> Row {
    let change = |(key, before, after): &(&'static str, String, String)| {
        let name = label::name(ANNEX_KEYS, key, language);
        let args = [("name", name), ("before", before.as_str()), ("after", after.as_str())];
        match (row.new || before.is_empty(), after.is_empty()) {
            (true, _) => fill(words.cell_new, &args, language),
            (false, true) => fill(words.cell_gone, &args, language),
            (false, false) => fill(words.cell_changed, &args, language),
        }
    };
    Row { label: row.label.clone(), new: row.new, changes: row.changes.iter().map(change).collect() }
}

/// Records the annex.
pub(crate) async fn confirm(
    State(shared): State<Shared>,
    Path((client, contract, id)): Path<(String, String, String)>,
    asker: Asker,
    sent: Sent,
) -> Response {
    let action = format!("{}/{id}", path(&client, &contract));
    let done = async {
        if let Some(led_to) = shared.forms.led_to(&sent) {
            return Ok(see_other(&led_to));
        }
        let upload = shared.uploads.of(&id, shared.office.registers.now())?;
        let args = asked(&client, &contract, &upload)?;
        let (registers, uploads, held) = (shared.office.registers.clone(), shared.uploads.clone(), id.clone());
        let led_to = format!("/clients/{}", encode(&client));
        let work = async move {
            import(&registers, args).await?;
            uploads.forget(&held);
            Ok(led_to)
        };
        Desk { shared: &shared, action: &action, client: Some(&client) }.submit(&sent, work).await
    };
    match done.await {
        Ok(led) => led,
        Err(refusal) => match previewed(&shared, (&client, &contract, &id), Some(&refusal), &asker).await {
            Ok(page) => render(&page, status::of(refusal.code)),
            Err(refusal) => refused(&refusal, &asker),
        },
    }
}
