/* fake.c - one reader, one card, and a fault at the Nth call. */
#include "tests/pcscfake/fake.h"

#include <winscard.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT = 32 * 1024, BYTES = 300 };

static const char READER[] = "Fake Reader 00 00";
static const unsigned char ATR[] = { 0x3b, 0x6d, 0x00, 0x00, 0x81, 0x01, 0x31, 0x20, 0x42,
                                     0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01 };

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST) };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static char text[TEXT];
static bool in, cancelled;
static unsigned events;
static int calls, fail_at, pins;
static long fail_with;

bool fake_card(const char *path)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    return n > 0;
}

void fake_knows(const char *cmd, const char *answer)
{
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "> %s\n< %s\n", cmd, answer);
}

static void move(bool now_in)
{
    pthread_mutex_lock(&lock);
    if (in != now_in)
        events++;
    in = now_in;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

void fake_put_in(void)
{
    move(true);
}

void fake_take_out(void)
{
    move(false);
}

void fake_fail(int nth, long code)
{
    pthread_mutex_lock(&lock);
    calls = 0;
    fail_at = nth;
    fail_with = code;
    pthread_mutex_unlock(&lock);
}

int fake_calls(void)
{
    pthread_mutex_lock(&lock);
    int n = calls;
    pthread_mutex_unlock(&lock);
    return n;
}

int fake_pins(void)
{
    pthread_mutex_lock(&lock);
    int n = pins;
    pthread_mutex_unlock(&lock);
    return n;
}

/* Every call begins here: whether this is the one that fails. */
static LONG begun(void)
{
    pthread_mutex_lock(&lock);
    LONG rc = ++calls == fail_at ? (LONG)fail_with : SCARD_S_SUCCESS;
    pthread_mutex_unlock(&lock);
    return rc;
}

LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT out)
{
    (void)scope, (void)a, (void)b;
    LONG rc = begun();
    if (rc == SCARD_S_SUCCESS)
        *out = 1;
    return rc;
}

LONG SCardReleaseContext(SCARDCONTEXT ctx)
{
    (void)ctx;
    return begun();
}

LONG SCardListReaders(SCARDCONTEXT ctx, LPCSTR groups, LPSTR out, LPDWORD n)
{
    (void)ctx, (void)groups;
    LONG rc = begun();
    if (rc != SCARD_S_SUCCESS)
        return rc;
    memcpy(out, READER, sizeof READER);
    out[sizeof READER] = '\0';
    *n = sizeof READER + 1;
    return rc;
}

static DWORD state_of(const SCARD_READERSTATE *s)
{
    if (strcmp(s->szReader, READER) != 0)
        return 1u << 16; /* the one that tells of readers: there is one */
    return (in ? SCARD_STATE_PRESENT : SCARD_STATE_EMPTY) | (DWORD)events << 16;
}

/* Under lock. */
static bool any_news(SCARD_READERSTATE *s, DWORD n)
{
    bool news = false;
    for (DWORD i = 0; i < n; i++) {
        DWORD now = state_of(&s[i]);
        bool changed = now != (s[i].dwCurrentState & ~(DWORD)SCARD_STATE_CHANGED);
        s[i].dwEventState = now | (changed ? SCARD_STATE_CHANGED : 0);
        s[i].cbAtr = in ? sizeof ATR : 0;
        memcpy(s[i].rgbAtr, ATR, sizeof ATR);
        news |= changed;
    }
    return news;
}

LONG SCardGetStatusChange(SCARDCONTEXT ctx, DWORD ms, SCARD_READERSTATE *s, DWORD n)
{
    (void)ctx;
    struct timespec end;
    LONG rc = begun();
    if (rc != SCARD_S_SUCCESS)
        return rc;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += (time_t)(ms / 1000);
    end.tv_nsec += (long)(ms % 1000) * 1000000;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    pthread_mutex_lock(&lock);
    while (!any_news(s, n) && rc == SCARD_S_SUCCESS) {
        if (cancelled)
            rc = SCARD_E_CANCELLED;
        else if (ms == 0 || pthread_cond_timedwait(&moved, &lock, &end) != 0)
            rc = SCARD_E_TIMEOUT;
    }
    cancelled = false;
    pthread_mutex_unlock(&lock);
    return rc;
}

LONG SCardCancel(SCARDCONTEXT ctx)
{
    (void)ctx;
    pthread_mutex_lock(&lock); /* not counted: it may come at any time */
    cancelled = true;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
    return SCARD_S_SUCCESS;
}

static LONG with_card(void)
{
    LONG rc = begun();
    pthread_mutex_lock(&lock);
    if (rc == SCARD_S_SUCCESS && !in)
        rc = SCARD_W_REMOVED_CARD;
    pthread_mutex_unlock(&lock);
    return rc;
}

LONG SCardConnect(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD wanted, LPSCARDHANDLE out,
                  LPDWORD protocol)
{
    (void)ctx, (void)reader, (void)share, (void)wanted;
    LONG rc = with_card();
    if (rc == SCARD_S_SUCCESS) {
        *out = 2;
        *protocol = SCARD_PROTOCOL_T0;
    }
    return rc;
}

LONG SCardReconnect(SCARDHANDLE card, DWORD share, DWORD wanted, DWORD how, LPDWORD protocol)
{
    (void)card, (void)share, (void)wanted, (void)how;
    *protocol = SCARD_PROTOCOL_T0;
    return with_card();
}

LONG SCardDisconnect(SCARDHANDLE card, DWORD how)
{
    (void)card, (void)how;
    return begun();
}

LONG SCardBeginTransaction(SCARDHANDLE card)
{
    (void)card;
    return with_card();
}

LONG SCardEndTransaction(SCARDHANDLE card, DWORD how)
{
    (void)card, (void)how;
    return begun();
}

static size_t bytes(const char *hex, unsigned char *out, size_t cap)
{
    size_t n = 0;
    unsigned b;
    for (; n < cap && sscanf(hex, "%2x", &b) == 1; hex += 2)
        out[n++] = (unsigned char)b;
    return n;
}

/* The answer to a command between two places of the recording; NULL: none. */
static const char *find(const char *from, const char *to, LPCBYTE cmd, DWORD n)
{
    unsigned char b[BYTES];
    for (const char *l = from; l && l < to && *l; l = strchr(l, '\n'), l = l ? l + 1 : NULL) {
        const char *below = strchr(l, '\n');
        if (l[0] == '>' && below && below[1] == '<' && bytes(l + 2, b, sizeof b) == n &&
            memcmp(b, cmd, n) == 0)
            return below + 1;
    }
    return NULL;
}

/* As the recording went: looked for behind the last answer, then from the start. */
LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE cmd, DWORD n,
                   SCARD_IO_REQUEST *back, LPBYTE out, LPDWORD out_n)
{
    (void)card, (void)pci, (void)back;
    static const char *at = text;
    pthread_mutex_lock(&lock);
    pins += n > 5 && (cmd[1] == 0x20 || cmd[1] == 0x5e); /* VERIFY, CHANGE */
    pthread_mutex_unlock(&lock);
    LONG rc = with_card();
    if (rc != SCARD_S_SUCCESS)
        return rc;
    const char *answer = find(at, text + TEXT, cmd, n);
    if (!answer)
        answer = find(text, at, cmd, n);
    at = answer ? answer : at;
    *out_n = bytes(answer ? answer + 2 : "6A82", out, *out_n);
    return rc;
}
