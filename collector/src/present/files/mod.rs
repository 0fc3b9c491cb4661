//! Files for other tools, written from the same documents as the pages.

pub(crate) mod csv;
