<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AboutPage</name>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>关于</translation>
        </message>
        <message>
            <source>&amp;Licences…</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>许可证(&amp;L)…</translation>
        </message>
        <message>
            <source>The icon of Skynet Desktop</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop 的图标</translation>
        </message>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>版本 {0}</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors your folders to storage you own. It is free software under the GNU Affero General Public License, version 3 or later, and comes with no warranty.</source>
            <extracomment>desktop/settings_dialog/about.py</extracomment>
            <translation>Skynet Desktop 将您的文件夹镜像到您自己的存储空间。它是自由软件，采用 GNU Affero 通用公共许可证第 3 版或更高版本，不提供任何担保。</translation>
        </message>
    </context>
    <context>
        <name>Activity</name>
        <message>
            <source>Show file</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>显示文件</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>复制路径</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>活动</translation>
        </message>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>按名称搜索</translation>
        </message>
        <message>
            <source>All</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>全部</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>进行中</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>未完成</translation>
        </message>
        <message>
            <source>Nothing to show</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>没有可显示的内容</translation>
        </message>
        <message numerus="yes">
            <source>%Ln action(s)</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>
                <numerusform>%Ln 个操作</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>{0} / {1}</translation>
        </message>
        <message>
            <source>No action fits the search.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>没有符合搜索条件的操作。</translation>
        </message>
        <message>
            <source>What is sent, moved or removed appears here.</source>
            <extracomment>desktop/window/activity.py</extracomment>
            <translation>发送、移动或移除的内容会显示在这里。</translation>
        </message>
    </context>
    <context>
        <name>ActivityView</name>
        <message>
            <source>The last actions</source>
            <extracomment>desktop/window/activity_view.py</extracomment>
            <translation>最近的操作</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPage</name>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>高级</translation>
        </message>
        <message>
            <source>The log's level changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>日志级别在 Skynet 重新启动后更改。</translation>
        </message>
        <message>
            <source>Help and repair</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>帮助和修复</translation>
        </message>
        <message>
            <source>&amp;Check-up…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>全面检查(&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Open log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>打开日志(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Save diagnostics…</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>保存诊断信息(&amp;S)…</translation>
        </message>
        <message>
            <source>Diagnostics hold settings, states and the log, and no secret.</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>诊断信息包含设置、状态和日志，不含任何机密信息。</translation>
        </message>
        <message>
            <source>Where our files are</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>Skynet 文件的位置</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>设置</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>状态</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>日志</translation>
        </message>
        <message>
            <source>Your own connections</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>您自己的连接</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>显示</translation>
        </message>
        <message>
            <source>Show: {0}</source>
            <extracomment>desktop/settings_dialog/advanced.py</extracomment>
            <translation>显示：{0}</translation>
        </message>
    </context>
    <context>
        <name>ArrivalPage</name>
        <message>
            <source>Your mirror is running</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>您的镜像正在运行</translation>
        </message>
        <message>
            <source>Open the &amp;overview</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>打开概览(&amp;O)</translation>
        </message>
        <message>
            <source>C&amp;lose</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>关闭(&amp;L)</translation>
        </message>
        <message>
            <source>Files that are there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>已到达的文件</translation>
        </message>
        <message>
            <source>Looking through the folder…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>正在扫描文件夹…</translation>
        </message>
        <message>
            <source>First: {0}</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>第一个：{0}</translation>
        </message>
        <message>
            <source>The first file has arrived</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>第一个文件已到达</translation>
        </message>
        <message>
            <source>Sending the first files…</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>正在发送第一批文件…</translation>
        </message>
        <message>
            <source>Everything is ready. Put something into the folder.</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>一切就绪。请将内容放入文件夹。</translation>
        </message>
        <message>
            <source>Everything is there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>全部内容已到达</translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>全部内容原本就已存在</translation>
        </message>
        <message>
            <source>Open &amp;folder</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>打开文件夹(&amp;F)</translation>
        </message>
        <message>
            <source>Show at &amp;destination</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>在目标位置显示(&amp;D)</translation>
        </message>
    </context>
    <context>
        <name>Browser</name>
        <message>
            <source>Search everywhere, also in what was removed</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>在所有位置搜索，包括已移除的内容</translation>
        </message>
        <message>
            <source>Nothing here</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>此处没有内容</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>正在查找…</translation>
        </message>
        <message>
            <source>Choose all of this &amp;folder</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>全选此文件夹(&amp;F)</translation>
        </message>
        <message>
            <source>Choose &amp;nothing</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>全部不选(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Versions…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>版本(&amp;V)…</translation>
        </message>
        <message>
            <source>To find what was removed, choose a time before that.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>要查找已移除的内容，请选择移除之前的时间。</translation>
        </message>
        <message>
            <source>No file or folder of this name was found.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>没有找到此名称的文件或文件夹。</translation>
        </message>
        <message>
            <source>The folder is empty. What was removed from it is seen at an earlier time.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>文件夹是空的。选择更早的时间可看到从中移除的内容。</translation>
        </message>
        <message>
            <source>Tick what you want to have back.</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>请勾选您想找回的内容。</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>正在统计…</translation>
        </message>
        <message>
            <source>Chosen: {0}, {1}</source>
            <extracomment>desktop/restore/browser.py</extracomment>
            <translation>已选：{0}，{1}</translation>
        </message>
    </context>
    <context>
        <name>CheckupDialog</name>
        <message>
            <source>Check-up</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>全面检查</translation>
        </message>
        <message>
            <source>The check-up is under way</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>正在进行全面检查</translation>
        </message>
        <message>
            <source>What was found</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>检查结果</translation>
        </message>
        <message>
            <source>Check &amp;again</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>重新检查(&amp;A)</translation>
        </message>
        <message>
            <source>C&amp;opy</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>复制(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>Looking everything over…</source>
            <extracomment>desktop/checkup/dialog.py</extracomment>
            <translation>正在逐项检查…</translation>
        </message>
    </context>
    <context>
        <name>ChoosePage</name>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>您的文件要发送到哪里？</translation>
        </message>
        <message>
            <source>&amp;Continue with {0}</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>继续使用 {0}(&amp;C)</translation>
        </message>
    </context>
    <context>
        <name>Crumbs</name>
        <message>
            <source>Where you are</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>当前位置</translation>
        </message>
        <message>
            <source>Go to {0}</source>
            <extracomment>desktop/restore/crumbs.py</extracomment>
            <translation>转到 {0}</translation>
        </message>
    </context>
    <context>
        <name>DeletesPart</name>
        <message>
            <source>&amp;Keep remote copies</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>保留远程副本(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Mirror deletions too (complete sync)</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>同时镜像删除操作（完全同步）(&amp;M)</translation>
        </message>
        <message>
            <source>What you delete here stays at the service. Nothing is ever removed there.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>您在此处删除的内容会保留在服务上。那里的内容绝不会被移除。</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too. An unplugged disk or an empty folder never counts as deleted.</source>
            <extracomment>desktop/mappings/deletes_part.py</extracomment>
            <translation>您在此处删除的内容也会在那里删除。拔出的磁盘或空文件夹绝不会视为已删除。</translation>
        </message>
    </context>
    <context>
        <name>DestinationPage</name>
        <message>
            <source>Where to, and what about deletions?</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>发送到哪里，删除如何处理？</translation>
        </message>
        <message>
            <source>When you delete a file here</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>当您在此处删除文件时</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>服务上的位置</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>&amp;Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>映射名称(&amp;N)</translation>
        </message>
        <message>
            <source>Name of the mapping</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>映射名称</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/wizard/destination.py</extracomment>
            <translation>您想怎样称呼它。</translation>
        </message>
    </context>
    <context>
        <name>DetailsPage</name>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>测试(&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>DifferencesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>文件</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>差异</translation>
        </message>
        <message>
            <source>In words</source>
            <extracomment>desktop/verify/model.py</extracomment>
            <translation>说明</translation>
        </message>
    </context>
    <context>
        <name>DryRun</name>
        <message>
            <source>Looking at the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>正在扫描文件夹</translation>
        </message>
        <message>
            <source>Looking at the folder and at the service…</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>正在扫描文件夹和服务…</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>此计算机最多监视 {0} 个文件夹，而此文件夹包含 {1} 个。超出的部分改为反复扫描。此命令可提高上限：
{2}</translation>
        </message>
        <message>
            <source>What is at the service is not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>服务上有哪些内容尚不清楚</translation>
        </message>
    </context>
    <context>
        <name>EntriesModel</name>
        <message>
            <source>folder</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>file</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>文件</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>名称</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>大小</translation>
        </message>
        <message>
            <source>Modified</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>修改时间</translation>
        </message>
        <message>
            <source>Versions</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>版本</translation>
        </message>
    </context>
    <context>
        <name>EntriesView</name>
        <message>
            <source>Files and folders at the destination</source>
            <extracomment>desktop/restore/entries_view.py</extracomment>
            <translation>目标位置的文件和文件夹</translation>
        </message>
    </context>
    <context>
        <name>Errands</name>
        <message>
            <source>The destination</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>目标位置</translation>
        </message>
        <message>
            <source>Copy</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>复制</translation>
        </message>
        <message>
            <source>Save diagnostics</source>
            <extracomment>desktop/errands.py</extracomment>
            <translation>保存诊断信息</translation>
        </message>
    </context>
    <context>
        <name>FailuresModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>文件</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>原因</translation>
        </message>
    </context>
    <context>
        <name>FilesUnderWay</name>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/window/files_under_way.py</extracomment>
            <translation>{0} / {1}</translation>
        </message>
    </context>
    <context>
        <name>FiltersPage</name>
        <message>
            <source>What is left out?</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>要排除哪些内容？</translation>
        </message>
        <message>
            <source>Files that programs make anew by themselves need not go along.</source>
            <extracomment>desktop/wizard/filters.py</extracomment>
            <translation>程序自行重新生成的文件不必一同镜像。</translation>
        </message>
    </context>
    <context>
        <name>FiltersPart</name>
        <message>
            <source>&amp;Patterns, one a line, as in a .gitignore file</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>模式，每行一个，格式同 .gitignore 文件(&amp;P)</translation>
        </message>
        <message>
            <source>Patterns of files to leave out</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>要排除的文件的模式</translation>
        </message>
        <message>
            <source>Looking what is left out…</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>正在扫描排除的内容…</translation>
        </message>
    </context>
    <context>
        <name>FolderPage</name>
        <message>
            <source>Which folder?</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>哪个文件夹？</translation>
        </message>
        <message>
            <source>With everything in it. Nothing in this folder is ever changed.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>包括其中的所有内容。此文件夹中的内容绝不会被更改。</translation>
        </message>
        <message>
            <source>Counting…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>正在统计…</translation>
        </message>
        <message>
            <source>{0} so far…</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>目前 {0}…</translation>
        </message>
        <message>
            <source>{0} in this folder.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>此文件夹中有 {0}。</translation>
        </message>
        <message>
            <source>The folder is empty so far.</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>文件夹目前是空的。</translation>
        </message>
        <message>
            <source>This computer watches {0} folders at most, and this one holds {1}. Those beyond are looked through again and again instead. This command raises the limit:
{2}</source>
            <extracomment>desktop/wizard/folder.py</extracomment>
            <translation>此计算机最多监视 {0} 个文件夹，而此文件夹包含 {1} 个。超出的部分改为反复扫描。此命令可提高上限：
{2}</translation>
        </message>
    </context>
    <context>
        <name>FolderPart</name>
        <message>
            <source>the top of the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>服务的最顶层</translation>
        </message>
        <message>
            <source>&amp;Folder on this computer</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>此计算机上的文件夹(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>服务(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Place there</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>服务上的位置(&amp;P)</translation>
        </message>
        <message>
            <source>Choose…</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Choose the folder</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>选择文件夹</translation>
        </message>
        <message>
            <source>The folder to mirror</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>要镜像的文件夹</translation>
        </message>
        <message>
            <source>No file to mirror is in the folder so far.</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>文件夹中目前没有要镜像的文件。</translation>
        </message>
        <message>
            <source>{0}
becomes {1} on {2}</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>{0}
在 {2} 上成为 {1}</translation>
        </message>
        <message>
            <source>the service</source>
            <extracomment>desktop/mappings/folder_part.py</extracomment>
            <translation>该服务</translation>
        </message>
    </context>
    <context>
        <name>GeneralPage</name>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>常规</translation>
        </message>
        <message>
            <source>The language changes when Skynet is started again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>语言在 Skynet 重新启动后更改。</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>启动</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>登录时启动 Skynet(&amp;L)</translation>
        </message>
        <message>
            <source>Updates</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>更新</translation>
        </message>
        <message>
            <source>Keep secrets for this session &amp;only</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>仅在本次会话中保留机密信息(&amp;O)</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Switch it on here to allow it again.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>它已在系统自身的设置中关闭。在此处打开即可再次允许。</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started, not this one. Switch it on here to start this one.</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>登录时启动的是 Skynet 的另一个副本，而不是这一个。在此处打开即可启动这一个。</translation>
        </message>
        <message>
            <source>Secrets</source>
            <extracomment>desktop/settings_dialog/general.py</extracomment>
            <translation>机密信息</translation>
        </message>
    </context>
    <context>
        <name>HistoryDialog</name>
        <message>
            <source>Versions of a file</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>文件的版本</translation>
        </message>
        <message>
            <source>Each line is the file as it was until it was replaced or removed.</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>每一行是该文件在被替换或移除之前的样子。</translation>
        </message>
        <message>
            <source>Versions, the newest first</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>版本，最新的在前</translation>
        </message>
        <message>
            <source>&amp;Choose this version</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>选择此版本(&amp;C)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>HostKeyCard</name>
        <message>
            <source>The server's key has changed</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>服务器的密钥已更改</translation>
        </message>
        <message>
            <source>This is not the key that this server had before. Somebody may have put himself between you and the server to read along, or the server was set up anew. Ask whoever runs it before you go on.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>这不是此服务器之前的密钥。可能有人插在您与服务器之间窃听，也可能是服务器重新安装过。继续之前，请询问服务器管理员。</translation>
        </message>
        <message>
            <source>Is this the right server?</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>这是正确的服务器吗？</translation>
        </message>
        <message>
            <source>You connect to it for the first time. The fingerprint of its key proves which server it is.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>您首次连接到它。其密钥的指纹可证明它是哪台服务器。</translation>
        </message>
        <message>
            <source>To check it, ask whoever runs the server, or run this at the server itself, and compare:</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>要核实指纹，请询问服务器管理员，或在服务器上运行以下命令并比对：</translation>
        </message>
        <message>
            <source>I have &amp;asked, and this is its new key.</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>我已询问，这是它的新密钥(&amp;A)。</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>服务器</translation>
        </message>
        <message>
            <source>Kind of key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>密钥类型</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>指纹</translation>
        </message>
        <message>
            <source>&amp;Do not connect</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>不连接(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Trust this key</source>
            <extracomment>desktop/services/host_key.py</extracomment>
            <translation>信任此密钥(&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>IssueDetail</name>
        <message>
            <source>&amp;Retry</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>重试(&amp;R)</translation>
        </message>
        <message>
            <source>Show &amp;file</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>显示文件(&amp;F)</translation>
        </message>
        <message>
            <source>I&amp;gnore…</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>忽略(&amp;G)…</translation>
        </message>
        <message numerus="yes">
            <source>Tried %n time(s)</source>
            <extracomment>desktop/window/issue_detail.py</extracomment>
            <translation>
                <numerusform>已尝试 %n 次</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>IssuesModel</name>
        <message>
            <source>File</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>文件</translation>
        </message>
        <message>
            <source>Why</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>原因</translation>
        </message>
        <message>
            <source>Since</source>
            <extracomment>desktop/window/issues_model.py</extracomment>
            <translation>开始时间</translation>
        </message>
    </context>
    <context>
        <name>IssuesPage</name>
        <message>
            <source>Retry &amp;all</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>全部重试(&amp;A)</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>问题</translation>
        </message>
        <message>
            <source>No issues</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>没有问题</translation>
        </message>
        <message>
            <source>Everything that could be read was sent.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>所有可读取的内容均已发送。</translation>
        </message>
        <message>
            <source>What could not be mirrored</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>未能镜像的内容</translation>
        </message>
        <message>
            <source>This name cannot be written into the settings.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>此名称无法写入设置。</translation>
        </message>
        <message>
            <source>Rename the file, or ignore its folder.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>请重命名该文件，或忽略其所在的文件夹。</translation>
        </message>
        <message>
            <source>Leave this file out from now on?</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>从现在起排除此文件？</translation>
        </message>
        <message>
            <source>{0}

A copy that is at the destination stays there. You can take this back under Filters of the mirror.</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>{0}

目标位置已有的副本会保留在那里。您可以在该镜像的“过滤规则”中撤消此操作。</translation>
        </message>
        <message>
            <source>Leave it out</source>
            <extracomment>desktop/window/issues.py</extracomment>
            <translation>排除</translation>
        </message>
    </context>
    <context>
        <name>KeyringBanner</name>
        <message>
            <source>Looking for the keyring…</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>正在查找密钥环…</translation>
        </message>
        <message>
            <source>Try a&amp;gain</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>重试(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Keep for this session only</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>仅在本次会话中保留(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Use it anyway</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>仍然使用它(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Use this system's keyring</source>
            <extracomment>desktop/services/keyring.py</extracomment>
            <translation>使用系统的密钥环(&amp;U)</translation>
        </message>
    </context>
    <context>
        <name>LicenceDialog</name>
        <message>
            <source>Licences</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>许可证</translation>
        </message>
        <message>
            <source>What Skynet Desktop is built from</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>Skynet Desktop 的组成部分</translation>
        </message>
        <message>
            <source>The licence</source>
            <extracomment>desktop/settings_dialog/licence_dialog.py</extracomment>
            <translation>许可证全文</translation>
        </message>
    </context>
    <context>
        <name>MappingCard</name>
        <message>
            <source>Progress of {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>{0} 的进度</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>立即同步</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>校验</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>还原…</translation>
        </message>
        <message>
            <source>Edit service…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>编辑服务…</translation>
        </message>
        <message>
            <source>Send anyway</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>仍然发送</translation>
        </message>
        <message>
            <source>Show issues</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>显示问题</translation>
        </message>
        <message>
            <source>More for {0}</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>{0} 的更多操作</translation>
        </message>
        <message>
            <source>More</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>更多</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>在目标位置显示</translation>
        </message>
        <message>
            <source>Edit…</source>
            <extracomment>desktop/window/card.py</extracomment>
            <translation>编辑…</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/window/card.py; desktop/window/question.py</extracomment>
            <translation>{0}：{1}</translation>
        </message>
    </context>
    <context>
        <name>MappingDialog</name>
        <message>
            <source>New mapping</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>新建映射</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>返回(&amp;B)</translation>
        </message>
        <message>
            <source>Sa&amp;ve</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>保存(&amp;V)</translation>
        </message>
        <message>
            <source>S&amp;tart mirroring</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>开始镜像(&amp;T)</translation>
        </message>
        <message>
            <source>Ne&amp;xt: a dry run</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>下一步：试运行(&amp;X)</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>放弃更改？</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>您在此处输入的内容尚未保存。</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>放弃(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>继续编辑(&amp;K)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>MappingEditor</name>
        <message>
            <source>No limit</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>无限制</translation>
        </message>
        <message>
            <source>Parts of the mapping</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>映射的各个部分</translation>
        </message>
        <message>
            <source>Folder &amp;&amp; destination</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>文件夹和目标位置</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>过滤规则</translation>
        </message>
        <message>
            <source>Deletes &amp;&amp; safety</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>删除和安全</translation>
        </message>
        <message>
            <source>Schedule &amp;&amp; limits</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>时间安排和限制</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>名称(&amp;N)</translation>
        </message>
        <message>
            <source>Name</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>名称</translation>
        </message>
        <message>
            <source>The name stays: what is known of the destination hangs on it.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>名称保持不变：已知的目标位置信息与它关联。</translation>
        </message>
        <message>
            <source>The destination is another one: everything is compared anew, and what is missing there is sent. What is at the old place stays there.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>目标位置已更换：所有内容会重新比对，那里缺少的会发送过去。原位置的内容保留不变。</translation>
        </message>
        <message>
            <source>The folder is another one: everything is compared anew.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>文件夹已更换：所有内容会重新比对。</translation>
        </message>
    </context>
    <context>
        <name>MappingsPage</name>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>映射</translation>
        </message>
        <message>
            <source>A mapping mirrors one folder to one place on a service.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>一个映射将一个文件夹镜像到服务上的一个位置。</translation>
        </message>
        <message>
            <source>Add a service first: a mapping needs a place to go to.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>请先添加服务：映射需要一个目标位置。</translation>
        </message>
        <message>
            <source>Stop mirroring {0}?</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>停止镜像 {0}？</translation>
        </message>
        <message>
            <source>What is at the service stays there, and so does the folder.</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>服务上的内容会保留，文件夹也是如此。</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>移除(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>保留(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>添加(&amp;A)…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>尚未镜像任何内容</translation>
        </message>
        <message>
            <source>&amp;Add a mapping…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>添加映射(&amp;A)…</translation>
        </message>
        <message>
            <source>&amp;Go to services</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>转到服务(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>编辑(&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/mappings/page.py</extracomment>
            <translation>移除(&amp;R)…</translation>
        </message>
    </context>
    <context>
        <name>MonitorPage</name>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>监控</translation>
        </message>
        <message>
            <source>Skywatch shows in a browser, wherever you are, how far this machine is. It hears of progress and of names, never of what is in your files.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>无论您身在何处，Skywatch 都能在浏览器中显示此计算机的进度。它知道进度和名称，但绝不知道文件的内容。</translation>
        </message>
        <message>
            <source>How it goes</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>运行情况</translation>
        </message>
        <message>
            <source>Token or password</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>令牌或密码</translation>
        </message>
        <message>
            <source>Skywatch makes a token for each machine. It is kept in the keyring, and nowhere else.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>Skywatch 为每台计算机生成一个令牌。它仅保存在密钥环中。</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>测试(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Open web monitor</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>打开网页监控(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Forget the token</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>忘记令牌(&amp;F)</translation>
        </message>
        <message>
            <source>Asking {0}…</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>正在询问 {0}…</translation>
        </message>
        <message>
            <source>No monitor is set up.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>尚未设置监控。</translation>
        </message>
        <message>
            <source>The monitor is told nothing.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>不向监控报告任何内容。</translation>
        </message>
        <message>
            <source>Nothing was told yet.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>尚未报告任何内容。</translation>
        </message>
        <message>
            <source>Last told: {0}.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>上次报告：{0}。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln report(s) waiting.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>%Ln 份报告等待中。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln line(s) of the history were lost.</source>
            <extracomment>desktop/settings_dialog/monitor.py</extracomment>
            <translation>
                <numerusform>丢失了 %Ln 行历史记录。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>网络</translation>
        </message>
        <message>
            <source>No limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>无限制</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>自动</translation>
        </message>
        <message>
            <source>no limit</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>无限制</translation>
        </message>
        <message>
            <source>{0} MB/s</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>{0} MB/s</translation>
        </message>
        <message>
            <source>Now: {0}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>当前：{0}。</translation>
        </message>
        <message>
            <source>Now: {0}, until {1}.</source>
            <extracomment>desktop/settings_dialog/network.py</extracomment>
            <translation>当前：{0}，直到 {1}。</translation>
        </message>
    </context>
    <context>
        <name>NotificationsPage</name>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>通知</translation>
        </message>
        <message>
            <source>One message a burst of changes, never one a file.</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>每批更改只发一条消息，不会每个文件发一条。</translation>
        </message>
        <message>
            <source>At once</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>立即</translation>
        </message>
        <message>
            <source>On screen</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>在屏幕上</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/settings_dialog/notifications.py</extracomment>
            <translation>声音</translation>
        </message>
    </context>
    <context>
        <name>OptionForm</name>
        <message>
            <source>More options</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>更多选项</translation>
        </message>
    </context>
    <context>
        <name>OutcomePage</name>
        <message>
            <source>Progress of the restoring</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>还原进度</translation>
        </message>
        <message>
            <source>These did not come back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>以下文件未能还原</translation>
        </message>
        <message>
            <source>What did not come back, and why</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>未能还原的文件及原因</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>Restoring {0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>正在还原：{0} / {1}</translation>
        </message>
        <message>
            <source>{0} of {1}</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} / {1}</translation>
        </message>
    </context>
    <context>
        <name>Overview</name>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>添加(&amp;A)…</translation>
        </message>
        <message>
            <source>Set up another mirror</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>再创建一个镜像</translation>
        </message>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>最近几分钟的速度</translation>
        </message>
        <message>
            <source>&amp;Set up a mirror…</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>创建镜像(&amp;S)…</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>尚未镜像任何内容</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is there seconds later.</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>选择一个文件夹和它的目标位置。放入其中的内容几秒后就会到达那里。</translation>
        </message>
        <message>
            <source>&amp;Try again</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>重试(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Open the settings file</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>打开设置文件(&amp;O)</translation>
        </message>
        <message>
            <source>The settings cannot be read</source>
            <extracomment>desktop/window/overview.py</extracomment>
            <translation>无法读取设置</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/page.py</extracomment>
            <translation>继续(&amp;C)</translation>
        </message>
    </context>
    <context>
        <name>PagedList</name>
        <message>
            <source>Search by name</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>按名称搜索</translation>
        </message>
        <message>
            <source>Copy path</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>复制路径</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>正在查找…</translation>
        </message>
        <message>
            <source>The first {0} are shown; scroll for more</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>已显示前 {0} 个；滚动可查看更多</translation>
        </message>
        <message>
            <source>No file fits the search.</source>
            <extracomment>desktop/paged_list.py</extracomment>
            <translation>没有符合搜索条件的文件。</translation>
        </message>
    </context>
    <context>
        <name>PathInput</name>
        <message>
            <source>Browse…</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>浏览…</translation>
        </message>
    </context>
    <context>
        <name>PauseMenu</name>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>30 分钟</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>2 小时</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>直到明天</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/window/pause_menu.py</extracomment>
            <translation>直到恢复</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message>
            <source>Step {0} of {1}: {2}</source>
            <extracomment>desktop/wizard/progress.py</extracomment>
            <translation>第 {0} 步，共 {1} 步：{2}</translation>
        </message>
    </context>
    <context>
        <name>ProofStrip</name>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>{0}：{1}</translation>
        </message>
        <message>
            <source>Stop</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>停止</translation>
        </message>
        <message>
            <source>Details…</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>详细信息…</translation>
        </message>
        <message>
            <source>Progress of the verification of {0}</source>
            <extracomment>desktop/verify/strip.py</extracomment>
            <translation>{0} 的校验进度</translation>
        </message>
    </context>
    <context>
        <name>QAbstractSpinBox</name>
        <message>
            <source>&amp;Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>全选(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Step up</source>
            <extracomment>Qt's own</extracomment>
            <translation>升高(&amp;S)</translation>
        </message>
        <message>
            <source>Step &amp;down</source>
            <extracomment>Qt's own</extracomment>
            <translation>降低(&amp;D)</translation>
        </message>
    </context>
    <context>
        <name>QLineEdit</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>撤消(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>剪切(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>复制(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>粘贴(&amp;P)</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>删除</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>全选</translation>
        </message>
    </context>
    <context>
        <name>QPlatformTheme</name>
        <message>
            <source>OK</source>
            <extracomment>Qt's own</extracomment>
            <translation>确定</translation>
        </message>
        <message>
            <source>&amp;Yes</source>
            <extracomment>Qt's own</extracomment>
            <translation>是(&amp;Y)</translation>
        </message>
        <message>
            <source>&amp;No</source>
            <extracomment>Qt's own</extracomment>
            <translation>否(&amp;N)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>Qt's own</extracomment>
            <translation>取消</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>Qt's own</extracomment>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Save</source>
            <extracomment>Qt's own</extracomment>
            <translation>保存</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>Qt's own</extracomment>
            <translation>帮助</translation>
        </message>
    </context>
    <context>
        <name>QTabBar</name>
        <message>
            <source>Scroll Left</source>
            <extracomment>Qt's own</extracomment>
            <translation>向左滚动</translation>
        </message>
        <message>
            <source>Scroll Right</source>
            <extracomment>Qt's own</extracomment>
            <translation>向右滚动</translation>
        </message>
    </context>
    <context>
        <name>QWidgetTextControl</name>
        <message>
            <source>&amp;Undo</source>
            <extracomment>Qt's own</extracomment>
            <translation>撤消(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <extracomment>Qt's own</extracomment>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>Cu&amp;t</source>
            <extracomment>Qt's own</extracomment>
            <translation>剪切(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Copy</source>
            <extracomment>Qt's own</extracomment>
            <translation>复制(&amp;C)</translation>
        </message>
        <message>
            <source>Copy &amp;Link Location</source>
            <extracomment>Qt's own</extracomment>
            <translation>复制链接地址(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <extracomment>Qt's own</extracomment>
            <translation>粘贴(&amp;P)</translation>
        </message>
        <message>
            <source>Delete</source>
            <extracomment>Qt's own</extracomment>
            <translation>删除</translation>
        </message>
        <message>
            <source>Select All</source>
            <extracomment>Qt's own</extracomment>
            <translation>全选</translation>
        </message>
    </context>
    <context>
        <name>QuestionDialog</name>
        <message>
            <source>{0} needs your decision</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>{0} 需要您决定</translation>
        </message>
        <message>
            <source>Files this is about</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>涉及的文件</translation>
        </message>
        <message>
            <source>Decide &amp;later</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>稍后决定(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>There is nothing to decide any more</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>已没有需要决定的事项</translation>
        </message>
        <message>
            <source>It was answered elsewhere, or the files are as they were before.</source>
            <extracomment>desktop/questions/dialog.py</extracomment>
            <translation>已在别处答复，或文件已恢复原样。</translation>
        </message>
    </context>
    <context>
        <name>ReadyPage</name>
        <message>
            <source>Ready to start</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>准备开始</translation>
        </message>
        <message>
            <source>&amp;Start mirroring</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>开始镜像(&amp;S)</translation>
        </message>
        <message>
            <source>Start Skynet when I &amp;log in</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>登录时启动 Skynet(&amp;L)</translation>
        </message>
        <message>
            <source>It then mirrors in the background. You can change this in the settings at any time.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>之后它会在后台镜像。您可以随时在设置中更改。</translation>
        </message>
        <message>
            <source>It was switched off in this system's own settings. Left on here, it is switched on again.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>它已在系统自身的设置中关闭。若此处保持打开，它会重新打开。</translation>
        </message>
        <message>
            <source>At login another copy of Skynet is started now. Left on here, it will be this one.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>目前登录时启动的是 Skynet 的另一个副本。若此处保持打开，将改为启动这一个。</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>What will happen</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>将会发生什么</translation>
        </message>
        <message>
            <source>This is a dry run: it only looks, and sends nothing.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>这是试运行：只扫描，不发送任何内容。</translation>
        </message>
        <message>
            <source>You can go on all the same: sending begins as soon as this is mended.</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>您仍然可以继续：此问题解决后会立即开始发送。</translation>
        </message>
        <message>
            <source>S&amp;kip this</source>
            <extracomment>desktop/wizard/rehearsal.py</extracomment>
            <translation>跳过(&amp;K)</translation>
        </message>
    </context>
    <context>
        <name>RestoreWindow</name>
        <message>
            <source>Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>还原</translation>
        </message>
        <message>
            <source>Reading the destination</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>正在读取目标位置</translation>
        </message>
        <message>
            <source>The destination cannot be read</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>无法读取目标位置</translation>
        </message>
        <message>
            <source>&amp;Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>映射(&amp;M)</translation>
        </message>
        <message>
            <source>Mapping</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>映射</translation>
        </message>
        <message>
            <source>Bac&amp;k</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>返回(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Read anew</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>重新读取(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Open folder</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>打开文件夹(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>停止(&amp;S)</translation>
        </message>
        <message>
            <source>Close</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Reading what is there…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>正在读取已有内容…</translation>
        </message>
        <message>
            <source>Reading what is there: {0} so far</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>正在读取已有内容：目前 {0}</translation>
        </message>
        <message>
            <source>There is no mapping, so there is nothing to bring back from.</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>没有映射，因此没有可还原的内容。</translation>
        </message>
        <message>
            <source>&amp;Continue…</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>继续(&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Restore</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>还原(&amp;R)</translation>
        </message>
        <message>
            <source>{0}, {1} will come back</source>
            <extracomment>desktop/restore/window.py</extracomment>
            <translation>将还原 {0}，{1}</translation>
        </message>
    </context>
    <context>
        <name>SafetyPart</name>
        <message>
            <source>For ever</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>永久</translation>
        </message>
        <message>
            <source>Never</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>从不</translation>
        </message>
        <message>
            <source>When you delete files here</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>当您在此处删除文件时</translation>
        </message>
        <message>
            <source>When very many files change at once</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>当大量文件同时更改时</translation>
        </message>
        <message>
            <source>What can be brought back</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>可以找回的内容</translation>
        </message>
        <message>
            <source>Proof that all is there</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>证明全部内容都在目标位置</translation>
        </message>
        <message>
            <source>Where the bucket keeps versions, those are used; where it does not, old copies lie in the folder {0} on {1}. “Restore…” finds them in both.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>如果存储桶保留版本，则使用这些版本；否则旧副本存放在 {1} 上的文件夹 {0} 中。“还原…”在两处都能找到它们。</translation>
        </message>
        <message>
            <source>Old copies lie in the folder {0} on {1}. “Restore…” finds them there.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>旧副本存放在 {1} 上的文件夹 {0} 中。“还原…”可在那里找到它们。</translation>
        </message>
        <message>
            <source>A file that you delete or overwrite here by mistake is then lost at the destination too, and nobody can bring it back.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>您在此处误删或误覆盖的文件，在目标位置也会丢失，且无法找回。</translation>
        </message>
        <message>
            <source>A file that is overwritten here by mistake is then overwritten at the destination too, and nobody can bring back what was in it.</source>
            <extracomment>desktop/mappings/safety_part.py</extracomment>
            <translation>在此处误覆盖的文件，在目标位置也会被覆盖，且无法找回其中原有的内容。</translation>
        </message>
    </context>
    <context>
        <name>SecretInput</name>
        <message>
            <source>Kept in the keyring</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>已保存在密钥环中</translation>
        </message>
        <message>
            <source>Hide</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>隐藏</translation>
        </message>
        <message>
            <source>Show</source>
            <extracomment>desktop/forms/secret.py</extracomment>
            <translation>显示</translation>
        </message>
    </context>
    <context>
        <name>ServiceChooser</name>
        <message>
            <source>Added to this computer by you.</source>
            <extracomment>desktop/services/chooser.py</extracomment>
            <translation>由您添加到此计算机。</translation>
        </message>
    </context>
    <context>
        <name>ServiceDetails</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>名称</translation>
        </message>
        <message>
            <source>What you want to call it.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>您想怎样称呼它。</translation>
        </message>
        <message>
            <source>Please decide first where the secrets are to be kept.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>请先决定机密信息保存在哪里。</translation>
        </message>
        <message>
            <source>The keyring has not answered yet. Try again in a moment.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>密钥环尚未响应。请稍后重试。</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>此项为必填。</translation>
        </message>
        <message>
            <source>There is a service of this name already.</source>
            <extracomment>desktop/services/details.py</extracomment>
            <translation>已有同名的服务。</translation>
        </message>
    </context>
    <context>
        <name>ServiceDialog</name>
        <message>
            <source>Edit service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>编辑服务</translation>
        </message>
        <message>
            <source>Add a service</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>添加服务</translation>
        </message>
        <message>
            <source>Discard changes?</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>放弃更改？</translation>
        </message>
        <message>
            <source>What you entered here has not been saved.</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>您在此处输入的内容尚未保存。</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>放弃(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>继续编辑(&amp;K)</translation>
        </message>
    </context>
    <context>
        <name>ServiceEditor</name>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>返回(&amp;B)</translation>
        </message>
        <message>
            <source>Cancel</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>取消</translation>
        </message>
        <message>
            <source>&amp;Save without test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>不测试直接保存(&amp;S)</translation>
        </message>
        <message>
            <source>Where do your files go?</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>您的文件要发送到哪里？</translation>
        </message>
        <message>
            <source>&amp;Test</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>测试(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>保存(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/services/editor.py</extracomment>
            <translation>重新测试(&amp;T)</translation>
        </message>
    </context>
    <context>
        <name>ServiceRow</name>
        <message numerus="yes">
            <source>%Ln request(s) this month</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>
                <numerusform>本月 %Ln 次请求</numerusform>
            </translation>
        </message>
        <message>
            <source>Not used by a mapping yet</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>尚无映射使用</translation>
        </message>
        <message>
            <source>Used by {0}</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>由 {0} 使用</translation>
        </message>
        <message>
            <source>Sending and copying</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>发送和复制</translation>
        </message>
        <message>
            <source>Listing</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>列出</translation>
        </message>
        <message>
            <source>Reading</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>读取</translation>
        </message>
        <message>
            <source>Deleting</source>
            <extracomment>desktop/services/model.py</extracomment>
            <translation>删除</translation>
        </message>
    </context>
    <context>
        <name>ServicesPage</name>
        <message>
            <source>{0} is still in use.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>{0} 仍在使用中。</translation>
        </message>
        <message>
            <source>Remove these mappings first, or give them another service:</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>请先移除这些映射，或为它们改用其他服务：</translation>
        </message>
        <message>
            <source>Remove {0}?</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>移除 {0}？</translation>
        </message>
        <message>
            <source>Its password or keys are deleted from the keyring too. Files that were sent there stay where they are.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>其密码或密钥也会从密钥环中删除。已发送到那里的文件保留原处。</translation>
        </message>
        <message>
            <source>&amp;Remove</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>移除(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Keep</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>保留(&amp;K)</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>&amp;Add…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>添加(&amp;A)…</translation>
        </message>
        <message>
            <source>No service yet</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>尚无服务</translation>
        </message>
        <message>
            <source>A service is a place your files go to: a bucket, a server, another disk.</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>服务是存放您的文件的地方：存储桶、服务器或其他磁盘。</translation>
        </message>
        <message>
            <source>&amp;Add a service…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>添加服务(&amp;A)…</translation>
        </message>
        <message>
            <source>&amp;Edit…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>编辑(&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;Test…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>测试(&amp;T)…</translation>
        </message>
        <message>
            <source>Change &amp;password…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>更改密码(&amp;P)…</translation>
        </message>
        <message>
            <source>&amp;Remove…</source>
            <extracomment>desktop/services/page.py</extracomment>
            <translation>移除(&amp;R)…</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>设置</translation>
        </message>
        <message>
            <source>General</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>常规</translation>
        </message>
        <message>
            <source>Services</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>映射</translation>
        </message>
        <message>
            <source>Notifications</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>通知</translation>
        </message>
        <message>
            <source>Network</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>网络</translation>
        </message>
        <message>
            <source>Monitor</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>监控</translation>
        </message>
        <message>
            <source>Advanced</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>高级</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>关于</translation>
        </message>
        <message>
            <source>Discard the value that is not right?</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>放弃不正确的值？</translation>
        </message>
        <message>
            <source>It cannot be used as it stands. It says why.</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>该值目前无法使用。旁边说明了原因。</translation>
        </message>
        <message>
            <source>&amp;Discard</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>放弃(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Keep editing</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>继续编辑(&amp;K)</translation>
        </message>
        <message>
            <source>Pages of the settings</source>
            <extracomment>desktop/settings_dialog/dialog.py</extracomment>
            <translation>设置的页面</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Pages</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>页面</translation>
        </message>
        <message>
            <source>Overview</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>概览</translation>
        </message>
        <message>
            <source>Activity</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>活动</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>问题</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>设置</translation>
        </message>
        <message>
            <source>Settings (Ctrl+,)</source>
            <extracomment>desktop/window/sidebar.py</extracomment>
            <translation>设置 (Ctrl+,)</translation>
        </message>
    </context>
    <context>
        <name>StageRow</name>
        <message>
            <source>This server is not trusted.</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>此服务器不受信任。</translation>
        </message>
        <message>
            <source>{0} s</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>{0} 秒</translation>
        </message>
        <message>
            <source>waits</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>等待中</translation>
        </message>
        <message>
            <source>under way</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>进行中</translation>
        </message>
        <message>
            <source>done</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>已完成</translation>
        </message>
        <message>
            <source>failed</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>失败</translation>
        </message>
        <message>
            <source>skipped</source>
            <extracomment>desktop/services/stage_row.py</extracomment>
            <translation>已跳过</translation>
        </message>
    </context>
    <context>
        <name>TargetPage</name>
        <message>
            <source>&amp;Back to its place</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>回到原位置(&amp;B)</translation>
        </message>
        <message>
            <source>&amp;Into another folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>到其他文件夹(&amp;I)</translation>
        </message>
        <message>
            <source>The other folder</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>其他文件夹</translation>
        </message>
        <message>
            <source>Where to?</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>还原到哪里？</translation>
        </message>
        <message>
            <source>If another file of the same name is there</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>如果那里有同名的其他文件</translation>
        </message>
        <message>
            <source>Keep b&amp;oth</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>两者都保留(&amp;O)</translation>
        </message>
        <message>
            <source>What comes back gets a name of its own beside it.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>还原的文件会另取名称，放在旁边。</translation>
        </message>
        <message>
            <source>&amp;Leave it as it is</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>保持原样(&amp;L)</translation>
        </message>
        <message>
            <source>Only what is missing comes back.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>只还原缺少的内容。</translation>
        </message>
        <message>
            <source>Re&amp;place it</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>替换(&amp;P)</translation>
        </message>
        <message>
            <source>What is there now is put aside under another name, never deleted.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>现有的文件会改名放到一旁，绝不会被删除。</translation>
        </message>
        <message>
            <source>A file that is the same already is never touched.</source>
            <extracomment>desktop/restore/target.py</extracomment>
            <translation>已经相同的文件绝不会被改动。</translation>
        </message>
    </context>
    <context>
        <name>TestDialog</name>
        <message>
            <source>Test of {0}</source>
            <extracomment>desktop/services/dialog.py</extracomment>
            <translation>测试 {0}</translation>
        </message>
    </context>
    <context>
        <name>TestPage</name>
        <message>
            <source>Does it work?</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>能正常工作吗？</translation>
        </message>
        <message>
            <source>A small file is written there, read back and deleted again.</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>将在那里写入一个小文件，读回后再删除。</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>继续(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Test again</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>重新测试(&amp;T)</translation>
        </message>
        <message>
            <source>Continue &amp;without test</source>
            <extracomment>desktop/wizard/service.py</extracomment>
            <translation>不测试直接继续(&amp;W)</translation>
        </message>
    </context>
    <context>
        <name>ThroughputPlot</name>
        <message>
            <source>Speed over the last minutes</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>最近几分钟的速度</translation>
        </message>
        <message>
            <source>Now {0}</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>当前 {0}</translation>
        </message>
        <message>
            <source>{0}, {1} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}，{1}前</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>{0}前</translation>
        </message>
        <message>
            <source>now</source>
            <extracomment>desktop/window/plot.py</extracomment>
            <translation>现在</translation>
        </message>
    </context>
    <context>
        <name>Tiles</name>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>速度</translation>
        </message>
        <message>
            <source>Waiting</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>等待中</translation>
        </message>
        <message>
            <source>Left to send</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>剩余待发送</translation>
        </message>
        <message>
            <source>At the destinations</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>在目标位置</translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/window/tiles.py</extracomment>
            <translation>约 {0}</translation>
        </message>
    </context>
    <context>
        <name>TimePicker</name>
        <message>
            <source>&amp;As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>查看时间点(&amp;A)</translation>
        </message>
        <message>
            <source>As it was</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>查看时间点</translation>
        </message>
        <message>
            <source>Date and time</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>日期和时间</translation>
        </message>
        <message>
            <source>Now</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>现在</translation>
        </message>
        <message>
            <source>Before {0}</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>{0} 之前</translation>
        </message>
        <message>
            <source>Another time…</source>
            <extracomment>desktop/restore/times.py</extracomment>
            <translation>其他时间…</translation>
        </message>
    </context>
    <context>
        <name>TrayMenu</name>
        <message>
            <source>Open Skynet</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>打开 Skynet</translation>
        </message>
        <message>
            <source>Mappings</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>映射</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Snooze notifications</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>通知免打扰</translation>
        </message>
        <message>
            <source>Open web monitor</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>打开网页监控</translation>
        </message>
        <message>
            <source>Settings…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>设置…</translation>
        </message>
        <message>
            <source>Help</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Quit</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>退出</translation>
        </message>
        <message>
            <source>30 minutes</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>30 分钟</translation>
        </message>
        <message>
            <source>2 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>2 小时</translation>
        </message>
        <message>
            <source>Until tomorrow</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>直到明天</translation>
        </message>
        <message>
            <source>Until resumed</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>直到恢复</translation>
        </message>
        <message>
            <source>1 hour</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>1 小时</translation>
        </message>
        <message>
            <source>8 hours</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>8 小时</translation>
        </message>
        <message>
            <source>Until Skynet restarts</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>直到 Skynet 重新启动</translation>
        </message>
        <message>
            <source>Not any more</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>结束免打扰</translation>
        </message>
        <message>
            <source>Open log</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>打开日志</translation>
        </message>
        <message>
            <source>Save diagnostics…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>保存诊断信息…</translation>
        </message>
        <message>
            <source>Check-up…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>全面检查…</translation>
        </message>
        <message>
            <source>About</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>关于</translation>
        </message>
        <message>
            <source>Decide about {0}…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>对 {0} 作出决定…</translation>
        </message>
        <message numerus="yes">
            <source>Quit (%Ln waiting, continued next time)</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>
                <numerusform>退出（%Ln 个等待中，下次继续）</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrialView</name>
        <message>
            <source>Testing…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>正在测试…</translation>
        </message>
        <message>
            <source>The test was cancelled.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>测试已取消。</translation>
        </message>
        <message>
            <source>Everything works.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>一切正常。</translation>
        </message>
        <message>
            <source>The test stopped here.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>测试在此处停止。</translation>
        </message>
        <message>
            <source>The test waits for your decision.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>测试正在等待您的决定。</translation>
        </message>
        <message>
            <source>Not connected. Nothing secret was sent to this server.</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>未连接。没有向此服务器发送任何机密信息。</translation>
        </message>
        <message>
            <source>&amp;Cancel the test</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>取消测试(&amp;C)</translation>
        </message>
        <message>
            <source>Ch&amp;ange it…</source>
            <extracomment>desktop/services/test_view.py</extracomment>
            <translation>更改(&amp;A)…</translation>
        </message>
    </context>
    <context>
        <name>TryOutPage</name>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>用本地文件夹体验</translation>
        </message>
        <message>
            <source>Two folders are made on this computer. What you put into the first, change or delete there, happens in the second a moment later.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>将在此计算机上创建两个文件夹。您在第一个文件夹中放入、更改或删除的内容，片刻之后就会同样出现在第二个中。</translation>
        </message>
        <message>
            <source>&amp;Start the try-out</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>开始体验(&amp;S)</translation>
        </message>
        <message>
            <source>Put files in here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>在此处放入文件</translation>
        </message>
        <message>
            <source>They appear here</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>文件会出现在此处</translation>
        </message>
        <message>
            <source>The first folder begins with some small text files. Remove the mapping in the settings to end the try-out.</source>
            <extracomment>desktop/wizard/tryout.py</extracomment>
            <translation>第一个文件夹中已有一些小文本文件。要结束体验，请在设置中移除该映射。</translation>
        </message>
    </context>
    <context>
        <name>UpdateDialog</name>
        <message>
            <source>New version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>新版本</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>What is new</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>新内容</translation>
        </message>
        <message>
            <source>You have version {0}.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>您的版本是 {0}。</translation>
        </message>
        <message>
            <source>Do not &amp;skip it</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>不跳过(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Skip this version</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>跳过此版本(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Open the page of downloads</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>打开下载页面(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Download</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>下载(&amp;D)</translation>
        </message>
        <message>
            <source>{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>{0}，{1}。由您的浏览器下载；Skynet 不会自行安装任何东西。</translation>
        </message>
    </context>
    <context>
        <name>UpdatesPart</name>
        <message>
            <source>Look &amp;now</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>立即检查(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;What is new…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>新内容(&amp;W)…</translation>
        </message>
        <message>
            <source>Looking…</source>
            <extracomment>desktop/updates/part.py</extracomment>
            <translation>正在检查…</translation>
        </message>
    </context>
    <context>
        <name>VerificationDialog</name>
        <message>
            <source>Verification of {0}</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>{0} 的校验</translation>
        </message>
        <message>
            <source>Everything is right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>全部正确</translation>
        </message>
        <message>
            <source>What differed is being put right</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>正在修复差异</translation>
        </message>
        <message>
            <source>Not verified yet</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>尚未校验</translation>
        </message>
        <message>
            <source>A verification proves that the destination holds just what is here. It changes nothing.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>校验可证明目标位置保存的内容与此处完全一致。它不会更改任何内容。</translation>
        </message>
        <message>
            <source>Progress of the verification</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>校验进度</translation>
        </message>
        <message>
            <source>What differs</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>差异</translation>
        </message>
        <message>
            <source>&amp;Verify</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>校验(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Stop</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>停止(&amp;S)</translation>
        </message>
        <message>
            <source>Save as &amp;text…</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>另存为文本(&amp;T)…</translation>
        </message>
        <message>
            <source>&amp;Repair</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>修复(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>None of these can be put right from here: each line says why.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>这些差异都无法从此处修复：每一行都说明了原因。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are put right now, as the overview shows. Verify again afterwards.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>
                <numerusform>正在修复 %Ln 个文件，进度见概览。之后请再次校验。</numerusform>
            </translation>
        </message>
        <message>
            <source>Save as text</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>另存为文本</translation>
        </message>
        <message>
            <source>Saved as {0}.</source>
            <extracomment>desktop/verify/dialog.py</extracomment>
            <translation>已保存为 {0}。</translation>
        </message>
    </context>
    <context>
        <name>VerifyMenu</name>
        <message>
            <source>&amp;Quick: sizes, times and checksums</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>快速：大小、时间和校验和(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Read everything back, as long as a download takes</source>
            <extracomment>desktop/verify/menu.py</extracomment>
            <translation>读回全部内容，耗时与下载相当(&amp;R)</translation>
        </message>
    </context>
    <context>
        <name>WelcomePage</name>
        <message>
            <source>Welcome to Skynet</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>欢迎使用 Skynet</translation>
        </message>
        <message>
            <source>Choose a folder and where it goes. Whatever you put into it is on your own storage seconds later.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>选择一个文件夹和它的目标位置。放入其中的内容几秒后就会到达您自己的存储空间。</translation>
        </message>
        <message>
            <source>Set up a mirror</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>创建镜像</translation>
        </message>
        <message>
            <source>To S3 storage, a server or NAS over SFTP, or another disk. You need what you sign in with there.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>镜像到 S3 存储、通过 SFTP 访问的服务器或 NAS，或其他磁盘。您需要准备那里的登录信息。</translation>
        </message>
        <message>
            <source>Try it with a local folder</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>用本地文件夹体验</translation>
        </message>
        <message>
            <source>Mirrors one folder of this computer to another. Needs no account.</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>将此计算机上的一个文件夹镜像到另一个。无需账户。</translation>
        </message>
    </context>
    <context>
        <name>Wizard</name>
        <message>
            <source>Set up Skynet</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>设置 Skynet</translation>
        </message>
        <message>
            <source>Leave without setting up the mirror?</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>不创建镜像就离开？</translation>
        </message>
        <message>
            <source>What you entered here is forgotten.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>您在此处输入的内容不会保留。</translation>
        </message>
        <message>
            <source>&amp;Leave</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>离开(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Stay here</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>留在此处(&amp;S)</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>Credentials</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>凭据</translation>
        </message>
        <message>
            <source>Test</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>测试</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>Destination</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>目标位置</translation>
        </message>
        <message>
            <source>Filters</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>过滤规则</translation>
        </message>
        <message>
            <source>Dry run</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>试运行</translation>
        </message>
        <message>
            <source>Start</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>开始</translation>
        </message>
        <message>
            <source>&amp;Back</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>返回(&amp;B)</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>如果现在关闭，不会有任何更改。</translation>
        </message>
        <message>
            <source>If you close now, nothing has been changed but where secrets are kept.</source>
            <extracomment>desktop/wizard/wizard.py</extracomment>
            <translation>如果现在关闭，除机密信息的保存位置外，不会有任何更改。</translation>
        </message>
    </context>
    <context>
        <name>_KeptServices</name>
        <message>
            <source>Or use a ser&amp;vice you have already</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>或使用您已有的服务(&amp;V)</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>&amp;Use it</source>
            <extracomment>desktop/wizard/welcome.py</extracomment>
            <translation>使用它(&amp;U)</translation>
        </message>
    </context>
    <context>
        <name>_MappingMenu</name>
        <message>
            <source>Open folder</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Show at destination</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>在目标位置显示</translation>
        </message>
        <message>
            <source>Sync now</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>立即同步</translation>
        </message>
        <message>
            <source>Verify</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>校验</translation>
        </message>
        <message>
            <source>Restore…</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>还原…</translation>
        </message>
        <message>
            <source>Pause</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Resume</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>恢复</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <extracomment>desktop/tray/menu.py</extracomment>
            <translation>{0}：{1}</translation>
        </message>
    </context>
    <context>
        <name>_ReleaseNotes</name>
        <message>
            <source>Version {0}</source>
            <extracomment>desktop/updates/dialog.py</extracomment>
            <translation>版本 {0}</translation>
        </message>
    </context>
    <context>
        <name>_Summary</name>
        <message>
            <source>From</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>从</translation>
        </message>
        <message>
            <source>To</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>到</translation>
        </message>
        <message>
            <source>What you delete here is deleted there too.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>您在此处删除的内容也会在那里删除。</translation>
        </message>
        <message>
            <source>What you delete here stays there.</source>
            <extracomment>desktop/wizard/ready.py</extracomment>
            <translation>您在此处删除的内容会保留在那里。</translation>
        </message>
    </context>
    <context>
        <name>activity</name>
        <message>
            <source>Name</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>名称</translation>
        </message>
        <message>
            <source>Mirror</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>镜像</translation>
        </message>
        <message>
            <source>Action</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>操作</translation>
        </message>
        <message>
            <source>Size</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>大小</translation>
        </message>
        <message>
            <source>Progress</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>进度</translation>
        </message>
        <message>
            <source>Speed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>速度</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>状态</translation>
        </message>
        <message>
            <source>When</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>时间</translation>
        </message>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>{0}%</translation>
        </message>
        <message>
            <source>Send</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>发送</translation>
        </message>
        <message>
            <source>Remove</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>移除</translation>
        </message>
        <message>
            <source>Move</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>移动</translation>
        </message>
        <message>
            <source>Under way</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>进行中</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>已中断</translation>
        </message>
        <message>
            <source>Not done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>未完成</translation>
        </message>
        <message>
            <source>No longer needed</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>不再需要</translation>
        </message>
        <message>
            <source>Done</source>
            <extracomment>desktop/window/activity_columns.py</extracomment>
            <translation>已完成</translation>
        </message>
    </context>
    <context>
        <name>advice</name>
        <message>
            <source>Give the file another, shorter name, or ignore it.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>请给文件换一个更短的名称，或忽略它。</translation>
        </message>
        <message>
            <source>Allow this account to write there, or choose another place, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>请允许此账户在那里写入，或选择其他位置，然后重试。</translation>
        </message>
        <message>
            <source>A file and a folder have the same name. Rename one of them, here or at the destination, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>一个文件和一个文件夹同名。请在此处或目标位置重命名其中之一，然后重试。</translation>
        </message>
        <message>
            <source>It was removed at the destination. Retry to send it again.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>它已在目标位置被移除。重试即可再次发送。</translation>
        </message>
        <message>
            <source>The file is gone from this computer. There is nothing to do; this goes away.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>此文件已不在此计算机上。无需任何操作；此问题会自行消失。</translation>
        </message>
        <message>
            <source>A program keeps writing to the file. It is sent as soon as it rests; close the program to have it sent now.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>有程序持续写入此文件。写入停止后会立即发送；关闭该程序即可现在发送。</translation>
        </message>
        <message>
            <source>Close the program that uses the file, or allow yourself to read it, then retry.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>请关闭使用此文件的程序，或授予自己读取权限，然后重试。</translation>
        </message>
        <message>
            <source>It is tried again by itself. Retry now, or ignore the file.</source>
            <extracomment>desktop/window/issue_advice.py</extracomment>
            <translation>它会自动重试。您可以立即重试，或忽略此文件。</translation>
        </message>
    </context>
    <context>
        <name>card</name>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件未能镜像。</numerusform>
            </translation>
        </message>
        <message>
            <source>Next try in {0}.</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>{0}后重试。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) left</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>
                <numerusform>剩余 %Ln 个文件</numerusform>
            </translation>
        </message>
        <message>
            <source>Not checked yet</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>尚未检查</translation>
        </message>
        <message>
            <source>Last checked {0}</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>上次检查：{0}</translation>
        </message>
        <message>
            <source>{0}, {1} at the destination</source>
            <extracomment>desktop/window/card_words.py</extracomment>
            <translation>目标位置有 {0}，{1}</translation>
        </message>
    </context>
    <context>
        <name>choices</name>
        <message>
            <source>As on this computer</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>跟随此计算机</translation>
        </message>
        <message>
            <source>Light</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>深色</translation>
        </message>
        <message>
            <source>Everything</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>全部</translation>
        </message>
        <message>
            <source>The usual</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>一般</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>警告和错误</translation>
        </message>
        <message>
            <source>Errors alone</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>仅错误</translation>
        </message>
        <message>
            <source>Wait for another connection</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>等待其他连接</translation>
        </message>
        <message>
            <source>Send all the same</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>仍然发送</translation>
        </message>
        <message>
            <source>Whatever there is</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>自动选择可用方式</translation>
        </message>
        <message>
            <source>SSH agent</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>SSH 密钥代理</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>密钥文件</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>密码</translation>
        </message>
        <message>
            <source>Access key</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>访问密钥</translation>
        </message>
        <message>
            <source>This computer's own settings</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>此计算机自身的设置</translation>
        </message>
        <message>
            <source>In the path</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>在路径中</translation>
        </message>
        <message>
            <source>In front of the host's name</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>在主机名之前</translation>
        </message>
        <message>
            <source>As the bucket is set</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>按存储桶的设置</translation>
        </message>
        <message>
            <source>What is removed or replaced</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>被移除或替换的内容</translation>
        </message>
        <message>
            <source>Removed files only</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>仅被移除的文件</translation>
        </message>
        <message>
            <source>Nothing</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>不保留</translation>
        </message>
        <message>
            <source>Off</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Message</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>消息</translation>
        </message>
        <message>
            <source>Sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>声音</translation>
        </message>
        <message>
            <source>Message and sound</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>消息和声音</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>desktop/forms/choices.py</extracomment>
            <translation>自动</translation>
        </message>
    </context>
    <context>
        <name>doctor</name>
        <message>
            <source>Program</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>程序</translation>
        </message>
        <message>
            <source>Settings</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>设置</translation>
        </message>
        <message>
            <source>Connections of your own</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>您自己的连接</translation>
        </message>
        <message>
            <source>Running</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>运行状况</translation>
        </message>
        <message>
            <source>Start at login</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>登录时启动</translation>
        </message>
        <message>
            <source>Keyring</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>密钥环</translation>
        </message>
        <message>
            <source>Clock</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>时钟</translation>
        </message>
        <message>
            <source>Open files</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>打开的文件</translation>
        </message>
        <message>
            <source>Disk</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>磁盘</translation>
        </message>
        <message>
            <source>State</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>状态</translation>
        </message>
        <message>
            <source>Watching</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>监视</translation>
        </message>
        <message>
            <source>Folder of {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>{0} 的文件夹</translation>
        </message>
        <message>
            <source>Service {0}</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>服务 {0}</translation>
        </message>
        <message>
            <source>Right</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>正常</translation>
        </message>
        <message>
            <source>Good to know</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>供参考</translation>
        </message>
        <message>
            <source>Warning</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>警告</translation>
        </message>
        <message>
            <source>Does not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>无法工作</translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) do not work</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln 项无法工作</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln thing(s) to look at</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>
                <numerusform>%Ln 项需要查看</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything is fine</source>
            <extracomment>desktop/checkup/topics.py</extracomment>
            <translation>一切正常</translation>
        </message>
    </context>
    <context>
        <name>engine</name>
        <message>
            <source>The service {0}: {1}</source>
            <extracomment>app.py {0}: service.name, {1}: error</extracomment>
            <translation>服务 {0}：{1}</translation>
        </message>
        <message>
            <source>The running app does not know the command {0}.</source>
            <extracomment>app.py {0}: command</extracomment>
            <translation>正在运行的应用不认识命令 {0}。</translation>
        </message>
        <message>
            <source>The file changed while it was read.</source>
            <extracomment>connections/base.py; connections/s3/small.py</extracomment>
            <translation>文件在读取时发生了更改。</translation>
        </message>
        <message>
            <source>The proxy {0} cannot be reached.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>无法连接代理服务器 {0}。</translation>
        </message>
        <message>
            <source>The proxy {0} is of a kind that can carry web pages only.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>代理服务器 {0} 属于只能传送网页的类型。</translation>
        </message>
        <message>
            <source>no HTTP answer</source>
            <extracomment>connections/dial.py</extracomment>
            <translation>没有 HTTP 响应</translation>
        </message>
        <message>
            <source>The proxy {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/dial.py {0}: proxy</extracomment>
            <translation>代理服务器 {0} 需要用户名和密码，或拒绝了所提供的用户名和密码。</translation>
        </message>
        <message>
            <source>The proxy {0} did not lead to {1} ({2}).</source>
            <extracomment>connections/dial.py {0}: proxy, {1}: at(host, port), {2}: why</extracomment>
            <translation>代理服务器 {0} 未能通向 {1}（{2}）。</translation>
        </message>
        <message>
            <source>the copy is not as long as the file</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>副本的长度与文件不一致</translation>
        </message>
        <message>
            <source>The folder is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>目标位置没有此文件夹。</translation>
        </message>
        <message>
            <source>The new name is taken at the destination.</source>
            <extracomment>connections/local/connection.py; connections/sftp/connection.py</extracomment>
            <translation>新名称在目标位置已被占用。</translation>
        </message>
        <message>
            <source>The file is not at the destination.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>目标位置没有此文件。</translation>
        </message>
        <message>
            <source>This is not a file at the destination.</source>
            <extracomment>connections/local/connection.py; connections/local/reading.py</extracomment>
            <translation>它在目标位置不是文件。</translation>
        </message>
        <message>
            <source>A folder has this name at the destination.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>目标位置有同名的文件夹。</translation>
        </message>
        <message>
            <source>The file grew while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>文件在读取时变大了。</translation>
        </message>
        <message>
            <source>The file shrank while it was read.</source>
            <extracomment>connections/local/copying.py</extracomment>
            <translation>文件在读取时变小了。</translation>
        </message>
        <message>
            <source>This is not a regular file.</source>
            <extracomment>connections/local/copying.py; connections/local/reading.py</extracomment>
            <translation>这不是普通文件。</translation>
        </message>
        <message>
            <source>The file changed before it was read.</source>
            <extracomment>connections/local/copying.py; connections/sftp/modes.py</extracomment>
            <translation>文件在读取之前发生了更改。</translation>
        </message>
        <message>
            <source>The file cannot be written here: {0}.</source>
            <extracomment>connections/local/reading.py {0}: error.strerror; engine/restoring/target.py {0}: error.strerror or error</extracomment>
            <translation>无法在此处写入文件：{0}。</translation>
        </message>
        <message>
            <source>A file or folder cannot have this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>文件或文件夹不能使用此名称。</translation>
        </message>
        <message>
            <source>A folder keeps no versions.</source>
            <extracomment>connections/local/connection.py</extracomment>
            <translation>文件夹不保留版本。</translation>
        </message>
        <message>
            <source>Names of this form are kept for unfinished copies.</source>
            <extracomment>connections/local/names.py; engine/restoring/names.py</extracomment>
            <translation>这种形式的名称保留给未完成的副本使用。</translation>
        </message>
        <message>
            <source>The destination would drop the dot or space at the end of this name.</source>
            <extracomment>connections/local/names.py</extracomment>
            <translation>目标位置会去掉此名称末尾的点或空格。</translation>
        </message>
        <message>
            <source>Windows does not allow any of &lt; &gt; : " | ? * \ in a name.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows 不允许名称中包含以下任何字符：&lt; &gt; : " | ? * \。</translation>
        </message>
        <message>
            <source>Windows keeps this name for a device.</source>
            <extracomment>core/names.py</extracomment>
            <translation>Windows 将此名称保留给设备使用。</translation>
        </message>
        <message>
            <source>The file changed at the destination while it was read.</source>
            <extracomment>connections/local/reading.py; connections/sftp/reading.py</extracomment>
            <translation>目标位置的文件在读取时发生了更改。</translation>
        </message>
        <message>
            <source>{0} is not a folder.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} 不是文件夹。</translation>
        </message>
        <message>
            <source>No disk is mounted at {0}.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} 处没有挂载磁盘。</translation>
        </message>
        <message>
            <source>The folder {0} may not be written to.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>不允许写入文件夹 {0}。</translation>
        </message>
        <message>
            <source>{0} is another folder now: was a disk unmounted?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>{0} 现在是另一个文件夹：是否有磁盘被卸载？</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Is its disk plugged in?</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>文件夹 {0} 不存在。它所在的磁盘是否已插入？</translation>
        </message>
        <message>
            <source>The folder {0} may not be read.</source>
            <extracomment>connections/local/root.py {0}: self.shown</extracomment>
            <translation>不允许读取文件夹 {0}。</translation>
        </message>
        <message>
            <source>{0} cannot be reached: {1}.</source>
            <extracomment>connections/local/root.py {0}: self.shown, {1}: error.strerror; updates/fetching.py {0}: host, {1}: _detail(error)</extracomment>
            <translation>无法访问 {0}：{1}。</translation>
        </message>
        <message>
            <source>The destination's own folder cannot be a file.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>目标位置的文件夹本身不能是文件。</translation>
        </message>
        <message>
            <source>A link at the destination has the name of a folder.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>目标位置有一个链接与文件夹同名。</translation>
        </message>
        <message>
            <source>The destination is read-only.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>目标位置是只读的。</translation>
        </message>
        <message>
            <source>The two names are on different disks at the destination.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>这两个名称在目标位置属于不同的磁盘。</translation>
        </message>
        <message>
            <source>The disk or share is no longer reachable.</source>
            <extracomment>connections/local/root.py</extracomment>
            <translation>磁盘或共享已无法访问。</translation>
        </message>
        <message>
            <source>A {0} service cannot be made of these options ({1}).</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: type(error).__name__</extracomment>
            <translation>无法用这些选项创建 {0} 服务（{1}）。</translation>
        </message>
        <message>
            <source>{0} is a secret: it belongs in the keyring, not here.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} 是机密信息：应保存在密钥环中，而不是这里。</translation>
        </message>
        <message>
            <source>{0} must be text.</source>
            <extracomment>connections/options.py {0}: name</extracomment>
            <translation>{0} 必须是文本。</translation>
        </message>
        <message>
            <source>{0} must be {1}, not {2}.</source>
            <extracomment>connections/options.py {0}: option.name, {1}: allowed, {2}: given</extracomment>
            <translation>{0} 必须是{1}，而不是 {2}。</translation>
        </message>
        <message>
            <source>one of {0}</source>
            <extracomment>connections/options.py {0}: ', '.join(option.choices)</extracomment>
            <translation>以下之一：{0}</translation>
        </message>
        <message>
            <source>a path in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>带引号的路径</translation>
        </message>
        <message>
            <source>text in quotes</source>
            <extracomment>connections/options.py</extracomment>
            <translation>带引号的文本</translation>
        </message>
        <message>
            <source>one line of text</source>
            <extracomment>connections/options.py</extracomment>
            <translation>一行文本</translation>
        </message>
        <message>
            <source>a whole number</source>
            <extracomment>connections/options.py</extracomment>
            <translation>整数</translation>
        </message>
        <message>
            <source>true or false</source>
            <extracomment>connections/options.py</extracomment>
            <translation>布尔值 true 或 false</translation>
        </message>
        <message>
            <source>A {0} service needs {1} ({2}).{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: option.name, {2}: option.label, {3}: explained</extracomment>
            <translation>{0} 服务需要 {1}（{2}）。{3}</translation>
        </message>
        <message>
            <source>Did you mean {0}?</source>
            <extracomment>connections/options.py {0}: near[0]; settings/reader.py {0}: quoted(found[0])</extracomment>
            <translation>您是指 {0} 吗？</translation>
        </message>
        <message>
            <source>A {0} service knows no {1}, only {2}.{3}</source>
            <extracomment>connections/options.py {0}: cls.kind, {1}: name, {2}: ', '.join(names) or 'nothing', {3}: meant</extracomment>
            <translation>{0} 服务没有 {1}，只有 {2}。{3}</translation>
        </message>
        <message>
            <source>The name {0} could not be looked up.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>无法查询名称 {0}。</translation>
        </message>
        <message>
            <source>Check that this computer is connected to a network, then try again.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查此计算机是否已连接到网络，然后重试。</translation>
        </message>
        <message>
            <source>The name {0} is not known.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>名称 {0} 未知。</translation>
        </message>
        <message>
            <source>Check the spelling. A name of your own network is known only there: you may have to connect to it (VPN), or use the address (such as 192.168.1.20) instead.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查拼写。您自己网络中的名称只在该网络内有效：您可能需要先连接到该网络（VPN），或改用地址（如 192.168.1.20）。</translation>
        </message>
        <message>
            <source>{0}:{1} is no address of a server.</source>
            <extracomment>connections/reach.py {0}: host, {1}: endpoint.port</extracomment>
            <translation>{0}:{1} 不是服务器地址。</translation>
        </message>
        <message>
            <source>Give a name such as nas.example.com and a port from 1 to 65535.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请提供名称（如 nas.example.com）和 1 到 65535 之间的端口。</translation>
        </message>
        <message>
            <source>{0} is there, but nothing answers at its port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} 可以访问，但其端口 {1} 没有响应。</translation>
        </message>
        <message>
            <source>Check the port, and that the service is running on the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查端口，以及服务器上的服务是否正在运行。</translation>
        </message>
        <message>
            <source>{0} does not answer at port {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port</extracomment>
            <translation>{0} 的端口 {1} 没有响应。</translation>
        </message>
        <message>
            <source>Check address and port, and that the server is switched on. A firewall on the way may also swallow the attempt.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查地址和端口，以及服务器是否已开机。途中的防火墙也可能拦截了连接。</translation>
        </message>
        <message>
            <source>There is no way to {0} from here.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>无法从此处到达 {0}。</translation>
        </message>
        <message>
            <source>Check that this computer is connected to the right network (or VPN).</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查此计算机是否已连接到正确的网络（或 VPN）。</translation>
        </message>
        <message>
            <source>{0} cannot be reached at port {1}: {2}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: port, {2}: error.strerror or error</extracomment>
            <translation>无法通过端口 {1} 连接 {0}：{2}。</translation>
        </message>
        <message>
            <source>Check address and port, and this computer's network.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查地址和端口，以及此计算机的网络。</translation>
        </message>
        <message>
            <source>{0} does not speak TLS at port {1}.</source>
            <extracomment>connections/reach.py {0}: endpoint.host, {1}: endpoint.port</extracomment>
            <translation>{0} 的端口 {1} 不支持 TLS。</translation>
        </message>
        <message>
            <source>Check the port. A server without encryption has an address that begins with http:// instead of https://.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查端口。未加密服务器的地址以 http:// 而不是 https:// 开头。</translation>
        </message>
        <message>
            <source>The certificate of {0} has expired.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} 的证书已过期。</translation>
        </message>
        <message>
            <source>Whoever runs the server must renew it. If it should be good, check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>需要由服务器管理员更新证书。如果证书应当有效，请检查此计算机的时钟。</translation>
        </message>
        <message>
            <source>The certificate of {0} is not valid yet.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} 的证书尚未生效。</translation>
        </message>
        <message>
            <source>Check this computer's clock.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请检查此计算机的时钟。</translation>
        </message>
        <message>
            <source>The certificate belongs to another name than {0}.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>证书属于 {0} 以外的名称。</translation>
        </message>
        <message>
            <source>Use the name that the certificate was made for.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请使用证书所对应的名称。</translation>
        </message>
        <message>
            <source>The certificate of {0} was issued by somebody this computer does not trust.</source>
            <extracomment>connections/reach.py {0}: host</extracomment>
            <translation>{0} 的证书由此计算机不信任的颁发者签发。</translation>
        </message>
        <message>
            <source>If the server is your own, put its issuer's certificate into a file and name that file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>如果服务器是您自己的，请将其颁发者的证书放入一个文件，并在环境变量 AWS_CA_BUNDLE 中指定该文件。否则请不要连接。</translation>
        </message>
        <message>
            <source>The certificate of {0} is not good: {1}.</source>
            <extracomment>connections/reach.py {0}: host, {1}: message</extracomment>
            <translation>{0} 的证书无效：{1}。</translation>
        </message>
        <message>
            <source>Ask whoever runs the server.</source>
            <extracomment>connections/reach.py</extracomment>
            <translation>请询问服务器管理员。</translation>
        </message>
        <message>
            <source>There is no service of the kind {0}, only {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: known</extracomment>
            <translation>没有类型为 {0} 的服务，只有 {1}。</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: found.where, {1}: _words(error)</extracomment>
            <translation>无法使用 {0}：{1}</translation>
        </message>
        <message>
            <source>The kind {0} is taken by {1}.</source>
            <extracomment>connections/registry.py {0}: kind, {1}: taken</extracomment>
            <translation>类型 {0} 已被 {1} 占用。</translation>
        </message>
        <message>
            <source>The file cannot be loaded: {0}</source>
            <extracomment>connections/registry.py {0}: _words(error)</extracomment>
            <translation>无法加载文件：{0}</translation>
        </message>
        <message>
            <source>The file holds no connection class with a kind.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>文件中没有指定了类型的连接类。</translation>
        </message>
        <message>
            <source>The class {0} cannot be used: {1}</source>
            <extracomment>connections/registry.py {0}: cls.__name__, {1}: error</extracomment>
            <translation>无法使用类 {0}：{1}</translation>
        </message>
        <message>
            <source>it is not a Python file</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>它不是 Python 文件</translation>
        </message>
        <message>
            <source>it is not a subclass of Connection.</source>
            <extracomment>connections/registry.py</extracomment>
            <translation>它不是 Connection 的子类。</translation>
        </message>
        <message>
            <source>it lacks {0}.</source>
            <extracomment>connections/registry.py {0}: missing</extracomment>
            <translation>它缺少 {0}。</translation>
        </message>
        <message>
            <source>its kind is not {0}.</source>
            <extracomment>connections/registry.py {0}: kind</extracomment>
            <translation>它的类型不是 {0}。</translation>
        </message>
        <message>
            <source>The proxy must be empty (for the system's own), none, or an address such as http://proxy:3128 or socks5://user:password@proxy:1080.</source>
            <extracomment>connections/route.py</extracomment>
            <translation>代理服务器必须为空（使用系统自身的设置）、none，或类似 http://proxy:3128 或 socks5://user:password@proxy:1080 的地址。</translation>
        </message>
        <message>
            <source>Check the bucket's name. It must exist: make it in the provider's console first.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请检查存储桶的名称。存储桶必须已存在：请先在提供商的控制台中创建。</translation>
        </message>
        <message>
            <source>Copy the access key ID once more, and check that it belongs to this service.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请重新复制访问密钥 ID，并检查它是否属于此服务。</translation>
        </message>
        <message>
            <source>Copy the secret access key once more, whole and without a space. If you no longer have it, make a new key.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请重新复制秘密访问密钥，要完整且不含空格。如果您已没有它，请创建新密钥。</translation>
        </message>
        <message>
            <source>Make a new key in the provider's console and enter it here.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请在提供商的控制台中创建新密钥，并在此处输入。</translation>
        </message>
        <message>
            <source>Set the region in which the bucket was made.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请设置创建存储桶时所在的区域。</translation>
        </message>
        <message>
            <source>Set this computer's date and time, best by switching on that it sets them itself.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请校准此计算机的日期和时间，最好打开自动设置时间。</translation>
        </message>
        <message>
            <source>Give the key the right to list, read, write and delete there. If it is limited to a folder of the bucket, enter that as the folder in the bucket.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请为该密钥授予在那里列出、读取、写入和删除的权限。如果它仅限于存储桶中的某个文件夹，请将其填写为存储桶中的文件夹。</translation>
        </message>
        <message>
            <source>Sign in at the provider's web page and look at the account.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请登录提供商的网页，查看账户。</translation>
        </message>
        <message>
            <source>Choose another storage class or encryption, or leave them empty.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>请选择其他存储类别或加密方式，或将其留空。</translation>
        </message>
        <message>
            <source>Set the region to {0}.</source>
            <extracomment>connections/s3/advice.py {0}: right</extracomment>
            <translation>请将区域设置为 {0}。</translation>
        </message>
        <message>
            <source>If the server wants encryption, its address begins with https://.</source>
            <extracomment>connections/s3/advice.py</extracomment>
            <translation>如果服务器要求加密，其地址以 https:// 开头。</translation>
        </message>
        <message>
            <source>The file became shorter while it was read.</source>
            <extracomment>connections/s3/body.py; connections/sftp/batch.py</extracomment>
            <translation>文件在读取时变短了。</translation>
        </message>
        <message>
            <source>What answers at {0} does not speak S3.</source>
            <extracomment>connections/s3/bucket.py {0}: self.host; connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} 的响应不符合 S3。</translation>
        </message>
        <message>
            <source>The access key ID or the secret access key is missing.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>缺少访问密钥 ID 或秘密访问密钥。</translation>
        </message>
        <message>
            <source>The access key may not list {0}; listing is the least it needs.</source>
            <extracomment>connections/s3/connection.py {0}: self.describe()</extracomment>
            <translation>访问密钥无权列出 {0}；列出是最基本的权限。</translation>
        </message>
        <message>
            <source>The connection is not open.</source>
            <extracomment>connections/s3/connection.py</extracomment>
            <translation>连接未打开。</translation>
        </message>
        <message>
            <source>'{0}' is no address of a storage service.</source>
            <extracomment>connections/s3/account.py {0}: self.host</extracomment>
            <translation>“{0}”不是存储服务的地址。</translation>
        </message>
        <message>
            <source>It is not in the bucket.</source>
            <extracomment>connections/s3/copying.py; connections/s3/errors.py</extracomment>
            <translation>它不在存储桶中。</translation>
        </message>
        <message>
            <source>The storage did not copy the whole object.</source>
            <extracomment>connections/s3/copying.py</extracomment>
            <translation>存储未能复制整个对象。</translation>
        </message>
        <message>
            <source>{0} does not know this access key.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} 不认识此访问密钥。</translation>
        </message>
        <message>
            <source>{0} refused the access key: the secret key does not belong to it.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} 拒绝了访问密钥：秘密密钥与它不匹配。</translation>
        </message>
        <message>
            <source>The access key's session at {0} has expired.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>访问密钥在 {0} 的会话已过期。</translation>
        </message>
        <message>
            <source>The bucket '{0}' is in another region than the one set for it.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>存储桶“{0}”所在的区域与所设置的不同。</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} wants a user and a password, or refused the ones it got.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>通往 {0} 的代理服务器需要用户名和密码，或拒绝了所提供的用户名和密码。</translation>
        </message>
        <message>
            <source>This computer's clock differs too much from that of {0}: set it right.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>此计算机的时钟与 {0} 的时钟相差太大：请校准。</translation>
        </message>
        <message>
            <source>{0} does not accept the storage class or encryption chosen ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} 不接受所选的存储类别或加密方式（{1}）。</translation>
        </message>
        <message>
            <source>The bucket '{0}' does not exist at {1}.</source>
            <extracomment>connections/s3/errors.py {0}: bucket, {1}: host</extracomment>
            <translation>存储桶“{0}”在 {1} 不存在。</translation>
        </message>
        <message>
            <source>'{0}' cannot be the name of a bucket.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>“{0}”不能用作存储桶的名称。</translation>
        </message>
        <message>
            <source>{0} reports a problem with the account.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>{0} 报告账户有问题。</translation>
        </message>
        <message>
            <source>The account is not signed up for storage at {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>该账户未在 {0} 开通存储服务。</translation>
        </message>
        <message>
            <source>The path is too long for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>路径对此存储来说太长。</translation>
        </message>
        <message>
            <source>The file is too large for this storage.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>文件对此存储来说太大。</translation>
        </message>
        <message>
            <source>This storage cannot hold this name.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>此存储不支持此名称。</translation>
        </message>
        <message>
            <source>Something of another kind has this name in the bucket.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>存储桶中有一个同名但类型不同的项目。</translation>
        </message>
        <message>
            <source>The content arrived damaged and was refused.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>内容到达时已损坏，被拒绝。</translation>
        </message>
        <message>
            <source>The object was changed by somebody else meanwhile.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>对象在此期间被他人更改。</translation>
        </message>
        <message>
            <source>It lies in an archive there, from where it must be called back before it can be read.</source>
            <extracomment>connections/s3/errors.py</extracomment>
            <translation>它在那里位于归档存储中，须先取回才能读取。</translation>
        </message>
        <message>
            <source>The certificate of {0} cannot be trusted, or TLS failed.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>无法信任 {0} 的证书，或 TLS 失败。</translation>
        </message>
        <message>
            <source>The proxy on the way to {0} cannot be reached, or does not lead there.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>通往 {0} 的代理服务器无法连接，或未能通向那里。</translation>
        </message>
        <message>
            <source>{0} cannot be reached.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>无法连接 {0}。</translation>
        </message>
        <message>
            <source>The connection to {0} broke off.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>与 {0} 的连接已中断。</translation>
        </message>
        <message>
            <source>This computer's own AWS settings hold no usable credentials ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: name</extracomment>
            <translation>此计算机自身的 AWS 设置中没有可用的凭据（{0}）。</translation>
        </message>
        <message>
            <source>The bucket name '{0}' or another setting of the service is not valid.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>存储桶名称“{0}”或服务的其他设置无效。</translation>
        </message>
        <message>
            <source>There is no space or quota left in the bucket '{0}'.</source>
            <extracomment>connections/s3/errors.py {0}: bucket</extracomment>
            <translation>存储桶“{0}”没有剩余空间或配额。</translation>
        </message>
        <message>
            <source>The access key may not do this ({0}).</source>
            <extracomment>connections/s3/errors.py {0}: error.operation_name</extracomment>
            <translation>访问密钥无权执行此操作（{0}）。</translation>
        </message>
        <message>
            <source>{0} does not offer this ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error.operation_name</extracomment>
            <translation>{0} 不提供此功能（{1}）。</translation>
        </message>
        <message>
            <source>{0} cannot serve us at the moment ({1}).</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: code</extracomment>
            <translation>{0} 目前无法提供服务（{1}）。</translation>
        </message>
        <message>
            <source>{0} refused it: {1} ({2})</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: words or 'no reason given', {2}: code or status</extracomment>
            <translation>{0} 拒绝了请求：{1}（{2}）</translation>
        </message>
        <message>
            <source>no reason given</source>
            <extracomment>connections/s3/errors.py; connections/sftp/session.py</extracomment>
            <translation>未说明原因</translation>
        </message>
        <message>
            <source>The settings for {0} cannot be used: {1}</source>
            <extracomment>connections/s3/errors.py {0}: host, {1}: error</extracomment>
            <translation>无法使用 {0} 的设置：{1}</translation>
        </message>
        <message>
            <source>What this file replaces cannot be kept. {0}</source>
            <extracomment>connections/s3/keeping.py {0}: error</extracomment>
            <translation>无法保留此文件所替换的内容。{0}</translation>
        </message>
        <message>
            <source>The access key may not copy what this file replaces, to keep it: let the key read as well, or do not keep what is replaced.</source>
            <extracomment>connections/s3/keeping.py</extracomment>
            <translation>访问密钥无权复制此文件所替换的内容以便保留：请同时授予该密钥读取权限，或不保留被替换的内容。</translation>
        </message>
        <message>
            <source>The storage did not put the parts together; the file is sent again.</source>
            <extracomment>connections/s3/multipart.py</extracomment>
            <translation>存储未能合并各个分段；文件将重新发送。</translation>
        </message>
        <message>
            <source>This storage turns a backslash in a name into a folder; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>此存储会把名称中的反斜杠变成文件夹；请重命名该文件以便镜像。</translation>
        </message>
        <message>
            <source>This storage hides folders named '.uploads'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>此存储会隐藏名为“.uploads”的文件夹；请重命名该文件夹以便镜像。</translation>
        </message>
        <message>
            <source>This storage hides folders whose name ends in '.versions'; rename the folder to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>此存储会隐藏名称以“.versions”结尾的文件夹；请重命名该文件夹以便镜像。</translation>
        </message>
        <message>
            <source>The name holds bytes that are no text, which S3 cannot store; rename the file to have it mirrored.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>名称包含不是文本的字节，S3 无法存储；请重命名该文件以便镜像。</translation>
        </message>
        <message>
            <source>The whole path is {0} bytes long; S3 takes {1}.</source>
            <extracomment>connections/s3/names.py {0}: length, {1}: MAX_KEY_BYTES</extracomment>
            <translation>完整路径长 {0} 字节；S3 最多允许 {1} 字节。</translation>
        </message>
        <message>
            <source>This is the name of a folder.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>这是一个文件夹的名称。</translation>
        </message>
        <message>
            <source>A path with '.', '..' or nothing between two slashes is no key.</source>
            <extracomment>connections/s3/names.py</extracomment>
            <translation>含有“.”“..”或两个斜杠之间为空的路径不能用作键。</translation>
        </message>
        <message>
            <source>The parts of an unfinished upload cannot be removed at the moment.</source>
            <extracomment>connections/s3/orphans.py</extracomment>
            <translation>目前无法移除未完成上传的分段。</translation>
        </message>
        <message>
            <source>Another part failed.</source>
            <extracomment>connections/s3/parts.py</extracomment>
            <translation>另一个分段失败了。</translation>
        </message>
        <message>
            <source>The address of the service must begin with https:// (or http://) and the name of a server.</source>
            <extracomment>connections/s3/places.py</extracomment>
            <translation>服务的地址必须以 https://（或 http://）和服务器名称开头。</translation>
        </message>
        <message>
            <source>The certificate of {0} is good.</source>
            <extracomment>connections/s3/proof.py {0}: endpoint.host</extracomment>
            <translation>{0} 的证书有效。</translation>
        </message>
        <message>
            <source>Something has this name here already.</source>
            <extracomment>connections/s3/reading.py</extracomment>
            <translation>此处已有同名的项目。</translation>
        </message>
        <message>
            <source>Signing in as {0} took too long.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who</extracomment>
            <translation>以 {0} 身份登录耗时过长。</translation>
        </message>
        <message>
            <source>The connection broke off while signing in.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>登录时连接中断。</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}: {2}.</source>
            <extracomment>connections/sftp/auth.py {0}: way.name, {1}: self._who, {2}: self._transport.goodbye</extracomment>
            <translation>服务器拒绝了 {1} 的{0}：{2}。</translation>
        </message>
        <message>
            <source>The server refused the {0} for {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._refused[0], {1}: self._who; connections/sftp/auth.py {0}: names, {1}: self._who</extracomment>
            <translation>服务器拒绝了 {1} 的{0}。</translation>
        </message>
        <message>
            <source>nothing we know</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>没有已知的方式</translation>
        </message>
        <message>
            <source>Nothing to sign in with as {0}; the server takes: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: asked</extracomment>
            <translation>没有可用于以 {0} 身份登录的凭据；服务器接受：{1}。</translation>
        </message>
        <message>
            <source>No SSH agent with a key was found.</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>没有找到含有密钥的 SSH 密钥代理。</translation>
        </message>
        <message>
            <source>agent's keys</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>密钥代理中的密钥</translation>
        </message>
        <message>
            <source>The server asks {0} for more than the password: {1}</source>
            <extracomment>connections/sftp/auth.py {0}: self._who, {1}: answer.too_curious</extracomment>
            <translation>除密码外，服务器还要求 {0} 提供更多信息：{1}</translation>
        </message>
        <message>
            <source>a question without an answer</source>
            <extracomment>connections/sftp/auth.py</extracomment>
            <translation>一个没有答案的问题</translation>
        </message>
        <message>
            <source>The key file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/auth.py {0}: path, {1}: error.strerror</extracomment>
            <translation>无法读取密钥文件 {0}：{1}。</translation>
        </message>
        <message>
            <source>The key file {0} is locked by a passphrase.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>密钥文件 {0} 受密码短语保护。</translation>
        </message>
        <message>
            <source>The passphrase does not open the key file {0}.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>该密码短语无法打开密钥文件 {0}。</translation>
        </message>
        <message>
            <source>The file {0} holds no private key that can be used.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>文件 {0} 中没有可用的私钥。</translation>
        </message>
        <message>
            <source>The key file {0} is of a kind that is not supported.</source>
            <extracomment>connections/sftp/auth.py {0}: path</extracomment>
            <translation>不支持密钥文件 {0} 的类型。</translation>
        </message>
        <message>
            <source>password</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>密码</translation>
        </message>
        <message>
            <source>key</source>
            <extracomment>connections/sftp/auth.py: fills a field of another sentence</extracomment>
            <translation>密钥</translation>
        </message>
        <message>
            <source>no handle</source>
            <extracomment>connections/sftp/batch.py; connections/sftp/calls.py</extracomment>
            <translation>没有句柄</translation>
        </message>
        <message>
            <source>no attributes</source>
            <extracomment>connections/sftp/calls.py; connections/sftp/keeping.py</extracomment>
            <translation>没有属性</translation>
        </message>
        <message>
            <source>no name</source>
            <extracomment>connections/sftp/calls.py</extracomment>
            <translation>没有名称</translation>
        </message>
        <message>
            <source>The connection was closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>连接被关闭。</translation>
        </message>
        <message>
            <source>The connection is closed.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>连接已关闭。</translation>
        </message>
        <message>
            <source>This server keeps no versions.</source>
            <extracomment>connections/sftp/connection.py</extracomment>
            <translation>此服务器不保留版本。</translation>
        </message>
        <message>
            <source>The server is known by its host key, {0} {1}.</source>
            <extracomment>connections/sftp/connection.py {0}: key.get_name(), {1}: shown</extracomment>
            <translation>该服务器通过其主机密钥 {0} {1} 得到确认。</translation>
        </message>
        <message>
            <source>A file stands where a folder is needed at the destination.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>目标位置需要文件夹的地方有一个文件。</translation>
        </message>
        <message>
            <source>It is not at the destination.</source>
            <extracomment>connections/sftp/faults.py; core/errors.py</extracomment>
            <translation>它不在目标位置。</translation>
        </message>
        <message>
            <source>The server lost its own connection.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>服务器自身的连接中断了。</translation>
        </message>
        <message>
            <source>The destination cannot hold this name.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>目标位置不支持此名称。</translation>
        </message>
        <message>
            <source>The server does not support what is needed for this file.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>服务器不支持此文件所需的功能。</translation>
        </message>
        <message>
            <source>The destination is full.</source>
            <extracomment>connections/local/root.py; connections/sftp/faults.py</extracomment>
            <translation>目标位置已满。</translation>
        </message>
        <message>
            <source>The content arrived damaged from {0}.</source>
            <extracomment>connections/s3/errors.py {0}: host</extracomment>
            <translation>来自 {0} 的内容到达时已损坏。</translation>
        </message>
        <message>
            <source>The server broke off in the middle of its list.</source>
            <extracomment>connections/s3/listing.py</extracomment>
            <translation>服务器在列出内容时中途中断。</translation>
        </message>
        <message>
            <source>The destination does not allow it.</source>
            <extracomment>connections/sftp/faults.py</extracomment>
            <translation>目标位置不允许此操作。</translation>
        </message>
        <message>
            <source>The server reported: {0}.</source>
            <extracomment>connections/sftp/faults.py {0}: error.message or 'failure'</extracomment>
            <translation>服务器报告：{0}。</translation>
        </message>
        <message>
            <source>The file {0} cannot be read: {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: path, {1}: error.strerror</extracomment>
            <translation>无法读取文件 {0}：{1}。</translation>
        </message>
        <message>
            <source>The host key in the settings is neither a fingerprint (SHA256:...) nor a public key.</source>
            <extracomment>connections/sftp/hostkeys.py</extracomment>
            <translation>设置中的主机密钥既不是指纹（SHA256:...），也不是公钥。</translation>
        </message>
        <message>
            <source>The host key of {0} ({1}) is marked as revoked.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>{0} 的主机密钥（{1}）已标记为吊销。</translation>
        </message>
        <message>
            <source>The server {0} is not known yet. Its host key is {1}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: shown</extracomment>
            <translation>服务器 {0} 尚未知晓。其主机密钥为 {1}。</translation>
        </message>
        <message>
            <source>If that is the right one, accept it by -o host_key={0} or add it to known_hosts.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>如果这是正确的密钥，请用 -o host_key={0} 接受它，或将其添加到 known_hosts。</translation>
        </message>
        <message>
            <source>The host key of {0} has CHANGED: it was {1} and is now {2} {3}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: where, {1}: before, {2}: key.kind, {3}: key.fingerprint</extracomment>
            <translation>{0} 的主机密钥已更改：原为 {1}，现为 {2} {3}。</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it; only then accept the new key by -o host_key={0}.</source>
            <extracomment>connections/sftp/hostkeys.py {0}: key.fingerprint</extracomment>
            <translation>可能有人正在窃听，也可能是服务器重新安装过。请询问服务器管理员；确认之后再用 -o host_key={0} 接受新密钥。</translation>
        </message>
        <message>
            <source>the folder is not known</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>文件夹未知</translation>
        </message>
        <message>
            <source>no links</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>没有链接</translation>
        </message>
        <message>
            <source>What is there at the destination could not be kept.</source>
            <extracomment>connections/sftp/keeping.py</extracomment>
            <translation>目标位置的现有内容未能保留。</translation>
        </message>
        <message>
            <source>no listing</source>
            <extracomment>connections/sftp/listing.py</extracomment>
            <translation>没有列表</translation>
        </message>
        <message>
            <source>no message</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>没有消息</translation>
        </message>
        <message>
            <source>The name holds half a character and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>名称包含半个字符，无法发送。</translation>
        </message>
        <message>
            <source>The name holds a zero byte and cannot be sent.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>名称包含零字节，无法发送。</translation>
        </message>
        <message>
            <source>A part of the path is '.' or '..', which is no name.</source>
            <extracomment>connections/sftp/packets.py</extracomment>
            <translation>路径的一部分是“.”或“..”，不能用作名称。</translation>
        </message>
        <message>
            <source>unexpected reply {0}</source>
            <extracomment>connections/sftp/packets.py {0}: kind</extracomment>
            <translation>意外的响应 {0}</translation>
        </message>
        <message>
            <source>The server offers no SFTP to this user.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>服务器不向此用户提供 SFTP。</translation>
        </message>
        <message>
            <source>The connection broke off.</source>
            <extracomment>connections/sftp/pipeline.py; connections/sftp/session.py</extracomment>
            <translation>连接已中断。</translation>
        </message>
        <message>
            <source>The server takes no data any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>服务器不再接收数据。</translation>
        </message>
        <message>
            <source>The server does not answer any more.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>服务器不再响应。</translation>
        </message>
        <message>
            <source>The server answers something that is not SFTP.</source>
            <extracomment>connections/sftp/pipeline.py</extracomment>
            <translation>服务器的响应不是 SFTP。</translation>
        </message>
        <message>
            <source>The server allows no further channel.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>服务器不允许更多通道。</translation>
        </message>
        <message>
            <source>The server opens no channel for SFTP.</source>
            <extracomment>connections/sftp/pool.py</extracomment>
            <translation>服务器没有为 SFTP 打开通道。</translation>
        </message>
        <message>
            <source>The server {0} has no safe algorithm in common: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: error</extracomment>
            <translation>与服务器 {0} 没有共同的安全算法：{1}。</translation>
        </message>
        <message>
            <source>it is no SSH server, or it hung up</source>
            <extracomment>connections/sftp/session.py</extracomment>
            <translation>它不是 SSH 服务器，或已断开连接</translation>
        </message>
        <message>
            <source>No SSH session with {0}: {1}.</source>
            <extracomment>connections/sftp/session.py {0}: server, {1}: detail</extracomment>
            <translation>无法与 {0} 建立 SSH 会话：{1}。</translation>
        </message>
        <message>
            <source>The server holds {0} bytes instead of {1}.</source>
            <extracomment>connections/sftp/upload.py {0}: size, {1}: self._size</extracomment>
            <translation>服务器上有 {0} 字节，而不是 {1} 字节。</translation>
        </message>
        <message>
            <source>The server {0} could not be found.</source>
            <extracomment>connections/sftp/wire.py {0}: host</extracomment>
            <translation>找不到服务器 {0}。</translation>
        </message>
        <message>
            <source>The server {0}:{1} did not answer.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port</extracomment>
            <translation>服务器 {0}:{1} 没有响应。</translation>
        </message>
        <message>
            <source>The server {0}:{1} cannot be reached: {2}.</source>
            <extracomment>connections/sftp/wire.py {0}: host, {1}: port, {2}: detail</extracomment>
            <translation>无法连接服务器 {0}:{1}：{2}。</translation>
        </message>
        <message>
            <source>it takes no data</source>
            <extracomment>connections/sftp/wire.py</extracomment>
            <translation>它不接收数据</translation>
        </message>
        <message>
            <source>Check this computer's network, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请检查此计算机的网络，然后重试。</translation>
        </message>
        <message>
            <source>Try again in a moment. If it stays so, ask whoever runs the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请稍后重试。如果一直如此，请询问服务管理员。</translation>
        </message>
        <message>
            <source>Check that the port belongs to this kind of service, then try again.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请检查端口是否属于此类服务，然后重试。</translation>
        </message>
        <message>
            <source>Plug in or mount its disk, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请插入或挂载其磁盘，或选择其他文件夹。</translation>
        </message>
        <message>
            <source>Choose another folder, or change its permissions.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请选择其他文件夹，或更改其权限。</translation>
        </message>
        <message>
            <source>Check the user name and the password or key, and that this account may use the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请检查用户名和密码或密钥，以及此账户是否可以使用该服务。</translation>
        </message>
        <message>
            <source>Give this account the right to look into the folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请授予此账户查看该文件夹的权限。</translation>
        </message>
        <message>
            <source>Give this account the right to write there, or choose another folder.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请授予此账户在那里写入的权限，或选择其他文件夹。</translation>
        </message>
        <message>
            <source>Give this account the right to read there; restoring needs it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请授予此账户在那里读取的权限；还原时需要。</translation>
        </message>
        <message>
            <source>Give this account the right to delete there, and remove the test file by hand.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请授予此账户在那里删除的权限，并手动移除测试文件。</translation>
        </message>
        <message>
            <source>Choose another folder at the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请在服务上选择其他文件夹。</translation>
        </message>
        <message>
            <source>Make room at the service, or choose another one.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请在服务上腾出空间，或选择其他服务。</translation>
        </message>
        <message>
            <source>Check the settings of the service.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请检查服务的设置。</translation>
        </message>
        <message>
            <source>Do not connect. Ask whoever runs the server.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请不要连接。请询问服务器管理员。</translation>
        </message>
        <message>
            <source>Somebody may be listening in, or the server was set up anew. Ask whoever runs it, and accept the new key only if they confirm it.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>可能有人正在窃听，也可能是服务器重新安装过。请询问服务器管理员，得到确认后再接受新密钥。</translation>
        </message>
        <message>
            <source>Compare this fingerprint with the one that whoever runs the server gives you, and accept it only if the two are the same.</source>
            <extracomment>connections/trial_advice.py</extracomment>
            <translation>请将此指纹与服务器管理员提供的指纹比对，两者相同才接受。</translation>
        </message>
        <message>
            <source>A proxy is on the way and sees to it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>途中有代理服务器，由它负责。</translation>
        </message>
        <message>
            <source>{0} is no name but an address.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host</extracomment>
            <translation>{0} 不是名称，而是地址。</translation>
        </message>
        <message>
            <source>The address of {0} is {1}.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.host, {1}: addresses[0]</extracomment>
            <translation>{0} 的地址是 {1}。</translation>
        </message>
        <message>
            <source>Port {0} of {1} is open.</source>
            <extracomment>connections/trial_stages.py {0}: endpoint.port, {1}: endpoint.host</extracomment>
            <translation>{1} 的端口 {0} 已打开。</translation>
        </message>
        <message>
            <source>Nothing is encrypted: who listens on the way can read all of it.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>没有任何加密：途中的监听者可以读取全部内容。</translation>
        </message>
        <message>
            <source>There are no files yet.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>尚无文件。</translation>
        </message>
        <message>
            <source>There are files already.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>已有文件。</translation>
        </message>
        <message>
            <source>A test file was written: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>已写入测试文件：{0}</translation>
        </message>
        <message>
            <source>What was read back is not what was written.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>读回的内容与写入的不同。</translation>
        </message>
        <message>
            <source>It was read back unchanged.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>读回的内容没有变化。</translation>
        </message>
        <message>
            <source>The test file is still there: {0}</source>
            <extracomment>connections/trial_stages.py {0}: self._path</extracomment>
            <translation>测试文件仍在那里：{0}</translation>
        </message>
        <message>
            <source>It was deleted again.</source>
            <extracomment>connections/trial_stages.py</extracomment>
            <translation>已将其删除。</translation>
        </message>
        <message>
            <source>not an action: {0}</source>
            <extracomment>core/actions.py {0}: text[:200]</extracomment>
            <translation>不是操作：{0}</translation>
        </message>
        <message>
            <source>The file is no longer there.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>文件已不存在。</translation>
        </message>
        <message>
            <source>The file cannot be read: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>无法读取文件：{0}。</translation>
        </message>
        <message>
            <source>The connection broke off: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>连接已中断：{0}。</translation>
        </message>
        <message>
            <source>The destination cannot hold this name or size: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>目标位置不支持此名称或大小：{0}。</translation>
        </message>
        <message>
            <source>The destination does not allow it: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>目标位置不允许此操作：{0}。</translation>
        </message>
        <message>
            <source>Something of another kind has this name at the destination.</source>
            <extracomment>core/errors.py</extracomment>
            <translation>目标位置有一个同名但类型不同的项目。</translation>
        </message>
        <message>
            <source>The destination reported: {0}.</source>
            <extracomment>core/errors.py {0}: detail</extracomment>
            <translation>目标位置报告：{0}。</translation>
        </message>
        <message>
            <source>An ignore pattern is not gitignore syntax: {0}</source>
            <extracomment>core/filters.py {0}: error</extracomment>
            <translation>忽略模式不符合 gitignore 语法：{0}</translation>
        </message>
        <message>
            <source>The folder {0} is not an absolute path.</source>
            <extracomment>core/mapper.py {0}: joined</extracomment>
            <translation>文件夹 {0} 不是绝对路径。</translation>
        </message>
        <message>
            <source>{0} is not below {1}</source>
            <extracomment>core/mapper.py {0}: local_path, {1}: self.local_base</extracomment>
            <translation>{0} 不在 {1} 之下</translation>
        </message>
        <message>
            <source>The remote path {0}/{1} must not contain '.' or '..'.</source>
            <extracomment>core/mapper.py {0}: root, {1}: directory</extracomment>
            <translation>远程路径 {0}/{1} 不得包含“.”或“..”。</translation>
        </message>
        <message>
            <source>"{0}" is not a moment such as 2026-11-23T08:00:00+01:00</source>
            <extracomment>core/timetable.py {0}: text</extracomment>
            <translation>“{0}”不是类似 2026-11-23T08:00:00+01:00 的时间</translation>
        </message>
        <message>
            <source>"{0}" is not of the form "mon-fri 08:00-18:00{1}"</source>
            <extracomment>core/timetable.py {0}: line, {1}: number</extracomment>
            <translation>“{0}”不符合“mon-fri 08:00-18:00{1}”的形式</translation>
        </message>
        <message>
            <source>in "{0}" there is no place for "{1}": days and hours suffice</source>
            <extracomment>core/timetable.py {0}: line, {1}: words[2]</extracomment>
            <translation>“{0}”中没有“{1}”的位置：只需日期和时段</translation>
        </message>
        <message>
            <source>in "{0}" the limit in MB/s is missing; 0 stands for none</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>“{0}”中缺少以 MB/s 为单位的限制；0 表示无限制</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a day: days are {2}, ranges such as mon-fri, lists such as mon,wed, or "daily"</source>
            <extracomment>core/timetable.py {0}: line, {1}: part, {2}: ', '.join(_DAYS)</extracomment>
            <translation>“{0}”中的“{1}”不是日期：日期可以是 {2}，mon-fri 这样的范围，mon,wed 这样的列表，或“daily”</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a span of hours such as 08:00-18:00</source>
            <extracomment>core/timetable.py {0}: line, {1}: word</extracomment>
            <translation>“{0}”中的“{1}”不是类似 08:00-18:00 的时段</translation>
        </message>
        <message>
            <source>in "{0}" the hours end when they begin; the whole day is 00:00-24:00</source>
            <extracomment>core/timetable.py {0}: line</extracomment>
            <translation>“{0}”中的时段在开始的同时结束；全天为 00:00-24:00</translation>
        </message>
        <message>
            <source>in "{0}" "{1}" is not a number of MB/s from 0 to {2}, such as 1.5</source>
            <extracomment>core/timetable.py {0}: line, {1}: word, {2}: _MOST</extracomment>
            <translation>“{0}”中的“{1}”不是 0 到 {2} 之间的 MB/s 数值，如 1.5</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), store nothing with -o auth=environment, or choose a keyring deliberately with PYTHON_KEYRING_BACKEND.</source>
            <extracomment>credentials/backend.py</extracomment>
            <translation>请启动桌面的密钥环（在 Linux 上为 Secret Service，如 GNOME Keyring 或 KWallet），用 -o auth=environment 不存储任何内容，或通过 PYTHON_KEYRING_BACKEND 明确选择一个密钥环。</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it: {1}={0}. {2}</source>
            <extracomment>credentials/backend.py {0}: backend, {1}: _CHOICE, {2}: CHOICES</extracomment>
            <translation>只找到密钥环 {0}，它不是此系统自身的密钥环，可能以明文保存机密信息。只有在您选择它时才会使用：{1}={0}。{2}</translation>
        </message>
        <message>
            <source>The keyring chosen by {0} or keyringrc.cfg cannot be used: {1}.</source>
            <extracomment>credentials/backend.py {0}: _CHOICE, {1}: error</extracomment>
            <translation>无法使用由 {0} 或 keyringrc.cfg 选择的密钥环：{1}。</translation>
        </message>
        <message>
            <source>There is no keyring to keep secrets in. {0}</source>
            <extracomment>credentials/backend.py {0}: CHOICES; credentials/store.py {0}: CHOICES</extracomment>
            <translation>没有可保存机密信息的密钥环。{0}</translation>
        </message>
        <message>
            <source>The keyring "{0}", chosen in the settings (general.keyring), cannot be used: {1}. Install it, or choose another one there.</source>
            <extracomment>credentials/backend.py {0}: name, {1}: detail</extracomment>
            <translation>无法使用设置（general.keyring）中选择的密钥环“{0}”：{1}。请安装它，或在那里选择其他密钥环。</translation>
        </message>
        <message>
            <source>Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or let Skynet keep secrets in memory only and ask for them after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>请启动桌面的密钥环（在 Linux 上为 Secret Service，如 GNOME Keyring 或 KWallet），或让 Skynet 仅在内存中保存机密信息，并在每次启动后询问。</translation>
        </message>
        <message>
            <source>Secrets are kept in memory only and asked for after each start.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>机密信息仅保存在内存中，每次启动后会询问。</translation>
        </message>
        <message>
            <source>Secrets are kept in {0}, which you chose.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>机密信息保存在您选择的 {0} 中。</translation>
        </message>
        <message>
            <source>Secrets are kept in this system's keyring, {0}.</source>
            <extracomment>credentials/probe.py {0}: name</extracomment>
            <translation>机密信息保存在此系统的密钥环 {0} 中。</translation>
        </message>
        <message>
            <source>The only keyring found is {0}, which is not this system's own and may keep secrets in plain text. It is used only if you choose it.</source>
            <extracomment>credentials/probe.py {0}: backend</extracomment>
            <translation>找到的唯一密钥环是 {0}，它不是此系统自带的，可能以明文保存机密信息。只有在您选择它之后才会使用。</translation>
        </message>
        <message>
            <source>The keyring is new: it will ask for a password to protect it with.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>密钥环是新的：它会要求设置一个保护密码。</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it; it may ask in a window of its own.</source>
            <extracomment>credentials/probe.py</extracomment>
            <translation>密钥环已锁定。请将其解锁；它可能会在自己的窗口中询问。</translation>
        </message>
        <message>
            <source>Enter the monitor's token or password: it is kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py</extracomment>
            <translation>请输入监控的令牌或密码：它仅保存在内存中，每次启动后会询问。</translation>
        </message>
        <message>
            <source>Enter the secrets of the service "{0}": they are kept in memory only, and asked for after each start.</source>
            <extracomment>credentials/session.py {0}: service</extracomment>
            <translation>请输入服务“{0}”的机密信息：它们仅保存在内存中，每次启动后会询问。</translation>
        </message>
        <message>
            <source>The keyring ({0}) kept nothing. {1}</source>
            <extracomment>credentials/store.py {0}: self.backend_name(), {1}: CHOICES</extracomment>
            <translation>密钥环（{0}）没有保存任何内容。{1}</translation>
        </message>
        <message>
            <source>The keyring is locked. Unlock it (it may ask in a window of its own) and try again, or store nothing with -o auth=environment.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>密钥环已锁定。请将其解锁（它可能会在自己的窗口中询问）后重试，或用 -o auth=environment 不存储任何内容。</translation>
        </message>
        <message>
            <source>The keyring does not work now ({0}). {1}</source>
            <extracomment>credentials/store.py {0}: kind, {1}: CHOICES</extracomment>
            <translation>密钥环目前无法工作（{0}）。{1}</translation>
        </message>
        <message>
            <source>The monitor's token or password is damaged in the keyring. Enter it again.</source>
            <extracomment>credentials/store.py</extracomment>
            <translation>密钥环中监控的令牌或密码已损坏。请重新输入。</translation>
        </message>
        <message>
            <source>The secrets of the service "{0}" are damaged in the keyring. Enter them again.</source>
            <extracomment>credentials/store.py {0}: service</extracomment>
            <translation>密钥环中服务“{0}”的机密信息已损坏。请重新输入。</translation>
        </message>
        <message>
            <source>Skynet runs already on this home (process {0}), in a terminal or without an answer. End it first, or ask it with: skynet status</source>
            <extracomment>desktop/main.py {0}: instance.holder()</extracomment>
            <translation>Skynet 已在此主目录上运行（进程 {0}），位于终端中或没有响应。请先结束它，或用以下命令查询：skynet status</translation>
        </message>
        <message>
            <source>The service was removed meanwhile. Choose another one.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>该服务在此期间已被移除。请选择其他服务。</translation>
        </message>
        <message>
            <source>This mapping was removed meanwhile. Close this window and add it anew.</source>
            <extracomment>desktop/mappings/dialog.py</extracomment>
            <translation>该映射在此期间已被移除。请关闭此窗口并重新添加。</translation>
        </message>
        <message>
            <source>There is a mapping {0} already. Choose another name.</source>
            <extracomment>desktop/mappings/editor.py {0}: values['name']; desktop/wizard/destination.py {0}: name</extracomment>
            <translation>已有名为 {0} 的映射。请选择其他名称。</translation>
        </message>
        <message>
            <source>Choose the folder to mirror.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>请选择要镜像的文件夹。</translation>
        </message>
        <message>
            <source>Choose the service it goes to, or add one first.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>请选择要使用的服务，或先添加一个。</translation>
        </message>
        <message>
            <source>One of the values is not right; it says why.</source>
            <extracomment>desktop/mappings/editor.py</extracomment>
            <translation>有一个值不正确；旁边说明了原因。</translation>
        </message>
        <message>
            <source>The folder cannot be read: {0}.</source>
            <extracomment>desktop/mappings/folder_part.py {0}: reason; desktop/mappings/looking.py {0}: error.strerror</extracomment>
            <translation>无法读取文件夹：{0}。</translation>
        </message>
        <message>
            <source>The folder</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>The place there</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>服务上的位置</translation>
        </message>
        <message>
            <source>The service</source>
            <extracomment>desktop/mappings/folder_part.py: fills a field of another sentence</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>The service was removed meanwhile.</source>
            <extracomment>desktop/restore/errand.py; desktop/restore/source.py</extracomment>
            <translation>该服务在此期间已被移除。</translation>
        </message>
        <message>
            <source>There is a service "{0}" already. Choose another name.</source>
            <extracomment>desktop/services/secrets.py {0}: name</extracomment>
            <translation>已有名为“{0}”的服务。请选择其他名称。</translation>
        </message>
        <message>
            <source>On a metered connection, nothing is sent.</source>
            <extracomment>desktop/surroundings.py</extracomment>
            <translation>在按流量计费的连接上不发送任何内容。</translation>
        </message>
        <message>
            <source>no such appearance: {0}</source>
            <extracomment>desktop/theme.py {0}: appearance</extracomment>
            <translation>没有此外观：{0}</translation>
        </message>
        <message>
            <source>Nothing was verified yet.</source>
            <extracomment>desktop/verify/report.py</extracomment>
            <translation>尚未校验任何内容。</translation>
        </message>
        <message>
            <source>The file {0} cannot be written: {1}.</source>
            <extracomment>desktop/verify/report.py {0}: file, {1}: reason; notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>无法写入文件 {0}：{1}。</translation>
        </message>
        <message>
            <source>This system does not start Skynet at login. Add it in its own settings.</source>
            <extracomment>desktop/wizard/plan.py</extracomment>
            <translation>此系统不支持在登录时启动 Skynet。请在系统自身的设置中添加。</translation>
        </message>
        <message>
            <source>The diagnostics cannot be saved as {0}: {1}. Choose another place.</source>
            <extracomment>diagnostics.py {0}: destination, {1}: detail</extracomment>
            <translation>无法将诊断信息保存为 {0}：{1}。请选择其他位置。</translation>
        </message>
        <message>
            <source>Set date and time, best by switching on that this computer sets them by itself.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>请校准日期和时间，最好打开此计算机的自动设置时间。</translation>
        </message>
        <message>
            <source>This computer's clock says {0}, which cannot be.</source>
            <extracomment>doctor/computer.py {0}: shown</extracomment>
            <translation>此计算机的时钟显示 {0}，这不可能正确。</translation>
        </message>
        <message>
            <source>The clock was set back: it says {0}, and Skynet wrote last on {1}.</source>
            <extracomment>doctor/computer.py {0}: shown, {1}: then</extracomment>
            <translation>时钟被往回调过：它显示 {0}，而 Skynet 上次写入是在 {1}。</translation>
        </message>
        <message>
            <source>The time zone {0}, chosen by the variable TZ, is not known; UTC is taken.</source>
            <extracomment>doctor/computer.py {0}: chosen</extracomment>
            <translation>由变量 TZ 选择的时区 {0} 未知；改用 UTC。</translation>
        </message>
        <message>
            <source>Correct or remove the variable, or install the system's time zones (tzdata).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>请更正或移除该变量，或安装系统的时区数据（tzdata）。</translation>
        </message>
        <message>
            <source>This system sets no limit that matters here.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>此系统没有设置与此相关的限制。</translation>
        </message>
        <message>
            <source>A program may have as many files open as Skynet needs.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>程序可同时打开的文件数满足 Skynet 的需要。</translation>
        </message>
        <message>
            <source>A program may have {0} files open; Skynet may need {1}.</source>
            <extracomment>doctor/computer.py {0}: allowed, {1}: needed</extracomment>
            <translation>程序可同时打开 {0} 个文件；Skynet 可能需要 {1} 个。</translation>
        </message>
        <message>
            <source>Raise the limit in the terminal that Skynet is started from.</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>请在启动 Skynet 的终端中提高限制。</translation>
        </message>
        <message>
            <source>Ask whoever runs this computer to raise the limit (nofile).</source>
            <extracomment>doctor/computer.py</extracomment>
            <translation>请让此计算机的管理员提高限制（nofile）。</translation>
        </message>
        <message>
            <source>The folder {0} is not there.</source>
            <extracomment>doctor/folders.py {0}: folder; notifier/targets/sqlite.py {0}: self._path.parent</extracomment>
            <translation>文件夹 {0} 不存在。</translation>
        </message>
        <message>
            <source>If it is on a drive, connect it. If it was moved, tell the mapping where to.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>如果它位于某个驱动器上，请连接该驱动器。如果它已被移动，请在映射中指定新的位置。</translation>
        </message>
        <message>
            <source>{0} is a file.</source>
            <extracomment>doctor/folders.py {0}: folder</extracomment>
            <translation>{0} 是一个文件。</translation>
        </message>
        <message>
            <source>Choose the folder that holds it, for the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>请为映射选择包含它的文件夹。</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}.</source>
            <extracomment>doctor/folders.py {0}: folder, {1}: error.strerror; engine/verifying/run.py {0}: folder, {1}: error.strerror or error</extracomment>
            <translation>无法读取文件夹 {0}：{1}。</translation>
        </message>
        <message>
            <source>Give yourself the right to read it.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>请授予自己读取它的权限。</translation>
        </message>
        <message>
            <source>{0} is on another computer ({1}): what is changed elsewhere is found only by comparing, every {2} minutes.</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: kind, {2}: mapping.rescan_minutes</extracomment>
            <translation>{0} 位于另一台计算机（{1}）上：在别处所做的更改只能通过比对发现，每 {2} 分钟一次。</translation>
        </message>
        <message>
            <source>Mirror it from the computer it is on, or compare more often.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>请从它所在的计算机上镜像，或更频繁地比对。</translation>
        </message>
        <message>
            <source>{0} is empty, but the destination holds files of it ({1}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: known</extracomment>
            <translation>{0} 是空的，但目标位置保存着它的文件（{1}）。</translation>
        </message>
        <message>
            <source>If its disk is not mounted, mount it. If the files were deleted by mistake, they can be restored.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>如果它的磁盘未挂载，请挂载。如果文件是误删的，可以还原。</translation>
        </message>
        <message>
            <source>{0} is empty.</source>
            <extracomment>doctor/folders.py {0}: mapping.local</extracomment>
            <translation>{0} 是空的。</translation>
        </message>
        <message>
            <source>Files or folders in it that cannot be read: {0}, such as {1}.</source>
            <extracomment>doctor/folders.py {0}: unreadable.files, {1}: examples</extracomment>
            <translation>其中无法读取的文件或文件夹：{0}，如 {1}。</translation>
        </message>
        <message>
            <source>Give yourself the right to read them, or leave them out of the mapping.</source>
            <extracomment>doctor/folders.py</extracomment>
            <translation>请授予自己读取它们的权限，或在映射中排除它们。</translation>
        </message>
        <message>
            <source>{0} can be read (files: {1}, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} 可以读取（文件：{1}，大小：{2}）。</translation>
        </message>
        <message>
            <source>{0} was not looked through to its end (files: {1} so far, size: {2}).</source>
            <extracomment>doctor/folders.py {0}: mapping.local, {1}: found.files, {2}: size</extracomment>
            <translation>{0} 尚未全部扫描完（目前文件：{1}，大小：{2}）。</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} with {1} on {2}.</source>
            <extracomment>doctor/home.py {0}: skynet_desktop.__version__, {1}: ', '.join(parts), {2}: platform.platform(terse=True)</extracomment>
            <translation>Skynet Desktop {0}，使用 {1}，运行于 {2}。</translation>
        </message>
        <message>
            <source>Install a newer one.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请安装较新的版本。</translation>
        </message>
        <message>
            <source>Version {0} was withdrawn.</source>
            <extracomment>doctor/home.py {0}: news.running</extracomment>
            <translation>版本 {0} 已被撤回。</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>doctor/home.py {0}: news.newest.version</extracomment>
            <translation>版本 {0} 可用。</translation>
        </message>
        <message>
            <source>See what is new.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请查看新内容。</translation>
        </message>
        <message>
            <source>Correct it in a text editor, or put {0} in its place.</source>
            <extracomment>doctor/home.py {0}: good</extracomment>
            <translation>请在文本编辑器中更正它，或用 {0} 替换它。</translation>
        </message>
        <message>
            <source>Correct it in a text editor.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请在文本编辑器中更正它。</translation>
        </message>
        <message>
            <source>There are no settings yet.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>尚无设置。</translation>
        </message>
        <message>
            <source>Add a service and a mapping.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请添加一个服务和一个映射。</translation>
        </message>
        <message>
            <source>{0} is valid (services: {1}, mappings: {2}).</source>
            <extracomment>doctor/home.py {0}: path, {1}: services, {2}: mappings</extracomment>
            <translation>{0} 有效（服务：{1}，映射：{2}）。</translation>
        </message>
        <message>
            <source>The folder {0} cannot be written to, so no setting can be changed.</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>无法写入文件夹 {0}，因此无法更改任何设置。</translation>
        </message>
        <message>
            <source>Make it yours to write in.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请使它可由您写入。</translation>
        </message>
        <message>
            <source>The last good version of the settings cannot be kept beside them.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>设置的最后一个有效版本无法保存在设置旁边。</translation>
        </message>
        <message>
            <source>Look at the folder {0}: is its disk full?</source>
            <extracomment>doctor/home.py {0}: path.parent</extracomment>
            <translation>请查看文件夹 {0}：它的磁盘是否已满？</translation>
        </message>
        <message>
            <source>Something in the settings file looks like a password or a key.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>设置文件中有内容看起来像密码或密钥。</translation>
        </message>
        <message>
            <source>Take it out. Secrets belong in the keyring: add the service anew, and it asks.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请将其删去。机密信息应保存在密钥环中：重新添加该服务，届时会询问。</translation>
        </message>
        <message>
            <source>Correct it, or take it away. Services of that kind do not work until then.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请更正它，或将其移走。在此之前，该类型的服务无法工作。</translation>
        </message>
        <message>
            <source>Kinds of service of your own that can be used: {0}.</source>
            <extracomment>doctor/home.py {0}: ', '.join(own)</extracomment>
            <translation>您自己的可用服务类型：{0}。</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but gives no good answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet 正在运行（进程 {0}），但没有给出正确的响应。</translation>
        </message>
        <message>
            <source>End it and start it again. Nothing is lost by that.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请结束它，再重新启动。这样不会丢失任何内容。</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}) and answers.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet 正在运行（进程 {0}），并有响应。</translation>
        </message>
        <message>
            <source>Skynet runs (process {0}), but does not answer.</source>
            <extracomment>doctor/home.py {0}: instance.holder()</extracomment>
            <translation>Skynet 正在运行（进程 {0}），但没有响应。</translation>
        </message>
        <message>
            <source>Skynet is not running now, so nothing is mirrored.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet 目前没有运行，因此没有镜像任何内容。</translation>
        </message>
        <message>
            <source>Start it.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请启动它。</translation>
        </message>
        <message>
            <source>The mapping {0} waits for you to decide something.</source>
            <extracomment>doctor/home.py {0}: name</extracomment>
            <translation>映射 {0} 正在等待您的决定。</translation>
        </message>
        <message>
            <source>See: skynet status, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请查看：skynet status，或打开窗口。</translation>
        </message>
        <message>
            <source>The mapping {0} has paths that could not be mirrored: {1}.</source>
            <extracomment>doctor/home.py {0}: name, {1}: issues</extracomment>
            <translation>映射 {0} 有未能镜像的路径：{1}。</translation>
        </message>
        <message>
            <source>See: skynet issues, or the window.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请查看：skynet issues，或打开窗口。</translation>
        </message>
        <message>
            <source>Or start Skynet yourself after each login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>或在每次登录后自行启动 Skynet。</translation>
        </message>
        <message>
            <source>Skynet starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet 在登录时启动。</translation>
        </message>
        <message>
            <source>Skynet does not start at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>Skynet 不在登录时启动。</translation>
        </message>
        <message>
            <source>Switch it on in the settings, if you wish.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>如有需要，请在设置中打开。</translation>
        </message>
        <message>
            <source>Starting at login was switched off in the system's own settings.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>登录时启动已在系统自身的设置中关闭。</translation>
        </message>
        <message>
            <source>Another home of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>登录时启动的是 Skynet 的另一个主目录，而不是这一个。</translation>
        </message>
        <message>
            <source>Another copy of Skynet than this one starts at login.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>登录时启动的是 Skynet 的另一个副本，而不是这一个。</translation>
        </message>
        <message>
            <source>Switch it off and on again in the settings of the one that is to start.</source>
            <extracomment>doctor/home.py</extracomment>
            <translation>请在要启动的那一个的设置中先关闭再打开此项。</translation>
        </message>
        <message>
            <source>By its name it keeps them in plain text. Choose this system's keyring instead.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>从名称看，它以明文保存机密信息。请改为选择此系统的密钥环。</translation>
        </message>
        <message>
            <source>Until then no service that needs a secret works.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>在此之前，需要机密信息的服务都无法工作。</translation>
        </message>
        <message>
            <source>No keyring keeps secrets here, so services that need one do not work.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>此处没有可保存机密信息的密钥环，因此需要机密信息的服务无法工作。</translation>
        </message>
        <message>
            <source>The secrets of {0} are in the memory of the running app alone, if it runs.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>{0} 的机密信息仅在正在运行的应用的内存中（如果它在运行）。</translation>
        </message>
        <message>
            <source>They cannot be looked at from elsewhere.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>无法从别处查看它们。</translation>
        </message>
        <message>
            <source>Enter them again.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>请重新输入。</translation>
        </message>
        <message>
            <source>No {0} of {1} is stored.</source>
            <extracomment>doctor/kept.py {0}: labels, {1}: name</extracomment>
            <translation>没有存储 {1} 的{0}。</translation>
        </message>
        <message>
            <source>Enter it in the settings, under Services.</source>
            <extracomment>doctor/kept.py</extracomment>
            <translation>请在设置的“服务”中输入。</translation>
        </message>
        <message>
            <source>No secret of {0} is stored; it signs in without one, or not at all.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>没有存储 {0} 的机密信息；它无需机密信息即可登录，或根本无需登录。</translation>
        </message>
        <message>
            <source>The secrets of {0} are stored.</source>
            <extracomment>doctor/kept.py {0}: name</extracomment>
            <translation>{0} 的机密信息已存储。</translation>
        </message>
        <message>
            <source>A monitor is set up and told nothing.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>已设置监控，但不向它报告任何内容。</translation>
        </message>
        <message>
            <source>Switch it on under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>请在“监控”中打开它。</translation>
        </message>
        <message>
            <source>The monitor's history lost {0}: it was away for too long.</source>
            <extracomment>doctor/monitor.py {0}: counted(state.waiting.dropped, 'line')</extracomment>
            <translation>监控的历史记录丢失了 {0}：它离线太久。</translation>
        </message>
        <message>
            <source>What it shows of the present is complete.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>它显示的当前状态是完整的。</translation>
        </message>
        <message>
            <source>{0} The monitor was not told for a while, and {1} wait.</source>
            <extracomment>doctor/monitor.py {0}: state.problem, {1}: waiting</extracomment>
            <translation>{0} 已有一段时间未向监控报告，{1} 等待中。</translation>
        </message>
        <message>
            <source>Mirroring is not affected. Test the monitor in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>镜像不受影响。请在设置的“监控”中测试监控。</translation>
        </message>
        <message>
            <source>It is told as soon as it can be reached.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>一旦可以访问就会向它报告。</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Monitor.</source>
            <extracomment>doctor/monitor.py</extracomment>
            <translation>请在设置的“监控”中更正。</translation>
        </message>
        <message>
            <source>This could not be checked: {0}: {1}.</source>
            <extracomment>doctor/rounds.py {0}: type(error).__name__, {1}: error</extracomment>
            <translation>无法检查此项：{0}：{1}。</translation>
        </message>
        <message>
            <source>Save the diagnostics, and show them to somebody who knows Skynet.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>请保存诊断信息，并交给了解 Skynet 的人查看。</translation>
        </message>
        <message>
            <source>This was not done after {0} seconds.</source>
            <extracomment>doctor/rounds.py {0}: self._check.seconds</extracomment>
            <translation>{0} 秒后仍未完成。</translation>
        </message>
        <message>
            <source>Something hangs: a disk, a share or a server. Look at it, and try again.</source>
            <extracomment>doctor/rounds.py</extracomment>
            <translation>有什么卡住了：磁盘、共享或服务器。请查看，然后重试。</translation>
        </message>
        <message>
            <source>Or try it in the window of the running app, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>或在正在运行的应用窗口的“服务”中尝试。</translation>
        </message>
        <message>
            <source>Correct it in the settings, under Services.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>请在设置的“服务”中更正。</translation>
        </message>
        <message>
            <source>{0} works: a test file was written, read and deleted.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} 工作正常：已写入、读取并删除一个测试文件。</translation>
        </message>
        <message>
            <source>{0} answers and can be listed.</source>
            <extracomment>doctor/services.py {0}: connection.describe()</extracomment>
            <translation>{0} 有响应，并且可以列出。</translation>
        </message>
        <message>
            <source>Its clock and this computer's are {0} apart.</source>
            <extracomment>doctor/services.py {0}: _span(off)</extracomment>
            <translation>它的时钟与此计算机的时钟相差 {0}。</translation>
        </message>
        <message>
            <source>{0} If this one is right, tell whoever runs the service.</source>
            <extracomment>doctor/services.py {0}: SET_CLOCK</extracomment>
            <translation>{0} 如果此计算机的时钟正确，请告知服务管理员。</translation>
        </message>
        <message>
            <source>Its clock agrees with this computer's.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>它的时钟与此计算机的时钟一致。</translation>
        </message>
        <message>
            <source>{0} are free there.</source>
            <extracomment>doctor/services.py {0}: amount(free)</extracomment>
            <translation>那里有 {0} 可用空间。</translation>
        </message>
        <message>
            <source>Make room there, or choose another destination.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>请在那里腾出空间，或选择其他目标位置。</translation>
        </message>
        <message>
            <source>Make room there soon.</source>
            <extracomment>doctor/services.py; doctor/storage.py</extracomment>
            <translation>请尽快在那里腾出空间。</translation>
        </message>
        <message>
            <source>It keeps versions: what is replaced or removed there stays, and is billed.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>它保留版本：在那里被替换或移除的内容会保留，并会计费。</translation>
        </message>
        <message>
            <source>A lifecycle rule for old versions can end that after some time.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>可用针对旧版本的生命周期规则，在一段时间后结束保留。</translation>
        </message>
        <message>
            <source>It keeps no versions; what is replaced or removed goes to Skynet's own trash, where the mapping says so.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>它不保留版本；被替换或移除的内容会进入 Skynet 自己的回收站（如果映射如此设置）。</translation>
        </message>
        <message>
            <source>No rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>那里没有规则来移除已开始但从未完成的上传。</translation>
        </message>
        <message>
            <source>Skynet removes its own when it starts. A lifecycle rule for incomplete multipart uploads, after 7 days, also covers a computer that never comes back.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>Skynet 启动时会移除自己的未完成上传。设置 7 天后清理未完成分段上传的生命周期规则，还可处理计算机不再回来的情况。</translation>
        </message>
        <message>
            <source>A rule there removes uploads that were begun and never finished.</source>
            <extracomment>doctor/services.py</extracomment>
            <translation>那里有规则会移除已开始但从未完成的上传。</translation>
        </message>
        <message>
            <source>{0} are free where Skynet keeps its state and log ({1}).</source>
            <extracomment>doctor/storage.py {0}: amount(free), {1}: folder</extracomment>
            <translation>Skynet 保存状态和日志的位置（{1}）有 {0} 可用空间。</translation>
        </message>
        <message>
            <source>Make room there: Skynet cannot note what it does on a full disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>请在那里腾出空间：磁盘已满时，Skynet 无法记录它所做的操作。</translation>
        </message>
        <message>
            <source>Skynet cannot write to its own folder {0}: {1}.</source>
            <extracomment>doctor/storage.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>Skynet 无法写入自己的文件夹 {0}：{1}。</translation>
        </message>
        <message>
            <source>Make it yours to write in, or make room on its disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>请使它可由您写入，或在它的磁盘上腾出空间。</translation>
        </message>
        <message>
            <source>Skynet's own databases were looked through: {0}.</source>
            <extracomment>doctor/storage.py {0}: amount(total)</extracomment>
            <translation>已检查 Skynet 自己的数据库：{0}。</translation>
        </message>
        <message>
            <source>A database of the mapping {0} is damaged ({1}: {2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: path.name, {2}: said</extracomment>
            <translation>映射 {0} 的一个数据库已损坏（{1}：{2}）。</translation>
        </message>
        <message>
            <source>Start Skynet anew: it sets the file aside and rebuilds it, without sending all again. If this happens more than once, check the disk.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>请重新启动 Skynet：它会将该文件放到一旁并重建，无需重新发送全部内容。如果多次发生，请检查磁盘。</translation>
        </message>
        <message>
            <source>The log of a database of {0} has grown to {1} ({2}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: amount(log), {2}: path.name</extracomment>
            <translation>{0} 的一个数据库的日志已增长到 {1}（{2}）。</translation>
        </message>
        <message>
            <source>Start Skynet anew; that writes it back.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>请重新启动 Skynet；这会将其写回。</translation>
        </message>
        <message>
            <source>A damaged database of {0} was set aside and rebuilt ({1}).</source>
            <extracomment>doctor/storage.py {0}: mapping, {1}: size</extracomment>
            <translation>{0} 的一个损坏的数据库已放到一旁并重建（{1}）。</translation>
        </message>
        <message>
            <source>If all is well since, delete what has damaged in its name below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>如果此后一切正常，请删除 {0} 下名称中含有 damaged 的内容。</translation>
        </message>
        <message>
            <source>The counts of requests are damaged ({0}).</source>
            <extracomment>doctor/storage.py {0}: said</extracomment>
            <translation>请求计数已损坏（{0}）。</translation>
        </message>
        <message>
            <source>They begin anew with the next request; nothing else depends on them.</source>
            <extracomment>doctor/storage.py</extracomment>
            <translation>它会从下一次请求起重新计数；其他功能不受影响。</translation>
        </message>
        <message>
            <source>State of mappings that are no longer there: {0}.</source>
            <extracomment>doctor/storage.py {0}: ', '.join(sorted(left)[:5])</extracomment>
            <translation>已不存在的映射的状态：{0}。</translation>
        </message>
        <message>
            <source>It can be deleted below {0}.</source>
            <extracomment>doctor/storage.py {0}: folder</extracomment>
            <translation>可以在 {0} 下将其删除。</translation>
        </message>
        <message>
            <source>This system sets no limit to how many folders may be watched.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>此系统不限制可监视的文件夹数量。</translation>
        </message>
        <message>
            <source>{0} folders are to be watched and other programs watch {1}; this computer allows {2} together.</source>
            <extracomment>doctor/watching.py {0}: folders, {1}: used.watches, {2}: limit.limit</extracomment>
            <translation>需要监视 {0} 个文件夹，其他程序监视 {1} 个；此计算机总共允许 {2} 个。</translation>
        </message>
        <message>
            <source>Not all folders could be counted in time, so there may be more to watch.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>未能及时统计所有文件夹，因此需要监视的可能更多。</translation>
        </message>
        <message>
            <source>Count again when the disk has less to do.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>请在磁盘较空闲时重新统计。</translation>
        </message>
        <message>
            <source>The rest is looked through again and again instead, which costs time and power. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>其余部分改为反复扫描，这会耗费时间和电量。请在终端中提高限制。</translation>
        </message>
        <message>
            <source>That is close. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>已接近限制。请在终端中提高限制。</translation>
        </message>
        <message>
            <source>Programs of this computer need {0} queues for watching, one a mapping among them; {1} are allowed.</source>
            <extracomment>doctor/watching.py {0}: needed, {1}: limit.limit</extracomment>
            <translation>此计算机上的程序需要 {0} 个监视队列，其中每个映射占一个；允许 {1} 个。</translation>
        </message>
        <message>
            <source>Mappings without one are looked through again and again instead. Raise the limit, in a terminal.</source>
            <extracomment>doctor/watching.py</extracomment>
            <translation>没有队列的映射改为反复扫描。请在终端中提高限制。</translation>
        </message>
        <message>
            <source>{0} cannot be watched</source>
            <extracomment>engine/directory_changes.py {0}: self.watch.path</extracomment>
            <translation>无法监视 {0}</translation>
        </message>
        <message>
            <source>Another file of the same size and time has this name.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>另一个大小和时间相同的文件使用了此名称。</translation>
        </message>
        <message>
            <source>This computer's disk is full, so Skynet cannot keep its notes. Free some space.</source>
            <extracomment>engine/outage.py</extracomment>
            <translation>这台计算机的磁盘已满，Skynet 无法保存自己的记录。请腾出一些空间。</translation>
        </message>
        <message>
            <source>This service cannot list what it holds, so nothing can be restored.</source>
            <extracomment>engine/restoring/loading.py</extracomment>
            <translation>此服务无法列出它保存的内容，因此无法还原。</translation>
        </message>
        <message>
            <source>{0} of {1} files were changed at once that nobody had touched for a day. If you did not do this, a virus may be encrypting them. Send the changed files?</source>
            <extracomment>engine/changes.py {0}: count, {1}: files</extracomment>
            <translation>{1} 个文件中有 {0} 个同时发生了更改，而它们此前一天内无人改动。如果这不是您所为，可能有病毒正在加密它们。是否发送已更改的文件？</translation>
        </message>
        <message>
            <source>The connection gave no answer for this file.</source>
            <extracomment>engine/dispatch.py</extracomment>
            <translation>连接没有对此文件作出响应。</translation>
        </message>
        <message>
            <source>There is no mapping {0}. Known: {1}.</source>
            <extracomment>engine/engine.py {0}: name, {1}: known</extracomment>
            <translation>没有映射 {0}。已有：{1}。</translation>
        </message>
        <message>
            <source>The folder is not the one that was mirrored before, and {0} files of that one are missing here. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>此文件夹不是之前镜像的那个，且原文件夹中的 {0} 个文件在此处缺失。是否也在目标位置移除它们？</translation>
        </message>
        <message>
            <source>The folder is empty. Remove all {0} files at the destination too?</source>
            <extracomment>engine/guard.py {0}: count</extracomment>
            <translation>文件夹是空的。是否移除目标位置的全部 {0} 个文件？</translation>
        </message>
        <message>
            <source>{0} files were deleted here, {1} are left. Remove them at the destination too?</source>
            <extracomment>engine/guard.py {0}: lost.files, {1}: now</extracomment>
            <translation>此处删除了 {0} 个文件，剩余 {1} 个。是否也在目标位置移除它们？</translation>
        </message>
        <message>
            <source>The destination failed: {0}</source>
            <extracomment>engine/handler.py {0}: error</extracomment>
            <translation>目标位置出错：{0}</translation>
        </message>
        <message>
            <source>Sends again at {0}.</source>
            <extracomment>engine/holds.py {0}: clock</extracomment>
            <translation>将于 {0} 恢复发送。</translation>
        </message>
        <message>
            <source>Sends again on {0} at {1}.</source>
            <extracomment>engine/holds.py {0}: day, {1}: clock</extracomment>
            <translation>将于 {0} {1} 恢复发送。</translation>
        </message>
        <message>
            <source>The file changed while it was sent.</source>
            <extracomment>engine/jobs.py</extracomment>
            <translation>文件在发送时发生了更改。</translation>
        </message>
        <message>
            <source>At the destination this is the same name as {0}; rename one of them.</source>
            <extracomment>engine/looks.py {0}: other</extracomment>
            <translation>在目标位置，此名称与 {0} 相同；请重命名其中之一。</translation>
        </message>
        <message>
            <source>A folder of this name is kept at the destination (deletions stay there without complete sync); rename the file.</source>
            <extracomment>engine/looks.py</extracomment>
            <translation>目标位置保留着同名的文件夹（未启用完全同步时，删除的内容会保留在那里）；请重命名该文件。</translation>
        </message>
        <message>
            <source>The destination is not the one that was mirrored to before: most of the {0} files that were sent there are missing. If a disk is unplugged, connect it. Send them all again?</source>
            <extracomment>engine/mark.py {0}: count</extracomment>
            <translation>目标位置不是之前镜像到的那个：已发送到那里的 {0} 个文件大多缺失。如果有磁盘被拔出，请连接它。是否重新发送全部文件？</translation>
        </message>
        <message>
            <source>Skynet Desktop mirrors a folder to this place. What it removed or replaced is kept in the folder trash for a while.</source>
            <extracomment>engine/mark.py</extracomment>
            <translation>Skynet Desktop 将一个文件夹镜像到此处。它移除或替换的内容会在文件夹 trash 中保留一段时间。</translation>
        </message>
        <message>
            <source>Unexpected trouble: {0}: {1}</source>
            <extracomment>engine/outage.py {0}: type(raised).__name__, {1}: raised</extracomment>
            <translation>意外故障：{0}：{1}</translation>
        </message>
        <message>
            <source>The folder {0} cannot be read: {1}</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error</extracomment>
            <translation>无法读取文件夹 {0}：{1}</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it; mirroring goes on by itself then.</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: error.strerror</extracomment>
            <translation>文件夹 {0} 不存在（{1}）。如果它位于某个驱动器上，请连接该驱动器；镜像随后会自动继续。</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before: of {1} known files {2} are in it. Mirror this one from now on?</source>
            <extracomment>engine/patrol.py {0}: self._m.mapper.local_base, {1}: len(known), {2}: here</extracomment>
            <translation>文件夹 {0} 不是之前镜像的那个：{1} 个已知文件中有 {2} 个在其中。从现在起镜像这个文件夹吗？</translation>
        </message>
        <message>
            <source>a rate must be positive</source>
            <extracomment>engine/preview.py</extracomment>
            <translation>速率必须为正数</translation>
        </message>
        <message>
            <source>Nothing of this name is at the destination.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>目标位置没有此名称的内容。</translation>
        </message>
        <message>
            <source>Nothing of this name was at the destination at that time, as far as it is known.</source>
            <extracomment>engine/restoring/restore.py</extracomment>
            <translation>据目前所知，目标位置在那个时间没有此名称的内容。</translation>
        </message>
        <message>
            <source>{0} are needed in {1}, but only {2} are free there. Make room, or restore to another disk.</source>
            <extracomment>engine/restoring/restore.py {0}: amount(needed), {1}: self._target.shown, {2}: amount(free)</extracomment>
            <translation>{1} 中需要 {0}，但那里只有 {2} 可用空间。请腾出空间，或还原到其他磁盘。</translation>
        </message>
        <message>
            <source>For this computer "{0}" is the same name; restore this one by itself, to another folder.</source>
            <extracomment>engine/restoring/restore.py {0}: rival</extracomment>
            <translation>对此计算机而言，“{0}”是同一个名称；请将这一项单独还原到其他文件夹。</translation>
        </message>
        <message>
            <source>Again and again something else takes the name of this file here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>此处的这个文件名一再被其他内容占用。</translation>
        </message>
        <message>
            <source>A folder has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>此处有同名的文件夹。</translation>
        </message>
        <message>
            <source>A link or something else that is no file has this name here.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>此处有同名的链接或其他不是文件的项目。</translation>
        </message>
        <message>
            <source>The file changed at the destination since it was listed.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>目标位置的文件在列出之后发生了更改。</translation>
        </message>
        <message>
            <source>This service cannot give the file back.</source>
            <extracomment>engine/restoring/file.py</extracomment>
            <translation>此服务无法取回该文件。</translation>
        </message>
        <message>
            <source>Names of this form are kept for Skynet itself.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>这种形式的名称保留给 Skynet 自身使用。</translation>
        </message>
        <message>
            <source>Such a path could lead out of the folder, so it is not restored.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>这样的路径可能指向文件夹之外，因此不会还原。</translation>
        </message>
        <message>
            <source>No file on this computer can have this name.</source>
            <extracomment>engine/restoring/names.py; engine/restoring/target.py</extracomment>
            <translation>此计算机上的文件不能使用此名称。</translation>
        </message>
        <message>
            <source>This computer would drop the dot or space at the end of this name.</source>
            <extracomment>engine/restoring/names.py</extracomment>
            <translation>此计算机会去掉此名称末尾的点或空格。</translation>
        </message>
        <message>
            <source>Another restore is bringing this file back right now.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>另一个还原操作正在还原此文件。</translation>
        </message>
        <message>
            <source>Something that is no file has the name of an unfinished copy here.</source>
            <extracomment>engine/restoring/partial.py</extracomment>
            <translation>此处有一个不是文件的项目占用了未完成副本的名称。</translation>
        </message>
        <message>
            <source>It is no longer at the destination.</source>
            <extracomment>engine/restoring/same.py</extracomment>
            <translation>它已不在目标位置。</translation>
        </message>
        <message>
            <source>A link here has the name of a folder, and may lead elsewhere.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>此处有一个链接与文件夹同名，可能指向别处。</translation>
        </message>
        <message>
            <source>A file here has the name of a folder.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>此处有一个文件与文件夹同名。</translation>
        </message>
        <message>
            <source>The folder {0} is not there. Make it, or choose another one.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>文件夹 {0} 不存在。请创建它，或选择其他文件夹。</translation>
        </message>
        <message>
            <source>The disk of {0} is full. Make room, then restore again.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>{0} 的磁盘已满。请腾出空间，然后重新还原。</translation>
        </message>
        <message>
            <source>Nothing can be written to the folder {0}: {1}.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown, {1}: detail</extracomment>
            <translation>无法写入文件夹 {0}：{1}。</translation>
        </message>
        <message>
            <source>The disk of {0} can no longer be reached.</source>
            <extracomment>engine/restoring/target.py {0}: self.shown</extracomment>
            <translation>已无法访问 {0} 的磁盘。</translation>
        </message>
        <message>
            <source>This computer cannot hold this name or size: {0}.</source>
            <extracomment>engine/restoring/target.py {0}: detail</extracomment>
            <translation>此计算机不支持此名称或大小：{0}。</translation>
        </message>
        <message>
            <source>The file may not be written here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>不允许在此处写入该文件。</translation>
        </message>
        <message>
            <source>Something of another kind has this name here.</source>
            <extracomment>engine/restoring/target.py</extracomment>
            <translation>此处有一个同名但类型不同的项目。</translation>
        </message>
        <message>
            <source>{0} paths could not be mirrored.</source>
            <extracomment>engine/standing.py {0}: issues</extracomment>
            <translation>{0} 个路径未能镜像。</translation>
        </message>
        <message>
            <source>{0} folders cannot be watched and are looked at every {1} s; raise fs.inotify.max_user_watches.</source>
            <extracomment>engine/standing.py {0}: len(self._patrol.unwatched), {1}: self._m.spec.poll_seconds</extracomment>
            <translation>{0} 个文件夹无法监视，改为每 {1} 秒扫描一次；请提高 fs.inotify.max_user_watches。</translation>
        </message>
        <message>
            <source>1 file at the destination is not as it should be; verification shows which.</source>
            <extracomment>engine/status.py</extracomment>
            <translation>目标位置有 1 个文件不正确；校验会显示是哪一个。</translation>
        </message>
        <message>
            <source>{0} files at the destination are not as they should be; verification shows which.</source>
            <extracomment>engine/status.py {0}: count</extracomment>
            <translation>目标位置有 {0} 个文件不正确；校验会显示是哪些。</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>engine/verifying/run.py; engine/verifying/verifier.py</extracomment>
            <translation>已停止。</translation>
        </message>
        <message>
            <source>Nothing is sent now; it is tried again later.</source>
            <extracomment>engine/verifying/verifier.py</extracomment>
            <translation>目前不发送任何内容；稍后会重试。</translation>
        </message>
        <message>
            <source>It is here and not at the destination.</source>
            <extracomment>engine/verifying/judging.py; engine/verifying/reading.py</extracomment>
            <translation>它在此处，但不在目标位置。</translation>
        </message>
        <message>
            <source>It is gone here and still at the destination.</source>
            <extracomment>engine/verifying/judging.py</extracomment>
            <translation>它已不在此处，但仍在目标位置。</translation>
        </message>
        <message>
            <source>It has {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: counted(here, 'byte'), {1}: counted(there, 'byte')</extracomment>
            <translation>它在此处有 {0}，在目标位置有 {1}。</translation>
        </message>
        <message>
            <source>Its time is {0} here and {1} at the destination.</source>
            <extracomment>engine/verifying/judging.py {0}: _moment(here_ns), {1}: _moment(there_ns)</extracomment>
            <translation>它的时间在此处是 {0}，在目标位置是 {1}。</translation>
        </message>
        <message>
            <source>This service cannot list its files, so nothing can be verified.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>此服务无法列出其文件，因此无法校验。</translation>
        </message>
        <message>
            <source>This service gives no file back, so only a quick verification is possible.</source>
            <extracomment>engine/verifying/line.py</extracomment>
            <translation>此服务无法取回文件，因此只能快速校验。</translation>
        </message>
        <message>
            <source>Its content at the destination is not what it is here.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>它在目标位置的内容与此处的不同。</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk; the destination holds what was sent. Restore it, or save it anew to send it.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>它在此处发生了更改，但没有迹象表明有人保存过它，就像磁盘出现故障时那样；目标位置保存着已发送的内容。请还原它，或重新保存以发送它。</translation>
        </message>
        <message>
            <source>It changed here although nothing shows that somebody saved it, as on a failing disk, and the destination holds something else again. Look at both.</source>
            <extracomment>engine/verifying/reading.py</extracomment>
            <translation>它在此处发生了更改，但没有迹象表明有人保存过它，就像磁盘出现故障时那样，而目标位置保存的又是另外的内容。请查看两者。</translation>
        </message>
        <message>
            <source>What was listed cannot be kept on this computer's disk: {0}.</source>
            <extracomment>engine/verifying/run.py {0}: error</extracomment>
            <translation>列出的内容无法保存在此计算机的磁盘上：{0}。</translation>
        </message>
        <message>
            <source>The folder {0} is not there ({1}). If it is on a drive, connect it.</source>
            <extracomment>engine/verifying/run.py {0}: folder, {1}: error.strerror</extracomment>
            <translation>文件夹 {0} 不存在（{1}）。如果它位于某个驱动器上，请连接该驱动器。</translation>
        </message>
        <message>
            <source>The folder {0} is not the one that was mirrored before.</source>
            <extracomment>engine/verifying/run.py {0}: folder</extracomment>
            <translation>文件夹 {0} 不是之前镜像的那个。</translation>
        </message>
        <message>
            <source>Starting at login: {0} cannot be {1}: {2}. Make that folder yours to write in, or add Skynet to the programs that start at login by hand.</source>
            <extracomment>host/autostart/base.py {0}: path, {1}: done, {2}: detail</extracomment>
            <translation>登录时启动：无法{1} {0}：{2}。请使该文件夹可由您写入，或手动将 Skynet 添加到登录时启动的程序中。</translation>
        </message>
        <message>
            <source>written</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>写入</translation>
        </message>
        <message>
            <source>removed</source>
            <extracomment>host/autostart/base.py: fills a field of another sentence</extracomment>
            <translation>移除</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program is not valid text, which a desktop cannot start. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/linux.py</extracomment>
            <translation>登录时启动：此程序的路径不是有效文本，桌面无法启动它。请将其移到名称普通的文件夹中。</translation>
        </message>
        <message>
            <source>Starting at login: the path of this program holds characters that macOS cannot start it by. Move it to a folder with an ordinary name.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>登录时启动：此程序的路径包含 macOS 无法用于启动的字符。请将其移到名称普通的文件夹中。</translation>
        </message>
        <message>
            <source>Starting at login: Windows starts nothing by a line of more than {0} characters, and this one has {1}: {2}. Use shorter folder names.</source>
            <extracomment>host/autostart/windows.py {0}: _LONGEST, {1}: len(line), {2}: line</extracomment>
            <translation>登录时启动：Windows 不会启动超过 {0} 个字符的命令行，而此命令行有 {1} 个：{2}。请使用更短的文件夹名称。</translation>
        </message>
        <message>
            <source>Starting at login: the entry in the registry cannot be {0}: {1}. Whoever looks after this computer may have forbidden it.</source>
            <extracomment>host/autostart/windows.py {0}: done, {1}: detail</extracomment>
            <translation>登录时启动：无法{0}注册表项：{1}。此计算机的管理员可能禁止了此操作。</translation>
        </message>
        <message>
            <source>This is not a question.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>这不是请求。</translation>
        </message>
        <message>
            <source>The running Skynet does not answer.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>正在运行的 Skynet 没有响应。</translation>
        </message>
        <message>
            <source>The running Skynet broke off: {0}.</source>
            <extracomment>host/channel.py {0}: error or type(error).__name__</extracomment>
            <translation>正在运行的 Skynet 中断了：{0}。</translation>
        </message>
        <message>
            <source>The answer makes no sense.</source>
            <extracomment>host/channel.py</extracomment>
            <translation>响应无法理解。</translation>
        </message>
        <message>
            <source>the seal is wrong</source>
            <extracomment>host/channel.py</extracomment>
            <translation>签名不正确</translation>
        </message>
        <message>
            <source>no address for the control channel</source>
            <extracomment>host/channel.py</extracomment>
            <translation>没有控制通道的地址</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}.</source>
            <extracomment>host/instance.py {0}: self._pid_file.parent, {1}: detail</extracomment>
            <translation>无法使用 {0}：{1}。</translation>
        </message>
        <message>
            <source>{0} is no longer there.</source>
            <extracomment>host/opening.py {0}: whole</extracomment>
            <translation>{0} 已不存在。</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1} is missing.</source>
            <extracomment>host/opening.py {0}: path, {1}: error.filename or 'what opens files'</extracomment>
            <translation>无法打开 {0}：缺少 {1}。</translation>
        </message>
        <message>
            <source>what opens files</source>
            <extracomment>host/opening.py</extracomment>
            <translation>用于打开文件的程序</translation>
        </message>
        <message>
            <source>{0} cannot be opened: {1}.</source>
            <extracomment>host/opening.py {0}: url, {1}: error.strerror or error; host/opening.py {0}: path, {1}: detail</extracomment>
            <translation>无法打开 {0}：{1}。</translation>
        </message>
        <message>
            <source>One path could not be mirrored.</source>
            <extracomment>engine/standing.py</extracomment>
            <translation>1 个路径未能镜像。</translation>
        </message>
        <message>
            <source>Starting at login: this program runs from a disk image, or from where macOS puts what was not moved yet, and will not be there at the next login. Drag Skynet Desktop to the Applications folder and open it there.</source>
            <extracomment>host/autostart/macos.py</extracomment>
            <translation>登录时启动：此程序正从磁盘映像运行，或从 macOS 放置尚未移动的程序的位置运行，下次登录时将不在那里。请将 Skynet Desktop 拖到“应用程序”文件夹，并从那里打开。</translation>
        </message>
        <message>
            <source>{0} is no address that may be opened.</source>
            <extracomment>host/opening.py {0}: url[:80]</extracomment>
            <translation>{0} 不是可以打开的地址。</translation>
        </message>
        <message>
            <source>{0} cannot be opened: no program was found for it.</source>
            <extracomment>host/opening.py {0}: path</extracomment>
            <translation>无法打开 {0}：没有找到适用的程序。</translation>
        </message>
        <message>
            <source>The monitor's token is missing. Make one in Skywatch, and enter it.</source>
            <extracomment>monitoring.py</extracomment>
            <translation>缺少监控的令牌。请在 Skywatch 中生成一个并输入。</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be made: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>无法创建监控的发件箱：{0}。</translation>
        </message>
        <message>
            <source>The monitor's outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>无法写入监控的发件箱：{0}。</translation>
        </message>
        <message>
            <source>The outbox cannot be written: {0}.</source>
            <extracomment>notifier/notifier.py {0}: error</extracomment>
            <translation>无法写入发件箱：{0}。</translation>
        </message>
        <message>
            <source>{0} Not even an empty report.</source>
            <extracomment>notifier/sender.py {0}: error</extracomment>
            <translation>{0} 连空报告也不接受。</translation>
        </message>
        <message>
            <source>The monitor {0} could not prove who it is: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>监控 {0} 无法证明其身份：{1}。</translation>
        </message>
        <message>
            <source>The monitor {0} cannot be reached: {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: why</extracomment>
            <translation>无法访问监控 {0}：{1}。</translation>
        </message>
        <message>
            <source>The monitor {0} does not take this machine's token. Make a new one there, and enter it here.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>监控 {0} 不接受此计算机的令牌。请在那里生成新令牌并在此处输入。</translation>
        </message>
        <message>
            <source>The monitor {0} is older than this program. It must be updated.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>监控 {0} 比此程序旧，必须更新。</translation>
        </message>
        <message>
            <source>The monitor {0} cannot take this ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>监控 {0} 无法接受此内容（{1}）。</translation>
        </message>
        <message>
            <source>The monitor {0} is busy ({1}).</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>监控 {0} 正忙（{1}）。</translation>
        </message>
        <message>
            <source>There is no monitor at {0} ({1}). Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: status</extracomment>
            <translation>{0} 上没有监控（{1}）。地址正确吗？</translation>
        </message>
        <message>
            <source>What answers at {0} is no monitor. Is the address right?</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>{0} 上应答的不是监控。地址正确吗？</translation>
        </message>
        <message>
            <source>Have its owner run resources/monitor/postgresql.sql there.</source>
            <extracomment>notifier/targets/postgresql.py</extracomment>
            <translation>请其所有者在那里运行 resources/monitor/postgresql.sql。</translation>
        </message>
        <message>
            <source>The database {0} cannot take this: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error)</extracomment>
            <translation>数据库 {0} 无法接受此内容：{1}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write: {1} {2}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _first(error), {2}: _HOW</extracomment>
            <translation>数据库 {0} 不允许此角色写入：{1} {2}</translation>
        </message>
        <message>
            <source>The database {0} does not let this role write. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>数据库 {0} 不允许此角色写入。{1}</translation>
        </message>
        <message>
            <source>The database {0} does not let us in: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>数据库 {0} 不允许登录：{1}</translation>
        </message>
        <message>
            <source>The database {0} could not prove who it is: {1} For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>数据库 {0} 无法证明其身份：{1} 如果您信任该网络，请在 URL 后添加 ?sslmode=require 或 ?sslmode=disable。</translation>
        </message>
        <message>
            <source>The database {0} cannot be reached: {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: words</extracomment>
            <translation>无法访问数据库 {0}：{1}</translation>
        </message>
        <message>
            <source>The file {0} cannot take this: {1}.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path, {1}: error</extracomment>
            <translation>文件 {0} 无法接受此内容：{1}。</translation>
        </message>
        <message>
            <source>The file {0} takes reports.</source>
            <extracomment>notifier/targets/sqlite.py {0}: self._path</extracomment>
            <translation>文件 {0} 接受报告。</translation>
        </message>
        <message>
            <source>{0} Update this program.</source>
            <extracomment>notifier/targets/sqlite.py {0}: error</extracomment>
            <translation>{0} 请更新此程序。</translation>
        </message>
        <message>
            <source>{0} must be a whole path from the root on, not {1}.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local); settings/checks.py {0}: where, {1}: quoted(base)</extracomment>
            <translation>{0} 必须是从根目录开始的完整路径，而不是 {1}。</translation>
        </message>
        <message>
            <source>{0} overlaps the place of the mapping {1} ({2}): each would undo what the other does. Give each a folder of its own there.</source>
            <extracomment>settings/checks.py {0}: settings.where('mappings', mapping.name, 'remote'), {1}: quoted(other.name), {2}: quoted(other.remote)</extracomment>
            <translation>{0} 与映射 {1}（{2}）的位置重叠：两者会互相抵消。请为它们在那里各自指定一个文件夹。</translation>
        </message>
        <message>
            <source>is not there. Make it, plug in its disk, or correct the path.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>不存在。请创建它，插入其磁盘，或更正路径。</translation>
        </message>
        <message>
            <source>is a file. Name the folder that holds it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>是一个文件。请指定包含它的文件夹。</translation>
        </message>
        <message>
            <source>cannot be read: {0}.</source>
            <extracomment>settings/checks.py {0}: error.strerror or error</extracomment>
            <translation>无法读取：{0}。</translation>
        </message>
        <message>
            <source>{0}: the folder {1} {2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.local), {2}: words</extracomment>
            <translation>{0}：文件夹 {1} {2}</translation>
        </message>
        <message>
            <source>The folder {0} {1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>文件夹 {0} {1}</translation>
        </message>
        <message>
            <source>Add it first.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>请先添加它。</translation>
        </message>
        <message>
            <source>{0}: there is no service {1}.{2}</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(mapping.service), {2}: hint</extracomment>
            <translation>{0}：没有服务 {1}。{2}</translation>
        </message>
        <message>
            <source>There is no service {0}.{1}</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>没有服务 {0}。{1}</translation>
        </message>
        <message>
            <source>inside the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>所镜像的文件夹里面</translation>
        </message>
        <message>
            <source>around the folder it mirrors</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>所镜像的文件夹的上层</translation>
        </message>
        <message>
            <source>{0}: the destination {1} lies {2} ({3}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(path), {2}: how, {3}: quoted(start.local)</extracomment>
            <translation>{0}：目标位置 {1} 位于{2}（{3}），会无休止地镜像自身。请选择该文件夹以外的目标位置。</translation>
        </message>
        <message>
            <source>The destination {0} lies {1} ({2}), so it would mirror itself without end. Choose a destination outside of it.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>目标位置 {0} 位于{1}（{2}），会无休止地镜像自身。请选择该文件夹以外的目标位置。</translation>
        </message>
        <message>
            <source>{0}: the mapping {1} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py {0}: where, {1}: quoted(last.name)</extracomment>
            <translation>{0}：映射 {1} 会把来自此文件夹的内容写回此文件夹。互相镜像的文件夹永远不会停下来：请移除两个映射中的一个。</translation>
        </message>
        <message>
            <source>The mapping {0} writes into this folder what comes from it. Folders that mirror each other never come to rest: remove one of the two mappings.</source>
            <extracomment>settings/checks.py</extracomment>
            <translation>映射 {0} 会把来自此文件夹的内容写回此文件夹。互相镜像的文件夹永远不会停下来：请移除两个映射中的一个。</translation>
        </message>
        <message>
            <source>Another program holds {0}. Try again in a moment.</source>
            <extracomment>settings/file.py {0}: path</extracomment>
            <translation>另一个程序正在占用 {0}。请稍后重试。</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not UTF-8 text.</source>
            <extracomment>settings/file.py {0}: path, {1}: line</extracomment>
            <translation>{0}，第 {1} 行：这不是 UTF-8 文本。</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>无法读取 {0}：{1}。</translation>
        </message>
        <message>
            <source>A settings file cannot hold a name that is not valid text.</source>
            <extracomment>settings/file.py</extracomment>
            <translation>设置文件中不能有不是有效文本的名称。</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}.</source>
            <extracomment>settings/file.py {0}: path, {1}: error.strerror or error</extracomment>
            <translation>无法写入 {0}：{1}。</translation>
        </message>
        <message>
            <source>must be a whole number from 1 to {0}.</source>
            <extracomment>settings/migrations.py {0}: current(steps)</extracomment>
            <translation>必须是 1 到 {0} 之间的整数。</translation>
        </message>
        <message>
            <source>{0} was written by a newer Skynet Desktop; this one knows {1}. Install the newer one, or take back the file it replaced.</source>
            <extracomment>settings/migrations.py {0}: version, {1}: current(steps)</extracomment>
            <translation>{0} 由较新版本的 Skynet Desktop 写入；此版本只支持 {1}。请安装较新的版本，或恢复它所替换的文件。</translation>
        </message>
        <message>
            <source>is no address of a monitor, such as https://skywatch.example.com, postgresql://laptop@db.example.com/skynet or sqlite:///~/monitor.db</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>不是监控的地址，例如 https://skywatch.example.com、postgresql://laptop@db.example.com/skynet 或 sqlite:///~/monitor.db</translation>
        </message>
        <message>
            <source>must not hold a password or token: leave it out, and enter it in Settings &gt; Monitor or with: skynet monitor set, which keep it in the keyring</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>不得包含密码或令牌：请去掉它，并在“设置 &gt; 监控”中或用 skynet monitor set 输入，它会保存在密钥环中</translation>
        </message>
        <message>
            <source>must begin with https, or the token would travel unprotected</source>
            <extracomment>settings/monitor.py</extracomment>
            <translation>必须以 https 开头，否则令牌在传输时没有保护</translation>
        </message>
        <message>
            <source>The folder {0} cannot be made: {1}. Choose another place with --home or SKYNET_HOME.</source>
            <extracomment>settings/paths.py {0}: folder, {1}: detail</extracomment>
            <translation>无法创建文件夹 {0}：{1}。请用 --home 或 SKYNET_HOME 选择其他位置。</translation>
        </message>
        <message>
            <source>{0}, line {1}: this is not valid TOML: {2}.</source>
            <extracomment>settings/reader.py {0}: file, {1}: line, {2}: message</extracomment>
            <translation>{0}，第 {1} 行：这不是有效的 TOML：{2}。</translation>
        </message>
        <message>
            <source>must name the kind of service, such as "s3".</source>
            <extracomment>settings/reader.py</extracomment>
            <translation>必须指定服务的类型，如“s3”。</translation>
        </message>
        <message>
            <source>is missing. {0}</source>
            <extracomment>settings/reader.py {0}: self._help(needed)</extracomment>
            <translation>缺失。{0}</translation>
        </message>
        <message>
            <source>is not a setting.{0}</source>
            <extracomment>settings/reader.py {0}: nearest(name, known)</extracomment>
            <translation>不是一项设置。{0}</translation>
        </message>
        <message>
            <source>must be a table of its own: [{0}].</source>
            <extracomment>settings/reader.py {0}: '.'.join(keys)</extracomment>
            <translation>必须是单独的表：[{0}]。</translation>
        </message>
        <message>
            <source>is no address such as http://proxy:3128, and not none</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>不是类似 http://proxy:3128 的地址，也不是 none</translation>
        </message>
        <message>
            <source>must not hold a password: set the variable HTTPS_PROXY or ALL_PROXY with it, and leave this empty</source>
            <extracomment>settings/schema.py</extracomment>
            <translation>不得包含密码：请在变量 HTTPS_PROXY 或 ALL_PROXY 中设置，并将此项留空</translation>
        </message>
        <message>
            <source>must be {0}, not {1}</source>
            <extracomment>settings/declaring.py {0}: _allowed(allowed, about_it), {1}: quoted(value)</extracomment>
            <translation>必须是{0}，而不是 {1}</translation>
        </message>
        <message>
            <source>The destination takes no more data: it is full or a quota is used up.</source>
            <extracomment>connections/sftp/fullness.py</extracomment>
            <translation>目标位置不再接收数据：已满或配额已用完。</translation>
        </message>
        <message>
            <source>It is {0} in {1} ({2}).</source>
            <extracomment>doctor/computer.py {0}: moment, {1}: zone, {2}: offset</extracomment>
            <translation>现在是 {0}，时区 {1}（{2}）。</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where</extracomment>
            <translation>监控 {0} 接受此计算机的报告。</translation>
        </message>
        <message>
            <source>The monitor {0} takes reports from this machine, known as {1}.</source>
            <extracomment>notifier/targets/ingest.py {0}: self._where, {1}: name</extracomment>
            <translation>监控 {0} 接受此计算机的报告，它所知的名称是 {1}。</translation>
        </message>
        <message>
            <source>The database {0} takes reports from the role {1}.</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: db.info.user</extracomment>
            <translation>数据库 {0} 接受角色 {1} 的报告。</translation>
        </message>
        <message>
            <source>{0} The connection is not encrypted.</source>
            <extracomment>notifier/targets/postgresql.py {0}: found</extracomment>
            <translation>{0} 连接未加密。</translation>
        </message>
        <message>
            <source>The database {0} has no tables for the monitor. {1}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: _HOW</extracomment>
            <translation>数据库 {0} 没有监控所需的表。{1}</translation>
        </message>
        <message>
            <source>The database {0} has tables of version {1}; version {2} is needed. {3}</source>
            <extracomment>notifier/targets/postgresql.py {0}: self._where, {1}: found, {2}: schema.VERSION, {3}: _HOW</extracomment>
            <translation>数据库 {0} 的表为版本 {1}；需要版本 {2}。{3}</translation>
        </message>
        <message>
            <source>cannot be understood: {0}</source>
            <extracomment>settings/declaring.py {0}: error</extracomment>
            <translation>无法理解：{0}</translation>
        </message>
        <message>
            <source>The name {0} cannot be used: a name has 1 to 64 letters, digits, spaces, dots, '-' or '_', and no space at its ends.</source>
            <extracomment>settings/declaring.py {0}: quoted(name)</extracomment>
            <translation>名称 {0} 不可用：名称由 1 到 64 个字母、数字、空格、点、“-”或“_”组成，首尾不能有空格。</translation>
        </message>
        <message>
            <source>{0} The last good version is {1}.</source>
            <extracomment>settings/store.py {0}: error, {1}: good</extracomment>
            <translation>{0} 最后一个有效版本是 {1}。</translation>
        </message>
        <message>
            <source>The service {0} is used by {1}. Remove the mapping first.</source>
            <extracomment>settings/store.py {0}: quoted(name), {1}: names</extracomment>
            <translation>服务 {0} 正由 {1} 使用。请先移除该映射。</translation>
        </message>
        <message>
            <source>There is no {0} {1}.{2}</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name), {2}: nearest(name, known)</extracomment>
            <translation>没有{0} {1}。{2}</translation>
        </message>
        <message>
            <source>There is a {0} {1} already. Choose another name, or remove it first.</source>
            <extracomment>settings/store.py {0}: kind, {1}: quoted(name)</extracomment>
            <translation>已有{0} {1}。请选择其他名称，或先移除它。</translation>
        </message>
        <message>
            <source>{0} holds a value no settings file can: {1}.</source>
            <extracomment>settings/store.py {0}: '.'.join(keys), {1}: error</extracomment>
            <translation>{0} 包含设置文件无法保存的值：{1}。</translation>
        </message>
        <message>
            <source>{0} is written in a way that only a person can change. Make the change by hand.</source>
            <extracomment>settings/store.py {0}: path</extracomment>
            <translation>{0} 的写法只能由人来修改。请手动更改。</translation>
        </message>
        <message>
            <source>service</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>mapping</source>
            <extracomment>settings/store.py: fills a field of another sentence</extracomment>
            <translation>映射</translation>
        </message>
        <message>
            <source>The folders of the try-out cannot be made: {0}.</source>
            <extracomment>tryout.py {0}: error.strerror or error</extracomment>
            <translation>无法创建体验用的文件夹：{0}。</translation>
        </message>
        <message>
            <source>The list of releases is older than one seen before; it was ignored.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>版本列表比以前见过的更旧，已被忽略。</translation>
        </message>
        <message>
            <source>The list of releases has expired, so it does not tell whether there is a newer version. Is the clock of this computer right?</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>版本列表已过期，因此无法得知是否有较新的版本。此计算机的时钟正确吗？</translation>
        </message>
        <message>
            <source>This copy of Skynet Desktop comes from no release, so it looks for no new versions.</source>
            <extracomment>updates/checker.py</extracomment>
            <translation>此 Skynet Desktop 副本并非来自正式发布，因此不检查新版本。</translation>
        </message>
        <message>
            <source>The list of releases is at an address that is not secure.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>版本列表所在的地址不安全。</translation>
        </message>
        <message>
            <source>The list of releases is nowhere: one address leads to the next.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>找不到版本列表：一个地址总是转到下一个地址。</translation>
        </message>
        <message>
            <source>{0} has no list of releases (status {1}).</source>
            <extracomment>updates/fetching.py {0}: host, {1}: response.status</extracomment>
            <translation>{0} 没有版本列表（状态 {1}）。</translation>
        </message>
        <message>
            <source>The list of releases is larger than it may be.</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>版本列表超过了允许的大小。</translation>
        </message>
        <message>
            <source>{0} broke off before the list of releases was whole.</source>
            <extracomment>updates/fetching.py {0}: host</extracomment>
            <translation>{0} 在版本列表传送完整之前中断了连接。</translation>
        </message>
        <message>
            <source>it takes too long</source>
            <extracomment>updates/fetching.py</extracomment>
            <translation>耗时过长</translation>
        </message>
        <message>
            <source>The list of releases cannot be used: {0}.</source>
            <extracomment>updates/checker.py {0}: error</extracomment>
            <translation>无法使用版本列表：{0}。</translation>
        </message>
        <message>
            <source>What came is no list of releases that this version can read.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>收到的内容不是此版本能读取的版本列表。</translation>
        </message>
        <message>
            <source>The list of releases is not signed by the makers of Skynet Desktop, so it was ignored.</source>
            <extracomment>updates/signed.py</extracomment>
            <translation>版本列表没有 Skynet Desktop 制作者的签名，因此已被忽略。</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>没有权限</translation>
        </message>
        <message>
            <source>Operation not permitted</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>不允许的操作</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>没有该文件或文件夹</translation>
        </message>
        <message>
            <source>File exists</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>文件已存在</translation>
        </message>
        <message>
            <source>Not a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>不是文件夹</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>是文件夹</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>只读文件系统</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>设备上没有剩余空间</translation>
        </message>
        <message>
            <source>Disk quota exceeded</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>超出磁盘配额</translation>
        </message>
        <message>
            <source>Device or resource busy</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>设备或资源忙</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>输入/输出错误</translation>
        </message>
        <message>
            <source>File name too long</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>文件名过长</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>连接被拒绝</translation>
        </message>
        <message>
            <source>Connection reset by peer</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>连接被对方重置</translation>
        </message>
        <message>
            <source>Network is unreachable</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>网络不可达</translation>
        </message>
        <message>
            <source>No route to host</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>没有到主机的路由</translation>
        </message>
        <message>
            <source>Connection timed out</source>
            <extracomment>said by the system; fills a field</extracomment>
            <translation>连接超时</translation>
        </message>
    </context>
    <context>
        <name>forms</name>
        <message>
            <source>{0} %</source>
            <extracomment>desktop/forms/inputs.py</extracomment>
            <translation>{0}%</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <extracomment>desktop/forms/options.py; desktop/services/questions.py</extracomment>
            <translation>此项为必填。</translation>
        </message>
        <message>
            <source>A whole number is needed.</source>
            <extracomment>desktop/forms/options.py</extracomment>
            <translation>需要填写整数。</translation>
        </message>
    </context>
    <context>
        <name>mappings</name>
        <message>
            <source>Everything is there already. Nothing has to be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>全部内容已存在。无需发送。</translation>
        </message>
        <message>
            <source>The folder is empty. What comes into it will be sent.</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>文件夹是空的。放入其中的内容将会发送。</translation>
        </message>
        <message numerus="yes">
            <source>%n file(s) will be sent</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>将发送 %n 个文件</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>
                <numerusform>已存在 %n 个</numerusform>
            </translation>
        </message>
        <message>
            <source>about {0}</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>约 {0}</translation>
        </message>
        <message>
            <source>In the folder</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>在文件夹中</translation>
        </message>
        <message>
            <source>Already there</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>已存在</translation>
        </message>
        <message>
            <source>not known yet</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>尚不清楚</translation>
        </message>
        <message>
            <source>Left out</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>已排除</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>无法读取</translation>
        </message>
        <message>
            <source>Names the service cannot take</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>服务不支持的名称</translation>
        </message>
        <message>
            <source>Links and devices, never mirrored</source>
            <extracomment>desktop/mappings/dry_run.py</extracomment>
            <translation>链接和设备，从不镜像</translation>
        </message>
        <message>
            <source>Skynet's own files</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>Skynet 自身的文件</translation>
        </message>
        <message>
            <source>Left out: {0}, {1}. Mirrored: {2}, {3}.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>已排除：{0}，{1}。已镜像：{2}，{3}。</translation>
        </message>
        <message numerus="yes">
            <source>and %n other pattern(s)</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>
                <numerusform>以及其他 %n 个模式</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in this folder is left out.</source>
            <extracomment>desktop/mappings/filters_part.py</extracomment>
            <translation>此文件夹中没有排除任何内容。</translation>
        </message>
    </context>
    <context>
        <name>question</name>
        <message>
            <source>Remove them there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>也在那里移除</translation>
        </message>
        <message>
            <source>Use this folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>使用此文件夹</translation>
        </message>
        <message>
            <source>This folder is mirrored from now on, in place of the one before. What is not in it is asked about before it is removed anywhere.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>从现在起镜像此文件夹，取代之前的文件夹。对于不在其中的内容，在任何位置移除之前都会先询问。</translation>
        </message>
        <message>
            <source>Not yet</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>暂不</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the folder from before is back. Plug in its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>在之前的文件夹恢复之前，不发送也不移除任何内容。例如，请插入它的磁盘。</translation>
        </message>
        <message>
            <source>Send them all again</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>全部重新发送</translation>
        </message>
        <message>
            <source>What is at the destination now is right: it becomes the mirror, and what is missing there is sent.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>目标位置的现有内容是正确的：它成为镜像，那里缺少的内容会发送过去。</translation>
        </message>
        <message>
            <source>Nothing is sent and nothing is removed until the destination from before is back. Connect its disk, for example.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>在之前的目标位置恢复之前，不发送也不移除任何内容。例如，请连接它的磁盘。</translation>
        </message>
        <message numerus="yes">
            <source>Remove %Ln file(s) there too</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>也在那里移除 %Ln 个文件</numerusform>
            </translation>
        </message>
        <message>
            <source>They are removed at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>它们会在目标位置被移除。{0}</translation>
        </message>
        <message>
            <source>They are removed at the destination, and nobody can bring them back.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>它们会在目标位置被移除，且无法找回。</translation>
        </message>
        <message>
            <source>Keep them there</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>在那里保留</translation>
        </message>
        <message>
            <source>They stay at the destination, and are not asked about again. Restore… can bring them back to this computer.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>它们会保留在目标位置，且不再询问。“还原…”可将它们找回到此计算机。</translation>
        </message>
        <message>
            <source>Gone from the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>已从文件夹中消失</translation>
        </message>
        <message>
            <source>Send the changed files</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>发送已更改的文件</translation>
        </message>
        <message numerus="yes">
            <source>Send %Ln changed file(s)</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>发送 %Ln 个已更改的文件</numerusform>
            </translation>
        </message>
        <message>
            <source>They replace what is at the destination. {0}</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>它们会替换目标位置的内容。{0}</translation>
        </message>
        <message>
            <source>They replace what is at the destination, and nobody can bring back what was in them.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>它们会替换目标位置的内容，且无法找回其中原有的内容。</translation>
        </message>
        <message>
            <source>Wait, I want to look first</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>等等，我想先看看</translation>
        </message>
        <message>
            <source>Nothing is sent until you come back and decide. If you did not change these files yourself, a virus may have: what is at the destination is still as it was.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>在您回来决定之前，不发送任何内容。如果这些文件不是您自己更改的，可能是病毒所为：目标位置的内容仍保持原样。</translation>
        </message>
        <message>
            <source>Changed in the folder</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>文件夹中已更改</translation>
        </message>
        <message>
            <source>Restore… can bring them back at any time.</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>“还原…”可随时找回它们。</translation>
        </message>
        <message numerus="yes">
            <source>Restore… can bring them back for %n day(s).</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>
                <numerusform>“还原…”可在 %n 天内找回它们。</numerusform>
            </translation>
        </message>
        <message>
            <source>Look and decide…</source>
            <extracomment>desktop/window/question.py</extracomment>
            <translation>查看并决定…</translation>
        </message>
        <message>
            <source>Yes</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>是</translation>
        </message>
        <message>
            <source>No</source>
            <extracomment>desktop/questions/answers.py</extracomment>
            <translation>否</translation>
        </message>
    </context>
    <context>
        <name>restore</name>
        <message>
            <source>until {0}</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>直到 {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln version(s)</source>
            <extracomment>desktop/restore/entries.py</extracomment>
            <translation>
                <numerusform>%Ln 个版本</numerusform>
            </translation>
        </message>
        <message>
            <source>As it is there now</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>那里现在的样子</translation>
        </message>
        <message>
            <source>Until {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>直到 {0}</translation>
        </message>
        <message>
            <source>written {0}</source>
            <extracomment>desktop/restore/history.py</extracomment>
            <translation>写入于 {0}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>已还原 %Ln 个文件</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything was there already</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>全部内容原本就已存在</translation>
        </message>
        <message>
            <source>Nothing came back</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>没有还原任何内容</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>已停止。</translation>
        </message>
        <message>
            <source>Begin again for the rest: what is here is not fetched anew.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>重新开始即可还原其余部分：此处已有的内容不会再次获取。</translation>
        </message>
        <message>
            <source>{0} did not come back; the first of them are shown.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>{0} 未能还原；已显示其中的前几个。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were the same already.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件原本就相同。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln other file(s) of the same name were left as they are.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln 个同名的其他文件保持原样。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) got a new name, beside one that was there.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件换了新名称，放在原有文件旁边。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) were replaced; what was there lies beside them.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>已替换 %Ln 个文件；原有的文件放在旁边。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are younger than the time you chose, and were left out.</source>
            <extracomment>desktop/restore/outcome.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件晚于您选择的时间，未予还原。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>settings</name>
        <message>
            <source>Language</source>
            <extracomment>setting language: label</extracomment>
            <translation>语言</translation>
        </message>
        <message>
            <source>Of all windows and messages.</source>
            <extracomment>setting language: help</extracomment>
            <translation>用于所有窗口和消息。</translation>
        </message>
        <message>
            <source>Appearance</source>
            <extracomment>setting appearance: label</extracomment>
            <translation>外观</translation>
        </message>
        <message>
            <source>Light, dark, or as this computer is set.</source>
            <extracomment>setting appearance: help</extracomment>
            <translation>浅色、深色，或跟随此计算机。</translation>
        </message>
        <message>
            <source>Secrets are kept in</source>
            <extracomment>setting keyring: label</extracomment>
            <translation>机密信息保存在</translation>
        </message>
        <message>
            <source>Empty for this system's keyring; "session" to ask after each start and keep nothing; or the full name of a keyring backend you trust.</source>
            <extracomment>setting keyring: help</extracomment>
            <translation>留空则使用此系统的密钥环；“session”表示每次启动后询问且不保存；或填写您信任的密钥环后端的完整名称。</translation>
        </message>
        <message>
            <source>Look again every (seconds)</source>
            <extracomment>setting poll_seconds: label</extracomment>
            <translation>重新扫描间隔（秒）</translation>
        </message>
        <message>
            <source>How often folders are looked through that this system cannot watch.</source>
            <extracomment>setting poll_seconds: help</extracomment>
            <translation>对此系统无法监视的文件夹，每隔多久扫描一次。</translation>
        </message>
        <message>
            <source>Look for new versions once a day</source>
            <extracomment>setting updates: label</extracomment>
            <translation>每天检查一次新版本</translation>
        </message>
        <message>
            <source>Reads the list of releases on the web. Nothing about you, this computer or your files is sent, and nothing is ever installed by itself.</source>
            <extracomment>setting updates: help</extracomment>
            <translation>读取网上的版本列表。不会发送任何关于您、此计算机或您的文件的信息，也绝不会自行安装任何东西。</translation>
        </message>
        <message>
            <source>Log</source>
            <extracomment>setting log_level: label</extracomment>
            <translation>日志</translation>
        </message>
        <message>
            <source>How much is written to the log.</source>
            <extracomment>setting log_level: help</extracomment>
            <translation>写入日志的详细程度。</translation>
        </message>
        <message>
            <source>Completed</source>
            <extracomment>setting completed: label</extracomment>
            <translation>已完成</translation>
        </message>
        <message>
            <source>A burst of changes has arrived.</source>
            <extracomment>setting completed: help</extracomment>
            <translation>一批更改已到达。</translation>
        </message>
        <message>
            <source>Disconnected</source>
            <extracomment>setting disconnected: label</extracomment>
            <translation>已断开连接</translation>
        </message>
        <message>
            <source>A service cannot be reached.</source>
            <extracomment>setting disconnected: help</extracomment>
            <translation>无法连接某个服务。</translation>
        </message>
        <message>
            <source>Reconnected</source>
            <extracomment>setting reconnected: label</extracomment>
            <translation>已重新连接</translation>
        </message>
        <message>
            <source>It can be reached again.</source>
            <extracomment>setting reconnected: help</extracomment>
            <translation>该服务已可重新连接。</translation>
        </message>
        <message>
            <source>Issue</source>
            <extracomment>setting issue: label</extracomment>
            <translation>问题</translation>
        </message>
        <message>
            <source>A file could not be mirrored.</source>
            <extracomment>setting issue: help</extracomment>
            <translation>有文件未能镜像。</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>setting action_required: label</extracomment>
            <translation>需要处理</translation>
        </message>
        <message>
            <source>Only you can decide how to go on.</source>
            <extracomment>setting action_required: help</extracomment>
            <translation>只有您能决定如何继续。</translation>
        </message>
        <message>
            <source>New version</source>
            <extracomment>setting update: label</extracomment>
            <translation>新版本</translation>
        </message>
        <message>
            <source>There is a newer Skynet Desktop.</source>
            <extracomment>setting update: help</extracomment>
            <translation>有较新的 Skynet Desktop。</translation>
        </message>
        <message>
            <source>Tell of a lost service after (seconds)</source>
            <extracomment>setting grace_seconds: label</extracomment>
            <translation>服务中断多久后通知（秒）</translation>
        </message>
        <message>
            <source>Shorter interruptions pass without a word.</source>
            <extracomment>setting grace_seconds: help</extracomment>
            <translation>较短的中断不会通知。</translation>
        </message>
        <message>
            <source>Transfers at once</source>
            <extracomment>setting transfers: label</extracomment>
            <translation>同时传输数</translation>
        </message>
        <message>
            <source>How many files of a mapping are on their way together; 0 finds it by itself.</source>
            <extracomment>setting transfers: help</extracomment>
            <translation>一个映射同时传输多少个文件；0 表示自动确定。</translation>
        </message>
        <message>
            <source>Upload limit (MB/s)</source>
            <extracomment>setting limit: label</extracomment>
            <translation>上传限制（MB/s）</translation>
        </message>
        <message>
            <source>For all services together; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>所有服务合计；0 表示无限制。</translation>
        </message>
        <message>
            <source>Timetable</source>
            <extracomment>setting timetable: label</extracomment>
            <translation>时间表</translation>
        </message>
        <message>
            <source>Other limits at other times, one a line: days, hours, MB/s (0 for none), such as "mon-fri 08:00-18:00 1.5".</source>
            <extracomment>setting timetable: help</extracomment>
            <translation>在不同时间使用不同限制，每行一个：日期、时段、MB/s（0 表示无限制），如“mon-fri 08:00-18:00 1.5”。</translation>
        </message>
        <message>
            <source>On a metered connection</source>
            <extracomment>setting metered: label</extracomment>
            <translation>使用按流量计费的连接时</translation>
        </message>
        <message>
            <source>Such as a phone's: wait for another one, or send all the same.</source>
            <extracomment>setting metered: help</extracomment>
            <translation>例如手机的连接：等待其他连接，或仍然发送。</translation>
        </message>
        <message>
            <source>Proxy</source>
            <extracomment>setting proxy: label</extracomment>
            <translation>代理服务器</translation>
        </message>
        <message>
            <source>Empty for the system's own, none, or an address such as http://proxy:3128 or socks5://proxy:1080.</source>
            <extracomment>setting proxy: help</extracomment>
            <translation>留空则使用系统自身的设置；或填写 none，或类似 http://proxy:3128 或 socks5://proxy:1080 的地址。</translation>
        </message>
        <message>
            <source>Folder</source>
            <extracomment>setting local: label; option path of local: label</extracomment>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>The folder on this computer.</source>
            <extracomment>setting local: help</extracomment>
            <translation>此计算机上的文件夹。</translation>
        </message>
        <message>
            <source>Service</source>
            <extracomment>setting service: label</extracomment>
            <translation>服务</translation>
        </message>
        <message>
            <source>Where it goes.</source>
            <extracomment>setting service: help</extracomment>
            <translation>要发送到哪里。</translation>
        </message>
        <message>
            <source>Place there</source>
            <extracomment>setting remote: label</extracomment>
            <translation>服务上的位置</translation>
        </message>
        <message>
            <source>The folder at the service; empty for its top.</source>
            <extracomment>setting remote: help</extracomment>
            <translation>服务上的文件夹；留空表示最顶层。</translation>
        </message>
        <message>
            <source>Complete sync</source>
            <extracomment>setting complete_sync: label</extracomment>
            <translation>完全同步</translation>
        </message>
        <message>
            <source>What is deleted here is deleted there too.</source>
            <extracomment>setting complete_sync: help</extracomment>
            <translation>在此处删除的内容也会在那里删除。</translation>
        </message>
        <message>
            <source>Leave out</source>
            <extracomment>setting ignore: label</extracomment>
            <translation>排除</translation>
        </message>
        <message>
            <source>Patterns as in a .gitignore file, one a line.</source>
            <extracomment>setting ignore: help</extracomment>
            <translation>模式，格式同 .gitignore 文件，每行一个。</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>setting paused: label</extracomment>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Nothing is sent until it is resumed.</source>
            <extracomment>setting paused: help</extracomment>
            <translation>恢复之前不发送任何内容。</translation>
        </message>
        <message>
            <source>Paused until</source>
            <extracomment>setting paused_until: label</extracomment>
            <translation>暂停至</translation>
        </message>
        <message>
            <source>When a pause ends by itself, as 2026-11-23T08:00:00+01:00; empty for never.</source>
            <extracomment>setting paused_until: help</extracomment>
            <translation>暂停自动结束的时间，如 2026-11-23T08:00:00+01:00；留空表示不自动结束。</translation>
        </message>
        <message>
            <source>Send only at</source>
            <extracomment>setting hours: label</extracomment>
            <translation>仅在以下时间发送</translation>
        </message>
        <message>
            <source>Days and hours, one a line, such as "mon-fri 22:00-06:00"; none for always.</source>
            <extracomment>setting hours: help</extracomment>
            <translation>日期和时段，每行一个，如“mon-fri 22:00-06:00”；不填表示随时发送。</translation>
        </message>
        <message>
            <source>For this mapping alone; 0 for none.</source>
            <extracomment>setting limit: help</extracomment>
            <translation>仅用于此映射；0 表示无限制。</translation>
        </message>
        <message>
            <source>Compare every (minutes)</source>
            <extracomment>setting rescan_minutes: label</extracomment>
            <translation>比对间隔（分钟）</translation>
        </message>
        <message>
            <source>How often the whole folder is compared with what the service holds.</source>
            <extracomment>setting rescan_minutes: help</extracomment>
            <translation>每隔多久将整个文件夹与服务上的内容比对一次。</translation>
        </message>
        <message>
            <source>Quiet period (seconds)</source>
            <extracomment>setting quiet_seconds: label</extracomment>
            <translation>静默期（秒）</translation>
        </message>
        <message>
            <source>How long a file must rest before it is taken, where nobody tells that it was closed.</source>
            <extracomment>setting quiet_seconds: help</extracomment>
            <translation>在无法得知文件是否已关闭时，文件须静置多久才会发送。</translation>
        </message>
        <message>
            <source>Ask before deleting more files than</source>
            <extracomment>setting delete_limit_count: label</extracomment>
            <translation>删除的文件超过此数量时先询问</translation>
        </message>
        <message>
            <source>More deletions than this in one sweep wait for a yes.</source>
            <extracomment>setting delete_limit_count: help</extracomment>
            <translation>一次比对中的删除数量超过此值时，等待您的确认。</translation>
        </message>
        <message>
            <source>Ask before deleting a larger share than</source>
            <extracomment>setting delete_limit_share: label</extracomment>
            <translation>删除的比例超过此值时先询问</translation>
        </message>
        <message>
            <source>More than this share of all mirrored files in one sweep waits for a yes.</source>
            <extracomment>setting delete_limit_share: help</extracomment>
            <translation>一次比对中的删除数量超过所有已镜像文件的此比例时，等待您的确认。</translation>
        </message>
        <message>
            <source>Ask before replacing a larger share than</source>
            <extracomment>setting change_limit_share: label</extracomment>
            <translation>更改的比例超过此值时先询问</translation>
        </message>
        <message>
            <source>When more than this share of all mirrored files, untouched for a day, changes at once, the mapping asks first: it may be a virus that encrypts them.</source>
            <extracomment>setting change_limit_share: help</extracomment>
            <translation>如果所有已镜像的文件中，一天内无人改动的文件同时更改的比例超过此值，映射会先询问：可能是病毒在加密它们。</translation>
        </message>
        <message>
            <source>Keep at the destination</source>
            <extracomment>setting keep: label</extracomment>
            <translation>在目标位置保留</translation>
        </message>
        <message>
            <source>What is removed or replaced there goes to a dated trash folder first, or stays as a version where the service keeps those.</source>
            <extracomment>setting keep: help</extracomment>
            <translation>在那里被移除或替换的内容会先进入带日期的回收站文件夹；如果服务保留版本，则作为版本保留。</translation>
        </message>
        <message>
            <source>Keep it for (days)</source>
            <extracomment>setting keep_days: label</extracomment>
            <translation>保留时间（天）</translation>
        </message>
        <message>
            <source>How long the trash folder at the destination keeps a file; 0 for ever.</source>
            <extracomment>setting keep_days: help</extracomment>
            <translation>目标位置的回收站文件夹将文件保留多久；0 表示永久。</translation>
        </message>
        <message>
            <source>Verify every (days)</source>
            <extracomment>setting verify_days: label</extracomment>
            <translation>校验间隔（天）</translation>
        </message>
        <message>
            <source>How often it is proven anew that the destination holds what is here; 0 for never.</source>
            <extracomment>setting verify_days: help</extracomment>
            <translation>每隔多久重新证明目标位置保存着此处的内容；0 表示从不。</translation>
        </message>
        <message>
            <source>Verify by reading back</source>
            <extracomment>setting verify_deep: label</extracomment>
            <translation>通过读回进行校验</translation>
        </message>
        <message>
            <source>Each content is read back and compared, which costs as much as a download.</source>
            <extracomment>setting verify_deep: help</extracomment>
            <translation>每个文件的内容都会读回并比对，开销与下载相当。</translation>
        </message>
        <message>
            <source>Folder on this computer or a mounted disk</source>
            <extracomment>kind of service: local</extracomment>
            <translation>此计算机或已挂载磁盘上的文件夹</translation>
        </message>
        <message>
            <source>The folder to mirror into, for example on another disk or a mounted share.</source>
            <extracomment>option path of local: help</extracomment>
            <translation>要镜像到的文件夹，例如位于其他磁盘或已挂载的共享上。</translation>
        </message>
        <message>
            <source>Only while a disk is mounted there</source>
            <extracomment>option mounted of local: label</extracomment>
            <translation>仅当那里挂载了磁盘时</translation>
        </message>
        <message>
            <source>Waits while the folder lies on the system's own disk, as an empty mount point does.</source>
            <extracomment>option mounted of local: help</extracomment>
            <translation>当文件夹位于系统自身的磁盘上时等待，空的挂载点就是如此。</translation>
        </message>
        <message>
            <source>Amazon S3 or compatible</source>
            <extracomment>kind of service: s3</extracomment>
            <translation>Amazon S3 或兼容服务</translation>
        </message>
        <message>
            <source>Bucket</source>
            <extracomment>option bucket of s3: label</extracomment>
            <translation>存储桶</translation>
        </message>
        <message>
            <source>The bucket must exist already.</source>
            <extracomment>option bucket of s3: help</extracomment>
            <translation>存储桶必须已存在。</translation>
        </message>
        <message>
            <source>Address</source>
            <extracomment>setting url: label; option endpoint_url of s3: label</extracomment>
            <translation>地址</translation>
        </message>
        <message>
            <source>Tell the monitor</source>
            <extracomment>setting enabled: label</extracomment>
            <translation>向监控报告</translation>
        </message>
        <message>
            <source>Off keeps the address and tells nothing.</source>
            <extracomment>setting enabled: help</extracomment>
            <translation>关闭后保留地址，但不报告任何内容。</translation>
        </message>
        <message>
            <source>Of Skywatch, such as https://skywatch.example.com; or a PostgreSQL database, such as postgresql://laptop@db.example.com/skynet. Empty for no monitor.</source>
            <extracomment>setting url: help</extracomment>
            <translation>Skywatch 的地址，例如 https://skywatch.example.com；或 PostgreSQL 数据库，例如 postgresql://laptop@db.example.com/skynet。留空表示没有监控。</translation>
        </message>
        <message>
            <source>Name of this machine</source>
            <extracomment>setting machine_name: label</extracomment>
            <translation>此计算机的名称</translation>
        </message>
        <message>
            <source>As the monitor shows it; empty for this computer's own name.</source>
            <extracomment>setting machine_name: help</extracomment>
            <translation>监控中显示的名称；留空则使用此计算机自己的名称。</translation>
        </message>
        <message>
            <source>Hide names of files and folders</source>
            <extracomment>setting hide_paths: label</extracomment>
            <translation>隐藏文件和文件夹的名称</translation>
        </message>
        <message>
            <source>The monitor then sees numbers, sizes, states and general reasons, but no names. What it was told before, its history keeps.</source>
            <extracomment>setting hide_paths: help</extracomment>
            <translation>监控只能看到数量、大小、状态和一般性原因，看不到任何名称。以前报告过的内容会保留在其历史记录中。</translation>
        </message>
        <message>
            <source>Such as https://s3.example.com. Empty for Amazon itself.</source>
            <extracomment>option endpoint_url of s3: help</extracomment>
            <translation>如 https://s3.example.com。留空表示 Amazon 自身。</translation>
        </message>
        <message>
            <source>Region</source>
            <extracomment>option region of s3: label; preset aws, question region: label</extracomment>
            <translation>区域</translation>
        </message>
        <message>
            <source>Such as eu-central-1.</source>
            <extracomment>option region of s3: help</extracomment>
            <translation>如 eu-central-1。</translation>
        </message>
        <message>
            <source>Addressing style</source>
            <extracomment>option addressing_style of s3: label</extracomment>
            <translation>寻址方式</translation>
        </message>
        <message>
            <source>Where the bucket's name stands in the address: in its path, or in front of the host's name (virtual). Auto: path wherever an address is given.</source>
            <extracomment>option addressing_style of s3: help</extracomment>
            <translation>存储桶名称在地址中的位置：在路径中，或在主机名之前（virtual）。自动（auto）：凡填写了地址时均在路径中。</translation>
        </message>
        <message>
            <source>Folder in the bucket</source>
            <extracomment>option prefix of s3: label</extracomment>
            <translation>存储桶中的文件夹</translation>
        </message>
        <message>
            <source>Everything stays below it.</source>
            <extracomment>option prefix of s3: help</extracomment>
            <translation>所有内容都保存在其下。</translation>
        </message>
        <message>
            <source>Sign in with</source>
            <extracomment>option auth of s3: label; option auth of sftp: label</extracomment>
            <translation>登录方式</translation>
        </message>
        <message>
            <source>Keys given here, or this computer's own AWS settings (environment).</source>
            <extracomment>option auth of s3: help</extracomment>
            <translation>使用此处填写的密钥，或此计算机自身的 AWS 设置（environment）。</translation>
        </message>
        <message>
            <source>Access key ID</source>
            <extracomment>option access_key_id of s3: label</extracomment>
            <translation>访问密钥 ID</translation>
        </message>
        <message>
            <source>Secret access key</source>
            <extracomment>option secret_access_key of s3: label</extracomment>
            <translation>秘密访问密钥</translation>
        </message>
        <message>
            <source>Storage class</source>
            <extracomment>option storage_class of s3: label</extracomment>
            <translation>存储类别</translation>
        </message>
        <message>
            <source>Such as STANDARD_IA.</source>
            <extracomment>option storage_class of s3: help</extracomment>
            <translation>如 STANDARD_IA。</translation>
        </message>
        <message>
            <source>Encryption at the server</source>
            <extracomment>option sse of s3: label</extracomment>
            <translation>服务器端加密</translation>
        </message>
        <message>
            <source>None: whatever the bucket's own default is.</source>
            <extracomment>option sse of s3: help</extracomment>
            <translation>none：采用存储桶自身的默认设置。</translation>
        </message>
        <message>
            <source>SFTP server</source>
            <extracomment>kind of service: sftp</extracomment>
            <translation>SFTP 服务器</translation>
        </message>
        <message>
            <source>Server</source>
            <extracomment>option host of sftp: label</extracomment>
            <translation>服务器</translation>
        </message>
        <message>
            <source>Name or address of the SSH server.</source>
            <extracomment>option host of sftp: help</extracomment>
            <translation>SSH 服务器的名称或地址。</translation>
        </message>
        <message>
            <source>Port</source>
            <extracomment>option port of sftp: label</extracomment>
            <translation>端口</translation>
        </message>
        <message>
            <source>User</source>
            <extracomment>option username of sftp: label</extracomment>
            <translation>用户</translation>
        </message>
        <message>
            <source>Left empty: the name you are logged in with here.</source>
            <extracomment>option username of sftp: help</extracomment>
            <translation>留空：使用您在此处登录的用户名。</translation>
        </message>
        <message>
            <source>auto tries what there is: key file, SSH agent, your usual keys, password. environment uses agent and key file and no stored secret.</source>
            <extracomment>option auth of sftp: help</extracomment>
            <translation>auto 会尝试所有可用方式：密钥文件、SSH 密钥代理、您的常用密钥、密码。environment 使用密钥代理和密钥文件，不使用保存的机密信息。</translation>
        </message>
        <message>
            <source>Key file</source>
            <extracomment>option key_file of sftp: label</extracomment>
            <translation>密钥文件</translation>
        </message>
        <message>
            <source>A private key; left empty: your usual keys.</source>
            <extracomment>option key_file of sftp: help</extracomment>
            <translation>私钥；留空：使用您的常用密钥。</translation>
        </message>
        <message>
            <source>Password</source>
            <extracomment>option password of sftp: label</extracomment>
            <translation>密码</translation>
        </message>
        <message>
            <source>Passphrase of the key</source>
            <extracomment>option passphrase of sftp: label</extracomment>
            <translation>密钥的密码短语</translation>
        </message>
        <message>
            <source>Known hosts file</source>
            <extracomment>option known_hosts of sftp: label</extracomment>
            <translation>已知主机文件</translation>
        </message>
        <message>
            <source>Left empty: ~/.ssh/known_hosts and the system's.</source>
            <extracomment>option known_hosts of sftp: help</extracomment>
            <translation>留空：使用 ~/.ssh/known_hosts 和系统的文件。</translation>
        </message>
        <message>
            <source>Host key</source>
            <extracomment>option host_key of sftp: label</extracomment>
            <translation>主机密钥</translation>
        </message>
        <message>
            <source>The server's key if you decided to trust it: its fingerprint (SHA256:...) or the public key itself (ssh-ed25519 AAAA...). Comes before the known hosts file.</source>
            <extracomment>option host_key of sftp: help</extracomment>
            <translation>您决定信任的服务器密钥：其指纹（SHA256:...）或公钥本身（ssh-ed25519 AAAA...）。优先于已知主机文件。</translation>
        </message>
        <message>
            <source>Amazon S3</source>
            <extracomment>preset aws: title</extracomment>
            <translation>Amazon S3</translation>
        </message>
        <message>
            <source>In the AWS console under IAM &gt; Users &gt; your user &gt; Security credentials.</source>
            <extracomment>preset aws: where to find what is asked for</extracomment>
            <translation>在 AWS 控制台的 IAM &gt; 用户 &gt; 您的用户 &gt; 安全凭证中。</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the S3 console.</source>
            <extracomment>preset aws, question region: help</extracomment>
            <translation>在 S3 控制台中显示于存储桶旁的那个。</translation>
        </message>
        <message>
            <source>US East (N. Virginia)</source>
            <extracomment>preset aws: name of region us-east-1</extracomment>
            <translation>美国东部（弗吉尼亚北部）</translation>
        </message>
        <message>
            <source>US East (Ohio)</source>
            <extracomment>preset aws: name of region us-east-2</extracomment>
            <translation>美国东部（俄亥俄）</translation>
        </message>
        <message>
            <source>US West (N. California)</source>
            <extracomment>preset aws: name of region us-west-1</extracomment>
            <translation>美国西部（加利福尼亚北部）</translation>
        </message>
        <message>
            <source>US West (Oregon)</source>
            <extracomment>preset aws: name of region us-west-2</extracomment>
            <translation>美国西部（俄勒冈）</translation>
        </message>
        <message>
            <source>Canada (Central)</source>
            <extracomment>preset aws: name of region ca-central-1</extracomment>
            <translation>加拿大（中部）</translation>
        </message>
        <message>
            <source>Europe (Frankfurt)</source>
            <extracomment>preset aws: name of region eu-central-1</extracomment>
            <translation>欧洲（法兰克福）</translation>
        </message>
        <message>
            <source>Europe (Ireland)</source>
            <extracomment>preset aws: name of region eu-west-1</extracomment>
            <translation>欧洲（爱尔兰）</translation>
        </message>
        <message>
            <source>Europe (London)</source>
            <extracomment>preset aws: name of region eu-west-2</extracomment>
            <translation>欧洲（伦敦）</translation>
        </message>
        <message>
            <source>Europe (Paris)</source>
            <extracomment>preset aws: name of region eu-west-3</extracomment>
            <translation>欧洲（巴黎）</translation>
        </message>
        <message>
            <source>Europe (Stockholm)</source>
            <extracomment>preset aws: name of region eu-north-1</extracomment>
            <translation>欧洲（斯德哥尔摩）</translation>
        </message>
        <message>
            <source>Europe (Milan)</source>
            <extracomment>preset aws: name of region eu-south-1</extracomment>
            <translation>欧洲（米兰）</translation>
        </message>
        <message>
            <source>Asia Pacific (Mumbai)</source>
            <extracomment>preset aws: name of region ap-south-1</extracomment>
            <translation>亚太地区（孟买）</translation>
        </message>
        <message>
            <source>Asia Pacific (Singapore)</source>
            <extracomment>preset aws: name of region ap-southeast-1</extracomment>
            <translation>亚太地区（新加坡）</translation>
        </message>
        <message>
            <source>Asia Pacific (Sydney)</source>
            <extracomment>preset aws: name of region ap-southeast-2</extracomment>
            <translation>亚太地区（悉尼）</translation>
        </message>
        <message>
            <source>Asia Pacific (Tokyo)</source>
            <extracomment>preset aws: name of region ap-northeast-1</extracomment>
            <translation>亚太地区（东京）</translation>
        </message>
        <message>
            <source>Asia Pacific (Seoul)</source>
            <extracomment>preset aws: name of region ap-northeast-2</extracomment>
            <translation>亚太地区（首尔）</translation>
        </message>
        <message>
            <source>South America (São Paulo)</source>
            <extracomment>preset aws: name of region sa-east-1</extracomment>
            <translation>南美洲（圣保罗）</translation>
        </message>
        <message>
            <source>Own S3 server (MinIO, SeaweedFS, Ceph ...)</source>
            <extracomment>preset s3-own: title</extracomment>
            <translation>自有 S3 服务器（MinIO、SeaweedFS、Ceph ...）</translation>
        </message>
        <message>
            <source>Whoever runs the server gives you its address, a bucket and a key.</source>
            <extracomment>preset s3-own: where to find what is asked for</extracomment>
            <translation>服务器管理员会为您提供其地址、存储桶和密钥。</translation>
        </message>
        <message>
            <source>Cloudflare R2</source>
            <extracomment>preset r2: title</extracomment>
            <translation>Cloudflare R2</translation>
        </message>
        <message>
            <source>In the Cloudflare dashboard under R2 &gt; Manage API tokens: make one that may read and write objects.</source>
            <extracomment>preset r2: where to find what is asked for</extracomment>
            <translation>在 Cloudflare 控制面板的 R2 &gt; Manage API tokens 中：创建一个可读写对象的令牌。</translation>
        </message>
        <message>
            <source>Account ID</source>
            <extracomment>preset r2, question account: label</extracomment>
            <translation>账户 ID</translation>
        </message>
        <message>
            <source>32 digits and letters, shown on the R2 page of the Cloudflare dashboard.</source>
            <extracomment>preset r2, question account: help</extracomment>
            <translation>32 位数字和字母，显示在 Cloudflare 控制面板的 R2 页面上。</translation>
        </message>
        <message>
            <source>Jurisdiction</source>
            <extracomment>preset r2, question place: label</extracomment>
            <translation>司法管辖区</translation>
        </message>
        <message>
            <source>Chosen when the bucket was made.</source>
            <extracomment>preset r2, question place: help</extracomment>
            <translation>创建存储桶时所选。</translation>
        </message>
        <message>
            <source>Automatic</source>
            <extracomment>preset r2: name of place</extracomment>
            <translation>自动</translation>
        </message>
        <message>
            <source>European Union</source>
            <extracomment>preset r2: name of place .eu</extracomment>
            <translation>欧盟</translation>
        </message>
        <message>
            <source>United States</source>
            <extracomment>preset r2: name of place .us</extracomment>
            <translation>美国</translation>
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
            <translation>在 Backblaze 的 Application Keys 页面：为存储桶添加一个密钥（主密钥不可用）；其 keyID 是访问密钥 ID，applicationKey 是秘密访问密钥。</translation>
        </message>
        <message>
            <source>The part of the bucket's Endpoint between s3. and .backblazeb2.com, such as us-west-004.</source>
            <extracomment>preset b2, question region: help</extracomment>
            <translation>存储桶的 Endpoint 中位于 s3. 和 .backblazeb2.com 之间的部分，如 us-west-004。</translation>
        </message>
        <message>
            <source>US West 002</source>
            <extracomment>preset b2: name of region us-west-002</extracomment>
            <translation>美国西部 002</translation>
        </message>
        <message>
            <source>US West 004</source>
            <extracomment>preset b2: name of region us-west-004</extracomment>
            <translation>美国西部 004</translation>
        </message>
        <message>
            <source>EU Central 003</source>
            <extracomment>preset b2: name of region eu-central-003</extracomment>
            <translation>欧盟中部 003</translation>
        </message>
        <message>
            <source>Wasabi</source>
            <extracomment>preset wasabi: title</extracomment>
            <translation>Wasabi</translation>
        </message>
        <message>
            <source>In the Wasabi console under Access Keys.</source>
            <extracomment>preset wasabi: where to find what is asked for</extracomment>
            <translation>在 Wasabi 控制台的 Access Keys 中。</translation>
        </message>
        <message>
            <source>US East 1 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-1</extracomment>
            <translation>美国东部 1（弗吉尼亚北部）</translation>
        </message>
        <message>
            <source>US East 2 (N. Virginia)</source>
            <extracomment>preset wasabi: name of region us-east-2</extracomment>
            <translation>美国东部 2（弗吉尼亚北部）</translation>
        </message>
        <message>
            <source>US Central 1 (Texas)</source>
            <extracomment>preset wasabi: name of region us-central-1</extracomment>
            <translation>美国中部 1（得克萨斯）</translation>
        </message>
        <message>
            <source>US West 1 (Oregon)</source>
            <extracomment>preset wasabi: name of region us-west-1</extracomment>
            <translation>美国西部 1（俄勒冈）</translation>
        </message>
        <message>
            <source>CA Central 1 (Toronto)</source>
            <extracomment>preset wasabi: name of region ca-central-1</extracomment>
            <translation>加拿大中部 1（多伦多）</translation>
        </message>
        <message>
            <source>EU Central 1 (Amsterdam)</source>
            <extracomment>preset wasabi: name of region eu-central-1</extracomment>
            <translation>欧盟中部 1（阿姆斯特丹）</translation>
        </message>
        <message>
            <source>EU Central 2 (Frankfurt)</source>
            <extracomment>preset wasabi: name of region eu-central-2</extracomment>
            <translation>欧盟中部 2（法兰克福）</translation>
        </message>
        <message>
            <source>EU West 1 (London)</source>
            <extracomment>preset wasabi: name of region eu-west-1</extracomment>
            <translation>欧盟西部 1（伦敦）</translation>
        </message>
        <message>
            <source>EU West 2 (Paris)</source>
            <extracomment>preset wasabi: name of region eu-west-2</extracomment>
            <translation>欧盟西部 2（巴黎）</translation>
        </message>
        <message>
            <source>EU South 1 (Milan)</source>
            <extracomment>preset wasabi: name of region eu-south-1</extracomment>
            <translation>欧盟南部 1（米兰）</translation>
        </message>
        <message>
            <source>AP Northeast 1 (Tokyo)</source>
            <extracomment>preset wasabi: name of region ap-northeast-1</extracomment>
            <translation>亚太东北部 1（东京）</translation>
        </message>
        <message>
            <source>AP Northeast 2 (Osaka)</source>
            <extracomment>preset wasabi: name of region ap-northeast-2</extracomment>
            <translation>亚太东北部 2（大阪）</translation>
        </message>
        <message>
            <source>AP Southeast 1 (Singapore)</source>
            <extracomment>preset wasabi: name of region ap-southeast-1</extracomment>
            <translation>亚太东南部 1（新加坡）</translation>
        </message>
        <message>
            <source>AP Southeast 2 (Sydney)</source>
            <extracomment>preset wasabi: name of region ap-southeast-2</extracomment>
            <translation>亚太东南部 2（悉尼）</translation>
        </message>
        <message>
            <source>DigitalOcean Spaces</source>
            <extracomment>preset spaces: title</extracomment>
            <translation>DigitalOcean Spaces</translation>
        </message>
        <message>
            <source>In the DigitalOcean control panel under Spaces Object Storage &gt; Access Keys; the bucket is the Space's name.</source>
            <extracomment>preset spaces: where to find what is asked for</extracomment>
            <translation>在 DigitalOcean 控制面板的 Spaces Object Storage &gt; Access Keys 中；存储桶就是 Space 的名称。</translation>
        </message>
        <message>
            <source>New York 3</source>
            <extracomment>preset spaces: name of region nyc3</extracomment>
            <translation>纽约 3</translation>
        </message>
        <message>
            <source>San Francisco 2</source>
            <extracomment>preset spaces: name of region sfo2</extracomment>
            <translation>旧金山 2</translation>
        </message>
        <message>
            <source>San Francisco 3</source>
            <extracomment>preset spaces: name of region sfo3</extracomment>
            <translation>旧金山 3</translation>
        </message>
        <message>
            <source>Toronto 1</source>
            <extracomment>preset spaces: name of region tor1</extracomment>
            <translation>多伦多 1</translation>
        </message>
        <message>
            <source>Amsterdam 3</source>
            <extracomment>preset spaces: name of region ams3</extracomment>
            <translation>阿姆斯特丹 3</translation>
        </message>
        <message>
            <source>Frankfurt 1</source>
            <extracomment>preset spaces: name of region fra1</extracomment>
            <translation>法兰克福 1</translation>
        </message>
        <message>
            <source>London 1</source>
            <extracomment>preset spaces: name of region lon1</extracomment>
            <translation>伦敦 1</translation>
        </message>
        <message>
            <source>Bangalore 1</source>
            <extracomment>preset spaces: name of region blr1</extracomment>
            <translation>班加罗尔 1</translation>
        </message>
        <message>
            <source>Singapore 1</source>
            <extracomment>preset spaces: name of region sgp1</extracomment>
            <translation>新加坡 1</translation>
        </message>
        <message>
            <source>Sydney 1</source>
            <extracomment>preset spaces: name of region syd1</extracomment>
            <translation>悉尼 1</translation>
        </message>
        <message>
            <source>Hetzner Object Storage</source>
            <extracomment>preset hetzner: title</extracomment>
            <translation>Hetzner Object Storage</translation>
        </message>
        <message>
            <source>In the Hetzner console of your project under Security &gt; S3 credentials.</source>
            <extracomment>preset hetzner: where to find what is asked for</extracomment>
            <translation>在 Hetzner 控制台中您的项目的 Security &gt; S3 credentials 中。</translation>
        </message>
        <message>
            <source>Falkenstein</source>
            <extracomment>preset hetzner: name of region fsn1</extracomment>
            <translation>法尔肯施泰因</translation>
        </message>
        <message>
            <source>Nuremberg</source>
            <extracomment>preset hetzner: name of region nbg1</extracomment>
            <translation>纽伦堡</translation>
        </message>
        <message>
            <source>Helsinki</source>
            <extracomment>preset hetzner: name of region hel1</extracomment>
            <translation>赫尔辛基</translation>
        </message>
        <message>
            <source>IDrive e2</source>
            <extracomment>preset idrive: title</extracomment>
            <translation>IDrive e2</translation>
        </message>
        <message>
            <source>In the IDrive e2 dashboard under Access Keys.</source>
            <extracomment>preset idrive: where to find what is asked for</extracomment>
            <translation>在 IDrive e2 控制面板的 Access Keys 中。</translation>
        </message>
        <message>
            <source>The one shown beside the bucket in the e2 dashboard.</source>
            <extracomment>preset idrive, question region: help</extracomment>
            <translation>在 e2 控制面板中显示于存储桶旁的那个。</translation>
        </message>
        <message>
            <source>Oregon</source>
            <extracomment>preset idrive: name of region us-west-1</extracomment>
            <translation>俄勒冈</translation>
        </message>
        <message>
            <source>Los Angeles</source>
            <extracomment>preset idrive: name of region us-west-2</extracomment>
            <translation>洛杉矶</translation>
        </message>
        <message>
            <source>San Jose</source>
            <extracomment>preset idrive: name of region us-west-3</extracomment>
            <translation>圣何塞</translation>
        </message>
        <message>
            <source>Phoenix</source>
            <extracomment>preset idrive: name of region us-southwest-1</extracomment>
            <translation>菲尼克斯</translation>
        </message>
        <message>
            <source>Chicago</source>
            <extracomment>preset idrive: name of region us-midwest-1</extracomment>
            <translation>芝加哥</translation>
        </message>
        <message>
            <source>Dallas</source>
            <extracomment>preset idrive: name of region us-central-1</extracomment>
            <translation>达拉斯</translation>
        </message>
        <message>
            <source>Virginia</source>
            <extracomment>preset idrive: name of region us-east-1</extracomment>
            <translation>弗吉尼亚</translation>
        </message>
        <message>
            <source>Miami</source>
            <extracomment>preset idrive: name of region us-southeast-1</extracomment>
            <translation>迈阿密</translation>
        </message>
        <message>
            <source>Montreal</source>
            <extracomment>preset idrive: name of region ca-east-1</extracomment>
            <translation>蒙特利尔</translation>
        </message>
        <message>
            <source>Ireland</source>
            <extracomment>preset idrive: name of region eu-west-1</extracomment>
            <translation>爱尔兰</translation>
        </message>
        <message>
            <source>London</source>
            <extracomment>preset idrive: name of region eu-west-2</extracomment>
            <translation>伦敦</translation>
        </message>
        <message>
            <source>London 2</source>
            <extracomment>preset idrive: name of region eu-west-3</extracomment>
            <translation>伦敦 2</translation>
        </message>
        <message>
            <source>SFTP with a password (NAS, web space ...)</source>
            <extracomment>preset sftp-password: title</extracomment>
            <translation>SFTP（使用密码，适用于 NAS、网页空间 ...）</translation>
        </message>
        <message>
            <source>The same as for signing in to the server; some servers allow SFTP only once it was switched on.</source>
            <extracomment>preset sftp-password: where to find what is asked for</extracomment>
            <translation>与登录服务器时相同；有些服务器须先打开 SFTP 才允许使用。</translation>
        </message>
        <message>
            <source>SFTP with a key file</source>
            <extracomment>preset sftp-key: title</extracomment>
            <translation>SFTP（使用密钥文件）</translation>
        </message>
        <message>
            <source>The private key whose public half is in the server's authorized_keys, often in the folder .ssh of your home.</source>
            <extracomment>preset sftp-key: where to find what is asked for</extracomment>
            <translation>私钥，其公钥部分位于服务器的 authorized_keys 中；私钥通常在您主目录的 .ssh 文件夹里。</translation>
        </message>
        <message>
            <source>SFTP with the SSH agent</source>
            <extracomment>preset sftp-agent: title</extracomment>
            <translation>SFTP（使用 SSH 密钥代理）</translation>
        </message>
        <message>
            <source>Your SSH agent holds the key already; nothing secret is kept by us.</source>
            <extracomment>preset sftp-agent: where to find what is asked for</extracomment>
            <translation>您的 SSH 密钥代理已持有密钥；Skynet 不保存任何机密信息。</translation>
        </message>
        <message>
            <source>Folder on another disk or a mounted share</source>
            <extracomment>preset local: title</extracomment>
            <translation>其他磁盘或已挂载共享上的文件夹</translation>
        </message>
        <message>
            <source>No account is needed.</source>
            <extracomment>preset local: where to find what is asked for</extracomment>
            <translation>无需账户。</translation>
        </message>
        <message>
            <source>Temporary files</source>
            <extracomment>ignore patterns temporary: label</extracomment>
            <translation>临时文件</translation>
        </message>
        <message>
            <source>What programs write while they work and remove when they are done.</source>
            <extracomment>ignore patterns temporary: help</extracomment>
            <translation>程序在工作时写入、完成后移除的内容。</translation>
        </message>
        <message>
            <source>System files</source>
            <extracomment>ignore patterns system: label</extracomment>
            <translation>系统文件</translation>
        </message>
        <message>
            <source>Thumbnails, folder views and waste bins that the system makes by itself.</source>
            <extracomment>ignore patterns system: help</extracomment>
            <translation>系统自行生成的缩略图、文件夹视图和回收站。</translation>
        </message>
        <message>
            <source>Backups and swap files of editors</source>
            <extracomment>ignore patterns editors: label</extracomment>
            <translation>编辑器的备份和交换文件</translation>
        </message>
        <message>
            <source>Copies that text editors keep beside the file that is open.</source>
            <extracomment>ignore patterns editors: help</extracomment>
            <translation>文本编辑器保存在已打开文件旁边的副本。</translation>
        </message>
        <message>
            <source>Developers' caches</source>
            <extracomment>ignore patterns developers: label</extracomment>
            <translation>开发者的缓存</translation>
        </message>
        <message>
            <source>Installed packages and built files that a command makes anew.</source>
            <extracomment>ignore patterns developers: help</extracomment>
            <translation>可用命令重新生成的已安装软件包和构建文件。</translation>
        </message>
        <message>
            <source>Unfinished downloads</source>
            <extracomment>ignore patterns downloads: label</extracomment>
            <translation>未完成的下载</translation>
        </message>
        <message>
            <source>What browsers and other programs have fetched only in part.</source>
            <extracomment>ignore patterns downloads: help</extracomment>
            <translation>浏览器和其他程序只获取了一部分的内容。</translation>
        </message>
    </context>
    <context>
        <name>stages</name>
        <message>
            <source>Find the server</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>查找服务器</translation>
        </message>
        <message>
            <source>Reach its port</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>连接其端口</translation>
        </message>
        <message>
            <source>Check that it is the right one</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>检查是否为正确的服务器</translation>
        </message>
        <message>
            <source>Look for the folder</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>查找文件夹</translation>
        </message>
        <message>
            <source>Sign in</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>登录</translation>
        </message>
        <message>
            <source>List what is there</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>列出已有内容</translation>
        </message>
        <message>
            <source>Write a test file</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>写入测试文件</translation>
        </message>
        <message>
            <source>Read it back</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>读回测试文件</translation>
        </message>
        <message>
            <source>Delete it again</source>
            <extracomment>desktop/services/stages.py</extracomment>
            <translation>再次删除</translation>
        </message>
    </context>
    <context>
        <name>toasts</name>
        <message numerus="yes">
            <source>%Ln file(s) are on {0}</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件已到达 {0}</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} cannot be reached</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>无法连接 {0}</translation>
        </message>
        <message>
            <source>Changes are noted and sent as soon as it is back.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>更改会被记录，恢复连接后立即发送。</translation>
        </message>
        <message>
            <source>{0} is back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} 已恢复连接</translation>
        </message>
        <message>
            <source>Going on.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>正在继续。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) could not be mirrored</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件未能镜像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) are back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>已还原 %Ln 个文件</numerusform>
            </translation>
        </message>
        <message>
            <source>Not everything came back</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>未能全部还原</translation>
        </message>
        <message>
            <source>{0}: see what can be done.</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0}：查看如何处理。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) differ at the destination</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件在目标位置有差异</numerusform>
            </translation>
        </message>
        <message>
            <source>{0} needs you</source>
            <extracomment>desktop/toasts/wording.py</extracomment>
            <translation>{0} 需要您处理</translation>
        </message>
    </context>
    <context>
        <name>updates</name>
        <message>
            <source>The version you have was withdrawn</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>您的版本已被撤回</translation>
        </message>
        <message>
            <source>Skynet Desktop {0} is available</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet Desktop {0} 可用</translation>
        </message>
        <message>
            <source>It puts a serious fault right. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>它修复了一个严重错误。请勿等待。</translation>
        </message>
        <message>
            <source>A serious fault was found in {0}. The page of downloads tells what to do.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>在 {0} 中发现了严重错误。下载页面会说明该怎么做。</translation>
        </message>
        <message>
            <source>The version you have, {0}, was withdrawn for a serious fault. Please do not wait.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>您的版本 {0} 因严重错误已被撤回。请勿等待。</translation>
        </message>
        <message>
            <source>Click to see what is new. You have {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>点击查看新内容。您的版本是 {0}。</translation>
        </message>
        <message>
            <source>This version was withdrawn…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>此版本已被撤回…</translation>
        </message>
        <message>
            <source>Update soon: version {0}…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>请尽快更新：版本 {0}…</translation>
        </message>
        <message>
            <source>Version {0} is available…</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>版本 {0} 可用…</translation>
        </message>
        <message>
            <source>Nobody has looked for a newer version yet.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>尚未检查是否有较新的版本。</translation>
        </message>
        <message>
            <source>Skynet looks only when you ask.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>Skynet 仅在您要求时检查。</translation>
        </message>
        <message>
            <source>You have the newest version.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>您使用的是最新版本。</translation>
        </message>
        <message>
            <source>The version you have was withdrawn.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>您的版本已被撤回。</translation>
        </message>
        <message>
            <source>Version {0} is available; you chose to skip it.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>版本 {0} 可用；您选择了跳过。</translation>
        </message>
        <message>
            <source>Version {0} is available.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>版本 {0} 可用。</translation>
        </message>
        <message>
            <source>Looked {0}.</source>
            <extracomment>desktop/updates/wording.py</extracomment>
            <translation>检查时间：{0}。</translation>
        </message>
    </context>
    <context>
        <name>verify</name>
        <message numerus="yes">
            <source>%Ln difference(s), all being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln 处差异，全部正在修复</numerusform>
            </translation>
        </message>
        <message>
            <source>{0}, {1} of them being put right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}，其中 {1} 处正在修复</translation>
        </message>
        <message>
            <source>It did not come to its end</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>未能进行到底</translation>
        </message>
        <message>
            <source>There was nothing to compare</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>没有可比对的内容</translation>
        </message>
        <message numerus="yes">
            <source>All %Ln file(s) are right</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>全部 %Ln 个文件均正确</numerusform>
            </translation>
        </message>
        <message>
            <source>Verified {0} · {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>上次校验：{0} · {1}</translation>
        </message>
        <message>
            <source>Verifying: {0} of {1}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>正在校验：{0} / {1}</translation>
        </message>
        <message numerus="yes">
            <source>%Ln difference(s)</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln 处差异</numerusform>
            </translation>
        </message>
        <message>
            <source>Every content is read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>正在读回并比较每个文件的内容。</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps are compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>正在比较大小、时间以及服务保存的校验和。</translation>
        </message>
        <message>
            <source>Every content was read back and compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>已读回并比对全部内容。</translation>
        </message>
        <message>
            <source>Sizes, times and the checksums that the service keeps were compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>已比对大小、时间以及服务保存的校验和。</translation>
        </message>
        <message>
            <source>{0}, {1} · took {2} · {3}</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>{0}，{1} · 用时 {2} · {3}</translation>
        </message>
        <message>
            <source>It was stopped.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>已停止。</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) wait to be sent and were not compared.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件正在等待发送，未予比对。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s) there did not come from this folder. They are never touched.</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>
                <numerusform>那里有 %Ln 个文件并非来自此文件夹。它们绝不会被改动。</numerusform>
            </translation>
        </message>
        <message>
            <source>Missing there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>那里缺少</translation>
        </message>
        <message>
            <source>Other size</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>大小不同</translation>
        </message>
        <message>
            <source>Other time</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>时间不同</translation>
        </message>
        <message>
            <source>Other content</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>内容不同</translation>
        </message>
        <message>
            <source>Too much there</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>那里多出</translation>
        </message>
        <message>
            <source>Not readable</source>
            <extracomment>desktop/verify/verdict.py</extracomment>
            <translation>无法读取</translation>
        </message>
    </context>
    <context>
        <name>wizard</name>
        <message numerus="yes">
            <source>%n file(s) there</source>
            <extracomment>desktop/wizard/arrival.py</extracomment>
            <translation>
                <numerusform>已到达 %n 个文件</numerusform>
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
                <numerusform>%n 秒</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n 小时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%n 天</numerusform>
            </translation>
        </message>
        <message>
            <source>never</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>从未</translation>
        </message>
        <message>
            <source>just now</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>刚刚</translation>
        </message>
        <message>
            <source>{0} ago</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0}前</translation>
        </message>
        <message numerus="yes">
            <source>%Ln file(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln 个文件</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln waiting</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln 个等待中</numerusform>
            </translation>
        </message>
        <message>
            <source>Not set up</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>尚未设置</translation>
        </message>
        <message>
            <source>Action required</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>需要处理</translation>
        </message>
        <message>
            <source>Offline</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>离线</translation>
        </message>
        <message>
            <source>Paused</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Issues</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>问题</translation>
        </message>
        <message>
            <source>Uploading</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>正在上传</translation>
        </message>
        <message>
            <source>Checking</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>正在检查</translation>
        </message>
        <message>
            <source>Up to date</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>已是最新</translation>
        </message>
        <message>
            <source>Nothing is mirrored yet</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>尚未镜像任何内容</translation>
        </message>
        <message numerus="yes">
            <source>%Ln issue(s)</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>
                <numerusform>%Ln 个问题</numerusform>
            </translation>
        </message>
        <message>
            <source>Uploading {0} of {1}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>正在上传第 {0} 个，共 {1} 个</translation>
        </message>
        <message>
            <source>{0} left</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>剩余 {0}</translation>
        </message>
        <message>
            <source>Paused until {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>已暂停至 {0}</translation>
        </message>
        <message>
            <source>retry in {0}</source>
            <extracomment>desktop/words.py</extracomment>
            <translation>{0}后重试</translation>
        </message>
    </context>
</TS>
