//! Refusals of a request: addresses, dates, filters, forms; and what is not there.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("amount_overflow", "An amount is too large to be computed.", "Un montant est trop grand pour être calculé."),
    ("amount_too_large", "An amount passes the limit of 10,000,000,000,000.", "Un montant dépasse la limite de 10 000 000 000 000."),
    ("asset_name_twice", "Several assets are called “{name}”: give its id.", "Plusieurs appareils s’appellent « {name} » : indiquez son identifiant."),
    ("asset_unknown", "Client “{client}” has no asset “{asset}”.", "Le client « {client} » n’a pas d’appareil « {asset} »."),
    ("asset_unknown", "No asset “{asset}” is known here.", "Aucun appareil « {asset} » n’est connu ici."),
    ("bill_unknown", "Client “{client}” has no such bill in {month}.", "Le client « {client} » n’a pas de telle facture en {month}."),
    ("body_too_large", "What was sent is too large: {limit} MB at most are taken.", "L’envoi est trop volumineux : {limit} Mo au plus sont acceptés."),
    ("client_unknown", "No client “{client}” is registered.", "Aucun client « {client} » n’est enregistré."),
    ("confirmation_needed", "Tick this box first: it cannot be undone.", "Cochez d’abord cette case : l’opération ne s’annule pas."),
    ("cursor_invalid", "“{value}” is not a cursor that this list gave.", "« {value} » n’est pas un curseur donné par cette liste."),
    ("date_invalid", "“{value}” is not a date written YYYY-MM-DD.", "« {value} » n’est pas une date écrite AAAA-MM-JJ."),
    ("day_in_future", "{day} is still to come: a reading can be as of {today} at the latest.", "Le {day} est à venir : une lecture ne peut dépasser le {today}."),
    ("form_expired", "This form lay open for too long. Nothing was done; what you typed is kept: check it and send it again.", "Ce formulaire est resté ouvert trop longtemps. Rien n’a été fait ; votre saisie est conservée : vérifiez-la et renvoyez-la."),
    ("form_invalid", "What was sent is not a form of these pages.", "L’envoi n’est pas un formulaire de ces pages."),
    ("form_stale", "Something changed for this client since this page was shown. Nothing was done; what you typed is kept: check it and send it again.", "Les données de ce client ont changé depuis l’affichage de cette page. Rien n’a été fait ; votre saisie est conservée : vérifiez-la et renvoyez-la."),
    ("form_token_invalid", "This form was not made by this page, or the collector has restarted since. Nothing was done; check what you typed and send it again.", "Ce formulaire ne vient pas de cette page, ou le collecteur a redémarré depuis. Rien n’a été fait ; vérifiez votre saisie et renvoyez-la."),
    ("host_refused", "This address is served on this machine only: the request names another host.", "Cette adresse n’est servie que sur cette machine : la requête nomme un autre hôte."),
    ("instant_invalid", "“{value}” is not an instant written as 2026-11-24T10:00:00Z.", "« {value} » n’est pas un instant écrit comme 2026-11-24T10:00:00Z."),
    ("internal", "The collector failed at this: {reason}.", "Le collecteur n’a pas abouti : {reason}."),
    ("internal", "The collector failed at this; its log says why.", "Le collecteur n’a pas abouti ; son journal dit pourquoi."),
    ("language_invalid", "“{value}” is not a language of these pages: en or fr.", "« {value} » n’est pas une langue de ces pages : fr ou en."),
    ("limit_invalid", "“{value}” is not a number of rows from 1 to {most}.", "« {value} » n’est pas un nombre de lignes de 1 à {most}."),
    ("method_refused", "This address does not take that kind of request.", "Cette adresse n’accepte pas ce type de requête."),
    ("month_invalid", "“{value}” is not a month written YYYY-MM.", "« {value} » n’est pas un mois écrit AAAA-MM."),
    ("origin_refused", "The form was sent from another site and is refused.", "Le formulaire vient d’un autre site : il est refusé."),
    ("page_number_invalid", "“{value}” is not the number of a page.", "« {value} » n’est pas un numéro de page."),
    ("page_unknown", "Nothing is at this address.", "Il n’y a rien à cette adresse."),
    ("query_key_twice", "“{key}” is given twice in the address.", "« {key} » est donné deux fois dans l’adresse."),
    ("query_key_unknown", "“{key}” is not a filter of this page.", "« {key} » n’est pas un filtre de cette page."),
    ("request_invalid", "The request is not of the expected form: {reason}.", "La requête n’a pas la forme attendue : {reason}."),
    ("rows_needed", "Choose at least one row.", "Choisissez au moins une ligne."),
    ("schema_unknown", "No document has a schema named “{name}”.", "Aucun document n’a de schéma nommé « {name} »."),
    ("status_unknown", "“{value}” is not a status: covered, uncovered, missing, unknown or pending.", "« {value} » n’est pas un état : covered, uncovered, missing, unknown ou pending."),
    ("tab_unknown", "“{value}” is not a heading of this page.", "« {value} » n’est pas une rubrique de cette page."),
    ("undo_nothing", "This decision has nothing left to undo.", "Cette décision n’a plus rien à annuler."),
];
