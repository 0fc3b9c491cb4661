//! The table of hard cases, one machine a row: what it says of itself, what it is, and how sure one may be.

use alloc::vec::Vec;

use super::*;

/// What a machine says beside maker, product and chassis, in words: `battery`, `battery-record`, `bmc`, `ecc`, `sodimm`,
/// `mobile`, `xeon`, `server-os`, `domain-controller`, `workstation-os`, `windows`, `guest`.
fn machine(maker: &str, product: &str, chassis: u8, says: &str) -> Evidence {
    let mut evidence = Evidence {
        manufacturer: (!maker.is_empty()).then(|| maker.into()),
        product: (!product.is_empty()).then(|| product.into()),
        chassis_type: (chassis != 0).then_some(chassis),
        os_family: Some("linux".into()),
        ..Evidence::default()
    };
    for word in says.split_whitespace() {
        match word {
            "battery" => evidence.battery = Some(true),
            "battery-record" => evidence.portable_battery = Some(true),
            "bmc" => evidence.bmc = Some(true),
            "ecc" => evidence.memory_ecc = Some(true),
            "sodimm" => evidence.memory_form_factors.push("SODIMM".into()),
            "mobile" => evidence.processors.push("Intel(R) Core(TM) i7-10510U CPU @ 1.80GHz".into()),
            "xeon" => evidence.processors.push("Intel(R) Xeon(R) W-2133 CPU @ 3.60GHz".into()),
            "server-os" => evidence.product_type = Some("server".into()),
            "domain-controller" => evidence.product_type = Some("domain_controller".into()),
            "workstation-os" => evidence.product_type = Some("workstation".into()),
            "windows" => evidence.os_family = Some("windows".into()),
            "guest" => evidence.role = Some("guest".into()),
            other => panic!("what is {other}?"),
        }
    }
    evidence
}

use Category::{Desktop, Laptop, Server, Tablet, VirtualServer};
use Confidence::{High, Low, Medium};

