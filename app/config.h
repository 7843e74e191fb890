/* config.h - what this terminal is set to: one table of every key, read from a small text file. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "hal/base/err.h"

#include <stddef.h>

enum { CONFIG_TEXT = 256, CONFIG_WORD = 64 };

/* Shared by huimin and huimin-sync. Owner: main; constant once the command line is read, so any
 * thread may look. "" in a path means "not set". Lines are `key = value`, `#` starts a comment; the
 * value goes to the end of the line. The comment at each field is its key. */
struct config {
    char data_dir[CONFIG_TEXT];  /* data.dir: cache.db, sync.sock, spool/ */
    char share_dir[CONFIG_TEXT]; /* share.dir: seed.db, locale/ */

    /* the line to the platform (huimin-sync) */
    char area[CONFIG_WORD];         /* area: code of the district the feed is for */
    char feed_root[CONFIG_TEXT];    /* feed.root: file with the root public keys */
    char setup_dir[CONFIG_TEXT];    /* setup.dir: where the system is asked; "" = no setting up */
    char system_state[CONFIG_TEXT]; /* system.state: file with what the system says of itself */
    char feed_dir[CONFIG_TEXT];     /* feed.dir: a folder or stick with the same files */
    char carry_dir[CONFIG_TEXT];    /* carry.dir: where a stick for the queue is; "" = off */
    char platform_url[CONFIG_TEXT]; /* platform.url: http(s)://host:port, or none */
    char platform_ca[CONFIG_TEXT];  /* platform.ca: PEM file of the one authority its https has */
    int poll_s;                     /* poll_s */
    int net_deadline_s;             /* net.deadline_s: a whole small answer (index, key set) */
    int net_object_deadline_s;    /* net.object_deadline_s: one object; goes on where it was cut */
    int net_connect_s;            /* net.connect_s */
    int net_low_speed_s;          /* net.low_speed_s: under 100 B/s for this long is too slow */
    int cache_max_mb;             /* cache.max_mb: cache.db never grows over it */
    char update_dir[CONFIG_TEXT]; /* update.dir: where a new system for the appliance is fetched to;
                                     "" = it is no appliance */
    char update_key[CONFIG_TEXT]; /* update.key: file with the deployer's public key */
    int update_running;           /* update.running: version of the system that runs */
    int update_h;                 /* update_h: hours from asking to asking; 0 = never */

    /* where it stands and whom to ask */
    char terminal_name_zh[CONFIG_TEXT], terminal_name_en[CONFIG_TEXT];   /* terminal.name_zh/_en */
    char terminal_place_zh[CONFIG_TEXT], terminal_place_en[CONFIG_TEXT]; /* terminal.place_zh/_en */
    char terminal_village[CONFIG_WORD]; /* terminal.village: code */
    char help_phone[CONFIG_WORD];       /* help.phone */
    char help_phone_name_zh[CONFIG_TEXT], help_phone_name_en[CONFIG_TEXT];

    /* screen */
    int panel_w_mm, panel_h_mm;       /* 0 = 4.03 px/mm */
    char rotate[CONFIG_WORD];         /* rotate: normal, left, inverted, right */
    int window_w_px, window_h_px;     /* 0 = the desktop's size */
    char lang[CONFIG_WORD];           /* lang: zh_CN, en, xx */
    char theme[CONFIG_WORD];          /* theme: normal|large|xlarge[+contrast][+low] */
    char reader[CONFIG_WORD];         /* reader: pcsc, sim, none */
    char reader_session[CONFIG_WORD]; /* reader.session: insert (lives while the card is in), tap */
    char reader_name[CONFIG_TEXT];    /* reader.name: a part of the reader's name; "" = any */
    char idreader[CONFIG_TEXT]; /* idreader: the tty of a reader of resident cards; "" = none */
    char idreader_session[CONFIG_WORD]; /* idreader.session: as reader.session */
    char scanner_device[CONFIG_TEXT]; /* scanner.device: a path, a part of its name, auto; "" = its
                                         keys come as typing and are told by their speed */
    char pinpad[CONFIG_TEXT]; /* pinpad: keys:PATH or a part of its name, serial:PATH; "" = none */
    char doccam[CONFIG_TEXT]; /* doccam: none, auto, /dev/videoN, a part of its name, folder:PATH */
    char printer[CONFIG_TEXT]; /* printer: none, file:PATH, usb:/dev/usb/lp0, tcp:HOST:PORT */
    int idle_ask_s, idle_answer_s;
    char font_regular[CONFIG_TEXT], font_bold[CONFIG_TEXT], font_icons[CONFIG_TEXT];
};

/* [main] Every key at its default. */
void config_init(struct config *c);
/* [main] Reads a file over what is there. On ERR_CONFIG why holds one line: file, line, key, what
 * is wrong and, for an unknown key, the nearest known one. c keeps the lines before the fault. */
MUST_CHECK enum err config_load(struct config *c, const char *path, char *why, size_t cap);
/* [main] The same from text in memory; name stands for the file in why. Lines end in LF or CRLF. */
MUST_CHECK enum err config_parse(struct config *c, const char *name, const char *text, size_t n,
                                 char *why, size_t cap);
/* [main] One key, as an option of the command line does. ERR_CONFIG, why without file and line. */
MUST_CHECK enum err config_set(struct config *c, const char *key, const char *value, char *why,
                               size_t cap);
/* [main] "1080x1920" into two numbers (--size, --panel-mm). ERR_CONFIG. */
MUST_CHECK enum err config_parse_size(const char *s, int *out_w, int *out_h);

/* [any] The words of rotate by quarters counter-clockwise, 0 to 3. */
extern const char *const config_rotate[4];
int config_quarters(const struct config *c);

/* [any] The known key nearest to a mistyped one, NULL when none is near. */
const char *config_nearest(const char *key);

#endif
