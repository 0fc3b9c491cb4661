//! A long list of clients, page by page.

use std::ops::Range;

use crate::present::text::portfolio::PortfolioWords;
use crate::present::text::table::fill;
use crate::present::text::{Language, number};

/// Clients on one page: with the largest it stays within a few dozen kilobytes.
const ROWS_A_PAGE: usize = 40;

/// Which clients stand on this page, and the ways to the others.
pub(super) struct Turn {
    pub(super) said: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

/// The places of the clients on page `asked` of the list at `path`; no turn where one page holds all.
pub(super) fn turn(total: usize, asked: usize, path: &str, language: Language) -> (Range<usize>, Option<Turn>) {
    let words = PortfolioWords::of(language);
    let pages = total.div_ceil(ROWS_A_PAGE).max(1);
    let page = asked.clamp(1, pages);
    let first = (page - 1) * ROWS_A_PAGE;
    let shown = first..total.min(first + ROWS_A_PAGE);
    let count = |n: usize| number::count(n as u64, language);
    let (from, to, of) = (count(first + 1), count(shown.end), count(total));
    let href = |page: usize| if page == 1 { String::from(path) } else { format!("{path}?page={page}") };
    let turn = (pages > 1).then(|| Turn {
        said: fill(words.pages, &[("from", &from), ("to", &to), ("total", &of)], language),
        previous: (page > 1).then(|| href(page - 1)),
        next: (page < pages).then(|| href(page + 1)),
    });
    (shown, turn)
}
