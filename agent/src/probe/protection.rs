//! Section `protection`: antivirus and detection products, each with role, state and evidence.
//!
//! Three states, never two: protected, not protected, unknown. Presence alone is `unknown`: a product says `protected` only
//! through a source of its health. A management agent or a sensor is named, in its role.

use cadastre_proto::catalogue::{Category, Role};
use cadastre_proto::inventory::{Antivirus, Protection};

use super::software::{Found, Products};
use super::{Reading, clamav, known, macos, mdatp, windows};
use crate::source::{Source, System};

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Protection> {
    match source.system() {
        System::Linux => {}
        System::Windows => return windows::protection::read(source, products),
        System::Macos => return macos::safeguards::protection(source, products),
    }
    let found = products.of(&[Category::Antivirus, Category::Edr]);
    let antivirus = found
        .map(|found| match found.product.name.as_str() {
            known::CLAMAV => clamav::examine(source, found),
            known::DEFENDER_FOR_ENDPOINT => mdatp::examine(source, found),
            _ => presence(found),
        })
        .collect();
    products.section(Protection { antivirus })
}

/// What presence alone tells.
pub(crate) fn presence(found: &Found<'_>) -> Antivirus {
    let role = match found.role {
        None => "active",
        Some(Role::Management) => "management",
        Some(Role::Baseline) => "baseline",
    };
    Antivirus {
        product: found.product.name.clone(),
        category: found.product.category.word().to_owned(),
        role: role.to_owned(),
        state: "unknown".to_owned(),
        product_version: found.version.clone(),
        evidence: found.evidence.clone(),
        ..Antivirus::default()
    }
}
