//! WMI through a child process: it may hang on connecting and on rows, and a process can be ended.
//!
//! The parent writes one question a line and reads one row a line, until the line that ends the answer. Refuses to wait
//! beyond the deadline of a class and of a collection; a child that is late is ended, and the next question has a new one.
//! Invariant: an answer that was not ended is an error, never a shorter list.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wmi::{AuthLevel, Variant, WMIConnection, WMIError};

use crate::clock::{Clock, SystemClock};
use crate::source::wmi::{Class, Row};
use crate::source::{ReadError, reading, record};

/// Longest time for one class.
const CLASS_MAX: Duration = Duration::from_secs(15);
/// Longest time for all classes of one collection.
const ALL_MAX: Duration = Duration::from_secs(60);
/// Most rows of one class.
const ROWS_MAX: usize = 100_000;
/// The command that makes this program answer questions.
const COMMAND: &str = "answer-wmi";
/// The class whose answers depend on the store asked.
const FIREWALL_PROFILE: &str = "MSFT_NetFirewallProfile";
/// `WBEM_E_INVALID_QUERY`.
const INVALID_QUERY: i32 = 0x8004_1017_u32.cast_signed();

/// Asks a child process.
#[derive(Debug)]
pub(super) struct Questions {
    clock: SystemClock,
    begun: Cell<Option<Duration>>,
    helper: RefCell<Option<Helper>>,
    said: RefCell<HashMap<(&'static str, &'static str), Result<Vec<Row>, ReadError>>>,
}

#[derive(Debug)]
struct Helper {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It has nothing to lose; one that ended by itself needs only to be waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Serialize, Deserialize)]
struct Question {
    namespace: String,
    class: String,
    properties: Vec<String>,
}

#[derive(Serialize, Deserialize)]
enum Line {
    Row(serde_json::Map<String, Value>),
    End(Option<String>),
}

impl Questions {
    pub(super) fn new() -> Self {
        Questions {
            clock: SystemClock::new(),
            begun: Cell::new(None),
            helper: RefCell::new(None),
            said: RefCell::default(),
        }
    }

    /// Ends the child and the time of the collection.
    pub(super) fn end(&self) {
        self.begun.set(None);
        self.helper.borrow_mut().take();
        self.said.borrow_mut().clear();
    }

    /// The rows of a class; asked once a collection.
    pub(super) fn ask(&self, class: &Class) -> Result<Vec<Row>, ReadError> {
        let key = (class.namespace, class.name);
        if let Some(answer) = self.said.borrow().get(&key) {
            return answer.clone();
        }
        let answer = self.ask_now(class);
        self.said.borrow_mut().insert(key, answer.clone());
        answer
    }

    fn ask_now(&self, class: &Class) -> Result<Vec<Row>, ReadError> {
        let now = self.clock.elapsed();
        let begun = self.begun.get().unwrap_or(now);
        self.begun.set(Some(begun));
        let deadline = (begun + ALL_MAX).min(now + CLASS_MAX);
        let mut helper = self.helper.borrow_mut();
        let answer = match helper.take().map_or_else(start, Ok) {
            Ok(mut started) => {
                let answer = self.answer_of(&mut started, class, deadline);
                // One that is late or gone has no second chance.
                if !matches!(answer, Err(ReadError::TimedOut)) {
                    *helper = Some(started);
                }
                answer
            }
            Err(error) => Err(reading::from_io(&error)),
        };
        answer
    }

    fn answer_of(&self, helper: &mut Helper, class: &Class, deadline: Duration) -> Result<Vec<Row>, ReadError> {
        let question = Question {
            namespace: class.namespace.to_owned(),
            class: class.name.to_owned(),
            properties: class.properties.iter().map(|name| (*name).to_owned()).collect(),
        };
        let question = serde_json::to_string(&question).map_err(|_| ReadError::Failed("question".to_owned()))?;
        writeln!(helper.input, "{question}").and_then(|()| helper.input.flush()).map_err(|_| ReadError::TimedOut)?;
        let mut rows = Vec::new();
        loop {
            let left = deadline.saturating_sub(self.clock.elapsed());
            let line = helper.lines.recv_timeout(left).map_err(|_| ReadError::TimedOut)?;
            match serde_json::from_str(&line) {
                Ok(Line::Row(row)) if rows.len() < ROWS_MAX => rows.push(Row(row)),
                Ok(Line::Row(_)) => return Err(ReadError::TooLarge),
                Ok(Line::End(None)) => return Ok(rows),
                Ok(Line::End(Some(code))) => return Err(record::error(&code)),
                Err(_) => return Err(ReadError::Failed("answer".to_owned())),
            }
        }
    }
}

