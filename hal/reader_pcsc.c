/* reader_pcsc.c - card readers behind the system's card service: PC/SC, pcscd.
 *
 * PC/SC Workgroup part 5, as pcsc-lite does it. The service may be missing, die and come back at
 * any call: every such answer leads back to looking for it, in wait(). */
#include "hal/base/clock.h"
#include "hal/reader.h"

#include <winscard.h>

#include <ctype.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { READERS = 8, NAMES = 4096, LOOK_AGAIN_MS = 300 };

static const char PNP[] = "\\\\?PnP?\\Notification";

/* Owner: reader.c; all of the reader thread, but woken, wake_fd and, under lock, ctx. Invariants:
 * slot[0..n) are the readers we watch, slot[n] the one that tells of new readers. */
struct pcsc {
    char want[128];
    pthread_mutex_t lock;
    bool open; /* ctx is good */
    SCARDCONTEXT ctx;
    atomic_bool woken;
    int wake_fd;
    char names[NAMES];
    SCARD_READERSTATE slot[READERS + 1];
    int n;
    bool listed, lost;     /* lost: a call said that the service is gone */
    int card_slot;         /* where the one card is, or -1 */
    char card_reader[128]; /* with card_event: which card that is; "" = none */
    unsigned card_event;
    uint32_t cards;
    int64_t present_us;
    bool connected, begun;
    SCARDHANDLE card;
    DWORD protocol;
};

static bool service_is_gone(LONG rc)
{
    switch (rc) {
    case SCARD_F_COMM_ERROR:
    case SCARD_F_INTERNAL_ERROR:
    case SCARD_F_UNKNOWN_ERROR:
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_E_INVALID_HANDLE:
    case SCARD_E_SYSTEM_CANCELLED:
    case SCARD_E_SERVER_TOO_BUSY:
        return true;
    default:
        return false;
    }
}

static enum err pcsc_open(const char *want_name, void **out_self)
{
    struct pcsc *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (p->wake_fd < 0) {
        free(p);
        return ERR_IO;
    }
    pthread_mutex_init(&p->lock, NULL);
    snprintf(p->want, sizeof p->want, "%s", want_name);
    p->card_slot = -1;
    *out_self = p;
    return OK;
}

static void pcsc_disconnect(void *self, bool reset)
{
    struct pcsc *p = self;
    if (p->begun)
        SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
    if (p->connected)
        SCardDisconnect(p->card, reset ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
    p->begun = p->connected = false;
}

static void forget_card(struct pcsc *p)
{
    p->card_slot = -1;
    p->card_reader[0] = '\0';
    p->present_us = 0;
}

/* Every context and handle of a service that died is dead, even when it is back. */
static void leave_service(struct pcsc *p)
{
    pcsc_disconnect(p, false);
    pthread_mutex_lock(&p->lock);
    if (p->open)
        SCardReleaseContext(p->ctx);
    p->open = false;
    pthread_mutex_unlock(&p->lock);
    p->listed = p->lost = false;
    p->n = 0;
    forget_card(p);
}

static void pcsc_close(void *self)
{
    struct pcsc *p = self;
    if (!p)
        return;
    leave_service(p);
    close(p->wake_fd);
    pthread_mutex_destroy(&p->lock);
    explicit_bzero(p, sizeof *p);
    free(p);
}

static bool enter_service(struct pcsc *p)
{
    if (p->lost)
        leave_service(p);
    if (p->open)
        return true;
    SCARDCONTEXT ctx = 0;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) != SCARD_S_SUCCESS)
        return false;
    pthread_mutex_lock(&p->lock);
    p->ctx = ctx;
    p->open = true;
    pthread_mutex_unlock(&p->lock);
    return true;
}

/* The word SAM or PSAM: a slot for the terminal's own key card, never a citizen's. */
static bool is_sam(const char *name)
{
    for (const char *at = name; (at = strcasestr(at, "sam")); at += 3) {
        const char *start = at > name && tolower((unsigned char)at[-1]) == 'p' ? at - 1 : at;
        bool begins = start == name || !isalpha((unsigned char)start[-1]);
        if (begins && !isalpha((unsigned char)at[3]))
            return true;
    }
    return false;
}

static bool watched(const struct pcsc *p, const char *name)
{
    return p->want[0] ? strstr(name, p->want) != NULL : !is_sam(name);
}

