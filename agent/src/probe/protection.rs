//! Section `protection`: antivirus and detection products, each with role, state and evidence.
//!
//! Three states, never two: protected, not protected, unknown. Presence alone is `unknown`: a product says `protected` only
//! through a source of its health. A management agent or a sensor is named, in its role.

use cadastre_proto::catalogue::{Category, Role};
use cadastre_proto::inventory::{Antivirus, Protection};

use super::Reading;
use super::clamav;
use super::software::{Found, Products};
use crate::source::Source;

/// The section.
pub(crate) fn read(source: &dyn Source, products: &Products<'_>) -> Reading<Protection> {
    let antivirus = products
        .of(&[Category::Antivirus, Category::Edr])
        .map(|found| if found.product.name == "ClamAV" { clamav::examine(source, found) } else { presence(found) })
        .collect();
    products.section(Protection { antivirus })
}

/// What presence alone tells.
pub(super) fn presence(found: &Found<'_>) -> Antivirus {
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
