//! Words of the month's own page: the checklist, the bridge, closing, the statement, exports.

use super::words;

words! {
    /// The month of a client: check, close, hand over.
    MonthlyWords {
        title: "{month}", "{month}";
        checklist: "Before closing", "Avant la clôture";
        bridge: "Why this bill differs from {month}", "Pourquoi la facture diffère du mois précédent ({month})";
        bridge_step: "Step", "Étape";
        bridge_amount: "Net", "HT";
        bridge_same: "Nothing has changed since {month}.", "Rien n’a changé depuis le mois précédent ({month}).";
        lines: "Lines", "Lignes";
        close: "Close", "Clôture";
        close_about: "Closing freezes the slot-days, the links and the amounts ({net} net): later facts are regularised on later bills. It cannot be undone.", "La clôture fige les jours-poste, les liens et les montants ({net} HT) : les faits ultérieurs seront régularisés sur les factures suivantes. Elle ne s’annule pas.";
        close_sure: "I have checked {month}", "J’ai vérifié {month}";
        close_button: "Close {month}", "Clore {month}";
        closed_on: "Closed on {instant}. Ledger {head}", "Clos le {instant}. Registre {head}";
        just_closed: "{month} is closed. Next: the statement, then the export.", "{month} est clos. Ensuite : le relevé, puis l’export.";
        statement: "Statement", "Relevé";
        statement_open: "Open the statement", "Ouvrir le relevé";
        statement_draft: "The month is not closed: the statement is a draft, to be signed once it is.", "Le mois n’est pas clos : le relevé est un brouillon, à signer une fois la clôture faite.";
        sign_about: "When the client has agreed, record who did: the statement’s imprint and the ledger’s head are kept with the name.", "Quand le client a donné son accord, notez qui : l’empreinte du relevé et la tête du registre sont conservées avec le nom.";
        sign_name: "Name", "Nom";
        sign_role: "Role", "Qualité";
        sign_on: "Signed on", "Signé le";
        sign_language: "Statement in", "Relevé en";
        sign_button: "Record the signature", "Enregistrer la signature";
        signed: "Signed by {name}, {role}, on {day}", "Signé par {name}, {role}, le {day}";
        imprint: "imprint {sha}", "empreinte {sha}";
        just_signed: "The signature is recorded.", "La signature est enregistrée.";
        exports: "Export", "Export";
        exports_about: "Drafts for the accounts, which give the invoice its number", "Brouillons pour la comptabilité, qui attribue le numéro de facture";
        export_csv: "CSV", "CSV";
        export_xlsx: "Workbook (XLSX)", "Classeur (XLSX)";
        export_json: "JSON", "JSON";
        export_ubl: "UBL 2.1", "UBL 2.1";
        export_pack: "Dispute pack (ZIP)", "Dossier de preuve (ZIP)";
        export_profiles: "For a billing tool", "Pour un outil de facturation";
        nothing_to_export: "The month has no bill to export.", "Le mois n’a pas de facture à exporter.";
        check_done: "done", "fait";
        check_stop: "prevents the close", "empêche la clôture";
        check_warn: "to look at", "à regarder";
        check_over: "{month} is over", "{month} est terminé";
        check_not_over: "{month} runs until {day}", "{month} court jusqu’au {day}";
        check_collection: "Collection healthy: {n} {n:asset|assets}, none unknown", "Collecte saine : {n} {n:appareil|appareils}, aucun inconnu";
        check_unknown: "{n} {n:asset is|assets are} unknown and not judged", "{n} {n:appareil inconnu, non jugé|appareils inconnus, non jugés}";
        check_mapped: "No unmapped group", "Aucun groupe non rattaché";
        check_unmapped: "{n} {n:group|groups} of consoles belong to no client", "{n} {n:groupe de console non rattaché|groupes de console non rattachés}";
        check_tasks: "No open question of identity about a slot of the month", "Aucune question d’identité ouverte sur un emplacement du mois";
        check_open_tasks: "{n} open {n:question|questions} of identity: settle or snooze", "{n} {n:question d’identité ouverte|questions d’identité ouvertes} : à trancher ou à reporter";
        check_findings: "Nothing left to bill or exclude", "Rien à facturer ou à exclure";
        check_open_findings: "{n} {n:asset|assets} to bill or exclude", "{n} {n:appareil|appareils} à facturer ou à exclure";
        check_ready: "Ready to close", "Prêt à clore";
        close_later: "The list above says what the close waits for.", "La liste ci-dessus dit ce que la clôture attend.";
        previous: "Previous month", "Mois précédent";
        next: "Next month", "Mois suivant";
    }
}
