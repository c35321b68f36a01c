/* ComfyUI as a provider: a graph of nodes, sent to somebody's own server and asked for until its
 * pictures are there. */
#ifndef PROVIDER_COMFYUI_H
#define PROVIDER_COMFYUI_H

#include "provider/provider.h"

extern const struct provider_ops provider_comfyui;

#endif
