//! The strip of contracts: amendment, term and notice of each.

use crate::present::text::client::ClientWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, date};
use crate::views::clients::{ContractRow, Contracts};

/// A contract, and what is to be known of it, piece by piece.
pub(super) struct Contract {
    pub(super) id: String,
    pub(super) parts: Vec<String>,
}

/// One entry a contract.
pub(super) fn rows(contracts: &Contracts, language: Language) -> Vec<Contract> {
    contracts.contracts.iter().map(|contract| row(contract, language)).collect()
}

fn row(contract: &ContractRow, language: Language) -> Contract {
    let words = ClientWords::of(language);
    let day = |sentence, day| fill(sentence, &[("day", &date::day(day, language))], language);
    let mut parts = vec![day(words.in_force, contract.first_day)];
    if let Some(number) = contract.amendment {
        parts.push(fill(words.amendment, &[("n", &number.to_string())], language));
    }
    parts.push(contract.end.map_or_else(|| String::from(words.open_ended), |end| day(words.term, end)));
    if let Some(until) = contract.notice_until {
        parts.push(day(words.notice, until));
    }
    if let (Some(from), Some(until)) = (contract.warn_from, contract.warn_until) {
        let (from, to) = (date::day(from, language), date::day(until, language));
        parts.push(fill(words.warning, &[("from", &from), ("to", &to)], language));
    }
    Contract { id: contract.contract.clone(), parts }
}
