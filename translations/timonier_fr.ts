<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>Ago</name>
    <message>
        <source>just now</source>
        <translation>à l’instant</translation>
    </message>
    <message>
        <source>%1 s ago</source>
        <comment>seconds</comment>
        <translation>il y a %1 s</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <comment>minutes</comment>
        <translation>il y a %1 min</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <comment>hours</comment>
        <translation>il y a %1 h</translation>
    </message>
    <message>
        <source>%1 d ago</source>
        <comment>days</comment>
        <translation>il y a %1 j</translation>
    </message>
</context>
<context>
    <name>AppWizard</name>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>What this one is called; a second one beside it needs another name.</source>
        <translation>Comment celle-ci s’appelle&#x202f;; une deuxième à côté a besoin d’un autre nom.</translation>
    </message>
    <message>
        <source>Namespace</source>
        <translation>Espace de noms</translation>
    </message>
    <message>
        <source>It is made where it is missing.</source>
        <translation>Il est créé s’il manque.</translation>
    </message>
    <message>
        <source>Deploy %1</source>
        <comment>%1: an application</comment>
        <translation>Déployer %1</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>To be opened</source>
        <translation>À ouvrir</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Stockage</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>To be seen to</source>
        <translation>À vérifier soi-même</translation>
    </message>
    <message>
        <source>in %1 on %2</source>
        <comment>a namespace, a cluster</comment>
        <translation>dans %1 sur %2</translation>
    </message>
    <message>
        <source>it is no file of parameters</source>
        <translation>ce n’est pas un fichier de paramètres</translation>
    </message>
    <message>
        <source>%1 has no parameter %2</source>
        <comment>an application</comment>
        <translation>%1 n’a pas de paramètre %2</translation>
    </message>
    <message>
        <source>%1 is a secret: it does not belong into a file like this</source>
        <translation>%1 est un secret&#x202f;: il n’a pas sa place dans un tel fichier</translation>
    </message>
    <message>
        <source>The cluster</source>
        <translation>Le cluster</translation>
    </message>
    <message>
        <source>it is asked what there is and what may be done</source>
        <translation>on lui demande ce qu’il contient et ce qui est permis</translation>
    </message>
    <message>
        <source>it answers; the application is there already and will be updated</source>
        <translation>il répond&#x202f;; l’application s’y trouve déjà et sera mise à jour</translation>
    </message>
    <message>
        <source>it answers</source>
        <translation>il répond</translation>
    </message>
    <message>
        <source>Timonier does not run that by itself</source>
        <translation>Timonier n’exécute pas cela de lui-même</translation>
    </message>
    <message>
        <source>Copy the commands into a terminal, then check again</source>
        <translation>Copiez les commandes dans un terminal, puis vérifiez de nouveau</translation>
    </message>
    <message>
        <source>%1 is running</source>
        <translation>%1 fonctionne</translation>
    </message>
    <message>
        <source>Copy the way in</source>
        <translation>Copier le chemin d’accès</translation>
    </message>
    <message>
        <source>Show its objects</source>
        <translation>Montrer ses objets</translation>
    </message>
    <message>
        <source>Its pods and services, live</source>
        <translation>Ses pods et services, en direct</translation>
    </message>
    <message>
        <source>Open by a forwarded port</source>
        <translation>Ouvrir par un port redirigé</translation>
    </message>
    <message>
        <source>In the browser, through a port of this computer that leads to %1</source>
        <comment>%1: a service</comment>
        <translation>Dans le navigateur, par un port de cet ordinateur qui mène à %1</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copié&#x202f;: %1</translation>
    </message>
    <message>
        <source>No browser could be opened; the address is %1</source>
        <translation>Aucun navigateur n’a pu être ouvert&#x202f;; l’adresse est %1</translation>
    </message>
</context>
<context>
    <name>CheckRows</name>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>being looked at</source>
        <translation>en cours d’examen</translation>
    </message>
    <message>
        <source>good</source>
        <translation>bon</translation>
    </message>
    <message>
        <source>careful</source>
        <translation>attention</translation>
    </message>
    <message>
        <source>stands against it</source>
        <translation>s’y oppose</translation>
    </message>
    <message>
        <source>not looked at</source>
        <translation>pas examiné</translation>
    </message>
</context>
<context>
    <name>ClusterHosts</name>
    <message>
        <source>Control plane</source>
        <translation>Plan de contrôle</translation>
    </message>
    <message>
        <source>Worker</source>
        <translation>Nœud de travail</translation>
    </message>
    <message>
        <source>it is asked …</source>
        <translation>on l’interroge …</translation>
    </message>
    <message>
        <source>they are asked …</source>
        <translation>on les interroge …</translation>
    </message>
    <message>
        <source>not ready: %1</source>
        <translation>pas prêt&#x202f;: %1</translation>
    </message>
    <message>
        <source>ready, but takes no new pods (cordoned)</source>
        <translation>prêt, mais ne prend pas de nouveaux pods (cordon)</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>cannot be told: %1</source>
        <translation>ne peut être dit&#x202f;: %1</translation>
    </message>
    <message>
        <source>there are none</source>
        <translation>il n’y en a pas</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>%1: 120 days left, %2: of a certificate</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>it is not in the cluster</source>
        <translation>il n’est pas dans le cluster</translation>
    </message>
</context>
<context>
    <name>ClusterRoom</name>
    <message>
        <source>%1 GiB</source>
        <translation>%1 Gio</translation>
    </message>
    <message numerus="yes">
        <source>%1 CPUs and %2 of memory free on %n nodes</source>
        <translation>
            <numerusform>%1 CPU et %2 de mémoire libres sur %n nœud</numerusform>
            <numerusform>%1 CPU et %2 de mémoire libres sur %n nœuds</numerusform>
        </translation>
    </message>
    <message>
        <source>It needs Kubernetes %1; the cluster has %2</source>
        <translation>Il faut Kubernetes %1&#x202f;; le cluster a %2</translation>
    </message>
    <message>
        <source>It needs %1 CPUs; %2 are free</source>
        <translation>Il faut %1 CPU&#x202f;; %2 sont libres</translation>
    </message>
    <message>
        <source>It needs %1 of memory; %2 are free</source>
        <translation>Il faut %1 de mémoire&#x202f;; %2 sont libres</translation>
    </message>
</context>
<context>
    <name>ClusterWizard</name>
    <message>
        <source>The cluster %1 is ready</source>
        <translation>Le cluster %1 est prêt</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Contexte</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Nœuds</translation>
    </message>
    <message>
        <source>Open the cluster</source>
        <translation>Ouvrir le cluster</translation>
    </message>
    <message>
        <source>Its nodes, pods and services, live</source>
        <translation>Ses nœuds, pods et services, en direct</translation>
    </message>
    <message>
        <source>Deploy an application…</source>
        <translation>Déployer une application…</translation>
    </message>
    <message>
        <source>From the catalogue, or an image of your own</source>
        <translation>Depuis le catalogue, ou une image à vous</translation>
    </message>
    <message>
        <source>Stop the cluster %1</source>
        <translation>Arrêter le cluster %1</translation>
    </message>
    <message>
        <source>Timonier reads it, too, when it is started with that KUBECONFIG.</source>
        <translation>Timonier le lit aussi, s’il est lancé avec ce KUBECONFIG.</translation>
    </message>
    <message>
        <source>%1 $ an hour, %2 $ a month</source>
        <translation>%1 $ par heure, %2 $ par mois</translation>
    </message>
    <message>
        <source>at least %1</source>
        <comment>%1: a price</comment>
        <translation>au moins %1</translation>
    </message>
    <message>
        <source>%1 $ a month</source>
        <translation>%1 $ par mois</translation>
    </message>
    <message>
        <source>not known</source>
        <comment>a price</comment>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Its hosts…</source>
        <translation>Ses hôtes…</translation>
    </message>
    <message>
        <source>Each with its state, its version, and when its certificates end</source>
        <translation>Chacun avec son état, sa version, et la fin de ses certificats</translation>
    </message>
    <message>
        <source>together; %1 $ an hour</source>
        <comment>%1: a price</comment>
        <translation>en tout&#x202f;; %1 $ par heure</translation>
    </message>
    <message>
        <source>of it while stopped</source>
        <translation>dont à l’arrêt</translation>
    </message>
</context>
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
        <translation>Vu il y a</translation>
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
    <message>
        <source>Cluster IP</source>
        <translation>IP interne</translation>
    </message>
    <message>
        <source>External IP</source>
        <translation>IP externe</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>Containers</source>
        <translation>Conteneurs</translation>
    </message>
    <message>
        <source>Selector</source>
        <translation>Sélecteur</translation>
    </message>
    <message>
        <source>CPU requested</source>
        <translation>CPU demandé</translation>
    </message>
    <message>
        <source>Memory requested</source>
        <translation>Mémoire demandée</translation>
    </message>
    <message>
        <source>Last exit</source>
        <translation>Dernier arrêt</translation>
    </message>
    <message>
        <source>CPU to give</source>
        <translation>CPU disponible</translation>
    </message>
    <message>
        <source>Memory to give</source>
        <translation>Mémoire disponible</translation>
    </message>
    <message>
        <source>Places for pods</source>
        <translation>Places pour pods</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>Conditions</translation>
    </message>
    <message>
        <source>Taints</source>
        <translation>Teintes</translation>
    </message>
    <message>
        <source>Target ports</source>
        <translation>Ports cibles</translation>
    </message>
    <message>
        <source>Nominated node</source>
        <translation>Nœud pressenti</translation>
    </message>
    <message>
        <source>Readiness gates</source>
        <translation>Conditions de disponibilité</translation>
    </message>
    <message>
        <source>Internal IP</source>
        <translation>IP interne</translation>
    </message>
    <message>
        <source>Operating system</source>
        <translation>Système d’exploitation</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Noyau</translation>
    </message>
    <message>
        <source>Container runtime</source>
        <translation>Moteur de conteneurs</translation>
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
        <translation>Afficher d’abord ce genre&#x202f;: pods, nodes, deployments…</translation>
    </message>
    <message>
        <source>light, dark, or system.</source>
        <translation>light (clair), dark (sombre) ou system (celui du système).</translation>
    </message>
    <message>
        <source>Speak this language: en, fr.</source>
        <translation>Parler cette langue&#x202f;: en, fr.</translation>
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
        <translation>À la fin, écrire une ligne JSON sur stderr&#x202f;: durées, lignes, mémoire, images.</translation>
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
        <translation>Argument inconnu&#x202f;: %1</translation>
    </message>
    <message>
        <source>Wait this long before that picture.</source>
        <translation>Attendre ce temps avant de prendre l’image.</translation>
    </message>
    <message>
        <source>--after is a number of seconds, not %1</source>
        <translation>--after est un nombre de secondes, pas %1</translation>
    </message>
    <message>
        <source>Choose the object of this name, of the kind of --kind.</source>
        <translation>Choisir l’objet de ce nom, du type donné par --kind.</translation>
    </message>
    <message>
        <source>Preview a roll-out of the Deployment that --select names, or of the one in FILE.</source>
        <translation>Prévisualise le déploiement du Deployment que nomme --select, ou de celui de FILE.</translation>
    </message>
    <message>
        <source>Its strategy: recreate, rolling, blue-green, canary, ab, shadow.</source>
        <translation>Sa stratégie&#x202f;: recreate, rolling, blue-green, canary, ab, shadow.</translation>
    </message>
    <message>
        <source>--preview takes a file, or --kind deployments --select NAME</source>
        <translation>--preview demande un fichier, ou --kind deployments --select NAME</translation>
    </message>
    <message>
        <source>There is no wizard for %1</source>
        <translation>Il n’y a pas d’assistant pour %1</translation>
    </message>
    <message>
        <source>Open the wizard for a new cluster; with PROVIDER (kind), that one&apos;s.</source>
        <translation>Ouvrir l’assistant d’un nouveau cluster&#x202f;; avec PROVIDER (kind), celui de ce fournisseur.</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>this system has no login shells</source>
        <translation>ce système n’a pas de shell de connexion</translation>
    </message>
    <message>
        <source>Look at what its start-up files do when they are run without a terminal</source>
        <translation>Regardez ce que font ses fichiers de démarrage sans terminal</translation>
    </message>
    <message>
        <source>See that it is made for this machine, and that its interpreter is installed</source>
        <translation>Vérifiez qu’il est fait pour cette machine et que son interpréteur est installé</translation>
    </message>
    <message>
        <source>Run it by hand in a terminal to see what it waits for</source>
        <translation>Lancez-le à la main dans un terminal pour voir ce qu’il attend</translation>
    </message>
    <message>
        <source>Run it by hand in a terminal to see why</source>
        <translation>Lancez-le à la main dans un terminal pour voir pourquoi</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>Put the file in place, or correct tokenFile in the kubeconfig</source>
        <translation>Mettez le fichier en place, ou corrigez tokenFile dans le kubeconfig</translation>
    </message>
    <message>
        <source>Use one of the certificate&apos;s names as server, or set tls-server-name in the kubeconfig.</source>
        <translation>Utilisez un des noms du certificat comme serveur, ou renseignez tls-server-name dans le kubeconfig.</translation>
    </message>
    <message>
        <source>Renew the server&apos;s certificates, or correct this machine&apos;s clock.</source>
        <translation>Renouvelez les certificats du serveur, ou mettez à l’heure cette machine.</translation>
    </message>
    <message>
        <source>Correct this machine&apos;s clock.</source>
        <translation>Mettez à l’heure cette machine.</translation>
    </message>
    <message>
        <source>Put the cluster&apos;s authority into certificate-authority-data of the kubeconfig; another server may be answering at this address.</source>
        <translation>Mettez l’autorité du cluster dans certificate-authority-data du kubeconfig&#x202f;; il se peut qu’un autre serveur réponde à cette adresse.</translation>
    </message>
    <message>
        <source>Compare the server&apos;s certificate with certificate-authority-data of the kubeconfig.</source>
        <translation>Comparez le certificat du serveur avec certificate-authority-data du kubeconfig.</translation>
    </message>
    <message>
        <source>Write them into proxy-url, as http://user:password@host:port.</source>
        <translation>Écrivez-les dans proxy-url, sous la forme http://utilisateur:motdepasse@hôte:port.</translation>
    </message>
    <message>
        <source>Ask who runs the proxy, or connect without it.</source>
        <translation>Adressez-vous à qui gère le proxy, ou connectez-vous sans lui.</translation>
    </message>
    <message>
        <source>Check proxy-url in the kubeconfig, or HTTPS_PROXY in the environment.</source>
        <translation>Vérifiez proxy-url dans le kubeconfig, ou HTTPS_PROXY dans l’environnement.</translation>
    </message>
    <message>
        <source>of the environment</source>
        <translation>de l’environnement</translation>
    </message>
    <message>
        <source>Check client-certificate-data and client-key-data of the user in the kubeconfig; it may have expired.</source>
        <translation>Vérifiez client-certificate-data et client-key-data de l’utilisateur dans le kubeconfig&#x202f;; le certificat a peut-être expiré.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address and the network; is a VPN needed?</source>
        <translation>Vérifiez l’adresse du serveur et le réseau&#x202f;; faut-il un VPN&#x202f;?</translation>
    </message>
    <message>
        <source>Is the cluster running? A local one may have to be started.</source>
        <translation>Le cluster tourne-t-il&#x202f;? S’il est local, il faut peut-être le démarrer.</translation>
    </message>
    <message>
        <source>Check the network; is a VPN needed?</source>
        <translation>Vérifiez le réseau&#x202f;; faut-il un VPN&#x202f;?</translation>
    </message>
    <message>
        <source>Check the network; is a VPN needed, or does a firewall drop the packets?</source>
        <translation>Vérifiez le réseau&#x202f;; faut-il un VPN, ou un pare-feu jette-t-il les paquets&#x202f;?</translation>
    </message>
    <message>
        <source>certificate-authority-data must be PEM text, base64-encoded; certificate-authority a PEM file.</source>
        <translation>certificate-authority-data doit être un texte PEM encodé en base64&#x202f;; certificate-authority, un fichier PEM.</translation>
    </message>
    <message>
        <source>the client certificate or its key cannot be used</source>
        <translation>le certificat client ou sa clé est inutilisable</translation>
    </message>
    <message>
        <source>Check client-certificate-data and client-key-data of the user: both PEM, and made for each other.</source>
        <translation>Vérifiez client-certificate-data et client-key-data de l’utilisateur&#x202f;: tous deux en PEM, et faits l’un pour l’autre.</translation>
    </message>
    <message>
        <source>Check the port; or the server&apos;s address begins with http://.</source>
        <translation>Vérifiez le port&#x202f;; ou bien l’adresse du serveur commence par http://.</translation>
    </message>
    <message>
        <source>TLS 1.2 is the least that is accepted.</source>
        <translation>Au moins TLS 1.2 est exigé.</translation>
    </message>
    <message>
        <source>Try again; a load balancer without a living server behind it does this.</source>
        <translation>Réessayez&#x202f;; un répartiteur de charge sans serveur vivant derrière lui se comporte ainsi.</translation>
    </message>
    <message>
        <source>Try again; the server may be restarting.</source>
        <translation>Réessayez&#x202f;; le serveur redémarre peut-être.</translation>
    </message>
    <message>
        <source>Check the address: does another program listen there?</source>
        <translation>Vérifiez l’adresse&#x202f;: un autre programme y écoute-t-il&#x202f;?</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>mémoire insuffisante</translation>
    </message>
    <message>
        <source>the token, or a name to impersonate, has a line break in it</source>
        <translation>le jeton, ou un nom à emprunter, contient un saut de ligne</translation>
    </message>
    <message>
        <source>Check the user of this context in the kubeconfig.</source>
        <translation>Vérifiez l’utilisateur de ce contexte dans le kubeconfig.</translation>
    </message>
    <message>
        <source>Try again; the server may be overloaded.</source>
        <translation>Réessayez&#x202f;; le serveur est peut-être surchargé.</translation>
    </message>
    <message>
        <source>Check the network; the next request makes a new connection.</source>
        <translation>Vérifiez le réseau&#x202f;; la prochaine requête ouvre une nouvelle connexion.</translation>
    </message>
    <message>
        <source>Look whether the change was made before you try again.</source>
        <translation>Regardez si la modification a été faite avant de réessayer.</translation>
    </message>
    <message>
        <source>the request was cancelled</source>
        <translation>la requête a été annulée</translation>
    </message>
    <message>
        <source>the answer is not well-formed JSON</source>
        <translation>la réponse n’est pas du JSON bien formé</translation>
    </message>
    <message>
        <source>the answer is not a list</source>
        <translation>la réponse n’est pas une liste</translation>
    </message>
    <message>
        <source>an event of the watch is not well-formed JSON</source>
        <translation>un événement du suivi n’est pas du JSON bien formé</translation>
    </message>
    <message>
        <source>the watch sent an event of an unknown type</source>
        <translation>le suivi a envoyé un événement d’un type inconnu</translation>
    </message>
    <message>
        <source>Check that the server&apos;s address is that of a Kubernetes API server.</source>
        <translation>Vérifiez que l’adresse est bien celle d’un serveur d’API Kubernetes.</translation>
    </message>
    <message>
        <source>Update the plugin, or run it by hand to see what it prints</source>
        <translation>Mettez le greffon à jour, ou lancez-le à la main pour voir ce qu’il écrit</translation>
    </message>
    <message>
        <source>the credential plugin printed no ExecCredential</source>
        <translation>le greffon d’identification n’a pas écrit d’ExecCredential</translation>
    </message>
    <message>
        <source>the credential plugin&apos;s answer has no status</source>
        <translation>la réponse du greffon d’identification n’a pas de champ status</translation>
    </message>
    <message>
        <source>the credential plugin gave a certificate without its key, or a key alone</source>
        <translation>le greffon d’identification a donné un certificat sans sa clé, ou une clé seule</translation>
    </message>
    <message>
        <source>the credential plugin gave neither a token nor a certificate</source>
        <translation>le greffon d’identification n’a donné ni jeton ni certificat</translation>
    </message>
    <message>
        <source>the credential plugin&apos;s token holds blanks or control characters</source>
        <translation>le jeton du greffon d’identification contient des blancs ou des caractères de contrôle</translation>
    </message>
    <message>
        <source>the credential plugin&apos;s expirationTimestamp is not a time of RFC 3339</source>
        <translation>l’expirationTimestamp du greffon d’identification n’est pas une date selon la RFC 3339</translation>
    </message>
    <message>
        <source>Sign in with it in a terminal first, or use timonierctl there</source>
        <translation>Identifiez-vous d’abord avec lui dans un terminal, ou utilisez-y timonierctl</translation>
    </message>
    <message>
        <source>Sign in again with the tool that made this kubeconfig, then retry</source>
        <translation>Identifiez-vous de nouveau avec l’outil qui a fait ce kubeconfig, puis réessayez</translation>
    </message>
    <message>
        <source>the credential plugin printed over 1 MB</source>
        <translation>le greffon d’identification a écrit plus de 1&#xa0;Mo</translation>
    </message>
    <message>
        <source>Ask for less, with a namespace, a label selector or a name.</source>
        <translation>Demandez-en moins&#x202f;: un espace de noms, un sélecteur d’étiquettes ou un nom.</translation>
    </message>
    <message>
        <source>the answer is cut off</source>
        <translation>la réponse est coupée</translation>
    </message>
    <message>
        <source>something follows the end of the answer</source>
        <translation>quelque chose suit la fin de la réponse</translation>
    </message>
    <message>
        <source>the answer is not a JSON object</source>
        <translation>la réponse n’est pas un objet JSON</translation>
    </message>
    <message>
        <source>Add cluster: with the name of one of the clusters</source>
        <translation>Ajoutez cluster: avec le nom d’un des clusters</translation>
    </message>
    <message>
        <source>See whether a file of KUBECONFIG is missing</source>
        <translation>Voyez si un fichier de KUBECONFIG manque</translation>
    </message>
    <message>
        <source>the kubeconfig has no current context</source>
        <translation>le kubeconfig n’a pas de contexte courant</translation>
    </message>
    <message>
        <source>Choose a context by its name</source>
        <translation>Choisissez un contexte par son nom</translation>
    </message>
    <message>
        <source>The kubeconfig has no contexts</source>
        <translation>Le kubeconfig n’a aucun contexte</translation>
    </message>
    <message>
        <source>&quot;timonierctl contexts&quot; lists those there are</source>
        <translation>«&#x202f;timonierctl contexts&#x202f;» donne la liste de ceux qui existent</translation>
    </message>
    <message>
        <source>Put the file in place, or correct certificate-authority in the kubeconfig</source>
        <translation>Mettez le fichier en place, ou corrigez certificate-authority dans le kubeconfig</translation>
    </message>
    <message>
        <source>See whether KUBECONFIG names the right file</source>
        <translation>Voyez si KUBECONFIG désigne le bon fichier</translation>
    </message>
    <message>
        <source>the file is not a kubeconfig: it is not a map of fields</source>
        <translation>le fichier n’est pas un kubeconfig&#x202f;: ce n’est pas un ensemble de champs</translation>
    </message>
    <message>
        <source>Remove one of them: kubectl refuses the whole file</source>
        <translation>Retirez l’un des deux&#x202f;: kubectl refuse le fichier entier</translation>
    </message>
    <message>
        <source>It must be the base64 of a file with a BEGIN line</source>
        <translation>Il faut le base64 d’un fichier contenant une ligne BEGIN</translation>
    </message>
    <message>
        <source>no server is given</source>
        <translation>aucun serveur n’est indiqué</translation>
    </message>
    <message>
        <source>Add its address as server: https://HOST:6443</source>
        <translation>Ajoutez son adresse&#x202f;: server: https://HÔTE:6443</translation>
    </message>
    <message>
        <source>the server&apos;s address cannot be used</source>
        <translation>l’adresse du serveur est inutilisable</translation>
    </message>
    <message>
        <source>It must begin with https:// and a host</source>
        <translation>Elle doit commencer par https:// et un hôte</translation>
    </message>
    <message>
        <source>the proxy&apos;s address cannot be used</source>
        <translation>l’adresse du proxy est inutilisable</translation>
    </message>
    <message>
        <source>It must begin with http://, https:// or socks5:// and a host</source>
        <translation>Elle doit commencer par http://, https:// ou socks5:// et un hôte</translation>
    </message>
    <message>
        <source>insecure-skip-tls-verify and a certificate authority exclude each other</source>
        <translation>insecure-skip-tls-verify et une autorité de certification s’excluent</translation>
    </message>
    <message>
        <source>Remove insecure-skip-tls-verify, so that the server&apos;s certificate is checked</source>
        <translation>Retirez insecure-skip-tls-verify, pour que le certificat du serveur soit vérifié</translation>
    </message>
    <message>
        <source>the token holds blanks or line ends</source>
        <translation>le jeton contient des blancs ou des fins de ligne</translation>
    </message>
    <message>
        <source>a client certificate is given without its key</source>
        <translation>un certificat client est donné sans sa clé</translation>
    </message>
    <message>
        <source>Add client-key or client-key-data</source>
        <translation>Ajoutez client-key ou client-key-data</translation>
    </message>
    <message>
        <source>both a token and a password are given</source>
        <translation>un jeton et un mot de passe sont donnés à la fois</translation>
    </message>
    <message>
        <source>Remove one of them</source>
        <translation>Retirez l’un des deux</translation>
    </message>
    <message>
        <source>a key of as-user-extra must be a text</source>
        <translation>une clé de as-user-extra doit être un texte</translation>
    </message>
    <message>
        <source>as-uid, as-groups or as-user-extra is given without as</source>
        <translation>as-uid, as-groups ou as-user-extra est donné sans as</translation>
    </message>
    <message>
        <source>Add as: with the name of the user to act for</source>
        <translation>Ajoutez as: avec le nom de l’utilisateur au nom duquel agir</translation>
    </message>
    <message>
        <source>a field of the impersonated user holds a line end</source>
        <translation>un champ de l’utilisateur emprunté contient une fin de ligne</translation>
    </message>
    <message>
        <source>Use an exec credential plugin instead, for example kubectl oidc-login</source>
        <translation>Utilisez plutôt un greffon d’identification exec, par exemple kubectl oidc-login</translation>
    </message>
    <message>
        <source>Install gke-gcloud-auth-plugin, then run &quot;gcloud container clusters get-credentials&quot;</source>
        <translation>Installez gke-gcloud-auth-plugin, puis lancez «&#x202f;gcloud container clusters get-credentials&#x202f;»</translation>
    </message>
    <message>
        <source>Install kubelogin, then run &quot;kubelogin convert-kubeconfig&quot;</source>
        <translation>Installez kubelogin, puis lancez «&#x202f;kubelogin convert-kubeconfig&#x202f;»</translation>
    </message>
    <message>
        <source>the auth-provider oidc is not supported</source>
        <translation>l’auth-provider oidc n’est pas pris en charge</translation>
    </message>
    <message>
        <source>a variable of exec.env has no usable name</source>
        <translation>une variable de exec.env n’a pas de nom utilisable</translation>
    </message>
    <message>
        <source>exec names no command</source>
        <translation>exec n’indique aucune commande</translation>
    </message>
    <message>
        <source>exec credential plugins of v1alpha1 were removed in Kubernetes 1.24</source>
        <translation>les greffons d’identification exec v1alpha1 ont été retirés de Kubernetes 1.24</translation>
    </message>
    <message>
        <source>Update the plugin, and write client.authentication.k8s.io/v1</source>
        <translation>Mettez le greffon à jour, et écrivez client.authentication.k8s.io/v1</translation>
    </message>
    <message>
        <source>the apiVersion of exec is missing or not known</source>
        <translation>l’apiVersion de exec manque ou est inconnue</translation>
    </message>
    <message>
        <source>Write client.authentication.k8s.io/v1 or v1beta1</source>
        <translation>Écrivez client.authentication.k8s.io/v1 ou v1beta1</translation>
    </message>
    <message>
        <source>Write Never, IfAvailable or Always</source>
        <translation>Écrivez Never, IfAvailable ou Always</translation>
    </message>
    <message>
        <source>See who owns it and who may read it</source>
        <translation>Voyez à qui il appartient et qui peut le lire</translation>
    </message>
    <message>
        <source>See whether it is the right file</source>
        <translation>Voyez si c’est le bon fichier</translation>
    </message>
    <message>
        <source>The metrics server&apos;s answer cannot be understood</source>
        <translation>La réponse du serveur de métriques est incompréhensible</translation>
    </message>
    <message>
        <source>This cluster has no metrics-server, so CPU and memory in use are not known</source>
        <translation>Ce cluster n’a pas de metrics-server&#x202f;: l’usage du processeur et de la mémoire est inconnu</translation>
    </message>
    <message>
        <source>Install metrics-server in the cluster</source>
        <translation>Installez metrics-server dans le cluster</translation>
    </message>
    <message>
        <source>CPU and memory in use cannot be read at the moment</source>
        <translation>L’usage du processeur et de la mémoire ne peut pas être lu pour l’instant</translation>
    </message>
    <message>
        <source>Write it as https://host:6443 in the kubeconfig&apos;s cluster.</source>
        <translation>Écrivez-la sous la forme https://hôte:6443 dans le cluster du kubeconfig.</translation>
    </message>
    <message>
        <source>Correct proxy-url in the kubeconfig&apos;s cluster.</source>
        <translation>Corrigez proxy-url dans le cluster du kubeconfig.</translation>
    </message>
    <message>
        <source>Sign in again: the token or the certificate of this context is not accepted, or has expired.</source>
        <translation>Identifiez-vous de nouveau&#x202f;: le jeton ou le certificat de ce contexte est refusé ou a expiré.</translation>
    </message>
    <message>
        <source>Ask who runs the cluster for a role with this permission, or choose a namespace you may see.</source>
        <translation>Demandez à qui gère le cluster un rôle qui donne cette permission, ou choisissez un espace de noms que vous pouvez voir.</translation>
    </message>
    <message>
        <source>Check the name and the namespace; it may have been deleted meanwhile.</source>
        <translation>Vérifiez le nom et l’espace de noms&#x202f;; l’objet a pu être supprimé entre-temps.</translation>
    </message>
    <message>
        <source>Choose another name, or change the one that exists.</source>
        <translation>Choisissez un autre nom, ou modifiez celui qui existe.</translation>
    </message>
    <message>
        <source>Load the newest state and make the change again.</source>
        <translation>Chargez l’état le plus récent et refaites la modification.</translation>
    </message>
    <message>
        <source>The list is read anew.</source>
        <translation>La liste est relue.</translation>
    </message>
    <message>
        <source>The server is busy; try again a little later.</source>
        <translation>Le serveur est occupé&#x202f;; réessayez un peu plus tard.</translation>
    </message>
    <message>
        <source>Try again; if it stays, look at the logs of the API server.</source>
        <translation>Réessayez&#x202f;; si cela persiste, lisez les journaux du serveur d’API.</translation>
    </message>
    <message>
        <source>This server does not offer it; its version may be too old.</source>
        <translation>Ce serveur ne le propose pas&#x202f;; sa version est peut-être trop ancienne.</translation>
    </message>
    <message>
        <source>This is a web page, not an API server&apos;s answer: check the server&apos;s address, and the proxy before it.</source>
        <translation>C’est une page web, pas la réponse d’un serveur d’API&#x202f;: vérifiez l’adresse du serveur, et le proxy devant lui.</translation>
    </message>
    <message>
        <source>it is a PEM as it stands, and must be encoded once more</source>
        <translation>c’est du PEM tel quel, à encoder encore une fois</translation>
    </message>
    <message>
        <source>Save it as UTF-8 text</source>
        <translation>Enregistrez-le en texte UTF-8</translation>
    </message>
    <message>
        <source>the file is not UTF-8 text</source>
        <translation>le fichier n’est pas du texte UTF-8</translation>
    </message>
    <message>
        <source>Fill it with what &quot;base64 -w0 FILE&quot; prints</source>
        <translation>Remplissez-le avec ce qu’écrit «&#x202f;base64 -w0 FICHIER&#x202f;»</translation>
    </message>
    <message>
        <source>this is too deep or too large, or has keys that are not texts</source>
        <translation>c’est trop profond ou trop grand, ou des clés ne sont pas des textes</translation>
    </message>
    <message>
        <source>the login shell {} did not tell its environment</source>
        <translation>le shell de connexion {} n’a pas donné son environnement</translation>
    </message>
    <message>
        <source>the login shell could not be asked: {}</source>
        <translation>le shell de connexion n’a pas pu être interrogé&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} was cancelled</source>
        <translation>{} a été annulé</translation>
    </message>
    <message>
        <source>the program {} was not found</source>
        <translation>le programme {} est introuvable</translation>
    </message>
    <message>
        <source>Install {}, or add its folder to PATH</source>
        <translation>Installez {}, ou ajoutez son dossier à PATH</translation>
    </message>
    <message>
        <source>{} could not be started: {}</source>
        <translation>{} n’a pas pu être lancé&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} did not end within {} s</source>
        <translation>{} ne s’est pas terminé en {}&#xa0;s</translation>
    </message>
    <message>
        <source>{} was silent for {} s</source>
        <translation>{} n’a rien écrit pendant {}&#xa0;s</translation>
    </message>
    <message>
        <source>{} crashed</source>
        <translation>{}&#xa0;s’est arrêté brutalement</translation>
    </message>
    <message>
        <source>the file {} holds no PEM</source>
        <translation>le fichier {} ne contient pas de PEM</translation>
    </message>
    <message>
        <source>the {} of the user {} cannot be read</source>
        <translation>le champ {} de l’utilisateur {} ne peut pas être lu</translation>
    </message>
    <message>
        <source>Put the file in place, or correct {} in the kubeconfig</source>
        <translation>Mettez le fichier en place, ou corrigez {} dans le kubeconfig</translation>
    </message>
    <message>
        <source>{}; the last token read is used</source>
        <translation>{}&#x202f;; le dernier jeton lu est utilisé</translation>
    </message>
    <message>
        <source>the token file of the user {} cannot be read</source>
        <translation>le fichier de jeton de l’utilisateur {} ne peut pas être lu</translation>
    </message>
    <message>
        <source>the token file {} is empty</source>
        <translation>le fichier de jeton {} est vide</translation>
    </message>
    <message>
        <source>the file {} holds more than a token</source>
        <translation>le fichier {} contient plus qu’un jeton</translation>
    </message>
    <message>
        <source>the certificate of {} is not for the name {}</source>
        <translation>le certificat de {} n’est pas fait pour le nom {}</translation>
    </message>
    <message>
        <source>the certificate of {} is not for the name {}, only for {}</source>
        <translation>le certificat de {} n’est pas fait pour le nom {}, seulement pour {}</translation>
    </message>
    <message>
        <source>the certificate of {} has expired</source>
        <translation>le certificat de {} a expiré</translation>
    </message>
    <message>
        <source>the certificate of {} is not valid yet</source>
        <translation>le certificat de {} n’est pas encore valable</translation>
    </message>
    <message>
        <source>the certificate of {} is signed by an authority that is not trusted</source>
        <translation>le certificat de {} est signé par une autorité qui n’est pas reconnue</translation>
    </message>
    <message>
        <source>the certificate of {} is not one to trust: {}</source>
        <translation>le certificat de {} n’est pas digne de confiance&#x202f;: {}</translation>
    </message>
    <message>
        <source>the proxy {} wants a user and a password</source>
        <translation>le proxy {} demande un utilisateur et un mot de passe</translation>
    </message>
    <message>
        <source>the proxy {} refuses the connection (status {})</source>
        <translation>le proxy {} refuse la connexion (code {})</translation>
    </message>
    <message>
        <source>the proxy {} cannot be reached</source>
        <translation>le proxy {} est injoignable</translation>
    </message>
    <message>
        <source>the certificate of the proxy {} is not one to trust: {}</source>
        <translation>le certificat du proxy {} n’est pas digne de confiance&#x202f;: {}</translation>
    </message>
    <message>
        <source>The authority that signed it must be the system&apos;s, or the cluster&apos;s own.</source>
        <translation>L’autorité qui l’a signé doit être celle du système, ou celle du cluster.</translation>
    </message>
    <message>
        <source>{} does not accept the client certificate, or wants one</source>
        <translation>{} n’accepte pas le certificat client, ou en demande un</translation>
    </message>
    <message>
        <source>the name of {} is not known to DNS</source>
        <translation>le nom de {} est inconnu du DNS</translation>
    </message>
    <message>
        <source>{} refuses connections</source>
        <translation>{} refuse les connexions</translation>
    </message>
    <message>
        <source>{} cannot be reached</source>
        <translation>{} est injoignable</translation>
    </message>
    <message>
        <source>{} does not answer</source>
        <translation>{} ne répond pas</translation>
    </message>
    <message>
        <source>the certificate authority given for {} cannot be read</source>
        <translation>l’autorité de certification donnée pour {} ne peut pas être lue</translation>
    </message>
    <message>
        <source>{} does not speak TLS</source>
        <translation>{} ne parle pas TLS</translation>
    </message>
    <message>
        <source>{} speaks no TLS newer than 1.1</source>
        <translation>{} ne parle pas de TLS plus récent que 1.1</translation>
    </message>
    <message>
        <source>{} hung up while the connection was made</source>
        <translation>{} a raccroché pendant l’établissement de la connexion</translation>
    </message>
    <message>
        <source>no TLS connection to {}: {}</source>
        <translation>pas de connexion TLS à {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} cut the connection in the middle of the answer</source>
        <translation>{} a coupé la connexion au milieu de la réponse</translation>
    </message>
    <message>
        <source>{} cut the connection before it answered</source>
        <translation>{} a coupé la connexion avant de répondre</translation>
    </message>
    <message>
        <source>{} cannot be asked for this: the address is not valid</source>
        <translation>cela ne peut pas être demandé à {}&#x202f;: l’adresse n’est pas valable</translation>
    </message>
    <message>
        <source>{} answers something that is not HTTP</source>
        <translation>{} répond quelque chose qui n’est pas du HTTP</translation>
    </message>
    <message>
        <source>the request to {} failed: {}</source>
        <translation>la requête à {} a échoué&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} accepted the connection and then did not go on</source>
        <translation>{} a accepté la connexion, puis n’a pas donné suite</translation>
    </message>
    <message>
        <source>no connection to {} came about in time</source>
        <translation>la connexion à {} ne s’est pas établie à temps</translation>
    </message>
    <message>
        <source>the answer of {} stopped in the middle</source>
        <translation>la réponse de {}&#xa0;s’est arrêtée au milieu</translation>
    </message>
    <message>
        <source>{} took the request and does not answer</source>
        <translation>{} a reçu la requête et ne répond pas</translation>
    </message>
    <message>
        <source>the connection to {} was dead: nothing came any more</source>
        <translation>la connexion à {} était morte&#x202f;: plus rien n’arrivait</translation>
    </message>
    <message>
        <source>the network changed; the connection to {} was dropped</source>
        <translation>le réseau a changé&#x202f;; la connexion à {} a été abandonnée</translation>
    </message>
    <message>
        <source>objects of the list that are not well-formed JSON, and are missing: {}</source>
        <translation>objets de la liste qui ne sont pas du JSON bien formé, et qui manquent&#x202f;: {}</translation>
    </message>
    <message>
        <source>All others are shown. Ask who runs the API server, or the proxy before it.</source>
        <translation>Tous les autres sont affichés. Adressez-vous à qui gère le serveur d’API, ou le proxy devant lui.</translation>
    </message>
    <message>
        <source>{}/{} does not answer: its kinds may be missing or old (its APIService is broken)</source>
        <translation>{}/{} ne répond pas&#x202f;: ses types peuvent manquer ou être anciens (son APIService est en panne)</translation>
    </message>
    <message>
        <source>the server&apos;s answer to {} is not JSON</source>
        <translation>la réponse du serveur à {} n’est pas du JSON</translation>
    </message>
    <message>
        <source>the kinds of {}/{} could not be read: {}</source>
        <translation>les types de {}/{} n’ont pas pu être lus&#x202f;: {}</translation>
    </message>
    <message>
        <source>the credential plugin {} was not found</source>
        <translation>le greffon d’identification {} est introuvable</translation>
    </message>
    <message>
        <source>the credential plugin answered in another version than {}</source>
        <translation>le greffon d’identification a répondu dans une autre version que {}</translation>
    </message>
    <message>
        <source>the credential plugin {} needs a terminal to ask questions in</source>
        <translation>le greffon d’identification {} a besoin d’un terminal pour poser ses questions</translation>
    </message>
    <message>
        <source>the credential plugin {} gave no credential</source>
        <translation>le greffon d’identification {} n’a donné aucun identifiant</translation>
    </message>
    <message>
        <source>the credential plugin {} failed with exit code {}</source>
        <translation>le greffon d’identification {} a échoué avec le code de sortie {}</translation>
    </message>
    <message>
        <source>the answer is larger than {} MB</source>
        <translation>la réponse dépasse {}&#xa0;Mo</translation>
    </message>
    <message>
        <source>one object of the answer is larger than {} MB</source>
        <translation>un objet de la réponse dépasse {}&#xa0;Mo</translation>
    </message>
    <message>
        <source>the answer is a web page, not an API server&apos;s</source>
        <translation>la réponse est une page web, pas celle d’un serveur d’API</translation>
    </message>
    <message>
        <source>Check the server&apos;s address, and whether a proxy wants you to sign in.</source>
        <translation>Vérifiez l’adresse du serveur, et si un proxy veut que vous vous identifiiez.</translation>
    </message>
    <message>
        <source>this is not JSON ({})</source>
        <translation>ce n’est pas du JSON ({})</translation>
    </message>
    <message>
        <source>Did you mean {}?</source>
        <translation>Vouliez-vous dire {}&#x202f;?</translation>
    </message>
    <message>
        <source>the kubeconfig {} cannot be used</source>
        <translation>le kubeconfig {} est inutilisable</translation>
    </message>
    <message>
        <source>Correct it there, or name another one in KUBECONFIG</source>
        <translation>Corrigez-le à cet endroit, ou nommez-en un autre dans KUBECONFIG</translation>
    </message>
    <message>
        <source>there is no kubeconfig: {} does not exist</source>
        <translation>il n’y a pas de kubeconfig&#x202f;: {} n’existe pas</translation>
    </message>
    <message>
        <source>Create a cluster, or save the kubeconfig of an existing one as {}, or name it in KUBECONFIG</source>
        <translation>Créez un cluster, ou enregistrez le kubeconfig d’un cluster existant sous {}, ou nommez-le dans KUBECONFIG</translation>
    </message>
    <message>
        <source>the context {} names no cluster</source>
        <translation>le contexte {} ne nomme pas de cluster</translation>
    </message>
    <message>
        <source>the context {} names the cluster {}, which is not there</source>
        <translation>le contexte {} nomme le cluster {}, qui n’y est pas</translation>
    </message>
    <message>
        <source>the context {} names the user {}, who is not there</source>
        <translation>le contexte {} nomme l’utilisateur {}, qui n’y est pas</translation>
    </message>
    <message>
        <source>there is no context named {}</source>
        <translation>il n’y a pas de contexte nommé {}</translation>
    </message>
    <message>
        <source>the file {} holds no PEM certificate</source>
        <translation>le fichier {} ne contient pas de certificat PEM</translation>
    </message>
    <message>
        <source>the certificate authority of the cluster {} cannot be read</source>
        <translation>l’autorité de certification du cluster {} ne peut pas être lue</translation>
    </message>
    <message>
        <source>the file is not a kubeconfig: its kind is {}</source>
        <translation>le fichier n’est pas un kubeconfig&#x202f;: son champ kind vaut {}</translation>
    </message>
    <message>
        <source>the file is a kubeconfig of version {}, and only v1 is known</source>
        <translation>le fichier est un kubeconfig de version {}, et seule v1 est connue</translation>
    </message>
    <message>
        <source>an entry of {} has no name</source>
        <translation>une entrée de {} n’a pas de nom</translation>
    </message>
    <message>
        <source>{} has two entries named {}: the first one is used</source>
        <translation>{} a deux entrées nommées {}&#x202f;: la première est utilisée</translation>
    </message>
    <message>
        <source>the {} {} cannot be used</source>
        <translation>l’entrée {} {} est inutilisable</translation>
    </message>
    <message>
        <source>{} holds no PEM</source>
        <translation>{} ne contient pas de PEM</translation>
    </message>
    <message>
        <source>the auth-provider {} was removed in Kubernetes 1.26</source>
        <translation>l’auth-provider {} a été retiré dans Kubernetes 1.26</translation>
    </message>
    <message>
        <source>interactiveMode {} is not known</source>
        <translation>interactiveMode {} est inconnu</translation>
    </message>
    <message>
        <source>the file {} does not exist</source>
        <translation>le fichier {} n’existe pas</translation>
    </message>
    <message>
        <source>the file {} cannot be read: {}</source>
        <translation>le fichier {} ne peut pas être lu&#x202f;: {}</translation>
    </message>
    <message>
        <source>the file {} is larger than {} KB</source>
        <translation>le fichier {} dépasse {}&#xa0;Ko</translation>
    </message>
    <message>
        <source> … [{} more bytes of this line]</source>
        <translation> … [la suite de cette ligne&#x202f;: {} octets]</translation>
    </message>
    <message>
        <source>Older log lines cannot be kept: {}</source>
        <translation>Les lignes de journal plus anciennes ne peuvent pas être gardées&#x202f;: {}</translation>
    </message>
    <message>
        <source>Make room in {}</source>
        <translation>Faites de la place dans {}</translation>
    </message>
    <message>
        <source>Log line {} is not kept any more</source>
        <translation>La ligne de journal {} n’est plus gardée</translation>
    </message>
    <message>
        <source>Log line {} cannot be read back from the disk</source>
        <translation>La ligne de journal {} ne peut pas être relue sur le disque</translation>
    </message>
    <message>
        <source>{} is not the address of an API server</source>
        <translation>{} n’est pas l’adresse d’un serveur d’API</translation>
    </message>
    <message>
        <source>the proxy-url of {} is not one of http, https or socks5</source>
        <translation>le proxy-url de {} n’est ni http, ni https, ni socks5</translation>
    </message>
    <message>
        <source>The server is busy; try again in {} s.</source>
        <translation>Le serveur est occupé&#x202f;; réessayez dans {}&#xa0;s.</translation>
    </message>
    <message>
        <source>the server refused the request (status {})</source>
        <translation>le serveur a refusé la requête (code {})</translation>
    </message>
    <message>
        <source>the server answered with status {}</source>
        <translation>le serveur a répondu avec le code {}</translation>
    </message>
    <message>
        <source>the server answered with status {}: {}</source>
        <translation>le serveur a répondu avec le code {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>the character at position {} does not belong there</source>
        <translation>le caractère à la position {} n’y a pas sa place</translation>
    </message>
    <message>
        <source>it goes on after its end at position {}</source>
        <translation>il continue après sa fin, à la position {}</translation>
    </message>
    <message>
        <source>it is cut: its length, {}, is no multiple of four</source>
        <translation>il est coupé&#x202f;: sa longueur, {}, n’est pas un multiple de quatre</translation>
    </message>
    <message>
        <source>the file is not text: it holds a control character in line {}</source>
        <translation>le fichier n’est pas du texte&#x202f;: il contient un caractère de contrôle à la ligne {}</translation>
    </message>
    <message>
        <source>{} must be a text</source>
        <translation>{} doit être un texte</translation>
    </message>
    <message>
        <source>{} must be true or false</source>
        <translation>{} doit valoir true ou false</translation>
    </message>
    <message>
        <source>{} must be a list of texts</source>
        <translation>{} doit être une liste de textes</translation>
    </message>
    <message>
        <source>{} is not base64: {}</source>
        <translation>{} n’est pas du base64&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} must be a list</source>
        <translation>{} doit être une liste</translation>
    </message>
    <message>
        <source>{} must be a map of fields</source>
        <translation>{} doit être un ensemble de champs</translation>
    </message>
    <message>
        <source>A node has been found for it</source>
        <translation>Un nœud lui a été trouvé</translation>
    </message>
    <message>
        <source>No node has been found for it</source>
        <translation>Aucun nœud ne lui a été trouvé</translation>
    </message>
    <message>
        <source>The init containers are done</source>
        <translation>Les conteneurs d’initialisation ont terminé</translation>
    </message>
    <message>
        <source>The init containers are not done</source>
        <translation>Les conteneurs d’initialisation n’ont pas terminé</translation>
    </message>
    <message>
        <source>Network and volumes are set up</source>
        <translation>Réseau et volumes sont en place</translation>
    </message>
    <message>
        <source>Network and volumes are not set up yet</source>
        <translation>Réseau et volumes ne sont pas encore en place</translation>
    </message>
    <message>
        <source>Every container is ready</source>
        <translation>Tous les conteneurs sont prêts</translation>
    </message>
    <message>
        <source>Not every container is ready</source>
        <translation>Tous les conteneurs ne sont pas prêts</translation>
    </message>
    <message>
        <source>Ready for requests</source>
        <translation>Prêt à recevoir des requêtes</translation>
    </message>
    <message>
        <source>Gets no requests from services</source>
        <translation>Ne reçoit pas de requêtes des services</translation>
    </message>
    <message>
        <source>It is about to be removed from its node</source>
        <translation>Il va être retiré de son nœud</translation>
    </message>
    <message>
        <source>Nobody is about to remove it</source>
        <translation>Personne ne va le retirer</translation>
    </message>
    <message>
        <source>The node is ready for pods</source>
        <translation>Le nœud est prêt à accueillir des pods</translation>
    </message>
    <message>
        <source>The node is not ready for pods</source>
        <translation>Le nœud n’est pas prêt à accueillir des pods</translation>
    </message>
    <message>
        <source>The node is short of memory</source>
        <translation>Le nœud manque de mémoire</translation>
    </message>
    <message>
        <source>There is enough memory</source>
        <translation>La mémoire suffit</translation>
    </message>
    <message>
        <source>The node is short of disk space</source>
        <translation>Le nœud manque d’espace disque</translation>
    </message>
    <message>
        <source>There is enough disk space</source>
        <translation>L’espace disque suffit</translation>
    </message>
    <message>
        <source>The node runs too many processes</source>
        <translation>Le nœud exécute trop de processus</translation>
    </message>
    <message>
        <source>There is room for processes</source>
        <translation>Il y a de la place pour des processus</translation>
    </message>
    <message>
        <source>The node&apos;s network is not set up</source>
        <translation>Le réseau du nœud n’est pas en place</translation>
    </message>
    <message>
        <source>The node&apos;s network is set up</source>
        <translation>Le réseau du nœud est en place</translation>
    </message>
    <message>
        <source>Enough pods are available</source>
        <translation>Assez de pods sont disponibles</translation>
    </message>
    <message>
        <source>Too few pods are available</source>
        <translation>Trop peu de pods sont disponibles</translation>
    </message>
    <message>
        <source>The roll-out goes on, or is done</source>
        <translation>Le déploiement avance, ou a abouti</translation>
    </message>
    <message>
        <source>The roll-out does not go on</source>
        <translation>Le déploiement n’avance plus</translation>
    </message>
    <message>
        <source>Pods cannot be created</source>
        <translation>Des pods ne peuvent pas être créés</translation>
    </message>
    <message>
        <source>Pods can be created</source>
        <translation>Des pods peuvent être créés</translation>
    </message>
    <message>
        <source>The job is done</source>
        <translation>Le job est terminé</translation>
    </message>
    <message>
        <source>The job is not done yet</source>
        <translation>Le job n’est pas encore terminé</translation>
    </message>
    <message>
        <source>The job has reached what it was for</source>
        <translation>Le job a atteint son but</translation>
    </message>
    <message>
        <source>The job has not reached what it is for</source>
        <translation>Le job n’a pas atteint son but</translation>
    </message>
    <message>
        <source>The job has failed</source>
        <translation>Le job a échoué</translation>
    </message>
    <message>
        <source>The job has not failed</source>
        <translation>Le job n’a pas échoué</translation>
    </message>
    <message>
        <source>The job is about to fail</source>
        <translation>Le job va échouer</translation>
    </message>
    <message>
        <source>The job is not about to fail</source>
        <translation>Le job ne va pas échouer</translation>
    </message>
    <message>
        <source>The job is suspended</source>
        <translation>Le job est suspendu</translation>
    </message>
    <message>
        <source>The job is not suspended</source>
        <translation>Le job n’est pas suspendu</translation>
    </message>
    <message>
        <source>It can change the number of pods</source>
        <translation>Il peut changer le nombre de pods</translation>
    </message>
    <message>
        <source>It cannot change the number of pods</source>
        <translation>Il ne peut pas changer le nombre de pods</translation>
    </message>
    <message>
        <source>It has figures to decide by</source>
        <translation>Il a des chiffres pour décider</translation>
    </message>
    <message>
        <source>It has no figures to decide by</source>
        <translation>Il n’a pas de chiffres pour décider</translation>
    </message>
    <message>
        <source>It would like more or fewer pods than its limits allow</source>
        <translation>Il voudrait plus ou moins de pods que ses limites ne le permettent</translation>
    </message>
    <message>
        <source>It is within its limits</source>
        <translation>Il reste dans ses limites</translation>
    </message>
    <message>
        <source>The volume is being resized</source>
        <translation>Le volume change de taille</translation>
    </message>
    <message>
        <source>The volume is not being resized</source>
        <translation>Le volume ne change pas de taille</translation>
    </message>
    <message>
        <source>The file system grows when a pod uses the volume</source>
        <translation>Le système de fichiers grandira quand un pod utilisera le volume</translation>
    </message>
    <message>
        <source>The file system has its size</source>
        <translation>Le système de fichiers a sa taille</translation>
    </message>
    <message>
        <source>Some kinds of objects cannot be found out, so they cannot be deleted</source>
        <translation>Certains genres d’objets ne peuvent pas être découverts, donc pas supprimés</translation>
    </message>
    <message>
        <source>Every kind of object could be found out</source>
        <translation>Tous les genres d’objets ont pu être découverts</translation>
    </message>
    <message>
        <source>Some kinds of objects cannot be read</source>
        <translation>Certains genres d’objets ne peuvent pas être lus</translation>
    </message>
    <message>
        <source>Every kind of object could be read</source>
        <translation>Tous les genres d’objets ont pu être lus</translation>
    </message>
    <message>
        <source>Some objects could not be deleted</source>
        <translation>Certains objets n’ont pas pu être supprimés</translation>
    </message>
    <message>
        <source>Every object could be deleted</source>
        <translation>Tous les objets ont pu être supprimés</translation>
    </message>
    <message>
        <source>Objects are still there</source>
        <translation>Des objets sont encore là</translation>
    </message>
    <message>
        <source>No object is left</source>
        <translation>Il ne reste aucun objet</translation>
    </message>
    <message>
        <source>Objects wait for their finalizers</source>
        <translation>Des objets attendent leurs finalizers</translation>
    </message>
    <message>
        <source>No object waits for a finalizer</source>
        <translation>Aucun objet n’attend de finalizer</translation>
    </message>
    <message>
        <source>The kind is served</source>
        <translation>Le genre est servi</translation>
    </message>
    <message>
        <source>The kind is not served</source>
        <translation>Le genre n’est pas servi</translation>
    </message>
    <message>
        <source>Its names are free</source>
        <translation>Ses noms sont libres</translation>
    </message>
    <message>
        <source>Its names are taken</source>
        <translation>Ses noms sont déjà pris</translation>
    </message>
    <message>
        <source>Its schema is not structural</source>
        <translation>Son schéma n’est pas structurel</translation>
    </message>
    <message>
        <source>Its schema is structural</source>
        <translation>Son schéma est structurel</translation>
    </message>
    <message>
        <source>The API answers</source>
        <translation>L’API répond</translation>
    </message>
    <message>
        <source>The API does not answer</source>
        <translation>L’API ne répond pas</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Prêt</translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>Pas prêt</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Disponible</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>Pas disponible</translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation>Dégradé</translation>
    </message>
    <message>
        <source>Not degraded</source>
        <translation>Pas dégradé</translation>
    </message>
    <message>
        <source>It does not go on</source>
        <translation>N’avance plus</translation>
    </message>
    <message>
        <source>It goes on</source>
        <translation>Avance</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Échoué</translation>
    </message>
    <message>
        <source>Not failed</source>
        <translation>Pas échoué</translation>
    </message>
    <message>
        <source>Not known: the node has stopped reporting</source>
        <translation>Inconnu&#x202f;: le nœud ne donne plus de nouvelles</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Inconnu</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Oui</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>waiting: {}</source>
        <translation>en attente&#x202f;: {}</translation>
    </message>
    <message>
        <source>running, not ready</source>
        <translation>en marche, pas prêt</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en marche</translation>
    </message>
    <message>
        <source>done</source>
        <translation>terminé</translation>
    </message>
    <message>
        <source>ended: {}</source>
        <translation>terminé&#x202f;: {}</translation>
    </message>
    <message>
        <source>not started yet</source>
        <translation>pas encore démarré</translation>
    </message>
    <message>
        <source>init</source>
        <translation>initialisation</translation>
    </message>
    <message>
        <source>sidecar</source>
        <translation>sidecar</translation>
    </message>
    <message>
        <source>debug</source>
        <translation>débogage</translation>
    </message>
    <message>
        <source>{} CPU</source>
        <translation>{} CPU</translation>
    </message>
    <message>
        <source>{} memory</source>
        <translation>{} de mémoire</translation>
    </message>
    <message>
        <source>signal {}</source>
        <translation>signal {}</translation>
    </message>
    <message>
        <source>exit code {}</source>
        <translation>code de sortie {}</translation>
    </message>
    <message>
        <source>{} bytes</source>
        <translation>{} octets</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Création</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Cluster IP</source>
        <translation>IP du cluster</translation>
    </message>
    <message>
        <source>Points to</source>
        <translation>Renvoie à</translation>
    </message>
    <message>
        <source>External address</source>
        <translation>Adresse externe</translation>
    </message>
    <message>
        <source>none yet: the load balancer has not answered</source>
        <translation>pas encore&#x202f;: le répartiteur de charge n’a pas répondu</translation>
    </message>
    <message>
        <source>{} on every node</source>
        <translation>{} sur chaque nœud</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Ports</translation>
    </message>
    <message>
        <source>Selector</source>
        <translation>Sélecteur</translation>
    </message>
    <message>
        <source>none: somebody else says what stands behind it</source>
        <translation>aucun&#x202f;: quelqu’un d’autre dit ce qui est derrière</translation>
    </message>
    <message>
        <source>Session affinity</source>
        <translation>Affinité de session</translation>
    </message>
    <message>
        <source>Outside traffic</source>
        <translation>Trafic extérieur</translation>
    </message>
    <message>
        <source>only to pods on the node that it reaches</source>
        <translation>seulement vers les pods du nœud qu’il atteint</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Any host</source>
        <translation>Tout hôte</translation>
    </message>
    <message>
        <source>All else</source>
        <translation>Tout le reste</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>Certificat</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adresses</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpoints</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>et {} de plus</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêt</translation>
    </message>
    <message>
        <source>not ready</source>
        <translation>pas prêt</translation>
    </message>
    <message>
        <source>{} for pods, of {}</source>
        <translation>{} pour les pods, sur {}</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rôles</translation>
    </message>
    <message>
        <source>New pods</source>
        <translation>Nouveaux pods</translation>
    </message>
    <message>
        <source>none: it is cordoned</source>
        <translation>aucun&#x202f;: il est mis à l’écart (cordon)</translation>
    </message>
    <message>
        <source>Taints</source>
        <translation>Teintes</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Pods</source>
        <translation>Pods</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Disque</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Système</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Noyau</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Moteur</translation>
    </message>
    <message>
        <source>Pod addresses</source>
        <translation>Adresses des pods</translation>
    </message>
    <message>
        <source>Provider&apos;s name</source>
        <translation>Nom chez l’hébergeur</translation>
    </message>
    <message>
        <source>{} entries</source>
        <translation>{} entrées</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rôle</translation>
    </message>
    <message>
        <source>Given to</source>
        <translation>Donné à</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>About</source>
        <translation>À propos de</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Vu d’abord</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Vu en dernier</translation>
    </message>
    <message>
        <source>secret, as {}</source>
        <translation>secret, nommé {}</translation>
    </message>
    <message>
        <source>config map, as {}</source>
        <translation>config map, nommée {}</translation>
    </message>
    <message>
        <source>claim, as {}</source>
        <translation>demande, nommée {}</translation>
    </message>
    <message>
        <source>{}, a folder of the node</source>
        <translation>{}, un dossier du nœud</translation>
    </message>
    <message>
        <source>a claim of its own</source>
        <translation>une demande à lui seul</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>Environnement</translation>
    </message>
    <message>
        <source>secret</source>
        <translation>secret</translation>
    </message>
    <message>
        <source>config map</source>
        <translation>config map</translation>
    </message>
    <message>
        <source>{} of {} ready</source>
        <translation>{} sur {} prêts</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Nœud</translation>
    </message>
    <message>
        <source>Nominated for</source>
        <translation>Pressenti pour</translation>
    </message>
    <message>
        <source>Pod IP</source>
        <translation>IP du pod</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>the node&apos;s own</source>
        <translation>celui du nœud</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Demandes</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
    <message>
        <source>QoS class</source>
        <translation>Classe de QoS</translation>
    </message>
    <message>
        <source>Service account</source>
        <translation>Compte de service</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorité</translation>
    </message>
    <message>
        <source>Restart policy</source>
        <translation>Redémarrage</translation>
    </message>
    <message>
        <source>Volumes</source>
        <translation>Volumes</translation>
    </message>
    <message>
        <source>Registry credentials</source>
        <translation>Accès au registre</translation>
    </message>
    <message>
        <source>Node selector</source>
        <translation>Sélecteur de nœuds</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volume</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>{} asked for</source>
        <translation>{} demandés</translation>
    </message>
    <message>
        <source>Storage class</source>
        <translation>Classe de stockage</translation>
    </message>
    <message>
        <source>Access modes</source>
        <translation>Modes d’accès</translation>
    </message>
    <message>
        <source>Volume mode</source>
        <translation>Mode du volume</translation>
    </message>
    <message>
        <source>Claim</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>When released</source>
        <translation>Une fois libéré</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>Pilote</translation>
    </message>
    <message>
        <source>Driver&apos;s name</source>
        <translation>Nom chez le pilote</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Par défaut</translation>
    </message>
    <message>
        <source>yes: claims that name no class use it</source>
        <translation>oui&#x202f;: les demandes qui ne nomment aucune classe l’utilisent</translation>
    </message>
    <message>
        <source>Provisioner</source>
        <translation>Fournisseur</translation>
    </message>
    <message>
        <source>Binds</source>
        <translation>Liaison</translation>
    </message>
    <message>
        <source>Can grow</source>
        <translation>Extensible</translation>
    </message>
    <message>
        <source>Immutable</source>
        <translation>Immuable</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>oui</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Clés</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>at most {} more</source>
        <translation>au plus {} en plus</translation>
    </message>
    <message>
        <source>at most {} missing</source>
        <translation>au plus {} en moins</translation>
    </message>
    <message>
        <source>from number {} on</source>
        <translation>à partir du numéro {}</translation>
    </message>
    <message>
        <source>{} up to date</source>
        <translation>{} à jour</translation>
    </message>
    <message>
        <source>{} available</source>
        <translation>{} disponibles</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Nœuds</translation>
    </message>
    <message>
        <source>Replicas</source>
        <translation>Répliques</translation>
    </message>
    <message>
        <source>none wanted</source>
        <translation>aucune demandée</translation>
    </message>
    <message>
        <source>Where they should not be</source>
        <translation>Mal placés</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>Stratégie</translation>
    </message>
    <message>
        <source>Roll-outs</source>
        <translation>Déploiements</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pause</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Révision</translation>
    </message>
    <message>
        <source>Claims for each pod</source>
        <translation>Demandes par pod</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Calendrier</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Fuseau horaire</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>Suspendu</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Dernière exécution</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>Dernier succès</translation>
    </message>
    <message>
        <source>Running now</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>When one still runs</source>
        <translation>Si l’un tourne encore</translation>
    </message>
    <message>
        <source>Completions</source>
        <translation>Achèvements</translation>
    </message>
    <message>
        <source>{} running</source>
        <translation>{} en cours</translation>
    </message>
    <message>
        <source>{} succeeded</source>
        <translation>{} réussis</translation>
    </message>
    <message>
        <source>{} failed</source>
        <translation>{} échoués</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>À la fois</translation>
    </message>
    <message>
        <source>Failures allowed</source>
        <translation>Échecs permis</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Début</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>Ajuste</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Cibles</translation>
    </message>
    <message>
        <source>{} now, {} wanted</source>
        <translation>{} à présent, {} voulues</translation>
    </message>
    <message>
        <source>{} to {}</source>
        <translation>{} à {}</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>Dernier changement</translation>
    </message>
    <message>
        <source>no</source>
        <translation>non</translation>
    </message>
    <message>
        <source>the registry limits how often images may be pulled</source>
        <translation>le registre limite la fréquence des téléchargements</translation>
    </message>
    <message>
        <source>the image is not made for this node&apos;s processor</source>
        <translation>l’image n’est pas faite pour le processeur de ce nœud</translation>
    </message>
    <message>
        <source>the node does not trust the registry&apos;s certificate</source>
        <translation>le nœud ne fait pas confiance au certificat du registre</translation>
    </message>
    <message>
        <source>the registry speaks HTTP, and the node expects HTTPS</source>
        <translation>le registre parle HTTP, et le nœud attend HTTPS</translation>
    </message>
    <message>
        <source>the node cannot reach the registry</source>
        <translation>le nœud ne peut pas joindre le registre</translation>
    </message>
    <message>
        <source>the registry asks for other credentials</source>
        <translation>le registre demande d’autres identifiants</translation>
    </message>
    <message>
        <source>the registry has no such image, or asks for other credentials</source>
        <translation>le registre n’a pas cette image, ou demande d’autres identifiants</translation>
    </message>
    <message>
        <source>the registry has no such image or tag</source>
        <translation>le registre n’a ni cette image ni cette étiquette</translation>
    </message>
    <message>
        <source>the node&apos;s disk is full</source>
        <translation>le disque du nœud est plein</translation>
    </message>
    <message>
        <source>Endpoint slices</source>
        <translation>Tranches d’endpoints</translation>
    </message>
    <message>
        <source>Replica sets</source>
        <translation>Replica sets</translation>
    </message>
    <message>
        <source>(cut here: {} KiB in all)</source>
        <translation>(coupé ici&#x202f;: {} Kio en tout)</translation>
    </message>
    <message>
        <source>(hidden)</source>
        <translation>(masqué)</translation>
    </message>
    <message>
        <source>(hidden, {} bytes)</source>
        <translation>(masqué, {} octets)</translation>
    </message>
    <message>
        <source>The node has stopped reporting</source>
        <translation>Le nœud ne donne plus de nouvelles</translation>
    </message>
    <message>
        <source>The node is not ready</source>
        <translation>Le nœud n’est pas prêt</translation>
    </message>
    <message>
        <source>The node takes no new pods</source>
        <translation>Le nœud n’accepte pas de nouveaux pods</translation>
    </message>
    <message>
        <source>It is cordoned</source>
        <translation>Il est mis à l’écart (cordon)</translation>
    </message>
    <message>
        <source>No pod of it is available</source>
        <translation>Aucun de ses pods n’est disponible</translation>
    </message>
    <message>
        <source>{} of {} pods are available</source>
        <translation>{} pods disponibles sur {}</translation>
    </message>
    <message>
        <source>Its roll-outs are paused</source>
        <translation>Ses déploiements sont en pause</translation>
    </message>
    <message>
        <source>A roll-out is going on: {} of {} pods are new, {} available</source>
        <translation>Un déploiement est en cours&#x202f;: {} pods nouveaux sur {}, {} disponibles</translation>
    </message>
    <message>
        <source>None of its pods is ready</source>
        <translation>Aucun de ses pods n’est prêt</translation>
    </message>
    <message>
        <source>{} of {} pods are ready</source>
        <translation>{} pods prêts sur {}</translation>
    </message>
    <message>
        <source>Its pods failed more often than it allows ({})</source>
        <translation>Ses pods ont échoué plus souvent que permis ({})</translation>
    </message>
    <message>
        <source>It has run longer than it may</source>
        <translation>Il a tourné plus longtemps que permis</translation>
    </message>
    <message>
        <source>Pods of the job have failed; it tries again</source>
        <translation>Des pods du job ont échoué&#x202f;; il réessaie</translation>
    </message>
    <message>
        <source>{} so far</source>
        <translation>{} jusqu’ici</translation>
    </message>
    <message>
        <source>The namespace is being deleted</source>
        <translation>L’espace de noms est en cours de suppression</translation>
    </message>
    <message>
        <source>The namespace cannot be deleted yet</source>
        <translation>L’espace de noms ne peut pas encore être supprimé</translation>
    </message>
    <message>
        <source>What is in it has to go first</source>
        <translation>Son contenu doit d’abord disparaître</translation>
    </message>
    <message>
        <source>finalizers: {}</source>
        <translation>finalizers&#x202f;: {}</translation>
    </message>
    <message>
        <source>The volume behind this claim is gone</source>
        <translation>Le volume de cette demande a disparu</translation>
    </message>
    <message>
        <source>The claim has no volume yet</source>
        <translation>La demande n’a pas encore de volume</translation>
    </message>
    <message>
        <source>Storage class {}: it waits for the first pod that uses it, or for its provisioner; its events tell</source>
        <translation>Classe de stockage {}&#x202f;: elle attend le premier pod qui l’utilise, ou son fournisseur&#x202f;; ses événements le disent</translation>
    </message>
    <message>
        <source>It names no storage class: a volume that fits has to be made for it</source>
        <translation>Elle ne nomme aucune classe de stockage&#x202f;: il faut lui créer un volume qui convienne</translation>
    </message>
    <message>
        <source>The number of pods cannot be changed</source>
        <translation>Le nombre de pods ne peut pas être changé</translation>
    </message>
    <message>
        <source>The volume could not be reclaimed</source>
        <translation>Le volume n’a pas pu être récupéré</translation>
    </message>
    <message>
        <source>It is being deleted, and waits for its finalizers</source>
        <translation>En cours de suppression, dans l’attente de ses finalizers</translation>
    </message>
    <message>
        <source>Container {}</source>
        <translation>Conteneur {}</translation>
    </message>
    <message>
        <source>it used more memory than its limit allows and was killed (OOMKilled, exit code {})</source>
        <translation>il a dépassé sa limite de mémoire et a été tué (OOMKilled, code de sortie {})</translation>
    </message>
    <message>
        <source>its time was up ({})</source>
        <translation>son temps était écoulé ({})</translation>
    </message>
    <message>
        <source>its command cannot be executed ({})</source>
        <translation>sa commande ne peut pas être exécutée ({})</translation>
    </message>
    <message>
        <source>its command does not exist in the image ({})</source>
        <translation>sa commande n’existe pas dans l’image ({})</translation>
    </message>
    <message>
        <source>it was killed ({})</source>
        <translation>il a été tué ({})</translation>
    </message>
    <message>
        <source>it was asked to end ({})</source>
        <translation>on lui a demandé de se terminer ({})</translation>
    </message>
    <message>
        <source>it ended with {}</source>
        <translation>il s’est terminé&#x202f;: {}</translation>
    </message>
    <message>
        <source>the config map {} does not exist</source>
        <translation>la config map {} n’existe pas</translation>
    </message>
    <message>
        <source>the secret {} does not exist</source>
        <translation>le secret {} n’existe pas</translation>
    </message>
    <message>
        <source>the secret {} has no key {}</source>
        <translation>le secret {} n’a pas de clé {}</translation>
    </message>
    <message>
        <source>the config map {} has no key {}</source>
        <translation>la config map {} n’a pas de clé {}</translation>
    </message>
    <message>
        <source>it may not run as root, and its image wants to</source>
        <translation>il ne doit pas tourner en tant que root, et son image le voudrait</translation>
    </message>
    <message>
        <source>The image cannot be pulled</source>
        <translation>L’image ne peut pas être téléchargée</translation>
    </message>
    <message>
        <source>The name of the image is not valid</source>
        <translation>Le nom de l’image n’est pas valide</translation>
    </message>
    <message>
        <source>The image is not on the node, and may not be pulled</source>
        <translation>L’image n’est pas sur le nœud et ne doit pas être téléchargée</translation>
    </message>
    <message>
        <source>its pull policy is Never</source>
        <translation>sa politique de téléchargement est Never</translation>
    </message>
    <message>
        <source>The image cannot be used</source>
        <translation>L’image ne peut pas être utilisée</translation>
    </message>
    <message>
        <source>The container lacks something that it is configured with</source>
        <translation>Il manque au conteneur un élément de sa configuration</translation>
    </message>
    <message>
        <source>An init container keeps failing</source>
        <translation>Un conteneur d’initialisation échoue sans cesse</translation>
    </message>
    <message>
        <source>The container keeps crashing</source>
        <translation>Le conteneur plante sans cesse</translation>
    </message>
    <message>
        <source>The container cannot be started</source>
        <translation>Le conteneur ne peut pas démarrer</translation>
    </message>
    <message>
        <source>Killed: it used more memory than it may</source>
        <translation>Tué&#x202f;: il a utilisé plus de mémoire que permis</translation>
    </message>
    <message>
        <source>An init container has failed</source>
        <translation>Un conteneur d’initialisation a échoué</translation>
    </message>
    <message>
        <source>The container has failed</source>
        <translation>Le conteneur a échoué</translation>
    </message>
    <message>
        <source>The pod is being deleted, and something holds it back</source>
        <translation>Le pod est en cours de suppression, et quelque chose le retient</translation>
    </message>
    <message>
        <source>It waits for its finalizers</source>
        <translation>Il attend ses finalizers</translation>
    </message>
    <message>
        <source>The pod should be gone by now</source>
        <translation>Le pod devrait déjà avoir disparu</translation>
    </message>
    <message>
        <source>Its node has not confirmed that its containers have ended</source>
        <translation>Son nœud n’a pas confirmé la fin de ses conteneurs</translation>
    </message>
    <message>
        <source>The pod is being ended</source>
        <translation>Le pod est en train de se terminer</translation>
    </message>
    <message>
        <source>The pod waits for its scheduling gates</source>
        <translation>Le pod attend la levée de ses scheduling gates</translation>
    </message>
    <message>
        <source>No node can take this pod</source>
        <translation>Aucun nœud ne peut accueillir ce pod</translation>
    </message>
    <message>
        <source>The scheduler tries again whenever the cluster changes</source>
        <translation>L’ordonnanceur réessaie à chaque changement du cluster</translation>
    </message>
    <message>
        <source>The node has evicted this pod</source>
        <translation>Le nœud a évincé ce pod</translation>
    </message>
    <message>
        <source>The node ran short of something</source>
        <translation>Une ressource manquait au nœud</translation>
    </message>
    <message>
        <source>The pod&apos;s node has stopped reporting</source>
        <translation>Le nœud du pod ne donne plus de nouvelles</translation>
    </message>
    <message>
        <source>The pod has run longer than it may</source>
        <translation>Le pod a tourné plus longtemps que permis</translation>
    </message>
    <message>
        <source>The pod had to make room for a more important one</source>
        <translation>Le pod a dû céder la place à un autre, plus important</translation>
    </message>
    <message>
        <source>The pod has failed</source>
        <translation>Le pod a échoué</translation>
    </message>
    <message>
        <source>The container was restarted a short time ago</source>
        <translation>Le conteneur a redémarré il y a peu</translation>
    </message>
    <message>
        <source>The container runs, and has not finished starting</source>
        <translation>Le conteneur tourne, mais n’a pas fini de démarrer</translation>
    </message>
    <message>
        <source>The container runs, but is not ready</source>
        <translation>Le conteneur tourne, mais n’est pas prêt</translation>
    </message>
    <message>
        <source>its startup probe has not succeeded yet</source>
        <translation>sa sonde de démarrage n’a pas encore réussi</translation>
    </message>
    <message>
        <source>its readiness probe does not succeed</source>
        <translation>sa sonde de disponibilité ne réussit pas</translation>
    </message>
    <message>
        <source>An init container is still at work</source>
        <translation>Un conteneur d’initialisation travaille encore</translation>
    </message>
    <message>
        <source>The containers have not been created yet</source>
        <translation>Les conteneurs ne sont pas encore créés</translation>
    </message>
    <message>
        <source>The node may still pull images, or wait for a volume; its events tell</source>
        <translation>Le nœud télécharge peut-être encore des images, ou attend un volume&#x202f;; ses événements le disent</translation>
    </message>
    <message>
        <source>The server sent an object that is not JSON</source>
        <translation>Le serveur a envoyé un objet qui n’est pas du JSON</translation>
    </message>
    <message>
        <source>The server&apos;s list cannot be understood</source>
        <translation>La liste du serveur est incompréhensible</translation>
    </message>
    <message>
        <source>any host</source>
        <translation>tout hôte</translation>
    </message>
    <message>
        <source>This ingress has no rule: it leads nowhere</source>
        <translation>Cet ingress n’a aucune règle&#x202f;: il ne mène nulle part</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>n’existe pas</translation>
    </message>
    <message>
        <source>The ingress names the service {}, which does not exist</source>
        <translation>L’ingress désigne le service {}, qui n’existe pas</translation>
    </message>
    <message>
        <source>port {}</source>
        <translation>port {}</translation>
    </message>
    <message>
        <source>The ingress {} asks the service {} for port {}, which it does not have</source>
        <translation>L’ingress {} demande au service {} le port {}, qu’il n’a pas</translation>
    </message>
    <message>
        <source>another name, outside this cluster&apos;s pods</source>
        <translation>un autre nom, hors des pods de ce cluster</translation>
    </message>
    <message>
        <source>no pods</source>
        <translation>aucun pod</translation>
    </message>
    <message>
        <source>The selector of the service {} matches no pod: {}</source>
        <translation>Le sélecteur du service {} ne correspond à aucun pod&#x202f;: {}</translation>
    </message>
    <message>
        <source>The only pod of the service {} is not ready</source>
        <translation>Le seul pod du service {} n’est pas prêt</translation>
    </message>
    <message>
        <source>{} pods match the service {}, and none is ready</source>
        <translation>{} pods correspondent au service {}, et aucun n’est prêt</translation>
    </message>
    <message>
        <source>Pods of the service {} are ready, but no endpoint slice lists them</source>
        <translation>Des pods du service {} sont prêts, mais aucune EndpointSlice ne les recense</translation>
    </message>
    <message>
        <source>addresses written by hand</source>
        <translation>adresses saisies à la main</translation>
    </message>
    <message>
        <source>The service {} has no selector, and nobody has written addresses for it</source>
        <translation>Le service {} n’a pas de sélecteur, et personne ne lui a saisi d’adresses</translation>
    </message>
    <message>
        <source>{} on {}</source>
        <translation>{} sur {}</translation>
    </message>
    <message>
        <source>{} more pods</source>
        <translation>{} autres pods</translation>
    </message>
    <message>
        <source>all ready</source>
        <translation>tous prêts</translation>
    </message>
    <message>
        <source>No service selects this pod: it has no name to be reached by</source>
        <translation>Aucun service ne sélectionne ce pod&#x202f;: il n’a pas de nom par lequel l’atteindre</translation>
    </message>
    <message>
        <source>No service selects these pods: they have no name to be reached by</source>
        <translation>Aucun service ne sélectionne ces pods&#x202f;: ils n’ont pas de nom par lequel les atteindre</translation>
    </message>
    <message>
        <source>The object is nested too deeply to be shown</source>
        <translation>L’objet est imbriqué trop profondément pour être montré</translation>
    </message>
    <message>
        <source>number of pods wanted</source>
        <translation>nombre de pods voulus</translation>
    </message>
    <message>
        <source>pods above that number while rolling: 3 or 25%</source>
        <translation>pods en plus pendant le déploiement : 3 ou 25%</translation>
    </message>
    <message>
        <source>pods that may be missing while rolling: 3 or 25%</source>
        <translation>pods qui peuvent manquer pendant le déploiement : 3 ou 25%</translation>
    </message>
    <message>
        <source>how long a pod must be ready to count as available</source>
        <translation>combien de temps un pod doit être prêt pour compter comme disponible</translation>
    </message>
    <message>
        <source>without progress for so long, the roll-out counts as failed</source>
        <translation>sans progrès pendant ce temps, le déploiement compte comme échoué</translation>
    </message>
    <message>
        <source>current pods that are not ready</source>
        <translation>pods actuels qui ne sont pas prêts</translation>
    </message>
    <message>
        <source>from the choice of a node until the container runs</source>
        <translation>du choix d’un nœud jusqu’à ce que le conteneur tourne</translation>
    </message>
    <message>
        <source>from then until it answers</source>
        <translation>de là jusqu’à ce qu’il réponde</translation>
    </message>
    <message>
        <source>what if the new version never becomes ready: true</source>
        <translation>et si la nouvelle version n’était jamais prête : true</translation>
    </message>
    <message>
        <source>what if the new version ends so long after each start</source>
        <translation>et si la nouvelle version s’arrêtait ce temps après chaque démarrage</translation>
    </message>
    <message>
        <source>what if this share of the new version&apos;s answers is wrong: 0 to 1</source>
        <translation>et si cette part des réponses de la nouvelle version était fausse : 0 à 1</translation>
    </message>
    <message>
        <source>start-up times differ by as much, by chance</source>
        <translation>les temps de démarrage diffèrent d’autant, au hasard</translation>
    </message>
    <message>
        <source>which chance</source>
        <translation>quel hasard</translation>
    </message>
    <message>
        <source>how long a pod may take to end</source>
        <translation>combien de temps un pod peut mettre à s’arrêter</translation>
    </message>
    <message>
        <source>how long a leaving pod goes on serving before it is told to end</source>
        <translation>combien de temps un pod qui part sert encore avant qu’on lui dise de s’arrêter</translation>
    </message>
    <message>
        <source>how long it then takes to end</source>
        <translation>combien de temps il met ensuite à s’arrêter</translation>
    </message>
    <message>
        <source>CPU that a new pod asks for, such as 250m</source>
        <translation>CPU que demande un nouveau pod, comme 250m</translation>
    </message>
    <message>
        <source>memory that a new pod asks for, such as 512Mi</source>
        <translation>mémoire que demande un nouveau pod, comme 512Mi</translation>
    </message>
    <message>
        <source>how many pods more than now find room</source>
        <translation>combien de pods de plus trouvent de la place</translation>
    </message>
    <message>
        <source>what is done to it in the middle: 30s:8 (replicas), 30s:pause, 60s:resume</source>
        <translation>ce qu’on lui fait en cours de route : 30s:8 (répliques), 30s:pause, 60s:resume</translation>
    </message>
    <message>
        <source>requests per second, all users together</source>
        <translation>requêtes par seconde, tous utilisateurs réunis</translation>
    </message>
    <message>
        <source>requests per second that one pod can answer</source>
        <translation>requêtes par seconde auxquelles un pod peut répondre</translation>
    </message>
    <message>
        <source>shares of the traffic for the canary, in %: 10,25,50</source>
        <translation>parts du trafic pour le canari, en % : 10,25,50</translation>
    </message>
    <message>
        <source>how long each step is watched</source>
        <translation>combien de temps on observe chaque étape</translation>
    </message>
    <message>
        <source>a router splits the traffic, not the number of pods: true</source>
        <translation>un routeur partage le trafic, et non le nombre de pods : true</translation>
    </message>
    <message>
        <source>how long the second colour is looked at before the switch</source>
        <translation>combien de temps on examine la seconde couleur avant de basculer</translation>
    </message>
    <message>
        <source>how long the first colour is kept after it</source>
        <translation>combien de temps on garde la première couleur ensuite</translation>
    </message>
    <message>
        <source>share of the users whom the rule chooses, in %</source>
        <translation>part des utilisateurs que la règle choisit, en %</translation>
    </message>
    <message>
        <source>how long the two versions are compared</source>
        <translation>combien de temps on compare les deux versions</translation>
    </message>
    <message>
        <source>share of the requests that are mirrored, in %</source>
        <translation>part des requêtes dupliquées, en %</translation>
    </message>
    <message>
        <source>how long they are</source>
        <translation>combien de temps elles le sont</translation>
    </message>
    <message>
        <source>when one goes back; without it: half way</source>
        <translation>quand on revient en arrière ; sans cela : à mi-chemin</translation>
    </message>
    <message>
        <source>nothing is simulated beyond</source>
        <translation>rien n’est simulé au-delà</translation>
    </message>
    <message>
        <source>from a pod&apos;s being ready or leaving until the last client knows</source>
        <translation>d’un pod prêt ou partant jusqu’à ce que le dernier client le sache</translation>
    </message>
    <message>
        <source>--kube-api-qps of the controller-manager; 0: without a limit</source>
        <translation>--kube-api-qps du controller-manager ; 0 : sans limite</translation>
    </message>
    <message>
        <source>--kube-api-burst of the controller-manager</source>
        <translation>--kube-api-burst du controller-manager</translation>
    </message>
    <message>
        <source>how far into a second it begins: Kubernetes keeps whole seconds</source>
        <translation>à quel point d’une seconde cela commence : Kubernetes garde des secondes entières</translation>
    </message>
    <message>
        <source>{} is not a whole number</source>
        <translation>{} n’est pas un nombre entier</translation>
    </message>
    <message>
        <source>{} is not between {} and 2147483647</source>
        <translation>{} n’est pas compris entre {} et 2147483647</translation>
    </message>
    <message>
        <source>“{}” is neither a number nor a percentage</source>
        <translation>« {} » n’est ni un nombre ni un pourcentage</translation>
    </message>
    <message>
        <source>Write a number of pods such as 3, or a share such as 25%</source>
        <translation>Écrivez un nombre de pods comme 3, ou une part comme 25%</translation>
    </message>
    <message>
        <source>there is no container</source>
        <translation>il n’y a aucun conteneur</translation>
    </message>
    <message>
        <source>this is no container</source>
        <translation>ceci n’est pas un conteneur</translation>
    </message>
    <message>
        <source>this is no Kubernetes object</source>
        <translation>ceci n’est pas un objet Kubernetes</translation>
    </message>
    <message>
        <source>it does not say what it is</source>
        <translation>il ne dit pas ce qu’il est</translation>
    </message>
    <message>
        <source>this is a {}, and a Deployment is wanted</source>
        <translation>ceci est un {}, et il faut un Deployment</translation>
    </message>
    <message>
        <source>it is missing</source>
        <translation>il manque</translation>
    </message>
    <message>
        <source>{} are more than this program simulates</source>
        <translation>{} : c’est plus que ce que ce programme simule</translation>
    </message>
    <message>
        <source>{} is neither true nor false</source>
        <translation>{} n’est ni true ni false</translation>
    </message>
    <message>
        <source>“{}” is neither RollingUpdate nor Recreate</source>
        <translation>« {} » n’est ni RollingUpdate ni Recreate</translation>
    </message>
    <message>
        <source>it may not be 0 where maxSurge is 0</source>
        <translation>il ne peut pas valoir 0 quand maxSurge vaut 0</translation>
    </message>
    <message>
        <source> (new)</source>
        <translation> (nouvelle)</translation>
    </message>
    <message>
        <source>The Deployment cannot be read: it is no JSON</source>
        <translation>Le Deployment est illisible : ce n’est pas du JSON</translation>
    </message>
    <message>
        <source>{}: there is no Deployment in it</source>
        <translation>{} : il n’y a aucun Deployment dedans</translation>
    </message>
    <message>
        <source>It is empty</source>
        <translation>Il est vide</translation>
    </message>
    <message>
        <source>The list of pods cannot be read</source>
        <translation>La liste des pods est illisible</translation>
    </message>
    <message>
        <source>The list of nodes or of pods cannot be read</source>
        <translation>La liste des nœuds ou des pods est illisible</translation>
    </message>
    <message>
        <source>“{}” is no number from {} to {}</source>
        <translation>« {} » n’est pas un nombre de {} à {}</translation>
    </message>
    <message>
        <source>“{}” is neither true nor false</source>
        <translation>« {} » n’est ni true ni false</translation>
    </message>
    <message>
        <source>“{}”: each step must be more than the one before</source>
        <translation>« {} » : chaque étape doit dépasser la précédente</translation>
    </message>
    <message>
        <source>“{}” is no change: write 30s:8, 30s:pause or 60s:resume</source>
        <translation>« {} » n’est pas un changement : écrivez 30s:8, 30s:pause ou 60s:resume</translation>
    </message>
    <message>
        <source>There is no setting “{}”</source>
        <translation>Il n’y a pas de réglage « {} »</translation>
    </message>
    <message>
        <source>Did you mean “{}”?</source>
        <translation>Vouliez-vous dire « {} » ?</translation>
    </message>
    <message>
        <source>The setting {} cannot be used</source>
        <translation>Le réglage {} est inutilisable</translation>
    </message>
    <message>
        <source>“{}” is no quantity</source>
        <translation>« {} » n’est pas une quantité</translation>
    </message>
    <message>
        <source>Write it as 250m, 1.5 or 512Mi</source>
        <translation>Écrivez 250m, 1.5 ou 512Mi</translation>
    </message>
    <message>
        <source>“{}” is no time: write 10s, 5m or 1h30m</source>
        <translation>« {} » n’est pas une durée : écrivez 10s, 5m ou 1h30m</translation>
    </message>
    <message>
        <source>the Deployment runs the new version; what was added goes</source>
        <translation>le Deployment exécute la nouvelle version ; ce qui avait été ajouté s’en va</translation>
    </message>
    <message>
        <source>a second colour starts beside the first</source>
        <translation>une seconde couleur démarre à côté de la première</translation>
    </message>
    <message>
        <source>it is ready, and looked at before anyone gets it</source>
        <translation>elle est prête, et examinée avant que quiconque la reçoive</translation>
    </message>
    <message>
        <source>all requests go to the new version at once; the old one is kept</source>
        <translation>toutes les requêtes vont d’un coup à la nouvelle version ; l’ancienne est gardée</translation>
    </message>
    <message>
        <source>{:.0f} % of the requests go to the new version ({} of {} pods)</source>
        <translation>{:.0f} % des requêtes vont à la nouvelle version ({} pods sur {})</translation>
    </message>
    <message>
        <source>the new version starts for the users whom the rule chooses</source>
        <translation>la nouvelle version démarre pour les utilisateurs que la règle choisit</translation>
    </message>
    <message>
        <source>{} % of the users get the new version, always the same ones</source>
        <translation>{} % des utilisateurs reçoivent la nouvelle version, toujours les mêmes</translation>
    </message>
    <message>
        <source>the new version starts; nobody sees its answers</source>
        <translation>la nouvelle version démarre ; personne ne voit ses réponses</translation>
    </message>
    <message>
        <source>{} % of the requests are mirrored to it</source>
        <translation>{} % des requêtes lui sont dupliquées</translation>
    </message>
    <message>
        <source>the mirror is taken down; the Deployment is rolled over</source>
        <translation>la copie est retirée ; le Deployment est mis à jour progressivement</translation>
    </message>
    <message>
        <source>the new version did not become ready in time: it goes back by itself</source>
        <translation>la nouvelle version n’a pas été prête à temps : retour en arrière automatique</translation>
    </message>
    <message>
        <source>somebody goes back</source>
        <translation>quelqu’un revient en arrière</translation>
    </message>
    <message>
        <source>Recreate</source>
        <translation>Recréation</translation>
    </message>
    <message>
        <source>Blue/green</source>
        <translation>Bleu/vert</translation>
    </message>
    <message>
        <source>Canary</source>
        <translation>Canari</translation>
    </message>
    <message>
        <source>Shadow</source>
        <translation>Trafic fantôme</translation>
    </message>
    <message>
        <source>There is no strategy “{}”</source>
        <translation>Il n’y a pas de stratégie « {} »</translation>
    </message>
    <message>
        <source>There are: {}</source>
        <translation>Il y a : {}</translation>
    </message>
    <message>
        <source>The Deployment is paused: nothing rolls until it is resumed</source>
        <translation>Le Deployment est en pause : rien n’avance avant qu’il reprenne</translation>
    </message>
    <message>
        <source>It gives up by itself after {} and is back after {} more</source>
        <translation>L’opération s’abandonne d’elle-même après {} et tout est revenu {} plus tard</translation>
    </message>
    <message>
        <source>It gives up by itself after {}, and does not come back</source>
        <translation>L’opération s’abandonne d’elle-même après {}, et ne revient pas</translation>
    </message>
    <message>
        <source>It does not finish: Kubernetes reports that after {}, and leaves it as it is</source>
        <translation>Cela ne se termine pas : Kubernetes le signale après {}, et laisse les choses ainsi</translation>
    </message>
    <message>
        <source>It does not finish within what was simulated</source>
        <translation>Cela ne se termine pas dans le temps simulé</translation>
    </message>
    <message>
        <source>It takes {}</source>
        <translation>Cela dure {}</translation>
    </message>
    <message>
        <source>Containers of the new version end and are started again: {} times</source>
        <translation>Des conteneurs de la nouvelle version s’arrêtent et sont relancés : {} fois</translation>
    </message>
    <message>
        <source>For {} pods there was no room on any node at first</source>
        <translation>Pour {} pods, aucun nœud n’avait de place au début</translation>
    </message>
    <message>
        <source>For {} nobody answers</source>
        <translation>Pendant {}, personne ne répond</translation>
    </message>
    <message>
        <source>For {} fewer pods answer than wanted; at the worst {} of {}</source>
        <translation>Pendant {}, moins de pods répondent que voulu ; au pire {} sur {}</translation>
    </message>
    <message>
        <source>All {} pods wanted answer all the time</source>
        <translation>Les {} pods voulus répondent tout le temps</translation>
    </message>
    <message>
        <source>About {} requests fail: they are sent to pods that have left (a preStop pause of {} avoids it)</source>
        <translation>Environ {} requêtes échouent : elles sont envoyées à des pods qui sont partis (une pause preStop de {} l’évite)</translation>
    </message>
    <message>
        <source>About {} requests fail</source>
        <translation>Environ {} requêtes échouent</translation>
    </message>
    <message>
        <source>About {} requests are more than the pods can answer</source>
        <translation>Environ {} requêtes dépassent ce à quoi les pods peuvent répondre</translation>
    </message>
    <message>
        <source>About {} requests get a wrong answer of the new version</source>
        <translation>Environ {} requêtes reçoivent une réponse fausse de la nouvelle version</translation>
    </message>
    <message>
        <source>It needs room for {} pods more than usual</source>
        <translation>Il faut de la place pour {} pods de plus que d’habitude</translation>
    </message>
    <message>
        <source>Going back after {} takes {}</source>
        <translation>Revenir en arrière après {} prend {}</translation>
    </message>
    <message>
        <source>An outage of {}</source>
        <translation>Une interruption de {}</translation>
    </message>
    <message>
        <source>Slow answers while pods are missing</source>
        <translation>Des réponses lentes tant que des pods manquent</translation>
    </message>
    <message>
        <source>Errors, for those who get the new version</source>
        <translation>Des erreurs, pour ceux qui reçoivent la nouvelle version</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Rien</translation>
    </message>
    <message>
        <source>Both versions at the same time, at random, while it lasts</source>
        <translation>Les deux versions à la fois, au hasard, tant que cela dure</translation>
    </message>
    <message>
        <source>All get the new version at the same moment</source>
        <translation>Tous reçoivent la nouvelle version au même moment</translation>
    </message>
    <message>
        <source>A few get the new version first, at random</source>
        <translation>Quelques-uns reçoivent d’abord la nouvelle version, au hasard</translation>
    </message>
    <message>
        <source>The chosen ones get the new version, the others do not</source>
        <translation>Ceux qui sont choisis reçoivent la nouvelle version, les autres non</translation>
    </message>
    <message>
        <source>Nothing of the trial; then both versions while it rolls</source>
        <translation>Rien de l’essai ; puis les deux versions pendant la mise à jour</translation>
    </message>
    <message>
        <source>never</source>
        <translation>jamais</translation>
    </message>
    <message>
        <source>{:.1f} s</source>
        <translation>{:.1f} s</translation>
    </message>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} min {} s</source>
        <translation>{} min {} s</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} h {} min</source>
        <translation>{} h {} min</translation>
    </message>
    <message>
        <source>{} h</source>
        <translation>{} h</translation>
    </message>
    <message>
        <source>It goes well</source>
        <translation>Tout se passe bien</translation>
    </message>
    <message>
        <source>It goes, with something to know</source>
        <translation>Cela se passe, avec quelque chose à savoir</translation>
    </message>
    <message>
        <source>Better not like this</source>
        <translation>Mieux vaut ne pas faire ainsi</translation>
    </message>
    <message>
        <source>Not {}: {}</source>
        <translation>Pas {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>The change is not JSON</source>
        <translation>La modification n’est pas du JSON</translation>
    </message>
    <message>
        <source>nobody answers for {}</source>
        <translation>personne ne répond pendant {}</translation>
    </message>
    <message>
        <source>it stands still half way, and nothing goes back by itself</source>
        <translation>il s’arrête à mi-chemin, et rien ne revient en arrière de soi-même</translation>
    </message>
    <message>
        <source>there is no room for the pods that it adds: it stands still</source>
        <translation>il n’y a pas de place pour les pods qu’il ajoute&#x202f;: il s’arrête</translation>
    </message>
    <message>
        <source>it does not finish</source>
        <translation>il ne se termine pas</translation>
    </message>
    <message>
        <source>there is no room for the pods that it adds, and it goes back</source>
        <translation>il n’y a pas de place pour les pods qu’il ajoute, et il revient en arrière</translation>
    </message>
    <message>
        <source>it gives up and goes back</source>
        <translation>il abandonne et revient en arrière</translation>
    </message>
    <message>
        <source>at the worst {} of {} pods answer</source>
        <translation>au pire, {} pods sur {} répondent</translation>
    </message>
    <message>
        <source>about {} requests go wrong</source>
        <translation>environ {} requêtes échouent</translation>
    </message>
    <message>
        <source>it needs room for {} pods more than usual</source>
        <translation>il demande de la place pour {} pods de plus que d’habitude</translation>
    </message>
    <message>
        <source>going back takes {}</source>
        <translation>revenir en arrière prend {}</translation>
    </message>
    <message>
        <source>it takes {}</source>
        <translation>il dure {}</translation>
    </message>
    <message>
        <source>it needs a router that knows users apart</source>
        <translation>il demande un routeur qui distingue les utilisateurs</translation>
    </message>
    <message>
        <source>it needs a router that mirrors requests</source>
        <translation>il demande un routeur qui duplique les requêtes</translation>
    </message>
    <message>
        <source>it is more work to set up</source>
        <translation>sa mise en place demande plus de travail</translation>
    </message>
    <message>
        <source>without a readiness probe nothing looks at the new version before all users get it</source>
        <translation>sans sonde de disponibilité, rien ne contrôle la nouvelle version avant que tous la reçoivent</translation>
    </message>
    <message>
        <source> and </source>
        <translation> et </translation>
    </message>
    <message>
        <source>only {} requests meet the new version before it goes back by itself</source>
        <translation>seules {} requêtes rencontrent la nouvelle version avant le retour automatique</translation>
    </message>
    <message>
        <source>nobody meets the new version, and it goes back by itself after {}</source>
        <translation>personne ne rencontre la nouvelle version, et le retour est automatique après {}</translation>
    </message>
    <message>
        <source>a pod answers all the time</source>
        <translation>un pod répond tout le temps</translation>
    </message>
    <message>
        <source>all {} pods answer all the time</source>
        <translation>les {} pods répondent tout le temps</translation>
    </message>
    <message>
        <source>it needs no room beyond what is used now</source>
        <translation>il ne demande pas plus de place qu’aujourd’hui</translation>
    </message>
    <message>
        <source>the 1 pod more that it needs finds room</source>
        <translation>le pod supplémentaire qu’il demande trouve de la place</translation>
    </message>
    <message>
        <source>it needs room for 1 pod more only</source>
        <translation>il ne demande de la place que pour 1 pod de plus</translation>
    </message>
    <message>
        <source>the {} pods more that it needs find room</source>
        <translation>les {} pods supplémentaires qu’il demande trouvent de la place</translation>
    </message>
    <message>
        <source>it needs room for {} pods more</source>
        <translation>il demande de la place pour {} pods de plus</translation>
    </message>
    <message>
        <source>Kubernetes does it by itself</source>
        <translation>Kubernetes le fait de lui-même</translation>
    </message>
    <message>
        <source>the new version is looked at before anyone gets it</source>
        <translation>la nouvelle version est examinée avant que quiconque la reçoive</translation>
    </message>
    <message>
        <source>a few requests show whether the new version is good before all get it</source>
        <translation>quelques requêtes montrent si la nouvelle version est bonne avant que tous la reçoivent</translation>
    </message>
    <message>
        <source>only the chosen users get the new version</source>
        <translation>seuls les utilisateurs choisis reçoivent la nouvelle version</translation>
    </message>
    <message>
        <source>real requests try the new version, and nobody sees its answers</source>
        <translation>de vraies requêtes essaient la nouvelle version, et personne ne voit ses réponses</translation>
    </message>
    <message>
        <source>Zero downtime</source>
        <translation>Sans coupure</translation>
    </message>
    <message>
        <source>Real traffic</source>
        <translation>Trafic réel</translation>
    </message>
    <message>
        <source>Targeted users</source>
        <translation>Usagers ciblés</translation>
    </message>
    <message>
        <source>Cloud cost</source>
        <translation>Coût cloud</translation>
    </message>
    <message>
        <source>Rollback duration</source>
        <translation>Durée du retour</translation>
    </message>
    <message>
        <source>Impact on users</source>
        <translation>Effet sur l’usager</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>Mise en place</translation>
    </message>
    <message>
        <source>{} out</source>
        <translation>{} coupé</translation>
    </message>
    <message>
        <source>≥ {} of {}</source>
        <translation>≥ {} sur {}</translation>
    </message>
    <message>
        <source>all answer</source>
        <translation>tous</translation>
    </message>
    <message>
        <source>a copy</source>
        <translation>une copie</translation>
    </message>
    <message>
        <source>{} req.</source>
        <translation>{} req.</translation>
    </message>
    <message>
        <source>{} %</source>
        <translation>{}&#x202f;%</translation>
    </message>
    <message>
        <source>no more</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message>
        <source>a router</source>
        <translation>un routeur</translation>
    </message>
    <message>
        <source>For {}, none goes well like this; {} harms least: {}</source>
        <translation>Pour {}, aucune ne se passe bien ainsi&#x202f;; {} nuit le moins&#x202f;: {}</translation>
    </message>
    <message>
        <source>For {}: {}, because {}</source>
        <translation>Pour {}&#x202f;: {}, car {}</translation>
    </message>
    <message>
        <source>The {} requests that fail would not, if leaving pods went on answering for {} (preStop)</source>
        <translation>Les {} requêtes qui échouent n’échoueraient pas si les pods sortants répondaient encore pendant {} (preStop)</translation>
    </message>
    <message>
        <source>measured from 1 pod</source>
        <translation>mesuré sur 1 pod</translation>
    </message>
    <message>
        <source>measured from {} pods</source>
        <translation>mesuré sur {} pods</translation>
    </message>
    <message>
        <source>worked out from its probes</source>
        <translation>déduit de ses sondes</translation>
    </message>
    <message>
        <source>from the Deployment</source>
        <translation>selon le Deployment</translation>
    </message>
    <message>
        <source>from the file</source>
        <translation>selon le fichier</translation>
    </message>
    <message>
        <source>not said: Kubernetes&apos; default</source>
        <translation>non précisé&#x202f;: défaut de Kubernetes</translation>
    </message>
    <message>
        <source>assumed</source>
        <translation>supposé</translation>
    </message>
    <message>
        <source>all old pods end</source>
        <translation>tous les anciens pods s’arrêtent</translation>
    </message>
    <message>
        <source>the new pods start</source>
        <translation>les nouveaux pods démarrent</translation>
    </message>
    <message>
        <source>the first new pods start</source>
        <translation>les premiers nouveaux pods démarrent</translation>
    </message>
    <message>
        <source>the first new pod answers</source>
        <translation>le premier nouveau pod répond</translation>
    </message>
    <message>
        <source>all new pods answer</source>
        <translation>tous les nouveaux pods répondent</translation>
    </message>
    <message>
        <source>Kubernetes reports that it does not go on</source>
        <translation>Kubernetes signale que cela n’avance plus</translation>
    </message>
    <message>
        <source>A new pod never becomes ready (what if)</source>
        <translation>Un nouveau pod n’est jamais prêt (hypothèse)</translation>
    </message>
    <message>
        <source>A new pod takes {} from its creation to being ready ({})</source>
        <translation>Un nouveau pod met {} de sa création à être prêt ({})</translation>
    </message>
    <message>
        <source>set by you</source>
        <translation>choisi par vous</translation>
    </message>
    <message>
        <source>All {} old pods end first: that takes {}. Only then the new ones are created.</source>
        <translation>Les {} anciens pods s’arrêtent d’abord&#x202f;: cela prend {}. Ensuite seulement les nouveaux sont créés.</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{}&#x202f;: {}</translation>
    </message>
    <message>
        <source>It counts only after another {} (minReadySeconds).</source>
        <translation>Il ne compte qu’après encore {} (minReadySeconds).</translation>
    </message>
    <message>
        <source>The controllers may make {:.0f} calls a second: so many pods are not asked for faster.</source>
        <translation>Les contrôleurs peuvent faire {:.0f} appels par seconde&#x202f;: tant de pods ne sont pas demandés plus vite.</translation>
    </message>
    <message>
        <source>Without progress for {} Kubernetes reports it (progressDeadlineSeconds).</source>
        <translation>Sans progrès pendant {}, Kubernetes le signale (progressDeadlineSeconds).</translation>
    </message>
    <message>
        <source>Within what was simulated it does not come back.</source>
        <translation>Dans ce qui a été simulé, il ne revient pas.</translation>
    </message>
    <message>
        <source>It gives up by itself after {}.</source>
        <translation>Il abandonne de lui-même après {}.</translation>
    </message>
    <message>
        <source>Somebody goes back after {}, half way.</source>
        <translation>Quelqu’un revient en arrière après {}, à mi-chemin.</translation>
    </message>
    <message>
        <source>The old pods still run: only the requests are sent back to them, and the last client knows after {}.</source>
        <translation>Les anciens pods tournent encore&#x202f;: seules les requêtes leur sont renvoyées, et le dernier client le sait après {}.</translation>
    </message>
    <message>
        <source>Old pods that have gone by then have to start again, and each takes {}.</source>
        <translation>Les anciens pods déjà partis doivent redémarrer, et chacun met {}.</translation>
    </message>
    <message>
        <source>At {}: {} old and {} new ready, {} starting, {} ending.</source>
        <translation>À {}&#x202f;: {} anciens et {} nouveaux prêts, {} en démarrage, {} en arrêt.</translation>
    </message>
    <message>
        <source>Pods that end still hold their room for up to {}, though Kubernetes no longer counts them.</source>
        <translation>Les pods en arrêt occupent encore leur place jusqu’à {}, bien que Kubernetes ne les compte plus.</translation>
    </message>
    <message>
        <source>There are never more pods than the {} wanted.</source>
        <translation>Il n’y a jamais plus de pods que les {} voulus.</translation>
    </message>
    <message>
        <source>No price of a node was given.</source>
        <translation>Aucun prix de nœud n’a été donné.</translation>
    </message>
    <message>
        <source>{:.3f} hours of one pod beyond the {} wanted, each the share of a node that it asks for, at {:.2f} for a node and hour.</source>
        <translation>{:.3f} heures de pod au-delà des {} voulus, chacun pour la part de nœud qu’il demande, à {:.2f} par nœud et par heure.</translation>
    </message>
    <message>
        <source>For {} there is no pod that answers, at {:.0f} requests per second.</source>
        <translation>Pendant {}, aucun pod ne répond, à {:.0f} requêtes par seconde.</translation>
    </message>
    <message>
        <source>At {} {:.0f} % of the requests go to pods that have left, until the last client knows ({}); a preStop pause of that length avoids it.</source>
        <translation>À {}, {:.0f}&#x202f;% des requêtes vont à des pods partis, jusqu’à ce que le dernier client le sache ({})&#x202f;; une pause preStop de cette durée l’évite.</translation>
    </message>
    <message>
        <source>At every moment each request finds a pod that answers: leaving pods go on answering until the last client knows.</source>
        <translation>À chaque instant, chaque requête trouve un pod qui répond&#x202f;: les pods sortants répondent jusqu’à ce que le dernier client le sache.</translation>
    </message>
    <message>
        <source>{} are more than the pods that are left can answer.</source>
        <translation>{} dépassent ce que les pods restants peuvent servir.</translation>
    </message>
    <message>
        <source>{} get a wrong answer of the new version.</source>
        <translation>{} reçoivent une mauvaise réponse de la nouvelle version.</translation>
    </message>
    <message>
        <source>A pod leaves only when another one answers in its place.</source>
        <translation>Un pod ne part que lorsqu’un autre répond à sa place.</translation>
    </message>
    <message>
        <source>At {} {} of {} pods answer.</source>
        <translation>À {}, {} pods sur {} répondent.</translation>
    </message>
    <message>
        <source>{} + {} ending</source>
        <translation>{} + {} en arrêt</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>never done</source>
        <translation>jamais fini</translation>
    </message>
    <message>
        <source>Way back</source>
        <translation>Retour arrière</translation>
    </message>
    <message>
        <source>Most pods at once</source>
        <translation>Pods au plus</translation>
    </message>
    <message>
        <source>Extra cost</source>
        <translation>Surcoût</translation>
    </message>
    <message>
        <source>Requests at risk</source>
        <translation>Requêtes en péril</translation>
    </message>
    <message>
        <source>Lowest capacity</source>
        <translation>Capacité minimale</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} sur {}</translation>
    </message>
    <message>
        <source>What is free on the nodes is not known: it is assumed that there is room.</source>
        <translation>La place libre sur les nœuds n’est pas connue&#x202f;: on suppose qu’il y en a.</translation>
    </message>
    <message>
        <source>{} can take {} more</source>
        <translation>{} peut en prendre {} de plus</translation>
    </message>
    <message>
        <source>{} nodes together {}</source>
        <translation>{} nœuds ensemble {}</translation>
    </message>
    <message>
        <source>No room beyond what is used is needed.</source>
        <translation>Aucune place supplémentaire n’est nécessaire.</translation>
    </message>
    <message>
        <source>In brackets: what is generally said of the strategy; before them, what was computed for this application.</source>
        <translation>Entre parenthèses&#x202f;: ce qu’on dit en général de la stratégie&#x202f;; devant, ce qui a été calculé pour cette application.</translation>
    </message>
    <message>
        <source>Roll-out of {}: {} pods, {} to {}</source>
        <translation>Déploiement de {}&#x202f;: {} pods, de {} à {}</translation>
    </message>
    <message>
        <source>What users notice: {}</source>
        <translation>Ce que remarquent les utilisateurs&#x202f;: {}</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Chiffre</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valeur</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Pourquoi</translation>
    </message>
    <message>
        <source>Ramped</source>
        <translation>Progressif</translation>
    </message>
    <message>
        <source>A/B</source>
        <translation>A/B</translation>
    </message>
    <message>
        <source>old, ready</source>
        <translation>anciens, prêts</translation>
    </message>
    <message>
        <source>new, ready</source>
        <translation>nouveaux, prêts</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>en démarrage</translation>
    </message>
    <message>
        <source>ending</source>
        <translation>en arrêt</translation>
    </message>
    <message>
        <source>new {}</source>
        <translation>nouveau {}</translation>
    </message>
    <message>
        <source>old {}</source>
        <translation>ancien {}</translation>
    </message>
    <message>
        <source>{}: {} → {}</source>
        <translation>{}&#x202f;: {} → {}</translation>
    </message>
    <message>
        <source>Share of traffic on the new version</source>
        <translation>Part du trafic sur la nouvelle version</translation>
    </message>
    <message>
        <source>Pods that answer, of {} wanted</source>
        <translation>Pods qui répondent, sur {} voulus</translation>
    </message>
    <message>
        <source>{}: {} pods, {} → {}</source>
        <translation>{}&#x202f;: {} pods, {} → {}</translation>
    </message>
    <message>
        <source>The time axis is logarithmic</source>
        <translation>L’axe du temps est logarithmique</translation>
    </message>
    <message>
        <source>for {} of its pods there is no room at first</source>
        <translation>pour {} de ses pods, il n’y a d’abord pas de place</translation>
    </message>
    <message>
        <source>The old pod ends first: that takes {}. Only then the new one is created.</source>
        <translation>L’ancien pod s’arrête d’abord&#x202f;: cela prend {}. Ensuite seulement le nouveau est créé.</translation>
    </message>
    <message>
        <source>Pods wanted: {}; on the way at most {} more (max surge) and {} fewer (max unavailable). Steps in which the new ones are created: {}.</source>
        <translation>Pods voulus&#x202f;: {}&#x202f;; en chemin au plus {} de plus (max surge) et {} de moins (max unavailable). Étapes de création des nouveaux&#x202f;: {}.</translation>
    </message>
    <message>
        <source>Pods that found no room at first: {}.</source>
        <translation>Pods qui n’ont d’abord pas trouvé de place&#x202f;: {}.</translation>
    </message>
    <message>
        <source>There is room for the pods it adds ({}).</source>
        <translation>Il y a de la place pour les pods qu’il ajoute ({}).</translation>
    </message>
    <message>
        <source>at least {} of {} pods answer all the time</source>
        <translation>au moins {} pods sur {} répondent tout le temps</translation>
    </message>
    <message>
        <source>+1 pod</source>
        <translation>+1 pod</translation>
    </message>
    <message>
        <source>+{} pods</source>
        <translation>+{} pods</translation>
    </message>
    <message>
        <source>a switch</source>
        <translation>une bascule</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>des étapes</translation>
    </message>
    <message>
        <source>They cost about {}</source>
        <translation>Ils coûtent environ {}</translation>
    </message>
    <message>
        <source>Ramped would do as well, if leaving pods went on answering for {} (preStop): clients do not learn faster where the new ones are</source>
        <translation>Progressif conviendrait aussi si les pods sortants répondaient encore pendant {} (preStop)&#x202f;: les clients n’apprennent pas plus vite où sont les nouveaux</translation>
    </message>
    <message>
        <source>red: requests that nobody answers</source>
        <translation>rouge&#x202f;: requêtes sans réponse</translation>
    </message>
    <message>
        <source>you may not {} {} in {}</source>
        <translation>vous n’avez pas le droit de {} {} dans {}</translation>
    </message>
    <message>
        <source>Ask for a role with these rights: nothing was begun.</source>
        <translation>Demandez un rôle qui donne ces droits&#x202f;: rien n’a été commencé.</translation>
    </message>
    <message>
        <source>{} has made no progress within its deadline</source>
        <translation>{} n’a pas progressé dans le délai prévu</translation>
    </message>
    <message>
        <source>the pods of {} are refused: {}</source>
        <translation>les pods de {} sont refusés&#x202f;: {}</translation>
    </message>
    <message>
        <source>{}: {} of {} pods are available</source>
        <translation>{}&#x202f;: {} pods disponibles sur {}</translation>
    </message>
    <message>
        <source>{} is being removed</source>
        <translation>{} est en cours de suppression</translation>
    </message>
    <message>
        <source>for somebody to promote it</source>
        <translation>que quelqu’un le promeuve</translation>
    </message>
    <message>
        <source>another {}</source>
        <translation>encore {}</translation>
    </message>
    <message>
        <source>not all pods of the new version are ready</source>
        <translation>les pods de la nouvelle version ne sont pas tous prêts</translation>
    </message>
    <message>
        <source>The server&apos;s answer is no JSON object</source>
        <translation>La réponse du serveur n’est pas un objet JSON</translation>
    </message>
    <message>
        <source>containers were started again {} times</source>
        <translation>les conteneurs ont redémarré {} fois</translation>
    </message>
    <message>
        <source>containers were started again {} times, most in {}</source>
        <translation>les conteneurs ont redémarré {} fois, surtout dans {}</translation>
    </message>
    <message>
        <source>containers were started again {} times, most in {} ({})</source>
        <translation>les conteneurs ont redémarré {} fois, surtout dans {} ({})</translation>
    </message>
    <message>
        <source>{} does not answer for {}</source>
        <translation>{} ne répond pas pour {}</translation>
    </message>
    <message>
        <source>{} answers {} for {}</source>
        <translation>{} répond {} pour {}</translation>
    </message>
    <message>
        <source>{} answers {} for {}: {}</source>
        <translation>{} répond {} pour {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} pods answer for {}</source>
        <translation>{} pods répondent pour {}</translation>
    </message>
    <message>
        <source>Prometheus ({}) gives no answer: {}</source>
        <translation>Prometheus ({}) ne donne pas de réponse&#x202f;: {}</translation>
    </message>
    <message>
        <source>Prometheus has no value for the query yet</source>
        <translation>Prometheus n’a pas encore de valeur pour la requête</translation>
    </message>
    <message>
        <source>the query gives {}, at most {} is wanted</source>
        <translation>la requête donne {}, au plus {} est voulu</translation>
    </message>
    <message>
        <source>{} of {} pods of the new version are ready</source>
        <translation>{} pods de la nouvelle version prêts sur {}</translation>
    </message>
    <message>
        <source>{} drives this roll-out now</source>
        <translation>{} conduit désormais ce déploiement</translation>
    </message>
    <message>
        <source>somebody else</source>
        <translation>quelqu’un d’autre</translation>
    </message>
    <message>
        <source>somebody paused it</source>
        <translation>quelqu’un l’a mis en pause</translation>
    </message>
    <message>
        <source>the Deployment {} has been deleted</source>
        <translation>le Deployment {} a été supprimé</translation>
    </message>
    <message>
        <source>Abort the roll-out: what was made for it is removed.</source>
        <translation>Annulez le déploiement&#x202f;: ce qui a été créé pour lui sera retiré.</translation>
    </message>
    <message>
        <source>somebody else ({}) has changed the template of {} meanwhile: abort, and their change stays</source>
        <translation>quelqu’un d’autre ({}) a changé entre-temps le modèle de {}&#x202f;: annulez, et son changement reste</translation>
    </message>
    <message>
        <source>somebody paused the Deployment</source>
        <translation>quelqu’un a mis le Deployment en pause</translation>
    </message>
    <message>
        <source>{} checks failed one after the other; the last: {}</source>
        <translation>{} vérifications ont échoué l’une après l’autre&#x202f;; la dernière&#x202f;: {}</translation>
    </message>
    <message>
        <source>somebody has begun a roll-out of {} just now</source>
        <translation>quelqu’un vient de commencer un déploiement de {}</translation>
    </message>
    <message>
        <source>{} drives this roll-out</source>
        <translation>{} conduit ce déploiement</translation>
    </message>
    <message>
        <source>Leave it to them, or give them an order: pause, promote, abort.</source>
        <translation>Laissez-le faire, ou donnez-lui un ordre&#x202f;: pause, promote, abort.</translation>
    </message>
    <message>
        <source>what the cluster has</source>
        <translation>ce que le cluster possède</translation>
    </message>
    <message>
        <source>the number of pods behind the Service</source>
        <translation>le nombre de pods derrière le Service</translation>
    </message>
    <message>
        <source>each step must be more than the one before</source>
        <translation>chaque étape doit dépasser la précédente</translation>
    </message>
    <message>
        <source>there is no step in it</source>
        <translation>il n’y a aucune étape</translation>
    </message>
    <message>
        <source>{}: there is no such field</source>
        <translation>{}&#x202f;: ce champ n’existe pas</translation>
    </message>
    <message>
        <source>“{}” is no whole number from {} to {}</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nombre entier de {} à {}</translation>
    </message>
    <message>
        <source>“{}” is no number</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nombre</translation>
    </message>
    <message>
        <source>“{}” is none of auto, service, gateway, istio, nginx</source>
        <translation>«&#x202f;{}&#x202f;» n’est ni auto, ni service, ni gateway, ni istio, ni nginx</translation>
    </message>
    <message>
        <source>a rule has one of header, cookie, country and device</source>
        <translation>une règle a un seul de header, cookie, country et device</translation>
    </message>
    <message>
        <source>“{}” is neither mobile nor desktop</source>
        <translation>«&#x202f;{}&#x202f;» n’est ni mobile ni desktop</translation>
    </message>
    <message>
        <source>“{}” is no name of a header or a cookie</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nom d’en-tête ni de cookie</translation>
    </message>
    <message>
        <source>“{}” does not begin with /</source>
        <translation>«&#x202f;{}&#x202f;» ne commence pas par /</translation>
    </message>
    <message>
        <source>“{}” is not of the form NAMESPACE/SERVICE:PORT</source>
        <translation>«&#x202f;{}&#x202f;» n’a pas la forme NAMESPACE/SERVICE:PORT</translation>
    </message>
    <message>
        <source>this is no plan of a roll-out: it has no fields</source>
        <translation>ce n’est pas le plan d’un déploiement&#x202f;: il n’a pas de champs</translation>
    </message>
    <message>
        <source>A plan begins with deployment: NAME, image: IMAGE and strategy: canary.</source>
        <translation>Un plan commence par deployment: NOM, image: IMAGE et strategy: canary.</translation>
    </message>
    <message>
        <source>it is missing: the name of the Deployment to roll out</source>
        <translation>il manque&#x202f;: le nom du Deployment à déployer</translation>
    </message>
    <message>
        <source>it is missing: the new version&apos;s image, or what else changes in its template</source>
        <translation>il manque&#x202f;: l’image de la nouvelle version, ou ce qui change d’autre dans son modèle</translation>
    </message>
    <message>
        <source>there is no Deployment {} in the namespace {}</source>
        <translation>il n’y a pas de Deployment {} dans l’espace de noms {}</translation>
    </message>
    <message>
        <source>Look with `timonierctl get deployments -A`.</source>
        <translation>Cherchez avec `timonierctl get deployments -A`.</translation>
    </message>
    <message>
        <source>a roll-out of {} is under way already</source>
        <translation>un déploiement de {} est déjà en cours</translation>
    </message>
    <message>
        <source>See how it stands with `rollout status {}`; resume or abort it.</source>
        <translation>Voyez où il en est avec `rollout status {}`&#x202f;; reprenez-le ou annulez-le.</translation>
    </message>
    <message>
        <source>{} is paused</source>
        <translation>{} est en pause</translation>
    </message>
    <message>
        <source>Resume it first: `kubectl rollout resume deployment/{}`.</source>
        <translation>Reprenez-le d’abord&#x202f;: `kubectl rollout resume deployment/{}`.</translation>
    </message>
    <message>
        <source>{} is not whole now: {} of {} pods are available and up to date</source>
        <translation>{} n’est pas entier en ce moment&#x202f;: {} pods disponibles et à jour sur {}</translation>
    </message>
    <message>
        <source>Wait until it is, or look why it is not: a roll-out starts from something that works.</source>
        <translation>Attendez qu’il le soit, ou cherchez pourquoi il ne l’est pas&#x202f;: un déploiement part de quelque chose qui marche.</translation>
    </message>
    <message>
        <source>nothing would change: {} runs this version already</source>
        <translation>rien ne changerait&#x202f;: {} fait déjà tourner cette version</translation>
    </message>
    <message>
        <source>the name {} that is needed beside it is taken</source>
        <translation>le nom {}, nécessaire à côté de lui, est pris</translation>
    </message>
    <message>
        <source>Remove or rename what has it.</source>
        <translation>Retirez ou renommez ce qui le porte.</translation>
    </message>
    <message>
        <source>{} and {} select the same pods</source>
        <translation>{} et {} sélectionnent les mêmes pods</translation>
    </message>
    <message>
        <source>Give each Deployment a selector of its own.</source>
        <translation>Donnez à chaque Deployment son propre sélecteur.</translation>
    </message>
    <message>
        <source>whether an autoscaler scales it cannot be seen: you may not list them</source>
        <translation>on ne peut voir si un autoscaler le dimensionne&#x202f;: vous n’avez pas le droit de les lister</translation>
    </message>
    <message>
        <source>the autoscaler {} decides how many pods it has: that is left to it, and pods of the new version come on top</source>
        <translation>l’autoscaler {} décide de son nombre de pods&#x202f;: cela lui est laissé, et les pods de la nouvelle version s’ajoutent</translation>
    </message>
    <message>
        <source>the Service {} selects pods by {} already</source>
        <translation>le Service {} sélectionne déjà les pods par {}</translation>
    </message>
    <message>
        <source>Somebody holds it to one version: take that label out of its selector.</source>
        <translation>Quelqu’un le tient à une version&#x202f;: ôtez cette étiquette de son sélecteur.</translation>
    </message>
    <message>
        <source>{} runs no pods: there is nothing to compare a new version with</source>
        <translation>{} ne fait tourner aucun pod&#x202f;: il n’y a rien à quoi comparer une nouvelle version</translation>
    </message>
    <message>
        <source>Take the strategy rolling: its template is changed, and nothing is started.</source>
        <translation>Prenez la stratégie rolling&#x202f;: son modèle est changé, et rien n’est démarré.</translation>
    </message>
    <message>
        <source>it has one pod and may have no second one: the canary takes its place for all users</source>
        <translation>il a un pod et ne peut en avoir un second&#x202f;: le canari prend sa place pour tous les utilisateurs</translation>
    </message>
    <message>
        <source>no Service leads to the pods of {}: there are no requests to send elsewhere</source>
        <translation>aucun Service ne mène aux pods de {}&#x202f;: il n’y a pas de requêtes à envoyer ailleurs</translation>
    </message>
    <message>
        <source>Make a Service first, or take the strategy rolling or recreate.</source>
        <translation>Créez d’abord un Service, ou prenez la stratégie rolling ou recreate.</translation>
    </message>
    <message>
        <source>{} Services lead to it: they are switched one right after the other</source>
        <translation>{} Services y mènent&#x202f;: ils sont basculés l’un juste après l’autre</translation>
    </message>
    <message>
        <source>the name {} is too long: what is kept beside it could not be named</source>
        <translation>le nom {} est trop long&#x202f;: ce qui est gardé à côté ne pourrait être nommé</translation>
    </message>
    <message>
        <source>{} remembers no earlier version</source>
        <translation>{} ne se rappelle aucune version antérieure</translation>
    </message>
    <message>
        <source>Its revisionHistoryLimit may be 0, or this is its first version.</source>
        <translation>Son revisionHistoryLimit est peut-être 0, ou c’est sa première version.</translation>
    </message>
    <message>
        <source>images.{}: {} has no container of this name</source>
        <translation>images.{}&#x202f;: {} n’a pas de conteneur de ce nom</translation>
    </message>
    <message>
        <source>{} needs no router: {} is not used</source>
        <translation>{} n’a pas besoin de routeur&#x202f;: {} n’est pas utilisé</translation>
    </message>
    <message>
        <source>you may not list the routes of {}</source>
        <translation>vous n’avez pas le droit de lister les routes de {}</translation>
    </message>
    <message>
        <source>no route of {} in {} leads to {}</source>
        <translation>aucune route de {} dans {} ne mène à {}</translation>
    </message>
    <message>
        <source>this cluster has no {}</source>
        <translation>ce cluster n’a pas de {}</translation>
    </message>
    <message>
        <source>Take another router, or make the route first.</source>
        <translation>Prenez un autre routeur, ou créez d’abord la route.</translation>
    </message>
    <message>
        <source>nothing here can choose users: a Service splits by the number of pods alone</source>
        <translation>rien ici ne sait choisir des utilisateurs&#x202f;: un Service ne partage que par le nombre de pods</translation>
    </message>
    <message>
        <source>nothing here can mirror requests: a Service cannot</source>
        <translation>rien ici ne sait dupliquer des requêtes&#x202f;: un Service ne le peut pas</translation>
    </message>
    <message>
        <source>Install a Gateway API implementation (Envoy Gateway, Istio, …) and an HTTPRoute to the Service, or take canary.</source>
        <translation>Installez une implémentation de la Gateway API (Envoy Gateway, Istio, …) et une HTTPRoute vers le Service, ou prenez canary.</translation>
    </message>
    <message>
        <source>ingress-nginx looks for a cookie with the value “always”, and not for “{}”</source>
        <translation>ingress-nginx cherche un cookie de valeur «&#x202f;always&#x202f;», et non «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>Let the cookie {} have the value always.</source>
        <translation>Donnez au cookie {} la valeur always.</translation>
    </message>
    <message>
        <source>ingress-nginx mirrors all requests, not {} % of them</source>
        <translation>ingress-nginx duplique toutes les requêtes, non {}&#x202f;% d’entre elles</translation>
    </message>
    <message>
        <source>Take share: 100.</source>
        <translation>Prenez share: 100.</translation>
    </message>
    <message>
        <source>ingress-nginx is no longer maintained since March 2026</source>
        <translation>ingress-nginx n’est plus maintenu depuis mars 2026</translation>
    </message>
    <message>
        <source>Plan a move to the Gateway API.</source>
        <translation>Prévoyez de passer à la Gateway API.</translation>
    </message>
    <message>
        <source>the server would refuse it: {}</source>
        <translation>le serveur le refuserait&#x202f;: {}</translation>
    </message>
    <message>
        <source>the record of the roll-out, ConfigMap {}, cannot be read: it was changed by hand</source>
        <translation>la trace du déploiement, la ConfigMap {}, ne peut être lue&#x202f;: elle a été changée à la main</translation>
    </message>
    <message>
        <source>Put the Deployment and its Services in order by hand, then delete this ConfigMap.</source>
        <translation>Remettez en ordre à la main le Deployment et ses Services, puis supprimez cette ConfigMap.</translation>
    </message>
    <message>
        <source>no roll-out of {} is under way in {}</source>
        <translation>aucun déploiement de {} n’est en cours dans {}</translation>
    </message>
    <message>
        <source>{} is marked as being rolled out</source>
        <translation>{} est marqué comme en cours de déploiement</translation>
    </message>
    <message>
        <source>its Services are held to the pods that run now</source>
        <translation>ses Services sont tenus aux pods qui tournent maintenant</translation>
    </message>
    <message>
        <source>{}-next, the new version beside it, is scaled to {}</source>
        <translation>{}-next, la nouvelle version à côté, est porté à {}</translation>
    </message>
    <message>
        <source>{} itself is scaled to {}</source>
        <translation>{} lui-même est porté à {}</translation>
    </message>
    <message>
        <source>{} % of the requests go to the new version</source>
        <translation>{}&#x202f;% des requêtes vont à la nouvelle version</translation>
    </message>
    <message>
        <source>the users whom the rule chooses get the new version</source>
        <translation>les utilisateurs que la règle choisit reçoivent la nouvelle version</translation>
    </message>
    <message>
        <source>{} % of the requests are mirrored to the new version</source>
        <translation>{}&#x202f;% des requêtes sont dupliquées vers la nouvelle version</translation>
    </message>
    <message>
        <source>it is watched for {}</source>
        <translation>il est observé pendant {}</translation>
    </message>
    <message>
        <source>it is watched until somebody promotes it</source>
        <translation>il est observé jusqu’à ce que quelqu’un le promeuve</translation>
    </message>
    <message>
        <source>all requests go to the new version</source>
        <translation>toutes les requêtes vont à la nouvelle version</translation>
    </message>
    <message>
        <source>all requests go to the old version again</source>
        <translation>toutes les requêtes vont de nouveau à l’ancienne version</translation>
    </message>
    <message>
        <source>{} itself becomes the new version</source>
        <translation>{} lui-même devient la nouvelle version</translation>
    </message>
    <message>
        <source>{} itself is the old version</source>
        <translation>{} lui-même est l’ancienne version</translation>
    </message>
    <message>
        <source>its Services are as they were</source>
        <translation>ses Services sont comme avant</translation>
    </message>
    <message>
        <source>the routes are as they were</source>
        <translation>les routes sont comme avant</translation>
    </message>
    <message>
        <source>what ran beside it goes</source>
        <translation>ce qui tournait à côté s’en va</translation>
    </message>
    <message>
        <source>its own settings are as they were</source>
        <translation>ses propres réglages sont comme avant</translation>
    </message>
    <message>
        <source>the mark and the record go</source>
        <translation>la marque et la trace s’en vont</translation>
    </message>
    <message>
        <source>all users have the new version before it crashes</source>
        <translation>tous ont la nouvelle version avant qu’elle plante</translation>
    </message>
    <message>
        <source>about {} requests meet the new version before it crashes</source>
        <translation>environ {} requêtes rencontrent la nouvelle version avant qu’elle plante</translation>
    </message>
    <message>
        <source>nobody answers while the pods are exchanged</source>
        <translation>personne ne répond pendant l’échange des pods</translation>
    </message>
    <message>
        <source>nothing shows the fault before all users have it</source>
        <translation>rien ne montre le défaut avant que tous l’aient</translation>
    </message>
    <message>
        <source>it crashes after {}, before anyone has met it</source>
        <translation>elle plante après {}, avant que quiconque l’ait rencontrée</translation>
    </message>
    <message>
        <source>it crashes after {}, when about {} requests have met it, and one can go back in {}</source>
        <translation>elle plante après {}, quand environ {} requêtes l’ont rencontrée, et on revient en arrière en {}</translation>
    </message>
    <message>
        <source>it gives up after {}, and all is as it was</source>
        <translation>il abandonne après {}, et tout est comme avant</translation>
    </message>
    <message>
        <source>Ramped makes do with the room there is where a pod may be missing on the way (max unavailable of at least 1)</source>
        <translation>Progressif se contente de la place qu’il y a si un pod peut manquer en chemin (max unavailable d’au moins 1)</translation>
    </message>
    <message>
        <source>gives up</source>
        <translation>abandonne</translation>
    </message>
    <message>
        <source>It needs room for 1 pod more than usual</source>
        <translation>Il faut de la place pour 1 pod de plus que d’habitude</translation>
    </message>
    <message>
        <source>price of a node for an hour, or its instance type, such as t3.medium</source>
        <translation>prix d’un nœud pour une heure, ou son type d’instance, tel que t3.medium</translation>
    </message>
    <message>
        <source>list price of {}, {}, US dollars</source>
        <translation>prix public de {}, {}, dollars US</translation>
    </message>
    <message>
        <source>“{}” is neither a price nor an instance type whose price is known</source>
        <translation>«&#x202f;{}&#x202f;» n’est ni un prix ni un type d’instance dont le prix est connu</translation>
    </message>
    <message>
        <source>Write the price itself, such as 0.05</source>
        <translation>Écrivez le prix lui-même, par exemple 0.05</translation>
    </message>
    <message>
        <source>this Timonier knows no provider “{}”</source>
        <translation>ce Timonier ne connaît pas de fournisseur «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>It knows: {}</source>
        <translation>Il connaît&#x202f;: {}</translation>
    </message>
    <message>
        <source>this is no YAML: {}</source>
        <translation>ce n’est pas du YAML&#x202f;: {}</translation>
    </message>
    <message>
        <source>the spec does not say which provider</source>
        <translation>la description ne dit pas quel fournisseur</translation>
    </message>
    <message>
        <source>Begin it with `provider: kind`</source>
        <translation>Commencez-la par `provider: kind`</translation>
    </message>
    <message>
        <source>the disk is full: {} cannot be written</source>
        <translation>le disque est plein&#x202f;: {} ne peut être écrit</translation>
    </message>
    <message>
        <source>Make room, then resume: what was written before is there</source>
        <translation>Faites de la place, puis reprenez&#x202f;: ce qui était écrit est là</translation>
    </message>
    <message>
        <source>{} is damaged ({})</source>
        <translation>{} est endommagé ({})</translation>
    </message>
    <message>
        <source>{} is held by another program</source>
        <translation>{} est tenu par un autre programme</translation>
    </message>
    <message>
        <source>End it, then try again</source>
        <translation>Terminez-le, puis réessayez</translation>
    </message>
    <message>
        <source>{} cannot be read or written ({})</source>
        <translation>{} ne peut être lu ou écrit ({})</translation>
    </message>
    <message>
        <source>Is its folder writable, and the disk not full?</source>
        <translation>Son dossier est-il accessible en écriture, et le disque n’est-il pas plein&#x202f;?</translation>
    </message>
    <message>
        <source>{} does not take what was to be written ({})</source>
        <translation>{} n’accepte pas ce qui devait être écrit ({})</translation>
    </message>
    <message>
        <source>Qt&apos;s driver for SQLite is not installed</source>
        <translation>Le pilote SQLite de Qt n’est pas installé</translation>
    </message>
    <message>
        <source>Install the package libqt6sql6-sqlite</source>
        <translation>Installez le paquet libqt6sql6-sqlite</translation>
    </message>
    <message>
        <source>a check asked to make something</source>
        <translation>une vérification a demandé à créer quelque chose</translation>
    </message>
    <message>
        <source>it was cancelled before it changed anything</source>
        <translation>annulé avant d’avoir rien changé</translation>
    </message>
    <message>
        <source>there is no run {}</source>
        <translation>il n’y a pas d’exécution {}</translation>
    </message>
    <message>
        <source>`timonierctl runs` lists them</source>
        <translation>`timonierctl runs` les liste</translation>
    </message>
    <message>
        <source>… {} lines were left out here</source>
        <translation>… {} lignes ont été omises ici</translation>
    </message>
    <message>
        <source>the step {} needs {}, which is no step of this plan</source>
        <translation>l’étape {} a besoin de {}, qui n’est pas une étape de ce plan</translation>
    </message>
    <message>
        <source>the step {} cannot be checked and applied</source>
        <translation>l’étape {} ne peut être vérifiée et appliquée</translation>
    </message>
    <message>
        <source>the step {} creates what it cannot undo, or undoes what it does not create</source>
        <translation>l’étape {} crée ce qu’elle ne sait pas défaire, ou défait ce qu’elle ne crée pas</translation>
    </message>
    <message>
        <source>the plan has no target or no provider</source>
        <translation>le plan n’a pas de cible ou pas de fournisseur</translation>
    </message>
    <message>
        <source>the plan has a step without a name of its own: “{}”</source>
        <translation>le plan a une étape sans nom à elle&#x202f;: «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>the step {} needs itself, by way of other steps</source>
        <translation>l’étape {} a besoin d’elle-même, par d’autres étapes</translation>
    </message>
    <message>
        <source>this plan does not know how to take back {}</source>
        <translation>ce plan ne sait pas défaire {}</translation>
    </message>
    <message>
        <source>An earlier plan for {} made that: undo it with its own spec</source>
        <translation>Un plan antérieur pour {} l’a fait&#x202f;: défaites-le avec sa propre description</translation>
    </message>
    <message>
        <source>An earlier plan for {} made what this one does not know: {}</source>
        <translation>Un plan antérieur pour {} a fait ce que celui-ci ne connaît pas&#x202f;: {}</translation>
    </message>
    <message>
        <source>run {} is of {}, not of {}</source>
        <translation>l’exécution {} concerne {}, non {}</translation>
    </message>
    <message>
        <source>a later run of {} took over from run {}</source>
        <translation>une exécution ultérieure de {} a pris la suite de l’exécution {}</translation>
    </message>
    <message>
        <source>Resume that one</source>
        <translation>Reprenez celle-là</translation>
    </message>
    <message>
        <source>{} is damaged, and cannot be moved out of the way: {}</source>
        <translation>{} est endommagé, et ne peut être mis de côté&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} was written by a newer Timonier (format {}; this one knows {})</source>
        <translation>{} a été écrit par un Timonier plus récent (format {}&#x202f;; celui-ci connaît le {})</translation>
    </message>
    <message>
        <source>Use that Timonier; the file was not changed</source>
        <translation>Utilisez ce Timonier-là&#x202f;; le fichier n’a pas été changé</translation>
    </message>
    <message>
        <source>{} was damaged: {} of its rows could be read and were kept; the damaged file is {}</source>
        <translation>{} était endommagé&#x202f;: {} de ses lignes ont pu être lues et sont gardées&#x202f;; le fichier endommagé est {}</translation>
    </message>
    <message>
        <source>what the step {} made cannot be undone by it</source>
        <translation>ce que l’étape {} a fait ne peut être défait par elle</translation>
    </message>
    <message>
        <source>it gave no sign of life for {} s</source>
        <translation>pas de signe de vie pendant {} s</translation>
    </message>
    <message>
        <source>Resume the run to try again</source>
        <translation>Reprenez l’exécution pour réessayer</translation>
    </message>
    <message>
        <source>another Timonier (process {}) is at work on {}</source>
        <translation>un autre Timonier (processus {}) travaille sur {}</translation>
    </message>
    <message>
        <source>Wait until it has ended, or cancel it there</source>
        <translation>Attendez qu’il ait fini, ou annulez-le là-bas</translation>
    </message>
    <message>
        <source>{} cannot be locked</source>
        <translation>{} ne peut être verrouillé</translation>
    </message>
    <message>
        <source>{} does not answer: {}</source>
        <translation>{} ne répond pas&#x202f;: {}</translation>
    </message>
    <message>
        <source>Start {}, then resume the run</source>
        <translation>Démarrez {}, puis reprenez l’exécution</translation>
    </message>
    <message>
        <source>a port of the spec is taken on this computer: {}</source>
        <translation>un port de la description est déjà pris sur cet ordinateur&#x202f;: {}</translation>
    </message>
    <message>
        <source>Choose another host port, or end the program that has it</source>
        <translation>Choisissez un autre port de l’hôte, ou terminez le programme qui l’a</translation>
    </message>
    <message>
        <source>it ended with {}: {}</source>
        <translation>terminé avec le code {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Fetch the node image {}</source>
        <translation>Télécharger l’image des nœuds {}</translation>
    </message>
    <message>
        <source>Create the cluster {}</source>
        <translation>Créer le cluster {}</translation>
    </message>
    <message>
        <source>The kind cluster {}</source>
        <translation>Le cluster kind {}</translation>
    </message>
    <message>
        <source>{} has a value that it cannot have</source>
        <translation>{} a une valeur impossible</translation>
    </message>
    <message>
        <source>{} must be from {} to {}</source>
        <translation>{} doit aller de {} à {}</translation>
    </message>
    <message>
        <source>{} must be one of {}</source>
        <translation>{} doit être parmi {}</translation>
    </message>
    <message>
        <source>name may hold small letters, digits, “-” and “.”, 50 at most</source>
        <translation>name peut contenir des minuscules, des chiffres, «&#x202f;-&#x202f;» et «&#x202f;.&#x202f;», 50 au plus</translation>
    </message>
    <message>
        <source>there is no field {}</source>
        <translation>il n’y a pas de champ {}</translation>
    </message>
    <message>
        <source>a port needs both container and host</source>
        <translation>il faut à un port container et host</translation>
    </message>
    <message>
        <source>it is no spec of a cluster</source>
        <translation>ce n’est pas la description d’un cluster</translation>
    </message>
    <message>
        <source>it is gone, and made anew</source>
        <translation>il a disparu, et il est refait</translation>
    </message>
    <message>
        <source>after {} s still: {}</source>
        <translation>après {} s, toujours&#x202f;: {}</translation>
    </message>
    <message>
        <source>it needs {}</source>
        <translation>il a besoin de {}</translation>
    </message>
    <message>
        <source> (and {} more)</source>
        <translation> (et {} de plus)</translation>
    </message>
    <message>
        <source>The server has it as {}; write that in apiVersion.</source>
        <translation>Le serveur l’a sous {}&#x202f;; écrivez cela dans apiVersion.</translation>
    </message>
    <message>
        <source>Install what brings this kind first: a CustomResourceDefinition, or the operator that makes it.</source>
        <translation>Installez d’abord ce qui apporte ce type&#x202f;: une CustomResourceDefinition, ou l’opérateur qui la crée.</translation>
    </message>
    <message>
        <source>the server has no kind {} in {}</source>
        <translation>le serveur n’a pas de type {} dans {}</translation>
    </message>
    <message>
        <source>{} in {}</source>
        <translation>{} dans {}</translation>
    </message>
    <message>
        <source>you may not {}; nothing was changed</source>
        <translation>vous n’avez pas le droit de {}&#x202f;; rien n’a été changé</translation>
    </message>
    <message>
        <source>Ask who runs the cluster for a role with this permission.</source>
        <translation>Demandez à qui gère le cluster un rôle avec cette permission.</translation>
    </message>
    <message>
        <source>checked after its namespace</source>
        <translation>vérifié après son espace de noms</translation>
    </message>
    <message>
        <source>checked after the CustomResourceDefinition</source>
        <translation>vérifié après la CustomResourceDefinition</translation>
    </message>
    <message>
        <source>{} looks after {}</source>
        <translation>{} s’occupe de {}</translation>
    </message>
    <message>
        <source>Take these fields out of the manifest, or take them over with --force-conflicts.</source>
        <translation>Retirez ces champs du manifeste, ou reprenez-les avec --force-conflicts.</translation>
    </message>
    <message>
        <source>Correct the field that it names. A value such as yes, on, y or 0644 needs quotes to be a text.</source>
        <translation>Corrigez le champ nommé. Une valeur telle que yes, on, y ou 0644 doit être entre guillemets pour être un texte.</translation>
    </message>
    <message>
        <source>Ask for less, delete something in {}, or have its quota raised.</source>
        <translation>Demandez moins, supprimez quelque chose dans {}, ou faites augmenter son quota.</translation>
    </message>
    <message>
        <source>the ConfigMap {} in {} is no list of a set&apos;s objects</source>
        <translation>la ConfigMap {} dans {} n’est pas la liste des objets d’un ensemble</translation>
    </message>
    <message>
        <source>Somebody changed it, or it is not Timonier&apos;s.</source>
        <translation>Quelqu’un l’a changée, ou elle n’est pas à Timonier.</translation>
    </message>
    <message>
        <source>the namespace {} does not exist, and the set&apos;s list was to lie there</source>
        <translation>l’espace de noms {} n’existe pas, et la liste de l’ensemble devait s’y trouver</translation>
    </message>
    <message>
        <source>Name one that exists with -n: it is only where the list lies; what names its own namespace goes there.</source>
        <translation>Nommez-en un qui existe avec -n&#x202f;: ce n’est que le lieu de la liste&#x202f;; ce qui nomme son propre espace de noms va dans celui-ci.</translation>
    </message>
    <message>
        <source>{} cannot be read: {}</source>
        <translation>{} est illisible : {}</translation>
    </message>
    <message>
        <source>{}: with it the manifests are larger than 256 MB</source>
        <translation>{}&#x202f;: avec lui, les manifestes dépassent 256 Mo</translation>
    </message>
    <message>
        <source>{} does not exist</source>
        <translation>{} n’existe pas</translation>
    </message>
    <message>
        <source>{}: there is no manifest in this folder</source>
        <translation>{}&#x202f;: il n’y a aucun manifeste dans ce dossier</translation>
    </message>
    <message>
        <source>Their names end in .yaml, .yml or .json.</source>
        <translation>Leurs noms finissent par .yaml, .yml ou .json.</translation>
    </message>
    <message>
        <source>Every Kubernetes object has apiVersion, kind and metadata.name.</source>
        <translation>Tout objet de Kubernetes a apiVersion, kind et metadata.name.</translation>
    </message>
    <message>
        <source>it must be a text, and here is {}</source>
        <translation>ce doit être un texte, et voici {}</translation>
    </message>
    <message>
        <source>Put it in quotes.</source>
        <translation>Mettez-le entre guillemets.</translation>
    </message>
    <message>
        <source>A manifest is a map of fields: apiVersion, kind, metadata …</source>
        <translation>Un manifeste est une suite de champs&#x202f;: apiVersion, kind, metadata …</translation>
    </message>
    <message>
        <source>a {} is an order to kustomize, not an object</source>
        <translation>une {} est un ordre pour kustomize, pas un objet</translation>
    </message>
    <message>
        <source>Give what `kubectl kustomize FOLDER` makes of it.</source>
        <translation>Donnez ce que `kubectl kustomize DOSSIER` en fait.</translation>
    </message>
    <message>
        <source>an object that is applied needs a name of its own</source>
        <translation>un objet appliqué a besoin d’un nom à lui</translation>
    </message>
    <message>
        <source>Write metadata.name: with a name made up anew each time, every run would make another one.</source>
        <translation>Écrivez metadata.name&#x202f;: avec un nom inventé à chaque fois, chaque exécution en créerait un autre.</translation>
    </message>
    <message>
        <source>{} has {} MB, and a server takes 3</source>
        <translation>{} fait {} Mo, et un serveur en accepte 3</translation>
    </message>
    <message>
        <source>{} stands here a second time, and differs from {}:{}</source>
        <translation>{} est ici une deuxième fois, et diffère de {}:{}</translation>
    </message>
    <message>
        <source>Only one of the two can be meant; take the other out.</source>
        <translation>Un seul des deux peut être le bon&#x202f;; retirez l’autre.</translation>
    </message>
    <message>
        <source>it is being deleted</source>
        <translation>il est en cours de suppression</translation>
    </message>
    <message>
        <source>the finalizer {} holds it: whoever set it has something to clean up first; if its controller is gone, it stays until somebody takes the finalizer out</source>
        <translation>le finaliseur {} le retient&#x202f;: qui l’a posé a d’abord quelque chose à nettoyer&#x202f;; si son contrôleur a disparu, il reste jusqu’à ce que quelqu’un retire le finaliseur</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>interrompu</translation>
    </message>
    <message>
        <source>it does not bear the mark of this set any more</source>
        <translation>il ne porte plus la marque de cet ensemble</translation>
    </message>
    <message>
        <source>it holds what is not of this set, and that would be deleted with it: {}</source>
        <translation>il contient ce qui n’est pas de cet ensemble, et qui serait supprimé avec lui&#x202f;: {}</translation>
    </message>
    <message>
        <source>its names are not accepted ({})</source>
        <translation>ses noms ne sont pas acceptés ({})</translation>
    </message>
    <message>
        <source>its schema is not one that this server takes ({})</source>
        <translation>ce serveur n’accepte pas son schéma ({})</translation>
    </message>
    <message>
        <source>the server has not established it yet</source>
        <translation>le serveur ne l’a pas encore établi</translation>
    </message>
    <message>
        <source>the namespace is being deleted</source>
        <translation>l’espace de noms est en cours de suppression</translation>
    </message>
    <message>
        <source>the namespace is being deleted, and that is held up: {}</source>
        <translation>l’espace de noms est en cours de suppression, et cela est retenu&#x202f;: {}</translation>
    </message>
    <message>
        <source>no pod behind the service is ready yet</source>
        <translation>aucun pod derrière le service n’est encore prêt</translation>
    </message>
    <message>
        <source>its controller has not seen it yet</source>
        <translation>son contrôleur ne l’a pas encore vu</translation>
    </message>
    <message>
        <source>it gave up: {}</source>
        <translation>il a renoncé&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} of {} pods are new and available</source>
        <translation>{} pods sur {} sont nouveaux et disponibles</translation>
    </message>
    <message>
        <source>it failed: {}</source>
        <translation>il a échoué&#x202f;: {}</translation>
    </message>
    <message>
        <source>it still runs</source>
        <translation>il s’exécute encore</translation>
    </message>
    <message>
        <source>the server has not asked it yet</source>
        <translation>le serveur ne l’a pas encore interrogé</translation>
    </message>
    <message>
        <source>this alias stands within what it repeats</source>
        <translation>cet alias se trouve dans ce qu’il répète</translation>
    </message>
    <message>
        <source>the document has more than {} values, counting what its aliases repeat</source>
        <translation>le document a plus de {} valeurs, en comptant ce que ses alias répètent</translation>
    </message>
    <message>
        <source>a key must be a text, not a list or a map</source>
        <translation>une clé doit être un texte, pas une liste ni une suite de champs</translation>
    </message>
    <message>
        <source>it is nested deeper than {} levels</source>
        <translation>il est imbriqué sur plus de {} niveaux</translation>
    </message>
    <message>
        <source>the key “{}” stands here a second time</source>
        <translation>la clé «&#x202f;{}&#x202f;» est ici une deuxième fois</translation>
    </message>
    <message>
        <source>Only one of the two would count; take one of them out.</source>
        <translation>Une seule des deux compterait&#x202f;; retirez-en une.</translation>
    </message>
    <message>
        <source>&lt;&lt; takes a map, or a list of maps</source>
        <translation>&lt;&lt; prend une suite de champs, ou une liste de celles-ci</translation>
    </message>
    <message>
        <source>The line is indented with a tab; YAML takes blanks only.</source>
        <translation>La ligne est mise en retrait par une tabulation&#x202f;; YAML n’accepte que des espaces.</translation>
    </message>
    <message>
        <source>at least {}</source>
        <translation>au moins {}</translation>
    </message>
    <message>
        <source>at most {}</source>
        <translation>au plus {}</translation>
    </message>
    <message>
        <source>“{}” is none of {}</source>
        <translation>«&#x202f;{}&#x202f;» n’est aucun de {}</translation>
    </message>
    <message>
        <source>there is nothing at {}</source>
        <translation>il n’y a rien à {}</translation>
    </message>
    <message>
        <source>{} is not a folder</source>
        <translation>{} n’est pas un dossier</translation>
    </message>
    <message>
        <source>{} is a folder</source>
        <translation>{} est un dossier</translation>
    </message>
    <message>
        <source>say true or false</source>
        <translation>dites true ou false</translation>
    </message>
    <message>
        <source>a whole number is wanted</source>
        <translation>il faut un nombre entier</translation>
    </message>
    <message>
        <source>a number is wanted</source>
        <translation>il faut un nombre</translation>
    </message>
    <message>
        <source>a port is a number from 1 to 65535</source>
        <translation>un port est un nombre de 1 à 65535</translation>
    </message>
    <message>
        <source>an amount is a number with a unit, such as 500m, 2 or 512Mi</source>
        <translation>une quantité est un nombre avec une unité, comme 500m, 2 ou 512Mi</translation>
    </message>
    <message>
        <source>a name has lower-case letters, digits and -, begins and ends with a letter or digit, 63 at most</source>
        <translation>un nom a des minuscules, des chiffres et -, commence et finit par une lettre ou un chiffre, 63 au plus</translation>
    </message>
    <message>
        <source>an image is a name such as nginx:1.27 or registry.example.com/team/app:2.0</source>
        <translation>une image est un nom comme nginx:1.27 ou registry.example.com/team/app:2.0</translation>
    </message>
    <message>
        <source>there is no such parameter</source>
        <translation>ce paramètre n’existe pas</translation>
    </message>
    <message>
        <source>there is no such parameter; {} is meant?</source>
        <translation>ce paramètre n’existe pas&#x202f;; s’agit-il de {}&#x202f;?</translation>
    </message>
    <message>
        <source>it is needed</source>
        <translation>il est nécessaire</translation>
    </message>
    <message>
        <source>it does not look like {}</source>
        <translation>cela ne ressemble pas à {}</translation>
    </message>
    <message>
        <source>“{}” cannot be the name of a release</source>
        <translation>«&#x202f;{}&#x202f;» ne peut être le nom d’un déploiement Helm</translation>
    </message>
    <message>
        <source>Small letters, digits and dashes, at most 53.</source>
        <translation>Des minuscules, des chiffres et des tirets, au plus 53.</translation>
    </message>
    <message>
        <source>“{}” cannot be a namespace</source>
        <translation>«&#x202f;{}&#x202f;» ne peut être un espace de noms</translation>
    </message>
    <message>
        <source>“{}” is no chart</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un chart</translation>
    </message>
    <message>
        <source>which chart is not said</source>
        <translation>le chart n’est pas nommé</translation>
    </message>
    <message>
        <source>the address of a chart may have no user and password in it</source>
        <translation>l’adresse d’un chart ne peut contenir ni utilisateur ni mot de passe</translation>
    </message>
    <message>
        <source>Sign in with `helm registry login`, or `helm repo add` and name the chart as REPOSITORY/CHART.</source>
        <translation>Connectez-vous avec `helm registry login`, ou `helm repo add` et nommez le chart DÉPÔT/CHART.</translation>
    </message>
    <message>
        <source>{} is not an https address</source>
        <translation>{} n’est pas une adresse https</translation>
    </message>
    <message>
        <source>Anybody on the way could change what comes over plain http.</source>
        <translation>N’importe qui sur le chemin pourrait changer ce qui vient par http simple.</translation>
    </message>
    <message>
        <source>the credentials for helm cannot be written to a temporary file</source>
        <translation>les identifiants pour helm ne peuvent être écrits dans un fichier temporaire</translation>
    </message>
    <message>
        <source>Is there room on the disk, and may you write there?</source>
        <translation>Reste-t-il de la place sur le disque, et avez-vous le droit d’y écrire&#x202f;?</translation>
    </message>
    <message>
        <source>helm printed more than 64 MB</source>
        <translation>helm a écrit plus de 64 Mo</translation>
    </message>
    <message>
        <source>the server does not say what it offers</source>
        <translation>le serveur ne dit pas ce qu’il offre</translation>
    </message>
    <message>
        <source>{} are more than one document</source>
        <translation>{} forment plus d’un document</translation>
    </message>
    <message>
        <source>{} are no map of names and values</source>
        <translation>{} ne sont pas une table de noms et de valeurs</translation>
    </message>
    <message>
        <source>the values before</source>
        <translation>les valeurs d’avant</translation>
    </message>
    <message>
        <source>the values after</source>
        <translation>les valeurs d’après</translation>
    </message>
    <message>
        <source>it says nothing</source>
        <translation>il ne dit rien</translation>
    </message>
    <message>
        <source>another helm is at work on {}, or was ended in the middle</source>
        <translation>un autre helm travaille sur {}, ou a été arrêté en plein milieu</translation>
    </message>
    <message>
        <source>Wait for it; if there is none, roll back to the last revision that was deployed.</source>
        <translation>Attendez-le&#x202f;; s’il n’y en a pas, revenez à la dernière révision déployée.</translation>
    </message>
    <message>
        <source>there is no release {} in {}</source>
        <translation>il n’y a pas de déploiement Helm {} dans {}</translation>
    </message>
    <message>
        <source>an object of the chart is there already, and not of this release</source>
        <translation>un objet du chart est déjà là, et n’appartient pas à ce déploiement</translation>
    </message>
    <message>
        <source>Remove it, or take another name or namespace for the release; who made it stands in its labels.</source>
        <translation>Supprimez-le, ou prenez un autre nom ou un autre espace de noms&#x202f;; ses étiquettes disent qui l’a fait.</translation>
    </message>
    <message>
        <source>somebody else looks after a field of an object of the release</source>
        <translation>quelqu’un d’autre s’occupe d’un champ d’un objet du déploiement</translation>
    </message>
    <message>
        <source>Take the field out of the values, or let the other one go of it.</source>
        <translation>Retirez le champ des valeurs, ou faites que l’autre l’abandonne.</translation>
    </message>
    <message>
        <source>helm cannot reach what it needs</source>
        <translation>helm ne peut atteindre ce dont il a besoin</translation>
    </message>
    <message>
        <source>Check the cluster&apos;s address, or the repository&apos;s, and the network.</source>
        <translation>Vérifiez l’adresse du cluster, ou celle du dépôt, et le réseau.</translation>
    </message>
    <message>
        <source>the chart is not for this Kubernetes</source>
        <translation>le chart n’est pas fait pour ce Kubernetes</translation>
    </message>
    <message>
        <source>Take another version of the chart.</source>
        <translation>Prenez une autre version du chart.</translation>
    </message>
    <message>
        <source>you may not do all that the chart does</source>
        <translation>vous n’avez pas le droit de faire tout ce que fait le chart</translation>
    </message>
    <message>
        <source>the cluster does not know who you are</source>
        <translation>le cluster ne sait pas qui vous êtes</translation>
    </message>
    <message>
        <source>the values are not such as the chart wants them</source>
        <translation>les valeurs ne sont pas telles que le chart les veut</translation>
    </message>
    <message>
        <source>the values, or what a template made of them, are no YAML</source>
        <translation>les valeurs, ou ce qu’un modèle en a fait, ne sont pas du YAML</translation>
    </message>
    <message>
        <source>a template of the chart fails with these values</source>
        <translation>un modèle du chart échoue avec ces valeurs</translation>
    </message>
    <message>
        <source>Often a value that it needs is missing: compare with the chart&apos;s own values.</source>
        <translation>Souvent, une valeur nécessaire manque&#x202f;: comparez avec les valeurs propres au chart.</translation>
    </message>
    <message>
        <source>{} is not ready in time</source>
        <translation>{} n’est pas prêt à temps</translation>
    </message>
    <message>
        <source>Look at its events and its pods; the release is there, and marked as failed.</source>
        <translation>Regardez ses événements et ses pods&#x202f;; le déploiement est là, marqué comme échoué.</translation>
    </message>
    <message>
        <source>the server refuses an object of the chart</source>
        <translation>le serveur refuse un objet du chart</translation>
    </message>
    <message>
        <source>Correct the value that it comes from.</source>
        <translation>Corrigez la valeur dont il vient.</translation>
    </message>
    <message>
        <source>the chart makes objects of a kind that the cluster does not know</source>
        <translation>le chart fait des objets d’un genre que le cluster ne connaît pas</translation>
    </message>
    <message>
        <source>Install what brings that kind first.</source>
        <translation>Installez d’abord ce qui apporte ce genre.</translation>
    </message>
    <message>
        <source>there is no such chart</source>
        <translation>ce chart n’existe pas</translation>
    </message>
    <message>
        <source>Check its name, its version and the repository&apos;s address.</source>
        <translation>Vérifiez son nom, sa version et l’adresse du dépôt.</translation>
    </message>
    <message>
        <source>helm failed</source>
        <translation>helm a échoué</translation>
    </message>
    <message>
        <source>helm printed something that cannot be understood</source>
        <translation>helm a écrit quelque chose d’incompréhensible</translation>
    </message>
    <message>
        <source>A plugin or a wrapper of helm may print more than its JSON.</source>
        <translation>Un greffon ou une enveloppe de helm écrit peut-être plus que son JSON.</translation>
    </message>
    <message>
        <source>since {}</source>
        <translation>depuis {}</translation>
    </message>
    <message>
        <source>{} since {}</source>
        <translation>{} depuis {}</translation>
    </message>
    <message>
        <source>running now: {}</source>
        <translation>en marche maintenant&#x202f;: {}</translation>
    </message>
    <message>
        <source>nothing can be written in {}</source>
        <translation>rien ne peut être écrit dans {}</translation>
    </message>
    <message>
        <source>{} is locked by another program ({})</source>
        <translation>{} est verrouillé par un autre programme ({})</translation>
    </message>
    <message>
        <source>Let it end. If none is at it, remove {}</source>
        <translation>Laissez-le finir. Si personne n’y travaille, supprimez {}</translation>
    </message>
    <message>
        <source>the change of {} was cancelled</source>
        <translation>le changement de {} a été annulé</translation>
    </message>
    <message>
        <source>the file holds several documents, and kubectl reads only the first</source>
        <translation>le fichier contient plusieurs documents, et kubectl ne lit que le premier</translation>
    </message>
    <message>
        <source>there is no context {}</source>
        <translation>il n’y a pas de contexte {}</translation>
    </message>
    <message>
        <source>the names {} and {} belong to other contexts</source>
        <translation>les noms {} et {} appartiennent à d’autres contextes</translation>
    </message>
    <message>
        <source>Choose another name for the context</source>
        <translation>Choisissez un autre nom pour le contexte</translation>
    </message>
    <message>
        <source>there is a context {} already, for {}</source>
        <translation>il y a déjà un contexte {}, pour {}</translation>
    </message>
    <message>
        <source>Give the new one another name, or remove that one</source>
        <translation>Donnez un autre nom au nouveau, ou supprimez celui-là</translation>
    </message>
    <message>
        <source>there is a context {} already</source>
        <translation>il y a déjà un contexte {}</translation>
    </message>
    <message>
        <source>{} is larger than any kubeconfig</source>
        <translation>{} est plus gros que tout kubeconfig</translation>
    </message>
    <message>
        <source>{} was left alone ({}); the cluster stands in {}</source>
        <translation>{} a été laissé tel quel ({})&#x202f;; le cluster se trouve dans {}</translation>
    </message>
    <message>
        <source>{} said so already</source>
        <translation>{} le disait déjà</translation>
    </message>
    <message>
        <source>{} was written</source>
        <translation>{} a été écrit</translation>
    </message>
    <message>
        <source>{} was changed; as it was, with its comments, it is kept as {}</source>
        <translation>{} a été changé&#x202f;; tel qu’il était, avec ses commentaires, il est gardé sous {}</translation>
    </message>
    <message>
        <source>{} was changed; as it was it is kept as {}</source>
        <translation>{} a été changé&#x202f;; tel qu’il était il est gardé sous {}</translation>
    </message>
    <message>
        <source>{} is read-only</source>
        <translation>{} est en lecture seule</translation>
    </message>
    <message>
        <source>Make it writable, or name another file in KUBECONFIG</source>
        <translation>Rendez-le modifiable, ou nommez un autre fichier dans KUBECONFIG</translation>
    </message>
    <message>
        <source>the folder {} cannot be made: {}</source>
        <translation>le dossier {} ne peut être créé&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} cannot be written: {}</source>
        <translation>{} ne peut être écrit&#x202f;: {}</translation>
    </message>
    <message>
        <source>See that its disk has room and that its folder can be written to</source>
        <translation>Voyez si son disque a de la place et si l’on peut écrire dans son dossier</translation>
    </message>
    <message>
        <source>the YAML is nested too deep, or its aliases make too much of it</source>
        <translation>le YAML est imbriqué trop profondément, ou ses alias en font trop</translation>
    </message>
    <message>
        <source>it is replaced: the old one still goes</source>
        <translation>il est remplacé&#x202f;: l’ancien n’est pas encore parti</translation>
    </message>
    <message>
        <source>its pods go, and until new ones are ready nothing answers</source>
        <translation>ses pods partent, et jusqu’à ce que de nouveaux soient prêts rien ne répond</translation>
    </message>
    <message>
        <source>the data of its volume may be lost</source>
        <translation>les données de son volume peuvent être perdues</translation>
    </message>
    <message>
        <source>all objects of its kind are lost, in every namespace</source>
        <translation>tous les objets de son genre sont perdus, dans chaque espace de noms</translation>
    </message>
    <message>
        <source>its address changes, and until then nothing answers</source>
        <translation>son adresse change, et jusque-là rien ne répond</translation>
    </message>
    <message>
        <source>until it is made anew it is missing</source>
        <translation>jusqu’à ce qu’il soit refait il manque</translation>
    </message>
    <message>
        <source>it is replaced: what the old one owns still goes</source>
        <translation>il est remplacé&#x202f;: ce que l’ancien possède n’est pas encore parti</translation>
    </message>
    <message>
        <source>it is replaced: the finalizer {} holds the old one</source>
        <translation>il est remplacé&#x202f;: le finaliseur {} retient l’ancien</translation>
    </message>
    <message>
        <source>This cannot be changed in place. Delete it and make it anew with --replace {}: {}.</source>
        <translation>Cela ne peut être changé sur place. Supprimez-le et refaites-le avec --replace {}&#x202f;: {}.</translation>
    </message>
    <message>
        <source>the address of a kustomization may have no user and password in it</source>
        <translation>l’adresse d’une kustomization ne peut contenir ni utilisateur ni mot de passe</translation>
    </message>
    <message>
        <source>Let git know them (a credential helper), or clone it and apply the folder.</source>
        <translation>Donnez-les à git (un assistant d’identifiants), ou clonez-la et appliquez le dossier.</translation>
    </message>
    <message>
        <source>{} has no kustomization.yaml</source>
        <translation>{} n’a pas de kustomization.yaml</translation>
    </message>
    <message>
        <source>Name the folder that has it, or apply these manifests with -f.</source>
        <translation>Nommez le dossier qui le contient, ou appliquez ces manifestes avec -f.</translation>
    </message>
    <message>
        <source>{} is a file</source>
        <translation>{} est un fichier</translation>
    </message>
    <message>
        <source>Name the folder with the kustomization.yaml.</source>
        <translation>Nommez le dossier du kustomization.yaml.</translation>
    </message>
    <message>
        <source>{} must be cloned, and there is no git on this computer</source>
        <translation>{} doit être clonée, et il n’y a pas de git sur cet ordinateur</translation>
    </message>
    <message>
        <source>Install git, or clone it elsewhere and apply the folder.</source>
        <translation>Installez git, ou clonez-la ailleurs et appliquez le dossier.</translation>
    </message>
    <message>
        <source>a part of {} cannot be fetched</source>
        <translation>une partie de {} ne peut être téléchargée</translation>
    </message>
    <message>
        <source>Check the address and the network; the version after ?ref= must exist.</source>
        <translation>Vérifiez l’adresse et le réseau&#x202f;; la version après ?ref= doit exister.</translation>
    </message>
    <message>
        <source>{} uses {}, which lies outside of it</source>
        <translation>{} utilise {}, qui se trouve en dehors</translation>
    </message>
    <message>
        <source>Kustomize takes files from the kustomization&apos;s own folder only; make that a base with a kustomization.yaml of its own.</source>
        <translation>Kustomize ne prend de fichiers que dans le dossier de la kustomization&#x202f;; faites de cela une base avec son propre kustomization.yaml.</translation>
    </message>
    <message>
        <source>{} names {}, which is not there</source>
        <translation>{} nomme {}, qui n’est pas là</translation>
    </message>
    <message>
        <source>{} has a patch for {}, and makes nothing of that name</source>
        <translation>{} a un correctif pour {}, et ne produit rien de ce nom</translation>
    </message>
    <message>
        <source>Compare kind, name and namespace of the patch with the object; a name prefix comes later.</source>
        <translation>Comparez genre, nom et espace de noms du correctif avec l’objet&#x202f;; un préfixe de nom vient après.</translation>
    </message>
    <message>
        <source>{} has two objects of the same name: {}</source>
        <translation>{} a deux objets du même nom&#x202f;: {}</translation>
    </message>
    <message>
        <source>One base may be included twice.</source>
        <translation>Une base est peut-être incluse deux fois.</translation>
    </message>
    <message>
        <source>{} cannot be read by kustomize</source>
        <translation>{} ne peut être lue par kustomize</translation>
    </message>
    <message>
        <source>{} cannot be built</source>
        <translation>{} ne peut être construite</translation>
    </message>
    <message>
        <source>{} makes more than 256 MB of manifests</source>
        <translation>{} produit plus de 256 Mo de manifestes</translation>
    </message>
    <message>
        <source>Name a file, a folder, an archive or an https address with manifests, or - for the standard input.</source>
        <translation>Nommez un fichier, un dossier, une archive ou une adresse https avec des manifestes, ou - pour l’entrée standard.</translation>
    </message>
    <message>
        <source>{} is a kustomization: what it makes is not what lies in it</source>
        <translation>{} est une kustomization&#x202f;: ce qu’elle produit n’est pas ce qu’elle contient</translation>
    </message>
    <message>
        <source>Apply it with -k.</source>
        <translation>Appliquez-la avec -k.</translation>
    </message>
    <message>
        <source>{}: there is no manifest in this archive</source>
        <translation>{}&#x202f;: il n’y a pas de manifeste dans cette archive</translation>
    </message>
    <message>
        <source>{} gives a web page, not manifests</source>
        <translation>{} donne une page web, pas des manifestes</translation>
    </message>
    <message>
        <source>Take the address of the button “Raw” on that page.</source>
        <translation>Prenez l’adresse du bouton «&#x202f;Raw&#x202f;» de cette page.</translation>
    </message>
    <message>
        <source>Open it in a browser: it may be a page around the file, or want you to sign in.</source>
        <translation>Ouvrez-la dans un navigateur&#x202f;: c’est peut-être une page autour du fichier, ou il faut s’y connecter.</translation>
    </message>
    <message>
        <source>the volume it was bound to is gone</source>
        <translation>le volume auquel elle était liée n’existe plus</translation>
    </message>
    <message>
        <source>no volume is bound to it yet</source>
        <translation>aucun volume ne lui est encore lié</translation>
    </message>
    <message>
        <source>no volume is bound to it yet: it names no storage class, and the cluster has no default</source>
        <translation>aucun volume ne lui est encore lié&#x202f;: elle ne nomme pas de classe de stockage, et le cluster n’en a pas par défaut</translation>
    </message>
    <message>
        <source>no volume is bound to it yet: there is no storage class {}</source>
        <translation>aucun volume ne lui est encore lié&#x202f;: il n’y a pas de classe de stockage {}</translation>
    </message>
    <message>
        <source>{} is no archive, or an empty one</source>
        <translation>{} n’est pas une archive, ou elle est vide</translation>
    </message>
    <message>
        <source>{} has more than {} entries</source>
        <translation>{} a plus de {} entrées</translation>
    </message>
    <message>
        <source>{} unpacks to more than {} MB</source>
        <translation>{} se décompresse en plus de {} Mo</translation>
    </message>
    <message>
        <source>{} is no archive, or damaged: {}</source>
        <translation>{} n’est pas une archive, ou elle est abîmée&#x202f;: {}</translation>
    </message>
    <message>
        <source>Get it anew: it may have been cut off on the way.</source>
        <translation>Téléchargez-la de nouveau&#x202f;: elle a peut-être été coupée en chemin.</translation>
    </message>
    <message>
        <source>{} has an entry that leads out of it: {}</source>
        <translation>{} a une entrée qui mène hors d’elle&#x202f;: {}</translation>
    </message>
    <message>
        <source>Do not use this archive.</source>
        <translation>N’utilisez pas cette archive.</translation>
    </message>
    <message>
        <source>it is larger than {} MB</source>
        <translation>c’est plus grand que {} Mo</translation>
    </message>
    <message>
        <source>Check HTTPS_PROXY and NO_PROXY in the environment.</source>
        <translation>Vérifiez HTTPS_PROXY et NO_PROXY dans l’environnement.</translation>
    </message>
    <message>
        <source>the proxy wants a user and a password</source>
        <translation>le mandataire veut un utilisateur et un mot de passe</translation>
    </message>
    <message>
        <source>Write them into HTTPS_PROXY, as http://user:password@host:port.</source>
        <translation>Écrivez-les dans HTTPS_PROXY, sous la forme http://utilisateur:motdepasse@hôte:port.</translation>
    </message>
    <message>
        <source>the proxy refuses the connection to {} (status {})</source>
        <translation>le mandataire refuse la connexion à {} (état {})</translation>
    </message>
    <message>
        <source>the name {} is not known to DNS</source>
        <translation>le nom {} est inconnu du DNS</translation>
    </message>
    <message>
        <source>Is this computer on the internet? Behind a proxy, set HTTPS_PROXY.</source>
        <translation>Cet ordinateur est-il sur internet&#x202f;? Derrière un mandataire, définissez HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>the proxy cannot be reached: {}</source>
        <translation>le mandataire est hors d’atteinte&#x202f;: {}</translation>
    </message>
    <message>
        <source>A proxy that looks into connections does this: give its authority in SSL_CERT_FILE. Else do not use this address.</source>
        <translation>Un mandataire qui inspecte les connexions fait cela&#x202f;: donnez son autorité dans SSL_CERT_FILE. Sinon, n’utilisez pas cette adresse.</translation>
    </message>
    <message>
        <source>{} sends from one address to the next without end</source>
        <translation>{} renvoie d’une adresse à l’autre sans fin</translation>
    </message>
    <message>
        <source>{} redirects to an address that is not https</source>
        <translation>{} renvoie à une adresse qui n’est pas https</translation>
    </message>
    <message>
        <source>Anybody on the way could change what comes; look for another address.</source>
        <translation>N’importe qui sur le chemin pourrait changer ce qui vient&#x202f;; cherchez une autre adresse.</translation>
    </message>
    <message>
        <source>the address is not valid</source>
        <translation>l’adresse n’est pas valide</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Réessayez.</translation>
    </message>
    <message>
        <source>{} has no such file (status {})</source>
        <translation>{} n’a pas ce fichier (état {})</translation>
    </message>
    <message>
        <source>Compare the address with the page it comes from; a release may have been renamed.</source>
        <translation>Comparez l’adresse avec la page dont elle vient&#x202f;; une version a peut-être été renommée.</translation>
    </message>
    <message>
        <source>{} does not give it to everybody (status {})</source>
        <translation>{} ne le donne pas à tout le monde (état {})</translation>
    </message>
    <message>
        <source>Download it in a browser, and give the file.</source>
        <translation>Téléchargez-le dans un navigateur, et donnez le fichier.</translation>
    </message>
    <message>
        <source>{} wants to be asked less often (status {})</source>
        <translation>{} veut être interrogé moins souvent (état {})</translation>
    </message>
    <message>
        <source>Try again in some minutes.</source>
        <translation>Réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>{} fails (status {})</source>
        <translation>{} est en panne (état {})</translation>
    </message>
    <message>
        <source>{} answers with status {}</source>
        <translation>{} répond avec l’état {}</translation>
    </message>
    <message>
        <source>libcurl cannot be used</source>
        <translation>libcurl est inutilisable</translation>
    </message>
    <message>
        <source>{} is no web address</source>
        <translation>{} n’est pas une adresse web</translation>
    </message>
    <message>
        <source>Anybody on the way could change what comes over plain http; use https, or download it yourself and give the file.</source>
        <translation>N’importe qui sur le chemin pourrait changer ce qui vient par http simple&#x202f;; prenez https, ou téléchargez-le vous-même et donnez le fichier.</translation>
    </message>
    <message>
        <source>{} cannot be downloaded</source>
        <translation>{} ne peut être téléchargé</translation>
    </message>
    <message>
        <source>a file of a tool is an object</source>
        <translation>un fichier d’outil est un objet</translation>
    </message>
    <message>
        <source>a file of a tool says for which os and arch it is</source>
        <translation>un fichier d’outil dit pour quels os et arch il est</translation>
    </message>
    <message>
        <source>tools come by https only</source>
        <translation>les outils ne viennent que par https</translation>
    </message>
    <message>
        <source>a file of a tool has its SHA-256 as 64 small hexadecimal digits, or sumUrl, where they are published</source>
        <translation>un fichier d’outil a son SHA-256 en 64 chiffres hexadécimaux minuscules, ou sumUrl, où il est publié</translation>
    </message>
    <message>
        <source>a tool is an object</source>
        <translation>un outil est un objet</translation>
    </message>
    <message>
        <source>a tool has a name of small letters and digits</source>
        <translation>un outil a un nom de minuscules et de chiffres</translation>
    </message>
    <message>
        <source>a tool has a version such as 1.2.3</source>
        <translation>un outil a une version telle que 1.2.3</translation>
    </message>
    <message>
        <source>a tool has arguments that make it print its version</source>
        <translation>un outil a des arguments qui lui font écrire sa version</translation>
    </message>
    <message>
        <source>this is no JSON with a list of tools</source>
        <translation>ce n’est pas du JSON avec une liste d’outils</translation>
    </message>
    <message>
        <source>the list of tools is missing from this program</source>
        <translation>la liste des outils manque dans ce programme</translation>
    </message>
    <message>
        <source>no room?</source>
        <translation>plus de place&#x202f;?</translation>
    </message>
    <message>
        <source>{} cannot be read</source>
        <translation>{} ne peut être lu</translation>
    </message>
    <message>
        <source>{} has no SHA-256 of {}</source>
        <translation>{} n’a pas de SHA-256 de {}</translation>
    </message>
    <message>
        <source>{} has no {} in it</source>
        <translation>{} ne contient pas {}</translation>
    </message>
    <message>
        <source>{} is not what its maker published: its SHA-256 is {}, not {}</source>
        <translation>{} n’est pas ce que son auteur a publié&#x202f;: son SHA-256 est {}, et non {}</translation>
    </message>
    <message>
        <source>Download it anew from {} into that folder.</source>
        <translation>Téléchargez-le de nouveau depuis {} dans ce dossier.</translation>
    </message>
    <message>
        <source>Nothing of it was kept. Something on the way changes downloads; try again on another network, or put the file into the offline folder.</source>
        <translation>Rien n’en a été gardé. Quelque chose en chemin modifie les téléchargements&#x202f;; réessayez sur un autre réseau, ou mettez le fichier dans le dossier hors ligne.</translation>
    </message>
    <message>
        <source>{} {} on this computer is older than {}</source>
        <translation>{} {} sur cet ordinateur est plus ancien que {}</translation>
    </message>
    <message>
        <source>{} on this computer cannot be used: {}</source>
        <translation>{} sur cet ordinateur est inutilisable&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} is not on this computer</source>
        <translation>{} n’est pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>Install {} {} or newer, or allow it to be fetched from {}.</source>
        <translation>Installez {} {} ou plus récent, ou permettez de le télécharger depuis {}.</translation>
    </message>
    <message>
        <source>Download {} into {}.</source>
        <translation>Téléchargez {} dans {}.</translation>
    </message>
    <message>
        <source>Timonier knows no tool {}</source>
        <translation>Timonier ne connaît pas d’outil {}</translation>
    </message>
    <message>
        <source>it does not say its version: {}</source>
        <translation>il ne dit pas sa version&#x202f;: {}</translation>
    </message>
    <message>
        <source>there is no {} {} for this computer ({}, {})</source>
        <translation>il n’y a pas de {} {} pour cet ordinateur ({}, {})</translation>
    </message>
    <message>
        <source>Install {} {} or newer yourself, so that it is found in PATH.</source>
        <translation>Installez vous-même {} {} ou plus récent, pour qu’il soit trouvé dans PATH.</translation>
    </message>
    <message>
        <source>{} {} cannot be had</source>
        <translation>{} {} n’a pu être obtenu</translation>
    </message>
    <message>
        <source>the clusters of {} are not on this computer</source>
        <translation>les clusters de {} ne sont pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>its profile is damaged: delete it</source>
        <translation>son profil est abîmé&#x202f;: supprimez-le</translation>
    </message>
    <message>
        <source>its tool does not know it any more, or cannot be asked</source>
        <translation>son outil ne le connaît plus, ou ne peut être interrogé</translation>
    </message>
    <message>
        <source>Have the tool {}</source>
        <translation>Avoir l’outil {}</translation>
    </message>
    <message>
        <source>this system has no store for passwords: {}</source>
        <translation>ce système n’a pas de coffre pour les mots de passe&#x202f;: {}</translation>
    </message>
    <message>
        <source>Start GNOME Keyring or KWallet, or give the password each time.</source>
        <translation>Lancez GNOME Keyring ou KWallet, ou donnez le mot de passe à chaque fois.</translation>
    </message>
    <message>
        <source>the system&apos;s store for passwords stays closed: {}</source>
        <translation>le coffre de mots de passe du système reste fermé&#x202f;: {}</translation>
    </message>
    <message>
        <source>Unlock it, and try again.</source>
        <translation>Déverrouillez-le et réessayez.</translation>
    </message>
    <message>
        <source>the system&apos;s store for passwords failed: {}</source>
        <translation>le coffre de mots de passe du système a échoué&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} ended with {}</source>
        <translation>{} a fini avec {}</translation>
    </message>
    <message>
        <source>Your user may not use {}: join its group, and log in anew</source>
        <translation>Votre utilisateur n’a pas le droit d’utiliser {}&#x202f;: rejoignez son groupe et rouvrez la session</translation>
    </message>
    <message>
        <source>Make room: `{} system prune` removes what nothing uses</source>
        <translation>Faites de la place&#x202f;: `{} system prune` retire ce que rien n’utilise</translation>
    </message>
    <message>
        <source>Sign in: `timonierctl image login REGISTRY --user NAME`, and name that user in the spec</source>
        <translation>Connectez-vous&#x202f;: `timonierctl image login REGISTRY --user NAME`, et nommez cet utilisateur dans le fichier</translation>
    </message>
    <message>
        <source>The registry does not let this user push there; is the name of the image right?</source>
        <translation>Le registre ne laisse pas cet utilisateur y pousser&#x202f;; le nom de l’image est-il juste&#x202f;?</translation>
    </message>
    <message>
        <source>The registry speaks no TLS. {} must be told so (insecure-registries), and so must every node</source>
        <translation>Le registre ne parle pas TLS. Il faut le dire à {} (insecure-registries), et à chaque nœud</translation>
    </message>
    <message>
        <source>Its certificate is not trusted here: give {} its authority (certs.d)</source>
        <translation>Son certificat n’est pas reconnu ici&#x202f;: donnez son autorité à {} (certs.d)</translation>
    </message>
    <message>
        <source>Is the registry&apos;s name right, and can this computer reach it?</source>
        <translation>Le nom du registre est-il juste, et cet ordinateur peut-il l’atteindre&#x202f;?</translation>
    </message>
    <message>
        <source>The registry allows only so many pulls; sign in, or wait</source>
        <translation>Le registre n’autorise qu’un certain nombre de téléchargements&#x202f;; connectez-vous, ou attendez</translation>
    </message>
    <message>
        <source>The program that CMD or ENTRYPOINT names is not in the image, or cannot be run there</source>
        <translation>Le programme que nomme CMD ou ENTRYPOINT n’est pas dans l’image, ou ne peut pas y être exécuté</translation>
    </message>
    <message>
        <source>no password of {} at {} is kept</source>
        <translation>aucun mot de passe de {} pour {} n’est gardé</translation>
    </message>
    <message>
        <source>Sign in: `timonierctl image login {} --user {}`</source>
        <translation>Connectez-vous&#x202f;: `timonierctl image login {} --user {}`</translation>
    </message>
    <message>
        <source>The password of {}</source>
        <translation>Le mot de passe de {}</translation>
    </message>
    <message>
        <source>Build {}</source>
        <translation>Construire {}</translation>
    </message>
    <message>
        <source>it was still up after {} s</source>
        <translation>elle tournait encore après {} s</translation>
    </message>
    <message>
        <source>it ended by itself, with 0</source>
        <translation>elle s’est terminée d’elle-même, avec 0</translation>
    </message>
    <message>
        <source>it was killed for want of memory</source>
        <translation>elle a été tuée faute de mémoire</translation>
    </message>
    <message>
        <source>Give it more, or let it use less, before it goes to a cluster</source>
        <translation>Donnez-lui-en plus, ou faites-lui en utiliser moins, avant qu’elle aille dans un cluster</translation>
    </message>
    <message>
        <source>it ended with {} when it was started</source>
        <translation>elle s’est terminée avec {} à son lancement</translation>
    </message>
    <message>
        <source>What it said is above. If it needs arguments or settings to start, set trial to 0</source>
        <translation>Ce qu’elle a dit est au-dessus. S’il lui faut des arguments ou des réglages pour démarrer, mettez trial à 0</translation>
    </message>
    <message>
        <source>Start it once</source>
        <translation>La lancer une fois</translation>
    </message>
    <message>
        <source>there is no image {}</source>
        <translation>il n’y a pas d’image {}</translation>
    </message>
    <message>
        <source>Push it to {}</source>
        <translation>La pousser vers {}</translation>
    </message>
    <message>
        <source>Load it into {}</source>
        <translation>La charger dans {}</translation>
    </message>
    <message>
        <source>The pull secret {}</source>
        <translation>Le secret de téléchargement {}</translation>
    </message>
    <message>
        <source>a pull secret needs a user</source>
        <translation>un secret de téléchargement demande un utilisateur</translation>
    </message>
    <message>
        <source>Set `user:` in the spec, and sign in with `timonierctl image login`</source>
        <translation>Mettez `user:` dans le fichier, et connectez-vous avec `timonierctl image login`</translation>
    </message>
    <message>
        <source>there is no cluster to put it into</source>
        <translation>il n’y a pas de cluster où le mettre</translation>
    </message>
    <message>
        <source>The image {}</source>
        <translation>L’image {}</translation>
    </message>
    <message>
        <source>What the image is built from, with a Dockerfile in it</source>
        <translation>Ce dont l’image est construite, avec un Dockerfile dedans</translation>
    </message>
    <message>
        <source>Dockerfile</source>
        <translation>Dockerfile</translation>
    </message>
    <message>
        <source>Its name in that folder</source>
        <translation>Son nom dans ce dossier</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>What it will be called, with the registry it goes to</source>
        <translation>Comment elle s’appellera, avec le registre où elle va</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Construite avec</translation>
    </message>
    <message>
        <source>Build arguments</source>
        <translation>Arguments de construction</translation>
    </message>
    <message>
        <source>NAME=VALUE, one a line. Whoever gets the image can read them: no secrets</source>
        <translation>NOM=VALEUR, un par ligne. Qui a l’image peut les lire&#x202f;: pas de secrets</translation>
    </message>
    <message>
        <source>NAME=VALUE, one a line</source>
        <translation>NOM=VALEUR, un par ligne</translation>
    </message>
    <message>
        <source>Tried for</source>
        <translation>Essayée pendant</translation>
    </message>
    <message>
        <source>It is started once, and must stay up so long or end well. 0: it is not tried</source>
        <translation>Elle est lancée une fois, et doit tenir ce temps ou bien finir. 0&#x202f;: elle n’est pas essayée</translation>
    </message>
    <message>
        <source>Push it to its registry</source>
        <translation>La pousser vers son registre</translation>
    </message>
    <message>
        <source>User of the registry</source>
        <translation>Utilisateur du registre</translation>
    </message>
    <message>
        <source>Empty: what Docker or Podman are signed in with already</source>
        <translation>Vide&#x202f;: ce avec quoi Docker ou Podman sont déjà connectés</translation>
    </message>
    <message>
        <source>Load it into</source>
        <translation>La charger dans</translation>
    </message>
    <message>
        <source>A local cluster, kind/NAME or minikube/NAME: then it need not be pushed</source>
        <translation>Un cluster local, kind/NOM ou minikube/NOM&#x202f;: il n’est alors pas nécessaire de la pousser</translation>
    </message>
    <message>
        <source>kind/NAME or minikube/NAME</source>
        <translation>kind/NOM ou minikube/NOM</translation>
    </message>
    <message>
        <source>Pull secret</source>
        <translation>Secret de téléchargement</translation>
    </message>
    <message>
        <source>NAMESPACE/NAME: a Secret that lets the cluster pull it, made of the same user</source>
        <translation>NAMESPACE/NOM&#x202f;: un Secret qui laisse le cluster la télécharger, fait du même utilisateur</translation>
    </message>
    <message>
        <source>NAMESPACE/NAME</source>
        <translation>NAMESPACE/NOM</translation>
    </message>
    <message>
        <source>there is no {} in {}</source>
        <translation>il n’y a pas de {} dans {}</translation>
    </message>
    <message>
        <source>Name it by `dockerfile:`, or choose another folder.</source>
        <translation>Nommez-le par `dockerfile:`, ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>the server&apos;s answer cannot be understood</source>
        <translation>la réponse du serveur est incompréhensible</translation>
    </message>
    <message>
        <source>this server cannot tell a command that its input has ended</source>
        <translation>ce serveur ne peut pas dire à une commande que son entrée est terminée</translation>
    </message>
    <message>
        <source>It can from Kubernetes 1.30 on; without input the command runs.</source>
        <translation>Il le peut à partir de Kubernetes 1.30&#x202f;; sans entrée, la commande s’exécute.</translation>
    </message>
    <message>
        <source>the connection ended before the command did</source>
        <translation>la connexion s’est terminée avant la commande</translation>
    </message>
    <message>
        <source>The command may still be running, or its container was stopped.</source>
        <translation>La commande tourne peut-être encore, ou son conteneur a été arrêté.</translation>
    </message>
    <message>
        <source>the container has no program “{}”</source>
        <translation>le conteneur n’a pas de programme «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>Check its name; a small image may not even have a shell.</source>
        <translation>Vérifiez son nom&#x202f;; une petite image peut ne pas même avoir de shell.</translation>
    </message>
    <message>
        <source>{} is not an IP address</source>
        <translation>{} n’est pas une adresse IP</translation>
    </message>
    <message>
        <source>Write 127.0.0.1, ::1 or another address of this computer.</source>
        <translation>Écrivez 127.0.0.1, ::1 ou une autre adresse de cet ordinateur.</translation>
    </message>
    <message>
        <source>port {} of this computer is taken by another program</source>
        <translation>le port {} de cet ordinateur est pris par un autre programme</translation>
    </message>
    <message>
        <source>Choose another local port, or none: then a free one is taken.</source>
        <translation>Choisissez un autre port local, ou aucun&#x202f;: un port libre est alors pris.</translation>
    </message>
    <message>
        <source>you may not listen on port {} of this computer</source>
        <translation>vous ne pouvez pas écouter sur le port {} de cet ordinateur</translation>
    </message>
    <message>
        <source>Choose a local port above 1023.</source>
        <translation>Choisissez un port local au-dessus de 1023.</translation>
    </message>
    <message>
        <source>{} is not an address of this computer</source>
        <translation>{} n’est pas une adresse de cet ordinateur</translation>
    </message>
    <message>
        <source>you may not forward ports of pods in the namespace {}</source>
        <translation>vous ne pouvez pas rediriger de ports de pods dans l’espace de noms {}</translation>
    </message>
    <message>
        <source>no pod is ready: {}</source>
        <translation>aucun pod n’est prêt&#x202f;: {}</translation>
    </message>
    <message>
        <source>The connection waits for one.</source>
        <translation>La connexion en attend un.</translation>
    </message>
    <message>
        <source>nothing in the pod {} listens on port {}</source>
        <translation>rien dans le pod {} n’écoute sur le port {}</translation>
    </message>
    <message>
        <source>Is it the port that the program in the container listens on, and has it started?</source>
        <translation>Est-ce bien le port sur lequel écoute le programme du conteneur, et a-t-il démarré&#x202f;?</translation>
    </message>
    <message>
        <source>the connection to port {} of the pod {} failed</source>
        <translation>la connexion au port {} du pod {} a échoué</translation>
    </message>
    <message>
        <source>{} has no TCP port “{}”</source>
        <translation>{} n’a pas de port TCP «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>It declares none; a number of a pod&apos;s port is taken as it is.</source>
        <translation>Il n’en déclare aucun&#x202f;; un numéro de port de pod est pris tel quel.</translation>
    </message>
    <message>
        <source>It has: {}</source>
        <translation>Il a&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} has no pod</source>
        <translation>{} n’a pas de pod</translation>
    </message>
    <message>
        <source>{} has no pods of its own</source>
        <translation>{} n’a pas de pods à lui</translation>
    </message>
    <message>
        <source>the service {} is a name for {}: it has no pods</source>
        <translation>le service {} est un nom pour {}&#x202f;: il n’a pas de pods</translation>
    </message>
    <message>
        <source>the service {} leads to no pod</source>
        <translation>le service {} ne mène à aucun pod</translation>
    </message>
    <message>
        <source>It has no selector: what it leads to lies outside the cluster&apos;s pods.</source>
        <translation>Il n’a pas de sélecteur&#x202f;: ce à quoi il mène est hors des pods du cluster.</translation>
    </message>
    <message>
        <source>The API server has to reach the node of the pod: is that node well?</source>
        <translation>Le serveur d’API doit joindre le nœud du pod&#x202f;: ce nœud va-t-il bien&#x202f;?</translation>
    </message>
    <message>
        <source>This takes the rights to get and create pods/{} in the namespace {}: ask who runs the cluster for them.</source>
        <translation>Il faut les droits get et create sur pods/{} dans l’espace de noms {}&#x202f;: demandez-les à qui gère le cluster.</translation>
    </message>
    <message>
        <source>the file {} cannot be read</source>
        <translation>le fichier {} ne peut pas être lu</translation>
    </message>
    <message>
        <source>Check the name, and whether you may read it.</source>
        <translation>Vérifiez le nom, et si vous pouvez le lire.</translation>
    </message>
    <message>
        <source>the upload of {} was cut short: {}</source>
        <translation>l’envoi de {} a été écourté&#x202f;: {}</translation>
    </message>
    <message>
        <source>Nothing was put in place; try again.</source>
        <translation>Rien n’a été mis en place&#x202f;; réessayez.</translation>
    </message>
    <message>
        <source>what arrived of {} is not what was sent: {}</source>
        <translation>ce qui est arrivé de {} n’est pas ce qui a été envoyé&#x202f;: {}</translation>
    </message>
    <message>
        <source>Nothing was put in place. Did the file change meanwhile? Try again.</source>
        <translation>Rien n’a été mis en place. Le fichier a-t-il changé entre-temps&#x202f;? Réessayez.</translation>
    </message>
    <message>
        <source>the container lacks a tool that an upload needs: {}</source>
        <translation>il manque au conteneur un outil nécessaire à un envoi&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} could not be written in the container: {}</source>
        <translation>{} n’a pas pu être écrit dans le conteneur&#x202f;: {}</translation>
    </message>
    <message>
        <source>Is there such a folder, may the container&apos;s user write there, and is there room?</source>
        <translation>Ce dossier existe-t-il, l’utilisateur du conteneur peut-il y écrire, et y a-t-il de la place&#x202f;?</translation>
    </message>
    <message>
        <source>this computer gives no random numbers</source>
        <translation>cet ordinateur ne donne pas de nombres aléatoires</translation>
    </message>
    <message>
        <source>the file {} became shorter while it was sent</source>
        <translation>le fichier {} a raccourci pendant son envoi</translation>
    </message>
    <message>
        <source>Nothing was put in place; try again when nothing writes to it.</source>
        <translation>Rien n’a été mis en place&#x202f;; réessayez quand rien n’y écrit.</translation>
    </message>
    <message>
        <source>the image of the container has no shell, which an upload needs</source>
        <translation>l’image du conteneur n’a pas de shell, nécessaire à un envoi</translation>
    </message>
    <message>
        <source>the upload of {} was cut after {} of {} bytes</source>
        <translation>l’envoi de {} a été coupé après {} octets sur {}</translation>
    </message>
    <message>
        <source>{} sent something that is no WebSocket frame</source>
        <translation>{} a envoyé quelque chose qui n’est pas une trame WebSocket</translation>
    </message>
    <message>
        <source>{} cut the connection</source>
        <translation>{} a coupé la connexion</translation>
    </message>
    <message>
        <source>the server answers something that is not HTTP</source>
        <translation>le serveur répond quelque chose qui n’est pas du HTTP</translation>
    </message>
    <message>
        <source>the server answered with status {} and opened no WebSocket</source>
        <translation>le serveur a répondu avec l’état {} et n’a pas ouvert de WebSocket</translation>
    </message>
    <message>
        <source>Does a proxy or a load balancer before the API server keep WebSockets out?</source>
        <translation>Un proxy ou un répartiteur de charge devant le serveur d’API arrête-t-il les WebSockets&#x202f;?</translation>
    </message>
    <message>
        <source>the server&apos;s answer opens no WebSocket</source>
        <translation>la réponse du serveur n’ouvre pas de WebSocket</translation>
    </message>
    <message>
        <source>the server speaks none of the stream protocols that were offered</source>
        <translation>le serveur ne parle aucun des protocoles de flux proposés</translation>
    </message>
    <message>
        <source>not found on this computer</source>
        <translation>introuvable sur cet ordinateur</translation>
    </message>
    <message>
        <source>installed, and not running</source>
        <translation>installé, mais ne tourne pas</translation>
    </message>
    <message>
        <source>Its cluster is there only while it runs</source>
        <translation>Son cluster n’est là que pendant qu’il tourne</translation>
    </message>
    <message>
        <source>running, with Kubernetes switched off</source>
        <translation>en marche, avec Kubernetes désactivé</translation>
    </message>
    <message>
        <source>running; Kubernetes is switched on, but has not been entered in the kubeconfig yet</source>
        <translation>en marche&#x202f;; Kubernetes est activé, mais n’est pas encore inscrit dans le kubeconfig</translation>
    </message>
    <message>
        <source>running; whether Kubernetes is switched on could not be found out</source>
        <translation>en marche&#x202f;; on n’a pas pu savoir si Kubernetes est activé</translation>
    </message>
    <message>
        <source>It starts for a few minutes the first time; if it stays so, reset it in the settings</source>
        <translation>Il démarre en quelques minutes la première fois&#x202f;; s’il reste ainsi, réinitialisez-le dans les réglages</translation>
    </message>
    <message>
        <source>running, with Kubernetes; its context is {}</source>
        <translation>en marche, avec Kubernetes&#x202f;; son contexte est {}</translation>
    </message>
    <message>
        <source>In Docker Desktop: Settings, Kubernetes, Enable Kubernetes, Apply &amp; restart</source>
        <translation>Dans Docker Desktop&#x202f;: Settings, Kubernetes, Enable Kubernetes, Apply &amp; restart</translation>
    </message>
    <message>
        <source>Start {}</source>
        <translation>Démarrer {}</translation>
    </message>
    <message>
        <source>. docker speaks to another engine now ({}): `docker context use desktop-linux` changes that</source>
        <translation>. docker parle maintenant à un autre moteur ({})&#x202f;: `docker context use desktop-linux` change cela</translation>
    </message>
    <message>
        <source>In Rancher Desktop: Preferences, Kubernetes, Enable Kubernetes, Apply</source>
        <translation>Dans Rancher Desktop&#x202f;: Preferences, Kubernetes, Enable Kubernetes, Apply</translation>
    </message>
    <message>
        <source>Switch it on</source>
        <translation>L’activer</translation>
    </message>
    <message>
        <source>installed; its virtual machine does not run</source>
        <translation>installé&#x202f;; sa machine virtuelle ne tourne pas</translation>
    </message>
    <message>
        <source>Containers run in it</source>
        <translation>Les conteneurs y tournent</translation>
    </message>
    <message>
        <source>Make and start it</source>
        <translation>La créer et la démarrer</translation>
    </message>
    <message>
        <source>Start it</source>
        <translation>La démarrer</translation>
    </message>
    <message>
        <source>running; it brings no Kubernetes of its own</source>
        <translation>en marche&#x202f;; il n’apporte pas de Kubernetes à lui</translation>
    </message>
    <message>
        <source>kind and minikube make their clusters with it: choose podman as their engine</source>
        <translation>kind et minikube font leurs clusters avec lui&#x202f;: choisissez podman comme leur moteur</translation>
    </message>
    <message>
        <source>Start the registry {} on port {}</source>
        <translation>Démarrer le registre {} sur le port {}</translation>
    </message>
    <message>
        <source>Its nodes run</source>
        <translation>Ses nœuds tournent</translation>
    </message>
    <message>
        <source>Tell the nodes of the registries</source>
        <translation>Faire connaître les registres aux nœuds</translation>
    </message>
    <message>
        <source>Load the image {} into the nodes</source>
        <translation>Charger l’image {} dans les nœuds</translation>
    </message>
    <message>
        <source>the host port {} is given twice</source>
        <translation>le port {} de l’hôte est donné deux fois</translation>
    </message>
    <message>
        <source>a mount needs host, and container as an absolute path</source>
        <translation>un montage demande host, et container comme chemin absolu</translation>
    </message>
    <message>
        <source>give either nodes, or controlPlanes and workers</source>
        <translation>donnez soit nodes, soit controlPlanes et workers</translation>
    </message>
    <message>
        <source>one of the nodes must be a control-plane</source>
        <translation>l’un des nœuds doit être un control-plane</translation>
    </message>
    <message>
        <source>kind failed at “{}”</source>
        <translation>kind a échoué à «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>there is no kind cluster {}</source>
        <translation>il n’y a pas de cluster kind {}</translation>
    </message>
    <message>
        <source>Create it first</source>
        <translation>Créez-le d’abord</translation>
    </message>
    <message>
        <source>the image {} is not on this computer</source>
        <translation>l’image {} n’est pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>Build or pull it with {} first</source>
        <translation>Construisez-la ou tirez-la d’abord avec {}</translation>
    </message>
    <message>
        <source>Enter it in the kubeconfig as {}</source>
        <translation>L’inscrire dans le kubeconfig comme {}</translation>
    </message>
    <message>
        <source>To use both: KUBECONFIG={}:{}</source>
        <translation>Pour utiliser les deux&#x202f;: KUBECONFIG={}:{}</translation>
    </message>
    <message>
        <source>Processors</source>
        <translation>Processeurs</translation>
    </message>
    <message>
        <source>{} of {} that are asked for</source>
        <translation>{} sur {} demandés</translation>
    </message>
    <message>
        <source>A control plane needs two; with fewer than asked for, starting takes long and pods wait. Ask for fewer</source>
        <translation>Un plan de contrôle en veut deux&#x202f;; avec moins que demandé, le démarrage dure et des pods attendent. Demandez-en moins</translation>
    </message>
    <message>
        <source>Ask for {}</source>
        <translation>En demander {}</translation>
    </message>
    <message>
        <source>{}, of which {} are free; {} are asked for</source>
        <translation>{}, dont {} libres&#x202f;; {} demandés</translation>
    </message>
    <message>
        <source>The engine&apos;s virtual machine has less: give it more in the engine&apos;s settings, or ask for less</source>
        <translation>La machine virtuelle du moteur en a moins&#x202f;: donnez-lui-en plus dans les réglages du moteur, ou demandez-en moins</translation>
    </message>
    <message>
        <source>This computer has less: ask for less, or for fewer nodes</source>
        <translation>Cet ordinateur en a moins&#x202f;: demandez-en moins, ou moins de nœuds</translation>
    </message>
    <message>
        <source>Other programs have the rest: the computer may swap, and pods be evicted. Close some of them</source>
        <translation>D’autres programmes ont le reste&#x202f;: l’ordinateur peut se mettre à échanger sur disque, et des pods être évincés. Fermez-en quelques-uns</translation>
    </message>
    <message>
        <source>{} free, {} needed</source>
        <translation>{} libres, {} nécessaires</translation>
    </message>
    <message>
        <source>Images and volumes fill it, and a full disk stops the cluster. Make room first</source>
        <translation>Images et volumes le remplissent, et un disque plein arrête le cluster. Faites d’abord de la place</translation>
    </message>
    <message>
        <source>Remove what {} does not use</source>
        <translation>Supprimer ce que {} n’utilise pas</translation>
    </message>
    <message>
        <source>Container engine</source>
        <translation>Moteur de conteneurs</translation>
    </message>
    <message>
        <source>{} is not installed</source>
        <translation>{} n’est pas installé</translation>
    </message>
    <message>
        <source>The nodes are its containers. Install it, or choose another engine</source>
        <translation>Les nœuds sont ses conteneurs. Installez-le, ou choisissez un autre moteur</translation>
    </message>
    <message>
        <source>The nodes are its containers. Install Docker Desktop, Rancher Desktop or Podman Desktop</source>
        <translation>Les nœuds sont ses conteneurs. Installez Docker Desktop, Rancher Desktop ou Podman Desktop</translation>
    </message>
    <message>
        <source>Install {}</source>
        <translation>Installer {}</translation>
    </message>
    <message>
        <source>{} runs, but you may not use it</source>
        <translation>{} tourne, mais vous n’avez pas le droit de l’utiliser</translation>
    </message>
    <message>
        <source>{} is installed and does not answer</source>
        <translation>{} est installé et ne répond pas</translation>
    </message>
    <message>
        <source>Add yourself to the group</source>
        <translation>S’ajouter au groupe</translation>
    </message>
    <message>
        <source>WSL runs without systemd here, so no service is started: switch systemd on in /etc/wsl.conf, or start the engine by hand, or use Docker Desktop&apos;s WSL integration</source>
        <translation>WSL tourne ici sans systemd, aucun service n’est donc démarré&#x202f;: activez systemd dans /etc/wsl.conf, ou démarrez le moteur à la main, ou utilisez l’intégration WSL de Docker Desktop</translation>
    </message>
    <message>
        <source>Switch systemd on (WSL must be restarted)</source>
        <translation>Activer systemd (WSL doit être redémarré)</translation>
    </message>
    <message>
        <source>It must run while the cluster does</source>
        <translation>Il doit tourner tant que le cluster tourne</translation>
    </message>
    <message>
        <source>{} {} answers</source>
        <translation>{} {} répond</translation>
    </message>
    <message>
        <source>The tool {}</source>
        <translation>L’outil {}</translation>
    </message>
    <message>
        <source>It will be fetched into Timonier&apos;s own folder, checked against its known sum</source>
        <translation>Il sera téléchargé dans le dossier de Timonier, vérifié par sa somme connue</translation>
    </message>
    <message>
        <source>Install it, or let Timonier fetch it</source>
        <translation>Installez-le, ou laissez Timonier le télécharger</translation>
    </message>
    <message>
        <source>Fetch {}</source>
        <translation>Télécharger {}</translation>
    </message>
    <message>
        <source>{} does not say its version: it may be broken</source>
        <translation>{} ne dit pas sa version&#x202f;: il est peut-être abîmé</translation>
    </message>
    <message>
        <source>{} {} is too old: {} is needed</source>
        <translation>{} {} est trop ancien&#x202f;: il faut {}</translation>
    </message>
    <message>
        <source>Fetch a newer {}</source>
        <translation>Télécharger un {} plus récent</translation>
    </message>
    <message>
        <source>{} are free</source>
        <translation>{} sont libres</translation>
    </message>
    <message>
        <source>taken on this computer: {}</source>
        <translation>pris sur cet ordinateur&#x202f;: {}</translation>
    </message>
    <message>
        <source>Choose other host ports, or end the program that has them</source>
        <translation>Choisissez d’autres ports de l’hôte, ou terminez le programme qui les a</translation>
    </message>
    <message>
        <source>Choose other ports</source>
        <translation>Choisir d’autres ports</translation>
    </message>
    <message>
        <source>VPN and proxy</source>
        <translation>VPN et proxy</translation>
    </message>
    <message>
        <source>none in the way</source>
        <translation>rien ne gêne</translation>
    </message>
    <message>
        <source>a proxy is set, and this computer itself is not excepted: {}</source>
        <translation>un proxy est défini, et cet ordinateur même n’en est pas excepté&#x202f;: {}</translation>
    </message>
    <message>
        <source>a VPN seems to be up: {}</source>
        <translation>un VPN semble actif&#x202f;: {}</translation>
    </message>
    <message>
        <source>Some take the engine&apos;s networks for theirs: if the cluster is not reached or images do not come, try without it</source>
        <translation>Certains prennent les réseaux du moteur pour les leurs&#x202f;: si le cluster n’est pas joint ou que les images ne viennent pas, essayez sans</translation>
    </message>
    <message>
        <source>through {}</source>
        <translation>par {}</translation>
    </message>
    <message>
        <source>Watches of files</source>
        <translation>Surveillances de fichiers</translation>
    </message>
    <message>
        <source>{} for each person</source>
        <translation>{} par personne</translation>
    </message>
    <message>
        <source>Several nodes share them: pods may fail with “too many open files”</source>
        <translation>Plusieurs nœuds se les partagent&#x202f;: des pods peuvent échouer avec «&#x202f;too many open files&#x202f;»</translation>
    </message>
    <message>
        <source>Raise the limit</source>
        <translation>Relever la limite</translation>
    </message>
    <message>
        <source>you have no right to use {}: {}</source>
        <translation>vous n’avez pas le droit d’utiliser {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Add yourself to its group (sudo usermod -aG docker $USER) and sign in again</source>
        <translation>Ajoutez-vous à son groupe (sudo usermod -aG docker $USER) et reconnectez-vous</translation>
    </message>
    <message>
        <source>the disk is full: {}</source>
        <translation>le disque est plein&#x202f;: {}</translation>
    </message>
    <message>
        <source>Make room ({} system prune takes away what is not used), then resume the run</source>
        <translation>Faites de la place ({} system prune enlève ce qui ne sert pas), puis reprenez l’exécution</translation>
    </message>
    <message>
        <source>the network does not give the image: {}</source>
        <translation>le réseau ne donne pas l’image&#x202f;: {}</translation>
    </message>
    <message>
        <source>See whether a VPN, a proxy or no network is in the way; an image that is on this computer already is not fetched</source>
        <translation>Voyez si un VPN, un proxy ou l’absence de réseau gêne&#x202f;; une image déjà présente sur cet ordinateur n’est pas téléchargée</translation>
    </message>
    <message>
        <source>there is no such image: {}</source>
        <translation>il n’y a pas de telle image&#x202f;: {}</translation>
    </message>
    <message>
        <source>Correct the image in the spec</source>
        <translation>Corrigez l’image dans la spécification</translation>
    </message>
    <message>
        <source>the node did not come up: {}</source>
        <translation>le nœud n’a pas démarré&#x202f;: {}</translation>
    </message>
    <message>
        <source>Look at its logs; often memory, inotify watches (fs.inotify.max_user_instances) or cgroups are the reason</source>
        <translation>Regardez ses journaux&#x202f;; souvent la mémoire, les surveillances inotify (fs.inotify.max_user_instances) ou les cgroups en sont la raison</translation>
    </message>
    <message>
        <source>{} does not run: WSL has no systemd here that would start it</source>
        <translation>{} ne tourne pas&#x202f;: WSL n’a pas ici de systemd qui le démarrerait</translation>
    </message>
    <message>
        <source>WSL offers no nested virtualization here</source>
        <translation>WSL n’offre pas ici de virtualisation imbriquée</translation>
    </message>
    <message>
        <source>this computer&apos;s virtualization is off, or it is a virtual machine itself</source>
        <translation>la virtualisation de cet ordinateur est désactivée, ou il est lui-même une machine virtuelle</translation>
    </message>
    <message>
        <source>/dev/kvm is not there: load the module kvm, or switch virtualization on in the firmware</source>
        <translation>/dev/kvm n’est pas là&#x202f;: chargez le module kvm, ou activez la virtualisation dans le micrologiciel</translation>
    </message>
    <message>
        <source>you may not use /dev/kvm: join the group kvm</source>
        <translation>vous n’avez pas le droit d’utiliser /dev/kvm&#x202f;: entrez dans le groupe kvm</translation>
    </message>
    <message>
        <source>it exists on Linux only</source>
        <translation>il n’existe que sous Linux</translation>
    </message>
    <message>
        <source>it works for root only: Kubernetes is installed on this computer itself</source>
        <translation>il ne marche que pour root&#x202f;: Kubernetes s’installe sur cet ordinateur même</translation>
    </message>
    <message>
        <source>WSL runs without systemd here, and Kubernetes&apos; services need it</source>
        <translation>WSL tourne ici sans systemd, et les services de Kubernetes en ont besoin</translation>
    </message>
    <message>
        <source>this system runs without systemd</source>
        <translation>ce système tourne sans systemd</translation>
    </message>
    <message>
        <source>it exists on Windows only</source>
        <translation>il n’existe que sous Windows</translation>
    </message>
    <message>
        <source>The nodes are containers: quick, and needs no virtual machine of its own</source>
        <translation>Les nœuds sont des conteneurs&#x202f;: rapide, et sans machine virtuelle à lui</translation>
    </message>
    <message>
        <source>As docker, without a daemon; minikube calls it experimental</source>
        <translation>Comme docker, sans démon&#x202f;; minikube le dit expérimental</translation>
    </message>
    <message>
        <source>A virtual machine by libvirt: kept well apart from this computer</source>
        <translation>Une machine virtuelle par libvirt&#x202f;: bien séparée de cet ordinateur</translation>
    </message>
    <message>
        <source>A virtual machine without libvirt</source>
        <translation>Une machine virtuelle sans libvirt</translation>
    </message>
    <message>
        <source>it does not exist on Windows</source>
        <translation>il n’existe pas sous Windows</translation>
    </message>
    <message>
        <source>A virtual machine of Windows; administrators only</source>
        <translation>Une machine virtuelle de Windows&#x202f;; pour administrateurs seulement</translation>
    </message>
    <message>
        <source>Hyper-V is off: it is a feature of Windows Pro that has to be switched on</source>
        <translation>Hyper-V est désactivé&#x202f;: c’est une fonction de Windows Pro qu’il faut activer</translation>
    </message>
    <message>
        <source>A virtual machine by VirtualBox, if that is here anyway</source>
        <translation>Une machine virtuelle par VirtualBox, s’il est là de toute façon</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Kubernetes on this computer itself: for a machine that is for nothing else</source>
        <translation>Kubernetes sur cet ordinateur même&#x202f;: pour une machine qui ne sert à rien d’autre</translation>
    </message>
    <message>
        <source>Kubernetes on another computer, by ssh</source>
        <translation>Kubernetes sur un autre ordinateur, par ssh</translation>
    </message>
    <message>
        <source>Download all that the cluster needs</source>
        <translation>Télécharger tout ce dont le cluster a besoin</translation>
    </message>
    <message>
        <source>none works on this computer</source>
        <translation>aucun ne marche sur cet ordinateur</translation>
    </message>
    <message>
        <source>minikube needs a container engine or a hypervisor. Docker is the simplest</source>
        <translation>minikube demande un moteur de conteneurs ou un hyperviseur. Docker est le plus simple</translation>
    </message>
    <message>
        <source>Take another driver, or mend this one</source>
        <translation>Prenez un autre pilote, ou réparez celui-ci</translation>
    </message>
    <message>
        <source>Use the driver {}</source>
        <translation>Utiliser le pilote {}</translation>
    </message>
    <message>
        <source>minikube refuses docker for root</source>
        <translation>minikube refuse docker à root</translation>
    </message>
    <message>
        <source>Run Timonier as yourself; or, where root is all there is, let it be forced</source>
        <translation>Lancez Timonier sous votre nom&#x202f;; ou, là où il n’y a que root, laissez-le forcer</translation>
    </message>
    <message>
        <source>Force it</source>
        <translation>Le forcer</translation>
    </message>
    <message>
        <source>It installs Kubernetes on this computer itself, and what runs there can do as root does</source>
        <translation>Il installe Kubernetes sur cet ordinateur même, et ce qui y tourne peut agir comme root</translation>
    </message>
    <message>
        <source>Container runtime</source>
        <translation>Moteur d’exécution des conteneurs</translation>
    </message>
    <message>
        <source>docker, through cri-dockerd</source>
        <translation>docker, par cri-dockerd</translation>
    </message>
    <message>
        <source>Kubernetes 1.24 and later no longer speak to Docker directly; on this driver cri-dockerd has to be installed first. containerd needs nothing</source>
        <translation>Kubernetes 1.24 et suivants ne parlent plus directement à Docker&#x202f;; avec ce pilote cri-dockerd doit d’abord être installé. containerd ne demande rien</translation>
    </message>
    <message>
        <source>Use containerd</source>
        <translation>Utiliser containerd</translation>
    </message>
    <message>
        <source>The minikube cluster {}</source>
        <translation>Le cluster minikube {}</translation>
    </message>
    <message>
        <source>{} must be a size: 4g, 4096m</source>
        <translation>{} doit être une taille&#x202f;: 4g, 4096m</translation>
    </message>
    <message>
        <source>{} must be a version as v1.34.2, or stable, or latest</source>
        <translation>{} doit être une version comme v1.34.2, ou stable, ou latest</translation>
    </message>
    <message>
        <source>the driver none has one node: this computer itself</source>
        <translation>le pilote none n’a qu’un nœud&#x202f;: cet ordinateur même</translation>
    </message>
    <message>
        <source>the driver ssh needs ssh: with host, user and key</source>
        <translation>le pilote ssh demande ssh&#x202f;: avec host, user et key</translation>
    </message>
    <message>
        <source>its settings</source>
        <translation>ses réglages</translation>
    </message>
    <message>
        <source>the resources of this computer</source>
        <translation>les ressources de cet ordinateur</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>cet ordinateur</translation>
    </message>
    <message>
        <source>the internet</source>
        <translation>l’internet</translation>
    </message>
    <message>
        <source>the driver</source>
        <translation>le pilote</translation>
    </message>
    <message>
        <source>what the driver uses</source>
        <translation>ce que le pilote utilise</translation>
    </message>
    <message>
        <source>the local network</source>
        <translation>le réseau local</translation>
    </message>
    <message>
        <source>the node</source>
        <translation>le nœud</translation>
    </message>
    <message>
        <source>the container runtime</source>
        <translation>le moteur d’exécution des conteneurs</translation>
    </message>
    <message>
        <source>the control plane</source>
        <translation>le plan de contrôle</translation>
    </message>
    <message>
        <source>a service</source>
        <translation>un service</translation>
    </message>
    <message>
        <source>minikube ended with {}</source>
        <translation>minikube s’est terminé avec {}</translation>
    </message>
    <message>
        <source>minikube ended with {}, which is about {}</source>
        <translation>minikube s’est terminé avec {}, ce qui concerne {}</translation>
    </message>
    <message>
        <source>minikube logs tells more</source>
        <translation>minikube logs en dit plus</translation>
    </message>
    <message>
        <source>minikube ended well without saying that it is done; it was at “{}”</source>
        <translation>minikube s’est bien terminé sans dire que c’est fait&#x202f;; il en était à «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>Look at the cluster&apos;s state, and resume the run</source>
        <translation>Regardez l’état du cluster, et reprenez l’exécution</translation>
    </message>
    <message>
        <source>minikube wrote no kubeconfig for {}</source>
        <translation>minikube n’a pas écrit de kubeconfig pour {}</translation>
    </message>
    <message>
        <source>minikube&apos;s list of add-ons cannot be read</source>
        <translation>la liste des extensions de minikube ne peut être lue</translation>
    </message>
    <message>
        <source>with this driver {} answers only while minikube service goes on</source>
        <translation>avec ce pilote {} ne répond que pendant que minikube service tourne</translation>
    </message>
    <message>
        <source>Use Timonier&apos;s port-forward instead</source>
        <translation>Utilisez plutôt la redirection de port de Timonier</translation>
    </message>
    <message>
        <source>minikube tunnel wants root&apos;s rights, to set routes</source>
        <translation>minikube tunnel veut les droits de root, pour poser des routes</translation>
    </message>
    <message>
        <source>Type `minikube tunnel -p {}` in a terminal, or use port-forward</source>
        <translation>Tapez `minikube tunnel -p {}` dans un terminal, ou utilisez la redirection de port</translation>
    </message>
    <message>
        <source>minikube&apos;s list of profiles cannot be read</source>
        <translation>la liste des profils de minikube ne peut être lue</translation>
    </message>
    <message>
        <source>Run `minikube profile list` to see what is wrong</source>
        <translation>Lancez `minikube profile list` pour voir ce qui ne va pas</translation>
    </message>
    <message>
        <source>minikube&apos;s status cannot be read</source>
        <translation>l’état de minikube ne peut être lu</translation>
    </message>
    <message>
        <source>Run `minikube status` to see what is wrong</source>
        <translation>Lancez `minikube status` pour voir ce qui ne va pas</translation>
    </message>
    <message>
        <source>its machine is gone: delete the profile, and create it anew</source>
        <translation>sa machine a disparu&#x202f;: supprimez le profil, et recréez-le</translation>
    </message>
    <message>
        <source>a part of it does not run: start it, or look at its logs</source>
        <translation>une partie ne tourne pas&#x202f;: démarrez-le, ou regardez ses journaux</translation>
    </message>
    <message>
        <source>It runs the nodes, each as a container.</source>
        <translation>Il fait tourner les nœuds, chacun comme un conteneur.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>The context in your kubeconfig is called kind-NAME.</source>
        <translation>Le contexte dans votre kubeconfig s’appelle kind-NOM.</translation>
    </message>
    <message>
        <source>Control planes</source>
        <translation>Plans de contrôle</translation>
    </message>
    <message>
        <source>One is enough to try things out; three stay up when one of them is lost.</source>
        <translation>Un seul suffit pour essayer&#x202f;; trois tiennent quand l’un d’eux est perdu.</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>Nœuds de travail</translation>
    </message>
    <message>
        <source>With none, applications run on the control plane.</source>
        <translation>S’il n’y en a pas, les applications tournent sur le plan de contrôle.</translation>
    </message>
    <message>
        <source>Open ports</source>
        <translation>Ports ouverts</translation>
    </message>
    <message>
        <source>Ports of this computer that lead into the first node, HOST:NODE, one a line: 8080:30080 opens the NodePort 30080 as localhost:8080. It cannot be changed later.</source>
        <translation>Des ports de cet ordinateur qui mènent au premier nœud, HÔTE:NŒUD, un par ligne&#x202f;: 8080:30080 ouvre le NodePort 30080 comme localhost:8080. Cela ne peut plus être changé ensuite.</translation>
    </message>
    <message>
        <source>one HOST:NODE a line, such as 8080:30080</source>
        <translation>un HÔTE:NŒUD par ligne, comme 8080:30080</translation>
    </message>
    <message>
        <source>Node image</source>
        <translation>Image des nœuds</translation>
    </message>
    <message>
        <source>It decides the version of Kubernetes: kindest/node:v1.34.0. Empty: the one that kind was released with.</source>
        <translation>Elle décide de la version de Kubernetes&#x202f;: kindest/node:v1.34.0. Vide&#x202f;: celle avec laquelle kind a été publié.</translation>
    </message>
    <message>
        <source>Images to load</source>
        <translation>Images à charger</translation>
    </message>
    <message>
        <source>Images of this computer&apos;s engine that the nodes are to have, one a line.</source>
        <translation>Des images du moteur de cet ordinateur que les nœuds doivent avoir, une par ligne.</translation>
    </message>
    <message>
        <source>With kind&apos;s own pod network</source>
        <translation>Avec le réseau de pods de kind</translation>
    </message>
    <message>
        <source>Without it the nodes are not ready until you install another, such as Calico.</source>
        <translation>Sans lui, les nœuds ne sont pas prêts tant que vous n’en installez pas un autre, comme Calico.</translation>
    </message>
    <message>
        <source>1 control plane</source>
        <translation>1 plan de contrôle</translation>
    </message>
    <message>
        <source>{} control planes</source>
        <translation>{} plans de contrôle</translation>
    </message>
    <message>
        <source>1 worker</source>
        <translation>1 nœud de travail</translation>
    </message>
    <message>
        <source>{} workers</source>
        <translation>{} nœuds de travail</translation>
    </message>
    <message>
        <source>It is not installed here</source>
        <translation>Il n’est pas installé ici</translation>
    </message>
    <message>
        <source>{} answers</source>
        <translation>{} répond</translation>
    </message>
    <message>
        <source>It is installed and does not answer</source>
        <translation>Il est installé et ne répond pas</translation>
    </message>
    <message>
        <source>New cluster with kind</source>
        <translation>Nouveau cluster avec kind</translation>
    </message>
    <message>
        <source>A complete Kubernetes cluster on this computer. Each of its nodes is a container, so that it is there within minutes and gone within seconds. It is meant for trying things out and for tests.</source>
        <translation>Un cluster Kubernetes complet sur cet ordinateur. Chacun de ses nœuds est un conteneur&#x202f;: il est là en quelques minutes et parti en quelques secondes. Il est fait pour essayer et pour tester.</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>As many nodes as you like, in the version of Kubernetes that you choose</source>
        <translation>Autant de nœuds que vous voulez, dans la version de Kubernetes que vous choisissez</translation>
    </message>
    <message>
        <source>Kubeconfig</source>
        <translation>Kubeconfig</translation>
    </message>
    <message>
        <source>A context of its own, kind-NAME, in your kubeconfig; the file as it was is kept</source>
        <translation>Un contexte à lui, kind-NOM, dans votre kubeconfig&#x202f;; le fichier tel qu’il était est conservé</translation>
    </message>
    <message>
        <source>What runs there</source>
        <translation>Ce qui y tourne</translation>
    </message>
    <message>
        <source>Applications that need no more than this computer has; LoadBalancers do not come by themselves</source>
        <translation>Des applications qui ne demandent pas plus que ce que cet ordinateur a&#x202f;; les LoadBalancers ne viennent pas d’eux-mêmes</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Two minutes; the first time also a download of about 400 MiB</source>
        <translation>Deux minutes&#x202f;; la première fois aussi un téléchargement d’environ 400 Mio</translation>
    </message>
    <message>
        <source>1 GiB and half a GiB for each node, and what your applications need</source>
        <translation>1 Gio et un demi-Gio par nœud, et ce que demandent vos applications</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>Docker, Podman or nerdctl; kind itself is fetched if it is not here</source>
        <translation>Docker, Podman ou nerdctl&#x202f;; kind lui-même est téléchargé s’il n’est pas là</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Prix</translation>
    </message>
    <message>
        <source>Software</source>
        <translation>Logiciels</translation>
    </message>
    <message>
        <source>Of the profile; the context in your kubeconfig is called the same.</source>
        <translation>Du profil&#x202f;; le contexte dans votre kubeconfig porte le même nom.</translation>
    </message>
    <message>
        <source>What its nodes are: containers of an engine, or virtual machines.</source>
        <translation>Ce que sont ses nœuds&#x202f;: des conteneurs d’un moteur, ou des machines virtuelles.</translation>
    </message>
    <message>
        <source>CPUs of each node</source>
        <translation>CPU de chaque nœud</translation>
    </message>
    <message>
        <source>Memory of each node</source>
        <translation>Mémoire de chaque nœud</translation>
    </message>
    <message>
        <source>4g or 4096m. Empty: as much as minikube thinks fit.</source>
        <translation>4g ou 4096m. Vide&#x202f;: ce que minikube juge bon.</translation>
    </message>
    <message>
        <source>a number with m or g behind it, such as 4g</source>
        <translation>un nombre suivi de m ou g, comme 4g</translation>
    </message>
    <message>
        <source>Disk of each node</source>
        <translation>Disque de chaque nœud</translation>
    </message>
    <message>
        <source>20g. Only virtual machines keep to it.</source>
        <translation>20g. Seules les machines virtuelles s’y tiennent.</translation>
    </message>
    <message>
        <source>a number with m or g behind it, such as 20g</source>
        <translation>un nombre suivi de m ou g, comme 20g</translation>
    </message>
    <message>
        <source>v1.34.2, stable or latest. Empty: the version that minikube was released with.</source>
        <translation>v1.34.2, stable ou latest. Vide&#x202f;: la version avec laquelle minikube a été publié.</translation>
    </message>
    <message>
        <source>v1.34.2, stable or latest</source>
        <translation>v1.34.2, stable ou latest</translation>
    </message>
    <message>
        <source>Add-ons</source>
        <translation>Modules</translation>
    </message>
    <message>
        <source>They can be switched on and off later as well.</source>
        <translation>Ils peuvent aussi être activés et désactivés plus tard.</translation>
    </message>
    <message>
        <source>CPU and memory of pods and nodes</source>
        <translation>CPU et mémoire des pods et des nœuds</translation>
    </message>
    <message>
        <source>the ingress controller of nginx</source>
        <translation>le contrôleur Ingress de nginx</translation>
    </message>
    <message>
        <source>the Kubernetes Dashboard, which is archived</source>
        <translation>le Kubernetes Dashboard, qui est archivé</translation>
    </message>
    <message>
        <source>a registry of images within the cluster</source>
        <translation>un registre d’images dans le cluster</translation>
    </message>
    <message>
        <source>addresses for Services of the type LoadBalancer</source>
        <translation>des adresses pour les Services de type LoadBalancer</translation>
    </message>
    <message>
        <source>minikube&apos;s choice</source>
        <translation>le choix de minikube</translation>
    </message>
    <message>
        <source>through cri-dockerd, since Kubernetes 1.24 no longer speaks to Docker itself</source>
        <translation>par cri-dockerd, car depuis la version 1.24 Kubernetes ne parle plus lui-même à Docker</translation>
    </message>
    <message>
        <source>Pod network</source>
        <translation>Réseau de pods</translation>
    </message>
    <message>
        <source>Mirrors of Docker Hub</source>
        <translation>Miroirs de Docker Hub</translation>
    </message>
    <message>
        <source>Addresses, one a line.</source>
        <translation>Des adresses, une par ligne.</translation>
    </message>
    <message>
        <source>Registries without TLS</source>
        <translation>Registres sans TLS</translation>
    </message>
    <message>
        <source>HOST:PORT, one a line.</source>
        <translation>HÔTE:PORT, un par ligne.</translation>
    </message>
    <message>
        <source>Where Kubernetes&apos; own images come from</source>
        <translation>D’où viennent les images de Kubernetes lui-même</translation>
    </message>
    <message>
        <source>Download everything first</source>
        <translation>Tout télécharger d’abord</translation>
    </message>
    <message>
        <source>Later starts of this version need no network.</source>
        <translation>Les démarrages suivants de cette version n’ont plus besoin du réseau.</translation>
    </message>
    <message>
        <source>Pass over minikube&apos;s own checks</source>
        <translation>Passer outre les vérifications de minikube</translation>
    </message>
    <message>
        <source>Needed where root runs it with Docker.</source>
        <translation>Nécessaire quand root l’exécute avec Docker.</translation>
    </message>
    <message>
        <source>1 node</source>
        <translation>1 nœud</translation>
    </message>
    <message>
        <source>{} nodes</source>
        <translation>{} nœuds</translation>
    </message>
    <message>
        <source>{} CPUs</source>
        <translation>{} CPU</translation>
    </message>
    <message>
        <source>New cluster with minikube</source>
        <translation>Nouveau cluster avec minikube</translation>
    </message>
    <message>
        <source>A Kubernetes cluster on this computer, in a container or a virtual machine, with add-ons that are switched on by name. It can be stopped and started again, and keeps what was in it.</source>
        <translation>Un cluster Kubernetes sur cet ordinateur, dans un conteneur ou une machine virtuelle, avec des modules que l’on active par leur nom. Il peut être arrêté et redémarré, et garde ce qu’il contenait.</translation>
    </message>
    <message>
        <source>One node or several, in the version of Kubernetes that you choose</source>
        <translation>Un nœud ou plusieurs, dans la version de Kubernetes que vous choisissez</translation>
    </message>
    <message>
        <source>A context of its own in your kubeconfig; the file as it was is kept</source>
        <translation>Un contexte à lui dans votre kubeconfig&#x202f;; le fichier tel qu’il était est conservé</translation>
    </message>
    <message>
        <source>Ingress, metrics, a registry and many more, each by a word</source>
        <translation>Ingress, mesures, un registre et bien d’autres, chacun d’un mot</translation>
    </message>
    <message>
        <source>Four minutes; the first time also a download of about 900 MiB</source>
        <translation>Quatre minutes&#x202f;; la première fois aussi un téléchargement d’environ 900 Mio</translation>
    </message>
    <message>
        <source>2 GiB at least for each node</source>
        <translation>Au moins 2 Gio par nœud</translation>
    </message>
    <message>
        <source>A container engine or a hypervisor; minikube itself is fetched if it is not here</source>
        <translation>Un moteur de conteneurs ou un hyperviseur&#x202f;; minikube lui-même est téléchargé s’il n’est pas là</translation>
    </message>
    <message>
        <source>it needs an administrator&apos;s password, which is asked for in a terminal only</source>
        <translation>il faut le mot de passe d’un administrateur, qui n’est demandé que dans un terminal</translation>
    </message>
    <message>
        <source>Copy the command into a terminal, then check again</source>
        <translation>Copiez la commande dans un terminal, puis vérifiez de nouveau</translation>
    </message>
    <message>
        <source>Make it kubectl&apos;s current context</source>
        <translation>En faire le contexte courant de kubectl</translation>
    </message>
    <message>
        <source>Where the cluster is entered. Empty: where kubectl looks.</source>
        <translation>Où le cluster est inscrit. Vide&#x202f;: là où kubectl regarde.</translation>
    </message>
    <message>
        <source>Further settings</source>
        <translation>Autres réglages</translation>
    </message>
    <message>
        <source>Fields of the spec that are not asked for above, as YAML.</source>
        <translation>Les champs de la spécification qui ne sont pas demandés ci-dessus, en YAML.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>the spec</source>
        <translation>la spécification</translation>
    </message>
    <message>
        <source>programs, files and ports were looked at</source>
        <translation>les programmes, les fichiers et les ports ont été examinés</translation>
    </message>
    <message>
        <source>there is a cluster {} already</source>
        <translation>il y a déjà un cluster {}</translation>
    </message>
    <message>
        <source>It is left as it is, whatever is chosen here. Another name makes another cluster</source>
        <translation>Il reste tel qu’il est, quoi que l’on choisisse ici. Un autre nom fait un autre cluster</translation>
    </message>
    <message>
        <source>it is a spec for {}, not for {}</source>
        <translation>c’est une spécification pour {}, pas pour {}</translation>
    </message>
    <message>
        <source>Kubernetes 1.{}</source>
        <translation>Kubernetes 1.{}</translation>
    </message>
    <message>
        <source>Kubernetes 1.{} to 1.{}</source>
        <translation>Kubernetes 1.{} à 1.{}</translation>
    </message>
    <message>
        <source>Kubernetes 1.{} or newer</source>
        <translation>Kubernetes 1.{} ou plus récent</translation>
    </message>
    <message>
        <source>Kubernetes 1.{} or older</source>
        <translation>Kubernetes 1.{} ou plus ancien</translation>
    </message>
    <message>
        <source>Nodes are containers. Quickly there and quickly gone; several nodes, several clusters.</source>
        <translation>Les nœuds sont des conteneurs. Vite là et vite parti&#x202f;; plusieurs nœuds, plusieurs clusters.</translation>
    </message>
    <message>
        <source>2 minutes</source>
        <translation>2 minutes</translation>
    </message>
    <message>
        <source>tests, demonstrations, small applications</source>
        <translation>tests, démonstrations, petites applications</translation>
    </message>
    <message>
        <source>A container or a virtual machine, with add-ons by name; stopped and started again with all that is in it.</source>
        <translation>Un conteneur ou une machine virtuelle, avec des modules par leur nom&#x202f;; arrêté et redémarré avec tout ce qu’il contient.</translation>
    </message>
    <message>
        <source>4 minutes</source>
        <translation>4 minutes</translation>
    </message>
    <message>
        <source>one cluster to work with every day</source>
        <translation>un cluster pour travailler tous les jours</translation>
    </message>
    <message>
        <source>Trying things out</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <source>The recognition product</source>
        <translation>Le produit de reconnaissance</translation>
    </message>
    <message>
        <source>Kubeflow 1.4, of 2021</source>
        <translation>Kubeflow 1.4, de 2021</translation>
    </message>
    <message>
        <source>it uses APIs that Kubernetes 1.22 removed</source>
        <translation>il utilise des API que Kubernetes 1.22 a retirées</translation>
    </message>
    <message>
        <source>Kubeflow by kfctl 1.2</source>
        <translation>Kubeflow par kfctl 1.2</translation>
    </message>
    <message>
        <source>its CRDs are v1beta1, which Kubernetes 1.22 removed</source>
        <translation>ses CRD sont en v1beta1, que Kubernetes 1.22 a retiré</translation>
    </message>
    <message>
        <source>{} needs {}; {} makes 1.{} and newer</source>
        <translation>{} demande {}&#x202f;; {} fait des 1.{} et plus récents</translation>
    </message>
    <message>
        <source>{} needs {}; {} makes 1.{} at most</source>
        <translation>{} demande {}&#x202f;; {} fait des 1.{} au plus</translation>
    </message>
    <message>
        <source>{} needs {} CPUs; this computer has {}</source>
        <translation>{} demande {} CPU&#x202f;; cet ordinateur en a {}</translation>
    </message>
    <message>
        <source>{} needs {:.0f} GiB of memory; this computer has {:.1f}, some of which it needs itself</source>
        <translation>{} demande {:.0f} Gio de mémoire&#x202f;; cet ordinateur en a {:.1f}, dont il a besoin en partie lui-même</translation>
    </message>
    <message>
        <source>{:.0f} GiB of memory</source>
        <translation>{:.0f} Gio de mémoire</translation>
    </message>
    <message>
        <source>{:.0f} GiB of disk</source>
        <translation>{:.0f} Gio de disque</translation>
    </message>
    <message>
        <source>the spec of run {}</source>
        <translation>la spécification de l’exécution {}</translation>
    </message>
    <message>
        <source>not all kinds of its objects are served</source>
        <translation>tous les types de ses objets ne sont pas servis</translation>
    </message>
    <message>
        <source>it was cancelled; what was sent stays, and is known</source>
        <translation>cela a été annulé&#x202f;; ce qui a été envoyé reste, et est connu</translation>
    </message>
    <message>
        <source>The server warns: {}</source>
        <translation>Le serveur avertit&#x202f;: {}</translation>
    </message>
    <message>
        <source>what is no longer wanted could not all be removed: {}</source>
        <translation>tout ce qui n’est plus voulu n’a pas pu être retiré&#x202f;: {}</translation>
    </message>
    <message>
        <source>The set goes on listing it.</source>
        <translation>L’ensemble continue de le lister.</translation>
    </message>
    <message>
        <source>Let the others keep these fields, or take them over with --force-conflicts</source>
        <translation>Laissez ces champs aux autres, ou reprenez-les avec --force-conflicts</translation>
    </message>
    <message>
        <source>Look at its events and logs</source>
        <translation>Regardez ses événements et ses journaux</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>retiré</translation>
    </message>
    <message>
        <source>was gone already</source>
        <translation>n’était déjà plus là</translation>
    </message>
    <message>
        <source>Look at the cluster</source>
        <translation>Examiner le cluster</translation>
    </message>
    <message>
        <source>Send the objects</source>
        <translation>Envoyer les objets</translation>
    </message>
    <message>
        <source>Wait until all is ready</source>
        <translation>Attendre que tout soit prêt</translation>
    </message>
    <message>
        <source>How to open it</source>
        <translation>Comment l’ouvrir</translation>
    </message>
    <message>
        <source>it was cancelled; what is left is still listed</source>
        <translation>cela a été annulé&#x202f;; ce qui reste est toujours listé</translation>
    </message>
    <message>
        <source>{} of {} objects are still there: {}</source>
        <translation>{} objets sur {} sont toujours là&#x202f;: {}</translation>
    </message>
    <message>
        <source>The set goes on listing them; remove again once that is seen to.</source>
        <translation>L’ensemble continue de les lister&#x202f;; retirez de nouveau une fois cela réglé.</translation>
    </message>
    <message>
        <source>Remove {} from {}</source>
        <translation>Retirer {} de {}</translation>
    </message>
    <message>
        <source>Remove its objects</source>
        <translation>Retirer ses objets</translation>
    </message>
    <message>
        <source>this is no spec of an application</source>
        <translation>ce n’est pas la spécification d’une application</translation>
    </message>
    <message>
        <source>the password is longer than 72 bytes, or holds a zero byte</source>
        <translation>le mot de passe dépasse 72 octets, ou contient un octet nul</translation>
    </message>
    <message>
        <source>What hashes it would leave out the rest.</source>
        <translation>Le hachage laisserait le reste de côté.</translation>
    </message>
    <message>
        <source>the generator of random numbers failed</source>
        <translation>le générateur de nombres aléatoires a échoué</translation>
    </message>
    <message>
        <source>{} is larger than {} MB</source>
        <translation>{} dépasse {} Mo</translation>
    </message>
    <message>
        <source>{}: an entry&apos;s manifests lie in its own folder</source>
        <translation>{}&#x202f;: les manifestes d’une entrée se trouvent dans son propre dossier</translation>
    </message>
    <message>
        <source>the catalogue has no application “{}”</source>
        <translation>le catalogue n’a pas d’application «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>`timonierctl app list` names them</source>
        <translation>`timonierctl app list` les nomme</translation>
    </message>
    <message>
        <source>`timonierctl app show {}` tells what each may be</source>
        <translation>`timonierctl app show {}` dit ce que chacun peut être</translation>
    </message>
    <message>
        <source>Give it from a file, so that nobody can read it: --set-file {}=FILE</source>
        <translation>Donnez-le par un fichier, pour que personne ne le lise&#x202f;: --set-file {}=FICHIER</translation>
    </message>
    <message>
        <source>{} in {} is {}, not {}</source>
        <translation>{} dans {} est {}, pas {}</translation>
    </message>
    <message>
        <source>Give this one another name with --name.</source>
        <translation>Donnez un autre nom à celui-ci avec --name.</translation>
    </message>
    <message>
        <source>the field {} is missing</source>
        <translation>le champ {} manque</translation>
    </message>
    <message>
        <source>{} must be a number</source>
        <translation>{} doit être un nombre</translation>
    </message>
    <message>
        <source>{} must be an amount such as 500m, 2 or 512Mi</source>
        <translation>{} doit être une quantité comme 500m, 2 ou 512Mi</translation>
    </message>
    <message>
        <source>there is no field {} here</source>
        <translation>il n’y a pas de champ {} ici</translation>
    </message>
    <message>
        <source>“{}” is no version of Kubernetes such as 1.34</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas une version de Kubernetes comme 1.34</translation>
    </message>
    <message>
        <source>kubernetes must be a range such as 1.31..1.35, 1.31.. or ..1.21</source>
        <translation>kubernetes doit être un intervalle comme 1.31..1.35, 1.31.. ou ..1.21</translation>
    </message>
    <message>
        <source>the range {} ends before it begins</source>
        <translation>l’intervalle {} finit avant de commencer</translation>
    </message>
    <message>
        <source>“{}” cannot be the id of a parameter</source>
        <translation>«&#x202f;{}&#x202f;» ne peut pas être l’identifiant d’un paramètre</translation>
    </message>
    <message>
        <source>It begins with a small letter; name, namespace, version and item have a meaning already.</source>
        <translation>Il commence par une minuscule&#x202f;; name, namespace, version et item ont déjà un sens.</translation>
    </message>
    <message>
        <source>there is no type {} of a parameter</source>
        <translation>il n’y a pas de type {} de paramètre</translation>
    </message>
    <message>
        <source>{}: choices belong to the types choice and choices, and to these always</source>
        <translation>{}&#x202f;: choices va avec les types choice et choices, et toujours avec eux</translation>
    </message>
    <message>
        <source>{}: only a secret can be generated or hashed</source>
        <translation>{}&#x202f;: seul un secret peut être généré ou haché</translation>
    </message>
    <message>
        <source>{}: a secret that stands in the catalogue is none</source>
        <translation>{}&#x202f;: un secret écrit dans le catalogue n’en est pas un</translation>
    </message>
    <message>
        <source>hash can only be bcrypt</source>
        <translation>hash ne peut être que bcrypt</translation>
    </message>
    <message>
        <source>pattern is no regular expression</source>
        <translation>pattern n’est pas une expression régulière</translation>
    </message>
    <message>
        <source>the parameter {} stands there twice</source>
        <translation>le paramètre {} s’y trouve deux fois</translation>
    </message>
    <message>
        <source>the default of {}: {}</source>
        <translation>la valeur par défaut de {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>a source is one of templates, manifests, kustomize and chart</source>
        <translation>une source est l’une de templates, manifests, kustomize et chart</translation>
    </message>
    <message>
        <source>archive belongs to kustomize, and to that always</source>
        <translation>archive va avec kustomize, et toujours avec lui</translation>
    </message>
    <message>
        <source>the id “{}” has other letters than small ones, digits and -</source>
        <translation>l’identifiant «&#x202f;{}&#x202f;» a d’autres signes que des minuscules, des chiffres et -</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>Pris dans</translation>
    </message>
    <message>
        <source>A folder or file on this computer in place of the download: for work without internet.</source>
        <translation>Un dossier ou un fichier de cet ordinateur à la place du téléchargement&#x202f;: pour travailler sans internet.</translation>
    </message>
    <message>
        <source>1.{} or newer</source>
        <translation>1.{} ou plus récent</translation>
    </message>
    <message>
        <source>1.{} or older</source>
        <translation>1.{} ou plus ancien</translation>
    </message>
    <message>
        <source>an entry of the catalogue</source>
        <translation>une entrée du catalogue</translation>
    </message>
    <message>
        <source>On the nodes</source>
        <translation>Sur les nœuds</translation>
    </message>
    <message>
        <source>Nothing that can be asked tells this.</source>
        <translation>Rien de ce qu’on peut interroger ne le dit.</translation>
    </message>
    <message>
        <source>you may not look at it</source>
        <translation>vous n’avez pas le droit de le consulter</translation>
    </message>
    <message>
        <source>Kubernetes</source>
        <translation>Kubernetes</translation>
    </message>
    <message>
        <source>{}; {} {} is for {}</source>
        <translation>{}&#x202f;; {} {} est pour {}</translation>
    </message>
    <message>
        <source>It needs what newer servers no longer have.</source>
        <translation>Il lui faut ce que les serveurs plus récents n’ont plus.</translation>
    </message>
    <message>
        <source>Its makers have not tried it with one so new.</source>
        <translation>Ses auteurs ne l’ont pas essayé avec un serveur aussi récent.</translation>
    </message>
    <message>
        <source>It needs what this server does not have yet.</source>
        <translation>Il lui faut ce que ce serveur n’a pas encore.</translation>
    </message>
    <message>
        <source>Take {} {}</source>
        <translation>Prendre {} {}</translation>
    </message>
    <message>
        <source>it is there</source>
        <translation>il est là</translation>
    </message>
    <message>
        <source>it is not there</source>
        <translation>il n’est pas là</translation>
    </message>
    <message>
        <source>{} needs it.</source>
        <translation>{} en a besoin.</translation>
    </message>
    <message>
        <source>Deploy {} first</source>
        <translation>Déployer d’abord {}</translation>
    </message>
    <message>
        <source>Kinds of objects</source>
        <translation>Types d’objets</translation>
    </message>
    <message>
        <source>Permission</source>
        <translation>Autorisation</translation>
    </message>
    <message>
        <source>you may create and change all {} objects</source>
        <translation>vous pouvez créer et modifier les {} objets</translation>
    </message>
    <message>
        <source>Objects of the same name</source>
        <translation>Objets du même nom</translation>
    </message>
    <message>
        <source>{} are there already, and not of this set: {}{}</source>
        <translation>{} sont déjà là, et n’appartiennent pas à cet ensemble&#x202f;: {}{}</translation>
    </message>
    <message>
        <source>They would be changed now, and be removed with it one day. If somebody else installed it, leave it to them; or take another name or namespace.</source>
        <translation>Ils seraient modifiés maintenant, et retirés un jour avec lui. Si quelqu’un d’autre l’a installé, laissez-le lui&#x202f;; ou prenez un autre nom ou un autre espace de noms.</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>you may not look at the nodes, or at all pods</source>
        <translation>vous n’avez pas le droit de consulter les nœuds, ou tous les pods</translation>
    </message>
    <message>
        <source>it asks for {} CPU and {}; free are {} CPU and {} on {} nodes</source>
        <translation>il demande {} CPU et {}&#x202f;; libres&#x202f;: {} CPU et {} sur {} nœuds</translation>
    </message>
    <message>
        <source>no node takes pods: each is not ready, cordoned or tainted</source>
        <translation>aucun nœud ne prend de pods&#x202f;: chacun n’est pas prêt, est isolé ou porte une teinte</translation>
    </message>
    <message>
        <source>All pods would stay Pending. A node that has just come needs a moment and a pod network; a single control plane takes pods once its taint is gone.</source>
        <translation>Tous les pods resteraient en attente (Pending). Un nœud tout juste arrivé a besoin d’un moment et d’un réseau de pods&#x202f;; un plan de contrôle seul prend des pods une fois sa teinte ôtée.</translation>
    </message>
    <message>
        <source>Let the control plane take pods</source>
        <translation>Laisser le plan de contrôle prendre des pods</translation>
    </message>
    <message>
        <source>{} of {} pods find no node with enough left: {}</source>
        <translation>{} pods sur {} ne trouvent aucun nœud où il reste assez&#x202f;: {}</translation>
    </message>
    <message>
        <source>A pod of {} is larger than what is free on any node</source>
        <translation>Un pod de {} est plus grand que ce qui est libre sur chaque nœud</translation>
    </message>
    <message>
        <source>They would stay Pending: ask for less, run fewer, or add a node.</source>
        <translation>Ils resteraient en attente&#x202f;: demandez moins, lancez-en moins, ou ajoutez un nœud.</translation>
    </message>
    <message>
        <source>Pods would stay Pending, or be ended for want of memory: add a node, or choose fewer components.</source>
        <translation>Des pods resteraient en attente, ou seraient arrêtés faute de mémoire&#x202f;: ajoutez un nœud, ou choisissez moins de composants.</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Stockage</translation>
    </message>
    <message>
        <source>{} of volumes, by the default StorageClass {}</source>
        <translation>{} de volumes, par la StorageClass par défaut {}</translation>
    </message>
    <message>
        <source>none of the {} StorageClasses is the default one</source>
        <translation>aucune des {} StorageClasses n’est celle par défaut</translation>
    </message>
    <message>
        <source>there is no StorageClass</source>
        <translation>il n’y a pas de StorageClass</translation>
    </message>
    <message>
        <source>Its volumes would never be made, and its pods stay Pending (“unbound immediate PersistentVolumeClaims”).</source>
        <translation>Ses volumes ne seraient jamais créés, et ses pods resteraient en attente («&#x202f;unbound immediate PersistentVolumeClaims&#x202f;»).</translation>
    </message>
    <message>
        <source>Mark one as the default</source>
        <translation>En marquer une comme celle par défaut</translation>
    </message>
    <message>
        <source>Install a provisioner, such as the storage add-on of minikube or microk8s</source>
        <translation>Installer un fournisseur de volumes, comme le module storage de minikube ou de microk8s</translation>
    </message>
    <message>
        <source>{} in {} has got an address</source>
        <translation>{} dans {} a reçu une adresse</translation>
    </message>
    <message>
        <source>the cloud ({}) makes load balancers</source>
        <translation>le nuage ({}) fait des répartiteurs de charge</translation>
    </message>
    <message>
        <source>k3s brings its own</source>
        <translation>k3s apporte le sien</translation>
    </message>
    <message>
        <source>Docker Desktop gives this computer&apos;s own address</source>
        <translation>Docker Desktop donne l’adresse de cet ordinateur</translation>
    </message>
    <message>
        <source>{} are served</source>
        <translation>les {} sont servis</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>Load balancer</source>
        <translation>Répartiteur de charge</translation>
    </message>
    <message>
        <source>nothing here is known to hand out addresses</source>
        <translation>on ne connaît rien ici qui distribue des adresses</translation>
    </message>
    <message>
        <source>The Service would wait for an address (“&lt;pending&gt;”). With minikube, `minikube tunnel` gives one; on hosts of one&apos;s own, MetalLB does; or choose NodePort.</source>
        <translation>Le Service attendrait une adresse («&#x202f;&lt;pending&gt;&#x202f;»). Avec minikube, `minikube tunnel` en donne une&#x202f;; sur vos propres machines, MetalLB le fait&#x202f;; ou choisissez NodePort.</translation>
    </message>
    <message>
        <source>Ingress controller</source>
        <translation>Contrôleur d’Ingress</translation>
    </message>
    <message>
        <source>Gateway controller</source>
        <translation>Contrôleur de Gateway</translation>
    </message>
    <message>
        <source>the class {} is served</source>
        <translation>la classe {} est servie</translation>
    </message>
    <message>
        <source>there is none</source>
        <translation>il n’y en a pas</translation>
    </message>
    <message>
        <source>none of {} is the default</source>
        <translation>aucune de {} n’est celle par défaut</translation>
    </message>
    <message>
        <source>there is no class {}; there are {}</source>
        <translation>il n’y a pas de classe {}&#x202f;; il y a {}</translation>
    </message>
    <message>
        <source>Nobody would carry out {}.</source>
        <translation>Personne n’exécuterait {}.</translation>
    </message>
    <message>
        <source>Deploy an ingress controller first</source>
        <translation>Déployer d’abord un contrôleur d’Ingress</translation>
    </message>
    <message>
        <source>the ConfigMap {} in {} does not say what was deployed</source>
        <translation>la ConfigMap {} dans {} ne dit pas ce qui a été déployé</translation>
    </message>
    <message>
        <source>it has no template</source>
        <translation>il n’a pas de modèle (template)</translation>
    </message>
    <message>
        <source>There is nothing to make pods of: the server refuses it.</source>
        <translation>Il n’y a rien dont faire des pods&#x202f;: le serveur le refuse.</translation>
    </message>
    <message>
        <source>Put the container below spec.template.spec.containers</source>
        <translation>Mettez le conteneur sous spec.template.spec.containers</translation>
    </message>
    <message>
        <source>it has no selector</source>
        <translation>il n’a pas de sélecteur</translation>
    </message>
    <message>
        <source>It would not know its own pods: the server refuses it.</source>
        <translation>Il ne connaîtrait pas ses propres pods&#x202f;: le serveur le refuse.</translation>
    </message>
    <message>
        <source>Write spec.selector.matchLabels, and the same below spec.template.metadata.labels</source>
        <translation>Écrivez spec.selector.matchLabels, et la même chose sous spec.template.metadata.labels</translation>
    </message>
    <message>
        <source>Write spec.selector.matchLabels: {}</source>
        <translation>Écrivez spec.selector.matchLabels: {}</translation>
    </message>
    <message>
        <source>its selector, {}, does not find its own pods, which have {}</source>
        <translation>son sélecteur, {}, ne trouve pas ses propres pods, qui ont {}</translation>
    </message>
    <message>
        <source>no labels</source>
        <translation>aucune étiquette</translation>
    </message>
    <message>
        <source>It would make pods without end and count none of them: the server refuses it.</source>
        <translation>Il ferait des pods sans fin et n’en compterait aucun&#x202f;: le serveur le refuse.</translation>
    </message>
    <message>
        <source>Give spec.template.metadata.labels the labels {}</source>
        <translation>Donnez à spec.template.metadata.labels les étiquettes {}</translation>
    </message>
    <message>
        <source>it selects {}, and no pod has these labels</source>
        <translation>il sélectionne {}, et aucun pod n’a ces étiquettes</translation>
    </message>
    <message>
        <source>Whoever asks it gets no answer.</source>
        <translation>Qui l’interroge ne reçoit pas de réponse.</translation>
    </message>
    <message>
        <source>Select {}={}, as the pods of {} have it</source>
        <translation>Sélectionnez {}={}, comme l’ont les pods de {}</translation>
    </message>
    <message>
        <source>Give the Service the labels of the pods it is for</source>
        <translation>Donnez au Service les étiquettes des pods auxquels il est destiné</translation>
    </message>
    <message>
        <source>its targetPort is called {}, and no container has a port of that name</source>
        <translation>son targetPort s’appelle {}, et aucun conteneur n’a de port de ce nom</translation>
    </message>
    <message>
        <source>It would lead nowhere.</source>
        <translation>Il ne mènerait nulle part.</translation>
    </message>
    <message>
        <source>Name the container&apos;s port {}, or write its number</source>
        <translation>Nommez {} le port du conteneur, ou écrivez son numéro</translation>
    </message>
    <message>
        <source>port {} and targetPort {} are swapped: the container listens on {}</source>
        <translation>port {} et targetPort {} sont inversés&#x202f;: le conteneur écoute sur {}</translation>
    </message>
    <message>
        <source>Whoever asks it is refused.</source>
        <translation>Qui l’interroge est refusé.</translation>
    </message>
    <message>
        <source>Write port: {}, targetPort: {}</source>
        <translation>Écrivez port: {}, targetPort: {}</translation>
    </message>
    <message>
        <source>its targetPort is {}, and the containers say that they listen on {}</source>
        <translation>son targetPort est {}, et les conteneurs disent écouter sur {}</translation>
    </message>
    <message>
        <source>If nothing listens there, whoever asks it is refused.</source>
        <translation>Si rien n’y écoute, qui l’interroge est refusé.</translation>
    </message>
    <message>
        <source>Write targetPort: {}</source>
        <translation>Écrivez targetPort: {}</translation>
    </message>
    <message>
        <source>its NodePort {} is not between {} and {}</source>
        <translation>son NodePort {} n’est pas entre {} et {}</translation>
    </message>
    <message>
        <source>The server hands out only these, unless it was started with another range, and refuses it.</source>
        <translation>Le serveur ne distribue que ceux-là, sauf s’il a été démarré avec un autre intervalle, et le refuse.</translation>
    </message>
    <message>
        <source>Choose one from {} to {}, or none: then the server chooses</source>
        <translation>Choisissez-en un de {} à {}, ou aucun&#x202f;: alors le serveur choisit</translation>
    </message>
    <message>
        <source>its NodePort {} is that of {} too</source>
        <translation>son NodePort {} est aussi celui de {}</translation>
    </message>
    <message>
        <source>A port can lead to one Service only.</source>
        <translation>Un port ne peut mener qu’à un seul Service.</translation>
    </message>
    <message>
        <source>Choose another, or none: then the server chooses</source>
        <translation>Choisissez-en un autre, ou aucun&#x202f;: alors le serveur choisit</translation>
    </message>
    <message>
        <source>its NodePort {} is taken by the Service {} in {}</source>
        <translation>son NodePort {} est pris par le Service {} dans {}</translation>
    </message>
    <message>
        <source>The server refuses it.</source>
        <translation>Le serveur le refuse.</translation>
    </message>
    <message>
        <source>{} comes from {}, and nothing here can fetch that</source>
        <translation>{} vient de {}, et rien ici ne peut l’obtenir</translation>
    </message>
    <message>
        <source>Give a folder or file on this computer: --set source=DIR</source>
        <translation>Donnez un dossier ou un fichier de cet ordinateur&#x202f;: --set source=DOSSIER</translation>
    </message>
    <message>
        <source>it is not in the cluster</source>
        <translation>il n’est pas dans le cluster</translation>
    </message>
    <message>
        <source>no load balancer has given it an address yet</source>
        <translation>aucun répartiteur de charge ne lui a encore donné d’adresse</translation>
    </message>
    <message>
        <source>$each stands where there is no list</source>
        <translation>$each se trouve là où il n’y a pas de liste</translation>
    </message>
    <message>
        <source>there is no directive {}</source>
        <translation>il n’y a pas de directive {}</translation>
    </message>
    <message>
        <source>There are $if, $each, $value and $else.</source>
        <translation>Il y a $if, $each, $value et $else.</translation>
    </message>
    <message>
        <source>one $each stands within another</source>
        <translation>un $each se trouve dans un autre</translation>
    </message>
    <message>
        <source>$each: from and to must be whole numbers</source>
        <translation>$each&#x202f;: from et to doivent être des nombres entiers</translation>
    </message>
    <message>
        <source>from {} to {} are more than {}</source>
        <translation>de {} à {} il y en a plus de {}</translation>
    </message>
    <message>
        <source>$each takes the name of a parameter, or from and to</source>
        <translation>$each prend le nom d’un paramètre, ou from et to</translation>
    </message>
    <message>
        <source>$each: {} is no list</source>
        <translation>$each&#x202f;: {} n’est pas une liste</translation>
    </message>
    <message>
        <source>$if takes a text such as &quot;expose=Ingress&quot;</source>
        <translation>$if prend un texte comme &quot;expose=Ingress&quot;</translation>
    </message>
    <message>
        <source>“{}” is no condition such as expose=Ingress</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas une condition comme expose=Ingress</translation>
    </message>
    <message>
        <source>there is no parameter {}</source>
        <translation>il n’y a pas de paramètre {}</translation>
    </message>
    <message>
        <source>the secret {} may stand only by itself, as a value of a Secret</source>
        <translation>le secret {} ne peut se trouver que seul, comme valeur d’un Secret</translation>
    </message>
    <message>
        <source>{} has a meaning only below $each</source>
        <translation>{} n’a de sens que sous $each</translation>
    </message>
    <message>
        <source>“{}” begins a parameter and does not end it</source>
        <translation>«&#x202f;{}&#x202f;» commence un paramètre et ne le finit pas</translation>
    </message>
    <message>
        <source>Put it below stringData of a Secret, and refer to that.</source>
        <translation>Mettez-le sous stringData d’un Secret, et renvoyez à celui-ci.</translation>
    </message>
    <message>
        <source>language=en</source>
        <translation>language=fr</translation>
    </message>
    <message>
        <source>the folder of {} could not be made in the volume: {}</source>
        <translation>le dossier de {} n’a pas pu être créé dans le volume&#x202f;: {}</translation>
    </message>
    <message>
        <source>Does the volume let its user write, and is nothing of that name in the way?</source>
        <translation>Le volume laisse-t-il écrire son utilisateur, et rien de ce nom n’est-il en travers&#x202f;?</translation>
    </message>
    <message>
        <source>the pod that takes the file was refused</source>
        <translation>le pod qui reçoit le fichier a été refusé</translation>
    </message>
    <message>
        <source>{} was removed by somebody</source>
        <translation>quelqu’un a supprimé {}</translation>
    </message>
    <message>
        <source>Run it again.</source>
        <translation>Relancez.</translation>
    </message>
    <message>
        <source>{} ({} bytes) goes into the volume {} as {}</source>
        <translation>{} ({} octets) va dans le volume {} sous le nom {}</translation>
    </message>
    <message>
        <source>Is there room in the volume for the old file and the new one, and may the pod&apos;s user write there?</source>
        <translation>Y a-t-il dans le volume de la place pour l’ancien fichier et le nouveau, et l’utilisateur du pod peut-il y écrire&#x202f;?</translation>
    </message>
    <message>
        <source>the file {} changed since it was looked at</source>
        <translation>le fichier {} a changé depuis qu’il a été regardé</translation>
    </message>
    <message>
        <source>Run it again when nothing writes to it</source>
        <translation>Relancez quand rien n’y écrit</translation>
    </message>
    <message>
        <source>{} lies in {}: {} bytes, SHA-256 {} compared there</source>
        <translation>{} est dans {}&#x202f;: {} octets, SHA-256 {} comparé sur place</translation>
    </message>
    <message>
        <source>{} lies in {}: {} bytes; the image has no sha256sum, so only their number was compared</source>
        <translation>{} est dans {}&#x202f;: {} octets&#x202f;; l’image n’a pas sha256sum, seul leur nombre a été comparé</translation>
    </message>
    <message>
        <source>there is a pod {} that is not of this set</source>
        <translation>il y a un pod {} qui n’est pas de cet ensemble</translation>
    </message>
    <message>
        <source>Rename or remove it, then run again</source>
        <translation>Renommez-le ou supprimez-le, puis relancez</translation>
    </message>
    <message>
        <source>{} is still there: {}</source>
        <translation>{} est encore là&#x202f;: {}</translation>
    </message>
    <message>
        <source>The set lists it: the next run or removal takes it away</source>
        <translation>L’ensemble le connaît&#x202f;: la prochaine exécution ou suppression l’enlèvera</translation>
    </message>
    <message>
        <source>Ask whether it answers</source>
        <translation>Demander s’il répond</translation>
    </message>
    <message>
        <source>{} goes too, and what lies in it with it, unless its StorageClass retains volumes</source>
        <translation>{} part aussi, avec ce qu’il contient, sauf si sa StorageClass conserve les volumes</translation>
    </message>
    <message>
        <source>Remove its objects, and its volumes with what lies in them</source>
        <translation>Supprimer ses objets, et ses volumes avec ce qu’ils contiennent</translation>
    </message>
    <message>
        <source>File for the volume</source>
        <translation>Fichier pour le volume</translation>
    </message>
    <message>
        <source>no file is given, and nothing is known to lie in {}</source>
        <translation>aucun fichier n’est donné, et rien n’est connu dans {}</translation>
    </message>
    <message>
        <source>What needs it will not start until it is there: give it with --set {}=FILE.</source>
        <translation>Ce qui en a besoin ne démarrera pas avant qu’il y soit&#x202f;: donnez-le avec --set {}=FICHIER.</translation>
    </message>
    <message>
        <source>{} has the file as {}, not as {}</source>
        <translation>{} a le fichier sous le nom {}, pas {}</translation>
    </message>
    <message>
        <source>What needs it looks for the new name: give the file once more with --set {}=FILE.</source>
        <translation>Ce qui en a besoin cherche le nouveau nom&#x202f;: donnez le fichier encore une fois avec --set {}=FICHIER.</translation>
    </message>
    <message>
        <source>no file is given: {} keeps what it has (SHA-256 {})</source>
        <translation>aucun fichier n’est donné&#x202f;: {} garde ce qu’il a (SHA-256 {})</translation>
    </message>
    <message>
        <source>{} has {} already (SHA-256 {}): it is not sent again</source>
        <translation>{} a déjà {} (SHA-256 {})&#x202f;: il n’est pas renvoyé</translation>
    </message>
    <message>
        <source>{} has {}, and the volume {} has room for {}</source>
        <translation>{} fait {}, et le volume {} a de la place pour {}</translation>
    </message>
    <message>
        <source>Ask for a larger volume; one that is there already grows only if its StorageClass allows it.</source>
        <translation>Demandez un volume plus grand&#x202f;; un volume déjà là ne grandit que si sa StorageClass le permet.</translation>
    </message>
    <message>
        <source>{} ({}) goes into {}, through a pod of {}</source>
        <translation>{} ({}) va dans {}, par un pod de {}</translation>
    </message>
    <message>
        <source>It lies beside the old one until it is whole, and the volume has room for {}.</source>
        <translation>Il est à côté de l’ancien tant qu’il n’est pas entier, et le volume a de la place pour {}.</translation>
    </message>
    <message>
        <source>Permission to upload and ask</source>
        <translation>Droit de déposer et d’interroger</translation>
    </message>
    <message>
        <source>you may not {} in {}</source>
        <translation>vous n’avez pas le droit {} dans {}</translation>
    </message>
    <message>
        <source>The file goes through a pod by exec, and a question through a port-forward. Ask who runs the cluster for a role with this permission (from Kubernetes 1.35 on, create on pods/exec and pods/portforward as well); or leave file and question out, and bring the file into the volume some other way.</source>
        <translation>Le fichier passe par un pod avec exec, et une question par un port-forward. Demandez à qui gère le cluster un rôle avec ce droit (à partir de Kubernetes 1.35, aussi create sur pods/exec et pods/portforward)&#x202f;; ou laissez de côté fichier et question, et mettez le fichier dans le volume autrement.</translation>
    </message>
    <message>
        <source>{} bytes of {}</source>
        <translation>{} octets de {}</translation>
    </message>
    <message>
        <source>the question {} is larger than {} MB</source>
        <translation>la question {} dépasse {} Mo</translation>
    </message>
    <message>
        <source>{} is not answered: {}</source>
        <translation>{} reste sans réponse&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} gave no answer within {} s</source>
        <translation>{} n’a pas répondu en {} s</translation>
    </message>
    <message>
        <source>Look at the logs of its pods: does it load the model, or wait for something?</source>
        <translation>Regardez les journaux de ses pods&#x202f;: charge-t-il le modèle, ou attend-il quelque chose&#x202f;?</translation>
    </message>
    <message>
        <source>{} broke the connection off before it answered</source>
        <translation>{} a coupé la connexion avant de répondre</translation>
    </message>
    <message>
        <source>Look at the logs of its pods: a program that dies of a question often runs out of memory. Does it speak HTTP?</source>
        <translation>Regardez les journaux de ses pods&#x202f;: un programme qui meurt d’une question manque souvent de mémoire. Parle-t-il HTTP&#x202f;?</translation>
    </message>
    <message>
        <source>{} answers with status {} after {} ms</source>
        <translation>{} répond avec le statut {} après {} ms</translation>
    </message>
    <message>
        <source>{} answers with status {}: {}</source>
        <translation>{} répond avec le statut {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Is it the path that tells whether it is well? Otherwise look at the logs of its pods.</source>
        <translation>Est-ce bien le chemin qui dit s’il va bien&#x202f;? Sinon, regardez les journaux de ses pods.</translation>
    </message>
    <message>
        <source>the question at {} is answered with status {}: {}</source>
        <translation>la question à {} reçoit le statut {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Is that the path where it takes questions? The catalogue&apos;s parameters say which one it is.</source>
        <translation>Est-ce le chemin où il reçoit les questions&#x202f;? Les paramètres du catalogue disent lequel c’est.</translation>
    </message>
    <message>
        <source>It does not understand the question: look at its form and media type ({}).</source>
        <translation>Il ne comprend pas la question&#x202f;: regardez sa forme et son type de média ({}).</translation>
    </message>
    <message>
        <source>Look at the logs of its pods: what did the model meet?</source>
        <translation>Regardez les journaux de ses pods&#x202f;: qu’est-il arrivé au modèle&#x202f;?</translation>
    </message>
    <message>
        <source>“{}” does not stand in the answer: {}</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas dans la réponse&#x202f;: {}</translation>
    </message>
    <message>
        <source>Is it the right model, and the right question?</source>
        <translation>Est-ce le bon modèle, et la bonne question&#x202f;?</translation>
    </message>
    <message>
        <source>Asked {} at {}, answered with status {} after {} ms: {}</source>
        <translation>{} demandé à {}, réponse avec le statut {} après {} ms&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} is no file, and has no sum</source>
        <translation>{} n’est pas un fichier, et n’a pas de somme</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programme</translation>
    </message>
    <message>
        <source>The cluster of Docker Desktop or Rancher Desktop</source>
        <translation>Le cluster de Docker Desktop ou de Rancher Desktop</translation>
    </message>
    <message>
        <source>The program makes its cluster itself, in its virtual machine. Timonier finds it, says how its Kubernetes is switched on, and uses its context.</source>
        <translation>Le programme crée lui-même son cluster, dans sa machine virtuelle. Timonier le trouve, dit comment activer son Kubernetes et utilise son contexte.</translation>
    </message>
    <message>
        <source>One node, in the version that the program brings</source>
        <translation>Un nœud, dans la version que le programme apporte</translation>
    </message>
    <message>
        <source>The program&apos;s own context, which it enters itself</source>
        <translation>Le contexte du programme, qu’il inscrit lui-même</translation>
    </message>
    <message>
        <source>A few minutes the first time it is switched on</source>
        <translation>Quelques minutes à la première activation</translation>
    </message>
    <message>
        <source>What the program&apos;s settings give its virtual machine; 4 GiB are sensible</source>
        <translation>Ce que les réglages du programme donnent à sa machine virtuelle&#x202f;; 4 Gio sont raisonnables</translation>
    </message>
    <message>
        <source>Nothing; Docker asks larger companies for a subscription</source>
        <translation>Rien&#x202f;; Docker demande un abonnement aux grandes entreprises</translation>
    </message>
    <message>
        <source>Port of a registry</source>
        <translation>Port d’un registre</translation>
    </message>
    <message>
        <source>A registry on this computer that all nodes know: what is pushed to localhost:PORT they can pull. Empty: none.</source>
        <translation>Un registre sur cet ordinateur que tous les nœuds connaissent&#x202f;: ce qui est poussé vers localhost:PORT, ils peuvent le tirer. Vide&#x202f;: aucun.</translation>
    </message>
    <message>
        <source>kind has no add-ons</source>
        <translation>kind n’a pas de modules</translation>
    </message>
    <message>
        <source>Deploy what you need from the catalogue (timonierctl app list), or apply its manifests</source>
        <translation>Déployez ce qu’il vous faut depuis le catalogue (timonierctl app list), ou appliquez ses manifestes</translation>
    </message>
    <message>
        <source>kind gives a Service no address of this computer</source>
        <translation>kind ne donne à un Service aucune adresse de cet ordinateur</translation>
    </message>
    <message>
        <source>Use port-forward; or name the port in the spec before the cluster is made (ports: a container port and a host port)</source>
        <translation>Utilisez la redirection de port&#x202f;; ou nommez le port dans la description avant de créer le cluster (ports&#x202f;: un port du conteneur et un port de l’hôte)</translation>
    </message>
    <message>
        <source>kind has no tunnel: its Services of the type LoadBalancer get no address</source>
        <translation>kind n’a pas de tunnel&#x202f;: ses Services de type LoadBalancer ne reçoivent pas d’adresse</translation>
    </message>
    <message>
        <source>Use port-forward; or run cloud-provider-kind beside it, a program of its own</source>
        <translation>Utilisez la redirection de port&#x202f;; ou lancez à côté cloud-provider-kind, un programme à part</translation>
    </message>
    <message>
        <source>the program manages its cluster itself</source>
        <translation>le programme gère lui-même son cluster</translation>
    </message>
    <message>
        <source>Do it in its window</source>
        <translation>Faites-le dans sa fenêtre</translation>
    </message>
    <message>
        <source>its nodes use the program&apos;s own images</source>
        <translation>ses nœuds utilisent les images du programme lui-même</translation>
    </message>
    <message>
        <source>An image that docker has there need not be loaded</source>
        <translation>Une image que docker y possède n’a pas à être chargée</translation>
    </message>
    <message>
        <source>a NodePort answers on localhost there</source>
        <translation>un NodePort y répond sur localhost</translation>
    </message>
    <message>
        <source>Look at the Service&apos;s port, or use port-forward</source>
        <translation>Regardez le port du Service, ou utilisez la redirection de port</translation>
    </message>
    <message>
        <source>LoadBalancers answer on localhost there</source>
        <translation>les LoadBalancers y répondent sur localhost</translation>
    </message>
    <message>
        <source>Look at the Service&apos;s port</source>
        <translation>Regardez le port du Service</translation>
    </message>
    <message>
        <source>there is no cluster {}</source>
        <translation>il n’y a pas de cluster {}</translation>
    </message>
    <message>
        <source>the cluster {} is stopped</source>
        <translation>le cluster {} est arrêté</translation>
    </message>
    <message>
        <source>Start it first</source>
        <translation>Démarrez-le d’abord</translation>
    </message>
    <message>
        <source>The Kubernetes that the program brings: how it is switched on, and its context used.</source>
        <translation>Le Kubernetes que le programme apporte&#x202f;: comment l’activer, et son contexte utilisé.</translation>
    </message>
    <message>
        <source>a few minutes, the first time</source>
        <translation>quelques minutes, la première fois</translation>
    </message>
    <message>
        <source>those who have the program already</source>
        <translation>qui a déjà le programme</translation>
    </message>
    <message>
        <source>it is no spec: it has no fields</source>
        <translation>ce n’est pas une description&#x202f;: elle n’a aucun champ</translation>
    </message>
    <message>
        <source>it is broken</source>
        <translation>il est abîmé</translation>
    </message>
    <message>
        <source>{} lets nobody else do that</source>
        <translation>{} ne laisse personne d’autre le faire</translation>
    </message>
    <message>
        <source>{} ended with {}: {}</source>
        <translation>{} s’est terminé avec {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Start it by hand, then resume the run</source>
        <translation>Démarrez-le à la main, puis reprenez l’exécution</translation>
    </message>
    <message>
        <source>Install it, or make a cluster with kind or minikube</source>
        <translation>Installez-le, ou créez un cluster avec kind ou minikube</translation>
    </message>
    <message>
        <source>The Kubernetes of {}</source>
        <translation>Le Kubernetes de {}</translation>
    </message>
    <message>
        <source>{} runs</source>
        <translation>{} tourne</translation>
    </message>
    <message>
        <source>Its Kubernetes is switched on</source>
        <translation>Son Kubernetes est activé</translation>
    </message>
    <message>
        <source>Its context is in the kubeconfig</source>
        <translation>Son contexte est dans le kubeconfig</translation>
    </message>
    <message>
        <source>Ask for {} MiB for each node</source>
        <translation>Demander {} Mio par nœud</translation>
    </message>
    <message>
        <source>One node</source>
        <translation>Un seul nœud</translation>
    </message>
    <message>
        <source>Without workers</source>
        <translation>Sans nœuds de travail</translation>
    </message>
    <message>
        <source>Who belongs to the group docker may use it (and is as mighty as root), from the next time they sign in</source>
        <translation>Qui appartient au groupe docker peut l’utiliser (et peut alors autant que root), dès sa prochaine ouverture de session</translation>
    </message>
    <message>
        <source>Timonier tells its tools to except it. kubectl, in a terminal, would ask the proxy for a cluster in a virtual machine: export NO_PROXY={}</source>
        <translation>Timonier dit à ses outils de l’excepter. kubectl, dans un terminal, demanderait au proxy un cluster qui est dans une machine virtuelle&#x202f;: export NO_PROXY={}</translation>
    </message>
    <message>
        <source>Run `minikube addons list` to see what is wrong</source>
        <translation>Lancez `minikube addons list` pour voir ce qui ne va pas</translation>
    </message>
    <message>
        <source>the add-on {} cannot be switched</source>
        <translation>le module {} ne peut être ni activé ni désactivé</translation>
    </message>
    <message>
        <source>the service {} has no port on the nodes</source>
        <translation>le service {} n’a pas de port sur les nœuds</translation>
    </message>
    <message>
        <source>Give it the type NodePort, or use port-forward</source>
        <translation>Donnez-lui le type NodePort, ou utilisez la redirection de port</translation>
    </message>
    <message>
        <source>{} was not written</source>
        <translation>{} n’a pas été écrit</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to</source>
        <translation>Choisissez un dossier où vous pouvez écrire</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Hôte</translation>
    </message>
    <message>
        <source>The address of the machine that becomes the node.</source>
        <translation>L’adresse de la machine qui devient le nœud.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Utilisateur</translation>
    </message>
    <message>
        <source>Who may become root there without a password.</source>
        <translation>Qui peut y devenir root sans mot de passe.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Clé privée</translation>
    </message>
    <message>
        <source>The file of an ssh key that opens it without a passphrase.</source>
        <translation>Le fichier d’une clé ssh qui l’ouvre sans phrase de passe.</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Hôtes</translation>
    </message>
    <message>
        <source>Packages and images</source>
        <translation>Paquets et images</translation>
    </message>
    <message>
        <source>one host a line: ops@198.51.100.11 name=worker-a label=disk=ssd</source>
        <translation>un hôte par ligne&#x202f;: ops@198.51.100.11 name=worker-a label=disk=ssd</translation>
    </message>
    <message>
        <source>The context in your kubeconfig is called like it.</source>
        <translation>Le contexte de votre kubeconfig porte ce nom.</translation>
    </message>
    <message>
        <source>One host, or three or five that stay up when one or two are lost. One a line: an address or a name, as ssh knows it, with user@ before and :port behind where they differ. Words may follow: name=, address=, label=KEY=VALUE, taint=KEY=VALUE:NoSchedule.</source>
        <translation>Un hôte, ou trois ou cinq qui tiennent si l’on en perd un ou deux. Un par ligne&#x202f;: une adresse ou un nom, comme ssh le connaît, avec user@ devant et :port derrière s’ils diffèrent. Des mots peuvent suivre&#x202f;: name=, address=, label=CLÉ=VALEUR, taint=CLÉ=VALEUR:NoSchedule.</translation>
    </message>
    <message>
        <source>They run the applications. Likewise one a line.</source>
        <translation>Ils font tourner les applications. Un par ligne également.</translation>
    </message>
    <message>
        <source>Who signs in by ssh; sudo makes it root where it is not. Empty: what ~/.ssh/config says, else your own name.</source>
        <translation>Qui se connecte par ssh&#x202f;; sudo en fait root s’il ne l’est pas. Vide&#x202f;: ce que dit ~/.ssh/config, sinon votre propre nom.</translation>
    </message>
    <message>
        <source>A file of ssh&apos;s. Empty: the agent and the keys in ~/.ssh; a password is asked for when nothing else is left.</source>
        <translation>Un fichier de ssh. Vide&#x202f;: l’agent et les clés de ~/.ssh&#x202f;; un mot de passe est demandé quand il ne reste rien d’autre.</translation>
    </message>
    <message>
        <source>Through</source>
        <translation>Par</translation>
    </message>
    <message>
        <source>A host in between, user@host:port.</source>
        <translation>Un hôte intermédiaire, user@host:port.</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>Point d’accès</translation>
    </message>
    <message>
        <source>A name or an address, with a port, that leads to all control planes: a load balancer&apos;s. Needed with several of them; it can&apos;t be changed later.</source>
        <translation>Un nom ou une adresse, avec un port, qui mène à tous les plans de contrôle&#x202f;: celui d’un répartiteur de charge. Nécessaire s’il y en a plusieurs&#x202f;; ne peut être changé ensuite.</translation>
    </message>
    <message>
        <source>1.36 takes its newest patch; 1.36.3 takes just this.</source>
        <translation>1.36 prend son dernier correctif&#x202f;; 1.36.3 prend exactement celui-ci.</translation>
    </message>
    <message>
        <source>a version, such as 1.36 or 1.36.3</source>
        <translation>une version, comme 1.36 ou 1.36.3</translation>
    </message>
    <message>
        <source>With it</source>
        <translation>Avec</translation>
    </message>
    <message>
        <source>CPU and memory of nodes and pods.</source>
        <translation>Processeur et mémoire des nœuds et des pods.</translation>
    </message>
    <message>
        <source>A view of the cluster in a browser.</source>
        <translation>Une vue du cluster dans un navigateur.</translation>
    </message>
    <message>
        <source>An administrator&apos;s account</source>
        <translation>Un compte d’administrateur</translation>
    </message>
    <message>
        <source>A ServiceAccount that may do everything, for tools that sign in with a token.</source>
        <translation>Un ServiceAccount qui peut tout, pour les outils qui se connectent avec un jeton.</translation>
    </message>
    <message>
        <source>Small and plain; network policies have no effect.</source>
        <translation>Petit et simple&#x202f;; les politiques réseau sont sans effet.</translation>
    </message>
    <message>
        <source>With network policies.</source>
        <translation>Avec des politiques réseau.</translation>
    </message>
    <message>
        <source>A manifest of your own</source>
        <translation>Un manifeste à vous</translation>
    </message>
    <message>
        <source>The nodes are not ready until you install one.</source>
        <translation>Les nœuds ne sont prêts que quand vous en installez un.</translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation>Manifeste</translation>
    </message>
    <message>
        <source>Addresses of pods</source>
        <translation>Adresses des pods</translation>
    </message>
    <message>
        <source>They must overlap neither with those of the hosts nor with those of services.</source>
        <translation>Elles ne doivent recouvrir ni celles des hôtes ni celles des services.</translation>
    </message>
    <message>
        <source>Addresses of services</source>
        <translation>Adresses des services</translation>
    </message>
    <message>
        <source>Further names of the API server</source>
        <translation>Autres noms du serveur d’API</translation>
    </message>
    <message>
        <source>Names and addresses that its certificate is to bear as well, one a line.</source>
        <translation>Noms et adresses que son certificat doit porter aussi, un par ligne.</translation>
    </message>
    <message>
        <source>Package mirror</source>
        <translation>Miroir de paquets</translation>
    </message>
    <message>
        <source>An apt repository with kubelet, kubeadm and kubectl, for hosts that don&apos;t reach pkgs.k8s.io.</source>
        <translation>Un dépôt apt avec kubelet, kubeadm et kubectl, pour des hôtes qui n’atteignent pas pkgs.k8s.io.</translation>
    </message>
    <message>
        <source>Its public key</source>
        <translation>Sa clé publique</translation>
    </message>
    <message>
        <source>A file, or an https address.</source>
        <translation>Un fichier, ou une adresse https.</translation>
    </message>
    <message>
        <source>It is not signed</source>
        <translation>Il n’est pas signé</translation>
    </message>
    <message>
        <source>Whoever can change what a host receives is root there.</source>
        <translation>Quiconque peut changer ce qu’un hôte reçoit y est root.</translation>
    </message>
    <message>
        <source>Image mirror</source>
        <translation>Miroir d’images</translation>
    </message>
    <message>
        <source>Instead of registry.k8s.io.</source>
        <translation>Au lieu de registry.k8s.io.</translation>
    </message>
    <message>
        <source>Image archives</source>
        <translation>Archives d’images</translation>
    </message>
    <message>
        <source>Files of this computer that are loaded on each host, one a line: for hosts without a network of their own.</source>
        <translation>Fichiers de cet ordinateur chargés sur chaque hôte, un par ligne&#x202f;: pour des hôtes sans réseau à eux.</translation>
    </message>
    <message>
        <source>Those of workers</source>
        <translation>Celles des workers</translation>
    </message>
    <message>
        <source>On workers instead: they need neither API server nor etcd. Empty: the same.</source>
        <translation>Sur les workers à la place&#x202f;: ils n’ont besoin ni du serveur d’API ni d’etcd. Vide&#x202f;: les mêmes.</translation>
    </message>
    <message>
        <source>The socket of one that is there and is left as it is. Empty: containerd, installed where it is missing.</source>
        <translation>La socket d’un moteur déjà là, laissé tel quel. Vide&#x202f;: containerd, installé là où il manque.</translation>
    </message>
    <message>
        <source>The spec</source>
        <translation>La spécification</translation>
    </message>
    <message>
        <source>Reached over ssh</source>
        <translation>Joint par ssh</translation>
    </message>
    <message>
        <source>it answers; the others are waited for</source>
        <translation>il répond&#x202f;; les autres sont attendus</translation>
    </message>
    <message>
        <source>it does not answer</source>
        <translation>il ne répond pas</translation>
    </message>
    <message>
        <source>there is no host {} any more</source>
        <translation>il n’y a plus d’hôte {}</translation>
    </message>
    <message>
        <source>New cluster on your own hosts</source>
        <translation>Nouveau cluster sur vos propres hôtes</translation>
    </message>
    <message>
        <source>Bare computers with Debian or Ubuntu that you reach by ssh become a Kubernetes cluster, made by kubeadm: the container runtime, the packages, the control plane, the pod network. Every host is looked at before anything is touched, and can be brought back to what it was.</source>
        <translation>Des ordinateurs nus sous Debian ou Ubuntu, joints par ssh, deviennent un cluster Kubernetes fait par kubeadm&#x202f;: le moteur de conteneurs, les paquets, le plan de contrôle, le réseau des pods. Chaque hôte est examiné avant que rien ne soit touché, et peut être ramené à ce qu’il était.</translation>
    </message>
    <message>
        <source>One, three or five control planes and as many workers as you have, as kubeadm makes them</source>
        <translation>Un, trois ou cinq plans de contrôle et autant de workers que vous en avez, tels que kubeadm les fait</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Accès</translation>
    </message>
    <message>
        <source>By ssh with your keys or a password. An unknown host is shown with its fingerprint and asked about once; a changed one is refused</source>
        <translation>Par ssh avec vos clés ou un mot de passe. Un hôte inconnu est montré avec son empreinte et demandé une fois&#x202f;; un hôte changé est refusé</translation>
    </message>
    <message>
        <source>Three to eight minutes, mostly for packages and images</source>
        <translation>De trois à huit minutes, surtout pour les paquets et les images</translation>
    </message>
    <message>
        <source>2 CPUs and 2 GiB of memory each, systemd, and a user who may become root</source>
        <translation>2 processeurs et 2 Gio de mémoire chacun, systemd, et un utilisateur qui peut devenir root</translation>
    </message>
    <message>
        <source>Nothing beyond your hosts</source>
        <translation>Rien d’autre que vos hôtes</translation>
    </message>
    <message>
        <source>nothing beyond your hosts</source>
        <translation>rien d’autre que vos hôtes</translation>
    </message>
    <message>
        <source>Install it, or choose the other one.</source>
        <translation>Installez-le, ou choisissez l’autre.</translation>
    </message>
    <message>
        <source>Start it, and see that your user may use it.</source>
        <translation>Démarrez-le, et vérifiez que votre utilisateur peut s’en servir.</translation>
    </message>
    <message>
        <source>The cluster it is loaded into</source>
        <translation>Le cluster où elle est chargée</translation>
    </message>
    <message>
        <source>It is what loads images into its clusters.</source>
        <translation>C’est lui qui charge les images dans ses clusters.</translation>
    </message>
    <message>
        <source>{} has a cluster {}</source>
        <translation>{} a un cluster {}</translation>
    </message>
    <message>
        <source>{} has no cluster {}</source>
        <translation>{} n’a pas de cluster {}</translation>
    </message>
    <message>
        <source>Make it first, or name one that is there.</source>
        <translation>Créez-le d’abord, ou nommez-en un qui existe.</translation>
    </message>
    <message>
        <source>it was given here, and will be kept in the system&apos;s own store</source>
        <translation>il a été donné ici, et sera gardé dans le coffre du système</translation>
    </message>
    <message>
        <source>it is kept for {}</source>
        <translation>il est gardé pour {}</translation>
    </message>
    <message>
        <source>none is kept for {}</source>
        <translation>aucun n’est gardé pour {}</translation>
    </message>
    <message>
        <source>Give it among the settings, or with `timonierctl image login {} --user {}`.</source>
        <translation>Donnez-le dans les réglages, ou par `timonierctl image login {} --user {}`.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Of that user: kept in the system&apos;s own store. Empty: the one that is kept there.</source>
        <translation>De cet utilisateur&#x202f;: gardé dans le coffre du système. Vide&#x202f;: celui qui y est gardé.</translation>
    </message>
    <message>
        <source>it is not on this computer</source>
        <translation>il n’est pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>there is no {} in it</source>
        <translation>il n’y a pas de {} dedans</translation>
    </message>
    <message>
        <source>it is made of the registry&apos;s user: name one</source>
        <translation>il est fait de l’utilisateur du registre&#x202f;: nommez-en un</translation>
    </message>
    <message>
        <source>Where it goes</source>
        <translation>Où elle va</translation>
    </message>
    <message>
        <source>it is neither pushed nor loaded</source>
        <translation>elle n’est ni poussée ni chargée</translation>
    </message>
    <message>
        <source>It stays on this computer, and no cluster can start it.</source>
        <translation>Elle reste sur cet ordinateur, et aucun cluster ne peut la démarrer.</translation>
    </message>
    <message>
        <source>kubeadm has no add-ons</source>
        <translation>kubeadm n’a pas d’extensions</translation>
    </message>
    <message>
        <source>kubeadm gives a Service no address of its own</source>
        <translation>kubeadm ne donne pas d’adresse propre à un Service</translation>
    </message>
    <message>
        <source>Use port-forward, or a NodePort on any of the hosts</source>
        <translation>Utilisez port-forward, ou un NodePort sur l’un des hôtes</translation>
    </message>
    <message>
        <source>there is no tunnel into hosts of one&apos;s own</source>
        <translation>il n’y a pas de tunnel vers ses propres hôtes</translation>
    </message>
    <message>
        <source>images are not loaded one by one onto hosts of one&apos;s own</source>
        <translation>les images ne sont pas chargées une à une sur ses propres hôtes</translation>
    </message>
    <message>
        <source>Push them to a registry that the hosts reach; or name an archive in the spec (images: archives) and run it again</source>
        <translation>Poussez-les vers un registre que les hôtes atteignent&#x202f;; ou nommez une archive dans la spécification (images: archives) et relancez</translation>
    </message>
    <message>
        <source>logs are not gathered from hosts of one&apos;s own</source>
        <translation>les journaux de ses propres hôtes ne sont pas rassemblés</translation>
    </message>
    <message>
        <source>On each: journalctl -u kubelet -u containerd</source>
        <translation>Sur chacun&#x202f;: journalctl -u kubelet -u containerd</translation>
    </message>
    <message>
        <source>hosts of one&apos;s own are not stopped from here</source>
        <translation>on n’arrête pas ses propres hôtes d’ici</translation>
    </message>
    <message>
        <source>Shut them down; the cluster comes back with them</source>
        <translation>Éteignez-les&#x202f;; le cluster revient avec eux</translation>
    </message>
    <message>
        <source>on hosts of your own; `status -f SPEC.yaml` asks them</source>
        <translation>sur des hôtes à vous&#x202f;; `status -f SPEC.yaml` les interroge</translation>
    </message>
    <message>
        <source>Your own hosts</source>
        <translation>Vos propres hôtes</translation>
    </message>
    <message>
        <source>Computers that you reach by ssh: bare ones, virtual ones, rented ones. A cluster like those that are run for real.</source>
        <translation>Des ordinateurs joints par ssh&#x202f;: nus, virtuels, loués. Un cluster comme ceux que l’on exploite pour de vrai.</translation>
    </message>
    <message>
        <source>nothing beyond the hosts</source>
        <translation>rien d’autre que les hôtes</translation>
    </message>
    <message>
        <source>3 to 8 minutes</source>
        <translation>3 à 8 minutes</translation>
    </message>
    <message>
        <source>small teams, production on hosts of one&apos;s own</source>
        <translation>petites équipes, production sur ses propres hôtes</translation>
    </message>
    <message>
        <source>its objects are put together, and the cluster is asked what it has</source>
        <translation>ses objets sont assemblés, et l’on demande au cluster ce qu’il a</translation>
    </message>
    <message>
        <source>Take back: {}</source>
        <translation>Reprendre&#x202f;: {}</translation>
    </message>
    <message>
        <source>a command has run, or asks, or both</source>
        <translation>une commande a run, ou asks, ou les deux</translation>
    </message>
    <message>
        <source>field and answer belong together</source>
        <translation>field et answer vont ensemble</translation>
    </message>
    <message>
        <source>no program can be started here</source>
        <translation>aucun programme ne peut être démarré ici</translation>
    </message>
    <message>
        <source>whether it is done cannot be asked</source>
        <translation>on ne peut pas demander si c’est fait</translation>
    </message>
    <message>
        <source>{} names none yet</source>
        <translation>{} n’en nomme encore aucun</translation>
    </message>
    <message>
        <source>{} of {} are not {} yet ({}{})</source>
        <translation>{} sur {} ne sont pas encore {} ({}{})</translation>
    </message>
    <message>
        <source>It is not known what is left; remove again once the program answers</source>
        <translation>On ne sait pas ce qui reste&#x202f;; retirez de nouveau quand le programme répondra</translation>
    </message>
    <message>
        <source>It goes on by itself; deploy again to wait on</source>
        <translation>Cela continue tout seul&#x202f;; déployez de nouveau pour attendre encore</translation>
    </message>
    <message>
        <source>it was cancelled; what was done stays</source>
        <translation>cela a été annulé&#x202f;; ce qui a été fait reste</translation>
    </message>
    <message>
        <source>Its cluster</source>
        <translation>Son cluster</translation>
    </message>
    <message>
        <source>The context of the cluster that gets the pull secret. Empty: the current one</source>
        <translation>Le contexte du cluster qui reçoit le secret de téléchargement. Vide&#x202f;: l’actuel</translation>
    </message>
    <message>
        <source>the server does not serve {} in {} yet</source>
        <translation>le serveur ne sert pas encore {} de {}</translation>
    </message>
    <message>
        <source>the list of nodes cannot be read</source>
        <translation>la liste des nœuds est illisible</translation>
    </message>
    <message>
        <source>its kubelet has said nothing yet</source>
        <translation>son kubelet n’a encore rien dit</translation>
    </message>
    <message>
        <source>kubeadm does not say its version</source>
        <translation>kubeadm ne dit pas sa version</translation>
    </message>
    <message>
        <source>This computer does not reach the API server at {}: it must be let through (port 6443), or be forwarded</source>
        <translation>Cet ordinateur n’atteint pas le serveur d’API à {}&#x202f;: il faut le laisser passer (port 6443), ou le rediriger</translation>
    </message>
    <message>
        <source>it is on {}, and its API server does not answer</source>
        <translation>il est sur {}, et son serveur d’API ne répond pas</translation>
    </message>
    <message>
        <source>there is no feature {}</source>
        <translation>il n’y a pas de fonction {}</translation>
    </message>
    <message>
        <source>the manifest of {} cannot be fetched</source>
        <translation>le manifeste de {} ne peut pas être récupéré</translation>
    </message>
    <message>
        <source>Leave it out of the spec; the catalogue deploys it too</source>
        <translation>Retirez-le de la spécification&#x202f;; le catalogue le déploie aussi</translation>
    </message>
    <message>
        <source>metrics-server: CPU and memory in use</source>
        <translation>metrics-server&#x202f;: CPU et mémoire utilisés</translation>
    </message>
    <message>
        <source>Headlamp, the dashboard</source>
        <translation>Headlamp, le tableau de bord</translation>
    </message>
    <message>
        <source>A user that may do everything (admin-user)</source>
        <translation>Un utilisateur qui peut tout faire (admin-user)</translation>
    </message>
    <message>
        <source>the kernel could not be set up</source>
        <translation>le noyau n’a pas pu être réglé</translation>
    </message>
    <message>
        <source>the packages could not be installed or removed</source>
        <translation>les paquets n’ont pas pu être installés ou retirés</translation>
    </message>
    <message>
        <source>containerd could not be set up</source>
        <translation>containerd n’a pas pu être réglé</translation>
    </message>
    <message>
        <source>the images could not be loaded</source>
        <translation>les images n’ont pas pu être chargées</translation>
    </message>
    <message>
        <source>the host could not be taken out of the cluster</source>
        <translation>l’hôte n’a pas pu être retiré du cluster</translation>
    </message>
    <message>
        <source>the host could not be looked at</source>
        <translation>l’hôte n’a pas pu être examiné</translation>
    </message>
    <message>
        <source>the cluster refused it: {}</source>
        <translation>le cluster l’a refusé&#x202f;: {}</translation>
    </message>
    <message>
        <source>the cluster&apos;s certificate cannot be read</source>
        <translation>le certificat du cluster est illisible</translation>
    </message>
    <message>
        <source>kubeadm could not set the control plane up</source>
        <translation>kubeadm n’a pas pu mettre en place le plan de contrôle</translation>
    </message>
    <message>
        <source>kubeadm could not let the host join</source>
        <translation>kubeadm n’a pas pu faire entrer l’hôte</translation>
    </message>
    <message>
        <source>kubeadm could not upgrade the host</source>
        <translation>kubeadm n’a pas pu mettre l’hôte à niveau</translation>
    </message>
    <message>
        <source>kubeadm could not reset the host</source>
        <translation>kubeadm n’a pas pu réinitialiser l’hôte</translation>
    </message>
    <message>
        <source>The cluster {} on {} hosts</source>
        <translation>Le cluster {} sur {} hôtes</translation>
    </message>
    <message>
        <source>{} is no name or address of a host</source>
        <translation>{} n’est ni un nom ni une adresse d’hôte</translation>
    </message>
    <message>
        <source>{} may hold small letters, digits, “-” and “.”</source>
        <translation>{} peut contenir des minuscules, des chiffres, «&#x202f;-&#x202f;» et «&#x202f;.&#x202f;»</translation>
    </message>
    <message>
        <source>a taint is written as key=value:NoSchedule (or PreferNoSchedule, NoExecute)</source>
        <translation>un taint s’écrit clé=valeur:NoSchedule (ou PreferNoSchedule, NoExecute)</translation>
    </message>
    <message>
        <source>no password belongs into a spec: it is asked for, or taken from the system&apos;s store of passwords</source>
        <translation>aucun mot de passe n’a sa place dans une spécification&#x202f;: il est demandé, ou pris dans le trousseau du système</translation>
    </message>
    <message>
        <source>a host needs host, its name or address</source>
        <translation>un hôte a besoin de host, son nom ou son adresse</translation>
    </message>
    <message>
        <source>{} is written as 10.244.0.0/16</source>
        <translation>{} s’écrit 10.244.0.0/16</translation>
    </message>
    <message>
        <source>kubernetes is written as &quot;1.36&quot; or &quot;1.36.3&quot;</source>
        <translation>kubernetes s’écrit &quot;1.36&quot; ou &quot;1.36.3&quot;</translation>
    </message>
    <message>
        <source>kubernetes must be 1.32 or newer: older ones are out of support, and configured in another way</source>
        <translation>kubernetes doit être 1.32 ou plus récent&#x202f;: les plus anciens ne sont plus maintenus, et se configurent autrement</translation>
    </message>
    <message>
        <source>packages.url is the address of an apt repository, http, https or file</source>
        <translation>packages.url est l’adresse d’un dépôt apt, http, https ou file</translation>
    </message>
    <message>
        <source>packages needs key, the file of the repository&apos;s public key; or unsigned: true, and whoever can change what the host receives is root there</source>
        <translation>packages a besoin de key, le fichier de la clé publique du dépôt&#x202f;; ou de unsigned: true, et quiconque peut changer ce que l’hôte reçoit y est root</translation>
    </message>
    <message>
        <source>controlPlanes must name one host at least</source>
        <translation>controlPlanes doit nommer un hôte au moins</translation>
    </message>
    <message>
        <source>controlPlanes are 1, 3 or 5: etcd decides by a majority, and an even number bears no more failures than the odd one below it</source>
        <translation>controlPlanes en compte 1, 3 ou 5&#x202f;: etcd décide à la majorité, et un nombre pair ne supporte pas plus de pannes que l’impair en dessous</translation>
    </message>
    <message>
        <source>several control planes need endpoint: a name or address with a port that leads to all of them</source>
        <translation>plusieurs plans de contrôle ont besoin de endpoint&#x202f;: un nom ou une adresse avec un port qui mène à tous</translation>
    </message>
    <message>
        <source>the host {} is given twice</source>
        <translation>l’hôte {} est donné deux fois</translation>
    </message>
    <message>
        <source>the node name {} is given twice</source>
        <translation>le nom de nœud {} est donné deux fois</translation>
    </message>
    <message>
        <source>podSubnet and serviceSubnet overlap: {} and {}</source>
        <translation>podSubnet et serviceSubnet se chevauchent&#x202f;: {} et {}</translation>
    </message>
    <message>
        <source>could not be tried (it takes perl on the hosts)</source>
        <translation>n’ont pas pu être essayés (il faut perl sur les hôtes)</translation>
    </message>
    <message>
        <source>it did not help: {}</source>
        <translation>cela n’a pas aidé&#x202f;: {}</translation>
    </message>
    <message>
        <source>the manifest of the pod network cannot be fetched</source>
        <translation>le manifeste du réseau de pods ne peut pas être récupéré</translation>
    </message>
    <message>
        <source>Without a way out, give it as a file: network: {{manifest: FILE}}</source>
        <translation>Sans accès à l’extérieur, donnez-le en fichier&#x202f;: network: {{manifest: FILE}}</translation>
    </message>
    <message>
        <source>the manifest of the pod network cannot be read</source>
        <translation>le manifeste du réseau de pods est illisible</translation>
    </message>
    <message>
        <source>this Timonier cannot do “{}” with a cluster</source>
        <translation>ce Timonier ne sait pas faire «&#x202f;{}&#x202f;» avec un cluster</translation>
    </message>
    <message>
        <source>kubeadm&apos;s list of certificates cannot be read</source>
        <translation>la liste des certificats de kubeadm est illisible</translation>
    </message>
    <message>
        <source>kubeadm does not tell when certificates end</source>
        <translation>kubeadm ne dit pas quand les certificats expirent</translation>
    </message>
    <message>
        <source>the key of the package source cannot be fetched</source>
        <translation>la clé de la source de paquets ne peut pas être récupérée</translation>
    </message>
    <message>
        <source>Without a way out, name a package mirror and its key in the spec (packages.url, packages.key)</source>
        <translation>Sans accès à l’extérieur, nommez un miroir de paquets et sa clé dans la spécification (packages.url, packages.key)</translation>
    </message>
    <message>
        <source>the key of the package source cannot be read</source>
        <translation>la clé de la source de paquets est illisible</translation>
    </message>
    <message>
        <source>this is no public key (OpenPGP)</source>
        <translation>ce n’est pas une clé publique (OpenPGP)</translation>
    </message>
    <message>
        <source>{}: move its pods elsewhere</source>
        <translation>{}&#x202f;: déplacer ses pods ailleurs</translation>
    </message>
    <message>
        <source>{}: take it out of the cluster</source>
        <translation>{}&#x202f;: le retirer du cluster</translation>
    </message>
    <message>
        <source>{}: bring back what was there before</source>
        <translation>{}&#x202f;: remettre ce qu’il y avait avant</translation>
    </message>
    <message>
        <source>the pods of {} cannot be moved</source>
        <translation>les pods de {} ne peuvent pas être déplacés</translation>
    </message>
    <message>
        <source>A PodDisruptionBudget may forbid it, or no other node has room: see the pods that are named. Nothing was taken away; run it again</source>
        <translation>Un PodDisruptionBudget l’interdit peut-être, ou aucun autre nœud n’a de place&#x202f;: voyez les pods nommés. Rien n’a été retiré&#x202f;; relancez</translation>
    </message>
    <message>
        <source>the spec has no host {}</source>
        <translation>la spécification n’a pas d’hôte {}</translation>
    </message>
    <message>
        <source>Remove it first, then take it out of the spec</source>
        <translation>Retirez-le d’abord du cluster, puis de la spécification</translation>
    </message>
    <message>
        <source>Remove {} from the cluster {}</source>
        <translation>Retirer {} du cluster {}</translation>
    </message>
    <message>
        <source>{}: renew its certificates</source>
        <translation>{}&#x202f;: renouveler ses certificats</translation>
    </message>
    <message>
        <source>Renew the certificates of the cluster {}</source>
        <translation>Renouveler les certificats du cluster {}</translation>
    </message>
    <message>
        <source>the cluster does not say its version (ConfigMap kubeadm-config)</source>
        <translation>le cluster ne dit pas sa version (ConfigMap kubeadm-config)</translation>
    </message>
    <message>
        <source>Look whether it may be upgraded</source>
        <translation>Regarder s’il peut être mis à niveau</translation>
    </message>
    <message>
        <source>{} is to become {}</source>
        <translation>{} doit devenir {}</translation>
    </message>
    <message>
        <source>{} cannot become {} at once</source>
        <translation>{} ne peut pas devenir {} d’un coup</translation>
    </message>
    <message>
        <source>Minors are not left out: upgrade to 1.{} first</source>
        <translation>On ne saute pas de version mineure&#x202f;: passez d’abord à 1.{}</translation>
    </message>
    <message>
        <source>{} is newer than {}: Kubernetes is not made older</source>
        <translation>{} est plus récent que {}&#x202f;: Kubernetes ne revient pas en arrière</translation>
    </message>
    <message>
        <source>the node {} is not ready: {}</source>
        <translation>le nœud {} n’est pas prêt&#x202f;: {}</translation>
    </message>
    <message>
        <source>Only a cluster that is well is upgraded. See to that node first</source>
        <translation>Seul un cluster en bonne santé est mis à niveau. Occupez-vous d’abord de ce nœud</translation>
    </message>
    <message>
        <source>{}: the new kubeadm</source>
        <translation>{}&#x202f;: le nouveau kubeadm</translation>
    </message>
    <message>
        <source>{}: upgrade the control plane</source>
        <translation>{}&#x202f;: mettre à niveau le plan de contrôle</translation>
    </message>
    <message>
        <source>{}: upgrade what runs there</source>
        <translation>{}&#x202f;: mettre à niveau ce qui y tourne</translation>
    </message>
    <message>
        <source>the cluster has no node {}</source>
        <translation>le cluster n’a pas de nœud {}</translation>
    </message>
    <message>
        <source>{}: the new kubelet</source>
        <translation>{}&#x202f;: le nouveau kubelet</translation>
    </message>
    <message>
        <source>{} does not become ready with the new kubelet: {}</source>
        <translation>{} n’est pas prêt avec le nouveau kubelet&#x202f;: {}</translation>
    </message>
    <message>
        <source>Its journal says why: journalctl -u kubelet</source>
        <translation>Son journal dit pourquoi&#x202f;: journalctl -u kubelet</translation>
    </message>
    <message>
        <source>Upgrade the cluster {} to {}</source>
        <translation>Mettre à niveau le cluster {} vers {}</translation>
    </message>
    <message>
        <source>as {}</source>
        <translation>comme {}</translation>
    </message>
    <message>
        <source>known: {}
offered: {}</source>
        <translation>connue&#x202f;: {}
présentée&#x202f;: {}</translation>
    </message>
    <message>
        <source>a host is not ready to become a node</source>
        <translation>un hôte n’est pas en état de devenir un nœud</translation>
    </message>
    <message>
        <source>{} things stand against it</source>
        <translation>{} choses s’y opposent</translation>
    </message>
    <message>
        <source>Operating system</source>
        <translation>Système d’exploitation</translation>
    </message>
    <message>
        <source>{} has no apt</source>
        <translation>{} n’a pas apt</translation>
    </message>
    <message>
        <source>Timonier prepares Debian, Ubuntu and their like. Take one of these</source>
        <translation>Timonier prépare Debian, Ubuntu et leurs semblables. Prenez l’un d’eux</translation>
    </message>
    <message>
        <source>WSL runs without systemd here</source>
        <translation>WSL tourne ici sans systemd</translation>
    </message>
    <message>
        <source>it was not booted with systemd (process 1 is {})</source>
        <translation>il n’a pas démarré avec systemd (le processus 1 est {})</translation>
    </message>
    <message>
        <source>The kubelet and containerd are its services: without it nothing starts them</source>
        <translation>Le kubelet et containerd sont de ses services&#x202f;: sans lui rien ne les lance</translation>
    </message>
    <message>
        <source>there is no Kubernetes for {}</source>
        <translation>il n’y a pas de Kubernetes pour {}</translation>
    </message>
    <message>
        <source>It is built for amd64, arm64, ppc64le and s390x</source>
        <translation>Il est construit pour amd64, arm64, ppc64le et s390x</translation>
    </message>
    <message>
        <source>Root&apos;s rights</source>
        <translation>Droits de root</translation>
    </message>
    <message>
        <source>signed in as root</source>
        <translation>connecté en tant que root</translation>
    </message>
    <message>
        <source>by sudo</source>
        <translation>par sudo</translation>
    </message>
    <message>
        <source>{} is not root, and there is no sudo</source>
        <translation>{} n’est pas root, et il n’y a pas de sudo</translation>
    </message>
    <message>
        <source>sudo refuses {}</source>
        <translation>sudo refuse {}</translation>
    </message>
    <message>
        <source>Packages, services and kubeadm itself need them. Let root add the user to the group sudo, or name another user in the spec</source>
        <translation>Les paquets, les services et kubeadm lui-même en ont besoin. Que root ajoute l’utilisateur au groupe sudo, ou nommez un autre utilisateur dans la spécification</translation>
    </message>
    <message>
        <source>one, and a control plane needs two</source>
        <translation>un seul, et un plan de contrôle en demande deux</translation>
    </message>
    <message>
        <source>Take a larger machine (a t2.micro has one), or let it be a worker</source>
        <translation>Prenez une machine plus grande (une t2.micro en a un), ou faites-en un worker</translation>
    </message>
    <message>
        <source>{}, and a control plane needs 1700 MB</source>
        <translation>{}, et un plan de contrôle demande 1700 Mo</translation>
    </message>
    <message>
        <source>Take a larger machine (a t2.micro has 967 MB), or let it be a worker</source>
        <translation>Prenez une machine plus grande (une t2.micro a 967 Mo), ou faites-en un worker</translation>
    </message>
    <message>
        <source>{}: too little for the kubelet, the runtime and any pod</source>
        <translation>{}&#x202f;: trop peu pour le kubelet, le moteur et le moindre pod</translation>
    </message>
    <message>
        <source>Take a machine with 1 GiB at least; 2 are better</source>
        <translation>Prenez une machine de 1 Gio au moins&#x202f;; 2 valent mieux</translation>
    </message>
    <message>
        <source>Some 500 MB are taken before the first pod starts; few pods have room</source>
        <translation>Quelque 500 Mo sont pris avant le premier pod&#x202f;; peu de pods ont de la place</translation>
    </message>
    <message>
        <source>{}, of which {} are free</source>
        <translation>{}, dont {} sont libres</translation>
    </message>
    <message>
        <source>Other programs have the rest: pods may be evicted</source>
        <translation>D’autres programmes ont le reste&#x202f;: des pods peuvent être évincés</translation>
    </message>
    <message>
        <source>{} free in {}</source>
        <translation>{} libres dans {}</translation>
    </message>
    <message>
        <source>{} cannot be written to</source>
        <translation>on ne peut pas écrire dans {}</translation>
    </message>
    <message>
        <source>A disk that the kernel found damaged is mounted like that: see dmesg</source>
        <translation>Un disque que le noyau a trouvé abîmé est monté ainsi&#x202f;: voyez dmesg</translation>
    </message>
    <message>
        <source>Packages and images take some 3 GiB, and a full disk stops the node. Make room first</source>
        <translation>Paquets et images prennent quelque 3 Gio, et un disque plein arrête le nœud. Faites d’abord de la place</translation>
    </message>
    <message>
        <source>Empty the caches of packages and the journal</source>
        <translation>Vider les caches de paquets et le journal</translation>
    </message>
    <message>
        <source>Images and volumes fill it; from 85 % on the kubelet throws images away, then pods</source>
        <translation>Images et volumes le remplissent&#x202f;; à partir de 85&#x202f;% le kubelet jette des images, puis des pods</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>Swap</translation>
    </message>
    <message>
        <source>off</source>
        <translation>désactivé</translation>
    </message>
    <message>
        <source>off, and on again after the next boot (/etc/fstab)</source>
        <translation>désactivé, et de nouveau actif après le prochain démarrage (/etc/fstab)</translation>
    </message>
    <message>
        <source>on: {}</source>
        <translation>actif&#x202f;: {}</translation>
    </message>
    <message>
        <source>The kubelet does not start with it. The plan switches it off, also in /etc/fstab; undo brings it back</source>
        <translation>Le kubelet ne démarre pas avec. Le plan le désactive, dans /etc/fstab aussi&#x202f;; l’annulation le remet</translation>
    </message>
    <message>
        <source>Switch it off now</source>
        <translation>Le désactiver maintenant</translation>
    </message>
    <message>
        <source>Control groups</source>
        <translation>Groupes de contrôle</translation>
    </message>
    <message>
        <source>version {}</source>
        <translation>version {}</translation>
    </message>
    <message>
        <source>From 1.35 on the kubelet refuses version 1 unless it is told to bear it: it is told so (failCgroupV1: false), and kubeadm&apos;s check is passed over. Better boot with systemd.unified_cgroup_hierarchy=1</source>
        <translation>Depuis 1.35 le kubelet refuse la version 1, sauf si on lui dit de la supporter&#x202f;: on le lui dit (failCgroupV1: false), et le contrôle de kubeadm est passé outre. Mieux vaut démarrer avec systemd.unified_cgroup_hierarchy=1</translation>
    </message>
    <message>
        <source>Kubernetes no longer cares for version 1. Better boot with systemd.unified_cgroup_hierarchy=1</source>
        <translation>Kubernetes ne se soucie plus de la version 1. Mieux vaut démarrer avec systemd.unified_cgroup_hierarchy=1</translation>
    </message>
    <message>
        <source>cannot be told</source>
        <translation>ne peut être dit</translation>
    </message>
    <message>
        <source>{} has no module {}</source>
        <translation>{} n’a pas le module {}</translation>
    </message>
    <message>
        <source>Containers and small virtual servers share a kernel that they cannot extend: it must be loaded on the machine below, or another kernel be booted</source>
        <translation>Les conteneurs et les petits serveurs virtuels partagent un noyau qu’ils ne peuvent étendre&#x202f;: il faut le charger sur la machine en dessous, ou démarrer un autre noyau</translation>
    </message>
    <message>
        <source>{}; the plan sets {}</source>
        <translation>{}&#x202f;; le plan règle {}</translation>
    </message>
    <message>
        <source>Set it now</source>
        <translation>Le régler maintenant</translation>
    </message>
    <message>
        <source>those of Kubernetes are free</source>
        <translation>ceux de Kubernetes sont libres</translation>
    </message>
    <message>
        <source>taken by this cluster, if at all</source>
        <translation>pris par ce cluster, s’ils le sont</translation>
    </message>
    <message>
        <source>taken: {}</source>
        <translation>pris&#x202f;: {}</translation>
    </message>
    <message>
        <source>An earlier cluster runs there: have it reset</source>
        <translation>Un cluster antérieur y tourne&#x202f;: faites-le réinitialiser</translation>
    </message>
    <message>
        <source>Another program has them: stop it, or give it another port</source>
        <translation>Un autre programme les a&#x202f;: arrêtez-le, ou donnez-lui un autre port</translation>
    </message>
    <message>
        <source>Reset it: what ran there is lost</source>
        <translation>Le réinitialiser&#x202f;: ce qui y tournait est perdu</translation>
    </message>
    <message>
        <source>See which</source>
        <translation>Voir lequel</translation>
    </message>
    <message>
        <source>{} is called {} too</source>
        <translation>{} s’appelle aussi {}</translation>
    </message>
    <message>
        <source>Two nodes of one name are one node. Give one of them another name, in the spec (name) or on the host</source>
        <translation>Deux nœuds d’un même nom n’en font qu’un. Donnez un autre nom à l’un d’eux, dans la spécification (name) ou sur l’hôte</translation>
    </message>
    <message>
        <source>Call it otherwise</source>
        <translation>L’appeler autrement</translation>
    </message>
    <message>
        <source>it has none</source>
        <translation>il n’en a pas</translation>
    </message>
    <message>
        <source>{} cannot be a node&apos;s name</source>
        <translation>{} ne peut pas être le nom d’un nœud</translation>
    </message>
    <message>
        <source>A node&apos;s name has letters, digits, “-” and “.”. Name it in the spec (name)</source>
        <translation>Le nom d’un nœud a des lettres, des chiffres, «&#x202f;-&#x202f;» et «&#x202f;.&#x202f;». Nommez-le dans la spécification (name)</translation>
    </message>
    <message>
        <source>{} does not resolve on the host itself</source>
        <translation>{} ne se résout pas sur l’hôte lui-même</translation>
    </message>
    <message>
        <source>Some programs wait long for it, sudo among them. It belongs into /etc/hosts</source>
        <translation>Certains programmes l’attendent longtemps, dont sudo. Il a sa place dans /etc/hosts</translation>
    </message>
    <message>
        <source>Write it there</source>
        <translation>L’y écrire</translation>
    </message>
    <message>
        <source>One of its kind</source>
        <translation>Unique en son genre</translation>
    </message>
    <message>
        <source>its machine-id and MAC are no other&apos;s</source>
        <translation>son machine-id et son adresse MAC ne sont à aucun autre</translation>
    </message>
    <message>
        <source>it is the same machine as {}</source>
        <translation>c’est la même machine que {}</translation>
    </message>
    <message>
        <source>{} has the same machine-id</source>
        <translation>{} a le même machine-id</translation>
    </message>
    <message>
        <source>A machine that was copied keeps it. Nodes, DHCP and logs are told apart by it</source>
        <translation>Une machine copiée le garde. Nœuds, DHCP et journaux se distinguent par lui</translation>
    </message>
    <message>
        <source>Give it a new one (then boot it)</source>
        <translation>Lui en donner un nouveau (puis redémarrer)</translation>
    </message>
    <message>
        <source>{} has the same product uuid</source>
        <translation>{} a le même UUID de produit</translation>
    </message>
    <message>
        <source>A virtual machine that was copied keeps it: kubeadm asks for one each. Give it a new one in the hypervisor</source>
        <translation>Une machine virtuelle copiée le garde&#x202f;: kubeadm en demande un pour chacune. Donnez-lui-en un nouveau dans l’hyperviseur</translation>
    </message>
    <message>
        <source>{} has the same MAC address, {}</source>
        <translation>{} a la même adresse MAC, {}</translation>
    </message>
    <message>
        <source>In one network they take each other&apos;s packets. Give one of them another, in the hypervisor</source>
        <translation>Dans un même réseau elles se prennent leurs paquets. Donnez-en une autre à l’une d’elles, dans l’hyperviseur</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Horloge</translation>
    </message>
    <message>
        <source>{:.0f} min</source>
        <translation>{:.0f} min</translation>
    </message>
    <message>
        <source>the other hosts</source>
        <translation>les autres hôtes</translation>
    </message>
    <message>
        <source>{} ahead of {}</source>
        <translation>{} en avance sur {}</translation>
    </message>
    <message>
        <source>{} behind {}</source>
        <translation>{} en retard sur {}</translation>
    </message>
    <message>
        <source>Have it set by the network</source>
        <translation>La faire régler par le réseau</translation>
    </message>
    <message>
        <source>Certificates are not valid yet or any more, tokens expire at once, leases go astray</source>
        <translation>Les certificats ne sont pas encore valables ou ne le sont plus, les jetons expirent aussitôt, les baux s’égarent</translation>
    </message>
    <message>
        <source>etcd and leases want clocks that agree within a second</source>
        <translation>etcd et les baux veulent des horloges qui s’accordent à la seconde</translation>
    </message>
    <message>
        <source>and nothing keeps it</source>
        <translation>et rien ne la tient</translation>
    </message>
    <message>
        <source>It will run away with time: install systemd-timesyncd or chrony</source>
        <translation>Elle dérivera avec le temps&#x202f;: installez systemd-timesyncd ou chrony</translation>
    </message>
    <message>
        <source>Install it</source>
        <translation>L’installer</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Réseaux</translation>
    </message>
    <message>
        <source>pods {}, services {}: in nobody&apos;s way</source>
        <translation>pods {}, services {}&#x202f;: ne gênent personne</translation>
    </message>
    <message>
        <source>pods</source>
        <translation>pods</translation>
    </message>
    <message>
        <source>services</source>
        <translation>services</translation>
    </message>
    <message>
        <source>the network of {} ({}) holds the host&apos;s own address {} ({})</source>
        <translation>le réseau des {} ({}) contient l’adresse de l’hôte lui-même {} ({})</translation>
    </message>
    <message>
        <source>Hosts and pods would not reach each other. Choose another in the spec (podSubnet, serviceSubnet)</source>
        <translation>Hôtes et pods ne s’atteindraient pas. Choisissez-en un autre dans la spécification (podSubnet, serviceSubnet)</translation>
    </message>
    <message>
        <source>the network of {} ({}) overlaps a route of the host: {} ({})</source>
        <translation>le réseau des {} ({}) chevauche une route de l’hôte&#x202f;: {} ({})</translation>
    </message>
    <message>
        <source>What lies behind that route is not reached any more from here. Choose another in the spec (podSubnet, serviceSubnet)</source>
        <translation>Ce qui est derrière cette route n’est plus atteint d’ici. Choisissez-en un autre dans la spécification (podSubnet, serviceSubnet)</translation>
    </message>
    <message>
        <source>{} has room for {} nodes, and there are {}</source>
        <translation>{} a de la place pour {} nœuds, et il y en a {}</translation>
    </message>
    <message>
        <source>Each node gets a /24 of it. Choose a larger one in the spec (podSubnet)</source>
        <translation>Chaque nœud en reçoit un /24. Choisissez-en un plus grand dans la spécification (podSubnet)</translation>
    </message>
    <message>
        <source>Name servers</source>
        <translation>Serveurs de noms</translation>
    </message>
    <message>
        <source>none (/etc/resolv.conf)</source>
        <translation>aucun (/etc/resolv.conf)</translation>
    </message>
    <message>
        <source>The host finds neither its package source nor its images by name, and CoreDNS has nobody to ask</source>
        <translation>L’hôte ne trouve par leur nom ni sa source de paquets ni ses images, et CoreDNS n’a personne à qui demander</translation>
    </message>
    <message>
        <source>glibc and the kubelet take three at most: the rest is left out</source>
        <translation>glibc et le kubelet en prennent trois au plus&#x202f;: le reste est laissé de côté</translation>
    </message>
    <message>
        <source>Firewall</source>
        <translation>Pare-feu</translation>
    </message>
    <message>
        <source>{} is on</source>
        <translation>{} est actif</translation>
    </message>
    <message>
        <source>The ports of Kubernetes and the pods&apos; packets must be let through</source>
        <translation>Les ports de Kubernetes et les paquets des pods doivent passer</translation>
    </message>
    <message>
        <source>Let them through {}</source>
        <translation>Les laisser passer {}</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>{}, and NO_PROXY lacks {}</source>
        <translation>{}, et il manque {} à NO_PROXY</translation>
    </message>
    <message>
        <source>kubeadm hands the proxy on to the control plane: the cluster&apos;s own addresses must be excepted</source>
        <translation>kubeadm transmet le proxy au plan de contrôle&#x202f;: les adresses du cluster doivent être exceptées</translation>
    </message>
    <message>
        <source>Except them</source>
        <translation>Les excepter</translation>
    </message>
    <message>
        <source>Reached by the others</source>
        <translation>Atteint par les autres</translation>
    </message>
    <message>
        <source>on all ports that it needs</source>
        <translation>sur tous les ports dont il a besoin</translation>
    </message>
    <message>
        <source>{}/{} from {}</source>
        <translation>{}/{} depuis {}</translation>
    </message>
    <message>
        <source>closed: {}</source>
        <translation>fermés&#x202f;: {}</translation>
    </message>
    <message>
        <source>A firewall, a security group of the cloud, or a missing route is between them</source>
        <translation>Un pare-feu, un groupe de sécurité du nuage ou une route manquante est entre eux</translation>
    </message>
    <message>
        <source>it is in use</source>
        <translation>il est en service</translation>
    </message>
    <message>
        <source>{} is not there</source>
        <translation>{} n’est pas là</translation>
    </message>
    <message>
        <source>The spec names a runtime of your own (criSocket), and it does not run. Start it; or leave criSocket out, and containerd is taken</source>
        <translation>La spécification nomme un moteur à vous (criSocket), et il ne tourne pas. Lancez-le&#x202f;; ou retirez criSocket, et containerd est pris</translation>
    </message>
    <message>
        <source>none; the plan installs containerd</source>
        <translation>aucun&#x202f;; le plan installe containerd</translation>
    </message>
    <message>
        <source>Docker {}; the plan installs containerd</source>
        <translation>Docker {}&#x202f;; le plan installe containerd</translation>
    </message>
    <message>
        <source>Kubernetes 1.24 and later no longer speak to Docker directly (dockershim was removed), only by cri-dockerd</source>
        <translation>Kubernetes 1.24 et suivants ne parlent plus directement à Docker (dockershim a été retiré), seulement par cri-dockerd</translation>
    </message>
    <message>
        <source>containerd {}</source>
        <translation>containerd {}</translation>
    </message>
    <message>
        <source>containerd {} with its Kubernetes side (CRI) switched off</source>
        <translation>containerd {} avec son côté Kubernetes (CRI) désactivé</translation>
    </message>
    <message>
        <source>Docker&apos;s own package is shipped like that (disabled_plugins = [&quot;cri&quot;]). The plan switches it on; undo brings the file back</source>
        <translation>Le paquet de Docker est livré ainsi (disabled_plugins = [&quot;cri&quot;]). Le plan l’active&#x202f;; l’annulation remet le fichier</translation>
    </message>
    <message>
        <source>Switch it on now</source>
        <translation>L’activer maintenant</translation>
    </message>
    <message>
        <source>Docker {} and containerd {} beneath it, without cri-dockerd</source>
        <translation>Docker {} et containerd {} en dessous, sans cri-dockerd</translation>
    </message>
    <message>
        <source>Kubernetes 1.24 and later do not speak to Docker: they share its containerd, which the plan configures and starts anew. Docker&apos;s containers go on</source>
        <translation>Kubernetes 1.24 et suivants ne parlent pas à Docker&#x202f;: ils partagent son containerd, que le plan règle et relance. Les conteneurs de Docker continuent</translation>
    </message>
    <message>
        <source>containerd {} with the cgroup driver cgroupfs</source>
        <translation>containerd {} avec le pilote de cgroups cgroupfs</translation>
    </message>
    <message>
        <source>The kubelet&apos;s is systemd, and with two drivers nodes become unstable. The plan sets SystemdCgroup = true; undo brings the file back</source>
        <translation>Celui du kubelet est systemd, et avec deux pilotes les nœuds deviennent instables. Le plan met SystemdCgroup = true&#x202f;; l’annulation remet le fichier</translation>
    </message>
    <message>
        <source>containerd {} does not start</source>
        <translation>containerd {} ne démarre pas</translation>
    </message>
    <message>
        <source>Most often its configuration is broken: the plan writes a good one, and keeps this</source>
        <translation>Le plus souvent sa configuration est cassée&#x202f;: le plan en écrit une bonne, et garde celle-ci</translation>
    </message>
    <message>
        <source>See why</source>
        <translation>Voir pourquoi</translation>
    </message>
    <message>
        <source>Kubernetes 1.26 and later need CRI v1, which came with containerd 1.6. Upgrade it</source>
        <translation>Kubernetes 1.26 et suivants ont besoin de CRI v1, venu avec containerd 1.6. Mettez-le à niveau</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquets</translation>
    </message>
    <message>
        <source>apt is free</source>
        <translation>apt est libre</translation>
    </message>
    <message>
        <source>kubelet {} is installed, {} is asked for</source>
        <translation>kubelet {} est installé, {} est demandé</translation>
    </message>
    <message>
        <source>It is replaced, and undo does not bring the older one back</source>
        <translation>Il est remplacé, et l’annulation ne remet pas l’ancien</translation>
    </message>
    <message>
        <source>{} (process {}) installs packages just now</source>
        <translation>{} (processus {}) installe des paquets en ce moment</translation>
    </message>
    <message>
        <source>The plan waits for it, three minutes at most</source>
        <translation>Le plan l’attend, trois minutes au plus</translation>
    </message>
    <message>
        <source>See what it does</source>
        <translation>Voir ce qu’il fait</translation>
    </message>
    <message>
        <source>an installation was interrupted</source>
        <translation>une installation a été interrompue</translation>
    </message>
    <message>
        <source>The plan has dpkg end it first</source>
        <translation>Le plan la fait d’abord terminer par dpkg</translation>
    </message>
    <message>
        <source>Have it ended now</source>
        <translation>La faire terminer maintenant</translation>
    </message>
    <message>
        <source>Package sources</source>
        <translation>Sources de paquets</translation>
    </message>
    <message>
        <source>the source of Kubernetes answers</source>
        <translation>la source de Kubernetes répond</translation>
    </message>
    <message>
        <source>nothing is to be fetched</source>
        <translation>il n’y a rien à récupérer</translation>
    </message>
    <message>
        <source>the host does not reach the source of Kubernetes: {}</source>
        <translation>l’hôte n’atteint pas la source de Kubernetes&#x202f;: {}</translation>
    </message>
    <message>
        <source>See its DNS and its way out; or name a mirror that it reaches (packages.url in the spec)</source>
        <translation>Voyez son DNS et son accès à l’extérieur&#x202f;; ou nommez un miroir qu’il atteint (packages.url dans la spécification)</translation>
    </message>
    <message>
        <source>{}, line {}, names a source that was shut down in 2024</source>
        <translation>{}, ligne {}, nomme une source fermée en 2024</translation>
    </message>
    <message>
        <source>apt complains of it on every update (apt.kubernetes.io, packages.cloud.google.com). The plan has a source of its own; this one should go</source>
        <translation>apt s’en plaint à chaque mise à jour (apt.kubernetes.io, packages.cloud.google.com). Le plan a sa propre source&#x202f;; celle-ci devrait partir</translation>
    </message>
    <message>
        <source>Comment it out</source>
        <translation>La mettre en commentaire</translation>
    </message>
    <message>
        <source>Earlier clusters</source>
        <translation>Clusters antérieurs</translation>
    </message>
    <message>
        <source>this plan has begun here before, and goes on</source>
        <translation>ce plan a déjà commencé ici, et continue</translation>
    </message>
    <message>
        <source>it is a host of the cluster {}, made by Timonier</source>
        <translation>c’est un hôte du cluster {}, fait par Timonier</translation>
    </message>
    <message>
        <source>Delete that cluster, or remove the host from it, first</source>
        <translation>Supprimez d’abord ce cluster, ou retirez-en l’hôte</translation>
    </message>
    <message>
        <source>there is something of an earlier cluster: {}</source>
        <translation>il reste quelque chose d’un cluster antérieur&#x202f;: {}</translation>
    </message>
    <message>
        <source>kubeadm refuses such a host. If nobody needs it any more, have it reset</source>
        <translation>kubeadm refuse un tel hôte. Si personne n’en a plus besoin, faites-le réinitialiser</translation>
    </message>
    <message>
        <source>there is something of a pod network: {}</source>
        <translation>il reste quelque chose d’un réseau de pods&#x202f;: {}</translation>
    </message>
    <message>
        <source>The spec leaves the pod network to you: it counts</source>
        <translation>La spécification vous laisse le réseau de pods&#x202f;: il compte</translation>
    </message>
    <message>
        <source>The kubelet takes the first file in /etc/cni/net.d, which may be that of the earlier network</source>
        <translation>Le kubelet prend le premier fichier de /etc/cni/net.d, qui peut être celui du réseau antérieur</translation>
    </message>
    <message>
        <source>Taking away what an earlier attempt left</source>
        <translation>Ce qu’un essai antérieur a laissé est retiré</translation>
    </message>
    <message>
        <source>the kubelet of {} does not enter its node</source>
        <translation>le kubelet de {} n’inscrit pas son nœud</translation>
    </message>
    <message>
        <source>none of its pods is ready</source>
        <translation>aucun de ses pods n’est prêt</translation>
    </message>
    <message>
        <source>{}: initialise the control plane</source>
        <translation>{}&#x202f;: initialiser le plan de contrôle</translation>
    </message>
    <message>
        <source>The host has cgroup v1: the kubelet is told to bear it (failCgroupV1: false), and kubeadm&apos;s check of it (SystemVerification) is passed over</source>
        <translation>L’hôte a les cgroups v1&#x202f;: on dit au kubelet de les supporter (failCgroupV1: false), et le contrôle de kubeadm (SystemVerification) est passé outre</translation>
    </message>
    <message>
        <source>The pod network</source>
        <translation>Le réseau de pods</translation>
    </message>
    <message>
        <source>A token with which hosts may join, for an hour</source>
        <translation>Un jeton avec lequel les hôtes peuvent entrer, pour une heure</translation>
    </message>
    <message>
        <source>{}: join as a control plane</source>
        <translation>{}&#x202f;: entrer comme plan de contrôle</translation>
    </message>
    <message>
        <source>{}: join</source>
        <translation>{}&#x202f;: entrer</translation>
    </message>
    <message>
        <source>Labels and taints of the nodes</source>
        <translation>Étiquettes et taints des nœuds</translation>
    </message>
    <message>
        <source>All nodes ready, names resolved</source>
        <translation>Tous les nœuds prêts, les noms résolus</translation>
    </message>
    <message>
        <source>The nodes wait for a pod network, which is yours to install</source>
        <translation>Les nœuds attendent un réseau de pods, que vous installez</translation>
    </message>
    <message>
        <source>the cluster is there, and after ten minutes not yet ready</source>
        <translation>le cluster est là, et après dix minutes pas encore prêt</translation>
    </message>
    <message>
        <source>Look at its pods; then run it again</source>
        <translation>Regardez ses pods&#x202f;; puis relancez</translation>
    </message>
    <message>
        <source>The token taken away again</source>
        <translation>Le jeton retiré</translation>
    </message>
    <message>
        <source>{}: remember what is there</source>
        <translation>{}&#x202f;: retenir ce qu’il y a</translation>
    </message>
    <message>
        <source>{}: kernel modules and settings, swap off</source>
        <translation>{}&#x202f;: modules et réglages du noyau, swap désactivé</translation>
    </message>
    <message>
        <source>{}: install kubelet, kubeadm, kubectl and the runtime</source>
        <translation>{}&#x202f;: installer kubelet, kubeadm, kubectl et le moteur</translation>
    </message>
    <message>
        <source>{}: containerd for Kubernetes</source>
        <translation>{}&#x202f;: containerd pour Kubernetes</translation>
    </message>
    <message>
        <source>{}: images</source>
        <translation>{}&#x202f;: images</translation>
    </message>
    <message>
        <source>{}: its own container runtime</source>
        <translation>{}&#x202f;: son propre moteur de conteneurs</translation>
    </message>
    <message>
        <source>Look at the hosts</source>
        <translation>Regarder les hôtes</translation>
    </message>
    <message>
        <source>the jump host lets no connection through to {}</source>
        <translation>l’hôte de rebond ne laisse passer aucune connexion vers {}</translation>
    </message>
    <message>
        <source>Its sshd must allow forwarding (AllowTcpForwarding, PermitOpen)</source>
        <translation>Son sshd doit permettre la redirection (AllowTcpForwarding, PermitOpen)</translation>
    </message>
    <message>
        <source>the jump host cannot reach {} at port {}</source>
        <translation>l’hôte de rebond ne peut pas joindre {} au port {}</translation>
    </message>
    <message>
        <source>The name is looked up there, not here. Is it right, and does an sshd listen at that port?</source>
        <translation>Le nom est cherché là-bas, pas ici. Est-il juste, et un sshd écoute-t-il sur ce port&#x202f;?</translation>
    </message>
    <message>
        <source>the host runs no commands for this user</source>
        <translation>l’hôte n’exécute aucune commande pour cet utilisateur</translation>
    </message>
    <message>
        <source>Its sshd may allow file transfer only (ForceCommand, a restricted key)</source>
        <translation>Son sshd ne permet peut-être que le transfert de fichiers (ForceCommand, une clé restreinte)</translation>
    </message>
    <message>
        <source>the host ended the command without saying how</source>
        <translation>l’hôte a terminé la commande sans dire comment</translation>
    </message>
    <message>
        <source>Its sshd, or the whole host, may be going down</source>
        <translation>Son sshd, ou l’hôte entier, est peut-être en train de s’arrêter</translation>
    </message>
    <message>
        <source>a command without a program</source>
        <translation>une commande sans programme</translation>
    </message>
    <message>
        <source>“{}” is no name of a variable</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nom de variable</translation>
    </message>
    <message>
        <source>an argument holds a byte 0, which no command can be given</source>
        <translation>un argument contient un octet 0, qu’aucune commande ne peut recevoir</translation>
    </message>
    <message>
        <source>a command of {} kB is too long for the host&apos;s shell</source>
        <translation>une commande de {} ko est trop longue pour le shell de l’hôte</translation>
    </message>
    <message>
        <source>Long texts go over its standard input</source>
        <translation>Les textes longs passent par son entrée standard</translation>
    </message>
    <message>
        <source>the configuration of ssh names no algorithm for {} that is known here</source>
        <translation>la configuration de ssh ne nomme pour {} aucun algorithme connu ici</translation>
    </message>
    <message>
        <source>what listens at {} does not speak ssh within {} s</source>
        <translation>ce qui écoute à {} ne parle pas ssh au bout de {} s</translation>
    </message>
    <message>
        <source>Is {} the port of sshd? A host that is just starting, or very busy, needs a moment</source>
        <translation>{} est-il bien le port de sshd&#x202f;? Un hôte qui démarre, ou très occupé, a besoin d’un moment</translation>
    </message>
    <message>
        <source>{} and this program have no algorithm in common</source>
        <translation>{} et ce programme n’ont aucun algorithme en commun</translation>
    </message>
    <message>
        <source>{} ends the connection before it has begun</source>
        <translation>{} coupe la connexion avant qu’elle ait commencé</translation>
    </message>
    <message>
        <source>It may have too many connections (MaxStartups), or not let this address in (hosts.deny, fail2ban); or no sshd listens there</source>
        <translation>Il a peut-être trop de connexions (MaxStartups), ou ne laisse pas entrer cette adresse (hosts.deny, fail2ban)&#x202f;; ou ce n’est pas un sshd qui écoute là</translation>
    </message>
    <message>
        <source>the connection to {} failed while keys were exchanged: {}</source>
        <translation>la connexion à {} a échoué pendant l’échange des clés&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} shows no host key</source>
        <translation>{} ne montre aucune clé d’hôte</translation>
    </message>
    <message>
        <source>the host key of {} is not the known one: {} ({}) is offered, {} ({}) is known from {}:{}</source>
        <translation>la clé d’hôte de {} n’est pas celle qui est connue&#x202f;: {} ({}) est présentée, {} ({}) est connue par {}:{}</translation>
    </message>
    <message>
        <source>Either the host was set up anew, or somebody stands between. Ask whoever runs it for its fingerprint (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there); only if it is the offered one, remove the known line: ssh-keygen -f {} -R &apos;{}&apos;</source>
        <translation>Soit l’hôte a été réinstallé, soit quelqu’un s’est mis entre les deux. Demandez son empreinte à qui le gère (là-bas&#x202f;: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)&#x202f;; seulement si c’est celle qui est présentée, retirez la ligne connue&#x202f;: ssh-keygen -f {} -R &apos;{}&apos;</translation>
    </message>
    <message>
        <source>the host key of {}, {}, is marked as revoked in {}:{}</source>
        <translation>la clé d’hôte de {}, {}, est marquée comme révoquée dans {}:{}</translation>
    </message>
    <message>
        <source>It is known to be in the wrong hands. Nothing is done on this host before it has a new one</source>
        <translation>On sait qu’elle est en de mauvaises mains. Rien n’est fait sur cet hôte avant qu’il en ait une nouvelle</translation>
    </message>
    <message>
        <source>the host key of {} is not known: {} ({})</source>
        <translation>la clé d’hôte de {} n’est pas connue&#x202f;: {} ({})</translation>
    </message>
    <message>
        <source>Compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), then accept it, or sign in once with ssh</source>
        <translation>Comparez-la à ce que dit l’hôte lui-même (là-bas&#x202f;: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), puis acceptez-la, ou connectez-vous une fois avec ssh</translation>
    </message>
    <message>
        <source>the name {} could not be looked up in time</source>
        <translation>le nom {} n’a pas pu être résolu à temps</translation>
    </message>
    <message>
        <source>See that a name server answers here, or give the host&apos;s address</source>
        <translation>Voyez si un serveur de noms répond ici, ou donnez l’adresse de l’hôte</translation>
    </message>
    <message>
        <source>there is no host {} to be found</source>
        <translation>aucun hôte {} n’est trouvé</translation>
    </message>
    <message>
        <source>Is the name right? Give its address, or a Host of ~/.ssh/config</source>
        <translation>Le nom est-il juste&#x202f;? Donnez son adresse, ou un Host de ~/.ssh/config</translation>
    </message>
    <message>
        <source>{} refuses connections to port {}</source>
        <translation>{} refuse les connexions au port {}</translation>
    </message>
    <message>
        <source>Is sshd installed and running there (systemctl status ssh), and is {} its port?</source>
        <translation>sshd y est-il installé et lancé (systemctl status ssh), et {} est-il son port&#x202f;?</translation>
    </message>
    <message>
        <source>{} does not answer at port {}</source>
        <translation>{} ne répond pas au port {}</translation>
    </message>
    <message>
        <source>Is it switched on, is the address right, and does no firewall stand between?</source>
        <translation>Est-il allumé, l’adresse est-elle juste, et aucun pare-feu n’est-il entre les deux&#x202f;?</translation>
    </message>
    <message>
        <source>there is no way from here to {}</source>
        <translation>aucun chemin ne mène d’ici à {}</translation>
    </message>
    <message>
        <source>Is the address right, and is this computer in that network (VPN)? A jump host may help</source>
        <translation>L’adresse est-elle juste, et cet ordinateur est-il dans ce réseau (VPN)&#x202f;? Un hôte de rebond peut aider</translation>
    </message>
    <message>
        <source>{} cannot be reached at port {}: {}</source>
        <translation>{} ne peut pas être joint au port {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>no more connections can be made: {}</source>
        <translation>aucune connexion de plus ne peut être ouverte&#x202f;: {}</translation>
    </message>
    <message>
        <source>the host is no Linux system but {}</source>
        <translation>l’hôte n’est pas un système Linux mais {}</translation>
    </message>
    <message>
        <source>what answers is no system that this program knows</source>
        <translation>ce qui répond n’est pas un système que ce programme connaît</translation>
    </message>
    <message>
        <source>Clusters are made of Linux hosts</source>
        <translation>Les clusters sont faits d’hôtes Linux</translation>
    </message>
    <message>
        <source>the host&apos;s answer is not whole</source>
        <translation>la réponse de l’hôte n’est pas entière</translation>
    </message>
    <message>
        <source>there is no key file {}</source>
        <translation>il n’y a pas de fichier de clé {}</translation>
    </message>
    <message>
        <source>Name another one, or make one: ssh-keygen -t ed25519</source>
        <translation>Nommez-en un autre, ou créez-en un&#x202f;: ssh-keygen -t ed25519</translation>
    </message>
    <message>
        <source>the key file {} cannot be read</source>
        <translation>le fichier de clé {} ne peut pas être lu</translation>
    </message>
    <message>
        <source>It should belong to you and be readable for you alone (chmod 600)</source>
        <translation>Il devrait être à vous et lisible par vous seul (chmod 600)</translation>
    </message>
    <message>
        <source>the key file {} can be read by others</source>
        <translation>le fichier de clé {} peut être lu par d’autres</translation>
    </message>
    <message>
        <source>A key like that is not used, here and by ssh: chmod 600 {}</source>
        <translation>Une telle clé n’est pas utilisée, ni ici ni par ssh&#x202f;: chmod 600 {}</translation>
    </message>
    <message>
        <source>{} is a key in PuTTY&apos;s format</source>
        <translation>{} est une clé au format de PuTTY</translation>
    </message>
    <message>
        <source>Have it written as OpenSSH&apos;s: puttygen KEY.ppk -O private-openssh -o KEY</source>
        <translation>Faites-la écrire au format d’OpenSSH&#x202f;: puttygen CLÉ.ppk -O private-openssh -o CLÉ</translation>
    </message>
    <message>
        <source>{} is a public key</source>
        <translation>{} est une clé publique</translation>
    </message>
    <message>
        <source>Name the private one, mostly the same without .pub</source>
        <translation>Nommez la clé privée, le plus souvent le même nom sans .pub</translation>
    </message>
    <message>
        <source>{} holds no key</source>
        <translation>{} ne contient pas de clé</translation>
    </message>
    <message>
        <source>Name a private key as ssh-keygen writes it</source>
        <translation>Nommez une clé privée telle que ssh-keygen l’écrit</translation>
    </message>
    <message>
        <source>the key {} needs its passphrase</source>
        <translation>la clé {} a besoin de sa phrase de passe</translation>
    </message>
    <message>
        <source>the passphrase of the key {} is wrong</source>
        <translation>la phrase de passe de la clé {} est fausse</translation>
    </message>
    <message>
        <source>Give its passphrase, or load it into the agent: ssh-add {}</source>
        <translation>Donnez sa phrase de passe, ou chargez-la dans l’agent&#x202f;: ssh-add {}</translation>
    </message>
    <message>
        <source>the key {} is damaged, or of a kind that is not supported</source>
        <translation>la clé {} est abîmée, ou d’une sorte qui n’est pas prise en charge</translation>
    </message>
    <message>
        <source>ed25519, ECDSA and RSA keys can be used; ssh-keygen -y -f {} tells whether it is whole</source>
        <translation>Les clés ed25519, ECDSA et RSA conviennent&#x202f;; ssh-keygen -y -f {} dit si elle est intacte</translation>
    </message>
    <message>
        <source>the host&apos;s key cannot be added to {}: {}</source>
        <translation>la clé de l’hôte ne peut pas être ajoutée à {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>See that the file and its folder belong to you, and that the disk has room</source>
        <translation>Voyez si le fichier et son dossier sont à vous, et si le disque a de la place</translation>
    </message>
    <message>
        <source>the system does not say why</source>
        <translation>le système ne dit pas pourquoi</translation>
    </message>
    <message>
        <source>the connection to {} was lost</source>
        <translation>la connexion à {} est perdue</translation>
    </message>
    <message>
        <source>What ran there may have ended or may still run: look at it before it is done again</source>
        <translation>Ce qui y tournait a pu se terminer ou tourner encore&#x202f;: à regarder avant de le refaire</translation>
    </message>
    <message>
        <source>{} opens no channel for a command</source>
        <translation>{} n’ouvre aucun canal pour une commande</translation>
    </message>
    <message>
        <source>Its sshd allows none to this user (MaxSessions 0), or is out of processes</source>
        <translation>Son sshd n’en permet aucun à cet utilisateur (MaxSessions 0), ou n’a plus de processus</translation>
    </message>
    <message>
        <source>{} ended the connection while signing in</source>
        <translation>{} a coupé la connexion pendant l’identification</translation>
    </message>
    <message>
        <source>It gives up when an answer takes too long (LoginGraceTime), or when too many were wrong</source>
        <translation>Il abandonne quand une réponse tarde trop (LoginGraceTime), ou quand trop étaient fausses</translation>
    </message>
    <message>
        <source>{} does not answer while signing in</source>
        <translation>{} ne répond pas pendant l’identification</translation>
    </message>
    <message>
        <source>Its sign-in may wait for a directory or a name server that does not answer</source>
        <translation>Son identification attend peut-être un annuaire ou un serveur de noms qui ne répond pas</translation>
    </message>
    <message>
        <source>the key {}</source>
        <translation>la clé {}</translation>
    </message>
    <message>
        <source>the agent&apos;s keys</source>
        <translation>les clés de l’agent</translation>
    </message>
    <message>
        <source>the password</source>
        <translation>le mot de passe</translation>
    </message>
    <message>
        <source>the password (keyboard-interactive)</source>
        <translation>le mot de passe (keyboard-interactive)</translation>
    </message>
    <message>
        <source>answers to its questions (keyboard-interactive)</source>
        <translation>les réponses à ses questions (keyboard-interactive)</translation>
    </message>
    <message>
        <source>{} lets nobody in without a key or a password, and there was none to try</source>
        <translation>{} ne laisse entrer personne sans clé ni mot de passe, et il n’y en avait aucun à essayer</translation>
    </message>
    <message>
        <source>{} does not accept {}</source>
        <translation>{} n’accepte pas {}</translation>
    </message>
    <message>
        <source>It gave up before everything was tried: the agent holds more keys than it lets try (MaxAuthTries). Name the key file, and leave the agent out</source>
        <translation>Il a abandonné avant que tout soit essayé&#x202f;: l’agent a plus de clés qu’il n’en laisse essayer (MaxAuthTries). Nommez le fichier de clé, et laissez l’agent de côté</translation>
    </message>
    <message>
        <source>It takes keys only: put your public key into ~/.ssh/authorized_keys of {} there, or name the key that is in it</source>
        <translation>Il ne prend que des clés&#x202f;: mettez votre clé publique dans ~/.ssh/authorized_keys de {} là-bas, ou nommez la clé qui s’y trouve</translation>
    </message>
    <message>
        <source>Is {} the right user there? It takes: {}</source>
        <translation>{} est-il le bon utilisateur là-bas&#x202f;? Il prend&#x202f;: {}</translation>
    </message>
    <message>
        <source>the jump host closed the way to {}</source>
        <translation>l’hôte de rebond a fermé le chemin vers {}</translation>
    </message>
    <message>
        <source>{} includes itself, over other files</source>
        <translation>{} s’inclut lui-même, par d’autres fichiers</translation>
    </message>
    <message>
        <source>a quote is not closed</source>
        <translation>un guillemet n’est pas fermé</translation>
    </message>
    <message>
        <source>“Match {}” needs a value</source>
        <translation>«&#x202f;Match {}&#x202f;» a besoin d’une valeur</translation>
    </message>
    <message>
        <source>{} on {} did not end within {} s</source>
        <translation>{} sur {} ne s’est pas terminé en {} s</translation>
    </message>
    <message>
        <source>{} on {} was silent for {} s</source>
        <translation>{} sur {} est resté muet pendant {} s</translation>
    </message>
    <message>
        <source>sudo on {} does not go on: {}</source>
        <translation>sudo sur {} n’avance pas&#x202f;: {}</translation>
    </message>
    <message>
        <source>It may ask for a second factor, which only a person at a terminal can give. Allow this user sudo without it, or sign in as root</source>
        <translation>Il demande peut-être un second facteur, que seule une personne à un terminal peut donner. Permettez sudo sans lui à cet utilisateur, ou connectez-vous en root</translation>
    </message>
    <message>
        <source>{} starts no shell: it ended with {}</source>
        <translation>{} ne lance pas de shell&#x202f;: il s’est terminé avec {}</translation>
    </message>
    <message>
        <source>{} starts no shell: {}</source>
        <translation>{} ne lance pas de shell&#x202f;: {}</translation>
    </message>
    <message>
        <source>The user needs a login shell (chsh -s /bin/bash {}), and the host a /bin/sh</source>
        <translation>L’utilisateur a besoin d’un shell de connexion (chsh -s /bin/bash {}), et l’hôte d’un /bin/sh</translation>
    </message>
    <message>
        <source>{} has no sudo, and {} is not root</source>
        <translation>{} n’a pas sudo, et {} n’est pas root</translation>
    </message>
    <message>
        <source>Sign in as root, or have sudo installed there: apt-get install sudo, and usermod -aG sudo {}</source>
        <translation>Connectez-vous en root, ou faites-y installer sudo&#x202f;: apt-get install sudo, et usermod -aG sudo {}</translation>
    </message>
    <message>
        <source>{} may not become root on {}: sudo does not allow it</source>
        <translation>{} ne peut pas devenir root sur {}&#x202f;: sudo ne le permet pas</translation>
    </message>
    <message>
        <source>Have the user added to the group sudo (Debian, Ubuntu) or wheel (others) there, or sign in as another one</source>
        <translation>Faites-y ajouter l’utilisateur au groupe sudo (Debian, Ubuntu) ou wheel (les autres), ou connectez-vous sous un autre nom</translation>
    </message>
    <message>
        <source>sudo on {} wants a terminal</source>
        <translation>sudo sur {} veut un terminal</translation>
    </message>
    <message>
        <source>Take “Defaults requiretty” out of /etc/sudoers there (visudo), or allow this user without: Defaults:{} !requiretty</source>
        <translation>Retirez-y «&#x202f;Defaults requiretty&#x202f;» de /etc/sudoers (visudo), ou dispensez-en cet utilisateur&#x202f;: Defaults:{} !requiretty</translation>
    </message>
    <message>
        <source>the account {} on {} is locked, or its password has expired</source>
        <translation>le compte {} sur {} est verrouillé, ou son mot de passe a expiré</translation>
    </message>
    <message>
        <source>Sign in there with ssh once and change the password, or have the account unlocked</source>
        <translation>Connectez-vous-y une fois avec ssh et changez le mot de passe, ou faites déverrouiller le compte</translation>
    </message>
    <message>
        <source>sudo on {} does not accept the password</source>
        <translation>sudo sur {} n’accepte pas le mot de passe</translation>
    </message>
    <message>
        <source>It wants the password of {} there, which need not be the one of the key</source>
        <translation>Il veut le mot de passe de {} là-bas, qui n’est pas forcément celui de la clé</translation>
    </message>
    <message>
        <source>sudo on {} asks for a password, and there is none</source>
        <translation>sudo sur {} demande un mot de passe, et il n’y en a pas</translation>
    </message>
    <message>
        <source>Give the password of {} there, or allow it without: {} ALL=(ALL) NOPASSWD: ALL</source>
        <translation>Donnez le mot de passe de {} là-bas, ou permettez-le sans&#x202f;: {} ALL=(ALL) NOPASSWD: ALL</translation>
    </message>
    <message>
        <source>sudo on {} ended without a word</source>
        <translation>sudo sur {} s’est terminé sans un mot</translation>
    </message>
    <message>
        <source>sudo on {} failed: {}</source>
        <translation>sudo sur {} a échoué&#x202f;: {}</translation>
    </message>
    <message>
        <source>Try it there by hand: sudo true</source>
        <translation>Essayez-le là-bas à la main&#x202f;: sudo true</translation>
    </message>
    <message>
        <source>“{}” is no port</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un port</translation>
    </message>
    <message>
        <source>A port is a number from 1 to 65535</source>
        <translation>Un port est un nombre de 1 à 65535</translation>
    </message>
    <message>
        <source>a host has no name</source>
        <translation>un hôte n’a pas de nom</translation>
    </message>
    <message>
        <source>“{}” is no name of a host</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nom d’hôte</translation>
    </message>
    <message>
        <source>Give a name or an address, such as node1.example.org, 192.0.2.7 or user@192.0.2.7:2222</source>
        <translation>Donnez un nom ou une adresse, comme node1.example.org, 192.0.2.7 ou user@192.0.2.7:2222</translation>
    </message>
    <message>
        <source>“{}” is no name of a user</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas un nom d’utilisateur</translation>
    </message>
    <message>
        <source>Give the name that you sign in with on that host</source>
        <translation>Donnez le nom avec lequel vous vous connectez à cet hôte</translation>
    </message>
    <message>
        <source>An IPv6 address with a port is written [2001:db8::7]:22</source>
        <translation>Une adresse IPv6 avec un port s’écrit [2001:db8::7]:22</translation>
    </message>
    <message>
        <source>the disk of {} has no room for {}</source>
        <translation>le disque de {} n’a pas de place pour {}</translation>
    </message>
    <message>
        <source>Make room there (df -h, apt-get clean, journalctl --vacuum-size=100M), then go on</source>
        <translation>Faites-y de la place (df -h, apt-get clean, journalctl --vacuum-size=100M), puis continuez</translation>
    </message>
    <message>
        <source>{} on {} cannot be written: its file system is mounted read-only</source>
        <translation>{} sur {} ne peut pas être écrit&#x202f;: son système de fichiers est monté en lecture seule</translation>
    </message>
    <message>
        <source>A disk that fails is mounted like that: look at dmesg there</source>
        <translation>Un disque qui lâche est monté ainsi&#x202f;: regardez-y dmesg</translation>
    </message>
    <message>
        <source>{} on {} is not for this user</source>
        <translation>{} sur {} n’est pas pour cet utilisateur</translation>
    </message>
    <message>
        <source>It needs root there, by sudo</source>
        <translation>Il y faut root, par sudo</translation>
    </message>
    <message>
        <source>{} on {} is a folder</source>
        <translation>{} sur {} est un dossier</translation>
    </message>
    <message>
        <source>{} on {} cannot be: a part of its path is a file</source>
        <translation>{} sur {} ne peut pas exister&#x202f;: une partie de son chemin est un fichier</translation>
    </message>
    <message>
        <source>{} on {} cannot be given to that owner: there is none of that name</source>
        <translation>{} sur {} ne peut pas être donné à ce propriétaire&#x202f;: personne n’y porte ce nom</translation>
    </message>
    <message>
        <source>not all of {} arrived on {}</source>
        <translation>{} n’est pas arrivé en entier sur {}</translation>
    </message>
    <message>
        <source>Nothing was changed there; send it again</source>
        <translation>Rien n’y a été changé&#x202f;; envoyez-le de nouveau</translation>
    </message>
    <message>
        <source>{} on {} could not be dealt with</source>
        <translation>{} sur {} n’a pas pu être traité</translation>
    </message>
    <message>
        <source>{} on {}: {}</source>
        <translation>{} sur {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>“{}” is no absolute path of a file</source>
        <translation>«&#x202f;{}&#x202f;» n’est pas le chemin absolu d’un fichier</translation>
    </message>
    <message>
        <source>there is no {} on {}</source>
        <translation>il n’y a pas de {} sur {}</translation>
    </message>
    <message>
        <source>{} on {} is larger than {} bytes</source>
        <translation>{} sur {} dépasse {} octets</translation>
    </message>
    <message>
        <source>VPCs in a region</source>
        <translation>VPC dans une région</translation>
    </message>
    <message>
        <source>internet gateways in a region</source>
        <translation>passerelles internet dans une région</translation>
    </message>
    <message>
        <source>NAT gateways in a zone</source>
        <translation>passerelles NAT dans une zone</translation>
    </message>
    <message>
        <source>elastic IP addresses in a region</source>
        <translation>adresses IP Elastic dans une région</translation>
    </message>
    <message>
        <source>vCPUs of running instances</source>
        <translation>vCPU d’instances en marche</translation>
    </message>
    <message>
        <source>clusters in a region</source>
        <translation>clusters dans une région</translation>
    </message>
    <message>
        <source>“{}” names no cluster that is known here</source>
        <translation>«&#x202f;{}&#x202f;» ne nomme aucun cluster connu ici</translation>
    </message>
    <message>
        <source>Timonier has made no cluster {} from here</source>
        <translation>Timonier n’a fait aucun cluster {} d’ici</translation>
    </message>
    <message>
        <source>Give its spec with -f</source>
        <translation>Donnez sa spécification avec -f</translation>
    </message>
    <message>
        <source>a quota of this account is used up ({}): {}</source>
        <translation>un quota de ce compte est épuisé ({})&#x202f;: {}</translation>
    </message>
    <message>
        <source>a quota of this account is used up: {}</source>
        <translation>un quota de ce compte est épuisé&#x202f;: {}</translation>
    </message>
    <message>
        <source>these AWS keys lack the permission {}</source>
        <translation>ces clés AWS n’ont pas l’autorisation {}</translation>
    </message>
    <message>
        <source>{} lacks the permission {}</source>
        <translation>{} n’a pas l’autorisation {}</translation>
    </message>
    <message>
        <source>A policy denies it outright: whoever manages this AWS account has to change that, or another profile be used.</source>
        <translation>Une stratégie l’interdit expressément&#x202f;: qui gère ce compte AWS doit la changer, ou il faut un autre profil.</translation>
    </message>
    <message>
        <source>Have {} allowed in IAM by whoever manages this AWS account, or use another profile.</source>
        <translation>Faites autoriser {} dans IAM par qui gère ce compte AWS, ou prenez un autre profil.</translation>
    </message>
    <message>
        <source>the AWS keys have expired</source>
        <translation>les clés AWS ont expiré</translation>
    </message>
    <message>
        <source>Sign in again (aws sso login, or new keys in ~/.aws/credentials).</source>
        <translation>Connectez-vous de nouveau (aws sso login, ou de nouvelles clés dans ~/.aws/credentials).</translation>
    </message>
    <message>
        <source>AWS does not know these keys</source>
        <translation>AWS ne connaît pas ces clés</translation>
    </message>
    <message>
        <source>AWS does not accept the signature</source>
        <translation>AWS n’accepte pas la signature</translation>
    </message>
    <message>
        <source>The secret key is mistyped, or this computer&apos;s clock is wrong: compare it with another.</source>
        <translation>La clé secrète est mal saisie, ou l’horloge de cet ordinateur est fausse&#x202f;: comparez-la à une autre.</translation>
    </message>
    <message>
        <source>what answers for {} is not AWS (status {})</source>
        <translation>ce qui répond pour {} n’est pas AWS (état {})</translation>
    </message>
    <message>
        <source>A proxy or an AWS_ENDPOINT_URL may lead elsewhere.</source>
        <translation>Un proxy ou un AWS_ENDPOINT_URL mène peut-être ailleurs.</translation>
    </message>
    <message>
        <source>{} failed: {}</source>
        <translation>{} a échoué&#x202f;: {}</translation>
    </message>
    <message>
        <source>status {}</source>
        <translation>état {}</translation>
    </message>
    <message>
        <source>AWS wants to be asked less often: try again in a minute.</source>
        <translation>AWS veut être interrogé moins souvent&#x202f;: réessayez dans une minute.</translation>
    </message>
    <message>
        <source>Look at https://health.aws.amazon.com, and try again in some minutes.</source>
        <translation>Regardez https://health.aws.amazon.com, et réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>Use these zones: {}</source>
        <translation>Prenez ces zones&#x202f;: {}</translation>
    </message>
    <message>
        <source>the answer to {} cannot be read</source>
        <translation>la réponse à {} ne peut pas être lue</translation>
    </message>
    <message>
        <source>it has not come about within {} minutes</source>
        <translation>ce n’est pas arrivé en {} minutes</translation>
    </message>
    <message>
        <source>the AWS keys of {} have expired</source>
        <translation>les clés AWS de {} ont expiré</translation>
    </message>
    <message>
        <source>Sign in again, or have them renewed where they come from.</source>
        <translation>Connectez-vous de nouveau, ou faites-les renouveler là d’où elles viennent.</translation>
    </message>
    <message>
        <source>no AWS keys are kept as {}</source>
        <translation>aucune clé AWS n’est conservée sous le nom {}</translation>
    </message>
    <message>
        <source>Type them in again.</source>
        <translation>Saisissez-les de nouveau.</translation>
    </message>
    <message>
        <source>there is no AWS profile {}</source>
        <translation>il n’y a pas de profil AWS {}</translation>
    </message>
    <message>
        <source>Profiles stand in ~/.aws/config and ~/.aws/credentials.</source>
        <translation>Les profils se trouvent dans ~/.aws/config et ~/.aws/credentials.</translation>
    </message>
    <message>
        <source>no AWS keys are to be found</source>
        <translation>aucune clé AWS n’a été trouvée</translation>
    </message>
    <message>
        <source>Looked for: AWS_ACCESS_KEY_ID, the profile {} in ~/.aws, a container&apos;s and an instance&apos;s role. Sign in (aws sso login, aws configure), or type keys in.</source>
        <translation>Cherché&#x202f;: AWS_ACCESS_KEY_ID, le profil {} dans ~/.aws, le rôle d’un conteneur et celui d’une instance. Connectez-vous (aws sso login, aws configure), ou saisissez des clés.</translation>
    </message>
    <message>
        <source>no AWS region is given</source>
        <translation>aucune région AWS n’est donnée</translation>
    </message>
    <message>
        <source>Say it in the spec, in AWS_REGION, or in the profile {}.</source>
        <translation>Dites-la dans la spécification, dans AWS_REGION ou dans le profil {}.</translation>
    </message>
    <message>
        <source>the keys kept as {}</source>
        <translation>les clés conservées sous le nom {}</translation>
    </message>
    <message>
        <source>the account&apos;s root may do everything</source>
        <translation>la racine du compte peut tout faire</translation>
    </message>
    <message>
        <source>the container&apos;s endpoint gives no AWS keys (status {})</source>
        <translation>le point d’accès du conteneur ne donne pas de clés AWS (état {})</translation>
    </message>
    <message>
        <source>Has the task or the pod a role?</source>
        <translation>La tâche ou le pod a-t-il un rôle&#x202f;?</translation>
    </message>
    <message>
        <source>the container&apos;s role</source>
        <translation>le rôle du conteneur</translation>
    </message>
    <message>
        <source>the instance&apos;s role gives no AWS keys (status {})</source>
        <translation>le rôle de l’instance ne donne pas de clés AWS (état {})</translation>
    </message>
    <message>
        <source>the instance&apos;s role</source>
        <translation>le rôle de l’instance</translation>
    </message>
    <message>
        <source>the AWS profile {} has half of a pair of keys</source>
        <translation>le profil AWS {} n’a que la moitié d’une paire de clés</translation>
    </message>
    <message>
        <source>It needs aws_access_key_id and aws_secret_access_key.</source>
        <translation>Il lui faut aws_access_key_id et aws_secret_access_key.</translation>
    </message>
    <message>
        <source>the profile {}</source>
        <translation>le profil {}</translation>
    </message>
    <message>
        <source>the credential_process of the AWS profile {} is no command</source>
        <translation>le credential_process du profil AWS {} n’est pas une commande</translation>
    </message>
    <message>
        <source>{}, which the AWS profile {} asks for keys, gave none</source>
        <translation>{}, à qui le profil AWS {} demande des clés, n’en a pas donné</translation>
    </message>
    <message>
        <source>Run it in a terminal: it may want you to sign in.</source>
        <translation>Lancez-le dans un terminal&#x202f;: il veut peut-être que vous vous connectiez.</translation>
    </message>
    <message>
        <source>the program of the profile {}</source>
        <translation>le programme du profil {}</translation>
    </message>
    <message>
        <source>Another profile names it as its source_profile.</source>
        <translation>Un autre profil le nomme comme son source_profile.</translation>
    </message>
    <message>
        <source>the AWS profiles {} name each other as their source</source>
        <translation>les profils AWS {} se nomment l’un l’autre comme source</translation>
    </message>
    <message>
        <source>the AWS profile {} has a role_arn, and needs one of source_profile and credential_source</source>
        <translation>le profil AWS {} a un role_arn, et il lui faut soit source_profile, soit credential_source</translation>
    </message>
    <message>
        <source>the AWS profile {} has a credential_source that there is not: {}</source>
        <translation>le profil AWS {} a un credential_source qui n’existe pas&#x202f;: {}</translation>
    </message>
    <message>
        <source>the AWS profile {} takes its keys from {}, which has none</source>
        <translation>le profil AWS {} prend ses clés de {}, qui n’en a pas</translation>
    </message>
    <message>
        <source>the AWS profile {} asks for a code at each sign-in (mfa_serial), which cannot be asked for here</source>
        <translation>le profil AWS {} demande un code à chaque connexion (mfa_serial), ce qui ne peut pas être demandé ici</translation>
    </message>
    <message>
        <source>Make a session with `aws sts get-session-token` or `aws sso login` and use its profile.</source>
        <translation>Ouvrez une session avec `aws sts get-session-token` ou `aws sso login`, et prenez son profil.</translation>
    </message>
    <message>
        <source>the AWS profile {} signs in with a web identity, which Timonier cannot</source>
        <translation>le profil AWS {} se connecte par une identité web, ce que Timonier ne sait pas faire</translation>
    </message>
    <message>
        <source>the role {} of the AWS profile {} cannot be taken on</source>
        <translation>le rôle {} du profil AWS {} ne peut pas être endossé</translation>
    </message>
    <message>
        <source>the environment has half of a pair of AWS keys</source>
        <translation>l’environnement n’a que la moitié d’une paire de clés AWS</translation>
    </message>
    <message>
        <source>Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.</source>
        <translation>Donnez AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY, ou aucune des deux.</translation>
    </message>
    <message>
        <source>the environment</source>
        <translation>l’environnement</translation>
    </message>
    <message>
        <source>what came from {} are no AWS keys</source>
        <translation>ce qui est venu de {} n’est pas une paire de clés AWS</translation>
    </message>
    <message>
        <source>AWS has no region {}</source>
        <translation>AWS n’a pas de région {}</translation>
    </message>
    <message>
        <source>Regions are called eu-west-3 or us-east-1</source>
        <translation>Les régions s’appellent eu-west-3 ou us-east-1</translation>
    </message>
    <message>
        <source>this is no line of an AWS configuration</source>
        <translation>ce n’est pas une ligne d’une configuration AWS</translation>
    </message>
    <message>
        <source>the AWS profile {} is not signed in</source>
        <translation>le profil AWS {} n’est pas connecté</translation>
    </message>
    <message>
        <source>Run: aws sso login --profile {}</source>
        <translation>Lancez&#x202f;: aws sso login --profile {}</translation>
    </message>
    <message>
        <source>the AWS profile {} names the sso-session {}, which there is not</source>
        <translation>le profil AWS {} nomme la sso-session {}, qui n’existe pas</translation>
    </message>
    <message>
        <source>the AWS profile {} needs sso_region, sso_account_id and sso_role_name</source>
        <translation>il faut au profil AWS {} sso_region, sso_account_id et sso_role_name</translation>
    </message>
    <message>
        <source>the AWS profile {} may not take the role {} in the account {}</source>
        <translation>le profil AWS {} n’a pas le droit de prendre le rôle {} dans le compte {}</translation>
    </message>
    <message>
        <source>Ask whoever manages IAM Identity Center for it.</source>
        <translation>Demandez-le à qui gère IAM Identity Center.</translation>
    </message>
    <message>
        <source>IAM Identity Center gave no keys (status {})</source>
        <translation>IAM Identity Center n’a pas donné de clés (état {})</translation>
    </message>
    <message>
        <source>the answer is nested too deeply</source>
        <translation>la réponse est imbriquée trop profondément</translation>
    </message>
    <message>
        <source>the answer is no XML</source>
        <translation>la réponse n’est pas du XML</translation>
    </message>
    <message>
        <source>Keys and tokens would be readable by anybody on the way; plain http is for this computer only.</source>
        <translation>Clés et jetons seraient lisibles par n’importe qui en chemin&#x202f;; http sans chiffrement n’est que pour cet ordinateur.</translation>
    </message>
    <message>
        <source>the header {} holds what no header may hold</source>
        <translation>l’en-tête {} contient ce qu’aucun en-tête ne peut contenir</translation>
    </message>
    <message>
        <source>the answer of {} is larger than {} MB</source>
        <translation>la réponse de {} dépasse {} Mo</translation>
    </message>
    <message>
        <source>the connection to {} broke off: {}</source>
        <translation>la connexion à {} s’est interrompue&#x202f;: {}</translation>
    </message>
    <message>
        <source>the cluster {} is gone</source>
        <translation>le cluster {} a disparu</translation>
    </message>
    <message>
        <source>Somebody deleted it meanwhile. Run the plan again.</source>
        <translation>Quelqu’un l’a supprimé entre-temps. Relancez le plan.</translation>
    </message>
    <message>
        <source>the cluster is {}</source>
        <translation>le cluster est {}</translation>
    </message>
    <message>
        <source>the cluster {} could not be made: {}</source>
        <translation>le cluster {} n’a pas pu être créé&#x202f;: {}</translation>
    </message>
    <message>
        <source>Delete it, and run the plan again.</source>
        <translation>Supprimez-le, et relancez le plan.</translation>
    </message>
    <message>
        <source>Create the control plane {}</source>
        <translation>Créer le plan de contrôle {}</translation>
    </message>
    <message>
        <source>there is a cluster {} in {} already, which this plan did not make</source>
        <translation>il y a déjà un cluster {} dans {}, que ce plan n’a pas créé</translation>
    </message>
    <message>
        <source>Name this one otherwise.</source>
        <translation>Donnez un autre nom à celui-ci.</translation>
    </message>
    <message>
        <source>{} is {}</source>
        <translation>{} est {}</translation>
    </message>
    <message>
        <source>{} could not be made: {}</source>
        <translation>{} n’a pas pu être créé&#x202f;: {}</translation>
    </message>
    <message>
        <source>What failed is removed and made anew when the plan is run again.</source>
        <translation>Ce qui a échoué est retiré et refait quand le plan est relancé.</translation>
    </message>
    <message>
        <source>Install the add-on {}</source>
        <translation>Installer le module {}</translation>
    </message>
    <message>
        <source>Create {} nodes {} ({})</source>
        <translation>Créer {} nœuds {} ({})</translation>
    </message>
    <message>
        <source>Let {} do everything in it</source>
        <translation>Permettre à {} d’y tout faire</translation>
    </message>
    <message>
        <source>Create the public subnet {}</source>
        <translation>Créer le sous-réseau public {}</translation>
    </message>
    <message>
        <source>Create the private subnet {}</source>
        <translation>Créer le sous-réseau privé {}</translation>
    </message>
    <message>
        <source>Create the VPC {}</source>
        <translation>Créer le VPC {}</translation>
    </message>
    <message>
        <source>Create the internet gateway</source>
        <translation>Créer la passerelle internet</translation>
    </message>
    <message>
        <source>Create the NAT gateway</source>
        <translation>Créer la passerelle NAT</translation>
    </message>
    <message>
        <source>the NAT gateway {} could not be made</source>
        <translation>la passerelle NAT {} n’a pas pu être créée</translation>
    </message>
    <message>
        <source>Run the plan again; AWS&apos; console says why.</source>
        <translation>Relancez le plan&#x202f;; la console d’AWS dit pourquoi.</translation>
    </message>
    <message>
        <source>Route the public subnets to the internet</source>
        <translation>Relier les sous-réseaux publics à internet</translation>
    </message>
    <message>
        <source>Route the private subnets through the NAT gateway</source>
        <translation>Faire passer les sous-réseaux privés par la passerelle NAT</translation>
    </message>
    <message>
        <source>Reserve the NAT gateway&apos;s address</source>
        <translation>Réserver l’adresse de la passerelle NAT</translation>
    </message>
    <message>
        <source>EKS does not offer Kubernetes {}; it has {}</source>
        <translation>EKS ne propose pas Kubernetes {}&#x202f;; il a {}</translation>
    </message>
    <message>
        <source>Sign in to AWS</source>
        <translation>Se connecter à AWS</translation>
    </message>
    <message>
        <source>the account {}, as {}</source>
        <translation>le compte {}, en tant que {}</translation>
    </message>
    <message>
        <source>The EKS cluster {} in {}</source>
        <translation>Le cluster EKS {} dans {}</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>absent</translation>
    </message>
    <message>
        <source>Permissions</source>
        <translation>Autorisations</translation>
    </message>
    <message>
        <source>all that the plan asks for, by IAM&apos;s simulation</source>
        <translation>toutes celles que le plan demande, selon la simulation d’IAM</translation>
    </message>
    <message>
        <source>it may be that {} of them are missing</source>
        <translation>il se peut que {} d’entre elles manquent</translation>
    </message>
    <message>
        <source>Have these allowed in IAM by whoever manages this AWS account: {}</source>
        <translation>Faites autoriser celles-ci dans IAM par qui gère ce compte AWS&#x202f;: {}</translation>
    </message>
    <message>
        <source>Sign-in to AWS</source>
        <translation>Connexion à AWS</translation>
    </message>
    <message>
        <source>Kubernetes version</source>
        <translation>Version de Kubernetes</translation>
    </message>
    <message>
        <source>what EKS takes by itself</source>
        <translation>celle qu’EKS prend de lui-même</translation>
    </message>
    <message>
        <source>Control plane (six times as much once its version is in extended support)</source>
        <translation>Plan de contrôle (six fois plus dès que sa version est en support étendu)</translation>
    </message>
    <message>
        <source>NAT gateway, without its traffic</source>
        <translation>Passerelle NAT, sans son trafic</translation>
    </message>
    <message>
        <source>Its public address</source>
        <translation>Son adresse publique</translation>
    </message>
    <message>
        <source>{} × {}, at most (spot)</source>
        <translation>{} × {}, au plus (spot)</translation>
    </message>
    <message>
        <source>{} × {}</source>
        <translation>{} × {}</translation>
    </message>
    <message>
        <source>{} × {} GiB of disk</source>
        <translation>{} × {} Gio de disque</translation>
    </message>
    <message>
        <source>{} public addresses of nodes</source>
        <translation>{} adresses publiques de nœuds</translation>
    </message>
    <message>
        <source>there is a role {} already, which this plan did not make</source>
        <translation>il y a déjà un rôle {}, que ce plan n’a pas créé</translation>
    </message>
    <message>
        <source>Give its ARN in the spec&apos;s roles, or name the cluster otherwise.</source>
        <translation>Donnez son ARN dans roles de la spécification, ou un autre nom au cluster.</translation>
    </message>
    <message>
        <source>Create the control plane&apos;s role {}</source>
        <translation>Créer le rôle {} du plan de contrôle</translation>
    </message>
    <message>
        <source>Create the nodes&apos; role {}</source>
        <translation>Créer le rôle {} des nœuds</translation>
    </message>
    <message>
        <source>{} must be the ARN of an IAM role or user</source>
        <translation>{} doit être l’ARN d’un rôle ou d’un utilisateur IAM</translation>
    </message>
    <message>
        <source>{} must be a network such as {}, its length from /{} to /{}</source>
        <translation>{} doit être un réseau comme {}, d’une longueur de /{} à /{}</translation>
    </message>
    <message>
        <source>{} may not hold {}</source>
        <translation>{} ne peut pas contenir {}</translation>
    </message>
    <message>
        <source>{} may hold {} at most</source>
        <translation>{} peut en contenir {} au plus</translation>
    </message>
    <message>
        <source>a node group&apos;s name holds letters, digits, “-” and “_”, 63 at most</source>
        <translation>le nom d’un groupe de nœuds contient lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;», 63 au plus</translation>
    </message>
    <message>
        <source>{} is no type of an instance; they are called t3.large</source>
        <translation>{} n’est pas un type d’instance&#x202f;; ils s’appellent t3.large</translation>
    </message>
    <message>
        <source>{} is too small for a node: it has less than 2 GiB, and room for four pods at most. t3.medium is the least that works</source>
        <translation>{} est trop petit pour un nœud&#x202f;: il a moins de 2 Gio, et de la place pour quatre pods au plus. t3.medium est le moindre qui marche</translation>
    </message>
    <message>
        <source>of the node group {}, min, count and max must not be smaller one than the one before</source>
        <translation>dans le groupe de nœuds {}, min, count et max ne doivent pas décroître</translation>
    </message>
    <message>
        <source>{} is no subnet; they are called subnet-0123456789abcdef0</source>
        <translation>{} n’est pas un sous-réseau&#x202f;; ils s’appellent subnet-0123456789abcdef0</translation>
    </message>
    <message>
        <source>EKS needs subnets in two zones at least</source>
        <translation>il faut à EKS des sous-réseaux dans deux zones au moins</translation>
    </message>
    <message>
        <source>EKS needs two zones at least, and four are enough</source>
        <translation>il faut à EKS deux zones au moins, et quatre suffisent</translation>
    </message>
    <message>
        <source>network.subnets are of a network that is there: it takes no cidr, zones or nat</source>
        <translation>network.subnets sont ceux d’un réseau qui existe&#x202f;: il ne prend ni cidr, ni zones, ni nat</translation>
    </message>
    <message>
        <source>an API server that nobody can reach is of no use: access.public or access.private</source>
        <translation>un serveur d’API que personne ne peut joindre ne sert à rien&#x202f;: access.public ou access.private</translation>
    </message>
    <message>
        <source>access.cidrs says who comes from outside: it needs access.public</source>
        <translation>access.cidrs dit qui vient du dehors&#x202f;: il lui faut access.public</translation>
    </message>
    <message>
        <source>name holds letters, digits, “-” and “_”, 50 at most</source>
        <translation>name contient lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;», 50 au plus</translation>
    </message>
    <message>
        <source>version is written as &quot;1.34&quot;, without a patch: EKS chooses that</source>
        <translation>version s’écrit &quot;1.34&quot;, sans correctif&#x202f;: EKS le choisit</translation>
    </message>
    <message>
        <source>there are two node groups {}</source>
        <translation>il y a deux groupes de nœuds {}</translation>
    </message>
    <message>
        <source>{} is no network</source>
        <translation>{} n’est pas un réseau</translation>
    </message>
    <message>
        <source>the spec needs a name</source>
        <translation>il faut un name à la spécification</translation>
    </message>
    <message>
        <source>the spec needs a region, such as eu-west-3</source>
        <translation>il faut une region à la spécification, par exemple eu-west-3</translation>
    </message>
    <message>
        <source>either profile or keys, not both</source>
        <translation>soit profile, soit keys, pas les deux</translation>
    </message>
    <message>
        <source>the ledger does not know {} {}</source>
        <translation>le registre des ressources ne connaît pas {} {}</translation>
    </message>
    <message>
        <source>Run the plan again: what is there is found by its tags.</source>
        <translation>Relancez le plan&#x202f;: ce qui existe est retrouvé par ses étiquettes.</translation>
    </message>
    <message>
        <source>{} is made</source>
        <translation>{} est créé</translation>
    </message>
    <message>
        <source>the load balancer {} is removed</source>
        <translation>le répartiteur de charge {} est supprimé</translation>
    </message>
    <message>
        <source>Note that load balancers and volumes it makes go with it</source>
        <translation>Noter que les répartiteurs de charge et les volumes qu’il crée partent avec lui</translation>
    </message>
    <message>
        <source>its add-ons are AWS&apos; own</source>
        <translation>ses extensions sont celles d’AWS</translation>
    </message>
    <message>
        <source>Name them in the spec (addons), and run it again</source>
        <translation>Nommez-les dans la spécification (addons), et relancez</translation>
    </message>
    <message>
        <source>AWS gives a Service of the type LoadBalancer its address</source>
        <translation>AWS donne son adresse à un Service de type LoadBalancer</translation>
    </message>
    <message>
        <source>Look at the Service, or use port-forward</source>
        <translation>Regardez le Service, ou utilisez port-forward</translation>
    </message>
    <message>
        <source>there is no tunnel into a cloud&apos;s cluster</source>
        <translation>il n’y a pas de tunnel vers le cluster d’un nuage</translation>
    </message>
    <message>
        <source>Use port-forward, or a Service of the type LoadBalancer</source>
        <translation>Utilisez port-forward, ou un Service de type LoadBalancer</translation>
    </message>
    <message>
        <source>images are not loaded into a cloud&apos;s nodes</source>
        <translation>les images ne sont pas chargées dans les nœuds d’un nuage</translation>
    </message>
    <message>
        <source>Push them to a registry that the nodes reach</source>
        <translation>Poussez-les vers un registre que les nœuds atteignent</translation>
    </message>
    <message>
        <source>logs of the control plane are in CloudWatch, where they are switched on</source>
        <translation>les journaux du plan de contrôle sont dans CloudWatch, où on les active</translation>
    </message>
    <message>
        <source>Those of pods: timonierctl logs</source>
        <translation>Ceux des pods&#x202f;: timonierctl logs</translation>
    </message>
    <message>
        <source>it cannot be stopped: its control plane costs as long as it is there</source>
        <translation>il ne peut être arrêté&#x202f;: son plan de contrôle coûte aussi longtemps qu’il existe</translation>
    </message>
    <message>
        <source>Delete it, or set the count of its nodes to 0</source>
        <translation>Supprimez-le, ou mettez le nombre de ses nœuds à 0</translation>
    </message>
    <message>
        <source>The subscription has to be registered for this kind of thing: run the plan again, or have an owner register it.</source>
        <translation>L’abonnement doit être inscrit pour ce genre de choses&#x202f;: relancez le plan, ou faites-le inscrire par un propriétaire.</translation>
    </message>
    <message>
        <source>It is another tenant&apos;s, or mistyped: timonierctl azure subscriptions shows those that this sign-in has.</source>
        <translation>Il est d’un autre locataire (tenant), ou mal écrit&#x202f;: timonierctl azure subscriptions montre ceux de cette connexion.</translation>
    </message>
    <message>
        <source>The subscription is another tenant&apos;s: name that in the spec (tenant).</source>
        <translation>L’abonnement est d’un autre locataire&#x202f;: nommez celui-ci dans la spécification (tenant).</translation>
    </message>
    <message>
        <source>The subscription is switched off (its credit may be used up): look at it in the portal.</source>
        <translation>L’abonnement est désactivé (son crédit est peut-être épuisé)&#x202f;: regardez-le dans le portail.</translation>
    </message>
    <message>
        <source>A policy of the subscription forbids it; those of students allow some regions only. Choose another region or size.</source>
        <translation>Une stratégie de l’abonnement l’interdit&#x202f;; celles des étudiants ne permettent que certaines régions. Choisissez une autre région ou une autre taille.</translation>
    </message>
    <message>
        <source>Azure has no machines of this size there now: choose another size, zone or region.</source>
        <translation>Azure n’y a plus de machines de cette taille en ce moment&#x202f;: choisissez une autre taille, zone ou région.</translation>
    </message>
    <message>
        <source>timonierctl azure versions shows those that are offered there.</source>
        <translation>timonierctl azure versions montre celles qui y sont proposées.</translation>
    </message>
    <message>
        <source>Names of registries are unique in all of Azure: choose another one.</source>
        <translation>Les noms de registres sont uniques dans tout Azure&#x202f;: choisissez-en un autre.</translation>
    </message>
    <message>
        <source>A lock keeps it from being changed: take that off in the portal first.</source>
        <translation>Un verrou empêche de le changer&#x202f;: ôtez-le d’abord dans le portail.</translation>
    </message>
    <message>
        <source>Azure does not accept the client&apos;s secret</source>
        <translation>Azure n’accepte pas le secret du client</translation>
    </message>
    <message>
        <source>AZURE_CLIENT_SECRET holds the value of a secret, not its id: make a new one under App registrations, Certificates &amp; secrets.</source>
        <translation>AZURE_CLIENT_SECRET contient la valeur d’un secret, pas son identifiant&#x202f;: faites-en un nouveau sous Inscriptions d’applications, Certificats et secrets.</translation>
    </message>
    <message>
        <source>the client&apos;s secret has expired</source>
        <translation>le secret du client a expiré</translation>
    </message>
    <message>
        <source>Make a new one under App registrations, Certificates &amp; secrets.</source>
        <translation>Faites-en un nouveau sous Inscriptions d’applications, Certificats et secrets.</translation>
    </message>
    <message>
        <source>Azure knows no such client in this tenant</source>
        <translation>Azure ne connaît pas ce client dans ce locataire</translation>
    </message>
    <message>
        <source>Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the app registration.</source>
        <translation>Comparez AZURE_CLIENT_ID et AZURE_TENANT_ID avec l’inscription de l’application.</translation>
    </message>
    <message>
        <source>Azure knows no such tenant</source>
        <translation>Azure ne connaît pas ce locataire</translation>
    </message>
    <message>
        <source>A tenant is an id or a domain, such as example.onmicrosoft.com; another of Azure&apos;s clouds has others.</source>
        <translation>Un locataire est un identifiant ou un domaine, comme example.onmicrosoft.com&#x202f;; un autre des clouds d’Azure en a d’autres.</translation>
    </message>
    <message>
        <source>the sign-in to Azure has expired</source>
        <translation>la connexion à Azure a expiré</translation>
    </message>
    <message>
        <source>Sign in again: timonierctl azure login</source>
        <translation>Connectez-vous de nouveau&#x202f;: timonierctl azure login</translation>
    </message>
    <message>
        <source>the sign-in to Azure was revoked</source>
        <translation>la connexion à Azure a été révoquée</translation>
    </message>
    <message>
        <source>Azure wants a second factor</source>
        <translation>Azure veut un second facteur</translation>
    </message>
    <message>
        <source>Sign in again, to this tenant: timonierctl azure login --tenant TENANT</source>
        <translation>Connectez-vous de nouveau, à ce locataire&#x202f;: timonierctl azure login --tenant TENANT</translation>
    </message>
    <message>
        <source>a policy of the tenant (conditional access) does not allow this sign-in</source>
        <translation>une stratégie du locataire (accès conditionnel) ne permet pas cette connexion</translation>
    </message>
    <message>
        <source>Some tenants allow no device codes: whoever manages it can give you a service principal (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID).</source>
        <translation>Certains locataires n’admettent pas les codes d’appareil&#x202f;: qui gère le vôtre peut vous donner un principal de service (AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID).</translation>
    </message>
    <message>
        <source>Azure knows no such person in this tenant</source>
        <translation>Azure ne connaît pas cette personne dans ce locataire</translation>
    </message>
    <message>
        <source>Sign in to the tenant that you belong to.</source>
        <translation>Connectez-vous au locataire dont vous faites partie.</translation>
    </message>
    <message>
        <source>its add-ons are Azure&apos;s own</source>
        <translation>ses extensions sont celles d’Azure</translation>
    </message>
    <message>
        <source>Azure gives a Service of the type LoadBalancer its address</source>
        <translation>Azure donne son adresse à un Service de type LoadBalancer</translation>
    </message>
    <message>
        <source>logs of the control plane are in Azure Monitor, where they are switched on</source>
        <translation>les journaux du plan de contrôle sont dans Azure Monitor, où on les active</translation>
    </message>
    <message>
        <source>Azure gives no kubeconfig</source>
        <translation>Azure ne donne pas de kubeconfig</translation>
    </message>
    <message>
        <source>Azure sends us on to another place: {}</source>
        <translation>Azure nous envoie ailleurs&#x202f;: {}</translation>
    </message>
    <message>
        <source>Azure wants to be left alone for {} minutes.</source>
        <translation>Azure veut qu’on le laisse tranquille {} minutes.</translation>
    </message>
    <message>
        <source>{} is not over yet</source>
        <translation>{} n’est pas encore terminé</translation>
    </message>
    <message>
        <source>Azure goes on with it: run the plan again in some minutes.</source>
        <translation>Azure continue&#x202f;: relancez le plan dans quelques minutes.</translation>
    </message>
    <message>
        <source>this sign-in lacks the permission {}</source>
        <translation>il manque à cette connexion la permission {}</translation>
    </message>
    <message>
        <source>Have an owner of {} give it a role that has it ({}). A role that was given a moment ago counts after some minutes.</source>
        <translation>Demandez à un propriétaire de {} de lui donner un rôle qui l’a ({}). Un rôle tout juste donné ne compte qu’après quelques minutes.</translation>
    </message>
    <message>
        <source>the subscription</source>
        <translation>l’abonnement</translation>
    </message>
    <message>
        <source>the quota {} in {} is too small: {} of {} are used, and {} more are asked for</source>
        <translation>le quota {} dans {} est trop petit&#x202f;: {} sur {} sont utilisés, et {} de plus sont demandés</translation>
    </message>
    <message>
        <source>Take fewer or smaller machines or another region, or have the quota raised: {}</source>
        <translation>Prenez moins de machines, de plus petites ou une autre région, ou faites relever le quota&#x202f;: {}</translation>
    </message>
    <message>
        <source>Azure does not accept this sign-in: {}</source>
        <translation>Azure n’accepte pas cette connexion&#x202f;: {}</translation>
    </message>
    <message>
        <source>Sign in again (timonierctl azure login), or compare AZURE_TENANT_ID and AZURE_CLIENT_ID.</source>
        <translation>Connectez-vous de nouveau (timonierctl azure login), ou comparez AZURE_TENANT_ID et AZURE_CLIENT_ID.</translation>
    </message>
    <message>
        <source>Azure wants to be asked less often: try again in some minutes.</source>
        <translation>Azure veut être interrogé moins souvent&#x202f;: réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>Look at https://status.azure.com, and try again in some minutes.</source>
        <translation>Regardez https://status.azure.com, et réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>what answers for {} is not Azure (status {})</source>
        <translation>ce qui répond pour {} n’est pas Azure (statut {})</translation>
    </message>
    <message>
        <source>A proxy or AZURE_RESOURCE_MANAGER_ENDPOINT may lead elsewhere.</source>
        <translation>Un proxy ou AZURE_RESOURCE_MANAGER_ENDPOINT mène peut-être ailleurs.</translation>
    </message>
    <message>
        <source>it ended as “{}”</source>
        <translation>cela s’est terminé par «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>{} is no web address: {}</source>
        <translation>{} n’est pas une adresse web&#x202f;: {}</translation>
    </message>
    <message>
        <source>Azure has no cloud {}</source>
        <translation>Azure n’a pas de cloud {}</translation>
    </message>
    <message>
        <source>the subscription&apos;s offer does not have it</source>
        <translation>l’offre de l’abonnement ne l’a pas</translation>
    </message>
    <message>
        <source>the subscription cannot have it there</source>
        <translation>l’abonnement ne peut pas l’avoir là</translation>
    </message>
    <message>
        <source>AZURE_CLIENT_ID is set, and AZURE_TENANT_ID is not</source>
        <translation>AZURE_CLIENT_ID est défini, et AZURE_TENANT_ID ne l’est pas</translation>
    </message>
    <message>
        <source>signing in to Azure with a client&apos;s certificate is not supported</source>
        <translation>se connecter à Azure avec le certificat d’un client n’est pas possible</translation>
    </message>
    <message>
        <source>Give the client a secret (AZURE_CLIENT_SECRET), or sign in yourself: timonierctl azure login</source>
        <translation>Donnez un secret au client (AZURE_CLIENT_SECRET), ou connectez-vous vous-même&#x202f;: timonierctl azure login</translation>
    </message>
    <message>
        <source>AZURE_CLIENT_ID is set, and AZURE_CLIENT_SECRET is not</source>
        <translation>AZURE_CLIENT_ID est défini, et AZURE_CLIENT_SECRET ne l’est pas</translation>
    </message>
    <message>
        <source>nobody is signed in to Azure</source>
        <translation>personne n’est connecté à Azure</translation>
    </message>
    <message>
        <source>nobody is signed in to Azure as {}</source>
        <translation>personne n’est connecté à Azure sous le nom {}</translation>
    </message>
    <message>
        <source>Sign in (timonierctl azure login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.</source>
        <translation>Connectez-vous (timonierctl azure login), ou définissez AZURE_TENANT_ID, AZURE_CLIENT_ID et AZURE_CLIENT_SECRET.</translation>
    </message>
    <message>
        <source>The system&apos;s store of passwords cannot be asked: {}. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET instead.</source>
        <translation>Le trousseau du système ne peut être interrogé&#x202f;: {}. Définissez plutôt AZURE_TENANT_ID, AZURE_CLIENT_ID et AZURE_CLIENT_SECRET.</translation>
    </message>
    <message>
        <source>somebody has it already</source>
        <translation>quelqu’un l’a déjà</translation>
    </message>
    <message>
        <source>the registry {} does not take this sign-in</source>
        <translation>le registre {} n’accepte pas cette connexion</translation>
    </message>
    <message>
        <source>Have its owner give it the role AcrPush.</source>
        <translation>Demandez à son propriétaire de lui donner le rôle AcrPush.</translation>
    </message>
    <message>
        <source>what answers as the registry {} is none of Azure&apos;s (status {})</source>
        <translation>ce qui répond comme registre {} n’est pas un registre d’Azure (statut {})</translation>
    </message>
    <message>
        <source>the new identity is not known everywhere yet</source>
        <translation>la nouvelle identité n’est pas encore connue partout</translation>
    </message>
    <message>
        <source>what answers is not Azure&apos;s sign-in (status {})</source>
        <translation>ce qui répond n’est pas la connexion d’Azure (statut {})</translation>
    </message>
    <message>
        <source>A proxy or AZURE_AUTHORITY_HOST may lead elsewhere.</source>
        <translation>Un proxy ou AZURE_AUTHORITY_HOST mène peut-être ailleurs.</translation>
    </message>
    <message>
        <source>Azure does not let us sign in: {}</source>
        <translation>Azure ne nous laisse pas nous connecter&#x202f;: {}</translation>
    </message>
    <message>
        <source>Azure&apos;s sign-in answered without a token</source>
        <translation>la connexion d’Azure a répondu sans jeton</translation>
    </message>
    <message>
        <source>Azure&apos;s sign-in answered without a code</source>
        <translation>la connexion d’Azure a répondu sans code</translation>
    </message>
    <message>
        <source>the sign-in was declined</source>
        <translation>la connexion a été refusée</translation>
    </message>
    <message>
        <source>nobody typed the code in</source>
        <translation>personne n’a saisi le code</translation>
    </message>
    <message>
        <source>Ask for another one.</source>
        <translation>Demandez-en un autre.</translation>
    </message>
    <message>
        <source>Sign in to Azure</source>
        <translation>Se connecter à Azure</translation>
    </message>
    <message>
        <source>the subscription {} ({})</source>
        <translation>l’abonnement {} ({})</translation>
    </message>
    <message>
        <source>the subscription {} is {}</source>
        <translation>l’abonnement {} est {}</translation>
    </message>
    <message>
        <source>Look at it in the portal: {}</source>
        <translation>Regardez-le dans le portail&#x202f;: {}</translation>
    </message>
    <message>
        <source>Have the subscription use {}</source>
        <translation>Permettre {} à l’abonnement</translation>
    </message>
    <message>
        <source>the resource group {} holds what this plan did not make: {}</source>
        <translation>le groupe de ressources {} contient ce que ce plan n’a pas fait&#x202f;: {}</translation>
    </message>
    <message>
        <source>Move or delete that, and delete again; or take the tag {} off the group, to keep it.</source>
        <translation>Déplacez ou supprimez cela, puis supprimez de nouveau&#x202f;; ou ôtez au groupe l’étiquette {}, pour le garder.</translation>
    </message>
    <message>
        <source>Make the resource group {}</source>
        <translation>Faire le groupe de ressources {}</translation>
    </message>
    <message>
        <source>Make the registry {}</source>
        <translation>Faire le registre {}</translation>
    </message>
    <message>
        <source>there is a registry {} already, which this plan did not make</source>
        <translation>il y a déjà un registre {}, que ce plan n’a pas fait</translation>
    </message>
    <message>
        <source>Name this one otherwise, or use that one: registry: {{id: {}}}</source>
        <translation>Donnez un autre nom à celui-ci, ou servez-vous de celui-là&#x202f;: registry: {{id: {}}}</translation>
    </message>
    <message>
        <source>images go to {}</source>
        <translation>les images vont à {}</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Région</translation>
    </message>
    <message>
        <source>the subscription has no region {}</source>
        <translation>l’abonnement n’a pas de région {}</translation>
    </message>
    <message>
        <source>Have whoever owns what is there already give you roles on it: Network Contributor on a subnet, Managed Identity Operator on an identity, User Access Administrator where the cluster is to get a role; or leave it out of the spec.</source>
        <translation>Faites-vous donner, par qui possède ce qui existe déjà, des rôles dessus&#x202f;: Network Contributor sur un sous-réseau, Managed Identity Operator sur une identité, User Access Administrator là où le cluster doit recevoir un rôle&#x202f;; ou enlevez-le de la spécification.</translation>
    </message>
    <message>
        <source>There is: {}</source>
        <translation>Il y a&#x202f;: {}</translation>
    </message>
    <message>
        <source>Make it first, or leave it out of the spec.</source>
        <translation>Créez-le d’abord, ou enlevez-le de la spécification.</translation>
    </message>
    <message>
        <source>the subnet {} is in {}, and the cluster is to be in {}</source>
        <translation>le sous-réseau {} est en {}, et le cluster doit être en {}</translation>
    </message>
    <message>
        <source>Nodes are where their network is: take a subnet there, or that region.</source>
        <translation>Les nœuds sont là où est leur réseau&#x202f;: prenez un sous-réseau de cette région, ou celle du sous-réseau.</translation>
    </message>
    <message>
        <source>{} of the spec overlaps the subnet {} ({})</source>
        <translation>{} de la spécification chevauche le sous-réseau {} ({})</translation>
    </message>
    <message>
        <source>Choose other networks for pods and services (network: pods, services).</source>
        <translation>Choisissez d’autres réseaux pour les pods et les services (network&#x202f;: pods, services).</translation>
    </message>
    <message>
        <source>the subnet {} has {} addresses left, and {} are asked for</source>
        <translation>le sous-réseau {} a encore {} adresses, et {} sont demandées</translation>
    </message>
    <message>
        <source>The cluster can be made; an upgrade, or all the nodes it may grow to, do not fit.</source>
        <translation>Le cluster peut être créé&#x202f;; une mise à niveau, ou tous les nœuds jusqu’où il peut grandir, n’y tiennent pas.</translation>
    </message>
    <message>
        <source>Take a larger subnet, fewer nodes, fewer pods on each (maxPods), or the plugin overlay, whose pods take none.</source>
        <translation>Prenez un sous-réseau plus grand, moins de nœuds, moins de pods sur chacun (maxPods), ou le greffon overlay, dont les pods n’en prennent pas.</translation>
    </message>
    <message>
        <source>What is there already</source>
        <translation>Ce qui existe déjà</translation>
    </message>
    <message>
        <source>there is no subnet {}</source>
        <translation>il n’y a pas de sous-réseau {}</translation>
    </message>
    <message>
        <source>subnet {} ({})</source>
        <translation>sous-réseau {} ({})</translation>
    </message>
    <message>
        <source>there is no managed identity {}</source>
        <translation>il n’y a pas d’identité managée {}</translation>
    </message>
    <message>
        <source>identity {}</source>
        <translation>identité {}</translation>
    </message>
    <message>
        <source>there is no registry {}</source>
        <translation>il n’y a pas de registre {}</translation>
    </message>
    <message>
        <source>registry {}</source>
        <translation>registre {}</translation>
    </message>
    <message>
        <source>Registered for</source>
        <translation>Inscrit pour</translation>
    </message>
    <message>
        <source>not registered yet: {}</source>
        <translation>pas encore inscrit pour&#x202f;: {}</translation>
    </message>
    <message>
        <source>The plan does that, once; it takes a minute or two, and costs nothing.</source>
        <translation>Le plan le fait, une fois&#x202f;; cela dure une minute ou deux, et ne coûte rien.</translation>
    </message>
    <message>
        <source>what AKS takes by itself</source>
        <translation>celle qu’AKS prend de lui-même</translation>
    </message>
    <message>
        <source>it runs {}</source>
        <translation>il tourne sous {}</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>Machines</translation>
    </message>
    <message>
        <source>{} in {}: {}</source>
        <translation>{} dans {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>timonierctl azure sizes shows those that there are.</source>
        <translation>timonierctl azure sizes montre celles qu’il y a.</translation>
    </message>
    <message>
        <source>{} is too small for AKS&apos; own pods: {} cores, {} GiB</source>
        <translation>{} est trop petit pour les pods d’AKS même&#x202f;: {} cœurs, {} Gio</translation>
    </message>
    <message>
        <source>A system pool wants two cores and 4 GiB at least.</source>
        <translation>Un pool système veut deux cœurs et 4 Gio au moins.</translation>
    </message>
    <message>
        <source>{} has no {} in the zone {}</source>
        <translation>{} n’a pas de {} dans la zone {}</translation>
    </message>
    <message>
        <source>This region has no zones for it: leave them out.</source>
        <translation>Cette région n’a pas de zones pour elle&#x202f;: ne les indiquez pas.</translation>
    </message>
    <message>
        <source>It has the zones: {}</source>
        <translation>Elle a les zones&#x202f;: {}</translation>
    </message>
    <message>
        <source>{}: {} cores, {} GiB</source>
        <translation>{}&#x202f;: {} cœurs, {} Gio</translation>
    </message>
    <message>
        <source>A pool in one zone is gone when that zone is. Two or three zones cost no more.</source>
        <translation>Un pool dans une seule zone disparaît avec elle. Deux ou trois zones ne coûtent pas plus.</translation>
    </message>
    <message>
        <source>Cores left</source>
        <translation>Cœurs restants</translation>
    </message>
    <message>
        <source>{}: {} of {} used, {} asked for</source>
        <translation>{}&#x202f;: {} sur {} utilisés, {} demandés</translation>
    </message>
    <message>
        <source>all that the plan asks for, by this sign-in&apos;s roles</source>
        <translation>tout ce que le plan demande, d’après les rôles de cette connexion</translation>
    </message>
    <message>
        <source>missing: {}</source>
        <translation>il manque&#x202f;: {}</translation>
    </message>
    <message>
        <source>Have an owner of the subscription give you the roles Contributor and User Access Administrator; or leave the registry out of the spec.</source>
        <translation>Demandez à un propriétaire de l’abonnement les rôles Contributeur et Administrateur de l’accès utilisateur&#x202f;; ou ôtez le registre de la spécification.</translation>
    </message>
    <message>
        <source>Have an owner of the subscription give you the role Contributor.</source>
        <translation>Demandez à un propriétaire de l’abonnement le rôle Contributeur.</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Noms</translation>
    </message>
    <message>
        <source>nobody has them</source>
        <translation>personne ne les a</translation>
    </message>
    <message>
        <source>the cluster is there, and this plan&apos;s own</source>
        <translation>le cluster est là, et c’est celui de ce plan</translation>
    </message>
    <message>
        <source>the registry cannot be called {}: {}</source>
        <translation>le registre ne peut s’appeler {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>as Azure&apos;s</source>
        <translation>comme celle d’Azure</translation>
    </message>
    <message>
        <source>this computer&apos;s clock is {} minutes behind Azure&apos;s</source>
        <translation>l’horloge de cet ordinateur retarde de {} minutes sur celle d’Azure</translation>
    </message>
    <message>
        <source>this computer&apos;s clock is {} minutes before Azure&apos;s</source>
        <translation>l’horloge de cet ordinateur avance de {} minutes sur celle d’Azure</translation>
    </message>
    <message>
        <source>Signing in and the plan work all the same; certificates and tokens of the cluster may be refused as expired, or as not good yet. Set the clock.</source>
        <translation>La connexion et le plan fonctionnent quand même&#x202f;; des certificats et des jetons du cluster peuvent être refusés comme expirés, ou pas encore valables. Mettez l’horloge à l’heure.</translation>
    </message>
    <message>
        <source>Sign-in to Azure</source>
        <translation>Connexion à Azure</translation>
    </message>
    <message>
        <source>the subscription {} ({}) of the tenant {}</source>
        <translation>l’abonnement {} ({}) du locataire {}</translation>
    </message>
    <message>
        <source>Make the cluster {}</source>
        <translation>Faire le cluster {}</translation>
    </message>
    <message>
        <source>Have the cluster run</source>
        <translation>Faire tourner le cluster</translation>
    </message>
    <message>
        <source>Have the control plane run Kubernetes {}</source>
        <translation>Mettre le plan de contrôle à Kubernetes {}</translation>
    </message>
    <message>
        <source>the cluster runs Kubernetes {}, and no cluster goes back to {}</source>
        <translation>le cluster tourne sous Kubernetes {}, et aucun cluster ne revient à {}</translation>
    </message>
    <message>
        <source>Write the version that it has into the spec.</source>
        <translation>Écrivez dans la spécification la version qu’il a.</translation>
    </message>
    <message>
        <source>AKS does not upgrade from {} to {}</source>
        <translation>AKS ne met pas à niveau de {} à {}</translation>
    </message>
    <message>
        <source>From here it goes to: {}</source>
        <translation>D’ici il va à&#x202f;: {}</translation>
    </message>
    <message>
        <source>Have the node pool {} as it is to be: {}</source>
        <translation>Mettre le pool de nœuds {} tel qu’il doit être&#x202f;: {}</translation>
    </message>
    <message>
        <source>the node pool {} has machines of the size {}, and cannot get others</source>
        <translation>le pool de nœuds {} a des machines de la taille {}, et ne peut en recevoir d’autres</translation>
    </message>
    <message>
        <source>Write a new pool of another name into the spec.</source>
        <translation>Écrivez dans la spécification un nouveau pool d’un autre nom.</translation>
    </message>
    <message>
        <source>The AKS cluster {} in {}</source>
        <translation>Le cluster AKS {} dans {}</translation>
    </message>
    <message>
        <source>Control plane (without an agreed availability)</source>
        <translation>Plan de contrôle (sans disponibilité garantie)</translation>
    </message>
    <message>
        <source>Control plane</source>
        <translation>Plan de contrôle</translation>
    </message>
    <message>
        <source>Load balancer, without its traffic</source>
        <translation>Répartiteur de charge, sans son trafic</translation>
    </message>
    <message>
        <source>Registry {}</source>
        <translation>Registre {}</translation>
    </message>
    <message>
        <source>the cluster {} has no identity that a role could be given to</source>
        <translation>le cluster {} n’a pas d’identité à qui donner un rôle</translation>
    </message>
    <message>
        <source>Run the plan again in a minute.</source>
        <translation>Relancez le plan dans une minute.</translation>
    </message>
    <message>
        <source>Let its nodes pull from the registry (AcrPull)</source>
        <translation>Laisser ses nœuds tirer du registre (AcrPull)</translation>
    </message>
    <message>
        <source>Let it use the subnet (Network Contributor)</source>
        <translation>Le laisser se servir du sous-réseau (Network Contributor)</translation>
    </message>
    <message>
        <source>{} is written as 11111111-2222-3333-4444-555555555555; timonierctl azure subscriptions shows yours</source>
        <translation>{} s’écrit comme 11111111-2222-3333-4444-555555555555&#x202f;; timonierctl azure subscriptions montre les vôtres</translation>
    </message>
    <message>
        <source>{} must be the id of a resource, /subscriptions/…/resourceGroups/…/providers/…</source>
        <translation>{} doit être l’identifiant d’une ressource, /subscriptions/…/resourceGroups/…/providers/…</translation>
    </message>
    <message>
        <source>{} overlaps {}, which AKS keeps for itself</source>
        <translation>{} chevauche {}, qu’AKS garde pour lui</translation>
    </message>
    <message>
        <source>a node pool&apos;s name holds small letters and digits, 12 at most, and begins with a letter</source>
        <translation>le nom d’un pool de nœuds contient petites lettres et chiffres, 12 au plus, et commence par une lettre</translation>
    </message>
    <message>
        <source>{} is no size of a machine; they are called Standard_D4s_v3</source>
        <translation>{} n’est pas une taille de machine&#x202f;; elles s’appellent Standard_D4s_v3</translation>
    </message>
    <message>
        <source>{} is too small for a node: AKS wants two cores at least. Standard_B2s is the least that works</source>
        <translation>{} est trop petit pour un nœud&#x202f;: AKS veut deux cœurs au moins. Standard_B2s est la plus petite qui convienne</translation>
    </message>
    <message>
        <source>{} is no zone; they are called 1, 2 and 3</source>
        <translation>{} n’est pas une zone&#x202f;; elles s’appellent 1, 2 et 3</translation>
    </message>
    <message>
        <source>{} names something twice</source>
        <translation>{} nomme quelque chose deux fois</translation>
    </message>
    <message>
        <source>of the node pool {}, min, count and max must not be smaller one than the one before</source>
        <translation>dans le pool de nœuds {}, min, count et max ne doivent pas décroître</translation>
    </message>
    <message>
        <source>of the node pool {}, min needs max</source>
        <translation>dans le pool de nœuds {}, min demande max</translation>
    </message>
    <message>
        <source>there are two node pools {}</source>
        <translation>il y a deux pools de nœuds {}</translation>
    </message>
    <message>
        <source>the node pool {} cannot be of spot machines: AKS&apos; own pods run on it</source>
        <translation>le pool de nœuds {} ne peut être de machines spot&#x202f;: les pods d’AKS même y tournent</translation>
    </message>
    <message>
        <source>the node pool {} needs one node at least: AKS&apos; own pods run on it</source>
        <translation>le pool de nœuds {} a besoin d’un nœud au moins&#x202f;: les pods d’AKS même y tournent</translation>
    </message>
    <message>
        <source>pods that get addresses of a subnet need one: network.subnet</source>
        <translation>des pods qui reçoivent des adresses d’un sous-réseau en demandent un&#x202f;: network.subnet</translation>
    </message>
    <message>
        <source>the networks of pods ({}) and services ({}) overlap</source>
        <translation>les réseaux des pods ({}) et des services ({}) se chevauchent</translation>
    </message>
    <message>
        <source>kubenet knows no policy but calico</source>
        <translation>kubenet ne connaît d’autre policy que calico</translation>
    </message>
    <message>
        <source>a registry&apos;s name holds letters and digits, from 5 to 50</source>
        <translation>le nom d’un registre contient lettres et chiffres, de 5 à 50</translation>
    </message>
    <message>
        <source>of a registry either the name is given (it is made), or the id (it is there)</source>
        <translation>d’un registre on donne ou bien le name (il est fait), ou bien l’id (il est là)</translation>
    </message>
    <message>
        <source>{} is no region; they are called uksouth, westeurope</source>
        <translation>{} n’est pas une région&#x202f;; elles s’appellent uksouth, westeurope</translation>
    </message>
    <message>
        <source>name holds letters, digits, “-” and “_”, 63 at most, and begins and ends with a letter or a digit</source>
        <translation>name contient lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;», 63 au plus, et commence et finit par une lettre ou un chiffre</translation>
    </message>
    <message>
        <source>resourceGroup holds letters, digits, “-”, “_”, “.” and brackets, 90 at most, and does not end with “.”</source>
        <translation>resourceGroup contient lettres, chiffres, «&#x202f;-&#x202f;», «&#x202f;_&#x202f;», «&#x202f;.&#x202f;» et parenthèses, 90 au plus, et ne finit pas par «&#x202f;.&#x202f;»</translation>
    </message>
    <message>
        <source>version is written as &quot;1.35&quot;, or &quot;1.35.3&quot;</source>
        <translation>version s’écrit &quot;1.35&quot;, ou &quot;1.35.3&quot;</translation>
    </message>
    <message>
        <source>tenant is an id or a domain, such as example.onmicrosoft.com</source>
        <translation>tenant est un identifiant ou un domaine, comme example.onmicrosoft.com</translation>
    </message>
    <message>
        <source>the spec needs a subscription; timonierctl azure subscriptions shows yours</source>
        <translation>il faut une subscription à la spécification&#x202f;; timonierctl azure subscriptions montre les vôtres</translation>
    </message>
    <message>
        <source>the spec needs a location, such as uksouth</source>
        <translation>il faut une location à la spécification, par exemple uksouth</translation>
    </message>
    <message>
        <source>AKS does not offer Kubernetes {} in {}; it has {}</source>
        <translation>AKS ne propose pas Kubernetes {} dans {}&#x202f;; il a {}</translation>
    </message>
    <message>
        <source>{} is no registry of Azure&apos;s</source>
        <translation>{} n’est pas un registre d’Azure</translation>
    </message>
    <message>
        <source>They are called NAME.{}</source>
        <translation>Ils s’appellent NAME.{}</translation>
    </message>
    <message>
        <source>{}  {} vCPU, {} GiB</source>
        <translation>{}  {} vCPU, {} Gio</translation>
    </message>
    <message>
        <source>, {:.3f} $/h</source>
        <translation>, {:.3f} $/h</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>Une autre</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Registry of images</source>
        <translation>Registre d&apos;images</translation>
    </message>
    <message>
        <source>The cluster and its resource group are called like it.</source>
        <translation>Le cluster et son groupe de ressources portent ce nom.</translation>
    </message>
    <message>
        <source>letters, digits, “-” and “_”, 63 at most</source>
        <translation>lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;», 63 au plus</translation>
    </message>
    <message>
        <source>As Azure calls it: westeurope, francecentral, eastus.</source>
        <translation>Comme Azure l&apos;appelle&#x202f;: westeurope, francecentral, eastus.</translation>
    </message>
    <message>
        <source>a region such as francecentral</source>
        <translation>une région, par exemple francecentral</translation>
    </message>
    <message>
        <source>Of Kubernetes, such as 1.34. Empty: what AKS takes by itself.</source>
        <translation>De Kubernetes, par exemple 1.34. Vide&#x202f;: celle qu&apos;AKS prend de lui-même.</translation>
    </message>
    <message>
        <source>a version, such as 1.34 or 1.34.2</source>
        <translation>une version, par exemple 1.34 ou 1.34.2</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>In the browser, with a code</source>
        <translation>Dans le navigateur, avec un code</translation>
    </message>
    <message>
        <source>The checks say which. It is kept in this system&apos;s store of passwords.</source>
        <translation>Les vérifications disent lequel. La connexion est gardée dans le coffre à mots de passe du système.</translation>
    </message>
    <message>
        <source>As a service principal</source>
        <translation>Comme principal de service</translation>
    </message>
    <message>
        <source>AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of the environment. On a machine of Azure without them: its managed identity.</source>
        <translation>AZURE_TENANT_ID, AZURE_CLIENT_ID et AZURE_CLIENT_SECRET de l&apos;environnement. Sur une machine d’Azure, sans elles&#x202f;: son identité managée.</translation>
    </message>
    <message>
        <source>Kept as</source>
        <translation>Gardées sous</translation>
    </message>
    <message>
        <source>A name of your own for this sign-in.</source>
        <translation>Un nom à vous pour cette connexion.</translation>
    </message>
    <message>
        <source>Subscription</source>
        <translation>Abonnement</translation>
    </message>
    <message>
        <source>an id such as 11111111-2222-3333-4444-555555555555</source>
        <translation>un identifiant, par exemple 11111111-2222-3333-4444-555555555555</translation>
    </message>
    <message>
        <source>Tenant</source>
        <translation>Locataire (tenant)</translation>
    </message>
    <message>
        <source>An id or a domain. Empty: the account&apos;s own.</source>
        <translation>Un identifiant ou un domaine. Vide&#x202f;: celui du compte.</translation>
    </message>
    <message>
        <source>Which Azure</source>
        <translation>Quel Azure</translation>
    </message>
    <message>
        <source>The public one</source>
        <translation>Le public</translation>
    </message>
    <message>
        <source>That of China</source>
        <translation>Celui de Chine</translation>
    </message>
    <message>
        <source>That of the US government</source>
        <translation>Celui du gouvernement des États-Unis</translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation>Groupe de ressources</translation>
    </message>
    <message>
        <source>What the cluster consists of lies in it. Empty: one called like the cluster, made with it.</source>
        <translation>Ce dont le cluster est fait s&apos;y trouve. Vide&#x202f;: un groupe du nom du cluster, créé avec lui.</translation>
    </message>
    <message>
        <source>letters, digits, “-”, “_”, “.” and brackets</source>
        <translation>lettres, chiffres, «&#x202f;-&#x202f;», «&#x202f;_&#x202f;», «&#x202f;.&#x202f;» et parenthèses</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Machine</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>Laquelle</translation>
    </message>
    <message>
        <source>a size as Azure calls it, such as Standard_D4as_v5</source>
        <translation>une taille comme Azure la nomme, par exemple Standard_D4as_v5</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>Combien</translation>
    </message>
    <message>
        <source>Not fewer than</source>
        <translation>Pas moins de</translation>
    </message>
    <message>
        <source>For AKS&apos; own autoscaler. Empty: as many as now.</source>
        <translation>Pour l&apos;autoscaler d&apos;AKS. Vide&#x202f;: autant que maintenant.</translation>
    </message>
    <message>
        <source>Not more than</source>
        <translation>Pas plus de</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>Zones</translation>
    </message>
    <message>
        <source>Buildings apart from each other. None: wherever there is room.</source>
        <translation>Des bâtiments séparés les uns des autres. Aucune&#x202f;: là où il y a de la place.</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>small letters and digits, 12 at most</source>
        <translation>minuscules et chiffres, 12 au plus</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>KEY=VALUE, one a line.</source>
        <translation>CLÉ=VALEUR, une par ligne.</translation>
    </message>
    <message>
        <source>KEY=VALUE, one a line</source>
        <translation>CLÉ=VALEUR, une par ligne</translation>
    </message>
    <message>
        <source>Further groups</source>
        <translation>Autres groupes</translation>
    </message>
    <message>
        <source>Nodes of another kind, one group a line: gpu size=Standard_NC4as_T4_v3 count=1 min=0 max=4 spot=true zones=1,2 label=KEY=VALUE</source>
        <translation>Des nœuds d&apos;une autre sorte, un groupe par ligne&#x202f;: gpu size=Standard_NC4as_T4_v3 count=1 min=0 max=4 spot=true zones=1,2 label=CLÉ=VALEUR</translation>
    </message>
    <message>
        <source>For your images</source>
        <translation>Pour vos images</translation>
    </message>
    <message>
        <source>A new one</source>
        <translation>Un nouveau</translation>
    </message>
    <message>
        <source>Made with the cluster, which may pull from it, and taken away with it.</source>
        <translation>Créé avec le cluster, qui peut y prendre des images, et supprimé avec lui.</translation>
    </message>
    <message>
        <source>One that is there</source>
        <translation>Un réseau existant</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>Son nom</translation>
    </message>
    <message>
        <source>Nobody else in the world may have it: NAME.azurecr.io</source>
        <translation>Personne d&apos;autre au monde ne peut l&apos;avoir&#x202f;: NOM.azurecr.io</translation>
    </message>
    <message>
        <source>letters and digits, 5 to 50</source>
        <translation>lettres et chiffres, de 5 à 50</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Its id</source>
        <translation>Son identifiant</translation>
    </message>
    <message>
        <source>/subscriptions/…/providers/Microsoft.ContainerRegistry/registries/NAME</source>
        <translation>/subscriptions/…/providers/Microsoft.ContainerRegistry/registries/NOM</translation>
    </message>
    <message>
        <source>A network of their own (overlay)</source>
        <translation>Un réseau à eux (overlay)</translation>
    </message>
    <message>
        <source>Those of a subnet that is there</source>
        <translation>Celles d&apos;un sous-réseau existant</translation>
    </message>
    <message>
        <source>kubenet, the old one</source>
        <translation>kubenet, l&apos;ancien</translation>
    </message>
    <message>
        <source>Network policies by</source>
        <translation>Politiques réseau par</translation>
    </message>
    <message>
        <source>nothing: they have no effect</source>
        <translation>rien&#x202f;: elles n&apos;ont pas d&apos;effet</translation>
    </message>
    <message>
        <source>Network of pods</source>
        <translation>Réseau des pods</translation>
    </message>
    <message>
        <source>Subnet of nodes</source>
        <translation>Sous-réseau des nœuds</translation>
    </message>
    <message>
        <source>The id of one that is there. Empty: AKS makes its own.</source>
        <translation>L&apos;identifiant d&apos;un sous-réseau existant. Vide&#x202f;: AKS crée le sien.</translation>
    </message>
    <message>
        <source>Free of charge</source>
        <translation>Gratuit</translation>
    </message>
    <message>
        <source>Without a promise of how long it stays up.</source>
        <translation>Sans promesse de disponibilité.</translation>
    </message>
    <message>
        <source>With a promise, for production</source>
        <translation>Avec une promesse, pour la production</translation>
    </message>
    <message>
        <source>The kubeconfig is</source>
        <translation>Le kubeconfig est</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>le vôtre</translation>
    </message>
    <message>
        <source>the administrator&apos;s, with a certificate</source>
        <translation>celui de l&apos;administrateur, avec un certificat</translation>
    </message>
    <message>
        <source>From these addresses only</source>
        <translation>De ces adresses seulement</translation>
    </message>
    <message>
        <source>Networks, one a line: 203.0.113.0/24. Empty: everybody may knock; without a token nobody comes in.</source>
        <translation>Des réseaux, un par ligne&#x202f;: 203.0.113.0/24. Vide&#x202f;: chacun peut frapper à la porte&#x202f;; sans jeton, personne n&apos;entre.</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>Identité</translation>
    </message>
    <message>
        <source>The id of a managed identity that is there. Empty: one of its own.</source>
        <translation>L&apos;identifiant d&apos;une identité managée existante. Vide&#x202f;: une à lui.</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>KEY=VALUE, one a line: on all that is made, for your bills.</source>
        <translation>CLÉ=VALEUR, une par ligne&#x202f;: sur tout ce qui est créé, pour vos factures.</translation>
    </message>
    <message>
        <source>a sign-in to Azure could not be kept</source>
        <translation>une connexion à Azure ne pourrait pas être gardée</translation>
    </message>
    <message>
        <source>Without a store of passwords use a service principal: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.</source>
        <translation>Sans coffre à mots de passe, utilisez un principal de service&#x202f;: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.</translation>
    </message>
    <message>
        <source>open {} and type in: {}</source>
        <translation>ouvrez {} et saisissez&#x202f;: {}</translation>
    </message>
    <message>
        <source>New cluster in Azure (AKS)</source>
        <translation>Nouveau cluster dans Azure (AKS)</translation>
    </message>
    <message>
        <source>Azure runs the control plane, and nodes as machines of your subscription. A resource group, a registry for your images and the rights between them are made with it, told before with their price, and taken away with it.</source>
        <translation>Azure fait tourner le plan de contrôle, et les nœuds comme machines de votre abonnement. Un groupe de ressources, un registre pour vos images et les droits entre eux sont créés avec lui, annoncés avant avec leur prix, et supprimés avec lui.</translation>
    </message>
    <message>
        <source>It costs from the first minute on until it is deleted; stopped, its disks and addresses go on costing.</source>
        <translation>Il coûte dès la première minute et jusqu&apos;à sa suppression&#x202f;; à l&apos;arrêt, ses disques et ses adresses continuent de coûter.</translation>
    </message>
    <message>
        <source>A control plane, and one pool of nodes or more; stopped and started again as you like</source>
        <translation>Un plan de contrôle, et un groupe de nœuds ou plus&#x202f;; arrêté et redémarré comme vous voulez</translation>
    </message>
    <message>
        <source>A context of its own in your kubeconfig</source>
        <translation>Un contexte à lui dans votre kubeconfig</translation>
    </message>
    <message>
        <source>Afterwards</source>
        <translation>Ensuite</translation>
    </message>
    <message>
        <source>Nothing is left in the subscription when it is deleted</source>
        <translation>Rien ne reste dans l&apos;abonnement une fois qu&apos;il est supprimé</translation>
    </message>
    <message>
        <source>About eight minutes</source>
        <translation>Environ huit minutes</translation>
    </message>
    <message>
        <source>A subscription of Azure, and the right to make clusters in it; what is missing is named</source>
        <translation>Un abonnement Azure, et le droit d&apos;y créer des clusters&#x202f;; ce qui manque est nommé</translation>
    </message>
    <message>
        <source>From about 0.10 $ an hour; the plan&apos;s page has each part</source>
        <translation>À partir d&apos;environ 0,10 $ par heure&#x202f;; la page du plan donne chaque part</translation>
    </message>
    <message>
        <source>it is too small for a node: room for four pods at most</source>
        <translation>elle est trop petite pour un nœud&#x202f;: place pour quatre pods au plus</translation>
    </message>
    <message>
        <source>As AWS&apos; own tools sign in</source>
        <translation>Comme les outils d&apos;AWS eux-mêmes</translation>
    </message>
    <message>
        <source>Environment, the default profile, a role of this machine.</source>
        <translation>L&apos;environnement, le profil par défaut, un rôle de cette machine.</translation>
    </message>
    <message>
        <source>A profile of ~/.aws</source>
        <translation>Un profil de ~/.aws</translation>
    </message>
    <message>
        <source>Access keys, typed in</source>
        <translation>Des clés d&apos;accès, saisies</translation>
    </message>
    <message>
        <source>They are kept in this system&apos;s store of passwords, nowhere else.</source>
        <translation>Elles sont gardées dans le coffre à mots de passe du système, nulle part ailleurs.</translation>
    </message>
    <message>
        <source>Roles, networks and tags are called after it.</source>
        <translation>Rôles, réseaux et étiquettes portent son nom.</translation>
    </message>
    <message>
        <source>letters, digits, “-” and “_”, 50 at most</source>
        <translation>lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;», 50 au plus</translation>
    </message>
    <message>
        <source>Where it runs: near to those who use it. Prices differ by up to a third.</source>
        <translation>Où elle tourne&#x202f;: près de ceux qui s&apos;en servent. Les prix diffèrent jusqu&apos;à un tiers.</translation>
    </message>
    <message>
        <source>Of Kubernetes, such as 1.34. Empty: what EKS takes by itself.</source>
        <translation>De Kubernetes, par exemple 1.34. Vide&#x202f;: celle qu&apos;EKS prend de lui-même.</translation>
    </message>
    <message>
        <source>a version without a patch, such as 1.34</source>
        <translation>une version sans correctif, par exemple 1.34</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>A name of your own for these keys. Those that are kept already need not be typed in again.</source>
        <translation>Un nom à vous pour ces clés. Celles qui sont déjà gardées n&apos;ont pas à être saisies de nouveau.</translation>
    </message>
    <message>
        <source>Access key ID</source>
        <translation>Identifiant de clé d&apos;accès</translation>
    </message>
    <message>
        <source>capital letters and digits, such as AKIAIOSFODNN7EXAMPLE</source>
        <translation>majuscules et chiffres, par exemple AKIAIOSFODNN7EXAMPLE</translation>
    </message>
    <message>
        <source>Secret access key</source>
        <translation>Clé d&apos;accès secrète</translation>
    </message>
    <message>
        <source>Session token</source>
        <translation>Jeton de session</translation>
    </message>
    <message>
        <source>Of temporary keys only.</source>
        <translation>Des clés temporaires seulement.</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Créés par</translation>
    </message>
    <message>
        <source>Groups of machines</source>
        <translation>Des groupes de machines</translation>
    </message>
    <message>
        <source>As many as you say, of the kind that you choose.</source>
        <translation>Autant que vous le dites, de la sorte que vous choisissez.</translation>
    </message>
    <message>
        <source>AWS, as pods ask for them (Auto Mode)</source>
        <translation>AWS, selon ce que demandent les pods (Auto Mode)</translation>
    </message>
    <message>
        <source>It costs about an eighth more for each machine; none runs without a pod.</source>
        <translation>Cela coûte environ un huitième de plus par machine&#x202f;; aucune ne tourne sans pod.</translation>
    </message>
    <message>
        <source>a type as EC2 calls it, such as m7i.large</source>
        <translation>un type comme EC2 le nomme, par exemple m7i.large</translation>
    </message>
    <message>
        <source>For an autoscaler. Empty: as many as now.</source>
        <translation>Pour un autoscaler. Vide&#x202f;: autant que maintenant.</translation>
    </message>
    <message>
        <source>Spare capacity (spot)</source>
        <translation>Capacité inutilisée (spot)</translation>
    </message>
    <message>
        <source>Cheaper by half and more; AWS takes such a machine back with two minutes&apos; notice.</source>
        <translation>Moins cher de moitié et plus&#x202f;; AWS reprend une telle machine avec deux minutes de préavis.</translation>
    </message>
    <message>
        <source>letters, digits, “-” and “_”</source>
        <translation>lettres, chiffres, «&#x202f;-&#x202f;» et «&#x202f;_&#x202f;»</translation>
    </message>
    <message>
        <source>Nodes of another kind, one group a line: gpu type=g5.xlarge count=1 min=0 max=4 disk=100 spot=true label=KEY=VALUE</source>
        <translation>Des nœuds d&apos;une autre sorte, un groupe par ligne&#x202f;: gpu type=g5.xlarge count=1 min=0 max=4 disk=100 spot=true label=CLÉ=VALEUR</translation>
    </message>
    <message>
        <source>One of its own</source>
        <translation>Un réseau à lui</translation>
    </message>
    <message>
        <source>A VPC with public and private subnets, taken away with the cluster.</source>
        <translation>Un VPC avec des sous-réseaux publics et privés, supprimé avec le cluster.</translation>
    </message>
    <message>
        <source>Nodes without public addresses</source>
        <translation>Nœuds sans adresse publique</translation>
    </message>
    <message>
        <source>They go out through a NAT gateway, which costs as much as a small machine. Without: nodes have public addresses, and a firewall.</source>
        <translation>Ils sortent par une passerelle NAT, qui coûte autant qu&apos;une petite machine. Sans elle&#x202f;: les nœuds ont des adresses publiques, et un pare-feu.</translation>
    </message>
    <message>
        <source>It must overlap with no network that is to reach it.</source>
        <translation>Elles ne doivent recouvrir aucun réseau qui doit l&apos;atteindre.</translation>
    </message>
    <message>
        <source>Buildings apart from each other; EKS wants two at least.</source>
        <translation>Des bâtiments séparés les uns des autres&#x202f;; EKS en veut deux au moins.</translation>
    </message>
    <message>
        <source>Subnets</source>
        <translation>Sous-réseaux</translation>
    </message>
    <message>
        <source>Of two zones at least, one a line: subnet-0123456789abcdef0</source>
        <translation>De deux zones au moins, un par ligne&#x202f;: subnet-0123456789abcdef0</translation>
    </message>
    <message>
        <source>subnets as AWS calls them, one a line</source>
        <translation>des sous-réseaux comme AWS les nomme, un par ligne</translation>
    </message>
    <message>
        <source>The API server is reached</source>
        <translation>Le serveur d&apos;API est joint</translation>
    </message>
    <message>
        <source>From everywhere, and inside its network</source>
        <translation>De partout, et dans son réseau</translation>
    </message>
    <message>
        <source>From everywhere</source>
        <translation>De partout</translation>
    </message>
    <message>
        <source>Only inside its network</source>
        <translation>Seulement dans son réseau</translation>
    </message>
    <message>
        <source>This computer must be in it, too, by a VPN.</source>
        <translation>Cet ordinateur doit s&apos;y trouver aussi, par un VPN.</translation>
    </message>
    <message>
        <source>Administrators</source>
        <translation>Administrateurs</translation>
    </message>
    <message>
        <source>ARNs of roles and users who may do everything in it, beside you; one a line.</source>
        <translation>ARN des rôles et des utilisateurs qui peuvent tout y faire, outre vous&#x202f;; un par ligne.</translation>
    </message>
    <message>
        <source>The pod network. Without it nodes are not ready.</source>
        <translation>Le réseau des pods. Sans lui les nœuds ne sont pas prêts.</translation>
    </message>
    <message>
        <source>Roles for pods.</source>
        <translation>Des rôles pour les pods.</translation>
    </message>
    <message>
        <source>Volumes on EBS</source>
        <translation>Volumes sur EBS</translation>
    </message>
    <message>
        <source>Its driver, and a storage class gp3 for those who ask for none; databases and Kubeflow need it.</source>
        <translation>Son pilote, et une classe de stockage gp3 pour ceux qui n&apos;en demandent pas&#x202f;; bases de données et Kubeflow en ont besoin.</translation>
    </message>
    <message>
        <source>The control plane&apos;s role</source>
        <translation>Le rôle du plan de contrôle</translation>
    </message>
    <message>
        <source>The ARN of one that is there. Empty: made, and taken away with the cluster.</source>
        <translation>L&apos;ARN d&apos;un rôle existant. Vide&#x202f;: il est créé, et supprimé avec le cluster.</translation>
    </message>
    <message>
        <source>The nodes&apos; role</source>
        <translation>Le rôle des nœuds</translation>
    </message>
    <message>
        <source>Likewise.</source>
        <translation>De même.</translation>
    </message>
    <message>
        <source>Tokens are made by</source>
        <translation>Les jetons sont faits par</translation>
    </message>
    <message>
        <source>AWS&apos; own program, for computers without Timonier.</source>
        <translation>Le programme d&apos;AWS, pour des ordinateurs sans Timonier.</translation>
    </message>
    <message>
        <source>There is none on this computer yet.</source>
        <translation>Il n&apos;y en a pas encore sur cet ordinateur.</translation>
    </message>
    <message>
        <source>AWS&apos; own tools use {} here.</source>
        <translation>Les outils d&apos;AWS utilisent {} ici.</translation>
    </message>
    <message>
        <source>Access keys</source>
        <translation>Clés d&apos;accès</translation>
    </message>
    <message>
        <source>kept in this system&apos;s store of passwords, as {}</source>
        <translation>gardées dans le coffre à mots de passe du système, sous {}</translation>
    </message>
    <message>
        <source>New cluster in AWS (EKS)</source>
        <translation>Nouveau cluster dans AWS (EKS)</translation>
    </message>
    <message>
        <source>AWS runs the control plane, and nodes as machines of your account. The network, the roles and all else that it takes are made with it, told before with their price, and taken away with it.</source>
        <translation>AWS fait tourner le plan de contrôle, et les nœuds comme machines de votre compte. Le réseau, les rôles et tout ce qu&apos;il faut d&apos;autre sont créés avec lui, annoncés avant avec leur prix, et supprimés avec lui.</translation>
    </message>
    <message>
        <source>It costs from the first minute on until it is deleted, also when nobody uses it.</source>
        <translation>Il coûte dès la première minute et jusqu&apos;à sa suppression, même si personne ne s&apos;en sert.</translation>
    </message>
    <message>
        <source>A control plane in several zones, and one group of nodes or more</source>
        <translation>Un plan de contrôle dans plusieurs zones, et un groupe de nœuds ou plus</translation>
    </message>
    <message>
        <source>A context of its own in your kubeconfig; its tokens are made by Timonier, without AWS&apos; program</source>
        <translation>Un contexte à lui dans votre kubeconfig&#x202f;; ses jetons sont faits par Timonier, sans le programme d&apos;AWS</translation>
    </message>
    <message>
        <source>Nothing is left in the account when it is deleted: load balancers and volumes that Kubernetes made included</source>
        <translation>Rien ne reste dans le compte une fois qu&apos;il est supprimé&#x202f;: y compris les répartiteurs de charge et les volumes créés par Kubernetes</translation>
    </message>
    <message>
        <source>About fifteen minutes, mostly for the control plane</source>
        <translation>Environ quinze minutes, surtout pour le plan de contrôle</translation>
    </message>
    <message>
        <source>One of AWS&apos; with the right to make networks, roles and clusters; what is missing is named</source>
        <translation>Un compte AWS avec le droit de créer réseaux, rôles et clusters&#x202f;; ce qui manque est nommé</translation>
    </message>
    <message>
        <source>From about 0.30 $ an hour; the plan&apos;s page has each part</source>
        <translation>À partir d&apos;environ 0,30 $ par heure&#x202f;; la page du plan donne chaque part</translation>
    </message>
    <message>
        <source>nodes as pods ask for them</source>
        <translation>des nœuds selon ce que demandent les pods</translation>
    </message>
    <message>
        <source>The control planes hold it themselves</source>
        <translation>Les plans de contrôle la portent eux-mêmes</translation>
    </message>
    <message>
        <source>An address that is free, in the network that they share: by kube-vip it moves to another of them when one is lost.</source>
        <translation>Une adresse libre, du réseau qu’ils partagent : par kube-vip elle passe à un autre quand l’un est perdu.</translation>
    </message>
    <message>
        <source>The program, on the first control plane, for whoever works there.</source>
        <translation>Le programme, sur le premier plan de contrôle, pour qui y travaille.</translation>
    </message>
    <message>
        <source>As</source>
        <translation>Comme</translation>
    </message>
    <message>
        <source>They run the applications.</source>
        <translation>Ils font tourner les applications.</translation>
    </message>
    <message>
        <source>Three or five in all, with an endpoint that leads to them; they get a member of etcd each.</source>
        <translation>Trois ou cinq en tout, avec un point d’accès qui mène à eux&#x202f;; chacun reçoit un membre d’etcd.</translation>
    </message>
    <message>
        <source>One a line: an address or a name, as ssh knows it, with user@ before and :port behind where they differ from the cluster&apos;s. Words may follow: name=, address=, label=KEY=VALUE, taint=KEY=VALUE:NoSchedule.</source>
        <translation>Un par ligne&#x202f;: une adresse ou un nom, comme ssh le connaît, avec user@ devant et :port derrière s’ils diffèrent de ceux du cluster. Des mots peuvent suivre&#x202f;: name=, address=, label=CLÉ=VALEUR, taint=CLÉ=VALEUR:NoSchedule.</translation>
    </message>
    <message>
        <source>Add hosts to the cluster {}</source>
        <translation>Ajouter des hôtes au cluster {}</translation>
    </message>
    <message>
        <source>Bare computers that you reach by ssh become part of the cluster. They are looked at first and prepared like the others; what runs goes on meanwhile.</source>
        <translation>Des ordinateurs nus que vous atteignez par ssh rejoignent le cluster. Ils sont d’abord examinés, puis préparés comme les autres&#x202f;; ce qui tourne continue pendant ce temps.</translation>
    </message>
    <message>
        <source>Prepared, joined, ready for pods</source>
        <translation>Préparés, rattachés, prêts pour des pods</translation>
    </message>
    <message>
        <source>Remove a host, and it is what it was</source>
        <translation>Retirez un hôte, et il redevient ce qu’il était</translation>
    </message>
    <message>
        <source>One to four minutes, mostly for packages and images</source>
        <translation>Une à quatre minutes, surtout pour les paquets et les images</translation>
    </message>
    <message>
        <source>In the cluster {}: {}</source>
        <translation>Dans le cluster {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>Its pods are moved elsewhere as far as they can be, it is taken out of the cluster, and brought back to what it was before: packages, files, services, network.</source>
        <translation>Ses pods sont déplacés ailleurs autant que possible, il est sorti du cluster et redevient ce qu’il était avant&#x202f;: paquets, fichiers, services, réseau.</translation>
    </message>
    <message>
        <source>Bare again, and free for something else</source>
        <translation>De nouveau nu, et libre pour autre chose</translation>
    </message>
    <message>
        <source>A minute or two, as long as its pods take to end</source>
        <translation>Une minute ou deux, le temps que ses pods se terminent</translation>
    </message>
    <message>
        <source>Its pods</source>
        <translation>Ses pods</translation>
    </message>
    <message>
        <source>{} is no longer in the cluster {}</source>
        <translation>{} n’est plus dans le cluster {}</translation>
    </message>
    <message>
        <source>Renew the certificates of {}</source>
        <translation>Renouveler les certificats de {}</translation>
    </message>
    <message>
        <source>Those that kubeadm made end after a year; then nothing and nobody gets into the cluster any more. They are made anew for another year, one control plane after the other. The authorities stay, so every kubeconfig goes on working.</source>
        <translation>Ceux que kubeadm a faits finissent après un an&#x202f;; alors plus rien ni personne n’entre dans le cluster. Ils sont refaits pour une autre année, un plan de contrôle après l’autre. Les autorités restent, donc chaque kubeconfig continue de marcher.</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Certificats</translation>
    </message>
    <message>
        <source>For another year</source>
        <translation>Pour une autre année</translation>
    </message>
    <message>
        <source>The administrator&apos;s, with the new one</source>
        <translation>Celui de l’administrateur, avec le nouveau</translation>
    </message>
    <message>
        <source>About a minute for each control plane, in which its API server is away; pods run on</source>
        <translation>Environ une minute par plan de contrôle, pendant laquelle son serveur d’API est absent&#x202f;; les pods continuent</translation>
    </message>
    <message>
        <source>it answers</source>
        <translation>il répond</translation>
    </message>
    <message>
        <source>It ends on {}</source>
        <translation>Il finit le {}</translation>
    </message>
    <message>
        <source>The certificates of {} are new</source>
        <translation>Les certificats de {} sont neufs</translation>
    </message>
    <message>
        <source>Minors are not left out: one after the other. A patch mends faults; a minor also takes away what was announced long before.</source>
        <translation>On ne saute pas de version mineure&#x202f;: l’une après l’autre. Un correctif répare des défauts&#x202f;; une mineure retire aussi ce qui était annoncé depuis longtemps.</translation>
    </message>
    <message>
        <source>The hosts&apos; package source is asked …</source>
        <translation>On interroge la source de paquets des hôtes …</translation>
    </message>
    <message>
        <source>Which others there are cannot be told: {}</source>
        <translation>Quelles autres il y a ne peut être dit&#x202f;: {}</translation>
    </message>
    <message>
        <source>A patch of {}, which the hosts have.</source>
        <translation>Un correctif de {}, que les hôtes ont.</translation>
    </message>
    <message>
        <source>The next minor after {}.</source>
        <translation>La version mineure après {}.</translation>
    </message>
    <message>
        <source>all hosts have it, and their package source has nothing newer</source>
        <translation>tous les hôtes l’ont, et leur source de paquets n’a rien de plus récent</translation>
    </message>
    <message>
        <source>Upgrade the cluster {}</source>
        <translation>Mettre à niveau le cluster {}</translation>
    </message>
    <message>
        <source>To a newer patch or the next minor of Kubernetes: first the control planes, then the workers, one host at a time. Each is drained, gets the new version, and is ready again before the next one&apos;s turn.</source>
        <translation>Vers un correctif plus récent ou la version mineure suivante de Kubernetes&#x202f;: d’abord les plans de contrôle, puis les nœuds de travail, un hôte à la fois. Chacun est vidé, reçoit la nouvelle version, et est de nouveau prêt avant le tour du suivant.</translation>
    </message>
    <message>
        <source>The same on all hosts</source>
        <translation>La même sur tous les hôtes</translation>
    </message>
    <message>
        <source>Two to five minutes for each host</source>
        <translation>Deux à cinq minutes par hôte</translation>
    </message>
    <message>
        <source>Each moves once, when its host is drained</source>
        <translation>Chacun se déplace une fois, quand son hôte est vidé</translation>
    </message>
    <message>
        <source>Kubernetes is not made older again. Look at the release&apos;s notes before a minor.</source>
        <translation>On ne revient pas à un Kubernetes plus ancien. Lisez les notes de version avant une mineure.</translation>
    </message>
    <message>
        <source>The nodes</source>
        <translation>Les nœuds</translation>
    </message>
    <message>
        <source>The cluster {} has Kubernetes {}</source>
        <translation>Le cluster {} a Kubernetes {}</translation>
    </message>
    <message>
        <source>it has ended</source>
        <translation>il est fini</translation>
    </message>
    <message>
        <source>it ends in {} hours</source>
        <translation>il finit dans {} heures</translation>
    </message>
    <message>
        <source>{} days left</source>
        <translation>encore {} jours</translation>
    </message>
    <message>
        <source>Add hosts…</source>
        <translation>Ajouter des hôtes…</translation>
    </message>
    <message>
        <source>Bare computers become part of the cluster</source>
        <translation>Des ordinateurs nus rejoignent le cluster</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Retirer…</translation>
    </message>
    <message>
        <source>The chosen host leaves the cluster and is what it was; what becomes of its pods is said before</source>
        <translation>L’hôte choisi quitte le cluster et redevient ce qu’il était&#x202f;; ce que deviennent ses pods est dit avant</translation>
    </message>
    <message>
        <source>it is the first control plane: the others are reached through it</source>
        <translation>c’est le premier plan de contrôle&#x202f;: les autres sont atteints à travers lui</translation>
    </message>
    <message>
        <source>Renew certificates…</source>
        <translation>Renouveler les certificats…</translation>
    </message>
    <message>
        <source>For another year; when they end is said before</source>
        <translation>Pour une autre année&#x202f;; leur fin est dite avant</translation>
    </message>
    <message>
        <source>Upgrade…</source>
        <translation>Mettre à niveau…</translation>
    </message>
    <message>
        <source>To a newer patch or the next minor, one host at a time</source>
        <translation>Vers un correctif plus récent ou la mineure suivante, un hôte à la fois</translation>
    </message>
    <message>
        <source>A cloud</source>
        <translation>Un nuage</translation>
    </message>
    <message>
        <source>AWS keeps the control plane; nodes are machines of your account. Told part by part with its price, and taken away without a trace.</source>
        <translation>AWS tient le plan de contrôle&#x202f;; les nœuds sont des machines de votre compte. Annoncé part par part avec son prix, et supprimé sans trace.</translation>
    </message>
    <message>
        <source>from 0.30 $ an hour</source>
        <translation>à partir de 0,30 $ par heure</translation>
    </message>
    <message>
        <source>15 minutes</source>
        <translation>15 minutes</translation>
    </message>
    <message>
        <source>teams, production, load that grows</source>
        <translation>équipes, production, charge qui grandit</translation>
    </message>
    <message>
        <source>Azure keeps the control plane, free of charge if you like; nodes are machines of your subscription, and stop when you stop them. With a registry for your images.</source>
        <translation>Azure tient le plan de contrôle, gratuitement si vous voulez&#x202f;; les nœuds sont des machines de votre abonnement, et s&apos;arrêtent quand vous les arrêtez. Avec un registre pour vos images.</translation>
    </message>
    <message>
        <source>from 0.10 $ an hour</source>
        <translation>à partir de 0,10 $ par heure</translation>
    </message>
    <message>
        <source>8 minutes</source>
        <translation>8 minutes</translation>
    </message>
    <message>
        <source>Bring the model to where it is read</source>
        <translation>Apporter le modèle là où il est lu</translation>
    </message>
    <message>
        <source>Clear away the model before this one</source>
        <translation>Enlever le modèle précédent</translation>
    </message>
    <message>
        <source>The bucket {} was made</source>
        <translation>Le bucket {} a été créé</translation>
    </message>
    <message>
        <source>{} of {} files ({} bytes) go into {}</source>
        <translation>{} fichiers sur {} ({} octets) vont dans {}</translation>
    </message>
    <message>
        <source>{} lies in {}: {} bytes, SHA-256 {}</source>
        <translation>{} est dans {}&#x202f;: {} octets, SHA-256 {}</translation>
    </message>
    <message>
        <source>there is no {} in {} any more, and nothing in it</source>
        <translation>il n’y a plus de {} dans {}, ni rien dedans</translation>
    </message>
    <message>
        <source>{} objects of s3://{}/{} were removed</source>
        <translation>{} objets de s3://{}/{} ont été supprimés</translation>
    </message>
    <message>
        <source>The bucket {} was made for it, is empty, and was removed</source>
        <translation>Le bucket {} avait été créé pour elle, est vide, et a été supprimé</translation>
    </message>
    <message>
        <source>Remove what lies in the object store</source>
        <translation>Supprimer ce qui est dans le stockage objet</translation>
    </message>
    <message>
        <source>File for the object store</source>
        <translation>Fichier pour le stockage objet</translation>
    </message>
    <message>
        <source>{} ({}) goes into {}, through {} in {}</source>
        <translation>{} ({}) va dans {}, par {} dans {}</translation>
    </message>
    <message>
        <source>{}: only a secret can be read from one in the cluster</source>
        <translation>{}&#x202f;: seul un secret peut être lu dans un Secret du cluster</translation>
    </message>
    <message>
        <source>{} must name a parameter of the type {}, not “{}”</source>
        <translation>{} doit nommer un paramètre du type {}, pas « {} »</translation>
    </message>
    <message>
        <source>no keys of the object store {} in {} are known</source>
        <translation>aucune clé du stockage objet {} dans {} n’est connue</translation>
    </message>
    <message>
        <source>Name the Secret that holds them, and may be read by you; or give them: --set-file {}=FILE --set-file {}=FILE.</source>
        <translation>Nommez le Secret qui les contient et que vous pouvez lire&#x202f;; ou donnez-les&#x202f;: --set-file {}=FICHIER --set-file {}=FICHIER.</translation>
    </message>
    <message>
        <source>the object store {} in {} cannot be reached</source>
        <translation>le stockage objet {} dans {} ne peut pas être atteint</translation>
    </message>
    <message>
        <source>the object store {} in {} does not answer: {}</source>
        <translation>le stockage objet {} dans {} ne répond pas&#x202f;: {}</translation>
    </message>
    <message>
        <source>Do its pods run, and is {} the port that speaks S3? Then run it again: what has arrived is not sent twice.</source>
        <translation>Ses pods tournent-ils, et {} est-il le port qui parle S3&#x202f;? Alors relancez&#x202f;: ce qui est arrivé n’est pas envoyé deux fois.</translation>
    </message>
    <message>
        <source>Object store of before</source>
        <translation>Stockage objet d’avant</translation>
    </message>
    <message>
        <source>s3://{}/{} in {} keeps what it has: nothing reads it any more</source>
        <translation>s3://{}/{} dans {} garde ce qu’il a&#x202f;: plus rien ne le lit</translation>
    </message>
    <message>
        <source>Remove the application first where that is to go too, or delete it there by hand.</source>
        <translation>Supprimez d’abord l’application si cela doit partir aussi, ou effacez-le là-bas à la main.</translation>
    </message>
    <message>
        <source>Object store</source>
        <translation>Stockage objet</translation>
    </message>
    <message>
        <source>{} in {} has the bucket {}</source>
        <translation>{} dans {} a le bucket {}</translation>
    </message>
    <message>
        <source>{} in {} answers; the bucket {} will be made</source>
        <translation>{} dans {} répond&#x202f;; le bucket {} sera créé</translation>
    </message>
    <message>
        <source>Delete what is not used any more, or have the quota raised: {}</source>
        <translation>Supprimez ce qui ne sert plus, ou faites relever le quota&#x202f;: {}</translation>
    </message>
    <message>
        <source>AWS could not change {}: {}</source>
        <translation>AWS n&apos;a pas pu changer {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>the object store&apos;s answer cannot be read</source>
        <translation>la réponse du stockage objet est illisible</translation>
    </message>
    <message>
        <source>Is it the port that speaks S3, and not its web page?</source>
        <translation>Est-ce le port qui parle S3, et non sa page web&#x202f;?</translation>
    </message>
    <message>
        <source>the bucket {}</source>
        <translation>le bucket {}</translation>
    </message>
    <message>
        <source>the object store was asked for {}</source>
        <translation>le stockage objet a été interrogé sur {}</translation>
    </message>
    <message>
        <source>the file {} cannot be read, or became shorter while it was sent</source>
        <translation>le fichier {} est illisible, ou a raccourci pendant l’envoi</translation>
    </message>
    <message>
        <source>the object store refuses {} ({})</source>
        <translation>le stockage objet refuse {} ({})</translation>
    </message>
    <message>
        <source>there is no room for {} in the object store ({})</source>
        <translation>il n’y a pas de place pour {} dans le stockage objet ({})</translation>
    </message>
    <message>
        <source>Make room: delete what nobody needs, raise the bucket&apos;s quota, or give the store a larger volume. Then run it again: what has arrived is not sent twice.</source>
        <translation>Faites de la place&#x202f;: supprimez ce dont personne n’a besoin, relevez le quota du bucket, ou donnez au stockage un volume plus grand. Puis relancez&#x202f;: ce qui est arrivé n’est pas envoyé deux fois.</translation>
    </message>
    <message>
        <source>the object store does not know these keys ({})</source>
        <translation>le stockage objet ne connaît pas ces clés ({})</translation>
    </message>
    <message>
        <source>Do they stand in the Secret that the store itself reads? A store reads it when it starts: were they changed since?</source>
        <translation>Sont-elles dans le Secret que le stockage lit lui-même&#x202f;? Il le lit à son démarrage&#x202f;: ont-elles changé depuis&#x202f;?</translation>
    </message>
    <message>
        <source>The clocks of this computer and of the store differ by more than a quarter of an hour: set the wrong one right.</source>
        <translation>Les horloges de cet ordinateur et du stockage diffèrent de plus d’un quart d’heure&#x202f;: remettez à l’heure celle qui a tort.</translation>
    </message>
    <message>
        <source>These keys may not do it: give the store&apos;s user the right to read, write, list and delete in this bucket, or other keys.</source>
        <translation>Ces clés n’en ont pas le droit&#x202f;: donnez à l’utilisateur du stockage le droit de lire, écrire, lister et supprimer dans ce bucket, ou donnez d’autres clés.</translation>
    </message>
    <message>
        <source>there is no {} in the object store</source>
        <translation>il n’y a pas de {} dans le stockage objet</translation>
    </message>
    <message>
        <source>Choose another name for the bucket.</source>
        <translation>Choisissez un autre nom de bucket.</translation>
    </message>
    <message>
        <source>the object store is too busy for {} ({})</source>
        <translation>le stockage objet est trop occupé pour {} ({})</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Réessayez dans un instant.</translation>
    </message>
    <message>
        <source>the object store failed at {} ({})</source>
        <translation>le stockage objet a échoué sur {} ({})</translation>
    </message>
    <message>
        <source>Is it full, or was it started a moment ago? SeaweedFS tells no other way. Look at its volumes and at the logs of its pods, make room, and run it again: what has arrived is not sent twice.</source>
        <translation>Est-il plein, ou vient-il d’être démarré&#x202f;? SeaweedFS ne le dit pas autrement. Regardez ses volumes et les journaux de ses pods, faites de la place, et relancez&#x202f;: ce qui est arrivé n’est pas envoyé deux fois.</translation>
    </message>
    <message>
        <source>what answers there is no object store: {} is answered with status {}</source>
        <translation>ce qui répond là n’est pas un stockage objet&#x202f;: {} reçoit l’état {}</translation>
    </message>
    <message>
        <source>{} is neither a file nor a folder</source>
        <translation>{} n’est ni un fichier ni un dossier</translation>
    </message>
    <message>
        <source>{} is a link to a folder</source>
        <translation>{} est un lien vers un dossier</translation>
    </message>
    <message>
        <source>Put the folder itself in its place: such links may lead in circles.</source>
        <translation>Mettez le dossier lui-même à sa place&#x202f;: de tels liens peuvent tourner en rond.</translation>
    </message>
    <message>
        <source>{} is no file</source>
        <translation>{} n’est pas un fichier</translation>
    </message>
    <message>
        <source>A link that leads nowhere, a socket or a device cannot be sent: take it out of the folder.</source>
        <translation>Un lien qui ne mène nulle part, une socket ou un périphérique ne peut être envoyé&#x202f;: retirez-le du dossier.</translation>
    </message>
    <message>
        <source>the name of {} holds a line feed or a backslash</source>
        <translation>le nom de {} contient un saut de ligne ou une barre oblique inverse</translation>
    </message>
    <message>
        <source>Give it another name.</source>
        <translation>Donnez-lui un autre nom.</translation>
    </message>
    <message>
        <source>{} holds more than {} files</source>
        <translation>{} contient plus de {} fichiers</translation>
    </message>
    <message>
        <source>Is it the right folder?</source>
        <translation>Est-ce le bon dossier&#x202f;?</translation>
    </message>
    <message>
        <source>the folder {} cannot be read: {}</source>
        <translation>le dossier {} ne peut pas être lu&#x202f;: {}</translation>
    </message>
    <message>
        <source>Check whether you may read all that lies in it.</source>
        <translation>Vérifiez que vous pouvez lire tout ce qu’il contient.</translation>
    </message>
    <message>
        <source>there is no file in the folder {}</source>
        <translation>il n’y a aucun fichier dans le dossier {}</translation>
    </message>
    <message>
        <source>there is {} in the container already</source>
        <translation>il y a déjà {} dans le conteneur</translation>
    </message>
    <message>
        <source>A folder takes no place that is taken: remove what lies there, or name another path.</source>
        <translation>Un dossier ne prend pas une place occupée&#x202f;: enlevez ce qui s’y trouve, ou nommez un autre chemin.</translation>
    </message>
    <message>
        <source>Upload to a volume through a pod whose image has sh, head, wc and, for a folder, tar, such as busybox.</source>
        <translation>Envoyez vers un volume par un pod dont l’image a sh, head, wc et, pour un dossier, tar, comme busybox.</translation>
    </message>
    <message>
        <source>the cluster {} has a node group {}, which this plan did not make</source>
        <translation>le cluster {} a un groupe de nœuds {} que ce plan n&apos;a pas créé</translation>
    </message>
    <message>
        <source>Remove it first, if nobody needs it.</source>
        <translation>Supprimez-le d&apos;abord, si personne n&apos;en a besoin.</translation>
    </message>
    <message>
        <source>the node group {} is gone</source>
        <translation>le groupe de nœuds {} n&apos;est plus là</translation>
    </message>
    <message>
        <source>Run the plan again: it is made anew.</source>
        <translation>Relancez le plan&#x202f;: il sera recréé.</translation>
    </message>
    <message>
        <source>Have {} nodes {}, {} to {}</source>
        <translation>Avoir {} nœuds {}, de {} à {}</translation>
    </message>
    <message>
        <source>{}: {} nodes become {}</source>
        <translation>{}&#x202f;: {} nœuds deviennent {}</translation>
    </message>
    <message>
        <source>Remove the node groups that the spec no longer has</source>
        <translation>Supprimer les groupes de nœuds que la spec n&apos;a plus</translation>
    </message>
    <message>
        <source>{} is drained and removed</source>
        <translation>{} est vidé et supprimé</translation>
    </message>
    <message>
        <source>Upgrade the control plane to {}</source>
        <translation>Mettre le plan de contrôle à niveau vers {}</translation>
    </message>
    <message>
        <source>the control plane becomes {}</source>
        <translation>le plan de contrôle devient {}</translation>
    </message>
    <message>
        <source>Replace the nodes {} by ones of {}, one after the other</source>
        <translation>Remplacer les nœuds {} par d&apos;autres en {}, l&apos;un après l&apos;autre</translation>
    </message>
    <message>
        <source>Upgrade the add-on {}</source>
        <translation>Mettre à niveau le module {}</translation>
    </message>
    <message>
        <source>with Auto Mode AWS itself makes as many nodes as pods ask for</source>
        <translation>avec Auto Mode, AWS crée lui-même autant de nœuds que les pods en demandent</translation>
    </message>
    <message>
        <source>Scale the application.</source>
        <translation>Changez l&apos;échelle de l&apos;application.</translation>
    </message>
    <message>
        <source>The nodes of the EKS cluster {} in {}</source>
        <translation>Les nœuds du cluster EKS {} dans {}</translation>
    </message>
    <message>
        <source>the spec does not say to which version</source>
        <translation>la spec ne dit pas vers quelle version</translation>
    </message>
    <message>
        <source>Write version: &quot;1.34&quot; into it</source>
        <translation>Écrivez-y version: &quot;1.34&quot;</translation>
    </message>
    <message>
        <source>The EKS cluster {} in {} to {}</source>
        <translation>Le cluster EKS {} dans {} vers {}</translation>
    </message>
    <message>
        <source>Machines as pods ask for them, each for about an eighth more than its price</source>
        <translation>Des machines selon ce que demandent les pods, chacune pour environ un huitième de plus que son prix</translation>
    </message>
    <message>
        <source>VPCs</source>
        <translation>VPC</translation>
    </message>
    <message>
        <source>elastic addresses</source>
        <translation>adresses élastiques</translation>
    </message>
    <message>
        <source>vCPUs of instances</source>
        <translation>vCPU d&apos;instances</translation>
    </message>
    <message>
        <source>Room in the account</source>
        <translation>Place dans le compte</translation>
    </message>
    <message>
        <source>the cluster is there already</source>
        <translation>le cluster est déjà là</translation>
    </message>
    <message>
        <source>{}: {} of {} used, {} more wanted</source>
        <translation>{}&#x202f;: {} sur {} utilisés, {} de plus demandés</translation>
    </message>
    <message>
        <source>There is no room for that many {}. Delete what is not used any more, or have the quota raised: {}</source>
        <translation>Il n&apos;y a pas la place pour autant de {}. Supprimez ce qui ne sert plus, ou faites relever le quota&#x202f;: {}</translation>
    </message>
    <message>
        <source>nothing that is counted is made</source>
        <translation>rien de ce qui est compté n&apos;est créé</translation>
    </message>
    <message>
        <source>Create the role of volumes {}</source>
        <translation>Créer le rôle des volumes {}</translation>
    </message>
    <message>
        <source>Make gp3 the storage class of those who ask for none</source>
        <translation>Faire de gp3 la classe de stockage de ceux qui n&apos;en demandent pas</translation>
    </message>
    <message>
        <source>The API server is reached inside its network only: run the plan again from there, or write storage: none into the spec.</source>
        <translation>Le serveur d&apos;API n&apos;est joignable que dans son réseau&#x202f;: relancez le plan de là, ou écrivez storage: none dans la spec.</translation>
    </message>
    <message>
        <source>the file {} cannot be written</source>
        <translation>le fichier {} ne peut pas être écrit</translation>
    </message>
    <message>
        <source>there is a file {} already, and a backup takes no other&apos;s place</source>
        <translation>il y a déjà un fichier {}, et une sauvegarde ne prend la place d’aucun autre</translation>
    </message>
    <message>
        <source>Give it another name: --to FILE</source>
        <translation>Donnez-lui un autre nom : --to FICHIER</translation>
    </message>
    <message>
        <source>what arrived is not what etcd sent: {}</source>
        <translation>ce qui est arrivé n’est pas ce qu’etcd a envoyé : {}</translation>
    </message>
    <message>
        <source>Nothing was kept; try it again</source>
        <translation>Rien n’a été gardé ; réessayez</translation>
    </message>
    <message>
        <source>the snapshot was read in two ways, and they differ: revision {} and {}</source>
        <translation>l’instantané a été lu de deux façons, qui diffèrent : révisions {} et {}</translation>
    </message>
    <message>
        <source>the spec has no control plane</source>
        <translation>la spécification n’a aucun plan de contrôle</translation>
    </message>
    <message>
        <source>etcd&apos;s answer cannot be read</source>
        <translation>la réponse d’etcd est illisible</translation>
    </message>
    <message>
        <source>the manifest of etcd does not say its name and address</source>
        <translation>le manifeste d’etcd ne dit pas son nom et son adresse</translation>
    </message>
    <message>
        <source>there is no other control plane to ask</source>
        <translation>il n’y a pas d’autre plan de contrôle à interroger</translation>
    </message>
    <message>
        <source>etcd has lost its majority: {} of {} members answer, and it takes {}</source>
        <translation>etcd a perdu sa majorité : {} membres sur {} répondent, et il en faut {}</translation>
    </message>
    <message>
        <source>No member can be taken out now. Bring one back ({}), or restore a backup</source>
        <translation>Aucun membre ne peut être retiré maintenant. Remettez-en un en route ({}), ou restaurez une sauvegarde</translation>
    </message>
    <message>
        <source>{} has the only etcd: with it goes the cluster</source>
        <translation>{} a le seul etcd : avec lui s’en va le cluster</translation>
    </message>
    <message>
        <source>Delete the cluster, or add another control plane first</source>
        <translation>Supprimez le cluster, ou ajoutez d’abord un autre plan de contrôle</translation>
    </message>
    <message>
        <source>without {} etcd would have no majority: of the {} members left {} answer, and it takes {}</source>
        <translation>sans {} etcd n’aurait pas de majorité : des {} membres restants {} répondent, et il en faut {}</translation>
    </message>
    <message>
        <source>See first to those that do not answer: {}</source>
        <translation>Occupez-vous d’abord de ceux qui ne répondent pas : {}</translation>
    </message>
    <message>
        <source>there is no Helm for {}</source>
        <translation>il n&apos;y a pas de Helm pour {}</translation>
    </message>
    <message>
        <source>Leave helm out of the spec&apos;s features</source>
        <translation>Retirez helm des features de la spec</translation>
    </message>
    <message>
        <source>{}: Helm, for whoever works there</source>
        <translation>{}&#x202f;: Helm, pour qui y travaille</translation>
    </message>
    <message>
        <source>{} gets no Helm</source>
        <translation>{} ne reçoit pas Helm</translation>
    </message>
    <message>
        <source>Leave helm out of the spec&apos;s features; Helm of this computer works with the cluster as well</source>
        <translation>Retirez helm des features de la spec&#x202f;; le Helm de cet ordinateur fonctionne aussi avec le cluster</translation>
    </message>
    <message>
        <source>Helm {}</source>
        <translation>Helm {}</translation>
    </message>
    <message>
        <source>the programs of the control plane could not be ended or begun</source>
        <translation>les programmes du plan de contrôle n’ont pas pu être arrêtés ou lancés</translation>
    </message>
    <message>
        <source>the virtual address is not held</source>
        <translation>l’adresse virtuelle n’est pas portée</translation>
    </message>
    <message>
        <source>etcd could not be dealt with</source>
        <translation>l’opération sur etcd a échoué</translation>
    </message>
    <message>
        <source>kubeadm could not renew the certificates</source>
        <translation>kubeadm n’a pas pu renouveler les certificats</translation>
    </message>
    <message>
        <source>endpoint.virtual is an address, of the network that the control planes share</source>
        <translation>endpoint.virtual est une adresse, du réseau que les plans de contrôle partagent</translation>
    </message>
    <message>
        <source>endpoint.virtual is the address of {}: it must be one that no host has</source>
        <translation>endpoint.virtual est l’adresse de {} : ce doit être une adresse qu’aucun hôte n’a</translation>
    </message>
    <message>
        <source> and {} more</source>
        <translation> et {} de plus</translation>
    </message>
    <message>
        <source>none has to move</source>
        <translation>aucun n’a à se déplacer</translation>
    </message>
    <message>
        <source>1 is made anew elsewhere: {}</source>
        <translation>1 est refait ailleurs&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} are made anew elsewhere: {}</source>
        <translation>{} sont refaits ailleurs&#x202f;: {}</translation>
    </message>
    <message>
        <source>Those of the host itself end with it: {}</source>
        <translation>Ceux de l’hôte lui-même finissent avec lui&#x202f;: {}</translation>
    </message>
    <message>
        <source>Pods that nothing makes anew</source>
        <translation>Pods que rien ne refait</translation>
    </message>
    <message>
        <source>1 goes for good: {}</source>
        <translation>1 disparaît pour de bon&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} go for good: {}</source>
        <translation>{} disparaissent pour de bon&#x202f;: {}</translation>
    </message>
    <message>
        <source>They belong to no Deployment, StatefulSet or Job. Whoever made them has to make them again</source>
        <translation>Ils n’appartiennent à aucun Deployment, StatefulSet ni Job. Qui les a faits doit les refaire</translation>
    </message>
    <message>
        <source>What is kept on this host</source>
        <translation>Ce que cet hôte garde</translation>
    </message>
    <message>
        <source>nothing that is lost</source>
        <translation>rien qui se perde</translation>
    </message>
    <message>
        <source>volumes that are on this host alone: {}</source>
        <translation>des volumes qui ne sont que sur cet hôte&#x202f;: {}</translation>
    </message>
    <message>
        <source>lost with the pod (emptyDir): {}</source>
        <translation>perdu avec le pod (emptyDir)&#x202f;: {}</translation>
    </message>
    <message>
        <source>Those pods stay Pending elsewhere, for their volume does not come along. Copy what it holds first</source>
        <translation>Ces pods restent Pending ailleurs, car leur volume ne les suit pas. Copiez d’abord ce qu’il contient</translation>
    </message>
    <message>
        <source>An emptyDir lasts as long as its pod. Mostly it is a cache</source>
        <translation>Un emptyDir dure autant que son pod. C’est le plus souvent un cache</translation>
    </message>
    <message>
        <source>May they be moved</source>
        <translation>Peut-on les déplacer</translation>
    </message>
    <message>
        <source>nothing forbids it</source>
        <translation>rien ne l’interdit</translation>
    </message>
    <message>
        <source>the PodDisruptionBudget {}/{} lets no pod go just now ({})</source>
        <translation>le PodDisruptionBudget {}/{} ne laisse partir aucun pod en ce moment ({})</translation>
    </message>
    <message>
        <source>It wants more pods ready than there would be left: scale up what it protects, or change the budget, then check again</source>
        <translation>Il veut plus de pods prêts qu’il n’en resterait&#x202f;: augmentez ce qu’il protège, ou changez le budget, puis vérifiez de nouveau</translation>
    </message>
    <message>
        <source>Room on the other hosts</source>
        <translation>Place sur les autres hôtes</translation>
    </message>
    <message>
        <source>{} CPU and {} are asked for, {} and {} are free</source>
        <translation>{} CPU et {} sont demandés, {} et {} sont libres</translation>
    </message>
    <message>
        <source>no other host takes pods</source>
        <translation>aucun autre hôte ne prend de pods</translation>
    </message>
    <message>
        <source>What runs here would be Pending until a host is added</source>
        <translation>Ce qui tourne ici serait Pending jusqu’à ce qu’un hôte soit ajouté</translation>
    </message>
    <message>
        <source>Some pods would stay Pending until there is room: add a host first, or scale something down</source>
        <translation>Des pods resteraient Pending faute de place&#x202f;: ajoutez d’abord un hôte, ou réduisez quelque chose</translation>
    </message>
    <message>
        <source>1, it stays</source>
        <translation>1, il reste</translation>
    </message>
    <message>
        <source>{}, they stay</source>
        <translation>{}, ils restent</translation>
    </message>
    <message>
        <source>1 of {} stays</source>
        <translation>1 sur {} reste</translation>
    </message>
    <message>
        <source>{} of {} stay</source>
        <translation>{} sur {} restent</translation>
    </message>
    <message>
        <source>None of them may fail then: etcd needs more than half of its members</source>
        <translation>Aucun ne peut alors tomber&#x202f;: etcd a besoin de plus de la moitié de ses membres</translation>
    </message>
    <message>
        <source>{} of them may fail then</source>
        <translation>{} d’entre eux peuvent alors tomber</translation>
    </message>
    <message>
        <source>what runs on {} cannot be read</source>
        <translation>ce qui tourne sur {} ne peut être lu</translation>
    </message>
    <message>
        <source>no other host was reached</source>
        <translation>aucun autre hôte n’a été joint</translation>
    </message>
    <message>
        <source>the cluster has no nodes</source>
        <translation>le cluster n’a pas de nœuds</translation>
    </message>
    <message>
        <source>the package source does not say which versions it has</source>
        <translation>la source de paquets ne dit pas quelles versions elle a</translation>
    </message>
    <message>
        <source>If it is gone for good, and certainly off: remove-host {} --lost</source>
        <translation>S’il est perdu pour de bon, et certainement éteint : remove-host {} --lost</translation>
    </message>
    <message>
        <source>{}: look whether etcd goes on without it</source>
        <translation>{} : voir si etcd continue sans lui</translation>
    </message>
    <message>
        <source>{} is the only control plane: with it goes the cluster</source>
        <translation>{} est le seul plan de contrôle : avec lui s’en va le cluster</translation>
    </message>
    <message>
        <source>Delete the cluster</source>
        <translation>Supprimez le cluster</translation>
    </message>
    <message>
        <source>all nodes ask for the API server at {}, which is {} itself</source>
        <translation>tous les nœuds cherchent le serveur d’API à {}, qui est {} lui-même</translation>
    </message>
    <message>
        <source>The endpoint&apos;s name must lead elsewhere first, which takes new certificates: without it every node is lost</source>
        <translation>Le nom du point d’accès doit d’abord mener ailleurs, ce qui demande de nouveaux certificats : sans lui tous les nœuds sont perdus</translation>
    </message>
    <message>
        <source>Now take {} out of the spec</source>
        <translation>Retirez maintenant {} de la spécification</translation>
    </message>
    <message>
        <source>{} control planes are left: with another one in its place (add-host) etcd bears a failure again</source>
        <translation>Il reste {} plans de contrôle : avec un autre à sa place (add-host) etcd supporte de nouveau une panne</translation>
    </message>
    <message>
        <source>which node {} was cannot be told</source>
        <translation>on ne peut pas dire quel nœud était {}</translation>
    </message>
    <message>
        <source>Say it in the spec: {{host: {}, name: NODE}}</source>
        <translation>Dites-le dans la spécification : {{host: {}, name: NŒUD}}</translation>
    </message>
    <message>
        <source>{}: is it gone, and does the cluster go on without it?</source>
        <translation>{} : est-il perdu, et le cluster continue-t-il sans lui ?</translation>
    </message>
    <message>
        <source>{} is not gone: the node {} is ready</source>
        <translation>{} n’est pas perdu : le nœud {} est prêt</translation>
    </message>
    <message>
        <source>Take it out as one that answers: remove-host {}</source>
        <translation>Retirez-le comme un hôte qui répond : remove-host {}</translation>
    </message>
    <message>
        <source>the list of pods cannot be read</source>
        <translation>la liste des pods est illisible</translation>
    </message>
    <message>
        <source>{}: let its pods and volumes go</source>
        <translation>{} : laisser partir ses pods et ses volumes</translation>
    </message>
    <message>
        <source>{} pods stay until the node is deleted</source>
        <translation>{} pods restent jusqu’à la suppression du nœud</translation>
    </message>
    <message>
        <source>{}: take its member out of etcd</source>
        <translation>{} : retirer son membre d’etcd</translation>
    </message>
    <message>
        <source>On {} everything stays as it was: packages, images, keys. If it comes back it enters itself as a node again: then write it into the spec again, as a worker, and run remove-host {}, which cleans it</source>
        <translation>Sur {} tout reste en l’état : paquets, images, clés. S’il revient, il s’inscrit de nouveau comme nœud : remettez-le alors dans la spécification, comme nœud de travail, et lancez remove-host {}, qui le nettoie</translation>
    </message>
    <message>
        <source>Remove {}, which is gone, from the cluster {}</source>
        <translation>Retirer {}, qui est perdu, du cluster {}</translation>
    </message>
    <message>
        <source>another restore has begun meanwhile</source>
        <translation>une autre restauration a commencé entre-temps</translation>
    </message>
    <message>
        <source>See what runs: timonierctl runs</source>
        <translation>Voyez ce qui est en cours : timonierctl runs</translation>
    </message>
    <message>
        <source>Look at the snapshot and at etcd</source>
        <translation>Regarder l’instantané et etcd</translation>
    </message>
    <message>
        <source>a restore of another snapshot was begun, and has not ended</source>
        <translation>la restauration d’un autre instantané a été commencée, et n’est pas terminée</translation>
    </message>
    <message>
        <source>Run that one again, or take it back (--undo)</source>
        <translation>Relancez-la, ou annulez-la (--undo)</translation>
    </message>
    <message>
        <source>The snapshot is of revision {}, the cluster at {}</source>
        <translation>L’instantané est de la révision {}, le cluster à {}</translation>
    </message>
    <message>
        <source>{}: make the snapshot&apos;s data ready, beside what runs</source>
        <translation>{} : préparer les données de l’instantané, à côté de ce qui tourne</translation>
    </message>
    <message>
        <source>{} is another snapshot than the one that the restore began with</source>
        <translation>{} n’est pas l’instantané avec lequel la restauration a commencé</translation>
    </message>
    <message>
        <source>Take the restore back (--undo), then begin anew</source>
        <translation>Annulez la restauration (--undo), puis recommencez</translation>
    </message>
    <message>
        <source>The programs of the control plane end; what runs in pods goes on</source>
        <translation>Les programmes du plan de contrôle s’arrêtent ; ce qui tourne dans les pods continue</translation>
    </message>
    <message>
        <source>Put the snapshot&apos;s data in the place of etcd&apos;s</source>
        <translation>Mettre les données de l’instantané à la place de celles d’etcd</translation>
    </message>
    <message>
        <source>The cluster is well</source>
        <translation>Le cluster va bien</translation>
    </message>
    <message>
        <source>etcd on {} does not answer yet</source>
        <translation>etcd sur {} ne répond pas encore</translation>
    </message>
    <message>
        <source>{}: its kubelet has not told of itself yet</source>
        <translation>{} : son kubelet n’a pas encore donné de nouvelles</translation>
    </message>
    <message>
        <source>the snapshot&apos;s data is in place, and the cluster is not well with it</source>
        <translation>les données de l’instantané sont en place, et le cluster ne va pas bien avec elles</translation>
    </message>
    <message>
        <source>Run it again to wait on; or bring back what was there: --undo</source>
        <translation>Relancez pour attendre encore ; ou ramenez ce qu’il y avait : --undo</translation>
    </message>
    <message>
        <source>Let go of the data that was there before</source>
        <translation>Laisser partir les données d’avant</translation>
    </message>
    <message>
        <source>Bring the cluster {} back to a backup</source>
        <translation>Ramener le cluster {} à une sauvegarde</translation>
    </message>
    <message>
        <source>Virtual address</source>
        <translation>Adresse virtuelle</translation>
    </message>
    <message>
        <source>{} is this host&apos;s own address</source>
        <translation>{} est l’adresse de cet hôte même</translation>
    </message>
    <message>
        <source>A virtual address is one that no host has: it moves from one control plane to the other</source>
        <translation>Une adresse virtuelle n’est celle d’aucun hôte : elle passe d’un plan de contrôle à l’autre</translation>
    </message>
    <message>
        <source>{} is in no network of this host</source>
        <translation>{} n’est dans aucun réseau de cet hôte</translation>
    </message>
    <message>
        <source>All control planes must share the network that it is in, for it is announced there by ARP. This host has {}</source>
        <translation>Tous les plans de contrôle doivent partager son réseau, car elle y est annoncée par ARP. Cet hôte a {}</translation>
    </message>
    <message>
        <source>another computer has {} already</source>
        <translation>un autre ordinateur a déjà {}</translation>
    </message>
    <message>
        <source>Take one that is free, and that no DHCP server gives away</source>
        <translation>Prenez-en une qui est libre, et qu’aucun serveur DHCP n’attribue</translation>
    </message>
    <message>
        <source>{}, on {}</source>
        <translation>{}, sur {}</translation>
    </message>
    <message>
        <source>{} is no snapshot of etcd, or not all of it</source>
        <translation>{} n’est pas un instantané d’etcd, ou pas en entier</translation>
    </message>
    <message>
        <source>One is made by: timonierctl cluster backup</source>
        <translation>On en fait un par : timonierctl cluster backup</translation>
    </message>
    <message>
        <source>{} was damaged: its sum is not the one that etcd gave it</source>
        <translation>{} a été abîmé : sa somme n’est pas celle qu’etcd lui a donnée</translation>
    </message>
    <message>
        <source>Take another snapshot</source>
        <translation>Prenez un autre instantané</translation>
    </message>
    <message>
        <source>{} is whole, and no data of etcd</source>
        <translation>{} est entier, mais ce ne sont pas des données d’etcd</translation>
    </message>
    <message>
        <source>{} is in no network of {}</source>
        <translation>{} n’est dans aucun réseau de {}</translation>
    </message>
    <message>
        <source>A virtual address is one of the network that the control planes share</source>
        <translation>Une adresse virtuelle est du réseau que les plans de contrôle partagent</translation>
    </message>
    <message>
        <source>in a cloud; `status --cluster {}` asks</source>
        <translation>dans un nuage&#x202f;; `status --cluster {}` le demande</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>La même</translation>
    </message>
    <message>
        <source>Machines, networks and tags are called after it.</source>
        <translation>Machines, réseaux et étiquettes portent son nom.</translation>
    </message>
    <message>
        <source>small letters, digits and “-”, 30 at most</source>
        <translation>minuscules, chiffres et «&#x202f;-&#x202f;», 30 au plus</translation>
    </message>
    <message>
        <source>Beside one control plane.</source>
        <translation>À côté d’un plan de contrôle.</translation>
    </message>
    <message>
        <source>Their machine</source>
        <translation>Leur machine</translation>
    </message>
    <message>
        <source>The newest image of it, as its makers publish it.</source>
        <translation>Sa plus récente image, telle que ses auteurs la publient.</translation>
    </message>
    <message>
        <source>1.36 (its newest patch) or 1.36.3.</source>
        <translation>1.36 (son dernier correctif) ou 1.36.3.</translation>
    </message>
    <message>
        <source>1.36 or 1.36.3</source>
        <translation>1.36 ou 1.36.3</translation>
    </message>
    <message>
        <source>A dashboard in the browser.</source>
        <translation>Un tableau de bord dans le navigateur.</translation>
    </message>
    <message>
        <source>Who may come in</source>
        <translation>Qui peut entrer</translation>
    </message>
    <message>
        <source>Networks, one a line: 203.0.113.0/24. To ssh, the API server and NodePorts. Empty: this computer alone, by the address that AWS sees it by; whoever moves runs the plan again.</source>
        <translation>Des réseaux, un par ligne&#x202f;: 203.0.113.0/24. Vers ssh, le serveur d’API et les NodePorts. Vide&#x202f;: cet ordinateur seul, par l’adresse sous laquelle AWS le voit&#x202f;; qui change de lieu relance le plan.</translation>
    </message>
    <message>
        <source>networks such as 203.0.113.0/24, one a line</source>
        <translation>des réseaux comme 203.0.113.0/24, un par ligne</translation>
    </message>
    <message>
        <source>Further ports for them</source>
        <translation>Autres ports pour eux</translation>
    </message>
    <message>
        <source>8080, 3478/udp, 49152-65535/udp; one a line.</source>
        <translation>8080, 3478/udp, 49152-65535/udp&#x202f;; un par ligne.</translation>
    </message>
    <message>
        <source>ports such as 8080 or 3478/udp, one a line</source>
        <translation>des ports comme 8080 ou 3478/udp, un par ligne</translation>
    </message>
    <message>
        <source>Of its network, which is its own. It must overlap with no network that is to reach it.</source>
        <translation>De son réseau, qui n’est qu’à lui. Elles ne doivent recouvrir aucun réseau qui doit l’atteindre.</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zone</translation>
    </message>
    <message>
        <source>Where the type of machine is offered: eu-west-3b. Empty: the first.</source>
        <translation>Où ce type de machine est offert&#x202f;: eu-west-3b. Vide&#x202f;: la première.</translation>
    </message>
    <message>
        <source>New cluster on machines in AWS (EC2)</source>
        <translation>Nouveau cluster sur des machines d’AWS (EC2)</translation>
    </message>
    <message>
        <source>Machines of your account become a cluster by kubeadm, as hosts of your own would. The network, the firewall and the key are made with it, told before with their price, and taken away with it.</source>
        <translation>Des machines de votre compte deviennent un cluster par kubeadm, comme le feraient vos propres hôtes. Le réseau, le pare-feu et la clé sont créés avec lui, annoncés avant avec leur prix, et retirés avec lui.</translation>
    </message>
    <message>
        <source>It costs from the first minute on until it is deleted; stopped, its disks and one address go on costing.</source>
        <translation>Il coûte dès la première minute et jusqu’à ce qu’il soit supprimé&#x202f;; arrêté, ses disques et une adresse continuent de coûter.</translation>
    </message>
    <message>
        <source>One control plane and as many workers as you say, each a machine that you reach by ssh</source>
        <translation>Un plan de contrôle et autant de nœuds de travail que vous le dites, chacun une machine que vous atteignez par ssh</translation>
    </message>
    <message>
        <source>A context of its own in your kubeconfig, with an address that stays when the cluster is stopped and started</source>
        <translation>Un contexte à lui dans votre kubeconfig, avec une adresse qui reste quand le cluster est arrêté puis démarré</translation>
    </message>
    <message>
        <source>Safe</source>
        <translation>Sécurité</translation>
    </message>
    <message>
        <source>Only you are let in; the machines&apos; host keys come from their own consoles, and nothing is accepted unseen</source>
        <translation>Vous seul entrez&#x202f;; les clés d’hôte des machines viennent de leurs propres consoles, et rien n’est accepté sans être vu</translation>
    </message>
    <message>
        <source>About eight minutes, some of them for the machines&apos; first boot</source>
        <translation>Environ huit minutes, dont quelques-unes pour le premier démarrage des machines</translation>
    </message>
    <message>
        <source>One of AWS&apos; with the right to make networks and machines; what is missing is named</source>
        <translation>Un compte AWS avec le droit de créer des réseaux et des machines&#x202f;; ce qui manque est nommé</translation>
    </message>
    <message>
        <source>From about 0.10 $ an hour; the plan&apos;s page has each part. The free tier&apos;s machines are too small</source>
        <translation>À partir d’environ 0,10 $ de l’heure&#x202f;; la page du plan donne chaque part. Les machines de l’offre gratuite sont trop petites</translation>
    </message>
    <message>
        <source>Use port-forward, or a NodePort on the address of any machine</source>
        <translation>Utilisez port-forward, ou un NodePort sur l’adresse de n’importe quelle machine</translation>
    </message>
    <message>
        <source>logs are not gathered from machines in a cloud</source>
        <translation>les journaux ne sont pas recueillis sur les machines d’un nuage</translation>
    </message>
    <message>
        <source>Say it as timonierctl cluster list does: kind/NAME, minikube/NAME, kubeadm/NAME, eks/REGION/NAME, ec2/REGION/NAME, aks/SUBSCRIPTION/GROUP/NAME</source>
        <translation>Dites-le comme timonierctl cluster list&#x202f;: kind/NOM, minikube/NOM, kubeadm/NOM, eks/RÉGION/NOM, ec2/RÉGION/NOM, aks/ABONNEMENT/GROUPE/NOM</translation>
    </message>
    <message>
        <source>AWS (machines of EC2)</source>
        <translation>AWS (machines d’EC2)</translation>
    </message>
    <message>
        <source>Machines of your account, and kubeadm on them. Stopped and started as you need it; no control plane to pay for but its machine.</source>
        <translation>Des machines de votre compte, et kubeadm dessus. Arrêté et démarré selon vos besoins&#x202f;; pas de plan de contrôle à payer, hors sa machine.</translation>
    </message>
    <message>
        <source>learning, trying a real cluster for some days</source>
        <translation>apprendre, essayer un vrai cluster quelques jours</translation>
    </message>
    <message>
        <source>this region has no image {} for {}</source>
        <translation>cette région n’a pas d’image {} pour {}</translation>
    </message>
    <message>
        <source>Name one in the spec: image: ami-0123456789abcdef0, and user, whom it lets in</source>
        <translation>Nommez-en une dans la spécification&#x202f;: image: ami-0123456789abcdef0, et user, qui elle laisse entrer</translation>
    </message>
    <message>
        <source>this region has no image {}</source>
        <translation>cette région n’a pas d’image {}</translation>
    </message>
    <message>
        <source>Images have another id in each region.</source>
        <translation>Les images ont un autre identifiant dans chaque région.</translation>
    </message>
    <message>
        <source>the address that this computer is seen by cannot be learnt from {}</source>
        <translation>l’adresse sous laquelle cet ordinateur est vu ne peut être apprise de {}</translation>
    </message>
    <message>
        <source>Say in the spec who may come in: access: {{cidrs: [203.0.113.7/32]}}</source>
        <translation>Dites dans la spécification qui peut entrer&#x202f;: access: {{cidrs: [203.0.113.7/32]}}</translation>
    </message>
    <message>
        <source>Make a key for ssh, which stays on this computer</source>
        <translation>Créer une clé pour ssh, qui reste sur cet ordinateur</translation>
    </message>
    <message>
        <source>the key of this cluster&apos;s machines is not on this computer: {}</source>
        <translation>la clé des machines de ce cluster n’est pas sur cet ordinateur&#x202f;: {}</translation>
    </message>
    <message>
        <source>Copy it from the computer that made the cluster; or delete the cluster, which needs no key, and make it anew</source>
        <translation>Copiez-la depuis l’ordinateur qui a créé le cluster&#x202f;; ou supprimez le cluster, ce qui ne demande aucune clé, et créez-le à nouveau</translation>
    </message>
    <message>
        <source>Tell AWS its public half</source>
        <translation>En donner la moitié publique à AWS</translation>
    </message>
    <message>
        <source>who makes images is another account in {}</source>
        <translation>les images sont faites par un autre compte dans {}</translation>
    </message>
    <message>
        <source>Launch {}, a {}</source>
        <translation>Lancer {}, une {}</translation>
    </message>
    <message>
        <source>The machines run, and the control plane has its address</source>
        <translation>Les machines tournent, et le plan de contrôle a son adresse</translation>
    </message>
    <message>
        <source>Reserve the control plane&apos;s address, which stays when it is stopped</source>
        <translation>Réserver l’adresse du plan de contrôle, qui reste quand il est arrêté</translation>
    </message>
    <message>
        <source>everything between the nodes</source>
        <translation>tout entre les nœuds</translation>
    </message>
    <message>
        <source>Let in this computer, and nobody else</source>
        <translation>Laisser entrer cet ordinateur, et personne d’autre</translation>
    </message>
    <message>
        <source>Let in {}</source>
        <translation>Laisser entrer {}</translation>
    </message>
    <message>
        <source>let in: {}</source>
        <translation>entre&#x202f;: {}</translation>
    </message>
    <message>
        <source>not let in any more: {}</source>
        <translation>n’entre plus&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} has no zone {}</source>
        <translation>{} n’a pas de zone {}</translation>
    </message>
    <message>
        <source>It has {}</source>
        <translation>Elle a {}</translation>
    </message>
    <message>
        <source>Route the subnet to the internet</source>
        <translation>Router le sous-réseau vers internet</translation>
    </message>
    <message>
        <source>Create the security group, which lets nobody in</source>
        <translation>Créer le groupe de sécurité, qui ne laisse entrer personne</translation>
    </message>
    <message>
        <source>{} × {}: {} vCPU, {} GiB, network {} Gbit/s</source>
        <translation>{} × {}&#x202f;: {} vCPU, {} Gio, réseau {} Gbit/s</translation>
    </message>
    <message>
        <source>{} × {}, which the table does not have</source>
        <translation>{} × {}, que la table n’a pas</translation>
    </message>
    <message>
        <source>Kubernetes itself takes most of {} GiB: little room is left for applications</source>
        <translation>Kubernetes lui-même prend la plus grande part de {} Gio&#x202f;: il reste peu de place aux applications</translation>
    </message>
    <message>
        <source>The cluster {} on {} machines in {}</source>
        <translation>Le cluster {} sur {} machines à {}</translation>
    </message>
    <message>
        <source>the machine {} is not there</source>
        <translation>la machine {} n’est pas là</translation>
    </message>
    <message>
        <source>the machine {} does not run</source>
        <translation>la machine {} ne tourne pas</translation>
    </message>
    <message>
        <source>Start the cluster, or run its plan again</source>
        <translation>Démarrez le cluster, ou relancez son plan</translation>
    </message>
    <message>
        <source>Its console does not show its host keys: you are asked about its fingerprint</source>
        <translation>Sa console ne montre pas ses clés d’hôte&#x202f;: son empreinte vous est demandée</translation>
    </message>
    <message>
        <source>its console shows {} {}</source>
        <translation>sa console montre {} {}</translation>
    </message>
    <message>
        <source>{}: its host keys from its console, and the way in</source>
        <translation>{}&#x202f;: ses clés d’hôte par sa console, et l’entrée</translation>
    </message>
    <message>
        <source>{} must be a network such as {}</source>
        <translation>{} doit être un réseau comme {}</translation>
    </message>
    <message>
        <source>a port is written as 8080, 3478/udp or 49152-65535/udp</source>
        <translation>un port s’écrit 8080, 3478/udp ou 49152-65535/udp</translation>
    </message>
    <message>
        <source>image must be one of {}, or an id such as ami-0123456789abcdef0</source>
        <translation>image doit être l’une de {}, ou un identifiant comme ami-0123456789abcdef0</translation>
    </message>
    <message>
        <source>name holds small letters, digits and “-”, 30 at most</source>
        <translation>name contient des minuscules, des chiffres et «&#x202f;-&#x202f;», 30 au plus</translation>
    </message>
    <message>
        <source>controlPlanes is 1 on EC2: several would need a load balancer before them, which this Timonier does not make. EKS has three</source>
        <translation>controlPlanes est 1 sur EC2&#x202f;: plusieurs demanderaient devant eux un répartiteur de charge, que ce Timonier ne crée pas. EKS en a trois</translation>
    </message>
    <message>
        <source>an image by its id needs user: whom it lets in (admin, ubuntu, ec2-user)</source>
        <translation>une image par son identifiant demande user&#x202f;: qui elle laisse entrer (admin, ubuntu, ec2-user)</translation>
    </message>
    <message>
        <source>{} is no zone of {}; they are called {}a</source>
        <translation>{} n’est pas une zone de {}&#x202f;; elles s’appellent {}a</translation>
    </message>
    <message>
        <source>network.cidr and {} overlap: {} and {}</source>
        <translation>network.cidr et {} se recouvrent&#x202f;: {} et {}</translation>
    </message>
    <message>
        <source>{} is too small for a node: it has {} vCPU and {} GiB, and kubeadm wants 2 and 2. t3.medium is the least that works</source>
        <translation>{} est trop petite pour un nœud&#x202f;: elle a {} vCPU et {} Gio, et kubeadm en veut 2 et 2. t3.medium est la plus petite qui marche</translation>
    </message>
    <message>
        <source>{} is too small for a node: it has less than 2 GiB, and kubeadm wants 2 vCPU and 2 GiB. t3.medium is the least that works</source>
        <translation>{} est trop petite pour un nœud&#x202f;: elle a moins de 2 Gio, et kubeadm veut 2 vCPU et 2 Gio. t3.medium est la plus petite qui marche</translation>
    </message>
    <message>
        <source>the key file {} cannot be written: {}</source>
        <translation>le fichier de clé {} ne peut être écrit&#x202f;: {}</translation>
    </message>
    <message>
        <source>See that its folder belongs to you, and that the disk has room</source>
        <translation>Voyez que son dossier vous appartient, et que le disque a de la place</translation>
    </message>
    <message>
        <source>there is a key file {} already</source>
        <translation>il y a déjà un fichier de clé {}</translation>
    </message>
    <message>
        <source>It is not overwritten: it may open something</source>
        <translation>Il n’est pas écrasé&#x202f;: il ouvre peut-être quelque chose</translation>
    </message>
    <message>
        <source>a key cannot be made</source>
        <translation>une clé ne peut être créée</translation>
    </message>
    <message>
        <source>the managed identity of {} is not supported</source>
        <translation>l’identité managée de {} n’est pas prise en charge</translation>
    </message>
    <message>
        <source>App Service gives no token of its managed identity (status {})</source>
        <translation>App Service ne donne pas de jeton de son identité managée (statut {})</translation>
    </message>
    <message>
        <source>Has the application an identity? It is given one under Settings, Identity.</source>
        <translation>L’application a-t-elle une identité&#x202f;? On lui en donne une sous Paramètres, Identité.</translation>
    </message>
    <message>
        <source>this machine has no managed identity with the client id {}</source>
        <translation>cette machine n’a pas d’identité managée dont l’ID client soit {}</translation>
    </message>
    <message>
        <source>AZURE_CLIENT_ID names it: give it to the machine (Security, Identity, User assigned), or name another one.</source>
        <translation>AZURE_CLIENT_ID la nomme&#x202f;: donnez-la à la machine (Sécurité, Identité, Affectée par l’utilisateur), ou nommez-en une autre.</translation>
    </message>
    <message>
        <source>the machine&apos;s metadata give no token of its managed identity (status {})</source>
        <translation>les métadonnées de la machine ne donnent pas de jeton de son identité managée (statut {})</translation>
    </message>
    <message>
        <source>Try again in a minute: Azure may be changing this machine&apos;s identities.</source>
        <translation>Réessayez dans une minute&#x202f;: Azure est peut-être en train de changer les identités de cette machine.</translation>
    </message>
    <message>
        <source>Choose another region, or fewer zones in network.zones where that is more than two: {} is what this account has there.</source>
        <translation>Choisissez une autre région, ou moins de zones dans network.zones s’il y en a plus de deux&#x202f;: ce compte y a {}.</translation>
    </message>
    <message>
        <source>{} has {} zones, and the spec wants {}</source>
        <translation>{} a {} zones, et la spécification en veut {}</translation>
    </message>
    <message>
        <source>, about {:.3f} $/h</source>
        <translation>, environ {:.3f} $/h</translation>
    </message>
    <message>
        <source>What each node is. The price is a list price of one, an hour: “about” by a table that comes with Timonier, until a plan has asked for that of the region.</source>
        <translation>Ce qu&apos;est chaque nœud. Le prix est un prix public, pour une machine, par heure&#x202f;: « environ » d&apos;après un tableau livré avec Timonier, tant qu&apos;aucun plan n&apos;a demandé celui de la région.</translation>
    </message>
    <message>
        <source>the answer to {} has no end</source>
        <translation>la réponse à {} n&apos;a pas de fin</translation>
    </message>
    <message>
        <source>this part of AWS has no list of its own in US dollars</source>
        <translation>cette partie d&apos;AWS n&apos;a pas de liste à elle en dollars américains</translation>
    </message>
    <message>
        <source>what answers is not the list of retail prices (status {})</source>
        <translation>ce qui répond n&apos;est pas la liste des prix publics (statut {})</translation>
    </message>
    <message>
        <source>it wants to be asked less often</source>
        <translation>elle veut être interrogée moins souvent</translation>
    </message>
    <message>
        <source>it failed (status {})</source>
        <translation>elle a échoué (statut {})</translation>
    </message>
    <message>
        <source>{} has no list in US dollars</source>
        <translation>{} n&apos;a pas de liste en dollars américains</translation>
    </message>
    <message>
        <source>List prices of {} as of {}, not verified since.</source>
        <translation>Prix publics de {} en {}, non vérifiés depuis.</translation>
    </message>
    <message>
        <source>List prices of {} as of {}, not verified since; other regions cost up to a third more.</source>
        <translation>Prix publics de {} en {}, non vérifiés depuis&#x202f;; d&apos;autres régions coûtent jusqu&apos;à un tiers de plus.</translation>
    </message>
    <message>
        <source>it has no list in US dollars</source>
        <translation>il n&apos;y a pas de liste en dollars américains</translation>
    </message>
    <message>
        <source>it did not answer within {} s</source>
        <translation>pas de réponse en {} s</translation>
    </message>
    <message>
        <source>List prices of {} for {}, kept since {}.</source>
        <translation>Prix publics de {} pour {}, gardés depuis le {}.</translation>
    </message>
    <message>
        <source>List prices of {} for {}, asked on {}.</source>
        <translation>Prix publics de {} pour {}, demandés le {}.</translation>
    </message>
    <message>
        <source>List prices of {} for {}, asked on {}; some did not come: {}.</source>
        <translation>Prix publics de {} pour {}, demandés le {}&#x202f;; certains ne sont pas venus&#x202f;: {}.</translation>
    </message>
    <message>
        <source>List prices of {} for {}, kept since {}; the list could not be asked again: {}.</source>
        <translation>Prix publics de {} pour {}, gardés depuis le {}&#x202f;; la liste n&apos;a pas pu être interrogée de nouveau&#x202f;: {}.</translation>
    </message>
    <message>
        <source>Not in them, and by the table of {} as of {} that comes with Timonier: {}.</source>
        <translation>Absents de cette liste, et d&apos;après le tableau de {} de {} livré avec Timonier&#x202f;: {}.</translation>
    </message>
    <message>
        <source>The price list of {} could not be asked: {}.</source>
        <translation>La liste de prix de {} n&apos;a pas pu être interrogée&#x202f;: {}.</translation>
    </message>
    <message>
        <source>Volumes and traffic are not in it.</source>
        <translation>Les volumes et le trafic n&apos;y sont pas.</translation>
    </message>
    <message>
        <source>its disks and the control plane&apos;s address go on costing</source>
        <translation>ses disques et l&apos;adresse du plan de contrôle continuent de coûter</translation>
    </message>
    <message>
        <source>Its disks and the control plane&apos;s address go on costing.</source>
        <translation>Ses disques et l&apos;adresse du plan de contrôle continuent de coûter.</translation>
    </message>
    <message>
        <source>The control plane&apos;s public address</source>
        <translation>L&apos;adresse publique du plan de contrôle</translation>
    </message>
    <message>
        <source>{} public addresses of workers</source>
        <translation>{} adresses publiques de nœuds de travail</translation>
    </message>
    <message>
        <source>Traffic is not in it.</source>
        <translation>Le trafic n&apos;y est pas.</translation>
    </message>
    <message>
        <source>Load balancers, volumes and traffic are not in it.</source>
        <translation>Les répartiteurs de charge, les volumes et le trafic n&apos;y sont pas.</translation>
    </message>
    <message>
        <source>control plane</source>
        <translation>plan de contrôle</translation>
    </message>
    <message>
        <source>NAT gateway</source>
        <translation>passerelle NAT</translation>
    </message>
    <message>
        <source>public IPv4 address</source>
        <translation>adresse IPv4 publique</translation>
    </message>
    <message>
        <source>load balancer</source>
        <translation>répartiteur de charge</translation>
    </message>
    <message>
        <source>registry</source>
        <translation>registre</translation>
    </message>
    <message>
        <source>disk (gp3)</source>
        <translation>disque (gp3)</translation>
    </message>
    <message>
        <source>disk {}</source>
        <translation>disque {}</translation>
    </message>
    <message>
        <source>something stands against it</source>
        <translation>quelque chose s’y oppose</translation>
    </message>
    <message>
        <source>Nothing of it is left in the account, by its tags.</source>
        <translation>Il n’en reste rien dans le compte, d’après ses étiquettes.</translation>
    </message>
    <message>
        <source>a preview</source>
        <translation>une préversion</translation>
    </message>
    <message>
        <source>{} vCPU, {} GiB</source>
        <translation>{} vCPU, {} Gio</translation>
    </message>
    <message>
        <source>in the account is still: {}</source>
        <translation>il reste dans le compte&#x202f;: {}</translation>
    </message>
    <message>
        <source>It may cost. Delete it again in some minutes: what is being deleted is listed for a while, too; else take it away by hand, as timonierctl cluster left says</source>
        <translation>Cela peut coûter. Supprimez-le encore dans quelques minutes&#x202f;: ce qui est en cours de suppression est listé aussi un moment&#x202f;; sinon enlevez-le à la main, comme le dit timonierctl cluster left</translation>
    </message>
    <message>
        <source>it cannot be told whether something of it is left in the account</source>
        <translation>on ne peut pas dire s’il en reste quelque chose dans le compte</translation>
    </message>
    <message>
        <source>Ask again: timonierctl cluster left</source>
        <translation>Demandez encore&#x202f;: timonierctl cluster left</translation>
    </message>
    <message>
        <source>{} has none</source>
        <translation>{} n’en a pas</translation>
    </message>
    <message>
        <source>Its id. Who is signed in finds theirs in the list.</source>
        <translation>Son identifiant. Qui est connecté trouve les siens dans la liste.</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>Gio</translation>
    </message>
    <message>
        <source>A registry that is there</source>
        <translation>Un registre qui existe déjà</translation>
    </message>
    <message>
        <source>A type as EC2 calls it, such as m7i.large; with 2 vCPU and 2 GiB at least.</source>
        <translation>Un type tel qu’EC2 le nomme, comme m7i.large&#x202f;; avec au moins 2 vCPU et 2 Gio.</translation>
    </message>
    <message>
        <source>Its id in this region; it needs systemd and apt.</source>
        <translation>Son identifiant dans cette région&#x202f;; il lui faut systemd et apt.</translation>
    </message>
    <message>
        <source>an id such as ami-0123456789abcdef0</source>
        <translation>un identifiant comme ami-0123456789abcdef0</translation>
    </message>
    <message>
        <source>Whom the image lets in. Empty: as its makers have it.</source>
        <translation>Qui l’image laisse entrer. Vide&#x202f;: comme ses auteurs le veulent.</translation>
    </message>
    <message>
        <source>a user&apos;s name, such as admin or ec2-user</source>
        <translation>un nom d’utilisateur, comme admin ou ec2-user</translation>
    </message>
    <message>
        <source>A type as EC2 calls it, such as m7i.large.</source>
        <translation>Un type tel qu’EC2 le nomme, comme m7i.large.</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Sur cet ordinateur</translation>
    </message>
    <message>
        <source>this AWS account may not use {} there: {}</source>
        <translation>ce compte AWS n’a pas le droit d’utiliser {} là&#x202f;: {}</translation>
    </message>
    <message>
        <source>Look in the account&apos;s pages whether the region is switched on (Account, AWS Regions), billing is set up, and AWS has looked the account over: that takes up to a day.</source>
        <translation>Regardez dans les pages du compte si la région est activée (Account, AWS Regions), si la facturation est en place, et si AWS a vérifié le compte&#x202f;: cela prend jusqu’à un jour.</translation>
    </message>
    <message>
        <source>They were deleted or mistyped, belong to another part of AWS (China, GovCloud), or lack their session token; or the region is not switched on in the account.</source>
        <translation>Elles ont été supprimées ou mal tapées, appartiennent à une autre partie d’AWS (Chine, GovCloud), ou il leur manque leur jeton de session&#x202f;; ou la région n’est pas activée dans le compte.</translation>
    </message>
    <message>
        <source>the table {} of this Timonier is damaged: {}</source>
        <translation>la table {} de ce Timonier est endommagée&#x202f;: {}</translation>
    </message>
    <message>
        <source>Install it anew</source>
        <translation>Réinstallez-le</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>elle est vide</translation>
    </message>
    <message>
        <source>{} overlaps {}, of which AWS makes no network</source>
        <translation>{} chevauche {}, dont AWS ne fait pas de réseau</translation>
    </message>
    <message>
        <source>Look whether the machines are those of the spec</source>
        <translation>Regarder si les machines sont celles de la spécification</translation>
    </message>
    <message>
        <source>{} is not there: an upgrade makes no machines</source>
        <translation>{} n’est pas là&#x202f;: une mise à niveau ne crée pas de machines</translation>
    </message>
    <message>
        <source>Run `timonierctl cluster scale` first, with the version that the cluster has</source>
        <translation>Lancez d’abord `timonierctl cluster scale`, avec la version qu’a le cluster</translation>
    </message>
    <message>
        <source>{} is there and not in the spec: it would stay behind</source>
        <translation>{} est là et pas dans la spécification&#x202f;: il resterait en arrière</translation>
    </message>
    <message>
        <source>Run `timonierctl cluster scale` first, which takes it away; or say more workers</source>
        <translation>Lancez d’abord `timonierctl cluster scale`, qui l’enlève&#x202f;; ou demandez plus de nœuds de travail</translation>
    </message>
    <message>
        <source>The workers of the cluster {} in {}: {}</source>
        <translation>Les nœuds de travail du cluster {} dans {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>up to {}</source>
        <translation>jusqu’à {}</translation>
    </message>
    <message>
        <source>{} is there and not in the spec: it costs; `timonierctl cluster scale` takes it away</source>
        <translation>{} est là et pas dans la spécification&#x202f;: il coûte&#x202f;; `timonierctl cluster scale` l’enlève</translation>
    </message>
    <message>
        <source>its pods are moved elsewhere</source>
        <translation>ses pods sont déplacés ailleurs</translation>
    </message>
    <message>
        <source>the machine is terminated</source>
        <translation>la machine est résiliée</translation>
    </message>
    <message>
        <source>Drain and remove the workers that the spec no longer has</source>
        <translation>Vider et enlever les nœuds de travail que la spécification n’a plus</translation>
    </message>
</context>
<context>
    <name>Ctl</name>
    <message>
        <source>The clusters of your kubeconfig, and whether each can be used</source>
        <translation>Les clusters de votre kubeconfig, et si chacun est utilisable</translation>
    </message>
    <message>
        <source>The objects of a kind, as they are now</source>
        <translation>Les objets d’un type, tels qu’ils sont maintenant</translation>
    </message>
    <message>
        <source>Each change of a kind&apos;s objects, as it happens</source>
        <translation>Chaque changement des objets d’un type, au moment où il survient</translation>
    </message>
    <message>
        <source>What containers have printed</source>
        <translation>Ce que les conteneurs ont écrit</translation>
    </message>
    <message>
        <source>A script that completes commands in bash, zsh or fish</source>
        <translation>Un script de complétion pour bash, zsh ou fish</translation>
    </message>
    <message>
        <source>See the kinds it has with `kubectl api-resources`</source>
        <translation>Voyez les types qu’il connaît avec `kubectl api-resources`</translation>
    </message>
    <message>
        <source>The list was not complete in that time</source>
        <translation>La liste n’était pas complète dans ce délai</translation>
    </message>
    <message>
        <source>The namespace to look in, instead of the context&apos;s.</source>
        <translation>L’espace de noms où chercher, au lieu de celui du contexte.</translation>
    </message>
    <message>
        <source>Look in every namespace.</source>
        <translation>Chercher dans tous les espaces de noms.</translation>
    </message>
    <message>
        <source>Only objects with these labels, such as app=web,tier!=db.</source>
        <translation>Seulement les objets qui ont ces étiquettes, par exemple app=web,tier!=db.</translation>
    </message>
    <message>
        <source>How to print: %1.</source>
        <translation>Format de sortie&#x202f;: %1.</translation>
    </message>
    <message>
        <source>Print what it took, as one JSON line on stderr.</source>
        <translation>Écrire ce que cela a coûté, en une ligne JSON sur stderr.</translation>
    </message>
    <message>
        <source>for which shell? bash, zsh or fish</source>
        <translation>pour quel shell&#x202f;? bash, zsh ou fish</translation>
    </message>
    <message>
        <source>contexts cannot be printed as “%1”</source>
        <translation>les contextes ne peuvent pas être écrits au format «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>Leave out the line of titles.</source>
        <translation>Omettre la ligne des titres.</translation>
    </message>
    <message>
        <source>objects cannot be printed as “%1”</source>
        <translation>les objets ne peuvent pas être écrits au format «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>which kind? For instance: pods</source>
        <translation>quel type&#x202f;? Par exemple&#x202f;: pods</translation>
    </message>
    <message>
        <source>-n and -A exclude each other</source>
        <translation>-n et -A s’excluent mutuellement</translation>
    </message>
    <message>
        <source>a name needs a namespace: use -n instead of -A</source>
        <translation>un nom demande un espace de noms&#x202f;: utilisez -n au lieu de -A</translation>
    </message>
    <message>
        <source>names and -l exclude each other</source>
        <translation>les noms et -l s’excluent mutuellement</translation>
    </message>
    <message>
        <source>the namespace is empty: name one, or use -A</source>
        <translation>l’espace de noms est vide&#x202f;: nommez-en un, ou utilisez -A</translation>
    </message>
    <message>
        <source>name a pod, or choose pods with -l</source>
        <translation>nommez un pod, ou choisissez des pods avec -l</translation>
    </message>
    <message>
        <source>“%1” is no time: write 10s, 5m or 1h30m</source>
        <translation>«&#x202f;%1&#x202f;» n’est pas une durée&#x202f;: écrivez 10s, 5m ou 1h30m</translation>
    </message>
    <message>
        <source>--tail takes a number of lines</source>
        <translation>--tail attend un nombre de lignes</translation>
    </message>
    <message>
        <source>timonierctl: see and change a cluster from the command line</source>
        <translation>timonierctl&#x202f;: voir et changer un cluster depuis la ligne de commande</translation>
    </message>
    <message>
        <source>Commands:</source>
        <translation>Commandes&#x202f;:</translation>
    </message>
    <message>
        <source>Options of every command: --context NAME, --kubeconfig FILE, --help. `timonierctl COMMAND --help` tells the rest.</source>
        <translation>Options de toutes les commandes&#x202f;: --context NAME, --kubeconfig FILE, --help. `timonierctl COMMAND --help` dit le reste.</translation>
    </message>
    <message>
        <source>The context of the kubeconfig to use.</source>
        <translation>Le contexte du kubeconfig à utiliser.</translation>
    </message>
    <message>
        <source>The kubeconfig file to read, instead of $KUBECONFIG.</source>
        <translation>Le fichier kubeconfig à lire, au lieu de $KUBECONFIG.</translation>
    </message>
    <message>
        <source>Show this help.</source>
        <translation>Afficher cette aide.</translation>
    </message>
    <message>
        <source>  See `%1`.</source>
        <translation>  Voyez `%1`.</translation>
    </message>
    <message>
        <source>there is no command “%1”</source>
        <translation>il n’y a pas de commande «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>Usage: timonierctl %1 [options]</source>
        <translation>Utilisation&#x202f;: timonierctl %1 [options]</translation>
    </message>
    <message>
        <source>End after this time, such as 10s or 5m.</source>
        <translation>S’arrêter après cette durée, par exemple 10s ou 5m.</translation>
    </message>
    <message>
        <source>changes cannot be printed as “%1”</source>
        <translation>les changements ne peuvent pas être écrits au format «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>the server warns: {}</source>
        <translation>le serveur avertit&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} “{}” does not exist</source>
        <translation>{} «&#x202f;{}&#x202f;» n’existe pas</translation>
    </message>
    <message>
        <source>{} “{}” does not exist in namespace {}</source>
        <translation>{} «&#x202f;{}&#x202f;» n’existe pas dans l’espace de noms {}</translation>
    </message>
    <message>
        <source>Did you mean “{}”?</source>
        <translation>Vouliez-vous dire «&#x202f;{}&#x202f;»&#x202f;?</translation>
    </message>
    <message>
        <source>No {} found</source>
        <translation>Aucun objet «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>No {} found in namespace {}</source>
        <translation>Aucun objet «&#x202f;{}&#x202f;» dans l’espace de noms {}</translation>
    </message>
    <message>
        <source>The server has no kind “{}”</source>
        <translation>Le serveur ne connaît pas le type «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>No pod in namespace {} matches {}</source>
        <translation>Aucun pod de l’espace de noms {} ne correspond à {}</translation>
    </message>
    <message>
        <source>Pod {} has no container “{}”</source>
        <translation>Le pod {} n’a pas de conteneur «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>It has: {}</source>
        <translation>Il a&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} logs at once are too many</source>
        <translation>{} journaux à la fois, c’est trop</translation>
    </message>
    <message>
        <source>Choose at most {} with a narrower selector</source>
        <translation>Choisissez-en {} au plus, avec un sélecteur plus étroit</translation>
    </message>
    <message>
        <source>The logs of every pod with these labels.</source>
        <translation>Les journaux de tous les pods qui ont ces étiquettes.</translation>
    </message>
    <message>
        <source>This container of the pod.</source>
        <translation>Ce conteneur du pod.</translation>
    </message>
    <message>
        <source>Every container of the pod.</source>
        <translation>Tous les conteneurs du pod.</translation>
    </message>
    <message>
        <source>Go on as lines come.</source>
        <translation>Continuer à mesure que les lignes arrivent.</translation>
    </message>
    <message>
        <source>What the container printed before its last restart.</source>
        <translation>Ce que le conteneur a écrit avant son dernier redémarrage.</translation>
    </message>
    <message>
        <source>Only lines younger than this, such as 5m.</source>
        <translation>Seulement les lignes plus récentes que cette durée, par exemple 5m.</translation>
    </message>
    <message>
        <source>Only the last so many lines.</source>
        <translation>Seulement ce nombre de dernières lignes.</translation>
    </message>
    <message>
        <source>The time before each line.</source>
        <translation>L’heure devant chaque ligne.</translation>
    </message>
    <message>
        <source>{} lines came faster than they could be printed, and were dropped</source>
        <translation>lignes arrivées plus vite qu’elles ne pouvaient être écrites, et abandonnées&#x202f;: {}</translation>
    </message>
    <message>
        <source>live: {} rows</source>
        <translation>lignes en direct&#x202f;: {}</translation>
    </message>
    <message>
        <source>What a roll-out will do, before it is done</source>
        <translation>Ce que fera un déploiement, avant de le faire</translation>
    </message>
    <message>
        <source>a preview cannot be printed as “%1”</source>
        <translation>un aperçu ne peut pas être écrit en « %1 »</translation>
    </message>
    <message>
        <source>name a Deployment, as deployment/NAME, or a file with -f</source>
        <translation>nommez un Deployment, comme deployment/NOM, ou un fichier avec -f</translation>
    </message>
    <message>
        <source>--to takes image=NAME</source>
        <translation>--to veut image=NOM</translation>
    </message>
    <message>
        <source>only a Deployment can be rolled out: “%1” is none</source>
        <translation>seul un Deployment peut être déployé : « %1 » n’en est pas un</translation>
    </message>
    <message>
        <source>--set takes KEY=VALUE, and “%1” is none</source>
        <translation>--set veut CLÉ=VALEUR, et « %1 » n’en est pas</translation>
    </message>
    <message>
        <source>{} cannot be read: {}</source>
        <translation>{} est illisible : {}</translation>
    </message>
    <message>
        <source>{} is larger than 16 MB: that is no manifest</source>
        <translation>{} dépasse 16 Mo : ce n’est pas un manifeste</translation>
    </message>
    <message>
        <source>the nodes cannot be seen: it is assumed that there is room</source>
        <translation>les nœuds ne sont pas visibles : on suppose qu’il y a de la place</translation>
    </message>
    <message>
        <source>A file with the Deployment, YAML or JSON; - for the standard input.</source>
        <translation>Un fichier avec le Deployment, YAML ou JSON ; - pour l’entrée standard.</translation>
    </message>
    <message>
        <source>recreate, rolling, blue-green, canary, ab, shadow or all; without it, what the Deployment says.</source>
        <translation>recreate, rolling, blue-green, canary, ab, shadow ou all ; sans cela, ce que dit le Deployment.</translation>
    </message>
    <message>
        <source>What is assumed, such as rps=200 or neverReady=true; --set help lists all. May be given again.</source>
        <translation>Ce qui est supposé, comme rps=200 ou neverReady=true ; --set help les énumère. Peut être répété.</translation>
    </message>
    <message>
        <source>The new version: image=NAME.</source>
        <translation>La nouvelle version : image=NOM.</translation>
    </message>
    <message>
        <source>{}: {} pods, {} -&gt; {}</source>
        <translation>{} : {} pods, {} -&gt; {}</translation>
    </message>
    <message>
        <source>Users notice: {}</source>
        <translation>Les utilisateurs remarquent : {}</translation>
    </message>
    <message>
        <source>{}: {} -&gt; {} pods</source>
        <translation>{} : {} -&gt; {} pods</translation>
    </message>
    <message>
        <source>takes</source>
        <translation>dure</translation>
    </message>
    <message>
        <source>most pods at once</source>
        <translation>pods au plus à la fois</translation>
    </message>
    <message>
        <source>fewest that answer</source>
        <translation>ceux qui répondent, au moins</translation>
    </message>
    <message>
        <source>nobody answers for</source>
        <translation>personne ne répond pendant</translation>
    </message>
    <message>
        <source>requests lost</source>
        <translation>requêtes perdues</translation>
    </message>
    <message>
        <source>requests on trial</source>
        <translation>requêtes à l’essai</translation>
    </message>
    <message>
        <source>going back takes</source>
        <translation>revenir en arrière prend</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>coût</translation>
    </message>
    <message>
        <source>At {} requests per second and {:.2f} for a node and hour (--set rps=…, nodeHour=…)</source>
        <translation>À {} requêtes par seconde et {:.2f} par nœud et par heure (--set rps=…, nodeHour=…)</translation>
    </message>
    <message>
        <source>A roll-out run, seen, steered and taken back</source>
        <translation>Un déploiement exécuté, suivi, dirigé et repris</translation>
    </message>
    <message>
        <source>What it told is kept in {}</source>
        <translation>Ce qu’il a dit est gardé dans {}</translation>
    </message>
    <message>
        <source>the roll-out went back: {}</source>
        <translation>le déploiement est revenu en arrière&#x202f;: {}</translation>
    </message>
    <message>
        <source>The old version runs; nothing was left behind.</source>
        <translation>L’ancienne version tourne&#x202f;; rien n’est resté.</translation>
    </message>
    <message>
        <source>the roll-out is left where it stands</source>
        <translation>le déploiement est laissé où il en est</translation>
    </message>
    <message>
        <source>Go on with `timonierctl rollout resume {0}`, or back with `timonierctl rollout abort {0}`.</source>
        <translation>Continuez avec `timonierctl rollout resume {0}`, ou revenez avec `timonierctl rollout abort {0}`.</translation>
    </message>
    <message>
        <source>whoever drives the roll-out has taken the order</source>
        <translation>celui qui conduit le déploiement a pris l’ordre</translation>
    </message>
    <message>
        <source>nobody drives this roll-out: this program does it now</source>
        <translation>personne ne conduit ce déploiement&#x202f;: ce programme s’en charge</translation>
    </message>
    <message>
        <source>no roll-out is under way</source>
        <translation>aucun déploiement n’est en cours</translation>
    </message>
    <message>
        <source>A file with the plan, YAML or JSON; - for the standard input.</source>
        <translation>Un fichier avec le plan, YAML ou JSON&#x202f;; - pour l’entrée standard.</translation>
    </message>
    <message>
        <source>recreate, rolling, blue-green, canary, ab or shadow.</source>
        <translation>recreate, rolling, blue-green, canary, ab ou shadow.</translation>
    </message>
    <message>
        <source>The new version: image=NAME, or CONTAINER=NAME. May be given again.</source>
        <translation>La nouvelle version&#x202f;: image=NOM, ou CONTENEUR=NOM. Peut être répété.</translation>
    </message>
    <message>
        <source>A field of the plan, such as steps=10,50 or pause=manual or checks.http.path=/healthz. May be given again.</source>
        <translation>Un champ du plan, tel que steps=10,50 ou pause=manual ou checks.http.path=/healthz. Peut être répété.</translation>
    </message>
    <message>
        <source>Check everything and say what would be done; change nothing.</source>
        <translation>Tout vérifier et dire ce qui serait fait&#x202f;; ne rien changer.</translation>
    </message>
    <message>
        <source>promote: all the way, not only to the next step.</source>
        <translation>promote&#x202f;: jusqu’au bout, non seulement à l’étape suivante.</translation>
    </message>
    <message>
        <source>The program that drove it is known to be no more: do not wait to see.</source>
        <translation>Le programme qui le conduisait n’existe plus, on le sait&#x202f;: ne pas attendre.</translation>
    </message>
    <message>
        <source>the new version runs; nothing extra is left</source>
        <translation>la nouvelle version tourne&#x202f;; rien de plus n’est resté</translation>
    </message>
    <message>
        <source>the old version runs again; nothing extra is left</source>
        <translation>l’ancienne version tourne de nouveau&#x202f;; rien de plus n’est resté</translation>
    </message>
    <message>
        <source>going back ({})</source>
        <translation>retour en arrière ({})</translation>
    </message>
    <message>
        <source>paused: {}</source>
        <translation>en pause&#x202f;: {}</translation>
    </message>
    <message>
        <source>ready: {} old, {} new; {:.0f} % of the requests to the new</source>
        <translation>prêts&#x202f;: {} anciens, {} nouveaux&#x202f;; {:.0f}&#x202f;% des requêtes à la nouvelle</translation>
    </message>
    <message>
        <source>{} of {} in {}, requests split by {}:</source>
        <translation>{} de {} dans {}, requêtes partagées par {}&#x202f;:</translation>
    </message>
    <message>
        <source>nobody drives it</source>
        <translation>personne ne le conduit</translation>
    </message>
    <message>
        <source>driven by {}, last heard of {} ago</source>
        <translation>conduit par {}, dont la dernière nouvelle date de {}</translation>
    </message>
    <message>
        <source>--to takes image=NAME, or CONTAINER=NAME</source>
        <translation>--to prend image=NOM, ou CONTENEUR=NOM</translation>
    </message>
    <message>
        <source>--set: “%1” is no field of a plan</source>
        <translation>--set&#x202f;: « %1&#x202f;» n’est pas un champ d’un plan</translation>
    </message>
    <message>
        <source>a roll-out cannot be told as “%1”</source>
        <translation>un déploiement ne peut être raconté en « %1&#x202f;»</translation>
    </message>
    <message>
        <source>say start, status, promote, pause, resume, abort or undo, and a Deployment (or start -f PLAN)</source>
        <translation>dites start, status, promote, pause, resume, abort ou undo, et un Deployment (ou start -f PLAN)</translation>
    </message>
    <message>
        <source>there is no “rollout %1”</source>
        <translation>il n’y a pas de «&#x202f;rollout %1&#x202f;»</translation>
    </message>
    <message>
        <source>The spec of the cluster; - is standard input.</source>
        <translation>La description du cluster&#x202f;; - est l’entrée standard.</translation>
    </message>
    <message>
        <source>-o takes text or json</source>
        <translation>-o prend text ou json</translation>
    </message>
    <message>
        <source>What plans did on this computer, and the way on</source>
        <translation>Ce que les plans ont fait sur cet ordinateur, et comment continuer</translation>
    </message>
    <message>
        <source>say nothing to list the runs, or show ID, or resume ID</source>
        <translation>ne dites rien pour lister les exécutions, ou show ID, ou resume ID</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>rien à faire</translation>
    </message>
    <message>
        <source>will be done, in about {}</source>
        <translation>sera fait, en {} environ</translation>
    </message>
    <message>
        <source>will be looked at when what it needs is there, about {}</source>
        <translation>sera examiné quand ce qu’il lui faut sera là, {} environ</translation>
    </message>
    <message>
        <source>cannot be told: {}</source>
        <translation>ne peut être dit&#x202f;: {}</translation>
    </message>
    <message>
        <source>made by Timonier: {} {}</source>
        <translation>fait par Timonier&#x202f;: {} {}</translation>
    </message>
    <message>
        <source>Go on with `timonierctl runs resume {}`.</source>
        <translation>Continuez avec `timonierctl runs resume {}`.</translation>
    </message>
    <message>
        <source>the run was cancelled; what was made is kept and known</source>
        <translation>l’exécution a été annulée&#x202f;; ce qui a été fait reste, et est connu</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>is it so already?</source>
        <translation>est-ce déjà fait&#x202f;?</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>will be tried again</source>
        <translation>sera réessayé</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fait</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>en échec</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>being taken back</source>
        <translation>en train d’être défait</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>défait</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>interrompu</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>terminé</translation>
    </message>
    <message>
        <source>replaced by a later run</source>
        <translation>remplacé par une exécution ultérieure</translation>
    </message>
    <message>
        <source>{:.0f} %, about {} left</source>
        <translation>{:.0f}&#x202f;%, encore {} environ</translation>
    </message>
    <message>
        <source>Done: {}</source>
        <translation>Fait&#x202f;: {}</translation>
    </message>
    <message>
        <source>Nothing was changed: it is so already</source>
        <translation>Rien n’a été changé&#x202f;: c’est déjà ainsi</translation>
    </message>
    <message>
        <source>Nothing was changed: there is nothing to take back</source>
        <translation>Rien n’a été changé&#x202f;: il n’y a rien à défaire</translation>
    </message>
    <message>
        <source>Run {}: {}</source>
        <translation>Exécution {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} of {} steps are done</source>
        <translation>{} étapes sur {} sont faites</translation>
    </message>
    <message>
        <source>no plan has been run yet</source>
        <translation>aucun plan n’a encore été exécuté</translation>
    </message>
    <message>
        <source>taking back: </source>
        <translation>retour en arrière&#x202f;: </translation>
    </message>
    <message>
        <source>{}, begun {}</source>
        <translation>{}, commencé le {}</translation>
    </message>
    <message>
        <source>is there</source>
        <translation>est là</translation>
    </message>
    <message>
        <source>may be there: it was being made</source>
        <translation>est peut-être là&#x202f;: sa création était en cours</translation>
    </message>
    <message>
        <source>was taken back</source>
        <translation>a été défait</translation>
    </message>
    <message>
        <source>the spec of run {}</source>
        <translation>la description de l’exécution {}</translation>
    </message>
    <message>
        <source>say --set or --prune, not both</source>
        <translation>dites --set ou --prune, pas les deux</translation>
    </message>
    <message>
        <source>--wait takes a time such as 90s or 5m</source>
        <translation>--wait prend une durée telle que 90s ou 5m</translation>
    </message>
    <message>
        <source>Manifests into the cluster, in the order of what needs what</source>
        <translation>Des manifestes dans le cluster, dans l’ordre de ce qui dépend de quoi</translation>
    </message>
    <message>
        <source>What was applied together, and whether it is there</source>
        <translation>Ce qui a été appliqué ensemble, et si c’est bien là</translation>
    </message>
    <message>
        <source>All of a set removed, and nothing else</source>
        <translation>Tout un ensemble retiré, et rien d’autre</translation>
    </message>
    <message>
        <source>The namespace where the set&apos;s list lies.</source>
        <translation>L’espace de noms où se trouve la liste de l’ensemble.</translation>
    </message>
    <message>
        <source>name one set, or none to list all</source>
        <translation>nommez un ensemble, ou aucun pour les lister tous</translation>
    </message>
    <message>
        <source>Say what would be removed; remove nothing.</source>
        <translation>Dire ce qui serait retiré&#x202f;; ne rien retirer.</translation>
    </message>
    <message>
        <source>Remove namespaces and definitions even with other people&apos;s objects in them.</source>
        <translation>Retirer espaces de noms et définitions même s’ils contiennent les objets d’autrui.</translation>
    </message>
    <message>
        <source>How long to wait for what is deleted to be gone, such as 5m (2m if not given).</source>
        <translation>Combien de temps attendre que ce qui est supprimé ait disparu, par exemple 5m (2m par défaut).</translation>
    </message>
    <message>
        <source>which set? `timonierctl sets -A` lists them</source>
        <translation>quel ensemble&#x202f;? `timonierctl sets -A` les liste</translation>
    </message>
    <message>
        <source>Look at its events and its pods; the same command goes on from here.</source>
        <translation>Regardez ses événements et ses pods&#x202f;; la même commande reprend d’ici.</translation>
    </message>
    <message>
        <source>not all that left the set could be removed</source>
        <translation>tout ce qui a quitté l’ensemble n’a pas pu être retiré</translation>
    </message>
    <message>
        <source>The lines above say why; the set goes on listing it.</source>
        <translation>Les lignes ci-dessus disent pourquoi&#x202f;; l’ensemble continue de le lister.</translation>
    </message>
    <message>
        <source>The namespace of what names none, and of the set&apos;s list.</source>
        <translation>L’espace de noms de ce qui n’en nomme aucun, et de la liste de l’ensemble.</translation>
    </message>
    <message>
        <source>Ask the server what would change; change nothing.</source>
        <translation>Demander au serveur ce qui changerait&#x202f;; ne rien changer.</translation>
    </message>
    <message>
        <source>The same, with each change line by line; Secrets masked.</source>
        <translation>De même, avec chaque changement ligne par ligne&#x202f;; les Secrets sont masqués.</translation>
    </message>
    <message>
        <source>Take over fields that others look after.</source>
        <translation>Reprendre les champs dont d’autres s’occupent.</translation>
    </message>
    <message>
        <source>Remember all of it as the set NAME, to be removed or pruned later.</source>
        <translation>Retenir le tout comme l’ensemble NAME, à retirer ou à élaguer plus tard.</translation>
    </message>
    <message>
        <source>The same, and remove what the set had before and the manifests no longer have.</source>
        <translation>De même, et retirer ce que l’ensemble avait et que les manifestes n’ont plus.</translation>
    </message>
    <message>
        <source>Wait until all is ready, for one object at most so long, such as 5m.</source>
        <translation>Attendre que tout soit prêt, au plus si longtemps pour un objet, par exemple 5m.</translation>
    </message>
    <message>
        <source>there is no object in {}</source>
        <translation>il n’y a aucun objet dans {}</translation>
    </message>
    <message>
        <source>{} in {}</source>
        <translation>{} dans {}</translation>
    </message>
    <message>
        <source>{} is tried again: {}</source>
        <translation>{} est réessayé&#x202f;: {}</translation>
    </message>
    <message>
        <source>waiting for {}: {}</source>
        <translation>en attente de {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>created</source>
        <translation>créé</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>changé</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>inchangé</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>non envoyé</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>retiré</translation>
    </message>
    <message>
        <source>was not there</source>
        <translation>n’était pas là</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>laissé tel quel</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>gardé</translation>
    </message>
    <message>
        <source>still there</source>
        <translation>encore là</translation>
    </message>
    <message>
        <source>would be created</source>
        <translation>serait créé</translation>
    </message>
    <message>
        <source>would be changed</source>
        <translation>serait changé</translation>
    </message>
    <message>
        <source>would be left</source>
        <translation>resterait tel quel</translation>
    </message>
    <message>
        <source>would be refused</source>
        <translation>serait refusé</translation>
    </message>
    <message>
        <source>would be removed</source>
        <translation>serait retiré</translation>
    </message>
    <message>
        <source>the server warns of {}: {}</source>
        <translation>le serveur avertit au sujet de {}&#x202f;: {}</translation>
    </message>
    <message>
        <source>there is no set “{}” in {}</source>
        <translation>il n’y a pas d’ensemble «&#x202f;{}&#x202f;» dans {}</translation>
    </message>
    <message>
        <source>`timonierctl sets -A` lists them.</source>
        <translation>`timonierctl sets -A` les liste.</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>manque</translation>
    </message>
    <message>
        <source>{} of {} objects are there</source>
        <translation>{} objets sur {} sont là</translation>
    </message>
    <message>
        <source>{} in {}: {} objects</source>
        <translation>{} dans {}&#x202f;: {} objets</translation>
    </message>
    <message>
        <source>there is no set</source>
        <translation>il n’y a aucun ensemble</translation>
    </message>
    <message>
        <source>not all of the set could be removed</source>
        <translation>tout l’ensemble n’a pas pu être retiré</translation>
    </message>
    <message>
        <source>The lines above say why; the set goes on listing what is left.</source>
        <translation>Les lignes ci-dessus disent pourquoi&#x202f;; l’ensemble continue de lister ce qui reste.</translation>
    </message>
    <message>
        <source>Leave it where it stands after this time, such as 10m, and exit 3.</source>
        <translation>Le laisser où il en est après ce temps, par exemple 10m, et finir avec 3.</translation>
    </message>
    <message>
        <source>name manifests with -f, or a kustomization with -k</source>
        <translation>nommez des manifestes avec -f, ou une kustomization avec -k</translation>
    </message>
    <message>
        <source>to which revision? `timonierctl helm history RELEASE` lists them</source>
        <translation>à quelle révision&#x202f;? `timonierctl helm history RELEASE` les énumère</translation>
    </message>
    <message>
        <source>say one of: list, history, values, template, diff, install, rollback, uninstall</source>
        <translation>dites l’un de&#x202f;: list, history, values, template, diff, install, rollback, uninstall</translation>
    </message>
    <message>
        <source>helm %1 takes a release, and template, diff and install a chart after it</source>
        <translation>helm %1 prend un déploiement, et template, diff et install un chart après lui</translation>
    </message>
    <message>
        <source>Charts and their releases, which stay Helm&apos;s own</source>
        <translation>Les charts et leurs versions déployées, qui restent celles de Helm</translation>
    </message>
    <message>
        <source>kustomize warns: {}</source>
        <translation>kustomize avertit&#x202f;: {}</translation>
    </message>
    <message>
        <source>there is no {} in these manifests</source>
        <translation>il n’y a pas de {} dans ces manifestes</translation>
    </message>
    <message>
        <source>--replace takes a name such as deployment.apps/web, as the lines above print it.</source>
        <translation>--replace prend un nom tel que deployment.apps/web, comme l’écrivent les lignes ci-dessus.</translation>
    </message>
    <message>
        <source>{} is in more than one namespace</source>
        <translation>{} se trouve dans plusieurs espaces de noms</translation>
    </message>
    <message>
        <source>Put the namespace before it: {}/{}</source>
        <translation>Mettez l’espace de noms devant&#x202f;: {}/{}</translation>
    </message>
    <message>
        <source>A file, a folder, an archive or an https address with manifests, YAML or JSON; - for the standard input. May be given again.</source>
        <translation>Un fichier, un dossier, une archive ou une adresse https avec des manifestes, YAML ou JSON&#x202f;; - pour l’entrée standard. Peut être répété.</translation>
    </message>
    <message>
        <source>What a kustomization makes: its folder, or the address of a remote one. May be given again.</source>
        <translation>Ce que produit une kustomization&#x202f;: son dossier, ou l’adresse d’une kustomization distante. Peut être répété.</translation>
    </message>
    <message>
        <source>Delete this object and make it anew, if a field of it cannot be changed. May be given again.</source>
        <translation>Supprimer cet objet et le refaire, si l’un de ses champs ne peut être modifié. Peut être répété.</translation>
    </message>
    <message>
        <source>{} is not on this computer, or too old: it is fetched</source>
        <translation>{} n’est pas sur cet ordinateur, ou est trop ancien&#x202f;: il est téléchargé</translation>
    </message>
    <message>
        <source>{}: {} % of {} MB</source>
        <translation>{}&#x202f;: {}&#x202f;% de {} Mo</translation>
    </message>
    <message>
        <source>values are one file</source>
        <translation>les valeurs sont un seul fichier</translation>
    </message>
    <message>
        <source>{} in {}: revision {} of {} {} is {}</source>
        <translation>{} dans {}&#x202f;: la révision {} de {} {} est {}</translation>
    </message>
    <message>
        <source>{} in {}: as it was in revision {}</source>
        <translation>{} dans {}&#x202f;: comme à la révision {}</translation>
    </message>
    <message>
        <source>{} in {}: removed</source>
        <translation>{} dans {}&#x202f;: supprimé</translation>
    </message>
    <message>
        <source>kept, as the chart wants it: {}</source>
        <translation>gardé, comme le veut le chart&#x202f;: {}</translation>
    </message>
    <message>
        <source>The namespace of the release.</source>
        <translation>L’espace de noms du déploiement Helm.</translation>
    </message>
    <message>
        <source>The file with the values; - for the standard input.</source>
        <translation>Le fichier des valeurs&#x202f;; - pour l’entrée standard.</translation>
    </message>
    <message>
        <source>The https address of the repository that has the chart.</source>
        <translation>L’adresse https du dépôt qui contient le chart.</translation>
    </message>
    <message>
        <source>The version of the chart; the newest if not given.</source>
        <translation>La version du chart&#x202f;; la plus récente par défaut.</translation>
    </message>
    <message>
        <source>The revision of the release whose values are shown.</source>
        <translation>La révision du déploiement dont les valeurs sont montrées.</translation>
    </message>
    <message>
        <source>Wait until all is ready, or gone, at most so long, such as 5m.</source>
        <translation>Attendre que tout soit prêt, ou parti, au plus aussi longtemps, par exemple 5m.</translation>
    </message>
    <message>
        <source>Take back what failed.</source>
        <translation>Revenir sur ce qui a échoué.</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>laissé de côté</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} sur {}</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>et {} de plus</translation>
    </message>
    <message>
        <source>A port of this computer that leads to a pod, also when the pod is replaced</source>
        <translation>Un port de cet ordinateur qui mène à un pod, même quand le pod est remplacé</translation>
    </message>
    <message>
        <source>A command run in a container, with its exit code</source>
        <translation>Une commande exécutée dans un conteneur, avec son code de retour</translation>
    </message>
    <message>
        <source>An image of one&apos;s own: built, tried, pushed, loaded; a registry&apos;s password</source>
        <translation>Une image à soi&#x202f;: construite, essayée, poussée, chargée&#x202f;; le mot de passe d’un registre</translation>
    </message>
    <message>
        <source>there is no output format “%1”</source>
        <translation>il n’y a pas de format de sortie «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>name a file of this computer, and POD:PATH</source>
        <translation>nommez un fichier de cet ordinateur, et POD:CHEMIN</translation>
    </message>
    <message>
        <source>Pass what this command is given on its input.</source>
        <translation>Transmettre ce que cette commande reçoit sur son entrée.</translation>
    </message>
    <message>
        <source>name a pod and, behind --, a command</source>
        <translation>nommez un pod et, après --, une commande</translation>
    </message>
    <message>
        <source>image login needs --user</source>
        <translation>image login demande --user</translation>
    </message>
    <message>
        <source>image logout needs --user</source>
        <translation>image logout demande --user</translation>
    </message>
    <message>
        <source>The spec of the image.</source>
        <translation>La description de l’image.</translation>
    </message>
    <message>
        <source>login, logout: whose password it is.</source>
        <translation>login, logout&#x202f;: de qui est le mot de passe.</translation>
    </message>
    <message>
        <source>say plan or build and -f SPEC.yaml, or login or logout, a registry and --user</source>
        <translation>dites plan ou build et -f SPEC.yaml, ou login ou logout, un registre et --user</translation>
    </message>
    <message>
        <source>The address of this computer to listen on; 127.0.0.1 if none is given.</source>
        <translation>L’adresse de cet ordinateur sur laquelle écouter&#x202f;; 127.0.0.1 si aucune n’est donnée.</translation>
    </message>
    <message>
        <source>name a pod, a service or a workload, and a port</source>
        <translation>nommez un pod, un service ou une charge de travail, et un port</translation>
    </message>
    <message>
        <source>no port can be forwarded to a “%1”</source>
        <translation>aucun port ne peut être redirigé vers «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>“%1” is no port: write 5555, 8080:80 or :80</source>
        <translation>«&#x202f;%1&#x202f;» n’est pas un port&#x202f;: écrivez 5555, 8080:80 ou :80</translation>
    </message>
    <message>
        <source>good</source>
        <translation>bon</translation>
    </message>
    <message>
        <source>careful</source>
        <translation>prudence</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>mauvais</translation>
    </message>
    <message>
        <source>not looked at</source>
        <translation>pas regardé</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>absent</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêté</translation>
    </message>
    <message>
        <source>partly running</source>
        <translation>en marche en partie</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>made by Timonier</source>
        <translation>créé par Timonier</translation>
    </message>
    <message>
        <source>No cluster of this computer was found.</source>
        <translation>Aucun cluster de cet ordinateur n’a été trouvé.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Étapes</translation>
    </message>
    <message>
        <source>{} is in {}: {} bytes, checked by SHA-256</source>
        <translation>{} est dans {}&#x202f;: {} octets, vérifiés par SHA-256</translation>
    </message>
    <message>
        <source>{} is in {}: {} bytes, checked by size</source>
        <translation>{} est dans {}&#x202f;: {} octets, vérifiés par la taille</translation>
    </message>
    <message>
        <source>the output cannot be written</source>
        <translation>la sortie ne peut pas être écrite</translation>
    </message>
    <message>
        <source>the input cannot be read</source>
        <translation>l’entrée ne peut pas être lue</translation>
    </message>
    <message>
        <source>Password of {} at {}: </source>
        <translation>Mot de passe de {} pour {}&#x202f;: </translation>
    </message>
    <message>
        <source>the password of {} at {} is kept in the system&apos;s own store</source>
        <translation>le mot de passe de {} pour {} est gardé dans le coffre du système</translation>
    </message>
    <message>
        <source>no password was given</source>
        <translation>aucun mot de passe n’a été donné</translation>
    </message>
    <message>
        <source>Type it, or give it on the standard input.</source>
        <translation>Tapez-le, ou donnez-le sur l’entrée standard.</translation>
    </message>
    <message>
        <source>Forwarding from {}:{} -&gt; {}</source>
        <translation>Redirection de {}:{} -&gt; {}</translation>
    </message>
    <message>
        <source>connections go to the pod {} now</source>
        <translation>les connexions vont maintenant au pod {}</translation>
    </message>
    <message>
        <source>say list, status, or show, plan, deploy, status, remove or token with an application</source>
        <translation>dites list, status, ou show, plan, deploy, status, remove ou token avec une application</translation>
    </message>
    <message>
        <source>An application of the catalogue planned, deployed, looked at and removed</source>
        <translation>Une application du catalogue prévue, déployée, regardée et retirée</translation>
    </message>
    <message>
        <source>{} is not deployed in {}</source>
        <translation>{} n’est pas déployé dans {}</translation>
    </message>
    <message>
        <source>`timonierctl app status` lists what is</source>
        <translation>`timonierctl app status` liste ce qui l’est</translation>
    </message>
    <message>
        <source>no application has been deployed</source>
        <translation>aucune application n’a été déployée</translation>
    </message>
    <message>
        <source>{} has no account to sign in with</source>
        <translation>{} n’a pas de compte pour se connecter</translation>
    </message>
    <message>
        <source>the server gave no token</source>
        <translation>le serveur n’a pas donné de jeton</translation>
    </message>
    <message>
        <source>A parameter of the application, such as replicas=3; `app show APP` lists them. May be given again.</source>
        <translation>Un paramètre de l’application, comme replicas=3&#x202f;; `app show APP` les liste. Peut être répété.</translation>
    </message>
    <message>
        <source>A parameter read from a file: for secrets and long texts; - is standard input.</source>
        <translation>Un paramètre lu dans un fichier&#x202f;: pour les secrets et les longs textes&#x202f;; - est l’entrée standard.</translation>
    </message>
    <message>
        <source>A file of parameters, `replicas: 3` on each line; --set goes before it.</source>
        <translation>Un fichier de paramètres, `replicas: 3` à chaque ligne&#x202f;; --set passe avant lui.</translation>
    </message>
    <message>
        <source>Where it lives; it is made where it is missing.</source>
        <translation>Où elle vit&#x202f;; il est créé s’il manque.</translation>
    </message>
    <message>
        <source>What this one is called; the application&apos;s own name if not given.</source>
        <translation>Comment celle-ci s’appelle&#x202f;; sinon, le nom de l’application.</translation>
    </message>
    <message>
        <source>Forget the parameters of last time; otherwise they hold where none is given.</source>
        <translation>Oublier les paramètres de la dernière fois&#x202f;; sinon ils valent là où rien n’est donné.</translation>
    </message>
    <message>
        <source>Go on although the checks found something that will not work.</source>
        <translation>Continuer bien que les vérifications aient trouvé quelque chose qui ne marchera pas.</translation>
    </message>
    <message>
        <source>How long to wait until all is ready, such as 5m (10m if not given).</source>
        <translation>Combien de temps attendre que tout soit prêt, par exemple 5m (10m sinon).</translation>
    </message>
    <message>
        <source>(needed)</source>
        <translation>(nécessaire)</translation>
    </message>
    <message>
        <source>(where {})</source>
        <translation>(là où {})</translation>
    </message>
    <message>
        <source>not possible: {}</source>
        <translation>impossible&#x202f;: {}</translation>
    </message>
    <message>
        <source>Careful: {}</source>
        <translation>Attention&#x202f;: {}</translation>
    </message>
    <message>
        <source>{} for Kubernetes {}</source>
        <translation>{} pour Kubernetes {}</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>{} ({} in {}): {} of {} objects are as they should be</source>
        <translation>{} ({} dans {})&#x202f;: {} objets sur {} sont comme il faut</translation>
    </message>
    <message>
        <source>{} is larger than 1 MB</source>
        <translation>{} dépasse 1 Mo</translation>
    </message>
    <message>
        <source>{} is a secret: here others could read it</source>
        <translation>{} est un secret&#x202f;: ici d’autres pourraient le lire</translation>
    </message>
    <message>
        <source>Put it into a file that only you can read, and say --set-file {}=FILE; - is standard input</source>
        <translation>Mettez-le dans un fichier que vous seul pouvez lire, et dites --set-file {}=FICHIER&#x202f;; - est l’entrée standard</translation>
    </message>
    <message>
        <source>a values file is a map: `replicas: 3`</source>
        <translation>un fichier de valeurs est une table&#x202f;: `replicas: 3`</translation>
    </message>
    <message>
        <source>{} takes ID=VALUE, not “{}”</source>
        <translation>{} prend ID=VALEUR, pas «&#x202f;{}&#x202f;»</translation>
    </message>
    <message>
        <source>what was asked for cannot be written: {}</source>
        <translation>ce qui a été demandé ne peut pas être écrit : {}</translation>
    </message>
    <message>
        <source>service-url: the namespace of the service.</source>
        <translation>service-url&#x202f;: l’espace de noms du service.</translation>
    </message>
    <message>
        <source>logs are exported of kind and minikube, and want --to FOLDER</source>
        <translation>les journaux s’exportent de kind et de minikube, et demandent --to DOSSIER</translation>
    </message>
    <message>
        <source>say cluster addons, or cluster addons enable NAME…, or disable NAME…</source>
        <translation>dites cluster addons, ou cluster addons enable NOM…, ou disable NOM…</translation>
    </message>
    <message>
        <source>“%1” is no name of an add-on</source>
        <translation>«&#x202f;%1&#x202f;» n’est pas le nom d’un module</translation>
    </message>
    <message>
        <source>say cluster service-url SERVICE, and -n NAMESPACE</source>
        <translation>dites cluster service-url SERVICE, et -n ESPACE</translation>
    </message>
    <message>
        <source>cluster tunnel takes nothing more</source>
        <translation>cluster tunnel ne prend rien de plus</translation>
    </message>
    <message>
        <source>say cluster load-image IMAGE… or FILE.tar…</source>
        <translation>dites cluster load-image IMAGE… ou FICHIER.tar…</translation>
    </message>
    <message>
        <source>“%1” is no name of an image</source>
        <translation>«&#x202f;%1&#x202f;» n’est pas le nom d’une image</translation>
    </message>
    <message>
        <source>A cluster planned, created, looked at, used and deleted</source>
        <translation>Un cluster planifié, créé, regardé, utilisé et supprimé</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>activé</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>désactivé</translation>
    </message>
    <message>
        <source>{} is enabled</source>
        <translation>{} est activé</translation>
    </message>
    <message>
        <source>{} is disabled</source>
        <translation>{} est désactivé</translation>
    </message>
    <message>
        <source>Services of the type LoadBalancer get addresses while this runs; Ctrl+C ends it.</source>
        <translation>Les Services de type LoadBalancer ont des adresses tant que ceci tourne&#x202f;; Ctrl+C l’arrête.</translation>
    </message>
    <message>
        <source>there is no file {}</source>
        <translation>il n’y a pas de fichier {}</translation>
    </message>
    <message>
        <source>docker save -o FILE.tar IMAGE makes one</source>
        <translation>docker save -o FICHIER.tar IMAGE en fait un</translation>
    </message>
    <message>
        <source>{} is in {}</source>
        <translation>{} est dans {}</translation>
    </message>
    <message>
        <source>say fix HOST CHECK and -f SPEC.yaml; plan -o json tells the checks</source>
        <translation>dites fix HÔTE CONTRÔLE et -f SPEC.yaml&#x202f;; plan -o json nomme les contrôles</translation>
    </message>
    <message>
        <source>The fingerprint of a host&apos;s key, to be trusted without asking; several times for several.</source>
        <translation>L’empreinte de la clé d’un hôte, à accepter sans demander&#x202f;; plusieurs fois pour plusieurs.</translation>
    </message>
    <message>
        <source>The hosts</source>
        <translation>Les hôtes</translation>
    </message>
    <message>
        <source>the spec has no host {}</source>
        <translation>la spécification n’a pas d’hôte {}</translation>
    </message>
    <message>
        <source>{}: {}: there is nothing to press</source>
        <translation>{}&#x202f;: {}&#x202f;: il n’y a rien à presser</translation>
    </message>
    <message>
        <source>{} has no check {}</source>
        <translation>{} n’a pas de contrôle {}</translation>
    </message>
    <message>
        <source>it has ended</source>
        <translation>il a expiré</translation>
    </message>
    <message>
        <source>{} days left</source>
        <translation>encore {} jours</translation>
    </message>
    <message>
        <source>Write it under workers or controlPlanes in {}, then add it</source>
        <translation>Inscrivez-le sous workers ou controlPlanes dans {}, puis ajoutez-le</translation>
    </message>
    <message>
        <source>The host {} is not known yet. Its key ({}) is {}</source>
        <translation>L’hôte {} n’est pas encore connu. Sa clé ({}) est {}</translation>
    </message>
    <message>
        <source>Compare it with what the host itself says, and trust it with --host-key {}</source>
        <translation>Comparez-la avec ce que dit l’hôte lui-même, et acceptez-la avec --host-key {}</translation>
    </message>
    <message>
        <source>Trust it, and write it into {}? (yes/no)</source>
        <translation>L’accepter, et l’écrire dans {}&#x202f;? (yes/no)</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>oui</translation>
    </message>
    <message>
        <source>That was not it. </source>
        <translation>Ce n’était pas cela. </translation>
    </message>
    <message>
        <source>Password of {}: </source>
        <translation>Mot de passe de {}&#x202f;: </translation>
    </message>
    <message>
        <source>Passphrase of the key {}: </source>
        <translation>Phrase secrète de la clé {}&#x202f;: </translation>
    </message>
    <message>
        <source>Password for sudo on {}: </source>
        <translation>Mot de passe pour sudo sur {}&#x202f;: </translation>
    </message>
    <message>
        <source>{} asks: {} </source>
        <translation>{} demande&#x202f;: {} </translation>
    </message>
    <message>
        <source>A token for an EKS cluster, as kubeconfigs ask for it</source>
        <translation>Un jeton pour un cluster EKS, comme les kubeconfigs le demandent</translation>
    </message>
    <message>
        <source>Where the cluster is.</source>
        <translation>Où se trouve le cluster.</translation>
    </message>
    <message>
        <source>The profile of ~/.aws to sign in with.</source>
        <translation>Le profil de ~/.aws avec lequel se connecter.</translation>
    </message>
    <message>
        <source>The name of keys that were typed in.</source>
        <translation>Le nom de clés qui ont été saisies.</translation>
    </message>
    <message>
        <source>say eks-token CLUSTER</source>
        <translation>dites eks-token CLUSTER</translation>
    </message>
    <message>
        <source>The account</source>
        <translation>Le compte</translation>
    </message>
    <message>
        <source>Price while it runs (US dollars)</source>
        <translation>Prix tant qu’il tourne (dollars américains)</translation>
    </message>
    <message>
        <source>together {:.2f} an hour, {:.0f} a month</source>
        <translation>ensemble {:.2f} par heure, {:.0f} par mois</translation>
    </message>
    <message>
        <source>together at least {:.2f} an hour, {:.0f} a month: the price of some is not known</source>
        <translation>ensemble au moins {:.2f} par heure, {:.0f} par mois&#x202f;: le prix de certains n’est pas connu</translation>
    </message>
    <message>
        <source>nothing of it is in the account</source>
        <translation>rien de lui n’est dans le compte</translation>
    </message>
    <message>
        <source>in the account, by its tags: {}</source>
        <translation>dans le compte, selon ses étiquettes&#x202f;: {}</translation>
    </message>
    <message>
        <source>The name that the sign-in is kept under.</source>
        <translation>Le nom sous lequel la connexion est gardée.</translation>
    </message>
    <message>
        <source>Whose directory to sign in to: an id or a domain.</source>
        <translation>L’annuaire où se connecter&#x202f;: un identifiant ou un domaine.</translation>
    </message>
    <message>
        <source>AzureCloud, AzureChinaCloud or AzureUSGovernment.</source>
        <translation>AzureCloud, AzureChinaCloud ou AzureUSGovernment.</translation>
    </message>
    <message>
        <source>The id of the subscription to look at.</source>
        <translation>L’identifiant de l’abonnement à regarder.</translation>
    </message>
    <message>
        <source>The region to look at, such as uksouth.</source>
        <translation>La région à regarder, par exemple uksouth.</translation>
    </message>
    <message>
        <source>locations needs --subscription; versions and sizes need --location too</source>
        <translation>locations demande --subscription&#x202f;; versions et sizes demandent aussi --location</translation>
    </message>
    <message>
        <source>Signing in to Azure; its subscriptions, regions, versions and sizes of machines</source>
        <translation>Se connecter à Azure&#x202f;; ses abonnements, régions, versions et tailles de machines</translation>
    </message>
    <message>
        <source>a sign-in to Azure could not be kept</source>
        <translation>une connexion à Azure ne pourrait être gardée</translation>
    </message>
    <message>
        <source>Without a store of passwords use a service principal: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.</source>
        <translation>Sans trousseau, servez-vous d’un principal de service&#x202f;: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.</translation>
    </message>
    <message>
        <source>Open {} and type in: {}</source>
        <translation>Ouvrez {} et saisissez&#x202f;: {}</translation>
    </message>
    <message>
        <source>you are signed in to Azure; the sign-in is kept in the system&apos;s own store</source>
        <translation>vous êtes connecté à Azure&#x202f;; la connexion est gardée dans le trousseau du système</translation>
    </message>
    <message>
        <source>of it goes on while it is stopped: {:.3f} an hour, {:.0f} a month</source>
        <translation>dont continue quand il est arrêté&#x202f;: {:.3f} l’heure, {:.0f} le mois</translation>
    </message>
    <message>
        <source>say login, logout, subscriptions, locations, versions, sizes, or registry-password SERVER</source>
        <translation>dites login, logout, subscriptions, locations, versions, sizes, ou registry-password SERVER</translation>
    </message>
    <message>
        <source>Where logs or the backup go.</source>
        <translation>Où vont les journaux ou la sauvegarde.</translation>
    </message>
    <message>
        <source>%1 is not for clusters of %2</source>
        <translation>%1 n&apos;est pas pour les clusters de %2</translation>
    </message>
    <message>
        <source>say restore --from FILE, or restore --undo, and -f SPEC.yaml</source>
        <translation>dites restore --from FICHIER, ou restore --undo, et -f SPEC.yaml</translation>
    </message>
    <message>
        <source>restore: the file that backup wrote.</source>
        <translation>restore : le fichier que backup a écrit.</translation>
    </message>
    <message>
        <source>restore: do not ask.</source>
        <translation>restore : ne pas demander.</translation>
    </message>
    <message>
        <source>restore: bring back what was there before one that did not end well.</source>
        <translation>restore : ramener ce qu’il y avait avant une restauration qui a mal fini.</translation>
    </message>
    <message>
        <source>remove-host: it is gone for good, and off; nothing is asked of it.</source>
        <translation>remove-host : il est perdu pour de bon, et éteint ; rien ne lui est demandé.</translation>
    </message>
    <message>
        <source>say add-host HOST, remove-host HOST [--lost], certs, certs renew, or upgrade, and -f SPEC.yaml</source>
        <translation>dites add-host HÔTE, remove-host HÔTE [--lost], certs, certs renew ou upgrade, et -f SPEC.yaml</translation>
    </message>
    <message>
        <source>A file or folder put into a container, whole or not at all</source>
        <translation>Un fichier ou un dossier mis dans un conteneur, en entier ou pas du tout</translation>
    </message>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} h</source>
        <translation>{} h</translation>
    </message>
    <message>
        <source>{} days</source>
        <translation>{} jours</translation>
    </message>
    <message>
        <source>{}: etcd of {} at revision {}, {} keys, {:.1f} MiB, sum {}</source>
        <translation>{} : etcd de {} à la révision {}, {} clés, {:.1f} Mio, somme {}</translation>
    </message>
    <message>
        <source>It holds every Secret of the cluster: whoever can read it can do everything there. On these hosts a restore needs nothing else; for others keep /etc/kubernetes/pki of a control plane too.</source>
        <translation>Elle contient tous les Secrets du cluster : qui peut la lire peut tout y faire. Sur ces hôtes une restauration ne demande rien d’autre ; pour d’autres gardez aussi /etc/kubernetes/pki d’un plan de contrôle.</translation>
    </message>
    <message>
        <source>{}: revision {}, {:.1f} MiB, written {} ({} ago)</source>
        <translation>{} : révision {}, {:.1f} Mio, écrit {} (il y a {})</translation>
    </message>
    <message>
        <source>What the cluster has now cannot be told: {}</source>
        <translation>On ne peut pas dire ce que le cluster a maintenant : {}</translation>
    </message>
    <message>
        <source>The cluster is at revision {}: {} changes of the last {} are lost</source>
        <translation>Le cluster est à la révision {} : {} changements depuis {} sont perdus</translation>
    </message>
    <message>
        <source>The cluster is at revision {}, before the snapshot: it may be another cluster&apos;s</source>
        <translation>Le cluster est à la révision {}, avant l’instantané : c’est peut-être celui d’un autre cluster</translation>
    </message>
    <message>
        <source>The API server does not answer meanwhile; pods go on. What was there is kept until the cluster is well.</source>
        <translation>Le serveur d’API ne répond pas pendant ce temps ; les pods continuent. Ce qu’il y avait est gardé jusqu’à ce que le cluster aille bien.</translation>
    </message>
    <message>
        <source>Nobody can be asked: say --yes if it is to be so</source>
        <translation>Personne ne peut répondre : dites --yes si c’est ce qu’il faut</translation>
    </message>
    <message>
        <source>Bring it back to that? (yes/no)</source>
        <translation>Le ramener à cela ? (oui/non)</translation>
    </message>
    <message>
        <source>Instead of -f, one that is there: as `cluster list` names it: kind/NAME, eks/REGION/NAME …</source>
        <translation>Au lieu de -f, un cluster existant, comme `cluster list` le nomme&#x202f;: kind/NOM, eks/RÉGION/NOM…</translation>
    </message>
    <message>
        <source>While it is stopped it costs {:.3f} $ an hour, {:.0f} $ a month.</source>
        <translation>Tant qu&apos;il est arrêté, il coûte {:.3f} $ par heure, {:.0f} $ par mois.</translation>
    </message>
    <message>
        <source>left: what a cloud&apos;s account has of the cluster, asked of the cloud, with no need of this computer&apos;s journal.</source>
        <translation>left&#x202f;: ce que le compte d’un nuage a du cluster, demandé au nuage, sans besoin du journal de cet ordinateur.</translation>
    </message>
    <message>
        <source>create in a cloud: also where something stands against it (cluster plan says what).</source>
        <translation>create dans un nuage&#x202f;: même si quelque chose s’y oppose (cluster plan dit quoi).</translation>
    </message>
    <message>
        <source>say plan, create, status, start, stop, logs, delete, addons, service-url, tunnel or load-image, and -f SPEC.yaml or --cluster; of a cluster on hosts also add-host HOST, remove-host HOST, certs, certs renew, upgrade, backup, restore --from FILE or fix HOST CHECK; of one in a cloud also scale, upgrade or left (what its account still has of it); or list</source>
        <translation>dites plan, create, status, start, stop, logs, delete, addons, service-url, tunnel ou load-image, et -f SPEC.yaml ou --cluster&#x202f;; d’un cluster sur des hôtes aussi add-host HÔTE, remove-host HÔTE, certs, certs renew, upgrade, backup, restore --from FICHIER ou fix HÔTE CONTRÔLE&#x202f;; d’un cluster dans un nuage aussi scale, upgrade ou left (ce que son compte en a encore)&#x202f;; ou list</translation>
    </message>
    <message>
        <source>Nothing was made. If you know better, --ignore-checks goes on.</source>
        <translation>Rien n’a été créé. Si vous savez mieux, --ignore-checks continue.</translation>
    </message>
    <message>
        <source>its price is not known</source>
        <translation>son prix n’est pas connu</translation>
    </message>
    <message>
        <source>costs nothing</source>
        <translation>ne coûte rien</translation>
    </message>
    <message>
        <source>{:.3f} $ an hour</source>
        <translation>{:.3f} $ par heure</translation>
    </message>
    <message>
        <source>Left in the account, by its tags:</source>
        <translation>Il reste dans le compte, d’après ses étiquettes&#x202f;:</translation>
    </message>
    <message>
        <source>clusters of {} leave nothing in a cloud&apos;s account</source>
        <translation>les clusters de {} ne laissent rien dans le compte d’un nuage</translation>
    </message>
    <message>
        <source>What there is of one, timonierctl cluster status says</source>
        <translation>Ce qu’il y a d’un cluster, timonierctl cluster status le dit</translation>
    </message>
    <message>
        <source>All of it is taken away, in the right order, by: timonierctl cluster delete {}</source>
        <translation>Tout est enlevé, dans le bon ordre, par&#x202f;: timonierctl cluster delete {}</translation>
    </message>
</context>
<context>
    <name>Forwarded</name>
    <message>
        <source>Ready; no pod is ready yet</source>
        <translation>Prêt&#x202f;; aucun pod n’est encore prêt</translation>
    </message>
    <message>
        <source>Ready; connections go to %1</source>
        <comment>%1: a pod</comment>
        <translation>Prêt&#x202f;; les connexions vont à %1</translation>
    </message>
    <message>
        <source>Connecting to %1 …</source>
        <comment>%1: a pod</comment>
        <translation>Connexion à %1 …</translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) to %1</source>
        <comment>%1: a pod</comment>
        <translation>
            <numerusform>%n connexion à %1</numerusform>
            <numerusform>%n connexions à %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting: %1</source>
        <comment>%1: why</comment>
        <translation>En attente&#x202f;: %1</translation>
    </message>
    <message>
        <source>The last connection failed: %1</source>
        <comment>%1: why</comment>
        <translation>La dernière connexion a échoué&#x202f;: %1</translation>
    </message>
    <message>
        <source>Listening, but no pod is ready: %1</source>
        <comment>%1: a pod and why</comment>
        <translation>À l’écoute, mais aucun pod n’est prêt&#x202f;: %1</translation>
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
    <name>Happened</name>
    <message>
        <source>%1: the node %2 is gone</source>
        <comment>%1: a context</comment>
        <translation>%1 : le nœud %2 a disparu</translation>
    </message>
    <message>
        <source>%1: the node %2 is not ready any more</source>
        <comment>%1: a context</comment>
        <translation>%1 : le nœud %2 n’est plus prêt</translation>
    </message>
    <message>
        <source>%1: the node %2 is ready</source>
        <comment>%1: a context</comment>
        <translation>%1 : le nœud %2 est prêt</translation>
    </message>
    <message>
        <source>%1: the pod %2 took more memory than it may and was killed</source>
        <comment>%1: a context</comment>
        <translation>%1 : le pod %2 a pris plus de mémoire que permis et a été tué</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n nodes are gone</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1 : %n nœud a disparu</numerusform>
            <numerusform>%1 : %n nœuds ont disparu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n nodes are not ready any more</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1 : %n nœud n’est plus prêt</numerusform>
            <numerusform>%1 : %n nœuds ne sont plus prêts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n nodes are ready</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1 : %n nœud est prêt</numerusform>
            <numerusform>%1 : %n nœuds sont prêts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n pods took more memory than they may and were killed</source>
        <comment>%1: a context</comment>
        <translation>
            <numerusform>%1 : %n pod a pris plus de mémoire que permis et a été tué</numerusform>
            <numerusform>%1 : %n pods ont pris plus de mémoire que permis et ont été tués</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageWizard</name>
    <message>
        <source>An image of your own</source>
        <translation>Une image à vous</translation>
    </message>
    <message>
        <source>A folder with a Dockerfile is built into an image, started once to see that it comes up, and brought to where the cluster finds it: pushed to a registry, or loaded into a cluster on this computer.</source>
        <translation>Un dossier avec un Dockerfile devient une image, démarrée une fois pour voir qu’elle tient, et portée là où le cluster la trouve&#x202f;: poussée vers un registre, ou chargée dans un cluster de cet ordinateur.</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>built from what lies in the folder; once more only when that has changed</source>
        <translation>construite de ce qui est dans le dossier&#x202f;; de nouveau seulement quand cela a changé</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Ensuite</translation>
    </message>
    <message>
        <source>on to the application that runs it, with its name filled in</source>
        <translation>on passe à l’application qui l’exécute, son nom déjà rempli</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>Docker or Podman on this computer</source>
        <translation>Docker ou Podman sur cet ordinateur</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>a minute or more for the first build</source>
        <translation>une minute ou plus pour la première construction</translation>
    </message>
    <message>
        <source>into %1</source>
        <comment>a cluster</comment>
        <translation>dans %1</translation>
    </message>
    <message>
        <source>to its registry</source>
        <translation>vers son registre</translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>sur cet ordinateur</translation>
    </message>
    <message>
        <source>The image %1 is made</source>
        <translation>L’image %1 est faite</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>Pull secret</source>
        <translation>Secret de téléchargement</translation>
    </message>
    <message>
        <source>Deploy: %1…</source>
        <comment>%1: an application</comment>
        <translation>Déployer&#x202f;: %1…</translation>
    </message>
    <message>
        <source>With it as “%1”</source>
        <comment>%1: a parameter of an application</comment>
        <translation>Avec elle comme «&#x202f;%1&#x202f;»</translation>
    </message>
    <message>
        <source>Copy its name</source>
        <translation>Copier son nom</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copié&#x202f;: %1</translation>
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
    <message>
        <source>Custom resources</source>
        <translation>Ressources personnalisées</translation>
    </message>
    <message>
        <source>Disruption budgets</source>
        <translation>Budgets d’interruption</translation>
    </message>
    <message>
        <source>Ingress classes</source>
        <translation>Classes d’ingress</translation>
    </message>
    <message>
        <source>Network policies</source>
        <translation>Politiques réseau</translation>
    </message>
    <message>
        <source>Resource quotas</source>
        <translation>Quotas de ressources</translation>
    </message>
    <message>
        <source>Limit ranges</source>
        <translation>Plages de limites</translation>
    </message>
</context>
<context>
    <name>Kubeadm</name>
    <message>
        <source>Another program on the host installs packages and does not end</source>
        <translation>Un autre programme installe des paquets sur l’hôte et n’en finit pas</translation>
    </message>
    <message>
        <source>Most often unattended-upgrades, just after a boot. Wait for it, or see what it does.</source>
        <translation>Le plus souvent unattended-upgrades, juste après un démarrage. Attendez-le, ou voyez ce qu’il fait.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Le disque est plein</translation>
    </message>
    <message>
        <source>The package source is signed with another key than the one in the spec</source>
        <translation>La source de paquets est signée avec une autre clé que celle de la spécification</translation>
    </message>
    <message>
        <source>The package source is not signed</source>
        <translation>La source de paquets n’est pas signée</translation>
    </message>
    <message>
        <source>Name its key in the spec (packages.key); or say unsigned: true.</source>
        <translation>Nommez sa clé dans la spécification (packages.key)&#x202f;; ou dites unsigned: true.</translation>
    </message>
    <message>
        <source>The package source does not have that version of Kubernetes</source>
        <translation>La source de paquets n’a pas cette version de Kubernetes</translation>
    </message>
    <message>
        <source>Each minor version has a source of its own on pkgs.k8s.io; see packages.url in the spec.</source>
        <translation>Chaque version mineure a sa propre source sur pkgs.k8s.io&#x202f;; voyez packages.url dans la spécification.</translation>
    </message>
    <message>
        <source>The host cannot fetch packages</source>
        <translation>L’hôte ne peut pas récupérer de paquets</translation>
    </message>
    <message>
        <source>See its network and DNS, its proxy (/etc/apt/apt.conf.d), and packages.url in the spec.</source>
        <translation>Voyez son réseau et son DNS, son proxy (/etc/apt/apt.conf.d), et packages.url dans la spécification.</translation>
    </message>
    <message>
        <source>The package source in the spec is none, or is gone</source>
        <translation>La source de paquets de la spécification n’en est pas une, ou n’est plus</translation>
    </message>
    <message>
        <source>The host&apos;s own package sources have no containerd</source>
        <translation>Les sources de paquets de l’hôte n’ont pas containerd</translation>
    </message>
    <message>
        <source>Its sources must be reachable, or containerd be installed before.</source>
        <translation>Ses sources doivent être joignables, ou containerd être installé d’avance.</translation>
    </message>
    <message>
        <source>The host&apos;s kernel lacks a module that Kubernetes needs</source>
        <translation>Il manque au noyau de l’hôte un module dont Kubernetes a besoin</translation>
    </message>
    <message>
        <source>Containers and small virtual servers share a kernel that they cannot extend: the module must be loaded on the machine below.</source>
        <translation>Les conteneurs et les petits serveurs virtuels partagent un noyau qu’ils ne peuvent étendre&#x202f;: le module doit être chargé sur la machine en dessous.</translation>
    </message>
    <message>
        <source>Images need some 2 GiB below /var/lib/containerd.</source>
        <translation>Les images demandent quelque 2 Gio sous /var/lib/containerd.</translation>
    </message>
    <message>
        <source>The container runtime runs, but its Kubernetes side (CRI) is switched off</source>
        <translation>Le moteur de conteneurs tourne, mais son côté Kubernetes (CRI) est désactivé</translation>
    </message>
    <message>
        <source>Docker&apos;s own containerd package is shipped with disabled_plugins = [&quot;cri&quot;]. The step that configures containerd takes that out.</source>
        <translation>Le paquet containerd de Docker est livré avec disabled_plugins = [&quot;cri&quot;]. L’étape qui règle containerd le retire.</translation>
    </message>
    <message>
        <source>Kubernetes 1.24 and later no longer speak to Docker directly (dockershim was removed)</source>
        <translation>Kubernetes 1.24 et suivants ne parlent plus directement à Docker (dockershim a été retiré)</translation>
    </message>
    <message>
        <source>The host needs containerd with its CRI switched on, or cri-dockerd.</source>
        <translation>L’hôte a besoin de containerd avec son CRI activé, ou de cri-dockerd.</translation>
    </message>
    <message>
        <source>The container runtime does not answer</source>
        <translation>Le moteur de conteneurs ne répond pas</translation>
    </message>
    <message>
        <source>See whether it runs.</source>
        <translation>Voyez s’il tourne.</translation>
    </message>
    <message>
        <source>A control plane needs two processors</source>
        <translation>Un plan de contrôle demande deux processeurs</translation>
    </message>
    <message>
        <source>Take a larger machine. A t2.micro has one.</source>
        <translation>Prenez une machine plus grande. Une t2.micro en a un.</translation>
    </message>
    <message>
        <source>A control plane needs 1700 MB of memory</source>
        <translation>Un plan de contrôle demande 1700 Mo de mémoire</translation>
    </message>
    <message>
        <source>Take a larger machine. A t2.micro has 967 MB.</source>
        <translation>Prenez une machine plus grande. Une t2.micro a 967 Mo.</translation>
    </message>
    <message>
        <source>A port that Kubernetes needs is taken</source>
        <translation>Un port dont Kubernetes a besoin est pris</translation>
    </message>
    <message>
        <source>Another program, or an earlier cluster, has it.</source>
        <translation>Un autre programme, ou un cluster antérieur, l’a.</translation>
    </message>
    <message>
        <source>Files of an earlier cluster are there</source>
        <translation>Des fichiers d’un cluster antérieur sont là</translation>
    </message>
    <message>
        <source>An earlier attempt was not taken back.</source>
        <translation>Un essai antérieur n’a pas été annulé.</translation>
    </message>
    <message>
        <source>Folders of an earlier cluster are not empty</source>
        <translation>Des dossiers d’un cluster antérieur ne sont pas vides</translation>
    </message>
    <message>
        <source>It was not run as root</source>
        <translation>Cela n’a pas été lancé en tant que root</translation>
    </message>
    <message>
        <source>The user needs sudo on that host.</source>
        <translation>L’utilisateur a besoin de sudo sur cet hôte.</translation>
    </message>
    <message>
        <source>The host does not pass packets on (net.ipv4.ip_forward)</source>
        <translation>L’hôte ne transmet pas les paquets (net.ipv4.ip_forward)</translation>
    </message>
    <message>
        <source>Bridged packets are not shown to iptables</source>
        <translation>Les paquets des ponts ne sont pas montrés à iptables</translation>
    </message>
    <message>
        <source>Swap is on, and the kubelet does not start with it</source>
        <translation>Le swap est actif, et le kubelet ne démarre pas avec</translation>
    </message>
    <message>
        <source>The host has cgroup v1, which the kubelet takes only if it is told to</source>
        <translation>L’hôte a les cgroups v1, que le kubelet n’accepte que si on le lui dit</translation>
    </message>
    <message>
        <source>Boot it with systemd.unified_cgroup_hierarchy=1, or take a newer system.</source>
        <translation>Démarrez-le avec systemd.unified_cgroup_hierarchy=1, ou prenez un système plus récent.</translation>
    </message>
    <message>
        <source>The kernel lacks something that Kubernetes needs</source>
        <translation>Il manque au noyau quelque chose dont Kubernetes a besoin</translation>
    </message>
    <message>
        <source>The kubelet&apos;s version does not go with the control plane&apos;s</source>
        <translation>La version du kubelet ne va pas avec celle du plan de contrôle</translation>
    </message>
    <message>
        <source>It may be up to three minors older, and never newer.</source>
        <translation>Elle peut avoir jusqu’à trois mineures de retard, et jamais d’avance.</translation>
    </message>
    <message>
        <source>The host cannot resolve the name of the image registry</source>
        <translation>L’hôte ne peut pas résoudre le nom du registre d’images</translation>
    </message>
    <message>
        <source>See its DNS; or name an image mirror or an archive in the spec.</source>
        <translation>Voyez son DNS&#x202f;; ou nommez un miroir d’images ou une archive dans la spécification.</translation>
    </message>
    <message>
        <source>The image registry&apos;s certificate is not one that the host trusts</source>
        <translation>Le certificat du registre d’images n’est pas de ceux auxquels l’hôte se fie</translation>
    </message>
    <message>
        <source>A proxy that opens TLS, or a mirror with a certificate of its own: put its authority into /usr/local/share/ca-certificates.</source>
        <translation>Un proxy qui ouvre TLS, ou un miroir avec son propre certificat&#x202f;: mettez son autorité dans /usr/local/share/ca-certificates.</translation>
    </message>
    <message>
        <source>An image could not be pulled</source>
        <translation>Une image n’a pas pu être tirée</translation>
    </message>
    <message>
        <source>See whether the host reaches the registry; or name an image mirror or an archive in the spec (images.repository, images.archives).</source>
        <translation>Voyez si l’hôte atteint le registre&#x202f;; ou nommez un miroir d’images ou une archive dans la spécification (images.repository, images.archives).</translation>
    </message>
    <message>
        <source>A program that Kubernetes calls is not installed</source>
        <translation>Un programme que Kubernetes appelle n’est pas installé</translation>
    </message>
    <message>
        <source>The kubelet&apos;s service is not enabled</source>
        <translation>Le service du kubelet n’est pas activé</translation>
    </message>
    <message>
        <source>The host&apos;s own name does not resolve</source>
        <translation>Le nom de l’hôte ne se résout pas</translation>
    </message>
    <message>
        <source>A pod that kubeadm starts as a trial does not end</source>
        <translation>Un pod que kubeadm lance à l’essai ne se termine pas</translation>
    </message>
    <message>
        <source>The nodes are overloaded or full, or cannot pull the pause image. Run it again.</source>
        <translation>Les nœuds sont surchargés ou pleins, ou ne peuvent pas tirer l’image pause. Relancez.</translation>
    </message>
    <message>
        <source>The cluster does not know the token any more</source>
        <translation>Le cluster ne connaît plus le jeton</translation>
    </message>
    <message>
        <source>Run it again: a new one is made.</source>
        <translation>Relancez&#x202f;: un nouveau est fait.</translation>
    </message>
    <message>
        <source>The token has expired</source>
        <translation>Le jeton a expiré</translation>
    </message>
    <message>
        <source>The kubelet does not start</source>
        <translation>Le kubelet ne démarre pas</translation>
    </message>
    <message>
        <source>Most often its cgroup driver is not the runtime&apos;s, or swap is on. Its journal says which.</source>
        <translation>Le plus souvent son pilote de cgroups n’est pas celui du moteur, ou le swap est actif. Son journal dit lequel des deux.</translation>
    </message>
    <message>
        <source>The kubelet and the runtime have different cgroup drivers</source>
        <translation>Le kubelet et le moteur ont des pilotes de cgroups différents</translation>
    </message>
    <message>
        <source>Another cluster answers at the endpoint than the one whose authority we know</source>
        <translation>Un autre cluster répond à cette adresse que celui dont nous connaissons l’autorité</translation>
    </message>
    <message>
        <source>The endpoint&apos;s name or address leads elsewhere: see its DNS and its load balancer.</source>
        <translation>Le nom ou l’adresse du point d’entrée mène ailleurs&#x202f;: voyez son DNS et son répartiteur.</translation>
    </message>
    <message>
        <source>etcd is not healthy, so no control plane is added</source>
        <translation>etcd n’est pas en bonne santé, donc aucun plan de contrôle n’est ajouté</translation>
    </message>
    <message>
        <source>etcd takes one new member after the other, and this one was not in step yet</source>
        <translation>etcd prend un nouveau membre après l’autre, et celui-ci n’était pas encore à jour</translation>
    </message>
    <message>
        <source>Run it again.</source>
        <translation>Relancez.</translation>
    </message>
    <message>
        <source>The certificates for further control planes have expired (they live two hours)</source>
        <translation>Les certificats pour d’autres plans de contrôle ont expiré (ils vivent deux heures)</translation>
    </message>
    <message>
        <source>Run it again: they are uploaded anew.</source>
        <translation>Relancez&#x202f;: ils sont déposés de nouveau.</translation>
    </message>
    <message>
        <source>The host does not run systemd</source>
        <translation>L’hôte ne tourne pas sous systemd</translation>
    </message>
    <message>
        <source>Under WSL: [boot] systemd=true in /etc/wsl.conf, then wsl --shutdown.</source>
        <translation>Sous WSL&#x202f;: [boot] systemd=true dans /etc/wsl.conf, puis wsl --shutdown.</translation>
    </message>
    <message>
        <source>The API server does not answer</source>
        <translation>Le serveur d’API ne répond pas</translation>
    </message>
    <message>
        <source>It may have been stopped, or port 6443 is closed between the hosts.</source>
        <translation>Il a peut-être été arrêté, ou le port 6443 est fermé entre les hôtes.</translation>
    </message>
    <message>
        <source>Something did not answer in time</source>
        <translation>Quelque chose n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>Run it again; what failed is taken back first.</source>
        <translation>Relancez&#x202f;; ce qui a échoué est d’abord retiré.</translation>
    </message>
</context>
<context>
    <name>Log</name>
    <message>
        <source> … [%1 more characters]</source>
        <comment>behind a line that is cut</comment>
        <translation> … [%1 caractères de plus]</translation>
    </message>
</context>
<context>
    <name>Minikube</name>
    <message>
        <source>The driver none needs tools on this computer that are not there</source>
        <translation>Le pilote none demande des outils qui ne sont pas sur cet ordinateur</translation>
    </message>
    <message>
        <source>Install what the message names (conntrack, crictl, cri-dockerd, CNI plugins), or take the driver docker, which brings them along.</source>
        <translation>Installez ce que le message nomme (conntrack, crictl, cri-dockerd, extensions CNI), ou prenez le pilote docker, qui les apporte.</translation>
    </message>
    <message>
        <source>Use the driver docker</source>
        <translation>Utiliser le pilote docker</translation>
    </message>
    <message>
        <source>Kubernetes 1.24 and later no longer speak to Docker directly (dockershim was removed)</source>
        <translation>Kubernetes 1.24 et suivants ne parlent plus directement à Docker (dockershim a été retiré)</translation>
    </message>
    <message>
        <source>The node needs cri-dockerd, or another runtime. containerd is the usual choice.</source>
        <translation>Le nœud a besoin de cri-dockerd, ou d’un autre moteur d’exécution. containerd est le choix habituel.</translation>
    </message>
    <message>
        <source>Use containerd</source>
        <translation>Utiliser containerd</translation>
    </message>
    <message>
        <source>Use Kubernetes 1.23</source>
        <translation>Utiliser Kubernetes 1.23</translation>
    </message>
    <message>
        <source>The runtime docker needs cri-dockerd since Kubernetes 1.24, and it is not there or does not run</source>
        <translation>Le moteur docker a besoin de cri-dockerd depuis Kubernetes 1.24, et il n’est pas là ou ne tourne pas</translation>
    </message>
    <message>
        <source>containerd needs nothing of the kind.</source>
        <translation>containerd ne demande rien de tel.</translation>
    </message>
    <message>
        <source>Docker is installed and does not run</source>
        <translation>Docker est installé et ne tourne pas</translation>
    </message>
    <message>
        <source>The nodes are its containers: it must run while the cluster does.</source>
        <translation>Les nœuds sont ses conteneurs&#x202f;: il doit tourner tant que le cluster tourne.</translation>
    </message>
    <message>
        <source>Start Docker</source>
        <translation>Démarrer Docker</translation>
    </message>
    <message>
        <source>Use Podman</source>
        <translation>Utiliser Podman</translation>
    </message>
    <message>
        <source>Docker is not installed</source>
        <translation>Docker n’est pas installé</translation>
    </message>
    <message>
        <source>Install it, or take another driver.</source>
        <translation>Installez-le, ou prenez un autre pilote.</translation>
    </message>
    <message>
        <source>Install Docker</source>
        <translation>Installer Docker</translation>
    </message>
    <message>
        <source>You may not use Docker</source>
        <translation>Vous n’avez pas le droit d’utiliser Docker</translation>
    </message>
    <message>
        <source>Who belongs to the group docker may (and is as mighty as root). Sign in again afterwards.</source>
        <translation>Qui appartient au groupe docker l’a (et est aussi puissant que root). Reconnectez-vous ensuite.</translation>
    </message>
    <message>
        <source>Add yourself to the group</source>
        <translation>S’ajouter au groupe</translation>
    </message>
    <message>
        <source>Docker does not work as it should</source>
        <translation>Docker ne fonctionne pas comme il devrait</translation>
    </message>
    <message>
        <source>Look at what it says; restarting it often helps.</source>
        <translation>Regardez ce qu’il dit&#x202f;; le redémarrer aide souvent.</translation>
    </message>
    <message>
        <source>Restart Docker</source>
        <translation>Redémarrer Docker</translation>
    </message>
    <message>
        <source>Podman does not work as it should</source>
        <translation>Podman ne fonctionne pas comme il devrait</translation>
    </message>
    <message>
        <source>minikube needs a recent one, and the right to use it.</source>
        <translation>minikube en demande un récent, et le droit de l’utiliser.</translation>
    </message>
    <message>
        <source>The driver is there, but not healthy</source>
        <translation>Le pilote est là, mais pas en bon état</translation>
    </message>
    <message>
        <source>What it is a driver of does not run, or you may not use it.</source>
        <translation>Ce qu’il pilote ne tourne pas, ou vous n’avez pas le droit de l’utiliser.</translation>
    </message>
    <message>
        <source>No driver works on this computer</source>
        <translation>Aucun pilote ne marche sur cet ordinateur</translation>
    </message>
    <message>
        <source>minikube needs a container engine or a hypervisor. Docker is the simplest.</source>
        <translation>minikube demande un moteur de conteneurs ou un hyperviseur. Docker est le plus simple.</translation>
    </message>
    <message>
        <source>minikube refuses this driver for root</source>
        <translation>minikube refuse ce pilote à root</translation>
    </message>
    <message>
        <source>Run Timonier as yourself; or, where root is all there is, let it be forced.</source>
        <translation>Lancez Timonier sous votre nom&#x202f;; ou, là où il n’y a que root, laissez-le forcer.</translation>
    </message>
    <message>
        <source>Force it</source>
        <translation>Le forcer</translation>
    </message>
    <message>
        <source>This driver works for root only</source>
        <translation>Ce pilote ne marche que pour root</translation>
    </message>
    <message>
        <source>It runs Kubernetes on this computer itself.</source>
        <translation>Il fait tourner Kubernetes sur cet ordinateur même.</translation>
    </message>
    <message>
        <source>Hyper-V may be used by administrators only</source>
        <translation>Hyper-V n’est permis qu’aux administrateurs</translation>
    </message>
    <message>
        <source>Start Timonier as administrator, or take the driver docker.</source>
        <translation>Lancez Timonier comme administrateur, ou prenez le pilote docker.</translation>
    </message>
    <message>
        <source>This driver does not exist on this system</source>
        <translation>Ce pilote n’existe pas sur ce système</translation>
    </message>
    <message>
        <source>The profile was made with another driver</source>
        <translation>Le profil a été créé avec un autre pilote</translation>
    </message>
    <message>
        <source>A profile keeps its driver. Delete it, or choose the driver that it has, or another name.</source>
        <translation>Un profil garde son pilote. Supprimez-le, ou choisissez le pilote qu’il a, ou un autre nom.</translation>
    </message>
    <message>
        <source>This computer&apos;s virtualization is off</source>
        <translation>La virtualisation de cet ordinateur est désactivée</translation>
    </message>
    <message>
        <source>Switch it on in the firmware (VT-x, AMD-V), or take a driver that needs none.</source>
        <translation>Activez-la dans le micrologiciel (VT-x, AMD-V), ou prenez un pilote qui n’en demande pas.</translation>
    </message>
    <message>
        <source>This system runs without systemd, as WSL does unless told otherwise</source>
        <translation>Ce système tourne sans systemd, comme WSL si on ne lui dit pas autrement</translation>
    </message>
    <message>
        <source>Switch it on in /etc/wsl.conf and restart WSL, or take the driver docker with Docker Desktop.</source>
        <translation>Activez-le dans /etc/wsl.conf et redémarrez WSL, ou prenez le pilote docker avec Docker Desktop.</translation>
    </message>
    <message>
        <source>Switch systemd on</source>
        <translation>Activer systemd</translation>
    </message>
    <message>
        <source>There are fewer processors than asked for</source>
        <translation>Il y a moins de processeurs que demandé</translation>
    </message>
    <message>
        <source>Kubernetes needs two.</source>
        <translation>Kubernetes en veut deux.</translation>
    </message>
    <message>
        <source>Ask for two</source>
        <translation>En demander deux</translation>
    </message>
    <message>
        <source>There is less memory than asked for</source>
        <translation>Il y a moins de mémoire que demandé</translation>
    </message>
    <message>
        <source>Ask for less, or give the container engine more in its settings.</source>
        <translation>Demandez-en moins, ou donnez-en plus au moteur de conteneurs dans ses réglages.</translation>
    </message>
    <message>
        <source>Ask for 2 GiB</source>
        <translation>Demander 2 Gio</translation>
    </message>
    <message>
        <source>The container engine&apos;s disk is full</source>
        <translation>Le disque du moteur de conteneurs est plein</translation>
    </message>
    <message>
        <source>Remove what it does not use.</source>
        <translation>Supprimez ce qu’il n’utilise pas.</translation>
    </message>
    <message>
        <source>Remove what Docker does not use</source>
        <translation>Supprimer ce que Docker n’utilise pas</translation>
    </message>
    <message>
        <source>This computer, or the engine&apos;s virtual machine, has too little for what was asked</source>
        <translation>Cet ordinateur, ou la machine virtuelle du moteur, a trop peu pour ce qui est demandé</translation>
    </message>
    <message>
        <source>Ask for less, or give the engine more.</source>
        <translation>Demandez moins, ou donnez plus au moteur.</translation>
    </message>
    <message>
        <source>minikube no longer makes clusters this old</source>
        <translation>minikube ne fait plus de clusters aussi anciens</translation>
    </message>
    <message>
        <source>Take a newer Kubernetes, or an older minikube.</source>
        <translation>Prenez un Kubernetes plus récent, ou un minikube plus ancien.</translation>
    </message>
    <message>
        <source>Use the Kubernetes of this minikube</source>
        <translation>Utiliser le Kubernetes de ce minikube</translation>
    </message>
    <message>
        <source>minikube is older than this Kubernetes</source>
        <translation>minikube est plus ancien que ce Kubernetes</translation>
    </message>
    <message>
        <source>The profile has a newer Kubernetes already, and cannot go back</source>
        <translation>Le profil a déjà un Kubernetes plus récent, et ne peut revenir en arrière</translation>
    </message>
    <message>
        <source>Delete the profile first, or give the new one another name.</source>
        <translation>Supprimez d’abord le profil, ou donnez un autre nom au nouveau.</translation>
    </message>
    <message>
        <source>The internet is not reached</source>
        <translation>L’internet n’est pas joint</translation>
    </message>
    <message>
        <source>See whether a VPN, a proxy or no network is in the way. With prefetch a later start needs no network; a registry mirror helps where registry.k8s.io is closed.</source>
        <translation>Voyez si un VPN, un proxy ou l’absence de réseau gêne. Avec prefetch un démarrage ultérieur ne demande plus de réseau&#x202f;; un miroir aide là où registry.k8s.io est fermé.</translation>
    </message>
    <message>
        <source>Download everything first</source>
        <translation>Tout télécharger d’abord</translation>
    </message>
    <message>
        <source>An image does not come, since the network does not give it</source>
        <translation>Une image ne vient pas, car le réseau ne la donne pas</translation>
    </message>
    <message>
        <source>Load images that are on this computer, or name a mirror.</source>
        <translation>Chargez des images qui sont sur cet ordinateur, ou nommez un miroir.</translation>
    </message>
    <message>
        <source>A network of this computer is in the way</source>
        <translation>Un réseau de cet ordinateur gêne</translation>
    </message>
    <message>
        <source>Often a VPN or another virtual network has the addresses. Try without it.</source>
        <translation>Souvent un VPN ou un autre réseau virtuel a les adresses. Essayez sans.</translation>
    </message>
    <message>
        <source>The container runtime of the node does not start</source>
        <translation>Le moteur d’exécution du nœud ne démarre pas</translation>
    </message>
    <message>
        <source>Delete the profile and start anew, or take another runtime.</source>
        <translation>Supprimez le profil et recommencez, ou prenez un autre moteur d’exécution.</translation>
    </message>
    <message>
        <source>The node came up, but Kubernetes did not</source>
        <translation>Le nœud a démarré, mais pas Kubernetes</translation>
    </message>
    <message>
        <source>Look at its logs. Often memory, a cgroup setting or a half-made profile is the reason; a new one helps then.</source>
        <translation>Regardez ses journaux. Souvent la mémoire, un réglage de cgroup ou un profil à moitié fait en est la raison&#x202f;; un nouveau aide alors.</translation>
    </message>
    <message>
        <source>The node could not be made</source>
        <translation>Le nœud n’a pu être créé</translation>
    </message>
    <message>
        <source>Delete the profile and start anew.</source>
        <translation>Supprimez le profil et recommencez.</translation>
    </message>
    <message>
        <source>The profile&apos;s state cannot be told</source>
        <translation>L’état du profil ne peut être connu</translation>
    </message>
    <message>
        <source>Delete it and start anew.</source>
        <translation>Supprimez-le et recommencez.</translation>
    </message>
    <message>
        <source>minikube&apos;s folder belongs to somebody else, often after one start with sudo</source>
        <translation>Le dossier de minikube appartient à quelqu’un d’autre, souvent après un démarrage avec sudo</translation>
    </message>
    <message>
        <source>Give it back to yourself.</source>
        <translation>Reprenez-le.</translation>
    </message>
    <message>
        <source>Give it back</source>
        <translation>Le reprendre</translation>
    </message>
    <message>
        <source>The profile&apos;s own file is damaged</source>
        <translation>Le fichier du profil est abîmé</translation>
    </message>
    <message>
        <source>The kubeconfig cannot be read or written</source>
        <translation>Le kubeconfig ne peut être lu ou écrit</translation>
    </message>
    <message>
        <source>Correct it, or name another in KUBECONFIG.</source>
        <translation>Corrigez-le, ou nommez-en un autre dans KUBECONFIG.</translation>
    </message>
    <message>
        <source>minikube does not take these settings</source>
        <translation>minikube n’accepte pas ces réglages</translation>
    </message>
    <message>
        <source>Look at what it says, and change the spec.</source>
        <translation>Regardez ce qu’il dit, et changez la spécification.</translation>
    </message>
    <message>
        <source>The pods of the add-on did not come up in time</source>
        <translation>Les pods du module n’ont pas démarré à temps</translation>
    </message>
    <message>
        <source>Look at them: often their images cannot be pulled. They may still come up.</source>
        <translation>Regardez-les&#x202f;: souvent, leurs images ne peuvent être tirées. Ils peuvent encore démarrer.</translation>
    </message>
    <message>
        <source>minikube has no add-on of that name</source>
        <translation>minikube n’a pas de module de ce nom</translation>
    </message>
    <message>
        <source>The list of its add-ons has all.</source>
        <translation>La liste de ses modules les donne tous.</translation>
    </message>
</context>
<context>
    <name>NodeExtras</name>
    <message>
        <source>Pods</source>
        <comment>column of nodes: how many run there, of how many places</comment>
        <translation>Pods</translation>
    </message>
    <message>
        <source>CPU requested</source>
        <comment>column of nodes</comment>
        <translation>CPU demandé</translation>
    </message>
    <message>
        <source>Memory requested</source>
        <comment>column of nodes</comment>
        <translation>Mémoire demandée</translation>
    </message>
    <message>
        <source>you may not list pods</source>
        <translation>vous ne pouvez pas lister les pods</translation>
    </message>
    <message>
        <source>pods</source>
        <translation>pods</translation>
    </message>
    <message>
        <source>CPU cores requested</source>
        <translation>cœurs de CPU demandés</translation>
    </message>
    <message>
        <source>%1 Gi</source>
        <comment>GiB of memory</comment>
        <translation>%1 Gio</translation>
    </message>
    <message>
        <source>memory requested</source>
        <translation>mémoire demandée</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>18 of 110 pods, 1.5 of 4 cores</comment>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>%1 of %2 %3, %4 %</source>
        <comment>18 of 110 pods, 16 %</comment>
        <translation>%1 sur %2 (%3), %4 %</translation>
    </message>
</context>
<context>
    <name>PaletteModel</name>
    <message>
        <source>Action</source>
        <comment>in the command palette</comment>
        <translation>Action</translation>
    </message>
    <message>
        <source>Kind</source>
        <comment>in the command palette</comment>
        <translation>Type</translation>
    </message>
    <message>
        <source>Context</source>
        <comment>in the command palette</comment>
        <translation>Contexte</translation>
    </message>
    <message>
        <source>Namespace</source>
        <comment>in the command palette</comment>
        <translation>Espace de noms</translation>
    </message>
</context>
<context>
    <name>PodMark</name>
    <message>
        <source>old, ready</source>
        <translation>anciens, prêts</translation>
    </message>
    <message>
        <source>new, ready</source>
        <translation>nouveaux, prêts</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>en démarrage</translation>
    </message>
    <message>
        <source>ending</source>
        <translation>en arrêt</translation>
    </message>
</context>
<context>
    <name>PreviewExport</name>
    <message>
        <source>%1: nothing can be written as that</source>
        <translation>%1&#x202f;: rien ne s’écrit sous cette forme</translation>
    </message>
    <message>
        <source>End its name in .png, .svg, .csv or .md</source>
        <translation>Terminez son nom par .png, .svg, .csv ou .md</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>Impossible d’écrire %1&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>PreviewSettings</name>
    <message>
        <source>none</source>
        <comment>a pause of no length</comment>
        <translation>aucune</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#x202f;%</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Étapes</translation>
    </message>
    <message>
        <source>How many times the new version gets a larger share of the requests before it gets all of them.</source>
        <translation>Combien de fois la nouvelle version reçoit une plus grande part des requêtes avant de les recevoir toutes.</translation>
    </message>
    <message>
        <source>Max surge</source>
        <translation>Max surge</translation>
    </message>
    <message>
        <source>How many pods there may be above the number wanted. More is quicker and needs more room.</source>
        <translation>Combien de pods il peut y avoir au-delà du nombre voulu. Davantage va plus vite et demande plus de place.</translation>
    </message>
    <message>
        <source>Max unavailable</source>
        <translation>Max unavailable</translation>
    </message>
    <message>
        <source>How many pods may be missing on the way. More is quicker and leaves less to answer requests.</source>
        <translation>Combien de pods peuvent manquer en chemin. Davantage va plus vite et en laisse moins pour répondre.</translation>
    </message>
    <message>
        <source>Pause at each step</source>
        <translation>Pause à chaque étape</translation>
    </message>
    <message>
        <source>How long each share is watched before the next one.</source>
        <translation>Combien de temps chaque part est observée avant la suivante.</translation>
    </message>
    <message>
        <source>Looked at for</source>
        <translation>Examinée pendant</translation>
    </message>
    <message>
        <source>How long the new colour is tried before all users are switched to it.</source>
        <translation>Combien de temps la nouvelle couleur est essayée avant d’y basculer tous les utilisateurs.</translation>
    </message>
    <message>
        <source>Old colour kept for</source>
        <translation>Ancienne gardée</translation>
    </message>
    <message>
        <source>How long the old pods stay after the switch: so long going back takes a second.</source>
        <translation>Combien de temps les anciens pods restent après la bascule&#x202f;: jusque-là, revenir en arrière prend une seconde.</translation>
    </message>
    <message>
        <source>Users chosen</source>
        <translation>Utilisateurs choisis</translation>
    </message>
    <message>
        <source>The share of the users whom the rule (a header, a cookie, a country, a device) gives the new version.</source>
        <translation>La part des utilisateurs à qui la règle (en-tête, cookie, pays, appareil) donne la nouvelle version.</translation>
    </message>
    <message>
        <source>Compared for</source>
        <translation>Comparées pendant</translation>
    </message>
    <message>
        <source>How long the two versions run side by side.</source>
        <translation>Combien de temps les deux versions tournent côte à côte.</translation>
    </message>
    <message>
        <source>Requests mirrored</source>
        <translation>Requêtes dupliquées</translation>
    </message>
    <message>
        <source>The share of the requests that is copied to the new version. Nobody sees its answers.</source>
        <translation>La part des requêtes copiée vers la nouvelle version. Personne ne voit ses réponses.</translation>
    </message>
    <message>
        <source>Mirrored for</source>
        <translation>Dupliquées pendant</translation>
    </message>
    <message>
        <source>How long the new version gets these copies.</source>
        <translation>Combien de temps la nouvelle version reçoit ces copies.</translation>
    </message>
    <message>
        <source>Pods wanted</source>
        <translation>Pods voulus</translation>
    </message>
    <message>
        <source>How many pods the Deployment asks for (replicas).</source>
        <translation>Combien de pods le Deployment demande (replicas).</translation>
    </message>
    <message>
        <source>Start-up to ready</source>
        <translation>Démarrage</translation>
    </message>
    <message>
        <source>From a pod&apos;s creation until it is ready: image, start of the container, probes.</source>
        <translation>De la création d’un pod jusqu’à ce qu’il soit prêt&#x202f;: image, démarrage du conteneur, sondes.</translation>
    </message>
    <message>
        <source>Ready before it counts</source>
        <translation>Prêt avant de compter</translation>
    </message>
    <message>
        <source>How long a pod must be ready before the next step is taken (minReadySeconds). Longer catches what fails soon.</source>
        <translation>Combien de temps un pod doit être prêt avant l’étape suivante (minReadySeconds). Plus long, on attrape ce qui échoue vite.</translation>
    </message>
    <message>
        <source>Pause before the end</source>
        <translation>Pause avant l’arrêt</translation>
    </message>
    <message>
        <source>How long a leaving pod goes on answering (preStop). A second or two, and no request is sent to a pod that has left.</source>
        <translation>Combien de temps un pod sortant répond encore (preStop). Une seconde ou deux, et aucune requête n’est envoyée à un pod parti.</translation>
    </message>
    <message>
        <source>Requests per second</source>
        <translation>Requêtes par seconde</translation>
    </message>
    <message>
        <source>Of all users together. It decides how many requests are at risk.</source>
        <translation>De tous les utilisateurs ensemble. Cela décide combien de requêtes sont en péril.</translation>
    </message>
    <message>
        <source>One pod answers</source>
        <translation>Un pod sert</translation>
    </message>
    <message>
        <source>How many requests per second one pod can answer. Not given: the load that is there now is spread over all pods.</source>
        <translation>Combien de requêtes par seconde un pod peut servir. Non donné&#x202f;: la charge actuelle est répartie sur tous les pods.</translation>
    </message>
    <message>
        <source>%1 per second</source>
        <translation>%1 par seconde</translation>
    </message>
    <message>
        <source>not given</source>
        <translation>non donné</translation>
    </message>
    <message>
        <source>Price of a node-hour</source>
        <translation>Prix d’un nœud-heure</translation>
    </message>
    <message>
        <source>In your own currency. It decides what the extra pods cost.</source>
        <translation>Dans votre monnaie. Cela décide de ce que coûtent les pods supplémentaires.</translation>
    </message>
    <message>
        <source>works</source>
        <comment>what if the new version …</comment>
        <translation>fonctionne</translation>
    </message>
    <message>
        <source>is never ready</source>
        <comment>what if the new version …</comment>
        <translation>n’est jamais prête</translation>
    </message>
    <message>
        <source>crashes after a minute</source>
        <comment>what if the new version …</comment>
        <translation>plante après une minute</translation>
    </message>
    <message>
        <source>finds no room beside the old</source>
        <comment>what if the new version …</comment>
        <translation>n’a pas de place à côté</translation>
    </message>
    <message>
        <source>below 1 s</source>
        <translation>moins d’1 s</translation>
    </message>
    <message numerus="yes">
        <source>%1 % = %n pod(s)</source>
        <comment>a share of the pods, and how many that is</comment>
        <translation>
            <numerusform>%1&#x202f;% = %n pod</numerusform>
            <numerusform>%1&#x202f;% = %n pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pod(s)</source>
        <translation>
            <numerusform>%n pod</numerusform>
            <numerusform>%n pods</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QCommandLineParser</name>
    <message>
        <source>Arguments:</source>
        <translation>Arguments&#x202f;:</translation>
    </message>
    <message>
        <source>Missing value after &apos;%1&apos;.</source>
        <translation>Il manque une valeur après «&#x202f;%1&#x202f;».</translation>
    </message>
    <message>
        <source>Options:</source>
        <translation>Options&#x202f;:</translation>
    </message>
    <message>
        <source>Unexpected value after &apos;%1&apos;.</source>
        <translation>«&#x202f;%1&#x202f;» ne prend pas de valeur.</translation>
    </message>
    <message>
        <source>Unknown option &apos;%1&apos;.</source>
        <translation>Option inconnue&#x202f;: «&#x202f;%1&#x202f;».</translation>
    </message>
    <message>
        <source>Unknown options: %1.</source>
        <translation>Options inconnues&#x202f;: %1.</translation>
    </message>
    <message>
        <source>Usage: %1</source>
        <translation>Utilisation&#x202f;: %1</translation>
    </message>
    <message>
        <source>[options]</source>
        <translation>[options]</translation>
    </message>
</context>
<context>
    <name>Resource</name>
    <message>
        <source>Cluster of kind</source>
        <translation>Cluster kind</translation>
    </message>
    <message>
        <source>Cluster of minikube</source>
        <translation>Cluster minikube</translation>
    </message>
    <message>
        <source>Context of the kubeconfig</source>
        <translation>Contexte du kubeconfig</translation>
    </message>
    <message>
        <source>Container</source>
        <translation>Conteneur</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Nœuds</translation>
    </message>
    <message>
        <source>Record of what was there</source>
        <translation>Relevé de ce qui était là</translation>
    </message>
    <message>
        <source>Kernel modules and settings</source>
        <translation>Modules et réglages du noyau</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquets</translation>
    </message>
    <message>
        <source>Settings of containerd</source>
        <translation>Réglages de containerd</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>Control plane</source>
        <translation>Plan de contrôle</translation>
    </message>
    <message>
        <source>Node groups</source>
        <translation>Groupes de nœuds</translation>
    </message>
    <message>
        <source>Add-ons</source>
        <translation>Modules</translation>
    </message>
    <message>
        <source>Administrators</source>
        <translation>Administrateurs</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rôles</translation>
    </message>
    <message>
        <source>Network (VPC)</source>
        <translation>Réseau (VPC)</translation>
    </message>
    <message>
        <source>Subnets</source>
        <translation>Sous-réseaux</translation>
    </message>
    <message>
        <source>Internet gateway</source>
        <translation>Passerelle Internet</translation>
    </message>
    <message>
        <source>NAT gateway</source>
        <translation>Passerelle NAT</translation>
    </message>
    <message>
        <source>Public address</source>
        <translation>Adresse publique</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>Routes</translation>
    </message>
    <message>
        <source>What Kubernetes makes in the account</source>
        <translation>Ce que Kubernetes crée dans le compte</translation>
    </message>
    <message>
        <source>Helm</source>
        <translation>Helm</translation>
    </message>
    <message>
        <source>Snapshots of etcd</source>
        <translation>Instantanés d’etcd</translation>
    </message>
    <message>
        <source>Data of etcd, of a restore</source>
        <translation>Données d’etcd, d’une restauration</translation>
    </message>
    <message>
        <source>Resource group</source>
        <translation>Groupe de ressources</translation>
    </message>
    <message>
        <source>Registry of images</source>
        <translation>Registre d&apos;images</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>Droits</translation>
    </message>
    <message>
        <source>Firewall (security group)</source>
        <translation>Pare-feu (groupe de sécurité)</translation>
    </message>
    <message>
        <source>Key for ssh, on this computer</source>
        <translation>Clé pour ssh, sur cet ordinateur</translation>
    </message>
    <message>
        <source>Its public half in AWS</source>
        <translation>Sa moitié publique chez AWS</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>Machines</translation>
    </message>
</context>
<context>
    <name>Runs</name>
    <message>
        <source>It is running</source>
        <translation>C’est en cours</translation>
    </message>
    <message>
        <source>It was left unfinished</source>
        <translation>Resté inachevé</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>It was taken back</source>
        <translation>Retiré</translation>
    </message>
    <message>
        <source>It failed</source>
        <translation>Échec</translation>
    </message>
    <message>
        <source>It failed: %1</source>
        <translation>Échec&#x202f;: %1</translation>
    </message>
    <message>
        <source>It was stopped</source>
        <translation>C’est arrêté</translation>
    </message>
    <message>
        <source>A later run took over</source>
        <translation>Une exécution plus récente a pris le relais</translation>
    </message>
    <message>
        <source>Taking back: %1</source>
        <comment>%1: the title of a plan</comment>
        <translation>Retrait&#x202f;: %1</translation>
    </message>
</context>
<context>
    <name>ServiceExtras</name>
    <message>
        <source>Endpoints</source>
        <comment>column of services: how many are ready, of how many</comment>
        <translation>Endpoints</translation>
    </message>
    <message>
        <source>Health</source>
        <comment>column of services</comment>
        <translation>Santé</translation>
    </message>
    <message>
        <source>you may not list endpoint slices</source>
        <translation>vous ne pouvez pas lister les tranches d’endpoints</translation>
    </message>
    <message>
        <source>%1 of %2 endpoints are ready</source>
        <translation>%1 endpoints prêts sur %2</translation>
    </message>
    <message>
        <source>Ready</source>
        <comment>health of a service</comment>
        <translation>Prêt</translation>
    </message>
    <message>
        <source>some endpoints are not ready</source>
        <translation>certains endpoints ne sont pas prêts</translation>
    </message>
    <message>
        <source>no ready endpoint</source>
        <translation>aucun endpoint prêt</translation>
    </message>
    <message>
        <source>selector matches no pod</source>
        <translation>le sélecteur ne désigne aucun pod</translation>
    </message>
    <message>
        <source>target port %1 does not exist in any pod</source>
        <translation>le port cible %1 n’existe dans aucun pod</translation>
    </message>
    <message>
        <source>no endpoint</source>
        <translation>aucun endpoint</translation>
    </message>
    <message>
        <source>no endpoint (you may not list pods)</source>
        <translation>aucun endpoint (vous ne pouvez pas lister les pods)</translation>
    </message>
    <message>
        <source>A name in the DNS has no endpoints here</source>
        <translation>Un nom du DNS n’a pas de endpoints ici</translation>
    </message>
    <message>
        <source>leads outside</source>
        <translation>mène à l’extérieur</translation>
    </message>
    <message>
        <source>Nothing answers here: the selector matches no pod</source>
        <translation>Rien ne répond ici&#x202f;: le sélecteur ne désigne aucun pod</translation>
    </message>
    <message>
        <source>No pod of this namespace has the labels %1. Compare them with those of the pods that it is meant for.</source>
        <translation>Aucun pod de cet espace de noms ne porte les étiquettes %1. Comparez-les à celles des pods visés.</translation>
    </message>
    <message>
        <source>No pod behind it has a port named %1</source>
        <translation>Aucun des pods derrière lui n’a de port nommé %1</translation>
    </message>
    <message>
        <source>Give that name to a port of the container, or write its number as the target port.</source>
        <translation>Donnez ce nom à un port du conteneur, ou indiquez son numéro comme port cible.</translation>
    </message>
    <message numerus="yes">
        <source>Of %n endpoint(s), none is ready</source>
        <translation>
            <numerusform>Sur %n endpoint, aucun n’est prêt</numerusform>
            <numerusform>Sur %n endpoints, aucun n’est prêt</numerusform>
        </translation>
    </message>
    <message>
        <source>Requests fail until a pod behind it is ready: see what is wrong with its pods.</source>
        <translation>Les requêtes échouent tant qu’aucun pod derrière lui n’est prêt&#x202f;: voyez ce qui ne va pas dans ses pods.</translation>
    </message>
    <message>
        <source>Requests go to those alone: see what is wrong with the other pods.</source>
        <translation>Les requêtes ne vont qu’à ceux-là&#x202f;: voyez ce qui ne va pas dans les autres pods.</translation>
    </message>
    <message>
        <source>It has no endpoint</source>
        <translation>Il n’a aucun endpoint</translation>
    </message>
    <message>
        <source>Nothing answers until it has one.</source>
        <translation>Rien ne répond tant qu’il n’en a pas.</translation>
    </message>
</context>
<context>
    <name>Spans</name>
    <message>
        <source>%1 s</source>
        <comment>a span of time</comment>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <comment>a span of time</comment>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>a span of time</comment>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <comment>a span of time</comment>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>a span of time</comment>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>about %1</source>
        <comment>%1: a span of time</comment>
        <translation>environ %1</translation>
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
        <translation>En direct, mais incomplet&#x202f;: %1</translation>
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
        <translation>Nouvel essai dans %1&#xa0;s</translation>
    </message>
    <message>
        <source>Retrying …</source>
        <translation>Nouvel essai…</translation>
    </message>
    <message>
        <source>Your credentials cannot be used</source>
        <translation>Vos identifiants sont inutilisables</translation>
    </message>
    <message>
        <source>Waiting for %1 s: for the server, or for the program that signs you in</source>
        <translation>En attente depuis %1&#xa0;s&#x202f;: du serveur, ou du programme qui vous identifie</translation>
    </message>
</context>
<context>
    <name>StepTree</name>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>is it so already?</source>
        <translation>est-ce déjà le cas&#x202f;?</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>will be tried again</source>
        <translation>sera réessayé</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fait</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>rien à faire</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échoué</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>arrêté</translation>
    </message>
    <message>
        <source>being taken back</source>
        <translation>en train d’être annulé</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>laissé de côté</translation>
    </message>
</context>
<context>
    <name>Summary</name>
    <message>
        <source>Restarts: %1</source>
        <comment>of a container</comment>
        <translation>Redémarrages&#x202f;: %1</translation>
    </message>
    <message>
        <source>last exit: %1</source>
        <comment>%1: OOMKilled, exit code 137</comment>
        <translation>dernière fin&#x202f;: %1</translation>
    </message>
    <message>
        <source>Ports: %1</source>
        <translation>Ports&#x202f;: %1</translation>
    </message>
    <message>
        <source>Requests: %1</source>
        <comment>CPU and memory</comment>
        <translation>Demandes&#x202f;: %1</translation>
    </message>
    <message>
        <source>Limits: %1</source>
        <comment>CPU and memory</comment>
        <translation>Limites&#x202f;: %1</translation>
    </message>
    <message>
        <source>Containers</source>
        <translation>Conteneurs</translation>
    </message>
    <message>
        <source>Conditions</source>
        <translation>Conditions</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Annotations</source>
        <translation>Annotations</translation>
    </message>
    <message>
        <source>  … (%1 in all)</source>
        <comment>a long text is cut; %1: 244 KiB</comment>
        <translation>  … (%1 en tout)</translation>
    </message>
    <message>
        <source>Owned by</source>
        <translation>Appartient à</translation>
    </message>
    <message>
        <source>Finalizers: what must be done before it can go</source>
        <translation>Finalizers&#x202f;: ce qui doit être fait avant qu’il puisse partir</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>the image cannot be pulled</source>
        <translation>l’image ne peut pas être téléchargée</translation>
    </message>
    <message>
        <source>the name of the image is not valid</source>
        <translation>le nom de l’image n’est pas valable</translation>
    </message>
    <message>
        <source>the program ends again and again</source>
        <translation>le programme s’arrête encore et encore</translation>
    </message>
    <message>
        <source>the program ended with an error</source>
        <translation>le programme s’est terminé par une erreur</translation>
    </message>
    <message>
        <source>it took more memory than it may</source>
        <translation>il a pris plus de mémoire que permis</translation>
    </message>
    <message>
        <source>a config map or secret that it needs is missing</source>
        <translation>il lui manque une ConfigMap ou un secret</translation>
    </message>
    <message>
        <source>the container cannot be started</source>
        <translation>le conteneur ne peut pas démarrer</translation>
    </message>
    <message>
        <source>no node has taken it yet</source>
        <translation>aucun nœud ne l’a encore pris</translation>
    </message>
    <message>
        <source>it is being made ready</source>
        <translation>il est en préparation</translation>
    </message>
    <message>
        <source>it runs, and does not say that it is ready</source>
        <translation>il tourne, sans se dire prêt</translation>
    </message>
    <message>
        <source>its node was short of something and put it out</source>
        <translation>son nœud, à court de ressources, l’a expulsé</translation>
    </message>
    <message>
        <source>it is being ended</source>
        <translation>il est en train de s’arrêter</translation>
    </message>
    <message>
        <source>its node does not answer</source>
        <translation>son nœud ne répond pas</translation>
    </message>
    <message>
        <source>it took longer than it may</source>
        <translation>il a duré plus longtemps que permis</translation>
    </message>
    <message>
        <source>what has to run first is not done yet</source>
        <translation>ce qui doit s’exécuter d’abord n’a pas fini</translation>
    </message>
</context>
<context>
    <name>timonier::CheckPage</name>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Vérifier de nouveau</translation>
    </message>
    <message>
        <source>All of them, as things stand now</source>
        <translation>Toutes, telles que sont les choses maintenant</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>checks that are over</comment>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>It is being mended …</source>
        <translation>C’est en cours de réparation…</translation>
    </message>
    <message>
        <source>The checks are still being made</source>
        <translation>Les vérifications sont encore en cours</translation>
    </message>
    <message numerus="yes">
        <source>%n checks stand against it</source>
        <translation>
            <numerusform>%n vérification s’y oppose</numerusform>
            <numerusform>%n vérifications s’y opposent</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking at what is there …</source>
        <translation>On regarde ce qu’il y a…</translation>
    </message>
    <message numerus="yes">
        <source>It can be done; %n things to be known before</source>
        <translation>
            <numerusform>C’est possible&#x202f;; %n chose à savoir avant</numerusform>
            <numerusform>C’est possible&#x202f;; %n choses à savoir avant</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing stands against it</source>
        <translation>Rien ne s’y oppose</translation>
    </message>
    <message>
        <source>Changes a setting</source>
        <translation>Change un réglage</translation>
    </message>
    <message>
        <source>Runs the commands that are shown</source>
        <translation>Exécute les commandes affichées</translation>
    </message>
    <message>
        <source>Copy the commands</source>
        <translation>Copier les commandes</translation>
    </message>
    <message>
        <source>To be pasted into a terminal</source>
        <translation>À coller dans un terminal</translation>
    </message>
    <message>
        <source>“%1” did not work</source>
        <comment>%1: a button that mends something</comment>
        <translation>«&#x202f;%1&#x202f;» n’a pas marché</translation>
    </message>
    <message>
        <source>How they are shown</source>
        <translation>Comment elles sont montrées</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
    <message>
        <source>A row for each check, a column for each host</source>
        <translation>Une ligne par vérification, une colonne par hôte</translation>
    </message>
    <message>
        <source>By host</source>
        <translation>Par hôte</translation>
    </message>
    <message>
        <source>What was found on each host; those with something against it first</source>
        <translation>Ce qui a été trouvé sur chaque hôte&#x202f;; d’abord ceux où quelque chose s’y oppose</translation>
    </message>
    <message>
        <source>By check</source>
        <translation>Par vérification</translation>
    </message>
    <message>
        <source>Which hosts each check speaks of; those that stand against it first</source>
        <translation>De quels hôtes parle chaque vérification&#x202f;; d’abord celles qui s’y opposent</translation>
    </message>
    <message numerus="yes">
        <source>%1, on %n hosts</source>
        <comment>%1: what is done about a check</comment>
        <translation>
            <numerusform>%1, sur %n hôte</numerusform>
            <numerusform>%1, sur %n hôtes</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>what is done about a check, and on which host</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>timonier::CheckTree</name>
    <message numerus="yes">
        <source>%n more, nothing stands against them</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n autre, rien ne s’y oppose</numerusform>
            <numerusform>%n autres, rien ne s’y oppose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n checks, nothing stands against it</source>
        <translation>
            <numerusform>%n vérification, rien ne s’y oppose</numerusform>
            <numerusform>%n vérifications, rien ne s’y oppose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hosts, nothing stands against it</source>
        <translation>
            <numerusform>%n hôte, rien ne s’y oppose</numerusform>
            <numerusform>%n hôtes, rien ne s’y oppose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stand against it</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n s’y oppose</numerusform>
            <numerusform>%n s’y opposent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to be known</source>
        <comment>checks or hosts</comment>
        <translation>
            <numerusform>%n à savoir</numerusform>
            <numerusform>%n à savoir</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>how many stand against it, and which</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
    <message>
        <source>Enter shows them</source>
        <translation>Entrée les montre</translation>
    </message>
</context>
<context>
    <name>timonier::ChoiceCard</name>
    <message>
        <source>%1: %2</source>
        <comment>a fact, and its value</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>timonier::ChoosePage</name>
    <message>
        <source>Filter</source>
        <translation>Filtrer</translation>
    </message>
    <message>
        <source>Choose one of them</source>
        <translation>Choisissez-en un</translation>
    </message>
</context>
<context>
    <name>timonier::ClusterToolsDialog</name>
    <message>
        <source>The cluster %1</source>
        <translation>Le cluster %1</translation>
    </message>
    <message>
        <source>Add-ons</source>
        <translation>Modules</translation>
    </message>
    <message>
        <source>What comes with the cluster&apos;s tool and is switched on by name. It can take a minute until an add-on runs.</source>
        <translation>Ce qui vient avec l’outil du cluster et s’active par son nom. Il peut falloir une minute pour qu’un module fonctionne.</translation>
    </message>
    <message>
        <source>Filter the add-ons</source>
        <translation>Filtrer les modules</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtrer</translation>
    </message>
    <message>
        <source>What is done with them</source>
        <translation>Ce qui en est fait</translation>
    </message>
    <message>
        <source>They are looked up …</source>
        <translation>Recherche en cours…</translation>
    </message>
    <message>
        <source>%1 is being switched on …</source>
        <comment>%1: an add-on</comment>
        <translation>%1&#x202f;: activation en cours…</translation>
    </message>
    <message>
        <source>%1 is being switched off …</source>
        <translation>%1&#x202f;: désactivation en cours…</translation>
    </message>
    <message>
        <source>%1 is on</source>
        <comment>%1: an add-on</comment>
        <translation>%1 est activé</translation>
    </message>
    <message>
        <source>%1 is off</source>
        <translation>%1 est désactivé</translation>
    </message>
    <message>
        <source>%1 could not be switched: %2</source>
        <translation>%1 n’a pu être ni activé ni désactivé&#x202f;: %2</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>An image of this computer is loaded into all nodes, so that pods find it without a registry.</source>
        <translation>Une image de cet ordinateur est chargée dans tous les nœuds, si bien que les pods la trouvent sans registre.</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>front:dev, or a file made by docker save</source>
        <translation>front:dev, ou un fichier fait par docker save</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Charger</translation>
    </message>
    <message>
        <source>Into all nodes; an older one of the same name is replaced</source>
        <translation>Dans tous les nœuds&#x202f;; une plus ancienne du même nom est remplacée</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Fichier…</translation>
    </message>
    <message>
        <source>An archive of images: docker save -o FILE.tar IMAGE makes one</source>
        <translation>Une archive d’images&#x202f;: docker save -o FICHIER.tar IMAGE en fait une</translation>
    </message>
    <message>
        <source>What is loaded</source>
        <translation>Ce qui est chargé</translation>
    </message>
    <message>
        <source>An archive of images</source>
        <translation>Une archive d’images</translation>
    </message>
    <message>
        <source>Archives (*.tar *.tar.gz *.tgz);;All files (*)</source>
        <translation>Archives (*.tar *.tar.gz *.tgz);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Stop</source>
        <comment>button: an image is loaded no further</comment>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>%1 is being loaded …</source>
        <comment>%1: an image</comment>
        <translation>%1&#x202f;: chargement en cours…</translation>
    </message>
    <message>
        <source>%1 is in %2</source>
        <comment>an image, a cluster</comment>
        <translation>%1 est dans %2</translation>
    </message>
    <message>
        <source>It was stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>%1 could not be loaded: %2</source>
        <translation>%1 n’a pas pu être chargée&#x202f;: %2</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>The address by which this computer reaches a Service that has a port on the nodes.</source>
        <translation>L’adresse par laquelle cet ordinateur joint un Service qui a un port sur les nœuds.</translation>
    </message>
    <message>
        <source>Namespace</source>
        <translation>Espace de noms</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Trouver</translation>
    </message>
    <message>
        <source>Asks the cluster&apos;s tool</source>
        <translation>Interroge l’outil du cluster</translation>
    </message>
    <message>
        <source>The service&apos;s address</source>
        <translation>L’adresse du service</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>It is looked up …</source>
        <translation>Recherche en cours…</translation>
    </message>
    <message>
        <source>Tunnel</source>
        <translation>Tunnel</translation>
    </message>
    <message>
        <source>While it is open, Services of the type LoadBalancer get an address that this computer reaches. It ends when Timonier does.</source>
        <translation>Tant qu’il est ouvert, les Services de type LoadBalancer ont une adresse que cet ordinateur joint. Il se ferme avec Timonier.</translation>
    </message>
    <message>
        <source>Open the tunnel</source>
        <translation>Ouvrir le tunnel</translation>
    </message>
    <message>
        <source>It may need the rights of root, to set routes</source>
        <translation>Il peut demander les droits de root, pour poser des routes</translation>
    </message>
    <message>
        <source>How the tunnel is</source>
        <translation>État du tunnel</translation>
    </message>
    <message>
        <source>Close the tunnel</source>
        <translation>Fermer le tunnel</translation>
    </message>
    <message>
        <source>It is being opened …</source>
        <translation>Ouverture en cours…</translation>
    </message>
    <message>
        <source>It is open: %1</source>
        <comment>%1: the tool&apos;s own words</comment>
        <translation>Il est ouvert&#x202f;: %1</translation>
    </message>
    <message>
        <source>It is closed</source>
        <translation>Il est fermé</translation>
    </message>
    <message>
        <source>The tunnel to %1 is closed: %2</source>
        <translation>Le tunnel vers %1 est fermé&#x202f;: %2</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Journaux</translation>
    </message>
    <message>
        <source>What the nodes and the parts of Kubernetes on them have written, for whoever is to find out what is wrong.</source>
        <translation>Ce que les nœuds et les composants de Kubernetes ont écrit, pour qui doit trouver ce qui ne va pas.</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Into a folder</source>
        <translation>Dans un dossier</translation>
    </message>
    <message>
        <source>Where the logs go</source>
        <translation>Où vont les journaux</translation>
    </message>
    <message>
        <source>How the export is</source>
        <translation>État de l’export</translation>
    </message>
    <message>
        <source>They are being gathered …</source>
        <translation>Ils sont rassemblés…</translation>
    </message>
    <message>
        <source>They are in %1</source>
        <comment>%1: a folder</comment>
        <translation>Ils sont dans %1</translation>
    </message>
    <message>
        <source>The logs of %1 could not be exported: %2</source>
        <translation>Les journaux de %1 n’ont pas pu être exportés&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>timonier::CompareChart</name>
    <message>
        <source>Six strategies over time: Enter opens one</source>
        <comment>accessible name of the chart</comment>
        <translation>Six stratégies dans le temps&#x202f;: Entrée en ouvre une</translation>
    </message>
    <message>
        <source>Pods over time; early is wide, late is narrow (logarithmic)</source>
        <translation>Pods dans le temps&#x202f;; le début est large, la fin étroite (logarithmique)</translation>
    </message>
    <message>
        <source>Pods over time</source>
        <translation>Pods dans le temps</translation>
    </message>
    <message>
        <source>take this one</source>
        <comment>the strategy that is recommended</comment>
        <translation>à choisir</translation>
    </message>
    <message>
        <source>nothing lost</source>
        <comment>no request fails</comment>
        <translation>rien de perdu</translation>
    </message>
    <message>
        <source>%1 fail</source>
        <comment>requests</comment>
        <translation>%1 échouent</translation>
    </message>
    <message>
        <source>harms least</source>
        <comment>the strategy, where none goes well</comment>
        <translation>nuit le moins</translation>
    </message>
</context>
<context>
    <name>timonier::CompareView</name>
    <message>
        <source>Six strategies compared</source>
        <translation>Six stratégies comparées</translation>
    </message>
    <message>
        <source>Above in each cell: computed for this application. Below: what is generally said of the strategy; more stars are more.</source>
        <translation>En haut de chaque case&#x202f;: ce qui est calculé pour cette application. En bas&#x202f;: ce qu’on dit en général de la stratégie&#x202f;; plus d’étoiles, c’est davantage.</translation>
    </message>
</context>
<context>
    <name>timonier::DecisionTable</name>
    <message>
        <source>Decision table: computed for this application, and what is generally said</source>
        <translation>Table de décision&#x202f;: ce qui est calculé pour cette application, et ce qu’on dit en général</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>Stratégie</translation>
    </message>
    <message numerus="yes">
        <source>%n of 3 stars</source>
        <comment>what is generally said of a strategy</comment>
        <translation>
            <numerusform>%n étoile sur 3</numerusform>
            <numerusform>%n étoiles sur 3</numerusform>
        </translation>
    </message>
    <message>
        <source>Here: %1. In general: %2.</source>
        <translation>Ici&#x202f;: %1. En général&#x202f;: %2.</translation>
    </message>
</context>
<context>
    <name>timonier::DesktopNotice</name>
    <message numerus="yes">
        <source>and %n more</source>
        <comment>things that happened</comment>
        <translation>
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::DetailsPane</name>
    <message>
        <source>Details</source>
        <comment>accessible name of the pane beside the table</comment>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Fermer les détails</translation>
    </message>
    <message>
        <source>Close the details (Esc)</source>
        <translation>Fermer les détails (Échap)</translation>
    </message>
    <message>
        <source>Tabs of the details</source>
        <comment>accessible name of the row of tabs</comment>
        <translation>Onglets des détails</translation>
    </message>
    <message>
        <source>%1, owned by %3</source>
        <comment>%1: Pod; %3: a name</comment>
        <translation>%1, appartient à %3</translation>
    </message>
    <message>
        <source>%1 in %2, owned by %3</source>
        <comment>%1: Pod; %2: a namespace; %3: a name</comment>
        <translation>%1 dans %2, appartient à %3</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <comment>%1: Pod; %2: a namespace</comment>
        <translation>%1 dans %2</translation>
    </message>
    <message>
        <source>What it is</source>
        <comment>accessible name of the line below an object&apos;s name</comment>
        <translation>Ce que c’est</translation>
    </message>
    <message>
        <source>This object was deleted</source>
        <translation>Cet objet a été supprimé</translation>
    </message>
    <message>
        <source>What stands here is how it was last.</source>
        <translation>Ce qui est montré ici est son dernier état.</translation>
    </message>
    <message>
        <source>You may not read this object</source>
        <translation>Vous n’avez pas le droit de lire cet objet</translation>
    </message>
    <message>
        <source>The object could not be read anew</source>
        <translation>L’objet n’a pas pu être relu</translation>
    </message>
    <message>
        <source>The object could not be read</source>
        <translation>L’objet n’a pas pu être lu</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>timonier::DiffDialog</name>
    <message>
        <source>What would change in %1</source>
        <comment>window title</comment>
        <translation>Ce qui changerait dans %1</translation>
    </message>
    <message>
        <source>Asking the server what it would make of it …</source>
        <translation>On demande au serveur ce qu’il en ferait…</translation>
    </message>
    <message>
        <source>Difference, line by line</source>
        <translation>Différence, ligne par ligne</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the difference</source>
        <translation>Copier la différence</translation>
    </message>
    <message>
        <source>now</source>
        <comment>in a diff</comment>
        <translation>maintenant</translation>
    </message>
    <message>
        <source>after</source>
        <comment>in a diff</comment>
        <translation>ensuite</translation>
    </message>
    <message>
        <source>Nothing in it would change: name a new image above, or move a slider.</source>
        <translation>Rien n’y changerait&#x202f;: nommez une nouvelle image en haut, ou déplacez un curseur.</translation>
    </message>
    <message>
        <source>The server would not take it.</source>
        <translation>Le serveur ne l’accepterait pas.</translation>
    </message>
</context>
<context>
    <name>timonier::DonePage</name>
    <message>
        <source>Made</source>
        <translation>Créé</translation>
    </message>
    <message>
        <source>What next</source>
        <translation>Et ensuite</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>Ce qu’il en est</translation>
    </message>
</context>
<context>
    <name>timonier::ElidedLabel</name>
    <message>
        <source>Name</source>
        <comment>accessible name of the chosen object&apos;s name while there is none</comment>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
</context>
<context>
    <name>timonier::EventsTab</name>
    <message>
        <source>Events</source>
        <comment>tab of the details pane</comment>
        <translation>Événements</translation>
    </message>
    <message>
        <source>Events %1</source>
        <comment>tab of the details pane; %1: how many</comment>
        <translation>Événements %1</translation>
    </message>
    <message>
        <source>No events. A cluster forgets them after an hour, as a rule.</source>
        <translation>Aucun événement. Un cluster les oublie au bout d’une heure, en général.</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>avertissement</translation>
    </message>
    <message>
        <source>%1 times</source>
        <comment>an event that was seen more than once</comment>
        <translation>%1 fois</translation>
    </message>
    <message>
        <source>and %1 older ones</source>
        <comment>events</comment>
        <translation>et %1 plus anciens</translation>
    </message>
</context>
<context>
    <name>timonier::FieldEditor</name>
    <message>
        <source>Show</source>
        <comment>button: a password, as it is</comment>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>Shows what was typed</source>
        <translation>Montre ce qui a été saisi</translation>
    </message>
    <message>
        <source>Hide</source>
        <comment>button: a password</comment>
        <translation>Cacher</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Parcourir…</translation>
    </message>
    <message>
        <source>Choose it on this computer</source>
        <translation>Le choisir sur cet ordinateur</translation>
    </message>
    <message>
        <source>File…</source>
        <comment>button: choose one</comment>
        <translation>Fichier…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <comment>button: choose one</comment>
        <translation>Dossier…</translation>
    </message>
</context>
<context>
    <name>timonier::FieldRow</name>
    <message>
        <source>Wrong: %1. %2</source>
        <comment>what is wrong with a field, and its help</comment>
        <translation>Faux&#x202f;: %1. %2</translation>
    </message>
</context>
<context>
    <name>timonier::FigureRow</name>
    <message>
        <source>Why: where this number comes from</source>
        <translation>Pourquoi&#x202f;: d’où vient ce nombre</translation>
    </message>
</context>
<context>
    <name>timonier::FormPage</name>
    <message>
        <source>Fields</source>
        <translation>Champs</translation>
    </message>
    <message>
        <source>The file that says the same</source>
        <translation>Le fichier qui dit la même chose</translation>
    </message>
    <message>
        <source>Fields and file</source>
        <translation>Champs et fichier</translation>
    </message>
    <message>
        <source>Show as YAML</source>
        <translation>Montrer en YAML</translation>
    </message>
    <message>
        <source>The file that makes the same, beside the fields</source>
        <translation>Le fichier qui fait la même chose, à côté des champs</translation>
    </message>
    <message>
        <source>Load from file…</source>
        <translation>Charger un fichier…</translation>
    </message>
    <message>
        <source>Fills the fields in from a file that was saved before</source>
        <translation>Remplit les champs à partir d’un fichier enregistré auparavant</translation>
    </message>
    <message>
        <source>What is rarely changed</source>
        <translation>Ce que l’on change rarement</translation>
    </message>
    <message numerus="yes">
        <source>Advanced: %n settings</source>
        <translation>
            <numerusform>Avancé&#x202f;: %n réglage</numerusform>
            <numerusform>Avancé&#x202f;: %n réglages</numerusform>
        </translation>
    </message>
    <message>
        <source>one is wrong</source>
        <translation>l’un est faux</translation>
    </message>
    <message>
        <source>unfolded</source>
        <translation>déplié</translation>
    </message>
    <message>
        <source>folded away</source>
        <translation>replié</translation>
    </message>
    <message>
        <source>It is being checked …</source>
        <translation>C’est en cours de vérification…</translation>
    </message>
    <message>
        <source>Load from file</source>
        <translation>Charger un fichier</translation>
    </message>
    <message>
        <source>YAML (*.yaml *.yml);;All files (*)</source>
        <translation>YAML (*.yaml *.yml);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 ne peut pas être lu&#x202f;: %2</translation>
    </message>
    <message>
        <source> (line %1)</source>
        <translation> (ligne %1)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
</context>
<context>
    <name>timonier::ForwardDialog</name>
    <message>
        <source>Forward</source>
        <comment>button: begin to forward a port</comment>
        <translation>Rediriger</translation>
    </message>
    <message>
        <source>Forward a port</source>
        <translation>Rediriger un port</translation>
    </message>
    <message>
        <source>Reach a port of %1 from this computer</source>
        <comment>%1: a pod, a service</comment>
        <translation>Joindre un port de %1 depuis cet ordinateur</translation>
    </message>
    <message>
        <source>Through the API server, with your rights. If the pod is replaced, the next connection goes to the pod that took its place.</source>
        <translation>Par le serveur d’API, avec vos droits. Si le pod est remplacé, la connexion suivante va au pod qui a pris sa place.</translation>
    </message>
    <message>
        <source>Through the API server, with your rights, to a pod that is ready. If it is replaced, the next connection goes to another one.</source>
        <translation>Par le serveur d’API, avec vos droits, vers un pod prêt. S’il est remplacé, la connexion suivante va à un autre.</translation>
    </message>
    <message>
        <source>Port of the service</source>
        <translation>Port du service</translation>
    </message>
    <message>
        <source>Port of the pod</source>
        <translation>Port du pod</translation>
    </message>
    <message>
        <source>number or name</source>
        <translation>numéro ou nom</translation>
    </message>
    <message>
        <source>any that is free</source>
        <translation>n’importe lequel de libre</translation>
    </message>
    <message>
        <source>Port of this computer</source>
        <translation>Port de cet ordinateur</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Name a port</source>
        <translation>Nommez un port</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>a port and its name</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>It declares no TCP port; one that a program in it listens on can be named all the same.</source>
        <translation>Il ne déclare aucun port TCP&#x202f;; un port sur lequel un de ses programmes écoute peut être nommé quand même.</translation>
    </message>
    <message>
        <source>Looking for a pod that is ready …</source>
        <translation>Recherche d’un pod prêt …</translation>
    </message>
</context>
<context>
    <name>timonier::ForwardOpening</name>
    <message>
        <source>%1 cannot be opened: %2</source>
        <comment>a context, why</comment>
        <translation>%1 ne peut pas être ouvert&#x202f;: %2</translation>
    </message>
    <message>
        <source>Opening %1 …</source>
        <comment>%1: a context</comment>
        <translation>Ouverture de %1…</translation>
    </message>
    <message>
        <source>A pod of %1 is looked for …</source>
        <comment>%1: svc/web:80</comment>
        <translation>Recherche d’un pod de %1…</translation>
    </message>
    <message>
        <source>No port can be forwarded to %1: %2</source>
        <comment>svc/web:80, why</comment>
        <translation>Aucun port ne peut être redirigé vers %1&#x202f;: %2</translation>
    </message>
    <message>
        <source>It cannot be opened yet: no pod is ready. Try again in a while.</source>
        <translation>L’ouverture n’est pas encore possible&#x202f;: aucun pod n’est prêt. Réessayez dans un moment.</translation>
    </message>
    <message>
        <source>It cannot be opened yet: no pod is ready (%1). Try again in a while.</source>
        <comment>%1: a pod, and why</comment>
        <translation>L’ouverture n’est pas encore possible&#x202f;: aucun pod n’est prêt (%1). Réessayez dans un moment.</translation>
    </message>
    <message>
        <source>The port is forwarded no longer.</source>
        <translation>Le port n’est plus redirigé.</translation>
    </message>
    <message>
        <source>No browser could be opened; the address is %1</source>
        <translation>Aucun navigateur n’a pu être ouvert&#x202f;; l’adresse est %1</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <comment>an address, how the port is that leads there</comment>
        <translation>%1 – %2</translation>
    </message>
</context>
<context>
    <name>timonier::ForwardsDialog</name>
    <message>
        <source>No port is forwarded. Choose a pod, a service or a workload, and “Forward a port…” (Ctrl+Shift+F).</source>
        <translation>Aucun port n’est redirigé. Choisissez un pod, un service ou une charge de travail, puis «&#x202f;Rediriger un port…&#x202f;» (Ctrl+Maj+F).</translation>
    </message>
    <message>
        <source>Forwarded ports</source>
        <translation>Ports redirigés</translation>
    </message>
    <message>
        <source>%1 leads to %2</source>
        <comment>an address of this computer, svc/web:5555</comment>
        <translation>%1 mène à %2</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <comment>a namespace in a cluster</comment>
        <translation>%1 dans %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a button, and what of</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Copier l’adresse</translation>
    </message>
    <message>
        <source>Stop</source>
        <comment>button: forward a port no longer</comment>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Connections that are open end with it</source>
        <translation>Les connexions ouvertes se terminent avec lui</translation>
    </message>
</context>
<context>
    <name>timonier::HelpCard</name>
    <message>
        <source>It runs: %1</source>
        <translation>Cela exécute&#x202f;: %1</translation>
    </message>
</context>
<context>
    <name>timonier::HostKeyDialog</name>
    <message>
        <source>Unknown host</source>
        <translation>Hôte inconnu</translation>
    </message>
    <message>
        <source>Is this really %1?</source>
        <translation>Est-ce vraiment %1&#x202f;?</translation>
    </message>
    <message>
        <source>You have not been there from this computer before. It shows this key:</source>
        <translation>Vous n’y êtes jamais allé depuis cet ordinateur. Il montre cette clé&#x202f;:</translation>
    </message>
    <message>
        <source>You have not been there from this computer before. Reached through %1, it shows this key:</source>
        <translation>Vous n’y êtes jamais allé depuis cet ordinateur. Joint par %1, il montre cette clé&#x202f;:</translation>
    </message>
    <message>
        <source>Type: %1. Who sits at that host sees the same with: ssh-keygen -lf /etc/ssh/ssh_host_%2_key.pub. A provider shows it in the console&apos;s log. If it is another one, somebody stands in between.</source>
        <translation>Type&#x202f;: %1. Qui est devant cet hôte voit la même avec&#x202f;: ssh-keygen -lf /etc/ssh/ssh_host_%2_key.pub. Un hébergeur la montre dans le journal de la console. Si c’en est une autre, quelqu’un s’est glissé entre les deux.</translation>
    </message>
    <message>
        <source>If you trust it, it is kept in %1 and not asked about again.</source>
        <translation>Si vous lui faites confiance, elle est gardée dans %1 et n’est plus demandée.</translation>
    </message>
    <message>
        <source>Trust it</source>
        <translation>Lui faire confiance</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Refuser</translation>
    </message>
</context>
<context>
    <name>timonier::HostQuestions</name>
    <message>
        <source>Password of %1</source>
        <translation>Mot de passe de %1</translation>
    </message>
    <message>
        <source>Passphrase of the key %1</source>
        <translation>Phrase secrète de la clé %1</translation>
    </message>
    <message>
        <source>Password for sudo on %1</source>
        <translation>Mot de passe de sudo sur %1</translation>
    </message>
    <message>
        <source>To become root there. Mostly it is the user&apos;s own password.</source>
        <translation>Pour y devenir root. C’est le plus souvent le mot de passe de l’utilisateur.</translation>
    </message>
    <message>
        <source>%1 asks</source>
        <translation>%1 demande</translation>
    </message>
</context>
<context>
    <name>timonier::HostSecretDialog</name>
    <message>
        <source>The one before was not accepted</source>
        <translation>Le précédent n’a pas été accepté</translation>
    </message>
    <message>
        <source>Keep it in the system&apos;s store of passwords</source>
        <translation>Le garder dans le trousseau du système</translation>
    </message>
    <message>
        <source>For all hosts of the user %1</source>
        <translation>Pour tous les hôtes de l’utilisateur %1</translation>
    </message>
    <message>
        <source>It is tried on the others; where it is refused you are asked again.</source>
        <translation>Il est essayé sur les autres&#x202f;; là où il est refusé, on vous le redemande.</translation>
    </message>
</context>
<context>
    <name>timonier::HostTable</name>
    <message>
        <source>Host</source>
        <translation>Hôte</translation>
    </message>
    <message>
        <source>Role</source>
        <comment>of a host: control plane, worker</comment>
        <translation>Rôle</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Kubernetes</source>
        <comment>column: the version on a host</comment>
        <translation>Kubernetes</translation>
    </message>
    <message>
        <source>Certificates</source>
        <comment>column: when they end</comment>
        <translation>Certificats</translation>
    </message>
</context>
<context>
    <name>timonier::HostsDialog</name>
    <message>
        <source>Hosts</source>
        <translation>Hôtes</translation>
    </message>
    <message>
        <source>The hosts of %1</source>
        <translation>Les hôtes de %1</translation>
    </message>
    <message>
        <source>How they are</source>
        <translation>Comment ils vont</translation>
    </message>
    <message>
        <source>What is done with them</source>
        <translation>Ce qu’on en fait</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Regarder de nouveau</translation>
    </message>
    <message>
        <source>Asks the cluster and its hosts (F5)</source>
        <translation>Interroge le cluster et ses hôtes (F5)</translation>
    </message>
    <message>
        <source>Delete the cluster…</source>
        <translation>Supprimer le cluster…</translation>
    </message>
    <message>
        <source>All hosts become what they were; it is said before what goes</source>
        <translation>Tous les hôtes redeviennent ce qu’ils étaient&#x202f;; ce qui part est dit avant</translation>
    </message>
    <message>
        <source>The cluster and its hosts are asked …</source>
        <translation>On interroge le cluster et ses hôtes …</translation>
    </message>
    <message>
        <source>It cannot be told how they are</source>
        <translation>On ne peut dire comment ils vont</translation>
    </message>
    <message numerus="yes">
        <source>%n hosts are not well</source>
        <translation>
            <numerusform>%n hôte ne va pas bien</numerusform>
            <numerusform>%n hôtes ne vont pas bien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hosts want a look</source>
        <translation>
            <numerusform>%n hôte à regarder</numerusform>
            <numerusform>%n hôtes à regarder</numerusform>
        </translation>
    </message>
    <message>
        <source>All of them are well</source>
        <translation>Tous vont bien</translation>
    </message>
    <message>
        <source>Choose a host first</source>
        <translation>Choisissez d’abord un hôte</translation>
    </message>
    <message>
        <source>It was not added from here</source>
        <translation>Il n’a pas été ajouté d’ici</translation>
    </message>
</context>
<context>
    <name>timonier::IntroPage</name>
    <message>
        <source>You get</source>
        <translation>Vous obtenez</translation>
    </message>
    <message>
        <source>It takes</source>
        <translation>Il faut</translation>
    </message>
    <message>
        <source>To be known before</source>
        <translation>À savoir avant</translation>
    </message>
    <message>
        <source>What you will get</source>
        <translation>Ce que vous obtenez</translation>
    </message>
</context>
<context>
    <name>timonier::LogPane</name>
    <message>
        <source>Search in what was printed</source>
        <translation>Chercher dans ce qui a été affiché</translation>
    </message>
    <message>
        <source>What the step printed</source>
        <translation>Ce que l’étape a affiché</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Chercher</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>What is selected, or all of it</source>
        <translation>Ce qui est sélectionné, ou le tout</translation>
    </message>
    <message>
        <source>It has printed nothing.</source>
        <translation>Elle n’a rien affiché.</translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n endroit</numerusform>
            <numerusform>%n endroits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::LogReader</name>
    <message>
        <source>%1 has gone</source>
        <comment>a pod was deleted; %1: its name</comment>
        <translation>%1 a disparu</translation>
    </message>
    <message>
        <source>%1 has joined</source>
        <comment>a new pod; %1: its name</comment>
        <translation>%1 s’est ajouté</translation>
    </message>
    <message>
        <source>%1 has started again</source>
        <comment>%1: pod/container</comment>
        <translation>%1 a redémarré</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <source>Live</source>
        <comment>the log is followed</comment>
        <translation>En direct</translation>
    </message>
    <message>
        <source>Connection lost, asked again: %1</source>
        <translation>Connexion perdue, nouvelle demande&#x202f;: %1</translation>
    </message>
    <message>
        <source>The container waits</source>
        <translation>Le conteneur attend</translation>
    </message>
    <message>
        <source>The container waits (%1)</source>
        <translation>Le conteneur attend (%1)</translation>
    </message>
    <message>
        <source>No logs yet: the container has not started</source>
        <translation>Pas encore de journal&#x202f;: le conteneur n’a pas démarré</translation>
    </message>
    <message>
        <source>No logs yet: the container waits (%1)</source>
        <translation>Pas encore de journal&#x202f;: le conteneur attend (%1)</translation>
    </message>
    <message>
        <source>The last life of the container, up to its end</source>
        <translation>La vie précédente du conteneur, jusqu’à sa fin</translation>
    </message>
    <message>
        <source>Ended: the pod has gone</source>
        <translation>Terminé&#x202f;: le pod a disparu</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Ended (exit %1)</source>
        <translation>Terminé (code %1)</translation>
    </message>
    <message>
        <source>Ended (exit %1, %2)</source>
        <translation>Terminé (code %1, %2)</translation>
    </message>
    <message>
        <source>The log cannot be read</source>
        <translation>Le journal ne peut pas être lu</translation>
    </message>
    <message>
        <source>You may not read logs in the namespace %1</source>
        <translation>Vous n’avez pas le droit de lire les journaux dans l’espace de noms %1</translation>
    </message>
    <message>
        <source>There is no earlier life of this container</source>
        <translation>Ce conteneur n’a pas de vie précédente</translation>
    </message>
    <message>
        <source>The log cannot be read: %1</source>
        <translation>Le journal ne peut pas être lu&#x202f;: %1</translation>
    </message>
    <message>
        <source>%1 logs, up to their ends</source>
        <translation>%1 journaux, jusqu’à leur fin</translation>
    </message>
    <message>
        <source>Live: %1 of %2</source>
        <comment>how many of the logs are followed</comment>
        <translation>En direct&#x202f;: %1 sur %2</translation>
    </message>
    <message>
        <source>%1 wait for their turn: choose one container</source>
        <translation>%1 attendent leur tour&#x202f;: choisissez un conteneur</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>whose log, and how it is</comment>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>%1 older pods are not read</source>
        <translation>%1 pods plus anciens ne sont pas lus</translation>
    </message>
    <message>
        <source>Paused: what comes meanwhile waits at the server</source>
        <translation>En pause&#x202f;: ce qui arrive entre-temps attend sur le serveur</translation>
    </message>
    <message>
        <source>You may not read pods in the namespace %1</source>
        <translation>Vous n’avez pas le droit de lire les pods dans l’espace de noms %1</translation>
    </message>
    <message>
        <source>The containers cannot be read: %1</source>
        <translation>Les conteneurs ne peuvent pas être lus&#x202f;: %1</translation>
    </message>
    <message>
        <source>There is no pod, and so no log</source>
        <translation>Il n’y a aucun pod, donc aucun journal</translation>
    </message>
    <message>
        <source>Looking for the containers …</source>
        <translation>Recherche des conteneurs…</translation>
    </message>
    <message>
        <source>%1 older lines were dropped</source>
        <translation>%1 lignes plus anciennes ont été abandonnées</translation>
    </message>
</context>
<context>
    <name>timonier::LogTab</name>
    <message>
        <source>Logs</source>
        <comment>accessible name of a tab</comment>
        <translation>Journaux</translation>
    </message>
    <message>
        <source>Container</source>
        <comment>accessible name: whose log</comment>
        <translation>Conteneur</translation>
    </message>
    <message>
        <source>Whose log</source>
        <translation>De quel conteneur</translation>
    </message>
    <message>
        <source>Search in the log</source>
        <comment>accessible name of a field</comment>
        <translation>Rechercher dans le journal</translation>
    </message>
    <message>
        <source>Search, or /regex/</source>
        <translation>Rechercher, ou /regex/</translation>
    </message>
    <message>
        <source>Search in the log (Ctrl+F); F3 and Shift+F3 go to the next and the previous match</source>
        <translation>Rechercher dans le journal (Ctrl+F)&#x202f;; F3 et Maj+F3 vont à l’occurrence suivante ou précédente</translation>
    </message>
    <message>
        <source>Pause</source>
        <comment>button: stop reading the log for now</comment>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause: stop reading for now</source>
        <translation>Pause&#x202f;: suspendre la lecture</translation>
    </message>
    <message>
        <source>More</source>
        <comment>button: opens a menu</comment>
        <translation>Plus</translation>
    </message>
    <message>
        <source>How much, how it is shown, save</source>
        <translation>Étendue, affichage, enregistrement</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Occurrence précédente</translation>
    </message>
    <message>
        <source>Previous match (Shift+F3)</source>
        <translation>Occurrence précédente (Maj+F3)</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Occurrence suivante</translation>
    </message>
    <message>
        <source>Next match (F3)</source>
        <translation>Occurrence suivante (F3)</translation>
    </message>
    <message>
        <source>Only matching lines</source>
        <translation>Seulement les lignes trouvées</translation>
    </message>
    <message>
        <source>Show only the lines that match</source>
        <translation>N’afficher que les lignes trouvées</translation>
    </message>
    <message>
        <source>Log options</source>
        <comment>accessible name of a menu</comment>
        <translation>Options du journal</translation>
    </message>
    <message>
        <source>Times</source>
        <comment>menu: show the time of each line</comment>
        <translation>Heures</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>Couper les longues lignes</translation>
    </message>
    <message>
        <source>The container&apos;s last life</source>
        <comment>menu: what it printed before its last restart</comment>
        <translation>Vie précédente du conteneur</translation>
    </message>
    <message>
        <source>The last %1 lines</source>
        <comment>menu: of each container</comment>
        <translation>Les %1 dernières lignes</translation>
    </message>
    <message>
        <source>The last 5 minutes</source>
        <translation>Les 5 dernières minutes</translation>
    </message>
    <message>
        <source>The last hour</source>
        <translation>La dernière heure</translation>
    </message>
    <message>
        <source>All there is</source>
        <comment>menu: the whole log</comment>
        <translation>Tout ce qui existe</translation>
    </message>
    <message>
        <source>Save …</source>
        <comment>menu: the log to a file</comment>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
    <message>
        <source>Logs</source>
        <comment>tab</comment>
        <translation>Journaux</translation>
    </message>
    <message>
        <source>All containers</source>
        <translation>Tous les conteneurs</translation>
    </message>
    <message>
        <source>Container</source>
        <comment>before its name is known</comment>
        <translation>Conteneur</translation>
    </message>
    <message>
        <source>%1 (init)</source>
        <comment>%1: a container that runs before the others</comment>
        <translation>%1 (init)</translation>
    </message>
    <message>
        <source>Nothing has been written yet.</source>
        <translation>Rien n’a encore été écrit.</translation>
    </message>
    <message>
        <source>Go on</source>
        <comment>button: read the log again</comment>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Go on reading</source>
        <translation>Reprendre la lecture</translation>
    </message>
    <message>
        <source>no regex</source>
        <comment>the expression has a mistake</comment>
        <translation>regex invalide</translation>
    </message>
    <message>
        <source>Lines that match</source>
        <translation>Lignes trouvées</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>the n-th match, of all</comment>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Enregistrer le journal</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>Impossible d’écrire %1&#x202f;: %2</translation>
    </message>
    <message>
        <source>Saving to %1 …</source>
        <translation>Enregistrement dans %1…</translation>
    </message>
    <message>
        <source>%1 lines saved to %2</source>
        <translation>%1 lignes enregistrées dans %2</translation>
    </message>
</context>
<context>
    <name>timonier::LogView</name>
    <message>
        <source>Log</source>
        <comment>accessible name of the lines of a log</comment>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Newest lines</source>
        <comment>accessible name of a button</comment>
        <translation>Lignes les plus récentes</translation>
    </message>
    <message>
        <source>Go to the newest lines and stay there (End)</source>
        <translation>Aller aux lignes les plus récentes et y rester (Fin)</translation>
    </message>
    <message>
        <source>%1 new</source>
        <comment>lines that have come since; on a button that goes to them</comment>
        <translation>%1 nouvelles</translation>
    </message>
    <message>
        <source>Newest</source>
        <comment>button: go to the newest lines</comment>
        <translation>Plus récentes</translation>
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

Il n’a trouvé aucun kubeconfig, le fichier qui dit où est un cluster et qui vous êtes. La personne qui gère votre cluster peut vous en donner un&#x202f;; placez-le à l’endroit ci-dessous, ou nommez-en un autre dans la variable d’environnement KUBECONFIG. Timonier s’en apercevra de lui-même.</translation>
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
        <source>%1 is not open</source>
        <comment>%1: a context</comment>
        <translation>%1 n’est pas ouvert</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>button: a cluster</comment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Asking the cluster what kinds it has …</source>
        <translation>Lecture des types que connaît le cluster…</translation>
    </message>
    <message>
        <source>This cluster has no kind %1</source>
        <translation>Ce cluster n’a pas de type %1</translation>
    </message>
    <message>
        <source>Show the overview</source>
        <translation>Montrer la vue d’ensemble</translation>
    </message>
    <message>
        <source>The kind %1 of %2 is not known in this cluster</source>
        <translation>Le type %1 de %2 n’est pas connu dans ce cluster</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>To what was shown before</source>
        <translation>Vers ce qui était affiché avant</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Avancer</translation>
    </message>
    <message>
        <source>To what was shown before going back</source>
        <translation>Vers ce qui était affiché avant le retour</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>Chercher ou lancer une commande</translation>
    </message>
    <message>
        <source>Kinds, contexts, namespaces, objects by name, actions</source>
        <translation>Types, contextes, espaces de noms, objets par leur nom, actions</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Vue d’ensemble</translation>
    </message>
    <message>
        <source>The cluster at a glance</source>
        <translation>Le cluster d’un coup d’œil</translation>
    </message>
    <message>
        <source>Filter the table</source>
        <translation>Filtrer le tableau</translation>
    </message>
    <message>
        <source>Choose namespaces</source>
        <translation>Choisir des espaces de noms</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Volet suivant</translation>
    </message>
    <message>
        <source>Rail, table, details</source>
        <translation>Barre, tableau, détails</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>Thème clair</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>Thème sombre</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>Thème du système</translation>
    </message>
    <message>
        <source>Close this cluster</source>
        <translation>Fermer ce cluster</translation>
    </message>
    <message>
        <source>Ends its watches; nothing in the cluster changes</source>
        <translation>Met fin au suivi ; rien ne change dans le cluster</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Show</source>
        <comment>button: the object of a notice</comment>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>All namespaces</source>
        <translation>Tous les espaces de noms</translation>
    </message>
    <message>
        <source>not possible now</source>
        <translation>impossible pour l’instant</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <comment>a pod in a namespace</comment>
        <translation>%1 dans %2</translation>
    </message>
    <message>
        <source>There is no %1 in this table (any more)</source>
        <comment>%1: the name of an object</comment>
        <translation>Il n’y a pas (ou plus) de %1 dans ce tableau</translation>
    </message>
    <message>
        <source>Its kinds are on the left, and found by name with Ctrl+K.</source>
        <translation>Ses types sont à gauche, et se trouvent par leur nom avec Ctrl+K.</translation>
    </message>
    <message>
        <source>Preview a roll-out of the selected Deployment</source>
        <translation>Prévisualiser un déploiement du Deployment choisi</translation>
    </message>
    <message>
        <source>What it would do, before it is done</source>
        <translation>Ce qu’il ferait, avant de le faire</translation>
    </message>
    <message>
        <source>Preview a roll-out from a file…</source>
        <translation>Prévisualiser un déploiement depuis un fichier…</translation>
    </message>
    <message>
        <source>Of the Deployment in a YAML or JSON file; no cluster is needed</source>
        <translation>Du Deployment d’un fichier YAML ou JSON&#x202f;; aucun cluster n’est nécessaire</translation>
    </message>
    <message>
        <source>Preview a roll-out of %1</source>
        <comment>%1: a Deployment</comment>
        <translation>Prévisualiser un déploiement de %1</translation>
    </message>
    <message>
        <source>Preview a roll-out from a file</source>
        <translation>Prévisualiser un déploiement depuis un fichier</translation>
    </message>
    <message>
        <source>Manifests (*.yaml *.yml *.json);;All files (*)</source>
        <translation>Manifestes (*.yaml *.yml *.json);;Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>The roll-out of %1 went back</source>
        <translation>Le déploiement de %1 est revenu en arrière</translation>
    </message>
    <message>
        <source>The roll-out of %1 is done</source>
        <translation>Le déploiement de %1 est terminé</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>A roll-out of %1 in %2 is under way</source>
        <translation>Un déploiement de %1 dans %2 est en cours</translation>
    </message>
    <message>
        <source>Show the roll-out of %1</source>
        <translation>Montrer le déploiement de %1</translation>
    </message>
    <message>
        <source>Roll-outs are under way</source>
        <translation>Des déploiements sont en cours</translation>
    </message>
    <message>
        <source>This window drives the roll-out of %1. If you close it, it stays where it is until you or somebody else goes on with it or back; users go on being served.</source>
        <translation>Cette fenêtre conduit le déploiement de %1. Si vous la fermez, il reste où il en est jusqu’à ce que vous ou quelqu’un d’autre continuiez ou reveniez&#x202f;; les utilisateurs restent servis.</translation>
    </message>
    <message>
        <source>Close all the same</source>
        <translation>Fermer quand même</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Rester</translation>
    </message>
    <message>
        <source>No browser could be opened; the address is %1</source>
        <translation>Aucun navigateur n’a pu être ouvert&#x202f;; l’adresse est %1</translation>
    </message>
    <message>
        <source>Forward a port of what is selected…</source>
        <translation>Rediriger un port de ce qui est sélectionné…</translation>
    </message>
    <message>
        <source>Reach it from this computer</source>
        <translation>Le joindre depuis cet ordinateur</translation>
    </message>
    <message>
        <source>Forwarded ports</source>
        <translation>Ports redirigés</translation>
    </message>
    <message>
        <source>Ports of this computer that lead into a cluster</source>
        <translation>Ports de cet ordinateur qui mènent dans un cluster</translation>
    </message>
    <message>
        <source>Forward a port of %1…</source>
        <comment>%1: a pod, a service</comment>
        <translation>Rediriger un port de %1…</translation>
    </message>
    <message>
        <source>New cluster…</source>
        <translation>Nouveau cluster…</translation>
    </message>
    <message>
        <source>On this computer, on your own hosts, in a cloud</source>
        <translation>Sur cet ordinateur, sur vos propres hôtes, dans un nuage</translation>
    </message>
    <message>
        <source>Deploy…</source>
        <translation>Déployer…</translation>
    </message>
    <message>
        <source>An application from the catalogue, an image or manifests of your own</source>
        <translation>Une application du catalogue, une image ou des manifestes à vous</translation>
    </message>
    <message>
        <source>Start %1</source>
        <comment>%1: a cluster</comment>
        <translation>Démarrer %1</translation>
    </message>
    <message>
        <source>Stop %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Arrêter %1…</translation>
    </message>
    <message>
        <source>Delete %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Supprimer %1…</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>menu: look at a cluster</comment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Runs…</source>
        <translation>Exécutions…</translation>
    </message>
    <message>
        <source>Plans that were run, and those that were left unfinished</source>
        <translation>Les plans exécutés, et ceux qui sont restés inachevés</translation>
    </message>
    <message>
        <source>Add-ons of %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Modules de %1…</translation>
    </message>
    <message>
        <source>Load an image into %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Charger une image dans %1…</translation>
    </message>
    <message>
        <source>Address of a service of %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Adresse d’un service de %1…</translation>
    </message>
    <message>
        <source>Tunnel to %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Tunnel vers %1…</translation>
    </message>
    <message>
        <source>Export logs of %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Exporter les journaux de %1…</translation>
    </message>
    <message>
        <source>Hosts of %1…</source>
        <comment>%1: a cluster</comment>
        <translation>Hôtes de %1…</translation>
    </message>
</context>
<context>
    <name>timonier::MapTab</name>
    <message>
        <source>Map</source>
        <comment>accessible name of a tab</comment>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Map</source>
        <comment>tab: what routes to what</comment>
        <translation>Carte</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
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
    <name>timonier::MetricsServerDialog</name>
    <message>
        <source>The nodes&apos; certificates are their own (kind, minikube, plain kubeadm): do not check them</source>
        <translation>Les certificats des nœuds sont auto-signés (kind, minikube, kubeadm simple) : ne pas les vérifier</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Install metrics-server</source>
        <translation>Installer metrics-server</translation>
    </message>
    <message>
        <source>Know what CPU and memory are used in %1</source>
        <comment>%1: a context</comment>
        <translation>Connaître le CPU et la mémoire utilisés dans %1</translation>
    </message>
    <message>
        <source>metrics-server asks every node what its pods use, and answers Timonier, `kubectl top` and the autoscalers. It will be made in the namespace kube-system, of these objects; what is there already is brought up to date:</source>
        <translation>metrics-server demande à chaque nœud ce qu’utilisent ses pods, et répond à Timonier, à `kubectl top` et aux autoscalers. Il sera créé dans l’espace de noms kube-system, à partir de ces objets ; ce qui existe déjà est mis à jour :</translation>
    </message>
    <message>
        <source>Installing …</source>
        <translation>Installation…</translation>
    </message>
    <message>
        <source>It is in the cluster. The first figures come about a minute after its pod has started; watch it under Deployments, in the namespace kube-system.</source>
        <translation>Il est dans le cluster. Les premiers chiffres arrivent environ une minute après le démarrage de son pod ; suivez-le dans Déploiements, espace de noms kube-system.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>You may not install it in this cluster. Ask whoever runs it.</source>
        <translation>Vous n’avez pas le droit de l’installer dans ce cluster. Demandez à qui l’administre.</translation>
    </message>
    <message>
        <source>It could not be installed. What was made so far does no harm; you can try again.</source>
        <translation>L’installation a échoué. Ce qui a été créé ne nuit pas ; vous pouvez réessayer.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>timonier::NamespaceField</name>
    <message>
        <source>All namespaces</source>
        <translation>Tous les espaces de noms</translation>
    </message>
    <message>
        <source>Namespaces</source>
        <comment>accessible name of the list to choose from</comment>
        <translation>Espaces de noms</translation>
    </message>
    <message>
        <source>Choose namespaces, or type their names (Ctrl+Shift+N)</source>
        <translation>Choisir des espaces de noms, ou taper leurs noms (Ctrl+Maj+N)</translation>
    </message>
    <message>
        <source>Name, or several: a, b</source>
        <comment>placeholder of the field for namespaces</comment>
        <translation>Un nom, ou plusieurs : a, b</translation>
    </message>
    <message>
        <source>Namespace: %1</source>
        <translation>Espace de noms : %1</translation>
    </message>
    <message>
        <source>Namespaces: %1</source>
        <translation>Espaces de noms : %1</translation>
    </message>
</context>
<context>
    <name>timonier::NoticeStack</name>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Avis</translation>
    </message>
</context>
<context>
    <name>timonier::NoticeStrip</name>
    <message>
        <source>Dismiss</source>
        <comment>button: take a notice away</comment>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>timonier::OfferList</name>
    <message>
        <source>What there is</source>
        <translation>Ce qu’il y a</translation>
    </message>
</context>
<context>
    <name>timonier::OutcomePanel</name>
    <message>
        <source>What comes of it</source>
        <comment>accessible name of the panel with figures and verdict</comment>
        <translation>Ce qui en résulte</translation>
    </message>
    <message>
        <source>What your users notice</source>
        <translation>Ce que remarquent vos utilisateurs</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>Compared with the others</source>
        <translation>Comparé aux autres</translation>
    </message>
    <message>
        <source>The other strategies: Enter opens one</source>
        <translation>Les autres stratégies&#x202f;: Entrée en ouvre une</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>Stratégie</translation>
    </message>
    <message>
        <source>Time</source>
        <comment>head of a column: how long it takes</comment>
        <translation>Durée</translation>
    </message>
    <message>
        <source>At risk</source>
        <comment>head of a column: requests</comment>
        <translation>En péril</translation>
    </message>
    <message>
        <source>Peak</source>
        <comment>head of a column: most pods at once</comment>
        <translation>Max.</translation>
    </message>
</context>
<context>
    <name>timonier::OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>Vue d’ensemble</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Nœuds</translation>
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
        <source>Asked for and used</source>
        <translation>Demandé et utilisé</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Pods that are not well</source>
        <translation>Pods qui ne vont pas bien</translation>
    </message>
    <message>
        <source>Control plane</source>
        <translation>Plan de contrôle</translation>
    </message>
    <message>
        <source>Newest warnings</source>
        <translation>Derniers avertissements</translation>
    </message>
    <message>
        <source>Kubernetes %1</source>
        <translation>Kubernetes %1</translation>
    </message>
    <message>
        <source>only the namespace %1: you may not look at all of them</source>
        <translation>seulement l’espace de noms %1 : vous ne pouvez pas tous les voir</translation>
    </message>
    <message>
        <source>You may not list them</source>
        <translation>Vous n’avez pas le droit de les lister</translation>
    </message>
    <message>
        <source>Not reached</source>
        <translation>Pas joignable</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
    </message>
    <message numerus="yes">
        <source>%n closed to new pods</source>
        <comment>nodes; cordoned</comment>
        <translation>
            <numerusform>%n fermé aux nouveaux pods</numerusform>
            <numerusform>%n fermés aux nouveaux pods</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n completed</source>
        <comment>pods</comment>
        <translation>
            <numerusform>et %n terminé</numerusform>
            <numerusform>et %n terminés</numerusform>
        </translation>
    </message>
    <message>
        <source>stale</source>
        <translation>périmé</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>%1 of %2 ready</source>
        <translation>%1 sur %2 prêts</translation>
    </message>
    <message>
        <source>you may not list nodes</source>
        <translation>vous n’avez pas le droit de lister les nœuds</translation>
    </message>
    <message>
        <source>%1 asked for, %2 used, of %3</source>
        <translation>%1 demandés, %2 utilisés, sur %3</translation>
    </message>
    <message>
        <source>%1 asked for, of %2</source>
        <translation>%1 demandés, sur %2</translation>
    </message>
    <message>
        <source>%1 cores</source>
        <translation>%1 cœurs</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 Gio</translation>
    </message>
    <message>
        <source>%1 of %2 places taken</source>
        <translation>%1 places prises sur %2</translation>
    </message>
    <message>
        <source>What is used is not known: there is no metrics-server</source>
        <translation>L’utilisation est inconnue : il n’y a pas de metrics-server</translation>
    </message>
    <message>
        <source>What is used cannot be read at the moment</source>
        <translation>L’utilisation ne peut pas être lue pour l’instant</translation>
    </message>
    <message>
        <source>Install …</source>
        <comment>metrics-server</comment>
        <translation>Installer…</translation>
    </message>
    <message>
        <source>All pods are well</source>
        <translation>Tous les pods vont bien</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <source>You may not ask how it does</source>
        <translation>Vous n’avez pas le droit de demander son état</translation>
    </message>
    <message>
        <source>It does not answer</source>
        <translation>Il ne répond pas</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Prêt</translation>
    </message>
    <message numerus="yes">
        <source>all of its %n checks pass</source>
        <translation>
            <numerusform>sa %n vérification réussit</numerusform>
            <numerusform>ses %n vérifications réussissent toutes</numerusform>
        </translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>Pas prêt</translation>
    </message>
    <message numerus="yes">
        <source>%n check(s) fail</source>
        <translation>
            <numerusform>%n vérification échoue</numerusform>
            <numerusform>%n vérifications échouent</numerusform>
        </translation>
    </message>
    <message>
        <source>Not all kinds are known</source>
        <translation>Tous les types ne sont pas connus</translation>
    </message>
    <message>
        <source>You may not list events</source>
        <translation>Vous n’avez pas le droit de lister les événements</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n other(s)</source>
        <comment>%1: an object; a warning about several</comment>
        <translation>
            <numerusform>%1 et %n autre</numerusform>
            <numerusform>%1 et %n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::PageList</name>
    <message>
        <source>Pages of this wizard</source>
        <translation>Pages de cet assistant</translation>
    </message>
    <message>
        <source>done</source>
        <comment>a page of a wizard</comment>
        <translation>fait</translation>
    </message>
    <message>
        <source>shown now</source>
        <translation>montrée maintenant</translation>
    </message>
    <message>
        <source>later</source>
        <translation>plus tard</translation>
    </message>
</context>
<context>
    <name>timonier::Palette</name>
    <message>
        <source>Command palette</source>
        <translation>Palette de commandes</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>Chercher ou lancer une commande</translation>
    </message>
    <message>
        <source>Kinds, contexts, namespaces, objects by name, actions</source>
        <translation>Types, contextes, espaces de noms, objets par leur nom, actions</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Ce qui a été trouvé</translation>
    </message>
    <message>
        <source>Nothing is called so.</source>
        <translation>Rien ne porte ce nom.</translation>
    </message>
</context>
<context>
    <name>timonier::ParameterPanel</name>
    <message>
        <source>A router splits the traffic</source>
        <translation>Un routeur répartit le trafic</translation>
    </message>
    <message>
        <source>As it was</source>
        <comment>button: all settings back to what was read</comment>
        <translation>Comme avant</translation>
    </message>
    <message>
        <source>What is assumed</source>
        <comment>accessible name of the panel with the settings</comment>
        <translation>Ce qui est supposé</translation>
    </message>
    <message>
        <source>What if the new version …</source>
        <translation>Et si la nouvelle version…</translation>
    </message>
    <message>
        <source>What if the new version %1</source>
        <translation>Et si la nouvelle version %1</translation>
    </message>
    <message>
        <source>Gateway API, Istio or ingress-nginx split requests exactly; without one, the number of pods does it.</source>
        <translation>Gateway API, Istio ou ingress-nginx répartissent exactement les requêtes&#x202f;; sans eux, le nombre de pods le fait.</translation>
    </message>
    <message>
        <source>Move a slider: the roll-out is worked out anew at once.</source>
        <translation>Déplacez un curseur&#x202f;: le déploiement est aussitôt recalculé.</translation>
    </message>
    <message>
        <source>Set all as it was read</source>
        <translation>Tout remettre comme lu</translation>
    </message>
    <message>
        <source>set by you</source>
        <comment>where the value of a setting comes from</comment>
        <translation>choisi par vous</translation>
    </message>
</context>
<context>
    <name>timonier::PlanPage</name>
    <message>
        <source>Steps, and what they make</source>
        <translation>Étapes, et ce qu’elles créent</translation>
    </message>
    <message>
        <source>What changes in the chosen object</source>
        <translation>Ce qui change dans l’objet choisi</translation>
    </message>
    <message>
        <source>Plan again</source>
        <translation>Refaire le plan</translation>
    </message>
    <message>
        <source>Asks again what there is to do</source>
        <translation>Redemande ce qu’il y a à faire</translation>
    </message>
    <message>
        <source>Plan and changes</source>
        <translation>Plan et changements</translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n étape</numerusform>
            <numerusform>%n étapes</numerusform>
        </translation>
    </message>
    <message>
        <source>The plan is being made …</source>
        <translation>Le plan est en cours d’établissement…</translation>
    </message>
    <message numerus="yes">
        <source>%n objects are refused</source>
        <translation>
            <numerusform>%n objet est refusé</numerusform>
            <numerusform>%n objets sont refusés</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no plan yet</source>
        <translation>Il n’y a pas encore de plan</translation>
    </message>
    <message>
        <source>Looking at what there is to do; nothing is changed …</source>
        <translation>On regarde ce qu’il y a à faire&#x202f;; rien n’est changé…</translation>
    </message>
    <message>
        <source>The plan cannot be made</source>
        <translation>Le plan ne peut pas être établi</translation>
    </message>
    <message numerus="yes">
        <source>%n objects created</source>
        <translation>
            <numerusform>%n objet créé</numerusform>
            <numerusform>%n objets créés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n changé</numerusform>
            <numerusform>%n changés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n removed</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n supprimé</numerusform>
            <numerusform>%n supprimés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n as they are</source>
        <comment>objects</comment>
        <translation>
            <numerusform>%n inchangé</numerusform>
            <numerusform>%n inchangés</numerusform>
        </translation>
    </message>
    <message>
        <source>costs %1</source>
        <comment>%1: a price</comment>
        <translation>coûte %1</translation>
    </message>
    <message>
        <source>It is so already: nothing will be changed</source>
        <translation>C’est déjà ainsi&#x202f;: rien ne sera changé</translation>
    </message>
    <message>
        <source>This will be done; nothing has been changed yet</source>
        <translation>Voici ce qui sera fait&#x202f;; rien n’a encore été changé</translation>
    </message>
    <message>
        <source>Not all can be told before</source>
        <translation>Tout ne peut pas être dit d’avance</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Exécuter</translation>
    </message>
    <message>
        <source>What it costs</source>
        <translation>Ce que cela coûte</translation>
    </message>
    <message>
        <source>Price while it runs</source>
        <translation>Prix tant qu&apos;il tourne</translation>
    </message>
</context>
<context>
    <name>timonier::PlanTree</name>
    <message>
        <source>will be created</source>
        <translation>sera créé</translation>
    </message>
    <message>
        <source>will be changed</source>
        <translation>sera changé</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>reste tel quel</translation>
    </message>
    <message>
        <source>will be removed</source>
        <translation>sera supprimé</translation>
    </message>
    <message>
        <source>is refused</source>
        <translation>est refusé</translation>
    </message>
    <message>
        <source>checked once its CRD is there</source>
        <translation>vérifié dès que son CRD est là</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>rien à faire</translation>
    </message>
    <message>
        <source>cannot be told: %1</source>
        <translation>ne peut pas être dit&#x202f;: %1</translation>
    </message>
</context>
<context>
    <name>timonier::PreviewPage</name>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>Impossible de lire %1&#x202f;: %2</translation>
    </message>
    <message>
        <source>%1 is larger than 16 MB: that is no manifest</source>
        <translation>%1 dépasse 16&#x202f;Mo&#x202f;: ce n’est pas un manifeste</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>Lecture de %1…</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>Pause (Espace)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>Lire (Espace)</translation>
    </message>
    <message>
        <source>Export this preview</source>
        <translation>Exporter cette prévisualisation</translation>
    </message>
    <message>
        <source>Picture (*.png);;Drawing (*.svg);;Table (*.csv);;Text (*.md)</source>
        <translation>Image (*.png);;Dessin (*.svg);;Tableau (*.csv);;Texte (*.md)</translation>
    </message>
    <message>
        <source>While the roll-out lasts, a second Deployment runs beside it; this is what stays.</source>
        <translation>Pendant le déploiement, un second Deployment tourne à côté&#x202f;; voici ce qui reste.</translation>
    </message>
    <message>
        <source>Worked out from the file; no server was asked.</source>
        <translation>Déduit du fichier&#x202f;; aucun serveur n’a été interrogé.</translation>
    </message>
    <message>
        <source>The server&apos;s own dry run: what it would make of it. Nothing has been changed.</source>
        <translation>Essai à blanc du serveur&#x202f;: ce qu’il en ferait. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Preview of a roll-out</source>
        <comment>accessible name of the page</comment>
        <translation>Prévisualisation d’un déploiement</translation>
    </message>
    <message>
        <source>Preview a roll-out</source>
        <translation>Prévisualiser</translation>
    </message>
    <message>
        <source>Image of the new version</source>
        <translation>Image de la nouvelle version</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>As a picture, a drawing, a table or a text</source>
        <translation>En image, dessin, tableau ou texte</translation>
    </message>
    <message>
        <source>YAML diff</source>
        <translation>Diff YAML</translation>
    </message>
    <message>
        <source>What would be applied, compared with what is there</source>
        <translation>Ce qui serait appliqué, comparé à l’existant</translation>
    </message>
    <message>
        <source>Run this roll-out…</source>
        <translation>Lancer ce déploiement…</translation>
    </message>
    <message>
        <source>Do it on the cluster, with these settings</source>
        <translation>Le faire sur le cluster, avec ces réglages</translation>
    </message>
    <message>
        <source>Strategy</source>
        <comment>accessible name of the tabs</comment>
        <translation>Stratégie</translation>
    </message>
    <message>
        <source>Compare all</source>
        <translation>Tout comparer</translation>
    </message>
    <message>
        <source>How it goes</source>
        <comment>accessible name of the middle of the page</comment>
        <translation>Comment cela se passe</translation>
    </message>
    <message>
        <source>One is under way</source>
        <translation>Un déploiement est en cours</translation>
    </message>
    <message>
        <source>Choose a strategy first</source>
        <translation>Choisissez d’abord une stratégie</translation>
    </message>
    <message>
        <source>Name the image of the new version first</source>
        <translation>Nommez d’abord l’image de la nouvelle version</translation>
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
        <source>; the server&apos;s certificate is not checked</source>
        <translation>&#x202f;; le certificat du serveur n’est pas vérifié</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Vue d’ensemble</translation>
    </message>
    <message>
        <source>cannot be opened since %1: %2</source>
        <comment>%1: time of day; %2: why</comment>
        <translation>impossible à ouvrir depuis %1 : %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>accessible: a kind; how many there are</comment>
        <translation>%1 : %2</translation>
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
    <name>timonier::RelatedTable</name>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
</context>
<context>
    <name>timonier::RouteMapView</name>
    <message>
        <source>Ingress</source>
        <translation>Ingress</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>Pod</source>
        <translation>Pod</translation>
    </message>
    <message>
        <source>Pods</source>
        <translation>Pods</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>What routes to what</source>
        <comment>accessible name of the map</comment>
        <translation>Ce qui mène à quoi</translation>
    </message>
    <message>
        <source>leads to %1</source>
        <comment>of an ingress or a service; %1: names</comment>
        <translation>mène à %1</translation>
    </message>
    <message>
        <source>Ingresses</source>
        <translation>Ingress</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
</context>
<context>
    <name>timonier::RowActions</name>
    <message>
        <source>Copy as text</source>
        <translation>Copier comme texte</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>Copier le nom</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Copier en CSV</translation>
    </message>
    <message>
        <source>Copy as YAML</source>
        <translation>Copier en YAML</translation>
    </message>
    <message>
        <source>Selected rows</source>
        <comment>accessible name of the menu of a row</comment>
        <translation>Lignes sélectionnées</translation>
    </message>
    <message>
        <source>No row is selected</source>
        <translation>Aucune ligne n’est sélectionnée</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) copied as %1</source>
        <comment>%1: text, CSV, YAML</comment>
        <translation>
            <numerusform>%n ligne copiée en %1</numerusform>
            <numerusform>%n lignes copiées en %1</numerusform>
        </translation>
    </message>
    <message>
        <source>text</source>
        <comment>copied as</comment>
        <translation>texte</translation>
    </message>
    <message>
        <source>At most %1 objects can be copied as YAML at once; %2 are selected.</source>
        <translation>On peut copier au plus %1 objets à la fois en YAML ; %2 sont sélectionnés.</translation>
    </message>
    <message>
        <source>Reading %1 of %2 objects …</source>
        <translation>Lecture de %1 objets sur %2…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <comment>button: stop reading objects</comment>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>%1 of %2 objects copied as YAML. %3</source>
        <comment>%3: what went wrong with the first that is missing</comment>
        <translation>%1 objets sur %2 copiés en YAML. %3</translation>
    </message>
    <message>
        <source>Preview a roll-out…</source>
        <translation>Prévisualiser un déploiement…</translation>
    </message>
    <message>
        <source>What it would do, before it is done</source>
        <translation>Ce qu’il ferait, avant de le faire</translation>
    </message>
    <message>
        <source>Select one Deployment</source>
        <translation>Choisissez un Deployment</translation>
    </message>
    <message>
        <source>Forward a port…</source>
        <translation>Rediriger un port…</translation>
    </message>
    <message>
        <source>Reach it from this computer</source>
        <translation>Le joindre depuis cet ordinateur</translation>
    </message>
    <message>
        <source>Select one row</source>
        <translation>Sélectionnez une ligne</translation>
    </message>
</context>
<context>
    <name>timonier::RunBar</name>
    <message>
        <source>The roll-out that is under way</source>
        <translation>Le déploiement en cours</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>It stays where it is until somebody resumes it</source>
        <translation>Il reste où il en est jusqu’à ce que quelqu’un le reprenne</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>From where it stands</source>
        <translation>À partir d’où il en est</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>Étape suivante</translation>
    </message>
    <message>
        <source>Does not wait any longer</source>
        <translation>N’attend pas plus longtemps</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Revenir</translation>
    </message>
    <message>
        <source>The old version runs again, and nothing extra is left</source>
        <translation>L’ancienne version tourne de nouveau, et rien de plus ne reste</translation>
    </message>
    <message>
        <source>Record…</source>
        <translation>Trace…</translation>
    </message>
    <message>
        <source>Saves what was told at each moment, one JSON object a line</source>
        <translation>Enregistre ce qui a été dit à chaque moment, un objet JSON par ligne</translation>
    </message>
    <message>
        <source>Close</source>
        <comment>button: a message that has been read</comment>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>It could not be begun</source>
        <translation>Il n’a pu être commencé</translation>
    </message>
    <message>
        <source>Writing down what is going to be done …</source>
        <translation>Note ce qui va être fait …</translation>
    </message>
    <message>
        <source>The new version runs; nothing extra is left</source>
        <translation>La nouvelle version tourne&#x202f;; rien de plus n’est resté</translation>
    </message>
    <message>
        <source>It took %1.</source>
        <translation>Cela a pris %1.</translation>
    </message>
    <message>
        <source>The old version runs again; nothing extra is left</source>
        <translation>L’ancienne version tourne de nouveau&#x202f;; rien de plus n’est resté</translation>
    </message>
    <message>
        <source>It is over</source>
        <translation>C’est terminé</translation>
    </message>
    <message>
        <source>Whoever drove it has brought it to its end.</source>
        <translation>Celui qui le conduisait l’a mené à sa fin.</translation>
    </message>
    <message>
        <source>Going back, step %1 of %2: %3</source>
        <translation>Retour en arrière, étape %1 sur %2&#x202f;: %3</translation>
    </message>
    <message>
        <source>Paused at step %1 of %2: %3</source>
        <translation>En pause à l’étape %1 sur %2&#x202f;: %3</translation>
    </message>
    <message>
        <source>Step %1 of %2: %3</source>
        <translation>Étape %1 sur %2&#x202f;: %3</translation>
    </message>
    <message>
        <source>waiting: %1</source>
        <translation>en attente&#x202f;: %1</translation>
    </message>
    <message>
        <source>pods ready: %1 old, %2 new</source>
        <translation>pods prêts&#x202f;: %1 anciens, %2 nouveaux</translation>
    </message>
    <message>
        <source>%1 % of the requests go to the new version</source>
        <translation>%1&#x202f;% des requêtes vont à la nouvelle version</translation>
    </message>
    <message>
        <source>nobody drives it</source>
        <translation>personne ne le conduit</translation>
    </message>
    <message>
        <source>driven by %1</source>
        <translation>conduit par %1</translation>
    </message>
    <message>
        <source>Save the record of this roll-out</source>
        <translation>Enregistrer la trace de ce déploiement</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl)</source>
        <translation>Lignes JSON (*.jsonl)</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 ne peut être écrit&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>timonier::RunDialog</name>
    <message>
        <source>Run a roll-out</source>
        <translation>Exécuter un déploiement</translation>
    </message>
    <message>
        <source>%1 of %2 in %3</source>
        <comment>a strategy of a Deployment in a namespace</comment>
        <translation>%1 de %2 dans %3</translation>
    </message>
    <message>
        <source>What is to be known before</source>
        <translation>Ce qu’il faut savoir avant</translation>
    </message>
    <message>
        <source>What will be done, in order</source>
        <translation>Ce qui sera fait, dans l’ordre</translation>
    </message>
    <message>
        <source>Wait for me before each step instead of going on by itself</source>
        <translation>M’attendre avant chaque étape au lieu de continuer seul</translation>
    </message>
    <message>
        <source>Path that the new pods must answer</source>
        <translation>Chemin auquel les nouveaux pods doivent répondre</translation>
    </message>
    <message>
        <source>none: pods that are ready will do</source>
        <translation>aucun&#x202f;: des pods prêts suffisent</translation>
    </message>
    <message>
        <source>Port of the path</source>
        <translation>Port du chemin</translation>
    </message>
    <message>
        <source>its first port</source>
        <translation>son premier port</translation>
    </message>
    <message>
        <source>Restarts that are forgiven</source>
        <translation>Redémarrages pardonnés</translation>
    </message>
    <message>
        <source>Failed checks in a row until it goes back</source>
        <translation>Vérifications échouées de suite avant de revenir</translation>
    </message>
    <message>
        <source>Its value</source>
        <translation>Sa valeur</translation>
    </message>
    <message>
        <source>New pods must answer</source>
        <translation>Les nouveaux pods doivent répondre</translation>
    </message>
    <message>
        <source>Goes back after failed checks</source>
        <translation>Revient après des échecs au nombre de</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Exécuter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>It is being checked</source>
        <translation>Vérification en cours</translation>
    </message>
    <message>
        <source>Checking it against the cluster; nothing is changed …</source>
        <translation>Vérifie auprès du cluster&#x202f;; rien n’est changé …</translation>
    </message>
    <message>
        <source>It can be done. The requests are split by %1. These steps, each of which can be taken back:</source>
        <comment>%1: a router</comment>
        <translation>C’est faisable. Les requêtes sont partagées par %1. Voici les étapes, chacune peut être reprise&#x202f;:</translation>
    </message>
    <message>
        <source>It cannot be begun like this; nothing was changed:</source>
        <translation>Cela ne peut être commencé ainsi&#x202f;; rien n’a été changé&#x202f;:</translation>
    </message>
    <message>
        <source>Begin now</source>
        <translation>Commencer maintenant</translation>
    </message>
    <message>
        <source>Something stands against it</source>
        <translation>Quelque chose s’y oppose</translation>
    </message>
    <message>
        <source>What chooses users</source>
        <translation>Ce qui choisit les utilisateurs</translation>
    </message>
    <message>
        <source>a header</source>
        <translation>un en-tête</translation>
    </message>
    <message>
        <source>a cookie</source>
        <translation>un cookie</translation>
    </message>
    <message>
        <source>their country</source>
        <translation>leur pays</translation>
    </message>
    <message>
        <source>their device</source>
        <translation>leur appareil</translation>
    </message>
    <message>
        <source>Name of the header or cookie that chooses users</source>
        <translation>Nom de l’en-tête ou du cookie qui choisit les utilisateurs</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Appareil</translation>
    </message>
    <message>
        <source>phones and tablets</source>
        <translation>téléphones et tablettes</translation>
    </message>
    <message>
        <source>computers</source>
        <translation>ordinateurs</translation>
    </message>
    <message>
        <source>Users chosen by</source>
        <translation>Utilisateurs choisis par</translation>
    </message>
</context>
<context>
    <name>timonier::RunPage</name>
    <message>
        <source>How much is done</source>
        <translation>Ce qui est fait</translation>
    </message>
    <message>
        <source>Steps, and the parts of each</source>
        <translation>Étapes, et les parties de chacune</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Étapes</translation>
    </message>
    <message>
        <source>The chosen step</source>
        <translation>L’étape choisie</translation>
    </message>
    <message>
        <source>Steps and what they print</source>
        <translation>Étapes et ce qu’elles affichent</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>steps that are over</comment>
        <translation>%1 sur %2</translation>
    </message>
    <message>
        <source>It comes to a stop …</source>
        <translation>L’arrêt est en cours…</translation>
    </message>
    <message>
        <source>It is running</source>
        <translation>C’est en cours</translation>
    </message>
    <message>
        <source>It has not come to its end</source>
        <translation>Ce n’est pas arrivé à son terme</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>how much of a run is done</comment>
        <translation>%1&#x202f;%</translation>
    </message>
    <message>
        <source>It comes to a stop; what is being made is brought to a safe end …</source>
        <translation>L’arrêt est en cours&#x202f;; ce qui est en train d’être créé est mené à une fin sûre…</translation>
    </message>
    <message>
        <source>All that was made has been taken back</source>
        <translation>Tout ce qui a été créé a été retiré</translation>
    </message>
    <message>
        <source>It was stopped</source>
        <translation>C’est arrêté</translation>
    </message>
    <message>
        <source>What was made is kept and known: it can go on from here, or be taken back.</source>
        <translation>Ce qui a été créé est conservé et connu&#x202f;: on peut continuer d’ici, ou tout retirer.</translation>
    </message>
    <message>
        <source>“%1” failed</source>
        <comment>%1: a step</comment>
        <translation>«&#x202f;%1&#x202f;» a échoué</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>an object, and why it failed</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
    <message>
        <source>It could not begin</source>
        <translation>Cela n’a pas pu commencer</translation>
    </message>
    <message>
        <source>It did not come to its end</source>
        <translation>Ce n’est pas arrivé à son terme</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Goes on from where it stands; what is done is not done again</source>
        <translation>Continue là où c’en est&#x202f;; ce qui est fait n’est pas refait</translation>
    </message>
    <message>
        <source>Change settings…</source>
        <translation>Changer les réglages…</translation>
    </message>
    <message>
        <source>Back to the fields; what was made stays</source>
        <translation>Retour aux champs&#x202f;; ce qui a été créé reste</translation>
    </message>
    <message>
        <source>%1, %2 left</source>
        <comment>1 min 37 s, about 45 s left</comment>
        <translation>%1, reste %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Exécution</translation>
    </message>
    <message>
        <source>It is stopped; what it holds is kept</source>
        <translation>C’est arrêté&#x202f;; ce qu’il contient est gardé</translation>
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
    <name>timonier::RunsDialog</name>
    <message>
        <source>They are looked up …</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Exécutions</translation>
    </message>
    <message>
        <source>Nothing has been run yet. “New cluster…” and “Deploy…” make plans; what became of them stands here, and what was left unfinished can go on from here.</source>
        <translation>Rien n’a encore été exécuté. «&#x202f;Nouveau cluster…&#x202f;» et «&#x202f;Déployer…&#x202f;» font des plans&#x202f;; ce qu’ils sont devenus se trouve ici, et ce qui est resté inachevé peut reprendre d’ici.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Goes on from where it stands; what is done is not done again</source>
        <translation>Continue là où c’en est&#x202f;; ce qui est fait n’est pas refait</translation>
    </message>
    <message>
        <source>Resume: %1</source>
        <comment>%1: the title of a plan</comment>
        <translation>Reprendre&#x202f;: %1</translation>
    </message>
    <message>
        <source>Undo everything…</source>
        <translation>Tout retirer…</translation>
    </message>
    <message>
        <source>What it made is removed; it is asked first, and listed</source>
        <translation>Ce qu’elle a créé est supprimé&#x202f;; c’est demandé d’abord, et listé</translation>
    </message>
    <message>
        <source>Undo everything: %1</source>
        <comment>%1: the title of a plan</comment>
        <translation>Tout retirer&#x202f;: %1</translation>
    </message>
</context>
<context>
    <name>timonier::SessionWizards</name>
    <message>
        <source>Where to run</source>
        <translation>Où l’exécuter</translation>
    </message>
    <message>
        <source>Where shall it run?</source>
        <translation>Où doit-il s’exécuter&#x202f;?</translation>
    </message>
    <message>
        <source>What is the cluster for?</source>
        <translation>À quoi sert le cluster&#x202f;?</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Prix</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Pour</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Applications</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plateforme</translation>
    </message>
    <message>
        <source>For the cluster itself</source>
        <translation>Pour le cluster lui-même</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>Les vôtres</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Mémoire</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Demande</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>New cluster</source>
        <translation>Nouveau cluster</translation>
    </message>
    <message>
        <source>What to deploy</source>
        <translation>Que déployer</translation>
    </message>
    <message>
        <source>Which application?</source>
        <translation>Quelle application&#x202f;?</translation>
    </message>
    <message>
        <source>On which cluster?</source>
        <translation>Sur quel cluster&#x202f;?</translation>
    </message>
    <message>
        <source>Deploy an application</source>
        <translation>Déployer une application</translation>
    </message>
    <message>
        <source>It is asked what it has room for …</source>
        <translation>On lui demande quelle place il a…</translation>
    </message>
    <message>
        <source>It does not answer: %1</source>
        <translation>Il ne répond pas&#x202f;: %1</translation>
    </message>
    <message>
        <source>“%1” was left unfinished</source>
        <comment>%1: the title of a plan</comment>
        <translation>«&#x202f;%1&#x202f;» est resté inachevé</translation>
    </message>
    <message>
        <source>Taking back “%1” was left unfinished</source>
        <translation>Le retrait de «&#x202f;%1&#x202f;» est resté inachevé</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>The catalogue has no %1 any more</source>
        <translation>Le catalogue n’a plus de %1</translation>
    </message>
    <message>
        <source>The plan for %1 is still running.</source>
        <translation>Le plan de %1 est encore en cours.</translation>
    </message>
    <message>
        <source>It can be stopped here; what was made is known, and Timonier offers to go on when it is started again.</source>
        <translation>Il peut être arrêté ici&#x202f;; ce qui a été créé est connu, et Timonier propose de continuer au prochain démarrage.</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Arrêter et quitter</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Le montrer</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Rester</translation>
    </message>
    <message>
        <source>Runs…</source>
        <translation>Exécutions…</translation>
    </message>
    <message>
        <source>An image of your own</source>
        <translation>Une image à vous</translation>
    </message>
    <message>
        <source>A Dockerfile, built and started once, pushed to a registry or loaded into the cluster; then deployed</source>
        <translation>Un Dockerfile, construit et démarré une fois, poussé vers un registre ou chargé dans le cluster&#x202f;; puis déployé</translation>
    </message>
    <message>
        <source>Docker or Podman</source>
        <translation>Docker ou Podman</translation>
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
        <translation>Le kubeconfig dit insecure-skip-tls-verify&#x202f;: n’importe qui sur le chemin peut lire et changer ce qui est envoyé</translation>
    </message>
    <message>
        <source>Context: %1</source>
        <translation>Contexte&#x202f;: %1</translation>
    </message>
    <message>
        <source>Ports of this computer that lead into a cluster</source>
        <translation>Ports de cet ordinateur qui mènent dans un cluster</translation>
    </message>
    <message numerus="yes">
        <source>%n port(s) forwarded</source>
        <comment>button in the status line</comment>
        <translation>
            <numerusform>%n port redirigé</numerusform>
            <numerusform>%n ports redirigés</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>timonier::StepTree</name>
    <message>
        <source>%1 of %2</source>
        <comment>parts of a step that are over</comment>
        <translation>%1 sur %2</translation>
    </message>
</context>
<context>
    <name>timonier::SummaryTab</name>
    <message>
        <source>Facts</source>
        <comment>accessible name of the summary&apos;s text</comment>
        <translation>Faits</translation>
    </message>
    <message>
        <source>Conditions and labels</source>
        <comment>accessible name of the summary&apos;s text</comment>
        <translation>Conditions et étiquettes</translation>
    </message>
    <message>
        <source>Summary</source>
        <comment>tab of the details pane</comment>
        <translation>Résumé</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>Chargement…</translation>
    </message>
</context>
<context>
    <name>timonier::TableHeader</name>
    <message>
        <source>Columns</source>
        <comment>accessible name of the table&apos;s header</comment>
        <translation>Colonnes</translation>
    </message>
    <message>
        <source>Sort by this column (from the rows: Shift+Tab, arrows, Space; Ctrl and arrows move it)</source>
        <translation>Trier selon cette colonne (depuis les lignes : Maj+Tab, flèches, Espace ; Ctrl et les flèches la déplacent)</translation>
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
    <message>
        <source>Last restart: %1</source>
        <translation>Dernier redémarrage&#x202f;: %1</translation>
    </message>
    <message>
        <source>worker</source>
        <comment>a node&apos;s role</comment>
        <translation>travail</translation>
    </message>
    <message>
        <source>pending</source>
        <comment>a load balancer&apos;s address</comment>
        <translation>en attente</translation>
    </message>
    <message>
        <source>no metrics-server</source>
        <translation>pas de metrics-server</translation>
    </message>
    <message>
        <source>Now %1; least %2, most %3 of the last samples, 30 s apart</source>
        <comment>CPU or memory in use</comment>
        <translation>Maintenant %1 ; au moins %2, au plus %3 parmi les dernières mesures, à 30 s d’intervalle</translation>
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
        <translation>Filtrer&#x202f;: nom, label=…, -sauf, /regex/</translation>
    </message>
    <message>
        <source>Words that all must occur; label=app=web; -word for what must not; /regex/ (Ctrl+F or /)</source>
        <translation>Des mots qui doivent tous apparaître&#x202f;; label=app=web&#x202f;; -mot pour ce qui ne doit pas&#x202f;; /regex/ (Ctrl+F ou /)</translation>
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
            <numerusform>%n ligne</numerusform>
            <numerusform>%n lignes</numerusform>
        </translation>
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
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>The cluster cannot be reached</source>
        <translation>Le cluster est injoignable</translation>
    </message>
    <message>
        <source>Columns</source>
        <comment>accessible name of the list of columns</comment>
        <translation>Colonnes</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <comment>accessible name of the button</comment>
        <translation>Choisir les colonnes</translation>
    </message>
    <message>
        <source>Choose columns (Ctrl+Shift+C)</source>
        <translation>Choisir les colonnes (Ctrl+Maj+C)</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <comment>button: as they were at first</comment>
        <translation>Rétablir les colonnes</translation>
    </message>
    <message>
        <source>This cluster has no metrics-server, so CPU and memory in use are not known.</source>
        <translation>Ce cluster n’a pas de metrics-server : le CPU et la mémoire utilisés ne sont pas connus.</translation>
    </message>
    <message>
        <source>Install metrics-server…</source>
        <translation>Installer metrics-server…</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a namespace: what is wrong there</comment>
        <translation>%1 : %2</translation>
    </message>
    <message>
        <source>There is no namespace %1 (any more)</source>
        <translation>L’espace de noms %1 n’existe pas (ou plus)</translation>
    </message>
    <message>
        <source>There are no namespaces %1 (any more)</source>
        <translation>Les espaces de noms %1 n’existent pas (ou plus)</translation>
    </message>
    <message>
        <source>It was deleted, or its name is another one. If it comes back, it is shown here again.</source>
        <translation>Il a été supprimé, ou son nom est un autre. S’il revient, il sera de nouveau affiché ici.</translation>
    </message>
    <message>
        <source>Show all namespaces</source>
        <translation>Afficher tous les espaces de noms</translation>
    </message>
    <message>
        <source>There are none in the namespaces %1.</source>
        <translation>Il n’y en a pas dans les espaces de noms %1.</translation>
    </message>
</context>
<context>
    <name>timonier::TableView</name>
    <message>
        <source>Objects</source>
        <comment>accessible name of the table</comment>
        <translation>Objets</translation>
    </message>
</context>
<context>
    <name>timonier::TextPage</name>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
</context>
<context>
    <name>timonier::TimelineView</name>
    <message>
        <source>Working it out …</source>
        <translation>Calcul…</translation>
    </message>
    <message>
        <source>Pods</source>
        <translation>Pods</translation>
    </message>
    <message>
        <source>new %1</source>
        <comment>a pod of the new version, and its number</comment>
        <translation>nouveau %1</translation>
    </message>
    <message>
        <source>old %1</source>
        <comment>a pod of the old version, and its number</comment>
        <translation>ancien %1</translation>
    </message>
    <message>
        <source>Share of traffic on the new version</source>
        <translation>Part du trafic sur la nouvelle version</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1&#x202f;%</translation>
    </message>
    <message>
        <source>Ready capacity against demand</source>
        <translation>Capacité prête face à la demande</translation>
    </message>
    <message>
        <source>dashed: the pods wanted</source>
        <translation>tirets&#x202f;: pods voulus</translation>
    </message>
    <message>
        <source>dashed: what the requests need</source>
        <translation>tirets&#x202f;: ce que demandent les requêtes</translation>
    </message>
    <message>
        <source>The roll-out over time</source>
        <comment>accessible name of the chart</comment>
        <translation>Le déploiement dans le temps</translation>
    </message>
    <message>
        <source>%1 old and %2 new pods ready</source>
        <comment>at a moment</comment>
        <translation>%1 anciens et %2 nouveaux pods prêts</translation>
    </message>
    <message>
        <source>%1 starting</source>
        <comment>pods</comment>
        <translation>%1 en démarrage</translation>
    </message>
    <message>
        <source>%1 ending</source>
        <comment>pods</comment>
        <translation>%1 en arrêt</translation>
    </message>
    <message>
        <source>%1 % of the requests on the new version</source>
        <translation>%1&#x202f;% des requêtes sur la nouvelle version</translation>
    </message>
    <message>
        <source>%1 % fail</source>
        <comment>requests</comment>
        <translation>%1&#x202f;% échouent</translation>
    </message>
    <message>
        <source>%1 pods answer where %2 are wanted</source>
        <translation>%1 pods répondent, %2 sont voulus</translation>
    </message>
    <message>
        <source>At %1: %2</source>
        <comment>%1: a time, %2: what is so then</comment>
        <translation>À %1&#x202f;: %2</translation>
    </message>
    <message>
        <source>Drag, or use the arrow keys; Ctrl goes from change to change; Space plays</source>
        <translation>Glissez, ou utilisez les flèches&#x202f;; Ctrl va de changement en changement&#x202f;; Espace lit</translation>
    </message>
    <message>
        <source>red stripes: requests that nobody answers</source>
        <translation>rayé rouge&#x202f;: requêtes sans réponse</translation>
    </message>
    <message>
        <source>● line: as it happens</source>
        <comment>what really happens, over what was foretold</comment>
        <translation>● ligne&#x202f;: ce qui se passe</translation>
    </message>
</context>
<context>
    <name>timonier::TopBar</name>
    <message>
        <source>Top bar</source>
        <comment>accessible name of the line with back, forward and search</comment>
        <translation>Barre supérieure</translation>
    </message>
</context>
<context>
    <name>timonier::VerdictCard</name>
    <message>
        <source>What is wrong</source>
        <comment>accessible name of the box that says so</comment>
        <translation>Ce qui ne va pas</translation>
    </message>
</context>
<context>
    <name>timonier::WizardDraft</name>
    <message>
        <source>%1: %2</source>
        <comment>a parameter, and what is wrong with it</comment>
        <translation>%1&#x202f;: %2</translation>
    </message>
</context>
<context>
    <name>timonier::WizardPage</name>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
</context>
<context>
    <name>timonier::WizardWindow</name>
    <message>
        <source>%1 has been taken back</source>
        <translation>%1 a été retiré</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 est prêt</translation>
    </message>
    <message>
        <source>The run for %1 did not come to its end</source>
        <translation>L’exécution pour %1 n’est pas arrivée à son terme</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Page</translation>
    </message>
    <message>
        <source>Save as file…</source>
        <translation>Enregistrer dans un fichier…</translation>
    </message>
    <message>
        <source>The file that makes the same again, here or with timonierctl</source>
        <translation>Le fichier qui refait la même chose, ici ou avec timonierctl</translation>
    </message>
    <message>
        <source>Copy command line</source>
        <translation>Copier la commande</translation>
    </message>
    <message>
        <source>What does the same in a terminal</source>
        <translation>Ce qui fait la même chose dans un terminal</translation>
    </message>
    <message>
        <source>Undo everything…</source>
        <translation>Tout retirer…</translation>
    </message>
    <message>
        <source>Takes back all that was made; it is said before what would go</source>
        <translation>Retire tout ce qui a été créé&#x202f;; ce qui partirait est dit avant</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>What is being made is brought to a safe end; it can go on later</source>
        <translation>Ce qui est en train d’être créé est mené à une fin sûre&#x202f;; on peut continuer plus tard</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>To the page before</source>
        <translation>À la page précédente</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <source>Stop it first</source>
        <translation>Arrêtez-le d’abord</translation>
    </message>
    <message>
        <source>To the page after</source>
        <translation>À la page suivante</translation>
    </message>
    <message>
        <source>It comes to a stop …</source>
        <translation>L’arrêt est en cours…</translation>
    </message>
    <message>
        <source>The plan is kept: close the window and it goes on, or resume later.</source>
        <translation>Le plan est conservé&#x202f;: fermez la fenêtre et il continue, ou reprenez plus tard.</translation>
    </message>
    <message>
        <source>What was made is kept and known.</source>
        <translation>Ce qui a été créé est conservé et connu.</translation>
    </message>
    <message>
        <source>Save as file</source>
        <translation>Enregistrer dans un fichier</translation>
    </message>
    <message>
        <source>YAML (*.yaml *.yml)</source>
        <translation>YAML (*.yaml *.yml)</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Enregistré comme %1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 ne peut pas être écrit&#x202f;: %2</translation>
    </message>
    <message>
        <source>Copied: %1 (save the file first)</source>
        <translation>Copié&#x202f;: %1 (enregistrez d’abord le fichier)</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copié&#x202f;: %1</translation>
    </message>
    <message>
        <source>Undo everything</source>
        <translation>Tout retirer</translation>
    </message>
    <message>
        <source>There is nothing to take back: nothing of it was made here.</source>
        <translation>Il n’y a rien à retirer&#x202f;: rien n’en a été créé ici.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n de plus</numerusform>
            <numerusform>et %n de plus</numerusform>
        </translation>
    </message>
    <message>
        <source>This will be removed, with all that is in it:</source>
        <translation>Ceci sera supprimé, avec tout ce qu’il contient&#x202f;:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <comment>button: what was made is not removed</comment>
        <translation>Garder</translation>
    </message>
    <message>
        <source>The plan is still running.</source>
        <translation>Le plan est encore en cours.</translation>
    </message>
    <message>
        <source>It can go on without this window; you are told when it ends. Or it is stopped, and resumed later.</source>
        <translation>Il peut continuer sans cette fenêtre&#x202f;; on vous dit quand il se termine. Ou bien il est arrêté, et repris plus tard.</translation>
    </message>
    <message>
        <source>Let it go on</source>
        <translation>Laisser continuer</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>L’arrêter</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Rester ici</translation>
    </message>
    <message>
        <source>The cluster %1</source>
        <translation>Le cluster %1</translation>
    </message>
    <message>
        <source>%1 is stopped</source>
        <translation>%1 est arrêté</translation>
    </message>
    <message>
        <source>Stop the cluster %1?</source>
        <translation>Arrêter le cluster %1&#x202f;?</translation>
    </message>
    <message>
        <source>What runs in it ends, and it does not answer until it is started again. What it holds is kept: objects, volumes, images.</source>
        <translation>Ce qui s’y exécute se termine, et il ne répond plus avant d’être redémarré. Ce qu’il contient est gardé&#x202f;: objets, volumes, images.</translation>
    </message>
    <message>
        <source>Let it run</source>
        <translation>Le laisser tourner</translation>
    </message>
    <message>
        <source>Leave without what was filled in?</source>
        <translation>Quitter sans ce qui a été saisi&#x202f;?</translation>
    </message>
    <message>
        <source>Nothing has been made. As a file it can be taken up again, here or with timonierctl.</source>
        <translation>Rien n’a été fait. En fichier, on peut le reprendre, ici ou avec timonierctl.</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Quitter</translation>
    </message>
</context>
<context>
    <name>timonier::YamlTab</name>
    <message>
        <source>Show values</source>
        <comment>button: of a Secret, which are hidden</comment>
        <translation>Montrer les valeurs</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Find</source>
        <comment>accessible name of a field</comment>
        <translation>Chercher</translation>
    </message>
    <message>
        <source>Find: Enter for the next, Shift+Enter for the one before</source>
        <translation>Chercher&#x202f;: Entrée pour le suivant, Maj+Entrée pour le précédent</translation>
    </message>
    <message>
        <source>Copy the YAML</source>
        <translation>Copier le YAML</translation>
    </message>
    <message>
        <source>Copy all of it, or what is selected</source>
        <translation>Copier le tout, ou ce qui est sélectionné</translation>
    </message>
    <message>
        <source>Hide values</source>
        <comment>button: of a Secret</comment>
        <translation>Masquer les valeurs</translation>
    </message>
    <message>
        <source>YAML</source>
        <comment>tab of the details pane</comment>
        <translation>YAML</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>introuvable</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>which of the places found</comment>
        <translation>%1 sur %2</translation>
    </message>
</context>
</TS>
