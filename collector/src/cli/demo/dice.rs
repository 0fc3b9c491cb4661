//! Chance for the sample: the same seed gives the same throws on every machine.
//!
//! **Invariant**: a throw depends on the seed and on how many came before, and on nothing else.

use sha2::{Digest, Sha256};

/// A sequence of throws.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    /// The dice of a name: every client and every machine has its own, so that one more throw moves nobody else's.
    pub(super) fn of(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let state = digest.iter().take(8).fold(0, |state, byte| state << 8 | u64::from(*byte));
        Self { state }
    }

    /// The next 64 bits (SplitMix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `sides`.
    pub(super) fn below(&mut self, sides: u32) -> u32 {
        u32::try_from(self.next() % u64::from(sides.max(1))).unwrap_or(0)
    }

    /// True once in so many throws.
    pub(super) fn one_in(&mut self, throws: u32) -> bool {
        self.below(throws) == 0
    }

    /// One of them.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let at = self.below(u32::try_from(of.len()).unwrap_or(1));
        of.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or(otherwise)
    }

    /// A serial of eight signs that no placeholder list holds.
    pub(super) fn serial(&mut self, prefix: &str) -> String {
        const SIGNS: &[u8] = b"BCDFGHJKMNPRSTVWXZ2345679";
        let mut serial = String::from(prefix);
        for _ in 0..8 {
            serial.push(char::from(self.pick(SIGNS, b'K')));
        }
        serial
    }
}

/// Hexadecimal digits that look like chance: SHA-256 of a name.
pub(super) fn hex(name: &str) -> String {
    cadastre_proto::hex::encode(&Sha256::digest(name.as_bytes()))
}

/// An id in the form of a UUID of version 7, made of a name.
pub(super) fn uuid(name: &str) -> String {
    let hex = hex(name);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-7{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
