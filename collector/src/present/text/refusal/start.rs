//! Refusals at the start and of the command line: addresses, configuration, files, the collector’s absence.

use crate::present::text::table::Row;

/// Sorted by code; of several rows of a code, the first whose arguments are given is said.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("address_in_use", "Another program listens on {address}: stop it or choose another port.", "Un autre programme écoute sur {address} : arrêtez-le ou choisissez un autre port."),
    ("address_refused", "The collector cannot listen on {address} ({reason}).", "Le collecteur ne peut pas écouter sur {address} ({reason})."),
    ("answer_unreadable", "The collector’s answer cannot be read ({reason}).", "La réponse du collecteur est illisible ({reason})."),
    ("argument_conflict", "“{argument}” cannot be given together with: {others}.", "« {argument} » ne peut pas être donné avec : {others}."),
    ("argument_missing", "The command also needs: {arguments}.", "Il manque à la commande : {arguments}."),
    ("argument_misspelt", "The command has no argument “{argument}”: did you mean “{near}”?", "La commande n’a pas d’argument « {argument} » : vouliez-vous dire « {near} » ?"),
    ("argument_twice", "“{argument}” is given twice.", "« {argument} » est donné deux fois."),
    ("argument_unknown", "The command has no argument “{argument}”.", "La commande n’a pas d’argument « {argument} »."),
    ("authority_unusable", "The collector’s certificate authority cannot be used ({reason}).", "L’autorité de certification du collecteur est inutilisable ({reason})."),
    ("catalogue_columns", "The line has not the nine columns of a table of products, or leaves one empty.", "La ligne n’a pas les neuf colonnes d’une table de produits, ou en laisse une vide."),
    ("catalogue_duplicate", "The fact stands twice.", "Le fait figure deux fois."),
    ("catalogue_header", "A table of products begins with its revision and the names of its columns.", "Une table de produits commence par sa révision et le nom de ses colonnes."),
    ("catalogue_product", "The product has another vendor or category than before.", "Le produit a un autre éditeur ou une autre catégorie que plus haut."),
    ("catalogue_too_long", "The table of products has too many lines.", "La table de produits a trop de lignes."),
    ("catalogue_word", "“{word}” is no word of this column.", "« {word} » n’est pas un mot de cette colonne."),
    ("collector_gone", "The collector broke off before it answered ({reason}).", "Le collecteur s’est interrompu avant de répondre ({reason})."),
    ("collector_not_running", "No collector answers on {socket}: start it with “cadastre-collector serve”, or name its configuration with --config.", "Aucun collecteur ne répond sur {socket} : lancez-le par « cadastre-collector serve », ou désignez sa configuration par --config."),
    ("command_incomplete", "The command line is not complete: --help shows what can follow.", "La ligne de commande est incomplète : --help montre la suite possible."),
    ("command_misspelt", "There is no command “{command}”: did you mean “{near}”?", "Il n’y a pas de commande « {command} » : vouliez-vous dire « {near} » ?"),
    ("command_unknown", "There is no command “{command}”.", "Il n’y a pas de commande « {command} »."),
    ("config_invalid", "The configuration is wrong here: {reason}.", "La configuration est erronée ici : {reason}."),
    ("config_unreadable", "The configuration cannot be read ({reason}).", "La configuration est illisible ({reason})."),
    ("dashboard_not_loopback", "The pages can only be served on a loopback address while no user exists: {address} is open to the network.", "Tant qu’aucun utilisateur n’existe, les pages ne sont servies que sur une adresse de bouclage : {address} est ouverte au réseau."),
    ("file_unreadable", "The file cannot be read ({reason}).", "Le fichier est illisible ({reason})."),
    ("file_unwritable", "The file cannot be written ({reason}).", "Le fichier ne peut pas être écrit ({reason})."),
    ("usage_wrong", "The command line cannot be read.", "La ligne de commande est illisible."),
    ("value_invalid", "“{value}” does not fit “{argument}”.", "« {value} » ne convient pas à « {argument} »."),
    ("value_missing", "“{argument}” needs a value.", "« {argument} » demande une valeur."),
    ("value_unknown", "“{value}” does not fit “{argument}”, which takes: {known}.", "« {value} » ne convient pas à « {argument} », qui accepte : {known}."),
];
