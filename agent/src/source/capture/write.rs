//! Writing a capture: a new folder for its owner alone, `capture.json`, and the raw inputs beside it.
//!
//! Refuses a folder that exists. Stores no symbolic link.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::Seen;
use super::entries::Known;
use crate::source::record::{self, Document, Is, NetworkAnswer, Read, SCHEMA, SysinfoAnswer};
use crate::source::replay::recorded::FILE;
use crate::source::{ReadError, Sysinfo, System, registry};

/// What a capture says of itself.
#[derive(Debug)]
pub struct About {
    /// The system.
    pub system: System,
    /// When it was recorded.
    pub captured_at: Timestamp,
    /// The time zone of the machine.
    pub time_zone: Option<String>,
    /// Whether the agent could see everything.
    pub elevated: bool,
    /// The privacy level.
    pub privacy: &'static str,
    /// The version of the agent.
    pub agent: &'static str,
    /// What was swapped for other values.
    pub masked: Vec<String>,
    /// What was left out, by kind.
    pub dropped: BTreeMap<String, u64>,
}

/// Writes a capture into a new folder; the names of the files that were written, in order.
///
/// # Errors
/// A folder that exists, or what the file system refused.
pub fn write(folder: &Path, about: About, seen: &Seen) -> io::Result<Vec<String>> {
    create(folder)?;
    let mut writer = Writer { folder, reads: Vec::new(), written: Vec::new() };
    writer.files(&seen.files)?;
    writer.tables(seen)?;
    let arch = seen.sysinfo.as_ref().and_then(|sysinfo| sysinfo.as_ref().ok()).and_then(|sysinfo| sysinfo.arch.clone());
    let document = Document {
        schema: SCHEMA.to_owned(),
        os: about.system.name().to_owned(),
        arch,
        captured_at: about.captured_at,
        time_zone: about.time_zone,
        elevated: Some(about.elevated),
        privacy: Some(about.privacy.to_owned()),
        masked: about.masked,
        agent: Some(about.agent.to_owned()),
        origin: None,
        dropped: about.dropped,
        reads: writer.reads,
    };
    std::fs::write(folder.join(FILE), serde_json::to_vec_pretty(&document)?)?;
    writer.written.push(FILE.to_owned());
    writer.written.sort_unstable();
    Ok(writer.written)
}

fn create(folder: &Path) -> io::Result<()> {
    std::fs::create_dir(folder)?;
    restrict(folder)
}

#[cfg(unix)]
fn restrict(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// Elsewhere a folder has the rights of the one it is made in.
#[cfg(not(unix))]
fn restrict(_folder: &Path) -> io::Result<()> {
    Ok(())
}

struct Writer<'a> {
    folder: &'a Path,
    reads: Vec<Read>,
    written: Vec<String>,
}

impl Writer<'_> {
    fn store(&mut self, at: &str, bytes: &[u8]) -> io::Result<String> {
        let path = self.folder.join(at);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
        self.written.push(at.to_owned());
        Ok(at.to_owned())
    }

    fn files(&mut self, files: &BTreeMap<String, Known>) -> io::Result<()> {
        for (path, known) in files {
            let mut read = Read { file: Some(format!("/{path}")), ..Read::default() };
            match known {
                Known::Error(error) => match record::code(error) {
                    Some(code) => read.error = Some(code),
                    None => continue,
                },
                Known::Link(target) => (read.is, read.to) = (Some(Is::Link), Some(target.clone())),
                Known::Folder { .. } => read.is = Some(Is::Dir),
                Known::File { bytes, modified, content, .. } => {
                    (read.is, read.size, read.mtime) = (Some(Is::File), Some(*bytes), *modified);
                    if let Some(content) = content {
                        let names: Vec<String> = path.split('/').map(record::encode).collect();
                        read.at = Some(self.store(&format!("files/{}", names.join("/")), content)?);
                    }
                }
            }
            self.reads.push(read);
        }
        Ok(())
    }

    fn tables(&mut self, seen: &Seen) -> io::Result<()> {
        for ((namespace, class), answer) in &seen.wmi {
            let rows = answer.as_ref().map(|rows| rows.iter().map(|row| &row.0).collect::<Vec<_>>());
            let place = namespace.rsplit('\\').next().unwrap_or_default();
            let read = Read { wmi: Some(namespace.clone()), class: Some(class.clone()), ..Read::default() };
            let rows = rows.map(|rows| serde_json::to_vec_pretty(&rows).unwrap_or_default());
            self.answer(read, &format!("wmi/{}/{class}.json", record::encode(place)), rows)?;
        }
        for (at, (path, answer)) in seen.registry.iter().enumerate() {
            let name = path.rsplit('\\').next().unwrap_or_default();
            let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let read = Read { registry: Some(path.clone()), ..Read::default() };
            let bytes = answer.as_ref().map(|key| registry::file::write(path, key));
            self.answer(read, &format!("registry/{at:03}-{name}.reg"), bytes)?;
        }
        for (at, (argv, answer)) in seen.commands.iter().enumerate() {
            let mut read = Read { command: Some(argv.clone()), ..Read::default() };
            match answer {
                Ok(output) => {
                    read.exit = output.exit;
                    read.encoding = Some("utf-8".to_owned());
                    read.stdout = Some(self.store(&format!("commands/{at:03}.out"), &output.stdout)?);
                }
                Err(error) => read.error = record::code(error),
            }
            self.reads.push(read);
        }
        if let Some(answer) = &seen.services {
            let bytes = answer.as_ref().map(|rows| serde_json::to_vec_pretty(rows).unwrap_or_default());
            self.answer(call("services"), "calls/services.json", bytes)?;
        }
        if let Some(answer) = &seen.sysinfo {
            let bytes = answer.as_ref().map(|sysinfo| json!(said(sysinfo)).to_string().into_bytes());
            self.answer(call("sysinfo"), "calls/sysinfo.json", bytes)?;
        }
        Ok(())
    }

    fn answer(&mut self, mut read: Read, at: &str, bytes: Result<Vec<u8>, &ReadError>) -> io::Result<()> {
        match bytes {
            Ok(bytes) => read.at = Some(self.store(at, &bytes)?),
            Err(error) => match record::code(error) {
                Some(code) => read.error = Some(code),
                None => return Ok(()),
            },
        }
        self.reads.push(read);
        Ok(())
    }
}

fn call(name: &str) -> Read {
    Read { call: Some(name.to_owned()), ..Read::default() }
}

fn said(sysinfo: &Sysinfo) -> SysinfoAnswer {
    let mut networks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, address) in &sysinfo.ipv4 {
        networks.entry(name).or_default().push(address.clone());
    }
    let networks = networks.into_iter().map(|(name, ipv4)| NetworkAnswer { name: name.to_owned(), ipv4 });
    SysinfoAnswer {
        hostname: sysinfo.hostname.clone(),
        kernel: sysinfo.kernel.clone(),
        boot_time: sysinfo.boot_time_s.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        memory_bytes: sysinfo.memory_bytes,
        networks: networks.collect(),
    }
}
