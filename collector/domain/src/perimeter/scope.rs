//! Scope rules: a contract puts what is seen on a line, or keeps it out, by what is known of it.
//!
//! The most specific rule speaks: device before site before tag or organisational unit before host name before address
//! range before category alone. A rule with several criteria needs all of them, and is as specific as its most specific one;
//! of two alike the one with more criteria speaks, then the one that leaves less open (the longer name, the smaller range),
//! then the first of the file. Where two contracts' rules claim one asset, the more specific wins, then the
//! contracts' own precedence. **Invariant**: an asset is judged on what was recorded by the end of the day, and what a
//! rule gave stays until the rule, the contract or a decision ends it.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use jiff::civil::Date;

use super::timeline::Timeline;
use super::{Agreement, Stay};
use crate::asset::Asset;
use crate::calendar::last_instant;
use crate::category::Category;
use crate::contract::ScopeRule;
use crate::evidence::Sighting;
use crate::identifier::alphanumeric;

/// The most specific criterion (0 is a device), how many criteria are missing from all, how much they leave open.
type Rank = (u8, u8, u32);

/// What the rules of one contract say of an asset on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scoped {
    /// Index of the agreement.
    pub(super) agreement: usize,
    /// Index of the rule in the contract.
    pub(super) rule: usize,
    /// How specific it is; the smallest is the most.
    pub(super) rank: Rank,
    /// The line; `None` keeps the asset out.
    pub(super) line: Option<String>,
}

/// The days on which a rule ends, or one that keeps out begins: (day, agreement, rule).
pub(super) fn turns(agreements: &[Agreement]) -> Vec<(Date, usize, usize)> {
    let mut turns = Vec::new();
    for (agreement, held) in agreements.iter().enumerate() {
        for (rule, told) in held.contract.scope_rules.iter().enumerate() {
            let day = if told.exclude { told.from } else { told.to.and_then(|to| to.tomorrow().ok()) };
            turns.extend(day.map(|day| (day, agreement, rule)));
        }
    }
    turns
}

impl Timeline<'_> {
    /// The open stays that a rule's end, or the beginning of one that keeps out, closes.
    pub(super) fn ended_by_scope(&self, agreement: usize, rule: usize, day: Date) -> Vec<usize> {
        let keeps_out = |stay: &Stay| {
            let category = self.category(stay.asset, day);
            let scoped = category.map(|category| self.scoped(stay.asset, category, day)).unwrap_or_default();
            scoped.iter().any(|scoped| (scoped.agreement, scoped.rule) == (agreement, rule) && scoped.line.is_none())
        };
        let mut ended = Vec::new();
        for index in self.open.iter().filter(|((of, _), _)| *of == agreement).map(|(_, stay)| *stay) {
            let Some(stay) = self.perimeter.stays.get(index).filter(|stay| stay.origin.is_automatic()) else {
                continue;
            };
            if self.scope.get(&index) == Some(&rule) || keeps_out(stay) {
                ended.push(index);
            }
        }
        ended
    }

    /// What each contract's rules say of an asset on `day`, the strongest first.
    pub(super) fn scoped(&self, asset: usize, category: Category, day: Date) -> Vec<Scoped> {
        let Some(known) = self.assets.get(asset) else { return Vec::new() };
        let mut all = Vec::new();
        for (agreement, held) in self.agreements.iter().enumerate() {
            let rules = &held.contract.scope_rules;
            if rules.is_empty() || !held.contract.in_force(day) {
                continue;
            }
            let seen = Seen { asset: known, sightings: self.told_by(asset, agreement, day), category };
            let matching = rules.iter().enumerate().filter(|(_, rule)| holds_on(rule, day));
            let matching = matching.filter_map(|(index, rule)| Some((seen.rank(rule)?, index, rule)));
            let Some((rank, rule, told)) = matching.min_by_key(|(rank, index, _)| (*rank, *index)) else { continue };
            let line = told.line.clone().filter(|_| !told.exclude);
            all.push(Scoped { agreement, rule, rank, line });
        }
        all.sort_by_key(|scoped| (scoped.rank, scoped.agreement));
        all
    }

    /// The asset's sightings that were recorded by the end of `day`.
    fn told_by(&self, asset: usize, agreement: usize, day: Date) -> Vec<&Sighting> {
        let Some((asset, zone)) = self.assets.get(asset).zip(self.zones.get(agreement)) else { return Vec::new() };
        let end = last_instant(day, zone);
        let own = asset.sightings.iter().filter_map(|index| self.sightings.get(*index));
        own.filter(|sighting| sighting.recorded <= end).collect()
    }
}

/// Whether the rule is in force on `day`.
fn holds_on(rule: &ScopeRule, day: Date) -> bool {
    rule.from.is_none_or(|from| from <= day) && rule.to.is_none_or(|to| day <= to)
}

/// An asset as rules see it.
struct Seen<'a> {
    asset: &'a Asset,
    sightings: Vec<&'a Sighting>,
    category: Category,
}

