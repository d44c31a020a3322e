# Tables, pages and the program that makes them.
include config.mk
-include $(DEPS)

SHELL := /bin/bash
CC ?= gcc
CFLAGS += -O2 -g \
  -Wall -Wextra
SOURCES := $(wildcard src/*.c)
OBJECTS = $(SOURCES:src/%.c=build/%.o)
DEPS = $(OBJECTS:.o=.d)
YEAR != date +%Y
export TZ := Europe/London
override LDLIBS := -lm

# Says what it does, then does it.
define run
	@printf "  %-8s %s\n" $(1) $@
	@$(2)
endef

.PHONY: all check clean
.DELETE_ON_ERROR:

all: build/tides tables

build/tides: $(OBJECTS) | build
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS))

# The dependencies are written along the way.
build/%.o: src/%.c | build
	$(call run,CC,$(CC) $(CFLAGS) -MMD -c -o $@ $<)

build tables:
	mkdir -p $@

tables/$(YEAR).html: build/tides harbours.toml | tables
	build/tides --year $(YEAR) --format html > $@.part
	mv $@.part $@

ifeq ($(OS),Linux)
LDLIBS += -lrt

install: all
	install -D -m 755 build/tides $(DESTDIR)$(PREFIX)/bin/tides
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/tides tables/*.html
else ifdef DARWIN
install:
	cp build/tides /usr/local/bin
else
$(warning no installation on $(OS))
endif

check: CFLAGS += -fsanitize=address
check: build/tides
	for day in 01 02 03; do \
	  build/tides --day $(YEAR)-05-$$day > /tmp/tides.$$day || exit 1; \
	done
	diff -u tests/expected /tmp/tides.01

clean:: ; rm -rf build

HARBOURS := nth ewk hlm
define harbour_rule
tables/$(1).csv: harbours.toml
	build/tides --harbour $(1) > $$@
endef
$(foreach h,$(HARBOURS),$(eval $(call harbour_rule,$(h))))
