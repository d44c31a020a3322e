// The housing of the gauge.
include <screws.scad>
use <pipes/bend.scad>

/* [Size] */
// Of the tube, in millimetres.
diameter = 48;
wall = 2.4;
height = 320;
$fn = $preview ? 32 : 128;

function inner(d, w = wall) = d - 2 * w;

// Every third hole is wider.
function hole(i) =
    let (wide = i % 3 == 0)
    wide ? 4 : 2.5;

function sum(list, i = 0) = i < len(list) ? list[i] + sum(list, i + 1) : 0;

module tube(d = diameter, h = height) {
    difference() {
        cylinder(d = d, h = h);
        translate([0, 0, -1]) cylinder(d = inner(d), h = h + 2);
        for (i = [0 : 11]) {
            rotate([0, 0, i * 30])
                translate([d / 2, 0, 20 + i * 5])
                rotate([0, 90, 0])
                cylinder(d = hole(i), h = 3 * wall, center = true);
        }
    }
}

// The float, which rises with the water.
module float_body(radius) {
    assert(radius > 0, "no float");
    module cap() { scale([1, 1, 0.4]) sphere(r = radius); }
    union() {
        cylinder(r = radius, h = 30);
        translate([0, 0, 30]) cap();
        mirror([0, 0, 1]) cap();
    }
}

module lid(screws = 4) {
    linear_extrude(height = 3) {
        difference() {
            circle(d = diameter + 6);
            for (a = [0 : 360 / screws : 359])
                rotate(a) translate([diameter / 2 - 4, 0]) circle(d = 3);
        }
    }
    if (screws > 4) { echo("many screws", screws); } else children();
}

tube();
translate([0, 0, 60]) color("orange") float_body(inner(diameter) / 2 - 1);
translate([0, 0, height]) lid() { text("N"); }
%cube([100, 100, 1], center = true);
