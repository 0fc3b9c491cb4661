//! Files of which a probe reads a few fields: those fields alone stay.

use plist::Value;

/// An application's property list, with what its parser reads.
pub(super) struct Application {
    /// Its bundle id.
    pub(super) id: String,
    /// The list without the rest.
    pub(super) bytes: Vec<u8>,
}

/// What stays of an application's property list; `None` for one without an id.
pub(super) fn application(content: &[u8]) -> Option<Application> {
    let list = Value::from_reader(std::io::Cursor::new(content)).ok()?.into_dictionary()?;
    let mut kept = plist::Dictionary::new();
    for name in ["CFBundleIdentifier", "CFBundleName", "CFBundleShortVersionString"] {
        if let Some(value) = list.get(name) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    let id = kept.get("CFBundleIdentifier")?.as_string()?.to_owned();
    let mut bytes = Vec::new();
    Value::Dictionary(kept).to_writer_xml(&mut bytes).ok()?;
    Some(Application { id, bytes })
}

/// What stays of a file, and how many packages were left out.
pub(super) fn declared(path: &str, content: Vec<u8>, is_kept: impl Fn(&str) -> bool) -> (Vec<u8>, usize) {
    let lines: &dyn Fn(&str) -> bool = match path {
        "var/lib/dpkg/status" => return packages(&content, &["Package:", "Status:", "Version:"], is_kept),
        "lib/apk/db/installed" => return packages(&content, &["P:", "V:"], is_kept),
        "proc/1/environ" => return (environment(&content), 0),
        "etc/postfix/main.cf" => return (setting(&content, "inet_interfaces"), 0),
        "etc/nftables.conf" | "etc/iptables/rules.v4" | "etc/iptables/iptables.rules" => return (rules(&content), 0),
        "etc/sysconfig/nftables.conf" | "etc/sysconfig/iptables" => return (rules(&content), 0),
        "etc/firewalld/firewalld.conf" => &|line| line.starts_with("DefaultZone="),
        "proc/stat" => &|line| line.starts_with("btime "),
        "proc/meminfo" => &|line| line.starts_with("MemTotal:"),
        "proc/1/mounts" | "proc/mounts" => &|line| line.split(' ').nth(1) == Some("/"),
        "etc/exim4/update-exim4.conf.conf" => &|line| line.starts_with("dc_local_interfaces="),
        "etc/clamav/freshclam.conf" | "etc/freshclam.conf" => &|line| line.starts_with("DatabaseDirectory "),
        path if path.ends_with("/meta/snap.yaml") => &|line| line.starts_with("version:"),
        path if path.ends_with("/definfo.dat") => &|line| line.starts_with("CurDefs="),
        path if path.starts_with("run/udev/data/") => &|line| line.starts_with("E:ID_SERIAL_SHORT="),
        _ => return (content, 0),
    };
    let text = String::from_utf8_lossy(&content);
    let mut kept = String::new();
    for line in text.lines().filter(|line| lines(line)) {
        kept.push_str(line);
        kept.push('\n');
    }
    (kept.into_bytes(), 0)
}

/// What stays of what a program printed, the fields that its parser reads, and how many packages were left out.
pub(super) fn printed(argv: &[String], stdout: Vec<u8>, is_kept: impl Fn(&str) -> bool) -> (Vec<u8>, usize) {
    let program = argv.first().and_then(|program| program.rsplit(['/', '\\']).next()).unwrap_or_default();
    let text = || String::from_utf8_lossy(&stdout).into_owned();
    let kept = match program.trim_end_matches(".exe") {
        "rpm" => {
            let text = text();
            let is_kept = |line: &&str| is_kept(line.split('\t').next().unwrap_or_default());
            let kept: Vec<&str> = text.lines().filter(is_kept).collect();
            let dropped = text.lines().count().saturating_sub(kept.len());
            return (kept.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes(), dropped);
        }
        "mdatp" => match serde_json::from_slice::<serde_json::Value>(&stdout) {
            Ok(serde_json::Value::Object(mut health)) => {
                health.retain(|name, _| HEALTH.contains(&name.as_str()));
                serde_json::to_vec(&health).unwrap_or_default()
            }
            _ => Vec::new(),
        },
        "veeamconfig" => {
            // A job is named by people: what is neither a state nor a date goes.
            let is_kept = |word: &&str| {
                matches!(*word, "Success" | "Warning" | "Failed")
                    || word.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ':')
            };
            text()
                .lines()
                .map(|line| line.split_whitespace().filter(is_kept).collect::<Vec<_>>().join(" ") + "\n")
                .collect::<String>()
                .into_bytes()
        }
        "wevtutil" => {
            let between = |text: &str, from: &str, to: char| -> Option<String> {
                Some(text.split_once(from)?.1.split(to).next()?.chars().filter(|c| !"<>'\"&".contains(*c)).collect())
            };
            let event = |text: &str| {
                let level = between(text, "<Level>", '<')?;
                let at = between(text, "SystemTime='", '\'').or_else(|| between(text, "SystemTime=\"", '"'))?;
                Some(format!("<Event ><Level>{level}</Level><TimeCreated SystemTime='{at}'/></Event>\n"))
            };
            text().split("<Event ").skip(1).filter_map(event).collect::<String>().into_bytes()
        }
        _ => stdout,
    };
    (kept, 0)
}

