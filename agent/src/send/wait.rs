//! How long until the next exchange: pure functions, chance given as a number in `0..1`.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// Greatest wait before the first retry.
const FIRST_MAX: Duration = Duration::from_secs(120);
/// First step of the doubling.
const BASE: Duration = Duration::from_secs(5);
/// Where the doubling ends, and the greatest addition after it.
const CAP: Duration = Duration::from_secs(15 * 60);
/// How far the steady rhythm strays, as a share of the interval.
const STRAY: f64 = 0.05;
/// Between two attempts to renew a certificate that is not taken.
pub const RENEW_AGAIN: Duration = Duration::from_secs(15 * 60);
/// Between two questions of an agent that may not speak.
pub const STOPPED: Duration = Duration::from_secs(86_400);
/// Between check-ins when nobody says otherwise.
pub const INTERVAL: Duration = Duration::from_secs(15 * 60);

/// The wait after the `failures`-th failure in a row (from 1). Chance is added after the cap, so that even agents that
/// failed for long do not come back together.
#[must_use]
pub fn back_off(failures: u32, chance: f64) -> Duration {
    match failures {
        0 | 1 => FIRST_MAX.mul_f64(chance),
        more => {
            let doubled = BASE.saturating_mul(1_u32.checked_shl(more - 2).unwrap_or(u32::MAX));
            doubled.min(CAP) + CAP.mul_f64(chance)
        }
    }
}

/// The wait from a check-in at `now_ms` (the collector's clock) to the agent's next place in the interval. Each agent
/// has its own place, drawn from its id, so that a herd spreads and stays spread.
#[must_use]
pub fn steady(agent: &str, interval: Duration, now_ms: i64, chance: f64) -> Duration {
    let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX).max(1);
    let phase = draw(agent) % interval_ms;
    let now = u64::try_from(now_ms).unwrap_or_default() % interval_ms;
    let until = (phase + interval_ms - now) % interval_ms;
    // A place that is almost here was just served.
    let until = if until < interval_ms / 2 { until + interval_ms } else { until };
    let stray = interval.mul_f64(STRAY).mul_f64(chance * 2.0);
    (Duration::from_millis(until) + stray).saturating_sub(interval.mul_f64(STRAY))
}

/// When an agent renews a certificate of `life`: at half of it, give or take a tenth, each agent at its own share.
#[must_use]
pub fn renewal_age(agent: &str, life: Duration) -> Duration {
    let thousandths = u32::try_from(draw(&format!("renew {agent}")) % 201).unwrap_or_default();
    life / 1000 * (400 + thousandths)
}

fn draw(text: &str) -> u64 {
    Sha256::digest(text).iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMOST: f64 = 0.999_999;

    #[test]
    fn back_off_doubles_to_the_cap_and_adds_chance_after_it() {
        let seconds = |failures, chance| back_off(failures, chance).as_secs();
        let least: Vec<u64> = (1..13).map(|failures| seconds(failures, 0.0)).collect();
        assert_eq!(least, [0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
        assert_eq!(seconds(1, ALMOST), 119);
        assert_eq!(seconds(2, 0.5), 5 + 450);
        assert_eq!(seconds(30, ALMOST), 900 + 899);
        assert_eq!(seconds(u32::MAX, 0.0), 900);
    }

    #[test]
    fn a_steady_agent_keeps_its_place() {
        let interval = Duration::from_secs(900);
        for agent in ["a", "b", "0199aa"] {
            let mut now_ms = 1_764_000_000_000_i64;
            let mut places = Vec::new();
            for round in 0..50 {
                let wait = steady(agent, interval, now_ms, f64::from(round % 10) / 10.0);
                assert!(wait >= interval.mul_f64(0.45) && wait < interval.mul_f64(1.55), "{wait:?}");
                now_ms += i64::try_from(wait.as_millis()).unwrap();
                places.push((now_ms - i64::try_from(draw(agent) % 900_000).unwrap()).rem_euclid(900_000));
            }
            // Within five per cent on either side of its place.
            assert!(places.iter().all(|place| *place <= 45_000 || *place >= 855_000), "{places:?}");
        }
    }

    #[test]
    fn agents_spread_over_the_interval() {
        let interval = Duration::from_secs(900);
        let mut minutes = [0; 15];
        for agent in 0..1_500 {
            let wait = steady(&agent.to_string(), interval, 1_764_000_000_000, 0.5);
            let place = (wait.as_secs() % 900 / 60) as usize;
            minutes[place] += 1;
        }
        assert!(minutes.iter().all(|agents| (50..200).contains(agents)), "{minutes:?}");
    }

    #[test]
    fn renewal_comes_around_half_of_the_life() {
        let life = Duration::from_secs(14 * 86_400);
        let ages: Vec<f64> = (0..500).map(|n| renewal_age(&n.to_string(), life).as_secs_f64() / 1_209_600.0).collect();
        assert!(ages.iter().all(|age| (0.4..=0.6).contains(age)));
        assert!(ages.iter().any(|age| *age < 0.42) && ages.iter().any(|age| *age > 0.58));
    }
}
