//! The documents that anyone may ask for, one method a document, each read off a register.

use std::sync::{Arc, Mutex, PoisonError};

use cadastre_domain::calendar::{Month, day_of};
use cadastre_domain::fact::HouseFacts;
use cadastre_domain::refusal::Refusal;
use cadastre_domain::register::Register;
use cadastre_domain::source::unmapped_of_house;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::register::{Follower, Registers, Summary};
use crate::views::asset::AssetDetail;
use crate::views::asset_months::AssetMonths;
use crate::views::asset_story::AssetStory;
use crate::views::bill::{Bill, SlotDays};
use crate::views::clients::{ClientRow, Clients, Contracts, Today};
use crate::views::history::History;
use crate::views::outline::{Outlined, Outlines};
use crate::views::portfolio::Portfolio;
use crate::views::reconciliation::{Assets, Reconciliation};
use crate::views::search::{self, ClientHit, Found, Searched, Sought};

/// Who answers.
#[derive(Clone)]
pub struct Reader {
    registers: Registers,
    /// The last portfolio, with what it was made of.
    portfolio: Arc<Mutex<Option<KeptPortfolio>>>,
    outlines: Arc<Outlines>,
}

type KeptPortfolio = (Arc<Vec<Arc<Summary>>>, Arc<HouseFacts>, Arc<Portfolio>);

impl Reader {
    /// A reader of these registers.
    pub fn new(registers: Registers) -> Self {
        Self { registers, portfolio: Arc::default(), outlines: Arc::default() }
    }

    /// Follows the summaries, so that what is read of all clients is at hand.
    #[must_use]
    pub fn following(self) -> Self {
        self.registers.follow(Arc::clone(&self.outlines) as Arc<dyn Follower>);
        self
    }

