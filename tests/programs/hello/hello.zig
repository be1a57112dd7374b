const std = @import("std");

fn byName(_: void, one: []const u8, other: []const u8) bool {
    return std.mem.lessThan(u8, one, other);
}

pub fn main() !void {
    const allocator = std.heap.wasm_allocator;
    const out = std.io.getStdOut().writer();

    const arguments = try std.process.argsAlloc(allocator);
    try out.print("arguments: {s}\n", .{try std.mem.join(allocator, " ", arguments[1..])});
    try out.print("GREETING: {s}\n", .{try std.process.getEnvVarOwned(allocator, "GREETING")});
    const event = try std.io.getStdIn().readToEndAlloc(allocator, 4096);
    try out.print("stdin: {s}\n", .{event});

    // Without a C library paths are relative to the first folder that is open: the root.
    const root = std.fs.cwd();
    try root.makeDir("tmp/notes");
    try root.writeFile(.{ .sub_path = "tmp/notes/one.txt", .data = "written and read\n" });
    const text = try root.readFileAlloc(allocator, "tmp/notes/one.txt", 4096);
    try out.print("file: {s}", .{text});

    var names = std.ArrayList([]const u8).init(allocator);
    var folder = try root.openDir("var/task", .{ .iterate = true });
    var entries = folder.iterate();
    while (try entries.next()) |entry| try names.append(try allocator.dupe(u8, entry.name));
    std.mem.sort([]const u8, names.items, {}, byName);
    try out.print("folder: {s}\n", .{try std.mem.join(allocator, " ", names.items)});

    const begin = try std.time.Instant.now();
    std.time.sleep(std.time.ns_per_ms);
    const passed = (try std.time.Instant.now()).since(begin);
    const goes = std.time.timestamp() > 1_700_000_000 and passed >= std.time.ns_per_ms;
    try out.print("clock: {s}\n", .{if (goes) "goes" else "stands"});

    var drawn: [2]u128 = undefined;
    std.crypto.random.bytes(std.mem.asBytes(&drawn));
    try out.print("random: {s}\n", .{if (drawn[0] != drawn[1]) "differs" else "the same"});
}
