//! Identity, rule by rule and as a whole.
