//! What the command line says: headings of its tables and one sentence for each thing done.

use super::Language;
use super::label::name;
use super::table::{Row, say};

/// The sentence of something done, filled with its values.
pub fn done(code: &str, args: &[(&str, &str)], language: Language) -> String {
    say(DONE, code, args, language)
}

/// The heading of a column.
pub fn heading(code: &str, language: Language) -> &str {
    name(HEADINGS, code, language)
}

/// What was done.
#[rustfmt::skip]
pub const DONE: &[Row] = &[
    ("agent_revoked", "Agent {agent} is revoked: its certificate is refused from now on.", "L’agent {agent} est révoqué : son certificat est désormais refusé."),
    ("annex_imported", "{rows} {rows:row|rows} of the annex recorded in contract {contract}.", "{rows} {rows:ligne d’annexe enregistrée|lignes d’annexe enregistrées} au contrat {contract}."),
    ("annex_unchanged", "The annex of contract {contract} already says this: nothing was written.", "L’annexe du contrat {contract} dit déjà cela : rien n’a été écrit."),
    ("bill_change", "{month}, {entity}: {before} → {after}.", "{month}, {entity} : {before} → {after}."),
    ("client_added", "Client {client} is registered.", "Le client {client} est enregistré."),
    ("closed_month_effect", "Closed month {month}: {before} would become {after}, regularised on the next bill.", "Mois clos {month} : {before} deviendrait {after}, régularisé sur la prochaine facture."),
    ("contract_checked", "The contract is sound: {warnings} {warnings:warning|warnings}.", "Le contrat est cohérent : {warnings} {warnings:avertissement|avertissements}."),
    ("contract_imported", "Contract {contract} is recorded for {client}.", "Le contrat {contract} est enregistré pour {client}."),
    ("contract_unchanged", "Contract {contract} already says this: nothing was written.", "Le contrat {contract} dit déjà cela : rien n’a été écrit."),
    ("decide_preview", "Nothing is written. {month}: {before} → {after}.", "Rien n’est écrit. {month} : {before} → {after}."),
    ("decided", "Decided. A second dated decision can undo it.", "Décidé. Une seconde décision datée peut l’annuler."),
    ("engine_differs", "{month} was closed by other rules ({then}); today’s ({now}) would change {lines} {lines:line|lines}. The issued bill stands.", "{month} a été clos par d’autres règles ({then}) ; celles d’aujourd’hui ({now}) changeraient {lines} {lines:ligne|lignes}. La facture émise demeure."),
    ("exit_fee", "Leaving contract {contract} with {day} as last day costs {amount}. It is not billed by itself.", "Quitter le contrat {contract} avec le {day} pour dernier jour coûte {amount}. Ce dédit n’est pas facturé de lui-même."),
    ("exported", "The facts of {client} are in {folder}.", "Les faits de {client} sont dans {folder}."),
    ("file_written", "{file} is written.", "{file} est écrit."),
    ("imported", "Client {client} is imported: {facts} {facts:fact|facts}.", "Le client {client} est importé : {facts} {facts:fait|faits}."),
    ("index_imported", "{rows} {rows:index|indexes} read: {new} new, {corrected} corrected.", "{rows} {rows:indice lu|indices lus} : {new} {new:nouveau|nouveaux}, {corrected} {corrected:corrigé|corrigés}."),
    ("month_closed", "{month} is closed for {client}. Ledger: {head}", "{month} est clos pour {client}. Journal : {head}"),
    ("month_effect", "Bill of {month}: {before} becomes {after}.", "Facture de {month} : {before} devient {after}."),
    ("month_verified", "{month} holds: the bill is what its slot-days give. Ledger: {head}", "{month} est vérifié : la facture correspond à ses jours-poste. Journal : {head}"),
    ("no_assets", "No asset.", "Aucun appareil."),
    ("no_clients", "No client is registered.", "Aucun client n’est enregistré."),
    ("no_contracts", "No contract is recorded.", "Aucun contrat n’est enregistré."),
    ("no_exit_fee", "Contract {contract} states no exit fee on {day}.", "Le contrat {contract} ne prévoit pas de dédit au {day}."),
    ("no_findings", "Nothing to settle.", "Rien à traiter."),
    ("no_lines", "No line in force.", "Aucune ligne en vigueur."),
    ("no_sightings", "Nobody speaks of it.", "Aucune source n’en parle."),
    ("no_slot_days", "The month counts no day.", "Le mois ne compte aucun jour."),
    ("no_stays", "It never held a slot.", "Il n’a jamais eu d’emplacement."),
    ("nothing_billed", "Nothing to bill.", "Rien à facturer."),
    ("nothing_written", "Preview: nothing is written.", "Aperçu : rien n’est écrit."),
    ("profile_unverified", "The profile of {title}, written on {day}, was never tried on the tool itself: check the first import.", "Le profil {title}, écrit le {day}, n’a pas été essayé dans l’outil lui-même : contrôlez le premier import."),
    ("rebuilt", "{clients} {clients:client|clients} made again from the facts.", "{clients} {clients:client recalculé|clients recalculés} à partir des faits."),
    ("remark_error", "error", "erreur"),
    ("remark_warning", "warning", "avertissement"),
    ("serving", "Pages: {dashboard} · agents: {agents} · enrolment: {enrolment} · metrics: {metrics}", "Pages : {dashboard} · agents : {agents} · enrôlement : {enrolment} · métriques : {metrics}"),
    ("statement_signed", "The statement of {month} is signed by {name}. SHA-256: {hash}", "Le relevé de {month} est signé par {name}. SHA-256 : {hash}"),
    ("stopped", "The collector has stopped.", "Le collecteur est arrêté."),
    ("token_created", "Token valid until {expires_at}, for {uses} {uses:machine|machines}. It is shown once:", "Jeton valable jusqu’au {expires_at}, pour {uses} {uses:machine|machines}. Il n’est montré qu’une fois :"),
    ("token_revoked", "The token is revoked.", "Le jeton est révoqué."),
    ("usage_imported", "{rows} {rows:row|rows} read: {new} new, {corrected} corrected.", "{rows} {rows:ligne lue|lignes lues} : {new} {new:nouvelle|nouvelles}, {corrected} {corrected:corrigée|corrigées}."),
];

