//! Reporting: once, or for as long as the service runs. Collect, keep, send, wait.
//!
//! **Invariant**: between two exchanges the agent has no connection, no open file and no timer but one.

use std::path::Path;
use std::time::Duration;

use super::collect;
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::probe::boot::{self, Boot};
use crate::refusal::{Refusal, io_code};
use crate::send::answer::{self, Meaning};
use crate::send::{self, Address, Done, Failure, Link, LinkError, Network, Vitals, wait};
use crate::source::Source;
use crate::spool::{self, Identity, Spool, State};

/// Port of the agents' listener when an address names none.
const PORT: u16 = 8443;

/// What reporting needs.
pub struct Station<'a> {
    /// The state folder.
    pub state: &'a Path,
    /// The agent's configuration.
    pub config: Config,
    /// Reads the configuration again; `None` when it cannot be read, and the last one stays in force.
    pub reload: Option<&'a dyn Fn() -> Option<Config>>,
    /// The machine.
    pub source: &'a dyn Source,
    /// Its clocks.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub random: &'a mut dyn Random,
    /// The link of the certificate that is named first, kept so that its handshakes can be resumed.
    link: Option<(Identity, Link)>,
}

impl<'a> Station<'a> {
    /// A station that has not spoken yet.
    pub fn new(
        state: &'a Path,
        config: &Config,
        source: &'a dyn Source,
        clock: &'a dyn Clock,
        random: &'a mut dyn Random,
    ) -> Self {
        Self { state, config: config.clone(), reload: None, source, clock, random, link: None }
    }

    /// Collects, keeps the change in the spool, sends it; succeeds only with an ack.
    ///
    /// # Errors
    /// Why there was no ack. The change is kept.
    pub async fn report(&mut self) -> Result<Done, NoAck> {
        let mut spool = Spool::open(self.state, self.random).map_err(NoAck::state)?;
        let Some(identity) = spool.identity().map_err(NoAck::state)? else {
            return Err(if spool.progress().retired { NoAck::Retired } else { NoAck::NotEnrolled });
        };
        let (state, vitals) = self.read(&spool).map_err(NoAck::state)?;
        spool.offer(&state).map_err(NoAck::state)?;
        let mut last = self.send(&mut spool, &identity, &state, &vitals).await;
        if let Err(failure) = &last {
            match meaning(failure) {
                Meaning::Again => last = self.send(&mut spool, &identity, &state, &vitals).await,
                Meaning::Renew => {
                    if let Some(renewed) = self.renew(&spool, &identity).await {
                        last = self.send(&mut spool, &renewed, &state, &vitals).await;
                    }
                }
                Meaning::FullAsFork => {
                    spool.new_epoch(self.random).map_err(NoAck::state)?;
                    spool.offer(&state).map_err(NoAck::state)?;
                    last = self.send(&mut spool, &identity, &state, &vitals).await;
                }
                _ => {}
            }
        }
        let done = last.map_err(NoAck::Failed)?;
        if done.retired {
            spool.retire().map_err(NoAck::state)?;
            self.link = None;
        }
        Ok(done)
    }

    /// The machine's state, and what a check-in tells beside it. Everything read is let go before anything is sent.
    fn read(&mut self, spool: &Spool) -> std::io::Result<(State, Vitals)> {
        let catalogue = spool::catalogue(self.state);
        let inventory = collect(self.source, self.clock, self.random, self.config.privacy, &catalogue);
        let vitals = vitals(self.source, self.clock, catalogue.revision());
        Ok((State::of(&inventory, &spool.progress().refused)?, vitals))
    }

