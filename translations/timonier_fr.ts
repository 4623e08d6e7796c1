<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>Column</name>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Namespace</source>
        <translation>Espace de noms</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Prêts</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Restarts</source>
        <translation>Redémarrages</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Âge</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Nœud</translation>
    </message>
    <message>
        <source>IP</source>
        <translation>IP</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rôles</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Desired</source>
        <translation>Voulus</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>Actuels</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Disponibles</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>À jour</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Horaire</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>Suspendu</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Actifs</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Dernier lancement</translation>
    </message>
    <message>
        <source>Completions</source>
        <translation>Achèvements</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hôtes</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Capacity</source>
        <translation>Capacité</translation>
    </message>
    <message>
        <source>Claim</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volume</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Vu pour la dernière fois</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>A window on Kubernetes clusters.</source>
        <translation>Une fenêtre sur des clusters Kubernetes.</translation>
    </message>
    <message>
        <source>Show this help.</source>
        <translation>Afficher cette aide.</translation>
    </message>
    <message>
        <source>Show the version.</source>
        <translation>Afficher la version.</translation>
    </message>
    <message>
        <source>Read this kubeconfig instead of KUBECONFIG and ~/.kube/config.</source>
        <translation>Lire ce kubeconfig au lieu de KUBECONFIG et de ~/.kube/config.</translation>
    </message>
    <message>
        <source>Open this context.</source>
        <translation>Ouvrir ce contexte.</translation>
    </message>
    <message>
        <source>Show this namespace only.</source>
        <translation>N’afficher que cet espace de noms.</translation>
    </message>
    <message>
        <source>Show this kind first: pods, nodes, deployments …</source>
        <translation>Afficher d’abord ce genre : pods, nodes, deployments…</translation>
    </message>
    <message>
        <source>light, dark, or system.</source>
        <translation>light (clair), dark (sombre) ou system (celui du système).</translation>
    </message>
    <message>
        <source>Speak this language: en, fr.</source>
        <translation>Parler cette langue : en, fr.</translation>
    </message>
    <message>
        <source>Size of the window, e.g. 1280x800.</source>
        <translation>Taille de la fenêtre, par exemple 1280x800.</translation>
    </message>
    <message>
        <source>Write a picture of the window when it is complete, and quit.</source>
        <translation>Écrire une image de la fenêtre quand elle est complète, puis quitter.</translation>
    </message>
    <message>
        <source>At the end, print one line of JSON on stderr: times, rows, memory, frames.</source>
        <translation>À la fin, écrire une ligne JSON sur stderr : durées, lignes, mémoire, images.</translation>
    </message>
    <message>
        <source>Quit when the table is complete.</source>
        <translation>Quitter quand le tableau est complet.</translation>
    </message>
    <message>
        <source>--theme is light, dark or system, not %1</source>
        <translation>--theme vaut light, dark ou system, pas %1</translation>
    </message>
    <message>
        <source>--size is WIDTHxHEIGHT, e.g. 1280x800, not %1</source>
        <translation>--size s’écrit LARGEURxHAUTEUR, par exemple 1280x800, pas %1</translation>
    </message>
    <message>
        <source>Unknown argument: %1</source>
        <translation>Argument inconnu : %1</translation>
    </message>
</context>
<context>
    <name>Group</name>
    <message>
        <source>Cluster</source>
        <comment>group of kinds: nodes, namespaces …</comment>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Workloads</source>
        <comment>group of kinds: pods, deployments …</comment>
        <translation>Charges</translation>
    </message>
    <message>
        <source>Network</source>
        <comment>group of kinds: services, ingresses …</comment>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Configuration</source>
        <comment>group of kinds: config maps, secrets</comment>
        <translation>Configuration</translation>
    </message>
    <message>
        <source>Storage</source>
        <comment>group of kinds: volumes …</comment>
        <translation>Stockage</translation>
    </message>
    <message>
        <source>Access</source>
        <comment>group of kinds: service accounts, roles …</comment>
        <translation>Accès</translation>
    </message>
    <message>
        <source>Other</source>
        <comment>group of kinds: whatever fits nowhere else</comment>
        <translation>Autres</translation>
    </message>
