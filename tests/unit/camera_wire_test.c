/* camera_wire_test.c - do only allowed hosts get through, and does every number stay in bounds? */
#include "tests/test.h"

#include "hal/camera_wire.h"

#include <stdio.h>
#include <string.h>

static struct camera_source source(const char *url, const char *host)
{
    static struct camera_source s;
    memset(&s, 0, sizeof s);
    snprintf(s.url[0], sizeof s.url[0], "%s", url);
    s.url_count = 1;
    snprintf(s.host[0], sizeof s.host[0], "%s", host);
    s.host_count = 1;
    return s;
}

static bool allowed(const char *url, const char *host)
{
    struct camera_source s = source(url, host);
    return camera_url_check(&s, url) == OK;
}

TEST(a_camera_of_the_list_may_be_opened)
{
    CHECK(allowed("http://cam.example/live.m3u8", "cam.example"));
    CHECK(allowed("HTTPS://Cam.Example:8443/a?b=c", "cam.example"));
    CHECK(allowed("rtsp://user:p@ss@10.1.2.3/1", "10.1.2.3:554"));
    CHECK(allowed("rtmp://[fd00::1]:1935/live/1", "[fd00::1]:1935"));
}

TEST(a_camera_that_is_not_on_the_list_is_refused)
{
    CHECK(!allowed("http://other.example/live.m3u8", "cam.example"));
    CHECK(!allowed("http://cam.example.evil/", "cam.example"));
    CHECK(!allowed("http://cam.example@evil.example/", "cam.example"));
    CHECK(!allowed("http://evil.example/@cam.example", "cam.example"));
    CHECK(!allowed("http://evil.example?@cam.example", "cam.example"));
    CHECK(!allowed("http://evil.example\\@cam.example/", "cam.example"));
    CHECK(!allowed("http://cam.example:81/", "cam.example:80"));
    CHECK(!allowed("http://cam.example:99999/", "cam.example"));
    CHECK(!allowed("http://", "cam.example"));
    CHECK(!allowed("http://cam.example/a b", "cam.example"));
}

TEST(other_protocols_are_refused)
{
    CHECK(!allowed("file:///etc/passwd", "cam.example"));
    CHECK(!allowed("concat:http://cam.example/a|file:///etc/passwd", "cam.example"));
    CHECK(!allowed("udp://cam.example:5000", "cam.example"));
    CHECK(!allowed("tcp://cam.example:80", "cam.example"));
    CHECK(!allowed("/etc/passwd", "cam.example"));
    CHECK(!allowed("", "cam.example"));
}

TEST(a_request_arrives_as_it_was_sent)
{
    static struct camera_source s, back;
    static char text[CAMERA_REQUEST];
    s.url_count = CAMERA_URLS;
    s.host_count = CAMERA_HOSTS;
    s.mode = CAMERA_KEYFRAMES;
    for (int i = 0; i < CAMERA_URLS; i++)
        memset(s.url[i], 'a' + i, CAMERA_URL - 1);
    for (int i = 0; i < CAMERA_HOSTS; i++)
        memset(s.host[i], '"', CAMERA_HOST - 1); /* the longest when escaped */
    CHECK_ERR(camera_request_pack(&s, text, sizeof text), OK);
    CHECK_ERR(camera_request_parse(text, strlen(text), &back), OK);
    CHECK(memcmp(&s, &back, sizeof s) == 0);
}

TEST(a_request_that_is_too_large_or_torn_is_refused)
{
    static struct camera_source back;
    char text[2048];
    const char *torn = "{\"urls\":[\"http://a/\"],\"hosts\"";
    const char *numbers = "{\"urls\":[1],\"hosts\":[],\"keyframes\":true}";
    CHECK_ERR(camera_request_parse(torn, strlen(torn), &back), ERR_FORMAT);
    CHECK_ERR(camera_request_parse(numbers, strlen(numbers), &back), ERR_TYPE);
    CHECK_ERR(camera_request_parse("{}", 2, &back), ERR_NOT_FOUND);
    snprintf(text, sizeof text, "{\"urls\":[\"%0600d\"],\"hosts\":[],\"keyframes\":true}", 0);
    CHECK_ERR(camera_request_parse(text, strlen(text), &back), ERR_TOO_BIG);
}

TEST(every_picture_lies_inside_the_shared_memory)
{
    struct camera_layout l;
    for (uint32_t w = 1; w <= CAMERA_W; w += 37)
        for (uint32_t h = 1; h <= CAMERA_H; h += 29) {
            CHECK(camera_layout(CAMERA_FRAMES - 1, w, h, &l));
            CHECK(l.end <= CAMERA_SHM_BYTES);
            CHECK(l.stride_y >= (int)w && l.stride_uv >= (int)(w + 1) / 2);
        }
    CHECK(camera_layout(CAMERA_FRAMES - 1, CAMERA_W, CAMERA_H, &l));
    CHECK_EQ(l.end, CAMERA_SHM_BYTES);
}

TEST(a_picture_of_impossible_size_is_no_picture)
{
    struct camera_layout l;
    CHECK(!camera_layout(0, 0, 100, &l));
    CHECK(!camera_layout(0, 100, 0, &l));
    CHECK(!camera_layout(0, CAMERA_W + 1, 100, &l));
    CHECK(!camera_layout(0, 100, CAMERA_H + 1, &l));
    CHECK(!camera_layout(0, 0x80000001u, 2, &l));
    CHECK(!camera_layout(CAMERA_FRAMES, 100, 100, &l));
    CHECK(!camera_layout(0xffffffffu, 100, 100, &l));
}

TEST(a_lost_camera_is_tried_often_at_first_and_patiently_later)
{
    CHECK_EQ(camera_retry_ms(0, 0, 12345), 0);
    for (int tries = 1; tries < 40; tries++)
        for (uint32_t random = 0; random < 5000; random += 499)
            CHECK(camera_retry_ms(tries, tries * 1500, random) <= 2500);
    CHECK(camera_retry_ms(3, 5000, 0) >= 2000);
    CHECK(camera_retry_ms(99, 3600000, 0) >= 20000);
    CHECK(camera_retry_ms(99, 3600000, 0xffffffffu) <= 30000);
}
