; The setup for Windows: for one person, without an administrator. setup.py gives the names in
; capitals (-DVERSION=...). On a command line:
;
;   setup /S                          without windows and questions; starts again what ran
;   setup /S /AUTOSTART=1 /PATH=1     start at login (0: do not); the terminal's command on PATH
;   setup /S /D=C:\where it goes      must come last, without quotes
;   uninstall /S                      keeps settings, state, logs and secrets
;   uninstall /S /PURGE               removes them too
;
; Exit code 2: nothing was changed; the program runs and cannot be ended, or the folder or the
; system will not do.

Unicode true
!ifdef TARGET
  Target ${TARGET}
!endif
ManifestDPIAware true
ManifestLongPathAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64 ; MB: the two programs hold the same modules, and lie far apart
AllowSkipFiles off

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include Sections.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

!define NAME "Skynet Desktop"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\SkynetDesktop"
!define LINK "$SMPROGRAMS\${NAME}.lnk"
!define DATA "$LOCALAPPDATA\skynet-desktop" ; as skynet_desktop/settings/paths.py has it

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
ShowInstDetails nevershow
ShowUninstDetails nevershow

!ifdef SIGN
  !finalize '"${SIGN}" "%1"'
  !uninstfinalize '"${SIGN}" "%1"'
!endif

Var wasRunning

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${APP}.exe"
!define MUI_FINISHPAGE_RUN_PARAMETERS "start"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English" ; the first is taken where the system speaks none of them
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "SpanishInternational"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "Hindi"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include texts.nsh

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME} Setup"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "CompanyName" "${MAKERS}"
VIAddVersionKey /LANG=0 "LegalCopyright" "AGPL-3.0-or-later"

!include running.nsh
!include path.nsh
!include secrets.nsh

Section "${NAME}" PROGRAM
  SectionIn RO
  Call endRunning
  ; All that an older version had: what it no longer needs must not stay, and be found.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${FROZEN}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "${LINK}" "$INSTDIR\${APP}.exe" "start" "" "" "" "" "$(SUMMARY)"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${APP}.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${MAKERS}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  SectionGetSize ${PROGRAM} $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0 ; kB
SectionEnd

Section /o "$(AT_LOGIN)" AUTOSTART
  ; The very line that the program writes itself (skynet_desktop/host/autostart/windows.py).
  WriteRegStr HKCU "${RUN}" "${NAME}" '"$INSTDIR\${APP}.exe" start --minimized'
SectionEnd

Section /o "$(ON_PATH)" ONPATH
  !insertmacro ADD_TO_PATH "$INSTDIR"
SectionEnd

Section "-what was not chosen"
  ${IfNot} ${SectionIsSelected} ${AUTOSTART}
    DeleteRegValue HKCU "${RUN}" "${NAME}"
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${ONPATH}
    !insertmacro REMOVE_FROM_PATH "$INSTDIR"
  ${EndIf}
  ${If} ${Silent}
  ${AndIf} $wasRunning == 1
    Exec '"$INSTDIR\${APP}.exe" start --minimized'
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} "$(SUMMARY)"
  !insertmacro MUI_DESCRIPTION_TEXT ${AUTOSTART} "$(AT_LOGIN_MORE)"
  !insertmacro MUI_DESCRIPTION_TEXT ${ONPATH} "$(ON_PATH_MORE)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

!macro CHOSEN OPTION SECTION
  ClearErrors
  ${GetParameters} $0
  ${GetOptions} $0 "${OPTION}" $1
  ${IfNot} ${Errors}
    ${If} $1 == 0
      !insertmacro UnselectSection ${SECTION}
    ${Else}
      !insertmacro SelectSection ${SECTION}
    ${EndIf}
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(TOO_OLD)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  ${If} ${Silent}
    Call .onVerifyInstDir
  ${EndIf}
  ; What was chosen before is chosen again, unless the command line says otherwise.
  ReadRegStr $0 HKCU "${RUN}" "${NAME}"
  ${If} $0 != ""
    !insertmacro SelectSection ${AUTOSTART}
  ${EndIf}
  !insertmacro IS_ON_PATH "$INSTDIR" $0
  ${If} $0 == 1
    !insertmacro SelectSection ${ONPATH}
  ${EndIf}
  !insertmacro CHOSEN "/AUTOSTART=" ${AUTOSTART}
  !insertmacro CHOSEN "/PATH=" ${ONPATH}
FunctionEnd

Function .onVerifyInstDir
  ; _internal is replaced whole: it must not be another program's.
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\${APP}.exe"
    SetErrorLevel 2
    Abort
  ${EndIf}
FunctionEnd

Section "un.${NAME}" UNPROGRAM
  SectionIn RO
  Call un.endRunning
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${APP}.exe"
  Delete "$INSTDIR\${TERMINAL}.exe"
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR" ; only if nothing else is in it
  Delete "${LINK}"
  ReadRegStr $0 HKCU "${RUN}" "${NAME}"
  StrLen $1 '"$INSTDIR\'
  StrCpy $0 $0 $1
  ${If} $0 == '"$INSTDIR\' ; not another copy's
    DeleteRegValue HKCU "${RUN}" "${NAME}"
    DeleteRegValue HKCU "${APPROVED}" "${NAME}"
  ${EndIf}
  !insertmacro REMOVE_FROM_PATH "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd

Section /o "un.$(SETTINGS)" UNSETTINGS
  RMDir /r "${DATA}"
  !insertmacro REMOVE_SECRETS
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UNPROGRAM} "$(SUMMARY)"
  !insertmacro MUI_DESCRIPTION_TEXT ${UNSETTINGS} "$(SETTINGS_MORE)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  ClearErrors
  ${GetParameters} $0
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UNSETTINGS}
  ${EndIf}
FunctionEnd
