//! The running collector, asked over its admin socket: HTTP and JSON, the same handlers as the API.

use std::path::PathBuf;

use cadastre_domain::refusal::Refusal;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde_json::Value;
use tokio::net::UnixStream;

use crate::cli::Context;
use crate::present::text::refusal::ErrorDocument;

/// Why a call brought nothing.
pub(crate) enum Failed {
    /// There is no call to make or nobody to answer.
    Here(Refusal),
    /// The collector refused: its `cadastre/error/1`.
    There(Box<ErrorDocument>),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Here(refusal)
    }
}

/// GET: the document.
pub(super) async fn get(context: &Context, path: &str) -> Result<Value, Failed> {
    json(&call(context, Method::GET, path, Bytes::new()).await?)
}

/// GET: the bytes.
pub(super) async fn get_bytes(context: &Context, path: &str) -> Result<Bytes, Failed> {
    call(context, Method::GET, path, Bytes::new()).await
}

/// POST of JSON: the answer.
pub(super) async fn post(context: &Context, verb: &str, body: &impl Serialize) -> Result<Value, Failed> {
    let body = serde_json::to_vec(body).map_err(|error| Refusal::new("internal").with("reason", error))?;
    post_bytes(context, verb, Bytes::from(body)).await
}

/// POST of bytes: the answer.
pub(super) async fn post_bytes(context: &Context, verb: &str, body: Bytes) -> Result<Value, Failed> {
    json(&call(context, Method::POST, &format!("/api/v1/admin/{verb}"), body).await?)
}

fn json(bytes: &[u8]) -> Result<Value, Failed> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::new("answer_unreadable").with("reason", error).into())
}

async fn call(context: &Context, method: Method, path: &str, body: Bytes) -> Result<Bytes, Failed> {
    let socket = context.config.admin_socket();
    let away = |socket: &PathBuf| Refusal::new("collector_not_running").with("socket", socket.display());
    let stream = UnixStream::connect(&socket).await.map_err(|_| away(&socket))?;
    let broken = |error: hyper::Error| Refusal::new("collector_gone").with("reason", error);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("accept-language", context.language.code())
        .header("content-type", "application/json")
        .body(Full::new(body))
        .map_err(|error| Refusal::new("internal").with("reason", error))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let bytes = response.into_body().collect().await.map_err(broken)?.to_bytes();
    if status.is_success() {
        return Ok(bytes);
    }
    match serde_json::from_slice::<ErrorDocument>(&bytes) {
        Ok(error) => Err(Failed::There(Box::new(error))),
        Err(_) => Err(Refusal::new("answer_unreadable").with("reason", status).into()),
    }
}
