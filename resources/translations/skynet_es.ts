<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Acerca de</translation>
        </message>
        <message>
            <source>&amp;Licences…</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>&amp;Licencias…</translation>
        </message>
        <message>
            <source>The icon of Skynet Desktop</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>El icono de Skynet Desktop</translation>
        </message>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Versión {0}</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors your folders to storage you own. It is free software under the GNU Affero General Public License, version 3 or later, and comes with no warranty.</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop replica sus carpetas en un almacenamiento que le pertenece. Es software libre bajo la Licencia Pública General Affero de GNU, versión 3 o posterior, y se ofrece sin garantía alguna.</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Show file</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Mostrar archivo</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Copiar ruta</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Actividad</translation>
        </message>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Buscar por nombre</translation>
        </message>
        <message>
            <source>All</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Todas</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>En curso</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Sin hacer</translation>
        </message>
        <message>
            <source>Nothing to show</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Nada que mostrar</translation>
        </message>
        <message numerus="yes">
            <source>%Ln action(s)</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>
                <numerusform>%Ln acción</numerusform>
                <numerusform>%Ln acciones</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>{0} de {1}</translation>
        </message>
        <message>
            <source>No action fits the search.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Ninguna acción coincide con la búsqueda.</translation>
        </message>
        <message>
            <source>What is sent, moved or removed appears here.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>Aquí aparece lo que se envía, se mueve o se elimina.</translation>
        </message>
    </context>
    <context>
        <name>ActivityView</name>
        <message>
            <source>The last actions</source>
            <extracomment>desktop/window/activity_view.py</extracomment>
            <translation>Las últimas acciones</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPage</name>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Avanzado</translation>
        </message>
        <message>
            <source>The log's level changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>El nivel del registro cambia al volver a iniciar Skynet.</translation>
        </message>
        <message>
            <source>Help and repair</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Ayuda y reparación</translation>
        </message>
        <message>
            <source>&amp;Check-up…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Chequeo…</translation>
        </message>
        <message>
            <source>&amp;Open log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Abrir registro</translation>
        </message>
        <message>
            <source>&amp;Save diagnostics…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>&amp;Guardar diagnóstico…</translation>
        </message>
        <message>
            <source>Diagnostics hold settings, states and the log, and no secret.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>El diagnóstico contiene la configuración, los estados y el registro, y ningún secreto.</translation>
        </message>
        <message>
            <source>Where our files are</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Dónde están nuestros archivos</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Configuración</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Registro</translation>
        </message>
        <message>
            <source>Your own connections</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Sus propias conexiones</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Mostrar</translation>
        </message>
        <message>
            <source>Show: {0}</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Mostrar: {0}</translation>
        </message>
    </context>
    <context>
        <name>ArrivalPage</name>
        <message>
            <source>Your mirror is running</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Su réplica está en marcha</translation>
        </message>
        <message>
            <source>Open the &amp;overview</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Abrir el &amp;resumen</translation>
        </message>
        <message>
            <source>C&amp;lose</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>C&amp;errar</translation>
        </message>
        <message>
            <source>Files that are there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Archivos que ya están</translation>
        </message>
        <message>
            <source>Looking through the folder…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Revisando la carpeta…</translation>
        </message>
        <message>
            <source>First: {0}</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Primero: {0}</translation>
        </message>
        <message>
            <source>The first file has arrived</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>El primer archivo ha llegado</translation>
        </message>
        <message>
            <source>Sending the first files…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Enviando los primeros archivos…</translation>
        </message>
        <message>
            <source>Everything is ready. Put something into the folder.</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Todo está listo. Ponga algo en la carpeta.</translation>
        </message>
        <message>
            <source>Everything is there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Todo está allí</translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Todo estaba ya allí</translation>
        </message>
        <message>
            <source>Open &amp;folder</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Abrir &amp;carpeta</translation>
        </message>
        <message>
            <source>Show at &amp;destination</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>Mostrar en el &amp;destino</translation>
        </message>
    </context>
    <context>
        <name>Browser</name>
        <message>
            <source>Search everywhere, also in what was removed</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Buscar en todas partes, también en lo eliminado</translation>
        </message>
        <message>
            <source>Nothing here</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Aquí no hay nada</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Buscando…</translation>
        </message>
        <message>
            <source>Choose all of this &amp;folder</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Elegir &amp;toda esta carpeta</translation>
        </message>
        <message>
            <source>Choose &amp;nothing</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Quitar la selección</translation>
        </message>
        <message>
            <source>&amp;Versions…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>&amp;Versiones…</translation>
        </message>
        <message>
            <source>To find what was removed, choose a time before that.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Para encontrar lo que se eliminó, elija un momento anterior.</translation>
        </message>
        <message>
            <source>No file or folder of this name was found.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>No se encontró ningún archivo ni carpeta con este nombre.</translation>
        </message>
        <message>
            <source>The folder is empty. What was removed from it is seen at an earlier time.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>La carpeta está vacía. Lo que se eliminó de ella se ve en un momento anterior.</translation>
        </message>
        <message>
            <source>Tick what you want to have back.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Marque lo que quiere recuperar.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Contando…</translation>
        </message>
        <message>
            <source>Chosen: {0}, {1}</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>Elegido: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>CheckupDialog</name>
        <message>
            <source>Check-up</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Chequeo</translation>
        </message>
        <message>
            <source>The check-up is under way</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>El chequeo está en curso</translation>
        </message>
        <message>
            <source>What was found</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Lo que se encontró</translation>
        </message>
        <message>
            <source>Check &amp;again</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Comprobar de &amp;nuevo</translation>
        </message>
        <message>
            <source>C&amp;opy</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>C&amp;opiar</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>&amp;Cerrar</translation>
        </message>
        <message>
            <source>Looking everything over…</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>Revisándolo todo…</translation>
        </message>
    </context>
    <context>
        <name>ChoosePage</name>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>¿Adónde van sus archivos?</translation>
        </message>
        <message>
            <source>&amp;Continue with {0}</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Continuar con {0}</translation>
        </message>
    </context>
    <context>
        <name>Crumbs</name>
        <message>
            <source>Where you are</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Dónde está</translation>
        </message>
        <message>
            <source>Go to {0}</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>Ir a {0}</translation>
        </message>
    </context>
    <context>
        <name>DeletesPart</name>
        <message>
            <source>&amp;Keep remote copies</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>C&amp;onservar las copias remotas</translation>
        </message>
        <message>
            <source>&amp;Mirror deletions too (complete sync)</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>&amp;Replicar también las eliminaciones (sincronización completa)</translation>
        </message>
        <message>
            <source>What you delete here stays at the service. Nothing is ever removed there.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Lo que elimine aquí se queda en el servicio. Allí nunca se elimina nada.</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too. An unplugged disk or an empty folder never counts as deleted.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>Lo que elimine aquí se elimina también allí. Un disco desconectado o una carpeta vacía nunca cuentan como eliminados.</translation>
        </message>
    </context>
    <context>
        <name>DestinationPage</name>
        <message>
            <source>Where to, and what about deletions?</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>¿Adónde, y qué pasa con las eliminaciones?</translation>
        </message>
        <message>
            <source>When you delete a file here</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Cuando elimine un archivo aquí</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Lugar en el destino</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>La carpeta</translation>
        </message>
        <message>
            <source>&amp;Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>&amp;Nombre de la asignación</translation>
        </message>
        <message>
            <source>Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Nombre de la asignación</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>Cómo quiere llamarla.</translation>
        </message>
    </context>
    <context>
        <name>DetailsPage</name>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Probar</translation>
        </message>
    </context>
    <context>
        <name>DifferencesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Archivo</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>Qué difiere</translation>
        </message>
        <message>
            <source>In words</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>En palabras</translation>
        </message>
    </context>
    <context>
        <name>DryRun</name>
        <message>
            <source>Looking at the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Revisando la carpeta</translation>
        </message>
        <message>
            <source>Looking at the folder and at the service…</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Revisando la carpeta y el servicio…</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Este equipo vigila {0} carpetas como máximo, y esta contiene {1}. Las demás se revisan una y otra vez. Este comando aumenta el límite:
{2}</translation>
        </message>
        <message>
            <source>What is at the service is not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Aún no se sabe qué hay en el servicio</translation>
        </message>
    </context>
    <context>
        <name>EntriesModel</name>
        <message>
            <source>folder</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>carpeta</translation>
        </message>
        <message>
            <source>file</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>archivo</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Tamaño</translation>
        </message>
        <message>
            <source>Modified</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Modificado</translation>
        </message>
        <message>
            <source>Versions</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>Versiones</translation>
        </message>
    </context>
    <context>
        <name>EntriesView</name>
        <message>
            <source>Files and folders at the destination</source>
            <extracomment>desktop/restore/entries_view.py</extracomment>
            <translation>Archivos y carpetas en el destino</translation>
        </message>
    </context>
    <context>
        <name>Errands</name>
        <message>
            <source>The destination</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>El destino</translation>
        </message>
        <message>
            <source>Copy</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Copiar</translation>
        </message>
        <message>
            <source>Save diagnostics</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>Guardar diagnóstico</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Archivo</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Motivo</translation>
        </message>
    </context>
    <context>
        <name>FilesUnderWay</name>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/files_under_way.py</extracomment>
            <translation>{0} de {1}</translation>
        </message>
    </context>
    <context>
        <name>FiltersPage</name>
        <message>
            <source>What is left out?</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>¿Qué se deja fuera?</translation>
        </message>
        <message>
            <source>Files that programs make anew by themselves need not go along.</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>No hace falta enviar los archivos que los programas vuelven a crear por sí mismos.</translation>
        </message>
    </context>
    <context>
        <name>FiltersPart</name>
        <message>
            <source>&amp;Patterns, one a line, as in a .gitignore file</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>&amp;Patrones, uno por línea, como en un archivo .gitignore</translation>
        </message>
        <message>
            <source>Patterns of files to leave out</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Patrones de archivos que se dejan fuera</translation>
        </message>
        <message>
            <source>Looking what is left out…</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Viendo qué se deja fuera…</translation>
        </message>
    </context>
    <context>
        <name>FolderPage</name>
        <message>
            <source>Which folder?</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>¿Qué carpeta?</translation>
        </message>
        <message>
            <source>With everything in it. Nothing in this folder is ever changed.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Con todo lo que contiene. Nunca se cambia nada en esta carpeta.</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Contando…</translation>
        </message>
        <message>
            <source>{0} so far…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>{0} hasta ahora…</translation>
        </message>
        <message>
            <source>{0} in this folder.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>{0} en esta carpeta.</translation>
        </message>
        <message>
            <source>The folder is empty so far.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>La carpeta está vacía por ahora.</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>Este equipo vigila {0} carpetas como máximo, y esta contiene {1}. Las demás se revisan una y otra vez. Este comando aumenta el límite:
{2}</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>the top of the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>la raíz del servicio</translation>
        </message>
        <message>
            <source>&amp;Folder on this computer</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Carpe&amp;ta de este equipo</translation>
        </message>
        <message>
            <source>&amp;Service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Servicio</translation>
        </message>
        <message>
            <source>&amp;Place there</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>&amp;Lugar en el destino</translation>
        </message>
        <message>
            <source>Choose…</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Elegir…</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>Elija la carpeta</translation>
        </message>
        <message>
            <source>The folder to mirror</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>La carpeta que se replica</translation>
        </message>
        <message>
            <source>No file to mirror is in the folder so far.</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>En la carpeta aún no hay ningún archivo que replicar.</translation>
        </message>
        <message>
            <source>{0}
becomes {1} on {2}</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>{0}
pasa a ser {1} en {2}</translation>
        </message>
        <message>
            <source>the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>el servicio</translation>
        </message>
    </context>
    <context>
        <name>GeneralPage</name>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>General</translation>
        </message>
        <message>
            <source>The language changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>El idioma cambia al volver a iniciar Skynet.</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Inicio</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Iniciar Skynet al iniciar &amp;sesión</translation>
        </message>
        <message>
            <source>Updates</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Actualizaciones</translation>
        </message>
        <message>
            <source>Keep secrets for this session &amp;only</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>&amp;Guardar los secretos solo para esta sesión</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Switch it on here to allow it again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Se desactivó en la configuración del propio sistema. Actívelo aquí para volver a permitirlo.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started, not this one. Switch it on here to start this one.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Al iniciar sesión se inicia otra copia de Skynet, no esta. Actívelo aquí para que se inicie esta.</translation>
        </message>
        <message>
            <source>Secrets</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>Secretos</translation>
        </message>
    </context>
    <context>
        <name>HistoryDialog</name>
        <message>
            <source>Versions of a file</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versiones de un archivo</translation>
        </message>
        <message>
            <source>Each line is the file as it was until it was replaced or removed.</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Cada línea es el archivo tal como era hasta que se reemplazó o se eliminó.</translation>
        </message>
        <message>
            <source>Versions, the newest first</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Versiones, primero la más reciente</translation>
        </message>
        <message>
            <source>&amp;Choose this version</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>&amp;Elegir esta versión</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Cancelar</translation>
        </message>
    </context>
    <context>
        <name>HostKeyCard</name>
        <message>
            <source>The server's key has changed</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>La clave del servidor ha cambiado</translation>
        </message>
        <message>
            <source>This is not the key that this server had before. Somebody may have put himself between you and the server to read along, or the server was set up anew. Ask whoever runs it before you go on.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Esta no es la clave que el servidor tenía antes. Puede que alguien se haya interpuesto entre usted y el servidor para leer los datos, o que el servidor se haya instalado de nuevo. Pregunte a quien lo administra antes de continuar.</translation>
        </message>
        <message>
            <source>Is this the right server?</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>¿Es este el servidor correcto?</translation>
        </message>
        <message>
            <source>You connect to it for the first time. The fingerprint of its key proves which server it is.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Es la primera vez que se conecta a él. La huella de su clave demuestra qué servidor es.</translation>
        </message>
        <message>
            <source>To check it, ask whoever runs the server, or run this at the server itself, and compare:</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Para comprobarla, pregunte a quien administra el servidor, o ejecute esto en el propio servidor, y compare:</translation>
        </message>
        <message>
            <source>I have &amp;asked, and this is its new key.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>He pregun&amp;tado y esta es su nueva clave.</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Servidor</translation>
        </message>
        <message>
            <source>Kind of key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Tipo de clave</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Huella</translation>
        </message>
        <message>
            <source>&amp;Do not connect</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>No c&amp;onectar</translation>
        </message>
        <message>
            <source>&amp;Trust this key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>Con&amp;fiar en esta clave</translation>
        </message>
    </context>
    <context>
        <name>IssueDetail</name>
        <message>
            <source>&amp;Retry</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Reintentar</translation>
        </message>
        <message>
            <source>Show &amp;file</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>Mostrar &amp;archivo</translation>
        </message>
        <message>
            <source>I&amp;gnore…</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>&amp;Ignorar…</translation>
        </message>
        <message numerus="yes">
            <source>Tried %n time(s)</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>
                <numerusform>%n intento</numerusform>
                <numerusform>%n intentos</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IssuesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Archivo</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Motivo</translation>
        </message>
        <message>
            <source>Since</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>Desde</translation>
        </message>
    </context>
    <context>
        <name>IssuesPage</name>
        <message>
            <source>Retry &amp;all</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Reintentar &amp;todo</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Problemas</translation>
        </message>
        <message>
            <source>No issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Sin problemas</translation>
        </message>
        <message>
            <source>Everything that could be read was sent.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Se envió todo lo que se pudo leer.</translation>
        </message>
        <message>
            <source>What could not be mirrored</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Lo que no se pudo replicar</translation>
        </message>
        <message>
            <source>This name cannot be written into the settings.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Este nombre no se puede escribir en la configuración.</translation>
        </message>
        <message>
            <source>Rename the file, or ignore its folder.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Cambie el nombre del archivo, o ignore su carpeta.</translation>
        </message>
        <message>
            <source>Leave this file out from now on?</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>¿Dejar fuera este archivo a partir de ahora?</translation>
        </message>
        <message>
            <source>{0}

A copy that is at the destination stays there. You can take this back under Filters of the mirror.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>{0}

