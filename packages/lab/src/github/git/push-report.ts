/**
 * Git says "hook declined" for every refusal of a hook; GitHub's server says why. These functions put the reasons into
 * the report of a push (git's `report-status` inside the side band; docs "pack-protocol").
 */

function readPackets(data: Buffer): (Buffer | "flush")[] {
  const packets: (Buffer | "flush")[] = [];
  for (let at = 0; at + 4 <= data.length; ) {
    const length = Number.parseInt(data.toString("latin1", at, at + 4), 16);
    if (length < 4) {
      packets.push("flush");
      at += 4;
    } else {
      packets.push(data.subarray(at + 4, at + length));
      at += length;
    }
  }
  return packets;
}

function packet(content: Buffer | "flush"): Buffer {
  if (content === "flush") return Buffer.from("0000");
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, "0")), content]);
}

function rewriteReport(report: Buffer, reasons: ReadonlyMap<string, string>): Buffer {
  const lines = readPackets(report).map((line) => {
    const match = line === "flush" ? null : /^ng (\S+) .*?(\n?)$/s.exec(line.toString("utf8"));
    const reason = match === null ? undefined : reasons.get(match[1] ?? "");
    return packet(reason === undefined ? line : Buffer.from(`ng ${match?.[1]} ${reason}${match?.[2]}`));
  });
  return Buffer.concat(lines);
}

/** The answer to a push with the reasons of refused refs filled in. */
export function explainRefusals(body: Buffer, reasons: ReadonlyMap<string, string>): Buffer {
  if (reasons.size === 0) return body;
  const packets = readPackets(body);
  const report = Buffer.concat(packets.filter((item): item is Buffer => item !== "flush" && item[0] === 1).map((item) => item.subarray(1)));
  if (report.length === 0) return rewriteReport(body, reasons);
  const others = packets.filter((item) => item !== "flush" && item[0] !== 1).map(packet);
  return Buffer.concat([...others, packet(Buffer.concat([Buffer.from([1]), rewriteReport(report, reasons)])), packet("flush")]);
}
