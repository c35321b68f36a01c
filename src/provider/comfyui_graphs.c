/* The workflows that are built in. Written as YAML, which needs no quotes; they are sent as JSON.
 */
#include "provider/comfyui_workflow.h"

#include <assert.h>

#include "base/yaml.h"

const char *const comfyui_graph_names[] = { "auto", "checkpoint", "flux", NULL };

/* One file with everything in it: SD 1.5, SDXL, and what was made of them. */
static const char checkpoint[] =
    "model: { class_type: CheckpointLoaderSimple, inputs: { ckpt_name: '{{model}}' } }\n"
    "positive: { class_type: CLIPTextEncode, inputs: { text: '{{prompt}}', clip: [model, 1] } }\n"
    "negative:\n"
    "  { class_type: CLIPTextEncode, inputs: { text: '{{negative_prompt}}', clip: [model, 1] } }\n"
    "sampler:\n"
    "  class_type: KSampler\n"
    "  inputs:\n"
    "    { seed: '{{seed}}', steps: '{{steps}}', cfg: '{{guidance}}', denoise: '{{denoise}}',\n"
    "      sampler_name: '{{sampler}}', scheduler: '{{scheduler}}', model: [model, 0],\n"
    "      positive: [positive, 0], negative: [negative, 0], latent_image: [latent, 0] }\n"
    "pixels: { class_type: VAEDecode, inputs: { samples: [sampler, 0], vae: [model, 2] } }\n";

/* A bare model with text encoders and VAE beside it. It knows no negative prompt: its guidance is
 * an input, and not the difference of two predictions. */
static const char flux[] =
    "model: { class_type: UNETLoader, inputs: { unet_name: '{{model}}', weight_dtype: default } }\n"
    "clip:\n"
    "  class_type: DualCLIPLoader\n"
    "  inputs: { clip_name1: '{{encoder1}}', clip_name2: '{{encoder2}}', type: flux }\n"
    "vae: { class_type: VAELoader, inputs: { vae_name: '{{vae}}' } }\n"
    "prompt: { class_type: CLIPTextEncode, inputs: { text: '{{prompt}}', clip: [clip, 0] } }\n"
    "positive:\n"
    "  class_type: FluxGuidance\n"
    "  inputs: { conditioning: [prompt, 0], guidance: '{{guidance}}' }\n"
    "negative: { class_type: CLIPTextEncode, inputs: { text: '', clip: [clip, 0] } }\n"
    "sampler:\n"
    "  class_type: KSampler\n"
    "  inputs:\n"
    "    { seed: '{{seed}}', steps: '{{steps}}', cfg: 1.0, denoise: '{{denoise}}',\n"
    "      sampler_name: '{{sampler}}', scheduler: '{{scheduler}}', model: [model, 0],\n"
    "      positive: [positive, 0], negative: [negative, 0], latent_image: [latent, 0] }\n"
    "pixels: { class_type: VAEDecode, inputs: { samples: [sampler, 0], vae: [vae, 0] } }\n";

/* A file's name of its own: of a graph that is the same as an earlier one nothing would be made. */
static const char save[] = "save:\n"
                           "  class_type: SaveImage\n"
                           "  inputs: { images: [pixels, 0], filename_prefix: 'albumen_{{id}}' }\n";

static const char *const empty[] = {
    [COMFYUI_CHECKPOINT] = "latent:\n"
                           "  class_type: EmptyLatentImage\n"
                           "  inputs: { width: '{{width}}', height: '{{height}}', "
                           "batch_size: '{{count}}' }\n",
    [COMFYUI_FLUX] = "latent:\n"
                     "  class_type: EmptySD3LatentImage\n"
                     "  inputs: { width: '{{width}}', height: '{{height}}', "
                     "batch_size: '{{count}}' }\n",
};

/* Begins with a picture instead of with noise; between the two stands what the VAE comes from. */
static const char from_reference[] =
    "picture: { class_type: LoadImage, inputs: { image: '{{reference1}}' } }\n"
    "scaled:\n"
    "  class_type: ImageScale\n"
    "  inputs: { image: [picture, 0], upscale_method: lanczos, crop: center, width: '{{width}}',\n"
    "            height: '{{height}}' }\n"
    "encoded: { class_type: VAEEncode, inputs: { pixels: [scaled, 0], vae: ";
static const char repeated[] = " } }\n"
                               "latent:\n"
                               "  class_type: RepeatLatentBatch\n"
                               "  inputs: { samples: [encoded, 0], amount: '{{count}}' }\n";

bool comfyui_workflow_built_in(struct arena *a, int graph, bool with_reference,
                               struct comfyui_workflow *out, struct err *e)
{
    bool is_flux = graph == COMFYUI_FLUX;
    struct json *tree = arena_new(a, struct json);
    struct str latent, text;

    assert(graph == COMFYUI_CHECKPOINT || graph == COMFYUI_FLUX);
    latent = str_from(empty[graph]);
    if (with_reference)
        latent =
            arena_strf(a, "%s%s%s", from_reference, is_flux ? "[vae, 0]" : "[model, 2]", repeated);
    text = arena_strf(a, "%s" STR_FMT "%s", is_flux ? flux : checkpoint, STR_ARG(latent), save);
    return yaml_parse(a, text, tree, e) && comfyui_workflow_open(tree, out, e);
}
