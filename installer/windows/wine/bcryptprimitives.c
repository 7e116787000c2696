/* Windows 10 has this library, wine 8 has not. What is written in Rust (cryptography, bcrypt)
   takes its random numbers from here; wine has the same ones under an older name. For trying
   only; it never ships. */

#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG count); /* RtlGenRandom, of advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return SystemFunction036(bytes, (ULONG)count);
}
