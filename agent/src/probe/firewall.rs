//! Section `firewall`: UFW, firewalld, nftables and others, from their files.
//!
//! Refuses to start a program. UFW: `ENABLED` of its own file. firewalld: whether its service is at work, or starts with the
//! machine where nothing runs; a default zone that lets everything in is off. The loaders of rules: the rules that they
//! load, for one that refuses nothing protects nothing; a loader that is not in use is not said at all. Anything else that
//! is installed is `unknown`.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::software::{Found, Products};
use super::{Reading, macos, release, units, windows};
use crate::source::{self, Source, System};

const UFW_FILE: &str = "/etc/ufw/ufw.conf";
const FIREWALLD_FILE: &str = "/etc/firewalld/firewalld.conf";
/// Services that load rules when the machine starts, and the file of rules of each, by distribution.
const LOADERS: [(&str, &[&str]); 3] = [
    ("nftables", &["/etc/nftables.conf", "/etc/sysconfig/nftables.conf"]),
    ("netfilter-persistent", &["/etc/iptables/rules.v4"]),
    ("iptables", &["/etc/sysconfig/iptables", "/etc/iptables/iptables.rules"]),
];

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    match source.system() {
        System::Linux => {}
        System::Windows => return windows::firewall::read(source, products),
        System::Macos => return macos::safeguards::firewall(source, products),
    }
    let rows = products.of(&[Category::Firewall]).filter_map(|found| match found.product.name.as_str() {
        "UFW" => Some(ufw(source, found)),
        "firewalld" => Some(firewalld(source, found)),
        "nftables / iptables" => LOADERS.into_iter().find_map(|loader| loaded(source, found, loader)),
        _ => Some(row(found, "unknown")),
    });
    products.section(rows.collect())
}

fn row(found: &Found<'_>, state: &str) -> Safeguard {
    Safeguard {
        product: found.product.name.clone(),
        state: state.to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    }
}

fn with_evidence(mut row: Safeguard, path: &str) -> Safeguard {
    row.evidence.push(format!("file:{path}"));
    row
}

fn ufw(source: &dyn Source, found: &Found<'_>) -> Safeguard {
    let Ok(text) = source::text(source, UFW_FILE) else { return row(found, "unknown") };
    let enabled = release::parse(&text).into_iter().find(|(key, _)| key == "ENABLED").map(|(_, value)| value);
    let state = match enabled.map(|value| value.to_lowercase()).as_deref() {
        Some("yes") => "on",
        Some("no") => "off",
        _ => "unknown",
    };
    with_evidence(row(found, state), UFW_FILE)
}

fn firewalld(source: &dyn Source, found: &Found<'_>) -> Safeguard {
    let link = units::enabled(source, "firewalld");
    let is_on = units::is_active(source, "firewalld").unwrap_or(link.is_some());
    let zone = source::text(source, FIREWALLD_FILE)
        .ok()
        .map(|text| release::parse(&text))
        .and_then(|pairs| pairs.into_iter().find(|(key, _)| key == "DefaultZone").map(|(_, value)| value));
    let lets_all_in = zone.as_deref() == Some("trusted");
    let mut row = row(found, if is_on && !lets_all_in { "on" } else { "off" });
    row.evidence.extend(link.filter(|_| is_on).map(|link| format!("file:{link}")));
    if lets_all_in {
        row.evidence.push(format!("file:{FIREWALLD_FILE}"));
    }
    row
}

/// The row of a loader of rules that is in use.
fn loaded(source: &dyn Source, found: &Found<'_>, (unit, files): (&str, &[&str])) -> Option<Safeguard> {
    let link = units::enabled(source, unit);
    if !units::is_active(source, unit).unwrap_or(link.is_some()) {
        return None;
    }
    let rules = files.iter().find_map(|file| Some((*file, source::text(source, file).ok()?)));
    let state = rules.as_ref().map_or("unknown", |(_, rules)| judged(rules));
    let mut row = row(found, state);
    row.evidence.extend(link.map(|link| format!("file:{link}")));
    Some(match rules {
        Some((file, _)) => with_evidence(row, file),
        None => row,
    })
}

