//! A ring buffer and what goes with it.
const std = @import("std");
const builtin = @import("builtin");
const mem = @import("std").mem;
const Allocator = std.mem.Allocator;
pub usingnamespace @import("compat.zig");

/// The most items that one ring may hold.
pub const max_items: usize = 1 << 20;
const table = blk: {
    var values: [4]u8 = undefined;
    for (&values, 0..) |*value, i| value.* = @intCast(i * i);
    break :blk values;
};
threadlocal var last_error: ?Error = null;
extern "c" fn getpid() c_int;

pub const Error = error{
    Full,
    /// There is nothing to take.
    Empty,
} || Allocator.Error;

const Closed = error{ ByReader, ByWriter };

const Order = enum(u8) {
    oldest,
    newest = 4,
    _,

    pub fn flip(self: Order) Order {
        return if (self == .oldest) .newest else .oldest;
    }
};

/// What an item can be.
pub const Item = union(enum) {
    number: i64,
    text: []const u8,
    none,

    pub fn format(self: Item, writer: anytype) !void {
        switch (self) {
            .number => |n| try writer.print("{d}", .{n}),
            .text => |t| try writer.writeAll(t),
            .none => {},
        }
    }
};

const Header = packed struct {
    version: u4,
    closed: bool = false,
    _padding: u3 = 0,

    comptime {
        std.debug.assert(@bitSizeOf(Header) == 8);
    }
};

pub const Handle = opaque {};

/// A ring of items of one type.
///
/// It never grows.
pub fn Ring(comptime T: type, comptime capacity: usize) type {
    return struct {
        const Self = @This();
        const Slot = struct { value: T, used: bool };

        slots: [capacity]Slot,
        head: usize = 0,
        len: usize = 0,
        allocator: Allocator,

        pub const empty: Self = .{ .slots = undefined, .allocator = undefined };

        pub fn init(allocator: Allocator) Allocator.Error!*Self {
            const self = try allocator.create(Self);
            errdefer allocator.destroy(self);
            self.* = .{ .slots = undefined, .allocator = allocator };
            return self;
        }

        pub fn deinit(self: *Self) void {
            self.allocator.destroy(self);
        }

        /// Puts an item in, or says that there is no room.
        pub fn push(self: *Self, value: T) Error!void {
            if (self.len == capacity) {
                last_error = error.Full;
                return error.Full;
            }
            const at = (self.head + self.len) % capacity;
            self.slots[at] = .{ .value = value, .used = true };
            self.len += 1;
        }

        pub fn pop(self: *Self, order: Order) Error!T {
            if (self.len == 0) return error.Empty;
            const at = switch (order) {
                .oldest => self.head,
                .newest => (self.head + self.len - 1) % capacity,
                else => unreachable,
            };
            while (!self.slots[at].used) : (self.len -= 1) {
                std.log.warn(
                    \\slot {d} of {d} was not used;
                    \\somebody wrote to the ring in "{s}"
                , .{ at, capacity, @typeName(T) });
                if (self.len == 1) return error.Empty;
            }
            if (order == .oldest) self.head = (self.head + 1) % capacity;
            self.len -= 1;
            return self.slots[at].value;
        }
    };
}

inline fn isDebug() bool {
    return builtin.mode == .Debug;
}

export fn ring_version() u32 {
    return 3;
}

test "what goes in comes out" {
    var ring = try Ring(u8, 2).init(std.testing.allocator);
    defer ring.deinit();
    try ring.push('a');
    try std.testing.expectEqual(@as(u8, 'a'), try ring.pop(.oldest));
}

test Ring {
    _ = Ring(Item, 8).empty;
}
