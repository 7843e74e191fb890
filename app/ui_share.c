/* ui_share.c - who gets how much of a row or a column: some give way, some grow by weight. */
#include "app/ui_internal.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static bool settle_outliers(struct ui_part *p, int n, int left, float weights)
{
    for (int i = 0; i < n; i++) {
        if (p[i].weight <= 0 || p[i].settled)
            continue;
        int share = (int)((float)left * p[i].weight / weights);
        int fit = p[i].most && share > p[i].most ? p[i].most : larger(share, p[i].least);
        if (fit == share)
            continue;
        p[i].size = fit;
        p[i].settled = true;
        return true;
    }
    return false;
}

static void grow(struct ui_part *p, int n, int left)
{
    for (;;) {
        float weights = 0;
        int rest = left;
        for (int i = 0; i < n; i++) {
            if (p[i].weight > 0 && p[i].settled)
                rest -= p[i].size;
            else if (p[i].weight > 0)
                weights += p[i].weight;
        }
        if (weights <= 0)
            return;
        if (settle_outliers(p, n, larger(rest, 0), weights))
            continue;
        rest = larger(rest, 0);
        for (int i = 0; i < n; i++) { /* the last share takes the rounding */
            if (p[i].weight <= 0 || p[i].settled)
                continue;
            p[i].size = (int)((float)rest * p[i].weight / weights + 0.5f);
            rest -= p[i].size;
            weights -= p[i].weight;
        }
        return;
    }
}

/* Those that can give way do so in proportion to what they can give. */
static void shrink(struct ui_part *p, int n, int missing)
{
    int can = 0;
    for (int i = 0; i < n; i++)
        if (p[i].weight <= 0)
            can += larger(p[i].size - p[i].least, 0);
    if (missing > can)
        missing = can;
    for (int i = 0; i < n && can > 0; i++) {
        int give = p[i].weight > 0 ? 0 : larger(p[i].size - p[i].least, 0);
        int now = (int)((int64_t)missing * give / can);
        p[i].size -= now;
        missing -= now;
        can -= give;
    }
}

void ui_share_out(struct ui_part *p, int n, int room)
{
    int fixed = 0, least = 0;
    for (int i = 0; i < n; i++) {
        if (p[i].weight > 0)
            least += p[i].least;
        else
            fixed += p[i].size;
    }
    if (fixed + least > room) {
        shrink(p, n, fixed + least - room);
        fixed = 0;
        for (int i = 0; i < n; i++)
            fixed += p[i].weight > 0 ? 0 : p[i].size;
    }
    grow(p, n, room - fixed);
}
