//! Section `virtualisation`: physical machine, guest, host of guests, or container; and which engine.
//!
//! Order: container marks (`/run/systemd/container`, `/.dockerenv`, `/run/.containerenv`, the environment and control
//! groups of process 1), then the firmware's maker and model, `/sys/hypervisor`, the device tree, and last the
//! processor's `hypervisor` flag. A host is a machine where guests are defined (Xen's first domain, Proxmox, libvirt), not
//! one that merely could run some. Refuses to say `none` when neither the firmware nor the processor could be read.

use cadastre_proto::inventory::{Firmware, Virtualisation};

use super::{Reading, macos};
use crate::source::{self, ReadError, Source, System};

/// Reads the section; the firmware is what its own section found.
pub(crate) fn read(source: &dyn Source, firmware: Option<&Firmware>) -> Reading<Virtualisation> {
    match source.system() {
        System::Linux => {}
        System::Windows => return of_windows(source, firmware),
        System::Macos => return macos::hardware::virtualisation(source, firmware),
    }
    if let Some(engine) = container(source) {
        return Reading::ok(said("container", Some(&engine)));
    }
    if let Some(kind) = host(source) {
        return Reading::ok(said("host", Some(kind)));
    }
    if let Some(kind) = firmware.and_then(guest_by_firmware).or_else(|| guest_by_files(source)) {
        return Reading::ok(said("guest", Some(kind)));
    }
    let processor = source::text(source, "/proc/cpuinfo");
    match &processor {
        Ok(text) if has_hypervisor_flag(text) => Reading::ok(said("guest", None)),
        Err(error) if firmware.is_none() => Reading::failed(error),
        _ => Reading::ok(said("none", None)),
    }
}

/// Hyper-V's own service runs on hosts alone; a Windows that protects itself by virtualisation is no host.
fn of_windows(source: &dyn Source, firmware: Option<&Firmware>) -> Reading<Virtualisation> {
    if let Some(kind) = firmware.and_then(guest_by_firmware) {
        return Reading::ok(said("guest", Some(kind)));
    }
    let services = source.services();
    let is_host = services
        .as_ref()
        .is_ok_and(|services| services.iter().any(|service| service.name.eq_ignore_ascii_case("vmms")));
    match firmware {
        _ if is_host => Reading::ok(said("host", Some("hyper-v"))),
        Some(_) => Reading::ok(said("none", None)),
        None => Reading::failed(&services.err().unwrap_or(ReadError::NotCaptured)),
    }
}

/// Whether this is a container, for probes that then see their host's hardware.
pub(crate) fn is_container(reading: &Reading<Virtualisation>) -> bool {
    reading.data.as_ref().is_some_and(|data| data.role.as_deref() == Some("container"))
}

fn said(role: &str, kind: Option<&str>) -> Virtualisation {
    Virtualisation { role: Some(role.to_owned()), kind: kind.map(str::to_owned) }
}

fn container(source: &dyn Source) -> Option<String> {
    if let Some(engine) = source::value(source, "/run/systemd/container") {
        return Some(engine);
    }
    if source.metadata("/.dockerenv").is_ok() {
        return Some("docker".to_owned());
    }
    if source.metadata("/run/.containerenv").is_ok() {
        return Some("podman".to_owned());
    }
    let environment = source::text(source, "/proc/1/environ").unwrap_or_default();
    let engine = environment.split('\0').find_map(|pair| pair.strip_prefix("container="));
    engine.and_then(source::clean).or_else(|| {
        let groups = source::text(source, "/proc/1/cgroup").ok()?;
        engine_of_groups(&groups).map(str::to_owned)
    })
}

/// The engine that the control groups of process 1 are named after.
fn engine_of_groups(groups: &str) -> Option<&'static str> {
    let paths = || groups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    [
        ("kubepods", "kubernetes"),
        ("docker", "docker"),
        ("libpod", "podman"),
        ("lxc", "lxc"),
        ("containerd", "containerd"),
        ("machine.slice/systemd-nspawn", "systemd-nspawn"),
    ]
    .into_iter()
    .find(|(mark, _)| paths().any(|path| path.contains(mark)))
    .map(|(_, engine)| engine)
}

fn host(source: &dyn Source) -> Option<&'static str> {
    if source::value(source, "/proc/xen/capabilities").is_some_and(|says| says.contains("control_d")) {
        return Some("xen");
    }
    let lists = |folder: &str, ending: &str| {
        source.list(folder).is_ok_and(|names| names.iter().any(|name| name.ends_with(ending)))
    };
    let proxmox = lists("/etc/pve/qemu-server", ".conf") || lists("/etc/pve/lxc", ".conf");
    (proxmox || lists("/etc/libvirt/qemu", ".xml")).then_some("kvm")
}

