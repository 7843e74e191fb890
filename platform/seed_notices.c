/* seed_notices.c - fills the blanks of two dozen kinds of village notices. */
#include "platform/seed_notices.h"

#include "hal/base/clock.h"

#include <stdbool.h>
#include <string.h>

/* Blanks: {v} village, {d} a date after the notice, {n} a small number, {k} a large one. */
struct kind {
    const char *kind, *sender, *sender_en, *title, *title_en, *body[4], *body_en;
};

static const struct kind kinds[] = {
    { "health",
      "{v}村委会",
      "Village committee",
      "城乡居民医保缴费，{d}截止",
      "Pay medical insurance by {d}",
      { "没缴的乡亲可以到村便民服务点缴，也可以请网格员代办。",
        "每人每年{k}元，缴了的请把票据收好。", "低保户、特困人员不用自己缴，由民政部门代缴。",
        "有不明白的，打村里电话问，或到服务点问值班的人。" },
      "You can pay at the village service point, or ask your grid worker to pay for you. Keep the "
      "receipt." },
    { "village",
      "{v}村委会",
      "Village committee",
      "{n}组灌溉渠维修，招本村劳力{n}人",
      "Workers wanted to mend the canal",
      { "{d}开工，工期大约{n}天，包一顿中饭。", "有意的到村委会登记，带身份证和社保卡。",
        "工钱按天结，打到社保卡里。", "年满六十五岁的不安排上坡的活。" },
      NULL },
    { "road",
      "区交通运输局",
      "District transport office",
      "{v}段道路{d}起封闭施工",
      "Road works near {v} from {d}",
      { "封闭时间每天早上七点到晚上六点。", "班车改走老路，大约多走{n}公里。",
        "急救车、消防车照常通行。", "给大家添麻烦了，完工后马上放行。" },
      "The road is closed from 7:00 to 18:00. Buses take the old road. Ambulances may pass." },
    { "weather",
      "区气象台",
      "District weather office",
      "{d}前后有大风降温，最低{n}度",
      "Strong wind and cold around {d}",
      { "柑橘园要盖膜防冻，没摘的尽快摘。", "老人少出门，烤火要开窗，防止煤气中毒。",
        "高山上路面可能结冰，车辆慢行。", "有险情打村里值班电话。" },
      "Cover citrus trees against frost. Keep a window open when you burn coal. Roads may be "
      "icy." },
    { "town",
      "镇人民政府",
      "Town government",
      "{v}农村饮水管网检修，{d}停水一天",
      "No tap water in {v} on {d}",
      { "请提前存好水，停水期间关好龙头。", "学校和卫生院有水车送水。",
        "晚上八点以前恢复，先放掉头一盆浑水。", "检修大约要换管道{k}米。" },
      "Please store water beforehand. Water is back by 20:00." },
    { "health",
      "镇卫生院",
      "Town clinic",
      "六十五岁以上老人免费体检，{d}到{v}",
      "Free check-up for people over 65 on {d}",
      { "早上空腹来，可以喝一点白开水。", "带身份证、社保卡，平时吃的药也带上。",
        "量血压、抽血、做心电图和腹部彩超。", "走不动的请家里人说一声，医生上门。" },
      "Come before breakfast and bring your cards and the medicine you take. We visit those who "
      "cannot walk." },
    { "village",
      "{v}村委会",
      "Village committee",
      "{v}上季度村务收支公示",
      "Village accounts of last quarter",
      { "收入合计{k}00元，支出合计{k}00元，明细贴在公开栏。", "村监督委员会已经逐笔看过并签字。",
        "有疑问的，{d}以前到村委会提，当面答复。", "会计每周一、周四在办公室。" },
      NULL },
    { "village",
      "{v}村委会",
      "Village committee",
      "低保评议结果公示，{n}户",
      "Result of the allowance review",
      { "评议会有村民代表{n}人参加，按票数定。", "公示到{d}，有意见可以当面说，也可以写信。",
        "反映情况的人，我们替您保密。", "没评上的可以再申请，工作人员帮您填表。" },
      NULL },
    { "town",
      "镇农业服务中心",
      "Farm service centre",
      "柑橘大实蝇统一防治，{d}开始",
      "Citrus fruit fly control from {d}",
      { "掉在地上的果子要捡干净，装袋深埋。", "药剂免费发，每户{n}瓶，到村里领。",
        "打药时戴口罩，风大不要打。", "技术员每周二到{v}，地里有问题当场看。" },
      NULL },
    { "town",
      "镇林业站",
      "Forestry station",
      "森林防火期到了，{v}禁止野外用火",
      "No open fire in the woods",
      { "烧田坎、烧秸秆都不行，发现要罚款。", "上坟用鲜花，不放鞭炮，不烧纸。",
        "看到冒烟，马上打报警电话，说清地点。", "护林员每天巡山，请大家配合。" },
      "Do not burn straw or stubble. If you see smoke, call at once and say where." },
    { "village",
      "{v}村委会",
      "Village committee",
      "村民代表会议{d}上午召开",
      "Village meeting on {d}",
      { "商量路灯、垃圾清运和明年的道路硬化。", "代表请准时到，来不了的提前请假。",
        "会议记录三天内贴出来，也在这台机器上看。", "想提意见的，会前告诉本组代表。" },
      NULL },
    { "town",
      "镇人社服务中心",
      "Social security desk",
      "领养老金的，{d}前做一次资格认证",
      "Confirm your pension by {d}",
      { "人还在、钱照领，一年认一次就行。", "走不开的，网格员可以上门。",
        "不收一分钱，谁收费您就打热线。", "忘了认证，钱先停，补了再一起发。" },
      "Confirm once a year that you still draw your pension. It is free. Grid workers can visit "
      "you." },
    { "village",
      "{v}卫生室",
      "Village clinic",
      "流感疫苗到了，{v}{n}组先打",
      "Flu vaccine has arrived",
      { "六十岁以上和有慢性病的先打。", "打完坐半个小时再走。", "发烧、正在吃药的，先问医生。",
        "{d}以前每天上午都可以来。" },
      NULL },
    { "town",
      "镇供电所",
      "Power office",
      "线路改造，{v}{d}停电半天",
      "No electricity in {v} on {d}",
      { "早上八点停，下午两点来电。", "做豆腐、打米的请错开时间。",
        "家里有吸氧机的提前告诉村里，送发电机。", "来电以前不要碰断线。" },
      "The power is off from 8:00 to 14:00. Tell us if somebody needs oxygen." },
    { "village",
      "{v}村委会",
      "Village committee",
      "快递点搬到{v}便民服务点，{d}起",
      "Parcels are now at the service point",
      { "每天中午和傍晚各到一次。", "取件报手机后四位，不收钱。", "寄橙子、茶叶，可以上门收。",
        "放了{n}天没取的，退回去。" },
      NULL },
    { "town",
      "镇中心学校",
      "Town school",
      "明年秋季入学登记，{d}截止",
      "School registration ends on {d}",
      { "满六岁的孩子都要登记。", "带户口簿和预防接种证。", "外地回来的也可以登。",
        "住得远的有校车，名额{k}个。" },
      "Children who are six by August must be registered. Bring the household book and the "
      "vaccination book." },
};

