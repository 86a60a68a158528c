// A live call in the browser: an agent speaks with the caller, or a supervisor hears both (docs/transfers.md).
const RATE = 16000;
const AHEAD_S = 0.06;  // what is played later than it came, so that a late message makes no gap
const OVER = {
  left: "You left.", caller_left: "The caller left.", call_over: "The call is over.", released: "The call was taken from you.",
  not_announced: "The people on the call could not be told that you listen: try again.",
  replaced: "You opened this line elsewhere.", lost: "The service could not go on: try again.",
};

class Speaker {  // plays one side of a call, in order, without gaps where there are none
  constructor(context) { this.context = context; this.next = 0; this.waiting = new Set(); }

  play(octets) {
    const samples = Float32Array.from(new Int16Array(octets), (one) => one / 32768);
    if (!samples.length) return;
    const buffer = this.context.createBuffer(1, samples.length, RATE);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.context.destination);
    const now = this.context.currentTime;
    if (this.next < now) this.next = now + AHEAD_S;
    source.start(this.next);
    this.next += buffer.duration;
    this.waiting.add(source);
    source.onended = () => this.waiting.delete(source);
  }

  clear() { for (const one of this.waiting) one.stop(); this.waiting.clear(); this.next = 0; }
}

class Line {
  constructor(call, kind, join) {
    this.call = call;
    this.speaks = kind === "agent";
    this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.listeners = new Set();
    this.sides = [new Speaker(this.context), new Speaker(this.context)];
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/calls/${encodeURIComponent(call)}/`
      + (this.speaks ? `agent?sample_rate=${RATE}&join=${join}` : `listen?sample_rate=${RATE}`);
    this.bar = bar(this);
  }

  async open() {
    this.show("wait", this.speaks ? "Asking for your microphone …" : "Connecting …");
    try {
      if (this.speaks) await this.listen();
    } catch {
      this.close("This page may not use a microphone: allow it in the browser, then try again.");
      return;
    }
    if (this.closed) return;
    this.socket = new WebSocket(this.address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = (message) => this.take(message.data);
    // A refused socket tells a page nothing but that it is closed.
    this.socket.onclose = () => this.close(this.heard ? OVER.lost : "The line was not opened: is the call yours, and not over?");
  }

  async listen() {
    this.microphone = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    await this.context.audioWorklet.addModule(new URL("microphone.js", import.meta.url));
    const node = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => { if (this.state === "joined") this.socket.send(data); };
    this.context.createMediaStreamSource(this.microphone).connect(node);
  }

  take(data) {
    if (typeof data !== "string") {
      if (this.speaks) this.sides[0].play(data);
      else this.sides[new Uint8Array(data, 0, 1)[0]]?.play(data.slice(1));
      return;
    }
    const told = JSON.parse(data);
    if (told.type === "hello") {
      this.heard = true;
      if (this.speaks) this.show("wait", "Connecting …");
      else if (told.announce === "never") this.show("heard", "You hear");
      else this.show("wait", "The people on the call are being told that you listen:");
    } else if (told.type === "listening" && this.speaks) this.listened(told);
    else if (told.type === "listening") this.show("heard", "You hear");
    else if (told.type === "briefing") this.show("briefing", "The briefing, before");
    else if (told.type === "joined" || told.type === "resumed") this.show("joined", "You speak on");
    else if (told.type === "held") this.show("held", "On hold:");
    else if (told.type === "clear") this.sides[1].clear();
    else if (told.type === "over") this.close(OVER[told.reason] ?? "The line is closed.");
  }

  say(type) { this.socket?.send(JSON.stringify({ type })); }

  leave() {
    if (this.speaks && this.socket?.readyState === WebSocket.OPEN) this.say("leave");
    else this.close("You stopped listening.");
  }

  show(state, words) {
    this.state = state;
    this.bar.dataset.state = state;
    this.bar.querySelector("[role=status]").textContent = state === "over" ? words : `${words} ${this.call}`;
    for (const one of this.bar.querySelectorAll("button")) one.hidden = !one.dataset.when.split(" ").includes(state);
  }

  listened(told) {
    if (told.state === "began") this.listeners.add(told.agent); else this.listeners.delete(told.agent);
    this.bar.querySelector("[data-listeners]").textContent = this.listeners.size ? `${[...this.listeners].join(", ")} listens in.` : "";
  }

  close(words) {
    if (this.closed) return;
    this.closed = true;
    this.show("over", words);
    if (this.socket) this.socket.onclose = null;
    this.socket?.close();
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    this.context.close();
  }
}

// The bar stays while she reads another packet: what she hears is never without its controls.
const bar = (line) => {
  const made = document.createElement("section");
  made.className = "cw-live";
  made.setAttribute("aria-label", "Live line");
  made.append(Object.assign(document.createElement("p"), { role: "status" }));
  const listeners = Object.assign(document.createElement("p"), { ariaLive: "polite" });
  listeners.dataset.listeners = "";
  made.append(listeners);
  const button = (words, when, key, act) => {
    const one = Object.assign(document.createElement("button"), { type: "button", className: "cw-plain", hidden: true, onclick: act });
    one.append(words);
    one.dataset.when = when;
    if (key) {
      one.dataset.key = key;
      one.setAttribute("aria-keyshortcuts", key);
      one.append(Object.assign(document.createElement("kbd"), { textContent: key, ariaHidden: "true" }));
    }
    made.append(one);
  };
  button("Join now", "briefing", "t", () => line.say("join"));
  button("Hold", "joined", "h", () => line.say("hold"));
  button("Resume", "held", "h", () => line.say("resume"));
  if (line.speaks) button("Not now", "wait", "", () => line.close("You did not join."));
  button(line.speaks ? "Hang up" : "Stop listening", line.speaks ? "briefing joined held" : "wait heard", "", () => line.leave());
  button("Close", "over", "", () => made.remove());
  document.body.append(made);
  return made;
};

let current = null;
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-line]");
  if (!asked || (current && !current.closed)) return;
  current?.bar.remove();
  current = new Line(asked.dataset.call, asked.dataset.line, asked.dataset.join ?? "cold");
  current.open();
});
addEventListener("beforeunload", (event) => { if (current?.speaks && !current.closed) event.preventDefault(); });
