; Ends the program before its files are touched: asks it first, so that it loses nothing.

!macro RUNNING un
  ; $0: whether one of the two programs runs. Nobody may write to the file of one that does.
  Function ${un}isRunning
    StrCpy $0 0
    !insertmacro _IS_OPEN "$INSTDIR\${APP}.exe"
    !insertmacro _IS_OPEN "$INSTDIR\${TERMINAL}.exe"
  FunctionEnd

  Function ${un}endRunning
    Call ${un}isRunning
    StrCpy $wasRunning $0
    ${DoWhile} $0 == 1
      ${For} $1 1 15 ; half a minute and more: uploads are left in order
        ; Asked again each time: one that is just starting does not hear yet.
        ExecWait '"$INSTDIR\${APP}.exe" quit'
        Sleep 2000
        Call ${un}isRunning
        ${If} $0 == 0
          ${Break}
        ${EndIf}
      ${Next}
      ${If} $0 == 1
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNS)" /SD IDCANCEL IDRETRY +3
        SetErrorLevel 2
        Quit
      ${EndIf}
    ${Loop}
  FunctionEnd
!macroend

!macro _IS_OPEN FILE
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $2 "${FILE}" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $2
    ${EndIf}
  ${EndIf}
!macroend

!insertmacro RUNNING ""
!insertmacro RUNNING "un."