    /// Reports until `stop` ends, each time when the agent's place in the interval has come, or until the collector has the
    /// agent retire.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) -> Ended {
        tokio::pin!(stop);
        let mut failures = 0;
        loop {
            self.configure();
            let reported = tokio::select! {
                () = &mut stop => return Ended::Stopped,
                reported = self.report() => reported,
            };
            if matches!(&reported, Ok(Done { retired: true, .. }) | Err(NoAck::Retired)) {
                tracing::info!("the collector has this agent retire");
                return Ended::Retired;
            }
            let pause = self.pause(&reported, &mut failures);
            match &reported {
                Ok(done) => tracing::info!(pushed = done.pushed, pause_s = pause.as_secs(), "acknowledged"),
                Err(error) => tracing::warn!(%error, pause_s = pause.as_secs(), "no ack"),
            }
            tokio::select! {
                () = &mut stop => return Ended::Stopped,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Takes a configuration that changed; a new way to the network needs a new link.
    fn configure(&mut self) {
        match self.reload.and_then(|reload| reload()) {
            Some(config) if config != self.config => {
                tracing::info!("the configuration has changed");
                self.config = config;
                self.link = None;
            }
            _ => {}
        }
    }

    fn pause(&mut self, reported: &Result<Done, NoAck>, failures: &mut u32) -> Duration {
        let chance = chance(self.random);
        let failure = match reported {
            Ok(done) => {
                *failures = 0;
                let interval = self.config.interval.unwrap_or(done.interval);
                return wait::steady(&self.place(), interval, done.server_time_ms, chance);
            }
            Err(NoAck::Failed(failure)) => failure,
            Err(NoAck::NotEnrolled | NoAck::Retired | NoAck::State(_)) => return wait::INTERVAL,
        };
        match meaning(failure) {
            Meaning::Wait(pause) => pause,
            Meaning::Renew => wait::RENEW_AGAIN,
            Meaning::Stop => wait::STOPPED,
            Meaning::Again | Meaning::Permanent | Meaning::Full | Meaning::FullAsFork => {
                *failures = failures.saturating_add(1);
                wait::back_off(*failures, chance)
            }
        }
    }

    /// What the agent's place in the interval is drawn from.
    fn place(&self) -> String {
        self.link.as_ref().map(|(identity, _)| identity.agent.clone()).unwrap_or_default()
    }

    async fn send(
        &mut self,
        spool: &mut Spool,
        identity: &Identity,
        state: &State,
        vitals: &Vitals,
    ) -> Result<Done, Failure> {
        let mut tried = None;
        for address in addresses(&self.config, identity)? {
            self.prepare(identity)?;
            let Some((_, link)) = &self.link else { continue };
            let exchange =
                send::exchange(spool, link, (identity, &address), state.clone(), vitals.clone(), self.random).await;
            match exchange {
                Ok(done) => {
                    promote(spool, &address)?;
                    return Ok(done);
                }
                // A new address that does not answer leaves the old one in force.
                Err(failure) => tried = Some(failure),
            }
        }
        Err(tried.unwrap_or(Failure::Lost))
    }

    /// Asks for a new certificate, as who is known and then as who was away for long; the identity with it, when the
    /// collector gave one.
    async fn renew(&mut self, spool: &Spool, identity: &Identity) -> Option<Identity> {
        let address = addresses(&self.config, identity).ok()?.pop()?;
        let (_, link) = self.link.as_ref()?;
        match send::renew_now(spool, link, identity, &address).await {
            Ok(()) => return spool.identity().ok()?,
            Err(error) => tracing::warn!(%error, "the certificate was not renewed"),
        }
        match send::recover(spool, identity, &address, &network(&self.config)).await {
            Ok(recovered) => Some(recovered),
            Err(error) => {
                tracing::warn!(%error, "no certificate in place of the one that ended");
                None
            }
        }
    }

    fn prepare(&mut self, identity: &Identity) -> Result<(), LinkError> {
        // Another process may have renewed meanwhile, or whom to trust has changed: the link of then is refused for good.
        let is_other = |of: &Identity| of.certificate != identity.certificate || of.authorities != identity.authorities;
        if self.link.as_ref().is_none_or(|(of, _)| is_other(of)) {
            self.link = Some((identity.clone(), Link::of_agent(identity, &network(&self.config))?));
        }
        Ok(())
    }
}

/// Why the service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop, and starts again with the machine.
    Stopped,
    /// The collector wants no more reports.
    Retired,
}

/// Why a report was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum NoAck {
    /// The machine is not enrolled.
    #[error("not enrolled")]
    NotEnrolled,
    /// The collector had it stop.
    #[error("retired")]
    Retired,
    /// The state folder could not be used.
    #[error("the state folder: {0}")]
    State(std::io::Error),
    /// The exchange failed.
    #[error(transparent)]
    Failed(Failure),
}

