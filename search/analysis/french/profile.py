"""What tells French from other languages: its frequent words, endings and letters.

The words were counted in news, law, science, encyclopedia and United Nations texts; those that say most come
first (frequency times how seldom other languages use them), and words of offices at the end. An ending says
twice the logarithm of how much oftener the words of one language have it than those of the other. Data only,
read by ``langid``.
"""

from __future__ import annotations

from typing import Final

from coopsearch.search.analysis.langid.profiles import Profile

PROFILE: Final = Profile(
    words="""de la l les à des du et le ou en d est un pour une au dans par sur sont que qui ce peut avec être qu
    pas cette aux lorsque il leur présent ne sous ainsi même son peuvent ces elle entre dont été saint
    soit tout autres sans deux ils leurs sa fait comme ont si chaque partie lorsqu livre lui également
    moins doit se ayant plus plusieurs selon trois où droits c s n j m t notamment faire avant celui année
    nord nombre cours elles tous française jours guerre y français ouest pendant toutes doivent jusqu
    toute vue contre outre afin toutefois sauf aussi premier première suivant mais sens pris vous nous je
    tu mon ma mes ton ta tes nos vos notre votre travail fois fin depuis manière autre bien ses ceux
    celles celle chez vers puis alors encore très peu beaucoup toujours jamais rien quand comment pourquoi
    quel quelle quels quelles avoir était étaient avait avaient sera seront serait ai as avons avez sommes
    êtes suis lors malgré parce quoi donc car cela ça ceci aujourd hui hier demain sécurité gouvernement
    pays état états ministre président politique français française nouvelle nouveau grande grand petite
    petit ville monde vie hommes femmes enfants loi droit article après étranger frontière frontières
    réfugiés suite mise plus moins ici blog articles cas dispositions titre etat conseil prévues fournit
    demande autorité alinéa délai chargé personne général données décision personnes établissement
    mentionnées mentionnés décret objet mois fichiers durée prévue avis ans lieu modalités arrêté membres
    montant compte mentionnée contrôle contrat mentionné gestion informations échéant nationale
    applicables publique défense procédure énergie autorisation fonctions activité liste prévu compter
    directeur déclaration réseau opérations exécution représentant système nécessaires fixées préfet œuvre
    recherche conformément prise publics laquelle réserve établissements chapitre judiciaire agit véhicule
    projet entreprise accès fonction mots jour territoire impôts tribunal utilisation amende travaux
    référence prévus règles comptes éléments matière juge mêmes relatives dernier membre rapport
    collectivités produits cour ordre définies biens environnement réception nom entreprises mesure
    règlement valeur défaut temps niveau période résultant ligne cinq activités titulaire organismes
    qualité utiliser professionnelle utilisant disposition partir deuxième intérieur permettant supérieur
    fonds suivantes territoriale développement organisme traitement république société frais forme
    militaire dossier auprès portant présente acte fichier taxe prend effet tiers territoriales
    propriétaire adresse contrats installations compétente nécessaire administrative représentants comité
    département paiement soumis euros voie publiques utilisé emploi produit européenne carte chambre
    civile véhicules demandeur siège moyen sociale professionnel garantie taux caractère aide peine
    utilisateur assurer fixe électronique quatre outils groupe essai corps courriel courrier feuille
    diapositive brouillon copie résumé prénom téléphone réunion procès verbal rendu pièce jointe envoyé
    annuel annuelle annexe calendrier prix commande client facture factures reçu solde banque salaire
    ventes chiffre affaires revenus dépenses employé responsable équipe tâche échéance statut réponse
    réponses commentaires atelier hebdomadaire quotidien mensuel trimestriel aperçu contexte constats
    recommandations prochaines étapes suivi merci bonjour madame monsieur cordialement bienvenue exemple
    texte tableau tableaux lignes colonne colonnes valeurs taille largeur hauteur couleur lien liens
    cliquez dessous dessus devis bordereau synthèse sommaire bilan relevé attestation lettre contenu vide
    bonne reunion depenses reponse equipe echeance apercu synthese releve trafic passeurs frontiere
    frontieres refugies migratoire""",
    endings={
        7: "aires elle eur eurs if ié lé ntes né ré sé té ère ères é ée ées és",
        6: "aire dre gny ifs lles que ques rte ux ué",
        5: "bles gne ie iel ires lle nelle nne nte oire ois rer sant sse uer urs",
        4: (
            "aine ais ait ale au ement ez ien ier iers naire nde nnes ont sent ser tte ue uel ues ur ^dé ^gé "
            "^hé ^inté ^lé ^mé ^pré ^pé ^ré ^spé ^sé ^té ^vé ^éc ^éd ^él ^ét ^év"
        ),
        3: "ac fs he ir lage les re res ste u ville x ^fon ^mont",
        2: "el it ix lon nt ours z ^appa ^cham ^entr ^four ^gar ^hab ^jou ^pou ^sou ^tou ^uti",
        1: "at ay e er es et ey f ff ge gue i iles le me mp ny os pe r ra ri rt s t ti ure ures ut",
    },
    letters={
        8: "œ",
        5: "êèçùûëîï",
        4: "éàâô",
    },
)
