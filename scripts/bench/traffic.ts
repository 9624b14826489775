/** Bytes that the servers of this process have read and written, headers included, by the port that they listen on. */
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const sockets = new Map<Socket, { readonly port: number; read: number; written: number }>();

subscribe("http.server.request.start", (message) => {
  const { socket } = message as { readonly socket: Socket };
  if (!sockets.has(socket)) sockets.set(socket, { port: socket.localPort ?? 0, read: 0, written: 0 });
});

/** Megabytes to and from these ports since the last call. */
export function trafficSince(ports: readonly number[]): { readonly up: number; readonly down: number } {
  let [up, down] = [0, 0];
  for (const [socket, counted] of sockets) {
    if (ports.includes(counted.port)) {
      up += socket.bytesRead - counted.read;
      down += socket.bytesWritten - counted.written;
    }
    [counted.read, counted.written] = [socket.bytesRead, socket.bytesWritten];
    if (socket.destroyed) sockets.delete(socket);
  }
  return { up: up / 1e6, down: down / 1e6 };
}
