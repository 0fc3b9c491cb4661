//! The names of all clients, for the choices of forms.

use cadastre_domain::refusal::Refusal;

use crate::admin::table::fold;
use crate::present::Shared;

/// Codes and display names, by name.
pub(super) async fn names(shared: &Shared) -> Result<Vec<(String, String)>, Refusal> {
    let summaries = shared.office.registers.portfolio().await?;
    let named = summaries.iter().map(|summary| (summary.client.clone(), summary.name.clone()));
    let mut names: Vec<(String, String)> = named.collect();
    names.sort_by_cached_key(|(_, name)| (fold(name), name.clone()));
    Ok(names)
}
