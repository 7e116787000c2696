; Removes the secrets of all homes from Windows' Credential Manager. keyring names an entry by its
; application, with the account before it where there are several: "account@skynet-desktop"
; (skynet_desktop/credentials/store.py). CREDENTIALW begins with two numbers (flags, type) and the
; name (Microsoft's wincred.h).

!define _APPLICATION "skynet-desktop"

!macro REMOVE_SECRETS
  System::Call 'advapi32::CredEnumerateW(p 0, i 0, *i .r0, *p .r1) i .r2'
  ${If} $2 <> 0
    ${While} $0 > 0
      IntOp $0 $0 - 1
      IntOp $4 $0 * ${NSIS_PTR_SIZE}
      IntPtrOp $4 $1 + $4
      System::Call '*$4(p .r5)'
      System::Call '*$5(i, i .r6, w .r7)'
      StrCpy $8 $7 "" -14 ; as long as that
      ${If} $8 == "${_APPLICATION}"
        System::Call 'advapi32::CredDeleteW(w r7, i r6, i 0)'
      ${EndIf}
    ${EndWhile}
    System::Call 'advapi32::CredFree(p r1)'
  ${EndIf}
!macroend
