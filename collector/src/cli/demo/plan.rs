//! The forty clients of the sample: name, places, size, and what is out of the ordinary with each.
//!
//! All are made up. **Invariant**: every name says that it is an example, so that every page and file does.

use super::cast::Trouble;
use super::machine::Fault;

/// Assets of all clients together.
pub(super) const ASSETS: u32 = 3_000;
/// What every code begins with.
pub(super) const PREFIX: &str = "exemple-";

/// What a client's contract has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// A plain client.
    Plain,
    /// No contract at all.
    NoContract,
    /// A contract whose annex names nobody.
    AnnexEmpty,
    /// A contract that ended six weeks ago while the machines go on reporting.
    OutOfTerm,
    /// Two contracts that name one device.
    TwoContracts,
    /// A site silent for a month.
    SilentSite,
    /// A console whose list nobody imported lately.
    StaleSource,
    /// A client that must be warned before its contract renews.
    NonProfessional,
    /// More named devices than the count.
    OverCount,
    /// Fewer than the count.
    UnderCount,
    /// Visits and restore tests that nobody attested.
    DutyOverdue,
    /// A fact about a month closed long ago.
    LateFact,
    /// Two machines with one identity.
    Clone,
    /// One machine in two slots.
    Duplicate,
    /// Leased equipment kept too long.
    Lease,
}

/// A client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) sites: &'static [&'static str],
    /// Assets; 0 for the last one, which has what is left.
    pub(super) size: u32,
    pub(super) oddity: Oddity,
}

/// The clients, the largest last.
pub(super) const PLANS: [Plan; 40] = [
    plan("menuiserie-tarrau", "Menuiserie Tarrau", &[], 8, Oddity::NoContract),
    plan("copropriete-les-tilleuls", "Copropriété Les Tilleuls", &[], 9, Oddity::NonProfessional),
    plan("boulangerie-quenelet", "Boulangerie Quénelet", &[], 10, Oddity::Plain),
    plan("cabinet-ostrowal", "Cabinet dentaire Ostrowal", &[], 11, Oddity::Plain),
    plan("galerie-sauvemont", "Galerie Sauvemont", &[], 12, Oddity::OutOfTerm),
    plan("veterinaires-du-lac", "Vétérinaires du Lac Bleu", &[], 12, Oddity::DutyOverdue),
    plan("auto-ecole-virebois", "Auto-école Virebois", &["Nantes", "Rezé"], 14, Oddity::Plain),
    plan("imprimerie-calquet", "Imprimerie Calquet", &[], 15, Oddity::Lease),
    plan("traiteur-amandrin", "Traiteur Amandrin", &[], 16, Oddity::AnnexEmpty),
    plan("pharmacie-belorme", "Pharmacie Belorme", &[], 18, Oddity::Plain),
    plan("notaires-gaillevant", "Étude Gaillevant & Serpin, notaires", &[], 20, Oddity::Duplicate),
    plan("paysages-morvaine", "Paysages Morvaine", &[], 22, Oddity::Plain),
    plan("transports-ribault", "Transports Ribaultier", &["Angers", "Cholet"], 24, Oddity::OverCount),
    plan("opticiens-claireval", "Opticiens Claireval", &["Tours", "Blois"], 25, Oddity::Plain),
    plan("agence-lumen", "Agence Lumenville", &[], 26, Oddity::Clone),
    plan("electricite-poncel", "Électricité Poncel", &[], 28, Oddity::TwoContracts),
    plan("creche-petits-pas", "Crèche Petits Pas Perdus", &[], 30, Oddity::Plain),
    plan("cidrerie-halouze", "Cidrerie de la Halouze", &[], 32, Oddity::UnderCount),
    plan("avocats-teissandre", "Teissandre Avocats", &["Paris", "Lille"], 35, Oddity::Plain),
    plan("couverture-bazouin", "Couverture Bazouin", &[], 38, Oddity::StaleSource),
    plan("ecole-saint-elme", "École Saint-Elme-des-Prés", &[], 40, Oddity::Plain),
    plan("laboratoire-ferrand", "Laboratoire Ferrandis", &["Lyon", "Bron"], 44, Oddity::SilentSite),
    plan("hotel-grand-large", "Hôtel du Grand Largue", &[], 48, Oddity::Plain),
    plan("experts-montaigu", "Montaigu-Delorge Expertise", &["Rennes", "Vitré"], 52, Oddity::LateFact),
    plan("plomberie-sarlange", "Plomberie Sarlange", &[], 55, Oddity::Plain),
    plan("maroquinerie-ysaline", "Maroquinerie Ysaline", &[], 60, Oddity::Plain),
    plan("clinique-val-d-aure", "Clinique du Val d’Auré", &["Bloc", "Accueil"], 64, Oddity::DutyOverdue),
    plan("geometres-pontivel", "Géomètres Pontivel", &["Vannes", "Auray"], 70, Oddity::Plain),
    plan("fonderie-crozelier", "Fonderie Crozelier", &[], 75, Oddity::Plain),
    plan("cooperative-blavanne", "Coopérative de la Blavanne", &["Silo", "Siège"], 80, Oddity::Plain),
    plan("archipel-conseil", "Archipel Conseil et Études", &["Bordeaux", "Pau"], 88, Oddity::UnderCount),
    plan("distillerie-ormelle", "Distillerie Ormellec", &[], 95, Oddity::Plain),
    plan("lycee-du-bocage", "Lycée du Bocage Vert", &["Site nord", "Site sud"], 100, Oddity::OverCount),
    plan("medias-carnoel", "Carnoël Médias", &["Paris", "Brest"], 110, Oddity::Plain),
    plan("industries-vauquelin", "Vauquelin-Marsac Industries", &["Usine", "Siège"], 120, Oddity::Clone),
    plan("mutuelle-des-ports", "Mutuelle des Ports Réunis", &["Le Havre", "Dunkerque"], 140, Oddity::Plain),
    plan("logistique-estrelle", "Estrelle Logistique", &["Entrepôt A", "Entrepôt B", "Siège"], 160, Oddity::SilentSite),
    plan("batiments-durandal", "Bâtiments Durandal", &["Dijon", "Beaune", "Dole"], 190, Oddity::Plain),
    plan(
        "mairie-de-sorlange",
        "Mairie de Sorlange-sur-Aille",
        &["Hôtel de ville", "Ateliers", "Médiathèque"],
        240,
        Oddity::Plain,
    ),
    plan("groupe-hespera", "Groupe Hespéra Santé", &["Siège", "Résidence Est", "Résidence Ouest"], 0, Oddity::Plain),
];