/* Which readers there are, of all and of those we watch. False: the service is gone. */
static bool list_readers(struct pcsc *p)
{
    DWORD size = sizeof p->names - 1;
    memset(p->names, 0, sizeof p->names);
    LONG rc = SCardListReaders(p->ctx, NULL, p->names, &size);
    if (rc != SCARD_S_SUCCESS) {
        memset(p->names, 0, sizeof p->names);
        if (service_is_gone(rc))
            return false;
    }
    DWORD all = 0;
    p->n = 0;
    memset(p->slot, 0, sizeof p->slot);
    for (const char *name = p->names; *name; name += strlen(name) + 1, all++)
        if (p->n < READERS && watched(p, name))
            p->slot[p->n++].szReader = name;
    p->slot[p->n].szReader = PNP;
    p->slot[p->n].dwCurrentState = all << 16;
    p->card_slot = -1;
    p->listed = true;
    return true;
}

/* A slot without news keeps what it had: what the service writes there may be nothing at all. */
static void settle(struct pcsc *p)
{
    for (int i = 0; i <= p->n; i++) {
        DWORD now = p->slot[i].dwEventState;
        if (!(now & SCARD_STATE_CHANGED))
            continue;
        if (i == p->n || now & (SCARD_STATE_UNKNOWN | SCARD_STATE_IGNORE))
            p->listed = false;
        else
            p->slot[i].dwCurrentState = now & ~(DWORD)SCARD_STATE_CHANGED;
    }
}

static int count_cards(const struct pcsc *p, int *out_where)
{
    int cards = 0;
    for (int i = 0; i < p->n; i++)
        if (p->slot[i].dwCurrentState & SCARD_STATE_PRESENT) {
            *out_where = i;
            cards++;
        }
    return cards;
}

/* A counter that moved while a card was there both times tells of a quick change of cards. */
static void note_card(struct pcsc *p, int where)
{
    unsigned event = (unsigned)(p->slot[where].dwCurrentState >> 16);
    const char *name = p->slot[where].szReader;
    p->card_slot = where;
    if (p->card_event == event && strncmp(p->card_reader, name, sizeof p->card_reader - 1) == 0)
        return;
    snprintf(p->card_reader, sizeof p->card_reader, "%s", name);
    p->card_event = event;
    p->cards++;
    p->present_us = clock_timer_us();
}

static enum reader_state judge(struct pcsc *p)
{
    int where = -1, cards = count_cards(p, &where);
    if (cards != 1)
        forget_card(p);
    if (cards > 1)
        return READER_MANY;
    if (cards == 0)
        return p->n ? READER_EMPTY : READER_ABSENT;
    note_card(p, where);
    return p->slot[where].dwCurrentState & SCARD_STATE_MUTE ? READER_UPSIDE_DOWN : READER_READING;
}

static void tell(const struct pcsc *p, enum reader_state state, struct reader_status *io)
{
    int i = p->card_slot >= 0 ? p->card_slot : 0;
    io->state = state;
    io->serial = p->cards;
    io->present_us = p->present_us;
    snprintf(io->name, sizeof io->name, "%s",
             state != READER_NO_SERVICE && p->n ? p->slot[i].szReader : "");
}

/* Waits without the service: until it is time to look again. */
static void doze(struct pcsc *p, int ms)
{
    struct pollfd f = { .fd = p->wake_fd, .events = POLLIN };
    poll(&f, 1, ms);
}

static bool take_wake(struct pcsc *p)
{
    uint64_t n = 0;
    while (read(p->wake_fd, &n, sizeof n) > 0)
        ;
    return atomic_exchange(&p->woken, false);
}

/* One look at the slots; the news may be old: SCARD_E_TIMEOUT and CANCELLED are no faults. */
static enum reader_state look(struct pcsc *p, DWORD ms)
{
    if (!enter_service(p))
        return READER_NO_SERVICE;
    bool fresh = !p->listed;
    if (fresh && !list_readers(p)) {
        leave_service(p);
        return READER_NO_SERVICE;
    }
    LONG rc = SCardGetStatusChange(p->ctx, fresh ? 0 : ms, p->slot, (DWORD)p->n + 1);
    if (service_is_gone(rc)) {
        leave_service(p);
        return READER_NO_SERVICE;
    }
    if (rc == SCARD_S_SUCCESS || (rc == SCARD_E_TIMEOUT && fresh))
        settle(p);
    else if (rc != SCARD_E_TIMEOUT && rc != SCARD_E_CANCELLED)
        p->listed = false;
    return judge(p);
}

