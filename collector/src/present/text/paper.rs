//! Words of what is printed and handed over: the monthly statement.

use super::label::name;
use super::table::Row;
use super::{Language, number, words};

/// The company number of a party, as its papers bear it; nothing where none is known.
pub(crate) fn siren(siren: Option<&str>) -> String {
    siren.map(|siren| format!("SIREN {}", number::siren(siren))).unwrap_or_default()
}

words! {
    /// The monthly statement.
    StatementWords {
        title: "Statement of {month}", "Relevé de {month}";
        about: "What was covered, what moved and what was done in the month, for the client to check and sign.", "Ce qui était couvert, ce qui a changé et ce qui a été fait dans le mois, à vérifier et à signer par le client.";
        provider: "Provider", "Prestataire";
        client: "Client", "Client";
        span: "{from} to {to}", "Du {from} au {to}";
        running: "The month is not over: this statement stops on {to}.", "Le mois n’est pas terminé : ce relevé s’arrête au {to}.";
        perimeter: "Perimeter on {day}", "Périmètre au {day}";
        contract: "Contract", "Contrat";
        line: "Line", "Ligne";
        category: "Category", "Catégorie";
        contracted: "Contracted", "Prévus";
        covered: "Covered", "Couverts";
        billable: "Billed", "Facturés";
        observed: "Seen", "Vus";
        no_line: "No line is in force.", "Aucune ligne n’est en vigueur.";
        movements: "Movements of the month", "Mouvements du mois";
        no_movement: "No movement in the month.", "Aucun mouvement dans le mois.";
        entered: "In", "Entrée";
        left: "Out, last day", "Sortie, dernier jour";
        swapped: "Device replaced", "Appareil remplacé";
        slot: "Slot", "Emplacement";
        device: "Device", "Appareil";
        movement: "Movement", "Mouvement";
        interventions: "Interventions", "Interventions";
        no_intervention: "No intervention in the month.", "Aucune intervention dans le mois.";
        totals: "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}, {tickets} {tickets:ticket|tickets}.", "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}, {tickets} {tickets:ticket|tickets}.";
        totals_minutes: "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}.", "{count} {count:intervention|interventions}, {minutes} {minutes:minute|minutes}.";
        date: "Date", "Date";
        nature: "Nature", "Nature";
        means: "Means", "Moyen";
        number: "Number", "Nombre";
        minutes: "Minutes", "Minutes";
        tickets: "Tickets", "Tickets";
        what: "Subject", "Objet";
        unnamed: "not stated", "non précisé";
        answered: "Answered in", "Pris en charge en";
        solved: "Solved in", "Résolu en";
        delay: "{hours} h {minutes} min", "{hours} h {minutes} min";
        delay_hours: "{hours} h", "{hours} h";
        delay_minutes: "{minutes} min", "{minutes} min";
        kept: "kept", "tenu";
        missed: "missed", "dépassé";
        delays: "Delays kept", "Délais tenus";
        delays_about: "Counted in the hours of the contract, from the demand.", "Décomptés dans les heures du contrat, à partir de la demande.";
        hours: "Hours", "Heures";
        hours_always: "at all hours", "à toute heure";
        promised_answer: "Answer within", "Prise en charge sous";
        promised_solution: "Solution within", "Résolution sous";
        ratio: "{kept} of {judged} kept", "{kept} sur {judged} {kept:tenu|tenus}";
        nothing_judged: "nothing to judge", "rien à juger";
        duties: "Duties", "Obligations";
        duty: "Duty", "Obligation";
        every: "Every", "Fréquence";
        every_months: "{months} {months:month|months}", "{months} mois";
        last: "Last", "Dernière";
        never: "never attested", "jamais attestée";
        next: "Next by", "Prochaine avant le";
        overdue: "overdue", "en retard";
        equipment: "Equipment to renew", "Matériel à renouveler";
        equipment_about: "Older than {years} years, personal computers with less than {memory} GiB of memory, systems without their maker’s support.", "Plus de {years} ans, postes de moins de {memory} Gio de mémoire, systèmes que leur éditeur ne maintient plus.";
        no_equipment: "Nothing to renew.", "Rien à renouveler.";
        why: "Why", "Motif";
        to_settle: "To settle", "À traiter";
        nothing_to_settle: "Nothing to settle.", "Rien à traiter.";
        finding: "What", "Constat";
        about_what: "About", "Concerne";
        and_more: " and {count} more", " et {count} {count:autre|autres}";
        since: "Since", "Depuis";
        settle_by: "Settle by", "À traiter avant le";
        amounts: "Amount of the month", "Montant du mois";
        bill: "Bill", "Facturation";
        status: "State", "État";
        net: "Net", "HT";
        vat: "VAT", "TVA";
        gross: "Gross", "TTC";
        no_bill: "Nothing to bill.", "Rien à facturer.";
        status_closed: "closed", "close";
        status_draft: "draft", "brouillon";
        ledger: "Ledger head", "Empreinte du journal";
        ledger_about: "Any later change to what this statement rests on changes this head. Keep it.", "Toute modification ultérieure de ce sur quoi repose ce relevé change cette empreinte. Conservez-la.";
        signature: "Read and agreed", "Lu et approuvé";
        sign_name: "Name", "Nom";
        sign_role: "Role", "Qualité";
        sign_date: "Date", "Date";
        sign_here: "Signature", "Signature";
    }
}

