<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>À propos</translation>
        </message>
        <message>
            <source>&amp;Licences…</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>&amp;Licences…</translation>
        </message>
        <message>
            <source>The icon of Skynet Desktop</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>L'icône de Skynet Desktop</translation>
        </message>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Version {0}</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors your folders to storage you own. It is free software under the GNU Affero General Public License, version 3 or later, and comes with no warranty.</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop réplique vos dossiers vers un stockage qui vous appartient. C'est un logiciel libre sous licence publique générale GNU Affero, version 3 ou ultérieure, fourni sans aucune garantie.</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Show file</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Afficher le fichier</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Copier le chemin</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Activité</translation>
        </message>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Rechercher par nom</translation>
        </message>
        <message>
            <source>All</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Tout</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>En cours</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Non effectué</translation>
        </message>
        <message>
            <source>Nothing to show</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Rien à afficher</translation>
        </message>
        <message numerus="yes">
            <source>%Ln action(s)</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>
                <numerusform>%Ln action</numerusform>
                <numerusform>%Ln actions</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>{0} sur {1}</translation>
        </message>
        <message>
            <source>No action fits the search.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Aucune action ne correspond à la recherche.</translation>
        </message>
        <message>
            <source>What is sent, moved or removed appears here.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Ce qui est envoyé, déplacé ou supprimé apparaît ici.</translation>
        </message>
    </context>
    <context>
        <name>ActivityView</name>
        <message>
            <source>The last actions</source>
            <extracomment>desktop/window/activity_view.py</extracomment>
            <translation>Les dernières actions</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPage</name>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Avancé</translation>
        </message>
        <message>
            <source>The log's level changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Le niveau du journal changera au prochain lancement de Skynet.</translation>
        </message>
        <message>
            <source>Help and repair</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Aide et dépannage</translation>
        </message>
        <message>
            <source>&amp;Check-up…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Bilan de santé…</translation>
        </message>
        <message>
            <source>&amp;Open log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Ouvrir le &amp;journal</translation>
        </message>
        <message>
            <source>&amp;Save diagnostics…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Enregistrer le diagnostic…</translation>
        </message>
        <message>
            <source>Diagnostics hold settings, states and the log, and no secret.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Le diagnostic contient les paramètres, les états et le journal, mais aucun secret.</translation>
        </message>
        <message>
            <source>Where our files are</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Emplacement de nos fichiers</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Paramètres</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>État</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Journal</translation>
        </message>
        <message>
            <source>Your own connections</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Vos propres connexions</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Afficher</translation>
        </message>
        <message>
            <source>Show: {0}</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Afficher : {0}</translation>
        </message>
    </context>
    <context>
        <name>ArrivalPage</name>
        <message>
            <source>Your mirror is running</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Votre miroir est actif</translation>
        </message>
        <message>
            <source>Open the &amp;overview</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Ouvrir la &amp;vue d'ensemble</translation>
        </message>
        <message>
            <source>C&amp;lose</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>&amp;Fermer</translation>
        </message>
        <message>
            <source>Files that are there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Fichiers à destination</translation>
        </message>
        <message>
            <source>Looking through the folder…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Parcours du dossier…</translation>
        </message>
        <message>
            <source>First: {0}</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Premier : {0}</translation>
        </message>
        <message>
            <source>The first file has arrived</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Le premier fichier est arrivé</translation>
        </message>
        <message>
            <source>Sending the first files…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Envoi des premiers fichiers…</translation>
        </message>
        <message>
            <source>Everything is ready. Put something into the folder.</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Tout est prêt. Déposez quelque chose dans le dossier.</translation>
        </message>
        <message>
            <source>Everything is there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Tout est arrivé</translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Tout y était déjà</translation>
        </message>
        <message>
            <source>Open &amp;folder</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Ouvrir le &amp;dossier</translation>
        </message>
        <message>
            <source>Show at &amp;destination</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Afficher à des&amp;tination</translation>
        </message>
    </context>
    <context>
        <name>Browser</name>
        <message>
            <source>Search everywhere, also in what was removed</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Rechercher partout, y compris dans ce qui a été supprimé</translation>
        </message>
        <message>
            <source>Nothing here</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Rien ici</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Recherche…</translation>
        </message>
        <message>
            <source>Choose all of this &amp;folder</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Tout choisir dans ce &amp;dossier</translation>
        </message>
        <message>
            <source>Choose &amp;nothing</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Ne rien choisir</translation>
        </message>
        <message>
            <source>&amp;Versions…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Versions…</translation>
        </message>
        <message>
            <source>To find what was removed, choose a time before that.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Pour trouver ce qui a été supprimé, choisissez un moment antérieur.</translation>
        </message>
        <message>
            <source>No file or folder of this name was found.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Aucun fichier ni dossier de ce nom n'a été trouvé.</translation>
        </message>
        <message>
            <source>The folder is empty. What was removed from it is seen at an earlier time.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Le dossier est vide. Ce qui en a été supprimé est visible à un moment antérieur.</translation>
        </message>
        <message>
            <source>Tick what you want to have back.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Cochez ce que vous voulez récupérer.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Comptage…</translation>
        </message>
        <message>
            <source>Chosen: {0}, {1}</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Choisis : {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>CheckupDialog</name>
        <message>
            <source>Check-up</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Bilan de santé</translation>
        </message>
        <message>
            <source>The check-up is under way</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Le bilan de santé est en cours</translation>
        </message>
        <message>
            <source>What was found</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Ce qui a été constaté</translation>
        </message>
        <message>
            <source>Check &amp;again</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Vérifier à &amp;nouveau</translation>
        </message>
        <message>
            <source>C&amp;opy</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>C&amp;opier</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>&amp;Fermer</translation>
        </message>
        <message>
            <source>Looking everything over…</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Examen de l'ensemble…</translation>
        </message>
    </context>
    <context>
        <name>ChoosePage</name>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Où vont vos fichiers ?</translation>
        </message>
        <message>
            <source>&amp;Continue with {0}</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Continuer avec {0}</translation>
        </message>
    </context>
    <context>
        <name>Crumbs</name>
        <message>
            <source>Where you are</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Où vous êtes</translation>
        </message>
        <message>
            <source>Go to {0}</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Aller à {0}</translation>
        </message>
    </context>
    <context>
        <name>DeletesPart</name>
        <message>
            <source>&amp;Keep remote copies</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Garder les copies &amp;distantes</translation>
        </message>
        <message>
            <source>&amp;Mirror deletions too (complete sync)</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Répliquer aussi les &amp;suppressions (synchronisation complète)</translation>
        </message>
        <message>
            <source>What you delete here stays at the service. Nothing is ever removed there.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Ce que vous supprimez ici reste sur le service. Rien n'y est jamais supprimé.</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too. An unplugged disk or an empty folder never counts as deleted.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Ce que vous supprimez ici y est aussi supprimé. Un disque débranché ou un dossier vide ne compte jamais comme une suppression.</translation>
        </message>
    </context>
    <context>
        <name>DestinationPage</name>
        <message>
            <source>Where to, and what about deletions?</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Où envoyer, et que faire des suppressions ?</translation>
        </message>
        <message>
            <source>When you delete a file here</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Quand vous supprimez un fichier ici</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Emplacement sur le service</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Le dossier</translation>
        </message>
        <message>
            <source>&amp;Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>&amp;Nom du miroir</translation>
        </message>
        <message>
            <source>Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Nom du miroir</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Le nom que vous voulez lui donner.</translation>
        </message>
    </context>
    <context>
        <name>DetailsPage</name>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Tester</translation>
        </message>
    </context>
    <context>
        <name>DifferencesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Fichier</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Différence</translation>
        </message>
        <message>
            <source>In words</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Explication</translation>
        </message>
    </context>
    <context>
        <name>DryRun</name>
        <message>
            <source>Looking at the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Examen du dossier</translation>
        </message>
        <message>
            <source>Looking at the folder and at the service…</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Examen du dossier et du service…</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Cet ordinateur surveille {0} dossiers au plus, et celui-ci en contient {1}. Ceux en trop sont parcourus à intervalles réguliers. Cette commande relève la limite :
{2}</translation>
        </message>
        <message>
            <source>What is at the service is not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Le contenu du service n'est pas encore connu</translation>
        </message>
    </context>
    <context>
        <name>EntriesModel</name>
        <message>
            <source>folder</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>dossier</translation>
        </message>
        <message>
            <source>file</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>fichier</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Nom</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Taille</translation>
        </message>
        <message>
            <source>Modified</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Modifié</translation>
        </message>
        <message>
            <source>Versions</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Versions</translation>
        </message>
    </context>
    <context>
        <name>EntriesView</name>
        <message>
            <source>Files and folders at the destination</source>
            <extracomment>desktop/restore/entries_view.py</extracomment>
            <translation>Fichiers et dossiers à destination</translation>
        </message>
    </context>
    <context>
        <name>Errands</name>
        <message>
            <source>The destination</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>La destination</translation>
        </message>
        <message>
            <source>Copy</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Copier</translation>
        </message>
        <message>
            <source>Save diagnostics</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Enregistrer le diagnostic</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Fichier</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Raison</translation>
        </message>
    </context>
    <context>
        <name>FilesUnderWay</name>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/files_under_way.py</extracomment>
            <translation>{0} sur {1}</translation>
        </message>
    </context>
    <context>
        <name>FiltersPage</name>
        <message>
            <source>What is left out?</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>Que faut-il exclure ?</translation>
        </message>
        <message>
            <source>Files that programs make anew by themselves need not go along.</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>Les fichiers que les programmes recréent d'eux-mêmes n'ont pas besoin d'être envoyés.</translation>
        </message>
    </context>
    <context>
        <name>FiltersPart</name>
        <message>
            <source>&amp;Patterns, one a line, as in a .gitignore file</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>M&amp;otifs, un par ligne, comme dans un fichier .gitignore</translation>
        </message>
        <message>
            <source>Patterns of files to leave out</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Motifs des fichiers à exclure</translation>
        </message>
        <message>
            <source>Looking what is left out…</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Recherche de ce qui est exclu…</translation>
        </message>
    </context>
    <context>
        <name>FolderPage</name>
        <message>
            <source>Which folder?</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Quel dossier ?</translation>
        </message>
        <message>
            <source>With everything in it. Nothing in this folder is ever changed.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Avec tout son contenu. Rien n'est jamais modifié dans ce dossier.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Comptage…</translation>
        </message>
        <message>
            <source>{0} so far…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>{0} jusqu'ici…</translation>
        </message>
        <message>
            <source>{0} in this folder.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>{0} dans ce dossier.</translation>
        </message>
        <message>
            <source>The folder is empty so far.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Le dossier est vide pour l'instant.</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Cet ordinateur surveille {0} dossiers au plus, et celui-ci en contient {1}. Ceux en trop sont parcourus à intervalles réguliers. Cette commande relève la limite :
{2}</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>the top of the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>la racine du service</translation>
        </message>
        <message>
            <source>&amp;Folder on this computer</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Dossier de cet ordinateur</translation>
        </message>
        <message>
            <source>&amp;Service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Service</translation>
        </message>
        <message>
            <source>&amp;Place there</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Emplacement sur le service</translation>
        </message>
        <message>
            <source>Choose…</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Choisir…</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Choisir le dossier</translation>
        </message>
        <message>
            <source>The folder to mirror</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Le dossier à répliquer</translation>
        </message>
        <message>
            <source>No file to mirror is in the folder so far.</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Le dossier ne contient encore aucun fichier à répliquer.</translation>
        </message>
        <message>
            <source>{0}
becomes {1} on {2}</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>{0}
devient {1} sur {2}</translation>
        </message>
        <message>
            <source>the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>le service</translation>
        </message>
    </context>
    <context>
        <name>GeneralPage</name>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Général</translation>
        </message>
        <message>
            <source>The language changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>La langue changera au prochain lancement de Skynet.</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Démarrage</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Lancer Skynet à l'&amp;ouverture de session</translation>
        </message>
        <message>
            <source>Updates</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Mises à jour</translation>
        </message>
        <message>
            <source>Keep secrets for this session &amp;only</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Garder les secrets pour cette &amp;session seulement</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Switch it on here to allow it again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Le lancement a été désactivé dans les paramètres du système. Activez-le ici pour l'autoriser à nouveau.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started, not this one. Switch it on here to start this one.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>À l'ouverture de session, c'est une autre copie de Skynet qui est lancée. Activez l'option ici pour lancer celle-ci.</translation>
        </message>
        <message>
            <source>Secrets</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Secrets</translation>
        </message>
    </context>
    <context>
        <name>HistoryDialog</name>
        <message>
            <source>Versions of a file</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versions d'un fichier</translation>
        </message>
        <message>
            <source>Each line is the file as it was until it was replaced or removed.</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Chaque ligne est le fichier tel qu'il était jusqu'à son remplacement ou sa suppression.</translation>
        </message>
        <message>
            <source>Versions, the newest first</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versions, la plus récente en premier</translation>
        </message>
        <message>
            <source>&amp;Choose this version</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>&amp;Choisir cette version</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Annuler</translation>
        </message>
    </context>
    <context>
        <name>HostKeyCard</name>
        <message>
            <source>The server's key has changed</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>La clé du serveur a changé</translation>
        </message>
        <message>
            <source>This is not the key that this server had before. Somebody may have put himself between you and the server to read along, or the server was set up anew. Ask whoever runs it before you go on.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Ce n'est pas la clé que ce serveur avait auparavant. Quelqu'un s'est peut-être placé entre vous et le serveur pour lire vos données, ou le serveur a été réinstallé. Demandez à la personne qui le gère avant de continuer.</translation>
        </message>
        <message>
            <source>Is this the right server?</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Est-ce le bon serveur ?</translation>
        </message>
        <message>
            <source>You connect to it for the first time. The fingerprint of its key proves which server it is.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Vous vous y connectez pour la première fois. L'empreinte de sa clé prouve de quel serveur il s'agit.</translation>
        </message>
        <message>
            <source>To check it, ask whoever runs the server, or run this at the server itself, and compare:</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Pour la vérifier, demandez à la personne qui gère le serveur, ou exécutez ceci sur le serveur lui-même et comparez :</translation>
        </message>
        <message>
            <source>I have &amp;asked, and this is its new key.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>J'ai &amp;demandé, et c'est bien sa nouvelle clé.</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Serveur</translation>
        </message>
        <message>
            <source>Kind of key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Type de clé</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Empreinte</translation>
        </message>
        <message>
            <source>&amp;Do not connect</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>&amp;Ne pas se connecter</translation>
        </message>
        <message>
            <source>&amp;Trust this key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>&amp;Faire confiance à cette clé</translation>
        </message>
    </context>
    <context>
        <name>IssueDetail</name>
        <message>
            <source>&amp;Retry</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Réessayer</translation>
        </message>
        <message>
            <source>Show &amp;file</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>Afficher le &amp;fichier</translation>
        </message>
        <message>
            <source>I&amp;gnore…</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>I&amp;gnorer…</translation>
        </message>
        <message numerus="yes">
            <source>Tried %n time(s)</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>
                <numerusform>%n tentative</numerusform>
                <numerusform>%n tentatives</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IssuesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Fichier</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Raison</translation>
        </message>
        <message>
            <source>Since</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Depuis</translation>
        </message>
    </context>
    <context>
        <name>IssuesPage</name>
        <message>
            <source>Retry &amp;all</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Réessayer &amp;tout</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Problèmes</translation>
        </message>
        <message>
            <source>No issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Aucun problème</translation>
        </message>
        <message>
            <source>Everything that could be read was sent.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Tout ce qui pouvait être lu a été envoyé.</translation>
        </message>
        <message>
            <source>What could not be mirrored</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Ce qui n'a pas pu être répliqué</translation>
        </message>
        <message>
            <source>This name cannot be written into the settings.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Ce nom ne peut pas être écrit dans les paramètres.</translation>
        </message>
        <message>
            <source>Rename the file, or ignore its folder.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Renommez le fichier, ou ignorez son dossier.</translation>
        </message>
        <message>
            <source>Leave this file out from now on?</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Exclure ce fichier désormais ?</translation>
        </message>
        <message>
            <source>{0}

A copy that is at the destination stays there. You can take this back under Filters of the mirror.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>{0}

Une copie déjà à destination y reste. Vous pouvez revenir sur ce choix dans les filtres du miroir.</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Exclure</translation>
        </message>
    </context>
    <context>
        <name>KeyringBanner</name>
        <message>
            <source>Looking for the keyring…</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Recherche du trousseau…</translation>
        </message>
        <message>
            <source>Try a&amp;gain</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Réessa&amp;yer</translation>
        </message>
        <message>
            <source>&amp;Keep for this session only</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>&amp;Garder pour cette session seulement</translation>
        </message>
        <message>
            <source>&amp;Use it anyway</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>&amp;Utiliser quand même</translation>
        </message>
        <message>
            <source>&amp;Use this system's keyring</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Utiliser le tr&amp;ousseau du système</translation>
        </message>
    </context>
    <context>
        <name>LicenceDialog</name>
        <message>
            <source>Licences</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Licences</translation>
        </message>
        <message>
            <source>What Skynet Desktop is built from</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Les composants de Skynet Desktop</translation>
        </message>
        <message>
            <source>The licence</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>La licence</translation>
        </message>
    </context>
    <context>
        <name>MappingCard</name>
        <message>
            <source>Progress of {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Progression de {0}</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Synchroniser maintenant</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Mettre en pause</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Reprendre</translation>
        </message>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Ouvrir le dossier</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Vérifier</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Restaurer…</translation>
        </message>
        <message>
            <source>Edit service…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Modifier le service…</translation>
        </message>
        <message>
            <source>Send anyway</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Envoyer quand même</translation>
        </message>
        <message>
            <source>Show issues</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Afficher les problèmes</translation>
        </message>
        <message>
            <source>More for {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Plus d'options pour {0}</translation>
        </message>
        <message>
            <source>More</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Plus</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Afficher à destination</translation>
        </message>
        <message>
            <source>Edit…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Modifier…</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/window/card.py; desktop/window/question.py</extracomment>
            <translation>{0} : {1}</translation>
        </message>
    </context>
    <context>
        <name>MappingDialog</name>
        <message>
            <source>New mapping</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Nouveau miroir</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Retour</translation>
        </message>
        <message>
            <source>Sa&amp;ve</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Enre&amp;gistrer</translation>
        </message>
        <message>
            <source>S&amp;tart mirroring</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Dé&amp;marrer la réplication</translation>
        </message>
        <message>
            <source>Ne&amp;xt: a dry run</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>S&amp;uivant : simulation</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Abandonner les modifications ?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Ce que vous avez saisi ici n'a pas été enregistré.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Abandonner</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Continuer la saisie</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Annuler</translation>
        </message>
    </context>
    <context>
        <name>MappingEditor</name>
        <message>
            <source>No limit</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Aucune limite</translation>
        </message>
        <message>
            <source>Parts of the mapping</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Rubriques du miroir</translation>
        </message>
        <message>
            <source>Folder &amp;&amp; destination</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Dossier &amp;&amp; destination</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Filtres</translation>
        </message>
        <message>
            <source>Deletes &amp;&amp; safety</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Suppressions &amp;&amp; sécurité</translation>
        </message>
        <message>
            <source>Schedule &amp;&amp; limits</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Horaires &amp;&amp; limites</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>&amp;Nom</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Nom</translation>
        </message>
        <message>
            <source>The name stays: what is known of the destination hangs on it.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Le nom ne change pas : tout ce que l'on sait de la destination y est rattaché.</translation>
        </message>
        <message>
            <source>The destination is another one: everything is compared anew, and what is missing there is sent. What is at the old place stays there.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>La destination est différente : tout est comparé à nouveau, et ce qui y manque est envoyé. Ce qui se trouve à l'ancien emplacement y reste.</translation>
        </message>
        <message>
            <source>The folder is another one: everything is compared anew.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Le dossier est différent : tout est comparé à nouveau.</translation>
        </message>
    </context>
    <context>
        <name>MappingsPage</name>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Miroirs</translation>
        </message>
        <message>
            <source>A mapping mirrors one folder to one place on a service.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Un miroir réplique un dossier vers un emplacement d'un service.</translation>
        </message>
        <message>
            <source>Add a service first: a mapping needs a place to go to.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Ajoutez d'abord un service : un miroir a besoin d'une destination.</translation>
        </message>
        <message>
            <source>Stop mirroring {0}?</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Arrêter de répliquer {0} ?</translation>
        </message>
        <message>
            <source>What is at the service stays there, and so does the folder.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Ce qui se trouve sur le service y reste, et le dossier aussi.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Retirer</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Garder</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Ajouter…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Rien n'est encore répliqué</translation>
        </message>
        <message>
            <source>&amp;Add a mapping…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Ajouter un miroir…</translation>
        </message>
        <message>
            <source>&amp;Go to services</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>A&amp;ller aux services</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Modifier…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Retirer…</translation>
        </message>
    </context>
    <context>
        <name>MonitorPage</name>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Moniteur</translation>
        </message>
        <message>
            <source>Skywatch shows in a browser, wherever you are, how far this machine is. It hears of progress and of names, never of what is in your files.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch vous montre dans un navigateur, où que vous soyez, où en est cette machine. Il connaît la progression et les noms, jamais le contenu de vos fichiers.</translation>
        </message>
        <message>
            <source>How it goes</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Comment cela se passe</translation>
        </message>
        <message>
            <source>Token or password</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Jeton ou mot de passe</translation>
        </message>
        <message>
            <source>Skywatch makes a token for each machine. It is kept in the keyring, and nowhere else.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch crée un jeton pour chaque machine. Il est conservé dans le trousseau, et nulle part ailleurs.</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Tester</translation>
        </message>
        <message>
            <source>&amp;Open web monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Ouvrir le moniteur web</translation>
        </message>
        <message>
            <source>&amp;Forget the token</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Ou&amp;blier le jeton</translation>
        </message>
        <message>
            <source>Asking {0}…</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Interrogation de {0}…</translation>
        </message>
        <message>
            <source>No monitor is set up.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Aucun moniteur n'est configuré.</translation>
        </message>
        <message>
            <source>The monitor is told nothing.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Rien n'est signalé au moniteur.</translation>
        </message>
        <message>
            <source>Nothing was told yet.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Rien n'a encore été signalé.</translation>
        </message>
        <message>
            <source>Last told: {0}.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Dernier rapport : {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln report(s) waiting.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln rapport en attente.</numerusform>
                <numerusform>%Ln rapports en attente.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln line(s) of the history were lost.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln ligne de l'historique a été perdue.</numerusform>
                <numerusform>%Ln lignes de l'historique ont été perdues.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Réseau</translation>
        </message>
        <message>
            <source>No limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Aucune limite</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Automatique</translation>
        </message>
        <message>
            <source>no limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>aucune limite</translation>
        </message>
        <message>
            <source>{0} MB/s</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>{0} Mo/s</translation>
        </message>
        <message>
            <source>Now: {0}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Actuellement : {0}.</translation>
        </message>
        <message>
            <source>Now: {0}, until {1}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Actuellement : {0} ; prochain changement : {1}.</translation>
        </message>
    </context>
    <context>
        <name>NotificationsPage</name>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Notifications</translation>
        </message>
        <message>
            <source>One message a burst of changes, never one a file.</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Un message par série de changements, jamais un par fichier.</translation>
        </message>
        <message>
            <source>At once</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Immédiatement</translation>
        </message>
        <message>
            <source>On screen</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>À l'écran</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Son</translation>
        </message>
    </context>
    <context>
        <name>OptionForm</name>
        <message>
            <source>More options</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Plus d'options</translation>
        </message>
    </context>
    <context>
        <name>OutcomePage</name>
        <message>
            <source>Progress of the restoring</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Progression de la restauration</translation>
        </message>
        <message>
            <source>These did not come back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Ceux-ci n'ont pas été restaurés</translation>
        </message>
        <message>
            <source>What did not come back, and why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Ce qui n'a pas été restauré, et pourquoi</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Connexion…</translation>
        </message>
        <message>
            <source>Restoring {0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Restauration : {0} sur {1}</translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} sur {1}</translation>
        </message>
    </context>
    <context>
        <name>Overview</name>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Ajouter…</translation>
        </message>
        <message>
            <source>Set up another mirror</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Configurer un autre miroir</translation>
        </message>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Vitesse des dernières minutes</translation>
        </message>
        <message>
            <source>&amp;Set up a mirror…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Configurer un miroir…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Rien n'est encore répliqué</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is there seconds later.</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Choisissez un dossier et sa destination. Tout ce que vous y déposez s'y trouve quelques secondes plus tard.</translation>
        </message>
        <message>
            <source>&amp;Try again</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Réessayer</translation>
        </message>
        <message>
            <source>&amp;Open the settings file</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Ouvrir le fichier de paramètres</translation>
        </message>
        <message>
            <source>The settings cannot be read</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Les paramètres ne peuvent pas être lus</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/page.py</extracomment>
            <translation>&amp;Continuer</translation>
        </message>
    </context>
    <context>
        <name>PagedList</name>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Rechercher par nom</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Copier le chemin</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Recherche…</translation>
        </message>
        <message>
            <source>The first {0} are shown; scroll for more</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Les {0} premiers sont affichés ; faites défiler pour voir la suite</translation>
        </message>
        <message>
            <source>No file fits the search.</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Aucun fichier ne correspond à la recherche.</translation>
        </message>
    </context>
    <context>
        <name>PathInput</name>
        <message>
            <source>Browse…</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>Parcourir…</translation>
        </message>
    </context>
    <context>
        <name>PauseMenu</name>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>30 minutes</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>2 heures</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Jusqu'à demain</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Jusqu'à la reprise</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Step {0} of {1}: {2}</source>
            <extracomment>desktop/wizard/progress.py</extracomment>
            <translation>Étape {0} sur {1} : {2}</translation>
        </message>
    </context>
    <context>
        <name>ProofStrip</name>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>{0} : {1}</translation>
        </message>
        <message>
            <source>Stop</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Arrêter</translation>
        </message>
        <message>
            <source>Details…</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Détails…</translation>
        </message>
        <message>
            <source>Progress of the verification of {0}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Progression de la vérification de {0}</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Tout &amp;sélectionner</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Augmenter</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Diminuer</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Annuler</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rétablir</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>Co&amp;uper</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cop&amp;ier</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>Co&amp;ller</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Tout sélectionner</translation>
        </message>
    </context>
    <context>
        <name>QPlatformTheme</name>
        <message>
            <source>OK</source>
            <extracomment>Qt's own</extracomment>
            <translation>OK</translation>
        </message>
        <message>
            <source>&amp;Yes</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Oui</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Non</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>Qt's own</extracomment>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>Qt's own</extracomment>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Save</source>
            <extracomment>Qt's own</extracomment>
            <translation>Enregistrer</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>Qt's own</extracomment>
            <translation>Aide</translation>
        </message>
    </context>
    <context>
        <name>QTabBar</name>
        <message>
            <source>Scroll Left</source>
            <extracomment>Qt's own</extracomment>
            <translation>Défiler vers la gauche</translation>
        </message>
        <message>
            <source>Scroll Right</source>
            <extracomment>Qt's own</extracomment>
            <translation>Défiler vers la droite</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Annuler</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rétablir</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>Co&amp;uper</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cop&amp;ier</translation>
        </message>
        <message>
            <source>Copy &amp;Link Location</source>
            <extracomment>Qt's own</extracomment>
            <translation>Copier l'adresse du &amp;lien</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>Co&amp;ller</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Tout sélectionner</translation>
        </message>
    </context>
    <context>
        <name>QuestionDialog</name>
        <message>
            <source>{0} needs your decision</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>{0} attend votre décision</translation>
        </message>
        <message>
            <source>Files this is about</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Fichiers concernés</translation>
        </message>
        <message>
            <source>Decide &amp;later</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Décider plus &amp;tard</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>&amp;Fermer</translation>
        </message>
        <message>
            <source>There is nothing to decide any more</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Il n'y a plus rien à décider</translation>
        </message>
        <message>
            <source>It was answered elsewhere, or the files are as they were before.</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>La réponse a été donnée ailleurs, ou les fichiers sont de nouveau comme avant.</translation>
        </message>
    </context>
    <context>
        <name>ReadyPage</name>
        <message>
            <source>Ready to start</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Prêt à démarrer</translation>
        </message>
        <message>
            <source>&amp;Start mirroring</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Dé&amp;marrer la réplication</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Lancer Skynet à l'&amp;ouverture de session</translation>
        </message>
        <message>
            <source>It then mirrors in the background. You can change this in the settings at any time.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>La réplication se fait alors en arrière-plan. Vous pouvez changer ce choix à tout moment dans les paramètres.</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Left on here, it is switched on again.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Le lancement a été désactivé dans les paramètres du système. Si cette case reste cochée, il sera réactivé.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started now. Left on here, it will be this one.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>À l'ouverture de session, c'est actuellement une autre copie de Skynet qui est lancée. Si cette case reste cochée, ce sera celle-ci.</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>What will happen</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Ce qui va se passer</translation>
        </message>
        <message>
            <source>This is a dry run: it only looks, and sends nothing.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Ceci est une simulation : elle ne fait qu'examiner et n'envoie rien.</translation>
        </message>
        <message>
            <source>You can go on all the same: sending begins as soon as this is mended.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Vous pouvez continuer malgré tout : l'envoi commencera dès que ce sera réglé.</translation>
        </message>
        <message>
            <source>S&amp;kip this</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>&amp;Passer cette étape</translation>
        </message>
    </context>
    <context>
        <name>RestoreWindow</name>
        <message>
            <source>Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Restaurer</translation>
        </message>
        <message>
            <source>Reading the destination</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Lecture de la destination</translation>
        </message>
        <message>
            <source>The destination cannot be read</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>La destination ne peut pas être lue</translation>
        </message>
        <message>
            <source>&amp;Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Miroir</translation>
        </message>
        <message>
            <source>Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Miroir</translation>
        </message>
        <message>
            <source>Bac&amp;k</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>R&amp;etour</translation>
        </message>
        <message>
            <source>&amp;Read anew</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Re&amp;lire</translation>
        </message>
        <message>
            <source>&amp;Open folder</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Ouvrir le dossier</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Arrêter</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Fermer</translation>
        </message>
        <message>
            <source>Reading what is there…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Lecture du contenu…</translation>
        </message>
        <message>
            <source>Reading what is there: {0} so far</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Lecture du contenu : {0} jusqu'ici</translation>
        </message>
        <message>
            <source>There is no mapping, so there is nothing to bring back from.</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Il n'y a aucun miroir, donc rien à restaurer.</translation>
        </message>
        <message>
            <source>&amp;Continue…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Continuer…</translation>
        </message>
        <message>
            <source>&amp;Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Restaurer</translation>
        </message>
        <message>
            <source>{0}, {1} will come back</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>À restaurer : {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>SafetyPart</name>
        <message>
            <source>For ever</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Pour toujours</translation>
        </message>
        <message>
            <source>Never</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Jamais</translation>
        </message>
        <message>
            <source>When you delete files here</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Quand vous supprimez des fichiers ici</translation>
        </message>
        <message>
            <source>When very many files change at once</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Quand un très grand nombre de fichiers change d'un coup</translation>
        </message>
        <message>
            <source>What can be brought back</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Ce qui peut être récupéré</translation>
        </message>
        <message>
            <source>Proof that all is there</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>La preuve que tout y est</translation>
        </message>
        <message>
            <source>Where the bucket keeps versions, those are used; where it does not, old copies lie in the folder {0} on {1}. “Restore…” finds them in both.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Là où le bucket conserve des versions, elles sont utilisées ; là où il n'en conserve pas, les anciennes copies se trouvent dans le dossier {0} sur {1}. « Restaurer… » les trouve dans les deux cas.</translation>
        </message>
        <message>
            <source>Old copies lie in the folder {0} on {1}. “Restore…” finds them there.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Les anciennes copies se trouvent dans le dossier {0} sur {1}. « Restaurer… » les y trouve.</translation>
        </message>
        <message>
            <source>A file that you delete or overwrite here by mistake is then lost at the destination too, and nobody can bring it back.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Un fichier supprimé ou écrasé ici par erreur est alors perdu aussi à destination, et personne ne peut le récupérer.</translation>
        </message>
        <message>
            <source>A file that is overwritten here by mistake is then overwritten at the destination too, and nobody can bring back what was in it.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Un fichier écrasé ici par erreur est alors écrasé aussi à destination, et personne ne peut récupérer son ancien contenu.</translation>
        </message>
    </context>
    <context>
        <name>SecretInput</name>
        <message>
            <source>Kept in the keyring</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Conservé dans le trousseau</translation>
        </message>
        <message>
            <source>Hide</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Masquer</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Afficher</translation>
        </message>
    </context>
    <context>
        <name>ServiceChooser</name>
        <message>
            <source>Added to this computer by you.</source>
            <extracomment>desktop/services/chooser.py</extracomment>
            <translation>Ajouté à cet ordinateur par vous.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDetails</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Nom</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Le nom que vous voulez lui donner.</translation>
        </message>
        <message>
            <source>Please decide first where the secrets are to be kept.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Choisissez d'abord où conserver les secrets.</translation>
        </message>
        <message>
            <source>The keyring has not answered yet. Try again in a moment.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Le trousseau n'a pas encore répondu. Réessayez dans un instant.</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Ce champ est requis.</translation>
        </message>
        <message>
            <source>There is a service of this name already.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Il existe déjà un service de ce nom.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDialog</name>
        <message>
            <source>Edit service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Modifier le service</translation>
        </message>
        <message>
            <source>Add a service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Ajouter un service</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Abandonner les modifications ?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Ce que vous avez saisi ici n'a pas été enregistré.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>&amp;Abandonner</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>&amp;Continuer la saisie</translation>
        </message>
    </context>
    <context>
        <name>ServiceEditor</name>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Retour</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Annuler</translation>
        </message>
        <message>
            <source>&amp;Save without test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Enregistrer &amp;sans test</translation>
        </message>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Où vont vos fichiers ?</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Tester</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Enregistrer</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Tester à nouveau</translation>
        </message>
    </context>
    <context>
        <name>ServiceRow</name>
        <message numerus="yes">
            <source>%Ln request(s) this month</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>
                <numerusform>%Ln requête ce mois-ci</numerusform>
                <numerusform>%Ln requêtes ce mois-ci</numerusform>
            </translation>
        </message>
        <message>
            <source>Not used by a mapping yet</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Pas encore utilisé par un miroir</translation>
        </message>
        <message>
            <source>Used by {0}</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Utilisé par {0}</translation>
        </message>
        <message>
            <source>Sending and copying</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Envoi et copie</translation>
        </message>
        <message>
            <source>Listing</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Listage</translation>
        </message>
        <message>
            <source>Reading</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Lecture</translation>
        </message>
        <message>
            <source>Deleting</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Suppression</translation>
        </message>
    </context>
    <context>
        <name>ServicesPage</name>
        <message>
            <source>{0} is still in use.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} est encore utilisé.</translation>
        </message>
        <message>
            <source>Remove these mappings first, or give them another service:</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Retirez d'abord ces miroirs, ou donnez-leur un autre service :</translation>
        </message>
        <message>
            <source>Remove {0}?</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Retirer {0} ?</translation>
        </message>
        <message>
            <source>Its password or keys are deleted from the keyring too. Files that were sent there stay where they are.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Son mot de passe ou ses clés sont aussi supprimés du trousseau. Les fichiers déjà envoyés restent où ils sont.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Retirer</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Garder</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Services</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Ajouter…</translation>
        </message>
        <message>
            <source>No service yet</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Aucun service pour l'instant</translation>
        </message>
        <message>
            <source>A service is a place your files go to: a bucket, a server, another disk.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Un service est un endroit où vont vos fichiers : un bucket, un serveur, un autre disque.</translation>
        </message>
        <message>
            <source>&amp;Add a service…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Ajouter un service…</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Modifier…</translation>
        </message>
        <message>
            <source>&amp;Test…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Tester…</translation>
        </message>
        <message>
            <source>Change &amp;password…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Changer le mot de &amp;passe…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Retirer…</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Paramètres</translation>
        </message>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Général</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Services</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Miroirs</translation>
        </message>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Notifications</translation>
        </message>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Réseau</translation>
        </message>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Moniteur</translation>
        </message>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Avancé</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>À propos</translation>
        </message>
        <message>
            <source>Discard the value that is not right?</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Abandonner la valeur incorrecte ?</translation>
        </message>
        <message>
            <source>It cannot be used as it stands. It says why.</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Elle ne peut pas être utilisée telle quelle. La raison est indiquée à côté.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>&amp;Abandonner</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>&amp;Continuer la saisie</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Pages des paramètres</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Pages</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Pages</translation>
        </message>
        <message>
            <source>Overview</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Vue d'ensemble</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Activité</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Problèmes</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Paramètres</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Paramètres (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>StageRow</name>
        <message>
            <source>This server is not trusted.</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>Ce serveur n'est pas reconnu comme fiable.</translation>
        </message>
        <message>
            <source>{0} s</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>{0} s</translation>
        </message>
        <message>
            <source>waits</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>en attente</translation>
        </message>
        <message>
            <source>under way</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>en cours</translation>
        </message>
        <message>
            <source>done</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>terminé</translation>
        </message>
        <message>
            <source>failed</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>échec</translation>
        </message>
        <message>
            <source>skipped</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>ignoré</translation>
        </message>
    </context>
    <context>
        <name>TargetPage</name>
        <message>
            <source>&amp;Back to its place</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>À son emplacement d'or&amp;igine</translation>
        </message>
        <message>
            <source>&amp;Into another folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Dans &amp;un autre dossier</translation>
        </message>
        <message>
            <source>The other folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>L'autre dossier</translation>
        </message>
        <message>
            <source>Where to?</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>À quel endroit ?</translation>
        </message>
        <message>
            <source>If another file of the same name is there</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Si un autre fichier du même nom s'y trouve</translation>
        </message>
        <message>
            <source>Keep b&amp;oth</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>&amp;Garder les deux</translation>
        </message>
        <message>
            <source>What comes back gets a name of its own beside it.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Ce qui est restauré reçoit un nom différent, à côté de l'autre.</translation>
        </message>
        <message>
            <source>&amp;Leave it as it is</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Le lai&amp;sser tel quel</translation>
        </message>
        <message>
            <source>Only what is missing comes back.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Seul ce qui manque est restauré.</translation>
        </message>
        <message>
            <source>Re&amp;place it</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Le rem&amp;placer</translation>
        </message>
        <message>
            <source>What is there now is put aside under another name, never deleted.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Ce qui s'y trouve maintenant est mis de côté sous un autre nom, jamais supprimé.</translation>
        </message>
        <message>
            <source>A file that is the same already is never touched.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Un fichier déjà identique n'est jamais modifié.</translation>
        </message>
    </context>
    <context>
        <name>TestDialog</name>
        <message>
            <source>Test of {0}</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Test de {0}</translation>
        </message>
    </context>
    <context>
        <name>TestPage</name>
        <message>
            <source>Does it work?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Est-ce que cela fonctionne ?</translation>
        </message>
        <message>
            <source>A small file is written there, read back and deleted again.</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Un petit fichier y est écrit, relu, puis supprimé.</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Continuer</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Tester à nouveau</translation>
        </message>
        <message>
            <source>Continue &amp;without test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Continuer &amp;sans test</translation>
        </message>
    </context>
    <context>
        <name>ThroughputPlot</name>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Vitesse des dernières minutes</translation>
        </message>
        <message>
            <source>Now {0}</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Actuellement {0}</translation>
        </message>
        <message>
            <source>{0}, {1} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}, il y a {1}</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>il y a {0}</translation>
        </message>
        <message>
            <source>now</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>maintenant</translation>
        </message>
    </context>
    <context>
        <name>Tiles</name>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Vitesse</translation>
        </message>
        <message>
            <source>Waiting</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>En attente</translation>
        </message>
        <message>
            <source>Left to send</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Reste à envoyer</translation>
        </message>
        <message>
            <source>At the destinations</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>À destination</translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>environ {0}</translation>
        </message>
    </context>
    <context>
        <name>TimePicker</name>
        <message>
            <source>&amp;As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>É&amp;tat</translation>
        </message>
        <message>
            <source>As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>État</translation>
        </message>
        <message>
            <source>Date and time</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Date et heure</translation>
        </message>
        <message>
            <source>Now</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Maintenant</translation>
        </message>
        <message>
            <source>Before {0}</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Avant {0}</translation>
        </message>
        <message>
            <source>Another time…</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Autre moment…</translation>
        </message>
    </context>
    <context>
        <name>TrayMenu</name>
        <message>
            <source>Open Skynet</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ouvrir Skynet</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Miroirs</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Mettre en pause</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Reprendre</translation>
        </message>
        <message>
            <source>Snooze notifications</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Suspendre les notifications</translation>
        </message>
        <message>
            <source>Open web monitor</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ouvrir le moniteur web</translation>
        </message>
        <message>
            <source>Settings…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Paramètres…</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Aide</translation>
        </message>
        <message>
            <source>Quit</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Quitter</translation>
        </message>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>30 minutes</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>2 heures</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Jusqu'à demain</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Jusqu'à la reprise</translation>
        </message>
        <message>
            <source>1 hour</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>1 heure</translation>
        </message>
        <message>
            <source>8 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>8 heures</translation>
        </message>
        <message>
            <source>Until Skynet restarts</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Jusqu'au redémarrage de Skynet</translation>
        </message>
        <message>
            <source>Not any more</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ne plus suspendre</translation>
        </message>
        <message>
            <source>Open log</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ouvrir le journal</translation>
        </message>
        <message>
            <source>Save diagnostics…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Enregistrer le diagnostic…</translation>
        </message>
        <message>
            <source>Check-up…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Bilan de santé…</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>À propos</translation>
        </message>
        <message>
            <source>Decide about {0}…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Décider pour {0}…</translation>
        </message>
        <message numerus="yes">
            <source>Quit (%Ln waiting, continued next time)</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>
                <numerusform>Quitter (%Ln en attente, suite au prochain lancement)</numerusform>
                <numerusform>Quitter (%Ln en attente, suite au prochain lancement)</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrialView</name>
        <message>
            <source>Testing…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Test en cours…</translation>
        </message>
        <message>
            <source>The test was cancelled.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Le test a été annulé.</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Tout fonctionne.</translation>
        </message>
        <message>
            <source>The test stopped here.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Le test s'est arrêté ici.</translation>
        </message>
        <message>
            <source>The test waits for your decision.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Le test attend votre décision.</translation>
        </message>
        <message>
            <source>Not connected. Nothing secret was sent to this server.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Non connecté. Aucun secret n'a été envoyé à ce serveur.</translation>
        </message>
        <message>
            <source>&amp;Cancel the test</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>&amp;Annuler le test</translation>
        </message>
        <message>
            <source>Ch&amp;ange it…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>&amp;Modifier…</translation>
        </message>
    </context>
    <context>
        <name>TryOutPage</name>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Essayer avec un dossier local</translation>
        </message>
        <message>
            <source>Two folders are made on this computer. What you put into the first, change or delete there, happens in the second a moment later.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Deux dossiers sont créés sur cet ordinateur. Ce que vous déposez, modifiez ou supprimez dans le premier se répète dans le second un instant plus tard.</translation>
        </message>
        <message>
            <source>&amp;Start the try-out</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>&amp;Démarrer l'essai</translation>
        </message>
        <message>
            <source>Put files in here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Déposez des fichiers ici</translation>
        </message>
        <message>
            <source>They appear here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Ils apparaissent ici</translation>
        </message>
        <message>
            <source>The first folder begins with some small text files. Remove the mapping in the settings to end the try-out.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Le premier dossier contient au départ quelques petits fichiers texte. Pour terminer l'essai, retirez le miroir dans les paramètres.</translation>
        </message>
    </context>
    <context>
        <name>UpdateDialog</name>
        <message>
            <source>New version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Nouvelle version</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Fermer</translation>
        </message>
        <message>
            <source>What is new</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Nouveautés</translation>
        </message>
        <message>
            <source>You have version {0}.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Vous avez la version {0}.</translation>
        </message>
        <message>
            <source>Do not &amp;skip it</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Ne pas l'&amp;ignorer</translation>
        </message>
        <message>
            <source>&amp;Skip this version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Ignorer cette version</translation>
        </message>
        <message>
            <source>&amp;Open the page of downloads</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Ouvrir la page des téléchargements</translation>
        </message>
        <message>
            <source>&amp;Download</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Télécharger</translation>
        </message>
        <message>
            <source>{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>{0}, {1}. Votre navigateur le télécharge ; Skynet n'installe rien de lui-même.</translation>
        </message>
    </context>
    <context>
        <name>UpdatesPart</name>
        <message>
            <source>Look &amp;now</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>Vérifier &amp;maintenant</translation>
        </message>
        <message>
            <source>&amp;What is new…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>&amp;Nouveautés…</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>Vérification…</translation>
        </message>
    </context>
    <context>
        <name>VerificationDialog</name>
        <message>
            <source>Verification of {0}</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Vérification de {0}</translation>
        </message>
        <message>
            <source>Everything is right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Tout est correct</translation>
        </message>
        <message>
            <source>What differed is being put right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Ce qui différait est en cours de réparation</translation>
        </message>
        <message>
            <source>Not verified yet</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Pas encore vérifié</translation>
        </message>
        <message>
            <source>A verification proves that the destination holds just what is here. It changes nothing.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Une vérification prouve que la destination contient exactement ce qui est ici. Elle ne change rien.</translation>
        </message>
        <message>
            <source>Progress of the verification</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Progression de la vérification</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Ce qui diffère</translation>
        </message>
        <message>
            <source>&amp;Verify</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Vérifier</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Arrêter</translation>
        </message>
        <message>
            <source>Save as &amp;text…</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Enregistrer en &amp;texte…</translation>
        </message>
        <message>
            <source>&amp;Repair</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Réparer</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Fermer</translation>
        </message>
        <message>
            <source>None of these can be put right from here: each line says why.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Rien de tout cela ne peut être réparé d'ici : chaque ligne indique pourquoi.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are put right now, as the overview shows. Verify again afterwards.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>
                <numerusform>%Ln fichier est en cours de réparation, comme le montre la vue d'ensemble. Vérifiez à nouveau ensuite.</numerusform>
                <numerusform>%Ln fichiers sont en cours de réparation, comme le montre la vue d'ensemble. Vérifiez à nouveau ensuite.</numerusform>
            </translation>
        </message>
        <message>
            <source>Save as text</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Enregistrer en texte</translation>
        </message>
        <message>
            <source>Saved as {0}.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Enregistré sous {0}.</translation>
        </message>
    </context>
    <context>
        <name>VerifyMenu</name>
        <message>
            <source>&amp;Quick: sizes, times and checksums</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Rapide : tailles, dates et sommes de contrôle</translation>
        </message>
        <message>
            <source>&amp;Read everything back, as long as a download takes</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Tout relire, aussi long qu'un téléchargement</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome to Skynet</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Bienvenue dans Skynet</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is on your own storage seconds later.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Choisissez un dossier et sa destination. Tout ce que vous y déposez se trouve sur votre propre stockage quelques secondes plus tard.</translation>
        </message>
        <message>
            <source>Set up a mirror</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Configurer un miroir</translation>
        </message>
        <message>
            <source>To S3 storage, a server or NAS over SFTP, or another disk. You need what you sign in with there.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Vers un stockage S3, un serveur ou un NAS par SFTP, ou un autre disque. Il vous faut les identifiants que vous y utilisez.</translation>
        </message>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Essayer avec un dossier local</translation>
        </message>
        <message>
            <source>Mirrors one folder of this computer to another. Needs no account.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Réplique un dossier de cet ordinateur vers un autre. Aucun compte n'est nécessaire.</translation>
        </message>
    </context>
    <context>
        <name>Wizard</name>
        <message>
            <source>Set up Skynet</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Configurer Skynet</translation>
        </message>
        <message>
            <source>Leave without setting up the mirror?</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Quitter sans configurer le miroir ?</translation>
        </message>
        <message>
            <source>What you entered here is forgotten.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Ce que vous avez saisi ici sera oublié.</translation>
        </message>
        <message>
            <source>&amp;Leave</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Quitter</translation>
        </message>
        <message>
            <source>&amp;Stay here</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Re&amp;ster ici</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Service</translation>
        </message>
        <message>
            <source>Credentials</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Identifiants</translation>
        </message>
        <message>
            <source>Test</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Test</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Dossier</translation>
        </message>
        <message>
            <source>Destination</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Destination</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Filtres</translation>
        </message>
        <message>
            <source>Dry run</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Simulation</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Démarrage</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Retour</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Si vous fermez maintenant, rien n'aura été modifié.</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed but where secrets are kept.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Si vous fermez maintenant, rien n'aura été modifié, sauf l'endroit où les secrets sont conservés.</translation>
        </message>
    </context>
    <context>
        <name>_KeptServices</name>
        <message>
            <source>Or use a ser&amp;vice you have already</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Ou utiliser un ser&amp;vice existant</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Service</translation>
        </message>
        <message>
            <source>&amp;Use it</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>&amp;Utiliser</translation>
        </message>
    </context>
    <context>
        <name>_MappingMenu</name>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ouvrir le dossier</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Afficher à destination</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Synchroniser maintenant</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Vérifier</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Restaurer…</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Mettre en pause</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Reprendre</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>{0} : {1}</translation>
        </message>
    </context>
    <context>
        <name>_ReleaseNotes</name>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Version {0}</translation>
        </message>
    </context>
    <context>
        <name>_Summary</name>
        <message>
            <source>From</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>De</translation>
        </message>
        <message>
            <source>To</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Vers</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Ce que vous supprimez ici y est aussi supprimé.</translation>
        </message>
        <message>
            <source>What you delete here stays there.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Ce que vous supprimez ici y reste.</translation>
        </message>
    </context>
    <context>
        <name>activity</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Nom</translation>
        </message>
        <message>
            <source>Mirror</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Miroir</translation>
        </message>
        <message>
            <source>Action</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Action</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Taille</translation>
        </message>
        <message>
            <source>Progress</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Progression</translation>
        </message>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Vitesse</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>État</translation>
        </message>
        <message>
            <source>When</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Quand</translation>
        </message>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>Send</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Envoyer</translation>
        </message>
        <message>
            <source>Remove</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Supprimer</translation>
        </message>
        <message>
            <source>Move</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Déplacer</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>En cours</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Interrompu</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Non effectué</translation>
        </message>
        <message>
            <source>No longer needed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Plus nécessaire</translation>
        </message>
        <message>
            <source>Done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Terminé</translation>
        </message>
    </context>
    <context>
        <name>advice</name>
        <message>
            <source>Give the file another, shorter name, or ignore it.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Donnez au fichier un autre nom, plus court, ou ignorez-le.</translation>
        </message>
        <message>
            <source>Allow this account to write there, or choose another place, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Autorisez ce compte à écrire à cet endroit, ou choisissez un autre emplacement, puis réessayez.</translation>
        </message>
        <message>
            <source>A file and a folder have the same name. Rename one of them, here or at the destination, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Un fichier et un dossier ont le même nom. Renommez l'un des deux, ici ou à destination, puis réessayez.</translation>
        </message>
        <message>
            <source>It was removed at the destination. Retry to send it again.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Il a été supprimé à destination. Réessayez pour l'envoyer à nouveau.</translation>
        </message>
        <message>
            <source>The file is gone from this computer. There is nothing to do; this goes away.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Le fichier n'est plus sur cet ordinateur. Il n'y a rien à faire, ceci disparaîtra.</translation>
        </message>
        <message>
            <source>A program keeps writing to the file. It is sent as soon as it rests; close the program to have it sent now.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Un programme écrit sans cesse dans ce fichier. Il sera envoyé dès qu'il ne changera plus ; fermez le programme pour l'envoyer tout de suite.</translation>
        </message>
        <message>
            <source>Close the program that uses the file, or allow yourself to read it, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Fermez le programme qui utilise le fichier, ou donnez-vous le droit de le lire, puis réessayez.</translation>
        </message>
        <message>
            <source>It is tried again by itself. Retry now, or ignore the file.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Une nouvelle tentative aura lieu automatiquement. Réessayez maintenant, ou ignorez le fichier.</translation>
        </message>
    </context>
    <context>
        <name>card</name>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln fichier n'a pas pu être répliqué.</numerusform>
                <numerusform>%Ln fichiers n'ont pas pu être répliqués.</numerusform>
            </translation>
        </message>
        <message>
            <source>Next try in {0}.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Prochaine tentative dans {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) left</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln fichier restant</numerusform>
                <numerusform>%Ln fichiers restants</numerusform>
            </translation>
        </message>
        <message>
            <source>Not checked yet</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Pas encore vérifié</translation>
        </message>
        <message>
            <source>Last checked {0}</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Dernière vérification {0}</translation>
        </message>
        <message>
            <source>{0}, {1} at the destination</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>{0}, {1} à destination</translation>
        </message>
    </context>
    <context>
        <name>choices</name>
        <message>
            <source>As on this computer</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Comme sur cet ordinateur</translation>
        </message>
        <message>
            <source>Light</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Clair</translation>
        </message>
        <message>
            <source>Dark</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Sombre</translation>
        </message>
        <message>
            <source>Everything</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Tout</translation>
        </message>
        <message>
            <source>The usual</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Normal</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Avertissements et erreurs</translation>
        </message>
        <message>
            <source>Errors alone</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Erreurs seulement</translation>
        </message>
        <message>
            <source>Wait for another connection</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Attendre une autre connexion</translation>
        </message>
        <message>
            <source>Send all the same</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Envoyer quand même</translation>
        </message>
        <message>
            <source>Whatever there is</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Tout ce qui est disponible</translation>
        </message>
        <message>
            <source>SSH agent</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Agent SSH</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Fichier de clé</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Mot de passe</translation>
        </message>
        <message>
            <source>Access key</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Clé d'accès</translation>
        </message>
        <message>
            <source>This computer's own settings</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Paramètres propres à cet ordinateur</translation>
        </message>
        <message>
            <source>In the path</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Dans le chemin</translation>
        </message>
        <message>
            <source>In front of the host's name</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Devant le nom de l'hôte</translation>
        </message>
        <message>
            <source>As the bucket is set</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Selon le réglage du bucket</translation>
        </message>
        <message>
            <source>What is removed or replaced</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Ce qui est supprimé ou remplacé</translation>
        </message>
        <message>
            <source>Removed files only</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Seulement les fichiers supprimés</translation>
        </message>
        <message>
            <source>Nothing</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Rien</translation>
        </message>
        <message>
            <source>Off</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Désactivé</translation>
        </message>
        <message>
            <source>Message</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Message</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Son</translation>
        </message>
        <message>
            <source>Message and sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Message et son</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Automatique</translation>
        </message>
    </context>
    <context>
        <name>doctor</name>
        <message>
            <source>Program</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Programme</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Paramètres</translation>
        </message>
        <message>
            <source>Connections of your own</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Connexions personnelles</translation>
        </message>
        <message>
            <source>Running</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Exécution</translation>
        </message>
        <message>
            <source>Start at login</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Lancement à l'ouverture de session</translation>
        </message>
        <message>
            <source>Keyring</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Trousseau</translation>
        </message>
        <message>
            <source>Clock</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Horloge</translation>
        </message>
        <message>
            <source>Open files</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Fichiers ouverts</translation>
        </message>
        <message>
            <source>Disk</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Disque</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>État</translation>
        </message>
        <message>
            <source>Watching</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Surveillance</translation>
        </message>
        <message>
            <source>Folder of {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Dossier de {0}</translation>
        </message>
        <message>
            <source>Service {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Service {0}</translation>
        </message>
        <message>
            <source>Right</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Correct</translation>
        </message>
        <message>
            <source>Good to know</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Bon à savoir</translation>
        </message>
        <message>
            <source>Warning</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Avertissement</translation>
        </message>
        <message>
            <source>Does not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Ne fonctionne pas</translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) do not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln élément ne fonctionne pas</numerusform>
                <numerusform>%Ln éléments ne fonctionnent pas</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) to look at</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln point à examiner</numerusform>
                <numerusform>%Ln points à examiner</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is fine</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Tout va bien</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The service {0}: {1}</source>
            <extracomment>app.py {0}: service.name, {1}: error</extracomment>
            <translation>Le service {0} : {1}</translation>
        </message>
        <message>
            <source>The running app does not know the command {0}.</source>
            <extracomment>app.py {0}: command</extracomment>
            <translation>L'application en cours d'exécution ne connaît pas la commande {0}.</translation>
        </message>
        <message>
            <source>The file changed while it was read.</source>
            <extracomment>connections/base.py; connections/s3/small.py</extracomment>
            <translation>Le fichier a changé pendant sa lecture.</translation>
        </message>
        <message>
            <source>The proxy {0} cannot be reached.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Le proxy {0} est injoignable.</translation>
        </message>
        <message>
            <source>The proxy {0} is of a kind that can carry web pages only.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Le proxy {0} est d'un type qui ne transporte que des pages web.</translation>
        </message>
        <message>
            <source>no HTTP answer</source>
            <extracomment>connections/dial.py</extracomment>
            <translation>pas de réponse HTTP</translation>
        </message>
        <message>
            <source>The proxy {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Le proxy {0} demande un utilisateur et un mot de passe, ou a refusé ceux qu'il a reçus.</translation>
        </message>
        <message>
            <source>The proxy {0} did not lead to {1} ({2}).</source>
            <extracomment>connections/dial.py {0}: proxy, {1}: at(host, port), {2}: why</extracomment>
            <translation>Le proxy {0} n'a pas mené à {1} ({2}).</translation>
        </message>
        <message>
            <source>the copy is not as long as the file</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>la copie n'est pas aussi longue que le fichier</translation>
        </message>
        <message>
            <source>The folder is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Le dossier n'est pas à destination.</translation>
        </message>
        <message>
            <source>The new name is taken at the destination.</source>
            <extracomment>connections/local/connection.py; connections/sftp/connection.py</extracomment>
            <translation>Le nouveau nom est déjà pris à destination.</translation>
        </message>
        <message>
            <source>The file is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Le fichier n'est pas à destination.</translation>
        </message>
        <message>
            <source>This is not a file at the destination.</source>
            <extracomment>connections/local/connection.py; connections/local/reading.py</extracomment>
            <translation>Ce n'est pas un fichier à destination.</translation>
        </message>
        <message>
            <source>A folder has this name at the destination.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Un dossier porte ce nom à destination.</translation>
        </message>
        <message>
            <source>The file grew while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>Le fichier a grandi pendant sa lecture.</translation>
        </message>
        <message>
            <source>The file shrank while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>Le fichier a rétréci pendant sa lecture.</translation>
        </message>
        <message>
            <source>This is not a regular file.</source>
            <extracomment>connections/local/copying.py; connections/local/reading.py</extracomment>
            <translation>Ce n'est pas un fichier ordinaire.</translation>
        </message>
        <message>
            <source>The file changed before it was read.</source>
            <extracomment>connections/local/copying.py; connections/sftp/modes.py</extracomment>
            <translation>Le fichier a changé avant d'être lu.</translation>
        </message>
        <message>
            <source>The file cannot be written here: {0}.</source>
            <extracomment>connections/local/reading.py {0}: error.strerror; engine/restoring/target.py {0}: error.strerror or error</extracomment>
            <translation>Le fichier ne peut pas être écrit ici : {0}.</translation>
        </message>
        <message>
            <source>A file or folder cannot have this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>Un fichier ou un dossier ne peut pas porter ce nom.</translation>
        </message>
        <message>
            <source>A folder keeps no versions.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Un dossier ne conserve pas de versions.</translation>
        </message>
        <message>
            <source>Names of this form are kept for unfinished copies.</source>
            <extracomment>connections/local/names.py; engine/restoring/names.py</extracomment>
            <translation>Les noms de cette forme sont réservés aux copies inachevées.</translation>
        </message>
        <message>
            <source>The destination would drop the dot or space at the end of this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>La destination supprimerait le point ou l'espace à la fin de ce nom.</translation>
        </message>
        <message>
            <source>Windows does not allow any of &lt; &gt; : " | ? * \ in a name.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows n'autorise aucun des caractères &lt; &gt; : " | ? * \ dans un nom.</translation>
        </message>
        <message>
            <source>Windows keeps this name for a device.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows réserve ce nom à un périphérique.</translation>
        </message>
        <message>
            <source>The file changed at the destination while it was read.</source>
            <extracomment>connections/local/reading.py; connections/sftp/reading.py</extracomment>
            <translation>Le fichier a changé à destination pendant sa lecture.</translation>
        </message>
        <message>
            <source>{0} is not a folder.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} n'est pas un dossier.</translation>
        </message>
        <message>
            <source>No disk is mounted at {0}.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Aucun disque n'est monté sur {0}.</translation>
        </message>
        <message>
            <source>The folder {0} may not be written to.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Le dossier {0} n'est pas accessible en écriture.</translation>
        </message>
        <message>
            <source>{0} is another folder now: was a disk unmounted?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} est maintenant un autre dossier : un disque a-t-il été démonté ?</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Is its disk plugged in?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Le dossier {0} est introuvable. Son disque est-il branché ?</translation>
        </message>
        <message>
            <source>The folder {0} may not be read.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Le dossier {0} n'est pas accessible en lecture.</translation>
        </message>
        <message>
            <source>{0} cannot be reached: {1}.</source>
            <extracomment>connections/local/root.py {0}: self.shown, {1}: error.strerror; updates/fetching.py {0}: host, {1}: _detail(error)</extracomment>
            <translation>{0} est injoignable : {1}.</translation>
        </message>
        <message>
            <source>The destination's own folder cannot be a file.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Le dossier même de la destination ne peut pas être un fichier.</translation>
        </message>
        <message>
            <source>A link at the destination has the name of a folder.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Un lien à destination porte le nom d'un dossier.</translation>
        </message>
        <message>
            <source>The destination is read-only.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>La destination est en lecture seule.</translation>
        </message>
        <message>
            <source>The two names are on different disks at the destination.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Les deux noms sont sur des disques différents à destination.</translation>
        </message>
        <message>
            <source>The disk or share is no longer reachable.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Le disque ou le partage n'est plus joignable.</translation>
        </message>
        <message>
            <source>A {0} service cannot be made of these options ({1}).</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: type(error).__name__</extracomment>
            <translation>Un service {0} ne peut pas être créé avec ces options ({1}).</translation>
        </message>
        <message>
            <source>{0} is a secret: it belongs in the keyring, not here.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} est un secret : sa place est dans le trousseau, pas ici.</translation>
        </message>
        <message>
            <source>{0} must be text.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} doit être du texte.</translation>
        </message>
        <message>
            <source>{0} must be {1}, not {2}.</source>
            <extracomment>connections/options.py {0}: option.name, {1}: allowed, {2}: given</extracomment>
            <translation>{0} doit être {1}, pas {2}.</translation>
        </message>
        <message>
            <source>one of {0}</source>
            <extracomment>connections/options.py {0}: ', '.join(option.choices)</extracomment>
            <translation>l'une des valeurs {0}</translation>
        </message>
        <message>
            <source>a path in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>un chemin entre guillemets</translation>
        </message>
        <message>
            <source>text in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>du texte entre guillemets</translation>
        </message>
        <message>
            <source>one line of text</source>
            <extracomment>connections/options.py</extracomment>
            <translation>une seule ligne de texte</translation>
        </message>
        <message>
            <source>a whole number</source>
            <extracomment>connections/options.py</extracomment>
            <translation>un nombre entier</translation>
        </message>
        <message>
            <source>true or false</source>
            <extracomment>connections/options.py</extracomment>
            <translation>true ou false</translation>
        </message>
        <message>
            <source>A {0} service needs {1} ({2}).{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: option.name, {2}: option.label, {3}: explained</extracomment>
            <translation>Un service {0} a besoin de {1} ({2}).{3}</translation>
        </message>
        <message>
            <source>Did you mean {0}?</source>
            <extracomment>connections/options.py {0}: near[0]; settings/reader.py {0}: quoted(found[0])</extracomment>
            <translation>Vouliez-vous dire {0} ?</translation>
        </message>
        <message>
            <source>A {0} service knows no {1}, only {2}.{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: name, {2}: ', '.join(names) or 'nothing', {3}: meant</extracomment>
            <translation>Un service {0} ne connaît pas {1}, seulement {2}.{3}</translation>
        </message>
        <message>
            <source>The name {0} could not be looked up.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le nom {0} n'a pas pu être recherché.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to a network, then try again.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez que cet ordinateur est connecté à un réseau, puis réessayez.</translation>
        </message>
        <message>
            <source>The name {0} is not known.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le nom {0} est inconnu.</translation>
        </message>
        <message>
            <source>Check the spelling. A name of your own network is known only there: you may have to connect to it (VPN), or use the address (such as 192.168.1.20) instead.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez l'orthographe. Un nom de votre propre réseau n'est connu que dans celui-ci : il faut peut-être vous y connecter (VPN), ou utiliser plutôt l'adresse (par exemple 192.168.1.20).</translation>
        </message>
        <message>
            <source>{0}:{1} is no address of a server.</source>
            <extracomment>connections/reach.py {0}: host, {1}: endpoint.port</extracomment>
            <translation>{0}:{1} n'est pas l'adresse d'un serveur.</translation>
        </message>
        <message>
            <source>Give a name such as nas.example.com and a port from 1 to 65535.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Indiquez un nom tel que nas.example.com et un port de 1 à 65535.</translation>
        </message>
        <message>
            <source>{0} is there, but nothing answers at its port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} est bien là, mais rien ne répond sur son port {1}.</translation>
        </message>
        <message>
            <source>Check the port, and that the service is running on the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez le port, et que le service est actif sur le serveur.</translation>
        </message>
        <message>
            <source>{0} does not answer at port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} ne répond pas sur le port {1}.</translation>
        </message>
        <message>
            <source>Check address and port, and that the server is switched on. A firewall on the way may also swallow the attempt.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez l'adresse et le port, et que le serveur est allumé. Un pare-feu sur le trajet peut aussi bloquer la tentative.</translation>
        </message>
        <message>
            <source>There is no way to {0} from here.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Aucune route ne mène à {0} depuis cet ordinateur.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to the right network (or VPN).</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez que cet ordinateur est connecté au bon réseau (ou VPN).</translation>
        </message>
        <message>
            <source>{0} cannot be reached at port {1}: {2}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port, {2}: error.strerror or error</extracomment>
            <translation>{0} est injoignable sur le port {1} : {2}.</translation>
        </message>
        <message>
            <source>Check address and port, and this computer's network.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez l'adresse et le port, ainsi que le réseau de cet ordinateur.</translation>
        </message>
        <message>
            <source>{0} does not speak TLS at port {1}.</source>
            <extracomment>connections/reach.py {0}: endpoint.host, {1}: endpoint.port</extracomment>
            <translation>{0} ne parle pas TLS sur le port {1}.</translation>
        </message>
        <message>
            <source>Check the port. A server without encryption has an address that begins with http:// instead of https://.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez le port. L'adresse d'un serveur sans chiffrement commence par http:// au lieu de https://.</translation>
        </message>
        <message>
            <source>The certificate of {0} has expired.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le certificat de {0} a expiré.</translation>
        </message>
        <message>
            <source>Whoever runs the server must renew it. If it should be good, check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>La personne qui gère le serveur doit le renouveler. S'il devrait être valable, vérifiez l'horloge de cet ordinateur.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not valid yet.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le certificat de {0} n'est pas encore valable.</translation>
        </message>
        <message>
            <source>Check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Vérifiez l'horloge de cet ordinateur.</translation>
        </message>
        <message>
            <source>The certificate belongs to another name than {0}.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le certificat correspond à un autre nom que {0}.</translation>
        </message>
        <message>
            <source>Use the name that the certificate was made for.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Utilisez le nom pour lequel le certificat a été établi.</translation>
        </message>
        <message>
            <source>The certificate of {0} was issued by somebody this computer does not trust.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Le certificat de {0} a été émis par une autorité que cet ordinateur ne reconnaît pas.</translation>
        </message>
        <message>
            <source>If the server is your own, put its issuer's certificate into a file and name that file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Si le serveur vous appartient, placez le certificat de son émetteur dans un fichier et indiquez ce fichier dans la variable d'environnement AWS_CA_BUNDLE. Sinon, ne vous connectez pas.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not good: {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: message</extracomment>
            <translation>Le certificat de {0} n'est pas valable : {1}.</translation>
        </message>
        <message>
            <source>Ask whoever runs the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Demandez à la personne qui gère le serveur.</translation>
        </message>
        <message>
            <source>There is no service of the kind {0}, only {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: known</extracomment>
            <translation>Il n'existe pas de service du type {0}, seulement {1}.</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: found.where, {1}: _words(error)</extracomment>
            <translation>{0} est inutilisable : {1}</translation>
        </message>
        <message>
            <source>The kind {0} is taken by {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: taken</extracomment>
            <translation>Le type {0} est déjà pris par {1}.</translation>
        </message>
        <message>
            <source>The file cannot be loaded: {0}</source>
            <extracomment>connections/registry.py {0}: _words(error)</extracomment>
            <translation>Le fichier ne peut pas être chargé : {0}</translation>
        </message>
        <message>
            <source>The file holds no connection class with a kind.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>Le fichier ne contient aucune classe de connexion avec un type.</translation>
        </message>
        <message>
            <source>The class {0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: cls.__name__, {1}: error</extracomment>
            <translation>La classe {0} est inutilisable : {1}</translation>
        </message>
        <message>
            <source>it is not a Python file</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>ce n'est pas un fichier Python</translation>
        </message>
        <message>
            <source>it is not a subclass of Connection.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>ce n'est pas une sous-classe de Connection.</translation>
        </message>
        <message>
            <source>it lacks {0}.</source>
            <extracomment>connections/registry.py {0}: missing</extracomment>
            <translation>il lui manque {0}.</translation>
        </message>
        <message>
            <source>its kind is not {0}.</source>
            <extracomment>connections/registry.py {0}: kind</extracomment>
            <translation>son type n'est pas {0}.</translation>
        </message>
        <message>
            <source>The proxy must be empty (for the system's own), none, or an address such as http://proxy:3128 or socks5://user:password@proxy:1080.</source>
            <extracomment>connections/route.py</extracomment>
            <translation>Le proxy doit être vide (pour celui du système), none, ou une adresse telle que http://proxy:3128 ou socks5://user:password@proxy:1080.</translation>
        </message>
        <message>
            <source>Check the bucket's name. It must exist: make it in the provider's console first.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Vérifiez le nom du bucket. Il doit exister : créez-le d'abord dans la console du fournisseur.</translation>
        </message>
        <message>
            <source>Copy the access key ID once more, and check that it belongs to this service.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Copiez à nouveau l'ID de clé d'accès, et vérifiez qu'il appartient à ce service.</translation>
        </message>
        <message>
            <source>Copy the secret access key once more, whole and without a space. If you no longer have it, make a new key.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Copiez à nouveau la clé d'accès secrète, en entier et sans espace. Si vous ne l'avez plus, créez une nouvelle clé.</translation>
        </message>
        <message>
            <source>Make a new key in the provider's console and enter it here.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Créez une nouvelle clé dans la console du fournisseur et saisissez-la ici.</translation>
        </message>
        <message>
            <source>Set the region in which the bucket was made.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Indiquez la région dans laquelle le bucket a été créé.</translation>
        </message>
        <message>
            <source>Set this computer's date and time, best by switching on that it sets them itself.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Réglez la date et l'heure de cet ordinateur, de préférence en activant le réglage automatique.</translation>
        </message>
        <message>
            <source>Give the key the right to list, read, write and delete there. If it is limited to a folder of the bucket, enter that as the folder in the bucket.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Donnez à la clé le droit d'y lister, lire, écrire et supprimer. Si elle est limitée à un dossier du bucket, indiquez celui-ci comme dossier dans le bucket.</translation>
        </message>
        <message>
            <source>Sign in at the provider's web page and look at the account.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Identifiez-vous sur le site du fournisseur et examinez le compte.</translation>
        </message>
        <message>
            <source>Choose another storage class or encryption, or leave them empty.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Choisissez une autre classe de stockage ou un autre chiffrement, ou laissez ces champs vides.</translation>
        </message>
        <message>
            <source>Set the region to {0}.</source>
            <extracomment>connections/s3/advice.py {0}: right</extracomment>
            <translation>Indiquez la région {0}.</translation>
        </message>
        <message>
            <source>If the server wants encryption, its address begins with https://.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Si le serveur exige le chiffrement, son adresse commence par https://.</translation>
        </message>
        <message>
            <source>The file became shorter while it was read.</source>
            <extracomment>connections/s3/body.py; connections/sftp/batch.py</extracomment>
            <translation>Le fichier a raccourci pendant sa lecture.</translation>
        </message>
        <message>
            <source>What answers at {0} does not speak S3.</source>
            <extracomment>connections/s3/bucket.py {0}: self.host; connections/s3/errors.py {0}: host</extracomment>
            <translation>Ce qui répond sur {0} ne parle pas S3.</translation>
        </message>
        <message>
            <source>The access key ID or the secret access key is missing.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>L'ID de clé d'accès ou la clé d'accès secrète manque.</translation>
        </message>
        <message>
            <source>The access key may not list {0}; listing is the least it needs.</source>
            <extracomment>connections/s3/connection.py {0}: self.describe()</extracomment>
            <translation>La clé d'accès n'a pas le droit de lister {0} ; c'est le minimum nécessaire.</translation>
        </message>
        <message>
            <source>The connection is not open.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>La connexion n'est pas ouverte.</translation>
        </message>
        <message>
            <source>'{0}' is no address of a storage service.</source>
            <extracomment>connections/s3/account.py {0}: self.host</extracomment>
            <translation>« {0} » n'est pas l'adresse d'un service de stockage.</translation>
        </message>
        <message>
            <source>It is not in the bucket.</source>
            <extracomment>connections/s3/copying.py; connections/s3/errors.py</extracomment>
            <translation>Il n'est pas dans le bucket.</translation>
        </message>
        <message>
            <source>The storage did not copy the whole object.</source>
            <extracomment>connections/s3/copying.py</extracomment>
            <translation>Le stockage n'a pas copié l'objet en entier.</translation>
        </message>
        <message>
            <source>{0} does not know this access key.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} ne connaît pas cette clé d'accès.</translation>
        </message>
        <message>
            <source>{0} refused the access key: the secret key does not belong to it.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} a refusé la clé d'accès : la clé secrète ne lui correspond pas.</translation>
        </message>
        <message>
            <source>The access key's session at {0} has expired.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>La session de la clé d'accès sur {0} a expiré.</translation>
        </message>
        <message>
            <source>The bucket '{0}' is in another region than the one set for it.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Le bucket « {0} » est dans une autre région que celle indiquée.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Le proxy sur le trajet vers {0} demande un utilisateur et un mot de passe, ou a refusé ceux qu'il a reçus.</translation>
        </message>
        <message>
            <source>This computer's clock differs too much from that of {0}: set it right.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>L'horloge de cet ordinateur diffère trop de celle de {0} : mettez-la à l'heure.</translation>
        </message>
        <message>
            <source>{0} does not accept the storage class or encryption chosen ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} n'accepte pas la classe de stockage ou le chiffrement choisi ({1}).</translation>
        </message>
        <message>
            <source>The bucket '{0}' does not exist at {1}.</source>
            <extracomment>connections/s3/errors.py {0}: bucket, {1}: host</extracomment>
            <translation>Le bucket « {0} » n'existe pas sur {1}.</translation>
        </message>
        <message>
            <source>'{0}' cannot be the name of a bucket.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>« {0} » ne peut pas être le nom d'un bucket.</translation>
        </message>
        <message>
            <source>{0} reports a problem with the account.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} signale un problème avec le compte.</translation>
        </message>
        <message>
            <source>The account is not signed up for storage at {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Le compte n'est pas inscrit au stockage de {0}.</translation>
        </message>
        <message>
            <source>The path is too long for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Le chemin est trop long pour ce stockage.</translation>
        </message>
        <message>
            <source>The file is too large for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Le fichier est trop volumineux pour ce stockage.</translation>
        </message>
        <message>
            <source>This storage cannot hold this name.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Ce stockage ne peut pas contenir ce nom.</translation>
        </message>
        <message>
            <source>Something of another kind has this name in the bucket.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Un élément d'un autre type porte ce nom dans le bucket.</translation>
        </message>
        <message>
            <source>The content arrived damaged and was refused.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Le contenu est arrivé endommagé et a été refusé.</translation>
        </message>
        <message>
            <source>The object was changed by somebody else meanwhile.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>L'objet a été modifié entre-temps par quelqu'un d'autre.</translation>
        </message>
        <message>
            <source>It lies in an archive there, from where it must be called back before it can be read.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Il se trouve là-bas dans une archive, d'où il faut le rappeler avant de pouvoir le lire.</translation>
        </message>
        <message>
            <source>The certificate of {0} cannot be trusted, or TLS failed.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Le certificat de {0} n'est pas fiable, ou TLS a échoué.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} cannot be reached, or does not lead there.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Le proxy sur le trajet vers {0} est injoignable, ou n'y mène pas.</translation>
        </message>
        <message>
            <source>{0} cannot be reached.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} est injoignable.</translation>
        </message>
        <message>
            <source>The connection to {0} broke off.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>La connexion à {0} s'est interrompue.</translation>
        </message>
        <message>
            <source>This computer's own AWS settings hold no usable credentials ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: name</extracomment>
            <translation>Les paramètres AWS de cet ordinateur ne contiennent pas d'identifiants utilisables ({0}).</translation>
        </message>
        <message>
            <source>The bucket name '{0}' or another setting of the service is not valid.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Le nom de bucket « {0} » ou un autre paramètre du service n'est pas valable.</translation>
        </message>
        <message>
            <source>There is no space or quota left in the bucket '{0}'.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Il n'y a plus d'espace ou de quota disponible dans le bucket « {0} ».</translation>
        </message>
        <message>
            <source>The access key may not do this ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: error.operation_name</extracomment>
            <translation>La clé d'accès n'a pas ce droit ({0}).</translation>
        </message>
        <message>
            <source>{0} does not offer this ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error.operation_name</extracomment>
            <translation>{0} ne propose pas cela ({1}).</translation>
        </message>
        <message>
            <source>{0} cannot serve us at the moment ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} ne peut pas répondre à la demande pour le moment ({1}).</translation>
        </message>
        <message>
            <source>{0} refused it: {1} ({2})</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: words or 'no reason given', {2}: code or status</extracomment>
            <translation>{0} a refusé : {1} ({2})</translation>
        </message>
        <message>
            <source>no reason given</source>
            <extracomment>connections/s3/errors.py; connections/sftp/session.py</extracomment>
            <translation>aucune raison donnée</translation>
        </message>
        <message>
            <source>The settings for {0} cannot be used: {1}</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error</extracomment>
            <translation>Les paramètres pour {0} sont inutilisables : {1}</translation>
        </message>
        <message>
            <source>What this file replaces cannot be kept. {0}</source>
            <extracomment>connections/s3/keeping.py {0}: error</extracomment>
            <translation>Ce que ce fichier remplace ne peut pas être conservé. {0}</translation>
        </message>
        <message>
            <source>The access key may not copy what this file replaces, to keep it: let the key read as well, or do not keep what is replaced.</source>
            <extracomment>connections/s3/keeping.py</extracomment>
            <translation>La clé d'accès n'a pas le droit de copier ce que ce fichier remplace, pour le conserver : donnez-lui aussi le droit de lire, ou ne conservez pas ce qui est remplacé.</translation>
        </message>
        <message>
            <source>The storage did not put the parts together; the file is sent again.</source>
            <extracomment>connections/s3/multipart.py</extracomment>
            <translation>Le stockage n'a pas assemblé les parties ; le fichier est envoyé à nouveau.</translation>
        </message>
        <message>
            <source>This storage turns a backslash in a name into a folder; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Ce stockage transforme une barre oblique inverse dans un nom en dossier ; renommez le fichier pour qu'il soit répliqué.</translation>
        </message>
        <message>
            <source>This storage hides folders named '.uploads'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Ce stockage masque les dossiers nommés « .uploads » ; renommez le dossier pour qu'il soit répliqué.</translation>
        </message>
        <message>
            <source>This storage hides folders whose name ends in '.versions'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Ce stockage masque les dossiers dont le nom se termine par « .versions » ; renommez le dossier pour qu'il soit répliqué.</translation>
        </message>
        <message>
            <source>The name holds bytes that are no text, which S3 cannot store; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Le nom contient des octets qui ne sont pas du texte, ce que S3 ne peut pas stocker ; renommez le fichier pour qu'il soit répliqué.</translation>
        </message>
        <message>
            <source>The whole path is {0} bytes long; S3 takes {1}.</source>
            <extracomment>connections/s3/names.py {0}: length, {1}: MAX_KEY_BYTES</extracomment>
            <translation>Le chemin complet fait {0} octets ; S3 en accepte {1}.</translation>
        </message>
        <message>
            <source>This is the name of a folder.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>C'est le nom d'un dossier.</translation>
        </message>
        <message>
            <source>A path with '.', '..' or nothing between two slashes is no key.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Un chemin avec « . », « .. » ou rien entre deux barres obliques n'est pas une clé.</translation>
        </message>
        <message>
            <source>The parts of an unfinished upload cannot be removed at the moment.</source>
            <extracomment>connections/s3/orphans.py</extracomment>
            <translation>Les parties d'un envoi inachevé ne peuvent pas être supprimées pour le moment.</translation>
        </message>
        <message>
            <source>Another part failed.</source>
            <extracomment>connections/s3/parts.py</extracomment>
            <translation>Une autre partie a échoué.</translation>
        </message>
        <message>
            <source>The address of the service must begin with https:// (or http://) and the name of a server.</source>
            <extracomment>connections/s3/places.py</extracomment>
            <translation>L'adresse du service doit commencer par https:// (ou http://) et le nom d'un serveur.</translation>
        </message>
        <message>
            <source>The certificate of {0} is good.</source>
            <extracomment>connections/s3/proof.py {0}: endpoint.host</extracomment>
            <translation>Le certificat de {0} est valable.</translation>
        </message>
        <message>
            <source>Something has this name here already.</source>
            <extracomment>connections/s3/reading.py</extracomment>
            <translation>Quelque chose porte déjà ce nom ici.</translation>
        </message>
        <message>
            <source>Signing in as {0} took too long.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who</extracomment>
            <translation>L'identification en tant que {0} a pris trop de temps.</translation>
        </message>
        <message>
            <source>The connection broke off while signing in.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>La connexion s'est interrompue pendant l'identification.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}: {2}.</source>
            <extracomment>connections/sftp/auth.py {0}: way.name, {1}: self._who, {2}: self._transport.goodbye</extracomment>
            <translation>Le serveur a refusé {0} pour {1} : {2}.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._refused[0], {1}: self._who; connections/sftp/auth.py {0}: names, {1}: self._who</extracomment>
            <translation>Le serveur a refusé {0} pour {1}.</translation>
        </message>
        <message>
            <source>nothing we know</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>rien de connu</translation>
        </message>
        <message>
            <source>Nothing to sign in with as {0}; the server takes: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: asked</extracomment>
            <translation>Rien pour s'identifier en tant que {0} ; le serveur accepte : {1}.</translation>
        </message>
        <message>
            <source>No SSH agent with a key was found.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>Aucun agent SSH contenant une clé n'a été trouvé.</translation>
        </message>
        <message>
            <source>agent's keys</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>les clés de l'agent</translation>
        </message>
        <message>
            <source>The server asks {0} for more than the password: {1}</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: answer.too_curious</extracomment>
            <translation>Le serveur demande à {0} plus que le mot de passe : {1}</translation>
        </message>
        <message>
            <source>a question without an answer</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>une question sans réponse</translation>
        </message>
        <message>
            <source>The key file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: path, {1}: error.strerror</extracomment>
            <translation>Le fichier de clé {0} ne peut pas être lu : {1}.</translation>
        </message>
        <message>
            <source>The key file {0} is locked by a passphrase.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Le fichier de clé {0} est verrouillé par une phrase secrète.</translation>
        </message>
        <message>
            <source>The passphrase does not open the key file {0}.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>La phrase secrète n'ouvre pas le fichier de clé {0}.</translation>
        </message>
        <message>
            <source>The file {0} holds no private key that can be used.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Le fichier {0} ne contient pas de clé privée utilisable.</translation>
        </message>
        <message>
            <source>The key file {0} is of a kind that is not supported.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Le fichier de clé {0} est d'un type non pris en charge.</translation>
        </message>
        <message>
            <source>password</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>le mot de passe</translation>
        </message>
        <message>
            <source>key</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>la clé</translation>
        </message>
        <message>
            <source>no handle</source>
            <extracomment>connections/sftp/batch.py; connections/sftp/calls.py</extracomment>
            <translation>aucun descripteur</translation>
        </message>
        <message>
            <source>no attributes</source>
            <extracomment>connections/sftp/calls.py; connections/sftp/keeping.py</extracomment>
            <translation>aucun attribut</translation>
        </message>
        <message>
            <source>no name</source>
            <extracomment>connections/sftp/calls.py</extracomment>
            <translation>aucun nom</translation>
        </message>
        <message>
            <source>The connection was closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>La connexion a été fermée.</translation>
        </message>
        <message>
            <source>The connection is closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>La connexion est fermée.</translation>
        </message>
        <message>
            <source>This server keeps no versions.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>Ce serveur ne conserve pas de versions.</translation>
        </message>
        <message>
            <source>The server is known by its host key, {0} {1}.</source>
            <extracomment>connections/sftp/connection.py {0}: key.get_name(), {1}: shown</extracomment>
            <translation>Le serveur est reconnu à sa clé d'hôte, {0} {1}.</translation>
        </message>
        <message>
            <source>A file stands where a folder is needed at the destination.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Un fichier se trouve là où un dossier est nécessaire à destination.</translation>
        </message>
        <message>
            <source>It is not at the destination.</source>
            <extracomment>connections/sftp/faults.py; core/errors.py</extracomment>
            <translation>Il n'est pas à destination.</translation>
        </message>
        <message>
            <source>The server lost its own connection.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Le serveur a perdu sa propre connexion.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>La destination ne peut pas contenir ce nom.</translation>
        </message>
        <message>
            <source>The server does not support what is needed for this file.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Le serveur ne prend pas en charge ce qu'il faut pour ce fichier.</translation>
        </message>
        <message>
            <source>The destination is full.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>La destination est pleine.</translation>
        </message>
        <message>
            <source>The content arrived damaged from {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Le contenu est arrivé endommagé de {0}.</translation>
        </message>
        <message>
            <source>The server broke off in the middle of its list.</source>
            <extracomment>connections/s3/listing.py</extracomment>
            <translation>Le serveur a interrompu sa liste en cours de route.</translation>
        </message>
        <message>
            <source>The destination does not allow it.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>La destination ne l'autorise pas.</translation>
        </message>
        <message>
            <source>The server reported: {0}.</source>
            <extracomment>connections/sftp/faults.py {0}: error.message or 'failure'</extracomment>
            <translation>Le serveur a signalé : {0}.</translation>
        </message>
        <message>
            <source>The file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: path, {1}: error.strerror</extracomment>
            <translation>Le fichier {0} ne peut pas être lu : {1}.</translation>
        </message>
        <message>
            <source>The host key in the settings is neither a fingerprint (SHA256:...) nor a public key.</source>
            <extracomment>connections/sftp/hostkeys.py</extracomment>
            <translation>La clé d'hôte dans les paramètres n'est ni une empreinte (SHA256:...) ni une clé publique.</translation>
        </message>
        <message>
            <source>The host key of {0} ({1}) is marked as revoked.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>La clé d'hôte de {0} ({1}) est marquée comme révoquée.</translation>
        </message>
        <message>
            <source>The server {0} is not known yet. Its host key is {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>Le serveur {0} n'est pas encore connu. Sa clé d'hôte est {1}.</translation>
        </message>
        <message>
            <source>If that is the right one, accept it by -o host_key={0} or add it to known_hosts.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Si c'est la bonne, acceptez-la avec -o host_key={0} ou ajoutez-la à known_hosts.</translation>
        </message>
        <message>
            <source>The host key of {0} has CHANGED: it was {1} and is now {2} {3}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: before, {2}: key.kind, {3}: key.fingerprint</extracomment>
            <translation>La clé d'hôte de {0} a CHANGÉ : c'était {1}, et c'est maintenant {2} {3}.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it; only then accept the new key by -o host_key={0}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Quelqu'un écoute peut-être, ou le serveur a été réinstallé. Demandez à la personne qui le gère ; ensuite seulement, acceptez la nouvelle clé avec -o host_key={0}.</translation>
        </message>
        <message>
            <source>the folder is not known</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>le dossier n'est pas connu</translation>
        </message>
        <message>
            <source>no links</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>pas de liens</translation>
        </message>
        <message>
            <source>What is there at the destination could not be kept.</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>Ce qui se trouve à destination n'a pas pu être conservé.</translation>
        </message>
        <message>
            <source>no listing</source>
            <extracomment>connections/sftp/listing.py</extracomment>
            <translation>aucune liste</translation>
        </message>
        <message>
            <source>no message</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>aucun message</translation>
        </message>
        <message>
            <source>The name holds half a character and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Le nom contient un demi-caractère et ne peut pas être envoyé.</translation>
        </message>
        <message>
            <source>The name holds a zero byte and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Le nom contient un octet nul et ne peut pas être envoyé.</translation>
        </message>
        <message>
            <source>A part of the path is '.' or '..', which is no name.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Une partie du chemin est « . » ou « .. », ce qui n'est pas un nom.</translation>
        </message>
        <message>
            <source>unexpected reply {0}</source>
            <extracomment>connections/sftp/packets.py {0}: kind</extracomment>
            <translation>réponse inattendue {0}</translation>
        </message>
        <message>
            <source>The server offers no SFTP to this user.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Le serveur ne propose pas SFTP à cet utilisateur.</translation>
        </message>
        <message>
            <source>The connection broke off.</source>
            <extracomment>connections/sftp/pipeline.py; connections/sftp/session.py</extracomment>
            <translation>La connexion s'est interrompue.</translation>
        </message>
        <message>
            <source>The server takes no data any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Le serveur n'accepte plus de données.</translation>
        </message>
        <message>
            <source>The server does not answer any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Le serveur ne répond plus.</translation>
        </message>
        <message>
            <source>The server answers something that is not SFTP.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Le serveur répond autre chose que du SFTP.</translation>
        </message>
        <message>
            <source>The server allows no further channel.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>Le serveur n'autorise pas de canal supplémentaire.</translation>
        </message>
        <message>
            <source>The server opens no channel for SFTP.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>Le serveur n'ouvre pas de canal pour SFTP.</translation>
        </message>
        <message>
            <source>The server {0} has no safe algorithm in common: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: error</extracomment>
            <translation>Le serveur {0} n'a aucun algorithme sûr en commun : {1}.</translation>
        </message>
        <message>
            <source>it is no SSH server, or it hung up</source>
            <extracomment>connections/sftp/session.py</extracomment>
            <translation>ce n'est pas un serveur SSH, ou il a raccroché</translation>
        </message>
        <message>
            <source>No SSH session with {0}: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: detail</extracomment>
            <translation>Pas de session SSH avec {0} : {1}.</translation>
        </message>
        <message>
            <source>The server holds {0} bytes instead of {1}.</source>
            <extracomment>connections/sftp/upload.py {0}: size, {1}: self._size</extracomment>
            <translation>Le serveur contient {0} octets au lieu de {1}.</translation>
        </message>
        <message>
            <source>The server {0} could not be found.</source>
            <extracomment>connections/sftp/wire.py {0}: host</extracomment>
            <translation>Le serveur {0} est introuvable.</translation>
        </message>
        <message>
            <source>The server {0}:{1} did not answer.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port</extracomment>
            <translation>Le serveur {0}:{1} n'a pas répondu.</translation>
        </message>
        <message>
            <source>The server {0}:{1} cannot be reached: {2}.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port, {2}: detail</extracomment>
            <translation>Le serveur {0}:{1} est injoignable : {2}.</translation>
        </message>
        <message>
            <source>it takes no data</source>
            <extracomment>connections/sftp/wire.py</extracomment>
            <translation>il n'accepte pas de données</translation>
        </message>
        <message>
            <source>Check this computer's network, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vérifiez le réseau de cet ordinateur, puis réessayez.</translation>
        </message>
        <message>
            <source>Try again in a moment. If it stays so, ask whoever runs the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Réessayez dans un instant. Si cela persiste, demandez à la personne qui gère le service.</translation>
        </message>
        <message>
            <source>Check that the port belongs to this kind of service, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vérifiez que le port correspond à ce type de service, puis réessayez.</translation>
        </message>
        <message>
            <source>Plug in or mount its disk, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Branchez ou montez son disque, ou choisissez un autre dossier.</translation>
        </message>
        <message>
            <source>Choose another folder, or change its permissions.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Choisissez un autre dossier, ou modifiez ses droits d'accès.</translation>
        </message>
        <message>
            <source>Check the user name and the password or key, and that this account may use the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vérifiez le nom d'utilisateur et le mot de passe ou la clé, et que ce compte a le droit d'utiliser le service.</translation>
        </message>
        <message>
            <source>Give this account the right to look into the folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Donnez à ce compte le droit de consulter le dossier.</translation>
        </message>
        <message>
            <source>Give this account the right to write there, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Donnez à ce compte le droit d'y écrire, ou choisissez un autre dossier.</translation>
        </message>
        <message>
            <source>Give this account the right to read there; restoring needs it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Donnez à ce compte le droit d'y lire ; la restauration en a besoin.</translation>
        </message>
        <message>
            <source>Give this account the right to delete there, and remove the test file by hand.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Donnez à ce compte le droit d'y supprimer, et supprimez le fichier de test à la main.</translation>
        </message>
        <message>
            <source>Choose another folder at the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Choisissez un autre dossier sur le service.</translation>
        </message>
        <message>
            <source>Make room at the service, or choose another one.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Libérez de l'espace sur le service, ou choisissez-en un autre.</translation>
        </message>
        <message>
            <source>Check the settings of the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vérifiez les paramètres du service.</translation>
        </message>
        <message>
            <source>Do not connect. Ask whoever runs the server.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Ne vous connectez pas. Demandez à la personne qui gère le serveur.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it, and accept the new key only if they confirm it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Quelqu'un écoute peut-être, ou le serveur a été réinstallé. Demandez à la personne qui le gère, et n'acceptez la nouvelle clé que si elle la confirme.</translation>
        </message>
        <message>
            <source>Compare this fingerprint with the one that whoever runs the server gives you, and accept it only if the two are the same.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Comparez cette empreinte avec celle que vous donne la personne qui gère le serveur, et ne l'acceptez que si les deux sont identiques.</translation>
        </message>
        <message>
            <source>A proxy is on the way and sees to it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Un proxy se trouve sur le trajet et s'en charge.</translation>
        </message>
        <message>
            <source>{0} is no name but an address.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host</extracomment>
            <translation>{0} n'est pas un nom mais une adresse.</translation>
        </message>
        <message>
            <source>The address of {0} is {1}.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host, {1}: addresses[0]</extracomment>
            <translation>L'adresse de {0} est {1}.</translation>
        </message>
        <message>
            <source>Port {0} of {1} is open.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.port, {1}: endpoint.host</extracomment>
            <translation>Le port {0} de {1} est ouvert.</translation>
        </message>
        <message>
            <source>Nothing is encrypted: who listens on the way can read all of it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Rien n'est chiffré : quiconque écoute sur le trajet peut tout lire.</translation>
        </message>
        <message>
            <source>There are no files yet.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Il n'y a pas encore de fichiers.</translation>
        </message>
        <message>
            <source>There are files already.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Il y a déjà des fichiers.</translation>
        </message>
        <message>
            <source>A test file was written: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>Un fichier de test a été écrit : {0}</translation>
        </message>
        <message>
            <source>What was read back is not what was written.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Ce qui a été relu n'est pas ce qui a été écrit.</translation>
        </message>
        <message>
            <source>It was read back unchanged.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Il a été relu à l'identique.</translation>
        </message>
        <message>
            <source>The test file is still there: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>Le fichier de test est toujours là : {0}</translation>
        </message>
        <message>
            <source>It was deleted again.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Il a été supprimé.</translation>
        </message>
        <message>
            <source>not an action: {0}</source>
            <extracomment>core/actions.py {0}: text[:200]</extracomment>
            <translation>pas une action : {0}</translation>
        </message>
        <message>
            <source>The file is no longer there.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>Le fichier n'est plus là.</translation>
        </message>
        <message>
            <source>The file cannot be read: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Le fichier ne peut pas être lu : {0}.</translation>
        </message>
        <message>
            <source>The connection broke off: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>La connexion s'est interrompue : {0}.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name or size: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>La destination ne peut pas contenir ce nom ou cette taille : {0}.</translation>
        </message>
        <message>
            <source>The destination does not allow it: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>La destination ne l'autorise pas : {0}.</translation>
        </message>
        <message>
            <source>Something of another kind has this name at the destination.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>Un élément d'un autre type porte ce nom à destination.</translation>
        </message>
        <message>
            <source>The destination reported: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>La destination a signalé : {0}.</translation>
        </message>
        <message>
            <source>An ignore pattern is not gitignore syntax: {0}</source>
            <extracomment>core/filters.py {0}: error</extracomment>
            <translation>Un motif à ignorer ne suit pas la syntaxe gitignore : {0}</translation>
        </message>
        <message>
            <source>The folder {0} is not an absolute path.</source>
            <extracomment>core/mapper.py {0}: joined</extracomment>
            <translation>Le dossier {0} n'est pas un chemin absolu.</translation>
        </message>
        <message>
            <source>{0} is not below {1}</source>
            <extracomment>core/mapper.py {0}: local_path, {1}: self.local_base</extracomment>
            <translation>{0} n'est pas dans {1}</translation>
        </message>
        <message>
            <source>The remote path {0}/{1} must not contain '.' or '..'.</source>
            <extracomment>core/mapper.py {0}: root, {1}: directory</extracomment>
            <translation>Le chemin distant {0}/{1} ne doit pas contenir « . » ni « .. ».</translation>
        </message>
        <message>
            <source>"{0}" is not a moment such as 2026-11-23T08:00:00+01:00</source>
            <extracomment>core/timetable.py {0}: text</extracomment>
            <translation>« {0} » n'est pas un moment tel que 2026-11-23T08:00:00+01:00</translation>
        </message>
        <message>
            <source>"{0}" is not of the form "mon-fri 08:00-18:00{1}"</source>
            <extracomment>core/timetable.py {0}: line, {1}: number</extracomment>
            <translation>« {0} » n'est pas de la forme "mon-fri 08:00-18:00{1}"</translation>
        </message>
        <message>
            <source>in "{0}" there is no place for "{1}": days and hours suffice</source>
            <extracomment>core/timetable.py {0}: line, {1}: words[2]</extracomment>
            <translation>dans « {0} », il n'y a pas de place pour « {1} » : les jours et les heures suffisent</translation>
        </message>
        <message>
            <source>in "{0}" the limit in MB/s is missing; 0 stands for none</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>dans « {0} », la limite en Mo/s manque ; 0 signifie aucune</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a day: days are {2}, ranges such as mon-fri, lists such as mon,wed, or "daily"</source>
            <extracomment>core/timetable.py {0}: line, {1}: part, {2}: ', '.join(_DAYS)</extracomment>
            <translation>dans « {0} », « {1} » n'est pas un jour : les jours sont {2}, des plages comme mon-fri, des listes comme mon,wed, ou "daily"</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a span of hours such as 08:00-18:00</source>
            <extracomment>core/timetable.py {0}: line, {1}: word</extracomment>
            <translation>dans « {0} », « {1} » n'est pas une plage horaire telle que 08:00-18:00</translation>
        </message>
        <message>
            <source>in "{0}" the hours end when they begin; the whole day is 00:00-24:00</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>dans « {0} », les heures finissent quand elles commencent ; la journée entière est 00:00-24:00</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a number of MB/s from 0 to {2}, such as 1.5</source>
            <extracomment>core/timetable.py {0}: line, {1}: word, {2}: _MOST</extracomment>
            <translation>dans « {0} », « {1} » n'est pas un nombre de Mo/s de 0 à {2}, tel que 1.5</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), store nothing with -o auth=environment, or choose a keyring deliberately with PYTHON_KEYRING_BACKEND.</source>
            <extracomment>credentials/backend.py</extracomment>
            <translation>Démarrez le trousseau du bureau (sous Linux, un Secret Service tel que GNOME Keyring ou KWallet), ne stockez rien avec -o auth=environment, ou choisissez délibérément un trousseau avec PYTHON_KEYRING_BACKEND.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it: {1}={0}. {2}</source>
            <extracomment>credentials/backend.py {0}: backend, {1}: _CHOICE, {2}: CHOICES</extracomment>
            <translation>Le seul trousseau trouvé est {0}, qui n'est pas celui du système et conserve peut-être les secrets en clair. Il n'est utilisé que si vous le choisissez : {1}={0}. {2}</translation>
        </message>
        <message>
            <source>The keyring chosen by {0} or keyringrc.cfg cannot be used: {1}.</source>
            <extracomment>credentials/backend.py {0}: _CHOICE, {1}: error</extracomment>
            <translation>Le trousseau choisi par {0} ou keyringrc.cfg est inutilisable : {1}.</translation>
        </message>
        <message>
            <source>There is no keyring to keep secrets in. {0}</source>
            <extracomment>credentials/backend.py {0}: CHOICES; credentials/store.py {0}: CHOICES</extracomment>
            <translation>Il n'y a pas de trousseau où conserver les secrets. {0}</translation>
        </message>
        <message>
            <source>The keyring "{0}", chosen in the settings (general.keyring), cannot be used: {1}. Install it, or choose another one there.</source>
            <extracomment>credentials/backend.py {0}: name, {1}: detail</extracomment>
            <translation>Le trousseau « {0} », choisi dans les paramètres (general.keyring), est inutilisable : {1}. Installez-le, ou choisissez-en un autre à cet endroit.</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or let Skynet keep secrets in memory only and ask for them after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Démarrez le trousseau du bureau (sous Linux, un Secret Service tel que GNOME Keyring ou KWallet), ou laissez Skynet garder les secrets uniquement en mémoire et les redemander à chaque lancement.</translation>
        </message>
        <message>
            <source>Secrets are kept in memory only and asked for after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Les secrets sont gardés uniquement en mémoire et redemandés à chaque lancement.</translation>
        </message>
        <message>
            <source>Secrets are kept in {0}, which you chose.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Les secrets sont conservés dans {0}, que vous avez choisi.</translation>
        </message>
        <message>
            <source>Secrets are kept in this system's keyring, {0}.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Les secrets sont conservés dans le trousseau du système, {0}.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it.</source>
            <extracomment>credentials/probe.py {0}: backend</extracomment>
            <translation>Le seul trousseau trouvé est {0}, qui n'est pas celui de ce système et garde peut-être les secrets en clair. Il n'est utilisé que si vous le choisissez.</translation>
        </message>
        <message>
            <source>The keyring is new: it will ask for a password to protect it with.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Le trousseau est nouveau : il vous demandera un mot de passe pour le protéger.</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it; it may ask in a window of its own.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Le trousseau est verrouillé. Déverrouillez-le ; il peut le demander dans sa propre fenêtre.</translation>
        </message>
        <message>
            <source>Enter the monitor's token or password: it is kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py</extracomment>
            <translation>Saisissez le jeton ou le mot de passe du moniteur : il est gardé uniquement en mémoire, et redemandé à chaque lancement.</translation>
        </message>
        <message>
            <source>Enter the secrets of the service "{0}": they are kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py {0}: service</extracomment>
            <translation>Saisissez les secrets du service « {0} » : ils sont gardés uniquement en mémoire, et redemandés à chaque lancement.</translation>
        </message>
        <message>
            <source>The keyring ({0}) kept nothing. {1}</source>
            <extracomment>credentials/store.py {0}: self.backend_name(), {1}: CHOICES</extracomment>
            <translation>Le trousseau ({0}) n'a rien conservé. {1}</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it (it may ask in a window of its own) and try again, or store nothing with -o auth=environment.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>Le trousseau est verrouillé. Déverrouillez-le (il peut le demander dans sa propre fenêtre) et réessayez, ou ne stockez rien avec -o auth=environment.</translation>
        </message>
        <message>
            <source>The keyring does not work now ({0}). {1}</source>
            <extracomment>credentials/store.py {0}: kind, {1}: CHOICES</extracomment>
            <translation>Le trousseau ne fonctionne pas actuellement ({0}). {1}</translation>
        </message>
        <message>
            <source>The monitor's token or password is damaged in the keyring. Enter it again.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>Le jeton ou le mot de passe du moniteur est endommagé dans le trousseau. Saisissez-le à nouveau.</translation>
        </message>
        <message>
            <source>The secrets of the service "{0}" are damaged in the keyring. Enter them again.</source>
            <extracomment>credentials/store.py {0}: service</extracomment>
            <translation>Les secrets du service « {0} » sont endommagés dans le trousseau. Saisissez-les à nouveau.</translation>
        </message>
        <message>
            <source>Skynet runs already on this home (process {0}), in a terminal or without an answer. End it first, or ask it with: skynet status</source>
            <extracomment>desktop/main.py {0}: instance.holder()</extracomment>
            <translation>Skynet s'exécute déjà dans ce dossier de données (processus {0}), dans un terminal ou sans réponse. Arrêtez-le d'abord, ou interrogez-le avec : skynet status</translation>
        </message>
        <message>
            <source>The service was removed meanwhile. Choose another one.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Le service a été retiré entre-temps. Choisissez-en un autre.</translation>
        </message>
        <message>
            <source>This mapping was removed meanwhile. Close this window and add it anew.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Ce miroir a été retiré entre-temps. Fermez cette fenêtre et ajoutez-le à nouveau.</translation>
        </message>
        <message>
            <source>There is a mapping {0} already. Choose another name.</source>
            <extracomment>desktop/mappings/editor.py {0}: values['name']; desktop/wizard/destination.py {0}: name</extracomment>
            <translation>Il existe déjà un miroir {0}. Choisissez un autre nom.</translation>
        </message>
        <message>
            <source>Choose the folder to mirror.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Choisissez le dossier à répliquer.</translation>
        </message>
        <message>
            <source>Choose the service it goes to, or add one first.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Choisissez le service de destination, ou ajoutez-en un d'abord.</translation>
        </message>
        <message>
            <source>One of the values is not right; it says why.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>L'une des valeurs est incorrecte ; la raison est indiquée à côté.</translation>
        </message>
        <message>
            <source>The folder cannot be read: {0}.</source>
            <extracomment>desktop/mappings/folder_part.py {0}: reason; desktop/mappings/looking.py {0}: error.strerror</extracomment>
            <translation>Le dossier ne peut pas être lu : {0}.</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>Le dossier</translation>
        </message>
        <message>
            <source>The place there</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>L'emplacement sur le service</translation>
        </message>
        <message>
            <source>The service</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>Le service</translation>
        </message>
        <message>
            <source>The service was removed meanwhile.</source>
            <extracomment>desktop/restore/errand.py; desktop/restore/source.py</extracomment>
            <translation>Le service a été retiré entre-temps.</translation>
        </message>
        <message>
            <source>There is a service "{0}" already. Choose another name.</source>
            <extracomment>desktop/services/secrets.py {0}: name</extracomment>
            <translation>Il existe déjà un service « {0} ». Choisissez un autre nom.</translation>
        </message>
        <message>
            <source>On a metered connection, nothing is sent.</source>
            <extracomment>desktop/surroundings.py</extracomment>
            <translation>Sur une connexion limitée, rien n'est envoyé.</translation>
        </message>
        <message>
            <source>no such appearance: {0}</source>
            <extracomment>desktop/theme.py {0}: appearance</extracomment>
            <translation>apparence inconnue : {0}</translation>
        </message>
        <message>
            <source>Nothing was verified yet.</source>
            <extracomment>desktop/verify/report.py</extracomment>
            <translation>Rien n'a encore été vérifié.</translation>
        </message>
        <message>
            <source>The file {0} cannot be written: {1}.</source>
            <extracomment>desktop/verify/report.py {0}: file, {1}: reason; notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>Le fichier {0} ne peut pas être écrit : {1}.</translation>
        </message>
        <message>
            <source>This system does not start Skynet at login. Add it in its own settings.</source>
            <extracomment>desktop/wizard/plan.py</extracomment>
            <translation>Ce système ne lance pas Skynet à l'ouverture de session. Ajoutez-le dans les paramètres du système.</translation>
        </message>
        <message>
            <source>The diagnostics cannot be saved as {0}: {1}. Choose another place.</source>
            <extracomment>diagnostics.py {0}: destination, {1}: detail</extracomment>
            <translation>Le diagnostic ne peut pas être enregistré sous {0} : {1}. Choisissez un autre emplacement.</translation>
        </message>
        <message>
            <source>Set date and time, best by switching on that this computer sets them by itself.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Réglez la date et l'heure, de préférence en activant leur réglage automatique sur cet ordinateur.</translation>
        </message>
        <message>
            <source>This computer's clock says {0}, which cannot be.</source>
            <extracomment>doctor/computer.py {0}: shown</extracomment>
            <translation>L'horloge de cet ordinateur indique {0}, ce qui est impossible.</translation>
        </message>
        <message>
            <source>The clock was set back: it says {0}, and Skynet wrote last on {1}.</source>
            <extracomment>doctor/computer.py {0}: shown, {1}: then</extracomment>
            <translation>L'horloge a été retardée : elle indique {0}, alors que Skynet a écrit pour la dernière fois le {1}.</translation>
        </message>
        <message>
            <source>The time zone {0}, chosen by the variable TZ, is not known; UTC is taken.</source>
            <extracomment>doctor/computer.py {0}: chosen</extracomment>
            <translation>Le fuseau horaire {0}, choisi par la variable TZ, n'est pas connu ; UTC est utilisé.</translation>
        </message>
        <message>
            <source>Correct or remove the variable, or install the system's time zones (tzdata).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Corrigez ou retirez la variable, ou installez les fuseaux horaires du système (tzdata).</translation>
        </message>
        <message>
            <source>This system sets no limit that matters here.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Ce système ne fixe aucune limite gênante ici.</translation>
        </message>
        <message>
            <source>A program may have as many files open as Skynet needs.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Un programme peut avoir autant de fichiers ouverts que Skynet en a besoin.</translation>
        </message>
        <message>
            <source>A program may have {0} files open; Skynet may need {1}.</source>
            <extracomment>doctor/computer.py {0}: allowed, {1}: needed</extracomment>
            <translation>Un programme peut avoir {0} fichiers ouverts ; Skynet peut en avoir besoin de {1}.</translation>
        </message>
        <message>
            <source>Raise the limit in the terminal that Skynet is started from.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Augmentez la limite dans le terminal depuis lequel Skynet est lancé.</translation>
        </message>
        <message>
            <source>Ask whoever runs this computer to raise the limit (nofile).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Demandez à la personne qui gère cet ordinateur d'augmenter la limite (nofile).</translation>
        </message>
        <message>
            <source>The folder {0} is not there.</source>
            <extracomment>doctor/folders.py {0}: folder; notifier/targets/sqlite.py {0}: self._path.parent</extracomment>
            <translation>Le dossier {0} est introuvable.</translation>
        </message>
        <message>
            <source>If it is on a drive, connect it. If it was moved, tell the mapping where to.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>S'il est sur un disque externe, branchez-le. S'il a été déplacé, indiquez au miroir son nouvel emplacement.</translation>
        </message>
        <message>
            <source>{0} is a file.</source>
            <extracomment>doctor/folders.py {0}: folder</extracomment>
            <translation>{0} est un fichier.</translation>
        </message>
        <message>
            <source>Choose the folder that holds it, for the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Choisissez pour le miroir le dossier qui le contient.</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}.</source>
            <extracomment>doctor/folders.py {0}: folder, {1}: error.strerror; engine/verifying/run.py {0}: folder, {1}: error.strerror or error</extracomment>
            <translation>Le dossier {0} ne peut pas être lu : {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read it.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Donnez-vous le droit de le lire.</translation>
        </message>
        <message>
            <source>{0} is on another computer ({1}): what is changed elsewhere is found only by comparing, every {2} minutes.</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: kind, {2}: mapping.rescan_minutes</extracomment>
            <translation>{0} est sur un autre ordinateur ({1}) : ce qui est modifié ailleurs n'est trouvé qu'en comparant, toutes les {2} minutes.</translation>
        </message>
        <message>
            <source>Mirror it from the computer it is on, or compare more often.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Répliquez-le depuis l'ordinateur où il se trouve, ou comparez plus souvent.</translation>
        </message>
        <message>
            <source>{0} is empty, but the destination holds files of it ({1}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: known</extracomment>
            <translation>{0} est vide, mais la destination contient des fichiers qui en viennent ({1}).</translation>
        </message>
        <message>
            <source>If its disk is not mounted, mount it. If the files were deleted by mistake, they can be restored.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Si son disque n'est pas monté, montez-le. Si les fichiers ont été supprimés par erreur, ils peuvent être restaurés.</translation>
        </message>
        <message>
            <source>{0} is empty.</source>
            <extracomment>doctor/folders.py {0}: mapping.local</extracomment>
            <translation>{0} est vide.</translation>
        </message>
        <message>
            <source>Files or folders in it that cannot be read: {0}, such as {1}.</source>
            <extracomment>doctor/folders.py {0}: unreadable.files, {1}: examples</extracomment>
            <translation>Fichiers ou dossiers illisibles à l'intérieur : {0}, par exemple {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read them, or leave them out of the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Donnez-vous le droit de les lire, ou excluez-les du miroir.</translation>
        </message>
        <message>
            <source>{0} can be read (files: {1}, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} peut être lu (fichiers : {1}, taille : {2}).</translation>
        </message>
        <message>
            <source>{0} was not looked through to its end (files: {1} so far, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} n'a pas été parcouru jusqu'au bout (fichiers : {1} jusqu'ici, taille : {2}).</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} with {1} on {2}.</source>
            <extracomment>doctor/home.py {0}: skynet_desktop.__version__, {1}: ', '.join(parts), {2}: platform.platform(terse=True)</extracomment>
            <translation>Skynet Desktop {0} avec {1} sur {2}.</translation>
        </message>
        <message>
            <source>Install a newer one.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Installez-en une plus récente.</translation>
        </message>
        <message>
            <source>Version {0} was withdrawn.</source>
            <extracomment>doctor/home.py {0}: news.running</extracomment>
            <translation>La version {0} a été retirée.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>doctor/home.py {0}: news.newest.version</extracomment>
            <translation>La version {0} est disponible.</translation>
        </message>
        <message>
            <source>See what is new.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Consultez les nouveautés.</translation>
        </message>
        <message>
            <source>Correct it in a text editor, or put {0} in its place.</source>
            <extracomment>doctor/home.py {0}: good</extracomment>
            <translation>Corrigez-le dans un éditeur de texte, ou mettez {0} à sa place.</translation>
        </message>
        <message>
            <source>Correct it in a text editor.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Corrigez-le dans un éditeur de texte.</translation>
        </message>
        <message>
            <source>There are no settings yet.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Il n'y a pas encore de paramètres.</translation>
        </message>
        <message>
            <source>Add a service and a mapping.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Ajoutez un service et un miroir.</translation>
        </message>
        <message>
            <source>{0} is valid (services: {1}, mappings: {2}).</source>
            <extracomment>doctor/home.py {0}: path, {1}: services, {2}: mappings</extracomment>
            <translation>{0} est valable (services : {1}, miroirs : {2}).</translation>
        </message>
        <message>
            <source>The folder {0} cannot be written to, so no setting can be changed.</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>Le dossier {0} n'est pas accessible en écriture : aucun paramètre ne peut être modifié.</translation>
        </message>
        <message>
            <source>Make it yours to write in.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Rendez-le accessible en écriture pour vous.</translation>
        </message>
        <message>
            <source>The last good version of the settings cannot be kept beside them.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>La dernière version valable des paramètres ne peut pas être conservée à côté d'eux.</translation>
        </message>
        <message>
            <source>Look at the folder {0}: is its disk full?</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>Examinez le dossier {0} : son disque est-il plein ?</translation>
        </message>
        <message>
            <source>Something in the settings file looks like a password or a key.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Quelque chose dans le fichier de paramètres ressemble à un mot de passe ou à une clé.</translation>
        </message>
        <message>
            <source>Take it out. Secrets belong in the keyring: add the service anew, and it asks.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Retirez-le. La place des secrets est dans le trousseau : ajoutez le service à nouveau, et il les demandera.</translation>
        </message>
        <message>
            <source>Correct it, or take it away. Services of that kind do not work until then.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Corrigez-le, ou retirez-le. D'ici là, les services de ce type ne fonctionnent pas.</translation>
        </message>
        <message>
            <source>Kinds of service of your own that can be used: {0}.</source>
            <extracomment>doctor/home.py {0}: ', '.join(own)</extracomment>
            <translation>Types de service personnels utilisables : {0}.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but gives no good answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet s'exécute (processus {0}), mais ne donne pas de réponse correcte.</translation>
        </message>
        <message>
            <source>End it and start it again. Nothing is lost by that.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Arrêtez-le et relancez-le. Rien n'est perdu.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}) and answers.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet s'exécute (processus {0}) et répond.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but does not answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet s'exécute (processus {0}), mais ne répond pas.</translation>
        </message>
        <message>
            <source>Skynet is not running now, so nothing is mirrored.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet ne s'exécute pas actuellement, donc rien n'est répliqué.</translation>
        </message>
        <message>
            <source>Start it.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Lancez-le.</translation>
        </message>
        <message>
            <source>The mapping {0} waits for you to decide something.</source>
            <extracomment>doctor/home.py {0}: name</extracomment>
            <translation>Le miroir {0} attend une décision de votre part.</translation>
        </message>
        <message>
            <source>See: skynet status, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Voir : skynet status, ou la fenêtre.</translation>
        </message>
        <message>
            <source>The mapping {0} has paths that could not be mirrored: {1}.</source>
            <extracomment>doctor/home.py {0}: name, {1}: issues</extracomment>
            <translation>Le miroir {0} a des chemins qui n'ont pas pu être répliqués : {1}.</translation>
        </message>
        <message>
            <source>See: skynet issues, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Voir : skynet issues, ou la fenêtre.</translation>
        </message>
        <message>
            <source>Or start Skynet yourself after each login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Ou lancez Skynet vous-même après chaque ouverture de session.</translation>
        </message>
        <message>
            <source>Skynet starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet est lancé à l'ouverture de session.</translation>
        </message>
        <message>
            <source>Skynet does not start at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet n'est pas lancé à l'ouverture de session.</translation>
        </message>
        <message>
            <source>Switch it on in the settings, if you wish.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Activez cette option dans les paramètres, si vous le souhaitez.</translation>
        </message>
        <message>
            <source>Starting at login was switched off in the system's own settings.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Le lancement à l'ouverture de session a été désactivé dans les paramètres du système.</translation>
        </message>
        <message>
            <source>Another home of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Un autre dossier de données de Skynet que celui-ci est lancé à l'ouverture de session.</translation>
        </message>
        <message>
            <source>Another copy of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Une autre copie de Skynet que celle-ci est lancée à l'ouverture de session.</translation>
        </message>
        <message>
            <source>Switch it off and on again in the settings of the one that is to start.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Désactivez puis réactivez l'option dans les paramètres de celui qui doit être lancé.</translation>
        </message>
        <message>
            <source>By its name it keeps them in plain text. Choose this system's keyring instead.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>D'après son nom, il les conserve en clair. Choisissez plutôt le trousseau de ce système.</translation>
        </message>
        <message>
            <source>Until then no service that needs a secret works.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>D'ici là, aucun service qui a besoin d'un secret ne fonctionne.</translation>
        </message>
        <message>
            <source>No keyring keeps secrets here, so services that need one do not work.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Aucun trousseau ne conserve de secrets ici : les services qui en ont besoin ne fonctionnent pas.</translation>
        </message>
        <message>
            <source>The secrets of {0} are in the memory of the running app alone, if it runs.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Les secrets de {0} sont uniquement dans la mémoire de l'application en cours, si elle s'exécute.</translation>
        </message>
        <message>
            <source>They cannot be looked at from elsewhere.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Ils ne peuvent pas être consultés d'ailleurs.</translation>
        </message>
        <message>
            <source>Enter them again.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Saisissez-les à nouveau.</translation>
        </message>
        <message>
            <source>No {0} of {1} is stored.</source>
            <extracomment>doctor/kept.py {0}: labels, {1}: name</extracomment>
            <translation>Aucun {0} de {1} n'est enregistré.</translation>
        </message>
        <message>
            <source>Enter it in the settings, under Services.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Saisissez-le dans les paramètres, sous Services.</translation>
        </message>
        <message>
            <source>No secret of {0} is stored; it signs in without one, or not at all.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Aucun secret de {0} n'est enregistré ; il s'identifie sans secret, ou pas du tout.</translation>
        </message>
        <message>
            <source>The secrets of {0} are stored.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Les secrets de {0} sont enregistrés.</translation>
        </message>
        <message>
            <source>A monitor is set up and told nothing.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Un moniteur est configuré et rien ne lui est signalé.</translation>
        </message>
        <message>
            <source>Switch it on under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Activez-le sous Moniteur.</translation>
        </message>
        <message>
            <source>The monitor's history lost {0}: it was away for too long.</source>
            <extracomment>doctor/monitor.py {0}: counted(state.waiting.dropped, 'line')</extracomment>
            <translation>L'historique du moniteur a perdu {0} : il a été absent trop longtemps.</translation>
        </message>
        <message>
            <source>What it shows of the present is complete.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Ce qu'il montre de l'état présent est complet.</translation>
        </message>
        <message>
            <source>{0} The monitor was not told for a while, and {1} wait.</source>
            <extracomment>doctor/monitor.py {0}: state.problem, {1}: waiting</extracomment>
            <translation>{0} Rien n'a été signalé au moniteur depuis un moment, et {1} attendent.</translation>
        </message>
        <message>
            <source>Mirroring is not affected. Test the monitor in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>La copie n'est pas affectée. Testez le moniteur dans les paramètres, sous Moniteur.</translation>
        </message>
        <message>
            <source>It is told as soon as it can be reached.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Il sera informé dès qu'il sera joignable.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Corrigez-le dans les paramètres, sous Moniteur.</translation>
        </message>
        <message>
            <source>This could not be checked: {0}: {1}.</source>
            <extracomment>doctor/rounds.py {0}: type(error).__name__, {1}: error</extracomment>
            <translation>Ceci n'a pas pu être vérifié : {0} : {1}.</translation>
        </message>
        <message>
            <source>Save the diagnostics, and show them to somebody who knows Skynet.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Enregistrez le diagnostic, et montrez-le à quelqu'un qui connaît Skynet.</translation>
        </message>
        <message>
            <source>This was not done after {0} seconds.</source>
            <extracomment>doctor/rounds.py {0}: self._check.seconds</extracomment>
            <translation>Ce n'était pas terminé après {0} secondes.</translation>
        </message>
        <message>
            <source>Something hangs: a disk, a share or a server. Look at it, and try again.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Quelque chose ne répond plus : un disque, un partage ou un serveur. Examinez-le, puis réessayez.</translation>
        </message>
        <message>
            <source>Or try it in the window of the running app, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Ou essayez dans la fenêtre de l'application en cours, sous Services.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Corrigez-le dans les paramètres, sous Services.</translation>
        </message>
        <message>
            <source>{0} works: a test file was written, read and deleted.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} fonctionne : un fichier de test a été écrit, lu et supprimé.</translation>
        </message>
        <message>
            <source>{0} answers and can be listed.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} répond et peut être listé.</translation>
        </message>
        <message>
            <source>Its clock and this computer's are {0} apart.</source>
            <extracomment>doctor/services.py {0}: _span(off)</extracomment>
            <translation>Son horloge et celle de cet ordinateur ont un écart de {0}.</translation>
        </message>
        <message>
            <source>{0} If this one is right, tell whoever runs the service.</source>
            <extracomment>doctor/services.py {0}: SET_CLOCK</extracomment>
            <translation>{0} Si celle-ci est juste, prévenez la personne qui gère le service.</translation>
        </message>
        <message>
            <source>Its clock agrees with this computer's.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Son horloge concorde avec celle de cet ordinateur.</translation>
        </message>
        <message>
            <source>{0} are free there.</source>
            <extracomment>doctor/services.py {0}: amount(free)</extracomment>
            <translation>Espace libre là-bas : {0}.</translation>
        </message>
        <message>
            <source>Make room there, or choose another destination.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Libérez-y de l'espace, ou choisissez une autre destination.</translation>
        </message>
        <message>
            <source>Make room there soon.</source>
            <extracomment>doctor/services.py; doctor/storage.py</extracomment>
            <translation>Libérez-y bientôt de l'espace.</translation>
        </message>
        <message>
            <source>It keeps versions: what is replaced or removed there stays, and is billed.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Il conserve des versions : ce qui y est remplacé ou supprimé reste, et est facturé.</translation>
        </message>
        <message>
            <source>A lifecycle rule for old versions can end that after some time.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Une règle de cycle de vie pour les anciennes versions peut y mettre fin après un certain temps.</translation>
        </message>
        <message>
            <source>It keeps no versions; what is replaced or removed goes to Skynet's own trash, where the mapping says so.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Il ne conserve pas de versions ; ce qui est remplacé ou supprimé va dans la corbeille propre à Skynet, si le miroir le demande.</translation>
        </message>
        <message>
            <source>No rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Aucune règle n'y supprime les envois commencés et jamais terminés.</translation>
        </message>
        <message>
            <source>Skynet removes its own when it starts. A lifecycle rule for incomplete multipart uploads, after 7 days, also covers a computer that never comes back.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Skynet supprime les siens à son lancement. Une règle de cycle de vie pour les envois en plusieurs parties incomplets, après 7 jours, couvre aussi le cas d'un ordinateur qui ne revient jamais.</translation>
        </message>
        <message>
            <source>A rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Une règle y supprime les envois commencés et jamais terminés.</translation>
        </message>
        <message>
            <source>{0} are free where Skynet keeps its state and log ({1}).</source>
            <extracomment>doctor/storage.py {0}: amount(free), {1}: folder</extracomment>
            <translation>Espace libre là où Skynet conserve son état et son journal : {0} ({1}).</translation>
        </message>
        <message>
            <source>Make room there: Skynet cannot note what it does on a full disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Libérez-y de l'espace : Skynet ne peut pas noter ce qu'il fait sur un disque plein.</translation>
        </message>
        <message>
            <source>Skynet cannot write to its own folder {0}: {1}.</source>
            <extracomment>doctor/storage.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Skynet ne peut pas écrire dans son propre dossier {0} : {1}.</translation>
        </message>
        <message>
            <source>Make it yours to write in, or make room on its disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Rendez-le accessible en écriture pour vous, ou libérez de l'espace sur son disque.</translation>
        </message>
        <message>
            <source>Skynet's own databases were looked through: {0}.</source>
            <extracomment>doctor/storage.py {0}: amount(total)</extracomment>
            <translation>Les bases de données de Skynet ont été examinées : {0}.</translation>
        </message>
        <message>
            <source>A database of the mapping {0} is damaged ({1}: {2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: path.name, {2}: said</extracomment>
            <translation>Une base de données du miroir {0} est endommagée ({1} : {2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew: it sets the file aside and rebuilds it, without sending all again. If this happens more than once, check the disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Relancez Skynet : il met le fichier de côté et le reconstruit, sans tout renvoyer. Si cela se reproduit, vérifiez le disque.</translation>
        </message>
        <message>
            <source>The log of a database of {0} has grown to {1} ({2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: amount(log), {2}: path.name</extracomment>
            <translation>Le journal d'une base de données de {0} a atteint {1} ({2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew; that writes it back.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Relancez Skynet ; le journal sera alors intégré à la base.</translation>
        </message>
        <message>
            <source>A damaged database of {0} was set aside and rebuilt ({1}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: size</extracomment>
            <translation>Une base de données endommagée de {0} a été mise de côté et reconstruite ({1}).</translation>
        </message>
        <message>
            <source>If all is well since, delete what has damaged in its name below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Si tout va bien depuis, supprimez ce dont le nom contient damaged sous {0}.</translation>
        </message>
        <message>
            <source>The counts of requests are damaged ({0}).</source>
            <extracomment>doctor/storage.py {0}: said</extracomment>
            <translation>Les compteurs de requêtes sont endommagés ({0}).</translation>
        </message>
        <message>
            <source>They begin anew with the next request; nothing else depends on them.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Ils repartent de zéro à la prochaine requête ; rien d'autre n'en dépend.</translation>
        </message>
        <message>
            <source>State of mappings that are no longer there: {0}.</source>
            <extracomment>doctor/storage.py {0}: ', '.join(sorted(left)[:5])</extracomment>
            <translation>État de miroirs qui n'existent plus : {0}.</translation>
        </message>
        <message>
            <source>It can be deleted below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Il peut être supprimé sous {0}.</translation>
        </message>
        <message>
            <source>This system sets no limit to how many folders may be watched.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Ce système ne limite pas le nombre de dossiers surveillés.</translation>
        </message>
        <message>
            <source>{0} folders are to be watched and other programs watch {1}; this computer allows {2} together.</source>
            <extracomment>doctor/watching.py {0}: folders, {1}: used.watches, {2}: limit.limit</extracomment>
            <translation>{0} dossiers sont à surveiller et d'autres programmes en surveillent {1} ; cet ordinateur en permet {2} au total.</translation>
        </message>
        <message>
            <source>Not all folders could be counted in time, so there may be more to watch.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Tous les dossiers n'ont pas pu être comptés à temps : il peut y en avoir plus à surveiller.</translation>
        </message>
        <message>
            <source>Count again when the disk has less to do.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Comptez à nouveau quand le disque sera moins occupé.</translation>
        </message>
        <message>
            <source>The rest is looked through again and again instead, which costs time and power. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Le reste est parcouru encore et encore à la place, ce qui coûte du temps et de l'énergie. Augmentez la limite, dans un terminal.</translation>
        </message>
        <message>
            <source>That is close. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>La limite est proche. Augmentez-la, dans un terminal.</translation>
        </message>
        <message>
            <source>Programs of this computer need {0} queues for watching, one a mapping among them; {1} are allowed.</source>
            <extracomment>doctor/watching.py {0}: needed, {1}: limit.limit</extracomment>
            <translation>Les programmes de cet ordinateur ont besoin de {0} files de surveillance, dont une par miroir ; {1} sont permises.</translation>
        </message>
        <message>
            <source>Mappings without one are looked through again and again instead. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Les miroirs qui n'en ont pas sont parcourus encore et encore à la place. Augmentez la limite, dans un terminal.</translation>
        </message>
        <message>
            <source>{0} cannot be watched</source>
            <extracomment>engine/directory_changes.py {0}: self.watch.path</extracomment>
            <translation>{0} ne peut pas être surveillé</translation>
        </message>
        <message>
            <source>Another file of the same size and time has this name.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>Un autre fichier de même taille et de même date porte ce nom.</translation>
        </message>
        <message>
            <source>This computer's disk is full, so Skynet cannot keep its notes. Free some space.</source>
            <extracomment>engine/outage.py</extracomment>
            <translation>Le disque de cet ordinateur est plein, Skynet ne peut donc pas conserver ses notes. Libérez de l’espace.</translation>
        </message>
        <message>
            <source>This service cannot list what it holds, so nothing can be restored.</source>
            <extracomment>engine/restoring/loading.py</extracomment>
            <translation>Ce service ne peut pas lister ce qu'il contient : rien ne peut être restauré.</translation>
        </message>
        <message>
            <source>{0} of {1} files were changed at once that nobody had touched for a day. If you did not do this, a virus may be encrypting them. Send the changed files?</source>
            <extracomment>engine/changes.py {0}: count, {1}: files</extracomment>
            <translation>{0} fichiers sur {1}, que personne n'avait touchés depuis un jour, ont été modifiés d'un coup. Si cela ne vient pas de vous, un virus est peut-être en train de les chiffrer. Envoyer les fichiers modifiés ?</translation>
        </message>
        <message>
            <source>The connection gave no answer for this file.</source>
            <extracomment>engine/dispatch.py</extracomment>
            <translation>La connexion n'a pas donné de réponse pour ce fichier.</translation>
        </message>
        <message>
            <source>There is no mapping {0}. Known: {1}.</source>
            <extracomment>engine/engine.py {0}: name, {1}: known</extracomment>
            <translation>Il n'existe pas de miroir {0}. Miroirs connus : {1}.</translation>
        </message>
        <message>
            <source>The folder is not the one that was mirrored before, and {0} files of that one are missing here. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>Le dossier n'est pas celui qui était répliqué auparavant, et {0} fichiers de ce dernier manquent ici. Les supprimer aussi à destination ?</translation>
        </message>
        <message>
            <source>The folder is empty. Remove all {0} files at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>Le dossier est vide. Supprimer aussi l'ensemble des {0} fichiers à destination ?</translation>
        </message>
        <message>
            <source>{0} files were deleted here, {1} are left. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: lost.files, {1}: now</extracomment>
            <translation>{0} fichiers ont été supprimés ici, il en reste {1}. Les supprimer aussi à destination ?</translation>
        </message>
        <message>
            <source>The destination failed: {0}</source>
            <extracomment>engine/handler.py {0}: error</extracomment>
            <translation>La destination a échoué : {0}</translation>
        </message>
        <message>
            <source>Sends again at {0}.</source>
            <extracomment>engine/holds.py {0}: clock</extracomment>
            <translation>L'envoi reprend à {0}.</translation>
        </message>
        <message>
            <source>Sends again on {0} at {1}.</source>
            <extracomment>engine/holds.py {0}: day, {1}: clock</extracomment>
            <translation>L'envoi reprend le {0} à {1}.</translation>
        </message>
        <message>
            <source>The file changed while it was sent.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>Le fichier a changé pendant son envoi.</translation>
        </message>
        <message>
            <source>At the destination this is the same name as {0}; rename one of them.</source>
            <extracomment>engine/looks.py {0}: other</extracomment>
            <translation>À destination, ce nom est le même que {0} ; renommez l'un des deux.</translation>
        </message>
        <message>
            <source>A folder of this name is kept at the destination (deletions stay there without complete sync); rename the file.</source>
            <extracomment>engine/looks.py</extracomment>
            <translation>Un dossier de ce nom est conservé à destination (sans synchronisation complète, ce qui est supprimé ici y reste) ; renommez le fichier.</translation>
        </message>
        <message>
            <source>The destination is not the one that was mirrored to before: most of the {0} files that were sent there are missing. If a disk is unplugged, connect it. Send them all again?</source>
            <extracomment>engine/mark.py {0}: count</extracomment>
            <translation>La destination n'est pas celle vers laquelle se faisait la réplication : la plupart des {0} fichiers qui y ont été envoyés manquent. Si un disque est débranché, branchez-le. Les envoyer tous à nouveau ?</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors a folder to this place. What it removed or replaced is kept in the folder trash for a while.</source>
            <extracomment>engine/mark.py</extracomment>
            <translation>Skynet Desktop réplique un dossier à cet emplacement. Ce qu'il a supprimé ou remplacé est conservé un certain temps dans le dossier trash.</translation>
        </message>
        <message>
            <source>Unexpected trouble: {0}: {1}</source>
            <extracomment>engine/outage.py {0}: type(raised).__name__, {1}: raised</extracomment>
            <translation>Problème inattendu : {0} : {1}</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error</extracomment>
            <translation>Le dossier {0} ne peut pas être lu : {1}</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it; mirroring goes on by itself then.</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error.strerror</extracomment>
            <translation>Le dossier {0} est introuvable ({1}). S'il est sur un disque, branchez-le ; la réplication reprendra alors d'elle-même.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before: of {1} known files {2} are in it. Mirror this one from now on?</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: len(known), {2}: here</extracomment>
            <translation>Le dossier {0} n'est pas celui qui était répliqué auparavant : sur {1} fichiers connus, il en contient {2}. Répliquer celui-ci désormais ?</translation>
        </message>
        <message>
            <source>a rate must be positive</source>
            <extracomment>engine/preview.py</extracomment>
            <translation>un débit doit être positif</translation>
        </message>
        <message>
            <source>Nothing of this name is at the destination.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>Rien de ce nom n'est à destination.</translation>
        </message>
        <message>
            <source>Nothing of this name was at the destination at that time, as far as it is known.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>Rien de ce nom n'était à destination à ce moment, pour autant que l'on sache.</translation>
        </message>
        <message>
            <source>{0} are needed in {1}, but only {2} are free there. Make room, or restore to another disk.</source>
            <extracomment>engine/restoring/restore.py {0}: amount(needed), {1}: self._target.shown, {2}: amount(free)</extracomment>
            <translation>{0} sont nécessaires dans {1}, mais seuls {2} y sont libres. Libérez de l'espace, ou restaurez sur un autre disque.</translation>
        </message>
        <message>
            <source>For this computer "{0}" is the same name; restore this one by itself, to another folder.</source>
            <extracomment>engine/restoring/restore.py {0}: rival</extracomment>
            <translation>Pour cet ordinateur, « {0} » est le même nom ; restaurez celui-ci seul, dans un autre dossier.</translation>
        </message>
        <message>
            <source>Again and again something else takes the name of this file here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Quelque chose d'autre prend sans cesse le nom de ce fichier ici.</translation>
        </message>
        <message>
            <source>A folder has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Un dossier porte ce nom ici.</translation>
        </message>
        <message>
            <source>A link or something else that is no file has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Un lien ou un autre élément qui n'est pas un fichier porte ce nom ici.</translation>
        </message>
        <message>
            <source>The file changed at the destination since it was listed.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Le fichier a changé à destination depuis qu'il a été listé.</translation>
        </message>
        <message>
            <source>This service cannot give the file back.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Ce service ne peut pas rendre le fichier.</translation>
        </message>
        <message>
            <source>Names of this form are kept for Skynet itself.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Les noms de cette forme sont réservés à Skynet.</translation>
        </message>
        <message>
            <source>Such a path could lead out of the folder, so it is not restored.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Un tel chemin pourrait sortir du dossier ; il n'est donc pas restauré.</translation>
        </message>
        <message>
            <source>No file on this computer can have this name.</source>
            <extracomment>engine/restoring/names.py; engine/restoring/target.py</extracomment>
            <translation>Aucun fichier de cet ordinateur ne peut porter ce nom.</translation>
        </message>
        <message>
            <source>This computer would drop the dot or space at the end of this name.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Cet ordinateur supprimerait le point ou l'espace à la fin de ce nom.</translation>
        </message>
        <message>
            <source>Another restore is bringing this file back right now.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Une autre restauration est en train de récupérer ce fichier.</translation>
        </message>
        <message>
            <source>Something that is no file has the name of an unfinished copy here.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Un élément qui n'est pas un fichier porte ici le nom d'une copie inachevée.</translation>
        </message>
        <message>
            <source>It is no longer at the destination.</source>
            <extracomment>engine/restoring/same.py</extracomment>
            <translation>Il n'est plus à destination.</translation>
        </message>
        <message>
            <source>A link here has the name of a folder, and may lead elsewhere.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Un lien porte ici le nom d'un dossier, et peut mener ailleurs.</translation>
        </message>
        <message>
            <source>A file here has the name of a folder.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Un fichier porte ici le nom d'un dossier.</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Make it, or choose another one.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Le dossier {0} est introuvable. Créez-le, ou choisissez-en un autre.</translation>
        </message>
        <message>
            <source>The disk of {0} is full. Make room, then restore again.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Le disque de {0} est plein. Libérez de l'espace, puis restaurez à nouveau.</translation>
        </message>
        <message>
            <source>Nothing can be written to the folder {0}: {1}.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown, {1}: detail</extracomment>
            <translation>Rien ne peut être écrit dans le dossier {0} : {1}.</translation>
        </message>
        <message>
            <source>The disk of {0} can no longer be reached.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Le disque de {0} n'est plus joignable.</translation>
        </message>
        <message>
            <source>This computer cannot hold this name or size: {0}.</source>
            <extracomment>engine/restoring/target.py {0}: detail</extracomment>
            <translation>Cet ordinateur ne peut pas contenir ce nom ou cette taille : {0}.</translation>
        </message>
        <message>
            <source>The file may not be written here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>L'écriture du fichier n'est pas autorisée ici.</translation>
        </message>
        <message>
            <source>Something of another kind has this name here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Un élément d'un autre type porte ce nom ici.</translation>
        </message>
        <message>
            <source>{0} paths could not be mirrored.</source>
            <extracomment>engine/standing.py {0}: issues</extracomment>
            <translation>{0} chemins n'ont pas pu être répliqués.</translation>
        </message>
        <message>
            <source>{0} folders cannot be watched and are looked at every {1} s; raise fs.inotify.max_user_watches.</source>
            <extracomment>engine/standing.py {0}: len(self._patrol.unwatched), {1}: self._m.spec.poll_seconds</extracomment>
            <translation>{0} dossiers ne peuvent pas être surveillés et sont examinés toutes les {1} s ; augmentez fs.inotify.max_user_watches.</translation>
        </message>
        <message>
            <source>1 file at the destination is not as it should be; verification shows which.</source>
            <extracomment>engine/status.py</extracomment>
            <translation>1 fichier à destination n'est pas comme il devrait être ; la vérification indique lequel.</translation>
        </message>
        <message>
            <source>{0} files at the destination are not as they should be; verification shows which.</source>
            <extracomment>engine/status.py {0}: count</extracomment>
            <translation>{0} fichiers à destination ne sont pas comme ils devraient être ; la vérification indique lesquels.</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>engine/verifying/run.py; engine/verifying/verifier.py</extracomment>
            <translation>Elle a été arrêtée.</translation>
        </message>
        <message>
            <source>Nothing is sent now; it is tried again later.</source>
            <extracomment>engine/verifying/verifier.py</extracomment>
            <translation>Rien n'est envoyé maintenant ; une nouvelle tentative aura lieu plus tard.</translation>
        </message>
        <message>
            <source>It is here and not at the destination.</source>
            <extracomment>engine/verifying/judging.py; engine/verifying/reading.py</extracomment>
            <translation>Il est ici et pas à destination.</translation>
        </message>
        <message>
            <source>It is gone here and still at the destination.</source>
            <extracomment>engine/verifying/judging.py</extracomment>
            <translation>Il n'est plus ici, mais encore à destination.</translation>
        </message>
        <message>
            <source>It has {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: counted(here, 'byte'), {1}: counted(there, 'byte')</extracomment>
            <translation>Il fait {0} ici et {1} à destination.</translation>
        </message>
        <message>
            <source>Its time is {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: _moment(here_ns), {1}: _moment(there_ns)</extracomment>
            <translation>Sa date est {0} ici et {1} à destination.</translation>
        </message>
        <message>
            <source>This service cannot list its files, so nothing can be verified.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Ce service ne peut pas lister ses fichiers : rien ne peut être vérifié.</translation>
        </message>
        <message>
            <source>This service gives no file back, so only a quick verification is possible.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Ce service ne rend aucun fichier : seule une vérification rapide est possible.</translation>
        </message>
        <message>
            <source>Its content at the destination is not what it is here.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Son contenu à destination n'est pas celui d'ici.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk; the destination holds what was sent. Restore it, or save it anew to send it.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Il a changé ici alors que rien n'indique que quelqu'un l'ait enregistré, comme sur un disque défaillant ; la destination contient ce qui a été envoyé. Restaurez-le, ou enregistrez-le à nouveau pour l'envoyer.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk, and the destination holds something else again. Look at both.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Il a changé ici alors que rien n'indique que quelqu'un l'ait enregistré, comme sur un disque défaillant, et la destination contient encore autre chose. Examinez les deux.</translation>
        </message>
        <message>
            <source>What was listed cannot be kept on this computer's disk: {0}.</source>
            <extracomment>engine/verifying/run.py {0}: error</extracomment>
            <translation>Ce qui a été listé ne peut pas être conservé sur le disque de cet ordinateur : {0}.</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it.</source>
            <extracomment>engine/verifying/run.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Le dossier {0} est introuvable ({1}). S'il est sur un disque externe, branchez-le.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before.</source>
            <extracomment>engine/verifying/run.py {0}: folder</extracomment>
            <translation>Le dossier {0} n'est pas celui qui était répliqué auparavant.</translation>
        </message>
        <message>
            <source>Starting at login: {0} cannot be {1}: {2}. Make that folder yours to write in, or add Skynet to the programs that start at login by hand.</source>
            <extracomment>host/autostart/base.py {0}: path, {1}: done, {2}: detail</extracomment>
            <translation>Lancement à l'ouverture de session : {0} ne peut pas être {1} : {2}. Rendez ce dossier accessible en écriture pour vous, ou ajoutez vous-même Skynet aux programmes lancés à l'ouverture de session.</translation>
        </message>
        <message>
            <source>written</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>écrit</translation>
        </message>
        <message>
            <source>removed</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>supprimé</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program is not valid text, which a desktop cannot start. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/linux.py</extracomment>
            <translation>Lancement à l'ouverture de session : le chemin de ce programme n'est pas du texte valable, et un bureau ne peut pas le lancer. Déplacez-le dans un dossier au nom ordinaire.</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program holds characters that macOS cannot start it by. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Lancement à l'ouverture de session : le chemin de ce programme contient des caractères avec lesquels macOS ne peut pas le lancer. Déplacez-le dans un dossier au nom ordinaire.</translation>
        </message>
        <message>
            <source>Starting at login: Windows starts nothing by a line of more than {0} characters, and this one has {1}: {2}. Use shorter folder names.</source>
            <extracomment>host/autostart/windows.py {0}: _LONGEST, {1}: len(line), {2}: line</extracomment>
            <translation>Lancement à l'ouverture de session : Windows ne lance rien avec une ligne de plus de {0} caractères, et celle-ci en compte {1} : {2}. Utilisez des noms de dossier plus courts.</translation>
        </message>
        <message>
            <source>Starting at login: the entry in the registry cannot be {0}: {1}. Whoever looks after this computer may have forbidden it.</source>
            <extracomment>host/autostart/windows.py {0}: done, {1}: detail</extracomment>
            <translation>Lancement à l'ouverture de session : rien ne peut être {0} dans le registre : {1}. La personne qui gère cet ordinateur l'a peut-être interdit.</translation>
        </message>
        <message>
            <source>This is not a question.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>Ce n'est pas une question.</translation>
        </message>
        <message>
            <source>The running Skynet does not answer.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>L'instance de Skynet en cours d'exécution ne répond pas.</translation>
        </message>
        <message>
            <source>The running Skynet broke off: {0}.</source>
            <extracomment>host/channel.py {0}: error or type(error).__name__</extracomment>
            <translation>L'instance de Skynet en cours d'exécution a interrompu l'échange : {0}.</translation>
        </message>
        <message>
            <source>The answer makes no sense.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>La réponse n'a pas de sens.</translation>
        </message>
        <message>
            <source>the seal is wrong</source>
            <extracomment>host/channel.py</extracomment>
            <translation>le sceau est incorrect</translation>
        </message>
        <message>
            <source>no address for the control channel</source>
            <extracomment>host/channel.py</extracomment>
            <translation>aucune adresse pour le canal de contrôle</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}.</source>
            <extracomment>host/instance.py {0}: self._pid_file.parent, {1}: detail</extracomment>
            <translation>{0} est inutilisable : {1}.</translation>
        </message>
        <message>
            <source>{0} is no longer there.</source>
            <extracomment>host/opening.py {0}: whole</extracomment>
            <translation>{0} n'est plus là.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1} is missing.</source>
            <extracomment>host/opening.py {0}: path, {1}: error.filename or 'what opens files'</extracomment>
            <translation>Impossible d'ouvrir {0} : {1} est introuvable.</translation>
        </message>
        <message>
            <source>what opens files</source>
            <extracomment>host/opening.py</extracomment>
            <translation>le programme qui ouvre les fichiers</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1}.</source>
            <extracomment>host/opening.py {0}: url, {1}: error.strerror or error; host/opening.py {0}: path, {1}: detail</extracomment>
            <translation>Impossible d'ouvrir {0} : {1}.</translation>
        </message>
        <message>
            <source>One path could not be mirrored.</source>
            <extracomment>engine/standing.py</extracomment>
            <translation>Un chemin n'a pas pu être répliqué.</translation>
        </message>
        <message>
            <source>Starting at login: this program runs from a disk image, or from where macOS puts what was not moved yet, and will not be there at the next login. Drag Skynet Desktop to the Applications folder and open it there.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Lancement à l'ouverture de session : ce programme s'exécute depuis une image disque, ou depuis l'endroit où macOS place ce qui n'a pas encore été déplacé, et n'y sera plus à la prochaine ouverture de session. Faites glisser Skynet Desktop dans le dossier Applications et ouvrez-le depuis celui-ci.</translation>
        </message>
        <message>
            <source>{0} is no address that may be opened.</source>
            <extracomment>host/opening.py {0}: url[:80]</extracomment>
            <translation>{0} n'est pas une adresse qui peut être ouverte.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: no program was found for it.</source>
            <extracomment>host/opening.py {0}: path</extracomment>
            <translation>Impossible d'ouvrir {0} : aucun programme n'a été trouvé pour cela.</translation>
        </message>
        <message>
            <source>The monitor's token is missing. Make one in Skywatch, and enter it.</source>
            <extracomment>monitoring.py</extracomment>
            <translation>Le jeton du moniteur manque. Créez-en un dans Skywatch et saisissez-le.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be made: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>La boîte d'envoi du moniteur ne peut pas être créée : {0}.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>La boîte d'envoi du moniteur ne peut pas être écrite : {0}.</translation>
        </message>
        <message>
            <source>The outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>La boîte d'envoi ne peut pas être écrite : {0}.</translation>
        </message>
        <message>
            <source>{0} Not even an empty report.</source>
            <extracomment>notifier/sender.py {0}: error</extracomment>
            <translation>{0} Pas même un rapport vide.</translation>
        </message>
        <message>
            <source>The monitor {0} could not prove who it is: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>Le moniteur {0} n'a pas pu prouver son identité : {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot be reached: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>Le moniteur {0} est injoignable : {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} does not take this machine's token. Make a new one there, and enter it here.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Le moniteur {0} n'accepte pas le jeton de cette machine. Créez-en un nouveau là-bas et saisissez-le ici.</translation>
        </message>
        <message>
            <source>The monitor {0} is older than this program. It must be updated.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Le moniteur {0} est plus ancien que ce programme. Il doit être mis à jour.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot take this ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Le moniteur {0} ne peut pas accepter ceci ({1}).</translation>
        </message>
        <message>
            <source>The monitor {0} is busy ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Le moniteur {0} est occupé ({1}).</translation>
        </message>
        <message>
            <source>There is no monitor at {0} ({1}). Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Il n'y a pas de moniteur à {0} ({1}). L'adresse est-elle correcte ?</translation>
        </message>
        <message>
            <source>What answers at {0} is no monitor. Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Ce qui répond à {0} n'est pas un moniteur. L'adresse est-elle correcte ?</translation>
        </message>
        <message>
            <source>Have its owner run resources/monitor/postgresql.sql there.</source>
            <extracomment>notifier/targets/postgresql.py</extracomment>
            <translation>Demandez à son propriétaire d'y exécuter resources/monitor/postgresql.sql.</translation>
        </message>
        <message>
            <source>The database {0} cannot take this: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error)</extracomment>
            <translation>La base de données {0} ne peut pas accepter ceci : {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write: {1} {2}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error), {2}: _HOW</extracomment>
            <translation>La base de données {0} ne laisse pas ce rôle écrire : {1} {2}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>La base de données {0} ne laisse pas ce rôle écrire. {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let us in: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>La base de données {0} ne nous laisse pas entrer : {1}</translation>
        </message>
        <message>
            <source>The database {0} could not prove who it is: {1} For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>La base de données {0} n'a pas pu prouver son identité : {1} Sur un réseau de confiance, ajoutez ?sslmode=require ou ?sslmode=disable à l'URL.</translation>
        </message>
        <message>
            <source>The database {0} cannot be reached: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>La base de données {0} est injoignable : {1}</translation>
        </message>
        <message>
            <source>The file {0} cannot take this: {1}.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>Le fichier {0} ne peut pas accepter ceci : {1}.</translation>
        </message>
        <message>
            <source>The file {0} takes reports.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path</extracomment>
            <translation>Le fichier {0} accepte les rapports.</translation>
        </message>
        <message>
            <source>{0} Update this program.</source>
            <extracomment>notifier/targets/sqlite.py {0}: error</extracomment>
            <translation>{0} Mettez ce programme à jour.</translation>
        </message>
        <message>
            <source>{0} must be a whole path from the root on, not {1}.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local); settings/checks.py {0}: where, {1}: quoted(base)</extracomment>
            <translation>{0} doit être un chemin complet depuis la racine, pas {1}.</translation>
        </message>
        <message>
            <source>{0} overlaps the place of the mapping {1} ({2}): each would undo what the other does. Give each a folder of its own there.</source>
            <extracomment>settings/checks.py {0}: settings.where('mappings', mapping.name, 'remote'), {1}: quoted(other.name), {2}: quoted(other.remote)</extracomment>
            <translation>{0} recouvre l'emplacement du miroir {1} ({2}) : chacun déferait ce que fait l'autre. Donnez à chacun son propre dossier à cet endroit.</translation>
        </message>
        <message>
            <source>is not there. Make it, plug in its disk, or correct the path.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>est introuvable. Créez-le, branchez son disque, ou corrigez le chemin.</translation>
        </message>
        <message>
            <source>is a file. Name the folder that holds it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>est un fichier. Indiquez le dossier qui le contient.</translation>
        </message>
        <message>
            <source>cannot be read: {0}.</source>
            <extracomment>settings/checks.py {0}: error.strerror or error</extracomment>
            <translation>ne peut pas être lu : {0}.</translation>
        </message>
        <message>
            <source>{0}: the folder {1} {2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local), {2}: words</extracomment>
            <translation>{0} : le dossier {1} {2}</translation>
        </message>
        <message>
            <source>The folder {0} {1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Le dossier {0} {1}</translation>
        </message>
        <message>
            <source>Add it first.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Ajoutez-le d'abord.</translation>
        </message>
        <message>
            <source>{0}: there is no service {1}.{2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.service), {2}: hint</extracomment>
            <translation>{0} : il n'existe pas de service {1}.{2}</translation>
        </message>
        <message>
            <source>There is no service {0}.{1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Il n'existe pas de service {0}.{1}</translation>
        </message>
        <message>
            <source>inside the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>à l'intérieur du dossier répliqué</translation>
        </message>
        <message>
            <source>around the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>autour du dossier répliqué</translation>
        </message>
        <message>
            <source>{0}: the destination {1} lies {2} ({3}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(path), {2}: how, {3}: quoted(start.local)</extracomment>
            <translation>{0} : la destination {1} se trouve {2} ({3}) et se répliquerait donc elle-même sans fin. Choisissez une destination en dehors.</translation>
        </message>
        <message>
            <source>The destination {0} lies {1} ({2}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>La destination {0} se trouve {1} ({2}) et se répliquerait donc elle-même sans fin. Choisissez une destination en dehors.</translation>
        </message>
        <message>
            <source>{0}: the mapping {1} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(last.name)</extracomment>
            <translation>{0} : le miroir {1} écrit dans ce dossier ce qui en provient. Des dossiers qui se répliquent l'un l'autre ne s'arrêtent jamais : retirez l'un des deux miroirs.</translation>
        </message>
        <message>
            <source>The mapping {0} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Le miroir {0} écrit dans ce dossier ce qui en provient. Des dossiers qui se répliquent l'un l'autre ne s'arrêtent jamais : retirez l'un des deux miroirs.</translation>
        </message>
        <message>
            <source>Another program holds {0}. Try again in a moment.</source>
            <extracomment>settings/file.py {0}: path</extracomment>
            <translation>Un autre programme occupe {0}. Réessayez dans un instant.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not UTF-8 text.</source>
            <extracomment>settings/file.py {0}: path, {1}: line</extracomment>
            <translation>{0}, ligne {1} : ce n'est pas du texte UTF-8.</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} ne peut pas être lu : {1}.</translation>
        </message>
        <message>
            <source>A settings file cannot hold a name that is not valid text.</source>
            <extracomment>settings/file.py</extracomment>
            <translation>Un fichier de paramètres ne peut pas contenir un nom qui n'est pas du texte valable.</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} ne peut pas être écrit : {1}.</translation>
        </message>
        <message>
            <source>must be a whole number from 1 to {0}.</source>
            <extracomment>settings/migrations.py {0}: current(steps)</extracomment>
            <translation>doit être un nombre entier de 1 à {0}.</translation>
        </message>
        <message>
            <source>{0} was written by a newer Skynet Desktop; this one knows {1}. Install the newer one, or take back the file it replaced.</source>
            <extracomment>settings/migrations.py {0}: version, {1}: current(steps)</extracomment>
            <translation>{0} a été écrit par un Skynet Desktop plus récent ; celui-ci connaît {1}. Installez le plus récent, ou reprenez le fichier qu'il a remplacé.</translation>
        </message>
        <message>
            <source>is no address of a monitor, such as https://skywatch.example.com, postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>n'est pas l'adresse d'un moniteur, telle que https://skywatch.example.com, postgresql://laptop@db.example.com/skynet ou sqlite:///~/monitor.db</translation>
        </message>
        <message>
            <source>must not hold a password or token: leave it out, and enter it in Settings &gt; Monitor or with: skynet monitor set, which keep it in the keyring</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>ne doit contenir ni mot de passe ni jeton : omettez-le et saisissez-le dans Paramètres &gt; Moniteur ou avec skynet monitor set, qui le conservent dans le trousseau</translation>
        </message>
        <message>
            <source>must begin with https, or the token would travel unprotected</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>doit commencer par https, sinon le jeton circulerait sans protection</translation>
        </message>
        <message>
            <source>The folder {0} cannot be made: {1}. Choose another place with --home or SKYNET_HOME.</source>
            <extracomment>settings/paths.py {0}: folder, {1}: detail</extracomment>
            <translation>Le dossier {0} ne peut pas être créé : {1}. Choisissez un autre emplacement avec --home ou SKYNET_HOME.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not valid TOML: {2}.</source>
            <extracomment>settings/reader.py {0}: file, {1}: line, {2}: message</extracomment>
            <translation>{0}, ligne {1} : ce n'est pas du TOML valable : {2}.</translation>
        </message>
        <message>
            <source>must name the kind of service, such as "s3".</source>
            <extracomment>settings/reader.py</extracomment>
            <translation>doit indiquer le type de service, par exemple "s3".</translation>
        </message>
        <message>
            <source>is missing. {0}</source>
            <extracomment>settings/reader.py {0}: self._help(needed)</extracomment>
            <translation>manque. {0}</translation>
        </message>
        <message>
            <source>is not a setting.{0}</source>
            <extracomment>settings/reader.py {0}: nearest(name, known)</extracomment>
            <translation>n'est pas un paramètre.{0}</translation>
        </message>
        <message>
            <source>must be a table of its own: [{0}].</source>
            <extracomment>settings/reader.py {0}: '.'.join(keys)</extracomment>
            <translation>doit être une table à part : [{0}].</translation>
        </message>
        <message>
            <source>is no address such as http://proxy:3128, and not none</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>n'est pas une adresse telle que http://proxy:3128, et pas none non plus</translation>
        </message>
        <message>
            <source>must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and leave this empty</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>ne doit pas contenir de mot de passe : définissez avec lui la variable HTTPS_PROXY ou ALL_PROXY, et laissez ce champ vide</translation>
        </message>
        <message>
            <source>must be {0}, not {1}</source>
            <extracomment>settings/declaring.py {0}: _allowed(allowed, about_it), {1}: quoted(value)</extracomment>
            <translation>doit être {0}, pas {1}</translation>
        </message>
        <message>
            <source>The destination takes no more data: it is full or a quota is used up.</source>
            <extracomment>connections/sftp/fullness.py</extracomment>
            <translation>La destination n'accepte plus de données : elle est pleine ou un quota est épuisé.</translation>
        </message>
        <message>
            <source>It is {0} in {1} ({2}).</source>
            <extracomment>doctor/computer.py {0}: moment, {1}: zone, {2}: offset</extracomment>
            <translation>Il est {0} en {1} ({2}).</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Le moniteur {0} accepte les rapports de cette machine.</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine, known as {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: name</extracomment>
            <translation>Le moniteur {0} accepte les rapports de cette machine, qu'il connaît sous le nom {1}.</translation>
        </message>
        <message>
            <source>The database {0} takes reports from the role {1}.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: db.info.user</extracomment>
            <translation>La base de données {0} accepte les rapports du rôle {1}.</translation>
        </message>
        <message>
            <source>{0} The connection is not encrypted.</source>
            <extracomment>notifier/targets/postgresql.py {0}: found</extracomment>
            <translation>{0} La connexion n'est pas chiffrée.</translation>
        </message>
        <message>
            <source>The database {0} has no tables for the monitor. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>La base de données {0} n'a pas de tables pour le moniteur. {1}</translation>
        </message>
        <message>
            <source>The database {0} has tables of version {1}; version {2} is needed. {3}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: found, {2}: schema.VERSION, {3}: _HOW</extracomment>
            <translation>La base de données {0} a des tables de la version {1} ; la version {2} est nécessaire. {3}</translation>
        </message>
        <message>
            <source>cannot be understood: {0}</source>
            <extracomment>settings/declaring.py {0}: error</extracomment>
            <translation>n'est pas compréhensible : {0}</translation>
        </message>
        <message>
            <source>The name {0} cannot be used: a name has 1 to 64 letters, digits, spaces, dots, '-' or '_', and no space at its ends.</source>
            <extracomment>settings/declaring.py {0}: quoted(name)</extracomment>
            <translation>Le nom {0} est inutilisable : un nom compte de 1 à 64 lettres, chiffres, espaces, points, « - » ou « _ », sans espace à ses extrémités.</translation>
        </message>
        <message>
            <source>{0} The last good version is {1}.</source>
            <extracomment>settings/store.py {0}: error, {1}: good</extracomment>
            <translation>{0} La dernière version valable est {1}.</translation>
        </message>
        <message>
            <source>The service {0} is used by {1}. Remove the mapping first.</source>
            <extracomment>settings/store.py {0}: quoted(name), {1}: names</extracomment>
            <translation>Le service {0} est utilisé par {1}. Retirez d'abord le miroir.</translation>
        </message>
        <message>
            <source>There is no {0} {1}.{2}</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name), {2}: nearest(name, known)</extracomment>
            <translation>Il n'existe pas de {0} {1}.{2}</translation>
        </message>
        <message>
            <source>There is a {0} {1} already. Choose another name, or remove it first.</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name)</extracomment>
            <translation>Il existe déjà un {0} {1}. Choisissez un autre nom, ou retirez-le d'abord.</translation>
        </message>
        <message>
            <source>{0} holds a value no settings file can: {1}.</source>
            <extracomment>settings/store.py {0}: '.'.join(keys), {1}: error</extracomment>
            <translation>{0} contient une valeur qu'aucun fichier de paramètres ne peut contenir : {1}.</translation>
        </message>
        <message>
            <source>{0} is written in a way that only a person can change. Make the change by hand.</source>
            <extracomment>settings/store.py {0}: path</extracomment>
            <translation>{0} est écrit d'une façon que seule une personne peut modifier. Faites la modification à la main.</translation>
        </message>
        <message>
            <source>service</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>service</translation>
        </message>
        <message>
            <source>mapping</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>miroir</translation>
        </message>
        <message>
            <source>The folders of the try-out cannot be made: {0}.</source>
            <extracomment>tryout.py {0}: error.strerror or error</extracomment>
            <translation>Les dossiers de l'essai ne peuvent pas être créés : {0}.</translation>
        </message>
        <message>
            <source>The list of releases is older than one seen before; it was ignored.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>La liste des versions est plus ancienne qu'une liste déjà vue ; elle a été ignorée.</translation>
        </message>
        <message>
            <source>The list of releases has expired, so it does not tell whether there is a newer version. Is the clock of this computer right?</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>La liste des versions a expiré : elle n'indique donc pas s'il existe une version plus récente. L'horloge de cet ordinateur est-elle à l'heure ?</translation>
        </message>
        <message>
            <source>This copy of Skynet Desktop comes from no release, so it looks for no new versions.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Cette copie de Skynet Desktop ne provient d'aucune publication ; elle ne recherche donc pas de nouvelles versions.</translation>
        </message>
        <message>
            <source>The list of releases is at an address that is not secure.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La liste des versions se trouve à une adresse qui n'est pas sécurisée.</translation>
        </message>
        <message>
            <source>The list of releases is nowhere: one address leads to the next.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La liste des versions est introuvable : une adresse mène à la suivante.</translation>
        </message>
        <message>
            <source>{0} has no list of releases (status {1}).</source>
            <extracomment>updates/fetching.py {0}: host, {1}: response.status</extracomment>
            <translation>{0} n'a pas de liste des versions (état {1}).</translation>
        </message>
        <message>
            <source>The list of releases is larger than it may be.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La liste des versions est plus grande qu'elle ne peut l'être.</translation>
        </message>
        <message>
            <source>{0} broke off before the list of releases was whole.</source>
            <extracomment>updates/fetching.py {0}: host</extracomment>
            <translation>{0} a interrompu la connexion avant que la liste des versions soit complète.</translation>
        </message>
        <message>
            <source>it takes too long</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>c'est trop long</translation>
        </message>
        <message>
            <source>The list of releases cannot be used: {0}.</source>
            <extracomment>updates/checker.py {0}: error</extracomment>
            <translation>La liste des versions est inutilisable : {0}.</translation>
        </message>
        <message>
            <source>What came is no list of releases that this version can read.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>Ce qui a été reçu n'est pas une liste de versions que cette version sait lire.</translation>
        </message>
        <message>
            <source>The list of releases is not signed by the makers of Skynet Desktop, so it was ignored.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>La liste des versions n'est pas signée par les auteurs de Skynet Desktop ; elle a donc été ignorée.</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Permission refusée</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Opération non autorisée</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Aucun fichier ou dossier de ce nom</translation>
        </message>
        <message>
            <source>File exists</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Le fichier existe déjà</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>N'est pas un dossier</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Est un dossier</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Système de fichiers en lecture seule</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Plus d'espace disponible sur le périphérique</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Quota de disque dépassé</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Périphérique ou ressource occupé</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Erreur d'entrée/sortie</translation>
        </message>
        <message>
            <source>File name too long</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Nom de fichier trop long</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Connexion refusée</translation>
        </message>
        <message>
            <source>Connection reset by peer</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Connexion réinitialisée par le correspondant</translation>
        </message>
        <message>
            <source>Network is unreachable</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Réseau inaccessible</translation>
        </message>
        <message>
            <source>No route to host</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Aucune route vers l'hôte</translation>
        </message>
        <message>
            <source>Connection timed out</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Délai de connexion dépassé</translation>
        </message>
    </context>
    <context>
        <name>forms</name>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/forms/options.py; desktop/services/questions.py</extracomment>
            <translation>Ce champ est requis.</translation>
        </message>
        <message>
            <source>A whole number is needed.</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Un nombre entier est requis.</translation>
        </message>
    </context>
    <context>
        <name>mappings</name>
        <message>
            <source>Everything is there already. Nothing has to be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Tout y est déjà. Il n'y a rien à envoyer.</translation>
        </message>
        <message>
            <source>The folder is empty. What comes into it will be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Le dossier est vide. Ce qui y sera déposé sera envoyé.</translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) will be sent</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n fichier sera envoyé</numerusform>
                <numerusform>%n fichiers seront envoyés</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n déjà présent</numerusform>
                <numerusform>%n déjà présents</numerusform>
            </translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>environ {0}</translation>
        </message>
        <message>
            <source>In the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Dans le dossier</translation>
        </message>
        <message>
            <source>Already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Déjà présents</translation>
        </message>
        <message>
            <source>not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>pas encore connu</translation>
        </message>
        <message>
            <source>Left out</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Exclus</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Illisibles</translation>
        </message>
        <message>
            <source>Names the service cannot take</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Noms refusés par le service</translation>
        </message>
        <message>
            <source>Links and devices, never mirrored</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Liens et périphériques, jamais répliqués</translation>
        </message>
        <message>
            <source>Skynet's own files</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Fichiers de Skynet</translation>
        </message>
        <message>
            <source>Left out: {0}, {1}. Mirrored: {2}, {3}.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Exclus : {0}, {1}. Répliqués : {2}, {3}.</translation>
        </message>
        <message numerus="yes">
            <source>and %n other pattern(s)</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>
                <numerusform>et %n autre motif</numerusform>
                <numerusform>et %n autres motifs</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in this folder is left out.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Rien n'est exclu dans ce dossier.</translation>
        </message>
    </context>
    <context>
        <name>question</name>
        <message>
            <source>Remove them there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Les supprimer là aussi</translation>
        </message>
        <message>
            <source>Use this folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Utiliser ce dossier</translation>
        </message>
        <message>
            <source>This folder is mirrored from now on, in place of the one before. What is not in it is asked about before it is removed anywhere.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ce dossier est répliqué désormais, à la place du précédent. Pour ce qui ne s'y trouve pas, votre accord est demandé avant toute suppression.</translation>
        </message>
        <message>
            <source>Not yet</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Pas encore</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the folder from before is back. Plug in its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Rien n'est envoyé ni supprimé tant que le dossier précédent n'est pas revenu. Branchez son disque, par exemple.</translation>
        </message>
        <message>
            <source>Send them all again</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Les envoyer tous à nouveau</translation>
        </message>
        <message>
            <source>What is at the destination now is right: it becomes the mirror, and what is missing there is sent.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ce qui est à destination maintenant est juste : cela devient le miroir, et ce qui y manque est envoyé.</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the destination from before is back. Connect its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Rien n'est envoyé ni supprimé tant que la destination précédente n'est pas revenue. Branchez son disque, par exemple.</translation>
        </message>
        <message numerus="yes">
            <source>Remove %Ln file(s) there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>Supprimer %Ln fichier là aussi</numerusform>
                <numerusform>Supprimer %Ln fichiers là aussi</numerusform>
            </translation>
        </message>
        <message>
            <source>They are removed at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ils sont supprimés à destination. {0}</translation>
        </message>
        <message>
            <source>They are removed at the destination, and nobody can bring them back.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ils sont supprimés à destination, et personne ne peut les récupérer.</translation>
        </message>
        <message>
            <source>Keep them there</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Les y garder</translation>
        </message>
        <message>
            <source>They stay at the destination, and are not asked about again. Restore… can bring them back to this computer.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ils restent à destination, et la question n'est plus posée. « Restaurer… » peut les ramener sur cet ordinateur.</translation>
        </message>
        <message>
            <source>Gone from the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Disparus du dossier</translation>
        </message>
        <message>
            <source>Send the changed files</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Envoyer les fichiers modifiés</translation>
        </message>
        <message numerus="yes">
            <source>Send %Ln changed file(s)</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>Envoyer %Ln fichier modifié</numerusform>
                <numerusform>Envoyer %Ln fichiers modifiés</numerusform>
            </translation>
        </message>
        <message>
            <source>They replace what is at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ils remplacent ce qui est à destination. {0}</translation>
        </message>
        <message>
            <source>They replace what is at the destination, and nobody can bring back what was in them.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ils remplacent ce qui est à destination, et personne ne peut récupérer leur ancien contenu.</translation>
        </message>
        <message>
            <source>Wait, I want to look first</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Attendre, je veux d'abord regarder</translation>
        </message>
        <message>
            <source>Nothing is sent until you come back and decide. If you did not change these files yourself, a virus may have: what is at the destination is still as it was.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Rien n'est envoyé avant votre décision. Si vous n'avez pas modifié ces fichiers vous-même, c'est peut-être un virus : ce qui est à destination est encore comme avant.</translation>
        </message>
        <message>
            <source>Changed in the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Modifiés dans le dossier</translation>
        </message>
        <message>
            <source>Restore… can bring them back at any time.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>« Restaurer… » peut les récupérer à tout moment.</translation>
        </message>
        <message numerus="yes">
            <source>Restore… can bring them back for %n day(s).</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>« Restaurer… » peut les récupérer pendant %n jour.</numerusform>
                <numerusform>« Restaurer… » peut les récupérer pendant %n jours.</numerusform>
            </translation>
        </message>
        <message>
            <source>Look and decide…</source>
            <extracomment>desktop/window/question.py</extracomment>
            <translation>Examiner et décider…</translation>
        </message>
        <message>
            <source>Yes</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Oui</translation>
        </message>
        <message>
            <source>No</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Non</translation>
        </message>
    </context>
    <context>
        <name>restore</name>
        <message>
            <source>until {0}</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>avant {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln version(s)</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>
                <numerusform>%Ln version</numerusform>
                <numerusform>%Ln versions</numerusform>
            </translation>
        </message>
        <message>
            <source>As it is there now</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Tel qu'il y est maintenant</translation>
        </message>
        <message>
            <source>Until {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Avant {0}</translation>
        </message>
        <message>
            <source>written {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>écrit : {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln fichier restauré</numerusform>
                <numerusform>%Ln fichiers restaurés</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Tout y était déjà</translation>
        </message>
        <message>
            <source>Nothing came back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Rien n'a été restauré</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Elle a été arrêtée.</translation>
        </message>
        <message>
            <source>Begin again for the rest: what is here is not fetched anew.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Recommencez pour le reste : ce qui est déjà ici n'est pas retéléchargé.</translation>
        </message>
        <message>
            <source>{0} did not come back; the first of them are shown.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} n'ont pas été restaurés ; les premiers sont affichés.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were the same already.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln fichier était déjà identique.</numerusform>
                <numerusform>%Ln fichiers étaient déjà identiques.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln other file(s) of the same name were left as they are.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln autre fichier du même nom a été laissé tel quel.</numerusform>
                <numerusform>%Ln autres fichiers du même nom ont été laissés tels quels.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) got a new name, beside one that was there.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln fichier a reçu un nouveau nom, à côté de celui qui s'y trouvait.</numerusform>
                <numerusform>%Ln fichiers ont reçu un nouveau nom, à côté de ceux qui s'y trouvaient.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were replaced; what was there lies beside them.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln fichier a été remplacé ; ce qui s'y trouvait est juste à côté.</numerusform>
                <numerusform>%Ln fichiers ont été remplacés ; ce qui s'y trouvait est juste à côté.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are younger than the time you chose, and were left out.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln fichier est plus récent que le moment choisi, et a été exclu.</numerusform>
                <numerusform>%Ln fichiers sont plus récents que le moment choisi, et ont été exclus.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>settings</name>
        <message>
            <source>Language</source>
            <extracomment>setting language: label</extracomment>
            <translation>Langue</translation>
        </message>
        <message>
            <source>Of all windows and messages.</source>
            <extracomment>setting language: help</extracomment>
            <translation>De toutes les fenêtres et de tous les messages.</translation>
        </message>
        <message>
            <source>Appearance</source>
            <extracomment>setting appearance: label</extracomment>
            <translation>Apparence</translation>
        </message>
        <message>
            <source>Light, dark, or as this computer is set.</source>
            <extracomment>setting appearance: help</extracomment>
            <translation>Claire, sombre, ou selon le réglage de cet ordinateur.</translation>
        </message>
        <message>
            <source>Secrets are kept in</source>
            <extracomment>setting keyring: label</extracomment>
            <translation>Conservation des secrets</translation>
        </message>
        <message>
            <source>Empty for this system's keyring; "session" to ask after each start and keep nothing; or the full name of a keyring backend you trust.</source>
            <extracomment>setting keyring: help</extracomment>
            <translation>Vide pour le trousseau du système ; "session" pour les demander à chaque lancement et ne rien conserver ; ou le nom complet d'un backend de trousseau auquel vous faites confiance.</translation>
        </message>
        <message>
            <source>Look again every (seconds)</source>
            <extracomment>setting poll_seconds: label</extracomment>
            <translation>Examiner à nouveau toutes les (secondes)</translation>
        </message>
        <message>
            <source>How often folders are looked through that this system cannot watch.</source>
            <extracomment>setting poll_seconds: help</extracomment>
            <translation>À quel rythme sont parcourus les dossiers que ce système ne peut pas surveiller.</translation>
        </message>
        <message>
            <source>Look for new versions once a day</source>
            <extracomment>setting updates: label</extracomment>
            <translation>Rechercher une nouvelle version une fois par jour</translation>
        </message>
        <message>
            <source>Reads the list of releases on the web. Nothing about you, this computer or your files is sent, and nothing is ever installed by itself.</source>
            <extracomment>setting updates: help</extracomment>
            <translation>Lit la liste des versions sur le Web. Rien n'est envoyé sur vous, cet ordinateur ou vos fichiers, et rien n'est jamais installé automatiquement.</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>setting log_level: label</extracomment>
            <translation>Journal</translation>
        </message>
        <message>
            <source>How much is written to the log.</source>
            <extracomment>setting log_level: help</extracomment>
            <translation>La quantité d'informations écrites dans le journal.</translation>
        </message>
        <message>
            <source>Completed</source>
            <extracomment>setting completed: label</extracomment>
            <translation>Terminé</translation>
        </message>
        <message>
            <source>A burst of changes has arrived.</source>
            <extracomment>setting completed: help</extracomment>
            <translation>Une série de changements est arrivée.</translation>
        </message>
        <message>
            <source>Disconnected</source>
            <extracomment>setting disconnected: label</extracomment>
            <translation>Déconnecté</translation>
        </message>
        <message>
            <source>A service cannot be reached.</source>
            <extracomment>setting disconnected: help</extracomment>
            <translation>Un service est injoignable.</translation>
        </message>
        <message>
            <source>Reconnected</source>
            <extracomment>setting reconnected: label</extracomment>
            <translation>Reconnecté</translation>
        </message>
        <message>
            <source>It can be reached again.</source>
            <extracomment>setting reconnected: help</extracomment>
            <translation>Il est de nouveau joignable.</translation>
        </message>
        <message>
            <source>Issue</source>
            <extracomment>setting issue: label</extracomment>
            <translation>Problème</translation>
        </message>
        <message>
            <source>A file could not be mirrored.</source>
            <extracomment>setting issue: help</extracomment>
            <translation>Un fichier n'a pas pu être répliqué.</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>setting action_required: label</extracomment>
            <translation>Action requise</translation>
        </message>
        <message>
            <source>Only you can decide how to go on.</source>
            <extracomment>setting action_required: help</extracomment>
            <translation>Une décision de votre part est nécessaire.</translation>
        </message>
        <message>
            <source>New version</source>
            <extracomment>setting update: label</extracomment>
            <translation>Nouvelle version</translation>
        </message>
        <message>
            <source>There is a newer Skynet Desktop.</source>
            <extracomment>setting update: help</extracomment>
            <translation>Il existe un Skynet Desktop plus récent.</translation>
        </message>
        <message>
            <source>Tell of a lost service after (seconds)</source>
            <extracomment>setting grace_seconds: label</extracomment>
            <translation>Signaler un service perdu après (secondes)</translation>
        </message>
        <message>
            <source>Shorter interruptions pass without a word.</source>
            <extracomment>setting grace_seconds: help</extracomment>
            <translation>Les interruptions plus courtes passent sous silence.</translation>
        </message>
        <message>
            <source>Transfers at once</source>
            <extracomment>setting transfers: label</extracomment>
            <translation>Transferts simultanés</translation>
        </message>
        <message>
            <source>How many files of a mapping are on their way together; 0 finds it by itself.</source>
            <extracomment>setting transfers: help</extracomment>
            <translation>Combien de fichiers d'un miroir sont envoyés en même temps ; avec 0, le nombre est déterminé automatiquement.</translation>
        </message>
        <message>
            <source>Upload limit (MB/s)</source>
            <extracomment>setting limit: label</extracomment>
            <translation>Limite d'envoi (Mo/s)</translation>
        </message>
        <message>
            <source>For all services together; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Pour tous les services ensemble ; 0 pour aucune limite.</translation>
        </message>
        <message>
            <source>Timetable</source>
            <extracomment>setting timetable: label</extracomment>
            <translation>Horaires</translation>
        </message>
        <message>
            <source>Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "mon-fri 08:00-18:00 1.5".</source>
            <extracomment>setting timetable: help</extracomment>
            <translation>D'autres limites à d'autres heures, une par ligne : jours, heures, Mo/s (0 pour aucune), par exemple "mon-fri 08:00-18:00 1.5".</translation>
        </message>
        <message>
            <source>On a metered connection</source>
            <extracomment>setting metered: label</extracomment>
            <translation>Sur une connexion limitée</translation>
        </message>
        <message>
            <source>Such as a phone's: wait for another one, or send all the same.</source>
            <extracomment>setting metered: help</extracomment>
            <translation>Comme celle d'un téléphone : en attendre une autre, ou envoyer quand même.</translation>
        </message>
        <message>
            <source>Proxy</source>
            <extracomment>setting proxy: label</extracomment>
            <translation>Proxy</translation>
        </message>
        <message>
            <source>Empty for the system's own, none, or an address such as http://proxy:3128 or socks5://proxy:1080.</source>
            <extracomment>setting proxy: help</extracomment>
            <translation>Vide pour celui du système, none, ou une adresse telle que http://proxy:3128 ou socks5://proxy:1080.</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>setting local: label; option path of local: label</extracomment>
            <translation>Dossier</translation>
        </message>
        <message>
            <source>The folder on this computer.</source>
            <extracomment>setting local: help</extracomment>
            <translation>Le dossier de cet ordinateur.</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>setting service: label</extracomment>
            <translation>Service</translation>
        </message>
        <message>
            <source>Where it goes.</source>
            <extracomment>setting service: help</extracomment>
            <translation>La destination des fichiers.</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>setting remote: label</extracomment>
            <translation>Emplacement sur le service</translation>
        </message>
        <message>
            <source>The folder at the service; empty for its top.</source>
            <extracomment>setting remote: help</extracomment>
            <translation>Le dossier sur le service ; vide pour sa racine.</translation>
        </message>
        <message>
            <source>Complete sync</source>
            <extracomment>setting complete_sync: label</extracomment>
            <translation>Synchronisation complète</translation>
        </message>
        <message>
            <source>What is deleted here is deleted there too.</source>
            <extracomment>setting complete_sync: help</extracomment>
            <translation>Ce qui est supprimé ici y est aussi supprimé.</translation>
        </message>
        <message>
            <source>Leave out</source>
            <extracomment>setting ignore: label</extracomment>
            <translation>Exclure</translation>
        </message>
        <message>
            <source>Patterns as in a .gitignore file, one a line.</source>
            <extracomment>setting ignore: help</extracomment>
            <translation>Motifs comme dans un fichier .gitignore, un par ligne.</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>setting paused: label</extracomment>
            <translation>En pause</translation>
        </message>
        <message>
            <source>Nothing is sent until it is resumed.</source>
            <extracomment>setting paused: help</extracomment>
            <translation>Rien n'est envoyé jusqu'à la reprise.</translation>
        </message>
        <message>
            <source>Paused until</source>
            <extracomment>setting paused_until: label</extracomment>
            <translation>En pause jusqu'à</translation>
        </message>
        <message>
            <source>When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.</source>
            <extracomment>setting paused_until: help</extracomment>
            <translation>Quand une pause se termine d'elle-même, sous la forme 2026-11-23T08:00:00+01:00 ; vide pour jamais.</translation>
        </message>
        <message>
            <source>Send only at</source>
            <extracomment>setting hours: label</extracomment>
            <translation>Envoyer seulement pendant</translation>
        </message>
        <message>
            <source>Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.</source>
            <extracomment>setting hours: help</extracomment>
            <translation>Jours et heures, un par ligne, par exemple "mon-fri 22:00-06:00" ; sans ligne, à tout moment.</translation>
        </message>
        <message>
            <source>For this mapping alone; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Pour ce miroir seul ; 0 pour aucune limite.</translation>
        </message>
        <message>
            <source>Compare every (minutes)</source>
            <extracomment>setting rescan_minutes: label</extracomment>
            <translation>Comparer toutes les (minutes)</translation>
        </message>
        <message>
            <source>How often the whole folder is compared with what the service holds.</source>
            <extracomment>setting rescan_minutes: help</extracomment>
            <translation>À quel rythme le dossier entier est comparé avec le contenu du service.</translation>
        </message>
        <message>
            <source>Quiet period (seconds)</source>
            <extracomment>setting quiet_seconds: label</extracomment>
            <translation>Période de repos (secondes)</translation>
        </message>
        <message>
            <source>How long a file must rest before it is taken, where nobody tells that it was closed.</source>
            <extracomment>setting quiet_seconds: help</extracomment>
            <translation>Combien de temps un fichier doit rester inchangé avant d'être pris, là où rien n'indique qu'il a été fermé.</translation>
        </message>
        <message>
            <source>Ask before deleting more files than</source>
            <extracomment>setting delete_limit_count: label</extracomment>
            <translation>Demander avant de supprimer plus de fichiers que</translation>
        </message>
        <message>
            <source>More deletions than this in one sweep wait for a yes.</source>
            <extracomment>setting delete_limit_count: help</extracomment>
            <translation>Au-delà de ce nombre de suppressions lors d'une comparaison, votre accord est attendu.</translation>
        </message>
        <message>
            <source>Ask before deleting a larger share than</source>
            <extracomment>setting delete_limit_share: label</extracomment>
            <translation>Demander avant de supprimer une part supérieure à</translation>
        </message>
        <message>
            <source>More than this share of all mirrored files in one sweep waits for a yes.</source>
            <extracomment>setting delete_limit_share: help</extracomment>
            <translation>Au-delà de cette part des fichiers répliqués lors d'une comparaison, votre accord est attendu.</translation>
        </message>
        <message>
            <source>Ask before replacing a larger share than</source>
            <extracomment>setting change_limit_share: label</extracomment>
            <translation>Demander avant de remplacer une part supérieure à</translation>
        </message>
        <message>
            <source>When more than this share of all mirrored files, untouched for a day, changes at once, the mapping asks first: it may be a virus that encrypts them.</source>
            <extracomment>setting change_limit_share: help</extracomment>
            <translation>Quand plus que cette part de tous les fichiers répliqués, inchangés depuis un jour, change d'un coup, le miroir demande d'abord : c'est peut-être un virus qui les chiffre.</translation>
        </message>
        <message>
            <source>Keep at the destination</source>
            <extracomment>setting keep: label</extracomment>
            <translation>Conserver à destination</translation>
        </message>
        <message>
            <source>What is removed or replaced there goes to a dated trash folder first, or stays as a version where the service keeps those.</source>
            <extracomment>setting keep: help</extracomment>
            <translation>Ce qui y est supprimé ou remplacé va d'abord dans un dossier corbeille daté, ou reste comme version là où le service en conserve.</translation>
        </message>
        <message>
            <source>Keep it for (days)</source>
            <extracomment>setting keep_days: label</extracomment>
            <translation>Conserver pendant (jours)</translation>
        </message>
        <message>
            <source>How long the trash folder at the destination keeps a file; 0 for ever.</source>
            <extracomment>setting keep_days: help</extracomment>
            <translation>Combien de temps le dossier corbeille à destination conserve un fichier ; 0 pour toujours.</translation>
        </message>
        <message>
            <source>Verify every (days)</source>
            <extracomment>setting verify_days: label</extracomment>
            <translation>Vérifier tous les (jours)</translation>
        </message>
        <message>
            <source>How often it is proven anew that the destination holds what is here; 0 for never.</source>
            <extracomment>setting verify_days: help</extracomment>
            <translation>À quel rythme il est prouvé à nouveau que la destination contient ce qui est ici ; 0 pour jamais.</translation>
        </message>
        <message>
            <source>Verify by reading back</source>
            <extracomment>setting verify_deep: label</extracomment>
            <translation>Vérifier en relisant</translation>
        </message>
        <message>
            <source>Each content is read back and compared, which costs as much as a download.</source>
            <extracomment>setting verify_deep: help</extracomment>
            <translation>Chaque contenu est relu et comparé, ce qui coûte autant qu'un téléchargement.</translation>
        </message>
        <message>
            <source>Folder on this computer or a mounted disk</source>
            <extracomment>kind of service: local</extracomment>
            <translation>Dossier de cet ordinateur ou disque monté</translation>
        </message>
        <message>
            <source>The folder to mirror into, for example on another disk or a mounted share.</source>
            <extracomment>option path of local: help</extracomment>
            <translation>Le dossier vers lequel répliquer, par exemple sur un autre disque ou un partage monté.</translation>
        </message>
        <message>
            <source>Only while a disk is mounted there</source>
            <extracomment>option mounted of local: label</extracomment>
            <translation>Seulement si un disque y est monté</translation>
        </message>
        <message>
            <source>Waits while the folder lies on the system's own disk, as an empty mount point does.</source>
            <extracomment>option mounted of local: help</extracomment>
            <translation>Attend tant que le dossier se trouve sur le disque du système, comme c'est le cas d'un point de montage vide.</translation>
        </message>
        <message>
            <source>Amazon S3 or compatible</source>
            <extracomment>kind of service: s3</extracomment>
            <translation>Amazon S3 ou compatible</translation>
        </message>
        <message>
            <source>Bucket</source>
            <extracomment>option bucket of s3: label</extracomment>
            <translation>Bucket</translation>
        </message>
        <message>
            <source>The bucket must exist already.</source>
            <extracomment>option bucket of s3: help</extracomment>
            <translation>Le bucket doit déjà exister.</translation>
        </message>
        <message>
            <source>Address</source>
            <extracomment>setting url: label; option endpoint_url of s3: label</extracomment>
            <translation>Adresse</translation>
        </message>
        <message>
            <source>Tell the monitor</source>
            <extracomment>setting enabled: label</extracomment>
            <translation>Informer le moniteur</translation>
        </message>
        <message>
            <source>Off keeps the address and tells nothing.</source>
            <extracomment>setting enabled: help</extracomment>
            <translation>Désactivé, l'adresse est conservée et rien n'est signalé.</translation>
        </message>
        <message>
            <source>Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such as postgresql://laptop@db.example.com/skynet. Empty for no monitor.</source>
            <extracomment>setting url: help</extracomment>
            <translation>Celle de Skywatch, par exemple https://skywatch.example.com ; ou d'une base de données PostgreSQL, par exemple postgresql://laptop@db.example.com/skynet. Vide pour aucun moniteur.</translation>
        </message>
        <message>
            <source>Name of this machine</source>
            <extracomment>setting machine_name: label</extracomment>
            <translation>Nom de cette machine</translation>
        </message>
        <message>
            <source>As the monitor shows it; empty for this computer's own name.</source>
            <extracomment>setting machine_name: help</extracomment>
            <translation>Tel que le moniteur l'affiche ; vide pour le nom de cet ordinateur.</translation>
        </message>
        <message>
            <source>Hide names of files and folders</source>
            <extracomment>setting hide_paths: label</extracomment>
            <translation>Masquer les noms de fichiers et de dossiers</translation>
        </message>
        <message>
            <source>The monitor then sees numbers, sizes, states and general reasons, but no names. What it was told before, its history keeps.</source>
            <extracomment>setting hide_paths: help</extracomment>
            <translation>Le moniteur voit alors des nombres, des tailles, des états et des raisons générales, mais aucun nom. Ce qu'il a appris auparavant reste dans son historique.</translation>
        </message>
        <message>
            <source>Such as https://s3.example.com. Empty for Amazon itself.</source>
            <extracomment>option endpoint_url of s3: help</extracomment>
            <translation>Par exemple https://s3.example.com. Vide pour Amazon même.</translation>
        </message>
        <message>
            <source>Region</source>
            <extracomment>option region of s3: label; preset aws, question region: label</extracomment>
            <translation>Région</translation>
        </message>
        <message>
            <source>Such as eu-central-1.</source>
            <extracomment>option region of s3: help</extracomment>
            <translation>Par exemple eu-central-1.</translation>
        </message>
        <message>
            <source>Addressing style</source>
            <extracomment>option addressing_style of s3: label</extracomment>
            <translation>Style d'adressage</translation>
        </message>
        <message>
            <source>Where the bucket's name stands in the address: in its path, or in front of the host's name (virtual). Auto: path wherever an address is given.</source>
            <extracomment>option addressing_style of s3: help</extracomment>
            <translation>Où se trouve le nom du bucket dans l'adresse : dans son chemin, ou devant le nom de l'hôte (virtual). Auto : dans le chemin dès qu'une adresse est indiquée.</translation>
        </message>
        <message>
            <source>Folder in the bucket</source>
            <extracomment>option prefix of s3: label</extracomment>
            <translation>Dossier dans le bucket</translation>
        </message>
        <message>
            <source>Everything stays below it.</source>
            <extracomment>option prefix of s3: help</extracomment>
            <translation>Tout reste à l'intérieur.</translation>
        </message>
        <message>
            <source>Sign in with</source>
            <extracomment>option auth of s3: label; option auth of sftp: label</extracomment>
            <translation>S'identifier avec</translation>
        </message>
        <message>
            <source>Keys given here, or this computer's own AWS settings (environment).</source>
            <extracomment>option auth of s3: help</extracomment>
            <translation>Des clés indiquées ici, ou les paramètres AWS de cet ordinateur (environment).</translation>
        </message>
        <message>
            <source>Access key ID</source>
            <extracomment>option access_key_id of s3: label</extracomment>
            <translation>ID de clé d'accès</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <extracomment>option secret_access_key of s3: label</extracomment>
            <translation>Clé d'accès secrète</translation>
        </message>
        <message>
            <source>Storage class</source>
            <extracomment>option storage_class of s3: label</extracomment>
            <translation>Classe de stockage</translation>
        </message>
        <message>
            <source>Such as STANDARD_IA.</source>
            <extracomment>option storage_class of s3: help</extracomment>
            <translation>Par exemple STANDARD_IA.</translation>
        </message>
        <message>
            <source>Encryption at the server</source>
            <extracomment>option sse of s3: label</extracomment>
            <translation>Chiffrement sur le serveur</translation>
        </message>
        <message>
            <source>None: whatever the bucket's own default is.</source>
            <extracomment>option sse of s3: help</extracomment>
            <translation>Aucun : la valeur par défaut du bucket s'applique.</translation>
        </message>
        <message>
            <source>SFTP server</source>
            <extracomment>kind of service: sftp</extracomment>
            <translation>Serveur SFTP</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>option host of sftp: label</extracomment>
            <translation>Serveur</translation>
        </message>
        <message>
            <source>Name or address of the SSH server.</source>
            <extracomment>option host of sftp: help</extracomment>
            <translation>Nom ou adresse du serveur SSH.</translation>
        </message>
        <message>
            <source>Port</source>
            <extracomment>option port of sftp: label</extracomment>
            <translation>Port</translation>
        </message>
        <message>
            <source>User</source>
            <extracomment>option username of sftp: label</extracomment>
            <translation>Utilisateur</translation>
        </message>
        <message>
            <source>Left empty: the name you are logged in with here.</source>
            <extracomment>option username of sftp: help</extracomment>
            <translation>Si vide : le nom de votre session sur cet ordinateur.</translation>
        </message>
        <message>
            <source>auto tries what there is: key file, SSH agent, your usual keys, password. environment uses agent and key file and no stored secret.</source>
            <extracomment>option auth of sftp: help</extracomment>
            <translation>auto essaie ce qui est disponible : fichier de clé, agent SSH, vos clés habituelles, mot de passe. environment utilise l'agent et le fichier de clé, sans secret stocké.</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>option key_file of sftp: label</extracomment>
            <translation>Fichier de clé</translation>
        </message>
        <message>
            <source>A private key; left empty: your usual keys.</source>
            <extracomment>option key_file of sftp: help</extracomment>
            <translation>Une clé privée ; si vide : vos clés habituelles.</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>option password of sftp: label</extracomment>
            <translation>Mot de passe</translation>
        </message>
        <message>
            <source>Passphrase of the key</source>
            <extracomment>option passphrase of sftp: label</extracomment>
            <translation>Phrase secrète de la clé</translation>
        </message>
        <message>
            <source>Known hosts file</source>
            <extracomment>option known_hosts of sftp: label</extracomment>
            <translation>Fichier des hôtes connus</translation>
        </message>
        <message>
            <source>Left empty: ~/.ssh/known_hosts and the system's.</source>
            <extracomment>option known_hosts of sftp: help</extracomment>
            <translation>Si vide : ~/.ssh/known_hosts et celui du système.</translation>
        </message>
        <message>
            <source>Host key</source>
            <extracomment>option host_key of sftp: label</extracomment>
            <translation>Clé d'hôte</translation>
        </message>
        <message>
            <source>The server's key if you decided to trust it: its fingerprint (SHA256:...) or the public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.</source>
            <extracomment>option host_key of sftp: help</extracomment>
            <translation>La clé du serveur si vous avez décidé de lui faire confiance : son empreinte (SHA256:...) ou la clé publique elle-même (ssh-ed25519 AAAA...). Prioritaire sur le fichier des hôtes connus.</translation>
        </message>
        <message>
            <source>Amazon S3</source>
            <extracomment>preset aws: title</extracomment>
            <translation>Amazon S3</translation>
        </message>
        <message>
            <source>In the AWS console under IAM &gt; Users &gt; your user &gt; Security credentials.</source>
            <extracomment>preset aws: where to find what is asked for</extracomment>
            <translation>Dans la console AWS, sous IAM &gt; Users &gt; votre utilisateur &gt; Security credentials.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the S3 console.</source>
            <extracomment>preset aws, question region: help</extracomment>
            <translation>Celle indiquée à côté du bucket dans la console S3.</translation>
        </message>
        <message>
            <source>US East (N. Virginia)</source>
            <extracomment>preset aws: name of region us-east-1</extracomment>
            <translation>USA Est (Virginie du Nord)</translation>
        </message>
        <message>
            <source>US East (Ohio)</source>
            <extracomment>preset aws: name of region us-east-2</extracomment>
            <translation>USA Est (Ohio)</translation>
        </message>
        <message>
            <source>US West (N. California)</source>
            <extracomment>preset aws: name of region us-west-1</extracomment>
            <translation>USA Ouest (Californie du Nord)</translation>
        </message>
        <message>
            <source>US West (Oregon)</source>
            <extracomment>preset aws: name of region us-west-2</extracomment>
            <translation>USA Ouest (Oregon)</translation>
        </message>
        <message>
            <source>Canada (Central)</source>
            <extracomment>preset aws: name of region ca-central-1</extracomment>
            <translation>Canada (Centre)</translation>
        </message>
        <message>
            <source>Europe (Frankfurt)</source>
            <extracomment>preset aws: name of region eu-central-1</extracomment>
            <translation>Europe (Francfort)</translation>
        </message>
        <message>
            <source>Europe (Ireland)</source>
            <extracomment>preset aws: name of region eu-west-1</extracomment>
            <translation>Europe (Irlande)</translation>
        </message>
        <message>
            <source>Europe (London)</source>
            <extracomment>preset aws: name of region eu-west-2</extracomment>
            <translation>Europe (Londres)</translation>
        </message>
        <message>
            <source>Europe (Paris)</source>
            <extracomment>preset aws: name of region eu-west-3</extracomment>
            <translation>Europe (Paris)</translation>
        </message>
        <message>
            <source>Europe (Stockholm)</source>
            <extracomment>preset aws: name of region eu-north-1</extracomment>
            <translation>Europe (Stockholm)</translation>
        </message>
        <message>
            <source>Europe (Milan)</source>
            <extracomment>preset aws: name of region eu-south-1</extracomment>
            <translation>Europe (Milan)</translation>
        </message>
        <message>
            <source>Asia Pacific (Mumbai)</source>
            <extracomment>preset aws: name of region ap-south-1</extracomment>
            <translation>Asie-Pacifique (Mumbai)</translation>
        </message>
        <message>
            <source>Asia Pacific (Singapore)</source>
            <extracomment>preset aws: name of region ap-southeast-1</extracomment>
            <translation>Asie-Pacifique (Singapour)</translation>
        </message>
        <message>
            <source>Asia Pacific (Sydney)</source>
            <extracomment>preset aws: name of region ap-southeast-2</extracomment>
            <translation>Asie-Pacifique (Sydney)</translation>
        </message>
        <message>
            <source>Asia Pacific (Tokyo)</source>
            <extracomment>preset aws: name of region ap-northeast-1</extracomment>
            <translation>Asie-Pacifique (Tokyo)</translation>
        </message>
        <message>
            <source>Asia Pacific (Seoul)</source>
            <extracomment>preset aws: name of region ap-northeast-2</extracomment>
            <translation>Asie-Pacifique (Séoul)</translation>
        </message>
        <message>
            <source>South America (São Paulo)</source>
            <extracomment>preset aws: name of region sa-east-1</extracomment>
            <translation>Amérique du Sud (São Paulo)</translation>
        </message>
        <message>
            <source>Own S3 server (MinIO, SeaweedFS, Ceph ...)</source>
            <extracomment>preset s3-own: title</extracomment>
            <translation>Serveur S3 personnel (MinIO, SeaweedFS, Ceph ...)</translation>
        </message>
        <message>
            <source>Whoever runs the server gives you its address, a bucket and a key.</source>
            <extracomment>preset s3-own: where to find what is asked for</extracomment>
            <translation>La personne qui gère le serveur vous donne son adresse, un bucket et une clé.</translation>
        </message>
        <message>
            <source>Cloudflare R2</source>
            <extracomment>preset r2: title</extracomment>
            <translation>Cloudflare R2</translation>
        </message>
        <message>
            <source>In the Cloudflare dashboard under R2 &gt; Manage API tokens: make one that may read and write objects.</source>
            <extracomment>preset r2: where to find what is asked for</extracomment>
            <translation>Dans le tableau de bord Cloudflare, sous R2 &gt; Manage API tokens : créez-en un qui peut lire et écrire des objets.</translation>
        </message>
        <message>
            <source>Account ID</source>
            <extracomment>preset r2, question account: label</extracomment>
            <translation>ID de compte</translation>
        </message>
        <message>
            <source>32 digits and letters, shown on the R2 page of the Cloudflare dashboard.</source>
            <extracomment>preset r2, question account: help</extracomment>
            <translation>32 chiffres et lettres, affichés sur la page R2 du tableau de bord Cloudflare.</translation>
        </message>
        <message>
            <source>Jurisdiction</source>
            <extracomment>preset r2, question place: label</extracomment>
            <translation>Juridiction</translation>
        </message>
        <message>
            <source>Chosen when the bucket was made.</source>
            <extracomment>preset r2, question place: help</extracomment>
            <translation>Choisie à la création du bucket.</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>preset r2: name of place</extracomment>
            <translation>Automatique</translation>
        </message>
        <message>
            <source>European Union</source>
            <extracomment>preset r2: name of place .eu</extracomment>
            <translation>Union européenne</translation>
        </message>
        <message>
            <source>United States</source>
            <extracomment>preset r2: name of place .us</extracomment>
            <translation>États-Unis</translation>
        </message>
        <message>
            <source>FedRAMP</source>
            <extracomment>preset r2: name of place .fedramp</extracomment>
            <translation>FedRAMP</translation>
        </message>
        <message>
            <source>Backblaze B2</source>
            <extracomment>preset b2: title</extracomment>
            <translation>Backblaze B2</translation>
        </message>
        <message>
            <source>On Backblaze's page Application Keys: add one for the bucket (the master key does not work); its keyID is the access key ID, its applicationKey the secret.</source>
            <extracomment>preset b2: where to find what is asked for</extracomment>
            <translation>Sur la page Application Keys de Backblaze : ajoutez-en une pour le bucket (la clé principale ne fonctionne pas) ; son keyID est l'ID de clé d'accès, son applicationKey est le secret.</translation>
        </message>
        <message>
            <source>The part of the bucket's Endpoint between s3. and .backblazeb2.com, such as us-west-004.</source>
            <extracomment>preset b2, question region: help</extracomment>
            <translation>La partie de l'Endpoint du bucket entre s3. et .backblazeb2.com, par exemple us-west-004.</translation>
        </message>
        <message>
            <source>US West 002</source>
            <extracomment>preset b2: name of region us-west-002</extracomment>
            <translation>US West 002</translation>
        </message>
        <message>
            <source>US West 004</source>
            <extracomment>preset b2: name of region us-west-004</extracomment>
            <translation>US West 004</translation>
        </message>
        <message>
            <source>EU Central 003</source>
            <extracomment>preset b2: name of region eu-central-003</extracomment>
            <translation>EU Central 003</translation>
        </message>
        <message>
            <source>Wasabi</source>
            <extracomment>preset wasabi: title</extracomment>
            <translation>Wasabi</translation>
        </message>
        <message>
            <source>In the Wasabi console under Access Keys.</source>
            <extracomment>preset wasabi: where to find what is asked for</extracomment>
            <translation>Dans la console Wasabi, sous Access Keys.</translation>
        </message>
        <message>
            <source>US East 1 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-1</extracomment>
            <translation>US East 1 (Virginie du Nord)</translation>
        </message>
        <message>
            <source>US East 2 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-2</extracomment>
            <translation>US East 2 (Virginie du Nord)</translation>
        </message>
        <message>
            <source>US Central 1 (Texas)</source>
            <extracomment>preset wasabi: name of region us-central-1</extracomment>
            <translation>US Central 1 (Texas)</translation>
        </message>
        <message>
            <source>US West 1 (Oregon)</source>
            <extracomment>preset wasabi: name of region us-west-1</extracomment>
            <translation>US West 1 (Oregon)</translation>
        </message>
        <message>
            <source>CA Central 1 (Toronto)</source>
            <extracomment>preset wasabi: name of region ca-central-1</extracomment>
            <translation>CA Central 1 (Toronto)</translation>
        </message>
        <message>
            <source>EU Central 1 (Amsterdam)</source>
            <extracomment>preset wasabi: name of region eu-central-1</extracomment>
            <translation>EU Central 1 (Amsterdam)</translation>
        </message>
        <message>
            <source>EU Central 2 (Frankfurt)</source>
            <extracomment>preset wasabi: name of region eu-central-2</extracomment>
            <translation>EU Central 2 (Francfort)</translation>
        </message>
        <message>
            <source>EU West 1 (London)</source>
            <extracomment>preset wasabi: name of region eu-west-1</extracomment>
            <translation>EU West 1 (Londres)</translation>
        </message>
        <message>
            <source>EU West 2 (Paris)</source>
            <extracomment>preset wasabi: name of region eu-west-2</extracomment>
            <translation>EU West 2 (Paris)</translation>
        </message>
        <message>
            <source>EU South 1 (Milan)</source>
            <extracomment>preset wasabi: name of region eu-south-1</extracomment>
            <translation>EU South 1 (Milan)</translation>
        </message>
        <message>
            <source>AP Northeast 1 (Tokyo)</source>
            <extracomment>preset wasabi: name of region ap-northeast-1</extracomment>
            <translation>AP Northeast 1 (Tokyo)</translation>
        </message>
        <message>
            <source>AP Northeast 2 (Osaka)</source>
            <extracomment>preset wasabi: name of region ap-northeast-2</extracomment>
            <translation>AP Northeast 2 (Osaka)</translation>
        </message>
        <message>
            <source>AP Southeast 1 (Singapore)</source>
            <extracomment>preset wasabi: name of region ap-southeast-1</extracomment>
            <translation>AP Southeast 1 (Singapour)</translation>
        </message>
        <message>
            <source>AP Southeast 2 (Sydney)</source>
            <extracomment>preset wasabi: name of region ap-southeast-2</extracomment>
            <translation>AP Southeast 2 (Sydney)</translation>
        </message>
        <message>
            <source>DigitalOcean Spaces</source>
            <extracomment>preset spaces: title</extracomment>
            <translation>DigitalOcean Spaces</translation>
        </message>
        <message>
            <source>In the DigitalOcean control panel under Spaces Object Storage &gt; Access Keys; the bucket is the Space's name.</source>
            <extracomment>preset spaces: where to find what is asked for</extracomment>
            <translation>Dans le panneau de contrôle DigitalOcean, sous Spaces Object Storage &gt; Access Keys ; le bucket est le nom du Space.</translation>
        </message>
        <message>
            <source>New York 3</source>
            <extracomment>preset spaces: name of region nyc3</extracomment>
            <translation>New York 3</translation>
        </message>
        <message>
            <source>San Francisco 2</source>
            <extracomment>preset spaces: name of region sfo2</extracomment>
            <translation>San Francisco 2</translation>
        </message>
        <message>
            <source>San Francisco 3</source>
            <extracomment>preset spaces: name of region sfo3</extracomment>
            <translation>San Francisco 3</translation>
        </message>
        <message>
            <source>Toronto 1</source>
            <extracomment>preset spaces: name of region tor1</extracomment>
            <translation>Toronto 1</translation>
        </message>
        <message>
            <source>Amsterdam 3</source>
            <extracomment>preset spaces: name of region ams3</extracomment>
            <translation>Amsterdam 3</translation>
        </message>
        <message>
            <source>Frankfurt 1</source>
            <extracomment>preset spaces: name of region fra1</extracomment>
            <translation>Francfort 1</translation>
        </message>
        <message>
            <source>London 1</source>
            <extracomment>preset spaces: name of region lon1</extracomment>
            <translation>Londres 1</translation>
        </message>
        <message>
            <source>Bangalore 1</source>
            <extracomment>preset spaces: name of region blr1</extracomment>
            <translation>Bangalore 1</translation>
        </message>
        <message>
            <source>Singapore 1</source>
            <extracomment>preset spaces: name of region sgp1</extracomment>
            <translation>Singapour 1</translation>
        </message>
        <message>
            <source>Sydney 1</source>
            <extracomment>preset spaces: name of region syd1</extracomment>
            <translation>Sydney 1</translation>
        </message>
        <message>
            <source>Hetzner Object Storage</source>
            <extracomment>preset hetzner: title</extracomment>
            <translation>Hetzner Object Storage</translation>
        </message>
        <message>
            <source>In the Hetzner console of your project under Security &gt; S3 credentials.</source>
            <extracomment>preset hetzner: where to find what is asked for</extracomment>
            <translation>Dans la console Hetzner de votre projet, sous Security &gt; S3 credentials.</translation>
        </message>
        <message>
            <source>Falkenstein</source>
            <extracomment>preset hetzner: name of region fsn1</extracomment>
            <translation>Falkenstein</translation>
        </message>
        <message>
            <source>Nuremberg</source>
            <extracomment>preset hetzner: name of region nbg1</extracomment>
            <translation>Nuremberg</translation>
        </message>
        <message>
            <source>Helsinki</source>
            <extracomment>preset hetzner: name of region hel1</extracomment>
            <translation>Helsinki</translation>
        </message>
        <message>
            <source>IDrive e2</source>
            <extracomment>preset idrive: title</extracomment>
            <translation>IDrive e2</translation>
        </message>
        <message>
            <source>In the IDrive e2 dashboard under Access Keys.</source>
            <extracomment>preset idrive: where to find what is asked for</extracomment>
            <translation>Dans le tableau de bord IDrive e2, sous Access Keys.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the e2 dashboard.</source>
            <extracomment>preset idrive, question region: help</extracomment>
            <translation>Celle indiquée à côté du bucket dans le tableau de bord e2.</translation>
        </message>
        <message>
            <source>Oregon</source>
            <extracomment>preset idrive: name of region us-west-1</extracomment>
            <translation>Oregon</translation>
        </message>
        <message>
            <source>Los Angeles</source>
            <extracomment>preset idrive: name of region us-west-2</extracomment>
            <translation>Los Angeles</translation>
        </message>
        <message>
            <source>San Jose</source>
            <extracomment>preset idrive: name of region us-west-3</extracomment>
            <translation>San Jose</translation>
        </message>
        <message>
            <source>Phoenix</source>
            <extracomment>preset idrive: name of region us-southwest-1</extracomment>
            <translation>Phoenix</translation>
        </message>
        <message>
            <source>Chicago</source>
            <extracomment>preset idrive: name of region us-midwest-1</extracomment>
            <translation>Chicago</translation>
        </message>
        <message>
            <source>Dallas</source>
            <extracomment>preset idrive: name of region us-central-1</extracomment>
            <translation>Dallas</translation>
        </message>
        <message>
            <source>Virginia</source>
            <extracomment>preset idrive: name of region us-east-1</extracomment>
            <translation>Virginie</translation>
        </message>
        <message>
            <source>Miami</source>
            <extracomment>preset idrive: name of region us-southeast-1</extracomment>
            <translation>Miami</translation>
        </message>
        <message>
            <source>Montreal</source>
            <extracomment>preset idrive: name of region ca-east-1</extracomment>
            <translation>Montréal</translation>
        </message>
        <message>
            <source>Ireland</source>
            <extracomment>preset idrive: name of region eu-west-1</extracomment>
            <translation>Irlande</translation>
        </message>
        <message>
            <source>London</source>
            <extracomment>preset idrive: name of region eu-west-2</extracomment>
            <translation>Londres</translation>
        </message>
        <message>
            <source>London 2</source>
            <extracomment>preset idrive: name of region eu-west-3</extracomment>
            <translation>Londres 2</translation>
        </message>
        <message>
            <source>SFTP with a password (NAS, web space ...)</source>
            <extracomment>preset sftp-password: title</extracomment>
            <translation>SFTP avec un mot de passe (NAS, hébergement web ...)</translation>
        </message>
        <message>
            <source>The same as for signing in to the server; some servers allow SFTP only once it was switched on.</source>
            <extracomment>preset sftp-password: where to find what is asked for</extracomment>
            <translation>Les mêmes que pour s'identifier sur le serveur ; certains serveurs n'autorisent SFTP qu'une fois activé.</translation>
        </message>
        <message>
            <source>SFTP with a key file</source>
            <extracomment>preset sftp-key: title</extracomment>
            <translation>SFTP avec un fichier de clé</translation>
        </message>
        <message>
            <source>The private key whose public half is in the server's authorized_keys, often in the folder .ssh of your home.</source>
            <extracomment>preset sftp-key: where to find what is asked for</extracomment>
            <translation>La clé privée dont la moitié publique est dans authorized_keys sur le serveur, souvent dans le dossier .ssh de votre dossier personnel.</translation>
        </message>
        <message>
            <source>SFTP with the SSH agent</source>
            <extracomment>preset sftp-agent: title</extracomment>
            <translation>SFTP avec l'agent SSH</translation>
        </message>
        <message>
            <source>Your SSH agent holds the key already; nothing secret is kept by us.</source>
            <extracomment>preset sftp-agent: where to find what is asked for</extracomment>
            <translation>Votre agent SSH détient déjà la clé ; nous ne conservons aucun secret.</translation>
        </message>
        <message>
            <source>Folder on another disk or a mounted share</source>
            <extracomment>preset local: title</extracomment>
            <translation>Dossier sur un autre disque ou un partage monté</translation>
        </message>
        <message>
            <source>No account is needed.</source>
            <extracomment>preset local: where to find what is asked for</extracomment>
            <translation>Aucun compte n'est nécessaire.</translation>
        </message>
        <message>
            <source>Temporary files</source>
            <extracomment>ignore patterns temporary: label</extracomment>
            <translation>Fichiers temporaires</translation>
        </message>
        <message>
            <source>What programs write while they work and remove when they are done.</source>
            <extracomment>ignore patterns temporary: help</extracomment>
            <translation>Ce que les programmes écrivent pendant leur travail et suppriment une fois terminé.</translation>
        </message>
        <message>
            <source>System files</source>
            <extracomment>ignore patterns system: label</extracomment>
            <translation>Fichiers système</translation>
        </message>
        <message>
            <source>Thumbnails, folder views and waste bins that the system makes by itself.</source>
            <extracomment>ignore patterns system: help</extracomment>
            <translation>Miniatures, vues de dossiers et corbeilles que le système crée de lui-même.</translation>
        </message>
        <message>
            <source>Backups and swap files of editors</source>
            <extracomment>ignore patterns editors: label</extracomment>
            <translation>Sauvegardes et fichiers d'échange des éditeurs</translation>
        </message>
        <message>
            <source>Copies that text editors keep beside the file that is open.</source>
            <extracomment>ignore patterns editors: help</extracomment>
            <translation>Copies que les éditeurs de texte gardent à côté du fichier ouvert.</translation>
        </message>
        <message>
            <source>Developers' caches</source>
            <extracomment>ignore patterns developers: label</extracomment>
            <translation>Caches de développement</translation>
        </message>
        <message>
            <source>Installed packages and built files that a command makes anew.</source>
            <extracomment>ignore patterns developers: help</extracomment>
            <translation>Paquets installés et fichiers compilés qu'une commande recrée.</translation>
        </message>
        <message>
            <source>Unfinished downloads</source>
            <extracomment>ignore patterns downloads: label</extracomment>
            <translation>Téléchargements inachevés</translation>
        </message>
        <message>
            <source>What browsers and other programs have fetched only in part.</source>
            <extracomment>ignore patterns downloads: help</extracomment>
            <translation>Ce que les navigateurs et d'autres programmes n'ont récupéré qu'en partie.</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>Find the server</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Trouver le serveur</translation>
        </message>
        <message>
            <source>Reach its port</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Joindre son port</translation>
        </message>
        <message>
            <source>Check that it is the right one</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Vérifier que c'est le bon</translation>
        </message>
        <message>
            <source>Look for the folder</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Chercher le dossier</translation>
        </message>
        <message>
            <source>Sign in</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>S'identifier</translation>
        </message>
        <message>
            <source>List what is there</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Lister le contenu</translation>
        </message>
        <message>
            <source>Write a test file</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Écrire un fichier de test</translation>
        </message>
        <message>
            <source>Read it back</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Le relire</translation>
        </message>
        <message>
            <source>Delete it again</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Le supprimer</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message numerus="yes">
            <source>%Ln file(s) are on {0}</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln fichier est sur {0}</numerusform>
                <numerusform>%Ln fichiers sont sur {0}</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} cannot be reached</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} est injoignable</translation>
        </message>
        <message>
            <source>Changes are noted and sent as soon as it is back.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Les changements sont notés et envoyés dès son retour.</translation>
        </message>
        <message>
            <source>{0} is back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} est de retour</translation>
        </message>
        <message>
            <source>Going on.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>La réplication continue.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln fichier n'a pas pu être répliqué</numerusform>
                <numerusform>%Ln fichiers n'ont pas pu être répliqués</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln fichier restauré</numerusform>
                <numerusform>%Ln fichiers restaurés</numerusform>
            </translation>
        </message>
        <message>
            <source>Not everything came back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Tout n'a pas été restauré</translation>
        </message>
        <message>
            <source>{0}: see what can be done.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} : voir ce qui peut être fait.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) differ at the destination</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln fichier diffère à destination</numerusform>
                <numerusform>%Ln fichiers diffèrent à destination</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} needs you</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} a besoin de vous</translation>
        </message>
    </context>
    <context>
        <name>updates</name>
        <message>
            <source>The version you have was withdrawn</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Votre version a été retirée</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} is available</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet Desktop {0} est disponible</translation>
        </message>
        <message>
            <source>It puts a serious fault right. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Elle corrige un défaut grave. N'attendez pas.</translation>
        </message>
        <message>
            <source>A serious fault was found in {0}. The page of downloads tells what to do.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Un défaut grave a été trouvé dans {0}. La page des téléchargements indique quoi faire.</translation>
        </message>
        <message>
            <source>The version you have, {0}, was withdrawn for a serious fault. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Votre version, {0}, a été retirée à cause d'un défaut grave. N'attendez pas.</translation>
        </message>
        <message>
            <source>Click to see what is new. You have {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Cliquez pour voir les nouveautés. Vous avez {0}.</translation>
        </message>
        <message>
            <source>This version was withdrawn…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Cette version a été retirée…</translation>
        </message>
        <message>
            <source>Update soon: version {0}…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>À mettre à jour vite : version {0}…</translation>
        </message>
        <message>
            <source>Version {0} is available…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La version {0} est disponible…</translation>
        </message>
        <message>
            <source>Nobody has looked for a newer version yet.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Aucune version plus récente n'a encore été recherchée.</translation>
        </message>
        <message>
            <source>Skynet looks only when you ask.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet ne vérifie que si vous le demandez.</translation>
        </message>
        <message>
            <source>You have the newest version.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Vous avez la version la plus récente.</translation>
        </message>
        <message>
            <source>The version you have was withdrawn.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Votre version a été retirée.</translation>
        </message>
        <message>
            <source>Version {0} is available; you chose to skip it.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La version {0} est disponible ; vous avez choisi de l'ignorer.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La version {0} est disponible.</translation>
        </message>
        <message>
            <source>Looked {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Dernière vérification : {0}.</translation>
        </message>
    </context>
    <context>
        <name>verify</name>
        <message numerus="yes">
            <source>%Ln difference(s), all being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln différence, en cours de réparation</numerusform>
                <numerusform>%Ln différences, toutes en cours de réparation</numerusform>
            </translation>
        </message>
        <message>
            <source>{0}, {1} of them being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, dont {1} en cours de réparation</translation>
        </message>
        <message>
            <source>It did not come to its end</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Elle n'est pas allée à son terme</translation>
        </message>
        <message>
            <source>There was nothing to compare</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Il n'y avait rien à comparer</translation>
        </message>
        <message numerus="yes">
            <source>All %Ln file(s) are right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln fichier est correct</numerusform>
                <numerusform>Tous les %Ln fichiers sont corrects</numerusform>
            </translation>
        </message>
        <message>
            <source>Verified {0} · {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Vérifié {0} · {1}</translation>
        </message>
        <message>
            <source>Verifying: {0} of {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Vérification : {0} sur {1}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln difference(s)</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln différence</numerusform>
                <numerusform>%Ln différences</numerusform>
            </translation>
        </message>
        <message>
            <source>Every content is read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Chaque contenu est relu et comparé.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps are compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Les tailles, les dates et les sommes de contrôle conservées par le service sont comparées.</translation>
        </message>
        <message>
            <source>Every content was read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Chaque contenu a été relu et comparé.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps were compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Les tailles, les dates et les sommes de contrôle conservées par le service ont été comparées.</translation>
        </message>
        <message>
            <source>{0}, {1} · took {2} · {3}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, {1} · durée : {2} · {3}</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Elle a été arrêtée.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) wait to be sent and were not compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln fichier attend d'être envoyé et n'a pas été comparé.</numerusform>
                <numerusform>%Ln fichiers attendent d'être envoyés et n'ont pas été comparés.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) there did not come from this folder. They are never touched.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln fichier là-bas ne vient pas de ce dossier. Il n'est jamais touché.</numerusform>
                <numerusform>%Ln fichiers là-bas ne viennent pas de ce dossier. Ils ne sont jamais touchés.</numerusform>
            </translation>
        </message>
        <message>
            <source>Missing there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Manque là-bas</translation>
        </message>
        <message>
            <source>Other size</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Autre taille</translation>
        </message>
        <message>
            <source>Other time</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Autre date</translation>
        </message>
        <message>
            <source>Other content</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Autre contenu</translation>
        </message>
        <message>
            <source>Too much there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>En trop là-bas</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Illisible</translation>
        </message>
    </context>
    <context>
        <name>wizard</name>
        <message numerus="yes">
            <source>%n file(s) there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>
                <numerusform>%n fichier à destination</numerusform>
                <numerusform>%n fichiers à destination</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>words</name>
        <message>
            <source>{0}/s</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0}/s</translation>
        </message>
        <message numerus="yes">
            <source>%n s</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n s</numerusform>
                <numerusform>%n s</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n min</numerusform>
                <numerusform>%n min</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n h</numerusform>
                <numerusform>%n h</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n jour</numerusform>
                <numerusform>%n jours</numerusform>
            </translation>
        </message>
        <message>
            <source>never</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>jamais</translation>
        </message>
        <message>
            <source>just now</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>à l'instant</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>il y a {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln fichier</numerusform>
                <numerusform>%Ln fichiers</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln en attente</numerusform>
                <numerusform>%Ln en attente</numerusform>
            </translation>
        </message>
        <message>
            <source>Not set up</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Non configuré</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Action requise</translation>
        </message>
        <message>
            <source>Offline</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Hors ligne</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>En pause</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Problèmes</translation>
        </message>
        <message>
            <source>Uploading</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Envoi en cours</translation>
        </message>
        <message>
            <source>Checking</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Vérification</translation>
        </message>
        <message>
            <source>Up to date</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>À jour</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Rien n'est encore répliqué</translation>
        </message>
        <message numerus="yes">
            <source>%Ln issue(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln problème</numerusform>
                <numerusform>%Ln problèmes</numerusform>
            </translation>
        </message>
        <message>
            <source>Uploading {0} of {1}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Envoi de {0} sur {1}</translation>
        </message>
        <message>
            <source>{0} left</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>reste {0}</translation>
        </message>
        <message>
            <source>Paused until {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>En pause, reprise : {0}</translation>
        </message>
        <message>
            <source>retry in {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>nouvelle tentative dans {0}</translation>
        </message>
    </context>
</TS>
