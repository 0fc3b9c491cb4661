//! The conditions of a contract that amendments may change: term, notice, billing, support, price review, clauses.
//!
//! Refuses what leaves an amount, a rate or a date open; what is merely missing is a matter for the warnings.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;

use super::billing::{self, Billing};
use super::clauses::{self, Clause, Definition, Duty, Quality};
use super::fields::{Fields, Reader};
use super::review::{self, PriceReview};
use crate::money::{Amount, Percent};
use crate::refusal::Refusal;

/// Longest term, renewal or notice, in months.
const MONTHS_MAX: u32 = 1_200;

/// Keys of the contract that `[amendments.contract]` may change; `billing`, `support`, `price_review` and `clauses` are
/// merged key by key, everything else is replaced.
pub(super) const KEYS: [&str; 15] = [
    "parties",
    "ends_on",
    "initial_months",
    "renewal",
    "notice_months",
    "exit_fee",
    "liability_cap",
    "priority",
    "billing",
    "support",
    "price_review",
    "duties",
    "quality",
    "definitions",
    "clauses",
];
/// Tables merged key by key.
pub(super) const MERGED: [&str; 4] = ["billing", "support", "price_review", "clauses"];

/// What the contract says on a day, beside its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// Who signs.
    pub parties: Vec<Party>,
    /// Last day in force, when the file states one.
    pub ends_on: Option<Date>,
    /// Months of the first term.
    pub initial_months: Option<u32>,
    /// What happens at the end of a term.
    pub renewal: Option<Renewal>,
    /// Months of notice.
    pub notice_months: Option<u32>,
    /// What leaving early costs.
    pub exit_fee: Option<ExitFee>,
    /// Most that the provider owes.
    pub liability_cap: Option<Amount>,
    /// Which contract wins when two claim an asset; the greater wins.
    pub priority: i64,
    /// How bills are made.
    pub billing: Billing,
    /// Whom to call, and when.
    pub support: Option<Support>,
    /// Price revision.
    pub price_review: Option<PriceReview>,
    /// Dated duties.
    pub duties: Vec<Duty>,
    /// Quality plan.
    pub quality: Vec<Quality>,
    /// Definitions.
    pub definitions: Vec<Definition>,
    /// Clauses by name.
    pub clauses: Vec<Clause>,
}

/// A party to the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Which one.
    pub role: Role,
    /// Its name.
    pub name: Option<String>,
    /// Nine digits.
    pub siren: Option<String>,
    /// For the client: professional or not.
    pub client_kind: Option<ClientKind>,
}

/// Which party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The client.
    Client,
    /// The provider.
    Provider,
}

/// Whether the client must be warned before a tacit renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// No duty to warn.
    Professional,
    /// Must be warned.
    NonProfessional,
}

/// What happens at the end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// How.
    pub kind: RenewalKind,
    /// For how many months.
    pub months: Option<u32>,
}

/// How a contract is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalKind {
    /// Never.
    None,
    /// By itself, unless notice is given.
    Tacit,
    /// By a written agreement.
    Express,
}

/// What leaving early costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitFee {
    /// A fixed amount.
    Amount(Amount),
    /// So many months of the recurring price.
    Months(u32),
    /// So many per cent of what remains to the end of the term.
    Percent(Percent),
}

/// Whom to call, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Telephone.
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Hours, as the contract writes them.
    pub hours: Option<String>,
    /// Lines whose users may call; empty = all.
    pub lines: Vec<String>,
}