</context>
<context>
    <name>Kind</name>
    <message>
        <source>Nodes</source>
        <translation>Nœuds</translation>
    </message>
    <message>
        <source>Namespaces</source>
        <translation>Espaces de noms</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Événements</translation>
    </message>
    <message>
        <source>Pods</source>
        <translation>Pods</translation>
    </message>
    <message>
        <source>Deployments</source>
        <translation>Déploiements</translation>
    </message>
    <message>
        <source>Stateful sets</source>
        <translation>Stateful sets</translation>
    </message>
    <message>
        <source>Daemon sets</source>
        <translation>Daemon sets</translation>
    </message>
    <message>
        <source>Replica sets</source>
        <translation>Replica sets</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>Cron jobs</source>
        <translation>Cron jobs</translation>
    </message>
    <message>
        <source>Autoscalers</source>
        <translation>Autoscalers</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>Endpoint slices</source>
        <translation>Tranches d’endpoints</translation>
    </message>
    <message>
        <source>Ingresses</source>
        <translation>Ingress</translation>
    </message>
    <message>
        <source>Config maps</source>
        <translation>Config maps</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>Secrets</translation>
    </message>
    <message>
        <source>Volume claims</source>
        <translation>Demandes de volume</translation>
    </message>
    <message>
        <source>Volumes</source>
        <translation>Volumes</translation>
    </message>
    <message>
        <source>Storage classes</source>
        <translation>Classes de stockage</translation>
    </message>
    <message>
        <source>Service accounts</source>
        <translation>Comptes de service</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rôles</translation>
    </message>
    <message>
        <source>Role bindings</source>
        <translation>Liaisons de rôles</translation>
    </message>
    <message>
        <source>Cluster roles</source>
        <translation>Rôles de cluster</translation>
    </message>
    <message>
        <source>Cluster role bindings</source>
        <translation>Liaisons de rôles de cluster</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>The server does not accept your credentials</source>
        <translation>Le serveur n’accepte pas vos identifiants</translation>
    </message>
    <message>
        <source>You may not list %1</source>
        <comment>%1: nodes, persistentvolumes …</comment>
        <translation>Vous n’avez pas le droit de lister les %1</translation>
    </message>
    <message>
        <source>You may not list %1 in all namespaces</source>
        <comment>%1: pods, services …</comment>
        <translation>Vous n’avez pas le droit de lister les %1 de tous les espaces de noms</translation>
    </message>
    <message>
        <source>You may not list %1 in the namespace %2</source>
        <comment>%1: pods, services …</comment>
        <translation>Vous n’avez pas le droit de lister les %1 de l’espace de noms %2</translation>
    </message>
    <message>
        <source>Connecting …</source>
        <translation>Connexion…</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
    </message>
    <message>
        <source>Loading … %1 rows</source>
        <translation>Chargement… %1 lignes</translation>
    </message>
    <message>
        <source>Live, but not complete: %1</source>
        <translation>En direct, mais incomplet : %1</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>the table follows the cluster</comment>
        <translation>En direct</translation>
    </message>
    <message>
        <source>Reading the list again …</source>
        <translation>Relecture de la liste…</translation>
    </message>
    <message>
        <source>Stale since %1</source>
        <comment>%1: time of day</comment>
        <translation>Figé depuis %1</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Pas de connexion</translation>
    </message>
    <message>
        <source>Retrying in %1 s</source>
        <translation>Nouvel essai dans %1 s</translation>
    </message>
    <message>
        <source>Retrying …</source>
        <translation>Nouvel essai…</translation>
    </message>
