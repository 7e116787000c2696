; Our folder on the person's PATH. What NSIS cannot hold whole (NSIS_MAX_STRLEN characters), it
; leaves alone: reading it would give nothing, and writing that back would lose all of it.

!define _PATH_KEY "Environment"

; ${RESULT}: the person's PATH; "-" if it cannot be read, or is too long to add a folder to
!macro _READ_PATH RESULT
  ClearErrors
  ReadRegStr ${RESULT} HKCU "${_PATH_KEY}" "Path"
  ${If} ${Errors}
    ; Not there, or not to be read?
    StrCpy ${RESULT} ""
    StrCpy $R8 0
    ${Do}
      EnumRegValue $R9 HKCU "${_PATH_KEY}" $R8
      ${If} $R9 == "Path"
        StrCpy ${RESULT} "-"
      ${EndIf}
      IntOp $R8 $R8 + 1
    ${LoopUntil} $R9 == ""
  ${EndIf}
  StrLen $R8 "${RESULT}$INSTDIR;"
  ${If} $R8 >= ${NSIS_MAX_STRLEN}
    StrCpy ${RESULT} "-"
  ${EndIf}
!macroend

!macro _WRITE_PATH TEXT
  ${If} "${TEXT}" == ""
    DeleteRegValue HKCU "${_PATH_KEY}" "Path"
  ${Else}
    WriteRegExpandStr HKCU "${_PATH_KEY}" "Path" "${TEXT}"
  ${EndIf}
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=2000
!macroend

!macro _CHANGE_PATH HOW
  !insertmacro _READ_PATH $R0
  ${If} $R0 != "-"
    ${WordAdd} "$R0" ";" "${HOW}" $R1
    ${If} $R1 != $R0
      !insertmacro _WRITE_PATH "$R1"
    ${EndIf}
  ${EndIf}
!macroend

!macro ADD_TO_PATH FOLDER
  !insertmacro _CHANGE_PATH "+${FOLDER}"
!macroend

!macro REMOVE_FROM_PATH FOLDER
  !insertmacro _CHANGE_PATH "-${FOLDER}"
!macroend

; ${RESULT}: 1 if it is there
!macro IS_ON_PATH FOLDER RESULT
  !insertmacro _READ_PATH $R0
  ${WordAdd} "$R0" ";" "-${FOLDER}" $R1
  StrCpy ${RESULT} 0
  ${If} $R1 != $R0
    StrCpy ${RESULT} 1
  ${EndIf}
!macroend
