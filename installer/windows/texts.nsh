; What the setup says, in the languages of the program. NSIS brings the rest of its texts along.

!macro SAY TEXT ENGLISH GERMAN SPANISH FRENCH HINDI CHINESE
  LangString ${TEXT} ${LANG_ENGLISH} "${ENGLISH}"
  LangString ${TEXT} ${LANG_GERMAN} "${GERMAN}"
  LangString ${TEXT} ${LANG_SPANISH} "${SPANISH}"
  LangString ${TEXT} ${LANG_SPANISHINTERNATIONAL} "${SPANISH}"
  LangString ${TEXT} ${LANG_FRENCH} "${FRENCH}"
  LangString ${TEXT} ${LANG_HINDI} "${HINDI}"
  LangString ${TEXT} ${LANG_SIMPCHINESE} "${CHINESE}"
!macroend

!insertmacro SAY SUMMARY \
  "Keeps folders mirrored to storage that you own" \
  "Hält Ordner auf Ihrem eigenen Speicher gespiegelt" \
  "Mantiene sus carpetas replicadas en un almacenamiento propio" \
  "Garde vos dossiers en miroir sur un stockage qui vous appartient" \
  "आपके फ़ोल्डरों की प्रति आपके अपने स्टोरेज पर बनाए रखता है" \
  "将文件夹持续镜像到您自己的存储"

!insertmacro SAY AT_LOGIN \
  "Start at login" \
  "Beim Anmelden starten" \
  "Iniciar al abrir sesión" \
  "Démarrer à l’ouverture de session" \
  "लॉगिन पर शुरू करें" \
  "登录时启动"

!insertmacro SAY AT_LOGIN_MORE \
  "Skynet starts with its window closed. You can change this in its settings at any time." \
  "Skynet startet mit geschlossenem Fenster. Sie können das jederzeit in seinen Einstellungen ändern." \
  "Skynet se inicia con su ventana cerrada. Puede cambiarlo en su configuración en cualquier momento." \
  "Skynet démarre avec sa fenêtre fermée. Vous pouvez changer cela à tout moment dans ses réglages." \
  "Skynet अपनी विंडो बंद रखकर शुरू होता है। आप इसे उसकी सेटिंग्स में कभी भी बदल सकते हैं।" \
  "Skynet 启动时不显示窗口。您可以随时在其设置中更改此项。"

!insertmacro SAY ON_PATH \
  "Command “skynet” for the terminal" \
  "Befehl „skynet“ für das Terminal" \
  "Comando «skynet» para el terminal" \
  "Commande « skynet » pour le terminal" \
  "टर्मिनल के लिए “skynet” कमांड" \
  "终端命令“skynet”"

!insertmacro SAY ON_PATH_MORE \
  "Adds the folder of the program to your PATH, so that you can type skynet in any terminal." \
  "Fügt den Ordner des Programms Ihrem PATH hinzu, so dass Sie skynet in jedem Terminal eingeben können." \
  "Añade la carpeta del programa a su PATH, para que pueda escribir skynet en cualquier terminal." \
  "Ajoute le dossier du programme à votre PATH, pour que vous puissiez taper skynet dans tout terminal." \
  "प्रोग्राम का फ़ोल्डर आपके PATH में जोड़ता है, ताकि आप किसी भी टर्मिनल में skynet लिख सकें।" \
  "将程序所在文件夹添加到您的 PATH，以便您在任何终端中输入 skynet。"

!insertmacro SAY SETTINGS \
  "Settings, state, logs and secrets" \
  "Einstellungen, Zustand, Protokolle und Zugangsdaten" \
  "Configuración, estado, registros y secretos" \
  "Réglages, état, journaux et secrets" \
  "सेटिंग्स, स्थिति, लॉग और गुप्त जानकारी" \
  "设置、状态、日志和机密信息"

!insertmacro SAY SETTINGS_MORE \
  "Which folders go where, what was sent, and what gives access to your services. What was mirrored stays where it is." \
  "Welche Ordner wohin gehören, was gesendet wurde, und die Zugangsdaten zu Ihren Diensten. Was gespiegelt wurde, bleibt, wo es ist." \
  "Qué carpetas van adónde, qué se envió y lo que da acceso a sus servicios. Lo replicado se queda donde está." \
  "Quels dossiers vont où, ce qui a été envoyé, et ce qui donne accès à vos services. Ce qui a été mis en miroir reste où il est." \
  "कौन-से फ़ोल्डर कहाँ जाते हैं, क्या भेजा गया, और आपकी सेवाओं तक पहुँच की जानकारी। जो प्रतियाँ बन चुकी हैं, वे वहीं रहती हैं।" \
  "哪些文件夹发往何处、已发送的内容，以及访问您的服务所需的信息。已镜像的内容保持原样。"

!insertmacro SAY STILL_RUNS \
  "Skynet Desktop is still running. End it, also where it runs in a terminal, and try again." \
  "Skynet Desktop läuft noch. Beenden Sie es, auch wo es in einem Terminal läuft, und versuchen Sie es noch einmal." \
  "Skynet Desktop aún está en ejecución. Ciérrelo, también donde se ejecute en un terminal, e inténtelo de nuevo." \
  "Skynet Desktop est encore en cours d’exécution. Quittez-le, y compris dans un terminal, puis réessayez." \
  "Skynet Desktop अभी भी चल रहा है। उसे बंद करें, टर्मिनल में चल रहा हो तो वहाँ भी, और फिर से प्रयास करें।" \
  "Skynet Desktop 仍在运行。请将其结束（包括在终端中运行的），然后重试。"

!insertmacro SAY TOO_OLD \
  "Skynet Desktop needs Windows 10 or newer, with 64 bits." \
  "Skynet Desktop braucht Windows 10 oder neuer, mit 64 Bit." \
  "Skynet Desktop necesita Windows 10 o posterior, de 64 bits." \
  "Skynet Desktop nécessite Windows 10 ou plus récent, en 64 bits." \
  "Skynet Desktop के लिए 64-बिट वाला Windows 10 या नया चाहिए।" \
  "Skynet Desktop 需要 64 位的 Windows 10 或更高版本。"