</context>
<context>
    <name>timonier::MainWindow</name>
    <message>
        <source>Page</source>
        <comment>accessible name of the main area</comment>
        <translation>Page</translation>
    </message>
    <message>
        <source>The kubeconfig has no context called %1</source>
        <translation>Le kubeconfig n’a pas de contexte nommé %1</translation>
    </message>
    <message>
        <source>The kubeconfig cannot be read</source>
        <translation>Le kubeconfig ne peut pas être lu</translation>
    </message>
    <message>
        <source>Welcome to Timonier</source>
        <translation>Bienvenue dans Timonier</translation>
    </message>
    <message>
        <source>Timonier shows you a Kubernetes cluster as it is at this moment, and helps you to change it.

It has found no kubeconfig, the file that says where a cluster is and who you are. Whoever runs your cluster can give you one; put it in the place below, or name another in the environment variable KUBECONFIG. Timonier notices by itself.</source>
        <translation>Timonier vous montre un cluster Kubernetes tel qu’il est en ce moment, et vous aide à le changer.

Il n’a trouvé aucun kubeconfig, le fichier qui dit où est un cluster et qui vous êtes. La personne qui gère votre cluster peut vous en donner un ; placez-le à l’endroit ci-dessous, ou nommez-en un autre dans la variable d’environnement KUBECONFIG. Timonier s’en apercevra de lui-même.</translation>
    </message>
    <message>
        <source>Choose a context</source>
        <translation>Choisissez un contexte</translation>
    </message>
    <message>
        <source>The kubeconfig names no current context. Choose one on the left.</source>
        <translation>Le kubeconfig ne nomme pas de contexte courant. Choisissez-en un à gauche.</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Aucun cluster n’est ouvert</translation>
    </message>
    <message>
        <source>%1 cannot be opened</source>
        <comment>%1: a context</comment>
        <translation>%1 ne peut pas être ouvert</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>%1 – Timonier</source>
        <comment>window title; %1: a context</comment>
        <translation>%1 – Timonier</translation>
    </message>
    <message>
        <source>Opening %1 …</source>
        <comment>%1: a context</comment>
        <translation>Ouverture de %1…</translation>
    </message>
    <message>
        <source>Timonier does not know the kind %1</source>
        <translation>Timonier ne connaît pas le genre %1</translation>
    </message>
</context>
<context>
    <name>timonier::MessagePage</name>
    <message>
        <source>Decoration</source>
        <comment>accessible name of a picture that says nothing</comment>
        <translation>Décoration</translation>
    </message>
    <message>
        <source>What was answered</source>
        <comment>accessible name of the evidence of an error</comment>
        <translation>Ce qui a été répondu</translation>
    </message>
</context>
<context>
    <name>timonier::NamespaceField</name>
    <message>
        <source>Namespace</source>
        <comment>accessible name of the choice of a namespace</comment>
        <translation>Espace de noms</translation>
    </message>
    <message>
        <source>Choose a namespace, or type its name (Ctrl+Shift+N)</source>
        <translation>Choisissez un espace de noms, ou tapez son nom (Ctrl+Maj+N)</translation>
    </message>
    <message>
        <source>All namespaces</source>
        <translation>Tous les espaces de noms</translation>
    </message>
</context>
<context>
    <name>timonier::RailModel</name>
    <message>
        <source>Contexts</source>
        <comment>of the kubeconfig</comment>
        <translation>Contextes</translation>
    </message>
    <message>
        <source>Other contexts</source>
        <comment>below the open one and its kinds</comment>
        <translation>Autres contextes</translation>
    </message>
    <message>
        <source>not open</source>
        <comment>of a context</comment>
        <translation>pas ouvert</translation>
    </message>
    <message>
        <source>open</source>
        <comment>of a context</comment>
        <translation>ouvert</translation>
    </message>
    <message>
        <source>opening …</source>
        <comment>of a context</comment>
        <translation>ouverture…</translation>
    </message>
    <message>
        <source>; the server's certificate is not checked</source>
        <translation> ; le certificat du serveur n’est pas vérifié</translation>
    </message>
</context>
<context>
    <name>timonier::RailView</name>
    <message>
        <source>Contexts and kinds</source>
        <comment>accessible name of the left rail</comment>
        <translation>Contextes et genres</translation>
    </message>
