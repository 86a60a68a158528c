// Proves entries of the log in this page, with nothing of the server's but bytes: RFC 6962 hashes, RFC 9162 2.1.3.2
// inclusion, C2SP tlog-proof, tlog-tiles and signed notes. Whoever doubts the server compares the key with her own.
const API = "/v1/audit";
const TILE = 256, KEY_ID = 4, ED25519 = 1;
const utf8 = new TextEncoder(), text = new TextDecoder("utf-8", { fatal: true });

const bytes64 = (written) => Uint8Array.from(atob(written), (one) => one.charCodeAt(0));
const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);
const sha256 = async (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
};
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

export async function rootOf(leaf, index, size, path) {
  let node = BigInt(index), last = BigInt(size) - 1n, hash = leaf;
  if (node > last) throw new Error("the entry lies beyond the checkpoint");
  for (const step of path) {
    if (last === 0n) throw new Error("the path is too long");
    if (node & 1n || node === last) {
      hash = await nodeHash(step, hash);
      while (node && !(node & 1n)) { node >>= 1n; last >>= 1n; }
    } else hash = await nodeHash(hash, step);
    node >>= 1n; last >>= 1n;
  }
  if (last !== 0n) throw new Error("the path is too short");
  return hash;
}

export function parseProof(written) {
  const gap = written.indexOf("\n\n");
  const [mark, ...lines] = written.slice(0, gap).split("\n");
  if (gap < 0 || mark !== "c2sp.org/tlog-proof@v1") throw new Error("this is no proof");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "")?.[1];
  if (index === undefined) throw new Error("the proof names no entry");
  return { index: Number(index), path: lines.map(bytes64), checkpoint: written.slice(gap + 2) };
}

export function parseNote(note) {
  const gap = note.lastIndexOf("\n\n");
  const signed = note.slice(0, gap + 1);
  const [origin, size, root] = signed.split("\n");
  const signatures = note.slice(gap + 2).split("\n").filter(Boolean).map((line) => {
    const [, name, written] = line.split(" ");
    const bytes = bytes64(written);
    return { name, id: hex(bytes.slice(0, KEY_ID)), signature: bytes.slice(KEY_ID) };
  });
  return { signed, origin, size: Number(size), root: bytes64(root), signatures };
}

export async function isSigned(note, vkey) {
  const [name, id, written] = vkey.trim().split("+");
  const bytes = bytes64(vkey.trim().slice(name.length + id.length + 2) || written);
  if (bytes[0] !== ED25519) throw new Error("this key is not an Ed25519 key");
  if (hex((await sha256(utf8.encode(`${name}\n`), bytes)).slice(0, KEY_ID)) !== id) {
    throw new Error("the id of the key does not belong to it");
  }
  const mine = note.signatures.find((one) => one.name === name && one.id === id);
  if (!mine || name !== note.origin) return false;
  const key = await crypto.subtle.importKey("raw", bytes.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, mine.signature, utf8.encode(note.signed));
}

function entriesOf(bundle) {
  const found = [];
  for (let at = 0; at < bundle.length;) {
    const size = (bundle[at] << 8) | bundle[at + 1];
    found.push(bundle.slice(at + 2, at + 2 + size));
    at += 2 + size;
  }
  return found;
}

function tilePath(number, width) {
  let rest = Math.floor(number / 1000), path = String(number % 1000).padStart(3, "0");
  while (rest > 0) { path = `x${String(rest % 1000).padStart(3, "0")}/${path}`; rest = Math.floor(rest / 1000); }
  return width === TILE ? path : `${path}.p/${width}`;
}

const asked = async (path) => {
  const answer = await fetch(path);
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.type?.endsWith("not-in-a-checkpoint")
    ? "no signed checkpoint covers this entry yet: try again in a minute" : said.detail ?? `answer ${answer.status}`);
};

class Prover {
  constructor(tenant, vkey, tell) { Object.assign(this, { tenant, vkey, tell, tiles: new Map(), notes: new Map() }); }

