//! `cadastre/clients/1` and `cadastre/contracts/1`: who the register keeps, and under which contracts.

use cadastre_domain::contract::Contract;
use cadastre_domain::register::Register;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// The clients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clients {
    /// `cadastre/clients/1`.
    pub schema: &'static str,
    /// By code.
    pub clients: Vec<ClientRow>,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClientRow {
    /// Code.
    pub client: String,
    /// Display name, else the code.
    pub name: String,
    /// French company number.
    pub siren: Option<String>,
    /// Whether it is a made-up one, which `demo` adds and removes.
    pub example: bool,
    /// When it was added.
    pub since: Timestamp,
    /// Assets today.
    pub assets: u32,
    /// Findings today.
    pub findings: u32,
    /// At stake in a month: Σ |amount| of the findings, in `currency`.
    pub at_stake: String,
    /// Currency.
    pub currency: String,
}

/// A client's name and its present day, for the head of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// Client code.
    pub client: String,
    /// Display name, else the code.
    pub name: String,
    /// Whether it is a made-up one.
    pub example: bool,
    /// The present civil day.
    pub day: Date,
    /// IANA name of the zone that the day is counted in: that of the client's first contract, else `Europe/Paris`.
    pub time_zone: String,
}

/// A client's contracts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contracts {
    /// `cadastre/contracts/1`.
    pub schema: &'static str,
    /// Client code.
    pub client: String,
    /// In order of their first day.
    pub contracts: Vec<ContractRow>,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContractRow {
    /// Contract id.
    pub contract: String,
    /// First day.
    pub first_day: Date,
    /// Last day of the running term, exclusive, when it has one.
    pub end: Option<Date>,
    /// Notice deadline of that term.
    pub deadline: Option<Date>,
    /// Last day on which notice is in time.
    pub notice_until: Option<Date>,
    /// First day of the warning window (non-professional client).
    pub warn_from: Option<Date>,
    /// Last day of it.
    pub warn_until: Option<Date>,
    /// Line ids, in the file's order.
    pub lines: Vec<String>,
    /// Number of the last amendment in force.
    pub amendment: Option<u32>,
}

impl Contracts {
    /// The contracts of a register, in order of their first day.
    pub fn of(register: &Register) -> Self {
        let mut contracts: Vec<ContractRow> =
            register.agreements.iter().map(|agreement| contract_row(&agreement.contract, register.as_of)).collect();
        contracts.sort_by(|a, b| (a.first_day, &a.contract).cmp(&(b.first_day, &b.contract)));
        Self { schema: "cadastre/contracts/1", client: register.client.clone(), contracts }
    }
}

fn contract_row(contract: &Contract, day: Date) -> ContractRow {
    let deadline = contract.deadline_on(day);
    let in_force = contract.amendments.iter().filter(|amendment| amendment.effective_on <= day);
    ContractRow {
        contract: contract.id.clone(),
        first_day: contract.first_day(),
        end: deadline.map(|deadline| deadline.end),
        deadline: deadline.map(|deadline| deadline.deadline),
        notice_until: deadline.map(|deadline| deadline.notice_until),
        warn_from: deadline.and_then(|deadline| deadline.warn_from),
        warn_until: deadline.and_then(|deadline| deadline.warn_until),
        lines: contract.line_ids().into_iter().map(str::to_owned).collect(),
        amendment: in_force
            .max_by_key(|amendment| (amendment.effective_on, amendment.number))
            .map(|amendment| amendment.number),
    }
}
