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
        <source>The server sent an object that is not JSON</source>
        <translation>Le serveur a envoyé un objet qui n’est pas du JSON</translation>
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
        <source>; the server&apos;s certificate is not checked</source>
        <translation>&#x202f;; le certificat du serveur n’est pas vérifié</translation>
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
        <translation>Le kubeconfig dit insecure-skip-tls-verify&#x202f;: n’importe qui sur le chemin peut lire et changer ce qui est envoyé</translation>
    </message>
    <message>
        <source>Context: %1</source>
        <translation>Contexte&#x202f;: %1</translation>
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
        <source>Sort by this column (from the rows: Shift+Tab, arrows, Space)</source>
        <translation>Trier selon cette colonne (depuis les lignes&#x202f;: Maj+Tab, flèches, Espace)</translation>
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
</context>
<context>
    <name>timonier::TableView</name>
    <message>
        <source>Objects</source>
        <comment>accessible name of the table</comment>
        <translation>Objets</translation>
    </message>
</context>
</TS>
