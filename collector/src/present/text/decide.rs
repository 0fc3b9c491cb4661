//! Words of the work to do and of decisions: tabs, rows, the decision's form, its preview, its undoing.

use super::table::Row;
use super::words;

words! {
    /// What waits for a decision.
    WorkWords {
        title: "To settle", "À traiter";
        tabs: "Kinds of decision", "Types de décision";
        due: "Settle by", "À traiter avant";
        what: "What", "Quoi";
        evidence: "Evidence", "Preuves";
        money: "At stake", "En jeu";
        month: "{amount}/month", "{amount}/mois";
        year: "{amount}/year", "{amount}/an";
        sla: "SLA", "Engagement";
        action: "Decision", "Décision";
        overdue: "overdue", "en retard";
        since: "since {day}", "depuis le {day}";
        snoozed_until: "until {day}", "jusqu’au {day}";
        choose: "Choose {name}", "Choisir {name}";
        chosen: "The chosen rows:", "Les lignes choisies :";
        more: "Other decisions", "Autres décisions";
        more_short: "…", "…";
        settle_elsewhere: "settled on the machine or in its console", "à régler sur le poste ou dans sa console";
        response: "answer within {delay}", "réponse sous {delay}";
        resolution: "solved within {delay}", "résolution sous {delay}";
        empty: "Nothing to decide: {n} {n:asset|assets} checked{heard}{silent}.", "Rien à décider : {n} {n:appareil contrôlé|appareils contrôlés}{heard}{silent}.";
        empty_heard: " {age}", " {age}";
        empty_silent: "; {n} {n:silent site is|silent sites are} not judged", " ; {n} {n:site muet n’est pas jugé|sites muets ne sont pas jugés}";
        empty_tab: "Nothing under this heading.", "Rien sous cette rubrique.";
        empty_all: "Nothing to decide for any client.", "Rien à décider pour aucun client.";
        beyond: "{n} more {n:row stands|rows stand} on the clients’ own pages.", "{n} {n:autre ligne figure|autres lignes figurent} sur les pages des clients.";
        done: "Decided: {what}, {names}, {when}.", "Décidé : {what}, {names}, {when}.";
        done_from: "from {day}", "à partir du {day}";
        done_last: "last day {day}", "dernier jour le {day}";
        done_on: "on {day}", "le {day}";
        undo: "Undo by a dated decision", "Annuler par une décision datée";
        never_heard: "never seen", "jamais vu";
    }
}

words! {
    /// The form of a decision.
    DecideWords {
        title: "Decide", "Décider";
        verbs: "Decision", "Décision";
        what: "What is decided about", "Sur quoi porte la décision";
        effective_in: "First day", "Premier jour";
        effective_out: "Last day covered", "Dernier jour couvert";
        effective_on: "Day", "Date d’effet";
        first_seen: "first day seen, {day}", "premier jour vu, {day}";
        last_seen: "last day seen, {day}", "dernier jour vu, {day}";
        since: "since the gap began, {day}", "dès le début de l’écart, {day}";
        next_day: "the day after, {day}", "dès le lendemain, {day}";
        today: "today, {day}", "aujourd’hui, {day}";
        each: "for each row its own first day", "pour chaque ligne, son premier jour vu";
        each_last: "for each row its own last day seen", "pour chaque ligne, son dernier jour vu";
        next_month: "1st of next month, {day}", "1er du mois prochain, {day}";
        month_end: "end of this month, {day}", "fin de ce mois, {day}";
        other: "another day", "autre date";
        line: "Line", "Ligne";
        slot: "Slot", "Emplacement";
        slot_free: "the lowest free one", "le plus bas libre";
        with: "The same device as", "Même appareil que";
        apart: "Another device than", "Appareil distinct de";
        with_hint: "Its name or id", "Son nom ou son identifiant";
        to_client: "To client", "Vers le client";
        to_none: "stays with this client", "reste chez ce client";
        site: "Site", "Site";
        until: "Sleeps until", "Reporter jusqu’au";
        result: "Result", "Résultat";
        passed: "done, passed", "faite, conforme";
        failed: "done, failed", "faite, non conforme";
        reason: "Why", "Motif";
        preview: "What the invoice becomes", "Ce que devient la facture";
        preview_again: "Preview again", "Recalculer l’aperçu";
        confirm: "Confirm", "Confirmer";
        changed: "Here is what it would do now. Check it, then confirm.", "Voici l’effet de ce choix. Vérifiez, puis confirmez.";
        month: "{month}: {before} → {after} ({change}{days})", "{month} : {before} → {after} ({change}{days})";
        month_later: "{month}: {change}{days}", "{month} : {change}{days}";
        regularised: ", closed months regularised {amount}", ", mois clos régularisés {amount}";
        month_of: "{entity}, {month}", "{entity}, {month}";
        days: ": {n} {n:day|days} × {price} / {base}", " : {n} j × {price} / {base}";
        no_bill: "No invoice changes.", "Aucune facture ne change.";
        draft: "To be signed: amendment {n} of contract {contract}, drafted by", "À faire signer : avenant n° {n} au contrat {contract}, dont le projet s’obtient par";
        refused: "Refused", "Refusé";
        all_refused: "None of the rows can be decided so.", "Aucune ligne ne peut être décidée ainsi.";
        refused_rows: "{n} {n:row is|rows are} refused and will not be decided; the others will.", "{n} {n:ligne est refusée et ne sera pas décidée|lignes sont refusées et ne seront pas décidées} ; les autres le seront.";
        durable: "A decision about identity stands for good: the opposite one is refused afterwards.", "Une décision d’identité est définitive : la décision contraire est ensuite refusée.";
        undoing: "Undoes the decision of {day}: {what} (“{reason}”).", "Annule la décision du {day} : {what} (« {reason} »).";
        back: "Back to the list", "Retour à la liste";
    }
}

