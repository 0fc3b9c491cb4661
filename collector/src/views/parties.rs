//! Who bills and who is billed, as the contracts of a bill name them.

use cadastre_domain::contract::{Conditions, Contract, Role};
use cadastre_domain::price::Bill;
use cadastre_domain::register::Register;
use jiff::civil::Date;
use serde::Serialize;

/// The two parties of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// Who bills.
    pub seller: Party,
    /// Who is billed.
    pub buyer: Party,
    /// Means of payment, as the contract writes it.
    pub means: Option<String>,
}

/// One party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its company number.
    pub siren: Option<String>,
}

impl Parties {
    /// The parties of a bill: of its first contract that names them on the bill's day. `unnamed` stands for a provider that no
    /// contract names.
    pub fn of(register: &Register, bill: &Bill, unnamed: &str) -> Self {
        let own: Vec<&Contract> =
            register.contracts().into_iter().filter(|c| c.billed_entity() == bill.entity).collect();
        let (seller, buyer) = named(register, &own, bill.date);
        let means = own.iter().find_map(|contract| contract.conditions_on(bill.date).billing.means.clone());
        let open = || Party { name: unnamed.to_owned(), siren: None };
        Self { seller: seller.unwrap_or_else(open), buyer, means }
    }
}

/// The provider, where one is named, and the client, on a day.
pub fn parties_on(register: &Register, day: Date) -> (Option<Party>, Party) {
    named(register, &register.contracts(), day)
}

fn named(register: &Register, contracts: &[&Contract], day: Date) -> (Option<Party>, Party) {
    let conditions: Vec<&Conditions> = contracts.iter().map(|contract| contract.conditions_on(day)).collect();
    let of = |role: Role| conditions.iter().flat_map(|c| &c.parties).find(|party| party.role == role);
    let (client, provider) = (of(Role::Client), of(Role::Provider));
    let own_name = || register.name.clone().unwrap_or_else(|| register.client.clone());
    let seller = provider.and_then(|party| Some(Party { name: party.name.clone()?, siren: party.siren.clone() }));
    let buyer = Party {
        name: client.and_then(|party| party.name.clone()).unwrap_or_else(own_name),
        siren: client.and_then(|party| party.siren.clone()).or_else(|| register.siren.clone()),
    };
    (seller, buyer)
}