static void pcsc_wait(void *self, int timeout_ms, struct reader_status *io)
{
    struct pcsc *p = self;
    struct reader_status was = *io;
    int64_t end = clock_timer_ms() + timeout_ms;
    for (int relisted = 0;;) {
        bool woken = take_wake(p);
        int64_t left = end - clock_timer_ms();
        left = left < 0 || woken ? 0 : left;
        tell(p, look(p, (DWORD)left), io);
        bool news =
            io->state != was.state || io->serial != was.serial || strcmp(io->name, was.name) != 0;
        if (news || woken || left == 0)
            return;
        relisted = p->listed ? 0 : relisted + 1;
        if (!p->open || relisted > 1) /* never spins, whatever the service answers */
            doze(p, left < LOOK_AGAIN_MS ? (int)left : LOOK_AGAIN_MS);
    }
}

static void pcsc_wake(void *self)
{
    struct pcsc *p = self;
    uint64_t one = 1;
    atomic_store(&p->woken, true);
    if (write(p->wake_fd, &one, sizeof one) < 0)
        return; /* full: it is awake anyway */
    pthread_mutex_lock(&p->lock);
    if (p->open)
        SCardCancel(p->ctx);
    pthread_mutex_unlock(&p->lock);
}

static enum err err_of(struct pcsc *p, LONG rc)
{
    if (rc == SCARD_S_SUCCESS)
        return OK;
    if (service_is_gone(rc)) {
        p->lost = true;
        return ERR_NO_DEVICE;
    }
    switch (rc) {
    case SCARD_W_REMOVED_CARD:
    case SCARD_E_NO_SMARTCARD:
        return ERR_CARD_GONE;
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_W_UNRESPONSIVE_CARD:
        return ERR_CARD_MUTE;
    case SCARD_W_UNSUPPORTED_CARD:
    case SCARD_E_PROTO_MISMATCH:
    case SCARD_E_INSUFFICIENT_BUFFER:
        return ERR_CARD_UNKNOWN;
    case SCARD_E_SHARING_VIOLATION:
        return ERR_BUSY;
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_READER_UNAVAILABLE:
        p->listed = false;
        return ERR_NO_DEVICE;
    default:
        return ERR_IO;
    }
}

static enum err pcsc_transmit(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                              size_t cap, size_t *out_n)
{
    struct pcsc *p = ctx;
    const SCARD_IO_REQUEST *pci = p->protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0;
    DWORD got = (DWORD)cap;
    enum err e = err_of(p, SCardTransmit(p->card, pci, cmd, (DWORD)n, NULL, out, &got));
    if (e == OK)
        *out_n = got;
    return e;
}

static void make_channel(struct pcsc *p, struct apdu_channel *out)
{
    const SCARD_READERSTATE *s = &p->slot[p->card_slot];
    *out = (struct apdu_channel){ .transmit = pcsc_transmit, .ctx = p };
    apdu_channel_atr(out, s->rgbAtr, s->cbAtr < sizeof s->rgbAtr ? s->cbAtr : sizeof s->rgbAtr,
                     p->protocol == SCARD_PROTOCOL_T1);
}

static enum err pcsc_connect(void *self, struct apdu_channel *out_ch)
{
    struct pcsc *p = self;
    if (!p->open || p->lost)
        return ERR_NO_DEVICE;
    if (p->card_slot < 0)
        return ERR_CARD_GONE;
    LONG rc = SCardConnect(p->ctx, p->slot[p->card_slot].szReader, SCARD_SHARE_SHARED,
                           SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &p->card, &p->protocol);
    p->connected = rc == SCARD_S_SUCCESS;
    if (p->connected)
        rc = SCardBeginTransaction(p->card);
    if (rc == SCARD_W_RESET_CARD) { /* another program had it between the two */
        rc = SCardReconnect(p->card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                            SCARD_LEAVE_CARD, &p->protocol);
        rc = rc == SCARD_S_SUCCESS ? SCardBeginTransaction(p->card) : rc;
    }
    p->begun = p->connected && rc == SCARD_S_SUCCESS;
    enum err e = err_of(p, rc);
    if (e == OK)
        make_channel(p, out_ch);
    else
        pcsc_disconnect(p, false);
    return e;
}

const struct reader_driver reader_pcsc = {
    .name = "pcsc",
    .open = pcsc_open,
    .wait = pcsc_wait,
    .connect = pcsc_connect,
    .disconnect = pcsc_disconnect,
    .wake = pcsc_wake,
    .close = pcsc_close,
};
