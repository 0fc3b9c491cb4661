//! wip
pub mod ca;
mod private_file;