    async fn register(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Arc<Register>, Refusal> {
        self.registers.looked_at(client, as_of, known_at).await
    }

    /// All clients, by code, as new as the portfolio.
    ///
    /// # Errors
    /// What the register room refuses.
    pub async fn clients(&self) -> Result<Clients, Refusal> {
        let summaries = self.registers.portfolio().await?;
        let clients = summaries.iter().map(|summary| ClientRow {
            client: summary.client.clone(),
            name: summary.name.clone(),
            siren: summary.siren.clone(),
            example: summary.example,
            since: summary.since,
            assets: summary.assets,
            findings: summary.findings,
            at_stake: summary.at_stake.to_string(),
            currency: summary.currency.clone(),
        });
        Ok(Clients { schema: "cadastre/clients/1", clients: clients.collect() })
    }

    /// What waits for a decision at every client, by code, as new as the portfolio.
    ///
    /// # Errors
    /// What the register room refuses.
    pub async fn work(&self) -> Result<Outlined, Refusal> {
        self.outlines.all(&self.registers).await
    }

    /// The portfolio: every decision committed before the call is in it; reports and hours follow within a minute.
    ///
    /// # Errors
    /// What the register room refuses.
    pub async fn portfolio(&self) -> Result<Arc<Portfolio>, Refusal> {
        let summaries = self.registers.portfolio().await?;
        let house = self.registers.house().await?;
        let kept = self.portfolio.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, unmapped_of, portfolio)) = kept
            && Arc::ptr_eq(&of, &summaries)
            && Arc::ptr_eq(&unmapped_of, &house)
        {
            return Ok(portfolio);
        }
        let unmapped = unmapped_of_house(&house, self.registers.now());
        let portfolio = Arc::new(Portfolio::of(&summaries, &unmapped)?);
        let kept = (summaries, house, Arc::clone(&portfolio));
        *self.portfolio.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(portfolio)
    }

    /// A client's name, its present day and the zone it is counted in.
    ///
    /// # Errors
    /// `client_unknown`.
    pub async fn today(&self, client: &str) -> Result<Today, Refusal> {
        let register = self.register(client, None, None).await?;
        Ok(Today {
            client: client.to_owned(),
            name: display_name(&register),
            example: register.example,
            day: day_of(self.registers.now(), &register.zone),
            time_zone: register.zone.iana_name().unwrap_or("UTC").to_owned(),
        })
    }

    /// A client's perimeter on a day.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn reconciliation(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Reconciliation, Refusal> {
        Ok(Reconciliation::of(&*self.register(client, as_of, known_at).await?))
    }

    /// A client's bills of a month, one for each billed entity and currency.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`, and what pricing refuses.
    pub async fn bills(
        &self,
        client: &str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Result<Vec<Bill>, Refusal> {
        let register = self.register(client, as_of, known_at).await?;
        let bills = register.bills(month)?;
        let several = bills.len() > 1;
        Ok(bills.into_iter().map(|bill| Bill::of(&register, bill, several)).collect())
    }

    /// The days that a month counts, slot by slot.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn slot_days(
        &self,
        client: &str,
        month: Month,
        known_at: Option<Timestamp>,
        as_of: Option<Date>,
    ) -> Result<SlotDays, Refusal> {
        Ok(SlotDays::of(&*self.register(client, as_of, known_at).await?, month))
    }

    /// A client's assets, by name and id.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn assets(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Assets, Refusal> {
        Ok(Assets::of(Assets::rows(&*self.register(client, as_of, known_at).await?).collect()))
    }

    /// Every client's assets.
    ///
    /// # Errors
    /// As [`Reader::assets`].
    pub async fn all_assets(&self, as_of: Option<Date>, known_at: Option<Timestamp>) -> Result<Assets, Refusal> {
        let mut rows = Vec::new();
        for client in self.registers.clients().await? {
            rows.extend(Assets::rows(&*self.register(&client, as_of, known_at).await?));
        }
        Ok(Assets::of(rows))
    }

    /// One asset; without `client`, of whichever client has it.
    ///
    /// # Errors
    /// `asset_unknown`, `client_unknown`, `day_in_future`.
    pub async fn asset(
        &self,
        client: Option<&str>,
        asset: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<AssetDetail, Refusal> {
        let clients = match client {
            Some(client) => vec![client.to_owned()],
            None => self.registers.clients().await?,
        };
        for client in clients {
            let register = self.register(&client, as_of, known_at).await?;
            if let Some(detail) = AssetDetail::of(&register, asset) {
                return Ok(detail);
            }
        }
        let refusal = Refusal::new("asset_unknown").with("asset", asset);
        Err(client.map_or(refusal.clone(), |client| refusal.with("client", client)))
    }

    /// Twelve months of a client's lines.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn history(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<History, Refusal> {
        let register = self.register(client, as_of, known_at).await?;
        off_the_runtime(move || History::of(&register)).await
    }

    /// What a month counts of each asset.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn asset_months(
        &self,
        client: &str,
        month: Month,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<AssetMonths, Refusal> {
        let register = self.register(client, as_of, known_at).await?;
        off_the_runtime(move || AssetMonths::of(&register, month)).await
    }

    /// The days, the protection and the parts of one asset.
    ///
    /// # Errors
    /// `asset_unknown`, `client_unknown`, `day_in_future`.
    pub async fn asset_story(
        &self,
        client: &str,
        asset: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<AssetStory, Refusal> {
        let register = self.register(client, as_of, known_at).await?;
        let refusal = || Refusal::new("asset_unknown").with("asset", asset).with("client", client);
        AssetStory::of(&register, asset).ok_or_else(refusal)
    }

    /// The clients and the assets that bear `text`: of one client as they are now, of all as new as the portfolio.
    ///
    /// # Errors
    /// `client_unknown`.
    pub async fn search(&self, client: Option<&str>, text: &str) -> Result<Found, Refusal> {
        let sought = Sought::new(text);
        let mut found = Found {
            schema: "cadastre/search/1",
            sought: text.trim().to_owned(),
            known_at: self.registers.now(),
            clients: Vec::new(),
            assets: Vec::new(),
            more: false,
        };
        if sought.is_blank() {
            return Ok(found);
        }
        if let Some(client) = client {
            let register = self.register(client, None, None).await?;
            found.assets = Searched::of(&register).hits((client, &display_name(&register)), &sought);
        } else {
            for (summary, outline) in self.outlines.all(&self.registers).await?.iter() {
                let (client, name) = (&summary.client, &summary.name);
                let siren = summary.siren.as_deref().unwrap_or_default();
                if sought.is_in(client) || sought.is_in(name) || sought.is_in(siren) {
                    found.clients.push(ClientHit { client: client.clone(), name: name.clone() });
                }
                // One more than is told, so that it is told that there are more.
                if found.assets.len() <= search::HITS_MAX {
                    found.assets.extend(outline.searched.hits((client, name), &sought));
                }
            }
        }
        found.cut();
        Ok(found)
    }

    /// A client's contracts.
    ///
    /// # Errors
    /// `client_unknown`, `day_in_future`.
    pub async fn contracts(
        &self,
        client: &str,
        as_of: Option<Date>,
        known_at: Option<Timestamp>,
    ) -> Result<Contracts, Refusal> {
        Ok(Contracts::of(&*self.register(client, as_of, known_at).await?))
    }
}

/// Runs what may take long for a large client on a thread of its own.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Refusal::new("internal").with("reason", error))
}

fn display_name(register: &Register) -> String {
    register.name.clone().unwrap_or_else(|| register.client.clone())
}
