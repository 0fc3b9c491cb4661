//! Words of the portfolio: the sentence over all clients, the closing, the table.

use super::table::Row;
use super::words;

words! {
    /// The portfolio.
    PortfolioWords {
        title: "Portfolio", "Portefeuille";
        clients: "{n} {n:client|clients}", "{n} {n:client|clients}";
        assets: "{n} {n:asset|assets}", "{n} {n:appareil|appareils}";
        at_stake: "{amount} a month at stake", "{amount}/mois en jeu";
        split: "({unbilled} not billed, {unproven} billed without proof)", "({unbilled} non facturés, {unproven} facturés sans preuve)";
        notices: "{n} {n:notice|notices} within 90 days", "{n} préavis sous 90 jours";
        silent: "{n} silent {n:site|sites}", "{n} {n:site muet|sites muets}";
        clear: "No gap on {day}: {n} {n:asset agrees|assets agree}", "Aucun écart au {day} : {n} {n:appareil concorde|appareils concordent}";
        clear_unknown: "{n} unknown", "{n} {n:inconnu|inconnus}";
        next_notice: "Next notice: {day} ({name}).", "Prochain préavis : {day} ({name}).";
        closing: "Closing {month}: {ready} of {clients} {clients:client|clients} ready", "Clôture {month} : {ready}/{clients} {ready:prêt|prêts}";
        closing_about: "A square a client, each to its month: ✓ closed, ● ready, ✗ held up", "Un carré par client, chacun vers son mois : ✓ clos, ● prêt, ✗ bloqué";
        closed: "closed", "clos";
        ready: "ready", "prêt";
        blocked: "held up", "bloqué";
        known: "As known on {time}", "Tel que connu le {time}";
        unmapped: "Unmapped: {n} {n:asset|assets}, {groups} console {groups:group|groups}", "Non rattachés : {n} {n:appareil|appareils}, {groups} {groups:groupe|groupes} de console";
        client: "Client", "Client";
        stake_column: "At stake a month", "En jeu par mois";
        trend: "12 months", "12 mois";
        trend_said: "at stake over twelve months, from {first} to {last}", "en jeu sur douze mois, de {first} à {last}";
        trend_unknown: "trend not worked out yet", "évolution pas encore calculée";
        contracted: "Contracted", "Contrat";
        seen: "Seen", "Vus";
        billable: "Billable", "Facturés";
        uncovered: "Uncovered", "Hors périmètre";
        missing: "Missing", "Manquants";
        unknown: "Unknown", "Inconnus";
        unprotected: "Unprotected", "Protection en défaut";
        oldest: "Oldest gap", "Plus ancien écart";
        notice: "Notice", "Préavis";
        signed: "Statement signed", "Relevé signé";
        total: "Total", "Total";
        total_in: "Total {currency}", "Total {currency}";
        never_signed: "none yet", "aucun";
        pages: "Clients {from} to {to} of {total}", "Clients {from} à {to} sur {total}";
        previous: "Previous", "Précédents";
        next: "Next", "Suivants";
        empty: "No client yet.", "Aucun client.";
        empty_about: "Compare two lists you already have, add a first client, or look at an example.", "Comparez deux listes que vous avez déjà, ajoutez un premier client ou regardez un exemple.";
        compare: "Compare two lists", "Comparer deux listes";
        add: "Add a client", "Ajouter un client";
        example_command: "The example is made by one command on the collector’s machine, and removed by another:", "L’exemple se crée par une commande sur la machine du collecteur, et s’enlève par une autre :";
    }
}

/// Why assets are unknown, short.
#[rustfmt::skip]
pub(crate) const CAUSES: &[Row] = &[
    ("collector_stopped", "collector stopped", "collecteur arrêté"),
    ("list_stale", "list too old", "liste trop ancienne"),
    ("no_complete_list", "no complete list", "pas de liste complète"),
    ("site_silent", "silent site", "site muet"),
];
