/* The XMP packet of a picture that was made: where it comes from, by what, and what it shows. */
#include "base/buf.h"
#include "image/helper/encode.h"

enum { MAX_XMP_BYTES = 65000 }; /* a JPEG segment holds no more */

/* XML 1.0 has no place for most control characters, however they are written. */
static void put_escaped(struct buf *b, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '&')
            buf_put(b, STR("&amp;"));
        else if (c == '<')
            buf_put(b, STR("&lt;"));
        else if (c == '>')
            buf_put(b, STR("&gt;"));
        else if (c == '"')
            buf_put(b, STR("&quot;"));
        else if ((unsigned char)c >= ' ' || c == '\n' || c == '\t')
            buf_put_char(b, c);
    }
}

static void put_attribute(struct buf *b, struct str name, struct str before, struct str value)
{
    if (value.len == 0)
        return;
    buf_put(b, STR("\n "));
    buf_put(b, name);
    buf_put(b, STR("=\""));
    buf_put(b, before);
    put_escaped(b, value);
    buf_put_char(b, '"');
}

static void put_packet(struct buf *b, const struct image_recipe *recipe)
{
    buf_put(
        b,
        STR("<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
            "<rdf:Description rdf:about=\"\" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\""
            " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""));
    put_attribute(b, STR("xmp:CreatorTool"), STR(""), recipe->creator);
    put_attribute(b, STR("Iptc4xmpExt:DigitalSourceType"),
                  STR("http://cv.iptc.org/newscodes/digitalsourcetype/"), recipe->source_type);
    buf_put(b, STR(">\n"));
    if (recipe->description.len > 0) {
        buf_put(b, STR("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">"));
        put_escaped(b, recipe->description);
        buf_put(b, STR("</rdf:li></rdf:Alt></dc:description>\n"));
    }
    buf_put(b, STR("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>"));
}

struct str xmp_of(struct arena *a, const struct image_recipe *recipe)
{
    struct image_recipe shorter = *recipe;
    AUTO_BUF b = { 0 };

    buf_init(&b, MAX_XMP_BYTES);
    if (recipe->source_type.len == 0 && recipe->creator.len == 0 && recipe->description.len == 0)
        return (struct str){ 0 };
    put_packet(&b, recipe);
    if (b.overflowed) { /* only a prompt can be as long as that, and it stands in the other texts
                           too */
        shorter.description = (struct str){ 0 };
        buf_clear(&b);
        b.overflowed = false;
        put_packet(&b, &shorter);
    }
    if (b.overflowed)
        return (struct str){ 0 };
    return arena_str(a, buf_str(&b));
}
