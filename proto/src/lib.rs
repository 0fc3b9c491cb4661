//! What both ends must agree on: the wire, the documents, the digests, the limits and the catalogue of products.

pub mod catalogue;
pub mod digest;
pub mod hex;
pub mod inventory;
pub mod limits;
pub mod pack;
pub mod token;
pub mod usage;
pub mod wire;