impl Seen<'_> {
    /// How specific a rule is whose every criterion holds; `None` when one does not.
    fn rank(&self, rule: &ScopeRule) -> Option<Rank> {
        let criteria = [
            (0, rule.device.as_ref().map(|device| self.is_device(device))),
            (1, rule.site.as_ref().map(|site| self.asset.site.as_ref() == Some(site))),
            (2, rule.tag.as_ref().map(|tag| self.any(|s| s.evidence.tags.iter().any(|t| same(t, tag))))),
            (2, rule.ou.as_ref().map(|ou| self.any(|s| s.evidence.ou.as_deref().is_some_and(|own| within(own, ou))))),
            (3, rule.hostname.as_ref().map(|pattern| self.any(|s| has_name(s, pattern)))),
            (4, rule.ip_range.as_ref().map(|range| self.any(|s| has_address(s, range)))),
            (5, rule.category.as_ref().map(|category| self.category.as_str() == category)),
        ];
        let asked = criteria.iter().filter_map(|(rank, holds)| holds.map(|holds| (*rank, holds)));
        if asked.clone().any(|(_, holds)| !holds) {
            return None;
        }
        let criteria = u8::try_from(asked.clone().count()).unwrap_or(u8::MAX);
        asked.map(|(rank, _)| rank).min().map(|rank| (rank, u8::MAX.saturating_sub(criteria), openness(rule)))
    }

    fn any(&self, holds: impl Fn(&Sighting) -> bool) -> bool {
        self.sightings.iter().any(|sighting| holds(sighting))
    }

    /// By serial, asset tag or native id.
    fn is_device(&self, device: &str) -> bool {
        let wanted = alphanumeric(device);
        self.any(|sighting| {
            let told = &sighting.evidence;
            let own = [&told.system_serial, &told.untyped_serial, &told.chassis_serial, &told.asset_tag];
            own.into_iter().flatten().any(|value| alphanumeric(value) == wanted)
                || sighting.native_id.as_deref() == Some(device)
        })
    }
}

/// How much a rule's name pattern and address range leave open: fewer fixed letters, fewer fixed bits.
fn openness(rule: &ScopeRule) -> u32 {
    let letters = rule.hostname.as_deref().map_or(0, |pattern| pattern.chars().filter(|c| *c != '*').count());
    let exact = rule.hostname.as_deref().is_some_and(|pattern| !pattern.contains('*'));
    let bits = rule.ip_range.as_deref().and_then(|range| range.split_once('/')?.1.parse().ok()).unwrap_or(0u32);
    let fixed = u32::try_from(letters).unwrap_or(u32::MAX).saturating_add(bits);
    u32::MAX.saturating_sub(fixed).saturating_sub(if exact { 1_000 } else { 0 })
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether an organisational unit is, or lies in, the one that the rule names; units go from the innermost to the outermost.
fn within(own: &str, rule: &str) -> bool {
    let (own, rule) = (own.trim().to_lowercase(), rule.trim().to_lowercase());
    own == rule || own.strip_suffix(&rule).is_some_and(|inner| inner.ends_with(','))
}

fn has_name(sighting: &Sighting, pattern: &str) -> bool {
    let name = sighting.evidence.hostname.as_deref().map(|name| name.split('.').next().unwrap_or(name).to_lowercase());
    name.is_some_and(|name| fits(&pattern.to_lowercase(), &name))
}

/// Whether a text fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last: Option<&str> = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            let Some(at) = rest.find(middle) else { return false };
            rest = rest.get(at.saturating_add(middle.len())..).unwrap_or_default();
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

fn has_address(sighting: &Sighting, range: &str) -> bool {
    let addresses = sighting.evidence.adapters.iter().flat_map(|adapter| &adapter.addresses);
    addresses.filter_map(|text| text.split('/').next()?.parse().ok()).any(|address| in_range(address, range))
}

fn in_range(address: IpAddr, range: &str) -> bool {
    let Some((base, bits)) = range.split_once('/') else { return false };
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (address, base) {
        (IpAddr::V4(address), IpAddr::V4(base)) => {
            let shift = 32u32.saturating_sub(bits);
            let cut = |ip: core::net::Ipv4Addr| ip.to_bits().checked_shr(shift).unwrap_or(0);
            cut(address) == cut(base)
        }
        (IpAddr::V6(address), IpAddr::V6(base)) => {
            let shift = 128u32.saturating_sub(bits);
            let cut = |ip: core::net::Ipv6Addr| ip.to_bits().checked_shr(shift).unwrap_or(0);
            cut(address) == cut(base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("pc-*", "pc-12", true),
            ("pc-*", "srv-12", false),
            ("*-paris", "pc-paris", true),
            ("pc-*-paris", "pc-12-paris", true),
            ("pc-*-paris", "pc-paris", false),
            ("a*b*b", "abxb", true),
            ("a*b*b", "ab", false),
            ("pc-1", "pc-1", true),
            ("pc-1", "pc-12", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_range_holds_its_addresses() {
        for (address, range, expected) in [
            ("10.1.2.3", "10.1.0.0/16", true),
            ("10.2.2.3", "10.1.0.0/16", false),
            ("10.2.2.3", "0.0.0.0/0", true),
            ("10.1.2.3", "10.1.2.3/32", true),
            ("fd00:1::7", "fd00:1::/64", true),
            ("fd00:2::7", "fd00:1::/64", false),
            ("10.1.2.3", "fd00::/8", false),
        ] {
            assert_eq!(in_range(address.parse().unwrap(), range), expected, "{address} {range}");
        }
    }

    #[test]
    fn a_unit_lies_in_the_one_that_holds_it() {
        assert!(within("OU=Compta,OU=Paris,DC=acme", "ou=paris,dc=acme") && within("Compta", "compta"));
        assert!(!within("OU=Paris2,DC=acme", "OU=Paris,DC=acme") && !within("ou=xparis,dc=acme", "paris,dc=acme"));
    }
}