impl NoAck {
    fn state(error: std::io::Error) -> Self {
        Self::State(error)
    }

    /// The refusal that says it.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NotEnrolled => Refusal::new("not_enrolled"),
            Self::Retired => Refusal::new("agent_retired"),
            Self::State(error) | Self::Failed(Failure::Spool(error)) => {
                Refusal::new("state_not_writable").with("cause", io_code(error))
            }
            Self::Failed(Failure::Link(error)) => send::of_link(error),
            Self::Failed(Failure::Lost) => Refusal::new("answer_not_understood"),
            Self::Failed(Failure::Refused(status)) => {
                let word = answer::reason(status);
                match answer::meaning(status) {
                    Meaning::Stop if word.as_deref() == Some("REVOKED") => Refusal::new("agent_revoked"),
                    Meaning::Wait(_) | Meaning::Again => Refusal::new("collector_busy"),
                    Meaning::Renew => Refusal::new("certificate_refused"),
                    _ => {
                        let word = word.unwrap_or_else(|| send::code_word(status.code()).to_owned());
                        Refusal::new("collector_refused").with("word", word)
                    }
                }
            }
        }
    }
}

/// The network of the agent's configuration.
#[must_use]
pub fn network(config: &Config) -> Network {
    Network { proxy: config.proxy.clone(), ca_bundle: config.ca_bundle.clone() }
}

/// Where to report, in the order to try: the configuration's address alone, else a new one of the policy, else the one
/// of the enrolment.
///
/// # Errors
/// When an address is not one.
pub fn addresses(config: &Config, identity: &Identity) -> Result<Vec<Address>, LinkError> {
    if let Some(collector) = &config.collector {
        return Ok(vec![Address::parse(collector, Some(PORT))?]);
    }
    let known = identity.next_agents.iter().chain(std::iter::once(&identity.agents));
    known.map(|address| Address::parse(address, Some(PORT))).collect()
}

/// An address that has acknowledged takes the old one's place.
fn promote(spool: &Spool, address: &Address) -> std::io::Result<()> {
    let Some(identity) = spool.identity()? else { return Ok(()) };
    let acknowledged = identity.next_agents.as_ref().and_then(|next| next.parse().ok()).as_ref() == Some(address);
    if !acknowledged {
        return Ok(());
    }
    spool.store_identity(&Identity { agents: address.to_string(), next_agents: None, ..identity })
}

fn meaning(failure: &Failure) -> Meaning {
    match failure {
        Failure::Refused(status) => answer::meaning(status),
        Failure::Link(LinkError::Unreachable(_) | LinkError::Ended(_)) => Meaning::Again,
        Failure::Link(_) | Failure::Spool(_) | Failure::Lost => Meaning::Permanent,
    }
}

fn vitals(source: &dyn Source, clock: &dyn Clock, catalogue: u32) -> Vitals {
    let now = source.captured_at().unwrap_or_else(|| clock.now());
    let Boot { id, uptime_s } = boot::read(source, now);
    Vitals { boot_id: id, uptime_s, wall_clock_ms: clock.now().as_millisecond(), catalogue }
}

/// A number in `0..1`.
fn chance(random: &mut dyn Random) -> f64 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
