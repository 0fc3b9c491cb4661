//! Section `adapters`: network cards of `/sys/class/net`, sorted by name.
//!
//! Refuses interfaces that are made and unmade by programs: loopback, bridges, bonds, VLANs, tunnels, pairs and taps of
//! containers and guests; they carry no identity and move by themselves. The address is the permanent one where the system
//! tells it (wireless cards, members of a bond); one drawn at random is not said.
//! IP addresses only at level `full`, without temporary and link-local ones.

use cadastre_proto::inventory::Adapter;

use super::{Reading, macos, windows};
use crate::privacy::Privacy;
use crate::source::{self, Source, System};

/// `ARPHRD_ETHER`: the link types of wired, wireless and virtual cards.
const ETHERNET: &str = "1";
/// Beginnings of names given by container engines, hypervisors and VPNs.
const PASSING: [&str; 15] = [
    "veth", "docker", "br-", "virbr", "vnet", "ifb", "tun", "tap", "lxc", "lxdbr", "cni", "flannel", "cali", "dummy",
    "podman",
];
/// Kinds of devices that stand on another one.
const STACKED: [&str; 7] = ["bridge", "bond", "vlan", "vxlan", "macvlan", "ppp", "wireguard"];

/// Reads the section.
pub(crate) fn read(source: &dyn Source, privacy: Privacy) -> Reading<Vec<Adapter>> {
    match source.system() {
        System::Linux => linux(source, privacy),
        System::Windows => windows::network::read(source, privacy),
        System::Macos => macos::hardware::adapters(source, privacy),
    }
}

fn linux(source: &dyn Source, privacy: Privacy) -> Reading<Vec<Adapter>> {
    let names = match source.list("/sys/class/net") {
        Ok(names) => names,
        Err(error) => return Reading::failed(&error),
    };
    let addresses = if privacy >= Privacy::Full { addresses(source) } else { Vec::new() };
    let adapters = names.iter().filter_map(|name| adapter(source, name));
    Reading::ok(
        adapters
            .map(|adapter| {
                let own = addresses.iter().filter(|(name, _)| Some(name) == adapter.name.as_ref());
                let own = own.map(|(_, address)| address.clone()).collect();
                Adapter { addresses: own, ..adapter }
            })
            .collect(),
    )
}

fn adapter(source: &dyn Source, name: &str) -> Option<Adapter> {
    let value = |file: &str| source::value(source, &format!("/sys/class/net/{name}/{file}"));
    if PASSING.iter().any(|passing| name.starts_with(passing)) || value("type").is_none_or(|kind| kind != ETHERNET) {
        return None;
    }
    let kind =
        value("uevent").is_some_and(|event| STACKED.iter().any(|kind| event.contains(&format!("DEVTYPE={kind}"))));
    let has = |file: &str| source.metadata(&format!("/sys/class/net/{name}/{file}")).is_ok();
    if kind || has("bridge") || has("bonding") || has("tun_flags") {
        return None;
    }
    let is_random = value("addr_assign_type").as_deref() == Some("1");
    let mac = value("phy80211/macaddress")
        .or_else(|| value("bonding_slave/perm_hwaddr"))
        .or_else(|| value("address").filter(|_| !is_random));
    let bus = bus(source, name);
    Some(Adapter {
        name: Some(name.to_owned()),
        mac: mac.and_then(|mac| normal(&mac)),
        bus: Some(bus.to_owned()),
        removable: Some(bus == "usb"),
        up: value("operstate").and_then(|state| match state.as_str() {
            "up" => Some(true),
            "unknown" => None,
            _ => Some(false),
        }),
        addresses: Vec::new(),
    })
}

/// What the card hangs on, from the path of its device.
fn bus(source: &dyn Source, name: &str) -> &'static str {
    let device = source.resolve(&format!("/sys/class/net/{name}/device"));
    let Ok(path) = device else { return "virtual" };
    let has = |part: &str| path.split('/').any(|component| component.starts_with(part));
    if has("bluetooth") {
        "bluetooth"
    } else if has("usb") {
        "usb"
    } else if has("pci") {
        "pci"
    } else if has("VMBUS") || has("vmbus") || has("vif-") || has("xen") || has("virtual") {
        "virtual"
    } else {
        "soc"
    }
}

/// Six bytes in lower case with colons; the empty address is none.
pub(crate) fn normal(mac: &str) -> Option<String> {
    let mac = mac.to_ascii_lowercase();
    let bytes: Vec<&str> = mac.split(':').collect();
    let is_mac =
        bytes.len() == 6 && bytes.iter().all(|byte| byte.len() == 2 && byte.bytes().all(|c| c.is_ascii_hexdigit()));
    (is_mac && mac != "00:00:00:00:00:00").then_some(mac)
}

fn addresses(source: &dyn Source) -> Vec<(String, String)> {
    let mut addresses = source.sysinfo().map(|sysinfo| sysinfo.ipv4).unwrap_or_default();
    addresses.extend(source::text(source, "/proc/net/if_inet6").map(|text| ipv6(&text)).unwrap_or_default());
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// The stable global addresses of the kernel's table: address, index, prefix, scope, flags, name.
fn ipv6(table: &str) -> Vec<(String, String)> {
    /// `IFA_F_TEMPORARY`.
    const TEMPORARY: u8 = 0x01;
    table
        .lines()
        .filter_map(|line| {
            let mut columns = line.split_whitespace();
            let address = u128::from_str_radix(columns.next()?, 16).ok()?;
            let scope = u8::from_str_radix(columns.nth(2)?, 16).ok()?;
            let flags = u8::from_str_radix(columns.next()?, 16).ok()?;
            let name = columns.next()?.to_owned();
            (scope == 0 && flags & TEMPORARY == 0).then(|| (name, std::net::Ipv6Addr::from_bits(address).to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_and_link_local_addresses_are_left_out() {
        let table = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n\
                     20010db8000000000000000000000001 02 40 00 80     eth0\n\
                     20010db8000000000000000000000002 02 40 00 01     eth0\n\
                     garbage\n";
        assert_eq!(ipv6(table), [("eth0".to_owned(), "2001:db8::1".to_owned())]);
    }

    #[test]
    fn macs() {
        assert_eq!(normal("AA:BB:CC:00:11:22").as_deref(), Some("aa:bb:cc:00:11:22"));
        for bad in
            ["00:00:00:00:00:00", "", "aa:bb", "aa:bb:cc:00:11:2", "aa:bb:cc:00:11:+2", "80:00:02:08:fe:80:00:01"]
        {
            assert_eq!(normal(bad), None, "{bad}");
        }
    }
}