uint32_t seed_roll(struct seed_random *r, uint32_t below)
{
    r->state = r->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(r->state >> 33) % below;
}

/* What goes into the blanks of one notice. */
struct blanks {
    const char *village;
    char date_zh[16], date_en[16], small[8], large[8];
};

static void put_blank(FILE *out, char which, bool english, const struct blanks *b)
{
    switch (which) {
    case 'v':
        fputs(b->village, out);
        break;
    case 'd':
        fputs(english ? b->date_en : b->date_zh, out);
        break;
    case 'n':
        fputs(b->small, out);
        break;
    default:
        fputs(b->large, out);
    }
}

static void put_filled(FILE *out, const char *s, bool english, const struct blanks *b)
{
    for (; *s; s++) {
        if (s[0] == '{' && s[1] && s[2] == '}') {
            put_blank(out, s[1], english, b);
            s += 2;
        } else {
            fputc(*s, out);
        }
    }
}

static void put_member(FILE *out, const char *key, const char *s, bool english,
                       const struct blanks *b)
{
    fprintf(out, ",\"%s\":", key);
    if (!s) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    put_filled(out, s, english, b);
    fputc('"', out);
}

/* The sentences start at another one each time, so that no two bodies read alike. */
static void put_body(FILE *out, const struct kind *k, unsigned turn, const struct blanks *b)
{
    fputs(",\"body\":\"", out);
    for (unsigned i = 0; i < 4; i++) {
        put_filled(out, k->body[i < 1 ? 0 : 1 + (i - 1 + turn) % 3], false, b);
        if (i == 1)
            fputs("\\n", out);
    }
    fputc('"', out);
}

static struct blanks fill(int day, const char *village, struct seed_random *r)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct civil c = clock_civil_of_day(day + 3 + (int)seed_roll(r, 30));
    struct blanks b = { .village = village };
    snprintf(b.date_zh, sizeof b.date_zh, "%d月%d日", c.month % 13, c.day % 32);
    snprintf(b.date_en, sizeof b.date_en, "%d %s", c.day % 32, months[(c.month + 11) % 12]);
    snprintf(b.small, sizeof b.small, "%u", 2 + seed_roll(r, 8));
    snprintf(b.large, sizeof b.large, "%u", 120 + seed_roll(r, 380));
    return b;
}

static void put_notice(FILE *out, int id, int day, bool newest, const struct kind *k,
                       const char *village, struct seed_random *r)
{
    struct blanks b = fill(day, village, r);
    struct civil c = clock_civil_of_day(day);
    fprintf(out,
            "{\"id\":%d,\"day\":\"%04d-%02d-%02d\",\"at_min\":%u,\"kind\":\"%s\",\"pinned\":%d", id,
            c.year, c.month, c.day, 480 + seed_roll(r, 540), k->kind, newest);
    put_member(out, "sender", k->sender, false, &b);
    put_member(out, "sender_en", k->sender_en, true, &b);
    put_member(out, "title", k->title, false, &b);
    put_member(out, "title_en", k->title_en, true, &b);
    put_body(out, k, seed_roll(r, 3), &b);
    put_member(out, "body_en", k->body_en, true, &b);
    fputs("}\n", out);
}

void seed_notices(FILE *out, int count, int today, char *const *villages, struct seed_random *r)
{
    uint32_t village_count = 0, kind_count = sizeof kinds / sizeof kinds[0];
    while (villages[village_count])
        village_count++;
    for (int id = 1; id <= count; id++) {
        bool newest = id == count;
        int day = today - (count - id) * 400 / (count > 400 ? count : 400) - (newest ? 0 : 1);
        const struct kind *k = &kinds[newest ? 0 : seed_roll(r, kind_count)];
        const char *village = newest ? "许家冲村" : villages[seed_roll(r, village_count)];
        put_notice(out, id, day, newest, k, village, r);
    }
}
