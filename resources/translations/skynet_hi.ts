<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="hi" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>परिचय</translation>
        </message>
        <message>
            <source>&amp;Licences…</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>लाइसेंस (&amp;L)…</translation>
        </message>
        <message>
            <source>The icon of Skynet Desktop</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop का आइकन</translation>
        </message>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>संस्करण {0}</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors your folders to storage you own. It is free software under the GNU Affero General Public License, version 3 or later, and comes with no warranty.</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop आपके फ़ोल्डरों को आपके अपने स्टोरेज पर मिरर करता है। यह GNU Affero General Public License, संस्करण 3 या उसके बाद, के तहत मुक्त सॉफ़्टवेयर है और इसके साथ कोई वारंटी नहीं है।</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Show file</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>फ़ाइल दिखाएँ</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>पथ कॉपी करें</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>गतिविधि</translation>
        </message>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>नाम से खोजें</translation>
        </message>
        <message>
            <source>All</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>सभी</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>जारी</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>नहीं हुआ</translation>
        </message>
        <message>
            <source>Nothing to show</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>दिखाने को कुछ नहीं</translation>
        </message>
        <message numerus="yes">
            <source>%Ln action(s)</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>
                <numerusform>%Ln क्रिया</numerusform>
                <numerusform>%Ln क्रियाएँ</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>{1} में से {0}</translation>
        </message>
        <message>
            <source>No action fits the search.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>खोज से कोई क्रिया मेल नहीं खाती।</translation>
        </message>
        <message>
            <source>What is sent, moved or removed appears here.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>जो भेजा, ले जाया या हटाया जाता है, वह यहाँ दिखता है।</translation>
        </message>
    </context>
    <context>
        <name>ActivityView</name>
        <message>
            <source>The last actions</source>
            <extracomment>desktop/window/activity_view.py</extracomment>
            <translation>पिछली क्रियाएँ</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPage</name>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>उन्नत</translation>
        </message>
        <message>
            <source>The log's level changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>लॉग का स्तर Skynet के फिर से शुरू होने पर बदलता है।</translation>
        </message>
        <message>
            <source>Help and repair</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>मदद और मरम्मत</translation>
        </message>
        <message>
            <source>&amp;Check-up…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>पूरी जाँच (&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Open log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>लॉग खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Save diagnostics…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>डायग्नोस्टिक्स सहेजें (&amp;S)…</translation>
        </message>
        <message>
            <source>Diagnostics hold settings, states and the log, and no secret.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>डायग्नोस्टिक्स में सेटिंग, स्थितियाँ और लॉग होते हैं, कोई गोपनीय जानकारी नहीं।</translation>
        </message>
        <message>
            <source>Where our files are</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>हमारी फ़ाइलें कहाँ हैं</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>सेटिंग</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>स्थिति</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>लॉग</translation>
        </message>
        <message>
            <source>Your own connections</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>आपके अपने कनेक्शन</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>दिखाएँ</translation>
        </message>
        <message>
            <source>Show: {0}</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>दिखाएँ: {0}</translation>
        </message>
    </context>
    <context>
        <name>ArrivalPage</name>
        <message>
            <source>Your mirror is running</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>आपका मिरर चल रहा है</translation>
        </message>
        <message>
            <source>Open the &amp;overview</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>अवलोकन खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>C&amp;lose</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>बंद करें (&amp;L)</translation>
        </message>
        <message>
            <source>Files that are there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>जो फ़ाइलें पहुँच गईं</translation>
        </message>
        <message>
            <source>Looking through the folder…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>फ़ोल्डर देखा जा रहा है…</translation>
        </message>
        <message>
            <source>First: {0}</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>पहली: {0}</translation>
        </message>
        <message>
            <source>The first file has arrived</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>पहली फ़ाइल पहुँच गई</translation>
        </message>
        <message>
            <source>Sending the first files…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>पहली फ़ाइलें भेजी जा रही हैं…</translation>
        </message>
        <message>
            <source>Everything is ready. Put something into the folder.</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>सब तैयार है। फ़ोल्डर में कुछ रखें।</translation>
        </message>
        <message>
            <source>Everything is there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>सब कुछ वहाँ है</translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>सब कुछ पहले से वहाँ था</translation>
        </message>
        <message>
            <source>Open &amp;folder</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>फ़ोल्डर खोलें (&amp;F)</translation>
        </message>
        <message>
            <source>Show at &amp;destination</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>गंतव्य पर दिखाएँ (&amp;D)</translation>
        </message>
    </context>
    <context>
        <name>Browser</name>
        <message>
            <source>Search everywhere, also in what was removed</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>हर जगह खोजें, हटाई गई चीज़ों में भी</translation>
        </message>
        <message>
            <source>Nothing here</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>यहाँ कुछ नहीं है</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>खोजा जा रहा है…</translation>
        </message>
        <message>
            <source>Choose all of this &amp;folder</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>इस फ़ोल्डर का सब कुछ चुनें (&amp;F)</translation>
        </message>
        <message>
            <source>Choose &amp;nothing</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>कुछ न चुनें (&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Versions…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>संस्करण (&amp;V)…</translation>
        </message>
        <message>
            <source>To find what was removed, choose a time before that.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>हटाई गई चीज़ें पाने के लिए उससे पहले का समय चुनें।</translation>
        </message>
        <message>
            <source>No file or folder of this name was found.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>इस नाम की कोई फ़ाइल या फ़ोल्डर नहीं मिला।</translation>
        </message>
        <message>
            <source>The folder is empty. What was removed from it is seen at an earlier time.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>फ़ोल्डर खाली है। इसमें से जो हटाया गया, वह पहले के समय पर दिखता है।</translation>
        </message>
        <message>
            <source>Tick what you want to have back.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>जो वापस चाहिए, उस पर निशान लगाएँ।</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>गिनती जारी…</translation>
        </message>
        <message>
            <source>Chosen: {0}, {1}</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>चुने गए: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>CheckupDialog</name>
        <message>
            <source>Check-up</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>पूरी जाँच</translation>
        </message>
        <message>
            <source>The check-up is under way</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>पूरी जाँच चल रही है</translation>
        </message>
        <message>
            <source>What was found</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>जो मिला</translation>
        </message>
        <message>
            <source>Check &amp;again</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>फिर जाँचें (&amp;A)</translation>
        </message>
        <message>
            <source>C&amp;opy</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>कॉपी करें (&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>बंद करें (&amp;C)</translation>
        </message>
        <message>
            <source>Looking everything over…</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>सब कुछ देखा जा रहा है…</translation>
        </message>
    </context>
    <context>
        <name>ChoosePage</name>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>आपकी फ़ाइलें कहाँ जाएँ?</translation>
        </message>
        <message>
            <source>&amp;Continue with {0}</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>{0} के साथ आगे बढ़ें (&amp;C)</translation>
        </message>
    </context>
    <context>
        <name>Crumbs</name>
        <message>
            <source>Where you are</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>आप कहाँ हैं</translation>
        </message>
        <message>
            <source>Go to {0}</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>{0} पर जाएँ</translation>
        </message>
    </context>
    <context>
        <name>DeletesPart</name>
        <message>
            <source>&amp;Keep remote copies</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>वहाँ की कॉपी रखें (&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Mirror deletions too (complete sync)</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>मिटाना भी मिरर करें (पूरा सिंक) (&amp;M)</translation>
        </message>
        <message>
            <source>What you delete here stays at the service. Nothing is ever removed there.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>आप यहाँ जो मिटाते हैं, वह सेवा पर बना रहता है। वहाँ से कभी कुछ नहीं हटाया जाता।</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too. An unplugged disk or an empty folder never counts as deleted.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>आप यहाँ जो मिटाते हैं, वह वहाँ भी मिटा दिया जाता है। निकाली गई डिस्क या खाली फ़ोल्डर को कभी मिटाया हुआ नहीं माना जाता।</translation>
        </message>
    </context>
    <context>
        <name>DestinationPage</name>
        <message>
            <source>Where to, and what about deletions?</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>कहाँ भेजें, और मिटाने पर क्या हो?</translation>
        </message>
        <message>
            <source>When you delete a file here</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>जब आप यहाँ कोई फ़ाइल मिटाएँ</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>वहाँ की जगह</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>फ़ोल्डर</translation>
        </message>
        <message>
            <source>&amp;Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>मैपिंग का नाम (&amp;N)</translation>
        </message>
        <message>
            <source>Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>मैपिंग का नाम</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>आप इसे जो नाम देना चाहें।</translation>
        </message>
    </context>
    <context>
        <name>DetailsPage</name>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>टेस्ट करें (&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>DifferencesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>फ़ाइल</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>क्या अलग है</translation>
        </message>
        <message>
            <source>In words</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>शब्दों में</translation>
        </message>
    </context>
    <context>
        <name>DryRun</name>
        <message>
            <source>Looking at the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>फ़ोल्डर देखा जा रहा है</translation>
        </message>
        <message>
            <source>Looking at the folder and at the service…</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>फ़ोल्डर और सेवा देखी जा रही हैं…</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>यह कंप्यूटर ज़्यादा से ज़्यादा {0} फ़ोल्डरों पर नज़र रखता है, और इसमें {1} हैं। बाकी फ़ोल्डर इसके बजाय बार-बार देखे जाते हैं। यह कमांड सीमा बढ़ाती है:
{2}</translation>
        </message>
        <message>
            <source>What is at the service is not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>सेवा पर क्या है, यह अभी पता नहीं</translation>
        </message>
    </context>
    <context>
        <name>EntriesModel</name>
        <message>
            <source>folder</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>फ़ोल्डर</translation>
        </message>
        <message>
            <source>file</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>फ़ाइल</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>नाम</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>आकार</translation>
        </message>
        <message>
            <source>Modified</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>बदलने का समय</translation>
        </message>
        <message>
            <source>Versions</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>संस्करण</translation>
        </message>
    </context>
    <context>
        <name>EntriesView</name>
        <message>
            <source>Files and folders at the destination</source>
            <extracomment>desktop/restore/entries_view.py</extracomment>
            <translation>गंतव्य पर फ़ाइलें और फ़ोल्डर</translation>
        </message>
    </context>
    <context>
        <name>Errands</name>
        <message>
            <source>The destination</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>गंतव्य</translation>
        </message>
        <message>
            <source>Copy</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>कॉपी करें</translation>
        </message>
        <message>
            <source>Save diagnostics</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>डायग्नोस्टिक्स सहेजें</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>फ़ाइल</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>क्यों</translation>
        </message>
    </context>
    <context>
        <name>FilesUnderWay</name>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/files_under_way.py</extracomment>
            <translation>{1} में से {0}</translation>
        </message>
    </context>
    <context>
        <name>FiltersPage</name>
        <message>
            <source>What is left out?</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>क्या शामिल न हो?</translation>
        </message>
        <message>
            <source>Files that programs make anew by themselves need not go along.</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>जो फ़ाइलें प्रोग्राम खुद दोबारा बना लेते हैं, उन्हें साथ भेजना ज़रूरी नहीं।</translation>
        </message>
    </context>
    <context>
        <name>FiltersPart</name>
        <message>
            <source>&amp;Patterns, one a line, as in a .gitignore file</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>पैटर्न, हर लाइन में एक, जैसे .gitignore फ़ाइल में (&amp;P)</translation>
        </message>
        <message>
            <source>Patterns of files to leave out</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>जो फ़ाइलें शामिल नहीं करनी हैं, उनके पैटर्न</translation>
        </message>
        <message>
            <source>Looking what is left out…</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>देखा जा रहा है कि क्या शामिल नहीं है…</translation>
        </message>
    </context>
    <context>
        <name>FolderPage</name>
        <message>
            <source>Which folder?</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>कौन-सा फ़ोल्डर?</translation>
        </message>
        <message>
            <source>With everything in it. Nothing in this folder is ever changed.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>इसमें मौजूद सब कुछ साथ। इस फ़ोल्डर में कभी कुछ बदला नहीं जाता।</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>गिनती जारी…</translation>
        </message>
        <message>
            <source>{0} so far…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>अब तक {0}…</translation>
        </message>
        <message>
            <source>{0} in this folder.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>इस फ़ोल्डर में {0}।</translation>
        </message>
        <message>
            <source>The folder is empty so far.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>फ़ोल्डर अभी खाली है।</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>यह कंप्यूटर ज़्यादा से ज़्यादा {0} फ़ोल्डरों पर नज़र रखता है, और इसमें {1} हैं। बाकी फ़ोल्डर इसके बजाय बार-बार देखे जाते हैं। यह कमांड सीमा बढ़ाती है:
{2}</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>the top of the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>सेवा का सबसे ऊपरी स्तर</translation>
        </message>
        <message>
            <source>&amp;Folder on this computer</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>इस कंप्यूटर का फ़ोल्डर (&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>सेवा (&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Place there</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>वहाँ की जगह (&amp;P)</translation>
        </message>
        <message>
            <source>Choose…</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>चुनें…</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>फ़ोल्डर चुनें</translation>
        </message>
        <message>
            <source>The folder to mirror</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>मिरर करने का फ़ोल्डर</translation>
        </message>
        <message>
            <source>No file to mirror is in the folder so far.</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>फ़ोल्डर में मिरर करने लायक कोई फ़ाइल अभी नहीं है।</translation>
        </message>
        <message>
            <source>{0}
becomes {1} on {2}</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>{0}
{2} पर {1} के नाम से पहुँचेगी</translation>
        </message>
        <message>
            <source>the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>सेवा</translation>
        </message>
    </context>
    <context>
        <name>GeneralPage</name>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>सामान्य</translation>
        </message>
        <message>
            <source>The language changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>भाषा Skynet के फिर से शुरू होने पर बदलती है।</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>शुरुआत</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>मेरे लॉग इन करने पर Skynet शुरू करें (&amp;L)</translation>
        </message>
        <message>
            <source>Updates</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>अपडेट</translation>
        </message>
        <message>
            <source>Keep secrets for this session &amp;only</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>गोपनीय जानकारी सिर्फ़ इस सत्र के लिए रखें (&amp;O)</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Switch it on here to allow it again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>इसे इस सिस्टम की अपनी सेटिंग में बंद किया गया था। फिर से अनुमति देने के लिए इसे यहाँ चालू करें।</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started, not this one. Switch it on here to start this one.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>लॉग इन पर Skynet की दूसरी कॉपी शुरू होती है, यह वाली नहीं। इसे शुरू करने के लिए यहाँ चालू करें।</translation>
        </message>
        <message>
            <source>Secrets</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>गोपनीय जानकारी</translation>
        </message>
    </context>
    <context>
        <name>HistoryDialog</name>
        <message>
            <source>Versions of a file</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>फ़ाइल के संस्करण</translation>
        </message>
        <message>
            <source>Each line is the file as it was until it was replaced or removed.</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>हर लाइन वह फ़ाइल है, जैसी वह बदले या हटाए जाने तक थी।</translation>
        </message>
        <message>
            <source>Versions, the newest first</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>संस्करण, सबसे नया पहले</translation>
        </message>
        <message>
            <source>&amp;Choose this version</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>यह संस्करण चुनें (&amp;C)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>रद्द करें</translation>
        </message>
    </context>
    <context>
        <name>HostKeyCard</name>
        <message>
            <source>The server's key has changed</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>सर्वर की कुंजी बदल गई है</translation>
        </message>
        <message>
            <source>This is not the key that this server had before. Somebody may have put himself between you and the server to read along, or the server was set up anew. Ask whoever runs it before you go on.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>यह वह कुंजी नहीं है जो इस सर्वर की पहले थी। हो सकता है कोई आपके और सर्वर के बीच आकर सब पढ़ रहा हो, या सर्वर नए सिरे से सेट अप किया गया हो। आगे बढ़ने से पहले सर्वर चलाने वाले से पूछें।</translation>
        </message>
        <message>
            <source>Is this the right server?</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>क्या यही सही सर्वर है?</translation>
        </message>
        <message>
            <source>You connect to it for the first time. The fingerprint of its key proves which server it is.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>आप इससे पहली बार कनेक्ट हो रहे हैं। इसकी कुंजी का फ़िंगरप्रिंट साबित करता है कि यह कौन-सा सर्वर है।</translation>
        </message>
        <message>
            <source>To check it, ask whoever runs the server, or run this at the server itself, and compare:</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>इसे जाँचने के लिए सर्वर चलाने वाले से पूछें, या सर्वर पर ही यह चलाकर मिलान करें:</translation>
        </message>
        <message>
            <source>I have &amp;asked, and this is its new key.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>मैंने पूछ लिया है, यह उसकी नई कुंजी है। (&amp;A)</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>सर्वर</translation>
        </message>
        <message>
            <source>Kind of key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>कुंजी का प्रकार</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>फ़िंगरप्रिंट</translation>
        </message>
        <message>
            <source>&amp;Do not connect</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>कनेक्ट न करें (&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Trust this key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>इस कुंजी पर भरोसा करें (&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>IssueDetail</name>
        <message>
            <source>&amp;Retry</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>फिर कोशिश करें (&amp;R)</translation>
        </message>
        <message>
            <source>Show &amp;file</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>फ़ाइल दिखाएँ (&amp;F)</translation>
        </message>
        <message>
            <source>I&amp;gnore…</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>अनदेखा करें (&amp;G)…</translation>
        </message>
        <message numerus="yes">
            <source>Tried %n time(s)</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>
                <numerusform>%n बार कोशिश की गई</numerusform>
                <numerusform>%n बार कोशिश की गई</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IssuesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>फ़ाइल</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>क्यों</translation>
        </message>
        <message>
            <source>Since</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>कब से</translation>
        </message>
    </context>
    <context>
        <name>IssuesPage</name>
        <message>
            <source>Retry &amp;all</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>सभी की फिर कोशिश करें (&amp;A)</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>समस्याएँ</translation>
        </message>
        <message>
            <source>No issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>कोई समस्या नहीं</translation>
        </message>
        <message>
            <source>Everything that could be read was sent.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>जो कुछ पढ़ा जा सका, वह भेज दिया गया।</translation>
        </message>
        <message>
            <source>What could not be mirrored</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>जो मिरर नहीं हो सका</translation>
        </message>
        <message>
            <source>This name cannot be written into the settings.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>यह नाम सेटिंग में नहीं लिखा जा सकता।</translation>
        </message>
        <message>
            <source>Rename the file, or ignore its folder.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>फ़ाइल का नाम बदलें, या उसके फ़ोल्डर को अनदेखा करें।</translation>
        </message>
        <message>
            <source>Leave this file out from now on?</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>क्या अब से इस फ़ाइल को शामिल न करें?</translation>
        </message>
        <message>
            <source>{0}

A copy that is at the destination stays there. You can take this back under Filters of the mirror.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>{0}

गंतव्य पर मौजूद कॉपी वहीं रहती है। आप इसे मिरर के फ़िल्टर में वापस ले सकते हैं।</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>शामिल न करें</translation>
        </message>
    </context>
    <context>
        <name>KeyringBanner</name>
        <message>
            <source>Looking for the keyring…</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>कीरिंग खोजी जा रही है…</translation>
        </message>
        <message>
            <source>Try a&amp;gain</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>फिर कोशिश करें (&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Keep for this session only</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>सिर्फ़ इस सत्र के लिए रखें (&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Use it anyway</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>फिर भी इसका उपयोग करें (&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Use this system's keyring</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>इस सिस्टम की कीरिंग का उपयोग करें (&amp;U)</translation>
        </message>
    </context>
    <context>
        <name>LicenceDialog</name>
        <message>
            <source>Licences</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>लाइसेंस</translation>
        </message>
        <message>
            <source>What Skynet Desktop is built from</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Skynet Desktop किन चीज़ों से बना है</translation>
        </message>
        <message>
            <source>The licence</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>लाइसेंस</translation>
        </message>
    </context>
    <context>
        <name>MappingCard</name>
        <message>
            <source>Progress of {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>{0} की प्रगति</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>अभी सिंक करें</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>रोकें</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>फिर शुरू करें</translation>
        </message>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>फ़ोल्डर खोलें</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>सत्यापित करें</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>वापस लाएँ…</translation>
        </message>
        <message>
            <source>Edit service…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>सेवा में बदलाव करें…</translation>
        </message>
        <message>
            <source>Send anyway</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>फिर भी भेजें</translation>
        </message>
        <message>
            <source>Show issues</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>समस्याएँ दिखाएँ</translation>
        </message>
        <message>
            <source>More for {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>{0} के और विकल्प</translation>
        </message>
        <message>
            <source>More</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>और</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>गंतव्य पर दिखाएँ</translation>
        </message>
        <message>
            <source>Edit…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>बदलाव करें…</translation>
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
            <translation>नई मैपिंग</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>पीछे (&amp;B)</translation>
        </message>
        <message>
            <source>Sa&amp;ve</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>सहेजें (&amp;V)</translation>
        </message>
        <message>
            <source>S&amp;tart mirroring</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>मिरर करना शुरू करें (&amp;T)</translation>
        </message>
        <message>
            <source>Ne&amp;xt: a dry run</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>आगे: पूर्वाभ्यास (&amp;X)</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>बदलाव खारिज करें?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>आपने यहाँ जो भरा है, वह सहेजा नहीं गया है।</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>खारिज करें (&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>बदलाव जारी रखें (&amp;K)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>रद्द करें</translation>
        </message>
    </context>
    <context>
        <name>MappingEditor</name>
        <message>
            <source>No limit</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>कोई सीमा नहीं</translation>
        </message>
        <message>
            <source>Parts of the mapping</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>मैपिंग के भाग</translation>
        </message>
        <message>
            <source>Folder &amp;&amp; destination</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>फ़ोल्डर और गंतव्य</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>फ़िल्टर</translation>
        </message>
        <message>
            <source>Deletes &amp;&amp; safety</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>मिटाना और सुरक्षा</translation>
        </message>
        <message>
            <source>Schedule &amp;&amp; limits</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>समय और सीमाएँ</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>नाम (&amp;N)</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>नाम</translation>
        </message>
        <message>
            <source>The name stays: what is known of the destination hangs on it.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>नाम वही रहता है: गंतव्य के बारे में जो पता है, वह इसी से जुड़ा है।</translation>
        </message>
        <message>
            <source>The destination is another one: everything is compared anew, and what is missing there is sent. What is at the old place stays there.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>गंतव्य बदल गया है: सब कुछ की नए सिरे से तुलना होगी, और जो वहाँ नहीं है वह भेजा जाएगा। पुरानी जगह पर जो है, वह वहीं रहेगा।</translation>
        </message>
        <message>
            <source>The folder is another one: everything is compared anew.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>फ़ोल्डर बदल गया है: सब कुछ की नए सिरे से तुलना होगी।</translation>
        </message>
    </context>
    <context>
        <name>MappingsPage</name>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>मैपिंग</translation>
        </message>
        <message>
            <source>A mapping mirrors one folder to one place on a service.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>एक मैपिंग एक फ़ोल्डर को सेवा की एक जगह पर मिरर करती है।</translation>
        </message>
        <message>
            <source>Add a service first: a mapping needs a place to go to.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>पहले कोई सेवा जोड़ें: मैपिंग को जाने के लिए एक जगह चाहिए।</translation>
        </message>
        <message>
            <source>Stop mirroring {0}?</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>{0} को मिरर करना बंद करें?</translation>
        </message>
        <message>
            <source>What is at the service stays there, and so does the folder.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>सेवा पर जो है वह वहीं रहता है, और फ़ोल्डर भी।</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>हटाएँ (&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>रखें (&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>जोड़ें (&amp;A)…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>अभी कुछ भी मिरर नहीं होता</translation>
        </message>
        <message>
            <source>&amp;Add a mapping…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>मैपिंग जोड़ें (&amp;A)…</translation>
        </message>
        <message>
            <source>&amp;Go to services</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>सेवाओं पर जाएँ (&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>बदलाव करें (&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>हटाएँ (&amp;R)…</translation>
        </message>
    </context>
    <context>
        <name>MonitorPage</name>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>मॉनिटर</translation>
        </message>
        <message>
            <source>Skywatch shows in a browser, wherever you are, how far this machine is. It hears of progress and of names, never of what is in your files.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>आप जहाँ भी हों, Skywatch ब्राउज़र में दिखाता है कि यह मशीन कहाँ तक पहुँची है। उसे प्रगति और नाम पता चलते हैं, आपकी फ़ाइलों की सामग्री कभी नहीं।</translation>
        </message>
        <message>
            <source>How it goes</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>कैसा चल रहा है</translation>
        </message>
        <message>
            <source>Token or password</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>टोकन या पासवर्ड</translation>
        </message>
        <message>
            <source>Skywatch makes a token for each machine. It is kept in the keyring, and nowhere else.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch हर मशीन के लिए एक टोकन बनाता है। वह सिर्फ़ कीरिंग में रखा जाता है, और कहीं नहीं।</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>टेस्ट करें (&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Open web monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>वेब मॉनिटर खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Forget the token</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>टोकन भूल जाएँ (&amp;F)</translation>
        </message>
        <message>
            <source>Asking {0}…</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>{0} से पूछा जा रहा है…</translation>
        </message>
        <message>
            <source>No monitor is set up.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>कोई मॉनिटर सेट नहीं है।</translation>
        </message>
        <message>
            <source>The monitor is told nothing.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>मॉनिटर को कुछ नहीं बताया जाता।</translation>
        </message>
        <message>
            <source>Nothing was told yet.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>अभी तक कुछ नहीं बताया गया।</translation>
        </message>
        <message>
            <source>Last told: {0}.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>पिछली बार बताया गया: {0}।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln report(s) waiting.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln रिपोर्ट कतार में।</numerusform>
                <numerusform>%Ln रिपोर्टें कतार में।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln line(s) of the history were lost.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>इतिहास की %Ln लाइन खो गई।</numerusform>
                <numerusform>इतिहास की %Ln लाइनें खो गईं।</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>नेटवर्क</translation>
        </message>
        <message>
            <source>No limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>कोई सीमा नहीं</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>अपने आप</translation>
        </message>
        <message>
            <source>no limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>कोई सीमा नहीं</translation>
        </message>
        <message>
            <source>{0} MB/s</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>{0} MB/s</translation>
        </message>
        <message>
            <source>Now: {0}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>अभी: {0}।</translation>
        </message>
        <message>
            <source>Now: {0}, until {1}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>अभी: {0}, {1} तक।</translation>
        </message>
    </context>
    <context>
        <name>NotificationsPage</name>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>सूचनाएँ</translation>
        </message>
        <message>
            <source>One message a burst of changes, never one a file.</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>बदलावों के हर समूह के लिए एक संदेश, हर फ़ाइल के लिए नहीं।</translation>
        </message>
        <message>
            <source>At once</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>तुरंत</translation>
        </message>
        <message>
            <source>On screen</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>स्क्रीन पर</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>ध्वनि</translation>
        </message>
    </context>
    <context>
        <name>OptionForm</name>
        <message>
            <source>More options</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>और विकल्प</translation>
        </message>
    </context>
    <context>
        <name>OutcomePage</name>
        <message>
            <source>Progress of the restoring</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>वापस लाने की प्रगति</translation>
        </message>
        <message>
            <source>These did not come back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>ये वापस नहीं आईं</translation>
        </message>
        <message>
            <source>What did not come back, and why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>क्या वापस नहीं आया, और क्यों</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>कनेक्ट हो रहा है…</translation>
        </message>
        <message>
            <source>Restoring {0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>वापस लाया जा रहा है: {1} में से {0}</translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{1} में से {0}</translation>
        </message>
    </context>
    <context>
        <name>Overview</name>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>जोड़ें (&amp;A)…</translation>
        </message>
        <message>
            <source>Set up another mirror</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>एक और मिरर सेट अप करें</translation>
        </message>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>पिछले कुछ मिनटों की गति</translation>
        </message>
        <message>
            <source>&amp;Set up a mirror…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>मिरर सेट अप करें (&amp;S)…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>अभी कुछ भी मिरर नहीं होता</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is there seconds later.</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>कोई फ़ोल्डर चुनें और बताएँ कि वह कहाँ जाए। आप उसमें जो भी रखें, वह कुछ सेकंड बाद वहाँ होगा।</translation>
        </message>
        <message>
            <source>&amp;Try again</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>फिर कोशिश करें (&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Open the settings file</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>सेटिंग फ़ाइल खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>The settings cannot be read</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>सेटिंग पढ़ी नहीं जा सकती</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/page.py</extracomment>
            <translation>आगे बढ़ें (&amp;C)</translation>
        </message>
    </context>
    <context>
        <name>PagedList</name>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>नाम से खोजें</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>पथ कॉपी करें</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>खोजा जा रहा है…</translation>
        </message>
        <message>
            <source>The first {0} are shown; scroll for more</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>पहली {0} दिखाई गई हैं; और देखने के लिए स्क्रोल करें</translation>
        </message>
        <message>
            <source>No file fits the search.</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>खोज से कोई फ़ाइल मेल नहीं खाती।</translation>
        </message>
    </context>
    <context>
        <name>PathInput</name>
        <message>
            <source>Browse…</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>ब्राउज़ करें…</translation>
        </message>
    </context>
    <context>
        <name>PauseMenu</name>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>30 मिनट</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>2 घंटे</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>कल तक</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>फिर शुरू करने तक</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Step {0} of {1}: {2}</source>
            <extracomment>desktop/wizard/progress.py</extracomment>
            <translation>{1} में से चरण {0}: {2}</translation>
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
            <translation>रोकें</translation>
        </message>
        <message>
            <source>Details…</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>विवरण…</translation>
        </message>
        <message>
            <source>Progress of the verification of {0}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>{0} के सत्यापन की प्रगति</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>सब चुनें (&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <extracomment>Qt's own</extracomment>
            <translation>बढ़ाएँ (&amp;S)</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <extracomment>Qt's own</extracomment>
            <translation>घटाएँ (&amp;D)</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>पूर्ववत करें (&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>फिर से करें (&amp;R)</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>काटें (&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>कॉपी करें (&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>चिपकाएँ (&amp;P)</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>मिटाएँ</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>सब चुनें</translation>
        </message>
    </context>
    <context>
        <name>QPlatformTheme</name>
        <message>
            <source>OK</source>
            <extracomment>Qt's own</extracomment>
            <translation>ठीक है</translation>
        </message>
        <message>
            <source>&amp;Yes</source>
            <extracomment>Qt's own</extracomment>
            <translation>हाँ (&amp;Y)</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <extracomment>Qt's own</extracomment>
            <translation>नहीं (&amp;N)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>Qt's own</extracomment>
            <translation>रद्द करें</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>Qt's own</extracomment>
            <translation>बंद करें</translation>
        </message>
        <message>
            <source>Save</source>
            <extracomment>Qt's own</extracomment>
            <translation>सहेजें</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>Qt's own</extracomment>
            <translation>मदद</translation>
        </message>
    </context>
    <context>
        <name>QTabBar</name>
        <message>
            <source>Scroll Left</source>
            <extracomment>Qt's own</extracomment>
            <translation>बाएँ स्क्रॉल करें</translation>
        </message>
        <message>
            <source>Scroll Right</source>
            <extracomment>Qt's own</extracomment>
            <translation>दाएँ स्क्रॉल करें</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>पूर्ववत करें (&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>फिर से करें (&amp;R)</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>काटें (&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>कॉपी करें (&amp;C)</translation>
        </message>
        <message>
            <source>Copy &amp;Link Location</source>
            <extracomment>Qt's own</extracomment>
            <translation>लिंक का पता कॉपी करें (&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>चिपकाएँ (&amp;P)</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>मिटाएँ</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>सब चुनें</translation>
        </message>
    </context>
    <context>
        <name>QuestionDialog</name>
        <message>
            <source>{0} needs your decision</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>{0} को आपका फ़ैसला चाहिए</translation>
        </message>
        <message>
            <source>Files this is about</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>यह इन फ़ाइलों के बारे में है</translation>
        </message>
        <message>
            <source>Decide &amp;later</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>बाद में तय करें (&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>बंद करें (&amp;C)</translation>
        </message>
        <message>
            <source>There is nothing to decide any more</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>अब तय करने को कुछ नहीं है</translation>
        </message>
        <message>
            <source>It was answered elsewhere, or the files are as they were before.</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>इसका जवाब कहीं और दे दिया गया, या फ़ाइलें फिर पहले जैसी हैं।</translation>
        </message>
    </context>
    <context>
        <name>ReadyPage</name>
        <message>
            <source>Ready to start</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>शुरू करने को तैयार</translation>
        </message>
        <message>
            <source>&amp;Start mirroring</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>मिरर करना शुरू करें (&amp;S)</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>मेरे लॉग इन करने पर Skynet शुरू करें (&amp;L)</translation>
        </message>
        <message>
            <source>It then mirrors in the background. You can change this in the settings at any time.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>तब यह बैकग्राउंड में मिरर करता रहता है। आप इसे सेटिंग में कभी भी बदल सकते हैं।</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Left on here, it is switched on again.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>इसे इस सिस्टम की अपनी सेटिंग में बंद किया गया था। यहाँ चालू छोड़ने पर यह फिर से चालू हो जाता है।</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started now. Left on here, it will be this one.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>लॉग इन पर अभी Skynet की दूसरी कॉपी शुरू होती है। यहाँ चालू छोड़ने पर यह वाली शुरू होगी।</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>What will happen</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>क्या होगा</translation>
        </message>
        <message>
            <source>This is a dry run: it only looks, and sends nothing.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>यह पूर्वाभ्यास है: यह सिर्फ़ देखता है, कुछ भेजता नहीं।</translation>
        </message>
        <message>
            <source>You can go on all the same: sending begins as soon as this is mended.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>आप फिर भी आगे बढ़ सकते हैं: यह ठीक होते ही भेजना शुरू हो जाएगा।</translation>
        </message>
        <message>
            <source>S&amp;kip this</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>इसे छोड़ें (&amp;K)</translation>
        </message>
    </context>
    <context>
        <name>RestoreWindow</name>
        <message>
            <source>Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>वापस लाएँ</translation>
        </message>
        <message>
            <source>Reading the destination</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>गंतव्य पढ़ा जा रहा है</translation>
        </message>
        <message>
            <source>The destination cannot be read</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>गंतव्य पढ़ा नहीं जा सकता</translation>
        </message>
        <message>
            <source>&amp;Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>मैपिंग (&amp;M)</translation>
        </message>
        <message>
            <source>Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>मैपिंग</translation>
        </message>
        <message>
            <source>Bac&amp;k</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>पीछे (&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Read anew</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>नए सिरे से पढ़ें (&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Open folder</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>फ़ोल्डर खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>रोकें (&amp;S)</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>बंद करें</translation>
        </message>
        <message>
            <source>Reading what is there…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>वहाँ जो है, वह पढ़ा जा रहा है…</translation>
        </message>
        <message>
            <source>Reading what is there: {0} so far</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>वहाँ जो है, वह पढ़ा जा रहा है: अब तक {0}</translation>
        </message>
        <message>
            <source>There is no mapping, so there is nothing to bring back from.</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>कोई मैपिंग नहीं है, इसलिए वापस लाने को कुछ नहीं है।</translation>
        </message>
        <message>
            <source>&amp;Continue…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>आगे बढ़ें (&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>वापस लाएँ (&amp;R)</translation>
        </message>
        <message>
            <source>{0}, {1} will come back</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>वापस आएँगी: {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>SafetyPart</name>
        <message>
            <source>For ever</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>हमेशा के लिए</translation>
        </message>
        <message>
            <source>Never</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>कभी नहीं</translation>
        </message>
        <message>
            <source>When you delete files here</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>जब आप यहाँ फ़ाइलें मिटाएँ</translation>
        </message>
        <message>
            <source>When very many files change at once</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>जब एक साथ बहुत सारी फ़ाइलें बदल जाएँ</translation>
        </message>
        <message>
            <source>What can be brought back</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>क्या वापस लाया जा सकता है</translation>
        </message>
        <message>
            <source>Proof that all is there</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>सब कुछ होने का प्रमाण</translation>
        </message>
        <message>
            <source>Where the bucket keeps versions, those are used; where it does not, old copies lie in the folder {0} on {1}. “Restore…” finds them in both.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>जहाँ बकेट संस्करण रखता है, वहाँ उनका उपयोग होता है; जहाँ नहीं रखता, वहाँ पुरानी कॉपी {1} पर फ़ोल्डर {0} में रहती हैं। “वापस लाएँ…” उन्हें दोनों जगह खोज लेता है।</translation>
        </message>
        <message>
            <source>Old copies lie in the folder {0} on {1}. “Restore…” finds them there.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>पुरानी कॉपी {1} पर फ़ोल्डर {0} में रहती हैं। “वापस लाएँ…” उन्हें वहाँ खोज लेता है।</translation>
        </message>
        <message>
            <source>A file that you delete or overwrite here by mistake is then lost at the destination too, and nobody can bring it back.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>जो फ़ाइल आप यहाँ ग़लती से मिटा दें या उसके ऊपर कुछ और लिख दें, वह गंतव्य पर भी नहीं रहती और उसे कोई वापस नहीं ला सकता।</translation>
        </message>
        <message>
            <source>A file that is overwritten here by mistake is then overwritten at the destination too, and nobody can bring back what was in it.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>जिस फ़ाइल के ऊपर यहाँ ग़लती से कुछ और लिख दिया जाए, वह गंतव्य पर भी बदल जाती है और उसमें जो था, उसे कोई वापस नहीं ला सकता।</translation>
        </message>
    </context>
    <context>
        <name>SecretInput</name>
        <message>
            <source>Kept in the keyring</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>कीरिंग में रखा है</translation>
        </message>
        <message>
            <source>Hide</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>छिपाएँ</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>दिखाएँ</translation>
        </message>
    </context>
    <context>
        <name>ServiceChooser</name>
        <message>
            <source>Added to this computer by you.</source>
            <extracomment>desktop/services/chooser.py</extracomment>
            <translation>इस कंप्यूटर पर आपका जोड़ा हुआ।</translation>
        </message>
    </context>
    <context>
        <name>ServiceDetails</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>नाम</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>आप इसे जो नाम देना चाहें।</translation>
        </message>
        <message>
            <source>Please decide first where the secrets are to be kept.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>कृपया पहले तय करें कि गोपनीय जानकारी कहाँ रखी जाए।</translation>
        </message>
        <message>
            <source>The keyring has not answered yet. Try again in a moment.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>कीरिंग ने अभी जवाब नहीं दिया है। थोड़ी देर में फिर कोशिश करें।</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>यह ज़रूरी है।</translation>
        </message>
        <message>
            <source>There is a service of this name already.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>इस नाम की सेवा पहले से मौजूद है।</translation>
        </message>
    </context>
    <context>
        <name>ServiceDialog</name>
        <message>
            <source>Edit service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>सेवा में बदलाव करें</translation>
        </message>
        <message>
            <source>Add a service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>सेवा जोड़ें</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>बदलाव खारिज करें?</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>आपने यहाँ जो भरा है, वह सहेजा नहीं गया है।</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>खारिज करें (&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>बदलाव जारी रखें (&amp;K)</translation>
        </message>
    </context>
    <context>
        <name>ServiceEditor</name>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>पीछे (&amp;B)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>रद्द करें</translation>
        </message>
        <message>
            <source>&amp;Save without test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>बिना टेस्ट के सहेजें (&amp;S)</translation>
        </message>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>आपकी फ़ाइलें कहाँ जाएँ?</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>टेस्ट करें (&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>सहेजें (&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>फिर टेस्ट करें (&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>ServiceRow</name>
        <message numerus="yes">
            <source>%Ln request(s) this month</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>
                <numerusform>इस महीने %Ln अनुरोध</numerusform>
                <numerusform>इस महीने %Ln अनुरोध</numerusform>
            </translation>
        </message>
        <message>
            <source>Not used by a mapping yet</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>अभी किसी मैपिंग में उपयोग नहीं</translation>
        </message>
        <message>
            <source>Used by {0}</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>इनमें उपयोग: {0}</translation>
        </message>
        <message>
            <source>Sending and copying</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>भेजना और कॉपी करना</translation>
        </message>
        <message>
            <source>Listing</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>सूची बनाना</translation>
        </message>
        <message>
            <source>Reading</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>पढ़ना</translation>
        </message>
        <message>
            <source>Deleting</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>मिटाना</translation>
        </message>
    </context>
    <context>
        <name>ServicesPage</name>
        <message>
            <source>{0} is still in use.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} अभी उपयोग में है।</translation>
        </message>
        <message>
            <source>Remove these mappings first, or give them another service:</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>पहले ये मैपिंग हटाएँ, या उन्हें दूसरी सेवा दें:</translation>
        </message>
        <message>
            <source>Remove {0}?</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} को हटाएँ?</translation>
        </message>
        <message>
            <source>Its password or keys are deleted from the keyring too. Files that were sent there stay where they are.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>इसका पासवर्ड या कुंजियाँ कीरिंग से भी मिटा दी जाती हैं। वहाँ भेजी गई फ़ाइलें जहाँ हैं वहीं रहती हैं।</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>हटाएँ (&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>रखें (&amp;K)</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>सेवाएँ</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>जोड़ें (&amp;A)…</translation>
        </message>
        <message>
            <source>No service yet</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>अभी कोई सेवा नहीं</translation>
        </message>
        <message>
            <source>A service is a place your files go to: a bucket, a server, another disk.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>सेवा वह जगह है जहाँ आपकी फ़ाइलें जाती हैं: कोई बकेट, सर्वर या दूसरी डिस्क।</translation>
        </message>
        <message>
            <source>&amp;Add a service…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>सेवा जोड़ें (&amp;A)…</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>बदलाव करें (&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;Test…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>टेस्ट करें (&amp;T)…</translation>
        </message>
        <message>
            <source>Change &amp;password…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>पासवर्ड बदलें (&amp;P)…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>हटाएँ (&amp;R)…</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>सेटिंग</translation>
        </message>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>सामान्य</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>सेवाएँ</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>मैपिंग</translation>
        </message>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>सूचनाएँ</translation>
        </message>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>नेटवर्क</translation>
        </message>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>मॉनिटर</translation>
        </message>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>उन्नत</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>परिचय</translation>
        </message>
        <message>
            <source>Discard the value that is not right?</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>जो मान सही नहीं है, उसे खारिज करें?</translation>
        </message>
        <message>
            <source>It cannot be used as it stands. It says why.</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>यह जैसा है वैसा काम नहीं आ सकता। वहाँ कारण लिखा है।</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>खारिज करें (&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>बदलाव जारी रखें (&amp;K)</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>सेटिंग के पेज</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Pages</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>पेज</translation>
        </message>
        <message>
            <source>Overview</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>अवलोकन</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>गतिविधि</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>समस्याएँ</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>सेटिंग</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>सेटिंग (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>StageRow</name>
        <message>
            <source>This server is not trusted.</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>इस सर्वर पर भरोसा नहीं है।</translation>
        </message>
        <message>
            <source>{0} s</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>{0} सेकंड</translation>
        </message>
        <message>
            <source>waits</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>बाकी</translation>
        </message>
        <message>
            <source>under way</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>जारी</translation>
        </message>
        <message>
            <source>done</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>पूरा</translation>
        </message>
        <message>
            <source>failed</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>विफल</translation>
        </message>
        <message>
            <source>skipped</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>छोड़ा गया</translation>
        </message>
    </context>
    <context>
        <name>TargetPage</name>
        <message>
            <source>&amp;Back to its place</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>वापस अपनी जगह पर (&amp;B)</translation>
        </message>
        <message>
            <source>&amp;Into another folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>किसी दूसरे फ़ोल्डर में (&amp;I)</translation>
        </message>
        <message>
            <source>The other folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>दूसरा फ़ोल्डर</translation>
        </message>
        <message>
            <source>Where to?</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>कहाँ?</translation>
        </message>
        <message>
            <source>If another file of the same name is there</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>अगर वहाँ इसी नाम की कोई दूसरी फ़ाइल हो</translation>
        </message>
        <message>
            <source>Keep b&amp;oth</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>दोनों रखें (&amp;O)</translation>
        </message>
        <message>
            <source>What comes back gets a name of its own beside it.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>जो वापस आता है, उसे उसके साथ में अपना अलग नाम मिलता है।</translation>
        </message>
        <message>
            <source>&amp;Leave it as it is</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>उसे वैसी ही रहने दें (&amp;L)</translation>
        </message>
        <message>
            <source>Only what is missing comes back.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>सिर्फ़ वही वापस आता है जो वहाँ नहीं है।</translation>
        </message>
        <message>
            <source>Re&amp;place it</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>उसे बदल दें (&amp;P)</translation>
        </message>
        <message>
            <source>What is there now is put aside under another name, never deleted.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>अभी जो वहाँ है, उसे दूसरे नाम से अलग रखा जाता है, कभी मिटाया नहीं जाता।</translation>
        </message>
        <message>
            <source>A file that is the same already is never touched.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>जो फ़ाइल पहले से वैसी ही है, उसे कभी छुआ नहीं जाता।</translation>
        </message>
    </context>
    <context>
        <name>TestDialog</name>
        <message>
            <source>Test of {0}</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>{0} का टेस्ट</translation>
        </message>
    </context>
    <context>
        <name>TestPage</name>
        <message>
            <source>Does it work?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>क्या यह काम करता है?</translation>
        </message>
        <message>
            <source>A small file is written there, read back and deleted again.</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>वहाँ एक छोटी फ़ाइल लिखी, वापस पढ़ी और फिर मिटा दी जाती है।</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>आगे बढ़ें (&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>फिर टेस्ट करें (&amp;T)</translation>
        </message>
        <message>
            <source>Continue &amp;without test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>बिना टेस्ट के आगे बढ़ें (&amp;W)</translation>
        </message>
    </context>
    <context>
        <name>ThroughputPlot</name>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>पिछले कुछ मिनटों की गति</translation>
        </message>
        <message>
            <source>Now {0}</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>अभी {0}</translation>
        </message>
        <message>
            <source>{0}, {1} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}, {1} पहले</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0} पहले</translation>
        </message>
        <message>
            <source>now</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>अभी</translation>
        </message>
    </context>
    <context>
        <name>Tiles</name>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>गति</translation>
        </message>
        <message>
            <source>Waiting</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>कतार में</translation>
        </message>
        <message>
            <source>Left to send</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>भेजना बाकी</translation>
        </message>
        <message>
            <source>At the destinations</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>गंतव्यों पर</translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>लगभग {0}</translation>
        </message>
    </context>
    <context>
        <name>TimePicker</name>
        <message>
            <source>&amp;As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>कब की स्थिति (&amp;A)</translation>
        </message>
        <message>
            <source>As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>कब की स्थिति</translation>
        </message>
        <message>
            <source>Date and time</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>तारीख़ और समय</translation>
        </message>
        <message>
            <source>Now</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>अभी</translation>
        </message>
        <message>
            <source>Before {0}</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>{0} से पहले</translation>
        </message>
        <message>
            <source>Another time…</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>कोई और समय…</translation>
        </message>
    </context>
    <context>
        <name>TrayMenu</name>
        <message>
            <source>Open Skynet</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Skynet खोलें</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>मैपिंग</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>रोकें</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>फिर शुरू करें</translation>
        </message>
        <message>
            <source>Snooze notifications</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>सूचनाएँ कुछ देर बंद रखें</translation>
        </message>
        <message>
            <source>Open web monitor</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>वेब मॉनिटर खोलें</translation>
        </message>
        <message>
            <source>Settings…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>सेटिंग…</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>मदद</translation>
        </message>
        <message>
            <source>Quit</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>बाहर निकलें</translation>
        </message>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>30 मिनट</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>2 घंटे</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>कल तक</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>फिर शुरू करने तक</translation>
        </message>
        <message>
            <source>1 hour</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>1 घंटा</translation>
        </message>
        <message>
            <source>8 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>8 घंटे</translation>
        </message>
        <message>
            <source>Until Skynet restarts</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>Skynet के फिर से शुरू होने तक</translation>
        </message>
        <message>
            <source>Not any more</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>अब बंद न रखें</translation>
        </message>
        <message>
            <source>Open log</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>लॉग खोलें</translation>
        </message>
        <message>
            <source>Save diagnostics…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>डायग्नोस्टिक्स सहेजें…</translation>
        </message>
        <message>
            <source>Check-up…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>पूरी जाँच…</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>परिचय</translation>
        </message>
        <message>
            <source>Decide about {0}…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>{0} के बारे में तय करें…</translation>
        </message>
        <message numerus="yes">
            <source>Quit (%Ln waiting, continued next time)</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>
                <numerusform>बाहर निकलें (%Ln कतार में, अगली बार जारी)</numerusform>
                <numerusform>बाहर निकलें (%Ln कतार में, अगली बार जारी)</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrialView</name>
        <message>
            <source>Testing…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>टेस्ट जारी…</translation>
        </message>
        <message>
            <source>The test was cancelled.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>टेस्ट रद्द किया गया।</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>सब कुछ काम करता है।</translation>
        </message>
        <message>
            <source>The test stopped here.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>टेस्ट यहाँ रुक गया।</translation>
        </message>
        <message>
            <source>The test waits for your decision.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>टेस्ट आपके फ़ैसले की प्रतीक्षा में है।</translation>
        </message>
        <message>
            <source>Not connected. Nothing secret was sent to this server.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>कनेक्ट नहीं किया गया। इस सर्वर को कोई गोपनीय जानकारी नहीं भेजी गई।</translation>
        </message>
        <message>
            <source>&amp;Cancel the test</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>टेस्ट रद्द करें (&amp;C)</translation>
        </message>
        <message>
            <source>Ch&amp;ange it…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>इसे बदलें (&amp;A)…</translation>
        </message>
    </context>
    <context>
        <name>TryOutPage</name>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>स्थानीय फ़ोल्डर के साथ आज़माएँ</translation>
        </message>
        <message>
            <source>Two folders are made on this computer. What you put into the first, change or delete there, happens in the second a moment later.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>इस कंप्यूटर पर दो फ़ोल्डर बनाए जाते हैं। आप पहले में जो रखें, बदलें या मिटाएँ, वही पल भर बाद दूसरे में होता है।</translation>
        </message>
        <message>
            <source>&amp;Start the try-out</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>आज़माइश शुरू करें (&amp;S)</translation>
        </message>
        <message>
            <source>Put files in here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>फ़ाइलें यहाँ रखें</translation>
        </message>
        <message>
            <source>They appear here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>वे यहाँ दिखती हैं</translation>
        </message>
        <message>
            <source>The first folder begins with some small text files. Remove the mapping in the settings to end the try-out.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>पहले फ़ोल्डर में शुरू में कुछ छोटी टेक्स्ट फ़ाइलें होती हैं। आज़माइश ख़त्म करने के लिए सेटिंग में मैपिंग हटाएँ।</translation>
        </message>
    </context>
    <context>
        <name>UpdateDialog</name>
        <message>
            <source>New version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>नया संस्करण</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>बंद करें (&amp;C)</translation>
        </message>
        <message>
            <source>What is new</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>नया क्या है</translation>
        </message>
        <message>
            <source>You have version {0}.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>आपके पास संस्करण {0} है।</translation>
        </message>
        <message>
            <source>Do not &amp;skip it</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>इसे न छोड़ें (&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Skip this version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>यह संस्करण छोड़ें (&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Open the page of downloads</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>डाउनलोड का पृष्ठ खोलें (&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Download</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>डाउनलोड करें (&amp;D)</translation>
        </message>
        <message>
            <source>{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>{0}, {1}। इसे आपका ब्राउज़र लाता है; Skynet अपने आप कुछ भी इंस्टॉल नहीं करता।</translation>
        </message>
    </context>
    <context>
        <name>UpdatesPart</name>
        <message>
            <source>Look &amp;now</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>अभी देखें (&amp;N)</translation>
        </message>
        <message>
            <source>&amp;What is new…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>नया क्या है… (&amp;W)</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>देखा जा रहा है…</translation>
        </message>
    </context>
    <context>
        <name>VerificationDialog</name>
        <message>
            <source>Verification of {0}</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>{0} का सत्यापन</translation>
        </message>
        <message>
            <source>Everything is right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>सब कुछ सही है</translation>
        </message>
        <message>
            <source>What differed is being put right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>जो अलग था, उसे ठीक किया जा रहा है</translation>
        </message>
        <message>
            <source>Not verified yet</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>अभी सत्यापित नहीं हुआ</translation>
        </message>
        <message>
            <source>A verification proves that the destination holds just what is here. It changes nothing.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>सत्यापन साबित करता है कि गंतव्य पर ठीक वही है जो यहाँ है। यह कुछ बदलता नहीं।</translation>
        </message>
        <message>
            <source>Progress of the verification</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>सत्यापन की प्रगति</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>क्या अलग है</translation>
        </message>
        <message>
            <source>&amp;Verify</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>सत्यापित करें (&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>रोकें (&amp;S)</translation>
        </message>
        <message>
            <source>Save as &amp;text…</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>टेक्स्ट के रूप में सहेजें (&amp;T)…</translation>
        </message>
        <message>
            <source>&amp;Repair</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>ठीक करें (&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>बंद करें (&amp;C)</translation>
        </message>
        <message>
            <source>None of these can be put right from here: each line says why.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>इनमें से कुछ भी यहाँ से ठीक नहीं हो सकता: हर लाइन बताती है क्यों।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are put right now, as the overview shows. Verify again afterwards.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल अभी ठीक की जा रही है, जैसा अवलोकन में दिखता है। इसके बाद फिर सत्यापित करें।</numerusform>
                <numerusform>%Ln फ़ाइलें अभी ठीक की जा रही हैं, जैसा अवलोकन में दिखता है। इसके बाद फिर सत्यापित करें।</numerusform>
            </translation>
        </message>
        <message>
            <source>Save as text</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>टेक्स्ट के रूप में सहेजें</translation>
        </message>
        <message>
            <source>Saved as {0}.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>{0} के रूप में सहेजा गया।</translation>
        </message>
    </context>
    <context>
        <name>VerifyMenu</name>
        <message>
            <source>&amp;Quick: sizes, times and checksums</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>जल्दी: आकार, समय और चेकसम (&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Read everything back, as long as a download takes</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>सब कुछ वापस पढ़ें, डाउनलोड जितना समय लगेगा (&amp;R)</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome to Skynet</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>Skynet में आपका स्वागत है</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is on your own storage seconds later.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>कोई फ़ोल्डर चुनें और बताएँ कि वह कहाँ जाए। आप उसमें जो भी रखें, वह कुछ सेकंड बाद आपके अपने स्टोरेज पर होगा।</translation>
        </message>
        <message>
            <source>Set up a mirror</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>मिरर सेट अप करें</translation>
        </message>
        <message>
            <source>To S3 storage, a server or NAS over SFTP, or another disk. You need what you sign in with there.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>S3 स्टोरेज पर, SFTP से किसी सर्वर या NAS पर, या दूसरी डिस्क पर। आपको वहाँ साइन इन करने की जानकारी चाहिए।</translation>
        </message>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>स्थानीय फ़ोल्डर के साथ आज़माएँ</translation>
        </message>
        <message>
            <source>Mirrors one folder of this computer to another. Needs no account.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>इस कंप्यूटर के एक फ़ोल्डर को दूसरे में मिरर करता है। किसी खाते की ज़रूरत नहीं।</translation>
        </message>
    </context>
    <context>
        <name>Wizard</name>
        <message>
            <source>Set up Skynet</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>Skynet सेट अप करें</translation>
        </message>
        <message>
            <source>Leave without setting up the mirror?</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>मिरर सेट अप किए बिना निकलें?</translation>
        </message>
        <message>
            <source>What you entered here is forgotten.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>आपने यहाँ जो भरा है, वह याद नहीं रखा जाएगा।</translation>
        </message>
        <message>
            <source>&amp;Leave</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>निकलें (&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Stay here</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>यहीं रहें (&amp;S)</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>सेवा</translation>
        </message>
        <message>
            <source>Credentials</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>साइन-इन विवरण</translation>
        </message>
        <message>
            <source>Test</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>टेस्ट</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>फ़ोल्डर</translation>
        </message>
        <message>
            <source>Destination</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>गंतव्य</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>फ़िल्टर</translation>
        </message>
        <message>
            <source>Dry run</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>पूर्वाभ्यास</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>शुरू करें</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>पीछे (&amp;B)</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>अभी बंद करने पर कुछ भी बदला हुआ नहीं होगा।</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed but where secrets are kept.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>अभी बंद करने पर कुछ भी बदला हुआ नहीं होगा, सिवाय इसके कि गोपनीय जानकारी कहाँ रखी जाती है।</translation>
        </message>
    </context>
    <context>
        <name>_KeptServices</name>
        <message>
            <source>Or use a ser&amp;vice you have already</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>या पहले से मौजूद सेवा का उपयोग करें (&amp;V)</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>सेवा</translation>
        </message>
        <message>
            <source>&amp;Use it</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>इसका उपयोग करें (&amp;U)</translation>
        </message>
    </context>
    <context>
        <name>_MappingMenu</name>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>फ़ोल्डर खोलें</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>गंतव्य पर दिखाएँ</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>अभी सिंक करें</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>सत्यापित करें</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>वापस लाएँ…</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>रोकें</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>फिर शुरू करें</translation>
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
            <translation>संस्करण {0}</translation>
        </message>
    </context>
    <context>
        <name>_Summary</name>
        <message>
            <source>From</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>कहाँ से</translation>
        </message>
        <message>
            <source>To</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>कहाँ</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>आप यहाँ जो मिटाते हैं, वह वहाँ भी मिटा दिया जाता है।</translation>
        </message>
        <message>
            <source>What you delete here stays there.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>आप यहाँ जो मिटाते हैं, वह वहाँ बना रहता है।</translation>
        </message>
    </context>
    <context>
        <name>activity</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>नाम</translation>
        </message>
        <message>
            <source>Mirror</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>मिरर</translation>
        </message>
        <message>
            <source>Action</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>क्रिया</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>आकार</translation>
        </message>
        <message>
            <source>Progress</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>प्रगति</translation>
        </message>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>गति</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>स्थिति</translation>
        </message>
        <message>
            <source>When</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>कब</translation>
        </message>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>{0} %</translation>
        </message>
        <message>
            <source>Send</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>भेजना</translation>
        </message>
        <message>
            <source>Remove</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>हटाना</translation>
        </message>
        <message>
            <source>Move</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>ले जाना</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>जारी</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>बीच में रुका</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>नहीं हुआ</translation>
        </message>
        <message>
            <source>No longer needed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>अब ज़रूरी नहीं</translation>
        </message>
        <message>
            <source>Done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>पूरा</translation>
        </message>
    </context>
    <context>
        <name>advice</name>
        <message>
            <source>Give the file another, shorter name, or ignore it.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>फ़ाइल को कोई दूसरा, छोटा नाम दें, या उसे अनदेखा करें।</translation>
        </message>
        <message>
            <source>Allow this account to write there, or choose another place, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>इस खाते को वहाँ लिखने की अनुमति दें, या कोई दूसरी जगह चुनें, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>A file and a folder have the same name. Rename one of them, here or at the destination, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>एक फ़ाइल और एक फ़ोल्डर का नाम एक ही है। यहाँ या गंतव्य पर उनमें से एक का नाम बदलें, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>It was removed at the destination. Retry to send it again.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>इसे गंतव्य पर हटा दिया गया था। दोबारा भेजने के लिए फिर कोशिश करें।</translation>
        </message>
        <message>
            <source>The file is gone from this computer. There is nothing to do; this goes away.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>फ़ाइल अब इस कंप्यूटर पर नहीं है। कुछ करना नहीं है; यह अपने आप चला जाएगा।</translation>
        </message>
        <message>
            <source>A program keeps writing to the file. It is sent as soon as it rests; close the program to have it sent now.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>कोई प्रोग्राम फ़ाइल में लगातार लिख रहा है। लिखना थमते ही यह भेजी जाएगी; अभी भेजने के लिए वह प्रोग्राम बंद करें।</translation>
        </message>
        <message>
            <source>Close the program that uses the file, or allow yourself to read it, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>फ़ाइल का उपयोग करने वाला प्रोग्राम बंद करें, या खुद को उसे पढ़ने की अनुमति दें, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>It is tried again by itself. Retry now, or ignore the file.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>इसकी कोशिश अपने आप फिर होगी। अभी फिर कोशिश करें, या फ़ाइल को अनदेखा करें।</translation>
        </message>
    </context>
    <context>
        <name>card</name>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल मिरर नहीं हो सकी।</numerusform>
                <numerusform>%Ln फ़ाइलें मिरर नहीं हो सकीं।</numerusform>
            </translation>
        </message>
        <message>
            <source>Next try in {0}.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>अगली कोशिश {0} में।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) left</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल बाकी</numerusform>
                <numerusform>%Ln फ़ाइलें बाकी</numerusform>
            </translation>
        </message>
        <message>
            <source>Not checked yet</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>अभी जाँचा नहीं गया</translation>
        </message>
        <message>
            <source>Last checked {0}</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>पिछली जाँच {0}</translation>
        </message>
        <message>
            <source>{0}, {1} at the destination</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>गंतव्य पर {0}, {1}</translation>
        </message>
    </context>
    <context>
        <name>choices</name>
        <message>
            <source>As on this computer</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>जैसा इस कंप्यूटर पर है</translation>
        </message>
        <message>
            <source>Light</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>हल्का</translation>
        </message>
        <message>
            <source>Dark</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>गहरा</translation>
        </message>
        <message>
            <source>Everything</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>सब कुछ</translation>
        </message>
        <message>
            <source>The usual</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>सामान्य बातें</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>चेतावनियाँ और त्रुटियाँ</translation>
        </message>
        <message>
            <source>Errors alone</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>सिर्फ़ त्रुटियाँ</translation>
        </message>
        <message>
            <source>Wait for another connection</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>दूसरे कनेक्शन की प्रतीक्षा करें</translation>
        </message>
        <message>
            <source>Send all the same</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>फिर भी भेजें</translation>
        </message>
        <message>
            <source>Whatever there is</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>जो भी उपलब्ध हो</translation>
        </message>
        <message>
            <source>SSH agent</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>SSH एजेंट</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>कुंजी फ़ाइल</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>पासवर्ड</translation>
        </message>
        <message>
            <source>Access key</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>एक्सेस कुंजी</translation>
        </message>
        <message>
            <source>This computer's own settings</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>इस कंप्यूटर की अपनी सेटिंग</translation>
        </message>
        <message>
            <source>In the path</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>पथ में</translation>
        </message>
        <message>
            <source>In front of the host's name</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>होस्ट के नाम के आगे</translation>
        </message>
        <message>
            <source>As the bucket is set</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>जैसा बकेट में सेट है</translation>
        </message>
        <message>
            <source>What is removed or replaced</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>जो हटाया या बदला जाए</translation>
        </message>
        <message>
            <source>Removed files only</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>सिर्फ़ हटाई गई फ़ाइलें</translation>
        </message>
        <message>
            <source>Nothing</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>कुछ नहीं</translation>
        </message>
        <message>
            <source>Off</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>बंद</translation>
        </message>
        <message>
            <source>Message</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>संदेश</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>ध्वनि</translation>
        </message>
        <message>
            <source>Message and sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>संदेश और ध्वनि</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>अपने आप</translation>
        </message>
    </context>
    <context>
        <name>doctor</name>
        <message>
            <source>Program</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>प्रोग्राम</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>सेटिंग</translation>
        </message>
        <message>
            <source>Connections of your own</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>आपके अपने कनेक्शन</translation>
        </message>
        <message>
            <source>Running</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>चल रहा है या नहीं</translation>
        </message>
        <message>
            <source>Start at login</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>लॉग इन पर शुरू होना</translation>
        </message>
        <message>
            <source>Keyring</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>कीरिंग</translation>
        </message>
        <message>
            <source>Clock</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>घड़ी</translation>
        </message>
        <message>
            <source>Open files</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>खुली फ़ाइलें</translation>
        </message>
        <message>
            <source>Disk</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>डिस्क</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>स्थिति</translation>
        </message>
        <message>
            <source>Watching</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>निगरानी</translation>
        </message>
        <message>
            <source>Folder of {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>{0} का फ़ोल्डर</translation>
        </message>
        <message>
            <source>Service {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>सेवा {0}</translation>
        </message>
        <message>
            <source>Right</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>सही</translation>
        </message>
        <message>
            <source>Good to know</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>जानने योग्य</translation>
        </message>
        <message>
            <source>Warning</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>चेतावनी</translation>
        </message>
        <message>
            <source>Does not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>काम नहीं करता</translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) do not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln चीज़ काम नहीं करती</numerusform>
                <numerusform>%Ln चीज़ें काम नहीं करतीं</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) to look at</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln चीज़ देखने लायक है</numerusform>
                <numerusform>%Ln चीज़ें देखने लायक हैं</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is fine</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>सब ठीक है</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The service {0}: {1}</source>
            <extracomment>app.py {0}: service.name, {1}: error</extracomment>
            <translation>सेवा {0}: {1}</translation>
        </message>
        <message>
            <source>The running app does not know the command {0}.</source>
            <extracomment>app.py {0}: command</extracomment>
            <translation>चल रहा ऐप {0} कमांड नहीं जानता।</translation>
        </message>
        <message>
            <source>The file changed while it was read.</source>
            <extracomment>connections/base.py; connections/s3/small.py</extracomment>
            <translation>पढ़ते समय फ़ाइल बदल गई।</translation>
        </message>
        <message>
            <source>The proxy {0} cannot be reached.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>प्रॉक्सी {0} तक पहुँचा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>The proxy {0} is of a kind that can carry web pages only.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>प्रॉक्सी {0} ऐसे प्रकार की है जो सिर्फ़ वेब पेज पहुँचा सकती है।</translation>
        </message>
        <message>
            <source>no HTTP answer</source>
            <extracomment>connections/dial.py</extracomment>
            <translation>HTTP जवाब नहीं</translation>
        </message>
        <message>
            <source>The proxy {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>प्रॉक्सी {0} को उपयोगकर्ता नाम और पासवर्ड चाहिए, या उसने दिए गए विवरण ठुकरा दिए।</translation>
        </message>
        <message>
            <source>The proxy {0} did not lead to {1} ({2}).</source>
            <extracomment>connections/dial.py {0}: proxy, {1}: at(host, port), {2}: why</extracomment>
            <translation>प्रॉक्सी {0} से {1} तक नहीं पहुँचा जा सका ({2})।</translation>
        </message>
        <message>
            <source>the copy is not as long as the file</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>कॉपी की लंबाई फ़ाइल जितनी नहीं है</translation>
        </message>
        <message>
            <source>The folder is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>फ़ोल्डर गंतव्य पर नहीं है।</translation>
        </message>
        <message>
            <source>The new name is taken at the destination.</source>
            <extracomment>connections/local/connection.py; connections/sftp/connection.py</extracomment>
            <translation>नया नाम गंतव्य पर पहले से लिया हुआ है।</translation>
        </message>
        <message>
            <source>The file is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>फ़ाइल गंतव्य पर नहीं है।</translation>
        </message>
        <message>
            <source>This is not a file at the destination.</source>
            <extracomment>connections/local/connection.py; connections/local/reading.py</extracomment>
            <translation>गंतव्य पर यह फ़ाइल नहीं है।</translation>
        </message>
        <message>
            <source>A folder has this name at the destination.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>गंतव्य पर एक फ़ोल्डर का यही नाम है।</translation>
        </message>
        <message>
            <source>The file grew while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>पढ़ते समय फ़ाइल बढ़ गई।</translation>
        </message>
        <message>
            <source>The file shrank while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>पढ़ते समय फ़ाइल छोटी हो गई।</translation>
        </message>
        <message>
            <source>This is not a regular file.</source>
            <extracomment>connections/local/copying.py; connections/local/reading.py</extracomment>
            <translation>यह सामान्य फ़ाइल नहीं है।</translation>
        </message>
        <message>
            <source>The file changed before it was read.</source>
            <extracomment>connections/local/copying.py; connections/sftp/modes.py</extracomment>
            <translation>पढ़ने से पहले फ़ाइल बदल गई।</translation>
        </message>
        <message>
            <source>The file cannot be written here: {0}.</source>
            <extracomment>connections/local/reading.py {0}: error.strerror; engine/restoring/target.py {0}: error.strerror or error</extracomment>
            <translation>फ़ाइल यहाँ लिखी नहीं जा सकती: {0}।</translation>
        </message>
        <message>
            <source>A file or folder cannot have this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>किसी फ़ाइल या फ़ोल्डर का यह नाम नहीं हो सकता।</translation>
        </message>
        <message>
            <source>A folder keeps no versions.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>फ़ोल्डर संस्करण नहीं रखता।</translation>
        </message>
        <message>
            <source>Names of this form are kept for unfinished copies.</source>
            <extracomment>connections/local/names.py; engine/restoring/names.py</extracomment>
            <translation>इस रूप के नाम अधूरी कॉपी के लिए सुरक्षित हैं।</translation>
        </message>
        <message>
            <source>The destination would drop the dot or space at the end of this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>गंतव्य इस नाम के अंत का बिंदु या खाली स्थान हटा देगा।</translation>
        </message>
        <message>
            <source>Windows does not allow any of &lt; &gt; : " | ? * \ in a name.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows नाम में &lt; &gt; : " | ? * \ में से किसी की अनुमति नहीं देता।</translation>
        </message>
        <message>
            <source>Windows keeps this name for a device.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows यह नाम किसी डिवाइस के लिए रखता है।</translation>
        </message>
        <message>
            <source>The file changed at the destination while it was read.</source>
            <extracomment>connections/local/reading.py; connections/sftp/reading.py</extracomment>
            <translation>पढ़ते समय फ़ाइल गंतव्य पर बदल गई।</translation>
        </message>
        <message>
            <source>{0} is not a folder.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} फ़ोल्डर नहीं है।</translation>
        </message>
        <message>
            <source>No disk is mounted at {0}.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} पर कोई डिस्क माउंट नहीं है।</translation>
        </message>
        <message>
            <source>The folder {0} may not be written to.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>फ़ोल्डर {0} में लिखने की अनुमति नहीं है।</translation>
        </message>
        <message>
            <source>{0} is another folder now: was a disk unmounted?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} अब दूसरा फ़ोल्डर है: क्या कोई डिस्क अनमाउंट की गई?</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Is its disk plugged in?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>फ़ोल्डर {0} मौजूद नहीं है। क्या उसकी डिस्क लगी हुई है?</translation>
        </message>
        <message>
            <source>The folder {0} may not be read.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>फ़ोल्डर {0} को पढ़ने की अनुमति नहीं है।</translation>
        </message>
        <message>
            <source>{0} cannot be reached: {1}.</source>
            <extracomment>connections/local/root.py {0}: self.shown, {1}: error.strerror; updates/fetching.py {0}: host, {1}: _detail(error)</extracomment>
            <translation>{0} तक पहुँचा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>The destination's own folder cannot be a file.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>गंतव्य का अपना फ़ोल्डर फ़ाइल नहीं हो सकता।</translation>
        </message>
        <message>
            <source>A link at the destination has the name of a folder.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>गंतव्य पर किसी लिंक का नाम वही है जो एक फ़ोल्डर का है।</translation>
        </message>
        <message>
            <source>The destination is read-only.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>गंतव्य केवल पढ़ने के लिए है।</translation>
        </message>
        <message>
            <source>The two names are on different disks at the destination.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>ये दोनों नाम गंतव्य पर अलग-अलग डिस्क पर हैं।</translation>
        </message>
        <message>
            <source>The disk or share is no longer reachable.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>डिस्क या शेयर तक अब पहुँचा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>A {0} service cannot be made of these options ({1}).</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: type(error).__name__</extracomment>
            <translation>इन विकल्पों से {0} सेवा नहीं बन सकती ({1})।</translation>
        </message>
        <message>
            <source>{0} is a secret: it belongs in the keyring, not here.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} गोपनीय जानकारी है: इसकी जगह कीरिंग में है, यहाँ नहीं।</translation>
        </message>
        <message>
            <source>{0} must be text.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} में टेक्स्ट होना चाहिए।</translation>
        </message>
        <message>
            <source>{0} must be {1}, not {2}.</source>
            <extracomment>connections/options.py {0}: option.name, {1}: allowed, {2}: given</extracomment>
            <translation>{0} में {1} चाहिए, {2} नहीं।</translation>
        </message>
        <message>
            <source>one of {0}</source>
            <extracomment>connections/options.py {0}: ', '.join(option.choices)</extracomment>
            <translation>{0} में से एक</translation>
        </message>
        <message>
            <source>a path in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>उद्धरण चिह्नों में पथ</translation>
        </message>
        <message>
            <source>text in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>उद्धरण चिह्नों में टेक्स्ट</translation>
        </message>
        <message>
            <source>one line of text</source>
            <extracomment>connections/options.py</extracomment>
            <translation>टेक्स्ट की एक ही पंक्ति</translation>
        </message>
        <message>
            <source>a whole number</source>
            <extracomment>connections/options.py</extracomment>
            <translation>पूर्ण संख्या</translation>
        </message>
        <message>
            <source>true or false</source>
            <extracomment>connections/options.py</extracomment>
            <translation>true या false</translation>
        </message>
        <message>
            <source>A {0} service needs {1} ({2}).{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: option.name, {2}: option.label, {3}: explained</extracomment>
            <translation>{0} सेवा को {1} ({2}) चाहिए।{3}</translation>
        </message>
        <message>
            <source>Did you mean {0}?</source>
            <extracomment>connections/options.py {0}: near[0]; settings/reader.py {0}: quoted(found[0])</extracomment>
            <translation>क्या आपका मतलब {0} था?</translation>
        </message>
        <message>
            <source>A {0} service knows no {1}, only {2}.{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: name, {2}: ', '.join(names) or 'nothing', {3}: meant</extracomment>
            <translation>{0} सेवा {1} नहीं जानती, सिर्फ़ {2}।{3}</translation>
        </message>
        <message>
            <source>The name {0} could not be looked up.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>नाम {0} का पता नहीं खोजा जा सका।</translation>
        </message>
        <message>
            <source>Check that this computer is connected to a network, then try again.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>जाँचें कि यह कंप्यूटर नेटवर्क से जुड़ा है, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>The name {0} is not known.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>नाम {0} जाना-पहचाना नहीं है।</translation>
        </message>
        <message>
            <source>Check the spelling. A name of your own network is known only there: you may have to connect to it (VPN), or use the address (such as 192.168.1.20) instead.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>वर्तनी जाँचें। आपके अपने नेटवर्क का नाम वहीं पहचाना जाता है: हो सकता है आपको उससे कनेक्ट होना पड़े (VPN), या इसके बजाय पता (जैसे 192.168.1.20) इस्तेमाल करना पड़े।</translation>
        </message>
        <message>
            <source>{0}:{1} is no address of a server.</source>
            <extracomment>connections/reach.py {0}: host, {1}: endpoint.port</extracomment>
            <translation>{0}:{1} किसी सर्वर का पता नहीं है।</translation>
        </message>
        <message>
            <source>Give a name such as nas.example.com and a port from 1 to 65535.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>nas.example.com जैसा नाम और 1 से 65535 तक का पोर्ट दें।</translation>
        </message>
        <message>
            <source>{0} is there, but nothing answers at its port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} मौजूद है, पर उसके पोर्ट {1} पर कोई जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>Check the port, and that the service is running on the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>पोर्ट जाँचें, और यह भी कि सर्वर पर सेवा चल रही है।</translation>
        </message>
        <message>
            <source>{0} does not answer at port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} पोर्ट {1} पर जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>Check address and port, and that the server is switched on. A firewall on the way may also swallow the attempt.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>पता और पोर्ट जाँचें, और यह भी कि सर्वर चालू है। हो सकता है रास्ते का कोई फ़ायरवॉल भी कोशिश को रोक रहा हो।</translation>
        </message>
        <message>
            <source>There is no way to {0} from here.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>यहाँ से {0} तक कोई रास्ता नहीं है।</translation>
        </message>
        <message>
            <source>Check that this computer is connected to the right network (or VPN).</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>जाँचें कि यह कंप्यूटर सही नेटवर्क (या VPN) से जुड़ा है।</translation>
        </message>
        <message>
            <source>{0} cannot be reached at port {1}: {2}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port, {2}: error.strerror or error</extracomment>
            <translation>{0} के पोर्ट {1} तक पहुँचा नहीं जा सकता: {2}।</translation>
        </message>
        <message>
            <source>Check address and port, and this computer's network.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>पता और पोर्ट, और इस कंप्यूटर का नेटवर्क जाँचें।</translation>
        </message>
        <message>
            <source>{0} does not speak TLS at port {1}.</source>
            <extracomment>connections/reach.py {0}: endpoint.host, {1}: endpoint.port</extracomment>
            <translation>{0} पोर्ट {1} पर TLS में बात नहीं करता।</translation>
        </message>
        <message>
            <source>Check the port. A server without encryption has an address that begins with http:// instead of https://.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>पोर्ट जाँचें। बिना एन्क्रिप्शन वाले सर्वर का पता https:// के बजाय http:// से शुरू होता है।</translation>
        </message>
        <message>
            <source>The certificate of {0} has expired.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} के सर्टिफ़िकेट की अवधि ख़त्म हो गई है।</translation>
        </message>
        <message>
            <source>Whoever runs the server must renew it. If it should be good, check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>सर्वर चलाने वाले को इसे नया करना होगा। अगर यह सही होना चाहिए, तो इस कंप्यूटर की घड़ी जाँचें।</translation>
        </message>
        <message>
            <source>The certificate of {0} is not valid yet.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} का सर्टिफ़िकेट अभी मान्य नहीं हुआ है।</translation>
        </message>
        <message>
            <source>Check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>इस कंप्यूटर की घड़ी जाँचें।</translation>
        </message>
        <message>
            <source>The certificate belongs to another name than {0}.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>सर्टिफ़िकेट {0} का नहीं, किसी दूसरे नाम का है।</translation>
        </message>
        <message>
            <source>Use the name that the certificate was made for.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>वही नाम इस्तेमाल करें जिसके लिए सर्टिफ़िकेट बना है।</translation>
        </message>
        <message>
            <source>The certificate of {0} was issued by somebody this computer does not trust.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} का सर्टिफ़िकेट ऐसे किसी ने जारी किया है जिस पर यह कंप्यूटर भरोसा नहीं करता।</translation>
        </message>
        <message>
            <source>If the server is your own, put its issuer's certificate into a file and name that file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>अगर सर्वर आपका अपना है, तो उसके जारीकर्ता का सर्टिफ़िकेट एक फ़ाइल में रखें और उस फ़ाइल का नाम एनवायरनमेंट वेरिएबल AWS_CA_BUNDLE में दें। नहीं तो कनेक्ट न करें।</translation>
        </message>
        <message>
            <source>The certificate of {0} is not good: {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: message</extracomment>
            <translation>{0} का सर्टिफ़िकेट ठीक नहीं है: {1}।</translation>
        </message>
        <message>
            <source>Ask whoever runs the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>सर्वर चलाने वाले से पूछें।</translation>
        </message>
        <message>
            <source>There is no service of the kind {0}, only {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: known</extracomment>
            <translation>{0} प्रकार की कोई सेवा नहीं है, सिर्फ़ {1}।</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: found.where, {1}: _words(error)</extracomment>
            <translation>{0} का उपयोग नहीं हो सकता: {1}</translation>
        </message>
        <message>
            <source>The kind {0} is taken by {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: taken</extracomment>
            <translation>प्रकार {0} पहले से {1} के पास है।</translation>
        </message>
        <message>
            <source>The file cannot be loaded: {0}</source>
            <extracomment>connections/registry.py {0}: _words(error)</extracomment>
            <translation>फ़ाइल लोड नहीं हो सकती: {0}</translation>
        </message>
        <message>
            <source>The file holds no connection class with a kind.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>फ़ाइल में प्रकार वाली कोई कनेक्शन क्लास नहीं है।</translation>
        </message>
        <message>
            <source>The class {0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: cls.__name__, {1}: error</extracomment>
            <translation>क्लास {0} का उपयोग नहीं हो सकता: {1}</translation>
        </message>
        <message>
            <source>it is not a Python file</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>यह Python फ़ाइल नहीं है</translation>
        </message>
        <message>
            <source>it is not a subclass of Connection.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>यह Connection की सबक्लास नहीं है।</translation>
        </message>
        <message>
            <source>it lacks {0}.</source>
            <extracomment>connections/registry.py {0}: missing</extracomment>
            <translation>इसमें {0} नहीं है।</translation>
        </message>
        <message>
            <source>its kind is not {0}.</source>
            <extracomment>connections/registry.py {0}: kind</extracomment>
            <translation>इसका प्रकार {0} नहीं है।</translation>
        </message>
        <message>
            <source>The proxy must be empty (for the system's own), none, or an address such as http://proxy:3128 or socks5://user:password@proxy:1080.</source>
            <extracomment>connections/route.py</extracomment>
            <translation>प्रॉक्सी खाली (सिस्टम की अपनी प्रॉक्सी के लिए), none, या http://proxy:3128 या socks5://user:password@proxy:1080 जैसा पता होना चाहिए।</translation>
        </message>
        <message>
            <source>Check the bucket's name. It must exist: make it in the provider's console first.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>बकेट का नाम जाँचें। बकेट मौजूद होना चाहिए: उसे पहले प्रदाता के कंसोल में बनाएँ।</translation>
        </message>
        <message>
            <source>Copy the access key ID once more, and check that it belongs to this service.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>एक्सेस कुंजी ID एक बार फिर कॉपी करें, और जाँचें कि वह इसी सेवा की है।</translation>
        </message>
        <message>
            <source>Copy the secret access key once more, whole and without a space. If you no longer have it, make a new key.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>सीक्रेट एक्सेस कुंजी एक बार फिर कॉपी करें, पूरी और बिना खाली स्थान के। अगर वह अब आपके पास नहीं है, तो नई कुंजी बनाएँ।</translation>
        </message>
        <message>
            <source>Make a new key in the provider's console and enter it here.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>प्रदाता के कंसोल में नई कुंजी बनाएँ और उसे यहाँ भरें।</translation>
        </message>
        <message>
            <source>Set the region in which the bucket was made.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>वही रीजन सेट करें जिसमें बकेट बनाया गया था।</translation>
        </message>
        <message>
            <source>Set this computer's date and time, best by switching on that it sets them itself.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>इस कंप्यूटर की तारीख़ और समय सेट करें; बेहतर होगा कि उन्हें अपने आप सेट होने दें।</translation>
        </message>
        <message>
            <source>Give the key the right to list, read, write and delete there. If it is limited to a folder of the bucket, enter that as the folder in the bucket.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>कुंजी को वहाँ सूची देखने, पढ़ने, लिखने और मिटाने का अधिकार दें। अगर वह बकेट के किसी फ़ोल्डर तक सीमित है, तो उसे "बकेट में फ़ोल्डर" के रूप में भरें।</translation>
        </message>
        <message>
            <source>Sign in at the provider's web page and look at the account.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>प्रदाता के वेब पेज पर साइन इन करें और खाता देखें।</translation>
        </message>
        <message>
            <source>Choose another storage class or encryption, or leave them empty.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>कोई दूसरी स्टोरेज क्लास या एन्क्रिप्शन चुनें, या उन्हें खाली छोड़ें।</translation>
        </message>
        <message>
            <source>Set the region to {0}.</source>
            <extracomment>connections/s3/advice.py {0}: right</extracomment>
            <translation>रीजन {0} पर सेट करें।</translation>
        </message>
        <message>
            <source>If the server wants encryption, its address begins with https://.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>अगर सर्वर को एन्क्रिप्शन चाहिए, तो उसका पता https:// से शुरू होता है।</translation>
        </message>
        <message>
            <source>The file became shorter while it was read.</source>
            <extracomment>connections/s3/body.py; connections/sftp/batch.py</extracomment>
            <translation>पढ़ते समय फ़ाइल छोटी हो गई।</translation>
        </message>
        <message>
            <source>What answers at {0} does not speak S3.</source>
            <extracomment>connections/s3/bucket.py {0}: self.host; connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} पर जो जवाब देता है, वह S3 में बात नहीं करता।</translation>
        </message>
        <message>
            <source>The access key ID or the secret access key is missing.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>एक्सेस कुंजी ID या सीक्रेट एक्सेस कुंजी नहीं दी गई है।</translation>
        </message>
        <message>
            <source>The access key may not list {0}; listing is the least it needs.</source>
            <extracomment>connections/s3/connection.py {0}: self.describe()</extracomment>
            <translation>एक्सेस कुंजी को {0} की सूची देखने की अनुमति नहीं है; कम से कम इतना ज़रूरी है।</translation>
        </message>
        <message>
            <source>The connection is not open.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>कनेक्शन खुला नहीं है।</translation>
        </message>
        <message>
            <source>'{0}' is no address of a storage service.</source>
            <extracomment>connections/s3/account.py {0}: self.host</extracomment>
            <translation>'{0}' किसी स्टोरेज सेवा का पता नहीं है।</translation>
        </message>
        <message>
            <source>It is not in the bucket.</source>
            <extracomment>connections/s3/copying.py; connections/s3/errors.py</extracomment>
            <translation>यह बकेट में नहीं है।</translation>
        </message>
        <message>
            <source>The storage did not copy the whole object.</source>
            <extracomment>connections/s3/copying.py</extracomment>
            <translation>स्टोरेज ने पूरा ऑब्जेक्ट कॉपी नहीं किया।</translation>
        </message>
        <message>
            <source>{0} does not know this access key.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} इस एक्सेस कुंजी को नहीं जानता।</translation>
        </message>
        <message>
            <source>{0} refused the access key: the secret key does not belong to it.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} ने एक्सेस कुंजी ठुकरा दी: सीक्रेट कुंजी उससे मेल नहीं खाती।</translation>
        </message>
        <message>
            <source>The access key's session at {0} has expired.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} पर एक्सेस कुंजी का सत्र ख़त्म हो गया है।</translation>
        </message>
        <message>
            <source>The bucket '{0}' is in another region than the one set for it.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>बकेट '{0}' उसके लिए सेट किए गए रीजन में नहीं, किसी दूसरे रीजन में है।</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} के रास्ते की प्रॉक्सी को उपयोगकर्ता नाम और पासवर्ड चाहिए, या उसने दिए गए विवरण ठुकरा दिए।</translation>
        </message>
        <message>
            <source>This computer's clock differs too much from that of {0}: set it right.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>इस कंप्यूटर की घड़ी {0} की घड़ी से बहुत अलग है: इसे सही करें।</translation>
        </message>
        <message>
            <source>{0} does not accept the storage class or encryption chosen ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} चुनी गई स्टोरेज क्लास या एन्क्रिप्शन को स्वीकार नहीं करता ({1})।</translation>
        </message>
        <message>
            <source>The bucket '{0}' does not exist at {1}.</source>
            <extracomment>connections/s3/errors.py {0}: bucket, {1}: host</extracomment>
            <translation>बकेट '{0}' {1} पर मौजूद नहीं है।</translation>
        </message>
        <message>
            <source>'{0}' cannot be the name of a bucket.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>'{0}' किसी बकेट का नाम नहीं हो सकता।</translation>
        </message>
        <message>
            <source>{0} reports a problem with the account.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} ने खाते में समस्या बताई है।</translation>
        </message>
        <message>
            <source>The account is not signed up for storage at {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>खाता {0} पर स्टोरेज के लिए साइन अप नहीं है।</translation>
        </message>
        <message>
            <source>The path is too long for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>इस स्टोरेज के लिए पथ बहुत लंबा है।</translation>
        </message>
        <message>
            <source>The file is too large for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>इस स्टोरेज के लिए फ़ाइल बहुत बड़ी है।</translation>
        </message>
        <message>
            <source>This storage cannot hold this name.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>यह स्टोरेज यह नाम नहीं रख सकता।</translation>
        </message>
        <message>
            <source>Something of another kind has this name in the bucket.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>बकेट में किसी दूसरे प्रकार की चीज़ का यही नाम है।</translation>
        </message>
        <message>
            <source>The content arrived damaged and was refused.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>सामग्री ख़राब होकर पहुँची और ठुकरा दी गई।</translation>
        </message>
        <message>
            <source>The object was changed by somebody else meanwhile.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>इस बीच किसी और ने ऑब्जेक्ट बदल दिया।</translation>
        </message>
        <message>
            <source>It lies in an archive there, from where it must be called back before it can be read.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>यह वहाँ आर्काइव में है; पढ़ने से पहले इसे वहाँ से वापस मँगवाना होगा।</translation>
        </message>
        <message>
            <source>The certificate of {0} cannot be trusted, or TLS failed.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} के सर्टिफ़िकेट पर भरोसा नहीं किया जा सकता, या TLS विफल रहा।</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} cannot be reached, or does not lead there.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} के रास्ते की प्रॉक्सी तक पहुँचा नहीं जा सकता, या वह वहाँ नहीं पहुँचाती।</translation>
        </message>
        <message>
            <source>{0} cannot be reached.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} तक पहुँचा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>The connection to {0} broke off.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} से कनेक्शन टूट गया।</translation>
        </message>
        <message>
            <source>This computer's own AWS settings hold no usable credentials ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: name</extracomment>
            <translation>इस कंप्यूटर की अपनी AWS सेटिंग में काम आने लायक साइन-इन विवरण नहीं हैं ({0})।</translation>
        </message>
        <message>
            <source>The bucket name '{0}' or another setting of the service is not valid.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>बकेट का नाम '{0}' या सेवा की कोई दूसरी सेटिंग मान्य नहीं है।</translation>
        </message>
        <message>
            <source>There is no space or quota left in the bucket '{0}'.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>बकेट '{0}' में खाली जगह या कोटा नहीं बचा है।</translation>
        </message>
        <message>
            <source>The access key may not do this ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: error.operation_name</extracomment>
            <translation>एक्सेस कुंजी को यह करने की अनुमति नहीं है ({0})।</translation>
        </message>
        <message>
            <source>{0} does not offer this ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error.operation_name</extracomment>
            <translation>{0} यह सुविधा नहीं देता ({1})।</translation>
        </message>
        <message>
            <source>{0} cannot serve us at the moment ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} अभी हमारा काम नहीं कर सकता ({1})।</translation>
        </message>
        <message>
            <source>{0} refused it: {1} ({2})</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: words or 'no reason given', {2}: code or status</extracomment>
            <translation>{0} ने इसे ठुकरा दिया: {1} ({2})</translation>
        </message>
        <message>
            <source>no reason given</source>
            <extracomment>connections/s3/errors.py; connections/sftp/session.py</extracomment>
            <translation>कोई कारण नहीं बताया गया</translation>
        </message>
        <message>
            <source>The settings for {0} cannot be used: {1}</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error</extracomment>
            <translation>{0} की सेटिंग का उपयोग नहीं हो सकता: {1}</translation>
        </message>
        <message>
            <source>What this file replaces cannot be kept. {0}</source>
            <extracomment>connections/s3/keeping.py {0}: error</extracomment>
            <translation>यह फ़ाइल जिसकी जगह लेती है, उसे रखा नहीं जा सकता। {0}</translation>
        </message>
        <message>
            <source>The access key may not copy what this file replaces, to keep it: let the key read as well, or do not keep what is replaced.</source>
            <extracomment>connections/s3/keeping.py</extracomment>
            <translation>यह फ़ाइल जिसकी जगह लेती है, उसे रखने के लिए कॉपी करने की अनुमति एक्सेस कुंजी को नहीं है: कुंजी को पढ़ने का अधिकार भी दें, या बदली गई चीज़ें न रखें।</translation>
        </message>
        <message>
            <source>The storage did not put the parts together; the file is sent again.</source>
            <extracomment>connections/s3/multipart.py</extracomment>
            <translation>स्टोरेज ने भागों को जोड़ा नहीं; फ़ाइल फिर से भेजी जाएगी।</translation>
        </message>
        <message>
            <source>This storage turns a backslash in a name into a folder; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>यह स्टोरेज नाम के बैकस्लैश को फ़ोल्डर बना देता है; मिरर करवाने के लिए फ़ाइल का नाम बदलें।</translation>
        </message>
        <message>
            <source>This storage hides folders named '.uploads'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>यह स्टोरेज '.uploads' नाम के फ़ोल्डर छिपा देता है; मिरर करवाने के लिए फ़ोल्डर का नाम बदलें।</translation>
        </message>
        <message>
            <source>This storage hides folders whose name ends in '.versions'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>यह स्टोरेज ऐसे फ़ोल्डर छिपा देता है जिनका नाम '.versions' पर ख़त्म होता है; मिरर करवाने के लिए फ़ोल्डर का नाम बदलें।</translation>
        </message>
        <message>
            <source>The name holds bytes that are no text, which S3 cannot store; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>नाम में ऐसे बाइट हैं जो टेक्स्ट नहीं हैं और S3 उन्हें रख नहीं सकता; मिरर करवाने के लिए फ़ाइल का नाम बदलें।</translation>
        </message>
        <message>
            <source>The whole path is {0} bytes long; S3 takes {1}.</source>
            <extracomment>connections/s3/names.py {0}: length, {1}: MAX_KEY_BYTES</extracomment>
            <translation>पूरा पथ {0} बाइट लंबा है; S3 {1} तक लेता है।</translation>
        </message>
        <message>
            <source>This is the name of a folder.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>यह एक फ़ोल्डर का नाम है।</translation>
        </message>
        <message>
            <source>A path with '.', '..' or nothing between two slashes is no key.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>जिस पथ में '.', '..' हो या दो स्लैश के बीच कुछ न हो, वह ऑब्जेक्ट का नाम नहीं हो सकता।</translation>
        </message>
        <message>
            <source>The parts of an unfinished upload cannot be removed at the moment.</source>
            <extracomment>connections/s3/orphans.py</extracomment>
            <translation>अधूरे अपलोड के भाग अभी हटाए नहीं जा सकते।</translation>
        </message>
        <message>
            <source>Another part failed.</source>
            <extracomment>connections/s3/parts.py</extracomment>
            <translation>कोई दूसरा भाग विफल हुआ।</translation>
        </message>
        <message>
            <source>The address of the service must begin with https:// (or http://) and the name of a server.</source>
            <extracomment>connections/s3/places.py</extracomment>
            <translation>सेवा का पता https:// (या http://) और किसी सर्वर के नाम से शुरू होना चाहिए।</translation>
        </message>
        <message>
            <source>The certificate of {0} is good.</source>
            <extracomment>connections/s3/proof.py {0}: endpoint.host</extracomment>
            <translation>{0} का सर्टिफ़िकेट ठीक है।</translation>
        </message>
        <message>
            <source>Something has this name here already.</source>
            <extracomment>connections/s3/reading.py</extracomment>
            <translation>यहाँ किसी चीज़ का यह नाम पहले से है।</translation>
        </message>
        <message>
            <source>Signing in as {0} took too long.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who</extracomment>
            <translation>{0} के रूप में साइन इन करने में बहुत समय लगा।</translation>
        </message>
        <message>
            <source>The connection broke off while signing in.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>साइन इन करते समय कनेक्शन टूट गया।</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}: {2}.</source>
            <extracomment>connections/sftp/auth.py {0}: way.name, {1}: self._who, {2}: self._transport.goodbye</extracomment>
            <translation>सर्वर ने {1} के लिए {0} को स्वीकार नहीं किया: {2}।</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._refused[0], {1}: self._who; connections/sftp/auth.py {0}: names, {1}: self._who</extracomment>
            <translation>सर्वर ने {1} के लिए {0} को स्वीकार नहीं किया।</translation>
        </message>
        <message>
            <source>nothing we know</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>ऐसा कुछ नहीं जो हम जानते हों</translation>
        </message>
        <message>
            <source>Nothing to sign in with as {0}; the server takes: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: asked</extracomment>
            <translation>{0} के रूप में साइन इन करने के लिए कुछ नहीं है; सर्वर यह लेता है: {1}।</translation>
        </message>
        <message>
            <source>No SSH agent with a key was found.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>कुंजी वाला कोई SSH एजेंट नहीं मिला।</translation>
        </message>
        <message>
            <source>agent's keys</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>एजेंट की कुंजियाँ</translation>
        </message>
        <message>
            <source>The server asks {0} for more than the password: {1}</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: answer.too_curious</extracomment>
            <translation>सर्वर {0} से पासवर्ड के अलावा और भी कुछ पूछता है: {1}</translation>
        </message>
        <message>
            <source>a question without an answer</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>बिना जवाब का सवाल</translation>
        </message>
        <message>
            <source>The key file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: path, {1}: error.strerror</extracomment>
            <translation>कुंजी फ़ाइल {0} पढ़ी नहीं जा सकती: {1}।</translation>
        </message>
        <message>
            <source>The key file {0} is locked by a passphrase.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>कुंजी फ़ाइल {0} पासफ़्रेज़ से लॉक है।</translation>
        </message>
        <message>
            <source>The passphrase does not open the key file {0}.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>यह पासफ़्रेज़ कुंजी फ़ाइल {0} को नहीं खोलता।</translation>
        </message>
        <message>
            <source>The file {0} holds no private key that can be used.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>फ़ाइल {0} में काम आने लायक कोई निजी कुंजी नहीं है।</translation>
        </message>
        <message>
            <source>The key file {0} is of a kind that is not supported.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>कुंजी फ़ाइल {0} ऐसे प्रकार की है जो समर्थित नहीं है।</translation>
        </message>
        <message>
            <source>password</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>पासवर्ड</translation>
        </message>
        <message>
            <source>key</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>कुंजी</translation>
        </message>
        <message>
            <source>no handle</source>
            <extracomment>connections/sftp/batch.py; connections/sftp/calls.py</extracomment>
            <translation>हैंडल नहीं</translation>
        </message>
        <message>
            <source>no attributes</source>
            <extracomment>connections/sftp/calls.py; connections/sftp/keeping.py</extracomment>
            <translation>एट्रिब्यूट नहीं</translation>
        </message>
        <message>
            <source>no name</source>
            <extracomment>connections/sftp/calls.py</extracomment>
            <translation>नाम नहीं</translation>
        </message>
        <message>
            <source>The connection was closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>कनेक्शन बंद कर दिया गया।</translation>
        </message>
        <message>
            <source>The connection is closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>कनेक्शन बंद है।</translation>
        </message>
        <message>
            <source>This server keeps no versions.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>यह सर्वर संस्करण नहीं रखता।</translation>
        </message>
        <message>
            <source>The server is known by its host key, {0} {1}.</source>
            <extracomment>connections/sftp/connection.py {0}: key.get_name(), {1}: shown</extracomment>
            <translation>सर्वर अपनी होस्ट कुंजी से पहचाना गया, {0} {1}।</translation>
        </message>
        <message>
            <source>A file stands where a folder is needed at the destination.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>गंतव्य पर जहाँ फ़ोल्डर चाहिए वहाँ एक फ़ाइल है।</translation>
        </message>
        <message>
            <source>It is not at the destination.</source>
            <extracomment>connections/sftp/faults.py; core/errors.py</extracomment>
            <translation>यह गंतव्य पर नहीं है।</translation>
        </message>
        <message>
            <source>The server lost its own connection.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>सर्वर का अपना कनेक्शन टूट गया।</translation>
        </message>
        <message>
            <source>The destination cannot hold this name.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>गंतव्य यह नाम नहीं रख सकता।</translation>
        </message>
        <message>
            <source>The server does not support what is needed for this file.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>इस फ़ाइल के लिए जो चाहिए, सर्वर वह नहीं कर सकता।</translation>
        </message>
        <message>
            <source>The destination is full.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>गंतव्य भर गया है।</translation>
        </message>
        <message>
            <source>The content arrived damaged from {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} से सामग्री ख़राब होकर पहुँची।</translation>
        </message>
        <message>
            <source>The server broke off in the middle of its list.</source>
            <extracomment>connections/s3/listing.py</extracomment>
            <translation>सर्वर ने अपनी सूची बीच में ही रोक दी।</translation>
        </message>
        <message>
            <source>The destination does not allow it.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>गंतव्य इसकी अनुमति नहीं देता।</translation>
        </message>
        <message>
            <source>The server reported: {0}.</source>
            <extracomment>connections/sftp/faults.py {0}: error.message or 'failure'</extracomment>
            <translation>सर्वर ने बताया: {0}।</translation>
        </message>
        <message>
            <source>The file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: path, {1}: error.strerror</extracomment>
            <translation>फ़ाइल {0} पढ़ी नहीं जा सकती: {1}।</translation>
        </message>
        <message>
            <source>The host key in the settings is neither a fingerprint (SHA256:...) nor a public key.</source>
            <extracomment>connections/sftp/hostkeys.py</extracomment>
            <translation>सेटिंग में दी गई होस्ट कुंजी न फ़िंगरप्रिंट (SHA256:...) है, न सार्वजनिक कुंजी।</translation>
        </message>
        <message>
            <source>The host key of {0} ({1}) is marked as revoked.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>{0} की होस्ट कुंजी ({1}) रद्द की हुई चिह्नित है।</translation>
        </message>
        <message>
            <source>The server {0} is not known yet. Its host key is {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>सर्वर {0} अभी जाना-पहचाना नहीं है। उसकी होस्ट कुंजी {1} है।</translation>
        </message>
        <message>
            <source>If that is the right one, accept it by -o host_key={0} or add it to known_hosts.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>अगर यही सही है, तो इसे -o host_key={0} से स्वीकार करें या known_hosts में जोड़ें।</translation>
        </message>
        <message>
            <source>The host key of {0} has CHANGED: it was {1} and is now {2} {3}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: before, {2}: key.kind, {3}: key.fingerprint</extracomment>
            <translation>{0} की होस्ट कुंजी बदल गई है: वह {1} थी और अब {2} {3} है।</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it; only then accept the new key by -o host_key={0}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>हो सकता है कोई बीच में सुन रहा हो, या सर्वर नए सिरे से सेट अप किया गया हो। उसे चलाने वाले से पूछें; उसके बाद ही नई कुंजी को -o host_key={0} से स्वीकार करें।</translation>
        </message>
        <message>
            <source>the folder is not known</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>फ़ोल्डर की जानकारी नहीं है</translation>
        </message>
        <message>
            <source>no links</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>लिंक नहीं</translation>
        </message>
        <message>
            <source>What is there at the destination could not be kept.</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>गंतव्य पर जो है, उसे रखा नहीं जा सका।</translation>
        </message>
        <message>
            <source>no listing</source>
            <extracomment>connections/sftp/listing.py</extracomment>
            <translation>सूची नहीं</translation>
        </message>
        <message>
            <source>no message</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>संदेश नहीं</translation>
        </message>
        <message>
            <source>The name holds half a character and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>नाम में आधा अक्षर है और वह भेजा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>The name holds a zero byte and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>नाम में शून्य बाइट है और वह भेजा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>A part of the path is '.' or '..', which is no name.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>पथ का एक भाग '.' या '..' है, जो नाम नहीं है।</translation>
        </message>
        <message>
            <source>unexpected reply {0}</source>
            <extracomment>connections/sftp/packets.py {0}: kind</extracomment>
            <translation>अनपेक्षित जवाब {0}</translation>
        </message>
        <message>
            <source>The server offers no SFTP to this user.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>सर्वर इस उपयोगकर्ता को SFTP नहीं देता।</translation>
        </message>
        <message>
            <source>The connection broke off.</source>
            <extracomment>connections/sftp/pipeline.py; connections/sftp/session.py</extracomment>
            <translation>कनेक्शन टूट गया।</translation>
        </message>
        <message>
            <source>The server takes no data any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>सर्वर अब और डेटा नहीं लेता।</translation>
        </message>
        <message>
            <source>The server does not answer any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>सर्वर अब जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>The server answers something that is not SFTP.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>सर्वर ऐसा जवाब देता है जो SFTP नहीं है।</translation>
        </message>
        <message>
            <source>The server allows no further channel.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>सर्वर और कोई चैनल खोलने की अनुमति नहीं देता।</translation>
        </message>
        <message>
            <source>The server opens no channel for SFTP.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>सर्वर SFTP के लिए कोई चैनल नहीं खोलता।</translation>
        </message>
        <message>
            <source>The server {0} has no safe algorithm in common: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: error</extracomment>
            <translation>सर्वर {0} के साथ कोई साझा सुरक्षित एल्गोरिद्म नहीं है: {1}।</translation>
        </message>
        <message>
            <source>it is no SSH server, or it hung up</source>
            <extracomment>connections/sftp/session.py</extracomment>
            <translation>यह SSH सर्वर नहीं है, या उसने कनेक्शन काट दिया</translation>
        </message>
        <message>
            <source>No SSH session with {0}: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: detail</extracomment>
            <translation>{0} के साथ SSH सत्र नहीं बना: {1}।</translation>
        </message>
        <message>
            <source>The server holds {0} bytes instead of {1}.</source>
            <extracomment>connections/sftp/upload.py {0}: size, {1}: self._size</extracomment>
            <translation>सर्वर पर {1} के बजाय {0} बाइट हैं।</translation>
        </message>
        <message>
            <source>The server {0} could not be found.</source>
            <extracomment>connections/sftp/wire.py {0}: host</extracomment>
            <translation>सर्वर {0} नहीं मिला।</translation>
        </message>
        <message>
            <source>The server {0}:{1} did not answer.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port</extracomment>
            <translation>सर्वर {0}:{1} ने जवाब नहीं दिया।</translation>
        </message>
        <message>
            <source>The server {0}:{1} cannot be reached: {2}.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port, {2}: detail</extracomment>
            <translation>सर्वर {0}:{1} तक पहुँचा नहीं जा सकता: {2}।</translation>
        </message>
        <message>
            <source>it takes no data</source>
            <extracomment>connections/sftp/wire.py</extracomment>
            <translation>यह डेटा नहीं लेता</translation>
        </message>
        <message>
            <source>Check this computer's network, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस कंप्यूटर का नेटवर्क जाँचें, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>Try again in a moment. If it stays so, ask whoever runs the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>थोड़ी देर में फिर कोशिश करें। अगर ऐसा ही रहे, तो सेवा चलाने वाले से पूछें।</translation>
        </message>
        <message>
            <source>Check that the port belongs to this kind of service, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>जाँचें कि पोर्ट इसी प्रकार की सेवा का है, फिर दोबारा कोशिश करें।</translation>
        </message>
        <message>
            <source>Plug in or mount its disk, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>उसकी डिस्क लगाएँ या माउंट करें, या कोई दूसरा फ़ोल्डर चुनें।</translation>
        </message>
        <message>
            <source>Choose another folder, or change its permissions.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>कोई दूसरा फ़ोल्डर चुनें, या उसकी अनुमतियाँ बदलें।</translation>
        </message>
        <message>
            <source>Check the user name and the password or key, and that this account may use the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>उपयोगकर्ता नाम और पासवर्ड या कुंजी जाँचें, और यह भी कि इस खाते को सेवा के उपयोग की अनुमति है।</translation>
        </message>
        <message>
            <source>Give this account the right to look into the folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस खाते को फ़ोल्डर के अंदर देखने का अधिकार दें।</translation>
        </message>
        <message>
            <source>Give this account the right to write there, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस खाते को वहाँ लिखने का अधिकार दें, या कोई दूसरा फ़ोल्डर चुनें।</translation>
        </message>
        <message>
            <source>Give this account the right to read there; restoring needs it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस खाते को वहाँ पढ़ने का अधिकार दें; फ़ाइलें वापस लाने के लिए यह चाहिए।</translation>
        </message>
        <message>
            <source>Give this account the right to delete there, and remove the test file by hand.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस खाते को वहाँ मिटाने का अधिकार दें, और टेस्ट फ़ाइल खुद हटाएँ।</translation>
        </message>
        <message>
            <source>Choose another folder at the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>सेवा पर कोई दूसरा फ़ोल्डर चुनें।</translation>
        </message>
        <message>
            <source>Make room at the service, or choose another one.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>सेवा पर जगह खाली करें, या कोई दूसरी सेवा चुनें।</translation>
        </message>
        <message>
            <source>Check the settings of the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>सेवा की सेटिंग जाँचें।</translation>
        </message>
        <message>
            <source>Do not connect. Ask whoever runs the server.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>कनेक्ट न करें। सर्वर चलाने वाले से पूछें।</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it, and accept the new key only if they confirm it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>हो सकता है कोई बीच में सुन रहा हो, या सर्वर नए सिरे से सेट अप किया गया हो। उसे चलाने वाले से पूछें, और वे पुष्टि करें तभी नई कुंजी स्वीकार करें।</translation>
        </message>
        <message>
            <source>Compare this fingerprint with the one that whoever runs the server gives you, and accept it only if the two are the same.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>इस फ़िंगरप्रिंट का मिलान उससे करें जो सर्वर चलाने वाला आपको देता है, और दोनों एक जैसे हों तभी स्वीकार करें।</translation>
        </message>
        <message>
            <source>A proxy is on the way and sees to it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>रास्ते में एक प्रॉक्सी है और वही इसे सँभालती है।</translation>
        </message>
        <message>
            <source>{0} is no name but an address.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host</extracomment>
            <translation>{0} नाम नहीं, पता है।</translation>
        </message>
        <message>
            <source>The address of {0} is {1}.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host, {1}: addresses[0]</extracomment>
            <translation>{0} का पता {1} है।</translation>
        </message>
        <message>
            <source>Port {0} of {1} is open.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.port, {1}: endpoint.host</extracomment>
            <translation>{1} का पोर्ट {0} खुला है।</translation>
        </message>
        <message>
            <source>Nothing is encrypted: who listens on the way can read all of it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>कुछ भी एन्क्रिप्ट नहीं है: रास्ते में सुनने वाला सब कुछ पढ़ सकता है।</translation>
        </message>
        <message>
            <source>There are no files yet.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>अभी कोई फ़ाइल नहीं है।</translation>
        </message>
        <message>
            <source>There are files already.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>पहले से फ़ाइलें हैं।</translation>
        </message>
        <message>
            <source>A test file was written: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>एक टेस्ट फ़ाइल लिखी गई: {0}</translation>
        </message>
        <message>
            <source>What was read back is not what was written.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>जो वापस पढ़ा गया, वह वैसा नहीं है जैसा लिखा गया था।</translation>
        </message>
        <message>
            <source>It was read back unchanged.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>यह जैसा का तैसा वापस पढ़ा गया।</translation>
        </message>
        <message>
            <source>The test file is still there: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>टेस्ट फ़ाइल अब भी वहाँ है: {0}</translation>
        </message>
        <message>
            <source>It was deleted again.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>इसे फिर मिटा दिया गया।</translation>
        </message>
        <message>
            <source>not an action: {0}</source>
            <extracomment>core/actions.py {0}: text[:200]</extracomment>
            <translation>क्रिया नहीं है: {0}</translation>
        </message>
        <message>
            <source>The file is no longer there.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>फ़ाइल अब वहाँ नहीं है।</translation>
        </message>
        <message>
            <source>The file cannot be read: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>फ़ाइल पढ़ी नहीं जा सकती: {0}।</translation>
        </message>
        <message>
            <source>The connection broke off: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>कनेक्शन टूट गया: {0}।</translation>
        </message>
        <message>
            <source>The destination cannot hold this name or size: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>गंतव्य यह नाम या आकार नहीं रख सकता: {0}।</translation>
        </message>
        <message>
            <source>The destination does not allow it: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>गंतव्य इसकी अनुमति नहीं देता: {0}।</translation>
        </message>
        <message>
            <source>Something of another kind has this name at the destination.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>गंतव्य पर किसी दूसरे प्रकार की चीज़ का यही नाम है।</translation>
        </message>
        <message>
            <source>The destination reported: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>गंतव्य ने बताया: {0}।</translation>
        </message>
        <message>
            <source>An ignore pattern is not gitignore syntax: {0}</source>
            <extracomment>core/filters.py {0}: error</extracomment>
            <translation>अनदेखा करने का एक पैटर्न gitignore सिंटैक्स में नहीं है: {0}</translation>
        </message>
        <message>
            <source>The folder {0} is not an absolute path.</source>
            <extracomment>core/mapper.py {0}: joined</extracomment>
            <translation>फ़ोल्डर {0} पूर्ण पथ नहीं है।</translation>
        </message>
        <message>
            <source>{0} is not below {1}</source>
            <extracomment>core/mapper.py {0}: local_path, {1}: self.local_base</extracomment>
            <translation>{0}, {1} के अंदर नहीं है</translation>
        </message>
        <message>
            <source>The remote path {0}/{1} must not contain '.' or '..'.</source>
            <extracomment>core/mapper.py {0}: root, {1}: directory</extracomment>
            <translation>दूर के पथ {0}/{1} में '.' या '..' नहीं होना चाहिए।</translation>
        </message>
        <message>
            <source>"{0}" is not a moment such as 2026-11-23T08:00:00+01:00</source>
            <extracomment>core/timetable.py {0}: text</extracomment>
            <translation>"{0}" ऐसा समय नहीं है जैसे 2026-11-23T08:00:00+01:00</translation>
        </message>
        <message>
            <source>"{0}" is not of the form "mon-fri 08:00-18:00{1}"</source>
            <extracomment>core/timetable.py {0}: line, {1}: number</extracomment>
            <translation>"{0}" इस रूप में नहीं है: "mon-fri 08:00-18:00{1}"</translation>
        </message>
        <message>
            <source>in "{0}" there is no place for "{1}": days and hours suffice</source>
            <extracomment>core/timetable.py {0}: line, {1}: words[2]</extracomment>
            <translation>"{0}" में "{1}" की जगह नहीं है: दिन और घंटे काफ़ी हैं</translation>
        </message>
        <message>
            <source>in "{0}" the limit in MB/s is missing; 0 stands for none</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>"{0}" में MB/s की सीमा नहीं दी गई है; 0 का मतलब कोई सीमा नहीं</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a day: days are {2}, ranges such as mon-fri, lists such as mon,wed, or "daily"</source>
            <extracomment>core/timetable.py {0}: line, {1}: part, {2}: ', '.join(_DAYS)</extracomment>
            <translation>"{0}" में "{1}" दिन नहीं है: दिन हैं {2}, mon-fri जैसी सीमाएँ, mon,wed जैसी सूचियाँ, या "daily"</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a span of hours such as 08:00-18:00</source>
            <extracomment>core/timetable.py {0}: line, {1}: word</extracomment>
            <translation>"{0}" में "{1}" 08:00-18:00 जैसी समय-सीमा नहीं है</translation>
        </message>
        <message>
            <source>in "{0}" the hours end when they begin; the whole day is 00:00-24:00</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>"{0}" में समय वहीं ख़त्म होता है जहाँ शुरू होता है; पूरा दिन 00:00-24:00 है</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a number of MB/s from 0 to {2}, such as 1.5</source>
            <extracomment>core/timetable.py {0}: line, {1}: word, {2}: _MOST</extracomment>
            <translation>"{0}" में "{1}" 0 से {2} तक MB/s की संख्या नहीं है, जैसे 1.5</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), store nothing with -o auth=environment, or choose a keyring deliberately with PYTHON_KEYRING_BACKEND.</source>
            <extracomment>credentials/backend.py</extracomment>
            <translation>डेस्कटॉप की कीरिंग शुरू करें (Linux पर GNOME Keyring या KWallet जैसी Secret Service), -o auth=environment से कुछ भी न सहेजें, या PYTHON_KEYRING_BACKEND से जान-बूझकर कोई कीरिंग चुनें।</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it: {1}={0}. {2}</source>
            <extracomment>credentials/backend.py {0}: backend, {1}: _CHOICE, {2}: CHOICES</extracomment>
            <translation>सिर्फ़ {0} कीरिंग मिली, जो इस सिस्टम की अपनी नहीं है और गोपनीय जानकारी सादे टेक्स्ट में रख सकती है। इसका उपयोग तभी होता है जब आप {1}={0} से इसे चुनें। {2}</translation>
        </message>
        <message>
            <source>The keyring chosen by {0} or keyringrc.cfg cannot be used: {1}.</source>
            <extracomment>credentials/backend.py {0}: _CHOICE, {1}: error</extracomment>
            <translation>{0} या keyringrc.cfg से चुनी गई कीरिंग का उपयोग नहीं हो सकता: {1}।</translation>
        </message>
        <message>
            <source>There is no keyring to keep secrets in. {0}</source>
            <extracomment>credentials/backend.py {0}: CHOICES; credentials/store.py {0}: CHOICES</extracomment>
            <translation>गोपनीय जानकारी रखने के लिए कोई कीरिंग नहीं है। {0}</translation>
        </message>
        <message>
            <source>The keyring "{0}", chosen in the settings (general.keyring), cannot be used: {1}. Install it, or choose another one there.</source>
            <extracomment>credentials/backend.py {0}: name, {1}: detail</extracomment>
            <translation>सेटिंग (general.keyring) में चुनी गई कीरिंग "{0}" का उपयोग नहीं हो सकता: {1}। उसे इंस्टॉल करें, या वहाँ कोई दूसरी चुनें।</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or let Skynet keep secrets in memory only and ask for them after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>डेस्कटॉप की कीरिंग शुरू करें (Linux पर GNOME Keyring या KWallet जैसी Secret Service), या Skynet को गोपनीय जानकारी सिर्फ़ मेमोरी में रखने दें, तब वह हर शुरुआत के बाद पूछेगा।</translation>
        </message>
        <message>
            <source>Secrets are kept in memory only and asked for after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>गोपनीय जानकारी सिर्फ़ मेमोरी में रखी जाती है और हर शुरुआत के बाद पूछी जाती है।</translation>
        </message>
        <message>
            <source>Secrets are kept in {0}, which you chose.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>गोपनीय जानकारी {0} में रखी जाती है, जिसे आपने चुना है।</translation>
        </message>
        <message>
            <source>Secrets are kept in this system's keyring, {0}.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>गोपनीय जानकारी इस सिस्टम की कीरिंग {0} में रखी जाती है।</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it.</source>
            <extracomment>credentials/probe.py {0}: backend</extracomment>
            <translation>केवल {0} कीरिंग मिली, जो इस सिस्टम की अपनी नहीं है और गोपनीय जानकारी सादे पाठ में रख सकती है। इसका उपयोग तभी होगा जब आप इसे चुनेंगे।</translation>
        </message>
        <message>
            <source>The keyring is new: it will ask for a password to protect it with.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>कीरिंग नई है: वह अपनी सुरक्षा के लिए एक पासवर्ड माँगेगी।</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it; it may ask in a window of its own.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>कीरिंग लॉक है। उसे अनलॉक करें; वह अपनी अलग विंडो में पूछ सकती है।</translation>
        </message>
        <message>
            <source>Enter the monitor's token or password: it is kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py</extracomment>
            <translation>मॉनिटर का टोकन या पासवर्ड भरें: वह सिर्फ़ मेमोरी में रखा जाता है और हर शुरुआत के बाद पूछा जाता है।</translation>
        </message>
        <message>
            <source>Enter the secrets of the service "{0}": they are kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py {0}: service</extracomment>
            <translation>सेवा "{0}" की गोपनीय जानकारी भरें: वह सिर्फ़ मेमोरी में रखी जाती है और हर शुरुआत के बाद पूछी जाती है।</translation>
        </message>
        <message>
            <source>The keyring ({0}) kept nothing. {1}</source>
            <extracomment>credentials/store.py {0}: self.backend_name(), {1}: CHOICES</extracomment>
            <translation>कीरिंग ({0}) ने कुछ नहीं रखा। {1}</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it (it may ask in a window of its own) and try again, or store nothing with -o auth=environment.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>कीरिंग लॉक है। उसे अनलॉक करें (वह अपनी अलग विंडो में पूछ सकती है) और फिर कोशिश करें, या -o auth=environment से कुछ भी न सहेजें।</translation>
        </message>
        <message>
            <source>The keyring does not work now ({0}). {1}</source>
            <extracomment>credentials/store.py {0}: kind, {1}: CHOICES</extracomment>
            <translation>कीरिंग अभी काम नहीं कर रही ({0})। {1}</translation>
        </message>
        <message>
            <source>The monitor's token or password is damaged in the keyring. Enter it again.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>कीरिंग में मॉनिटर का टोकन या पासवर्ड ख़राब हो गया है। उसे दोबारा भरें।</translation>
        </message>
        <message>
            <source>The secrets of the service "{0}" are damaged in the keyring. Enter them again.</source>
            <extracomment>credentials/store.py {0}: service</extracomment>
            <translation>कीरिंग में सेवा "{0}" की गोपनीय जानकारी ख़राब हो गई है। उसे दोबारा भरें।</translation>
        </message>
        <message>
            <source>Skynet runs already on this home (process {0}), in a terminal or without an answer. End it first, or ask it with: skynet status</source>
            <extracomment>desktop/main.py {0}: instance.holder()</extracomment>
            <translation>Skynet इस होम पर पहले से चल रहा है (प्रोसेस {0}), किसी टर्मिनल में या बिना जवाब दिए। पहले उसे बंद करें, या उससे पूछें: skynet status</translation>
        </message>
        <message>
            <source>The service was removed meanwhile. Choose another one.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>इस बीच सेवा हटा दी गई। कोई दूसरी चुनें।</translation>
        </message>
        <message>
            <source>This mapping was removed meanwhile. Close this window and add it anew.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>इस बीच यह मैपिंग हटा दी गई। यह विंडो बंद करें और उसे नए सिरे से जोड़ें।</translation>
        </message>
        <message>
            <source>There is a mapping {0} already. Choose another name.</source>
            <extracomment>desktop/mappings/editor.py {0}: values['name']; desktop/wizard/destination.py {0}: name</extracomment>
            <translation>मैपिंग {0} पहले से मौजूद है। कोई दूसरा नाम चुनें।</translation>
        </message>
        <message>
            <source>Choose the folder to mirror.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>मिरर करने के लिए फ़ोल्डर चुनें।</translation>
        </message>
        <message>
            <source>Choose the service it goes to, or add one first.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>वह सेवा चुनें जहाँ यह जाए, या पहले कोई जोड़ें।</translation>
        </message>
        <message>
            <source>One of the values is not right; it says why.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>एक मान सही नहीं है; वहाँ कारण लिखा है।</translation>
        </message>
        <message>
            <source>The folder cannot be read: {0}.</source>
            <extracomment>desktop/mappings/folder_part.py {0}: reason; desktop/mappings/looking.py {0}: error.strerror</extracomment>
            <translation>फ़ोल्डर पढ़ा नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>फ़ोल्डर</translation>
        </message>
        <message>
            <source>The place there</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>वहाँ की जगह</translation>
        </message>
        <message>
            <source>The service</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>सेवा</translation>
        </message>
        <message>
            <source>The service was removed meanwhile.</source>
            <extracomment>desktop/restore/errand.py; desktop/restore/source.py</extracomment>
            <translation>इस बीच सेवा हटा दी गई।</translation>
        </message>
        <message>
            <source>There is a service "{0}" already. Choose another name.</source>
            <extracomment>desktop/services/secrets.py {0}: name</extracomment>
            <translation>सेवा "{0}" पहले से मौजूद है। कोई दूसरा नाम चुनें।</translation>
        </message>
        <message>
            <source>On a metered connection, nothing is sent.</source>
            <extracomment>desktop/surroundings.py</extracomment>
            <translation>मीटर्ड कनेक्शन पर कुछ नहीं भेजा जाता।</translation>
        </message>
        <message>
            <source>no such appearance: {0}</source>
            <extracomment>desktop/theme.py {0}: appearance</extracomment>
            <translation>ऐसा कोई रंग-रूप नहीं: {0}</translation>
        </message>
        <message>
            <source>Nothing was verified yet.</source>
            <extracomment>desktop/verify/report.py</extracomment>
            <translation>अभी कुछ भी सत्यापित नहीं हुआ।</translation>
        </message>
        <message>
            <source>The file {0} cannot be written: {1}.</source>
            <extracomment>desktop/verify/report.py {0}: file, {1}: reason; notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>फ़ाइल {0} लिखी नहीं जा सकती: {1}।</translation>
        </message>
        <message>
            <source>This system does not start Skynet at login. Add it in its own settings.</source>
            <extracomment>desktop/wizard/plan.py</extracomment>
            <translation>यह सिस्टम लॉग इन पर Skynet को शुरू नहीं करता। उसे सिस्टम की अपनी सेटिंग में जोड़ें।</translation>
        </message>
        <message>
            <source>The diagnostics cannot be saved as {0}: {1}. Choose another place.</source>
            <extracomment>diagnostics.py {0}: destination, {1}: detail</extracomment>
            <translation>डायग्नोस्टिक्स {0} के रूप में नहीं सहेजे जा सकते: {1}। कोई दूसरी जगह चुनें।</translation>
        </message>
        <message>
            <source>Set date and time, best by switching on that this computer sets them by itself.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>तारीख़ और समय सेट करें; सबसे अच्छा यह कि कंप्यूटर का उन्हें अपने आप सेट करना चालू कर दें।</translation>
        </message>
        <message>
            <source>This computer's clock says {0}, which cannot be.</source>
            <extracomment>doctor/computer.py {0}: shown</extracomment>
            <translation>इस कंप्यूटर की घड़ी {0} दिखाती है, जो संभव नहीं है।</translation>
        </message>
        <message>
            <source>The clock was set back: it says {0}, and Skynet wrote last on {1}.</source>
            <extracomment>doctor/computer.py {0}: shown, {1}: then</extracomment>
            <translation>घड़ी पीछे की गई है: वह {0} दिखाती है, जबकि Skynet ने पिछली बार {1} को लिखा था।</translation>
        </message>
        <message>
            <source>The time zone {0}, chosen by the variable TZ, is not known; UTC is taken.</source>
            <extracomment>doctor/computer.py {0}: chosen</extracomment>
            <translation>वैरिएबल TZ से चुना गया समय क्षेत्र {0} ज्ञात नहीं है; UTC लिया गया है।</translation>
        </message>
        <message>
            <source>Correct or remove the variable, or install the system's time zones (tzdata).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>वैरिएबल को ठीक करें या हटाएँ, या सिस्टम के समय क्षेत्र (tzdata) इंस्टॉल करें।</translation>
        </message>
        <message>
            <source>This system sets no limit that matters here.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>यह सिस्टम ऐसी कोई सीमा नहीं रखता जो यहाँ मायने रखे।</translation>
        </message>
        <message>
            <source>A program may have as many files open as Skynet needs.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>कोई प्रोग्राम उतनी फ़ाइलें खुली रख सकता है जितनी Skynet को चाहिए।</translation>
        </message>
        <message>
            <source>A program may have {0} files open; Skynet may need {1}.</source>
            <extracomment>doctor/computer.py {0}: allowed, {1}: needed</extracomment>
            <translation>कोई प्रोग्राम {0} फ़ाइलें खुली रख सकता है; Skynet को {1} की ज़रूरत पड़ सकती है।</translation>
        </message>
        <message>
            <source>Raise the limit in the terminal that Skynet is started from.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>जिस टर्मिनल से Skynet शुरू किया जाता है, उसमें सीमा बढ़ाएँ।</translation>
        </message>
        <message>
            <source>Ask whoever runs this computer to raise the limit (nofile).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>इस कंप्यूटर की देखरेख करने वाले से सीमा (nofile) बढ़ाने को कहें।</translation>
        </message>
        <message>
            <source>The folder {0} is not there.</source>
            <extracomment>doctor/folders.py {0}: folder; notifier/targets/sqlite.py {0}: self._path.parent</extracomment>
            <translation>फ़ोल्डर {0} वहाँ नहीं है।</translation>
        </message>
        <message>
            <source>If it is on a drive, connect it. If it was moved, tell the mapping where to.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>अगर यह किसी ड्राइव पर है, तो उसे जोड़ें। अगर इसे कहीं और ले जाया गया, तो मैपिंग को नई जगह बताएँ।</translation>
        </message>
        <message>
            <source>{0} is a file.</source>
            <extracomment>doctor/folders.py {0}: folder</extracomment>
            <translation>{0} एक फ़ाइल है।</translation>
        </message>
        <message>
            <source>Choose the folder that holds it, for the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>मैपिंग के लिए वह फ़ोल्डर चुनें जिसमें यह है।</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}.</source>
            <extracomment>doctor/folders.py {0}: folder, {1}: error.strerror; engine/verifying/run.py {0}: folder, {1}: error.strerror or error</extracomment>
            <translation>फ़ोल्डर {0} पढ़ा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>Give yourself the right to read it.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>खुद को इसे पढ़ने का अधिकार दें।</translation>
        </message>
        <message>
            <source>{0} is on another computer ({1}): what is changed elsewhere is found only by comparing, every {2} minutes.</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: kind, {2}: mapping.rescan_minutes</extracomment>
            <translation>{0} दूसरे कंप्यूटर ({1}) पर है: कहीं और हुए बदलाव सिर्फ़ तुलना से पता चलते हैं, हर {2} मिनट पर।</translation>
        </message>
        <message>
            <source>Mirror it from the computer it is on, or compare more often.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>इसे उसी कंप्यूटर से मिरर करें जिस पर यह है, या तुलना ज़्यादा बार करें।</translation>
        </message>
        <message>
            <source>{0} is empty, but the destination holds files of it ({1}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: known</extracomment>
            <translation>{0} खाली है, लेकिन गंतव्य पर इसकी फ़ाइलें हैं ({1})।</translation>
        </message>
        <message>
            <source>If its disk is not mounted, mount it. If the files were deleted by mistake, they can be restored.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>अगर इसकी डिस्क माउंट नहीं है, तो उसे माउंट करें। अगर फ़ाइलें ग़लती से मिट गईं, तो उन्हें वापस लाया जा सकता है।</translation>
        </message>
        <message>
            <source>{0} is empty.</source>
            <extracomment>doctor/folders.py {0}: mapping.local</extracomment>
            <translation>{0} खाली है।</translation>
        </message>
        <message>
            <source>Files or folders in it that cannot be read: {0}, such as {1}.</source>
            <extracomment>doctor/folders.py {0}: unreadable.files, {1}: examples</extracomment>
            <translation>इसमें फ़ाइलें या फ़ोल्डर जो पढ़े नहीं जा सकते: {0}, जैसे {1}।</translation>
        </message>
        <message>
            <source>Give yourself the right to read them, or leave them out of the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>खुद को उन्हें पढ़ने का अधिकार दें, या उन्हें मैपिंग में शामिल न करें।</translation>
        </message>
        <message>
            <source>{0} can be read (files: {1}, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} पढ़ा जा सकता है (फ़ाइलें: {1}, आकार: {2})।</translation>
        </message>
        <message>
            <source>{0} was not looked through to its end (files: {1} so far, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} अंत तक नहीं देखा गया (अब तक फ़ाइलें: {1}, आकार: {2})।</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} with {1} on {2}.</source>
            <extracomment>doctor/home.py {0}: skynet_desktop.__version__, {1}: ', '.join(parts), {2}: platform.platform(terse=True)</extracomment>
            <translation>{2} पर {1} के साथ Skynet Desktop {0}।</translation>
        </message>
        <message>
            <source>Install a newer one.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>कोई नया संस्करण इंस्टॉल करें।</translation>
        </message>
        <message>
            <source>Version {0} was withdrawn.</source>
            <extracomment>doctor/home.py {0}: news.running</extracomment>
            <translation>संस्करण {0} वापस ले लिया गया।</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>doctor/home.py {0}: news.newest.version</extracomment>
            <translation>संस्करण {0} उपलब्ध है।</translation>
        </message>
        <message>
            <source>See what is new.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>देखें कि नया क्या है।</translation>
        </message>
        <message>
            <source>Correct it in a text editor, or put {0} in its place.</source>
            <extracomment>doctor/home.py {0}: good</extracomment>
            <translation>इसे टेक्स्ट एडिटर में ठीक करें, या इसकी जगह {0} रखें।</translation>
        </message>
        <message>
            <source>Correct it in a text editor.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>इसे टेक्स्ट एडिटर में ठीक करें।</translation>
        </message>
        <message>
            <source>There are no settings yet.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>अभी कोई सेटिंग नहीं है।</translation>
        </message>
        <message>
            <source>Add a service and a mapping.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>एक सेवा और एक मैपिंग जोड़ें।</translation>
        </message>
        <message>
            <source>{0} is valid (services: {1}, mappings: {2}).</source>
            <extracomment>doctor/home.py {0}: path, {1}: services, {2}: mappings</extracomment>
            <translation>{0} मान्य है (सेवाएँ: {1}, मैपिंग: {2})।</translation>
        </message>
        <message>
            <source>The folder {0} cannot be written to, so no setting can be changed.</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>फ़ोल्डर {0} में लिखा नहीं जा सकता, इसलिए कोई सेटिंग बदली नहीं जा सकती।</translation>
        </message>
        <message>
            <source>Make it yours to write in.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>इसमें लिखने का अधिकार अपने पास रखें।</translation>
        </message>
        <message>
            <source>The last good version of the settings cannot be kept beside them.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>सेटिंग का पिछला ठीक संस्करण उनके साथ रखा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>Look at the folder {0}: is its disk full?</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>फ़ोल्डर {0} को देखें: क्या उसकी डिस्क भर गई है?</translation>
        </message>
        <message>
            <source>Something in the settings file looks like a password or a key.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>सेटिंग फ़ाइल में कुछ ऐसा है जो पासवर्ड या कुंजी जैसा लगता है।</translation>
        </message>
        <message>
            <source>Take it out. Secrets belong in the keyring: add the service anew, and it asks.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>उसे निकाल दें। गोपनीय जानकारी की जगह कीरिंग में है: सेवा नए सिरे से जोड़ें, और वह पूछेगी।</translation>
        </message>
        <message>
            <source>Correct it, or take it away. Services of that kind do not work until then.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>इसे ठीक करें, या हटा दें। तब तक उस प्रकार की सेवाएँ काम नहीं करेंगी।</translation>
        </message>
        <message>
            <source>Kinds of service of your own that can be used: {0}.</source>
            <extracomment>doctor/home.py {0}: ', '.join(own)</extracomment>
            <translation>आपकी अपनी सेवाओं के प्रकार जिनका उपयोग हो सकता है: {0}।</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but gives no good answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet चल रहा है (प्रोसेस {0}), लेकिन ठीक जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>End it and start it again. Nothing is lost by that.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>उसे बंद करके फिर शुरू करें। इससे कुछ खोता नहीं।</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}) and answers.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet चल रहा है (प्रोसेस {0}) और जवाब देता है।</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but does not answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet चल रहा है (प्रोसेस {0}), लेकिन जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>Skynet is not running now, so nothing is mirrored.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet अभी नहीं चल रहा, इसलिए कुछ भी मिरर नहीं हो रहा।</translation>
        </message>
        <message>
            <source>Start it.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>उसे शुरू करें।</translation>
        </message>
        <message>
            <source>The mapping {0} waits for you to decide something.</source>
            <extracomment>doctor/home.py {0}: name</extracomment>
            <translation>मैपिंग {0} आपके फ़ैसले की प्रतीक्षा में है।</translation>
        </message>
        <message>
            <source>See: skynet status, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>देखें: skynet status, या विंडो।</translation>
        </message>
        <message>
            <source>The mapping {0} has paths that could not be mirrored: {1}.</source>
            <extracomment>doctor/home.py {0}: name, {1}: issues</extracomment>
            <translation>मैपिंग {0} में ऐसे पथ हैं जो मिरर नहीं हो सके: {1}।</translation>
        </message>
        <message>
            <source>See: skynet issues, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>देखें: skynet issues, या विंडो।</translation>
        </message>
        <message>
            <source>Or start Skynet yourself after each login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>या हर लॉग इन के बाद Skynet खुद शुरू करें।</translation>
        </message>
        <message>
            <source>Skynet starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet लॉग इन पर शुरू होता है।</translation>
        </message>
        <message>
            <source>Skynet does not start at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet लॉग इन पर शुरू नहीं होता।</translation>
        </message>
        <message>
            <source>Switch it on in the settings, if you wish.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>चाहें तो इसे सेटिंग में चालू करें।</translation>
        </message>
        <message>
            <source>Starting at login was switched off in the system's own settings.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>लॉग इन पर शुरू होना सिस्टम की अपनी सेटिंग में बंद किया गया है।</translation>
        </message>
        <message>
            <source>Another home of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>लॉग इन पर इससे अलग, Skynet का दूसरा होम शुरू होता है।</translation>
        </message>
        <message>
            <source>Another copy of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>लॉग इन पर Skynet की दूसरी कॉपी शुरू होती है, यह वाली नहीं।</translation>
        </message>
        <message>
            <source>Switch it off and on again in the settings of the one that is to start.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>जिसे शुरू होना चाहिए, उसकी सेटिंग में इसे बंद करके फिर चालू करें।</translation>
        </message>
        <message>
            <source>By its name it keeps them in plain text. Choose this system's keyring instead.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>नाम से लगता है कि यह उन्हें सादे टेक्स्ट में रखती है। इसकी जगह इस सिस्टम की कीरिंग चुनें।</translation>
        </message>
        <message>
            <source>Until then no service that needs a secret works.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>तब तक ऐसी कोई सेवा काम नहीं करेगी जिसे गोपनीय जानकारी चाहिए।</translation>
        </message>
        <message>
            <source>No keyring keeps secrets here, so services that need one do not work.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>यहाँ कोई कीरिंग गोपनीय जानकारी नहीं रखती, इसलिए जिन सेवाओं को वह चाहिए, वे काम नहीं करतीं।</translation>
        </message>
        <message>
            <source>The secrets of {0} are in the memory of the running app alone, if it runs.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>{0} की गोपनीय जानकारी सिर्फ़ चल रहे ऐप की मेमोरी में है, अगर वह चल रहा हो।</translation>
        </message>
        <message>
            <source>They cannot be looked at from elsewhere.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>उसे कहीं और से देखा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>Enter them again.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>उसे फिर से भरें।</translation>
        </message>
        <message>
            <source>No {0} of {1} is stored.</source>
            <extracomment>doctor/kept.py {0}: labels, {1}: name</extracomment>
            <translation>{1} का {0} सहेजा हुआ नहीं है।</translation>
        </message>
        <message>
            <source>Enter it in the settings, under Services.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>इसे सेटिंग में सेवाएँ के अंतर्गत भरें।</translation>
        </message>
        <message>
            <source>No secret of {0} is stored; it signs in without one, or not at all.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>{0} की कोई गोपनीय जानकारी सहेजी हुई नहीं है; यह उसके बिना साइन इन करती है, या बिलकुल नहीं।</translation>
        </message>
        <message>
            <source>The secrets of {0} are stored.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>{0} की गोपनीय जानकारी सहेजी हुई है।</translation>
        </message>
        <message>
            <source>A monitor is set up and told nothing.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>मॉनिटर सेट है, पर उसे कुछ नहीं बताया जाता।</translation>
        </message>
        <message>
            <source>Switch it on under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>इसे मॉनिटर के अंतर्गत चालू करें।</translation>
        </message>
        <message>
            <source>The monitor's history lost {0}: it was away for too long.</source>
            <extracomment>doctor/monitor.py {0}: counted(state.waiting.dropped, 'line')</extracomment>
            <translation>मॉनिटर के इतिहास से {0} खो गईं: वह बहुत देर तक उपलब्ध नहीं था।</translation>
        </message>
        <message>
            <source>What it shows of the present is complete.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>वह अभी की जो स्थिति दिखाता है, वह पूरी है।</translation>
        </message>
        <message>
            <source>{0} The monitor was not told for a while, and {1} wait.</source>
            <extracomment>doctor/monitor.py {0}: state.problem, {1}: waiting</extracomment>
            <translation>{0} मॉनिटर को कुछ समय से नहीं बताया गया, और {1} कतार में हैं।</translation>
        </message>
        <message>
            <source>Mirroring is not affected. Test the monitor in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>मिररिंग पर असर नहीं पड़ता। सेटिंग में मॉनिटर के अंतर्गत मॉनिटर को टेस्ट करें।</translation>
        </message>
        <message>
            <source>It is told as soon as it can be reached.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>उस तक पहुँचते ही उसे बताया जाएगा।</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>इसे सेटिंग में मॉनिटर के अंतर्गत ठीक करें।</translation>
        </message>
        <message>
            <source>This could not be checked: {0}: {1}.</source>
            <extracomment>doctor/rounds.py {0}: type(error).__name__, {1}: error</extracomment>
            <translation>यह जाँचा नहीं जा सका: {0}: {1}।</translation>
        </message>
        <message>
            <source>Save the diagnostics, and show them to somebody who knows Skynet.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>डायग्नोस्टिक्स सहेजें और किसी ऐसे व्यक्ति को दिखाएँ जो Skynet जानता हो।</translation>
        </message>
        <message>
            <source>This was not done after {0} seconds.</source>
            <extracomment>doctor/rounds.py {0}: self._check.seconds</extracomment>
            <translation>यह {0} सेकंड बाद भी पूरा नहीं हुआ।</translation>
        </message>
        <message>
            <source>Something hangs: a disk, a share or a server. Look at it, and try again.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>कुछ अटका हुआ है: कोई डिस्क, शेयर या सर्वर। उसे देखें और फिर कोशिश करें।</translation>
        </message>
        <message>
            <source>Or try it in the window of the running app, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>या इसे चल रहे ऐप की विंडो में सेवाएँ के अंतर्गत आज़माएँ।</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>इसे सेटिंग में सेवाएँ के अंतर्गत ठीक करें।</translation>
        </message>
        <message>
            <source>{0} works: a test file was written, read and deleted.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} काम करती है: एक टेस्ट फ़ाइल लिखी, पढ़ी और मिटाई गई।</translation>
        </message>
        <message>
            <source>{0} answers and can be listed.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} जवाब देती है और उसकी सूची देखी जा सकती है।</translation>
        </message>
        <message>
            <source>Its clock and this computer's are {0} apart.</source>
            <extracomment>doctor/services.py {0}: _span(off)</extracomment>
            <translation>उसकी घड़ी और इस कंप्यूटर की घड़ी में {0} का अंतर है।</translation>
        </message>
        <message>
            <source>{0} If this one is right, tell whoever runs the service.</source>
            <extracomment>doctor/services.py {0}: SET_CLOCK</extracomment>
            <translation>{0} अगर यह वाली सही है, तो सेवा चलाने वाले को बताएँ।</translation>
        </message>
        <message>
            <source>Its clock agrees with this computer's.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>उसकी घड़ी इस कंप्यूटर की घड़ी से मेल खाती है।</translation>
        </message>
        <message>
            <source>{0} are free there.</source>
            <extracomment>doctor/services.py {0}: amount(free)</extracomment>
            <translation>वहाँ {0} खाली है।</translation>
        </message>
        <message>
            <source>Make room there, or choose another destination.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>वहाँ जगह बनाएँ, या कोई दूसरा गंतव्य चुनें।</translation>
        </message>
        <message>
            <source>Make room there soon.</source>
            <extracomment>doctor/services.py; doctor/storage.py</extracomment>
            <translation>वहाँ जल्द जगह बनाएँ।</translation>
        </message>
        <message>
            <source>It keeps versions: what is replaced or removed there stays, and is billed.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>यह संस्करण रखती है: वहाँ जो बदला या हटाया जाता है, वह बना रहता है और उसका शुल्क लगता है।</translation>
        </message>
        <message>
            <source>A lifecycle rule for old versions can end that after some time.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>पुराने संस्करणों के लिए लाइफ़साइकल नियम कुछ समय बाद इसे ख़त्म कर सकता है।</translation>
        </message>
        <message>
            <source>It keeps no versions; what is replaced or removed goes to Skynet's own trash, where the mapping says so.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>यह संस्करण नहीं रखती; जो बदला या हटाया जाता है, वह Skynet के अपने ट्रैश में जाता है, जहाँ मैपिंग में ऐसा चुना गया हो।</translation>
        </message>
        <message>
            <source>No rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>वहाँ कोई नियम उन अपलोड को नहीं हटाता जो शुरू हुए पर कभी पूरे नहीं हुए।</translation>
        </message>
        <message>
            <source>Skynet removes its own when it starts. A lifecycle rule for incomplete multipart uploads, after 7 days, also covers a computer that never comes back.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Skynet शुरू होने पर अपने ऐसे अपलोड हटा देता है। अधूरे मल्टीपार्ट अपलोड के लिए 7 दिन बाद का लाइफ़साइकल नियम उस कंप्यूटर का भी ध्यान रखता है जो कभी वापस नहीं आता।</translation>
        </message>
        <message>
            <source>A rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>वहाँ एक नियम उन अपलोड को हटाता है जो शुरू हुए पर कभी पूरे नहीं हुए।</translation>
        </message>
        <message>
            <source>{0} are free where Skynet keeps its state and log ({1}).</source>
            <extracomment>doctor/storage.py {0}: amount(free), {1}: folder</extracomment>
            <translation>जहाँ Skynet अपनी स्थिति और लॉग रखता है, वहाँ {0} खाली है ({1})।</translation>
        </message>
        <message>
            <source>Make room there: Skynet cannot note what it does on a full disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>वहाँ जगह बनाएँ: भरी डिस्क पर Skynet अपना काम दर्ज नहीं कर सकता।</translation>
        </message>
        <message>
            <source>Skynet cannot write to its own folder {0}: {1}.</source>
            <extracomment>doctor/storage.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Skynet अपने ही फ़ोल्डर {0} में नहीं लिख सकता: {1}।</translation>
        </message>
        <message>
            <source>Make it yours to write in, or make room on its disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>इसमें लिखने का अधिकार अपने पास रखें, या इसकी डिस्क पर जगह बनाएँ।</translation>
        </message>
        <message>
            <source>Skynet's own databases were looked through: {0}.</source>
            <extracomment>doctor/storage.py {0}: amount(total)</extracomment>
            <translation>Skynet के अपने डेटाबेस देखे गए: {0}।</translation>
        </message>
        <message>
            <source>A database of the mapping {0} is damaged ({1}: {2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: path.name, {2}: said</extracomment>
            <translation>मैपिंग {0} का एक डेटाबेस ख़राब है ({1}: {2})।</translation>
        </message>
        <message>
            <source>Start Skynet anew: it sets the file aside and rebuilds it, without sending all again. If this happens more than once, check the disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Skynet फिर से शुरू करें: वह फ़ाइल को अलग रखकर उसे फिर बना लेगा, सब कुछ दोबारा भेजे बिना। अगर ऐसा एक से ज़्यादा बार हो, तो डिस्क जाँचें।</translation>
        </message>
        <message>
            <source>The log of a database of {0} has grown to {1} ({2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: amount(log), {2}: path.name</extracomment>
            <translation>{0} के एक डेटाबेस का लॉग बढ़कर {1} हो गया है ({2})।</translation>
        </message>
        <message>
            <source>Start Skynet anew; that writes it back.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>Skynet फिर से शुरू करें; इससे लॉग डेटाबेस में वापस लिखा जाएगा।</translation>
        </message>
        <message>
            <source>A damaged database of {0} was set aside and rebuilt ({1}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: size</extracomment>
            <translation>{0} का एक ख़राब डेटाबेस अलग रखकर फिर बनाया गया ({1})।</translation>
        </message>
        <message>
            <source>If all is well since, delete what has damaged in its name below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>अगर तब से सब ठीक है, तो {0} के अंदर जिसके नाम में damaged है, उसे मिटा दें।</translation>
        </message>
        <message>
            <source>The counts of requests are damaged ({0}).</source>
            <extracomment>doctor/storage.py {0}: said</extracomment>
            <translation>अनुरोधों की गिनती ख़राब है ({0})।</translation>
        </message>
        <message>
            <source>They begin anew with the next request; nothing else depends on them.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>वह अगले अनुरोध से नए सिरे से शुरू होगी; और कुछ उस पर निर्भर नहीं है।</translation>
        </message>
        <message>
            <source>State of mappings that are no longer there: {0}.</source>
            <extracomment>doctor/storage.py {0}: ', '.join(sorted(left)[:5])</extracomment>
            <translation>उन मैपिंग की स्थिति जो अब नहीं हैं: {0}।</translation>
        </message>
        <message>
            <source>It can be deleted below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>उसे {0} के अंदर मिटाया जा सकता है।</translation>
        </message>
        <message>
            <source>This system sets no limit to how many folders may be watched.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>यह सिस्टम सीमा नहीं रखता कि कितने फ़ोल्डरों की निगरानी हो सकती है।</translation>
        </message>
        <message>
            <source>{0} folders are to be watched and other programs watch {1}; this computer allows {2} together.</source>
            <extracomment>doctor/watching.py {0}: folders, {1}: used.watches, {2}: limit.limit</extracomment>
            <translation>{0} फ़ोल्डरों की निगरानी करनी है और दूसरे प्रोग्राम {1} की करते हैं; यह कंप्यूटर कुल {2} की अनुमति देता है।</translation>
        </message>
        <message>
            <source>Not all folders could be counted in time, so there may be more to watch.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>समय पर सभी फ़ोल्डर गिने नहीं जा सके, इसलिए निगरानी के लिए और भी हो सकते हैं।</translation>
        </message>
        <message>
            <source>Count again when the disk has less to do.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>जब डिस्क पर काम कम हो, तब फिर गिनें।</translation>
        </message>
        <message>
            <source>The rest is looked through again and again instead, which costs time and power. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>बाकी को निगरानी की जगह बार-बार देखा जाता है, जिसमें समय और ऊर्जा लगती है। टर्मिनल में सीमा बढ़ाएँ।</translation>
        </message>
        <message>
            <source>That is close. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>यह सीमा के क़रीब है। टर्मिनल में सीमा बढ़ाएँ।</translation>
        </message>
        <message>
            <source>Programs of this computer need {0} queues for watching, one a mapping among them; {1} are allowed.</source>
            <extracomment>doctor/watching.py {0}: needed, {1}: limit.limit</extracomment>
            <translation>इस कंप्यूटर के प्रोग्रामों को निगरानी के लिए {0} कतारें चाहिए, जिनमें हर मैपिंग की एक है; {1} की अनुमति है।</translation>
        </message>
        <message>
            <source>Mappings without one are looked through again and again instead. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>जिन मैपिंग के पास कतार नहीं है, उन्हें निगरानी की जगह बार-बार देखा जाता है। टर्मिनल में सीमा बढ़ाएँ।</translation>
        </message>
        <message>
            <source>{0} cannot be watched</source>
            <extracomment>engine/directory_changes.py {0}: self.watch.path</extracomment>
            <translation>{0} की निगरानी नहीं की जा सकती</translation>
        </message>
        <message>
            <source>Another file of the same size and time has this name.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>समान आकार और समय वाली दूसरी फ़ाइल का यही नाम है।</translation>
        </message>
        <message>
            <source>This computer's disk is full, so Skynet cannot keep its notes. Free some space.</source>
            <extracomment>engine/outage.py</extracomment>
            <translation>इस कंप्यूटर की डिस्क भर गई है, इसलिए Skynet अपने नोट नहीं रख पा रहा है। कुछ जगह खाली करें।</translation>
        </message>
        <message>
            <source>This service cannot list what it holds, so nothing can be restored.</source>
            <extracomment>engine/restoring/loading.py</extracomment>
            <translation>यह सेवा अपने पास रखी चीज़ों की सूची नहीं दे सकती, इसलिए कुछ भी वापस नहीं लाया जा सकता।</translation>
        </message>
        <message>
            <source>{0} of {1} files were changed at once that nobody had touched for a day. If you did not do this, a virus may be encrypting them. Send the changed files?</source>
            <extracomment>engine/changes.py {0}: count, {1}: files</extracomment>
            <translation>{1} में से {0} फ़ाइलें एक साथ बदल गईं, जिन्हें एक दिन से किसी ने छुआ नहीं था। अगर यह आपने नहीं किया, तो हो सकता है कोई वायरस उन्हें एन्क्रिप्ट कर रहा हो। बदली गई फ़ाइलें भेजें?</translation>
        </message>
        <message>
            <source>The connection gave no answer for this file.</source>
            <extracomment>engine/dispatch.py</extracomment>
            <translation>कनेक्शन ने इस फ़ाइल के लिए कोई जवाब नहीं दिया।</translation>
        </message>
        <message>
            <source>There is no mapping {0}. Known: {1}.</source>
            <extracomment>engine/engine.py {0}: name, {1}: known</extracomment>
            <translation>मैपिंग {0} मौजूद नहीं है। मौजूद हैं: {1}।</translation>
        </message>
        <message>
            <source>The folder is not the one that was mirrored before, and {0} files of that one are missing here. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>यह वह फ़ोल्डर नहीं है जो पहले मिरर होता था, और उसकी {0} फ़ाइलें यहाँ नहीं हैं। क्या उन्हें गंतव्य पर भी हटाएँ?</translation>
        </message>
        <message>
            <source>The folder is empty. Remove all {0} files at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>फ़ोल्डर खाली है। क्या सभी {0} फ़ाइलें गंतव्य पर भी हटाएँ?</translation>
        </message>
        <message>
            <source>{0} files were deleted here, {1} are left. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: lost.files, {1}: now</extracomment>
            <translation>यहाँ {0} फ़ाइलें मिटाई गईं, {1} बाकी हैं। क्या उन्हें गंतव्य पर भी हटाएँ?</translation>
        </message>
        <message>
            <source>The destination failed: {0}</source>
            <extracomment>engine/handler.py {0}: error</extracomment>
            <translation>गंतव्य विफल हुआ: {0}</translation>
        </message>
        <message>
            <source>Sends again at {0}.</source>
            <extracomment>engine/holds.py {0}: clock</extracomment>
            <translation>{0} बजे फिर भेजेगा।</translation>
        </message>
        <message>
            <source>Sends again on {0} at {1}.</source>
            <extracomment>engine/holds.py {0}: day, {1}: clock</extracomment>
            <translation>{0} को {1} बजे फिर भेजेगा।</translation>
        </message>
        <message>
            <source>The file changed while it was sent.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>भेजते समय फ़ाइल बदल गई।</translation>
        </message>
        <message>
            <source>At the destination this is the same name as {0}; rename one of them.</source>
            <extracomment>engine/looks.py {0}: other</extracomment>
            <translation>गंतव्य पर यह वही नाम है जो {0} का है; उनमें से एक का नाम बदलें।</translation>
        </message>
        <message>
            <source>A folder of this name is kept at the destination (deletions stay there without complete sync); rename the file.</source>
            <extracomment>engine/looks.py</extracomment>
            <translation>इस नाम का एक फ़ोल्डर गंतव्य पर रखा है (पूरे सिंक के बिना मिटाई गई चीज़ें वहाँ रहती हैं); फ़ाइल का नाम बदलें।</translation>
        </message>
        <message>
            <source>The destination is not the one that was mirrored to before: most of the {0} files that were sent there are missing. If a disk is unplugged, connect it. Send them all again?</source>
            <extracomment>engine/mark.py {0}: count</extracomment>
            <translation>गंतव्य वह नहीं है जिस पर पहले मिरर किया गया था: वहाँ भेजी गई {0} फ़ाइलों में से ज़्यादातर नहीं हैं। अगर कोई डिस्क निकली हुई है, तो उसे जोड़ें। क्या सभी फिर से भेजें?</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors a folder to this place. What it removed or replaced is kept in the folder trash for a while.</source>
            <extracomment>engine/mark.py</extracomment>
            <translation>Skynet Desktop एक फ़ोल्डर को इस जगह मिरर करता है। उसने जो हटाया या बदला, वह कुछ समय तक फ़ोल्डर trash में रखा जाता है।</translation>
        </message>
        <message>
            <source>Unexpected trouble: {0}: {1}</source>
            <extracomment>engine/outage.py {0}: type(raised).__name__, {1}: raised</extracomment>
            <translation>अनपेक्षित समस्या: {0}: {1}</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error</extracomment>
            <translation>फ़ोल्डर {0} पढ़ा नहीं जा सकता: {1}</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it; mirroring goes on by itself then.</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error.strerror</extracomment>
            <translation>फ़ोल्डर {0} मौजूद नहीं है ({1})। अगर वह किसी ड्राइव पर है, तो उसे कनेक्ट करें; तब मिरर करना अपने आप जारी रहेगा।</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before: of {1} known files {2} are in it. Mirror this one from now on?</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: len(known), {2}: here</extracomment>
            <translation>फ़ोल्डर {0} वह नहीं है जो पहले मिरर होता था: {1} जानी-पहचानी फ़ाइलों में से {2} इसमें हैं। क्या अब से इसे मिरर करें?</translation>
        </message>
        <message>
            <source>a rate must be positive</source>
            <extracomment>engine/preview.py</extracomment>
            <translation>दर शून्य से ज़्यादा होनी चाहिए</translation>
        </message>
        <message>
            <source>Nothing of this name is at the destination.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>गंतव्य पर इस नाम का कुछ नहीं है।</translation>
        </message>
        <message>
            <source>Nothing of this name was at the destination at that time, as far as it is known.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>जहाँ तक पता है, उस समय गंतव्य पर इस नाम का कुछ नहीं था।</translation>
        </message>
        <message>
            <source>{0} are needed in {1}, but only {2} are free there. Make room, or restore to another disk.</source>
            <extracomment>engine/restoring/restore.py {0}: amount(needed), {1}: self._target.shown, {2}: amount(free)</extracomment>
            <translation>{1} में {0} चाहिए, लेकिन वहाँ सिर्फ़ {2} खाली है। जगह बनाएँ, या किसी दूसरी डिस्क पर वापस लाएँ।</translation>
        </message>
        <message>
            <source>For this computer "{0}" is the same name; restore this one by itself, to another folder.</source>
            <extracomment>engine/restoring/restore.py {0}: rival</extracomment>
            <translation>इस कंप्यूटर के लिए "{0}" वही नाम है; इसे अकेले, किसी दूसरे फ़ोल्डर में वापस लाएँ।</translation>
        </message>
        <message>
            <source>Again and again something else takes the name of this file here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>यहाँ कोई और चीज़ बार-बार इस फ़ाइल का नाम ले लेती है।</translation>
        </message>
        <message>
            <source>A folder has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>यहाँ यह नाम एक फ़ोल्डर का है।</translation>
        </message>
        <message>
            <source>A link or something else that is no file has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>यहाँ यह नाम किसी लिंक या ऐसी चीज़ का है जो फ़ाइल नहीं है।</translation>
        </message>
        <message>
            <source>The file changed at the destination since it was listed.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>सूची बनने के बाद फ़ाइल गंतव्य पर बदल गई।</translation>
        </message>
        <message>
            <source>This service cannot give the file back.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>यह सेवा फ़ाइल वापस नहीं दे सकती।</translation>
        </message>
        <message>
            <source>Names of this form are kept for Skynet itself.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>इस तरह के नाम Skynet के लिए ही रखे गए हैं।</translation>
        </message>
        <message>
            <source>Such a path could lead out of the folder, so it is not restored.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>ऐसा पथ फ़ोल्डर से बाहर ले जा सकता है, इसलिए इसे वापस नहीं लाया जाता।</translation>
        </message>
        <message>
            <source>No file on this computer can have this name.</source>
            <extracomment>engine/restoring/names.py; engine/restoring/target.py</extracomment>
            <translation>इस कंप्यूटर पर किसी फ़ाइल का यह नाम नहीं हो सकता।</translation>
        </message>
        <message>
            <source>This computer would drop the dot or space at the end of this name.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>यह कंप्यूटर इस नाम के अंत का डॉट या स्पेस हटा देगा।</translation>
        </message>
        <message>
            <source>Another restore is bringing this file back right now.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>वापस लाने का एक और काम अभी इसी फ़ाइल को ला रहा है।</translation>
        </message>
        <message>
            <source>Something that is no file has the name of an unfinished copy here.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>यहाँ अधूरी कॉपी का नाम किसी ऐसी चीज़ का है जो फ़ाइल नहीं है।</translation>
        </message>
        <message>
            <source>It is no longer at the destination.</source>
            <extracomment>engine/restoring/same.py</extracomment>
            <translation>यह अब गंतव्य पर नहीं है।</translation>
        </message>
        <message>
            <source>A link here has the name of a folder, and may lead elsewhere.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>यहाँ एक लिंक का नाम किसी फ़ोल्डर का है, और वह कहीं और ले जा सकता है।</translation>
        </message>
        <message>
            <source>A file here has the name of a folder.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>यहाँ एक फ़ाइल का नाम किसी फ़ोल्डर का है।</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Make it, or choose another one.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>फ़ोल्डर {0} वहाँ नहीं है। इसे बनाएँ, या कोई दूसरा चुनें।</translation>
        </message>
        <message>
            <source>The disk of {0} is full. Make room, then restore again.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>{0} की डिस्क भर गई है। जगह बनाएँ, फिर दोबारा वापस लाएँ।</translation>
        </message>
        <message>
            <source>Nothing can be written to the folder {0}: {1}.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown, {1}: detail</extracomment>
            <translation>फ़ोल्डर {0} में कुछ लिखा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>The disk of {0} can no longer be reached.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>{0} की डिस्क तक अब पहुँचा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>This computer cannot hold this name or size: {0}.</source>
            <extracomment>engine/restoring/target.py {0}: detail</extracomment>
            <translation>यह कंप्यूटर यह नाम या आकार नहीं रख सकता: {0}।</translation>
        </message>
        <message>
            <source>The file may not be written here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>यहाँ फ़ाइल लिखने की अनुमति नहीं है।</translation>
        </message>
        <message>
            <source>Something of another kind has this name here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>यहाँ यह नाम किसी दूसरे प्रकार की चीज़ का है।</translation>
        </message>
        <message>
            <source>{0} paths could not be mirrored.</source>
            <extracomment>engine/standing.py {0}: issues</extracomment>
            <translation>{0} पथ मिरर नहीं हो सके।</translation>
        </message>
        <message>
            <source>{0} folders cannot be watched and are looked at every {1} s; raise fs.inotify.max_user_watches.</source>
            <extracomment>engine/standing.py {0}: len(self._patrol.unwatched), {1}: self._m.spec.poll_seconds</extracomment>
            <translation>{0} फ़ोल्डरों पर नज़र नहीं रखी जा सकती और उन्हें हर {1} सेकंड में देखा जाता है; fs.inotify.max_user_watches बढ़ाएँ।</translation>
        </message>
        <message>
            <source>1 file at the destination is not as it should be; verification shows which.</source>
            <extracomment>engine/status.py</extracomment>
            <translation>गंतव्य पर 1 फ़ाइल वैसी नहीं है जैसी होनी चाहिए; सत्यापन दिखाता है कि कौन-सी।</translation>
        </message>
        <message>
            <source>{0} files at the destination are not as they should be; verification shows which.</source>
            <extracomment>engine/status.py {0}: count</extracomment>
            <translation>गंतव्य पर {0} फ़ाइलें वैसी नहीं हैं जैसी होनी चाहिए; सत्यापन दिखाता है कि कौन-सी।</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>engine/verifying/run.py; engine/verifying/verifier.py</extracomment>
            <translation>इसे रोका गया।</translation>
        </message>
        <message>
            <source>Nothing is sent now; it is tried again later.</source>
            <extracomment>engine/verifying/verifier.py</extracomment>
            <translation>अभी कुछ नहीं भेजा जा रहा; बाद में फिर कोशिश होगी।</translation>
        </message>
        <message>
            <source>It is here and not at the destination.</source>
            <extracomment>engine/verifying/judging.py; engine/verifying/reading.py</extracomment>
            <translation>यह यहाँ है और गंतव्य पर नहीं।</translation>
        </message>
        <message>
            <source>It is gone here and still at the destination.</source>
            <extracomment>engine/verifying/judging.py</extracomment>
            <translation>यह यहाँ नहीं रही और गंतव्य पर अब भी है।</translation>
        </message>
        <message>
            <source>It has {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: counted(here, 'byte'), {1}: counted(there, 'byte')</extracomment>
            <translation>यह यहाँ {0} है और गंतव्य पर {1}।</translation>
        </message>
        <message>
            <source>Its time is {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: _moment(here_ns), {1}: _moment(there_ns)</extracomment>
            <translation>इसका समय यहाँ {0} है और गंतव्य पर {1}।</translation>
        </message>
        <message>
            <source>This service cannot list its files, so nothing can be verified.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>यह सेवा अपनी फ़ाइलों की सूची नहीं दे सकती, इसलिए कुछ भी सत्यापित नहीं हो सकता।</translation>
        </message>
        <message>
            <source>This service gives no file back, so only a quick verification is possible.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>यह सेवा कोई फ़ाइल वापस नहीं देती, इसलिए सिर्फ़ जल्दी वाला सत्यापन संभव है।</translation>
        </message>
        <message>
            <source>Its content at the destination is not what it is here.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>गंतव्य पर इसकी सामग्री वह नहीं है जो यहाँ है।</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk; the destination holds what was sent. Restore it, or save it anew to send it.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>यह यहाँ बदल गई, हालाँकि ऐसा कुछ नहीं दिखता कि किसी ने इसे सहेजा हो, जैसा ख़राब होती डिस्क पर होता है; गंतव्य पर वही है जो भेजा गया था। इसे वापस लाएँ, या भेजने के लिए नए सिरे से सहेजें।</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk, and the destination holds something else again. Look at both.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>यह यहाँ बदल गई, हालाँकि ऐसा कुछ नहीं दिखता कि किसी ने इसे सहेजा हो, जैसा ख़राब होती डिस्क पर होता है, और गंतव्य पर कुछ और ही है। दोनों को देखें।</translation>
        </message>
        <message>
            <source>What was listed cannot be kept on this computer's disk: {0}.</source>
            <extracomment>engine/verifying/run.py {0}: error</extracomment>
            <translation>जो सूची बनी, उसे इस कंप्यूटर की डिस्क पर रखा नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it.</source>
            <extracomment>engine/verifying/run.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>फ़ोल्डर {0} वहाँ नहीं है ({1})। अगर यह किसी ड्राइव पर है, तो उसे जोड़ें।</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before.</source>
            <extracomment>engine/verifying/run.py {0}: folder</extracomment>
            <translation>फ़ोल्डर {0} वह नहीं है जो पहले मिरर होता था।</translation>
        </message>
        <message>
            <source>Starting at login: {0} cannot be {1}: {2}. Make that folder yours to write in, or add Skynet to the programs that start at login by hand.</source>
            <extracomment>host/autostart/base.py {0}: path, {1}: done, {2}: detail</extracomment>
            <translation>लॉग इन पर शुरू करना: {0} को {1} नहीं जा सकता: {2}। उस फ़ोल्डर में लिखने का अधिकार अपने पास रखें, या Skynet को लॉग इन पर शुरू होने वाले प्रोग्रामों में खुद जोड़ें।</translation>
        </message>
        <message>
            <source>written</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>लिखा</translation>
        </message>
        <message>
            <source>removed</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>हटाया</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program is not valid text, which a desktop cannot start. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/linux.py</extracomment>
            <translation>लॉग इन पर शुरू करना: इस प्रोग्राम का पथ मान्य टेक्स्ट नहीं है, और डेस्कटॉप उसे शुरू नहीं कर सकता। इसे सामान्य नाम वाले फ़ोल्डर में ले जाएँ।</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program holds characters that macOS cannot start it by. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>लॉग इन पर शुरू करना: इस प्रोग्राम के पथ में ऐसे अक्षर हैं जिनसे macOS इसे शुरू नहीं कर सकता। इसे सामान्य नाम वाले फ़ोल्डर में ले जाएँ।</translation>
        </message>
        <message>
            <source>Starting at login: Windows starts nothing by a line of more than {0} characters, and this one has {1}: {2}. Use shorter folder names.</source>
            <extracomment>host/autostart/windows.py {0}: _LONGEST, {1}: len(line), {2}: line</extracomment>
            <translation>लॉग इन पर शुरू करना: Windows {0} अक्षरों से लंबी लाइन से कुछ शुरू नहीं करता, और इसमें {1} हैं: {2}। फ़ोल्डरों के छोटे नाम रखें।</translation>
        </message>
        <message>
            <source>Starting at login: the entry in the registry cannot be {0}: {1}. Whoever looks after this computer may have forbidden it.</source>
            <extracomment>host/autostart/windows.py {0}: done, {1}: detail</extracomment>
            <translation>लॉग इन पर शुरू करना: रजिस्ट्री की एंट्री को {0} नहीं जा सकता: {1}। हो सकता है इस कंप्यूटर की देखरेख करने वाले ने इस पर रोक लगाई हो।</translation>
        </message>
        <message>
            <source>This is not a question.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>यह सवाल नहीं है।</translation>
        </message>
        <message>
            <source>The running Skynet does not answer.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>चल रहा Skynet जवाब नहीं देता।</translation>
        </message>
        <message>
            <source>The running Skynet broke off: {0}.</source>
            <extracomment>host/channel.py {0}: error or type(error).__name__</extracomment>
            <translation>चल रहे Skynet ने बीच में छोड़ दिया: {0}।</translation>
        </message>
        <message>
            <source>The answer makes no sense.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>जवाब समझ में नहीं आता।</translation>
        </message>
        <message>
            <source>the seal is wrong</source>
            <extracomment>host/channel.py</extracomment>
            <translation>सील गलत है</translation>
        </message>
        <message>
            <source>no address for the control channel</source>
            <extracomment>host/channel.py</extracomment>
            <translation>कंट्रोल चैनल का पता नहीं है</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}.</source>
            <extracomment>host/instance.py {0}: self._pid_file.parent, {1}: detail</extracomment>
            <translation>{0} का उपयोग नहीं हो सकता: {1}।</translation>
        </message>
        <message>
            <source>{0} is no longer there.</source>
            <extracomment>host/opening.py {0}: whole</extracomment>
            <translation>{0} अब वहाँ नहीं है।</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1} is missing.</source>
            <extracomment>host/opening.py {0}: path, {1}: error.filename or 'what opens files'</extracomment>
            <translation>{0} को खोला नहीं जा सकता: {1} नहीं मिला।</translation>
        </message>
        <message>
            <source>what opens files</source>
            <extracomment>host/opening.py</extracomment>
            <translation>फ़ाइलें खोलने वाला प्रोग्राम</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1}.</source>
            <extracomment>host/opening.py {0}: url, {1}: error.strerror or error; host/opening.py {0}: path, {1}: detail</extracomment>
            <translation>{0} को खोला नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>One path could not be mirrored.</source>
            <extracomment>engine/standing.py</extracomment>
            <translation>एक पथ मिरर नहीं हो सका।</translation>
        </message>
        <message>
            <source>Starting at login: this program runs from a disk image, or from where macOS puts what was not moved yet, and will not be there at the next login. Drag Skynet Desktop to the Applications folder and open it there.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>लॉग इन पर शुरू करना: यह प्रोग्राम किसी डिस्क इमेज से चल रहा है, या उस जगह से जहाँ macOS वह रखता है जिसे अभी तक नहीं ले जाया गया, और अगले लॉग इन पर वहाँ नहीं होगा। Skynet Desktop को Applications फ़ोल्डर में खींचें और उसे वहीं से खोलें।</translation>
        </message>
        <message>
            <source>{0} is no address that may be opened.</source>
            <extracomment>host/opening.py {0}: url[:80]</extracomment>
            <translation>{0} ऐसा पता नहीं है जिसे खोला जा सके।</translation>
        </message>
        <message>
            <source>{0} cannot be opened: no program was found for it.</source>
            <extracomment>host/opening.py {0}: path</extracomment>
            <translation>{0} को खोला नहीं जा सकता: इसके लिए कोई प्रोग्राम नहीं मिला।</translation>
        </message>
        <message>
            <source>The monitor's token is missing. Make one in Skywatch, and enter it.</source>
            <extracomment>monitoring.py</extracomment>
            <translation>मॉनिटर का टोकन नहीं है। Skywatch में एक बनाएँ और उसे भरें।</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be made: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>मॉनिटर का आउटबॉक्स बनाया नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>मॉनिटर के आउटबॉक्स में लिखा नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>The outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>आउटबॉक्स में लिखा नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>{0} Not even an empty report.</source>
            <extracomment>notifier/sender.py {0}: error</extracomment>
            <translation>{0} खाली रिपोर्ट भी नहीं।</translation>
        </message>
        <message>
            <source>The monitor {0} could not prove who it is: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>मॉनिटर {0} अपनी पहचान साबित नहीं कर सका: {1}।</translation>
        </message>
        <message>
            <source>The monitor {0} cannot be reached: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>मॉनिटर {0} तक पहुँचा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>The monitor {0} does not take this machine's token. Make a new one there, and enter it here.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>मॉनिटर {0} इस मशीन का टोकन नहीं लेता। वहाँ नया टोकन बनाएँ और उसे यहाँ भरें।</translation>
        </message>
        <message>
            <source>The monitor {0} is older than this program. It must be updated.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>मॉनिटर {0} इस प्रोग्राम से पुराना है। उसे अपडेट करना होगा।</translation>
        </message>
        <message>
            <source>The monitor {0} cannot take this ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>मॉनिटर {0} इसे नहीं ले सकता ({1})।</translation>
        </message>
        <message>
            <source>The monitor {0} is busy ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>मॉनिटर {0} व्यस्त है ({1})।</translation>
        </message>
        <message>
            <source>There is no monitor at {0} ({1}). Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>{0} पर कोई मॉनिटर नहीं है ({1})। क्या पता सही है?</translation>
        </message>
        <message>
            <source>What answers at {0} is no monitor. Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>{0} पर जो जवाब देता है वह मॉनिटर नहीं है। क्या पता सही है?</translation>
        </message>
        <message>
            <source>Have its owner run resources/monitor/postgresql.sql there.</source>
            <extracomment>notifier/targets/postgresql.py</extracomment>
            <translation>उसके मालिक से कहें कि वहाँ resources/monitor/postgresql.sql चलाएँ।</translation>
        </message>
        <message>
            <source>The database {0} cannot take this: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error)</extracomment>
            <translation>डेटाबेस {0} इसे नहीं ले सकता: {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write: {1} {2}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error), {2}: _HOW</extracomment>
            <translation>डेटाबेस {0} इस रोल को लिखने नहीं देता: {1} {2}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>डेटाबेस {0} इस रोल को लिखने नहीं देता। {1}</translation>
        </message>
        <message>
            <source>The database {0} does not let us in: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>डेटाबेस {0} हमें प्रवेश नहीं देता: {1}</translation>
        </message>
        <message>
            <source>The database {0} could not prove who it is: {1} For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>डेटाबेस {0} अपनी पहचान साबित नहीं कर सका: {1} जिस नेटवर्क पर आप भरोसा करते हैं, उसके लिए URL में ?sslmode=require या ?sslmode=disable जोड़ें।</translation>
        </message>
        <message>
            <source>The database {0} cannot be reached: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>डेटाबेस {0} तक पहुँचा नहीं जा सकता: {1}</translation>
        </message>
        <message>
            <source>The file {0} cannot take this: {1}.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>फ़ाइल {0} इसे नहीं ले सकती: {1}।</translation>
        </message>
        <message>
            <source>The file {0} takes reports.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path</extracomment>
            <translation>फ़ाइल {0} रिपोर्टें लेती है।</translation>
        </message>
        <message>
            <source>{0} Update this program.</source>
            <extracomment>notifier/targets/sqlite.py {0}: error</extracomment>
            <translation>{0} इस प्रोग्राम को अपडेट करें।</translation>
        </message>
        <message>
            <source>{0} must be a whole path from the root on, not {1}.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local); settings/checks.py {0}: where, {1}: quoted(base)</extracomment>
            <translation>{0} में रूट से शुरू होने वाला पूरा पथ चाहिए, {1} नहीं।</translation>
        </message>
        <message>
            <source>{0} overlaps the place of the mapping {1} ({2}): each would undo what the other does. Give each a folder of its own there.</source>
            <extracomment>settings/checks.py {0}: settings.where('mappings', mapping.name, 'remote'), {1}: quoted(other.name), {2}: quoted(other.remote)</extracomment>
            <translation>{0} और मैपिंग {1} की जगह ({2}) में टकराव है: दोनों एक-दूसरे का काम पलट देंगी। वहाँ हर एक को अपना अलग फ़ोल्डर दें।</translation>
        </message>
        <message>
            <source>is not there. Make it, plug in its disk, or correct the path.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>मौजूद नहीं है। उसे बनाएँ, उसकी डिस्क लगाएँ, या पथ ठीक करें।</translation>
        </message>
        <message>
            <source>is a file. Name the folder that holds it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>एक फ़ाइल है। उस फ़ोल्डर का नाम दें जिसमें वह है।</translation>
        </message>
        <message>
            <source>cannot be read: {0}.</source>
            <extracomment>settings/checks.py {0}: error.strerror or error</extracomment>
            <translation>पढ़ा नहीं जा सकता: {0}।</translation>
        </message>
        <message>
            <source>{0}: the folder {1} {2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local), {2}: words</extracomment>
            <translation>{0}: फ़ोल्डर {1} {2}</translation>
        </message>
        <message>
            <source>The folder {0} {1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>फ़ोल्डर {0} {1}</translation>
        </message>
        <message>
            <source>Add it first.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>पहले उसे जोड़ें।</translation>
        </message>
        <message>
            <source>{0}: there is no service {1}.{2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.service), {2}: hint</extracomment>
            <translation>{0}: सेवा {1} मौजूद नहीं है।{2}</translation>
        </message>
        <message>
            <source>There is no service {0}.{1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>सेवा {0} मौजूद नहीं है।{1}</translation>
        </message>
        <message>
            <source>inside the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>मिरर किए जा रहे फ़ोल्डर के अंदर</translation>
        </message>
        <message>
            <source>around the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>मिरर किए जा रहे फ़ोल्डर के बाहर चारों ओर</translation>
        </message>
        <message>
            <source>{0}: the destination {1} lies {2} ({3}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(path), {2}: how, {3}: quoted(start.local)</extracomment>
            <translation>{0}: गंतव्य {1} {2} ({3}) है, इसलिए वह खुद को अंतहीन रूप से मिरर करता रहेगा। उसके बाहर का कोई गंतव्य चुनें।</translation>
        </message>
        <message>
            <source>The destination {0} lies {1} ({2}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>गंतव्य {0} {1} ({2}) है, इसलिए वह खुद को अंतहीन रूप से मिरर करता रहेगा। उसके बाहर का कोई गंतव्य चुनें।</translation>
        </message>
        <message>
            <source>{0}: the mapping {1} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(last.name)</extracomment>
            <translation>{0}: इस फ़ोल्डर से जो जाता है, मैपिंग {1} वही इसमें वापस लिखती है। एक-दूसरे को मिरर करने वाले फ़ोल्डर कभी नहीं थमते: दोनों में से एक मैपिंग हटाएँ।</translation>
        </message>
        <message>
            <source>The mapping {0} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>इस फ़ोल्डर से जो जाता है, मैपिंग {0} वही इसमें वापस लिखती है। एक-दूसरे को मिरर करने वाले फ़ोल्डर कभी नहीं थमते: दोनों में से एक मैपिंग हटाएँ।</translation>
        </message>
        <message>
            <source>Another program holds {0}. Try again in a moment.</source>
            <extracomment>settings/file.py {0}: path</extracomment>
            <translation>{0} किसी दूसरे प्रोग्राम के पास है। थोड़ी देर में फिर कोशिश करें।</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not UTF-8 text.</source>
            <extracomment>settings/file.py {0}: path, {1}: line</extracomment>
            <translation>{0}, लाइन {1}: यह UTF-8 टेक्स्ट नहीं है।</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} को पढ़ा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>A settings file cannot hold a name that is not valid text.</source>
            <extracomment>settings/file.py</extracomment>
            <translation>सेटिंग फ़ाइल में ऐसा नाम नहीं रखा जा सकता जो मान्य टेक्स्ट न हो।</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>{0} को लिखा नहीं जा सकता: {1}।</translation>
        </message>
        <message>
            <source>must be a whole number from 1 to {0}.</source>
            <extracomment>settings/migrations.py {0}: current(steps)</extracomment>
            <translation>में 1 से {0} तक की पूर्ण संख्या चाहिए।</translation>
        </message>
        <message>
            <source>{0} was written by a newer Skynet Desktop; this one knows {1}. Install the newer one, or take back the file it replaced.</source>
            <extracomment>settings/migrations.py {0}: version, {1}: current(steps)</extracomment>
            <translation>{0} को किसी नए Skynet Desktop ने लिखा है; यह वाला {1} तक जानता है। नया वाला इंस्टॉल करें, या वह फ़ाइल वापस लाएँ जिसकी जगह इसने ली।</translation>
        </message>
        <message>
            <source>is no address of a monitor, such as https://skywatch.example.com, postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>किसी मॉनिटर का पता नहीं है, जैसे https://skywatch.example.com, postgresql://laptop@db.example.com/skynet या sqlite:///~/monitor.db</translation>
        </message>
        <message>
            <source>must not hold a password or token: leave it out, and enter it in Settings &gt; Monitor or with: skynet monitor set, which keep it in the keyring</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>में पासवर्ड या टोकन नहीं होना चाहिए: उसे हटाएँ और सेटिंग &gt; मॉनिटर में या skynet monitor set से भरें, जो उसे कीरिंग में रखते हैं</translation>
        </message>
        <message>
            <source>must begin with https, or the token would travel unprotected</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>https से शुरू होना चाहिए, नहीं तो टोकन बिना सुरक्षा के जाएगा</translation>
        </message>
        <message>
            <source>The folder {0} cannot be made: {1}. Choose another place with --home or SKYNET_HOME.</source>
            <extracomment>settings/paths.py {0}: folder, {1}: detail</extracomment>
            <translation>फ़ोल्डर {0} नहीं बन सकता: {1}। --home या SKYNET_HOME से कोई दूसरी जगह चुनें।</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not valid TOML: {2}.</source>
            <extracomment>settings/reader.py {0}: file, {1}: line, {2}: message</extracomment>
            <translation>{0}, लाइन {1}: यह मान्य TOML नहीं है: {2}।</translation>
        </message>
        <message>
            <source>must name the kind of service, such as "s3".</source>
            <extracomment>settings/reader.py</extracomment>
            <translation>में सेवा का प्रकार होना चाहिए, जैसे "s3"।</translation>
        </message>
        <message>
            <source>is missing. {0}</source>
            <extracomment>settings/reader.py {0}: self._help(needed)</extracomment>
            <translation>नहीं दिया गया है। {0}</translation>
        </message>
        <message>
            <source>is not a setting.{0}</source>
            <extracomment>settings/reader.py {0}: nearest(name, known)</extracomment>
            <translation>कोई सेटिंग नहीं है।{0}</translation>
        </message>
        <message>
            <source>must be a table of its own: [{0}].</source>
            <extracomment>settings/reader.py {0}: '.'.join(keys)</extracomment>
            <translation>अपनी अलग टेबल होनी चाहिए: [{0}]।</translation>
        </message>
        <message>
            <source>is no address such as http://proxy:3128, and not none</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>न तो http://proxy:3128 जैसा पता है, न none</translation>
        </message>
        <message>
            <source>must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and leave this empty</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>पासवर्ड नहीं होना चाहिए: उसके साथ HTTPS_PROXY या ALL_PROXY वेरिएबल सेट करें, और इसे खाली छोड़ें</translation>
        </message>
        <message>
            <source>must be {0}, not {1}</source>
            <extracomment>settings/declaring.py {0}: _allowed(allowed, about_it), {1}: quoted(value)</extracomment>
            <translation>यहाँ {0} चाहिए, {1} नहीं</translation>
        </message>
        <message>
            <source>The destination takes no more data: it is full or a quota is used up.</source>
            <extracomment>connections/sftp/fullness.py</extracomment>
            <translation>गंतव्य और डेटा नहीं ले रहा: वह भर गया है या कोटा पूरा हो गया है।</translation>
        </message>
        <message>
            <source>It is {0} in {1} ({2}).</source>
            <extracomment>doctor/computer.py {0}: moment, {1}: zone, {2}: offset</extracomment>
            <translation>{1} में समय {0} है ({2})।</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>मॉनिटर {0} इस मशीन की रिपोर्टें लेता है।</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine, known as {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: name</extracomment>
            <translation>मॉनिटर {0} इस मशीन की रिपोर्टें लेता है, जिसे वह {1} नाम से जानता है।</translation>
        </message>
        <message>
            <source>The database {0} takes reports from the role {1}.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: db.info.user</extracomment>
            <translation>डेटाबेस {0} रोल {1} की रिपोर्टें लेता है।</translation>
        </message>
        <message>
            <source>{0} The connection is not encrypted.</source>
            <extracomment>notifier/targets/postgresql.py {0}: found</extracomment>
            <translation>{0} कनेक्शन एन्क्रिप्ट नहीं है।</translation>
        </message>
        <message>
            <source>The database {0} has no tables for the monitor. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>डेटाबेस {0} में मॉनिटर की टेबल नहीं हैं। {1}</translation>
        </message>
        <message>
            <source>The database {0} has tables of version {1}; version {2} is needed. {3}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: found, {2}: schema.VERSION, {3}: _HOW</extracomment>
            <translation>डेटाबेस {0} में वर्शन {1} की टेबल हैं; वर्शन {2} चाहिए। {3}</translation>
        </message>
        <message>
            <source>cannot be understood: {0}</source>
            <extracomment>settings/declaring.py {0}: error</extracomment>
            <translation>समझ में नहीं आया: {0}</translation>
        </message>
        <message>
            <source>The name {0} cannot be used: a name has 1 to 64 letters, digits, spaces, dots, '-' or '_', and no space at its ends.</source>
            <extracomment>settings/declaring.py {0}: quoted(name)</extracomment>
            <translation>नाम {0} का उपयोग नहीं हो सकता: नाम में 1 से 64 अक्षर, अंक, खाली स्थान, बिंदु, '-' या '_' होते हैं, और सिरों पर खाली स्थान नहीं होता।</translation>
        </message>
        <message>
            <source>{0} The last good version is {1}.</source>
            <extracomment>settings/store.py {0}: error, {1}: good</extracomment>
            <translation>{0} पिछला ठीक संस्करण {1} है।</translation>
        </message>
        <message>
            <source>The service {0} is used by {1}. Remove the mapping first.</source>
            <extracomment>settings/store.py {0}: quoted(name), {1}: names</extracomment>
            <translation>सेवा {0} का उपयोग {1} में है। पहले वह मैपिंग हटाएँ।</translation>
        </message>
        <message>
            <source>There is no {0} {1}.{2}</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name), {2}: nearest(name, known)</extracomment>
            <translation>{0} {1} मौजूद नहीं है।{2}</translation>
        </message>
        <message>
            <source>There is a {0} {1} already. Choose another name, or remove it first.</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name)</extracomment>
            <translation>{0} {1} पहले से मौजूद है। कोई दूसरा नाम चुनें, या पहले उसे हटाएँ।</translation>
        </message>
        <message>
            <source>{0} holds a value no settings file can: {1}.</source>
            <extracomment>settings/store.py {0}: '.'.join(keys), {1}: error</extracomment>
            <translation>{0} में ऐसा मान है जो किसी सेटिंग फ़ाइल में नहीं आ सकता: {1}।</translation>
        </message>
        <message>
            <source>{0} is written in a way that only a person can change. Make the change by hand.</source>
            <extracomment>settings/store.py {0}: path</extracomment>
            <translation>{0} इस तरह लिखी है कि उसे सिर्फ़ कोई व्यक्ति बदल सकता है। बदलाव खुद करें।</translation>
        </message>
        <message>
            <source>service</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>सेवा</translation>
        </message>
        <message>
            <source>mapping</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>मैपिंग</translation>
        </message>
        <message>
            <source>The folders of the try-out cannot be made: {0}.</source>
            <extracomment>tryout.py {0}: error.strerror or error</extracomment>
            <translation>आज़माइश के फ़ोल्डर नहीं बन सकते: {0}।</translation>
        </message>
        <message>
            <source>The list of releases is older than one seen before; it was ignored.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>संस्करणों की सूची पहले देखी गई सूची से पुरानी है; इसे अनदेखा किया गया।</translation>
        </message>
        <message>
            <source>The list of releases has expired, so it does not tell whether there is a newer version. Is the clock of this computer right?</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>संस्करणों की सूची की अवधि समाप्त हो गई है, इसलिए वह नहीं बताती कि कोई नया संस्करण है या नहीं। क्या इस कंप्यूटर की घड़ी सही है?</translation>
        </message>
        <message>
            <source>This copy of Skynet Desktop comes from no release, so it looks for no new versions.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>Skynet Desktop की यह प्रति किसी रिलीज़ से नहीं है, इसलिए यह नए संस्करण नहीं खोजती।</translation>
        </message>
        <message>
            <source>The list of releases is at an address that is not secure.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>संस्करणों की सूची ऐसे पते पर है जो सुरक्षित नहीं है।</translation>
        </message>
        <message>
            <source>The list of releases is nowhere: one address leads to the next.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>संस्करणों की सूची कहीं नहीं है: एक पता अगले पर ले जाता है।</translation>
        </message>
        <message>
            <source>{0} has no list of releases (status {1}).</source>
            <extracomment>updates/fetching.py {0}: host, {1}: response.status</extracomment>
            <translation>{0} के पास संस्करणों की सूची नहीं है (स्थिति {1})।</translation>
        </message>
        <message>
            <source>The list of releases is larger than it may be.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>संस्करणों की सूची अनुमति से बड़ी है।</translation>
        </message>
        <message>
            <source>{0} broke off before the list of releases was whole.</source>
            <extracomment>updates/fetching.py {0}: host</extracomment>
            <translation>{0} ने संस्करणों की सूची पूरी होने से पहले ही कनेक्शन तोड़ दिया।</translation>
        </message>
        <message>
            <source>it takes too long</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>इसमें बहुत समय लग रहा है</translation>
        </message>
        <message>
            <source>The list of releases cannot be used: {0}.</source>
            <extracomment>updates/checker.py {0}: error</extracomment>
            <translation>संस्करणों की सूची का उपयोग नहीं किया जा सकता: {0}।</translation>
        </message>
        <message>
            <source>What came is no list of releases that this version can read.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>जो मिला वह संस्करणों की ऐसी सूची नहीं है जिसे यह संस्करण पढ़ सके।</translation>
        </message>
        <message>
            <source>The list of releases is not signed by the makers of Skynet Desktop, so it was ignored.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>संस्करणों की सूची पर Skynet Desktop के निर्माताओं के हस्ताक्षर नहीं हैं, इसलिए इसे अनदेखा किया गया।</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>अनुमति नहीं मिली</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>इस काम की अनुमति नहीं है</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>ऐसी कोई फ़ाइल या फ़ोल्डर नहीं है</translation>
        </message>
        <message>
            <source>File exists</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>फ़ाइल पहले से मौजूद है</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>यह फ़ोल्डर नहीं है</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>यह एक फ़ोल्डर है</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>फ़ाइल सिस्टम केवल पढ़ने के लिए है</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>डिवाइस पर खाली जगह नहीं बची</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>डिस्क का कोटा पूरा हो गया</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>डिवाइस या संसाधन व्यस्त है</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>इनपुट/आउटपुट त्रुटि</translation>
        </message>
        <message>
            <source>File name too long</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>फ़ाइल का नाम बहुत लंबा है</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>कनेक्शन ठुकरा दिया गया</translation>
        </message>
        <message>
            <source>Connection reset by peer</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>दूसरे छोर ने कनेक्शन काट दिया</translation>
        </message>
        <message>
            <source>Network is unreachable</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>नेटवर्क तक पहुँचा नहीं जा सकता</translation>
        </message>
        <message>
            <source>No route to host</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>होस्ट तक कोई रास्ता नहीं है</translation>
        </message>
        <message>
            <source>Connection timed out</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>कनेक्शन का समय समाप्त हो गया</translation>
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
            <translation>यह ज़रूरी है।</translation>
        </message>
        <message>
            <source>A whole number is needed.</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>पूर्ण संख्या चाहिए।</translation>
        </message>
    </context>
    <context>
        <name>mappings</name>
        <message>
            <source>Everything is there already. Nothing has to be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>सब कुछ पहले से वहाँ है। कुछ भेजने की ज़रूरत नहीं।</translation>
        </message>
        <message>
            <source>The folder is empty. What comes into it will be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>फ़ोल्डर खाली है। इसमें जो आएगा, वह भेजा जाएगा।</translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) will be sent</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n फ़ाइल भेजी जाएगी</numerusform>
                <numerusform>%n फ़ाइलें भेजी जाएँगी</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>%n पहले से वहाँ</numerusform>
                <numerusform>%n पहले से वहाँ</numerusform>
            </translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>लगभग {0}</translation>
        </message>
        <message>
            <source>In the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>फ़ोल्डर में</translation>
        </message>
        <message>
            <source>Already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>पहले से वहाँ</translation>
        </message>
        <message>
            <source>not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>अभी पता नहीं</translation>
        </message>
        <message>
            <source>Left out</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>शामिल नहीं</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>पढ़ने लायक नहीं</translation>
        </message>
        <message>
            <source>Names the service cannot take</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>नाम जो सेवा नहीं ले सकती</translation>
        </message>
        <message>
            <source>Links and devices, never mirrored</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>लिंक और डिवाइस, कभी मिरर नहीं होते</translation>
        </message>
        <message>
            <source>Skynet's own files</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Skynet की अपनी फ़ाइलें</translation>
        </message>
        <message>
            <source>Left out: {0}, {1}. Mirrored: {2}, {3}.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>शामिल नहीं: {0}, {1}। मिरर होंगी: {2}, {3}।</translation>
        </message>
        <message numerus="yes">
            <source>and %n other pattern(s)</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>
                <numerusform>और %n दूसरा पैटर्न</numerusform>
                <numerusform>और %n दूसरे पैटर्न</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in this folder is left out.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>इस फ़ोल्डर में सब कुछ शामिल है।</translation>
        </message>
    </context>
    <context>
        <name>question</name>
        <message>
            <source>Remove them there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>उन्हें वहाँ भी हटाएँ</translation>
        </message>
        <message>
            <source>Use this folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>इस फ़ोल्डर का उपयोग करें</translation>
        </message>
        <message>
            <source>This folder is mirrored from now on, in place of the one before. What is not in it is asked about before it is removed anywhere.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>अब से पहले वाले की जगह यह फ़ोल्डर मिरर होगा। जो इसमें नहीं है, उसे कहीं से हटाने से पहले पूछा जाएगा।</translation>
        </message>
        <message>
            <source>Not yet</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>अभी नहीं</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the folder from before is back. Plug in its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>पहले वाला फ़ोल्डर वापस आने तक न कुछ भेजा जाएगा, न हटाया जाएगा। जैसे, उसकी डिस्क लगाएँ।</translation>
        </message>
        <message>
            <source>Send them all again</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>सभी फिर से भेजें</translation>
        </message>
        <message>
            <source>What is at the destination now is right: it becomes the mirror, and what is missing there is sent.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>गंतव्य पर अभी जो है, वह सही है: वही मिरर बनेगा, और जो वहाँ नहीं है वह भेजा जाएगा।</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the destination from before is back. Connect its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>पहले वाला गंतव्य वापस आने तक न कुछ भेजा जाएगा, न हटाया जाएगा। जैसे, उसकी डिस्क जोड़ें।</translation>
        </message>
        <message numerus="yes">
            <source>Remove %Ln file(s) there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल वहाँ भी हटाएँ</numerusform>
                <numerusform>%Ln फ़ाइलें वहाँ भी हटाएँ</numerusform>
            </translation>
        </message>
        <message>
            <source>They are removed at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>वे गंतव्य पर हटा दी जाएँगी। {0}</translation>
        </message>
        <message>
            <source>They are removed at the destination, and nobody can bring them back.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>वे गंतव्य पर हटा दी जाएँगी, और उन्हें कोई वापस नहीं ला सकेगा।</translation>
        </message>
        <message>
            <source>Keep them there</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>उन्हें वहाँ रखें</translation>
        </message>
        <message>
            <source>They stay at the destination, and are not asked about again. Restore… can bring them back to this computer.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>वे गंतव्य पर रहेंगी, और उनके बारे में फिर नहीं पूछा जाएगा। “वापस लाएँ…” उन्हें इस कंप्यूटर पर वापस ला सकता है।</translation>
        </message>
        <message>
            <source>Gone from the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>फ़ोल्डर से ग़ायब</translation>
        </message>
        <message>
            <source>Send the changed files</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>बदली गई फ़ाइलें भेजें</translation>
        </message>
        <message numerus="yes">
            <source>Send %Ln changed file(s)</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>%Ln बदली गई फ़ाइल भेजें</numerusform>
                <numerusform>%Ln बदली गई फ़ाइलें भेजें</numerusform>
            </translation>
        </message>
        <message>
            <source>They replace what is at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>वे गंतव्य पर मौजूद फ़ाइलों की जगह ले लेंगी। {0}</translation>
        </message>
        <message>
            <source>They replace what is at the destination, and nobody can bring back what was in them.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>वे गंतव्य पर मौजूद फ़ाइलों की जगह ले लेंगी, और उनमें जो था, उसे कोई वापस नहीं ला सकेगा।</translation>
        </message>
        <message>
            <source>Wait, I want to look first</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>रुकें, पहले मुझे देखना है</translation>
        </message>
        <message>
            <source>Nothing is sent until you come back and decide. If you did not change these files yourself, a virus may have: what is at the destination is still as it was.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>जब तक आप वापस आकर तय नहीं करते, कुछ नहीं भेजा जाएगा। अगर ये फ़ाइलें आपने खुद नहीं बदलीं, तो हो सकता है किसी वायरस ने बदली हों: गंतव्य पर जो है, वह अब भी वैसा ही है।</translation>
        </message>
        <message>
            <source>Changed in the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>फ़ोल्डर में बदली गईं</translation>
        </message>
        <message>
            <source>Restore… can bring them back at any time.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>“वापस लाएँ…” उन्हें कभी भी वापस ला सकता है।</translation>
        </message>
        <message numerus="yes">
            <source>Restore… can bring them back for %n day(s).</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>“वापस लाएँ…” उन्हें %n दिन तक वापस ला सकता है।</numerusform>
                <numerusform>“वापस लाएँ…” उन्हें %n दिनों तक वापस ला सकता है।</numerusform>
            </translation>
        </message>
        <message>
            <source>Look and decide…</source>
            <extracomment>desktop/window/question.py</extracomment>
            <translation>देखें और तय करें…</translation>
        </message>
        <message>
            <source>Yes</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>हाँ</translation>
        </message>
        <message>
            <source>No</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>नहीं</translation>
        </message>
    </context>
    <context>
        <name>restore</name>
        <message>
            <source>until {0}</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>{0} तक</translation>
        </message>
        <message numerus="yes">
            <source>%Ln version(s)</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>
                <numerusform>%Ln संस्करण</numerusform>
                <numerusform>%Ln संस्करण</numerusform>
            </translation>
        </message>
        <message>
            <source>As it is there now</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>जैसी अभी वहाँ है</translation>
        </message>
        <message>
            <source>Until {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>{0} तक</translation>
        </message>
        <message>
            <source>written {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>लिखी गई: {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल वापस आ गई</numerusform>
                <numerusform>%Ln फ़ाइलें वापस आ गईं</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>सब कुछ पहले से वहाँ था</translation>
        </message>
        <message>
            <source>Nothing came back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>कुछ भी वापस नहीं आया</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>इसे रोका गया।</translation>
        </message>
        <message>
            <source>Begin again for the rest: what is here is not fetched anew.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>बाकी के लिए फिर शुरू करें: जो यहाँ है, वह दोबारा नहीं लाया जाएगा।</translation>
        </message>
        <message>
            <source>{0} did not come back; the first of them are shown.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} वापस नहीं आईं; उनमें से पहली दिखाई गई हैं।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were the same already.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल पहले से वैसी ही थी।</numerusform>
                <numerusform>%Ln फ़ाइलें पहले से वैसी ही थीं।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln other file(s) of the same name were left as they are.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>इसी नाम की %Ln दूसरी फ़ाइल वैसी ही रहने दी गई।</numerusform>
                <numerusform>इसी नाम की %Ln दूसरी फ़ाइलें वैसी ही रहने दी गईं।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) got a new name, beside one that was there.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल को, पहले से मौजूद फ़ाइल के साथ, नया नाम मिला।</numerusform>
                <numerusform>%Ln फ़ाइलों को, पहले से मौजूद फ़ाइलों के साथ, नया नाम मिला।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were replaced; what was there lies beside them.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल बदली गई; जो वहाँ थी, वह उसके साथ ही रखी है।</numerusform>
                <numerusform>%Ln फ़ाइलें बदली गईं; जो वहाँ थीं, वे उनके साथ ही रखी हैं।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are younger than the time you chose, and were left out.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल आपके चुने समय से नई है, और शामिल नहीं की गई।</numerusform>
                <numerusform>%Ln फ़ाइलें आपके चुने समय से नई हैं, और शामिल नहीं की गईं।</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>settings</name>
        <message>
            <source>Language</source>
            <extracomment>setting language: label</extracomment>
            <translation>भाषा</translation>
        </message>
        <message>
            <source>Of all windows and messages.</source>
            <extracomment>setting language: help</extracomment>
            <translation>सभी विंडो और संदेशों की।</translation>
        </message>
        <message>
            <source>Appearance</source>
            <extracomment>setting appearance: label</extracomment>
            <translation>रंग-रूप</translation>
        </message>
        <message>
            <source>Light, dark, or as this computer is set.</source>
            <extracomment>setting appearance: help</extracomment>
            <translation>हल्का, गहरा, या जैसा इस कंप्यूटर पर सेट है।</translation>
        </message>
        <message>
            <source>Secrets are kept in</source>
            <extracomment>setting keyring: label</extracomment>
            <translation>गोपनीय जानकारी कहाँ रखी जाए</translation>
        </message>
        <message>
            <source>Empty for this system's keyring; "session" to ask after each start and keep nothing; or the full name of a keyring backend you trust.</source>
            <extracomment>setting keyring: help</extracomment>
            <translation>इस सिस्टम की कीरिंग के लिए खाली; हर शुरुआत के बाद पूछने और कुछ न रखने के लिए "session"; या ऐसे कीरिंग बैकएंड का पूरा नाम जिस पर आप भरोसा करते हैं।</translation>
        </message>
        <message>
            <source>Look again every (seconds)</source>
            <extracomment>setting poll_seconds: label</extracomment>
            <translation>दोबारा देखने का अंतराल (सेकंड)</translation>
        </message>
        <message>
            <source>How often folders are looked through that this system cannot watch.</source>
            <extracomment>setting poll_seconds: help</extracomment>
            <translation>जिन फ़ोल्डरों पर यह सिस्टम नज़र नहीं रख सकता, उन्हें कितनी बार देखा जाए।</translation>
        </message>
        <message>
            <source>Look for new versions once a day</source>
            <extracomment>setting updates: label</extracomment>
            <translation>दिन में एक बार नए संस्करण खोजें</translation>
        </message>
        <message>
            <source>Reads the list of releases on the web. Nothing about you, this computer or your files is sent, and nothing is ever installed by itself.</source>
            <extracomment>setting updates: help</extracomment>
            <translation>वेब पर संस्करणों की सूची पढ़ता है। आपके, इस कंप्यूटर या आपकी फ़ाइलों के बारे में कुछ भी नहीं भेजा जाता, और कुछ भी कभी अपने आप इंस्टॉल नहीं होता।</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>setting log_level: label</extracomment>
            <translation>लॉग</translation>
        </message>
        <message>
            <source>How much is written to the log.</source>
            <extracomment>setting log_level: help</extracomment>
            <translation>लॉग में कितना लिखा जाए।</translation>
        </message>
        <message>
            <source>Completed</source>
            <extracomment>setting completed: label</extracomment>
            <translation>पूरा हुआ</translation>
        </message>
        <message>
            <source>A burst of changes has arrived.</source>
            <extracomment>setting completed: help</extracomment>
            <translation>बदलावों का एक समूह पहुँच गया है।</translation>
        </message>
        <message>
            <source>Disconnected</source>
            <extracomment>setting disconnected: label</extracomment>
            <translation>डिस्कनेक्ट हुआ</translation>
        </message>
        <message>
            <source>A service cannot be reached.</source>
            <extracomment>setting disconnected: help</extracomment>
            <translation>किसी सेवा तक पहुँचा नहीं जा सकता।</translation>
        </message>
        <message>
            <source>Reconnected</source>
            <extracomment>setting reconnected: label</extracomment>
            <translation>फिर कनेक्ट हुआ</translation>
        </message>
        <message>
            <source>It can be reached again.</source>
            <extracomment>setting reconnected: help</extracomment>
            <translation>उस तक फिर पहुँचा जा सकता है।</translation>
        </message>
        <message>
            <source>Issue</source>
            <extracomment>setting issue: label</extracomment>
            <translation>समस्या</translation>
        </message>
        <message>
            <source>A file could not be mirrored.</source>
            <extracomment>setting issue: help</extracomment>
            <translation>कोई फ़ाइल मिरर नहीं हो सकी।</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>setting action_required: label</extracomment>
            <translation>कार्रवाई ज़रूरी</translation>
        </message>
        <message>
            <source>Only you can decide how to go on.</source>
            <extracomment>setting action_required: help</extracomment>
            <translation>आगे क्या हो, यह सिर्फ़ आप तय कर सकते हैं।</translation>
        </message>
        <message>
            <source>New version</source>
            <extracomment>setting update: label</extracomment>
            <translation>नया संस्करण</translation>
        </message>
        <message>
            <source>There is a newer Skynet Desktop.</source>
            <extracomment>setting update: help</extracomment>
            <translation>Skynet Desktop का नया संस्करण है।</translation>
        </message>
        <message>
            <source>Tell of a lost service after (seconds)</source>
            <extracomment>setting grace_seconds: label</extracomment>
            <translation>सेवा न मिलने पर कितनी देर बाद बताएँ (सेकंड)</translation>
        </message>
        <message>
            <source>Shorter interruptions pass without a word.</source>
            <extracomment>setting grace_seconds: help</extracomment>
            <translation>इससे छोटी रुकावटें बिना बताए निकल जाती हैं।</translation>
        </message>
        <message>
            <source>Transfers at once</source>
            <extracomment>setting transfers: label</extracomment>
            <translation>एक साथ ट्रांसफ़र</translation>
        </message>
        <message>
            <source>How many files of a mapping are on their way together; 0 finds it by itself.</source>
            <extracomment>setting transfers: help</extracomment>
            <translation>एक मैपिंग की कितनी फ़ाइलें एक साथ भेजी जाएँ; 0 हो तो यह अपने आप तय होता है।</translation>
        </message>
        <message>
            <source>Upload limit (MB/s)</source>
            <extracomment>setting limit: label</extracomment>
            <translation>अपलोड सीमा (MB/s)</translation>
        </message>
        <message>
            <source>For all services together; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>सभी सेवाओं के लिए मिलाकर; 0 यानी कोई सीमा नहीं।</translation>
        </message>
        <message>
            <source>Timetable</source>
            <extracomment>setting timetable: label</extracomment>
            <translation>समय-सारणी</translation>
        </message>
        <message>
            <source>Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "mon-fri 08:00-18:00 1.5".</source>
            <extracomment>setting timetable: help</extracomment>
            <translation>अलग-अलग समय पर अलग सीमाएँ, हर लाइन में एक: दिन, घंटे, MB/s (0 यानी कोई सीमा नहीं), जैसे "mon-fri 08:00-18:00 1.5"।</translation>
        </message>
        <message>
            <source>On a metered connection</source>
            <extracomment>setting metered: label</extracomment>
            <translation>मीटर्ड कनेक्शन पर</translation>
        </message>
        <message>
            <source>Such as a phone's: wait for another one, or send all the same.</source>
            <extracomment>setting metered: help</extracomment>
            <translation>जैसे फ़ोन का: दूसरे कनेक्शन की प्रतीक्षा करें, या फिर भी भेजें।</translation>
        </message>
        <message>
            <source>Proxy</source>
            <extracomment>setting proxy: label</extracomment>
            <translation>प्रॉक्सी</translation>
        </message>
        <message>
            <source>Empty for the system's own, none, or an address such as http://proxy:3128 or socks5://proxy:1080.</source>
            <extracomment>setting proxy: help</extracomment>
            <translation>सिस्टम की अपनी प्रॉक्सी के लिए खाली, none, या http://proxy:3128 या socks5://proxy:1080 जैसा पता।</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>setting local: label; option path of local: label</extracomment>
            <translation>फ़ोल्डर</translation>
        </message>
        <message>
            <source>The folder on this computer.</source>
            <extracomment>setting local: help</extracomment>
            <translation>इस कंप्यूटर का फ़ोल्डर।</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>setting service: label</extracomment>
            <translation>सेवा</translation>
        </message>
        <message>
            <source>Where it goes.</source>
            <extracomment>setting service: help</extracomment>
            <translation>यह कहाँ जाता है।</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>setting remote: label</extracomment>
            <translation>वहाँ की जगह</translation>
        </message>
        <message>
            <source>The folder at the service; empty for its top.</source>
            <extracomment>setting remote: help</extracomment>
            <translation>सेवा पर फ़ोल्डर; सबसे ऊपरी स्तर के लिए खाली।</translation>
        </message>
        <message>
            <source>Complete sync</source>
            <extracomment>setting complete_sync: label</extracomment>
            <translation>पूरा सिंक</translation>
        </message>
        <message>
            <source>What is deleted here is deleted there too.</source>
            <extracomment>setting complete_sync: help</extracomment>
            <translation>जो यहाँ मिटाया जाता है, वह वहाँ भी मिटा दिया जाता है।</translation>
        </message>
        <message>
            <source>Leave out</source>
            <extracomment>setting ignore: label</extracomment>
            <translation>शामिल न करें</translation>
        </message>
        <message>
            <source>Patterns as in a .gitignore file, one a line.</source>
            <extracomment>setting ignore: help</extracomment>
            <translation>पैटर्न जैसे .gitignore फ़ाइल में, हर लाइन में एक।</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>setting paused: label</extracomment>
            <translation>रोका गया</translation>
        </message>
        <message>
            <source>Nothing is sent until it is resumed.</source>
            <extracomment>setting paused: help</extracomment>
            <translation>फिर शुरू करने तक कुछ नहीं भेजा जाता।</translation>
        </message>
        <message>
            <source>Paused until</source>
            <extracomment>setting paused_until: label</extracomment>
            <translation>कब तक रोका गया</translation>
        </message>
        <message>
            <source>When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.</source>
            <extracomment>setting paused_until: help</extracomment>
            <translation>रोक अपने आप कब ख़त्म हो, जैसे 2026-11-23T08:00:00+01:00; खाली यानी कभी नहीं।</translation>
        </message>
        <message>
            <source>Send only at</source>
            <extracomment>setting hours: label</extracomment>
            <translation>सिर्फ़ इस समय भेजें</translation>
        </message>
        <message>
            <source>Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.</source>
            <extracomment>setting hours: help</extracomment>
            <translation>दिन और घंटे, हर लाइन में एक, जैसे "mon-fri 22:00-06:00"; कुछ न हो तो हमेशा।</translation>
        </message>
        <message>
            <source>For this mapping alone; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>सिर्फ़ इस मैपिंग के लिए; 0 यानी कोई सीमा नहीं।</translation>
        </message>
        <message>
            <source>Compare every (minutes)</source>
            <extracomment>setting rescan_minutes: label</extracomment>
            <translation>तुलना का अंतराल (मिनट)</translation>
        </message>
        <message>
            <source>How often the whole folder is compared with what the service holds.</source>
            <extracomment>setting rescan_minutes: help</extracomment>
            <translation>पूरे फ़ोल्डर की तुलना सेवा पर मौजूद चीज़ों से कितनी बार हो।</translation>
        </message>
        <message>
            <source>Quiet period (seconds)</source>
            <extracomment>setting quiet_seconds: label</extracomment>
            <translation>शांत अवधि (सेकंड)</translation>
        </message>
        <message>
            <source>How long a file must rest before it is taken, where nobody tells that it was closed.</source>
            <extracomment>setting quiet_seconds: help</extracomment>
            <translation>जहाँ फ़ाइल बंद होने की ख़बर नहीं मिलती, वहाँ उसे लेने से पहले वह कितनी देर बिना बदले रहे।</translation>
        </message>
        <message>
            <source>Ask before deleting more files than</source>
            <extracomment>setting delete_limit_count: label</extracomment>
            <translation>इससे ज़्यादा फ़ाइलें मिटाने से पहले पूछें</translation>
        </message>
        <message>
            <source>More deletions than this in one sweep wait for a yes.</source>
            <extracomment>setting delete_limit_count: help</extracomment>
            <translation>एक तुलना में इससे ज़्यादा फ़ाइलें मिटानी हों, तो आपकी हाँ की प्रतीक्षा होती है।</translation>
        </message>
        <message>
            <source>Ask before deleting a larger share than</source>
            <extracomment>setting delete_limit_share: label</extracomment>
            <translation>इससे बड़ा हिस्सा मिटाने से पहले पूछें</translation>
        </message>
        <message>
            <source>More than this share of all mirrored files in one sweep waits for a yes.</source>
            <extracomment>setting delete_limit_share: help</extracomment>
            <translation>एक तुलना में सभी मिरर की गई फ़ाइलों का इससे बड़ा हिस्सा मिटाना हो, तो आपकी हाँ की प्रतीक्षा होती है।</translation>
        </message>
        <message>
            <source>Ask before replacing a larger share than</source>
            <extracomment>setting change_limit_share: label</extracomment>
            <translation>इससे बड़ा हिस्सा बदलने से पहले पूछें</translation>
        </message>
        <message>
            <source>When more than this share of all mirrored files, untouched for a day, changes at once, the mapping asks first: it may be a virus that encrypts them.</source>
            <extracomment>setting change_limit_share: help</extracomment>
            <translation>जब एक दिन से बिना छुई, मिरर की गई सभी फ़ाइलों का इससे बड़ा हिस्सा एक साथ बदल जाए, तो मैपिंग पहले पूछती है: हो सकता है कोई वायरस उन्हें एन्क्रिप्ट कर रहा हो।</translation>
        </message>
        <message>
            <source>Keep at the destination</source>
            <extracomment>setting keep: label</extracomment>
            <translation>गंतव्य पर रखें</translation>
        </message>
        <message>
            <source>What is removed or replaced there goes to a dated trash folder first, or stays as a version where the service keeps those.</source>
            <extracomment>setting keep: help</extracomment>
            <translation>वहाँ जो हटाया या बदला जाता है, वह पहले तारीख़ वाले ट्रैश फ़ोल्डर में जाता है, या जहाँ सेवा संस्करण रखती है, वहाँ संस्करण के रूप में रहता है।</translation>
        </message>
        <message>
            <source>Keep it for (days)</source>
            <extracomment>setting keep_days: label</extracomment>
            <translation>कब तक रखें (दिन)</translation>
        </message>
        <message>
            <source>How long the trash folder at the destination keeps a file; 0 for ever.</source>
            <extracomment>setting keep_days: help</extracomment>
            <translation>गंतव्य का ट्रैश फ़ोल्डर किसी फ़ाइल को कितने समय तक रखता है; 0 यानी हमेशा के लिए।</translation>
        </message>
        <message>
            <source>Verify every (days)</source>
            <extracomment>setting verify_days: label</extracomment>
            <translation>सत्यापन का अंतराल (दिन)</translation>
        </message>
        <message>
            <source>How often it is proven anew that the destination holds what is here; 0 for never.</source>
            <extracomment>setting verify_days: help</extracomment>
            <translation>कितनी बार नए सिरे से साबित किया जाए कि गंतव्य पर वही है जो यहाँ है; 0 यानी कभी नहीं।</translation>
        </message>
        <message>
            <source>Verify by reading back</source>
            <extracomment>setting verify_deep: label</extracomment>
            <translation>वापस पढ़कर सत्यापित करें</translation>
        </message>
        <message>
            <source>Each content is read back and compared, which costs as much as a download.</source>
            <extracomment>setting verify_deep: help</extracomment>
            <translation>हर सामग्री वापस पढ़कर मिलाई जाती है, जिसका ख़र्च डाउनलोड जितना होता है।</translation>
        </message>
        <message>
            <source>Folder on this computer or a mounted disk</source>
            <extracomment>kind of service: local</extracomment>
            <translation>इस कंप्यूटर या माउंट की गई डिस्क का फ़ोल्डर</translation>
        </message>
        <message>
            <source>The folder to mirror into, for example on another disk or a mounted share.</source>
            <extracomment>option path of local: help</extracomment>
            <translation>जिस फ़ोल्डर में मिरर करना है, जैसे दूसरी डिस्क या माउंट किए गए शेयर पर।</translation>
        </message>
        <message>
            <source>Only while a disk is mounted there</source>
            <extracomment>option mounted of local: label</extracomment>
            <translation>सिर्फ़ तब, जब वहाँ डिस्क माउंट हो</translation>
        </message>
        <message>
            <source>Waits while the folder lies on the system's own disk, as an empty mount point does.</source>
            <extracomment>option mounted of local: help</extracomment>
            <translation>जब तक फ़ोल्डर सिस्टम की अपनी डिस्क पर है, जैसे खाली माउंट पॉइंट पर, तब तक प्रतीक्षा करता है।</translation>
        </message>
        <message>
            <source>Amazon S3 or compatible</source>
            <extracomment>kind of service: s3</extracomment>
            <translation>Amazon S3 या उसके अनुकूल</translation>
        </message>
        <message>
            <source>Bucket</source>
            <extracomment>option bucket of s3: label</extracomment>
            <translation>बकेट</translation>
        </message>
        <message>
            <source>The bucket must exist already.</source>
            <extracomment>option bucket of s3: help</extracomment>
            <translation>बकेट पहले से मौजूद होना चाहिए।</translation>
        </message>
        <message>
            <source>Address</source>
            <extracomment>setting url: label; option endpoint_url of s3: label</extracomment>
            <translation>पता</translation>
        </message>
        <message>
            <source>Tell the monitor</source>
            <extracomment>setting enabled: label</extracomment>
            <translation>मॉनिटर को बताएँ</translation>
        </message>
        <message>
            <source>Off keeps the address and tells nothing.</source>
            <extracomment>setting enabled: help</extracomment>
            <translation>बंद करने पर पता बना रहता है और कुछ नहीं बताया जाता।</translation>
        </message>
        <message>
            <source>Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such as postgresql://laptop@db.example.com/skynet. Empty for no monitor.</source>
            <extracomment>setting url: help</extracomment>
            <translation>Skywatch का, जैसे https://skywatch.example.com; या PostgreSQL डेटाबेस का, जैसे postgresql://laptop@db.example.com/skynet। कोई मॉनिटर नहीं तो खाली।</translation>
        </message>
        <message>
            <source>Name of this machine</source>
            <extracomment>setting machine_name: label</extracomment>
            <translation>इस मशीन का नाम</translation>
        </message>
        <message>
            <source>As the monitor shows it; empty for this computer's own name.</source>
            <extracomment>setting machine_name: help</extracomment>
            <translation>जैसा मॉनिटर दिखाता है; इस कंप्यूटर के अपने नाम के लिए खाली।</translation>
        </message>
        <message>
            <source>Hide names of files and folders</source>
            <extracomment>setting hide_paths: label</extracomment>
            <translation>फ़ाइलों और फ़ोल्डरों के नाम छिपाएँ</translation>
        </message>
        <message>
            <source>The monitor then sees numbers, sizes, states and general reasons, but no names. What it was told before, its history keeps.</source>
            <extracomment>setting hide_paths: help</extracomment>
            <translation>तब मॉनिटर संख्याएँ, आकार, स्थितियाँ और सामान्य कारण देखता है, पर कोई नाम नहीं। जो उसे पहले बताया गया, वह उसके इतिहास में रहता है।</translation>
        </message>
        <message>
            <source>Such as https://s3.example.com. Empty for Amazon itself.</source>
            <extracomment>option endpoint_url of s3: help</extracomment>
            <translation>https://s3.example.com जैसा। Amazon के लिए खाली।</translation>
        </message>
        <message>
            <source>Region</source>
            <extracomment>option region of s3: label; preset aws, question region: label</extracomment>
            <translation>रीजन</translation>
        </message>
        <message>
            <source>Such as eu-central-1.</source>
            <extracomment>option region of s3: help</extracomment>
            <translation>eu-central-1 जैसा।</translation>
        </message>
        <message>
            <source>Addressing style</source>
            <extracomment>option addressing_style of s3: label</extracomment>
            <translation>पते की शैली</translation>
        </message>
        <message>
            <source>Where the bucket's name stands in the address: in its path, or in front of the host's name (virtual). Auto: path wherever an address is given.</source>
            <extracomment>option addressing_style of s3: help</extracomment>
            <translation>बकेट का नाम पते में कहाँ आता है: पथ में, या होस्ट के नाम के आगे (virtual)। Auto: जहाँ पता दिया गया हो वहाँ पथ में।</translation>
        </message>
        <message>
            <source>Folder in the bucket</source>
            <extracomment>option prefix of s3: label</extracomment>
            <translation>बकेट में फ़ोल्डर</translation>
        </message>
        <message>
            <source>Everything stays below it.</source>
            <extracomment>option prefix of s3: help</extracomment>
            <translation>सब कुछ इसके अंदर रहता है।</translation>
        </message>
        <message>
            <source>Sign in with</source>
            <extracomment>option auth of s3: label; option auth of sftp: label</extracomment>
            <translation>इससे साइन इन करें</translation>
        </message>
        <message>
            <source>Keys given here, or this computer's own AWS settings (environment).</source>
            <extracomment>option auth of s3: help</extracomment>
            <translation>यहाँ दी गई कुंजियाँ, या इस कंप्यूटर की अपनी AWS सेटिंग (environment)।</translation>
        </message>
        <message>
            <source>Access key ID</source>
            <extracomment>option access_key_id of s3: label</extracomment>
            <translation>एक्सेस कुंजी ID</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <extracomment>option secret_access_key of s3: label</extracomment>
            <translation>सीक्रेट एक्सेस कुंजी</translation>
        </message>
        <message>
            <source>Storage class</source>
            <extracomment>option storage_class of s3: label</extracomment>
            <translation>स्टोरेज क्लास</translation>
        </message>
        <message>
            <source>Such as STANDARD_IA.</source>
            <extracomment>option storage_class of s3: help</extracomment>
            <translation>STANDARD_IA जैसी।</translation>
        </message>
        <message>
            <source>Encryption at the server</source>
            <extracomment>option sse of s3: label</extracomment>
            <translation>सर्वर पर एन्क्रिप्शन</translation>
        </message>
        <message>
            <source>None: whatever the bucket's own default is.</source>
            <extracomment>option sse of s3: help</extracomment>
            <translation>कोई नहीं: बकेट का जो भी अपना डिफ़ॉल्ट हो।</translation>
        </message>
        <message>
            <source>SFTP server</source>
            <extracomment>kind of service: sftp</extracomment>
            <translation>SFTP सर्वर</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>option host of sftp: label</extracomment>
            <translation>सर्वर</translation>
        </message>
        <message>
            <source>Name or address of the SSH server.</source>
            <extracomment>option host of sftp: help</extracomment>
            <translation>SSH सर्वर का नाम या पता।</translation>
        </message>
        <message>
            <source>Port</source>
            <extracomment>option port of sftp: label</extracomment>
            <translation>पोर्ट</translation>
        </message>
        <message>
            <source>User</source>
            <extracomment>option username of sftp: label</extracomment>
            <translation>उपयोगकर्ता</translation>
        </message>
        <message>
            <source>Left empty: the name you are logged in with here.</source>
            <extracomment>option username of sftp: help</extracomment>
            <translation>खाली छोड़ने पर: वह नाम जिससे आपने यहाँ लॉग इन किया है।</translation>
        </message>
        <message>
            <source>auto tries what there is: key file, SSH agent, your usual keys, password. environment uses agent and key file and no stored secret.</source>
            <extracomment>option auth of sftp: help</extracomment>
            <translation>auto जो उपलब्ध हो उसे आज़माता है: कुंजी फ़ाइल, SSH एजेंट, आपकी आम कुंजियाँ, पासवर्ड। environment एजेंट और कुंजी फ़ाइल का उपयोग करता है और कोई सहेजी हुई गोपनीय जानकारी नहीं।</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>option key_file of sftp: label</extracomment>
            <translation>कुंजी फ़ाइल</translation>
        </message>
        <message>
            <source>A private key; left empty: your usual keys.</source>
            <extracomment>option key_file of sftp: help</extracomment>
            <translation>एक निजी कुंजी; खाली छोड़ने पर: आपकी आम कुंजियाँ।</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>option password of sftp: label</extracomment>
            <translation>पासवर्ड</translation>
        </message>
        <message>
            <source>Passphrase of the key</source>
            <extracomment>option passphrase of sftp: label</extracomment>
            <translation>कुंजी का पासफ़्रेज़</translation>
        </message>
        <message>
            <source>Known hosts file</source>
            <extracomment>option known_hosts of sftp: label</extracomment>
            <translation>जाने-पहचाने होस्ट की फ़ाइल</translation>
        </message>
        <message>
            <source>Left empty: ~/.ssh/known_hosts and the system's.</source>
            <extracomment>option known_hosts of sftp: help</extracomment>
            <translation>खाली छोड़ने पर: ~/.ssh/known_hosts और सिस्टम की फ़ाइल।</translation>
        </message>
        <message>
            <source>Host key</source>
            <extracomment>option host_key of sftp: label</extracomment>
            <translation>होस्ट कुंजी</translation>
        </message>
        <message>
            <source>The server's key if you decided to trust it: its fingerprint (SHA256:...) or the public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.</source>
            <extracomment>option host_key of sftp: help</extracomment>
            <translation>सर्वर की कुंजी, अगर आपने उस पर भरोसा करना तय किया है: उसका फ़िंगरप्रिंट (SHA256:...) या खुद सार्वजनिक कुंजी (ssh-ed25519 AAAA...)। यह जाने-पहचाने होस्ट की फ़ाइल से पहले मानी जाती है।</translation>
        </message>
        <message>
            <source>Amazon S3</source>
            <extracomment>preset aws: title</extracomment>
            <translation>Amazon S3</translation>
        </message>
        <message>
            <source>In the AWS console under IAM &gt; Users &gt; your user &gt; Security credentials.</source>
            <extracomment>preset aws: where to find what is asked for</extracomment>
            <translation>AWS कंसोल में IAM &gt; Users &gt; आपका उपयोगकर्ता &gt; Security credentials में।</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the S3 console.</source>
            <extracomment>preset aws, question region: help</extracomment>
            <translation>वही जो S3 कंसोल में बकेट के बगल में दिखता है।</translation>
        </message>
        <message>
            <source>US East (N. Virginia)</source>
            <extracomment>preset aws: name of region us-east-1</extracomment>
            <translation>US East (N. Virginia)</translation>
        </message>
        <message>
            <source>US East (Ohio)</source>
            <extracomment>preset aws: name of region us-east-2</extracomment>
            <translation>US East (Ohio)</translation>
        </message>
        <message>
            <source>US West (N. California)</source>
            <extracomment>preset aws: name of region us-west-1</extracomment>
            <translation>US West (N. California)</translation>
        </message>
        <message>
            <source>US West (Oregon)</source>
            <extracomment>preset aws: name of region us-west-2</extracomment>
            <translation>US West (Oregon)</translation>
        </message>
        <message>
            <source>Canada (Central)</source>
            <extracomment>preset aws: name of region ca-central-1</extracomment>
            <translation>Canada (Central)</translation>
        </message>
        <message>
            <source>Europe (Frankfurt)</source>
            <extracomment>preset aws: name of region eu-central-1</extracomment>
            <translation>Europe (Frankfurt)</translation>
        </message>
        <message>
            <source>Europe (Ireland)</source>
            <extracomment>preset aws: name of region eu-west-1</extracomment>
            <translation>Europe (Ireland)</translation>
        </message>
        <message>
            <source>Europe (London)</source>
            <extracomment>preset aws: name of region eu-west-2</extracomment>
            <translation>Europe (London)</translation>
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
            <translation>Asia Pacific (Mumbai)</translation>
        </message>
        <message>
            <source>Asia Pacific (Singapore)</source>
            <extracomment>preset aws: name of region ap-southeast-1</extracomment>
            <translation>Asia Pacific (Singapore)</translation>
        </message>
        <message>
            <source>Asia Pacific (Sydney)</source>
            <extracomment>preset aws: name of region ap-southeast-2</extracomment>
            <translation>Asia Pacific (Sydney)</translation>
        </message>
        <message>
            <source>Asia Pacific (Tokyo)</source>
            <extracomment>preset aws: name of region ap-northeast-1</extracomment>
            <translation>Asia Pacific (Tokyo)</translation>
        </message>
        <message>
            <source>Asia Pacific (Seoul)</source>
            <extracomment>preset aws: name of region ap-northeast-2</extracomment>
            <translation>Asia Pacific (Seoul)</translation>
        </message>
        <message>
            <source>South America (São Paulo)</source>
            <extracomment>preset aws: name of region sa-east-1</extracomment>
            <translation>South America (São Paulo)</translation>
        </message>
        <message>
            <source>Own S3 server (MinIO, SeaweedFS, Ceph ...)</source>
            <extracomment>preset s3-own: title</extracomment>
            <translation>अपना S3 सर्वर (MinIO, SeaweedFS, Ceph ...)</translation>
        </message>
        <message>
            <source>Whoever runs the server gives you its address, a bucket and a key.</source>
            <extracomment>preset s3-own: where to find what is asked for</extracomment>
            <translation>सर्वर चलाने वाला आपको उसका पता, एक बकेट और एक कुंजी देता है।</translation>
        </message>
        <message>
            <source>Cloudflare R2</source>
            <extracomment>preset r2: title</extracomment>
            <translation>Cloudflare R2</translation>
        </message>
        <message>
            <source>In the Cloudflare dashboard under R2 &gt; Manage API tokens: make one that may read and write objects.</source>
            <extracomment>preset r2: where to find what is asked for</extracomment>
            <translation>Cloudflare डैशबोर्ड में R2 &gt; Manage API tokens में: ऐसा टोकन बनाएँ जो ऑब्जेक्ट पढ़ और लिख सके।</translation>
        </message>
        <message>
            <source>Account ID</source>
            <extracomment>preset r2, question account: label</extracomment>
            <translation>खाता ID</translation>
        </message>
        <message>
            <source>32 digits and letters, shown on the R2 page of the Cloudflare dashboard.</source>
            <extracomment>preset r2, question account: help</extracomment>
            <translation>32 अंक और अक्षर, जो Cloudflare डैशबोर्ड के R2 पेज पर दिखते हैं।</translation>
        </message>
        <message>
            <source>Jurisdiction</source>
            <extracomment>preset r2, question place: label</extracomment>
            <translation>अधिकार क्षेत्र</translation>
        </message>
        <message>
            <source>Chosen when the bucket was made.</source>
            <extracomment>preset r2, question place: help</extracomment>
            <translation>बकेट बनाते समय चुना गया।</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>preset r2: name of place</extracomment>
            <translation>अपने आप</translation>
        </message>
        <message>
            <source>European Union</source>
            <extracomment>preset r2: name of place .eu</extracomment>
            <translation>यूरोपीय संघ</translation>
        </message>
        <message>
            <source>United States</source>
            <extracomment>preset r2: name of place .us</extracomment>
            <translation>संयुक्त राज्य अमेरिका</translation>
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
            <translation>Backblaze के Application Keys पेज पर: बकेट के लिए एक कुंजी जोड़ें (मास्टर कुंजी काम नहीं करती); उसकी keyID एक्सेस कुंजी ID है, उसकी applicationKey सीक्रेट कुंजी।</translation>
        </message>
        <message>
            <source>The part of the bucket's Endpoint between s3. and .backblazeb2.com, such as us-west-004.</source>
            <extracomment>preset b2, question region: help</extracomment>
            <translation>बकेट के Endpoint का s3. और .backblazeb2.com के बीच का भाग, us-west-004 जैसा।</translation>
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
            <translation>Wasabi कंसोल में Access Keys में।</translation>
        </message>
        <message>
            <source>US East 1 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-1</extracomment>
            <translation>US East 1 (N. Virginia)</translation>
        </message>
        <message>
            <source>US East 2 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-2</extracomment>
            <translation>US East 2 (N. Virginia)</translation>
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
            <translation>AP Southeast 1 (Singapore)</translation>
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
            <translation>DigitalOcean कंट्रोल पैनल में Spaces Object Storage &gt; Access Keys में; बकेट वही है जो Space का नाम है।</translation>
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
            <translation>Singapore 1</translation>
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
            <translation>Hetzner कंसोल में आपके प्रोजेक्ट के Security &gt; S3 credentials में।</translation>
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
            <translation>IDrive e2 डैशबोर्ड में Access Keys में।</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the e2 dashboard.</source>
            <extracomment>preset idrive, question region: help</extracomment>
            <translation>वही जो e2 डैशबोर्ड में बकेट के बगल में दिखता है।</translation>
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
            <translation>Ireland</translation>
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
            <translation>पासवर्ड के साथ SFTP (NAS, वेब स्पेस ...)</translation>
        </message>
        <message>
            <source>The same as for signing in to the server; some servers allow SFTP only once it was switched on.</source>
            <extracomment>preset sftp-password: where to find what is asked for</extracomment>
            <translation>वही जिससे आप सर्वर पर साइन इन करते हैं; कुछ सर्वर SFTP की अनुमति तभी देते हैं जब उसे चालू किया गया हो।</translation>
        </message>
        <message>
            <source>SFTP with a key file</source>
            <extracomment>preset sftp-key: title</extracomment>
            <translation>कुंजी फ़ाइल के साथ SFTP</translation>
        </message>
        <message>
            <source>The private key whose public half is in the server's authorized_keys, often in the folder .ssh of your home.</source>
            <extracomment>preset sftp-key: where to find what is asked for</extracomment>
            <translation>वह निजी कुंजी जिसका सार्वजनिक हिस्सा सर्वर की authorized_keys में है, अक्सर आपके होम के .ssh फ़ोल्डर में।</translation>
        </message>
        <message>
            <source>SFTP with the SSH agent</source>
            <extracomment>preset sftp-agent: title</extracomment>
            <translation>SSH एजेंट के साथ SFTP</translation>
        </message>
        <message>
            <source>Your SSH agent holds the key already; nothing secret is kept by us.</source>
            <extracomment>preset sftp-agent: where to find what is asked for</extracomment>
            <translation>कुंजी पहले से आपके SSH एजेंट के पास है; हम कोई गोपनीय जानकारी नहीं रखते।</translation>
        </message>
        <message>
            <source>Folder on another disk or a mounted share</source>
            <extracomment>preset local: title</extracomment>
            <translation>दूसरी डिस्क या माउंट किए गए शेयर का फ़ोल्डर</translation>
        </message>
        <message>
            <source>No account is needed.</source>
            <extracomment>preset local: where to find what is asked for</extracomment>
            <translation>किसी खाते की ज़रूरत नहीं।</translation>
        </message>
        <message>
            <source>Temporary files</source>
            <extracomment>ignore patterns temporary: label</extracomment>
            <translation>अस्थायी फ़ाइलें</translation>
        </message>
        <message>
            <source>What programs write while they work and remove when they are done.</source>
            <extracomment>ignore patterns temporary: help</extracomment>
            <translation>जो प्रोग्राम काम करते समय लिखते हैं और काम पूरा होने पर हटा देते हैं।</translation>
        </message>
        <message>
            <source>System files</source>
            <extracomment>ignore patterns system: label</extracomment>
            <translation>सिस्टम फ़ाइलें</translation>
        </message>
        <message>
            <source>Thumbnails, folder views and waste bins that the system makes by itself.</source>
            <extracomment>ignore patterns system: help</extracomment>
            <translation>थंबनेल, फ़ोल्डर व्यू और रीसायकल बिन, जो सिस्टम खुद बनाता है।</translation>
        </message>
        <message>
            <source>Backups and swap files of editors</source>
            <extracomment>ignore patterns editors: label</extracomment>
            <translation>एडिटर के बैकअप और स्वैप फ़ाइलें</translation>
        </message>
        <message>
            <source>Copies that text editors keep beside the file that is open.</source>
            <extracomment>ignore patterns editors: help</extracomment>
            <translation>वे कॉपी जो टेक्स्ट एडिटर खुली फ़ाइल के साथ रखते हैं।</translation>
        </message>
        <message>
            <source>Developers' caches</source>
            <extracomment>ignore patterns developers: label</extracomment>
            <translation>डेवलपर के कैश</translation>
        </message>
        <message>
            <source>Installed packages and built files that a command makes anew.</source>
            <extracomment>ignore patterns developers: help</extracomment>
            <translation>इंस्टॉल किए गए पैकेज और बिल्ड की गई फ़ाइलें, जो कोई कमांड दोबारा बना देती है।</translation>
        </message>
        <message>
            <source>Unfinished downloads</source>
            <extracomment>ignore patterns downloads: label</extracomment>
            <translation>अधूरे डाउनलोड</translation>
        </message>
        <message>
            <source>What browsers and other programs have fetched only in part.</source>
            <extracomment>ignore patterns downloads: help</extracomment>
            <translation>जो ब्राउज़र और दूसरे प्रोग्रामों ने अभी आधा ही डाउनलोड किया है।</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>Find the server</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>सर्वर खोजना</translation>
        </message>
        <message>
            <source>Reach its port</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>उसके पोर्ट तक पहुँचना</translation>
        </message>
        <message>
            <source>Check that it is the right one</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>जाँचना कि सर्वर सही है</translation>
        </message>
        <message>
            <source>Look for the folder</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>फ़ोल्डर देखना</translation>
        </message>
        <message>
            <source>Sign in</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>साइन इन करना</translation>
        </message>
        <message>
            <source>List what is there</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>वहाँ की सूची देखना</translation>
        </message>
        <message>
            <source>Write a test file</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>टेस्ट फ़ाइल लिखना</translation>
        </message>
        <message>
            <source>Read it back</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>उसे वापस पढ़ना</translation>
        </message>
        <message>
            <source>Delete it again</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>उसे फिर मिटाना</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message numerus="yes">
            <source>%Ln file(s) are on {0}</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल {0} पर पहुँच गई</numerusform>
                <numerusform>%Ln फ़ाइलें {0} पर पहुँच गईं</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} cannot be reached</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} तक पहुँचा नहीं जा सकता</translation>
        </message>
        <message>
            <source>Changes are noted and sent as soon as it is back.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>बदलाव नोट किए जाते हैं और सेवा लौटते ही भेजे जाते हैं।</translation>
        </message>
        <message>
            <source>{0} is back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} फिर उपलब्ध है</translation>
        </message>
        <message>
            <source>Going on.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>काम जारी है।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल मिरर नहीं हो सकी</numerusform>
                <numerusform>%Ln फ़ाइलें मिरर नहीं हो सकीं</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल वापस आ गई</numerusform>
                <numerusform>%Ln फ़ाइलें वापस आ गईं</numerusform>
            </translation>
        </message>
        <message>
            <source>Not everything came back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>सब कुछ वापस नहीं आया</translation>
        </message>
        <message>
            <source>{0}: see what can be done.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0}: देखें कि क्या किया जा सकता है।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) differ at the destination</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>गंतव्य पर %Ln फ़ाइल अलग है</numerusform>
                <numerusform>गंतव्य पर %Ln फ़ाइलें अलग हैं</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} needs you</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} को आपकी ज़रूरत है</translation>
        </message>
    </context>
    <context>
        <name>updates</name>
        <message>
            <source>The version you have was withdrawn</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>आपका संस्करण वापस ले लिया गया</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} is available</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet Desktop {0} उपलब्ध है</translation>
        </message>
        <message>
            <source>It puts a serious fault right. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>यह एक गंभीर त्रुटि ठीक करता है। कृपया प्रतीक्षा न करें।</translation>
        </message>
        <message>
            <source>A serious fault was found in {0}. The page of downloads tells what to do.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>{0} में एक गंभीर त्रुटि मिली। डाउनलोड का पृष्ठ बताता है कि क्या करना है।</translation>
        </message>
        <message>
            <source>The version you have, {0}, was withdrawn for a serious fault. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>आपका संस्करण {0} एक गंभीर त्रुटि के कारण वापस ले लिया गया। कृपया प्रतीक्षा न करें।</translation>
        </message>
        <message>
            <source>Click to see what is new. You have {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>नया क्या है, यह देखने के लिए क्लिक करें। आपके पास {0} है।</translation>
        </message>
        <message>
            <source>This version was withdrawn…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>यह संस्करण वापस ले लिया गया…</translation>
        </message>
        <message>
            <source>Update soon: version {0}…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>जल्दी अपडेट करें: संस्करण {0}…</translation>
        </message>
        <message>
            <source>Version {0} is available…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>संस्करण {0} उपलब्ध है…</translation>
        </message>
        <message>
            <source>Nobody has looked for a newer version yet.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>अभी तक कोई नया संस्करण नहीं खोजा गया है।</translation>
        </message>
        <message>
            <source>Skynet looks only when you ask.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet केवल आपके कहने पर देखता है।</translation>
        </message>
        <message>
            <source>You have the newest version.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>आपके पास सबसे नया संस्करण है।</translation>
        </message>
        <message>
            <source>The version you have was withdrawn.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>आपका संस्करण वापस ले लिया गया।</translation>
        </message>
        <message>
            <source>Version {0} is available; you chose to skip it.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>संस्करण {0} उपलब्ध है; आपने इसे छोड़ने का चुनाव किया।</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>संस्करण {0} उपलब्ध है।</translation>
        </message>
        <message>
            <source>Looked {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>देखा गया: {0}।</translation>
        </message>
    </context>
    <context>
        <name>verify</name>
        <message numerus="yes">
            <source>%Ln difference(s), all being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln अंतर, ठीक किया जा रहा है</numerusform>
                <numerusform>%Ln अंतर, सभी ठीक किए जा रहे हैं</numerusform>
            </translation>
        </message>
        <message>
            <source>{0}, {1} of them being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, उनमें से {1} ठीक किए जा रहे हैं</translation>
        </message>
        <message>
            <source>It did not come to its end</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>यह अंत तक नहीं पहुँचा</translation>
        </message>
        <message>
            <source>There was nothing to compare</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>तुलना के लिए कुछ नहीं था</translation>
        </message>
        <message numerus="yes">
            <source>All %Ln file(s) are right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल सही है</numerusform>
                <numerusform>सभी %Ln फ़ाइलें सही हैं</numerusform>
            </translation>
        </message>
        <message>
            <source>Verified {0} · {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0} सत्यापित · {1}</translation>
        </message>
        <message>
            <source>Verifying: {0} of {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>सत्यापन जारी: {1} में से {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln difference(s)</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln अंतर</numerusform>
                <numerusform>%Ln अंतर</numerusform>
            </translation>
        </message>
        <message>
            <source>Every content is read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>हर सामग्री वापस पढ़कर मिलाई जा रही है।</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps are compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>आकार, समय और सेवा के रखे चेकसम की तुलना की जा रही है।</translation>
        </message>
        <message>
            <source>Every content was read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>हर सामग्री वापस पढ़कर मिलाई गई।</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps were compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>आकार, समय और सेवा के रखे चेकसम की तुलना की गई।</translation>
        </message>
        <message>
            <source>{0}, {1} · took {2} · {3}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}, {1} · समय: {2} · {3}</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>इसे रोका गया।</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) wait to be sent and were not compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल भेजे जाने की प्रतीक्षा में है और उसकी तुलना नहीं हुई।</numerusform>
                <numerusform>%Ln फ़ाइलें भेजे जाने की प्रतीक्षा में हैं और उनकी तुलना नहीं हुई।</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) there did not come from this folder. They are never touched.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>वहाँ %Ln फ़ाइल इस फ़ोल्डर से नहीं आई। उसे कभी छुआ नहीं जाता।</numerusform>
                <numerusform>वहाँ %Ln फ़ाइलें इस फ़ोल्डर से नहीं आईं। उन्हें कभी छुआ नहीं जाता।</numerusform>
            </translation>
        </message>
        <message>
            <source>Missing there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>वहाँ नहीं है</translation>
        </message>
        <message>
            <source>Other size</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>आकार अलग</translation>
        </message>
        <message>
            <source>Other time</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>समय अलग</translation>
        </message>
        <message>
            <source>Other content</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>सामग्री अलग</translation>
        </message>
        <message>
            <source>Too much there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>वहाँ फ़ालतू है</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>पढ़ने लायक नहीं</translation>
        </message>
    </context>
    <context>
        <name>wizard</name>
        <message numerus="yes">
            <source>%n file(s) there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>
                <numerusform>%n फ़ाइल वहाँ</numerusform>
                <numerusform>%n फ़ाइलें वहाँ</numerusform>
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
                <numerusform>%n सेकंड</numerusform>
                <numerusform>%n सेकंड</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n मिनट</numerusform>
                <numerusform>%n मिनट</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n घंटा</numerusform>
                <numerusform>%n घंटे</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n दिन</numerusform>
                <numerusform>%n दिन</numerusform>
            </translation>
        </message>
        <message>
            <source>never</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>कभी नहीं</translation>
        </message>
        <message>
            <source>just now</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>अभी-अभी</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0} पहले</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln फ़ाइल</numerusform>
                <numerusform>%Ln फ़ाइलें</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln कतार में</numerusform>
                <numerusform>%Ln कतार में</numerusform>
            </translation>
        </message>
        <message>
            <source>Not set up</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>सेट अप नहीं</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>कार्रवाई ज़रूरी</translation>
        </message>
        <message>
            <source>Offline</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>ऑफ़लाइन</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>रोका गया</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>समस्याएँ</translation>
        </message>
        <message>
            <source>Uploading</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>अपलोड जारी</translation>
        </message>
        <message>
            <source>Checking</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>जाँच जारी</translation>
        </message>
        <message>
            <source>Up to date</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>सब अप-टू-डेट</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>अभी कुछ भी मिरर नहीं होता</translation>
        </message>
        <message numerus="yes">
            <source>%Ln issue(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln समस्या</numerusform>
                <numerusform>%Ln समस्याएँ</numerusform>
            </translation>
        </message>
        <message>
            <source>Uploading {0} of {1}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>अपलोड जारी: {1} में से {0}</translation>
        </message>
        <message>
            <source>{0} left</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0} बाकी</translation>
        </message>
        <message>
            <source>Paused until {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0} तक रोका गया</translation>
        </message>
        <message>
            <source>retry in {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0} में फिर कोशिश</translation>
        </message>
    </context>
</TS>
