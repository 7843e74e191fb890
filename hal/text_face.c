/* text_face.c - finds and opens the font files, and takes single glyphs out of them. */
#include "hal/text_face.h"

#include "hal/base/log.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL_ttf.h>

enum { FACES = 3, PATH_CAP = 512, OPEN_PX = 32, SEARCH_DIRS = 16 };
static const uint32_t HUI = 0x60E0; /* 惠: who can write it can write the name of this program */

/* One open font serves all sizes: setting the size costs less than a second open of 19 MB. */
struct face {
    char path[PATH_CAP];
    TTF_Font *font;
    int px;
    bool tried;
};
static struct face faces[FACES];

static const char *const PLACE[FACES] = {
    [TEXT_REGULAR] = "opentype/noto/NotoSansCJK-Regular.ttc",
    [TEXT_BOLD] = "opentype/noto/NotoSansCJK-Bold.ttc",
    [TEXT_ICONS] = "truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf",
};
static const char *const FACE_NAME[FACES] = { "regular", "bold", "icons" };

static bool is_simplified(TTF_Font *font)
{
    const char *name = TTF_FontFaceFamilyName(font);
    size_t n = name ? strlen(name) : 0;
    return n > 3 && strcmp(name + n - 3, " SC") == 0;
}

/* A collection holds the same characters in Japanese, Korean, simplified and traditional forms;
 * in Noto's the simplified are third. */
static TTF_Font *font_open(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot && strcmp(dot, ".ttc") == 0) {
        TTF_Font *third = TTF_OpenFontIndex(path, OPEN_PX, 2);
        if (third && is_simplified(third))
            return third;
        if (third)
            TTF_CloseFont(third);
    }
    return TTF_OpenFontIndex(path, OPEN_PX, 0);
}

static TTF_Font *face_font(enum text_face f)
{
    struct face *face = &faces[f];
    if (face->tried)
        return face->font;
    face->tried = true;
    face->px = OPEN_PX;
    face->font = face->path[0] ? font_open(face->path) : NULL;
    if (face->font)
        TTF_SetFontHinting(face->font, TTF_HINTING_NONE);
    else
        log_warn("font_missing", "face=%s path=%s", FACE_NAME[f], face->path);
    return face->font;
}

static TTF_Font *face_sized(enum text_face f, int px)
{
    TTF_Font *font = face_font(f);
    if (!font || faces[f].px == px)
        return font;
    if (TTF_SetFontSize(font, px) != 0)
        return NULL;
    faces[f].px = px;
    return font;
}

/* Reads the file to the point where it is known to be a font: a path alone promises nothing. */
static bool face_try(enum text_face f, const char *path)
{
    faces[f].tried = false;
    snprintf(faces[f].path, PATH_CAP, "%s", path);
    return face_font(f) && face_has(f, HUI);
}

static char search_found[PATH_CAP];

static int search_visit(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)at;
    const char *dot = strrchr(path, '.');
    if (kind != FTW_F || !dot)
        return 0;
    if (strcmp(dot, ".ttc") != 0 && strcmp(dot, ".ttf") != 0 && strcmp(dot, ".otf") != 0)
        return 0;
    TTF_Font *font = TTF_OpenFont(path, OPEN_PX);
    bool good = font && TTF_GlyphIsProvided32(font, HUI);
    if (font)
        TTF_CloseFont(font);
    if (good)
        snprintf(search_found, PATH_CAP, "%s", path);
    return good;
}

static bool face_search(const char *dir)
{
    search_found[0] = '\0';
    nftw(dir, search_visit, SEARCH_DIRS, 0);
    return search_found[0] && face_try(TEXT_REGULAR, search_found);
}

static void face_place(enum text_face f, const char *asked, const char *dir)
{
    if (asked && access(asked, R_OK) == 0) {
        snprintf(faces[f].path, PATH_CAP, "%s", asked);
        return;
    }
    if (asked)
        log_warn("font_missing", "face=%s path=%s", FACE_NAME[f], asked);
    snprintf(faces[f].path, PATH_CAP, "%s/%s", dir, PLACE[f]);
}

