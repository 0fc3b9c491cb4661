//! What the tests that cross rooms stand on: a collector in this process, agents, clocks and trees.

pub mod clock;
pub mod wire;