words! {
    /// The dispute pack.
    PackWords {
        title: "Proof of the bill of {month}", "Dossier de preuve de la facturation de {month}";
        about: "Everything that this month’s bill rests on: its lines, the days that each slot counts, the devices that held it, what was observed.", "Tout ce sur quoi repose la facturation du mois : ses lignes, les jours comptés pour chaque emplacement, les appareils qui l’occupaient, ce qui a été observé.";
        provider: "Provider", "Prestataire";
        client: "Client", "Client";
        closed_at: "Closed on", "Clos le";
        verdict: "Made again from its own slot-days", "Recalculée à partir de ses propres jours-poste";
        bill: "Bill", "Facturation";
        issued: "Issued, net", "Émis, HT";
        recomputed: "Made again, net", "Recalculé, HT";
        result: "Result", "Résultat";
        same: "identical, line by line", "identique, ligne à ligne";
        differs: "{lines} {lines:line differs|lines differ}", "{lines} {lines:ligne diffère|lignes diffèrent}";
        ledger: "Ledger head once the month was closed", "Empreinte du journal à la clôture du mois";
        how: "Compare this head with the one on the signed statement. On any machine, without the provider’s collector, this command checks every file and makes the bill again:", "Comparez cette empreinte à celle du relevé signé. Sur toute machine, sans le collecteur du prestataire, cette commande contrôle chaque fichier et recalcule la facturation :";
        bill_of: "Bill {reference}", "Facturation {reference}";
        dated: "Dated {date}, due {due}. Billing input: the invoice number belongs to the accounts.", "Datée du {date}, échéance {due}. Éléments de facturation : le numéro de facture appartient à la comptabilité.";
        line: "Line", "Ligne";
        period: "Period", "Période";
        range: "{from} to {to}", "du {from} au {to}";
        computation: "Quantity × price ÷ base", "Quantité × prix ÷ base";
        discount: "discount {percent}", "remise {percent}";
        vat: "VAT", "TVA";
        net: "Net", "HT";
        total_net: "Total net", "Total HT";
        vat_of: "VAT {rate} on {base}", "TVA {rate} sur {base}";
        total_gross: "Total gross", "Total TTC";
        slots_of: "Slot-days of {line}, {month}", "Jours-poste de {line}, {month}";
        slots_total: "{days} {days:slot-day|slot-days} over {slots} {slots:slot|slots}.", "{days} {days:jour-poste|jours-poste} sur {slots} {slots:emplacement|emplacements}.";
        slot: "Slot", "Emplacement";
        held_by: "Held by", "Occupé par";
        days: "Days", "Jours";
        which: "Which days", "Quels jours";
        whole: "the whole month", "tout le mois";
        opened_by: "Opened by", "Ouvert par";
        seen: "Seen in the month", "Vu dans le mois";
        unseen: "not seen", "non vu";
        files: "Files of this folder", "Fichiers de ce dossier";
        files_about: "pack.json lists them with their SHA-256 and bears a seal over itself.", "pack.json les énumère avec leur SHA-256 et porte un sceau sur lui-même.";
        file: "File", "Fichier";
        holds: "What it holds", "Contenu";
    }
}

/// What opened a slot.
#[rustfmt::skip]
pub(crate) const ORIGINS: &[Row] = &[
    ("admission", "the line’s admission", "admission de la ligne"),
    ("annex", "the annex", "annexe"),
    ("decision", "a decision", "décision"),
    ("scope", "a scope rule", "règle de périmètre"),
];

/// What each kind of file of a dispute pack holds.
#[rustfmt::skip]
pub(crate) const PACK_FILES: &[Row] = &[
    ("bill.csv", "the bill’s lines, for a spreadsheet", "les lignes de facturation, pour un tableur"),
    ("bill.json", "the bill as a document", "la facturation, document JSON"),
    ("contract", "the contract as it was priced", "le contrat tel qu’il a été facturé"),
    ("facts.jsonl", "the facts that the ledger chains", "les faits que le journal enchaîne"),
    ("observations.csv", "the days on which each device was heard or seen", "les jours où chaque appareil a été entendu ou vu"),
    ("slot-days.csv", "the slot-days that were frozen", "les jours-poste figés à la clôture"),
    ("statement", "the monthly statement", "le relevé mensuel"),
];

/// The nature of an intervention.
pub(crate) fn nature(word: &str, language: Language) -> &str {
    name(NATURES, word, language)
}

/// The kind of a duty.
pub(crate) fn duty_kind(word: &str, language: Language) -> &str {
    name(DUTY_KINDS, word, language)
}

/// The result of an attestation.
pub(crate) fn result(word: &str, language: Language) -> &str {
    name(RESULTS, word, language)
}

/// Natures of interventions.
#[rustfmt::skip]
pub(crate) const NATURES: &[Row] = &[
    ("assistance", "assistance", "assistance"),
    ("corrective", "corrective", "corrective"),
    ("demande", "on request", "à la demande"),
    ("installation", "installation", "installation"),
    ("palliative", "palliative", "palliative"),
    ("preventive", "preventive", "préventive"),
];

/// Kinds of duties.
#[rustfmt::skip]
pub(crate) const DUTY_KINDS: &[Row] = &[
    ("committee", "steering committee", "comité de pilotage"),
    ("other", "other", "autre"),
    ("preventive", "preventive visit", "visite préventive"),
    ("restore_test", "restore test", "test de restauration"),
    ("training", "training", "formation"),
];

/// Results of attestations.
#[rustfmt::skip]
pub(crate) const RESULTS: &[Row] = &[
    ("failed", "failed", "non concluante"),
    ("passed", "passed", "concluante"),
];

/// Why a device is to be renewed.
#[rustfmt::skip]
pub(crate) const EQUIPMENT: &[Row] = &[
    ("out_of_support", "system out of support since {day}", "système non maintenu depuis le {day}"),
    ("short_of_memory", "{memory} GiB of memory", "{memory} Gio de mémoire"),
    ("too_old", "supplied on {day}", "livré le {day}"),
    ("too_old_firmware", "firmware of {day}", "micrologiciel du {day}"),
];
