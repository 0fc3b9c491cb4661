//! The signs of a category, from the surest to the weakest: virtual machine, model, chassis, parts, the source's word.
//!
//! **Invariant**: each function looks at one kind of sign and gives nothing when that sign is silent; the order in which
//! they are asked stands in [`super::categorise`].

use super::{Category, CategoryVerdict, Confidence, Nature, lower, models, nature};
use crate::evidence::Evidence;

pub(super) fn virtual_machine(evidence: &Evidence) -> Option<CategoryVerdict> {
    let reason = match nature(evidence) {
        Nature::Container => "container",
        Nature::Guest => "virtual_machine",
        Nature::Physical | Nature::Untold => return None,
    };
    let mut verdict = CategoryVerdict::new(Category::VirtualServer, Confidence::High, reason);
    if evidence.product_type.as_deref() == Some("workstation") {
        verdict.category = Category::Desktop;
        verdict.reasons.push("workstation_system");
    }
    Some(verdict)
}

/// Names that are surer than the chassis code.
pub(super) fn by_model(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let maker = lower(evidence.manufacturer.as_deref());
    let product = lower(evidence.product.as_deref());
    let high = |category, reason| Some(CategoryVerdict::new(category, Confidence::High, reason));
    if maker.contains("apple") {
        return apple(evidence, &product);
    }
    if maker.contains("microsoft") && product.contains("surface") {
        let category = match () {
            () if product.contains("studio") && !product.contains("laptop studio") => Category::Desktop,
            () if product.contains("hub") => Category::Desktop,
            () if product.contains("laptop") => Category::Laptop,
            () => Category::Tablet,
        };
        return high(category, "surface_model");
    }
    if models::any(names, models::STORAGE) {
        return high(Category::Nas, "storage_maker");
    }
    if maker == "google" && !models::any(names, "nexus|pixel") {
        return Some(chromebook(evidence));
    }
    if models::any(names, models::SERVERS) && !models::any(names, "thinkstation|precision") {
        return high(Category::Server, "server_model");
    }
    if models::any(names, models::FOLDING) {
        return high(Category::Laptop, "laptop_model");
    }
    let chassis = evidence.chassis_type.map(chassis_category);
    if models::any(names, models::TABLETS) && !matches!(chassis, Some(Some(Category::Desktop | Category::Server))) {
        return high(Category::Tablet, "tablet_model");
    }
    // A mini PC can claim a laptop's chassis; a laptop's name or its battery record settles it the other way.
    let folds = chassis == Some(Some(Category::Laptop)) && evidence.portable_battery == Some(true);
    let other = models::any(names, models::LAPTOPS) || chassis == Some(Some(Category::Server));
    if models::any(names, models::DESKTOPS) && !folds && !other {
        return high(Category::Desktop, "desktop_model");
    }
    None
}

fn apple(evidence: &Evidence, product: &str) -> Option<CategoryVerdict> {
    let category = match () {
        () if product.starts_with("macbook") || product.starts_with("powerbook") => Category::Laptop,
        () if models::APPLE_LAPTOPS.split('|').any(|p| p == product) => Category::Laptop,
        () if product.starts_with("ipad") => Category::Tablet,
        () if product.starts_with("iphone") => Category::Smartphone,
        () if product.starts_with("xserve") || product.starts_with("rackmac") => Category::Server,
        () if ["imac", "macmini", "macpro", "mac mini", "mac pro", "mac studio"]
            .iter()
            .any(|p| product.starts_with(p)) =>
        {
            Category::Desktop
        }
        // A model newer than this table: a Mac that lists a battery folds.
        () if product.starts_with("mac") => {
            let folds = evidence.battery == Some(true) || evidence.portable_battery == Some(true);
            let category = if folds { Category::Laptop } else { Category::Desktop };
            return Some(CategoryVerdict::new(category, Confidence::Medium, "apple_battery"));
        }
        () => return None,
    };
    Some(CategoryVerdict::new(category, Confidence::High, "apple_model"))
}

fn chromebook(evidence: &Evidence) -> CategoryVerdict {
    let chassis = evidence.chassis_type.and_then(chassis_category);
    if chassis == Some(Category::Tablet) {
        return CategoryVerdict::new(Category::Tablet, Confidence::High, "chassis");
    }
    if evidence.portable_battery == Some(true) || evidence.battery == Some(true) {
        return CategoryVerdict::new(Category::Laptop, Confidence::High, "chromebook");
    }
    if chassis == Some(Category::Laptop) && evidence.battery.is_none() {
        return CategoryVerdict::new(Category::Laptop, Confidence::Medium, "chromebook");
    }
    CategoryVerdict::new(Category::Desktop, Confidence::Medium, "chromebox")
}

/// The category that a chassis code names; `None` for codes that name none.
fn chassis_category(code: u8) -> Option<Category> {
    Some(match code {
        3..=7 | 13 | 15 | 16 | 24 | 33..=36 => Category::Desktop,
        8..=10 | 14 | 31 => Category::Laptop,
        11 | 30 | 32 => Category::Tablet,
        17..=23 | 25..=29 => Category::Server,
        _ => return None,
    })
}

