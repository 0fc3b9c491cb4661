//! Sections `mail` and `remote_access`: products that are there, whether their service is at work, and what their files
//! tell.
//!
//! A mail server that listens only to its own machine is a relay.

use cadastre_proto::catalogue::Category;
use cadastre_proto::inventory::Safeguard;

use super::software::{Found, Products};
use super::{Reading, release, windows};
use crate::source::{self, Source, System};

const POSTFIX_FILE: &str = "/etc/postfix/main.cf";
const EXIM_FILE: &str = "/etc/exim4/update-exim4.conf.conf";

/// Section `mail`.
pub(crate) fn mail(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let clients = products.of(&[Category::MailClient]).map(|found| row(found, Some("client"), "installed"));
    let servers = products.of(&[Category::MailServer]).map(|found| server(source, found));
    products.section(clients.chain(servers).collect())
}

/// Section `remote_access`: remote control, and the tools of remote management, which give it too.
pub(crate) fn remote_access(source: &dyn Source, products: &Products<'_>) -> Reading<Vec<Safeguard>> {
    let rows = products.of(&[Category::RemoteAccess, Category::Rmm]).map(|found| {
        let kind = if found.product.category == Category::Rmm { Some("rmm") } else { None };
        row(found, kind, at_work(found))
    });
    let desktop = (source.system() == System::Windows).then(|| windows::remote::desktop(source)).flatten();
    products.section(rows.chain(desktop).collect())
}

fn row(found: &Found<'_>, kind: Option<&str>, state: &str) -> Safeguard {
    Safeguard {
        product: found.product.name.clone(),
        kind: kind.map(str::to_owned),
        state: state.to_owned(),
        evidence: found.evidence.clone(),
        ..Safeguard::default()
    }
}

fn at_work(found: &Found<'_>) -> &'static str {
    if found.is_running() { "running" } else { "installed" }
}

fn server(source: &dyn Source, found: &Found<'_>) -> Safeguard {
    let (file, listens) = match found.product.name.as_str() {
        "Postfix" => (POSTFIX_FILE, source::text(source, POSTFIX_FILE).ok().map(|text| postfix_listens(&text))),
        "Exim" => (EXIM_FILE, source::text(source, EXIM_FILE).ok().map(|text| exim_listens(&text))),
        _ => return row(found, Some("server"), at_work(found)),
    };
    let kind = if listens == Some(false) { "relay" } else { "server" };
    let mut server = row(found, Some(kind), at_work(found));
    if listens.is_some() {
        server.evidence.push(format!("file:{file}"));
    }
    server
}

/// Whether Postfix listens beyond its own machine; the last line of a key counts, a line that begins with a blank goes on.
fn postfix_listens(main_cf: &str) -> bool {
    let mut interfaces: Option<String> = None;
    let mut is_ours = false;
    for line in main_cf.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = interfaces.as_mut().filter(|_| is_ours) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        is_ours = key.trim() == "inet_interfaces";
        if is_ours {
            interfaces = Some(value.trim().to_owned());
        }
    }
    // Without the key, Postfix listens everywhere.
    interfaces.is_none_or(|interfaces| !is_local_only(&interfaces))
}

fn exim_listens(settings: &str) -> bool {
    let pairs = release::parse(settings);
    let interfaces = pairs.iter().find(|(key, _)| key == "dc_local_interfaces").map(|(_, value)| value.as_str());
    interfaces.is_none_or(|interfaces| !is_local_only(interfaces))
}

/// Whether every address of a list is the machine's own.
fn is_local_only(list: &str) -> bool {
    let mut addresses = list.split([' ', ',', ';', '\t']).filter(|address| !address.is_empty()).peekable();
    addresses.peek().is_some()
        && addresses.all(|address| {
            let address = address.trim_matches(['[', ']', '.']);
            matches!(address, "loopback-only" | "localhost" | "::1" | "localhost.localdomain")
                || address.starts_with("127.")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postfix() {
        assert!(!postfix_listens("inet_interfaces = loopback-only\n"));
        assert!(!postfix_listens("inet_interfaces = all\ninet_interfaces = 127.0.0.1,\n  [::1]\n"));
        assert!(postfix_listens("inet_interfaces = all\n"));
        assert!(postfix_listens("# inet_interfaces = localhost\nmyhostname = a\n"));
        assert!(postfix_listens("inet_interfaces = localhost, 192.0.2.1\n"));
        assert!(postfix_listens("inet_interfaces =\n"));
    }

    #[test]
    fn exim() {
        assert!(!exim_listens("dc_local_interfaces='127.0.0.1 ; ::1'\n"));
        assert!(exim_listens("dc_local_interfaces=''\n"));
        assert!(exim_listens("dc_local_interfaces='0.0.0.0'\n"));
    }
}