enum err face_init(const struct text_fonts *fonts)
{
    static const struct text_fonts none;
    const struct text_fonts *want = fonts ? fonts : &none;
    const char *dir = want->dir ? want->dir : "/usr/share/fonts";
    if (TTF_Init() != 0)
        return ERR_FONT;
    face_place(TEXT_REGULAR, want->regular, dir);
    face_place(TEXT_BOLD, want->bold, dir);
    face_place(TEXT_ICONS, want->icons, dir);
    char debian[PATH_CAP];
    snprintf(debian, sizeof debian, "%s/%s", dir, PLACE[TEXT_REGULAR]);
    char first[PATH_CAP];
    memcpy(first, faces[TEXT_REGULAR].path, sizeof first);
    if (face_try(TEXT_REGULAR, first) || (strcmp(first, debian) && face_try(TEXT_REGULAR, debian)))
        return OK;
    if (face_search(dir))
        return OK;
    face_finish();
    return ERR_FONT;
}

void face_finish(void)
{
    for (int i = 0; i < FACES; i++) {
        if (faces[i].font)
            TTF_CloseFont(faces[i].font);
        faces[i] = (struct face){ 0 };
    }
    if (TTF_WasInit())
        TTF_Quit();
}

bool face_has(enum text_face face, uint32_t cp)
{
    TTF_Font *font = face_font(face);
    return font && TTF_GlyphIsProvided32(font, cp);
}

bool face_for(enum text_face asked, uint32_t cp, enum text_face *out)
{
    if (face_has(asked, cp)) {
        *out = asked;
        return true;
    }
    if (asked != TEXT_BOLD || !face_has(TEXT_REGULAR, cp))
        return false;
    *out = TEXT_REGULAR;
    return true;
}

int face_advance(enum text_face face, int px, uint32_t cp)
{
    TTF_Font *font = face_sized(face, px);
    int minx, maxx, miny, maxy, advance;
    if (!font || TTF_GlyphMetrics32(font, cp, &minx, &maxx, &miny, &maxy, &advance) != 0)
        return px;
    return advance;
}

/* The smallest box that holds everything seen. */
static struct rect ink_box(const SDL_Surface *s)
{
    struct rect box = { 0, 0, 0, 0 };
    for (int y = 0; y < s->h; y++) {
        const uint32_t *row = (const void *)((const uint8_t *)s->pixels + (long)y * s->pitch);
        int first = 0, last = s->w - 1;
        while (first < s->w && row[first] >> 24 == 0)
            first++;
        while (last > first && row[last] >> 24 == 0)
            last--;
        if (first < s->w)
            box = rect_join(box, (struct rect){ first, y, last - first + 1, 1 });
    }
    return box;
}

static uint8_t *ink_copy(const SDL_Surface *s, struct rect box)
{
    uint8_t *mask = malloc((size_t)box.w * (size_t)box.h);
    for (int y = 0; mask && y < box.h; y++) {
        const uint8_t *row = (const uint8_t *)s->pixels + (long)(box.y + y) * s->pitch;
        for (int x = 0; x < box.w; x++)
            mask[y * box.w + x] = (uint8_t)(((const uint32_t *)(const void *)row)[box.x + x] >> 24);
    }
    return mask;
}

/* SDL_ttf hands out a picture of the whole line; where the pen stood in it follows from the
 * glyph's own measures: moved right when it hangs out to the left, down when it stands too tall. */
enum err face_render(enum text_face face, int px, uint32_t cp, struct text_glyph *out)
{
    TTF_Font *font = face_sized(face, px);
    int minx, maxx, miny, maxy, advance;
    if (!font || TTF_GlyphMetrics32(font, cp, &minx, &maxx, &miny, &maxy, &advance) != 0)
        return ERR_FONT;
    struct text_glyph g = { .advance = advance };
    SDL_Surface *s = TTF_RenderGlyph32_Blended(font, cp, (SDL_Color){ 255, 255, 255, 255 });
    struct rect box = s ? ink_box(s) : (struct rect){ 0, 0, 0, 0 };
    if (!rect_empty(box)) {
        int ascent = TTF_FontAscent(font);
        int pen_x = minx < 0 ? -minx : 0, base_y = maxy > ascent ? maxy : ascent;
        g = (struct text_glyph){ ink_copy(s, box), box.w,          box.h,  box.w,
                                 box.x - pen_x,    base_y - box.y, advance };
    }
    SDL_FreeSurface(s);
    if (!rect_empty(box) && !g.mask)
        return ERR_NOMEM;
    *out = g;
    return OK;
}
