# Builds, runs, tests and checks Huimin Terminal; `make help` names every target.
#
# One Makefile, nothing recursive except where a sanitizer build asks for another B. Everything
# that is made goes under B; sources are found by their place, so a new file needs no line here.

SHELL := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- what may be set from outside ---------------------------------------------------------------
SAN ?=
CONTROL ?= 1
SEED_TODAY ?=
V ?=

DIR_address := build/asan
DIR_thread := build/tsan
DIR_none := build/plain
B ?= $(or $(DIR_$(SAN)),build)
SHARE ?= $(abspath $(B))/share
ROOT_PUB ?= $(abspath $(B))/keys/root.pub

ifneq ($(filter-out none address thread,$(SAN)),)
$(error SAN is "$(SAN)": it may be none, address or thread)
endif

# --- compiler and flags ------------------------------------------------------------------------
CC := gcc
AR := gcc-ar
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
ifneq ($(filter address thread,$(SAN)),)
OPT ?= -O1
RASTER_OPT := -O2
else
OPT ?= -O2 -D_FORTIFY_SOURCE=2
RASTER_OPT := -O3
endif
SANFLAGS_address := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANFLAGS_thread := -fsanitize=thread -fno-omit-frame-pointer
SANFLAGS := $(SANFLAGS_$(SAN))

# What is needed to compile; each program links only its own list below.
PKG_ALL := sdl2 SDL2_ttf libcurl libmicrohttpd libsodium jansson libzstd sqlite3 libpng libjpeg libpcsclite libqrencode libcrypto libpq
PKG_CFLAGS := $(shell pkg-config --cflags $(PKG_ALL) 2>/dev/null)
DEFS := -DCONTROL=$(CONTROL) -DSHARE_DIR='"$(SHARE)"' -DROOT_PUB='"$(ROOT_PUB)"'

CPPFLAGS := -I. -I$(B)/gen -D_GNU_SOURCE $(DEFS) $(PKG_CFLAGS)
CFLAGS := -std=c11 $(WARN) $(OPT) -g -fPIE -fstack-protector-strong -ffunction-sections \
	-fdata-sections $(SANFLAGS)
LDFLAGS := -pie $(SANFLAGS) -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections
BASELIBS := -lm -lpthread

libs = $(shell pkg-config --libs $(1) 2>/dev/null)
PKG_huimin := sdl2 SDL2_ttf libsodium jansson libzstd sqlite3 libpng libjpeg libpcsclite libqrencode
PKG_huimin-sync := libcurl libsodium jansson libzstd sqlite3
PKG_huimin-platform := libmicrohttpd libcrypto libsodium jansson libzstd sqlite3 libpq
PKG_huimin-seed-gen := libsodium jansson libzstd sqlite3 libpq
PKG_huimin-camera := libavformat libavcodec libavutil libswscale libseccomp jansson
PKG_huimin-update := libsodium
PKG_huimin-bundle := libsodium
PKG_huimin-cardsim := libcrypto
PKG_huimin-setup := libsodium
PKG_cardsim-probe := libpcsclite
PKG_tests-unit := $(PKG_ALL)

# --- sources ---------------------------------------------------------------------------------------
MAINS := app/main.c app/sync_main.c platform/main.c platform/seed_gen.c
# huimin-camera parses what strangers send: it has these files and no others.
CAMERA_ONLY := hal/camera_main.c $(wildcard hal/camera_worker*.c)
CAMERA := $(CAMERA_ONLY) hal/camera_wire.c hal/json.c hal/base/clock.c hal/base/err.c hal/base/log.c
# huimin-update writes slots and the ESP: it has these files and no others.
UPDATE := $(wildcard image/update_*.c)
UPDATE_HAL := hal/wire_update.c hal/crypto.c hal/crypto_seal.c hal/base/clock.c hal/base/err.c hal/base/io.c
# huimin-setup writes the system's settings: the same.
SETUP := $(wildcard image/setup_*.c)
SETUP_HAL := hal/wish.c hal/crypto.c hal/crypto_seal.c \
	$(addprefix hal/base/,clock.c conf.c err.c io.c log.c utf8.c)
