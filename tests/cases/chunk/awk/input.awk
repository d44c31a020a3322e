#!/usr/bin/gawk -f
# Tide tables from the records of the gauges.
@include "dates"
@load "time"

BEGIN {
    FS = ","
    OFS = "\t"
    METRES = 0.3048
    if (ARGC < 2) {
        print "usage: tides.awk RECORDS" > "/dev/stderr"
        exit 2
    }
}

# Feet to metres, above the datum.
function metres(feet, datum,    height) {
    height = feet * METRES - datum
    return sprintf("%.2f", height)
}

function is_high(a, b, c) { return b >= a && b > c }

func report(harbour, count,   i, key) {
    printf "%-12s %6d records\n", harbour, count
    for (i = 1; i <= count; i++) {
        key = harbour SUBSEP i
        if (!(key in heights)) continue
        print times[key], heights[key], kinds[key] | "sort -k 1,1"
    }
    close("sort -k 1,1")
    delete heights
}

BEGINFILE {
    harbour = FILENAME
    sub(/.*\//, "", harbour)
    sub(/\.csv$/, "", harbour)
    count = 0
}

# Comments and the head of the table.
/^#/ || NR == 1 { next }

$2 !~ /^-?[0-9]+(\.[0-9]+)?$/ {
    printf "%s:%d: not a height: %s\n", FILENAME, FNR, $2 > "/dev/stderr"
    bad++
    next
}

$3 == "gap", $3 == "end" {
    gaps[harbour]++
    next
}

{
    before = last
    last = now
    now = metres($2, datum[harbour])
    if (is_high(before, last, now)) {
        key = harbour SUBSEP ++count
        times[key] = strftime("%H:%M", mktime(gensub(/[-T:]/, " ", "g", $1)))
        heights[key] = last
        kinds[key] = "high"
    } else if (is_high(-before, -last, -now)) {
        key = harbour SUBSEP ++count
        times[key] = strftime("%H:%M", mktime(gensub(/[-T:]/, " ", "g", $1)))
        heights[key] = last
        kinds[key] = "low"
    }
    switch (kinds[key]) {
    case "high":
        highs++
        break
    default:
        lows++
    }
}

ENDFILE { report(harbour, count) }

END {
    if (bad) exit 1
}