/// What rules do to what comes in: `on` when they refuse anything, `off` when nothing; `unknown` when others are included.
fn judged(rules: &str) -> &'static str {
    let lines = rules.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words: Vec<&str> = lines.flat_map(|line| line.split([' ', '\t', ';', '{', '}'])).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let refuses = has(&["drop", "reject", "DROP", "REJECT"]);
    match (refuses && has(&["input", ":INPUT", "INPUT", "prerouting", "ingress"]), has(&["include"])) {
        (true, _) => "on",
        (false, true) => "unknown",
        (false, false) => "off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_refuse_nothing_protect_nothing() {
        let shipped = "#!/usr/sbin/nft -f\nflush ruleset\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t}\n}\n";
        assert_eq!(judged(shipped), "off");
        assert_eq!(judged(&shipped.replace("priority filter;", "priority 0; policy drop;")), "on");
        assert_eq!(judged(&shipped.replace("priority filter;", "priority 0; tcp dport 23 reject;")), "on");
        assert_eq!(judged("# policy drop on input\ninclude \"/etc/nftables/*.nft\"\n"), "unknown");
        assert_eq!(judged("*filter\n:INPUT DROP [0:0]\nCOMMIT\n"), "on");
        assert_eq!(judged("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n"), "off");
        assert_eq!(
            judged("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n"),
            "on"
        );
        assert_eq!(judged(""), "off");
    }

    /// What a machine says of its firewalls, its reads given as lines of a capture and files below `files/`.
    fn said(reads: &serde_json::Value, files: &[(&str, &str)]) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let document = serde_json::json!({
            "schema": "cadastre/capture/1", "os": "linux", "captured_at": "2026-11-20T22:00:00Z", "reads": reads,
        });
        std::fs::write(folder.path().join("capture.json"), document.to_string()).unwrap();
        for (path, text) in files {
            let file = folder.path().join("files").join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let machine = crate::source::replay::open(folder.path()).unwrap();
        let catalogue = cadastre_proto::catalogue::Catalogue::embedded().unwrap();
        let rows = read(machine.as_ref(), &Products::read(machine.as_ref(), &catalogue)).data.unwrap();
        rows.into_iter().map(|row| (row.product, row.state)).collect()
    }

    #[test]
    fn what_is_at_work_counts_before_what_starts_with_the_machine() {
        let status = |package: &str| format!("Package: {package}\nStatus: install ok installed\nVersion: 1\n");
        let folder = serde_json::json!({ "file": "/run/systemd/units", "is": "dir" });
        let unit = |name: &str| format!("/run/systemd/units/invocation:{name}.service");
        let active = |name: &str| serde_json::json!([folder, { "file": unit(name), "is": "link", "to": "0a" }]);
        let ended = |name: &str| serde_json::json!([folder, { "file": unit(name), "error": "not_found" }]);
        let wants = |name: &str| format!("etc/systemd/system/multi-user.target.wants/{name}.service");
        let pair = |product: &str, state: &str| vec![(product.to_owned(), state.to_owned())];

        let firewalld = status("firewalld");
        let (installed, starts) = (("var/lib/dpkg/status", firewalld.as_str()), wants("firewalld"));
        assert_eq!(said(&active("firewalld"), &[installed]), pair("firewalld", "on"));
        assert_eq!(said(&ended("firewalld"), &[installed, (&starts, "")]), pair("firewalld", "off"));
        let trusted = ("etc/firewalld/firewalld.conf", "DefaultZone=trusted\n");
        assert_eq!(said(&active("firewalld"), &[installed, trusted]), pair("firewalld", "off"));

        let nftables = status("nftables");
        let installed = ("var/lib/dpkg/status", nftables.as_str());
        let rules = ("etc/nftables.conf", "chain input { policy drop; }\n");
        assert_eq!(said(&active("nftables"), &[installed, rules]), pair("nftables / iptables", "on"));
        assert_eq!(said(&active("nftables"), &[installed]), pair("nftables / iptables", "unknown"));
        assert_eq!(said(&ended("nftables"), &[installed, rules, (&wants("nftables"), "")]), []);
    }
}