pub(super) fn by_chassis(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let category = evidence.chassis_type.and_then(chassis_category)?;
    let verdict = CategoryVerdict::new(category, Confidence::High, "chassis");
    let server_parts = evidence.bmc == Some(true) && evidence.memory_ecc == Some(true);
    Some(match category {
        Category::Desktop if server_board(evidence) => {
            CategoryVerdict::new(Category::Server, Confidence::Medium, "server_board")
        }
        Category::Desktop if server_parts && is_server_system(evidence) => {
            verdict.doubt(Confidence::Low, "server_parts")
        }
        // Each of the two alone is wrong more often than this chassis is.
        Category::Desktop if models::any(names, models::LAPTOPS) && evidence.portable_battery == Some(true) => {
            CategoryVerdict::new(Category::Laptop, Confidence::Medium, "laptop_model")
        }
        Category::Desktop if models::any(names, models::LAPTOPS) => verdict.doubt(Confidence::Low, "laptop_model"),
        Category::Desktop if evidence.portable_battery == Some(true) => {
            verdict.doubt(Confidence::Medium, "battery_record")
        }
        _ => verdict,
    })
}

/// A board made only for servers, with its management controller.
fn server_board(evidence: &Evidence) -> bool {
    let maker = lower(evidence.board_manufacturer.as_deref().or(evidence.manufacturer.as_deref()));
    let product = lower(evidence.product.as_deref());
    evidence.bmc == Some(true)
        && ["supermicro", "super micro", "asrockrack", "tyan", "quanta"].iter().any(|m| maker.contains(m))
        && !product.contains("workstation")
}

fn is_server_system(evidence: &Evidence) -> bool {
    matches!(evidence.product_type.as_deref(), Some("server" | "domain_controller"))
}

/// Signs that count only where the chassis says nothing: codes 0, 1, 2, 12 or none.
pub(super) fn by_signs(evidence: &Evidence, names: &str) -> Option<CategoryVerdict> {
    let medium = |category, reason| Some(CategoryVerdict::new(category, Confidence::Medium, reason));
    if models::any(names, models::LAPTOPS) {
        return Some(CategoryVerdict::new(Category::Laptop, Confidence::High, "laptop_model"));
    }
    if evidence.portable_battery == Some(true) {
        return Some(CategoryVerdict::new(Category::Laptop, Confidence::High, "battery_record"));
    }
    let so_dimm = evidence.memory_form_factors.iter().any(|f| crate::identifier::alphanumeric(f) == "SODIMM");
    if so_dimm && evidence.processors.iter().any(|model| is_mobile(model)) {
        return medium(Category::Laptop, "mobile_parts");
    }
    if evidence.battery == Some(true) {
        return medium(Category::Laptop, "battery");
    }
    if server_board(evidence) || (evidence.bmc == Some(true) && evidence.memory_ecc == Some(true)) {
        return medium(Category::Server, "server_parts");
    }
    if is_server_system(evidence) {
        return medium(Category::Server, "server_system");
    }
    if evidence.claimed_category.is_none()
        && evidence.memory_form_factors.iter().any(|f| f.eq_ignore_ascii_case("DIMM"))
    {
        return Some(CategoryVerdict::new(Category::Desktop, Confidence::Low, "memory_modules"));
    }
    None
}

/// A processor made for laptops, by the letters around its number.
fn is_mobile(model: &str) -> bool {
    let model = lower(Some(model));
    if models::any(&model, "mobile|turion|atom|z-0") {
        return true;
    }
    let small = models::any(&model, "celeron|pentium");
    let core_two = small || model.contains("core(tm)2") || model.contains("core2");
    model.split([' ', '-']).any(|word| {
        let prefix = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let suffix = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let suffix = suffix.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (3..=5).contains(&digits)
            && (MOBILE_SUFFIXES.contains(&suffix)
                || (small && prefix == "n")
                || (core_two && ["t", "p", "l", "u", "sl", "sp", "su"].contains(&prefix)))
    })
}

const MOBILE_SUFFIXES: [&str; 17] =
    ["u", "y", "h", "hq", "hk", "hs", "hx", "m", "mq", "qm", "xm", "lm", "um", "g1", "g4", "g7", "p"];

/// What the source itself claims; else any computer is a desktop until something says more.
pub(super) fn by_word(evidence: &Evidence, names: &str) -> CategoryVerdict {
    if let Some(claimed) = evidence.claimed_category.as_deref().and_then(|word| word.parse().ok()) {
        return CategoryVerdict::new(claimed, Confidence::Medium, "claimed");
    }
    let computer = evidence.os_family.is_some() || names != "_";
    let category = if computer { Category::Desktop } else { Category::Other };
    CategoryVerdict::new(category, Confidence::Low, "no_sign")
}

#[cfg(test)]
mod tests {
    use super::is_mobile;

    #[test]
    fn processors_of_laptops_are_told_by_their_letters() {
        for mobile in [
            "Intel(R) Core(TM) i5-3320M CPU @ 2.60GHz",
            "11th Gen Intel(R) Core(TM) i5-1145G7 @ 2.60GHz",
            "Intel(R) Core(TM) i7-10510U CPU @ 1.80GHz",
            "Intel(R) Core(TM)2 Duo CPU     T7500  @ 2.20GHz",
            "Intel(R) Celeron(R) CPU N3350 @ 1.10GHz",
            "Intel(R) Atom(TM) CPU N450 @ 1.66GHz",
            "AMD Ryzen 5 3500U with Radeon Vega Mobile Gfx",
        ] {
            assert!(is_mobile(mobile), "{mobile}");
        }
        for other in [
            "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz",
            "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz",
            "Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz",
            "Intel(R) Xeon(R) CPU E5-2620 v4 @ 2.10GHz",
            "AMD Ryzen 7 3700X 8-Core Processor",
        ] {
            assert!(!is_mobile(other), "{other}");
        }
    }
}
