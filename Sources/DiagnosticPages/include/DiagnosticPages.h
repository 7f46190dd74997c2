#ifndef DIAGNOSTIC_PAGES_H
#define DIAGNOSTIC_PAGES_H

/// The pages of Grammar/diagnostics, one after the other: a code, a zero, its page in Markdown, a zero. An empty code is the end.
const char *diagnostic_pages(void);

#endif