const fn plan(
    code: &'static str,
    name: &'static str,
    sites: &'static [&'static str],
    size: u32,
    oddity: Oddity,
) -> Plan {
    Plan { code, name, sites, size, oddity }
}

impl Plan {
    /// The client's code.
    pub(super) fn client(&self) -> String {
        format!("{PREFIX}{}", self.code)
    }

    /// The display name, which says that it is an example.
    pub(super) fn display_name(&self) -> String {
        format!("{} (exemple)", self.name)
    }
}

/// What goes wrong with single devices, in turn over the clients.
pub(super) const TROUBLES: &[Trouble] = &[
    Trouble::Uncovered,
    Trouble::Told(Fault::AntivirusOutdated),
    Trouble::Missing,
    Trouble::Told(Fault::LateBackup),
    Trouble::Uncovered,
    Trouble::NeverSeen,
    Trouble::Told(Fault::AntivirusAbsent),
    Trouble::Told(Fault::OldSystem),
    Trouble::AbsentFromConsole,
    Trouble::Uncovered,
    Trouble::Told(Fault::Clear),
    Trouble::Mismatch,
    Trouble::Told(Fault::NoBackup),
    Trouble::Missing,
    Trouble::RetiredAlive,
    Trouble::Told(Fault::AntivirusInactive),
    Trouble::Excluded,
    Trouble::StaleInConsole,
    Trouble::Told(Fault::NoMail),
    Trouble::Uncovered,
    Trouble::OnlyInConsole,
    Trouble::Told(Fault::FirewallOff),
    Trouble::Palliative,
    Trouble::Told(Fault::NoDetection),
    Trouble::Late,
    Trouble::Stock,
    Trouble::Told(Fault::Partial),
    Trouble::Told(Fault::Skew),
    Trouble::Snoozed,
    Trouble::SeatGone,
];
