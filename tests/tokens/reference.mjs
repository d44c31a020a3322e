// reference.mjs ENCODING < LIST
// For each file named in LIST, a line with what the published JavaScript implementation makes of it: the number of
// tokens, and the tokens folded into one number.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../grammars/package.json", import.meta.url));
const { get_encoding } = require("tiktoken");

const encoding = get_encoding(process.argv[2]);
for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const tokens = encoding.encode_ordinary(readFileSync(path, "utf8"));
  let folded = 0;
  for (const token of tokens) folded = (Math.imul(folded, 31) + token) >>> 0;
  console.log(`${tokens.length} ${folded}`);
}