Si hay una copia en el destino, se queda allí. Puede deshacerlo en los filtros de la réplica.</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>Dejar fuera</translation>
        </message>
    </context>
    <context>
        <name>KeyringBanner</name>
        <message>
            <source>Looking for the keyring…</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Buscando el llavero…</translation>
        </message>
        <message>
            <source>Try a&amp;gain</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>&amp;Volver a intentar</translation>
        </message>
        <message>
            <source>&amp;Keep for this session only</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Guardar solo para &amp;esta sesión</translation>
        </message>
        <message>
            <source>&amp;Use it anyway</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>&amp;Usarlo de todos modos</translation>
        </message>
        <message>
            <source>&amp;Use this system's keyring</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>Usar el &amp;llavero del sistema</translation>
        </message>
    </context>
    <context>
        <name>LicenceDialog</name>
        <message>
            <source>Licences</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Licencias</translation>
        </message>
        <message>
            <source>What Skynet Desktop is built from</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Con qué está hecho Skynet Desktop</translation>
        </message>
        <message>
            <source>The licence</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>La licencia</translation>
        </message>
    </context>
    <context>
        <name>MappingCard</name>
        <message>
            <source>Progress of {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Progreso de {0}</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Sincronizar ahora</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Reanudar</translation>
        </message>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Abrir carpeta</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Verificar</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Restaurar…</translation>
        </message>
        <message>
            <source>Edit service…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Editar servicio…</translation>
        </message>
        <message>
            <source>Send anyway</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Enviar de todos modos</translation>
        </message>
        <message>
            <source>Show issues</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Mostrar problemas</translation>
        </message>
        <message>
            <source>More for {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Más sobre {0}</translation>
        </message>
        <message>
            <source>More</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Más</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Mostrar en el destino</translation>
        </message>
        <message>
            <source>Edit…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>Editar…</translation>
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
            <translation>Nueva asignación</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Atrás</translation>
        </message>
        <message>
            <source>Sa&amp;ve</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Guardar</translation>
        </message>
        <message>
            <source>S&amp;tart mirroring</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Empezar a replicar</translation>
        </message>
        <message>
            <source>Ne&amp;xt: a dry run</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Sig&amp;uiente: simulación</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>¿Descartar los cambios?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Lo que ha introducido aquí no se ha guardado.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Descartar</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>&amp;Seguir editando</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Cancelar</translation>
        </message>
    </context>
    <context>
        <name>MappingEditor</name>
        <message>
            <source>No limit</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Sin límite</translation>
        </message>
        <message>
            <source>Parts of the mapping</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Partes de la asignación</translation>
        </message>
        <message>
            <source>Folder &amp;&amp; destination</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Carpeta y destino</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Filtros</translation>
        </message>
        <message>
            <source>Deletes &amp;&amp; safety</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Eliminación y seguridad</translation>
        </message>
        <message>
            <source>Schedule &amp;&amp; limits</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Horario y límites</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>&amp;Nombre</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>The name stays: what is known of the destination hangs on it.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>El nombre no cambia: de él depende lo que se sabe del destino.</translation>
        </message>
        <message>
            <source>The destination is another one: everything is compared anew, and what is missing there is sent. What is at the old place stays there.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>El destino es otro: todo se compara de nuevo y se envía lo que falte allí. Lo que está en el lugar anterior se queda allí.</translation>
        </message>
        <message>
            <source>The folder is another one: everything is compared anew.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>La carpeta es otra: todo se compara de nuevo.</translation>
        </message>
    </context>
    <context>
        <name>MappingsPage</name>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Asignaciones</translation>
        </message>
        <message>
            <source>A mapping mirrors one folder to one place on a service.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Una asignación replica una carpeta en un lugar de un servicio.</translation>
        </message>
        <message>
            <source>Add a service first: a mapping needs a place to go to.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Añada primero un servicio: una asignación necesita un lugar de destino.</translation>
        </message>
        <message>
            <source>Stop mirroring {0}?</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>¿Dejar de replicar {0}?</translation>
        </message>
        <message>
            <source>What is at the service stays there, and so does the folder.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Lo que está en el servicio se queda allí, y la carpeta también.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Quitar</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Conservar</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Añadir…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>Aún no se replica nada</translation>
        </message>
        <message>
            <source>&amp;Add a mapping…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Añadir una asignación…</translation>
        </message>
        <message>
            <source>&amp;Go to services</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Ir a los servicios</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Editar…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>&amp;Quitar…</translation>
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
            <translation>Skywatch le muestra en el navegador, esté donde esté, cuánto ha avanzado este equipo. Conoce el progreso y los nombres, nunca el contenido de sus archivos.</translation>
        </message>
        <message>
            <source>How it goes</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Cómo va</translation>
        </message>
        <message>
            <source>Token or password</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Token o contraseña</translation>
        </message>
        <message>
            <source>Skywatch makes a token for each machine. It is kept in the keyring, and nowhere else.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch crea un token para cada equipo. Se guarda en el llavero y en ningún otro sitio.</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Probar</translation>
        </message>
        <message>
            <source>&amp;Open web monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Abrir el monitor web</translation>
        </message>
        <message>
            <source>&amp;Forget the token</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>&amp;Olvidar el token</translation>
        </message>
        <message>
            <source>Asking {0}…</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Preguntando a {0}…</translation>
        </message>
        <message>
            <source>No monitor is set up.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>No hay ningún monitor configurado.</translation>
        </message>
        <message>
            <source>The monitor is told nothing.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>No se informa al monitor.</translation>
        </message>
        <message>
            <source>Nothing was told yet.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Aún no se ha informado de nada.</translation>
        </message>
        <message>
            <source>Last told: {0}.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Último informe: {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln report(s) waiting.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln informe en espera.</numerusform>
                <numerusform>%Ln informes en espera.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln line(s) of the history were lost.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>Se perdió %Ln línea del historial.</numerusform>
                <numerusform>Se perdieron %Ln líneas del historial.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Red</translation>
        </message>
        <message>
            <source>No limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Sin límite</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Automático</translation>
        </message>
        <message>
            <source>no limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>sin límite</translation>
        </message>
        <message>
            <source>{0} MB/s</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>{0} MB/s</translation>
        </message>
        <message>
            <source>Now: {0}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Ahora: {0}.</translation>
        </message>
        <message>
            <source>Now: {0}, until {1}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>Ahora: {0}, hasta {1}.</translation>
        </message>
    </context>
    <context>
        <name>NotificationsPage</name>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Notificaciones</translation>
        </message>
        <message>
            <source>One message a burst of changes, never one a file.</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Un mensaje por cada serie de cambios, nunca uno por archivo.</translation>
        </message>
        <message>
            <source>At once</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Al instante</translation>
        </message>
        <message>
            <source>On screen</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>En pantalla</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>Sonido</translation>
        </message>
    </context>
    <context>
        <name>OptionForm</name>
        <message>
            <source>More options</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Más opciones</translation>
        </message>
    </context>
    <context>
        <name>OutcomePage</name>
        <message>
            <source>Progress of the restoring</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Progreso de la restauración</translation>
        </message>
        <message>
            <source>These did not come back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Estos no se recuperaron</translation>
        </message>
        <message>
            <source>What did not come back, and why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Lo que no se recuperó, y por qué</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Conectando…</translation>
        </message>
        <message>
            <source>Restoring {0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Restaurando {0} de {1}</translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} de {1}</translation>
        </message>
    </context>
    <context>
        <name>Overview</name>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Añadir…</translation>
        </message>
        <message>
            <source>Set up another mirror</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Configurar otra réplica</translation>
        </message>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Velocidad de los últimos minutos</translation>
        </message>
        <message>
            <source>&amp;Set up a mirror…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Configurar una réplica…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Aún no se replica nada</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is there seconds later.</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>Elija una carpeta y adónde va. Lo que ponga en ella estará allí segundos después.</translation>
        </message>
        <message>
            <source>&amp;Try again</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Volver a intentar</translation>
        </message>
        <message>
            <source>&amp;Open the settings file</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>&amp;Abrir el archivo de configuración</translation>
        </message>
        <message>
            <source>The settings cannot be read</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>No se puede leer la configuración</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/page.py</extracomment>
            <translation>&amp;Continuar</translation>
        </message>
    </context>
    <context>
        <name>PagedList</name>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Buscar por nombre</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Copiar ruta</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Buscando…</translation>
        </message>
        <message>
            <source>The first {0} are shown; scroll for more</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Se muestran los primeros {0}; desplácese para ver más</translation>
        </message>
        <message>
            <source>No file fits the search.</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>Ningún archivo coincide con la búsqueda.</translation>
        </message>
    </context>
    <context>
        <name>PathInput</name>
        <message>
            <source>Browse…</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>Examinar…</translation>
        </message>
    </context>
    <context>
        <name>PauseMenu</name>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>30 minutos</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>2 horas</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Hasta mañana</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>Hasta que se reanude</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Step {0} of {1}: {2}</source>
            <extracomment>desktop/wizard/progress.py</extracomment>
            <translation>Paso {0} de {1}: {2}</translation>
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
            <translation>Detener</translation>
        </message>
        <message>
            <source>Details…</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Detalles…</translation>
        </message>
        <message>
            <source>Progress of the verification of {0}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>Progreso de la verificación de {0}</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Seleccionar todo</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Aumentar</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <extracomment>Qt's own</extracomment>
            <translation>Re&amp;ducir</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Deshacer</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rehacer</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cor&amp;tar</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Copiar</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Pegar</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Borrar</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Seleccionar todo</translation>
        </message>
    </context>
    <context>
        <name>QPlatformTheme</name>
        <message>
            <source>OK</source>
            <extracomment>Qt's own</extracomment>
            <translation>Aceptar</translation>
        </message>
        <message>
            <source>&amp;Yes</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Sí</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;No</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Save</source>
            <extracomment>Qt's own</extracomment>
            <translation>Guardar</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>Qt's own</extracomment>
            <translation>Ayuda</translation>
        </message>
    </context>
    <context>
        <name>QTabBar</name>
        <message>
            <source>Scroll Left</source>
            <extracomment>Qt's own</extracomment>
            <translation>Desplazar hacia la izquierda</translation>
        </message>
        <message>
            <source>Scroll Right</source>
            <extracomment>Qt's own</extracomment>
            <translation>Desplazar hacia la derecha</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Deshacer</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Rehacer</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>Cor&amp;tar</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Copiar</translation>
        </message>
        <message>
            <source>Copy &amp;Link Location</source>
            <extracomment>Qt's own</extracomment>
            <translation>Copiar la ubicación del en&amp;lace</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>&amp;Pegar</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>Borrar</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>Seleccionar todo</translation>
        </message>
    </context>
    <context>
        <name>QuestionDialog</name>
        <message>
            <source>{0} needs your decision</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>{0} necesita su decisión</translation>
        </message>
        <message>
            <source>Files this is about</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Archivos de los que se trata</translation>
        </message>
        <message>
            <source>Decide &amp;later</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Decidir más &amp;tarde</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>&amp;Cerrar</translation>
        </message>
        <message>
            <source>There is nothing to decide any more</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Ya no hay nada que decidir</translation>
        </message>
        <message>
            <source>It was answered elsewhere, or the files are as they were before.</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>Se respondió en otro lugar, o los archivos están como antes.</translation>
        </message>
    </context>
    <context>
        <name>ReadyPage</name>
        <message>
            <source>Ready to start</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Listo para empezar</translation>
        </message>
        <message>
            <source>&amp;Start mirroring</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>&amp;Empezar a replicar</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Iniciar Skynet al iniciar &amp;sesión</translation>
        </message>
        <message>
            <source>It then mirrors in the background. You can change this in the settings at any time.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Así replica en segundo plano. Puede cambiarlo en la configuración en cualquier momento.</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Left on here, it is switched on again.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Se desactivó en la configuración del propio sistema. Si lo deja activado aquí, se activa de nuevo.</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started now. Left on here, it will be this one.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Ahora, al iniciar sesión, se inicia otra copia de Skynet. Si lo deja activado aquí, se iniciará esta.</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>What will happen</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Qué va a pasar</translation>
        </message>
        <message>
            <source>This is a dry run: it only looks, and sends nothing.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Esto es una simulación: solo mira y no envía nada.</translation>
        </message>
        <message>
            <source>You can go on all the same: sending begins as soon as this is mended.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>Puede continuar de todos modos: el envío empieza en cuanto esto se solucione.</translation>
        </message>
        <message>
            <source>S&amp;kip this</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>&amp;Omitir esto</translation>
        </message>
    </context>
    <context>
        <name>RestoreWindow</name>
        <message>
            <source>Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Restaurar</translation>
        </message>
        <message>
            <source>Reading the destination</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Leyendo el destino</translation>
        </message>
        <message>
            <source>The destination cannot be read</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>No se puede leer el destino</translation>
        </message>
        <message>
            <source>&amp;Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Asignación</translation>
        </message>
        <message>
            <source>Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Asignación</translation>
        </message>
        <message>
            <source>Bac&amp;k</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>At&amp;rás</translation>
        </message>
        <message>
            <source>&amp;Read anew</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Leer de nuevo</translation>
        </message>
        <message>
            <source>&amp;Open folder</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Abrir &amp;carpeta</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>&amp;Detener</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Cerrar</translation>
        </message>
        <message>
            <source>Reading what is there…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Leyendo lo que hay allí…</translation>
        </message>
        <message>
            <source>Reading what is there: {0} so far</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Leyendo lo que hay allí: {0} hasta ahora</translation>
        </message>
        <message>
            <source>There is no mapping, so there is nothing to bring back from.</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>No hay ninguna asignación, así que no hay de dónde recuperar nada.</translation>
        </message>
        <message>
            <source>&amp;Continue…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Contin&amp;uar…</translation>
        </message>
        <message>
            <source>&amp;Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Re&amp;staurar</translation>
        </message>
        <message>
            <source>{0}, {1} will come back</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>Se recuperará: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>SafetyPart</name>
        <message>
            <source>For ever</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Para siempre</translation>
        </message>
        <message>
            <source>Never</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Nunca</translation>
        </message>
        <message>
            <source>When you delete files here</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Cuando elimine archivos aquí</translation>
        </message>
        <message>
            <source>When very many files change at once</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Cuando cambian muchísimos archivos a la vez</translation>
        </message>
        <message>
            <source>What can be brought back</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Lo que se puede recuperar</translation>
        </message>
        <message>
            <source>Proof that all is there</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Prueba de que todo está allí</translation>
        </message>
        <message>
            <source>Where the bucket keeps versions, those are used; where it does not, old copies lie in the folder {0} on {1}. “Restore…” finds them in both.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Si el bucket guarda versiones, se usan esas; si no, las copias antiguas están en la carpeta {0} de {1}. «Restaurar…» las encuentra en ambos casos.</translation>
        </message>
        <message>
            <source>Old copies lie in the folder {0} on {1}. “Restore…” finds them there.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Las copias antiguas están en la carpeta {0} de {1}. «Restaurar…» las encuentra allí.</translation>
        </message>
        <message>
            <source>A file that you delete or overwrite here by mistake is then lost at the destination too, and nobody can bring it back.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Un archivo que elimine o sobrescriba aquí por error se pierde entonces también en el destino, y nadie puede recuperarlo.</translation>
        </message>
        <message>
            <source>A file that is overwritten here by mistake is then overwritten at the destination too, and nobody can bring back what was in it.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>Un archivo que se sobrescriba aquí por error se sobrescribe entonces también en el destino, y nadie puede recuperar lo que contenía.</translation>
        </message>
    </context>
    <context>
        <name>SecretInput</name>
        <message>
            <source>Kept in the keyring</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Guardado en el llavero</translation>
        </message>
        <message>
            <source>Hide</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Ocultar</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>Mostrar</translation>
        </message>
    </context>
    <context>
        <name>ServiceChooser</name>
        <message>
            <source>Added to this computer by you.</source>
            <extracomment>desktop/services/chooser.py</extracomment>
            <translation>Añadido por usted a este equipo.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDetails</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Cómo quiere llamarlo.</translation>
        </message>
        <message>
            <source>Please decide first where the secrets are to be kept.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Decida primero dónde se guardan los secretos.</translation>
        </message>
        <message>
            <source>The keyring has not answered yet. Try again in a moment.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>El llavero aún no ha respondido. Vuelva a intentarlo en un momento.</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Este dato es necesario.</translation>
        </message>
        <message>
            <source>There is a service of this name already.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>Ya existe un servicio con este nombre.</translation>
        </message>
    </context>
    <context>
        <name>ServiceDialog</name>
        <message>
            <source>Edit service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Editar servicio</translation>
        </message>
        <message>
            <source>Add a service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Añadir un servicio</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>¿Descartar los cambios?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Lo que ha introducido aquí no se ha guardado.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>&amp;Descartar</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>&amp;Seguir editando</translation>
        </message>
    </context>
    <context>
        <name>ServiceEditor</name>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Atrás</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Cancelar</translation>
        </message>
        <message>
            <source>&amp;Save without test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>Guardar &amp;sin probar</translation>
        </message>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>¿Adónde van sus archivos?</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Probar</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Guardar</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>&amp;Probar de nuevo</translation>
        </message>
    </context>
    <context>
        <name>ServiceRow</name>
        <message numerus="yes">
            <source>%Ln request(s) this month</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>
                <numerusform>%Ln petición este mes</numerusform>
                <numerusform>%Ln peticiones este mes</numerusform>
            </translation>
        </message>
        <message>
            <source>Not used by a mapping yet</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Ninguna asignación lo usa aún</translation>
        </message>
        <message>
            <source>Used by {0}</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Usado por {0}</translation>
        </message>
        <message>
            <source>Sending and copying</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Envío y copia</translation>
        </message>
        <message>
            <source>Listing</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Listado</translation>
        </message>
        <message>
            <source>Reading</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Lectura</translation>
        </message>
        <message>
            <source>Deleting</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>Eliminación</translation>
        </message>
    </context>
    <context>
        <name>ServicesPage</name>
        <message>
            <source>{0} is still in use.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} todavía está en uso.</translation>
        </message>
        <message>
            <source>Remove these mappings first, or give them another service:</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Quite primero estas asignaciones, o asígneles otro servicio:</translation>
        </message>
        <message>
            <source>Remove {0}?</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>¿Quitar {0}?</translation>
        </message>
        <message>
            <source>Its password or keys are deleted from the keyring too. Files that were sent there stay where they are.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Su contraseña o sus claves se eliminan también del llavero. Los archivos que se enviaron allí se quedan donde están.</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Quitar</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Conservar</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Servicios</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Añadir…</translation>
        </message>
        <message>
            <source>No service yet</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Aún no hay servicios</translation>
        </message>
        <message>
            <source>A service is a place your files go to: a bucket, a server, another disk.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>Un servicio es un lugar al que van sus archivos: un bucket, un servidor, otro disco.</translation>
        </message>
        <message>
            <source>&amp;Add a service…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Añadir un servicio…</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Editar…</translation>
        </message>
        <message>
            <source>&amp;Test…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Probar…</translation>
        </message>
        <message>
            <source>Change &amp;password…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Cambiar contraseña…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>&amp;Quitar…</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Configuración</translation>
        </message>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>General</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Servicios</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Asignaciones</translation>
        </message>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Notificaciones</translation>
        </message>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Red</translation>
        </message>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Monitor</translation>
        </message>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Avanzado</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Acerca de</translation>
        </message>
        <message>
            <source>Discard the value that is not right?</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>¿Descartar el valor que no es correcto?</translation>
        </message>
        <message>
            <source>It cannot be used as it stands. It says why.</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>No se puede usar tal como está. Junto a él se indica el motivo.</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>&amp;Descartar</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>&amp;Seguir editando</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>Páginas de la configuración</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Pages</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Páginas</translation>
        </message>
        <message>
            <source>Overview</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Resumen</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Actividad</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Problemas</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Configuración</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>Configuración (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>StageRow</name>
        <message>
            <source>This server is not trusted.</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>No se confía en este servidor.</translation>
        </message>
        <message>
            <source>{0} s</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>{0} s</translation>
        </message>
        <message>
            <source>waits</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>en espera</translation>
        </message>
        <message>
            <source>under way</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>en curso</translation>
        </message>
        <message>
            <source>done</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>hecho</translation>
        </message>
        <message>
            <source>failed</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>falló</translation>
        </message>
        <message>
            <source>skipped</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>omitido</translation>
        </message>
    </context>
    <context>
        <name>TargetPage</name>
        <message>
            <source>&amp;Back to its place</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>A su lugar or&amp;iginal</translation>
        </message>
        <message>
            <source>&amp;Into another folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>A &amp;otra carpeta</translation>
        </message>
        <message>
            <source>The other folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>La otra carpeta</translation>
        </message>
        <message>
            <source>Where to?</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>¿Adónde?</translation>
        </message>
        <message>
            <source>If another file of the same name is there</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Si allí hay otro archivo con el mismo nombre</translation>
        </message>
        <message>
            <source>Keep b&amp;oth</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Conservar am&amp;bos</translation>
        </message>
        <message>
            <source>What comes back gets a name of its own beside it.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Lo que se recupera recibe un nombre propio a su lado.</translation>
        </message>
        <message>
            <source>&amp;Leave it as it is</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>De&amp;jarlo como está</translation>
        </message>
        <message>
            <source>Only what is missing comes back.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Solo se recupera lo que falta.</translation>
        </message>
        <message>
            <source>Re&amp;place it</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Ree&amp;mplazarlo</translation>
        </message>
        <message>
            <source>What is there now is put aside under another name, never deleted.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Lo que hay allí ahora se aparta con otro nombre; nunca se elimina.</translation>
        </message>
        <message>
            <source>A file that is the same already is never touched.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>Un archivo que ya es igual nunca se toca.</translation>
        </message>
    </context>
    <context>
        <name>TestDialog</name>
        <message>
            <source>Test of {0}</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>Prueba de {0}</translation>
        </message>
    </context>
    <context>
        <name>TestPage</name>
        <message>
            <source>Does it work?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>¿Funciona?</translation>
        </message>
        <message>
            <source>A small file is written there, read back and deleted again.</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Se escribe allí un archivo pequeño, se vuelve a leer y se elimina.</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Continuar</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>&amp;Probar de nuevo</translation>
        </message>
        <message>
            <source>Continue &amp;without test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>Continuar &amp;sin probar</translation>
        </message>
    </context>
    <context>
        <name>ThroughputPlot</name>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Velocidad de los últimos minutos</translation>
        </message>
        <message>
            <source>Now {0}</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>Ahora {0}</translation>
        </message>
        <message>
            <source>{0}, {1} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}, hace {1}</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>hace {0}</translation>
        </message>
        <message>
            <source>now</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>ahora</translation>
        </message>
    </context>
    <context>
        <name>Tiles</name>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Velocidad</translation>
        </message>
        <message>
            <source>Waiting</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>En espera</translation>
        </message>
        <message>
            <source>Left to send</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>Por enviar</translation>
        </message>
        <message>
            <source>At the destinations</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>En los destinos</translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>aprox. {0}</translation>
        </message>
    </context>
    <context>
        <name>TimePicker</name>
        <message>
            <source>&amp;As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Como &amp;estaba</translation>
        </message>
        <message>
            <source>As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Como estaba</translation>
        </message>
        <message>
            <source>Date and time</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Fecha y hora</translation>
        </message>
        <message>
            <source>Now</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Ahora</translation>
        </message>
        <message>
            <source>Before {0}</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Antes de {0}</translation>
        </message>
        <message>
            <source>Another time…</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>Otro momento…</translation>
        </message>
    </context>
    <context>
        <name>TrayMenu</name>
        <message>
            <source>Open Skynet</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Abrir Skynet</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Asignaciones</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Reanudar</translation>
        </message>
        <message>
            <source>Snooze notifications</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Silenciar notificaciones</translation>
        </message>
        <message>
            <source>Open web monitor</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Abrir el monitor web</translation>
        </message>
        <message>
            <source>Settings…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Configuración…</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Ayuda</translation>
        </message>
        <message>
            <source>Quit</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Salir</translation>
        </message>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>30 minutos</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>2 horas</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Hasta mañana</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Hasta que se reanude</translation>
        </message>
        <message>
            <source>1 hour</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>1 hora</translation>
        </message>
        <message>
            <source>8 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>8 horas</translation>
        </message>
        <message>
            <source>Until Skynet restarts</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Hasta que se reinicie Skynet</translation>
        </message>
        <message>
            <source>Not any more</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Dejar de silenciar</translation>
        </message>
        <message>
            <source>Open log</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Abrir registro</translation>
        </message>
        <message>
            <source>Save diagnostics…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Guardar diagnóstico…</translation>
        </message>
        <message>
            <source>Check-up…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Chequeo…</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Acerca de</translation>
        </message>
        <message>
            <source>Decide about {0}…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Decidir sobre {0}…</translation>
        </message>
        <message numerus="yes">
            <source>Quit (%Ln waiting, continued next time)</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>
                <numerusform>Salir (%Ln en espera, continuará la próxima vez)</numerusform>
                <numerusform>Salir (%Ln en espera, continuarán la próxima vez)</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrialView</name>
        <message>
            <source>Testing…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Probando…</translation>
        </message>
        <message>
            <source>The test was cancelled.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>La prueba se canceló.</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Todo funciona.</translation>
        </message>
        <message>
            <source>The test stopped here.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>La prueba se detuvo aquí.</translation>
        </message>
        <message>
            <source>The test waits for your decision.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>La prueba espera su decisión.</translation>
        </message>
        <message>
            <source>Not connected. Nothing secret was sent to this server.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Sin conexión. No se envió nada secreto a este servidor.</translation>
        </message>
        <message>
            <source>&amp;Cancel the test</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Ca&amp;ncelar la prueba</translation>
        </message>
        <message>
            <source>Ch&amp;ange it…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>Ca&amp;mbiarlo…</translation>
        </message>
    </context>
    <context>
        <name>TryOutPage</name>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Probar con una carpeta local</translation>
        </message>
        <message>
            <source>Two folders are made on this computer. What you put into the first, change or delete there, happens in the second a moment later.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Se crean dos carpetas en este equipo. Lo que ponga, cambie o elimine en la primera sucede en la segunda un momento después.</translation>
        </message>
        <message>
            <source>&amp;Start the try-out</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>&amp;Empezar la demostración</translation>
        </message>
        <message>
            <source>Put files in here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Ponga archivos aquí</translation>
        </message>
        <message>
            <source>They appear here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>Aparecen aquí</translation>
        </message>
        <message>
            <source>The first folder begins with some small text files. Remove the mapping in the settings to end the try-out.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>La primera carpeta empieza con unos archivos de texto pequeños. Quite la asignación en la configuración para terminar la demostración.</translation>
        </message>
    </context>
    <context>
        <name>UpdateDialog</name>
        <message>
            <source>New version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Nueva versión</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Cerrar</translation>
        </message>
        <message>
            <source>What is new</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Novedades</translation>
        </message>
        <message>
            <source>You have version {0}.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>Tiene la versión {0}.</translation>
        </message>
        <message>
            <source>Do not &amp;skip it</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>No &amp;omitirla</translation>
        </message>
        <message>
            <source>&amp;Skip this version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Omitir esta versión</translation>
        </message>
        <message>
            <source>&amp;Open the page of downloads</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Abrir la página de descargas</translation>
        </message>
        <message>
            <source>&amp;Download</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>&amp;Descargar</translation>
        </message>
        <message>
            <source>{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>{0}, {1}. Lo descarga su navegador; Skynet no instala nada por sí mismo.</translation>
        </message>
    </context>
    <context>
        <name>UpdatesPart</name>
        <message>
            <source>Look &amp;now</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>Buscar a&amp;hora</translation>
        </message>
        <message>
            <source>&amp;What is new…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>&amp;Novedades…</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>Buscando…</translation>
        </message>
    </context>
    <context>
        <name>VerificationDialog</name>
        <message>
            <source>Verification of {0}</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Verificación de {0}</translation>
        </message>
        <message>
            <source>Everything is right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Todo está correcto</translation>
        </message>
        <message>
            <source>What differed is being put right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Se está corrigiendo lo que difería</translation>
        </message>
        <message>
            <source>Not verified yet</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Aún sin verificar</translation>
        </message>
        <message>
            <source>A verification proves that the destination holds just what is here. It changes nothing.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Una verificación demuestra que el destino contiene exactamente lo que hay aquí. No cambia nada.</translation>
        </message>
        <message>
            <source>Progress of the verification</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Progreso de la verificación</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Qué difiere</translation>
        </message>
        <message>
            <source>&amp;Verify</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Verificar</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Detener</translation>
        </message>
        <message>
            <source>Save as &amp;text…</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Guardar como &amp;texto…</translation>
        </message>
        <message>
            <source>&amp;Repair</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Reparar</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>&amp;Cerrar</translation>
        </message>
        <message>
            <source>None of these can be put right from here: each line says why.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Nada de esto se puede corregir desde aquí: cada línea indica el motivo.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are put right now, as the overview shows. Verify again afterwards.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>
                <numerusform>%Ln archivo se está corrigiendo ahora, como muestra el resumen. Después, verifique de nuevo.</numerusform>
                <numerusform>%Ln archivos se están corrigiendo ahora, como muestra el resumen. Después, verifique de nuevo.</numerusform>
            </translation>
        </message>
        <message>
            <source>Save as text</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Guardar como texto</translation>
        </message>
        <message>
            <source>Saved as {0}.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>Guardado como {0}.</translation>
        </message>
    </context>
    <context>
        <name>VerifyMenu</name>
        <message>
            <source>&amp;Quick: sizes, times and checksums</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Rápida: tamaños, horas y sumas de comprobación</translation>
        </message>
        <message>
            <source>&amp;Read everything back, as long as a download takes</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>&amp;Volver a leerlo todo; tarda lo mismo que una descarga</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome to Skynet</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Le damos la bienvenida a Skynet</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is on your own storage seconds later.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Elija una carpeta y adónde va. Lo que ponga en ella estará en su propio almacenamiento segundos después.</translation>
        </message>
        <message>
            <source>Set up a mirror</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Configurar una réplica</translation>
        </message>
        <message>
            <source>To S3 storage, a server or NAS over SFTP, or another disk. You need what you sign in with there.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>En un almacenamiento S3, un servidor o NAS por SFTP, u otro disco. Necesita los datos con los que inicia sesión allí.</translation>
        </message>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Probar con una carpeta local</translation>
        </message>
        <message>
            <source>Mirrors one folder of this computer to another. Needs no account.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Replica una carpeta de este equipo en otra. No necesita ninguna cuenta.</translation>
        </message>
    </context>
    <context>
        <name>Wizard</name>
        <message>
            <source>Set up Skynet</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Configurar Skynet</translation>
        </message>
        <message>
            <source>Leave without setting up the mirror?</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>¿Salir sin configurar la réplica?</translation>
        </message>
        <message>
            <source>What you entered here is forgotten.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Se olvida lo que ha introducido aquí.</translation>
        </message>
        <message>
            <source>&amp;Leave</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Salir</translation>
        </message>
        <message>
            <source>&amp;Stay here</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Quedarse aquí</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Servicio</translation>
        </message>
        <message>
            <source>Credentials</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Credenciales</translation>
        </message>
        <message>
            <source>Test</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Prueba</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Carpeta</translation>
        </message>
        <message>
            <source>Destination</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Destino</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Filtros</translation>
        </message>
        <message>
            <source>Dry run</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Simulación</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Inicio</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>&amp;Atrás</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Si cierra ahora, no se ha cambiado nada.</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed but where secrets are kept.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Si cierra ahora, no se ha cambiado nada salvo dónde se guardan los secretos.</translation>
        </message>
    </context>
    <context>
        <name>_KeptServices</name>
        <message>
            <source>Or use a ser&amp;vice you have already</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>O use un ser&amp;vicio que ya tiene</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Servicio</translation>
        </message>
        <message>
            <source>&amp;Use it</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>U&amp;sarlo</translation>
        </message>
    </context>
    <context>
        <name>_MappingMenu</name>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Abrir carpeta</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Mostrar en el destino</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Sincronizar ahora</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Verificar</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Restaurar…</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Pausar</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Reanudar</translation>
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
            <translation>Versión {0}</translation>
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
            <translation>A</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Lo que elimine aquí se elimina también allí.</translation>
        </message>
        <message>
            <source>What you delete here stays there.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>Lo que elimine aquí se queda allí.</translation>
        </message>
    </context>
    <context>
        <name>activity</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Nombre</translation>
        </message>
        <message>
            <source>Mirror</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Réplica</translation>
        </message>
        <message>
            <source>Action</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Acción</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Tamaño</translation>
        </message>
        <message>
            <source>Progress</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Progreso</translation>
        </message>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Velocidad</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Estado</translation>
        </message>
        <message>
            <source>When</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Cuándo</translation>
        </message>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>Send</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Enviar</translation>
        </message>
        <message>
            <source>Remove</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Eliminar</translation>
        </message>
        <message>
            <source>Move</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Mover</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>En curso</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Interrumpido</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Sin hacer</translation>
        </message>
        <message>
            <source>No longer needed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Ya no es necesario</translation>
        </message>
        <message>
            <source>Done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>Hecho</translation>
        </message>
    </context>
    <context>
        <name>advice</name>
        <message>
            <source>Give the file another, shorter name, or ignore it.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Dé al archivo otro nombre más corto, o ignórelo.</translation>
        </message>
        <message>
            <source>Allow this account to write there, or choose another place, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Permita que esta cuenta escriba allí, o elija otro lugar; después, reintente.</translation>
        </message>
        <message>
            <source>A file and a folder have the same name. Rename one of them, here or at the destination, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Un archivo y una carpeta tienen el mismo nombre. Cambie el nombre de uno de ellos, aquí o en el destino, y reintente.</translation>
        </message>
        <message>
            <source>It was removed at the destination. Retry to send it again.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Se eliminó en el destino. Reintente para enviarlo de nuevo.</translation>
        </message>
        <message>
            <source>The file is gone from this computer. There is nothing to do; this goes away.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>El archivo ya no está en este equipo. No hay nada que hacer; esto desaparece solo.</translation>
        </message>
        <message>
            <source>A program keeps writing to the file. It is sent as soon as it rests; close the program to have it sent now.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Un programa sigue escribiendo en el archivo. Se envía en cuanto quede en reposo; cierre el programa para que se envíe ahora.</translation>
        </message>
        <message>
            <source>Close the program that uses the file, or allow yourself to read it, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Cierre el programa que usa el archivo, o concédase permiso para leerlo, y reintente.</translation>
        </message>
        <message>
            <source>It is tried again by itself. Retry now, or ignore the file.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>Se vuelve a intentar automáticamente. Reintente ahora, o ignore el archivo.</translation>
        </message>
    </context>
    <context>
        <name>card</name>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>No se pudo replicar %Ln archivo.</numerusform>
                <numerusform>No se pudieron replicar %Ln archivos.</numerusform>
            </translation>
        </message>
        <message>
            <source>Next try in {0}.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Próximo intento en {0}.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) left</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln archivo pendiente</numerusform>
                <numerusform>%Ln archivos pendientes</numerusform>
            </translation>
        </message>
        <message>
            <source>Not checked yet</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Aún sin comprobar</translation>
        </message>
        <message>
            <source>Last checked {0}</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>Última comprobación: {0}</translation>
        </message>
        <message>
            <source>{0}, {1} at the destination</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>{0}, {1} en el destino</translation>
        </message>
    </context>
    <context>
        <name>choices</name>
        <message>
            <source>As on this computer</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Como en este equipo</translation>
        </message>
        <message>
            <source>Light</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Claro</translation>
        </message>
        <message>
            <source>Dark</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Oscuro</translation>
        </message>
        <message>
            <source>Everything</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Todo</translation>
        </message>
        <message>
            <source>The usual</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Lo habitual</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Advertencias y errores</translation>
        </message>
        <message>
            <source>Errors alone</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Solo errores</translation>
        </message>
        <message>
            <source>Wait for another connection</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Esperar otra conexión</translation>
        </message>
        <message>
            <source>Send all the same</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Enviar de todos modos</translation>
        </message>
        <message>
            <source>Whatever there is</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Lo que haya disponible</translation>
        </message>
        <message>
            <source>SSH agent</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Agente SSH</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Archivo de clave</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Contraseña</translation>
        </message>
        <message>
            <source>Access key</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Clave de acceso</translation>
        </message>
        <message>
            <source>This computer's own settings</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>La configuración de este equipo</translation>
        </message>
        <message>
            <source>In the path</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>En la ruta</translation>
        </message>
        <message>
            <source>In front of the host's name</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Delante del nombre del host</translation>
        </message>
        <message>
            <source>As the bucket is set</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Como esté configurado el bucket</translation>
        </message>
        <message>
            <source>What is removed or replaced</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Lo que se elimina o se reemplaza</translation>
        </message>
        <message>
            <source>Removed files only</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Solo los archivos eliminados</translation>
        </message>
        <message>
            <source>Nothing</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Nada</translation>
        </message>
        <message>
            <source>Off</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Desactivado</translation>
        </message>
        <message>
            <source>Message</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Mensaje</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Sonido</translation>
        </message>
        <message>
            <source>Message and sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Mensaje y sonido</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>Automático</translation>
        </message>
    </context>
    <context>
        <name>doctor</name>
        <message>
            <source>Program</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Programa</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Configuración</translation>
        </message>
        <message>
            <source>Connections of your own</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Conexiones propias</translation>
        </message>
        <message>
            <source>Running</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>En marcha</translation>
        </message>
        <message>
            <source>Start at login</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Inicio con la sesión</translation>
        </message>
        <message>
            <source>Keyring</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Llavero</translation>
        </message>
        <message>
            <source>Clock</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Reloj</translation>
        </message>
        <message>
            <source>Open files</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Archivos abiertos</translation>
        </message>
        <message>
            <source>Disk</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Disco</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Estado</translation>
        </message>
        <message>
            <source>Watching</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Vigilancia</translation>
        </message>
        <message>
            <source>Folder of {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Carpeta de {0}</translation>
        </message>
        <message>
            <source>Service {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Servicio {0}</translation>
        </message>
        <message>
            <source>Right</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Correcto</translation>
        </message>
        <message>
            <source>Good to know</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Conviene saberlo</translation>
        </message>
        <message>
            <source>Warning</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Advertencia</translation>
        </message>
        <message>
            <source>Does not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>No funciona</translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) do not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln cosa no funciona</numerusform>
                <numerusform>%Ln cosas no funcionan</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) to look at</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln cosa que revisar</numerusform>
                <numerusform>%Ln cosas que revisar</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is fine</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>Todo está bien</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The service {0}: {1}</source>
            <extracomment>app.py {0}: service.name, {1}: error</extracomment>
            <translation>El servicio {0}: {1}</translation>
        </message>
        <message>
            <source>The running app does not know the command {0}.</source>
            <extracomment>app.py {0}: command</extracomment>
            <translation>La aplicación en ejecución no conoce el comando {0}.</translation>
        </message>
        <message>
            <source>The file changed while it was read.</source>
            <extracomment>connections/base.py; connections/s3/small.py</extracomment>
            <translation>El archivo cambió mientras se leía.</translation>
        </message>
        <message>
            <source>The proxy {0} cannot be reached.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>No se puede acceder al proxy {0}.</translation>
        </message>
        <message>
            <source>The proxy {0} is of a kind that can carry web pages only.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>El proxy {0} es de un tipo que solo puede transmitir páginas web.</translation>
        </message>
        <message>
            <source>no HTTP answer</source>
            <extracomment>connections/dial.py</extracomment>
            <translation>sin respuesta HTTP</translation>
        </message>
        <message>
            <source>The proxy {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>El proxy {0} pide usuario y contraseña, o rechazó los que recibió.</translation>
        </message>
        <message>
            <source>The proxy {0} did not lead to {1} ({2}).</source>
            <extracomment>connections/dial.py {0}: proxy, {1}: at(host, port), {2}: why</extracomment>
            <translation>El proxy {0} no llevó a {1} ({2}).</translation>
        </message>
        <message>
            <source>the copy is not as long as the file</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>la copia no es tan larga como el archivo</translation>
        </message>
        <message>
            <source>The folder is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>La carpeta no está en el destino.</translation>
        </message>
        <message>
            <source>The new name is taken at the destination.</source>
            <extracomment>connections/local/connection.py; connections/sftp/connection.py</extracomment>
            <translation>El nuevo nombre ya está ocupado en el destino.</translation>
        </message>
        <message>
            <source>The file is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>El archivo no está en el destino.</translation>
        </message>
        <message>
            <source>This is not a file at the destination.</source>
            <extracomment>connections/local/connection.py; connections/local/reading.py</extracomment>
            <translation>En el destino, esto no es un archivo.</translation>
        </message>
        <message>
            <source>A folder has this name at the destination.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>En el destino, una carpeta tiene este nombre.</translation>
        </message>
        <message>
            <source>The file grew while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>El archivo creció mientras se leía.</translation>
        </message>
        <message>
            <source>The file shrank while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>El archivo se redujo mientras se leía.</translation>
        </message>
        <message>
            <source>This is not a regular file.</source>
            <extracomment>connections/local/copying.py; connections/local/reading.py</extracomment>
            <translation>Esto no es un archivo normal.</translation>
        </message>
        <message>
            <source>The file changed before it was read.</source>
            <extracomment>connections/local/copying.py; connections/sftp/modes.py</extracomment>
            <translation>El archivo cambió antes de leerse.</translation>
        </message>
        <message>
            <source>The file cannot be written here: {0}.</source>
            <extracomment>connections/local/reading.py {0}: error.strerror; engine/restoring/target.py {0}: error.strerror or error</extracomment>
            <translation>El archivo no se puede escribir aquí: {0}.</translation>
        </message>
        <message>
            <source>A file or folder cannot have this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>Un archivo o una carpeta no puede tener este nombre.</translation>
        </message>
        <message>
            <source>A folder keeps no versions.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>Una carpeta no guarda versiones.</translation>
        </message>
        <message>
            <source>Names of this form are kept for unfinished copies.</source>
            <extracomment>connections/local/names.py; engine/restoring/names.py</extracomment>
            <translation>Los nombres de esta forma se reservan para copias sin terminar.</translation>
        </message>
        <message>
            <source>The destination would drop the dot or space at the end of this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>El destino quitaría el punto o el espacio del final de este nombre.</translation>
        </message>
        <message>
            <source>Windows does not allow any of &lt; &gt; : " | ? * \ in a name.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows no permite ninguno de &lt; &gt; : " | ? * \ en un nombre.</translation>
        </message>
        <message>
            <source>Windows keeps this name for a device.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows reserva este nombre para un dispositivo.</translation>
        </message>
        <message>
            <source>The file changed at the destination while it was read.</source>
            <extracomment>connections/local/reading.py; connections/sftp/reading.py</extracomment>
            <translation>El archivo cambió en el destino mientras se leía.</translation>
        </message>
        <message>
            <source>{0} is not a folder.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} no es una carpeta.</translation>
        </message>
        <message>
            <source>No disk is mounted at {0}.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>No hay ningún disco montado en {0}.</translation>
        </message>
        <message>
            <source>The folder {0} may not be written to.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>No se permite escribir en la carpeta {0}.</translation>
        </message>
        <message>
            <source>{0} is another folder now: was a disk unmounted?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} es ahora otra carpeta: ¿se desmontó un disco?</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Is its disk plugged in?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>La carpeta {0} no está. ¿Está conectado su disco?</translation>
        </message>
        <message>
            <source>The folder {0} may not be read.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>No se permite leer la carpeta {0}.</translation>
        </message>
        <message>
            <source>{0} cannot be reached: {1}.</source>
            <extracomment>connections/local/root.py {0}: self.shown, {1}: error.strerror; updates/fetching.py {0}: host, {1}: _detail(error)</extracomment>
            <translation>No se puede acceder a {0}: {1}.</translation>
        </message>
        <message>
            <source>The destination's own folder cannot be a file.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>La propia carpeta del destino no puede ser un archivo.</translation>
        </message>
        <message>
            <source>A link at the destination has the name of a folder.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>En el destino, un enlace tiene el nombre de una carpeta.</translation>
        </message>
        <message>
            <source>The destination is read-only.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>El destino es de solo lectura.</translation>
        </message>
        <message>
            <source>The two names are on different disks at the destination.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Los dos nombres están en discos distintos en el destino.</translation>
        </message>
        <message>
            <source>The disk or share is no longer reachable.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>Ya no se puede acceder al disco o recurso compartido.</translation>
        </message>
        <message>
            <source>A {0} service cannot be made of these options ({1}).</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: type(error).__name__</extracomment>
            <translation>No se puede crear un servicio {0} con estas opciones ({1}).</translation>
        </message>
        <message>
            <source>{0} is a secret: it belongs in the keyring, not here.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} es un secreto: debe estar en el llavero, no aquí.</translation>
        </message>
        <message>
            <source>{0} must be text.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} debe ser texto.</translation>
        </message>
        <message>
            <source>{0} must be {1}, not {2}.</source>
            <extracomment>connections/options.py {0}: option.name, {1}: allowed, {2}: given</extracomment>
            <translation>{0} no puede ser {2}; debe ser {1}.</translation>
        </message>
        <message>
            <source>one of {0}</source>
            <extracomment>connections/options.py {0}: ', '.join(option.choices)</extracomment>
            <translation>uno de estos valores: {0}</translation>
        </message>
        <message>
            <source>a path in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>una ruta entre comillas</translation>
        </message>
        <message>
            <source>text in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>texto entre comillas</translation>
        </message>
        <message>
            <source>one line of text</source>
            <extracomment>connections/options.py</extracomment>
            <translation>una sola línea de texto</translation>
        </message>
        <message>
            <source>a whole number</source>
            <extracomment>connections/options.py</extracomment>
            <translation>un número entero</translation>
        </message>
        <message>
            <source>true or false</source>
            <extracomment>connections/options.py</extracomment>
            <translation>true o false</translation>
        </message>
        <message>
            <source>A {0} service needs {1} ({2}).{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: option.name, {2}: option.label, {3}: explained</extracomment>
            <translation>Un servicio {0} necesita {1} ({2}).{3}</translation>
        </message>
        <message>
            <source>Did you mean {0}?</source>
            <extracomment>connections/options.py {0}: near[0]; settings/reader.py {0}: quoted(found[0])</extracomment>
            <translation>¿Quiso decir {0}?</translation>
        </message>
        <message>
            <source>A {0} service knows no {1}, only {2}.{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: name, {2}: ', '.join(names) or 'nothing', {3}: meant</extracomment>
            <translation>Un servicio {0} no conoce {1}, solo {2}.{3}</translation>
        </message>
        <message>
            <source>The name {0} could not be looked up.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>No se pudo buscar el nombre {0}.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to a network, then try again.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe que este equipo está conectado a una red y vuelva a intentarlo.</translation>
        </message>
        <message>
            <source>The name {0} is not known.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>El nombre {0} no se conoce.</translation>
        </message>
        <message>
            <source>Check the spelling. A name of your own network is known only there: you may have to connect to it (VPN), or use the address (such as 192.168.1.20) instead.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe cómo está escrito. Un nombre de su propia red solo se conoce en ella: puede que deba conectarse a ella (VPN), o usar la dirección (por ejemplo, 192.168.1.20).</translation>
        </message>
        <message>
            <source>{0}:{1} is no address of a server.</source>
            <extracomment>connections/reach.py {0}: host, {1}: endpoint.port</extracomment>
            <translation>{0}:{1} no es la dirección de un servidor.</translation>
        </message>
        <message>
            <source>Give a name such as nas.example.com and a port from 1 to 65535.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Indique un nombre como nas.example.com y un puerto de 1 a 65535.</translation>
        </message>
        <message>
            <source>{0} is there, but nothing answers at its port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} está ahí, pero nada responde en su puerto {1}.</translation>
        </message>
        <message>
            <source>Check the port, and that the service is running on the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe el puerto y que el servicio esté en marcha en el servidor.</translation>
        </message>
        <message>
            <source>{0} does not answer at port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} no responde en el puerto {1}.</translation>
        </message>
        <message>
            <source>Check address and port, and that the server is switched on. A firewall on the way may also swallow the attempt.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe la dirección y el puerto, y que el servidor esté encendido. También puede que un cortafuegos intermedio bloquee el intento.</translation>
        </message>
        <message>
            <source>There is no way to {0} from here.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>Desde aquí no hay camino hasta {0}.</translation>
        </message>
        <message>
            <source>Check that this computer is connected to the right network (or VPN).</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe que este equipo está conectado a la red (o VPN) correcta.</translation>
        </message>
        <message>
            <source>{0} cannot be reached at port {1}: {2}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port, {2}: error.strerror or error</extracomment>
            <translation>No se puede acceder a {0} por el puerto {1}: {2}.</translation>
        </message>
        <message>
            <source>Check address and port, and this computer's network.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe la dirección y el puerto, y la red de este equipo.</translation>
        </message>
        <message>
            <source>{0} does not speak TLS at port {1}.</source>
            <extracomment>connections/reach.py {0}: endpoint.host, {1}: endpoint.port</extracomment>
            <translation>{0} no habla TLS en el puerto {1}.</translation>
        </message>
        <message>
            <source>Check the port. A server without encryption has an address that begins with http:// instead of https://.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe el puerto. La dirección de un servidor sin cifrado empieza por http:// en lugar de https://.</translation>
        </message>
        <message>
            <source>The certificate of {0} has expired.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>El certificado de {0} ha caducado.</translation>
        </message>
        <message>
            <source>Whoever runs the server must renew it. If it should be good, check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Quien administra el servidor debe renovarlo. Si debería ser válido, compruebe el reloj de este equipo.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not valid yet.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>El certificado de {0} aún no es válido.</translation>
        </message>
        <message>
            <source>Check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Compruebe el reloj de este equipo.</translation>
        </message>
        <message>
            <source>The certificate belongs to another name than {0}.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>El certificado pertenece a otro nombre, no a {0}.</translation>
        </message>
        <message>
            <source>Use the name that the certificate was made for.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Use el nombre para el que se creó el certificado.</translation>
        </message>
        <message>
            <source>The certificate of {0} was issued by somebody this computer does not trust.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>El certificado de {0} lo emitió alguien en quien este equipo no confía.</translation>
        </message>
        <message>
            <source>If the server is your own, put its issuer's certificate into a file and name that file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Si el servidor es suyo, ponga el certificado de su emisor en un archivo e indique ese archivo en la variable de entorno AWS_CA_BUNDLE. Si no, no se conecte.</translation>
        </message>
        <message>
            <source>The certificate of {0} is not good: {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: message</extracomment>
            <translation>El certificado de {0} no es válido: {1}.</translation>
        </message>
        <message>
            <source>Ask whoever runs the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>Pregunte a quien administra el servidor.</translation>
        </message>
        <message>
            <source>There is no service of the kind {0}, only {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: known</extracomment>
            <translation>No existe ningún servicio del tipo {0}, solo {1}.</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: found.where, {1}: _words(error)</extracomment>
            <translation>No se puede usar {0}: {1}</translation>
        </message>
        <message>
            <source>The kind {0} is taken by {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: taken</extracomment>
            <translation>El tipo {0} ya lo ocupa {1}.</translation>
        </message>
        <message>
            <source>The file cannot be loaded: {0}</source>
            <extracomment>connections/registry.py {0}: _words(error)</extracomment>
            <translation>No se puede cargar el archivo: {0}</translation>
        </message>
        <message>
            <source>The file holds no connection class with a kind.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>El archivo no contiene ninguna clase de conexión con un tipo.</translation>
        </message>
        <message>
            <source>The class {0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: cls.__name__, {1}: error</extracomment>
            <translation>No se puede usar la clase {0}: {1}</translation>
        </message>
        <message>
            <source>it is not a Python file</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>no es un archivo de Python</translation>
        </message>
        <message>
            <source>it is not a subclass of Connection.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>no es una subclase de Connection.</translation>
        </message>
        <message>
            <source>it lacks {0}.</source>
            <extracomment>connections/registry.py {0}: missing</extracomment>
            <translation>le falta {0}.</translation>
        </message>
        <message>
            <source>its kind is not {0}.</source>
            <extracomment>connections/registry.py {0}: kind</extracomment>
            <translation>su tipo no es {0}.</translation>
        </message>
        <message>
            <source>The proxy must be empty (for the system's own), none, or an address such as http://proxy:3128 or socks5://user:password@proxy:1080.</source>
            <extracomment>connections/route.py</extracomment>
            <translation>El proxy debe estar vacío (para usar el del sistema), ser none o una dirección como http://proxy:3128 o socks5://user:password@proxy:1080.</translation>
        </message>
        <message>
            <source>Check the bucket's name. It must exist: make it in the provider's console first.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Compruebe el nombre del bucket. Debe existir: créelo primero en la consola del proveedor.</translation>
        </message>
        <message>
            <source>Copy the access key ID once more, and check that it belongs to this service.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Copie de nuevo el ID de la clave de acceso y compruebe que pertenece a este servicio.</translation>
        </message>
        <message>
            <source>Copy the secret access key once more, whole and without a space. If you no longer have it, make a new key.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Copie de nuevo la clave de acceso secreta, completa y sin espacios. Si ya no la tiene, cree una clave nueva.</translation>
        </message>
        <message>
            <source>Make a new key in the provider's console and enter it here.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Cree una clave nueva en la consola del proveedor e introdúzcala aquí.</translation>
        </message>
        <message>
            <source>Set the region in which the bucket was made.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Indique la región en la que se creó el bucket.</translation>
        </message>
        <message>
            <source>Set this computer's date and time, best by switching on that it sets them itself.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Ajuste la fecha y la hora de este equipo; lo mejor es activar que se ajusten automáticamente.</translation>
        </message>
        <message>
            <source>Give the key the right to list, read, write and delete there. If it is limited to a folder of the bucket, enter that as the folder in the bucket.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Dé a la clave permiso para listar, leer, escribir y eliminar allí. Si está limitada a una carpeta del bucket, indíquela como carpeta en el bucket.</translation>
        </message>
        <message>
            <source>Sign in at the provider's web page and look at the account.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Inicie sesión en la página web del proveedor y revise la cuenta.</translation>
        </message>
        <message>
            <source>Choose another storage class or encryption, or leave them empty.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Elija otra clase de almacenamiento o cifrado, o deje ambos vacíos.</translation>
        </message>
        <message>
            <source>Set the region to {0}.</source>
            <extracomment>connections/s3/advice.py {0}: right</extracomment>
            <translation>Indique la región {0}.</translation>
        </message>
        <message>
            <source>If the server wants encryption, its address begins with https://.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>Si el servidor exige cifrado, su dirección empieza por https://.</translation>
        </message>
        <message>
            <source>The file became shorter while it was read.</source>
            <extracomment>connections/s3/body.py; connections/sftp/batch.py</extracomment>
            <translation>El archivo se acortó mientras se leía.</translation>
        </message>
        <message>
            <source>What answers at {0} does not speak S3.</source>
            <extracomment>connections/s3/bucket.py {0}: self.host; connections/s3/errors.py {0}: host</extracomment>
            <translation>Lo que responde en {0} no habla S3.</translation>
        </message>
        <message>
            <source>The access key ID or the secret access key is missing.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>Falta el ID de la clave de acceso o la clave de acceso secreta.</translation>
        </message>
        <message>
            <source>The access key may not list {0}; listing is the least it needs.</source>
            <extracomment>connections/s3/connection.py {0}: self.describe()</extracomment>
            <translation>La clave de acceso no tiene permiso para listar {0}; listar es lo mínimo que necesita.</translation>
        </message>
        <message>
            <source>The connection is not open.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>La conexión no está abierta.</translation>
        </message>
        <message>
            <source>'{0}' is no address of a storage service.</source>
            <extracomment>connections/s3/account.py {0}: self.host</extracomment>
            <translation>'{0}' no es la dirección de un servicio de almacenamiento.</translation>
        </message>
        <message>
            <source>It is not in the bucket.</source>
            <extracomment>connections/s3/copying.py; connections/s3/errors.py</extracomment>
            <translation>No está en el bucket.</translation>
        </message>
        <message>
            <source>The storage did not copy the whole object.</source>
            <extracomment>connections/s3/copying.py</extracomment>
            <translation>El almacenamiento no copió el objeto completo.</translation>
        </message>
        <message>
            <source>{0} does not know this access key.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} no conoce esta clave de acceso.</translation>
        </message>
        <message>
            <source>{0} refused the access key: the secret key does not belong to it.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} rechazó la clave de acceso: la clave secreta no le corresponde.</translation>
        </message>
        <message>
            <source>The access key's session at {0} has expired.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>La sesión de la clave de acceso en {0} ha caducado.</translation>
        </message>
        <message>
            <source>The bucket '{0}' is in another region than the one set for it.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>El bucket '{0}' está en una región distinta de la indicada para él.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>El proxy intermedio hacia {0} pide usuario y contraseña, o rechazó los que recibió.</translation>
        </message>
        <message>
            <source>This computer's clock differs too much from that of {0}: set it right.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>El reloj de este equipo difiere demasiado del de {0}: ajústelo.</translation>
        </message>
        <message>
            <source>{0} does not accept the storage class or encryption chosen ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} no acepta la clase de almacenamiento o el cifrado elegidos ({1}).</translation>
        </message>
        <message>
            <source>The bucket '{0}' does not exist at {1}.</source>
            <extracomment>connections/s3/errors.py {0}: bucket, {1}: host</extracomment>
            <translation>El bucket '{0}' no existe en {1}.</translation>
        </message>
        <message>
            <source>'{0}' cannot be the name of a bucket.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>'{0}' no puede ser el nombre de un bucket.</translation>
        </message>
        <message>
            <source>{0} reports a problem with the account.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} informa de un problema con la cuenta.</translation>
        </message>
        <message>
            <source>The account is not signed up for storage at {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>La cuenta no tiene contratado el almacenamiento en {0}.</translation>
        </message>
        <message>
            <source>The path is too long for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>La ruta es demasiado larga para este almacenamiento.</translation>
        </message>
        <message>
            <source>The file is too large for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>El archivo es demasiado grande para este almacenamiento.</translation>
        </message>
        <message>
            <source>This storage cannot hold this name.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Este almacenamiento no admite este nombre.</translation>
        </message>
        <message>
            <source>Something of another kind has this name in the bucket.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Algo de otro tipo tiene este nombre en el bucket.</translation>
        </message>
        <message>
            <source>The content arrived damaged and was refused.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>El contenido llegó dañado y se rechazó.</translation>
        </message>
        <message>
            <source>The object was changed by somebody else meanwhile.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Entretanto, alguien más cambió el objeto.</translation>
        </message>
        <message>
            <source>It lies in an archive there, from where it must be called back before it can be read.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>Está allí en un almacenamiento de archivado, del que hay que recuperarlo antes de poder leerlo.</translation>
        </message>
        <message>
            <source>The certificate of {0} cannot be trusted, or TLS failed.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>No se puede confiar en el certificado de {0}, o TLS falló.</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} cannot be reached, or does not lead there.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>No se puede acceder al proxy intermedio hacia {0}, o no lleva hasta allí.</translation>
        </message>
        <message>
            <source>{0} cannot be reached.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>No se puede acceder a {0}.</translation>
        </message>
        <message>
            <source>The connection to {0} broke off.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>Se cortó la conexión con {0}.</translation>
        </message>
        <message>
            <source>This computer's own AWS settings hold no usable credentials ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: name</extracomment>
            <translation>La configuración de AWS de este equipo no contiene credenciales utilizables ({0}).</translation>
        </message>
        <message>
            <source>The bucket name '{0}' or another setting of the service is not valid.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>El nombre de bucket '{0}' u otro ajuste del servicio no es válido.</translation>
        </message>
        <message>
            <source>There is no space or quota left in the bucket '{0}'.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>No queda espacio o cuota en el bucket '{0}'.</translation>
        </message>
        <message>
            <source>The access key may not do this ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: error.operation_name</extracomment>
            <translation>La clave de acceso no tiene permiso para hacer esto ({0}).</translation>
        </message>
        <message>
            <source>{0} does not offer this ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error.operation_name</extracomment>
            <translation>{0} no ofrece esto ({1}).</translation>
        </message>
        <message>
            <source>{0} cannot serve us at the moment ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} no puede atendernos en este momento ({1}).</translation>
        </message>
        <message>
            <source>{0} refused it: {1} ({2})</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: words or 'no reason given', {2}: code or status</extracomment>
            <translation>{0} lo rechazó: {1} ({2})</translation>
        </message>
        <message>
            <source>no reason given</source>
            <extracomment>connections/s3/errors.py; connections/sftp/session.py</extracomment>
            <translation>sin motivo indicado</translation>
        </message>
        <message>
            <source>The settings for {0} cannot be used: {1}</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error</extracomment>
            <translation>No se puede usar la configuración de {0}: {1}</translation>
        </message>
        <message>
            <source>What this file replaces cannot be kept. {0}</source>
            <extracomment>connections/s3/keeping.py {0}: error</extracomment>
            <translation>No se puede conservar lo que este archivo reemplaza. {0}</translation>
        </message>
        <message>
            <source>The access key may not copy what this file replaces, to keep it: let the key read as well, or do not keep what is replaced.</source>
            <extracomment>connections/s3/keeping.py</extracomment>
            <translation>La clave de acceso no tiene permiso para copiar lo que este archivo reemplaza, para conservarlo: permita que la clave también lea, o no conserve lo que se reemplaza.</translation>
        </message>
        <message>
            <source>The storage did not put the parts together; the file is sent again.</source>
            <extracomment>connections/s3/multipart.py</extracomment>
            <translation>El almacenamiento no unió las partes; el archivo se envía de nuevo.</translation>
        </message>
        <message>
            <source>This storage turns a backslash in a name into a folder; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Este almacenamiento convierte en carpeta una barra invertida en un nombre; cambie el nombre del archivo para que se replique.</translation>
        </message>
        <message>
            <source>This storage hides folders named '.uploads'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Este almacenamiento oculta las carpetas llamadas '.uploads'; cambie el nombre de la carpeta para que se replique.</translation>
        </message>
        <message>
            <source>This storage hides folders whose name ends in '.versions'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Este almacenamiento oculta las carpetas cuyo nombre termina en '.versions'; cambie el nombre de la carpeta para que se replique.</translation>
        </message>
        <message>
            <source>The name holds bytes that are no text, which S3 cannot store; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>El nombre contiene bytes que no son texto y que S3 no puede guardar; cambie el nombre del archivo para que se replique.</translation>
        </message>
        <message>
            <source>The whole path is {0} bytes long; S3 takes {1}.</source>
            <extracomment>connections/s3/names.py {0}: length, {1}: MAX_KEY_BYTES</extracomment>
            <translation>La ruta completa ocupa {0} bytes; S3 admite {1}.</translation>
        </message>
        <message>
            <source>This is the name of a folder.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Este es el nombre de una carpeta.</translation>
        </message>
        <message>
            <source>A path with '.', '..' or nothing between two slashes is no key.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>Una ruta con '.', '..' o nada entre dos barras no es una clave.</translation>
        </message>
        <message>
            <source>The parts of an unfinished upload cannot be removed at the moment.</source>
            <extracomment>connections/s3/orphans.py</extracomment>
            <translation>Las partes de una subida sin terminar no se pueden eliminar en este momento.</translation>
        </message>
        <message>
            <source>Another part failed.</source>
            <extracomment>connections/s3/parts.py</extracomment>
            <translation>Otra parte falló.</translation>
        </message>
        <message>
            <source>The address of the service must begin with https:// (or http://) and the name of a server.</source>
            <extracomment>connections/s3/places.py</extracomment>
            <translation>La dirección del servicio debe empezar por https:// (o http://) y el nombre de un servidor.</translation>
        </message>
        <message>
            <source>The certificate of {0} is good.</source>
            <extracomment>connections/s3/proof.py {0}: endpoint.host</extracomment>
            <translation>El certificado de {0} es válido.</translation>
        </message>
        <message>
            <source>Something has this name here already.</source>
            <extracomment>connections/s3/reading.py</extracomment>
            <translation>Aquí ya hay algo con este nombre.</translation>
        </message>
        <message>
            <source>Signing in as {0} took too long.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who</extracomment>
            <translation>Iniciar sesión como {0} tardó demasiado.</translation>
        </message>
        <message>
            <source>The connection broke off while signing in.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>La conexión se cortó al iniciar sesión.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}: {2}.</source>
            <extracomment>connections/sftp/auth.py {0}: way.name, {1}: self._who, {2}: self._transport.goodbye</extracomment>
            <translation>El servidor rechazó {0} para {1}: {2}.</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._refused[0], {1}: self._who; connections/sftp/auth.py {0}: names, {1}: self._who</extracomment>
            <translation>El servidor rechazó {0} para {1}.</translation>
        </message>
        <message>
            <source>nothing we know</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>nada que conozcamos</translation>
        </message>
        <message>
            <source>Nothing to sign in with as {0}; the server takes: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: asked</extracomment>
            <translation>No hay nada con qué iniciar sesión como {0}; el servidor acepta: {1}.</translation>
        </message>
        <message>
            <source>No SSH agent with a key was found.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>No se encontró ningún agente SSH con una clave.</translation>
        </message>
        <message>
            <source>agent's keys</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>las claves del agente</translation>
        </message>
        <message>
            <source>The server asks {0} for more than the password: {1}</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: answer.too_curious</extracomment>
            <translation>El servidor pide a {0} algo más que la contraseña: {1}</translation>
        </message>
        <message>
            <source>a question without an answer</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>una pregunta sin respuesta</translation>
        </message>
        <message>
            <source>The key file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: path, {1}: error.strerror</extracomment>
            <translation>No se puede leer el archivo de clave {0}: {1}.</translation>
        </message>
        <message>
            <source>The key file {0} is locked by a passphrase.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>El archivo de clave {0} está bloqueado con una frase de contraseña.</translation>
        </message>
        <message>
            <source>The passphrase does not open the key file {0}.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>La frase de contraseña no abre el archivo de clave {0}.</translation>
        </message>
        <message>
            <source>The file {0} holds no private key that can be used.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>El archivo {0} no contiene ninguna clave privada que se pueda usar.</translation>
        </message>
        <message>
            <source>The key file {0} is of a kind that is not supported.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>El archivo de clave {0} es de un tipo no admitido.</translation>
        </message>
        <message>
            <source>password</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>la contraseña</translation>
        </message>
        <message>
            <source>key</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>la clave</translation>
        </message>
        <message>
            <source>no handle</source>
            <extracomment>connections/sftp/batch.py; connections/sftp/calls.py</extracomment>
            <translation>sin identificador</translation>
        </message>
        <message>
            <source>no attributes</source>
            <extracomment>connections/sftp/calls.py; connections/sftp/keeping.py</extracomment>
            <translation>sin atributos</translation>
        </message>
        <message>
            <source>no name</source>
            <extracomment>connections/sftp/calls.py</extracomment>
            <translation>sin nombre</translation>
        </message>
        <message>
            <source>The connection was closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>La conexión se cerró.</translation>
        </message>
        <message>
            <source>The connection is closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>La conexión está cerrada.</translation>
        </message>
        <message>
            <source>This server keeps no versions.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>Este servidor no guarda versiones.</translation>
        </message>
        <message>
            <source>The server is known by its host key, {0} {1}.</source>
            <extracomment>connections/sftp/connection.py {0}: key.get_name(), {1}: shown</extracomment>
            <translation>El servidor se conoce por su clave de host, {0} {1}.</translation>
        </message>
        <message>
            <source>A file stands where a folder is needed at the destination.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>En el destino hay un archivo donde hace falta una carpeta.</translation>
        </message>
        <message>
            <source>It is not at the destination.</source>
            <extracomment>connections/sftp/faults.py; core/errors.py</extracomment>
            <translation>No está en el destino.</translation>
        </message>
        <message>
            <source>The server lost its own connection.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>El servidor perdió su propia conexión.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>El destino no admite este nombre.</translation>
        </message>
        <message>
            <source>The server does not support what is needed for this file.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>El servidor no ofrece lo que este archivo necesita.</translation>
        </message>
        <message>
            <source>The destination is full.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>El destino está lleno.</translation>
        </message>
        <message>
            <source>The content arrived damaged from {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>El contenido llegó dañado de {0}.</translation>
        </message>
        <message>
            <source>The server broke off in the middle of its list.</source>
            <extracomment>connections/s3/listing.py</extracomment>
            <translation>El servidor interrumpió su lista a la mitad.</translation>
        </message>
        <message>
            <source>The destination does not allow it.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>El destino no lo permite.</translation>
        </message>
        <message>
            <source>The server reported: {0}.</source>
            <extracomment>connections/sftp/faults.py {0}: error.message or 'failure'</extracomment>
            <translation>El servidor informó: {0}.</translation>
        </message>
        <message>
            <source>The file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: path, {1}: error.strerror</extracomment>
            <translation>No se puede leer el archivo {0}: {1}.</translation>
        </message>
        <message>
            <source>The host key in the settings is neither a fingerprint (SHA256:...) nor a public key.</source>
            <extracomment>connections/sftp/hostkeys.py</extracomment>
            <translation>La clave de host de la configuración no es ni una huella (SHA256:...) ni una clave pública.</translation>
        </message>
        <message>
            <source>The host key of {0} ({1}) is marked as revoked.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>La clave de host de {0} ({1}) está marcada como revocada.</translation>
        </message>
        <message>
            <source>The server {0} is not known yet. Its host key is {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>El servidor {0} aún no se conoce. Su clave de host es {1}.</translation>
        </message>
        <message>
            <source>If that is the right one, accept it by -o host_key={0} or add it to known_hosts.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Si es la correcta, acéptela con -o host_key={0} o añádala a known_hosts.</translation>
        </message>
        <message>
            <source>The host key of {0} has CHANGED: it was {1} and is now {2} {3}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: before, {2}: key.kind, {3}: key.fingerprint</extracomment>
            <translation>La clave de host de {0} ha CAMBIADO: era {1} y ahora es {2} {3}.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it; only then accept the new key by -o host_key={0}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>Puede que alguien esté escuchando, o que el servidor se haya instalado de nuevo. Pregunte a quien lo administra; solo entonces acepte la nueva clave con -o host_key={0}.</translation>
        </message>
        <message>
            <source>the folder is not known</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>la carpeta no se conoce</translation>
        </message>
        <message>
            <source>no links</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>sin enlaces</translation>
        </message>
        <message>
            <source>What is there at the destination could not be kept.</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>No se pudo conservar lo que hay en el destino.</translation>
        </message>
        <message>
            <source>no listing</source>
            <extracomment>connections/sftp/listing.py</extracomment>
            <translation>sin listado</translation>
        </message>
        <message>
            <source>no message</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>sin mensaje</translation>
        </message>
        <message>
            <source>The name holds half a character and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>El nombre contiene medio carácter y no se puede enviar.</translation>
        </message>
        <message>
            <source>The name holds a zero byte and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>El nombre contiene un byte cero y no se puede enviar.</translation>
        </message>
        <message>
            <source>A part of the path is '.' or '..', which is no name.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>Una parte de la ruta es '.' o '..', que no es un nombre.</translation>
        </message>
        <message>
            <source>unexpected reply {0}</source>
            <extracomment>connections/sftp/packets.py {0}: kind</extracomment>
            <translation>respuesta inesperada {0}</translation>
        </message>
        <message>
            <source>The server offers no SFTP to this user.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>El servidor no ofrece SFTP a este usuario.</translation>
        </message>
        <message>
            <source>The connection broke off.</source>
            <extracomment>connections/sftp/pipeline.py; connections/sftp/session.py</extracomment>
            <translation>La conexión se cortó.</translation>
        </message>
        <message>
            <source>The server takes no data any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>El servidor ya no acepta datos.</translation>
        </message>
        <message>
            <source>The server does not answer any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>El servidor ya no responde.</translation>
        </message>
        <message>
            <source>The server answers something that is not SFTP.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>El servidor responde algo que no es SFTP.</translation>
        </message>
        <message>
            <source>The server allows no further channel.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>El servidor no permite más canales.</translation>
        </message>
        <message>
            <source>The server opens no channel for SFTP.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>El servidor no abre ningún canal para SFTP.</translation>
        </message>
        <message>
            <source>The server {0} has no safe algorithm in common: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: error</extracomment>
            <translation>El servidor {0} no tiene ningún algoritmo seguro en común: {1}.</translation>
        </message>
        <message>
            <source>it is no SSH server, or it hung up</source>
            <extracomment>connections/sftp/session.py</extracomment>
            <translation>no es un servidor SSH, o colgó</translation>
        </message>
        <message>
            <source>No SSH session with {0}: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: detail</extracomment>
            <translation>Sin sesión SSH con {0}: {1}.</translation>
        </message>
        <message>
            <source>The server holds {0} bytes instead of {1}.</source>
            <extracomment>connections/sftp/upload.py {0}: size, {1}: self._size</extracomment>
            <translation>El servidor contiene {0} bytes en lugar de {1}.</translation>
        </message>
        <message>
            <source>The server {0} could not be found.</source>
            <extracomment>connections/sftp/wire.py {0}: host</extracomment>
            <translation>No se pudo encontrar el servidor {0}.</translation>
        </message>
        <message>
            <source>The server {0}:{1} did not answer.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port</extracomment>
            <translation>El servidor {0}:{1} no respondió.</translation>
        </message>
        <message>
            <source>The server {0}:{1} cannot be reached: {2}.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port, {2}: detail</extracomment>
            <translation>No se puede acceder al servidor {0}:{1}: {2}.</translation>
        </message>
        <message>
            <source>it takes no data</source>
            <extracomment>connections/sftp/wire.py</extracomment>
            <translation>no acepta datos</translation>
        </message>
        <message>
            <source>Check this computer's network, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Compruebe la red de este equipo y vuelva a intentarlo.</translation>
        </message>
        <message>
            <source>Try again in a moment. If it stays so, ask whoever runs the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Vuelva a intentarlo en un momento. Si sigue igual, pregunte a quien administra el servicio.</translation>
        </message>
        <message>
            <source>Check that the port belongs to this kind of service, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Compruebe que el puerto corresponde a este tipo de servicio y vuelva a intentarlo.</translation>
        </message>
        <message>
            <source>Plug in or mount its disk, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Conecte o monte su disco, o elija otra carpeta.</translation>
        </message>
        <message>
            <source>Choose another folder, or change its permissions.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Elija otra carpeta, o cambie sus permisos.</translation>
        </message>
        <message>
            <source>Check the user name and the password or key, and that this account may use the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Compruebe el nombre de usuario y la contraseña o la clave, y que esta cuenta pueda usar el servicio.</translation>
        </message>
        <message>
            <source>Give this account the right to look into the folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Dé a esta cuenta permiso para ver la carpeta.</translation>
        </message>
        <message>
            <source>Give this account the right to write there, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Dé a esta cuenta permiso para escribir allí, o elija otra carpeta.</translation>
        </message>
        <message>
            <source>Give this account the right to read there; restoring needs it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Dé a esta cuenta permiso para leer allí; la restauración lo necesita.</translation>
        </message>
        <message>
            <source>Give this account the right to delete there, and remove the test file by hand.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Dé a esta cuenta permiso para eliminar allí, y elimine el archivo de prueba a mano.</translation>
        </message>
        <message>
            <source>Choose another folder at the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Elija otra carpeta en el servicio.</translation>
        </message>
        <message>
            <source>Make room at the service, or choose another one.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Libere espacio en el servicio, o elija otro.</translation>
        </message>
        <message>
            <source>Check the settings of the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Compruebe la configuración del servicio.</translation>
        </message>
        <message>
            <source>Do not connect. Ask whoever runs the server.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>No se conecte. Pregunte a quien administra el servidor.</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it, and accept the new key only if they confirm it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Puede que alguien esté escuchando, o que el servidor se haya instalado de nuevo. Pregunte a quien lo administra, y acepte la nueva clave solo si se la confirman.</translation>
        </message>
        <message>
            <source>Compare this fingerprint with the one that whoever runs the server gives you, and accept it only if the two are the same.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>Compare esta huella con la que le da quien administra el servidor, y acéptela solo si las dos son iguales.</translation>
        </message>
        <message>
            <source>A proxy is on the way and sees to it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Hay un proxy en el camino que se ocupa de ello.</translation>
        </message>
        <message>
            <source>{0} is no name but an address.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host</extracomment>
            <translation>{0} no es un nombre, sino una dirección.</translation>
        </message>
        <message>
            <source>The address of {0} is {1}.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host, {1}: addresses[0]</extracomment>
            <translation>La dirección de {0} es {1}.</translation>
        </message>
        <message>
            <source>Port {0} of {1} is open.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.port, {1}: endpoint.host</extracomment>
            <translation>El puerto {0} de {1} está abierto.</translation>
        </message>
        <message>
            <source>Nothing is encrypted: who listens on the way can read all of it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Nada está cifrado: quien escuche en el camino puede leerlo todo.</translation>
        </message>
        <message>
            <source>There are no files yet.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Aún no hay archivos.</translation>
        </message>
        <message>
            <source>There are files already.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Ya hay archivos.</translation>
        </message>
        <message>
            <source>A test file was written: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>Se escribió un archivo de prueba: {0}</translation>
        </message>
        <message>
            <source>What was read back is not what was written.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Lo que se volvió a leer no es lo que se escribió.</translation>
        </message>
        <message>
            <source>It was read back unchanged.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Se volvió a leer sin cambios.</translation>
        </message>
        <message>
            <source>The test file is still there: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>El archivo de prueba sigue ahí: {0}</translation>
        </message>
        <message>
            <source>It was deleted again.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>Se eliminó de nuevo.</translation>
        </message>
        <message>
            <source>not an action: {0}</source>
            <extracomment>core/actions.py {0}: text[:200]</extracomment>
            <translation>no es una acción: {0}</translation>
        </message>
        <message>
            <source>The file is no longer there.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>El archivo ya no está.</translation>
        </message>
        <message>
            <source>The file cannot be read: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>No se puede leer el archivo: {0}.</translation>
        </message>
        <message>
            <source>The connection broke off: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>La conexión se cortó: {0}.</translation>
        </message>
        <message>
            <source>The destination cannot hold this name or size: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>El destino no admite este nombre o tamaño: {0}.</translation>
        </message>
        <message>
            <source>The destination does not allow it: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>El destino no lo permite: {0}.</translation>
        </message>
        <message>
            <source>Something of another kind has this name at the destination.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>Algo de otro tipo tiene este nombre en el destino.</translation>
        </message>
        <message>
            <source>The destination reported: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>El destino informó: {0}.</translation>
        </message>
        <message>
            <source>An ignore pattern is not gitignore syntax: {0}</source>
            <extracomment>core/filters.py {0}: error</extracomment>
            <translation>Un patrón de exclusión no sigue la sintaxis de gitignore: {0}</translation>
        </message>
        <message>
            <source>The folder {0} is not an absolute path.</source>
            <extracomment>core/mapper.py {0}: joined</extracomment>
            <translation>La carpeta {0} no es una ruta absoluta.</translation>
        </message>
        <message>
            <source>{0} is not below {1}</source>
            <extracomment>core/mapper.py {0}: local_path, {1}: self.local_base</extracomment>
            <translation>{0} no está dentro de {1}</translation>
        </message>
        <message>
            <source>The remote path {0}/{1} must not contain '.' or '..'.</source>
            <extracomment>core/mapper.py {0}: root, {1}: directory</extracomment>
            <translation>La ruta remota {0}/{1} no debe contener '.' ni '..'.</translation>
        </message>
        <message>
            <source>"{0}" is not a moment such as 2026-11-23T08:00:00+01:00</source>
            <extracomment>core/timetable.py {0}: text</extracomment>
            <translation>"{0}" no es un momento como 2026-11-23T08:00:00+01:00</translation>
        </message>
        <message>
            <source>"{0}" is not of the form "mon-fri 08:00-18:00{1}"</source>
            <extracomment>core/timetable.py {0}: line, {1}: number</extracomment>
            <translation>"{0}" no tiene la forma "mon-fri 08:00-18:00{1}"</translation>
        </message>
        <message>
            <source>in "{0}" there is no place for "{1}": days and hours suffice</source>
            <extracomment>core/timetable.py {0}: line, {1}: words[2]</extracomment>
            <translation>en "{0}" sobra "{1}": bastan días y horas</translation>
        </message>
        <message>
            <source>in "{0}" the limit in MB/s is missing; 0 stands for none</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>en "{0}" falta el límite en MB/s; 0 significa ninguno</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a day: days are {2}, ranges such as mon-fri, lists such as mon,wed, or "daily"</source>
            <extracomment>core/timetable.py {0}: line, {1}: part, {2}: ', '.join(_DAYS)</extracomment>
            <translation>en "{0}", "{1}" no es un día: los días son {2}, rangos como mon-fri, listas como mon,wed, o "daily"</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a span of hours such as 08:00-18:00</source>
            <extracomment>core/timetable.py {0}: line, {1}: word</extracomment>
            <translation>en "{0}", "{1}" no es un intervalo de horas como 08:00-18:00</translation>
        </message>
        <message>
            <source>in "{0}" the hours end when they begin; the whole day is 00:00-24:00</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>en "{0}" las horas terminan cuando empiezan; el día entero es 00:00-24:00</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a number of MB/s from 0 to {2}, such as 1.5</source>
            <extracomment>core/timetable.py {0}: line, {1}: word, {2}: _MOST</extracomment>
            <translation>en "{0}", "{1}" no es un número de MB/s de 0 a {2}, como 1.5</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), store nothing with -o auth=environment, or choose a keyring deliberately with PYTHON_KEYRING_BACKEND.</source>
            <extracomment>credentials/backend.py</extracomment>
            <translation>Inicie el llavero del escritorio (en Linux, un Secret Service como GNOME Keyring o KWallet), no guarde nada con -o auth=environment, o elija expresamente un llavero con PYTHON_KEYRING_BACKEND.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it: {1}={0}. {2}</source>
            <extracomment>credentials/backend.py {0}: backend, {1}: _CHOICE, {2}: CHOICES</extracomment>
            <translation>El único llavero encontrado es {0}, que no es el de este sistema y puede guardar los secretos en texto sin cifrar. Solo se usa si usted lo elige: {1}={0}. {2}</translation>
        </message>
        <message>
            <source>The keyring chosen by {0} or keyringrc.cfg cannot be used: {1}.</source>
            <extracomment>credentials/backend.py {0}: _CHOICE, {1}: error</extracomment>
            <translation>No se puede usar el llavero elegido por {0} o keyringrc.cfg: {1}.</translation>
        </message>
        <message>
            <source>There is no keyring to keep secrets in. {0}</source>
            <extracomment>credentials/backend.py {0}: CHOICES; credentials/store.py {0}: CHOICES</extracomment>
            <translation>No hay ningún llavero donde guardar secretos. {0}</translation>
        </message>
        <message>
            <source>The keyring "{0}", chosen in the settings (general.keyring), cannot be used: {1}. Install it, or choose another one there.</source>
            <extracomment>credentials/backend.py {0}: name, {1}: detail</extracomment>
            <translation>No se puede usar el llavero "{0}", elegido en la configuración (general.keyring): {1}. Instálelo, o elija otro allí.</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or let Skynet keep secrets in memory only and ask for them after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Inicie el llavero del escritorio (en Linux, un Secret Service como GNOME Keyring o KWallet), o deje que Skynet guarde los secretos solo en la memoria y los pida después de cada inicio.</translation>
        </message>
        <message>
            <source>Secrets are kept in memory only and asked for after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>Los secretos se guardan solo en la memoria y se piden después de cada inicio.</translation>
        </message>
        <message>
            <source>Secrets are kept in {0}, which you chose.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Los secretos se guardan en {0}, que usted eligió.</translation>
        </message>
        <message>
            <source>Secrets are kept in this system's keyring, {0}.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>Los secretos se guardan en el llavero de este sistema, {0}.</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it.</source>
            <extracomment>credentials/probe.py {0}: backend</extracomment>
            <translation>El único llavero encontrado es {0}, que no es el de este sistema y quizá guarde los secretos como texto sin cifrar. Solo se usa si usted lo elige.</translation>
        </message>
        <message>
            <source>The keyring is new: it will ask for a password to protect it with.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>El llavero es nuevo: pedirá una contraseña para protegerlo.</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it; it may ask in a window of its own.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>El llavero está bloqueado. Desbloquéelo; puede que lo pida en una ventana propia.</translation>
        </message>
        <message>
            <source>Enter the monitor's token or password: it is kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py</extracomment>
            <translation>Introduzca el token o la contraseña del monitor: se guarda solo en la memoria y se pide después de cada inicio.</translation>
        </message>
        <message>
            <source>Enter the secrets of the service "{0}": they are kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py {0}: service</extracomment>
            <translation>Introduzca los secretos del servicio "{0}": se guardan solo en la memoria y se piden después de cada inicio.</translation>
        </message>
        <message>
            <source>The keyring ({0}) kept nothing. {1}</source>
            <extracomment>credentials/store.py {0}: self.backend_name(), {1}: CHOICES</extracomment>
            <translation>El llavero ({0}) no guardó nada. {1}</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it (it may ask in a window of its own) and try again, or store nothing with -o auth=environment.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>El llavero está bloqueado. Desbloquéelo (puede que lo pida en una ventana propia) y vuelva a intentarlo, o no guarde nada con -o auth=environment.</translation>
        </message>
        <message>
            <source>The keyring does not work now ({0}). {1}</source>
            <extracomment>credentials/store.py {0}: kind, {1}: CHOICES</extracomment>
            <translation>El llavero no funciona ahora ({0}). {1}</translation>
        </message>
        <message>
            <source>The monitor's token or password is damaged in the keyring. Enter it again.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>El token o la contraseña del monitor está dañado en el llavero. Introdúzcalo de nuevo.</translation>
        </message>
        <message>
            <source>The secrets of the service "{0}" are damaged in the keyring. Enter them again.</source>
            <extracomment>credentials/store.py {0}: service</extracomment>
            <translation>Los secretos del servicio "{0}" están dañados en el llavero. Introdúzcalos de nuevo.</translation>
        </message>
        <message>
            <source>Skynet runs already on this home (process {0}), in a terminal or without an answer. End it first, or ask it with: skynet status</source>
            <extracomment>desktop/main.py {0}: instance.holder()</extracomment>
            <translation>Skynet ya está en marcha con esta carpeta de datos (proceso {0}), en una terminal o sin responder. Termínelo primero, o consúltelo con: skynet status</translation>
        </message>
        <message>
            <source>The service was removed meanwhile. Choose another one.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Entretanto se quitó el servicio. Elija otro.</translation>
        </message>
        <message>
            <source>This mapping was removed meanwhile. Close this window and add it anew.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>Entretanto se quitó esta asignación. Cierre esta ventana y añádala de nuevo.</translation>
        </message>
        <message>
            <source>There is a mapping {0} already. Choose another name.</source>
            <extracomment>desktop/mappings/editor.py {0}: values['name']; desktop/wizard/destination.py {0}: name</extracomment>
            <translation>Ya existe una asignación {0}. Elija otro nombre.</translation>
        </message>
        <message>
            <source>Choose the folder to mirror.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Elija la carpeta que se replica.</translation>
        </message>
        <message>
            <source>Choose the service it goes to, or add one first.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Elija el servicio al que va, o añada uno primero.</translation>
        </message>
        <message>
            <source>One of the values is not right; it says why.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>Uno de los valores no es correcto; junto a él se indica el motivo.</translation>
        </message>
        <message>
            <source>The folder cannot be read: {0}.</source>
            <extracomment>desktop/mappings/folder_part.py {0}: reason; desktop/mappings/looking.py {0}: error.strerror</extracomment>
            <translation>No se puede leer la carpeta: {0}.</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>La carpeta</translation>
        </message>
        <message>
            <source>The place there</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>El lugar en el destino</translation>
        </message>
        <message>
            <source>The service</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>El servicio</translation>
        </message>
        <message>
            <source>The service was removed meanwhile.</source>
            <extracomment>desktop/restore/errand.py; desktop/restore/source.py</extracomment>
            <translation>Entretanto se quitó el servicio.</translation>
        </message>
        <message>
            <source>There is a service "{0}" already. Choose another name.</source>
            <extracomment>desktop/services/secrets.py {0}: name</extracomment>
            <translation>Ya existe un servicio "{0}". Elija otro nombre.</translation>
        </message>
        <message>
            <source>On a metered connection, nothing is sent.</source>
            <extracomment>desktop/surroundings.py</extracomment>
            <translation>En una conexión de uso medido no se envía nada.</translation>
        </message>
        <message>
            <source>no such appearance: {0}</source>
            <extracomment>desktop/theme.py {0}: appearance</extracomment>
            <translation>no existe este aspecto: {0}</translation>
        </message>
        <message>
            <source>Nothing was verified yet.</source>
            <extracomment>desktop/verify/report.py</extracomment>
            <translation>Aún no se ha verificado nada.</translation>
        </message>
        <message>
            <source>The file {0} cannot be written: {1}.</source>
            <extracomment>desktop/verify/report.py {0}: file, {1}: reason; notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>No se puede escribir el archivo {0}: {1}.</translation>
        </message>
        <message>
            <source>This system does not start Skynet at login. Add it in its own settings.</source>
            <extracomment>desktop/wizard/plan.py</extracomment>
            <translation>Este sistema no inicia Skynet al iniciar sesión. Añádalo en la configuración del sistema.</translation>
        </message>
        <message>
            <source>The diagnostics cannot be saved as {0}: {1}. Choose another place.</source>
            <extracomment>diagnostics.py {0}: destination, {1}: detail</extracomment>
            <translation>El diagnóstico no se puede guardar como {0}: {1}. Elija otro lugar.</translation>
        </message>
        <message>
            <source>Set date and time, best by switching on that this computer sets them by itself.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Ajuste la fecha y la hora; lo mejor es activar que este equipo las ajuste automáticamente.</translation>
        </message>
        <message>
            <source>This computer's clock says {0}, which cannot be.</source>
            <extracomment>doctor/computer.py {0}: shown</extracomment>
            <translation>El reloj de este equipo marca {0}, lo que no puede ser.</translation>
        </message>
        <message>
            <source>The clock was set back: it says {0}, and Skynet wrote last on {1}.</source>
            <extracomment>doctor/computer.py {0}: shown, {1}: then</extracomment>
            <translation>El reloj se atrasó: marca {0}, y Skynet escribió por última vez el {1}.</translation>
        </message>
        <message>
            <source>The time zone {0}, chosen by the variable TZ, is not known; UTC is taken.</source>
            <extracomment>doctor/computer.py {0}: chosen</extracomment>
            <translation>La zona horaria {0}, elegida con la variable TZ, no se conoce; se usa UTC.</translation>
        </message>
        <message>
            <source>Correct or remove the variable, or install the system's time zones (tzdata).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Corrija o quite la variable, o instale las zonas horarias del sistema (tzdata).</translation>
        </message>
        <message>
            <source>This system sets no limit that matters here.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Este sistema no pone aquí ningún límite que importe.</translation>
        </message>
        <message>
            <source>A program may have as many files open as Skynet needs.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Un programa puede tener abiertos tantos archivos como Skynet necesita.</translation>
        </message>
        <message>
            <source>A program may have {0} files open; Skynet may need {1}.</source>
            <extracomment>doctor/computer.py {0}: allowed, {1}: needed</extracomment>
            <translation>Un programa puede tener {0} archivos abiertos; Skynet puede necesitar {1}.</translation>
        </message>
        <message>
            <source>Raise the limit in the terminal that Skynet is started from.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Aumente el límite en la terminal desde la que se inicia Skynet.</translation>
        </message>
        <message>
            <source>Ask whoever runs this computer to raise the limit (nofile).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>Pida a quien administra este equipo que aumente el límite (nofile).</translation>
        </message>
        <message>
            <source>The folder {0} is not there.</source>
            <extracomment>doctor/folders.py {0}: folder; notifier/targets/sqlite.py {0}: self._path.parent</extracomment>
            <translation>La carpeta {0} no está.</translation>
        </message>
        <message>
            <source>If it is on a drive, connect it. If it was moved, tell the mapping where to.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Si está en una unidad, conéctela. Si se movió, indique a la asignación adónde.</translation>
        </message>
        <message>
            <source>{0} is a file.</source>
            <extracomment>doctor/folders.py {0}: folder</extracomment>
            <translation>{0} es un archivo.</translation>
        </message>
        <message>
            <source>Choose the folder that holds it, for the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Elija para la asignación la carpeta que lo contiene.</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}.</source>
            <extracomment>doctor/folders.py {0}: folder, {1}: error.strerror; engine/verifying/run.py {0}: folder, {1}: error.strerror or error</extracomment>
            <translation>No se puede leer la carpeta {0}: {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read it.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Concédase permiso para leerla.</translation>
        </message>
        <message>
            <source>{0} is on another computer ({1}): what is changed elsewhere is found only by comparing, every {2} minutes.</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: kind, {2}: mapping.rescan_minutes</extracomment>
            <translation>{0} está en otro equipo ({1}): lo que se cambia en otro lugar solo se encuentra al comparar, cada {2} minutos.</translation>
        </message>
        <message>
            <source>Mirror it from the computer it is on, or compare more often.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Replíquela desde el equipo en el que está, o compare con más frecuencia.</translation>
        </message>
        <message>
            <source>{0} is empty, but the destination holds files of it ({1}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: known</extracomment>
            <translation>{0} está vacía, pero el destino contiene archivos de ella ({1}).</translation>
        </message>
        <message>
            <source>If its disk is not mounted, mount it. If the files were deleted by mistake, they can be restored.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Si su disco no está montado, móntelo. Si los archivos se eliminaron por error, se pueden restaurar.</translation>
        </message>
        <message>
            <source>{0} is empty.</source>
            <extracomment>doctor/folders.py {0}: mapping.local</extracomment>
            <translation>{0} está vacía.</translation>
        </message>
        <message>
            <source>Files or folders in it that cannot be read: {0}, such as {1}.</source>
            <extracomment>doctor/folders.py {0}: unreadable.files, {1}: examples</extracomment>
            <translation>Archivos o carpetas de ella que no se pueden leer: {0}, como {1}.</translation>
        </message>
        <message>
            <source>Give yourself the right to read them, or leave them out of the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>Concédase permiso para leerlos, o déjelos fuera de la asignación.</translation>
        </message>
        <message>
            <source>{0} can be read (files: {1}, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} se puede leer (archivos: {1}, tamaño: {2}).</translation>
        </message>
        <message>
            <source>{0} was not looked through to its end (files: {1} so far, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} no se revisó hasta el final (archivos hasta ahora: {1}, tamaño: {2}).</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} with {1} on {2}.</source>
            <extracomment>doctor/home.py {0}: skynet_desktop.__version__, {1}: ', '.join(parts), {2}: platform.platform(terse=True)</extracomment>
            <translation>Skynet Desktop {0} con {1} en {2}.</translation>
        </message>
        <message>
            <source>Install a newer one.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Instale una más reciente.</translation>
        </message>
        <message>
            <source>Version {0} was withdrawn.</source>
            <extracomment>doctor/home.py {0}: news.running</extracomment>
            <translation>La versión {0} se ha retirado.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>doctor/home.py {0}: news.newest.version</extracomment>
            <translation>La versión {0} está disponible.</translation>
        </message>
        <message>
            <source>See what is new.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Vea las novedades.</translation>
        </message>
        <message>
            <source>Correct it in a text editor, or put {0} in its place.</source>
            <extracomment>doctor/home.py {0}: good</extracomment>
            <translation>Corríjalo en un editor de texto, o ponga {0} en su lugar.</translation>
        </message>
        <message>
            <source>Correct it in a text editor.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Corríjalo en un editor de texto.</translation>
        </message>
        <message>
            <source>There are no settings yet.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Aún no hay configuración.</translation>
        </message>
        <message>
            <source>Add a service and a mapping.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Añada un servicio y una asignación.</translation>
        </message>
        <message>
            <source>{0} is valid (services: {1}, mappings: {2}).</source>
            <extracomment>doctor/home.py {0}: path, {1}: services, {2}: mappings</extracomment>
            <translation>{0} es válido (servicios: {1}, asignaciones: {2}).</translation>
        </message>
        <message>
            <source>The folder {0} cannot be written to, so no setting can be changed.</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>No se puede escribir en la carpeta {0}, así que no se puede cambiar ningún ajuste.</translation>
        </message>
        <message>
            <source>Make it yours to write in.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Haga que pueda escribir en ella.</translation>
        </message>
        <message>
            <source>The last good version of the settings cannot be kept beside them.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>La última versión válida de la configuración no se puede guardar junto a ella.</translation>
        </message>
        <message>
            <source>Look at the folder {0}: is its disk full?</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>Revise la carpeta {0}: ¿está lleno su disco?</translation>
        </message>
        <message>
            <source>Something in the settings file looks like a password or a key.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Algo en el archivo de configuración parece una contraseña o una clave.</translation>
        </message>
        <message>
            <source>Take it out. Secrets belong in the keyring: add the service anew, and it asks.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Quítelo de ahí. Los secretos deben estar en el llavero: añada el servicio de nuevo y se le pedirán.</translation>
        </message>
        <message>
            <source>Correct it, or take it away. Services of that kind do not work until then.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Corríjalo o quítelo. Hasta entonces, los servicios de ese tipo no funcionan.</translation>
        </message>
        <message>
            <source>Kinds of service of your own that can be used: {0}.</source>
            <extracomment>doctor/home.py {0}: ', '.join(own)</extracomment>
            <translation>Tipos de servicio propios que se pueden usar: {0}.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but gives no good answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet está en marcha (proceso {0}), pero no da una respuesta válida.</translation>
        </message>
        <message>
            <source>End it and start it again. Nothing is lost by that.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Termínelo y vuelva a iniciarlo. No se pierde nada con ello.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}) and answers.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet está en marcha (proceso {0}) y responde.</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but does not answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet está en marcha (proceso {0}), pero no responde.</translation>
        </message>
        <message>
            <source>Skynet is not running now, so nothing is mirrored.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet no está en marcha ahora, así que no se replica nada.</translation>
        </message>
        <message>
            <source>Start it.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Inícielo.</translation>
        </message>
        <message>
            <source>The mapping {0} waits for you to decide something.</source>
            <extracomment>doctor/home.py {0}: name</extracomment>
            <translation>La asignación {0} espera una decisión suya.</translation>
        </message>
        <message>
            <source>See: skynet status, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Consulte: skynet status, o la ventana.</translation>
        </message>
        <message>
            <source>The mapping {0} has paths that could not be mirrored: {1}.</source>
            <extracomment>doctor/home.py {0}: name, {1}: issues</extracomment>
            <translation>La asignación {0} tiene rutas que no se pudieron replicar: {1}.</translation>
        </message>
        <message>
            <source>See: skynet issues, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Consulte: skynet issues, o la ventana.</translation>
        </message>
        <message>
            <source>Or start Skynet yourself after each login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>O inicie Skynet usted mismo después de cada inicio de sesión.</translation>
        </message>
        <message>
            <source>Skynet starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet se inicia con la sesión.</translation>
        </message>
        <message>
            <source>Skynet does not start at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet no se inicia con la sesión.</translation>
        </message>
        <message>
            <source>Switch it on in the settings, if you wish.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Actívelo en la configuración, si lo desea.</translation>
        </message>
        <message>
            <source>Starting at login was switched off in the system's own settings.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>El inicio con la sesión se desactivó en la configuración del propio sistema.</translation>
        </message>
        <message>
            <source>Another home of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Con la sesión se inicia Skynet con otra carpeta de datos, no con esta.</translation>
        </message>
        <message>
            <source>Another copy of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Con la sesión se inicia otra copia de Skynet, no esta.</translation>
        </message>
        <message>
            <source>Switch it off and on again in the settings of the one that is to start.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Desactívelo y vuelva a activarlo en la configuración de la copia que deba iniciarse.</translation>
        </message>
        <message>
            <source>By its name it keeps them in plain text. Choose this system's keyring instead.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Por su nombre, los guarda como texto sin cifrar. Elija en su lugar el llavero de este sistema.</translation>
        </message>
        <message>
            <source>Until then no service that needs a secret works.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Hasta entonces no funciona ningún servicio que necesite un secreto.</translation>
        </message>
        <message>
            <source>No keyring keeps secrets here, so services that need one do not work.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Aquí ningún llavero guarda secretos, así que los servicios que los necesitan no funcionan.</translation>
        </message>
        <message>
            <source>The secrets of {0} are in the memory of the running app alone, if it runs.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Los secretos de {0} están solo en la memoria de la aplicación en ejecución, si lo está.</translation>
        </message>
        <message>
            <source>They cannot be looked at from elsewhere.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>No se pueden consultar desde otro lugar.</translation>
        </message>
        <message>
            <source>Enter them again.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Introdúzcalos de nuevo.</translation>
        </message>
        <message>
            <source>No {0} of {1} is stored.</source>
            <extracomment>doctor/kept.py {0}: labels, {1}: name</extracomment>
            <translation>No está guardado: {0} de {1}.</translation>
        </message>
        <message>
            <source>Enter it in the settings, under Services.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>Introdúzcalo en la configuración, en Servicios.</translation>
        </message>
        <message>
            <source>No secret of {0} is stored; it signs in without one, or not at all.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>No hay ningún secreto de {0} guardado; inicia sesión sin él, o no la inicia.</translation>
        </message>
        <message>
            <source>The secrets of {0} are stored.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>Los secretos de {0} están guardados.</translation>
        </message>
        <message>
            <source>A monitor is set up and told nothing.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Hay un monitor configurado y no se le informa de nada.</translation>
        </message>
        <message>
            <source>Switch it on under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Actívelo en Monitor.</translation>
        </message>
        <message>
            <source>The monitor's history lost {0}: it was away for too long.</source>
            <extracomment>doctor/monitor.py {0}: counted(state.waiting.dropped, 'line')</extracomment>
            <translation>El historial del monitor perdió {0}: estuvo ausente demasiado tiempo.</translation>
        </message>
        <message>
            <source>What it shows of the present is complete.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Lo que muestra del presente está completo.</translation>
        </message>
        <message>
            <source>{0} The monitor was not told for a while, and {1} wait.</source>
            <extracomment>doctor/monitor.py {0}: state.problem, {1}: waiting</extracomment>
            <translation>{0} No se ha informado al monitor durante un tiempo, y hay {1} en espera.</translation>
        </message>
        <message>
            <source>Mirroring is not affected. Test the monitor in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>La copia no se ve afectada. Pruebe el monitor en la configuración, en Monitor.</translation>
        </message>
        <message>
            <source>It is told as soon as it can be reached.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Se le informará en cuanto se pueda acceder a él.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>Corríjalo en la configuración, en Monitor.</translation>
        </message>
        <message>
            <source>This could not be checked: {0}: {1}.</source>
            <extracomment>doctor/rounds.py {0}: type(error).__name__, {1}: error</extracomment>
            <translation>No se pudo comprobar esto: {0}: {1}.</translation>
        </message>
        <message>
            <source>Save the diagnostics, and show them to somebody who knows Skynet.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Guarde el diagnóstico y muéstrelo a alguien que conozca Skynet.</translation>
        </message>
        <message>
            <source>This was not done after {0} seconds.</source>
            <extracomment>doctor/rounds.py {0}: self._check.seconds</extracomment>
            <translation>Esto no había terminado después de {0} segundos.</translation>
        </message>
        <message>
            <source>Something hangs: a disk, a share or a server. Look at it, and try again.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>Algo no responde: un disco, un recurso compartido o un servidor. Revíselo y vuelva a intentarlo.</translation>
        </message>
        <message>
            <source>Or try it in the window of the running app, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>O pruébelo en la ventana de la aplicación en ejecución, en Servicios.</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Corríjalo en la configuración, en Servicios.</translation>
        </message>
        <message>
            <source>{0} works: a test file was written, read and deleted.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} funciona: se escribió, se leyó y se eliminó un archivo de prueba.</translation>
        </message>
        <message>
            <source>{0} answers and can be listed.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} responde y se puede listar.</translation>
        </message>
        <message>
            <source>Its clock and this computer's are {0} apart.</source>
            <extracomment>doctor/services.py {0}: _span(off)</extracomment>
            <translation>Su reloj y el de este equipo difieren en {0}.</translation>
        </message>
        <message>
            <source>{0} If this one is right, tell whoever runs the service.</source>
            <extracomment>doctor/services.py {0}: SET_CLOCK</extracomment>
            <translation>{0} Si este es el correcto, avise a quien administra el servicio.</translation>
        </message>
        <message>
            <source>Its clock agrees with this computer's.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Su reloj coincide con el de este equipo.</translation>
        </message>
        <message>
            <source>{0} are free there.</source>
            <extracomment>doctor/services.py {0}: amount(free)</extracomment>
            <translation>Allí hay {0} libres.</translation>
        </message>
        <message>
            <source>Make room there, or choose another destination.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Libere espacio allí, o elija otro destino.</translation>
        </message>
        <message>
            <source>Make room there soon.</source>
            <extracomment>doctor/services.py; doctor/storage.py</extracomment>
            <translation>Libere espacio allí pronto.</translation>
        </message>
        <message>
            <source>It keeps versions: what is replaced or removed there stays, and is billed.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Guarda versiones: lo que se reemplaza o se elimina allí se queda, y se factura.</translation>
        </message>
        <message>
            <source>A lifecycle rule for old versions can end that after some time.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Una regla de ciclo de vida para versiones antiguas puede ponerle fin después de un tiempo.</translation>
        </message>
        <message>
            <source>It keeps no versions; what is replaced or removed goes to Skynet's own trash, where the mapping says so.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>No guarda versiones; lo que se reemplaza o se elimina va a la papelera propia de Skynet, si la asignación lo indica.</translation>
        </message>
        <message>
            <source>No rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Allí ninguna regla elimina las subidas que se empezaron y nunca se terminaron.</translation>
        </message>
        <message>
            <source>Skynet removes its own when it starts. A lifecycle rule for incomplete multipart uploads, after 7 days, also covers a computer that never comes back.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Skynet elimina las suyas al iniciarse. Una regla de ciclo de vida para subidas multiparte incompletas, después de 7 días, sirve también para un equipo que nunca vuelve.</translation>
        </message>
        <message>
            <source>A rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Allí una regla elimina las subidas que se empezaron y nunca se terminaron.</translation>
        </message>
        <message>
            <source>{0} are free where Skynet keeps its state and log ({1}).</source>
            <extracomment>doctor/storage.py {0}: amount(free), {1}: folder</extracomment>
            <translation>Hay {0} libres donde Skynet guarda su estado y su registro ({1}).</translation>
        </message>
        <message>
            <source>Make room there: Skynet cannot note what it does on a full disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Libere espacio allí: Skynet no puede anotar lo que hace en un disco lleno.</translation>
        </message>
        <message>
            <source>Skynet cannot write to its own folder {0}: {1}.</source>
            <extracomment>doctor/storage.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Skynet no puede escribir en su propia carpeta {0}: {1}.</translation>
        </message>
        <message>
            <source>Make it yours to write in, or make room on its disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Haga que pueda escribir en ella, o libere espacio en su disco.</translation>
        </message>
        <message>
            <source>Skynet's own databases were looked through: {0}.</source>
            <extracomment>doctor/storage.py {0}: amount(total)</extracomment>
            <translation>Se revisaron las bases de datos propias de Skynet: {0}.</translation>
        </message>
        <message>
            <source>A database of the mapping {0} is damaged ({1}: {2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: path.name, {2}: said</extracomment>
            <translation>Una base de datos de la asignación {0} está dañada ({1}: {2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew: it sets the file aside and rebuilds it, without sending all again. If this happens more than once, check the disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Inicie Skynet de nuevo: aparta el archivo y lo reconstruye, sin volver a enviarlo todo. Si esto ocurre más de una vez, compruebe el disco.</translation>
        </message>
        <message>
            <source>The log of a database of {0} has grown to {1} ({2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: amount(log), {2}: path.name</extracomment>
            <translation>El registro de una base de datos de {0} ha crecido hasta {1} ({2}).</translation>
        </message>
        <message>
            <source>Start Skynet anew; that writes it back.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Inicie Skynet de nuevo; así se vuelca en ella.</translation>
        </message>
        <message>
            <source>A damaged database of {0} was set aside and rebuilt ({1}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: size</extracomment>
            <translation>Una base de datos dañada de {0} se apartó y se reconstruyó ({1}).</translation>
        </message>
        <message>
            <source>If all is well since, delete what has damaged in its name below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Si desde entonces todo va bien, elimine lo que tenga damaged en su nombre dentro de {0}.</translation>
        </message>
        <message>
            <source>The counts of requests are damaged ({0}).</source>
            <extracomment>doctor/storage.py {0}: said</extracomment>
            <translation>El recuento de peticiones está dañado ({0}).</translation>
        </message>
        <message>
            <source>They begin anew with the next request; nothing else depends on them.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Empieza de nuevo con la próxima petición; nada más depende de él.</translation>
        </message>
        <message>
            <source>State of mappings that are no longer there: {0}.</source>
            <extracomment>doctor/storage.py {0}: ', '.join(sorted(left)[:5])</extracomment>
            <translation>Estado de asignaciones que ya no existen: {0}.</translation>
        </message>
        <message>
            <source>It can be deleted below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>Se puede eliminar dentro de {0}.</translation>
        </message>
        <message>
            <source>This system sets no limit to how many folders may be watched.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Este sistema no limita cuántas carpetas se pueden vigilar.</translation>
        </message>
        <message>
            <source>{0} folders are to be watched and other programs watch {1}; this computer allows {2} together.</source>
            <extracomment>doctor/watching.py {0}: folders, {1}: used.watches, {2}: limit.limit</extracomment>
            <translation>Hay que vigilar {0} carpetas y otros programas vigilan {1}; este equipo permite {2} en total.</translation>
        </message>
        <message>
            <source>Not all folders could be counted in time, so there may be more to watch.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>No se pudieron contar todas las carpetas a tiempo, así que puede haber más que vigilar.</translation>
        </message>
        <message>
            <source>Count again when the disk has less to do.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Cuente de nuevo cuando el disco tenga menos trabajo.</translation>
        </message>
        <message>
            <source>The rest is looked through again and again instead, which costs time and power. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>El resto se revisa en cambio una y otra vez, lo que cuesta tiempo y energía. Aumente el límite en una terminal.</translation>
        </message>
        <message>
            <source>That is close. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Falta poco para el límite. Auméntelo en una terminal.</translation>
        </message>
        <message>
            <source>Programs of this computer need {0} queues for watching, one a mapping among them; {1} are allowed.</source>
            <extracomment>doctor/watching.py {0}: needed, {1}: limit.limit</extracomment>
            <translation>Los programas de este equipo necesitan {0} colas para vigilar, entre ellas una por asignación; se permiten {1}.</translation>
        </message>
        <message>
            <source>Mappings without one are looked through again and again instead. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>Las asignaciones que no la tienen se revisan en cambio una y otra vez. Aumente el límite en una terminal.</translation>
        </message>
        <message>
            <source>{0} cannot be watched</source>
            <extracomment>engine/directory_changes.py {0}: self.watch.path</extracomment>
            <translation>No se puede vigilar {0}</translation>
        </message>
        <message>
            <source>Another file of the same size and time has this name.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>Otro archivo del mismo tamaño y fecha tiene este nombre.</translation>
        </message>
        <message>
            <source>This computer's disk is full, so Skynet cannot keep its notes. Free some space.</source>
            <extracomment>engine/outage.py</extracomment>
            <translation>El disco de este equipo está lleno, por lo que Skynet no puede guardar sus notas. Libere algo de espacio.</translation>
        </message>
        <message>
            <source>This service cannot list what it holds, so nothing can be restored.</source>
            <extracomment>engine/restoring/loading.py</extracomment>
            <translation>Este servicio no puede listar lo que contiene, así que no se puede restaurar nada.</translation>
        </message>
        <message>
            <source>{0} of {1} files were changed at once that nobody had touched for a day. If you did not do this, a virus may be encrypting them. Send the changed files?</source>
            <extracomment>engine/changes.py {0}: count, {1}: files</extracomment>
            <translation>Cambiaron a la vez {0} de {1} archivos que nadie había tocado durante un día. Si no lo hizo usted, puede que un virus los esté cifrando. ¿Enviar los archivos cambiados?</translation>
        </message>
        <message>
            <source>The connection gave no answer for this file.</source>
            <extracomment>engine/dispatch.py</extracomment>
            <translation>La conexión no dio respuesta para este archivo.</translation>
        </message>
        <message>
            <source>There is no mapping {0}. Known: {1}.</source>
            <extracomment>engine/engine.py {0}: name, {1}: known</extracomment>
            <translation>No existe la asignación {0}. Se conocen: {1}.</translation>
        </message>
        <message>
            <source>The folder is not the one that was mirrored before, and {0} files of that one are missing here. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>La carpeta no es la que se replicaba antes, y aquí faltan {0} archivos de aquella. ¿Eliminarlos también en el destino?</translation>
        </message>
        <message>
            <source>The folder is empty. Remove all {0} files at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>La carpeta está vacía. ¿Eliminar también los {0} archivos en el destino?</translation>
        </message>
        <message>
            <source>{0} files were deleted here, {1} are left. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: lost.files, {1}: now</extracomment>
            <translation>Aquí se eliminaron {0} archivos y quedan {1}. ¿Eliminarlos también en el destino?</translation>
        </message>
        <message>
            <source>The destination failed: {0}</source>
            <extracomment>engine/handler.py {0}: error</extracomment>
            <translation>El destino falló: {0}</translation>
        </message>
        <message>
            <source>Sends again at {0}.</source>
            <extracomment>engine/holds.py {0}: clock</extracomment>
            <translation>Vuelve a enviar a las {0}.</translation>
        </message>
        <message>
            <source>Sends again on {0} at {1}.</source>
            <extracomment>engine/holds.py {0}: day, {1}: clock</extracomment>
            <translation>Se reanuda el envío el {0} a las {1}.</translation>
        </message>
        <message>
            <source>The file changed while it was sent.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>El archivo cambió mientras se enviaba.</translation>
        </message>
        <message>
            <source>At the destination this is the same name as {0}; rename one of them.</source>
            <extracomment>engine/looks.py {0}: other</extracomment>
            <translation>En el destino este nombre es el mismo que {0}; cambie uno de los dos.</translation>
        </message>
        <message>
            <source>A folder of this name is kept at the destination (deletions stay there without complete sync); rename the file.</source>
            <extracomment>engine/looks.py</extracomment>
            <translation>En el destino se conserva una carpeta con este nombre (sin sincronización completa, lo eliminado se queda allí); cambie el nombre del archivo.</translation>
        </message>
        <message>
            <source>The destination is not the one that was mirrored to before: most of the {0} files that were sent there are missing. If a disk is unplugged, connect it. Send them all again?</source>
            <extracomment>engine/mark.py {0}: count</extracomment>
            <translation>El destino no es aquel en el que se replicaba antes: faltan la mayoría de los {0} archivos que se enviaron allí. Si hay un disco desconectado, conéctelo. ¿Enviarlos todos de nuevo?</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors a folder to this place. What it removed or replaced is kept in the folder trash for a while.</source>
            <extracomment>engine/mark.py</extracomment>
            <translation>Skynet Desktop replica una carpeta en este lugar. Lo que eliminó o reemplazó se conserva durante un tiempo en la carpeta trash.</translation>
        </message>
        <message>
            <source>Unexpected trouble: {0}: {1}</source>
            <extracomment>engine/outage.py {0}: type(raised).__name__, {1}: raised</extracomment>
            <translation>Problema inesperado: {0}: {1}</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error</extracomment>
            <translation>No se puede leer la carpeta {0}: {1}</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it; mirroring goes on by itself then.</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error.strerror</extracomment>
            <translation>La carpeta {0} no está ({1}). Si está en una unidad, conéctela; la réplica continúa entonces automáticamente.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before: of {1} known files {2} are in it. Mirror this one from now on?</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: len(known), {2}: here</extracomment>
            <translation>La carpeta {0} no es la que se replicaba antes: de {1} archivos conocidos, {2} están en ella. ¿Replicar esta a partir de ahora?</translation>
        </message>
        <message>
            <source>a rate must be positive</source>
            <extracomment>engine/preview.py</extracomment>
            <translation>una velocidad debe ser positiva</translation>
        </message>
        <message>
            <source>Nothing of this name is at the destination.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>No hay nada con este nombre en el destino.</translation>
        </message>
        <message>
            <source>Nothing of this name was at the destination at that time, as far as it is known.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>Que se sepa, en ese momento no había nada con este nombre en el destino.</translation>
        </message>
        <message>
            <source>{0} are needed in {1}, but only {2} are free there. Make room, or restore to another disk.</source>
            <extracomment>engine/restoring/restore.py {0}: amount(needed), {1}: self._target.shown, {2}: amount(free)</extracomment>
            <translation>Se necesitan {0} en {1}, pero allí solo hay {2} libres. Libere espacio, o restaure en otro disco.</translation>
        </message>
        <message>
            <source>For this computer "{0}" is the same name; restore this one by itself, to another folder.</source>
            <extracomment>engine/restoring/restore.py {0}: rival</extracomment>
            <translation>Para este equipo, "{0}" es el mismo nombre; restaure este por separado, en otra carpeta.</translation>
        </message>
        <message>
            <source>Again and again something else takes the name of this file here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Una y otra vez, algo distinto ocupa aquí el nombre de este archivo.</translation>
        </message>
        <message>
            <source>A folder has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Aquí una carpeta tiene este nombre.</translation>
        </message>
        <message>
            <source>A link or something else that is no file has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Aquí tiene este nombre un enlace u otra cosa que no es un archivo.</translation>
        </message>
        <message>
            <source>The file changed at the destination since it was listed.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>El archivo cambió en el destino desde que se listó.</translation>
        </message>
        <message>
            <source>This service cannot give the file back.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>Este servicio no puede devolver el archivo.</translation>
        </message>
        <message>
            <source>Names of this form are kept for Skynet itself.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Los nombres de esta forma se reservan para el propio Skynet.</translation>
        </message>
        <message>
            <source>Such a path could lead out of the folder, so it is not restored.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Una ruta así podría salir de la carpeta, por lo que no se restaura.</translation>
        </message>
        <message>
            <source>No file on this computer can have this name.</source>
            <extracomment>engine/restoring/names.py; engine/restoring/target.py</extracomment>
            <translation>Ningún archivo de este equipo puede tener este nombre.</translation>
        </message>
        <message>
            <source>This computer would drop the dot or space at the end of this name.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>Este equipo quitaría el punto o el espacio del final de este nombre.</translation>
        </message>
        <message>
            <source>Another restore is bringing this file back right now.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Otra restauración está recuperando este archivo ahora mismo.</translation>
        </message>
        <message>
            <source>Something that is no file has the name of an unfinished copy here.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>Algo que no es un archivo tiene aquí el nombre de una copia sin terminar.</translation>
        </message>
        <message>
            <source>It is no longer at the destination.</source>
            <extracomment>engine/restoring/same.py</extracomment>
            <translation>Ya no está en el destino.</translation>
        </message>
        <message>
            <source>A link here has the name of a folder, and may lead elsewhere.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Aquí un enlace tiene el nombre de una carpeta y puede llevar a otro lugar.</translation>
        </message>
        <message>
            <source>A file here has the name of a folder.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Aquí un archivo tiene el nombre de una carpeta.</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Make it, or choose another one.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>La carpeta {0} no está. Créela, o elija otra.</translation>
        </message>
        <message>
            <source>The disk of {0} is full. Make room, then restore again.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>El disco de {0} está lleno. Libere espacio y restaure de nuevo.</translation>
        </message>
        <message>
            <source>Nothing can be written to the folder {0}: {1}.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown, {1}: detail</extracomment>
            <translation>No se puede escribir nada en la carpeta {0}: {1}.</translation>
        </message>
        <message>
            <source>The disk of {0} can no longer be reached.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>Ya no se puede acceder al disco de {0}.</translation>
        </message>
        <message>
            <source>This computer cannot hold this name or size: {0}.</source>
            <extracomment>engine/restoring/target.py {0}: detail</extracomment>
            <translation>Este equipo no admite este nombre o tamaño: {0}.</translation>
        </message>
        <message>
            <source>The file may not be written here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>No se permite escribir aquí el archivo.</translation>
        </message>
        <message>
            <source>Something of another kind has this name here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>Aquí algo de otro tipo tiene este nombre.</translation>
        </message>
        <message>
            <source>{0} paths could not be mirrored.</source>
            <extracomment>engine/standing.py {0}: issues</extracomment>
            <translation>No se pudieron replicar {0} rutas.</translation>
        </message>
        <message>
            <source>{0} folders cannot be watched and are looked at every {1} s; raise fs.inotify.max_user_watches.</source>
            <extracomment>engine/standing.py {0}: len(self._patrol.unwatched), {1}: self._m.spec.poll_seconds</extracomment>
            <translation>{0} carpetas no se pueden vigilar y se revisan cada {1} s; aumente fs.inotify.max_user_watches.</translation>
        </message>
        <message>
            <source>1 file at the destination is not as it should be; verification shows which.</source>
            <extracomment>engine/status.py</extracomment>
            <translation>1 archivo del destino no está como debería; la verificación muestra cuál.</translation>
        </message>
        <message>
            <source>{0} files at the destination are not as they should be; verification shows which.</source>
            <extracomment>engine/status.py {0}: count</extracomment>
            <translation>{0} archivos del destino no están como deberían; la verificación muestra cuáles.</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>engine/verifying/run.py; engine/verifying/verifier.py</extracomment>
            <translation>Se detuvo.</translation>
        </message>
        <message>
            <source>Nothing is sent now; it is tried again later.</source>
            <extracomment>engine/verifying/verifier.py</extracomment>
            <translation>Ahora no se envía nada; se vuelve a intentar más tarde.</translation>
        </message>
        <message>
            <source>It is here and not at the destination.</source>
            <extracomment>engine/verifying/judging.py; engine/verifying/reading.py</extracomment>
            <translation>Está aquí y no en el destino.</translation>
        </message>
        <message>
            <source>It is gone here and still at the destination.</source>
            <extracomment>engine/verifying/judging.py</extracomment>
            <translation>Ya no está aquí y sigue en el destino.</translation>
        </message>
        <message>
            <source>It has {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: counted(here, 'byte'), {1}: counted(there, 'byte')</extracomment>
            <translation>Ocupa {0} aquí y {1} en el destino.</translation>
        </message>
        <message>
            <source>Its time is {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: _moment(here_ns), {1}: _moment(there_ns)</extracomment>
            <translation>Su hora es {0} aquí y {1} en el destino.</translation>
        </message>
        <message>
            <source>This service cannot list its files, so nothing can be verified.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Este servicio no puede listar sus archivos, así que no se puede verificar nada.</translation>
        </message>
        <message>
            <source>This service gives no file back, so only a quick verification is possible.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>Este servicio no devuelve ningún archivo, así que solo es posible una verificación rápida.</translation>
        </message>
        <message>
            <source>Its content at the destination is not what it is here.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Su contenido en el destino no es el que tiene aquí.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk; the destination holds what was sent. Restore it, or save it anew to send it.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Cambió aquí aunque nada indica que alguien lo guardara, como en un disco que falla; el destino contiene lo que se envió. Restáurelo, o guárdelo de nuevo para enviarlo.</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk, and the destination holds something else again. Look at both.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>Cambió aquí aunque nada indica que alguien lo guardara, como en un disco que falla, y el destino contiene además otra cosa distinta. Revise los dos.</translation>
        </message>
        <message>
            <source>What was listed cannot be kept on this computer's disk: {0}.</source>
            <extracomment>engine/verifying/run.py {0}: error</extracomment>
            <translation>Lo que se listó no se puede guardar en el disco de este equipo: {0}.</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it.</source>
            <extracomment>engine/verifying/run.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>La carpeta {0} no está ({1}). Si está en una unidad, conéctela.</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before.</source>
            <extracomment>engine/verifying/run.py {0}: folder</extracomment>
            <translation>La carpeta {0} no es la que se replicaba antes.</translation>
        </message>
        <message>
            <source>Starting at login: {0} cannot be {1}: {2}. Make that folder yours to write in, or add Skynet to the programs that start at login by hand.</source>
            <extracomment>host/autostart/base.py {0}: path, {1}: done, {2}: detail</extracomment>
            <translation>Inicio con la sesión: no se puede {1} {0}: {2}. Haga que pueda escribir en esa carpeta, o añada a mano Skynet a los programas que se inician con la sesión.</translation>
        </message>
        <message>
            <source>written</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>escribir</translation>
        </message>
        <message>
            <source>removed</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>eliminar</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program is not valid text, which a desktop cannot start. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/linux.py</extracomment>
            <translation>Inicio con la sesión: la ruta de este programa no es texto válido y un escritorio no puede iniciarla. Muévalo a una carpeta con un nombre corriente.</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program holds characters that macOS cannot start it by. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Inicio con la sesión: la ruta de este programa contiene caracteres con los que macOS no puede iniciarlo. Muévalo a una carpeta con un nombre corriente.</translation>
        </message>
        <message>
            <source>Starting at login: Windows starts nothing by a line of more than {0} characters, and this one has {1}: {2}. Use shorter folder names.</source>
            <extracomment>host/autostart/windows.py {0}: _LONGEST, {1}: len(line), {2}: line</extracomment>
            <translation>Inicio con la sesión: Windows no inicia nada con una línea de más de {0} caracteres, y esta tiene {1}: {2}. Use nombres de carpeta más cortos.</translation>
        </message>
        <message>
            <source>Starting at login: the entry in the registry cannot be {0}: {1}. Whoever looks after this computer may have forbidden it.</source>
            <extracomment>host/autostart/windows.py {0}: done, {1}: detail</extracomment>
            <translation>Inicio con la sesión: no se puede {0} la entrada del Registro de Windows: {1}. Puede que quien administra este equipo lo haya prohibido.</translation>
        </message>
        <message>
            <source>This is not a question.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>Esto no es una pregunta.</translation>
        </message>
        <message>
            <source>The running Skynet does not answer.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>El Skynet en ejecución no responde.</translation>
        </message>
        <message>
            <source>The running Skynet broke off: {0}.</source>
            <extracomment>host/channel.py {0}: error or type(error).__name__</extracomment>
            <translation>El Skynet en ejecución cortó la comunicación: {0}.</translation>
        </message>
        <message>
            <source>The answer makes no sense.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>La respuesta no tiene sentido.</translation>
        </message>
        <message>
            <source>the seal is wrong</source>
            <extracomment>host/channel.py</extracomment>
            <translation>el sello no es correcto</translation>
        </message>
        <message>
            <source>no address for the control channel</source>
            <extracomment>host/channel.py</extracomment>
            <translation>no hay dirección para el canal de control</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}.</source>
            <extracomment>host/instance.py {0}: self._pid_file.parent, {1}: detail</extracomment>
            <translation>No se puede usar {0}: {1}.</translation>
        </message>
        <message>
            <source>{0} is no longer there.</source>
            <extracomment>host/opening.py {0}: whole</extracomment>
            <translation>{0} ya no está.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1} is missing.</source>
            <extracomment>host/opening.py {0}: path, {1}: error.filename or 'what opens files'</extracomment>
            <translation>No se puede abrir {0}: falta {1}.</translation>
        </message>
        <message>
            <source>what opens files</source>
            <extracomment>host/opening.py</extracomment>
            <translation>lo que abre archivos</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1}.</source>
            <extracomment>host/opening.py {0}: url, {1}: error.strerror or error; host/opening.py {0}: path, {1}: detail</extracomment>
            <translation>No se puede abrir {0}: {1}.</translation>
        </message>
        <message>
            <source>One path could not be mirrored.</source>
            <extracomment>engine/standing.py</extracomment>
            <translation>No se pudo replicar una ruta.</translation>
        </message>
        <message>
            <source>Starting at login: this program runs from a disk image, or from where macOS puts what was not moved yet, and will not be there at the next login. Drag Skynet Desktop to the Applications folder and open it there.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>Inicio con la sesión: este programa se ejecuta desde una imagen de disco, o desde donde macOS coloca lo que aún no se ha movido, y no estará ahí en el próximo inicio de sesión. Arrastre Skynet Desktop a la carpeta Aplicaciones y ábralo allí.</translation>
        </message>
        <message>
            <source>{0} is no address that may be opened.</source>
            <extracomment>host/opening.py {0}: url[:80]</extracomment>
            <translation>{0} no es una dirección que se pueda abrir.</translation>
        </message>
        <message>
            <source>{0} cannot be opened: no program was found for it.</source>
            <extracomment>host/opening.py {0}: path</extracomment>
            <translation>No se puede abrir {0}: no se encontró ningún programa para ello.</translation>
        </message>
        <message>
            <source>The monitor's token is missing. Make one in Skywatch, and enter it.</source>
            <extracomment>monitoring.py</extracomment>
            <translation>Falta el token del monitor. Cree uno en Skywatch e introdúzcalo.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be made: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>No se puede crear la bandeja de salida del monitor: {0}.</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>No se puede escribir en la bandeja de salida del monitor: {0}.</translation>
        </message>
        <message>
            <source>The outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>No se puede escribir en la bandeja de salida: {0}.</translation>
        </message>
        <message>
            <source>{0} Not even an empty report.</source>
            <extracomment>notifier/sender.py {0}: error</extracomment>
            <translation>{0} Ni siquiera un informe vacío.</translation>
        </message>
        <message>
            <source>The monitor {0} could not prove who it is: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>El monitor {0} no pudo demostrar quién es: {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot be reached: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>No se puede acceder al monitor {0}: {1}.</translation>
        </message>
        <message>
            <source>The monitor {0} does not take this machine's token. Make a new one there, and enter it here.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>El monitor {0} no acepta el token de este equipo. Cree uno nuevo allí e introdúzcalo aquí.</translation>
        </message>
        <message>
            <source>The monitor {0} is older than this program. It must be updated.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>El monitor {0} es más antiguo que este programa. Hay que actualizarlo.</translation>
        </message>
        <message>
            <source>The monitor {0} cannot take this ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>El monitor {0} no puede aceptar esto ({1}).</translation>
        </message>
        <message>
            <source>The monitor {0} is busy ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>El monitor {0} está ocupado ({1}).</translation>
        </message>
        <message>
            <source>There is no monitor at {0} ({1}). Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>No hay ningún monitor en {0} ({1}). ¿Es correcta la dirección?</translation>
        </message>
        <message>
            <source>What answers at {0} is no monitor. Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>Lo que responde en {0} no es un monitor. ¿Es correcta la dirección?</translation>
        </message>
        <message>
            <source>Have its owner run resources/monitor/postgresql.sql there.</source>
            <extracomment>notifier/targets/postgresql.py</extracomment>
            <translation>Pida a su propietario que ejecute allí resources/monitor/postgresql.sql.</translation>
        </message>
        <message>
            <source>The database {0} cannot take this: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error)</extracomment>
            <translation>La base de datos {0} no puede aceptar esto: {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write: {1} {2}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error), {2}: _HOW</extracomment>
            <translation>La base de datos {0} no permite escribir a este rol: {1} {2}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>La base de datos {0} no permite escribir a este rol. {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let us in: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>La base de datos {0} no nos deja entrar: {1}</translation>
        </message>
        <message>
            <source>The database {0} could not prove who it is: {1} For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>La base de datos {0} no pudo demostrar quién es: {1} En una red de confianza, añada ?sslmode=require o ?sslmode=disable a la URL.</translation>
        </message>
        <message>
            <source>The database {0} cannot be reached: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>No se puede acceder a la base de datos {0}: {1}</translation>
        </message>
        <message>
            <source>The file {0} cannot take this: {1}.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>El archivo {0} no puede aceptar esto: {1}.</translation>
        </message>
        <message>
            <source>The file {0} takes reports.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path</extracomment>
            <translation>El archivo {0} acepta informes.</translation>
        </message>
        <message>
            <source>{0} Update this program.</source>
            <extracomment>notifier/targets/sqlite.py {0}: error</extracomment>
            <translation>{0} Actualice este programa.</translation>
        </message>
        <message>
            <source>{0} must be a whole path from the root on, not {1}.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local); settings/checks.py {0}: where, {1}: quoted(base)</extracomment>
            <translation>{0} debe ser una ruta completa desde la raíz, no {1}.</translation>
        </message>
        <message>
            <source>{0} overlaps the place of the mapping {1} ({2}): each would undo what the other does. Give each a folder of its own there.</source>
            <extracomment>settings/checks.py {0}: settings.where('mappings', mapping.name, 'remote'), {1}: quoted(other.name), {2}: quoted(other.remote)</extracomment>
            <translation>{0} se superpone al lugar de la asignación {1} ({2}): cada una desharía lo que hace la otra. Dé a cada una su propia carpeta allí.</translation>
        </message>
        <message>
            <source>is not there. Make it, plug in its disk, or correct the path.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>no existe. Créela, conecte su disco o corrija la ruta.</translation>
        </message>
        <message>
            <source>is a file. Name the folder that holds it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>es un archivo. Indique la carpeta que lo contiene.</translation>
        </message>
        <message>
            <source>cannot be read: {0}.</source>
            <extracomment>settings/checks.py {0}: error.strerror or error</extracomment>
            <translation>no se puede leer: {0}.</translation>
        </message>
        <message>
            <source>{0}: the folder {1} {2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local), {2}: words</extracomment>
            <translation>{0}: la carpeta {1} {2}</translation>
        </message>
        <message>
            <source>The folder {0} {1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>La carpeta {0} {1}</translation>
        </message>
        <message>
            <source>Add it first.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>Añádalo primero.</translation>
        </message>
        <message>
            <source>{0}: there is no service {1}.{2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.service), {2}: hint</extracomment>
            <translation>{0}: no existe el servicio {1}.{2}</translation>
        </message>
        <message>
            <source>There is no service {0}.{1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>No existe el servicio {0}.{1}</translation>
        </message>
        <message>
            <source>inside the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>dentro de la carpeta que replica</translation>
        </message>
        <message>
            <source>around the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>alrededor de la carpeta que replica</translation>
        </message>
        <message>
            <source>{0}: the destination {1} lies {2} ({3}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(path), {2}: how, {3}: quoted(start.local)</extracomment>
            <translation>{0}: el destino {1} está {2} ({3}), así que se replicaría a sí mismo sin fin. Elija un destino fuera de ella.</translation>
        </message>
        <message>
            <source>The destination {0} lies {1} ({2}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>El destino {0} está {1} ({2}), así que se replicaría a sí mismo sin fin. Elija un destino fuera de ella.</translation>
        </message>
        <message>
            <source>{0}: the mapping {1} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(last.name)</extracomment>
            <translation>{0}: la asignación {1} escribe en esta carpeta lo que sale de ella. Las carpetas que se replican entre sí nunca quedan en reposo: quite una de las dos asignaciones.</translation>
        </message>
        <message>
            <source>The mapping {0} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>La asignación {0} escribe en esta carpeta lo que sale de ella. Las carpetas que se replican entre sí nunca quedan en reposo: quite una de las dos asignaciones.</translation>
        </message>
        <message>
            <source>Another program holds {0}. Try again in a moment.</source>
            <extracomment>settings/file.py {0}: path</extracomment>
            <translation>Otro programa tiene ocupado {0}. Vuelva a intentarlo en un momento.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not UTF-8 text.</source>
            <extracomment>settings/file.py {0}: path, {1}: line</extracomment>
            <translation>{0}, línea {1}: esto no es texto UTF-8.</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>No se puede leer {0}: {1}.</translation>
        </message>
        <message>
            <source>A settings file cannot hold a name that is not valid text.</source>
            <extracomment>settings/file.py</extracomment>
            <translation>Un archivo de configuración no puede contener un nombre que no sea texto válido.</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>No se puede escribir {0}: {1}.</translation>
        </message>
        <message>
            <source>must be a whole number from 1 to {0}.</source>
            <extracomment>settings/migrations.py {0}: current(steps)</extracomment>
            <translation>debe ser un número entero de 1 a {0}.</translation>
        </message>
        <message>
            <source>{0} was written by a newer Skynet Desktop; this one knows {1}. Install the newer one, or take back the file it replaced.</source>
            <extracomment>settings/migrations.py {0}: version, {1}: current(steps)</extracomment>
            <translation>{0} lo escribió un Skynet Desktop más nuevo; este conoce {1}. Instale el más nuevo, o recupere el archivo al que reemplazó.</translation>
        </message>
        <message>
            <source>is no address of a monitor, such as https://skywatch.example.com, postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>no es la dirección de un monitor, como https://skywatch.example.com, postgresql://laptop@db.example.com/skynet o sqlite:///~/monitor.db</translation>
        </message>
        <message>
            <source>must not hold a password or token: leave it out, and enter it in Settings &gt; Monitor or with: skynet monitor set, which keep it in the keyring</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>no debe contener ninguna contraseña ni token: omítalos e introdúzcalos en Configuración &gt; Monitor o con skynet monitor set, que los guardan en el llavero</translation>
        </message>
        <message>
            <source>must begin with https, or the token would travel unprotected</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>debe empezar por https, o el token viajaría sin protección</translation>
        </message>
        <message>
            <source>The folder {0} cannot be made: {1}. Choose another place with --home or SKYNET_HOME.</source>
            <extracomment>settings/paths.py {0}: folder, {1}: detail</extracomment>
            <translation>No se puede crear la carpeta {0}: {1}. Elija otro lugar con --home o SKYNET_HOME.</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not valid TOML: {2}.</source>
            <extracomment>settings/reader.py {0}: file, {1}: line, {2}: message</extracomment>
            <translation>{0}, línea {1}: esto no es TOML válido: {2}.</translation>
        </message>
        <message>
            <source>must name the kind of service, such as "s3".</source>
            <extracomment>settings/reader.py</extracomment>
            <translation>debe indicar el tipo de servicio, por ejemplo "s3".</translation>
        </message>
        <message>
            <source>is missing. {0}</source>
            <extracomment>settings/reader.py {0}: self._help(needed)</extracomment>
            <translation>falta. {0}</translation>
        </message>
        <message>
            <source>is not a setting.{0}</source>
            <extracomment>settings/reader.py {0}: nearest(name, known)</extracomment>
            <translation>no es una opción de configuración.{0}</translation>
        </message>
        <message>
            <source>must be a table of its own: [{0}].</source>
            <extracomment>settings/reader.py {0}: '.'.join(keys)</extracomment>
            <translation>debe ser una tabla propia: [{0}].</translation>
        </message>
        <message>
            <source>is no address such as http://proxy:3128, and not none</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>no es una dirección como http://proxy:3128, ni none</translation>
        </message>
        <message>
            <source>must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and leave this empty</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>no debe contener una contraseña: póngala en la variable HTTPS_PROXY o ALL_PROXY y deje esto vacío</translation>
        </message>
        <message>
            <source>must be {0}, not {1}</source>
            <extracomment>settings/declaring.py {0}: _allowed(allowed, about_it), {1}: quoted(value)</extracomment>
            <translation>no puede ser {1}; debe ser {0}</translation>
        </message>
        <message>
            <source>The destination takes no more data: it is full or a quota is used up.</source>
            <extracomment>connections/sftp/fullness.py</extracomment>
            <translation>El destino no acepta más datos: está lleno o se agotó una cuota.</translation>
        </message>
        <message>
            <source>It is {0} in {1} ({2}).</source>
            <extracomment>doctor/computer.py {0}: moment, {1}: zone, {2}: offset</extracomment>
            <translation>La hora es {0} en {1} ({2}).</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>El monitor {0} acepta informes de este equipo.</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine, known as {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: name</extracomment>
            <translation>El monitor {0} acepta informes de este equipo, que conoce como {1}.</translation>
        </message>
        <message>
            <source>The database {0} takes reports from the role {1}.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: db.info.user</extracomment>
            <translation>La base de datos {0} acepta informes del rol {1}.</translation>
        </message>
        <message>
            <source>{0} The connection is not encrypted.</source>
            <extracomment>notifier/targets/postgresql.py {0}: found</extracomment>
            <translation>{0} La conexión no está cifrada.</translation>
        </message>
        <message>
            <source>The database {0} has no tables for the monitor. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>La base de datos {0} no tiene tablas para el monitor. {1}</translation>
        </message>
        <message>
            <source>The database {0} has tables of version {1}; version {2} is needed. {3}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: found, {2}: schema.VERSION, {3}: _HOW</extracomment>
            <translation>La base de datos {0} tiene tablas de la versión {1}; se necesita la versión {2}. {3}</translation>
        </message>
        <message>
            <source>cannot be understood: {0}</source>
            <extracomment>settings/declaring.py {0}: error</extracomment>
            <translation>no se puede entender: {0}</translation>
        </message>
        <message>
            <source>The name {0} cannot be used: a name has 1 to 64 letters, digits, spaces, dots, '-' or '_', and no space at its ends.</source>
            <extracomment>settings/declaring.py {0}: quoted(name)</extracomment>
            <translation>No se puede usar el nombre {0}: un nombre tiene de 1 a 64 letras, cifras, espacios, puntos, '-' o '_', sin espacios en los extremos.</translation>
        </message>
        <message>
            <source>{0} The last good version is {1}.</source>
            <extracomment>settings/store.py {0}: error, {1}: good</extracomment>
            <translation>{0} La última versión válida es {1}.</translation>
        </message>
        <message>
            <source>The service {0} is used by {1}. Remove the mapping first.</source>
            <extracomment>settings/store.py {0}: quoted(name), {1}: names</extracomment>
            <translation>El servicio {0} lo usa {1}. Quite primero la asignación.</translation>
        </message>
        <message>
            <source>There is no {0} {1}.{2}</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name), {2}: nearest(name, known)</extracomment>
            <translation>No existe {0} {1}.{2}</translation>
        </message>
        <message>
            <source>There is a {0} {1} already. Choose another name, or remove it first.</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name)</extracomment>
            <translation>Ya existe {0} {1}. Elija otro nombre, o quite primero lo que ya existe.</translation>
        </message>
        <message>
            <source>{0} holds a value no settings file can: {1}.</source>
            <extracomment>settings/store.py {0}: '.'.join(keys), {1}: error</extracomment>
            <translation>{0} contiene un valor que no puede estar en un archivo de configuración: {1}.</translation>
        </message>
        <message>
            <source>{0} is written in a way that only a person can change. Make the change by hand.</source>
            <extracomment>settings/store.py {0}: path</extracomment>
            <translation>{0} está escrito de una manera que solo una persona puede cambiar. Haga el cambio a mano.</translation>
        </message>
        <message>
            <source>service</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>el servicio</translation>
        </message>
        <message>
            <source>mapping</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>la asignación</translation>
        </message>
        <message>
            <source>The folders of the try-out cannot be made: {0}.</source>
            <extracomment>tryout.py {0}: error.strerror or error</extracomment>
            <translation>No se pueden crear las carpetas de la demostración: {0}.</translation>
        </message>
        <message>
            <source>The list of releases is older than one seen before; it was ignored.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>La lista de versiones es más antigua que otra ya vista; se ha ignorado.</translation>
        </message>
        <message>
            <source>The list of releases has expired, so it does not tell whether there is a newer version. Is the clock of this computer right?</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>La lista de versiones ha caducado, por lo que no indica si hay una versión más reciente. ¿Es correcto el reloj de este equipo?</translation>
        </message>
        <message>
            <source>This copy of Skynet Desktop comes from no release, so it looks for no new versions.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Esta copia de Skynet Desktop no procede de ninguna publicación, por lo que no busca versiones nuevas.</translation>
        </message>
        <message>
            <source>The list of releases is at an address that is not secure.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La lista de versiones está en una dirección que no es segura.</translation>
        </message>
        <message>
            <source>The list of releases is nowhere: one address leads to the next.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La lista de versiones no está en ninguna parte: una dirección lleva a la siguiente.</translation>
        </message>
        <message>
            <source>{0} has no list of releases (status {1}).</source>
            <extracomment>updates/fetching.py {0}: host, {1}: response.status</extracomment>
            <translation>{0} no tiene ninguna lista de versiones (estado {1}).</translation>
        </message>
        <message>
            <source>The list of releases is larger than it may be.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>La lista de versiones es más grande de lo permitido.</translation>
        </message>
        <message>
            <source>{0} broke off before the list of releases was whole.</source>
            <extracomment>updates/fetching.py {0}: host</extracomment>
            <translation>{0} interrumpió la conexión antes de que la lista de versiones estuviera completa.</translation>
        </message>
        <message>
            <source>it takes too long</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>tarda demasiado</translation>
        </message>
        <message>
            <source>The list of releases cannot be used: {0}.</source>
            <extracomment>updates/checker.py {0}: error</extracomment>
            <translation>La lista de versiones no se puede usar: {0}.</translation>
        </message>
        <message>
            <source>What came is no list of releases that this version can read.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>Lo que ha llegado no es una lista de versiones que esta versión pueda leer.</translation>
        </message>
        <message>
            <source>The list of releases is not signed by the makers of Skynet Desktop, so it was ignored.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>La lista de versiones no está firmada por los autores de Skynet Desktop, por lo que se ha ignorado.</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Permiso denegado</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Operación no permitida</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>No existe el archivo o la carpeta</translation>
        </message>
        <message>
            <source>File exists</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>El archivo ya existe</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>No es una carpeta</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Es una carpeta</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Sistema de archivos de solo lectura</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>No queda espacio en el dispositivo</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Cuota de disco superada</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Dispositivo o recurso ocupado</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Error de entrada/salida</translation>
        </message>
        <message>
            <source>File name too long</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Nombre de archivo demasiado largo</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Conexión rechazada</translation>
        </message>
        <message>
            <source>Connection reset by peer</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Conexión restablecida por el otro extremo</translation>
        </message>
        <message>
            <source>Network is unreachable</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>No se puede acceder a la red</translation>
        </message>
        <message>
            <source>No route to host</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>No hay ruta hasta el host</translation>
        </message>
        <message>
            <source>Connection timed out</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>Se agotó el tiempo de espera de la conexión</translation>
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
            <translation>Este dato es necesario.</translation>
        </message>
        <message>
            <source>A whole number is needed.</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>Debe ser un número entero.</translation>
        </message>
    </context>
    <context>
        <name>mappings</name>
        <message>
            <source>Everything is there already. Nothing has to be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Ya está todo allí. No hay nada que enviar.</translation>
        </message>
        <message>
            <source>The folder is empty. What comes into it will be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>La carpeta está vacía. Se enviará lo que llegue a ella.</translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) will be sent</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>Se enviará %n archivo</numerusform>
                <numerusform>Se enviarán %n archivos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n ya está allí</numerusform>
                <numerusform>%n ya están allí</numerusform>
            </translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>aprox. {0}</translation>
        </message>
        <message>
            <source>In the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>En la carpeta</translation>
        </message>
        <message>
            <source>Already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Ya en el destino</translation>
        </message>
        <message>
            <source>not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>aún no se sabe</translation>
        </message>
        <message>
            <source>Left out</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Se deja fuera</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>No se puede leer</translation>
        </message>
        <message>
            <source>Names the service cannot take</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Nombres que el servicio no admite</translation>
        </message>
        <message>
            <source>Links and devices, never mirrored</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>Enlaces y dispositivos, nunca se replican</translation>
        </message>
        <message>
            <source>Skynet's own files</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Archivos del propio Skynet</translation>
        </message>
        <message>
            <source>Left out: {0}, {1}. Mirrored: {2}, {3}.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Se deja fuera: {0}, {1}. Se replica: {2}, {3}.</translation>
        </message>
        <message numerus="yes">
            <source>and %n other pattern(s)</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>
                <numerusform>y %n patrón más</numerusform>
                <numerusform>y %n patrones más</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in this folder is left out.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>En esta carpeta no se deja fuera nada.</translation>
        </message>
    </context>
    <context>
        <name>question</name>
        <message>
            <source>Remove them there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Eliminarlos también allí</translation>
        </message>
        <message>
            <source>Use this folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Usar esta carpeta</translation>
        </message>
        <message>
            <source>This folder is mirrored from now on, in place of the one before. What is not in it is asked about before it is removed anywhere.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>A partir de ahora se replica esta carpeta, en lugar de la anterior. Antes de eliminar en algún sitio lo que no está en ella, se le preguntará.</translation>
        </message>
        <message>
            <source>Not yet</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Aún no</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the folder from before is back. Plug in its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>No se envía ni se elimina nada hasta que vuelva la carpeta anterior. Conecte su disco, por ejemplo.</translation>
        </message>
        <message>
            <source>Send them all again</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Enviarlos todos de nuevo</translation>
        </message>
        <message>
            <source>What is at the destination now is right: it becomes the mirror, and what is missing there is sent.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Lo que hay ahora en el destino es correcto: pasa a ser la réplica, y se envía lo que falte allí.</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the destination from before is back. Connect its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>No se envía ni se elimina nada hasta que vuelva el destino anterior. Conecte su disco, por ejemplo.</translation>
        </message>
        <message numerus="yes">
            <source>Remove %Ln file(s) there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>Eliminar %Ln archivo también allí</numerusform>
                <numerusform>Eliminar %Ln archivos también allí</numerusform>
            </translation>
        </message>
        <message>
            <source>They are removed at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Se eliminan en el destino. {0}</translation>
        </message>
        <message>
            <source>They are removed at the destination, and nobody can bring them back.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Se eliminan en el destino, y nadie puede recuperarlos.</translation>
        </message>
        <message>
            <source>Keep them there</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Conservarlos allí</translation>
        </message>
        <message>
            <source>They stay at the destination, and are not asked about again. Restore… can bring them back to this computer.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Se quedan en el destino, y no se vuelve a preguntar por ellos. «Restaurar…» puede recuperarlos en este equipo.</translation>
        </message>
        <message>
            <source>Gone from the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Ya no están en la carpeta</translation>
        </message>
        <message>
            <source>Send the changed files</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Enviar los archivos cambiados</translation>
        </message>
        <message numerus="yes">
            <source>Send %Ln changed file(s)</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>Enviar %Ln archivo cambiado</numerusform>
                <numerusform>Enviar %Ln archivos cambiados</numerusform>
            </translation>
        </message>
        <message>
            <source>They replace what is at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Reemplazan lo que hay en el destino. {0}</translation>
        </message>
        <message>
            <source>They replace what is at the destination, and nobody can bring back what was in them.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Reemplazan lo que hay en el destino, y nadie puede recuperar lo que contenían.</translation>
        </message>
        <message>
            <source>Wait, I want to look first</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Esperar, quiero mirar primero</translation>
        </message>
        <message>
            <source>Nothing is sent until you come back and decide. If you did not change these files yourself, a virus may have: what is at the destination is still as it was.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>No se envía nada hasta que vuelva y decida. Si no cambió usted estos archivos, puede que lo haya hecho un virus: lo que hay en el destino sigue como estaba.</translation>
        </message>
        <message>
            <source>Changed in the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Cambiados en la carpeta</translation>
        </message>
        <message>
            <source>Restore… can bring them back at any time.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>«Restaurar…» puede recuperarlos en cualquier momento.</translation>
        </message>
        <message numerus="yes">
            <source>Restore… can bring them back for %n day(s).</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>«Restaurar…» puede recuperarlos durante %n día.</numerusform>
                <numerusform>«Restaurar…» puede recuperarlos durante %n días.</numerusform>
            </translation>
        </message>
        <message>
            <source>Look and decide…</source>
            <extracomment>desktop/window/question.py</extracomment>
            <translation>Ver y decidir…</translation>
        </message>
        <message>
            <source>Yes</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>Sí</translation>
        </message>
        <message>
            <source>No</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>No</translation>
        </message>
    </context>
    <context>
        <name>restore</name>
        <message>
            <source>until {0}</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>hasta {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln version(s)</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>
                <numerusform>%Ln versión</numerusform>
                <numerusform>%Ln versiones</numerusform>
            </translation>
        </message>
        <message>
            <source>As it is there now</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Como está allí ahora</translation>
        </message>
        <message>
            <source>Until {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>Hasta {0}</translation>
        </message>
        <message>
            <source>written {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>escrito: {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>Se recuperó %Ln archivo</numerusform>
                <numerusform>Se recuperaron %Ln archivos</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Todo estaba ya allí</translation>
        </message>
        <message>
            <source>Nothing came back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>No se recuperó nada</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Se detuvo.</translation>
        </message>
        <message>
            <source>Begin again for the rest: what is here is not fetched anew.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>Empiece de nuevo para el resto: lo que ya está aquí no se vuelve a descargar.</translation>
        </message>
        <message>
            <source>{0} did not come back; the first of them are shown.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>No se recuperaron: {0}. Se muestran los primeros.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were the same already.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln archivo ya era igual.</numerusform>
                <numerusform>%Ln archivos ya eran iguales.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln other file(s) of the same name were left as they are.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln archivo distinto con el mismo nombre se dejó como está.</numerusform>
                <numerusform>%Ln archivos distintos con el mismo nombre se dejaron como están.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) got a new name, beside one that was there.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln archivo recibió un nombre nuevo, junto a uno que ya estaba.</numerusform>
                <numerusform>%Ln archivos recibieron un nombre nuevo, junto a uno que ya estaba.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were replaced; what was there lies beside them.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln archivo se reemplazó; lo que había allí está a su lado.</numerusform>
                <numerusform>%Ln archivos se reemplazaron; lo que había allí está a su lado.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are younger than the time you chose, and were left out.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln archivo es posterior al momento elegido y se dejó fuera.</numerusform>
                <numerusform>%Ln archivos son posteriores al momento elegido y se dejaron fuera.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>settings</name>
        <message>
            <source>Language</source>
            <extracomment>setting language: label</extracomment>
            <translation>Idioma</translation>
        </message>
        <message>
            <source>Of all windows and messages.</source>
            <extracomment>setting language: help</extracomment>
            <translation>De todas las ventanas y mensajes.</translation>
        </message>
        <message>
            <source>Appearance</source>
            <extracomment>setting appearance: label</extracomment>
            <translation>Aspecto</translation>
        </message>
        <message>
            <source>Light, dark, or as this computer is set.</source>
            <extracomment>setting appearance: help</extracomment>
            <translation>Claro, oscuro o como esté configurado este equipo.</translation>
        </message>
        <message>
            <source>Secrets are kept in</source>
            <extracomment>setting keyring: label</extracomment>
            <translation>Los secretos se guardan en</translation>
        </message>
        <message>
            <source>Empty for this system's keyring; "session" to ask after each start and keep nothing; or the full name of a keyring backend you trust.</source>
            <extracomment>setting keyring: help</extracomment>
            <translation>Vacío para el llavero de este sistema; "session" para pedirlos después de cada inicio y no guardar nada; o el nombre completo de un llavero (backend) de su confianza.</translation>
        </message>
        <message>
            <source>Look again every (seconds)</source>
            <extracomment>setting poll_seconds: label</extracomment>
            <translation>Volver a revisar cada (segundos)</translation>
        </message>
        <message>
            <source>How often folders are looked through that this system cannot watch.</source>
            <extracomment>setting poll_seconds: help</extracomment>
            <translation>Cada cuánto se revisan las carpetas que este sistema no puede vigilar.</translation>
        </message>
        <message>
            <source>Look for new versions once a day</source>
            <extracomment>setting updates: label</extracomment>
            <translation>Buscar versiones nuevas una vez al día</translation>
        </message>
        <message>
            <source>Reads the list of releases on the web. Nothing about you, this computer or your files is sent, and nothing is ever installed by itself.</source>
            <extracomment>setting updates: help</extracomment>
            <translation>Lee la lista de versiones en la web. No se envía nada sobre usted, este equipo ni sus archivos, y nunca se instala nada por sí solo.</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>setting log_level: label</extracomment>
            <translation>Registro</translation>
        </message>
        <message>
            <source>How much is written to the log.</source>
            <extracomment>setting log_level: help</extracomment>
            <translation>Cuánto se escribe en el registro.</translation>
        </message>
        <message>
            <source>Completed</source>
            <extracomment>setting completed: label</extracomment>
            <translation>Completado</translation>
        </message>
        <message>
            <source>A burst of changes has arrived.</source>
            <extracomment>setting completed: help</extracomment>
            <translation>Ha llegado una serie de cambios.</translation>
        </message>
        <message>
            <source>Disconnected</source>
            <extracomment>setting disconnected: label</extracomment>
            <translation>Desconectado</translation>
        </message>
        <message>
            <source>A service cannot be reached.</source>
            <extracomment>setting disconnected: help</extracomment>
            <translation>No se puede acceder a un servicio.</translation>
        </message>
        <message>
            <source>Reconnected</source>
            <extracomment>setting reconnected: label</extracomment>
            <translation>Reconectado</translation>
        </message>
        <message>
            <source>It can be reached again.</source>
            <extracomment>setting reconnected: help</extracomment>
            <translation>Se puede acceder de nuevo.</translation>
        </message>
        <message>
            <source>Issue</source>
            <extracomment>setting issue: label</extracomment>
            <translation>Problema</translation>
        </message>
        <message>
            <source>A file could not be mirrored.</source>
            <extracomment>setting issue: help</extracomment>
            <translation>No se pudo replicar un archivo.</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>setting action_required: label</extracomment>
            <translation>Acción necesaria</translation>
        </message>
        <message>
            <source>Only you can decide how to go on.</source>
            <extracomment>setting action_required: help</extracomment>
            <translation>Solo usted puede decidir cómo continuar.</translation>
        </message>
        <message>
            <source>New version</source>
            <extracomment>setting update: label</extracomment>
            <translation>Nueva versión</translation>
        </message>
        <message>
            <source>There is a newer Skynet Desktop.</source>
            <extracomment>setting update: help</extracomment>
            <translation>Hay un Skynet Desktop más reciente.</translation>
        </message>
        <message>
            <source>Tell of a lost service after (seconds)</source>
            <extracomment>setting grace_seconds: label</extracomment>
            <translation>Avisar de un servicio perdido tras (segundos)</translation>
        </message>
        <message>
            <source>Shorter interruptions pass without a word.</source>
            <extracomment>setting grace_seconds: help</extracomment>
            <translation>Las interrupciones más cortas pasan sin aviso.</translation>
        </message>
        <message>
            <source>Transfers at once</source>
            <extracomment>setting transfers: label</extracomment>
            <translation>Transferencias simultáneas</translation>
        </message>
        <message>
            <source>How many files of a mapping are on their way together; 0 finds it by itself.</source>
            <extracomment>setting transfers: help</extracomment>
            <translation>Cuántos archivos de una asignación se envían a la vez; 0 lo decide automáticamente.</translation>
        </message>
        <message>
            <source>Upload limit (MB/s)</source>
            <extracomment>setting limit: label</extracomment>
            <translation>Límite de subida (MB/s)</translation>
        </message>
        <message>
            <source>For all services together; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Para todos los servicios juntos; 0 para ninguno.</translation>
        </message>
        <message>
            <source>Timetable</source>
            <extracomment>setting timetable: label</extracomment>
            <translation>Horario</translation>
        </message>
        <message>
            <source>Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "mon-fri 08:00-18:00 1.5".</source>
            <extracomment>setting timetable: help</extracomment>
            <translation>Otros límites a otras horas, uno por línea: días, horas, MB/s (0 para ninguno), como "mon-fri 08:00-18:00 1.5".</translation>
        </message>
        <message>
            <source>On a metered connection</source>
            <extracomment>setting metered: label</extracomment>
            <translation>En una conexión de uso medido</translation>
        </message>
        <message>
            <source>Such as a phone's: wait for another one, or send all the same.</source>
            <extracomment>setting metered: help</extracomment>
            <translation>Como la de un teléfono: esperar otra, o enviar de todos modos.</translation>
        </message>
        <message>
            <source>Proxy</source>
            <extracomment>setting proxy: label</extracomment>
            <translation>Proxy</translation>
        </message>
        <message>
            <source>Empty for the system's own, none, or an address such as http://proxy:3128 or socks5://proxy:1080.</source>
            <extracomment>setting proxy: help</extracomment>
            <translation>Vacío para usar el del sistema, none, o una dirección como http://proxy:3128 o socks5://proxy:1080.</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>setting local: label; option path of local: label</extracomment>
            <translation>Carpeta</translation>
        </message>
        <message>
            <source>The folder on this computer.</source>
            <extracomment>setting local: help</extracomment>
            <translation>La carpeta de este equipo.</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>setting service: label</extracomment>
            <translation>Servicio</translation>
        </message>
        <message>
            <source>Where it goes.</source>
            <extracomment>setting service: help</extracomment>
            <translation>Adónde va.</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>setting remote: label</extracomment>
            <translation>Lugar en el destino</translation>
        </message>
        <message>
            <source>The folder at the service; empty for its top.</source>
            <extracomment>setting remote: help</extracomment>
            <translation>La carpeta en el servicio; vacío para su raíz.</translation>
        </message>
        <message>
            <source>Complete sync</source>
            <extracomment>setting complete_sync: label</extracomment>
            <translation>Sincronización completa</translation>
        </message>
        <message>
            <source>What is deleted here is deleted there too.</source>
            <extracomment>setting complete_sync: help</extracomment>
            <translation>Lo que se elimina aquí se elimina también allí.</translation>
        </message>
        <message>
            <source>Leave out</source>
            <extracomment>setting ignore: label</extracomment>
            <translation>Dejar fuera</translation>
        </message>
        <message>
            <source>Patterns as in a .gitignore file, one a line.</source>
            <extracomment>setting ignore: help</extracomment>
            <translation>Patrones como en un archivo .gitignore, uno por línea.</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>setting paused: label</extracomment>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>Nothing is sent until it is resumed.</source>
            <extracomment>setting paused: help</extracomment>
            <translation>No se envía nada hasta que se reanude.</translation>
        </message>
        <message>
            <source>Paused until</source>
            <extracomment>setting paused_until: label</extracomment>
            <translation>En pausa hasta</translation>
        </message>
        <message>
            <source>When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.</source>
            <extracomment>setting paused_until: help</extracomment>
            <translation>Cuándo termina una pausa automáticamente, como 2026-11-23T08:00:00+01:00; vacío para nunca.</translation>
        </message>
        <message>
            <source>Send only at</source>
            <extracomment>setting hours: label</extracomment>
            <translation>Enviar solo en</translation>
        </message>
        <message>
            <source>Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.</source>
            <extracomment>setting hours: help</extracomment>
            <translation>Días y horas, uno por línea, como "mon-fri 22:00-06:00"; ninguno para siempre.</translation>
        </message>
        <message>
            <source>For this mapping alone; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>Solo para esta asignación; 0 para ninguno.</translation>
        </message>
        <message>
            <source>Compare every (minutes)</source>
            <extracomment>setting rescan_minutes: label</extracomment>
            <translation>Comparar cada (minutos)</translation>
        </message>
        <message>
            <source>How often the whole folder is compared with what the service holds.</source>
            <extracomment>setting rescan_minutes: help</extracomment>
            <translation>Cada cuánto se compara la carpeta entera con lo que contiene el servicio.</translation>
        </message>
        <message>
            <source>Quiet period (seconds)</source>
            <extracomment>setting quiet_seconds: label</extracomment>
            <translation>Tiempo de reposo (segundos)</translation>
        </message>
        <message>
            <source>How long a file must rest before it is taken, where nobody tells that it was closed.</source>
            <extracomment>setting quiet_seconds: help</extracomment>
            <translation>Cuánto debe estar en reposo un archivo antes de tomarlo, cuando nada indica que se cerró.</translation>
        </message>
        <message>
            <source>Ask before deleting more files than</source>
            <extracomment>setting delete_limit_count: label</extracomment>
            <translation>Preguntar antes de eliminar más archivos que</translation>
        </message>
        <message>
            <source>More deletions than this in one sweep wait for a yes.</source>
            <extracomment>setting delete_limit_count: help</extracomment>
            <translation>Si en una comparación hay más eliminaciones que estas, esperan un sí.</translation>
        </message>
        <message>
            <source>Ask before deleting a larger share than</source>
            <extracomment>setting delete_limit_share: label</extracomment>
            <translation>Preguntar antes de eliminar una parte mayor que</translation>
        </message>
        <message>
            <source>More than this share of all mirrored files in one sweep waits for a yes.</source>
            <extracomment>setting delete_limit_share: help</extracomment>
            <translation>Si en una comparación se elimina más que esta parte de todos los archivos replicados, se espera un sí.</translation>
        </message>
        <message>
            <source>Ask before replacing a larger share than</source>
            <extracomment>setting change_limit_share: label</extracomment>
            <translation>Preguntar antes de reemplazar una parte mayor que</translation>
        </message>
        <message>
            <source>When more than this share of all mirrored files, untouched for a day, changes at once, the mapping asks first: it may be a virus that encrypts them.</source>
            <extracomment>setting change_limit_share: help</extracomment>
            <translation>Si cambia a la vez más que esta parte de todos los archivos replicados, sin tocar durante un día, la asignación pregunta primero: puede ser un virus que los cifra.</translation>
        </message>
        <message>
            <source>Keep at the destination</source>
            <extracomment>setting keep: label</extracomment>
            <translation>Conservar en el destino</translation>
        </message>
        <message>
            <source>What is removed or replaced there goes to a dated trash folder first, or stays as a version where the service keeps those.</source>
            <extracomment>setting keep: help</extracomment>
            <translation>Lo que se elimina o se reemplaza allí va primero a una carpeta de papelera con fecha, o se queda como versión si el servicio las guarda.</translation>
        </message>
        <message>
            <source>Keep it for (days)</source>
            <extracomment>setting keep_days: label</extracomment>
            <translation>Conservarlo durante (días)</translation>
        </message>
        <message>
            <source>How long the trash folder at the destination keeps a file; 0 for ever.</source>
            <extracomment>setting keep_days: help</extracomment>
            <translation>Cuánto tiempo conserva un archivo la carpeta de papelera del destino; 0 para siempre.</translation>
        </message>
        <message>
            <source>Verify every (days)</source>
            <extracomment>setting verify_days: label</extracomment>
            <translation>Verificar cada (días)</translation>
        </message>
        <message>
            <source>How often it is proven anew that the destination holds what is here; 0 for never.</source>
            <extracomment>setting verify_days: help</extracomment>
            <translation>Cada cuánto se demuestra de nuevo que el destino contiene lo que hay aquí; 0 para nunca.</translation>
        </message>
        <message>
            <source>Verify by reading back</source>
            <extracomment>setting verify_deep: label</extracomment>
            <translation>Verificar volviendo a leer</translation>
        </message>
        <message>
            <source>Each content is read back and compared, which costs as much as a download.</source>
            <extracomment>setting verify_deep: help</extracomment>
            <translation>Cada contenido se vuelve a leer y se compara, lo que cuesta tanto como una descarga.</translation>
        </message>
        <message>
            <source>Folder on this computer or a mounted disk</source>
            <extracomment>kind of service: local</extracomment>
            <translation>Carpeta de este equipo o de un disco montado</translation>
        </message>
        <message>
            <source>The folder to mirror into, for example on another disk or a mounted share.</source>
            <extracomment>option path of local: help</extracomment>
            <translation>La carpeta en la que se replica, por ejemplo en otro disco o en un recurso compartido montado.</translation>
        </message>
        <message>
            <source>Only while a disk is mounted there</source>
            <extracomment>option mounted of local: label</extracomment>
            <translation>Solo mientras haya un disco montado allí</translation>
        </message>
        <message>
            <source>Waits while the folder lies on the system's own disk, as an empty mount point does.</source>
            <extracomment>option mounted of local: help</extracomment>
            <translation>Espera mientras la carpeta esté en el disco del sistema, como ocurre con un punto de montaje vacío.</translation>
        </message>
        <message>
            <source>Amazon S3 or compatible</source>
            <extracomment>kind of service: s3</extracomment>
            <translation>Amazon S3 o compatible</translation>
        </message>
        <message>
            <source>Bucket</source>
            <extracomment>option bucket of s3: label</extracomment>
            <translation>Bucket</translation>
        </message>
        <message>
            <source>The bucket must exist already.</source>
            <extracomment>option bucket of s3: help</extracomment>
            <translation>El bucket debe existir ya.</translation>
        </message>
        <message>
            <source>Address</source>
            <extracomment>setting url: label; option endpoint_url of s3: label</extracomment>
            <translation>Dirección</translation>
        </message>
        <message>
            <source>Tell the monitor</source>
            <extracomment>setting enabled: label</extracomment>
            <translation>Informar al monitor</translation>
        </message>
        <message>
            <source>Off keeps the address and tells nothing.</source>
            <extracomment>setting enabled: help</extracomment>
            <translation>Desactivado conserva la dirección y no informa de nada.</translation>
        </message>
        <message>
            <source>Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such as postgresql://laptop@db.example.com/skynet. Empty for no monitor.</source>
            <extracomment>setting url: help</extracomment>
            <translation>De Skywatch, como https://skywatch.example.com; o de una base de datos PostgreSQL, como postgresql://laptop@db.example.com/skynet. Vacío para ningún monitor.</translation>
        </message>
        <message>
            <source>Name of this machine</source>
            <extracomment>setting machine_name: label</extracomment>
            <translation>Nombre de este equipo</translation>
        </message>
        <message>
            <source>As the monitor shows it; empty for this computer's own name.</source>
            <extracomment>setting machine_name: help</extracomment>
            <translation>Como lo muestra el monitor; vacío para el nombre propio del equipo.</translation>
        </message>
        <message>
            <source>Hide names of files and folders</source>
            <extracomment>setting hide_paths: label</extracomment>
            <translation>Ocultar los nombres de archivos y carpetas</translation>
        </message>
        <message>
            <source>The monitor then sees numbers, sizes, states and general reasons, but no names. What it was told before, its history keeps.</source>
            <extracomment>setting hide_paths: help</extracomment>
            <translation>El monitor ve entonces cantidades, tamaños, estados y motivos generales, pero ningún nombre. Lo que supo antes queda en su historial.</translation>
        </message>
        <message>
            <source>Such as https://s3.example.com. Empty for Amazon itself.</source>
            <extracomment>option endpoint_url of s3: help</extracomment>
            <translation>Como https://s3.example.com. Vacío para Amazon.</translation>
        </message>
        <message>
            <source>Region</source>
            <extracomment>option region of s3: label; preset aws, question region: label</extracomment>
            <translation>Región</translation>
        </message>
        <message>
            <source>Such as eu-central-1.</source>
            <extracomment>option region of s3: help</extracomment>
            <translation>Como eu-central-1.</translation>
        </message>
        <message>
            <source>Addressing style</source>
            <extracomment>option addressing_style of s3: label</extracomment>
            <translation>Estilo de direcciones</translation>
        </message>
        <message>
            <source>Where the bucket's name stands in the address: in its path, or in front of the host's name (virtual). Auto: path wherever an address is given.</source>
            <extracomment>option addressing_style of s3: help</extracomment>
            <translation>Dónde está el nombre del bucket en la dirección: en su ruta, o delante del nombre del host (virtual). Auto: en la ruta siempre que se indique una dirección.</translation>
        </message>
        <message>
            <source>Folder in the bucket</source>
            <extracomment>option prefix of s3: label</extracomment>
            <translation>Carpeta en el bucket</translation>
        </message>
        <message>
            <source>Everything stays below it.</source>
            <extracomment>option prefix of s3: help</extracomment>
            <translation>Todo queda dentro de ella.</translation>
        </message>
        <message>
            <source>Sign in with</source>
            <extracomment>option auth of s3: label; option auth of sftp: label</extracomment>
            <translation>Iniciar sesión con</translation>
        </message>
        <message>
            <source>Keys given here, or this computer's own AWS settings (environment).</source>
            <extracomment>option auth of s3: help</extracomment>
            <translation>Claves indicadas aquí, o la configuración de AWS de este equipo (environment).</translation>
        </message>
        <message>
            <source>Access key ID</source>
            <extracomment>option access_key_id of s3: label</extracomment>
            <translation>ID de la clave de acceso</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <extracomment>option secret_access_key of s3: label</extracomment>
            <translation>Clave de acceso secreta</translation>
        </message>
        <message>
            <source>Storage class</source>
            <extracomment>option storage_class of s3: label</extracomment>
            <translation>Clase de almacenamiento</translation>
        </message>
        <message>
            <source>Such as STANDARD_IA.</source>
            <extracomment>option storage_class of s3: help</extracomment>
            <translation>Como STANDARD_IA.</translation>
        </message>
        <message>
            <source>Encryption at the server</source>
            <extracomment>option sse of s3: label</extracomment>
            <translation>Cifrado en el servidor</translation>
        </message>
        <message>
            <source>None: whatever the bucket's own default is.</source>
            <extracomment>option sse of s3: help</extracomment>
            <translation>Ninguno: lo que tenga el bucket como valor predeterminado.</translation>
        </message>
        <message>
            <source>SFTP server</source>
            <extracomment>kind of service: sftp</extracomment>
            <translation>Servidor SFTP</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>option host of sftp: label</extracomment>
            <translation>Servidor</translation>
        </message>
        <message>
            <source>Name or address of the SSH server.</source>
            <extracomment>option host of sftp: help</extracomment>
            <translation>Nombre o dirección del servidor SSH.</translation>
        </message>
        <message>
            <source>Port</source>
            <extracomment>option port of sftp: label</extracomment>
            <translation>Puerto</translation>
        </message>
        <message>
            <source>User</source>
            <extracomment>option username of sftp: label</extracomment>
            <translation>Usuario</translation>
        </message>
        <message>
            <source>Left empty: the name you are logged in with here.</source>
            <extracomment>option username of sftp: help</extracomment>
            <translation>Vacío: el nombre con el que inició sesión aquí.</translation>
        </message>
        <message>
            <source>auto tries what there is: key file, SSH agent, your usual keys, password. environment uses agent and key file and no stored secret.</source>
            <extracomment>option auth of sftp: help</extracomment>
            <translation>auto prueba lo que haya: archivo de clave, agente SSH, sus claves habituales, contraseña. environment usa el agente y el archivo de clave y ningún secreto guardado.</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>option key_file of sftp: label</extracomment>
            <translation>Archivo de clave</translation>
        </message>
        <message>
            <source>A private key; left empty: your usual keys.</source>
            <extracomment>option key_file of sftp: help</extracomment>
            <translation>Una clave privada; vacío: sus claves habituales.</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>option password of sftp: label</extracomment>
            <translation>Contraseña</translation>
        </message>
        <message>
            <source>Passphrase of the key</source>
            <extracomment>option passphrase of sftp: label</extracomment>
            <translation>Frase de contraseña de la clave</translation>
        </message>
        <message>
            <source>Known hosts file</source>
            <extracomment>option known_hosts of sftp: label</extracomment>
            <translation>Archivo de hosts conocidos</translation>
        </message>
        <message>
            <source>Left empty: ~/.ssh/known_hosts and the system's.</source>
            <extracomment>option known_hosts of sftp: help</extracomment>
            <translation>Vacío: ~/.ssh/known_hosts y el del sistema.</translation>
        </message>
        <message>
            <source>Host key</source>
            <extracomment>option host_key of sftp: label</extracomment>
            <translation>Clave de host</translation>
        </message>
        <message>
            <source>The server's key if you decided to trust it: its fingerprint (SHA256:...) or the public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.</source>
            <extracomment>option host_key of sftp: help</extracomment>
            <translation>La clave del servidor, si decidió confiar en ella: su huella (SHA256:...) o la propia clave pública (ssh-ed25519 AAAA...). Tiene prioridad sobre el archivo de hosts conocidos.</translation>
        </message>
        <message>
            <source>Amazon S3</source>
            <extracomment>preset aws: title</extracomment>
            <translation>Amazon S3</translation>
        </message>
        <message>
            <source>In the AWS console under IAM &gt; Users &gt; your user &gt; Security credentials.</source>
            <extracomment>preset aws: where to find what is asked for</extracomment>
            <translation>En la consola de AWS, en IAM &gt; Usuarios &gt; su usuario &gt; Credenciales de seguridad.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the S3 console.</source>
            <extracomment>preset aws, question region: help</extracomment>
            <translation>La que aparece junto al bucket en la consola de S3.</translation>
        </message>
        <message>
            <source>US East (N. Virginia)</source>
            <extracomment>preset aws: name of region us-east-1</extracomment>
            <translation>Este de EE. UU. (Norte de Virginia)</translation>
        </message>
        <message>
            <source>US East (Ohio)</source>
            <extracomment>preset aws: name of region us-east-2</extracomment>
            <translation>Este de EE. UU. (Ohio)</translation>
        </message>
        <message>
            <source>US West (N. California)</source>
            <extracomment>preset aws: name of region us-west-1</extracomment>
            <translation>Oeste de EE. UU. (Norte de California)</translation>
        </message>
        <message>
            <source>US West (Oregon)</source>
            <extracomment>preset aws: name of region us-west-2</extracomment>
            <translation>Oeste de EE. UU. (Oregón)</translation>
        </message>
        <message>
            <source>Canada (Central)</source>
            <extracomment>preset aws: name of region ca-central-1</extracomment>
            <translation>Canadá (centro)</translation>
        </message>
        <message>
            <source>Europe (Frankfurt)</source>
            <extracomment>preset aws: name of region eu-central-1</extracomment>
            <translation>Europa (Fráncfort)</translation>
        </message>
        <message>
            <source>Europe (Ireland)</source>
            <extracomment>preset aws: name of region eu-west-1</extracomment>
            <translation>Europa (Irlanda)</translation>
        </message>
        <message>
            <source>Europe (London)</source>
            <extracomment>preset aws: name of region eu-west-2</extracomment>
            <translation>Europa (Londres)</translation>
        </message>
        <message>
            <source>Europe (Paris)</source>
            <extracomment>preset aws: name of region eu-west-3</extracomment>
            <translation>Europa (París)</translation>
        </message>
        <message>
            <source>Europe (Stockholm)</source>
            <extracomment>preset aws: name of region eu-north-1</extracomment>
            <translation>Europa (Estocolmo)</translation>
        </message>
        <message>
            <source>Europe (Milan)</source>
            <extracomment>preset aws: name of region eu-south-1</extracomment>
            <translation>Europa (Milán)</translation>
        </message>
        <message>
            <source>Asia Pacific (Mumbai)</source>
            <extracomment>preset aws: name of region ap-south-1</extracomment>
            <translation>Asia-Pacífico (Bombay)</translation>
        </message>
        <message>
            <source>Asia Pacific (Singapore)</source>
            <extracomment>preset aws: name of region ap-southeast-1</extracomment>
            <translation>Asia-Pacífico (Singapur)</translation>
        </message>
        <message>
            <source>Asia Pacific (Sydney)</source>
            <extracomment>preset aws: name of region ap-southeast-2</extracomment>
            <translation>Asia-Pacífico (Sídney)</translation>
        </message>
        <message>
            <source>Asia Pacific (Tokyo)</source>
            <extracomment>preset aws: name of region ap-northeast-1</extracomment>
            <translation>Asia-Pacífico (Tokio)</translation>
        </message>
        <message>
            <source>Asia Pacific (Seoul)</source>
            <extracomment>preset aws: name of region ap-northeast-2</extracomment>
            <translation>Asia-Pacífico (Seúl)</translation>
        </message>
        <message>
            <source>South America (São Paulo)</source>
            <extracomment>preset aws: name of region sa-east-1</extracomment>
            <translation>América del Sur (São Paulo)</translation>
        </message>
        <message>
            <source>Own S3 server (MinIO, SeaweedFS, Ceph ...)</source>
            <extracomment>preset s3-own: title</extracomment>
            <translation>Servidor S3 propio (MinIO, SeaweedFS, Ceph ...)</translation>
        </message>
        <message>
            <source>Whoever runs the server gives you its address, a bucket and a key.</source>
            <extracomment>preset s3-own: where to find what is asked for</extracomment>
            <translation>Quien administra el servidor le da su dirección, un bucket y una clave.</translation>
        </message>
        <message>
            <source>Cloudflare R2</source>
            <extracomment>preset r2: title</extracomment>
            <translation>Cloudflare R2</translation>
        </message>
        <message>
            <source>In the Cloudflare dashboard under R2 &gt; Manage API tokens: make one that may read and write objects.</source>
            <extracomment>preset r2: where to find what is asked for</extracomment>
            <translation>En el panel de Cloudflare, en R2 &gt; Manage API tokens: cree uno que pueda leer y escribir objetos.</translation>
        </message>
        <message>
            <source>Account ID</source>
            <extracomment>preset r2, question account: label</extracomment>
            <translation>ID de la cuenta</translation>
        </message>
        <message>
            <source>32 digits and letters, shown on the R2 page of the Cloudflare dashboard.</source>
            <extracomment>preset r2, question account: help</extracomment>
            <translation>32 cifras y letras, que aparecen en la página R2 del panel de Cloudflare.</translation>
        </message>
        <message>
            <source>Jurisdiction</source>
            <extracomment>preset r2, question place: label</extracomment>
            <translation>Jurisdicción</translation>
        </message>
        <message>
            <source>Chosen when the bucket was made.</source>
            <extracomment>preset r2, question place: help</extracomment>
            <translation>Se eligió al crear el bucket.</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>preset r2: name of place</extracomment>
            <translation>Automática</translation>
        </message>
        <message>
            <source>European Union</source>
            <extracomment>preset r2: name of place .eu</extracomment>
            <translation>Unión Europea</translation>
        </message>
        <message>
            <source>United States</source>
            <extracomment>preset r2: name of place .us</extracomment>
            <translation>Estados Unidos</translation>
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
            <translation>En la página Application Keys de Backblaze: añada una para el bucket (la clave maestra no sirve); su keyID es el ID de la clave de acceso, su applicationKey es el secreto.</translation>
        </message>
        <message>
            <source>The part of the bucket's Endpoint between s3. and .backblazeb2.com, such as us-west-004.</source>
            <extracomment>preset b2, question region: help</extracomment>
            <translation>La parte del Endpoint del bucket entre s3. y .backblazeb2.com, como us-west-004.</translation>
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
            <translation>En la consola de Wasabi, en Access Keys.</translation>
        </message>
        <message>
            <source>US East 1 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-1</extracomment>
            <translation>US East 1 (Norte de Virginia)</translation>
        </message>
        <message>
            <source>US East 2 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-2</extracomment>
            <translation>US East 2 (Norte de Virginia)</translation>
        </message>
        <message>
            <source>US Central 1 (Texas)</source>
            <extracomment>preset wasabi: name of region us-central-1</extracomment>
            <translation>US Central 1 (Texas)</translation>
        </message>
        <message>
            <source>US West 1 (Oregon)</source>
            <extracomment>preset wasabi: name of region us-west-1</extracomment>
            <translation>US West 1 (Oregón)</translation>
        </message>
        <message>
            <source>CA Central 1 (Toronto)</source>
            <extracomment>preset wasabi: name of region ca-central-1</extracomment>
            <translation>CA Central 1 (Toronto)</translation>
        </message>
        <message>
            <source>EU Central 1 (Amsterdam)</source>
            <extracomment>preset wasabi: name of region eu-central-1</extracomment>
            <translation>EU Central 1 (Ámsterdam)</translation>
        </message>
        <message>
            <source>EU Central 2 (Frankfurt)</source>
            <extracomment>preset wasabi: name of region eu-central-2</extracomment>
            <translation>EU Central 2 (Fráncfort)</translation>
        </message>
        <message>
            <source>EU West 1 (London)</source>
            <extracomment>preset wasabi: name of region eu-west-1</extracomment>
            <translation>EU West 1 (Londres)</translation>
        </message>
        <message>
            <source>EU West 2 (Paris)</source>
            <extracomment>preset wasabi: name of region eu-west-2</extracomment>
            <translation>EU West 2 (París)</translation>
        </message>
        <message>
            <source>EU South 1 (Milan)</source>
            <extracomment>preset wasabi: name of region eu-south-1</extracomment>
            <translation>EU South 1 (Milán)</translation>
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
            <translation>AP Southeast 2 (Sídney)</translation>
        </message>
        <message>
            <source>DigitalOcean Spaces</source>
            <extracomment>preset spaces: title</extracomment>
            <translation>DigitalOcean Spaces</translation>
        </message>
        <message>
            <source>In the DigitalOcean control panel under Spaces Object Storage &gt; Access Keys; the bucket is the Space's name.</source>
            <extracomment>preset spaces: where to find what is asked for</extracomment>
            <translation>En el panel de control de DigitalOcean, en Spaces Object Storage &gt; Access Keys; el bucket es el nombre del Space.</translation>
        </message>
        <message>
            <source>New York 3</source>
            <extracomment>preset spaces: name of region nyc3</extracomment>
            <translation>Nueva York 3</translation>
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
            <translation>Ámsterdam 3</translation>
        </message>
        <message>
            <source>Frankfurt 1</source>
            <extracomment>preset spaces: name of region fra1</extracomment>
            <translation>Fráncfort 1</translation>
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
            <translation>Singapur 1</translation>
        </message>
        <message>
            <source>Sydney 1</source>
            <extracomment>preset spaces: name of region syd1</extracomment>
            <translation>Sídney 1</translation>
        </message>
        <message>
            <source>Hetzner Object Storage</source>
            <extracomment>preset hetzner: title</extracomment>
            <translation>Hetzner Object Storage</translation>
        </message>
        <message>
            <source>In the Hetzner console of your project under Security &gt; S3 credentials.</source>
            <extracomment>preset hetzner: where to find what is asked for</extracomment>
            <translation>En la consola de Hetzner de su proyecto, en Security &gt; S3 credentials.</translation>
        </message>
        <message>
            <source>Falkenstein</source>
            <extracomment>preset hetzner: name of region fsn1</extracomment>
            <translation>Falkenstein</translation>
        </message>
        <message>
            <source>Nuremberg</source>
            <extracomment>preset hetzner: name of region nbg1</extracomment>
            <translation>Núremberg</translation>
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
            <translation>En el panel de IDrive e2, en Access Keys.</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the e2 dashboard.</source>
            <extracomment>preset idrive, question region: help</extracomment>
            <translation>La que aparece junto al bucket en el panel de e2.</translation>
        </message>
        <message>
            <source>Oregon</source>
            <extracomment>preset idrive: name of region us-west-1</extracomment>
            <translation>Oregón</translation>
        </message>
        <message>
            <source>Los Angeles</source>
            <extracomment>preset idrive: name of region us-west-2</extracomment>
            <translation>Los Ángeles</translation>
        </message>
        <message>
            <source>San Jose</source>
            <extracomment>preset idrive: name of region us-west-3</extracomment>
            <translation>San José</translation>
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
            <translation>Irlanda</translation>
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
            <translation>SFTP con contraseña (NAS, alojamiento web ...)</translation>
        </message>
        <message>
            <source>The same as for signing in to the server; some servers allow SFTP only once it was switched on.</source>
            <extracomment>preset sftp-password: where to find what is asked for</extracomment>
            <translation>La misma con la que inicia sesión en el servidor; algunos servidores solo permiten SFTP después de activarlo.</translation>
        </message>
        <message>
            <source>SFTP with a key file</source>
            <extracomment>preset sftp-key: title</extracomment>
            <translation>SFTP con un archivo de clave</translation>
        </message>
        <message>
            <source>The private key whose public half is in the server's authorized_keys, often in the folder .ssh of your home.</source>
            <extracomment>preset sftp-key: where to find what is asked for</extracomment>
            <translation>La clave privada cuya mitad pública está en authorized_keys del servidor, a menudo en la carpeta .ssh de su carpeta personal.</translation>
        </message>
        <message>
            <source>SFTP with the SSH agent</source>
            <extracomment>preset sftp-agent: title</extracomment>
            <translation>SFTP con el agente SSH</translation>
        </message>
        <message>
            <source>Your SSH agent holds the key already; nothing secret is kept by us.</source>
            <extracomment>preset sftp-agent: where to find what is asked for</extracomment>
            <translation>Su agente SSH ya tiene la clave; no guardamos nada secreto.</translation>
        </message>
        <message>
            <source>Folder on another disk or a mounted share</source>
            <extracomment>preset local: title</extracomment>
            <translation>Carpeta de otro disco o de un recurso compartido montado</translation>
        </message>
        <message>
            <source>No account is needed.</source>
            <extracomment>preset local: where to find what is asked for</extracomment>
            <translation>No se necesita ninguna cuenta.</translation>
        </message>
        <message>
            <source>Temporary files</source>
            <extracomment>ignore patterns temporary: label</extracomment>
            <translation>Archivos temporales</translation>
        </message>
        <message>
            <source>What programs write while they work and remove when they are done.</source>
            <extracomment>ignore patterns temporary: help</extracomment>
            <translation>Lo que los programas escriben mientras trabajan y eliminan al terminar.</translation>
        </message>
        <message>
            <source>System files</source>
            <extracomment>ignore patterns system: label</extracomment>
            <translation>Archivos del sistema</translation>
        </message>
        <message>
            <source>Thumbnails, folder views and waste bins that the system makes by itself.</source>
            <extracomment>ignore patterns system: help</extracomment>
            <translation>Miniaturas, vistas de carpetas y papeleras que el sistema crea por sí mismo.</translation>
        </message>
        <message>
            <source>Backups and swap files of editors</source>
            <extracomment>ignore patterns editors: label</extracomment>
            <translation>Copias de seguridad y archivos de intercambio de editores</translation>
        </message>
        <message>
            <source>Copies that text editors keep beside the file that is open.</source>
            <extracomment>ignore patterns editors: help</extracomment>
            <translation>Copias que los editores de texto guardan junto al archivo abierto.</translation>
        </message>
        <message>
            <source>Developers' caches</source>
            <extracomment>ignore patterns developers: label</extracomment>
            <translation>Cachés de desarrollo</translation>
        </message>
        <message>
            <source>Installed packages and built files that a command makes anew.</source>
            <extracomment>ignore patterns developers: help</extracomment>
            <translation>Paquetes instalados y archivos compilados que un comando vuelve a crear.</translation>
        </message>
        <message>
            <source>Unfinished downloads</source>
            <extracomment>ignore patterns downloads: label</extracomment>
            <translation>Descargas sin terminar</translation>
        </message>
        <message>
            <source>What browsers and other programs have fetched only in part.</source>
            <extracomment>ignore patterns downloads: help</extracomment>
            <translation>Lo que los navegadores y otros programas solo han descargado en parte.</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>Find the server</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Encontrar el servidor</translation>
        </message>
        <message>
            <source>Reach its port</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Llegar a su puerto</translation>
        </message>
        <message>
            <source>Check that it is the right one</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Comprobar que es el correcto</translation>
        </message>
        <message>
            <source>Look for the folder</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Buscar la carpeta</translation>
        </message>
        <message>
            <source>Sign in</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Iniciar sesión</translation>
        </message>
        <message>
            <source>List what is there</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Listar lo que hay</translation>
        </message>
        <message>
            <source>Write a test file</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Escribir un archivo de prueba</translation>
        </message>
        <message>
            <source>Read it back</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Volver a leerlo</translation>
        </message>
        <message>
            <source>Delete it again</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>Eliminarlo de nuevo</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message numerus="yes">
            <source>%Ln file(s) are on {0}</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln archivo está en {0}</numerusform>
                <numerusform>%Ln archivos están en {0}</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} cannot be reached</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>No se puede acceder a {0}</translation>
        </message>
        <message>
            <source>Changes are noted and sent as soon as it is back.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Los cambios se anotan y se envían en cuanto vuelva.</translation>
        </message>
        <message>
            <source>{0} is back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} ha vuelto</translation>
        </message>
        <message>
            <source>Going on.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>Se continúa.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>No se pudo replicar %Ln archivo</numerusform>
                <numerusform>No se pudieron replicar %Ln archivos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>Se recuperó %Ln archivo</numerusform>
                <numerusform>Se recuperaron %Ln archivos</numerusform>
            </translation>
        </message>
        <message>
            <source>Not everything came back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>No se recuperó todo</translation>
        </message>
        <message>
            <source>{0}: see what can be done.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0}: vea qué se puede hacer.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) differ at the destination</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln archivo difiere en el destino</numerusform>
                <numerusform>%Ln archivos difieren en el destino</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} needs you</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} requiere su atención</translation>
        </message>
    </context>
    <context>
        <name>updates</name>
        <message>
            <source>The version you have was withdrawn</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Su versión se ha retirado</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} is available</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet Desktop {0} está disponible</translation>
        </message>
        <message>
            <source>It puts a serious fault right. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Corrige un fallo grave. No espere, por favor.</translation>
        </message>
        <message>
            <source>A serious fault was found in {0}. The page of downloads tells what to do.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Se ha encontrado un fallo grave en {0}. La página de descargas indica qué hacer.</translation>
        </message>
        <message>
            <source>The version you have, {0}, was withdrawn for a serious fault. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Su versión, {0}, se ha retirado por un fallo grave. No espere, por favor.</translation>
        </message>
        <message>
            <source>Click to see what is new. You have {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Haga clic para ver las novedades. Tiene {0}.</translation>
        </message>
        <message>
            <source>This version was withdrawn…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Esta versión se ha retirado…</translation>
        </message>
        <message>
            <source>Update soon: version {0}…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Actualice pronto: versión {0}…</translation>
        </message>
        <message>
            <source>Version {0} is available…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La versión {0} está disponible…</translation>
        </message>
        <message>
            <source>Nobody has looked for a newer version yet.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Aún no se ha buscado ninguna versión más reciente.</translation>
        </message>
        <message>
            <source>Skynet looks only when you ask.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet solo busca cuando usted lo pide.</translation>
        </message>
        <message>
            <source>You have the newest version.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Tiene la versión más reciente.</translation>
        </message>
        <message>
            <source>The version you have was withdrawn.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Su versión se ha retirado.</translation>
        </message>
        <message>
            <source>Version {0} is available; you chose to skip it.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La versión {0} está disponible; ha decidido omitirla.</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>La versión {0} está disponible.</translation>
        </message>
        <message>
            <source>Looked {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Última búsqueda: {0}.</translation>
        </message>
    </context>
    <context>
        <name>verify</name>
        <message numerus="yes">
            <source>%Ln difference(s), all being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln diferencia, se está corrigiendo</numerusform>
                <numerusform>%Ln diferencias, se están corrigiendo todas</numerusform>
            </translation>
        </message>
        <message>
            <source>{0}, {1} of them being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, de ellas {1} en corrección</translation>
        </message>
        <message>
            <source>It did not come to its end</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>No llegó hasta el final</translation>
        </message>
        <message>
            <source>There was nothing to compare</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>No había nada que comparar</translation>
        </message>
        <message numerus="yes">
            <source>All %Ln file(s) are right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln archivo está correcto</numerusform>
                <numerusform>Los %Ln archivos están correctos</numerusform>
            </translation>
        </message>
        <message>
            <source>Verified {0} · {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Verificado {0} · {1}</translation>
        </message>
        <message>
            <source>Verifying: {0} of {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Verificando: {0} de {1}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln difference(s)</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln diferencia</numerusform>
                <numerusform>%Ln diferencias</numerusform>
            </translation>
        </message>
        <message>
            <source>Every content is read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Cada contenido se vuelve a leer y se compara.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps are compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Se comparan los tamaños, las horas y las sumas de comprobación que guarda el servicio.</translation>
        </message>
        <message>
            <source>Every content was read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Cada contenido se volvió a leer y se comparó.</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps were compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Se compararon los tamaños, las horas y las sumas de comprobación que guarda el servicio.</translation>
        </message>
        <message>
            <source>{0}, {1} · took {2} · {3}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, {1} · duró {2} · {3}</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Se detuvo.</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) wait to be sent and were not compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln archivo espera a ser enviado y no se comparó.</numerusform>
                <numerusform>%Ln archivos esperan a ser enviados y no se compararon.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) there did not come from this folder. They are never touched.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln archivo de allí no vino de esta carpeta. Nunca se toca.</numerusform>
                <numerusform>%Ln archivos de allí no vinieron de esta carpeta. Nunca se tocan.</numerusform>
            </translation>
        </message>
        <message>
            <source>Missing there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Falta allí</translation>
        </message>
        <message>
            <source>Other size</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Otro tamaño</translation>
        </message>
        <message>
            <source>Other time</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Otra hora</translation>
        </message>
        <message>
            <source>Other content</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Otro contenido</translation>
        </message>
        <message>
            <source>Too much there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>Sobra allí</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>No se puede leer</translation>
        </message>
    </context>
    <context>
        <name>wizard</name>
        <message numerus="yes">
            <source>%n file(s) there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>
                <numerusform>%n archivo allí</numerusform>
                <numerusform>%n archivos allí</numerusform>
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
                <numerusform>%n día</numerusform>
                <numerusform>%n días</numerusform>
            </translation>
        </message>
        <message>
            <source>never</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>nunca</translation>
        </message>
        <message>
            <source>just now</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>ahora mismo</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>hace {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln archivo</numerusform>
                <numerusform>%Ln archivos</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln en espera</numerusform>
                <numerusform>%Ln en espera</numerusform>
            </translation>
        </message>
        <message>
            <source>Not set up</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Sin configurar</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Acción necesaria</translation>
        </message>
        <message>
            <source>Offline</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Sin conexión</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>En pausa</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Problemas</translation>
        </message>
        <message>
            <source>Uploading</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Subiendo</translation>
        </message>
        <message>
            <source>Checking</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Comprobando</translation>
        </message>
        <message>
            <source>Up to date</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Al día</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Aún no se replica nada</translation>
        </message>
        <message numerus="yes">
            <source>%Ln issue(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln problema</numerusform>
                <numerusform>%Ln problemas</numerusform>
            </translation>
        </message>
        <message>
            <source>Uploading {0} of {1}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>Subiendo {0} de {1}</translation>
        </message>
        <message>
            <source>{0} left</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0} por enviar</translation>
        </message>
        <message>
            <source>Paused until {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>En pausa hasta {0}</translation>
        </message>
        <message>
            <source>retry in {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>reintento en {0}</translation>
        </message>
    </context>
</TS>
