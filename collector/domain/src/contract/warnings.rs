//! Warnings: each clause of a maintenance contract that the file lacks, or states in part.

use super::Contract;
use super::amendment::Patch;
use super::fields::{Fields, Reader};

/// Remarks what the contract lacks.
pub(super) fn remark(_root: &Fields<'_>, _contract: &Contract, _patches: &[Patch<'_>], _reader: &mut Reader) {}
