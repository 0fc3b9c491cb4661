//! Refusals at the start and of the command line: addresses, configuration, files, the collector’s absence.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("address_in_use", "Another program listens on {address}: stop it or choose another port.", "Un autre programme écoute sur {address} : arrêtez-le ou choisissez un autre port."),
    ("address_refused", "The collector cannot listen on {address} ({reason}).", "Le collecteur ne peut pas écouter sur {address} ({reason})."),
    ("answer_unreadable", "The collector’s answer cannot be read ({reason}).", "La réponse du collecteur est illisible ({reason})."),
    ("authority_unusable", "The collector’s certificate authority cannot be used ({reason}).", "L’autorité de certification du collecteur est inutilisable ({reason})."),
    ("catalogue_columns", "The line has not the nine columns of a table of products, or leaves one empty.", "La ligne n’a pas les neuf colonnes d’une table de produits, ou en laisse une vide."),
    ("catalogue_duplicate", "The fact stands twice.", "Le fait figure deux fois."),
    ("catalogue_header", "A table of products begins with its revision and the names of its columns.", "Une table de produits commence par sa révision et le nom de ses colonnes."),
    ("catalogue_product", "The product has another vendor or category than before.", "Le produit a un autre éditeur ou une autre catégorie que plus haut."),
    ("catalogue_too_long", "The table of products has too many lines.", "La table de produits a trop de lignes."),
    ("catalogue_word", "“{word}” is no word of this column.", "« {word} » n’est pas un mot de cette colonne."),
    ("collector_gone", "The collector broke off before it answered ({reason}).", "Le collecteur s’est interrompu avant de répondre ({reason})."),
    ("collector_not_running", "No collector answers on {socket}: start it with “cadastre-collector serve”, or name its configuration with --config.", "Aucun collecteur ne répond sur {socket} : lancez-le par « cadastre-collector serve », ou désignez sa configuration par --config."),
    ("config_invalid", "The configuration is wrong here: {reason}.", "La configuration est erronée ici : {reason}."),
    ("config_unreadable", "The configuration cannot be read ({reason}).", "La configuration est illisible ({reason})."),
    ("dashboard_not_loopback", "The pages can only be served on a loopback address while no user exists: {address} is open to the network.", "Tant qu’aucun utilisateur n’existe, les pages ne sont servies que sur une adresse de bouclage : {address} est ouverte au réseau."),
    ("file_unreadable", "The file cannot be read ({reason}).", "Le fichier est illisible ({reason})."),
    ("file_unwritable", "The file cannot be written ({reason}).", "Le fichier ne peut pas être écrit ({reason})."),
];