/// Maker, product, chassis, what else it says, what it is, and the least confidence that is wrong to pass.
#[rustfmt::skip]
const CASES: &[(&str, &str, u8, &str, Category, Confidence)] = &[
    // Guests that say Desktop, in a house's own room and in clouds.
    ("Microsoft Corporation", "Virtual Machine", 3, "windows server-os", VirtualServer, High),
    ("Microsoft Corporation", "Virtual Machine", 3, "windows workstation-os", Desktop, High),
    ("Amazon EC2", "m5.large", 1, "", VirtualServer, High),
    ("Google", "Google Compute Engine", 1, "", VirtualServer, High),
    ("QEMU", "Standard PC (i440FX + PIIX, 1996)", 1, "guest", VirtualServer, High),
    ("DigitalOcean", "Droplet", 1, "guest", VirtualServer, High),
    // Windows runs on its own hypervisor: the bit is no guest.
    ("LENOVO", "20XW00", 10, "windows guest workstation-os", Laptop, High),
    // Surface: the maker of the hypervisor makes machines too.
    ("Microsoft Corporation", "Surface Pro 9", 9, "windows battery", Tablet, High),
    ("Microsoft Corporation", "Surface Go 3", 32, "windows", Tablet, High),
    ("Microsoft Corporation", "Surface Laptop 5", 9, "windows battery", Laptop, High),
    ("Microsoft Corporation", "Surface Studio 2+", 13, "windows", Desktop, High),
    // Keyboards that come off, and keyboards that fold.
    ("Dell Inc.", "Latitude 7320 Detachable", 10, "battery-record", Tablet, High),
    ("LENOVO", "ThinkPad X1 Tablet Gen 3", 10, "battery-record", Tablet, High),
    ("HP", "HP EliteBook x360 1030 G4", 31, "battery-record", Laptop, High),
    ("LENOVO", "ThinkPad X220 Tablet", 10, "battery-record", Laptop, High),
    // Chromebooks and boxes.
    ("Google", "Eve", 3, "battery", Laptop, High),
    ("Google", "Fizz", 3, "", Desktop, Medium),
    // All-in-ones, minis, sticks, thin clients.
    ("Dell Inc.", "OptiPlex 7490 AIO", 13, "", Desktop, High),
    ("HP", "HP ProDesk 400 G5 Desktop Mini", 35, "sodimm mobile", Desktop, High),
    ("Intel Corporation", "NUC10i5FNH", 35, "sodimm mobile", Desktop, High),
    ("Intel Corporation", "STK1AW32SC", 36, "", Desktop, High),
    ("Dell Inc.", "Wyse 5070 Thin Client", 3, "sodimm", Desktop, High),
    ("Acme", "Box", 3, "sodimm mobile", Desktop, High),
    // Apple, whose desktops often claim to be laptops, and whose newer ids no longer tell.
    ("Apple Inc.", "iMac20,1", 9, "", Desktop, High),
    ("Apple Inc.", "Macmini9,1", 16, "", Desktop, High),
    ("Apple Inc.", "MacBookAir10,1", 9, "battery", Laptop, High),
    ("Apple Inc.", "Mac14,2", 0, "battery", Laptop, High),
    ("Apple Inc.", "Mac99,1", 0, "battery", Laptop, Medium),
    ("Apple Inc.", "Mac99,2", 0, "", Desktop, Medium),
    // Servers in every shape, also those that say Desktop or Tower or Main Server Chassis.
    ("Dell Inc.", "PowerEdge R640", 23, "bmc ecc server-os", Server, High),
    ("Dell Inc.", "PowerEdge M630", 28, "bmc ecc", Server, High),
    ("HPE", "ProLiant ML110 Gen10", 7, "bmc ecc server-os", Server, High),
    ("HP", "ProLiant MicroServer Gen8", 3, "bmc ecc", Server, High),
    ("FUJITSU", "PRIMERGY TX1310 M3", 17, "bmc ecc", Server, High),
    // Workstations: neither ECC nor a Xeon nor a management controller makes a server.
    ("HP", "HP Z4 G4 Workstation", 6, "ecc xeon bmc", Desktop, High),
    ("Dell Inc.", "Precision 5820 Tower", 7, "ecc xeon", Desktop, High),
    ("LENOVO", "ThinkStation P520", 3, "ecc xeon bmc", Desktop, High),
    // A laptop on its dock, and one whose chassis says Other or nothing.
    ("Dell Inc.", "Latitude 5420", 12, "battery-record", Laptop, High),
    ("TOSHIBA", "Satellite Pro C50", 1, "battery-record", Laptop, High),
    ("Acme", "N7", 2, "sodimm mobile", Laptop, Medium),
    // Doubt is said: signs that contradict, or none at all.
    ("Acme", "Tower", 3, "bmc ecc server-os", Desktop, Low),
    ("Acme", "Latitude 9", 3, "", Desktop, Low),
    ("Acme", "X", 1, "", Desktop, Low),
    ("", "", 2, "", Desktop, Low),
    ("Acme", "X", 2, "server-os", Server, Medium),
    ("Acme", "X", 2, "domain-controller", Server, Medium),
];

#[test]
fn every_hard_case_is_what_it_is_and_says_how_sure() {
    let mut wrong = Vec::new();
    for (maker, product, chassis, says, category, confidence) in CASES {
        let verdict = categorise(&machine(maker, product, *chassis, says));
        if (verdict.category, verdict.confidence) != (*category, *confidence) {
            wrong.push(alloc::format!(
                "{maker} {product} ({chassis}; {says}): {} {:?} {:?}, not {category} {confidence:?}",
                verdict.category,
                verdict.confidence,
                verdict.reasons
            ));
        }
        assert!(!verdict.reasons.is_empty(), "{product} says no reason");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
