<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Über</translation>
        </message>
        <message>
            <source>&amp;Licences…</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>&amp;Lizenzen…</translation>
        </message>
        <message>
            <source>The icon of Skynet Desktop</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Das Symbol von Skynet Desktop</translation>
        </message>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Version {0}</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors your folders to storage you own. It is free software under the GNU Affero General Public License, version 3 or later, and comes with no warranty.</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop spiegelt Ihre Ordner auf Speicher, der Ihnen gehört. Es ist freie Software unter der GNU Affero General Public License, Version 3 oder später, und kommt ohne Gewährleistung.</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Show file</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Datei anzeigen</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Pfad kopieren</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Aktivität</translation>
        </message>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Nach Namen suchen</translation>
        </message>
        <message>
            <source>All</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Alle</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Läuft</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Nicht erledigt</translation>
        </message>
        <message>
            <source>Nothing to show</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Nichts anzuzeigen</translation>
        </message>
        <message numerus="yes">
            <source>%Ln action(s)</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>
                <numerusform>%Ln Aktion</numerusform>
                <numerusform>%Ln Aktionen</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>{0} von {1}</translation>
        </message>
        <message>
            <source>No action fits the search.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Keine Aktion passt zur Suche.</translation>
        </message>
        <message>
            <source>What is sent, moved or removed appears here.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Hier erscheint, was gesendet, verschoben oder entfernt wird.</translation>
        </message>
    </context>
    <context>
        <name>ActivityView</name>
        <message>
            <source>The last actions</source>
            <extracomment>desktop/window/activity_view.py</extracomment>
            <translation>Die letzten Aktionen</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPage</name>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Erweitert</translation>
        </message>
        <message>
            <source>The log's level changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Die Stufe des Protokolls ändert sich beim nächsten Start von Skynet.</translation>
        </message>
        <message>
            <source>Help and repair</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Hilfe und Reparatur</translation>
        </message>
        <message>
            <source>&amp;Check-up…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Selbsttest…</translation>
        </message>
        <message>
            <source>&amp;Open log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Protokoll öffnen</translation>
        </message>
        <message>
            <source>&amp;Save diagnostics…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Diagnose speichern…</translation>
        </message>
        <message>
            <source>Diagnostics hold settings, states and the log, and no secret.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Die Diagnose enthält Einstellungen, Zustände und das Protokoll, aber keine Passwörter oder Schlüssel.</translation>
        </message>
        <message>
            <source>Where our files are</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Wo unsere Dateien liegen</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Zustand</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>Your own connections</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Ihre eigenen Verbindungen</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Anzeigen</translation>
        </message>
        <message>
            <source>Show: {0}</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Anzeigen: {0}</translation>
        </message>
    </context>
    <context>
        <name>ArrivalPage</name>
        <message>
            <source>Your mirror is running</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Ihre Spiegelung läuft</translation>
        </message>
        <message>
            <source>Open the &amp;overview</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Ü&amp;bersicht öffnen</translation>
        </message>
        <message>
            <source>C&amp;lose</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>Files that are there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Vorhandene Dateien</translation>
        </message>
        <message>
            <source>Looking through the folder…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Der Ordner wird durchgesehen…</translation>
        </message>
        <message>
            <source>First: {0}</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Zuerst: {0}</translation>
        </message>
        <message>
            <source>The first file has arrived</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Die erste Datei ist angekommen</translation>
        </message>
        <message>
            <source>Sending the first files…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Die ersten Dateien werden gesendet…</translation>
        </message>
        <message>
            <source>Everything is ready. Put something into the folder.</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Alles ist bereit. Legen Sie etwas in den Ordner.</translation>
        </message>
        <message>
            <source>Everything is there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Alles ist angekommen</translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Alles war schon da</translation>
        </message>
        <message>
            <source>Open &amp;folder</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>&amp;Ordner öffnen</translation>
        </message>
        <message>
            <source>Show at &amp;destination</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Am &amp;Ziel anzeigen</translation>
        </message>
    </context>
    <context>
        <name>Browser</name>
        <message>
            <source>Search everywhere, also in what was removed</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Überall suchen, auch in Entferntem</translation>
        </message>
        <message>
            <source>Nothing here</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Hier ist nichts</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Wird gesucht…</translation>
        </message>
        <message>
            <source>Choose all of this &amp;folder</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Alles in diesem Ordner wählen</translation>
        </message>
        <message>
            <source>Choose &amp;nothing</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>N&amp;ichts wählen</translation>
        </message>
        <message>
            <source>&amp;Versions…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Versionen…</translation>
        </message>
        <message>
            <source>To find what was removed, choose a time before that.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Um Entferntes zu finden, wählen Sie einen Zeitpunkt davor.</translation>
        </message>
        <message>
            <source>No file or folder of this name was found.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Es wurde keine Datei und kein Ordner mit diesem Namen gefunden.</translation>
        </message>
        <message>
            <source>The folder is empty. What was removed from it is seen at an earlier time.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Der Ordner ist leer. Was daraus entfernt wurde, sehen Sie zu einem früheren Zeitpunkt.</translation>
        </message>
        <message>
            <source>Tick what you want to have back.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Kreuzen Sie an, was Sie zurückhaben möchten.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Wird gezählt…</translation>
        </message>
        <message>
            <source>Chosen: {0}, {1}</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Gewählt: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>CheckupDialog</name>
        <message>
            <source>Check-up</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Selbsttest</translation>
        </message>
        <message>
            <source>The check-up is under way</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Der Selbsttest läuft</translation>
        </message>
        <message>
            <source>What was found</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Was gefunden wurde</translation>
        </message>
        <message>
            <source>Check &amp;again</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Er&amp;neut prüfen</translation>
        </message>
        <message>
            <source>C&amp;opy</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>&amp;Kopieren</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>Looking everything over…</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Alles wird durchgesehen…</translation>
        </message>
    </context>
    <context>
        <name>ChoosePage</name>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Wohin sollen Ihre Dateien?</translation>
        </message>
        <message>
            <source>&amp;Continue with {0}</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Weiter mit {0}</translation>
        </message>
    </context>
    <context>
        <name>Crumbs</name>
        <message>
            <source>Where you are</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Wo Sie sind</translation>
        </message>
        <message>
            <source>Go to {0}</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Zu {0} gehen</translation>
        </message>
    </context>
    <context>
        <name>DeletesPart</name>
        <message>
            <source>&amp;Keep remote copies</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Kopien am Ziel &amp;behalten</translation>
        </message>
        <message>
            <source>&amp;Mirror deletions too (complete sync)</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>&amp;Löschungen auch spiegeln (vollständige Synchronisierung)</translation>
        </message>
        <message>
            <source>What you delete here stays at the service. Nothing is ever removed there.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Was Sie hier löschen, bleibt beim Dienst. Dort wird nie etwas entfernt.</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too. An unplugged disk or an empty folder never counts as deleted.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Was Sie hier löschen, wird auch dort gelöscht. Ein abgezogener Datenträger oder ein leerer Ordner gilt nie als gelöscht.</translation>
        </message>
    </context>
    <context>
        <name>DestinationPage</name>
        <message>
            <source>Where to, and what about deletions?</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Wohin, und was gilt für Löschungen?</translation>
        </message>
        <message>
            <source>When you delete a file here</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Wenn Sie hier eine Datei löschen</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Ort am Ziel</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Der Ordner</translation>
        </message>
        <message>
            <source>&amp;Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>&amp;Name der Zuordnung</translation>
        </message>
        <message>
            <source>Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Name der Zuordnung</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Wie Sie sie nennen möchten.</translation>
        </message>
    </context>
    <context>
        <name>DetailsPage</name>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Testen</translation>
        </message>
    </context>
    <context>
        <name>DifferencesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Datei</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Was abweicht</translation>
        </message>
        <message>
            <source>In words</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>In Worten</translation>
        </message>
    </context>
    <context>
        <name>DryRun</name>
        <message>
            <source>Looking at the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Der Ordner wird durchgesehen</translation>
        </message>
        <message>
            <source>Looking at the folder and at the service…</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Der Ordner und der Dienst werden durchgesehen…</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Dieser Computer überwacht höchstens {0} Ordner, und dieser enthält {1}. Die übrigen werden stattdessen immer wieder durchgesehen. Dieser Befehl erhöht die Grenze:
{2}</translation>
        </message>
        <message>
            <source>What is at the service is not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Was beim Dienst liegt, ist noch nicht bekannt</translation>
        </message>
    </context>
    <context>
        <name>EntriesModel</name>
        <message>
            <source>folder</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>file</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Name</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Modified</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Geändert</translation>
        </message>
        <message>
            <source>Versions</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Versionen</translation>
        </message>
    </context>
    <context>
        <name>EntriesView</name>
        <message>
            <source>Files and folders at the destination</source>
            <extracomment>desktop/restore/entries_view.py</extracomment>
            <translation>Dateien und Ordner am Ziel</translation>
        </message>
    </context>
    <context>
        <name>Errands</name>
        <message>
            <source>The destination</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Das Ziel</translation>
        </message>
        <message>
            <source>Copy</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Save diagnostics</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Diagnose speichern</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Grund</translation>
        </message>
    </context>
    <context>
        <name>FilesUnderWay</name>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/files_under_way.py</extracomment>
            <translation>{0} von {1}</translation>
        </message>
    </context>
    <context>
        <name>FiltersPage</name>
        <message>
            <source>What is left out?</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>Was wird ausgelassen?</translation>
        </message>
        <message>
            <source>Files that programs make anew by themselves need not go along.</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>Dateien, die Programme selbst neu erzeugen, müssen nicht mit.</translation>
        </message>
    </context>
    <context>
        <name>FiltersPart</name>
        <message>
            <source>&amp;Patterns, one a line, as in a .gitignore file</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>&amp;Muster, eines je Zeile, wie in einer .gitignore-Datei</translation>
        </message>
        <message>
            <source>Patterns of files to leave out</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Muster der Dateien, die ausgelassen werden</translation>
        </message>
        <message>
            <source>Looking what is left out…</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Es wird nachgesehen, was ausgelassen wird…</translation>
        </message>
    </context>
    <context>
        <name>FolderPage</name>
        <message>
            <source>Which folder?</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Welcher Ordner?</translation>
        </message>
        <message>
            <source>With everything in it. Nothing in this folder is ever changed.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Mit allem, was darin ist. In diesem Ordner wird nie etwas geändert.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Wird gezählt…</translation>
        </message>
        <message>
            <source>{0} so far…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Bisher {0}…</translation>
        </message>
        <message>
            <source>{0} in this folder.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>{0} in diesem Ordner.</translation>
        </message>
        <message>
            <source>The folder is empty so far.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Der Ordner ist noch leer.</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Dieser Computer überwacht höchstens {0} Ordner, und dieser enthält {1}. Die übrigen werden stattdessen immer wieder durchgesehen. Dieser Befehl erhöht die Grenze:
{2}</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>the top of the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>die oberste Ebene des Dienstes</translation>
        </message>
        <message>
            <source>&amp;Folder on this computer</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Ordner auf diesem Computer</translation>
        </message>
        <message>
            <source>&amp;Service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Dienst</translation>
        </message>
        <message>
            <source>&amp;Place there</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>O&amp;rt am Ziel</translation>
        </message>
        <message>
            <source>Choose…</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Auswählen…</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Ordner auswählen</translation>
        </message>
        <message>
            <source>The folder to mirror</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Der zu spiegelnde Ordner</translation>
        </message>
        <message>
            <source>No file to mirror is in the folder so far.</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Im Ordner ist noch keine Datei zum Spiegeln.</translation>
        </message>
        <message>
            <source>{0}
becomes {1} on {2}</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>{0}
wird zu {1} auf {2}</translation>
        </message>
        <message>
            <source>the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>dem Dienst</translation>
        </message>
    </context>
    <context>
        <name>GeneralPage</name>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Allgemein</translation>
        </message>
        <message>
            <source>The language changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Die Sprache ändert sich beim nächsten Start von Skynet.</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Start</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Skynet beim An&amp;melden starten</translation>
        </message>
        <message>
            <source>Updates</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Updates</translation>
        </message>
        <message>
            <source>Keep secrets for this session &amp;only</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Passwörter und Schlüssel &amp;nur für diese Sitzung behalten</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Switch it on here to allow it again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Das wurde in den Einstellungen des Systems ausgeschaltet. Schalten Sie es hier ein, um es wieder zu erlauben.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started, not this one. Switch it on here to start this one.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Beim Anmelden wird eine andere Kopie von Skynet gestartet, nicht diese. Schalten Sie es hier ein, um diese zu starten.</translation>
        </message>
        <message>
            <source>Secrets</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Passwörter und Schlüssel</translation>
        </message>
    </context>
    <context>
        <name>HistoryDialog</name>
        <message>
            <source>Versions of a file</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versionen einer Datei</translation>
        </message>
        <message>
            <source>Each line is the file as it was until it was replaced or removed.</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Jede Zeile ist die Datei, wie sie war, bis sie ersetzt oder entfernt wurde.</translation>
        </message>
        <message>
            <source>Versions, the newest first</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versionen, die neueste zuerst</translation>
        </message>
        <message>
            <source>&amp;Choose this version</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Diese Version &amp;wählen</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Abbrechen</translation>
        </message>
    </context>
    <context>
        <name>HostKeyCard</name>
        <message>
            <source>The server's key has changed</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Der Schlüssel des Servers hat sich geändert</translation>
        </message>
        <message>
            <source>This is not the key that this server had before. Somebody may have put himself between you and the server to read along, or the server was set up anew. Ask whoever runs it before you go on.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Das ist nicht der Schlüssel, den dieser Server bisher hatte. Jemand könnte sich zwischen Sie und den Server geschaltet haben, um mitzulesen, oder der Server wurde neu eingerichtet. Fragen Sie den Betreiber, bevor Sie fortfahren.</translation>
        </message>
        <message>
            <source>Is this the right server?</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Ist das der richtige Server?</translation>
        </message>
        <message>
            <source>You connect to it for the first time. The fingerprint of its key proves which server it is.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Sie verbinden sich zum ersten Mal mit ihm. Der Fingerabdruck seines Schlüssels beweist, welcher Server es ist.</translation>
        </message>
        <message>
            <source>To check it, ask whoever runs the server, or run this at the server itself, and compare:</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Fragen Sie zum Prüfen den Betreiber des Servers, oder führen Sie dies auf dem Server selbst aus und vergleichen Sie:</translation>
        </message>
        <message>
            <source>I have &amp;asked, and this is its new key.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Ich habe nach&amp;gefragt, und das ist sein neuer Schlüssel.</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Server</translation>
        </message>
        <message>
            <source>Kind of key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Art des Schlüssels</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Fingerabdruck</translation>
        </message>
        <message>
            <source>&amp;Do not connect</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>&amp;Nicht verbinden</translation>
        </message>
        <message>
            <source>&amp;Trust this key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Diesem Schlüssel &amp;vertrauen</translation>
        </message>
    </context>
    <context>
        <name>IssueDetail</name>
        <message>
            <source>&amp;Retry</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Erneut versuchen</translation>
        </message>
        <message>
            <source>Show &amp;file</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Datei anzeigen</translation>
        </message>
        <message>
            <source>I&amp;gnore…</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Ignorieren…</translation>
        </message>
        <message numerus="yes">
            <source>Tried %n time(s)</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>
                <numerusform>%n-mal versucht</numerusform>
                <numerusform>%n-mal versucht</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IssuesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Grund</translation>
        </message>
        <message>
            <source>Since</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Seit</translation>
        </message>
    </context>
    <context>
        <name>IssuesPage</name>
        <message>
            <source>Retry &amp;all</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>&amp;Alle erneut versuchen</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Probleme</translation>
        </message>
        <message>
            <source>No issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Keine Probleme</translation>
        </message>
        <message>
            <source>Everything that could be read was sent.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Alles, was sich lesen ließ, wurde gesendet.</translation>
        </message>
        <message>
            <source>What could not be mirrored</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Was nicht gespiegelt werden konnte</translation>
        </message>
        <message>
            <source>This name cannot be written into the settings.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Dieser Name lässt sich nicht in die Einstellungen schreiben.</translation>
        </message>
        <message>
            <source>Rename the file, or ignore its folder.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Benennen Sie die Datei um, oder ignorieren Sie ihren Ordner.</translation>
        </message>
        <message>
            <source>Leave this file out from now on?</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Diese Datei von jetzt an auslassen?</translation>
        </message>
        <message>
            <source>{0}

A copy that is at the destination stays there. You can take this back under Filters of the mirror.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>{0}

