/* camera_main.c - the roof of huimin-camera: options and exit codes.
 */
#include "hal/base/log.h"
#include "hal/camera_worker.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define VERSION "0.1.0"

static const char usage[] =
    "huimin-camera - decodes live cameras for huimin, each in a process of its own\n"
    "  --data DIR        its socket is DIR/camera.sock (/var/lib/huimin)\n"
    "  --socket PATH     … or here; a socket that systemd hands over comes before both\n"
    "  --rest-s N        with such a socket it ends when nobody looked for so long (60)\n"
    "  --version, --help\n";

static const struct option options[] = {
    { "data", required_argument, NULL, 'd' },   { "socket", required_argument, NULL, 's' },
    { "rest-s", required_argument, NULL, 'r' }, { "version", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 }
};

/* The feed says which way to go; not the environment of whoever started this. */
static void forget_proxies(void)
{
    static const char *const names[] = { "http_proxy", "https_proxy", "all_proxy", "no_proxy",
                                         "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

int main(int argc, char **argv)
{
    char path[512] = "/var/lib/huimin/camera.sock";
    int o, rest_s = 60;
    log_init("huimin-camera", LOG_INFO);
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == '?')
            return 2;
        if (o == 'd' || o == 's')
            snprintf(path, sizeof path, o == 'd' ? "%s/camera.sock" : "%s", optarg);
        if (o == 'r' && (rest_s = (int)strtol(optarg, NULL, 10)) < 1) {
            fprintf(stderr, "huimin-camera: --rest-s: wanted seconds, 1 or more\n");
            return 2;
        }
        if (o == 'v' || o == 'h') {
            fputs(o == 'v' ? "huimin-camera " VERSION "\n" : usage, stdout);
            return 0;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "huimin-camera: takes no words, only options; see --help\n");
        return 2;
    }
    umask(007);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    forget_proxies();
    enum err e = camera_serve(path, rest_s);
    if (e == OK)
        return 0;
    log_error("not_started", "err=%s path=%s", err_name(e), path);
    return e == ERR_ARG ? 2 : 1;
}