HAL := $(filter-out $(CAMERA_ONLY),$(wildcard hal/*.c hal/base/*.c))
APP := $(filter-out $(MAINS),$(wildcard app/*.c))
SCREENS := $(wildcard screens/*.c)
PLATFORM := $(filter-out $(MAINS),$(wildcard platform/*.c))
UNIT := $(wildcard tests/unit/*.c) tests/test_main.c
TOOLS := $(if $(filter 1,$(CONTROL)),$(patsubst tests/tools/%.c,$(B)/%,$(wildcard tests/tools/*.c)))
TOOL_LIB := $(wildcard tests/tools/lib/*.c)
SIMCTL := $(wildcard tests/simctl/*.c)
CARDSIM := $(filter-out tests/cardsim/probe.c,$(wildcard tests/cardsim/*.c)) $(SIMCTL)
SAMV := $(wildcard tests/samv/*.c) $(SIMCTL)
CARD_TOOLS := $(if $(filter 1,$(CONTROL)),$(B)/huimin-cardsim $(B)/cardsim-probe $(B)/huimin-samv)
FLEET := $(if $(filter 1,$(CONTROL)),$(B)/fleet)
PCSC_FAULTS := $(if $(filter 1,$(CONTROL)),$(B)/pcsc-faults)
# Terminal and platform in one process; the network, the disks and the clock are the model's.
MODEL := $(if $(filter 1,$(CONTROL)),$(B)/model)
MODEL_WRAP := open __open_2 openat close read __read_chk write fsync fstat fchmod flock posix_fallocate \
	ftruncate stat access mkdir chmod unlink unlinkat rename renameat2 link mkstemp statvfs opendir \
	readdir rewinddir dirfd closedir fopen clock_gettime gethostname
PINYIN := $(if $(wildcard assets/pinyin/gen.py),$(B)/gen/pinyin_table.c)

comma := ,
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
GEN_OBJ := $(patsubst $(B)/gen/%.c,$(B)/obj/gen/%.o,$(PINYIN))
ARCHIVES := $(addprefix $(B)/lib/,$(if $(SCREENS),screens.a) $(if $(APP)$(PINYIN),app.a) \
	$(if $(PLATFORM),platform.a) update.a setup.a hal.a)
GROUP := -Wl,--start-group $(ARCHIVES) -Wl,--end-group

MAIN_huimin := app/main.c
MAIN_huimin-sync := app/sync_main.c
MAIN_huimin-platform := platform/main.c
MAIN_huimin-seed-gen := platform/seed_gen.c
NAMES := huimin huimin-sync huimin-platform huimin-seed-gen
PROGRAMS := $(foreach n,$(NAMES),$(if $(wildcard $(MAIN_$(n))),$(B)/$(n)))

# --- words -------------------------------------------------------------------------------------
LANGS := $(patsubst locale/%.po,%,$(wildcard locale/zh_CN.po locale/en.po))
ifeq ($(CONTROL),1)
LANGS += $(if $(wildcard locale/en.po),xx)
endif
MO := $(foreach l,$(LANGS),$(B)/share/locale/$(l)/LC_MESSAGES/huimin.mo)
IME := $(if $(wildcard assets/ime/gen.py),$(B)/share/ime/huimin.table.bin)
SEED := $(if $(filter-out $(words $(NAMES)),$(words $(PROGRAMS))),,$(B)/share/seed.db)

# --- what people ask for -------------------------------------------------------------------------
.PHONY: all tools programs archives unit locale seed ime run test test-here faults fuzz soak bench bench-peers tour \
	golden lint cover dist image image-test image-ab-test image-bench help install-packages clean FORCE

all: programs locale seed ime tools
programs: $(PROGRAMS) $(B)/huimin-camera $(B)/huimin-update $(B)/huimin-bundle $(B)/huimin-setup archives
archives: $(ARCHIVES)
unit: $(B)/tests-unit
locale: $(MO)
seed: $(SEED)
ime: $(IME)
tools: $(TOOLS) $(CARD_TOOLS) $(PCSC_FAULTS) $(FLEET) $(MODEL)

# --- programs --------------------------------------------------------------------------------------
$(foreach n,$(NAMES),$(eval $(B)/$(n): $(call obj,$(MAIN_$(n)))))
$(B)/tests-unit: $(call obj,$(UNIT))

$(PROGRAMS) $(B)/tests-unit: $(ARCHIVES)
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(GROUP) $(call libs,$(PKG_$(@F))) $(BASELIBS)

$(B)/huimin-update: $(call obj,image/update.c $(UPDATE) $(UPDATE_HAL))
$(B)/huimin-bundle: $(call obj,image/bundle.c $(UPDATE_HAL))
$(B)/huimin-setup: $(call obj,image/setup.c $(SETUP) $(SETUP_HAL))
$(B)/huimin-camera: $(call obj,$(CAMERA))
$(B)/huimin-camera $(B)/huimin-update $(B)/huimin-bundle $(B)/huimin-setup:
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call libs,$(PKG_$(@F))) $(BASELIBS)

# What plays tours and checks screens: each a program of one file, with tests/tools/lib.
$(TOOLS): $(B)/%: $(B)/obj/tests/tools/%.o $(call obj,$(TOOL_LIB)) $(B)/lib/hal.a
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
		$(call libs,jansson libpng libjpeg libsodium libzstd $(if $(filter %/app.a,$^),sqlite3) $(if $(filter %_box.o,$^),libseccomp)) $(BASELIBS)
$(B)/boxed: $(call obj,hal/camera_worker_box.c)
# It hands items in by the terminal's own outbox.
$(B)/putitem: $(B)/lib/app.a

# The virtual cards stand alone: they share no code with the readers they are to test.
$(B)/huimin-cardsim: $(call obj,$(CARDSIM))
$(B)/huimin-samv: $(call obj,$(SAMV))
$(B)/cardsim-probe: $(call obj,tests/cardsim/probe.c)
$(CARD_TOOLS):
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call libs,$(PKG_$(@F)))

# Its own card service stands before the library's: the terminal's reader is linked against it.
$(B)/pcsc-faults: $(call obj,$(wildcard tests/pcscfake/*.c)) $(B)/lib/hal.a
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call libs,jansson libpng libsodium libzstd) $(BASELIBS)

# Its own net stands before hal.a's; what the programs ask of the system goes to the virtual disks.
$(B)/model: $(call obj,$(wildcard tests/model/*.c)) $(B)/lib/app.a $(B)/lib/platform.a $(B)/lib/hal.a
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(addprefix -Wl$(comma)--wrap=,$(MODEL_WRAP)) -o $@ $(filter %.o,$^) \
		-Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
		$(call libs,libsodium jansson libzstd sqlite3 libpq libcrypto libpng libqrencode) $(BASELIBS)

# Thousands of terminals in one program: figures of the platform.
$(B)/fleet: $(call obj,$(wildcard tests/bench/fleet/*.c)) $(B)/lib/hal.a
	@mkdir -p $(@D)
	@echo "  link $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call libs,jansson libpng libsodium libzstd) $(BASELIBS)

# A fresh archive each time: a source that was deleted must not live on in it.
$(B)/lib/hal.a: $(call obj,$(HAL))
$(B)/lib/app.a: $(call obj,$(APP)) $(GEN_OBJ)
$(B)/lib/screens.a: $(call obj,$(SCREENS))
$(B)/lib/platform.a: $(call obj,$(PLATFORM))
$(B)/lib/update.a: $(call obj,$(UPDATE))
$(B)/lib/setup.a: $(call obj,$(SETUP))
$(B)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

# The clerks' page is taken into the program as it is.
$(B)/obj/platform/console_files.o: $(wildcard platform/web/*)

$(B)/obj/hal/raster%.o: OPT := $(OPT) $(RASTER_OPT)

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags
	@mkdir -p $(@D)
	@echo "  cc   $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/pinyin_table.c: $(wildcard assets/pinyin/*)
	@mkdir -p $(@D)
	@echo "  gen  $@"
	$(Q)python3 assets/pinyin/gen.py $@

# Other flags make other objects: their text is a file that changes only when they do.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",,$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(RASTER_OPT))" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# --- words and the seed ----------------------------------------------------------------------------
$(B)/share/locale/xx/LC_MESSAGES/huimin.mo: locale/en.po locale/pseudo.py
	@mkdir -p $(@D)
	$(Q)python3 locale/pseudo.py locale/en.po $(B)/gen/xx.po
	$(Q)msgfmt -o $@ $(B)/gen/xx.po

$(B)/share/locale/%/LC_MESSAGES/huimin.mo: locale/%.po
	@mkdir -p $(@D) $(B)/gen
	$(Q)msgfmt --check-format -o $@ $<

# The words of the pinyin keyboard depend on nothing but these files.
$(IME): $(wildcard assets/ime/*) assets/pinyin/overrides.txt platform/seed/catalogue/services.jsonl \
		$(addprefix platform/seed/,townships.csv villages.csv places.csv goods.csv)
	@echo "  ime  $(@D)"
	$(Q)assets/ime/build $(B)/gen/ime $(@D)

# The seed is as old as the day it was made for; on another day it is made again. A day counts
# from 09:30, when its prices are in.
$(B)/share/seed.db: tests/run/seed $(B)/seed.day $(filter-out $(B)/huimin,$(PROGRAMS)) \
		$(shell find platform/seed -type f 2>/dev/null)
	$(Q)SEED_TODAY=$$(cat $(B)/seed.day) tests/run/seed $(B)
$(B)/seed.day: FORCE
	@mkdir -p $(@D)
	@echo $(or $(SEED_TODAY),$$(TZ=CST-8 date -d '9 hours ago 30 minutes ago' +%F)) >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# --- checks ----------------------------------------------------------------------------------------
install-packages:
	@tests/run/packages build run test

run:
	@tests/run/packages build run
	@$(MAKE) --no-print-directory $(JOBS) all
	@tests/run/run $(B)

# Sub-makes use every core, unless the caller has said how many.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
TEST_SAN := $(or $(SAN),address)
test:
	@tests/run/packages build run test
	@$(MAKE) --no-print-directory $(JOBS) SAN=$(TEST_SAN) B=$(DIR_$(TEST_SAN)) SEED_TODAY=2026-11-23 test-here
test-here: all unit
	@SAN=$(SAN) tests/run/test $(B)

# These need what `make` builds; the next two build for themselves.
tour golden faults soak: all
	@tests/run/$@ $(B)
fuzz cover:
	@tests/run/$@

lint:
	@tests/run/packages build run test
	@tests/lint/lint

bench: 
	@tests/run/packages build run test
	@$(MAKE) --no-print-directory $(JOBS) SAN= B=build all
	@tests/bench/bench.sh build
bench-peers:
	@$(MAKE) --no-print-directory $(JOBS) SAN= B=build all
	@tests/bench/peers build
	@tests/bench/pouch/run build

# For a terminal in the field: no control port in it.
dist:
	@$(MAKE) --no-print-directory $(JOBS) SAN= CONTROL=0 B=build/dist all

# The day of the last change: the same packages give the same bytes.
IMAGE_VERSION ?= 1
image:
	@tests/run/packages build image
	@$(MAKE) --no-print-directory $(JOBS) SAN= B=build all
	@$(MAKE) --no-print-directory $(JOBS) SAN= CONTROL=0 B=build/image/dist SHARE=/usr/share/huimin \
		ROOT_PUB=/var/lib/huimin/root.pub programs
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) image/make build/image $(IMAGE_VERSION) $(IMAGE_KEYS)

# These start machines in QEMU; with a tree that is up to date only disks are made.
image-test: image
	@IMAGE_VERSION=$(IMAGE_VERSION) image/test/run && image/test/state >image/test/passed
image-ab-test: image
	@image/test/ab
image-bench: image
	@IMAGE_VERSION=$(IMAGE_VERSION) image/test/bench

clean:
	rm -rf build

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

FORCE:

## make               build the programs, the words and the seed into build/
## make run           install what is missing, build, and show the terminal; without a display,
##                    play the demonstration and say where its pictures are
## make test          unit tests, tours and quick faults under ASan and UBSan
##                    (SAN=thread or SAN=none for the others); last line: N passed, N failed
## make unit          only build the unit tests: B/tests-unit [PART OF A NAME ...]
## make lint          layers, banned calls, format, cppcheck, words, glyphs
## make tour          pictures of every screen into build/tour/
## make golden        take new golden pictures, with old|new|diff sheets to look at
## make faults        the long fault tests; make fuzz, make soak: for a quiet evening
## make bench         figures, one line each: name value unit
## make bench-peers   the same home page in Chromium, the same sync in PouchDB, side by side (optional)
## make cover         which lines the tests reach
## make dist          programs without the control port, in build/dist
## make image         the disk of the appliance into build/image (IMAGE_VERSION=N, IMAGE_KEYS=DIR)
## make image-test    what must show of it, in QEMU; image-ab-test: updates, rollback, power cuts;
##                    image-bench: its figures
## make seed          the feed and the seed the terminal starts from
## make clean         remove build/
##
## Variables: B=DIR where to build, SAN=address|thread|none, CONTROL=0|1, OPT=flags,
##            SEED_TODAY=YYYY-MM-DD the seed's day, V=1 to see the commands
