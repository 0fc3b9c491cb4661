//! The documents that pages and API ask for, one method a document.
//!
//! `as_of` `None` is today in the client's zone, `known_at` `None` is now. A future day, an unknown client or asset is a
//! refusal. **Invariant**: an answer holds every fact that was committed before the question.

use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::views::Reader;
use crate::views::asset::AssetDetail;
use crate::views::asset_months::AssetMonths;
use crate::views::asset_story::AssetStory;
use crate::views::bill::{Bill, SlotDays};
use crate::views::clients::{Clients, Contracts, Today};
use crate::views::history::History;
use crate::views::outline::Outlined;
use crate::views::portfolio::Portfolio;
use crate::views::reconciliation::{Assets, Reconciliation};
use crate::views::search::Found;

/// A document, later; or why there is none.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Refusal>>;

/// Who answers.
pub trait Reads: Send + Sync + 'static {
    /// All clients, by code.
    fn clients(&self) -> Answer<'_, Clients>;
    /// The portfolio.
    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>>;
    /// What waits for a decision at every client, by code.
    fn work(&self) -> Answer<'_, Outlined>;
    /// A client's name, its present day and the zone it is counted in.
    fn today<'a>(&'a self, client: &'a str) -> Answer<'a, Today>;
    /// A client's perimeter on a day.
    fn reconciliation<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Reconciliation>;
    /// A client's bills of a month, one for each billed entity and currency.
    fn bills<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Answer<'a, Vec<Bill>>;
    /// The days that a month counts, slot by slot.
    fn slot_days<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Answer<'a, SlotDays>;
    /// A client's assets, by name and id.
    fn assets<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, Assets>;
    /// One asset; without `client`, of whichever client has it.
    fn asset<'a>(
        &'a self,
        client: Option<&'a str>,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail>;
    /// Twelve months of a client's lines.
    fn history<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, History>;
    /// What a month counts of each asset.
    fn asset_months<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetMonths>;
    /// The days, the protection and the parts of one asset.
    fn asset_story<'a>(
        &'a self,
        client: &'a str,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetStory>;
    /// The clients and, of one client or all, the assets of today that bear a text.
    fn search<'a>(&'a self, client: Option<&'a str>, text: &'a str) -> Answer<'a, Found>;
    /// A client's contracts.
    fn contracts<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Contracts>;
}

/// The documents of the registers.
impl Reads for Reader {
    fn clients(&self) -> Answer<'_, Clients> {
        Box::pin(self.clients())
    }

    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>> {
        Box::pin(self.portfolio())
    }

    fn work(&self) -> Answer<'_, Outlined> {
        Box::pin(self.work())
    }

    fn today<'a>(&'a self, client: &'a str) -> Answer<'a, Today> {
        Box::pin(self.today(client))
    }

    fn reconciliation<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Reconciliation> {
        Box::pin(self.reconciliation(client, as_of, known_at))
    }

    fn bills<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Answer<'a, Vec<Bill>> {
        Box::pin(self.bills(client, month, known_at, as_of))
    }

    fn slot_days<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Answer<'a, SlotDays> {
        Box::pin(self.slot_days(client, month, known_at, as_of))
    }

    fn assets<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, Assets> {
        Box::pin(self.assets(client, as_of, known_at))
    }

    fn asset<'a>(
        &'a self,
        client: Option<&'a str>,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail> {
        Box::pin(self.asset(client, asset, as_of, known_at))
    }

    fn history<'a>(&'a self, client: &'a str, as_of: Option<Date>, known_at: Option<Timestamp>) -> Answer<'a, History> {
        Box::pin(self.history(client, as_of, known_at))
    }

    fn asset_months<'a>(
        &'a self,
        client: &'a str,
        month: Month,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetMonths> {
        Box::pin(self.asset_months(client, month, as_of, known_at))
    }

    fn asset_story<'a>(
        &'a self,
        client: &'a str,
        asset: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, AssetStory> {
        Box::pin(self.asset_story(client, asset, as_of, known_at))
    }

    fn search<'a>(&'a self, client: Option<&'a str>, text: &'a str) -> Answer<'a, Found> {
        Box::pin(self.search(client, text))
    }

    fn contracts<'a>(
        &'a self,
        client: &'a str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Answer<'a, Contracts> {
        Box::pin(self.contracts(client, as_of, known_at))
    }
}