/// Headings of columns.
#[rustfmt::skip]
pub const HEADINGS: &[Row] = &[
    ("action", "action", "action"),
    ("actual", "as it is", "en l’état"),
    ("amount", "net", "HT"),
    ("amount_month", "a month", "par mois"),
    ("amount_year", "a year", "par an"),
    ("asset", "asset", "appareil"),
    ("assets", "assets", "appareils"),
    ("billable", "billable", "facturés"),
    ("category", "category", "catégorie"),
    ("client", "client", "client"),
    ("code", "finding", "écart"),
    ("contract", "contract", "contrat"),
    ("contracted", "contracted", "contrat"),
    ("count_now", "contracted", "au contrat"),
    ("count_then", "then", "ensuite"),
    ("covered", "covered", "couverts"),
    ("currency", "currency", "devise"),
    ("days", "days", "jours"),
    ("devices", "devices", "appareils"),
    ("difference", "difference", "différence"),
    ("due", "settle by", "à traiter avant"),
    ("end", "term", "échéance"),
    ("entity", "billed to", "facturé à"),
    ("findings", "to settle", "à traiter"),
    ("first_day", "in force", "en vigueur"),
    ("from", "from", "du"),
    ("gap", "gap", "écart"),
    ("issued", "issued", "émis"),
    ("label", "label", "libellé"),
    ("last_seen", "last seen", "vu"),
    ("line", "line", "ligne"),
    ("lines", "lines", "lignes"),
    ("month", "month", "mois"),
    ("name", "name", "nom"),
    ("native_id", "its id there", "identifiant"),
    ("notice_until", "notice until", "préavis jusqu’au"),
    ("observed", "seen", "vus"),
    ("price_base", "base", "base"),
    ("quantity", "quantity", "quantité"),
    ("reasons", "why", "pourquoi"),
    ("recomputed", "recomputed", "recalculé"),
    ("recorded", "recorded", "enregistré"),
    ("replayed", "replayed", "rejoué"),
    ("rule", "rule", "règle"),
    ("runs", "days from .. to", "jours du .. au"),
    ("since", "since", "depuis"),
    ("slot", "slot", "emplacement"),
    ("source", "source", "source"),
    ("state", "state", "situation"),
    ("status", "status", "état"),
    ("step", "why", "pourquoi"),
    ("to", "to", "au"),
    ("total_gross", "total gross", "total TTC"),
    ("total_net", "total net", "total HT"),
    ("unit", "unit", "unité"),
    ("unit_price", "price", "prix"),
    ("vat", "VAT", "TVA"),
];
