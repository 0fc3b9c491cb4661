//! How bills are made: timing, period, VAT, presentation, payment.
//!
//! Refuses a nil VAT rate without its category and reason.

use alloc::string::String;

use super::fields::{Fields, Reader};
use crate::money::Percent;
use crate::refusal::Refusal;

/// How bills are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    /// Before or after the month.
    pub timing: Timing,
    /// How many months stand on one bill.
    pub period: Period,
    /// VAT by default.
    pub vat: Vat,
    /// Whether the first day of a run is billed.
    pub addition_day_counts: bool,
    /// Whether the last day of a run is billed.
    pub removal_day_counts: bool,
    /// One line, or one a movement.
    pub presentation: Presentation,
    /// Means of payment.
    pub means: Option<String>,
    /// When it is due.
    pub payment_terms: Option<PaymentTerms>,
}

/// Before or after the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// In advance.
    Advance,
    /// In arrears.
    Arrears,
}

/// How many months stand on one bill, counted from the month of `effective_on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// One.
    Month,
    /// Three.
    Quarter,
    /// Twelve.
    Year,
}

impl Period {
    /// Its months.
    pub fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// How a prorata line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presentation {
    /// One line a segment.
    Line,
    /// One line for the slots of the whole segment, one for each other slot.
    Movement,
}

/// When a bill is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentTerms {
    /// Days after the bill's date.
    pub days: u32,
    /// Whether the month's end counts, and when.
    pub end_of_month: EndOfMonth,
}

/// Where the month's end stands in the payment terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndOfMonth {
    /// Nowhere.
    None,
    /// Days, then the month's end.
    After,
    /// The month's end, then days.
    Before,
}

/// A VAT rate with the category and reason that a nil rate needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vat {
    /// Per cent; absent where the contract states none.
    pub rate: Option<Percent>,
    /// Category of a nil rate.
    pub category: Option<VatCategory>,
    /// Why no VAT is due.
    pub reason: Option<String>,
}

/// Why a rate is nil, as the codes of European invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum VatCategory {
    /// Exempt.
    E,
    /// Reverse charge.
    AE,
    /// Zero-rated.
    Z,
    /// Out of scope.
    O,
}

impl VatCategory {
    /// Its code on invoices.
    pub fn code(self) -> &'static str {
        match self {
            Self::E => "E",
            Self::AE => "AE",
            Self::Z => "Z",
            Self::O => "O",
        }
    }
}

impl Billing {
    /// What holds when the contract says nothing.
    pub(super) const PLAIN: Self = Self {
        timing: Timing::Arrears,
        period: Period::Month,
        vat: Vat { rate: None, category: None, reason: None },
        addition_day_counts: true,
        removal_day_counts: true,
        presentation: Presentation::Line,
        means: None,
        payment_terms: None,
    };
}

/// Reads `[billing]`.
pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader) -> Billing {
    fields.only(
        reader,
        &[
            "timing",
            "period",
            "vat_rate",
            "vat_category",
            "vat_reason",
            "addition_day_counts",
            "removal_day_counts",
            "presentation",
            "payment",
            "payment_terms",
        ],
    );
    let plain = Billing::PLAIN;
    let timing = fields.choice(reader, "timing", &[("advance", Timing::Advance), ("arrears", Timing::Arrears)]);
    let periods = [("month", Period::Month), ("quarter", Period::Quarter), ("year", Period::Year)];
    let period = fields.choice(reader, "period", &periods);
    let presentations = [("line", Presentation::Line), ("movement", Presentation::Movement)];
    let presentation = fields.choice(reader, "presentation", &presentations);
    Billing {
        timing: timing.unwrap_or(plain.timing),
        period: period.unwrap_or(plain.period),
        vat: read_vat(fields, None, reader),
        addition_day_counts: fields.boolean(reader, "addition_day_counts").unwrap_or(true),
        removal_day_counts: fields.boolean(reader, "removal_day_counts").unwrap_or(true),
        presentation: presentation.unwrap_or(plain.presentation),
        means: fields.table(reader, "payment").and_then(|payment| {
            payment.only(reader, &["means"]);
            payment.text(reader, "means")
        }),
        payment_terms: fields.table(reader, "payment_terms").and_then(|terms| read_payment_terms(&terms, reader)),
    }
}

fn read_payment_terms(fields: &Fields<'_>, reader: &mut Reader) -> Option<PaymentTerms> {
    fields.only(reader, &["days", "end_of_month"]);
    fields.require(reader, &["days"]);
    let ends = [("none", EndOfMonth::None), ("after", EndOfMonth::After), ("before", EndOfMonth::Before)];
    let end_of_month = fields.choice(reader, "end_of_month", &ends).unwrap_or(EndOfMonth::None);
    Some(PaymentTerms { days: fields.count(reader, "days", 0, 366)?, end_of_month })
}

/// The VAT of a table that may state `vat_rate`, `vat_category` and `vat_reason`; what it lacks is the billing's.
///
/// A nil rate needs a category and a reason. A category on a rate above nil is refused where it is written, and a
/// category inherited by such a rate is dropped.
pub(super) fn read_vat(fields: &Fields<'_>, billing: Option<&Billing>, reader: &mut Reader) -> Vat {
    let categories = [("E", VatCategory::E), ("AE", VatCategory::AE), ("Z", VatCategory::Z), ("O", VatCategory::O)];
    let own = Vat {
        rate: fields.percent(reader, "vat_rate", 0, 100),
        category: fields.choice(reader, "vat_category", &categories),
        reason: fields.text(reader, "vat_reason"),
    };
    let Some(billing) = billing else {
        check_vat(fields, &own, own.category.is_some(), reader);
        return own;
    };
    let mut vat = Vat {
        rate: own.rate.or(billing.vat.rate),
        category: own.category.or(billing.vat.category),
        reason: own.reason.or_else(|| billing.vat.reason.clone()),
    };
    if vat.rate.is_none() && !fields.has("vat_rate") {
        fields.error(reader, "vat_rate", Refusal::new("vat_rate_missing"));
    }
    check_vat(fields, &vat, own.category.is_some(), reader);
    if vat.rate.is_some_and(|rate| !rate.is_zero()) {
        (vat.category, vat.reason) = (None, None);
    }
    vat
}

fn check_vat(fields: &Fields<'_>, vat: &Vat, own_category: bool, reader: &mut Reader) {
    let Some(rate) = vat.rate else { return };
    if rate.is_zero() && (vat.category.is_none() || vat.reason.is_none()) {
        fields.error(reader, "vat_rate", Refusal::new("vat_zero_without_category"));
    }
    if !rate.is_zero() && own_category {
        fields.error(reader, "vat_category", Refusal::new("vat_category_on_rate").with("rate", rate));
    }
}
