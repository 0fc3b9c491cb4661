//! Hard cases of the category, one a line.

use alloc::vec;

use super::*;

/// Maker, product, chassis; then what else is known.
fn machine(maker: &str, product: &str, chassis: u8) -> Evidence {
    Evidence {
        manufacturer: (!maker.is_empty()).then(|| maker.into()),
        product: (!product.is_empty()).then(|| product.into()),
        chassis_type: (chassis != 0).then_some(chassis),
        os_family: Some("linux".into()),
        ..Evidence::default()
    }
}

fn check(evidence: &Evidence, expect: Category, reason: &str) -> CategoryVerdict {
    let verdict = categorise(evidence);
    assert_eq!((verdict.category, verdict.reasons.first().copied()), (expect, Some(reason)), "{evidence:?}");
    verdict
}

#[test]
fn categories_are_words_with_hyphens() {
    for category in Category::ALL {
        assert_eq!(category.as_str().parse(), Ok(category));
        assert_eq!(serde_json::to_string(&category).unwrap(), alloc::format!("\"{category}\""));
    }
    assert_eq!("virtual_server".parse::<Category>(), Err(UnknownCategory("virtual_server".into())));
}

#[test]
fn models_that_are_surer_than_their_chassis() {
    for (maker, product, chassis, expect, reason) in [
        ("Apple Inc.", "iMac20,1", 9, Category::Desktop, "apple_model"),
        ("Apple Inc.", "Macmini8,1", 10, Category::Desktop, "apple_model"),
        ("Apple Inc.", "MacBookPro16,1", 9, Category::Laptop, "apple_model"),
        ("Apple Inc.", "Mac14,2", 0, Category::Laptop, "apple_model"),
        ("Microsoft Corporation", "Surface Pro 7", 9, Category::Tablet, "surface_model"),
        ("Microsoft Corporation", "Surface Laptop 3", 9, Category::Laptop, "surface_model"),
        ("Microsoft Corporation", "Surface Laptop Studio", 9, Category::Laptop, "surface_model"),
        ("Microsoft Corporation", "Surface Studio 2", 13, Category::Desktop, "surface_model"),
        ("Dell Inc.", "PowerEdge T140", 7, Category::Server, "server_model"),
        ("HPE", "ProLiant ML350 Gen10", 7, Category::Server, "server_model"),
        ("HP", "ProLiant MicroServer Gen8", 6, Category::Server, "server_model"),
        ("Dell Inc.", "Latitude 7320 Detachable", 9, Category::Tablet, "tablet_model"),
        ("LENOVO", "ThinkPad X1 Tablet Gen 3", 10, Category::Tablet, "tablet_model"),
        ("LENOVO", "ThinkPad X220 Tablet", 10, Category::Laptop, "laptop_model"),
        ("GIGABYTE", "GB-BSi3-6100", 9, Category::Desktop, "desktop_model"),
        ("Intel Corporation", "NUC10i5FNH", 35, Category::Desktop, "desktop_model"),
        ("Dell Inc.", "Wyse 5070 Thin Client", 9, Category::Desktop, "desktop_model"),
        ("Dell Inc.", "Precision WorkStation M6300", 9, Category::Laptop, "laptop_model"),
        ("Acer", "Switch SA5-271", 32, Category::Tablet, "tablet_model"),
        ("Synology Inc.", "DS920+", 3, Category::Nas, "storage_maker"),
    ] {
        let verdict = check(&machine(maker, product, chassis), expect, reason);
        assert_eq!(verdict.confidence, Confidence::High, "{product}");
    }
}

#[test]
fn the_chassis_speaks_otherwise() {
    for (code, expect) in [
        (3, Category::Desktop),
        (13, Category::Desktop),
        (35, Category::Desktop),
        (36, Category::Desktop),
        (10, Category::Laptop),
        (31, Category::Laptop),
        (30, Category::Tablet),
        (32, Category::Tablet),
        (11, Category::Tablet),
        (17, Category::Server),
        (23, Category::Server),
        (28, Category::Server),
    ] {
        check(&machine("Acme", "A1", code), expect, "chassis");
    }
}

#[test]
fn weak_signs_do_not_overrule_a_desktop_chassis() {
    let desktop = machine("Hewlett-Packard", "HP Compaq dc7900", 4);
    check(&Evidence { bmc: Some(true), ..desktop.clone() }, Category::Desktop, "chassis");
    check(&Evidence { memory_ecc: Some(true), ..desktop.clone() }, Category::Desktop, "chassis");
    let battery = Evidence { portable_battery: Some(true), ..desktop.clone() };
    assert_eq!(check(&battery, Category::Desktop, "chassis").confidence, Confidence::Medium);
    check(&Evidence { battery: Some(true), ..desktop.clone() }, Category::Desktop, "chassis");
    let mini = Evidence {
        memory_form_factors: vec!["SODIMM".into()],
        processors: vec!["Intel(R) Core(TM) i5-10210U CPU @ 1.60GHz".into()],
        ..machine("Acme", "Box", 3)
    };
    check(&mini, Category::Desktop, "chassis");
    let laptop = Evidence { bmc: Some(true), ..machine("Acme", "Note", 10) };
    check(&laptop, Category::Laptop, "chassis");
    let workstation = Evidence { memory_ecc: Some(true), bmc: Some(true), ..machine("HP", "HP Z210 Workstation", 6) };
    check(&workstation, Category::Desktop, "desktop_model");
}

