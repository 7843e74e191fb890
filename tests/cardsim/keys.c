/* keys.c - in make run: keys 1 to 9 put a citizen's card in, 0 takes it out. */
#include "tests/cardsim/keys.h"

#include "tests/simctl/control.h"

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;

/* Whatever ends us, the shell gets its terminal back. */
static void put_back(int sig)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    _exit(128 + sig);
}

static bool single_keys(void)
{
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    struct termios now = before;
    now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    signal(SIGTTOU, SIG_IGN);
    for (size_t i = 0; i < 3; i++)
        signal((int[]){ SIGINT, SIGTERM, SIGHUP }[i], put_back);
    return tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
}

static void put_in(const char *control_path, const char *dir, char key)
{
    char line[CONTROL_LINE], pattern[300];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/0%c-*.card", dir, key);
    if (glob(pattern, 0, NULL, &found) != 0) {
        printf("no card %c\n", key);
        return;
    }
    snprintf(line, sizeof line, "in %s", found.gl_pathv[0]);
    const char *slash = strrchr(found.gl_pathv[0], '/');
    bool ok = control_tell(control_path, line, NULL);
    printf("%s %s\n", ok ? "card in:" : "the card reader does not answer:",
           slash ? slash + 1 : found.gl_pathv[0]);
    globfree(&found);
}

int keys_run(const char *control_path, const char *dir)
{
    char key;
    if (!single_keys()) {
        fprintf(stderr, "huimin-cardsim: standard input is no terminal\n");
        return 1;
    }
    while (read(STDIN_FILENO, &key, 1) == 1) {
        if (key >= '1' && key <= '9')
            put_in(control_path, dir, key);
        else if (key == '0')
            printf("%s\n", control_tell(control_path, "out", NULL) ? "card out" : "no answer");
        fflush(stdout);
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return 0;
}
