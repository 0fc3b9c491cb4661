//! The names of all clients, for the choices of forms: read off each client's first fact, without a register.

use cadastre_domain::fact::Fact;
use cadastre_domain::refusal::Refusal;

use crate::present::Shared;

/// Codes and display names, by name.
pub(super) async fn names(shared: &Shared) -> Result<Vec<(String, String)>, Refusal> {
    let record = shared.office.registers.record();
    let mut names = Vec::new();
    for client in record.clients().await.map_err(|error| error.refusal())? {
        let name = match record.first(&client).await.map_err(|error| error.refusal())? {
            Some(Fact::Client { name: Some(name), .. }) => name,
            _ => client.clone(),
        };
        names.push((client, name));
    }
    names.sort_by_cached_key(|(_, name)| name.to_lowercase());
    Ok(names)
}