#[test]
fn weak_signs_speak_where_the_chassis_does_not() {
    for code in [0, 1, 2, 12] {
        check(&machine("TOSHIBA", "Satellite C55", code), Category::Laptop, "laptop_model");
        let battery = Evidence { portable_battery: Some(true), ..machine("Acme", "A1", code) };
        check(&battery, Category::Laptop, "battery_record");
        let mobile = Evidence {
            memory_form_factors: vec!["SO-DIMM".into()],
            processors: vec!["Intel(R) Core(TM) i5-3320M CPU @ 2.60GHz".into()],
            ..machine("Acme", "A1", code)
        };
        check(&mobile, Category::Laptop, "mobile_parts");
        let server = Evidence { product_type: Some("domain_controller".into()), ..machine("Acme", "A1", code) };
        check(&server, Category::Server, "server_system");
        let unknown = check(&machine("Acme", "A1", code), Category::Desktop, "no_sign");
        assert_eq!(unknown.confidence, Confidence::Low);
    }
}

#[test]
fn a_virtual_machine_is_told_first() {
    for (maker, product) in [
        ("Microsoft Corporation", "Virtual Machine"),
        ("VMware, Inc.", "VMware7,1"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("innotek GmbH", "VirtualBox"),
        ("Xen", "HVM domU"),
        ("Google", "Google Compute Engine"),
        ("Amazon EC2", "t3.medium"),
    ] {
        let verdict = check(&machine(maker, product, 3), Category::VirtualServer, "virtual_machine");
        assert_eq!(verdict.sure_family(), Some(Family::Virtual));
    }
    let desktop =
        Evidence { product_type: Some("workstation".into()), ..machine("Microsoft Corporation", "Virtual Machine", 3) };
    let verdict = check(&desktop, Category::Desktop, "virtual_machine");
    assert_eq!(verdict.reasons, ["virtual_machine", "workstation_system"]);
    assert_eq!(verdict.family, Family::Virtual);
    let container = Evidence { role: Some("container".into()), ..machine("Dell Inc.", "PowerEdge R640", 23) };
    check(&container, Category::VirtualServer, "container");
}

#[test]
fn a_hypervisor_bit_is_no_guest() {
    let vbs = Evidence {
        role: Some("guest".into()),
        os_family: Some("windows".into()),
        ..machine("Dell Inc.", "Latitude 5420", 10)
    };
    check(&vbs, Category::Laptop, "chassis");
    let surface = Evidence { role: Some("guest".into()), ..machine("Microsoft Corporation", "Surface Pro 7", 9) };
    assert_eq!(check(&surface, Category::Tablet, "surface_model").sure_family(), None, "not sure either");
    let copied = Evidence { virtualisation: Some("kvm".into()), ..machine("Dell Inc.", "PowerEdge R640", 23) };
    check(&copied, Category::Server, "server_model");
    let guest = Evidence { role: Some("guest".into()), ..copied };
    check(&guest, Category::VirtualServer, "virtual_machine");
    check(&machine("Amazon EC2", "m5.metal", 23), Category::Server, "chassis");
    let bare = Evidence { role: Some("guest".into()), ..machine("", "", 0) };
    check(&bare, Category::VirtualServer, "virtual_machine");
}

#[test]
fn google_makes_chromebooks_and_chromeboxes() {
    let battery = Evidence { battery: Some(true), ..machine("Google", "Eve", 3) };
    check(&battery, Category::Laptop, "chromebook");
    let none = Evidence { battery: Some(false), ..machine("Google", "Fizz", 3) };
    check(&none, Category::Desktop, "chromebox");
}

#[test]
fn a_row_is_what_its_source_claims() {
    let row = Evidence { claimed_category: Some("printer".into()), ..Evidence::default() };
    let verdict = check(&row, Category::Printer, "claimed");
    assert_eq!((verdict.confidence, verdict.family), (Confidence::Medium, Family::Network));
    check(&Evidence::default(), Category::Other, "no_sign");
}

#[test]
fn white_boxes_with_a_server_board_are_servers() {
    let tower = Evidence {
        board_manufacturer: Some("Supermicro".into()),
        bmc: Some(true),
        ..machine("Supermicro", "X10SLL-F", 3)
    };
    check(&tower, Category::Server, "server_board");
}

#[test]
fn a_device_is_what_its_surest_newest_agent_says() {
    let seen = |id: &str, kind, hour: i64, evidence| Sighting {
        id: id.into(),
        source: "s".into(),
        kind,
        native_id: None,
        recorded: jiff::Timestamp::from_second(hour * 3600).unwrap(),
        last_contact: None,
        evidence,
    };
    let row = || Evidence { claimed_category: Some("server".into()), ..Evidence::default() };
    let guess = seen("a", SourceKind::Agent, 9, machine("", "", 0));
    let claimed = seen("b", SourceKind::List, 1, row());
    assert_eq!(of_device([&guess, &claimed]).category, Category::Server, "a guess gives way to a row's word");
    let old = seen("c", SourceKind::Agent, 2, machine("Acme", "A1", 10));
    let new = seen("d", SourceKind::Agent, 3, machine("Acme", "A1", 3));
    let late = seen("e", SourceKind::List, 9, row());
    assert_eq!(of_device([&new, &late, &old]).category, Category::Desktop);
    assert_eq!(of_device([]).category, Category::Other);
}
