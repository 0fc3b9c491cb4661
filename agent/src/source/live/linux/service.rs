//! The agent as a service of systemd.
//!
//! Refuses to install itself from a folder that others may write to only in so far as systemd does: the unit names the
//! program that was run. Uninstalling what is not there is done already.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::oneshot;

const UNIT: &str = "/etc/systemd/system/cadastre-agent.service";
const NAME: &str = "cadastre-agent.service";

/// Makes the agent start with the machine, and starts it.
///
/// # Errors
/// What the file system or systemd refused.
pub fn install(program: &Path, arguments: &[String]) -> io::Result<()> {
    std::fs::write(UNIT, unit(program, arguments))?;
    systemctl(&["daemon-reload"])?;
    systemctl(&["enable", "--now", NAME])
}

/// Stops the agent, and it starts no more.
///
/// # Errors
/// What the file system or systemd refused.
pub fn uninstall() -> io::Result<()> {
    if !Path::new(UNIT).exists() {
        return Ok(());
    }
    systemctl(&["disable", "--now", NAME])?;
    std::fs::remove_file(UNIT)?;
    systemctl(&["daemon-reload"])
}

/// Runs under the system's own keeper of services, which here needs nothing of a program.
///
/// # Errors
/// Always.
pub fn host(_body: Box<dyn FnOnce(oneshot::Receiver<()>) + Send>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn systemctl(arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new("/usr/bin/systemctl");
    let status = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("systemctl {}", arguments.join(" ")))) }
}

fn unit(program: &Path, arguments: &[String]) -> String {
    let words: Vec<String> = std::iter::once(program.display().to_string())
        .chain(arguments.iter().cloned())
        .map(|word| quoted(&word))
        .collect();
    format!(
        "[Unit]\nDescription=Cadastre agent\nAfter=network-online.target\nWants=network-online.target\n\n\
         [Service]\nExecStart={}\nRestart=always\nRestartSec=60\nProtectSystem=full\nPrivateTmp=yes\nNoNewPrivileges=yes\n\n\
         [Install]\nWantedBy=multi-user.target\n",
        words.join(" ")
    )
}

/// A word as systemd reads it.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_names_program_and_arguments() {
        let unit = unit(Path::new("/opt/a b/cadastre-agent"), &["--state".into(), "/var/100%".into(), "run".into()]);
        assert!(unit.contains("ExecStart=\"/opt/a b/cadastre-agent\" \"--state\" \"/var/100%%\" \"run\"\n"), "{unit}");
    }
}
