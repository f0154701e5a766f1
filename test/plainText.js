/** What commands print is compared as text: without colours, whatever runs the tests. */
process.env.NO_COLOR = "1";
