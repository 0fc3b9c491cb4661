//! What happens at the beginning of a day, because a contract, its annex or a person said so.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Agreement, AnnexEntry, State};
use crate::fact::{Decision, Verb};
use crate::register::Decided;

/// One step of a day.
pub(super) enum Move<'a> {
    /// The contract ended the day before.
    End { agreement: usize },
    /// The annex row's last day was the day before.
    CloseAnnex { agreement: usize, entry: usize },
    /// The scope rule's last day was the day before; or, of one that keeps out, it is its first.
    TurnScope { agreement: usize, rule: usize },
    /// `exclude` or `retire`: the day before was the last.
    Out { at: Timestamp, named: &'a str, asset: usize, state: Option<State> },
    /// The annex row's first day.
    OpenAnnex { agreement: usize, entry: usize },
    /// A decision whose first day it is, about the asset that `named` stands for.
    Decide { at: Timestamp, decision: &'a Decision, named: &'a str, asset: usize },
}

impl Move<'_> {
    /// The order of the steps of one day.
    pub(super) fn rank(&self) -> (u8, Timestamp) {
        match self {
            Self::End { .. } => (0, Timestamp::MIN),
            Self::CloseAnnex { .. } | Self::TurnScope { .. } => (1, Timestamp::MIN),
            Self::Out { .. } => (2, Timestamp::MIN),
            Self::OpenAnnex { .. } => (3, Timestamp::MIN),
            Self::Decide { at, .. } => (4, *at),
        }
    }
}

/// The steps of every day.
pub(super) fn scheduled<'a>(
    agreements: &[Agreement],
    decisions: &'a [Decided],
    resolve: &dyn Fn(&str) -> Option<usize>,
) -> BTreeMap<Date, Vec<Move<'a>>> {
    let mut moves: BTreeMap<Date, Vec<Move<'a>>> = BTreeMap::new();
    for (agreement, Agreement { contract, annex, .. }) in agreements.iter().enumerate() {
        if let Some(next) = contract.last_day().and_then(|last| last.tomorrow().ok()) {
            moves.entry(next).or_default().push(Move::End { agreement });
        }
        for (entry, AnnexEntry { row, .. }) in annex.iter().enumerate() {
            let from = row.from.unwrap_or_else(|| contract.first_day()).max(contract.first_day());
            moves.entry(from).or_default().push(Move::OpenAnnex { agreement, entry });
            if let Some(next) = row.to.and_then(|to| to.tomorrow().ok()) {
                moves.entry(next).or_default().push(Move::CloseAnnex { agreement, entry });
            }
        }
    }
    for (day, agreement, rule) in super::scope::turns(agreements) {
        moves.entry(day).or_default().push(Move::TurnScope { agreement, rule });
    }
    for Decided { at, decision, .. } in decisions {
        for (named, asset) in decision.assets.iter().filter_map(|id| Some((id, resolve(id)?))) {
            let out = match decision.verb {
                Verb::Exclude => Some(None),
                Verb::Retire => Some(Some(State::Retired)),
                // To another client: gone from here.
                Verb::Move if decision.more.to_client.is_some() => Some(Some(State::Retired)),
                _ => None,
            };
            match (out, decision.effective.tomorrow()) {
                (Some(state), Ok(next)) => {
                    moves.entry(next).or_default().push(Move::Out { at: *at, named, asset, state })
                }
                (Some(_), Err(_)) => {}
                (None, _) => {
                    let step = Move::Decide { at: *at, decision, named, asset };
                    moves.entry(decision.effective).or_default().push(step);
                }
            }
        }
    }
    moves
}
