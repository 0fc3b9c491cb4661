//! Words of « Ajouter des postes »: the token's form, the commands of each system, how far each machine has come.

use super::words;

words! {
    /// Adding machines to a client.
    MachinesWords {
        title: "Add machines", "Ajouter des postes";
        about: "A token lets machines join this client: run one command on each, and it appears below within a minute.", "Un jeton permet à des postes de rejoindre ce client : une commande sur chacun, et il apparaît ici dans la minute.";
        site: "Site", "Site";
        site_hint: "Machines that join with this token belong to it; may stay empty.", "Les postes qui utiliseront ce jeton y seront rattachés ; facultatif.";
        uses: "How many machines", "Nombre de postes";
        days: "Days it lives", "Validité (jours)";
        make: "Make the token", "Créer le jeton";
        tokens: "Tokens", "Jetons";
        token: "Token", "Jeton";
        used: "Machines", "Postes";
        used_of: "{used} of {uses}", "{used} sur {uses}";
        ends: "Lives until", "Valable jusqu’au";
        state_open: "open", "ouvert";
        state_expired: "expired", "expiré";
        state_spent: "all used", "épuisé";
        state_revoked: "withdrawn", "révoqué";
        revoke: "Withdraw", "Révoquer";
        no_tokens: "No token has been made for this client.", "Aucun jeton n’a encore été créé pour ce client.";
        commands: "On the machine", "Sur le poste";
        commands_about: "Install the agent’s package, then, as an administrator:", "Installez le paquet de l’agent puis, en administrateur :";
        secret_once: "The token is shown here for an hour at most and is kept nowhere: copy it now.", "Le jeton reste affiché ici une heure au plus et n’est conservé nulle part : copiez-le maintenant.";
        secret_gone: "The token itself was shown when it was made and is kept nowhere. Make another one if you have lost it.", "Le jeton n’est montré qu’à sa création et n’est conservé nulle part. Si vous l’avez perdu, créez-en un autre.";
        another: "Make another token", "Créer un autre jeton";
        live: "How far the machines have come", "Où en sont les postes";
        refresh: "Refresh", "Actualiser";
        as_at: "at {time}", "à {time}";
        token_made: "token made {time}", "jeton créé {time}";
        token_seen: "token seen {time}", "jeton vu {time}";
        certificate: "certificate issued", "certificat émis";
        report: "first report {time}", "premier rapport {time}";
        report_waited: "waiting for the first report", "premier rapport attendu";
        report_late: "No report {age} after the certificate: the agent cannot reach the agents’ address (port 8443), or its service is not running. On the machine, cadastre-agent doctor names the cause.", "Aucun rapport {age} après le certificat : l’agent n’atteint pas l’adresse des agents (port 8443), ou son service ne tourne pas. Sur le poste, cadastre-agent doctor en donne la cause.";
        clock_ahead: "Its clock is {age} ahead: set it right, or its certificates will soon be refused.", "Son horloge avance de {age} : à régler, sans quoi ses certificats seront bientôt refusés.";
        clock_behind: "Its clock is {age} behind: set it right, or its certificates will soon be refused.", "Son horloge retarde de {age} : à régler, sans quoi ses certificats seront bientôt refusés.";
        amount: "{amount} a month", "{amount}/mois";
        waiting: "No machine has joined with this token yet.", "Aucun poste n’a encore utilisé ce jeton.";
        waiting_why: "If you have run the command: nothing has reached the collector. Check on the machine that the name resolves (DNS) and that nothing on the way closes port {port}; cadastre-agent doctor says which.", "Si la commande a été lancée : rien n’est parvenu au collecteur. Vérifiez depuis le poste que le nom se résout (DNS) et que rien ne bloque le port {port} ; cadastre-agent doctor dit lequel des deux.";
        decide: "Decide", "Décider";
        loopback: "The enrolment address is on this machine only. For machines elsewhere, set public.enrolment in the collector’s configuration.", "L’adresse d’enrôlement n’est joignable que depuis cette machine. Pour des postes distants, indiquez public.enrolment dans la configuration du collecteur.";
    }
}

/// Systems that the agent runs on, each with its commands; `{collector}` and `{token}` stand in them.
pub(crate) const COMMANDS: [(&str, &str); 3] = [
    (
        "Linux",
        "sudo cadastre-agent enroll --collector {collector} --token {token}\nsudo cadastre-agent service install",
    ),
    (
        "Windows (PowerShell)",
        "& \"$env:ProgramFiles\\Cadastre\\cadastre-agent.exe\" enroll --collector {collector} --token {token}\n& \"$env:ProgramFiles\\Cadastre\\cadastre-agent.exe\" service install",
    ),
    (
        "macOS",
        "sudo /usr/local/bin/cadastre-agent enroll --collector {collector} --token {token}\nsudo /usr/local/bin/cadastre-agent service install",
    ),
];
