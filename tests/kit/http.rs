//! The least of HTTP/1.1 that a test needs: one request, one connection, one answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `content-type`.
    pub kind: String,
    /// Body.
    pub body: String,
}

impl Answer {
    /// Its JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// GET of a path of a host.
pub fn get(host: &str, path: &str) -> Answer {
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(ANSWER_MAX)).unwrap();
    exchange(stream, &request("GET", host, path, "")).unwrap()
}

/// A request over a Unix socket.
///
/// # Errors
/// When nobody answers there, or not to the end.
pub fn over_socket(socket: &Path, method: &str, path: &str, body: &str) -> std::io::Result<Answer> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    exchange(stream, &request(method, "localhost", path, body))
}

fn request(method: &str, host: &str, path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\naccept-language: en\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn exchange(mut stream: impl Read + Write, request: &str) -> std::io::Result<Answer> {
    let broken = |what: &str| std::io::Error::new(std::io::ErrorKind::UnexpectedEof, what.to_owned());
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(|_| broken("not UTF-8"))?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| broken("no head"))?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| broken("no status"))?;
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
    };
    let body = match header("transfer-encoding") {
        Some(_) => unchunk(body).ok_or_else(|| broken("cut short"))?,
        None => body.to_owned(),
    };
    if header("content-length").is_some_and(|length| length != body.len().to_string()) {
        return Err(broken("cut short"));
    }
    Ok(Answer { status, kind: header("content-type").unwrap_or_default(), body })
}

fn unchunk(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix("\r\n")?;
    }
}
