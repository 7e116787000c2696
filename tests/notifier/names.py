"""Names that a careless program stumbles over."""

HOSTILE = (
    'o\'hara "quoted".txt',
    "'; DROP TABLE skynet_file; --",
    "%s %(name)s ? :x $1 {0}",
    "line\nbreak\r\ttab",
    "nul\0byte",
    "bytes that are no text \udcff\udc80",
    "alone \ud800",
    "four bytes \U0001f600 \U00010348",
    "<script>alert(1)</script>&amp;",
    "\u202egnp.exe",
    "back\\slash\\",
    "e\u0301 and \u00e9",
    "x" * 200 + "/" + "long" * 5_000,
)
