/* A provider for tests: does what its prompt says, in this process or at a fake server. */
#ifndef PROVIDER_MOCK_H
#define PROVIDER_MOCK_H

#include "provider/provider.h"

/*
 * Only where the configuration names it. Words of the prompt, of the option `script`, or of the
 * backend's own `script`:
 *   fail:429 retry-after:2   that status instead of a picture
 *   slow:200ms               takes so long, with progress and a preview
 *   hang                     until it is cancelled
 *   refuse                   as a content policy would
 *   unknown                  bought, and no answer
 *   resume                   saves a remote id first, and finds it again (in the http mode always)
 *   count:3                  so many pictures
 *   bytes:5000000 truncate html svg   what comes instead of a small, correct PNG
 * References change the pattern of the picture.
 */
extern const struct provider_ops provider_mock;

/* How often something was bought from it in this process; in the http mode the server counts. */
int64_t mock_purchases(struct provider *p);

#endif
