//! Words of contracts and of what is handed to the client: calendar, statement.

use super::words;

words! {
    /// The calendar of terms.
    ContractWords {
        notice_event: "Contract {contract} ({client}): last day to give notice", "Contrat {contract} ({client}) : dernier jour pour donner préavis";
        end_event: "Contract {contract} ({client}): last day of the term", "Contrat {contract} ({client}) : dernier jour du terme";
        warn_event: "Contract {contract} ({client}): warn the client of the renewal", "Contrat {contract} ({client}) : avertir le client de la reconduction";
    }
}

words! {
    /// The monthly statement.
    StatementWords {
        title: "Statement of {month}", "Relevé de {month}";
        about: "What was covered, what moved and what was done in the month, for the client to check and sign.", "Ce qui était couvert, ce qui a changé et ce qui a été fait dans le mois, à vérifier et signer par le client.";
        perimeter: "Perimeter on the last day", "Périmètre au dernier jour";
        contract: "Contract", "Contrat";
        line: "Line", "Ligne";
        contracted: "Contracted", "Contrat";
        covered: "Covered", "Couverts";
        billable: "Billed", "Facturés";
        observed: "Seen", "Vus";
        movements: "Movements of the month", "Mouvements du mois";
        no_movement: "No movement in the month.", "Aucun mouvement dans le mois.";
        entered: "in on {day}", "entré le {day}";
        left: "out on {day}", "sorti le {day}";
        swapped: "device replaced on {day}", "appareil remplacé le {day}";
        slot: "Slot", "Emplacement";
        movement: "Movement", "Mouvement";
        interventions: "Interventions", "Interventions";
        no_intervention: "No intervention in the month.", "Aucune intervention dans le mois.";
        totals: "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}, {tickets} {tickets:ticket|tickets}", "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}, {tickets} {tickets:ticket|tickets}";
        date: "Date", "Date";
        nature: "Nature", "Nature";
        means: "Means", "Moyen";
        minutes: "Minutes", "Minutes";
        tickets: "Tickets", "Tickets";
        what: "Subject", "Objet";
        answered: "Answered after", "Pris en charge après";
        solved: "Solved after", "Résolu après";
        delay: "{hours} h {minutes} min", "{hours} h {minutes} min";
        to_settle: "To settle", "À traiter";
        nothing_to_settle: "Nothing to settle.", "Rien à traiter.";
        amounts: "Amount of the month", "Montant du mois";
        net: "Net", "HT";
        gross: "Gross", "TTC";
        status_closed: "closed bill", "facture close";
        status_draft: "draft", "brouillon";
        ledger: "Ledger head: {head}", "Empreinte du journal : {head}";
        signature: "Read and agreed. Name, role, date, signature:", "Lu et approuvé. Nom, qualité, date, signature :";
    }
}
