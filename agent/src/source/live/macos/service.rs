//! The agent as a daemon of launchd.
//!
//! Uninstalling what is not there is done already.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::oneshot;

const LABEL: &str = "org.cadastre.agent";
const FILE: &str = "/Library/LaunchDaemons/org.cadastre.agent.plist";

/// Makes the agent start with the machine, and starts it.
///
/// # Errors
/// What the file system or launchd refused.
pub fn install(program: &Path, arguments: &[String]) -> io::Result<()> {
    let words = std::iter::once(program.display().to_string()).chain(arguments.iter().cloned());
    let mut daemon = plist::Dictionary::new();
    daemon.insert("Label".to_owned(), LABEL.into());
    daemon.insert("ProgramArguments".to_owned(), plist::Value::Array(words.map(plist::Value::String).collect()));
    daemon.insert("RunAtLoad".to_owned(), true.into());
    daemon.insert("KeepAlive".to_owned(), true.into());
    daemon.insert("ProcessType".to_owned(), "Background".into());
    plist::Value::Dictionary(daemon).to_file_xml(FILE).map_err(io::Error::other)?;
    launchctl(&["bootstrap", "system", FILE])
}

/// Stops the agent, and it starts no more.
///
/// # Errors
/// What the file system or launchd refused.
pub fn uninstall() -> io::Result<()> {
    if !Path::new(FILE).exists() {
        return Ok(());
    }
    launchctl(&["bootout", &format!("system/{LABEL}")])?;
    std::fs::remove_file(FILE)
}

/// Runs under the system's own keeper of services, which here needs nothing of a program.
///
/// # Errors
/// Always.
pub fn host(_body: Box<dyn FnOnce(oneshot::Receiver<()>) + Send>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn launchctl(arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new("/bin/launchctl");
    let status = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("launchctl {}", arguments.join(" ")))) }
}