/// What is read of Defender's health.
const HEALTH: [&str; 7] = [
    "healthy",
    "passiveModeEnabled",
    "realTimeProtectionEnabled",
    "appVersion",
    "engineVersion",
    "definitionsVersion",
    "definitionsUpdated",
];

/// Blocks of lines, of which the declared fields stay; the first one is the name.
fn packages(content: &[u8], fields: &[&str], is_kept: impl Fn(&str) -> bool) -> (Vec<u8>, usize) {
    let text = String::from_utf8_lossy(content);
    let (mut kept, mut dropped) = (String::new(), 0_usize);
    for block in text.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let lines: Vec<&str> =
            block.lines().filter(|line| fields.iter().any(|field| line.starts_with(field))).collect();
        let name = fields.first().and_then(|field| lines.iter().find_map(|line| line.strip_prefix(field)));
        if name.is_some_and(|name| is_kept(name.trim())) {
            kept.push_str(&lines.join("\n"));
            kept.push_str("\n\n");
        } else {
            dropped = dropped.saturating_add(1);
        }
    }
    (kept.into_bytes(), dropped)
}

fn environment(content: &[u8]) -> Vec<u8> {
    let pairs = content.split(|byte| *byte == 0).filter(|pair| pair.starts_with(b"container="));
    pairs.flat_map(|pair| pair.iter().copied().chain([0])).collect()
}

/// What is read of the rules of a firewall: whether they refuse what comes in, not whom or what.
fn rules(content: &[u8]) -> Vec<u8> {
    const READ: [&str; 10] =
        ["input", "INPUT", ":INPUT", "prerouting", "ingress", "drop", "reject", "DROP", "REJECT", "include"];
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let kept = lines.map(|line| {
        let words: Vec<&str> = line.split([' ', '\t', ';', '{', '}']).filter(|word| READ.contains(word)).collect();
        words.join(" ")
    });
    kept.filter(|line| !line.is_empty()).map(|line| line + "\n").collect::<String>().into_bytes()
}

/// A setting of a file whose lines go on after a blank.
fn setting(content: &[u8], name: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(content);
    let (mut kept, mut is_ours) = (String::new(), false);
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            is_ours = line.split('=').next().is_some_and(|key| key.trim() == name);
        }
        if is_ours {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(path: &str, content: &str) -> (String, usize) {
        let (bytes, dropped) = declared(path, content.as_bytes().to_vec(), |name| name == "ufw");
        (String::from_utf8(bytes).unwrap(), dropped)
    }

    #[test]
    fn packages_outside_the_catalogue_are_counted() {
        let status = "Package: ufw\nMaintainer: A <a@b.example>\nStatus: install ok installed\nVersion: 1\n\nPackage: private-tool\nVersion: 2\n";
        assert_eq!(
            kept("var/lib/dpkg/status", status),
            ("Package: ufw\nStatus: install ok installed\nVersion: 1\n\n".to_owned(), 1)
        );
    }

    #[test]
    fn of_what_programs_print_the_fields_read_stay() {
        let printed = |program: &str, text: &str| {
            let argv = [program.to_owned()];
            let (kept, _) = super::printed(&argv, text.as_bytes().to_vec(), |name| name == "ufw");
            String::from_utf8(kept).unwrap()
        };
        assert_eq!(printed("/usr/bin/rpm", "ufw\t0.36-1\nprivate-tool\t1-1\n"), "ufw\t0.36-1\n");
        assert_eq!(
            printed("/usr/bin/mdatp", "{\"healthy\":true,\"orgId\":\"secret\",\"edrMachineId\":\"x\"}"),
            "{\"healthy\":true}"
        );
        assert_eq!(
            printed("/usr/bin/veeamconfig", "Server of Ann  Backup  {4f75}  Success  2026-11-20 21:00\n"),
            "Success 2026-11-20 21:00\n"
        );
        let xml = "<Event a='b'><Level>2</Level><TimeCreated SystemTime='2026-11-20T20:42:11Z'/><Computer>pc-ann</Computer></Event>";
        assert_eq!(
            printed("C:\\Windows\\System32\\wevtutil.exe", xml),
            "<Event ><Level>2</Level><TimeCreated SystemTime='2026-11-20T20:42:11Z'/></Event>\n"
        );
        assert_eq!(printed("/usr/bin/fdesetup", "FileVault is On.\n"), "FileVault is On.\n");
    }

    #[test]
    fn what_no_parser_reads_goes() {
        assert_eq!(kept("proc/1/environ", "TOKEN=x\0container=lxc\0").0, "container=lxc\0");
        assert_eq!(
            kept("proc/mounts", "/dev/sda1 / ext4 rw 0 0\n//srv/homes /home/ann cifs rw 0 0\n").0,
            "/dev/sda1 / ext4 rw 0 0\n"
        );
        assert_eq!(
            kept("etc/postfix/main.cf", "relayhost = x\ninet_interfaces = all,\n  ::1\nmyhostname = y\n").0,
            "inet_interfaces = all,\n  ::1\n"
        );
        assert_eq!(kept("etc/os-release", "NAME=a\n").0, "NAME=a\n");
        assert_eq!(
            kept("etc/nftables.conf", "chain input { policy drop; ip saddr 192.0.2.7 accept } # drop Ann\n").0,
            "input drop\n"
        );
        assert_eq!(
            kept("etc/firewalld/firewalld.conf", "DefaultZone=public\nLogDenied=off\n").0,
            "DefaultZone=public\n"
        );
    }
}
