#include "DiagnosticPages.h"

// The assembler puts files in as they are; as a list of numbers in Swift they would take the compiler five seconds.
#define PAGE(code) ".asciz \"" code "\"\n.incbin \"" code ".md\"\n.byte 0\n"

__asm__(".pushsection .rodata\n"
        "embedded_diagnostic_pages:\n"
#include "codes.h"
        ".byte 0\n"
        ".popsection\n");

extern const char embedded_diagnostic_pages[];

const char *diagnostic_pages(void) { return embedded_diagnostic_pages; }
