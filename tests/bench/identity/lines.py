"""Sightings of machines whose truth is known, one JSON line each, as `cadastre-collector explain --report` reads them.

    lines.py LINES SEED OUT    writes OUT/lines.jsonl, OUT/truth.csv (report_id, device) and OUT/rows.csv (flat, for others)

Many clients; each machine is seen by some of: its agent, an RMM, an antivirus console, Intune and the annex. Met on the
way: typing errors in serials, re-images, board swaps, machines replaced under one host name, cloned guests, twin nodes of
one chassis, placeholder serials, docks shared by laptops. The same LINES and SEED give the same bytes.
"""

import csv
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
MAKERS = {
    "Dell Inc.": (["Latitude 5440", "Latitude 7430", "Precision 3581"], ["OptiPlex 7010", "OptiPlex 5090"], ["PowerEdge R450"], "c8:4b:d6", 7),
    "HP": (["HP EliteBook 840 G9", "HP ProBook 450 G9"], ["HP EliteDesk 800 G6", "HP ProDesk 400 G7"], ["ProLiant DL360 Gen10"], "64:4e:d7", 10),
    "LENOVO": (["21AH00A1FR", "20XW003XFR"], ["11DT003MFR", "12E30010FR"], ["7X06CTO1WW"], "54:05:db", 8),
    "ASUSTeK COMPUTER INC.": (["ExpertBook B1502"], ["D500SD"], ["RS700-E10"], "a8:5e:45", 12),
}
ALIASES = {"Dell Inc.": "Dell", "HP": "Hewlett-Packard", "LENOVO": "Lenovo", "ASUSTeK COMPUTER INC.": "ASUS"}
PLACEHOLDERS = ["To be filled by O.E.M.", "Default string", "System Serial Number", "None", "0123456789"]
SERIAL_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
DEVICES_A_CLIENT = 100


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """Writes lines until there are as many as asked."""

    def __init__(self, lines, seed, out):
        self.random = random.Random(seed)
        self.wanted = lines
        self.written = 0
        self.device = 0
        self.out = open(out / "lines.jsonl", "w")
        self.truth = csv.writer(open(out / "truth.csv", "w"))
        self.rows = csv.writer(open(out / "rows.csv", "w"))
        self.truth.writerow(["unique_id", "device"])
        self.rows.writerow(["unique_id", "source", "serial", "maker", "model", "uuid", "mac", "mac2", "disk", "machine_id",
                            "entra", "hostname"])
        self.docks = []

    def hex(self, digits):
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def mac(self, prefix):
        return f"{prefix}:{self.hex(2)}:{self.hex(2)}:{self.hex(2)}"

    def uuid(self):
        h = self.hex(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def serial(self, length):
        return "".join(self.random.choices(SERIAL_LETTERS, k=length))

    def chance(self, p):
        return self.random.random() < p

    def put(self, device, source, kind, document, native_id=None):
        if self.written >= self.wanted:
            return
        self.written += 1
        report = f"r-{self.hex(16)}"
        firmware = document.get("firmware", {}).get("system", {})
        host = document.get("host", {})
        macs = [a["mac"] for a in document.get("adapters", []) if not a.get("removable")] or [None]
        disks = [d["serial"] for d in document.get("disks", [])] or [None]
        directory = [d["value"] for d in host.get("directory_ids", [])] or [None]
        line = {"report_id": report, "collected_at": stamp(document.pop("at"))}
        if kind != "agent":
            line |= {"source": source, "kind": kind, "native_id": native_id or f"{source}-{report}"}
        line["sections"] = {k: {"outcome": "ok", "data": v} for k, v in document.items()}
        self.out.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.truth.writerow([report, device])
        self.rows.writerow([report, source, firmware.get("serial"), firmware.get("manufacturer"), firmware.get("product"),
                            firmware.get("uuid"), macs[0], macs[1] if len(macs) > 1 else None, disks[0],
                            host.get("machine_id"), directory[0], host.get("hostname")])

    def client(self, code):
        """One client: its machines, then the rows that name them."""
        self.docks = [self.mac("00:e0:4c") for _ in range(6)]
        names = 0
        previous = None
        for _ in range(DEVICES_A_CLIENT):
            if self.written >= self.wanted:
                return
            names += 1
            kind = self.random.choices(["laptop", "desktop", "server", "guest"], [55, 28, 5, 12])[0]
            name = f"c{code}-{'lt pc sv vm'.split()['laptop desktop server guest'.split().index(kind)]}-{names:03}"
            machine = self.machine(kind, name)
            if previous is not None and kind == previous["kind"] != "guest" and self.chance(0.03):
                # A replacement takes the host name of the machine before it, which has left.
                machine["hostname"] = previous["hostname"]
                machine["booted"] = NOW - timedelta(days=self.random.randint(1, 9))
            if previous is not None and kind == previous["kind"] == "server" and self.chance(0.2):
                # Twin nodes in one chassis: one serial, each its own UUID.
                machine["serial"] = previous["serial"]
                machine["maker"], machine["model"] = previous["maker"], previous["model"]
            if previous is not None and kind == previous["kind"] == "guest" and self.chance(0.04):
                # A cloned guest keeps UUID, disk and machine-id, and runs beside the first.
                for key in ("uuid", "disk", "machine_id", "serial"):
                    machine[key] = previous[key]
                machine["booted"] = previous["booted"] + timedelta(hours=3)
            self.see(machine)
            previous = machine

    def machine(self, kind, name):
        self.device += 1
        maker = self.random.choice(list(MAKERS))
        laptops, desktops, servers, prefix, length = MAKERS[maker]
        model = self.random.choice({"laptop": laptops, "desktop": desktops, "server": servers}.get(kind, ["VMware Virtual Platform"]))
        card = self.mac(prefix)
        serial = self.serial(length)
        if kind == "guest":
            # vCenter gives its guests 00:50:56:80 to :bf; above are the adapters of hosts.
            maker = "VMware, Inc."
            card = f"00:50:56:{self.random.randint(0x80, 0xbf):02x}:{self.hex(2)}:{self.hex(2)}"
        elif self.chance(0.03):
            serial = self.random.choice(PLACEHOLDERS)
        uuid = self.uuid()
        if kind == "guest":
            h = uuid.replace("-", "")
            serial = "VMware-" + " ".join(h[i:i + 2] for i in range(0, 16, 2)) + "-" + " ".join(h[i:i + 2] for i in range(16, 32, 2))
        return {
            "device": self.device, "kind": kind, "hostname": name, "maker": maker, "model": model, "serial": serial,
            "uuid": uuid, "mac": card, "wifi": self.mac("34:7d:f6") if kind == "laptop" else None,
            "disk": None if kind == "guest" else f"S{self.serial(12)}", "machine_id": self.hex(32), "entra": self.uuid(),
            "board": None if kind == "guest" else f"/{self.serial(7)}/CN{self.serial(10)}/",
            "dock": self.random.choice(self.docks) if kind == "laptop" and self.chance(0.1) else None,
            "booted": NOW - timedelta(days=self.random.randint(1, 20), hours=self.random.randint(0, 23)),
        }

    def see(self, machine):
        """The sightings of one machine."""
        by_agent = self.chance(0.9)
        if by_agent:
            life = self.random.random()
            if life < 0.07:
                self.agent(self.before_reimage(machine))
            elif life < 0.08 and machine["kind"] != "guest":
                self.agent(self.before_swap(machine))
            self.agent(machine)
        typed = lambda text: text if self.chance(0.5) else text.lower()
        if not by_agent or self.chance(0.85):
            self.row(machine, "rmm", serial=machine["serial"], maker=ALIASES.get(machine["maker"], machine["maker"]),
                     mac=machine["mac"].upper().replace(":", "-"))
        if self.chance(0.8):
            mac = machine["dock"] if machine["dock"] and self.chance(0.5) else machine["wifi"] or machine["mac"]
            self.row(machine, "antivirus", mac=mac)
        if machine["kind"] in ("laptop", "desktop") and self.chance(0.6):
            self.row(machine, "intune", serial=machine["serial"], maker=machine["maker"], mac=machine["wifi"],
                     entra=machine["entra"])
        if self.chance(0.75):
            if self.chance(0.12) or machine["kind"] == "guest":
                self.row(machine, "annex", kind="annex", hostname=typed(machine["hostname"]))
            else:
                serial = machine["serial"]
                if self.chance(0.04):
                    serial = self.mistyped(serial)
                self.row(machine, "annex", kind="annex", serial=typed(serial),
                         maker=ALIASES[machine["maker"]] if self.chance(0.5) else None,
                         hostname=machine["hostname"] if self.chance(0.6) else None)

    def mistyped(self, serial):
        at = self.random.randrange(len(serial))
        how = self.random.random()
        if how < 0.6:
            return serial[:at] + self.random.choice(SERIAL_LETTERS) + serial[at + 1:]
        return serial[:at] + serial[at + 1:]

    def before_reimage(self, machine):
        earlier = dict(machine)
        earlier["machine_id"] = self.hex(32)
        earlier["ended"] = machine["booted"] - timedelta(days=2)
        earlier["booted"] = machine["booted"] - timedelta(days=9)
        if self.chance(0.5):
            earlier["hostname"] = f"desktop-{self.hex(7)}"
        return earlier

    def before_swap(self, machine):
        earlier = self.before_reimage(machine)
        earlier["machine_id"], earlier["hostname"] = machine["machine_id"], machine["hostname"]
        earlier["serial"], earlier["uuid"], earlier["board"] = self.serial(9), self.uuid(), f"/{self.serial(7)}/CN{self.serial(10)}/"
        earlier["mac"] = self.mac(machine["mac"][:8])
        return earlier

    def agent(self, m):
        chassis = {"laptop": 10, "desktop": 3, "server": 23, "guest": 1}[m["kind"]]
        adapters = [{"name": "eth0", "mac": m["mac"], "bus": "pci"}]
        if m["wifi"]:
            adapters.append({"name": "wlan0", "mac": m["wifi"], "bus": "pci"})
        if m["dock"]:
            adapters.append({"name": "eth1", "mac": m["dock"], "bus": "usb", "removable": True})
        document = {
            "at": m.get("ended", NOW - timedelta(minutes=self.random.randint(0, 600))),
            "host": {"hostname": m["hostname"], "machine_id": m["machine_id"], "boot_time": stamp(m["booted"]),
                     "directory_ids": [{"kind": "entra_device_id", "value": m["entra"]}] if m["kind"] in ("laptop", "desktop") else []},
            "os": {"family": "windows", "product_type": "server" if m["kind"] in ("server", "guest") else "workstation"},
            "firmware": {"system": {"manufacturer": m["maker"], "product": m["model"], "serial": m["serial"], "uuid": m["uuid"]},
                         "board": {"manufacturer": m["maker"], "serial": m["board"]},
                         "chassis": {"type": chassis, "manufacturer": m["maker"]}},
            "adapters": adapters,
            "virtualisation": {"role": "guest" if m["kind"] == "guest" else "none", "kind": "vmware" if m["kind"] == "guest" else None},
        }
        if m["disk"]:
            document["disks"] = [{"name": "disk0", "serial": m["disk"], "bus": "nvme"}]
        if m["kind"] == "laptop":
            document["battery"] = [{"name": "BAT0"}]
        self.put(m["device"], "agent", "agent", document)

    def row(self, m, source, kind="list", serial=None, maker=None, mac=None, entra=None, hostname=""):
        document = {"at": NOW - timedelta(days=self.random.randint(0, 2), minutes=self.random.randint(0, 600)), "host": {}}
        name = m["hostname"] if hostname == "" else hostname
        if name:
            document["host"]["hostname"] = name
        if entra:
            document["host"]["directory_ids"] = [{"kind": "entra_device_id", "value": entra}]
        if serial or maker:
            document["firmware"] = {"system": {"serial": serial, "manufacturer": maker}}
        if mac:
            document["adapters"] = [{"mac": mac}]
        self.put(m["device"], source, kind, document)


def main():
    lines, seed, out = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    world = World(lines, seed, out)
    code = 0
    while world.written < lines:
        code += 1
        world.client(code)
    print(f"{world.written} lines of {world.device} machines of {code} clients", file=sys.stderr)


main()
