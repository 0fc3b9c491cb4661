//! Running a vendor's program: without input, in the language of no country, within a time and a size.
//!
//! Refuses names without a folder: what is run is what the probe names, never what a search path finds first.
//! Invariant: a program is run at most once an interval; in between its last answer stands.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::source::{FILE_BYTES_MAX, Output, ReadError, reading};

/// How long a program may run.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Time between two runs when nobody asks for another one.
const INTERVAL: Duration = Duration::from_secs(4 * 3_600);

/// Runs programs and remembers what they said.
#[derive(Debug)]
pub(super) struct Commands {
    clock: SystemClock,
    interval: Cell<Duration>,
    time_max: Duration,
    said: RefCell<HashMap<Vec<String>, Said>>,
}

/// An answer and when it was given.
#[derive(Debug)]
struct Said {
    at: Duration,
    answer: Result<Output, ReadError>,
}

impl Commands {
    pub(super) fn new(interval: Option<Duration>) -> Self {
        let interval = Cell::new(interval.unwrap_or(INTERVAL));
        Commands { clock: SystemClock::new(), interval, time_max: TIME_MAX, said: RefCell::default() }
    }

    /// Another time between two runs, from now on.
    pub(super) fn every(&self, interval: Option<Duration>) {
        self.interval.set(interval.unwrap_or(INTERVAL));
    }

    /// What a program says.
    pub(super) fn run(&self, argv: &[&str]) -> Result<Output, ReadError> {
        let key: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        let now = self.clock.elapsed();
        if let Some(said) = self.said.borrow().get(&key)
            && now.saturating_sub(said.at) < self.interval.get()
        {
            return said.answer.clone();
        }
        let answer = run(argv, self.time_max);
        // One that hangs would hang again; one that is not there may be installed any minute.
        if matches!(answer, Ok(_) | Err(ReadError::TimedOut)) {
            self.said.borrow_mut().insert(key, Said { at: now, answer: answer.clone() });
        }
        answer
    }
}

fn run(argv: &[&str], time_max: Duration) -> Result<Output, ReadError> {
    let (program, arguments) = argv.split_first().ok_or(ReadError::NotFound)?;
    if !program.contains(['/', '\\']) {
        return Err(ReadError::NotFound);
    }
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| reading::from_io(&error))?;
    let answer = output(&mut child, time_max);
    if answer.is_err() {
        // It may have ended by itself in the meantime.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| reading::from_io(&error))?;
    Ok(Output { exit: status.code(), stdout: answer? })
}

/// What a program prints until it closes its output.
fn output(child: &mut Child, time_max: Duration) -> Result<Vec<u8>, ReadError> {
    let stdout = child.stdout.take().ok_or(ReadError::NotFound)?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(FILE_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes);
        // Nobody listens any more when the time is over.
        let _ = sender.send(read.map(|_| bytes));
    });
    let bytes = receiver.recv_timeout(time_max).map_err(|_| ReadError::TimedOut)?;
    let bytes = bytes.map_err(|error| reading::from_io(&error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_program_answers_or_is_ended() {
        let output = run(&["/bin/sh", "-c", "echo $LC_ALL; exit 3"], TIME_MAX).unwrap();
        assert_eq!((output.exit, output.stdout.as_slice()), (Some(3), &b"C\n"[..]));
        assert_eq!(run(&["/bin/sh", "-c", "exec sleep 60"], Duration::from_millis(50)), Err(ReadError::TimedOut));
        assert_eq!(run(&["/nowhere/program"], TIME_MAX), Err(ReadError::NotFound));
        assert_eq!(run(&["sh"], TIME_MAX), Err(ReadError::NotFound));
    }

    #[test]
    fn within_the_interval_the_last_answer_stands() {
        let commands = Commands::new(None);
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("echo x >> {0}; cat {0}", file.path().display());
        let first = commands.run(&["/bin/sh", "-c", &script]).unwrap();
        assert_eq!(commands.run(&["/bin/sh", "-c", &script]).unwrap(), first);
        commands.every(Some(Duration::ZERO));
        commands.run(&["/bin/sh", "-c", &script]).unwrap();
        assert_eq!(std::fs::read(file.path()).unwrap(), b"x\nx\n");
    }

    #[test]
    fn a_program_that_hangs_is_not_asked_again_at_once() {
        let commands = Commands { time_max: Duration::from_millis(200), ..Commands::new(None) };
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("echo x >> {}; exec sleep 60", file.path().display());
        for _ in 0..2 {
            assert_eq!(commands.run(&["/bin/sh", "-c", &script]), Err(ReadError::TimedOut));
        }
        assert_eq!(std::fs::read(file.path()).unwrap(), b"x\n");
    }
}
