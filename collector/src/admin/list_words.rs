//! Words of other consoles: what they call a category, and how they say that something protects. Data more than rules; a word
//! that is not here says nothing.

use cadastre_domain::protection::State;

use crate::admin::table::fold;

/// A console's word for a state.
pub(super) fn state(cell: &str) -> State {
    match fold(cell).as_str() {
        "ok" | "good" | "on" | "true" | "yes" | "oui" | "vrai" | "1" | "active" | "actif" | "protected" | "protege"
        | "enabled" | "updated" | "managed" | "healthy" | "green" | "sain" | "encrypted" | "chiffre" => {
            State::Protected
        }
        "bad" | "off" | "false" | "no" | "non" | "faux" | "0" | "inactive" | "inactif" | "notprotected"
        | "unprotected" | "nonprotege" | "disabled" | "desactive" | "red" | "critical" | "unmanaged"
        | "notencrypted" | "nonchiffre" => State::NotProtected,
        _ => State::Unknown,
    }
}

/// The category that a console's words mean, when they mean one.
pub(super) fn category(category: Option<&str>, kind: Option<&str>) -> Option<&'static str> {
    let word = |text: &str| -> Option<&'static str> {
        Some(match fold(text).as_str() {
            "laptop" | "notebook" | "portable" | "pcportable" | "ordinateurportable" | "convertible" => "laptop",
            "desktop" | "postefixe" | "fixe" | "pcfixe" | "tower" | "ordinateurdebureau" | "desktopcomputer" => {
                "desktop"
            }
            "server" | "serveur" | "physicalserver" | "windowsserver" | "domaincontroller" => "server",
            "virtualserver" | "serveurvirtuel" | "vm" | "virtualmachine" | "machinevirtuelle" => "virtual-server",
            "tablet" | "tablette" => "tablet",
            "smartphone" | "phone" | "mobile" | "telephone" => "smartphone",
            "printer" | "imprimante" => "printer",
            "router" | "routeur" => "router",
            "switch" | "commutateur" => "switch",
            "firewall" | "parefeu" => "firewall",
            "accesspoint" | "pointdacces" | "borne" | "wap" => "access-point",
            "nas" => "nas",
            "user" | "utilisateur" => "user",
            "mailbox" | "usermailbox" | "sharedmailbox" | "boite" | "boitemail" | "boiteauxlettres" => "mailbox",
            "licence" | "license" => "licence",
            "service" => "service",
            "other" | "autre" => "other",
            _ => return None,
        })
    };
    kind.and_then(word)
        .filter(|kind| ["user", "mailbox", "licence", "service"].contains(kind))
        .or_else(|| category.and_then(word))
}
