//! The table of products: its revision in the first line, then tab-separated, one fact a line, nine columns, named in the
//! second line.

use std::collections::{HashMap, HashSet};

use super::{Category, Fact, FactKind, Matching, Product, Role, System};

/// The word before the revision, in the first line of a table.
const REVISION: &str = "revision\t";
/// The second line.
const HEADER: &str = "product\tvendor\tcategory\tos\tkind\tvalue\tmatch\tverified\trole";
/// Most facts of a table.
const FACTS_MAX: usize = 20_000;

/// Why a table is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The first two lines do not tell the revision and name the columns.
    #[error("catalogue_header")]
    Header,
    /// A line has not nine columns, or an empty one that must be filled.
    #[error("catalogue_columns at line {0}")]
    Columns(usize),
    /// A word that is none of the column's.
    #[error("catalogue_word at line {line}: {word}")]
    Word {
        /// Line, from 1.
        line: usize,
        /// The word.
        word: String,
    },
    /// A fact stands twice.
    #[error("catalogue_duplicate at line {0}")]
    Duplicate(usize),
    /// A product has another vendor or category than before.
    #[error("catalogue_product at line {0}")]
    Product(usize),
    /// More lines than a table may have.
    #[error("catalogue_too_long")]
    TooLong,
}

/// Reads a table.
pub(super) fn parse(text: &str) -> Result<(u32, Vec<Product>, Vec<Fact>), TableError> {
    let mut lines = text.lines();
    let revision = lines.next().and_then(|line| line.strip_prefix(REVISION)?.parse().ok()).ok_or(TableError::Header)?;
    if lines.next() != Some(HEADER) {
        return Err(TableError::Header);
    }
    let mut products: Vec<Product> = Vec::new();
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    let mut seen = HashSet::new();
    let mut facts = Vec::new();
    for (at, text) in lines.enumerate() {
        let number = at.saturating_add(3);
        if facts.len() >= FACTS_MAX {
            return Err(TableError::TooLong);
        }
        let line = columns(text, number)?;
        if !seen.insert((line.name, line.system, line.kind, line.value)) {
            return Err(TableError::Duplicate(number));
        }
        let product = *by_name.entry(line.name).or_insert_with(|| {
            let product = Product { name: line.name.to_owned(), vendor: line.vendor(), category: line.category };
            products.push(product);
            products.len().saturating_sub(1)
        });
        let same = |product: &Product| product.vendor == line.vendor() && product.category == line.category;
        if !products.get(product).is_some_and(same) {
            return Err(TableError::Product(number));
        }
        facts.push(Fact {
            product,
            system: line.system,
            kind: line.kind,
            value: line.value.to_owned(),
            matching: line.matching,
            verified: line.verified,
            role: line.role,
        });
    }
    Ok((revision, products, facts))
}

struct Line<'a> {
    name: &'a str,
    vendor: &'a str,
    category: Category,
    system: Option<System>,
    kind: FactKind,
    value: &'a str,
    matching: Matching,
    verified: bool,
    role: Option<Role>,
}

impl Line<'_> {
    fn vendor(&self) -> Option<String> {
        (!self.vendor.is_empty()).then(|| self.vendor.to_owned())
    }
}

fn columns(text: &str, line: usize) -> Result<Line<'_>, TableError> {
    let columns: Vec<&str> = text.split('\t').collect();
    let [name, vendor, category, system, kind, value, matching, verified, role] = columns.as_slice() else {
        return Err(TableError::Columns(line));
    };
    if name.is_empty() || value.is_empty() {
        return Err(TableError::Columns(line));
    }
    let unknown = |word: &str| TableError::Word { line, word: word.to_owned() };
    Ok(Line {
        name,
        vendor,
        category: Category::of_word(category).ok_or_else(|| unknown(category))?,
        system: match *system {
            "any" => None,
            word => Some(System::of_word(word).ok_or_else(|| unknown(word))?),
        },
        kind: FactKind::of_word(kind).ok_or_else(|| unknown(kind))?,
        value,
        matching: Matching::of_word(matching).ok_or_else(|| unknown(matching))?,
        verified: match *verified {
            "yes" => true,
            "no" => false,
            word => return Err(unknown(word)),
        },
        role: match *role {
            "" => None,
            word => Some(Role::of_word(word).ok_or_else(|| unknown(word))?),
        },
    })
}
