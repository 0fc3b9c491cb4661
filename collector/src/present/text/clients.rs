//! Words of the list of clients.

use super::words;

words! {
    /// The list of clients.
    ClientsWords {
        title: "Clients", "Clients";
        client: "Client", "Client";
        assets: "Assets", "Appareils";
        findings: "To settle", "À traiter";
        at_stake: "At stake a month", "En jeu par mois";
        since: "Registered on", "Enregistré le";
        siren: "SIREN", "SIREN";
        sentence: "{clients} {clients:client|clients} · {assets} {assets:asset|assets} · {findings} {findings:gap|gaps} to settle", "{clients} {clients:client|clients} · {assets} {assets:appareil|appareils} · {findings} {findings:écart|écarts} à traiter";
        at_stake_sentence: "{amount} a month at stake", "{amount} par mois en jeu";
        empty_title: "No client yet", "Aucun client";
        empty: "Add one on the machine of the collector; its page then stands here.", "Ajoutez-en un sur la machine du collecteur : sa page sera ici.";
        empty_then: "Then give it a contract and enrol a first machine.", "Donnez-lui ensuite un contrat et enrôlez une première machine.";
        sample_code: "example", "exemple";
        sample_name: "Example Ltd", "Société Exemple";
    }
}