fn start() -> io::Result<Helper> {
    let program = std::env::current_exe()?;
    let mut child = Command::new(program)
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(input), Some(output)) = (input, output) else { return Err(io::ErrorKind::BrokenPipe.into()) };
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    Ok(Helper { child, input, lines })
}

/// Answers questions, one a line, until there are no more: what the child does.
///
/// # Errors
/// When the parent has gone.
pub fn answer(questions: &mut dyn BufRead, answers: &mut dyn Write) -> io::Result<()> {
    let mut connections: HashMap<String, WMIConnection> = HashMap::new();
    for line in questions.lines() {
        let Ok(question) = serde_json::from_str::<Question>(&line?) else { continue };
        let end = match rows(&mut connections, &question) {
            Ok(rows) => {
                for row in rows {
                    writeln!(answers, "{}", serde_json::to_string(&Line::Row(row))?)?;
                }
                None
            }
            Err(error) => Some(code(&error)),
        };
        writeln!(answers, "{}", serde_json::to_string(&Line::End(end))?)?;
        answers.flush()?;
    }
    Ok(())
}

type Properties = serde_json::Map<String, Value>;

fn rows(connections: &mut HashMap<String, WMIConnection>, question: &Question) -> Result<Vec<Properties>, WMIError> {
    let key = if question.class == FIREWALL_PROFILE { &question.class } else { &question.namespace };
    if !connections.contains_key(key) {
        let mut connection = WMIConnection::with_namespace_path(&question.namespace)?;
        // Some namespaces answer only over an encrypted channel.
        if question.namespace.to_ascii_lowercase().contains("security") {
            connection.set_proxy_blanket(AuthLevel::PktPrivacy)?;
        }
        if question.class == FIREWALL_PROFILE {
            // What is in force, whoever ordered it; without this, what this machine's own store says.
            connection.ctx().set_value("PolicyStore", "ActiveStore")?;
        }
        connections.insert(key.clone(), connection);
    }
    let Some(connection) = connections.get(key) else { return Ok(Vec::new()) };
    match select(connection, question, &question.properties) {
        Err(WMIError::HResultError { hres }) if hres == INVALID_QUERY => {
            // This Windows does not know one of the properties: those that it knows are asked.
            let known = connection.get_object(&question.class)?.list_properties()?;
            let is_known = |name: &&String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
            let asked: Vec<String> = question.properties.iter().filter(is_known).cloned().collect();
            select(connection, question, &asked)
        }
        answer => answer,
    }
}

fn select(connection: &WMIConnection, question: &Question, asked: &[String]) -> Result<Vec<Properties>, WMIError> {
    let query = format!("SELECT {} FROM {}", asked.join(","), question.class);
    let mut rows = Vec::new();
    for object in connection.exec_query(query)? {
        let object = object?;
        let mut row = Properties::new();
        for name in asked {
            if let Ok(value) = object.get_property(name) {
                row.insert(name.clone(), plain(value));
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A value as a capture writes it.
fn plain(value: Variant) -> Value {
    /// From here on a number is a text.
    const EXACT_MAX: u64 = 1 << 53;
    match value {
        Variant::String(text) => Value::String(text),
        Variant::Bool(flag) => Value::Bool(flag),
        Variant::I1(number) => number.into(),
        Variant::I2(number) => number.into(),
        Variant::I4(number) => number.into(),
        Variant::I8(number) if number.unsigned_abs() <= EXACT_MAX => number.into(),
        Variant::I8(number) => Value::String(number.to_string()),
        Variant::UI1(number) => number.into(),
        Variant::UI2(number) => number.into(),
        Variant::UI4(number) => number.into(),
        Variant::UI8(number) if number <= EXACT_MAX => number.into(),
        Variant::UI8(number) => Value::String(number.to_string()),
        Variant::R4(number) => f64::from(number).into(),
        Variant::R8(number) => number.into(),
        Variant::Array(values) => Value::Array(values.into_iter().map(plain).collect()),
        Variant::Empty | Variant::Null | Variant::Unknown(_) | Variant::Object(_) => Value::Null,
    }
}

fn code(error: &WMIError) -> String {
    match error {
        WMIError::HResultError { hres } => format!("0x{hres:08X}"),
        _ => "not_understood".to_owned(),
    }
}
