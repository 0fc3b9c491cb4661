//! Words of the frame around every page, and of the error page.

use super::words;

/// "line N" and "field F" of a place: English line, French line, English field, French field.
pub(crate) const PLACE: (&str, &str, &str, &str) = ("line {n}", "ligne {n}", "field {name}", "champ {name}");

words! {
    /// The frame and the error page.
    FrameWords {
        product: "Cadastre", "Cadastre";
        skip: "Skip to the content", "Aller au contenu";
        main_menu: "Main menu", "Menu principal";
        portfolio: "Portfolio", "Portefeuille";
        findings: "Findings", "Écarts";
        compare: "Compare lists", "Comparer des listes";
        clients: "Clients and contracts", "Clients et contrats";
        sources: "Sources", "Sources";
        health: "Collection", "Collecte";
        perimeter: "Perimeter", "Périmètre";
        month: "Month", "Mois";
        contracts: "Contracts", "Contrats";
        add_machines: "Add machines", "Ajouter des postes";
        pick: "Choose a client", "Choisir un client";
        pick_name: "Name, code or SIREN", "Nom, code ou SIREN";
        open: "Open", "Ouvrir";
        all_clients: "All clients", "Tous les clients";
        search: "Search", "Rechercher";
        search_hint: "Name, serial, MAC, slot", "Nom, n° de série, MAC, emplacement";
        language_change: "Change the language", "Changer de langue";
        as_of: "As of", "Au";
        show: "Show", "Afficher";
        band: "You are looking at {as_of}, as known on {known_at}", "Vous regardez le {as_of}, tel que connu le {known_at}";
        back_to_today: "Back to today", "Revenir à aujourd’hui";
        known_today: "As known on {known_at}", "Tel que connu le {known_at}";
        error_title: "This page cannot be shown", "Cette page ne peut pas être affichée";
        error_back: "To the portfolio", "Vers le portefeuille";
        json: "The same as JSON", "La même chose en JSON";
        in_this_page: "In this page", "Dans cette page";
    }
}
