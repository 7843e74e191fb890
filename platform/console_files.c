/* console_files.c - the page's own files: platform/web/ as it was when the program was built. */
#include "platform/console_part.h"

#include <string.h>

/* The assembler takes the file in as it is: no generator, and nothing to be installed. */
#define WEB(name, file)                                                            \
    __asm__(".section .rodata\n.global web_" #name "\n.global web_" #name "_end\n" \
            "web_" #name ":\n.incbin \"platform/web/" file "\"\n"                  \
            "web_" #name "_end:\n.byte 0\n.previous\n");                           \
    extern const char web_##name[], web_##name##_end[]

WEB(index, "index.html");
WEB(style, "style.css");
WEB(api, "api.js");
WEB(dom, "dom.js");
WEB(words, "words.js");
WEB(cases, "cases.js");
WEB(publish, "publish.js");
WEB(fleet, "fleet.js");
WEB(accounts, "accounts.js");
WEB(app, "app.js");
WEB(zh, "zh.json");
WEB(en, "en.json");

static const char html[] = "text/html; charset=utf-8", script[] = "text/javascript; charset=utf-8",
                  json[] = "application/json; charset=utf-8", css[] = "text/css; charset=utf-8";

static const struct {
    const char *path, *type, *from, *to;
} files[] = {
    { "/console/", html, web_index, web_index_end },
    { "/console/style.css", css, web_style, web_style_end },
    { "/console/api.js", script, web_api, web_api_end },
    { "/console/dom.js", script, web_dom, web_dom_end },
    { "/console/words.js", script, web_words, web_words_end },
    { "/console/cases.js", script, web_cases, web_cases_end },
    { "/console/publish.js", script, web_publish, web_publish_end },
    { "/console/fleet.js", script, web_fleet, web_fleet_end },
    { "/console/accounts.js", script, web_accounts, web_accounts_end },
    { "/console/app.js", script, web_app, web_app_end },
    { "/console/zh.json", json, web_zh, web_zh_end },
    { "/console/en.json", json, web_en, web_en_end },
};

bool console_file(const char *path, struct console_reply *out)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].path, path) == 0) {
            *out = (struct console_reply){ .status = 200,
                                           .type = files[i].type,
                                           .body = files[i].from,
                                           .body_n = (size_t)(files[i].to - files[i].from) };
            return true;
        }
    return false;
}
