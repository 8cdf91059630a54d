"""Documents of Office since 2007: packages of XML, as ECMA-376 has them, and workbooks with binary sheets."""
