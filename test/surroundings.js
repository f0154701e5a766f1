/** What commands have around them, whatever runs the tests. */

// What they print is compared as text: without colours.
process.env.NO_COLOR = "1";

// As Node has it, where jest has 100: Pulumi notes a stack trace with every promise, whose frames jest looks up in maps.
Error.stackTraceLimit = 10;
