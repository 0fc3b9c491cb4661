//! What is handed over of a month: the statement as a page, the bills as files, the pack.

use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cadastre_domain::refusal::Refusal;
use sha2::{Digest, Sha256};

use crate::present::Shared;
use crate::present::files::{self, Files, handover, zip};
use crate::present::pages::refused;
use crate::present::query::{Asked, Asker, Unasked, client_code, month};

/// `/clients/{client}/months/{month}/statement`: the page that a client signs, to read, print or save.
///
/// It carries its own style, so that a saved copy looks the same: the policy of this one answer lets that style in, by its
/// digest, and nothing else.
pub(crate) async fn statement(
    State(shared): State<Shared>,
    Path((client, period)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    asker: Asker,
) -> Response {
    let page = async {
        let language = Asked::read(query.as_deref(), &["language"])?.language.unwrap_or(asker.language);
        handover::page(&shared.office.registers, client_code(&client)?, month(&period)?, language).await
    };
    match page.await {
        Ok(page) => {
            let style = page.html.split_once("<style>").and_then(|(_, rest)| Some(rest.split_once("</style>")?.0));
            let digest = STANDARD.encode(Sha256::digest(style.unwrap_or_default().as_bytes()));
            let policy = format!(
                "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            );
            let kind = "text/html; charset=utf-8".to_owned();
            ([(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, policy)], page.html).into_response()
        }
        Err(refusal) => refused(&refusal, &asker),
    }
}

/// `/clients/{client}/months/{month}/files/{form}`: the bills in a form; several files as one archive.
pub(crate) async fn file(
    State(shared): State<Shared>,
    Path((client, period, form)): Path<(String, String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    let made = async {
        let month = month(&period)?;
        let register = shared.office.registers.of(client_code(&client)?, None, None).await?;
        let bills = register.bills(month)?;
        if bills.is_empty() {
            return Err(Refusal::new("bill_unknown").with("client", &client).with("month", month));
        }
        let several = bills.len() > 1;
        let made = files::export(&register, bills, several, &form)
            // The option is the command line's.
            .map_err(|refusal| Refusal { field: None, ..refusal })?;
        download(made, &format!("{client}-{period}-{form}"))
    };
    made.await.unwrap_or_else(|refusal| refused(&refusal, &asker))
}

/// `/clients/{client}/months/{month}/pack`: everything that proves a closed month.
pub(crate) async fn pack(
    State(shared): State<Shared>,
    Path((client, period)): Path<(String, String)>,
    _: Unasked,
    asker: Asker,
) -> Response {
    let made = async {
        let files = handover::pack(&shared.office.registers, client_code(&client)?, month(&period)?).await?;
        archive(&files, &format!("{client}-{period}-pack"))
    };
    made.await.unwrap_or_else(|refusal| refused(&refusal, &asker))
}

/// One file as it is, several as an archive.
fn download(made: Files, stem: &str) -> Result<Response, Refusal> {
    let [file] = made.files.as_slice() else { return archive(&made, stem) };
    let bytes = file.decoded()?;
    Ok(attached(&file.name, bytes))
}

fn archive(files: &Files, stem: &str) -> Result<Response, Refusal> {
    Ok(attached(&format!("{stem}.zip"), zip::archive(files)?))
}

fn attached(name: &str, bytes: Vec<u8>) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("xml") => "application/xml",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    };
    // Names are made of client codes, months and references; anything else stays out of the header.
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, bytes).into_response()
}
