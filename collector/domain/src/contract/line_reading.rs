//! Reads a contract line's table into [`Line`], with the defaults of what it leaves out.
//!
//! Refuses a line that cannot be priced as written.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::billing::{self, Billing, VatCategory};
use super::fields::{Fields, Reader};
use super::line::{
    Admission, Agreed, CATEGORIES, COUNT_MAX, Formula, Line, MissingPolicy, Mode, Pack, RemovalEffect, Requirement,
    Sla, StatePolicy, Tier,
};
use super::{rules, service};
use crate::money::{Percent, Price};

/// Longest span a line may state in days, months or minutes.
const SPAN_MAX: u32 = 100_000;

const KEYS: [&str; 32] = [
    "id",
    "label",
    "category",
    "formula",
    "mode",
    "admission",
    "unit_price",
    "tiers",
    "count",
    "commitment",
    "discount",
    "vat_rate",
    "vat_category",
    "vat_reason",
    "minimum_amount",
    "included",
    "increment_minutes",
    "pack",
    "snapshot_day",
    "threshold_days",
    "requires",
    "sla",
    "services",
    "article",
    "account",
    "analytic",
    "admission_days",
    "grace_days",
    "presence",
    "missing_policy",
    "state_policy",
    "removal_effect",
];

/// Reads a line's table as it stands after the amendments in force.
///
/// `id` is the line's id, which a line begun by an amendment has as the name of its table.
pub(super) fn read(
    fields: &Fields<'_>,
    id: &str,
    billing: &Billing,
    agreed: Agreed,
    reader: &mut Reader,
) -> Option<Line> {
    fields.only(reader, &KEYS);
    fields.require(reader, &["formula"]);
    fields.id(reader, "id");
    let formula = fields.choice(
        reader,
        "formula",
        &[
            ("forfait", Formula::Forfait),
            ("demande", Formula::Demande),
            ("temps", Formula::Temps),
            ("ticket", Formula::Ticket),
        ],
    );
    let mode = read_mode(fields, reader);
    let priced = Priced::read(fields, billing, reader);
    let followed = Followed::read(fields, reader);
    let category = read_category(fields, formula, reader);
    let admission = fields.choice(
        reader,
        "admission",
        &[("annex", Admission::Annex), ("auto", Admission::Auto), ("unlimited", Admission::Unlimited)],
    );
    let label = fields.text(reader, "label");
    let (article, account, analytic) =
        (fields.text(reader, "article"), fields.text(reader, "account"), fields.text(reader, "analytic"));
    let formula = formula?;
    let line = Line {
        label: label.unwrap_or_else(|| String::from(id)),
        id: String::from(id),
        category: category?,
        formula,
        mode: if formula == Formula::Forfait { Some(mode?) } else { None },
        admission: admission.unwrap_or(Admission::Annex),
        unit_price: priced.unit_price,
        tiers: priced.tiers,
        count: priced.count.unwrap_or(0),
        counted: priced.count.is_some(),
        commitment: priced.commitment,
        discount: priced.discount,
        vat_rate: priced.vat_rate?,
        vat_category: priced.vat_category,
        vat_reason: priced.vat_reason,
        minimum_amount: priced.minimum_amount,
        included: priced.included,
        increment_minutes: priced.increment_minutes,
        pack: priced.pack,
        snapshot_day: priced.snapshot_day,
        threshold_days: priced.threshold_days,
        requires: followed.requires,
        sla: followed.sla,
        services: followed.services,
        article,
        account,
        analytic,
        admission_days: followed.admission_days,
        grace_days: followed.grace_days,
        missing_days: followed.missing_days,
        missing_policy: followed.missing_policy,
        state_policy: followed.state_policy,
        removal_effect: followed.removal_effect,
        addition_day_counts: billing.addition_day_counts,
        removal_day_counts: billing.removal_day_counts,
        agreed,
    };
    rules::line(fields, &line, reader);
    Some(line)
}

fn read_mode(fields: &Fields<'_>, reader: &mut Reader) -> Option<Mode> {
    let forfait = fields.has_text("formula", "forfait");
    if forfait {
        fields.require(reader, &["mode"]);
    }
    fields.choice(
        reader,
        "mode",
        &[
            ("fixed", Mode::Fixed),
            ("prorata", Mode::Prorata),
            ("snapshot", Mode::Snapshot),
            ("peak", Mode::Peak),
            ("threshold", Mode::Threshold),
            ("graduated", Mode::Graduated),
            ("volume", Mode::Volume),
        ],
    )
}

fn read_category(fields: &Fields<'_>, formula: Option<Formula>, reader: &mut Reader) -> Option<String> {
    if !fields.has("category") && formula.is_some_and(|formula| formula != Formula::Forfait) {
        return Some(String::from("other"));
    }
    fields.require(reader, &["category"]);
    let category = fields.text(reader, "category")?;
    if !CATEGORIES.contains(&category.as_str()) {
        fields.unknown_value(reader, "category", &category, &CATEGORIES);
        return None;
    }
    Some(category)
}

/// The part of a line that makes amounts.
struct Priced {
    unit_price: Option<Price>,
    tiers: Vec<Tier>,
    count: Option<u32>,
    commitment: u32,
    discount: Option<Percent>,
    vat_rate: Option<Percent>,
    vat_category: Option<VatCategory>,
    vat_reason: Option<String>,
    minimum_amount: Option<Price>,
    included: u32,
    increment_minutes: u32,
    pack: Option<Pack>,
    snapshot_day: Option<u32>,
    threshold_days: Option<u32>,
}