/// The hypervisor behind a maker and a model; a Surface has Microsoft's name too, so the model must say so.
fn guest_by_firmware(firmware: &Firmware) -> Option<&'static str> {
    let text = |value: &Option<String>| value.as_deref().unwrap_or_default().to_lowercase();
    let (maker, model) = (text(&firmware.system.manufacturer), text(&firmware.system.product));
    let bios = text(&firmware.bios.vendor);
    // (maker, model, kind): both must be contained.
    const GUESTS: [(&str, &str, &str); 22] = [
        ("microsoft", "virtual", "hyper-v"),
        ("vmware", "", "vmware"),
        ("innotek", "", "virtualbox"),
        ("", "virtualbox", "virtualbox"),
        ("openstack", "", "openstack"),
        ("", "openstack", "openstack"),
        ("google", "compute engine", "google"),
        ("amazon ec2", "", "amazon"),
        ("digitalocean", "", "digitalocean"),
        ("hetzner", "vserver", "hetzner"),
        ("alibaba", "", "alibaba"),
        ("nutanix", "ahv", "nutanix"),
        ("parallels", "", "parallels"),
        ("xen", "", "xen"),
        ("", "hvm domu", "xen"),
        ("", "bhyve", "bhyve"),
        ("red hat", "kvm", "kvm"),
        ("ovirt", "", "kvm"),
        ("", "kvm", "kvm"),
        ("qemu", "", "qemu"),
        ("", "standard pc (", "qemu"),
        ("apple", "virtual", "apple"),
    ];
    // Amazon rents whole machines under the same name.
    if maker == "amazon ec2" && model.contains("metal") {
        return None;
    }
    let by_model = GUESTS
        .into_iter()
        .find(|(of_maker, of_model, _)| maker.contains(of_maker) && model.contains(of_model))
        .map(|(_, _, kind)| kind);
    by_model.or(match bios.as_str() {
        "xen" => Some("xen"),
        "bochs" => Some("qemu"),
        "bhyve" => Some("bhyve"),
        _ => None,
    })
}

fn guest_by_files(source: &dyn Source) -> Option<&'static str> {
    if source::value(source, "/sys/hypervisor/type").as_deref() == Some("xen") {
        return Some("xen");
    }
    if source::value(source, "/sys/firmware/devicetree/base/hypervisor/compatible")
        .is_some_and(|compatible| compatible.contains("kvm"))
    {
        return Some("kvm");
    }
    source::value(source, "/proc/sys/kernel/osrelease")
        .is_some_and(|release| release.to_lowercase().contains("microsoft-standard"))
        .then_some("wsl")
}

fn has_hypervisor_flag(cpuinfo: &str) -> bool {
    cpuinfo
        .lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(key, flags)| key.trim() == "flags" && flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadastre_proto::inventory::System;

    fn by(maker: &str, model: &str) -> Option<&'static str> {
        let system =
            System { manufacturer: Some(maker.to_owned()), product: Some(model.to_owned()), ..System::default() };
        guest_by_firmware(&Firmware { system, ..Firmware::default() })
    }

    #[test]
    fn guests_by_maker_and_model() {
        assert_eq!(by("QEMU", "Standard PC (Q35 + ICH9, 2009)"), Some("qemu"));
        assert_eq!(by("Red Hat", "KVM"), Some("kvm"));
        assert_eq!(by("VMware, Inc.", "VMware Virtual Platform"), Some("vmware"));
        assert_eq!(by("innotek GmbH", "VirtualBox"), Some("virtualbox"));
        assert_eq!(by("Microsoft Corporation", "Virtual Machine"), Some("hyper-v"));
        assert_eq!(by("Amazon EC2", "m6i.large"), Some("amazon"));
        assert_eq!(by("Google", "Google Compute Engine"), Some("google"));
        assert_eq!(by("OpenStack Foundation", "OpenStack Nova"), Some("openstack"));
    }

    #[test]
    fn machines_that_are_no_guests() {
        assert_eq!(by("Microsoft Corporation", "Surface Pro 9"), None);
        assert_eq!(by("Amazon EC2", "m6i.metal"), None);
        assert_eq!(by("Google", "Pixelbook"), None);
        assert_eq!(by("Dell Inc.", "PowerEdge R650"), None);
        assert_eq!(by("", ""), None);
    }

    #[test]
    fn control_groups() {
        assert_eq!(engine_of_groups("0::/\n"), None);
        assert_eq!(engine_of_groups("1:name=systemd:/init.scope\n"), None);
        assert_eq!(engine_of_groups("4:memory:/docker/0123\n"), Some("docker"));
        assert_eq!(engine_of_groups("0::/kubepods.slice/docker-1.scope\n"), Some("kubernetes"));
        assert_eq!(engine_of_groups("0::/lxc.payload.101\n"), Some("lxc"));
    }

    #[test]
    fn the_flag_is_a_whole_word() {
        assert!(has_hypervisor_flag("flags\t\t: fpu hypervisor lahf_lm\n"));
        assert!(!has_hypervisor_flag("flags\t\t: fpu lahf_lm\nmodel name: hypervisor\n"));
    }
}