  async entry(index, size) {
    const number = Math.floor(index / TILE);
    const path = tilePath(number, Math.min(TILE, size - number * TILE));
    if (!this.tiles.has(path)) {
      const answer = await asked(`${API}/${this.tenant}/tile/entries/${path}`);
      this.tiles.set(path, entriesOf(new Uint8Array(await answer.arrayBuffer())));
    }
    return this.tiles.get(path)[index - number * TILE];
  }

  async signed(checkpoint) {
    if (!this.notes.has(checkpoint)) {
      const note = parseNote(checkpoint);
      let held = "no";
      try { held = (await isSigned(note, this.vkey)) ? "yes" : "no"; } catch (error) {
        if (error.name !== "NotSupportedError") throw error;
        held = "open";
      }
      this.notes.set(checkpoint, { note, held });
    }
    return this.notes.get(checkpoint);
  }

  async prove(index, expected) {
    const proof = parseProof(await (await asked(`${API}/entries/${index}/proof`)).text());
    if (proof.index !== index) throw new Error(`the proof is of entry ${proof.index}`);
    const { note, held } = await this.signed(proof.checkpoint);
    const entry = await this.entry(index, note.size);
    const leaf = await leafHash(entry);
    const listed = !expected || hex(leaf) === expected;
    const reached = same(await rootOf(leaf, index, note.size, proof.path), note.root);
    return { entry, leaf, listed, reached, held, note, steps: proof.path.length };
  }
}

const step = (list, held, words) => {
  const item = document.createElement("li");
  item.dataset.held = held;
  item.textContent = words;
  list.append(item);
};

async function verify(box) {
  const list = box.querySelector(".cw-steps"), verdict = box.querySelector("[data-verdict]");
  const all = JSON.parse(box.dataset.proof);
  list.replaceChildren();
  verdict.textContent = "Checking …";
  verdict.className = "cw-note";
  const given = box.querySelector("[data-own-key]")?.value.trim();
  let failed = 0, open = false;
  try {
    const vkey = given || await (await asked(`${API}/${box.dataset.tenant}/key`)).text();
    const newest = parseNote(await (await asked(`${API}/${box.dataset.tenant}/checkpoint`)).text());
    const wanted = all.filter(([index]) => index < newest.size);
    if (!wanted.length) throw new Error("no signed checkpoint covers this yet: try again in a minute");
    const prover = new Prover(box.dataset.tenant, vkey);
    for (const [index, expected] of wanted) {
      const found = await prover.prove(index, expected);
      const held = found.listed && found.reached && found.held !== "no";
      open ||= found.held === "open";
      if (!held) failed += 1;
      if (wanted.length === 1) {
        step(list, found.listed ? "yes" : "no", `The bytes of the entry hash to ${hex(found.leaf).slice(0, 16)}…, the hash that the search showed`);
        step(list, found.reached ? "yes" : "no", `${found.steps} hashes lead from it to the root of the checkpoint at ${found.note.size} entries`);
        step(list, found.held, `The checkpoint of ${found.note.origin} is signed by ${vkey.trim().split("+").slice(0, 2).join("+")}`);
        const shown = box.querySelector("[data-entry]");
        if (shown) shown.textContent = JSON.stringify(JSON.parse(text.decode(found.entry)), null, 2);
      } else if (!held) {
        step(list, "no", `Entry ${index} does not hold`);
      } else if (wanted.length <= 12) step(list, "yes", `Entry ${index} is in the log`);
      verdict.textContent = `Checking … ${wanted.findIndex(([one]) => one === index) + 1} of ${wanted.length}`;
    }
    verdict.textContent = failed ? `${failed} of ${wanted.length} do NOT hold.`
      : `Proved in this page: ${wanted.length === 1 ? "the entry is" : `all ${wanted.length} entries are`} in the log, unchanged.`;
    if (wanted.length < all.length) verdict.textContent += ` ${all.length - wanted.length} newer ones wait for the next checkpoint.`;
    if (open) verdict.textContent += " This browser cannot check the signature; `callwarden audit verify` does.";
    verdict.className = failed ? "cw-note cw-bad" : open ? "cw-note cw-warn" : "cw-note cw-good";
  } catch (error) {
    verdict.textContent = `Not proved: ${error.message}.`;
    verdict.className = "cw-note cw-bad";
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-verify]")?.closest("[data-proof]");
  if (box) verify(box);
});
