//! A Linux machine as a file tree: what `--root` replays. Many can stand in one test.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// A machine.
#[derive(Debug, Clone)]
pub struct Machine {
    files: Vec<(String, String)>,
    links: Vec<(String, String)>,
}

impl Machine {
    /// A laptop with a serial, a UUID and one network card, all drawn from its number.
    pub fn laptop(number: u32) -> Self {
        Self::bare(&format!("laptop-{number:03}"))
            .dmi("sys_vendor", "LENOVO")
            .dmi("product_name", "21HM")
            .dmi("product_version", "ThinkPad X1 Carbon Gen 11")
            .dmi("product_serial", &format!("PF2{number:05}K"))
            .dmi("product_uuid", &format!("4c4c4544-0042-3510-8051-{number:08x}7a3b"))
            .dmi("chassis_type", "10")
            .card("wlp0s20f3", &format!("a4:c3:f0:{:02x}:{:02x}:10", number / 256 % 256, number % 256))
            .boot(1_790_000_000 + i64::from(number) * 60)
            .machine_id(&format!("{:032x}", 0x9e37_79b9_7f4a_7c15_u128.wrapping_mul(u128::from(number) + 1)))
    }

    /// A machine of which only the name is known.
    pub fn bare(hostname: &str) -> Self {
        let os =
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n";
        let cpu = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: 13th Gen Intel(R) Core(TM) i7-1355U\n\
                   physical id\t: 0\ncpu cores\t: 10\nflags\t\t: fpu vme de\n\n";
        let machine = Self { files: Vec::new(), links: Vec::new() };
        machine
            .file("/etc/hostname", hostname)
            .file("/proc/sys/kernel/hostname", hostname)
            .file("/etc/os-release", os)
            .file("/proc/cpuinfo", cpu)
            .file("/proc/meminfo", "MemTotal:       16083952 kB\n")
            .link("/etc/localtime", "/usr/share/zoneinfo/Europe/Paris")
            .link("/etc/systemd/system/display-manager.service", "/lib/systemd/system/gdm.service")
    }

    /// With another content of a file.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.retain(|(known, _)| known != path);
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    /// With a symbolic link.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Self {
        self.links.retain(|(known, _)| known != path);
        self.links.push((path.to_owned(), target.to_owned()));
        self
    }

    /// With another host name.
    #[must_use]
    pub fn hostname(self, name: &str) -> Self {
        self.file("/etc/hostname", name).file("/proc/sys/kernel/hostname", name)
    }

    /// With another id of the installed system.
    #[must_use]
    pub fn machine_id(self, id: &str) -> Self {
        self.file("/etc/machine-id", &format!("{id}\n"))
    }

    /// With another value of `/sys/class/dmi/id`.
    #[must_use]
    pub fn dmi(self, name: &str, value: &str) -> Self {
        self.file(&format!("/sys/class/dmi/id/{name}"), &format!("{value}\n"))
    }

    /// With another boot instant, in seconds since 1970.
    #[must_use]
    pub fn boot(self, seconds: i64) -> Self {
        self.file("/proc/stat", &format!("cpu  1 2 3 4\nbtime {seconds}\n"))
    }

    /// With a network card on the PCI bus.
    #[must_use]
    pub fn card(self, name: &str, mac: &str) -> Self {
        let device = format!("/sys/devices/pci0000:00/0000:00:14.3/net/{name}");
        self.file(&format!("{device}/address"), &format!("{mac}\n"))
            .file(&format!("{device}/type"), "1\n")
            .file(&format!("{device}/operstate"), "up\n")
            .file(&format!("{device}/addr_assign_type"), "0\n")
            .link(&format!("{device}/device"), "/sys/devices/pci0000:00/0000:00:14.3")
            .link(&format!("/sys/class/net/{name}"), &device)
    }

    /// Writes the tree into a folder.
    pub fn write(&self, root: &Path) {
        let place = |path: &str| {
            let place = root.join(path.trim_start_matches('/'));
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            place
        };
        for (path, text) in &self.files {
            fs::write(place(path), text).unwrap();
        }
        for (path, target) in &self.links {
            symlink(target, place(path)).unwrap();
        }
    }
}