/// Tabs of the work to do.
#[rustfmt::skip]
pub const TABS: &[Row] = &[
    ("bill", "To bill or exclude", "À facturer ou exclure"),
    ("contract", "Contract to follow", "Contrat à suivre"),
    ("find", "To find or retire", "À retrouver ou retirer"),
    ("identity", "Which device?", "Identité à trancher"),
    ("protect", "Restore protection", "Protection à rétablir"),
    ("snoozed", "Snoozed", "Reportés"),
    ("unknown", "Unknown", "Inconnus"),
];

/// Verbs of `decide`, as a button says them.
#[rustfmt::skip]
pub const DO: &[Row] = &[
    ("active", "Back in service", "Remettre en service"),
    ("attest", "Attest", "Attester"),
    ("byod", "The user’s own", "Matériel personnel (BYOD)"),
    ("exclude", "Exclude", "Exclure"),
    ("include", "Add", "Ajouter"),
    ("loan", "Lend", "Mettre en prêt"),
    ("merge", "One device", "Un seul appareil"),
    ("move", "Move", "Déplacer"),
    ("never-together", "Two devices", "Deux appareils"),
    ("replace", "Replace in its slot", "Remplacer dans l’emplacement"),
    ("retire", "Retire", "Retirer"),
    ("reversibility", "Reversibility", "Réversibilité"),
    ("snooze", "Snooze", "Reporter"),
    ("spare", "Keep as a spare", "Mettre en secours"),
    ("stock", "Into stock", "Mettre en stock"),
];

/// Open questions about identity, in a word.
#[rustfmt::skip]
pub const QUESTIONS: &[Row] = &[
    ("ambiguous_match", "one of several", "l’un de plusieurs"),
    ("ambiguous_value", "a value of several machines", "valeur portée par plusieurs machines"),
    ("clone", "clone", "clone"),
    ("conflicting_match", "contradiction", "contradiction"),
    ("identity_moved", "identity moved", "identité déplacée"),
    ("part_moved", "part moved", "pièce déplacée"),
    ("serial_under_two_uuids", "one serial, two UUIDs", "un numéro de série, deux UUID"),
    ("vetoed_match", "alike, yet not", "semblables, mais"),
];

/// What each of them asks; `{names}` and `{value}` stand in them.
#[rustfmt::skip]
pub const ASKED: &[Row] = &[
    ("ambiguous_match", "{value}: {names} may be one device or several.", "{value} : {names} peuvent être un seul appareil ou plusieurs."),
    ("ambiguous_value", "{value} stands on several machines ({names}): it speaks for none until you say.", "{value} figure sur plusieurs machines ({names}) : elle ne désigne personne tant que vous n’avez pas tranché."),
    ("clone", "Two running machines share one identity ({names}): give the copy a key of its own.", "Deux machines en marche portent la même identité ({names}) : donnez à la copie une clé propre."),
    ("conflicting_match", "{value} joins {names}, which something else keeps apart.", "{value} réunit {names}, qu’un autre indice sépare."),
    ("identity_moved", "{value} has passed from one machine to another ({names}).", "{value} est passé d’une machine à une autre ({names})."),
    ("part_moved", "A part ({value}) is in two machines by turns ({names}): a swap, or one device?", "Une pièce ({value}) se retrouve dans deux machines ({names}) : échange, ou un seul appareil ?"),
    ("serial_under_two_uuids", "{value} appears under two UUIDs ({names}): a board replaced, or two machines?", "{value} apparaît sous deux UUID ({names}) : carte mère remplacée, ou deux machines ?"),
    ("vetoed_match", "{value} says {names} are one device, another value says they are not.", "{value} désigne {names} comme un seul appareil, une autre valeur dit le contraire."),
];
