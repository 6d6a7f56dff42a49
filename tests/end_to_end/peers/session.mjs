// A session by `ws`: node session.mjs ADDRESS. Says each thing that was as it has to be; ends with 1 where one is not.
import assert from "node:assert/strict";
import WebSocket from "ws";

const [address] = process.argv.slice(2);

class Peer {
  constructor() {
    this.socket = new WebSocket(address);
    this.received = [];
    this.wake = () => {};
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
    this.socket.on("message", (data, binary) => {
      assert.equal(binary, false);
      this.received.push(JSON.parse(data));
      this.wake();
    });
  }

  async take(wanted) {
    for (;;) {
      while (this.received.length) {
        const told = this.received.shift();
        if (wanted(told)) return told;
      }
      await new Promise((resolve) => (this.wake = resolve));
    }
  }

  tell(request) {
    this.socket.send(JSON.stringify(request));
  }

  ask(request) {
    const id = `n${(this.last = (this.last ?? 0) + 1)}`;
    this.tell({ ...request, id });
    return this.take((told) => told.id === id);
  }
}

async function opened() {
  const peer = new Peer();
  assert.equal((await peer.take(() => true)).type, "greeting");
  return peer;
}

const steps = {
  async "makes an account and logs in"() {
    const peer = await opened();
    assert.equal((await peer.ask({ type: "register", name: "node", password: "an ample pass phrase" })).type, "done");
    assert.equal((await peer.ask({ type: "logout" })).type, "done");
    assert.equal((await peer.ask({ type: "login", name: "node", password: "wrong" })).error, "wrong-password");
    assert.equal((await peer.ask({ type: "login", name: "node", password: "an ample pass phrase" })).type, "done");
    peer.socket.close(1000);
    assert.equal(await peer.closed, 1000);
  },

  async "says a block of 32 KiB"() {
    const peer = await opened();
    await peer.ask({ type: "guest", name: "poet" });
    await peer.ask({ type: "enter", room: "public" });
    const lines = Array.from({ length: 8 }, (_, n) => `${n}`.padEnd(4000, "."));
    lines.forEach((text, n) => peer.tell({ type: "say", text, lines: lines.length - 1 - n, goes_on: n > 0 }));
    const said = [];
    while (said.length < lines.length) said.push(await peer.take((told) => told.type === "said"));
    assert.deepEqual(said.map((told) => told.text), lines);
    assert.deepEqual(new Set(said.map((told) => told.block)), new Set([said[0].seq]));
    peer.socket.terminate();
  },

  async "sends binary messages, in pieces"() {
    const peer = await opened();
    peer.socket.send(Buffer.from('{"type":"version","id":1}'));
    assert.equal((await peer.take(() => true)).id, 1);
    for (const piece of ['{"type":', '"version",', '"id":2']) peer.socket.send(piece, { fin: false });
    peer.socket.ping("there?");
    peer.socket.send("}", { fin: true });
    assert.equal((await peer.take(() => true)).id, 2);
    peer.socket.terminate();
  },

  async "is answered its pings"() {
    const peer = await opened();
    const pong = new Promise((resolve) => peer.socket.on("pong", resolve));
    peer.socket.ping("there?");
    assert.equal(String(await pong), "there?");
    peer.socket.terminate();
  },

  async "quits with 1000"() {
    const peer = await opened();
    peer.tell({ type: "quit" });
    assert.equal((await peer.take(() => true)).type, "closing");
    assert.equal(await peer.closed, 1000);
  },

  async "is closed with 1009 for a message that is too long"() {
    const peer = await opened();
    peer.socket.send("x".repeat(8193));
    assert.equal((await peer.take(() => true)).reason, "message-too-long");
    assert.equal(await peer.closed, 1009);
  },
};

for (const [name, step] of Object.entries(steps)) {
  await step();
  console.log(name);
}
