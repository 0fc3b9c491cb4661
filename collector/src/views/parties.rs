//! Who bills and who is billed, as the contracts of a bill name them.

use cadastre_domain::contract::{Conditions, Role};
use cadastre_domain::price::Bill;
use cadastre_domain::register::Register;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name; what stands for it where the contract names none.
    pub name: String,
    /// Its company number.
    pub siren: Option<String>,
}

/// What stands in a draft for a provider that no contract names.
const UNNAMED: &str = "(prestataire à compléter)";

impl Parties {
    /// The parties of a bill: of its first contract that names them on the bill's day.
    pub fn of(register: &Register, bill: &Bill) -> Self {
        let contracts = register.contracts();
        let own = contracts.iter().filter(|contract| contract.billed_entity() == bill.entity);
        let conditions: Vec<&Conditions> = own.map(|contract| contract.conditions_on(bill.date)).collect();
        let named = |role: Role| conditions.iter().flat_map(|c| &c.parties).find(|party| party.role == role);
        let (client, provider) = (named(Role::Client), named(Role::Provider));
        let own_name = || register.name.clone().unwrap_or_else(|| register.client.clone());
        Self {
            seller: Party {
                name: provider.and_then(|party| party.name.clone()).unwrap_or_else(|| UNNAMED.to_owned()),
                siren: provider.and_then(|party| party.siren.clone()),
            },
            buyer: Party {
                name: client.and_then(|party| party.name.clone()).unwrap_or_else(own_name),
                siren: client.and_then(|party| party.siren.clone()).or_else(|| register.siren.clone()),
            },
            means: conditions.iter().find_map(|conditions| conditions.billing.means.clone()),
        }
    }
}
