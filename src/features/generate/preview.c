/* Shows pictures in the terminal. */
#include "features/generate/session.h"

void session_preview(struct session *s, struct str path, struct str media_type)
{
    UNUSED(s);
    UNUSED(path);
    UNUSED(media_type);
}
