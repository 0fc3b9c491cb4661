//! Words of a client's page: the sentence of the day, the perimeter, the findings, the assets.

use super::words;

words! {
    /// A client's page.
    ClientWords {
        contracts: "Contracts", "Contrats";
        contract: "Contract", "Contrat";
        amendment: "amendment {n}", "avenant {n}";
        in_force: "in force since {day}", "en vigueur depuis le {day}";
        term: "term {day}", "échéance {day}";
        open_ended: "no fixed term", "sans échéance";
        notice: "notice until {day}", "préavis jusqu’au {day}";
        warning: "client to be warned from {from} to {to}", "client à prévenir du {from} au {to}";
        perimeter: "Perimeter", "Périmètre";
        perimeter_about: "Lines of the contracts in force on that day", "Lignes des contrats en vigueur ce jour-là";
        line: "Line", "Ligne";
        price: "Price a month", "Prix par mois";
        tiers: "tiers", "par tranches";
        contracted: "Contracted", "Contrat";
        seen: "Seen", "Vus";
        covered: "Covered", "Couverts";
        billable: "Billable", "Facturés";
        gap: "Gap", "Écart";
        bullet: "{seen} seen for {contracted} contracted, {unknown} of them unknown", "{seen} vus pour {contracted} au contrat, dont {unknown:inconnu|inconnus} : {unknown}";
        drawing: "Seen against contracted", "Vus au regard du contrat";
        legend_seen: "seen", "vus";
        legend_over: "seen beyond the contract", "vus au-delà du contrat";
        legend_unknown: "unknown", "inconnus";
        legend_contract: "contracted", "au contrat";
        findings: "To settle", "À traiter";
        findings_about: "Gaps that need a decision, the largest amount first", "Écarts qui demandent une décision, le plus gros montant d’abord";
        what: "What", "Quoi";
        since: "Since", "Depuis";
        due: "Settle by", "À traiter avant";
        overdue: "overdue", "en retard";
        month: "A month", "Par mois";
        year: "A year", "Par an";
        action: "Proposed action", "Action proposée";
        evidence: "{n} {n:piece|pieces} of evidence", "{n} {n:preuve|preuves}";
        no_findings: "Nothing to settle: {n} {n:asset|assets} compared with the contract.", "Rien à traiter : {n} {n:appareil comparé|appareils comparés} au contrat.";
        no_findings_no_assets: "Nothing to settle.", "Rien à traiter.";
        assets: "Assets", "Appareils";
        assets_about: "Problems first, then by slot; one column a source", "Problèmes d’abord, puis par emplacement ; une colonne par source";
        status: "Status", "État";
        device: "Device", "Appareil";
        slot: "Line and slot", "Ligne et emplacement";
        site: "Site", "Site";
        last_seen: "Last seen", "Vu";
        why: "Why", "Pourquoi";
        never: "never", "jamais";
        no_slot: "no slot", "sans emplacement";
        slot_short: "Slot", "Emplacement";
        source_present: "present", "présent";
        source_absent: "absent from it", "absent";
        source_silent: "does not know it", "ne le connaît pas";
        filter: "Show", "Afficher";
        all: "All", "Tous";
        filtered: "{shown} of {total} assets shown.", "{shown} {shown:appareil affiché|appareils affichés} sur {total}.";
        filter_empty: "No asset has this status on that day.", "Aucun appareil n’est dans cet état ce jour-là.";
        previous_page: "Previous", "Précédents";
        next_page: "Next", "Suivants";
        page_of: "Page {page} of {pages}", "Page {page} sur {pages}";
        more_findings: "{n} more {n:gap is|gaps are} in the JSON document.", "{n} {n:autre écart est|autres écarts sont} dans le document JSON.";
        no_contract_title: "No contract in force", "Aucun contrat en vigueur";
        no_contract: "Everything seen is outside the perimeter for lack of a contract. Import one:", "Tout ce qui est vu est hors périmètre, faute de contrat. Importez-en un :";
        no_contract_that_day: "The contracts of this client have no line in force on that day.", "Les contrats de ce client n’ont aucune ligne en vigueur ce jour-là.";
        no_device_title: "No asset yet", "Aucun appareil";
        no_device: "Nothing has reported and no annex names anything. To add a first machine, make a token here, then enrol the machine with it:", "Rien ne s’est déclaré et aucune annexe ne nomme d’appareil. Pour ajouter une première machine, créez un jeton ici, puis enrôlez la machine avec ce jeton :";
        on_collector: "On the collector", "Sur le collecteur";
        on_machine: "On the machine", "Sur la machine";
        unmapped_title: "Unmapped groups", "Groupes non rattachés";
        unmapped: "“{group}” of {source}: {rows} {rows:row|rows} without a client", "« {group} » de {source} : {rows} {rows:ligne|lignes} sans client";
        day: "On {day}", "Au {day}";
        day_seen: "{seen} for {contracted} contracted", "{seen} pour {contracted} au contrat";
        day_no_contract: "{n} {n:asset|assets} seen, no contract in force", "{n} {n:appareil vu|appareils vus}, aucun contrat en vigueur";
        day_nothing: "nothing seen yet", "rien n’a encore été vu";
        day_clear: "nothing to settle", "rien à traiter";
        day_amount: "{amount} a month", "{amount}/mois";
        not_due: "no amount", "sans montant";
    }
}
