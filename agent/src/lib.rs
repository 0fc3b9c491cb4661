//! The agent of Cadastre, room by room: `source` → `probe` → `agent` (the inventory).

pub mod agent;
pub mod clock;
pub mod privacy;
pub mod source;

mod probe;