</context>
<context>
    <name>timonier::RunWatch</name>
    <message>
        <source>The picture cannot be written to %1</source>
        <translation>L’image ne peut pas être écrite dans %1</translation>
    </message>
</context>
<context>
    <name>timonier::StatusLine</name>
    <message>
        <source>Retry now</source>
        <comment>button: do not wait for the next try</comment>
        <translation>Réessayer maintenant</translation>
    </message>
    <message>
        <source>Certificate not checked</source>
        <comment>badge: insecure-skip-tls-verify</comment>
        <translation>Certificat non vérifié</translation>
    </message>
    <message>
        <source>Status</source>
        <comment>accessible name of the status line</comment>
        <translation>État</translation>
    </message>
    <message>
        <source>Try to reach the cluster now (Ctrl+R)</source>
        <translation>Essayer de joindre le cluster maintenant (Ctrl+R)</translation>
    </message>
    <message>
        <source>The kubeconfig says insecure-skip-tls-verify: anybody on the way can read and change what is sent</source>
        <translation>Le kubeconfig dit insecure-skip-tls-verify : n’importe qui sur le chemin peut lire et changer ce qui est envoyé</translation>
    </message>
    <message>
        <source>Context: %1</source>
        <translation>Contexte : %1</translation>
    </message>
</context>
<context>
    <name>timonier::TableModel</name>
    <message>
        <source>Use of CPU and memory has not been read yet</source>
        <translation>L’usage du CPU et de la mémoire n’a pas encore été lu</translation>
    </message>
    <message>
        <source>The metrics server has no figure for this one yet</source>
        <translation>Le serveur de métriques n’a pas encore de chiffre pour celui-ci</translation>
    </message>
</context>
<context>
    <name>timonier::TablePage</name>
    <message>
        <source>Table</source>
        <comment>accessible name of the page with the live table</comment>
        <translation>Tableau</translation>
    </message>
    <message>
        <source>Filter</source>
        <comment>accessible name of the filter field</comment>
        <translation>Filtre</translation>
    </message>
    <message>
        <source>Filter: name, label=…, -not, /regex/</source>
        <translation>Filtrer : nom, label=…, -sauf, /regex/</translation>
    </message>
    <message>
        <source>Words that all must occur; label=app=web; -word for what must not; /regex/ (Ctrl+F or /)</source>
        <translation>Des mots qui doivent tous apparaître ; label=app=web ; -mot pour ce qui ne doit pas ; /regex/ (Ctrl+F ou /)</translation>
    </message>
    <message>
        <source>Choose a namespace in which you may, or ask whoever runs this cluster for the right to list them.</source>
        <translation>Choisissez un espace de noms où vous l’avez, ou demandez ce droit à la personne qui gère ce cluster.</translation>
    </message>
    <message>
        <source>Namespace</source>
        <comment>placeholder of a field</comment>
        <translation>Espace de noms</translation>
    </message>
    <message>
        <source>Show</source>
        <comment>button: show the namespace that was typed</comment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>rows that pass the filter, of all</comment>
        <translation>%1 sur %2</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n ligne</numerusform><numerusform>%n lignes</numerusform></translation>
    </message>
    <message>
        <source>Nothing here matches the filter.</source>
        <translation>Rien ici ne correspond au filtre.</translation>
    </message>
    <message>
        <source>There are none in this cluster.</source>
        <translation>Il n’y en a aucun dans ce cluster.</translation>
    </message>
    <message>
        <source>There are none in the namespace %1.</source>
        <translation>Il n’y en a aucun dans l’espace de noms %1.</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
    </message>
</context>
<context>
    <name>timonier::TableView</name>
    <message>
        <source>Objects</source>
        <comment>accessible name of the table</comment>
        <translation>Objets</translation>
    </message>
    <message>
        <source>Columns</source>
        <comment>accessible name of the table's header</comment>
        <translation>Colonnes</translation>
    </message>
</context>
</TS>