/// Reads the conditions of the contract as it stands after the amendments in force.
pub(super) fn read(fields: &Fields<'_>, effective_on: Option<Date>, reader: &mut Reader) -> Conditions {
    let billing = fields.table(reader, "billing").map(|billing| billing::read(&billing, reader));
    let review = fields.table(reader, "price_review");
    Conditions {
        parties: fields.tables(reader, "parties").iter().filter_map(|party| read_party(party, reader)).collect(),
        ends_on: fields.date(reader, "ends_on"),
        initial_months: fields.count(reader, "initial_months", 1, MONTHS_MAX),
        renewal: fields.table(reader, "renewal").and_then(|renewal| read_renewal(&renewal, reader)),
        notice_months: fields.count(reader, "notice_months", 0, MONTHS_MAX),
        exit_fee: fields.table(reader, "exit_fee").and_then(|fee| read_exit_fee(&fee, reader)),
        liability_cap: fields.amount(reader, "liability_cap"),
        priority: fields.number(reader, "priority", -1_000_000, 1_000_000).unwrap_or(0),
        billing: billing.unwrap_or(Billing::PLAIN),
        support: fields.table(reader, "support").map(|support| read_support(&support, reader)),
        price_review: review.and_then(|review| review::read(&review, effective_on, reader)),
        duties: clauses::duties(fields, reader),
        quality: clauses::quality(fields, reader),
        definitions: clauses::definitions(fields, reader),
        clauses: clauses::clauses(fields, reader),
    }
}

impl Conditions {
    /// A contract that says nothing.
    pub(super) const NONE: Self = Self {
        parties: Vec::new(),
        ends_on: None,
        initial_months: None,
        renewal: None,
        notice_months: None,
        exit_fee: None,
        liability_cap: None,
        priority: 0,
        billing: Billing::PLAIN,
        support: None,
        price_review: None,
        duties: Vec::new(),
        quality: Vec::new(),
        definitions: Vec::new(),
        clauses: Vec::new(),
    };

    /// The client as a party.
    pub fn client(&self) -> Option<&Party> {
        self.parties.iter().find(|party| party.role == Role::Client)
    }

    /// Whether the client must be warned before a tacit renewal.
    pub fn warns_client(&self) -> bool {
        self.client().and_then(|client| client.client_kind) == Some(ClientKind::NonProfessional)
    }
}

fn read_party(fields: &Fields<'_>, reader: &mut Reader) -> Option<Party> {
    fields.only(reader, &["role", "name", "siren", "client_kind"]);
    fields.require(reader, &["role"]);
    let siren = fields.text(reader, "siren");
    if let Some(siren) = &siren
        && (siren.len() != 9 || !siren.bytes().all(|byte| byte.is_ascii_digit()))
    {
        fields.error(reader, "siren", Refusal::new("siren_form").with("value", siren));
    }
    let kinds = [("professional", ClientKind::Professional), ("non_professional", ClientKind::NonProfessional)];
    let name = fields.text(reader, "name");
    let client_kind = fields.choice(reader, "client_kind", &kinds);
    let role = fields.choice(reader, "role", &[("client", Role::Client), ("provider", Role::Provider)])?;
    Some(Party { role, name, siren, client_kind })
}

fn read_renewal(fields: &Fields<'_>, reader: &mut Reader) -> Option<Renewal> {
    fields.only(reader, &["kind", "months"]);
    fields.require(reader, &["kind"]);
    let kinds = [("none", RenewalKind::None), ("tacit", RenewalKind::Tacit), ("express", RenewalKind::Express)];
    let months = fields.count(reader, "months", 1, MONTHS_MAX);
    let kind = fields.choice(reader, "kind", &kinds)?;
    if kind == RenewalKind::Tacit && !fields.has("months") {
        fields.error(reader, "kind", Refusal::new("tacit_without_months"));
    }
    Some(Renewal { kind, months })
}

fn read_exit_fee(fields: &Fields<'_>, reader: &mut Reader) -> Option<ExitFee> {
    fields.only(reader, &["amount", "months", "percent"]);
    let amount = fields.amount(reader, "amount").map(ExitFee::Amount);
    let months = fields.count(reader, "months", 0, MONTHS_MAX).map(ExitFee::Months);
    let percent = fields.percent(reader, "percent", 0, 100).map(ExitFee::Percent);
    if fields.keys().count() != 1 {
        reader.error(&fields.place, Refusal::new("exit_fee_not_one").on(fields.name_of("amount")));
    }
    amount.or(months).or(percent)
}

fn read_support(fields: &Fields<'_>, reader: &mut Reader) -> Support {
    fields.only(reader, &["phone", "email", "hours", "lines"]);
    Support {
        phone: fields.text(reader, "phone"),
        email: fields.text(reader, "email"),
        hours: fields.text(reader, "hours"),
        lines: fields.texts(reader, "lines"),
    }
}
