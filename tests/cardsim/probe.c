/* probe.c - reads a card through pcscd the plain way, to check huimin-cardsim by itself. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

/* usage: cardsim-probe WORD…, each done in turn; one line of output for each answer:
 *   present MS | empty MS   waits for the card to come or go: "present", "mute", "empty" or "late"
 *   connect                 prints the ATR, or the name of what went wrong
 *   follow | raw            fetch 61xx and 6Cxx to the end, or print what came
 *   HEX                     sends it; prints the answer in hex, or what went wrong
 *   lines                   each line of standard input is one HEX, so that it may depend on the
 * last */
static SCARDCONTEXT context;
static SCARDHANDLE card;
static char reader[200];
static bool follow = true;

static const char *word_of(LONG rv)
{
    switch (rv) {
    case SCARD_W_UNPOWERED_CARD:
        return "unpowered";
    case SCARD_W_UNRESPONSIVE_CARD:
        return "unresponsive";
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
        return "removed";
    case SCARD_E_PROTO_MISMATCH:
        return "mismatch";
    default:
        return "error";
    }
}

static bool fail(const char *what, LONG rv)
{
    printf("%s %s 0x%08lx\n", what, word_of(rv), (unsigned long)rv & 0xffffffffUL);
    return false;
}

static void print_hex(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%02X", bytes[i]);
    putchar('\n');
}

static bool establish(void)
{
    char names[1000];
    DWORD n = sizeof names;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (rv != SCARD_S_SUCCESS)
        return fail("establish", rv);
    rv = SCardListReaders(context, NULL, names, &n);
    if (rv != SCARD_S_SUCCESS)
        return fail("list", rv);
    snprintf(reader, sizeof reader, "%.*s", (int)sizeof reader - 1, names); /* the first one */
    return true;
}

static void wait_for(bool present, int ms)
{
    SCARD_READERSTATE state = { .szReader = reader, .dwCurrentState = SCARD_STATE_UNAWARE };
    for (; ms > 0; ms -= 20) {
        if (SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
            !!(state.dwEventState & SCARD_STATE_PRESENT) == present) {
            bool mute = state.dwEventState & SCARD_STATE_MUTE;
            printf("%s\n", mute ? "mute" : present ? "present" : "empty");
            return;
        }
        usleep(20000);
    }
    printf("late\n");
}

static bool t1;

static void connect_card(void)
{
    unsigned char atr[MAX_ATR_SIZE];
    DWORD protocol = 0, state, n = sizeof atr, name_n = sizeof reader;
    char name[sizeof reader];
    if (card)
        SCardDisconnect(card, SCARD_LEAVE_CARD);
    card = 0;
    LONG rv = SCardConnect(context, reader, SCARD_SHARE_SHARED,
                           SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);
    t1 = protocol == SCARD_PROTOCOL_T1;
    if (rv == SCARD_S_SUCCESS)
        rv = SCardStatus(card, name, &name_n, &state, &protocol, atr, &n);
    if (rv == SCARD_S_SUCCESS)
        print_hex(atr, n);
    else
        fail("connect", rv);
}

static size_t from_hex(const char *hex, unsigned char *out, size_t cap)
{
    size_t n = 0;
    unsigned byte;
    for (; n < cap && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[n++] = (unsigned char)byte;
    return n;
}

static bool transmit(const unsigned char *cmd, size_t n, unsigned char *out, size_t *out_n)
{
    DWORD len = 258;
    LONG rv = SCardTransmit(card, t1 ? SCARD_PCI_T1 : SCARD_PCI_T0, cmd, n, NULL, out, &len);
    *out_n = len;
    return rv == SCARD_S_SUCCESS ? true : fail("transmit", rv);
}

static void exchange(const char *hex)
{
    unsigned char cmd[261], out[258], all[8 * 258];
    size_t n = from_hex(hex, cmd, sizeof cmd), got, total = 0;
    for (int turn = 0; turn < 8; turn++) {
        if (!transmit(cmd, n, out, &got))
            return;
        size_t data = got >= 2 ? got - 2 : 0;
        bool more = follow && got >= 2 && out[got - 2] == 0x61;
        bool again = follow && got == 2 && out[0] == 0x6c;
        memcpy(all + total, out, got);
        if (!more && !again) {
            print_hex(all, total + got);
            return;
        }
        total += data;
        if (more) {
            const unsigned char fetch[] = { 0x00, 0xc0, 0, 0, out[got - 1] };
            memcpy(cmd, fetch, n = sizeof fetch);
        } else {
            cmd[4] = out[1];
            n = 5;
        }
    }
    printf("endless\n");
}

static void exchange_lines(void)
{
    char line[600];
    while (fgets(line, sizeof line, stdin))
        exchange(line);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!establish())
        return 1;
    for (int i = 1; i < argc; i++) {
        bool waits = strcmp(argv[i], "present") == 0 || strcmp(argv[i], "empty") == 0;
        if (waits && i + 1 < argc) {
            wait_for(argv[i][0] == 'p', (int)strtol(argv[i + 1], NULL, 10));
            i++;
        } else if (strcmp(argv[i], "connect") == 0) {
            connect_card();
        } else if (strcmp(argv[i], "lines") == 0) {
            exchange_lines();
        } else if (strcmp(argv[i], "follow") == 0 || strcmp(argv[i], "raw") == 0) {
            follow = argv[i][0] == 'f';
        } else {
            exchange(argv[i]);
        }
    }
    if (card)
        SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
    return 0;
}