impl Priced {
    fn read(fields: &Fields<'_>, billing: &Billing, reader: &mut Reader) -> Self {
        let vat = billing::read_vat(fields, Some(billing), reader);
        Self {
            unit_price: fields.price(reader, "unit_price"),
            tiers: fields.tables(reader, "tiers").iter().filter_map(|tier| read_tier(tier, reader)).collect(),
            count: fields.count(reader, "count", 0, COUNT_MAX),
            commitment: fields.count(reader, "commitment", 0, COUNT_MAX).unwrap_or(0),
            discount: fields.percent(reader, "discount", 0, 100).filter(|discount| !discount.is_zero()),
            vat_rate: vat.rate,
            vat_category: vat.category,
            vat_reason: vat.reason,
            minimum_amount: fields.price(reader, "minimum_amount"),
            included: fields.count(reader, "included", 0, COUNT_MAX).unwrap_or(0),
            increment_minutes: fields.count(reader, "increment_minutes", 1, 1_440).unwrap_or(1),
            pack: fields.table(reader, "pack").and_then(|pack| read_pack(&pack, reader)),
            snapshot_day: fields.count(reader, "snapshot_day", 1, 31),
            threshold_days: fields.count(reader, "threshold_days", 1, 31),
        }
    }
}

fn read_tier(fields: &Fields<'_>, reader: &mut Reader) -> Option<Tier> {
    fields.only(reader, &["up_to", "unit_price"]);
    fields.require(reader, &["unit_price"]);
    let up_to = fields.count(reader, "up_to", 1, COUNT_MAX);
    Some(Tier { up_to, unit_price: fields.price(reader, "unit_price")? })
}

fn read_pack(fields: &Fields<'_>, reader: &mut Reader) -> Option<Pack> {
    fields.only(reader, &["size", "price", "months"]);
    fields.require(reader, &["size", "price"]);
    let size = fields.count(reader, "size", 1, COUNT_MAX);
    let price = fields.price(reader, "price");
    let months = fields.count(reader, "months", 1, 1_200);
    Some(Pack { size: size?, price: price?, months })
}

/// The part of a line that is watched.
struct Followed {
    requires: Vec<Requirement>,
    sla: Option<Sla>,
    services: Vec<String>,
    admission_days: u32,
    grace_days: BTreeMap<String, u32>,
    missing_days: Option<u32>,
    missing_policy: MissingPolicy,
    state_policy: StatePolicy,
    removal_effect: RemovalEffect,
}

impl Followed {
    fn read(fields: &Fields<'_>, reader: &mut Reader) -> Self {
        let policy = fields.choice(
            reader,
            "missing_policy",
            &[("bill", MissingPolicy::Bill), ("suspend", MissingPolicy::Suspend)],
        );
        Self {
            requires: fields
                .tables(reader, "requires")
                .iter()
                .filter_map(|one| service::requirement(one, reader))
                .collect(),
            sla: fields.table(reader, "sla").map(|sla| service::sla(&sla, reader)),
            services: fields.texts(reader, "services"),
            admission_days: fields.count(reader, "admission_days", 1, 366).unwrap_or(1),
            grace_days: read_grace(fields, reader),
            missing_days: fields.table(reader, "presence").and_then(|presence| {
                presence.only(reader, &["missing_days"]);
                presence.count(reader, "missing_days", 1, SPAN_MAX)
            }),
            missing_policy: policy.unwrap_or(MissingPolicy::Bill),
            state_policy: read_states(fields, reader),
            removal_effect: read_removal(fields, reader),
        }
    }
}

fn read_grace(fields: &Fields<'_>, reader: &mut Reader) -> BTreeMap<String, u32> {
    let Some(table) = fields.table(reader, "grace_days") else { return BTreeMap::new() };
    table.only(reader, &crate::finding::CODES);
    let mut grace = BTreeMap::new();
    for code in table.keys() {
        if let Some(days) = table.count(reader, code, 0, SPAN_MAX) {
            grace.insert(String::from(code), days);
        }
    }
    grace
}

fn read_states(fields: &Fields<'_>, reader: &mut Reader) -> StatePolicy {
    let mut policy = StatePolicy { stock: true, spare: true, loan: true, byod: false, reversibility: false };
    let Some(table) = fields.table(reader, "state_policy") else { return policy };
    table.only(reader, &["stock", "spare", "loan", "byod", "reversibility"]);
    let mut set = |key: &str, billed: &mut bool| {
        if let Some(chosen) = table.choice(reader, key, &[("bill", true), ("free", false)]) {
            *billed = chosen;
        }
    };
    set("stock", &mut policy.stock);
    set("spare", &mut policy.spare);
    set("loan", &mut policy.loan);
    set("byod", &mut policy.byod);
    set("reversibility", &mut policy.reversibility);
    policy
}

fn read_removal(fields: &Fields<'_>, reader: &mut Reader) -> RemovalEffect {
    if fields.is_table("removal_effect") {
        let Some(table) = fields.table(reader, "removal_effect") else { return RemovalEffect::SameDay };
        table.only(reader, &["months"]);
        table.require(reader, &["months"]);
        return table.count(reader, "months", 0, 120).map_or(RemovalEffect::SameDay, RemovalEffect::Months);
    }
    let words = [("same_day", RemovalEffect::SameDay), ("end_of_month", RemovalEffect::EndOfMonth)];
    fields.choice(reader, "removal_effect", &words).unwrap_or(RemovalEffect::SameDay)
}
