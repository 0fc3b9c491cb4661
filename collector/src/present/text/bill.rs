//! Words of the month: the lines of a bill, their slot-days, the totals.

use super::words;

words! {
    /// The month of a client.
    BillWords {
        title: "Bill of {month}", "Facturation de {month}";
        draft: "draft", "brouillon";
        closed: "closed", "clos";
        about: "Billing input, not an invoice: its number belongs to the accounts", "Éléments de facturation, non une facture : le numéro appartient à la comptabilité";
        previous: "Previous month", "Mois précédent";
        next: "Next month", "Mois suivant";
        entity: "Billed to {entity}", "Facturé à {entity}";
        dated: "dated {date}, due {due}", "datée du {date}, échéance {due}";
        line: "Line", "Ligne";
        period: "Period", "Période";
        computation: "Quantity × price ÷ base", "Quantité × prix ÷ base";
        computation_short: "Computation", "Calcul";
        vat: "VAT", "TVA";
        amount: "Net", "HT";
        discount: "discount {percent}", "remise {percent}";
        total_net: "Total net", "Total HT";
        vat_of: "VAT {rate} on {base}", "TVA {rate} sur {base}";
        total_gross: "Total gross", "Total TTC";
        slot_days: "{days} {days:slot-day|slot-days} over {slots} {slots:slot|slots}", "{days} {days:jour-poste|jours-poste} sur {slots} {slots:emplacement|emplacements}";
        slot: "Slot", "Emplacement";
        days: "Days", "Jours";
        which: "Which days", "Quels jours";
        held_by: "Held by", "Occupé par";
        held_by_none: "no asset seen", "aucun appareil vu";
        fixed: "The flat rate counts the contract’s number, not the slots.", "Le forfait facture le nombre écrit au contrat, non les emplacements.";
        more_slots: "{n} more {n:slot is|slots are} in the JSON document.", "{n} {n:autre emplacement est|autres emplacements sont} dans le document JSON.";
        evidence: "Evidence", "Preuve";
        empty: "Nothing to bill in {month}.", "Rien à facturer en {month}.";
        no_slots: "no slot-day counted", "aucun jour-poste compté";
        run: "computation {id}", "calcul {id}";
        range: "{from} to {to}", "du {from} au {to}";
        days_drawn: "{days} days of {month}", "{days} jours de {month}";
    }
}
