//! Words of the page of sources.

use super::words;

words! {
    /// Lists of other consoles, and whose their groups are.
    SourcesWords {
        title: "Sources", "Sources";
        about: "Lists exported from other consoles: monitoring, antivirus, backup, mail, directory.", "Listes exportées des autres consoles : supervision, antivirus, sauvegarde, messagerie, annuaire.";
        unmapped_sentence: "{groups} {groups:group belongs|groups belong} to no client: {rows} {rows:row waits|rows wait}", "{groups} {groups:groupe non rattaché|groupes non rattachés} : {rows} {rows:ligne attend|lignes attendent}";
        unmapped_about: "Until somebody says whose they are, nothing of them is counted, and the clients of the same source cannot close their month.", "Tant que personne ne dit à qui ils sont, rien n’en est compté, et les clients de la même source ne peuvent pas clore leur mois.";
        all_mapped: "Every group of every console belongs to a client.", "Chaque groupe de chaque console est rattaché à un client.";
        map: "Attach", "Rattacher";
        choose: "Choose a client", "Choisir un client";
        client: "Client", "Client";
        clients: "Clients", "Clients";
        site: "Site", "Site";
        rows: "Rows", "Lignes";
        rows_counted: "{rows} {rows:row|rows}", "{rows} {rows:ligne|lignes}";
        lists: "Lists", "Listes";
        no_list: "No list has been imported.", "Aucune liste n’a encore été importée.";
        source: "Source", "Source";
        newest: "Newest list", "Dernière liste";
        kind: "Kind", "Nature";
        old: "old", "ancienne";
        partial: "Partial", "Partielle";
        complete_word: "Complete", "Complète";
        by_client: "By client", "Par client";
        by_group: "By the file’s group column", "Selon la colonne groupe du fichier";
        all_sources: "Sources of all clients", "Sources de tous les clients";
        import_title: "Import a list", "Importer une liste";
        file: "File", "Fichier";
        file_hint: "CSV or XLSX as the console exports it; the usual spellings of the columns are recognised.", "CSV ou XLSX, tel que la console l’exporte ; les intitulés usuels des colonnes sont reconnus.";
        as_of: "List of", "Liste du";
        complete: "The list is complete: what it lacks is absent", "La liste est complète : ce qui n’y figure pas est absent";
        yes: "Accept a list that lost many of its rows", "Accepter une liste qui a perdu beaucoup de lignes";
        import: "Import", "Importer";
    }
}
