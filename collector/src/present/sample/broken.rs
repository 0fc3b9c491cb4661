//! A store that fails, and that has no client.

use std::sync::Arc;

use cadastre_domain::calendar::Month;
use cadastre_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Broken, answer};
use crate::present::reads::{Answer, Reads};
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

impl Reads for Broken {
    fn clients(&self) -> Answer<'_, Clients> {
        answer(Ok(Clients { schema: "cadastre/clients/1", clients: Vec::new() }))
    }

    fn portfolio(&self) -> Answer<'_, Arc<Portfolio>> {
        answer(Err(Refusal::new("internal")))
    }

    fn work(&self) -> Answer<'_, Outlined> {
        answer(Err(Refusal::new("internal")))
    }

    fn today<'a>(&'a self, _: &'a str) -> Answer<'a, Today> {
        answer(Err(Refusal::new("internal")))
    }

    fn reconciliation<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Reconciliation> {
        answer(Err(Refusal::new("internal")))
    }

    fn bills<'a>(&'a self, _: &'a str, _: Month, _: Option<Timestamp>, _: Option<Date>) -> Answer<'a, Vec<Bill>> {
        answer(Ok(Vec::new()))
    }

    fn slot_days<'a>(&'a self, _: &'a str, _: Month, _: Option<Timestamp>, _: Option<Date>) -> Answer<'a, SlotDays> {
        answer(Err(Refusal::new("internal")))
    }

    fn assets<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Assets> {
        answer(Err(Refusal::new("internal")))
    }

    fn asset<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a str,
        _: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetDetail> {
        answer(Err(Refusal::new("internal")))
    }

    fn history<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, History> {
        answer(Err(Refusal::new("internal")))
    }

    fn asset_months<'a>(
        &'a self,
        _: &'a str,
        _: Month,
        _: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetMonths> {
        answer(Err(Refusal::new("internal")))
    }

    fn asset_story<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
        _: Option<Date>,
        _: Option<Timestamp>,
    ) -> Answer<'a, AssetStory> {
        answer(Err(Refusal::new("internal")))
    }

    fn search<'a>(&'a self, _: Option<&'a str>, _: &'a str) -> Answer<'a, Found> {
        answer(Err(Refusal::new("internal")))
    }

    fn contracts<'a>(&'a self, _: &'a str, _: Option<Date>, _: Option<Timestamp>) -> Answer<'a, Contracts> {
        answer(Err(Refusal::new("internal")))
    }
}
