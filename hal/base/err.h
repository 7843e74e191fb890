/* err.h - every way a thing can fail, with the name the log writes and the key of its sentence. */
#ifndef HAL_BASE_ERR_H
#define HAL_BASE_ERR_H

/* Each error has one log name (err_name) and one citizen's sentence per language: message key
 * "err." + name in locale/. A line dropping or a card leaving is an event, not an error. */
#define ERR_LIST(X)                                                                               \
    X(OK, "ok")                                                                                   \
    X(ERR_NOMEM, "no_memory")         /* allocation failed or an arena is at its cap */           \
    X(ERR_ARG, "bad_argument")        /* the caller's or the command line's fault */              \
    X(ERR_CONFIG, "bad_config")       /* unknown key, bad value, unreadable config file */        \
    X(ERR_IO, "io")                   /* a read or write failed in a way not named below */       \
    X(ERR_NOT_FOUND, "not_found")     /* no such file, row, key, screen */                        \
    X(ERR_READONLY, "data_readonly")  /* the data directory cannot be written */                  \
    X(ERR_FULL, "disk_full")          /* no room left; nothing was half written */                \
    X(ERR_CORRUPT, "cache_corrupt")   /* a database is damaged */                                 \
    X(ERR_BUSY, "busy")               /* somebody else holds it; try again */                     \
    X(ERR_FONT, "font_missing")       /* no usable font file */                                   \
    X(ERR_DISPLAY, "no_display")      /* no window could be made */                               \
    X(ERR_FORMAT, "bad_format")       /* bytes are not what their header promises */              \
    X(ERR_TYPE, "wrong_type")         /* a value has another type or a table is wrong */          \
    X(ERR_SIGNATURE, "bad_signature") /* signed by nobody we trust, or changed on the way */      \
    X(ERR_ROLLBACK, "rollback")       /* older than what we already have */                       \
    X(ERR_EXPIRED, "expired")         /* signed, but its time is over */                          \
    X(ERR_TOO_BIG, "too_big")         /* larger than the agreed limit */                          \
    X(ERR_HASH, "bad_hash")           /* content does not match its address */                    \
    X(ERR_BOMB, "bomb")               /* unpacks to more than it declares */                      \
    X(ERR_GAP, "sequence_gap")        /* a segment does not continue where we stand */            \
    X(ERR_OFFLINE, "offline")         /* no route, no name, refused */                            \
    X(ERR_TIMEOUT, "timeout")         /* connected, but no answer in time */                      \
    X(ERR_SLOW, "too_slow")           /* an answer that trickles */                               \
    X(ERR_CUT, "cut_off")             /* the body ended early */                                  \
    X(ERR_SERVER, "server_error")     /* the platform answered 4xx or 5xx */                      \
    X(ERR_NOT_FEED, "not_a_feed")     /* the platform answered, but with something else (HTML) */ \
    X(ERR_STOPPED, "stopped")         /* asked to stop */                                         \
    X(ERR_NO_DEVICE, "no_device")     /* the device is not there, or was unplugged */             \
    X(ERR_NO_SERVICE, "no_service")   /* the card service (pcscd) does not answer */              \
    X(ERR_CARD_GONE, "card_gone")     /* the card left while it was being read */                 \
    X(ERR_CARD_MUTE, "card_mute")     /* a card is there and does not answer */                   \
    X(ERR_CARD_UNKNOWN, "card_unknown")         /* not a kind of card we read */                  \
    X(ERR_CARD_GUARDED, "card_guarded")         /* it asks for a key we do not have */            \
    X(ERR_PAPER, "paper_out")                   /* the printer has no paper */                    \
    X(ERR_COVER, "cover_open")                  /* the printer's cover is open */                 \
    X(ERR_UNKNOWN_TERMINAL, "unknown_terminal") /* the platform does not know this terminal */    \
    X(ERR_REVOKED, "revoked")                   /* the platform has shut this terminal out */     \
    X(ERR_REPLAYED, "replayed")                 /* a request or item seen before */               \
    X(ERR_REFUSED, "refused")                   /* the platform refused the item for good */      \
    X(ERR_NO_KEY, "no_key")                     /* no key of the platform to seal to */           \
    X(ERR_LOCKED, "locked")                     /* too many wrong tries; a card that is shut */   \
    X(ERR_UNPROVED, "unproved")                 /* the card cannot prove itself, and must */      \
    X(ERR_NO_TOKEN, "no_token")                 /* the platform lets this visit ask no more */

enum err {
#define ERR_ENUM(sym, name) sym,
    ERR_LIST(ERR_ENUM)
#undef ERR_ENUM
        ERR_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* [any] The log name, never NULL. */
const char *err_name(enum err e);

#endif
