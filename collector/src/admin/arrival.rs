//! What the other client gets of a `move`: the assets as rows of a list, seen on the day after their last here.
//!
//! Each ledger keeps its half: nothing of the old client's record is copied but what identifies the machine.

use cadastre_domain::calendar::{Month, first_instant};
use cadastre_domain::evidence::{Evidence, SourceKind};
use cadastre_domain::fact::{Fact, ListRow};
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use jiff::Timestamp;

use crate::admin::decide::{BillChange, Decide, changes};
use crate::register::Registers;

/// Name of the source that moved assets come from.
const MOVED: &str = "moved";

/// What to append to the record of the client that the assets move to.
pub(super) struct Arrival {
    client: String,
    /// The head it was decided on.
    pub(super) head: u64,
    /// The rows.
    pub(super) list: Fact,
}

impl Arrival {
    /// The assets of `args` as they arrive at `to`.
    pub(super) async fn new(registers: &Registers, from: &Register, to: &str, args: &Decide) -> Result<Self, Refusal> {
        let head = registers.record().head(to).await.map_err(|error| error.refusal())?;
        if head == 0 {
            return Err(Refusal::new("client_unknown").with("client", to).on("to_client"));
        }
        let day = args.effective.tomorrow().unwrap_or(args.effective);
        let seen = first_instant(day, &from.zone);
        let rows = args.assets.iter().filter_map(|id| row(from, id, seen, args.more.site.as_deref())).collect();
        let list = Fact::List { source: MOVED.to_owned(), as_of: seen, complete: false, rows };
        Ok(Self { client: to.to_owned(), head, list })
    }

    /// What the arrival changes in the other client's bill.
    pub(super) async fn changes(&self, registers: &Registers, month: Month) -> Result<Vec<BillChange>, Refusal> {
        let before = registers.of(&self.client, None, None).await?;
        let after = registers.with(&self.client, vec![self.list.clone()]).await?;
        changes(&before, &after, month)
    }
}

fn row(from: &Register, id: &str, seen: Timestamp, site: Option<&str>) -> Option<ListRow> {
    let asset = from.assets.get(from.asset(id)?)?;
    let own = || asset.sightings.iter().rev().filter_map(|index| from.sightings.get(*index));
    let newest = own().find(|sighting| sighting.kind == SourceKind::Agent).or_else(|| own().next())?;
    Some(ListRow {
        native_id: Some(format!("{}/{}", from.client, asset.id)),
        group: site.map(str::to_owned),
        last_seen: Some(seen),
        evidence: Evidence { boot_time: None, collected_at: None, ..newest.evidence.clone() },
        ..ListRow::default()
    })
}