Eine Kopie, die am Ziel liegt, bleibt dort. Sie können das bei der Zuordnung unter „Filter“ zurücknehmen.</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Auslassen</translation>
        </message>
    </context>
    <context>
        <name>KeyringBanner</name>
        <message>
            <source>Looking for the keyring…</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Der Schlüsselbund wird gesucht…</translation>
        </message>
        <message>
            <source>Try a&amp;gain</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Er&amp;neut versuchen</translation>
        </message>
        <message>
            <source>&amp;Keep for this session only</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Nur &amp;für diese Sitzung behalten</translation>
        </message>
        <message>
            <source>&amp;Use it anyway</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>&amp;Trotzdem verwenden</translation>
        </message>
        <message>
            <source>&amp;Use this system's keyring</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Schlüssel&amp;bund des Systems verwenden</translation>
        </message>
    </context>
    <context>
        <name>LicenceDialog</name>
        <message>
            <source>Licences</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Lizenzen</translation>
        </message>
        <message>
            <source>What Skynet Desktop is built from</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Woraus Skynet Desktop besteht</translation>
        </message>
        <message>
            <source>The licence</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Die Lizenz</translation>
        </message>
    </context>
    <context>
        <name>MappingCard</name>
        <message>
            <source>Progress of {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Fortschritt von {0}</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Jetzt synchronisieren</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Pausieren</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Fortsetzen</translation>
        </message>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Überprüfen</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Wiederherstellen…</translation>
        </message>
        <message>
            <source>Edit service…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Dienst bearbeiten…</translation>
        </message>
        <message>
            <source>Send anyway</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Trotzdem senden</translation>
        </message>
        <message>
            <source>Show issues</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Probleme anzeigen</translation>
        </message>
        <message>
            <source>More for {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Mehr zu {0}</translation>
        </message>
        <message>
            <source>More</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Mehr</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Am Ziel anzeigen</translation>
        </message>
        <message>
            <source>Edit…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Bearbeiten…</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/window/card.py; desktop/window/question.py</extracomment>
            <translation>{0}: {1}</translation>
        </message>
    </context>
    <context>
        <name>MappingDialog</name>
        <message>
            <source>New mapping</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Neue Zuordnung</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Zurück</translation>
        </message>
        <message>
            <source>Sa&amp;ve</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>S&amp;peichern</translation>
        </message>
        <message>
            <source>S&amp;tart mirroring</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Spiegeln s&amp;tarten</translation>
        </message>
        <message>
            <source>Ne&amp;xt: a dry run</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Weiter: Probelauf</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Änderungen verwerfen?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Was Sie hier eingegeben haben, ist nicht gespeichert.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Verwerfen</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Weiter &amp;bearbeiten</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Abbrechen</translation>
        </message>
    </context>
    <context>
        <name>MappingEditor</name>
        <message>
            <source>No limit</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Kein Limit</translation>
        </message>
        <message>
            <source>Parts of the mapping</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Teile der Zuordnung</translation>
        </message>
        <message>
            <source>Folder &amp;&amp; destination</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Ordner &amp;&amp; Ziel</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Filter</translation>
        </message>
        <message>
            <source>Deletes &amp;&amp; safety</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Löschungen &amp;&amp; Sicherheit</translation>
        </message>
        <message>
            <source>Schedule &amp;&amp; limits</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Zeitplan &amp;&amp; Limits</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>&amp;Name</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Name</translation>
        </message>
        <message>
            <source>The name stays: what is known of the destination hangs on it.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Der Name bleibt: An ihm hängt, was über das Ziel bekannt ist.</translation>
        </message>
        <message>
            <source>The destination is another one: everything is compared anew, and what is missing there is sent. What is at the old place stays there.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Das Ziel ist ein anderes: Alles wird neu abgeglichen, und was dort fehlt, wird gesendet. Was am alten Ort liegt, bleibt dort.</translation>
        </message>
        <message>
            <source>The folder is another one: everything is compared anew.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Der Ordner ist ein anderer: Alles wird neu abgeglichen.</translation>
        </message>
    </context>
    <context>
        <name>MappingsPage</name>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Zuordnungen</translation>
        </message>
        <message>
            <source>A mapping mirrors one folder to one place on a service.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Eine Zuordnung spiegelt einen Ordner an einen Ort bei einem Dienst.</translation>
        </message>
        <message>
            <source>Add a service first: a mapping needs a place to go to.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Fügen Sie zuerst einen Dienst hinzu: Eine Zuordnung braucht ein Ziel.</translation>
        </message>
        <message>
            <source>Stop mirroring {0}?</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>{0} nicht mehr spiegeln?</translation>
        </message>
        <message>
            <source>What is at the service stays there, and so does the folder.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Was beim Dienst liegt, bleibt dort, und der Ordner bleibt auch.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Entfernen</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Behalten</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Hinzufügen…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Noch wird nichts gespiegelt</translation>
        </message>
        <message>
            <source>&amp;Add a mapping…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Zuordnung &amp;hinzufügen…</translation>
        </message>
        <message>
            <source>&amp;Go to services</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Z&amp;u den Diensten</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Bearbeiten…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Entfernen…</translation>
        </message>
    </context>
    <context>
        <name>MonitorPage</name>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Monitor</translation>
        </message>
        <message>
            <source>Skywatch shows in a browser, wherever you are, how far this machine is. It hears of progress and of names, never of what is in your files.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch zeigt Ihnen im Browser, wo immer Sie sind, wie weit dieser Rechner ist. Es erfährt vom Fortschritt und von Namen, nie vom Inhalt Ihrer Dateien.</translation>
        </message>
        <message>
            <source>How it goes</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Wie es läuft</translation>
        </message>
        <message>
            <source>Token or password</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Token oder Passwort</translation>
        </message>
        <message>
            <source>Skywatch makes a token for each machine. It is kept in the keyring, and nowhere else.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch erstellt für jeden Rechner ein Token. Es liegt im Schlüsselbund und nirgends sonst.</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Testen</translation>
        </message>
        <message>
            <source>&amp;Open web monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Web-Monitor ö&amp;ffnen</translation>
        </message>
        <message>
            <source>&amp;Forget the token</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Token &amp;vergessen</translation>
        </message>
        <message>
            <source>Asking {0}…</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>{0} wird gefragt …</translation>
        </message>
        <message>
            <source>No monitor is set up.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Es ist kein Monitor eingerichtet.</translation>
        </message>
        <message>
            <source>The monitor is told nothing.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Dem Monitor wird nichts gemeldet.</translation>
        </message>
        <message>
            <source>Nothing was told yet.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Es wurde noch nichts gemeldet.</translation>
        </message>
        <message>
            <source>Last told: {0}.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Zuletzt gemeldet: {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln report(s) waiting.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln Meldung wartet.</numerusform>
                <numerusform>%Ln Meldungen warten.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln line(s) of the history were lost.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln Zeile des Verlaufs ging verloren.</numerusform>
                <numerusform>%Ln Zeilen des Verlaufs gingen verloren.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Netzwerk</translation>
        </message>
        <message>
            <source>No limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Kein Limit</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>no limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>kein Limit</translation>
        </message>
        <message>
            <source>{0} MB/s</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>{0} MB/s</translation>
        </message>
        <message>
            <source>Now: {0}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Jetzt: {0}.</translation>
        </message>
        <message>
            <source>Now: {0}, until {1}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Jetzt: {0}, bis {1}.</translation>
        </message>
    </context>
    <context>
        <name>NotificationsPage</name>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Meldungen</translation>
        </message>
        <message>
            <source>One message a burst of changes, never one a file.</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Eine Meldung je Schwung von Änderungen, nie eine je Datei.</translation>
        </message>
        <message>
            <source>At once</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Sofort</translation>
        </message>
        <message>
            <source>On screen</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Auf dem Bildschirm</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Ton</translation>
        </message>
    </context>
    <context>
        <name>OptionForm</name>
        <message>
            <source>More options</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Weitere Optionen</translation>
        </message>
    </context>
    <context>
        <name>OutcomePage</name>
        <message>
            <source>Progress of the restoring</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Fortschritt der Wiederherstellung</translation>
        </message>
        <message>
            <source>These did not come back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Diese sind nicht zurückgekommen</translation>
        </message>
        <message>
            <source>What did not come back, and why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Was nicht zurückgekommen ist, und warum</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Verbindung wird hergestellt…</translation>
        </message>
        <message>
            <source>Restoring {0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} von {1} wird wiederhergestellt</translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} von {1}</translation>
        </message>
    </context>
    <context>
        <name>Overview</name>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Hinzufügen…</translation>
        </message>
        <message>
            <source>Set up another mirror</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Weitere Spiegelung einrichten</translation>
        </message>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Geschwindigkeit in den letzten Minuten</translation>
        </message>
        <message>
            <source>&amp;Set up a mirror…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Spiegelung einrichten…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Noch wird nichts gespiegelt</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is there seconds later.</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Wählen Sie einen Ordner und wohin er soll. Was Sie hineinlegen, ist Sekunden später dort.</translation>
        </message>
        <message>
            <source>&amp;Try again</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Erneut versuchen</translation>
        </message>
        <message>
            <source>&amp;Open the settings file</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Einstellungsdatei &amp;öffnen</translation>
        </message>
        <message>
            <source>The settings cannot be read</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Die Einstellungen können nicht gelesen werden</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/page.py</extracomment>
            <translation>&amp;Weiter</translation>
        </message>
    </context>
    <context>
        <name>PagedList</name>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Nach Namen suchen</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Pfad kopieren</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Wird gesucht…</translation>
        </message>
        <message>
            <source>The first {0} are shown; scroll for more</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Die ersten {0} werden angezeigt; scrollen Sie für mehr</translation>
        </message>
        <message>
            <source>No file fits the search.</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Keine Datei passt zur Suche.</translation>
        </message>
    </context>
    <context>
        <name>PathInput</name>
        <message>
            <source>Browse…</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>Durchsuchen…</translation>
        </message>
    </context>
    <context>
        <name>PauseMenu</name>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>30 Minuten</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>2 Stunden</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Bis morgen</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Bis zum Fortsetzen</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Step {0} of {1}: {2}</source>
            <extracomment>desktop/wizard/progress.py</extracomment>
            <translation>Schritt {0} von {1}: {2}</translation>
        </message>
    </context>
    <context>
        <name>ProofStrip</name>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>{0}: {1}</translation>
        </message>
        <message>
            <source>Stop</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Stoppen</translation>
        </message>
        <message>
            <source>Details…</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Details…</translation>
        </message>
        <message>
            <source>Progress of the verification of {0}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Fortschritt der Überprüfung von {0}</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Alles auswählen</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Inkrementieren</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Dekrementieren</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>Wieder&amp;herstellen</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Ausschneiden</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Kopieren</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>Einf&amp;ügen</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Alles auswählen</translation>
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
            <translation>&amp;Ja</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Nein</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>Qt's own</extracomment>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>Qt's own</extracomment>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Save</source>
            <extracomment>Qt's own</extracomment>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>Qt's own</extracomment>
            <translation>Hilfe</translation>
        </message>
    </context>
    <context>
        <name>QTabBar</name>
        <message>
            <source>Scroll Left</source>
            <extracomment>Qt's own</extracomment>
            <translation>Nach links scrollen</translation>
        </message>
        <message>
            <source>Scroll Right</source>
            <extracomment>Qt's own</extracomment>
            <translation>Nach rechts scrollen</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>Wieder&amp;herstellen</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Ausschneiden</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Kopieren</translation>
        </message>
        <message>
            <source>Copy &amp;Link Location</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Link-Adresse kopieren</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>Einf&amp;ügen</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Löschen</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Alles auswählen</translation>
        </message>
    </context>
    <context>
        <name>QuestionDialog</name>
        <message>
            <source>{0} needs your decision</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>{0} braucht Ihre Entscheidung</translation>
        </message>
        <message>
            <source>Files this is about</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Dateien, um die es geht</translation>
        </message>
        <message>
            <source>Decide &amp;later</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>&amp;Später entscheiden</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>There is nothing to decide any more</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Es gibt nichts mehr zu entscheiden</translation>
        </message>
        <message>
            <source>It was answered elsewhere, or the files are as they were before.</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Es wurde anderswo beantwortet, oder die Dateien sind wieder wie vorher.</translation>
        </message>
    </context>
    <context>
        <name>ReadyPage</name>
        <message>
            <source>Ready to start</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Bereit zum Start</translation>
        </message>
        <message>
            <source>&amp;Start mirroring</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Spiegeln &amp;starten</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Skynet beim An&amp;melden starten</translation>
        </message>
        <message>
            <source>It then mirrors in the background. You can change this in the settings at any time.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Es spiegelt dann im Hintergrund. Sie können das jederzeit in den Einstellungen ändern.</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Left on here, it is switched on again.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Das wurde in den Einstellungen des Systems ausgeschaltet. Bleibt es hier an, wird es wieder eingeschaltet.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started now. Left on here, it will be this one.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Beim Anmelden wird jetzt eine andere Kopie von Skynet gestartet. Bleibt es hier an, wird es diese sein.</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>What will happen</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Was geschehen wird</translation>
        </message>
        <message>
            <source>This is a dry run: it only looks, and sends nothing.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Das ist ein Probelauf: Er sieht nur nach und sendet nichts.</translation>
        </message>
        <message>
            <source>You can go on all the same: sending begins as soon as this is mended.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Sie können trotzdem weitermachen: Das Senden beginnt, sobald das behoben ist.</translation>
        </message>
        <message>
            <source>S&amp;kip this</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Ü&amp;berspringen</translation>
        </message>
    </context>
    <context>
        <name>RestoreWindow</name>
        <message>
            <source>Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Wiederherstellen</translation>
        </message>
        <message>
            <source>Reading the destination</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Das Ziel wird gelesen</translation>
        </message>
        <message>
            <source>The destination cannot be read</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Das Ziel kann nicht gelesen werden</translation>
        </message>
        <message>
            <source>&amp;Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Zuordnung</translation>
        </message>
        <message>
            <source>Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Zuordnung</translation>
        </message>
        <message>
            <source>Bac&amp;k</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Zu&amp;rück</translation>
        </message>
        <message>
            <source>&amp;Read anew</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Neu einlesen</translation>
        </message>
        <message>
            <source>&amp;Open folder</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Ordner öffnen</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Sto&amp;ppen</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Reading what is there…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Was dort liegt, wird gelesen…</translation>
        </message>
        <message>
            <source>Reading what is there: {0} so far</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Was dort liegt, wird gelesen: bisher {0}</translation>
        </message>
        <message>
            <source>There is no mapping, so there is nothing to bring back from.</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Es gibt keine Zuordnung, also auch nichts, woraus sich etwas zurückholen ließe.</translation>
        </message>
        <message>
            <source>&amp;Continue…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Weiter…</translation>
        </message>
        <message>
            <source>&amp;Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Wiederherstellen</translation>
        </message>
        <message>
            <source>{0}, {1} will come back</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Das kommt zurück: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>SafetyPart</name>
        <message>
            <source>For ever</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Für immer</translation>
        </message>
        <message>
            <source>Never</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Nie</translation>
        </message>
        <message>
            <source>When you delete files here</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Wenn Sie hier Dateien löschen</translation>
        </message>
        <message>
            <source>When very many files change at once</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Wenn sich sehr viele Dateien auf einmal ändern</translation>
        </message>
        <message>
            <source>What can be brought back</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Was sich zurückholen lässt</translation>
        </message>
        <message>
            <source>Proof that all is there</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Nachweis, dass alles da ist</translation>
        </message>
        <message>
            <source>Where the bucket keeps versions, those are used; where it does not, old copies lie in the folder {0} on {1}. “Restore…” finds them in both.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Wo der Bucket Versionen behält, werden diese verwendet; wo nicht, liegen alte Kopien im Ordner {0} auf {1}. „Wiederherstellen…“ findet sie in beiden Fällen.</translation>
        </message>
        <message>
            <source>Old copies lie in the folder {0} on {1}. “Restore…” finds them there.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Alte Kopien liegen im Ordner {0} auf {1}. „Wiederherstellen…“ findet sie dort.</translation>
        </message>
        <message>
            <source>A file that you delete or overwrite here by mistake is then lost at the destination too, and nobody can bring it back.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Eine Datei, die Sie hier versehentlich löschen oder überschreiben, ist dann auch am Ziel verloren, und niemand kann sie zurückholen.</translation>
        </message>
        <message>
            <source>A file that is overwritten here by mistake is then overwritten at the destination too, and nobody can bring back what was in it.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Eine Datei, die hier versehentlich überschrieben wird, wird dann auch am Ziel überschrieben, und niemand kann zurückholen, was darin war.</translation>
        </message>
    </context>
    <context>
        <name>SecretInput</name>
        <message>
            <source>Kept in the keyring</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Im Schlüsselbund gespeichert</translation>
        </message>
        <message>
            <source>Hide</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Verbergen</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Anzeigen</translation>
        </message>
    </context>
    <context>
        <name>ServiceChooser</name>
        <message>
            <source>Added to this computer by you.</source>
            <extracomment>desktop/services/chooser.py</extracomment>
            <translation>Von Ihnen auf diesem Computer hinzugefügt.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDetails</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Name</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Wie Sie ihn nennen möchten.</translation>
        </message>
        <message>
            <source>Please decide first where the secrets are to be kept.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Bitte entscheiden Sie zuerst, wo Passwörter und Schlüssel aufbewahrt werden.</translation>
        </message>
        <message>
            <source>The keyring has not answered yet. Try again in a moment.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Der Schlüsselbund hat noch nicht geantwortet. Versuchen Sie es gleich noch einmal.</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Diese Angabe wird gebraucht.</translation>
        </message>
        <message>
            <source>There is a service of this name already.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Es gibt schon einen Dienst mit diesem Namen.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDialog</name>
        <message>
            <source>Edit service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Dienst bearbeiten</translation>
        </message>
        <message>
            <source>Add a service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Dienst hinzufügen</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Änderungen verwerfen?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Was Sie hier eingegeben haben, ist nicht gespeichert.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>&amp;Verwerfen</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Weiter &amp;bearbeiten</translation>
        </message>
    </context>
    <context>
        <name>ServiceEditor</name>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Zurück</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>&amp;Save without test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Ohne Test &amp;speichern</translation>
        </message>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Wohin sollen Ihre Dateien?</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Testen</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Speichern</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Erneut &amp;testen</translation>
        </message>
    </context>
    <context>
        <name>ServiceRow</name>
        <message numerus="yes">
            <source>%Ln request(s) this month</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>
                <numerusform>%Ln Anfrage in diesem Monat</numerusform>
                <numerusform>%Ln Anfragen in diesem Monat</numerusform>
            </translation>
        </message>
        <message>
            <source>Not used by a mapping yet</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Noch von keiner Zuordnung verwendet</translation>
        </message>
        <message>
            <source>Used by {0}</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Verwendet von {0}</translation>
        </message>
        <message>
            <source>Sending and copying</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Senden und Kopieren</translation>
        </message>
        <message>
            <source>Listing</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Auflisten</translation>
        </message>
        <message>
            <source>Reading</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Lesen</translation>
        </message>
        <message>
            <source>Deleting</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Löschen</translation>
        </message>
    </context>
    <context>
        <name>ServicesPage</name>
        <message>
            <source>{0} is still in use.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} ist noch in Gebrauch.</translation>
        </message>
        <message>
            <source>Remove these mappings first, or give them another service:</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Entfernen Sie zuerst diese Zuordnungen, oder geben Sie ihnen einen anderen Dienst:</translation>
        </message>
        <message>
            <source>Remove {0}?</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} entfernen?</translation>
        </message>
        <message>
            <source>Its password or keys are deleted from the keyring too. Files that were sent there stay where they are.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Das Passwort oder die Schlüssel werden auch aus dem Schlüsselbund gelöscht. Gesendete Dateien bleiben, wo sie sind.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Entfernen</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Behalten</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Dienste</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Hinzufügen…</translation>
        </message>
        <message>
            <source>No service yet</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Noch kein Dienst</translation>
        </message>
        <message>
            <source>A service is a place your files go to: a bucket, a server, another disk.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Ein Dienst ist ein Ort für Ihre Dateien: ein Bucket, ein Server, ein anderer Datenträger.</translation>
        </message>
        <message>
            <source>&amp;Add a service…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Dienst &amp;hinzufügen…</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Bearbeiten…</translation>
        </message>
        <message>
            <source>&amp;Test…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Testen…</translation>
        </message>
        <message>
            <source>Change &amp;password…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Passwort ändern…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Entfernen…</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Allgemein</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Dienste</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Zuordnungen</translation>
        </message>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Meldungen</translation>
        </message>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Netzwerk</translation>
        </message>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Monitor</translation>
        </message>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Erweitert</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Über</translation>
        </message>
        <message>
            <source>Discard the value that is not right?</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Den falschen Wert verwerfen?</translation>
        </message>
        <message>
            <source>It cannot be used as it stands. It says why.</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>So lässt er sich nicht verwenden. Der Grund steht dabei.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>&amp;Verwerfen</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Weiter &amp;bearbeiten</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Seiten der Einstellungen</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Pages</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Seiten</translation>
        </message>
        <message>
            <source>Overview</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Übersicht</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Aktivität</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Probleme</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Einstellungen (Strg+,)</translation>
        </message>
    </context>
    <context>
        <name>StageRow</name>
        <message>
            <source>This server is not trusted.</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>Diesem Server wird nicht vertraut.</translation>
        </message>
        <message>
            <source>{0} s</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>{0} s</translation>
        </message>
        <message>
            <source>waits</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>wartet</translation>
        </message>
        <message>
            <source>under way</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>läuft</translation>
        </message>
        <message>
            <source>done</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>erledigt</translation>
        </message>
        <message>
            <source>failed</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>fehlgeschlagen</translation>
        </message>
        <message>
            <source>skipped</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>übersprungen</translation>
        </message>
    </context>
    <context>
        <name>TargetPage</name>
        <message>
            <source>&amp;Back to its place</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>An den &amp;ursprünglichen Ort</translation>
        </message>
        <message>
            <source>&amp;Into another folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>In einen &amp;anderen Ordner</translation>
        </message>
        <message>
            <source>The other folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Der andere Ordner</translation>
        </message>
        <message>
            <source>Where to?</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Wohin?</translation>
        </message>
        <message>
            <source>If another file of the same name is there</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Wenn dort eine andere Datei mit demselben Namen liegt</translation>
        </message>
        <message>
            <source>Keep b&amp;oth</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>&amp;Beide behalten</translation>
        </message>
        <message>
            <source>What comes back gets a name of its own beside it.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Was zurückkommt, erhält daneben einen eigenen Namen.</translation>
        </message>
        <message>
            <source>&amp;Leave it as it is</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>&amp;Lassen, wie sie ist</translation>
        </message>
        <message>
            <source>Only what is missing comes back.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Nur was fehlt, kommt zurück.</translation>
        </message>
        <message>
            <source>Re&amp;place it</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>&amp;Ersetzen</translation>
        </message>
        <message>
            <source>What is there now is put aside under another name, never deleted.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Was jetzt dort ist, wird unter einem anderen Namen beiseitegelegt, nie gelöscht.</translation>
        </message>
        <message>
            <source>A file that is the same already is never touched.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Eine Datei, die schon gleich ist, wird nie angetastet.</translation>
        </message>
    </context>
    <context>
        <name>TestDialog</name>
        <message>
            <source>Test of {0}</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Test von {0}</translation>
        </message>
    </context>
    <context>
        <name>TestPage</name>
        <message>
            <source>Does it work?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Funktioniert es?</translation>
        </message>
        <message>
            <source>A small file is written there, read back and deleted again.</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Eine kleine Datei wird dort geschrieben, zurückgelesen und wieder gelöscht.</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Weiter</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Erneut &amp;testen</translation>
        </message>
        <message>
            <source>Continue &amp;without test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Ohne Test weiter</translation>
        </message>
    </context>
    <context>
        <name>ThroughputPlot</name>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Geschwindigkeit in den letzten Minuten</translation>
        </message>
        <message>
            <source>Now {0}</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Jetzt {0}</translation>
        </message>
        <message>
            <source>{0}, {1} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}, vor {1}</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>vor {0}</translation>
        </message>
        <message>
            <source>now</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>jetzt</translation>
        </message>
    </context>
    <context>
        <name>Tiles</name>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Geschwindigkeit</translation>
        </message>
        <message>
            <source>Waiting</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Warteschlange</translation>
        </message>
        <message>
            <source>Left to send</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Noch zu senden</translation>
        </message>
        <message>
            <source>At the destinations</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>An den Zielen</translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>etwa {0}</translation>
        </message>
    </context>
    <context>
        <name>TimePicker</name>
        <message>
            <source>&amp;As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>&amp;Stand</translation>
        </message>
        <message>
            <source>As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Stand</translation>
        </message>
        <message>
            <source>Date and time</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Datum und Uhrzeit</translation>
        </message>
        <message>
            <source>Now</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Jetzt</translation>
        </message>
        <message>
            <source>Before {0}</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Kurz vor {0}</translation>
        </message>
        <message>
            <source>Another time…</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Anderer Zeitpunkt…</translation>
        </message>
    </context>
    <context>
        <name>TrayMenu</name>
        <message>
            <source>Open Skynet</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Skynet öffnen</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Zuordnungen</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Pausieren</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Fortsetzen</translation>
        </message>
        <message>
            <source>Snooze notifications</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Meldungen stummschalten</translation>
        </message>
        <message>
            <source>Open web monitor</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Web-Monitor öffnen</translation>
        </message>
        <message>
            <source>Settings…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Einstellungen…</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Hilfe</translation>
        </message>
        <message>
            <source>Quit</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Beenden</translation>
        </message>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>30 Minuten</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>2 Stunden</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Bis morgen</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Bis zum Fortsetzen</translation>
        </message>
        <message>
            <source>1 hour</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>1 Stunde</translation>
        </message>
        <message>
            <source>8 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>8 Stunden</translation>
        </message>
        <message>
            <source>Until Skynet restarts</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Bis zum Neustart von Skynet</translation>
        </message>
        <message>
            <source>Not any more</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Nicht mehr</translation>
        </message>
        <message>
            <source>Open log</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Protokoll öffnen</translation>
        </message>
        <message>
            <source>Save diagnostics…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Diagnose speichern…</translation>
        </message>
        <message>
            <source>Check-up…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Selbsttest…</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Über</translation>
        </message>
        <message>
            <source>Decide about {0}…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Über {0} entscheiden…</translation>
        </message>
        <message numerus="yes">
            <source>Quit (%Ln waiting, continued next time)</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>
                <numerusform>Beenden (%Ln wartet, geht beim nächsten Mal weiter)</numerusform>
                <numerusform>Beenden (%Ln warten, geht beim nächsten Mal weiter)</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrialView</name>
        <message>
            <source>Testing…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Test läuft…</translation>
        </message>
        <message>
            <source>The test was cancelled.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Der Test wurde abgebrochen.</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Alles funktioniert.</translation>
        </message>
        <message>
            <source>The test stopped here.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Hier blieb der Test stehen.</translation>
        </message>
        <message>
            <source>The test waits for your decision.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Der Test wartet auf Ihre Entscheidung.</translation>
        </message>
        <message>
            <source>Not connected. Nothing secret was sent to this server.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Nicht verbunden. An diesen Server wurde nichts Geheimes gesendet.</translation>
        </message>
        <message>
            <source>&amp;Cancel the test</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Test &amp;abbrechen</translation>
        </message>
        <message>
            <source>Ch&amp;ange it…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Än&amp;dern…</translation>
        </message>
    </context>
    <context>
        <name>TryOutPage</name>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Mit einem lokalen Ordner ausprobieren</translation>
        </message>
        <message>
            <source>Two folders are made on this computer. What you put into the first, change or delete there, happens in the second a moment later.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Auf diesem Computer werden zwei Ordner angelegt. Was Sie im ersten ablegen, ändern oder löschen, geschieht einen Augenblick später auch im zweiten.</translation>
        </message>
        <message>
            <source>&amp;Start the try-out</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Ausprobieren &amp;starten</translation>
        </message>
        <message>
            <source>Put files in here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Dateien hier hineinlegen</translation>
        </message>
        <message>
            <source>They appear here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Hier erscheinen sie</translation>
        </message>
        <message>
            <source>The first folder begins with some small text files. Remove the mapping in the settings to end the try-out.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Im ersten Ordner liegen zu Beginn einige kleine Textdateien. Entfernen Sie die Zuordnung in den Einstellungen, um das Ausprobieren zu beenden.</translation>
        </message>
    </context>
    <context>
        <name>UpdateDialog</name>
        <message>
            <source>New version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Neue Version</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>What is new</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Was neu ist</translation>
        </message>
        <message>
            <source>You have version {0}.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Sie haben die Version {0}.</translation>
        </message>
        <message>
            <source>Do not &amp;skip it</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Nicht überspringen</translation>
        </message>
        <message>
            <source>&amp;Skip this version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Diese Version über&amp;springen</translation>
        </message>
        <message>
            <source>&amp;Open the page of downloads</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Download-Seite ö&amp;ffnen</translation>
        </message>
        <message>
            <source>&amp;Download</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Herunterladen</translation>
        </message>
        <message>
            <source>{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>{0}, {1}. Ihr Browser lädt die Datei; Skynet installiert nichts von selbst.</translation>
        </message>
    </context>
    <context>
        <name>UpdatesPart</name>
        <message>
            <source>Look &amp;now</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>&amp;Jetzt nachsehen</translation>
        </message>
        <message>
            <source>&amp;What is new…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>&amp;Was ist neu…</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>Es wird nachgesehen…</translation>
        </message>
    </context>
    <context>
        <name>VerificationDialog</name>
        <message>
            <source>Verification of {0}</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Überprüfung von {0}</translation>
        </message>
        <message>
            <source>Everything is right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Alles stimmt</translation>
        </message>
        <message>
            <source>What differed is being put right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Was abwich, wird in Ordnung gebracht</translation>
        </message>
        <message>
            <source>Not verified yet</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Noch nicht überprüft</translation>
        </message>
        <message>
            <source>A verification proves that the destination holds just what is here. It changes nothing.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Eine Überprüfung beweist, dass am Ziel genau das liegt, was hier ist. Sie ändert nichts.</translation>
        </message>
        <message>
            <source>Progress of the verification</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Fortschritt der Überprüfung</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Was abweicht</translation>
        </message>
        <message>
            <source>&amp;Verify</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Über&amp;prüfen</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>St&amp;oppen</translation>
        </message>
        <message>
            <source>Save as &amp;text…</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Als &amp;Text speichern…</translation>
        </message>
        <message>
            <source>&amp;Repair</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Reparieren</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>None of these can be put right from here: each line says why.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Nichts davon lässt sich von hier aus in Ordnung bringen: In jeder Zeile steht, warum.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are put right now, as the overview shows. Verify again afterwards.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>
                <numerusform>%Ln Datei wird jetzt in Ordnung gebracht, wie die Übersicht zeigt. Überprüfen Sie danach noch einmal.</numerusform>
                <numerusform>%Ln Dateien werden jetzt in Ordnung gebracht, wie die Übersicht zeigt. Überprüfen Sie danach noch einmal.</numerusform>
            </translation>
        </message>
        <message>
            <source>Save as text</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Als Text speichern</translation>
        </message>
        <message>
            <source>Saved as {0}.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Gespeichert als {0}.</translation>
        </message>
    </context>
    <context>
        <name>VerifyMenu</name>
        <message>
            <source>&amp;Quick: sizes, times and checksums</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Schnell: Größen, Zeiten und Prüfsummen</translation>
        </message>
        <message>
            <source>&amp;Read everything back, as long as a download takes</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Alles zurücklesen, dauert so lange wie ein Download</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome to Skynet</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Willkommen bei Skynet</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is on your own storage seconds later.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Wählen Sie einen Ordner und wohin er soll. Was Sie hineinlegen, ist Sekunden später auf Ihrem eigenen Speicher.</translation>
        </message>
        <message>
            <source>Set up a mirror</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Spiegelung einrichten</translation>
        </message>
        <message>
            <source>To S3 storage, a server or NAS over SFTP, or another disk. You need what you sign in with there.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Auf S3-Speicher, per SFTP auf einen Server oder ein NAS, oder auf einen anderen Datenträger. Sie brauchen Ihre Zugangsdaten dafür.</translation>
        </message>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Mit einem lokalen Ordner ausprobieren</translation>
        </message>
        <message>
            <source>Mirrors one folder of this computer to another. Needs no account.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Spiegelt einen Ordner dieses Computers in einen anderen. Braucht kein Konto.</translation>
        </message>
    </context>
    <context>
        <name>Wizard</name>
        <message>
            <source>Set up Skynet</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Skynet einrichten</translation>
        </message>
        <message>
            <source>Leave without setting up the mirror?</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Verlassen, ohne die Spiegelung einzurichten?</translation>
        </message>
        <message>
            <source>What you entered here is forgotten.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Was Sie hier eingegeben haben, wird vergessen.</translation>
        </message>
        <message>
            <source>&amp;Leave</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Verlassen</translation>
        </message>
        <message>
            <source>&amp;Stay here</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Hierbleiben</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Dienst</translation>
        </message>
        <message>
            <source>Credentials</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Zugangsdaten</translation>
        </message>
        <message>
            <source>Test</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Test</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Destination</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Ziel</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Filter</translation>
        </message>
        <message>
            <source>Dry run</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Probelauf</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Start</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Zurück</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Wenn Sie jetzt schließen, wurde nichts geändert.</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed but where secrets are kept.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Wenn Sie jetzt schließen, wurde nur geändert, wo Passwörter und Schlüssel aufbewahrt werden.</translation>
        </message>
    </context>
    <context>
        <name>_KeptServices</name>
        <message>
            <source>Or use a ser&amp;vice you have already</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Oder verwenden Sie einen vorhandenen &amp;Dienst</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Dienst</translation>
        </message>
        <message>
            <source>&amp;Use it</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>&amp;Verwenden</translation>
        </message>
    </context>
    <context>
        <name>_MappingMenu</name>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Am Ziel anzeigen</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Jetzt synchronisieren</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Überprüfen</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Wiederherstellen…</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Pausieren</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Fortsetzen</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>{0}: {1}</translation>
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
            <translation>Von</translation>
        </message>
        <message>
            <source>To</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Nach</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Was Sie hier löschen, wird auch dort gelöscht.</translation>
        </message>
        <message>
            <source>What you delete here stays there.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Was Sie hier löschen, bleibt dort.</translation>
        </message>
    </context>
    <context>
        <name>activity</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Name</translation>
        </message>
        <message>
            <source>Mirror</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Spiegelung</translation>
        </message>
        <message>
            <source>Action</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Aktion</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Progress</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Geschwindigkeit</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Zustand</translation>
        </message>
        <message>
            <source>When</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Wann</translation>
        </message>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>Send</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Senden</translation>
        </message>
        <message>
            <source>Remove</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Move</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Verschieben</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Läuft</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Unterbrochen</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Nicht erledigt</translation>
        </message>
        <message>
            <source>No longer needed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Nicht mehr nötig</translation>
        </message>
        <message>
            <source>Done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Erledigt</translation>
        </message>
    </context>
    <context>
        <name>advice</name>
        <message>
            <source>Give the file another, shorter name, or ignore it.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Geben Sie der Datei einen anderen, kürzeren Namen, oder ignorieren Sie sie.</translation>
        </message>
        <message>
            <source>Allow this account to write there, or choose another place, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Erlauben Sie diesem Konto, dort zu schreiben, oder wählen Sie einen anderen Ort. Versuchen Sie es dann erneut.</translation>
        </message>
        <message>
            <source>A file and a folder have the same name. Rename one of them, here or at the destination, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Eine Datei und ein Ordner haben denselben Namen. Benennen Sie hier oder am Ziel eines von beiden um, und versuchen Sie es dann erneut.</translation>
        </message>
        <message>
            <source>It was removed at the destination. Retry to send it again.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Sie wurde am Ziel entfernt. Versuchen Sie es erneut, um sie noch einmal zu senden.</translation>
        </message>
        <message>
            <source>The file is gone from this computer. There is nothing to do; this goes away.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Die Datei ist nicht mehr auf diesem Computer. Es ist nichts zu tun, das verschwindet von selbst.</translation>
        </message>
        <message>
            <source>A program keeps writing to the file. It is sent as soon as it rests; close the program to have it sent now.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Ein Programm schreibt ständig in die Datei. Sie wird gesendet, sobald sie ruht. Schließen Sie das Programm, um sie jetzt senden zu lassen.</translation>
        </message>
        <message>
            <source>Close the program that uses the file, or allow yourself to read it, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Schließen Sie das Programm, das die Datei verwendet, oder erlauben Sie sich, sie zu lesen. Versuchen Sie es dann erneut.</translation>
        </message>
        <message>
            <source>It is tried again by itself. Retry now, or ignore the file.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Es wird von selbst wieder versucht. Versuchen Sie es jetzt erneut, oder ignorieren Sie die Datei.</translation>
        </message>
    </context>
    <context>
        <name>card</name>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln Datei konnte nicht gespiegelt werden.</numerusform>
                <numerusform>%Ln Dateien konnten nicht gespiegelt werden.</numerusform>
            </translation>
        </message>
        <message>
            <source>Next try in {0}.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Nächster Versuch in {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) left</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>Noch %Ln Datei</numerusform>
                <numerusform>Noch %Ln Dateien</numerusform>
            </translation>
        </message>
        <message>
            <source>Not checked yet</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Noch nicht abgeglichen</translation>
        </message>
        <message>
            <source>Last checked {0}</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Zuletzt abgeglichen: {0}</translation>
        </message>
        <message>
            <source>{0}, {1} at the destination</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>{0}, {1} am Ziel</translation>
        </message>
    </context>
    <context>
        <name>choices</name>
        <message>
            <source>As on this computer</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Wie auf diesem Computer</translation>
        </message>
        <message>
            <source>Light</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Everything</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Alles</translation>
        </message>
        <message>
            <source>The usual</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Das Übliche</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Warnungen und Fehler</translation>
        </message>
        <message>
            <source>Errors alone</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Nur Fehler</translation>
        </message>
        <message>
            <source>Wait for another connection</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Auf eine andere Verbindung warten</translation>
        </message>
        <message>
            <source>Send all the same</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Trotzdem senden</translation>
        </message>
        <message>
            <source>Whatever there is</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Was vorhanden ist</translation>
        </message>
        <message>
            <source>SSH agent</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>SSH-Agent</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Schlüsseldatei</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Passwort</translation>
        </message>
        <message>
            <source>Access key</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Zugriffsschlüssel</translation>
        </message>
        <message>
            <source>This computer's own settings</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Eigene Einstellungen dieses Computers</translation>
        </message>
        <message>
            <source>In the path</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Im Pfad</translation>
        </message>
        <message>
            <source>In front of the host's name</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Vor dem Namen des Hosts</translation>
        </message>
        <message>
            <source>As the bucket is set</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Wie beim Bucket eingestellt</translation>
        </message>
        <message>
            <source>What is removed or replaced</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Entferntes und Ersetztes</translation>
        </message>
        <message>
            <source>Removed files only</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Nur entfernte Dateien</translation>
        </message>
        <message>
            <source>Nothing</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Nichts</translation>
        </message>
        <message>
            <source>Off</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Message</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Meldung</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Ton</translation>
        </message>
        <message>
            <source>Message and sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Meldung und Ton</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Automatisch</translation>
        </message>
    </context>
    <context>
        <name>doctor</name>
        <message>
            <source>Program</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Programm</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Connections of your own</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Eigene Verbindungen</translation>
        </message>
        <message>
            <source>Running</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Betrieb</translation>
        </message>
        <message>
            <source>Start at login</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Start beim Anmelden</translation>
        </message>
        <message>
            <source>Keyring</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Schlüsselbund</translation>
        </message>
        <message>
            <source>Clock</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Uhr</translation>
        </message>
        <message>
            <source>Open files</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Offene Dateien</translation>
        </message>
        <message>
            <source>Disk</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Datenträger</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Zustand</translation>
        </message>
        <message>
            <source>Watching</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Überwachung</translation>
        </message>
        <message>
            <source>Folder of {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Ordner von {0}</translation>
        </message>
        <message>
            <source>Service {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Dienst {0}</translation>
        </message>
        <message>
            <source>Right</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>In Ordnung</translation>
        </message>
        <message>
            <source>Good to know</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Gut zu wissen</translation>
        </message>
        <message>
            <source>Warning</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Warnung</translation>
        </message>
        <message>
            <source>Does not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Funktioniert nicht</translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) do not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln Sache funktioniert nicht</numerusform>
                <numerusform>%Ln Sachen funktionieren nicht</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) to look at</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln Sache zum Nachsehen</numerusform>
                <numerusform>%Ln Sachen zum Nachsehen</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is fine</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Alles ist in Ordnung</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The service {0}: {1}</source>
            <extracomment>app.py {0}: service.name, {1}: error</extracomment>
            <translation>Der Dienst {0}: {1}</translation>
        </message>
        <message>
            <source>The running app does not know the command {0}.</source>
            <extracomment>app.py {0}: command</extracomment>
            <translation>Die laufende App kennt den Befehl {0} nicht.</translation>
        </message>
        <message>
            <source>The file changed while it was read.</source>
            <extracomment>connections/base.py; connections/s3/small.py</extracomment>
            <translation>Die Datei hat sich beim Lesen geändert.</translation>
        </message>
        <message>
            <source>The proxy {0} cannot be reached.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Der Proxy {0} ist nicht erreichbar.</translation>
        </message>
        <message>
            <source>The proxy {0} is of a kind that can carry web pages only.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Ein Proxy der Art von {0} kann nur Webseiten übertragen.</translation>
        </message>
        <message>
            <source>no HTTP answer</source>
            <extracomment>connections/dial.py</extracomment>
            <translation>keine HTTP-Antwort</translation>
        </message>
        <message>
            <source>The proxy {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>Der Proxy {0} verlangt Benutzer und Passwort oder hat die angegebenen abgelehnt.</translation>
        </message>
        <message>
            <source>The proxy {0} did not lead to {1} ({2}).</source>
            <extracomment>connections/dial.py {0}: proxy, {1}: at(host, port), {2}: why</extracomment>
            <translation>Der Proxy {0} hat nicht zu {1} geführt ({2}).</translation>
        </message>
        <message>
            <source>the copy is not as long as the file</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>die Kopie ist nicht so lang wie die Datei</translation>
        </message>
        <message>
            <source>The folder is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Der Ordner ist nicht am Ziel.</translation>
        </message>
        <message>
            <source>The new name is taken at the destination.</source>
            <extracomment>connections/local/connection.py; connections/sftp/connection.py</extracomment>
            <translation>Der neue Name ist am Ziel schon vergeben.</translation>
        </message>
        <message>
            <source>The file is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Die Datei ist nicht am Ziel.</translation>
        </message>
        <message>
            <source>This is not a file at the destination.</source>
            <extracomment>connections/local/connection.py; connections/local/reading.py</extracomment>
            <translation>Am Ziel ist das keine Datei.</translation>
        </message>
        <message>
            <source>A folder has this name at the destination.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Am Ziel hat ein Ordner diesen Namen.</translation>
        </message>
        <message>
            <source>The file grew while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>Die Datei ist beim Lesen gewachsen.</translation>
        </message>
        <message>
            <source>The file shrank while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>Die Datei ist beim Lesen geschrumpft.</translation>
        </message>
        <message>
            <source>This is not a regular file.</source>
            <extracomment>connections/local/copying.py; connections/local/reading.py</extracomment>
            <translation>Das ist keine gewöhnliche Datei.</translation>
        </message>
        <message>
            <source>The file changed before it was read.</source>
            <extracomment>connections/local/copying.py; connections/sftp/modes.py</extracomment>
            <translation>Die Datei hat sich vor dem Lesen geändert.</translation>
        </message>
        <message>
            <source>The file cannot be written here: {0}.</source>
            <extracomment>connections/local/reading.py {0}: error.strerror; engine/restoring/target.py {0}: error.strerror or error</extracomment>
            <translation>Die Datei kann hier nicht geschrieben werden: {0}.</translation>
        </message>
        <message>
            <source>A file or folder cannot have this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>So kann eine Datei oder ein Ordner nicht heißen.</translation>
        </message>
        <message>
            <source>A folder keeps no versions.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Ein Ordner behält keine Versionen.</translation>
        </message>
        <message>
            <source>Names of this form are kept for unfinished copies.</source>
            <extracomment>connections/local/names.py; engine/restoring/names.py</extracomment>
            <translation>Namen dieser Form sind für unfertige Kopien reserviert.</translation>
        </message>
        <message>
            <source>The destination would drop the dot or space at the end of this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>Das Ziel würde den Punkt oder das Leerzeichen am Ende dieses Namens weglassen.</translation>
        </message>
        <message>
            <source>Windows does not allow any of &lt; &gt; : " | ? * \ in a name.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows erlaubt in einem Namen keines der Zeichen &lt; &gt; : " | ? * \.</translation>
        </message>
        <message>
            <source>Windows keeps this name for a device.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows reserviert diesen Namen für ein Gerät.</translation>
        </message>
        <message>
            <source>The file changed at the destination while it was read.</source>
            <extracomment>connections/local/reading.py; connections/sftp/reading.py</extracomment>
            <translation>Die Datei hat sich am Ziel beim Lesen geändert.</translation>
        </message>
        <message>
            <source>{0} is not a folder.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} ist kein Ordner.</translation>
        </message>
        <message>
            <source>No disk is mounted at {0}.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>An {0} ist kein Datenträger eingehängt.</translation>
        </message>
        <message>
            <source>The folder {0} may not be written to.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>In den Ordner {0} darf nicht geschrieben werden.</translation>
        </message>
        <message>
            <source>{0} is another folder now: was a disk unmounted?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} ist jetzt ein anderer Ordner: Wurde ein Datenträger ausgehängt?</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Is its disk plugged in?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Der Ordner {0} ist nicht da. Ist sein Datenträger angeschlossen?</translation>
        </message>
        <message>
            <source>The folder {0} may not be read.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>Der Ordner {0} darf nicht gelesen werden.</translation>
        </message>
        <message>
            <source>{0} cannot be reached: {1}.</source>
            <extracomment>connections/local/root.py {0}: self.shown, {1}: error.strerror; updates/fetching.py {0}: host, {1}: _detail(error)</extracomment>
            <translation>{0} ist nicht erreichbar: {1}.</translation>
        </message>
        <message>
            <source>The destination's own folder cannot be a file.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Der eigene Ordner des Ziels kann keine Datei sein.</translation>
        </message>
        <message>
            <source>A link at the destination has the name of a folder.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Ein Link am Ziel hat den Namen eines Ordners.</translation>
        </message>
        <message>
            <source>The destination is read-only.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Das Ziel ist schreibgeschützt.</translation>
        </message>
        <message>
            <source>The two names are on different disks at the destination.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Die beiden Namen liegen am Ziel auf verschiedenen Datenträgern.</translation>
        </message>
        <message>
            <source>The disk or share is no longer reachable.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Der Datenträger oder die Freigabe ist nicht mehr erreichbar.</translation>
        </message>
        <message>
            <source>A {0} service cannot be made of these options ({1}).</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: type(error).__name__</extracomment>
            <translation>Aus diesen Optionen ergibt sich kein Dienst der Art {0} ({1}).</translation>
        </message>
        <message>
            <source>{0} is a secret: it belongs in the keyring, not here.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} ist geheim und gehört in den Schlüsselbund, nicht hierher.</translation>
        </message>
        <message>
            <source>{0} must be text.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} muss Text sein.</translation>
        </message>
        <message>
            <source>{0} must be {1}, not {2}.</source>
            <extracomment>connections/options.py {0}: option.name, {1}: allowed, {2}: given</extracomment>
            <translation>{0} muss {1} sein, nicht {2}.</translation>
        </message>
        <message>
            <source>one of {0}</source>
            <extracomment>connections/options.py {0}: ', '.join(option.choices)</extracomment>
            <translation>eines von {0}</translation>
        </message>
        <message>
            <source>a path in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>ein Pfad in Anführungszeichen</translation>
        </message>
        <message>
            <source>text in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>Text in Anführungszeichen</translation>
        </message>
        <message>
            <source>one line of text</source>
            <extracomment>connections/options.py</extracomment>
            <translation>eine einzige Zeile Text</translation>
        </message>
        <message>
            <source>a whole number</source>
            <extracomment>connections/options.py</extracomment>
            <translation>eine ganze Zahl</translation>
        </message>
        <message>
            <source>true or false</source>
            <extracomment>connections/options.py</extracomment>
            <translation>true oder false</translation>
        </message>
        <message>
            <source>A {0} service needs {1} ({2}).{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: option.name, {2}: option.label, {3}: explained</extracomment>
            <translation>Ein Dienst der Art {0} braucht {1} ({2}).{3}</translation>
        </message>
        <message>
            <source>Did you mean {0}?</source>
            <extracomment>connections/options.py {0}: near[0]; settings/reader.py {0}: quoted(found[0])</extracomment>
            <translation>Meinten Sie {0}?</translation>
        </message>
        <message>
            <source>A {0} service knows no {1}, only {2}.{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: name, {2}: ', '.join(names) or 'nothing', {3}: meant</extracomment>
            <translation>Ein Dienst der Art {0} kennt kein {1}, nur {2}.{3}</translation>
        </message>
        <message>
            <source>The name {0} could not be looked up.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Der Name {0} konnte nicht nachgeschlagen werden.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to a network, then try again.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie, ob dieser Computer mit einem Netzwerk verbunden ist, und versuchen Sie es erneut.</translation>
        </message>
        <message>
            <source>The name {0} is not known.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Der Name {0} ist nicht bekannt.</translation>
        </message>
        <message>
            <source>Check the spelling. A name of your own network is known only there: you may have to connect to it (VPN), or use the address (such as 192.168.1.20) instead.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie die Schreibweise. Ein Name Ihres eigenen Netzwerks ist nur dort bekannt: Vielleicht müssen Sie sich damit verbinden (VPN) oder stattdessen die Adresse (etwa 192.168.1.20) verwenden.</translation>
        </message>
        <message>
            <source>{0}:{1} is no address of a server.</source>
            <extracomment>connections/reach.py {0}: host, {1}: endpoint.port</extracomment>
            <translation>{0}:{1} ist keine Adresse eines Servers.</translation>
        </message>
        <message>
            <source>Give a name such as nas.example.com and a port from 1 to 65535.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Geben Sie einen Namen wie nas.example.com und einen Port von 1 bis 65535 an.</translation>
        </message>
        <message>
            <source>{0} is there, but nothing answers at its port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} ist da, aber an seinem Port {1} antwortet nichts.</translation>
        </message>
        <message>
            <source>Check the port, and that the service is running on the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie den Port, und ob der Dienst auf dem Server läuft.</translation>
        </message>
        <message>
            <source>{0} does not answer at port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} antwortet nicht an Port {1}.</translation>
        </message>
        <message>
            <source>Check address and port, and that the server is switched on. A firewall on the way may also swallow the attempt.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie Adresse und Port, und ob der Server eingeschaltet ist. Auch eine Firewall auf dem Weg kann den Versuch verschlucken.</translation>
        </message>
        <message>
            <source>There is no way to {0} from here.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Von hier führt kein Weg zu {0}.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to the right network (or VPN).</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie, ob dieser Computer mit dem richtigen Netzwerk (oder VPN) verbunden ist.</translation>
        </message>
        <message>
            <source>{0} cannot be reached at port {1}: {2}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port, {2}: error.strerror or error</extracomment>
            <translation>{0} ist an Port {1} nicht erreichbar: {2}.</translation>
        </message>
        <message>
            <source>Check address and port, and this computer's network.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie Adresse und Port sowie das Netzwerk dieses Computers.</translation>
        </message>
        <message>
            <source>{0} does not speak TLS at port {1}.</source>
            <extracomment>connections/reach.py {0}: endpoint.host, {1}: endpoint.port</extracomment>
            <translation>{0} spricht an Port {1} kein TLS.</translation>
        </message>
        <message>
            <source>Check the port. A server without encryption has an address that begins with http:// instead of https://.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie den Port. Die Adresse eines Servers ohne Verschlüsselung beginnt mit http:// statt mit https://.</translation>
        </message>
        <message>
            <source>The certificate of {0} has expired.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Das Zertifikat von {0} ist abgelaufen.</translation>
        </message>
        <message>
            <source>Whoever runs the server must renew it. If it should be good, check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Der Betreiber des Servers muss es erneuern. Falls es gültig sein sollte, prüfen Sie die Uhr dieses Computers.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not valid yet.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Das Zertifikat von {0} ist noch nicht gültig.</translation>
        </message>
        <message>
            <source>Check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Prüfen Sie die Uhr dieses Computers.</translation>
        </message>
        <message>
            <source>The certificate belongs to another name than {0}.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Das Zertifikat gehört zu einem anderen Namen als {0}.</translation>
        </message>
        <message>
            <source>Use the name that the certificate was made for.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Verwenden Sie den Namen, für den das Zertifikat ausgestellt wurde.</translation>
        </message>
        <message>
            <source>The certificate of {0} was issued by somebody this computer does not trust.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Dieser Computer vertraut dem Aussteller des Zertifikats von {0} nicht.</translation>
        </message>
        <message>
            <source>If the server is your own, put its issuer's certificate into a file and name that file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Ist der Server Ihr eigener, legen Sie das Zertifikat seines Ausstellers in eine Datei, und nennen Sie diese in der Umgebungsvariablen AWS_CA_BUNDLE. Verbinden Sie sich andernfalls nicht.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not good: {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: message</extracomment>
            <translation>Das Zertifikat von {0} ist nicht in Ordnung: {1}.</translation>
        </message>
        <message>
            <source>Ask whoever runs the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Fragen Sie den Betreiber des Servers.</translation>
        </message>
        <message>
            <source>There is no service of the kind {0}, only {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: known</extracomment>
            <translation>Es gibt keinen Dienst der Art {0}, nur {1}.</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: found.where, {1}: _words(error)</extracomment>
            <translation>{0} kann nicht verwendet werden: {1}</translation>
        </message>
        <message>
            <source>The kind {0} is taken by {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: taken</extracomment>
            <translation>Die Art {0} ist schon durch {1} vergeben.</translation>
        </message>
        <message>
            <source>The file cannot be loaded: {0}</source>
            <extracomment>connections/registry.py {0}: _words(error)</extracomment>
            <translation>Die Datei kann nicht geladen werden: {0}</translation>
        </message>
        <message>
            <source>The file holds no connection class with a kind.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>Die Datei enthält keine Verbindungsklasse mit einer Art (kind).</translation>
        </message>
        <message>
            <source>The class {0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: cls.__name__, {1}: error</extracomment>
            <translation>Die Klasse {0} kann nicht verwendet werden: {1}</translation>
        </message>
        <message>
            <source>it is not a Python file</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>sie ist keine Python-Datei</translation>
        </message>
        <message>
            <source>it is not a subclass of Connection.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>sie ist keine Unterklasse von Connection.</translation>
        </message>
        <message>
            <source>it lacks {0}.</source>
            <extracomment>connections/registry.py {0}: missing</extracomment>
            <translation>es fehlt {0}.</translation>
        </message>
        <message>
            <source>its kind is not {0}.</source>
            <extracomment>connections/registry.py {0}: kind</extracomment>
            <translation>ihre Art (kind) ist nicht {0}.</translation>
        </message>
        <message>
            <source>The proxy must be empty (for the system's own), none, or an address such as http://proxy:3128 or socks5://user:password@proxy:1080.</source>
            <extracomment>connections/route.py</extracomment>
            <translation>Der Proxy muss leer sein (für den des Systems), none oder eine Adresse wie http://proxy:3128 oder socks5://user:password@proxy:1080.</translation>
        </message>
        <message>
            <source>Check the bucket's name. It must exist: make it in the provider's console first.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Prüfen Sie den Namen des Buckets. Er muss schon vorhanden sein: Legen Sie ihn zuerst in der Konsole des Anbieters an.</translation>
        </message>
        <message>
            <source>Copy the access key ID once more, and check that it belongs to this service.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Kopieren Sie die Zugriffsschlüssel-ID noch einmal, und prüfen Sie, ob sie zu diesem Dienst gehört.</translation>
        </message>
        <message>
            <source>Copy the secret access key once more, whole and without a space. If you no longer have it, make a new key.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Kopieren Sie den geheimen Zugriffsschlüssel noch einmal, vollständig und ohne Leerzeichen. Wenn Sie ihn nicht mehr haben, legen Sie einen neuen Schlüssel an.</translation>
        </message>
        <message>
            <source>Make a new key in the provider's console and enter it here.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Legen Sie in der Konsole des Anbieters einen neuen Schlüssel an, und geben Sie ihn hier ein.</translation>
        </message>
        <message>
            <source>Set the region in which the bucket was made.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Stellen Sie die Region ein, in der der Bucket angelegt wurde.</translation>
        </message>
        <message>
            <source>Set this computer's date and time, best by switching on that it sets them itself.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Stellen Sie Datum und Uhrzeit dieses Computers richtig ein, am besten automatisch.</translation>
        </message>
        <message>
            <source>Give the key the right to list, read, write and delete there. If it is limited to a folder of the bucket, enter that as the folder in the bucket.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Geben Sie dem Schlüssel das Recht, dort aufzulisten, zu lesen, zu schreiben und zu löschen. Ist er auf einen Ordner des Buckets beschränkt, geben Sie diesen als Ordner im Bucket an.</translation>
        </message>
        <message>
            <source>Sign in at the provider's web page and look at the account.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Melden Sie sich auf der Webseite des Anbieters an, und sehen Sie sich das Konto an.</translation>
        </message>
        <message>
            <source>Choose another storage class or encryption, or leave them empty.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Wählen Sie eine andere Speicherklasse oder Verschlüsselung, oder lassen Sie beides leer.</translation>
        </message>
        <message>
            <source>Set the region to {0}.</source>
            <extracomment>connections/s3/advice.py {0}: right</extracomment>
            <translation>Stellen Sie die Region auf {0}.</translation>
        </message>
        <message>
            <source>If the server wants encryption, its address begins with https://.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Wenn der Server Verschlüsselung verlangt, beginnt seine Adresse mit https://.</translation>
        </message>
        <message>
            <source>The file became shorter while it was read.</source>
            <extracomment>connections/s3/body.py; connections/sftp/batch.py</extracomment>
            <translation>Die Datei wurde beim Lesen kürzer.</translation>
        </message>
        <message>
            <source>What answers at {0} does not speak S3.</source>
            <extracomment>connections/s3/bucket.py {0}: self.host; connections/s3/errors.py {0}: host</extracomment>
            <translation>Was an {0} antwortet, spricht kein S3.</translation>
        </message>
        <message>
            <source>The access key ID or the secret access key is missing.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>Die Zugriffsschlüssel-ID oder der geheime Zugriffsschlüssel fehlt.</translation>
        </message>
        <message>
            <source>The access key may not list {0}; listing is the least it needs.</source>
            <extracomment>connections/s3/connection.py {0}: self.describe()</extracomment>
            <translation>Der Zugriffsschlüssel darf {0} nicht auflisten; das ist das Mindeste, was er können muss.</translation>
        </message>
        <message>
            <source>The connection is not open.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>Die Verbindung ist nicht offen.</translation>
        </message>
        <message>
            <source>'{0}' is no address of a storage service.</source>
            <extracomment>connections/s3/account.py {0}: self.host</extracomment>
            <translation>„{0}“ ist keine Adresse eines Speicherdienstes.</translation>
        </message>
        <message>
            <source>It is not in the bucket.</source>
            <extracomment>connections/s3/copying.py; connections/s3/errors.py</extracomment>
            <translation>Es ist nicht im Bucket.</translation>
        </message>
        <message>
            <source>The storage did not copy the whole object.</source>
            <extracomment>connections/s3/copying.py</extracomment>
            <translation>Der Speicher hat nicht das ganze Objekt kopiert.</translation>
        </message>
        <message>
            <source>{0} does not know this access key.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} kennt diesen Zugriffsschlüssel nicht.</translation>
        </message>
        <message>
            <source>{0} refused the access key: the secret key does not belong to it.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} hat den Zugriffsschlüssel abgelehnt: Der geheime Schlüssel gehört nicht dazu.</translation>
        </message>
        <message>
            <source>The access key's session at {0} has expired.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Die Sitzung des Zugriffsschlüssels bei {0} ist abgelaufen.</translation>
        </message>
        <message>
            <source>The bucket '{0}' is in another region than the one set for it.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Der Bucket „{0}“ ist in einer anderen Region als der eingestellten.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Der Proxy auf dem Weg zu {0} verlangt Benutzer und Passwort oder hat die angegebenen abgelehnt.</translation>
        </message>
        <message>
            <source>This computer's clock differs too much from that of {0}: set it right.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Die Uhr dieses Computers weicht zu stark von der bei {0} ab: Stellen Sie sie richtig.</translation>
        </message>
        <message>
            <source>{0} does not accept the storage class or encryption chosen ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} nimmt die gewählte Speicherklasse oder Verschlüsselung nicht an ({1}).</translation>
        </message>
        <message>
            <source>The bucket '{0}' does not exist at {1}.</source>
            <extracomment>connections/s3/errors.py {0}: bucket, {1}: host</extracomment>
            <translation>Den Bucket „{0}“ gibt es bei {1} nicht.</translation>
        </message>
        <message>
            <source>'{0}' cannot be the name of a bucket.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>„{0}“ kann kein Name eines Buckets sein.</translation>
        </message>
        <message>
            <source>{0} reports a problem with the account.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} meldet ein Problem mit dem Konto.</translation>
        </message>
        <message>
            <source>The account is not signed up for storage at {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Das Konto ist bei {0} nicht für Speicher angemeldet.</translation>
        </message>
        <message>
            <source>The path is too long for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Der Pfad ist für diesen Speicher zu lang.</translation>
        </message>
        <message>
            <source>The file is too large for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Die Datei ist für diesen Speicher zu groß.</translation>
        </message>
        <message>
            <source>This storage cannot hold this name.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Dieser Speicher kann diesen Namen nicht aufnehmen.</translation>
        </message>
        <message>
            <source>Something of another kind has this name in the bucket.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Im Bucket hat etwas anderer Art diesen Namen.</translation>
        </message>
        <message>
            <source>The content arrived damaged and was refused.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Der Inhalt kam beschädigt an und wurde abgelehnt.</translation>
        </message>
        <message>
            <source>The object was changed by somebody else meanwhile.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Das Objekt wurde inzwischen von jemand anderem geändert.</translation>
        </message>
        <message>
            <source>It lies in an archive there, from where it must be called back before it can be read.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Sie liegt dort in einem Archiv und muss erst daraus zurückgerufen werden, bevor sie gelesen werden kann.</translation>
        </message>
        <message>
            <source>The certificate of {0} cannot be trusted, or TLS failed.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Dem Zertifikat von {0} kann nicht vertraut werden, oder TLS ist fehlgeschlagen.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} cannot be reached, or does not lead there.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Der Proxy auf dem Weg zu {0} ist nicht erreichbar oder führt nicht dorthin.</translation>
        </message>
        <message>
            <source>{0} cannot be reached.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} ist nicht erreichbar.</translation>
        </message>
        <message>
            <source>The connection to {0} broke off.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Die Verbindung zu {0} ist abgebrochen.</translation>
        </message>
        <message>
            <source>This computer's own AWS settings hold no usable credentials ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: name</extracomment>
            <translation>Die eigenen AWS-Einstellungen dieses Computers enthalten keine brauchbaren Zugangsdaten ({0}).</translation>
        </message>
        <message>
            <source>The bucket name '{0}' or another setting of the service is not valid.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Der Bucket-Name „{0}“ oder eine andere Einstellung des Dienstes ist nicht gültig.</translation>
        </message>
        <message>
            <source>There is no space or quota left in the bucket '{0}'.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>Im Bucket „{0}“ ist kein Platz oder Kontingent mehr frei.</translation>
        </message>
        <message>
            <source>The access key may not do this ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: error.operation_name</extracomment>
            <translation>Der Zugriffsschlüssel darf das nicht ({0}).</translation>
        </message>
        <message>
            <source>{0} does not offer this ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error.operation_name</extracomment>
            <translation>{0} bietet das nicht an ({1}).</translation>
        </message>
        <message>
            <source>{0} cannot serve us at the moment ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} kann uns im Moment nicht bedienen ({1}).</translation>
        </message>
        <message>
            <source>{0} refused it: {1} ({2})</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: words or 'no reason given', {2}: code or status</extracomment>
            <translation>{0} hat es abgelehnt: {1} ({2})</translation>
        </message>
        <message>
            <source>no reason given</source>
            <extracomment>connections/s3/errors.py; connections/sftp/session.py</extracomment>
            <translation>kein Grund angegeben</translation>
        </message>
        <message>
            <source>The settings for {0} cannot be used: {1}</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error</extracomment>
            <translation>Die Einstellungen für {0} können nicht verwendet werden: {1}</translation>
        </message>
        <message>
            <source>What this file replaces cannot be kept. {0}</source>
            <extracomment>connections/s3/keeping.py {0}: error</extracomment>
            <translation>Was diese Datei ersetzt, kann nicht behalten werden. {0}</translation>
        </message>
        <message>
            <source>The access key may not copy what this file replaces, to keep it: let the key read as well, or do not keep what is replaced.</source>
            <extracomment>connections/s3/keeping.py</extracomment>
            <translation>Der Zugriffsschlüssel darf nicht kopieren, was diese Datei ersetzt, um es zu behalten: Erlauben Sie dem Schlüssel auch das Lesen, oder behalten Sie Ersetztes nicht.</translation>
        </message>
        <message>
            <source>The storage did not put the parts together; the file is sent again.</source>
            <extracomment>connections/s3/multipart.py</extracomment>
            <translation>Der Speicher hat die Teile nicht zusammengesetzt; die Datei wird noch einmal gesendet.</translation>
        </message>
        <message>
            <source>This storage turns a backslash in a name into a folder; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Dieser Speicher macht aus einem umgekehrten Schrägstrich im Namen einen Ordner; benennen Sie die Datei um, damit sie gespiegelt wird.</translation>
        </message>
        <message>
            <source>This storage hides folders named '.uploads'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Dieser Speicher verbirgt Ordner, die „.uploads“ heißen; benennen Sie den Ordner um, damit er gespiegelt wird.</translation>
        </message>
        <message>
            <source>This storage hides folders whose name ends in '.versions'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Dieser Speicher verbirgt Ordner, deren Name auf „.versions“ endet; benennen Sie den Ordner um, damit er gespiegelt wird.</translation>
        </message>
        <message>
            <source>The name holds bytes that are no text, which S3 cannot store; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Der Name enthält Bytes, die kein Text sind, und das kann S3 nicht speichern; benennen Sie die Datei um, damit sie gespiegelt wird.</translation>
        </message>
        <message>
            <source>The whole path is {0} bytes long; S3 takes {1}.</source>
            <extracomment>connections/s3/names.py {0}: length, {1}: MAX_KEY_BYTES</extracomment>
            <translation>Der ganze Pfad ist {0} Bytes lang; S3 nimmt {1}.</translation>
        </message>
        <message>
            <source>This is the name of a folder.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Das ist der Name eines Ordners.</translation>
        </message>
        <message>
            <source>A path with '.', '..' or nothing between two slashes is no key.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Ein Pfad mit „.“, „..“ oder nichts zwischen zwei Schrägstrichen ist kein Schlüssel.</translation>
        </message>
        <message>
            <source>The parts of an unfinished upload cannot be removed at the moment.</source>
            <extracomment>connections/s3/orphans.py</extracomment>
            <translation>Die Teile eines unfertigen Hochladens können im Moment nicht entfernt werden.</translation>
        </message>
        <message>
            <source>Another part failed.</source>
            <extracomment>connections/s3/parts.py</extracomment>
            <translation>Ein anderer Teil ist fehlgeschlagen.</translation>
        </message>
        <message>
            <source>The address of the service must begin with https:// (or http://) and the name of a server.</source>
            <extracomment>connections/s3/places.py</extracomment>
            <translation>Die Adresse des Dienstes muss mit https:// (oder http://) und dem Namen eines Servers beginnen.</translation>
        </message>
        <message>
            <source>The certificate of {0} is good.</source>
            <extracomment>connections/s3/proof.py {0}: endpoint.host</extracomment>
            <translation>Das Zertifikat von {0} ist in Ordnung.</translation>
        </message>
        <message>
            <source>Something has this name here already.</source>
            <extracomment>connections/s3/reading.py</extracomment>
            <translation>Etwas hat hier schon diesen Namen.</translation>
        </message>
        <message>
            <source>Signing in as {0} took too long.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who</extracomment>
            <translation>Die Anmeldung als {0} hat zu lange gedauert.</translation>
        </message>
        <message>
            <source>The connection broke off while signing in.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>Die Verbindung ist beim Anmelden abgebrochen.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}: {2}.</source>
            <extracomment>connections/sftp/auth.py {0}: way.name, {1}: self._who, {2}: self._transport.goodbye</extracomment>
            <translation>Der Server hat die Anmeldung von {1} abgelehnt ({0}): {2}.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._refused[0], {1}: self._who; connections/sftp/auth.py {0}: names, {1}: self._who</extracomment>
            <translation>Der Server hat die Anmeldung von {1} abgelehnt ({0}).</translation>
        </message>
        <message>
            <source>nothing we know</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>nichts, was wir kennen</translation>
        </message>
        <message>
            <source>Nothing to sign in with as {0}; the server takes: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: asked</extracomment>
            <translation>Es gibt nichts, womit sich {0} anmelden kann; der Server nimmt: {1}.</translation>
        </message>
        <message>
            <source>No SSH agent with a key was found.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>Es wurde kein SSH-Agent mit einem Schlüssel gefunden.</translation>
        </message>
        <message>
            <source>agent's keys</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>Schlüssel des Agenten</translation>
        </message>
        <message>
            <source>The server asks {0} for more than the password: {1}</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: answer.too_curious</extracomment>
            <translation>Der Server fragt {0} nach mehr als dem Passwort: {1}</translation>
        </message>
        <message>
            <source>a question without an answer</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>eine Frage ohne Antwort</translation>
        </message>
        <message>
            <source>The key file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: path, {1}: error.strerror</extracomment>
            <translation>Die Schlüsseldatei {0} kann nicht gelesen werden: {1}.</translation>
        </message>
        <message>
            <source>The key file {0} is locked by a passphrase.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Die Schlüsseldatei {0} ist durch eine Passphrase gesperrt.</translation>
        </message>
        <message>
            <source>The passphrase does not open the key file {0}.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Die Passphrase öffnet die Schlüsseldatei {0} nicht.</translation>
        </message>
        <message>
            <source>The file {0} holds no private key that can be used.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Die Datei {0} enthält keinen brauchbaren privaten Schlüssel.</translation>
        </message>
        <message>
            <source>The key file {0} is of a kind that is not supported.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>Die Schlüsseldatei {0} ist von einer Art, die nicht unterstützt wird.</translation>
        </message>
        <message>
            <source>password</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>Passwort</translation>
        </message>
        <message>
            <source>key</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>Schlüssel</translation>
        </message>
        <message>
            <source>no handle</source>
            <extracomment>connections/sftp/batch.py; connections/sftp/calls.py</extracomment>
            <translation>kein Handle</translation>
        </message>
        <message>
            <source>no attributes</source>
            <extracomment>connections/sftp/calls.py; connections/sftp/keeping.py</extracomment>
            <translation>keine Attribute</translation>
        </message>
        <message>
            <source>no name</source>
            <extracomment>connections/sftp/calls.py</extracomment>
            <translation>kein Name</translation>
        </message>
        <message>
            <source>The connection was closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>Die Verbindung wurde geschlossen.</translation>
        </message>
        <message>
            <source>The connection is closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>Die Verbindung ist geschlossen.</translation>
        </message>
        <message>
            <source>This server keeps no versions.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>Dieser Server behält keine Versionen.</translation>
        </message>
        <message>
            <source>The server is known by its host key, {0} {1}.</source>
            <extracomment>connections/sftp/connection.py {0}: key.get_name(), {1}: shown</extracomment>
            <translation>Der Server ist an seinem Host-Schlüssel erkannt, {0} {1}.</translation>
        </message>
        <message>
            <source>A file stands where a folder is needed at the destination.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Am Ziel steht eine Datei, wo ein Ordner gebraucht wird.</translation>
        </message>
        <message>
            <source>It is not at the destination.</source>
            <extracomment>connections/sftp/faults.py; core/errors.py</extracomment>
            <translation>Es ist nicht am Ziel.</translation>
        </message>
        <message>
            <source>The server lost its own connection.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Der Server hat seine eigene Verbindung verloren.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Das Ziel kann diesen Namen nicht aufnehmen.</translation>
        </message>
        <message>
            <source>The server does not support what is needed for this file.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Der Server unterstützt nicht, was für diese Datei gebraucht wird.</translation>
        </message>
        <message>
            <source>The destination is full.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>Das Ziel ist voll.</translation>
        </message>
        <message>
            <source>The content arrived damaged from {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Der Inhalt kam beschädigt von {0} an.</translation>
        </message>
        <message>
            <source>The server broke off in the middle of its list.</source>
            <extracomment>connections/s3/listing.py</extracomment>
            <translation>Der Server hat seine Liste mittendrin abgebrochen.</translation>
        </message>
        <message>
            <source>The destination does not allow it.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>Das Ziel erlaubt es nicht.</translation>
        </message>
        <message>
            <source>The server reported: {0}.</source>
            <extracomment>connections/sftp/faults.py {0}: error.message or 'failure'</extracomment>
            <translation>Der Server hat gemeldet: {0}.</translation>
        </message>
        <message>
            <source>The file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: path, {1}: error.strerror</extracomment>
            <translation>Die Datei {0} kann nicht gelesen werden: {1}.</translation>
        </message>
        <message>
            <source>The host key in the settings is neither a fingerprint (SHA256:...) nor a public key.</source>
            <extracomment>connections/sftp/hostkeys.py</extracomment>
            <translation>Der Host-Schlüssel in den Einstellungen ist weder ein Fingerabdruck (SHA256:...) noch ein öffentlicher Schlüssel.</translation>
        </message>
        <message>
            <source>The host key of {0} ({1}) is marked as revoked.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>Der Host-Schlüssel von {0} ({1}) ist als widerrufen markiert.</translation>
        </message>
        <message>
            <source>The server {0} is not known yet. Its host key is {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>Der Server {0} ist noch nicht bekannt. Sein Host-Schlüssel ist {1}.</translation>
        </message>
        <message>
            <source>If that is the right one, accept it by -o host_key={0} or add it to known_hosts.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Ist es der richtige, nehmen Sie ihn mit -o host_key={0} an, oder fügen Sie ihn zu known_hosts hinzu.</translation>
        </message>
        <message>
            <source>The host key of {0} has CHANGED: it was {1} and is now {2} {3}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: before, {2}: key.kind, {3}: key.fingerprint</extracomment>
            <translation>Der Host-Schlüssel von {0} hat sich GEÄNDERT: Er war {1} und ist jetzt {2} {3}.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it; only then accept the new key by -o host_key={0}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Jemand könnte mithören, oder der Server wurde neu eingerichtet. Fragen Sie den Betreiber, und nehmen Sie den neuen Schlüssel erst dann mit -o host_key={0} an.</translation>
        </message>
        <message>
            <source>the folder is not known</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>der Ordner ist nicht bekannt</translation>
        </message>
        <message>
            <source>no links</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>keine Links</translation>
        </message>
        <message>
            <source>What is there at the destination could not be kept.</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>Was am Ziel liegt, konnte nicht behalten werden.</translation>
        </message>
        <message>
            <source>no listing</source>
            <extracomment>connections/sftp/listing.py</extracomment>
            <translation>keine Liste</translation>
        </message>
        <message>
            <source>no message</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>keine Meldung</translation>
        </message>
        <message>
            <source>The name holds half a character and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Der Name enthält ein halbes Zeichen und kann nicht gesendet werden.</translation>
        </message>
        <message>
            <source>The name holds a zero byte and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Der Name enthält ein Nullbyte und kann nicht gesendet werden.</translation>
        </message>
        <message>
            <source>A part of the path is '.' or '..', which is no name.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Ein Teil des Pfads ist „.“ oder „..“, und das ist kein Name.</translation>
        </message>
        <message>
            <source>unexpected reply {0}</source>
            <extracomment>connections/sftp/packets.py {0}: kind</extracomment>
            <translation>unerwartete Antwort {0}</translation>
        </message>
        <message>
            <source>The server offers no SFTP to this user.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Der Server bietet diesem Benutzer kein SFTP an.</translation>
        </message>
        <message>
            <source>The connection broke off.</source>
            <extracomment>connections/sftp/pipeline.py; connections/sftp/session.py</extracomment>
            <translation>Die Verbindung ist abgebrochen.</translation>
        </message>
        <message>
            <source>The server takes no data any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Der Server nimmt keine Daten mehr an.</translation>
        </message>
        <message>
            <source>The server does not answer any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Der Server antwortet nicht mehr.</translation>
        </message>
        <message>
            <source>The server answers something that is not SFTP.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>Der Server antwortet etwas, das kein SFTP ist.</translation>
        </message>
        <message>
            <source>The server allows no further channel.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>Der Server erlaubt keinen weiteren Kanal.</translation>
        </message>
        <message>
            <source>The server opens no channel for SFTP.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>Der Server öffnet keinen Kanal für SFTP.</translation>
        </message>
        <message>
            <source>The server {0} has no safe algorithm in common: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: error</extracomment>
            <translation>Der Server {0} hat kein sicheres Verfahren mit uns gemeinsam: {1}.</translation>
        </message>
        <message>
            <source>it is no SSH server, or it hung up</source>
            <extracomment>connections/sftp/session.py</extracomment>
            <translation>es ist kein SSH-Server, oder er hat aufgelegt</translation>
        </message>
        <message>
            <source>No SSH session with {0}: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: detail</extracomment>
            <translation>Keine SSH-Sitzung mit {0}: {1}.</translation>
        </message>
        <message>
            <source>The server holds {0} bytes instead of {1}.</source>
            <extracomment>connections/sftp/upload.py {0}: size, {1}: self._size</extracomment>
            <translation>Der Server hat {0} Bytes statt {1}.</translation>
        </message>
        <message>
            <source>The server {0} could not be found.</source>
            <extracomment>connections/sftp/wire.py {0}: host</extracomment>
            <translation>Der Server {0} wurde nicht gefunden.</translation>
        </message>
        <message>
            <source>The server {0}:{1} did not answer.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port</extracomment>
            <translation>Der Server {0}:{1} hat nicht geantwortet.</translation>
        </message>
        <message>
            <source>The server {0}:{1} cannot be reached: {2}.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port, {2}: detail</extracomment>
            <translation>Der Server {0}:{1} ist nicht erreichbar: {2}.</translation>
        </message>
        <message>
            <source>it takes no data</source>
            <extracomment>connections/sftp/wire.py</extracomment>
            <translation>er nimmt keine Daten an</translation>
        </message>
        <message>
            <source>Check this computer's network, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Prüfen Sie das Netzwerk dieses Computers, und versuchen Sie es erneut.</translation>
        </message>
        <message>
            <source>Try again in a moment. If it stays so, ask whoever runs the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Versuchen Sie es gleich noch einmal. Bleibt es so, fragen Sie den Betreiber des Dienstes.</translation>
        </message>
        <message>
            <source>Check that the port belongs to this kind of service, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Prüfen Sie, ob der Port zu dieser Art von Dienst gehört, und versuchen Sie es erneut.</translation>
        </message>
        <message>
            <source>Plug in or mount its disk, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Schließen Sie seinen Datenträger an oder hängen Sie ihn ein, oder wählen Sie einen anderen Ordner.</translation>
        </message>
        <message>
            <source>Choose another folder, or change its permissions.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Wählen Sie einen anderen Ordner, oder ändern Sie seine Berechtigungen.</translation>
        </message>
        <message>
            <source>Check the user name and the password or key, and that this account may use the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Prüfen Sie den Benutzernamen und das Passwort oder den Schlüssel, und ob dieses Konto den Dienst nutzen darf.</translation>
        </message>
        <message>
            <source>Give this account the right to look into the folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Geben Sie diesem Konto das Recht, in den Ordner zu sehen.</translation>
        </message>
        <message>
            <source>Give this account the right to write there, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Geben Sie diesem Konto das Recht, dort zu schreiben, oder wählen Sie einen anderen Ordner.</translation>
        </message>
        <message>
            <source>Give this account the right to read there; restoring needs it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Geben Sie diesem Konto das Recht, dort zu lesen; das Wiederherstellen braucht es.</translation>
        </message>
        <message>
            <source>Give this account the right to delete there, and remove the test file by hand.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Geben Sie diesem Konto das Recht, dort zu löschen, und entfernen Sie die Testdatei von Hand.</translation>
        </message>
        <message>
            <source>Choose another folder at the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Wählen Sie einen anderen Ordner beim Dienst.</translation>
        </message>
        <message>
            <source>Make room at the service, or choose another one.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Schaffen Sie beim Dienst Platz, oder wählen Sie einen anderen.</translation>
        </message>
        <message>
            <source>Check the settings of the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Prüfen Sie die Einstellungen des Dienstes.</translation>
        </message>
        <message>
            <source>Do not connect. Ask whoever runs the server.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Verbinden Sie sich nicht. Fragen Sie den Betreiber des Servers.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it, and accept the new key only if they confirm it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Jemand könnte mithören, oder der Server wurde neu eingerichtet. Fragen Sie den Betreiber, und nehmen Sie den neuen Schlüssel nur an, wenn er ihn bestätigt.</translation>
        </message>
        <message>
            <source>Compare this fingerprint with the one that whoever runs the server gives you, and accept it only if the two are the same.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vergleichen Sie diesen Fingerabdruck mit dem, den Ihnen der Betreiber des Servers nennt, und nehmen Sie ihn nur an, wenn beide gleich sind.</translation>
        </message>
        <message>
            <source>A proxy is on the way and sees to it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Ein Proxy liegt auf dem Weg und kümmert sich darum.</translation>
        </message>
        <message>
            <source>{0} is no name but an address.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host</extracomment>
            <translation>{0} ist kein Name, sondern eine Adresse.</translation>
        </message>
        <message>
            <source>The address of {0} is {1}.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host, {1}: addresses[0]</extracomment>
            <translation>Die Adresse von {0} ist {1}.</translation>
        </message>
        <message>
            <source>Port {0} of {1} is open.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.port, {1}: endpoint.host</extracomment>
            <translation>Port {0} von {1} ist offen.</translation>
        </message>
        <message>
            <source>Nothing is encrypted: who listens on the way can read all of it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Nichts ist verschlüsselt: Wer unterwegs mithört, kann alles lesen.</translation>
        </message>
        <message>
            <source>There are no files yet.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Es sind noch keine Dateien da.</translation>
        </message>
        <message>
            <source>There are files already.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Es sind schon Dateien da.</translation>
        </message>
        <message>
            <source>A test file was written: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>Eine Testdatei wurde geschrieben: {0}</translation>
        </message>
        <message>
            <source>What was read back is not what was written.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Zurückgelesen wurde etwas anderes als geschrieben.</translation>
        </message>
        <message>
            <source>It was read back unchanged.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Sie wurde unverändert zurückgelesen.</translation>
        </message>
        <message>
            <source>The test file is still there: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>Die Testdatei ist noch dort: {0}</translation>
        </message>
        <message>
            <source>It was deleted again.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Sie wurde wieder gelöscht.</translation>
        </message>
        <message>
            <source>not an action: {0}</source>
            <extracomment>core/actions.py {0}: text[:200]</extracomment>
            <translation>keine Aktion: {0}</translation>
        </message>
        <message>
            <source>The file is no longer there.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>Die Datei ist nicht mehr da.</translation>
        </message>
        <message>
            <source>The file cannot be read: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Die Datei kann nicht gelesen werden: {0}.</translation>
        </message>
        <message>
            <source>The connection broke off: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Die Verbindung ist abgebrochen: {0}.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name or size: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Das Ziel kann diesen Namen oder diese Größe nicht aufnehmen: {0}.</translation>
        </message>
        <message>
            <source>The destination does not allow it: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Das Ziel erlaubt es nicht: {0}.</translation>
        </message>
        <message>
            <source>Something of another kind has this name at the destination.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>Am Ziel hat etwas anderer Art diesen Namen.</translation>
        </message>
        <message>
            <source>The destination reported: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>Das Ziel hat gemeldet: {0}.</translation>
        </message>
        <message>
            <source>An ignore pattern is not gitignore syntax: {0}</source>
            <extracomment>core/filters.py {0}: error</extracomment>
            <translation>Ein Muster zum Auslassen entspricht nicht der gitignore-Syntax: {0}</translation>
        </message>
        <message>
            <source>The folder {0} is not an absolute path.</source>
            <extracomment>core/mapper.py {0}: joined</extracomment>
            <translation>Der Ordner {0} ist kein absoluter Pfad.</translation>
        </message>
        <message>
            <source>{0} is not below {1}</source>
            <extracomment>core/mapper.py {0}: local_path, {1}: self.local_base</extracomment>
            <translation>{0} liegt nicht unter {1}</translation>
        </message>
        <message>
            <source>The remote path {0}/{1} must not contain '.' or '..'.</source>
            <extracomment>core/mapper.py {0}: root, {1}: directory</extracomment>
            <translation>Der Pfad am Ziel {0}/{1} darf kein „.“ oder „..“ enthalten.</translation>
        </message>
        <message>
            <source>"{0}" is not a moment such as 2026-11-23T08:00:00+01:00</source>
            <extracomment>core/timetable.py {0}: text</extracomment>
            <translation>„{0}“ ist kein Zeitpunkt wie 2026-11-23T08:00:00+01:00</translation>
        </message>
        <message>
            <source>"{0}" is not of the form "mon-fri 08:00-18:00{1}"</source>
            <extracomment>core/timetable.py {0}: line, {1}: number</extracomment>
            <translation>„{0}“ hat nicht die Form „mon-fri 08:00-18:00{1}“</translation>
        </message>
        <message>
            <source>in "{0}" there is no place for "{1}": days and hours suffice</source>
            <extracomment>core/timetable.py {0}: line, {1}: words[2]</extracomment>
            <translation>in „{0}“ ist kein Platz für „{1}“: Tage und Stunden genügen</translation>
        </message>
        <message>
            <source>in "{0}" the limit in MB/s is missing; 0 stands for none</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>in „{0}“ fehlt das Limit in MB/s; 0 steht für keines</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a day: days are {2}, ranges such as mon-fri, lists such as mon,wed, or "daily"</source>
            <extracomment>core/timetable.py {0}: line, {1}: part, {2}: ', '.join(_DAYS)</extracomment>
            <translation>in „{0}“ ist „{1}“ kein Tag: Tage sind {2}, Bereiche wie mon-fri, Listen wie mon,wed oder „daily“</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a span of hours such as 08:00-18:00</source>
            <extracomment>core/timetable.py {0}: line, {1}: word</extracomment>
            <translation>in „{0}“ ist „{1}“ keine Zeitspanne wie 08:00-18:00</translation>
        </message>
        <message>
            <source>in "{0}" the hours end when they begin; the whole day is 00:00-24:00</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>in „{0}“ enden die Stunden, wenn sie beginnen; der ganze Tag ist 00:00-24:00</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a number of MB/s from 0 to {2}, such as 1.5</source>
            <extracomment>core/timetable.py {0}: line, {1}: word, {2}: _MOST</extracomment>
            <translation>in „{0}“ ist „{1}“ keine Zahl von MB/s von 0 bis {2}, etwa 1.5</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), store nothing with -o auth=environment, or choose a keyring deliberately with PYTHON_KEYRING_BACKEND.</source>
            <extracomment>credentials/backend.py</extracomment>
            <translation>Starten Sie den Schlüsselbund der Arbeitsumgebung (unter Linux einen Secret Service wie GNOME Keyring oder KWallet), speichern Sie nichts mit -o auth=environment, oder wählen Sie mit PYTHON_KEYRING_BACKEND bewusst einen Schlüsselbund.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it: {1}={0}. {2}</source>
            <extracomment>credentials/backend.py {0}: backend, {1}: _CHOICE, {2}: CHOICES</extracomment>
            <translation>Der einzige gefundene Schlüsselbund ist {0}. Er gehört nicht zu diesem System und speichert Passwörter und Schlüssel vielleicht im Klartext. Er wird nur verwendet, wenn Sie ihn wählen: {1}={0}. {2}</translation>
        </message>
        <message>
            <source>The keyring chosen by {0} or keyringrc.cfg cannot be used: {1}.</source>
            <extracomment>credentials/backend.py {0}: _CHOICE, {1}: error</extracomment>
            <translation>Der mit {0} oder keyringrc.cfg gewählte Schlüsselbund kann nicht verwendet werden: {1}.</translation>
        </message>
        <message>
            <source>There is no keyring to keep secrets in. {0}</source>
            <extracomment>credentials/backend.py {0}: CHOICES; credentials/store.py {0}: CHOICES</extracomment>
            <translation>Es gibt keinen Schlüsselbund, um Passwörter und Schlüssel aufzubewahren. {0}</translation>
        </message>
        <message>
            <source>The keyring "{0}", chosen in the settings (general.keyring), cannot be used: {1}. Install it, or choose another one there.</source>
            <extracomment>credentials/backend.py {0}: name, {1}: detail</extracomment>
            <translation>Der Schlüsselbund „{0}“, in den Einstellungen gewählt (general.keyring), kann nicht verwendet werden: {1}. Installieren Sie ihn, oder wählen Sie dort einen anderen.</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or let Skynet keep secrets in memory only and ask for them after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Starten Sie den Schlüsselbund der Arbeitsumgebung (unter Linux einen Secret Service wie GNOME Keyring oder KWallet), oder lassen Sie Skynet Passwörter und Schlüssel nur im Arbeitsspeicher behalten und nach jedem Start danach fragen.</translation>
        </message>
        <message>
            <source>Secrets are kept in memory only and asked for after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Passwörter und Schlüssel bleiben nur im Arbeitsspeicher und werden nach jedem Start erfragt.</translation>
        </message>
        <message>
            <source>Secrets are kept in {0}, which you chose.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Passwörter und Schlüssel werden in {0} aufbewahrt, wie von Ihnen gewählt.</translation>
        </message>
        <message>
            <source>Secrets are kept in this system's keyring, {0}.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Passwörter und Schlüssel werden im Schlüsselbund dieses Systems aufbewahrt, {0}.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it.</source>
            <extracomment>credentials/probe.py {0}: backend</extracomment>
            <translation>Der einzige gefundene Schlüsselbund ist {0}. Er gehört nicht zu diesem System und bewahrt Passwörter und Schlüssel vielleicht im Klartext auf. Er wird nur verwendet, wenn Sie ihn wählen.</translation>
        </message>
        <message>
            <source>The keyring is new: it will ask for a password to protect it with.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Der Schlüsselbund ist neu: Er wird nach einem Passwort fragen, das ihn schützen soll.</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it; it may ask in a window of its own.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Der Schlüsselbund ist gesperrt. Entsperren Sie ihn; vielleicht fragt er in einem eigenen Fenster.</translation>
        </message>
        <message>
            <source>Enter the monitor's token or password: it is kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py</extracomment>
            <translation>Geben Sie Token oder Passwort des Monitors ein: Es bleibt nur im Arbeitsspeicher und wird nach jedem Start erfragt.</translation>
        </message>
        <message>
            <source>Enter the secrets of the service "{0}": they are kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py {0}: service</extracomment>
            <translation>Geben Sie Passwort oder Schlüssel des Dienstes „{0}“ ein: Beides bleibt nur im Arbeitsspeicher und wird nach jedem Start erfragt.</translation>
        </message>
        <message>
            <source>The keyring ({0}) kept nothing. {1}</source>
            <extracomment>credentials/store.py {0}: self.backend_name(), {1}: CHOICES</extracomment>
            <translation>Der Schlüsselbund ({0}) hat nichts behalten. {1}</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it (it may ask in a window of its own) and try again, or store nothing with -o auth=environment.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>Der Schlüsselbund ist gesperrt. Entsperren Sie ihn (vielleicht fragt er in einem eigenen Fenster), und versuchen Sie es erneut, oder speichern Sie nichts mit -o auth=environment.</translation>
        </message>
        <message>
            <source>The keyring does not work now ({0}). {1}</source>
            <extracomment>credentials/store.py {0}: kind, {1}: CHOICES</extracomment>
            <translation>Der Schlüsselbund funktioniert im Moment nicht ({0}). {1}</translation>
        </message>
        <message>
            <source>The monitor's token or password is damaged in the keyring. Enter it again.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>Token oder Passwort des Monitors ist im Schlüsselbund beschädigt. Geben Sie es neu ein.</translation>
        </message>
        <message>
            <source>The secrets of the service "{0}" are damaged in the keyring. Enter them again.</source>
            <extracomment>credentials/store.py {0}: service</extracomment>
            <translation>Passwort oder Schlüssel des Dienstes „{0}“ sind im Schlüsselbund beschädigt. Geben Sie sie neu ein.</translation>
        </message>
        <message>
            <source>Skynet runs already on this home (process {0}), in a terminal or without an answer. End it first, or ask it with: skynet status</source>
            <extracomment>desktop/main.py {0}: instance.holder()</extracomment>
            <translation>Skynet läuft mit diesem Datenordner schon (Prozess {0}), in einem Terminal oder ohne zu antworten. Beenden Sie es zuerst, oder fragen Sie es mit: skynet status</translation>
        </message>
        <message>
            <source>The service was removed meanwhile. Choose another one.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Der Dienst wurde inzwischen entfernt. Wählen Sie einen anderen.</translation>
        </message>
        <message>
            <source>This mapping was removed meanwhile. Close this window and add it anew.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Diese Zuordnung wurde inzwischen entfernt. Schließen Sie dieses Fenster, und fügen Sie sie neu hinzu.</translation>
        </message>
        <message>
            <source>There is a mapping {0} already. Choose another name.</source>
            <extracomment>desktop/mappings/editor.py {0}: values['name']; desktop/wizard/destination.py {0}: name</extracomment>
            <translation>Es gibt schon eine Zuordnung {0}. Wählen Sie einen anderen Namen.</translation>
        </message>
        <message>
            <source>Choose the folder to mirror.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Wählen Sie den zu spiegelnden Ordner.</translation>
        </message>
        <message>
            <source>Choose the service it goes to, or add one first.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Wählen Sie den Dienst, zu dem er soll, oder fügen Sie zuerst einen hinzu.</translation>
        </message>
        <message>
            <source>One of the values is not right; it says why.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Einer der Werte stimmt nicht; der Grund steht dabei.</translation>
        </message>
        <message>
            <source>The folder cannot be read: {0}.</source>
            <extracomment>desktop/mappings/folder_part.py {0}: reason; desktop/mappings/looking.py {0}: error.strerror</extracomment>
            <translation>Der Ordner kann nicht gelesen werden: {0}.</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>Der Ordner</translation>
        </message>
        <message>
            <source>The place there</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>Der Ort am Ziel</translation>
        </message>
        <message>
            <source>The service</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>Der Dienst</translation>
        </message>
        <message>
            <source>The service was removed meanwhile.</source>
            <extracomment>desktop/restore/errand.py; desktop/restore/source.py</extracomment>
            <translation>Der Dienst wurde inzwischen entfernt.</translation>
        </message>
        <message>
            <source>There is a service "{0}" already. Choose another name.</source>
            <extracomment>desktop/services/secrets.py {0}: name</extracomment>
            <translation>Es gibt schon einen Dienst „{0}“. Wählen Sie einen anderen Namen.</translation>
        </message>
        <message>
            <source>On a metered connection, nothing is sent.</source>
            <extracomment>desktop/surroundings.py</extracomment>
            <translation>Über eine getaktete Verbindung wird nichts gesendet.</translation>
        </message>
        <message>
            <source>no such appearance: {0}</source>
            <extracomment>desktop/theme.py {0}: appearance</extracomment>
            <translation>kein solches Erscheinungsbild: {0}</translation>
        </message>
        <message>
            <source>Nothing was verified yet.</source>
            <extracomment>desktop/verify/report.py</extracomment>
            <translation>Es wurde noch nichts überprüft.</translation>
        </message>
        <message>
            <source>The file {0} cannot be written: {1}.</source>
            <extracomment>desktop/verify/report.py {0}: file, {1}: reason; notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>Die Datei {0} kann nicht geschrieben werden: {1}.</translation>
        </message>
        <message>
            <source>This system does not start Skynet at login. Add it in its own settings.</source>
            <extracomment>desktop/wizard/plan.py</extracomment>
            <translation>Dieses System startet Skynet nicht beim Anmelden. Fügen Sie es in den Einstellungen des Systems hinzu.</translation>
        </message>
        <message>
            <source>The diagnostics cannot be saved as {0}: {1}. Choose another place.</source>
            <extracomment>diagnostics.py {0}: destination, {1}: detail</extracomment>
            <translation>Die Diagnose kann nicht als {0} gespeichert werden: {1}. Wählen Sie einen anderen Ort.</translation>
        </message>
        <message>
            <source>Set date and time, best by switching on that this computer sets them by itself.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Stellen Sie Datum und Uhrzeit richtig ein, am besten so, dass dieser Computer es von selbst tut.</translation>
        </message>
        <message>
            <source>This computer's clock says {0}, which cannot be.</source>
            <extracomment>doctor/computer.py {0}: shown</extracomment>
            <translation>Die Uhr dieses Computers zeigt {0}, und das kann nicht sein.</translation>
        </message>
        <message>
            <source>The clock was set back: it says {0}, and Skynet wrote last on {1}.</source>
            <extracomment>doctor/computer.py {0}: shown, {1}: then</extracomment>
            <translation>Die Uhr wurde zurückgestellt: Sie zeigt {0}, und Skynet hat zuletzt am {1} geschrieben.</translation>
        </message>
        <message>
            <source>The time zone {0}, chosen by the variable TZ, is not known; UTC is taken.</source>
            <extracomment>doctor/computer.py {0}: chosen</extracomment>
            <translation>Die mit der Variable TZ gewählte Zeitzone {0} ist nicht bekannt; es wird UTC verwendet.</translation>
        </message>
        <message>
            <source>Correct or remove the variable, or install the system's time zones (tzdata).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Korrigieren oder entfernen Sie die Variable, oder installieren Sie die Zeitzonen des Systems (tzdata).</translation>
        </message>
        <message>
            <source>This system sets no limit that matters here.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Dieses System setzt hier keine Grenze, auf die es ankommt.</translation>
        </message>
        <message>
            <source>A program may have as many files open as Skynet needs.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Ein Programm darf so viele Dateien offen haben, wie Skynet braucht.</translation>
        </message>
        <message>
            <source>A program may have {0} files open; Skynet may need {1}.</source>
            <extracomment>doctor/computer.py {0}: allowed, {1}: needed</extracomment>
            <translation>Ein Programm darf {0} Dateien offen haben; Skynet braucht vielleicht {1}.</translation>
        </message>
        <message>
            <source>Raise the limit in the terminal that Skynet is started from.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Erhöhen Sie die Grenze in dem Terminal, aus dem Skynet gestartet wird.</translation>
        </message>
        <message>
            <source>Ask whoever runs this computer to raise the limit (nofile).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Bitten Sie den Verwalter dieses Computers, die Grenze (nofile) zu erhöhen.</translation>
        </message>
        <message>
            <source>The folder {0} is not there.</source>
            <extracomment>doctor/folders.py {0}: folder; notifier/targets/sqlite.py {0}: self._path.parent</extracomment>
            <translation>Der Ordner {0} ist nicht da.</translation>
        </message>
        <message>
            <source>If it is on a drive, connect it. If it was moved, tell the mapping where to.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Liegt er auf einem Laufwerk, schließen Sie es an. Wurde er verschoben, geben Sie in der Zuordnung an, wohin.</translation>
        </message>
        <message>
            <source>{0} is a file.</source>
            <extracomment>doctor/folders.py {0}: folder</extracomment>
            <translation>{0} ist eine Datei.</translation>
        </message>
        <message>
            <source>Choose the folder that holds it, for the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Wählen Sie für die Zuordnung den Ordner, in dem sie liegt.</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}.</source>
            <extracomment>doctor/folders.py {0}: folder, {1}: error.strerror; engine/verifying/run.py {0}: folder, {1}: error.strerror or error</extracomment>
            <translation>Der Ordner {0} kann nicht gelesen werden: {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read it.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Geben Sie sich das Recht, ihn zu lesen.</translation>
        </message>
        <message>
            <source>{0} is on another computer ({1}): what is changed elsewhere is found only by comparing, every {2} minutes.</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: kind, {2}: mapping.rescan_minutes</extracomment>
            <translation>{0} liegt auf einem anderen Computer ({1}): Was anderswo geändert wird, findet nur der Abgleich, alle {2} Minuten.</translation>
        </message>
        <message>
            <source>Mirror it from the computer it is on, or compare more often.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Spiegeln Sie ihn von dem Computer aus, auf dem er liegt, oder gleichen Sie öfter ab.</translation>
        </message>
        <message>
            <source>{0} is empty, but the destination holds files of it ({1}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: known</extracomment>
            <translation>{0} ist leer, aber am Ziel liegen Dateien daraus ({1}).</translation>
        </message>
        <message>
            <source>If its disk is not mounted, mount it. If the files were deleted by mistake, they can be restored.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Ist der Datenträger nicht eingehängt, hängen Sie ihn ein. Wurden die Dateien versehentlich gelöscht, lassen sie sich wiederherstellen.</translation>
        </message>
        <message>
            <source>{0} is empty.</source>
            <extracomment>doctor/folders.py {0}: mapping.local</extracomment>
            <translation>{0} ist leer.</translation>
        </message>
        <message>
            <source>Files or folders in it that cannot be read: {0}, such as {1}.</source>
            <extracomment>doctor/folders.py {0}: unreadable.files, {1}: examples</extracomment>
            <translation>Dateien oder Ordner darin, die nicht gelesen werden können: {0}, zum Beispiel {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read them, or leave them out of the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Geben Sie sich das Recht, sie zu lesen, oder lassen Sie sie in der Zuordnung aus.</translation>
        </message>
        <message>
            <source>{0} can be read (files: {1}, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} kann gelesen werden (Dateien: {1}, Größe: {2}).</translation>
        </message>
        <message>
            <source>{0} was not looked through to its end (files: {1} so far, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} wurde nicht bis zum Ende durchgesehen (Dateien bisher: {1}, Größe: {2}).</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} with {1} on {2}.</source>
            <extracomment>doctor/home.py {0}: skynet_desktop.__version__, {1}: ', '.join(parts), {2}: platform.platform(terse=True)</extracomment>
            <translation>Skynet Desktop {0} mit {1} auf {2}.</translation>
        </message>
        <message>
            <source>Install a newer one.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Installieren Sie eine neuere.</translation>
        </message>
        <message>
            <source>Version {0} was withdrawn.</source>
            <extracomment>doctor/home.py {0}: news.running</extracomment>
            <translation>Die Version {0} wurde zurückgezogen.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>doctor/home.py {0}: news.newest.version</extracomment>
            <translation>Die Version {0} ist verfügbar.</translation>
        </message>
        <message>
            <source>See what is new.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Sehen Sie nach, was neu ist.</translation>
        </message>
        <message>
            <source>Correct it in a text editor, or put {0} in its place.</source>
            <extracomment>doctor/home.py {0}: good</extracomment>
            <translation>Korrigieren Sie es in einem Texteditor, oder setzen Sie {0} an seine Stelle.</translation>
        </message>
        <message>
            <source>Correct it in a text editor.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Korrigieren Sie es in einem Texteditor.</translation>
        </message>
        <message>
            <source>There are no settings yet.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Es gibt noch keine Einstellungen.</translation>
        </message>
        <message>
            <source>Add a service and a mapping.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Fügen Sie einen Dienst und eine Zuordnung hinzu.</translation>
        </message>
        <message>
            <source>{0} is valid (services: {1}, mappings: {2}).</source>
            <extracomment>doctor/home.py {0}: path, {1}: services, {2}: mappings</extracomment>
            <translation>{0} ist gültig (Dienste: {1}, Zuordnungen: {2}).</translation>
        </message>
        <message>
            <source>The folder {0} cannot be written to, so no setting can be changed.</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>In den Ordner {0} kann nicht geschrieben werden, daher lässt sich keine Einstellung ändern.</translation>
        </message>
        <message>
            <source>Make it yours to write in.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Machen Sie ihn für sich beschreibbar.</translation>
        </message>
        <message>
            <source>The last good version of the settings cannot be kept beside them.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Die letzte gute Fassung der Einstellungen kann nicht daneben aufbewahrt werden.</translation>
        </message>
        <message>
            <source>Look at the folder {0}: is its disk full?</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>Sehen Sie sich den Ordner {0} an: Ist sein Datenträger voll?</translation>
        </message>
        <message>
            <source>Something in the settings file looks like a password or a key.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Etwas in der Einstellungsdatei sieht wie ein Passwort oder ein Schlüssel aus.</translation>
        </message>
        <message>
            <source>Take it out. Secrets belong in the keyring: add the service anew, and it asks.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Nehmen Sie es heraus. Passwörter und Schlüssel gehören in den Schlüsselbund: Fügen Sie den Dienst neu hinzu, dann wird danach gefragt.</translation>
        </message>
        <message>
            <source>Correct it, or take it away. Services of that kind do not work until then.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Korrigieren Sie sie, oder nehmen Sie sie weg. Bis dahin funktionieren Dienste dieser Art nicht.</translation>
        </message>
        <message>
            <source>Kinds of service of your own that can be used: {0}.</source>
            <extracomment>doctor/home.py {0}: ', '.join(own)</extracomment>
            <translation>Eigene Arten von Diensten, die verwendet werden können: {0}.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but gives no good answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet läuft (Prozess {0}), gibt aber keine brauchbare Antwort.</translation>
        </message>
        <message>
            <source>End it and start it again. Nothing is lost by that.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Beenden Sie es, und starten Sie es neu. Dabei geht nichts verloren.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}) and answers.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet läuft (Prozess {0}) und antwortet.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but does not answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet läuft (Prozess {0}), antwortet aber nicht.</translation>
        </message>
        <message>
            <source>Skynet is not running now, so nothing is mirrored.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet läuft gerade nicht, also wird nichts gespiegelt.</translation>
        </message>
        <message>
            <source>Start it.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Starten Sie es.</translation>
        </message>
        <message>
            <source>The mapping {0} waits for you to decide something.</source>
            <extracomment>doctor/home.py {0}: name</extracomment>
            <translation>Die Zuordnung {0} wartet auf eine Entscheidung von Ihnen.</translation>
        </message>
        <message>
            <source>See: skynet status, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Siehe: skynet status, oder das Fenster.</translation>
        </message>
        <message>
            <source>The mapping {0} has paths that could not be mirrored: {1}.</source>
            <extracomment>doctor/home.py {0}: name, {1}: issues</extracomment>
            <translation>Die Zuordnung {0} hat Pfade, die nicht gespiegelt werden konnten: {1}.</translation>
        </message>
        <message>
            <source>See: skynet issues, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Siehe: skynet issues, oder das Fenster.</translation>
        </message>
        <message>
            <source>Or start Skynet yourself after each login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Oder starten Sie Skynet nach jedem Anmelden selbst.</translation>
        </message>
        <message>
            <source>Skynet starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet startet beim Anmelden.</translation>
        </message>
        <message>
            <source>Skynet does not start at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet startet nicht beim Anmelden.</translation>
        </message>
        <message>
            <source>Switch it on in the settings, if you wish.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Schalten Sie es in den Einstellungen ein, wenn Sie möchten.</translation>
        </message>
        <message>
            <source>Starting at login was switched off in the system's own settings.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Der Start beim Anmelden wurde in den Einstellungen des Systems ausgeschaltet.</translation>
        </message>
        <message>
            <source>Another home of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Beim Anmelden startet Skynet mit einem anderen Datenordner als diesem.</translation>
        </message>
        <message>
            <source>Another copy of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Beim Anmelden startet eine andere Kopie von Skynet als diese.</translation>
        </message>
        <message>
            <source>Switch it off and on again in the settings of the one that is to start.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Schalten Sie es in den Einstellungen der Kopie, die starten soll, aus und wieder ein.</translation>
        </message>
        <message>
            <source>By its name it keeps them in plain text. Choose this system's keyring instead.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Seinem Namen nach bewahrt er sie im Klartext auf. Wählen Sie stattdessen den Schlüsselbund dieses Systems.</translation>
        </message>
        <message>
            <source>Until then no service that needs a secret works.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Bis dahin funktioniert kein Dienst, der ein Passwort oder einen Schlüssel braucht.</translation>
        </message>
        <message>
            <source>No keyring keeps secrets here, so services that need one do not work.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Kein Schlüsselbund bewahrt hier Passwörter und Schlüssel auf, daher funktionieren Dienste nicht, die sie brauchen.</translation>
        </message>
        <message>
            <source>The secrets of {0} are in the memory of the running app alone, if it runs.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Passwörter und Schlüssel von {0} sind nur im Arbeitsspeicher der laufenden App, falls sie läuft.</translation>
        </message>
        <message>
            <source>They cannot be looked at from elsewhere.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Von anderswo lassen sie sich nicht ansehen.</translation>
        </message>
        <message>
            <source>Enter them again.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Geben Sie sie erneut ein.</translation>
        </message>
        <message>
            <source>No {0} of {1} is stored.</source>
            <extracomment>doctor/kept.py {0}: labels, {1}: name</extracomment>
            <translation>Nicht gespeichert: {0} von {1}.</translation>
        </message>
        <message>
            <source>Enter it in the settings, under Services.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Ergänzen Sie die Angabe in den Einstellungen unter „Dienste“.</translation>
        </message>
        <message>
            <source>No secret of {0} is stored; it signs in without one, or not at all.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Für {0} ist kein Passwort oder Schlüssel gespeichert; der Dienst meldet sich ohne an oder gar nicht.</translation>
        </message>
        <message>
            <source>The secrets of {0} are stored.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Passwörter und Schlüssel von {0} sind gespeichert.</translation>
        </message>
        <message>
            <source>A monitor is set up and told nothing.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Ein Monitor ist eingerichtet, aber ihm wird nichts gemeldet.</translation>
        </message>
        <message>
            <source>Switch it on under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Schalten Sie es unter „Monitor“ ein.</translation>
        </message>
        <message>
            <source>The monitor's history lost {0}: it was away for too long.</source>
            <extracomment>doctor/monitor.py {0}: counted(state.waiting.dropped, 'line')</extracomment>
            <translation>Der Verlauf des Monitors hat {0} verloren: Er war zu lange nicht da.</translation>
        </message>
        <message>
            <source>What it shows of the present is complete.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Was er vom gegenwärtigen Stand zeigt, ist vollständig.</translation>
        </message>
        <message>
            <source>{0} The monitor was not told for a while, and {1} wait.</source>
            <extracomment>doctor/monitor.py {0}: state.problem, {1}: waiting</extracomment>
            <translation>{0} Dem Monitor wurde eine Weile nichts gemeldet, und {1} warten.</translation>
        </message>
        <message>
            <source>Mirroring is not affected. Test the monitor in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Das Spiegeln ist davon nicht betroffen. Testen Sie den Monitor in den Einstellungen unter „Monitor“.</translation>
        </message>
        <message>
            <source>It is told as soon as it can be reached.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Gemeldet wird, sobald er erreichbar ist.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Korrigieren Sie es in den Einstellungen unter „Monitor“.</translation>
        </message>
        <message>
            <source>This could not be checked: {0}: {1}.</source>
            <extracomment>doctor/rounds.py {0}: type(error).__name__, {1}: error</extracomment>
            <translation>Das konnte nicht geprüft werden: {0}: {1}.</translation>
        </message>
        <message>
            <source>Save the diagnostics, and show them to somebody who knows Skynet.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Speichern Sie die Diagnose, und zeigen Sie sie jemandem, der Skynet kennt.</translation>
        </message>
        <message>
            <source>This was not done after {0} seconds.</source>
            <extracomment>doctor/rounds.py {0}: self._check.seconds</extracomment>
            <translation>Das war nach {0} Sekunden nicht fertig.</translation>
        </message>
        <message>
            <source>Something hangs: a disk, a share or a server. Look at it, and try again.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Etwas hängt: ein Datenträger, eine Freigabe oder ein Server. Sehen Sie danach, und versuchen Sie es erneut.</translation>
        </message>
        <message>
            <source>Or try it in the window of the running app, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Oder versuchen Sie es im Fenster der laufenden App unter „Dienste“.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Korrigieren Sie es in den Einstellungen unter „Dienste“.</translation>
        </message>
        <message>
            <source>{0} works: a test file was written, read and deleted.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} funktioniert: Eine Testdatei wurde geschrieben, gelesen und gelöscht.</translation>
        </message>
        <message>
            <source>{0} answers and can be listed.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} antwortet und lässt sich auflisten.</translation>
        </message>
        <message>
            <source>Its clock and this computer's are {0} apart.</source>
            <extracomment>doctor/services.py {0}: _span(off)</extracomment>
            <translation>Seine Uhr und die dieses Computers weichen um {0} voneinander ab.</translation>
        </message>
        <message>
            <source>{0} If this one is right, tell whoever runs the service.</source>
            <extracomment>doctor/services.py {0}: SET_CLOCK</extracomment>
            <translation>{0} Geht diese hier richtig, sagen Sie es dem Betreiber des Dienstes.</translation>
        </message>
        <message>
            <source>Its clock agrees with this computer's.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Seine Uhr stimmt mit der dieses Computers überein.</translation>
        </message>
        <message>
            <source>{0} are free there.</source>
            <extracomment>doctor/services.py {0}: amount(free)</extracomment>
            <translation>Dort sind {0} frei.</translation>
        </message>
        <message>
            <source>Make room there, or choose another destination.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Schaffen Sie dort Platz, oder wählen Sie ein anderes Ziel.</translation>
        </message>
        <message>
            <source>Make room there soon.</source>
            <extracomment>doctor/services.py; doctor/storage.py</extracomment>
            <translation>Schaffen Sie dort bald Platz.</translation>
        </message>
        <message>
            <source>It keeps versions: what is replaced or removed there stays, and is billed.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Er behält Versionen: Was dort ersetzt oder entfernt wird, bleibt und wird berechnet.</translation>
        </message>
        <message>
            <source>A lifecycle rule for old versions can end that after some time.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Eine Lebenszyklusregel für alte Versionen kann das nach einiger Zeit beenden.</translation>
        </message>
        <message>
            <source>It keeps no versions; what is replaced or removed goes to Skynet's own trash, where the mapping says so.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Er behält keine Versionen; was ersetzt oder entfernt wird, kommt in den eigenen Papierkorb von Skynet, wo die Zuordnung es so festlegt.</translation>
        </message>
        <message>
            <source>No rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Dort entfernt keine Regel Uploads, die begonnen und nie beendet wurden.</translation>
        </message>
        <message>
            <source>Skynet removes its own when it starts. A lifecycle rule for incomplete multipart uploads, after 7 days, also covers a computer that never comes back.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Skynet entfernt seine eigenen beim Start. Eine Lebenszyklusregel für unvollständige mehrteilige Uploads, nach 7 Tagen, hilft auch bei einem Computer, der nie zurückkommt.</translation>
        </message>
        <message>
            <source>A rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Dort entfernt eine Regel Uploads, die begonnen und nie beendet wurden.</translation>
        </message>
        <message>
            <source>{0} are free where Skynet keeps its state and log ({1}).</source>
            <extracomment>doctor/storage.py {0}: amount(free), {1}: folder</extracomment>
            <translation>Wo Skynet seinen Zustand und sein Protokoll aufbewahrt ({1}), sind {0} frei.</translation>
        </message>
        <message>
            <source>Make room there: Skynet cannot note what it does on a full disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Schaffen Sie dort Platz: Auf einem vollen Datenträger kann Skynet nicht festhalten, was es tut.</translation>
        </message>
        <message>
            <source>Skynet cannot write to its own folder {0}: {1}.</source>
            <extracomment>doctor/storage.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Skynet kann nicht in seinen eigenen Ordner {0} schreiben: {1}.</translation>
        </message>
        <message>
            <source>Make it yours to write in, or make room on its disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Machen Sie ihn für sich beschreibbar, oder schaffen Sie auf seinem Datenträger Platz.</translation>
        </message>
        <message>
            <source>Skynet's own databases were looked through: {0}.</source>
            <extracomment>doctor/storage.py {0}: amount(total)</extracomment>
            <translation>Die eigenen Datenbanken von Skynet wurden durchgesehen: {0}.</translation>
        </message>
        <message>
            <source>A database of the mapping {0} is damaged ({1}: {2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: path.name, {2}: said</extracomment>
            <translation>Eine Datenbank der Zuordnung {0} ist beschädigt ({1}: {2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew: it sets the file aside and rebuilds it, without sending all again. If this happens more than once, check the disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Starten Sie Skynet neu: Es legt die Datei beiseite und baut sie neu auf, ohne alles noch einmal zu senden. Passiert das mehr als einmal, prüfen Sie den Datenträger.</translation>
        </message>
        <message>
            <source>The log of a database of {0} has grown to {1} ({2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: amount(log), {2}: path.name</extracomment>
            <translation>Das Protokoll einer Datenbank von {0} ist auf {1} angewachsen ({2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew; that writes it back.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Starten Sie Skynet neu; dabei wird es zurückgeschrieben.</translation>
        </message>
        <message>
            <source>A damaged database of {0} was set aside and rebuilt ({1}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: size</extracomment>
            <translation>Eine beschädigte Datenbank von {0} wurde beiseitegelegt und neu aufgebaut ({1}).</translation>
        </message>
        <message>
            <source>If all is well since, delete what has damaged in its name below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Ist seitdem alles in Ordnung, löschen Sie unter {0}, was damaged im Namen hat.</translation>
        </message>
        <message>
            <source>The counts of requests are damaged ({0}).</source>
            <extracomment>doctor/storage.py {0}: said</extracomment>
            <translation>Die Zählung der Anfragen ist beschädigt ({0}).</translation>
        </message>
        <message>
            <source>They begin anew with the next request; nothing else depends on them.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Sie beginnt mit der nächsten Anfrage neu; sonst hängt nichts davon ab.</translation>
        </message>
        <message>
            <source>State of mappings that are no longer there: {0}.</source>
            <extracomment>doctor/storage.py {0}: ', '.join(sorted(left)[:5])</extracomment>
            <translation>Zustand von Zuordnungen, die es nicht mehr gibt: {0}.</translation>
        </message>
        <message>
            <source>It can be deleted below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Er kann unter {0} gelöscht werden.</translation>
        </message>
        <message>
            <source>This system sets no limit to how many folders may be watched.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Dieses System begrenzt nicht, wie viele Ordner überwacht werden dürfen.</translation>
        </message>
        <message>
            <source>{0} folders are to be watched and other programs watch {1}; this computer allows {2} together.</source>
            <extracomment>doctor/watching.py {0}: folders, {1}: used.watches, {2}: limit.limit</extracomment>
            <translation>{0} Ordner sollen überwacht werden, und andere Programme überwachen {1}; dieser Computer erlaubt zusammen {2}.</translation>
        </message>
        <message>
            <source>Not all folders could be counted in time, so there may be more to watch.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Nicht alle Ordner konnten rechtzeitig gezählt werden, es sind also vielleicht mehr zu überwachen.</translation>
        </message>
        <message>
            <source>Count again when the disk has less to do.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Zählen Sie erneut, wenn der Datenträger weniger zu tun hat.</translation>
        </message>
        <message>
            <source>The rest is looked through again and again instead, which costs time and power. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Die übrigen werden stattdessen immer wieder durchgesehen, und das kostet Zeit und Strom. Erhöhen Sie die Grenze in einem Terminal.</translation>
        </message>
        <message>
            <source>That is close. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Das ist knapp. Erhöhen Sie die Grenze in einem Terminal.</translation>
        </message>
        <message>
            <source>Programs of this computer need {0} queues for watching, one a mapping among them; {1} are allowed.</source>
            <extracomment>doctor/watching.py {0}: needed, {1}: limit.limit</extracomment>
            <translation>Programme dieses Computers brauchen {0} Warteschlangen zum Überwachen, darunter eine je Zuordnung; erlaubt sind {1}.</translation>
        </message>
        <message>
            <source>Mappings without one are looked through again and again instead. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Zuordnungen ohne eine solche werden stattdessen immer wieder durchgesehen. Erhöhen Sie die Grenze in einem Terminal.</translation>
        </message>
        <message>
            <source>{0} cannot be watched</source>
            <extracomment>engine/directory_changes.py {0}: self.watch.path</extracomment>
            <translation>{0} kann nicht überwacht werden</translation>
        </message>
        <message>
            <source>Another file of the same size and time has this name.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>Eine andere Datei gleicher Größe und Zeit trägt diesen Namen.</translation>
        </message>
        <message>
            <source>This computer's disk is full, so Skynet cannot keep its notes. Free some space.</source>
            <extracomment>engine/outage.py</extracomment>
            <translation>Der Datenträger dieses Computers ist voll, daher kann Skynet seine Notizen nicht ablegen. Schaffen Sie etwas Platz.</translation>
        </message>
        <message>
            <source>This service cannot list what it holds, so nothing can be restored.</source>
            <extracomment>engine/restoring/loading.py</extracomment>
            <translation>Dieser Dienst kann nicht auflisten, was bei ihm liegt, daher lässt sich nichts wiederherstellen.</translation>
        </message>
        <message>
            <source>{0} of {1} files were changed at once that nobody had touched for a day. If you did not do this, a virus may be encrypting them. Send the changed files?</source>
            <extracomment>engine/changes.py {0}: count, {1}: files</extracomment>
            <translation>{0} von {1} Dateien wurden auf einmal geändert, die einen Tag lang niemand angefasst hatte. Wenn Sie das nicht waren, verschlüsselt sie vielleicht ein Virus. Die geänderten Dateien senden?</translation>
        </message>
        <message>
            <source>The connection gave no answer for this file.</source>
            <extracomment>engine/dispatch.py</extracomment>
            <translation>Die Verbindung hat für diese Datei keine Antwort gegeben.</translation>
        </message>
        <message>
            <source>There is no mapping {0}. Known: {1}.</source>
            <extracomment>engine/engine.py {0}: name, {1}: known</extracomment>
            <translation>Es gibt keine Zuordnung {0}. Bekannt: {1}.</translation>
        </message>
        <message>
            <source>The folder is not the one that was mirrored before, and {0} files of that one are missing here. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>Der Ordner ist nicht der, der bisher gespiegelt wurde, und {0} von dessen Dateien fehlen hier. Auch am Ziel entfernen?</translation>
        </message>
        <message>
            <source>The folder is empty. Remove all {0} files at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>Der Ordner ist leer. Alle {0} Dateien auch am Ziel entfernen?</translation>
        </message>
        <message>
            <source>{0} files were deleted here, {1} are left. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: lost.files, {1}: now</extracomment>
            <translation>{0} Dateien wurden hier gelöscht, {1} sind übrig. Auch am Ziel entfernen?</translation>
        </message>
        <message>
            <source>The destination failed: {0}</source>
            <extracomment>engine/handler.py {0}: error</extracomment>
            <translation>Das Ziel hat versagt: {0}</translation>
        </message>
        <message>
            <source>Sends again at {0}.</source>
            <extracomment>engine/holds.py {0}: clock</extracomment>
            <translation>Sendet wieder um {0} Uhr.</translation>
        </message>
        <message>
            <source>Sends again on {0} at {1}.</source>
            <extracomment>engine/holds.py {0}: day, {1}: clock</extracomment>
            <translation>Sendet wieder am {0} um {1} Uhr.</translation>
        </message>
        <message>
            <source>The file changed while it was sent.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>Die Datei hat sich beim Senden geändert.</translation>
        </message>
        <message>
            <source>At the destination this is the same name as {0}; rename one of them.</source>
            <extracomment>engine/looks.py {0}: other</extracomment>
            <translation>Am Ziel ist das derselbe Name wie {0}; benennen Sie eines von beiden um.</translation>
        </message>
        <message>
            <source>A folder of this name is kept at the destination (deletions stay there without complete sync); rename the file.</source>
            <extracomment>engine/looks.py</extracomment>
            <translation>Am Ziel wird ein Ordner dieses Namens behalten (ohne vollständige Synchronisierung bleibt dort, was Sie löschen); benennen Sie die Datei um.</translation>
        </message>
        <message>
            <source>The destination is not the one that was mirrored to before: most of the {0} files that were sent there are missing. If a disk is unplugged, connect it. Send them all again?</source>
            <extracomment>engine/mark.py {0}: count</extracomment>
            <translation>Das Ziel ist nicht das, auf das bisher gespiegelt wurde: Die meisten der {0} Dateien, die dorthin gesendet wurden, fehlen. Ist ein Datenträger abgezogen, schließen Sie ihn an. Alle noch einmal senden?</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors a folder to this place. What it removed or replaced is kept in the folder trash for a while.</source>
            <extracomment>engine/mark.py</extracomment>
            <translation>Skynet Desktop spiegelt einen Ordner an diesen Ort. Was es entfernt oder ersetzt hat, bleibt eine Zeit lang im Ordner trash.</translation>
        </message>
        <message>
            <source>Unexpected trouble: {0}: {1}</source>
            <extracomment>engine/outage.py {0}: type(raised).__name__, {1}: raised</extracomment>
            <translation>Unerwartete Schwierigkeit: {0}: {1}</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error</extracomment>
            <translation>Der Ordner {0} kann nicht gelesen werden: {1}</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it; mirroring goes on by itself then.</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error.strerror</extracomment>
            <translation>Der Ordner {0} ist nicht da ({1}). Liegt er auf einem Laufwerk, schließen Sie es an; das Spiegeln geht dann von selbst weiter.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before: of {1} known files {2} are in it. Mirror this one from now on?</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: len(known), {2}: here</extracomment>
            <translation>Der Ordner {0} ist nicht der, der bisher gespiegelt wurde: Von {1} bekannten Dateien sind {2} darin. Von jetzt an diesen spiegeln?</translation>
        </message>
        <message>
            <source>a rate must be positive</source>
            <extracomment>engine/preview.py</extracomment>
            <translation>eine Rate muss positiv sein</translation>
        </message>
        <message>
            <source>Nothing of this name is at the destination.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>Am Ziel gibt es nichts mit diesem Namen.</translation>
        </message>
        <message>
            <source>Nothing of this name was at the destination at that time, as far as it is known.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>Soweit bekannt, gab es zu dieser Zeit am Ziel nichts mit diesem Namen.</translation>
        </message>
        <message>
            <source>{0} are needed in {1}, but only {2} are free there. Make room, or restore to another disk.</source>
            <extracomment>engine/restoring/restore.py {0}: amount(needed), {1}: self._target.shown, {2}: amount(free)</extracomment>
            <translation>In {1} werden {0} gebraucht, aber dort sind nur {2} frei. Schaffen Sie Platz, oder stellen Sie auf einem anderen Datenträger wieder her.</translation>
        </message>
        <message>
            <source>For this computer "{0}" is the same name; restore this one by itself, to another folder.</source>
            <extracomment>engine/restoring/restore.py {0}: rival</extracomment>
            <translation>Für diesen Computer ist „{0}“ derselbe Name; stellen Sie diese Datei einzeln in einem anderen Ordner wieder her.</translation>
        </message>
        <message>
            <source>Again and again something else takes the name of this file here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Immer wieder nimmt etwas anderes hier den Namen dieser Datei ein.</translation>
        </message>
        <message>
            <source>A folder has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Hier hat ein Ordner diesen Namen.</translation>
        </message>
        <message>
            <source>A link or something else that is no file has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Hier hat ein Link oder etwas anderes, das keine Datei ist, diesen Namen.</translation>
        </message>
        <message>
            <source>The file changed at the destination since it was listed.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Die Datei hat sich am Ziel geändert, seit sie aufgelistet wurde.</translation>
        </message>
        <message>
            <source>This service cannot give the file back.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Dieser Dienst kann die Datei nicht zurückgeben.</translation>
        </message>
        <message>
            <source>Names of this form are kept for Skynet itself.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Namen dieser Form sind für Skynet selbst reserviert.</translation>
        </message>
        <message>
            <source>Such a path could lead out of the folder, so it is not restored.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Ein solcher Pfad könnte aus dem Ordner hinausführen, deshalb wird er nicht wiederhergestellt.</translation>
        </message>
        <message>
            <source>No file on this computer can have this name.</source>
            <extracomment>engine/restoring/names.py; engine/restoring/target.py</extracomment>
            <translation>Auf diesem Computer kann keine Datei so heißen.</translation>
        </message>
        <message>
            <source>This computer would drop the dot or space at the end of this name.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Dieser Computer würde den Punkt oder das Leerzeichen am Ende dieses Namens weglassen.</translation>
        </message>
        <message>
            <source>Another restore is bringing this file back right now.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Eine andere Wiederherstellung holt diese Datei gerade zurück.</translation>
        </message>
        <message>
            <source>Something that is no file has the name of an unfinished copy here.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Etwas, das keine Datei ist, hat hier den Namen einer unfertigen Kopie.</translation>
        </message>
        <message>
            <source>It is no longer at the destination.</source>
            <extracomment>engine/restoring/same.py</extracomment>
            <translation>Sie ist nicht mehr am Ziel.</translation>
        </message>
        <message>
            <source>A link here has the name of a folder, and may lead elsewhere.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Ein Link hier hat den Namen eines Ordners und führt vielleicht anderswohin.</translation>
        </message>
        <message>
            <source>A file here has the name of a folder.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Eine Datei hier hat den Namen eines Ordners.</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Make it, or choose another one.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Der Ordner {0} ist nicht da. Legen Sie ihn an, oder wählen Sie einen anderen.</translation>
        </message>
        <message>
            <source>The disk of {0} is full. Make room, then restore again.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Der Datenträger von {0} ist voll. Schaffen Sie Platz, und stellen Sie dann erneut wieder her.</translation>
        </message>
        <message>
            <source>Nothing can be written to the folder {0}: {1}.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown, {1}: detail</extracomment>
            <translation>In den Ordner {0} kann nichts geschrieben werden: {1}.</translation>
        </message>
        <message>
            <source>The disk of {0} can no longer be reached.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Der Datenträger von {0} ist nicht mehr erreichbar.</translation>
        </message>
        <message>
            <source>This computer cannot hold this name or size: {0}.</source>
            <extracomment>engine/restoring/target.py {0}: detail</extracomment>
            <translation>Dieser Computer kann diesen Namen oder diese Größe nicht aufnehmen: {0}.</translation>
        </message>
        <message>
            <source>The file may not be written here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Die Datei darf hier nicht geschrieben werden.</translation>
        </message>
        <message>
            <source>Something of another kind has this name here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Etwas anderer Art hat hier diesen Namen.</translation>
        </message>
        <message>
            <source>{0} paths could not be mirrored.</source>
            <extracomment>engine/standing.py {0}: issues</extracomment>
            <translation>{0} Pfade konnten nicht gespiegelt werden.</translation>
        </message>
        <message>
            <source>{0} folders cannot be watched and are looked at every {1} s; raise fs.inotify.max_user_watches.</source>
            <extracomment>engine/standing.py {0}: len(self._patrol.unwatched), {1}: self._m.spec.poll_seconds</extracomment>
            <translation>{0} Ordner können nicht überwacht werden und werden alle {1} s durchgesehen; erhöhen Sie fs.inotify.max_user_watches.</translation>
        </message>
        <message>
            <source>1 file at the destination is not as it should be; verification shows which.</source>
            <extracomment>engine/status.py</extracomment>
            <translation>1 Datei am Ziel ist nicht, wie sie sein soll; die Überprüfung zeigt, welche.</translation>
        </message>
        <message>
            <source>{0} files at the destination are not as they should be; verification shows which.</source>
            <extracomment>engine/status.py {0}: count</extracomment>
            <translation>{0} Dateien am Ziel sind nicht, wie sie sein sollen; die Überprüfung zeigt, welche.</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>engine/verifying/run.py; engine/verifying/verifier.py</extracomment>
            <translation>Es wurde gestoppt.</translation>
        </message>
        <message>
            <source>Nothing is sent now; it is tried again later.</source>
            <extracomment>engine/verifying/verifier.py</extracomment>
            <translation>Im Moment wird nichts gesendet; es wird später wieder versucht.</translation>
        </message>
        <message>
            <source>It is here and not at the destination.</source>
            <extracomment>engine/verifying/judging.py; engine/verifying/reading.py</extracomment>
            <translation>Sie ist hier, aber nicht am Ziel.</translation>
        </message>
        <message>
            <source>It is gone here and still at the destination.</source>
            <extracomment>engine/verifying/judging.py</extracomment>
            <translation>Sie ist hier nicht mehr da, aber noch am Ziel.</translation>
        </message>
        <message>
            <source>It has {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: counted(here, 'byte'), {1}: counted(there, 'byte')</extracomment>
            <translation>Sie hat hier {0} und am Ziel {1}.</translation>
        </message>
        <message>
            <source>Its time is {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: _moment(here_ns), {1}: _moment(there_ns)</extracomment>
            <translation>Ihre Zeit ist hier {0} und am Ziel {1}.</translation>
        </message>
        <message>
            <source>This service cannot list its files, so nothing can be verified.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Dieser Dienst kann seine Dateien nicht auflisten, daher lässt sich nichts überprüfen.</translation>
        </message>
        <message>
            <source>This service gives no file back, so only a quick verification is possible.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Dieser Dienst gibt keine Datei zurück, daher ist nur eine schnelle Überprüfung möglich.</translation>
        </message>
        <message>
            <source>Its content at the destination is not what it is here.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Ihr Inhalt am Ziel ist nicht der, der er hier ist.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk; the destination holds what was sent. Restore it, or save it anew to send it.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Sie hat sich hier geändert, obwohl nichts darauf hinweist, dass jemand sie gespeichert hat, wie bei einem versagenden Datenträger; am Ziel liegt, was gesendet wurde. Stellen Sie sie wieder her, oder speichern Sie sie neu, um sie zu senden.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk, and the destination holds something else again. Look at both.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Sie hat sich hier geändert, obwohl nichts darauf hinweist, dass jemand sie gespeichert hat, wie bei einem versagenden Datenträger, und am Ziel liegt wieder etwas anderes. Sehen Sie sich beide an.</translation>
        </message>
        <message>
            <source>What was listed cannot be kept on this computer's disk: {0}.</source>
            <extracomment>engine/verifying/run.py {0}: error</extracomment>
            <translation>Was aufgelistet wurde, kann auf dem Datenträger dieses Computers nicht aufbewahrt werden: {0}.</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it.</source>
            <extracomment>engine/verifying/run.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Der Ordner {0} ist nicht da ({1}). Liegt er auf einem Laufwerk, schließen Sie es an.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before.</source>
            <extracomment>engine/verifying/run.py {0}: folder</extracomment>
            <translation>Der Ordner {0} ist nicht der, der bisher gespiegelt wurde.</translation>
        </message>
        <message>
            <source>Starting at login: {0} cannot be {1}: {2}. Make that folder yours to write in, or add Skynet to the programs that start at login by hand.</source>
            <extracomment>host/autostart/base.py {0}: path, {1}: done, {2}: detail</extracomment>
            <translation>Start beim Anmelden: {0} kann nicht {1} werden: {2}. Machen Sie den Ordner für sich beschreibbar, oder fügen Sie Skynet von Hand zu den Programmen hinzu, die beim Anmelden starten.</translation>
        </message>
        <message>
            <source>written</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>geschrieben</translation>
        </message>
        <message>
            <source>removed</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>entfernt</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program is not valid text, which a desktop cannot start. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/linux.py</extracomment>
            <translation>Start beim Anmelden: Der Pfad dieses Programms ist kein gültiger Text, so kann die Arbeitsumgebung es nicht starten. Verschieben Sie es in einen Ordner mit gewöhnlichem Namen.</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program holds characters that macOS cannot start it by. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Start beim Anmelden: Der Pfad dieses Programms enthält Zeichen, mit denen macOS es nicht starten kann. Verschieben Sie es in einen Ordner mit gewöhnlichem Namen.</translation>
        </message>
        <message>
            <source>Starting at login: Windows starts nothing by a line of more than {0} characters, and this one has {1}: {2}. Use shorter folder names.</source>
            <extracomment>host/autostart/windows.py {0}: _LONGEST, {1}: len(line), {2}: line</extracomment>
            <translation>Start beim Anmelden: Windows startet nichts mit einer Zeile von mehr als {0} Zeichen, und diese hat {1}: {2}. Verwenden Sie kürzere Ordnernamen.</translation>
        </message>
        <message>
            <source>Starting at login: the entry in the registry cannot be {0}: {1}. Whoever looks after this computer may have forbidden it.</source>
            <extracomment>host/autostart/windows.py {0}: done, {1}: detail</extracomment>
            <translation>Start beim Anmelden: Der Eintrag in der Registrierung kann nicht {0} werden: {1}. Vielleicht hat es der Verwalter dieses Computers untersagt.</translation>
        </message>
        <message>
            <source>This is not a question.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>Das ist keine Frage.</translation>
        </message>
        <message>
            <source>The running Skynet does not answer.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>Das laufende Skynet antwortet nicht.</translation>
        </message>
        <message>
            <source>The running Skynet broke off: {0}.</source>
            <extracomment>host/channel.py {0}: error or type(error).__name__</extracomment>
            <translation>Das laufende Skynet hat abgebrochen: {0}.</translation>
        </message>
        <message>
            <source>The answer makes no sense.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>Die Antwort ergibt keinen Sinn.</translation>
        </message>
        <message>
            <source>the seal is wrong</source>
            <extracomment>host/channel.py</extracomment>
            <translation>das Siegel stimmt nicht</translation>
        </message>
        <message>
            <source>no address for the control channel</source>
            <extracomment>host/channel.py</extracomment>
            <translation>keine Adresse für den Steuerkanal</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}.</source>
            <extracomment>host/instance.py {0}: self._pid_file.parent, {1}: detail</extracomment>
            <translation>{0} kann nicht verwendet werden: {1}.</translation>
        </message>
        <message>
            <source>{0} is no longer there.</source>
            <extracomment>host/opening.py {0}: whole</extracomment>
            <translation>{0} ist nicht mehr da.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1} is missing.</source>
            <extracomment>host/opening.py {0}: path, {1}: error.filename or 'what opens files'</extracomment>
            <translation>{0} kann nicht geöffnet werden: {1} fehlt.</translation>
        </message>
        <message>
            <source>what opens files</source>
            <extracomment>host/opening.py</extracomment>
            <translation>das Programm zum Öffnen</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1}.</source>
            <extracomment>host/opening.py {0}: url, {1}: error.strerror or error; host/opening.py {0}: path, {1}: detail</extracomment>
            <translation>{0} kann nicht geöffnet werden: {1}.</translation>
        </message>
        <message>
            <source>One path could not be mirrored.</source>
            <extracomment>engine/standing.py</extracomment>
            <translation>Ein Pfad konnte nicht gespiegelt werden.</translation>
        </message>
        <message>
            <source>Starting at login: this program runs from a disk image, or from where macOS puts what was not moved yet, and will not be there at the next login. Drag Skynet Desktop to the Applications folder and open it there.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Start beim Anmelden: Dieses Programm läuft von einem Image, oder von dort, wo macOS ablegt, was noch nicht bewegt wurde, und ist beim nächsten Anmelden nicht mehr da. Ziehen Sie Skynet Desktop in den Ordner Programme und öffnen Sie es dort.</translation>
        </message>
        <message>
            <source>{0} is no address that may be opened.</source>
            <extracomment>host/opening.py {0}: url[:80]</extracomment>
            <translation>{0} ist keine Adresse, die geöffnet werden darf.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: no program was found for it.</source>
            <extracomment>host/opening.py {0}: path</extracomment>
            <translation>{0} kann nicht geöffnet werden: Es wurde kein Programm dafür gefunden.</translation>
        </message>
        <message>
            <source>The monitor's token is missing. Make one in Skywatch, and enter it.</source>
            <extracomment>monitoring.py</extracomment>
            <translation>Das Token des Monitors fehlt. Erstellen Sie eines in Skywatch und geben Sie es ein.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be made: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>Der Postausgang des Monitors kann nicht angelegt werden: {0}.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>Der Postausgang des Monitors kann nicht geschrieben werden: {0}.</translation>
        </message>
        <message>
            <source>The outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>Der Postausgang kann nicht geschrieben werden: {0}.</translation>
        </message>
        <message>
            <source>{0} Not even an empty report.</source>
            <extracomment>notifier/sender.py {0}: error</extracomment>
            <translation>{0} Nicht einmal eine leere Meldung.</translation>
        </message>
        <message>
            <source>The monitor {0} could not prove who it is: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>Der Monitor {0} konnte nicht beweisen, wer er ist: {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot be reached: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>Der Monitor {0} ist nicht erreichbar: {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} does not take this machine's token. Make a new one there, and enter it here.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Der Monitor {0} nimmt das Token dieses Rechners nicht an. Erstellen Sie dort ein neues und geben Sie es hier ein.</translation>
        </message>
        <message>
            <source>The monitor {0} is older than this program. It must be updated.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Der Monitor {0} ist älter als dieses Programm. Er muss aktualisiert werden.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot take this ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Der Monitor {0} kann das nicht annehmen ({1}).</translation>
        </message>
        <message>
            <source>The monitor {0} is busy ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Der Monitor {0} ist beschäftigt ({1}).</translation>
        </message>
        <message>
            <source>There is no monitor at {0} ({1}). Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>Unter {0} ist kein Monitor ({1}). Stimmt die Adresse?</translation>
        </message>
        <message>
            <source>What answers at {0} is no monitor. Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Was unter {0} antwortet, ist kein Monitor. Stimmt die Adresse?</translation>
        </message>
        <message>
            <source>Have its owner run resources/monitor/postgresql.sql there.</source>
            <extracomment>notifier/targets/postgresql.py</extracomment>
            <translation>Bitten Sie den Eigentümer, dort resources/monitor/postgresql.sql auszuführen.</translation>
        </message>
        <message>
            <source>The database {0} cannot take this: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error)</extracomment>
            <translation>Die Datenbank {0} kann das nicht annehmen: {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write: {1} {2}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error), {2}: _HOW</extracomment>
            <translation>Die Datenbank {0} lässt diese Rolle nicht schreiben: {1} {2}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>Die Datenbank {0} lässt diese Rolle nicht schreiben. {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let us in: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>Die Datenbank {0} lässt uns nicht ein: {1}</translation>
        </message>
        <message>
            <source>The database {0} could not prove who it is: {1} For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>Die Datenbank {0} konnte nicht beweisen, wer sie ist: {1} In einem Netz, dem Sie vertrauen, hängen Sie ?sslmode=require oder ?sslmode=disable an die URL an.</translation>
        </message>
        <message>
            <source>The database {0} cannot be reached: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>Die Datenbank {0} ist nicht erreichbar: {1}</translation>
        </message>
        <message>
            <source>The file {0} cannot take this: {1}.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>Die Datei {0} kann das nicht annehmen: {1}.</translation>
        </message>
        <message>
            <source>The file {0} takes reports.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path</extracomment>
            <translation>Die Datei {0} nimmt Meldungen an.</translation>
        </message>
        <message>
            <source>{0} Update this program.</source>
            <extracomment>notifier/targets/sqlite.py {0}: error</extracomment>
            <translation>{0} Aktualisieren Sie dieses Programm.</translation>
        </message>
        <message>
            <source>{0} must be a whole path from the root on, not {1}.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local); settings/checks.py {0}: where, {1}: quoted(base)</extracomment>
            <translation>{0} muss ein vollständiger Pfad ab der Wurzel sein, nicht {1}.</translation>
        </message>
        <message>
            <source>{0} overlaps the place of the mapping {1} ({2}): each would undo what the other does. Give each a folder of its own there.</source>
            <extracomment>settings/checks.py {0}: settings.where('mappings', mapping.name, 'remote'), {1}: quoted(other.name), {2}: quoted(other.remote)</extracomment>
            <translation>{0} überschneidet sich mit dem Ort der Zuordnung {1} ({2}): Jede würde rückgängig machen, was die andere tut. Geben Sie jeder dort einen eigenen Ordner.</translation>
        </message>
        <message>
            <source>is not there. Make it, plug in its disk, or correct the path.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>ist nicht da. Legen Sie ihn an, schließen Sie seinen Datenträger an, oder korrigieren Sie den Pfad.</translation>
        </message>
        <message>
            <source>is a file. Name the folder that holds it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>ist eine Datei. Nennen Sie den Ordner, in dem sie liegt.</translation>
        </message>
        <message>
            <source>cannot be read: {0}.</source>
            <extracomment>settings/checks.py {0}: error.strerror or error</extracomment>
            <translation>kann nicht gelesen werden: {0}.</translation>
        </message>
        <message>
            <source>{0}: the folder {1} {2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local), {2}: words</extracomment>
            <translation>{0}: Der Ordner {1} {2}</translation>
        </message>
        <message>
            <source>The folder {0} {1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Der Ordner {0} {1}</translation>
        </message>
        <message>
            <source>Add it first.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Fügen Sie ihn zuerst hinzu.</translation>
        </message>
        <message>
            <source>{0}: there is no service {1}.{2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.service), {2}: hint</extracomment>
            <translation>{0}: Es gibt keinen Dienst {1}.{2}</translation>
        </message>
        <message>
            <source>There is no service {0}.{1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Es gibt keinen Dienst {0}.{1}</translation>
        </message>
        <message>
            <source>inside the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>innerhalb des gespiegelten Ordners</translation>
        </message>
        <message>
            <source>around the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>um den gespiegelten Ordner herum</translation>
        </message>
        <message>
            <source>{0}: the destination {1} lies {2} ({3}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(path), {2}: how, {3}: quoted(start.local)</extracomment>
            <translation>{0}: Das Ziel {1} liegt {2} ({3}), es würde sich also endlos selbst spiegeln. Wählen Sie ein Ziel außerhalb davon.</translation>
        </message>
        <message>
            <source>The destination {0} lies {1} ({2}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Das Ziel {0} liegt {1} ({2}), es würde sich also endlos selbst spiegeln. Wählen Sie ein Ziel außerhalb davon.</translation>
        </message>
        <message>
            <source>{0}: the mapping {1} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(last.name)</extracomment>
            <translation>{0}: Die Zuordnung {1} schreibt in diesen Ordner, was aus ihm kommt. Ordner, die einander spiegeln, kommen nie zur Ruhe: Entfernen Sie eine der beiden Zuordnungen.</translation>
        </message>
        <message>
            <source>The mapping {0} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Die Zuordnung {0} schreibt in diesen Ordner, was aus ihm kommt. Ordner, die einander spiegeln, kommen nie zur Ruhe: Entfernen Sie eine der beiden Zuordnungen.</translation>
        </message>
        <message>
            <source>Another program holds {0}. Try again in a moment.</source>
            <extracomment>settings/file.py {0}: path</extracomment>
            <translation>Ein anderes Programm hält {0} fest. Versuchen Sie es gleich noch einmal.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not UTF-8 text.</source>
            <extracomment>settings/file.py {0}: path, {1}: line</extracomment>
            <translation>{0}, Zeile {1}: Das ist kein UTF-8-Text.</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} kann nicht gelesen werden: {1}.</translation>
        </message>
        <message>
            <source>A settings file cannot hold a name that is not valid text.</source>
            <extracomment>settings/file.py</extracomment>
            <translation>Eine Einstellungsdatei kann keinen Namen enthalten, der kein gültiger Text ist.</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} kann nicht geschrieben werden: {1}.</translation>
        </message>
        <message>
            <source>must be a whole number from 1 to {0}.</source>
            <extracomment>settings/migrations.py {0}: current(steps)</extracomment>
            <translation>muss eine ganze Zahl von 1 bis {0} sein.</translation>
        </message>
        <message>
            <source>{0} was written by a newer Skynet Desktop; this one knows {1}. Install the newer one, or take back the file it replaced.</source>
            <extracomment>settings/migrations.py {0}: version, {1}: current(steps)</extracomment>
            <translation>{0} wurde von einem neueren Skynet Desktop geschrieben; dieses kennt {1}. Installieren Sie das neuere, oder nehmen Sie die Datei zurück, die es ersetzt hat.</translation>
        </message>
        <message>
            <source>is no address of a monitor, such as https://skywatch.example.com, postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>ist keine Adresse eines Monitors wie https://skywatch.example.com, postgresql://laptop@db.example.com/skynet oder sqlite:///~/monitor.db</translation>
        </message>
        <message>
            <source>must not hold a password or token: leave it out, and enter it in Settings &gt; Monitor or with: skynet monitor set, which keep it in the keyring</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>darf weder Passwort noch Token enthalten: Lassen Sie es weg und geben Sie es unter Einstellungen &gt; Monitor oder mit skynet monitor set ein; dann liegt es im Schlüsselbund</translation>
        </message>
        <message>
            <source>must begin with https, or the token would travel unprotected</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>muss mit https beginnen, sonst wäre das Token unterwegs ungeschützt</translation>
        </message>
        <message>
            <source>The folder {0} cannot be made: {1}. Choose another place with --home or SKYNET_HOME.</source>
            <extracomment>settings/paths.py {0}: folder, {1}: detail</extracomment>
            <translation>Der Ordner {0} kann nicht angelegt werden: {1}. Wählen Sie mit --home oder SKYNET_HOME einen anderen Ort.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not valid TOML: {2}.</source>
            <extracomment>settings/reader.py {0}: file, {1}: line, {2}: message</extracomment>
            <translation>{0}, Zeile {1}: Das ist kein gültiges TOML: {2}.</translation>
        </message>
        <message>
            <source>must name the kind of service, such as "s3".</source>
            <extracomment>settings/reader.py</extracomment>
            <translation>muss die Art des Dienstes nennen, etwa "s3".</translation>
        </message>
        <message>
            <source>is missing. {0}</source>
            <extracomment>settings/reader.py {0}: self._help(needed)</extracomment>
            <translation>fehlt. {0}</translation>
        </message>
        <message>
            <source>is not a setting.{0}</source>
            <extracomment>settings/reader.py {0}: nearest(name, known)</extracomment>
            <translation>ist keine Einstellung.{0}</translation>
        </message>
        <message>
            <source>must be a table of its own: [{0}].</source>
            <extracomment>settings/reader.py {0}: '.'.join(keys)</extracomment>
            <translation>muss eine eigene Tabelle sein: [{0}].</translation>
        </message>
        <message>
            <source>is no address such as http://proxy:3128, and not none</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>ist weder eine Adresse wie http://proxy:3128 noch none</translation>
        </message>
        <message>
            <source>must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and leave this empty</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>darf kein Passwort enthalten: Setzen Sie die Variable HTTPS_PROXY oder ALL_PROXY damit, und lassen Sie dies leer</translation>
        </message>
        <message>
            <source>must be {0}, not {1}</source>
            <extracomment>settings/declaring.py {0}: _allowed(allowed, about_it), {1}: quoted(value)</extracomment>
            <translation>muss {0} sein, nicht {1}</translation>
        </message>
        <message>
            <source>The destination takes no more data: it is full or a quota is used up.</source>
            <extracomment>connections/sftp/fullness.py</extracomment>
            <translation>Das Ziel nimmt keine Daten mehr an: Es ist voll, oder ein Kontingent ist aufgebraucht.</translation>
        </message>
        <message>
            <source>It is {0} in {1} ({2}).</source>
            <extracomment>doctor/computer.py {0}: moment, {1}: zone, {2}: offset</extracomment>
            <translation>Es ist {0} in {1} ({2}).</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Der Monitor {0} nimmt Meldungen dieses Rechners an.</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine, known as {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: name</extracomment>
            <translation>Der Monitor {0} nimmt Meldungen dieses Rechners an, den er als {1} kennt.</translation>
        </message>
        <message>
            <source>The database {0} takes reports from the role {1}.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: db.info.user</extracomment>
            <translation>Die Datenbank {0} nimmt Meldungen der Rolle {1} an.</translation>
        </message>
        <message>
            <source>{0} The connection is not encrypted.</source>
            <extracomment>notifier/targets/postgresql.py {0}: found</extracomment>
            <translation>{0} Die Verbindung ist nicht verschlüsselt.</translation>
        </message>
        <message>
            <source>The database {0} has no tables for the monitor. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>Die Datenbank {0} hat keine Tabellen für den Monitor. {1}</translation>
        </message>
        <message>
            <source>The database {0} has tables of version {1}; version {2} is needed. {3}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: found, {2}: schema.VERSION, {3}: _HOW</extracomment>
            <translation>Die Datenbank {0} hat Tabellen der Version {1}; Version {2} wird benötigt. {3}</translation>
        </message>
        <message>
            <source>cannot be understood: {0}</source>
            <extracomment>settings/declaring.py {0}: error</extracomment>
            <translation>ist nicht zu verstehen: {0}</translation>
        </message>
        <message>
            <source>The name {0} cannot be used: a name has 1 to 64 letters, digits, spaces, dots, '-' or '_', and no space at its ends.</source>
            <extracomment>settings/declaring.py {0}: quoted(name)</extracomment>
            <translation>Der Name {0} kann nicht verwendet werden: Ein Name hat 1 bis 64 Buchstaben, Ziffern, Leerzeichen, Punkte, „-“ oder „_“, und kein Leerzeichen an den Enden.</translation>
        </message>
        <message>
            <source>{0} The last good version is {1}.</source>
            <extracomment>settings/store.py {0}: error, {1}: good</extracomment>
            <translation>{0} Die letzte gute Fassung ist {1}.</translation>
        </message>
        <message>
            <source>The service {0} is used by {1}. Remove the mapping first.</source>
            <extracomment>settings/store.py {0}: quoted(name), {1}: names</extracomment>
            <translation>Der Dienst {0} wird von {1} verwendet. Entfernen Sie zuerst die Zuordnung.</translation>
        </message>
        <message>
            <source>There is no {0} {1}.{2}</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name), {2}: nearest(name, known)</extracomment>
            <translation>Nicht vorhanden: {0} {1}.{2}</translation>
        </message>
        <message>
            <source>There is a {0} {1} already. Choose another name, or remove it first.</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name)</extracomment>
            <translation>Schon vorhanden: {0} {1}. Wählen Sie einen anderen Namen, oder entfernen Sie zuerst das Vorhandene.</translation>
        </message>
        <message>
            <source>{0} holds a value no settings file can: {1}.</source>
            <extracomment>settings/store.py {0}: '.'.join(keys), {1}: error</extracomment>
            <translation>{0} enthält einen Wert, den keine Einstellungsdatei aufnehmen kann: {1}.</translation>
        </message>
        <message>
            <source>{0} is written in a way that only a person can change. Make the change by hand.</source>
            <extracomment>settings/store.py {0}: path</extracomment>
            <translation>{0} ist so geschrieben, dass nur ein Mensch es ändern kann. Machen Sie die Änderung von Hand.</translation>
        </message>
        <message>
            <source>service</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>Dienst</translation>
        </message>
        <message>
            <source>mapping</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>Zuordnung</translation>
        </message>
        <message>
            <source>The folders of the try-out cannot be made: {0}.</source>
            <extracomment>tryout.py {0}: error.strerror or error</extracomment>
            <translation>Die Ordner zum Ausprobieren können nicht angelegt werden: {0}.</translation>
        </message>
        <message>
            <source>The list of releases is older than one seen before; it was ignored.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Die Liste der Versionen ist älter als eine, die schon da war; sie wurde nicht beachtet.</translation>
        </message>
        <message>
            <source>The list of releases has expired, so it does not tell whether there is a newer version. Is the clock of this computer right?</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Die Liste der Versionen ist abgelaufen und sagt daher nicht, ob es eine neuere Version gibt. Geht die Uhr dieses Computers richtig?</translation>
        </message>
        <message>
            <source>This copy of Skynet Desktop comes from no release, so it looks for no new versions.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Diese Kopie von Skynet Desktop stammt aus keiner Veröffentlichung und sucht daher nicht nach neuen Versionen.</translation>
        </message>
        <message>
            <source>The list of releases is at an address that is not secure.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>Die Liste der Versionen liegt an einer Adresse, die nicht sicher ist.</translation>
        </message>
        <message>
            <source>The list of releases is nowhere: one address leads to the next.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>Die Liste der Versionen ist nirgends: Eine Adresse führt zur nächsten.</translation>
        </message>
        <message>
            <source>{0} has no list of releases (status {1}).</source>
            <extracomment>updates/fetching.py {0}: host, {1}: response.status</extracomment>
            <translation>{0} hat keine Liste der Versionen (Status {1}).</translation>
        </message>
        <message>
            <source>The list of releases is larger than it may be.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>Die Liste der Versionen ist größer, als sie sein darf.</translation>
        </message>
        <message>
            <source>{0} broke off before the list of releases was whole.</source>
            <extracomment>updates/fetching.py {0}: host</extracomment>
            <translation>{0} hat abgebrochen, bevor die Liste der Versionen vollständig war.</translation>
        </message>
        <message>
            <source>it takes too long</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>es dauert zu lange</translation>
        </message>
        <message>
            <source>The list of releases cannot be used: {0}.</source>
            <extracomment>updates/checker.py {0}: error</extracomment>
            <translation>Die Liste der Versionen ist nicht brauchbar: {0}.</translation>
        </message>
        <message>
            <source>What came is no list of releases that this version can read.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>Was ankam, ist keine Liste von Versionen, die diese Version lesen kann.</translation>
        </message>
        <message>
            <source>The list of releases is not signed by the makers of Skynet Desktop, so it was ignored.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>Die Liste der Versionen ist nicht von den Herstellern von Skynet Desktop signiert und wurde daher nicht beachtet.</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Zugriff verweigert</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Vorgang nicht erlaubt</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Datei oder Ordner nicht gefunden</translation>
        </message>
        <message>
            <source>File exists</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Datei schon vorhanden</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Ist kein Ordner</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Ist ein Ordner</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Dateisystem ist schreibgeschützt</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Kein Speicherplatz mehr frei</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Speicherkontingent überschritten</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Gerät oder Ressource belegt</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Ein-/Ausgabefehler</translation>
        </message>
        <message>
            <source>File name too long</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Dateiname zu lang</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Verbindung abgelehnt</translation>
        </message>
        <message>
            <source>Connection reset by peer</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Verbindung von der Gegenseite zurückgesetzt</translation>
        </message>
        <message>
            <source>Network is unreachable</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Netzwerk nicht erreichbar</translation>
        </message>
        <message>
            <source>No route to host</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Kein Weg zum Host</translation>
        </message>
        <message>
            <source>Connection timed out</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Zeitüberschreitung der Verbindung</translation>
        </message>
    </context>
    <context>
        <name>forms</name>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/forms/options.py; desktop/services/questions.py</extracomment>
            <translation>Diese Angabe wird gebraucht.</translation>
        </message>
        <message>
            <source>A whole number is needed.</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Eine ganze Zahl wird gebraucht.</translation>
        </message>
    </context>
    <context>
        <name>mappings</name>
        <message>
            <source>Everything is there already. Nothing has to be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Alles ist schon da. Es muss nichts gesendet werden.</translation>
        </message>
        <message>
            <source>The folder is empty. What comes into it will be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Der Ordner ist leer. Was hineinkommt, wird gesendet.</translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) will be sent</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n Datei wird gesendet</numerusform>
                <numerusform>%n Dateien werden gesendet</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n schon da</numerusform>
                <numerusform>%n schon da</numerusform>
            </translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>etwa {0}</translation>
        </message>
        <message>
            <source>In the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Im Ordner</translation>
        </message>
        <message>
            <source>Already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Schon da</translation>
        </message>
        <message>
            <source>not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>noch nicht bekannt</translation>
        </message>
        <message>
            <source>Left out</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Ausgelassen</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Nicht lesbar</translation>
        </message>
        <message>
            <source>Names the service cannot take</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Namen, die der Dienst nicht aufnehmen kann</translation>
        </message>
        <message>
            <source>Links and devices, never mirrored</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Links und Geräte, nie gespiegelt</translation>
        </message>
        <message>
            <source>Skynet's own files</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Eigene Dateien von Skynet</translation>
        </message>
        <message>
            <source>Left out: {0}, {1}. Mirrored: {2}, {3}.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Ausgelassen: {0}, {1}. Gespiegelt: {2}, {3}.</translation>
        </message>
        <message numerus="yes">
            <source>and %n other pattern(s)</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>
                <numerusform>und %n weiteres Muster</numerusform>
                <numerusform>und %n weitere Muster</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in this folder is left out.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>In diesem Ordner wird nichts ausgelassen.</translation>
        </message>
    </context>
    <context>
        <name>question</name>
        <message>
            <source>Remove them there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Auch dort entfernen</translation>
        </message>
        <message>
            <source>Use this folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Diesen Ordner verwenden</translation>
        </message>
        <message>
            <source>This folder is mirrored from now on, in place of the one before. What is not in it is asked about before it is removed anywhere.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Von jetzt an wird dieser Ordner gespiegelt, anstelle des bisherigen. Was darin fehlt, wird nirgends entfernt, ohne vorher zu fragen.</translation>
        </message>
        <message>
            <source>Not yet</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Noch nicht</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the folder from before is back. Plug in its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Nichts wird gesendet und nichts entfernt, bis der bisherige Ordner wieder da ist. Schließen Sie zum Beispiel seinen Datenträger an.</translation>
        </message>
        <message>
            <source>Send them all again</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Alle noch einmal senden</translation>
        </message>
        <message>
            <source>What is at the destination now is right: it becomes the mirror, and what is missing there is sent.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Was jetzt am Ziel liegt, ist richtig: Es wird zur Spiegelung, und was dort fehlt, wird gesendet.</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the destination from before is back. Connect its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Nichts wird gesendet und nichts entfernt, bis das bisherige Ziel wieder da ist. Schließen Sie zum Beispiel seinen Datenträger an.</translation>
        </message>
        <message numerus="yes">
            <source>Remove %Ln file(s) there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>%Ln Datei auch dort entfernen</numerusform>
                <numerusform>%Ln Dateien auch dort entfernen</numerusform>
            </translation>
        </message>
        <message>
            <source>They are removed at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sie werden am Ziel entfernt. {0}</translation>
        </message>
        <message>
            <source>They are removed at the destination, and nobody can bring them back.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sie werden am Ziel entfernt, und niemand kann sie zurückholen.</translation>
        </message>
        <message>
            <source>Keep them there</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Dort behalten</translation>
        </message>
        <message>
            <source>They stay at the destination, and are not asked about again. Restore… can bring them back to this computer.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sie bleiben am Ziel, und es wird nicht noch einmal danach gefragt. „Wiederherstellen…“ kann sie auf diesen Computer zurückholen.</translation>
        </message>
        <message>
            <source>Gone from the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Nicht mehr im Ordner</translation>
        </message>
        <message>
            <source>Send the changed files</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Die geänderten Dateien senden</translation>
        </message>
        <message numerus="yes">
            <source>Send %Ln changed file(s)</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>%Ln geänderte Datei senden</numerusform>
                <numerusform>%Ln geänderte Dateien senden</numerusform>
            </translation>
        </message>
        <message>
            <source>They replace what is at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sie ersetzen, was am Ziel liegt. {0}</translation>
        </message>
        <message>
            <source>They replace what is at the destination, and nobody can bring back what was in them.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sie ersetzen, was am Ziel liegt, und niemand kann zurückholen, was darin war.</translation>
        </message>
        <message>
            <source>Wait, I want to look first</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Warten, ich möchte erst nachsehen</translation>
        </message>
        <message>
            <source>Nothing is sent until you come back and decide. If you did not change these files yourself, a virus may have: what is at the destination is still as it was.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Nichts wird gesendet, bis Sie zurückkommen und entscheiden. Wenn Sie diese Dateien nicht selbst geändert haben, war es vielleicht ein Virus: Am Ziel ist noch alles, wie es war.</translation>
        </message>
        <message>
            <source>Changed in the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Im Ordner geändert</translation>
        </message>
        <message>
            <source>Restore… can bring them back at any time.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>„Wiederherstellen…“ kann sie jederzeit zurückholen.</translation>
        </message>
        <message numerus="yes">
            <source>Restore… can bring them back for %n day(s).</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>„Wiederherstellen…“ kann sie %n Tag lang zurückholen.</numerusform>
                <numerusform>„Wiederherstellen…“ kann sie %n Tage lang zurückholen.</numerusform>
            </translation>
        </message>
        <message>
            <source>Look and decide…</source>
            <extracomment>desktop/window/question.py</extracomment>
            <translation>Ansehen und entscheiden…</translation>
        </message>
        <message>
            <source>Yes</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ja</translation>
        </message>
        <message>
            <source>No</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Nein</translation>
        </message>
    </context>
    <context>
        <name>restore</name>
        <message>
            <source>until {0}</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>bis {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln version(s)</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>
                <numerusform>%Ln Version</numerusform>
                <numerusform>%Ln Versionen</numerusform>
            </translation>
        </message>
        <message>
            <source>As it is there now</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Wie sie jetzt dort liegt</translation>
        </message>
        <message>
            <source>Until {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Bis {0}</translation>
        </message>
        <message>
            <source>written {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>geschrieben {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln Datei ist zurück</numerusform>
                <numerusform>%Ln Dateien sind zurück</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Alles war schon da</translation>
        </message>
        <message>
            <source>Nothing came back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Nichts kam zurück</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Es wurde gestoppt.</translation>
        </message>
        <message>
            <source>Begin again for the rest: what is here is not fetched anew.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Beginnen Sie für den Rest von vorn: Was schon hier ist, wird nicht noch einmal geholt.</translation>
        </message>
        <message>
            <source>{0} did not come back; the first of them are shown.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Nicht zurückgekommen: {0}. Die ersten davon werden angezeigt.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were the same already.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln Datei war schon gleich.</numerusform>
                <numerusform>%Ln Dateien waren schon gleich.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln other file(s) of the same name were left as they are.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln andere Datei mit demselben Namen wurde gelassen, wie sie ist.</numerusform>
                <numerusform>%Ln andere Dateien mit demselben Namen wurden gelassen, wie sie sind.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) got a new name, beside one that was there.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln Datei erhielt einen neuen Namen, neben einer vorhandenen.</numerusform>
                <numerusform>%Ln Dateien erhielten einen neuen Namen, neben einer vorhandenen.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were replaced; what was there lies beside them.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln Datei wurde ersetzt; was dort war, liegt daneben.</numerusform>
                <numerusform>%Ln Dateien wurden ersetzt; was dort war, liegt daneben.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are younger than the time you chose, and were left out.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln Datei ist jünger als der gewählte Zeitpunkt und wurde ausgelassen.</numerusform>
                <numerusform>%Ln Dateien sind jünger als der gewählte Zeitpunkt und wurden ausgelassen.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>settings</name>
        <message>
            <source>Language</source>
            <extracomment>setting language: label</extracomment>
            <translation>Sprache</translation>
        </message>
        <message>
            <source>Of all windows and messages.</source>
            <extracomment>setting language: help</extracomment>
            <translation>Aller Fenster und Meldungen.</translation>
        </message>
        <message>
            <source>Appearance</source>
            <extracomment>setting appearance: label</extracomment>
            <translation>Erscheinungsbild</translation>
        </message>
        <message>
            <source>Light, dark, or as this computer is set.</source>
            <extracomment>setting appearance: help</extracomment>
            <translation>Hell, dunkel oder wie auf diesem Computer eingestellt.</translation>
        </message>
        <message>
            <source>Secrets are kept in</source>
            <extracomment>setting keyring: label</extracomment>
            <translation>Aufbewahrung von Passwörtern und Schlüsseln</translation>
        </message>
        <message>
            <source>Empty for this system's keyring; "session" to ask after each start and keep nothing; or the full name of a keyring backend you trust.</source>
            <extracomment>setting keyring: help</extracomment>
            <translation>Leer für den Schlüsselbund dieses Systems; „session“, um nach jedem Start zu fragen und nichts zu behalten; oder der volle Name eines Schlüsselbund-Backends, dem Sie vertrauen.</translation>
        </message>
        <message>
            <source>Look again every (seconds)</source>
            <extracomment>setting poll_seconds: label</extracomment>
            <translation>Erneut durchsehen alle (Sekunden)</translation>
        </message>
        <message>
            <source>How often folders are looked through that this system cannot watch.</source>
            <extracomment>setting poll_seconds: help</extracomment>
            <translation>Wie oft Ordner durchgesehen werden, die dieses System nicht überwachen kann.</translation>
        </message>
        <message>
            <source>Look for new versions once a day</source>
            <extracomment>setting updates: label</extracomment>
            <translation>Einmal am Tag nach neuen Versionen sehen</translation>
        </message>
        <message>
            <source>Reads the list of releases on the web. Nothing about you, this computer or your files is sent, and nothing is ever installed by itself.</source>
            <extracomment>setting updates: help</extracomment>
            <translation>Liest die Liste der Versionen im Web. Über Sie, diesen Computer oder Ihre Dateien wird nichts gesendet, und nie wird etwas von selbst installiert.</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>setting log_level: label</extracomment>
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>How much is written to the log.</source>
            <extracomment>setting log_level: help</extracomment>
            <translation>Wie viel ins Protokoll geschrieben wird.</translation>
        </message>
        <message>
            <source>Completed</source>
            <extracomment>setting completed: label</extracomment>
            <translation>Abgeschlossen</translation>
        </message>
        <message>
            <source>A burst of changes has arrived.</source>
            <extracomment>setting completed: help</extracomment>
            <translation>Ein Schwung von Änderungen ist angekommen.</translation>
        </message>
        <message>
            <source>Disconnected</source>
            <extracomment>setting disconnected: label</extracomment>
            <translation>Verbindung verloren</translation>
        </message>
        <message>
            <source>A service cannot be reached.</source>
            <extracomment>setting disconnected: help</extracomment>
            <translation>Ein Dienst ist nicht erreichbar.</translation>
        </message>
        <message>
            <source>Reconnected</source>
            <extracomment>setting reconnected: label</extracomment>
            <translation>Wieder verbunden</translation>
        </message>
        <message>
            <source>It can be reached again.</source>
            <extracomment>setting reconnected: help</extracomment>
            <translation>Er ist wieder erreichbar.</translation>
        </message>
        <message>
            <source>Issue</source>
            <extracomment>setting issue: label</extracomment>
            <translation>Problem</translation>
        </message>
        <message>
            <source>A file could not be mirrored.</source>
            <extracomment>setting issue: help</extracomment>
            <translation>Eine Datei konnte nicht gespiegelt werden.</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>setting action_required: label</extracomment>
            <translation>Eingreifen nötig</translation>
        </message>
        <message>
            <source>Only you can decide how to go on.</source>
            <extracomment>setting action_required: help</extracomment>
            <translation>Nur Sie können entscheiden, wie es weitergeht.</translation>
        </message>
        <message>
            <source>New version</source>
            <extracomment>setting update: label</extracomment>
            <translation>Neue Version</translation>
        </message>
        <message>
            <source>There is a newer Skynet Desktop.</source>
            <extracomment>setting update: help</extracomment>
            <translation>Es gibt ein neueres Skynet Desktop.</translation>
        </message>
        <message>
            <source>Tell of a lost service after (seconds)</source>
            <extracomment>setting grace_seconds: label</extracomment>
            <translation>Verlorenen Dienst melden nach (Sekunden)</translation>
        </message>
        <message>
            <source>Shorter interruptions pass without a word.</source>
            <extracomment>setting grace_seconds: help</extracomment>
            <translation>Kürzere Unterbrechungen bleiben unerwähnt.</translation>
        </message>
        <message>
            <source>Transfers at once</source>
            <extracomment>setting transfers: label</extracomment>
            <translation>Gleichzeitige Übertragungen</translation>
        </message>
        <message>
            <source>How many files of a mapping are on their way together; 0 finds it by itself.</source>
            <extracomment>setting transfers: help</extracomment>
            <translation>Wie viele Dateien einer Zuordnung zugleich unterwegs sind; 0 ermittelt es selbst.</translation>
        </message>
        <message>
            <source>Upload limit (MB/s)</source>
            <extracomment>setting limit: label</extracomment>
            <translation>Limit beim Hochladen (MB/s)</translation>
        </message>
        <message>
            <source>For all services together; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Für alle Dienste zusammen; 0 für keines.</translation>
        </message>
        <message>
            <source>Timetable</source>
            <extracomment>setting timetable: label</extracomment>
            <translation>Zeitplan</translation>
        </message>
        <message>
            <source>Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "mon-fri 08:00-18:00 1.5".</source>
            <extracomment>setting timetable: help</extracomment>
            <translation>Andere Limits zu anderen Zeiten, eines je Zeile: Tage, Stunden, MB/s (0 für keines), etwa „mon-fri 08:00-18:00 1.5“.</translation>
        </message>
        <message>
            <source>On a metered connection</source>
            <extracomment>setting metered: label</extracomment>
            <translation>Bei getakteter Verbindung</translation>
        </message>
        <message>
            <source>Such as a phone's: wait for another one, or send all the same.</source>
            <extracomment>setting metered: help</extracomment>
            <translation>Etwa der eines Telefons: auf eine andere warten oder trotzdem senden.</translation>
        </message>
        <message>
            <source>Proxy</source>
            <extracomment>setting proxy: label</extracomment>
            <translation>Proxy</translation>
        </message>
        <message>
            <source>Empty for the system's own, none, or an address such as http://proxy:3128 or socks5://proxy:1080.</source>
            <extracomment>setting proxy: help</extracomment>
            <translation>Leer für den des Systems, none oder eine Adresse wie http://proxy:3128 oder socks5://proxy:1080.</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>setting local: label; option path of local: label</extracomment>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>The folder on this computer.</source>
            <extracomment>setting local: help</extracomment>
            <translation>Der Ordner auf diesem Computer.</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>setting service: label</extracomment>
            <translation>Dienst</translation>
        </message>
        <message>
            <source>Where it goes.</source>
            <extracomment>setting service: help</extracomment>
            <translation>Wohin er soll.</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>setting remote: label</extracomment>
            <translation>Ort am Ziel</translation>
        </message>
        <message>
            <source>The folder at the service; empty for its top.</source>
            <extracomment>setting remote: help</extracomment>
            <translation>Der Ordner beim Dienst; leer für die oberste Ebene.</translation>
        </message>
        <message>
            <source>Complete sync</source>
            <extracomment>setting complete_sync: label</extracomment>
            <translation>Vollständige Synchronisierung</translation>
        </message>
        <message>
            <source>What is deleted here is deleted there too.</source>
            <extracomment>setting complete_sync: help</extracomment>
            <translation>Was hier gelöscht wird, wird auch dort gelöscht.</translation>
        </message>
        <message>
            <source>Leave out</source>
            <extracomment>setting ignore: label</extracomment>
            <translation>Auslassen</translation>
        </message>
        <message>
            <source>Patterns as in a .gitignore file, one a line.</source>
            <extracomment>setting ignore: help</extracomment>
            <translation>Muster wie in einer .gitignore-Datei, eines je Zeile.</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>setting paused: label</extracomment>
            <translation>Pausiert</translation>
        </message>
        <message>
            <source>Nothing is sent until it is resumed.</source>
            <extracomment>setting paused: help</extracomment>
            <translation>Bis zum Fortsetzen wird nichts gesendet.</translation>
        </message>
        <message>
            <source>Paused until</source>
            <extracomment>setting paused_until: label</extracomment>
            <translation>Pausiert bis</translation>
        </message>
        <message>
            <source>When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.</source>
            <extracomment>setting paused_until: help</extracomment>
            <translation>Wann eine Pause von selbst endet, als 2026-11-23T08:00:00+01:00; leer für nie.</translation>
        </message>
        <message>
            <source>Send only at</source>
            <extracomment>setting hours: label</extracomment>
            <translation>Sendezeiten</translation>
        </message>
        <message>
            <source>Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.</source>
            <extracomment>setting hours: help</extracomment>
            <translation>Tage und Stunden, je Zeile eine Angabe, etwa „mon-fri 22:00-06:00“; keine für immer.</translation>
        </message>
        <message>
            <source>For this mapping alone; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Nur für diese Zuordnung; 0 für keines.</translation>
        </message>
        <message>
            <source>Compare every (minutes)</source>
            <extracomment>setting rescan_minutes: label</extracomment>
            <translation>Abgleichen alle (Minuten)</translation>
        </message>
        <message>
            <source>How often the whole folder is compared with what the service holds.</source>
            <extracomment>setting rescan_minutes: help</extracomment>
            <translation>Wie oft der ganze Ordner mit dem Bestand des Dienstes abgeglichen wird.</translation>
        </message>
        <message>
            <source>Quiet period (seconds)</source>
            <extracomment>setting quiet_seconds: label</extracomment>
            <translation>Ruhezeit (Sekunden)</translation>
        </message>
        <message>
            <source>How long a file must rest before it is taken, where nobody tells that it was closed.</source>
            <extracomment>setting quiet_seconds: help</extracomment>
            <translation>Wie lange eine Datei ruhen muss, bevor sie genommen wird, wo niemand meldet, dass sie geschlossen wurde.</translation>
        </message>
        <message>
            <source>Ask before deleting more files than</source>
            <extracomment>setting delete_limit_count: label</extracomment>
            <translation>Fragen vor dem Löschen von mehr Dateien als</translation>
        </message>
        <message>
            <source>More deletions than this in one sweep wait for a yes.</source>
            <extracomment>setting delete_limit_count: help</extracomment>
            <translation>Mehr Löschungen als so viele in einem Abgleich warten auf ein Ja.</translation>
        </message>
        <message>
            <source>Ask before deleting a larger share than</source>
            <extracomment>setting delete_limit_share: label</extracomment>
            <translation>Fragen vor dem Löschen eines größeren Anteils als</translation>
        </message>
        <message>
            <source>More than this share of all mirrored files in one sweep waits for a yes.</source>
            <extracomment>setting delete_limit_share: help</extracomment>
            <translation>Mehr als dieser Anteil aller gespiegelten Dateien in einem Abgleich wartet auf ein Ja.</translation>
        </message>
        <message>
            <source>Ask before replacing a larger share than</source>
            <extracomment>setting change_limit_share: label</extracomment>
            <translation>Fragen vor dem Ersetzen eines größeren Anteils als</translation>
        </message>
        <message>
            <source>When more than this share of all mirrored files, untouched for a day, changes at once, the mapping asks first: it may be a virus that encrypts them.</source>
            <extracomment>setting change_limit_share: help</extracomment>
            <translation>Wenn sich mehr als dieser Anteil aller gespiegelten Dateien, die einen Tag lang unberührt waren, auf einmal ändert, fragt die Zuordnung zuerst: Es könnte ein Virus sein, der sie verschlüsselt.</translation>
        </message>
        <message>
            <source>Keep at the destination</source>
            <extracomment>setting keep: label</extracomment>
            <translation>Am Ziel behalten</translation>
        </message>
        <message>
            <source>What is removed or replaced there goes to a dated trash folder first, or stays as a version where the service keeps those.</source>
            <extracomment>setting keep: help</extracomment>
            <translation>Was dort entfernt oder ersetzt wird, kommt zuerst in einen Papierkorb-Ordner mit Datum oder bleibt als Version, wo der Dienst Versionen behält.</translation>
        </message>
        <message>
            <source>Keep it for (days)</source>
            <extracomment>setting keep_days: label</extracomment>
            <translation>Behalten für (Tage)</translation>
        </message>
        <message>
            <source>How long the trash folder at the destination keeps a file; 0 for ever.</source>
            <extracomment>setting keep_days: help</extracomment>
            <translation>Wie lange der Papierkorb-Ordner am Ziel eine Datei behält; 0 für immer.</translation>
        </message>
        <message>
            <source>Verify every (days)</source>
            <extracomment>setting verify_days: label</extracomment>
            <translation>Überprüfen alle (Tage)</translation>
        </message>
        <message>
            <source>How often it is proven anew that the destination holds what is here; 0 for never.</source>
            <extracomment>setting verify_days: help</extracomment>
            <translation>Wie oft neu bewiesen wird, dass am Ziel liegt, was hier ist; 0 für nie.</translation>
        </message>
        <message>
            <source>Verify by reading back</source>
            <extracomment>setting verify_deep: label</extracomment>
            <translation>Überprüfen durch Zurücklesen</translation>
        </message>
        <message>
            <source>Each content is read back and compared, which costs as much as a download.</source>
            <extracomment>setting verify_deep: help</extracomment>
            <translation>Jeder Inhalt wird zurückgelesen und verglichen; das kostet so viel wie ein Download.</translation>
        </message>
        <message>
            <source>Folder on this computer or a mounted disk</source>
            <extracomment>kind of service: local</extracomment>
            <translation>Ordner auf diesem Computer oder einem eingehängten Datenträger</translation>
        </message>
        <message>
            <source>The folder to mirror into, for example on another disk or a mounted share.</source>
            <extracomment>option path of local: help</extracomment>
            <translation>Der Ordner, in den gespiegelt wird, zum Beispiel auf einem anderen Datenträger oder einer eingehängten Freigabe.</translation>
        </message>
        <message>
            <source>Only while a disk is mounted there</source>
            <extracomment>option mounted of local: label</extracomment>
            <translation>Nur solange dort ein Datenträger eingehängt ist</translation>
        </message>
        <message>
            <source>Waits while the folder lies on the system's own disk, as an empty mount point does.</source>
            <extracomment>option mounted of local: help</extracomment>
            <translation>Wartet, solange der Ordner auf dem Datenträger des Systems liegt, wie ein leerer Einhängepunkt.</translation>
        </message>
        <message>
            <source>Amazon S3 or compatible</source>
            <extracomment>kind of service: s3</extracomment>
            <translation>Amazon S3 oder kompatibel</translation>
        </message>
        <message>
            <source>Bucket</source>
            <extracomment>option bucket of s3: label</extracomment>
            <translation>Bucket</translation>
        </message>
        <message>
            <source>The bucket must exist already.</source>
            <extracomment>option bucket of s3: help</extracomment>
            <translation>Der Bucket muss schon vorhanden sein.</translation>
        </message>
        <message>
            <source>Address</source>
            <extracomment>setting url: label; option endpoint_url of s3: label</extracomment>
            <translation>Adresse</translation>
        </message>
        <message>
            <source>Tell the monitor</source>
            <extracomment>setting enabled: label</extracomment>
            <translation>Dem Monitor melden</translation>
        </message>
        <message>
            <source>Off keeps the address and tells nothing.</source>
            <extracomment>setting enabled: help</extracomment>
            <translation>Aus: Die Adresse bleibt, gemeldet wird nichts.</translation>
        </message>
        <message>
            <source>Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such as postgresql://laptop@db.example.com/skynet. Empty for no monitor.</source>
            <extracomment>setting url: help</extracomment>
            <translation>Die von Skywatch, etwa https://skywatch.example.com; oder eine PostgreSQL-Datenbank, etwa postgresql://laptop@db.example.com/skynet. Leer für keinen Monitor.</translation>
        </message>
        <message>
            <source>Name of this machine</source>
            <extracomment>setting machine_name: label</extracomment>
            <translation>Name dieses Rechners</translation>
        </message>
        <message>
            <source>As the monitor shows it; empty for this computer's own name.</source>
            <extracomment>setting machine_name: help</extracomment>
            <translation>Wie ihn der Monitor zeigt; leer für den Namen des Computers.</translation>
        </message>
        <message>
            <source>Hide names of files and folders</source>
            <extracomment>setting hide_paths: label</extracomment>
            <translation>Namen von Dateien und Ordnern verbergen</translation>
        </message>
        <message>
            <source>The monitor then sees numbers, sizes, states and general reasons, but no names. What it was told before, its history keeps.</source>
            <extracomment>setting hide_paths: help</extracomment>
            <translation>Der Monitor sieht dann Anzahlen, Größen, Zustände und allgemeine Gründe, aber keine Namen. Was ihm früher gemeldet wurde, bleibt in seinem Verlauf.</translation>
        </message>
        <message>
            <source>Such as https://s3.example.com. Empty for Amazon itself.</source>
            <extracomment>option endpoint_url of s3: help</extracomment>
            <translation>Etwa https://s3.example.com. Leer für Amazon selbst.</translation>
        </message>
        <message>
            <source>Region</source>
            <extracomment>option region of s3: label; preset aws, question region: label</extracomment>
            <translation>Region</translation>
        </message>
        <message>
            <source>Such as eu-central-1.</source>
            <extracomment>option region of s3: help</extracomment>
            <translation>Etwa eu-central-1.</translation>
        </message>
        <message>
            <source>Addressing style</source>
            <extracomment>option addressing_style of s3: label</extracomment>
            <translation>Art der Adressierung</translation>
        </message>
        <message>
            <source>Where the bucket's name stands in the address: in its path, or in front of the host's name (virtual). Auto: path wherever an address is given.</source>
            <extracomment>option addressing_style of s3: help</extracomment>
            <translation>Wo der Name des Buckets in der Adresse steht: in ihrem Pfad oder vor dem Namen des Hosts (virtual). Auto: im Pfad, sobald eine Adresse angegeben ist.</translation>
        </message>
        <message>
            <source>Folder in the bucket</source>
            <extracomment>option prefix of s3: label</extracomment>
            <translation>Ordner im Bucket</translation>
        </message>
        <message>
            <source>Everything stays below it.</source>
            <extracomment>option prefix of s3: help</extracomment>
            <translation>Alles bleibt darunter.</translation>
        </message>
        <message>
            <source>Sign in with</source>
            <extracomment>option auth of s3: label; option auth of sftp: label</extracomment>
            <translation>Anmelden mit</translation>
        </message>
        <message>
            <source>Keys given here, or this computer's own AWS settings (environment).</source>
            <extracomment>option auth of s3: help</extracomment>
            <translation>Hier angegebene Schlüssel oder die eigenen AWS-Einstellungen dieses Computers (environment).</translation>
        </message>
        <message>
            <source>Access key ID</source>
            <extracomment>option access_key_id of s3: label</extracomment>
            <translation>Zugriffsschlüssel-ID</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <extracomment>option secret_access_key of s3: label</extracomment>
            <translation>Geheimer Zugriffsschlüssel</translation>
        </message>
        <message>
            <source>Storage class</source>
            <extracomment>option storage_class of s3: label</extracomment>
            <translation>Speicherklasse</translation>
        </message>
        <message>
            <source>Such as STANDARD_IA.</source>
            <extracomment>option storage_class of s3: help</extracomment>
            <translation>Etwa STANDARD_IA.</translation>
        </message>
        <message>
            <source>Encryption at the server</source>
            <extracomment>option sse of s3: label</extracomment>
            <translation>Verschlüsselung auf dem Server</translation>
        </message>
        <message>
            <source>None: whatever the bucket's own default is.</source>
            <extracomment>option sse of s3: help</extracomment>
            <translation>Keine Angabe: was für den Bucket selbst voreingestellt ist.</translation>
        </message>
        <message>
            <source>SFTP server</source>
            <extracomment>kind of service: sftp</extracomment>
            <translation>SFTP-Server</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>option host of sftp: label</extracomment>
            <translation>Server</translation>
        </message>
        <message>
            <source>Name or address of the SSH server.</source>
            <extracomment>option host of sftp: help</extracomment>
            <translation>Name oder Adresse des SSH-Servers.</translation>
        </message>
        <message>
            <source>Port</source>
            <extracomment>option port of sftp: label</extracomment>
            <translation>Port</translation>
        </message>
        <message>
            <source>User</source>
            <extracomment>option username of sftp: label</extracomment>
            <translation>Benutzer</translation>
        </message>
        <message>
            <source>Left empty: the name you are logged in with here.</source>
            <extracomment>option username of sftp: help</extracomment>
            <translation>Leer: der Name, mit dem Sie hier angemeldet sind.</translation>
        </message>
        <message>
            <source>auto tries what there is: key file, SSH agent, your usual keys, password. environment uses agent and key file and no stored secret.</source>
            <extracomment>option auth of sftp: help</extracomment>
            <translation>auto probiert, was vorhanden ist: Schlüsseldatei, SSH-Agent, Ihre üblichen Schlüssel, Passwort. environment verwendet Agent und Schlüsseldatei, aber keine gespeicherten Passwörter.</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>option key_file of sftp: label</extracomment>
            <translation>Schlüsseldatei</translation>
        </message>
        <message>
            <source>A private key; left empty: your usual keys.</source>
            <extracomment>option key_file of sftp: help</extracomment>
            <translation>Ein privater Schlüssel; leer: Ihre üblichen Schlüssel.</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>option password of sftp: label</extracomment>
            <translation>Passwort</translation>
        </message>
        <message>
            <source>Passphrase of the key</source>
            <extracomment>option passphrase of sftp: label</extracomment>
            <translation>Passphrase des Schlüssels</translation>
        </message>
        <message>
            <source>Known hosts file</source>
            <extracomment>option known_hosts of sftp: label</extracomment>
            <translation>Datei bekannter Hosts</translation>
        </message>
        <message>
            <source>Left empty: ~/.ssh/known_hosts and the system's.</source>
            <extracomment>option known_hosts of sftp: help</extracomment>
            <translation>Leer: ~/.ssh/known_hosts und die des Systems.</translation>
        </message>
        <message>
            <source>Host key</source>
            <extracomment>option host_key of sftp: label</extracomment>
            <translation>Host-Schlüssel</translation>
        </message>
        <message>
            <source>The server's key if you decided to trust it: its fingerprint (SHA256:...) or the public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.</source>
            <extracomment>option host_key of sftp: help</extracomment>
            <translation>Der Schlüssel des Servers, wenn Sie ihm vertrauen wollen: sein Fingerabdruck (SHA256:...) oder der öffentliche Schlüssel selbst (ssh-ed25519 AAAA...). Gilt vor der Datei bekannter Hosts.</translation>
        </message>
        <message>
            <source>Amazon S3</source>
            <extracomment>preset aws: title</extracomment>
            <translation>Amazon S3</translation>
        </message>
        <message>
            <source>In the AWS console under IAM &gt; Users &gt; your user &gt; Security credentials.</source>
            <extracomment>preset aws: where to find what is asked for</extracomment>
            <translation>In der AWS-Konsole unter IAM &gt; Benutzer &gt; Ihr Benutzer &gt; Sicherheitsanmeldeinformationen.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the S3 console.</source>
            <extracomment>preset aws, question region: help</extracomment>
            <translation>Die in der S3-Konsole neben dem Bucket angezeigte.</translation>
        </message>
        <message>
            <source>US East (N. Virginia)</source>
            <extracomment>preset aws: name of region us-east-1</extracomment>
            <translation>USA Ost (Nord-Virginia)</translation>
        </message>
        <message>
            <source>US East (Ohio)</source>
            <extracomment>preset aws: name of region us-east-2</extracomment>
            <translation>USA Ost (Ohio)</translation>
        </message>
        <message>
            <source>US West (N. California)</source>
            <extracomment>preset aws: name of region us-west-1</extracomment>
            <translation>USA West (Nordkalifornien)</translation>
        </message>
        <message>
            <source>US West (Oregon)</source>
            <extracomment>preset aws: name of region us-west-2</extracomment>
            <translation>USA West (Oregon)</translation>
        </message>
        <message>
            <source>Canada (Central)</source>
            <extracomment>preset aws: name of region ca-central-1</extracomment>
            <translation>Kanada (Zentral)</translation>
        </message>
        <message>
            <source>Europe (Frankfurt)</source>
            <extracomment>preset aws: name of region eu-central-1</extracomment>
            <translation>Europa (Frankfurt)</translation>
        </message>
        <message>
            <source>Europe (Ireland)</source>
            <extracomment>preset aws: name of region eu-west-1</extracomment>
            <translation>Europa (Irland)</translation>
        </message>
        <message>
            <source>Europe (London)</source>
            <extracomment>preset aws: name of region eu-west-2</extracomment>
            <translation>Europa (London)</translation>
        </message>
        <message>
            <source>Europe (Paris)</source>
            <extracomment>preset aws: name of region eu-west-3</extracomment>
            <translation>Europa (Paris)</translation>
        </message>
        <message>
            <source>Europe (Stockholm)</source>
            <extracomment>preset aws: name of region eu-north-1</extracomment>
            <translation>Europa (Stockholm)</translation>
        </message>
        <message>
            <source>Europe (Milan)</source>
            <extracomment>preset aws: name of region eu-south-1</extracomment>
            <translation>Europa (Mailand)</translation>
        </message>
        <message>
            <source>Asia Pacific (Mumbai)</source>
            <extracomment>preset aws: name of region ap-south-1</extracomment>
            <translation>Asien-Pazifik (Mumbai)</translation>
        </message>
        <message>
            <source>Asia Pacific (Singapore)</source>
            <extracomment>preset aws: name of region ap-southeast-1</extracomment>
            <translation>Asien-Pazifik (Singapur)</translation>
        </message>
        <message>
            <source>Asia Pacific (Sydney)</source>
            <extracomment>preset aws: name of region ap-southeast-2</extracomment>
            <translation>Asien-Pazifik (Sydney)</translation>
        </message>
        <message>
            <source>Asia Pacific (Tokyo)</source>
            <extracomment>preset aws: name of region ap-northeast-1</extracomment>
            <translation>Asien-Pazifik (Tokio)</translation>
        </message>
        <message>
            <source>Asia Pacific (Seoul)</source>
            <extracomment>preset aws: name of region ap-northeast-2</extracomment>
            <translation>Asien-Pazifik (Seoul)</translation>
        </message>
        <message>
            <source>South America (São Paulo)</source>
            <extracomment>preset aws: name of region sa-east-1</extracomment>
            <translation>Südamerika (São Paulo)</translation>
        </message>
        <message>
            <source>Own S3 server (MinIO, SeaweedFS, Ceph ...)</source>
            <extracomment>preset s3-own: title</extracomment>
            <translation>Eigener S3-Server (MinIO, SeaweedFS, Ceph ...)</translation>
        </message>
        <message>
            <source>Whoever runs the server gives you its address, a bucket and a key.</source>
            <extracomment>preset s3-own: where to find what is asked for</extracomment>
            <translation>Der Betreiber des Servers gibt Ihnen die Adresse, einen Bucket und einen Schlüssel.</translation>
        </message>
        <message>
            <source>Cloudflare R2</source>
            <extracomment>preset r2: title</extracomment>
            <translation>Cloudflare R2</translation>
        </message>
        <message>
            <source>In the Cloudflare dashboard under R2 &gt; Manage API tokens: make one that may read and write objects.</source>
            <extracomment>preset r2: where to find what is asked for</extracomment>
            <translation>Im Cloudflare-Dashboard unter R2 &gt; Manage API tokens: Legen Sie eines an, das Objekte lesen und schreiben darf.</translation>
        </message>
        <message>
            <source>Account ID</source>
            <extracomment>preset r2, question account: label</extracomment>
            <translation>Konto-ID</translation>
        </message>
        <message>
            <source>32 digits and letters, shown on the R2 page of the Cloudflare dashboard.</source>
            <extracomment>preset r2, question account: help</extracomment>
            <translation>32 Ziffern und Buchstaben, zu finden auf der R2-Seite des Cloudflare-Dashboards.</translation>
        </message>
        <message>
            <source>Jurisdiction</source>
            <extracomment>preset r2, question place: label</extracomment>
            <translation>Rechtsraum</translation>
        </message>
        <message>
            <source>Chosen when the bucket was made.</source>
            <extracomment>preset r2, question place: help</extracomment>
            <translation>Beim Anlegen des Buckets gewählt.</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>preset r2: name of place</extracomment>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>European Union</source>
            <extracomment>preset r2: name of place .eu</extracomment>
            <translation>Europäische Union</translation>
        </message>
        <message>
            <source>United States</source>
            <extracomment>preset r2: name of place .us</extracomment>
            <translation>Vereinigte Staaten</translation>
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
            <translation>Auf der Seite Application Keys von Backblaze: Fügen Sie einen für den Bucket hinzu (der Master Key funktioniert nicht); seine keyID ist die Zugriffsschlüssel-ID, sein applicationKey der geheime Schlüssel.</translation>
        </message>
        <message>
            <source>The part of the bucket's Endpoint between s3. and .backblazeb2.com, such as us-west-004.</source>
            <extracomment>preset b2, question region: help</extracomment>
            <translation>Der Teil des Endpoint des Buckets zwischen s3. und .backblazeb2.com, etwa us-west-004.</translation>
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
            <translation>In der Wasabi-Konsole unter Access Keys.</translation>
        </message>
        <message>
            <source>US East 1 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-1</extracomment>
            <translation>US East 1 (Nord-Virginia)</translation>
        </message>
        <message>
            <source>US East 2 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-2</extracomment>
            <translation>US East 2 (Nord-Virginia)</translation>
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
            <translation>EU Central 2 (Frankfurt)</translation>
        </message>
        <message>
            <source>EU West 1 (London)</source>
            <extracomment>preset wasabi: name of region eu-west-1</extracomment>
            <translation>EU West 1 (London)</translation>
        </message>
        <message>
            <source>EU West 2 (Paris)</source>
            <extracomment>preset wasabi: name of region eu-west-2</extracomment>
            <translation>EU West 2 (Paris)</translation>
        </message>
        <message>
            <source>EU South 1 (Milan)</source>
            <extracomment>preset wasabi: name of region eu-south-1</extracomment>
            <translation>EU South 1 (Mailand)</translation>
        </message>
        <message>
            <source>AP Northeast 1 (Tokyo)</source>
            <extracomment>preset wasabi: name of region ap-northeast-1</extracomment>
            <translation>AP Northeast 1 (Tokio)</translation>
        </message>
        <message>
            <source>AP Northeast 2 (Osaka)</source>
            <extracomment>preset wasabi: name of region ap-northeast-2</extracomment>
            <translation>AP Northeast 2 (Osaka)</translation>
        </message>
        <message>
            <source>AP Southeast 1 (Singapore)</source>
            <extracomment>preset wasabi: name of region ap-southeast-1</extracomment>
            <translation>AP Southeast 1 (Singapur)</translation>
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
            <translation>Im Control Panel von DigitalOcean unter Spaces Object Storage &gt; Access Keys; der Bucket ist der Name des Space.</translation>
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
            <translation>Frankfurt 1</translation>
        </message>
        <message>
            <source>London 1</source>
            <extracomment>preset spaces: name of region lon1</extracomment>
            <translation>London 1</translation>
        </message>
        <message>
            <source>Bangalore 1</source>
            <extracomment>preset spaces: name of region blr1</extracomment>
            <translation>Bangalore 1</translation>
        </message>
        <message>
            <source>Singapore 1</source>
            <extracomment>preset spaces: name of region sgp1</extracomment>
            <translation>Singapur 1</translation>
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
            <translation>In der Hetzner-Konsole Ihres Projekts unter Sicherheit &gt; S3-Zugangsdaten.</translation>
        </message>
        <message>
            <source>Falkenstein</source>
            <extracomment>preset hetzner: name of region fsn1</extracomment>
            <translation>Falkenstein</translation>
        </message>
        <message>
            <source>Nuremberg</source>
            <extracomment>preset hetzner: name of region nbg1</extracomment>
            <translation>Nürnberg</translation>
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
            <translation>Im IDrive-e2-Dashboard unter Access Keys.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the e2 dashboard.</source>
            <extracomment>preset idrive, question region: help</extracomment>
            <translation>Die im e2-Dashboard neben dem Bucket angezeigte.</translation>
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
            <translation>Virginia</translation>
        </message>
        <message>
            <source>Miami</source>
            <extracomment>preset idrive: name of region us-southeast-1</extracomment>
            <translation>Miami</translation>
        </message>
        <message>
            <source>Montreal</source>
            <extracomment>preset idrive: name of region ca-east-1</extracomment>
            <translation>Montreal</translation>
        </message>
        <message>
            <source>Ireland</source>
            <extracomment>preset idrive: name of region eu-west-1</extracomment>
            <translation>Irland</translation>
        </message>
        <message>
            <source>London</source>
            <extracomment>preset idrive: name of region eu-west-2</extracomment>
            <translation>London</translation>
        </message>
        <message>
            <source>London 2</source>
            <extracomment>preset idrive: name of region eu-west-3</extracomment>
            <translation>London 2</translation>
        </message>
        <message>
            <source>SFTP with a password (NAS, web space ...)</source>
            <extracomment>preset sftp-password: title</extracomment>
            <translation>SFTP mit Passwort (NAS, Webspace ...)</translation>
        </message>
        <message>
            <source>The same as for signing in to the server; some servers allow SFTP only once it was switched on.</source>
            <extracomment>preset sftp-password: where to find what is asked for</extracomment>
            <translation>Dasselbe wie zum Anmelden am Server; manche Server erlauben SFTP erst, wenn es eingeschaltet wurde.</translation>
        </message>
        <message>
            <source>SFTP with a key file</source>
            <extracomment>preset sftp-key: title</extracomment>
            <translation>SFTP mit Schlüsseldatei</translation>
        </message>
        <message>
            <source>The private key whose public half is in the server's authorized_keys, often in the folder .ssh of your home.</source>
            <extracomment>preset sftp-key: where to find what is asked for</extracomment>
            <translation>Der private Schlüssel, dessen öffentliche Hälfte in authorized_keys des Servers steht, oft im Ordner .ssh Ihres persönlichen Ordners.</translation>
        </message>
        <message>
            <source>SFTP with the SSH agent</source>
            <extracomment>preset sftp-agent: title</extracomment>
            <translation>SFTP mit dem SSH-Agenten</translation>
        </message>
        <message>
            <source>Your SSH agent holds the key already; nothing secret is kept by us.</source>
            <extracomment>preset sftp-agent: where to find what is asked for</extracomment>
            <translation>Ihr SSH-Agent hat den Schlüssel schon; wir speichern nichts Geheimes.</translation>
        </message>
        <message>
            <source>Folder on another disk or a mounted share</source>
            <extracomment>preset local: title</extracomment>
            <translation>Ordner auf einem anderen Datenträger oder einer eingehängten Freigabe</translation>
        </message>
        <message>
            <source>No account is needed.</source>
            <extracomment>preset local: where to find what is asked for</extracomment>
            <translation>Es wird kein Konto gebraucht.</translation>
        </message>
        <message>
            <source>Temporary files</source>
            <extracomment>ignore patterns temporary: label</extracomment>
            <translation>Temporäre Dateien</translation>
        </message>
        <message>
            <source>What programs write while they work and remove when they are done.</source>
            <extracomment>ignore patterns temporary: help</extracomment>
            <translation>Was Programme bei der Arbeit schreiben und danach entfernen.</translation>
        </message>
        <message>
            <source>System files</source>
            <extracomment>ignore patterns system: label</extracomment>
            <translation>Systemdateien</translation>
        </message>
        <message>
            <source>Thumbnails, folder views and waste bins that the system makes by itself.</source>
            <extracomment>ignore patterns system: help</extracomment>
            <translation>Vorschaubilder, Ordneransichten und Papierkörbe, die das System selbst anlegt.</translation>
        </message>
        <message>
            <source>Backups and swap files of editors</source>
            <extracomment>ignore patterns editors: label</extracomment>
            <translation>Sicherungs- und Swap-Dateien von Editoren</translation>
        </message>
        <message>
            <source>Copies that text editors keep beside the file that is open.</source>
            <extracomment>ignore patterns editors: help</extracomment>
            <translation>Kopien, die Texteditoren neben der geöffneten Datei behalten.</translation>
        </message>
        <message>
            <source>Developers' caches</source>
            <extracomment>ignore patterns developers: label</extracomment>
            <translation>Caches der Entwicklung</translation>
        </message>
        <message>
            <source>Installed packages and built files that a command makes anew.</source>
            <extracomment>ignore patterns developers: help</extracomment>
            <translation>Installierte Pakete und gebaute Dateien, die ein Befehl neu erzeugt.</translation>
        </message>
        <message>
            <source>Unfinished downloads</source>
            <extracomment>ignore patterns downloads: label</extracomment>
            <translation>Unfertige Downloads</translation>
        </message>
        <message>
            <source>What browsers and other programs have fetched only in part.</source>
            <extracomment>ignore patterns downloads: help</extracomment>
            <translation>Was Browser und andere Programme erst zum Teil geholt haben.</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>Find the server</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Den Server finden</translation>
        </message>
        <message>
            <source>Reach its port</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Seinen Port erreichen</translation>
        </message>
        <message>
            <source>Check that it is the right one</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Prüfen, ob es der richtige ist</translation>
        </message>
        <message>
            <source>Look for the folder</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Nach dem Ordner sehen</translation>
        </message>
        <message>
            <source>Sign in</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Anmelden</translation>
        </message>
        <message>
            <source>List what is there</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Auflisten, was da ist</translation>
        </message>
        <message>
            <source>Write a test file</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Eine Testdatei schreiben</translation>
        </message>
        <message>
            <source>Read it back</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Sie zurücklesen</translation>
        </message>
        <message>
            <source>Delete it again</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Sie wieder löschen</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message numerus="yes">
            <source>%Ln file(s) are on {0}</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln Datei ist auf {0}</numerusform>
                <numerusform>%Ln Dateien sind auf {0}</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} cannot be reached</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} ist nicht erreichbar</translation>
        </message>
        <message>
            <source>Changes are noted and sent as soon as it is back.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Änderungen werden vorgemerkt und gesendet, sobald er wieder da ist.</translation>
        </message>
        <message>
            <source>{0} is back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} ist wieder da</translation>
        </message>
        <message>
            <source>Going on.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Es geht weiter.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln Datei konnte nicht gespiegelt werden</numerusform>
                <numerusform>%Ln Dateien konnten nicht gespiegelt werden</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln Datei ist zurück</numerusform>
                <numerusform>%Ln Dateien sind zurück</numerusform>
            </translation>
        </message>
        <message>
            <source>Not everything came back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Nicht alles kam zurück</translation>
        </message>
        <message>
            <source>{0}: see what can be done.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0}: Sehen Sie nach, was sich tun lässt.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) differ at the destination</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln Datei weicht am Ziel ab</numerusform>
                <numerusform>%Ln Dateien weichen am Ziel ab</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} needs you</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} braucht Sie</translation>
        </message>
    </context>
    <context>
        <name>updates</name>
        <message>
            <source>The version you have was withdrawn</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Ihre Version wurde zurückgezogen</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} is available</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet Desktop {0} ist verfügbar</translation>
        </message>
        <message>
            <source>It puts a serious fault right. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Sie behebt einen schweren Fehler. Bitte warten Sie nicht.</translation>
        </message>
        <message>
            <source>A serious fault was found in {0}. The page of downloads tells what to do.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>In {0} wurde ein schwerer Fehler gefunden. Die Download-Seite sagt, was zu tun ist.</translation>
        </message>
        <message>
            <source>The version you have, {0}, was withdrawn for a serious fault. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Ihre Version, {0}, wurde wegen eines schweren Fehlers zurückgezogen. Bitte warten Sie nicht.</translation>
        </message>
        <message>
            <source>Click to see what is new. You have {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Klicken Sie, um zu sehen, was neu ist. Sie haben {0}.</translation>
        </message>
        <message>
            <source>This version was withdrawn…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Diese Version wurde zurückgezogen…</translation>
        </message>
        <message>
            <source>Update soon: version {0}…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Bald aktualisieren: Version {0}…</translation>
        </message>
        <message>
            <source>Version {0} is available…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Version {0} ist verfügbar…</translation>
        </message>
        <message>
            <source>Nobody has looked for a newer version yet.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Nach einer neueren Version wurde noch nicht gesucht.</translation>
        </message>
        <message>
            <source>Skynet looks only when you ask.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet sieht nur nach, wenn Sie es verlangen.</translation>
        </message>
        <message>
            <source>You have the newest version.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Sie haben die neueste Version.</translation>
        </message>
        <message>
            <source>The version you have was withdrawn.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Ihre Version wurde zurückgezogen.</translation>
        </message>
        <message>
            <source>Version {0} is available; you chose to skip it.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Die Version {0} ist verfügbar; Sie überspringen sie.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Die Version {0} ist verfügbar.</translation>
        </message>
        <message>
            <source>Looked {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Nachgesehen: {0}.</translation>
        </message>
    </context>
    <context>
        <name>verify</name>
        <message numerus="yes">
            <source>%Ln difference(s), all being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln Abweichung, sie wird in Ordnung gebracht</numerusform>
                <numerusform>%Ln Abweichungen, alle werden in Ordnung gebracht</numerusform>
            </translation>
        </message>
        <message>
            <source>{0}, {1} of them being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, davon {1} in Reparatur</translation>
        </message>
        <message>
            <source>It did not come to its end</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Nicht bis zum Ende gekommen</translation>
        </message>
        <message>
            <source>There was nothing to compare</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Es gab nichts zu vergleichen</translation>
        </message>
        <message numerus="yes">
            <source>All %Ln file(s) are right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln Datei stimmt</numerusform>
                <numerusform>Alle %Ln Dateien stimmen</numerusform>
            </translation>
        </message>
        <message>
            <source>Verified {0} · {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Überprüft {0} · {1}</translation>
        </message>
        <message>
            <source>Verifying: {0} of {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Überprüfung: {0} von {1}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln difference(s)</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln Abweichung</numerusform>
                <numerusform>%Ln Abweichungen</numerusform>
            </translation>
        </message>
        <message>
            <source>Every content is read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Jeder Inhalt wird zurückgelesen und verglichen.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps are compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Größen, Zeiten und die Prüfsummen, die der Dienst aufbewahrt, werden verglichen.</translation>
        </message>
        <message>
            <source>Every content was read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Jeder Inhalt wurde zurückgelesen und verglichen.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps were compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Größen, Zeiten und die Prüfsummen, die der Dienst aufbewahrt, wurden verglichen.</translation>
        </message>
        <message>
            <source>{0}, {1} · took {2} · {3}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, {1} · Dauer {2} · {3}</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Es wurde gestoppt.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) wait to be sent and were not compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln Datei wartet auf das Senden und wurde nicht verglichen.</numerusform>
                <numerusform>%Ln Dateien warten auf das Senden und wurden nicht verglichen.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) there did not come from this folder. They are never touched.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln Datei dort stammt nicht aus diesem Ordner. Sie wird nie angetastet.</numerusform>
                <numerusform>%Ln Dateien dort stammen nicht aus diesem Ordner. Sie werden nie angetastet.</numerusform>
            </translation>
        </message>
        <message>
            <source>Missing there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Fehlt dort</translation>
        </message>
        <message>
            <source>Other size</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Andere Größe</translation>
        </message>
        <message>
            <source>Other time</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Andere Zeit</translation>
        </message>
        <message>
            <source>Other content</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Anderer Inhalt</translation>
        </message>
        <message>
            <source>Too much there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Zu viel dort</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Nicht lesbar</translation>
        </message>
    </context>
    <context>
        <name>wizard</name>
        <message numerus="yes">
            <source>%n file(s) there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>
                <numerusform>%n Datei dort</numerusform>
                <numerusform>%n Dateien dort</numerusform>
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
                <numerusform>%n s</numerusform>
                <numerusform>%n s</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n min</numerusform>
                <numerusform>%n min</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n h</numerusform>
                <numerusform>%n h</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n d</numerusform>
                <numerusform>%n d</numerusform>
            </translation>
        </message>
        <message>
            <source>never</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>nie</translation>
        </message>
        <message>
            <source>just now</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>gerade eben</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>vor {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln Datei</numerusform>
                <numerusform>%Ln Dateien</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln wartet</numerusform>
                <numerusform>%Ln warten</numerusform>
            </translation>
        </message>
        <message>
            <source>Not set up</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Nicht eingerichtet</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Eingreifen nötig</translation>
        </message>
        <message>
            <source>Offline</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Offline</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Pausiert</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Probleme</translation>
        </message>
        <message>
            <source>Uploading</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Lädt hoch</translation>
        </message>
        <message>
            <source>Checking</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Gleicht ab</translation>
        </message>
        <message>
            <source>Up to date</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Aktuell</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Noch wird nichts gespiegelt</translation>
        </message>
        <message numerus="yes">
            <source>%Ln issue(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln Problem</numerusform>
                <numerusform>%Ln Probleme</numerusform>
            </translation>
        </message>
        <message>
            <source>Uploading {0} of {1}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Lädt {0} von {1} hoch</translation>
        </message>
        <message>
            <source>{0} left</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>noch {0}</translation>
        </message>
        <message>
            <source>Paused until {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Pausiert bis {0}</translation>
        </message>
        <message>
            <source>retry in {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>nächster Versuch in {0}</translation>
        </message>
    </context>
</TS>
