"""French words that are no names: of grammar, of talk on the telephone, of what people call about."""

from governance.spoken.french_words import COUNTED, FILLERS, HUNDREDS, MONTHS, TEENS, TENS, THOUSANDS, UNITS

_GRAMMAR = """
a à ai ait ait aller allez allons alors ami amie après as assez attendez attends au aucun aucune aujourd aussi autre
autres aux avais avait avant avec avez avoir avons bah beaucoup ben bien bientôt bon bonjour bonne bonsoir c ça car ce
ceci cela celle celui ces cet cette ceux chaque chez ci combien comme comment contre d dans de déjà demain depuis
derrière des désolé désolée dessus deux devant dit dois doit donc dont du elle elles en encore enfin ensuite entre es
est et étais était étant été êtes être eu euh eux faire fais fait faites fallait faut fois font hein heu hier hum ici il
ils j jamais je jusqu juste l là la le les leur leurs lorsque lui m ma mais mal me même mêmes mes mi mien mienne moi
moins mon n ne né née ni non nos notre nous on ont or ou où oui oups par parce pardon pas passé peu peut peux plein
plus plusieurs plutôt pour pourquoi pourrais pourrait pouvez près presque pu puis puisque qu quand que quel quelle
quelles quelqu quelque quelques quels qui quoi rien s sa sais sait sans sauf se selon sera serai serait ses seul seule
si sien sinon soi sois soit sommes son sont sous suis sur t ta tant te tel telle tes toi ton toujours tous tout toute
toutes très trop tu un une va vais vas vers veut veux via viens vient voici voilà voir vois vont vos votre voudrais
voudrait voulais voulait vous vraiment vu y
"""
_TALK = """
accord agence aide aider allô allo année appel appelle appeler appels appeliez arrive article assistance assurance
attente autrement banque besoin billet box bravo bureau carte chambre changement chèque cher chère chose client
cliente clients code colis combien commande commander commercial compte compris conseiller conseillère contrat
côté coup courrier courses crois dame date début déclarer demande demander dérange désire deuxième dernier dernière
difficile dossier droit eau effectivement électricité enfant enfants erreur espère essaie essaye euros exact
exactement excusez facture femme fille filles fils fin finalement force forfait franchement frère garage garantie gaz
gens gérant habite habitons heure heures heureux histoire hôtel identifiant idée important impossible impôt impôts
instant intéressé internet jeune joindre jour journée lettre ligne livraison livreur long machine madame mademoiselle
maison maître maman mari matin mécontent mécontente médecin merci messieurs mesdames message messages mère midi minute
mutuelle moment monde monsieur mot mois nom note nouveau nouvelle numéro numéros ok oublié ouvert papa papiers
paiement parfait parler partie pas passe passer payer pense père perdu permettez personne petit petite peur
place plaisir plaît point portable possible postal poste premier première prendre prends prénom pris prix problème
produit professeur prochaine quelqu question raison rappel rappelle rappeler rapport réception réceptionniste
réclamation refus référence remboursement rendez renseignement répète répéter réponds reprendre réservation réserver
résilier retard retraité retraitée revoir sécurité secrétaire sécu semaine service situation société soir soirée
soeur sœur souci souhaite sûr sûre tard technicien téléphone temps titulaire train travail travaux vacances vente
véhicule vérifie vérifier ville visa vitesse voiture voix vol vrai locataire propriétaire étudiant étudiante patient
patiente écoute entends comprends comprend connecte connecté content contente malade enceinte bloqué bloquée marié
mariée veuf veuve célibataire divorcé divorcée absent absente rentrée ravie ravi prêt prête embêté embêtée pressé
pressée énervé énervée fâché satisfait satisfaite seul domicilié domiciliée joignable disponible abonné abonnée
inscrit inscrite assuré assurée oncle tante cousin cousine voisin voisine neveu nièce grand grands gendre belle beau
ancien ancienne propos sujet suite problèmes service services clientèle directeur directrice responsable
président maire ministre juge commandant chef patron patronne capitaine colonel général
"""
TALK = frozenset(_GRAMMAR.split()) | frozenset(_TALK.split())
NUMBER_WORDS = frozenset(UNITS) | frozenset(TEENS) | frozenset(TENS) | HUNDREDS | THOUSANDS
DAYS = frozenset({"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"})
NO_NAME = TALK | NUMBER_WORDS | DAYS | frozenset(MONTHS) | COUNTED | FILLERS
# Brands, countries and things that a small model takes for people or places.
NOBODY = frozenset(
    {"orange", "sfr", "free", "bouygues", "carrefour", "auchan", "leclerc", "fnac", "darty", "amazon", "google",
     "apple", "samsung", "paypal", "visa", "mastercard", "netflix", "gmail", "hotmail", "wanadoo", "edf", "engie",
     "sncf", "ratp", "caf", "cpam", "urssaf", "ameli", "france", "europe", "belgique", "suisse", "internet", "wifi",
     "iban", "rib", "noël", "pâques", "siret", "siren", "cb", "sms", "gsm", "insee", "cedex", "français", "française",
     "anglais", "dieu", "windows", "android", "iphone", "ok"}
)  # fmt: skip
